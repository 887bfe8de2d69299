//! Finds the daemon of a folder, starts it when a command needs it, and waits until it is gone when it was stopped.
//!
//! A started daemon gets a session of its own, no terminal, and no open file of ours but one without a name, which
//! catches what it says when it cannot start.

use std::{
    env,
    ffi::OsString,
    fs::File,
    io::{self, Read, Seek, Write},
    os::unix::process::CommandExt,
    path::PathBuf,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use hearth_api::{Client, ClientError, ExitCode, Status};

use crate::{
    catalogue::{Language, say},
    failure::{self, Failure, sentence},
    home::Home,
    limits,
    manner::LANGUAGE_VARIABLE,
};

/// Starts the daemon and returns its first answer.
///
/// # Errors
/// What the daemon said when it could not start, with its exit code; or a timeout.
pub(crate) async fn start(home: &Home, listen: &[String], client: &Client) -> Result<Status, Failure> {
    let mut last_words =
        tempfile::tempfile().map_err(|error| Failure::machine(&say!("doing-make-temporary-file"), &error))?;
    let mut daemon = spawn(home, listen, &last_words)?;
    let mut pause = Pause::within(limits::DAEMON_START_WAIT_MAX);
    loop {
        match client.status().await {
            Ok(status) => return Ok(status),
            Err(ClientError::NotRunning | ClientError::Interrupted) => {}
            Err(error) => return Err(error.into()),
        }
        let ended =
            daemon.try_wait().map_err(|error| Failure::machine(&say!("doing-watch-daemon"), &error))?;
        if let Some(ended) = ended {
            // Another command may have started one at the same moment: then ours gave way to it.
            return match client.status().await {
                Ok(status) => Ok(status),
                Err(_) => Err(not_started(ended.code().unwrap_or(1), &said(&mut last_words))),
            };
        }
        if !pause.again().await {
            return Err(Failure::new(ExitCode::Timeout, "daemon_silent", say!("daemon-silent"))
                .hint(say!("daemon-silent.hint")));
        }
    }
}

/// Waits until nobody listens on the socket any more.
///
/// # Errors
/// A timeout.
pub(crate) async fn wait_until_gone(client: &Client) -> Result<(), Failure> {
    let mut pause = Pause::within(limits::DAEMON_STOP_WAIT_MAX);
    loop {
        if let Err(ClientError::NotRunning) = client.status().await {
            return Ok(());
        }
        if !pause.again().await {
            return Err(Failure::new(ExitCode::Timeout, "daemon_busy", say!("daemon-busy"))
                .hint(say!("daemon-busy.hint")));
        }
    }
}

/// The hidden first argument by which this program calls itself to leave the terminal.
const DETACH: &str = "detach-from-terminal";

/// Returns what to become, if this process was started by [`start`].
pub(crate) fn program_to_become() -> Option<Vec<OsString>> {
    let mut arguments = env::args_os().skip(1);
    (arguments.next()? == DETACH).then(|| arguments.collect())
}

/// Leaves the terminal and becomes the daemon. Returns only if that failed.
///
/// A session can be left by a process that leads no group only, so the command itself cannot do it for its child
/// without unsafe code between fork and exec; this second step can.
pub(crate) fn become_detached(program: &[OsString]) -> ExitCode {
    let Some((program, arguments)) = program.split_first() else {
        return ExitCode::Usage;
    };
    let error = match rustix::process::setsid() {
        Ok(_) => Command::new(program).args(arguments).exec(),
        Err(error) => error.into(),
    };
    let _ = writeln!(std::io::stderr(), "{}", say!("daemon-not-become", kind = failure::kind(error.kind())));
    ExitCode::Internal
}

fn spawn(home: &Home, listen: &[String], last_words: &File) -> Result<Child, Failure> {
    let cannot = |error| Failure::machine(&say!("doing-start-daemon"), &error);
    let mut command = detached(home).map_err(cannot)?;
    for address in listen {
        command.arg("--listen").arg(address);
    }
    command.stderr(last_words.try_clone().map_err(cannot)?).spawn().map_err(cannot)
}

/// The daemon's program, on this folder, in a session of its own and with no terminal.
fn detached(home: &Home) -> io::Result<Command> {
    let this = env::current_exe()?;
    let beside = this.with_file_name("hearthd");
    // Without a slash, the system looks through PATH.
    let program = if beside.is_file() { beside } else { PathBuf::from("hearthd") };
    let mut command = Command::new(&this);
    command.arg(DETACH).arg(program).arg("--home").arg(home.path());
    // Its last words are framed as English, so the step before it speaks English, too.
    command
        .env(LANGUAGE_VARIABLE, Language::English.tag())
        .current_dir("/")
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    Ok(command)
}

/// What is left in a folder that was to be destroyed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Destroyed {
    /// Nothing.
    All,
    /// Files that nothing opens.
    AllThatOpens,
    /// There was nothing.
    NothingWasThere,
    /// The program that does it could not be run, or did not do it.
    Unknown,
}

