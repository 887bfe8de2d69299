//! Somebody is away, and nothing is lost by it.

use hearth_core::Suite;
use hearth_core::engine::Standing;

use hearth_tests::World;
use hearth_tests::world::Mischief;

use crate::scene::{DAY, MINUTE, Scene, scene};

fn joins_through_another(suite: Suite) {
    let (mut scene, [alice, ben]) = scene::<2>(suite);
    let ticket = scene.world.ticket(alice, scene.group);
    scene.world.run_ms(5_000);
    scene.world.stop(alice);
    let cleo = scene.world.node("Cleo");
    scene.world.join_and_wait(cleo, &ticket);
    scene.share(cleo, "hello");
    scene.share(ben, "welcome");
    assert_eq!(scene.read(ben), ["Cleo: hello", "Ben: welcome"]);
    assert_eq!(scene.read(cleo), ["Cleo: hello", "Ben: welcome"]);
    scene.world.start(alice);
    scene.world.run_ms(MINUTE);
    assert_eq!(scene.read(alice), ["Cleo: hello", "Ben: welcome"]);
    scene.assert_whole(&[alice, ben, cleo]);
}

#[test]
fn somebody_joins_through_another_member_while_the_inviter_is_stopped() {
    joins_through_another(Suite::X25519);
}

#[test]
fn somebody_joins_through_another_member_while_the_inviter_is_stopped_with_xwing() {
    joins_through_another(Suite::XWing);
}

#[test]
fn who_was_admitted_by_somebody_who_gives_no_keys_gets_them_from_the_others() {
    let (mut scene, [alice, ben]) = scene::<2>(Suite::X25519);
    let ticket = scene.world.ticket(alice, scene.group);
    scene.world.run_ms(5_000);
    let cleo = scene.world.node("Cleo");
    scene.world.partition(&[&[alice, cleo], &[ben]]);
    // What is longer than an act does not get out: neither commit nor welcome nor log.
    scene.world.set_mischief(alice, Mischief { frame_bytes_max: Some(1024), ..Mischief::default() });
    scene.world.join(cleo, &ticket).unwrap();
    scene.world.run_ms(10 * MINUTE);
    scene.world.heal();
    let group = scene.group;
    let members = |world: &World, node| world.engine(node).group(&group).unwrap().members;
    assert!(scene.world.run_until(MINUTE, |world| members(world, ben) == 3));
    assert!(!scene.world.is_member(cleo, group));
    scene.world.stop(alice);
    assert!(scene.world.run_until(120 * MINUTE, |world| world.is_member(cleo, group)));
    scene.share(ben, "welcome");
    scene.world.run_ms(MINUTE);
    assert_eq!(scene.read(cleo), ["Ben: welcome"]);
}

#[test]
fn what_comes_under_new_keys_before_the_log_is_shown_once_the_log_is_there() {
    let (mut scene, [alice, ben]) = scene::<2>(Suite::X25519);
    // The log becomes longer than a welcome.
    for _ in 0..20 {
        scene.world.ticket(alice, scene.group);
    }
    let ticket = scene.world.ticket(alice, scene.group);
    scene.world.stop(ben);
    let cleo = scene.world.node("Cleo");
    scene.world.set_mischief(alice, Mischief { frame_bytes_max: Some(6_000), ..Mischief::default() });
    let group = scene.world.join(cleo, &ticket).unwrap();
    scene.world.run_ms(5_000);
    scene.share(alice, "hello, Cleo");
    assert!(!scene.world.is_member(cleo, group));
    scene.world.set_mischief(alice, Mischief::default());
    scene.world.stop(alice);
    scene.world.start(alice);
    scene.world.run_ms(MINUTE);
    assert_eq!(scene.texts(cleo), ["hello, Cleo"]);
    scene.world.start(ben);
    scene.world.run_ms(MINUTE);
    scene.assert_whole(&[alice, ben, cleo]);
}

#[test]
fn a_join_with_nobody_online_goes_on_by_itself() {
    let (mut scene, [alice]) = scene::<1>(Suite::X25519);
    let ticket = scene.world.ticket(alice, scene.group);
    scene.world.stop(alice);
    let ben = scene.world.node("Ben");
    scene.world.join(ben, &ticket).unwrap();
    scene.world.run_ms(DAY);
    assert_eq!(scene.world.engine(ben).group(&scene.group).unwrap().standing, Standing::Joining);
    // The request is on disk, not in memory.
    scene.world.stop(ben);
    scene.world.start(ben);
    scene.world.run_ms(DAY);
    scene.world.start(alice);
    scene.world.run_ms(MINUTE);
    assert!(scene.world.is_member(ben, scene.group));
    scene.assert_whole(&[alice, ben]);
}

