//! What stands between two people: sponsors, who is heard, blocks, reports. Nobody else learns of any of it.

use hearth_core::content::body::{Position, SafetyContacts, Welcome};
use hearth_core::content::{Body, CheckIn, Content, Reaction, Report, Share, SponsorAccept, Want};
use hearth_core::engine::{Delivery, Note, Proof, ReportView, Reporting, Sending};
use hearth_core::error::OperationError;
use hearth_core::event::Role;
use hearth_core::ids::{IdentityId, MemberId, MessageId};
use hearth_core::store::Class;
use hearth_core::{Notice, Suite};
use hearth_tests::NodeId;

use crate::scene::{DAY, MINUTE, Scene, scene};

const SECOND: u64 = 1000;

impl Scene {
    fn id_of(&self, node: NodeId, whom: NodeId) -> MemberId {
        self.world.member(node, self.group, whom)
    }

    fn ask(&mut self, sponsee: NodeId, sponsor: NodeId) -> MessageId {
        let (group, member) = (self.group, self.id_of(sponsee, sponsor));
        let asked = self.world.wish(sponsee, |engine, now| {
            engine.ask_sponsor(group, member, "would you?", Sending::default(), now)
        });
        self.world.run_ms(SECOND);
        asked.unwrap()
    }

    fn accept(&mut self, sponsor: NodeId, sponsee: NodeId) -> Result<(), OperationError> {
        let (group, member) = (self.group, self.id_of(sponsor, sponsee));
        let done = self.world.wish(sponsor, |engine, now| engine.accept_sponsee(group, member, now));
        self.world.run_ms(SECOND);
        done
    }

    fn decline(&mut self, sponsor: NodeId, sponsee: NodeId) -> Result<(), OperationError> {
        let (group, member) = (self.group, self.id_of(sponsor, sponsee));
        self.world.wish(sponsor, |engine, now| engine.decline_sponsee(group, member, now))
    }

    fn end(&mut self, node: NodeId, other: NodeId) -> Result<(), OperationError> {
        let (group, member) = (self.group, self.id_of(node, other));
        let done = self.world.wish(node, |engine, now| engine.end_sponsor(group, member, now));
        self.world.run_ms(SECOND);
        done
    }

    /// Who stands to a node: name, whether they are the sponsor, whether it is active.
    fn links(&self, node: NodeId) -> Vec<(String, bool, bool)> {
        let links = self.world.engine(node).sponsor_links(&self.group).into_iter();
        links.map(|link| (link.name, link.is_sponsor, link.is_active)).collect()
    }

    fn sponsors(&self, node: NodeId) -> Vec<MemberId> {
        self.world.engine(node).sponsors(&self.group)
    }

    pub(crate) fn waiting(&self, node: NodeId) -> Vec<String> {
        self.world.engine(node).requests(&self.group).into_iter().map(|request| request.name).collect()
    }

    pub(crate) fn answer(
        &mut self,
        node: NodeId,
        whom: NodeId,
        is_welcome: bool,
    ) -> Result<(), OperationError> {
        let (group, member) = (self.group, self.id_of(node, whom));
        self.world.wish(node, |engine, now| engine.answer_request(group, member, is_welcome, now))
    }

    pub(crate) fn shield(&mut self, node: NodeId, is_on: bool) {
        let group = self.group;
        self.world.wish(node, |engine, now| engine.set_shield(group, is_on, now)).unwrap();
    }

    pub(crate) fn block(&mut self, node: NodeId, whom: NodeId) {
        let (group, member) = (self.group, self.id_of(node, whom));
        self.world.wish(node, |engine, now| engine.block(group, member, now)).unwrap();
    }

    pub(crate) fn unblock(&mut self, node: NodeId, whom: NodeId) {
        let (group, member) = (self.group, self.id_of(node, whom));
        self.world.wish(node, |engine, now| engine.unblock(group, member, now)).unwrap();
    }

    pub(crate) fn identity(&self, node: NodeId, whom: NodeId) -> IdentityId {
        self.world.engine(node).identity_of(&self.group, &self.id_of(node, whom)).unwrap()
    }

    pub(crate) fn set(&mut self, node: NodeId, body: &Body) {
        let group = self.group;
        self.world.wish(node, |engine, now| engine.put_object(group, None, body, None, now)).unwrap();
        self.world.run_ms(SECOND);
    }

    pub(crate) fn give_role(&mut self, node: NodeId, whom: NodeId, role: Role) {
        let (group, member) = (self.group, self.id_of(node, whom));
        self.world.wish(node, |engine, now| engine.set_role(group, member, role, now)).unwrap();
        self.world.run_ms(MINUTE);
    }

    fn readers(&self, node: NodeId, about: NodeId) -> Result<Vec<MemberId>, OperationError> {
        self.world.engine(node).report_readers(&self.group, &self.id_of(node, about))
    }

