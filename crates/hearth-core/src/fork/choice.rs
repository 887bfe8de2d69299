//! The choice of the head by votes, always the same for all who know the same.
//!
//! Owns votes, the three rules of PROTOCOL 5.1, and what is settled. Length, time and a commit's bytes play no part. The
//! cost grows with the votes and with what they disagree about, not with the history.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use sha2::{Digest, Sha256};

use super::EpochTree;
use crate::ids::{EpochId, EventId, MemberId};
use crate::log::Log;
use crate::resolve::{Ledger, Resolution};

/// Members of rank 2 or above that make a Reject count.
pub(super) const REJECTS_MIN: usize = 2;

/// A member's vote.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Vote {
    /// The epoch's place in the tree.
    place: usize,
    is_admin: bool,
}

/// The votes for one epoch.
#[derive(Clone, Copy, Debug)]
struct Weight {
    place: usize,
    votes: usize,
    admins: usize,
}

/// All that has a say in one choice.
pub(super) struct Ballot<'a> {
    tree: &'a EpochTree,
    /// What members say is not what it claims, and all that stands on it.
    rejected: BTreeSet<EpochId>,
    votes: BTreeMap<MemberId, Vote>,
    admins: usize,
}

impl<'a> Ballot<'a> {
    /// Collects the votes.
    pub(super) fn collect(tree: &'a EpochTree, log: &Log, ledger: &Ledger, resolution: &Resolution) -> Self {
        let admins = resolution.admins().count();
        let mut ballot = Self { tree, rejected: BTreeSet::new(), votes: BTreeMap::new(), admins };
        ballot.votes = ballot.votes_of(log, ledger, resolution);
        let rejected = ballot.rejected(log, ledger, resolution);
        if !rejected.is_empty() {
            ballot.rejected = tree.with_descendants(rejected);
            ballot.votes = ballot.votes_of(log, ledger, resolution);
        }
        ballot
    }

    /// Returns the head: from the first epoch down, always the best child.
    pub(super) fn head(&self) -> Option<EpochId> {
        let root = self.tree.root.filter(|root| self.counts(root))?;
        let mut head = *self.tree.places.get(&root)?;
        let mut weights = self.weights();
        loop {
            weights.retain(|weight| weight.place != head && self.tree.is_before(head, weight.place));
            // Where all votes are on one side, that side wins by rules 1 and 2: go on where they part.
            if let Some(meeting) = self.meeting(&weights).filter(|meeting| *meeting != head) {
                head = meeting;
                continue;
            }
            let (id, _) = self.tree.nodes.get(head)?;
            match self.best_child(id, &weights) {
                Some(child) => head = child,
                None => return Some(*id),
            }
        }
    }

    fn weights(&self) -> Vec<Weight> {
        let mut by_place: BTreeMap<usize, Weight> = BTreeMap::new();
        for vote in self.votes.values() {
            let weight =
                by_place.entry(vote.place).or_insert(Weight { place: vote.place, votes: 0, admins: 0 });
            weight.votes += 1;
            weight.admins += usize::from(vote.is_admin);
        }
        by_place.into_values().collect()
    }

    /// The child with a majority of the admins, then with most votes, then by a hash that nobody can grind. The same
    /// author's two commits have the same hash: then the smaller id.
    fn best_child(&self, parent: &EpochId, weights: &[Weight]) -> Option<usize> {
        let children = self.tree.children(parent).filter(|child| self.counts(child));
        let ranked = children.filter_map(|child| {
            let place = *self.tree.places.get(child)?;
            let node = self.tree.at(place)?;
            let inside = weights.iter().filter(|weight| self.tree.is_before(place, weight.place));
            let (votes, admins) =
                inside.fold((0, 0), |(votes, admins), weight| (votes + weight.votes, admins + weight.admins));
            let has_majority = self.is_admin_majority(admins);
            let order = (!has_majority, Reverse(votes), priority(parent, &node.author_member), *child);
            Some((order, place))
        });
        ranked.min().map(|(_, place)| place)
    }

    fn is_admin_majority(&self, admins: usize) -> bool {
        2 * admins > self.admins
    }

    /// The last epoch that all votes have in common.
    fn meeting(&self, weights: &[Weight]) -> Option<usize> {
        let (first, rest) = weights.split_first()?;
        rest.iter().try_fold(first.place, |meeting, weight| self.tree.meeting(meeting, weight.place))
    }

