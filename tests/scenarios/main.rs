//! Scenarios: stories with people in them, each named as its promise, in the simulator.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod alone;
mod attacks;
mod audience;
mod clocks;
mod conscience;
mod crashes;
mod determinism;
mod devices;
mod forger;
mod group_life;
mod half;
mod keeping;
mod later;
mod life;
mod missed;
mod objects;
mod offline;
mod partitions;
mod privacy;
mod private;
mod promises;
mod receipts;
mod removal;
mod renewal;
mod rescue;
mod returning;
mod roles;
mod scene;
mod seeds;
mod sharing;
mod shield;
mod sos;
mod strangers;
mod tickets;
mod visits;
