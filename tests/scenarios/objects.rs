//! What a group has: who may change it, that everybody has the same, newcomers too, and what becomes of slots.

use hearth_core::content::body::{
    Card, CrisisCard, CrisisLine, Guidelines, Introduction, Meeting, MeetingRule, MeetingTimes, Slot, Take,
    TakeState,
};
use hearth_core::content::{Body, Content, Object};
use hearth_core::crypto::DeviceSecret;
use hearth_core::engine::{ObjectView, SlotView};
use hearth_core::error::OperationError;
use hearth_core::event::Role;
use hearth_core::ids::{EventId, IdentityId, MessageId, ObjectId, Timestamp};
use hearth_core::message::Message;
use hearth_core::{Mls, Suite};
use hearth_tests::NodeId;

use crate::forger::Forger;
use crate::returning::lose;
use crate::scene::{DAY, MINUTE, Scene, scene};

const SECOND: u64 = 1000;

pub(crate) fn card(name: &str) -> Body {
    Body::Card(Card { name: name.to_owned(), ..Card::default() })
}

fn guidelines(text: &str) -> Body {
    Body::Guidelines(Guidelines { text: text.to_owned() })
}

fn introduction(text: &str) -> Body {
    Body::Introduction(Introduction { text: text.to_owned() })
}

fn meeting(name: &str, key: Option<&str>) -> Body {
    let zone = Some("America/Denver".to_owned());
    let rule = MeetingRule { weekdays: 1 << 2, start: 19 * 60, zone, ..MeetingRule::default() };
    let (name, key) = (name.to_owned(), key.map(str::to_owned));
    Body::Meeting(Meeting { name, key, times: MeetingTimes::Weekly(rule), ..Meeting::default() })
}

impl Scene {
    pub(crate) fn put(
        &mut self,
        node: NodeId,
        id: Option<ObjectId>,
        body: &Body,
    ) -> Result<ObjectId, OperationError> {
        let group = self.group;
        let put = self.world.wish(node, |engine, now| engine.put_object(group, id, body, None, now));
        self.world.run_ms(SECOND);
        put
    }

    pub(crate) fn withdraw(&mut self, node: NodeId, id: ObjectId) -> Result<(), OperationError> {
        let group = self.group;
        let withdrawn = self.world.wish(node, |engine, now| engine.withdraw_object(group, id, now));
        self.world.run_ms(SECOND);
        withdrawn
    }

    fn things(&self, node: NodeId) -> Vec<ObjectView> {
        self.world.engine(node).objects(&self.group).unwrap()
    }

    /// What a node shows of cards, guidelines and introductions: the words alone, sorted.
    fn words(&self, node: NodeId) -> Vec<String> {
        let words = |object: ObjectView| match object.body {
            Body::Card(card) => Some(card.name),
            Body::Guidelines(guidelines) => Some(guidelines.text),
            Body::Introduction(introduction) => Some(introduction.text),
            _ => None,
        };
        let mut words: Vec<String> = self.things(node).into_iter().filter_map(words).collect();
        words.sort();
        words
    }

    /// The names of the meetings that a node shows, with how many versions stand beside each, sorted.
    fn meetings(&self, node: NodeId) -> Vec<(String, usize)> {
        let named = |object: ObjectView| match object.body {
            Body::Meeting(meeting) => Some((meeting.name, object.beside)),
            _ => None,
        };
        let mut meetings: Vec<_> = self.things(node).into_iter().filter_map(named).collect();
        meetings.sort();
        meetings
    }

    fn slots(&self, node: NodeId) -> Vec<SlotView> {
        self.world.engine(node).slots(&self.group).unwrap()
    }

    /// Whose word counts for the only slot.
    fn taken_by(&self, node: NodeId) -> Option<String> {
        self.slots(node).pop().unwrap().taken.map(|taken| taken.by_name)
    }

