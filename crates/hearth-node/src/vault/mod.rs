//! The vault: everything that a member's node keeps, sealed under the member's passphrase.
//!
//! Owns the order of acts on the disk: one atomic batch for each step, on the disk before [`Vault::commit`] returns,
//! and a promise beside the store that tells at the next start whether the store has lost any of it. Never lets a
//! loss pass in silence: it opens with a [`Doubt`], under which no old ratchet may be used to send.
//!
//! In the folder `vault`: `vault.key` (the wrapped master key), `anchor` (the promise), `journal` (a commit too large
//! for one batch of the store), `store` (sled), `identity` (who this node is, once more, sealed), `open` (there is no clean end yet), `before-repair` (the store as it was
//! before it was opened after an unclean end, until it has proved to be whole), `ballast` (room to give up), `lock`.
//! `backup` makes and takes the file with which a member comes back elsewhere, `destroy` ends a vault for good.

mod anchor;
mod backup;
#[cfg(test)]
mod conformance;
mod destroy;
mod disk;
mod head;
mod identity;
mod journal;
mod keys;
pub mod limits;
mod records;
mod slots;
mod store;

use std::fs::File;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};
use std::sync::{Arc, RwLock, RwLockReadGuard};

use hearth_core::store::{Class, Key, ReadStore, StoreError, Value, WriteBatch};
use thiserror::Error;

use self::anchor::{Anchor, Position};
pub use self::backup::BackupError;
pub use self::destroy::{destroy_keys, remove_remains, sweep};
use self::head::{Contents, Head};
use self::journal::Journal;
pub use self::keys::Cost;
use self::keys::{KeyFile, Keys, MasterKey};
use self::limits::{BALLAST_BYTES, BATCH_BYTES_MAX, FREE_BYTES_MIN, OPEN_FREE_BYTES_MIN};
use self::records::{Opening, Operation};
use self::store::Store;
use crate::home::{Home, close_to_others, lock_file};

/// An open vault. It closes when it and all of its [`Reader`]s are dropped.
pub struct Vault {
    inner: Arc<Inner>,
}

impl Vault {
    /// Makes a vault that opens with `passphrase`, and opens it.
    ///
    /// It is made in a temporary folder that gets its name last, so that there is never half a vault. The caller holds
    /// the home's lock.
    ///
    /// # Errors
    /// [`OpenError::AlreadyExists`] if there is a vault; [`OpenError`] if the disk fails or is full.
    pub fn create(home: &Home, passphrase: &[u8], params: Params) -> Result<Self, OpenError> {
        close_to_others();
        let folder = home.vault();
        if folder.symlink_metadata().is_ok() {
            return Err(OpenError::AlreadyExists);
        }
        if disk::free_bytes(home.root())? < params.free_bytes_min {
            return Err(OpenError::Full);
        }
        let unfinished = home.root().join("vault.unfinished");
        disk::remove_dir(&unfinished)?;
        disk::create_dir(&unfinished)?;
        let paths = Paths { folder: unfinished };
        let master = MasterKey::generate()?;
        let keys = master.keys();
        KeyFile::create(paths.key(), passphrase, params.cost, &master)?;
        drop(master);
        let (head, operation) = Head::default().next(&keys, &[])?;
        Anchor::create(paths.anchor(), &keys, head.position, false)?;
        Journal::create(paths.journal())?;
        let mut store = Store::open(&paths.store())?;
        store.apply(&[operation])?;
        store.close()?;
        disk::sync_tree(&paths.folder)?;
        std::fs::rename(&paths.folder, &folder)?;
        disk::sync_dir(home.root())?;
        Self::open_with(home, passphrase, params.free_bytes_min)
    }

    /// Opens the vault. Takes as long as the cost that was chosen for one guess at the passphrase.
    ///
    /// # Errors
    /// [`OpenError`]; nothing on the disk has changed if it is [`OpenError::WrongPassphrase`], `NotFound` or `Locked`.
    pub fn open(home: &Home, passphrase: &[u8]) -> Result<Self, OpenError> {
        Self::open_with(home, passphrase, FREE_BYTES_MIN)
    }

