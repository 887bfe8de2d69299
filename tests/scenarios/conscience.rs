//! What the group votes on: who has a vote, what counts, that it ends the same everywhere, and that ballots are gone in the end.

use std::collections::BTreeSet;

use hearth_core::Suite;
use hearth_core::conscience::PollStage;
use hearth_core::content::Body;
use hearth_core::content::body::{Ballot, Poll, PollCount, PollKind, PollTerms, PollWordSort};
use hearth_core::engine::{CountView, GroupQuestion, PollView};
use hearth_core::error::OperationError;
use hearth_core::event::Role;
use hearth_core::ids::{ObjectId, Timestamp};
use hearth_core::store::Class;
use hearth_tests::NodeId;

use crate::scene::{DAY, MINUTE, Scene, scene};

const SECOND: u64 = 1000;
const YES: Option<u8> = Some(0);
const NO: Option<u8> = Some(1);

fn asking(kind: PollKind) -> GroupQuestion {
    GroupQuestion {
        question: "Shall we meet at eight?".into(),
        options: Vec::new(),
        kind,
        talk_days: 2,
        days: 7,
        again: None,
    }
}

impl Scene {
    fn ask_at(&mut self, node: NodeId, asking: &GroupQuestion) -> Result<ObjectId, OperationError> {
        let group = self.group;
        let asked = self.world.wish(node, |engine, now| engine.ask_group(group, asking, None, now));
        self.world.run_ms(SECOND);
        asked
    }

    fn vote(&mut self, node: NodeId, poll: ObjectId, choice: Option<u8>) -> Result<(), OperationError> {
        let group = self.group;
        let voted = self.world.wish(node, |engine, now| engine.vote(group, poll, choice, now));
        self.world.run_ms(SECOND);
        voted.map(|_| ())
    }

    fn say_beside(
        &mut self,
        node: NodeId,
        poll: ObjectId,
        sort: PollWordSort,
        text: &str,
    ) -> Result<(), OperationError> {
        let group = self.group;
        let said = self.world.wish(node, |engine, now| engine.say_beside(group, poll, sort, text, now));
        self.world.run_ms(SECOND);
        said.map(|_| ())
    }

    fn count(&mut self, node: NodeId, poll: ObjectId) -> Result<(), OperationError> {
        let group = self.group;
        let counted = self.world.wish(node, |engine, now| engine.count_poll(group, poll, now));
        self.world.run_ms(MINUTE);
        counted.map(|_| ())
    }

    fn poll(&self, node: NodeId, poll: ObjectId) -> PollView {
        let polls = self.world.engine(node).polls(&self.group, self.world.now).unwrap();
        polls.into_iter().find(|known| known.id == poll).unwrap()
    }

    fn result(&self, node: NodeId, poll: ObjectId) -> Option<CountView> {
        self.poll(node, poll).count
    }

    /// Yes, no, nothing of it; whether it was decided, and for what.
    fn sums(&self, node: NodeId, poll: ObjectId) -> Option<(Vec<u32>, u32, Option<usize>)> {
        self.result(node, poll).map(|count| (count.votes, count.abstained, count.decided))
    }

    fn raise_to(&mut self, secretary: NodeId, node: NodeId, role: Role) {
        let (group, member) = (self.group, self.world.member(secretary, self.group, node));
        self.world.wish(secretary, |engine, now| engine.set_role(group, member, role, now)).unwrap();
        self.world.run_ms(MINUTE);
    }

    /// How many ballots lie on a disk, in objects and in messages that carry them.
    fn ballots_on_disk(&self, node: NodeId) -> usize {
        let records = self.world.store(node).records().into_iter();
        let classes = [Class::Object, Class::ParkedObject, Class::Message];
        let messages = records.filter(|(key, _)| classes.contains(&key.class)).map(|(_, value)| value);
        let ballots = messages.filter(|value| is_ballot(value));
        // Each stands in more than one place.
        ballots.collect::<BTreeSet<Vec<u8>>>().len()
    }
}

fn is_ballot(bytes: &[u8]) -> bool {
    use hearth_core::content::Content;
    let message = hearth_core::message::Message::parse(bytes).unwrap();
    matches!(message.content(), Content::Object(object) if matches!(object.body(), Some(Body::Ballot(_))))
}

