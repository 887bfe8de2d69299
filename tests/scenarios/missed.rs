//! What comes too late on a bad night: a call that was over before somebody's machine was on again, words for whom could not be
//! written to. PROTOCOL 14.11 and 14.12.

use hearth_core::Suite;
use hearth_core::content::{Answer, Ending, Trouble};
use hearth_core::engine::SosView;
use hearth_core::store::Class;
use hearth_tests::NodeId;

use crate::scene::{DAY, MINUTE, Scene, scene};
use crate::sos::{HOUR, SECOND, night};

impl Scene {
    /// What a node shows of calls that have ended: whose, how it ended, whether it was heard of only afterwards.
    fn ended(&self, node: NodeId) -> Vec<(String, Ending, bool)> {
        let ended = |call: SosView| call.ending.map(|ending| (call.author_name, ending, call.is_missed));
        self.calls(node).into_iter().filter_map(ended).collect()
    }

    /// Switches a machine on; says whether a call ever rings on it within a minute.
    fn rings_when_switched_on(&mut self, node: NodeId) -> bool {
        self.world.start(node);
        let (group, start) = (self.group, self.world.now);
        let is_open = |call: SosView| call.ending.is_none();
        self.world.run_until(MINUTE, |world| {
            world.engine(node).sos_calls(&group, start).unwrap().into_iter().any(is_open)
        })
    }

    /// Takes a node's keys out of use, as after a disk of which nobody knows how old it is: it can write to nobody privately.
    fn doubt(&mut self, node: NodeId) {
        self.world.go_offline(node);
        self.world.wish(node, |engine, now| engine.doubt(now)).unwrap();
    }

    /// Lets a node come back and get new keys.
    fn trust(&mut self, node: NodeId) {
        self.world.go_online(node);
        let group = self.group;
        let is_ready = |world: &hearth_tests::World| world.engine(node).group(&group).unwrap().is_ready;
        assert!(self.world.run_until(HOUR, is_ready), "{} has no keys", self.world.name(node));
        self.world.run_ms(MINUTE);
    }
}

#[test]
fn p14_12_who_was_away_hears_afterwards_that_somebody_called_and_that_it_is_over() {
    let (mut scene, [alice, ben, cleo, dan, eve]) = night(true);
    scene.world.stop(ben);
    let sos = scene.raise(alice);
    scene.world.run_ms(10 * MINUTE);
    scene.close(alice, sos, Ending::Safe).unwrap();
    scene.world.run_ms(8 * HOUR);
    assert!(!scene.rings_when_switched_on(ben), "nobody is woken for what is over");
    assert_eq!(scene.ended(ben), [("Alice".to_owned(), Ending::Safe, true)]);
    // Whom it rang at in the night did not miss it; whose turn never came hears nothing; nobody is told that it reached Ben.
    for node in [cleo, dan] {
        assert_eq!(scene.ended(node), [("Alice".to_owned(), Ending::Safe, false)]);
    }
    assert_eq!((scene.ended(eve), scene.call(alice).reached.len()), (Vec::new(), 2));
    // It is so after a restart, and goes like any that has ended.
    scene.world.let_fade();
    assert!(!{
        scene.world.stop(ben);
        scene.rings_when_switched_on(ben)
    });
    assert_eq!(scene.ended(ben).len(), 1);
    scene.world.run_ms(8 * DAY);
    assert_eq!(scene.ended(ben), []);
    // Nor does anything of it stay with whom nobody asked.
    assert!(scene.world.store(eve).records().keys().all(|key| key.class != Class::Alarm));
}

#[test]
fn p14_12_a_stage_that_waited_on_a_machine_that_was_off_does_not_ring_when_it_is_over() {
    let (mut scene, [alice, ben, cleo, _, eve]) = night(true);
    let sos = scene.raise(alice);
    scene.world.run_ms(MINUTE);
    // They have their stages, and are off before these open.
    [cleo, eve].iter().for_each(|node| scene.world.stop(*node));
    scene.world.run_ms(9 * MINUTE);
    scene.close(alice, sos, Ending::Safe).unwrap();
    scene.world.run_ms(8 * HOUR);
    assert!(!scene.rings_when_switched_on(cleo) && !scene.rings_when_switched_on(eve));
    assert_eq!(scene.ended(cleo), [("Alice".to_owned(), Ending::Safe, true)]);
    assert_eq!(scene.ended(eve), [], "the group was never asked");
    // What is still open rings, a moment later.
    let sos = scene.raise(alice);
    scene.world.run_ms(MINUTE);
    scene.world.stop(cleo);
    scene.world.run_ms(HOUR);
    assert!(scene.rings_when_switched_on(cleo));
    scene.reply_to_call(ben, sos, Answer::Here).unwrap();
}

