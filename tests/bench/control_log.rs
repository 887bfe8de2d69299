//! What learning one event costs, by the length of the log: `cargo bench -p hearth-tests --bench control_log`.
//!
//! Prints the machine and its load, for numbers without them say nothing.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use std::time::Duration;

use hearth_core::event::{Body, Role};

use long_log::Group;

mod long_log;

const LENGTHS: [usize; 3] = [100, 1_000, 10_000];
const MEMBERS: usize = 50;
/// Events of a kind that are measured at each length.
const ROUNDS: usize = 20;

fn main() {
    println!("machine: {}", first_line("/proc/cpuinfo", "model name"));
    println!("load: {}", std::fs::read_to_string("/proc/loadavg").unwrap_or_default().trim());
    println!(
        "{MEMBERS} members; median and worst of {ROUNDS}, in microseconds of one processor core, signatures not counted"
    );
    println!(
        "{:>8} {:>16} {:>16} {:>16} {:>16} {:>16} {:>10}",
        "events", "ack", "add", "commit", "concurrent ack", "removal", "load ms"
    );
    for length in LENGTHS {
        let mut group = Group::found(MEMBERS);
        group.grow_to(length);
        let ack = group.measure(ROUNDS, |group, round| group.by(round % MEMBERS, Body::Ack));
        let add = group.measure(ROUNDS, |group, _| {
            let identity = group.identity();
            group.by(0, Body::Add { identity, role: Role::Newcomer })
        });
        let commit = group.measure(ROUNDS, |group, round| group.commit(round % MEMBERS));
        let concurrent = group.measure_apart(ROUNDS);
        let removal = group.measure(ROUNDS, |group, _| {
            let identity = group.removable.pop().unwrap();
            group.by(0, Body::Remove { identity })
        });
        let load = group.load().as_millis();
        let [ack, add, commit, concurrent, removal] = [ack, add, commit, concurrent, removal].map(told);
        println!("{length:>8} {ack:>16} {add:>16} {commit:>16} {concurrent:>16} {removal:>16} {load:>10}");
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
