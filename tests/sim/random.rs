//! Placeholder module, replaced in the next commit.

/// Result.
pub struct Report;
/// Run.
pub fn run_seed(_: u64) -> Report {
    Report
}
