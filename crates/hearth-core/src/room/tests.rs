//! Rooms that talk over a wire which loses, repeats and reorders, and nodes that crash between any two steps.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use std::collections::BTreeSet;

use super::*;
use crate::crypto::EngineRng;
use crate::envelope::EnvelopeKey;
use crate::limits::{
    FULL_ROOM_COST, PEER_ENVELOPES_PER_MINUTE, PUSH_WINDOW_BYTES, PUSH_WINDOW_ENVELOPES,
    RECONCILE_MESSAGE_BYTES_MAX, ROOM_RETRY_DOUBLINGS, ROOM_RETRY_MS,
};
use crate::store::{Class, Key, Value};

const ROOM: RoomId = RoomId([1; 32]);
const TODAY: Day = Day(20_000);

/// The store of one node.
#[derive(Default)]
struct Disk(BTreeMap<Key, Vec<u8>>);

impl Disk {
    fn apply(&mut self, writes: &WriteBatch) {
        for (key, value) in writes.iter() {
            match value {
                Some(value) => drop(self.0.insert(key.clone(), value.to_vec())),
                None => drop(self.0.remove(key)),
            }
        }
    }
}

impl ReadStore for Disk {
    fn get(&self, key: &Key) -> Result<Option<Value>, StoreError> {
        Ok(self.0.get(key).map(|value| Value::new(value.clone())))
    }

    fn scan(
        &self,
        class: Class,
        partition: &[u8; 32],
        visit: &mut dyn FnMut(&[u8], Value),
    ) -> Result<(), StoreError> {
        for (key, value) in &self.0 {
            if key.class == class && key.partition == *partition {
                visit(&key.item, Value::new(value.clone()));
            }
        }
        Ok(())
    }
}

struct Node {
    disk: Disk,
    room: Room,
    arrived: Vec<EnvelopeId>,
    held: Vec<(PeerId, EnvelopeId)>,
    expired: Vec<EnvelopeId>,
    evicted: Vec<EnvelopeId>,
    misbehaved: Vec<PeerMisbehaved>,
}

impl Node {
    fn new() -> Self {
        Self::from_disk(Disk::default())
    }

    fn from_disk(disk: Disk) -> Self {
        let room = Room::load(&disk, ROOM).unwrap();
        Self {
            disk,
            room,
            arrived: vec![],
            held: vec![],
            expired: vec![],
            evicted: vec![],
            misbehaved: vec![],
        }
    }

    /// Persists, then gives out the frames.
    fn settle(&mut self, out: RoomOutput) -> Vec<(PeerId, RoomFrame)> {
        self.disk.apply(&out.writes);
        self.arrived.extend(out.arrived.iter().map(Envelope::id));
        self.held.extend(out.held);
        self.expired.extend(out.expired);
        self.evicted.extend(out.evicted);
        self.misbehaved.extend(out.misbehaved.iter().map(|(_, why)| *why));
        out.frames
    }

    fn frame(&mut self, from: PeerId, frame: RoomFrame, now: Timestamp) -> Vec<(PeerId, RoomFrame)> {
        let mut out = RoomOutput::default();
        self.room.handle_frame(&self.disk, from, frame, now, &mut out).unwrap();
        self.settle(out)
    }

    fn insert(&mut self, envelope: &Envelope, now: Timestamp) -> Vec<(PeerId, RoomFrame)> {
        let mut out = RoomOutput::default();
        self.room.insert(envelope.clone(), now, &mut out).unwrap();
        self.settle(out)
    }

    fn timeout(&mut self, now: Timestamp) -> Vec<(PeerId, RoomFrame)> {
        let mut out = RoomOutput::default();
        self.room.handle_timeout(&self.disk, now, &mut out).unwrap();
        self.settle(out)
    }

    fn join(&mut self, peer: PeerId, is_initiator: bool, now: Timestamp) -> Vec<(PeerId, RoomFrame)> {
        let mut out = RoomOutput::default();
        self.room.peer_joined(peer, is_initiator, now, &mut out);
        self.settle(out)
    }

    fn push(&mut self, from: PeerId, envelope: &Envelope, now: Timestamp) -> Vec<(PeerId, RoomFrame)> {
        self.frame(from, RoomFrame::Push { envelope: envelope.as_bytes().to_vec() }, now)
    }

    fn ids(&self) -> BTreeSet<EnvelopeId> {
        self.room.ids().collect()
    }

    /// The set in memory, its indexes and the disk say the same.
    fn check(&self) {
        let ids = self.ids();
        for class in [Class::Envelope, Class::EnvelopeIndex] {
            let mut stored = BTreeSet::new();
            self.disk
                .scan(class, &ROOM.0, &mut |item, _| {
                    stored.insert(EnvelopeId(item.try_into().unwrap()));
                })
                .unwrap();
            assert!(stored == ids);
        }
        let loaded = Room::load(&self.disk, ROOM).unwrap();
        assert_eq!(loaded.byte_count(), self.room.byte_count());
        assert_eq!(loaded.envelope_count(), self.room.envelope_count());
        assert!(loaded.unopened().eq(self.room.unopened()));
    }
}

/// How many frames in 100 are lost, repeated, or overtaken by the next.
#[derive(Clone, Copy, Default)]
struct Weather {
    lost: u64,
    repeated: u64,
    overtaken: u64,
}

/// Nodes that all see each other.
struct Net {
    nodes: Vec<Node>,
    wire: Vec<(usize, usize, RoomFrame)>,
    now: Timestamp,
    rng: EngineRng,
    weather: Weather,
    delivered: usize,
    bytes: usize,
    /// All frames sent, in order.
    log: blake3::Hasher,
}

impl Net {
    fn new(nodes: usize, seed: u64, weather: Weather) -> Self {
        let mut bytes = [0; 32];
        bytes[..8].copy_from_slice(&seed.to_le_bytes());
        Self {
            nodes: (0..nodes).map(|_| Node::new()).collect(),
            wire: vec![],
            now: TODAY.start().plus_ms(1000),
            rng: EngineRng::from_seed(bytes),
            weather,
            delivered: 0,
            bytes: 0,
            log: blake3::Hasher::new(),
        }
    }