    /// Opens the vault as [`Vault::open`] does, and refuses writes when fewer than `free_bytes_min` bytes of disk are
    /// free.
    ///
    /// # Errors
    /// As [`Vault::open`].
    pub fn open_with(home: &Home, passphrase: &[u8], free_bytes_min: u64) -> Result<Self, OpenError> {
        close_to_others();
        let paths = Paths { folder: home.vault() };
        match std::fs::metadata(&paths.folder) {
            Err(error) if error.kind() == ErrorKind::NotFound => return Err(OpenError::NotFound),
            Err(error) => return Err(error.into()),
            Ok(metadata) if !metadata.is_dir() => return Err(OpenError::Damaged("a file is in its place")),
            Ok(_) => {}
        }
        let lock = lock_file(&paths.lock())?.ok_or(OpenError::Locked)?;
        let (key_file, master) = KeyFile::open(paths.key(), passphrase)?;
        let keys = master.keys();
        drop(master);

        require_room_to_open(&paths, OPEN_FREE_BYTES_MIN)?;
        let identity = identity::read(paths.identity(), &keys)?;
        // A store whose file is gone would be made anew, empty, as if nothing had ever been in it.
        if identity.is_some() && !paths.store().join("db").try_exists()? {
            return Err(OpenError::StoreLost);
        }
        keep_copy_if_unclean(&paths, free_bytes_min)?;
        mark_open(&paths)?;
        let lost = |error| match error {
            OpenError::Damaged(_) if identity.is_some() => OpenError::StoreLost,
            other => other,
        };
        let store = Store::open(&paths.store()).map_err(|error| lost(error.into()))?;
        if identity.is_some() && store.is_empty().map_err(|error| lost(error.into()))? {
            return Err(OpenError::StoreLost);
        }
        let state = State::recover(&paths, &keys, &store).map_err(lost)?;
        if state.doubt.is_none() {
            disk::remove_dir(&paths.copy())?;
        }
        keep_ballast(&paths, free_bytes_min)?;
        let inner =
            Inner { store, keys, key_file, state: RwLock::new(state), paths, free_bytes_min, _lock: lock };
        inner.reconcile_identity(identity)?;
        Ok(Self { inner: Arc::new(inner) })
    }

    /// Puts a store aside that cannot be read, and makes a fresh one in its place that holds nothing but who this node
    /// is. What was in the store stays in the vault's folder under another name.
    ///
    /// # Errors
    /// [`OpenError::Damaged`] if there is no whole identity; [`OpenError`] as for [`Vault::open`].
    pub fn begin_anew(home: &Home, passphrase: &[u8]) -> Result<(), OpenError> {
        close_to_others();
        let paths = Paths { folder: home.vault() };
        let _lock = lock_file(&paths.lock())?.ok_or(OpenError::Locked)?;
        let (_, master) = KeyFile::open(paths.key(), passphrase)?;
        let keys = master.keys();
        drop(master);
        require_room_to_open(&paths, OPEN_FREE_BYTES_MIN)?;
        let records = identity::read(paths.identity(), &keys)?;
        let records = records.ok_or(OpenError::Damaged("nothing is left to begin anew with"))?;

        let opened = Anchor::open(paths.anchor(), &keys)?;
        let promised = opened.as_ref().and_then(|(_, promise)| *promise).map(|promise| promise.position);
        let mut head = Head { position: promised.unwrap_or_default(), ..Head::default() };
        let mut operations = Vec::new();
        for (key, value) in &records {
            let prefix = records::record_prefix(&keys, key);
            let sealed = records::seal(&keys, &prefix, &key.item, value)?;
            for operation in &sealed {
                if let Some(value) = &operation.value {
                    head.contents.add(&records::fingerprint(&keys, &operation.key, value));
                }
            }
            operations.extend(sealed);
        }
        let (head, operation) = head.next(&keys, &operations)?;
        operations.push(operation);
        let unfinished = paths.folder.join("store.unfinished");
        disk::remove_dir(&unfinished)?;
        let mut store = Store::open(&unfinished)?;
        store.apply(&operations)?;
        store.close()?;
        disk::sync_tree(&unfinished)?;

        // Between the two there is no store, and the next start says so.
        disk::put_aside(&paths.store())?;
        disk::put_aside(&paths.copy())?;
        std::fs::rename(&unfinished, paths.store())?;
        disk::sync_dir(&paths.folder)?;
        match opened {
            Some((mut anchor, _)) => anchor.promise(&keys, head.position, false)?,
            None => drop(Anchor::create(paths.anchor(), &keys, head.position, false)?),
        }
        disk::sync_dir(&paths.folder)?;
        Ok(())
    }

