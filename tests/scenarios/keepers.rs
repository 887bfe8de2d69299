//! Somebody carries the room who is in no group, so that nobody has to be on when another one is.

use hearth_core::Suite;
use hearth_core::content::Endpoint;
use hearth_core::engine::{Delivery, KeeperView, Standing};
use hearth_core::error::OperationError;
use hearth_core::event::Role;
use hearth_core::invite::TicketError;
use hearth_core::keeper::{Desk, KeeperRefusal, KeeperTicket};
use hearth_core::store::Class;
use hearth_tests::world::Mischief;
use hearth_tests::{NodeId, SimStore, World};

use crate::returning::lose;
use crate::scene::{DAY, MINUTE, Scene, scene};

/// A keeper's ticket.
fn desk(world: &mut World, keeper: NodeId) -> String {
    world.wish(keeper, |engine, now| engine.open_desk(now)).unwrap().to_text()
}

/// Gives the group a keeper, and lets it take the room.
fn add(scene: &mut Scene, member: NodeId) -> NodeId {
    let keeper = scene.world.node("Shelf");
    let ticket = desk(&mut scene.world, keeper);
    let group = scene.group;
    scene.world.wish(member, |engine, now| engine.add_keeper(group, &ticket, "shelf", None, now)).unwrap();
    assert!(scene.world.run_until(MINUTE, |world| keeper_of(world, member, scene.group).is_connected));
    scene.world.run_ms(MINUTE);
    keeper
}

fn keeper_of(world: &World, member: NodeId, group: hearth_core::ids::GroupId) -> KeeperView {
    world.engine(member).keepers(&group).unwrap().pop().unwrap()
}

fn delivery(scene: &Scene, node: NodeId) -> Option<Delivery> {
    scene.world.messages(node, scene.group).last().unwrap().delivery
}

/// One is on, then the other, and never both.
fn take_turns(scene: &mut Scene, off: NodeId, on: NodeId) {
    scene.world.go_offline(off);
    scene.world.go_online(on);
    scene.world.run_ms(10 * MINUTE);
}

#[test]
fn p17_a_newcomer_joins_and_reads_through_a_keeper_and_never_meets_a_member() {
    for suite in [Suite::X25519, Suite::XWing] {
        let (mut scene, [alice]) = scene::<1>(suite);
        let keeper = add(&mut scene, alice);
        let ticket = scene.world.ticket(alice, scene.group);
        scene.world.run_ms(MINUTE);
        scene.world.go_offline(alice);
        let ben = scene.world.node("Ben");
        scene.world.join(ben, &ticket).unwrap();
        scene.world.run_ms(10 * MINUTE);
        assert!(scene.world.are_connected(ben, keeper));
        assert_eq!(scene.world.engine(ben).group(&scene.group).unwrap().standing, Standing::Joining);
        take_turns(&mut scene, ben, alice);
        scene.share(alice, "welcome, Ben");
        take_turns(&mut scene, alice, ben);
        assert!(scene.world.is_member(ben, scene.group));
        assert_eq!(scene.read(ben), ["Alice: welcome, Ben"]);
        scene.share(ben, "thank you");
        take_turns(&mut scene, ben, alice);
        assert_eq!(scene.read(alice), ["Alice: welcome, Ben", "Ben: thank you"]);
        scene.world.go_online(ben);
        scene.world.run_ms(MINUTE);
        scene.assert_whole(&[alice, ben]);
    }
}

#[test]
fn p17_what_lies_with_a_keeper_is_not_said_to_have_been_passed_on() {
    let (mut scene, [alice, ben]) = scene::<2>(Suite::X25519);
    add(&mut scene, alice);
    scene.world.go_offline(ben);
    scene.share(alice, "is anybody there?");
    assert_eq!(delivery(&scene, alice), Some(Delivery::WithKeeper));
    // It is known again after a restart as soon as the keeper has said it again.
    scene.world.stop(alice);
    scene.world.start(alice);
    assert_eq!(delivery(&scene, alice), Some(Delivery::KeptHere));
    scene.world.run_ms(MINUTE);
    assert_eq!(delivery(&scene, alice), Some(Delivery::WithKeeper));
    scene.world.go_online(ben);
    scene.world.run_ms(MINUTE);
    assert_eq!(delivery(&scene, alice), Some(Delivery::PassedOn { devices: 1 }));
}