    fn insert(&mut self, node: usize, envelope: &Envelope) {
        let frames = self.nodes[node].insert(envelope, self.now);
        self.send(node, frames);
    }

    fn join(&mut self, a: usize, b: usize) {
        for (node, other, is_initiator) in [(a, b, true), (b, a, false)] {
            let frames = self.nodes[node].join(peer(other), is_initiator, self.now);
            self.send(node, frames);
        }
    }

    fn leave(&mut self, a: usize, b: usize) {
        self.nodes[a].room.peer_left(peer(b));
        self.nodes[b].room.peer_left(peer(a));
        self.wire.retain(|(from, to, _)| (*from, *to) != (a, b) && (*from, *to) != (b, a));
    }

    fn send(&mut self, from: usize, frames: Vec<(PeerId, RoomFrame)>) {
        for (to, frame) in frames {
            let encoded = postcard::to_stdvec(&frame).unwrap();
            assert!(encoded.len() <= crate::limits::FRAME_BYTES_MAX);
            assert!(postcard::from_bytes::<RoomFrame>(&encoded).unwrap() == frame);
            self.bytes += encoded.len();
            self.log.update(&encoded);
            if self.rng.below(100) < self.weather.lost {
                continue;
            }
            let to = usize::from(to.0[0]);
            if self.rng.below(100) < self.weather.repeated {
                self.wire.push((from, to, frame.clone()));
            }
            self.wire.push((from, to, frame));
        }
    }

    fn deliver(&mut self) -> bool {
        if self.wire.is_empty() {
            return false;
        }
        let overtaken = self.rng.below(100) < self.weather.overtaken;
        let ahead = if overtaken { 1 + self.rng.below(8) as usize } else { 0 };
        let (from, to, frame) = self.wire.remove(ahead.min(self.wire.len() - 1));
        let frames = self.nodes[to].frame(peer(from), frame, self.now);
        self.send(to, frames);
        self.delivered += 1;
        true
    }

    /// Delivers what is under way, and lets time pass until nobody waits for anything but a day's end.
    fn run(&mut self) {
        let end = self.now.plus_ms(12 * 60 * 60 * 1000);
        loop {
            while self.deliver() {
                self.now = self.now.plus_ms(1);
                assert!(self.delivered < 200_000, "frames without end");
            }
            let next = self.nodes.iter().filter_map(|node| node.room.next_timeout()).min();
            let Some(next) = next.filter(|next| *next < end) else { break };
            self.now = self.now.max(next);
            for node in 0..self.nodes.len() {
                let frames = self.nodes[node].timeout(self.now);
                self.send(node, frames);
            }
        }
        assert!(self.now < end, "still not at rest");
    }

    fn assert_equal_sets(&self) {
        for node in &self.nodes {
            node.check();
            assert!(node.misbehaved.is_empty());
            assert!(node.ids() == self.nodes[0].ids(), "sets differ");
            let arrived: BTreeSet<_> = node.arrived.iter().collect();
            assert_eq!(arrived.len(), node.arrived.len(), "an envelope arrived twice");
        }
    }
}

fn peer(node: usize) -> PeerId {
    PeerId([node as u8; 32])
}

/// Makes envelopes that are all different.
struct Sealer(EngineRng);

impl Sealer {
    fn new() -> Self {
        Self(EngineRng::from_seed([42; 32]))
    }

    fn seal(&mut self, expires: Day, bytes: usize) -> Envelope {
        let key = EnvelopeKey::from_secret(&[5; 32]);
        Envelope::seal(&key, &ROOM, expires, &vec![7; bytes], &mut self.0).unwrap()
    }

    fn some(&mut self, count: usize) -> Vec<Envelope> {
        (0..count).map(|n| self.seal(TODAY.plus(n as u32 % 30), 10)).collect()
    }
}

fn now() -> Timestamp {
    TODAY.start().plus_ms(1000)
}

fn pushes(frames: &[(PeerId, RoomFrame)]) -> usize {
    frames.iter().filter(|(_, frame)| matches!(frame, RoomFrame::Push { .. })).count()
}

fn acked(frames: &[(PeerId, RoomFrame)], id: EnvelopeId) -> bool {
    frames.iter().any(|(_, frame)| matches!(frame, RoomFrame::Ack { ids } if ids.contains(&id)))
}

fn refused(frames: &[(PeerId, RoomFrame)], id: EnvelopeId) -> bool {
    frames.iter().any(|(_, frame)| matches!(frame, RoomFrame::Refuse { ids } if ids.contains(&id)))
}

#[test]
fn neighbours_that_meet_end_with_the_same_envelopes() {
    let mut sealer = Sealer::new();
    let mut net = Net::new(2, 1, Weather::default());
    for (index, envelope) in sealer.some(600).iter().enumerate() {
        if index % 3 != 0 {
            net.insert(0, envelope);
        }
        if index % 3 != 1 {
            net.insert(1, envelope);
        }
    }
    net.join(0, 1);
    net.run();
    net.assert_equal_sets();
    assert_eq!(net.nodes[0].ids().len(), 600);
    // Nothing had to be tried again.
    assert!(net.now.ms_since(now()) < ROOM_RETRY_MS);
    assert!(net.nodes[0].room.is_settled_with(&peer(1)));
    assert!(net.nodes[1].room.is_settled_with(&peer(0)));
}

#[test]
fn equal_sets_cost_two_small_frames_and_an_end() {
    let mut sealer = Sealer::new();
    let mut net = Net::new(2, 1, Weather::default());
    for envelope in sealer.some(2000) {
        net.insert(0, &envelope);
        net.insert(1, &envelope);
    }
    net.join(0, 1);
    net.run();
    assert_eq!(net.delivered, 3);
    assert!(net.bytes < 600, "{} bytes", net.bytes);
}

#[test]
fn newcomer_gets_a_room_larger_than_a_frame_and_a_reconciliation() {
    let mut sealer = Sealer::new();
    for initiator in [0, 1] {
        let mut net = Net::new(2, 1, Weather::default());
        for envelope in sealer.some(2500) {
            net.insert(0, &envelope);
        }
        net.join(initiator, 1 - initiator);
        net.run();
        net.assert_equal_sets();
        assert_eq!(net.nodes[1].ids().len(), 2500);
        assert!(net.now.ms_since(now()) < ROOM_RETRY_MS);
    }
}

