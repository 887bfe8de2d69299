//! Somebody is removed, and learns nothing more.

use hearth_core::Notice;
use hearth_core::Suite;
use hearth_core::engine::Standing;
use hearth_core::error::OperationError;
use hearth_core::event::Role;
use hearth_tests::Faults;

use crate::scene::{DAY, MINUTE, Scene, scene};

fn removed_reads_nothing(suite: Suite) {
    let (mut scene, [alice, ben, cleo]) = scene::<3>(suite);
    scene.share(alice, "with Ben");
    scene.world.remove(alice, scene.group, ben).unwrap();
    scene.world.run_ms(1_000);
    scene.world.keep_frames(ben);
    scene.share(alice, "without Ben");
    scene.share(cleo, "without Ben, too");
    scene.world.run_ms(DAY);
    assert_eq!(scene.read(ben), ["Alice: with Ben"]);
    assert_eq!(scene.world.engine(ben).group(&scene.group).unwrap().standing, Standing::Out);
    assert_eq!(scene.world.share(ben, scene.group, "me again").unwrap_err(), OperationError::Removed);
    assert_refused_only(&scene, ben);
    assert_eq!(scene.read(cleo), ["Alice: with Ben", "Alice: without Ben", "Cleo: without Ben, too"]);
    scene.assert_whole(&[alice, cleo]);
}

/// No envelope can be in frames as small as those of a handshake.
fn assert_refused_only(scene: &Scene, node: hearth_tests::NodeId) {
    for frame in scene.world.received(node) {
        assert!(frame.len() <= 512, "a frame of {} bytes", frame.len());
    }
}

#[test]
fn removed_member_reads_nothing_new() {
    removed_reads_nothing(Suite::X25519);
}

#[test]
fn removed_member_reads_nothing_new_with_xwing() {
    removed_reads_nothing(Suite::XWing);
}

#[test]
fn removed_while_away_is_refused_by_everybody_who_knows() {
    let (mut scene, [alice, ben, cleo]) = scene::<3>(Suite::X25519);
    scene.world.go_offline(ben);
    scene.world.remove(alice, scene.group, ben).unwrap();
    scene.share(alice, "without Ben");
    scene.world.run_ms(MINUTE);
    scene.world.keep_frames(ben);
    // Cleo alone, who has learned of it, refuses as well.
    scene.world.stop(alice);
    scene.world.go_online(ben);
    scene.world.run_ms(DAY);
    assert!(scene.read(ben).is_empty());
    assert_refused_only(&scene, ben);
    // A fresh transport key changes nothing.
    scene.world.stop(ben);
    scene.world.renew_peer(ben);
    scene.world.start(ben);
    scene.world.start(alice);
    scene.world.run_ms(DAY);
    assert!(scene.read(ben).is_empty());
    assert_refused_only(&scene, ben);
    scene.assert_whole(&[alice, cleo]);
}

#[test]
fn p1_4_8_who_was_removed_while_away_is_told() {
    let (mut scene, [alice, ben, cleo]) = scene::<3>(Suite::X25519);
    let group = scene.group;
    let is_told = |scene: &Scene, node| scene.world.engine(node).group(&group).unwrap().is_told_out;
    scene.world.go_offline(ben);
    scene.world.remove(alice, group, ben).unwrap();
    scene.world.run_ms(MINUTE);
    assert!(!is_told(&scene, ben), "nobody has told yet");
    scene.world.keep_notices(ben);
    scene.world.partition(&[&[ben, cleo], &[alice]]);
    scene.world.go_online(ben);
    assert!(
        scene.world.run_until(10 * MINUTE, |world| { world.notices(ben).contains(&Notice::Group { group }) })
    );
    assert!(is_told(&scene, ben));
    assert!(scene.world.is_member(ben, group), "a word that may be a lie takes nobody out");
}

#[test]
fn p1_4_8_who_hears_that_they_are_out_while_others_let_them_in_is_told_nothing() {
    let (mut scene, [alice, ben, cleo]) = scene::<3>(Suite::X25519);
    let group = scene.group;
    scene.world.partition(&[&[alice], &[ben, cleo]]);
    scene.world.remove(alice, group, ben).unwrap();
    scene.world.run_ms(MINUTE);
    // Cleo has not heard of it, and Alice's machine can be reached by Ben alone.
    scene.world.go_offline(cleo);
    scene.world.heal();
    scene.world.run_ms(10 * MINUTE);
    assert!(scene.world.engine(ben).group(&group).unwrap().is_told_out);
    scene.world.partition(&[&[alice], &[ben, cleo]]);
    scene.world.go_online(cleo);
    scene.world.run_ms(10 * MINUTE);
    assert!(!scene.world.engine(ben).group(&group).unwrap().is_told_out);
    scene.share(ben, "still here, as far as we know");
    assert_eq!(scene.texts(cleo), ["still here, as far as we know"]);
}

