//! Which commits count, and which epoch is the head: one pure fork choice, always.
//!
//! Owns the tree of epochs as the log tells it. Never looks into MLS. PROTOCOL sections 4 and 5; of the rules of
//! section 5 this version knows the third, the priority by parent and author.

use std::collections::{BTreeMap, BTreeSet};

use sha2::{Digest, Sha256};

use crate::event::{Body, Commit};
use crate::ids::{DeviceId, EpochId, EventId, IdentityId, MemberId};
use crate::log::{EventSet, Log};
use crate::resolve::{self, Resolution};

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
    pub tree: BTreeSet<DeviceId>,
}

/// The tree of all epochs whose commits count in their own past.
#[derive(Debug, Default)]
pub struct EpochTree {
    nodes: BTreeMap<EpochId, EpochNode>,
    children: BTreeMap<EpochId, BTreeSet<EpochId>>,
    /// Commits that this node could not process although the log lets them count.
    unprocessable: BTreeSet<EpochId>,
}

impl EpochTree {
    /// Takes an admitted Create or Commit into the tree; nothing happens for other events or for a commit that does
    /// not count in its own past.
    pub fn learn(&mut self, log: &Log, id: &EventId) {
        let Some(entry) = log.index_of(id).and_then(|index| log.entry(index)) else { return };
        let event = &entry.event;
        match event.body() {
            Body::Create { founder, .. } => {
                let node = EpochNode {
                    parent: None,
                    author: founder.device,
                    author_member: MemberId::from(*id),
                    tree: BTreeSet::from([founder.device]),
                };
                self.nodes.insert(EpochId::from(*id), node);
            }
            Body::Commit(commit) => {
                let parent_known = log
                    .index_of(&EventId::from(commit.parent))
                    .is_some_and(|index| entry.past.contains(index));
                if !parent_known {
                    return;
                }
                let known = resolve::resolve(log, &entry.past);
                if let Some(node) = self.judge(log, &entry.past, &known, event.author(), commit) {
                    let id = EpochId::from(*id);
                    self.nodes.insert(id, node);
                    self.children.entry(commit.parent).or_default().insert(id);
                }
            }
            Body::Add { .. }
            | Body::Invite(_)
            | Body::RevokeInvite { .. }
            | Body::Admit(_)
            | Body::Remove { .. }
            | Body::Leave => {}
        }
    }

    /// Returns an epoch.
    pub fn node(&self, id: &EpochId) -> Option<&EpochNode> {
        self.nodes.get(id)
    }

    /// Returns the epochs made from `parent`.
    pub fn children(&self, parent: &EpochId) -> impl Iterator<Item = &EpochId> {
        self.children.get(parent).into_iter().flatten()
    }

    /// Says whether `epoch` lies on the way from the first epoch to `head`, which counts itself.
    pub fn is_ancestor(&self, epoch: &EpochId, head: &EpochId) -> bool {
        let mut next = Some(*head);
        while let Some(id) = next {
            if id == *epoch {
                return true;
            }
            next = self.nodes.get(&id).and_then(|node| node.parent);
        }
        false
    }

    /// Remembers that a commit is not what it claims, or cannot be processed at all.
    pub fn mark_unprocessable(&mut self, id: EpochId) {
        self.unprocessable.insert(id);
    }

    /// Says whether the commit was marked so.
    pub fn is_unprocessable(&self, id: &EpochId) -> bool {
        self.unprocessable.contains(id)
    }

    /// Returns the head: from the first epoch down, always the child of the smallest priority (PROTOCOL 5, rule 3).
    pub fn head(&self, log: &Log, resolution: &Resolution) -> Option<EpochId> {
        let mut head = *self.nodes.iter().find(|(_, node)| node.parent.is_none())?.0;
        loop {
            let best = self.children(&head).filter(|child| self.counts(log, resolution, child)).min_by_key(
                |child| self.nodes.get(child).map(|node| (priority(&head, &node.author_member), **child)),
            );
            match best {
                Some(child) => head = *child,
                None => return Some(head),
            }
        }
    }

