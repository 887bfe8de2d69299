//! Seeds of random runs that once found a fault, each with what it was.

use hearth_core::Mls;
use hearth_tests::{Fast, Hardship, Twin, run_hard_seed, run_seed};

#[track_caller]
fn holds(seed: u64) {
    assert_eq!(run_seed::<Mls>(seed).violations, Vec::<String>::new());
}

#[test]
fn a_leaving_heard_by_the_removed_alone_is_not_over() {
    holds(355);
}

#[test]
fn a_message_that_comes_before_the_log_of_its_epoch_waits() {
    holds(1238);
}

/// Whoever asks both key layers the same gets the same answer: what the engine decides with either is the same.
#[test]
fn both_key_layers_give_the_same_answers() {
    for seed in 0..6 {
        assert_eq!(run_seed::<Twin>(seed).violations, Vec::<String>::new(), "seed {seed}");
    }
}

#[test]
fn the_first_seeds_hold_with_the_model_of_the_keys() {
    for seed in 0..20 {
        assert_eq!(run_seed::<Fast>(seed).violations, Vec::<String>::new(), "seed {seed}");
    }
}

/// Somebody else brings what a liar forged before being removed.
#[test]
fn what_a_removed_liar_forged_changes_nothing_when_another_carries_it_in() {
    let hardship = Hardship { has_liars: true, ..Hardship::default() };
    assert_eq!(run_hard_seed::<Fast>(39, hardship).violations, Vec::<String>::new());
}
