//! A bad night: whom a call for help reaches and when, with each path cut in turn; who answers, and how it ends. PROTOCOL
//! section 14, rule by rule.

use hearth_core::content::body::{OnCall, Phone};
use hearth_core::content::{Answer, Body, Content, Ending, Help, SosClose, Trouble};
use hearth_core::engine::{Coverage, Raise, Raised, Sending, SosView};
use hearth_core::error::OperationError;
use hearth_core::ids::{IdentityId, MemberId, SosId, Timestamp};
use hearth_core::{Notice, Suite};
use hearth_tests::NodeId;

use crate::returning::lose;
use crate::scene::{DAY, MINUTE, Scene, scene};

pub(crate) const SECOND: u64 = 1000;
pub(crate) const HOUR: u64 = 60 * MINUTE;

/// Alice asks; Ben was picked, Cleo is on call, Dan may be asked at any time, Eve is in the group.
pub(crate) type Night = (Scene, [NodeId; 5]);

pub(crate) fn night(is_group: bool) -> Night {
    let (mut scene, nodes) = scene::<5>(Suite::X25519);
    let [alice, ben, cleo, dan, _] = nodes;
    scene.ladder(alice, &[ben], is_group).unwrap();
    let now = scene.world.now;
    scene.on_call(cleo, Timestamp(now.0 - 4 * HOUR), now.plus_ms(DAY));
    scene.any_time(dan);
    (scene, nodes)
}

impl Scene {
    pub(crate) fn ladder(
        &mut self,
        node: NodeId,
        people: &[NodeId],
        is_group: bool,
    ) -> Result<(), OperationError> {
        let group = self.group;
        let people: Vec<MemberId> = people.iter().map(|who| self.world.member(node, group, *who)).collect();
        self.world.wish(node, |engine, now| engine.set_ladder(group, &people, is_group, None, now))
    }

    fn on_call(&mut self, node: NodeId, from: Timestamp, until: Timestamp) {
        let (group, body) = (self.group, Body::OnCall(OnCall { from, until }));
        self.world.wish(node, |engine, now| engine.put_object(group, None, &body, None, now)).unwrap();
        self.world.run_ms(SECOND);
    }

    fn any_time(&mut self, node: NodeId) {
        let phone = Phone { number: "555 0100".to_owned(), may_sos: true, ..Phone::default() };
        let (group, body) = (self.group, Body::Phone(phone));
        self.world.wish(node, |engine, now| engine.put_object(group, None, &body, None, now)).unwrap();
        self.world.run_ms(SECOND);
    }

    pub(crate) fn raise_as(
        &mut self,
        node: NodeId,
        trouble: Trouble,
        is_drill: bool,
    ) -> Result<Raised, OperationError> {
        let group = self.group;
        let raise =
            Raise { trouble, help: Help::Call, text: "please", is_drill, asks_group: false, request: None };
        self.world.wish(node, |engine, now| engine.raise_sos(group, raise, now))
    }

    pub(crate) fn raise(&mut self, node: NodeId) -> SosId {
        self.raise_as(node, Trouble::BadNight, false).unwrap().id
    }

    pub(crate) fn reply_to_call(
        &mut self,
        node: NodeId,
        sos: SosId,
        answer: Answer,
    ) -> Result<(), OperationError> {
        let group = self.group;
        self.world.wish(node, |engine, now| engine.answer_sos(group, sos, answer, now))
    }

    pub(crate) fn close(&mut self, node: NodeId, sos: SosId, ending: Ending) -> Result<(), OperationError> {
        let group = self.group;
        self.world.wish(node, |engine, now| engine.close_sos(group, sos, ending, now))
    }

    pub(crate) fn calls(&self, node: NodeId) -> Vec<SosView> {
        self.world.engine(node).sos_calls(&self.group, self.world.now).unwrap()
    }

    pub(crate) fn call(&self, node: NodeId) -> SosView {
        let mut calls = self.calls(node);
        assert_eq!(calls.len(), 1, "at {}", self.world.name(node));
        calls.remove(0)
    }