    /// Says whether there is a vault, open or not.
    pub fn exists(home: &Home) -> bool {
        home.vault().is_dir()
    }

    /// Applies all writes of `batch` or none, and returns when they are on the disk.
    ///
    /// # Errors
    /// [`StoreError::Full`] if too little disk is free: nothing was written, and it may be tried again. After any other
    /// error every act fails until the vault is opened anew.
    pub fn commit(&self, batch: &WriteBatch) -> Result<(), StoreError> {
        self.inner.commit(batch)
    }

    /// Says whether `passphrase` opens this vault; takes as long as opening it.
    ///
    /// # Errors
    /// [`OpenError::WrongPassphrase`] if it does not; [`OpenError`] if the disk fails.
    pub fn check_passphrase(&self, passphrase: &[u8]) -> Result<(), OpenError> {
        KeyFile::open(self.inner.paths.key(), passphrase).map(|_| ())
    }

    /// Returns a handle that reads this vault.
    pub fn reader(&self) -> Reader {
        Reader { inner: Arc::clone(&self.inner) }
    }

    /// Returns what makes the state of this vault doubtful, until [`Vault::settle_doubt`]. While there is a doubt,
    /// nothing may be sent under a ratchet that is stored here: it may be older than what was sent already.
    pub fn doubt(&self) -> Option<Doubt> {
        self.inner.state.read().map_or(Some(Doubt::Unsettled), |state| state.doubt)
    }

    /// Declares that the doubt has been dealt with: what is stored now is the truth from here on.
    ///
    /// # Errors
    /// As [`Vault::commit`]; the doubt stays.
    pub fn settle_doubt(&self) -> Result<(), StoreError> {
        self.inner.settle_doubt()
    }

    /// Makes the vault open with `new` from here on, if `old` opens it today. Records are not sealed anew.
    ///
    /// # Errors
    /// [`OpenError::WrongPassphrase`] if `old` is not the passphrase; [`OpenError`] if the disk fails. One of the two
    /// passphrases opens the vault in any case.
    pub fn change_passphrase(&self, old: &[u8], new: &[u8], cost: Cost) -> Result<(), OpenError> {
        // Held so that two changes do not run into one another.
        let _state = self.inner.state.write().map_err(|_| OpenError::Damaged("it failed before"))?;
        self.inner.key_file.change(old, new, cost)
    }

    /// Closes the vault and says how that went. If [`Reader`]s remain, the last of them closes it when it is dropped.
    ///
    /// # Errors
    /// [`StoreError`] if the store could not be brought to a clean end. No acknowledged commit depends on that.
    pub fn close(self) -> Result<(), StoreError> {
        Arc::into_inner(self.inner).map_or(Ok(()), |mut inner| inner.close())
    }
}

impl ReadStore for Vault {
    fn get(&self, key: &Key) -> Result<Option<Value>, StoreError> {
        self.inner.get(key)
    }

    fn scan(
        &self,
        class: Class,
        partition: &[u8; 32],
        visit: &mut dyn FnMut(&[u8], Value),
    ) -> Result<(), StoreError> {
        self.inner.scan(class, partition, visit)
    }
}

/// A handle that reads an open vault, for the engine. The function that a scan calls must not ask the vault itself.
#[derive(Clone)]
pub struct Reader {
    inner: Arc<Inner>,
}

impl ReadStore for Reader {
    fn get(&self, key: &Key) -> Result<Option<Value>, StoreError> {
        self.inner.get(key)
    }

    fn scan(
        &self,
        class: Class,
        partition: &[u8; 32],
        visit: &mut dyn FnMut(&[u8], Value),
    ) -> Result<(), StoreError> {
        self.inner.scan(class, partition, visit)
    }
}

