//! Somebody lost the whole database, and has nothing left but the identity: back without an admin.

use hearth_core::Suite;
use hearth_core::engine::{InviteOptions, Standing};
use hearth_core::error::OperationError;
use hearth_core::event::Role;
use hearth_core::store::{Class, WriteBatch};
use hearth_tests::{NodeId, SimStore, World};

use crate::scene::{DAY, MINUTE, Scene, scene};

/// What is left of a disk when the store is gone: the identities.
fn identity_of(store: &SimStore) -> SimStore {
    let mut kept = WriteBatch::default();
    for (key, value) in store.records() {
        if key.class == Class::Identity {
            kept.put(key, value);
        }
    }
    assert!(!kept.is_empty(), "no identity");
    let left = SimStore::default();
    left.commit(&kept);
    left
}

/// Takes everything but the identity away from a node, which is stopped.
pub(crate) fn lose(world: &mut World, node: NodeId) {
    world.stop(node);
    let left = identity_of(world.store(node));
    world.restore(node, left);
}

fn standing(scene: &Scene, node: NodeId) -> Standing {
    scene.world.engine(node).group(&scene.group).unwrap().standing
}

fn votes(scene: &mut Scene, node: NodeId) -> Result<(), OperationError> {
    let group = scene.group;
    let expires = scene.world.now.plus_ms(DAY);
    let options = InviteOptions { role: Role::Member, uses: 1, expires };
    scene.world.wish(node, |engine, now| engine.create_invite(group, options, now)).map(|_| ())
}

fn back_without_the_founder(suite: Suite) {
    let (mut scene, [alice, ben, cleo]) = scene::<3>(suite);
    scene.share(cleo, "before");
    scene.world.stop(alice);
    lose(&mut scene.world, cleo);
    scene.world.start(cleo);
    assert_eq!(standing(&scene, cleo), Standing::Returning);
    assert_eq!(scene.world.engine(cleo).group(&scene.group).unwrap().name, "Tuesday Night");
    assert_eq!(scene.world.share(cleo, scene.group, "too early"), Err(OperationError::Astray));
    scene.world.run_ms(5 * MINUTE);
    assert_eq!(standing(&scene, cleo), Standing::Member);
    scene.share(cleo, "I am back");
    scene.share(ben, "welcome back");
    assert_eq!(scene.texts(ben), ["before", "I am back", "welcome back"]);
    assert_eq!(scene.texts(cleo), ["I am back", "welcome back"]);
    scene.world.start(alice);
    scene.world.run_ms(10 * MINUTE);
    scene.assert_whole(&[alice, ben, cleo]);
}

#[test]
fn who_lost_everything_is_back_while_the_only_admin_is_away() {
    back_without_the_founder(Suite::X25519);
}

#[test]
fn who_lost_everything_is_back_with_xwing() {
    back_without_the_founder(Suite::XWing);
}

#[test]
fn the_founder_who_lost_everything_is_back_and_still_the_secretary() {
    let (mut scene, [alice, ben, cleo]) = scene::<3>(Suite::X25519);
    lose(&mut scene.world, alice);
    scene.world.renew_peer(alice);
    scene.world.start(alice);
    scene.world.run_ms(20 * MINUTE);
    scene.assert_whole(&[alice, ben, cleo]);
    scene.world.remove(alice, scene.group, cleo).unwrap();
    scene.world.run_ms(10 * MINUTE);
    scene.assert_whole(&[alice, ben]);
}

#[test]
fn who_comes_back_uses_no_number_of_its_own_events_twice() {
    let (mut scene, [alice, ben, cleo]) = scene::<3>(Suite::X25519);
    // Cleo alone hears of Alice's last word before Alice loses it.
    scene.world.partition(&[&[alice, cleo], &[ben]]);
    votes(&mut scene, alice).unwrap();
    scene.world.run_ms(MINUTE);
    lose(&mut scene.world, alice);
    scene.world.partition(&[&[cleo], &[alice, ben]]);
    scene.world.start(alice);
    scene.world.run_ms(10 * MINUTE);
    scene.share(alice, "I can write");
    assert_eq!(scene.texts(ben), ["I can write"]);
    // Alice may not say anything about the group before she knows what she said last.
    assert_eq!(votes(&mut scene, alice), Err(OperationError::Astray));
    scene.world.run_ms(2 * DAY);
    assert_eq!(votes(&mut scene, alice), Err(OperationError::Astray));
    scene.world.heal();
    scene.world.run_ms(10 * MINUTE);
    votes(&mut scene, alice).unwrap();
    scene.world.run_ms(10 * MINUTE);
    scene.assert_whole(&[alice, ben, cleo]);
    for node in [alice, ben, cleo] {
        assert_eq!(scene.world.engine(node).invites(&scene.group).len(), 4, "both of Alice's late invites");
    }
    scene.world.remove(alice, scene.group, cleo).unwrap();
}

