//! End to end: three real daemons over loopback, driven by the command as members would.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod cut;
mod journey;
mod keepers;
mod keeping;
mod machine;
mod meetings;
mod members;
mod network;
mod partition;
mod private;
mod sos;
mod terminal;
mod things;
mod trouble;
