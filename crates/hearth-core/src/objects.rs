//! What a group has today: of each object the versions that no other one takes the place of.
//!
//! Owns which versions stand, whatever the order in which they come. Judges no rights: `group` does. PROTOCOL section 11.

use std::collections::{BTreeMap, BTreeSet};

use crate::content::object::{NOBODY, Object};
use crate::content::{Body, Endpoint};
use crate::ids::{DeviceId, IdentityId, MS_PER_DAY, MessageId, ObjectId, Timestamp};
use crate::limits;
use crate::message::Message;

/// What all versions of an object share: its id follows from it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Place {
    pub(crate) kind: u16,
    pub(crate) owner: IdentityId,
    pub(crate) salt: [u8; 16],
}

impl Place {
    pub(crate) fn of(object: &Object) -> Self {
        Self { kind: object.kind, owner: object.owner, salt: object.salt }
    }
}

/// What is kept in memory of a version that counts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Version {
    pub(crate) message: MessageId,
    pub(crate) author: DeviceId,
    pub(crate) clock: Timestamp,
    pub(crate) kind: u16,
    pub(crate) owner: IdentityId,
    pub(crate) salt: [u8; 16],
    pub(crate) is_withdrawn: bool,
    /// Until when a visitor may stay, if it says that.
    pub(crate) stay: Option<Timestamp>,
    /// The keeper, with its desk, if it is one.
    pub(crate) keeper: Option<Endpoint>,
    /// The versions whose place it takes, the latest first.
    over: Vec<MessageId>,
    ends: Option<Timestamp>,
}

impl Version {
    pub(crate) fn of(message: &Message, object: &Object) -> Self {
        let fields = message.fields();
        let body = object.body();
        let stay = match &body {
            Some(Body::Stay(stay)) => Some(stay.until),
            _ => None,
        };
        let keeper = match &body {
            Some(Body::Keeper(keeper)) => Some(keeper.marked()),
            _ => None,
        };
        let ends = match body {
            Some(body) => body.rules().ends,
            None => Some(fields.clock.plus_ms(u64::from(limits::WITHDRAWN_LIFE_DAYS) * MS_PER_DAY)),
        };
        Self {
            message: message.id(),
            author: fields.author,
            clock: fields.clock,
            kind: object.kind,
            owner: object.owner,
            salt: object.salt,
            is_withdrawn: object.body.is_none(),
            stay,
            keeper,
            over: object.over.clone(),
            ends,
        }
    }

    pub(crate) fn place(&self) -> Place {
        Place { kind: self.kind, owner: self.owner, salt: self.salt }
    }

    /// Returns whose it is; `None` if it is the group's.
    pub(crate) fn owner_if_any(&self) -> Option<IdentityId> {
        Some(self.owner).filter(|owner| *owner != NOBODY)
    }

    fn knows(&self, other: &Self) -> bool {
        self.over.contains(&other.message)
    }
}

/// The objects of a group.
#[derive(Default)]
pub(crate) struct Objects {
    heads: BTreeMap<ObjectId, BTreeMap<MessageId, Version>>,
    by_owner: BTreeMap<IdentityId, BTreeSet<ObjectId>>,
    /// When each object is over, if it ever is.
    ends: BTreeMap<ObjectId, Timestamp>,
    ending: BTreeSet<(Timestamp, ObjectId)>,
}

/// Which versions a node has, as one hash; zeros if it has none.
pub(crate) type Digest = [u8; 32];

/// What taking a version did.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Taken {
    /// Whether it stands.
    pub(crate) is_kept: bool,
    /// Versions that do not stand any more.
    pub(crate) gone: Vec<MessageId>,
}

impl Objects {
    /// Takes a version that counts. In whatever order versions come, the same ones stand in the end.
    pub(crate) fn take(&mut self, id: ObjectId, version: Version) -> Taken {
        let mut taken = Taken { is_kept: true, gone: Vec::new() };
        let (owner, message) = (version.owner, version.message);
        let heads = self.heads.entry(id).or_default();
        if heads.contains_key(&message) || heads.values().any(|head| head.knows(&version)) {
            return Taken::default();
        }
        taken.gone.extend(heads.values().filter(|head| version.knows(head)).map(|head| head.message));
        for gone in &taken.gone {
            heads.remove(gone);
        }
        heads.insert(message, version);
        if heads.len() > limits::OBJECT_HEADS_MAX {
            let first = heads.values().map(|head| (head.clock, head.message)).min();
            taken.gone.extend(first.map(|(_, message)| message));
            first.and_then(|(_, message)| heads.remove(&message));
        }
        self.follow_end(id);
        let owned = self.by_owner.entry(owner).or_default();
        owned.insert(id);
        if owned.len() > limits::OBJECTS_PER_OWNER_MAX
            && let Some(last) = owned.last().copied()
        {
            taken.gone.extend(self.drop(&last));
        }
        taken.is_kept = !taken.gone.contains(&message);
        taken
    }

