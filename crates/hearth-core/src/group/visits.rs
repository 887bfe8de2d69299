//! Until when a visitor stays, and what this node does when a visit is over.
//!
//! Owns both clocks that this takes: this node's, as far as it is believed, and that of somebody else who has written since. No
//! rule of validity reads either; what comes of it is a Leave or a Remove like any other. PROTOCOL section 16.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::devices::Seen;
use super::keys::RECONCILE_SLOT_MS;
use super::objects::person_of;
use super::send::CLOCK_AHEAD_MAX_MS;
use super::{Group, Phase};
use crate::content::body::{HOME_KIND, STAY_KIND};
use crate::content::object::{NOBODY, id_of, salt_of};
use crate::error::{Fault, OperationError};
use crate::event::{Body, Identity, Role};
use crate::ids::{DeviceId, EventId, IdentityId, MS_PER_DAY, MemberId, Timestamp};
use crate::keys::KeyLayer;
use crate::limits;
use crate::objects::Place;
use crate::resolve::{Member, Resolution};
use crate::turn::{Notice, Turn};

const STAY_MS: u64 = limits::STAY_DAYS * MS_PER_DAY;
const NOTICE_MS: u64 = limits::STAY_NOTICE_DAYS * MS_PER_DAY;
const NOTICE_MS_MIN: u64 = limits::STAY_NOTICE_DAYS_MIN * MS_PER_DAY;
const GRACE_MS: u64 = limits::STAY_GRACE_DAYS * MS_PER_DAY;

/// A visit that ends by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct VisitView {
    /// When, as this node reckons.
    pub until: Timestamp,
    /// Whether this member may let it last longer.
    pub may_renew: bool,
}

/// What this node noted of a visit; never leaves it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Visit {
    /// Since when the person is a visitor who has another home group, or none.
    since: Timestamp,
    /// Of this member's own: since when its end is near and this node is in touch, so that an answer could come.
    told: Option<Timestamp>,
}

/// What is kept in memory about visits.
#[derive(Default)]
pub(super) struct Visits {
    /// The latest time that somebody else has written by their clock.
    heard: Timestamp,
    /// Whose visit this node ends, and when, if it stays in touch until then.
    due: BTreeMap<MemberId, Timestamp>,
    /// When this node last looked.
    looked_at: Option<Timestamp>,
}

/// When a node ends a visit.
struct Ending {
    /// From when on by its own clock.
    at: Timestamp,
    /// From when on by the clock of somebody else.
    heard: Timestamp,
}

impl<K: KeyLayer> Group<K> {
    /// Takes note of the clock of somebody else who is in.
    pub(super) fn hear(&mut self, now: Timestamp, author: &DeviceId, clock: Timestamp) {
        if clock <= now.plus_ms(CLOCK_AHEAD_MAX_MS)
            && self.resolution.member_of(author).is_some()
            && !self.is_own(author)
        {
            self.visits.heard = self.visits.heard.max(clock);
        }
    }

    /// Takes up after a restart what was heard before: `latest` of messages, and what the group has.
    pub(crate) fn hear_again(&mut self, latest: Option<Timestamp>) {
        let states = self.states.values().map(|state| (state.fields().author, state.fields().clock));
        let objects = self.objects.all().map(|version| (version.author, version.clock));
        let others = states.chain(objects).filter(|(author, _)| !self.is_own(author));
        let latest = others.map(|(_, clock)| clock).chain(latest).max();
        self.visits.heard = latest.unwrap_or_default();
    }

    /// Says whether somebody has said that this is their home group.
    pub(super) fn is_home(&self, who: &IdentityId) -> bool {
        let home = self.version_of(&id_of(HOME_KIND, who, &[0; 16]));
        home.is_some_and(|version| !version.is_withdrawn)
    }

    /// Says whether a device's member invited the one whom a stay is about, and may invite.
    pub(super) fn has_invited(&self, resolution: &Resolution, device: &DeviceId, salt: &[u8; 16]) -> bool {
        let Some((person, role)) = person_of(resolution, device) else { return false };
        let is_meant = |member: &Member| salt_of(&member.identity.device.0) == *salt;
        let Some((id, _)) = resolution.members.iter().find(|(_, member)| is_meant(member)) else {
            return false;
        };
        let Some(Body::Admit(admission)) = self.log.event(&EventId::from(*id)).map(|event| event.body())
        else {
            return false;
        };
        let inviter = resolution.invites.get(&admission.token).map(|standing| standing.author);
        let inviter = inviter.and_then(|inviter| resolution.members.get(&inviter));
        let may_invite = role >= Role::Member && resolution.settings.members_may_invite;
        may_invite && inviter.is_some_and(|inviter| inviter.identity.id() == person)
    }

