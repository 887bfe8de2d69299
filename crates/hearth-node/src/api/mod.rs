//! The local API: HTTP/1.1 with JSON and server-sent events on a Unix socket, for this user's own programs.
//!
//! Owns the socket, who may speak on it, the bounds of requests, the routes and their description. Decides nothing
//! about groups: each request becomes one call of a [`Backend`], which the driver implements.
//!
//! **Invariant:** a request reaches the backend only when it came from a process of the same user, carries nothing
//! that a browser adds, and holds to every bound of [`hearth_api::limits`].

mod backend;
mod body;
mod description;
mod events;
mod guard;
mod refusal;
mod routes;
mod server;
mod socket;
#[cfg(test)]
mod tests;

pub use backend::Backend;
pub use server::serve;
pub use socket::{BindError, LocalSocket};

// Both say how long a text and a name may be; a client must not be told another number than the core checks.
const _: () = assert!(hearth_api::limits::TEXT_BYTES_MAX == hearth_core::limits::TEXT_BYTES_MAX);
const _: () = assert!(hearth_api::limits::BACKUP_BYTES_MAX == crate::vault::limits::BACKUP_BYTES_MAX);
const _: () = assert!(hearth_api::limits::NAME_BYTES_MAX == hearth_core::limits::NAME_BYTES_MAX);
const _: () = assert!(hearth_api::limits::LINE_BYTES_MAX == hearth_core::limits::LINE_BYTES_MAX);
const _: () = assert!(hearth_api::limits::CRISIS_LINES_MAX == hearth_core::limits::CRISIS_LINES_MAX);
const _: () =
    assert!(hearth_api::limits::CRISIS_TEXT_BYTES_MAX == hearth_core::limits::CRISIS_TEXT_BYTES_MAX);
const _: () = assert!(hearth_api::limits::POLL_DAYS_MIN as u64 == hearth_core::limits::POLL_DAYS_MIN);
const _: () = assert!(hearth_api::limits::POLL_DAYS_MAX as u64 == hearth_core::limits::POLL_DAYS_MAX);
const _: () = assert!(hearth_api::limits::POLL_OPTIONS_MAX == hearth_core::limits::POLL_OPTIONS_MAX);
const _: () =
    assert!(hearth_api::limits::POLL_QUESTION_BYTES_MAX == hearth_core::limits::POLL_QUESTION_BYTES_MAX);
const _: () = assert!(hearth_api::limits::POLL_WORD_BYTES_MAX == hearth_core::limits::POLL_WORD_BYTES_MAX);
const _: () = assert!(hearth_api::limits::MONEY_MAX == hearth_core::limits::MONEY_MAX);
const _: () = assert!(hearth_api::limits::MONEY_DIGITS_MAX == hearth_core::limits::MONEY_DIGITS_MAX);
const _: () =
    assert!(hearth_api::limits::OBJECT_TEXT_BYTES_MAX == hearth_core::limits::OBJECT_TEXT_BYTES_MAX);
const _: () =
    assert!(hearth_api::limits::MEETING_LINE_BYTES_MAX == hearth_core::limits::MEETING_LINE_BYTES_MAX);
const _: () =
    assert!(hearth_api::limits::MEETING_TEXT_BYTES_MAX == hearth_core::limits::MEETING_TEXT_BYTES_MAX);
const _: () =
    assert!(hearth_api::limits::MEETING_EXCEPTIONS_MAX == hearth_core::limits::MEETING_EXCEPTIONS_MAX);
const _: () = assert!(hearth_api::limits::CIRCLE_MAX == hearth_core::limits::CIRCLE_MAX);
const _: () = assert!(hearth_api::limits::REPORT_COPIES_MAX == hearth_core::limits::REPORT_COPIES_MAX);
const _: () = assert!(hearth_api::limits::STEPS_MAX == hearth_core::limits::STEPS_MAX);
const _: () = assert!(hearth_api::limits::URGE_MAX == hearth_core::limits::URGE_MAX);
const _: () = assert!(hearth_api::limits::OWN_PAGE_MAX as usize == hearth_core::limits::OWN_PAGE_MAX);
const _: () = assert!(hearth_api::limits::UNDO_S_MAX as u64 * 1000 == hearth_core::limits::HOLD_MS_MAX);
