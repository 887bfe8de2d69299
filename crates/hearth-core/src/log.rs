//! The control log: which events are known, in which order of cause and effect.
//!
//! Owns admission (all heads present, the author's chain whole), parking, heads and causal pasts. Never judges what
//! an event may do. PROTOCOL section 2.

use std::collections::{BTreeMap, BTreeSet};

use crate::event::Event;
use crate::ids::{DeviceId, EventId, GroupId};
use crate::limits;

/// A set of events by their index in the log, so that causal pasts are cheap to keep and to intersect.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EventSet(Vec<u64>);

impl EventSet {
    /// Adds an index.
    pub fn insert(&mut self, index: usize) {
        let word = index / 64;
        if self.0.len() <= word {
            self.0.resize(word + 1, 0);
        }
        if let Some(bits) = self.0.get_mut(word) {
            *bits |= 1 << (index % 64);
        }
    }

    /// Says whether the index is in the set.
    pub fn contains(&self, index: usize) -> bool {
        self.0.get(index / 64).is_some_and(|bits| bits >> (index % 64) & 1 == 1)
    }

    /// Says whether every index is also in `other`.
    pub fn is_subset(&self, other: &Self) -> bool {
        self.0.iter().enumerate().all(|(word, bits)| bits & !other.0.get(word).copied().unwrap_or(0) == 0)
    }

    /// Returns how many indices it has.
    pub fn count(&self) -> usize {
        self.0.iter().map(|bits| bits.count_ones() as usize).sum()
    }

    /// Returns the indices, the smallest first.
    pub fn iter(&self) -> impl Iterator<Item = usize> {
        self.0.iter().enumerate().flat_map(|(word, bits)| ones(*bits).map(move |bit| word * 64 + bit))
    }

    /// Returns the indices that are not in `other`, the smallest first.
    pub fn without(&self, other: &Self) -> impl Iterator<Item = usize> {
        self.0.iter().enumerate().flat_map(move |(word, bits)| {
            let rest = bits & !other.0.get(word).copied().unwrap_or(0);
            ones(rest).map(move |bit| word * 64 + bit)
        })
    }

    /// Says whether every index of it that is also in `filter` is in `other`.
    pub fn is_subset_among(&self, filter: &Self, other: &Self) -> bool {
        self.0
            .iter()
            .zip(&filter.0)
            .enumerate()
            .all(|(word, (bits, filter))| bits & filter & !other.0.get(word).copied().unwrap_or(0) == 0)
    }

    /// Adds every index of `other`.
    pub fn union(&mut self, other: &Self) {
        if self.0.len() < other.0.len() {
            self.0.resize(other.0.len(), 0);
        }
        for (mine, theirs) in self.0.iter_mut().zip(&other.0) {
            *mine |= theirs;
        }
    }
}

/// The places of the ones in a word.
fn ones(mut bits: u64) -> impl Iterator<Item = usize> {
    std::iter::from_fn(move || {
        let place = bits.trailing_zeros() as usize;
        bits &= bits.checked_sub(1)?;
        Some(place)
    })
}

/// An admitted event with its place.
#[derive(Debug)]
pub struct LogEntry {
    /// The event.
    pub event: Event,
    /// Its strict causal past.
    pub past: EventSet,
}

/// What came of an event.
#[derive(Debug, PartialEq, Eq)]
pub enum Admitted {
    /// It and these parked ones are in the log, in this order.
    Now(Vec<EventId>),
    /// It was in the log.
    Known,
    /// It waits for its past.
    Parked,
    /// It waits for its past, and this one was forgotten for it.
    ParkedInsteadOf(EventId),
    /// It can never be in this log.
    Refused,
}

/// Two different events of one device with one number: proof that it told different things to different people.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Equivocation {
    /// The number that both have.
    pub seq: u64,
    /// The two events; of several, those of the smallest ids.
    pub proof: [EventId; 2],
}

/// The control log of one group.
#[derive(Debug)]
pub struct Log {
    group: GroupId,
    entries: Vec<LogEntry>,
    all: EventSet,
    /// Each device's events, by number; more than one under a number is an equivocation.
    chains: BTreeMap<DeviceId, BTreeMap<u64, Vec<usize>>>,
    /// The numbers under which a device has more than one event.
    doubled: BTreeMap<DeviceId, BTreeSet<u64>>,
    index: BTreeMap<EventId, usize>,
    heads: BTreeSet<EventId>,
    /// Where a device was introduced; without that, it has no voice at all.
    introduced: BTreeMap<DeviceId, Vec<usize>>,
    parked: BTreeMap<EventId, Event>,
}