    pub(crate) fn report(
        &mut self,
        node: NodeId,
        about: NodeId,
        text: &str,
        copies: &[MessageId],
    ) -> Result<MessageId, OperationError> {
        let (group, readers) = (self.group, self.readers(node, about)?);
        let about = self.id_of(node, about);
        let reporting = Reporting { about, text, copies, readers: &readers };
        let said =
            self.world.wish(node, |engine, now| engine.report(group, reporting, Sending::default(), now));
        self.world.run_ms(SECOND);
        said
    }

    fn reports(&self, node: NodeId) -> Vec<ReportView> {
        self.world.engine(node).reports(&self.group).unwrap()
    }

    /// Says whether a node's clients heard of a message since its notices are kept.
    fn heard_of(&self, node: NodeId, id: MessageId) -> bool {
        self.world.notices(node).contains(&Notice::Message { group: self.group, id })
    }

    fn reply_to(&mut self, node: NodeId, about: MessageId, text: &str) -> Result<MessageId, OperationError> {
        let group = self.group;
        let said = self
            .world
            .wish(node, |engine, now| engine.reply(group, about, text, true, Sending::default(), now));
        self.world.run_ms(SECOND);
        said
    }

    fn sign_to(&mut self, node: NodeId, about: MessageId) {
        let group = self.group;
        self.world.wish(node, |engine, now| engine.react(group, about, Reaction::Heard, None, now)).unwrap();
        self.world.run_ms(SECOND);
    }

    fn shares(&mut self, node: NodeId, text: &str) -> MessageId {
        let group = self.group;
        let content = Content::Share(Share::plain(text));
        let said =
            self.world.wish(node, |engine, now| engine.say(group, &[], content, Sending::default(), now));
        self.world.run_ms(SECOND);
        said.unwrap()
    }

    /// What a sender is shown of how far something has come.
    fn delivery(&self, node: NodeId, id: MessageId) -> Option<Delivery> {
        self.world.engine(node).delivery(&self.group, &id)
    }

    /// How many messages a node has written.
    fn said(&self, node: NodeId) -> usize {
        self.world.store(node).records().into_iter().filter(|(key, _)| key.class == Class::Outbox).count()
    }

    fn follow(&self, node: NodeId, after: u64) -> Vec<String> {
        let later = self.world.engine(node).messages_after(&self.group, after, usize::MAX).unwrap();
        later.into_iter().map(|message| message.text).collect()
    }
}

fn named(name: &str, is_sponsor: bool, is_active: bool) -> (String, bool, bool) {
    (name.to_owned(), is_sponsor, is_active)
}

#[test]
fn a_sponsor_is_asked_says_yes_and_either_ends_it() {
    let (mut scene, [alice, ben, cleo]) = scene::<3>(Suite::X25519);
    let ask = scene.ask(ben, alice);
    assert_eq!(scene.links(ben), [named("Alice", true, false)]);
    assert_eq!(scene.links(alice), [named("Ben", false, false)]);
    assert_eq!(scene.ask(ben, alice), ask, "asking again asks nothing twice");
    assert!(scene.sponsors(ben).is_empty());
    scene.accept(alice, ben).unwrap();
    assert_eq!(scene.links(ben), [named("Alice", true, true)]);
    assert_eq!(scene.links(alice), [named("Ben", false, true)]);
    assert_eq!(scene.sponsors(ben), [scene.id_of(ben, alice)]);
    assert_eq!(scene.world.engine(alice).sponsees(&scene.group), [scene.id_of(alice, ben)]);
    // Several sponsors are fine; and whoever is one may have one.
    scene.ask(ben, cleo);
    scene.accept(cleo, ben).unwrap();
    assert_eq!(scene.sponsors(ben).len(), 2);
    scene.end(alice, ben).unwrap();
    assert_eq!(scene.links(ben), [named("Cleo", true, true)]);
    assert!(scene.links(alice).is_empty());
    assert_eq!(scene.end(alice, ben), Err(OperationError::NotAsked));
    scene.end(ben, cleo).unwrap();
    assert!(scene.links(ben).is_empty() && scene.links(cleo).is_empty());
    // It can begin anew.
    scene.ask(ben, alice);
    scene.accept(alice, ben).unwrap();
    assert_eq!(scene.sponsors(ben), [scene.id_of(ben, alice)]);
}

#[test]
fn only_the_sponsee_asks_and_only_who_was_asked_says_yes() {
    let (mut scene, [alice, ben]) = scene::<2>(Suite::X25519);
    assert_eq!(scene.accept(alice, ben), Err(OperationError::NotAsked));
    let ask = scene.ask(ben, alice);
    assert_eq!(scene.accept(ben, alice), Err(OperationError::NotAsked));
    // Nor does the engine say such words to whomever a client names.
    let (group, member) = (scene.group, scene.id_of(ben, alice));
    let accept = Content::SponsorAccept(SponsorAccept { ask });
    let said =
        scene.world.wish(ben, |engine, now| engine.say(group, &[member], accept, Sending::default(), now));
    assert!(matches!(said, Err(OperationError::Unfitting(_))));
    let identity = scene.identity(ben, alice);
    let report = Report { about: identity, text: "x".to_owned(), copies: Vec::new(), circle: None };
    let report = Content::Report(report);
    let said =
        scene.world.wish(ben, |engine, now| engine.say(group, &[member], report, Sending::default(), now));
    assert!(matches!(said, Err(OperationError::Unfitting(_))));
}

