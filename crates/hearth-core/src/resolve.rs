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
            Body::Add { .. }
            | Body::Invite(_)
            | Body::RevokeInvite { .. }
            | Body::Remove { .. }
            | Body::Leave => self.author_rank(entry),
            Body::Commit(_) => None,
        }
    }

    fn apply(&mut self, index: usize, entry: &'a LogEntry, stratum: u8) {
        let event = &entry.event;
        let is_removal = matches!(event.body(), Body::Remove { .. } | Body::Leave);
        let author = self.log.introduction(&event.author(), &entry.past);
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
                let identity = author.and_then(|add| self.adds.get(&add)).map(|add| add.identity.id());
                if let Some(identity) = identity {
                    self.removals.push(Removal { index, id: event.id(), identity, stratum: 0 });
                }
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
        let Some(author) = self.log.introduction(&entry.event.author(), &entry.past) else { return false };
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
        let author = self.log.introduction(&entry.event.author(), &entry.past)?;
        self.rank(author, &entry.past)
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
        self.invites
            .iter()
            .find(|(index, (invite, ..))| invite.token == *token && past.contains(**index))
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
            .iter()
            .filter_map(|(_, (invite, author, _))| {
                let author = MemberId::from(self.adds.get(author)?.id);
                let used = self.uses_within(&invite.token, within);
                let is_revoked = self.revocations.iter().any(|(_, token)| *token == invite.token);
                let standing = StandingInvite { invite: (*invite).clone(), author, used, is_revoked };
                Some((invite.token, standing))
            })
            .collect();
        let removals = self.removals.iter().map(|removal| (removal.id, removal.identity)).collect();
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
