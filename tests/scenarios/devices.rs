//! A member with several devices.

use hearth_core::Suite;
use hearth_core::engine::Standing;
use hearth_core::error::OperationError;
use hearth_core::ids::DeviceId;
use hearth_core::invite::TicketError;
use hearth_tests::{CrashPoint, NodeId};

use crate::scene::{DAY, MINUTE, Scene, scene};

impl Scene {
    fn offer(&mut self, by: NodeId) -> String {
        let group = self.group;
        self.world.wish(by, |engine, now| engine.offer_device(group, now)).unwrap().to_text()
    }

    fn join_as_device(&mut self, node: NodeId, ticket: &str) -> Result<(), OperationError> {
        self.world.wish(node, |engine, now| engine.join_as_device(ticket, now)).map(|_| ())
    }

    /// Adds a device to the member of `owner`.
    pub(crate) fn add_device(&mut self, owner: NodeId, name: &str) -> NodeId {
        let ticket = self.offer(owner);
        let device = self.world.node(name);
        self.join_as_device(device, &ticket).unwrap();
        let group = self.group;
        assert!(self.world.run_until(5 * MINUTE, |world| world.is_member(device, group)), "{name} is not in");
        self.world.run_ms(5_000);
        device
    }

    fn standing(&self, node: NodeId) -> Standing {
        self.world.engine(node).group(&self.group).unwrap().standing
    }

    fn device_of(&self, node: NodeId) -> DeviceId {
        let devices = self.world.engine(node).devices(&self.group);
        devices.into_iter().find(|device| device.is_this).unwrap().id
    }

    fn revoke(&mut self, by: NodeId, device: DeviceId) -> Result<(), OperationError> {
        let group = self.group;
        self.world.wish(by, |engine, now| engine.revoke_device(group, device, now))
    }
}

#[test]
fn p7_14_two_devices_are_one_member() {
    let (mut scene, [alice, ben, cleo]) = scene::<3>(Suite::X25519);
    scene.share(alice, "before the laptop");
    let laptop = scene.add_device(ben, "Laptop");
    scene.share(ben, "from the first");
    scene.share(laptop, "from the laptop");
    scene.share(cleo, "hello, Ben");
    scene.world.run_ms(MINUTE);
    // History begins when it joins; its name is the member's, everywhere.
    let expected = ["Ben: from the first", "Ben: from the laptop", "Cleo: hello, Ben"];
    assert_eq!(scene.read(laptop), expected);
    for node in [alice, ben, cleo] {
        assert_eq!(scene.read(node)[1..], expected, "at {}", scene.world.name(node));
        assert_eq!(scene.world.engine(node).people(&scene.group).len(), 3);
        assert_eq!(scene.world.engine(node).group(&scene.group).unwrap().members, 3);
    }
    // Each of the two shows the other's words as its own.
    for node in [ben, laptop] {
        let mine = scene.world.messages(node, scene.group).into_iter().filter(|message| message.is_mine);
        assert_eq!(mine.count(), 2, "at {}", scene.world.name(node));
        assert_eq!(scene.world.engine(node).devices(&scene.group).len(), 2);
        let me = scene.world.engine(node).people(&scene.group).into_iter().find(|person| person.is_self);
        assert_eq!(me.map(|me| (me.name, me.devices)), Some(("Ben".to_owned(), 2)));
    }
    assert_eq!(scene.world.engine(laptop).group(&scene.group).unwrap().own_name, "Ben");
}

#[test]
fn p7_14_a_device_goes_on_alone_and_after_a_restart() {
    let (mut scene, [alice, ben]) = scene::<2>(Suite::XWing);
    let laptop = scene.add_device(ben, "Laptop");
    scene.world.stop(ben);
    scene.world.stop(laptop);
    scene.world.start(laptop);
    scene.world.run_ms(MINUTE);
    scene.share(laptop, "alone");
    scene.share(alice, "answer");
    assert_eq!(scene.read(laptop), ["Ben: alone", "Alice: answer"]);
    scene.world.start(ben);
    scene.world.run_ms(10 * MINUTE);
    assert_eq!(scene.read(ben), ["Ben: alone", "Alice: answer"]);
}

#[test]
fn p7_12_a_ticket_is_good_once() {
    let (mut scene, [_alice, ben]) = scene::<2>(Suite::X25519);
    let ticket = scene.offer(ben);
    let (laptop, thief) = (scene.world.node("Laptop"), scene.world.node("Thief"));
    scene.join_as_device(laptop, &ticket).unwrap();
    scene.world.run_ms(MINUTE);
    scene.join_as_device(thief, &ticket).unwrap();
    scene.world.run_ms(DAY);
    assert_eq!(scene.standing(laptop), Standing::Member);
    assert!(!scene.world.is_member(thief, scene.group));
    assert_eq!(scene.world.engine(ben).devices(&scene.group).len(), 2);
}

