//! The store is gone: who this node is, is not.

use std::fs;
use std::path::Path;

use super::*;

const SEED: &[u8] = b"the seed of this member's device";

/// A vault with an identity, a record of the node and much else, closed.
fn vault_with_identity() -> Folder {
    let folder = Folder::new();
    let vault = folder.create();
    for number in 0..20_u8 {
        put(&vault, &[number], &[number; 2_000]).unwrap();
    }
    let mut batch = WriteBatch::default();
    batch.put(identity(b"group"), SEED.to_vec());
    batch.put(Key::global(Class::Node, b"transport seed"), vec![5; 32]);
    vault.commit(&batch).unwrap();
    put(&vault, b"last", b"a message").unwrap();
    vault.close().unwrap();
    folder
}

fn identity(item: &[u8]) -> Key {
    Key::global(Class::Identity, item)
}

fn stored(vault: &Vault, key: &Key) -> Option<Vec<u8>> {
    vault.get(key).unwrap().map(|value| value.to_vec())
}

fn assert_begins_anew(folder: &Folder) {
    assert_eq!(folder.open().err(), Some(OpenError::StoreLost));
    assert_eq!(Vault::begin_anew(&folder.home, b"wrong").err(), Some(OpenError::WrongPassphrase));
    Vault::begin_anew(&folder.home, PASSPHRASE).unwrap();
    for _ in 0..2 {
        let vault = folder.open().unwrap();
        assert_eq!(vault.doubt(), None);
        assert_eq!(stored(&vault, &identity(b"group")).as_deref(), Some(SEED));
        assert_eq!(stored(&vault, &Key::global(Class::Node, b"transport seed")), Some(vec![5; 32]));
        assert_eq!(value_of(&vault, b"last"), None);
        put(&vault, b"new", b"life goes on").unwrap();
    }
}

#[test]
fn a_store_that_is_gone_begins_anew_with_the_identity() {
    let harms: [fn(&Path); 4] = [
        |store| fs::remove_dir_all(store).unwrap(),
        |store| {
            fs::remove_dir_all(store).unwrap();
            fs::create_dir(store).unwrap();
        },
        |store| fs::remove_file(store.join("db")).unwrap(),
        |store| fs::write(store.join("db"), b"").unwrap(),
    ];
    for harm in harms {
        let folder = vault_with_identity();
        harm(&folder.home.vault().join("store"));
        assert_begins_anew(&folder);
    }
}

#[test]
fn a_store_that_cannot_be_read_is_kept_under_another_name() {
    let folder = vault_with_identity();
    let vault = folder.home.vault();
    let damaged = vec![0xa5; 300_000];
    for number in 1..=2 {
        fs::write(vault.join("store/db"), &damaged).unwrap();
        fs::write(vault.join("store/conf"), b"nonsense").unwrap();
        assert_eq!(folder.open().err(), Some(OpenError::StoreLost));
        Vault::begin_anew(&folder.home, PASSPHRASE).unwrap();
        assert_eq!(fs::read(vault.join(format!("store.lost-{number}/db"))).unwrap(), damaged);
        drop(folder.open().unwrap());
    }
}

#[test]
fn a_crash_while_beginning_anew_is_begun_again() {
    let folder = vault_with_identity();
    let vault = folder.home.vault();
    fs::create_dir(vault.join("store.unfinished")).unwrap();
    fs::write(vault.join("store.unfinished/db"), b"half").unwrap();
    fs::rename(vault.join("store"), vault.join("store.lost-1")).unwrap();
    assert_begins_anew(&folder);
}

#[test]
fn a_lost_or_damaged_identity_is_written_anew_from_the_store() {
    for harm in [0, 1, 2] {
        let folder = vault_with_identity();
        let path = folder.home.vault().join("identity");
        let mut bytes = fs::read(&path).unwrap();
        bytes[200] ^= 1;
        match harm {
            0 => fs::remove_file(&path).unwrap(),
            1 => fs::write(&path, &bytes).unwrap(),
            _ => fs::write(&path, b"").unwrap(),
        }
        let vault = folder.open().unwrap();
        assert_eq!(vault.doubt(), None);
        drop(vault);
        fs::remove_dir_all(folder.home.vault().join("store")).unwrap();
        assert_begins_anew(&folder);
    }
}

#[test]
fn without_an_identity_there_is_nothing_to_begin_anew_with() {
    let folder = vault_with_identity();
    fs::remove_file(folder.home.vault().join("identity")).unwrap();
    fs::remove_dir_all(folder.home.vault().join("store")).unwrap();
    let refused = Vault::begin_anew(&folder.home, PASSPHRASE).err();
    assert!(matches!(refused, Some(OpenError::Damaged(_))));
}

#[test]
fn the_identity_is_written_when_it_changes_and_only_then() {
    let folder = vault_with_identity();
    let path = folder.home.vault().join("identity");
    let read = || fs::read(&path).unwrap();
    let before = read();
    let vault = folder.open().unwrap();
    put(&vault, b"a", b"a message").unwrap();
    assert_eq!(read(), before);
    let mut batch = WriteBatch::default();
    batch.delete(identity(b"group"));
    batch.put(identity(b"another"), SEED.to_vec());
    vault.commit(&batch).unwrap();
    assert_ne!(read(), before);
    // By its own, as if the power had failed right after the commit.
    drop(vault);
    fs::remove_dir_all(folder.home.vault().join("store")).unwrap();
    Vault::begin_anew(&folder.home, PASSPHRASE).unwrap();
    let vault = folder.open().unwrap();
    assert_eq!(stored(&vault, &identity(b"group")), None);
    assert_eq!(stored(&vault, &identity(b"another")).as_deref(), Some(SEED));
}

#[test]
fn a_store_in_doubt_learns_from_a_newer_identity() {
    let folder = vault_with_identity();
    let store = folder.home.vault().join("store");
    let old = fs::read(store.join("db")).unwrap();
    let vault = folder.open().unwrap();
    let mut batch = WriteBatch::default();
    batch.put(identity(b"group"), b"newer".to_vec());
    batch.put(identity(b"second"), SEED.to_vec());
    vault.commit(&batch).unwrap();
    vault.close().unwrap();
    for entry in fs::read_dir(&store).unwrap() {
        let path = entry.unwrap().path();
        if path.file_name().unwrap().to_str().unwrap().starts_with("snap.") {
            fs::remove_file(path).unwrap();
        }
    }
    fs::write(store.join("db"), old).unwrap();
    let vault = folder.open().unwrap();
    assert!(vault.doubt().is_some());
    assert_eq!(stored(&vault, &identity(b"group")).as_deref(), Some(b"newer".as_slice()));
    assert_eq!(stored(&vault, &identity(b"second")).as_deref(), Some(SEED));
}

#[test]
fn the_identity_file_tells_nothing_and_is_for_its_user_alone() {
    use std::os::unix::fs::MetadataExt;
    let folder = vault_with_identity();
    let path = folder.home.vault().join("identity");
    let bytes = fs::read(&path).unwrap();
    for secret in [SEED, b"group", b"transport seed", &[5; 32]] {
        assert!(!bytes.windows(secret.len()).any(|window| window == secret));
    }
    assert_eq!(fs::metadata(&path).unwrap().mode() & 0o777, 0o600);
    assert!(!folder.home.vault().join("identity.unfinished").exists());
}
