//! Which acts stand among all that are known: from the strongest stratum down.
//!
//! Owns what a removal voids, what acknowledgements protect, and when an act of many has its quorum. Begins anew for each
//! set of events. Every act was judged by its own past before (`judge`); here it can only lose. `outcome` holds what
//! follows from what stands. PROTOCOL 3.5 to 3.7 and 3.22 to 3.31.

use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};

use super::judge::{Act, Judged, Quorum};
use super::ledger::Book;
use super::rules::{self, STRATUM_QUORUM};
use super::state::{Facts, Removal, Revocation, State, id_at, identity_at, is_same_person};
use crate::event::Role;
use crate::ids::{DeviceId, IdentityId, MemberId};
use crate::log::{EventSet, Log, LogEntry};

mod outcome;

/// The weighing of one set of events.
pub(super) struct Weighing<'a> {
    log: &'a Log,
    book: &'a Book,
    within: &'a EventSet,
    /// The acts of the set, each after its past.
    acts: Vec<usize>,
    /// Acts that need agreement and have it.
    agreed: BTreeSet<usize>,
    removals: BTreeMap<IdentityId, Vec<Removal>>,
    revocations: BTreeMap<DeviceId, Vec<Revocation>>,
    /// The ranks that were taken from somebody, or given back.
    demotions: BTreeMap<IdentityId, Vec<Demotion>>,
    /// What the strata so far have decided.
    decided: BTreeMap<usize, bool>,
    /// What stands in the present pass.
    standing: EventSet,
    /// Each membership's changes of rank that stand in the present pass.
    roles: BTreeMap<usize, Vec<usize>>,
    /// Each membership's changes of rank to one with a vote.
    promotions: BTreeMap<usize, Vec<usize>>,
    /// Acts, standing or not, by which somebody would lose membership, or gives rank back.
    losses: BTreeMap<IdentityId, Vec<usize>>,
    is_contested: Cell<bool>,
}

/// The parts of a stratum.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Phase {
    /// First what members do to their own devices: the finder of a lost one has the same rank as its owner.
    Devices,
    /// Then the ranks that are given,
    Giving,
    /// and what is taken from those who may have been given a rank meanwhile.
    Taking,
}

impl<'a> Weighing<'a> {
    /// Returns the state of the events of `within`.
    pub(super) fn weigh(log: &'a Log, book: &'a Book, within: &'a EventSet) -> State {
        let acts = book.acts.iter().filter(|index| within.contains(*index)).collect();
        let mut weighing = Self::empty(log, book, within, acts);
        for act in &weighing.acts {
            let Some(judged) = book.judged.get(*act) else { continue };
            match &judged.act {
                Act::SetRole { member, role, is_promotion: true, .. } if rules::has_vote(*role) => {
                    weighing.promotions.entry(*member).or_default().push(*act);
                }
                Act::SetRole { member, .. } if judged.member == Some(*member) => {
                    if let Some(identity) = weighing.identity_of(*member) {
                        weighing.losses.entry(identity).or_default().push(*act);
                    }
                }
                Act::Remove { identity, .. } => weighing.losses.entry(*identity).or_default().push(*act),
                _ => {}
            }
        }
        weighing.run();
        weighing.state()
    }

    /// Takes up a finished state, to ask what counts in it.
    pub(super) fn of(log: &'a Log, book: &'a Book, state: &'a State) -> Self {
        let mut weighing = Self::empty(log, book, &state.within, Vec::new());
        weighing.removals = state.facts.removals.clone();
        weighing.revocations = state.facts.revocations.clone();
        for (identity, removals) in &state.facts.removals {
            let indices = removals.iter().map(|removal| removal.index);
            weighing.losses.entry(*identity).or_default().extend(indices);
        }
        for member in &state.facts.void {
            weighing.decided.insert(*member, false);
        }
        weighing
    }

    fn empty(log: &'a Log, book: &'a Book, within: &'a EventSet, acts: Vec<usize>) -> Self {
        Self {
            log,
            book,
            within,
            acts,
            agreed: BTreeSet::new(),
            removals: BTreeMap::new(),
            revocations: BTreeMap::new(),
            demotions: BTreeMap::new(),
            decided: BTreeMap::new(),
            standing: EventSet::default(),
            roles: BTreeMap::new(),
            promotions: BTreeMap::new(),
            losses: BTreeMap::new(),
            is_contested: Cell::new(false),
        }
    }

