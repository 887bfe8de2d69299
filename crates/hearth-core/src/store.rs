//! What the engine asks of a store: synchronous reads, and one atomic batch of writes per step.
//!
//! Owns keys, record classes and the batch. Never names a database: the node's vault and the simulator's map both
//! stand behind [`ReadStore`].

use std::collections::BTreeMap;

use thiserror::Error;
use zeroize::Zeroizing;

/// What kind of record a key names. The discriminants are stored and never change meaning.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub enum Class {
    /// A room's secret and settings; partition: none.
    Room = 1,
    /// An envelope's bytes; partition: room, item: envelope id. Never scanned.
    Envelope = 2,
    /// What is known of an envelope without its bytes; partition: room, item: envelope id.
    EnvelopeIndex = 3,
    /// A group's own record: keys of this device, names, settings; partition: none, item: group id.
    Group = 4,
    /// An admitted control event; partition: group, item: event id.
    Event = 5,
    /// A control event that waits for its past; partition: group, item: event id.
    ParkedEvent = 6,
    /// What is kept of an epoch beside its rows; partition: group, item: epoch id.
    Epoch = 7,
    /// One row of an epoch's MLS state; partition: epoch id, item: the row's key.
    EpochRow = 8,
    /// Secrets of a published key package; partition: group, item: hash of the package.
    KeyPackage = 9,
    /// A delivered message; partition: group, item: message id.
    Message = 10,
    /// Where a message stands in its group's order; partition: group, item: message id.
    MessageIndex = 11,
    /// The newest state message of a kind and device; partition: group, item: kind and device.
    StateMessage = 12,
    /// What this member wrote and who holds it; partition: group, item: message id.
    Outbox = 13,
    /// A client's request id and what came of it; partition: none, item: request id.
    Request = 14,
    /// A fragment that waits for the others of its payload; partition: room, item: set and number.
    Fragment = 15,
    /// The engine's own counters; partition: none.
    Engine = 16,
    /// A record of the node, such as its transport key; the engine never touches these.
    Node = 17,
    /// A ticket for a further device of this member; partition: group, item: its token.
    DeviceTicket = 18,
    /// When this node first saw a device, and whether its person was verified; partition: group, item: device.
    Seen = 19,
    /// What is needed to come back to a home group when all else is lost; partition: none, item: group id.
    Identity = 20,
    /// The opening of a private pair that the partner has not answered; partition: none, item: the pair's id.
    PairOpening = 21,
    /// What a member who left and came back said last, until somebody has heard of it; partition: none, item: group id.
    Farewell = 22,
    /// A message that was here and is forgotten: a late copy is not taken; partition: group, item: message id.
    Gone = 23,
    /// How far the clock is believed where something is to be forgotten; partition: none.
    Fading = 24,
    /// What a member keeps for themselves, and never leaves; partition: none, item: record id.
    Own = 25,
    /// A version of something that the group has; partition: group, item: message id.
    Object = 26,
    /// A version that waits for what it stands on, or is of a later kind; partition: group, item: message id.
    ParkedObject = 27,
    /// What this node knows of a message that is about a call for help; partition: home group, item: message id.
    Alarm = 28,
    /// Whom this member wants asked in a call for help; partition: none, item: home group.
    Ladder = 31,
    /// What is to be told about a call for help to somebody who cannot be written to yet; partition: home group, item: call and
    /// identity.
    Owed = 32,
    /// What this member keeps about others and tells nobody: sponsors, requests, blocks, notes; partition: home group, item:
    /// what and whose.
    Private = 29,
    /// How this member is reminded of a group's meetings; partition: group, item: none. A record of the node, which the
    /// engine never touches.
    MeetingSettings = 30,
    /// The epoch that this device's state message of a kind was last posted under; partition: group, item: kind.
    StatePosted = 33,
    /// A keeper's desk, and the room that was handed over at it; partition: none, item: the desk's id.
    Desk = 34,
}

/// The name of a record: its class, the set it belongs to and its name in the set.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Key {
    /// The kind of record.
    pub class: Class,
    /// What a scan asks for; zeros where a class has one set only.
    pub partition: [u8; 32],
    /// The name inside class and partition.
    pub item: Vec<u8>,
}

impl Key {
    /// Names a record.
    pub fn new(class: Class, partition: &[u8; 32], item: &[u8]) -> Self {
        Self { class, partition: *partition, item: item.to_vec() }
    }

    /// Names a record of a class that has one set only.
    pub fn global(class: Class, item: &[u8]) -> Self {
        Self::new(class, &[0; 32], item)
    }
}

/// A record's value as read: erased from memory when dropped.
pub type Value = Zeroizing<Vec<u8>>;

/// The reading side of a store. Synchronous; a read never sees half a batch.
pub trait ReadStore {
    /// Returns the value of `key`, or `None` if there is none.
    ///
    /// # Errors
    /// [`StoreError`] if the record cannot be read or has been damaged.
    fn get(&self, key: &Key) -> Result<Option<Value>, StoreError>;

    /// Calls `visit` with item and value of every record of `class` and `partition`, in no promised order.
    ///
    /// # Errors
    /// [`StoreError`] if a record cannot be read or has been damaged.
    fn scan(
        &self,
        class: Class,
        partition: &[u8; 32],
        visit: &mut dyn FnMut(&[u8], Value),
    ) -> Result<(), StoreError>;
}

/// The writes of one step: all of them are applied, or none. A later write to a key replaces an earlier one.
#[derive(Default)]
pub struct WriteBatch {
    writes: BTreeMap<Key, Option<Value>>,
}

impl WriteBatch {
    /// Sets `key` to `value`.
    pub fn put(&mut self, key: Key, value: Vec<u8>) {
        self.writes.insert(key, Some(Zeroizing::new(value)));
    }

    /// Removes `key`; nothing happens if it does not exist.
    pub fn delete(&mut self, key: Key) {
        self.writes.insert(key, None);
    }

    /// Adds the writes of another batch; they replace those to the same keys.
    pub fn absorb(&mut self, other: Self) {
        self.writes.extend(other.writes);
    }

    /// Says whether there is nothing to write.
    pub fn is_empty(&self) -> bool {
        self.writes.is_empty()
    }

    /// Returns the number of writes.
    pub fn len(&self) -> usize {
        self.writes.len()
    }

    /// Returns the writes in key order; `None` removes the record.
    pub fn iter(&self) -> impl Iterator<Item = (&Key, Option<&[u8]>)> {
        self.writes.iter().map(|(key, value)| (key, value.as_ref().map(|v| v.as_slice())))
    }

    /// Returns what this batch would make of `key`: `None` if it says nothing about it, `Some(None)` if it removes it.
    pub fn pending(&self, key: &Key) -> Option<Option<&[u8]>> {
        self.writes.get(key).map(|value| value.as_ref().map(|v| v.as_slice()))
    }
}

/// The disk's fault: the engine stops and is loaded anew.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum StoreError {
    /// Reading or writing failed.
    #[error("the store could not be read or written: {0}")]
    Io(String),
    /// A record is not what was written.
    #[error("a stored record is damaged: {0}")]
    Damaged(&'static str),
    /// The disk is too full to accept writes; nothing was written.
    #[error("the disk is full")]
    Full,
}
