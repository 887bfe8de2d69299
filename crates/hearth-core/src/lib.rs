//! The Hearth protocol: rooms of sealed envelopes, membership as a signed log, group keys, messages.
//!
//! Pure and deterministic: no clock, socket, disk, thread, async or environment. Time and randomness are handed in.
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing))]

pub mod alarms;
pub mod conscience;
pub mod content;
pub mod crypto;
pub mod engine;
pub mod envelope;
pub(crate) mod epoch;
pub mod error;
pub mod event;
pub mod fork;
pub(crate) mod group;
pub mod ids;
pub mod invite;
pub mod keeper;
pub mod keys;
pub mod limits;
pub mod log;
pub mod message;
pub(crate) mod objects;
pub mod own;
pub(crate) mod payload;
pub(crate) mod private;
pub mod resolve;
pub mod room;
pub mod safety;
pub(crate) mod session;
pub mod store;
#[cfg(test)]
mod story;
pub(crate) mod timeline;
pub(crate) mod turn;
pub(crate) mod wire;

pub use engine::{Effect, Engine, Input, Step};
pub use epoch::{Mls, Suite};
pub use group::{
    Asking, Decided, DeviceView, Keeping, Person, Proposal, RemovalPreview, ShownGroup, Switching, VisitView,
};
pub use keys::KeyLayer;
pub use turn::Notice;
pub use wire::Refusal;
