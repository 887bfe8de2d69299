//! Who is a member, with which rank: a pure function of a set of events.
//!
//! Owns authority. Reads no clock, no keys and no order of arrival: equal sets give equal answers. PROTOCOL
//! section 3. The acts of this version are Create, Add, Invite, RevokeInvite, Admit, Remove and Leave.

use std::collections::{BTreeMap, BTreeSet};

use crate::event::{Body, Event, GroupParams, Identity, Invite, Role};
use crate::ids::{DeviceId, EventId, IdentityId, MemberId, TokenId};
use crate::log::{EventSet, Log, LogEntry};

/// The stratum of a Create: above every rank.
const STRATUM_FOUNDING: u8 = 5;
/// The rank that re-adding somebody needs at most, whatever removed them.
const READD_RANK_MAX: u8 = 4;

/// A current member.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    /// Key and pseudonym.
    pub identity: Identity,
    /// Rank.
    pub role: Role,
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

/// The answer: members, invites, and who was removed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Resolution {
    /// What was fixed at the founding; `None` before the Create is known.
    pub params: Option<GroupParams>,
    /// Current members.
    pub members: BTreeMap<MemberId, Member>,
    /// Invites that count, also used-up and revoked ones.
    pub invites: BTreeMap<TokenId, StandingInvite>,
    /// Effective removals and leavings: event and whose.
    pub removals: Vec<(EventId, IdentityId)>,
}

impl Resolution {
    /// Returns the member that a device belongs to.
    pub fn member_of(&self, device: &DeviceId) -> Option<(&MemberId, &Member)> {
        self.members.iter().find(|(_, member)| member.identity.device == *device)
    }

    /// Returns the devices of all current members.
    pub fn devices(&self) -> BTreeSet<DeviceId> {
        self.members.values().map(|member| member.identity.device).collect()
    }

    /// Says whether the device's identity was removed or has left, and is not back.
    pub fn is_removed(&self, device: &DeviceId) -> bool {
        let identity = IdentityId(device.0);
        self.removals.iter().any(|(_, removed)| *removed == identity) && self.member_of(device).is_none()
    }
}

/// Resolves the events of `within`, which must contain the past of each of its events.
pub fn resolve(log: &Log, within: &EventSet) -> Resolution {
    let mut resolver = Resolver { log, ..Resolver::new(log) };
    resolver.run(within);
    resolver.answer(within)
}

/// An act that counts, by the index of its event.
struct StandingAdd<'a> {
    id: EventId,
    author: Option<usize>,
    identity: &'a Identity,
    role: Role,
    stratum: u8,
    /// The invite, for an Admit.
    invite: Option<usize>,
}

struct Removal {
    index: usize,
    id: EventId,
    identity: IdentityId,
    /// 0 for a leaving, which voids nothing.
    stratum: u8,
}

struct Resolver<'a> {
    log: &'a Log,
    adds: BTreeMap<usize, StandingAdd<'a>>,
    invites: BTreeMap<usize, (&'a Invite, usize, u8)>,
    revocations: Vec<(usize, TokenId)>,
    removals: Vec<Removal>,
}

impl<'a> Resolver<'a> {
    fn new(log: &'a Log) -> Self {
        Self {
            log,
            adds: BTreeMap::new(),
            invites: BTreeMap::new(),
            revocations: Vec::new(),
            removals: Vec::new(),
        }
    }

    fn run(&mut self, within: &EventSet) {
        let log = self.log;
        let acts: Vec<(usize, &LogEntry)> = log
            .entries()
            .iter()
            .enumerate()
            .filter(|(index, entry)| within.contains(*index) && is_act(entry.event.body()))
            .collect();
        let mut done = BTreeSet::new();
        for stratum in (0..=STRATUM_FOUNDING).rev() {
            for (index, entry) in &acts {
                if done.contains(index) || self.stratum(entry) != Some(stratum) {
                    continue;
                }
                done.insert(*index);
                self.apply(*index, entry, stratum);
            }
            self.drop_void();
        }
    }

    /// The rank by which an act is judged; `None` if its author is no member in the act's past.
    fn stratum(&self, entry: &LogEntry) -> Option<u8> {
        match entry.event.body() {
            Body::Create { .. } => Some(STRATUM_FOUNDING),
            // An admission has the authority of the invite, not more than its author's rank: so that nobody is
            // made a member by an act of a higher stratum than the invite that allows it.
            Body::Admit(admission) => {
                let rank = self.author_rank(entry)?;
                let (_, (_, _, invite)) = self.invite_in(&admission.token, &entry.past)?;
                Some(rank.min(*invite))
            }
            Body::Add { .. } | Body::Invite(_) | Body::RevokeInvite { .. } | Body::Remove { .. } => {
                self.author_rank(entry)
            }
            // Whoever has left is out, whatever else counts.
            Body::Leave => Some(STRATUM_FOUNDING),
            Body::Commit(_) => None,
        }
    }

