//! Nodes, their clock and the network between them.
//!
//! Owns the only source of time and chance of a run. Drives each engine as the daemon does: writes first, then
//! effects; a crash between the two loses the step.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, BinaryHeap};

use hearth_core::crypto::EngineRng;
use hearth_core::engine::{DisconnectReason, InviteOptions, MessageView, Recipient, Standing};
use hearth_core::error::OperationError;
use hearth_core::event::Role;
use hearth_core::ids::{GroupId, MemberId, MessageId, PeerId, Timestamp};
use hearth_core::store::Class;
use hearth_core::{Effect, Engine, Input, KeyLayer, Mls, Notice, Step, Suite};

use crate::digest::Digest;
use crate::receipts::Receipts;
use crate::store::SimStore;

/// A node of the world, by its number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct NodeId(pub usize);

/// What the network does to frames, in percent, and how long they take.
#[derive(Clone, Copy, Debug)]
pub struct Faults {
    /// Frames that vanish.
    pub loss_percent: u64,
    /// Frames that come twice.
    pub duplicate_percent: u64,
    /// Frames that later ones may overtake.
    pub reorder_percent: u64,
    /// The shortest way, in milliseconds.
    pub delay_min_ms: u64,
    /// The longest way, in milliseconds.
    pub delay_max_ms: u64,
    /// Steps that are lost with the node's power, in ten thousand.
    pub crash_per_myriad: u64,
}

impl Faults {
    /// A good network.
    pub const NONE: Self = Self {
        loss_percent: 0,
        duplicate_percent: 0,
        reorder_percent: 0,
        delay_min_ms: 1,
        delay_max_ms: 5,
        crash_per_myriad: 0,
    };
}

/// What a bad neighbour does to the frames that it sends. It answers as if it did not.
#[derive(Clone, Copy, Debug, Default)]
pub struct Mischief {
    /// Longer frames do not leave.
    pub frame_bytes_max: Option<usize>,
    /// Frames that do not leave, in percent of all that there are: the same bytes never do.
    pub withheld_percent: u64,
    /// Frames that are followed by one that it sent before, to whomever, in percent.
    pub replayed_percent: u64,
}

/// Frames that a bad neighbour keeps for sending them again.
const REPLAYS_MAX: usize = 256;

/// Where in a step the power fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CrashPoint {
    /// The step is lost whole.
    BeforeWrite,
    /// It is on disk, and nothing has left.
    AfterWrite,
    /// It is on disk, and so many of its effects happened.
    AfterEffects(usize),
}

/// Milliseconds between two attempts to reach a contact.
const DIAL_MS: u64 = 2_000;
/// How often that doubles for a contact that does not let this node in.
const DIAL_DOUBLINGS: u32 = 8;
/// Milliseconds that a restart takes.
const RESTART_MS: u64 = 3_000;

struct Node<K: KeyLayer> {
    name: String,
    peer: PeerId,
    store: SimStore,
    engine: Option<Engine<SimStore, K>>,
    is_online: bool,
    /// Milliseconds that this node's clock is ahead of the world's.
    clock_offset_ms: i64,
    /// Frames that it was sent, for what an eavesdropper or a removed member may learn; `None` if nobody asks.
    received: Option<Vec<Vec<u8>>>,
    /// What its member's clients were told; `None` if nobody asks.
    notices: Option<Vec<Notice>>,
    mischief: Mischief,
    /// Frames that it sent, for its mischief.
    sent: Vec<Vec<u8>>,
    /// In how many steps the power fails, and where.
    crash: Option<(u64, CrashPoint)>,
    steps: u64,
    /// When its engine wants to be woken.
    timer: Option<Timestamp>,
    loads: u64,
}

#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Happening {
    Dial(NodeId, NodeId),
    Close(NodeId, NodeId, u64),
    Deliver { from: NodeId, to: NodeId, connection: u64, frame: Vec<u8> },
    Timer(NodeId),
    Restart(NodeId),
}

