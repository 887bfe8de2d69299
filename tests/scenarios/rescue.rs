//! Somebody is in and has lost the use of the keys: the way back needs no admin.

use hearth_core::Suite;
use hearth_core::error::OperationError;
use hearth_tests::{NodeId, World};

use crate::scene::{DAY, MINUTE, Scene, scene};

/// Lets the keys change once, by somebody's coming.
fn change_keys(scene: &mut Scene, secretary: NodeId, name: &str) -> NodeId {
    let newcomer = scene.world.node(name);
    scene.admit(secretary, newcomer);
    newcomer
}

fn back_after_ninety_days(suite: Suite) {
    let (mut scene, [alice, ben, cleo]) = scene::<3>(suite);
    scene.world.stop(cleo);
    let dan = change_keys(&mut scene, alice, "Dan");
    scene.world.run_ms(45 * DAY);
    let eve = change_keys(&mut scene, alice, "Eve");
    scene.share(ben, "long ago");
    scene.world.run_ms(45 * DAY);
    // The only admin is away when Cleo comes back.
    scene.world.stop(alice);
    scene.world.start(cleo);
    scene.world.run_ms(10 * MINUTE);
    scene.share(cleo, "I am back");
    assert_eq!(scene.texts(dan).last().unwrap(), "I am back");
    scene.world.start(alice);
    scene.world.run_ms(10 * MINUTE);
    scene.assert_whole(&[alice, ben, cleo, dan, eve]);
}

#[test]
fn a_member_returns_after_ninety_days_without_an_admin() {
    back_after_ninety_days(Suite::X25519);
}

#[test]
fn a_member_returns_after_ninety_days_with_xwing() {
    back_after_ninety_days(Suite::XWing);
}

#[test]
fn a_doubted_disk_sends_nothing_under_its_old_keys_and_comes_back() {
    let (mut scene, [alice, ben, cleo]) = scene::<3>(Suite::X25519);
    let backup = scene.world.store(cleo).snapshot();
    scene.share(cleo, "after the backup");
    scene.world.stop(cleo);
    scene.world.restore(cleo, backup);
    scene.world.go_offline(cleo);
    scene.world.start(cleo);
    scene.world.wish(cleo, |engine, now| engine.doubt(now)).unwrap();
    scene.share(cleo, "I may be old");
    let group = scene.group;
    let left = scene.world.leave(cleo, group);
    assert_eq!(left.unwrap_err(), OperationError::Astray);
    assert!(!scene.world.engine(cleo).group(&scene.group).unwrap().is_ready);
    scene.world.go_online(cleo);
    scene.world.run_ms(10 * MINUTE);
    assert_eq!(scene.texts(ben).last().unwrap(), "I may be old");
    scene.world.run_ms(MINUTE);
    scene.assert_whole(&[alice, ben, cleo]);
}

#[test]
fn a_restored_disk_that_nobody_doubts_is_doubted_when_its_own_words_come_back() {
    let (mut scene, [alice, ben, cleo]) = scene::<3>(Suite::X25519);
    let backup = scene.world.store(alice).snapshot();
    scene.world.ticket(alice, scene.group);
    scene.world.run_ms(MINUTE);
    scene.world.stop(alice);
    scene.world.restore(alice, backup);
    scene.world.start(alice);
    scene.world.run_ms(5_000);
    assert!(!scene.world.engine(alice).group(&scene.group).unwrap().is_ready);
    scene.world.run_ms(10 * MINUTE);
    scene.assert_whole(&[alice, ben, cleo]);
}

#[test]
fn p4_18_a_restored_disk_is_doubted_when_its_own_messages_come_back_and_nothing_is_lost() {
    let (mut scene, [alice, ben, cleo]) = scene::<3>(Suite::X25519);
    scene.world.run_ms(20 * MINUTE);
    let backup = scene.world.store(cleo).snapshot();
    scene.share(cleo, "first");
    scene.share(cleo, "second");
    scene.world.stop(cleo);
    scene.world.restore(cleo, backup);
    scene.world.go_offline(cleo);
    scene.world.start(cleo);
    // Sealed with the key that the first one was sealed with.
    scene.share(cleo, "third");
    scene.world.go_online(cleo);
    scene.world.run_ms(5_000);
    assert!(!scene.world.engine(cleo).group(&scene.group).unwrap().is_ready);
    scene.world.run_ms(10 * MINUTE);
    for node in [alice, ben] {
        let texts = scene.texts(node);
        assert!(["first", "second", "third"].iter().all(|text| texts.contains(&(*text).to_owned())));
    }
    scene.assert_whole(&[alice, ben, cleo]);
}

#[test]
fn p6_9_a_disk_that_does_not_know_a_pair_it_opened_is_doubted_and_the_two_hear_each_other() {
    for partner_writes_first in [false, true] {
        let (mut scene, [alice, ben, cleo]) = scene::<3>(Suite::X25519);
        // Nothing else is under way that Cleo could know the time by.
        scene.world.run_ms(20 * MINUTE);
        let backup = scene.world.store(cleo).snapshot();
        scene.direct(cleo, ben, "for you alone");
        assert_eq!(scene.texts(ben), ["for you alone"]);
        scene.world.stop(cleo);
        scene.world.restore(cleo, backup);
        scene.world.start(cleo);
        let group = scene.group;
        let is_doubted = |world: &World| !world.engine(cleo).group(&group).unwrap().is_ready;
        assert!(scene.world.run_until(MINUTE, is_doubted), "the disk is not doubted");
        assert!(scene.world.run_until(20 * MINUTE, |world| !is_doubted(world)), "Cleo is not back");
        scene.world.run_ms(MINUTE);
        // The pair is gone from Cleo's disk: what is written in it would be lost.
        let (first, then) = if partner_writes_first { (ben, cleo) } else { (cleo, ben) };
        scene.direct(first, then, "still there?");
        scene.direct(then, first, "yes");
        assert_eq!(scene.texts(cleo), ["still there?", "yes"]);
        assert_eq!(scene.texts(ben), ["for you alone", "still there?", "yes"]);
        assert!(scene.texts(alice).is_empty());
        scene.assert_whole(&[alice, ben, cleo]);
    }
}

#[test]
fn p4_18_private_words_are_not_sealed_with_keys_that_were_used() {
    let (mut scene, [alice, ben, cleo]) = scene::<3>(Suite::X25519);
    scene.direct(ben, cleo, "first");
    scene.direct(cleo, ben, "second");
    scene.world.run_ms(20 * MINUTE);
    let backup = scene.world.store(cleo).snapshot();
    scene.direct(cleo, ben, "third");
    scene.world.stop(cleo);
    scene.world.restore(cleo, backup);
    scene.world.go_offline(cleo);
    scene.world.start(cleo);
    scene.world.wish(cleo, |engine, now| engine.doubt(now)).unwrap();
    let refused = scene.world.direct(cleo, scene.group, ben, "too early");
    assert_eq!(refused.unwrap_err(), OperationError::KeysMissing);
    scene.world.go_online(cleo);
    scene.world.run_ms(15 * MINUTE);
    scene.direct(cleo, ben, "fourth");
    scene.direct(ben, cleo, "fifth");
    assert_eq!(scene.texts(ben), ["first", "second", "third", "fourth", "fifth"]);
    assert_eq!(scene.texts(cleo), ["first", "second", "fourth", "fifth"]);
    scene.assert_whole(&[alice, ben, cleo]);
}
