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

/// Who was away for weeks published new keys on a branch that lost, and was not reached by name.
#[test]
fn keys_from_a_branch_that_lost_are_of_use_for_what_is_sealed_by_name() {
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