/// The whole simulation.
pub struct World<K: KeyLayer = Mls> {
    /// The world's time.
    pub now: Timestamp,
    seed: u64,
    rng: EngineRng,
    faults: Faults,
    /// Frames that arrive damaged, in ten thousand.
    damaged_per_myriad: u64,
    nodes: Vec<Node<K>>,
    queue: BinaryHeap<Reverse<(Timestamp, u64, Happening)>>,
    counter: u64,
    connections: BTreeMap<(NodeId, NodeId), u64>,
    /// The time of the last frame in order, per direction.
    order: BTreeMap<(NodeId, NodeId), Timestamp>,
    dialing: BTreeSet<(NodeId, NodeId)>,
    /// How often in a row two nodes met in vain.
    in_vain: BTreeMap<(NodeId, NodeId), u32>,
    /// Nodes of different sides cannot reach each other.
    sides: Vec<usize>,
    receipts: Receipts,
    /// Whether nodes forget what has faded. They do not in random runs: the checkers count every message at the end.
    is_fading: bool,
    /// Whether who is new is shielded. They are not in random runs: everybody reads everybody.
    is_shielding: bool,
    /// How many things have happened.
    pub happenings: u64,
    digest: Digest,
}

impl World {
    /// Makes a world without nodes, with the keys of the program.
    pub fn new(seed: u64, faults: Faults) -> Self {
        Self::with_keys(seed, faults)
    }
}

impl<K: KeyLayer> World<K> {
    /// Makes a world without nodes, with any keys.
    pub fn with_keys(seed: u64, faults: Faults) -> Self {
        let mut bytes = [0; 32];
        bytes[..8].copy_from_slice(&seed.to_le_bytes());
        Self {
            now: Timestamp(1_790_000_000_000),
            seed,
            rng: EngineRng::from_seed(bytes),
            faults,
            damaged_per_myriad: 0,
            is_fading: false,
            is_shielding: false,
            nodes: Vec::new(),
            queue: BinaryHeap::new(),
            counter: 0,
            connections: BTreeMap::new(),
            order: BTreeMap::new(),
            dialing: BTreeSet::new(),
            in_vain: BTreeMap::new(),
            sides: Vec::new(),
            receipts: Receipts::default(),
            happenings: 0,
            digest: Digest::default(),
        }
    }

    /// Adds a node that is online.
    pub fn node(&mut self, name: &str) -> NodeId {
        let id = NodeId(self.nodes.len());
        self.nodes.push(Node {
            name: name.to_owned(),
            peer: PeerId(self.rng.bytes()),
            store: SimStore::default(),
            engine: None,
            is_online: true,
            clock_offset_ms: 0,
            received: None,
            notices: None,
            mischief: Mischief::default(),
            sent: Vec::new(),
            crash: None,
            steps: 0,
            timer: None,
            loads: 0,
        });
        self.sides.push(0);
        self.load(id);
        id
    }

    /// Changes the network's faults.
    pub fn set_faults(&mut self, faults: Faults) {
        self.faults = faults;
    }

    /// Sets how many frames arrive damaged, in ten thousand.
    pub fn set_damage(&mut self, per_myriad: u64) {
        self.damaged_per_myriad = per_myriad;
    }

    /// Sets how far a node's clock is off; the node notices the jump.
    pub fn set_clock_offset(&mut self, id: NodeId, ms: i64) {
        self.nodes[id.0].clock_offset_ms = ms;
        self.input(id, &Input::Timeout);
    }

    /// Draws a number below `bound`.
    pub fn draw(&mut self, bound: u64) -> u64 {
        self.rng.below(bound)
    }

    /// Returns a number for all writes and effects so far, for comparing two runs.
    pub fn digest(&self) -> u64 {
        self.digest.value()
    }

    /// Returns the number of nodes.
    pub fn len(&self) -> usize {
        self.nodes.len()
    }

    /// Says whether there are no nodes.
    pub fn is_empty(&self) -> bool {
        self.nodes.is_empty()
    }

    /// Returns a node's engine, which must be running.
    pub fn engine(&self, id: NodeId) -> &Engine<SimStore, K> {
        self.nodes[id.0].engine.as_ref().expect("the node runs")
    }

    /// Says whether a node runs.
    pub fn is_running(&self, id: NodeId) -> bool {
        self.nodes[id.0].engine.is_some()
    }

    /// Returns a node's disk.
    pub fn store(&self, id: NodeId) -> &SimStore {
        &self.nodes[id.0].store
    }

    /// Keeps the frames that a node is sent from here on.
    pub fn keep_frames(&mut self, id: NodeId) {
        self.nodes[id.0].received = Some(Vec::new());
    }

