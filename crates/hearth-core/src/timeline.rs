//! The messages of a home group and its pairs, in the order that all members share, and who holds one's own.
//!
//! Owns order, arrival numbers and holders. Keeps no text in memory: that stays in the store. PROTOCOL section 8.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::error::{Fault, LoadError};
use crate::ids::{DeviceId, EnvelopeId, EpochId, GroupId, MessageId, PeerId, Timestamp};
use crate::limits;
use crate::message::{Message, OrderKey};
use crate::store::{Class, Key, ReadStore, WriteBatch};
use crate::turn::Carried;

/// Where a message stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Entry {
    pub(crate) order: OrderKey,
    /// Counts messages as they became visible here: what a client that follows asks by.
    pub(crate) arrival: u64,
    /// The home group, or the pair.
    pub(crate) group: GroupId,
    pub(crate) is_mine: bool,
    pub(crate) is_hidden: bool,
}

/// What became of an own message.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Outgoing {
    /// Its envelope; `None` while it waits for clean keys.
    pub(crate) envelope: Option<EnvelopeId>,
    /// The epoch that it was sealed under.
    pub(crate) epoch: Option<EpochId>,
    /// Whether somebody who was a member by then had no leaf in that epoch.
    pub(crate) is_partial: bool,
    /// Neighbours that have said to have it on disk.
    pub(crate) holders: Vec<PeerId>,
}

/// The timeline of one home group.
pub(crate) struct Timeline {
    home: GroupId,
    entries: BTreeMap<MessageId, Entry>,
    order: BTreeMap<(OrderKey, MessageId), ()>,
    arrivals: BTreeMap<u64, MessageId>,
    outgoing: BTreeMap<MessageId, Outgoing>,
    by_envelope: BTreeMap<EnvelopeId, MessageId>,
}

impl Timeline {
    pub(crate) fn load(store: &dyn ReadStore, home: GroupId) -> Result<Self, LoadError> {
        let mut timeline = Self {
            home,
            entries: BTreeMap::new(),
            order: BTreeMap::new(),
            arrivals: BTreeMap::new(),
            outgoing: BTreeMap::new(),
            by_envelope: BTreeMap::new(),
        };
        let mut damaged = false;
        store.scan(Class::MessageIndex, &home.0, &mut |item, value| match (
            <[u8; 32]>::try_from(item),
            postcard::from_bytes::<Entry>(&value),
        ) {
            (Ok(id), Ok(entry)) => timeline.index(MessageId(id), entry),
            (Ok(_), Err(_)) | (Err(_), _) => damaged = true,
        })?;
        let (outgoing, by_envelope) = (&mut timeline.outgoing, &mut timeline.by_envelope);
        store.scan(Class::Outbox, &home.0, &mut |item, value| match (
            <[u8; 32]>::try_from(item),
            postcard::from_bytes::<Outgoing>(&value),
        ) {
            (Ok(id), Ok(record)) => {
                if let Some(envelope) = record.envelope {
                    by_envelope.insert(envelope, MessageId(id));
                }
                outgoing.insert(MessageId(id), record);
            }
            (Ok(_), Err(_)) | (Err(_), _) => damaged = true,
        })?;
        if damaged { Err(LoadError::Damaged("timeline")) } else { Ok(timeline) }
    }

    fn index(&mut self, id: MessageId, entry: Entry) {
        self.order.insert((entry.order, id), ());
        self.arrivals.insert(entry.arrival, id);
        self.entries.insert(id, entry);
    }

    /// Takes a message; returns those that it made visible, itself among them.
    pub(crate) fn take(
        &mut self,
        writes: &mut WriteBatch,
        group: GroupId,
        message: &Message,
        own: &DeviceId,
        is_hidden: bool,
    ) -> Result<Vec<MessageId>, Fault> {
        let id = message.id();
        if self.entries.contains_key(&id) {
            return Ok(Vec::new());
        }
        let is_mine = message.fields().author == *own;
        let mut visible = Vec::new();
        self.put(
            writes,
            id,
            Entry { order: message.order(), arrival: self.next_arrival(), group, is_mine, is_hidden },
        )?;
        if is_mine {
            self.outgoing.insert(id, Outgoing::default());
            self.save_outgoing(writes, &id)?;
        }
        if is_hidden {
            return Ok(visible);
        }
        visible.push(id);
        for reference in &message.fields().refs {
            let Some(entry) = self.entries.get(reference).copied().filter(|entry| entry.is_hidden) else {
                continue;
            };
            self.arrivals.remove(&entry.arrival);
            let arrival = self.next_arrival();
            self.put(writes, *reference, Entry { arrival, is_hidden: false, ..entry })?;
            visible.push(*reference);
        }
        Ok(visible)
    }

    fn put(&mut self, writes: &mut WriteBatch, id: MessageId, entry: Entry) -> Result<(), Fault> {
        let bytes = postcard::to_stdvec(&entry).map_err(|_| Fault::Bug("timeline entry"))?;
        writes.put(Key::new(Class::MessageIndex, &self.home.0, &id.0), bytes);
        self.index(id, entry);
        Ok(())
    }

    fn next_arrival(&self) -> u64 {
        self.arrivals.last_key_value().map_or(1, |(last, _)| last + 1)
    }