    fn apply(&mut self, index: usize, entry: &'a LogEntry, stratum: u8) {
        let event = &entry.event;
        let is_removal = matches!(event.body(), Body::Remove { .. } | Body::Leave);
        let author = self.author(entry);
        if stratum < STRATUM_FOUNDING && self.is_killed(index, entry, stratum, is_removal) {
            return;
        }
        match event.body() {
            Body::Create { founder, .. } => {
                self.add(index, event, None, founder, Role::Secretary, stratum, None);
            }
            Body::Add { identity, role } => {
                if may_give(stratum, *role) && self.may_enter(entry, identity, stratum) {
                    self.add(index, event, author, identity, *role, stratum, None);
                }
            }
            Body::Invite(invite) => {
                let is_new = self.invite_in(&invite.token, &entry.past).is_none();
                if let Some(author) = author
                    && may_give(stratum, invite.role)
                    && is_new
                {
                    self.invites.insert(index, (invite, author, stratum));
                }
            }
            Body::RevokeInvite { token } => {
                let is_own =
                    self.invite_in(token, &entry.past).is_some_and(|(_, (_, by, _))| Some(*by) == author);
                if is_own || stratum >= Role::Servant.rank() {
                    self.revocations.push((index, *token));
                }
            }
            Body::Admit(admission) => {
                let Some((invite_index, (invite, ..))) = self.invite_in(&admission.token, &entry.past) else {
                    return;
                };
                let used = self.uses_within(&admission.token, &entry.past);
                let is_revoked = self
                    .revocations
                    .iter()
                    .any(|(index, token)| *token == admission.token && entry.past.contains(*index));
                let role = invite.role;
                if stratum >= Role::Member.rank()
                    && stratum >= role.rank()
                    && used < invite.uses
                    && !is_revoked
                    && admission.is_proved(&event.group())
                    && self.may_enter(entry, &admission.identity, stratum)
                {
                    self.add(index, event, author, &admission.identity, role, stratum, Some(invite_index));
                }
            }
            Body::Remove { identity } => {
                let target = self.adds_of(identity).filter_map(|add| self.rank(add, &entry.past)).max();
                let may = stratum >= Role::Servant.rank() && target.is_some_and(|rank| stratum > rank);
                if may {
                    self.removals.push(Removal { index, id: event.id(), identity: *identity, stratum });
                }
            }
            Body::Leave => {
                let identity = IdentityId(event.author().0);
                self.removals.push(Removal { index, id: event.id(), identity, stratum: 0 });
            }
            Body::Commit(_) => {}
        }
    }

    #[allow(clippy::too_many_arguments)]
    fn add(
        &mut self,
        index: usize,
        event: &Event,
        author: Option<usize>,
        identity: &'a Identity,
        role: Role,
        stratum: u8,
        invite: Option<usize>,
    ) {
        self.adds.insert(index, StandingAdd { id: event.id(), author, identity, role, stratum, invite });
    }

    /// Concurrent with the removal of its author by a high enough rank.
    fn is_killed(&self, index: usize, entry: &LogEntry, stratum: u8, is_removal: bool) -> bool {
        let Some(author) = self.author(entry) else { return false };
        let (Some(add), Some(added)) = (self.adds.get(&author), self.log.entry(author)) else { return false };
        let identity = add.identity.id();
        self.removals.iter().any(|removal| {
            let Some(removed) = self.log.entry(removal.index) else { return false };
            removal.identity == identity
                && removal.index != index
                && !entry.past.contains(removal.index)
                && !removed.past.contains(index)
                && !added.past.contains(removal.index)
                && (stratum < removal.stratum || (stratum == removal.stratum && !is_removal))
        })
    }

    /// Not a member already, and not removed by somebody of a higher rank.
    fn may_enter(&self, entry: &LogEntry, identity: &Identity, stratum: u8) -> bool {
        let id = identity.id();
        let is_in = self.adds_of(&id).any(|add| self.rank(add, &entry.past).is_some());
        let is_barred = self.removals.iter().any(|removal| {
            removal.identity == id
                && entry.past.contains(removal.index)
                && stratum < removal.stratum.min(READD_RANK_MAX)
        });
        !is_in && !is_barred
    }

