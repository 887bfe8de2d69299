//! What can go wrong in a command, as the person at the keyboard meets it: one clear line, one hint, one exit code.

use std::io;

use hearth_api::{ClientError, ExitCode};

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
        Self::new(ExitCode::Internal, "machine", format!("Cannot {doing}: {}.", error.kind()))
    }

    /// Adds what to do.
    pub(crate) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }
}

impl From<ClientError> for Failure {
    fn from(error: ClientError) -> Self {
        let code = match &error {
            ClientError::NotRunning => "not_running".to_owned(),
            ClientError::NotYours => "not_yours".to_owned(),
            ClientError::Unusable => "unusable".to_owned(),
            ClientError::Timeout => "timeout".to_owned(),
            ClientError::Interrupted => "interrupted".to_owned(),
            ClientError::Protocol => "protocol".to_owned(),
            ClientError::Api(refusal) => refusal.code.to_string(),
        };
        Self {
            exit: error.exit_code(),
            code,
            message: sentence(&error.to_string()),
            hint: error.hint().map(str::to_owned),
        }
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
    fn sentences_begin_and_end_like_sentences() {
        assert_eq!(sentence("it rains"), "It rains.");
        assert_eq!(sentence("Is it? "), "Is it?");
        assert_eq!(sentence(""), "");
    }
}
