//! Asks the person at the terminal, or reads what was put in their place: passphrases, names, tickets, a yes.
//!
//! Questions go to standard error, so that standard output holds answers alone. Without a terminal nothing is asked.

use std::{
    fs::File,
    io::{self, BufRead, IsTerminal, Read, Write},
    path::{Path, PathBuf},
};

use hearth_api::{
    Passphrase, Ticket,
    limits::{PASSPHRASE_BYTES_MAX, TICKET_BYTES_MAX},
};
use zeroize::Zeroizing;

use crate::{
    catalogue::say,
    failure::{self, Failure},
    limits,
};

/// Where the passphrase comes from.
#[derive(Clone, Debug)]
pub(crate) enum PassphraseSource {
    /// A file, read once.
    File(PathBuf),
    /// A question on the terminal.
    Terminal,
    /// Nowhere: there is no file and no terminal.
    Missing,
}

impl PassphraseSource {
    /// Chooses the file that was given, or else the terminal, if there is one.
    pub(crate) fn choose(file: Option<&Path>) -> Self {
        match file {
            Some(path) => Self::File(path.to_owned()),
            // A prompt for a secret talks to the terminal itself, wherever standard input comes from.
            None if File::open("/dev/tty").is_ok() => Self::Terminal,
            None => Self::Missing,
        }
    }

    /// Tells whether a passphrase can be had without disturbing anybody.
    pub(crate) fn is_file(&self) -> bool {
        matches!(self, Self::File(_))
    }

    /// Tells whether another answer may come when one was wrong.
    pub(crate) fn can_try_again(&self) -> bool {
        matches!(self, Self::Terminal)
    }

    /// Fails early, before anything is started, when there will be no passphrase.
    ///
    /// # Errors
    /// When it is missing, or its file cannot be read or holds none.
    pub(crate) fn check(&self) -> Result<(), Failure> {
        match self {
            Self::File(path) => passphrase_of_file(path).map(|_| ()),
            Self::Terminal => Ok(()),
            Self::Missing => Err(no_passphrase()),
        }
    }

    /// Returns the passphrase of a vault that exists.
    ///
    /// # Errors
    /// As [`Self::check`]; and when nothing was typed.
    pub(crate) fn passphrase(&self) -> Result<Passphrase, Failure> {
        match self {
            Self::File(path) => passphrase_of_file(path),
            Self::Terminal => asked(&say!("passphrase-question")).and_then(checked),
            Self::Missing => Err(no_passphrase()),
        }
    }

    /// Returns a passphrase for a new vault, typed twice.
    ///
    /// # Errors
    /// As [`Self::passphrase`]; and when the two were never long enough and the same.
    pub(crate) fn new_passphrase(&self) -> Result<Passphrase, Failure> {
        if !self.can_try_again() {
            let passphrase = self.passphrase()?;
            // Whoever writes a script knows what is at stake, or is told.
            if is_short(passphrase.expose()) {
                tell(&say!("passphrase-short"));
            }
            return Ok(passphrase);
        }
        tell(&say!("passphrase-choose"));
        for _ in 0..limits::PASSPHRASE_TRIES_MAX {
            let first = asked(&say!("passphrase-new"))?;
            if is_short(&first) {
                tell(&say!("passphrase-short"));
                continue;
            }
            if *asked(&say!("passphrase-again"))? == *first {
                return checked(first);
            }
            tell(&say!("passphrase-differ"));
        }
        Err(Failure::usage(say!("passphrase-none-chosen")))
    }
}

/// Tells whether a person can answer a question on standard input.
pub(crate) fn is_terminal() -> bool {
    io::stdin().is_terminal() && io::stderr().is_terminal()
}

/// Says something to the person at the terminal.
pub(crate) fn tell(message: &str) {
    // If standard error is closed there is nobody to tell.
    let _ = writeln!(io::stderr(), "{message}");
}

/// Asks for a line on the terminal.
///
/// # Errors
/// When standard input ends or cannot be read, or the line is too long.
pub(crate) async fn line(question: &str) -> Result<Zeroizing<String>, Failure> {
    let mut stderr = io::stderr();
    let _ = write!(stderr, "{question} ").and_then(|()| stderr.flush());
    let line = aside(|| {
        let mut line = Zeroizing::new(String::new());
        io::stdin().lock().take(limits::LINE_BYTES_MAX).read_line(&mut line).map(|_| line)
    })
    .await?;
    if !line.ends_with('\n') {
        tell("");
        return Err(Failure::usage(say!("no-answer")));
    }
    Ok(Zeroizing::new(line.trim().to_owned()))
}

