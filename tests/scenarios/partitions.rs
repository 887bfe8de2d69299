//! The group falls into parts that act by themselves, and comes together again.

use std::collections::BTreeMap;

use hearth_core::Suite;
use hearth_core::event::Role;
use hearth_core::store::Class;
use hearth_tests::{NodeId, World};

use crate::returning::lose;
use crate::scene::{DAY, MINUTE, Scene, scene};

#[test]
fn newcomers_of_both_sides_stay_and_everything_is_read() {
    let (mut scene, [alice, ben, cleo]) = scene::<3>(Suite::X25519);
    let first = scene.world.ticket(alice, scene.group);
    let second = scene.world.ticket(alice, scene.group);
    scene.world.run_ms(5_000);
    let (dan, eve) = (scene.world.node("Dan"), scene.world.node("Eve"));
    scene.world.partition(&[&[alice, dan], &[ben, cleo, eve]]);
    scene.world.join_and_wait(dan, &first);
    scene.world.join_and_wait(eve, &second);
    scene.world.run_ms(MINUTE);
    for (node, text) in [(alice, "left"), (dan, "left, new"), (ben, "right"), (eve, "right, new")] {
        scene.share(node, text);
    }
    scene.world.heal();
    scene.world.run_ms(10 * MINUTE);
    scene.assert_whole(&[alice, ben, cleo, dan, eve]);
    for node in [alice, ben, cleo] {
        let mut texts = scene.texts(node);
        texts.retain(|text| !text.starts_with("round"));
        assert_eq!(texts, ["left", "left, new", "right", "right, new"], "at {}", scene.world.name(node));
    }
    // What one side said was not said to the other side's newcomer, of whom nobody there had heard (8.11).
    let reads = |node, said: &str| scene.texts(node).iter().any(|read| read.starts_with(said));
    assert!(reads(dan, "left") && reads(eve, "right"));
    assert!(!reads(dan, "right") && !reads(eve, "left"));
}

#[test]
fn p8_7_a_new_address_that_was_told_on_a_branch_that_lost_is_told_anew() {
    for is_restarted in [false, true] {
        let (mut scene, [alice, ben, cleo, dan]) = scene::<4>(Suite::X25519);
        let address_at = |scene: &Scene, node: NodeId| {
            let contacts = scene.world.engine(node).contacts();
            let known = contacts.into_iter().find(|contact| contact.peer == scene.world.peer(cleo));
            known.unwrap().addresses
        };
        let usual = address_at(&scene, alice);
        let elsewhere = vec![b"elsewhere".to_vec()];
        scene.world.wish(cleo, |engine, now| engine.set_addresses(elsewhere.clone(), now)).unwrap();
        scene.world.run_ms(MINUTE);
        assert_eq!(address_at(&scene, alice), elsewhere);
        scene.world.partition(&[&[alice, ben], &[cleo, dan]]);
        scene.world.run_ms(40 * DAY);
        scene.world.wish(cleo, |engine, now| engine.set_addresses(usual.clone(), now)).unwrap();
        scene.world.run_ms(MINUTE);
        if is_restarted {
            // Under which keys it was told, is on the disk.
            scene.world.stop(cleo);
            scene.world.start(cleo);
        }
        scene.world.heal();
        scene.world.run_ms(10 * MINUTE);
        for node in [alice, ben, dan] {
            assert_eq!(address_at(&scene, node), usual, "at {}", scene.world.name(node));
        }
        scene.assert_whole(&[alice, ben, cleo, dan]);
    }
}

