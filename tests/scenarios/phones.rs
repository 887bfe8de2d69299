//! Numbers that people show to some alone: who sees them, how they change and end, and what keeps them out. PROTOCOL 10.11.

use hearth_core::Suite;
use hearth_core::content::body::Phone;
use hearth_core::content::{Body, Content};
use hearth_core::engine::{Sending, ShownTo};
use hearth_core::error::OperationError;
use hearth_core::ids::{MemberId, MessageId};
use hearth_tests::NodeId;

use crate::returning::lose;
use crate::scene::{DAY, MINUTE, Scene, scene};

const SECOND: u64 = 1000;

impl Scene {
    fn show(&mut self, node: NodeId, to: &[NodeId], phone: Phone) -> Result<MessageId, OperationError> {
        let group = self.group;
        let to: Vec<MemberId> = to.iter().map(|to| self.world.member(node, group, *to)).collect();
        let shown = self.world.wish(node, |engine, now| engine.show_phone(group, &phone, &to, None, now));
        self.world.run_ms(SECOND);
        shown
    }

    fn hide(&mut self, node: NodeId) -> Result<(), OperationError> {
        let group = self.group;
        let hidden = self.world.wish(node, |engine, now| engine.hide_phone(group, now));
        self.world.run_ms(SECOND);
        hidden
    }

    /// What a node's list says, by name and number, and for whom.
    fn numbers(&self, node: NodeId) -> Vec<String> {
        let engine = self.world.engine(node);
        let people = engine.people(&self.group);
        let name = |id: &MemberId| people.iter().find(|person| person.id == *id).unwrap().name.clone();
        let mut numbers: Vec<String> = Vec::new();
        for view in engine.phones(&self.group).unwrap() {
            let whom = match &view.shown_to {
                ShownTo::Group => "all".to_owned(),
                ShownTo::Me => "me".to_owned(),
                ShownTo::People(to) => {
                    let mut names: Vec<String> = to.iter().map(name).collect();
                    names.sort();
                    names.join(" ")
                }
            };
            assert_eq!(view.is_mine, view.name == self.world.name(node));
            numbers.push(format!("{} {} for {whom}", view.name, view.phone.number));
        }
        // Ids are not in the order of names; of one person the order stays.
        numbers.sort_by_key(|line| line.split(' ').next().map(str::to_owned));
        numbers
    }

    fn run_days(&mut self, days: u64) {
        (0..days.div_ceil(6)).for_each(|_| self.world.run_ms(6 * DAY));
    }
}

fn phone(number: &str) -> Phone {
    Phone { number: number.to_owned(), may_call: true, ..Phone::default() }
}

#[test]
fn p10_11_a_number_is_shown_to_whom_one_picks_and_none_of_them_learns_of_the_others() {
    let (mut scene, [alice, ben, cleo, dan]) = scene::<4>(Suite::X25519);
    scene.show(alice, &[ben, cleo], phone("555 0100")).unwrap();
    for node in [ben, cleo] {
        assert_eq!(scene.numbers(node), ["Alice 555 0100 for me"]);
        assert_eq!(scene.world.messages(node, scene.group).len(), 1, "it is a private message");
    }
    assert_eq!(scene.numbers(alice), ["Alice 555 0100 for Ben Cleo"]);
    assert!(scene.numbers(dan).is_empty() && !scene.keeps(dan, "555 0100"));
    // It is for people who are named, and what is said to all is the group's list.
    assert!(matches!(scene.show(alice, &[], phone("1")), Err(OperationError::Unfitting(_))));
    assert!(matches!(scene.show(alice, &[ben], phone("1\n2")), Err(OperationError::OutOfBounds(_))));
    let (group, entry) = (scene.group, Content::PhoneEntry(phone("1").into()));
    let member = scene.world.member(alice, group, ben);
    let said =
        scene.world.wish(alice, |engine, now| engine.say(group, &[member], entry, Sending::default(), now));
    assert!(matches!(said, Err(OperationError::Unfitting(_))));
    for node in [alice, ben] {
        scene.world.stop(node);
        scene.world.start(node);
    }
    scene.world.run_ms(MINUTE);
    assert_eq!(scene.numbers(ben), ["Alice 555 0100 for me"]);
    assert_eq!(scene.numbers(alice), ["Alice 555 0100 for Ben Cleo"]);
}