#[test]
fn a_no_to_a_sponsee_leaves_the_machine_as_nothing_and_looks_like_no_answer() {
    let (mut scene, [alice, ben]) = scene::<2>(Suite::X25519);
    scene.ask(ben, alice);
    let room = scene.world.engine(alice).room_size(&scene.group);
    let said = scene.said(alice);
    scene.world.keep_frames(ben);
    scene.world.keep_notices(ben);
    let (before, arrived) = (scene.links(ben), scene.world.engine(ben).last_arrival(&scene.group));
    scene.decline(alice, ben).unwrap();
    assert!(scene.links(alice).is_empty());
    // No envelope is made, no frame goes out, nothing is news to the one who asked.
    assert_eq!(scene.world.engine(alice).room_size(&scene.group), room);
    assert!(scene.world.received(ben).is_empty());
    scene.world.run_ms(10 * MINUTE);
    assert_eq!(scene.said(alice), said);
    assert_eq!(scene.world.engine(ben).last_arrival(&scene.group), arrived);
    assert!(!scene.world.notices(ben).iter().any(|notice| matches!(notice, Notice::Private { .. })));
    assert_eq!(scene.links(ben), before);
    // A no is not for ever.
    scene.accept(alice, ben).unwrap();
    assert_eq!(scene.sponsors(ben), [scene.id_of(ben, alice)]);
    assert_eq!(
        scene.decline(alice, ben),
        Err(OperationError::NotAsked),
        "what stands is ended, not declined"
    );
}

#[test]
fn asking_saying_yes_and_ending_at_the_same_time_ends_the_same_for_both() {
    // Whether the yes or the end leaves first, and whether one asked again meanwhile.
    for turn in 0..4 {
        let (mut scene, [alice, ben, cleo]) = scene::<3>(Suite::X25519);
        scene.ask(ben, alice);
        scene.world.partition(&[&[alice], &[ben, cleo]]);
        scene.accept(alice, ben).unwrap();
        scene.end(ben, alice).unwrap();
        let is_asked_anew = turn % 2 == 1;
        if is_asked_anew {
            scene.ask(ben, alice);
        }
        if turn >= 2 {
            scene.end(alice, ben).unwrap();
        }
        scene.world.heal();
        scene.world.run_ms(MINUTE);
        let (at_ben, at_alice) = match is_asked_anew {
            true => (vec![named("Alice", true, false)], vec![named("Ben", false, false)]),
            false => (vec![], vec![]),
        };
        assert_eq!((scene.links(ben), scene.links(alice)), (at_ben, at_alice), "turn {turn}");
        // Both may be asked and asking, each for themselves.
        scene.ask(alice, ben);
        scene.accept(ben, alice).unwrap();
        assert_eq!(scene.sponsors(alice), [scene.id_of(alice, ben)]);
        assert!(scene.sponsors(ben).is_empty());
    }
}

#[test]
fn a_sponsor_link_outlives_its_words_restarts_and_no_others_learn_of_it() {
    let (mut scene, [alice, ben, cleo]) = scene::<3>(Suite::X25519);
    scene.world.let_fade();
    scene.ask(ben, alice);
    scene.accept(alice, ben).unwrap();
    let people = scene.world.engine(cleo).people(&scene.group);
    assert!(scene.links(cleo).is_empty() && scene.world.messages(cleo, scene.group).is_empty());
    for _ in 0..20 {
        scene.world.run_ms(6 * DAY);
    }
    assert!(scene.world.messages(ben, scene.group).is_empty(), "the words have faded");
    for node in [alice, ben] {
        scene.world.stop(node);
        scene.world.start(node);
    }
    scene.world.run_ms(MINUTE);
    assert_eq!(scene.sponsors(ben), [scene.id_of(ben, alice)]);
    assert_eq!(scene.world.engine(alice).sponsees(&scene.group).len(), 1);
    let later = scene.world.engine(cleo).people(&scene.group);
    let shape = |people: Vec<hearth_core::Person>| {
        people.into_iter().map(|person| (person.name, person.role, person.since)).collect::<Vec<_>>()
    };
    assert_eq!(shape(people), shape(later));
    let of_others = scene.world.store(cleo).records().into_iter();
    assert_eq!(of_others.filter(|(key, _)| key.class == Class::Private).count(), 0);
    // Who has left is nobody's sponsor.
    scene.world.leave(alice, scene.group).unwrap();
    scene.world.run_ms(MINUTE);
    assert!(scene.sponsors(ben).is_empty());
}