    /// The names of those on whose screens a call stands.
    pub(crate) fn ringing(&self, nodes: &[NodeId]) -> String {
        let ringing = nodes.iter().filter(|node| !self.calls(**node).is_empty());
        ringing.map(|node| self.world.name(*node)).collect::<Vec<_>>().join(" ")
    }

    fn identity_of(&self, node: NodeId) -> IdentityId {
        let member = self.world.member(node, self.group, node);
        self.world.engine(node).identity_of(&self.group, &member).unwrap()
    }

    fn answers(&self, node: NodeId) -> Vec<(String, Answer)> {
        self.call(node).answers.into_iter().map(|answer| (answer.name, answer.answer)).collect()
    }

    fn coverage(&self, node: NodeId) -> Coverage {
        self.world.engine(node).coverage(&self.group, self.world.now).unwrap()
    }

    fn holder(&self, node: NodeId) -> Option<String> {
        let whom = self.call(node).holder?;
        let people = self.world.engine(node).people(&self.group);
        people.into_iter().find(|person| person.id == whom).map(|person| person.name)
    }
}

#[test]
fn p14_2_stages_open_one_after_the_other_while_nobody_answers() {
    let (mut scene, [alice, ben, cleo, dan, eve]) = night(true);
    let others = [ben, cleo, dan, eve];
    scene.raise(alice);
    scene.world.run_ms(4 * SECOND);
    assert_eq!(scene.ringing(&others), "", "it can be taken back");
    scene.world.run_ms(2 * SECOND);
    assert_eq!(scene.ringing(&others), "Ben");
    scene.world.run_ms(5 * MINUTE - 10 * SECOND);
    assert_eq!(scene.ringing(&others), "Ben");
    scene.world.run_ms(10 * SECOND);
    assert_eq!(scene.ringing(&others), "Ben Cleo Dan");
    scene.world.run_ms(10 * MINUTE);
    assert_eq!(scene.ringing(&others), "Ben Cleo Dan Eve");
    let view = scene.call(ben);
    assert_eq!((view.author_name.as_str(), view.text.as_str(), view.is_drill), ("Alice", "please", false));
    // What it is stands in no list of messages.
    assert!(others.iter().all(|node| scene.texts(*node).is_empty()));
}

#[test]
fn p14_2_the_group_is_asked_only_if_that_was_agreed() {
    let (mut scene, [alice, ben, cleo, dan, eve]) = night(false);
    scene.raise(alice);
    scene.world.run_ms(HOUR);
    assert_eq!(scene.ringing(&[ben, cleo, dan, eve]), "Ben Cleo Dan");
    let stages = scene.call(alice).stages;
    assert!(stages.iter().all(|stage| !stage.is_group));
    assert_eq!(stages.iter().map(|stage| stage.asked.len()).collect::<Vec<_>>(), [1, 2]);
}

#[test]
fn p14_2_who_is_not_on_call_that_night_is_not_asked() {
    let (mut scene, [alice, ben, cleo]) = scene::<3>(Suite::X25519);
    scene.ladder(alice, &[ben], false).unwrap();
    let tomorrow = scene.world.now.plus_ms(DAY);
    scene.on_call(cleo, tomorrow, tomorrow.plus_ms(8 * HOUR));
    scene.raise(alice);
    scene.world.run_ms(HOUR);
    assert_eq!(scene.ringing(&[ben, cleo]), "Ben");
    scene.world.run_ms(DAY);
    scene.raise(alice);
    scene.world.run_ms(10 * MINUTE);
    assert_eq!((scene.calls(ben).len(), scene.calls(cleo).len()), (2, 1));
}

#[test]
fn p14_3_overdose_and_self_harm_ask_everybody_at_once() {
    for trouble in [Trouble::Overdose, Trouble::SelfHarm] {
        let (mut scene, [alice, ben, cleo, dan, eve]) = night(true);
        scene.raise_as(alice, trouble, false).unwrap();
        scene.world.run_ms(7 * SECOND);
        assert_eq!(scene.ringing(&[ben, cleo, dan, eve]), "Ben Cleo Dan Eve");
    }
}

