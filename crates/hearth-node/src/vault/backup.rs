//! The backup: who a member is in their groups, in one file that their passphrase opens.
//!
//! Owns the file's format, what goes into it, and how a vault is made of it. There is nothing in it but the identities and what
//! says that they come out of a backup: no message, and nothing that a member keeps for themselves. It has a key of its own,
//! so that a backup opens no vault, and no vault a backup.
//!
//! Layout: `MAGIC`, the version (u16), the wrapped key of this file as in one place of `vault.key`, the sealed records as in the
//! file `identity`, and a checksum over all before it, which tells a copy that was cut off from a wrong passphrase. Integers are
//! little-endian. `tests/vectors/backup-v1.json` is one.

use hearth_core::crypto::hash;
use hearth_core::store::{Class, Key, Value};
use thiserror::Error;

use super::keys::{Cost, Fields, HEADER_BYTES, KeyFile, MasterKey, unwrap_apart, wrap_apart};
use super::limits::BACKUP_BYTES_MAX;
use super::{OpenError, Params, Paths, Vault, disk, identity};
use crate::home::{Home, close_to_others};

/// Why a backup was not made or taken.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum BackupError {
    /// There is no identity: this node is in no group.
    #[error("there is nothing to come back to")]
    Nothing,
    /// It begins as no backup does.
    #[error("that is no backup")]
    NotOne,
    /// It begins like one, and is not what was written.
    #[error("the backup is cut off or damaged")]
    NotWhole,
    /// It was written by a newer program.
    #[error("the backup was written by a newer version of hearth")]
    UnknownVersion,
    /// The vault could not be read or made, or the passphrase is wrong.
    #[error(transparent)]
    Vault(#[from] OpenError),
}

impl Vault {
    /// Returns a backup that opens with `passphrase`, which has to be the vault's; `mark` is a record that tells whoever begins
    /// from it that it is one.
    ///
    /// # Errors
    /// [`BackupError::Nothing`] if there is no identity; [`BackupError::Vault`] for a wrong passphrase or a disk that fails.
    pub fn backup(&self, passphrase: &[u8], cost: Cost, mark: (Key, Value)) -> Result<Vec<u8>, BackupError> {
        self.check_passphrase(passphrase)?;
        let mut records = self.identities()?;
        if records.is_empty() {
            return Err(BackupError::Nothing);
        }
        records.insert(0, mark);
        let master = MasterKey::generate().map_err(OpenError::from)?;
        let wrapped = wrap_apart(passphrase, cost, &master)?;
        let nonce = super::keys::random().map_err(OpenError::from)?;
        let sealed = identity::seal(&master.keys(), &records, nonce).map_err(OpenError::from)?;
        Ok(compose(&wrapped, &sealed))
    }

    /// Makes a vault of a backup: one whose store is lost, so that [`Vault::begin_anew`] goes on with it. It gets its name last,
    /// so there is never half of it.
    ///
    /// # Errors
    /// [`BackupError`]; then there is no vault.
    pub fn restore(home: &Home, passphrase: &[u8], backup: &[u8], params: Params) -> Result<(), BackupError> {
        close_to_others();
        if home.vault().symlink_metadata().is_ok() {
            return Err(OpenError::AlreadyExists.into());
        }
        let records = open(backup, passphrase)?;
        let unfinished = Paths { folder: home.root().join("vault.unfinished") };
        let make = || {
            if disk::free_bytes(home.root())? < params.free_bytes_min {
                return Err(OpenError::Full);
            }
            disk::remove_dir(&unfinished.folder)?;
            disk::create_dir(&unfinished.folder)?;
            // A key that no copy of the backup opens.
            let master = MasterKey::generate()?;
            KeyFile::create(unfinished.key(), passphrase, params.cost, &master)?;
            identity::write(&unfinished.folder, &master.keys(), &records)?;
            disk::sync_tree(&unfinished.folder)?;
            std::fs::rename(&unfinished.folder, home.vault())?;
            Ok(disk::sync_dir(home.root())?)
        };
        Ok(make()?)
    }

    fn identities(&self) -> Result<Vec<(Key, Value)>, OpenError> {
        let mut records = Vec::new();
        self.inner.scan(Class::Identity, &[0; 32], &mut |item, value| {
            records.push((Key::global(Class::Identity, item), value));
        })?;
        records.sort_by(|a, b| a.0.cmp(&b.0));
        Ok(records)
    }
}

fn compose(wrapped: &[u8], sealed: &[u8]) -> Vec<u8> {
    let mut bytes = [MAGIC.as_slice(), &VERSION.to_le_bytes(), wrapped, sealed].concat();
    let checksum = hash(CHECKSUM_CONTEXT, &[&bytes]);
    bytes.extend_from_slice(&checksum);
    bytes
}

