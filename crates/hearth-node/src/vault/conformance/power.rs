//! Power cuts: after one, every acknowledged batch is there, or the loss is noticed.
//!
//! The trace knows what each file held at its last sync. A cut keeps that and, page by page at random, what was
//! written since.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::rc::Rc;

use super::kill::{batch, expected_contents, newest_batch, try_contents};
use super::trace::{Rule, breaking, recording};
use super::*;
use crate::vault::disk::Event;
use crate::vault::keys::random;

#[test]
fn a_power_cut_loses_nothing_that_was_acknowledged() {
    let outcome = cut_power_often(&[], 60);
    assert_eq!(outcome, Outcome { whole: outcome.whole, ..Outcome::default() }, "{outcome:?}");
    assert!(outcome.whole >= 60);
}

#[test]
fn the_suite_notices_a_sync_that_is_skipped() {
    let outcome = cut_power_often(&[Rule::SyncEveryCommit], 40);
    // The anchor is synced, so the loss is noticed each time.
    assert!(outcome.noticed > 0, "{outcome:?}");
    assert_eq!(outcome.silent, 0, "{outcome:?}");
}

#[test]
fn the_suite_notices_an_anchor_that_is_not_written() {
    let outcome = cut_power_often(&[Rule::SyncEveryCommit, Rule::AnchorEveryCommit], 40);
    assert!(outcome.silent > 0, "{outcome:?}");
}

/// How the openings after the cuts went.
#[derive(Debug, Default, PartialEq, Eq)]
struct Outcome {
    /// Every acknowledged batch was there, and no half one.
    whole: u32,
    /// Something was missing, and the vault said so.
    noticed: u32,
    /// Nothing was missing, but the vault was in doubt or did not open.
    mistaken: u32,
    /// Something was missing or wrong, and the vault said nothing.
    silent: u32,
}

/// Writes batches and cuts the power at `cuts` moments or more.
fn cut_power_often(broken: &[Rule], cuts: usize) -> Outcome {
    let seed = u64::from_le_bytes(random().unwrap());
    let folder = Folder::new();
    let vault = folder.create();
    let trace = Rc::new(RefCell::new(Trace::new(&folder.home.vault(), seed, cuts, broken)));
    let listener = Rc::clone(&trace);
    breaking(broken, || {
        recording(
            move |event| listener.borrow_mut().handle(event),
            || {
                for number in 1.. {
                    vault.commit(&batch(number)).unwrap();
                    trace.borrow_mut().acknowledged = number;
                    if trace.borrow().images.len() >= cuts {
                        break;
                    }
                }
            },
        );
    });
    drop(vault);
    let images = std::mem::take(&mut trace.borrow_mut().images);
    let mut outcome = Outcome::default();
    for image in images {
        match reopen(&image) {
            Verdict::Whole => outcome.whole += 1,
            Verdict::Noticed => outcome.noticed += 1,
            Verdict::Mistaken => outcome.mistaken += 1,
            Verdict::Silent => outcome.silent += 1,
        }
    }
    println!("seed {seed}, broken {broken:?}: {outcome:?}");
    outcome
}

enum Verdict {
    Whole,
    Noticed,
    Mistaken,
    Silent,
}

fn reopen(image: &Image) -> Verdict {
    let folder = Folder::new();
    image.lay_out(&folder.home.vault());
    let Ok(vault) = folder.open() else { return Verdict::Noticed };
    let doubt = vault.doubt();
    let is_whole = try_contents(&vault).is_ok_and(|contents| {
        let newest = newest_batch(&vault);
        newest >= image.acknowledged && contents == expected_contents(newest)
    });
    match (is_whole, doubt) {
        (true, None) => Verdict::Whole,
        (true, Some(_)) => Verdict::Mistaken,
        (false, Some(_)) => Verdict::Noticed,
        (false, None) => Verdict::Silent,
    }
}

/// The files as the disk promised to keep them.
struct Trace {
    folder: PathBuf,
    rng: SplitMix,
    synced: BTreeMap<PathBuf, Vec<u8>>,
    ignores_log_syncs: bool,
    acknowledged: u64,
    images: Vec<Image>,
    one_in: u64,
}

/// What is on the disk after a cut, and what had been acknowledged before it.
struct Image {
    files: BTreeMap<PathBuf, Vec<u8>>,
    acknowledged: u64,
}

impl Trace {
    fn new(folder: &Path, seed: u64, cuts: usize, broken: &[Rule]) -> Self {
        let mut synced = BTreeMap::new();
        for name in FILES {
            let path = folder.join(name);
            synced.insert(path.clone(), fs::read(path).unwrap());
        }
        Self {
            folder: folder.to_path_buf(),
            rng: SplitMix(seed),
            synced,
            ignores_log_syncs: broken.contains(&Rule::SyncEveryCommit),
            acknowledged: 0,
            images: Vec::new(),
            one_in: if cuts > 50 { 5 } else { 4 },
        }
    }

    fn handle(&mut self, event: &Event<'_>) {
        if let Event::Synced(path) = event
            && self.synced.contains_key(*path)
            && !(self.ignores_log_syncs && path.ends_with("db"))
        {
            self.synced.insert(path.to_path_buf(), fs::read(path).unwrap());
        }
        if self.rng.below(self.one_in) == 0 {
            let image = self.cut();
            self.images.push(image);
        }
    }

    /// Mixes, page by page, what is safe with what was written since.
    fn cut(&mut self) -> Image {
        let mut files = BTreeMap::new();
        // Some disks keep nothing that was not synced, some nearly all.
        let keeps = self.rng.below(5);
        for (path, synced) in &self.synced {
            let live = fs::read(path).unwrap();
            let name = path.strip_prefix(&self.folder).unwrap().to_path_buf();
            files.insert(name, tear(&mut self.rng, synced, &live, keeps));
        }
        Image { files, acknowledged: self.acknowledged }
    }
}

fn tear(rng: &mut SplitMix, synced: &[u8], live: &[u8], keeps: u64) -> Vec<u8> {
    let has_new_length = rng.below(4) < keeps;
    let mut torn = if has_new_length { vec![0; live.len()] } else { synced.to_vec() };
    for (page, bytes) in torn.chunks_mut(PAGE_BYTES).enumerate() {
        let from = page * PAGE_BYTES;
        let old = synced.get(from..).unwrap_or_default();
        let new = live.get(from..).unwrap_or_default();
        let source = if rng.below(4) < keeps { new } else { old };
        for (at, byte) in bytes.iter_mut().enumerate() {
            *byte = source.get(at).copied().unwrap_or(0);
        }
    }
    torn
}

impl Image {
    fn lay_out(&self, folder: &Path) {
        fs::create_dir_all(folder.join("store/blobs")).unwrap();
        for (name, bytes) in &self.files {
            fs::write(folder.join(name), bytes).unwrap();
        }
        fs::write(folder.join("open"), b"").unwrap();
    }
}

/// A small generator (Steele, Lea, Flood 2014), so that a failing seed can be replayed.
pub(super) struct SplitMix(pub(super) u64);

impl SplitMix {
    pub(super) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    pub(super) fn below(&mut self, bound: u64) -> u64 {
        self.next() % bound
    }
}

const FILES: [&str; 5] = ["vault.key", "anchor", "journal", "store/db", "store/conf"];
const PAGE_BYTES: usize = 4096;