#[test]
fn p8_7_new_keys_that_were_told_on_a_branch_that_lost_are_told_anew() {
    let (mut scene, nodes) = scene::<4>(Suite::X25519);
    let [alice, ben, cleo, dan] = nodes;
    let told = |scene: &Scene, node: NodeId| -> BTreeMap<Vec<u8>, Vec<u8>> {
        let records = scene.world.store(node).records().into_iter();
        let told = records.filter(|(key, _)| key.class == Class::StateMessage);
        told.map(|(key, value)| (key.item, value)).collect()
    };
    let before = told(&scene, alice);
    scene.world.partition(&[&[alice, ben], &[cleo, dan]]);
    scene.world.run_ms(39 * DAY);
    // Somebody loses everything, and comes back with new keys.
    lose(&mut scene.world, cleo);
    scene.world.start(cleo);
    scene.world.run_ms(DAY);
    let renewed =
        told(&scene, cleo).into_iter().filter(|(key, value)| before.get(key) != Some(value)).count();
    assert!(renewed >= 1, "Cleo has made new keys");
    // Under which keys they were told, is on the disk.
    scene.world.stop(cleo);
    scene.world.start(cleo);
    scene.world.heal();
    scene.world.run_ms(10 * MINUTE);
    for node in nodes {
        assert!(told(&scene, node) == told(&scene, alice), "at {}", scene.world.name(node));
    }
    scene.assert_whole(&nodes);
}

#[test]
fn p8_8_what_both_sides_of_a_long_partition_said_is_read_by_all() {
    let (mut scene, [alice, ben, cleo, dan]) = scene::<4>(Suite::X25519);
    scene.world.partition(&[&[alice, ben], &[cleo, dan]]);
    // The keys from before have been given up; each side has renewed its own, again and again.
    scene.world.run_ms(40 * DAY);
    scene.share(alice, "left");
    scene.share(cleo, "right");
    scene.world.heal();
    scene.world.run_ms(10 * MINUTE);
    for node in [alice, ben, cleo, dan] {
        assert_eq!(scene.texts(node), ["left", "right"], "at {}", scene.world.name(node));
    }
    scene.assert_whole(&[alice, ben, cleo, dan]);
}

#[test]
fn what_a_newcomer_writes_before_somebody_has_keys_is_sealed_for_them_afterwards() {
    let (mut scene, [alice, ben, cleo]) = scene::<3>(Suite::X25519);
    let first = scene.world.ticket_as(alice, scene.group, Role::Newcomer);
    let second = scene.world.ticket_as(alice, scene.group, Role::Newcomer);
    scene.world.run_ms(5_000);
    let (dan, eve) = (scene.world.node("Dan"), scene.world.node("Eve"));
    scene.world.partition(&[&[alice, dan], &[ben, cleo, eve]]);
    scene.world.join_and_wait(dan, &first);
    scene.world.join_and_wait(eve, &second);
    scene.world.run_ms(MINUTE);
    scene.world.heal();
    // Alice tells her side of Eve, whom nobody has given its keys yet. Newcomers give none.
    let group = scene.group;
    let knows = |world: &World, one, other: &str| world.names(one, group).iter().any(|name| name == other);
    assert!(scene.world.run_until(MINUTE, |world| knows(world, alice, "Eve")));
    scene.world.ticket(alice, group);
    assert!(scene.world.run_until(5_000, |world| knows(world, dan, "Eve")));
    scene.share(dan, "hello, Eve");
    scene.world.run_ms(10 * MINUTE);
    assert_eq!(scene.read(eve), ["Dan: hello, Eve"]);
    scene.assert_whole(&[alice, ben, cleo, dan, eve]);
}

#[test]
fn somebody_admitted_by_two_at_the_same_time_is_one_member() {
    let (mut scene, [alice, ben, cleo]) = scene::<3>(Suite::X25519);
    let ticket = scene.world.ticket(alice, scene.group);
    scene.world.run_ms(5_000);
    let dan = scene.world.node("Dan");
    // Dan's request reaches each of them alone.
    scene.world.partition(&[&[alice], &[ben, cleo], &[dan]]);
    scene.world.join(dan, &ticket).unwrap();
    scene.world.partition(&[&[alice], &[ben, cleo, dan]]);
    scene.world.join_and_wait(dan, &ticket_again(&ticket));
    scene.world.run_ms(MINUTE);
    scene.share(dan, "from the right");
    scene.world.partition(&[&[alice], &[ben, cleo], &[dan]]);
    scene.world.run_ms(MINUTE);
    scene.world.heal();
    scene.world.run_ms(10 * MINUTE);
    scene.assert_whole(&[alice, ben, cleo, dan]);
}

fn ticket_again(ticket: &str) -> String {
    ticket.to_owned()
}