#[test]
fn p10_11_another_number_takes_the_place_of_the_first_and_a_hidden_one_is_gone_from_every_disk() {
    let (mut scene, [alice, ben, cleo, dan]) = scene::<4>(Suite::X25519);
    scene.show(alice, &[ben, cleo], phone("555 0100")).unwrap();
    scene.show(alice, &[ben, dan], phone("555 0111")).unwrap();
    for node in [ben, dan] {
        assert_eq!(scene.numbers(node), ["Alice 555 0111 for me"]);
    }
    assert!(scene.numbers(cleo).is_empty(), "taken back from whoever is not picked any more");
    assert_eq!(scene.numbers(alice), ["Alice 555 0111 for Ben Dan"]);
    for node in [alice, ben, cleo, dan] {
        assert!(!scene.keeps(node, "555 0100"), "at {}", scene.world.name(node));
    }
    scene.hide(alice).unwrap();
    for node in [alice, ben, cleo, dan] {
        assert!(scene.numbers(node).is_empty() && !scene.keeps(node, "555 0111"));
        assert!(scene.world.messages(node, scene.group).is_empty());
    }
    assert_eq!(scene.hide(alice), Err(OperationError::UnknownMessage));
    scene.assert_whole(&[alice, ben, cleo, dan]);
}

#[test]
fn p10_11_who_was_away_for_weeks_finds_the_last_word_of_it() {
    let (mut scene, [alice, ben, cleo]) = scene::<3>(Suite::X25519);
    scene.world.let_fade();
    scene.world.go_offline(ben);
    scene.world.go_offline(cleo);
    scene.show(alice, &[ben, cleo], phone("555 0100")).unwrap();
    scene.run_days(12);
    scene.show(alice, &[ben], phone("555 0111")).unwrap();
    scene.run_days(6);
    scene.world.go_online(cleo);
    scene.world.run_ms(15 * MINUTE);
    assert!(scene.numbers(cleo).is_empty(), "taken back before it was seen");
    scene.run_days(42);
    scene.world.go_online(ben);
    scene.world.run_ms(15 * MINUTE);
    assert_eq!(scene.numbers(ben), ["Alice 555 0111 for me"]);
    assert!([ben, cleo].iter().all(|node| !scene.keeps(*node, "555 0100")));
}

#[test]
fn p10_11_who_lost_their_disk_has_it_again() {
    let (mut scene, [alice, ben]) = scene::<2>(Suite::X25519);
    scene.show(alice, &[ben], phone("555 0100")).unwrap();
    lose(&mut scene.world, ben);
    scene.world.start(ben);
    scene.world.run_ms(15 * MINUTE);
    assert_eq!(scene.numbers(ben), ["Alice 555 0100 for me"]);
}

#[test]
fn p10_11_it_stays_as_long_as_its_owners_machine_says_it_anew_and_a_year_beyond() {
    let (mut scene, [alice, ben, cleo]) = scene::<3>(Suite::X25519);
    scene.world.let_fade();
    let first = scene.show(alice, &[ben, cleo], phone("555 0100")).unwrap();
    scene.run_days(96);
    assert_eq!(scene.world.engine(alice).message(&scene.group, &first).unwrap(), None, "said anew");
    for node in [ben, cleo] {
        assert_eq!(scene.numbers(node), ["Alice 555 0100 for me"]);
        assert_eq!(scene.world.messages(node, scene.group).len(), 1, "in the place of the first");
    }
    assert_eq!(scene.numbers(alice), ["Alice 555 0100 for Ben Cleo"]);
    assert_eq!(scene.world.messages(alice, scene.group).len(), 1);
    // Cleo is not there when it is said anew for the last time; what is taken back afterwards is not there for her.
    scene.world.go_offline(cleo);
    scene.run_days(90);
    scene.hide(alice).unwrap();
    scene.world.go_online(cleo);
    scene.world.run_ms(15 * MINUTE);
    assert!(
        [ben, cleo].iter().all(|node| scene.numbers(*node).is_empty() && !scene.keeps(*node, "555 0100"))
    );
    scene.show(alice, &[ben], phone("555 0111")).unwrap();
    scene.world.stop(alice);
    scene.run_days(360);
    assert_eq!(scene.numbers(ben), ["Alice 555 0111 for me"]);
    scene.run_days(12);
    assert!(scene.numbers(ben).is_empty() && !scene.keeps(ben, "555 0111"));
}