    /// The last epoch on the way to the head with a majority of the admins inside its subtree.
    pub(super) fn settled(&self) -> Option<EpochId> {
        let head = *self.tree.places.get(&self.head()?)?;
        let mut depths: Vec<u64> = self
            .votes
            .values()
            .filter(|vote| vote.is_admin)
            .filter_map(|vote| Some(self.tree.at(self.tree.meeting(vote.place, head)?)?.depth))
            .collect();
        depths.sort_by_key(|depth| Reverse(*depth));
        let settled = self.tree.ancestor_at(head, *depths.get(self.admins / 2)?)?;
        self.tree.nodes.get(settled).map(|(id, _)| *id)
    }

    /// Each current member's vote: by its latest event that counts, or the commit that this event is.
    fn votes_of(&self, log: &Log, ledger: &Ledger, resolution: &Resolution) -> BTreeMap<MemberId, Vote> {
        let admins: BTreeSet<&MemberId> = resolution.admins().map(|(id, _)| id).collect();
        let voters = resolution.voters().filter_map(|(id, member)| {
            let index = log.index_of(&EventId::from(*id))?;
            let devices =
                member.devices.iter().filter(|device| !resolution.equivocators.contains_key(device));
            let latest: Vec<(usize, EpochId)> = devices
                .filter_map(|device| {
                    let own = log.latest_of(device).filter(|event| ledger.is_of(log, *event, index));
                    own.filter_map(|event| Some((event, self.vote_of(log, event)?))).next()
                })
                .collect();
            // A member has one vote: of several devices the one that knew of the others, else the smaller id.
            let is_last = |event: usize| {
                let knows = |other: usize| log.entry(other).is_some_and(|entry| entry.past.contains(event));
                !latest.iter().any(|(other, _)| knows(*other))
            };
            let last = latest.iter().filter(|(event, _)| is_last(*event));
            let (_, epoch) = last.min_by_key(|(event, _)| log.entry(*event).map(|entry| entry.event.id()))?;
            let place = *self.tree.places.get(epoch)?;
            Some((*id, Vote { place, is_admin: admins.contains(id) }))
        });
        voters.collect()
    }

    fn vote_of(&self, log: &Log, index: usize) -> Option<EpochId> {
        let entry = log.entry(index)?;
        let own = EpochId::from(entry.event.id());
        if self.counts(&own) {
            return Some(own);
        }
        let epoch = entry.event.fields().epoch;
        let is_known = log.index_of(&epoch.into()).is_some_and(|index| entry.past.contains(index));
        (is_known && self.counts(&epoch)).then_some(epoch)
    }

    /// Says whether the epoch and all before it count.
    fn counts(&self, epoch: &EpochId) -> bool {
        self.tree.node(epoch).is_some() && !self.tree.out.1.contains(epoch) && !self.rejected.contains(epoch)
    }

    /// Commits that at least two members say are not what they claim, unless this node knows better or more members vote
    /// for what stands on them.
    fn rejected(&self, log: &Log, ledger: &Ledger, resolution: &Resolution) -> Vec<EpochId> {
        let unchecked = self.tree.rejections.iter().filter(|(epoch, _)| !self.tree.reached.contains(epoch));
        let rejected = unchecked.filter(|(epoch, events)| {
            let members = events.iter().filter_map(|event| {
                let entry = log.entry(*event)?;
                let (id, _) =
                    resolution.voters().find(|(_, member)| member.devices.contains(&entry.event.author()))?;
                let is_same = ledger.is_of(log, *event, log.index_of(&EventId::from(*id))?);
                let is_honest = !resolution.equivocators.contains_key(&entry.event.author());
                (is_same && is_honest && ledger.had_vote(*event)).then_some(*id)
            });
            let members: BTreeSet<MemberId> = members.collect();
            let place = self.tree.places.get(epoch);
            let voting = self.votes.iter().filter(|(member, vote)| {
                !members.contains(member)
                    && place.is_some_and(|place| self.tree.is_before(*place, vote.place))
            });
            members.len() >= REJECTS_MIN && members.len() > voting.count()
        });
        rejected.map(|(epoch, _)| *epoch).collect()
    }
}

/// The priority of a commit: nobody can grind it, for it depends on parent and author alone.
pub(super) fn priority(parent: &EpochId, author: &MemberId) -> [u8; 32] {
    let mut hasher = Sha256::new();
    hasher.update(b"hearth/prio");
    hasher.update(parent.0);
    hasher.update(author.0);
    hasher.finalize().into()
}
