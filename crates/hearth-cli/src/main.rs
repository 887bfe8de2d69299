//! The command `hearth`: parses, asks the daemon on this machine, prints. It decides nothing about a group and never
//! touches the vault; the daemon does both.
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing))]

mod args;
mod commands;
mod daemon;
mod draft;
mod duration;
mod failure;
mod home;
mod interrupts;
mod keeping;
mod limits;
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

use clap::{Parser, error::ErrorKind};

use crate::{
    args::CommandLine,
    failure::{Failure, Stopped},
    output::Output,
};

fn main() -> ExitCode {
    if let Some(program) = daemon::program_to_become() {
        return daemon::become_detached(&program).into();
    }
    let line = match CommandLine::try_parse() {
        Ok(line) => line,
        Err(error) => return not_understood(&error),
    };
    let output = Output::new(line.everywhere.json);
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
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| Failure::machine("get ready", &error))?;
    let result = runtime.block_on(commands::run(line, output));
    // A thread that still waits for the keyboard must not keep an interrupted command alive.
    runtime.shutdown_background();
    result
}

/// Answers a command line that was not understood, or one that asks for help or the version.
fn not_understood(error: &clap::Error) -> ExitCode {
    let is_answer = matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion);
    if !is_answer && env::args_os().take_while(|word| word != "--").any(|word| word == "--json") {
        let message = error.to_string();
        let message = message.lines().next().unwrap_or_default().trim_start_matches("error: ").to_owned();
        let failure =
            Failure::usage(failure::sentence(&message)).hint("`hearth help` shows what can be done.");
        Output::new(true).failure(&failure);
        return failure.exit.into();
    }
    // A reader that is gone misses a help text, and nothing else.
    let _ = error.print();
    if is_answer { ExitCode::SUCCESS } else { hearth_api::ExitCode::Usage.into() }
}