#[test]
fn reconciliation_that_wants_too_much_at_once_goes_on_afterwards() {
    let mut sealer = Sealer::new();
    for initiator in [0, 1] {
        let mut net = Net::new(2, 1, Weather::default());
        for node in &mut net.nodes {
            node.room.wanted_max = 200;
        }
        for (index, envelope) in sealer.some(1800).iter().enumerate() {
            net.insert(usize::from(index % 10 == 0), envelope);
        }
        let own = sealer.seal(TODAY.plus(3), 10);
        for node in 0..2 {
            net.insert(node, &own);
            net.nodes[node].room.watch(own.id());
        }
        net.join(initiator, 1 - initiator);
        net.run();
        net.assert_equal_sets();
        assert_eq!(net.nodes[1].ids().len(), 1801);
        assert!(net.now.ms_since(now()) < ROOM_RETRY_MS);
        for node in 0..2 {
            assert_eq!(net.nodes[node].held, [(peer(1 - node), own.id())]);
        }
    }
}

#[test]
fn new_envelope_reaches_all_neighbours_at_once_and_returns_to_none() {
    let mut sealer = Sealer::new();
    let mut net = Net::new(3, 1, Weather::default());
    // A line: 0 - 1 - 2.
    net.join(0, 1);
    net.join(1, 2);
    net.run();
    net.delivered = 0;
    let envelope = sealer.seal(TODAY.plus(30), 10);
    let at = net.now;
    net.insert(0, &envelope);
    net.nodes[0].room.watch(envelope.id());
    net.run();
    net.assert_equal_sets();
    // Two pushes and two acknowledgements.
    assert_eq!(net.delivered, 4);
    assert!(net.now.ms_since(at) < 100);
    assert_eq!(net.nodes[0].held, [(peer(1), envelope.id())]);
    assert_eq!(net.nodes[2].arrived, [envelope.id()]);
}

#[test]
fn sets_converge_whatever_the_wire_does() {
    for seed in 0..25 {
        let mut sealer = Sealer::new();
        let weather = Weather { lost: 20, repeated: 20, overtaken: 30 };
        let mut net = Net::new(3, seed, weather);
        let envelopes = sealer.some(120);
        for envelope in &envelopes[..100] {
            for node in 0..3 {
                if net.rng.below(3) > 0 {
                    net.insert(node, envelope);
                }
            }
        }
        net.join(0, 1);
        net.join(1, 2);
        net.join(2, 0);
        for (index, envelope) in envelopes[100..].iter().enumerate() {
            for _ in 0..5 {
                net.deliver();
            }
            net.insert(index % 3, envelope);
            net.nodes[index % 3].room.watch(envelope.id());
        }
        net.run();
        // What was inserted nowhere is missing everywhere.
        net.assert_equal_sets();
        for node in &net.nodes {
            for (holder, id) in &node.held {
                assert!(net.nodes[usize::from(holder.0[0])].ids().contains(id));
            }
        }
        // Everybody knows of both others that they hold what it wrote.
        let mut held: Vec<_> = net.nodes.iter().flat_map(|node| &node.held).collect();
        assert_eq!(held.len(), 40, "seed {seed}");
        held.sort();
        held.dedup();
        assert_eq!(held.len(), 40, "seed {seed}");
    }
}

#[test]
fn held_is_never_reported_of_a_neighbour_that_does_not_hold() {
    // The wire is so bad that connections are made and lost without anything coming to its end; after each delivery
    // every report must be true.
    for seed in 0..60 {
        let mut sealer = Sealer::new();
        let weather = Weather { lost: 25, repeated: 25, overtaken: 40 };
        let mut net = Net::new(2, seed, weather);
        for round in 0..12 {
            for _ in 0..6 {
                let envelope = sealer.seal(TODAY.plus(20), 10);
                let node = net.rng.below(2) as usize;
                net.insert(node, &envelope);
                net.nodes[node].room.watch(envelope.id());
            }
            match round % 4 {
                0 => net.join(0, 1),
                2 => net.join(1, 0),
                _ => {}
            }
            for _ in 0..25 {
                net.deliver();
                net.now = net.now.plus_ms(ROOM_RETRY_MS / 3);
                for node in 0..2 {
                    let frames = net.nodes[node].timeout(net.now);
                    net.send(node, frames);
                }
                for (node, other) in [(0, 1), (1, 0)] {
                    let held = &net.nodes[node].held;
                    assert!(held.iter().all(|(_, id)| net.nodes[other].room.contains(id)), "seed {seed}");
                }
            }
            if round % 4 == 3 {
                // In half of the runs, frames of the old connection get into the next one.
                let late = if seed % 2 == 0 { vec![] } else { net.wire.clone() };
                net.leave(0, 1);
                net.wire = late;
            }
        }
    }
}

#[test]
fn crash_before_persisting_loses_nothing_that_was_acknowledged() {
    for seed in 0..10 {
        let mut sealer = Sealer::new();
        let mut net = Net::new(2, seed, Weather::default());
        for envelope in sealer.some(150) {
            let node = net.rng.below(2) as usize;
            net.insert(node, &envelope);
            net.nodes[node].room.watch(envelope.id());
        }
        net.join(0, 1);
        for _ in 0..20 {
            for _ in 0..net.rng.below(40) {
                net.deliver();
            }
            // Node 1 takes one more frame and dies before its writes are on disk.
            if let Some(index) = net.wire.iter().position(|(_, to, _)| *to == 1) {
                let (_, _, frame) = net.wire.remove(index);
                let mut out = RoomOutput::default();
                let now = net.now;
                let node = &mut net.nodes[1];
                node.room.handle_frame(&node.disk, peer(0), frame, now, &mut out).unwrap();
            }
            net.leave(0, 1);
            let disk = std::mem::take(&mut net.nodes[1].disk);
            net.nodes[1].room = Room::load(&disk, ROOM).unwrap();
            net.nodes[1].disk = disk;
            for (_, id) in &net.nodes[0].held {
                assert!(net.nodes[1].room.contains(id), "acknowledged and lost");
            }
            net.join(0, 1);
        }
        net.run();
        net.assert_equal_sets();
        assert_eq!(net.nodes[0].ids().len(), 150);
    }
}