    /// A commit of somebody whose removal it did not know counts no more.
    fn counts(&self, log: &Log, resolution: &Resolution, id: &EpochId) -> bool {
        if self.unprocessable.contains(id) {
            return false;
        }
        let Some(node) = self.nodes.get(id) else { return false };
        let Some(index) = log.index_of(&EventId::from(*id)) else { return false };
        let added = log.index_of(&EventId::from(node.author_member)).and_then(|index| log.entry(index));
        let identity = IdentityId(node.author.0);
        !resolution.removals.iter().filter(|(_, removed)| *removed == identity).any(|(removal, _)| {
            let Some(removal_index) = log.index_of(removal) else { return false };
            let Some(removal) = log.entry(removal_index) else { return false };
            let before_add = added.is_some_and(|added| added.past.contains(removal_index));
            !before_add && !removal.past.contains(index)
        })
    }

    /// What the commit makes of its parent's tree, if it may (PROTOCOL 4, "admissible").
    fn judge(
        &self,
        log: &Log,
        past: &EventSet,
        known: &Resolution,
        author: DeviceId,
        commit: &Commit,
    ) -> Option<EpochNode> {
        let parent = self.nodes.get(&commit.parent)?;
        let (author_member, member) = known.member_of(&author)?;
        let may_reconcile = member.role >= crate::event::Role::Member && parent.tree.contains(&author);
        // Judged within the commit's own past, so that the order of arrival changes nothing.
        let is_first = !self.children(&commit.parent).any(|sibling| {
            self.nodes.get(sibling).is_some_and(|node| node.author == author)
                && log.index_of(&EventId::from(*sibling)).is_some_and(|index| past.contains(index))
        });
        let adds_are_new = commit.add.iter().all(|device| !parent.tree.contains(device));
        let drops_are_there = commit.drop.iter().all(|device| parent.tree.contains(device));
        let members = known.devices();
        let evicts = commit.drop.iter().any(|device| members.contains(device));
        let mut tree = parent.tree.clone();
        tree.extend(commit.add.iter().copied());
        for device in &commit.drop {
            tree.remove(device);
        }
        // An update on one's own update could go on for ever (lesson: one member froze the group).
        let is_update = commit.add.is_empty() && commit.drop.is_empty();
        let on_own_update = is_update
            && parent.author == author
            && parent
                .parent
                .and_then(|id| self.nodes.get(&id))
                .is_some_and(|grand| grand.tree == parent.tree);
        let counts = may_reconcile
            && is_first
            && adds_are_new
            && drops_are_there
            && !evicts
            && !on_own_update
            && tree.is_subset(&members);
        counts.then_some(EpochNode {
            parent: Some(commit.parent),
            author,
            author_member: *author_member,
            tree,
        })
    }
}