#[test]
fn p17_a_keeper_that_says_it_has_what_it_drops_makes_nobody_lose_it() {
    let (mut scene, [alice, ben]) = scene::<2>(Suite::X25519);
    let keeper = add(&mut scene, alice);
    scene.world.go_offline(ben);
    scene.share(alice, "do not lose this");
    assert_eq!(delivery(&scene, alice), Some(Delivery::WithKeeper));
    scene.world.stop(keeper);
    // Its envelope expires here, too; nobody but the keeper ever said to have it.
    scene.world.run_ms(40 * DAY);
    scene.world.go_online(ben);
    scene.world.run_ms(DAY);
    assert_eq!(scene.read(ben), ["Alice: do not lose this"]);
}

#[test]
fn p17_a_keeper_learns_no_name_no_word_no_device_and_no_secret() {
    let (mut scene, [alice]) = scene::<1>(Suite::X25519);
    let keeper = scene.world.node("Shelf");
    scene.world.keep_frames(keeper);
    let ticket = desk(&mut scene.world, keeper);
    let group = scene.group;
    scene.world.wish(alice, |engine, now| engine.add_keeper(group, &ticket, "shelf", None, now)).unwrap();
    scene.world.run_ms(MINUTE);
    let invite = scene.world.ticket(alice, group);
    let ben = scene.world.node("Ben");
    scene.world.join_and_wait(ben, &invite);
    scene.share(ben, "a word that nobody else reads");
    scene.world.run_ms(DAY);
    // Whoever begins again begins with a proof: who was let in shows who let them in, to members.
    for node in [alice, ben] {
        scene.world.stop(node);
        scene.world.start(node);
        scene.world.run_ms(MINUTE);
    }
    let mut known: Vec<Vec<u8>> = scene.world.received(keeper).to_vec();
    assert!(known.len() > 20);
    known.extend(scene.world.store(keeper).records().into_values());
    let mut telling: Vec<Vec<u8>> =
        ["Alice", "Ben", "Tuesday", "nobody else", "shelf"].map(|word| word.as_bytes().to_vec()).to_vec();
    let members = [alice, ben].map(|node| scene.world.member(alice, group, node));
    let engine = scene.world.engine(alice);
    // A person's identity is the key of their first device.
    let devices = members.map(|member| engine.identity_of(&group, &member).unwrap());
    telling.extend(devices.iter().map(|device| device.0.to_vec()));
    telling.extend(members.iter().map(|member| member.0.to_vec()));
    telling.push(group.0.to_vec());
    // A record of a group begins with its version, no home group, and the room's secret.
    let records = scene.world.store(alice).records();
    let (_, record) = records.iter().find(|(key, _)| key.class == Class::Group).unwrap();
    telling.push(record[2..34].to_vec());
    for secret in telling {
        let is_in = |bytes: &Vec<u8>| bytes.windows(secret.len()).any(|part| part == secret);
        assert!(!known.iter().any(is_in), "{:?}", String::from_utf8_lossy(&secret));
    }
}

#[test]
fn p17_a_keeper_keeps_what_it_carries_over_a_restart_and_can_be_replaced() {
    let (mut scene, [alice, ben]) = scene::<2>(Suite::X25519);
    let keeper = add(&mut scene, alice);
    scene.world.go_offline(ben);
    scene.share(alice, "one");
    scene.world.stop(keeper);
    scene.world.start(keeper);
    take_turns(&mut scene, alice, ben);
    assert_eq!(scene.read(ben), ["Alice: one"]);
    // It is gone for good; another one takes its place.
    scene.world.stop(keeper);
    let group = scene.group;
    let old = keeper_of(&scene.world, ben, group).id;
    scene.world.wish(ben, |engine, now| engine.withdraw_object(group, old, now)).unwrap_err();
    scene.world.go_online(alice);
    scene.world.wish(alice, |engine, now| engine.withdraw_object(group, old, now)).unwrap();
    add(&mut scene, ben);
    assert_eq!(scene.world.engine(alice).keepers(&group).unwrap().len(), 1);
    scene.world.go_offline(ben);
    scene.share(alice, "two");
    take_turns(&mut scene, alice, ben);
    assert_eq!(scene.read(ben), ["Alice: one", "Alice: two"]);
}

