//! A backup brings back who somebody is, elsewhere, and holds nothing else.

use std::fs;

use hearth_core::store::Value;
use zeroize::Zeroizing;

use super::*;
use crate::vault::BackupError;

const SEED: &[u8] = b"the seed of this member's device";
const TAINT: &[u8] = b"clean since the thirty-first of January";

fn mark() -> (Key, Value) {
    (Key::global(Class::Node, b"restored"), Zeroizing::new(vec![1]))
}

/// A vault with an identity, and with what a member keeps for themselves in every other class.
fn vault() -> (Folder, Vault) {
    let folder = Folder::new();
    let vault = folder.create();
    let mut batch = WriteBatch::default();
    batch.put(Key::global(Class::Identity, b"group"), SEED.to_vec());
    batch.put(Key::global(Class::Node, b"transport seed"), TAINT.to_vec());
    batch.put(Key::global(Class::Own, TAINT), TAINT.to_vec());
    batch.put(Key::global(Class::Group, b"group"), TAINT.to_vec());
    batch.put(Key::global(Class::Ladder, b"group"), TAINT.to_vec());
    batch.put(message(TAINT), TAINT.to_vec());
    vault.commit(&batch).unwrap();
    (folder, vault)
}

fn back_up(vault: &Vault) -> Vec<u8> {
    vault.backup(PASSPHRASE, Cost::FLOOR, mark()).unwrap()
}

#[test]
fn a_backup_holds_the_identities_and_nothing_else() {
    let (_folder, vault) = vault();
    let backup = back_up(&vault);
    let records = crate::vault::backup::open(&backup, PASSPHRASE).unwrap();
    let found: Vec<_> =
        records.iter().map(|(key, value)| (key.class, key.item.as_slice(), value.as_slice())).collect();
    let identity = (Class::Identity, b"group".as_slice(), SEED);
    assert_eq!(found, [(Class::Node, b"restored".as_slice(), [1].as_slice()), identity]);
    // And without the passphrase it tells nothing.
    for secret in [SEED, TAINT, b"group", b"restored", PASSPHRASE] {
        assert!(!backup.windows(secret.len()).any(|window| window == secret));
    }
}

#[test]
fn what_somebody_keeps_for_themselves_is_in_no_backup() {
    let (_folder, vault) = vault();
    for (key, value) in crate::vault::backup::open(&back_up(&vault), PASSPHRASE).unwrap() {
        let has_taint = |bytes: &[u8]| bytes.windows(TAINT.len()).any(|window| window == TAINT);
        assert!(!has_taint(&key.item) && !has_taint(&value));
    }
}

#[test]
fn a_backup_brings_its_member_back_elsewhere() {
    let (_folder, vault) = vault();
    let folder = Folder::new();
    Vault::restore(&folder.home, PASSPHRASE, &back_up(&vault), PARAMS).unwrap();
    assert_eq!(folder.open().err(), Some(OpenError::StoreLost));
    Vault::begin_anew(&folder.home, PASSPHRASE).unwrap();
    let back = folder.open().unwrap();
    assert_eq!(back.doubt(), None);
    let stored = |key: &Key| back.get(key).unwrap().map(|value| value.to_vec());
    assert_eq!(stored(&Key::global(Class::Identity, b"group")).as_deref(), Some(SEED));
    assert_eq!(stored(&mark().0), Some(vec![1]));
    assert_eq!(value_of(&back, TAINT), None);
}

#[test]
fn a_backup_opens_no_vault_and_no_vault_a_backup() {
    let (folder, vault) = vault();
    let backup = back_up(&vault);
    vault.close().unwrap();
    let key = folder.home.vault().join("vault.key");
    // The wrapped key of the backup in the place of the vault's.
    let wrapped = &backup[10..10 + crate::vault::keys::HEADER_BYTES];
    let mut swapped = fs::read(&key).unwrap();
    for at in [0, 4096] {
        swapped[at..at + wrapped.len()].copy_from_slice(wrapped);
    }
    fs::write(&key, swapped).unwrap();
    // It opens something, and that is not what was sealed here.
    if let Ok(other) = folder.open() {
        assert!(other.doubt().is_some());
        assert_eq!(value_of(&other, TAINT), None);
        assert!(other.get(&Key::global(Class::Identity, b"group")).unwrap().is_none());
    }
}

#[test]
fn a_backup_is_refused_with_one_clear_error_and_leaves_nothing_behind() {
    let (folder, vault) = vault();
    let backup = back_up(&vault);
    let wrong = Some(BackupError::Vault(OpenError::WrongPassphrase));
    assert_eq!(vault.backup(b"wrong", Cost::FLOOR, mark()).err(), wrong);
    let exists = Some(BackupError::Vault(OpenError::AlreadyExists));
    assert_eq!(Vault::restore(&folder.home, PASSPHRASE, &backup, PARAMS).err(), exists);
    let elsewhere = Folder::new();
    let refused = |passphrase: &[u8], backup: &[u8]| {
        let error = Vault::restore(&elsewhere.home, passphrase, backup, PARAMS).err();
        assert_eq!(fs::read_dir(elsewhere.dir.path()).unwrap().count(), 0);
        error
    };
    assert_eq!(refused(b"wrong", &backup), wrong);
    assert_eq!(refused(PASSPHRASE, &backup[..backup.len() - 1]), Some(BackupError::NotWhole));
    assert_eq!(refused(PASSPHRASE, b"my holiday pictures"), Some(BackupError::NotOne));
    let full = Params { free_bytes_min: u64::MAX, ..PARAMS };
    let error = Vault::restore(&elsewhere.home, PASSPHRASE, &backup, full).err();
    assert_eq!(error, Some(BackupError::Vault(OpenError::Full)));
    Vault::restore(&elsewhere.home, PASSPHRASE, &backup, PARAMS).unwrap();
}

#[test]
fn a_member_of_no_group_has_nothing_to_come_back_to() {
    let folder = Folder::new();
    let vault = folder.create();
    assert_eq!(vault.backup(PASSPHRASE, Cost::FLOOR, mark()).err(), Some(BackupError::Nothing));
}
