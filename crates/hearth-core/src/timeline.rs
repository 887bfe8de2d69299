//! The messages of a home group and its pairs, in the order that all members share, who holds one's own, and when they
//! fade.
//!
//! Owns order, arrival numbers, what is about what, and holders. Keeps no text in memory: that stays in the store. PROTOCOL
//! sections 8 and 10.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::content::phone_entry::LIST;
use crate::content::{CircleId, Content};
use crate::error::{Fault, LoadError};
use crate::ids::{DeviceId, EnvelopeId, EpochId, GroupId, MS_PER_DAY, MessageId, PeerId, Timestamp};
use crate::limits;
use crate::message::{Message, OrderKey};
use crate::store::{Class, Key, ReadStore, WriteBatch};
use crate::turn::{Carried, Reader};

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
    pub(crate) part: Part,
    /// The message that it is about; of numbers for some [`LIST`].
    pub(crate) about: Option<MessageId>,
    /// Which own messages belong together.
    pub(crate) circle: Option<CircleId>,
    /// When it is forgotten.
    pub(crate) fades: Timestamp,
}

/// What a message is for who reads. Numbers are stored; only appended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Part {
    /// It stands for itself.
    Words,
    /// It is shown with what it is about, and to who follows.
    Feedback,
    /// It stands in the place of what it is about.
    Edit,
    /// It takes away what it is about.
    Retract,
    /// It is kept and not shown.
    Silent,
    /// It is about a call for help, which `alarms` shows.
    Alarm,
    /// Words that wait until their reader wants to hear from their author.
    Request,
}

/// The first version of an entry: every message was a text.
#[derive(Deserialize)]
struct FirstEntry {
    order: OrderKey,
    arrival: u64,
    group: GroupId,
    is_mine: bool,
    is_hidden: bool,
}

impl Entry {
    fn parse(bytes: &[u8]) -> Option<Self> {
        postcard::from_bytes(bytes).ok().or_else(|| {
            let FirstEntry { order, arrival, group, is_mine, is_hidden } =
                postcard::from_bytes(bytes).ok()?;
            let fades = order.clock.plus_ms(u64::from(limits::PRIVATE_LIFE_DAYS) * MS_PER_DAY);
            let (part, about, circle) = (Part::Words, None, None);
            Some(Self { order, arrival, group, is_mine, is_hidden, part, about, circle, fades })
        })
    }
}

/// What became of an own message.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Outgoing {
    /// Its envelope; `None` while it waits for clean keys, or is held back.
    pub(crate) envelope: Option<EnvelopeId>,
    /// The epoch that it was sealed under.
    pub(crate) epoch: Option<EpochId>,
    /// Whether somebody who was a member by then had no leaf in that epoch.
    pub(crate) is_partial: bool,
    /// Neighbours that have said to have it on disk.
    pub(crate) holders: Vec<PeerId>,
    /// Until when it can be undone: before, nothing of it leaves.
    pub(crate) held_until: Option<Timestamp>,
    /// For which readers it is sealed by name, if it is.
    pub(crate) readers: Option<Vec<Reader>>,
    /// Whether a keeper has said to have it. In memory only: it says so again at the next connection.
    #[serde(skip)]
    pub(crate) is_with_keeper: bool,
}

/// The second version of the record: nothing was sealed by name.
#[derive(Deserialize)]
struct SecondOutgoing {
    envelope: Option<EnvelopeId>,
    epoch: Option<EpochId>,
    is_partial: bool,
    holders: Vec<PeerId>,
    held_until: Option<Timestamp>,
}

/// The first version of the record: nothing was held back.
#[derive(Deserialize)]
struct FirstOutgoing {
    envelope: Option<EnvelopeId>,
    epoch: Option<EpochId>,
    is_partial: bool,
    holders: Vec<PeerId>,
}

impl Outgoing {
    fn parse(bytes: &[u8]) -> Option<Self> {
        let second = || {
            let SecondOutgoing { envelope, epoch, is_partial, holders, held_until } =
                postcard::from_bytes(bytes).ok()?;
            let (readers, is_with_keeper) = (None, false);
            Some(Self { envelope, epoch, is_partial, holders, held_until, readers, is_with_keeper })
        };
        let first = || {
            let FirstOutgoing { envelope, epoch, is_partial, holders } = postcard::from_bytes(bytes).ok()?;
            let (held_until, readers, is_with_keeper) = (None, None, false);
            Some(Self { envelope, epoch, is_partial, holders, held_until, readers, is_with_keeper })
        };
        postcard::from_bytes(bytes).ok().or_else(second).or_else(first)
    }
}