#[test]
fn what_somebody_writes_whom_a_newcomer_has_not_written_to_waits_out_of_sight() {
    let (mut scene, [alice, ben, cleo]) = scene::<3>(Suite::X25519);
    scene.world.let_shield();
    scene.world.keep_notices(cleo);
    let arrived = scene.world.engine(cleo).last_arrival(&scene.group);
    let id = scene.world.direct(ben, scene.group, cleo, "you look lonely").unwrap();
    scene.world.run_ms(MINUTE);
    assert!(scene.texts(cleo).is_empty() && scene.follow(cleo, 0).is_empty());
    assert!(!scene.heard_of(cleo, id));
    assert_eq!(scene.world.engine(cleo).message(&scene.group, &id), Ok(None));
    assert_eq!(scene.waiting(cleo), ["Ben"]);
    // The sender is told what is true, and what he would be told anyway.
    assert_eq!(scene.delivery(ben, id), Some(Delivery::PassedOn { devices: 2 }));
    // Other words of his wait with them; nobody else's do.
    scene.direct(ben, cleo, "are you there?");
    scene.shares(ben, "hello all");
    assert_eq!(scene.texts(cleo), ["hello all"]);
    scene.direct(alice, cleo, "welcome");
    assert_eq!(scene.waiting(cleo), ["Ben", "Alice"], "a secretary is no greeter by that alone");
    // On asking, the words are there.
    let words = scene.world.engine(cleo).messages_from(&scene.group, &scene.id_of(cleo, ben)).unwrap();
    assert_eq!(
        words.iter().map(|view| view.text.as_str()).collect::<Vec<_>>(),
        ["you look lonely", "are you there?"]
    );
    // It is so after a restart.
    scene.world.stop(cleo);
    scene.world.start(cleo);
    scene.world.run_ms(MINUTE);
    assert_eq!((scene.texts(cleo), scene.waiting(cleo).len()), (vec!["hello all".to_owned()], 2));
    // Heard: all of it is there, also for who follows; nothing goes out.
    scene.world.keep_frames(ben);
    scene.answer(cleo, ben, true).unwrap();
    assert!(scene.world.received(ben).is_empty());
    assert_eq!(scene.follow(cleo, arrived + 3).len(), 2);
    assert!(scene.heard_of(cleo, id));
    assert_eq!(scene.texts(cleo).len(), 3);
    scene.direct(ben, cleo, "thank you");
    assert!(scene.texts(cleo).contains(&"thank you".to_owned()));
    assert_eq!(scene.waiting(cleo), ["Alice"]);
    assert_eq!(scene.answer(cleo, ben, true), Err(OperationError::NotAsked));
}

#[test]
fn what_is_ignored_goes_on_waiting_and_its_sender_learns_nothing() {
    let (mut scene, [_, ben, cleo]) = scene::<3>(Suite::X25519);
    scene.world.let_shield();
    scene.direct(ben, cleo, "hey");
    scene.world.keep_frames(ben);
    scene.answer(cleo, ben, false).unwrap();
    assert!(scene.world.received(ben).is_empty() && scene.waiting(cleo).is_empty());
    scene.world.keep_notices(cleo);
    let id = scene.world.direct(ben, scene.group, cleo, "hey!").unwrap();
    scene.world.run_ms(MINUTE);
    assert!(scene.waiting(cleo).is_empty() && scene.texts(cleo).is_empty());
    let quiet = |notice: &Notice| matches!(notice, Notice::Private { .. } | Notice::Message { .. });
    assert!(!scene.world.notices(cleo).iter().any(quiet));
    assert_eq!(scene.delivery(ben, id), Some(Delivery::PassedOn { devices: 2 }));
    // When the ninety days are over, or the shield is off, what was ignored does not come back.
    scene.shield(cleo, false);
    scene.world.run_ms(MINUTE);
    scene.direct(ben, cleo, "HEY");
    assert!(scene.texts(cleo).is_empty());
    scene.answer(cleo, ben, true).unwrap();
    assert_eq!(scene.texts(cleo), ["hey", "hey!", "HEY"]);
}

#[test]
fn a_newcomer_hears_whom_they_wrote_to_and_whom_they_asked_to_be_their_sponsor() {
    let (mut scene, [alice, ben, cleo]) = scene::<3>(Suite::X25519);
    scene.world.let_shield();
    scene.direct(ben, cleo, "before");
    assert!(scene.texts(cleo).is_empty());
    scene.direct(cleo, ben, "hi Ben");
    assert_eq!(scene.texts(cleo), ["before", "hi Ben"]);
    scene.direct(ben, cleo, "hi Cleo");
    assert_eq!(scene.texts(cleo), ["before", "hi Ben", "hi Cleo"]);
    scene.shield(ben, true);
    scene.ask(cleo, alice);
    scene.accept(alice, cleo).unwrap();
    scene.direct(alice, cleo, "call me tonight");
    assert!(scene.texts(cleo).contains(&"call me tonight".to_owned()));
    assert!(scene.waiting(cleo).is_empty());
}