#[test]
fn same_seed_gives_the_same_bytes() {
    let run = || {
        let mut sealer = Sealer::new();
        let mut net = Net::new(3, 9, Weather { lost: 10, repeated: 10, overtaken: 10 });
        for (index, envelope) in sealer.some(300).iter().enumerate() {
            net.insert(index % 3, envelope);
        }
        net.join(0, 1);
        net.join(1, 2);
        net.run();
        (
            net.log.finalize(),
            net.delivered,
            net.now,
            net.nodes.into_iter().map(|node| node.disk.0).collect::<Vec<_>>(),
        )
    };
    assert!(run() == run());
}

#[test]
fn lost_want_ends_in_no_report() {
    let mut sealer = Sealer::new();
    let mut net = Net::new(2, 1, Weather::default());
    // Node 1, the responder, waits for somebody to hold an envelope that node 0 lacks.
    let own = sealer.seal(TODAY.plus(10), 10);
    net.insert(1, &own);
    net.nodes[1].room.watch(own.id());
    net.join(0, 1);
    while net.deliver() {
        net.wire.retain(|(_, _, frame)| !matches!(frame, RoomFrame::Want { .. }));
    }
    assert!(net.nodes[1].held.is_empty());
    assert!(!net.nodes[0].room.contains(&own.id()));
    // The initiator notices that what it wanted does not come.
    net.run();
    assert_eq!(net.nodes[1].held, [(peer(0), own.id())]);
}

#[test]
fn who_wants_what_is_not_here_is_not_taken_for_a_holder_of_the_rest() {
    let mut sealer = Sealer::new();
    let mut net = Net::new(2, 1, Weather::default());
    let own = sealer.seal(TODAY.plus(10), 10);
    net.insert(1, &own);
    net.nodes[1].room.watch(own.id());
    net.join(0, 1);
    while net.deliver() {
        for (_, _, frame) in &mut net.wire {
            match frame {
                RoomFrame::Want { ids, .. } => ids[0].0[7] ^= 1,
                RoomFrame::Push { .. } => panic!("nothing that is here was asked for"),
                _ => {}
            }
        }
    }
    assert!(!net.nodes[0].room.contains(&own.id()));
    assert!(net.nodes[1].held.is_empty());
}

#[test]
fn watching_during_a_reconciliation_claims_nothing() {
    let mut sealer = Sealer::new();
    let mut net = Net::new(2, 1, Weather::default());
    let own = sealer.seal(TODAY.plus(10), 10);
    net.insert(1, &own);
    net.join(0, 1);
    // The query, the answer, and the want have arrived; then the engine begins to watch.
    for _ in 0..3 {
        net.deliver();
    }
    net.nodes[1].room.watch(own.id());
    net.wire.retain(|(_, _, frame)| !matches!(frame, RoomFrame::Push { .. }));
    net.deliver();
    assert!(net.nodes[1].held.is_empty());
    net.run();
    assert_eq!(net.nodes[1].held, [(peer(0), own.id())]);
}

#[test]
fn window_bounds_what_travels_unacknowledged() {
    let mut sealer = Sealer::new();
    let mut node = Node::new();
    node.join(peer(1), false, now());
    let envelopes = sealer.some(PUSH_WINDOW_ENVELOPES + 10);
    let sent: usize = envelopes.iter().map(|envelope| pushes(&node.insert(envelope, now()))).sum();
    assert_eq!(sent, PUSH_WINDOW_ENVELOPES);
    // An acknowledgement lets the next one go; repeated, or of something else, it does not.
    let ack = |id| RoomFrame::Ack { ids: vec![id] };
    assert_eq!(pushes(&node.frame(peer(1), ack(envelopes[0].id()), now())), 1);
    assert_eq!(pushes(&node.frame(peer(1), ack(envelopes[0].id()), now())), 0);
    assert_eq!(pushes(&node.frame(peer(1), ack(EnvelopeId([0; 32])), now())), 0);
    assert_eq!(node.room.sessions[&peer(1)].window.in_flight().0, PUSH_WINDOW_ENVELOPES);
}

#[test]
fn large_envelopes_travel_a_few_at_a_time() {
    let mut sealer = Sealer::new();
    let mut node = Node::new();
    node.join(peer(1), false, now());
    let mut sent = 0;
    for _ in 0..5 {
        sent += pushes(&node.insert(&sealer.seal(TODAY.plus(3), 400 * 1024), now()));
    }
    assert_eq!(sent, 1);
    assert!(node.room.sessions[&peer(1)].window.in_flight().1 <= PUSH_WINDOW_BYTES);
}

#[test]
fn duplicate_is_acknowledged_again_and_announced_once() {
    let mut sealer = Sealer::new();
    let mut node = Node::new();
    node.join(peer(1), false, now());
    node.join(peer(2), false, now());
    let envelope = sealer.seal(TODAY.plus(3), 10);
    let first = node.push(peer(1), &envelope, now());
    assert!(acked(&first, envelope.id()));
    assert_eq!(pushes(&first), 1);
    let again = node.push(peer(1), &envelope, now());
    assert!(acked(&again, envelope.id()));
    assert_eq!(pushes(&again), 0);
    assert_eq!(node.arrived.len(), 1);
    // The other neighbour pushes it before it has acknowledged ours: it has it.
    node.room.watch(envelope.id());
    node.push(peer(2), &envelope, now());
    assert_eq!(node.held, [(peer(1), envelope.id()), (peer(2), envelope.id())][1..]);
    assert_eq!(node.room.sessions[&peer(2)].window.in_flight().0, 0);
}