#[test]
fn p14_1_the_senders_machine_may_die_after_a_second() {
    let (mut scene, [alice, ben, cleo, dan, eve]) = night(true);
    let others = [ben, cleo, dan, eve];
    scene.raise(alice);
    scene.world.run_ms(SECOND);
    scene.world.stop(alice);
    scene.world.run_ms(6 * SECOND);
    assert_eq!(scene.ringing(&others), "Ben");
    scene.world.run_ms(5 * MINUTE);
    assert_eq!(scene.ringing(&others), "Ben Cleo Dan");
    scene.world.run_ms(10 * MINUTE);
    assert_eq!(scene.ringing(&others), "Ben Cleo Dan Eve");
}

#[test]
fn p14_1_it_is_heard_through_others_when_the_one_who_was_picked_is_offline() {
    let (mut scene, [alice, ben, cleo, dan, eve]) = night(true);
    scene.world.go_offline(ben);
    let sos = scene.raise(alice);
    scene.world.run_ms(2 * SECOND);
    scene.world.stop(alice);
    scene.world.run_ms(MINUTE);
    // Ben comes back and finds it with the others, though Alice is gone.
    scene.world.go_online(ben);
    scene.world.run_ms(MINUTE);
    assert_eq!(scene.ringing(&[ben, cleo, dan, eve]), "Ben");
    scene.reply_to_call(ben, sos, Answer::Here).unwrap();
    scene.world.run_ms(HOUR);
    assert_eq!(scene.ringing(&[cleo, dan, eve]), "");
    scene.world.start(alice);
    scene.world.run_ms(MINUTE);
    assert_eq!(scene.answers(alice), [("Ben".to_owned(), Answer::Here)]);
}

#[test]
fn p14_1_everybody_asleep_finds_it_when_they_wake() {
    let (mut scene, [alice, ben, cleo, dan, eve]) = night(true);
    let others = [ben, cleo, dan, eve];
    others.iter().for_each(|node| scene.world.stop(*node));
    scene.raise(alice);
    scene.world.run_ms(6 * HOUR);
    assert_eq!(scene.call(alice).passed_on, 0, "nothing is claimed");
    others.iter().for_each(|node| scene.world.start(*node));
    scene.world.run_ms(MINUTE);
    // All stages were due long ago by Alice's clock.
    assert_eq!(scene.ringing(&others), "Ben Cleo Dan Eve");
    assert_eq!(scene.call(alice).reached.len(), 4);
}

#[test]
fn p14_6_with_no_network_nothing_is_claimed_and_it_goes_out_later() {
    let (mut scene, [alice, ben, cleo, dan, eve]) = night(true);
    scene.world.go_offline(alice);
    scene.raise(alice);
    scene.world.run_ms(30 * SECOND);
    let view = scene.call(alice);
    assert_eq!((view.passed_on, view.reached.len(), view.answers.len()), (0, 0, 0));
    // Also when her machine was switched off meanwhile.
    scene.world.stop(alice);
    scene.world.start(alice);
    scene.world.go_online(alice);
    scene.world.run_ms(MINUTE);
    assert_eq!(scene.ringing(&[ben, cleo, dan, eve]), "Ben");
    let view = scene.call(alice);
    assert!(view.passed_on > 0);
    assert_eq!(view.reached, [scene.world.member(alice, scene.group, ben)]);
}

#[test]
fn p14_6_reached_means_that_the_persons_device_shows_it() {
    let (mut scene, [alice, ben, cleo, dan, _]) = night(true);
    scene.raise(alice);
    scene.world.run_ms(2 * SECOND);
    let view = scene.call(alice);
    assert!(view.passed_on > 0 && view.reached.is_empty(), "it lies there, and is not shown yet");
    scene.world.run_ms(6 * MINUTE);
    let mut reached = scene.call(alice).reached;
    let mut expected = [ben, cleo, dan].map(|node| scene.world.member(alice, scene.group, node));
    reached.sort();
    expected.sort();
    assert_eq!(reached, expected);
}

