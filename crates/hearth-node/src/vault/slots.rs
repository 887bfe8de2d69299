//! A small file with two places for one record: a torn write spoils the place that it was writing, never both.
//!
//! Owns where the places are. What makes a record whole is the record's own affair.

use std::io;
use std::path::PathBuf;

use super::disk::DurableFile;

/// A double-buffered file.
pub(super) struct Slots {
    file: DurableFile,
}

impl Slots {
    /// Makes the file with `record` in both places.
    pub(super) fn create(path: PathBuf, record: &[u8]) -> io::Result<Self> {
        let slots = Self { file: DurableFile::create(path)? };
        slots.file.write_at(record, 0)?;
        slots.file.write_at(record, SLOT_BYTES)?;
        slots.file.sync()?;
        Ok(slots)
    }

    /// Opens a file that exists.
    pub(super) fn open(path: PathBuf) -> io::Result<Self> {
        Ok(Self { file: DurableFile::open(path)? })
    }

    /// Writes one place and returns when it is on the disk. Records of an even generation have the first place.
    pub(super) fn write(&self, generation: u64, record: &[u8]) -> io::Result<()> {
        self.file.write_at(record, (generation % 2) * SLOT_BYTES)?;
        self.file.sync()
    }

    /// Returns what is in the two places, up to `bytes` bytes each.
    pub(super) fn read(&self, bytes: usize) -> io::Result<[Vec<u8>; 2]> {
        Ok([self.file.read_at(0, bytes)?, self.file.read_at(SLOT_BYTES, bytes)?])
    }
}

/// Bytes of a place: a page of the disk, so that writing one cannot tear the other.
const SLOT_BYTES: u64 = 4096;