#[test]
fn what_is_no_envelope_of_this_room_is_misbehaviour_and_changes_nothing() {
    let mut sealer = Sealer::new();
    let valid = sealer.seal(TODAY.plus(3), 10);
    let key = EnvelopeKey::from_secret(&[5; 32]);
    let foreign = Envelope::seal(&key, &RoomId([2; 32]), TODAY, b"text", &mut sealer.0).unwrap();
    let mut truncated = valid.as_bytes().to_vec();
    truncated.pop();
    let mut version = valid.as_bytes().to_vec();
    version[0] = 2;
    let too_many = vec![valid.id(); IDS_PER_FRAME_MAX + 1];
    let id = ReconciliationId { initiator: now().0, responder: 0 };
    let push = |envelope| RoomFrame::Push { envelope };
    let query = |message| RoomFrame::Reconcile { id, round: 0, message };
    for (frame, why) in [
        (push(vec![]), PeerMisbehaved::MalformedEnvelope),
        (push(truncated), PeerMisbehaved::MalformedEnvelope),
        (push(version), PeerMisbehaved::MalformedEnvelope),
        (push(vec![1; 2 * 1024 * 1024]), PeerMisbehaved::MalformedEnvelope),
        (push(foreign.into_bytes()), PeerMisbehaved::WrongRoom),
        (RoomFrame::Ack { ids: too_many.clone() }, PeerMisbehaved::TooManyIds),
        (RoomFrame::Refuse { ids: too_many.clone() }, PeerMisbehaved::TooManyIds),
        (RoomFrame::Want { id, part: 0, ids: too_many }, PeerMisbehaved::TooManyIds),
        (query(vec![]), PeerMisbehaved::MalformedReconciliation),
        (query(vec![0xff; 100]), PeerMisbehaved::MalformedReconciliation),
        (query(vec![0x61; RECONCILE_MESSAGE_BYTES_MAX + 1]), PeerMisbehaved::MalformedReconciliation),
    ] {
        let mut node = Node::new();
        node.join(peer(1), false, now());
        assert!(node.frame(peer(1), frame, now()).is_empty());
        assert_eq!(node.misbehaved, [why]);
        assert!(node.disk.0.is_empty());
    }
}

#[test]
fn stranger_is_not_heard() {
    let mut sealer = Sealer::new();
    let mut node = Node::new();
    let envelope = sealer.seal(TODAY.plus(3), 10);
    assert!(node.push(peer(1), &envelope, now()).is_empty());
    node.join(peer(1), false, now());
    node.room.peer_left(peer(1));
    assert!(node.push(peer(1), &envelope, now()).is_empty());
    assert!(node.ids().is_empty());
}

#[test]
fn expired_and_far_ahead_are_refused_without_blame() {
    let mut sealer = Sealer::new();
    let mut node = Node::new();
    node.join(peer(1), false, now());
    let last = ENVELOPE_LIFE_DAYS + ENVELOPE_EXPIRY_SLACK_DAYS;
    for (expires, is_kept) in [
        (Day(TODAY.0 - 1), false),
        (TODAY, true),
        (TODAY.plus(last), true),
        (TODAY.plus(last + 1), false),
        (Day(u32::MAX), false),
        (Day(0), false),
    ] {
        let envelope = sealer.seal(expires, 10);
        let frames = node.push(peer(1), &envelope, now());
        assert_eq!(acked(&frames, envelope.id()), is_kept);
        assert_eq!(refused(&frames, envelope.id()), !is_kept);
        assert_eq!(node.room.contains(&envelope.id()), is_kept);
        let own = sealer.seal(expires, 10);
        let inserted = node.room.insert(own, now(), &mut RoomOutput::default());
        assert_eq!(inserted, if is_kept { Ok(()) } else { Err(InsertError::Expiry) });
    }
    assert!(node.misbehaved.is_empty());
    let key = EnvelopeKey::from_secret(&[5; 32]);
    let foreign = Envelope::seal(&key, &RoomId([2; 32]), TODAY, b"text", &mut sealer.0).unwrap();
    let inserted = node.room.insert(foreign, now(), &mut RoomOutput::default());
    assert_eq!(inserted, Err(InsertError::WrongRoom));
}

#[test]
fn envelope_is_deleted_when_its_last_day_is_over() {
    let mut sealer = Sealer::new();
    let mut node = Node::new();
    let (early, late) = (sealer.seal(TODAY.plus(1), 10), sealer.seal(TODAY.plus(2), 10));
    node.insert(&late, now());
    node.insert(&early, now());
    node.room.watch(early.id());
    let due = TODAY.plus(2).start();
    assert_eq!(node.room.next_timeout(), Some(due));
    node.timeout(Timestamp(due.0 - 1));
    assert!(node.expired.is_empty());
    // A clock that jumps back deletes nothing.
    node.timeout(Timestamp(0));
    assert!(node.expired.is_empty());
    node.timeout(due);
    assert_eq!(node.expired, [early.id()]);
    assert_eq!(node.room.next_timeout(), Some(TODAY.plus(3).start()));
    node.check();
    node.timeout(Timestamp(u64::MAX));
    assert_eq!(node.room.envelope_count(), 0);
    assert_eq!(node.room.byte_count(), 0);
    assert_eq!(node.room.next_timeout(), None);
    assert!(node.disk.0.is_empty());
}

#[test]
fn mass_expiry_is_done_in_bounded_steps() {
    let mut sealer = Sealer::new();
    let mut node = Node::new();
    for _ in 0..EXPIRED_PER_STEP_MAX + 5 {
        node.insert(&sealer.seal(TODAY, 10), now());
    }
    let due = TODAY.plus(1).start();
    node.timeout(due);
    assert_eq!(node.room.envelope_count(), 5);
    assert_eq!(node.room.next_timeout(), Some(due));
    node.timeout(due);
    assert_eq!(node.room.envelope_count(), 0);
}

#[test]
fn full_room_lets_the_oldest_go_and_what_is_watched_last() {
    let mut sealer = Sealer::new();
    let mut node = Node::new();
    node.join(peer(1), false, now());
    node.room.set.envelopes_max = 3;
    let own = sealer.seal(TODAY.plus(1), 10);
    node.insert(&own, now());
    node.room.watch(own.id());
    let (a, b) = (sealer.seal(TODAY.plus(2), 10), sealer.seal(TODAY.plus(3), 10));
    node.push(peer(1), &a, now());
    node.push(peer(1), &b, now());
    // Older than all that may go: refused, and nothing goes for it.
    let older = sealer.seal(TODAY.plus(1), 10);
    let frames = node.push(peer(1), &older, now());
    assert!(refused(&frames, older.id()) && !acked(&frames, older.id()));
    assert!(node.evicted.is_empty());
    let newer = sealer.seal(TODAY.plus(4), 10);
    assert!(acked(&node.push(peer(1), &newer, now()), newer.id()));
    assert_eq!(node.evicted, [a.id()]);
    node.room.watch(b.id());
    node.room.watch(newer.id());
    // All is watched: a neighbour's displaces nothing, an own one does.
    let more = sealer.seal(TODAY.plus(30), 10);
    assert!(refused(&node.push(peer(1), &more, now()), more.id()));
    node.insert(&more, now());
    assert_eq!(node.evicted, [a.id(), own.id()]);
    assert!(node.misbehaved.is_empty());
    node.check();
}