/// Asks the terminal itself for a line, because standard input may have ended.
///
/// # Errors
/// When there is no terminal.
pub(crate) async fn ask_terminal(question: &str) -> Result<Zeroizing<String>, Failure> {
    let mut stderr = io::stderr();
    let _ = write!(stderr, "{question} ").and_then(|()| stderr.flush());
    let line = aside(|| {
        let mut line = Zeroizing::new(String::new());
        let terminal = File::open("/dev/tty")?.take(limits::LINE_BYTES_MAX);
        io::BufReader::new(terminal).read_line(&mut line).map(|_| line)
    })
    .await?;
    Ok(Zeroizing::new(line.trim().to_owned()))
}

/// Asks the terminal itself for Enter, because standard input may have ended; tells whether it came.
pub(crate) async fn again(question: &str) -> bool {
    let mut stderr = io::stderr();
    let _ = write!(stderr, "{question} ").and_then(|()| stderr.flush());
    let answer = aside(|| {
        let mut line = String::new();
        io::BufReader::new(File::open("/dev/tty")?.take(limits::LINE_BYTES_MAX)).read_line(&mut line)
    })
    .await;
    answer.is_ok_and(|read| read > 0)
}

/// Returns what stands on standard input, but no more bytes than this.
///
/// # Errors
/// When it cannot be read.
pub(crate) async fn stdin_bytes(bytes_max: usize) -> Result<Vec<u8>, Failure> {
    aside(move || {
        let mut stdin = io::stdin().lock();
        let mut bytes = Vec::new();
        (&mut stdin).take(bytes_max as u64).read_to_end(&mut bytes)?;
        // A terminal that has said that it ends would be asked again: only what is too long has a rest.
        if bytes.len() == bytes_max {
            io::copy(&mut stdin.take(limits::DISCARDED_TEXT_BYTES_MAX), &mut io::sink())?;
        }
        Ok(bytes)
    })
    .await
}

/// Returns one's own name in a group: the one that was given, or the answer to a question.
///
/// # Errors
/// When there is none and nobody to ask.
pub(crate) async fn own_name(given: Option<&str>) -> Result<String, Failure> {
    if let Some(name) = given {
        return Ok(name.trim().to_owned());
    }
    if !is_terminal() {
        return Err(Failure::usage(say!("no-name")).hint(say!("no-name.hint")));
    }
    line(&say!("own-name-question")).await.map(|name| name.as_str().to_owned())
}

/// Returns the ticket: the one that was given, or the answer to a question, or standard input.
///
/// # Errors
/// When there is none, or far too much.
pub(crate) async fn ticket(given: Option<&str>) -> Result<Ticket, Failure> {
    let ticket = match given.filter(|ticket| *ticket != "-") {
        Some(ticket) => Zeroizing::new(ticket.to_owned()),
        None if is_terminal() => line(&say!("ticket-question")).await?,
        None => {
            let bytes = Zeroizing::new(stdin_bytes(TICKET_BYTES_MAX + 1).await?);
            Zeroizing::new(String::from_utf8_lossy(&bytes).into_owned())
        }
    };
    // Mail and chat programs break long lines.
    let ticket: Zeroizing<String> = Zeroizing::new(ticket.split_whitespace().collect());
    if ticket.is_empty() {
        return Err(Failure::usage(say!("no-ticket")).hint(say!("no-ticket.hint")));
    }
    Ok(Ticket::new(ticket))
}

/// Reads on another thread, so that an interrupt from the keyboard can end the command meanwhile.
async fn aside<T: Send + 'static>(
    read: impl FnOnce() -> io::Result<T> + Send + 'static,
) -> Result<T, Failure> {
    tokio::task::spawn_blocking(read)
        .await
        .unwrap_or_else(|_| Err(io::ErrorKind::Other.into()))
        .map_err(|error| Failure::machine(&say!("doing-read-input"), &error))
}

