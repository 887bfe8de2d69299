//! A member who lies: what their node would never say, signed and sealed with their real keys, on their disk for the
//! real engine to hand on.
//!
//! Owns how something is forged. The stories say what, and whether it does harm.

use std::collections::BTreeMap;

use hearth_core::crypto::{self, DeviceSecret, EngineRng};
use hearth_core::envelope::{Envelope, EnvelopeKey};
use hearth_core::event::{Body, Commit, Event, Position};
use hearth_core::ids::{Day, DeviceId, EpochId, EventId, GroupId, Timestamp};
use hearth_core::invite::RoomSecret;
use hearth_core::keys::NewEpoch;
use hearth_core::limits::ENVELOPE_LIFE_DAYS;
use hearth_core::log::{Admitted, Log};
use hearth_core::store::{Class, Key, ReadStore, WriteBatch};
use hearth_core::{KeyLayer, Suite};
use hearth_tests::SimStore;
use serde::{Deserialize, Serialize};

/// What stands first in the encoding of each payload that is forged here.
const EVENT: u8 = 0;
const MESSAGE: u8 = 1;
const DUMP: u8 = 3;
const WELCOME: u8 = 5;
const RESCUE: u8 = 8;

/// What a room notes of an envelope beside its bytes.
#[derive(Serialize, Deserialize)]
struct Index {
    variant: u8,
    expires: Day,
    bytes: u32,
    nonce: [u8; 24],
    hint: [u8; 8],
    is_opened: bool,
    sequence: u64,
}

/// A member's keys in a liar's hands, and what the liar has forged so far.
pub(crate) struct Forger {
    pub(crate) group: GroupId,
    pub(crate) device: DeviceSecret,
    /// Under whose keys everything goes; the liar's vote.
    pub(crate) head: EpochId,
    pub(crate) log: Log,
    room: RoomSecret,
    disk: SimStore,
    now: Timestamp,
    rng: EngineRng,
    batch: WriteBatch,
    numbered: u64,
    arrived: u64,
}

impl Forger {
    /// Takes the keys from the disk of a stopped node, which knows `head`.
    pub(crate) fn of(disk: &SimStore, group: GroupId, head: EpochId, now: Timestamp) -> Self {
        let record = disk.get(&Key::global(Class::Group, &group.0)).unwrap().expect("a group");
        // Version, home, room, and the device's seed: the first fields of a group's record.
        type Head = (u8, Option<[u8; 32]>, [u8; 32], [u8; 32]);
        let ((_, _, room, seed), _) = postcard::take_from_bytes::<Head>(&record).expect("a group's record");
        let (mut log, mut events, mut arrived) = (Log::new(group), BTreeMap::new(), 0);
        disk.scan(Class::Event, &group.0, &mut |_, value| {
            let number = u64::from_le_bytes(value[..8].try_into().expect("eight bytes"));
            events.insert(number, Event::parse(&value[8..]).expect("an event"));
        })
        .unwrap();
        let numbered = events.keys().next_back().map_or(0, |last| last + 1);
        for event in events.into_values() {
            log.admit(event);
        }
        let room = RoomSecret::new(room);
        disk.scan(Class::EnvelopeIndex, &room.room().0, &mut |_, _| arrived += 1_000).unwrap();
        let rng = EngineRng::from_seed([0xf0; 32]);
        let (disk, batch) = (disk.clone(), WriteBatch::default());
        let device = DeviceSecret::from_seed(&seed);
        assert!(log.introductions(&device.public(), log.all()).next().is_some(), "the liar is known");
        Self { group, device, head, log, room, disk, now, rng, batch, numbered, arrived }
    }

    /// Where an honest next event would stand.
    pub(crate) fn position(&self) -> Position {
        let (seq, prev_own, heads) = self.log.next_position(&self.device.public());
        Position { group: self.group, seq, prev_own, heads, epoch: self.head }
    }

    /// Signs an event that stands after all that the liar knows.
    pub(crate) fn say(&mut self, body: Body) -> EventId {
        let position = self.position();
        self.say_at(position, body)
    }

    /// Signs an event anywhere.
    pub(crate) fn say_at(&mut self, position: Position, body: Body) -> EventId {
        let event = Event::sign(&self.device, position, body).expect("within bounds");
        let admitted = self.log.admit(event.clone());
        assert_eq!(admitted, Admitted::Now(vec![event.id()]), "no log takes it");
        let mut value = self.numbered.to_le_bytes().to_vec();
        value.extend_from_slice(event.as_bytes());
        self.batch.put(Key::new(Class::Event, &self.group.0, &event.id().0), value);
        self.numbered += 1;
        let key = self.epoch_key();
        self.post(&key, &(EVENT, event.as_bytes()));
        event.id()
    }

    /// Loads the liar's keys of an epoch.
    pub(crate) fn keys<K: KeyLayer>(&self, epoch: &EpochId) -> K {
        let mut rows = Vec::new();
        self.disk
            .scan(Class::EpochRow, &epoch.0, &mut |row, value| rows.push((row.to_vec(), value.to_vec())))
            .unwrap();
        rows.sort();
        K::load(Suite::X25519, rows.into_iter(), &self.group).expect("keys of the epoch")
    }

    /// Makes new keys from those of an epoch.
    pub(crate) fn new_keys<K: KeyLayer>(
        &mut self,
        keys: &K,
        packages: &[Vec<u8>],
        drop: &[DeviceId],
    ) -> NewEpoch<K> {
        keys.commit(&self.device, packages, drop, &mut self.rng).expect("a commit")
    }

