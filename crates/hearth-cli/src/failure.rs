//! What can go wrong in a command, as the person at the keyboard meets it: one clear line, one hint, one exit code.

use std::io;

use hearth_api::{ApiError, ClientError, ErrorCode, ExitCode};

use crate::catalogue::{known, say};

/// Why a command ended early.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Stopped {
    /// Whoever read our output went away: that is not an error.
    #[error("the reader of the output went away")]
    ReaderGone,
    /// The person asked the command to end.
    #[error("interrupted")]
    Interrupted,
    /// A fault that is told to the person.
    #[error(transparent)]
    Failed(#[from] Failure),
}

impl From<ClientError> for Stopped {
    fn from(error: ClientError) -> Self {
        Self::Failed(error.into())
    }
}

/// A fault in words for a tired person.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub(crate) struct Failure {
    /// The exit code.
    pub(crate) exit: ExitCode,
    /// A short name that does not change, for scripts.
    pub(crate) code: String,
    /// What happened.
    pub(crate) message: String,
    /// What to do.
    pub(crate) hint: Option<String>,
}

impl Failure {
    /// Makes a failure without a hint.
    pub(crate) fn new(exit: ExitCode, code: &str, message: impl Into<String>) -> Self {
        Self { exit, code: code.to_owned(), message: message.into(), hint: None }
    }

    /// Makes a failure for a command line or an input that was refused.
    pub(crate) fn usage(message: impl Into<String>) -> Self {
        Self::new(ExitCode::Usage, "usage", message)
    }

    /// Makes a failure of the machine: what we wanted to do, and the kind of its answer (never a path).
    pub(crate) fn machine(doing: &str, error: &io::Error) -> Self {
        let kind = kind(error.kind());
        Self::new(ExitCode::Internal, "machine", say!("machine", doing = doing, kind = kind))
    }

    /// Adds what to do.
    pub(crate) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }
}

impl From<ClientError> for Failure {
    fn from(error: ClientError) -> Self {
        let exit = error.exit_code();
        let failure = |code: &str, message, hint| Self::new(exit, code, message).hint(hint);
        match &error {
            ClientError::NotRunning => {
                failure("not_running", say!("client-not-running"), say!("client-not-running.hint"))
            }
            ClientError::NotYours => {
                failure("not_yours", say!("client-not-yours"), say!("client-not-yours.hint"))
            }
            ClientError::Unusable => {
                failure("unusable", say!("client-unusable"), say!("client-unusable.hint"))
            }
            ClientError::Timeout => failure("timeout", say!("client-timeout"), say!("client-timeout.hint")),
            ClientError::Interrupted => {
                failure("interrupted", say!("client-interrupted"), say!("client-interrupted.hint"))
            }
            ClientError::Protocol => {
                failure("protocol", say!("client-protocol"), say!("client-protocol.hint"))
            }
            ClientError::Api(refusal) => Self {
                exit,
                code: refusal.code.to_string(),
                message: message_of(refusal),
                hint: refusal.hint.as_deref().map(|hint| hint_of(refusal.code, hint)),
            },
        }
    }
}

/// Says in the person's language why something is refused.
pub(crate) fn reason(code: ErrorCode) -> String {
    known(&id_of(code), &[]).unwrap_or_else(|| sentence(code.message()))
}

/// A message that says more than its code does is kept as the daemon said it: names and numbers would be lost, or the
/// sentence of the code would be wrong.
fn message_of(refusal: &ApiError) -> String {
    match refusal.message == refusal.code.message() {
        true => reason(refusal.code),
        false => say!("error-in-english", detail = sentence(&refusal.message)),
    }
}

fn hint_of(code: ErrorCode, hint: &str) -> String {
    let own = (code.hint() == Some(hint)).then(|| known(&format!("{}.hint", id_of(code)), &[]));
    own.flatten().unwrap_or_else(|| hint.to_owned())
}

fn id_of(code: ErrorCode) -> String {
    format!("error-{}", code.to_string().replace('_', "-"))
}

/// Returns the words for the system's answer: of the common ones in the person's language.
pub(crate) fn kind(kind: io::ErrorKind) -> String {
    match kind {
        io::ErrorKind::NotFound => say!("kind-not-found"),
        io::ErrorKind::PermissionDenied => say!("kind-permission-denied"),
        io::ErrorKind::AlreadyExists => say!("kind-already-exists"),
        io::ErrorKind::StorageFull => say!("kind-storage-full"),
        io::ErrorKind::ReadOnlyFilesystem => say!("kind-read-only"),
        io::ErrorKind::IsADirectory => say!("kind-is-directory"),
        io::ErrorKind::NotADirectory => say!("kind-not-directory"),
        other => say!("kind-other", kind = other.to_string()),
    }
}