#[test]
fn both_sides_admit_the_same_joiner() {
    let (mut scene, [alice, ben, cleo]) = scene::<3>(Suite::X25519);
    let ticket = scene.world.ticket(alice, scene.group);
    scene.world.run_ms(5_000);
    let dan = scene.world.node("Dan");
    scene.world.partition(&[&[alice], &[ben], &[cleo, dan]]);
    // Cleo stops before her turn to admit comes: she carries the request to both of the others.
    scene.world.join(dan, &ticket).unwrap();
    let (group, before) = (scene.group, scene.world.engine(cleo).room_size(&scene.group).0);
    scene.world.run_until(MINUTE, |world| world.engine(cleo).room_size(&group).0 > before);
    let carried = scene.world.store(cleo).snapshot();
    scene.world.stop(cleo);
    for side in [alice, ben] {
        scene.world.stop(cleo);
        scene.world.restore(cleo, carried.snapshot());
        scene.world.partition(&[&[side, cleo], &[dan]]);
        let (others, hers): (Vec<_>, Vec<_>) = [alice, ben, dan].into_iter().partition(|node| *node != side);
        scene.world.partition(&[&others, &[hers[0], cleo]]);
        for other in &others {
            scene.world.go_offline(*other);
        }
        scene.world.start(cleo);
        scene.world.run_ms(2 * MINUTE);
        for other in &others {
            scene.world.go_online(*other);
        }
        scene.world.stop(cleo);
    }
    scene.world.start(cleo);
    scene.world.heal();
    scene.world.run_ms(10 * MINUTE);
    scene.assert_whole(&[alice, ben, cleo, dan]);
}

#[test]
fn a_partition_of_ten_days_heals() {
    let (mut scene, [alice, ben, cleo, dan]) = scene::<4>(Suite::X25519);
    let first = scene.world.ticket(alice, scene.group);
    let second = scene.world.ticket(alice, scene.group);
    scene.world.run_ms(5_000);
    let (eve, finn) = (scene.world.node("Eve"), scene.world.node("Finn"));
    scene.world.partition(&[&[alice, ben, eve], &[cleo, dan, finn]]);
    scene.world.join_and_wait(eve, &first);
    scene.world.run_ms(MINUTE);
    let finn_group = scene.world.join(finn, &second).unwrap();
    let joined = scene.world.run_until(2 * MINUTE, |world| world.is_member(finn, finn_group));
    assert!(joined);
    for day in 0..10 {
        scene.share(alice, &format!("left {day}"));
        scene.share(cleo, &format!("right {day}"));
        scene.world.run_ms(DAY);
    }
    scene.world.heal();
    scene.world.run_ms(10 * MINUTE);
    let order = scene.read(alice);
    assert_eq!(order.len(), 20);
    for node in [ben, cleo, dan] {
        assert_eq!(scene.read(node), order, "at {}", scene.world.name(node));
    }
    scene.assert_whole(&[alice, ben, cleo, dan, eve, finn]);
}

#[test]
fn a_removal_on_one_side_holds_after_healing() {
    let (mut scene, [alice, ben, cleo, dan]) = scene::<4>(Suite::X25519);
    let ticket = scene.world.ticket(alice, scene.group);
    scene.world.run_ms(5_000);
    let eve = scene.world.node("Eve");
    scene.world.partition(&[&[alice, ben], &[cleo, dan, eve]]);
    scene.world.remove(alice, scene.group, dan).unwrap();
    // The other side admits somebody meanwhile: a commit that competes with the one that drops Dan.
    scene.world.join_and_wait(eve, &ticket);
    scene.world.run_ms(MINUTE);
    scene.share(cleo, "from Cleo");
    scene.world.heal();
    scene.world.run_ms(10 * MINUTE);
    let names = scene.world.names(alice, scene.group);
    assert!(!names.contains(&"Dan".to_owned()));
    // If Dan admitted her, his act does not count, and she has to ask again.
    let whole: Vec<_> = [alice, ben, cleo, eve]
        .into_iter()
        .filter(|node| names.contains(&scene.world.name(*node).to_owned()))
        .collect();
    scene.assert_whole(&whole);
    assert!(scene.world.is_member(eve, scene.group) && names.contains(&"Eve".to_owned()), "{names:?}");
}