#[test]
fn full_room_counts_bytes() {
    let mut sealer = Sealer::new();
    let mut node = Node::new();
    let small: Vec<_> = (0..4).map(|n| sealer.seal(TODAY.plus(n), 10)).collect();
    for envelope in &small {
        node.insert(envelope, now());
    }
    node.room.set.bytes_max = node.room.byte_count();
    let large = sealer.seal(TODAY.plus(9), 1000);
    node.insert(&large, now());
    assert_eq!(node.evicted, [small[0].id(), small[1].id()]);
    let huge = sealer.seal(TODAY.plus(9), 10_000);
    assert_eq!(node.room.insert(huge, now(), &mut RoomOutput::default()), Err(InsertError::Full));
    assert_eq!(node.room.envelope_count(), 3);
    node.check();
}

#[test]
fn two_full_rooms_come_to_rest() {
    let mut sealer = Sealer::new();
    let mut net = Net::new(2, 3, Weather::default());
    for node in 0..2 {
        net.nodes[node].room.set.envelopes_max = 50;
        for envelope in sealer.some(50) {
            net.insert(node, &envelope);
        }
    }
    net.join(0, 1);
    net.run();
    assert!(net.nodes[0].ids() == net.nodes[1].ids());
    assert_eq!(net.nodes[0].ids().len(), 50);
}

#[test]
fn rooms_of_different_size_come_to_rest() {
    let mut sealer = Sealer::new();
    for initiator in [0, 1] {
        let mut net = Net::new(2, 3, Weather::default());
        net.nodes[0].room.set.envelopes_max = 20;
        for envelope in sealer.some(100) {
            net.insert(1, &envelope);
        }
        net.join(initiator, 1 - initiator);
        net.run();
        assert_eq!(net.nodes[0].ids().len(), 20);
        assert_eq!(net.nodes[1].ids().len(), 100);
    }
}

#[test]
fn flood_slows_only_the_neighbour_that_floods() {
    let mut sealer = Sealer::new();
    let mut node = Node::new();
    node.join(peer(1), false, now());
    node.join(peer(2), false, now());
    let burst = PEER_ENVELOPES_PER_MINUTE as usize;
    // Duplicates cost as much as new ones.
    let first = sealer.seal(TODAY.plus(3), 10);
    for _ in 0..burst {
        assert!(acked(&node.push(peer(1), &first, now()), first.id()));
    }
    let excess = sealer.some(PUSH_WINDOW_ENVELOPES + 10);
    for envelope in &excess {
        assert!(!acked(&node.push(peer(1), envelope, now()), envelope.id()));
    }
    // A window of them is kept, and answered later; the rest is not looked at.
    assert_eq!(node.room.envelope_count(), 1 + PUSH_WINDOW_ENVELOPES);
    assert!(node.misbehaved.is_empty());
    let other = sealer.seal(TODAY.plus(3), 10);
    assert!(acked(&node.push(peer(2), &other, now()), other.id()));

    let due = node.room.next_timeout().unwrap();
    assert!(due > now() && due.ms_since(now()) < 1000);
    assert!(node.timeout(Timestamp(due.0 - 1)).is_empty());
    let frames = node.timeout(due);
    assert!(excess[..PUSH_WINDOW_ENVELOPES].iter().all(|envelope| acked(&frames, envelope.id())));
    assert!(!acked(&frames, excess[PUSH_WINDOW_ENVELOPES].id()));
}

#[test]
fn who_fills_a_full_room_is_slowed_more() {
    let mut sealer = Sealer::new();
    let mut node = Node::new();
    node.room.set.envelopes_max = 10;
    node.join(peer(1), false, now());
    let mut answered = 0;
    for _ in 0..PEER_ENVELOPES_PER_MINUTE / 2 {
        let envelope = sealer.seal(TODAY.plus(30), 10);
        let frames = node.push(peer(1), &envelope, now());
        answered += u64::from(acked(&frames, envelope.id()) || refused(&frames, envelope.id()));
    }
    assert!(answered <= PEER_ENVELOPES_PER_MINUTE / FULL_ROOM_COST + 10, "{answered}");
}

#[test]
fn catch_up_beyond_the_allowance_is_slowed_and_complete() {
    let mut sealer = Sealer::new();
    let mut net = Net::new(2, 1, Weather::default());
    let count = PEER_ENVELOPES_PER_MINUTE as usize + 2000;
    for envelope in sealer.some(count) {
        net.insert(0, &envelope);
    }
    net.join(0, 1);
    net.run();
    net.assert_equal_sets();
    assert_eq!(net.nodes[1].ids().len(), count);
    assert!(net.now.ms_since(now()) < 60_000);
}

#[test]
fn reconciliations_cost_their_initiator() {
    let mut sealer = Sealer::new();
    let mut node = Node::new();
    node.insert(&sealer.seal(TODAY.plus(3), 10), now());
    let query = node.join(peer(1), true, now()).remove(0).1;
    let RoomFrame::Reconcile { message, .. } = query else { panic!() };
    node.join(peer(2), false, now());
    let mut answered = 0;
    for number in 1..2000 {
        let id = ReconciliationId { initiator: number, responder: 0 };
        let frame = RoomFrame::Reconcile { id, round: 0, message: message.clone() };
        answered += node.frame(peer(2), frame, now()).len();
    }
    assert!(answered < 300, "{answered}");
    assert!(node.misbehaved.is_empty());
}