/// How a vault is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Params {
    /// What one guess at the passphrase costs.
    pub cost: Cost,
    /// Bytes of free disk below which nothing is written.
    pub free_bytes_min: u64,
}

impl Default for Params {
    fn default() -> Self {
        Self { cost: Cost::STANDARD, free_bytes_min: FREE_BYTES_MIN }
    }
}

/// Why the stored state may be older than, or different from, what was acknowledged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Doubt {
    /// Acknowledged commits are gone.
    Behind {
        /// Commits that are there.
        kept: u64,
        /// Commits that were acknowledged.
        promised: u64,
    },
    /// The store holds another history than the one that was acknowledged.
    Forked,
    /// Records are missing, or are not of the last commit.
    Incomplete,
    /// The promise itself is gone, so that nobody knows how old the store is.
    Unanchored,
    /// An earlier doubt has not been settled.
    Unsettled,
}

/// Why a vault was not made or opened.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum OpenError {
    /// The passphrase does not open it.
    #[error("wrong passphrase")]
    WrongPassphrase,
    /// There is a vault already.
    #[error("there is a vault in this data folder already")]
    AlreadyExists,
    /// There is no vault.
    #[error("there is no vault in this data folder")]
    NotFound,
    /// Another process has it open.
    #[error("another daemon has the vault open")]
    Locked,
    /// It was written by a newer program.
    #[error("the vault was written by a newer version of hearth")]
    UnknownVersion,
    /// The store is gone or cannot be read, and the identity is there: [`Vault::begin_anew`] goes on with that.
    #[error("what was kept cannot be read; who you are is safe")]
    StoreLost,
    /// It is not what was written.
    #[error("the vault is damaged: {0}")]
    Damaged(&'static str),
    /// The disk is too full.
    #[error("the disk is full")]
    Full,
    /// The disk failed.
    #[error("the vault could not be read or written: {0}")]
    Io(String),
}

impl From<io::Error> for OpenError {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            ErrorKind::StorageFull | ErrorKind::QuotaExceeded => Self::Full,
            kind => Self::Io(kind.to_string()),
        }
    }
}

impl From<StoreError> for OpenError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Io(what) => Self::Io(what),
            StoreError::Damaged(what) => Self::Damaged(what),
            StoreError::Full => Self::Full,
        }
    }
}

struct Inner {
    // Dropped first: the lock must outlive it.
    store: Store,
    keys: Keys,
    key_file: KeyFile,
    state: RwLock<State>,
    paths: Paths,
    free_bytes_min: u64,
    _lock: File,
}

impl Inner {
    fn commit(&self, batch: &WriteBatch) -> Result<(), StoreError> {
        let mut state = self.state.write().map_err(|_| STOPPED)?;
        let mut head = state.head;
        let mut operations = Vec::with_capacity(batch.len() + 1);
        let mut bytes = 0;
        for (key, value) in batch.iter() {
            let added = self.plan(&mut head, key, value)?;
            bytes += added.iter().map(Operation::bytes).sum::<usize>();
            if bytes > BATCH_BYTES_MAX {
                return Err(StoreError::Io("a batch is larger than the store takes".into()));
            }
            operations.extend(added);
        }
        if operations.is_empty() {
            return Ok(());
        }
        self.require_free_bytes(bytes)?;
        let is_in_doubt = state.doubt.is_some();
        self.write(&mut state, head, operations, is_in_doubt)?;
        // Before anybody hears of what is in it.
        if batch.iter().any(|(key, _)| identity::CLASSES.contains(&key.class)) {
            let records = self.identity_records()?;
            identity::write(&self.paths.folder, &self.keys, &records).map_err(|error| self.stop(error))?;
        }
        Ok(())
    }

