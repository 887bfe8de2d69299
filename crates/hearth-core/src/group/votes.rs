//! Saying which head this node has, and which commits are not what they claim.
//!
//! Owns when an Ack is due: it votes for the head, and an admin's protects acts from a removal that did not know of them.
//! PROTOCOL 5.2 and 5.6.

use super::{Group, Phase};
use crate::error::Fault;
use crate::event::{Body, Role};
use crate::ids::EpochId;
use crate::keys::KeyLayer;
use crate::turn::Turn;

/// Milliseconds until the first votes for a new head without having anything else to say.
const ACK_FIRST_MS: u64 = 60_000;
/// Milliseconds over which the admins' votes are spread, for each of them.
const ACK_SPREAD_MS: u64 = 10_000;
/// How many times more slowly those who are no admins vote: theirs count when the admins do not agree.
const ACK_MEMBERS_FACTOR: u64 = 6;

impl<K: KeyLayer> Group<K> {
    /// Decides when this node would vote for a head that it has not voted for.
    pub(super) fn plan_ack(&mut self, turn: &mut Turn<'_>) {
        let Some(role) = self.role_to_vote().filter(|_| self.must_ack()) else {
            self.ack_at = None;
            return;
        };
        if self.ack_at.is_none() {
            let is_admin = role >= Role::Servant;
            let (voters, factor) = match is_admin {
                true => (self.resolution.admins().count(), 1),
                false => (self.resolution.voters().count(), ACK_MEMBERS_FACTOR),
            };
            let spread = ACK_SPREAD_MS * voters as u64 * factor;
            self.ack_at = Some(turn.now.plus_ms(ACK_FIRST_MS * factor + turn.rng.below(spread.max(1))));
        }
    }

    /// Votes when the time has come, unless something else that this member said has done it meanwhile.
    pub(super) fn ack_if_due(&mut self, turn: &mut Turn<'_>) -> Result<(), Fault> {
        if self.ack_at.is_none_or(|at| at > turn.now) {
            return Ok(());
        }
        self.ack_at = None;
        match self.head.filter(|head| self.must_ack() && self.is_clean(head)) {
            Some(head) => self.publish(turn, Body::Ack, Some(head)).map(|_| ()),
            None => Ok(()),
        }
    }

    /// Says once of each commit that this node could not follow that it does not count.
    pub(super) fn publish_rejects(&mut self, turn: &mut Turn<'_>) -> Result<(), Fault> {
        if self.rejects.is_empty() || self.role_to_vote().is_none() {
            return Ok(());
        }
        let Some(head) = self.head.filter(|head| self.may_seal(head) && self.is_clean(head)) else {
            return Ok(());
        };
        let own = self.device.public();
        for (commit, code) in std::mem::take(&mut self.rejects) {
            let is_said = self.log.entries().iter().any(|entry| {
                entry.event.author() == own
                    && matches!(entry.event.body(), Body::Reject { commit: said, .. } if *said == commit)
            });
            if !is_said {
                self.publish(turn, Body::Reject { commit, code }, Some(head))?;
            }
        }
        Ok(())
    }

    /// This member's rank, if it has a vote, in a home group, and keys to say so.
    fn role_to_vote(&self) -> Option<Role> {
        let is_able = self.phase == Phase::Member
            && self.home.is_none()
            && self.may_sign()
            && self.head.is_some_and(|head| self.may_seal(&head));
        let (_, member) = self.resolution.member_of(&self.device.public()).filter(|_| is_able)?;
        Some(member.role).filter(|role| *role >= Role::Member)
    }

    /// Something is to be acknowledged: a head that is not the own vote; by an admin also acts.
    fn must_ack(&self) -> bool {
        let Some(head) = self.head else { return false };
        let Some(last) = self.log.latest_of(&self.device.public()).next() else { return true };
        let Some(vote) = self.own_vote() else { return false };
        let own = self.resolution.member_of(&self.device.public());
        let is_admin = own.is_some_and(|(_, member)| member.role >= Role::Servant);
        // What only renewed leaves changes nobody's say: the admins' votes hold it, and the log stays short.
        let is_settled = vote == head || (!is_admin && self.epochs.only_renews(&vote, &head));
        !is_settled || (is_admin && !self.ledger.knows_acts(&self.log, last))
    }

    /// The epoch that this device's latest event votes for.
    pub(super) fn own_vote(&self) -> Option<EpochId> {
        let last = self.log.latest_of(&self.device.public()).next()?;
        let event = &self.log.entry(last)?.event;
        let own = EpochId::from(event.id());
        let is_commit = event.body().as_commit().is_some() && self.epochs.node(&own).is_some();
        Some(if is_commit { own } else { event.fields().epoch })
    }
}