    /// Returns the frames that a node was sent since [`Self::keep_frames`].
    pub fn received(&self, id: NodeId) -> &[Vec<u8>] {
        self.nodes[id.0].received.as_deref().expect("frames are kept")
    }

    /// Keeps what a node tells its member's clients, from here on.
    pub fn keep_notices(&mut self, id: NodeId) {
        self.nodes[id.0].notices = Some(Vec::new());
    }

    /// Returns what a node told its member's clients since [`Self::keep_notices`].
    pub fn notices(&self, id: NodeId) -> &[Notice] {
        self.nodes[id.0].notices.as_deref().expect("notices are kept")
    }

    /// Makes a bad neighbour of a node.
    pub fn set_mischief(&mut self, id: NodeId, mischief: Mischief) {
        self.receipts.distrust(id);
        self.nodes[id.0].mischief = mischief;
    }

    /// Sends a node bytes as a frame from `from`, which may be a transport key of nobody.
    pub fn inject(&mut self, id: NodeId, from: PeerId, bytes: &[u8]) {
        self.input(id, &Input::Frame { from, bytes });
    }

    /// Gives a node something from the world that the world's network did not bring.
    pub fn tell(&mut self, id: NodeId, input: &Input<'_>) {
        self.input(id, input);
    }

    /// Lets a node's power fail at its step number `steps` from here, counted from 0.
    pub fn crash_at(&mut self, id: NodeId, steps: u64, point: CrashPoint) {
        self.nodes[id.0].crash = Some((steps, point));
    }

    /// Says whether a crash is still to come.
    pub fn crash_is_due(&self, id: NodeId) -> bool {
        self.nodes[id.0].crash.is_some()
    }

    /// Returns how many steps a node has made.
    pub fn steps(&self, id: NodeId) -> u64 {
        self.nodes[id.0].steps
    }

    /// Returns a node's name.
    pub fn name(&self, id: NodeId) -> &str {
        &self.nodes[id.0].name
    }

    /// Returns a node's transport key.
    pub fn peer(&self, id: NodeId) -> PeerId {
        self.nodes[id.0].peer
    }

    /// Gives a stopped node a new transport key.
    pub fn renew_peer(&mut self, id: NodeId) {
        assert!(self.nodes[id.0].engine.is_none(), "stop the node first");
        self.nodes[id.0].peer = PeerId(self.rng.bytes());
    }

    /// Says whether two nodes are in a connection.
    pub fn are_connected(&self, a: NodeId, b: NodeId) -> bool {
        self.connections.contains_key(&(a.min(b), a.max(b)))
    }

    /// Puts nodes on sides that cannot reach each other.
    pub fn partition(&mut self, sides: &[&[NodeId]]) {
        for (side, ids) in sides.iter().enumerate() {
            for id in *ids {
                self.sides[id.0] = side;
            }
        }
        let cut: Vec<(NodeId, NodeId)> =
            self.connections.keys().copied().filter(|(a, b)| self.sides[a.0] != self.sides[b.0]).collect();
        for (a, b) in cut {
            self.disconnect(a, b);
        }
        self.dial_all();
    }

    /// Lets all nodes reach each other.
    pub fn heal(&mut self) {
        self.sides.iter_mut().for_each(|side| *side = 0);
        self.dial_all();
    }

    /// Takes a node off the network; it goes on running.
    pub fn go_offline(&mut self, id: NodeId) {
        self.nodes[id.0].is_online = false;
        self.cut_off(id);
    }

    /// Brings a node back to the network.
    pub fn go_online(&mut self, id: NodeId) {
        self.nodes[id.0].is_online = true;
        self.dial_all();
    }

    /// Stops a node as by a loss of power: what was not persisted is gone.
    pub fn stop(&mut self, id: NodeId) {
        self.nodes[id.0].engine = None;
        self.nodes[id.0].timer = None;
        self.cut_off(id);
    }

    /// Starts a stopped node from its disk.
    pub fn start(&mut self, id: NodeId) {
        if self.nodes[id.0].engine.is_none() {
            self.load(id);
        }
        self.dial_all();
    }