#[test]
fn a_last_word_that_nobody_has_is_given_up_when_everybody_was_asked() {
    let (mut scene, [alice, ben, cleo]) = scene::<3>(Suite::X25519);
    scene.world.go_offline(alice);
    votes(&mut scene, alice).unwrap();
    lose(&mut scene.world, alice);
    scene.world.go_online(alice);
    scene.world.stop(cleo);
    scene.world.start(alice);
    scene.world.run_ms(DAY);
    assert_eq!(votes(&mut scene, alice), Err(OperationError::Astray), "Cleo was not asked");
    scene.world.start(cleo);
    scene.world.run_ms(5 * MINUTE);
    assert_eq!(votes(&mut scene, alice), Err(OperationError::Astray), "Cleo had no time to answer");
    scene.world.run_ms(10 * MINUTE);
    votes(&mut scene, alice).unwrap();
    scene.world.run_ms(10 * MINUTE);
    scene.assert_whole(&[alice, ben, cleo]);
}

#[test]
fn a_last_word_that_nobody_has_is_given_up_when_its_time_is_over() {
    let (mut scene, [alice, ben, cleo]) = scene::<3>(Suite::X25519);
    scene.world.go_offline(alice);
    votes(&mut scene, alice).unwrap();
    lose(&mut scene.world, alice);
    scene.world.go_online(alice);
    scene.world.stop(cleo);
    scene.world.start(alice);
    scene.world.run_ms(30 * DAY);
    assert_eq!(votes(&mut scene, alice), Err(OperationError::Astray));
    // Also over a restart.
    scene.world.stop(alice);
    scene.world.start(alice);
    scene.world.run_ms(2 * DAY);
    votes(&mut scene, alice).unwrap();
    scene.world.start(cleo);
    scene.world.run_ms(20 * MINUTE);
    scene.assert_whole(&[alice, ben, cleo]);
}

#[test]
fn who_lost_everything_is_back_on_one_side_of_a_partition() {
    let (mut scene, [alice, ben, cleo, dan]) = scene::<4>(Suite::X25519);
    scene.world.partition(&[&[alice, ben], &[cleo, dan]]);
    lose(&mut scene.world, dan);
    scene.world.start(dan);
    scene.world.run_ms(10 * MINUTE);
    scene.share(dan, "I am back");
    assert_eq!(scene.texts(cleo), ["I am back"]);
    // The other side changes the keys as well.
    let eve = scene.world.node("Eve");
    scene.world.partition(&[&[alice, ben, eve], &[cleo, dan]]);
    scene.admit(alice, eve);
    scene.share(alice, "welcome Eve");
    scene.world.heal();
    scene.world.run_ms(30 * MINUTE);
    for node in [alice, ben, cleo] {
        assert_eq!(scene.texts(node).len(), 2, "{}", scene.world.name(node));
    }
    scene.assert_whole(&[alice, ben, cleo, dan, eve]);
}

#[test]
fn a_newcomer_who_lost_everything_is_back() {
    let (mut scene, [alice, ben]) = scene::<2>(Suite::X25519);
    let cleo = scene.world.node("Cleo");
    let ticket = scene.world.ticket_as(alice, scene.group, Role::Newcomer);
    scene.world.join_and_wait(cleo, &ticket);
    scene.world.run_ms(5_000);
    lose(&mut scene.world, cleo);
    scene.world.start(cleo);
    scene.world.run_ms(10 * MINUTE);
    scene.assert_whole(&[alice, ben, cleo]);
}

#[test]
fn who_was_let_in_and_had_lost_everything_before_hearing_of_it_is_in() {
    let (mut scene, [alice, ben]) = scene::<2>(Suite::X25519);
    for is_let_in_before in [false, true] {
        let name = if is_let_in_before { "Dan" } else { "Cleo" };
        let joiner = scene.world.node(name);
        let ticket = scene.world.ticket(alice, scene.group);
        if !is_let_in_before {
            scene.world.go_offline(joiner);
        }
        scene.world.join(joiner, &ticket).unwrap();
        let group = scene.group;
        if is_let_in_before {
            let is_in = |world: &World| world.names(alice, group).contains(&name.to_owned());
            assert!(scene.world.run_until(10 * MINUTE, is_in));
            assert!(!scene.world.is_member(joiner, group));
        }
        lose(&mut scene.world, joiner);
        scene.world.go_online(joiner);
        scene.world.start(joiner);
        scene.world.run_ms(10 * MINUTE);
        assert_eq!(standing(&scene, joiner), Standing::Member, "{name}");
    }
    let (cleo, dan) = (NodeId(2), NodeId(3));
    scene.assert_whole(&[alice, ben, cleo, dan]);
}