    fn run(&mut self) {
        // First all that were agreed to by anybody who had a say; then without what the outcome takes from them. An act
        // that lost its quorum does not get it back, so this ends.
        self.agreed = self.with_quorum(&BTreeSet::new());
        loop {
            self.decide_strata();
            let certain = self.certain_removals();
            let lost: Vec<usize> =
                self.agreed.iter().filter(|act| !self.has_quorum(**act, Some(&certain))).copied().collect();
            if lost.is_empty() {
                return;
            }
            for act in lost {
                self.agreed.remove(&act);
            }
        }
    }

    fn with_quorum(&self, certain: &BTreeSet<usize>) -> BTreeSet<usize> {
        let acts = self.acts.iter().copied();
        acts.filter(|act| self.has_quorum(*act, Some(certain))).collect()
    }

    /// Removals by many that hold whatever other removals by many hold: of two groups that remove each other's people,
    /// neither is certain, and both stand.
    fn certain_removals(&self) -> BTreeSet<usize> {
        let removals = self.agreed.iter().copied().filter(|act| self.is_removal_by_many(*act));
        removals.filter(|act| self.has_quorum(*act, None)).collect()
    }

    fn is_removal_by_many(&self, act: usize) -> bool {
        matches!(self.judged(act).map(|judged| &judged.act), Some(Act::Remove { quorum: Some(_), .. }))
    }

    /// Decides removals and changes of rank, stratum by stratum; then everything else by what they left.
    fn decide_strata(&mut self) {
        self.removals.clear();
        self.revocations.clear();
        self.demotions.clear();
        self.decided.clear();
        for stratum in (0..=STRATUM_QUORUM).rev() {
            for phase in [Phase::Devices, Phase::Giving, Phase::Taking] {
                self.decide(phase, stratum);
            }
        }
        self.pass();
    }

    fn decide(&mut self, phase: Phase, stratum: u8) {
        let all = self.acts.iter().copied();
        let deciding: Vec<usize> = all.filter(|act| self.decides_in(*act, phase, stratum)).collect();
        if deciding.is_empty() {
            return;
        }
        self.pass();
        for act in &deciding {
            self.decided.insert(*act, self.standing.contains(*act));
        }
        for act in deciding {
            if self.standing.contains(act) {
                self.take_effect(act, stratum);
            }
        }
    }

    fn decides_in(&self, act: usize, phase: Phase, stratum: u8) -> bool {
        self.judged(act).is_some_and(|judged| {
            judged.stratum == stratum
                && match judged.act {
                    Act::DeviceRevoke { .. } => phase == Phase::Devices,
                    Act::SetRole { is_promotion, .. } => {
                        phase == if is_promotion { Phase::Giving } else { Phase::Taking }
                    }
                    Act::Remove { .. } | Act::Leave => phase == Phase::Taking,
                    Act::Nothing
                    | Act::Enter { .. }
                    | Act::Invite
                    | Act::RevokeInvite { .. }
                    | Act::SetParams { .. }
                    | Act::Endorse { .. }
                    | Act::Lapse { .. }
                    | Act::DeviceAdd { .. } => false,
                }
        })
    }

    fn take_effect(&mut self, act: usize, stratum: u8) {
        let Some(judged) = self.book.judged.get(act) else { return };
        match &judged.act {
            Act::Remove { identity, .. } => {
                self.removals.entry(*identity).or_default().push(Removal { index: act, stratum });
            }
            Act::Leave => {
                let identity = judged.member.and_then(|member| self.identity_of(member));
                if let Some(identity) = identity {
                    self.removals.entry(identity).or_default().push(Removal { index: act, stratum: 0 });
                }
            }
            Act::SetRole { member, role, is_promotion: false, .. } => {
                let is_own = judged.member == Some(*member);
                let demotion = Demotion { index: act, stratum, rank: role.rank(), is_own };
                if let Some(identity) = self.identity_of(*member) {
                    self.demotions.entry(identity).or_default().push(demotion);
                }
            }
            Act::SetRole { .. } => {}
            Act::DeviceRevoke { device } => {
                if let Some(member) = judged.member {
                    let revocation = Revocation { index: act, member };
                    self.revocations.entry(*device).or_default().push(revocation);
                }
            }
            Act::Nothing
            | Act::Enter { .. }
            | Act::Invite
            | Act::RevokeInvite { .. }
            | Act::SetParams { .. }
            | Act::Endorse { .. }
            | Act::Lapse { .. }
            | Act::DeviceAdd { .. } => {}
        }
    }

