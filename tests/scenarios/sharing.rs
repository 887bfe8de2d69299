//! What people say to one another, and what becomes of it: undo, answers, signs, other words, taking back, fading.

use hearth_core::content::{
    CheckIn, Content, Direct, Edit, Halt, Milestone, Reaction, Reply, Retract, Share, Shown, Want, Work,
};
use hearth_core::engine::{Delivery, MessageKind, MessageView, Sending};
use hearth_core::error::OperationError;
use hearth_core::ids::{MemberId, MessageId};
use hearth_core::message::Message;
use hearth_core::store::{Class, Key, ReadStore};
use hearth_core::{Mls, Suite};
use hearth_tests::NodeId;

use crate::forger::Forger;
use crate::returning::lose;
use crate::scene::{DAY, MINUTE, Scene, scene};

const SECOND: u64 = 1000;

impl Scene {
    pub(crate) fn say(&mut self, node: NodeId, to: &[NodeId], content: Content) -> MessageId {
        self.say_with(node, to, content, Sending::default()).unwrap()
    }

    fn say_with(
        &mut self,
        node: NodeId,
        to: &[NodeId],
        content: Content,
        sending: Sending<'_>,
    ) -> Result<MessageId, OperationError> {
        let members: Vec<MemberId> = to.iter().map(|to| self.world.member(node, self.group, *to)).collect();
        let group = self.group;
        let said = self.world.wish(node, |engine, now| engine.say(group, &members, content, sending, now));
        self.world.run_ms(SECOND);
        said
    }

    fn share_of(&mut self, node: NodeId, text: &str, is_thread: bool) -> MessageId {
        self.say(node, &[], Content::Share(Share { is_thread, ..Share::plain(text) }))
    }

    fn hold(&mut self, node: NodeId, text: &str, hold_ms: u64) -> MessageId {
        let content = Content::Share(Share::plain(text));
        self.say_with(node, &[], content, Sending { hold_ms, request: None }).unwrap()
    }

    pub(crate) fn reply(
        &mut self,
        node: NodeId,
        about: MessageId,
        text: &str,
        is_private: bool,
    ) -> MessageId {
        let group = self.group;
        let reply = self
            .world
            .wish(node, |engine, now| engine.reply(group, about, text, is_private, Sending::default(), now));
        self.world.run_ms(SECOND);
        reply.unwrap()
    }

    pub(crate) fn react(
        &mut self,
        node: NodeId,
        about: MessageId,
        with: Reaction,
    ) -> Result<MessageId, OperationError> {
        let group = self.group;
        let sign = self.world.wish(node, |engine, now| engine.react(group, about, with, None, now));
        self.world.run_ms(SECOND);
        sign
    }

    fn edit(&mut self, node: NodeId, about: MessageId, text: &str) -> Result<MessageId, OperationError> {
        let group = self.group;
        let edit = self.world.wish(node, |engine, now| engine.edit(group, about, text, None, now));
        self.world.run_ms(SECOND);
        edit
    }

    fn retract(&mut self, node: NodeId, about: MessageId) -> Result<(), OperationError> {
        let group = self.group;
        let retracted = self.world.wish(node, |engine, now| engine.retract(group, about, now));
        self.world.run_ms(SECOND);
        retracted
    }

    fn undo(&mut self, node: NodeId, id: MessageId) -> Result<(), OperationError> {
        let group = self.group;
        self.world.wish(node, |engine, now| engine.undo(group, id, now))
    }

    fn only(&self, node: NodeId) -> MessageView {
        let mut messages = self.world.messages(node, self.group);
        assert_eq!(messages.len(), 1, "at {}", self.world.name(node));
        messages.remove(0)
    }

    fn signs(&self, node: NodeId, id: MessageId) -> Vec<(String, Reaction)> {
        let view = self.world.engine(node).message(&self.group, &id).unwrap().unwrap();
        view.signs.into_iter().map(|sign| (sign.name, sign.reaction)).collect()
    }

    /// Lets a node that ignores the rules say something to another one.
    pub(crate) fn forge(&mut self, liar: NodeId, victim: NodeId, content: Content) {
        let head = self.world.engine(liar).group(&self.group).unwrap().head.unwrap();
        self.world.stop(liar);
        self.world.stop(victim);
        let mut forger = Forger::of(self.world.store(liar), self.group, head, self.world.now);
        let message =
            Message::write(&forger.device, self.group, 1000, Vec::new(), self.world.now, &content).unwrap();
        forger.pass_on::<Mls>(&[message.as_bytes().to_vec()]);
        forger.deliver_to(self.world.store(victim));
        self.world.start(victim);
        self.world.run_ms(SECOND);
        let key = Key::new(Class::Message, &self.group.0, &message.id().0);
        assert!(self.world.store(victim).get(&key).unwrap().is_some(), "it was heard");
        self.world.start(liar);
    }