/// The timeline of one home group.
pub(crate) struct Timeline {
    home: GroupId,
    entries: BTreeMap<MessageId, Entry>,
    order: BTreeMap<(OrderKey, MessageId), ()>,
    arrivals: BTreeMap<u64, MessageId>,
    /// What is not shown, by its author.
    hidden: BTreeSet<(DeviceId, MessageId)>,
    outgoing: BTreeMap<MessageId, Outgoing>,
    by_envelope: BTreeMap<EnvelopeId, MessageId>,
    /// What is about a message, whether or not that has come.
    about: BTreeSet<(MessageId, OrderKey, MessageId)>,
    /// The own messages of a circle; the one with the least id stands for all.
    circles: BTreeSet<(CircleId, MessageId)>,
    fading: BTreeSet<(Timestamp, MessageId)>,
    /// What can still be undone, by when that ends.
    held: BTreeSet<(Timestamp, MessageId)>,
    /// The highest arrival number that was ever given.
    last_arrival: u64,
}

/// What is known of a message when it comes.
pub(crate) struct Arriving<'a> {
    pub(crate) message: &'a Message,
    pub(crate) content: &'a Content,
    /// The home group, or the pair.
    pub(crate) group: GroupId,
    pub(crate) is_hidden: bool,
    /// Whether its reader is to be asked first.
    pub(crate) waits: bool,
    pub(crate) now: Timestamp,
}

impl Timeline {
    pub(crate) fn load(store: &dyn ReadStore, home: GroupId) -> Result<Self, LoadError> {
        let mut timeline = Self {
            home,
            entries: BTreeMap::new(),
            order: BTreeMap::new(),
            arrivals: BTreeMap::new(),
            hidden: BTreeSet::new(),
            outgoing: BTreeMap::new(),
            by_envelope: BTreeMap::new(),
            about: BTreeSet::new(),
            circles: BTreeSet::new(),
            fading: BTreeSet::new(),
            held: BTreeSet::new(),
            last_arrival: 0,
        };
        if let Some(last) = store.get(&last_forgotten(&home))? {
            let bytes = <[u8; 8]>::try_from(last.as_slice()).map_err(|_| LoadError::Damaged("timeline"))?;
            timeline.last_arrival = u64::from_le_bytes(bytes);
        }
        let mut damaged = false;
        store.scan(Class::MessageIndex, &home.0, &mut |item, value| match (
            <[u8; 32]>::try_from(item),
            Entry::parse(&value),
        ) {
            (Ok(id), Some(entry)) => timeline.index(MessageId(id), entry),
            (Ok(_), None) | (Err(_), _) => damaged = true,
        })?;
        let (outgoing, by_envelope) = (&mut timeline.outgoing, &mut timeline.by_envelope);
        let held = &mut timeline.held;
        store.scan(Class::Outbox, &home.0, &mut |item, value| match (
            <[u8; 32]>::try_from(item),
            Outgoing::parse(&value),
        ) {
            (Ok(id), Some(record)) => {
                by_envelope.extend(record.envelope.map(|envelope| (envelope, MessageId(id))));
                held.extend(record.held_until.map(|until| (until, MessageId(id))));
                outgoing.insert(MessageId(id), record);
            }
            (Ok(_), None) | (Err(_), _) => damaged = true,
        })?;
        if damaged { Err(LoadError::Damaged("timeline")) } else { Ok(timeline) }
    }

    /// When somebody else last wrote to the group, by their clock.
    pub(crate) fn latest_of_others(&self) -> Option<Timestamp> {
        let others = self.entries.values().filter(|entry| !entry.is_mine && !entry.is_hidden);
        others.filter(|entry| entry.group == self.home).map(|entry| entry.order.clock).max()
    }

    fn index(&mut self, id: MessageId, entry: Entry) {
        self.order.insert((entry.order, id), ());
        self.arrivals.insert(entry.arrival, id);
        self.last_arrival = self.last_arrival.max(entry.arrival);
        if entry.is_hidden {
            self.hidden.insert((entry.order.author, id));
        } else {
            self.hidden.remove(&(entry.order.author, id));
        }
        self.about.extend(entry.about.map(|about| (about, entry.order, id)));
        let own_circle = entry.circle.filter(|_| entry.is_mine);
        self.circles.extend(own_circle.map(|circle| (circle, id)));
        self.fading.insert((entry.fades, id));
        self.entries.insert(id, entry);
    }

