//! The answer for one set of events, with what is needed to judge the next event and to go on from it.
//!
//! Owns looking things up, and the step from one state to the next where that is sure to give what beginning anew would.
//! PROTOCOL section 3.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::judge::{Act, Judged};
use super::ledger::Book;
use super::rules;
use super::{Member, Resolution, StandingInvite};
use crate::event::Body;
use crate::ids::{DeviceId, EventId, IdentityId, MemberId, TokenId};
use crate::log::{EventSet, Log};

/// Who has a say, by index and identity.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Voters {
    pub(super) admins: Vec<(usize, IdentityId)>,
    /// All who have a vote, admins among them.
    pub(super) members: Vec<(usize, IdentityId)>,
}

/// An effective removal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Removal {
    pub(super) index: usize,
    /// 0 for a leaving, which voids nothing.
    pub(super) stratum: u8,
}

/// A device that its member took away.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Revocation {
    pub(super) index: usize,
    pub(super) member: usize,
}

/// An invite that counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct InviteState {
    pub(super) index: usize,
    pub(super) author: usize,
    pub(super) stratum: u8,
}

/// What follows from a set of events.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Facts {
    pub(super) resolution: Arc<Resolution>,
    pub(super) indices: BTreeMap<MemberId, usize>,
    pub(super) by_identity: BTreeMap<IdentityId, MemberId>,
    /// The DeviceAdds of devices that are not their member's first.
    pub(super) device_adds: BTreeMap<DeviceId, usize>,
    pub(super) removals: BTreeMap<IdentityId, Vec<Removal>>,
    pub(super) revocations: BTreeMap<DeviceId, Vec<Revocation>>,
    pub(super) invites: BTreeMap<TokenId, InviteState>,
    /// Acts that would make somebody a member and do not stand.
    pub(super) void: BTreeSet<usize>,
    pub(super) lapses: BTreeMap<MemberId, Vec<usize>>,
    pub(super) voters: Arc<Voters>,
    /// Somebody was let in twice, or a device was claimed twice and one claim waits behind the other.
    pub(super) has_rivals: bool,
}

/// The state after a set of events.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct State {
    pub(super) within: EventSet,
    /// An act stands, or does not, by who has acknowledged it: then any event may matter.
    pub(super) is_contested: bool,
    pub(super) facts: Arc<Facts>,
}

impl State {
    /// Takes one more event if that is sure to give the state of the larger set; else nothing changes.
    pub(super) fn step(&mut self, log: &Log, book: &Book, index: usize) -> bool {
        let (Some(entry), Some(judged)) = (log.entry(index), book.judged.get(index)) else { return false };
        let is_act = judged.act != Act::Nothing;
        // No act is concurrent with it; where acknowledgements decide, none is unknown to it either, or it is none that
        // could protect anything from a removal, since it knows them all.
        let knows_acts = self.within.is_subset_among(&book.acts, &entry.past);
        let may = match (self.is_contested, is_act) {
            (false, false) => true,
            (false, true) | (true, false) => knows_acts,
            (true, true) => self.within.is_subset(&entry.past),
        };
        // An equivocation takes voices away from what is long past.
        let may_free_rivals = is_act && self.facts.has_rivals;
        if !may || may_free_rivals || log.is_doubled(index) || !is_simple(&judged.act) {
            return false;
        }
        self.within.insert(index);
        self.end_lapse(log, index, judged);
        if judged.act != Act::Nothing {
            Arc::make_mut(&mut self.facts).apply(log, index, judged);
        }
        true
    }

    /// Somebody who has seen that they lapsed is back.
    fn end_lapse(&mut self, log: &Log, index: usize, judged: &Judged) {
        let identity = judged.member.and_then(|member| identity_at(log, member));
        let Some(member) = identity.and_then(|identity| self.facts.by_identity.get(&identity)).copied()
        else {
            return;
        };
        let Some(entry) = log.entry(index) else { return };
        let seen = |lapses: &Vec<usize>| lapses.iter().any(|lapse| entry.past.contains(*lapse));
        if !self.facts.lapses.get(&member).is_some_and(seen) {
            return;
        }
        let facts = Arc::make_mut(&mut self.facts);
        if let Some(lapses) = facts.lapses.get_mut(&member) {
            lapses.retain(|lapse| !entry.past.contains(*lapse));
            let is_lapsed = !lapses.is_empty();
            if let Some(known) = Arc::make_mut(&mut facts.resolution).members.get_mut(&member) {
                known.is_lapsed = is_lapsed;
            }
        }
    }

