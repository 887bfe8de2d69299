//! What keys and membership cost, by the size of the group: `cargo run --release -p hearth-tests --bin costs`.
//!
//! Owns the measuring, through the core's key layer, and the tables in docs/COSTS.md: what stands between its two marks
//! there is written by this program and by nobody else.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use std::fmt::Write as _;
use std::path::Path;
use std::process::ExitCode;
use std::time::Duration;

use hearth_core::crypto::{DeviceSecret, EngineRng};
use hearth_core::event::{Body, Commit, Event, Position, Role};
use hearth_core::ids::{DeviceId, EpochId, GroupId};
use hearth_core::keys::{KeyPackageSecrets, NewEpoch};
use hearth_core::limits::{ENVELOPE_PLAINTEXT_MAX_BYTES, ENVELOPE_PLAINTEXT_MIN_BYTES};
use hearth_core::{KeyLayer, Mls, Suite};

use long_log::{Group, processor_time};

mod long_log;

const SIZES: [usize; 5] = [5, 20, 50, 200, 1000];
const SUITES: [(Suite, &str); 2] = [(Suite::X25519, "X25519"), (Suite::XWing, "X-Wing")];
/// Members that have made a commit each, evenly over the tree, in a group that has lived for a while.
const COMMITTERS_MAX: usize = 16;
/// Runs of each measurement; fewer where one takes long.
const ROUNDS: usize = 7;
const ROUNDS_OF_LARGE: usize = 3;
const LARGE: usize = 1000;
/// Lengths of the log, and members at that length: the founding of a group is a log of some length already.
const LOGS: [(usize, usize); 4] = [(10, 4), (100, 30), (1_000, 50), (10_000, 50)];
const LOG_ROUNDS: usize = 20;
const GROUP: GroupId = GroupId([7; 32]);
/// Bytes of an envelope beside its padded inside: header, nonce and tag.
const ENVELOPE_OVERHEAD_BYTES: usize = 89;
const BEGIN: &str = "<!-- measured: begin -->";
const END: &str = "<!-- measured: end -->";

fn main() -> ExitCode {
    let mut text = format!("Measured on {}; load before {}", machine(), load());
    let mut keys = String::new();
    for (suite, name) in SUITES {
        for members in SIZES {
            let row = measure(suite, name, members);
            println!("{row}");
            keys += &row;
            keys.push('\n');
        }
    }
    let logs: String = LOGS.into_iter().map(|(length, members)| curve(length, members)).collect();
    println!("{logs}");
    writeln!(text, ", after {}.\n\n## Keys\n\n{KEYS_HEAD}{keys}\n## The log\n\n{LOG_HEAD}{logs}", load())
        .unwrap();
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/COSTS.md");
    let page = std::fs::read_to_string(&path).unwrap_or_default();
    let parts = page.split_once(BEGIN).and_then(|(before, rest)| Some((before, rest.split_once(END)?.1)));
    let Some((before, after)) = parts else {
        eprintln!("docs/COSTS.md has no marks for the tables");
        return ExitCode::FAILURE;
    };
    std::fs::write(&path, format!("{before}{BEGIN}\n{text}{END}{after}"))
        .expect("docs/COSTS.md can be written");
    ExitCode::SUCCESS
}

const KEYS_HEAD: &str = "\
Times are medians in milliseconds of one processor core; what others did on the machine is not counted. *Fresh*: one\n\
commit has added everybody, and nobody else has made one: the most that a commit can cost. *Lived in*: sixteen\n\
members, or all, have committed. Add, remove and join are of a group that is lived in. Bytes of a commit are those\n\
of the whole event. *State* is what one member keeps on disk of one epoch. *A day* is what reaches each member, and\n\
goes on to others, when 1 % of the members come and 1 % go each day: commits and welcomes in their padded envelopes,\n\
without the log for newcomers and without messages.\n\n\
| suite | members | commit, fresh | its bytes | commit, lived in | its bytes | process | add one | its bytes | welcome \
| join | remove one | its bytes | state | state a member | a day |\n\
|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|\n";

