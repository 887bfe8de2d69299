//! Power cuts: after one, every acknowledged batch is there, or the loss is noticed.
//!
//! The trace knows what each file held at its last sync. A cut keeps that and, page by page at random, what was
//! written since. What one cut left is where the next generation of writes begins.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::rc::Rc;

use super::kill::{batch, expected_contents, newest_batch, try_contents};
use super::trace::{Rule, SplitMix, breaking, recording, seeding};
use super::*;
use crate::vault::disk::Event;

#[test]
fn a_power_cut_loses_nothing_that_was_acknowledged() {
    let outcome = cut_power_often(&[], rounds(12));
    assert_eq!(outcome, Outcome { whole: outcome.whole, ..Outcome::default() });
    assert!(outcome.whole >= 12);
}

#[test]
fn the_suite_notices_a_sync_that_is_skipped() {
    let outcome = cut_power_often(&[Rule::SyncEveryCommit], 5);
    // The anchor is synced, so the vault notices each loss.
    assert!(outcome.noticed > 0);
    assert_eq!(outcome.silent, 0);
}

#[test]
fn the_suite_notices_an_anchor_that_is_not_written() {
    let rules = [Rule::SyncEveryCommit, Rule::AnchorEveryCommit];
    assert!((0..30).any(|_| cut_power_often(&rules, 2).silent > 0));
}

