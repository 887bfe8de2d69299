//! What learning one event costs, by the length of the log: `cargo bench -p hearth-tests --bench control_log`.
//!
//! Prints the machine and its load, for numbers without them say nothing.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use std::time::{Duration, Instant};

use hearth_core::crypto::{DeviceSecret, EngineRng};
use hearth_core::event::{Body, Commit, Event, Identity, Role};
use hearth_core::ids::IdentityId;
use hearth_tests::logs::{Node, founded};

const LENGTHS: [usize; 3] = [100, 1_000, 10_000];
const MEMBERS: usize = 50;
/// Events of a kind that are measured at each length.
const ROUNDS: usize = 20;

fn main() {
    println!("machine: {}", first_line("/proc/cpuinfo", "model name"));
    println!("load: {}", std::fs::read_to_string("/proc/loadavg").unwrap_or_default().trim());
    println!("{MEMBERS} members; median and worst of {ROUNDS}, in microseconds, signatures not counted");
    println!(
        "{:>8} {:>16} {:>16} {:>16} {:>16} {:>16} {:>10}",
        "events", "ack", "add", "commit", "concurrent ack", "removal", "load ms"
    );
    for length in LENGTHS {
        let mut group = Group::found();
        group.grow_to(length);
        let ack = group.measure(|group, round| group.by(round % MEMBERS, Body::Ack));
        let add = group.measure(|group, _| {
            let identity = group.identity();
            group.by(0, Body::Add { identity, role: Role::Newcomer })
        });
        let commit = group.measure(|group, round| group.commit(round % MEMBERS));
        let concurrent = group.measure_apart();
        let removal = group.measure(|group, _| {
            let identity = group.removable.pop().unwrap();
            group.by(0, Body::Remove { identity })
        });
        let load = group.load();
        println!("{length:>8} {ack:>16} {add:>16} {commit:>16} {concurrent:>16} {removal:>16} {load:>10}");
    }
}

struct Group {
    reader: Node,
    devices: Vec<DeviceSecret>,
    removable: Vec<IdentityId>,
    rng: EngineRng,
}

impl Group {
    fn found() -> Self {
        let mut roles = vec![Role::Servant; 4];
        roles.resize(MEMBERS - 1, Role::Member);
        let (reader, mut devices) = founded(1, &roles);
        devices.insert(0, DeviceSecret::from_seed(&reader.device.seed()));
        Self { reader, devices, removable: Vec::new(), rng: EngineRng::from_seed([1; 32]) }
    }

    /// A life with all that happens: one in ten events is a coming or a going, one in four a commit.
    fn grow_to(&mut self, length: usize) {
        let mut number = 0;
        while self.reader.log.entries().len() < length {
            number += 1;
            let event = match number % 20 {
                0 => {
                    let identity = self.identity();
                    self.by(0, Body::Add { identity, role: Role::Newcomer })
                }
                10 if self.removable.len() > 2 * ROUNDS => {
                    let identity = self.removable.remove(0);
                    self.by(0, Body::Remove { identity })
                }
                1 | 5 | 11 | 15 => self.commit(number % MEMBERS),
                _ => self.by(number % MEMBERS, Body::Ack),
            };
            self.reader.take(&event);
        }
    }

    fn identity(&mut self) -> Identity {
        let device = DeviceSecret::from_seed(&self.rng.bytes()).public();
        self.removable.push(IdentityId(device.0));
        Identity { device, name: "Newcomer".to_owned() }
    }

    /// Signs an event on top of all that is known.
    fn by(&mut self, member: usize, body: Body) -> Event {
        let device = DeviceSecret::from_seed(&self.devices[member].seed());
        let own = std::mem::replace(&mut self.reader.device, device);
        let event = self.reader.sign(body, None);
        self.reader.device = own;
        event
    }

    fn commit(&mut self, member: usize) -> Event {
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
    fn measure(&mut self, next: impl Fn(&mut Self, usize) -> Event) -> String {
        let times = (0..ROUNDS).map(|round| {
            let event = next(self, round);
            self.learn(&event)
        });
        told(times.collect())
    }

    /// Acknowledgements that do not know of one another.
    fn measure_apart(&mut self) -> String {
        let events: Vec<Event> = (0..ROUNDS).map(|member| self.by(member, Body::Ack)).collect();
        told(events.iter().map(|event| self.learn(event)).collect())
    }

    fn learn(&mut self, event: &Event) -> Duration {
        let begin = Instant::now();
        assert!(self.reader.take(event));
        self.reader.resolution();
        self.reader.head();
        begin.elapsed()
    }

    /// What it takes to learn the whole log once more, as after a restart.
    fn load(&self) -> u128 {
        let group = self.reader.log.entries()[0].event.group();
        let mut node = Node::new(DeviceSecret::from_seed(&[8; 32]), group);
        let begin = Instant::now();
        for entry in self.reader.log.entries() {
            node.take(&entry.event);
        }
        node.resolution();
        node.head();
        begin.elapsed().as_millis()
    }
}

fn told(mut times: Vec<Duration>) -> String {
    times.sort();
    format!("{} / {}", times[times.len() / 2].as_micros(), times[times.len() - 1].as_micros())
}

fn first_line(path: &str, name: &str) -> String {
    let text = std::fs::read_to_string(path).unwrap_or_default();
    let line = text.lines().find(|line| line.starts_with(name));
    line.and_then(|line| line.split(':').nth(1)).unwrap_or("unknown").trim().to_owned()
}
