//! What a member keeps about others, and tells nobody: sponsors and sponsees, who waits to be heard, who is blocked, notes of
//! reports.
//!
//! Owns the records, and what follows from words in whatever order they come. Reads no clock and no message; `engine/private`
//! does. By identity: other devices of a person, and new keys, change nothing. PROTOCOL section 13.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::error::{Fault, LoadError};
use crate::ids::{GroupId, IdentityId, MessageId, Timestamp};
use crate::limits;
use crate::store::{Class, Key, ReadStore, WriteBatch};

const RECORD_VERSION: u8 = 1;
/// The first byte of an item says what it is about.
const OF_SHIELD: u8 = 0;
const OF_PERSON: u8 = 1;
const OF_REPORT: u8 = 2;

/// All of one home group.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Private {
    /// What the member said about the shield; `None` if nothing.
    pub(crate) shield: Option<bool>,
    people: BTreeMap<IdentityId, Ties>,
    notes: BTreeMap<MessageId, Note>,
}

/// How somebody stands to this member.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Ties {
    pub(crate) door: Door,
    pub(crate) blocked: Option<Blocked>,
    links: Vec<Link>,
}

/// Whether this member hears what somebody writes privately. Numbers are stored; only appended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Door {
    /// Nothing is known: the shield decides.
    #[default]
    Unasked,
    /// They wrote, and it waits.
    Waits {
        /// Since when.
        since: Timestamp,
    },
    /// It goes on waiting, and is not shown among what waits.
    Ignored,
    /// They are heard.
    Open,
}

/// That somebody is blocked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Blocked {
    /// Since when.
    pub(crate) since: Timestamp,
    /// The number of the last message that had arrived by then.
    pub(crate) after: u64,
}

/// One link of sponsor and sponsee, from the asking on. What is known of it only grows, so the order in which words come plays
/// no part, and what has ended does not begin again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Link {
    /// The words that asked.
    pub(crate) ask: MessageId,
    /// When it was asked; until that is known, when it was ended.
    pub(crate) at: Timestamp,
    /// Whether this member asked, and so is the sponsee.
    pub(crate) is_mine: bool,
    is_asked: bool,
    is_accepted: bool,
    is_ended: bool,
    /// This member does not want to. Nobody is told.
    is_declined: bool,
}

/// What stands between two people.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Bond {
    /// Asked, and not answered as far as this member is to see.
    Asked,
    /// Asked, and declined here.
    Declined,
    /// Sponsor and sponsee.
    Active,
}

/// How far a safety contact is with a report, as they noted it for themselves. Numbers are stored; only appended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Note {
    /// Nothing was noted.
    #[default]
    Open,
    /// Somebody was talked to.
    Talked,
    /// It is over.
    Closed,
}

impl Link {
    /// Says what stands; `None` if it has ended, or the asking is not known yet.
    pub(crate) fn bond(&self) -> Option<Bond> {
        if !self.is_asked || self.is_ended {
            return None;
        }
        Some(match (self.is_accepted, self.is_declined) {
            (true, _) => Bond::Active,
            (false, true) => Bond::Declined,
            (false, false) => Bond::Asked,
        })
    }
}

impl Ties {
    /// Takes note that somebody asked.
    pub(crate) fn asked(&mut self, ask: MessageId, at: Timestamp, is_mine: bool) {
        if let Some(link) = self.link_mut(&ask) {
            // Words of the other one cannot make a link mine.
            if link.is_mine == is_mine {
                (link.is_asked, link.at) = (true, at);
            }
            return;
        }
        self.add(Link { is_asked: true, ..Link::new(ask, at, is_mine) });
    }

    /// Takes note that whoever was asked said yes. Only who was asked can: `is_mine` says whether this member says it.
    pub(crate) fn accepted(&mut self, ask: &MessageId, is_mine: bool) {
        if let Some(link) = self.link_mut(ask).filter(|link| link.is_mine != is_mine) {
            link.is_accepted = true;
        }
    }

    /// Takes note that this member does not want to.
    pub(crate) fn declined(&mut self, ask: &MessageId) {
        if let Some(link) = self.link_mut(ask).filter(|link| !link.is_mine) {
            link.is_declined = true;
        }
    }

