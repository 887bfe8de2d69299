//! The Hearth daemon: owns the network, the vault and the clock, and drives the protocol.
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing))]

pub mod api;
mod chips;
pub mod clock;
pub mod destruction;
pub mod driver;
pub mod home;
pub mod net;
pub mod telemetry;
pub mod vault;