#[test]
fn p15_1_nothing_is_decided_before_seven_days_and_nobody_votes_before_it_was_talked_about() {
    let (mut scene, [alice, ben]) = scene::<2>(Suite::X25519);
    let early = GroupQuestion { days: 6, ..asking(PollKind::Other) };
    assert!(matches!(scene.ask_at(ben, &early), Err(OperationError::OutOfBounds(_))));
    let poll = scene.ask_at(ben, &asking(PollKind::Other)).unwrap();
    assert_eq!(scene.poll(alice, poll).stage, PollStage::Discussion);
    assert_eq!(scene.vote(alice, poll, YES), Err(OperationError::NotTheTime));
    scene.world.run_ms(2 * DAY);
    scene.vote(alice, poll, YES).unwrap();
    scene.vote(ben, poll, YES).unwrap();
    // All have voted and agree, and it is still open.
    assert_eq!(scene.count(alice, poll), Err(OperationError::NotTheTime));
    assert!(scene.result(alice, poll).is_none(), "no sums while people vote");
    assert_eq!(scene.poll(alice, poll).own, Some(YES));
    scene.world.run_ms(5 * DAY);
    assert_eq!(scene.poll(ben, poll).stage, PollStage::Gathering);
    assert_eq!(scene.vote(alice, poll, NO), Err(OperationError::NotTheTime));
    assert_eq!(scene.count(alice, poll), Err(OperationError::NotTheTime));
    scene.world.run_ms(3 * DAY);
    scene.count(alice, poll).unwrap();
    for node in [alice, ben] {
        assert_eq!(scene.sums(node, poll), Some((vec![2, 0], 0, Some(0))));
    }
    // It stays: nobody counts again, or takes it away.
    let group = scene.group;
    assert_eq!(scene.count(alice, poll), Err(OperationError::NotTheTime));
    let withdrawn = scene.world.wish(ben, |engine, now| engine.withdraw_object(group, poll, now));
    assert_eq!(withdrawn, Err(OperationError::NotTheTime));
}

#[test]
fn p15_5_two_of_three_for_a_change_and_more_than_half_for_anything_else() {
    let (mut scene, [alice, ben, cleo, dan, eve]) = scene::<5>(Suite::X25519);
    let change = scene.ask_at(ben, &asking(PollKind::Change)).unwrap();
    let other = scene.ask_at(ben, &asking(PollKind::Other)).unwrap();
    scene.world.run_ms(3 * DAY);
    for poll in [change, other] {
        for (node, choice) in [(alice, YES), (ben, YES), (cleo, YES), (dan, NO), (eve, NO)] {
            scene.vote(node, poll, choice).unwrap();
        }
    }
    scene.world.run_ms(8 * DAY);
    scene.count(alice, change).unwrap();
    scene.count(ben, other).unwrap();
    for node in [alice, ben, cleo, dan, eve] {
        assert_eq!(scene.sums(node, change), Some((vec![3, 2], 0, None)));
        assert_eq!(scene.sums(node, other), Some((vec![3, 2], 0, Some(0))));
    }
}

#[test]
fn p15_2_newcomers_and_visitors_neither_ask_nor_vote() {
    let (mut scene, [alice, ben]) = scene::<2>(Suite::X25519);
    let (new, guest) = (scene.world.node("Nora"), scene.world.node("Gus"));
    for (node, role) in [(new, Role::Newcomer), (guest, Role::Visitor)] {
        let ticket = scene.world.ticket_as(alice, scene.group, role);
        scene.world.join_and_wait(node, &ticket);
        scene.world.run_ms(MINUTE);
    }
    let poll = scene.ask_at(ben, &asking(PollKind::Other)).unwrap();
    scene.world.run_ms(3 * DAY);
    for node in [new, guest] {
        assert_eq!(scene.ask_at(node, &asking(PollKind::Other)), Err(OperationError::NotPermitted));
        assert_eq!(scene.vote(node, poll, NO), Err(OperationError::NotPermitted));
        let said = scene.say_beside(node, poll, PollWordSort::Minority, "I would rather not");
        assert_eq!(said, Err(OperationError::NotPermitted));
        assert!(!scene.poll(node, poll).may_vote && scene.poll(ben, poll).may_vote);
    }
    // At home in the group, they have a vote like everybody.
    scene.raise_to(alice, new, Role::Member);
    scene.vote(new, poll, NO).unwrap();
    scene.world.run_ms(8 * DAY);
    scene.count(ben, poll).unwrap();
    assert_eq!(scene.sums(guest, poll), Some((vec![0, 1], 0, Some(1))));
}