    /// Returns a person's visit, if it ends by itself.
    pub(super) fn visit_of(&self, member: &Member) -> Option<VisitView> {
        let end = self.visit_end(member)?;
        let told = self.noted(&member.identity.device).and_then(|visit| visit.told);
        let until = told.map_or(end, |told| end.max(told.plus_ms(NOTICE_MS_MIN)));
        let place = Place { kind: STAY_KIND, owner: NOBODY, salt: salt_of(&member.identity.device.0) };
        let may_renew = self.may_write(&self.resolution, &place, &self.device.public());
        Some(VisitView { until, may_renew })
    }

    /// Says whether this member is out, and was a visitor whose visit was over by then.
    pub(crate) fn is_visit_over(&self) -> bool {
        if self.phase != Phase::Out {
            return false;
        }
        let own = self.author_of(&self.device.public()).and_then(|own| self.log.event(&EventId::from(own)));
        let end = own.and_then(|own| self.end_of(own.body().joiner()?));
        end.zip(self.out_since).is_some_and(|(end, out)| end <= out)
    }

    fn noted(&self, device: &DeviceId) -> Option<Visit> {
        self.seen.get(device)?.visit
    }

    fn is_visiting(&self, member: &Member) -> bool {
        member.role == Role::Visitor && !self.is_home(&member.identity.id())
    }

    fn visit_end(&self, member: &Member) -> Option<Timestamp> {
        if self.is_visiting(member) { self.end_of(&member.identity) } else { None }
    }

    /// When the visit that was noted of somebody ends.
    fn end_of(&self, identity: &Identity) -> Option<Timestamp> {
        let visit = self.noted(&identity.device)?;
        let first = visit.since.plus_ms(STAY_MS);
        Some(self.stay_of(&identity.id()).map_or(first, |stay| stay.max(first)))
    }

    /// Until when somebody was told that a visitor may stay.
    fn stay_of(&self, visitor: &IdentityId) -> Option<Timestamp> {
        let version = self.version_of(&id_of(STAY_KIND, &NOBODY, &salt_of(&visitor.0)))?;
        version.stay.map(|until| until.min(version.clock.plus_ms(STAY_MS)))
    }

    /// When this node ends a member's visit: its own member's once that was told for long enough, others' as a servant's node.
    fn ending(&self, member: &Member) -> Option<Ending> {
        let end = self.visit_end(member)?;
        if member.devices.contains(&self.device.public()) {
            let told = self.noted(&member.identity.device)?.told?;
            return Some(Ending { at: end.max(told.plus_ms(NOTICE_MS_MIN)), heard: end });
        }
        let at = end.plus_ms(GRACE_MS);
        (self.standing_role() >= Some(Role::Servant)).then_some(Ending { at, heard: at })
    }

    /// Says whether this node is in touch with somebody else who has a vote and the same head: a word about a visit would come.
    fn is_among_others(&self, turn: &Turn<'_>) -> bool {
        let is_one = |device: &DeviceId| {
            let member = self.resolution.member_of(device).filter(|_| !self.is_own(device));
            member.is_some_and(|(_, member)| member.role >= Role::Member)
        };
        self.head.is_some_and(|head| self.is_in_touch(&head)) && turn.connected.iter().any(is_one)
    }

    /// Those whose visit this node may end as things are.
    fn over(&self, turn: &Turn<'_>) -> BTreeSet<MemberId> {
        if !turn.is_clock_believed || !self.is_among_others(turn) {
            return BTreeSet::new();
        }
        let heard = self.visits.heard;
        let is_over = |ending: &Ending| ending.at <= turn.now && ending.heard <= heard;
        let members = self.resolution.members.iter();
        let over = members.filter(|(_, member)| self.ending(member).as_ref().is_some_and(is_over));
        over.map(|(id, _)| *id).collect()
    }

    /// Notes who is a visitor since when, and decides whose visit this node ends, and when.
    pub(super) fn plan_visits(&mut self, turn: &mut Turn<'_>) -> Result<(), Fault> {
        if self.home.is_some() || self.phase != Phase::Member {
            self.visits.due.clear();
            return Ok(());
        }
        self.visits.looked_at = Some(turn.now);
        self.note_visitors(turn)?;
        self.note_told(turn)?;
        let over = self.over(turn);
        self.visits.due.retain(|id, _| over.contains(id));
        for id in over {
            let place = match self.own_member() == Some(id) {
                true => 0,
                false => self.place_in_line(turn, &EventId::from(id).0),
            };
            let at = turn.now.plus_ms(limits::STAY_SETTLE_MS + RECONCILE_SLOT_MS * place);
            self.visits.due.entry(id).or_insert(at);
        }
        Ok(())
    }