    /// Takes a message; returns those that it made visible, itself among them.
    pub(crate) fn take(
        &mut self,
        writes: &mut WriteBatch,
        own: &DeviceId,
        arriving: &Arriving<'_>,
    ) -> Result<Vec<MessageId>, Fault> {
        let Arriving { message, content, group, is_hidden, waits, now } = *arriving;
        let id = message.id();
        if self.entries.contains_key(&id) {
            return Ok(Vec::new());
        }
        let is_mine = message.fields().author == *own;
        let mut visible = Vec::new();
        let (rules, order) = (content.rules(), message.order());
        let part = match content {
            _ if !rules.place.holds(group != self.home) => Part::Silent,
            Content::Edit(_) => Part::Edit,
            Content::Retract(_) => Part::Retract,
            Content::Feedback(_) => Part::Feedback,
            Content::Sos(_) | Content::SosAnswer(_) | Content::SosReached(_) | Content::SosClose(_) => {
                Part::Alarm
            }
            _ if rules.is_listed && waits => Part::Request,
            _ if rules.is_listed => Part::Words,
            _ => Part::Silent,
        };
        let life_days = match content {
            // It is written anew long before it ends where it is shown.
            Content::PhoneEntry(_) if is_mine => limits::PHONE_RENEWED_DAYS,
            _ => rules.life_days,
        };
        let entry = Entry {
            order,
            arrival: self.next_arrival(),
            group,
            is_mine,
            is_hidden,
            part,
            about: rules.about,
            circle: content.circle(),
            fades: fades(order.clock, life_days, now, is_mine),
        };
        self.put(writes, id, entry)?;
        if is_mine {
            self.outgoing.insert(id, Outgoing::default());
            self.save_outgoing(writes, &id)?;
        }
        if is_hidden {
            return Ok(visible);
        }
        visible.push(id);
        for reference in &message.fields().refs {
            visible.extend(self.show(writes, *reference)?);
        }
        Ok(visible)
    }

    /// Shows what was hidden of an author who is in again; returns what that made visible.
    pub(crate) fn show_all_of(
        &mut self,
        writes: &mut WriteBatch,
        group: &GroupId,
        author: &DeviceId,
    ) -> Result<Vec<MessageId>, Fault> {
        let all = self.hidden.range((*author, MessageId([0; 32]))..=(*author, MessageId([u8::MAX; 32])));
        let of_group = |id: &MessageId| self.entries.get(id).is_some_and(|entry| entry.group == *group);
        let ids: Vec<MessageId> = all.map(|(_, id)| *id).filter(of_group).collect();
        let mut visible = Vec::new();
        for id in ids {
            visible.extend(self.show(writes, id)?);
        }
        Ok(visible)
    }

    /// Shows a message that was hidden; `None` if it is none.
    fn show(&mut self, writes: &mut WriteBatch, id: MessageId) -> Result<Option<MessageId>, Fault> {
        let Some(entry) = self.entries.get(&id).copied().filter(|entry| entry.is_hidden) else {
            return Ok(None);
        };
        self.arrivals.remove(&entry.arrival);
        let arrival = self.next_arrival();
        self.put(writes, id, Entry { arrival, is_hidden: false, ..entry })?;
        Ok(Some(id))
    }

    fn put(&mut self, writes: &mut WriteBatch, id: MessageId, entry: Entry) -> Result<(), Fault> {
        let bytes = postcard::to_stdvec(&entry).map_err(|_| Fault::Bug("timeline entry"))?;
        writes.put(Key::new(Class::MessageIndex, &self.home.0, &id.0), bytes);
        self.index(id, entry);
        Ok(())
    }