#[test]
fn p10_11_a_shield_and_a_block_hold_back_a_number_like_any_private_word() {
    let (mut scene, [alice, ben, cleo, dan]) = scene::<4>(Suite::X25519);
    scene.world.let_shield();
    let at_any_time = |number| Phone { may_sos: true, ..phone(number) };
    scene.show(ben, &[alice, dan], at_any_time("555 0100")).unwrap();
    assert_eq!(scene.numbers(alice), ["Ben 555 0100 for me"]);
    assert!(scene.numbers(dan).is_empty() && scene.world.messages(dan, scene.group).is_empty());
    assert_eq!(scene.waiting(dan), ["Ben"]);
    assert_eq!(
        scene.raise_as(dan, hearth_core::content::Trouble::BadNight, true),
        Err(OperationError::NobodyToAsk)
    );
    // What takes its place waits, too.
    scene.show(ben, &[alice, dan], at_any_time("555 0111")).unwrap();
    assert!(scene.numbers(dan).is_empty() && !scene.keeps(dan, "555 0100"));
    assert_eq!(scene.numbers(ben), ["Ben 555 0111 for Alice Dan"], "its owner cannot tell");
    scene.answer(dan, ben, true).unwrap();
    assert_eq!(scene.numbers(dan), ["Ben 555 0111 for me"]);
    scene.block(dan, ben);
    assert!(scene.numbers(dan).is_empty());
    scene.show(ben, &[alice, dan], at_any_time("555 0122")).unwrap();
    assert!(scene.numbers(dan).is_empty());
    scene.unblock(dan, ben);
    assert_eq!(scene.numbers(dan), ["Ben 555 0122 for me"]);
    // Whom one has blocked gets no number; nobody is written to then, and what is shown stays.
    scene.block(ben, dan);
    assert_eq!(scene.show(ben, &[cleo, dan], phone("555 0133")), Err(OperationError::Blocked));
    assert_eq!(scene.numbers(ben), ["Ben 555 0122 for Alice Dan"]);
    assert!(scene.numbers(cleo).is_empty());
    scene.show(ben, &[alice], phone("555 0144")).unwrap();
    assert!(scene.numbers(dan).is_empty() && !scene.keeps(dan, "555 0122"), "taken back all the same");
}

#[test]
fn p10_11_what_is_for_one_alone_goes_before_what_is_for_all_and_the_same_number_is_shown_once() {
    let (mut scene, [alice, ben, cleo]) = scene::<3>(Suite::X25519);
    scene.set(alice, &Body::Phone(phone("555 0100")));
    scene.show(alice, &[ben], phone("555 0199")).unwrap();
    assert_eq!(scene.numbers(ben), ["Alice 555 0199 for me", "Alice 555 0100 for all"]);
    assert_eq!(scene.numbers(cleo), ["Alice 555 0100 for all"]);
    assert_eq!(scene.numbers(alice), ["Alice 555 0199 for Ben", "Alice 555 0100 for all"]);
    let evenings = Phone { hours: Some("evenings".to_owned()), ..phone("555 0100") };
    scene.show(alice, &[ben], evenings.clone()).unwrap();
    assert_eq!(scene.numbers(ben), ["Alice 555 0100 for me"]);
    assert_eq!(scene.world.engine(ben).phones(&scene.group).unwrap()[0].phone, evenings);
    assert_eq!(scene.numbers(alice), ["Alice 555 0100 for Ben", "Alice 555 0100 for all"]);
    scene.hide(alice).unwrap();
    assert_eq!(scene.numbers(ben), ["Alice 555 0100 for all"]);
}

