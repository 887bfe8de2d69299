//! What was destroyed opens with no passphrase, whenever the power went.

use std::cell::RefCell;
use std::fs;
use std::path::{Path, PathBuf};
use std::rc::Rc;

use super::*;
use crate::vault::disk::Event;
use crate::vault::{destroy_keys, remove_remains, sweep};

const SEED: &[u8] = b"the seed of this member's device";

fn vault_with_identity() -> Folder {
    let folder = Folder::new();
    let vault = folder.create();
    let mut batch = WriteBatch::default();
    batch.put(Key::global(Class::Identity, b"group"), SEED.to_vec());
    vault.commit(&batch).unwrap();
    put(&vault, b"a", b"a message").unwrap();
    vault.close().unwrap();
    folder
}

fn copy_tree(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let to = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy_tree(&entry.path(), &to)
        } else {
            drop(fs::copy(entry.path(), to))
        }
    }
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { found.extend(files(&path)) } else { found.push(path) }
    }
    found
}

/// Opens nowhere, whatever is tried.
fn is_closed_for_good(root: &Path) -> bool {
    let home = Home::prepare(root).unwrap();
    Vault::open_with(&home, PASSPHRASE, 0).is_err()
        && Vault::begin_anew(&home, PASSPHRASE).is_err()
        && Vault::open_with(&home, PASSPHRASE, 0).is_err()
}

#[test]
fn a_destroyed_vault_opens_with_no_passphrase_and_nothing_of_its_keys_is_left() {
    let folder = vault_with_identity();
    let vault = folder.home.vault();
    let opening: Vec<Vec<u8>> =
        ["vault.key", "identity", "anchor"].iter().map(|name| fs::read(vault.join(name)).unwrap()).collect();
    // Through a second name it can be seen what became of the bytes themselves.
    let kept = folder.dir.path().join("kept");
    fs::create_dir(&kept).unwrap();
    for name in ["vault.key", "identity", "anchor"] {
        fs::hard_link(vault.join(name), kept.join(name)).unwrap();
    }
    destroy_keys(folder.dir.path()).unwrap();
    assert!(is_closed_for_good(folder.dir.path()));
    for path in files(folder.dir.path()) {
        let bytes = fs::read(&path).unwrap();
        for secret in &opening {
            // A page of it, anywhere: not even half a key is left.
            let part = &secret[..64];
            assert!(!bytes.windows(part.len()).any(|window| window == part), "{path:?}");
        }
    }
    fs::remove_dir_all(kept).unwrap();
    remove_remains(folder.dir.path()).unwrap();
    assert!(files(folder.dir.path()).is_empty());
    assert!(!Vault::exists(&folder.home));
    // And life may begin anew at the same place.
    folder.create();
}

#[test]
fn a_power_cut_in_the_middle_leaves_a_vault_without_keys_or_as_it_was() {
    let folder = vault_with_identity();
    let root = folder.dir.path().to_owned();
    let moments = tempfile::tempdir().unwrap();
    let (seen, into) = (Rc::new(RefCell::new(Vec::new())), moments.path().to_owned());
    let seen_by_hook = Rc::clone(&seen);
    let copied = root.clone();
    let hook = move |event: &Event<'_>| {
        let mut seen = seen_by_hook.borrow_mut();
        let moment = into.join(seen.len().to_string());
        copy_tree(&copied, &moment);
        seen.push((matches!(event, Event::Synced(_)), moment));
    };
    trace::recording(hook, || {
        destroy_keys(&root).unwrap();
        remove_remains(&root).unwrap();
    });
    let seen = seen.borrow();
    let first_sync = seen.iter().position(|(is_synced, _)| *is_synced).unwrap();
    assert!(first_sync == 1 && seen.len() > 8, "the key is the first thing that is written");
    for (is_synced, moment) in seen.iter() {
        assert!(is_closed_for_good(moment), "{is_synced}");
        // The same once more ends it.
        destroy_keys(moment).unwrap();
        remove_remains(moment).unwrap();
        assert!(files(moment).is_empty());
    }
}

#[test]
fn it_needs_no_vault_no_lock_and_no_whole_files() {
    let nothing = tempfile::tempdir().unwrap();
    destroy_keys(nothing.path()).unwrap();
    remove_remains(nothing.path()).unwrap();

    // Open in another hand.
    let folder = vault_with_identity();
    let open = folder.open().unwrap();
    destroy_keys(folder.dir.path()).unwrap();
    drop(open);
    assert!(is_closed_for_good(folder.dir.path()));

    // Half made, half removed, or damaged.
    let folder = vault_with_identity();
    let root = folder.dir.path();
    fs::rename(root.join("vault"), root.join("vault.unfinished")).unwrap();
    destroy_keys(root).unwrap();
    remove_remains(root).unwrap();
    assert!(files(root).is_empty());
    let folder = vault_with_identity();
    let root = folder.dir.path();
    fs::write(root.join("vault/vault.key"), b"").unwrap();
    fs::rename(root.join("vault"), root.join("vault.destroyed")).unwrap();
    destroy_keys(root).unwrap();
    sweep(root).unwrap();
    assert!(files(root).is_empty());
}

#[test]
fn one_file_that_cannot_be_overwritten_keeps_no_other_from_it() {
    let folder = vault_with_identity();
    let vault = folder.home.vault();
    fs::remove_file(vault.join("vault.key")).unwrap();
    fs::create_dir(vault.join("vault.key")).unwrap();
    assert!(destroy_keys(folder.dir.path()).is_err());
    assert!(!vault.join("identity").exists() && !vault.join("anchor").exists());
}