#[test]
fn a_sign_opens_no_door_and_passes_every_door() {
    let (mut scene, [_, ben, cleo]) = scene::<3>(Suite::X25519);
    scene.world.let_shield();
    let bens = scene.shares(ben, "my story");
    scene.sign_to(cleo, bens);
    scene.direct(ben, cleo, "so you liked it");
    assert_eq!(scene.texts(cleo), ["my story"]);
    assert_eq!(scene.waiting(cleo), ["Ben"]);
    let cleos = scene.shares(cleo, "day two");
    scene.sign_to(ben, cleos);
    let view = scene.world.engine(cleo).message(&scene.group, &cleos).unwrap().unwrap();
    assert_eq!(view.signs.len(), 1, "a sign says nothing that would have to wait");
    // An answer in private has words.
    scene.reply_to(ben, cleos, "where do you live?").unwrap();
    assert_eq!(scene.texts(cleo), ["my story", "day two"]);
}

#[test]
fn what_is_undone_opens_no_door() {
    let (mut scene, [_, ben, cleo]) = scene::<3>(Suite::X25519);
    scene.world.let_shield();
    scene.direct(ben, cleo, "hello");
    let (group, member) = (scene.group, scene.id_of(cleo, ben));
    let hold = |scene: &mut Scene| {
        let check_in = Content::CheckIn(CheckIn { want: Want::Call, ..CheckIn::default() });
        let held = Sending { hold_ms: 10 * SECOND, request: None };
        scene.world.wish(cleo, |engine, now| engine.say(group, &[member], check_in, held, now)).unwrap()
    };
    let id = hold(&mut scene);
    scene.world.run_ms(SECOND);
    scene.world.wish(cleo, |engine, now| engine.undo(group, id, now)).unwrap();
    scene.world.run_ms(MINUTE);
    assert_eq!((scene.waiting(cleo).len(), scene.texts(cleo).len()), (1, 0));
    hold(&mut scene);
    scene.world.run_ms(MINUTE);
    assert_eq!((scene.waiting(cleo).len(), scene.texts(cleo).len()), (0, 2));
}

#[test]
fn greeters_reach_a_newcomer_and_nobody_becomes_one_by_their_own_word() {
    let (mut scene, [alice, ben, cleo, dan]) = scene::<4>(Suite::X25519);
    scene.world.let_shield();
    let (newcomer, greeter) = (scene.identity(alice, dan), scene.identity(alice, cleo));
    // Ben gives his word to greet Dan. Anybody can, and that alone opens nothing.
    let since = scene.world.now;
    scene.set(ben, &Body::Welcome(Welcome { newcomer, since }));
    scene.direct(ben, dan, "let me show you around");
    assert_eq!((scene.texts(dan).len(), scene.waiting(dan)), (0, vec!["Ben".to_owned()]));
    // A servant makes Cleo a greeter: what she wrote before is heard as well.
    scene.direct(cleo, dan, "welcome, Dan");
    assert!(scene.texts(dan).is_empty());
    let position = |name: &str, holder| {
        Body::Position(Position { name: name.to_owned(), text: String::new(), holder: Some(holder) })
    };
    scene.set(alice, &position("Coffee", scene.identity(alice, ben)));
    scene.set(alice, &position("Greeter (Tuesdays)", greeter));
    assert_eq!(scene.texts(dan), ["welcome, Dan"]);
    scene.direct(cleo, dan, "coffee is on the left");
    assert_eq!(scene.texts(dan).len(), 2);
    // A servant who gave their word is one, too; and Ben, once he is a servant.
    scene.direct(alice, dan, "hello from the chair");
    assert_eq!(scene.waiting(dan), ["Ben", "Alice"]);
    scene.set(alice, &Body::Welcome(Welcome { newcomer, since }));
    assert_eq!(scene.waiting(dan), ["Ben"]);
    scene.give_role(alice, ben, Role::Servant);
    assert!(scene.waiting(dan).is_empty());
}

#[test]
fn a_shield_ends_after_ninety_days_and_is_the_newcomers_own_to_switch() {
    let (mut scene, [alice, ben, cleo]) = scene::<3>(Suite::X25519);
    scene.world.let_shield();
    let is_on =
        |scene: &Scene, node| scene.world.engine(node).shield(&scene.group, scene.world.now).unwrap().is_on;
    assert!(!is_on(&scene, alice), "who founded the group is not new to it");
    assert!(is_on(&scene, cleo));
    scene.shield(cleo, false);
    scene.direct(ben, cleo, "one");
    assert_eq!(scene.texts(cleo), ["one"]);
    for _ in 0..13 {
        scene.world.run_ms(7 * DAY);
    }
    assert!(!is_on(&scene, ben));
    scene.direct(cleo, ben, "two");
    assert!(scene.texts(ben).contains(&"two".to_owned()));
    // Whoever wants one has one for as long as they like.
    scene.shield(alice, true);
    scene.direct(cleo, alice, "three");
    assert_eq!((scene.texts(alice).len(), scene.waiting(alice)), (0, vec!["Cleo".to_owned()]));
    scene.world.stop(alice);
    scene.world.start(alice);
    assert!(is_on(&scene, alice));
}

