//! Reading, writing, opening and refusing, on a disk that works.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::Path;

use super::*;
use crate::vault::limits::BALLAST_BYTES;
use crate::vault::{Paths, require_room_to_open};

#[test]
fn what_was_committed_is_there_after_opening_anew() {
    let folder = Folder::new();
    let vault = folder.create();
    put(&vault, b"a", b"first").unwrap();
    put(&vault, b"b", b"").unwrap();
    put(&vault, b"a", b"second").unwrap();
    let mut batch = WriteBatch::default();
    batch.delete(message(b"b"));
    batch.delete(message(b"never there"));
    batch.put(message(b"c"), vec![3; 100_000]);
    vault.commit(&batch).unwrap();
    vault.close().unwrap();

    let vault = folder.open().unwrap();
    assert_eq!(vault.doubt(), None);
    assert_eq!(value_of(&vault, b"a").as_deref(), Some(b"second".as_slice()));
    assert_eq!(value_of(&vault, b"b"), None);
    assert_eq!(value_of(&vault, b"c"), Some(vec![3; 100_000]));
}

#[test]
fn a_scan_sees_its_partition_and_no_other() {
    let folder = Folder::new();
    let vault = folder.create();
    let mut batch = WriteBatch::default();
    let mut expected = BTreeMap::new();
    for number in 0..300_u32 {
        let item = number.to_be_bytes().to_vec();
        let value = vec![number as u8; if number % 10 == 0 { 9_000 } else { 20 }];
        batch.put(message(&item), value.clone());
        batch.put(Key::new(Class::Message, &[8; 32], &item), vec![0]);
        batch.put(Key::new(Class::Event, &PARTITION, &item), vec![1]);
        expected.insert(item, value);
    }
    vault.commit(&batch).unwrap();
    let mut seen = BTreeMap::new();
    let reader = vault.reader();
    reader
        .scan(Class::Message, &PARTITION, &mut |item, value| {
            assert!(seen.insert(item.to_vec(), value.to_vec()).is_none());
        })
        .unwrap();
    assert_eq!(seen, expected);
}

#[test]
fn a_long_value_gives_way_to_a_shorter_one() {
    let folder = Folder::new();
    let vault = folder.create();
    for length in [0, 1, 4_045, 4_046, 4_047, 4_048, 4_049, 4_050, 4_096, 12_000, 500_000, 3] {
        let value: Vec<u8> = (0..length).map(|at: u32| at as u8).collect();
        put(&vault, b"a", &value).unwrap();
        assert_eq!(value_of(&vault, b"a"), Some(value));
    }
    drop(vault);
    let vault = folder.open().unwrap();
    assert_eq!(vault.doubt(), None);
    assert_eq!(value_of(&vault, b"a"), Some(vec![0, 1, 2]));
    assert_eq!(fs::read_dir(folder.dir.path().join("vault/store/blobs")).unwrap().count(), 0);
}

#[test]
fn the_passphrase_is_needed_and_can_be_changed() {
    let folder = Folder::new();
    let vault = folder.create();
    put(&vault, b"a", b"kept").unwrap();
    let wrong = vault.change_passphrase(b"wrong", b"new", Cost::FLOOR);
    assert_eq!(wrong, Err(OpenError::WrongPassphrase));
    vault.change_passphrase(PASSPHRASE, b"new", Cost { passes: 3, ..Cost::FLOOR }).unwrap();
    drop(vault);
    assert_eq!(folder.open().err(), Some(OpenError::WrongPassphrase));
    let vault = Vault::open_with(&folder.home, b"new", 0).unwrap();
    assert_eq!(value_of(&vault, b"a").as_deref(), Some(b"kept".as_slice()));
}

#[test]
fn a_cost_beyond_the_bounds_is_refused() {
    let folder = Folder::new();
    let cost = Cost { memory_kib: 1024, ..Cost::FLOOR };
    let refused = Vault::create(&folder.home, PASSPHRASE, Params { cost, ..PARAMS }).err();
    assert!(matches!(refused, Some(OpenError::Damaged(_))));
    assert!(!Vault::exists(&folder.home));
}

#[test]
fn one_at_a_time_and_one_only() {
    let folder = Folder::new();
    assert_eq!(folder.open().err(), Some(OpenError::NotFound));
    let vault = folder.create();
    assert_eq!(folder.open().err(), Some(OpenError::Locked));
    let again = Vault::create(&folder.home, PASSPHRASE, PARAMS).err();
    assert_eq!(again, Some(OpenError::AlreadyExists));
    let reader = vault.reader();
    drop(vault);
    assert_eq!(folder.open().err(), Some(OpenError::Locked));
    drop(reader);
    assert!(folder.open().is_ok());
}

#[test]
fn an_interrupted_creation_is_begun_anew() {
    let folder = Folder::new();
    fs::create_dir_all(folder.dir.path().join("vault.unfinished/store/blobs")).unwrap();
    fs::write(folder.dir.path().join("vault.unfinished/vault.key"), b"half").unwrap();
    let vault = folder.create();
    put(&vault, b"a", b"kept").unwrap();
    assert!(!folder.dir.path().join("vault.unfinished").exists());
}