#[test]
fn p14_4_who_is_there_keeps_the_others_asleep() {
    let (mut scene, [alice, ben, cleo, dan, eve]) = night(true);
    let sos = scene.raise(alice);
    scene.world.run_ms(MINUTE);
    scene.reply_to_call(ben, sos, Answer::Here).unwrap();
    scene.world.run_ms(HOUR);
    assert_eq!(scene.ringing(&[cleo, dan, eve]), "");
    assert_eq!(scene.answers(alice), [("Ben".to_owned(), Answer::Here)]);
    // Who then cannot, does not.
    scene.reply_to_call(ben, sos, Answer::Cannot).unwrap();
    scene.world.run_ms(MINUTE);
    assert_eq!(scene.ringing(&[cleo, dan, eve]), "Cleo Dan Eve");
}

#[test]
fn p14_4_cannot_wakes_nobody_sooner_and_nobody_later() {
    let (mut scene, [alice, ben, cleo, dan, eve]) = night(true);
    let sos = scene.raise(alice);
    scene.world.run_ms(MINUTE);
    scene.reply_to_call(ben, sos, Answer::Cannot).unwrap();
    scene.world.run_ms(3 * MINUTE);
    assert_eq!(scene.ringing(&[cleo, dan, eve]), "");
    scene.world.run_ms(2 * MINUTE);
    assert_eq!(scene.ringing(&[cleo, dan, eve]), "Cleo Dan");
}

#[test]
fn p14_4_calling_holds_for_ten_minutes_and_not_longer() {
    let (mut scene, [alice, ben, cleo, dan, eve]) = night(true);
    let sos = scene.raise(alice);
    scene.world.run_ms(4 * MINUTE);
    scene.reply_to_call(ben, sos, Answer::Calling).unwrap();
    scene.world.run_ms(9 * MINUTE);
    assert_eq!(scene.ringing(&[cleo, dan, eve]), "", "Ben is calling");
    assert_eq!(scene.holder(alice).as_deref(), Some("Ben"));
    scene.world.run_ms(90 * SECOND);
    // Ben's phone is dead, too: the next ones are asked.
    assert_eq!(scene.ringing(&[cleo, dan, eve]), "Cleo Dan");
    assert_eq!(scene.holder(alice), None);
}

#[test]
fn p14_4_two_who_answer_at_once_see_one_winner() {
    let (mut scene, [alice, ben, cleo]) = scene::<3>(Suite::X25519);
    scene.ladder(alice, &[ben, cleo], false).unwrap();
    let sos = scene.raise(alice);
    scene.world.run_ms(10 * SECOND);
    scene.world.partition(&[&[ben, alice], &[cleo]]);
    scene.reply_to_call(ben, sos, Answer::Calling).unwrap();
    scene.world.run_ms(SECOND);
    scene.reply_to_call(cleo, sos, Answer::Coming).unwrap();
    assert_eq!((scene.holder(ben).unwrap(), scene.holder(cleo).unwrap()), ("Ben".into(), "Cleo".into()));
    scene.world.heal();
    scene.world.run_ms(MINUTE);
    let winners = [alice, ben, cleo].map(|node| scene.holder(node).unwrap());
    assert!(winners.iter().all(|winner| winner == "Ben"), "who was first: {winners:?}");
    // The one who goes on keeps it, though the other one says it again.
    scene.world.run_ms(7 * MINUTE);
    scene.reply_to_call(cleo, sos, Answer::Coming).unwrap();
    scene.world.run_ms(MINUTE);
    scene.reply_to_call(ben, sos, Answer::Coming).unwrap();
    scene.world.run_ms(MINUTE);
    for node in [alice, ben, cleo] {
        assert_eq!(scene.holder(node).as_ref(), Some(&winners[0]));
    }
}