impl Log {
    /// Makes the empty log of a group whose Create has not arrived.
    pub fn new(group: GroupId) -> Self {
        Self {
            group,
            entries: Vec::new(),
            all: EventSet::default(),
            chains: BTreeMap::new(),
            doubled: BTreeMap::new(),
            index: BTreeMap::new(),
            heads: BTreeSet::new(),
            introduced: BTreeMap::new(),
            parked: BTreeMap::new(),
        }
    }

    /// Returns the group.
    pub fn group(&self) -> GroupId {
        self.group
    }

    /// Takes an event: admits it, parks it until its past is there, or refuses it.
    pub fn admit(&mut self, event: Event) -> Admitted {
        if self.index.contains_key(&event.id()) || self.parked.contains_key(&event.id()) {
            return Admitted::Known;
        }
        if event.group() != self.group {
            return Admitted::Refused;
        }
        if !self.has_past_of(&event) {
            return self.park(event);
        }
        let id = event.id();
        if !self.append(event) {
            return Admitted::Refused;
        }
        let mut admitted = vec![id];
        while let Some(next) = self.next_unparked() {
            let id = next.id();
            if self.append(next) {
                admitted.push(id);
            }
        }
        Admitted::Now(admitted)
    }

    /// Returns an admitted event.
    pub fn event(&self, id: &EventId) -> Option<&Event> {
        Some(&self.entries.get(*self.index.get(id)?)?.event)
    }

    /// Returns the index of an admitted event.
    pub fn index_of(&self, id: &EventId) -> Option<usize> {
        self.index.get(id).copied()
    }

    /// Returns the entries; each stands after its past, in the order of arrival.
    pub fn entries(&self) -> &[LogEntry] {
        &self.entries
    }

    /// Returns the entry at an index.
    pub fn entry(&self, index: usize) -> Option<&LogEntry> {
        self.entries.get(index)
    }

    /// Returns the set of all admitted events.
    pub fn all(&self) -> &EventSet {
        &self.all
    }

    /// Returns the device's first equivocation among the events of `within`: judged by the set alone, so that everybody
    /// who knows both events finds the same.
    pub fn equivocation(&self, device: &DeviceId, within: &EventSet) -> Option<Equivocation> {
        let (doubled, chain) = (self.doubled.get(device)?, self.chains.get(device)?);
        doubled.iter().find_map(|seq| {
            let known = chain.get(seq)?.iter().filter(|index| within.contains(**index));
            let mut ids: Vec<EventId> =
                known.filter_map(|index| Some(self.entries.get(*index)?.event.id())).collect();
            ids.sort();
            match ids.as_slice() {
                [first, second, ..] => Some(Equivocation { seq: *seq, proof: [*first, *second] }),
                [_] | [] => None,
            }
        })
    }

    /// Returns the devices with an equivocation among the events of `within`.
    pub fn equivocators(&self, within: &EventSet) -> BTreeMap<DeviceId, Equivocation> {
        let found =
            self.doubled.keys().filter_map(|device| Some((*device, self.equivocation(device, within)?)));
        found.collect()
    }

    /// Says whether another event of the same device has the same number as the one at `index`.
    pub fn is_doubled(&self, index: usize) -> bool {
        self.entries.get(index).is_some_and(|entry| {
            let fields = entry.event.fields();
            self.doubled.get(&fields.author).is_some_and(|doubled| doubled.contains(&fields.seq))
        })
    }

    /// Returns the indices of the device's events, the latest first.
    pub fn latest_of(&self, device: &DeviceId) -> impl Iterator<Item = usize> {
        let chain = self.chains.get(device).into_iter().flat_map(|chain| chain.values().rev());
        chain.flat_map(|indices| indices.iter().rev().copied())
    }

    /// Returns the ids of the parked events.
    pub fn parked(&self) -> impl Iterator<Item = &EventId> {
        self.parked.keys()
    }

