//! Which commits count, and which epoch is the head: one pure fork choice, always.
//!
//! Owns the tree of epochs as the log tells it, and the ways through it. Never looks into MLS. `admissible` holds the rules
//! on a single commit, `choice` the votes. PROTOCOL sections 4 and 5.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::event::Body;
use crate::ids::{DeviceId, EpochId, EventId, MemberId};
use crate::log::{EventSet, Log};
use crate::resolve::{Ledger, StateKey};
use admissible::Candidate;
use choice::{Ballot, REJECTS_MIN};

mod admissible;
mod choice;
#[cfg(test)]
mod tests;

/// An epoch as the log tells it.
#[derive(Clone, Debug)]
pub struct EpochNode {
    /// The epoch that it starts from; `None` for the first.
    pub parent: Option<EpochId>,
    /// The device that committed.
    pub author: DeviceId,
    /// The member that it belonged to.
    pub author_member: MemberId,
    /// The devices with a leaf.
    pub tree: Arc<BTreeSet<DeviceId>>,
    /// The number of each device's last request for a new leaf that was granted on the way here.
    pub rescued: Arc<BTreeMap<DeviceId, u64>>,
    /// The devices that this commit itself gave a new leaf, and what each had reached before (4.16).
    pub granted: Vec<(DeviceId, Option<EpochId>)>,
    /// It has the leaves that its parent has.
    renews: bool,
    /// Epochs before it.
    depth: u64,
    /// The places of the parent and of an ancestor further up, so that any other one is found in a logarithm of steps.
    parent_place: usize,
    jump: usize,
}

impl EpochNode {
    /// Says whether all who have a leaf here had the keys of `other`, too, and have not lost the use of them since.
    pub fn all_held(&self, other: &Self) -> bool {
        self.tree.is_subset(&other.tree)
            && self.rescued.iter().all(|(device, number)| other.rescued.get(device) == Some(number))
    }
}

/// The tree of all epochs whose commits count in their own past.
#[derive(Debug, Default)]
pub struct EpochTree {
    /// The epochs in the order of arrival; by `places` in it they are found by id.
    nodes: Vec<(EpochId, EpochNode)>,
    places: BTreeMap<EpochId, usize>,
    children: BTreeMap<EpochId, BTreeSet<EpochId>>,
    root: Option<EpochId>,
    by_author: BTreeMap<MemberId, Vec<EpochId>>,
    /// Commits that this node could not process although the log lets them count.
    unprocessable: BTreeSet<EpochId>,
    /// Epochs whose keys this node has, and all on the way there: what others say of them, or this node could not process,
    /// does not matter.
    reached: BTreeSet<EpochId>,
    /// Reject events, by what they are about.
    rejections: BTreeMap<EpochId, Vec<usize>>,
    /// Commits that do not count, because their authors have no say any more or this node could not process them, and all
    /// that stands on them; with the answer from which that follows.
    out: (StateKey, BTreeSet<EpochId>),
}

impl EpochTree {
    /// Takes an admitted event into the tree; nothing happens for one that is no Create, Commit or Reject, or for a commit
    /// that does not count in its own past.
    pub fn learn(&mut self, log: &Log, ledger: &mut Ledger, id: &EventId) {
        let Some((index, entry)) = log.index_of(id).and_then(|index| Some((index, log.entry(index)?))) else {
            return;
        };
        let event = &entry.event;
        // Who did not know of all acts may have acknowledged a commit before a removal, or committed without knowing of it.
        if !ledger.knows_acts(log, index) {
            self.out.0 = StateKey::default();
        }
        if let Body::Create { founder, .. } = event.body() {
            let node = EpochNode {
                parent: None,
                author: founder.device,
                author_member: MemberId::from(*id),
                tree: Arc::new(BTreeSet::from([founder.device])),
                rescued: Arc::default(),
                granted: Vec::new(),
                renews: false,
                depth: 0,
                parent_place: 0,
                jump: 0,
            };
            self.root = Some(EpochId::from(*id));
            self.insert(EpochId::from(*id), node);
        }
        if let Body::Reject { commit, .. } = event.body() {
            self.rejections.entry(*commit).or_default().push(index);
        }
        if let Some((kind, commit)) = event.body().as_commit() {
            if !self.places.contains_key(&commit.parent) {
                return;
            }
            let known = ledger.resolution_of(log, &entry.past);
            let author = event.author();
            let rescued = event.body().rescued();
            let past = &entry.past;
            let siblings = self.children(&commit.parent).copied();
            let rejected =
                siblings.filter(|sibling| self.is_rejected_within(log, ledger, sibling, past)).collect();
            let candidate =
                Candidate { log, past, known: &known, author, kind, commit, rescued, rejected: &rejected };
            if let Some(node) = self.judge(&candidate) {
                self.children.entry(commit.parent).or_default().insert(EpochId::from(*id));
                self.insert(EpochId::from(*id), node);
            }
        }
    }

