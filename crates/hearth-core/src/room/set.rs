//! The envelopes of one room: which there are, which goes first, and their records.
//!
//! Owns the classes `Envelope` and `EnvelopeIndex`. Keeps in memory what is known of each envelope, never its bytes.
//! Knows no neighbour. PROTOCOL 1.2.

use std::collections::{BTreeMap, BTreeSet};

use negentropy::{Id, NegentropyStorageVector};
use serde::{Deserialize, Serialize};

use crate::envelope::Envelope;
use crate::ids::{Day, EnvelopeId, RoomId};
use crate::limits::{ROOM_BYTES_MAX, ROOM_ENVELOPES_MAX};
use crate::store::{Class, Key, ReadStore, StoreError, WriteBatch};

/// The set of a room's envelopes.
pub(super) struct EnvelopeSet {
    room: RoomId,
    entries: BTreeMap<EnvelopeId, Entry>,
    /// Which goes first when the room is full: what this node waits for somebody to hold goes last.
    departures: BTreeSet<Departure>,
    /// In order of arrival.
    unopened: BTreeSet<(u64, EnvelopeId)>,
    bytes: u64,
    next_sequence: u64,
    /// What reconciliation walks over; made when it is needed, dropped when the set changes.
    snapshot: Option<NegentropyStorageVector>,
    pub(super) bytes_max: u64,
    pub(super) envelopes_max: usize,
}

/// What is known of an envelope without its bytes.
pub(super) struct Entry {
    pub(super) expires: Day,
    pub(super) bytes: u32,
    pub(super) nonce: [u8; 24],
    pub(super) hint: [u8; 8],
    pub(super) is_opened: bool,
    /// Counts arrivals, so that who was there first is known without a clock.
    pub(super) sequence: u64,
    pub(super) is_watched: bool,
}

/// Whether room can be made for an envelope, and what goes for it.
pub(super) enum Space {
    /// These go first; usually none.
    After(Vec<EnvelopeId>),
    /// The envelope itself would be the first to go.
    Full,
}

impl EnvelopeSet {
    /// Reads the index of `room`.
    pub(super) fn load(store: &impl ReadStore, room: RoomId) -> Result<Self, StoreError> {
        let mut set = Self {
            room,
            entries: BTreeMap::new(),
            departures: BTreeSet::new(),
            unopened: BTreeSet::new(),
            bytes: 0,
            next_sequence: 0,
            snapshot: None,
            bytes_max: ROOM_BYTES_MAX,
            envelopes_max: ROOM_ENVELOPES_MAX,
        };
        let mut is_damaged = false;
        store.scan(Class::EnvelopeIndex, &room.0, &mut |item, value| match (
            <[u8; 32]>::try_from(item),
            postcard::from_bytes::<IndexRecord>(&value),
        ) {
            (Ok(id), Ok(record)) => set.enter(EnvelopeId(id), record.into_entry()),
            _ => is_damaged = true,
        })?;
        if is_damaged { Err(StoreError::Damaged("envelope index")) } else { Ok(set) }
    }

    /// Adds an envelope that is not in the set, with its records.
    pub(super) fn add(&mut self, envelope: &Envelope, writes: &mut WriteBatch) {
        let entry = Entry {
            expires: envelope.expires(),
            // Parsing bounds the length far below 4 GiB.
            bytes: u32::try_from(envelope.len()).unwrap_or(u32::MAX),
            nonce: *envelope.nonce(),
            hint: *envelope.hint(),
            is_opened: false,
            sequence: self.next_sequence,
            is_watched: false,
        };
        writes.put(self.key(Class::Envelope, envelope.id()), envelope.as_bytes().to_vec());
        writes.put(self.key(Class::EnvelopeIndex, envelope.id()), IndexRecord::encode(&entry));
        self.enter(envelope.id(), entry);
    }

    /// Removes an envelope and its records.
    pub(super) fn remove(&mut self, id: EnvelopeId, writes: &mut WriteBatch) {
        let Some(entry) = self.entries.remove(&id) else { return };
        self.departures.remove(&Departure::of(id, &entry));
        self.unopened.remove(&(entry.sequence, id));
        self.bytes = self.bytes.saturating_sub(u64::from(entry.bytes));
        self.snapshot = None;
        writes.delete(self.key(Class::Envelope, id));
        writes.delete(self.key(Class::EnvelopeIndex, id));
    }

    /// Notes that an envelope needs no further attempt to open it.
    pub(super) fn mark_opened(&mut self, id: EnvelopeId, writes: &mut WriteBatch) {
        let key = self.key(Class::EnvelopeIndex, id);
        let Some(entry) = self.entries.get_mut(&id) else { return };
        if entry.is_opened {
            return;
        }
        entry.is_opened = true;
        self.unopened.remove(&(entry.sequence, id));
        writes.put(key, IndexRecord::encode(entry));
    }

    /// Says whether an envelope is watched from here on; `false` if there is no such envelope.
    pub(super) fn set_watched(&mut self, id: EnvelopeId, is_watched: bool) -> bool {
        let Some(entry) = self.entries.get_mut(&id) else { return false };
        self.departures.remove(&Departure::of(id, entry));
        entry.is_watched = is_watched;
        self.departures.insert(Departure::of(id, entry));
        true
    }

