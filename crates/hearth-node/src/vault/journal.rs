//! A commit that does not fit into one batch of the store, kept whole until the store has all of it.
//!
//! Owns the file `journal`: written and synced before the first part of such a commit reaches the store, so that a
//! crash between two parts is repaired by applying all of them again.

use std::io;
use std::path::PathBuf;

use hearth_core::crypto::keyed_hash;
use subtle::ConstantTimeEq;

use super::anchor::Position;
use super::disk::DurableFile;
use super::keys::{Fields, Keys};
use super::limits::BATCH_BYTES_MAX;
use super::records::Operation;

/// The open journal file.
pub(super) struct Journal {
    file: DurableFile,
}

/// A commit that the journal holds.
pub(super) struct Entry {
    /// The commit that this one follows.
    pub(super) after: Position,
    /// All of its writes.
    pub(super) operations: Vec<Operation>,
}

impl Journal {
    /// Makes an empty journal.
    pub(super) fn create(path: PathBuf) -> io::Result<Self> {
        let file = DurableFile::create(path)?;
        file.sync()?;
        Ok(Self { file })
    }

    /// Opens a journal that exists.
    pub(super) fn open(path: PathBuf) -> io::Result<Self> {
        Ok(Self { file: DurableFile::open(path)? })
    }

    /// Writes a commit down; returns when it is on the disk.
    pub(super) fn write(&self, keys: &Keys, after: Position, operations: &[Operation]) -> io::Result<()> {
        let mut bytes = Vec::new();
        bytes.extend_from_slice(MAGIC);
        bytes.extend_from_slice(&after.number.to_le_bytes());
        bytes.extend_from_slice(&after.chain);
        bytes.extend_from_slice(&length(operations.len()));
        for operation in operations {
            bytes.extend_from_slice(&length(operation.key.len()));
            bytes.extend_from_slice(&operation.key);
            match &operation.value {
                Some(value) => {
                    bytes.push(1);
                    bytes.extend_from_slice(&length(value.len()));
                    bytes.extend_from_slice(value);
                }
                None => bytes.push(0),
            }
        }
        let code = keyed_hash(&keys.journal, &bytes);
        bytes.extend_from_slice(&code);
        self.file.set_len(0)?;
        self.file.write_at(&bytes, 0)?;
        self.file.sync()
    }

    /// Empties the journal. Need not reach the disk: a commit that the store already has is not applied again.
    pub(super) fn clear(&self) -> io::Result<()> {
        self.file.set_len(0)
    }

    /// Returns the commit that was written last; `None` if there is none or it was not written to its end.
    pub(super) fn read(&self, keys: &Keys) -> io::Result<Option<Entry>> {
        let bytes = usize::try_from(self.file.len()?).unwrap_or(usize::MAX);
        if bytes > JOURNAL_BYTES_MAX {
            return Ok(None);
        }
        Ok(parse(keys, &self.file.read_at(0, bytes)?))
    }
}

fn parse(keys: &Keys, bytes: &[u8]) -> Option<Entry> {
    let (body, code) = bytes.split_at_checked(bytes.len().checked_sub(CODE_BYTES)?)?;
    if !bool::from(keyed_hash(&keys.journal, body).as_slice().ct_eq(code)) {
        return None;
    }
    let mut fields = Fields(body);
    if fields.take::<10>()? != *MAGIC {
        return None;
    }
    let after = Position { number: u64::from_le_bytes(fields.take()?), chain: fields.take()? };
    let count = u32::from_le_bytes(fields.take()?);
    let mut operations = Vec::new();
    for _ in 0..count {
        let key = take_bytes(&mut fields)?;
        let value = if fields.take::<1>()? == [0] { None } else { Some(take_bytes(&mut fields)?) };
        operations.push(Operation { key, value });
    }
    Some(Entry { after, operations })
}

fn take_bytes(fields: &mut Fields<'_>) -> Option<Vec<u8>> {
    let bytes = usize::try_from(u32::from_le_bytes(fields.take()?)).ok()?;
    fields.take_slice(bytes).map(<[u8]>::to_vec)
}

/// Lengths are bounded far below 4 GiB by [`BATCH_BYTES_MAX`].
fn length(length: usize) -> [u8; 4] {
    u32::try_from(length).unwrap_or(u32::MAX).to_le_bytes()
}

/// Names the file and its version.
const MAGIC: &[u8; 10] = b"hearthjn\x01\x00";
const CODE_BYTES: usize = 32;
/// The largest batch, and as much again for names and lengths.
const JOURNAL_BYTES_MAX: usize = 2 * BATCH_BYTES_MAX;