#[test]
fn p14_4_an_answer_that_is_found_late_counts() {
    let (mut scene, [alice, ben, cleo, dan, eve]) = night(true);
    let sos = scene.raise(alice);
    scene.world.run_ms(30 * SECOND);
    scene.world.go_offline(ben);
    scene.reply_to_call(ben, sos, Answer::Here).unwrap();
    scene.world.run_ms(6 * MINUTE);
    assert_eq!(scene.ringing(&[cleo, dan, eve]), "Cleo Dan", "nobody knows of it");
    assert!(scene.call(alice).answers.is_empty());
    scene.world.go_online(ben);
    scene.world.run_ms(MINUTE);
    for node in [alice, ben, cleo, dan] {
        assert_eq!(scene.answers(node), [("Ben".to_owned(), Answer::Here)]);
    }
    scene.world.run_ms(HOUR);
    assert_eq!(scene.ringing(&[eve]), "");
}

#[test]
fn p14_4_handed_to_somebody_asks_them_at_once() {
    let (mut scene, [alice, ben, cleo, dan, eve]) = night(true);
    let sos = scene.raise(alice);
    scene.world.run_ms(30 * SECOND);
    scene.reply_to_call(ben, sos, Answer::HandedTo(scene.identity_of(eve))).unwrap();
    scene.world.run_ms(5 * SECOND);
    assert_eq!(scene.ringing(&[cleo, dan, eve]), "Eve");
    let view = scene.call(alice);
    assert_eq!(view.answers[0].handed_to, Some(scene.world.member(alice, scene.group, eve)));
    // Whoever asks is asked by nobody; nobody hands it to themselves.
    for whom in [scene.identity_of(alice), scene.identity_of(ben)] {
        assert_eq!(scene.reply_to_call(ben, sos, Answer::HandedTo(whom)), Err(OperationError::UnknownMember));
    }
}

#[test]
fn p14_4_nobody_is_handed_what_they_do_not_have() {
    let (mut scene, [alice, ben, _, _, eve]) = night(false);
    let sos = scene.raise(alice);
    scene.world.run_ms(30 * SECOND);
    let whom = scene.identity_of(eve);
    assert_eq!(scene.reply_to_call(ben, sos, Answer::HandedTo(whom)), Err(OperationError::UnknownMember));
}

#[test]
fn p14_4_answers_to_a_private_call_reach_those_who_were_asked_and_nobody_else() {
    let (mut scene, [alice, ben, cleo, dan, eve]) = night(false);
    let sos = scene.raise(alice);
    scene.world.run_ms(6 * MINUTE);
    scene.reply_to_call(cleo, sos, Answer::Coming).unwrap();
    scene.world.run_ms(MINUTE);
    for node in [alice, ben, dan] {
        assert_eq!(scene.answers(node), [("Cleo".to_owned(), Answer::Coming)]);
    }
    let knows = |node: NodeId| {
        let records = scene.world.store(node).records();
        records.into_iter().any(|(key, _)| key.class == hearth_core::store::Class::Alarm)
    };
    assert!(knows(ben) && !knows(eve), "nothing of it is on Eve's disk");
}

#[test]
fn p14_5_only_the_author_closes_it() {
    let (mut scene, [alice, ben, cleo, dan, eve]) = night(true);
    let sos = scene.raise(alice);
    scene.world.run_ms(MINUTE);
    assert_eq!(scene.close(ben, sos, Ending::Safe), Err(OperationError::NotYours));
    // Nor with a program of one's own: the id would be another one.
    let salt = scene.salt(ben);
    let forged = Content::SosClose(SosClose { salt, ending: Ending::Safe });
    scene.forge(ben, cleo, forged);
    scene.world.run_ms(15 * MINUTE);
    assert_eq!(scene.ringing(&[ben, cleo, dan, eve]), "Ben Cleo Dan Eve");
    assert_eq!(scene.reply_to_call(alice, sos, Answer::Here), Err(OperationError::Oneself));
    scene.close(alice, sos, Ending::Safe).unwrap();
    scene.world.run_ms(MINUTE);
    for node in [alice, ben, cleo, dan, eve] {
        assert_eq!(scene.call(node).ending, Some(Ending::Safe));
    }
}