#[test]
fn nothing_is_written_when_too_little_disk_is_free() {
    let folder = Folder::new();
    let vault = folder.create();
    put(&vault, b"a", b"kept").unwrap();
    drop(vault);

    // The disk will never have this much, so it counts as full.
    let vault = Vault::open_with(&folder.home, PASSPHRASE, u64::MAX / 2).unwrap();
    assert_eq!(put(&vault, b"a", b"lost"), Err(StoreError::Full));
    assert_eq!(put(&vault, b"b", &[1; 300_000]), Err(StoreError::Full));
    // Reading goes on.
    assert_eq!(value_of(&vault, b"a").as_deref(), Some(b"kept".as_slice()));
    drop(vault);

    let vault = folder.open().unwrap();
    assert_eq!(vault.doubt(), None);
    assert_eq!(value_of(&vault, b"a").as_deref(), Some(b"kept".as_slice()));
    assert_eq!(value_of(&vault, b"b"), None);
    put(&vault, b"b", b"room again").unwrap();

    let other = Folder::new();
    let params = Params { free_bytes_min: u64::MAX / 2, ..PARAMS };
    assert_eq!(Vault::create(&other.home, PASSPHRASE, params).err(), Some(OpenError::Full));
    assert!(!Vault::exists(&other.home));
}

#[test]
fn after_a_failed_write_only_opening_anew_helps() {
    let folder = Folder::new();
    let vault = folder.create();
    put(&vault, b"a", b"kept").unwrap();
    vault.inner.store.set_broken();
    assert!(matches!(put(&vault, b"a", b"lost"), Err(StoreError::Io(_))));
    assert!(matches!(put(&vault, b"a", b"lost"), Err(StoreError::Io(_))));
    assert!(matches!(vault.get(&message(b"a")), Err(StoreError::Io(_))));
    assert!(vault.close().is_err());

    let vault = folder.open().unwrap();
    assert_eq!(vault.doubt(), None);
    assert_eq!(value_of(&vault, b"a").as_deref(), Some(b"kept".as_slice()));
}

#[test]
fn the_ballast_is_given_up_for_an_opening() {
    let folder = Folder::new();
    drop(Vault::create(&folder.home, PASSPHRASE, Params { free_bytes_min: 1, ..PARAMS }).unwrap());
    let ballast = folder.home.vault().join("ballast");
    assert_eq!(fs::metadata(&ballast).unwrap().len(), BALLAST_BYTES);

    let paths = Paths { folder: folder.home.vault() };
    assert_eq!(require_room_to_open(&paths, u64::MAX), Err(OpenError::Full));
    assert!(!ballast.exists());
    assert_eq!(require_room_to_open(&paths, u64::MAX), Err(OpenError::Full));
    assert_eq!(require_room_to_open(&paths, 0), Ok(()));
    drop(Vault::open_with(&folder.home, PASSPHRASE, 1).unwrap());
    assert!(ballast.exists());
}

#[test]
fn everything_is_for_its_user_alone() {
    let folder = Folder::new();
    let vault = folder.create();
    put(&vault, b"a", &[1; 10_000]).unwrap();
    drop(vault);
    let vault = folder.open().unwrap();
    put(&vault, b"a", &[1; 500_000]).unwrap();
    let mut files = 0;
    visit_files(folder.dir.path(), &mut |path| {
        let metadata = fs::metadata(path).unwrap();
        let expected = if metadata.is_dir() { 0o700 } else { 0o600 };
        assert_eq!(metadata.mode() & 0o777, expected, "{}", path.display());
        files += 1;
    });
    assert!(files >= 8);
}

#[test]
fn the_raw_files_name_nothing() {
    let folder = Folder::new();
    let vault = folder.create();
    let (name, text, group) =
        (b"Margarethe-the-name", b"I-have-not-used-today", *b"the partition of the home group!");
    let mut batch = WriteBatch::default();
    for number in 0..100_u32 {
        let item = [name.as_slice(), &number.to_le_bytes()].concat();
        batch.put(Key::new(Class::Message, &group, &item), text.repeat(1 + number as usize * 5));
    }
    vault.commit(&batch).unwrap();
    put(&vault, name, text).unwrap();
    drop(vault);
    let secrets = [name.as_slice(), text, &group, PASSPHRASE];
    visit_files(folder.dir.path(), &mut |path| {
        if path.is_file() {
            let bytes = fs::read(path).unwrap();
            for secret in secrets {
                assert!(!bytes.windows(secret.len()).any(|window| window == secret));
            }
        }
    });
}

#[test]
fn the_vault_can_be_handed_to_another_thread() {
    fn is_send<T: Send>() {}
    is_send::<Vault>();
    is_send::<crate::vault::Reader>();
}

fn visit_files(path: &Path, visit: &mut dyn FnMut(&Path)) {
    visit(path);
    if path.is_dir() {
        for entry in fs::read_dir(path).unwrap() {
            visit_files(&entry.unwrap().path(), visit);
        }
    }
}