    /// Takes note that either of the two ended links: `is_mine` says whether this member did.
    pub(crate) fn ended(&mut self, asks: &[MessageId], at: Timestamp, is_mine: bool) {
        for ask in asks {
            match self.link_mut(ask) {
                Some(link) => link.is_ended = true,
                // The other one's asking may come after its end. One's own was known before.
                None if !is_mine => self.add(Link { is_ended: true, ..Link::new(*ask, at, false) }),
                None => {}
            }
        }
    }

    fn link_mut(&mut self, ask: &MessageId) -> Option<&mut Link> {
        self.links.iter_mut().find(|link| link.ask == *ask)
    }

    /// Adds a link; of too many the oldest that has ended is forgotten, and if none has, the new one is.
    fn add(&mut self, link: Link) {
        if self.links.len() >= limits::SPONSOR_LINKS_MAX {
            let ended = self.links.iter().enumerate().filter(|(_, link)| link.is_ended);
            let Some((oldest, _)) = ended.min_by_key(|(_, link)| (link.at, link.ask)) else { return };
            self.links.remove(oldest);
        }
        self.links.push(link);
    }

    /// Returns what stands with this member as the sponsee (`is_mine`) or the sponsor, the newest link of each kind of bond first.
    pub(crate) fn bond(&self, is_mine: bool) -> Option<(Bond, Link)> {
        let standing = self.links.iter().filter(|link| link.is_mine == is_mine);
        let standing = standing.filter_map(|link| Some((link.bond()?, *link)));
        let rank = |bond: Bond| match bond {
            Bond::Declined => 0,
            Bond::Asked => 1,
            Bond::Active => 2,
        };
        standing.max_by_key(|(bond, link)| (rank(*bond), link.at, link.ask))
    }

    /// Returns the links that have not ended, for ending them.
    pub(crate) fn unended(&self) -> Vec<MessageId> {
        self.links.iter().filter(|link| link.bond().is_some()).map(|link| link.ask).collect()
    }
}

impl Link {
    fn new(ask: MessageId, at: Timestamp, is_mine: bool) -> Self {
        let no = false;
        Self { ask, at, is_mine, is_asked: no, is_accepted: no, is_ended: no, is_declined: no }
    }
}

impl Private {
    pub(crate) fn load(store: &dyn ReadStore, home: &GroupId) -> Result<Self, LoadError> {
        let mut private = Self::default();
        let mut damaged = false;
        store.scan(Class::Private, &home.0, &mut |item, value| {
            damaged |= private.take_record(item, &value).is_none();
        })?;
        if damaged { Err(LoadError::Damaged("what is kept about others")) } else { Ok(private) }
    }

    fn take_record(&mut self, item: &[u8], value: &[u8]) -> Option<()> {
        let (about, name) = item.split_first()?;
        match *about {
            OF_SHIELD => self.shield = Some(parse(value)?),
            OF_PERSON => drop(self.people.insert(IdentityId(name.try_into().ok()?), parse(value)?)),
            OF_REPORT => drop(self.notes.insert(MessageId(name.try_into().ok()?), parse(value)?)),
            // Of a later version.
            _ => {}
        }
        Some(())
    }

    /// Says what this member wants of the shield.
    pub(crate) fn set_shield(
        &mut self,
        writes: &mut WriteBatch,
        home: &GroupId,
        is_on: bool,
    ) -> Result<(), Fault> {
        self.shield = Some(is_on);
        put(writes, home, OF_SHIELD, &[], &is_on)
    }

    /// Changes how somebody stands to this member; says whether that changed anything.
    pub(crate) fn change(
        &mut self,
        writes: &mut WriteBatch,
        home: &GroupId,
        who: &IdentityId,
        change: impl FnOnce(&mut Ties),
    ) -> Result<bool, Fault> {
        let before = self.people.get(who).cloned().unwrap_or_default();
        let mut after = before.clone();
        change(&mut after);
        if after == before {
            return Ok(false);
        }
        put(writes, home, OF_PERSON, &who.0, &after)?;
        self.people.insert(*who, after);
        Ok(true)
    }