#[test]
fn p15_3_the_last_ballot_of_a_person_counts_and_each_once() {
    let (mut scene, [alice, ben, cleo]) = scene::<3>(Suite::X25519);
    let poll = scene.ask_at(alice, &asking(PollKind::Other)).unwrap();
    scene.world.run_ms(3 * DAY);
    for choice in [YES, YES, NO] {
        scene.vote(ben, poll, choice).unwrap();
    }
    scene.vote(cleo, poll, YES).unwrap();
    scene.vote(cleo, poll, None).unwrap();
    scene.world.run_ms(8 * DAY);
    assert_eq!(scene.poll(cleo, poll).own, Some(None));
    scene.count(alice, poll).unwrap();
    assert_eq!(scene.sums(ben, poll), Some((vec![0, 1], 1, Some(1))));
}

#[test]
fn p15_4_it_ends_the_same_everywhere_with_two_of_five_away() {
    let (mut scene, [alice, ben, cleo, dan, eve]) = scene::<5>(Suite::X25519);
    let everybody = [alice, ben, cleo, dan, eve];
    let poll = scene.ask_at(alice, &asking(PollKind::Other)).unwrap();
    scene.world.run_ms(2 * DAY);
    for node in [dan, eve] {
        scene.world.go_offline(node);
    }
    scene.world.run_ms(DAY);
    scene.vote(alice, poll, YES).unwrap();
    scene.vote(ben, poll, YES).unwrap();
    scene.vote(cleo, poll, NO).unwrap();
    // Both vote where they are. One is back before the count, and one is not.
    scene.vote(dan, poll, NO).unwrap();
    scene.vote(eve, poll, NO).unwrap();
    scene.world.run_ms(5 * DAY);
    scene.world.go_online(dan);
    scene.world.run_ms(3 * DAY);
    scene.count(alice, poll).unwrap();
    let counted = Some((vec![2, 2], 0, None));
    assert_eq!(scene.sums(cleo, poll), counted);
    assert_eq!(scene.result(cleo, poll).unwrap().left_out, 0);
    scene.world.go_online(eve);
    scene.world.run_ms(15 * MINUTE);
    for node in everybody {
        let result = scene.result(node, poll).unwrap();
        assert_eq!(scene.sums(node, poll), counted, "{}", scene.world.name(node));
        // What came later changes nothing, and everybody can see that it came.
        assert_eq!((result.left_out, result.not_here, result.is_miscounted), (1, 0, false));
    }
    // Who was away can ask that the group looks at it again.
    scene.say_beside(eve, poll, PollWordSort::Reconsider, "My ballot came too late.").unwrap();
    let again = GroupQuestion { again: Some(poll), ..asking(PollKind::Other) };
    let again = scene.ask_at(alice, &again).unwrap();
    assert_eq!(scene.poll(eve, again).terms.again, Some(poll));
}

#[test]
fn p15_4_two_who_counted_apart_have_the_same_result_once_they_meet() {
    let (mut scene, [alice, ben, cleo]) = scene::<3>(Suite::X25519);
    scene.raise_to(alice, ben, Role::Servant);
    let poll = scene.ask_at(cleo, &asking(PollKind::Other)).unwrap();
    scene.world.run_ms(3 * DAY);
    scene.vote(cleo, poll, YES).unwrap();
    scene.world.partition(&[&[alice, cleo], &[ben]]);
    scene.vote(ben, poll, NO).unwrap();
    scene.vote(alice, poll, YES).unwrap();
    scene.world.run_ms(8 * DAY);
    scene.count(alice, poll).unwrap();
    scene.world.run_ms(DAY);
    scene.count(ben, poll).unwrap();
    assert_eq!(scene.sums(alice, poll), Some((vec![2, 0], 0, Some(0))));
    assert_eq!(scene.sums(ben, poll), Some((vec![1, 1], 0, None)));
    scene.world.heal();
    scene.world.run_ms(15 * MINUTE);
    let result = scene.result(alice, poll).unwrap();
    assert_eq!((result.by_name.as_str(), result.beside, result.left_out), ("Ben", 1, 1));
    for node in [ben, cleo] {
        assert_eq!(scene.result(node, poll).unwrap(), result);
    }
}

