//! The deterministic simulator: the real engine on a virtual clock and a seeded network.
//!
//! One seed is one run, to the byte. `world` holds nodes, clock and network, `store` a disk that forgets what was
//! not persisted, `random` the runs that faults are drawn for, `checkers` what must hold, `adversary` members who lie,
//! `receipts` what each disk has held, and `digest` one number for a run.
//! `fast` is the model of the keys, and `twin` holds it against the real ones.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

pub mod adversary;
mod affairs;
mod calls;
mod checkers;
#[path = "../e2e/daemons.rs"]
pub mod daemons;
mod digest;
pub mod fast;
#[path = "../logs/world.rs"]
pub mod logs;
mod polls;
pub mod random;
mod receipts;
pub mod store;
mod things;
pub mod twin;
pub mod world;

pub use fast::Fast;
pub use random::{Hardship, Report, run_hard_seed, run_seed, tell_seed};
pub use store::SimStore;
pub use twin::Twin;
pub use world::{CrashPoint, Faults, NodeId, World};