    /// Replaces a node's disk, as a restored backup does; the node must be stopped. A driver that notices says so to the
    /// engine: this is the place for it, once there are words for such doubt.
    pub fn restore(&mut self, id: NodeId, backup: SimStore) {
        assert!(self.nodes[id.0].engine.is_none(), "stop the node first");
        self.nodes[id.0].store = backup;
    }

    /// Returns what a node would know that began from its disk now.
    pub(crate) fn read_again(&self, id: NodeId) -> Engine<SimStore, K> {
        let node = &self.nodes[id.0];
        Engine::load(node.store.clone(), node.peer, EngineRng::from_seed([0; 32])).expect("the disk is whole")
    }

    fn load(&mut self, id: NodeId) {
        let node = &mut self.nodes[id.0];
        node.loads += 1;
        let mut seed = [0; 32];
        seed[..8].copy_from_slice(&self.seed.to_le_bytes());
        seed[8..16].copy_from_slice(&(id.0 as u64).to_le_bytes());
        seed[16..24].copy_from_slice(&node.loads.to_le_bytes());
        let rng = EngineRng::from_seed(seed);
        let mut engine = Engine::load(node.store.clone(), node.peer, rng).expect("the disk is whole");
        engine.set_fading(self.is_fading);
        engine.set_shielding(self.is_shielding);
        node.engine = Some(engine);
        let address = vec![node.name.as_bytes().to_vec()];
        let _ = self.wish(id, |engine, now| engine.set_addresses(address, now));
        self.input(id, &Input::Timeout);
    }

    fn cut_off(&mut self, id: NodeId) {
        let cut: Vec<(NodeId, NodeId)> =
            self.connections.keys().copied().filter(|(a, b)| *a == id || *b == id).collect();
        for (a, b) in cut {
            self.disconnect(a, b);
        }
    }

    fn disconnect(&mut self, a: NodeId, b: NodeId) {
        let pair = (a.min(b), a.max(b));
        if self.connections.remove(&pair).is_some() {
            for (id, other) in [(a, b), (b, a)] {
                let peer = self.nodes[other.0].peer;
                self.input(id, &Input::PeerDisconnected(peer));
            }
            self.dial_all();
        }
    }

    fn local_time(&self, id: NodeId) -> Timestamp {
        Timestamp(self.now.0.saturating_add_signed(self.nodes[id.0].clock_offset_ms))
    }

    fn input(&mut self, id: NodeId, input: &Input<'_>) {
        let now = self.local_time(id);
        if self.nodes[id.0].engine.is_none() {
            return;
        }
        self.step(id, |engine| Ok(engine.handle_inputs(std::slice::from_ref(input), now)?))
            .expect("no fault");
    }

    /// Lets a node's member wish for something.
    pub fn wish<T>(
        &mut self,
        id: NodeId,
        wish: impl FnOnce(&mut Engine<SimStore, K>, Timestamp) -> Result<Step<'_, SimStore, T, K>, OperationError>,
    ) -> Result<T, OperationError> {
        let now = self.local_time(id);
        let value = self.step(id, |engine| wish(engine, now))?;
        value.ok_or(OperationError::Poisoned)
    }

    /// Drives one step; `Ok(None)` if the power failed in its middle.
    fn step<T>(
        &mut self,
        id: NodeId,
        act: impl FnOnce(&mut Engine<SimStore, K>) -> Result<Step<'_, SimStore, T, K>, OperationError>,
    ) -> Result<Option<T>, OperationError> {
        let crash = self.crash_point(id);
        let node = &mut self.nodes[id.0];
        let engine = node.engine.as_mut().expect("the node runs");
        let mut step = act(engine)?;
        let writes = step.take_writes();
        self.digest.note_writes(id, self.now, &writes);
        if crash == Some(CrashPoint::BeforeWrite) {
            drop(step);
            self.crash(id);
            return Ok(None);
        }
        node.store.commit(&writes);
        let changed = self.receipts.note(id, &writes);
        if crash == Some(CrashPoint::AfterWrite) {
            drop(step);
            self.crash(id);
            return Ok(None);
        }
        let (value, effects) = step.persisted();
        for (number, effect) in effects.into_iter().enumerate() {
            if crash == Some(CrashPoint::AfterEffects(number)) {
                break;
            }
            self.digest.note_effect(&effect);
            self.effect(id, effect);
        }
        self.check_receipts(id, &changed);
        if crash.is_some() {
            self.crash(id);
        }
        self.arm(id);
        Ok(Some(value))
    }