    /// Says whether a text stands on a node's disk.
    pub(crate) fn keeps(&self, node: NodeId, text: &str) -> bool {
        let records = self.world.store(node).records();
        records.into_iter().any(|(_, value)| value.windows(text.len()).any(|part| part == text.as_bytes()))
    }
}

#[test]
fn a_share_says_what_it_is_about_and_what_to_expect() {
    let (mut scene, [alice, ben]) = scene::<2>(Suite::X25519);
    let share = Share {
        topic: Some("Step one".to_owned()),
        note: Some("speaks of loss".to_owned()),
        is_thread: true,
        ..Share::plain("I could not stop")
    };
    scene.say(alice, &[], Content::Share(share.clone()));
    for node in [alice, ben] {
        assert_eq!(scene.only(node).content, Content::Share(share.clone()));
    }
}

#[test]
fn what_is_undone_in_time_never_left() {
    let (mut scene, [alice, ben]) = scene::<2>(Suite::X25519);
    let share = scene.hold(alice, "too much", 10 * SECOND);
    let view = scene.only(alice);
    assert!(matches!(view.delivery, Some(Delivery::Held { .. })), "{:?}", view.delivery);
    scene.world.run_ms(5 * SECOND);
    scene.undo(alice, share).unwrap();
    scene.world.run_ms(MINUTE);
    for node in [alice, ben] {
        assert!(scene.texts(node).is_empty() && !scene.keeps(node, "too much"));
    }
    // What comes after it stands on it for nobody.
    scene.assert_whole(&[alice, ben]);
}

#[test]
fn what_is_held_back_stays_though_its_reader_gets_new_keys_meanwhile() {
    let (mut scene, [alice, ben, cleo]) = scene::<3>(Suite::X25519);
    scene.direct(alice, ben, "hello");
    scene.direct(ben, alice, "hello you");
    scene.world.stop(ben);
    scene.world.run_ms(32 * DAY);
    scene.world.start(ben);
    // Whenever Ben's new keys come, something is held back.
    for _ in 0..12 {
        let held = Sending { hold_ms: 60 * SECOND, request: None };
        let direct = Content::Direct(Direct { text: "too much".to_owned() });
        let Ok(id) = scene.say_with(alice, &[ben], direct, held) else { continue };
        scene.world.run_ms(55 * SECOND);
        scene.undo(alice, id).unwrap();
    }
    scene.world.run_ms(5 * MINUTE);
    assert!(!scene.texts(ben).contains(&"too much".to_owned()));
    scene.assert_whole(&[alice, ben, cleo]);
}

#[test]
fn somebody_who_is_picked_twice_is_told_once() {
    let (mut scene, [alice, ben]) = scene::<2>(Suite::X25519);
    let check_in = CheckIn { want: Want::Call, ..CheckIn::default() };
    scene.say(alice, &[ben, ben], Content::CheckIn(check_in));
    assert!(matches!(scene.only(alice).kind, MessageKind::Direct { .. }));
    scene.only(ben);
}

#[test]
fn what_is_not_undone_goes_out_also_after_a_crash() {
    let (mut scene, [alice, ben]) = scene::<2>(Suite::X25519);
    let share = scene.hold(alice, "I mean it", 10 * SECOND);
    scene.share(alice, "sooner");
    assert_eq!(scene.texts(ben), ["sooner"], "what is not held back does not wait");
    scene.world.stop(alice);
    scene.world.start(alice);
    scene.world.run_ms(2 * SECOND);
    assert_eq!(scene.texts(ben), ["sooner"]);
    scene.world.run_ms(10 * SECOND);
    assert_eq!(scene.texts(ben), ["I mean it", "sooner"]);
    assert_eq!(scene.undo(alice, share), Err(OperationError::TooLate));
    assert_eq!(scene.undo(ben, share), Err(OperationError::NotYours));
    scene.assert_whole(&[alice, ben]);
}

