//! What can go wrong, as clients hear it: a code for programs, a message and a hint for a tired person, the HTTP
//! status, and the exit code of a command.

use std::fmt;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// An error of the local API. Its message names no member, group, text or path.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema, thiserror::Error)]
#[error("{message}")]
pub struct ApiError {
    /// What went wrong, for programs.
    pub code: ErrorCode,
    /// What went wrong, for a person.
    pub message: String,
    /// What to do about it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hint: Option<String>,
}

impl ApiError {
    /// Returns the error with the code's own message and hint.
    pub fn new(code: ErrorCode) -> Self {
        Self::with_message(code, code.message())
    }

    /// Returns the error with a message of its own and the code's hint.
    pub fn with_message(code: ErrorCode, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), hint: code.hint().map(str::to_owned) }
    }
}

impl From<ErrorCode> for ApiError {
    fn from(code: ErrorCode) -> Self {
        Self::new(code)
    }
}

/// Defines the codes and, row by row, what each means.
macro_rules! codes {
    ($($(#[$attribute:meta])* $name:ident: $status:literal, $exit:ident, $message:literal, $hint:expr;)+) => {
        /// What went wrong.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
        #[serde(rename_all = "snake_case")]
        pub enum ErrorCode {
            $($(#[$attribute])* #[doc = concat!("HTTP ", stringify!($status), ": ", $message, ".")] $name,)+
        }

        impl ErrorCode {
            /// Every code.
            pub const ALL: &'static [Self] = &[$(Self::$name),+];

            /// Returns the HTTP status.
            pub fn http_status(self) -> u16 {
                match self { $(Self::$name => $status),+ }
            }

            /// Returns the exit code of a command that ends with this error.
            pub fn exit_code(self) -> ExitCode {
                match self { $(Self::$name => ExitCode::$exit),+ }
            }

            /// Returns what happened, in a few words.
            pub fn message(self) -> &'static str {
                match self { $(Self::$name => $message),+ }
            }

            /// Returns what to do about it.
            pub fn hint(self) -> Option<&'static str> {
                match self { $(Self::$name => $hint),+ }
            }
        }
    };
}

codes! {
    Locked: 423, Locked, "the vault is locked", Some("Unlock it with `hearth unlock`.");
    WrongPassphrase: 403, Locked, "that passphrase does not open the vault",
        Some("Try again; capitals and spaces count.");
    TooManyAttempts: 429, Locked, "too many wrong passphrases", Some("Wait a minute, then try again.");
    NoVault: 404, NotFound, "there is no vault yet",
        Some("Make one with `hearth start NAME` or `hearth join TICKET`.");
    VaultExists: 409, Usage, "there is a vault already", Some("Open it with `hearth unlock`.");
    NotFound: 404, NotFound, "there is nothing by that name", Some("`hearth status` and `hearth people` show what there is.");
    NotPermitted: 403, NotPermitted, "your role in this group does not allow that",
        Some("Ask a trusted servant of the group.");
    Removed: 403, NotPermitted, "you are no longer a member of this group",
        Some("What you have read stays readable. A new ticket can bring you back.");
    Joining: 409, Offline, "nobody has admitted you to this group yet",
        Some("It goes on by itself as soon as a member's node can be reached.");
    BadTicket: 400, Usage, "that is not a whole ticket", Some("Copy it again, with nothing left out.");
    TicketExpired: 403, NotPermitted, "the ticket has expired", Some("Ask for a new one.");
    TicketUsedUp: 403, NotPermitted, "the ticket has been used up", Some("Ask for a new one.");
    TicketRevoked: 403, NotPermitted, "the ticket was revoked", Some("Ask for a new one.");
    AlreadyMember: 409, Usage, "you are a member of this group already", None;
    NameTaken: 409, Usage, "somebody in the group has that name", Some("Choose another name.");
    NameInvalid: 400, Usage, "a name has 1 to 64 bytes in one line, without spaces around it",
        Some("Choose another name.");
    TextTooLarge: 413, Usage, "a message has at most 64 KiB of text", Some("Send it in parts.");
    TextEmpty: 400, Usage, "the message is empty", None;
    TooLate: 409, Usage, "it is too late for that", Some("`hearth retract` takes back what you wrote at any time.");
    NotTheTime: 409, Usage, "it is not the time for that in this question", Some("`hearth conscience` shows the times.");
    IdentityChanged: 409, IdentityChanged, "this member's keys have changed",
        Some("Ask the member in person before you trust the new ones.");
    Offline: 503, Offline, "no member of the group can be reached", Some("Try again when another member is online.");
    Timeout: 504, Timeout, "it took too long", Some("Try again.");
    Busy: 503, Timeout, "Hearth is busy", Some("Try again in a moment.");
    DiskFull: 507, Internal, "the disk is full", Some("Make room, then try again. Nothing was half-written.");
    DiskError: 500, Internal, "the disk cannot be read or written",
        Some("Check the disk and the rights of Hearth's folder, then start Hearth again.");
    Damaged: 500, Internal, "the vault is damaged", Some("Keep a copy of Hearth's folder before you try anything.");
    StoreLost: 500, Internal, "what this machine kept of your groups cannot be read; who you are in them is safe",
        Some("`hearth unlock --recover` brings you back to them, without the earlier messages. What is there is set aside, not deleted.");
    NothingToKeep: 409, NotFound, "you are in no group yet, so there is nothing to come back to", None;
    NotABackup: 400, Usage, "that is no backup of Hearth", Some("Look for the file that `hearth backup` wrote.");
    BackupNotWhole: 400, Usage, "the backup is cut off or damaged", Some("Copy it again, or take another copy of it.");
    BackupTooNew: 409, Usage, "the backup was written by a newer version of Hearth", Some("Install that version, then try again.");
    AddressInUse: 409, Usage, "another program listens on that address", Some("Choose another one with `--listen`.");
    BadRequest: 400, Usage, "the request was not understood", None;
    ForeignRequest: 403, NotPermitted, "requests from web pages and for other hosts are refused", None;
    MethodNotAllowed: 405, Usage, "that cannot be done with this address", None;
    NotJson: 415, Usage, "the body of a request is JSON", Some("Send it with `Content-Type: application/json`.");
    BodyTooLarge: 413, Usage, "the request is too large", None;
    NeverShown: 403, NotPermitted, "this is kept for yourself alone, and never shown",
        Some("If you want others to know, say it in your own words, as with `hearth milestone`.");
    NobodyToAsk: 409, NotFound, "there is nobody in the group whom this call could go to",
        Some("`hearth sos --ask-group` asks the whole group; `hearth ladder` says beforehand who is asked.");
    KeptFull: 409, Usage, "there is no room for more of what you keep for yourself",
        Some("Delete what you do not need any more.");
    Blocked: 409, Usage, "you have blocked this person", Some("`hearth unblock` ends that.");
    NotAsked: 404, NotFound, "nobody waits for that answer", Some("`hearth sponsor` and `hearth requests` show who does.");
    NobodyToTell: 409, NotFound, "nobody in the group can take this report; nothing was sent",
        Some("Somebody outside of the group may help: a crisis line, or another group.");
    ReadersChanged: 409, Usage, "the report would go to other people now; nothing was sent",
        Some("Try again: you will be told who reads it.");
    /// Also stands for a code that this client does not know.
    #[serde(other)]
    Internal: 500, Internal, "something is wrong inside Hearth", Some("Starting it again may help: `hearth stop`, then `hearth unlock`.");
}

impl fmt::Display for ErrorCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.serialize(f)
    }
}

