//! What is to be told about a call for help to people who cannot be written to yet.
//!
//! Owns the records: of each call and person the last word, and when it was said. `engine` writes it once that is possible.
//! PROTOCOL 14.11.

use std::collections::BTreeMap;

use crate::content::Content;
use crate::error::{Fault, LoadError};
use crate::ids::{GroupId, IdentityId, SosId, Timestamp};
use crate::store::{Class, Key, ReadStore, WriteBatch};

const RECORD_VERSION: u8 = 1;

/// A word that is owed to somebody.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Owed {
    pub(crate) content: Content,
    /// When this member said it.
    pub(crate) said: Timestamp,
}

/// All that is owed in a home group.
pub(crate) struct Owing {
    home: GroupId,
    owed: BTreeMap<(SosId, IdentityId), Owed>,
}

impl Owing {
    pub(crate) fn load(store: &dyn ReadStore, home: GroupId) -> Result<Self, LoadError> {
        let mut owed = BTreeMap::new();
        let mut is_damaged = false;
        store.scan(Class::Owed, &home.0, &mut |item, value| match parse(item, &value) {
            Some((name, word)) => drop(owed.insert(name, word)),
            None => is_damaged = true,
        })?;
        if is_damaged { Err(LoadError::Damaged("what is owed")) } else { Ok(Self { home, owed }) }
    }

    /// Keeps a word for somebody, in the place of an earlier one about the same call.
    pub(crate) fn owe(
        &mut self,
        writes: &mut WriteBatch,
        (sos, who): (SosId, IdentityId),
        owed: Owed,
    ) -> Result<(), Fault> {
        let said = owed.content.encode().ok_or(Fault::Bug("an unknown content is owed"))?;
        let bytes = postcard::to_stdvec(&(RECORD_VERSION, said, owed.said));
        writes.put(key(&self.home, &sos, &who), bytes.map_err(|_| Fault::Bug("record of what is owed"))?);
        self.owed.insert((sos, who), owed);
        Ok(())
    }

    /// Forgets what was owed to somebody about a call.
    pub(crate) fn settle(&mut self, writes: &mut WriteBatch, sos: &SosId, who: &IdentityId) {
        if self.owed.remove(&(*sos, *who)).is_some() {
            writes.delete(key(&self.home, sos, who));
        }
    }

    pub(crate) fn all(&self) -> impl Iterator<Item = (&(SosId, IdentityId), &Owed)> {
        self.owed.iter()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.owed.is_empty()
    }
}

/// A record; what follows its known fields is of a later version.
fn parse(item: &[u8], value: &[u8]) -> Option<((SosId, IdentityId), Owed)> {
    let (sos, who) = item.split_at_checked(32)?;
    let name = (SosId(sos.try_into().ok()?), IdentityId(who.try_into().ok()?));
    let (_version, (kind, bytes), said): (u8, (u16, Vec<u8>), Timestamp) =
        postcard::from_bytes(value).ok()?;
    Some((name, Owed { content: Content::decode(kind, &bytes), said }))
}

fn key(home: &GroupId, sos: &SosId, who: &IdentityId) -> Key {
    Key::new(Class::Owed, &home.0, &[sos.0, who.0].concat())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::content::{Ending, SosClose};

    #[test]
    fn the_record_is_what_it_was_and_a_longer_one_is_read() {
        let content = Content::SosClose(SosClose { salt: [5; 16], ending: Ending::Mistake });
        let owed = Owed { content, said: Timestamp(300) };
        let mut owing = Owing { home: GroupId([1; 32]), owed: BTreeMap::new() };
        let mut writes = WriteBatch::default();
        let about = (SosId([2; 32]), IdentityId([3; 32]));
        owing.owe(&mut writes, about, owed.clone()).unwrap();
        let (written, value) = writes.iter().next().unwrap();
        // Version, kind, the length of the content, the content, the time.
        let frozen = [[1, 16, 17].as_slice(), &[5; 16], &[1, 172, 2]].concat();
        assert_eq!(value.unwrap(), frozen);
        let longer = [frozen.as_slice(), b"more"].concat();
        assert_eq!(parse(&written.item, &longer), Some((about, owed)));
    }
}