#[test]
fn p14_5_it_never_closes_itself() {
    let (mut scene, [alice, ben, ..]) = night(false);
    scene.world.let_fade();
    scene.raise(alice);
    scene.world.run_ms(20 * DAY);
    for node in [alice, ben] {
        assert_eq!(scene.call(node).ending, None);
    }
}

#[test]
fn p14_5_what_is_closed_is_forgotten_within_days() {
    let (mut scene, [alice, ben, ..]) = night(false);
    scene.world.let_fade();
    let sos = scene.raise(alice);
    scene.world.run_ms(MINUTE);
    scene.close(alice, sos, Ending::Safe).unwrap();
    scene.world.run_ms(6 * DAY);
    assert_eq!(scene.call(ben).ending, Some(Ending::Safe));
    scene.world.run_ms(2 * DAY);
    assert_eq!(scene.ringing(&[alice, ben]), "");
    scene.world.stop(ben);
    scene.world.start(ben);
    assert_eq!(scene.ringing(&[ben]), "");
}

#[test]
fn p14_5_taken_back_within_five_seconds_it_rings_nowhere() {
    let (mut scene, [alice, ben, cleo, dan, eve]) = night(true);
    let sos = scene.raise_as(alice, Trouble::Overdose, false).unwrap().id;
    scene.world.run_ms(3 * SECOND);
    scene.close(alice, sos, Ending::Mistake).unwrap();
    scene.world.run_ms(HOUR);
    assert_eq!(scene.ringing(&[ben, cleo, dan, eve]), "");
    assert_eq!(scene.call(alice).ending, Some(Ending::Mistake));
    assert_eq!(scene.call(alice).reached, []);
}

#[test]
fn p14_7_a_drill_says_so_everywhere() {
    let (mut scene, [alice, ben, cleo, dan, eve]) = night(true);
    scene.raise_as(alice, Trouble::Overdose, true).unwrap();
    scene.world.run_ms(10 * SECOND);
    assert!([alice, ben, cleo, dan, eve].iter().all(|node| scene.call(*node).is_drill));
}

#[test]
fn p14_6_after_twenty_minutes_without_an_answer_the_crisis_lines_come_again() {
    let (mut scene, [alice, ben, ..]) = night(true);
    let sos = scene.raise(alice);
    scene.world.run_ms(19 * MINUTE);
    assert!(!scene.call(alice).is_late);
    scene.world.keep_notices(alice);
    scene.world.run_ms(90 * SECOND);
    assert!(scene.call(alice).is_late);
    let group = scene.group;
    assert!(scene.world.notices(alice).contains(&Notice::Sos { group, id: sos }));
    // Once, also after a restart.
    scene.world.stop(alice);
    scene.world.start(alice);
    scene.world.keep_notices(alice);
    scene.world.run_ms(HOUR);
    assert!(!scene.world.notices(alice).contains(&Notice::Sos { group, id: sos }));
    // Not for who is answered.
    let sos = scene.raise(alice);
    scene.world.run_ms(MINUTE);
    scene.reply_to_call(ben, sos, Answer::Here).unwrap();
    scene.world.run_ms(HOUR);
    assert!(!scene.calls(alice)[0].is_late);
}

#[test]
fn p14_8_a_clock_that_is_wrong_wakes_rather_than_waits() {
    for (of_sender, ms) in [(true, 3 * HOUR as i64), (true, -(3 * HOUR as i64)), (false, 3 * HOUR as i64)] {
        let (mut scene, [alice, ben, cleo, dan, eve]) = night(true);
        let who = if of_sender { alice } else { cleo };
        scene.world.set_clock_offset(who, ms);
        scene.raise(alice);
        scene.world.run_ms(6 * MINUTE);
        assert!(scene.ringing(&[ben, cleo, dan, eve]).starts_with("Ben Cleo Dan"), "{of_sender} {ms}");
    }
}