#[test]
fn who_lost_everything_twice_is_back_twice() {
    let (mut scene, [alice, ben, cleo]) = scene::<3>(Suite::X25519);
    for _ in 0..2 {
        lose(&mut scene.world, cleo);
        scene.world.start(cleo);
        scene.world.run_ms(15 * MINUTE);
        scene.assert_whole(&[alice, ben, cleo]);
    }
    // Once more, before the first return has come to its end, and with a clock that was set back.
    lose(&mut scene.world, cleo);
    scene.world.start(cleo);
    scene.world.run_ms(1_000);
    lose(&mut scene.world, cleo);
    scene.world.set_clock_offset(cleo, -30 * 60 * 1000);
    scene.world.start(cleo);
    scene.world.run_ms(15 * MINUTE);
    assert_eq!(standing(&scene, cleo), Standing::Member);
    scene.share(cleo, "here again");
    assert!(scene.texts(ben).contains(&"here again".to_owned()));
}

#[test]
fn who_was_removed_meanwhile_stays_out() {
    let (mut scene, [alice, ben, cleo]) = scene::<3>(Suite::X25519);
    lose(&mut scene.world, cleo);
    scene.world.remove(alice, scene.group, cleo).unwrap();
    scene.world.run_ms(MINUTE);
    scene.world.start(cleo);
    scene.world.run_ms(3 * DAY);
    scene.share(alice, "among us");
    assert_eq!(standing(&scene, cleo), Standing::Returning);
    assert!(scene.texts(cleo).is_empty() && scene.world.names(cleo, scene.group).is_empty());
    scene.assert_whole(&[alice, ben]);
    // A new ticket is a new beginning.
    let ticket = scene.world.ticket(alice, scene.group);
    scene.world.join(cleo, &ticket).unwrap();
    scene.world.run_ms(20 * MINUTE);
    scene.assert_whole(&[alice, ben, cleo]);
}

#[test]
fn who_left_does_not_come_back() {
    let (mut scene, [alice, ben, cleo]) = scene::<3>(Suite::X25519);
    scene.world.leave(cleo, scene.group).unwrap();
    scene.world.run_ms(MINUTE);
    let kept = scene.world.store(cleo).records();
    assert!(kept.keys().all(|key| key.class != Class::Identity));
    scene.assert_whole(&[alice, ben]);
}

#[test]
fn a_private_pair_opens_again_from_both_sides() {
    for returns_first in [true, false] {
        let (mut scene, [alice, ben, cleo]) = scene::<3>(Suite::X25519);
        scene.direct(ben, cleo, "how are you");
        scene.direct(cleo, ben, "well");
        lose(&mut scene.world, cleo);
        scene.world.start(cleo);
        scene.world.run_ms(15 * MINUTE);
        let (first, then) = if returns_first { (cleo, ben) } else { (ben, cleo) };
        scene.direct(first, then, "still there?");
        scene.direct(then, first, "yes");
        scene.direct(first, then, "good");
        assert_eq!(scene.texts(cleo), ["how are you", "still there?", "yes", "good"]);
        assert_eq!(scene.texts(ben), ["how are you", "well", "still there?", "yes", "good"]);
        assert!(scene.texts(alice).is_empty());
        scene.assert_whole(&[alice, ben, cleo]);
    }
}

#[test]
fn p6_10_private_words_come_back_from_their_authors() {
    let (mut scene, [alice, ben, cleo]) = scene::<3>(Suite::X25519);
    scene.direct(cleo, ben, "good morning");
    scene.direct(ben, cleo, "read before");
    scene.world.stop(cleo);
    scene.direct(ben, cleo, "not read yet");
    scene.direct(alice, cleo, "from Alice");
    lose(&mut scene.world, cleo);
    scene.world.start(cleo);
    scene.world.run_ms(15 * MINUTE);
    assert_eq!(scene.texts(cleo), ["read before", "not read yet", "from Alice"]);
    // Nobody has anything twice, and what follows finds the same pair.
    scene.direct(ben, cleo, "and now?");
    scene.direct(cleo, ben, "all is here");
    scene.world.run_ms(MINUTE);
    assert_eq!(scene.texts(ben), ["good morning", "read before", "not read yet", "and now?", "all is here"]);
    assert_eq!(scene.texts(cleo)[3..], ["and now?", "all is here"]);
    scene.assert_whole(&[alice, ben, cleo]);
}

