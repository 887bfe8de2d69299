//! The Hearth protocol: rooms of sealed envelopes, membership as a signed log, group keys, messages.
//!
//! Pure and deterministic: no clock, socket, disk, thread, async or environment. Time and randomness are handed in.

pub mod crypto;
// Nothing calls it until the group does.
#[allow(dead_code, unused_imports)]
pub(crate) mod epoch;
pub mod ids;
pub mod limits;
pub mod store;

pub use epoch::Suite;