    /// Finds what stands under the removals so far.
    fn pass(&mut self) {
        self.standing = EventSet::default();
        self.roles.clear();
        for place in 0..self.acts.len() {
            let Some(act) = self.acts.get(place).copied() else { return };
            let stands = match self.decided.get(&act) {
                Some(decided) => *decided,
                None => {
                    (self.has_grounds(act) && !self.is_killed(act) && !self.is_withstood(act))
                        || self.is_vouched_for(act)
                }
            };
            if !stands {
                continue;
            }
            self.standing.insert(act);
            if let Some(Act::SetRole { member, .. }) = self.judged(act).map(|judged| &judged.act) {
                self.roles.entry(*member).or_default().push(act);
            }
        }
    }

    /// What the act rests on stands: its author's membership, device and rank, the invite, the others' agreement.
    fn has_grounds(&self, act: usize) -> bool {
        let (Some(judged), Some(entry)) = (self.judged(act), self.log.entry(act)) else { return false };
        // A Create rests on nothing.
        let Some(member) = judged.member else { return true };
        let has_rank = match self.rank_in(member, &entry.past) {
            Some(rank) => rank >= needed_rank(judged),
            None => false,
        };
        let has_device = judged.device_add.is_none_or(|add| self.standing.contains(add));
        let has_invite = match judged.act {
            Act::Enter { invite: Some(invite), .. } => self.standing.contains(invite),
            _ => true,
        };
        let is_agreed = judged.act.quorum().is_none() || self.agreed.contains(&act);
        has_rank && has_device && has_invite && is_agreed
    }

    /// What one signature would take from somebody does not count against a rank that it did not know of, and that it
    /// could not take: otherwise whoever was once a lower rank could be removed by a backdated act. A giver of higher rank
    /// decides; among equals it is what a majority of the admins has acknowledged.
    fn is_withstood(&self, act: usize) -> bool {
        let (Some(judged), Some(entry)) = (self.judged(act), self.log.entry(act)) else { return false };
        let target = match &judged.act {
            Act::Remove { identity, quorum: None } => Some(*identity),
            Act::SetRole { member, is_promotion: false, quorum: None, .. }
                if Some(*member) != judged.member =>
            {
                self.identity_of(*member)
            }
            _ => return false,
        };
        let memberships = target.and_then(|target| self.book.entries.get(&target)).into_iter().flatten();
        memberships.filter_map(|member| self.promotions.get(member)).flatten().any(|promotion| {
            let Some(given) = self.judged(*promotion) else { return false };
            let Act::SetRole { role, is_promotion: true, .. } = given.act else { return false };
            self.decided.get(promotion) == Some(&true)
                && rules::withstands(role, judged.stratum)
                && self.is_concurrent(entry, act, *promotion)
                && (given.stratum > judged.stratum
                    || given.member.is_some_and(|giver| self.is_protected(*promotion, giver, act)))
        })
    }

    /// Who was given a vote or more since is in by the word of whoever gave it: what was decided about that was decided
    /// with all that is stronger in mind.
    fn is_vouched_for(&self, member: usize) -> bool {
        let changes = self.promotions.get(&member).into_iter().flatten();
        changes.into_iter().any(|change| self.decided.get(change) == Some(&true))
    }

    /// The rank of whoever was made a member at `member` as known in `past`, by what stands; `None` if not a member
    /// there.
    fn rank_in(&self, member: usize, past: &EventSet) -> Option<u8> {
        self.is_in(member, past).then(|| self.role_in(member, past).map_or(0, Role::rank))
    }