    fn take(&mut self, node: NodeId, slot: ObjectId, state: TakeState) {
        let now = self.world.now;
        let known = self.slots(node).into_iter().find(|known| known.slot.id == slot).unwrap();
        let Body::Slot(Slot { at, .. }) = known.slot.body else { panic!("no slot") };
        self.put(node, None, &Body::Take(Take { slot, at, since: now, state })).unwrap();
    }

    fn servant(&mut self, secretary: NodeId, node: NodeId) {
        let (group, member) = (self.group, self.world.member(secretary, self.group, node));
        self.world.wish(secretary, |engine, now| engine.set_role(group, member, Role::Servant, now)).unwrap();
        self.world.run_ms(MINUTE);
    }
}

#[test]
fn p11_newcomers_have_what_the_group_has_and_no_old_shares() {
    let (mut scene, [alice, ben]) = scene::<2>(Suite::X25519);
    scene.put(alice, None, &card("Tuesday night")).unwrap();
    scene.put(ben, None, &introduction("I am Ben")).unwrap();
    scene.share(alice, "said among us");
    assert_eq!(scene.words(ben), ["I am Ben", "Tuesday night"]);
    // Long after the envelopes that carried it are gone, and while its author is away.
    scene.world.run_ms(40 * DAY);
    scene.world.stop(ben);
    let cleo = scene.world.node("Cleo");
    scene.admit(alice, cleo);
    // At once, and not by what neighbours tell each other later.
    assert_eq!(scene.words(cleo), ["I am Ben", "Tuesday night"]);
    assert!(scene.texts(cleo).is_empty());
}

#[test]
fn p11_servants_alone_write_the_one_crisis_card_and_newcomers_get_it() {
    let (mut scene, [alice, ben]) = scene::<2>(Suite::X25519);
    let crisis = |number: &str| {
        let line = CrisisLine { label: "Clinic".into(), number: number.into(), ..CrisisLine::default() };
        Body::CrisisCard(CrisisCard { region: "US".into(), lines: vec![line], text: String::new() })
    };
    let first = scene.put(alice, None, &crisis("555 0100")).unwrap();
    assert_eq!(scene.put(ben, None, &crisis("555 0666")), Err(OperationError::NotPermitted));
    assert_eq!(scene.put(alice, None, &crisis("555 0199")).unwrap(), first);
    let cleo = scene.world.node("Cleo");
    scene.admit(alice, cleo);
    for node in [ben, cleo] {
        let cards: Vec<Body> = scene.things(node).into_iter().map(|object| object.body).collect();
        assert_eq!(cards, [crisis("555 0199")]);
    }
}

#[test]
fn p11_it_is_there_after_restarts_and_comes_back_to_who_lost_a_disk() {
    let (mut scene, [alice, ben, cleo]) = scene::<3>(Suite::X25519);
    scene.put(alice, None, &guidelines("be kind")).unwrap();
    let own = scene.put(ben, None, &introduction("I am Ben")).unwrap();
    for node in [alice, ben] {
        scene.world.stop(node);
        scene.world.start(node);
        assert_eq!(scene.words(node), ["I am Ben", "be kind"]);
    }
    lose(&mut scene.world, ben);
    scene.world.start(ben);
    scene.world.run_ms(15 * MINUTE);
    assert_eq!(scene.words(ben), ["I am Ben", "be kind"]);
    // What comes after it takes its place.
    assert_eq!(scene.put(ben, None, &introduction("Ben, again")).unwrap(), own);
    scene.world.run_ms(MINUTE);
    assert_eq!(scene.words(cleo), ["Ben, again", "be kind"]);
    scene.assert_whole(&[alice, ben, cleo]);
}