/// The exit codes of the command `hearth`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum ExitCode {
    /// Done, or safely kept.
    Done = 0,
    /// Something is wrong inside Hearth, or with the disk.
    Internal = 1,
    /// The request was wrong.
    Usage = 2,
    /// The daemon is not running.
    NotRunning = 3,
    /// Nobody could be reached, and that matters here.
    Offline = 4,
    /// Not permitted.
    NotPermitted = 5,
    /// A member's keys have changed.
    IdentityChanged = 6,
    /// Locked, or the passphrase was wrong.
    Locked = 7,
    /// Not found.
    NotFound = 8,
    /// It took too long.
    Timeout = 9,
}

impl ExitCode {
    /// Returns the number.
    pub fn code(self) -> u8 {
        self as u8
    }
}

impl From<ExitCode> for std::process::ExitCode {
    fn from(code: ExitCode) -> Self {
        Self::from(code.code())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_words_in_json_and_in_text() {
        assert_eq!(serde_json::to_value(ErrorCode::WrongPassphrase).unwrap(), "wrong_passphrase");
        assert_eq!(ErrorCode::TicketUsedUp.to_string(), "ticket_used_up");
        for code in ErrorCode::ALL {
            let json = serde_json::to_string(&ApiError::new(*code)).unwrap();
            assert_eq!(serde_json::from_str::<ApiError>(&json).unwrap(), ApiError::new(*code));
        }
    }

    #[test]
    fn a_code_from_a_later_version_keeps_its_message() {
        let error: ApiError = serde_json::from_str(r#"{"code":"weather","message":"it rains"}"#).unwrap();
        assert_eq!((error.code, error.message.as_str(), error.hint), (ErrorCode::Internal, "it rains", None));
    }

    #[test]
    fn every_code_is_an_error_in_http_and_for_a_shell() {
        for code in ErrorCode::ALL {
            assert!((400..600).contains(&code.http_status()), "{code}");
            assert_ne!(code.exit_code(), ExitCode::Done, "{code}");
        }
    }

    #[test]
    fn exit_codes_are_the_documented_ones() {
        let exit = |code: ErrorCode| code.exit_code().code();
        assert_eq!(exit(ErrorCode::Internal), 1);
        assert_eq!(exit(ErrorCode::BadTicket), 2);
        assert_eq!(ExitCode::NotRunning.code(), 3);
        assert_eq!(exit(ErrorCode::Offline), 4);
        assert_eq!(exit(ErrorCode::TicketExpired), 5);
        assert_eq!(exit(ErrorCode::IdentityChanged), 6);
        assert_eq!(exit(ErrorCode::WrongPassphrase), 7);
        assert_eq!(exit(ErrorCode::NotFound), 8);
        assert_eq!(exit(ErrorCode::Timeout), 9);
    }
}