    /// Says whether a membership has begun and not ended, as known in `past`, by what stands.
    fn is_in(&self, member: usize, past: &EventSet) -> bool {
        let mut removals = self.removals_of(member).iter();
        self.standing.contains(member)
            && past.contains(member)
            && !removals.any(|removal| past.contains(removal.index) && !self.is_before(removal.index, member))
    }

    /// The memberships of a member's identity that are in, as known in `past`: more than one if several let the same
    /// person in without knowing of one another. They are one person's.
    fn rivals_in<'b>(&'b self, member: usize, past: &'b EventSet) -> impl Iterator<Item = usize> + 'b {
        let identity = self.identity_of(member);
        let all = identity.and_then(|identity| self.book.entries.get(&identity)).into_iter().flatten();
        all.copied().filter(|rival| self.is_in(*rival, past))
    }

    /// The least of the changes of rank that no other one knew; else the highest rank that somebody was let in with, so
    /// that a second letting in takes nothing away.
    fn role_in(&self, member: usize, past: &EventSet) -> Option<Role> {
        let rivals: Vec<usize> = self.rivals_in(member, past).collect();
        let changes: Vec<usize> = rivals
            .iter()
            .filter_map(|rival| self.roles.get(rival))
            .flatten()
            .copied()
            .filter(|change| past.contains(*change))
            .collect();
        let is_last = |change: &usize| {
            !changes.iter().any(|other| self.past_of(*other).is_some_and(|past| past.contains(*change)))
        };
        let last = changes.iter().filter(|change| is_last(change));
        let roles = last.filter_map(|change| match self.judged(*change)?.act {
            Act::SetRole { role, .. } => Some(role),
            _ => None,
        });
        let entered = rivals.iter().filter_map(|rival| match self.judged(*rival)?.act {
            Act::Enter { role, .. } => Some(role),
            _ => None,
        });
        roles.min().or_else(|| entered.max())
    }

    /// Concurrent with the removal of its author by a high enough rank, or with the revocation of its device.
    fn is_killed(&self, act: usize) -> bool {
        let (Some(judged), Some(entry)) = (self.judged(act), self.log.entry(act)) else { return true };
        let Some(member) = judged.member else { return false };
        if judged.stratum >= STRATUM_QUORUM {
            return false;
        }
        let by_removal = self.removals_of(member).iter().any(|removal| {
            removal.index != act
                && removal.stratum > 0
                && self.is_concurrent(entry, act, removal.index)
                && !self.is_before(removal.index, member)
                && rules::outweighs(removal.stratum, judged.stratum, judged.act.is_strong())
                && !(rules::is_bounded_by_acks(removal.stratum)
                    && self.is_protected(act, member, removal.index))
        });
        by_removal
            || self.is_killed_by_demotion(act, entry, judged, member)
            || self.is_killed_by_revocation(act, entry, member)
    }

    /// Whoever lost a rank does nothing more with it, not by a backdated act either.
    fn is_killed_by_demotion(&self, act: usize, entry: &LogEntry, judged: &Judged, member: usize) -> bool {
        let demotions = self.identity_of(member).and_then(|identity| self.demotions.get(&identity));
        demotions.into_iter().flatten().any(|demotion| {
            demotion.index != act
                && !self.is_before(demotion.index, member)
                && judged.stratum > demotion.rank
                && self.is_concurrent(entry, act, demotion.index)
                && rules::outweighs(demotion.stratum, judged.stratum, judged.act.is_strong())
                && !(demotion.is_own && self.is_out_of_reach(act, member, demotion.index))
                && !((demotion.is_own || rules::is_bounded_by_acks(demotion.stratum))
                    && self.is_protected(act, member, demotion.index))
        })
    }

    /// What a removal of its author knew, or the author's own giving back of a rank, the author does not take back by a
    /// word that these did not know: whoever is out changes nothing any more.
    fn is_out_of_reach(&self, event: usize, author: usize, word: usize) -> bool {
        let losses = self.identity_of(author).and_then(|identity| self.losses.get(&identity));
        losses.into_iter().flatten().any(|loss| {
            *loss != word
                && self.past_of(*loss).is_some_and(|past| past.contains(event) && !past.contains(word))
        })
    }