    /// Notes how far this member is with a report.
    pub(crate) fn set_note(
        &mut self,
        writes: &mut WriteBatch,
        home: &GroupId,
        report: &MessageId,
        note: Note,
    ) -> Result<(), Fault> {
        self.notes.insert(*report, note);
        put(writes, home, OF_REPORT, &report.0, &note)
    }

    /// Forgets what was noted of a report that is forgotten.
    pub(crate) fn forget_note(&mut self, writes: &mut WriteBatch, home: &GroupId, report: &MessageId) {
        if self.notes.remove(report).is_some() {
            writes.delete(key(home, OF_REPORT, &report.0));
        }
    }

    pub(crate) fn note(&self, report: &MessageId) -> Note {
        self.notes.get(report).copied().unwrap_or_default()
    }

    pub(crate) fn people(&self) -> impl Iterator<Item = (&IdentityId, &Ties)> {
        self.people.iter()
    }

    pub(crate) fn ties(&self, who: &IdentityId) -> Option<&Ties> {
        self.people.get(who)
    }

    pub(crate) fn door(&self, who: &IdentityId) -> Door {
        self.ties(who).map(|ties| ties.door).unwrap_or_default()
    }

    pub(crate) fn is_blocked(&self, who: &IdentityId) -> bool {
        self.ties(who).is_some_and(|ties| ties.blocked.is_some())
    }

    /// Says whether anybody is blocked.
    pub(crate) fn has_blocks(&self) -> bool {
        self.people.values().any(|ties| ties.blocked.is_some())
    }
}

/// A record; what follows its known fields is of a later version.
fn parse<T: serde::de::DeserializeOwned>(bytes: &[u8]) -> Option<T> {
    let (_version, value): (u8, T) = postcard::from_bytes(bytes).ok()?;
    Some(value)
}

fn put<T: Serialize>(
    writes: &mut WriteBatch,
    home: &GroupId,
    about: u8,
    name: &[u8],
    value: &T,
) -> Result<(), Fault> {
    let bytes = postcard::to_stdvec(&(RECORD_VERSION, value)).map_err(|_| Fault::Bug("private record"))?;
    writes.put(key(home, about, name), bytes);
    Ok(())
}