#[test]
fn p15_3_who_is_asked_to_leave_meanwhile_does_not_count_and_who_leaves_after_the_count_does() {
    let (mut scene, [alice, ben, cleo, dan]) = scene::<4>(Suite::X25519);
    let poll = scene.ask_at(alice, &asking(PollKind::Other)).unwrap();
    scene.world.run_ms(3 * DAY);
    scene.vote(ben, poll, NO).unwrap();
    scene.vote(cleo, poll, YES).unwrap();
    scene.vote(dan, poll, NO).unwrap();
    let group = scene.group;
    scene.world.remove(alice, group, ben).unwrap();
    scene.world.run_ms(8 * DAY);
    scene.count(alice, poll).unwrap();
    assert_eq!(scene.sums(cleo, poll), Some((vec![1, 1], 0, None)));
    scene.world.leave(dan, group).unwrap();
    scene.world.run_ms(5 * MINUTE);
    let result = scene.result(cleo, poll).unwrap();
    assert_eq!(
        (result.votes, result.left_out, result.not_here, result.is_miscounted),
        (vec![1, 1], 0, 0, false)
    );
}

#[test]
fn p15_6_what_a_minority_says_stands_beside_the_result() {
    let (mut scene, [alice, ben, cleo]) = scene::<3>(Suite::X25519);
    let poll = scene.ask_at(alice, &asking(PollKind::Other)).unwrap();
    let early = scene.say_beside(ben, poll, PollWordSort::Minority, "I work at eight.");
    assert_eq!(early, Err(OperationError::NotTheTime));
    scene.world.run_ms(3 * DAY);
    scene.vote(alice, poll, YES).unwrap();
    scene.vote(cleo, poll, YES).unwrap();
    scene.vote(ben, poll, NO).unwrap();
    let early = scene.say_beside(ben, poll, PollWordSort::Reconsider, "Please think of those who work.");
    assert_eq!(early, Err(OperationError::NotTheTime));
    scene.say_beside(ben, poll, PollWordSort::Minority, "I work at nine.").unwrap();
    scene.say_beside(ben, poll, PollWordSort::Minority, "I work at eight.").unwrap();
    scene.world.run_ms(8 * DAY);
    scene.count(alice, poll).unwrap();
    scene.say_beside(ben, poll, PollWordSort::Reconsider, "Please think of those who work.").unwrap();
    // Who joins later sees what was decided, and what was said against it.
    let dan = scene.world.node("Dan");
    scene.admit(alice, dan);
    for node in [alice, cleo, dan] {
        let said: Vec<_> = scene
            .poll(node, poll)
            .words
            .into_iter()
            .map(|word| (word.by_name, word.sort, word.text))
            .collect();
        let ben = || "Ben".to_owned();
        let expected = [
            (ben(), PollWordSort::Minority, "I work at eight.".to_owned()),
            (ben(), PollWordSort::Reconsider, "Please think of those who work.".to_owned()),
        ];
        assert_eq!(said, expected);
        assert_eq!(scene.sums(node, poll), Some((vec![2, 1], 0, Some(0))));
    }
}

#[test]
fn p15_7_ballots_are_gone_thirty_days_after_the_vote_and_the_result_stays() {
    let (mut scene, [alice, ben]) = scene::<2>(Suite::X25519);
    let poll = scene.ask_at(alice, &asking(PollKind::Other)).unwrap();
    let uncounted = scene.ask_at(ben, &asking(PollKind::Change)).unwrap();
    scene.world.run_ms(3 * DAY);
    for poll in [poll, uncounted] {
        scene.vote(alice, poll, YES).unwrap();
        scene.vote(ben, poll, NO).unwrap();
    }
    scene.world.run_ms(8 * DAY);
    scene.count(alice, poll).unwrap();
    assert_eq!([alice, ben].map(|node| scene.ballots_on_disk(node)), [4, 4]);
    scene.world.let_fade();
    scene.world.run_ms(28 * DAY);
    for node in [alice, ben] {
        assert_eq!(scene.ballots_on_disk(node), 0, "{}", scene.world.name(node));
        assert_eq!(scene.sums(node, poll), Some((vec![1, 1], 0, None)));
        assert_eq!(scene.poll(node, poll).own, None);
        // What nobody counted is not decided, and not counted from nothing.
        assert_eq!(scene.poll(node, uncounted).stage, PollStage::Lapsed);
    }
    let result = scene.result(ben, poll).unwrap();
    assert_eq!((result.left_out, result.not_here, result.is_miscounted), (0, 0, false));
    assert_eq!(scene.count(alice, uncounted), Err(OperationError::NotTheTime));
}

