//! A group with a long life behind it, and what it takes to learn one more event.
#![allow(dead_code, reason = "two programs share this file, and each needs a part of it")]

use std::time::Duration;

use hearth_core::crypto::{DeviceSecret, EngineRng};
use hearth_core::event::{Body, Commit, Event, Identity, Role};
use hearth_core::ids::IdentityId;
use hearth_tests::logs::{Node, founded};

/// How many of those who were added stay, so that some can be removed when it is measured.
const REMOVABLE_MIN: usize = 40;

/// A group whose log grows.
pub(crate) struct Group {
    members: usize,
    reader: Node,
    devices: Vec<DeviceSecret>,
    /// Who was added and can be removed.
    pub(crate) removable: Vec<IdentityId>,
    rng: EngineRng,
}

impl Group {
    /// Founds a group of this many members, the first five of them admins.
    pub(crate) fn found(members: usize) -> Self {
        let mut roles = vec![Role::Servant; 4.min(members - 1)];
        roles.resize(members - 1, Role::Member);
        let (reader, mut devices) = founded(1, &roles);
        devices.insert(0, DeviceSecret::from_seed(&reader.device.seed()));
        Self { members, reader, devices, removable: Vec::new(), rng: EngineRng::from_seed([1; 32]) }
    }

    /// Returns the number of events.
    pub(crate) fn len(&self) -> usize {
        self.reader.log.entries().len()
    }

    /// A life with all that happens: one in ten events is a coming or a going, one in four a commit.
    pub(crate) fn grow_to(&mut self, length: usize) {
        let mut number = 0;
        while self.reader.log.entries().len() < length {
            number += 1;
            let event = match number % 20 {
                0 => {
                    let identity = self.identity();
                    self.by(0, Body::Add { identity, role: Role::Newcomer })
                }
                10 if self.removable.len() > REMOVABLE_MIN => {
                    let identity = self.removable.remove(0);
                    self.by(0, Body::Remove { identity })
                }
                1 | 5 | 11 | 15 => self.commit(number % self.members),
                _ => self.by(number % self.members, Body::Ack),
            };
            self.reader.take(&event);
        }
    }

    pub(crate) fn identity(&mut self) -> Identity {
        let device = DeviceSecret::from_seed(&self.rng.bytes()).public();
        self.removable.push(IdentityId(device.0));
        Identity { device, name: "Newcomer".to_owned() }
    }

    /// Signs an event on top of all that is known.
    pub(crate) fn by(&mut self, member: usize, body: Body) -> Event {
        let device = DeviceSecret::from_seed(&self.devices[member].seed());
        let own = std::mem::replace(&mut self.reader.device, device);
        let event = self.reader.sign(body, None);
        self.reader.device = own;
        event
    }

    pub(crate) fn commit(&mut self, member: usize) -> Event {
        let parent = self.reader.head().unwrap();
        let members = self.reader.resolution().devices();
        let tree = self.reader.epochs.node(&parent).unwrap().tree.clone();
        let commit = Commit {
            parent,
            add: members.difference(&tree).copied().collect(),
            drop: tree.difference(&members).copied().collect(),
            mls: Vec::new(),
            authenticator_hash: [0; 32],
        };
        self.by(member, Body::Commit(commit))
    }

    /// What it takes from an event in hand to the new members and the new head.
    pub(crate) fn measure(
        &mut self,
        rounds: usize,
        next: impl Fn(&mut Self, usize) -> Event,
    ) -> Vec<Duration> {
        let times = (0..rounds).map(|round| {
            let event = next(self, round);
            self.learn(&event)
        });
        times.collect()
    }

    /// Acknowledgements that do not know of one another.
    pub(crate) fn measure_apart(&mut self, rounds: usize) -> Vec<Duration> {
        let events: Vec<Event> = (0..rounds).map(|member| self.by(member, Body::Ack)).collect();
        events.iter().map(|event| self.learn(event)).collect()
    }

    /// Takes an event without measuring.
    pub(crate) fn take(&mut self, event: &Event) {
        assert!(self.reader.take(event));
    }

    fn learn(&mut self, event: &Event) -> Duration {
        let begin = processor_time();
        assert!(self.reader.take(event));
        self.reader.resolution();
        self.reader.head();
        processor_time() - begin
    }

    /// What it takes to learn the whole log once more, as after a restart.
    pub(crate) fn load(&self) -> Duration {
        let group = self.reader.log.entries()[0].event.group();
        let mut node = Node::new(DeviceSecret::from_seed(&[8; 32]), group);
        let begin = processor_time();
        for entry in self.reader.log.entries() {
            node.take(&entry.event);
        }
        node.resolution();
        node.head();
        processor_time() - begin
    }
}

/// What this thread has taken of the processor so far: others who are busy on the same machine do not show in it.
pub(crate) fn processor_time() -> Duration {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::ThreadCPUTime);
    Duration::new(time.tv_sec.unsigned_abs(), u32::try_from(time.tv_nsec).unwrap_or(0))
}
