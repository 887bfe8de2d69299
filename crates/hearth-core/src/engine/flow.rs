//! How one thing leads to the next inside a step: frames to rooms, envelopes to groups, posts back to rooms.
//!
//! Owns the order of these, and the handshake's decisions. PROTOCOL 1.2 to 1.4.

use std::collections::BTreeSet;

use super::pairs::{private_since, reader_of};
use super::{DisconnectReason, Engine, Move};
use crate::content::{Body, Endpoint};
use crate::crypto::DeviceSecret;
use crate::envelope::Envelope;
use crate::error::Fault;
use crate::group::{Group, Handled, KeyOrigin, ShownGroup};
use crate::ids::{self, EnvelopeId, EpochId, GroupId, MessageId, PeerId, RoomId, Timestamp, TokenId};
use crate::keeper::{RoomAccess, Side};
use crate::keys::KeyLayer;
use crate::limits;
use crate::payload::Payload;
use crate::room::Room;
use crate::session::Session;
use crate::store::{Class, Key, ReadStore};
use crate::timeline::{Arriving, Outgoing};
use crate::turn::{Delivered, Notice, Post};
use crate::wire::{Frame, Proof, Refusal};

impl<S: ReadStore, K: KeyLayer> Engine<S, K> {
    pub(super) fn peer_connected(&mut self, mv: &mut Move, peer: PeerId, is_initiator: bool) {
        self.drop_session(&peer);
        if self.sessions.len() >= limits::PEERS_MAX {
            mv.disconnects.insert(peer, DisconnectReason::NoSharedRoom);
            return;
        }
        let is_initiator = self.begins(&peer, is_initiator);
        let accesses = self.accesses_with(&peer).into_iter();
        let (session, hello) =
            Session::begin(self.local, peer, is_initiator, accesses, &mut self.rng, mv.now);
        self.sessions.insert(peer, session);
        mv.frames.extend(hello.map(|hello| (peer, hello)));
    }

    pub(super) fn peer_disconnected(&mut self, mv: &mut Move, peer: &PeerId) {
        let rooms: Vec<RoomId> = self.sessions.get(peer).into_iter().flat_map(Session::joined).collect();
        self.drop_session(peer);
        for room in rooms {
            mv.dirty.extend(self.home_of(&room).map(Group::id));
            self.notify_connection(mv, &room);
        }
    }

    fn notify_connection(&self, mv: &mut Move, room: &RoomId) {
        if let Some(home) = self.home_of(room) {
            mv.gathered.notices.insert(Notice::Connection { group: home.id() });
        }
    }

    pub(super) fn handle_frame(&mut self, mv: &mut Move, from: PeerId, bytes: &[u8]) -> Result<(), Fault> {
        if !self.sessions.contains_key(&from) {
            return Ok(());
        }
        let Some(frame) = Frame::decode(bytes) else {
            mv.disconnects.insert(from, DisconnectReason::Misbehaved);
            return Ok(());
        };
        match frame {
            Frame::Hello { nonce, tags } => self.handle_hello(mv, from, nonce, &tags),
            Frame::HelloReply { nonce, tags } => self.handle_hello_reply(mv, from, nonce, &tags),
            Frame::Proof { room, proof } => self.handle_proof(mv, from, room, &proof),
            Frame::Refused { room, why } => self.handle_refused(mv, from, room, why)?,
            Frame::Room { room, frame } => {
                let joined = self.sessions.get(&from).and_then(|session| session.joined_room(room));
                if let Some(id) = joined
                    && let Some(room) = self.rooms.get_mut(&id)
                {
                    let out = mv.rooms.entry(id).or_default();
                    room.handle_frame(&self.store, from, frame, mv.now, out)?;
                }
            }
            Frame::Head { room, head } => {
                let joined = self.sessions.get(&from).and_then(|session| session.group_room(room));
                let home = joined.and_then(|room| self.home_of(&room)).map(Group::id);
                if let Some(group) = home.and_then(|id| self.groups.get_mut(&id)) {
                    group.note_peer_head(from, head);
                    mv.dirty.insert(group.id());
                }
            }
            Frame::Objects { room, digest } => {
                let joined = self.sessions.get(&from).and_then(|session| session.group_room(room));
                let home = joined.and_then(|room| self.home_of(&room)).map(Group::id);
                if let Some(group) = home.and_then(|id| self.groups.get_mut(&id)) {
                    group.note_peer_objects(from, digest);
                    mv.dirty.insert(group.id());
                }
            }
            Frame::Look { room, token } => self.tell_card(mv, from, room, &token)?,
            Frame::Card { room, name, card } => {
                let joined = self.sessions.get(&from).and_then(|session| session.group_room(room));
                let home = joined.and_then(|room| self.home_of(&room)).map(Group::id);
                if let Some(group) = home.and_then(|id| self.groups.get_mut(&id))
                    && group.hear_card(from, &name, card.as_deref())
                {
                    mv.gathered.notices.insert(Notice::Group { group: group.id() });
                }
            }
            Frame::Keep { desk, room, key } => self.take_room(mv, from, desk, room, key)?,
            Frame::Kept { desk, refusal } => self.hear_keeper(mv, from, desk, refusal),
        }
        Ok(())
    }