#[test]
fn silent_neighbour_is_tried_less_and_less_often() {
    let mut node = Node::new();
    let mut at = now();
    assert_eq!(node.join(peer(1), true, at).len(), 1);
    for attempt in 0..10 {
        let due = node.room.next_timeout().unwrap();
        assert_eq!(due.ms_since(at), ROOM_RETRY_MS << attempt.min(ROOM_RETRY_DOUBLINGS));
        assert!(node.timeout(Timestamp(due.0 - 1)).is_empty());
        assert_eq!(node.timeout(due).len(), 1);
        at = due;
    }
}

#[test]
fn clock_that_jumps_neither_stops_nor_breaks_a_session() {
    let mut sealer = Sealer::new();
    let mut net = Net::new(2, 1, Weather { lost: 30, ..Weather::default() });
    for (index, envelope) in sealer.some(60).iter().enumerate() {
        net.insert(index % 2, envelope);
    }
    net.join(0, 1);
    for _ in 0..10 {
        net.deliver();
    }
    // Back by 10 hours: what waited for a time before waits from here.
    net.now = TODAY.start();
    for node in 0..2 {
        let frames = net.nodes[node].timeout(net.now);
        net.send(node, frames);
        let session = &net.nodes[node].room.sessions[&peer(1 - node)];
        let due = session.retry_at().unwrap_or_default();
        assert!(due <= net.now.plus_ms((ROOM_RETRY_MS << ROOM_RETRY_DOUBLINGS) + 120_000));
    }
    net.run();
    net.assert_equal_sets();
    for at in [0, u64::MAX, 1, u64::MAX - 1, 0] {
        for node in 0..2 {
            let _ = net.nodes[node].timeout(Timestamp(at));
            let _ = net.nodes[node].room.next_timeout();
        }
    }
}

#[test]
fn opened_envelopes_are_not_tried_again_after_a_restart() {
    let mut sealer = Sealer::new();
    let mut node = Node::new();
    let envelopes = sealer.some(5);
    for envelope in &envelopes {
        node.insert(envelope, now());
    }
    let mut out = RoomOutput::default();
    node.room.mark_opened(envelopes[1].id(), &mut out);
    node.room.mark_opened(EnvelopeId([0; 32]), &mut out);
    assert_eq!(out.writes.len(), 1);
    node.settle(out);
    let node = Node::from_disk(node.disk);
    let unopened: Vec<_> = node.room.unopened().map(|(id, nonce, hint)| (id, *nonce, *hint)).collect();
    let expected: Vec<_> = [0, 2, 3, 4]
        .map(|index| &envelopes[index])
        .map(|envelope| (envelope.id(), *envelope.nonce(), *envelope.hint()))
        .to_vec();
    assert_eq!(unopened, expected);
    node.check();
}

#[test]
fn read_sees_what_the_step_is_about_to_write() {
    let mut sealer = Sealer::new();
    let mut node = Node::new();
    let envelope = sealer.seal(TODAY.plus(3), 10);
    let mut out = RoomOutput::default();
    node.room.insert(envelope.clone(), now(), &mut out).unwrap();
    let read = |node: &Node, writes: &WriteBatch| node.room.read(&node.disk, writes, envelope.id()).unwrap();
    assert!(read(&node, &out.writes) == Some(envelope.clone()));
    assert!(read(&node, &WriteBatch::default()).is_none());
    node.settle(out);
    assert!(read(&node, &WriteBatch::default()) == Some(envelope.clone()));
    let mut writes = WriteBatch::default();
    writes.delete(Key::new(Class::Envelope, &ROOM.0, &envelope.id().0));
    assert!(read(&node, &writes).is_none());
}

#[test]
fn damaged_records_are_the_disks_fault() {
    let mut sealer = Sealer::new();
    let mut node = Node::new();
    let envelope = sealer.seal(TODAY.plus(3), 10);
    node.insert(&envelope, now());
    let key = Key::new(Class::Envelope, &ROOM.0, &envelope.id().0);
    node.disk.0.get_mut(&key).unwrap()[100] ^= 1;
    let read = node.room.read(&node.disk, &WriteBatch::default(), envelope.id());
    assert_eq!(read.unwrap_err(), StoreError::Damaged("envelope"));
    let key = Key::new(Class::EnvelopeIndex, &ROOM.0, &envelope.id().0);
    node.disk.0.insert(key, vec![99]);
    assert_eq!(Room::load(&node.disk, ROOM).unwrap_err(), StoreError::Damaged("envelope index"));
}

#[test]
fn envelope_without_bytes_is_forgotten_so_that_it_can_come_again() {
    let mut sealer = Sealer::new();
    let mut net = Net::new(2, 1, Weather::default());
    let envelope = sealer.seal(TODAY.plus(3), 10);
    net.insert(0, &envelope);
    net.nodes[0].disk.0.remove(&Key::new(Class::Envelope, &ROOM.0, &envelope.id().0));
    net.join(0, 1);
    net.run();
    net.assert_equal_sets();
    assert!(net.nodes[0].ids().is_empty());
    net.insert(1, &envelope);
    net.run();
    net.assert_equal_sets();
    assert_eq!(net.nodes[0].ids().len(), 1);
}

#[test]
fn envelope_sent_during_a_reconciliation_is_not_taken_for_held() {
    for node in 0..2 {
        let mut sealer = Sealer::new();
        let mut net = Net::new(2, 1, Weather::default());
        for envelope in sealer.some(400) {
            net.insert(node, &envelope);
        }
        net.join(0, 1);
        net.deliver();
        // Nothing calls for it in the messages of the reconciliation, and its push is lost.
        let own = sealer.seal(TODAY.plus(10), 10);
        net.insert(node, &own);
        net.nodes[node].room.watch(own.id());
        let lost = own.as_bytes().to_vec();
        let is_lost = |frame: &RoomFrame| matches!(frame, RoomFrame::Push { envelope } if *envelope == lost);
        net.wire.retain(|(_, _, frame)| !is_lost(frame));
        while net.deliver() {
            net.wire.retain(|(_, _, frame)| !is_lost(frame));
        }
        assert!(!net.nodes[1 - node].room.contains(&own.id()));
        assert!(net.nodes[node].held.is_empty());
        net.run();
        assert_eq!(net.nodes[node].held, [(peer(1 - node), own.id())]);
    }
}