    /// Returns what reconciliation walks over.
    pub(super) fn snapshot(&mut self) -> Result<&NegentropyStorageVector, negentropy::Error> {
        if self.snapshot.is_none() {
            let mut snapshot = NegentropyStorageVector::with_capacity(self.entries.len());
            for (id, entry) in &self.entries {
                snapshot.insert(u64::from(entry.expires.0), Id::from_byte_array(id.0))?;
            }
            snapshot.seal()?;
            self.snapshot = Some(snapshot);
        }
        self.snapshot.as_ref().ok_or(negentropy::Error::NotSealed)
    }

    /// Returns the bytes of an envelope, from `writes` if it is there, else from the store.
    pub(super) fn read(
        &self,
        store: &impl ReadStore,
        writes: &WriteBatch,
        id: EnvelopeId,
    ) -> Result<Option<Vec<u8>>, StoreError> {
        let key = self.key(Class::Envelope, id);
        match writes.pending(&key) {
            Some(pending) => Ok(pending.map(<[u8]>::to_vec)),
            None => Ok(store.get(&key)?.map(|value| value.to_vec())),
        }
    }

    /// Says what has to go before `envelope` fits. A neighbour's never displaces what is watched.
    pub(super) fn space_for(&self, envelope: &Envelope, is_own: bool) -> Space {
        let mut bytes = self.bytes.saturating_add(envelope.len() as u64);
        let mut envelopes = self.entries.len().saturating_add(1);
        let mut leaving = Vec::new();
        let mut departures = self.departures.iter();
        while bytes > self.bytes_max || envelopes > self.envelopes_max {
            let Some(first) = departures.next() else { return Space::Full };
            if !is_own
                && (first.is_watched || (first.expires, first.id) > (envelope.expires(), envelope.id()))
            {
                return Space::Full;
            }
            bytes = bytes.saturating_sub(self.entry(&first.id).map_or(0, |entry| u64::from(entry.bytes)));
            envelopes = envelopes.saturating_sub(1);
            leaving.push(first.id);
        }
        Space::After(leaving)
    }

    /// Returns the envelope that expires first, and its last day.
    pub(super) fn first_to_expire(&self) -> Option<(Day, EnvelopeId)> {
        [self.departures.first(), self.departures.range(Departure::FIRST_WATCHED..).next()]
            .into_iter()
            .flatten()
            .map(|departure| (departure.expires, departure.id))
            .min()
    }

    /// Returns the watched envelopes.
    pub(super) fn watched(&self) -> impl Iterator<Item = EnvelopeId> {
        self.departures.range(Departure::FIRST_WATCHED..).map(|departure| departure.id)
    }

    /// Returns the envelopes that nobody has opened, in order of arrival.
    pub(super) fn unopened(&self) -> impl Iterator<Item = (EnvelopeId, &Entry)> {
        self.unopened.iter().filter_map(|(_, id)| Some((*id, self.entries.get(id)?)))
    }

    /// Returns all ids.
    pub(super) fn ids(&self) -> impl Iterator<Item = EnvelopeId> {
        self.entries.keys().copied()
    }

    pub(super) fn entry(&self, id: &EnvelopeId) -> Option<&Entry> {
        self.entries.get(id)
    }

    pub(super) fn room(&self) -> RoomId {
        self.room
    }

    pub(super) fn len(&self) -> usize {
        self.entries.len()
    }

    pub(super) fn bytes(&self) -> u64 {
        self.bytes
    }

    /// Returns the number that the next arrival gets.
    pub(super) fn next_sequence(&self) -> u64 {
        self.next_sequence
    }

    fn enter(&mut self, id: EnvelopeId, entry: Entry) {
        self.departures.insert(Departure::of(id, &entry));
        if !entry.is_opened {
            self.unopened.insert((entry.sequence, id));
        }
        self.bytes = self.bytes.saturating_add(u64::from(entry.bytes));
        self.next_sequence = self.next_sequence.max(entry.sequence.saturating_add(1));
        self.snapshot = None;
        self.entries.insert(id, entry);
    }

    fn key(&self, class: Class, id: EnvelopeId) -> Key {
        Key::new(class, &self.room.0, &id.0)
    }
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Departure {
    is_watched: bool,
    expires: Day,
    id: EnvelopeId,
}

impl Departure {
    const FIRST_WATCHED: Self = Self { is_watched: true, expires: Day(0), id: EnvelopeId([0; 32]) };

    fn of(id: EnvelopeId, entry: &Entry) -> Self {
        Self { is_watched: entry.is_watched, expires: entry.expires, id }
    }
}

/// The record of class `EnvelopeIndex`. Variants are only ever added.
#[derive(Serialize, Deserialize)]
enum IndexRecord {
    V1 { expires: Day, bytes: u32, nonce: [u8; 24], hint: [u8; 8], is_opened: bool, sequence: u64 },
}

impl IndexRecord {
    fn encode(entry: &Entry) -> Vec<u8> {
        let record = Self::V1 {
            expires: entry.expires,
            bytes: entry.bytes,
            nonce: entry.nonce,
            hint: entry.hint,
            is_opened: entry.is_opened,
            sequence: entry.sequence,
        };
        // Encoding plain numbers and arrays into a growing vector cannot fail.
        postcard::to_stdvec(&record).unwrap_or_default()
    }

    fn into_entry(self) -> Entry {
        let Self::V1 { expires, bytes, nonce, hint, is_opened, sequence } = self;
        Entry { expires, bytes, nonce, hint, is_opened, sequence, is_watched: false }
    }
}
