//! The deterministic simulator: the real engine on a virtual clock and a seeded network.
//!
//! One seed is one run, to the byte. `world` holds nodes, clock and network, `store` a disk that forgets what was
//! not persisted, `random` the runs that faults are drawn for.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

#[path = "../e2e/daemons.rs"]
pub mod daemons;
#[path = "../logs/world.rs"]
pub mod logs;
pub mod random;
pub mod store;
pub mod world;

pub use random::{Report, run_seed, tell_seed};
pub use store::SimStore;
pub use world::{CrashPoint, Faults, NodeId, World};
