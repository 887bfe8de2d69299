//! Seeds of random runs that once found a fault, each with what it was.

use hearth_tests::run_seed;

#[track_caller]
fn holds(seed: u64) {
    assert_eq!(run_seed(seed).violations, Vec::<String>::new());
}

#[test]
fn a_leaving_heard_by_the_removed_alone_is_not_over() {
    holds(355);
}

#[test]
fn a_message_that_comes_before_the_log_of_its_epoch_waits() {
    holds(1238);
}