/// Destroys all that is kept in the folder, and waits until it is done. It goes on if this command is ended.
pub(crate) fn destroy(home: &Home) -> Destroyed {
    let ended =
        detached(home).and_then(|mut command| command.arg("--destroy").stderr(Stdio::piped()).output());
    match ended {
        Ok(ended) if ended.status.success() && ended.stderr.is_empty() => Destroyed::All,
        Ok(ended) if ended.status.success() => Destroyed::AllThatOpens,
        Ok(ended) if ended.status.code().map(exit_of) == Some(ExitCode::NotFound) => {
            Destroyed::NothingWasThere
        }
        Ok(_) | Err(_) => Destroyed::Unknown,
    }
}

fn said(last_words: &mut File) -> String {
    let mut bytes = Vec::new();
    if last_words.rewind().is_ok() {
        // What cannot be read is as good as nothing said: the exit code still tells.
        let _ = last_words.take(limits::DAEMON_LAST_WORDS_BYTES_MAX).read_to_end(&mut bytes);
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

fn not_started(code: i32, said: &str) -> Failure {
    let line = said.lines().rev().map(str::trim).find(|line| !line.is_empty());
    let message = match line {
        Some(line) => {
            let line = ["hearthd: ", "error: ", "Error: "]
                .iter()
                .fold(line, |line, prefix| line.strip_prefix(prefix).unwrap_or(line));
            say!("daemon-not-started", words = sentence(line))
        }
        None => say!("daemon-ended-at-once"),
    };
    Failure::new(exit_of(code), "daemon_not_started", message)
}

/// The daemon ends with the same exit codes as the command.
fn exit_of(code: i32) -> ExitCode {
    match code {
        2 => ExitCode::Usage,
        3 => ExitCode::NotRunning,
        4 => ExitCode::Offline,
        5 => ExitCode::NotPermitted,
        6 => ExitCode::IdentityChanged,
        7 => ExitCode::Locked,
        8 => ExitCode::NotFound,
        9 => ExitCode::Timeout,
        _ => ExitCode::Internal,
    }
}

/// Pauses that grow, until a deadline.
struct Pause {
    next: Duration,
    deadline: Instant,
}

impl Pause {
    fn within(wait: Duration) -> Self {
        Self { next: limits::DAEMON_PAUSE_FIRST, deadline: Instant::now() + wait }
    }

    /// Pauses, and tells whether there is time for another attempt.
    async fn again(&mut self) -> bool {
        if Instant::now() >= self.deadline {
            return false;
        }
        tokio::time::sleep(self.next).await;
        self.next = (self.next * 2).min(limits::DAEMON_PAUSE_MAX);
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_line_of_a_daemon_that_cannot_start_is_passed_on() {
        let failure = not_started(2, "starting\nhearthd: another Hearth runs on this folder\n\n");
        assert_eq!(failure.message, "Another Hearth runs on this folder.");
        assert_eq!(failure.exit, ExitCode::Usage);
        assert_eq!(not_started(101, "").message, "Hearthd ended at once.");
        assert_eq!(not_started(101, "").exit, ExitCode::Internal);
    }

    #[test]
    fn the_daemons_exit_codes_are_ours() {
        for code in 1..=9 {
            assert_eq!(i32::from(exit_of(code).code()), code);
        }
        assert_eq!(exit_of(0), ExitCode::Internal);
        assert_eq!(exit_of(-1), ExitCode::Internal);
    }
}
