//! Keepers, from both sides: whose rooms this node carries, and who carries those of its groups.
//!
//! Owns what is said at a desk. A node is a keeper or in groups, never both: what a keeper knows is then all that there is to
//! find on it. PROTOCOL section 17.

use super::{DisconnectReason, Engine, Move, Step};
use crate::content::body::{Body, Keeper};
use crate::error::{Fault, OperationError};
use crate::group::Group;
use crate::ids::{GroupId, MemberId, ObjectId, PeerId, RoomId, Timestamp};
use crate::keeper::{Desk, KeeperRefusal, KeeperTicket, KeptView, RoomAccess, Side, TagKey};
use crate::keys::KeyLayer;
use crate::limits;
use crate::room::Room;
use crate::store::ReadStore;
use crate::turn::Notice;
use crate::wire::Frame;

/// A keeper of a group, as a member sees it.
#[derive(Clone, PartialEq, Eq)]
pub struct KeeperView {
    /// The id of what the group has of it.
    pub id: ObjectId,
    /// What members call it.
    pub name: String,
    /// Who added it, also if no longer in the group.
    pub by: Option<MemberId>,
    /// The pseudonym.
    pub by_name: String,
    /// Its transport key.
    pub peer: PeerId,
    /// Whether members use it: nobody does when who added it could not do so any more.
    pub counts: bool,
    /// Whether it carries the room and is connected with this node now.
    pub is_connected: bool,
    /// What it said when it was asked to carry the room, if it does not.
    pub refusal: Option<KeeperRefusal>,
    /// Whether this member may take it away.
    pub may_change: bool,
}

impl std::fmt::Debug for KeeperView {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("KeeperView(..)")
    }
}