#[test]
fn p14_1_a_stage_waits_through_a_restart_of_its_reader() {
    let (mut scene, [alice, _, cleo, dan, eve]) = night(true);
    let sos = scene.raise(alice);
    scene.world.run_ms(MINUTE);
    for node in [cleo, dan, eve] {
        scene.world.stop(node);
        scene.world.start(node);
    }
    assert_eq!(scene.ringing(&[cleo, dan, eve]), "");
    scene.world.run_ms(5 * MINUTE);
    assert_eq!(scene.ringing(&[cleo, dan, eve]), "Cleo Dan");
    scene.reply_to_call(dan, sos, Answer::Coming).unwrap();
    scene.world.run_ms(MINUTE);
    scene.world.stop(alice);
    scene.world.start(alice);
    assert_eq!(scene.answers(alice), [("Dan".to_owned(), Answer::Coming)]);
    assert_eq!(scene.call(alice).reached.len(), 3);
}

#[test]
fn p14_1_who_was_picked_and_lost_everything_hears_it_with_their_new_keys() {
    let (mut scene, [alice, ben, cleo, dan, eve]) = night(false);
    scene.direct(alice, ben, "hello");
    lose(&mut scene.world, ben);
    scene.raise(alice);
    scene.world.run_ms(MINUTE);
    scene.world.start(ben);
    scene.world.run_ms(10 * MINUTE);
    assert_eq!(scene.ringing(&[ben, cleo, dan, eve]), "Ben Cleo Dan");
}

#[test]
fn p14_1_somebody_with_nobody_to_ask_is_told_so_at_once() {
    let (mut scene, [alice, ben]) = scene::<2>(Suite::X25519);
    assert_eq!(scene.raise_as(alice, Trouble::Overdose, false), Err(OperationError::NobodyToAsk));
    let group = scene.group;
    let raise = Raise {
        trouble: Trouble::Other,
        help: Help::Anything,
        text: "",
        is_drill: false,
        asks_group: true,
        request: Some("once"),
    };
    let first = scene.world.wish(alice, |engine, now| engine.raise_sos(group, raise, now)).unwrap();
    let again = scene.world.wish(alice, |engine, now| engine.raise_sos(group, raise, now)).unwrap();
    assert_eq!(first.id, again.id);
    scene.world.run_ms(16 * MINUTE);
    assert_eq!(scene.ringing(&[ben]), "Ben");
    assert_eq!(scene.calls(ben).len(), 1);
}

#[test]
fn p14_9_the_group_sees_beforehand_when_nobody_is_on_call() {
    let (mut scene, [alice, ben, cleo]) = scene::<3>(Suite::X25519);
    let now = scene.world.now;
    scene.on_call(ben, now.plus_ms(DAY), now.plus_ms(2 * DAY));
    scene.on_call(cleo, now.plus_ms(2 * DAY - HOUR), now.plus_ms(3 * DAY));
    for node in [alice, ben, cleo] {
        let gaps = scene.coverage(node).gaps;
        let [(_, first), (second, _)] = gaps.as_slice() else { panic!("{gaps:?}") };
        assert_eq!((*first, *second), (now.plus_ms(DAY), now.plus_ms(3 * DAY)));
    }
    scene.any_time(ben);
    assert_eq!(scene.coverage(alice).gaps, []);
}

#[test]
fn p14_2_at_most_three_people_are_picked_and_nobody_picks_themselves() {
    let (mut scene, [alice, ben, cleo, dan, eve]) = scene::<5>(Suite::X25519);
    assert_eq!(scene.ladder(alice, &[alice], false), Err(OperationError::Oneself));
    let four = scene.ladder(alice, &[ben, cleo, dan, eve], false);
    assert_eq!(four, Err(OperationError::TooMany("people to be asked first")));
    scene.ladder(alice, &[ben, ben, cleo, dan], true).unwrap();
    scene.world.stop(alice);
    scene.world.start(alice);
    let (people, is_group) = scene.world.engine(alice).ladder(&scene.group);
    assert_eq!((people.len(), is_group), (3, true));
}

