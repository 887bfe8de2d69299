//! Flipped bits and cut-off files: the vault is whole, or says that it is not; wrong data never passes for right.

use std::fs;
use std::path::{Path, PathBuf};

use super::kill::{batch, contents, expected_contents, newest_batch, try_contents};
use super::trace::{SplitMix, seeding};
use super::*;
use crate::vault::Doubt;

const BATCHES: u64 = 45;

#[test]
fn a_flipped_bit_is_harmless_or_noticed() {
    damage_often("flip", 40, |bytes, rng| {
        let at = usize::try_from(rng.below(bytes.len() as u64)).unwrap();
        bytes[at] ^= 1 << rng.below(8);
    });
}

#[test]
fn a_page_of_zeros_is_harmless_or_noticed() {
    damage_often("page", 20, |bytes, rng| {
        let page = usize::try_from(rng.below(bytes.len().div_ceil(4096) as u64)).unwrap();
        bytes[page * 4096..].iter_mut().take(4096).for_each(|byte| *byte = 0);
    });
}

#[test]
fn a_cut_off_file_is_harmless_or_noticed() {
    damage_often("cut", 20, |bytes, rng| {
        let length = usize::try_from(rng.below(bytes.len() as u64)).unwrap();
        bytes.truncate(length);
    });
}

#[test]
fn a_missing_file_is_harmless_or_noticed() {
    let original = Original::new();
    for name in original.names() {
        let folder = original.copy();
        fs::remove_file(folder.home.vault().join(&name)).unwrap();
        assert_ne!(judge(&folder), Judgement::Silent, "{}", name.display());
    }
}

#[test]
fn an_older_store_beside_a_newer_anchor_is_noticed() {
    let original = Original::new();
    let folder = original.copy();
    let vault = folder.open().unwrap();
    vault.commit(&batch(BATCHES + 1)).unwrap();
    drop(vault);
    fs::remove_dir_all(folder.home.vault().join("store")).unwrap();
    copy_all(&original.folder.home.vault().join("store"), &folder.home.vault().join("store"));

    let vault = folder.open().unwrap();
    assert!(matches!(vault.doubt(), Some(Doubt::Behind { .. })), "{:?}", vault.doubt());
}

#[test]
fn a_crash_while_the_store_notes_its_state_does_no_harm() {
    let original = Original::new();
    for bytes in [0, 10, 50] {
        let folder = original.copy();
        fs::write(folder.home.vault().join("open"), b"").unwrap();
        let unfinished = folder.home.vault().join("store/snap.7FFFFFFFFFFFFFFF.generating");
        fs::write(unfinished, vec![1; bytes]).unwrap();
        assert_eq!(judge(&folder), Judgement::Whole);
    }
}

#[test]
fn a_doubt_lasts_until_it_is_settled() {
    let original = Original::new();
    let folder = original.copy();
    fs::remove_file(folder.home.vault().join("anchor")).unwrap();

    let vault = folder.open().unwrap();
    assert_eq!(vault.doubt(), Some(Doubt::Unanchored));
    put(&vault, b"a", b"life goes on").unwrap();
    drop(vault);
    let vault = folder.open().unwrap();
    assert_eq!(vault.doubt(), Some(Doubt::Unsettled));
    vault.settle_doubt().unwrap();
    assert_eq!(vault.doubt(), None);
    drop(vault);
    let vault = folder.open().unwrap();
    assert_eq!(vault.doubt(), None);
    assert_eq!(value_of(&vault, b"a").as_deref(), Some(b"life goes on".as_slice()));
}

#[test]
fn a_loss_keeps_one_copy_from_before_the_repair() {
    let original = Original::new();
    let folder = original.copy();
    let vault = folder.home.vault();
    fs::write(vault.join("open"), b"").unwrap();
    let log = vault.join("store/db");
    let damaged = fs::read(&log).unwrap();
    let damaged = &damaged[..damaged.len() / 2];
    fs::write(&log, damaged).unwrap();
    for _ in 0..3 {
        assert_ne!(judge(&folder), Judgement::Whole);
        fs::write(vault.join("open"), b"").unwrap();
        assert_eq!(fs::read(vault.join("before-repair/db")).unwrap(), damaged);
    }
}