    fn next_arrival(&self) -> u64 {
        self.last_arrival + 1
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
            outgoing.readers.clone_from(&carried.readers);
            self.by_envelope.insert(envelope, carried.message);
            self.save_outgoing(writes, &carried.message)?;
        }
        Ok(())
    }

    /// Returns own messages, written since `since` or held by nobody else, whose seal `is_stale` by its epoch, its record and
    /// the message's number, in the order in which they were written.
    pub(crate) fn stale(
        &self,
        group: &GroupId,
        since: Timestamp,
        is_stale: impl Fn(&EpochId, &Outgoing, u64) -> bool,
    ) -> Vec<MessageId> {
        let needs = |(id, outgoing): (&MessageId, &Outgoing)| {
            let epoch = outgoing.epoch.as_ref()?;
            let entry = self.entries.get(id).filter(|entry| entry.group == *group)?;
            let is_recent = entry.order.clock >= since || outgoing.holders.is_empty();
            (is_recent && is_stale(epoch, outgoing, entry.order.mseq)).then_some((entry.order, *id))
        };
        let mut stale: Vec<_> = self.outgoing.iter().filter_map(needs).collect();
        stale.sort();
        stale.into_iter().map(|(_, id)| id).collect()
    }

    /// Returns the own message in an envelope and its group, if `is_outstanding` says of its group, its time and its holders
    /// that it has not come where it is to come.
    pub(crate) fn outstanding(
        &self,
        envelope: &EnvelopeId,
        is_outstanding: impl Fn(&GroupId, Timestamp, &[PeerId]) -> bool,
    ) -> Option<(GroupId, MessageId)> {
        let id = self.by_envelope.get(envelope)?;
        let outgoing = self.outgoing.get(id).filter(|outgoing| outgoing.envelope == Some(*envelope))?;
        let entry = self.entries.get(id)?;
        is_outstanding(&entry.group, entry.order.clock, &outgoing.holders).then_some((entry.group, *id))
    }

    /// Returns those own messages of a group of whose time and holders `is_wanted` says so, in the order in which they were
    /// written.
    pub(crate) fn sent_in(
        &self,
        group: &GroupId,
        is_wanted: impl Fn(Timestamp, &[PeerId]) -> bool,
    ) -> Vec<MessageId> {
        let wanted = |(id, outgoing): (&MessageId, &Outgoing)| {
            let entry = self.entries.get(id).filter(|entry| entry.group == *group)?;
            // What is held back has not left, wherever it is to go.
            outgoing.held_until.is_none().then_some(())?;
            is_wanted(entry.order.clock, &outgoing.holders).then_some((entry.order, *id))
        };
        let mut found: Vec<_> = self.outgoing.iter().filter_map(wanted).collect();
        found.sort();
        found.into_iter().map(|(_, id)| id).collect()
    }

    /// Lets an own message wait for the keys of another pair.
    pub(crate) fn move_to(
        &mut self,
        writes: &mut WriteBatch,
        id: MessageId,
        group: GroupId,
    ) -> Result<(), Fault> {
        let Some(entry) = self.entries.get(&id).copied() else { return Ok(()) };
        self.put(writes, id, Entry { group, ..entry })?;
        if let Some(outgoing) = self.outgoing.get_mut(&id) {
            (outgoing.envelope, outgoing.epoch) = (None, None);
        }
        self.save_outgoing(writes, &id)
    }

    /// Says whether this node knows of having sent an envelope.
    pub(crate) fn has_sent(&self, envelope: &EnvelopeId) -> bool {
        self.by_envelope.contains_key(envelope)
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

    /// Notes that an envelope lies with a keeper; returns the own message in it if that is news.
    pub(crate) fn note_keeper(&mut self, envelope: &EnvelopeId) -> Option<MessageId> {
        let id = self.by_envelope.get(envelope).copied()?;
        let outgoing = self.outgoing.get_mut(&id)?;
        let was_with_keeper = std::mem::replace(&mut outgoing.is_with_keeper, true);
        (!was_with_keeper).then_some(id)
    }

    fn save_outgoing(&self, writes: &mut WriteBatch, id: &MessageId) -> Result<(), Fault> {
        let Some(outgoing) = self.outgoing.get(id) else { return Ok(()) };
        let bytes = postcard::to_stdvec(outgoing).map_err(|_| Fault::Bug("outgoing record"))?;
        writes.put(Key::new(Class::Outbox, &self.home.0, &id.0), bytes);
        Ok(())
    }

    /// Returns the last `limit` messages that stand for themselves and are not set aside, in the common order.
    pub(crate) fn latest(
        &self,
        limit: usize,
        mut is_aside: impl FnMut(&MessageId, &Entry) -> Result<bool, Fault>,
    ) -> Result<Vec<(MessageId, Entry)>, Fault> {
        let mut newest = Vec::new();
        for (id, entry) in self.order.keys().rev().filter_map(|(_, id)| self.visible(id)) {
            if newest.len() >= limit {
                break;
            }
            if entry.part == Part::Words && !is_aside(&id, &entry)? {
                newest.push((id, entry));
            }
        }
        newest.reverse();
        Ok(newest)
    }

    /// Returns up to `limit` messages that became visible after the one of number `after`, as they did, with what others
    /// gave back to own ones; not what is set aside.
    pub(crate) fn after(
        &self,
        after: u64,
        limit: usize,
        mut is_aside: impl FnMut(&MessageId, &Entry) -> Result<bool, Fault>,
    ) -> Result<Vec<(MessageId, Entry)>, Fault> {
        let mut later = Vec::new();
        let all = self.arrivals.range(after.saturating_add(1)..);
        for (id, entry) in all.filter_map(|(_, id)| self.visible(id)) {
            if later.len() >= limit {
                break;
            }
            if !is_aside(&id, &entry)? {
                later.push((id, entry));
            }
        }
        Ok(later)
    }

    /// Returns what waits until its reader wants to hear from its author, in the common order.
    pub(crate) fn requests(&self) -> impl Iterator<Item = (MessageId, Entry)> {
        let all = self.order.keys().filter_map(|(_, id)| Some((*id, *self.entries.get(id)?)));
        all.filter(|(_, entry)| entry.part == Part::Request && !entry.is_hidden)
    }

    /// Returns what stands in a pair, of others, in the common order, whether or not it waits.
    pub(crate) fn private_words(&self) -> impl Iterator<Item = (MessageId, Entry)> {
        let all = self.order.keys().filter_map(|(_, id)| Some((*id, *self.entries.get(id)?)));
        let is_words = |entry: &Entry| matches!(entry.part, Part::Words | Part::Request) && !entry.is_hidden;
        all.filter(move |(_, entry)| entry.group != self.home && !entry.is_mine && is_words(entry))
    }

    /// Shows what waited, as if it came now; returns it.
    pub(crate) fn let_in(
        &mut self,
        writes: &mut WriteBatch,
        is_wanted: impl Fn(&DeviceId) -> bool,
    ) -> Result<Vec<MessageId>, Fault> {
        let waits = |(_, entry): &(MessageId, Entry)| is_wanted(&entry.order.author);
        // What is hidden waits for its author to be in again, and nothing else any more.
        let all = self.order.keys().filter_map(|(_, id)| Some((*id, *self.entries.get(id)?)));
        let waiting = all.filter(|(_, entry)| entry.part == Part::Request).filter(waits);
        let waiting: Vec<(MessageId, Entry)> = waiting.collect();
        for (id, entry) in &waiting {
            self.arrivals.remove(&entry.arrival);
            let arrival = self.next_arrival();
            self.put(writes, *id, Entry { arrival, part: Part::Words, ..*entry })?;
        }
        Ok(waiting.into_iter().filter(|(_, entry)| !entry.is_hidden).map(|(id, _)| id).collect())
    }

    /// Lets those who follow come past what arrived after number `after` once more; returns it.
    pub(crate) fn arrive_anew(
        &mut self,
        writes: &mut WriteBatch,
        after: u64,
        is_wanted: impl Fn(&Entry) -> bool,
    ) -> Result<Vec<MessageId>, Fault> {
        let later = self.arrivals.range(after.saturating_add(1)..).filter_map(|(_, id)| self.visible(id));
        let later: Vec<(MessageId, Entry)> = later.filter(|(_, entry)| is_wanted(entry)).collect();
        for (id, entry) in &later {
            self.arrivals.remove(&entry.arrival);
            let arrival = self.next_arrival();
            self.put(writes, *id, Entry { arrival, ..*entry })?;
        }
        Ok(later.into_iter().map(|(id, _)| id).collect())
    }

    /// Returns what is about a message, of one part, in the common order.
    pub(crate) fn about(&self, id: &MessageId, part: Part) -> Vec<(MessageId, Entry)> {
        let (first, last) = (OrderKey::FIRST, OrderKey::LAST);
        let range = (*id, first, MessageId([0; 32]))..=(*id, last, MessageId([u8::MAX; 32]));
        let found = self.about.range(range).filter_map(|(_, _, id)| Some((*id, *self.entries.get(id)?)));
        found.filter(|(_, entry)| entry.part == part && !entry.is_hidden).collect()
    }

    /// Returns what stands in the list of numbers for some, in the common order, whether or not it waits. Answers to nothing
    /// can stand there, too: what each is, it says itself.
    pub(crate) fn phones(&self) -> Vec<(MessageId, Entry)> {
        let mut found = [self.about(&LIST, Part::Words), self.about(&LIST, Part::Request)].concat();
        found.sort_by_key(|(id, entry)| (entry.order, *id));
        found
    }

    /// Returns the own messages that belong together with an own one, itself among them.
    pub(crate) fn circle_of(&self, id: &MessageId) -> Vec<(MessageId, Entry)> {
        let Some(entry) = self.entries.get(id) else { return Vec::new() };
        let Some(circle) = entry.circle.filter(|_| entry.is_mine) else { return vec![(*id, *entry)] };
        self.of_circle(&circle).filter_map(|id| Some((id, *self.entries.get(&id)?))).collect()
    }

    fn of_circle(&self, circle: &CircleId) -> impl Iterator<Item = MessageId> {
        let range = (*circle, MessageId([0; 32]))..=(*circle, MessageId([u8::MAX; 32]));
        self.circles.range(range).map(|(_, id)| *id)
    }

    /// Returns what is to be forgotten by `now`, at most `limit` messages: not what this device alone has.
    pub(crate) fn faded(&self, now: Timestamp, limit: usize) -> Vec<MessageId> {
        let due = self.fading.range(..=(now, MessageId([u8::MAX; 32]))).map(|(_, id)| *id);
        due.take(limit).collect()
    }

    /// Keeps a message until `fades`.
    pub(crate) fn keep_until(
        &mut self,
        writes: &mut WriteBatch,
        id: MessageId,
        fades: Timestamp,
    ) -> Result<(), Fault> {
        let Some(entry) = self.entries.get(&id).copied() else { return Ok(()) };
        self.fading.remove(&(entry.fades, id));
        self.put(writes, id, Entry { fades, ..entry })
    }

    /// Returns when the next message is to be forgotten.
    pub(crate) fn next_fading(&self) -> Option<Timestamp> {
        self.fading.first().map(|(at, _)| *at)
    }

    /// Holds an own message back until `until`.
    pub(crate) fn hold(
        &mut self,
        writes: &mut WriteBatch,
        id: MessageId,
        until: Timestamp,
    ) -> Result<(), Fault> {
        if let Some(outgoing) = self.outgoing.get_mut(&id) {
            outgoing.held_until = Some(until);
            self.held.insert((until, id));
            self.save_outgoing(writes, &id)?;
        }
        Ok(())
    }

    /// Returns when the next message that is held back is to go out.
    pub(crate) fn next_release(&self) -> Option<Timestamp> {
        self.held.first().map(|(until, _)| *until)
    }

    /// Lets go what was held back until `now`; returns it with its group, in the order in which it was written.
    pub(crate) fn release(
        &mut self,
        writes: &mut WriteBatch,
        now: Timestamp,
    ) -> Result<Vec<(GroupId, MessageId)>, Fault> {
        let due = self.held.range(..=(now, MessageId([u8::MAX; 32]))).copied();
        let due: Vec<(Timestamp, MessageId)> = due.collect();
        let mut released = Vec::new();
        for (until, id) in due {
            self.held.remove(&(until, id));
            if let Some(outgoing) = self.outgoing.get_mut(&id) {
                outgoing.held_until = None;
                self.save_outgoing(writes, &id)?;
            }
            released.extend(self.entries.get(&id).map(|entry| (entry.order, entry.group, id)));
        }
        released.sort();
        Ok(released.into_iter().map(|(_, group, id)| (group, id)).collect())
    }

    /// Forgets a message, its text included; `is_for_good` if a copy that comes later is not to be taken.
    pub(crate) fn forget(
        &mut self,
        writes: &mut WriteBatch,
        id: &MessageId,
        is_for_good: bool,
    ) -> Option<Entry> {
        let entry = self.entries.remove(id)?;
        self.order.remove(&(entry.order, *id));
        self.arrivals.remove(&entry.arrival);
        self.hidden.remove(&(entry.order.author, *id));
        if let Some(about) = entry.about {
            self.about.remove(&(about, entry.order, *id));
        }
        if let Some(circle) = entry.circle {
            self.circles.remove(&(circle, *id));
        }
        self.fading.remove(&(entry.fades, *id));
        if let Some(outgoing) = self.outgoing.remove(id) {
            if let Some(envelope) = outgoing.envelope {
                self.by_envelope.remove(&envelope);
            }
            if let Some(until) = outgoing.held_until {
                self.held.remove(&(until, *id));
            }
            writes.delete(Key::new(Class::Outbox, &self.home.0, &id.0));
        }
        writes.delete(Key::new(Class::MessageIndex, &self.home.0, &id.0));
        writes.delete(Key::new(Class::Message, &entry.group.0, &id.0));
        if is_for_good {
            writes.put(gone(&self.home, id), Vec::new());
        }
        if entry.arrival == self.last_arrival {
            // Its number is not given again: who follows would take the next message for one that they have.
            writes.put(last_forgotten(&self.home), self.last_arrival.to_le_bytes().to_vec());
        }
        Some(entry)
    }

    /// Returns the number of the message that became visible last, 0 if there is none.
    pub(crate) fn last_arrival(&self) -> u64 {
        self.last_arrival
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
                entry.group == *group
                    && entry.order.author == *device
                    && outgoing.envelope.is_none()
                    && outgoing.held_until.is_none()
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
        let entry = self.entries.get(id).filter(|entry| !entry.is_hidden)?;
        let is_shown = match entry.part {
            // The one with the least id stands for the circle.
            Part::Words => entry
                .circle
                .filter(|_| entry.is_mine)
                .is_none_or(|circle| self.of_circle(&circle).next() == Some(*id)),
            Part::Feedback => true,
            Part::Edit | Part::Retract | Part::Silent | Part::Alarm | Part::Request => false,
        };
        is_shown.then_some((*id, *entry))
    }
}