#[test]
fn p17_a_keeper_that_lost_its_disk_says_nothing_and_is_replaced_by_a_new_ticket() {
    let (mut scene, [alice]) = scene::<1>(Suite::X25519);
    let keeper = add(&mut scene, alice);
    scene.world.stop(keeper);
    scene.world.restore(keeper, SimStore::default());
    scene.world.start(keeper);
    scene.world.run_ms(10 * MINUTE);
    assert!(!keeper_of(&scene.world, alice, scene.group).is_connected);
    let (ticket, group) = (desk(&mut scene.world, keeper), scene.group);
    scene.world.wish(alice, |engine, now| engine.add_keeper(group, &ticket, "shelf", None, now)).unwrap();
    assert!(scene.world.run_until(10 * MINUTE, |world| keeper_of(world, alice, group).is_connected));
    assert_eq!(scene.world.engine(alice).keepers(&group).unwrap().len(), 1, "the same machine is one keeper");
}

#[test]
fn p17_a_ticket_to_a_keeper_is_good_for_one_room() {
    let (mut scene, [alice]) = scene::<1>(Suite::X25519);
    let keeper = scene.world.node("Shelf");
    let ticket = desk(&mut scene.world, keeper);
    let group = scene.group;
    scene.world.wish(alice, |engine, now| engine.add_keeper(group, &ticket, "shelf", None, now)).unwrap();
    scene.world.run_ms(MINUTE);
    let mallory = scene.world.node("Mallory");
    let other = scene.world.found(mallory, Suite::X25519);
    scene.world.wish(mallory, |engine, now| engine.add_keeper(other, &ticket, "mine", None, now)).unwrap();
    scene.world.run_ms(10 * MINUTE);
    let view = keeper_of(&scene.world, mallory, other);
    assert_eq!((view.is_connected, view.refusal), (false, Some(KeeperRefusal::Used)));
    assert_eq!(scene.world.engine(keeper).kept().len(), 1);
    assert!(keeper_of(&scene.world, alice, group).is_connected);
    // Its owner gives it up: nothing of the room stays, and the ticket is worth nothing.
    let (desk, kept) = scene.world.engine(keeper).kept().pop().unwrap();
    assert!(kept.envelopes > 0 && kept.connected == 1);
    scene.world.wish(keeper, |engine, now| engine.close_desk(desk, now)).unwrap();
    scene.world.run_ms(10 * MINUTE);
    assert!(scene.world.engine(keeper).kept().is_empty());
    let left = [Class::Desk, Class::Envelope, Class::EnvelopeIndex];
    assert!(!scene.world.store(keeper).records().keys().any(|key| left.contains(&key.class)));
    assert!(!keeper_of(&scene.world, alice, group).is_connected);
}

#[test]
fn p17_a_keeper_is_in_no_group_and_a_member_is_no_keeper() {
    let (mut scene, [alice]) = scene::<1>(Suite::X25519);
    let refused = scene.world.wish(alice, |engine, now| engine.open_desk(now)).unwrap_err();
    assert_eq!(refused, OperationError::IsAMember);
    let invite = scene.world.ticket(alice, scene.group);
    let keeper = scene.world.node("Shelf");
    let ticket = desk(&mut scene.world, keeper);
    assert_eq!(scene.world.join(keeper, &invite).unwrap_err(), OperationError::IsAKeeper);
    let found = |engine: &mut hearth_core::engine::Engine<_, _>, now| {
        engine.create_group("Tuesday Night", "Shelf", Suite::X25519, None, now).map(|_| ())
    };
    let refused = scene.world.wish(keeper, |engine, now| {
        found(engine, now)?;
        engine.open_desk(now)
    });
    assert_eq!(refused.unwrap_err(), OperationError::IsAKeeper);
    // Tickets are not mistaken for one another.
    let group = scene.group;
    let swapped = scene.world.wish(alice, |engine, now| engine.add_keeper(group, &invite, "x", None, now));
    assert_eq!(swapped.unwrap_err(), OperationError::Ticket(TicketError::NotAKeepers));
    let ben = scene.world.node("Ben");
    assert_eq!(scene.world.join(ben, &ticket).unwrap_err(), OperationError::Ticket(TicketError::Keepers));
}