#[test]
fn p10_7_what_somebody_sleeps_on_waits_over_restarts_and_for_two_days_at_most() {
    let (mut scene, [alice, ben]) = scene::<2>(Suite::X25519);
    let share = scene.hold(alice, "good morning", 33 * 60 * MINUTE);
    let content = Content::Share(Share::plain("next week"));
    let too_long = Sending { hold_ms: 2 * DAY + 1, request: None };
    assert!(matches!(scene.say_with(alice, &[], content, too_long), Err(OperationError::OutOfBounds(_))));
    // The keys change, people come, machines sleep.
    let cleo = scene.world.node("Cleo");
    scene.admit(alice, cleo);
    scene.world.stop(alice);
    scene.world.run_ms(30 * 60 * MINUTE);
    scene.world.start(alice);
    scene.world.run_ms(60 * MINUTE);
    assert!(scene.texts(ben).is_empty() && !scene.keeps(ben, "good morning"));
    let view = scene.only(alice);
    assert!(matches!(view.delivery, Some(Delivery::Held { .. })), "{:?}", view.delivery);
    scene.world.run_ms(2 * 60 * MINUTE + MINUTE);
    assert_eq!(scene.texts(ben), ["good morning"]);
    // Who came in between was not who it was written for (8.11).
    assert!(scene.texts(cleo).is_empty());
    assert_eq!(scene.undo(alice, share), Err(OperationError::TooLate));
    scene.assert_whole(&[alice, ben, cleo]);
}

#[test]
fn p10_7_other_words_for_what_is_held_back_wait_with_it() {
    let (mut scene, [alice, ben]) = scene::<2>(Suite::X25519);
    let share = scene.hold(alice, "too much", 60 * MINUTE);
    scene.edit(alice, share, "just enough").unwrap();
    scene.world.run_ms(30 * MINUTE);
    assert!(!scene.keeps(ben, "just enough") && !scene.keeps(ben, "too much"));
    scene.world.run_ms(31 * MINUTE);
    assert_eq!(scene.texts(ben), ["just enough"]);
    // Undone, nothing stays of either.
    let undone = scene.hold(alice, "angry words", 60 * MINUTE);
    scene.edit(alice, undone, "angrier words").unwrap();
    scene.undo(alice, undone).unwrap();
    scene.world.run_ms(2 * 60 * MINUTE);
    for node in [alice, ben] {
        assert!(!scene.keeps(node, "angry words") && !scene.keeps(node, "angrier words"));
    }
    scene.assert_whole(&[alice, ben]);
}

#[test]
fn nobody_is_answered_in_front_of_all_who_did_not_ask_for_it() {
    let (mut scene, [alice, ben, cleo]) = scene::<3>(Suite::X25519);
    let share = scene.share_of(alice, "my week", false);
    scene.reply(ben, share, "I know that", false);
    assert_eq!(scene.read(alice), ["Alice: my week", "Ben: I know that"]);
    assert_eq!(scene.read(cleo), ["Alice: my week"]);
    // Alice goes on with Ben alone.
    let answer = scene.world.messages(alice, scene.group)[1].id;
    scene.reply(alice, answer, "thank you", false);
    assert_eq!(scene.texts(ben), ["my week", "I know that", "thank you"]);
    assert_eq!(scene.texts(cleo), ["my week"]);
    // A node that answers in front of all, all the same, is not heard.
    scene.forge(ben, cleo, Content::Reply(Reply { about: share, text: "me!".to_owned() }));
    assert_eq!(scene.texts(cleo), ["my week"]);
}

#[test]
fn a_thread_is_answered_in_front_of_all_or_in_private() {
    let (mut scene, [alice, ben, cleo]) = scene::<3>(Suite::X25519);
    let share = scene.share_of(alice, "who has a lift?", true);
    scene.reply(ben, share, "I do", false);
    scene.reply(cleo, share, "can we talk?", true);
    assert_eq!(scene.texts(alice), ["who has a lift?", "I do", "can we talk?"]);
    assert_eq!(scene.texts(ben), ["who has a lift?", "I do"]);
}