    fn handle_hello(&mut self, mv: &mut Move, from: PeerId, nonce: [u8; 32], tags: &[[u8; 16]]) {
        let accesses: Vec<RoomAccess> =
            self.accesses_with(&from).into_iter().chain(self.desks.accesses()).collect();
        let Some(session) = self.sessions.get_mut(&from) else { return };
        match session.handle_hello(self.local, accesses.into_iter(), nonce, tags, &mut self.rng) {
            Some(reply) => mv.frames.push((from, reply)),
            None if session.is_waiting_for_hello() => {
                mv.disconnects.insert(from, DisconnectReason::NoSharedRoom);
            }
            None => {}
        }
    }

    fn handle_hello_reply(&mut self, mv: &mut Move, from: PeerId, nonce: [u8; 32], tags: &[[u8; 16]]) {
        let Some(session) = self.sessions.get_mut(&from) else { return };
        let Some(places) = session.handle_hello_reply(self.local, nonce, tags) else { return };
        if places.is_empty() {
            mv.disconnects.insert(from, DisconnectReason::NoSharedRoom);
        }
        for place in places {
            self.send_proof(mv, from, place);
        }
    }

    fn send_proof(&mut self, mv: &mut Move, to: PeerId, place: u8) {
        let Some(session) = self.sessions.get(&to) else { return };
        if session.side(place) != Some(Side::Group) {
            // A keeper is told nothing of who is who, and says nothing of itself: having the key is enough.
            let nobody = DeviceSecret::from_seed(&self.rng.bytes());
            mv.frames.extend(session.prove(place, &nobody, None, None).map(|frame| (to, frame)));
            return;
        }
        let Some(home) = session.room(place).and_then(|room| self.home_of(&room)) else { return };
        let (token, admission) = home.own_proof();
        if let Some(frame) = session.prove(place, home.device(), token.as_ref(), admission) {
            mv.frames.push((to, frame));
        }
    }

    fn handle_proof(&mut self, mv: &mut Move, from: PeerId, place: u8, proof: &Proof) {
        let Some(session) = self.sessions.get(&from) else { return };
        let Some(room) = session.room(place) else { return };
        if session.joined_room(place).is_some() {
            return;
        }
        if !session.is_signed(place, proof) {
            mv.disconnects.insert(from, DisconnectReason::Misbehaved);
            return;
        }
        let is_initiator = session.is_initiator();
        let side = session.side(place);
        let access = match self.home_of(&room) {
            _ if side != Some(Side::Group) => Ok(()),
            Some(home) => {
                let token = proof.token.as_ref().map(|(token, _)| token);
                home.check_access(&proof.device, token, proof.admission.as_deref(), mv.now)
            }
            None => Err(Refusal::Unknown),
        };
        if let Err(why) = access {
            mv.frames.push((from, Frame::Refused { room: place, why }));
            self.leave_room(mv, from, place);
            return;
        }
        if !is_initiator {
            self.send_proof(mv, from, place);
        }
        if let Some(session) = self.sessions.get_mut(&from) {
            session.join(place);
        }
        if side == Some(Side::Group) {
            self.devices.insert((from, room), proof.device);
        }
        mv.proved.push(from);
        self.notify_connection(mv, &room);
        if side == Some(Side::Desk) {
            self.hand_over(mv, from, place, &room);
            return;
        }
        if let Some(joined) = self.rooms.get_mut(&room) {
            joined.peer_joined(from, is_initiator, mv.now, mv.rooms.entry(room).or_default());
        }
        if side == Some(Side::ToKeeper) {
            self.note_carried(from, &room);
        }
        self.tell_head(mv, &room, Some(from));
        self.ask_for_card(mv, &room, Some(from));
        if let Some(home) = self.home_of(&room).map(Group::id) {
            self.tell_objects(mv, &home);
        }
    }

