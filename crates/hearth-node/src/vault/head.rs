//! What the store says about itself: how far its history goes and what it should hold.
//!
//! Owns the one record that every commit writes, and the comparison of store and anchor. Never writes by itself.

use hearth_core::store::StoreError;

use super::Doubt;
use super::anchor::{Position, Promise};
use super::keys::{Fields, Keys};
use super::records::{self, Operation};
use super::store::Store;

/// What every commit says about the store as a whole, in the same batch.
#[derive(Clone, Copy, Default)]
pub(super) struct Head {
    /// The place of this commit in the history.
    pub(super) position: Position,
    /// The chain before this commit.
    pub(super) previous: [u8; 32],
    /// What the store holds after this commit.
    pub(super) contents: Contents,
}

impl Head {
    /// Returns the head of a commit with these operations, and the operation that stores it.
    pub(super) fn next(
        mut self,
        keys: &Keys,
        operations: &[Operation],
    ) -> Result<(Self, Operation), StoreError> {
        let number = self.position.number.saturating_add(1);
        let mut hasher = blake3::Hasher::new_keyed(&keys.chain);
        hasher.update(&self.position.chain).update(&number.to_le_bytes());
        for operation in operations {
            hasher.update(&(operation.key.len() as u64).to_le_bytes()).update(&operation.key);
            match &operation.value {
                Some(value) => hasher.update(&(value.len() as u64).to_le_bytes()).update(value),
                None => hasher.update(&u64::MAX.to_le_bytes()),
            };
        }
        self.previous = self.position.chain;
        self.position = Position { number, chain: *hasher.finalize().as_bytes() };
        let mut plain = Vec::with_capacity(HEAD_BYTES);
        plain.extend_from_slice(&self.position.number.to_le_bytes());
        plain.extend_from_slice(&self.position.chain);
        plain.extend_from_slice(&self.previous);
        plain.extend_from_slice(&self.contents.count.to_le_bytes());
        plain.extend_from_slice(&self.contents.sum);
        let operation = records::seal_own(keys, HEAD_KEY, &plain)?;
        Ok((self, operation))
    }

    /// Reads the head of the last commit in the store; `None` if it is gone or damaged.
    pub(super) fn read(keys: &Keys, store: &Store) -> Result<Option<Self>, StoreError> {
        let Some(sealed) = store.get(HEAD_KEY)? else { return Ok(None) };
        let Ok(plain) = records::open_sealed(keys, 0, HEAD_KEY, &sealed) else { return Ok(None) };
        let mut fields = Fields(&plain);
        let mut parse = || {
            Some(Self {
                position: Position { number: u64::from_le_bytes(fields.take()?), chain: fields.take()? },
                previous: fields.take()?,
                contents: Contents { count: u64::from_le_bytes(fields.take()?), sum: fields.take()? },
            })
        };
        Ok(parse())
    }

    /// Compares the store with its anchor and with itself.
    pub(super) fn doubt(&self, promise: &Promise, contents: Contents) -> Option<Doubt> {
        let promised = promise.position;
        // The anchor is written after each commit, so one commit more than promised is a crash between the two.
        let expected = promised.number.saturating_add(u64::from(promise.may_be_older));
        if self.position.number < expected {
            return Some(Doubt::Behind { kept: self.position.number, promised: expected });
        }
        let continues = if self.position.number == promised.number {
            self.position.chain == promised.chain
        } else {
            self.position.number == promised.number.saturating_add(1) && self.previous == promised.chain
        };
        if !continues {
            return Some(Doubt::Forked);
        }
        if self.contents != contents {
            return Some(Doubt::Incomplete);
        }
        promise.is_in_doubt.then_some(Doubt::Unsettled)
    }
}

/// Which pieces of records there are: their number and the exclusive or of their fingerprints.
///
/// sled can lose a page in the middle of its file without a word; then this sum does not come out.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Contents {
    count: u64,
    sum: [u8; 32],
}

impl Contents {
    /// Sums up what the store holds, piece by piece.
    pub(super) fn of(keys: &Keys, store: &Store) -> Result<Self, StoreError> {
        let mut contents = Self::default();
        store.scan(&[], |stored, sealed| {
            if stored != HEAD_KEY {
                contents.add(&records::fingerprint(keys, stored, sealed));
            }
            Ok(())
        })?;
        Ok(contents)
    }

    /// Counts a piece in.
    pub(super) fn add(&mut self, fingerprint: &[u8; 32]) {
        self.count = self.count.wrapping_add(1);
        self.mix(fingerprint);
    }

    /// Counts a piece out.
    pub(super) fn remove(&mut self, fingerprint: &[u8; 32]) {
        self.count = self.count.wrapping_sub(1);
        self.mix(fingerprint);
    }

    fn mix(&mut self, fingerprint: &[u8; 32]) {
        for (sum, byte) in self.sum.iter_mut().zip(fingerprint) {
            *sum ^= byte;
        }
    }
}

/// The one stored name that belongs to no class: sorts before all others.
const HEAD_KEY: &[u8] = &[0];
const HEAD_BYTES: usize = 8 + 32 + 32 + 8 + 32;
