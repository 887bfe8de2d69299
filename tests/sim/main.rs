//! Runs seeds: `cargo run -p hearth-tests --bin sim -- --seeds 1000 [--from 0]`; `--story SEED` tells what happens in
//! one.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use std::process::ExitCode;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use hearth_tests::{Report, run_seed, tell_seed};

#[path = "../mutants/mod.rs"]
mod mutants;

const USAGE: &str = "usage: sim [--seeds COUNT] [--from SEED] [--story SEED]";
const MS_PER_DAY: u64 = 24 * 60 * 60 * 1000;

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    if let Some(("--mutants", rest)) = words.split_first().map(|(first, rest)| (first.as_str(), rest)) {
        return mutants::run_mutants(rest);
    }
    let Some((count, from, story)) = arguments() else {
        eprintln!("{USAGE}");
        return ExitCode::from(2);
    };
    if let Some(seed) = story {
        tell(&tell_seed(seed, &mut |line| println!("{line}")));
        return ExitCode::SUCCESS;
    }
    let begin = Instant::now();
    let next = AtomicU64::new(from);
    let reports = Mutex::new(Vec::new());
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                loop {
                    let seed = next.fetch_add(1, Ordering::Relaxed);
                    if seed >= from + count {
                        return;
                    }
                    let report = std::panic::catch_unwind(|| run_seed(seed)).unwrap_or_else(|_| broken(seed));
                    tell(&report);
                    reports.lock().unwrap().push(report);
                }
            });
        }
    });
    let reports = reports.into_inner().unwrap();
    let sum = |what: fn(&Report) -> u64| reports.iter().map(what).sum::<u64>();
    let violations = sum(|report| report.violations.len() as u64);
    println!(
        "{} seeds, {} virtual days, {} happenings, {} messages, {violations} violations, {} seconds",
        reports.len(),
        sum(|report| report.virtual_ms) / MS_PER_DAY,
        sum(|report| report.happenings),
        sum(|report| report.messages as u64),
        begin.elapsed().as_secs(),
    );
    if violations == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn arguments() -> Option<(u64, u64, Option<u64>)> {
    let (mut count, mut from, mut story) = (100, 0, None);
    let mut arguments = std::env::args().skip(1);
    while let Some(name) = arguments.next() {
        let value = arguments.next()?.parse().ok()?;
        match name.as_str() {
            "--seeds" => count = value,
            "--from" => from = value,
            "--story" => story = Some(value),
            _ => return None,
        }
    }
    Some((count, from, story))
}

fn tell(report: &Report) {
    if report.violations.is_empty() {
        return;
    }
    for violation in &report.violations {
        println!("seed {}: {violation}", report.seed);
    }
    println!("replay: cargo run -p hearth-tests --bin sim -- --seeds 1 --from {}", report.seed);
}

fn broken(seed: u64) -> Report {
    Report {
        seed,
        virtual_ms: 0,
        happenings: 0,
        messages: 0,
        violations: vec!["panicked".to_owned()],
        digest: [0; 32],
    }
}
