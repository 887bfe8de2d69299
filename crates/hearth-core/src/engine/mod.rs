//! The state machine: inputs in, one batch of writes and locked effects out.
//!
//! Owns the step and the routing of what comes in. `wishes`, `speech` and `membership` hold what this node's member asks for, `views` what can
//! be looked at, `sos` calls for help, `owed` what is still to be told of them, `fading` what is forgotten, `private`, `sponsors` and `reports` what stands between two,
//! `phones` numbers for some alone, `own` what a member keeps for themselves, `conscience` what the group votes on, `flow` how one thing leads to the next inside a step. Never touches clock, socket
//! or disk.

use std::collections::{BTreeMap, BTreeSet};

use crate::alarms::Alarms;
use crate::content::Endpoint;
use crate::crypto::EngineRng;
use crate::epoch::Mls;
use crate::error::{Fault, LoadError};
use crate::group::Group;
use crate::ids::{DeviceId, EnvelopeId, GroupId, PeerId, RoomId, Timestamp};
use crate::keeper::Desks;
use crate::keys::KeyLayer;
use crate::limits;
use crate::payload::Fragments;
use crate::private::Private;
use crate::room::{Room, RoomOutput};
use crate::session::Session;
use crate::store::{Class, ReadStore, WriteBatch};
use crate::timeline::Timeline;
use crate::turn::{Gathered, Notice, Turn};
use crate::wire::Frame;

mod conscience;
mod fading;
mod flow;
mod keepers;
mod membership;
mod objects;
mod owed;
mod own;
mod pairs;
mod phones;
mod private;
mod reports;
mod requests;
mod sos;
mod speech;
mod sponsors;
mod views;
mod wishes;

pub use crate::private::Note;
pub use conscience::{CountView, GroupQuestion, PollView, PollWordView};
pub use keepers::KeeperView;
pub use objects::{ObjectView, SlotView, VersionView};
pub use own::{OwnPage, OwnPlace};
pub use phones::{PhoneView, ShownTo};
pub use private::{BlockView, RequestView, ShieldView};
pub use reports::{CopyView, Proof, ReportView, Reporting};
pub use sos::{AnswerView, Coverage, OnCallView, Raise, Raised, SosView, StageView};
pub use speech::Sending;
pub use sponsors::SponsorView;
pub use views::{Delivery, GroupView, InviteView, MessageKind, MessageView, Sign, Standing};
pub use wishes::{InviteOptions, Recipient};

use fading::Fading;
use requests::Requests;

/// Something from the world.
#[derive(Debug)]
pub enum Input<'a> {
    /// A neighbour stands in an authenticated connection; on exactly one of the two sides `is_initiator` is true.
    PeerConnected {
        /// Who.
        peer: PeerId,
        /// Whether this side begins.
        is_initiator: bool,
    },
    /// The connection is over.
    PeerDisconnected(PeerId),
    /// A frame of a connected neighbour.
    Frame {
        /// Who.
        from: PeerId,
        /// The bytes, whole.
        bytes: &'a [u8],
    },
    /// Time has passed.
    Timeout,
}

/// What is to be done once the step's writes are on disk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Send a frame to a connected neighbour.
    Send {
        /// To whom.
        to: PeerId,
        /// The bytes.
        frame: Vec<u8>,
    },
    /// The neighbour may share a room: larger frames are allowed.
    Proved(PeerId),
    /// End the connection.
    Disconnect {
        /// With whom.
        peer: PeerId,
        /// Why.
        why: DisconnectReason,
    },
    /// [`Engine::contacts`] has a new answer.
    ContactsChanged,
    /// Tell the member's clients.
    Notify(Notice),
}

/// Why a connection is ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DisconnectReason {
    /// The neighbour broke a rule of the protocol.
    Misbehaved,
    /// There is no room to share.
    NoSharedRoom,
    /// The neighbour may not, or may no longer, share the room.
    Refused,
    /// The handshake took too long.
    HandshakeTimeout,
    /// There is more to share: connect again.
    Renew,
}