/// The priority of a commit: nobody can grind it, for it depends on parent and author alone.
fn priority(parent: &EpochId, author: &MemberId) -> [u8; 32] {
    let mut hasher = Sha256::new();
    hasher.update(b"hearth/prio");
    hasher.update(parent.0);
    hasher.update(author.0);
    hasher.finalize().into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::Role;
    use crate::story::{Person, group_of};

    #[test]
    fn all_choose_the_same_of_two_branches() {
        let [mut alice, mut ben, mut cleo] = group_of();
        let token = alice.invite(1, Role::Member, 2).unwrap();
        ben.hear(&alice);
        let (gail, hugo) = (Person::new(9, alice.group()), Person::new(10, alice.group()));
        alice.admit(&gail, &token).unwrap();
        ben.admit(&hugo, &token).unwrap();
        let branches = [alice.commit().unwrap(), ben.commit().unwrap()].map(EpochId::from);
        assert_ne!(alice.head(), ben.head());
        alice.hear(&ben);
        ben.hear(&alice);
        cleo.hear(&alice);
        let head = alice.head().unwrap();
        assert!(branches.contains(&head));
        assert_eq!((ben.head(), cleo.head()), (Some(head), Some(head)));
        // A longer branch wins nothing.
        let loser = if head == branches[0] { &mut ben } else { &mut alice };
        assert!(loser.epochs.is_ancestor(&EpochId(loser.group().0), &head));
        let lost = *branches.iter().find(|branch| **branch != head).unwrap();
        assert!(!loser.epochs.is_ancestor(&lost, &head));
    }

    #[test]
    fn the_priority_depends_on_parent_and_author_alone() {
        let [alice, ben] = [MemberId([1; 32]), MemberId([2; 32])];
        let parent = EpochId([3; 32]);
        assert_ne!(priority(&parent, &alice), priority(&parent, &ben));
        assert_ne!(priority(&parent, &alice), priority(&EpochId([4; 32]), &alice));
    }

    #[test]
    fn a_commit_of_the_removed_does_not_count() {
        let [mut alice, mut ben, cleo] = group_of();
        let token = alice.invite(1, Role::Member, 1).unwrap();
        ben.hear(&alice);
        let gail = Person::new(9, alice.group());
        ben.admit(&gail, &token).unwrap();
        let commit = EpochId::from(ben.commit().unwrap());
        alice.remove(&ben).unwrap();
        let own = EpochId::from(alice.commit().unwrap());
        alice.hear(&ben);
        assert!(alice.epochs.node(&commit).is_some());
        assert_eq!(alice.head(), Some(own));
        assert!(alice.epochs.node(&own).unwrap().tree.contains(&cleo.device.public()));
    }

    fn commit(person: &mut Person, add: &[&Person], drop: &[&Person]) -> Option<EpochId> {
        let devices = |people: &[&Person]| {
            let mut devices: Vec<DeviceId> = people.iter().map(|person| person.device.public()).collect();
            devices.sort();
            devices
        };
        let parent = person.head()?;
        let commit = Commit {
            parent,
            add: devices(add),
            drop: devices(drop),
            mls: Vec::new(),
            authenticator_hash: [0; 32],
        };
        let id = EpochId::from(person.write(Body::Commit(commit))?);
        person.epochs.node(&id).is_some().then_some(id)
    }

    #[test]
    fn a_commit_that_evicts_smuggles_or_repeats_does_not_count() {
        let [mut alice, ben, cleo] = group_of();
        let stranger = Person::new(9, alice.group());
        assert!(commit(&mut alice, &[], &[&ben]).is_none(), "evicts a member");
        assert!(commit(&mut alice, &[&stranger], &[]).is_none(), "adds a stranger");
        assert!(commit(&mut alice, &[&cleo], &[]).is_none(), "adds who is there");
        assert!(commit(&mut alice, &[], &[&stranger]).is_none(), "drops who is not there");
        assert!(commit(&mut alice, &[], &[]).is_some(), "an update");
        assert!(commit(&mut alice, &[], &[]).is_none(), "an update on one's own update");
    }

    #[test]
    fn the_first_commit_of_an_author_on_a_parent_counts_alone() {
        let [mut alice, _] = group_of();
        let parent = alice.head().unwrap();
        let update =
            Commit { parent, add: Vec::new(), drop: Vec::new(), mls: vec![1], authenticator_hash: [0; 32] };
        let first = alice.write(Body::Commit(update.clone())).unwrap();
        let second = alice.write(Body::Commit(Commit { mls: vec![2], ..update })).unwrap();
        assert!(alice.epochs.node(&first.into()).is_some());
        assert!(alice.epochs.node(&second.into()).is_none());
    }

    #[test]
    fn a_commit_that_cannot_be_processed_is_passed_over() {
        let [mut alice, _] = group_of();
        let before = alice.head();
        let id = commit(&mut alice, &[], &[]).unwrap();
        assert_eq!(alice.head(), Some(id));
        alice.epochs.mark_unprocessable(id);
        assert_eq!(alice.head(), before);
    }
}