#[test]
fn p6_10_private_words_written_between_the_loss_and_the_return_are_read() {
    let (mut scene, [alice, ben, cleo]) = scene::<3>(Suite::X25519);
    scene.direct(ben, cleo, "before");
    lose(&mut scene.world, cleo);
    scene.world.run_ms(DAY);
    scene.direct(ben, cleo, "between");
    scene.direct(alice, cleo, "between, too");
    scene.world.start(cleo);
    scene.world.run_ms(15 * MINUTE);
    assert_eq!(scene.texts(cleo), ["before", "between", "between, too"]);
    scene.assert_whole(&[alice, ben, cleo]);
}

#[test]
fn a_lost_disk_that_is_older_than_its_identity_writes_no_event_twice() {
    let (mut scene, [alice, ben, cleo]) = scene::<3>(Suite::X25519);
    let backup = scene.world.store(alice).snapshot();
    scene.world.partition(&[&[alice, cleo], &[ben]]);
    votes(&mut scene, alice).unwrap();
    scene.world.run_ms(MINUTE);
    // The vault puts the newer identity beside the older store.
    scene.world.stop(alice);
    let mut newer = WriteBatch::default();
    for (key, value) in identity_of(scene.world.store(alice)).records() {
        newer.put(key, value);
    }
    backup.commit(&newer);
    scene.world.restore(alice, backup);
    scene.world.partition(&[&[cleo], &[alice, ben]]);
    scene.world.go_offline(alice);
    scene.world.start(alice);
    scene.world.wish(alice, |engine, now| engine.doubt(now)).unwrap();
    scene.world.go_online(alice);
    scene.world.run_ms(20 * MINUTE);
    scene.share(alice, "I can write");
    assert_eq!(scene.texts(ben).last().unwrap(), "I can write");
    assert_eq!(votes(&mut scene, alice), Err(OperationError::Astray));
    scene.world.heal();
    scene.world.run_ms(15 * MINUTE);
    votes(&mut scene, alice).unwrap();
    scene.world.run_ms(10 * MINUTE);
    scene.assert_whole(&[alice, ben, cleo]);
}

#[test]
fn what_others_shared_lately_comes_back_from_them() {
    let (mut scene, [alice, ben, cleo]) = scene::<3>(Suite::X25519);
    scene.share(alice, "too long ago");
    scene.world.run_ms(35 * DAY);
    scene.share(ben, "last week");
    scene.world.run_ms(7 * DAY);
    // The envelopes are still there; the keys are not.
    lose(&mut scene.world, cleo);
    scene.world.start(cleo);
    scene.world.run_ms(10 * MINUTE);
    assert_eq!(scene.texts(cleo), ["last week"]);
    scene.assert_whole(&[alice, ben, cleo]);
}

/// Begins from a backup on another machine.
fn begin_from(world: &mut World, node: NodeId, backup: SimStore) {
    world.restore(node, backup);
    world.renew_peer(node);
    world.go_offline(node);
    world.start(node);
    world.wish(node, |engine, now| engine.note_restored(now)).unwrap();
    world.go_online(node);
}

#[test]
fn p4_23_a_backup_does_not_say_what_was_the_last_event() {
    let (mut scene, [alice, ben, cleo]) = scene::<3>(Suite::X25519);
    let backup = identity_of(scene.world.store(alice));
    // What the backup names is known to all; what Alice says afterwards to Cleo alone.
    scene.world.partition(&[&[alice, cleo], &[ben]]);
    votes(&mut scene, alice).unwrap();
    scene.world.run_ms(MINUTE);
    scene.world.stop(alice);
    scene.world.partition(&[&[cleo], &[alice, ben]]);
    begin_from(&mut scene.world, alice, backup);
    scene.world.run_ms(20 * MINUTE);
    scene.share(alice, "I can write");
    assert_eq!(scene.texts(ben), ["I can write"]);
    assert_eq!(votes(&mut scene, alice), Err(OperationError::Astray));
    // Also after a restart.
    scene.world.stop(alice);
    scene.world.start(alice);
    scene.world.run_ms(2 * DAY);
    assert_eq!(votes(&mut scene, alice), Err(OperationError::Astray));
    scene.world.heal();
    scene.world.run_ms(15 * MINUTE);
    votes(&mut scene, alice).unwrap();
    scene.world.run_ms(10 * MINUTE);
    scene.assert_whole(&[alice, ben, cleo]);
    for node in [alice, ben, cleo] {
        assert_eq!(scene.world.engine(node).invites(&scene.group).len(), 4, "both of Alice's late invites");
    }
    scene.world.remove(alice, scene.group, cleo).unwrap();
}