    /// Returns the number of the next event of `device`, its previous one, and the heads to name.
    pub fn next_position(&self, device: &DeviceId) -> (u64, Option<EventId>, Vec<EventId>) {
        let last = self.latest_of(device).next().and_then(|index| self.entries.get(index));
        let prev_own = last.map(|entry| entry.event.id());
        let seq = last.map_or(0, |entry| entry.event.fields().seq.saturating_add(1));
        let mut heads: BTreeSet<EventId> = prev_own.into_iter().collect();
        for head in &self.heads {
            if heads.len() < limits::EVENT_HEADS_MAX {
                heads.insert(*head);
            }
        }
        (seq, prev_own, heads.into_iter().collect())
    }

    /// Returns the indices of the events in `within` that introduce `device`. Whether they may is `resolve`'s to judge:
    /// anybody can write an event that names somebody else's device.
    pub fn introductions(&self, device: &DeviceId, within: &EventSet) -> impl Iterator<Item = usize> {
        let all = self.introduced.get(device).into_iter().flatten().copied();
        all.filter(|index| within.contains(*index))
    }

    pub(crate) fn has_past_of(&self, event: &Event) -> bool {
        event.fields().heads.iter().all(|head| self.index.contains_key(head))
    }

    fn park(&mut self, event: Event) -> Admitted {
        let id = event.id();
        self.parked.insert(id, event);
        if self.parked.len() <= limits::PARKED_EVENTS_MAX {
            return Admitted::Parked;
        }
        // The one furthest from its author's beginning can wait longest; it comes again with its envelope.
        let furthest = self.parked.values().map(|event| (event.fields().seq, event.id())).max();
        match furthest {
            Some((_, forgotten)) => {
                self.parked.remove(&forgotten);
                Admitted::ParkedInsteadOf(forgotten)
            }
            None => Admitted::Parked,
        }
    }

    fn next_unparked(&mut self) -> Option<Event> {
        let ready = self.parked.iter().find(|(_, event)| self.has_past_of(event)).map(|(id, _)| *id)?;
        self.parked.remove(&ready)
    }

