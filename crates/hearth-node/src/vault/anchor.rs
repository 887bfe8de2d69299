//! What the store must know at least: the last commit that was acknowledged, kept beside the store.
//!
//! sled does not notice when the end of its log is gone. A store that is older than its anchor has lost commits.
//! Owns the file `anchor`; never decides what a loss means.

use std::io::{self, ErrorKind};
use std::path::PathBuf;

use hearth_core::crypto::keyed_hash;
use subtle::ConstantTimeEq;

use super::keys::{Fields, Keys};
use super::slots::Slots;

/// A place in the history of the store.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Position {
    /// The number of the commit; 0 before the first.
    pub(super) number: u64,
    /// A hash over this commit and all before it.
    pub(super) chain: [u8; 32],
}

/// The open anchor file.
pub(super) struct Anchor {
    slots: Slots,
    generation: u64,
}

/// What an anchor file says.
#[derive(Clone, Copy)]
pub(super) struct Promise {
    /// The last commit that it knows was acknowledged.
    pub(super) position: Position,
    /// Whether there may be a later one that this file lost: one of its two places is not whole.
    pub(super) may_be_older: bool,
    /// Whether a loss was noticed and has not been dealt with.
    pub(super) is_in_doubt: bool,
}

impl Anchor {
    /// Makes the file with a first promise.
    pub(super) fn create(
        path: PathBuf,
        keys: &Keys,
        position: Position,
        is_in_doubt: bool,
    ) -> io::Result<Self> {
        let slots = Slots::create(path, &encode(keys, 1, position, is_in_doubt))?;
        Ok(Self { slots, generation: 1 })
    }

    /// Opens the file; the promise is `None` if neither place is whole, the file `None` if there is none.
    pub(super) fn open(path: PathBuf, keys: &Keys) -> io::Result<Option<(Self, Option<Promise>)>> {
        let slots = match Slots::open(path) {
            Ok(slots) => slots,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(error),
        };
        let [first, second] = slots.read(RECORD_BYTES)?;
        let records = [parse(keys, &first), parse(keys, &second)];
        let may_be_older = records.iter().any(Option::is_none);
        let newest = records.into_iter().flatten().max_by_key(|record| record.generation);
        let generation = newest.as_ref().map_or(0, |record| record.generation);
        let promise = newest.map(|record| Promise {
            position: record.position,
            may_be_older,
            is_in_doubt: record.is_in_doubt,
        });
        Ok(Some((Self { slots, generation }, promise)))
    }

    /// Promises that the commit at `position` is on the disk; returns when the promise is, too.
    pub(super) fn promise(&mut self, keys: &Keys, position: Position, is_in_doubt: bool) -> io::Result<()> {
        #[cfg(test)]
        if super::conformance::trace::breaks(super::conformance::trace::Rule::AnchorEveryCommit) {
            return Ok(());
        }
        let generation = self.generation.saturating_add(1);
        self.slots.write(generation, &encode(keys, generation, position, is_in_doubt))?;
        self.generation = generation;
        Ok(())
    }
}

struct Record {
    generation: u64,
    position: Position,
    is_in_doubt: bool,
}

fn encode(keys: &Keys, generation: u64, position: Position, is_in_doubt: bool) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(RECORD_BYTES);
    bytes.extend_from_slice(MAGIC);
    bytes.extend_from_slice(&generation.to_le_bytes());
    bytes.extend_from_slice(&position.number.to_le_bytes());
    bytes.extend_from_slice(&position.chain);
    bytes.push(u8::from(is_in_doubt));
    let code = keyed_hash(&keys.anchor, &bytes);
    bytes.extend_from_slice(&code);
    bytes
}

fn parse(keys: &Keys, bytes: &[u8]) -> Option<Record> {
    let (body, code) = bytes.split_at_checked(RECORD_BYTES - CODE_BYTES)?;
    if !bool::from(keyed_hash(&keys.anchor, body).as_slice().ct_eq(code)) {
        return None;
    }
    let mut fields = Fields(body);
    if fields.take::<10>()? != *MAGIC {
        return None;
    }
    Some(Record {
        generation: u64::from_le_bytes(fields.take()?),
        position: Position { number: u64::from_le_bytes(fields.take()?), chain: fields.take()? },
        is_in_doubt: fields.take::<1>()? != [0],
    })
}

/// Names the file and its version.
const MAGIC: &[u8; 10] = b"hearthan\x01\x00";
const CODE_BYTES: usize = 32;
const RECORD_BYTES: usize = 10 + 8 + 8 + 32 + 1 + CODE_BYTES;