fn key(home: &GroupId, about: u8, name: &[u8]) -> Key {
    Key::new(Class::Private, &home.0, &[&[about], name].concat())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::store::{StoreError, Value};

    const HOME: GroupId = GroupId([1; 32]);
    const BEN: IdentityId = IdentityId([2; 32]);

    fn ask(number: u8) -> MessageId {
        MessageId([number; 32])
    }

    fn bonds(ties: &Ties) -> [Option<Bond>; 2] {
        [true, false].map(|is_mine| ties.bond(is_mine).map(|(bond, _)| bond))
    }

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

    #[test]
    fn what_is_kept_about_others_is_there_after_a_restart_and_longer_records_are_read() {
        let mut writes = WriteBatch::default();
        let mut private = Private::default();
        private.set_shield(&mut writes, &HOME, false).unwrap();
        private.set_note(&mut writes, &HOME, &ask(9), Note::Talked).unwrap();
        let changed = private.change(&mut writes, &HOME, &BEN, |ties| {
            ties.door = Door::Waits { since: Timestamp(5) };
            ties.blocked = Some(Blocked { since: Timestamp(6), after: 7 });
            ties.asked(ask(1), Timestamp(4), true);
        });
        assert_eq!(changed, Ok(true));
        assert_eq!(private.change(&mut writes, &HOME, &BEN, |_| {}), Ok(false));
        let mut disk = Disk::default();
        for (key, value) in writes.iter() {
            // A later version says more.
            disk.0.insert(key.clone(), [value.unwrap(), b"more"].concat());
        }
        disk.0.insert(Key::new(Class::Private, &HOME.0, &[99, 1]), b"later".to_vec());
        assert_eq!(Private::load(&disk, &HOME).unwrap(), private);
        assert_eq!(Private::load(&disk, &GroupId([3; 32])).unwrap(), Private::default());
        disk.0.insert(Key::new(Class::Private, &HOME.0, &[OF_PERSON, 1]), b"?".to_vec());
        assert!(Private::load(&disk, &HOME).is_err());
        let mut writes = WriteBatch::default();
        private.forget_note(&mut writes, &HOME, &ask(9));
        assert_eq!((private.note(&ask(9)), writes.len()), (Note::Open, 1));
    }

    #[test]
    fn only_who_was_asked_says_yes_and_only_who_asks_is_the_sponsee() {
        let mut ties = Ties::default();
        ties.asked(ask(1), Timestamp(1), true);
        ties.accepted(&ask(1), true);
        assert_eq!(bonds(&ties), [Some(Bond::Asked), None], "nobody accepts their own asking");
        ties.accepted(&ask(7), false);
        assert_eq!(bonds(&ties), [Some(Bond::Asked), None], "what was never asked is not accepted");
        ties.accepted(&ask(1), false);
        assert_eq!(bonds(&ties), [Some(Bond::Active), None]);
        // The other one's asking under the same name changes nothing.
        ties.asked(ask(1), Timestamp(9), false);
        assert_eq!(bonds(&ties), [Some(Bond::Active), None]);
    }

    #[test]
    fn who_declined_may_still_say_yes_and_an_end_is_an_end() {
        let mut ties = Ties::default();
        ties.asked(ask(1), Timestamp(1), false);
        ties.declined(&ask(1));
        assert_eq!(bonds(&ties), [None, Some(Bond::Declined)]);
        ties.accepted(&ask(1), true);
        assert_eq!(bonds(&ties), [None, Some(Bond::Active)]);
        assert_eq!(ties.unended(), [ask(1)]);
        ties.ended(&[ask(1)], Timestamp(2), true);
        ties.accepted(&ask(1), true);
        assert_eq!((bonds(&ties), ties.unended()), ([None, None], vec![]));
        ties.asked(ask(2), Timestamp(3), false);
        assert_eq!(bonds(&ties), [None, Some(Bond::Asked)], "it can be asked anew");
    }

    #[test]
    fn links_are_bounded_and_those_that_stand_stay() {
        let mut ties = Ties::default();
        ties.asked(ask(200), Timestamp(1), true);
        for number in 0..100 {
            ties.ended(&[ask(number)], Timestamp(u64::from(number) + 2), false);
        }
        assert_eq!(ties.links.len(), limits::SPONSOR_LINKS_MAX);
        assert_eq!(bonds(&ties), [Some(Bond::Asked), None]);
        ties.asked(ask(99), Timestamp(3), false);
        assert_eq!(bonds(&ties), [Some(Bond::Asked), None], "a late asking does not begin what has ended");
        let mut ties = Ties::default();
        for number in 0..100 {
            ties.asked(ask(number), Timestamp(1), false);
        }
        assert_eq!(ties.links.len(), limits::SPONSOR_LINKS_MAX);
    }

    proptest! {
        #[test]
        fn words_in_any_order_say_the_same(picks in prop::collection::vec((0..3_u8, 0..4_u8), 1..12), seed: u64) {
            // What the other one said about links that they asked for, in one order and in another; my yes follows their asking.
            let say = |ties: &mut Ties, (link, what): (u8, u8)| match what {
                0 | 1 => ties.asked(ask(link), Timestamp(u64::from(link)), false),
                2 => ties.ended(&[ask(link)], Timestamp(9), false),
                _ => {
                    ties.asked(ask(link), Timestamp(u64::from(link)), false);
                    ties.accepted(&ask(link), true);
                }
            };
            let (mut here, mut there) = (Ties::default(), Ties::default());
            picks.iter().for_each(|pick| say(&mut here, *pick));
            let mut shuffled = picks.clone();
            shuffled.sort_by_key(|(link, what)| crate::crypto::hash("shuffle", &[&[*link, *what], &seed.to_le_bytes()]));
            shuffled.iter().for_each(|pick| say(&mut there, *pick));
            prop_assert_eq!(bonds(&here), bonds(&there));
        }
    }
}