/// Asks for a secret. An interrupt makes the library raise a signal, which the command holds back until the terminal
/// shows letters again: hence here and not on another thread.
fn asked(question: &str) -> Result<Zeroizing<String>, Failure> {
    rpassword::prompt_password(format!("{question} ")).map(Zeroizing::new).map_err(|error| {
        match error.kind() {
            io::ErrorKind::UnexpectedEof | io::ErrorKind::Interrupted => {
                Failure::usage(say!("passphrase-none-typed"))
            }
            _ => Failure::machine(&say!("doing-ask-passphrase"), &error),
        }
    })
}

fn passphrase_of_file(path: &Path) -> Result<Passphrase, Failure> {
    let mut bytes = Zeroizing::new(Vec::with_capacity(PASSPHRASE_BYTES_MAX + 3));
    File::open(path)
        .and_then(|file| file.take(PASSPHRASE_BYTES_MAX as u64 + 3).read_to_end(&mut bytes))
        .map_err(|error| {
            Failure::usage(say!("passphrase-file-unreadable", kind = failure::kind(error.kind())))
                .hint(say!("passphrase-file-unreadable.hint"))
        })?;
    let text = std::str::from_utf8(&bytes).map_err(|_| Failure::usage(say!("passphrase-file-not-text")))?;
    checked(Zeroizing::new(without_line_end(text).to_owned()))
}

/// Says whether somebody with the disk could guess it by trying (NIST SP 800-63B section 3.1.1.2 asks for 8 at least).
fn is_short(passphrase: &str) -> bool {
    passphrase.chars().count() < limits::PASSPHRASE_CHARS_MIN
}

fn checked(passphrase: Zeroizing<String>) -> Result<Passphrase, Failure> {
    match passphrase.len() {
        0 => Err(Failure::usage(say!("passphrase-empty"))),
        1..=PASSPHRASE_BYTES_MAX => Ok(Passphrase::new(passphrase)),
        _ => Err(Failure::usage(say!("passphrase-too-long", bytes = PASSPHRASE_BYTES_MAX))),
    }
}

/// Returns a text without the one line end that editors and `echo` put behind it.
pub(crate) fn without_line_end(text: &str) -> &str {
    text.strip_suffix('\n').map_or(text, |text| text.strip_suffix('\r').unwrap_or(text))
}

fn no_passphrase() -> Failure {
    Failure::usage(say!("passphrase-missing")).hint(say!("passphrase-missing.hint"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of_file(contents: &[u8]) -> Result<String, Failure> {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), contents).unwrap();
        let source = PassphraseSource::choose(Some(file.path()));
        assert!(source.is_file());
        assert_eq!(source.check().is_ok(), source.passphrase().is_ok());
        source.new_passphrase().map(|passphrase| passphrase.expose().to_owned())
    }

    #[test]
    fn one_line_end_of_a_passphrase_file_is_dropped() {
        assert_eq!(of_file(b"open sesame\n").unwrap(), "open sesame");
        assert_eq!(of_file(b"open sesame\r\n").unwrap(), "open sesame");
        assert_eq!(of_file(b" open sesame ").unwrap(), " open sesame ");
        assert_eq!(of_file(b"two\n\n").unwrap(), "two\n");
    }

    #[test]
    fn a_passphrase_that_is_none_is_refused_as_usage() {
        for contents in [&b""[..], b"\n", b"\xff\xfe", &[b'a'; PASSPHRASE_BYTES_MAX + 1]] {
            assert_eq!(of_file(contents).unwrap_err().exit.code(), 2);
        }
        assert!(of_file(&[b'a'; PASSPHRASE_BYTES_MAX]).is_ok());
        let missing = PassphraseSource::File(PathBuf::from("/nowhere/at/all"));
        let failure = missing.passphrase().unwrap_err();
        assert_eq!(failure.exit.code(), 2);
        assert!(!failure.message.contains("nowhere"));
        assert_eq!(PassphraseSource::Missing.check().unwrap_err().exit.code(), 2);
    }

    #[test]
    fn a_passphrase_of_few_letters_is_short() {
        assert!(is_short("") && is_short("s3cret!") && is_short("ééééééé"));
        assert!(!is_short("12345678") && !is_short("éééééééé"));
    }

    #[tokio::test]
    async fn a_ticket_may_be_broken_over_lines() {
        assert_eq!(ticket(Some(" abc\n def\t\r\nghi ")).await.unwrap().expose(), "abcdefghi");
        assert_eq!(ticket(Some("  ")).await.unwrap_err().exit.code(), 2);
    }
}