/// Names the record that says that a message was here and is forgotten for good.
pub(crate) fn gone(home: &GroupId, id: &MessageId) -> Key {
    Key::new(Class::Gone, &home.0, &id.0)
}

fn last_forgotten(home: &GroupId) -> Key {
    Key::new(Class::Gone, &home.0, b"arrivals")
}

/// When a message fades: its life after it was written, by its author's clock, but not before whoever was away could read
/// it, and not later than its life after it came.
fn fades(written: Timestamp, life_days: u32, now: Timestamp, is_mine: bool) -> Timestamp {
    let days = |days: u32| u64::from(days) * MS_PER_DAY;
    let life = days(life_days);
    let earliest = if is_mine { now } else { now.plus_ms(days(limits::UNREAD_LIFE_DAYS).min(life)) };
    written.plus_ms(life).clamp(earliest, now.plus_ms(life).max(earliest))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::content::{Content, Share};
    use crate::crypto::DeviceSecret;

    const HOME: GroupId = GroupId([1; 32]);

    /// Applies what is written to a store of one class each, as far as a timeline reads it.
    #[derive(Default)]
    struct Disk(BTreeMap<Key, Vec<u8>>);

    impl Disk {
        fn apply(&mut self, writes: WriteBatch) {
            for (key, value) in writes.iter() {
                match value {
                    Some(value) => self.0.insert(key.clone(), value.to_vec()),
                    None => self.0.remove(key),
                };
            }
        }
    }

    impl ReadStore for Disk {
        fn get(&self, key: &Key) -> Result<Option<crate::store::Value>, crate::store::StoreError> {
            Ok(self.0.get(key).map(|value| value.clone().into()))
        }

        fn scan(
            &self,
            class: Class,
            partition: &[u8; 32],
            visit: &mut dyn FnMut(&[u8], crate::store::Value),
        ) -> Result<(), crate::store::StoreError> {
            let in_set = self.0.iter().filter(|(key, _)| key.class == class && key.partition == *partition);
            in_set.for_each(|(key, value)| visit(&key.item, value.clone().into()));
            Ok(())
        }
    }

    fn message(author: u8, mseq: u64, refs: Vec<MessageId>, clock: u64) -> Message {
        let device = DeviceSecret::from_seed(&[author; 32]);
        let content = Content::Share(Share::plain("text"));
        Message::write(&device, HOME, mseq, refs, Timestamp(clock), &content).unwrap()
    }

    fn own() -> DeviceId {
        DeviceSecret::from_seed(&[1; 32]).public()
    }

    fn take(
        timeline: &mut Timeline,
        writes: &mut WriteBatch,
        message: &Message,
        is_hidden: bool,
    ) -> Result<Vec<MessageId>, Fault> {
        let content = message.content();
        let now = message.fields().clock;
        let waits = false;
        let arriving = Arriving { message, content: &content, group: HOME, is_hidden, waits, now };
        timeline.take(writes, &own(), &arriving)
    }

    fn latest(timeline: &Timeline, limit: usize) -> Vec<(MessageId, Entry)> {
        timeline.latest(limit, |_, _| Ok(false)).unwrap()
    }

    fn after(timeline: &Timeline, after: u64, limit: usize) -> Vec<(MessageId, Entry)> {
        timeline.after(after, limit, |_, _| Ok(false)).unwrap()
    }

    fn ids(entries: Vec<(MessageId, Entry)>) -> Vec<MessageId> {
        entries.into_iter().map(|(id, _)| id).collect()
    }

    #[test]
    fn messages_stand_by_clock_and_follow_by_arrival() {
        let (mut disk, mut writes) = (Disk::default(), WriteBatch::default());
        let mut timeline = Timeline::load(&disk, HOME).unwrap();
        let (late, early) = (message(2, 0, Vec::new(), 20), message(3, 0, Vec::new(), 10));
        for message in [&late, &early] {
            let visible = take(&mut timeline, &mut writes, message, false).unwrap();
            assert_eq!(visible, [message.id()]);
            // The same again is nothing.
            assert!(take(&mut timeline, &mut writes, message, false).unwrap().is_empty());
        }
        disk.apply(writes);
        let loaded = Timeline::load(&disk, HOME).unwrap();
        for timeline in [&timeline, &loaded] {
            assert_eq!(ids(latest(timeline, 9)), [early.id(), late.id()]);
            assert_eq!(ids(latest(timeline, 1)), [late.id()]);
            assert_eq!(ids(after(timeline, 0, 9)), [late.id(), early.id()]);
            assert_eq!(ids(after(timeline, 1, 9)), [early.id()]);
            assert_eq!(timeline.last_arrival(), 2);
        }
    }

    #[test]
    fn what_is_hidden_shows_when_its_author_is_in_again() {
        let (mut disk, mut writes) = (Disk::default(), WriteBatch::default());
        let mut timeline = Timeline::load(&disk, HOME).unwrap();
        let (hidden, others) = (message(2, 0, Vec::new(), 10), message(3, 0, Vec::new(), 20));
        for message in [&hidden, &others] {
            assert!(take(&mut timeline, &mut writes, message, true).unwrap().is_empty());
        }
        disk.apply(writes);
        let loaded = Timeline::load(&disk, HOME).unwrap();
        for mut timeline in [timeline, loaded] {
            let mut writes = WriteBatch::default();
            let author = hidden.fields().author;
            let in_a_pair = timeline.show_all_of(&mut writes, &GroupId([2; 32]), &author).unwrap();
            assert!(in_a_pair.is_empty());
            assert_eq!(timeline.show_all_of(&mut writes, &HOME, &author).unwrap(), [hidden.id()]);
            assert_eq!(
                (ids(latest(&timeline, 9)), ids(after(&timeline, 0, 9))),
                (vec![hidden.id()], vec![hidden.id()])
            );
            assert!(timeline.show_all_of(&mut writes, &HOME, &author).unwrap().is_empty());
        }
    }

    #[test]
    fn what_is_hidden_shows_when_somebody_refers_to_it() {
        let mut writes = WriteBatch::default();
        let mut timeline = Timeline::load(&Disk::default(), HOME).unwrap();
        let hidden = message(2, 0, Vec::new(), 10);
        assert!(take(&mut timeline, &mut writes, &hidden, true).unwrap().is_empty());
        assert!(latest(&timeline, 9).is_empty() && after(&timeline, 0, 9).is_empty());
        let answer = message(3, 0, vec![hidden.id()], 20);
        let visible = take(&mut timeline, &mut writes, &answer, false).unwrap();
        assert_eq!(visible, [answer.id(), hidden.id()]);
        assert_eq!(ids(latest(&timeline, 9)), [hidden.id(), answer.id()]);
    }

    #[test]
    fn holders_are_counted_once_each_and_only_for_own_envelopes() {
        let (mut disk, mut writes) = (Disk::default(), WriteBatch::default());
        let mut timeline = Timeline::load(&disk, HOME).unwrap();
        let mine = message(1, 0, Vec::new(), 10);
        take(&mut timeline, &mut writes, &mine, false).unwrap();
        assert_eq!(timeline.waiting(&HOME, &own()), [mine.id()]);
        let envelope = EnvelopeId([5; 32]);
        let carried =
            Carried { message: mine.id(), epoch: EpochId([6; 32]), is_partial: false, readers: None };
        timeline.note_envelope(&mut writes, &carried, envelope).unwrap();
        assert!(timeline.waiting(&HOME, &own()).is_empty());
        let unheld = |timeline: &Timeline| timeline.outstanding(&envelope, |_, _, held| held.is_empty());
        assert_eq!(unheld(&timeline), Some((HOME, mine.id())));
        let (ben, cleo) = (PeerId([7; 32]), PeerId([8; 32]));
        assert_eq!(timeline.note_holder(&mut writes, &envelope, ben).unwrap(), Some(mine.id()));
        assert_eq!(timeline.note_holder(&mut writes, &envelope, ben).unwrap(), None);
        assert_eq!(timeline.note_holder(&mut writes, &envelope, cleo).unwrap(), Some(mine.id()));
        assert_eq!(timeline.note_holder(&mut writes, &EnvelopeId([9; 32]), cleo).unwrap(), None);
        assert_eq!(unheld(&timeline), None);
        let lacking = |peer| timeline.sent_in(&HOME, |_, holders| !holders.contains(&peer));
        assert_eq!((lacking(ben), lacking(PeerId([9; 32]))), (Vec::new(), vec![mine.id()]));
        assert_eq!(timeline.sent_in(&HOME, |at, _| at > Timestamp(10)), []);
        assert_eq!(timeline.sent_in(&GroupId([2; 32]), |_, _| true), []);
        disk.apply(writes);
        let loaded = Timeline::load(&disk, HOME).unwrap();
        assert_eq!(loaded.outgoing(&mine.id()).unwrap().holders, [ben, cleo]);
        assert_eq!(loaded.envelopes().collect::<Vec<_>>(), [&envelope]);
    }

    #[test]
    fn records_of_earlier_versions_are_read() {
        let (envelope, epoch, holders) = (EnvelopeId([1; 32]), EpochId([2; 32]), vec![PeerId([3; 32])]);
        let known = Outgoing {
            envelope: Some(envelope),
            epoch: Some(epoch),
            is_partial: true,
            holders: holders.clone(),
            held_until: Some(Timestamp(4)),
            readers: Some(vec![Reader([5; 8])]),
            is_with_keeper: false,
        };
        let read = |bytes: Result<Vec<u8>, postcard::Error>| Outgoing::parse(&bytes.unwrap()).unwrap();
        let second = (known.envelope, known.epoch, true, &holders, known.held_until);
        let first = (known.envelope, known.epoch, true, &holders);
        assert_eq!(read(postcard::to_stdvec(&known)), known);
        assert_eq!(read(postcard::to_stdvec(&second)), Outgoing { readers: None, ..known.clone() });
        assert_eq!(read(postcard::to_stdvec(&first)), Outgoing { readers: None, held_until: None, ..known });
    }

    #[test]
    fn what_was_sealed_on_another_branch_is_stale() {
        let mut writes = WriteBatch::default();
        let mut timeline = Timeline::load(&Disk::default(), HOME).unwrap();
        for (number, epoch) in [(0, 6), (1, 7)] {
            let mine = message(1, number, Vec::new(), 10 + number);
            take(&mut timeline, &mut writes, &mine, false).unwrap();
            let carried =
                Carried { message: mine.id(), epoch: EpochId([epoch; 32]), is_partial: false, readers: None };
            timeline.note_envelope(&mut writes, &carried, EnvelopeId([epoch; 32])).unwrap();
        }
        let stale = |since| timeline.stale(&HOME, Timestamp(since), |epoch, _, _| *epoch == EpochId([6; 32]));
        let first = message(1, 0, Vec::new(), 10).id();
        assert_eq!(stale(0), [first]);
        assert_eq!(stale(11), [first], "nobody has it, old as it is");
        timeline.note_holder(&mut writes, &EnvelopeId([6; 32]), PeerId([7; 32])).unwrap();
        let stale = |since| timeline.stale(&HOME, Timestamp(since), |epoch, _, _| *epoch == EpochId([6; 32]));
        assert_eq!((stale(0), stale(11)), (vec![first], Vec::new()));
    }
}