    /// A visit begins when this node first sees it, and not before the latest time that somebody else has written: a clock that
    /// is behind makes no visit shorter, and one that was ahead makes none longer.
    fn note_visitors(&mut self, turn: &mut Turn<'_>) -> Result<(), Fault> {
        let begins = turn.now.max(self.visits.heard);
        let is_ahead = |visit: Visit| visit.since > begins.plus_ms(CLOCK_AHEAD_MAX_MS);
        let mut changed = Vec::new();
        for member in self.resolution.members.values() {
            let device = member.identity.device;
            match (self.is_visiting(member), self.noted(&device)) {
                (true, None) if turn.is_clock_believed => changed.push((device, true)),
                (true, Some(visit)) if turn.is_clock_believed && is_ahead(visit) => {
                    changed.push((device, true));
                }
                (false, Some(_)) => changed.push((device, false)),
                (true, _) | (false, None) => {}
            }
        }
        for (device, is_visiting) in changed {
            let visit = is_visiting.then_some(Visit { since: begins, told: None });
            self.note_visit(turn, device, visit)?;
        }
        Ok(())
    }

    fn note_visit(
        &mut self,
        turn: &mut Turn<'_>,
        device: DeviceId,
        visit: Option<Visit>,
    ) -> Result<(), Fault> {
        let seen = self.seen.get(&device).cloned().unwrap_or_else(|| Seen::first(turn.now));
        turn.notify(Notice::People { group: self.id });
        self.note(turn, device, Seen { visit, ..seen })
    }

    /// Notes since when this member can know that their visit is about to end.
    fn note_told(&mut self, turn: &mut Turn<'_>) -> Result<(), Fault> {
        let Some((_, member)) = self.resolution.member_of(&self.device.public()) else { return Ok(()) };
        let device = member.identity.device;
        let Some(visit) = self.noted(&device) else { return Ok(()) };
        let near = self.visit_end(member).map(|end| Timestamp(end.0.saturating_sub(NOTICE_MS)));
        let is_near = near.is_some_and(|near| near <= turn.now);
        let may_begin = turn.is_clock_believed && self.is_among_others(turn);
        // Not what a clock said that was ahead.
        let told = visit.told.filter(|told| is_near && *told <= turn.now);
        let told = told.or_else(|| (is_near && may_begin).then_some(turn.now));
        if told == visit.told {
            return Ok(());
        }
        self.note_visit(turn, device, Some(Visit { told, ..visit }))
    }

    /// When something about a visit is to be looked at.
    pub(super) fn visits_at(&self) -> Option<Timestamp> {
        if self.home.is_some() || self.phase != Phase::Member {
            return None;
        }
        let own = self.device.public();
        let near = |member: &Member| {
            let end = self.visit_end(member).filter(|_| member.devices.contains(&own))?;
            Some(Timestamp(end.0.saturating_sub(NOTICE_MS)))
        };
        let members = self.resolution.members.values();
        let looks = members.flat_map(|member| [near(member), self.ending(member).map(|ending| ending.at)]);
        // What is due and cannot be done waits for a neighbour or a word of somebody, which wake this node.
        let looks = looks.flatten().filter(|at| self.visits.looked_at.is_none_or(|looked| looked < *at));
        self.visits.due.values().copied().chain(looks).min()
    }

    /// Ends the visits whose time has come: this member leaves, or others' nodes are spared an act that they have not made.
    pub(super) fn end_visits_if_due(&mut self, turn: &mut Turn<'_>) -> Result<(), Fault> {
        let due = self.visits.due.iter().filter(|(_, at)| **at <= turn.now);
        let due: Vec<MemberId> = due.map(|(id, _)| *id).collect();
        for id in due {
            self.visits.due.remove(&id);
            if !self.over(turn).contains(&id) {
                continue;
            }
            let ended = match self.own_member() == Some(id) {
                true => self.leave(turn),
                false => self.remove(turn, &id),
            };
            match ended {
                Err(OperationError::Store(error)) => return Err(Fault::Store(error)),
                Err(OperationError::Bug(what)) => return Err(Fault::Bug(what)),
                Err(OperationError::Poisoned) => return Err(Fault::Poisoned),
                // Not while keys are missing, or somebody else has decided: it is looked at again.
                Ok(()) | Err(_) => {}
            }
        }
        Ok(())
    }
}