    /// Says whether enough members with a vote reject a commit, among the events of `past`.
    fn is_rejected_within(&self, log: &Log, ledger: &Ledger, epoch: &EpochId, past: &EventSet) -> bool {
        let rejections = self.rejections.get(epoch).into_iter().flatten();
        let counted = rejections.filter(|event| past.contains(**event) && ledger.had_vote(**event));
        counted.filter_map(|event| ledger.person_at(log, *event)).collect::<BTreeSet<_>>().len()
            >= REJECTS_MIN
    }

    fn insert(&mut self, id: EpochId, node: EpochNode) {
        if node.parent.is_some_and(|parent| self.out.1.contains(&parent)) {
            self.out.1.insert(id);
        }
        self.by_author.entry(node.author_member).or_default().push(id);
        self.places.insert(id, self.nodes.len());
        self.nodes.push((id, node));
    }

    /// Remembers that a commit is not what it claims, or cannot be processed at all. It does not count, unless this node
    /// has reached it in another way.
    pub fn mark_unprocessable(&mut self, id: EpochId) {
        self.unprocessable.insert(id);
        self.out.0 = StateKey::default();
    }

    /// Remembers that this node has the keys of an epoch, and they are what its commit claims. Whoever was given a new
    /// leaf behind a commit that it could not process does not need to process it.
    pub fn mark_reached(&mut self, id: EpochId) {
        let mut at = Some(id);
        while let Some(epoch) = at.filter(|epoch| !self.reached.contains(epoch)) {
            let Some(node) = self.node(&epoch) else { return };
            at = node.parent;
            self.reached.insert(epoch);
            if self.unprocessable.contains(&epoch) {
                self.out.0 = StateKey::default();
            }
        }
    }

    /// Returns the head (PROTOCOL 5.1).
    pub fn head(&mut self, log: &Log, ledger: &mut Ledger) -> Option<EpochId> {
        self.ballot(log, ledger).head()
    }

    /// Returns the last epoch on the way to the head inside whose subtree a majority of the admins votes: once that has
    /// been so for a day by the caller's clock, nothing before it is needed. Time is in no rule of validity.
    pub fn settled(&mut self, log: &Log, ledger: &mut Ledger) -> Option<EpochId> {
        self.ballot(log, ledger).settled()
    }