    /// Brings identity and store in line when the vault is opened. A store in doubt may be older than the identity: then
    /// the identity is right, and else the store.
    fn reconcile_identity(&self, identity: Option<Vec<(Key, Value)>>) -> Result<(), OpenError> {
        let stored = self.identity_records()?;
        let identity = identity.unwrap_or_default();
        if identity::are_equal(&stored, &identity) {
            return Ok(());
        }
        let is_in_doubt = self.state.read().map_err(|_| STOPPED)?.doubt.is_some();
        let done = if is_in_doubt && !identity.is_empty() {
            let mut batch = WriteBatch::default();
            for (key, value) in identity {
                batch.put(key, value.to_vec());
            }
            self.commit(&batch)
        } else {
            let written = identity::write(&self.paths.folder, &self.keys, &stored);
            written.map_err(|error| match error.kind() {
                ErrorKind::StorageFull | ErrorKind::QuotaExceeded => StoreError::Full,
                kind => StoreError::Io(kind.to_string()),
            })
        };
        match done {
            // What can be read now is worth more; the next change writes it.
            Err(StoreError::Full) => Ok(()),
            other => Ok(other?),
        }
    }

    /// The records that the identity holds as well; the caller keeps commits away.
    fn identity_records(&self) -> Result<Vec<(Key, Value)>, StoreError> {
        let mut records: Vec<(Key, Value)> = Vec::new();
        for class in identity::CLASSES {
            self.scan_held(class, &[0; 32], &mut |item, value| {
                records.push((Key::global(class, item), value));
            })?;
        }
        records.sort_by(|a, b| a.0.cmp(&b.0));
        Ok(records)
    }

    fn settle_doubt(&self) -> Result<(), StoreError> {
        let mut state = self.state.write().map_err(|_| STOPPED)?;
        if state.doubt.is_none() {
            return Ok(());
        }
        self.require_free_bytes(0)?;
        let head = state.head;
        self.write(&mut state, head, Vec::new(), false)?;
        // Once more, so that no older promise remains in the other place.
        let head = state.head;
        self.write(&mut state, head, Vec::new(), false)?;
        state.doubt = None;
        disk::remove_dir(&self.paths.copy()).map_err(|error| self.stop(error))
    }

    /// Returns what has to be written so that the record `key` has `value`, and counts it in `head`.
    fn plan(&self, head: &mut Head, key: &Key, value: Option<&[u8]>) -> Result<Vec<Operation>, StoreError> {
        let prefix = records::record_prefix(&self.keys, key);
        let mut operations = match value {
            Some(value) => records::seal(&self.keys, &prefix, &key.item, value)?,
            None => Vec::new(),
        };
        for operation in &operations {
            if let Some(sealed) = &operation.value {
                head.contents.add(&records::fingerprint(&self.keys, &operation.key, sealed));
            }
        }
        let pieces = operations.len();
        let mut old_pieces = 0;
        self.store.scan(&prefix, |stored, sealed| {
            head.contents.remove(&records::fingerprint(&self.keys, stored, sealed));
            // Pieces come in order: those beyond the new value's have to go.
            if old_pieces >= pieces {
                operations.push(Operation { key: stored.to_vec(), value: None });
            }
            old_pieces += 1;
            Ok(())
        })?;
        Ok(operations)
    }

    /// Writes the next commit: the journal if it is large, the store, the promise, each on the disk before the next.
    fn write(
        &self,
        state: &mut State,
        head: Head,
        mut operations: Vec<Operation>,
        is_in_doubt: bool,
    ) -> Result<(), StoreError> {
        let before = state.head.position;
        let (head, operation) = head.next(&self.keys, &operations)?;
        operations.push(operation);
        let is_large = !store::fits_one_group(&operations);
        if is_large {
            state.journal.write(&self.keys, before, &operations).map_err(|error| self.stop(error))?;
        }
        self.store.apply(&operations)?;
        state.anchor.promise(&self.keys, head.position, is_in_doubt).map_err(|error| self.stop(error))?;
        if is_large {
            state.journal.clear().map_err(|error| self.stop(error))?;
        }
        state.head = head;
        Ok(())
    }

    fn get(&self, key: &Key) -> Result<Option<Value>, StoreError> {
        let _state = self.reading()?;
        let prefix = records::record_prefix(&self.keys, key);
        let mut opening: Option<Opening> = None;
        self.store.scan(&prefix, |stored, sealed| {
            match &mut opening {
                Some(opening) => opening.add(&self.keys, stored, sealed)?,
                None => opening = Some(Opening::begin(&self.keys, stored, sealed)?),
            }
            Ok(())
        })?;
        let Some(opening) = opening else { return Ok(None) };
        let (item, value) = opening.finish()?;
        if item == key.item { Ok(Some(value)) } else { Err(StoreError::Damaged("a record has another name")) }
    }

