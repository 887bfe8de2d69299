//! What follows from the acts that stand: members, invites, settings, what waits for agreement, what was voided.
//!
//! Owns the shape that a weighing's decisions take; decides nothing itself. PROTOCOL 3.17 to 3.22.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::super::judge::Act;
use super::super::state::{Facts, InviteState, State, id_at};
use super::super::{Member, PendingAct, Resolution, StandingInvite, VoidedAdd};
use super::Weighing;
use crate::event::{Body, Identity, QuorumAct, Role, Settings};
use crate::ids::{DeviceId, MemberId, TokenId};

impl Weighing<'_> {
    /// What follows from what stands.
    pub(super) fn state(self) -> State {
        let mut facts = Facts::default();
        let mut resolution = Resolution {
            settings: self.settings(),
            equivocators: self.log.equivocators(self.within),
            ..Resolution::default()
        };
        self.collect_members(&mut facts, &mut resolution);
        self.collect_invites(&mut facts, &mut resolution);
        self.collect_lapses(&mut facts, &mut resolution);
        resolution.pending = self.pending(&facts);
        resolution.questions = self.questions(&facts);
        resolution.revoked = self.revocations.keys().copied().collect();
        for (identity, removals) in &self.removals {
            let ids = removals.iter().filter_map(|removal| id_at(self.log, removal.index));
            resolution.removals.extend(ids.map(|id| (id, *identity)));
        }
        resolution.removals.sort();
        facts.void = self.voided().collect();
        facts.resolution = Arc::new(resolution);
        facts.removals = self.removals.clone();
        for removals in facts.removals.values_mut() {
            removals.sort_by_key(|removal| removal.index);
        }
        facts.revocations = self.revocations.clone();
        for revocations in facts.revocations.values_mut() {
            revocations.sort_by_key(|revocation| revocation.index);
        }
        facts.count_voters();
        State { within: self.within.clone(), is_contested: self.is_contested.get(), facts: Arc::new(facts) }
    }

    fn collect_members(&self, facts: &mut Facts, resolution: &mut Resolution) {
        let mut found: BTreeMap<MemberId, (usize, Member, BTreeMap<DeviceId, usize>)> = BTreeMap::new();
        for (act, entry) in self.standing_acts() {
            if let Body::Create { params, .. } = entry.event.body() {
                resolution.params = Some(params.clone());
            }
            let Some(identity) = entry.event.body().joiner() else { continue };
            let rivals: Vec<usize> = self.rivals_in(act, self.within).collect();
            facts.has_rivals |= rivals.len() > 1;
            // Of somebody admitted twice at the same time the smaller id is the member's, which all agree on.
            let is_first = rivals.iter().all(|rival| id_at(self.log, *rival) >= Some(entry.event.id()));
            if !is_first || !rivals.contains(&act) {
                continue;
            }
            let role = self.role_in(act, self.within).unwrap_or(Role::Visitor);
            let (devices, adds) = self.devices_of(&rivals, identity);
            // Whose devices are all gone has no voice and has to be let in again.
            if !devices.is_empty() {
                let member = Member { identity: identity.clone(), role, devices, is_lapsed: false };
                found.insert(MemberId::from(entry.event.id()), (act, member, adds));
            }
        }
        // A device claimed twice is one member's, too.
        for (id, (index, mut member, adds)) in found {
            let claimed = member.devices.len();
            member.devices.retain(|device| !resolution.by_device.contains_key(device));
            facts.has_rivals |= member.devices.len() < claimed;
            if member.devices.is_empty() {
                continue;
            }
            facts.by_identity.insert(member.identity.id(), id);
            facts.indices.insert(id, index);
            for device in &member.devices {
                resolution.by_device.insert(*device, id);
                if let Some(add) = adds.get(device) {
                    facts.device_adds.insert(*device, *add);
                }
            }
            resolution.members.insert(id, member);
        }
    }

    /// The devices of a person by all memberships that are in, and the acts that gave it those beyond its first. What
    /// was taken from one membership is taken from all.
    fn devices_of(
        &self,
        rivals: &[usize],
        identity: &Identity,
    ) -> (BTreeSet<DeviceId>, BTreeMap<DeviceId, usize>) {
        let mut adds = BTreeMap::new();
        let own = self.book.by_person.get(&identity.id()).into_iter().flatten();
        for act in own.filter(|act| self.standing.contains(**act)) {
            let Some(judged) = self.judged(*act) else { continue };
            if let Act::DeviceAdd { device } = judged.act
                && judged.member.is_some_and(|member| rivals.contains(&member))
            {
                adds.entry(device).or_insert(*act);
            }
        }
        let is_gone = |device: &DeviceId| {
            rivals.iter().any(|rival| self.revocations_of(*device, *rival).next().is_some())
        };
        adds.retain(|device, _| !is_gone(device));
        let first = Some(identity.device).filter(|first| !is_gone(first));
        (adds.keys().copied().chain(first).collect(), adds)
    }

    fn collect_invites(&self, facts: &mut Facts, resolution: &mut Resolution) {
        let mut used: BTreeMap<TokenId, u16> = BTreeMap::new();
        let mut revocations: BTreeMap<TokenId, Vec<usize>> = BTreeMap::new();
        for (act, entry) in self.standing_acts() {
            let Some(judged) = self.judged(act) else { continue };
            match (&judged.act, entry.event.body()) {
                (Act::Invite, Body::Invite(invite)) => {
                    // Of two that were made without knowing of each other, all must take the same.
                    let id = entry.event.id();
                    let is_first = facts
                        .invites
                        .get(&invite.token)
                        .and_then(|known| id_at(self.log, known.index))
                        .is_none_or(|known| id < known);
                    let author = judged.member.filter(|_| is_first);
                    let known_as = author.and_then(|author| self.known_as(facts, author));
                    let Some((author, author_id)) = author.zip(known_as) else { continue };
                    let state = InviteState { index: act, author, stratum: judged.stratum };
                    facts.invites.insert(invite.token, state);
                    let standing = StandingInvite {
                        invite: invite.clone(),
                        author: author_id,
                        used: 0,
                        is_revoked: false,
                    };
                    resolution.invites.insert(invite.token, standing);
                }
                (Act::Enter { .. }, Body::Admit(admission)) => {
                    let count = used.entry(admission.token).or_default();
                    *count = count.saturating_add(1);
                }
                (Act::RevokeInvite { token }, _) => {
                    revocations.entry(*token).or_default().push(act);
                }
                _ => {}
            }
        }
        for (token, standing) in &mut resolution.invites {
            standing.used = used.get(token).copied().unwrap_or(0);
            // An invite that knew of the revocation of an earlier one with the same token is not meant by it.
            let known = facts.invites.get(token).and_then(|invite| self.past_of(invite.index));
            let mut revoked = revocations.get(token).into_iter().flatten();
            standing.is_revoked = revoked.any(|act| known.is_none_or(|past| !past.contains(*act)));
        }
    }

    fn collect_lapses(&self, facts: &mut Facts, resolution: &mut Resolution) {
        for (act, _) in self.standing_acts() {
            let Some(Act::Lapse { member }) = self.judged(act).map(|judged| &judged.act) else { continue };
            let identity = self.identity_of(*member);
            let events = identity.and_then(|identity| self.book.by_person.get(&identity));
            let is_back = events
                .into_iter()
                .flatten()
                .filter(|index| self.within.contains(**index))
                .any(|index| self.past_of(*index).is_some_and(|past| past.contains(act)));
            let Some(id) = self.known_as(facts, *member) else { continue };
            if let Some(known) = resolution.members.get_mut(&id).filter(|_| !is_back) {
                known.is_lapsed = true;
                facts.lapses.entry(id).or_default().push(act);
            }
        }
    }

    /// What has been decided of the group: of several decisions that did not know of one another, what all allow.
    fn settings(&self) -> Settings {
        let decisions: Vec<(usize, Settings)> = self
            .standing_acts()
            .filter_map(|(act, _)| match self.judged(act)?.act {
                Act::SetParams { settings, .. } => Some((act, settings)),
                _ => None,
            })
            .collect();
        let is_last = |decision: usize| {
            !decisions
                .iter()
                .any(|(other, _)| self.past_of(*other).is_some_and(|past| past.contains(decision)))
        };
        let last = decisions.iter().filter(|(decision, _)| is_last(*decision));
        let together = last
            .map(|(_, settings)| *settings)
            .reduce(|a, b| Settings { members_may_invite: a.members_may_invite && b.members_may_invite });
        together.unwrap_or_default()
    }

    fn pending(&self, facts: &Facts) -> Vec<PendingAct> {
        let certain = self.certain_removals();
        let open = self.acts.iter().copied().filter(|act| !self.agreed.contains(act));
        let described = open.filter_map(|act| {
            let judged = self.judged(act)?;
            let quorum = judged.act.quorum()?;
            let target = match quorum.target {
                Some(target) => {
                    Some(self.known_as(facts, target).filter(|id| facts.indices.contains_key(id))?)
                }
                None => None,
            };
            let what = match &judged.act {
                Act::Remove { identity, .. } => QuorumAct::Remove { identity: *identity },
                Act::SetRole { role, .. } => QuorumAct::SetRole { member: target?, role: *role },
                Act::SetParams { settings, .. } => QuorumAct::SetParams(*settings),
                _ => return None,
            };
            let author = judged.member.filter(|author| self.standing.contains(*author))?;
            let ids = |members: &mut dyn Iterator<Item = usize>| -> BTreeSet<MemberId> {
                members.filter_map(|member| self.known_as(facts, member)).collect()
            };
            let endorsers = self.endorsers(act, quorum, Some(&certain));
            Some(PendingAct {
                act: id_at(self.log, act)?,
                author: self.known_as(facts, author)?,
                what,
                missing: quorum.needed.saturating_sub(endorsers.len()),
                endorsers: ids(&mut endorsers.into_iter()),
                electorate: ids(&mut quorum.electorate.iter().copied()),
                target,
            })
        });
        let mut pending: Vec<PendingAct> = described.collect();
        pending.sort_by_key(|pending| pending.act);
        pending
    }

    /// Acts that would make somebody a member, and do not stand.
    fn voided(&self) -> impl Iterator<Item = usize> {
        self.acts.iter().copied().filter(|act| {
            !self.standing.contains(*act)
                && matches!(self.judged(*act).map(|judged| &judged.act), Some(Act::Enter { .. }))
        })
    }

    fn questions(&self, facts: &Facts) -> Vec<VoidedAdd> {
        let described = self.voided().filter_map(|act| {
            let entry = self.log.entry(act)?;
            let identity = entry.event.body().joiner()?;
            let judged = self.judged(act)?;
            let Act::Enter { role, .. } = judged.act else { return None };
            let is_settled = facts.by_identity.contains_key(&identity.id())
                || self.removals.get(&identity.id()).is_some_and(|removals| !removals.is_empty());
            (!is_settled).then_some(VoidedAdd {
                act: entry.event.id(),
                identity: identity.clone(),
                role,
                by: self.known_as(facts, judged.member?)?,
            })
        });
        let mut questions: Vec<VoidedAdd> = described.collect();
        questions.sort_by_key(|question| question.act);
        questions
    }
}