    /// Notes which envelope carries an own message, and under which keys.
    pub(crate) fn note_envelope(
        &mut self,
        writes: &mut WriteBatch,
        carried: &Carried,
        envelope: EnvelopeId,
    ) -> Result<(), Fault> {
        if let Some(outgoing) = self.outgoing.get_mut(&carried.message) {
            outgoing.envelope = Some(envelope);
            outgoing.epoch = Some(carried.epoch);
            outgoing.is_partial = carried.is_partial;
            self.by_envelope.insert(envelope, carried.message);
            self.save_outgoing(writes, &carried.message)?;
        }
        Ok(())
    }

    /// Returns own messages written since `since` whose seal `is_stale`, in the order in which they were written.
    pub(crate) fn stale(
        &self,
        group: &GroupId,
        since: Timestamp,
        is_stale: impl Fn(&EpochId, bool) -> bool,
    ) -> Vec<MessageId> {
        let needs = |(id, outgoing): (&MessageId, &Outgoing)| {
            let epoch = outgoing.epoch.as_ref()?;
            let entry = self.entries.get(id).filter(|entry| entry.group == *group)?;
            let is_recent = entry.order.clock >= since;
            (is_recent && is_stale(epoch, outgoing.is_partial)).then_some((entry.order, *id))
        };
        let mut stale: Vec<_> = self.outgoing.iter().filter_map(needs).collect();
        stale.sort();
        stale.into_iter().map(|(_, id)| id).collect()
    }

    /// Returns the own message in an envelope, and its group, if nobody else is known to hold it.
    pub(crate) fn unheld(&self, envelope: &EnvelopeId) -> Option<(GroupId, MessageId)> {
        let id = self.by_envelope.get(envelope)?;
        let outgoing = self.outgoing.get(id)?;
        let is_unheld = outgoing.holders.is_empty() && outgoing.envelope == Some(*envelope);
        is_unheld.then(|| self.entries.get(id).map(|entry| (entry.group, *id)))?
    }

    /// Notes that a neighbour holds an envelope; returns the own message in it if that is news.
    pub(crate) fn note_holder(
        &mut self,
        writes: &mut WriteBatch,
        envelope: &EnvelopeId,
        peer: PeerId,
    ) -> Result<Option<MessageId>, Fault> {
        let Some(id) = self.by_envelope.get(envelope).copied() else { return Ok(None) };
        let Some(outgoing) = self.outgoing.get_mut(&id) else { return Ok(None) };
        if outgoing.holders.contains(&peer) || outgoing.holders.len() >= limits::HOLDERS_MAX {
            return Ok(None);
        }
        outgoing.holders.push(peer);
        self.save_outgoing(writes, &id)?;
        Ok(Some(id))
    }

    fn save_outgoing(&self, writes: &mut WriteBatch, id: &MessageId) -> Result<(), Fault> {
        let Some(outgoing) = self.outgoing.get(id) else { return Ok(()) };
        let bytes = postcard::to_stdvec(outgoing).map_err(|_| Fault::Bug("outgoing record"))?;
        writes.put(Key::new(Class::Outbox, &self.home.0, &id.0), bytes);
        Ok(())
    }

    /// Returns the last `limit` visible messages in the common order.
    pub(crate) fn latest(&self, limit: usize) -> Vec<(MessageId, Entry)> {
        let newest = self.order.keys().rev().filter_map(|(_, id)| self.visible(id)).take(limit);
        let mut newest: Vec<_> = newest.collect();
        newest.reverse();
        newest
    }

    /// Returns up to `limit` messages that became visible after the one of number `after`, as they did.
    pub(crate) fn after(&self, after: u64, limit: usize) -> Vec<(MessageId, Entry)> {
        let later = self.arrivals.range(after.saturating_add(1)..);
        later.filter_map(|(_, id)| self.visible(id)).take(limit).collect()
    }

    /// Returns the number of the message that became visible last, 0 if there is none.
    pub(crate) fn last_arrival(&self) -> u64 {
        self.arrivals.last_key_value().map_or(0, |(last, _)| *last)
    }

    pub(crate) fn entry(&self, id: &MessageId) -> Option<Entry> {
        self.entries.get(id).copied()
    }

    pub(crate) fn outgoing(&self, id: &MessageId) -> Option<&Outgoing> {
        self.outgoing.get(id)
    }

    /// Returns the messages of this device that wait for clean keys, in the order in which they were written.
    pub(crate) fn waiting(&self, group: &GroupId, device: &DeviceId) -> Vec<MessageId> {
        let waits = |(id, outgoing): (&MessageId, &Outgoing)| {
            let entry = self.entries.get(id).filter(|entry| {
                entry.group == *group && entry.order.author == *device && outgoing.envelope.is_none()
            })?;
            Some((entry.order, *id))
        };
        let mut waiting: Vec<_> = self.outgoing.iter().filter_map(waits).collect();
        waiting.sort();
        waiting.into_iter().map(|(_, id)| id).collect()
    }

    /// Returns the envelopes of own messages.
    pub(crate) fn envelopes(&self) -> impl Iterator<Item = &EnvelopeId> {
        self.by_envelope.keys()
    }

    fn visible(&self, id: &MessageId) -> Option<(MessageId, Entry)> {
        self.entries.get(id).filter(|entry| !entry.is_hidden).map(|entry| (*id, *entry))
    }
}