#[test]
fn removed_member_cannot_open_what_a_third_one_still_hands_on() {
    let (mut scene, [alice, ben, cleo]) = scene::<3>(Suite::X25519);
    let dan = scene.world.node("Dan");
    scene.admit(alice, dan);
    // Cleo has not heard of the removal, but carries what Alice wrote after it: from a stick, say.
    scene.world.partition(&[&[alice, dan], &[ben, cleo]]);
    scene.world.remove(alice, scene.group, ben).unwrap();
    scene.share(alice, "without Ben");
    scene.share(cleo, "with Ben");
    scene.world.run_ms(MINUTE);
    assert_eq!(scene.read(ben), ["Cleo: with Ben"]);
    scene.world.partition(&[&[alice, dan, cleo], &[ben]]);
    scene.world.heal();
    scene.world.run_ms(10 * MINUTE);
    assert_eq!(scene.read(ben), ["Cleo: with Ben"]);
    for node in [alice, cleo, dan] {
        let mut texts = scene.texts(node);
        texts.sort();
        assert_eq!(texts, ["with Ben", "without Ben"], "at {}", scene.world.name(node));
    }
    scene.assert_whole(&[alice, cleo, dan]);
}

#[test]
fn what_a_removed_member_wrote_unseen_shows_only_if_somebody_saw_it() {
    let (mut scene, [alice, ben, cleo, dan]) = scene::<4>(Suite::X25519);
    scene.world.partition(&[&[alice, dan], &[ben, cleo]]);
    scene.share(ben, "heard by Cleo");
    scene.share(cleo, "answer");
    scene.world.partition(&[&[alice, dan], &[ben], &[cleo]]);
    scene.share(ben, "heard by nobody");
    scene.world.remove(alice, scene.group, ben).unwrap();
    scene.world.run_ms(MINUTE);
    // Ben's node gives its envelopes to Cleo before she hears of his removal, and she hands them on.
    scene.world.partition(&[&[alice, dan], &[cleo], &[ben]]);
    scene.world.heal();
    scene.world.run_ms(10 * MINUTE);
    for node in [alice, dan] {
        let read = scene.read(node);
        assert!(read.contains(&"Ben: heard by Cleo".to_owned()), "{read:?}");
        assert!(read.contains(&"Cleo: answer".to_owned()), "{read:?}");
        assert!(!read.contains(&"Ben: heard by nobody".to_owned()), "{read:?}");
    }
    scene.assert_whole(&[alice, cleo, dan]);
}

#[test]
fn nobody_removes_an_equal_or_oneself() {
    let (mut scene, [alice, ben, cleo]) = scene::<3>(Suite::X25519);
    assert_eq!(scene.world.remove(ben, scene.group, cleo).unwrap_err(), OperationError::NotPermitted);
    assert_eq!(scene.world.remove(ben, scene.group, alice).unwrap_err(), OperationError::NotPermitted);
    assert_eq!(scene.world.remove(alice, scene.group, alice).unwrap_err(), OperationError::Oneself);
    scene.assert_whole(&[alice, ben, cleo]);
}

#[test]
fn removed_member_comes_back_by_a_new_ticket() {
    let (mut scene, [alice, ben, cleo]) = scene::<3>(Suite::X25519);
    scene.share(alice, "one");
    scene.world.remove(alice, scene.group, ben).unwrap();
    scene.world.run_ms(MINUTE);
    scene.share(alice, "two");
    scene.admit(alice, ben);
    scene.world.run_ms(10 * MINUTE);
    scene.share(alice, "three");
    assert_eq!(scene.read(ben), ["Alice: one", "Alice: three"]);
    scene.assert_whole(&[alice, ben, cleo]);
}

#[test]
fn removed_member_who_never_heard_of_it_comes_back_by_a_new_ticket() {
    let (mut scene, [alice, ben, cleo]) = scene::<3>(Suite::X25519);
    scene.world.go_offline(ben);
    scene.world.remove(alice, scene.group, ben).unwrap();
    scene.world.run_ms(MINUTE);
    scene.world.go_online(ben);
    scene.world.run_ms(MINUTE);
    scene.admit(alice, ben);
    scene.world.run_ms(10 * MINUTE);
    scene.assert_whole(&[alice, ben, cleo]);
}

