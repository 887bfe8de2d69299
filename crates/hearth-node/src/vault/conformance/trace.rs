//! A record of what the disk was given and what it has promised to keep.
//!
//! Owns the hook that the vault's writes and syncs call in tests, the rules that a test can break to see that the
//! suite notices, and the randomness of a test that can be replayed.

use std::cell::RefCell;
use std::collections::BTreeSet;

use crate::vault::disk::Event;

/// A rule of the vault that a test can have broken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::vault) enum Rule {
    /// The store's log is synced before a commit is acknowledged.
    SyncEveryCommit,
    /// The anchor is written for each commit.
    AnchorEveryCommit,
}

/// Who is told what happens to files.
struct Listener(Box<dyn FnMut(&Event<'_>)>);

thread_local! {
    static BROKEN: RefCell<BTreeSet<Rule>> = const { RefCell::new(BTreeSet::new()) };
    static SEEDED: RefCell<Option<SplitMix>> = const { RefCell::new(None) };
    static LISTENER: RefCell<Option<Listener>> = const { RefCell::new(None) };
}

/// Says whether the running test has this rule broken.
pub(in crate::vault) fn breaks(rule: Rule) -> bool {
    BROKEN.with_borrow(|broken| broken.contains(&rule))
}

/// Breaks `rules` on this thread while `act` runs.
pub(super) fn breaking<T>(rules: &[Rule], act: impl FnOnce() -> T) -> T {
    BROKEN.with_borrow_mut(|broken| broken.extend(rules));
    let result = act();
    BROKEN.with_borrow_mut(BTreeSet::clear);
    result
}

/// Passes what happens on this thread to `listener` while `act` runs.
pub(in crate::vault) fn recording<T>(
    listener: impl FnMut(&Event<'_>) + 'static,
    act: impl FnOnce() -> T,
) -> T {
    LISTENER.with_borrow_mut(|slot| *slot = Some(Listener(Box::new(listener))));
    let result = act();
    LISTENER.with_borrow_mut(|slot| *slot = None);
    result
}

/// Tells the listener of this thread, if there is one.
pub(in crate::vault) fn note(event: Event<'_>) {
    LISTENER.with_borrow_mut(|slot| {
        if let Some(Listener(listener)) = slot {
            listener(&event);
        }
    });
}

/// Draws the vault's randomness on this thread from `seed` while `act` runs, so that a failure can be replayed.
pub(super) fn seeding<T>(seed: u64, act: impl FnOnce() -> T) -> T {
    SEEDED.with_borrow_mut(|slot| *slot = Some(SplitMix(seed)));
    let result = act();
    SEEDED.with_borrow_mut(|slot| *slot = None);
    result
}

/// Fills `bytes` from the seed of this thread; `false` if it has none.
pub(in crate::vault) fn fill_from_seed(bytes: &mut [u8]) -> bool {
    SEEDED.with_borrow_mut(|slot| {
        let Some(seeded) = slot else { return false };
        bytes.fill_with(|| seeded.next() as u8);
        true
    })
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