#[test]
fn p14_12_what_was_taken_back_or_answered_in_time_is_told_to_nobody_who_was_not_asked() {
    let (mut scene, [alice, ben, cleo, ..]) = night(true);
    [ben, cleo].iter().for_each(|node| scene.world.stop(*node));
    let sos = scene.raise(alice);
    scene.world.run_ms(3 * SECOND);
    scene.close(alice, sos, Ending::Mistake).unwrap();
    scene.world.start(ben);
    scene.world.run_ms(MINUTE);
    assert_eq!(scene.ended(ben), [], "a mistake of three seconds");
    // Ben is there for the next one until it ends: Cleo's turn does not come.
    let sos = scene.raise(alice);
    scene.world.run_ms(2 * MINUTE);
    scene.reply_to_call(ben, sos, Answer::Here).unwrap();
    scene.world.run_ms(HOUR);
    scene.close(alice, sos, Ending::Safe).unwrap();
    scene.world.run_ms(HOUR);
    scene.world.start(cleo);
    scene.world.run_ms(MINUTE);
    assert_eq!(scene.ended(cleo), []);
    // Of the third one Ben only says that he is calling: Cleo was asked ten minutes later.
    scene.world.stop(cleo);
    let sos = scene.raise(alice);
    scene.world.run_ms(4 * MINUTE);
    scene.reply_to_call(ben, sos, Answer::Calling).unwrap();
    scene.world.run_ms(11 * MINUTE);
    scene.close(alice, sos, Ending::Safe).unwrap();
    scene.world.run_ms(HOUR);
    scene.world.start(cleo);
    scene.world.run_ms(MINUTE);
    assert_eq!(scene.ended(cleo), [("Alice".to_owned(), Ending::Safe, true)]);
}

#[test]
fn p14_11_an_answer_for_whom_cannot_be_written_to_yet_goes_out_as_soon_as_it_can() {
    let (mut scene, [alice, ben, cleo]) = scene::<3>(Suite::X25519);
    scene.ladder(alice, &[ben, cleo], false).unwrap();
    let sos = scene.raise(alice);
    scene.world.run_ms(MINUTE);
    scene.doubt(cleo);
    scene.reply_to_call(cleo, sos, Answer::Cannot).unwrap();
    scene.reply_to_call(cleo, sos, Answer::Here).unwrap();
    let said = scene.world.now;
    // Also through a crash.
    scene.world.stop(cleo);
    scene.world.start(cleo);
    scene.world.run_ms(MINUTE);
    assert!(scene.call(alice).answers.is_empty());
    scene.trust(cleo);
    for node in [alice, ben] {
        let answers = scene.call(node).answers;
        assert_eq!(answers.len(), 1, "the last word, once");
        assert_eq!((answers[0].answer, answers[0].at), (Answer::Here, said), "when it was said");
    }
}

#[test]
fn p14_11_a_word_that_is_not_true_any_more_is_not_said_late() {
    let (mut scene, [alice, ben, cleo]) = scene::<3>(Suite::X25519);
    scene.ladder(alice, &[ben, cleo], false).unwrap();
    let sos = scene.raise(alice);
    scene.world.run_ms(MINUTE);
    scene.doubt(cleo);
    scene.reply_to_call(cleo, sos, Answer::Coming).unwrap();
    scene.world.run_ms(11 * MINUTE);
    scene.trust(cleo);
    for node in [alice, ben] {
        assert!(scene.call(node).answers.is_empty(), "she was not coming any more");
    }
}