    fn follow_end(&mut self, id: ObjectId) {
        self.forget_end(&id);
        let ends = self.heads.get(&id).into_iter().flat_map(BTreeMap::values).map(|head| head.ends);
        // What has no end lasts; of several, the latest counts.
        if let Some(Some(end)) = ends.max_by_key(|end| end.unwrap_or(Timestamp(u64::MAX))) {
            self.ends.insert(id, end);
            self.ending.insert((end, id));
        }
    }

    fn forget_end(&mut self, id: &ObjectId) {
        if let Some(end) = self.ends.remove(id) {
            self.ending.remove(&(end, *id));
        }
    }

    fn drop(&mut self, id: &ObjectId) -> Vec<MessageId> {
        let heads = self.heads.remove(id).unwrap_or_default();
        self.forget_end(id);
        for head in heads.values() {
            if let Some(owned) = self.by_owner.get_mut(&head.owner) {
                owned.remove(id);
            }
        }
        heads.into_keys().collect()
    }

    /// Forgets what is over; returns the versions.
    pub(crate) fn forget_ended(&mut self, now: Timestamp) -> Vec<MessageId> {
        let over: Vec<ObjectId> =
            self.ending.iter().take_while(|(end, _)| *end <= now).map(|(_, id)| *id).collect();
        over.iter().flat_map(|id| self.drop(id)).collect()
    }

    /// Returns when the next object is over.
    pub(crate) fn next_end(&self) -> Option<Timestamp> {
        self.ending.first().map(|(end, _)| *end)
    }

    /// Returns how many objects somebody owns.
    pub(crate) fn owned_by(&self, owner: &IdentityId) -> usize {
        self.by_owner.get(owner).map_or(0, BTreeSet::len)
    }

    /// Returns the versions of an object that stand, the one that counts last: those first whose author may not write it
    /// today, then by clock, then by id.
    pub(crate) fn versions(&self, id: &ObjectId, may_today: impl Fn(&Version) -> bool) -> Vec<&Version> {
        let mut versions: Vec<&Version> = self.heads.get(id).into_iter().flat_map(BTreeMap::values).collect();
        versions.sort_by_key(|version| (may_today(version), version.clock, version.message));
        versions
    }

    /// Returns the objects.
    pub(crate) fn ids(&self) -> impl Iterator<Item = &ObjectId> {
        self.heads.keys()
    }

    /// Returns all versions that stand.
    pub(crate) fn all(&self) -> impl Iterator<Item = &Version> {
        self.heads.values().flat_map(BTreeMap::values)
    }

    /// What a version that is written now takes the place of: all that stand, and what those took the place of.
    pub(crate) fn to_replace(&self, id: &ObjectId) -> Vec<MessageId> {
        let heads = self.heads.get(id);
        let standing = heads.into_iter().flat_map(BTreeMap::keys);
        let mut before: Vec<&Version> = heads.into_iter().flat_map(BTreeMap::values).collect();
        before.sort_by_key(|head| std::cmp::Reverse((head.clock, head.message)));
        let mut over: Vec<MessageId> = Vec::new();
        for id in standing.chain(before.iter().flat_map(|head| &head.over)) {
            if over.len() < limits::OBJECT_OVER_MAX && !over.contains(id) {
                over.push(*id);
            }
        }
        over
    }