    /// A device that was taken away may never have heard of it, so all counts as void that its member did not know of.
    fn is_killed_by_revocation(&self, act: usize, entry: &LogEntry, member: usize) -> bool {
        // Of two devices that take each other away, both go.
        !self.is_revocation(act)
            && self.revocations_of(entry.event.author(), member).any(|revocation| {
                self.is_concurrent(entry, act, revocation)
                    && !self.is_out_of_reach(act, member, revocation)
                    && !self.is_protected(act, member, revocation)
            })
    }

    fn is_concurrent(&self, entry: &LogEntry, act: usize, removal: usize) -> bool {
        !entry.past.contains(removal) && self.past_of(removal).is_none_or(|past| !past.contains(act))
    }

    /// A majority of the admins that `event` knew, without its author, acknowledged it and did not know of `removal`.
    fn is_protected(&self, event: usize, author: usize, removal: usize) -> bool {
        self.is_acknowledged(event, author, |index, _| self.has_heard_of(removal, index))
    }

    /// Says whether an event knew that an act was made, and of one by many that it was agreed to: a proposal that waits
    /// takes nothing yet.
    fn has_heard_of(&self, act: usize, event: usize) -> bool {
        let knows =
            |index: &usize| *index == event || self.past_of(event).is_some_and(|past| past.contains(*index));
        let quorum = self.judged(act).and_then(|judged| judged.act.quorum());
        knows(&act)
            && quorum.is_none_or(|quorum| {
                let endorsements = self.book.endorsements.get(&act).into_iter().flatten().copied();
                let heard = std::iter::once(act).chain(endorsements).filter(knows);
                let seats: BTreeSet<usize> = heard.filter_map(|index| self.seat_of(index, quorum)).collect();
                seats.len() >= quorum.needed
            })
    }

    /// The member of an electorate that an event is of.
    fn seat_of(&self, index: usize, quorum: &Quorum) -> Option<usize> {
        let member = self.judged(index)?.member?;
        quorum.electorate.iter().copied().find(|seat| self.is_same_person(member, *seat))
    }

    fn is_acknowledged(&self, event: usize, author: usize, knows: impl Fn(usize, &EventSet) -> bool) -> bool {
        self.is_contested.set(true);
        let Some(judged) = self.judged(event) else { return false };
        let identity = self.identity_of(author);
        let admins: Vec<usize> = judged
            .voters
            .admins
            .iter()
            .filter(|(_, admin)| Some(*admin) != identity)
            .map(|(admin, _)| *admin)
            .collect();
        let has_acknowledged = |admin: &usize| {
            let identity = self.identity_of(*admin);
            let events = identity.and_then(|identity| self.book.by_person.get(&identity));
            let events = events.map_or(&[][..], Vec::as_slice);
            let later = events.get(events.partition_point(|index| *index < event)..).unwrap_or(&[]);
            later.iter().any(|index| {
                self.within.contains(*index)
                    && self.is_by_same_person(*index, *admin)
                    && self
                        .past_of(*index)
                        .is_some_and(|past| (*index == event || past.contains(event)) && !knows(*index, past))
                    && self.has_voice(*index)
            })
        };
        rules::is_majority(admins.iter().filter(|admin| has_acknowledged(admin)).count(), admins.len())
    }

    /// An acknowledgement counts if whoever took away its author's voice knew of it, and its device did not equivocate
    /// up to there.
    fn has_voice(&self, index: usize) -> bool {
        self.silenced_by(index).next().is_none() && !self.has_equivocated(index)
    }

