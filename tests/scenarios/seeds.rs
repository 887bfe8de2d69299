//! Random runs that every test run repeats.

use hearth_tests::{Fast, Hardship, Twin, run_hard_seed, run_seed};

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

/// They failed once; the rule behind it is held by `p8_7_a_new_address_that_was_told_on_a_branch_that_lost_is_told_anew`.
#[test]
fn hard_seeds_that_failed_once_hold() {
    let hardship = Hardship { is_hard: true, ..Hardship::default() };
    for seed in [123, 146] {
        assert_eq!(run_hard_seed::<Fast>(seed, hardship).violations, Vec::<String>::new(), "seed {seed}");
    }
}

/// Somebody else brings what a liar forged before being removed.
#[test]
fn what_a_removed_liar_forged_changes_nothing_when_another_carries_it_in() {
    let hardship = Hardship { has_liars: true, ..Hardship::default() };
    assert_eq!(run_hard_seed::<Fast>(39, hardship).violations, Vec::<String>::new());
}