#[test]
fn a_power_cut_while_the_passphrase_is_changed_leaves_one_that_opens() {
    let folder = Folder::new();
    let mut now = b"0".to_vec();
    drop(Vault::create(&folder.home, &now, PARAMS).unwrap());
    let mut rng = SplitMix(seed());
    for number in 1..=rounds(6) {
        let new = number.to_string().into_bytes();
        let vault = Vault::open_with(&folder.home, &now, 0).unwrap();
        let trace = Trace::begin(&folder.home.vault(), rng.next(), &[], 2);
        trace.while_recording(|| vault.change_passphrase(&now, &new, Cost::FLOOR).unwrap());
        drop(vault);
        for image in trace.take_images() {
            let torn = Folder::new();
            image.lay_out(&torn.home.vault());
            let opens = [&now, &new].map(|passphrase| Vault::open_with(&torn.home, passphrase, 0).is_ok());
            assert_eq!(opens.iter().filter(|opens| **opens).count(), 1);
        }
        now = new;
    }
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

/// Opens, writes and cuts the power in `generations`, each beginning with what a cut of the one before left.
fn cut_power_often(broken: &[Rule], generations: u64) -> Outcome {
    let seed = seed();
    println!("seed {seed}, broken {broken:?}");
    seeding(seed, || cut_power(broken, generations, seed))
}

fn cut_power(broken: &[Rule], generations: u64, seed: u64) -> Outcome {
    let mut rng = SplitMix(seed);
    let mut folder = Folder::new();
    drop(folder.create());
    let mut outcome = Outcome::default();
    let mut acknowledged = 0;
    for _ in 0..generations {
        let trace = Trace::begin(&folder.home.vault(), rng.next(), broken, 8);
        trace.acknowledge(acknowledged);
        let batches = 4 + rng.below(24);
        breaking(broken, || trace.while_recording(|| write_batches(&folder, &trace, batches)));
        let mut next = None;
        for image in trace.take_images() {
            let after = Folder::new();
            image.lay_out(&after.home.vault());
            let verdict = judge(&after, image.acknowledged);
            if broken.is_empty() && verdict != Verdict::Whole {
                println!("{verdict:?} after a cut at: {}", image.moment);
            }
            match verdict {
                Verdict::Whole => {
                    outcome.whole += 1;
                    let again = Folder::new();
                    image.lay_out(&again.home.vault());
                    if next.is_none() || rng.below(3) == 0 {
                        next = Some((again, image.acknowledged));
                    }
                }
                Verdict::Noticed => outcome.noticed += 1,
                Verdict::Mistaken => outcome.mistaken += 1,
                Verdict::Silent => outcome.silent += 1,
            }
        }
        // Where every cut did harm, the next generation goes on where this one ended.
        (folder, acknowledged) = next.unwrap_or_else(|| (folder, trace.0.borrow().acknowledged));
    }
    println!("broken {broken:?}: {outcome:?}");
    outcome
}

fn write_batches(folder: &Folder, trace: &Tracer, batches: u64) {
    let vault = folder.open().unwrap();
    let first = newest_batch(&vault) + 1;
    for number in first..first + batches {
        vault.commit(&batch(number)).unwrap();
        trace.acknowledge(number);
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Verdict {
    Whole,
    Noticed,
    Mistaken,
    Silent,
}

fn judge(folder: &Folder, acknowledged: u64) -> Verdict {
    let Ok(vault) = folder.open() else { return Verdict::Noticed };
    let doubt = vault.doubt();
    let is_whole = try_contents(&vault).is_ok_and(|contents| {
        let newest = newest_batch(&vault);
        newest >= acknowledged && contents == expected_contents(newest)
    });
    match (is_whole, doubt) {
        (true, None) => Verdict::Whole,
        (true, Some(_)) => Verdict::Mistaken,
        (false, Some(_)) => Verdict::Noticed,
        (false, None) => Verdict::Silent,
    }
}

/// A trace that is shared with the hook.
struct Tracer(Rc<RefCell<Trace>>);

impl Tracer {
    fn while_recording<T>(&self, act: impl FnOnce() -> T) -> T {
        let trace = Rc::clone(&self.0);
        recording(move |event| trace.borrow_mut().handle(event), act)
    }

    fn acknowledge(&self, number: u64) {
        self.0.borrow_mut().acknowledged = number;
    }

    fn take_images(&self) -> Vec<Image> {
        std::mem::take(&mut self.0.borrow_mut().images)
    }
}

/// The files as the disk promised to keep them.
struct Trace {
    folder: PathBuf,
    rng: SplitMix,
    synced: BTreeMap<PathBuf, Vec<u8>>,
    /// Files that sled replaces as a whole and syncs by itself; their names need the folder's sync.
    snapshots: BTreeMap<PathBuf, Vec<u8>>,
    ignores_log_syncs: bool,
    acknowledged: u64,
    images: Vec<Image>,
    cuts_one_in: u64,
}

/// What is on the disk after a cut, and what had been acknowledged before it.
struct Image {
    files: BTreeMap<PathBuf, Vec<u8>>,
    acknowledged: u64,
    moment: String,
}

impl Trace {
    fn begin(folder: &Path, seed: u64, broken: &[Rule], cuts_one_in: u64) -> Tracer {
        let synced = FILES.iter().map(|name| (folder.join(name), fs::read(folder.join(name)).unwrap()));
        Tracer(Rc::new(RefCell::new(Self {
            folder: folder.to_path_buf(),
            rng: SplitMix(seed),
            synced: synced.collect(),
            snapshots: snapshots(folder),
            ignores_log_syncs: broken.contains(&Rule::SyncEveryCommit),
            acknowledged: 0,
            images: Vec::new(),
            cuts_one_in,
        })))
    }

    fn handle(&mut self, event: &Event<'_>) {
        if let Event::Synced(path) = event {
            if path.ends_with("store") {
                self.snapshots = snapshots(&self.folder);
            }
            if let Some(synced) = self.synced.get_mut(*path)
                && !(self.ignores_log_syncs && path.ends_with("db"))
            {
                *synced = fs::read(path).unwrap();
            }
        }
        if self.rng.below(self.cuts_one_in) == 0 {
            let image = self.cut(event);
            self.images.push(image);
        }
    }

    /// Mixes, page by page, what is safe with what was written since.
    fn cut(&mut self, event: &Event<'_>) -> Image {
        // Some disks keep nothing that was not synced, some nearly all.
        let keeps = self.rng.below(5);
        let keeps_names = self.rng.below(4) < keeps;
        let mut files = if keeps_names { snapshots(&self.folder) } else { self.snapshots.clone() };
        for (path, synced) in &self.synced {
            let live = fs::read(path).unwrap();
            let name = path.strip_prefix(&self.folder).unwrap().to_path_buf();
            files.insert(name, tear(&mut self.rng, synced, &live, keeps));
        }
        let what = match event {
            Event::Written => "a write",
            Event::Synced(path) => path.file_name().unwrap().to_str().unwrap(),
        };
        let moment = format!("{what}, after batch {}, keeping {keeps} of 4", self.acknowledged);
        Image { files, acknowledged: self.acknowledged, moment }
    }
}

fn snapshots(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut snapshots = BTreeMap::new();
    for entry in fs::read_dir(folder.join("store")).unwrap() {
        let name = entry.unwrap().file_name();
        if name.to_str().unwrap().starts_with("snap.") {
            snapshots
                .insert(Path::new("store").join(&name), fs::read(folder.join("store").join(&name)).unwrap());
        }
    }
    snapshots
}

fn tear(rng: &mut SplitMix, synced: &[u8], live: &[u8], keeps: u64) -> Vec<u8> {
    let has_new_length = rng.below(4) < keeps;
    let mut torn = if has_new_length { vec![0; live.len()] } else { synced.to_vec() };
    for (page, bytes) in torn.chunks_mut(PAGE_BYTES).enumerate() {
        let source = if rng.below(4) < keeps { live } else { synced };
        let source = source.get(page * PAGE_BYTES..).unwrap_or_default();
        let length = source.len().min(bytes.len());
        bytes[..length].copy_from_slice(&source[..length]);
        bytes[length..].fill(0);
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

const FILES: [&str; 5] = ["vault.key", "anchor", "journal", "store/db", "store/conf"];
const PAGE_BYTES: usize = 4096;
