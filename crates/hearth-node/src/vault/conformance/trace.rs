//! A record of what the disk was given and what it has promised to keep.
//!
//! Owns the hook that the vault's writes and syncs call in tests, and the rules that a test can break to see that the
//! suite notices.

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

thread_local! {
    static BROKEN: RefCell<BTreeSet<Rule>> = const { RefCell::new(BTreeSet::new()) };
    static LISTENER: RefCell<Option<Box<dyn FnMut(&Event<'_>)>>> = const { RefCell::new(None) };
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
    LISTENER.with_borrow_mut(|slot| *slot = Some(Box::new(listener)));
    let result = act();
    LISTENER.with_borrow_mut(|slot| *slot = None);
    result
}

/// Tells the listener of this thread, if there is one.
pub(in crate::vault) fn note(event: Event<'_>) {
    LISTENER.with_borrow_mut(|slot| {
        if let Some(listener) = slot {
            listener(&event);
        }
    });
}