/// The protocol's state machine over a store.
pub struct Engine<S: ReadStore, K: KeyLayer = Mls> {
    store: S,
    local: PeerId,
    rng: EngineRng,
    rooms: BTreeMap<RoomId, Room>,
    groups: BTreeMap<GroupId, Group<K>>,
    timelines: BTreeMap<GroupId, Timeline>,
    alarms: BTreeMap<GroupId, Alarms>,
    /// What this member keeps about others, by home group.
    private: BTreeMap<GroupId, Private>,
    fragments: BTreeMap<RoomId, Fragments>,
    sessions: BTreeMap<PeerId, Session>,
    /// Which device a neighbour has proved to be in a room.
    devices: BTreeMap<(PeerId, RoomId), DeviceId>,
    /// Envelopes that may become useful when a log has grown.
    deferred: BTreeSet<(RoomId, EnvelopeId)>,
    /// The rooms that this node carries for others, if it is a keeper.
    desks: Desks,
    requests: Requests,
    fading: Fading,
    /// Whether who is new is shielded without having said so.
    is_shielding: bool,
    addresses: Option<Vec<Vec<u8>>>,
    /// The time of the last inputs.
    last_seen: Option<Timestamp>,
    /// Envelopes on disk are to be tried again: the engine was just loaded.
    is_fresh: bool,
    is_poisoned: bool,
}

/// The result of one move. Nothing may leave before its writes are on disk: take the writes, apply and flush them,
/// then call [`Step::persisted`]. A step dropped before that poisons the engine, which must then be loaded anew.
#[must_use = "a dropped step poisons the engine"]
pub struct Step<'e, S: ReadStore, T, K: KeyLayer = Mls> {
    engine: &'e mut Engine<S, K>,
    writes: WriteBatch,
    effects: Vec<Effect>,
    value: T,
}

impl<S: ReadStore, T, K: KeyLayer> Step<'_, S, T, K> {
    /// Takes the writes, to be applied as one.
    pub fn take_writes(&mut self) -> WriteBatch {
        std::mem::take(&mut self.writes)
    }

    /// Returns the engine's store, for drivers that write through it.
    pub fn store(&self) -> &S {
        &self.engine.store
    }

    /// Releases reply and effects. Call it only when the writes are durable.
    pub fn persisted(self) -> (T, Vec<Effect>) {
        self.engine.is_poisoned = false;
        for group in self.engine.groups.values_mut() {
            group.rest();
        }
        (self.value, self.effects)
    }
}

/// One move under way.
struct Move {
    now: Timestamp,
    gathered: Gathered,
    rooms: BTreeMap<RoomId, RoomOutput>,
    frames: Vec<(PeerId, Frame)>,
    proved: Vec<PeerId>,
    disconnects: BTreeMap<PeerId, DisconnectReason>,
    dirty: BTreeSet<GroupId>,
}

impl Move {
    fn new(now: Timestamp) -> Self {
        Self {
            now,
            gathered: Gathered::default(),
            rooms: BTreeMap::new(),
            frames: Vec::new(),
            proved: Vec::new(),
            disconnects: BTreeMap::new(),
            dirty: BTreeSet::new(),
        }
    }
}

impl<S: ReadStore, K: KeyLayer> Engine<S, K> {
    /// Loads the engine from what earlier steps wrote. `local` is this node's transport key; `rng` must be seeded
    /// afresh at each load.
    ///
    /// # Errors
    /// [`LoadError`] if the store cannot be read, or its records make no sense.
    pub fn load(store: S, local: PeerId, rng: EngineRng) -> Result<Self, LoadError> {
        let mut records = Vec::new();
        store.scan(Class::Group, &[0; 32], &mut |item, value| records.push((item.to_vec(), value)))?;
        let mut groups = BTreeMap::new();
        for (item, record) in records {
            let id = GroupId(item.try_into().map_err(|_| LoadError::Damaged("group id"))?);
            groups.insert(id, Group::load(&store, id, &record)?);
        }
        // Who is known and has nothing else left comes back.
        let mut identities = Vec::new();
        store.scan(Class::Identity, &[0; 32], &mut |item, value| identities.push((item.to_vec(), value)))?;
        for (item, record) in identities {
            let id = GroupId(item.try_into().map_err(|_| LoadError::Damaged("identity"))?);
            if let std::collections::btree_map::Entry::Vacant(place) = groups.entry(id) {
                place.insert(Group::begin_return(id, &record)?);
            }
        }
        let mut rooms = BTreeMap::new();
        let mut timelines = BTreeMap::new();
        let mut private = BTreeMap::new();
        for group in groups.values().filter(|group| group.home().is_none() && group.keeps_its_room()) {
            rooms.insert(group.room_id(), Room::load(&store, group.room_id())?);
            timelines.insert(group.id(), Timeline::load(&store, group.id())?);
            private.insert(group.id(), Private::load(&store, &group.id())?);
        }
        let desks = Desks::load(&store)?;
        for room in desks.rooms() {
            if let std::collections::btree_map::Entry::Vacant(place) = rooms.entry(room) {
                place.insert(Room::load(&store, room)?);
            }
        }
        let requests = Requests::load(&store)?;
        let fading = Fading::load(&store)?;
        let mut engine = Self {
            store,
            local,
            rng,
            rooms,
            groups,
            timelines,
            alarms: BTreeMap::new(),
            private,
            fragments: BTreeMap::new(),
            sessions: BTreeMap::new(),
            devices: BTreeMap::new(),
            deferred: BTreeSet::new(),
            desks,
            requests,
            fading,
            is_shielding: true,
            addresses: None,
            last_seen: None,
            is_fresh: true,
            is_poisoned: false,
        };
        let homes: Vec<GroupId> = engine.timelines.keys().copied().collect();
        homes.into_iter().try_for_each(|home| engine.load_alarms(home))?;
        engine.resume();
        Ok(engine)
    }

