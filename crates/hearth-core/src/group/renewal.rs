//! Leaves do not get old: a device renews its own now and then, and somebody does when an epoch carried many messages.
//!
//! Owns when that is due. It happens only in touch with somebody who has the same head, and in turn, so that many who are
//! due at once make one commit after the other. PROTOCOL 5.5.

use super::keys::{RECONCILE_FIRST_MS, RECONCILE_JITTER_MS, RECONCILE_SLOT_MS};
use super::{Group, Phase};
use crate::error::Fault;
use crate::event::{Body, Commit};
use crate::ids::{EpochId, Timestamp};
use crate::keys::{KeyError, KeyLayer};
use crate::limits;
use crate::turn::Turn;

/// Milliseconds before the last touch from which messages are sealed anew as well: they may not have left.
const APART_MARGIN_MS: u64 = 60 * 60 * 1000;

impl<K: KeyLayer> Group<K> {
    /// Counts a message that was sealed or opened under an epoch.
    pub(super) fn count_message(&mut self, turn: &mut Turn<'_>, epoch: &EpochId) -> Result<(), Fault> {
        let Some(slot) = self.slots.get_mut(epoch) else { return Ok(()) };
        slot.messages = slot.messages.saturating_add(1);
        self.update_record(turn, epoch)
    }

    /// Notes when this device's leaf of the head came to be.
    pub(super) fn note_leaf(&mut self, turn: &mut Turn<'_>) -> Result<(), Fault> {
        if self.home.is_some() || self.phase != Phase::Member {
            return Ok(());
        }
        let made = self.head.and_then(|head| self.leaf_epoch(head));
        if made == self.leaf.map(|(epoch, _)| epoch) {
            return Ok(());
        }
        self.leaf = made.map(|epoch| (epoch, turn.now));
        self.save(turn)
    }

    /// The last epoch on the way to `head` that gave this device fresh keys; `None` if it has no leaf there.
    fn leaf_epoch(&self, head: EpochId) -> Option<EpochId> {
        let own = self.device.public();
        self.epochs.node(&head).filter(|node| node.tree.contains(&own))?;
        let known = self.leaf.map(|(epoch, _)| epoch);
        let mut at = head;
        loop {
            let node = self.epochs.node(&at)?;
            let is_fresh = match node.parent.and_then(|parent| self.epochs.node(&parent)) {
                Some(parent) => {
                    !parent.tree.contains(&own) || parent.rescued.get(&own) != node.rescued.get(&own)
                }
                None => true,
            };
            if is_fresh || node.author == own || known == Some(at) {
                return Some(at);
            }
            at = node.parent?;
        }
    }

    /// Says since when, or from when on, this device's leaf is to be renewed.
    fn is_due_at(&self, head: &EpochId) -> Option<Timestamp> {
        let (_, made) = self.leaf?;
        let node = self.epochs.node(head)?;
        if self.slots.get(head).is_some_and(|slot| slot.messages >= limits::EPOCH_MESSAGES_MAX) {
            return Some(made);
        }
        let weeks = (node.tree.len() as u64).div_ceil(limits::RENEWALS_PER_WEEK_MAX).max(1);
        Some(made.plus_ms(limits::LEAF_LIFE_MS * weeks))
    }

    /// Says whether this device could renew its leaf: with keys that fit the members, and not directly on a commit of
    /// its own that did just that.
    fn may_renew(&self, head: &EpochId) -> bool {
        let own = self.device.public();
        let is_apt = self.home.is_none()
            && self.phase == Phase::Member
            && self.may_sign()
            && self.may_seal(head)
            && self.is_clean(head)
            && self.differences(head).is_none();
        let author = self.epochs.node(head).map(|node| node.author_member);
        let is_own = author == self.own_member() && self.epochs.renews(head);
        is_apt && !is_own && self.epochs.node(head).is_some_and(|node| node.tree.contains(&own))
    }

    /// Says whether a neighbour has the same head. What others say may be a lie, and keeps nobody from renewing.
    pub(super) fn is_in_touch(&self, head: &EpochId) -> bool {
        self.peer_heads.values().any(|theirs| theirs == head)
    }