    fn scan(
        &self,
        class: Class,
        partition: &[u8; 32],
        visit: &mut dyn FnMut(&[u8], Value),
    ) -> Result<(), StoreError> {
        let _state = self.reading()?;
        self.scan_held(class, partition, visit)
    }

    fn scan_held(
        &self,
        class: Class,
        partition: &[u8; 32],
        visit: &mut dyn FnMut(&[u8], Value),
    ) -> Result<(), StoreError> {
        let prefix = records::partition_prefix(&self.keys, class, partition);
        let mut opening: Option<Opening> = None;
        self.store.scan(&prefix, |stored, sealed| {
            match &mut opening {
                Some(opening) if records::record_of(stored) == Some(opening.prefix()) => {
                    opening.add(&self.keys, stored, sealed)?;
                }
                _ => {
                    let begun = Opening::begin(&self.keys, stored, sealed)?;
                    if let Some(done) = opening.replace(begun) {
                        let (item, value) = done.finish()?;
                        visit(&item, value);
                    }
                }
            }
            Ok(())
        })?;
        if let Some(done) = opening {
            let (item, value) = done.finish()?;
            visit(&item, value);
        }
        Ok(())
    }

    /// Keeps commits away while something is read: no reader sees half of a large one.
    fn reading(&self) -> Result<RwLockReadGuard<'_, State>, StoreError> {
        self.state.read().map_err(|_| STOPPED)
    }

    fn require_free_bytes(&self, bytes: usize) -> Result<(), StoreError> {
        let free =
            disk::free_bytes(&self.paths.folder).map_err(|error| StoreError::Io(error.kind().to_string()))?;
        // A large commit is written twice: into the journal and into the store.
        let needed = self.free_bytes_min.saturating_add(2 * bytes as u64);
        if free < needed { Err(StoreError::Full) } else { Ok(()) }
    }

    fn stop(&self, error: io::Error) -> StoreError {
        self.store.set_broken();
        StoreError::Io(error.kind().to_string())
    }

    fn close(&mut self) -> Result<(), StoreError> {
        if self.store.is_closed() {
            return Ok(());
        }
        self.store.close()?;
        let unmark = || {
            std::fs::remove_file(self.paths.marker())?;
            disk::sync_dir(&self.paths.folder)
        };
        unmark().map_err(|error| StoreError::Io(error.kind().to_string()))
    }
}

impl Drop for Inner {
    fn drop(&mut self) {
        // Without a clean end the next start checks as after a crash; there is nobody to tell.
        let _ = self.close();
    }
}

/// What the vault remembers while it is open.
struct State {
    head: Head,
    anchor: Anchor,
    journal: Journal,
    doubt: Option<Doubt>,
}

impl State {
    /// Brings the store to the last whole commit, and compares it with what was promised.
    fn recover(paths: &Paths, keys: &Keys, store: &Store) -> Result<Self, OpenError> {
        let journal = match Journal::open(paths.journal()) {
            Err(error) if error.kind() == ErrorKind::NotFound => Journal::create(paths.journal()),
            other => other,
        }?;
        let mut head = Head::read(keys, store)?;
        if let Some(entry) = journal.read(keys)?
            && head.is_some_and(|head| head.position == entry.after)
        {
            store.apply(&entry.operations)?;
            head = Head::read(keys, store)?;
        }
        journal.clear()?;

        let contents = Contents::of(keys, store)?;
        let opened = Anchor::open(paths.anchor(), keys)?;
        let doubt = match (&opened, &head) {
            (None | Some((_, None)), _) => Some(Doubt::Unanchored),
            (Some((_, Some(promise))), None) => {
                Some(Doubt::Behind { kept: 0, promised: promise.position.number })
            }
            (Some((_, Some(promise))), Some(head)) => head.doubt(promise, contents),
        };
        let promise = opened.as_ref().and_then(|(_, promise)| *promise);
        let promised = promise.map(|promise| promise.position).unwrap_or_default();
        // In doubt, what is there is the beginning of a new history; its numbers never fall below a promise.
        let head = match head {
            Some(head) if doubt.is_none() => head,
            other => {
                let position = other.unwrap_or_default().position;
                let number = position.number.max(promised.number);
                Head { previous: position.chain, position: Position { number, ..position }, contents }
            }
        };
        let mut anchor = match opened {
            Some((anchor, _)) => anchor,
            None => Anchor::create(paths.anchor(), keys, head.position, doubt.is_some())?,
        };
        // One promise behind is as far as a crash may leave it: the next crash may leave it one more behind.
        let is_exact = promise.is_some_and(|promise| !promise.may_be_older && promised == head.position);
        if doubt.is_some() || !is_exact {
            anchor.promise(keys, head.position, doubt.is_some())?;
            disk::sync_dir(&paths.folder)?;
        }
        Ok(Self { head, anchor, journal, doubt })
    }
}