#[test]
fn p14_2_who_said_to_somebody_alone_that_they_may_be_asked_is_asked_by_them() {
    let (mut scene, [alice, ben, cleo]) = scene::<3>(Suite::X25519);
    let trouble = hearth_core::content::Trouble::BadNight;
    scene.show(ben, &[alice], phone("555 0100")).unwrap();
    assert_eq!(
        scene.raise_as(alice, trouble, true),
        Err(OperationError::NobodyToAsk),
        "calls in the evening"
    );
    scene.show(ben, &[alice], Phone { may_sos: true, ..phone("555 0100") }).unwrap();
    assert_eq!(scene.raise_as(cleo, trouble, true), Err(OperationError::NobodyToAsk));
    // It is not the group's to count on.
    for node in [alice, cleo] {
        let coverage = scene.world.engine(node).coverage(&scene.group, scene.world.now).unwrap();
        assert!(coverage.any_time.is_empty() && coverage.gaps.len() == 1);
    }
    scene.raise_as(alice, trouble, true).unwrap();
    scene.world.run_ms(4 * MINUTE);
    assert_eq!(scene.ringing(&[ben, cleo]), "");
    scene.world.run_ms(2 * MINUTE);
    assert_eq!(scene.ringing(&[ben, cleo]), "Ben");
}

#[test]
fn p10_11_who_is_out_gets_no_other_number_and_keeps_the_one_that_they_know() {
    let (mut scene, [alice, ben, cleo]) = scene::<3>(Suite::X25519);
    let group = scene.group;
    scene.show(alice, &[ben, cleo], phone("555 0100")).unwrap();
    scene.show(ben, &[cleo], phone("555 0200")).unwrap();
    scene.world.remove(alice, group, ben).unwrap();
    scene.world.run_ms(MINUTE);
    assert_eq!(scene.numbers(alice), ["Alice 555 0100 for Cleo"]);
    assert_eq!(scene.numbers(cleo), ["Alice 555 0100 for me"], "whoever is out is not on the list");
    scene.show(alice, &[cleo], phone("555 0111")).unwrap();
    assert!(scene.keeps(ben, "555 0100") && !scene.keeps(ben, "555 0111"));
    assert_eq!(scene.numbers(cleo), ["Alice 555 0111 for me"]);
    scene.hide(alice).unwrap();
    assert!(scene.numbers(alice).is_empty() && scene.numbers(cleo).is_empty());
}

#[test]
fn p10_11_of_two_numbers_of_one_person_the_last_in_the_common_order_counts_whichever_comes_first() {
    for is_late in [false, true] {
        let (mut scene, [alice, ben]) = scene::<2>(Suite::X25519);
        let laptop = scene.add_device(alice, "Laptop");
        scene.world.run_ms(MINUTE);
        if is_late {
            scene.world.go_offline(alice);
        } else {
            scene.world.go_offline(ben);
        }
        scene.show(alice, &[ben], phone("555 0100")).unwrap();
        scene.show(laptop, &[ben], phone("555 0111")).unwrap();
        scene.world.go_online(if is_late { alice } else { ben });
        scene.world.run_ms(MINUTE);
        assert_eq!(scene.numbers(ben), ["Alice 555 0111 for me"], "late: {is_late}");
        assert!(!scene.keeps(ben, "555 0100"), "one of each person is kept");
        scene.world.stop(ben);
        scene.world.start(ben);
        scene.world.run_ms(MINUTE);
        assert_eq!(scene.numbers(ben), ["Alice 555 0111 for me"]);
    }
}