#[test]
fn a_request_that_a_stopped_member_had_seen_is_still_answered() {
    let (mut scene, [alice, ben]) = scene::<2>(Suite::X25519);
    let ticket = scene.world.ticket(alice, scene.group);
    scene.world.run_ms(5_000);
    let cleo = scene.world.node("Cleo");
    // Alice is online, so Ben waits for her; then both stop before anybody has admitted Cleo.
    scene.world.partition(&[&[alice], &[ben, cleo]]);
    scene.world.join(cleo, &ticket).unwrap();
    let group = scene.group;
    let has_request = |world: &hearth_tests::World| {
        world.engine(ben).room_size(&group).0 >= world.engine(cleo).room_size(&group).0
            && world.are_connected(ben, cleo)
            && world.engine(cleo).room_size(&group).0 > 1
    };
    scene.world.run_until(MINUTE, has_request);
    scene.world.stop(ben);
    scene.world.run_ms(MINUTE);
    scene.world.start(ben);
    scene.world.run_ms(5 * MINUTE);
    assert!(scene.world.is_member(cleo, scene.group));
}

fn catches_up_from_another(suite: Suite) {
    let (mut scene, [alice, ben, cleo]) = scene::<3>(suite);
    scene.share(cleo, "see you");
    scene.world.stop(cleo);
    scene.share(alice, "first");
    scene.share(ben, "second");
    scene.share(alice, "third");
    scene.world.stop(alice);
    scene.world.start(cleo);
    scene.world.run_ms(MINUTE);
    let expected = ["Cleo: see you", "Alice: first", "Ben: second", "Alice: third"];
    assert_eq!(scene.read(cleo), expected);
    scene.world.start(alice);
    scene.world.run_ms(MINUTE);
    for node in [alice, ben, cleo] {
        assert_eq!(scene.read(node), expected);
    }
}

#[test]
fn who_was_away_gets_a_share_from_another_than_its_author() {
    catches_up_from_another(Suite::X25519);
}

#[test]
fn who_was_away_gets_a_share_from_another_than_its_author_with_xwing() {
    catches_up_from_another(Suite::XWing);
}

#[test]
fn who_was_away_for_twenty_days_catches_up() {
    let (mut scene, [alice, ben, cleo]) = scene::<3>(Suite::X25519);
    scene.world.stop(cleo);
    let mut expected = Vec::new();
    for day in 0..20 {
        for (author, name) in [(alice, "Alice"), (ben, "Ben")] {
            scene.share(author, &format!("day {day}"));
            expected.push(format!("{name}: day {day}"));
        }
        if day == 10 {
            let dan = scene.world.node("Dan");
            scene.admit(alice, dan);
        }
        scene.world.run_ms(DAY);
    }
    scene.world.start(cleo);
    scene.world.run_ms(10 * MINUTE);
    assert_eq!(scene.read(cleo), expected);
    assert_eq!(scene.read(ben), expected);
}

#[test]
fn who_was_away_while_many_joined_and_left_catches_up() {
    let (mut scene, [alice, ben, cleo]) = scene::<3>(Suite::X25519);
    scene.world.stop(cleo);
    let group = scene.group;
    let mut expected = Vec::new();
    for number in 0..12 {
        scene.share(alice, &format!("before {number}"));
        expected.push(format!("Alice: before {number}"));
        let guest = scene.world.node(&format!("Guest {number}"));
        scene.admit(alice, guest);
        scene.share(ben, &format!("with {number}"));
        expected.push(format!("Ben: with {number}"));
        scene.world.leave(guest, group).unwrap();
        scene.world.run_ms(2 * MINUTE);
        scene.world.stop(guest);
        scene.world.run_ms(DAY / 2);
    }
    scene.world.start(cleo);
    scene.world.run_ms(10 * MINUTE);
    assert_eq!(scene.read(cleo), expected);
    scene.assert_whole(&[alice, ben, cleo]);
}

#[test]
fn envelopes_are_gone_after_thirty_days_and_shares_are_not() {
    let (mut scene, [alice, ben]) = scene::<2>(Suite::X25519);
    scene.share(alice, "kept");
    assert!(scene.world.engine(ben).room_size(&scene.group).0 > 0);
    let old = [alice, ben].map(|node| (node, scene.world.store(node).records().into_keys()));
    let old = old.map(|(node, keys)| {
        let is_envelope = |key: &hearth_core::store::Key| key.class == hearth_core::store::Class::Envelope;
        (node, keys.filter(is_envelope).collect::<Vec<_>>())
    });
    let old = std::collections::BTreeMap::from(old);
    scene.world.run_ms(29 * DAY);
    assert!(scene.world.engine(ben).room_size(&scene.group).0 > 0);
    scene.world.run_ms(3 * DAY);
    for node in [alice, ben] {
        // What is there are the changes of keys since.
        let (count, _) = scene.world.engine(node).room_size(&scene.group);
        let records = scene.world.store(node).records();
        for class in [hearth_core::store::Class::Envelope, hearth_core::store::Class::EnvelopeIndex] {
            let left: Vec<_> = records.keys().filter(|key| key.class == class).collect();
            assert!(old[&node].iter().all(|key| !left.contains(&key)), "an envelope outlived its days");
            assert_eq!(left.len(), count);
        }
        assert_eq!(scene.read(node), ["Alice: kept"]);
    }
    scene.assert_whole(&[alice, ben]);
}