#[test]
fn an_asking_of_a_stranger_waits_like_other_words() {
    let (mut scene, [_, ben, cleo]) = scene::<3>(Suite::X25519);
    scene.world.let_shield();
    scene.ask(ben, cleo);
    assert!(scene.links(cleo).is_empty() && scene.texts(cleo).is_empty());
    assert_eq!(scene.waiting(cleo), ["Ben"]);
    scene.answer(cleo, ben, true).unwrap();
    assert_eq!(scene.links(cleo), [named("Ben", false, false)]);
}

#[test]
fn who_takes_back_what_waits_takes_it_back_unread_and_other_words_raise_nothing() {
    let (mut scene, [_, ben, cleo]) = scene::<3>(Suite::X25519);
    scene.world.let_shield();
    let id = scene.world.direct(ben, scene.group, cleo, "one").unwrap();
    scene.world.run_ms(SECOND);
    scene.world.keep_notices(cleo);
    let group = scene.group;
    scene.world.wish(ben, |engine, now| engine.edit(group, id, "two", None, now)).unwrap();
    scene.world.run_ms(SECOND);
    let is_word = |notice: &Notice| matches!(notice, Notice::Message { .. });
    assert!(!scene.world.notices(cleo).iter().any(is_word));
    let words = scene.world.engine(cleo).messages_from(&group, &scene.id_of(cleo, ben)).unwrap();
    assert_eq!(words[0].text, "two");
    scene.world.wish(ben, |engine, now| engine.retract(group, id, now)).unwrap();
    scene.world.run_ms(SECOND);
    assert!(scene.waiting(cleo).is_empty());
    assert!(scene.world.engine(cleo).messages_from(&group, &scene.id_of(cleo, ben)).unwrap().is_empty());
}

#[test]
fn who_is_blocked_is_not_seen_not_heard_and_not_told() {
    let (mut scene, [alice, ben, cleo]) = scene::<3>(Suite::X25519);
    let mine = scene.shares(alice, "my week");
    scene.shares(ben, "earlier");
    let log = scene.world.engine(alice).people(&scene.group);
    scene.world.keep_frames(ben);
    scene.block(alice, ben);
    assert!(scene.world.received(ben).is_empty());
    assert_eq!(scene.world.engine(alice).people(&scene.group), log, "the members are whom they were");
    scene.world.keep_notices(alice);
    let arrived = scene.world.engine(alice).last_arrival(&scene.group);
    let direct = scene.world.direct(ben, scene.group, alice, "answer me").unwrap();
    scene.world.run_ms(SECOND);
    let share = scene.shares(ben, "about Alice");
    let reply = scene.reply_to(ben, mine, "I know why").unwrap();
    scene.sign_to(ben, mine);
    scene.ask(ben, alice);
    assert_eq!(scene.texts(alice), ["my week"]);
    assert!(scene.follow(alice, arrived).is_empty() && scene.links(alice).is_empty());
    let told = |notice: &Notice| matches!(notice, Notice::Message { .. } | Notice::Private { .. });
    assert!(!scene.world.notices(alice).iter().any(told));
    let view = scene.world.engine(alice).message(&scene.group, &mine).unwrap().unwrap();
    assert!(view.signs.is_empty());
    // He sees what he would see anyway, and goes on in the group.
    for id in [direct, share, reply] {
        assert_eq!(scene.delivery(ben, id), Some(Delivery::PassedOn { devices: 2 }));
    }
    assert!(scene.texts(cleo).contains(&"about Alice".to_owned()));
    // Whoever blocks does not write to him in private either: the answer would not be seen.
    let refused = scene.world.direct(alice, scene.group, ben, "stop it");
    assert_eq!(refused, Err(OperationError::Blocked));
    let group = scene.group;
    let members = [scene.id_of(alice, ben), scene.id_of(alice, cleo)];
    let check_in = Content::CheckIn(CheckIn { want: Want::Call, ..CheckIn::default() });
    let refused =
        scene.world.wish(alice, |engine, now| engine.say(group, &members, check_in, Sending::default(), now));
    assert_eq!(refused, Err(OperationError::Blocked));
    // It survives a restart; what came in between is there once it ends.
    scene.world.stop(alice);
    scene.world.start(alice);
    scene.world.run_ms(MINUTE);
    assert_eq!(scene.texts(alice), ["my week"]);
    let arrived = scene.world.engine(alice).last_arrival(&scene.group);
    scene.world.keep_notices(alice);
    scene.unblock(alice, ben);
    assert_eq!(
        scene.texts(alice),
        ["my week", "earlier", "answer me", "about Alice", "I know why", "would you?"]
    );
    assert_eq!(
        scene.follow(alice, arrived).len(),
        5,
        "the sign, too; what was there before the block is not news"
    );
    assert!(scene.heard_of(alice, direct) && scene.links(alice) == [named("Ben", false, false)]);
    let view = scene.world.engine(alice).message(&scene.group, &mine).unwrap().unwrap();
    assert_eq!(view.signs.len(), 1);
}