#[test]
fn p14_11_an_end_that_nobody_could_be_told_yet_is_told_as_soon_as_it_can() {
    let (mut scene, [alice, ben, cleo]) = scene::<3>(Suite::X25519);
    scene.ladder(alice, &[ben, cleo], false).unwrap();
    let sos = scene.raise(alice);
    scene.world.run_ms(MINUTE);
    scene.doubt(alice);
    scene.close(alice, sos, Ending::Safe).unwrap();
    assert_eq!(scene.call(alice).ending, Some(Ending::Safe));
    scene.world.stop(alice);
    scene.world.start(alice);
    assert_eq!(scene.call(alice).ending, Some(Ending::Safe), "also after a restart");
    assert_eq!(scene.call(ben).ending, None);
    scene.trust(alice);
    for node in [alice, ben, cleo] {
        assert_eq!(scene.call(node).ending, Some(Ending::Safe));
    }
}

#[test]
fn p14_11_who_could_not_be_asked_yet_is_asked_as_soon_as_it_can() {
    let (mut scene, [alice, ben, cleo]) = scene::<3>(Suite::X25519);
    scene.ladder(alice, &[ben], true).unwrap();
    scene.doubt(alice);
    let raised = scene.raise_as(alice, Trouble::BadNight, false).unwrap();
    assert_eq!(raised.unreachable, [scene.world.member(alice, scene.group, ben)]);
    let raised_at = scene.world.now;
    scene.trust(alice);
    assert!(scene.world.now.ms_since(raised_at) < 10 * MINUTE, "the group is not asked yet");
    assert_eq!(scene.ringing(&[ben, cleo]), "Ben");
    assert_eq!(scene.call(ben).text, "please");
    assert_eq!(scene.call(alice).reached.len(), 1);
}

#[test]
fn p14_11_with_nobody_who_can_be_written_to_a_call_is_kept_and_goes_out_as_soon_as_it_can() {
    let (mut scene, [alice, ben, cleo]) = scene::<3>(Suite::X25519);
    scene.ladder(alice, &[ben, cleo], false).unwrap();
    scene.doubt(alice);
    let raised = scene.raise_as(alice, Trouble::BadNight, false).unwrap();
    assert_eq!(raised.unreachable.len(), 2);
    // It stands on this machine, and claims nothing.
    let kept = |scene: &Scene| {
        let call = scene.call(alice);
        (call.id, call.text, call.passed_on, call.reached.len(), call.stages.len())
    };
    let expected = (raised.id, "please".to_owned(), 0, 0, 0);
    assert_eq!(kept(&scene), expected);
    scene.world.stop(alice);
    scene.world.start(alice);
    assert_eq!(kept(&scene), expected, "also through a crash");
    scene.trust(alice);
    assert_eq!(scene.ringing(&[ben, cleo]), "Ben Cleo");
    for node in [ben, cleo] {
        assert_eq!((scene.call(node).id, scene.call(node).text), (raised.id, "please".to_owned()));
    }
    assert_eq!(scene.call(alice).reached.len(), 2);
    assert_eq!(scene.calls(alice).len(), 1, "once");
    scene.close(alice, raised.id, Ending::Safe).unwrap();
    scene.world.run_ms(MINUTE);
    assert_eq!(scene.call(ben).ending, Some(Ending::Safe));
}

#[test]
fn p14_11_a_call_that_nobody_could_be_told_of_is_gone_when_it_ends() {
    let (mut scene, [alice, ben]) = scene::<2>(Suite::X25519);
    scene.ladder(alice, &[ben], false).unwrap();
    scene.doubt(alice);
    let sos = scene.raise_as(alice, Trouble::BadNight, false).unwrap().id;
    let is_late = |scene: &Scene| scene.calls(alice)[0].is_late;
    assert!(!is_late(&scene));
    scene.world.run_ms(20 * MINUTE);
    assert!(is_late(&scene), "the crisis lines come again");
    scene.close(alice, sos, Ending::Mistake).unwrap();
    assert!(scene.calls(alice).is_empty());
    scene.trust(alice);
    scene.world.run_ms(HOUR);
    assert_eq!(scene.ringing(&[ben]), "");
    assert!(scene.calls(ben).is_empty());
}