#[test]
fn p7_12_a_ticket_is_over_after_fifteen_minutes_and_when_another_is_made() {
    let (mut scene, [_alice, ben]) = scene::<2>(Suite::X25519);
    let (first, late) = (scene.offer(ben), scene.world.node("Late"));
    let second = scene.offer(ben);
    scene.join_as_device(late, &first).unwrap();
    scene.world.run_ms(5 * MINUTE);
    assert!(!scene.world.is_member(late, scene.group), "the earlier one is over");
    // A clock that is behind does not help: the device that made the ticket looks at its own.
    scene.world.set_clock_offset(late, -(20 * MINUTE as i64));
    scene.world.run_ms(11 * MINUTE);
    scene.join_as_device(late, &second).unwrap();
    scene.world.run_ms(10 * MINUTE);
    assert!(!scene.world.is_member(late, scene.group), "it has expired");
    scene.world.set_clock_offset(late, 0);
    let other = scene.world.node("Other");
    assert_eq!(scene.join_as_device(other, &second), Err(OperationError::TicketExpired));
    assert_eq!(scene.world.engine(ben).devices(&scene.group).len(), 1);
}

#[test]
fn p7_13_nobody_else_acts_on_a_ticket() {
    let (mut scene, [alice, ben, cleo]) = scene::<3>(Suite::X25519);
    let ticket = scene.offer(ben);
    scene.world.stop(ben);
    let laptop = scene.world.node("Laptop");
    scene.join_as_device(laptop, &ticket).unwrap();
    scene.world.run_ms(3 * MINUTE);
    assert!(!scene.world.is_member(laptop, scene.group));
    for node in [alice, cleo] {
        assert_eq!(scene.world.engine(node).people(&scene.group).iter().map(|p| p.devices).sum::<usize>(), 3);
    }
    // The device that made it comes back in time, and remembers.
    scene.world.start(ben);
    scene.world.run_ms(10 * MINUTE);
    assert!(scene.world.is_member(laptop, scene.group));
}

#[test]
fn p7_11_each_kind_of_ticket_has_its_own_door() {
    let (mut scene, [alice, ben]) = scene::<2>(Suite::X25519);
    let (device, person) = (scene.offer(ben), scene.world.ticket(alice, scene.group));
    let node = scene.world.node("Somebody");
    let wrong = Err(OperationError::Ticket(TicketError::OtherKind));
    assert_eq!(scene.world.join(node, &device).map(|_| ()), wrong);
    assert_eq!(scene.join_as_device(node, &person), wrong);
    assert_eq!(scene.join_as_device(ben, &device), Err(OperationError::AlreadyMember));
}

#[test]
fn p7_16_a_revoked_device_reads_nothing_new() {
    let (mut scene, [alice, ben, cleo]) = scene::<3>(Suite::X25519);
    let laptop = scene.add_device(ben, "Laptop");
    scene.share(alice, "for both");
    let lost = scene.device_of(laptop);
    assert_eq!(scene.revoke(ben, scene.device_of(ben)), Err(OperationError::Oneself));
    assert_eq!(scene.revoke(ben, scene.device_of(alice)), Err(OperationError::UnknownDevice));
    scene.revoke(ben, lost).unwrap();
    scene.world.run_ms(1_000);
    scene.share(alice, "for one");
    scene.world.run_ms(DAY);
    assert_eq!(scene.texts(laptop), ["for both"]);
    assert_eq!(scene.standing(laptop), Standing::Out);
    assert_eq!(scene.revoke(ben, lost), Err(OperationError::UnknownDevice));
    // What it wrote before stays, under its member's name.
    assert_eq!(scene.texts(cleo), ["for both", "for one"]);
    scene.assert_whole(&[alice, ben, cleo]);
}

#[test]
fn p7_16_what_a_revoked_device_wrote_keeps_its_author() {
    let (mut scene, [alice, ben]) = scene::<2>(Suite::X25519);
    let laptop = scene.add_device(ben, "Laptop");
    scene.share(laptop, "from the laptop");
    let lost = scene.device_of(laptop);
    scene.revoke(ben, lost).unwrap();
    scene.world.run_ms(MINUTE);
    for node in [alice, ben] {
        assert_eq!(scene.read(node), ["Ben: from the laptop"], "at {}", scene.world.name(node));
    }
}

#[test]
fn p7_16_the_second_device_takes_the_lost_first_one_away() {
    let (mut scene, [alice, ben]) = scene::<2>(Suite::X25519);
    let laptop = scene.add_device(ben, "Laptop");
    let lost = scene.device_of(ben);
    scene.world.stop(ben);
    scene.revoke(laptop, lost).unwrap();
    scene.world.run_ms(MINUTE);
    scene.share(alice, "still there?");
    scene.direct(alice, ben, "privately, to the device that is left");
    assert_eq!(scene.texts(laptop), ["still there?", "privately, to the device that is left"]);
    let device = scene.device_of(laptop);
    assert_eq!(scene.revoke(laptop, device), Err(OperationError::Oneself));
    scene.world.start(ben);
    scene.world.run_ms(DAY);
    assert!(scene.texts(ben).is_empty());
}