    /// Puts back what lives in memory only: waiting messages, watched envelopes.
    fn resume(&mut self) {
        for group in self.groups.values_mut() {
            let home = group.home().unwrap_or(group.id());
            if group.home().is_none() {
                group.hear_again(self.timelines.get(&home).and_then(Timeline::latest_of_others));
            }
            if let Some(timeline) = self.timelines.get(&home) {
                let waiting = timeline.waiting(&group.id(), &group.device().public());
                group.restore_waiting(waiting.into_iter());
            }
        }
        for (home, timeline) in &self.timelines {
            let Some(room) = self.groups.get(home).and_then(|group| self.rooms.get_mut(&group.room_id()))
            else {
                continue;
            };
            for envelope in timeline.envelopes() {
                room.watch(*envelope);
            }
        }
    }

    /// Takes what the world brings; many inputs make one step, so that one flush serves them all. A neighbour's
    /// fault is no error here: it becomes [`Effect::Disconnect`].
    ///
    /// # Errors
    /// [`Fault`] only: the engine must then be loaded anew.
    pub fn handle_inputs(
        &mut self,
        inputs: &[Input<'_>],
        now: Timestamp,
    ) -> Result<Step<'_, S, (), K>, Fault> {
        self.begin()?;
        let mut mv = Move::new(now);
        self.check_clock(&mut mv);
        for input in inputs {
            match input {
                Input::PeerConnected { peer, is_initiator } => {
                    self.peer_connected(&mut mv, *peer, *is_initiator)
                }
                Input::PeerDisconnected(peer) => self.peer_disconnected(&mut mv, peer),
                Input::Frame { from, bytes } => self.handle_frame(&mut mv, *from, bytes)?,
                Input::Timeout => self.handle_timeout(&mut mv)?,
            }
            self.run(&mut mv)?;
        }
        self.conclude(mv, ())
    }

    /// When the clock has jumped, what neighbours refused for their day or this node for its own may be taken now:
    /// all sessions begin anew.
    fn check_clock(&mut self, mv: &mut Move) {
        let Some(seen) = self.last_seen.replace(mv.now) else { return };
        let is_back = mv.now.plus_ms(CLOCK_JUMP_MS) < seen;
        let is_ahead = self.next_timeout().is_some_and(|due| mv.now > due.plus_ms(CLOCK_JUMP_MS));
        if is_back || is_ahead {
            mv.disconnects.extend(self.sessions.keys().map(|peer| (*peer, DisconnectReason::Renew)));
        }
    }

    /// Returns when [`Input::Timeout`] is due; `None` if nothing waits.
    pub fn next_timeout(&self) -> Option<Timestamp> {
        let rooms = self.rooms.values().filter_map(Room::next_timeout);
        let groups = self.groups.values().filter_map(Group::next_timeout);
        let sessions = self.sessions.values().filter_map(|session| session.deadline);
        rooms.chain(groups).chain(sessions).chain(self.next_time()).min()
    }

