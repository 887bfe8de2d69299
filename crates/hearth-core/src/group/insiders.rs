//! Members who lie: what their commits, welcomes, words and packages do to the others.
//!
//! Owns a room of a few groups without an engine between them, so that a member can say what no honest node says.

use super::*;
use crate::Mls;
use crate::content::{Content, Keys, Share};
use crate::crypto::EngineRng;
use crate::envelope::Envelope;
use crate::error::OperationError;
use crate::event::Commit;
use crate::ids::{EnvelopeId, IdentityId};
use crate::payload::{PairOpening, Payload};
use crate::store::{ReadStore, StoreError, Value};
use crate::turn::Gathered;

const NOW: Timestamp = Timestamp(1_790_000_000_000);
const MINUTE: u64 = 60_000;
const TICKET_MS: u64 = 1000 * MINUTE;

#[derive(Default)]
struct Disk(BTreeMap<Key, Vec<u8>>);

impl ReadStore for Disk {
    fn get(&self, key: &Key) -> Result<Option<Value>, StoreError> {
        Ok(self.0.get(key).map(|value| value.clone().into()))
    }

    fn scan(
        &self,
        class: Class,
        partition: &[u8; 32],
        visit: &mut dyn FnMut(&[u8], Value),
    ) -> Result<(), StoreError> {
        let found = self.0.iter().filter(|(key, _)| key.class == class && key.partition == *partition);
        found.for_each(|(key, value)| visit(&key.item, value.clone().into()));
        Ok(())
    }
}

/// Somebody with a disk, who hears a room.
struct Insider {
    disk: Disk,
    rng: EngineRng,
    now: Timestamp,
    group: Group<Mls>,
    /// Envelopes that need no further look.
    done: BTreeSet<EnvelopeId>,
    /// What was shown.
    read: Vec<String>,
    /// Devices that stand in a session with it.
    connected: BTreeSet<DeviceId>,
}

/// What everybody hears.
type Room = Vec<Envelope>;