    /// Asks one neighbour in a room, or all, what the group says of itself, if this member looks at it.
    pub(super) fn ask_for_card(&self, mv: &mut Move, room: &RoomId, of: Option<PeerId>) {
        let Some(token) = self.home_of(room).and_then(Group::looks_with) else { return };
        for (peer, session) in &self.sessions {
            if let Some(place) = session.place_in_group(room).filter(|_| of.is_none_or(|of| of == *peer)) {
                mv.frames.push((*peer, Frame::Look { room: place, token }));
            }
        }
    }

    /// Tells the holder of a ticket what the group says of itself.
    fn tell_card(&mut self, mv: &mut Move, to: PeerId, place: u8, token: &TokenId) -> Result<(), Fault> {
        let may_tell = self.sessions.get_mut(&to).is_some_and(|session| session.may_tell_card(place));
        let room = self.sessions.get(&to).filter(|_| may_tell).and_then(|session| session.joined_room(place));
        let Some(home) = room.and_then(|room| self.home_of(&room)) else { return Ok(()) };
        if let Some(ShownGroup { name, card }) = home.card_for(&self.store, token, mv.now)? {
            let card = card.and_then(|card| Body::Card(card).encode()).map(|(_, bytes)| bytes);
            mv.frames.push((to, Frame::Card { room: place, name, card }));
        }
        Ok(())
    }

    /// Tells one neighbour in a room, or all, which epoch is the head here.
    fn tell_head(&self, mv: &mut Move, room: &RoomId, to: Option<PeerId>) {
        let Some(head) = self.home_of(room).and_then(Group::head) else { return };
        for (peer, session) in &self.sessions {
            if let Some(place) = session.place_in_group(room).filter(|_| to.is_none_or(|to| to == *peer)) {
                mv.frames.push((*peer, Frame::Head { room: place, head }));
            }
        }
    }

    /// Tells the neighbours in a group's room which versions of what the group has this node knows, as far as that is news.
    fn tell_objects(&mut self, mv: &mut Move, id: &GroupId) {
        let tells = |group: &Group<K>| group.home().is_none() && group.keeps_its_room();
        let Some(group) = self.groups.get_mut(id).filter(|group| tells(group)) else { return };
        let room = group.room_id();
        let place = |session: &Session| session.place_in_group(&room);
        let joined = self.sessions.iter().filter(|(_, session)| place(session).is_some());
        let peers: Vec<PeerId> = joined.map(|(peer, _)| *peer).collect();
        for (peer, digest) in group.digest_to_tell(&peers) {
            if let Some(place) = self.sessions.get(&peer).and_then(place) {
                mv.frames.push((peer, Frame::Objects { room: place, digest }));
            }
        }
    }

    fn handle_refused(&mut self, mv: &mut Move, from: PeerId, place: u8, why: Refusal) -> Result<(), Fault> {
        let Some(room) = self.sessions.get(&from).and_then(|session| session.room(place)) else {
            return Ok(());
        };
        let side = self.sessions.get(&from).and_then(|session| session.side(place));
        if let Some(room) = self.rooms.get_mut(&room) {
            room.peer_left(from);
        }
        self.devices.remove(&(from, room));
        self.leave_room(mv, from, place);
        if side != Some(Side::Group) {
            return Ok(());
        }
        if let Some(id) = self.home_of(&room).map(Group::id) {
            self.with_group(mv, &id, |group, turn| group.handle_refusal(turn, from, why))
                .unwrap_or(Ok(()))?;
        }
        Ok(())
    }

    fn leave_room(&mut self, mv: &mut Move, peer: PeerId, place: u8) {
        if let Some(session) = self.sessions.get_mut(&peer) {
            session.drop_room(place);
            if session.is_over() {
                mv.disconnects.insert(peer, DisconnectReason::Refused);
            }
        }
    }

    pub(super) fn handle_timeout(&mut self, mv: &mut Move) -> Result<(), Fault> {
        for (peer, session) in &mut self.sessions {
            if session.deadline.is_some_and(|deadline| deadline <= mv.now) {
                mv.disconnects.insert(*peer, DisconnectReason::HandshakeTimeout);
            }
        }
        for (id, room) in &mut self.rooms {
            if room.next_timeout().is_some_and(|due| due <= mv.now) {
                room.handle_timeout(&self.store, mv.now, mv.rooms.entry(*id).or_default())?;
            }
        }
        mv.dirty.extend(self.groups.keys().copied());
        self.handle_time(mv)
    }

