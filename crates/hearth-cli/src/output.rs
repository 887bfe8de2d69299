//! Answers on standard output, messages on standard error; as JSON or for people.
//!
//! A reader that goes away ends the command quietly. JSON writes whatever a terminal could act on as `\u` escapes, so
//! that it is as safe to look at as the output for people.

use std::io::{self, IsTerminal, Write};

use hearth_api::ExitCode;
use rustix::{
    event::{PollFd, PollFlags, poll},
    io::Errno,
};
use serde::Serialize;

use crate::{
    catalogue::say,
    failure::{Failure, Stopped},
    screen,
};

/// Where and how a command answers.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Output {
    json: bool,
    plain: bool,
    is_terminal: bool,
    width: Option<usize>,
}

impl Output {
    /// Looks at what standard output is.
    pub(crate) fn new(json: bool, plain: bool) -> Self {
        let stdout = io::stdout();
        let is_terminal = stdout.is_terminal();
        let width = rustix::termios::tcgetwinsize(&stdout)
            .ok()
            .map(|size| usize::from(size.ws_col))
            .filter(|columns| is_terminal && *columns > 0);
        Self { json, plain, is_terminal, width }
    }

    /// Returns how to lay out for so many columns of a terminal.
    pub(crate) fn of_terminal(width: usize, plain: bool) -> Self {
        Self { json: false, plain, is_terminal: true, width: Some(width) }
    }

    /// Tells whether the answer is JSON.
    pub(crate) fn is_json(&self) -> bool {
        self.json
    }

    /// Tells whether a screen reader reads it: one fact a line, no marks, no pictures.
    pub(crate) fn is_plain(&self) -> bool {
        self.plain
    }

    /// Puts the facts about one thing beside each other, or each on a line of its own for a screen reader.
    pub(crate) fn facts(&self, facts: &[String], between: &str) -> String {
        facts.join(if self.plain { "\n" } else { between })
    }

    /// Puts facts beside each other as [`Self::facts`] does, and what does not fit on further rows, indented.
    pub(crate) fn row(&self, facts: &[String]) -> String {
        if self.plain { facts.join("\n") } else { screen::hanging(&facts.join(" · "), self.width) }
    }

    /// Does the same below a heading, with every row indented.
    pub(crate) fn group_row(&self, facts: &[String]) -> String {
        if self.plain { facts.join("\n") } else { screen::indented(&facts.join(" · "), self.width) }
    }

    /// Tells whether a person looks at it.
    pub(crate) fn is_terminal(&self) -> bool {
        self.is_terminal
    }

    /// Returns the columns of the terminal, if there is one.
    pub(crate) fn width(&self) -> Option<usize> {
        self.width
    }

    /// Returns the columns for a page of help: those of the terminal or of `COLUMNS`, and no more than can be read well.
    pub(crate) fn width_of_help(&self) -> usize {
        let told = || std::env::var("COLUMNS").ok()?.parse().ok();
        self.width.or_else(told).unwrap_or(HELP_COLUMNS).clamp(HELP_COLUMNS_MIN, HELP_COLUMNS_MAX)
    }

    /// Answers with one object in JSON, or with these lines for people.
    ///
    /// # Errors
    /// When the reader is gone, or the answer cannot be written.
    pub(crate) fn answer<T: Serialize>(
        &self,
        schema: &'static str,
        body: &T,
        lines: impl FnOnce() -> String,
    ) -> Result<(), Stopped> {
        if self.json { self.write(&json_line(schema, body)?) } else { self.write(&lines()) }
    }

    /// Prints lines for people; nothing when the answer is JSON.
    ///
    /// # Errors
    /// When the reader is gone, or the answer cannot be written.
    pub(crate) fn lines(&self, lines: &str) -> Result<(), Stopped> {
        if self.json { Ok(()) } else { self.write(lines) }
    }

    /// Says something beside the answer; silent when the answer is JSON.
    pub(crate) fn note(&self, message: &str) {
        if !self.json {
            // Standard error may be closed; the answer is what matters.
            let _ = writeln!(io::stderr(), "{message}");
        }
    }

    /// Says why the command failed.
    pub(crate) fn failure(&self, failure: &Failure) {
        let words = if self.json {
            let body =
                FailureBody { code: &failure.code, message: &failure.message, hint: failure.hint.as_deref() };
            json_line("hearth.error/1", &body).unwrap_or_default()
        } else {
            let mut line = format!("hearth: {}", screen::one_line(&failure.message));
            if let Some(hint) = &failure.hint {
                line.push(' ');
                line.push_str(&screen::one_line(hint));
            }
            line
        };
        // There is nowhere left to say that even this failed; the exit code still does.
        let _ = writeln!(io::stderr(), "{words}");
    }

    /// Waits until whoever reads standard output goes away; for ever when the system cannot tell.
    pub(crate) async fn reader_gone(&self) {
        let watched = tokio::task::spawn_blocking(|| {
            let stdout = io::stdout();
            // Asking for no event leaves the two that are always told: a broken pipe and a terminal that hung up.
            let mut watched = [PollFd::new(&stdout, PollFlags::empty())];
            loop {
                match poll(&mut watched, None) {
                    Err(Errno::INTR) => {}
                    result => return result.is_ok(),
                }
            }
        });
        if !watched.await.unwrap_or(false) {
            std::future::pending::<()>().await;
        }
    }

    fn write(&self, words: &str) -> Result<(), Stopped> {
        let mut stdout = io::stdout().lock();
        writeln!(stdout, "{words}").and_then(|()| stdout.flush()).map_err(|error| match error.kind() {
            io::ErrorKind::BrokenPipe => Stopped::ReaderGone,
            _ => Failure::machine(&say!("doing-write-answer"), &error).into(),
        })
    }
}

const HELP_COLUMNS: usize = 80;
const HELP_COLUMNS_MIN: usize = 20;
const HELP_COLUMNS_MAX: usize = 100;

#[derive(Serialize)]
struct FailureBody<'a> {
    code: &'a str,
    message: &'a str,
    hint: Option<&'a str>,
}

#[derive(Serialize)]
struct Record<'a, T> {
    schema: &'static str,
    #[serde(flatten)]
    body: &'a T,
}

fn json_line<T: Serialize>(schema: &'static str, body: &T) -> Result<String, Failure> {
    serde_json::to_string(&Record { schema, body })
        .map(|json| screen::escaped_in_json(&json))
        .map_err(|_| Failure::new(ExitCode::Internal, "internal", say!("internal-json")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Serialize)]
    struct Body<'a> {
        author: &'a str,
    }

    #[test]
    fn a_record_carries_its_schema() {
        let line = json_line("hearth.read/1", &Body { author: "Ada" }).unwrap();
        assert_eq!(line, r#"{"schema":"hearth.read/1","author":"Ada"}"#);
    }

    #[test]
    fn json_keeps_every_character_and_shows_a_terminal_none_that_acts() {
        let author = "a\x1b[2J\u{9b}31m\u{202E}\u{E0041}\u{7f}\nb";
        let line = json_line("hearth.read/1", &Body { author }).unwrap();
        assert!(line.is_ascii() && !line.chars().any(char::is_control), "{line}");
        let back: serde_json::Value = serde_json::from_str(&line).unwrap();
        assert_eq!(back["author"], author);
    }
}
