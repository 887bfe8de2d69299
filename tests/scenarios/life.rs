//! What is kept for how long, what is gone after that on any clock, and what never begins by itself.

use std::collections::BTreeSet;

use hearth_core::Suite;
use hearth_core::content::body::{Introduction, OnCall, Slot, Take, TakeState, Welcome};
use hearth_core::content::{Body, CheckIn, Content, Halt, Milestone, Reaction, Share, Want};
use hearth_core::store::{Class, Key};
use hearth_tests::NodeId;

use crate::scene::{DAY, MINUTE, Scene, scene};

const HOUR: i64 = 60 * MINUTE as i64;

impl Scene {
    /// The names of a node's records of these classes.
    fn names_of(&self, node: NodeId, classes: &[Class]) -> BTreeSet<Key> {
        let records = self.world.store(node).records().into_keys();
        records.filter(|key| classes.contains(&key.class)).collect()
    }

    /// Lets days pass up to a day of the story, a week at a time, as machines that are used see them.
    fn until_day(&mut self, passed: &mut u64, day: u64) {
        while *passed < day {
            let step = (day - *passed).min(7);
            self.world.run_ms(step * DAY);
            *passed += step;
        }
    }
}

#[test]
fn p10_8_answers_signs_reports_and_milestones_are_kept_for_their_own_life() {
    let (mut scene, [alice, ben, cleo]) = scene::<3>(Suite::X25519);
    scene.world.let_fade();
    let milestone = Milestone { label: "24 hours".to_owned(), ..Milestone::default() };
    scene.say(alice, &[], Content::Milestone(milestone));
    let share = scene.say(alice, &[], Content::Share(Share::plain("thirty days")));
    scene.reply(ben, share, "an answer", true);
    scene.react(ben, share, Reaction::WithYou).unwrap();
    scene.report(ben, cleo, "ninety days", &[]).unwrap();
    let mut passed = 0;
    // Milestone and share are everybody's; answer, sign and report Ben's and Alice's alone.
    for (day, ours, cleos) in [(29, 5, 2), (31, 2, 1), (89, 2, 1), (91, 1, 1), (365, 1, 1), (367, 0, 0)] {
        scene.until_day(&mut passed, day);
        let kept = [alice, ben, cleo].map(|node| scene.names_of(node, &[Class::Message]).len());
        assert_eq!(kept, [ours, ours, cleos], "after {day} days");
    }
}

#[test]
fn p11_9_what_has_its_time_goes_with_it_from_every_disk() {
    let (mut scene, [alice, ben, cleo]) = scene::<3>(Suite::X25519);
    scene.world.let_fade();
    let (since, tomorrow) = (scene.world.now, scene.world.now.plus_ms(DAY));
    let slot = Body::Slot(Slot { what: "coffee".to_owned(), at: tomorrow, note: None });
    let slot = scene.put(alice, None, &slot).unwrap();
    let newcomer = scene.identity(ben, cleo);
    let introduction = Body::Introduction(Introduction { text: "I am Ben".to_owned() });
    let introduction = scene.put(ben, None, &introduction).unwrap();
    for body in [
        Body::Take(Take { slot, at: tomorrow, since, state: TakeState::Taken }),
        Body::Welcome(Welcome { newcomer, since }),
        Body::OnCall(OnCall { from: since, until: tomorrow }),
    ] {
        scene.put(ben, None, &body).unwrap();
    }
    scene.withdraw(ben, introduction).unwrap();
    let mut passed = 0;
    for (day, left) in [(2, 5), (4, 4), (30, 4), (32, 2), (89, 2), (91, 1), (365, 1), (368, 0)] {
        scene.until_day(&mut passed, day);
        for node in [alice, ben, cleo] {
            let kept = scene.names_of(node, &[Class::Object, Class::ParkedObject]).len();
            assert_eq!(kept, left, "after {day} days at {}", scene.world.name(node));
        }
    }
}

#[test]
fn p10_9_text_and_keys_are_gone_in_time_also_where_the_clock_is_off() {
    let (mut scene, [alice, ben, cleo]) = scene::<3>(Suite::X25519);
    scene.world.let_fade();
    scene.world.set_clock_offset(ben, 20 * HOUR);
    scene.world.set_clock_offset(cleo, -20 * HOUR);
    scene.share(alice, "words of that night");
    let keys = [Class::Epoch, Class::EpochRow];
    let before = [alice, ben, cleo].map(|node| scene.names_of(node, &keys));
    assert!(before.iter().all(|keys| !keys.is_empty()));
    let mut passed = 0;
    scene.until_day(&mut passed, 28);
    for node in [alice, ben, cleo] {
        assert!(scene.keeps(node, "words of that night"), "too early at {}", scene.world.name(node));
    }
    scene.until_day(&mut passed, 32);
    for node in [alice, ben, cleo] {
        assert!(!scene.keeps(node, "words of that night"), "still at {}", scene.world.name(node));
    }
    // The keys that opened them go a month after others took their place.
    scene.until_day(&mut passed, 50);
    for (node, before) in [alice, ben, cleo].into_iter().zip(&before) {
        let kept = scene.names_of(node, &keys);
        assert!(kept.is_disjoint(before), "old keys at {}", scene.world.name(node));
    }
    scene.assert_whole(&[alice, ben, cleo]);
}

#[test]
fn p14_13_no_word_and_no_silence_raises_a_call() {
    let (mut scene, [alice, ben, cleo]) = scene::<3>(Suite::X25519);
    scene.ladder(alice, &[ben], true).unwrap();
    scene.share(alice, "overdose. I want to die. help me, sos");
    let check_in = CheckIn {
        craving: Some(3),
        halt: vec![Halt::Lonely],
        want: Want::Call,
        text: "I cannot go on".to_owned(),
        ..CheckIn::default()
    };
    scene.say(alice, &[], Content::CheckIn(check_in));
    scene.world.run_ms(DAY);
    // She says nothing more, and her machine is off.
    scene.world.stop(alice);
    scene.world.run_ms(10 * DAY);
    assert_eq!(scene.ringing(&[ben, cleo]), "");
    assert!(scene.names_of(ben, &[Class::Alarm]).is_empty());
}