#[test]
fn signs_are_for_the_author_alone_and_the_last_of_a_person_counts() {
    let (mut scene, [alice, ben, cleo]) = scene::<3>(Suite::X25519);
    let share = scene.share_of(alice, "ninety days", false);
    scene.react(ben, share, Reaction::Heard).unwrap();
    scene.react(ben, share, Reaction::Hug).unwrap();
    scene.react(cleo, share, Reaction::MeToo).unwrap();
    let expected = [("Ben".to_owned(), Reaction::Hug), ("Cleo".to_owned(), Reaction::MeToo)];
    assert_eq!(scene.signs(alice, share), expected);
    for node in [ben, cleo] {
        assert!(scene.signs(node, share).is_empty());
        assert_eq!(scene.texts(node), ["ninety days"]);
    }
    assert_eq!(scene.texts(alice), ["ninety days"], "they are no messages of their own");
    assert_eq!(scene.react(alice, share, Reaction::Hug), Err(OperationError::Oneself));
    let celebrated = scene.react(ben, share, Reaction::Celebrate);
    assert!(matches!(celebrated, Err(OperationError::Unfitting(_))));
}

#[test]
fn a_milestone_is_what_its_owner_calls_it_and_is_celebrated() {
    let (mut scene, [alice, ben]) = scene::<2>(Suite::X25519);
    let milestone = Milestone { label: "asked for help".to_owned(), ..Milestone::default() };
    let id = scene.say(alice, &[], Content::Milestone(milestone.clone()));
    assert_eq!(scene.only(ben).content, Content::Milestone(milestone));
    scene.react(ben, id, Reaction::Celebrate).unwrap();
    assert_eq!(scene.signs(alice, id), [("Ben".to_owned(), Reaction::Celebrate)]);
    scene.retract(alice, id).unwrap();
    for node in [alice, ben] {
        assert!(scene.world.messages(node, scene.group).is_empty());
    }
}

#[test]
fn other_words_stand_in_the_place_of_the_first_for_a_quarter_of_an_hour() {
    let (mut scene, [alice, ben]) = scene::<2>(Suite::X25519);
    let share = scene.share_of(alice, "teh first", false);
    scene.edit(alice, share, "the first").unwrap();
    scene.edit(alice, share, "the very first").unwrap();
    for node in [alice, ben] {
        let view = scene.only(node);
        assert_eq!((view.text.as_str(), view.is_edited), ("the very first", true));
    }
    assert_eq!(scene.edit(ben, share, "mine"), Err(OperationError::NotYours));
    // Nor do nodes believe those who try all the same.
    let forged = || Content::Edit(Edit { about: share, text: "forged".to_owned() });
    scene.forge(ben, alice, forged());
    assert_eq!(scene.texts(alice), ["the very first"]);
    scene.world.run_ms(15 * MINUTE);
    assert_eq!(scene.edit(alice, share, "too late"), Err(OperationError::TooLate));
    scene.forge(alice, ben, forged());
    assert_eq!(scene.texts(ben), ["the very first"]);
}

#[test]
fn what_is_taken_back_is_gone_from_every_disk_that_hears_of_it() {
    let (mut scene, [alice, ben, cleo]) = scene::<3>(Suite::X25519);
    scene.world.go_offline(cleo);
    let share = scene.share_of(alice, "I regret this", false);
    scene.edit(alice, share, "I regret this, too").unwrap();
    assert!(scene.keeps(ben, "I regret this"));
    assert_eq!(scene.retract(ben, share), Err(OperationError::NotYours));
    scene.retract(alice, share).unwrap();
    for node in [alice, ben] {
        assert!(scene.texts(node).is_empty() && !scene.keeps(node, "I regret this"));
    }
    // Whoever was away hears of both at once, in whichever order.
    scene.world.go_online(cleo);
    scene.world.run_ms(MINUTE);
    assert!(scene.texts(cleo).is_empty() && !scene.keeps(cleo, "I regret this"));
    // It stays so after a restart, and when keys change and the author seals anew.
    scene.world.stop(alice);
    scene.world.start(alice);
    let dan = scene.world.node("Dan");
    scene.admit(alice, dan);
    for node in [alice, ben, cleo, dan] {
        assert!(scene.texts(node).is_empty());
    }
    scene.assert_whole(&[alice, ben, cleo, dan]);
}

#[test]
fn nobody_takes_back_the_words_of_another() {
    let (mut scene, [alice, ben]) = scene::<2>(Suite::X25519);
    let share = scene.share_of(alice, "mine", false);
    scene.forge(ben, alice, Content::Retract(Retract { about: share }));
    assert_eq!(scene.texts(alice), ["mine"]);
}