    /// Lets a node's member do something for themselves alone. It goes past what chance does to steps, and leaves no trace in
    /// the digest, unless it does more than it may.
    pub fn keep<T>(
        &mut self,
        id: NodeId,
        wish: impl FnOnce(&mut Engine<SimStore, K>, Timestamp) -> Result<Step<'_, SimStore, T, K>, OperationError>,
    ) -> Result<T, OperationError> {
        let now = self.local_time(id);
        let node = &mut self.nodes[id.0];
        let engine = node.engine.as_mut().expect("the node runs");
        let mut step = wish(engine, now)?;
        let writes = step.take_writes();
        if writes.iter().any(|(key, _)| key.class != Class::Own) {
            self.digest.note_writes(id, self.now, &writes);
        }
        node.store.commit(&writes);
        let (value, effects) = step.persisted();
        for effect in effects.into_iter().filter(|effect| *effect != Effect::Notify(Notice::Own)) {
            self.digest.note_effect(&effect);
            self.effect(id, effect);
        }
        self.arm(id);
        Ok(value)
    }

    /// Looks at what a node shows of those of its messages of which something has changed.
    fn check_receipts(&mut self, id: NodeId, changed: &[(GroupId, MessageId)]) {
        let Some(engine) = self.nodes[id.0].engine.as_ref() else { return };
        let views =
            changed.iter().filter_map(|(home, message)| engine.message(home, message).expect("readable"));
        let wrong: Vec<String> = views.filter_map(|view| self.receipts.objection(id, &view)).collect();
        self.receipts.accuse(wrong);
    }

    /// Looks at all that a node shows of its own messages.
    pub(crate) fn check_all_receipts(&mut self, id: NodeId, group: GroupId) {
        if self.is_running(id) {
            let views = self.messages(id, group);
            let wrong: Vec<String> =
                views.iter().filter_map(|view| self.receipts.objection(id, view)).collect();
            self.receipts.accuse(wrong);
        }
    }

    /// Takes note that a node's member lies: nothing depends on what it says that it holds.
    pub(crate) fn distrust(&mut self, id: NodeId) {
        self.receipts.distrust(id);
    }

    /// What each disk has ever held.
    pub(crate) fn receipts(&self) -> &Receipts {
        &self.receipts
    }

    fn crash_point(&mut self, id: NodeId) -> Option<CrashPoint> {
        let node = &mut self.nodes[id.0];
        node.steps += 1;
        match node.crash {
            Some((0, point)) => {
                node.crash = None;
                return Some(point);
            }
            Some((steps, point)) => node.crash = Some((steps - 1, point)),
            None => {}
        }
        if self.rng.below(10_000) >= self.faults.crash_per_myriad {
            return None;
        }
        Some(match self.rng.below(3) {
            0 => CrashPoint::BeforeWrite,
            1 => CrashPoint::AfterWrite,
            _ => CrashPoint::AfterEffects(self.rng.below(4) as usize),
        })
    }

    fn crash(&mut self, id: NodeId) {
        if self.nodes[id.0].engine.is_none() {
            return;
        }
        self.stop(id);
        self.schedule(RESTART_MS, Happening::Restart(id));
    }

    fn arm(&mut self, id: NodeId) {
        let Some(due) = self.nodes[id.0].engine.as_ref().and_then(Engine::next_timeout) else { return };
        let offset = self.nodes[id.0].clock_offset_ms;
        let due = Timestamp(due.0.saturating_add_signed(-offset)).max(self.now.plus_ms(1));
        if self.nodes[id.0].timer.is_none_or(|timer| due < timer) {
            self.nodes[id.0].timer = Some(due);
            let wait = due.ms_since(self.now);
            self.schedule(wait, Happening::Timer(id));
        }
    }

