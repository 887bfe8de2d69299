//! What this node's member asks for.
//!
//! Owns the checks that need no group, and the finding of groups and pairs. What is about people and devices is in
//! `membership`. Each wish is one step.

use super::{DisconnectReason, Engine, Move, Step};
use crate::content::{Content, Endpoint};
use crate::error::{Fault, OperationError};
use crate::event::{self, Event, Role};
use crate::group::{Group, Phase};
use crate::ids::{DeviceId, GroupId, MemberId, Timestamp, TokenId};
use crate::invite::Ticket;
use crate::keys::KeyLayer;
use crate::limits;
use crate::store::ReadStore;
use crate::turn::{Gathered, Notice, Turn};

/// Whom a text is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Recipient {
    /// Everybody in the group.
    Group,
    /// One member, privately.
    Member(MemberId),
}

/// What an invite offers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InviteOptions {
    /// The rank that it gives.
    pub role: Role,
    /// How many people it admits, at least 1.
    pub uses: u16,
    /// When it expires.
    pub expires: Timestamp,
}

impl<S: ReadStore, K: KeyLayer> Engine<S, K> {
    /// Founds a home group and returns its id. A request id that was granted before returns the first group.
    ///
    /// # Errors
    /// [`OperationError::NameInvalid`], [`OperationError::TooMany`].
    pub fn create_group(
        &mut self,
        name: &str,
        own_name: &str,
        suite: crate::epoch::Suite,
        request: Option<&str>,
        now: Timestamp,
    ) -> Result<Step<'_, S, GroupId, K>, OperationError> {
        self.wish(now, |engine, mv| {
            if let Some(known) = request.and_then(|request| engine.requests.find(request)) {
                return Ok(GroupId(known));
            }
            if !event::is_name(name) || !event::is_name(own_name) {
                return Err(OperationError::NameInvalid);
            }
            engine.check_group_count()?;
            let group = engine.new_turn(mv, |turn| Group::found(turn, name, own_name, suite))?;
            let id = engine.add_group(mv, group)?;
            if let Some(request) = request {
                engine.requests.remember(&mut mv.gathered.writes, request, id.0)?;
            }
            Ok(id)
        })
    }

    /// Begins to join the group of a ticket, and returns its id. Whether somebody admits this node shows in
    /// [`Engine::group`].
    ///
    /// # Errors
    /// [`OperationError::Ticket`], [`OperationError::TicketExpired`], [`OperationError::AlreadyMember`],
    /// [`OperationError::NameInvalid`], [`OperationError::TooMany`].
    pub fn join(
        &mut self,
        ticket: &str,
        own_name: &str,
        now: Timestamp,
    ) -> Result<Step<'_, S, GroupId, K>, OperationError> {
        self.wish(now, |engine, mv| {
            if !event::is_name(own_name) {
                return Err(OperationError::NameInvalid);
            }
            let ticket = Ticket::parse(ticket)?;
            if ticket.expires <= now {
                return Err(OperationError::TicketExpired);
            }
            if let Some(Phase::Joining { ticket: known, refusal: None }) =
                engine.groups.get(&ticket.group).map(Group::phase)
                && *known == ticket
            {
                return Ok(ticket.group);
            }
            if let Some(Phase::Looking { ticket: known, refusal: None }) =
                engine.groups.get(&ticket.group).map(Group::phase)
                && *known == ticket
            {
                engine.join_what_was_looked_at(mv, &ticket, own_name)?;
                return Ok(ticket.group);
            }
            let farewell = engine.make_room_for(mv, &ticket.group)?;
            let endpoint = engine.own_endpoint();
            let group = engine.new_turn(mv, |turn| {
                let mut group = Group::begin_join(turn, ticket, own_name, endpoint)?;
                group.take_over_farewell(turn, farewell)?;
                Ok(group)
            })?;
            engine.add_group(mv, group)
        })
    }

    /// Begins to read what the group of a ticket says of itself, and returns its id. Nobody is asked for anything, and
    /// nothing of this member is told; what was said is [`Engine::shown_group`]. PROTOCOL 7.23.
    ///
    /// # Errors
    /// [`OperationError::Ticket`], [`OperationError::TicketExpired`], [`OperationError::AlreadyMember`],
    /// [`OperationError::Removed`] for who is out, and joins by a new ticket without a look, [`OperationError::TooMany`].
    pub fn look(&mut self, ticket: &str, now: Timestamp) -> Result<Step<'_, S, GroupId, K>, OperationError> {
        self.wish(now, |engine, mv| {
            let ticket = Ticket::parse(ticket)?;
            if ticket.expires <= now {
                return Err(OperationError::TicketExpired);
            }
            let known = engine.groups.get(&ticket.group);
            let is_active = known.is_some_and(Group::is_active);
            match known.map(Group::phase) {
                Some(Phase::Looking { ticket: same, refusal: None }) if *same == ticket && is_active => {
                    return Ok(ticket.group);
                }
                // Who has asked to be let in already goes on asking.
                Some(Phase::Joining { refusal: None, .. }) => {
                    engine.act(mv, &ticket.group, |group, turn| {
                        group.look_meanwhile(turn.now);
                        Ok(())
                    })?;
                    engine.ask_for_card(mv, &ticket.room.room(), None);
                    return Ok(ticket.group);
                }
                Some(Phase::Member | Phase::Returning(_)) => return Err(OperationError::AlreadyMember),
                // What is kept of an earlier membership is not given up for a look.
                Some(Phase::Out) => return Err(OperationError::Removed),
                Some(Phase::Looking { .. } | Phase::Joining { .. }) | None => {}
            }
            let farewell = engine.make_room_for(mv, &ticket.group)?;
            let endpoint = engine.own_endpoint();
            let group = engine.new_turn(mv, |turn| {
                let mut group = Group::begin_look(turn, ticket, endpoint)?;
                group.take_over_farewell(turn, farewell)?;
                Ok(group)
            })?;
            engine.add_group(mv, group)
        })
    }

    /// Forgets a group that is only looked at. Nothing of it stays, but for the word of an earlier leaving that nobody has heard:
    /// the next joining takes that along.
    ///
    /// # Errors
    /// [`OperationError::UnknownGroup`] for any other.
    pub fn stop_looking(
        &mut self,
        group: GroupId,
        now: Timestamp,
    ) -> Result<Step<'_, S, (), K>, OperationError> {
        self.wish(now, |engine, mv| match engine.groups.get(&group).map(Group::phase) {
            Some(Phase::Looking { .. }) => {
                let is_owed =
                    engine.groups.get(&group).is_some_and(|group| !group.unheard_farewell().is_empty());
                match is_owed {
                    true => engine.act(mv, &group, |group, turn| {
                        group.end_look(turn);
                        Ok(())
                    }),
                    false => engine.drop_group(mv, &group),
                }
            }
            Some(_) | None => Err(OperationError::UnknownGroup),
        })
    }

    /// Makes an invite and returns its ticket.
    ///
    /// # Errors
    /// [`OperationError::NotPermitted`], [`OperationError::OutOfBounds`], and as for every act in a group.
    pub fn create_invite(
        &mut self,
        group: GroupId,
        options: InviteOptions,
        now: Timestamp,
    ) -> Result<Step<'_, S, Ticket, K>, OperationError> {
        self.wish(now, |engine, mv| {
            let endpoints = engine.endpoints_for_ticket(&group);
            let InviteOptions { role, uses, expires } = options;
            engine.act(mv, &group, |group, turn| group.invite(turn, role, uses, expires, endpoints))
        })
    }

    /// Takes an invite back.
    ///
    /// # Errors
    /// [`OperationError::UnknownInvite`], [`OperationError::NotPermitted`], and as for every act in a group.
    pub fn revoke_invite(
        &mut self,
        group: GroupId,
        token: TokenId,
        now: Timestamp,
    ) -> Result<Step<'_, S, (), K>, OperationError> {
        self.wish(now, |engine, mv| engine.act(mv, &group, |group, turn| group.revoke_invite(turn, &token)))
    }

    /// Gives up a group that has not admitted this node, or that it is not in any more.
    ///
    /// # Errors
    /// [`OperationError::AlreadyMember`] while it is in, [`OperationError::UnknownGroup`].
    pub fn forget_group(
        &mut self,
        group: GroupId,
        now: Timestamp,
    ) -> Result<Step<'_, S, (), K>, OperationError> {
        self.wish(now, |engine, mv| match engine.groups.get(&group).map(Group::phase) {
            Some(Phase::Joining { .. } | Phase::Returning(_) | Phase::Out) => engine.drop_group(mv, &group),
            Some(Phase::Looking { .. }) => Err(OperationError::UnknownGroup),
            Some(Phase::Member) => Err(OperationError::AlreadyMember),
            None => Err(OperationError::UnknownGroup),
        })
    }

    /// Says where this node can be reached; members learn it, sealed. Addresses are the node's own encoding.
    ///
    /// # Errors
    /// [`OperationError::OutOfBounds`] if they are too many or too long.
    pub fn set_addresses(
        &mut self,
        addresses: Vec<Vec<u8>>,
        now: Timestamp,
    ) -> Result<Step<'_, S, (), K>, OperationError> {
        self.wish(now, |engine, mv| {
            let endpoint = Endpoint { peer: engine.local, addresses };
            if !Content::Endpoint(endpoint.clone()).is_in_bounds() {
                return Err(OperationError::OutOfBounds("addresses"));
            }
            engine.addresses = Some(endpoint.addresses.clone());
            let homes: Vec<GroupId> =
                engine.groups.values().filter(|group| group.home().is_none()).map(Group::id).collect();
            for id in homes {
                let endpoint = endpoint.clone();
                engine.act(mv, &id, |group, turn| Ok(group.set_endpoint(turn, endpoint)?))?;
            }
            Ok(())
        })
    }

    /// Takes note that the store may be older than what this node has sent: a backup, or a loss. Its keys then only open,
    /// and members' nodes are asked for new ones.
    ///
    /// # Errors
    /// [`OperationError::Store`], [`OperationError::Bug`].
    pub fn doubt(&mut self, now: Timestamp) -> Result<Step<'_, S, (), K>, OperationError> {
        self.wish(now, |engine, mv| Ok(engine.doubt_all(mv)?))
    }

    /// Takes note that the identities here come out of a backup: nobody knows what this member's devices said since it was
    /// made. PROTOCOL 4.23.
    ///
    /// # Errors
    /// [`OperationError::Store`], [`OperationError::Bug`].
    pub fn note_restored(&mut self, now: Timestamp) -> Result<Step<'_, S, (), K>, OperationError> {
        self.wish(now, |engine, mv| {
            let groups: Vec<GroupId> = engine.groups.keys().copied().collect();
            for id in groups {
                engine.act(mv, &id, |group, turn| Ok(group.note_restored(turn)?))?;
            }
            Ok(())
        })
    }

    /// Runs one wish. An error before anything was written leaves the engine as it was.
    pub(super) fn wish<T>(
        &mut self,
        now: Timestamp,
        act: impl FnOnce(&mut Self, &mut Move) -> Result<T, OperationError>,
    ) -> Result<Step<'_, S, T, K>, OperationError> {
        self.begin()?;
        let mut mv = Move::new(now);
        match act(self, &mut mv) {
            Ok(value) => Ok(self.conclude(mv, value)?),
            Err(error) => {
                let is_fault = matches!(error, OperationError::Store(_) | OperationError::Bug(_));
                self.is_poisoned = is_fault || !mv.gathered.is_untouched();
                Err(error)
            }
        }
    }

    /// Lets a group act, and settles it with the rest of the step.
    pub(super) fn act<T>(
        &mut self,
        mv: &mut Move,
        id: &GroupId,
        act: impl FnOnce(&mut Group<K>, &mut Turn<'_>) -> Result<T, OperationError>,
    ) -> Result<T, OperationError> {
        let value = self.with_group(mv, id, act).ok_or(OperationError::UnknownGroup)??;
        mv.dirty.insert(*id);
        Ok(value)
    }

    /// Lets something act that belongs to no group yet.
    pub(super) fn new_turn<T>(
        &mut self,
        mv: &mut Move,
        act: impl FnOnce(&mut Turn<'_>) -> Result<T, Fault>,
    ) -> Result<T, Fault> {
        let connected = std::collections::BTreeSet::new();
        let mut turn = Turn {
            store: &self.store,
            rng: &mut self.rng,
            now: mv.now,
            is_clock_believed: self.fading.believes(mv.now),
            connected: &connected,
            out: std::mem::take(&mut mv.gathered),
        };
        let value = act(&mut turn);
        mv.gathered = turn.out;
        value
    }

    pub(super) fn add_group(
        &mut self,
        mv: &mut Move,
        mut group: Group<K>,
    ) -> Result<GroupId, OperationError> {
        let id = group.id();
        if group.keeps_its_room() {
            self.open_room(id, group.room_id())?;
        }
        if let Some(endpoint) = self.own_endpoint() {
            self.new_turn(mv, |turn| group.set_endpoint(turn, endpoint))?;
        }
        self.groups.insert(id, group);
        mv.dirty.insert(id);
        mv.gathered.has_new_contacts = true;
        mv.gathered.notices.insert(Notice::Group { group: id });
        Ok(id)
    }

    /// Asks to be let in where this node has looked. Its neighbours begin anew with it: now it shares the room.
    fn join_what_was_looked_at(
        &mut self,
        mv: &mut Move,
        ticket: &Ticket,
        own_name: &str,
    ) -> Result<(), OperationError> {
        self.act(mv, &ticket.group, |group, _| Ok(group.stop_looking(own_name)?))?;
        let room = ticket.room.room();
        self.open_room(ticket.group, room)?;
        for (peer, session) in &self.sessions {
            if session.place_of_joined(&room).is_some() {
                mv.disconnects.insert(*peer, DisconnectReason::Renew);
            }
        }
        self.act(mv, &ticket.group, |group, turn| Ok(group.ask_after_looking(turn, ticket)?))
    }

    /// Makes sure that this node can begin anew in a group that a ticket is for. Returns what is left to be said of an
    /// earlier membership.
    pub(super) fn make_room_for(
        &mut self,
        mv: &mut Move,
        id: &GroupId,
    ) -> Result<Vec<Event>, OperationError> {
        let Some(known) = self.groups.get(id) else {
            self.check_group_count()?;
            return Ok(Vec::new());
        };
        if *known.phase() == Phase::Member && !known.is_told_out() {
            return Err(OperationError::AlreadyMember);
        }
        let farewell = known.unheard_farewell();
        self.drop_group(mv, id)?;
        Ok(farewell)
    }

    /// Forgets a home group and its pairs; its messages stay.
    fn drop_group(&mut self, mv: &mut Move, id: &GroupId) -> Result<(), OperationError> {
        let gone: Vec<GroupId> = self
            .groups
            .values()
            .filter(|group| group.id() == *id || group.home() == Some(*id))
            .map(Group::id)
            .collect();
        for id in gone {
            self.with_group(mv, &id, |group, turn| group.forget(turn)).unwrap_or(Ok(()))?;
            self.groups.remove(&id);
        }
        Ok(())
    }

    /// Finds the pair with a member, or opens one.
    pub(super) fn pair_with(
        &mut self,
        mv: &mut Move,
        home: &GroupId,
        member: &MemberId,
    ) -> Result<GroupId, OperationError> {
        match self.partner(home, member)? {
            Partner::Known(pair) => {
                self.repost_openings(mv, home)?;
                Ok(pair)
            }
            Partner::New(device) => self.open_pair(mv, home, &device),
        }
    }

    /// Checks that a member can be written to privately, as far as that can be told without doing it.
    pub(super) fn check_partner(&self, home: &GroupId, member: &MemberId) -> Result<(), OperationError> {
        match self.partner(home, member)? {
            Partner::Known(_) => Ok(()),
            Partner::New(device) => {
                let group = self.groups.get(home).ok_or(OperationError::UnknownGroup)?;
                if group.can_open_pair(&device) { Ok(()) } else { Err(OperationError::KeysMissing) }
            }
        }
    }

    fn partner(&self, home: &GroupId, member: &MemberId) -> Result<Partner, OperationError> {
        let group = self
            .groups
            .get(home)
            .filter(|group| group.home().is_none())
            .ok_or(OperationError::UnknownGroup)?;
        match group.phase() {
            Phase::Looking { .. } | Phase::Joining { .. } => return Err(OperationError::Joining),
            Phase::Returning(_) => return Err(OperationError::Astray),
            Phase::Out => return Err(OperationError::Removed),
            Phase::Member => {}
        }
        let partner = group.resolution().members.get(member).ok_or(OperationError::UnknownMember)?;
        if partner.devices.contains(&group.device().public()) {
            return Err(OperationError::Oneself);
        }
        let known = partner.devices.iter().flat_map(|device| self.pairs_with(home, device)).min();
        if let Some(known) = known {
            return Ok(Partner::Known(known));
        }
        // A pair is between two devices: the person's first one, as long as it is the person's.
        let first = partner.identity.device;
        let device =
            if partner.devices.contains(&first) { Some(first) } else { partner.devices.first().copied() };
        device.map(Partner::New).ok_or(OperationError::UnknownMember)
    }

    /// Own endpoint first, then those of members, the connected ones before the others.
    fn endpoints_for_ticket(&self, id: &GroupId) -> Vec<Endpoint> {
        let Some(group) = self.groups.get(id) else { return Vec::new() };
        // A keeper comes first: one may be on when nobody else is.
        let keepers = group.keepers().into_iter().take(limits::TICKET_KEEPERS_MAX);
        let mut others: Vec<Endpoint> =
            group.contacts().into_iter().filter(|endpoint| endpoint.desk().is_none()).collect();
        others.sort_by_key(|endpoint| !self.sessions.contains_key(&endpoint.peer));
        let mut endpoints: Vec<Endpoint> =
            self.own_endpoint().into_iter().chain(keepers).chain(others).collect();
        endpoints.truncate(limits::TICKET_ENDPOINTS_MAX);
        endpoints
    }

    pub(super) fn own_endpoint(&self) -> Option<Endpoint> {
        self.addresses.clone().map(|addresses| Endpoint { peer: self.local, addresses })
    }

    fn check_group_count(&self) -> Result<(), OperationError> {
        if self.is_keeper() {
            return Err(OperationError::IsAKeeper);
        }
        let homes = self.groups.values().filter(|group| group.home().is_none()).count();
        if homes >= limits::GROUPS_MAX { Err(OperationError::TooMany("groups")) } else { Ok(()) }
    }
}

/// How a member can be written to privately.
enum Partner {
    /// In a pair that there is.
    Known(GroupId),
    /// In one that is to be opened with a device.
    New(DeviceId),
}

impl Gathered {
    /// Says whether nothing would be written or sent.
    fn is_untouched(&self) -> bool {
        self.writes.is_empty() && self.posts.is_empty() && self.delivered.is_empty()
    }
}
