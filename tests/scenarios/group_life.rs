//! The life of a group: founding, joining, sharing, leaving.

use hearth_core::Suite;
use hearth_core::engine::{Delivery, Recipient, Standing};
use hearth_core::error::OperationError;
use hearth_core::limits;

use crate::scene::{DAY, MINUTE, Scene, scene};

fn everybody_reads_everybody(suite: Suite) {
    let (mut scene, nodes) = scene::<3>(suite);
    for (node, text) in nodes.into_iter().zip(["one", "two", "three"]) {
        scene.share(node, text);
    }
    for node in nodes {
        assert_eq!(scene.read(node), ["Alice: one", "Ben: two", "Cleo: three"]);
    }
    scene.assert_whole(&nodes);
}

#[test]
fn everybody_reads_what_everybody_shares_with_x25519() {
    everybody_reads_everybody(Suite::X25519);
}

#[test]
fn everybody_reads_what_everybody_shares_with_xwing() {
    everybody_reads_everybody(Suite::XWing);
}

#[test]
fn twelve_members_all_share() {
    let (mut scene, nodes) = scene::<12>(Suite::X25519);
    for (number, node) in nodes.into_iter().enumerate() {
        scene.world.share(node, scene.group, &format!("share {number}")).unwrap();
    }
    scene.world.run_ms(MINUTE);
    let order = scene.read(nodes[0]);
    assert_eq!(order.len(), 12);
    for node in nodes {
        assert_eq!(scene.read(node), order);
    }
}

#[test]
fn somebody_alone_keeps_what_they_share_for_those_who_come() {
    let (mut scene, [alice]) = scene::<1>(Suite::X25519);
    scene.share(alice, "to nobody");
    assert_eq!(scene.read(alice), ["Alice: to nobody"]);
    assert_eq!(scene.world.messages(alice, scene.group)[0].delivery, Some(Delivery::KeptHere));
    assert!(scene.world.engine(alice).group(&scene.group).unwrap().is_ready);

    let ben = scene.world.node("Ben");
    scene.admit(alice, ben);
    scene.share(alice, "welcome");
    // What was said before somebody came stays among those who were there.
    assert_eq!(scene.read(ben), ["Alice: welcome"]);
}

#[test]
fn passed_on_counts_the_devices_that_have_it() {
    let (mut scene, [alice, ben, cleo]) = scene::<3>(Suite::X25519);
    let delivery = |scene: &crate::scene::Scene| scene.world.messages(alice, scene.group)[0].delivery;
    scene.world.go_offline(ben);
    scene.world.go_offline(cleo);
    scene.share(alice, "counted");
    assert_eq!(delivery(&scene), Some(Delivery::KeptHere));
    scene.world.go_online(ben);
    scene.world.run_ms(MINUTE);
    assert_eq!(delivery(&scene), Some(Delivery::PassedOn { devices: 1 }));
    scene.world.go_online(cleo);
    scene.world.run_ms(MINUTE);
    assert_eq!(delivery(&scene), Some(Delivery::PassedOn { devices: 2 }));
    scene.world.stop(alice);
    scene.world.start(alice);
    scene.world.run_ms(MINUTE);
    assert_eq!(delivery(&scene), Some(Delivery::PassedOn { devices: 2 }));
}

#[test]
fn a_message_larger_than_allowed_is_refused_and_changes_nothing() {
    let (mut scene, [alice, ben]) = scene::<2>(Suite::X25519);
    let before = scene.world.store(alice).records();
    let error = scene.world.share(alice, scene.group, &"a".repeat(limits::TEXT_BYTES_MAX + 1)).unwrap_err();
    assert_eq!(
        error,
        OperationError::TextTooLong { bytes: limits::TEXT_BYTES_MAX + 1, max: limits::TEXT_BYTES_MAX }
    );
    assert_eq!(scene.world.share(alice, scene.group, "").unwrap_err(), OperationError::TextEmpty);
    assert_eq!(scene.world.store(alice).records(), before);
    let largest = "é".repeat(limits::TEXT_BYTES_MAX / 2);
    scene.share(alice, &largest);
    assert_eq!(scene.texts(ben), [largest]);
}

#[test]
fn the_same_request_twice_is_one_message() {
    let (mut scene, [alice, ben]) = scene::<2>(Suite::X25519);
    let group = scene.group;
    let send = |scene: &mut crate::scene::Scene, request: &str| {
        scene
            .world
            .wish(alice, |engine, now| engine.send_text(group, Recipient::Group, "once", Some(request), now))
    };
    let first = send(&mut scene, "r1").unwrap();
    assert_eq!(send(&mut scene, "r1").unwrap(), first);
    scene.world.stop(alice);
    scene.world.start(alice);
    assert_eq!(send(&mut scene, "r1").unwrap(), first);
    assert_ne!(send(&mut scene, "r2").unwrap(), first);
    scene.world.run_ms(MINUTE);
    assert_eq!(scene.texts(ben), ["once", "once"]);
}

#[test]
fn who_leaves_reads_and_writes_nothing_more() {
    let (mut scene, [alice, ben, cleo]) = scene::<3>(Suite::X25519);
    scene.share(ben, "goodbye");
    let group = scene.group;
    scene.world.leave(ben, group).unwrap();
    scene.world.run_ms(MINUTE);
    assert_eq!(scene.world.engine(ben).group(&group).unwrap().standing, Standing::Out);
    assert_eq!(scene.world.share(ben, group, "still here").unwrap_err(), OperationError::Removed);
    scene.share(alice, "without Ben");
    assert_eq!(scene.read(ben), ["Ben: goodbye"]);
    assert_eq!(scene.read(cleo), ["Ben: goodbye", "Alice: without Ben"]);
    scene.assert_whole(&[alice, cleo]);
}

#[test]
fn who_left_can_come_back_by_a_new_ticket() {
    let (mut scene, [alice, ben, cleo]) = scene::<3>(Suite::X25519);
    let group = scene.group;
    scene.world.leave(ben, group).unwrap();
    scene.world.run_ms(MINUTE);
    scene.admit(alice, ben);
    scene.world.run_ms(MINUTE);
    scene.assert_whole(&[alice, ben, cleo]);
}

#[test]
fn a_ticket_outlives_a_restart_of_its_maker() {
    let mut world = hearth_tests::World::new(3, hearth_tests::Faults::NONE);
    let [alice, ben] = ["Alice", "Ben"].map(|name| world.node(name));
    let group = world.found(alice, Suite::X25519);
    let ticket = world.ticket(alice, group);
    world.stop(alice);
    world.start(alice);
    world.join_and_wait(ben, &ticket);
}

#[test]
fn a_quiet_group_asks_for_nothing() {
    let (mut scene, [alice, ben, cleo]) = scene::<3>(Suite::X25519);
    scene.world.run_ms(60 * MINUTE);
    let look = |scene: &Scene| {
        let engine = scene.world.engine(ben);
        (engine.group(&scene.group).unwrap().head, engine.room_size(&scene.group))
    };
    let before = look(&scene);
    scene.world.run_ms(DAY);
    assert_eq!(look(&scene), before);
    scene.assert_whole(&[alice, ben, cleo]);
}