    pub(super) fn resolution(&self) -> &Resolution {
        &self.facts.resolution
    }

    pub(super) fn voters(&self) -> Arc<Voters> {
        self.facts.voters.clone()
    }

    /// Returns the member that a device belongs to, the DeviceAdd behind it, and the rank.
    pub(super) fn author(&self, device: &DeviceId) -> Option<(usize, Option<usize>, u8)> {
        let (id, member) = self.resolution().member_of(device)?;
        let index = self.facts.indices.get(id)?;
        Some((*index, self.facts.device_adds.get(device).copied(), member.role.rank()))
    }

    /// Returns a current member's index.
    pub(super) fn member(&self, log: &Log, id: &MemberId) -> Option<usize> {
        self.facts.indices.get(id).copied().filter(|index| log.entry(*index).is_some())
    }

    pub(super) fn index_of(&self, identity: &IdentityId) -> Option<usize> {
        self.facts.indices.get(self.facts.by_identity.get(identity)?).copied()
    }

    pub(super) fn rank_of(&self, identity: &IdentityId) -> Option<u8> {
        let id = self.facts.by_identity.get(identity)?;
        Some(self.resolution().members.get(id)?.role.rank())
    }

    pub(super) fn removals_of(&self, identity: &IdentityId) -> &[Removal] {
        self.facts.removals.get(identity).map_or(&[], Vec::as_slice)
    }

    pub(super) fn invite(&self, token: &TokenId) -> Option<&InviteState> {
        self.facts.invites.get(token)
    }

    /// Says whether a device is nobody's, was never taken away, and is no key of somebody who was removed.
    pub(super) fn is_unknown(&self, device: &DeviceId) -> bool {
        self.resolution().member_of(device).is_none()
            && !self.facts.revocations.contains_key(device)
            && self.removals_of(&IdentityId(device.0)).is_empty()
    }
}

impl Facts {
    /// Applies an act that knows of all others, so that nothing is concurrent with it.
    fn apply(&mut self, log: &Log, index: usize, judged: &Judged) {
        let Some(entry) = log.entry(index) else { return };
        let own = judged.member.and_then(|member| id_at(log, member)).map(MemberId::from);
        match &judged.act {
            Act::Enter { role, invite } => {
                let Some(identity) = entry.event.body().joiner() else { return };
                if let Body::Create { params, .. } = entry.event.body() {
                    Arc::make_mut(&mut self.resolution).params = Some(params.clone());
                }
                let id = MemberId::from(entry.event.id());
                let member = Member {
                    identity: identity.clone(),
                    role: *role,
                    devices: BTreeSet::from([identity.device]),
                    is_lapsed: false,
                };
                self.indices.insert(id, index);
                self.by_identity.insert(identity.id(), id);
                Arc::make_mut(&mut self.resolution).by_device.insert(identity.device, id);
                Arc::make_mut(&mut self.resolution).members.insert(id, member);
                Arc::make_mut(&mut self.resolution)
                    .questions
                    .retain(|question| question.identity.id() != identity.id());
                if let Some(token) = invite.and_then(|invite| token_at(log, invite))
                    && let Some(standing) = Arc::make_mut(&mut self.resolution).invites.get_mut(&token)
                {
                    standing.used = standing.used.saturating_add(1);
                }
                self.count_voters();
            }
            Act::Invite => {
                let (Body::Invite(invite), Some(author), Some(member)) =
                    (entry.event.body(), own, judged.member)
                else {
                    return;
                };
                let state = InviteState { index, author: member, stratum: judged.stratum };
                self.invites.insert(invite.token, state);
                let standing = StandingInvite { invite: invite.clone(), author, used: 0, is_revoked: false };
                Arc::make_mut(&mut self.resolution).invites.insert(invite.token, standing);
            }
            Act::RevokeInvite { token } => {
                if let Some(standing) = Arc::make_mut(&mut self.resolution).invites.get_mut(token) {
                    standing.is_revoked = true;
                }
            }
            Act::SetRole { member, role, is_promotion: _, quorum: _ } => {
                let id = id_at(log, *member).map(MemberId::from);
                if let Some(member) =
                    id.and_then(|id| Arc::make_mut(&mut self.resolution).members.get_mut(&id))
                {
                    member.role = *role;
                }
                self.count_voters();
            }
            Act::Remove { identity, quorum: _ } => {
                let removal = Removal { index, stratum: judged.stratum };
                self.end(*identity, entry.event.id(), removal);
            }
            Act::Leave => {
                let Some(identity) = own
                    .and_then(|own| Arc::make_mut(&mut self.resolution).members.get(&own))
                    .map(|m| m.identity.id())
                else {
                    return;
                };
                self.end(identity, entry.event.id(), Removal { index, stratum: 0 });
            }
            Act::Lapse { member } => {
                let Some(id) = id_at(log, *member).map(MemberId::from) else { return };
                self.lapses.entry(id).or_default().push(index);
                if let Some(member) = Arc::make_mut(&mut self.resolution).members.get_mut(&id) {
                    member.is_lapsed = true;
                }
            }
            Act::DeviceAdd { device } => {
                let Some(id) = own else { return };
                self.device_adds.insert(*device, index);
                Arc::make_mut(&mut self.resolution).by_device.insert(*device, id);
                if let Some(member) = Arc::make_mut(&mut self.resolution).members.get_mut(&id) {
                    member.devices.insert(*device);
                }
            }
            Act::DeviceRevoke { device } => {
                let (Some(id), Some(member)) = (own, judged.member) else { return };
                self.device_adds.remove(device);
                Arc::make_mut(&mut self.resolution).by_device.remove(device);
                Arc::make_mut(&mut self.resolution).revoked.insert(*device);
                self.revocations.entry(*device).or_default().push(Revocation { index, member });
                if let Some(member) = Arc::make_mut(&mut self.resolution).members.get_mut(&id) {
                    member.devices.remove(device);
                }
            }
            // Not simple: `step` does not come here with them.
            Act::Nothing | Act::SetParams { .. } | Act::Endorse { .. } => {}
        }
    }