    /// Follows every consequence of what came in, until nothing is left to do.
    pub(super) fn run(&mut self, mv: &mut Move) -> Result<(), Fault> {
        if std::mem::take(&mut self.is_fresh) {
            mv.gathered.has_new_keys = true;
            mv.dirty.extend(self.groups.keys().copied());
        }
        loop {
            self.keep_unheld(mv)?;
            let arrived = self.take_arrived(mv);
            let is_idle = arrived.is_empty()
                && mv.dirty.is_empty()
                && mv.gathered.posts.is_empty()
                && mv.gathered.delivered.is_empty()
                && !mv.gathered.has_new_keys
                && !mv.gathered.has_new_events;
            if is_idle {
                break;
            }
            for envelope in arrived {
                self.open(mv, &envelope)?;
            }
            if std::mem::take(&mut mv.gathered.has_new_events) {
                mv.dirty.extend(self.groups.keys().copied());
                self.try_deferred(mv)?;
            }
            if std::mem::take(&mut mv.gathered.has_new_keys) {
                self.try_unopened(mv)?;
            }
            for id in std::mem::take(&mut mv.dirty) {
                self.settle(mv, &id)?;
            }
            self.take_delivered(mv)?;
            self.tell_owed(mv)?;
            self.insert_posts(mv)?;
        }
        self.hear_greeters(mv)?;
        self.note_holders(mv)?;
        self.check_sessions(mv);
        Ok(())
    }

    fn take_arrived(&mut self, mv: &mut Move) -> Vec<Envelope> {
        let mut arrived = Vec::new();
        for out in mv.rooms.values_mut() {
            arrived.append(&mut out.arrived);
            for (peer, _) in std::mem::take(&mut out.misbehaved) {
                mv.disconnects.insert(peer, DisconnectReason::Misbehaved);
            }
        }
        arrived
    }

    fn settle(&mut self, mv: &mut Move, id: &GroupId) -> Result<(), Fault> {
        let settled = self.with_group(mv, id, |group, turn| {
            group.handle_timeout(turn)?;
            group.settle(turn)
        });
        settled.unwrap_or(Ok(()))?;
        if std::mem::take(&mut mv.gathered.is_unfinished) {
            mv.dirty.insert(*id);
        }
        self.tell_objects(mv, id);
        self.seal_anew(mv, id)
    }

    /// When the keys have moved to another branch, messages of this member that some cannot open are sealed once more
    /// under the same id; also when somebody can be reached by name who could not (PROTOCOL 8.8, 8.12).
    fn seal_anew(&mut self, mv: &mut Move, id: &GroupId) -> Result<(), Fault> {
        let Some(group) = self.groups.get_mut(id) else { return Ok(()) };
        let has_news_of_keys = group.take_news_of_keys();
        let has_moved = group.take_head_change();
        if !has_moved && !has_news_of_keys {
            return Ok(());
        }
        if !has_moved {
            self.carry_over(mv, id)?;
        } else if group.home().is_none() {
            let room = group.room_id();
            self.tell_head(mv, &room, None);
            self.repost_openings(mv, id)?;
            self.carry_over(mv, id)?;
        }
        let Some(group) = self.groups.get_mut(id) else { return Ok(()) };
        let Some(timeline) = self.timelines.get(id) else { return Ok(()) };
        let life_ms = u64::from(limits::ENVELOPE_LIFE_DAYS) * ids::MS_PER_DAY;
        let since = Timestamp(mv.now.0.saturating_sub(life_ms));
        let since = group.apart_since().map_or(since, |apart| apart.min(since));
        let is_stale = |epoch: &EpochId, outgoing: &Outgoing, mseq: u64| {
            (has_moved && group.must_seal_anew(epoch, outgoing.is_partial))
                || outgoing.readers.as_ref().is_some_and(|reached| group.can_reach_more(mseq, reached))
        };
        let stale = timeline.stale(id, since, is_stale);
        if has_moved {
            group.end_apart();
        }
        if stale.is_empty() {
            return Ok(());
        }
        group.restore_waiting(stale.into_iter());
        self.with_group(mv, id, |group, turn| group.flush_waiting(turn)).unwrap_or(Ok(()))
    }