/// Returns what is in a backup.
pub(super) fn open(bytes: &[u8], passphrase: &[u8]) -> Result<Vec<(Key, Value)>, BackupError> {
    let mut fields = Fields(bytes);
    if fields.take::<8>() != Some(*MAGIC) {
        return Err(BackupError::NotOne);
    }
    match fields.take().map(u16::from_le_bytes) {
        Some(VERSION) => {}
        Some(version) if version > VERSION => return Err(BackupError::UnknownVersion),
        Some(_) | None => return Err(BackupError::NotWhole),
    }
    let (body, checksum) = bytes
        .split_at_checked(bytes.len().saturating_sub(CHECKSUM_BYTES))
        .filter(|(body, _)| body.len() > HEADER_BYTES && bytes.len() <= BACKUP_BYTES_MAX)
        .ok_or(BackupError::NotWhole)?;
    if checksum != hash(CHECKSUM_CONTEXT, &[body]) {
        return Err(BackupError::NotWhole);
    }
    let wrapped = fields.take_slice(HEADER_BYTES).ok_or(BackupError::NotWhole)?;
    let sealed = fields.0.split_last_chunk::<CHECKSUM_BYTES>().ok_or(BackupError::NotWhole)?.0;
    let master = unwrap_apart(wrapped, passphrase).map_err(of_backup)?;
    identity::parse(sealed, &master.keys()).map_err(of_backup)?.ok_or(BackupError::NotWhole)
}

/// What is wrong with the parts of a backup is not wrong with the vault.
fn of_backup(error: OpenError) -> BackupError {
    match error {
        OpenError::UnknownVersion => BackupError::UnknownVersion,
        OpenError::Damaged(_) => BackupError::NotWhole,
        other => BackupError::Vault(other),
    }
}

const MAGIC: &[u8; 8] = b"hearthbk";
const VERSION: u16 = 1;
const CHECKSUM_BYTES: usize = 32;
const CHECKSUM_CONTEXT: &str = "hearth v1 backup checksum";

#[cfg(test)]
mod tests {
    use zeroize::Zeroizing;

    use super::*;

    /// Written once and never changed: every later program comes back with it.
    #[derive(serde::Deserialize)]
    struct Vector {
        passphrase: String,
        nonce: String,
        wrapped: String,
        records: Vec<(u8, String, String)>,
        file: String,
    }

    fn vector() -> Vector {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/vectors/backup-v1.json");
        serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap()
    }

    fn from_hex(text: &str) -> Vec<u8> {
        (0..text.len() / 2).map(|at| u8::from_str_radix(&text[2 * at..2 * at + 2], 16).unwrap()).collect()
    }

    fn records_of(vector: &Vector) -> Vec<(Key, Value)> {
        let class = |number: u8| identity::CLASSES.into_iter().find(|class| *class as u8 == number).unwrap();
        let records = vector.records.iter();
        records
            .map(|(number, item, value)| {
                (Key::global(class(*number), &from_hex(item)), Zeroizing::new(from_hex(value)))
            })
            .collect()
    }

    #[test]
    fn the_frozen_backup_opens() {
        let vector = vector();
        let (file, passphrase) = (from_hex(&vector.file), vector.passphrase.as_bytes());
        let wrapped = from_hex(&vector.wrapped);
        let master = unwrap_apart(&wrapped, passphrase).ok().unwrap();
        let nonce = from_hex(&vector.nonce).try_into().unwrap();
        let sealed = identity::seal(&master.keys(), &records_of(&vector), nonce).unwrap();
        assert_eq!(compose(&wrapped, &sealed), file);
        assert!(identity::are_equal(&open(&file, passphrase).unwrap(), &records_of(&vector)));
        assert_eq!(open(&file, b"another").err(), Some(BackupError::Vault(OpenError::WrongPassphrase)));
    }

    #[test]
    fn what_is_no_backup_and_what_is_not_whole_are_told_apart_before_any_passphrase() {
        let vector = vector();
        let file = from_hex(&vector.file);
        let fault = |bytes: &[u8]| open(bytes, vector.passphrase.as_bytes()).err().unwrap();
        for bytes in [&b""[..], b"hearth", b"a photograph of a dog, of many bytes", &[0; 5_000]] {
            assert_eq!(fault(bytes), BackupError::NotOne);
        }
        for length in [8, 9, 10, 100, 10 + HEADER_BYTES, file.len() / 2, file.len() - 1] {
            assert_eq!(fault(&file[..length]), BackupError::NotWhole, "{length}");
        }
        for at in [9, 20, 60, 150, 200, 1_000, file.len() - 1] {
            let mut altered = file.clone();
            altered[at] ^= 1;
            let expected = if at == 9 { BackupError::UnknownVersion } else { BackupError::NotWhole };
            assert_eq!(fault(&altered), expected, "{at}");
        }
        let mut longer = file.clone();
        longer.push(0);
        assert_eq!(fault(&longer), BackupError::NotWhole);
        let mut newer = file;
        newer[8] = 2;
        assert_eq!(fault(&newer), BackupError::UnknownVersion);
    }
}