    /// Returns whom the node should keep a connection with, and may accept frames from.
    pub fn contacts(&self) -> Vec<Endpoint> {
        let mut contacts: BTreeMap<PeerId, Endpoint> = BTreeMap::new();
        for endpoint in self.groups.values().filter(|g| g.home().is_none()).flat_map(Group::contacts) {
            let known = contacts
                .entry(endpoint.peer)
                .or_insert_with(|| Endpoint { peer: endpoint.peer, addresses: Vec::new() });
            for address in endpoint.without_desk().addresses {
                if !known.addresses.contains(&address)
                    && known.addresses.len() < limits::ENDPOINT_ADDRESSES_MAX
                {
                    known.addresses.push(address);
                }
            }
        }
        contacts.remove(&self.local);
        contacts.into_values().collect()
    }

    /// Returns the store.
    pub fn store(&self) -> &S {
        &self.store
    }

    /// Says whether a step was lost, so that memory may be ahead of the disk.
    pub fn is_poisoned(&self) -> bool {
        self.is_poisoned
    }

    /// Poisons the engine until the step that begins here is on disk.
    fn begin(&mut self) -> Result<(), Fault> {
        if std::mem::replace(&mut self.is_poisoned, true) { Err(Fault::Poisoned) } else { Ok(()) }
    }

    fn conclude<T>(&mut self, mut mv: Move, value: T) -> Result<Step<'_, S, T, K>, Fault> {
        self.run(&mut mv)?;
        let mut writes = std::mem::take(&mut mv.gathered.writes);
        let mut effects: Vec<Effect> = Vec::new();
        for peer in &mv.proved {
            effects.push(Effect::Proved(*peer));
        }
        for (to, frame) in std::mem::take(&mut mv.frames) {
            effects.push(Effect::Send { to, frame: frame.encode() });
        }
        for (room, out) in std::mem::take(&mut mv.rooms) {
            writes.absorb(out.writes);
            for (to, frame) in out.frames {
                let Some(place) = self.sessions.get(&to).and_then(|session| session.place_of_joined(&room))
                else {
                    continue;
                };
                effects.push(Effect::Send { to, frame: Frame::Room { room: place, frame }.encode() });
            }
        }
        for (peer, why) in std::mem::take(&mut mv.disconnects) {
            self.drop_session(&peer);
            effects.push(Effect::Disconnect { peer, why });
        }
        if mv.gathered.has_new_contacts {
            effects.push(Effect::ContactsChanged);
        }
        effects.extend(mv.gathered.notices.into_iter().map(Effect::Notify));
        own::refuse_own(&writes)?;
        Ok(Step { engine: self, writes, effects, value })
    }

    /// Lets a group act, with what it gathers going into the move.
    fn with_group<T>(
        &mut self,
        mv: &mut Move,
        id: &GroupId,
        act: impl FnOnce(&mut Group<K>, &mut Turn<'_>) -> T,
    ) -> Option<T> {
        let connected = self.connected_devices(id);
        let group = self.groups.get_mut(id)?;
        let mut turn = Turn {
            store: &self.store,
            rng: &mut self.rng,
            now: mv.now,
            is_clock_believed: self.fading.believes(mv.now),
            connected: &connected,
            out: std::mem::take(&mut mv.gathered),
        };
        let value = act(group, &mut turn);
        mv.gathered = turn.out;
        Some(value)
    }

    /// Returns the devices that have proved themselves in the group's room.
    fn connected_devices(&self, group: &GroupId) -> BTreeSet<DeviceId> {
        let Some(room) = self.groups.get(group).map(Group::room_id) else { return BTreeSet::new() };
        self.devices.iter().filter(|((_, of), _)| *of == room).map(|(_, device)| *device).collect()
    }

    /// Returns the home group whose room it is, if this node still takes part in it.
    fn home_of(&self, room: &RoomId) -> Option<&Group<K>> {
        self.groups
            .values()
            .find(|group| group.home().is_none() && group.room_id() == *room && group.is_active())
    }

    fn drop_session(&mut self, peer: &PeerId) {
        self.sessions.remove(peer);
        self.devices.retain(|(of, _), _| of != peer);
        for room in self.rooms.values_mut() {
            room.peer_left(*peer);
        }
        for group in self.groups.values_mut() {
            group.forget_peer(peer);
        }
    }
}

/// Milliseconds by which a clock, or a sleep, must be off for sessions to begin anew.
const CLOCK_JUMP_MS: u64 = 60 * 60 * 1000;