    /// An own message whose envelope is gone before anybody took it, a private one before its reader did, is sealed into a
    /// new one.
    fn keep_unheld(&mut self, mv: &mut Move) -> Result<(), Fault> {
        let mut homes = BTreeSet::new();
        for (room, out) in &mut mv.rooms {
            let gone: Vec<EnvelopeId> = out.expired.drain(..).chain(out.evicted.drain(..)).collect();
            let home = self.groups.values().find(|group| group.home().is_none() && group.room_id() == *room);
            let Some(home) = home else { continue };
            let Some(timeline) = self.timelines.get(&home.id()) else { continue };
            let is_outstanding = |group: &GroupId, written: Timestamp, holders: &[PeerId]| match self
                .groups
                .get(group)
                .filter(|group| group.home().is_some())
            {
                Some(pair) => reader_of(home, pair)
                    .is_some_and(|reader| written >= private_since(mv.now) && !holders.contains(&reader)),
                None => holders.is_empty(),
            };
            let lost: Vec<(GroupId, MessageId)> =
                gone.iter().filter_map(|envelope| timeline.outstanding(envelope, is_outstanding)).collect();
            for (id, message) in lost {
                if let Some(group) = self.groups.get_mut(&id) {
                    group.restore_waiting(std::iter::once(message));
                    homes.extend(group.home());
                    mv.dirty.insert(id);
                }
            }
        }
        homes.into_iter().try_for_each(|home| self.repost_openings(mv, &home))
    }

    /// Opens an envelope if a key of this node fits; what cannot be opened is kept for the others.
    fn open(&mut self, mv: &mut Move, envelope: &Envelope) -> Result<(), Fault> {
        let Some((id, origin)) = self.key_for(envelope) else { return Ok(()) };
        let Some(payload) = self.groups.get(&id).and_then(|group| group.open(envelope, origin)) else {
            return Ok(());
        };
        let room = envelope.room();
        match Payload::decode(&payload) {
            Some(Payload::Fragment { set, index, count, bytes }) => {
                let fragments = self.fragments.entry(room).or_default();
                let Some((whole, parts)) = fragments.take(set, (index, count), envelope.id(), bytes) else {
                    return Ok(());
                };
                match Payload::decode(&whole) {
                    Some(payload) => self.handle_payload(mv, &id, payload, origin, (room, &parts)),
                    None => Ok(()),
                }
            }
            Some(payload) => self.handle_payload(mv, &id, payload, origin, (room, &[envelope.id()])),
            None => {
                self.mark_opened(mv, &room, &[envelope.id()]);
                Ok(())
            }
        }
    }

    fn key_for(&self, envelope: &Envelope) -> Option<(GroupId, KeyOrigin)> {
        let in_room = self.groups.values().filter(|group| group.room_id() == envelope.room());
        let mut found = in_room.filter_map(|group| {
            group.key_for(envelope.nonce(), envelope.hint()).map(|origin| (group.id(), origin))
        });
        found.next()
    }

    fn handle_payload(
        &mut self,
        mv: &mut Move,
        id: &GroupId,
        payload: Payload,
        origin: KeyOrigin,
        (room, envelopes): (RoomId, &[EnvelopeId]),
    ) -> Result<(), Fault> {
        let handled = self.with_group(mv, id, |group, turn| group.handle_payload(turn, payload, origin));
        let handled = handled.unwrap_or(Ok(Handled::Done))?;
        mv.dirty.insert(*id);
        match handled {
            Handled::Done => self.mark_opened(mv, &room, envelopes),
            Handled::Own => {
                self.doubt_unless_known(mv, &room, envelopes)?;
                self.mark_opened(mv, &room, envelopes);
            }
            Handled::Later => self.deferred.extend(envelopes.iter().map(|envelope| (room, *envelope))),
            Handled::Pair { opening, under } => {
                self.accept_pair(mv, id, opening, under)?;
                self.mark_opened(mv, &room, envelopes);
            }
        }
        Ok(())
    }

    /// Own words came back. If this node does not know of having sent them, its disk is older than they are.
    fn doubt_unless_known(
        &mut self,
        mv: &mut Move,
        room: &RoomId,
        envelopes: &[EnvelopeId],
    ) -> Result<(), Fault> {
        let home = self.home_of(room).map(Group::id);
        let timeline = home.and_then(|home| self.timelines.get(&home));
        let is_known = |envelope: &EnvelopeId| timeline.is_some_and(|timeline| timeline.has_sent(envelope));
        if envelopes.iter().any(is_known) { Ok(()) } else { self.doubt_all(mv) }
    }