#[test]
fn p14_10_no_shield_holds_back_a_call_and_who_answers_is_heard() {
    let (mut scene, [alice, ben, cleo, dan]) = scene::<4>(Suite::X25519);
    scene.world.let_shield();
    // Ben has not heard from anybody: a call rings all the same.
    scene.ladder(alice, &[ben], false).unwrap();
    scene.raise(alice);
    scene.world.run_ms(MINUTE);
    assert_eq!(scene.ringing(&[ben]), "Ben");
    // Whom he calls himself, and whoever answers, can write to him.
    scene.ladder(ben, &[cleo], true).unwrap();
    let sos = scene.raise(ben);
    scene.world.run_ms(16 * MINUTE);
    scene.reply_to_call(dan, sos, Answer::Here).unwrap();
    scene.world.run_ms(MINUTE);
    for friend in [cleo, dan] {
        scene.direct(friend, ben, "I am here");
    }
    assert_eq!(scene.texts(ben), ["I am here", "I am here"]);
    scene.direct(alice, ben, "and I");
    assert_eq!(scene.texts(ben).len(), 2, "who did not answer waits to be heard");
}

#[test]
fn p14_10_who_is_blocked_rings_with_the_whole_group_alone_and_is_not_asked() {
    let (mut scene, [alice, ben, cleo, dan, eve]) = night(true);
    let group = scene.group;
    let member = scene.world.member(ben, group, alice);
    scene.world.wish(ben, |engine, now| engine.block(group, member, now)).unwrap();
    scene.raise(alice);
    scene.world.run_ms(10 * MINUTE);
    assert_eq!(scene.ringing(&[ben, cleo, dan, eve]), "Cleo Dan");
    scene.world.stop(ben);
    scene.world.start(ben);
    scene.world.run_ms(MINUTE);
    assert_eq!(scene.ringing(&[ben]), "");
    scene.world.run_ms(5 * MINUTE);
    assert_eq!(scene.ringing(&[ben, cleo, dan, eve]), "Ben Cleo Dan Eve");
    // Whom the author blocks is not asked.
    scene.ladder(ben, &[alice], false).unwrap();
    let raised = scene.raise_as(ben, Trouble::Craving, false).unwrap();
    let call = scene.calls(ben).into_iter().find(|call| call.id == raised.id).unwrap();
    let asked: Vec<MemberId> = call.stages.into_iter().flat_map(|stage| stage.asked).collect();
    assert!(!asked.is_empty() && !asked.contains(&member));
}

#[test]
fn p14_2_a_sponsor_is_among_the_first_to_be_asked() {
    let (mut scene, [alice, ben, cleo]) = scene::<3>(Suite::X25519);
    let group = scene.group;
    let member = scene.world.member(alice, group, ben);
    let asked = scene
        .world
        .wish(alice, |engine, now| engine.ask_sponsor(group, member, "would you?", Sending::default(), now));
    asked.unwrap();
    scene.world.run_ms(SECOND);
    let member = scene.world.member(ben, group, alice);
    scene.world.wish(ben, |engine, now| engine.accept_sponsee(group, member, now)).unwrap();
    scene.world.run_ms(SECOND);
    scene.raise(alice);
    scene.world.run_ms(10 * SECOND);
    assert_eq!(scene.ringing(&[ben, cleo]), "Ben");
}

impl Scene {
    /// The salt of the one call whose stage a node has.
    fn salt(&self, node: NodeId) -> [u8; 16] {
        let records = self.world.store(node).records();
        let messages = records.into_iter().filter(|(key, _)| key.class == hearth_core::store::Class::Message);
        let mut salts = messages.filter_map(|(_, value)| {
            match hearth_core::message::Message::parse(&value).ok()?.content() {
                Content::Sos(stage) => Some(stage.salt),
                _ => None,
            }
        });
        salts.next().unwrap()
    }
}
