//! Which commits are admissible: judged by their own past, so that everybody finds the same.
//!
//! Owns the rules on what a commit may make of its parent's tree. PROTOCOL 4.3.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::{EpochNode, EpochTree};
use crate::event::{Commit, CommitKind, LeafRequest, Role};
use crate::ids::{DeviceId, EpochId, EventId, MemberId};
use crate::log::{EventSet, Log};
use crate::resolve::{Member, Resolution};

/// A commit before its judge.
pub(super) struct Candidate<'a> {
    pub(super) log: &'a Log,
    /// What its author knew.
    pub(super) past: &'a EventSet,
    pub(super) known: &'a Resolution,
    pub(super) author: DeviceId,
    pub(super) kind: CommitKind,
    pub(super) commit: &'a Commit,
    pub(super) rescued: &'a [LeafRequest],
    /// Commits on the same parent that enough members reject, as far as its author knew.
    pub(super) rejected: &'a BTreeSet<EpochId>,
}

impl EpochTree {
    /// Returns what the commit makes of its parent's tree, if it may.
    pub(super) fn judge(&self, candidate: &Candidate<'_>) -> Option<EpochNode> {
        let parent_place = *self.places.get(&candidate.commit.parent)?;
        let parent = self.at(parent_place)?;
        let (author_member, member) = candidate.known.member_of(&candidate.author)?;
        let tree = candidate.tree(parent);
        let renews = tree == *parent.tree && candidate.rescued.is_empty();
        let is_admissible = candidate.knows(&candidate.commit.parent.into())
            && candidate.may_commit(parent, member)
            && candidate.lists_match(parent)
            && candidate.evicts_nobody()
            && candidate.is_clean(&tree)
            && candidate.may_rescue(parent, &tree)
            && !(renews && parent.renews && parent.author_member == *author_member)
            && self.is_first(candidate, author_member);
        is_admissible.then(|| EpochNode {
            parent: Some(candidate.commit.parent),
            author: candidate.author,
            author_member: *author_member,
            // Most commits of a long life change no leaf.
            tree: if renews { parent.tree.clone() } else { Arc::new(tree) },
            rescued: candidate.rescued_after(parent),
            granted: candidate.rescued.iter().map(|request| (request.device, request.reached)).collect(),
            renews,
            depth: parent.depth + 1,
            parent_place,
            jump: self.jump_below(parent_place, parent),
        })
    }

    /// The author's first on that parent, as far as its own past tells; or the first after one that others reject. Two that did not know of each other both count:
    /// otherwise whoever held one back could unmake what stands on the other.
    fn is_first(&self, candidate: &Candidate<'_>, author: &MemberId) -> bool {
        let mut siblings = self.children(&candidate.commit.parent);
        !siblings.any(|sibling| {
            !candidate.rejected.contains(sibling)
                && self.node(sibling).is_some_and(|node| node.author_member == *author)
                && candidate.knows(&EventId::from(*sibling))
        })
    }
}

impl Candidate<'_> {
    fn knows(&self, id: &EventId) -> bool {
        self.log.index_of(id).is_some_and(|index| self.past.contains(index))
    }

    /// Who has a vote and a leaf reconciles; everybody with a leaf renews it; everybody who is in brings itself in.
    fn may_commit(&self, parent: &EpochNode, member: &Member) -> bool {
        let has_leaf = parent.tree.contains(&self.author);
        match self.kind {
            CommitKind::Reconcile | CommitKind::Rescue => has_leaf && member.role >= Role::Member,
            CommitKind::Update => has_leaf,
            CommitKind::Join => true,
        }
    }

    /// What it adds is not in the tree and what it drops is; only a joiner takes its own stale leaf's place.
    fn lists_match(&self, parent: &EpochNode) -> bool {
        let is_there = |device: &DeviceId| parent.tree.contains(device);
        let drops_are_there = self.commit.drop.iter().all(is_there);
        let adds_are_new = match self.kind {
            CommitKind::Reconcile | CommitKind::Update | CommitKind::Rescue => {
                !self.commit.add.iter().any(is_there)
            }
            CommitKind::Join => is_there(&self.author) == self.commit.drop.contains(&self.author),
        };
        drops_are_there && adds_are_new
    }

    /// Each replaced leaf's device asked for it, under a number that was not granted before, and keeps its place.
    fn may_rescue(&self, parent: &EpochNode, tree: &BTreeSet<DeviceId>) -> bool {
        self.rescued.iter().all(|request| {
            let is_new = parent.rescued.get(&request.device).is_none_or(|last| request.number > *last);
            let keeps_its_place = parent.tree.contains(&request.device) && tree.contains(&request.device);
            is_new && keeps_its_place && request.is_proved(&self.log.group())
        })
    }

    fn rescued_after(&self, parent: &EpochNode) -> Arc<BTreeMap<DeviceId, u64>> {
        let mut rescued = parent.rescued.clone();
        for request in self.rescued {
            Arc::make_mut(&mut rescued).insert(request.device, request.number);
        }
        rescued
    }

    /// It drops no device of a member, but those of who lapsed; a joiner its own.
    fn evicts_nobody(&self) -> bool {
        self.commit.drop.iter().all(|device| match self.known.member_of(device) {
            Some((_, member)) => {
                member.is_lapsed || (self.kind == CommitKind::Join && *device == self.author)
            }
            None => true,
        })
    }

    /// Every leaf of the new tree is a member's.
    fn is_clean(&self, tree: &BTreeSet<DeviceId>) -> bool {
        tree.iter().all(|device| self.known.member_of(device).is_some())
    }

    fn tree(&self, parent: &EpochNode) -> BTreeSet<DeviceId> {
        let mut tree = BTreeSet::clone(&parent.tree);
        for device in &self.commit.drop {
            tree.remove(device);
        }
        tree.extend(self.commit.add.iter().copied());
        tree
    }
}