#[test]
fn a_block_holds_whichever_device_writes_and_does_not_open_a_door() {
    let (mut scene, [_, ben, cleo]) = scene::<3>(Suite::X25519);
    scene.world.let_shield();
    scene.direct(ben, cleo, "hey");
    scene.block(cleo, ben);
    assert!(scene.waiting(cleo).is_empty() && scene.world.engine(cleo).blocks(&scene.group).len() == 1);
    assert_eq!(scene.answer(cleo, ben, true), Err(OperationError::Blocked));
    // Another machine of Ben is Ben.
    let laptop = scene.world.node("Ben's laptop");
    let group = scene.group;
    let ticket = scene.world.wish(ben, |engine, now| engine.offer_device(group, now)).unwrap().to_text();
    scene.world.wish(laptop, |engine, now| engine.join_as_device(&ticket, now)).unwrap();
    assert!(scene.world.run_until(5 * MINUTE, |world| world.is_member(laptop, group)));
    scene.world.run_ms(5 * MINUTE);
    scene.shares(laptop, "from my laptop");
    assert!(scene.texts(cleo).is_empty());
    scene.unblock(cleo, ben);
    assert_eq!(scene.texts(cleo), ["from my laptop"]);
    assert_eq!(scene.waiting(cleo), ["Ben"], "who was not heard before is not heard now");
    let own = scene.id_of(cleo, cleo);
    let refused = scene.world.wish(cleo, |engine, now| engine.block(group, own, now));
    assert_eq!(refused, Err(OperationError::Oneself));
}

#[test]
fn whoever_blocks_their_sponsor_does_not_count_on_them_and_can_end_it() {
    let (mut scene, [alice, ben]) = scene::<2>(Suite::X25519);
    scene.ask(ben, alice);
    scene.accept(alice, ben).unwrap();
    scene.block(ben, alice);
    assert!(scene.sponsors(ben).is_empty());
    assert_eq!(scene.world.engine(alice).sponsees(&scene.group).len(), 1, "a block is silent");
    scene.end(ben, alice).unwrap();
    assert!(scene.links(alice).is_empty());
    scene.unblock(ben, alice);
    assert!(scene.links(ben).is_empty());
}

#[test]
fn a_report_goes_to_the_safety_contacts_and_never_to_whom_it_is_about() {
    let (mut scene, [alice, ben, cleo, dan, eve]) = scene::<5>(Suite::X25519);
    scene.world.let_shield();
    // Without contacts it goes to servants, and not to the one whom it is about.
    assert_eq!(scene.readers(eve, dan), Ok(vec![scene.id_of(eve, alice)]));
    assert_eq!(scene.readers(eve, alice), Err(OperationError::NobodyToTell));
    assert_eq!(scene.readers(eve, eve), Err(OperationError::Oneself));
    let contacts = [ben, cleo].map(|node| scene.identity(alice, node)).to_vec();
    let refused = {
        let (group, body) =
            (scene.group, Body::SafetyContacts(SafetyContacts { contacts: contacts.clone() }));
        scene.world.wish(dan, |engine, now| engine.put_object(group, None, &body, None, now))
    };
    assert_eq!(refused, Err(OperationError::NotPermitted));
    scene.set(alice, &Body::SafetyContacts(SafetyContacts { contacts }));
    let of = |scene: &Scene, nodes: &[NodeId]| {
        let mut ids: Vec<MemberId> = nodes.iter().map(|node| scene.id_of(eve, *node)).collect();
        ids.sort();
        ids
    };
    let sorted = |readers: Result<Vec<MemberId>, OperationError>| {
        let mut readers = readers.unwrap();
        readers.sort();
        readers
    };
    assert_eq!(sorted(scene.readers(eve, dan)), of(&scene, &[ben, cleo]));
    // If a contact is whom it is about, another servant reads it.
    assert_eq!(sorted(scene.readers(eve, ben)), of(&scene, &[alice, cleo]));
    assert_eq!(sorted(scene.readers(ben, dan)).len(), 2, "who reports does not report to themselves");
    scene.block(eve, cleo);
    assert_eq!(sorted(scene.readers(eve, dan)), of(&scene, &[alice, ben]));
    scene.unblock(eve, cleo);

    // Ben is new himself, and Cleo has blocked Eve: a report is heard all the same, and Dan hears nothing.
    scene.block(cleo, eve);
    scene.world.keep_frames(dan);
    let id = scene.report(eve, dan, "he follows me home", &[]).unwrap();
    for node in [ben, cleo] {
        let reports = scene.reports(node);
        assert_eq!(reports.len(), 1, "at {}", scene.world.name(node));
        assert_eq!((reports[0].by_name.as_str(), reports[0].about_name.as_str()), ("Eve", "Dan"));
        assert_eq!(reports[0].text, "he follows me home");
        assert!(scene.waiting(node).is_empty());
    }
    assert!(scene.reports(dan).is_empty() && scene.reports(alice).is_empty());
    assert!(scene.world.messages(dan, scene.group).is_empty());
    assert_eq!(scene.reports(eve).len(), 1);
    assert_eq!(scene.reports(eve)[0].id, id);
    // About Ben, it does not go to Ben, though he is a contact.
    scene.report(eve, ben, "and he laughs", &[]).unwrap();
    assert_eq!((scene.reports(ben).len(), scene.reports(cleo).len(), scene.reports(alice).len()), (1, 2, 1));
}