#[test]
fn p11_10_servants_write_meetings_and_everybody_has_the_same() {
    let (mut scene, [alice, ben, cleo]) = scene::<3>(Suite::X25519);
    assert_eq!(scene.put(ben, None, &meeting("Ben's", None)), Err(OperationError::NotPermitted));
    let night = scene.put(alice, None, &meeting("Night", None)).unwrap();
    scene.put(alice, None, &meeting("Morning", None)).unwrap();
    assert_eq!(scene.put(ben, Some(night), &meeting("Ben's", None)), Err(OperationError::NotPermitted));
    assert_eq!(scene.withdraw(ben, night), Err(OperationError::NotPermitted));
    scene.servant(alice, ben);
    // Another servant changes what the first one made.
    scene.put(ben, Some(night), &meeting("Late Night", None)).unwrap();
    let everything = [("Late Night".to_owned(), 0), ("Morning".to_owned(), 0)];
    for node in [alice, ben, cleo] {
        assert_eq!(scene.meetings(node), everything);
    }
    scene.withdraw(alice, night).unwrap();
    assert_eq!(scene.meetings(cleo), everything[1..]);
}

#[test]
fn p11_10_two_servants_who_read_the_same_list_apart_make_one_meeting_of_it() {
    let (mut scene, [alice, ben, cleo]) = scene::<3>(Suite::X25519);
    scene.servant(alice, ben);
    scene.world.stop(ben);
    let by_alice = scene.put(alice, None, &meeting("Early", Some("area:early"))).unwrap();
    scene.world.stop(alice);
    scene.world.start(ben);
    let by_ben = scene.put(ben, None, &meeting("Early", Some("area:early"))).unwrap();
    scene.put(ben, None, &meeting("Early", Some("town:early"))).unwrap();
    assert_eq!(by_alice, by_ben);
    scene.world.start(alice);
    scene.world.run_ms(5 * MINUTE);
    for node in [alice, ben, cleo] {
        assert_eq!(scene.meetings(node), [("Early".to_owned(), 0), ("Early".to_owned(), 1)]);
    }
    // Whoever writes next takes the place of both.
    scene.put(alice, Some(by_alice), &meeting("Early Birds", Some("area:early"))).unwrap();
    for node in [alice, ben, cleo] {
        assert_eq!(scene.meetings(node), [("Early".to_owned(), 0), ("Early Birds".to_owned(), 0)]);
    }
    // What as a whole is more than an object holds is refused here, and not by everybody else.
    let Body::Meeting(mut large) = meeting("Early", None) else { panic!("no meeting") };
    let text = || Some("x".repeat(8 * 1024));
    (large.notes, large.group_notes, large.place.notes) = (text(), text(), text());
    assert!(matches!(scene.put(alice, None, &Body::Meeting(large)), Err(OperationError::OutOfBounds(_))));
    // A meeting of a list stays that of the list.
    let other = scene.put(alice, Some(by_alice), &meeting("Early", Some("area:late")));
    assert!(matches!(other, Err(OperationError::OutOfBounds(_))));
}

#[test]
fn p11_only_who_may_changes_what_the_group_has() {
    let (mut scene, [alice, ben, cleo]) = scene::<3>(Suite::X25519);
    scene.put(alice, None, &card("Tuesday night")).unwrap();
    assert_eq!(scene.put(ben, None, &card("Ben's night")), Err(OperationError::NotPermitted));
    let slot = Body::Slot(Slot { what: "coffee".into(), at: scene.world.now, note: None });
    let slot = scene.put(ben, None, &slot).unwrap();
    assert_eq!(scene.withdraw(cleo, slot), Err(OperationError::NotPermitted));
    let hello = scene.put(ben, None, &introduction("I am Ben")).unwrap();
    // Not even the secretary speaks for somebody.
    assert_eq!(scene.withdraw(alice, hello), Err(OperationError::NotPermitted));
    assert_eq!(
        scene.put(ben, Some(hello), &card("x")),
        Err(OperationError::Unfitting("it is of another kind"))
    );
    assert_eq!(
        scene.put(ben, Some(ObjectId([9; 32])), &introduction("x")),
        Err(OperationError::UnknownObject)
    );
    let empty = scene.put(ben, None, &introduction(""));
    assert!(matches!(empty, Err(OperationError::OutOfBounds(_))));
    scene.withdraw(alice, slot).unwrap();
    scene.withdraw(ben, hello).unwrap();
    for node in [alice, ben, cleo] {
        assert_eq!(scene.words(node), ["Tuesday night"]);
        assert!(scene.slots(node).is_empty());
    }
    let may: Vec<bool> = [alice, ben].map(|node| scene.things(node).pop().unwrap().may_change).into();
    assert_eq!(may, [true, false]);
}