    /// The removals and revocations of an event's author that did not know of the event.
    fn silenced_by(&self, index: usize) -> impl Iterator<Item = Silence> {
        let member = self.judged(index).and_then(|judged| judged.member);
        let device = self.log.entry(index).map(|entry| entry.event.author());
        let removals = member.into_iter().flat_map(move |member| {
            let removals = self.removals_of(member).iter();
            removals
                .filter(move |removal| !self.is_before(removal.index, member))
                .map(|removal| Silence { index: removal.index, stratum: removal.stratum })
        });
        let revocations = member.zip(device).into_iter().flat_map(move |(member, device)| {
            self.revocations_of(device, member)
                .filter(move |revocation| !self.is_out_of_reach(index, member, *revocation))
                .map(|revocation| Silence { index: revocation, stratum: 0 })
        });
        removals.chain(revocations).filter(move |silence| {
            silence.index != index && !self.past_of(silence.index).is_some_and(|past| past.contains(index))
        })
    }

    /// Says whether its device had told different things by then. Of somebody who was removed it is what the removal knew
    /// that counts: who is out cannot take back what it had agreed to.
    fn has_equivocated(&self, index: usize) -> bool {
        let (Some(fields), Some(judged)) =
            (self.log.entry(index).map(|entry| entry.event.fields()), self.judged(index))
        else {
            return true;
        };
        let is_found = |within: &EventSet| {
            self.log.equivocation(&fields.author, within).is_some_and(|found| found.seq <= fields.seq)
        };
        let removals = judged.member.map_or(&[][..], |member| self.removals_of(member));
        let mut knowing = removals
            .iter()
            .filter(|removal| removal.stratum > 0)
            .filter_map(|removal| self.past_of(removal.index))
            .filter(|past| past.contains(index));
        is_found(self.within) && knowing.all(is_found)
    }

    /// Says whether an act that needs agreement has it. Removals by many take away endorsements if they are `certain`;
    /// `None`: if they are agreed to at all.
    fn has_quorum(&self, act: usize, certain: Option<&BTreeSet<usize>>) -> bool {
        let Some(quorum) = self.judged(act).and_then(|judged| judged.act.quorum()) else { return false };
        self.endorsers(act, quorum, certain).len() >= quorum.needed
    }

    fn endorsers(&self, act: usize, quorum: &Quorum, certain: Option<&BTreeSet<usize>>) -> BTreeSet<usize> {
        let endorsements = self.book.endorsements.get(&act).into_iter().flatten().copied();
        let events = std::iter::once(act).chain(endorsements).filter(|index| self.within.contains(*index));
        let counted = events.filter_map(|index| {
            let member = self.judged(index)?.member?;
            let seat = self.seat_of(index, quorum)?;
            self.is_endorsement(index, member, act, quorum, certain).then_some(seat)
        });
        counted.collect()
    }

    /// An endorsement counts unless its author was removed by somebody who did not know of it. The one whom the act is
    /// about takes nobody's endorsement away. What a majority of the admins has acknowledged stays.
    fn is_endorsement(
        &self,
        index: usize,
        member: usize,
        act: usize,
        quorum: &Quorum,
        certain: Option<&BTreeSet<usize>>,
    ) -> bool {
        let is_silenced = self.silenced_by(index).any(|silence| {
            let is_by_many = self.is_removal_by_many(silence.index);
            let takes = match (is_by_many, certain) {
                (true, Some(certain)) => silence.index != act && certain.contains(&silence.index),
                (true, None) => silence.index != act,
                (false, _) => !self.is_by(silence.index, quorum.target),
            };
            takes
                && !(rules::is_bounded_by_acks(silence.stratum)
                    && self.is_protected(index, member, silence.index))
        });
        !is_silenced && (!self.has_equivocated(index) || self.was_honest(index, member))
    }

    /// A majority of the admins acknowledged the event before they knew that its device equivocated.
    fn was_honest(&self, index: usize, member: usize) -> bool {
        let Some(device) = self.log.entry(index).map(|entry| entry.event.author()) else { return false };
        self.is_acknowledged(index, member, |_, past| self.log.equivocation(&device, past).is_some())
    }

    fn is_by(&self, index: usize, target: Option<usize>) -> bool {
        let author = self.judged(index).and_then(|judged| judged.member);
        let identity = author.and_then(|author| self.identity_of(author));
        identity.is_some() && identity == target.and_then(|target| self.identity_of(target))
    }