const LOG_HEAD: &str = "\
From an event in hand to the new members and the new head, signatures not counted: median of the usual new event (an\n\
acknowledgement), of a commit, and of the rarest and dearest, a removal; microseconds. *Load*: the whole log once more,\n\
as after a restart.\n\n\
| events | members | usual event | commit | removal | load |\n|---|---|---|---|---|---|\n";

/// A member as its own node sees it.
struct Person {
    device: DeviceSecret,
    package: Vec<u8>,
    secrets: KeyPackageSecrets,
}

impl Person {
    fn new(suite: Suite, rng: &mut EngineRng) -> Self {
        let device = DeviceSecret::generate(rng);
        let (package, secrets) = Mls::key_package(suite, &device, rng).unwrap();
        Self { device, package, secrets }
    }

    fn join(&self, suite: Suite, new: &NewEpoch<Mls>) -> Mls {
        Mls::join(suite, new.welcome.as_ref().unwrap(), &self.secrets, &self.device).unwrap()
    }
}

fn measure(suite: Suite, name: &str, members: usize) -> String {
    let rng = &mut EngineRng::from_seed([members as u8; 32]);
    let rounds = if members >= LARGE { ROUNDS_OF_LARGE } else { ROUNDS };
    let people: Vec<Person> = (0..members).map(|_| Person::new(suite, rng)).collect();
    let packages: Vec<Vec<u8>> = people[1..].iter().map(|person| person.package.clone()).collect();
    let founder = &people[0].device;
    let founded = Mls::found(suite, &GROUP, founder, rng).unwrap();
    let first = founded.commit(founder, &packages, &[], rng).unwrap();

    // Who commits, evenly over the tree; the founder is the first of them.
    let committers = members.min(COMMITTERS_MAX);
    let chosen: Vec<&Person> = (0..committers).map(|number| &people[number * members / committers]).collect();
    let mut states: Vec<Mls> = chosen[1..].iter().map(|person| person.join(suite, &first)).collect();
    states.insert(0, first.next);
    let (fresh, fresh_new) = timed(rounds, || states[0].commit(founder, &[], &[], rng).unwrap());
    let fresh_bytes = event_bytes(&fresh_new);
    for number in 0..committers {
        let new = states[number].commit(&chosen[number].device, &[], &[], rng).unwrap();
        for (other, state) in states.iter_mut().enumerate() {
            if other != number {
                *state = state.process(&new.commit).unwrap().next;
            }
        }
        states[number] = new.next;
    }

    let (commit, new) = timed(rounds, || states[0].commit(founder, &[], &[], rng).unwrap());
    let commit_bytes = event_bytes(&new);
    let (process, mut at_other) = timed(rounds, || states[1].process(&new.commit).unwrap());
    assert_eq!(at_other.next.authenticator_hash(), new.next.authenticator_hash());
    let state_bytes: usize = at_other
        .next
        .take_changed_rows()
        .into_iter()
        .map(|(row, value)| row.len() + value.map_or(0, |value| value.len()))
        .sum();
    let newcomer = Person::new(suite, rng);
    let package = std::slice::from_ref(&newcomer.package);
    let (add, added) = timed(rounds, || states[0].commit(founder, package, &[], rng).unwrap());
    let welcome = added.welcome.as_ref().unwrap().len();
    let (join, _) = timed(rounds, || newcomer.join(suite, &added));
    let leaves = [people[members - 1].device.public()];
    let (remove, removed) = timed(rounds, || states[0].commit(founder, &[], &leaves, rng).unwrap());

    let churn = padded(event_bytes(&added)) + padded(welcome) + padded(event_bytes(&removed));
    let day = churn as f64 * members as f64 / 100.0;
    format!(
        "| {name} | {members} | {} | {} | {} | {} | {} | {} | {} | {} | {} | {} | {} | {} | {} | {} |",
        ms(fresh),
        bytes(fresh_bytes as f64),
        ms(commit),
        bytes(commit_bytes as f64),
        ms(process),
        ms(add),
        bytes(event_bytes(&added) as f64),
        bytes(welcome as f64),
        ms(join),
        ms(remove),
        bytes(event_bytes(&removed) as f64),
        bytes(state_bytes as f64),
        bytes(state_bytes as f64 / members as f64),
        bytes(day),
    )
}