    /// Notes that a neighbour has the same head; and, if that is the first time for long, that others may have forgotten
    /// the keys under which this node wrote meanwhile.
    pub(super) fn note_touch(&mut self, turn: &mut Turn<'_>) -> Result<(), Fault> {
        let Some(head) = self.head.filter(|head| self.home.is_none() && self.is_in_touch(head)) else {
            return Ok(());
        };
        let before = self.touched.replace((head, turn.now));
        let is_first = before.is_none();
        if let Some((epoch, at)) =
            before.filter(|(epoch, at)| *epoch != head && turn.now.ms_since(*at) >= limits::LEAF_LIFE_MS)
        {
            self.apart = Some((epoch, at));
            self.has_new_head = true;
        }
        // Each own message stores it as well: what matters is what was written afterwards.
        if is_first || self.apart.is_some() { self.save(turn) } else { Ok(()) }
    }

    /// Says whether the last touch with somebody who has the same head is so long ago that others may have moved on.
    pub(super) fn was_apart(&self, now: Timestamp) -> bool {
        self.touched.is_none_or(|(_, at)| now.ms_since(at) >= limits::LEAF_LIFE_MS)
    }

    /// Says whether the keys are those of before a long time apart, or older.
    pub(super) fn is_of_before(&self, epoch: &EpochId) -> bool {
        self.apart.is_some_and(|(before, _)| self.epochs.is_ancestor(epoch, &before))
    }

    /// Since when own messages may have been sealed under keys that others have forgotten; asked once.
    pub(crate) fn apart_since(&self) -> Option<Timestamp> {
        self.apart.map(|(_, at)| Timestamp(at.0.saturating_sub(APART_MARGIN_MS)))
    }

    /// Own messages of the time apart have been sealed anew.
    pub(crate) fn end_apart(&mut self) {
        self.apart = None;
    }

    /// Decides when this node would renew its leaf: in its place of the line, anew under each head.
    pub(super) fn plan_renewal(&mut self, turn: &mut Turn<'_>) {
        let head = self.head.filter(|head| {
            self.is_due_at(head).is_some_and(|due| due <= turn.now)
                && self.is_in_touch(head)
                && self.may_renew(head)
        });
        let Some(head) = head else {
            self.renew_at = None;
            return;
        };
        if self.renew_at.is_none_or(|(planned, _)| planned != head) {
            let place = self.place_in_line(turn, &head.0);
            let wait_ms = RECONCILE_FIRST_MS + RECONCILE_SLOT_MS * place;
            self.renew_at = Some((head, turn.now.plus_ms(wait_ms + turn.rng.below(RECONCILE_JITTER_MS))));
        }
    }

    /// When something about renewing is to be looked at.
    pub(super) fn renewal_at(&self) -> Option<Timestamp> {
        if let Some((_, at)) = self.renew_at {
            return Some(at);
        }
        let head = self.head.filter(|_| self.home.is_none() && self.phase == Phase::Member)?;
        // What is due and cannot be done waits for a neighbour or for keys, which wake this node.
        self.is_due_at(&head).filter(|due| self.looked_at.is_none_or(|looked| looked < *due))
    }

    /// Renews this device's leaf when the time has come.
    pub(super) fn renew_if_due(&mut self, turn: &mut Turn<'_>) -> Result<(), Fault> {
        self.looked_at = Some(turn.now);
        let Some((planned, at)) = self.renew_at else { return Ok(()) };
        if at > turn.now {
            return Ok(());
        }
        self.renew_at = None;
        let Some(head) = self.head.filter(|head| *head == planned && self.may_renew(head)) else {
            return Ok(());
        };
        if !self.is_in_touch(&head) || self.load_state(turn, &head)?.is_none() {
            return Ok(());
        }
        let Some(state) = self.slots.get(&head).and_then(|slot| slot.state.as_ref()) else { return Ok(()) };
        let made = match state.commit(&self.device, &[], &[], turn.rng) {
            Ok(made) => made,
            Err(KeyError::Bug(what)) => return Err(Fault::Bug(what)),
            // Keys that were built to be of no use: somebody else has to go on.
            Err(_) => return Ok(()),
        };
        let commit = Commit {
            parent: head,
            add: Vec::new(),
            drop: Vec::new(),
            mls: made.commit,
            authenticator_hash: made.next.authenticator_hash(),
        };
        let epoch = EpochId::from(self.publish(turn, Body::Update(commit), Some(head))?);
        self.hold(turn, epoch, made.next, false)?;
        self.epochs.mark_reached(epoch);
        self.follow_log(turn);
        Ok(())
    }
}