    fn effect(&mut self, id: NodeId, effect: Effect) {
        match effect {
            Effect::Send { to, frame } => self.send(id, &to, frame),
            Effect::Disconnect { peer, why } => {
                let Some(other) = self.by_peer(&peer) else { return };
                let pair = (id.min(other), id.max(other));
                match why {
                    DisconnectReason::Renew => {}
                    DisconnectReason::Misbehaved
                    | DisconnectReason::NoSharedRoom
                    | DisconnectReason::Refused
                    | DisconnectReason::HandshakeTimeout => *self.in_vain.entry(pair).or_default() += 1,
                }
                // What was said before still arrives, as on a stream that is closed in order.
                if let Some(connection) = self.connections.get(&pair).copied() {
                    let last = self.order.get(&(id, other)).copied().unwrap_or_default();
                    let wait = last.ms_since(self.now) + 1;
                    self.schedule(wait, Happening::Close(id, other, connection));
                }
            }
            Effect::ContactsChanged => self.dial_all(),
            Effect::Proved(peer) => {
                if let Some(other) = self.by_peer(&peer) {
                    self.in_vain.remove(&(id.min(other), id.max(other)));
                }
            }
            Effect::Notify(notice) => {
                if let Some(heard) = &mut self.nodes[id.0].notices {
                    heard.push(notice);
                }
            }
        }
    }

    fn by_peer(&self, peer: &PeerId) -> Option<NodeId> {
        self.nodes.iter().position(|node| node.peer == *peer).map(NodeId)
    }

    fn send(&mut self, from: NodeId, to: &PeerId, mut frame: Vec<u8>) {
        if self.damaged_per_myriad > 0 && self.rng.below(10_000) < self.damaged_per_myriad {
            // On a real wire it would not pass for the sender's. Here it is as if the sender had said it, also of what it holds.
            self.receipts.distrust(from);
            let place = self.rng.below(frame.len() as u64) as usize;
            if let Some(byte) = frame.get_mut(place) {
                *byte ^= 1 << self.rng.below(8);
            }
        }
        let Some(to) = self.by_peer(to) else { return };
        for frame in self.after_mischief(from, frame) {
            self.transmit(from, to, &frame);
        }
    }

    /// What leaves a node when it wants to send a frame: just that, unless it is a bad neighbour.
    fn after_mischief(&mut self, from: NodeId, frame: Vec<u8>) -> Vec<Vec<u8>> {
        let Mischief { frame_bytes_max, withheld_percent, replayed_percent } = self.nodes[from.0].mischief;
        let mut leaving = Vec::new();
        if replayed_percent > 0 && self.rng.below(100) < replayed_percent {
            let number = self.rng.below(REPLAYS_MAX as u64) as usize;
            leaving.extend(self.nodes[from.0].sent.get(number).cloned());
        }
        if replayed_percent > 0 {
            let sent = self.nodes[from.0].sent.len();
            let place = if sent < REPLAYS_MAX { sent } else { self.rng.below(REPLAYS_MAX as u64) as usize };
            let kept = &mut self.nodes[from.0].sent;
            kept.truncate(REPLAYS_MAX);
            if place < kept.len() { kept[place] = frame.clone() } else { kept.push(frame.clone()) }
        }
        let is_withheld = withheld_percent > 0 && {
            let hash = hearth_core::crypto::hash("hearth simulator mischief", &[&frame]);
            u64::from(hash[0]) * 100 < withheld_percent * 256
        };
        if !is_withheld && frame_bytes_max.is_none_or(|most| frame.len() <= most) {
            leaving.push(frame);
        }
        leaving
    }

    fn transmit(&mut self, from: NodeId, to: NodeId, frame: &[u8]) {
        let Some(connection) = self.connections.get(&(from.min(to), from.max(to))).copied() else { return };
        let copies = if self.rng.below(100) < self.faults.duplicate_percent { 2 } else { 1 };
        for _ in 0..copies {
            if self.rng.below(100) < self.faults.loss_percent {
                continue;
            }
            let span = self.faults.delay_max_ms.saturating_sub(self.faults.delay_min_ms) + 1;
            let mut at = self.now.plus_ms(self.faults.delay_min_ms + self.rng.below(span));
            if self.rng.below(100) >= self.faults.reorder_percent {
                let last = self.order.entry((from, to)).or_default();
                at = at.max(*last);
                *last = at;
            }
            let deliver = Happening::Deliver { from, to, connection, frame: frame.to_vec() };
            self.schedule(at.ms_since(self.now), deliver);
        }
    }

    fn schedule(&mut self, wait_ms: u64, happening: Happening) {
        self.counter += 1;
        self.queue.push(Reverse((self.now.plus_ms(wait_ms), self.counter, happening)));
    }

