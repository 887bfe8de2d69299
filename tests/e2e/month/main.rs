//! The story of one month in a group of eight, with real daemons on this machine: what each types, and what each is shown.
//!
//! Each act checks that those see something whom it is for, and that the others do not. An act that fails ends the story with
//! exit code 1 and its name.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stdout)]

mod arriving;
mod deciding;
mod nights;
mod stage;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::ExitCode;
use std::time::Instant;

use stage::Month;

/// Its day, its title, and what happens in it.
type Act = (&'static str, &'static str, fn(&Month));

const ACTS: [Act; 10] = [
    ("Day 1", "A group of seven is there", arriving::seven_are_there),
    ("Day 2", "Somebody new comes", arriving::a_newcomer_comes),
    ("Day 5", "Mia finds a sponsor", arriving::finds_a_sponsor),
    ("Day 6", "Mia takes the coffee", arriving::takes_the_coffee),
    ("Day 9", "Mia says how she is", nights::says_how_she_is),
    ("Day 12", "A bad night", nights::a_bad_night),
    ("Day 16", "A chip, and what is kept for oneself", nights::a_chip),
    ("Day 20", "The group decides", deciding::the_group_decides),
    ("Day 23", "Finn leaves, and returns", deciding::leaves_and_returns),
    ("Day 28", "Eve loses a machine", deciding::loses_a_machine),
];

const HEADING: &str = "\
One month in a home group of eight, each with a real daemon on this machine.

Behind | stands what the command `hearth` printed, behind < what was written to it. Which folder and which language it is
for is left out, and of lines as long as a ticket there is the beginning. The days are told, the clock is today's: what takes
minutes or weeks, such as the later steps of a ladder or fading, is shown by the scenarios of the simulator.";

fn main() -> ExitCode {
    let root = tempfile::tempdir().expect("a temporary folder");
    let month = Month::new(root.path());
    let started = Instant::now();
    println!("{HEADING}");
    for (number, (day, title, act)) in (1..).zip(ACTS) {
        println!("\n== {day}: {title} (act {number})");
        if catch_unwind(AssertUnwindSafe(|| act(&month))).is_err() {
            println!("\nAct {number} failed: {title}.");
            month.ends();
            return ExitCode::FAILURE;
        }
    }
    month.ends();
    println!(
        "\n== That was the month. It took {} seconds; the folders are deleted.",
        started.elapsed().as_secs()
    );
    ExitCode::SUCCESS
}