    /// Appends an event whose heads are all present; false if its chain or its author is wrong.
    fn append(&mut self, event: Event) -> bool {
        let fields = event.fields();
        let mut past = EventSet::default();
        for head in &fields.heads {
            let Some(index) = self.index.get(head).copied() else { return false };
            let Some(entry) = self.entries.get(index) else { return false };
            past.union(&entry.past);
            past.insert(index);
        }
        let is_contiguous = match fields.prev_own.and_then(|id| self.event(&id)) {
            Some(previous) => {
                previous.author() == fields.author && previous.fields().seq.checked_add(1) == Some(fields.seq)
            }
            None => fields.prev_own.is_none(),
        };
        let is_introduced = if fields.body.is_create() {
            self.entries.is_empty()
        } else {
            self.introductions(&fields.author, &past).next().is_some()
        };
        if !is_contiguous || !is_introduced {
            return false;
        }
        let index = self.entries.len();
        if let Some(device) = fields.body.introduced_device() {
            self.introduced.entry(device).or_default().push(index);
        }
        let places = self.chains.entry(fields.author).or_default().entry(fields.seq).or_default();
        places.push(index);
        if places.len() > 1 {
            self.doubled.entry(fields.author).or_default().insert(fields.seq);
        }
        for head in &event.fields().heads {
            self.heads.remove(head);
        }
        self.heads.insert(event.id());
        self.all.insert(index);
        self.index.insert(event.id(), index);
        self.entries.push(LogEntry { event, past });
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::crypto::DeviceSecret;
    use crate::event::{Body, Position, Role};
    use crate::ids::EpochId;
    use crate::story::{Person, group_of};

    #[test]
    fn what_comes_before_its_past_waits_for_it() {
        let [mut alice] = group_of();
        alice.invite(1, Role::Member, 1).unwrap();
        alice.invite(2, Role::Member, 1).unwrap();
        let events: Vec<Event> = alice.log.entries().iter().map(|entry| entry.event.clone()).collect();
        let mut log = Log::new(alice.group());
        for event in events.iter().skip(1).rev() {
            assert_eq!(log.admit(event.clone()), Admitted::Parked);
            assert_eq!(log.admit(event.clone()), Admitted::Known);
        }
        let in_order: Vec<EventId> = events.iter().map(Event::id).collect();
        assert_eq!(log.admit(events[0].clone()), Admitted::Now(in_order));
        assert_eq!(log.parked().count(), 0);
        assert_eq!(log.admit(events[0].clone()), Admitted::Known);
    }

    #[test]
    fn a_chain_with_a_gap_another_group_and_a_stranger_are_refused() {
        let [mut alice, mut ben] = group_of();
        alice.invite(1, Role::Member, 1).unwrap();
        let (seq, prev_own, heads) = alice.log.next_position(&alice.device.public());
        let group = alice.group();
        let sign = |device: &DeviceSecret, group, seq, prev_own, heads: &[EventId]| {
            let position = Position { group, seq, prev_own, heads: heads.to_vec(), epoch: EpochId([0; 32]) };
            Event::sign(device, position, Body::Leave).unwrap()
        };
        let gap = sign(&alice.device, group, seq + 1, prev_own, &heads);
        assert_eq!(alice.log.admit(gap), Admitted::Refused);
        let of_another = sign(&alice.device, GroupId([9; 32]), seq, prev_own, &heads);
        assert_eq!(alice.log.admit(of_another), Admitted::Refused);
        // Ben takes Alice's last event for his own.
        ben.hear(&alice);
        let stolen = sign(&ben.device, group, seq, prev_own, &heads);
        assert_eq!(alice.log.admit(stolen), Admitted::Refused);
        let stranger = Person::new(9, group);
        let uninvited = sign(&stranger.device, group, 0, None, &heads);
        assert_eq!(alice.log.admit(uninvited), Admitted::Refused);
        let right = sign(&alice.device, group, seq, prev_own, &heads);
        assert!(matches!(alice.log.admit(right), Admitted::Now(_)));
    }

    #[test]
    fn parked_events_are_bounded() {
        let [mut alice] = group_of();
        let first = alice.log.entries()[0].event.clone();
        for number in 0..limits::PARKED_EVENTS_MAX + 10 {
            alice.invite((number % 100) as u8, Role::Member, 1).unwrap();
        }
        let mut log = Log::new(alice.group());
        let mut forgotten = 0;
        for entry in alice.log.entries().iter().skip(1) {
            forgotten += usize::from(matches!(log.admit(entry.event.clone()), Admitted::ParkedInsteadOf(_)));
        }
        assert_eq!(log.parked().count(), limits::PARKED_EVENTS_MAX);
        assert!(forgotten >= 10);
        // The beginning was kept, so that the log can go on.
        let Admitted::Now(ids) = log.admit(first) else { panic!("refused") };
        assert_eq!(ids.len(), limits::PARKED_EVENTS_MAX + 1);
    }

    #[test]
    fn sets_of_events_are_sets() {
        let (mut a, mut b) = (EventSet::default(), EventSet::default());
        a.insert(3);
        b.insert(200);
        a.union(&b);
        assert!(a.contains(3) && a.contains(200) && !a.contains(4) && !a.contains(1_000));
        assert!(!b.contains(3));
        assert!(b.is_subset(&a) && !a.is_subset(&b) && a.is_subset_among(&b, &b));
        assert_eq!(a.iter().collect::<Vec<_>>(), [3, 200]);
        assert_eq!(a.without(&b).collect::<Vec<_>>(), [3]);
        assert_eq!((a.count(), EventSet::default().count()), (2, 0));
        a.insert(63);
        a.insert(64);
        assert_eq!(a.iter().collect::<Vec<_>>(), [3, 63, 64, 200]);
    }

    #[test]
    fn two_events_of_one_number_are_both_kept_and_are_a_proof() {
        let [mut alice, mut ben] = group_of();
        let (one, other) = (alice.sign(Body::Ack), alice.sign(Body::Leave));
        assert_eq!(one.fields().seq, other.fields().seq);
        ben.hear(&alice);
        // Each order of arrival gives the same proof, and before both are known there is none.
        for (person, events) in [(&mut alice, [&one, &other]), (&mut ben, [&other, &one])] {
            let before = person.log.all().clone();
            for event in events {
                assert!(person.log.equivocators(person.log.all()).is_empty());
                assert!(matches!(person.take(event.clone()), Admitted::Now(_)));
            }
            let mut proof = [one.id(), other.id()];
            proof.sort();
            let found = person.log.equivocation(&one.author(), person.log.all());
            assert_eq!(found, Some(Equivocation { seq: one.fields().seq, proof }));
            assert_eq!(person.log.equivocation(&one.author(), &before), None);
        }
        // What follows either of them is admitted, too.
        assert!(alice.write(Body::Ack).is_some());
    }
}