/// Where the vault's files lie.
struct Paths {
    folder: PathBuf,
}

impl Paths {
    fn key(&self) -> PathBuf {
        self.folder.join("vault.key")
    }

    fn anchor(&self) -> PathBuf {
        self.folder.join("anchor")
    }

    fn journal(&self) -> PathBuf {
        self.folder.join("journal")
    }

    fn store(&self) -> PathBuf {
        self.folder.join("store")
    }

    fn identity(&self) -> PathBuf {
        self.folder.join(identity::NAME)
    }

    fn lock(&self) -> PathBuf {
        self.folder.join("lock")
    }

    fn marker(&self) -> PathBuf {
        self.folder.join("open")
    }

    fn ballast(&self) -> PathBuf {
        self.folder.join("ballast")
    }

    fn copy(&self) -> PathBuf {
        self.folder.join("before-repair")
    }
}

/// Refuses to open on a disk that is full, after giving up the ballast.
fn require_room_to_open(paths: &Paths, needed: u64) -> Result<(), OpenError> {
    if disk::free_bytes(&paths.folder)? >= needed {
        return Ok(());
    }
    match std::fs::remove_file(paths.ballast()) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Err(OpenError::Full),
        other => other?,
    }
    disk::sync_dir(&paths.folder)?;
    if disk::free_bytes(&paths.folder)? < needed { Err(OpenError::Full) } else { Ok(()) }
}

/// Takes ballast on if there is plenty of room, and the caller wants some left.
fn keep_ballast(paths: &Paths, free_bytes_min: u64) -> io::Result<()> {
    let needed = free_bytes_min.saturating_add(2 * BALLAST_BYTES);
    if free_bytes_min == 0 || paths.ballast().try_exists()? || disk::free_bytes(&paths.folder)? < needed {
        return Ok(());
    }
    disk::create_filled(&paths.ballast(), BALLAST_BYTES)
}

/// Copies the store before it is opened after an unclean end: sled cuts off for good what it cannot read.
///
/// There is at most one copy. One that is there already belongs to an end that was not dealt with yet; it is closer
/// to the truth than anything later.
fn keep_copy_if_unclean(paths: &Paths, free_bytes_min: u64) -> io::Result<()> {
    if !paths.marker().try_exists()? || paths.copy().try_exists()? || !paths.store().try_exists()? {
        return Ok(());
    }
    let unfinished = paths.folder.join("before-repair.unfinished");
    disk::remove_dir(&unfinished)?;
    let needed = disk::bytes_in(&paths.store())?.saturating_add(free_bytes_min);
    // Without room the vault still opens: what can be read now is worth more than what might be rescued.
    if disk::free_bytes(&paths.folder)? < needed {
        return Ok(());
    }
    disk::copy_dir(&paths.store(), &unfinished)?;
    std::fs::rename(&unfinished, paths.copy())?;
    disk::sync_dir(&paths.folder)
}

/// Notes durably that there has been no clean end yet.
fn mark_open(paths: &Paths) -> io::Result<()> {
    touch(&paths.marker())?;
    disk::sync_dir(&paths.folder)
}

fn touch(path: &Path) -> io::Result<()> {
    std::fs::OpenOptions::new().create(true).truncate(false).write(true).open(path).map(|_| ())
}

const STOPPED: StoreError = StoreError::Damaged("it failed before and must be opened anew");