#[test]
fn p7_15_removing_a_member_removes_all_devices() {
    let (mut scene, [alice, ben, cleo]) = scene::<3>(Suite::X25519);
    let laptop = scene.add_device(ben, "Laptop");
    scene.share(laptop, "with Ben");
    scene.world.remove(alice, scene.group, ben).unwrap();
    scene.world.run_ms(1_000);
    scene.share(cleo, "without Ben");
    scene.world.run_ms(DAY);
    for node in [ben, laptop] {
        assert_eq!(scene.texts(node), ["with Ben"], "at {}", scene.world.name(node));
        assert_eq!(scene.standing(node), Standing::Out, "at {}", scene.world.name(node));
    }
    assert_eq!(scene.read(alice), ["Ben: with Ben", "Cleo: without Ben"]);
    scene.assert_whole(&[alice, cleo]);
}

#[test]
fn p7_22_safety_numbers_agree_and_verifying_stays_at_home() {
    let (mut scene, [alice, ben, cleo]) = scene::<3>(Suite::X25519);
    let laptop = scene.add_device(ben, "Laptop");
    let group = scene.group;
    let number = |scene: &Scene, by: NodeId, of: NodeId| {
        let member = scene.world.member(by, group, of);
        scene.world.engine(by).safety_number(&group, &member).unwrap()
    };
    let pair = number(&scene, alice, ben);
    assert!(pair == number(&scene, ben, alice) && pair == number(&scene, laptop, alice));
    assert!(pair != number(&scene, alice, cleo) && pair != number(&scene, cleo, ben));
    let member = scene.world.member(alice, group, ben);
    let own = scene.world.member(alice, group, alice);
    let oneself = scene.world.engine(alice).safety_number(&group, &own).unwrap_err();
    assert_eq!(oneself, OperationError::Oneself);
    scene.world.wish(alice, |engine, now| engine.mark_verified(group, member, now)).unwrap();
    scene.world.stop(alice);
    scene.world.start(alice);
    let verified = |scene: &Scene, node: NodeId| {
        let people = scene.world.engine(node).people(&group);
        people
            .into_iter()
            .filter(|person| person.verified.is_some())
            .map(|person| person.name)
            .collect::<Vec<_>>()
    };
    assert_eq!(verified(&scene, alice), ["Ben"]);
    scene.world.run_ms(MINUTE);
    for node in [ben, cleo, laptop] {
        assert!(verified(&scene, node).is_empty());
    }
}

#[test]
fn p7_14_a_newcomers_device_gets_its_leaf_from_somebody_else() {
    let (mut scene, [alice, ben, cleo]) = scene::<3>(Suite::X25519);
    let (group, newcomer) = (scene.group, scene.world.member(alice, scene.group, ben));
    let role = hearth_core::event::Role::Newcomer;
    scene.world.wish(alice, |engine, now| engine.set_role(group, newcomer, role, now)).unwrap();
    scene.world.run_ms(MINUTE);
    let laptop = scene.add_device(ben, "Laptop");
    scene.share(laptop, "hello");
    scene.world.run_ms(MINUTE);
    for node in [alice, ben, cleo] {
        assert_eq!(scene.read(node), ["Ben: hello"], "at {}", scene.world.name(node));
    }
}

#[test]
fn p7_14_power_that_fails_while_a_device_is_added_leaves_nothing_half_done() {
    for steps in 0..6 {
        for point in [CrashPoint::BeforeWrite, CrashPoint::AfterWrite] {
            let (mut scene, [alice, ben]) = scene::<2>(Suite::X25519);
            let ticket = scene.offer(ben);
            let laptop = scene.world.node("Laptop");
            scene.world.crash_at(ben, steps, point);
            scene.join_as_device(laptop, &ticket).unwrap();
            let group = scene.group;
            let is_in = scene.world.run_until(14 * MINUTE, |world| world.is_member(laptop, group));
            assert!(is_in, "step {steps}, {point:?}");
            scene.world.run_ms(MINUTE);
            assert_eq!(scene.world.engine(ben).devices(&group).len(), 2, "step {steps}, {point:?}");
            scene.share(laptop, "here");
            scene.world.run_ms(MINUTE);
            assert_eq!(scene.read(alice), ["Ben: here"], "step {steps}, {point:?}");
        }
    }
}

#[test]
fn p7_15_a_new_device_of_somebody_who_was_removed_meanwhile_is_out_as_well() {
    let (mut scene, [alice, ben, cleo]) = scene::<3>(Suite::X25519);
    // Alice removes Ben, who does not hear of it and adds a device in Cleo's presence.
    scene.world.partition(&[&[ben, cleo], &[alice]]);
    scene.world.remove(alice, scene.group, ben).unwrap();
    let laptop = scene.add_device(ben, "Laptop");
    scene.world.partition(&[&[alice, cleo], &[ben, laptop]]);
    scene.world.run_ms(10 * MINUTE);
    scene.world.heal();
    scene.world.run_ms(10 * MINUTE);
    scene.share(cleo, "without Ben");
    scene.world.run_ms(DAY);
    for node in [ben, laptop] {
        assert!(scene.texts(node).is_empty(), "at {}", scene.world.name(node));
    }
    scene.assert_whole(&[alice, cleo]);
}