    /// Says whether a version stands.
    pub(crate) fn stands(&self, id: &ObjectId, message: &MessageId) -> bool {
        self.heads.get(id).is_some_and(|heads| heads.contains_key(message))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const CARD: ObjectId = ObjectId([1; 32]);

    fn version(number: u8, author: u8, clock: u64, over: &[u8]) -> Version {
        Version {
            message: MessageId([number; 32]),
            author: DeviceId([author; 32]),
            clock: Timestamp(clock),
            kind: 1,
            owner: IdentityId([0; 32]),
            salt: [0; 16],
            is_withdrawn: false,
            stay: None,
            keeper: None,
            over: over.iter().map(|number| MessageId([*number; 32])).collect(),
            ends: None,
        }
    }

    fn standing(objects: &Objects) -> Vec<u8> {
        objects.versions(&CARD, |_| true).into_iter().map(|version| version.message.0[0]).collect()
    }

    #[test]
    fn a_version_takes_the_place_of_those_that_its_author_knew_and_of_no_other() {
        let mut objects = Objects::default();
        assert!(objects.take(CARD, version(1, 1, 10, &[])).is_kept);
        let second = objects.take(CARD, version(2, 2, 20, &[1]));
        assert_eq!(second, Taken { is_kept: true, gone: vec![MessageId([1; 32])] });
        // Written without knowing of the second one.
        assert!(objects.take(CARD, version(3, 3, 15, &[1])).is_kept);
        assert_eq!(standing(&objects), [3, 2]);
        // The first one again, late: the second knew it.
        assert_eq!(objects.take(CARD, version(1, 1, 10, &[])), Taken::default());
        let over: Vec<u8> = objects.to_replace(&CARD).into_iter().map(|message| message.0[0]).collect();
        assert_eq!(over, [2, 3, 1]);
    }

    #[test]
    fn p11_4_cause_goes_before_the_clock_and_the_clock_before_the_id() {
        let mut objects = Objects::default();
        objects.take(CARD, version(9, 1, 99, &[]));
        // Whoever knew it goes before it, whatever the clocks say.
        objects.take(CARD, version(1, 2, 10, &[9]));
        assert_eq!(standing(&objects), [1]);
        // Side by side: the later clock; of equal ones the greater id, whoever wrote it, in whatever order they came.
        for (number, author, clock) in [(3, 3, 20), (2, 4, 20), (8, 5, 15)] {
            objects.take(CARD, version(number, author, clock, &[]));
        }
        assert_eq!(standing(&objects), [1, 8, 2, 3]);
    }

    #[test]
    fn who_may_write_it_today_counts_before_a_later_clock() {
        let mut objects = Objects::default();
        objects.take(CARD, version(1, 1, 10, &[]));
        objects.take(CARD, version(2, 2, 99, &[]));
        let versions = objects.versions(&CARD, |version| version.author == DeviceId([1; 32]));
        assert_eq!(versions.last().unwrap().message, MessageId([1; 32]));
    }

    #[test]
    fn what_is_over_is_forgotten_and_what_lasts_is_not() {
        let mut objects = Objects::default();
        let slot = ObjectId([2; 32]);
        objects.take(CARD, version(1, 1, 10, &[]));
        objects.take(slot, Version { ends: Some(Timestamp(50)), ..version(2, 1, 10, &[]) });
        assert_eq!(objects.next_end(), Some(Timestamp(50)));
        assert!(objects.forget_ended(Timestamp(49)).is_empty());
        assert_eq!(objects.forget_ended(Timestamp(50)), [MessageId([2; 32])]);
        assert_eq!((objects.next_end(), objects.ids().count()), (None, 1));
    }

    #[test]
    fn one_person_cannot_fill_the_group() {
        let mut objects = Objects::default();
        let id = |number: usize| {
            let mut bytes = [0; 32];
            bytes[24..].copy_from_slice(&number.to_be_bytes());
            ObjectId(bytes)
        };
        for number in (0..limits::OBJECTS_PER_OWNER_MAX + 5).rev() {
            let bytes = u8::try_from(number % 251).unwrap();
            let mut one = version(bytes, 1, 10, &[]);
            one.message.0[..8].copy_from_slice(&number.to_be_bytes());
            objects.take(id(number), one);
        }
        assert_eq!(objects.ids().count(), limits::OBJECTS_PER_OWNER_MAX);
        assert_eq!(objects.ids().next(), Some(&id(0)), "the same ones, in whatever order they came");
    }

    proptest! {
        /// Versions by three authors, each of whom knows some of the earlier ones: the same ones stand in any order.
        #[test]
        fn any_order_gives_the_same(
            acts in prop::collection::vec((1..4u8, prop::collection::vec(any::<prop::sample::Index>(), 0..3)), 1..12),
            order in any::<u64>(),
        ) {
            let mut versions: Vec<Version> = Vec::new();
            for (place, (author, knows)) in acts.into_iter().enumerate() {
                let mut known = Objects::default();
                for index in knows {
                    if !versions.is_empty() {
                        known.take(CARD, versions[index.index(versions.len())].clone());
                    }
                }
                let number = u8::try_from(place + 1).unwrap();
                let over = known.to_replace(&CARD);
                versions.push(Version { over, ..version(number, author, 10 + u64::from(number), &[]) });
            }
            let mut there = Objects::default();
            for version in &versions {
                there.take(CARD, version.clone());
            }
            let mut shuffled = versions.clone();
            shuffled.sort_by_key(|version| crate::crypto::hash("shuffle", &[&version.message.0, &order.to_le_bytes()]));
            let mut here = Objects::default();
            for version in shuffled {
                here.take(CARD, version);
            }
            prop_assert_eq!(standing(&there), standing(&here));
            prop_assert!(!standing(&here).is_empty());
        }
    }
}