#[test]
fn a_check_in_goes_to_whom_one_picks_and_none_of_them_knows_of_the_others() {
    let (mut scene, [alice, ben, cleo, dan]) = scene::<4>(Suite::X25519);
    let check_in = CheckIn {
        feeling: Some("shaky".to_owned()),
        halt: vec![Halt::Lonely, Halt::Tired],
        craving: Some(2),
        want: Want::Call,
        ..CheckIn::default()
    };
    let id = scene.say(alice, &[ben, cleo], Content::CheckIn(check_in.clone()));
    let own = scene.only(alice);
    let mut members = [ben, cleo].map(|node| scene.world.member(alice, scene.group, node));
    members.sort();
    assert_eq!((own.id, own.kind), (id, MessageKind::Circle { with: members.to_vec() }));
    assert_eq!(own.delivery, Some(Delivery::PassedOn { devices: 3 }));
    for node in [ben, cleo] {
        let view = scene.only(node);
        let with = scene.world.member(node, scene.group, alice);
        assert_eq!(view.kind, MessageKind::Direct { with: Some(with) });
        let Content::CheckIn(seen) = view.content else { panic!("a check-in") };
        assert_eq!(CheckIn { circle: None, ..seen }, check_in);
    }
    assert!(scene.world.messages(dan, scene.group).is_empty());
    // Both may answer; the author sees who.
    let [at_ben, at_cleo] = [ben, cleo].map(|node| scene.only(node).id);
    scene.react(ben, at_ben, Reaction::WithYou).unwrap();
    scene.react(cleo, at_cleo, Reaction::Hug).unwrap();
    assert_eq!(scene.signs(alice, id).len(), 2);
    scene.retract(alice, id).unwrap();
    for node in [alice, ben, cleo] {
        assert!(scene.world.messages(node, scene.group).is_empty(), "at {}", scene.world.name(node));
    }
}

#[test]
fn a_circle_with_somebody_who_cannot_be_written_to_reaches_nobody() {
    let (mut scene, [alice, ben]) = scene::<2>(Suite::X25519);
    let check_in = CheckIn { want: Want::Company, ..CheckIn::default() };
    let members = [ben, alice].map(|node| scene.world.member(alice, scene.group, node));
    let group = scene.group;
    let said = scene.world.wish(alice, |engine, now| {
        engine.say(group, &members, Content::CheckIn(check_in), Sending::default(), now)
    });
    assert_eq!(said, Err(OperationError::Oneself));
    scene.world.run_ms(MINUTE);
    assert!(scene.world.messages(alice, scene.group).is_empty());
    assert!(scene.world.messages(ben, scene.group).is_empty());
    scene.assert_whole(&[alice, ben]);
}

#[test]
fn what_does_not_fit_where_it_is_said_is_refused() {
    let (mut scene, [alice, ben]) = scene::<2>(Suite::X25519);
    let to_one = scene.say_with(alice, &[ben], Content::Share(Share::plain("x")), Sending::default());
    assert!(matches!(to_one, Err(OperationError::Unfitting(_))));
    let direct = Content::Direct(Direct { text: "x".to_owned() });
    let to_all = scene.say_with(alice, &[], direct, Sending::default());
    assert!(matches!(to_all, Err(OperationError::Unfitting(_))));
    let nothing = scene.say_with(alice, &[], Content::CheckIn(CheckIn::default()), Sending::default());
    assert!(matches!(nothing, Err(OperationError::OutOfBounds(_))));
    scene.assert_whole(&[alice, ben]);
}

#[test]
fn what_has_faded_is_gone_from_every_disk() {
    let (mut scene, [alice, ben]) = scene::<2>(Suite::X25519);
    scene.world.let_fade();
    scene.share(alice, "thirty days");
    scene.direct(alice, ben, "ninety days");
    scene.say(alice, &[], Content::CheckIn(CheckIn { text: "seven days".to_owned(), ..CheckIn::default() }));
    let shown = Shown { work: Work::Step(4), text: "fourteen days".to_owned(), circle: None };
    scene.say(alice, &[ben], Content::Shown(shown));
    let all = ["thirty days", "ninety days", "seven days", "fourteen days"];
    let mut passed = 0;
    for (days, left) in [(6, 4), (8, 3), (13, 3), (15, 2), (29, 2), (31, 1), (89, 1), (91, 0)] {
        scene.world.run_ms((days - passed) * DAY);
        passed = days;
        for node in [alice, ben] {
            let kept = all.into_iter().filter(|text| scene.keeps(node, text)).count();
            assert_eq!(
                (kept, scene.texts(node).len()),
                (left, left),
                "{days} days, {}",
                scene.world.name(node)
            );
        }
    }
    scene.assert_whole(&[alice, ben]);
}

