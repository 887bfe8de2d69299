//! The only file that names sled, and the guard around it.
//!
//! Owns one tree of stored names and sealed values. sled 0.34.7 does not sync what it calls flushed, panics on some
//! damage and leaks memory in large batches: here every batch is bounded, every panic becomes an error, and
//! [`Store::sync`] syncs the file itself. Never knows what a value means.

use std::io::ErrorKind;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};

use hearth_core::store::StoreError;

use super::disk::{self, DurableFile, Event};
use super::limits::{CACHE_BYTES, SLED_BATCH_BYTES_MAX, SLED_BATCH_OPERATIONS_MAX};
use super::records::Operation;

/// An open store. After a failed write or a panic every act is an error: the files may be in any state, and only
/// opening them anew tells which.
pub(super) struct Store {
    // `None` only while it is being closed.
    database: Option<sled::Db>,
    log: DurableFile,
    is_broken: AtomicBool,
}

impl Store {
    /// Opens the store in the folder `path`, or makes an empty one.
    pub(super) fn open(path: &Path) -> Result<Self, StoreError> {
        remove_unfinished(path).map_err(as_io_error)?;
        let open = || {
            sled::Config::new()
                .path(path)
                .mode(sled::Mode::LowSpace)
                .cache_capacity(CACHE_BYTES)
                .flush_every_ms(None)
                .open()
        };
        let database = match catch_unwind(AssertUnwindSafe(open)).map_err(|_| PANICKED)? {
            Err(sled::Error::Io(error)) if error.kind() == ErrorKind::StorageFull => Err(StoreError::Full),
            other => other.map_err(as_store_error),
        }?;
        let log = DurableFile::open(path.join("db")).map_err(as_io_error)?;
        // What sled repaired and which of its files it replaced.
        log.sync().and_then(|()| disk::sync_dir(path)).map_err(as_io_error)?;
        Ok(Self { database: Some(database), log, is_broken: AtomicBool::new(false) })
    }

    /// Applies all operations, in the given order, and returns when they are on the disk. Those of one group are
    /// applied together or not at all; [`fits_one_group`] says whether there is one only.
    pub(super) fn apply(&self, operations: &[Operation]) -> Result<(), StoreError> {
        let mut rest = operations;
        while !rest.is_empty() {
            let (group, later) = rest.split_at(group_length(rest));
            let mut batch = sled::Batch::default();
            for operation in group {
                match &operation.value {
                    Some(value) => batch.insert(operation.key.as_slice(), value.as_slice()),
                    None => batch.remove(operation.key.as_slice()),
                }
            }
            self.change(|database| database.apply_batch(batch))?;
            disk::note(Event::Written);
            self.sync()?;
            rest = later;
        }
        Ok(())
    }

    /// Returns when everything applied is on the disk.
    fn sync(&self) -> Result<(), StoreError> {
        self.change(|database| database.flush())?;
        disk::note(Event::Written);
        self.log.sync().map_err(|error| {
            // After a failed sync the kernel may have dropped the data: trying again would report a success.
            self.is_broken.store(true, Ordering::SeqCst);
            as_io_error(error)
        })
    }

    /// Brings the store to a clean end; every later act fails.
    pub(super) fn close(&mut self) -> Result<(), StoreError> {
        self.sync()?;
        let database = self.database.take();
        // sled writes once more when it goes, and may panic there too.
        catch_unwind(AssertUnwindSafe(|| drop(database))).map_err(|_| PANICKED)?;
        self.log.sync().map_err(as_io_error)
    }

    /// Says whether [`Store::close`] has been called with success up to here.
    pub(super) fn is_closed(&self) -> bool {
        self.database.is_none()
    }

    /// Refuses all further acts.
    pub(super) fn set_broken(&self) {
        self.is_broken.store(true, Ordering::SeqCst);
    }

    /// Returns the value of a stored name.
    pub(super) fn get(&self, key: &[u8]) -> Result<Option<sled::IVec>, StoreError> {
        self.guard(|database| database.get(key))
    }

    /// Says whether nothing is stored.
    pub(super) fn is_empty(&self) -> Result<bool, StoreError> {
        self.guard(|database| database.iter().next().transpose()).map(|first| first.is_none())
    }

    /// Calls `visit` with every stored name that begins with `prefix`, in order, and its value.
    pub(super) fn scan(
        &self,
        prefix: &[u8],
        mut visit: impl FnMut(&[u8], &[u8]) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        let mut entries = self.guard(|database| Ok(database.scan_prefix(prefix)))?;
        while let Some((key, value)) = self.guard(|_| entries.next().transpose())? {
            visit(&key, &value)?;
        }
        Ok(())
    }

    fn change<T>(&self, act: impl FnOnce(&sled::Db) -> sled::Result<T>) -> Result<T, StoreError> {
        self.guard(act).inspect_err(|_| self.set_broken())
    }

    fn guard<T>(&self, act: impl FnOnce(&sled::Db) -> sled::Result<T>) -> Result<T, StoreError> {
        let database = self.database.as_ref().filter(|_| !self.is_broken.load(Ordering::SeqCst));
        let database =
            database.ok_or_else(|| StoreError::Io("it failed before and must be opened anew".into()))?;
        match catch_unwind(AssertUnwindSafe(|| act(database))) {
            Ok(result) => result.map_err(as_store_error),
            Err(_) => {
                self.set_broken();
                Err(PANICKED)
            }
        }
    }
}

impl Drop for Store {
    fn drop(&mut self) {
        let database = self.database.take();
        let _ = catch_unwind(AssertUnwindSafe(|| drop(database)));
    }
}

/// Says whether the store applies all of these operations together.
pub(super) fn fits_one_group(operations: &[Operation]) -> bool {
    group_length(operations) == operations.len()
}

/// Returns how many of the operations, at least one, the store applies together.
fn group_length(operations: &[Operation]) -> usize {
    let mut bytes = 0_usize;
    let fits = |operation: &&Operation| {
        bytes += operation.bytes();
        bytes <= SLED_BATCH_BYTES_MAX
    };
    operations.iter().take(SLED_BATCH_OPERATIONS_MAX).take_while(fits).count().max(1)
}

/// Removes what a crash left of a snapshot that sled was writing: sled would take it for the newest whole one, find it
/// cut short, and never open again.
fn remove_unfinished(path: &Path) -> std::io::Result<()> {
    if !path.try_exists()? {
        return Ok(());
    }
    for entry in std::fs::read_dir(path)? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "generating") {
            std::fs::remove_file(path)?;
        }
    }
    disk::sync_dir(path)
}

/// Returns the kind of a failure; sled's messages carry paths.
fn as_store_error(error: sled::Error) -> StoreError {
    match error {
        sled::Error::Io(error) => as_io_error(error),
        sled::Error::Corruption { .. } => StoreError::Damaged("the store's log is not what was written"),
        sled::Error::Unsupported(_) => StoreError::Damaged("the store's settings are not what was written"),
        sled::Error::CollectionNotFound(_) => StoreError::Damaged("the store has lost its tree"),
        sled::Error::ReportableBug(_) => StoreError::Damaged("the store contradicts itself"),
    }
}

fn as_io_error(error: std::io::Error) -> StoreError {
    // Also for a full disk: `Full` would promise that nothing was written.
    StoreError::Io(error.kind().to_string())
}

const PANICKED: StoreError = StoreError::Damaged("the store contradicts itself");