#[test]
fn a_report_goes_to_those_who_were_named_or_to_nobody() {
    let (mut scene, [alice, ben, cleo]) = scene::<3>(Suite::X25519);
    let (group, about) = (scene.group, scene.id_of(cleo, ben));
    let readers = scene.readers(cleo, ben).unwrap();
    scene.give_role(alice, ben, Role::Servant);
    for readers in [vec![], vec![about], [readers.as_slice(), &[about]].concat()] {
        let reporting = Reporting { about, text: "x", copies: &[], readers: &readers };
        let refused =
            scene.world.wish(cleo, |engine, now| engine.report(group, reporting, Sending::default(), now));
        assert_eq!(refused, Err(OperationError::ReadersChanged));
    }
    assert!(scene.reports(ben).is_empty() && scene.reports(cleo).is_empty());
}

#[test]
fn the_readers_of_a_report_can_check_what_is_enclosed() {
    let (mut scene, [alice, ben, cleo]) = scene::<3>(Suite::X25519);
    scene.world.let_shield();
    let share = scene.shares(ben, "look at her");
    let direct = scene.world.direct(ben, scene.group, cleo, "I know where you live").unwrap();
    scene.world.run_ms(SECOND);
    let mine = scene.shares(cleo, "my own");
    assert_eq!(scene.waiting(cleo), ["Ben"]);
    assert_eq!(scene.report(cleo, ben, "see", &[mine]), Err(OperationError::UnknownMessage));
    // What waits can be enclosed, and what a block hides.
    scene.block(cleo, ben);
    let id = scene.report(cleo, ben, "see", &[share, direct]).unwrap();
    let [report] = scene.reports(alice).try_into().unwrap();
    let mut copies: Vec<(Proof, String)> =
        report.copies.into_iter().map(|copy| (copy.proof, copy.text)).collect();
    copies.sort_by(|one, other| one.1.cmp(&other.1));
    assert_eq!(
        copies,
        [(Proof::InPrivate, "I know where you live".to_owned()), (Proof::InGroup, "look at her".to_owned())]
    );
    // How far a reader is with it, they note for themselves.
    let group = scene.group;
    assert_eq!(report.note, Note::Open);
    scene.world.keep_frames(cleo);
    scene.world.wish(alice, |engine, now| engine.note_report(group, report.id, Note::Talked, now)).unwrap();
    assert!(scene.world.received(cleo).is_empty());
    scene.world.stop(alice);
    scene.world.start(alice);
    assert_eq!(scene.reports(alice)[0].note, Note::Talked);
    let refused = scene.world.wish(cleo, |engine, now| engine.note_report(group, id, Note::Closed, now));
    assert_eq!(refused, Err(OperationError::UnknownMessage), "one's own is not for oneself to note");
    assert!(scene.reports(ben).is_empty());
}

#[test]
fn a_report_is_taken_back_from_everybody() {
    let (mut scene, [alice, ben, cleo]) = scene::<3>(Suite::X25519);
    let id = scene.report(cleo, ben, "I was wrong", &[]).unwrap();
    let group = scene.group;
    let report = scene.reports(alice)[0].id;
    scene.world.wish(alice, |engine, now| engine.note_report(group, report, Note::Talked, now)).unwrap();
    scene.world.wish(cleo, |engine, now| engine.retract(group, id, now)).unwrap();
    scene.world.run_ms(SECOND);
    assert!(scene.reports(alice).is_empty() && scene.reports(cleo).is_empty());
    let notes = scene.world.store(alice).records().into_iter();
    let of_reports = notes.filter(|(key, _)| key.class == Class::Private && key.item.first() == Some(&2));
    assert_eq!(of_reports.count(), 0, "what was noted of it is gone as well");
}

#[test]
fn a_report_to_who_reads_none_waits_like_other_words() {
    let (mut scene, [alice, ben, cleo, dan]) = scene::<4>(Suite::X25519);
    scene.world.let_shield();
    scene.give_role(alice, ben, Role::Servant);
    // Cleo does not know yet that Ben is no servant any more.
    scene.world.partition(&[&[alice, ben], &[cleo, dan]]);
    scene.give_role(alice, ben, Role::Member);
    scene.report(cleo, dan, "he follows me home", &[]).unwrap();
    scene.world.heal();
    scene.world.run_ms(MINUTE);
    assert_eq!(scene.reports(alice).len(), 1);
    assert!(scene.reports(ben).is_empty());
    assert_eq!(scene.waiting(ben), ["Cleo"]);
}