    /// Drops adds and invites that a removal of the same stratum voids, and what rests on them.
    fn drop_void(&mut self) {
        loop {
            let void_adds: Vec<usize> = self
                .adds
                .iter()
                .filter(|(index, add)| {
                    let Some(entry) = self.log.entry(**index) else { return true };
                    let Some(author) = add.author else { return false };
                    !self.adds.contains_key(&author)
                        || add.invite.is_some_and(|invite| !self.invites.contains_key(&invite))
                        || self.is_killed(**index, entry, add.stratum, false)
                })
                .map(|(index, _)| *index)
                .collect();
            let void_invites: Vec<usize> = self
                .invites
                .iter()
                .filter(|(index, (_, author, stratum))| {
                    let Some(entry) = self.log.entry(**index) else { return true };
                    !self.adds.contains_key(author) || self.is_killed(**index, entry, *stratum, false)
                })
                .map(|(index, _)| *index)
                .collect();
            if void_adds.is_empty() && void_invites.is_empty() {
                return;
            }
            for index in void_adds {
                self.adds.remove(&index);
            }
            for index in void_invites {
                self.invites.remove(&index);
            }
        }
    }

    fn author_rank(&self, entry: &LogEntry) -> Option<u8> {
        self.rank(self.author(entry)?, &entry.past)
    }

    /// The standing act that made an event's author a member, by its index: of several the one by which the author is
    /// in, then that of the smallest id.
    fn author(&self, entry: &LogEntry) -> Option<usize> {
        let author = entry.event.author();
        let acts = self.log.introductions(&author, &entry.past);
        let standing = acts.filter_map(|index| self.adds.get(&index).map(|add| (index, add.id)));
        standing
            .min_by_key(|(index, id)| (self.rank(*index, &entry.past).is_none(), *id))
            .map(|(index, _)| index)
    }

    /// The rank of the member made at `add`, as known within `past`; `None` if not a member there.
    fn rank(&self, add: usize, past: &EventSet) -> Option<u8> {
        let standing = self.adds.get(&add).filter(|_| past.contains(add))?;
        let added = self.log.entry(add)?;
        let identity = standing.identity.id();
        let is_out = self.removals.iter().any(|removal| {
            removal.identity == identity
                && past.contains(removal.index)
                && !added.past.contains(removal.index)
        });
        (!is_out).then(|| standing.role.rank())
    }

    fn adds_of(&self, identity: &IdentityId) -> impl Iterator<Item = usize> {
        self.adds.iter().filter(move |(_, add)| add.identity.id() == *identity).map(|(index, _)| *index)
    }