    /// Says of new keys what `lie` makes of the truth.
    pub(crate) fn commit<K: KeyLayer>(
        &mut self,
        parent: EpochId,
        new: &NewEpoch<K>,
        lie: impl FnOnce(&mut Commit),
    ) -> EpochId {
        let mut commit = Commit {
            parent,
            add: new.added.clone(),
            drop: new.dropped.clone(),
            mls: new.commit.clone(),
            authenticator_hash: new.next.authenticator_hash(),
        };
        lie(&mut commit);
        EpochId::from(self.say(Body::Commit(commit)))
    }

    /// Welcomes a device into keys, which are said to be those of `epoch`, and gives it the log under them.
    pub(crate) fn welcome<K: KeyLayer>(&mut self, device: DeviceId, epoch: EpochId, new: &NewEpoch<K>) {
        let secret = crypto::hash("hearth 2026-11 welcome envelopes", &[&self.room_secret(), &device.0]);
        let welcome = new.welcome.clone().expect("somebody is added");
        self.post(&EnvelopeKey::from_secret(&secret), &(WELCOME, device, epoch, welcome));
        let events: Vec<Vec<u8>> =
            self.log.entries().iter().map(|entry| entry.event.as_bytes().to_vec()).collect();
        let secret = new.next.exporter("hearth envelope", &self.room.room().0).expect("a secret");
        self.post(&EnvelopeKey::from_secret(&secret), &(DUMP, events, Vec::<Vec<u8>>::new()));
    }

    /// Asks for a new leaf in anybody's name.
    pub(crate) fn ask_for_leaf(&mut self, request: &hearth_core::event::LeafRequest, package: &[u8]) {
        let secret = crypto::derive("hearth 2026-11 rescue envelopes", &self.room_secret());
        self.post(&EnvelopeKey::from_secret(&secret), &(RESCUE, request, package));
    }

    /// Puts as many envelopes that nobody can open into the room.
    pub(crate) fn flood(&mut self, envelopes: usize) {
        let nobodys = EnvelopeKey::from_secret(&[0xee; 32]);
        for _ in 0..envelopes {
            self.post(&nobodys, &EVENT);
        }
    }

    /// Seals words that somebody has signed, whoever it was, as the liar's own, in turn.
    pub(crate) fn pass_on<K: KeyLayer>(&mut self, words: &[Vec<u8>]) {
        let (mut keys, key): (K, _) = (self.keys(&self.head), self.epoch_key());
        for bytes in words {
            let sealed = keys.seal(&self.device, bytes, &[], &mut self.rng).expect("sealed");
            self.post(&key, &(MESSAGE, sealed));
        }
    }

    /// Hands on what somebody has signed, as what the group has.
    pub(crate) fn tell_states(&mut self, states: &[Vec<u8>]) {
        let key = self.epoch_key();
        self.post(&key, &(DUMP, Vec::<Vec<u8>>::new(), states));
    }

    /// Puts everything on the liar's disk, as if it had been sent and received.
    pub(crate) fn finish(self) {
        self.disk.commit(&self.batch);
    }

    /// Puts the envelopes on another disk, as if they had just arrived there.
    pub(crate) fn deliver_to(self, disk: &SimStore) {
        let mut batch = WriteBatch::default();
        for (key, value) in self.batch.iter() {
            let mut value = value.expect("nothing is deleted").to_vec();
            match key.class {
                Class::Envelope => {}
                Class::EnvelopeIndex => {
                    let (index, _) = postcard::take_from_bytes::<Index>(&value).unwrap();
                    value = postcard::to_stdvec(&Index { is_opened: false, ..index }).unwrap();
                }
                _ => continue,
            }
            batch.put(key.clone(), value);
        }
        disk.commit(&batch);
    }

    fn room_secret(&self) -> [u8; 32] {
        postcard::to_stdvec(&self.room).unwrap().try_into().unwrap()
    }

    /// The key of the envelopes of the epoch under which everything goes: the first field of its record.
    fn epoch_key(&self) -> EnvelopeKey {
        let key = Key::new(Class::Epoch, &self.group.0, &self.head.0);
        let record = self.disk.get(&key).unwrap().expect("keys of the head");
        EnvelopeKey::from_secret(record.first_chunk().unwrap())
    }

    fn post(&mut self, key: &EnvelopeKey, payload: &impl Serialize) {
        let payload = postcard::to_stdvec(payload).unwrap();
        let expires = self.now.day().plus(ENVELOPE_LIFE_DAYS);
        let room = self.room.room();
        let envelope = Envelope::seal(key, &room, expires, &payload, &mut self.rng).expect("small enough");
        let bytes = u32::try_from(envelope.len()).unwrap();
        let index = Index {
            variant: 0,
            expires,
            bytes,
            nonce: *envelope.nonce(),
            hint: *envelope.hint(),
            is_opened: true,
            sequence: self.arrived,
        };
        self.arrived += 1;
        let (id, index) = (envelope.id(), postcard::to_stdvec(&index).unwrap());
        self.batch.put(Key::new(Class::EnvelopeIndex, &room.0, &id.0), index);
        self.batch.put(Key::new(Class::Envelope, &room.0, &id.0), envelope.into_bytes());
    }
}