#[test]
fn frames_of_another_reconciliation_are_not_heard() {
    let mut sealer = Sealer::new();
    let mut node = Node::new();
    let own = sealer.seal(TODAY.plus(3), 10);
    node.insert(&own, now());
    node.room.watch(own.id());
    let mut other = Node::new();
    let RoomFrame::Reconcile { id, round, message } = other.join(peer(0), true, now()).remove(0).1 else {
        panic!()
    };
    node.join(peer(1), false, now());
    let query = RoomFrame::Reconcile { id, round, message };
    let answer = node.frame(peer(1), query.clone(), now()).remove(0).1;
    assert!(node.frame(peer(1), query, now()).is_empty());
    let RoomFrame::Reconcile { id, .. } = answer.clone() else { panic!() };
    for stale in [
        ReconciliationId { responder: id.responder - 1, ..id },
        ReconciliationId { responder: 0, ..id },
        ReconciliationId { initiator: id.initiator - 1, ..id },
    ] {
        let want = RoomFrame::Want { id: stale, part: 0, ids: vec![own.id()] };
        assert!(node.frame(peer(1), want, now()).is_empty());
        let end = RoomFrame::End { id: stale, parts: 0, is_complete: true };
        assert!(node.frame(peer(1), end, now()).is_empty());
        let query = RoomFrame::Reconcile { id: stale, round: 2, message: vec![0x61] };
        assert!(node.frame(peer(1), query, now()).is_empty());
    }
    // A round that is not its turn.
    let query = RoomFrame::Reconcile { id, round: 4, message: vec![0x61] };
    assert!(node.frame(peer(1), query, now()).is_empty());
    assert!(node.held.is_empty());

    // On the other side: an answer that comes twice, or of another round, is heard once.
    let RoomFrame::Reconcile { message, .. } = answer.clone() else { panic!() };
    assert!(other.frame(peer(0), RoomFrame::Reconcile { id, round: 3, message }, now()).is_empty());
    assert_eq!(other.frame(peer(0), answer.clone(), now()).len(), 2);
    assert!(other.frame(peer(0), answer, now()).is_empty());
    let want = RoomFrame::Want { id, part: 0, ids: vec![own.id()] };
    assert_eq!(pushes(&node.frame(peer(1), want.clone(), now())), 1);
    assert!(node.frame(peer(1), want, now()).is_empty());
}

#[test]
fn wait_for_an_acknowledgement_begins_with_the_push() {
    let mut sealer = Sealer::new();
    let mut net = Net::new(2, 1, Weather::default());
    net.join(0, 1);
    net.run();
    // After an hour without a word.
    let at = net.now.plus_ms(60 * 60 * 1000);
    let mut node = net.nodes.remove(0);
    node.insert(&sealer.seal(TODAY.plus(3), 10), at);
    let due = node.room.next_timeout().unwrap();
    assert!(due >= at.plus_ms(ROOM_RETRY_MS) && due <= at.plus_ms(ROOM_RETRY_MS + 1000));
    // The clock goes back by a day: the wait begins anew.
    let earlier = Timestamp(at.0 - 24 * 60 * 60 * 1000);
    node.timeout(earlier);
    assert!(node.room.next_timeout().unwrap() <= earlier.plus_ms(ROOM_RETRY_MS + 1000));
}

#[test]
fn encodings_are_frozen() {
    let id = ReconciliationId { initiator: 300, responder: 2 };
    let ids = vec![EnvelopeId([0xee; 32])];
    let ee = "ee".repeat(32);
    for (frame, hex) in [
        (RoomFrame::Reconcile { id, round: 1, message: vec![0x61, 0] }, "00ac020201026100".to_owned()),
        (RoomFrame::Want { id, part: 3, ids: ids.clone() }, format!("01ac02020301{ee}")),
        (RoomFrame::End { id, parts: 4, is_complete: true }, "02ac02020401".to_owned()),
        (RoomFrame::Push { envelope: vec![1, 2, 3] }, "0303010203".to_owned()),
        (RoomFrame::Ack { ids: ids.clone() }, format!("0401{ee}")),
        (RoomFrame::Refuse { ids }, format!("0501{ee}")),
        (RoomFrame::Begin, "06".to_owned()),
    ] {
        assert_eq!(data_encoding::HEXLOWER.encode(&postcard::to_stdvec(&frame).unwrap()), hex);
    }
    let mut sealer = Sealer::new();
    let mut node = Node::new();
    let envelope = sealer.seal(TODAY, 10);
    node.insert(&envelope, now());
    let hex = |bytes: &[u8]| data_encoding::HEXLOWER.encode(bytes);
    let record = &node.disk.0[&Key::new(Class::EnvelopeIndex, &ROOM.0, &envelope.id().0)];
    // Variant, 20,000, 597 bytes, nonce, hint, not opened, the first to arrive.
    let expected = format!("00a09c01d504{}{}0000", hex(envelope.nonce()), hex(envelope.hint()));
    assert_eq!(hex(record), expected);
}

#[test]
fn who_refuses_an_envelope_is_not_taken_for_a_holder() {
    let mut sealer = Sealer::new();
    let mut node = Node::new();
    node.join(peer(1), false, now());
    let own = sealer.seal(TODAY.plus(10), 10);
    node.insert(&own, now());
    node.room.watch(own.id());
    node.frame(peer(1), RoomFrame::Refuse { ids: vec![own.id()] }, now());
    assert!(node.held.is_empty());
    node.frame(peer(1), RoomFrame::Ack { ids: vec![own.id()] }, now());
    assert_eq!(node.held, [(peer(1), own.id())]);
}

#[test]
fn what_a_neighbour_has_not_compared_to_the_end_is_not_taken_for_held() {
    for is_complete in [false, true] {
        let mut node = Node::new();
        let own = Sealer::new().seal(TODAY.plus(3), 10);
        node.insert(&own, now());
        node.room.watch(own.id());
        let query = Node::new().join(peer(0), true, now()).remove(0).1;
        node.join(peer(1), false, now());
        let RoomFrame::Reconcile { id, .. } = node.frame(peer(1), query, now()).remove(0).1 else { panic!() };
        node.frame(peer(1), RoomFrame::End { id, parts: 0, is_complete }, now());
        assert_eq!(!node.held.is_empty(), is_complete);
    }
}