impl Insider {
    fn make(number: u8, begin: impl FnOnce(&mut Turn<'_>) -> Group<Mls>, room: &mut Room) -> Self {
        let mut rng = EngineRng::from_seed([number; 32]);
        let (mut disk, connected) = (Disk::default(), BTreeSet::new());
        let mut turn = Turn {
            store: &disk,
            rng: &mut rng,
            now: NOW,
            is_clock_believed: true,
            connected: &connected,
            out: Gathered::default(),
        };
        let group = begin(&mut turn);
        let out = turn.out;
        write(&mut disk, &out);
        room.extend(out.posts.into_iter().map(|post| post.envelope));
        let (done, read) = (BTreeSet::new(), Vec::new());
        Self { disk, rng, now: NOW, group, done, read, connected }
    }

    /// Does something, and posts what comes of it.
    fn act<T>(&mut self, room: &mut Room, act: impl FnOnce(&mut Group<Mls>, &mut Turn<'_>) -> T) -> T {
        let mut turn = Turn {
            store: &self.disk,
            rng: &mut self.rng,
            now: self.now,
            is_clock_believed: true,
            connected: &self.connected,
            out: Gathered::default(),
        };
        let value = act(&mut self.group, &mut turn);
        let out = turn.out;
        write(&mut self.disk, &out);
        for (_, delivered) in &out.delivered {
            if let (Content::Share(text), false) = (delivered.message.content(), delivered.is_hidden) {
                self.read.push(text.text);
            }
        }
        for post in out.posts {
            self.done.insert(post.envelope.id());
            room.push(post.envelope);
        }
        value
    }

    /// Takes what is new in the room until nothing more comes of it.
    fn hear(&mut self, room: &mut Room) {
        loop {
            let mut is_news = false;
            for envelope in room.clone() {
                let Some((payload, origin)) = self.open(&envelope) else { continue };
                let handled = self.act(room, |group, turn| {
                    let handled = group.handle_payload(turn, payload, origin).unwrap();
                    group.settle(turn).unwrap();
                    handled
                });
                if matches!(handled, Handled::Done | Handled::Pair { .. }) {
                    self.done.insert(envelope.id());
                    is_news = true;
                }
            }
            if !is_news {
                return;
            }
        }
    }

    fn open(&self, envelope: &Envelope) -> Option<(Payload, KeyOrigin)> {
        if self.done.contains(&envelope.id()) {
            return None;
        }
        let origin = self.group.key_for(envelope.nonce(), envelope.hint())?;
        Some((Payload::decode(&self.group.open(envelope, origin)?)?, origin))
    }

    /// Lets time pass.
    fn wait(&mut self, room: &mut Room, ms: u64) {
        self.now = self.now.plus_ms(ms);
        self.act(room, |group, turn| {
            group.handle_timeout(turn).unwrap();
            group.settle(turn).unwrap();
        });
    }

    fn share(&mut self, room: &mut Room, text: &str) -> Message {
        let content = Content::Share(Share::plain(text));
        self.act(room, |group, turn| {
            let id = group.write(turn, &content, None).unwrap();
            let bytes = turn.out.writes.pending(&Key::new(Class::Message, &group.id.0, &id.0));
            Message::parse(bytes.flatten().unwrap()).unwrap()
        })
    }

    fn device(&self) -> DeviceId {
        self.group.device.public()
    }

    fn head(&self) -> EpochId {
        self.group.head.unwrap()
    }

    fn package(&self) -> Vec<u8> {
        self.group.own_keys[0].package.clone()
    }
}

fn write(disk: &mut Disk, out: &Gathered) {
    for (key, value) in out.writes.iter() {
        match value {
            Some(value) => disk.0.insert(key.clone(), value.to_vec()),
            None => disk.0.remove(key),
        };
    }
}

fn founder(room: &mut Room) -> Insider {
    let found = |turn: &mut Turn<'_>| Group::found(turn, "Tuesday Night", "Alice", Suite::X25519).unwrap();
    let mut alice = Insider::make(1, found, room);
    alice.act(room, |group, turn| group.settle(turn).unwrap());
    alice
}

/// Somebody who has asked to be let in by a ticket of `inviter`.
fn joiner(inviter: &mut Insider, number: u8, role: Role, room: &mut Room) -> Insider {
    let expires = NOW.plus_ms(TICKET_MS);
    let ticket = inviter.act(room, |group, turn| group.invite(turn, role, 1, expires, Vec::new()).unwrap());
    Insider::make(number, |turn| Group::begin_join(turn, ticket, "Somebody", None).unwrap(), room)
}

/// A secretary and members who all know of one another.
fn group_of<const N: usize>(roles: [Role; N]) -> (Room, Insider, [Insider; N]) {
    let mut room = Room::new();
    let mut alice = founder(&mut room);
    let mut others: Vec<Insider> = Vec::new();
    for (number, role) in roles.into_iter().enumerate() {
        let other = joiner(&mut alice, 2 + number as u8, role, &mut room);
        others.push(other);
        alice.hear(&mut room);
        alice.wait(&mut room, 1);
        for other in &mut others {
            other.hear(&mut room);
        }
        alice.hear(&mut room);
    }
    for other in &others {
        assert_eq!((other.head(), &other.group.phase), (alice.head(), &Phase::Member));
    }
    (room, alice, others.try_into().ok().unwrap())
}

/// Makes a commit on the head, and publishes one that says something else of it.
fn publish_lie(
    liar: &mut Insider,
    room: &mut Room,
    drop: &[DeviceId],
    lie: impl FnOnce(&mut Commit),
) -> EpochId {
    let parent = liar.head();
    liar.act(room, |group, turn| {
        group.load_state(turn, &parent).unwrap();
        let state = group.slots[&parent].state.as_ref().unwrap();
        let new = state.commit(&group.device, &[], drop, turn.rng).unwrap();
        let mut commit = Commit {
            parent,
            add: new.added.clone(),
            drop: new.dropped.clone(),
            mls: new.commit.clone(),
            authenticator_hash: new.next.authenticator_hash(),
        };
        lie(&mut commit);
        EpochId::from(group.publish(turn, Body::Commit(commit), Some(parent)).unwrap())
    })
}

#[test]
fn a_commit_that_is_not_what_it_claims_is_rejected_by_all() {
    for is_about_lists in [true, false] {
        let (mut room, mut alice, [mut ben, mut cleo, mallory]) = group_of([Role::Member; 3]);
        let (mut liar, parent) = (mallory, alice.head());
        let drops = if is_about_lists { vec![cleo.device()] } else { Vec::new() };
        let lie = publish_lie(&mut liar, &mut room, &drops, |commit| {
            if is_about_lists {
                commit.drop.clear();
            } else {
                commit.authenticator_hash = [1; 32];
            }
        });
        for other in [&mut alice, &mut ben, &mut cleo] {
            other.hear(&mut room);
            assert!(other.group.epochs.node(&lie).is_some(), "the log alone does not tell");
            assert!(other.group.epochs.is_unprocessable(&lie) && !other.group.slots.contains_key(&lie));
            assert_eq!(other.head(), parent);
        }
        ben.share(&mut room, "we go on");
        cleo.hear(&mut room);
        assert_eq!(cleo.read, ["we go on"]);
    }
}

/// An admin lies about keys before two people come who cannot know it; what the log says is a tie, in which the lie wins.
fn newcomers_after_a_lie(number: u8) -> Option<(Room, [Insider; 3])> {
    let mut room = Room::new();
    let mut alice = founder(&mut room);
    let mut mallory = joiner(&mut alice, number, Role::Member, &mut room);
    for _ in 0..2 {
        alice.hear(&mut room);
        alice.wait(&mut room, 1);
        mallory.hear(&mut room);
    }
    let head = alice.head();
    alice.act(&mut room, |group, turn| {
        let member = *group.resolution.member_of(&mallory.device()).unwrap().0;
        group.publish(turn, Body::SetRole { member, role: Role::Servant }, Some(head)).unwrap();
    });
    mallory.hear(&mut room);
    let lie = publish_lie(&mut mallory, &mut room, &[alice.device()], |commit| commit.drop.clear());
    alice.hear(&mut room);
    assert!(alice.group.epochs.is_unprocessable(&lie));
    let mut newcomers = [100, 101].map(|number| joiner(&mut alice, number, Role::Member, &mut room));
    for _ in 0..3 {
        alice.hear(&mut room);
        alice.wait(&mut room, 1);
        newcomers.iter_mut().for_each(|newcomer| newcomer.hear(&mut room));
    }
    let is_taken_in = newcomers
        .iter()
        .all(|one| one.group.phase == Phase::Member && one.head() == lie && !one.group.is_ready());
    let [ben, cleo] = newcomers;
    is_taken_in.then_some((room, [alice, ben, cleo]))
}

#[test]
fn who_asks_in_vain_votes_where_there_are_keys() {
    let (mut room, [mut alice, mut ben, mut cleo]) = (2..60).find_map(newcomers_after_a_lie).unwrap();
    // The first time they ask, nobody has had the time to answer.
    for newcomer in [&mut ben, &mut cleo] {
        newcomer.connected = BTreeSet::from([alice.device()]);
        newcomer.wait(&mut room, 1);
        newcomer.wait(&mut room, 2 * MINUTE);
    }
    for newcomer in [&mut ben, &mut cleo] {
        newcomer.hear(&mut room);
        assert!(newcomer.group.asked_at.is_some() && !newcomer.group.is_ready());
    }
    ben.wait(&mut room, 62 * MINUTE);
    for one in [&mut cleo, &mut alice, &mut ben] {
        one.hear(&mut room);
        assert!(one.group.is_ready());
    }
    ben.share(&mut room, "we go on");
    for other in [&mut alice, &mut cleo] {
        other.hear(&mut room);
        assert_eq!(other.read, ["we go on"]);
    }
}

#[test]
fn a_welcome_that_is_not_what_its_commit_announced_is_forgotten() {
    let mut room = Room::new();
    let mut alice = founder(&mut room);
    let mut ben = joiner(&mut alice, 2, Role::Member, &mut room);
    let parent = alice.head();
    let before = room.len();
    alice.hear(&mut room);
    alice.wait(&mut room, 1);
    let epoch = alice.head();
    assert_ne!(epoch, parent);

    // What Alice gives Ben are keys of a branch that nobody else has, and the log under them.
    let package = ben.package();
    let dump = Payload::Dump {
        events: alice.group.log.entries().iter().map(|entry| entry.event.as_bytes().to_vec()).collect(),
        states: Vec::new(),
    };
    let mut fake = Room::new();
    alice.act(&mut fake, |group, turn| {
        group.load_state(turn, &parent).unwrap();
        let state = group.slots[&parent].state.as_ref().unwrap();
        let other = state.commit(&group.device, &[package], &[], turn.rng).unwrap();
        let device = other.added[0];
        let welcome = Payload::Welcome { device, epoch, mls: other.welcome.unwrap() };
        turn.post(&group.room_id, &welcome_key(&group.room, &device), &welcome, None).unwrap();
        let secret = other.next.exporter("hearth envelope", &group.room_id.0).unwrap();
        turn.post(&group.room_id, &EnvelopeKey::from_secret(&secret), &dump, None).unwrap();
    });
    ben.hear(&mut fake);
    assert!(ben.group.log.event(&epoch.into()).is_some(), "the log has arrived");
    assert!(!ben.group.slots.contains_key(&epoch));
    assert!(matches!(ben.group.phase, Phase::Joining { .. }));
    // The true one is as good as before.
    let mut honest = room.split_off(before);
    ben.hear(&mut honest);
    assert_eq!((&ben.group.phase, ben.head()), (&Phase::Member, epoch));
}

#[test]
fn a_welcome_to_other_leaves_than_the_log_tells_is_forgotten() {
    for has_listener in [false, true] {
        let mut room = Room::new();
        let mut alice = founder(&mut room);
        let mut ben = joiner(&mut alice, 2, Role::Member, &mut room);
        let listener = joiner(&mut alice, 3, Role::Member, &mut Room::new());
        let device = ben.device();
        let mut packages = vec![ben.package()];
        packages.extend(has_listener.then(|| listener.package()));
        let parent = alice.head();
        alice.hear(&mut room);
        // The log tells of Ben alone, and everything else is as announced.
        let epoch = alice.act(&mut room, |group, turn| {
            let (_, pending) =
                group.joins.iter().next().map(|(id, join)| (*id, join.request.clone())).unwrap();
            group.publish(turn, Body::Admit(pending.admission), Some(parent)).unwrap();
            group.load_state(turn, &parent).unwrap();
            let state = group.slots[&parent].state.as_ref().unwrap();
            let new = state.commit(&group.device, &packages, &[], turn.rng).unwrap();
            let commit = Commit {
                parent,
                add: vec![device],
                drop: Vec::new(),
                mls: new.commit,
                authenticator_hash: new.next.authenticator_hash(),
            };
            let epoch = EpochId::from(group.publish(turn, Body::Commit(commit), Some(parent)).unwrap());
            let welcome = Payload::Welcome { device, epoch, mls: new.welcome.unwrap() };
            turn.post(&group.room_id, &welcome_key(&group.room, &device), &welcome, None).unwrap();
            let events = group.log.entries().iter().map(|entry| entry.event.as_bytes().to_vec()).collect();
            let secret = new.next.exporter("hearth envelope", &group.room_id.0).unwrap();
            let dump = Payload::Dump { events, states: Vec::new() };
            turn.post(&group.room_id, &EnvelopeKey::from_secret(&secret), &dump, None).unwrap();
            epoch
        });
        ben.hear(&mut room);
        assert!(ben.group.log.event(&epoch.into()).is_some(), "the log has arrived");
        assert_eq!(ben.group.slots.contains_key(&epoch), !has_listener);
        assert_eq!(ben.group.phase == Phase::Member, !has_listener);
    }
}

#[test]
fn who_cannot_follow_a_commit_goes_on_behind_it_with_a_new_leaf() {
    let (mut room, mut alice, [mut ben, mut cleo]) = group_of([Role::Member; 2]);
    let before = alice.head();
    // An insider can seal nonsense to one part of the tree: Ben cannot follow what all others can.
    let broken = publish_lie(&mut cleo, &mut room, &[], |_| {});
    ben.group.epochs.mark_unprocessable(broken);
    ben.hear(&mut room);
    alice.hear(&mut room);
    assert_eq!((ben.head(), alice.head()), (before, broken));
    ben.group.note_peer_head(crate::ids::PeerId([1; 32]), broken);
    ben.wait(&mut room, 1);
    ben.wait(&mut room, 2 * MINUTE);
    alice.hear(&mut room);
    alice.wait(&mut room, 1);
    alice.wait(&mut room, 2 * MINUTE);
    assert_ne!(alice.head(), broken);
    ben.hear(&mut room);
    assert_eq!(ben.head(), alice.head());
    // From the disk alone as well.
    let record = ben.disk.0[&Key::global(Class::Group, &ben.group.id.0)].clone();
    ben.group = Group::load(&ben.disk, ben.group.id, &record).unwrap();
    ben.wait(&mut room, 1);
    assert_eq!(ben.head(), alice.head());
    alice.share(&mut room, "together");
    ben.hear(&mut room);
    assert_eq!(ben.read, ["together"]);
}

#[test]
fn who_asks_for_a_new_leaf_claims_no_keys_that_it_lacks() {
    let (mut room, alice, [mut ben, _]) = group_of([Role::Member; 2]);
    // Too old to be kept.
    ben.group.slots.clear();
    ben.wait(&mut room, 1);
    ben.wait(&mut room, 2 * MINUTE);
    let opened = room.iter().filter_map(|envelope| alice.open(envelope));
    let asked = opened.filter_map(|(payload, _)| match payload {
        Payload::Rescue { request, .. } => Some(request.reached),
        _ => None,
    });
    assert_eq!(asked.collect::<Vec<_>>(), [None]);
}

#[test]
fn nobody_passes_on_anothers_words_as_fresh_ones() {
    let (mut room, mut alice, [mut ben, mut cleo]) = group_of([Role::Member; 2]);
    let head = alice.head();
    // Ben has kept what Alice wrote; Cleo never got it.
    let words = alice.share(&mut Room::new(), "I give up");
    ben.act(&mut room, |group, turn| {
        group.load_state(turn, &head).unwrap();
        let slot = group.slots.get_mut(&head).unwrap();
        let sealed =
            slot.state.as_mut().unwrap().seal(&group.device, words.as_bytes(), &[], turn.rng).unwrap();
        turn.post(&group.room_id, &slot.key, &Payload::Message(sealed), None).unwrap();
    });
    cleo.hear(&mut room);
    assert_eq!(cleo.read, Vec::<String>::new());
    alice.share(&mut room, "I go on");
    cleo.hear(&mut room);
    assert_eq!(cleo.read, ["I go on"]);
}

#[test]
fn a_package_that_is_not_its_authors_is_not_accepted() {
    let (mut room, mut alice, [mut mallory]) = group_of([Role::Member]);
    let stranger = joiner(&mut alice, 9, Role::Member, &mut Room::new());
    let before = alice.group.keys_of(&mallory.device()).unwrap();
    let keys = Keys { package: stranger.package(), inbox: before.inbox.clone() };
    publish_keys(&mut mallory, keys, &mut room);
    alice.hear(&mut room);
    assert_eq!(alice.group.keys_of(&mallory.device()), Some(before));
}

#[test]
fn a_private_pair_in_which_a_third_one_listens_is_not_taken_up() {
    for is_overheard in [false, true] {
        let (mut room, mut alice, [mut ben, cleo]) = group_of([Role::Member; 2]);
        let listeners = if is_overheard { vec![cleo.package()] } else { Vec::new() };
        let (partner, packages) = (ben.device(), [vec![ben.package()], listeners].concat());
        let opening = alice.act(&mut room, |home, turn| {
            let kind = GroupKind::Pair { home: home.id };
            let device = DeviceSecret::from_seed(&home.device.seed());
            let mut pair: Group<Mls> =
                Group::create(turn, Some(home.id), home.room.clone(), device, "Alice", kind, home.suite)
                    .unwrap();
            let identity = crate::event::Identity { device: partner, name: "Ben".to_owned() };
            pair.publish(turn, Body::Add { identity, role: Role::Member }, None).unwrap();
            pair.refresh();
            let parent = pair.head.unwrap();
            let state = pair.slots[&parent].state.as_ref().unwrap();
            let new: crate::keys::NewEpoch<Mls> =
                state.commit(&pair.device, &packages, &[], turn.rng).unwrap();
            let commit = Commit {
                parent,
                add: vec![partner],
                drop: Vec::new(),
                mls: new.commit,
                authenticator_hash: new.next.authenticator_hash(),
            };
            let epoch = EpochId::from(pair.publish(turn, Body::Commit(commit), None).unwrap());
            let events = pair.log.entries().iter().map(|entry| entry.event.as_bytes().to_vec()).collect();
            PairOpening { pair: pair.id, events, epoch, welcome: new.welcome.unwrap() }
        });
        let under = ben.group.head.unwrap();
        let taken = ben.act(&mut room, |home, turn| home.accept_pair(turn, opening, &under).unwrap());
        assert_eq!(taken.is_some(), !is_overheard);
    }
}

#[test]
fn who_may_not_commit_waits_until_the_keys_are_clean() {
    let (mut room, mut alice, [ben, mut nina]) = group_of([Role::Member, Role::Newcomer]);
    let (head, identity) = (alice.head(), IdentityId(ben.device().0));
    // The word of the removal is faster than the new keys.
    alice.act(&mut room, |group, turn| {
        group.publish(turn, Body::Remove { identity }, Some(head)).unwrap();
    });
    nina.hear(&mut room);
    assert!(!nina.group.is_clean(&head));
    let mut said = Room::new();
    nina.share(&mut said, "without Ben");
    assert_eq!((said.len(), nina.group.waiting.len()), (0, 1));
    // She plans, and does it when its time has come.
    alice.wait(&mut room, 1);
    alice.wait(&mut room, 2 * MINUTE);
    nina.hear(&mut room);
    assert_eq!((nina.head() == head, nina.group.waiting.len()), (false, 0));
    alice.hear(&mut room);
    assert_eq!(alice.read, ["without Ben"]);
}

#[test]
fn after_a_doubt_numbers_go_on_far_above_all_that_were_used() {
    let (mut room, _, [mut ben]) = group_of([Role::Member]);
    let last = ben.share(&mut room, "before").fields().mseq;
    ben.act(&mut room, |group, turn| group.doubt(turn).unwrap());
    let next = ben.share(&mut room, "after").fields().mseq;
    assert!(next > last + u64::from(u32::MAX), "{next}");
    let record = &ben.disk.0[&Key::global(Class::Group, &ben.group.id.0)];
    let loaded = Group::<Mls>::load(&ben.disk, ben.group.id, record).unwrap();
    assert_eq!(loaded.mseq, next + 1);
}

#[test]
fn who_has_nothing_but_the_identity_goes_on_above_all_numbers_that_were_used() {
    let (mut room, _, [mut ben]) = group_of([Role::Member]);
    let used = ben.share(&mut room, "before").fields().mseq;
    let record = &ben.disk.0[&Key::global(Class::Identity, &ben.group.id.0)];
    let back = Group::<Mls>::begin_return(ben.group.id, record).unwrap();
    assert!(back.mseq > used + u64::from(u32::MAX) - 100, "{} after {used}", back.mseq);
}

#[test]
fn nobody_is_admitted_by_a_ticket_that_expired_on_the_way() {
    for is_late in [false, true] {
        let mut room = Room::new();
        let mut alice = founder(&mut room);
        joiner(&mut alice, 2, Role::Member, &mut room);
        alice.now = NOW.plus_ms(if is_late { TICKET_MS } else { TICKET_MS - 2 });
        alice.hear(&mut room);
        alice.wait(&mut room, 1);
        assert_eq!(alice.group.resolution.members.len(), if is_late { 1 } else { 2 });
    }
}

#[test]
fn nobody_is_admitted_by_a_request_from_before_they_left() {
    let (mut room, mut alice, [mut ben]) = group_of([Role::Member]);
    let expires = NOW.plus_ms(TICKET_MS);
    let invite = |group: &mut Group<Mls>, turn: &mut Turn<'_>| {
        group.invite(turn, Role::Member, 5, expires, Vec::new()).unwrap()
    };
    let ticket = alice.act(&mut room, invite);
    let begin = |turn: &mut Turn<'_>| Group::begin_join(turn, ticket, "Dan", None).unwrap();
    let mut dan = Insider::make(9, begin, &mut room);
    // Ben has heard of the request, and would admit Dan if nobody else did.
    ben.hear(&mut room);
    alice.hear(&mut room);
    alice.wait(&mut room, 1);
    dan.hear(&mut room);
    assert_eq!(dan.group.phase, Phase::Member);
    dan.act(&mut room, |group, turn| {
        group.leave(turn).unwrap();
        group.settle(turn).unwrap();
    });
    ben.hear(&mut room);
    ben.wait(&mut room, 60 * MINUTE);
    ben.wait(&mut room, 60 * MINUTE);
    assert!(ben.group.resolution.member_of(&dan.device()).is_none());
}

#[test]
fn who_came_by_other_keys_hears_what_was_said_under_those_before() {
    let (mut room, mut alice, [mut ben]) = group_of([Role::Member]);
    let mut dan = joiner(&mut alice, 9, Role::Member, &mut room);
    // While Ben lets Dan in, Alice does something of which Ben knows nothing yet.
    let invite = |alice: &mut Insider, room: &mut Room| {
        let expires = NOW.plus_ms(TICKET_MS);
        alice.act(room, |group, turn| group.invite(turn, Role::Member, 1, expires, Vec::new()).unwrap());
        alice.group.log.entries().last().unwrap().event.id()
    };
    let mut aside = Room::new();
    let unheard = invite(&mut alice, &mut aside);
    ben.hear(&mut room);
    ben.wait(&mut room, 1);
    dan.hear(&mut room);
    assert_eq!(dan.group.phase, Phase::Member);
    for person in [&mut ben, &mut dan] {
        person.hear(&mut aside);
    }
    assert_eq!([&ben, &dan].map(|person| person.group.log.event(&unheard).is_some()), [true, false]);
    alice.hear(&mut room);
    let next = invite(&mut alice, &mut room);
    dan.hear(&mut room);
    assert!([unheard, next].iter().all(|id| dan.group.log.event(id).is_some()));
}

/// Publishes keys of any kind as one's own.
fn publish_keys(by: &mut Insider, keys: Keys, room: &mut Room) {
    let head = by.head();
    by.act(room, |group, turn| {
        let state = group.write_state(turn, &Content::Keys(keys)).unwrap();
        let payload = Payload::State(state.as_bytes().to_vec());
        turn.post(&group.room_id, &group.slots[&head].key, &payload, None).unwrap();
    });
}

/// Removes somebody, and brings the keys in line.
fn remove(by: &mut Insider, whom: &Insider, room: &mut Room) {
    let identity = IdentityId(whom.device().0);
    by.act(room, |group, turn| {
        let head = group.head.unwrap();
        group.publish(turn, Body::Remove { identity }, Some(head)).unwrap();
        group.follow_log(turn);
        assert!(group.reconcile(turn).unwrap());
    });
}

#[test]
fn who_is_removed_is_refused_whatever_else_they_show() {
    let (mut room, mut alice, [ben]) = group_of([Role::Member]);
    let expires = NOW.plus_ms(TICKET_MS);
    let ticket =
        alice.act(&mut room, |group, turn| group.invite(turn, Role::Member, 9, expires, Vec::new()).unwrap());
    let token = TokenId(ticket.token().public().0);
    remove(&mut alice, &ben, &mut room);
    let access = |device: &DeviceId| alice.group.check_access(device, Some(&token), None, NOW);
    assert_eq!(access(&ben.device()), Err(Refusal::Removed));
    assert_eq!(access(&DeviceSecret::from_seed(&[77; 32]).public()), Ok(()));
}

#[test]
fn late_words_of_the_removed_do_not_show() {
    let (mut room, mut alice, [mut ben, mut cleo]) = group_of([Role::Member; 2]);
    let mut aside = Room::new();
    ben.share(&mut aside, "one more thing");
    remove(&mut alice, &ben, &mut room);
    cleo.hear(&mut room);
    cleo.hear(&mut aside);
    assert_eq!(cleo.read, Vec::<String>::new());
    alice.share(&mut room, "without Ben");
    cleo.hear(&mut room);
    assert_eq!(cleo.read, ["without Ben"]);
}

#[test]
fn nothing_is_left_of_a_pair_for_which_the_partners_inbox_is_of_no_use() {
    let (mut room, mut alice, [mut mallory]) = group_of([Role::Member]);
    let keys = Keys { package: mallory.package(), inbox: vec![0; 3] };
    publish_keys(&mut mallory, keys, &mut room);
    alice.hear(&mut room);
    let (disk, posted) = (alice.disk.0.clone(), room.len());
    let refused = alice.act(&mut room, |group, turn| group.open_pair(turn, &mallory.device()).err());
    assert!(matches!(refused, Some(OperationError::KeysMissing)), "{refused:?}");
    assert!(alice.disk.0 == disk && room.len() == posted);
}

#[test]
fn a_clock_far_ahead_moves_nobody_elses() {
    let (mut room, mut alice, [mut ben]) = group_of([Role::Member]);
    ben.now = NOW.plus_ms(365 * 24 * 60 * MINUTE);
    let lie = ben.share(&mut room, "from the future").fields().clock;
    alice.hear(&mut room);
    assert_eq!(alice.read, ["from the future"]);
    let next = alice.share(&mut room, "from today").fields().clock;
    assert!(next < NOW.plus_ms(24 * 60 * MINUTE) && next < lie, "{next:?}");
}

#[test]
fn who_has_not_voted_for_a_new_head_does_so_in_time() {
    let (mut room, mut alice, [mut ben]) = group_of([Role::Member]);
    for number in [8, 9] {
        joiner(&mut alice, number, Role::Member, &mut room);
        alice.hear(&mut room);
        alice.wait(&mut room, 1);
        ben.hear(&mut room);
        // Once to plan it, once to do it.
        ben.wait(&mut room, 60 * MINUTE);
        ben.wait(&mut room, 60 * MINUTE);
        alice.hear(&mut room);
        let log = &alice.group.log;
        let last = log.latest_of(&ben.device()).next().and_then(|index| log.entry(index));
        let vote = last.map(|entry| entry.event.fields().epoch);
        assert_eq!((vote, ben.head()), (Some(alice.head()), alice.head()), "newcomer {number}");
    }
}

#[test]
fn what_somebody_says_of_a_group_whom_the_ticket_does_not_name_is_not_believed() {
    let (named, other) = (PeerId([1; 32]), PeerId([2; 32]));
    let endpoints = vec![Endpoint { peer: named, addresses: Vec::new() }];
    let (mut room, group) = (Room::new(), GroupId([3; 32]));
    let secret = RoomSecret::new([4; 32]);
    let ticket = Ticket::new(secret, group, Suite::X25519, [5; 32], NOW.plus_ms(TICKET_MS), endpoints);
    let mut ben = Insider::make(1, |turn| Group::begin_look(turn, ticket, None).unwrap(), &mut room);
    assert!(room.is_empty(), "nobody is asked for anything");
    assert!(!ben.group.hear_card(other, "Friday", None));
    // Nor is nonsense.
    assert!(!ben.group.hear_card(named, "Fri\nday", None));
    assert!(!ben.group.hear_card(named, "Friday", Some(b"no card")));
    assert_eq!(ben.group.shown().map(|shown| &shown.name), None);
    assert!(ben.group.hear_card(named, "Friday", None));
    assert_eq!(ben.group.shown().map(|shown| shown.name.as_str()), Some("Friday"));
}

#[test]
fn a_card_is_for_tickets_that_stand() {
    let (mut room, mut alice, []) = group_of([]);
    let invite = |alice: &mut Insider, room: &mut Room| {
        let expires = NOW.plus_ms(TICKET_MS);
        alice.act(room, |group, turn| group.invite(turn, Role::Member, 1, expires, Vec::new()).unwrap())
    };
    let token_of = |ticket: &Ticket| TokenId(ticket.token().public().0);
    let is_told = |alice: &Insider, token: &TokenId, now: Timestamp| {
        alice.group.card_for(&alice.disk, token, now).unwrap().is_some()
    };
    let ticket = invite(&mut alice, &mut room);
    assert!(is_told(&alice, &token_of(&ticket), NOW));
    assert!(!is_told(&alice, &token_of(&ticket), NOW.plus_ms(TICKET_MS)), "it has expired");
    let revoked = token_of(&invite(&mut alice, &mut room));
    alice.act(&mut room, |group, turn| group.revoke_invite(turn, &revoked).unwrap());
    assert!(!is_told(&alice, &revoked, NOW));
    let used = token_of(&ticket);
    let _ben = Insider::make(2, |turn| Group::begin_join(turn, ticket, "Ben", None).unwrap(), &mut room);
    alice.hear(&mut room);
    alice.wait(&mut room, 1);
    assert!(!is_told(&alice, &used, NOW), "it has let somebody in");
}
