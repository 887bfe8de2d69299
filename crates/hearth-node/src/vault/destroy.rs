//! Destroys a vault: first what opens it, so that no passphrase does from then on, then all the rest.
//!
//! Owns the order of that on the disk. Needs no passphrase, no open vault and no lock: a hand in a hurry has none of them, and
//! a daemon that hangs still holds the last. A crash at any moment leaves a vault without keys, or one as it was, and the
//! same act once more goes on from there.

use std::io::{self, ErrorKind};
use std::path::Path;

use super::disk::{self, DurableFile};
use super::identity;
use super::limits::{ERASED_BYTES_MIN, IDENTITY_BYTES_MAX};

/// Overwrites and removes what opens a vault, and what could bring its member back, in the data folder `root`; on the disk
/// when it returns. Nothing happens where there is none.
///
/// # Errors
/// The first one; everything was tried all the same.
pub fn destroy_keys(root: &Path) -> io::Result<()> {
    let mut outcome = Ok(());
    // The wrapped master key of every vault before anything else: all that is sealed hangs from it.
    for name in [KEY, identity::NAME, identity::UNFINISHED, "anchor"] {
        for folder in FOLDERS {
            outcome = outcome.and(erase(&root.join(folder), name));
        }
    }
    outcome
}

/// Removes what is left of a vault when its keys are gone. From the first moment on there is no vault at its place.
///
/// # Errors
/// When something cannot be removed.
pub fn remove_remains(root: &Path) -> io::Result<()> {
    sweep(root)?;
    if_there(std::fs::rename(root.join(VAULT), root.join(DESTROYED)))?;
    disk::sync_dir(root)?;
    disk::remove_dir(&root.join(UNFINISHED))?;
    sweep(root)
}

/// Goes on with the removal of remains that was cut short.
///
/// # Errors
/// When something cannot be removed.
pub fn sweep(root: &Path) -> io::Result<()> {
    disk::remove_dir(&root.join(DESTROYED))
}

fn erase(folder: &Path, name: &str) -> io::Result<()> {
    let path = folder.join(name);
    let overwritten = match DurableFile::open(path.clone()) {
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => return Ok(()),
        Err(error) => Err(error),
        Ok(file) => overwrite(&file),
    };
    // What cannot be overwritten is at least not to be found by its name.
    let removed = if_there(std::fs::remove_file(path)).and_then(|()| disk::sync_dir(folder));
    overwritten.and(removed)
}

fn overwrite(file: &DurableFile) -> io::Result<()> {
    let length =
        usize::try_from(file.len()?).unwrap_or(usize::MAX).clamp(ERASED_BYTES_MIN, IDENTITY_BYTES_MAX);
    let mut noise = vec![0; length];
    // Zeros may be kept as no more than a note that there are some; they are better than nothing.
    let _ = getrandom::fill(&mut noise);
    file.write_at(&noise, 0)?;
    file.sync()
}

fn if_there(result: io::Result<()>) -> io::Result<()> {
    match result {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

const VAULT: &str = "vault";
/// The vault in the making.
const UNFINISHED: &str = "vault.unfinished";
/// The vault while it is being removed.
const DESTROYED: &str = "vault.destroyed";
const FOLDERS: [&str; 3] = [VAULT, UNFINISHED, DESTROYED];
/// The wrapped master key.
const KEY: &str = "vault.key";