#[test]
fn p17_nobody_goes_to_a_keeper_whose_member_was_removed() {
    let (mut scene, [alice, ben]) = scene::<2>(Suite::X25519);
    let group = scene.group;
    let keeper = add(&mut scene, ben);
    assert!(scene.world.are_connected(alice, keeper));
    scene.world.remove(alice, group, ben).unwrap();
    scene.world.run_ms(MINUTE);
    assert!(!scene.world.are_connected(alice, keeper));
    assert!(!keeper_of(&scene.world, alice, group).counts);
    scene.share(alice, "among ourselves");
    assert_eq!(delivery(&scene, alice), Some(Delivery::KeptHere));
}

#[test]
fn p17_newcomers_add_no_keeper() {
    let (mut scene, [alice]) = scene::<1>(Suite::X25519);
    let ticket = scene.world.ticket_as(alice, scene.group, Role::Newcomer);
    let ben = scene.world.node("Ben");
    scene.world.join_and_wait(ben, &ticket);
    let keeper = scene.world.node("Shelf");
    let (ticket, group) = (desk(&mut scene.world, keeper), scene.group);
    let refused = scene.world.wish(ben, |engine, now| engine.add_keeper(group, &ticket, "x", None, now));
    assert_eq!(refused.unwrap_err(), OperationError::NotPermitted);
}

#[test]
fn p17_who_calls_a_members_device_a_keeper_does_not_come_between() {
    let (mut scene, [alice, ben, cleo]) = scene::<3>(Suite::X25519);
    let endpoint = Endpoint { peer: scene.world.peer(ben), addresses: vec![b"x".to_vec()] };
    let ticket = KeeperTicket::new(endpoint, Desk::new([7; 32])).to_text();
    let group = scene.group;
    scene.world.wish(cleo, |engine, now| engine.add_keeper(group, &ticket, "shelf", None, now)).unwrap();
    scene.world.run_ms(MINUTE);
    for node in [alice, ben] {
        scene.world.stop(node);
        scene.world.start(node);
    }
    scene.world.go_offline(cleo);
    scene.world.run_ms(10 * MINUTE);
    scene.share(ben, "still here");
    assert_eq!(scene.read(alice), ["Ben: still here"]);
    assert_eq!(delivery(&scene, ben), Some(Delivery::PassedOn { devices: 1 }));
}

#[test]
fn p17_who_lost_everything_comes_back_through_a_keeper() {
    let (mut scene, [alice, ben]) = scene::<2>(Suite::X25519);
    add(&mut scene, alice);
    scene.world.go_offline(alice);
    lose(&mut scene.world, ben);
    scene.world.start(ben);
    scene.world.run_ms(10 * MINUTE);
    assert_eq!(scene.world.engine(ben).group(&scene.group).unwrap().standing, Standing::Returning);
    take_turns(&mut scene, ben, alice);
    scene.share(alice, "good to see you");
    take_turns(&mut scene, alice, ben);
    assert!(scene.world.is_member(ben, scene.group));
    assert_eq!(scene.texts(ben), ["good to see you"]);
}

#[test]
fn p17_a_keeper_that_withholds_costs_time_only() {
    let (mut scene, [alice, ben]) = scene::<2>(Suite::X25519);
    let keeper = add(&mut scene, alice);
    scene.world.set_mischief(keeper, Mischief { withheld_percent: 100, ..Mischief::default() });
    scene.world.go_offline(ben);
    scene.share(alice, "by another way");
    take_turns(&mut scene, alice, ben);
    assert!(scene.read(ben).is_empty());
    scene.world.go_online(alice);
    scene.world.run_ms(10 * MINUTE);
    assert_eq!(scene.read(ben), ["Alice: by another way"]);
    scene.assert_whole(&[alice, ben]);
}