#[test]
fn a_folder_in_the_place_of_a_file_gives_an_error() {
    let original = Original::new();
    for name in ["vault.key", "anchor", "journal", "store/db", "store/conf"] {
        let folder = original.copy();
        let path = folder.home.vault().join(name);
        fs::remove_file(&path).unwrap();
        fs::create_dir(&path).unwrap();
        assert!(matches!(folder.open().err(), Some(OpenError::Io(_) | OpenError::Damaged(_))), "{name}");
    }
}

#[derive(Debug, PartialEq, Eq)]
enum Judgement {
    Whole,
    Noticed,
    Silent,
}

/// Opens a damaged vault and reads all of it.
fn judge(folder: &Folder) -> Judgement {
    let Ok(vault) = folder.open() else { return Judgement::Noticed };
    match try_contents(&vault) {
        Ok(contents) if newest(&vault) == Some(BATCHES) && contents == expected_contents(BATCHES) => {
            Judgement::Whole
        }
        Ok(_) if vault.doubt().is_none() => Judgement::Silent,
        Ok(_) | Err(_) => Judgement::Noticed,
    }
}

fn newest(vault: &Vault) -> Option<u64> {
    vault.get(&message(b"newest")).ok().flatten().map(|_| newest_batch(vault))
}

fn damage_often(what: &str, times: u64, damage: impl Fn(&mut Vec<u8>, &mut SplitMix)) {
    let seed = seed();
    let mut rng = SplitMix(seed);
    let original = seeding(seed, Original::new);
    let names = original.names();
    let (mut whole, mut noticed) = (0, 0);
    for time in 0..rounds(times) {
        let folder = original.copy();
        // Mostly the store: it is the largest file, and the one that does not watch itself.
        let name = match rng.below(3) {
            0 => &names[usize::try_from(rng.below(names.len() as u64)).unwrap()],
            _ => Path::new("store/db"),
        };
        let path = folder.home.vault().join(name);
        let mut bytes = fs::read(&path).unwrap();
        if bytes.is_empty() {
            continue;
        }
        damage(&mut bytes, &mut rng);
        fs::write(&path, bytes).unwrap();
        if rng.below(2) == 0 {
            fs::write(folder.home.vault().join("open"), b"").unwrap();
        }
        match judge(&folder) {
            Judgement::Whole => whole += 1,
            Judgement::Noticed => noticed += 1,
            Judgement::Silent => {
                panic!("{what} {time} of seed {seed} in {} passed in silence", name.display())
            }
        }
    }
    println!("{what}, seed {seed}: {whole} whole, {noticed} noticed");
}

/// A vault with something in it, that was closed well.
struct Original {
    folder: Folder,
}

impl Original {
    fn new() -> Self {
        let folder = Folder::new();
        let vault = folder.create();
        for number in 1..=BATCHES {
            vault.commit(&batch(number)).unwrap();
        }
        assert_eq!(contents(&vault), expected_contents(BATCHES));
        vault.close().unwrap();
        Self { folder }
    }

    fn copy(&self) -> Folder {
        let folder = Folder::new();
        copy_all(&self.folder.home.vault(), &folder.home.vault());
        folder
    }

    /// All files but the lock, whose contents mean nothing.
    fn names(&self) -> Vec<PathBuf> {
        let mut names = Vec::new();
        for below in ["", "store"] {
            for entry in fs::read_dir(self.folder.home.vault().join(below)).unwrap() {
                let entry = entry.unwrap();
                if entry.file_type().unwrap().is_file() && entry.file_name() != "lock" {
                    names.push(Path::new(below).join(entry.file_name()));
                }
            }
        }
        assert!(names.len() >= 6, "{names:?}");
        names
    }
}

fn copy_all(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy_all(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}
