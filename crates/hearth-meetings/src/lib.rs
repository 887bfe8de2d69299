//! Meetings: when they are, and the formats in which lists of them are written.
//!
//! Pure: no clock, socket, disk or environment. Time is handed in, and the zones are those of the database that is built
//! in. Never guesses: what a list does not say is left open, and each change is reported. docs/MEETINGS.md
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing))]

pub mod calendar;
pub mod compare;
pub mod export;
pub mod finder;
pub mod import;
pub mod limits;
pub mod meeting;
pub mod occurrence;
pub mod rule;
pub mod secret;
pub mod zone;

pub use calendar::{Date, LocalTime, Timestamp, Weekday};
pub use meeting::Meeting;
pub use occurrence::Occurrence;
pub use rule::{Rule, Schedule};
pub use secret::Secret;
pub use zone::Zone;

/// Gives a type a `Debug` that shows nothing: what it holds must not reach a log.
macro_rules! silent {
    ($($name:ident),*) => {
        $(impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(concat!(stringify!($name), "(..)"))
            }
        })*
    };
}
pub(crate) use silent;