#[test]
fn what_waits_while_somebody_is_removed_is_sealed_without_them() {
    let (mut scene, [alice, ben, cleo]) = scene::<3>(Suite::X25519);
    // Alice's commit does not reach Cleo before she writes: she reconciles by herself.
    scene.world.partition(&[&[alice], &[ben], &[cleo]]);
    scene.world.remove(alice, scene.group, ben).unwrap();
    scene.share(cleo, "before Cleo knew");
    scene.world.partition(&[&[alice, cleo], &[ben]]);
    scene.world.run_ms(5_000);
    scene.world.run_until(MINUTE, |world| world.are_connected(alice, cleo));
    scene.world.run_ms(5_000);
    scene.share(cleo, "after Cleo knew");
    scene.world.heal();
    scene.world.run_ms(10 * MINUTE);
    assert_eq!(scene.texts(alice), ["before Cleo knew", "after Cleo knew"]);
    assert!(!scene.texts(ben).contains(&"after Cleo knew".to_owned()));
    scene.assert_whole(&[alice, cleo]);
}

#[test]
fn a_leaving_that_only_the_removed_heard_of_still_reaches_the_others() {
    let (mut scene, [alice, ben, cleo, dan]) = scene::<4>(Suite::X25519);
    // Alice removes Ben, whom nobody tells; Dan leaves in his presence, having said something.
    scene.world.partition(&[&[alice, cleo], &[ben, dan]]);
    scene.world.remove(alice, scene.group, ben).unwrap();
    scene.share(dan, "goodbye");
    scene.world.leave(dan, scene.group).unwrap();
    scene.world.run_ms(10 * MINUTE);
    scene.world.heal();
    scene.world.run_ms(60 * MINUTE);
    assert_eq!(scene.texts(cleo), ["goodbye"]);
    assert_eq!(scene.world.engine(dan).group(&scene.group).unwrap().standing, Standing::Out);
    // Now that all know, Dan's node calls nobody any more.
    scene.world.run_ms(DAY);
    assert!(scene.world.engine(dan).contacts().is_empty());
    scene.assert_whole(&[alice, cleo]);
}

#[test]
fn a_leaving_that_nobody_hears_of_is_said_again_until_somebody_does() {
    let (mut scene, [alice, ben]) = scene::<2>(Suite::X25519);
    scene.world.stop(alice);
    scene.world.leave(ben, scene.group).unwrap();
    scene.world.run_ms(29 * DAY);
    assert_eq!(scene.world.engine(ben).contacts().len(), 1);
    // The envelope with the first word of it has expired.
    scene.world.run_ms(3 * DAY);
    assert_eq!(scene.world.engine(ben).contacts().len(), 1);
    scene.world.start(alice);
    scene.world.run_ms(60 * DAY);
    assert!(scene.world.engine(ben).contacts().is_empty());
    assert_eq!(scene.world.names(alice, scene.group), ["Alice"]);
}

#[test]
fn who_is_removed_is_cut_off_at_once_whether_they_hear_of_it_or_not() {
    let (mut scene, [alice, ben, cleo]) = scene::<3>(Suite::X25519);
    // Nothing that is said arrives, so Ben's node does not end the connection by itself.
    scene.world.set_faults(Faults { loss_percent: 100, ..Faults::NONE });
    scene.world.remove(alice, scene.group, ben).unwrap();
    scene.world.run_ms(500);
    assert!(!scene.world.are_connected(alice, ben));
    assert!(scene.world.are_connected(alice, cleo));
}

#[test]
fn who_was_put_out_by_somebody_who_was_out_is_in_again() {
    let (mut scene, [alice, ben, cleo]) = scene::<3>(Suite::X25519);
    let group = scene.group;
    let servant = scene.world.member(alice, group, ben);
    scene.world.wish(alice, |engine, now| engine.set_role(group, servant, Role::Servant, now)).unwrap();
    scene.world.run_ms(MINUTE);
    scene.world.partition(&[&[alice], &[ben, cleo]]);
    scene.world.remove(ben, group, cleo).unwrap();
    scene.world.run_ms(MINUTE);
    let standing = |scene: &Scene| scene.world.engine(cleo).group(&group).unwrap().standing;
    assert_eq!(standing(&scene), Standing::Out);
    scene.world.remove(alice, group, ben).unwrap();
    scene.world.heal();
    scene.world.run_ms(10 * MINUTE);
    assert_eq!(standing(&scene), Standing::Member);
    scene.assert_whole(&[alice, cleo]);
    // Nothing is due any more of what somebody does who is out.
    scene.world.run_ms(40 * DAY);
    assert!(scene.world.engine(cleo).next_timeout().is_none_or(|at| at > scene.world.now));
    // And when it comes to that, the goodbye is said as if there had been none of it.
    scene.world.go_offline(cleo);
    scene.world.leave(cleo, group).unwrap();
    scene.world.run_ms(40 * DAY);
    scene.world.go_online(cleo);
    scene.world.run_ms(DAY);
    assert_eq!(scene.world.names(alice, group), ["Alice"]);
}