#[test]
fn p11_what_is_written_without_the_right_to_it_counts_nowhere() {
    let (mut scene, [alice, ben, cleo]) = scene::<3>(Suite::X25519);
    scene.put(alice, None, &card("Tuesday night")).unwrap();
    scene.put(cleo, None, &introduction("I am Cleo")).unwrap();
    let head = scene.world.engine(ben).group(&scene.group).unwrap().head.unwrap();
    let cleos = scene.things(ben).into_iter().find_map(|object| object.owner).unwrap();
    scene.world.stop(ben);
    let now = scene.world.now;
    let mut forger = Forger::of(scene.world.store(ben), scene.group, head, now);
    let heads = forger.position().heads;
    let forged = |owner: IdentityId, body: &Body, as_of: Vec<EventId>| {
        let (kind, bytes) = body.encode().unwrap();
        Object { owner, salt: [0; 16], kind, body: Some(bytes), over: Vec::new(), as_of }
    };
    let objects = [
        forged(IdentityId([0; 32]), &card("Ben's night"), heads.clone()),
        forged(cleos, &introduction("I drink"), heads.clone()),
        // As if it were of the time before anybody was in.
        forged(IdentityId([0; 32]), &card("Ben's night"), vec![EventId::from(scene.group)]),
        // It stands on what nobody has.
        forged(IdentityId([0; 32]), &card("Ben's night"), vec![EventId([7; 32])]),
    ];
    let words: Vec<Vec<u8>> = objects
        .into_iter()
        .zip(1000..)
        .map(|(object, mseq)| signed(&forger, mseq, now, Content::Object(object)).as_bytes().to_vec())
        .collect();
    forger.pass_on::<Mls>(&words);
    forger.tell_states(&words);
    forger.finish();
    scene.world.start(ben);
    scene.world.run_ms(5 * MINUTE);
    for node in [alice, cleo, ben] {
        assert_eq!(scene.words(node), ["I am Cleo", "Tuesday night"]);
        assert!(scene.things(node).iter().all(|thing| thing.beside == 0), "nor does it stand beside");
    }
    // The liar's own keys were used twice, but for the others nothing has happened.
    scene.assert_of_one_mind(&[alice, cleo]);
}

fn signed(forger: &Forger, mseq: u64, now: Timestamp, content: Content) -> Message {
    let device = DeviceSecret::from_seed(&forger.device.seed());
    Message::write(&device, forger.group, mseq, Vec::<MessageId>::new(), now, &content).unwrap()
}

#[test]
fn p11_versions_written_apart_end_the_same_everywhere() {
    let (mut scene, [alice, ben, cleo, dan]) = scene::<4>(Suite::X25519);
    scene.servant(alice, ben);
    scene.put(alice, None, &card("Tuesday night")).unwrap();
    scene.world.partition(&[&[alice, cleo], &[ben, dan]]);
    scene.world.run_ms(MINUTE);
    scene.put(alice, None, &card("Tuesday, at seven")).unwrap();
    scene.world.run_ms(MINUTE);
    scene.put(ben, None, &card("Tuesday, at eight")).unwrap();
    assert_eq!(
        (scene.words(cleo), scene.words(dan)),
        (vec!["Tuesday, at seven".into()], vec!["Tuesday, at eight".into()])
    );
    scene.world.heal();
    scene.world.run_ms(15 * MINUTE);
    for node in [alice, ben, cleo, dan] {
        let things = scene.things(node);
        assert_eq!((scene.words(node), things[0].beside), (vec!["Tuesday, at eight".to_owned()], 1));
    }
    // Who writes next has seen both.
    scene.put(alice, None, &card("Tuesday, half past seven")).unwrap();
    scene.world.run_ms(MINUTE);
    for node in [alice, ben, cleo, dan] {
        let things = scene.things(node);
        assert_eq!((scene.words(node), things[0].beside), (vec!["Tuesday, half past seven".to_owned()], 0));
    }
}