#[test]
fn p15_7_a_ballot_that_nobody_else_ever_held_is_gone_in_its_time_too() {
    let (mut scene, [alice]) = scene::<1>(Suite::X25519);
    let poll = scene.ask_at(alice, &asking(PollKind::Other)).unwrap();
    scene.world.run_ms(3 * DAY);
    scene.vote(alice, poll, YES).unwrap();
    scene.world.run_ms(8 * DAY);
    assert!(scene.ballots_on_disk(alice) > 0);
    scene.world.let_fade();
    scene.world.run_ms(32 * DAY);
    assert_eq!(scene.ballots_on_disk(alice), 0);
}

#[test]
fn p15_8_a_servant_who_counts_wrongly_is_seen_by_everybody_who_has_the_ballots() {
    let (mut scene, [alice, ben, cleo]) = scene::<3>(Suite::X25519);
    scene.raise_to(alice, ben, Role::Servant);
    let poll = scene.ask_at(cleo, &asking(PollKind::Other)).unwrap();
    scene.world.run_ms(3 * DAY);
    for (node, choice) in [(alice, YES), (cleo, YES), (ben, NO)] {
        scene.vote(node, poll, choice).unwrap();
    }
    scene.world.run_ms(8 * DAY);
    scene.count(alice, poll).unwrap();
    let terms = scene.poll(alice, poll).terms;
    let now = scene.world.now;
    let group = scene.group;
    let counts_as = |scene: &mut Scene, terms: &PollTerms, count: PollCount| {
        let body = Body::Poll(Poll { terms: terms.clone(), count: Some(count) });
        let put = scene.world.wish(ben, |engine, now| engine.put_object(group, Some(poll), &body, None, now));
        scene.world.run_ms(MINUTE);
        put
    };
    // Somebody's ballot left out, as if it had not come.
    let alone = PollCount { at: now, ballots: Vec::new(), votes: vec![0, 0], abstained: 0 };
    counts_as(&mut scene, &terms, alone).unwrap();
    let result = scene.result(cleo, poll).unwrap();
    assert_eq!((result.by_name.as_str(), result.left_out), ("Ben", 3));
    // What was asked cannot be changed below people's votes, nor a count be made before its time.
    let early = PollCount { at: terms.closes_at, ballots: Vec::new(), votes: vec![0, 0], abstained: 0 };
    assert!(counts_as(&mut scene, &terms, early).is_err());
    let other = PollTerms { question: "Shall Cleo leave?".into(), ..terms };
    let alone = PollCount { at: now, ballots: Vec::new(), votes: vec![0, 0], abstained: 0 };
    assert!(counts_as(&mut scene, &other, alone).is_err());
    assert_eq!(scene.poll(cleo, poll).terms.question, "Shall we meet at eight?");
}

#[test]
fn p15_3_a_ballot_that_was_written_outside_of_the_vote_does_not_count() {
    let (mut scene, [alice, ben, cleo]) = scene::<3>(Suite::X25519);
    let poll = scene.ask_at(alice, &asking(PollKind::Other)).unwrap();
    let closes_at = scene.poll(alice, poll).terms.closes_at;
    let group = scene.group;
    // By programs that do not ask their clock: too early, and too late.
    let rogue = |scene: &mut Scene, node: NodeId, closes_at: Timestamp| {
        let body = Body::Ballot(Ballot { poll, closes_at, choice: NO });
        scene.world.wish(node, |engine, now| engine.put_object(group, None, &body, None, now)).unwrap();
        scene.world.run_ms(SECOND);
    };
    rogue(&mut scene, ben, closes_at);
    scene.world.run_ms(3 * DAY);
    scene.vote(alice, poll, YES).unwrap();
    scene.world.run_ms(5 * DAY);
    rogue(&mut scene, cleo, closes_at);
    scene.world.run_ms(3 * DAY);
    scene.count(alice, poll).unwrap();
    assert_eq!(scene.sums(ben, poll), Some((vec![1, 0], 0, Some(0))));
    assert_eq!(scene.result(ben, poll).unwrap().left_out, 0);
}
