//! Who is a member, with which rank: a pure function of a set of events.
//!
//! Owns the answer and its shape. Reads no clock, no keys and no order of arrival: equal sets give equal answers.
//! `rules` holds the single rules, `judge` the verdict on an event by its own past, `weigh` which acts stand among all,
//! and what follows, `state` the step from one answer to the next, `ledger` what is kept between answers. PROTOCOL section 3.

use std::collections::{BTreeMap, BTreeSet};

use crate::event::{GroupParams, Identity, Invite, QuorumAct, Role, Settings};
use crate::ids::{DeviceId, EventId, IdentityId, MemberId, TokenId};
use crate::log::{Equivocation, EventSet, Log};

pub use ledger::Ledger;
pub(crate) use ledger::{Foreseen, StateKey};

mod judge;
mod ledger;
mod rules;
mod state;
#[cfg(test)]
mod stories;
#[cfg(test)]
mod tests;
mod weigh;

/// A current member.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    /// First device's key, and pseudonym.
    pub identity: Identity,
    /// Rank.
    pub role: Role,
    /// The devices that speak for the member; at least one.
    pub devices: BTreeSet<DeviceId>,
    /// Commits may drop the member's leaves until the member has seen that.
    pub is_lapsed: bool,
}

/// An invite that counts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StandingInvite {
    /// What it offers.
    pub invite: Invite,
    /// Who offers it.
    pub author: MemberId,
    /// How many people were admitted by it.
    pub used: u16,
    /// Whether it was taken back.
    pub is_revoked: bool,
}

/// What has been proposed and lacks agreement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PendingAct {
    /// The proposal.
    pub act: EventId,
    /// Who proposed it.
    pub author: MemberId,
    /// What it would do.
    pub what: QuorumAct,
    /// Who has agreed, its author among them if the author has a say.
    pub endorsers: BTreeSet<MemberId>,
    /// Who may agree.
    pub electorate: BTreeSet<MemberId>,
    /// How many more must.
    pub missing: usize,
    /// Whose membership or rank it is about.
    pub target: Option<MemberId>,
}

/// Somebody whose admission a removal made void: "admitted by T, keep?"
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VoidedAdd {
    /// The act that does not count.
    pub act: EventId,
    /// Whom it let in.
    pub identity: Identity,
    /// With which rank.
    pub role: Role,
    /// Who let them in.
    pub by: MemberId,
}

/// The answer: members, invites, who was removed, what is open.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Resolution {
    /// What was fixed at the founding; `None` before the Create is known.
    pub params: Option<GroupParams>,
    /// What the group has decided of itself.
    pub settings: Settings,
    /// Current members.
    pub members: BTreeMap<MemberId, Member>,
    /// Invites that count, also used-up and revoked ones.
    pub invites: BTreeMap<TokenId, StandingInvite>,
    /// Effective removals and leavings: event and whose.
    pub removals: Vec<(EventId, IdentityId)>,
    /// Devices that their members took away.
    pub revoked: BTreeSet<DeviceId>,
    /// What waits for agreement.
    pub pending: Vec<PendingAct>,
    /// Whom the admins are asked about.
    pub questions: Vec<VoidedAdd>,
    /// Devices that told different things to different people; they have no vote.
    pub equivocators: BTreeMap<DeviceId, Equivocation>,
    by_device: BTreeMap<DeviceId, MemberId>,
}

impl Resolution {
    /// Returns the member that a device belongs to.
    pub fn member_of(&self, device: &DeviceId) -> Option<(&MemberId, &Member)> {
        self.members.get_key_value(self.by_device.get(device)?)
    }

    /// Returns the devices of all current members.
    pub fn devices(&self) -> BTreeSet<DeviceId> {
        self.by_device.keys().copied().collect()
    }

    /// Returns the devices that are to have a leaf: all but those of members who lapsed.
    pub fn expected_leaves(&self) -> BTreeSet<DeviceId> {
        let present = self.members.values().filter(|member| !member.is_lapsed);
        present.flat_map(|member| member.devices.iter().copied()).collect()
    }

    /// Returns the current members from servant upwards.
    pub fn admins(&self) -> impl Iterator<Item = (&MemberId, &Member)> {
        self.members.iter().filter(|(_, member)| rules::is_admin(member.role))
    }

    /// Returns the current members that have a vote.
    pub fn voters(&self) -> impl Iterator<Item = (&MemberId, &Member)> {
        self.members.iter().filter(|(_, member)| rules::has_vote(member.role))
    }

    /// Says whether the device's identity was removed or has left, or the device was taken away, and it is not back.
    pub fn is_removed(&self, device: &DeviceId) -> bool {
        let identity = IdentityId(device.0);
        let is_gone =
            self.revoked.contains(device) || self.removals.iter().any(|(_, removed)| *removed == identity);
        is_gone && self.member_of(device).is_none()
    }
}

/// Resolves the events of `within`, which must contain the past of each of its events, from the beginning: nothing that
/// was found before is used.
pub fn resolve(log: &Log, within: &EventSet) -> Resolution {
    let mut ledger = Ledger::thorough();
    Resolution::clone(&ledger.resolution_of(log, within))
}