#[test]
fn p11_who_has_the_right_today_counts_before_who_had_it() {
    let (mut scene, [alice, ben, cleo]) = scene::<3>(Suite::X25519);
    scene.servant(alice, ben);
    scene.put(alice, None, &card("Tuesday night")).unwrap();
    scene.world.partition(&[&[alice, cleo], &[ben]]);
    scene.world.run_ms(MINUTE);
    scene.put(alice, None, &card("Tuesday, at seven")).unwrap();
    let (group, member) = (scene.group, scene.world.member(alice, scene.group, ben));
    scene.world.wish(alice, |engine, now| engine.set_role(group, member, Role::Member, now)).unwrap();
    scene.world.run_ms(MINUTE);
    scene.put(ben, None, &card("Ben's night")).unwrap();
    scene.world.heal();
    scene.world.run_ms(15 * MINUTE);
    for node in [alice, ben, cleo] {
        assert_eq!(scene.words(node), ["Tuesday, at seven"]);
    }
    // What somebody wrote in their time stays when they hand the service on.
    assert_eq!(scene.put(ben, None, &card("mine")), Err(OperationError::NotPermitted));
}

#[test]
fn p11_what_somebody_wrote_who_is_out_reaches_also_who_came_later() {
    let (mut scene, [alice, ben, cleo]) = scene::<3>(Suite::X25519);
    scene.servant(alice, ben);
    scene.world.partition(&[&[alice], &[ben, cleo]]);
    scene.world.run_ms(MINUTE);
    scene.put(ben, None, &card("Tuesday night")).unwrap();
    scene.world.remove(alice, scene.group, ben).unwrap();
    let dan = scene.world.node("Dan");
    scene.admit(alice, dan);
    scene.world.stop(ben);
    scene.world.run_ms(MINUTE);
    scene.world.heal();
    scene.world.run_ms(30 * MINUTE);
    // Dan never had the keys that Ben wrote it under.
    for node in [alice, cleo, dan] {
        assert_eq!(scene.words(node), ["Tuesday night"], "{}", scene.world.name(node));
    }
    scene.assert_whole(&[alice, cleo, dan]);
}

#[test]
fn a_slot_that_two_took_apart_is_the_earlier_ones_everywhere() {
    let (mut scene, [alice, ben, cleo]) = scene::<3>(Suite::X25519);
    let at = scene.world.now.plus_ms(2 * DAY);
    let slot = scene.put(alice, None, &Body::Slot(Slot { what: "coffee".into(), at, note: None })).unwrap();
    scene.world.partition(&[&[alice, ben], &[cleo]]);
    scene.world.run_ms(MINUTE);
    scene.take(cleo, slot, TakeState::Taken);
    scene.world.run_ms(MINUTE);
    scene.take(ben, slot, TakeState::Taken);
    assert_eq!((scene.taken_by(alice), scene.taken_by(cleo)), (Some("Ben".into()), Some("Cleo".into())));
    scene.world.heal();
    scene.world.run_ms(5 * MINUTE);
    for node in [alice, ben, cleo] {
        assert_eq!(scene.taken_by(node).as_deref(), Some("Cleo"));
    }
    // She would like to swap: Ben, who said yes as well, has it.
    scene.take(cleo, slot, TakeState::SwapWanted);
    scene.world.run_ms(MINUTE);
    assert_eq!([alice, ben, cleo].map(|node| scene.taken_by(node)), [(); 3].map(|()| Some("Ben".to_owned())));
    // A month after its time nobody needs it.
    scene.world.let_fade();
    scene.world.run_ms(33 * DAY);
    assert!(scene.slots(alice).is_empty() && scene.slots(cleo).is_empty());
}