impl<S: ReadStore, K: KeyLayer> Engine<S, K> {
    /// Makes a ticket to this node as a keeper, for one room.
    ///
    /// # Errors
    /// [`OperationError::IsAMember`] if this node is in a group, [`OperationError::AddressesMissing`] as long as it does not
    /// know where it is reached, [`OperationError::TooMany`].
    pub fn open_desk(&mut self, now: Timestamp) -> Result<Step<'_, S, KeeperTicket, K>, OperationError> {
        self.wish(now, |engine, mv| {
            if !engine.groups.is_empty() {
                return Err(OperationError::IsAMember);
            }
            if engine.desks.len() >= limits::KEPT_ROOMS_MAX {
                return Err(OperationError::TooMany("rooms and tickets"));
            }
            let endpoint = engine.own_endpoint().filter(|endpoint| !endpoint.addresses.is_empty());
            let endpoint = endpoint.ok_or(OperationError::AddressesMissing)?;
            let desk = Desk::new(engine.rng.bytes());
            engine.desks.open(&mut mv.gathered.writes, desk.clone(), mv.now);
            Ok(KeeperTicket::new(endpoint, desk))
        })
    }

    /// Carries a room no more, or takes a ticket back that nobody has used. What is here of the room is deleted.
    ///
    /// # Errors
    /// [`OperationError::UnknownObject`] if there is no such desk.
    pub fn close_desk(&mut self, desk: RoomId, now: Timestamp) -> Result<Step<'_, S, (), K>, OperationError> {
        self.wish(now, |engine, mv| {
            if !engine.desks.all().any(|(id, _, _)| *id == desk) {
                return Err(OperationError::UnknownObject);
            }
            let Some(room) = engine.desks.close(&mut mv.gathered.writes, &desk) else { return Ok(()) };
            if let Some(mut kept) = engine.rooms.remove(&room) {
                kept.clear(&mut mv.gathered.writes);
            }
            for (peer, session) in &engine.sessions {
                if session.place_of(&room).is_some() {
                    mv.disconnects.insert(*peer, DisconnectReason::Refused);
                }
            }
            Ok(())
        })
    }

    /// Returns what this node carries for others and the tickets that wait, by the ids of their desks.
    pub fn kept(&self) -> Vec<(RoomId, KeptView)> {
        let view = |made, room: Option<RoomId>| {
            let kept = room.and_then(|room| self.rooms.get(&room));
            let sessions = self.sessions.values();
            let is_in = |room: &RoomId| sessions.filter(|it| it.place_of_joined(room).is_some()).count();
            KeptView {
                room,
                made,
                envelopes: kept.map_or(0, Room::envelope_count),
                bytes: kept.map_or(0, Room::byte_count),
                connected: room.as_ref().map_or(0, is_in),
            }
        };
        self.desks.all().map(|(desk, made, room)| (*desk, view(made, room))).collect()
    }

    /// Says whether this node is a keeper.
    pub fn is_keeper(&self) -> bool {
        !self.desks.is_empty()
    }

    /// Gives the group a keeper: members hand it the room when they reach it.
    ///
    /// # Errors
    /// [`OperationError::Ticket`], [`OperationError::NotPermitted`], [`OperationError::Oneself`] for a ticket of this node,
    /// and as for every act in a group.
    pub fn add_keeper(
        &mut self,
        group: GroupId,
        ticket: &str,
        name: &str,
        request: Option<&str>,
        now: Timestamp,
    ) -> Result<Step<'_, S, ObjectId, K>, OperationError> {
        let ticket = KeeperTicket::parse(ticket)?;
        if ticket.endpoint.peer == self.local {
            return Err(OperationError::Oneself);
        }
        let body = Body::Keeper(Keeper::new(name, &ticket));
        self.put_object(group, None, &body, request, now)
    }

    /// Returns the keepers of a group, those that do not count among them.
    ///
    /// # Errors
    /// [`Fault`] if the store cannot be read.
    pub fn keepers(&self, group: &GroupId) -> Result<Vec<KeeperView>, Fault> {
        let Some(known) = self.groups.get(group) else { return Ok(Vec::new()) };
        let counts: std::collections::BTreeMap<ObjectId, bool> =
            known.keeper_objects().map(|(id, _, counts)| (id, counts)).collect();
        let mut views = Vec::new();
        for object in self.objects(group)? {
            let Body::Keeper(Keeper { name, endpoint, .. }) = object.body else { continue };
            let peer = endpoint.peer;
            let session = self.sessions.get(&peer);
            let place = session.and_then(|session| session.place_of_joined(&known.room_id()));
            let side = session.zip(place).and_then(|(session, place)| session.side(place));
            views.push(KeeperView {
                id: object.id,
                name,
                by: object.by,
                by_name: object.by_name,
                peer,
                counts: counts.get(&object.id).copied().unwrap_or_default(),
                is_connected: side == Some(Side::ToKeeper),
                refusal: known.keeper_refusal(&peer),
                may_change: object.may_change,
            });
        }
        Ok(views)
    }

    /// What this node and a neighbour may find one another by, as far as this node's groups go.
    pub(super) fn accesses_with(&self, peer: &PeerId) -> Vec<RoomAccess> {
        let mut accesses = Vec::new();
        let mut desks = Vec::new();
        let active = self.groups.values().filter(|group| group.home().is_none() && group.is_active());
        for group in active {
            let by_keeper = group.accesses_by_keeper(peer);
            // Whoever calls a member's device a keeper must not come between the two.
            if by_keeper.is_none() || group.is_members(peer) {
                accesses.push(group.room_secret().access());
            }
            if let Some((room, desk)) = by_keeper {
                accesses.push(room);
                desks.push(desk);
            }
        }
        accesses.extend(desks);
        accesses
    }

    /// Says who of two begins: a keeper never does, for it cannot know which of its rooms the other one shares.
    pub(super) fn begins(&self, peer: &PeerId, is_initiator: bool) -> bool {
        let active = self.groups.values().filter(|group| group.home().is_none() && group.is_active());
        let mut keepers = active.filter(|group| group.accesses_by_keeper(peer).is_some());
        if self.is_keeper() {
            return false;
        }
        is_initiator || keepers.any(|group| !group.is_members(peer))
    }

    /// At a keeper's desk: hands over the room, unless it has it.
    pub(super) fn hand_over(&self, mv: &mut Move, to: PeerId, place: u8, desk: &RoomId) {
        let Some(session) = self.sessions.get(&to) else { return };
        let mut groups = self.groups.values().filter(|group| group.home().is_none());
        let Some(access) = groups.find_map(|group| group.to_hand_over(&to, desk)) else { return };
        if session.place_of(&access.room).is_none() {
            mv.frames.push((to, Frame::Keep { desk: place, room: access.room, key: access.key }));
        }
    }

    /// As a keeper: takes a room at a desk.
    pub(super) fn take_room(
        &mut self,
        mv: &mut Move,
        from: PeerId,
        place: u8,
        room: RoomId,
        key: TagKey,
    ) -> Result<(), Fault> {
        let session = self.sessions.get(&from).filter(|session| session.side(place) == Some(Side::Desk));
        let Some(desk) = session.and_then(|session| session.joined_room(place)) else { return Ok(()) };
        let refusal = self.desks.take(&mut mv.gathered.writes, &desk, room, key).err();
        if refusal.is_none() && !self.rooms.contains_key(&room) {
            self.rooms.insert(room, Room::load(&self.store, room)?);
        }
        mv.frames.push((from, Frame::Kept { desk: place, refusal }));
        Ok(())
    }

    /// A keeper has said whether it carries the room. If it does, the connection begins anew, with the room.
    pub(super) fn hear_keeper(
        &mut self,
        mv: &mut Move,
        from: PeerId,
        place: u8,
        refusal: Option<KeeperRefusal>,
    ) {
        let session = self.sessions.get(&from).filter(|session| session.side(place) == Some(Side::Desk));
        let Some(desk) = session.and_then(|session| session.joined_room(place)) else { return };
        let group = self.groups.values_mut().find(|group| group.to_hand_over(&from, &desk).is_some());
        let Some(group) = group else { return };
        if group.note_keeper(from, refusal) {
            mv.gathered.notices.insert(Notice::Connection { group: group.id() });
        }
        if refusal.is_none() {
            mv.disconnects.insert(from, DisconnectReason::Renew);
        }
    }

    /// A keeper carries the room: what it said before is over.
    pub(super) fn note_carried(&mut self, from: PeerId, room: &RoomId) {
        let home = self.home_of(room).map(Group::id);
        if let Some(group) = home.and_then(|home| self.groups.get_mut(&home)) {
            group.note_keeper(from, None);
        }
    }

    /// Ends sessions with keepers that do not count any more.
    pub(super) fn leave_keepers(&self, mv: &mut Move) {
        for (peer, session) in &self.sessions {
            let is_left = session
                .by_keeper()
                .any(|room| self.home_of(&room).is_none_or(|home| home.accesses_by_keeper(peer).is_none()));
            if is_left {
                mv.disconnects.insert(*peer, DisconnectReason::Refused);
            }
        }
    }
}