    fn dial_all(&mut self) {
        for index in 0..self.nodes.len() {
            let Some(engine) = self.nodes[index].engine.as_ref() else { continue };
            for contact in engine.contacts() {
                let Some(other) = self.by_peer(&contact.peer) else { continue };
                let pair = (NodeId(index).min(other), NodeId(index).max(other));
                if self.can_meet(pair.0, pair.1)
                    && !self.connections.contains_key(&pair)
                    && self.dialing.insert(pair)
                {
                    let doublings = self.in_vain.get(&pair).copied().unwrap_or(0).min(DIAL_DOUBLINGS);
                    let wait = (DIAL_MS / 2 + self.rng.below(DIAL_MS)) << doublings;
                    self.schedule(wait, Happening::Dial(NodeId(index), other));
                }
            }
        }
    }

    fn can_meet(&self, a: NodeId, b: NodeId) -> bool {
        let is_up = |id: NodeId| self.nodes[id.0].is_online && self.nodes[id.0].engine.is_some();
        a != b && is_up(a) && is_up(b) && self.sides[a.0] == self.sides[b.0]
    }

    /// Lets one thing happen, if something is due by `until`.
    fn next(&mut self, until: Timestamp) -> bool {
        if self.queue.peek().is_none_or(|Reverse((at, _, _))| *at > until) {
            return false;
        }
        let Some(Reverse((at, _, happening))) = self.queue.pop() else { return false };
        self.now = self.now.max(at);
        self.happenings += 1;
        match happening {
            Happening::Dial(a, b) => self.connect(a, b),
            Happening::Close(a, b, connection) => {
                if self.connections.get(&(a.min(b), a.max(b))) == Some(&connection) {
                    self.disconnect(a, b);
                }
            }
            Happening::Deliver { from, to, connection, frame } => {
                if self.connections.get(&(from.min(to), from.max(to))) == Some(&connection) {
                    let peer = self.nodes[from.0].peer;
                    if let Some(received) = &mut self.nodes[to.0].received {
                        received.push(frame.clone());
                    }
                    self.input(to, &Input::Frame { from: peer, bytes: &frame });
                }
            }
            Happening::Timer(id) => {
                if self.nodes[id.0].timer == Some(at) {
                    self.nodes[id.0].timer = None;
                    self.input(id, &Input::Timeout);
                    if self.is_running(id) {
                        self.arm(id);
                    }
                }
            }
            Happening::Restart(id) => self.start(id),
        }
        true
    }

    fn connect(&mut self, a: NodeId, b: NodeId) {
        let pair = (a.min(b), a.max(b));
        self.dialing.remove(&pair);
        if !self.can_meet(a, b) || self.connections.contains_key(&pair) {
            return;
        }
        self.counter += 1;
        self.connections.insert(pair, self.counter);
        let (peer_a, peer_b) = (self.nodes[a.0].peer, self.nodes[b.0].peer);
        self.input(b, &Input::PeerConnected { peer: peer_a, is_initiator: false });
        // Unless that was the end of it.
        if self.connections.contains_key(&pair) {
            self.input(a, &Input::PeerConnected { peer: peer_b, is_initiator: true });
        }
    }

    /// Lets `ms` milliseconds pass.
    pub fn run_ms(&mut self, ms: u64) {
        let until = self.now.plus_ms(ms);
        while self.next(until) {}
        self.now = until;
        self.dial_all();
    }

    /// Lets time pass until something holds, at most `ms` milliseconds; says whether it does.
    pub fn run_until(&mut self, ms: u64, mut holds: impl FnMut(&Self) -> bool) -> bool {
        let until = self.now.plus_ms(ms);
        loop {
            if holds(self) {
                return true;
            }
            if !self.next(until) {
                self.now = until;
                self.dial_all();
                return holds(self);
            }
        }
    }

    // What members do, in a word each.

    /// Founds a group.
    pub fn found(&mut self, id: NodeId, suite: Suite) -> GroupId {
        let name = self.nodes[id.0].name.clone();
        self.wish(id, |engine, now| engine.create_group("Tuesday Night", &name, suite, None, now))
            .expect("founded")
    }