/// The median of some runs, and what the last one gave.
fn timed<T>(rounds: usize, mut run: impl FnMut() -> T) -> (Duration, T) {
    let (mut times, mut last) = (Vec::new(), None);
    for _ in 0..rounds {
        let began = processor_time();
        last = Some(run());
        times.push(processor_time() - began);
    }
    times.sort();
    (times[times.len() / 2], last.unwrap())
}

/// The bytes of the event that a commit travels in.
fn event_bytes(new: &NewEpoch<Mls>) -> usize {
    let devices = |devices: &[DeviceId]| devices.to_vec();
    let body = Body::Commit(Commit {
        parent: EpochId([1; 32]),
        add: devices(&new.added),
        drop: devices(&new.dropped),
        mls: new.commit.clone(),
        authenticator_hash: new.next.authenticator_hash(),
    });
    let position = Position {
        group: GROUP,
        seq: 1000,
        prev_own: Some(hearth_core::ids::EventId([2; 32])),
        heads: vec![hearth_core::ids::EventId([2; 32]), hearth_core::ids::EventId([3; 32])],
        epoch: EpochId([1; 32]),
    };
    let device = DeviceSecret::from_seed(&[1; 32]);
    Event::sign(&device, position, body).unwrap().as_bytes().len()
}

/// The bytes of the envelopes that so many bytes travel in.
fn padded(bytes: usize) -> usize {
    let (whole, rest) = (bytes / ENVELOPE_PLAINTEXT_MAX_BYTES, bytes % ENVELOPE_PLAINTEXT_MAX_BYTES);
    let rest = rest.next_power_of_two().max(ENVELOPE_PLAINTEXT_MIN_BYTES);
    whole * (ENVELOPE_PLAINTEXT_MAX_BYTES + ENVELOPE_OVERHEAD_BYTES) + rest + ENVELOPE_OVERHEAD_BYTES
}

fn curve(length: usize, members: usize) -> String {
    let mut group = Group::found(members);
    group.grow_to(length);
    let begin = group.len();
    let load = group.load();
    let median = |mut times: Vec<Duration>| {
        times.sort();
        times[times.len() / 2].as_micros()
    };
    let usual = median(group.measure(LOG_ROUNDS, |group, round| group.by(round % members, Body::Ack)));
    let commit = median(group.measure(LOG_ROUNDS, |group, round| group.commit(round % members)));
    while group.removable.len() < LOG_ROUNDS {
        let identity = group.identity();
        let add = group.by(0, Body::Add { identity, role: Role::Newcomer });
        group.take(&add);
    }
    let removal = median(group.measure(LOG_ROUNDS, |group, _| {
        let identity = group.removable.pop().unwrap();
        group.by(0, Body::Remove { identity })
    }));
    format!("| {begin} | {members} | {usual} | {commit} | {removal} | {} ms |\n", ms(load))
}

fn ms(time: Duration) -> String {
    let ms = time.as_secs_f64() * 1000.0;
    if ms < 10.0 { format!("{ms:.1}") } else { format!("{ms:.0}") }
}

fn bytes(count: f64) -> String {
    match count {
        count if count < 10_000.0 => format!("{count:.0} B"),
        count if count < 1_000_000.0 => format!("{:.0} kB", count / 1e3),
        count => format!("{:.1} MB", count / 1e6),
    }
}

fn machine() -> String {
    let info = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model =
        info.lines().find_map(|line| line.strip_prefix("model name")).unwrap_or(": unknown processor");
    let cores = std::thread::available_parallelism().map_or(0, usize::from);
    format!("{cores} x {}", model.trim_start_matches([' ', '\t', ':']))
}

fn load() -> String {
    let load = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    load.split(' ').next().unwrap_or("unknown").to_owned()
}