    /// From here on no key on disk seals.
    pub(super) fn doubt_all(&mut self, mv: &mut Move) -> Result<(), Fault> {
        let groups: Vec<GroupId> = self.groups.keys().copied().collect();
        for id in groups {
            self.with_group(mv, &id, |group, turn| group.doubt(turn)).unwrap_or(Ok(()))?;
            mv.dirty.insert(id);
        }
        Ok(())
    }

    fn mark_opened(&mut self, mv: &mut Move, room: &RoomId, envelopes: &[EnvelopeId]) {
        if let Some(kept) = self.rooms.get_mut(room) {
            let out = mv.rooms.entry(*room).or_default();
            for envelope in envelopes {
                self.deferred.remove(&(*room, *envelope));
                kept.mark_opened(*envelope, out);
            }
        }
    }

    fn try_deferred(&mut self, mv: &mut Move) -> Result<(), Fault> {
        for (room, id) in std::mem::take(&mut self.deferred) {
            self.reopen(mv, &room, id)?;
        }
        Ok(())
    }

    fn try_unopened(&mut self, mv: &mut Move) -> Result<(), Fault> {
        let rooms: Vec<RoomId> = self.rooms.keys().copied().collect();
        for room in rooms {
            let groups: Vec<&Group<K>> =
                self.groups.values().filter(|group| group.room_id() == room).collect();
            let fitting: Vec<EnvelopeId> = match self.rooms.get(&room) {
                Some(kept) => kept
                    .unopened()
                    .filter(|(_, nonce, hint)| {
                        groups.iter().any(|group| group.key_for(nonce, hint).is_some())
                    })
                    .map(|(id, _, _)| id)
                    .collect(),
                None => Vec::new(),
            };
            for id in fitting {
                self.reopen(mv, &room, id)?;
            }
        }
        Ok(())
    }

    fn reopen(&mut self, mv: &mut Move, room: &RoomId, id: EnvelopeId) -> Result<(), Fault> {
        let envelope = match self.rooms.get(room) {
            Some(kept) => kept.read(&self.store, &mv.rooms.entry(*room).or_default().writes, id)?,
            None => None,
        };
        envelope.map_or(Ok(()), |envelope| self.open(mv, &envelope))
    }

    fn take_delivered(&mut self, mv: &mut Move) -> Result<(), Fault> {
        for (id, delivered) in std::mem::take(&mut mv.gathered.delivered) {
            let Delivered { message, is_hidden, held_until } = delivered;
            let Some(group) = self.groups.get(&id) else { continue };
            let home = group.home().unwrap_or(id);
            let own = group.device().public();
            let is_gone = self.is_gone(mv, &home, &message.id())?;
            let Some(timeline) = self.timelines.get(&home) else { continue };
            if is_gone || timeline.entry(&message.id()).is_some_and(|known| known.group != id) {
                // It came in an earlier pair, too, or was forgotten.
                mv.gathered.writes.delete(Key::new(Class::Message, &id.0, &message.id().0));
                continue;
            }
            let is_news = timeline.entry(&message.id()).is_none();
            let waits = is_news && self.note_private(mv, &home, &id, &message, held_until.is_some())?;
            let Some(timeline) = self.timelines.get_mut(&home) else { continue };
            let content = message.content();
            let arriving =
                Arriving { message: &message, content: &content, group: id, is_hidden, waits, now: mv.now };
            let visible = timeline.take(&mut mv.gathered.writes, &own, &arriving)?;
            if let Some(until) = held_until {
                timeline.hold(&mut mv.gathered.writes, message.id(), until)?;
            }
            self.follow_retraction(mv, &home, &message)?;
            self.follow_phone(mv, &home, &message)?;
            self.hear_visible(mv, &home, visible)?;
        }
        for (id, device) in std::mem::take(&mut mv.gathered.entered) {
            let Some(home) = self.groups.get(&id).map(|group| group.home().unwrap_or(id)) else { continue };
            let Some(timeline) = self.timelines.get_mut(&home) else { continue };
            let visible = timeline.show_all_of(&mut mv.gathered.writes, &id, &device)?;
            self.hear_visible(mv, &home, visible)?;
        }
        Ok(())
    }

