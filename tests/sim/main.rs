//! Runs seeds: `cargo run --release -p hearth-tests --bin sim -- --seeds 1000 [--from 0]`; `--story SEED` tells what
//! happens in one. `--real` takes the keys of the program, `--both` asks both layers and compares, else the model runs.
//! `--liars`, `--hard` and `--crowd` make it harder: see `Hardship`.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use std::process::ExitCode;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use hearth_core::Mls;
use hearth_tests::{Fast, Hardship, Report, Twin, run_hard_seed, tell_seed};

#[path = "../mutants/mod.rs"]
mod mutants;

const USAGE: &str =
    "usage: sim [--seeds COUNT] [--from SEED] [--story SEED] [--real | --both] [--liars] [--hard] [--crowd] [--roles]
           [--things]
       sim --mutants [NAME ...]";
const MS_PER_DAY: u64 = 24 * 60 * 60 * 1000;

/// Which keys the engines of a run have.
#[derive(Clone, Copy)]
enum Keys {
    Model,
    Real,
    Both,
}

impl Keys {
    fn run(self, seed: u64, hardship: Hardship) -> Report {
        match self {
            Self::Model => run_hard_seed::<Fast>(seed, hardship),
            Self::Real => run_hard_seed::<Mls>(seed, hardship),
            Self::Both => run_hard_seed::<Twin>(seed, hardship),
        }
    }

    fn tell(self, seed: u64, hardship: Hardship, listener: &mut dyn FnMut(&str)) -> Report {
        match self {
            Self::Model => tell_seed::<Fast>(seed, hardship, listener),
            Self::Real => tell_seed::<Mls>(seed, hardship, listener),
            Self::Both => tell_seed::<Twin>(seed, hardship, listener),
        }
    }

    fn flag(self) -> &'static str {
        match self {
            Self::Model => "",
            Self::Real => " --real",
            Self::Both => " --both",
        }
    }
}

struct Wanted {
    count: u64,
    from: u64,
    story: Option<u64>,
    keys: Keys,
    hardship: Hardship,
}

impl Wanted {
    /// The flags that make another run the same.
    fn flags(&self) -> String {
        let Hardship { has_liars, is_hard, is_crowd, has_roles, has_things } = self.hardship;
        let hard = [
            (has_liars, " --liars"),
            (is_hard, " --hard"),
            (is_crowd, " --crowd"),
            (has_roles, " --roles"),
            (has_things, " --things"),
        ];
        let hard = hard.into_iter().filter(|(is_on, _)| *is_on).map(|(_, flag)| flag);
        std::iter::once(self.keys.flag()).chain(hard).collect()
    }
}

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    if let Some(("--mutants", rest)) = words.split_first().map(|(first, rest)| (first.as_str(), rest)) {
        return mutants::run_mutants(rest);
    }
    let Some(wanted) = arguments() else {
        eprintln!("{USAGE}");
        return ExitCode::from(2);
    };
    let Wanted { count, from, story, keys, hardship } = wanted;
    let flags = wanted.flags();
    if let Some(seed) = story {
        let report = keys.tell(seed, hardship, &mut |line| println!("{line}"));
        tell(&report, &flags);
        return if report.violations.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE };
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
                    let report = std::panic::catch_unwind(|| keys.run(seed, hardship))
                        .unwrap_or_else(|_| broken(seed));
                    tell(&report, &flags);
                    reports.lock().unwrap().push(report);
                }
            });
        }
    });
    let reports = reports.into_inner().unwrap();
    let sum = |what: fn(&Report) -> u64| reports.iter().map(what).sum::<u64>();
    let violations = sum(|report| report.violations.len() as u64);
    println!(
        "{} seeds, {} virtual days, {} events, {} messages, {violations} violations, {:.1} seconds, digest {:016x}",
        reports.len(),
        sum(|report| report.virtual_ms) / MS_PER_DAY,
        sum(|report| report.happenings),
        sum(|report| report.messages as u64),
        begin.elapsed().as_secs_f64(),
        reports.iter().fold(0, |all: u64, report| all.wrapping_add(report.digest)),
    );
    if violations == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn arguments() -> Option<Wanted> {
    let mut wanted =
        Wanted { count: 100, from: 0, story: None, keys: Keys::Model, hardship: Hardship::default() };
    let mut arguments = std::env::args().skip(1);
    while let Some(name) = arguments.next() {
        let mut number = || arguments.next()?.parse().ok();
        match name.as_str() {
            "--seeds" => wanted.count = number()?,
            "--from" => wanted.from = number()?,
            "--story" => wanted.story = Some(number()?),
            "--real" => wanted.keys = Keys::Real,
            "--both" => wanted.keys = Keys::Both,
            "--liars" => wanted.hardship.has_liars = true,
            "--hard" => wanted.hardship.is_hard = true,
            "--crowd" => wanted.hardship.is_crowd = true,
            "--roles" => wanted.hardship.has_roles = true,
            "--things" => wanted.hardship.has_things = true,
            _ => return None,
        }
    }
    Some(wanted)
}

fn tell(report: &Report, flags: &str) {
    if report.violations.is_empty() {
        return;
    }
    for violation in &report.violations {
        println!("seed {}: {violation}", report.seed);
    }
    let seed = report.seed;
    println!("replay: cargo run --release -p hearth-tests --bin sim -- --story {seed}{flags}");
}

fn broken(seed: u64) -> Report {
    Report {
        seed,
        virtual_ms: 0,
        happenings: 0,
        messages: 0,
        violations: vec!["panicked".to_owned()],
        digest: 0,
    }
}