    fn invite_in(&self, token: &TokenId, past: &EventSet) -> Option<(usize, &(&'a Invite, usize, u8))> {
        let found = self
            .invites
            .iter()
            .filter(|(index, (invite, ..))| invite.token == *token && past.contains(**index));
        // Of two that were made without knowing of each other, all must take the same.
        found
            .min_by_key(|(index, _)| self.log.entry(**index).map(|entry| entry.event.id()))
            .map(|(index, found)| (*index, found))
    }

    fn uses_within(&self, token: &TokenId, past: &EventSet) -> u16 {
        let used = self
            .adds
            .iter()
            .filter(|(index, add)| {
                past.contains(**index)
                    && add
                        .invite
                        .and_then(|invite| self.invites.get(&invite))
                        .is_some_and(|i| i.0.token == *token)
            })
            .count();
        u16::try_from(used).unwrap_or(u16::MAX)
    }

    fn answer(&self, within: &EventSet) -> Resolution {
        let params = self.adds.keys().find_map(|index| match self.log.entry(*index)?.event.body() {
            Body::Create { params, .. } => Some(params.clone()),
            Body::Add { .. }
            | Body::Invite(_)
            | Body::RevokeInvite { .. }
            | Body::Admit(_)
            | Body::Remove { .. }
            | Body::Leave
            | Body::Commit(_) => None,
        });
        // Somebody admitted twice at the same time is one member: the smaller id, which all agree on.
        let mut by_identity: BTreeMap<IdentityId, (MemberId, Member)> = BTreeMap::new();
        for (index, add) in &self.adds {
            if self.rank(*index, within).is_none() {
                continue;
            }
            let id = MemberId::from(add.id);
            let member = Member { identity: add.identity.clone(), role: add.role };
            match by_identity.get(&member.identity.id()) {
                Some((other, _)) if *other < id => {}
                Some(_) | None => {
                    by_identity.insert(member.identity.id(), (id, member));
                }
            }
        }
        let invites = self
            .invites
            .values()
            .filter_map(|(same_token, ..)| {
                let (_, (invite, author, _)) = self.invite_in(&same_token.token, within)?;
                let author = MemberId::from(self.adds.get(author)?.id);
                let used = self.uses_within(&invite.token, within);
                let is_revoked = self.revocations.iter().any(|(_, token)| *token == invite.token);
                let standing = StandingInvite { invite: (*invite).clone(), author, used, is_revoked };
                Some((invite.token, standing))
            })
            .collect();
        let mut removals: Vec<_> =
            self.removals.iter().map(|removal| (removal.id, removal.identity)).collect();
        removals.sort();
        Resolution { params, members: by_identity.into_values().collect(), invites, removals }
    }
}

/// Which rank an act of this stratum may give: the secretary up to member, a servant newcomers and visitors.
fn may_give(stratum: u8, role: Role) -> bool {
    let most = if stratum >= Role::Secretary.rank() {
        Role::Member
    } else if stratum >= Role::Servant.rank() {
        Role::Newcomer
    } else {
        return false;
    };
    role <= most
}

fn is_act(body: &Body) -> bool {
    match body {
        Body::Create { .. }
        | Body::Add { .. }
        | Body::Invite(_)
        | Body::RevokeInvite { .. }
        | Body::Admit(_)
        | Body::Remove { .. }
        | Body::Leave => true,
        Body::Commit(_) => false,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::crypto::EngineRng;
    use crate::ids::EpochId;
    use crate::story::{Person, group_of, identity};

    #[test]
    fn a_removal_voids_what_the_removed_did_without_knowing_of_it() {
        let [mut alice, mut ben, dan] = group_of();
        let token = alice.invite(1, Role::Member, 1).unwrap();
        ben.hear(&alice);
        ben.admit(&dan, &token).unwrap_or_else(|| panic!("in the log"));
        let gail = Person::new(9, alice.group());
        ben.admit(&gail, &token).unwrap();
        assert!(ben.is_in(&gail));
        alice.remove(&ben).unwrap();
        alice.hear(&ben);
        assert!(!alice.is_in(&ben));
        assert!(!alice.is_in(&gail));
        // Not by way of a longer chain, either.
        let mut late = ben;
        for _ in 0..5 {
            late.write(Body::Leave);
        }
        alice.hear(&late);
        assert!(!alice.is_in(&gail));
    }

    #[test]
    fn what_the_removed_did_before_stays() {
        let [mut alice, mut ben] = group_of();
        let token = alice.invite(1, Role::Member, 1).unwrap();
        ben.hear(&alice);
        let gail = Person::new(9, alice.group());
        ben.admit(&gail, &token).unwrap();
        alice.hear(&ben);
        alice.remove(&ben).unwrap();
        assert!(alice.is_in(&gail) && !alice.is_in(&ben));
    }

    #[test]
    fn a_member_neither_invites_nor_removes_nor_adds() {
        let [mut alice, mut ben, cleo] = group_of();
        let token = ben.invite(1, Role::Newcomer, 1).unwrap();
        let gail = Person::new(9, alice.group());
        ben.admit(&gail, &token);
        ben.remove(&cleo);
        ben.remove(&alice);
        ben.write(Body::Add { identity: identity(&gail.device), role: Role::Visitor });
        alice.hear(&ben);
        let resolution = alice.resolve();
        assert_eq!(resolution.members.len(), 3);
        assert!(resolution.removals.is_empty());
        assert!(!resolution.invites.contains_key(&TokenId(token.public().0)));
    }

    #[test]
    fn an_invite_admits_as_many_as_it_says_and_none_after_it_is_revoked() {
        let [mut alice] = group_of();
        let token = alice.invite(1, Role::Member, 1).unwrap();
        let (gail, hugo) = (Person::new(9, alice.group()), Person::new(10, alice.group()));
        alice.admit(&gail, &token).unwrap();
        alice.admit(&hugo, &token).unwrap();
        assert!(alice.is_in(&gail) && !alice.is_in(&hugo));
        let token = alice.invite(2, Role::Member, 1).unwrap();
        alice.write(Body::RevokeInvite { token: TokenId(token.public().0) }).unwrap();
        alice.admit(&hugo, &token).unwrap();
        assert!(!alice.is_in(&hugo));
    }

    #[test]
    fn an_admission_without_its_proofs_does_not_count() {
        let [mut alice] = group_of();
        let token = alice.invite(1, Role::Member, 9).unwrap();
        let gail = Person::new(9, alice.group());
        let good = crate::event::Admission::prove(&alice.group(), &token, &gail.device, "Gail");
        for part in 0..4 {
            let mut bad = good.clone();
            match part {
                0 => bad.identity.name = "Alice".to_owned(),
                1 => bad.token_proof[5] ^= 1,
                2 => bad.device_proof[5] ^= 1,
                _ => bad.identity.device = alice.device.public(),
            }
            alice.write(Body::Admit(bad));
            assert_eq!(alice.resolve().members.len(), 1, "part {part}");
        }
        alice.write(Body::Admit(good)).unwrap();
        assert!(alice.is_in(&gail));
    }

    #[test]
    fn who_is_admitted_by_two_at_once_is_one_member() {
        let [mut alice, mut ben] = group_of();
        let token = alice.invite(1, Role::Member, 1).unwrap();
        ben.hear(&alice);
        let gail = Person::new(9, alice.group());
        let ids = [alice.admit(&gail, &token).unwrap(), ben.admit(&gail, &token).unwrap()];
        alice.hear(&ben);
        let resolution = alice.resolve();
        assert_eq!(resolution.members.len(), 3);
        let (id, _) = resolution.member_of(&gail.device.public()).unwrap();
        assert_eq!(Some(*id), ids.map(MemberId::from).into_iter().min());
        // Removing the identity removes both.
        alice.remove(&gail).unwrap();
        assert!(!alice.is_in(&gail));
    }

    #[test]
    fn who_left_is_out_and_may_be_added_again() {
        let [mut alice, mut ben] = group_of();
        ben.write(Body::Leave).unwrap();
        alice.hear(&ben);
        assert!(!alice.is_in(&ben) && alice.resolve().is_removed(&ben.device.public()));
        alice.write(Body::Add { identity: identity(&ben.device), role: Role::Member }).unwrap();
        assert!(alice.is_in(&ben) && !alice.resolve().is_removed(&ben.device.public()));
    }

    /// Lets people act at random, each with what they happen to have heard.
    fn random_events(seed: u64) -> Vec<Event> {
        let mut bytes = [0; 32];
        bytes[..8].copy_from_slice(&seed.to_le_bytes());
        let mut rng = EngineRng::from_seed(bytes);
        let mut people: Vec<Person> = group_of::<4>().into();
        let group = people[0].group();
        people.extend((10..13).map(|number| Person::new(number, group)));
        for _ in 0..40 {
            let count = people.len() as u64;
            let (who, whom) = (rng.below(count) as usize, rng.below(count) as usize);
            if who == whom {
                continue;
            }
            let [actor, other] = people.get_disjoint_mut([who, whom]).unwrap();
            if actor.log.entries().is_empty() {
                actor.hear(other);
                continue;
            }
            let token = rng.below(3) as u8;
            match rng.below(12) {
                0..=3 => actor.hear(other),
                4 => drop(actor.invite(token, Role::Member, 1 + rng.below(2) as u16)),
                5 | 6 => {
                    let token = crate::crypto::DeviceSecret::from_seed(&[100 + token; 32]);
                    actor.admit(other, &token);
                }
                7 => drop(actor.remove(other)),
                8 if rng.below(3) == 0 => drop(actor.write(Body::Leave)),
                9 => {
                    let token = crate::crypto::DeviceSecret::from_seed(&[100 + token; 32]).public();
                    actor.write(Body::RevokeInvite { token: TokenId(token.0) });
                }
                10 => drop(actor.write(Body::Add { identity: identity(&other.device), role: Role::Member })),
                _ => drop(actor.commit()),
            }
        }
        let (mut all, others) = (people.remove(0), people);
        for other in &others {
            all.hear(other);
        }
        all.log.entries().iter().map(|entry| entry.event.clone()).collect()
    }

    fn answer(events: &[Event], group: crate::ids::GroupId) -> (Resolution, Option<EpochId>, usize) {
        let mut person = Person::new(0, group);
        for event in events {
            person.take(event.clone());
        }
        (person.resolve(), person.head(), person.log.entries().len())
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(60) })]
        #[test]
        fn the_order_of_arrival_changes_nothing(seed in any::<u64>(), shuffle in any::<u64>()) {
            let events = random_events(seed);
            let expected = answer(&events, events[0].group());
            let mut shuffled = events.clone();
            let mut bytes = [1; 32];
            bytes[..8].copy_from_slice(&shuffle.to_le_bytes());
            let mut rng = EngineRng::from_seed(bytes);
            for place in (1..shuffled.len()).rev() {
                shuffled.swap(place, rng.below(place as u64 + 1) as usize);
            }
            let found = answer(&shuffled, events[0].group());
            prop_assert!(found == expected, "seed {seed}, shuffle {shuffle}");
        }
    }
}