#[test]
fn who_was_away_can_still_read_what_is_old() {
    let (mut scene, [alice, ben, cleo]) = scene::<3>(Suite::X25519);
    scene.world.let_fade();
    scene.share(alice, "before");
    scene.world.go_offline(cleo);
    scene.share(cleo, "written alone");
    scene.world.run_ms(28 * DAY);
    scene.world.go_online(cleo);
    scene.world.run_ms(10 * MINUTE);
    for node in [alice, ben] {
        assert!(scene.texts(node).contains(&"written alone".to_owned()));
    }
    scene.world.run_ms(4 * DAY);
    for node in [alice, ben] {
        assert_eq!(scene.texts(node), ["written alone"], "at {}", scene.world.name(node));
    }
    scene.world.run_ms(4 * DAY);
    for node in [alice, ben, cleo] {
        assert!(scene.texts(node).is_empty(), "at {}", scene.world.name(node));
    }
}

#[test]
fn what_nobody_has_yet_does_not_fade_before_it_is_read() {
    let (mut scene, [alice, ben]) = scene::<2>(Suite::X25519);
    scene.world.let_fade();
    scene.world.go_offline(ben);
    scene.share(ben, "for a long time alone");
    // The keys change: what was sealed then opens for nobody.
    let cleo = scene.world.node("Cleo");
    scene.admit(alice, cleo);
    scene.world.run_ms(40 * DAY);
    scene.world.go_online(ben);
    scene.world.run_ms(10 * MINUTE);
    assert_eq!(scene.texts(alice), ["for a long time alone"]);
    scene.assert_whole(&[alice, ben, cleo]);
}

#[test]
fn a_clock_that_has_jumped_empties_no_disk() {
    let (mut scene, [alice, ben]) = scene::<2>(Suite::X25519);
    scene.world.let_fade();
    scene.share(alice, "today");
    scene.world.set_clock_offset(ben, 3000 * i64::try_from(DAY).unwrap());
    scene.world.run_ms(60 * MINUTE);
    scene.world.set_clock_offset(ben, 0);
    scene.world.run_ms(2 * DAY);
    assert_eq!(scene.texts(ben), ["today"]);
    // Who really was away that long sees what is old go after a day.
    scene.world.stop(ben);
    scene.world.run_ms(60 * DAY);
    scene.world.start(ben);
    scene.world.run_ms(60 * MINUTE);
    assert_eq!(scene.texts(ben), ["today"]);
    scene.world.run_ms(DAY);
    assert!(scene.texts(ben).is_empty());
}

#[test]
fn a_follower_misses_nothing_when_the_newest_message_is_forgotten() {
    for is_restarted in [false, true] {
        let (mut scene, [alice, _]) = scene::<2>(Suite::X25519);
        scene.share(alice, "one");
        let held = scene.hold(alice, "two", 10 * SECOND);
        let seen = scene.world.engine(alice).last_arrival(&scene.group);
        scene.undo(alice, held).unwrap();
        if is_restarted {
            scene.world.stop(alice);
            scene.world.start(alice);
        }
        scene.share(alice, "three");
        let new = scene.world.engine(alice).messages_after(&scene.group, seen, 9).unwrap();
        assert_eq!(new.into_iter().map(|message| message.text).collect::<Vec<_>>(), ["three"]);
    }
}

#[test]
fn p6_10_whatever_was_said_in_private_comes_back_to_who_lost_a_disk() {
    let (mut scene, [alice, ben, cleo]) = scene::<3>(Suite::X25519);
    let asked = scene.share_of(cleo, "who has a lift on Friday?", false);
    scene.reply(ben, asked, "I do", true);
    scene.say(ben, &[cleo], Content::CheckIn(CheckIn { want: Want::Call, ..CheckIn::default() }));
    scene.say(
        alice,
        &[cleo],
        Content::Milestone(Milestone { label: "30 days".into(), ..Milestone::default() }),
    );
    let regretted = scene.say(ben, &[cleo], Content::Direct(Direct { text: "never mind".into() }));
    scene.retract(ben, regretted).unwrap();
    lose(&mut scene.world, cleo);
    scene.world.start(cleo);
    scene.world.run_ms(15 * MINUTE);
    let read: Vec<Content> =
        scene.world.messages(cleo, scene.group).into_iter().map(|message| message.content).collect();
    assert!(
        matches!(read.as_slice(), [Content::Reply(_), Content::CheckIn(_), Content::Milestone(_)]),
        "{read:?}"
    );
    scene.assert_whole(&[alice, ben, cleo]);
}