    fn insert_posts(&mut self, mv: &mut Move) -> Result<(), Fault> {
        for Post { envelope, carried } in std::mem::take(&mut mv.gathered.posts) {
            let (room, id) = (envelope.room(), envelope.id());
            let home = self.home_of(&room).map(Group::id);
            let Some(kept) = self.rooms.get_mut(&room) else { continue };
            let out = mv.rooms.entry(room).or_default();
            kept.insert(envelope, mv.now, out)
                .map_err(|_| Fault::Bug("own envelope not taken by its room"))?;
            kept.mark_opened(id, out);
            if let Some(carried) = carried {
                kept.watch(id);
                if let Some(timeline) = home.and_then(|home| self.timelines.get_mut(&home)) {
                    timeline.note_envelope(&mut mv.gathered.writes, &carried, id)?;
                }
            }
        }
        Ok(())
    }

    fn note_holders(&mut self, mv: &mut Move) -> Result<(), Fault> {
        let held: Vec<(RoomId, PeerId, EnvelopeId)> = mv
            .rooms
            .iter_mut()
            .flat_map(|(room, out)| {
                let held = std::mem::take(&mut out.held);
                held.into_iter().map(|(peer, envelope)| (*room, peer, envelope))
            })
            .collect();
        for (room, peer, envelope) in held {
            let Some(home) = self.home_of(&room).map(Group::id) else { continue };
            let session = self.sessions.get(&peer);
            let is_member = session.is_some_and(|session| session.place_in_group(&room).is_some());
            let Some(timeline) = self.timelines.get_mut(&home) else { continue };
            let news = match is_member {
                true => timeline.note_holder(&mut mv.gathered.writes, &envelope, peer)?,
                // Nobody has read what lies with a keeper, and its word is all that is known.
                false => timeline.note_keeper(&envelope),
            };
            if let Some(id) = news {
                mv.gathered.notices.insert(Notice::Delivery { group: home, id });
            }
        }
        Ok(())
    }

    /// Ends sessions with those who may no longer share a room, and renews those that could share one more.
    fn check_sessions(&mut self, mv: &mut Move) {
        if !mv.gathered.has_new_contacts {
            return;
        }
        for ((peer, room), device) in &self.devices {
            let may = match self.home_of(room) {
                Some(home) => home.may_share_room(device),
                None => false,
            };
            if !may {
                mv.disconnects.insert(*peer, DisconnectReason::Refused);
            }
        }
        let active = self.groups.values().filter(|group| group.home().is_none() && group.is_active());
        for group in active {
            for Endpoint { peer, .. } in group.contacts() {
                let Some(session) = self.sessions.get(&peer).filter(|session| session.deadline.is_none())
                else {
                    continue;
                };
                // Who stands at a keeper's desk has asked already.
                let desk = group.accesses_by_keeper(&peer).map(|(_, desk)| desk.room);
                let is_at_desk = desk.is_some_and(|desk| session.place_of_joined(&desk).is_some());
                if session.place_of_joined(&group.room_id()).is_none() && !is_at_desk {
                    mv.disconnects.entry(peer).or_insert(DisconnectReason::Renew);
                }
            }
        }
        self.leave_keepers(mv);
        // A room whose group is gone is not kept in memory.
        let rooms: Vec<RoomId> = self.rooms.keys().copied().collect();
        for room in rooms {
            let is_used =
                self.desks.keeps(&room) || self.groups.values().any(|group| group.room_id() == room);
            if !is_used {
                self.rooms.remove(&room);
            }
        }
    }

    /// Makes sure that a home group's room and timeline are in memory.
    pub(super) fn open_room(&mut self, home: GroupId, room: RoomId) -> Result<(), Fault> {
        if !self.rooms.contains_key(&room) {
            self.rooms.insert(room, Room::load(&self.store, room)?);
        }
        if !self.timelines.contains_key(&home) {
            let timeline = crate::timeline::Timeline::load(&self.store, home)
                .map_err(|_| Fault::Bug("timeline cannot be loaded"))?;
            self.timelines.insert(home, timeline);
            self.load_alarms(home).map_err(|_| Fault::Bug("calls for help cannot be loaded"))?;
        }
        if !self.private.contains_key(&home) {
            let private = crate::private::Private::load(&self.store, &home)
                .map_err(|_| Fault::Bug("what is kept about others cannot be loaded"))?;
            self.private.insert(home, private);
        }
        Ok(())
    }
}
