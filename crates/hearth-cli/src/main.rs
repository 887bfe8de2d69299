//! The command `hearth`: parses, asks the daemon on this machine, prints. It decides nothing about a group and never
//! touches the vault; the daemon does both.
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing))]

mod args;
mod catalogue;
mod changes;
mod commands;
mod crisis;
mod daemon;
mod deciding;
mod disclosure;
mod draft;
mod duration;
mod failure;
mod form;
mod gathering;
mod having;
mod help;
mod home;
mod interrupts;
mod keeping;
mod limits;
mod manner;
mod misunderstood;
mod moment;
mod node;
mod output;
mod prompt;
mod qr;
mod roster;
mod screen;
mod send;
mod text;
mod when;
mod which;
mod words;

use std::{env, process::ExitCode};

use clap::Parser;

use crate::{
    args::CommandLine,
    catalogue::say,
    failure::{Failure, Stopped},
    manner::Manner,
    output::Output,
};

fn main() -> ExitCode {
    let manner = Manner::of(env::args_os().skip(1), |name| env::var_os(name));
    catalogue::speak(manner.language, manner.plain);
    if let Some(program) = daemon::program_to_become() {
        return daemon::become_detached(&program).into();
    }
    let output = Output::new(manner.json, manner.plain);
    let line = match CommandLine::try_parse() {
        Ok(line) => line,
        Err(error) => {
            if misunderstood::is_about_a_crisis(&error) {
                // The numbers come before what was wrong with the words; nobody is left to tell if they cannot be written.
                let _ = crisis::print(None, crisis::region::Chosen::NOTHING, false, &output);
            }
            return misunderstood::answer(&error, manner, &output);
        }
    };
    match run(line, output) {
        Ok(()) | Err(Stopped::ReaderGone) => ExitCode::SUCCESS,
        Err(Stopped::Interrupted) => ExitCode::from(INTERRUPTED),
        Err(Stopped::Failed(failure)) => {
            output.failure(&failure);
            failure.exit.into()
        }
    }
}

/// What a shell reports for a program that the interrupt key ended: 128 and the number of SIGINT.
const INTERRUPTED: u8 = 130;

fn run(line: CommandLine, output: Output) -> Result<(), Stopped> {
    // What somebody in danger needs comes before anything that can fail or take its time.
    commands::first(&line, &output)?;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| Failure::machine(&say!("doing-get-ready"), &error))?;
    let result = runtime.block_on(commands::run(line, output));
    // A thread that still waits for the keyboard must not keep an interrupted command alive.
    runtime.shutdown_background();
    result
}
