//! One seed is one run, to the byte.

use hearth_core::Suite;
use hearth_tests::{Faults, World, run_seed};

fn digest_of(seed: u64) -> u64 {
    let faults = Faults {
        loss_percent: 2,
        duplicate_percent: 5,
        reorder_percent: 10,
        crash_per_myriad: 20,
        ..Faults::NONE
    };
    let mut world = World::new(seed, Faults::NONE);
    let [alice, ben, cleo] = ["Alice", "Ben", "Cleo"].map(|name| world.node(name));
    let group = world.found(alice, Suite::XWing);
    for node in [ben, cleo] {
        let ticket = world.ticket(alice, group);
        world.join_and_wait(node, &ticket);
    }
    world.run_ms(60_000);
    world.set_faults(faults);
    for node in [alice, ben, cleo] {
        if world.is_running(node) {
            let _ = world.share(node, group, "text");
        }
        world.run_ms(10_000);
    }
    world.set_faults(Faults::NONE);
    world.run_ms(60_000);
    world.direct(alice, group, cleo, "private").unwrap();
    world.remove(alice, group, ben).unwrap();
    world.run_ms(60_000);
    world.digest()
}

#[test]
fn the_same_seed_gives_the_same_writes_and_effects_to_the_byte() {
    assert_eq!(digest_of(7), digest_of(7));
    assert_ne!(digest_of(7), digest_of(8));
}

#[test]
fn a_random_run_can_be_replayed() {
    assert_eq!(run_seed::<hearth_core::Mls>(3).digest, run_seed::<hearth_core::Mls>(3).digest);
    assert_ne!(run_seed::<hearth_core::Mls>(3).digest, run_seed::<hearth_core::Mls>(4).digest);
}