    fn ballot(&mut self, log: &Log, ledger: &mut Ledger) -> Ballot<'_> {
        let resolution = ledger.resolution(log);
        self.find_out(log, ledger);
        Ballot::collect(self, log, ledger, &resolution)
    }

    /// Finds what does not count: commits of those who lost their membership or device by something that did not know of
    /// the commit, and what this node could not process.
    fn find_out(&mut self, log: &Log, ledger: &mut Ledger) {
        let key = ledger.key(log);
        if key == self.out.0 {
            return;
        }
        let suspects = ledger.suspects(log);
        let commits = suspects.iter().filter_map(|member| self.by_author.get(member)).flatten();
        let mut roots = ledger.silenced(log, commits);
        roots.extend(self.unprocessable.difference(&self.reached));
        self.out = (key, self.with_descendants(roots));
    }

    /// Returns these epochs and all that stand on them.
    fn with_descendants(&self, mut roots: Vec<EpochId>) -> BTreeSet<EpochId> {
        let mut found = BTreeSet::new();
        while let Some(epoch) = roots.pop() {
            if found.insert(epoch) {
                roots.extend(self.children(&epoch));
            }
        }
        found
    }

    /// Returns an epoch.
    pub fn node(&self, id: &EpochId) -> Option<&EpochNode> {
        self.at(*self.places.get(id)?)
    }

    fn at(&self, place: usize) -> Option<&EpochNode> {
        self.nodes.get(place).map(|(_, node)| node)
    }

    /// Returns how many epochs are before this one; 0 also for one that is unknown.
    pub fn depth(&self, id: &EpochId) -> u64 {
        self.node(id).map_or(0, |node| node.depth)
    }

    /// Returns the epochs that start from `parent`.
    pub fn children(&self, parent: &EpochId) -> impl Iterator<Item = &EpochId> {
        self.children.get(parent).into_iter().flatten()
    }

    /// Says whether the commit was marked so.
    pub fn is_unprocessable(&self, id: &EpochId) -> bool {
        self.unprocessable.contains(id)
    }

    /// Says whether this node has the keys of the epoch, or of one that stands on it.
    pub fn is_reached(&self, id: &EpochId) -> bool {
        self.reached.contains(id)
    }

    /// Says whether this node cannot follow `epoch`, because it could not process a commit on the way.
    pub fn is_beyond_reach(&self, epoch: &EpochId) -> bool {
        self.unprocessable.difference(&self.reached).any(|out| self.is_ancestor(out, epoch))
    }

    /// Says whether `epoch` lies on the way from the first epoch to `head`, which counts itself.
    pub fn is_ancestor(&self, epoch: &EpochId, head: &EpochId) -> bool {
        let places = self.places.get(epoch).zip(self.places.get(head));
        places.is_some_and(|(epoch, head)| self.is_before(*epoch, *head))
    }

    /// Says whether some device other than `own` had a leaf in `epoch`, and was given a new one on the way from there to
    /// `head` without ever having reached `epoch`: what was sealed under it is lost to that device.
    pub fn is_lost_to_somebody(&self, epoch: &EpochId, head: &EpochId, own: &DeviceId) -> bool {
        let Some(tree) = self.node(epoch).map(|node| &node.tree) else { return false };
        let is_lost = |(device, reached): &(DeviceId, Option<EpochId>)| {
            let has_reached = reached.is_some_and(|reached| self.is_ancestor(epoch, &reached));
            device != own && tree.contains(device) && !has_reached
        };
        let mut at = *head;
        while at != *epoch {
            let Some(node) = self.node(&at) else { return false };
            if node.granted.iter().any(is_lost) {
                return true;
            }
            let Some(parent) = node.parent else { return false };
            at = parent;
        }
        false
    }

    /// Says whether an epoch has the leaves that its parent has.
    pub fn renews(&self, epoch: &EpochId) -> bool {
        self.node(epoch).is_some_and(|node| node.renews)
    }

    /// Says whether nothing but renewed leaves lies on the way from `epoch` to `head`, and nothing competes with it.
    pub fn only_renews(&self, epoch: &EpochId, head: &EpochId) -> bool {
        let mut at = *head;
        while at != *epoch {
            let Some(node) = self.node(&at).filter(|node| node.renews) else { return false };
            let Some(parent) = node.parent else { return false };
            if self.children(&parent).count() != 1 {
                return false;
            }
            at = parent;
        }
        true
    }

    fn is_before(&self, place: usize, later: usize) -> bool {
        self.at(place).and_then(|node| self.ancestor_at(later, node.depth)) == Some(place)
    }

    /// The epoch at `depth` on the way to the one at `place`.
    fn ancestor_at(&self, place: usize, depth: u64) -> Option<usize> {
        let mut place = place;
        loop {
            let node = self.at(place)?;
            if node.depth <= depth {
                return (node.depth == depth).then_some(place);
            }
            place = if self.at(node.jump)?.depth >= depth { node.jump } else { node.parent_place };
        }
    }

    /// The last epoch that is on the way to both.
    fn meeting(&self, a: usize, b: usize) -> Option<usize> {
        let depth = self.at(a)?.depth.min(self.at(b)?.depth);
        let (mut a, mut b) = (self.ancestor_at(a, depth)?, self.ancestor_at(b, depth)?);
        while a != b {
            let (left, right) = (self.at(a)?, self.at(b)?);
            // At equal depths the jumps are equally long.
            (a, b) = if left.jump == right.jump {
                (left.parent_place, right.parent_place)
            } else {
                (left.jump, right.jump)
            };
        }
        Some(a)
    }

    fn jump_below(&self, place: usize, parent: &EpochNode) -> usize {
        let further = self.at(parent.jump);
        let furthest = further.and_then(|node| self.at(node.jump));
        match further.zip(furthest) {
            Some((further, furthest)) if parent.depth - further.depth == further.depth - furthest.depth => {
                further.jump
            }
            Some(_) | None => place,
        }
    }
}
