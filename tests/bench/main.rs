//! Benchmarks of real daemons over loopback: `cargo run --release -p hearth-tests --bin bench`.
//!
//! Owns the measuring. Prints the machine and its load beside every figure, because neither says much alone.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout
)]

use std::time::{Duration, Instant};

use hearth_api::{Client, Event, MessageId, RequestId, SendMessage};
use hearth_tests::daemons::{DEADLINE, Person};

/// Shares that are measured, after as many as a tenth of them to warm up.
const SHARES: usize = 100;
const SHARE_BYTES: usize = 500;
/// Seconds for which the daemons are left alone.
const IDLE_S: u64 = 20;
const LISTEN: &str = "127.0.0.1:0";

fn main() {
    println!("{}, load {}", machine(), load());
    let root = tempfile::tempdir().expect("a temporary folder");
    let [alice, ben] = ["Alice", "Ben"].map(|name| Person::new(root.path(), name, LISTEN));
    ben.join(&alice.start("Tuesday Night").field("ticket")).ok();
    alice.share("ready");
    ben.wait_for(&["ready"]);

    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let (kept, there) = runtime.block_on(share_latency(&alice, &ben));
    row("share of 500 B until its sender has it on disk", kept);
    row("share of 500 B until a connected member has it on disk", there);

    let before = [&alice, &ben].map(cpu_ticks);
    std::thread::sleep(Duration::from_secs(IDLE_S));
    for (person, before) in [&alice, &ben].into_iter().zip(before) {
        let ticks = cpu_ticks(person) - before;
        let memory = status_of(person, "VmRSS").expect("a resident size");
        println!("idle for {IDLE_S} s: {ticks} ticks of 10 ms of CPU, {memory} resident");
    }
    println!("load afterwards {}", load());
}

/// Times from the request to the answer of the sender's daemon, and to the event of the receiver's.
async fn share_latency(from: &Person, to: &Person) -> (Vec<Duration>, Vec<Duration>) {
    let [from, to] = [from, to].map(|person| Client::new(person.home.join("hearthd.sock")));
    let group = from.groups().await.expect("groups").groups[0].id;
    let mut events = to.events().await.expect("events");
    let (mut kept, mut there) = (Vec::new(), Vec::new());
    for number in 0..SHARES + SHARES / 10 {
        let text = format!("{number:>SHARE_BYTES$}");
        let request = SendMessage {
            text,
            content: None,
            to: Vec::new(),
            undo_s: 0,
            request_id: RequestId::random().expect("randomness"),
        };
        let began = Instant::now();
        let sent = from.send_message(group, &request).await.expect("sent");
        let at_sender = began.elapsed();
        let arrived = tokio::time::timeout(DEADLINE, arrival(&mut events, sent.id)).await;
        arrived.expect("it arrives in time");
        if number >= SHARES / 10 {
            kept.push(at_sender);
            there.push(began.elapsed());
        }
    }
    (kept, there)
}

async fn arrival(events: &mut hearth_api::EventStream, wanted: MessageId) {
    loop {
        match events.next().await.expect("an event").expect("the stream goes on") {
            Event::Message { id, .. } if id == wanted => return,
            Event::Message { .. }
            | Event::Delivery { .. }
            | Event::People { .. }
            | Event::Group { .. }
            | Event::Object { .. }
            | Event::Sos { .. }
            | Event::Reminder { .. }
            | Event::Connection { .. }
            | Event::Own
            | Event::Private { .. } => {}
            Event::Locked | Event::Unlocked | Event::Lagged => panic!("the daemon did not keep up"),
        }
    }
}

fn row(what: &str, mut times: Vec<Duration>) {
    times.sort();
    let at = |share: usize| times[times.len() * share / 100].as_secs_f64() * 1000.0;
    println!("{what}: median {:.1} ms, p95 {:.1} ms", at(50), at(95));
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

/// A line of `/proc/PID/status`.
fn status_of(person: &Person, field: &str) -> Option<String> {
    let status = std::fs::read_to_string(format!("/proc/{}/status", person.pid()?)).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix(field)?.strip_prefix(':'))?;
    Some(line.trim().to_owned())
}

/// User and system time of the daemon so far, in ticks (proc_pid_stat(5), fields 14 and 15).
fn cpu_ticks(person: &Person) -> u64 {
    let pid = person.pid().expect("the daemon runs");
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).expect("its figures");
    let fields: Vec<&str> = stat.rsplit(") ").next().unwrap_or_default().split(' ').collect();
    fields[11..13].iter().map(|ticks| ticks.parse::<u64>().unwrap_or(0)).sum()
}
