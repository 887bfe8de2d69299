//! Insiders who lie: events signed with a member's real keys, put on its own disk for its real engine to spread.
//!
//! Owns what each of them forges. Whether that does harm is the checkers' to say.

use hearth_core::KeyLayer;
use hearth_core::crypto::DeviceSecret;
use hearth_core::event::{Admission, Body, Commit, Event, Position};
use hearth_core::ids::{DeviceId, EpochId, EventId, GroupId};
use hearth_core::log::{Admitted, Log};
use hearth_core::store::{Class, Key, ReadStore, WriteBatch};

use crate::checkers::events_of;
use crate::world::{NodeId, World};

/// How an insider lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lie {
    /// Lets friends in by an invite, in a chain that nobody sees for long.
    PrivateChain,
    /// Says that it knows nothing of what happened since the group began.
    Backdated,
    /// Gives two events the same number.
    Equivocation,
    /// Many commits on the same parent.
    CommitFlood,
    /// A commit whose MLS part is noise.
    Malformed,
    /// A commit whose lists are not what it does.
    LyingLists,
}

impl Lie {
    /// All of them.
    pub const ALL: [Self; 6] = [
        Self::PrivateChain,
        Self::Backdated,
        Self::Equivocation,
        Self::CommitFlood,
        Self::Malformed,
        Self::LyingLists,
    ];
}

/// Commits of a flood.
const FLOOD: u8 = 12;

/// Lets the stopped node's disk hold what its member forged; returns the events.
pub(crate) fn forge<K: KeyLayer>(world: &World<K>, node: NodeId, group: GroupId, lie: Lie) -> Vec<EventId> {
    let Some(mut forger) = Forger::of(world, node, group) else { return Vec::new() };
    match lie {
        Lie::PrivateChain => {
            for number in 0..4 {
                forger.admit_friend(number);
            }
        }
        Lie::Backdated => {
            forger.position(|position| position.heads = vec![EventId(group.0)]);
            let friend = forger.friend(9);
            forger.sign(friend);
        }
        Lie::Equivocation => {
            let [first, second] = [(); 2].map(|()| forger.next_position());
            forger.sign_at(first, Body::Ack);
            let friend = forger.friend(7);
            forger.sign_at(second, friend);
        }
        Lie::CommitFlood => {
            for number in 0..FLOOD {
                forger.commit(vec![number; 64], Vec::new(), Vec::new());
            }
        }
        Lie::Malformed => forger.commit(vec![0xee; 200], Vec::new(), Vec::new()),
        Lie::LyingLists => {
            let stranger = DeviceSecret::from_seed(&[0x5a; 32]).public();
            let drop = forger.somebody();
            forger.commit(vec![1, 2, 3], vec![stranger], drop);
        }
    }
    forger.write(world, node)
}

struct Forger {
    group: GroupId,
    device: DeviceSecret,
    log: Log,
    numbered: Vec<(u64, Event)>,
    next_number: u64,
    changed: Option<Position>,
    epoch: EpochId,
}

impl Forger {
    fn of<K: KeyLayer>(world: &World<K>, node: NodeId, group: GroupId) -> Option<Self> {
        let store = world.store(node);
        let record = store.get(&Key::global(Class::Group, &group.0)).ok()??;
        // Home, room, and then the device's seed: the first fields of a group's record.
        type Head = (Option<[u8; 32]>, [u8; 32], [u8; 32]);
        let ((_, _, seed), _) = postcard::take_from_bytes::<Head>(&record).ok()?;
        let mut log = Log::new(group);
        let mut events = std::collections::BTreeMap::new();
        store
            .scan(Class::Event, &group.0, &mut |_, value| {
                let number = u64::from_le_bytes(value[..8].try_into().expect("eight bytes"));
                events.insert(number, Event::parse(&value[8..]).expect("an event"));
            })
            .ok()?;
        let next_number = events.keys().next_back()? + 1;
        let epoch = events.values().rev().find(|event| event.body().as_commit().is_some());
        let epoch = epoch.map_or(EpochId(group.0), |event| EpochId::from(event.id()));
        for event in events.into_values() {
            log.admit(event);
        }
        let device = DeviceSecret::from_seed(&seed);
        Some(Self { group, device, log, numbered: Vec::new(), next_number, changed: None, epoch })
    }

    fn next_position(&mut self) -> Position {
        if let Some(changed) = self.changed.take() {
            return changed;
        }
        let (seq, prev_own, heads) = self.log.next_position(&self.device.public());
        Position { group: self.group, seq, prev_own, heads, epoch: self.epoch }
    }

    fn position(&mut self, change: impl FnOnce(&mut Position)) {
        let mut position = self.next_position();
        change(&mut position);
        self.changed = Some(position);
    }

    fn sign(&mut self, body: Body) {
        let position = self.next_position();
        self.sign_at(position, body);
    }

    fn sign_at(&mut self, position: Position, body: Body) {
        let Ok(event) = Event::sign(&self.device, position, body) else { return };
        // What the forger's own log refuses, every other one does.
        if let Admitted::Now(_) = self.log.admit(event.clone()) {
            self.numbered.push((self.next_number, event));
            self.next_number += 1;
        }
    }

    /// A friend with a ticket that the forger made up.
    fn friend(&self, number: u8) -> Body {
        let token = DeviceSecret::from_seed(&[0xa0 | number; 32]);
        let friend = DeviceSecret::from_seed(&[0xb0 | number; 32]);
        Body::Admit(Admission::prove(&self.group, &token, &friend, "Mallory"))
    }

    fn admit_friend(&mut self, number: u8) {
        let body = self.friend(number);
        self.sign(body);
    }

    fn somebody(&self) -> Vec<DeviceId> {
        let own = self.device.public();
        let authors = self.log.entries().iter().map(|entry| entry.event.author());
        authors.filter(|device| *device != own).take(1).collect()
    }

    fn commit(&mut self, mls: Vec<u8>, add: Vec<DeviceId>, drop: Vec<DeviceId>) {
        let authenticator_hash = [0x77; 32];
        self.sign(Body::Commit(Commit { parent: self.epoch, add, drop, mls, authenticator_hash }));
    }

    fn write<K: KeyLayer>(self, world: &World<K>, node: NodeId) -> Vec<EventId> {
        let mut batch = WriteBatch::default();
        let mut ids = Vec::new();
        for (number, event) in self.numbered {
            let mut value = number.to_le_bytes().to_vec();
            value.extend_from_slice(event.as_bytes());
            batch.put(Key::new(Class::Event, &self.group.0, &event.id().0), value);
            ids.push(event.id());
        }
        world.store(node).commit(&batch);
        debug_assert!(!events_of(world.store(node), &self.group).is_empty());
        ids
    }
}