#[test]
fn p4_23_who_comes_back_from_a_backup_is_heard_above_all_that_they_said_since_it_was_made() {
    let (mut scene, [alice, ben, cleo]) = scene::<3>(Suite::X25519);
    let backup = identity_of(scene.world.store(cleo));
    // After two losses Cleo counts on from numbers far above those of the backup; Alice alone hears of it.
    scene.world.partition(&[&[alice, cleo], &[ben]]);
    for _ in 0..2 {
        lose(&mut scene.world, cleo);
        scene.world.start(cleo);
        scene.world.run_ms(15 * MINUTE);
    }
    scene.world.stop(cleo);
    scene.world.partition(&[&[alice], &[ben, cleo]]);
    begin_from(&mut scene.world, cleo, backup);
    scene.world.run_ms(15 * MINUTE);
    scene.share(cleo, "I am back");
    scene.world.heal();
    scene.world.run_ms(MINUTE);
    // Of what a device published the greatest number counts: Alice writes to the keys that Cleo has now.
    scene.direct(alice, cleo, "welcome back");
    scene.world.run_ms(15 * MINUTE);
    assert!(scene.texts(cleo).contains(&"welcome back".to_owned()));
    scene.assert_whole(&[alice, ben, cleo]);
}

#[test]
fn p4_23_a_backup_of_somebody_removed_since_is_worth_nothing() {
    let (mut scene, [alice, ben, cleo]) = scene::<3>(Suite::X25519);
    let backup = identity_of(scene.world.store(cleo));
    scene.world.remove(alice, scene.group, cleo).unwrap();
    scene.world.run_ms(MINUTE);
    scene.world.stop(cleo);
    scene.share(alice, "among us");
    begin_from(&mut scene.world, cleo, backup);
    scene.world.run_ms(3 * DAY);
    assert_eq!(standing(&scene, cleo), Standing::Returning);
    assert!(scene.texts(cleo).is_empty() && scene.world.names(cleo, scene.group).is_empty());
    scene.assert_whole(&[alice, ben]);
}

#[test]
fn p4_23_a_backup_beside_a_machine_that_still_runs_gives_no_key_away_and_loses_nobodys_words() {
    let (mut scene, [alice, ben, cleo]) = scene::<3>(Suite::X25519);
    let backup = identity_of(scene.world.store(cleo));
    let twin = scene.world.node("Twin");
    scene.world.stop(twin);
    begin_from(&mut scene.world, twin, backup);
    scene.world.run_ms(10 * MINUTE);
    for round in 0..6 {
        for (node, name) in [(alice, "alice"), (ben, "ben"), (cleo, "cleo"), (twin, "twin")] {
            // The device of two machines has one leaf: whichever of them has it not is told so, and asks for it.
            let text = format!("{name} {round}");
            if let Err(refused) = scene.world.share(node, scene.group, &text) {
                assert_eq!(refused, OperationError::Astray, "{text}");
            }
            scene.world.run_ms(20 * MINUTE);
        }
    }
    // Everybody else goes on as ever, and hears both machines as one person.
    scene.world.run_ms(2 * 60 * MINUTE);
    assert_eq!(scene.world.names(alice, scene.group).len(), 3);
    for reader in [alice, ben] {
        let texts = scene.texts(reader);
        for author in ["alice", "ben", "cleo", "twin"] {
            for round in 0..6 {
                let text = format!("{author} {round}");
                let times = texts.iter().filter(|read| **read == text).count();
                assert_eq!(times, 1, "{reader:?} reads {text:?}");
            }
        }
    }
    // As soon as one of the machines is silent for good, the other is whole.
    scene.world.stop(cleo);
    scene.world.run_ms(DAY);
    let head = |node: NodeId| scene.world.engine(node).group(&scene.group).unwrap().head;
    assert!(head(alice).is_some() && head(alice) == head(twin) && head(alice) == head(ben));
    scene.share(twin, "one of us two");
    scene.share(ben, "we hear you");
    for reader in [alice, ben, twin] {
        assert_eq!(
            scene.texts(reader).iter().rev().take(2).collect::<Vec<_>>(),
            ["we hear you", "one of us two"]
        );
    }
}