#[test]
fn p11_8_a_slot_of_somebody_who_left_is_open_again() {
    let (mut scene, [alice, ben, cleo]) = scene::<3>(Suite::X25519);
    let at = scene.world.now.plus_ms(2 * DAY);
    let slot = scene.put(alice, None, &Body::Slot(Slot { what: "coffee".into(), at, note: None })).unwrap();
    scene.take(ben, slot, TakeState::Taken);
    assert_eq!(scene.taken_by(cleo).as_deref(), Some("Ben"));
    let group = scene.group;
    scene.world.wish(ben, |engine, now| engine.leave_group(group, now)).unwrap();
    scene.world.run_ms(5 * MINUTE);
    assert_eq!([alice, cleo].map(|node| scene.taken_by(node)), [None, None]);
    scene.take(cleo, slot, TakeState::Taken);
    assert_eq!(scene.taken_by(alice).as_deref(), Some("Cleo"));
}

#[test]
fn p11_4_versions_that_stand_side_by_side_can_all_be_read() {
    let (mut scene, [alice, ben, cleo]) = scene::<3>(Suite::X25519);
    scene.servant(alice, ben);
    let id = scene.put(alice, None, &card("Tuesday")).unwrap();
    scene.world.partition(&[&[alice, cleo], &[ben]]);
    scene.world.run_ms(MINUTE);
    scene.put(alice, None, &card("Tuesday at eight")).unwrap();
    scene.world.run_ms(MINUTE);
    scene.withdraw(ben, id).unwrap();
    scene.world.heal();
    scene.world.run_ms(5 * MINUTE);
    for node in [alice, ben, cleo] {
        let versions = scene.world.engine(node).object_versions(&scene.group, &id).unwrap();
        let said: Vec<_> = versions
            .iter()
            .map(|version| match &version.body {
                Some(Body::Card(card)) => (Some(card.name.as_str()), version.by_name.as_str()),
                _ => (None, version.by_name.as_str()),
            })
            .collect();
        assert_eq!(said, [(None, "Ben"), (Some("Tuesday at eight"), "Alice")]);
    }
    // Whoever writes next takes the place of all.
    scene.put(alice, None, &card("Tuesday again")).unwrap();
    assert_eq!(scene.world.engine(cleo).object_versions(&scene.group, &id).unwrap().len(), 1);
}

#[test]
fn what_is_of_a_later_version_is_kept_and_handed_on() {
    let (mut scene, [alice, ben, cleo]) = scene::<3>(Suite::X25519);
    let head = scene.world.engine(ben).group(&scene.group).unwrap().head.unwrap();
    scene.world.stop(ben);
    let now = scene.world.now;
    let mut forger = Forger::of(scene.world.store(ben), scene.group, head, now);
    let as_of = forger.position().heads;
    let later = Object {
        owner: IdentityId([5; 32]),
        salt: [0; 16],
        kind: 999,
        body: Some(b"of the year 2030".to_vec()),
        over: Vec::new(),
        as_of,
    };
    let words = signed(&forger, 1000, now, Content::Object(later)).as_bytes().to_vec();
    forger.pass_on::<Mls>(std::slice::from_ref(&words));
    forger.finish();
    scene.world.start(ben);
    scene.world.run_ms(5 * MINUTE);
    assert!(scene.things(alice).is_empty());
    scene.world.run_ms(40 * DAY);
    scene.world.stop(ben);
    let dan = scene.world.node("Dan");
    scene.admit(alice, dan);
    scene.world.run_ms(5 * MINUTE);
    for node in [alice, cleo, dan] {
        let holds = scene
            .world
            .store(node)
            .records()
            .into_iter()
            .any(|(key, value)| key.class == hearth_core::store::Class::ParkedObject && *value == *words);
        assert!(holds, "{}", scene.world.name(node));
    }
}

#[test]
fn neighbours_who_have_the_same_say_nothing_more() {
    let (mut scene, [alice, ben]) = scene::<2>(Suite::X25519);
    scene.put(alice, None, &card("Tuesday night")).unwrap();
    scene.world.run_ms(12 * 60 * MINUTE);
    let (before, _) = scene.world.engine(ben).room_size(&scene.group);
    // Equal neighbours say nothing more.
    scene.world.run_ms(12 * 60 * MINUTE);
    assert_eq!(scene.world.engine(ben).room_size(&scene.group).0, before);
}