/// Returns the message of a program as a sentence for a person.
pub(crate) fn sentence(message: &str) -> String {
    let message = message.trim();
    let mut characters = message.chars();
    let mut sentence: String = characters.next().into_iter().flat_map(char::to_uppercase).collect();
    sentence.push_str(characters.as_str());
    if !sentence.ends_with(['.', '!', '?']) && !sentence.is_empty() {
        sentence.push('.');
    }
    sentence
}

#[cfg(test)]
mod tests {
    use hearth_api::{ApiError, ErrorCode};

    use super::*;

    #[test]
    fn every_fault_has_the_documented_exit_code() {
        let exit = |error: ClientError| Failure::from(error).exit.code();
        let api = |code: ErrorCode| exit(ClientError::Api(ApiError::new(code)));
        assert_eq!(exit(ClientError::Protocol), 1);
        assert_eq!(api(ErrorCode::BadTicket), 2);
        assert_eq!(api(ErrorCode::AddressInUse), 2);
        assert_eq!(exit(ClientError::NotRunning), 3);
        assert_eq!(api(ErrorCode::Joining), 4);
        assert_eq!(api(ErrorCode::TicketUsedUp), 5);
        assert_eq!(api(ErrorCode::TicketExpired), 5);
        assert_eq!(api(ErrorCode::TicketRevoked), 5);
        assert_eq!(api(ErrorCode::IdentityChanged), 6);
        assert_eq!(api(ErrorCode::WrongPassphrase), 7);
        assert_eq!(api(ErrorCode::Locked), 7);
        assert_eq!(api(ErrorCode::NotFound), 8);
        assert_eq!(exit(ClientError::Timeout), 9);
    }

    #[test]
    fn a_refusal_becomes_a_sentence_with_its_code_and_hint() {
        let failure = Failure::from(ClientError::Api(ApiError::new(ErrorCode::WrongPassphrase)));
        assert_eq!(failure.message, "That passphrase does not open the vault.");
        assert_eq!(failure.code, "wrong_passphrase");
        assert!(failure.hint.is_some());
    }

    #[test]
    fn in_english_a_fault_is_told_as_the_daemon_and_the_client_tell_it() {
        let faults = [
            ClientError::NotRunning,
            ClientError::NotYours,
            ClientError::Unusable,
            ClientError::Timeout,
            ClientError::Interrupted,
            ClientError::Protocol,
        ];
        let refusals = ErrorCode::ALL.iter().map(|code| ClientError::Api(ApiError::new(*code)));
        for error in faults.into_iter().chain(refusals) {
            let (message, hint) = (sentence(&error.to_string()), error.hint().map(str::to_owned));
            let failure = Failure::from(error);
            assert_eq!((failure.message, failure.hint), (message, hint));
        }
    }

    #[test]
    fn what_the_daemon_says_beyond_its_code_is_kept() {
        let told = ApiError {
            hint: Some("look at port 4100".to_owned()),
            ..ApiError::with_message(ErrorCode::AddressInUse, "port 4100 is taken")
        };
        let failure = Failure::from(ClientError::Api(told));
        assert_eq!(failure.message, "Port 4100 is taken.");
        assert_eq!(failure.hint.as_deref(), Some("look at port 4100"));
    }

    #[test]
    fn the_systems_answers_are_told_in_its_own_words_in_english() {
        for answer in [
            io::ErrorKind::NotFound,
            io::ErrorKind::PermissionDenied,
            io::ErrorKind::AlreadyExists,
            io::ErrorKind::StorageFull,
            io::ErrorKind::ReadOnlyFilesystem,
            io::ErrorKind::IsADirectory,
            io::ErrorKind::NotADirectory,
            io::ErrorKind::TimedOut,
        ] {
            assert_eq!(kind(answer), answer.to_string());
        }
    }

    #[test]
    fn sentences_begin_and_end_like_sentences() {
        assert_eq!(sentence("it rains"), "It rains.");
        assert_eq!(sentence("Is it? "), "Is it?");
        assert_eq!(sentence(""), "");
    }
}