    fn end(&mut self, identity: IdentityId, event: EventId, removal: Removal) {
        self.removals.entry(identity).or_default().push(removal);
        let removals = &mut Arc::make_mut(&mut self.resolution).removals;
        let place = removals.partition_point(|known| *known < (event, identity));
        removals.insert(place, (event, identity));
        Arc::make_mut(&mut self.resolution).questions.retain(|question| question.identity.id() != identity);
        if let Some(id) = self.by_identity.remove(&identity) {
            self.indices.remove(&id);
            self.lapses.remove(&id);
            if let Some(member) = Arc::make_mut(&mut self.resolution).members.remove(&id) {
                for device in member.devices {
                    Arc::make_mut(&mut self.resolution).by_device.remove(&device);
                    self.device_adds.remove(&device);
                }
            }
            Arc::make_mut(&mut self.resolution).pending.retain(|pending| pending.target != Some(id));
        }
        self.count_voters();
    }

    pub(super) fn count_voters(&mut self) {
        let mut voters = Voters::default();
        for (id, index) in &self.indices {
            let Some(member) = self.resolution.members.get(id) else { continue };
            if rules::has_vote(member.role) {
                voters.members.push((*index, member.identity.id()));
            }
            if rules::is_admin(member.role) {
                voters.admins.push((*index, member.identity.id()));
            }
        }
        voters.members.sort();
        voters.admins.sort();
        if voters != *self.voters {
            self.voters = Arc::new(voters);
        }
    }
}

/// Whether an act that knows of all others changes nothing but what it says.
fn is_simple(act: &Act) -> bool {
    match act {
        Act::SetRole { quorum, .. } | Act::Remove { quorum, .. } => quorum.is_none(),
        Act::SetParams { .. } | Act::Endorse { .. } => false,
        Act::Nothing
        | Act::Enter { .. }
        | Act::Invite
        | Act::RevokeInvite { .. }
        | Act::Leave
        | Act::Lapse { .. }
        | Act::DeviceAdd { .. }
        | Act::DeviceRevoke { .. } => true,
    }
}

/// The id of the event at an index.
pub(super) fn id_at(log: &Log, index: usize) -> Option<EventId> {
    log.entry(index).map(|entry| entry.event.id())
}

/// Whom the event at an index makes a member.
pub(super) fn identity_at(log: &Log, index: usize) -> Option<IdentityId> {
    Some(log.entry(index)?.event.body().joiner()?.id())
}

/// Says whether two memberships are one person's: the same one, or two that did not know of each other. PROTOCOL 3.14.
pub(super) fn is_same_person(log: &Log, one: usize, other: usize) -> bool {
    let knows = |a: usize, b: usize| log.entry(a).is_some_and(|entry| entry.past.contains(b));
    one == other
        || (identity_at(log, one) == identity_at(log, other) && !knows(one, other) && !knows(other, one))
}

/// The token of the invite at an index.
pub(super) fn token_at(log: &Log, index: usize) -> Option<TokenId> {
    match log.entry(index)?.event.body() {
        Body::Invite(invite) => Some(invite.token),
        _ => None,
    }
}