    /// Makes a ticket for one person as a member.
    pub fn ticket(&mut self, id: NodeId, group: GroupId) -> String {
        self.ticket_as(id, group, Role::Member)
    }

    /// Makes a ticket for one person.
    pub fn ticket_as(&mut self, id: NodeId, group: GroupId, role: Role) -> String {
        let expires = self.local_time(id).plus_ms(7 * 24 * 3600 * 1000);
        let options = InviteOptions { role, uses: 1, expires };
        self.wish(id, |engine, now| engine.create_invite(group, options, now)).expect("invited").to_text()
    }

    /// Begins to join.
    pub fn join(&mut self, id: NodeId, ticket: &str) -> Result<GroupId, OperationError> {
        let name = self.nodes[id.0].name.clone();
        self.wish(id, |engine, now| engine.join(ticket, &name, now))
    }

    /// Joins, and waits until somebody has admitted the node.
    pub fn join_and_wait(&mut self, id: NodeId, ticket: &str) -> GroupId {
        let group = self.join(id, ticket).expect("the ticket is good");
        let joined = self.run_until(120_000, |world| world.is_member(id, group));
        assert!(joined, "{} was not admitted", self.nodes[id.0].name);
        group
    }

    /// Says whether a node is in a group.
    pub fn is_member(&self, id: NodeId, group: GroupId) -> bool {
        let Some(engine) = self.nodes[id.0].engine.as_ref() else { return false };
        engine.group(&group).is_some_and(|view| view.standing == Standing::Member)
    }

    /// Lets all nodes forget what has faded, as the program does.
    pub fn let_fade(&mut self) {
        self.is_fading = true;
        for id in (0..self.nodes.len()).map(NodeId) {
            if let Some(engine) = self.nodes[id.0].engine.as_mut() {
                engine.set_fading(true);
                self.input(id, &Input::Timeout);
            }
        }
    }

    /// Shields who is new, as the program does.
    pub fn let_shield(&mut self) {
        self.is_shielding = true;
        for node in &mut self.nodes {
            if let Some(engine) = node.engine.as_mut() {
                engine.set_shielding(true);
            }
        }
    }

    /// Shares a text.
    pub fn share(&mut self, id: NodeId, group: GroupId, text: &str) -> Result<MessageId, OperationError> {
        self.wish(id, |engine, now| engine.send_text(group, Recipient::Group, text, None, now))
    }

    /// Writes privately to another node's member.
    pub fn direct(
        &mut self,
        id: NodeId,
        group: GroupId,
        to: NodeId,
        text: &str,
    ) -> Result<MessageId, OperationError> {
        let member = self.member(id, group, to);
        self.wish(id, |engine, now| engine.send_text(group, Recipient::Member(member), text, None, now))
    }

    /// Removes another node's member.
    pub fn remove(&mut self, id: NodeId, group: GroupId, whom: NodeId) -> Result<(), OperationError> {
        let member = self.member(id, group, whom);
        self.wish(id, |engine, now| engine.remove_member(group, member, now))
    }

    /// Lets a node's member leave.
    pub fn leave(&mut self, id: NodeId, group: GroupId) -> Result<(), OperationError> {
        self.wish(id, |engine, now| engine.leave_group(group, now))
    }

    /// Returns the member id of another node, as a node knows it.
    pub fn member(&self, id: NodeId, group: GroupId, whom: NodeId) -> MemberId {
        let name = &self.nodes[whom.0].name;
        let people = self.engine(id).people(&group);
        people.iter().find(|person| person.name == *name).map(|person| person.id).expect("a known member")
    }

    /// Returns what a node shows, in order.
    pub fn messages(&self, id: NodeId, group: GroupId) -> Vec<MessageView> {
        self.engine(id).latest_messages(&group, usize::MAX).expect("readable")
    }

    /// Returns author and text of what a node shows, in order.
    pub fn read(&self, id: NodeId, group: GroupId) -> Vec<(String, String)> {
        self.messages(id, group).into_iter().map(|message| (message.author_name, message.text)).collect()
    }

    /// Returns the names of a group's members as a node knows them, sorted.
    pub fn names(&self, id: NodeId, group: GroupId) -> Vec<String> {
        let mut names: Vec<String> =
            self.engine(id).people(&group).into_iter().map(|person| person.name).collect();
        names.sort();
        names
    }
}