#[test]
fn who_leaves_while_away_is_out_once_they_are_back() {
    let (mut scene, [alice, ben, cleo]) = scene::<3>(Suite::X25519);
    let group = scene.group;
    scene.world.go_offline(cleo);
    scene.share(cleo, "take care");
    scene.world.leave(cleo, group).unwrap();
    scene.world.stop(cleo);
    scene.share(alice, "where is Cleo?");
    scene.world.run_ms(DAY);
    scene.world.start(cleo);
    scene.world.go_online(cleo);
    scene.world.run_ms(10 * MINUTE);
    scene.assert_whole(&[alice, ben]);
    assert!(scene.texts(ben).contains(&"take care".to_owned()));
    assert_eq!(scene.texts(cleo), ["take care"]);
}

#[test]
fn a_message_that_nobody_was_there_to_take_for_forty_days_still_arrives() {
    let (mut scene, [alice, ben, cleo]) = scene::<3>(Suite::X25519);
    scene.direct(alice, ben, "I am off");
    scene.world.go_offline(alice);
    scene.share(alice, "from far away");
    scene.direct(alice, ben, "and for you alone");
    scene.world.run_ms(40 * DAY);
    scene.world.go_online(alice);
    scene.world.run_ms(10 * MINUTE);
    assert_eq!(scene.texts(ben), ["I am off", "from far away", "and for you alone"]);
    assert_eq!(scene.texts(cleo), ["from far away"]);
}

#[test]
fn a_message_written_before_the_keys_were_clean_is_sealed_later() {
    let (mut scene, [alice, ben, cleo]) = scene::<3>(Suite::X25519);
    // Ben is a newcomer nowhere: he can reconcile by himself, and does so before he seals.
    scene.world.partition(&[&[alice, ben], &[cleo]]);
    let group = scene.group;
    scene
        .world
        .wish(alice, |engine, now| engine.remove_member(group, engine_member(engine, &group, "Cleo"), now))
        .unwrap();
    scene.share(ben, "without Cleo");
    scene.world.heal();
    scene.world.run_ms(MINUTE);
    assert_eq!(scene.read(alice), ["Ben: without Cleo"]);
    assert!(scene.read(cleo).is_empty());
}

fn engine_member(
    engine: &hearth_core::Engine<hearth_tests::SimStore>,
    group: &hearth_core::ids::GroupId,
    name: &str,
) -> hearth_core::ids::MemberId {
    engine.people(group).into_iter().find(|person| person.name == name).unwrap().id
}

#[test]
fn a_new_address_after_a_restart_counts() {
    let (mut scene, [alice, ben]) = scene::<2>(Suite::X25519);
    let at = |scene: &Scene| {
        let contacts = scene.world.engine(ben).contacts();
        contacts.into_iter().find(|contact| contact.peer == scene.world.peer(alice)).unwrap().addresses
    };
    scene.world.wish(alice, |engine, now| engine.set_addresses(vec![b"elsewhere".to_vec()], now)).unwrap();
    scene.world.run_ms(MINUTE);
    assert_eq!(at(&scene), [b"elsewhere".to_vec()]);
    // Back at home after the restart.
    scene.world.stop(alice);
    scene.world.start(alice);
    scene.world.run_ms(MINUTE);
    assert_eq!(at(&scene), [b"Alice".to_vec()]);
}

#[test]
fn a_message_that_waits_for_keys_survives_a_restart() {
    let (mut scene, [alice, ben]) = scene::<2>(Suite::X25519);
    scene.world.go_offline(ben);
    scene.world.wish(ben, |engine, now| engine.doubt(now)).unwrap();
    scene.share(ben, "kept until then");
    scene.world.stop(ben);
    scene.world.start(ben);
    scene.world.go_online(ben);
    scene.world.run_ms(10 * MINUTE);
    assert_eq!(scene.texts(alice), ["kept until then"]);
}

#[test]
fn who_comes_back_after_months_can_be_written_to_within_the_hour() {
    let (mut scene, [alice, ben, cleo]) = scene::<3>(Suite::X25519);
    scene.world.stop(ben);
    scene.world.stop(cleo);
    scene.world.run_ms(5 * DAY);
    scene.world.start(cleo);
    scene.world.run_ms(55 * DAY);
    // The others have long given up the keys that Ben last had.
    scene.world.start(ben);
    scene.world.run_ms(60 * MINUTE);
    scene.direct(alice, ben, "how are you?");
    assert_eq!(scene.texts(ben), ["how are you?"]);
    scene.direct(ben, cleo, "glad to be here");
    assert_eq!(scene.texts(cleo), ["glad to be here"]);
}
