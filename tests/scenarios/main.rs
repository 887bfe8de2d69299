//! Scenarios: stories with people in them, each named as its promise, in the simulator.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod group_life;