    /// Says whether an event that is no act counts.
    pub(super) fn counts(&self, index: usize) -> bool {
        let Some(judged) = self.judged(index) else { return false };
        // Only the founding has no author who was a member before.
        let Some(member) = judged.member else { return judged.stratum == STRATUM_QUORUM };
        !self.decided.contains_key(&member)
            && self.silenced_by(index).all(|silence| {
                // Who leaves takes nothing back; what comes after leaving counts no more.
                let is_leaving = silence.stratum == 0 && !self.is_revocation(silence.index);
                let knew = self.has_heard_of(silence.index, index);
                !knew && (is_leaving || self.is_protected(index, member, silence.index))
            })
    }

    fn is_revocation(&self, index: usize) -> bool {
        matches!(self.judged(index).map(|judged| &judged.act), Some(Act::DeviceRevoke { .. }))
    }

    fn standing_acts(&self) -> impl Iterator<Item = (usize, &'a LogEntry)> {
        let standing = self.acts.iter().copied().filter(|act| self.standing.contains(*act));
        standing.filter_map(|act| Some((act, self.log.entry(act)?)))
    }

    fn removals_of(&self, member: usize) -> &[Removal] {
        let found = self.identity_of(member).and_then(|identity| self.removals.get(&identity));
        found.map_or(&[], Vec::as_slice)
    }

    /// Those revocations of a device that are about a membership: whoever made the member knew none of them.
    fn revocations_of(&self, device: DeviceId, member: usize) -> impl Iterator<Item = usize> {
        let identity = self.identity_of(member);
        let all = self.revocations.get(&device).into_iter().flatten();
        let own = all.filter(move |revocation| {
            self.identity_of(revocation.member) == identity && !self.is_before(revocation.index, member)
        });
        own.map(|revocation| revocation.index)
    }

    /// Says whether an event is of the person who was made a member at `member`.
    fn is_by_same_person(&self, index: usize, member: usize) -> bool {
        let author = self.judged(index).and_then(|judged| judged.member);
        author.is_some_and(|author| self.is_same_person(author, member))
    }

    fn is_same_person(&self, one: usize, other: usize) -> bool {
        is_same_person(self.log, one, other)
    }

    /// The id by which the person who was made a member at `member` is known now; of a former member the id of then.
    fn known_as(&self, facts: &Facts, member: usize) -> Option<MemberId> {
        let own = id_at(self.log, member).map(MemberId::from);
        let identity = self.identity_of(member).filter(|_| self.is_in(member, self.within));
        identity.and_then(|identity| facts.by_identity.get(&identity).copied()).or(own)
    }

    /// Says whether whoever made the member knew of the removal: then it is about an earlier membership.
    fn is_before(&self, removal: usize, member: usize) -> bool {
        self.past_of(member).is_some_and(|past| past.contains(removal))
    }

    fn identity_of(&self, member: usize) -> Option<IdentityId> {
        identity_at(self.log, member)
    }

    fn past_of(&self, index: usize) -> Option<&'a EventSet> {
        self.log.entry(index).map(|entry| &entry.past)
    }

    fn judged(&self, index: usize) -> Option<&'a Judged> {
        self.book.judged.get(index)
    }
}

/// A rank that was taken, or given back.
struct Demotion {
    index: usize,
    stratum: u8,
    /// What was left.
    rank: u8,
    /// Whether it was given back.
    is_own: bool,
}

/// What took an event its voice.
struct Silence {
    index: usize,
    /// 0 for a leaving and a revocation.
    stratum: u8,
}

/// The rank that an act's author must still have by what stands.
fn needed_rank(judged: &Judged) -> u8 {
    match judged.act {
        Act::Leave
        | Act::DeviceAdd { .. }
        | Act::DeviceRevoke { .. }
        | Act::SetParams { .. }
        | Act::Endorse { .. } => 0,
        // What many decide, and what one decides of one's own rank.
        Act::SetRole { .. } | Act::Remove { .. } if judged.stratum >= STRATUM_QUORUM => 0,
        Act::Nothing
        | Act::Enter { .. }
        | Act::Invite
        | Act::RevokeInvite { .. }
        | Act::SetRole { .. }
        | Act::Remove { .. }
        | Act::Lapse { .. } => judged.stratum,
    }
}
