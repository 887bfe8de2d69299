//! Small acts on files: making, syncing, copying, asking for free space.
//!
//! Every sync of the vault goes through here, so that the tests can record what the disk has promised to keep.

use std::fs::{DirBuilder, File, OpenOptions};
use std::io::{self, ErrorKind};
use std::os::unix::fs::{DirBuilderExt, FileExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use rustix::fs::FallocateFlags;

use crate::home::{FILE_MODE, FOLDER_MODE};

/// A file that is written in place and synced.
pub(super) struct DurableFile {
    file: File,
    #[cfg_attr(not(test), allow(dead_code))]
    path: PathBuf,
}

impl DurableFile {
    /// Makes an empty file; an error if there is one already.
    pub(super) fn create(path: PathBuf) -> io::Result<Self> {
        let file = OpenOptions::new().create_new(true).read(true).write(true).mode(FILE_MODE).open(&path)?;
        Ok(Self { file, path })
    }

    /// Opens a file that exists.
    pub(super) fn open(path: PathBuf) -> io::Result<Self> {
        let file = OpenOptions::new().read(true).write(true).open(&path)?;
        if !file.metadata()?.is_file() {
            return Err(ErrorKind::IsADirectory.into());
        }
        Ok(Self { file, path })
    }

    /// Writes `bytes` at `offset`; durable after [`DurableFile::sync`].
    pub(super) fn write_at(&self, bytes: &[u8], offset: u64) -> io::Result<()> {
        self.file.write_all_at(bytes, offset)?;
        note(Event::Written);
        Ok(())
    }

    /// Cuts the file to `bytes`.
    pub(super) fn set_len(&self, bytes: u64) -> io::Result<()> {
        self.file.set_len(bytes)?;
        note(Event::Written);
        Ok(())
    }

    /// Returns when the file's contents are on the disk.
    pub(super) fn sync(&self) -> io::Result<()> {
        self.file.sync_data()?;
        note(Event::Synced(&self.path));
        Ok(())
    }

    /// Returns up to `bytes` bytes from `offset` on; fewer if the file ends before.
    pub(super) fn read_at(&self, offset: u64, bytes: usize) -> io::Result<Vec<u8>> {
        let mut out = vec![0; bytes];
        let mut filled = 0;
        while let Some(rest) = out.get_mut(filled..).filter(|rest| !rest.is_empty()) {
            match self.file.read_at(rest, offset.saturating_add(filled as u64)) {
                Ok(0) => break,
                Ok(count) => filled += count,
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        out.truncate(filled);
        Ok(out)
    }

    /// Returns the file's length in bytes.
    pub(super) fn len(&self) -> io::Result<u64> {
        Ok(self.file.metadata()?.len())
    }
}

/// Makes a file that takes up `bytes` bytes of the disk, if the disk can promise them.
pub(super) fn create_filled(path: &Path, bytes: u64) -> io::Result<()> {
    let file = OpenOptions::new().create_new(true).write(true).mode(FILE_MODE).open(path)?;
    // Some disks cannot; then there is none.
    if rustix::fs::fallocate(&file, FallocateFlags::empty(), 0, bytes).is_err() {
        std::fs::remove_file(path)?;
    }
    Ok(())
}

/// Makes a folder for this user alone.
pub(super) fn create_dir(path: &Path) -> io::Result<()> {
    DirBuilder::new().mode(FOLDER_MODE).create(path)
}

/// Returns when names made in or removed from the folder `path` are on the disk.
pub(super) fn sync_dir(path: &Path) -> io::Result<()> {
    File::open(path)?.sync_all()?;
    note(Event::Synced(path));
    Ok(())
}

/// Syncs every file and folder in `path`, and `path` itself.
pub(super) fn sync_tree(path: &Path) -> io::Result<()> {
    for entry in std::fs::read_dir(path)? {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            sync_tree(&entry.path())?;
        } else {
            File::open(entry.path())?.sync_all()?;
        }
    }
    sync_dir(path)
}

/// Returns the bytes of all files in the folder `path`, without those in folders below it.
pub(super) fn bytes_in(path: &Path) -> io::Result<u64> {
    let mut bytes = 0;
    for entry in std::fs::read_dir(path)? {
        let metadata = entry?.metadata()?;
        bytes += if metadata.is_file() { metadata.len() } else { 0 };
    }
    Ok(bytes)
}

/// Copies the files of the folder `from`, without folders below it, durably to a new folder `to`.
pub(super) fn copy_dir(from: &Path, to: &Path) -> io::Result<()> {
    create_dir(to)?;
    for entry in std::fs::read_dir(from)? {
        let entry = entry?;
        if entry.file_type()?.is_file() {
            std::fs::copy(entry.path(), to.join(entry.file_name()))?;
        }
    }
    sync_tree(to)
}

/// Gives a folder a name under which nobody looks for it, durably; nothing happens if it does not exist.
pub(super) fn put_aside(path: &Path) -> io::Result<()> {
    if !path.try_exists()? {
        return Ok(());
    }
    let mut number = 1_u32;
    let aside = loop {
        let aside = path.with_extension(format!("lost-{number}"));
        if !aside.try_exists()? {
            break aside;
        }
        number = number.saturating_add(1);
    };
    std::fs::rename(path, aside)?;
    path.parent().map_or(Ok(()), sync_dir)
}

/// Removes a folder and all in it; nothing happens if it does not exist.
pub(super) fn remove_dir(path: &Path) -> io::Result<()> {
    match std::fs::remove_dir_all(path) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

/// Returns the bytes that this user may still write where `path` lies.
pub(super) fn free_bytes(path: &Path) -> io::Result<u64> {
    let stat = rustix::fs::statvfs(path)?;
    Ok(stat.f_bavail.saturating_mul(stat.f_frsize))
}

/// Something that happened to a file, as the tests' trace records it.
#[cfg_attr(not(test), allow(dead_code))]
pub(super) enum Event<'a> {
    /// A file has new contents, which a power cut may still undo in part.
    Written,
    /// All contents of the file or folder are on the disk.
    Synced(&'a Path),
}

#[cfg(test)]
pub(super) use super::conformance::trace::note;

/// Tells the tests' trace; in the program itself there is none.
#[cfg(not(test))]
#[inline]
pub(super) fn note(_event: Event<'_>) {}
