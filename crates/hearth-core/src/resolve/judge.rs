//! What an event may do, judged against its own past alone, once and for good.
//!
//! Owns the verdict on a single event. Whether the act stands among all others is `weigh`'s. PROTOCOL 3.3, 3.4 and
//! 3.8 to 3.21.

use std::sync::Arc;

use super::rules::{self, RoleChange, STRATUM_QUORUM};
use super::state::{State, Voters, is_same_person};
use crate::event::{Admission, Body, Identity, QuorumAct, Role, Settings};
use crate::ids::{DeviceId, EventId, IdentityId, MemberId, TokenId};
use crate::limits;
use crate::log::{Log, LogEntry};

/// An event's verdict. Members are named by the index of the event that made them.
#[derive(Debug)]
pub(crate) struct Judged {
    /// The author's member; `None` if the author was none.
    pub(crate) member: Option<usize>,
    /// The DeviceAdd by which the author's device was that member's, if it was not its first.
    pub(super) device_add: Option<usize>,
    /// The rank by which the act is judged.
    pub(super) stratum: u8,
    /// What it does, if it may.
    pub(super) act: Act,
    /// Who had a say at the time.
    pub(super) voters: Arc<Voters>,
}

/// What an event does, if it may.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Act {
    /// Nothing: it is no act, or not its author's to make.
    Nothing,
    /// Makes somebody a member, by an invite or not.
    Enter { role: Role, invite: Option<usize> },
    /// Offers membership.
    Invite,
    /// Takes an invite back.
    RevokeInvite { token: TokenId },
    /// Changes a member's rank; with others' agreement, or without.
    SetRole { member: usize, role: Role, is_promotion: bool, quorum: Option<Quorum> },
    /// Ends a membership; with others' agreement, or without.
    Remove { identity: IdentityId, quorum: Option<Quorum> },
    /// Changes what the group can change of itself.
    SetParams { settings: Settings, quorum: Quorum },
    /// Ends the author's membership.
    Leave,
    /// Agrees to an act.
    Endorse { act: usize },
    /// Lets leaves lapse.
    Lapse { member: usize },
    /// Gives the author's member a device.
    DeviceAdd { device: DeviceId },
    /// Takes a device of the author's member.
    DeviceRevoke { device: DeviceId },
}

/// Whose agreement an act needs.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Quorum {
    /// Who may agree.
    pub(super) electorate: Vec<usize>,
    /// How many must.
    pub(super) needed: usize,
    /// Whose standing it is about.
    pub(super) target: Option<usize>,
}

impl Act {
    /// Returns whose agreement it needs.
    pub(super) fn quorum(&self) -> Option<&Quorum> {
        match self {
            Self::SetRole { quorum, .. } | Self::Remove { quorum, .. } => quorum.as_ref(),
            Self::SetParams { quorum, .. } => Some(quorum),
            Self::Nothing
            | Self::Enter { .. }
            | Self::Invite
            | Self::RevokeInvite { .. }
            | Self::Leave
            | Self::Endorse { .. }
            | Self::Lapse { .. }
            | Self::DeviceAdd { .. }
            | Self::DeviceRevoke { .. } => None,
        }
    }

    /// Says whether it takes away, or gives rank: such acts are not voided by removals that are only as strong.
    pub(super) fn is_strong(&self) -> bool {
        match self {
            Self::SetRole { .. } | Self::Remove { .. } | Self::DeviceRevoke { .. } => true,
            Self::Nothing
            | Self::Enter { .. }
            | Self::Invite
            | Self::RevokeInvite { .. }
            | Self::SetParams { .. }
            | Self::Leave
            | Self::Endorse { .. }
            | Self::Lapse { .. }
            | Self::DeviceAdd { .. } => false,
        }
    }
}

/// Judges the event of `entry`; `view` is the state of its past.
pub(super) fn judge(log: &Log, entry: &LogEntry, view: &State) -> Judged {
    let author = view.author(&entry.event.author());
    let voters = view.voters();
    if let Body::Create { .. } = entry.event.body() {
        let act = Act::Enter { role: Role::Secretary, invite: None };
        return Judged { member: None, device_add: None, stratum: STRATUM_QUORUM, act, voters };
    }
    let Some((member, device_add, rank)) = author else {
        return Judged { member: None, device_add: None, stratum: 0, act: Act::Nothing, voters };
    };
    let bench = Bench { log, entry, view, member, rank };
    let (act, stratum) = bench.act();
    Judged { member: Some(member), device_add, stratum, act, voters }
}

/// A member's event, before its judge.
struct Bench<'a> {
    log: &'a Log,
    entry: &'a LogEntry,
    view: &'a State,
    member: usize,
    rank: u8,
}

impl Bench<'_> {
    fn act(&self) -> (Act, u8) {
        let settings = self.view.resolution().settings;
        match self.entry.event.body() {
            Body::Add { identity, role } => {
                let may = rules::may_give(self.rank, *role, settings) && self.may_enter(identity, self.rank);
                self.if_may(may, Act::Enter { role: *role, invite: None })
            }
            Body::Invite(invite) => {
                let is_new = self.view.invite(&invite.token).is_none();
                self.if_may(is_new && rules::may_give(self.rank, invite.role, settings), Act::Invite)
            }
            Body::RevokeInvite { token } => {
                let may = self
                    .view
                    .invite(token)
                    .is_some_and(|invite| self.is_own(invite.author) || self.rank >= Role::Servant.rank());
                self.if_may(may, Act::RevokeInvite { token: *token })
            }
            Body::Admit(admission) => self.admit(admission),
            Body::Remove { identity } => {
                let may =
                    self.view.rank_of(identity).is_some_and(|target| rules::may_remove(self.rank, target));
                self.if_may(may, Act::Remove { identity: *identity, quorum: None })
            }
            Body::Leave => (Act::Leave, STRATUM_QUORUM),
            Body::SetRole { member, role } => self.set_role(member, *role),
            Body::QuorumAct(act) => self.quorum_act(act),
            Body::Endorse { act } => match self.known(act) {
                Some(act) => (Act::Endorse { act }, self.rank),
                None => (Act::Nothing, self.rank),
            },
            Body::Lapse { member } => match self.view.member(self.log, member) {
                Some(member) if rules::may_lapse(self.rank) => (Act::Lapse { member }, self.rank),
                Some(_) | None => (Act::Nothing, self.rank),
            },
            Body::DeviceAdd(consent) => {
                let own = MemberId::from(self.event_id(self.member));
                let count = self.view.resolution().members.get(&own).map_or(0, |own| own.devices.len());
                let may = count < limits::DEVICES_PER_MEMBER_MAX
                    && self.view.is_unknown(&consent.device)
                    && consent.is_proved(&self.entry.event.group(), &own);
                self.if_may(may, Act::DeviceAdd { device: consent.device })
            }
            Body::DeviceRevoke { device } => {
                let is_own = self.view.author(device).is_some_and(|(member, ..)| member == self.member);
                let own = MemberId::from(self.event_id(self.member));
                // Who has one device leaves, and is not left without a voice.
                let is_last =
                    self.view.resolution().members.get(&own).is_none_or(|own| own.devices.len() < 2);
                self.if_may(is_own && !is_last, Act::DeviceRevoke { device: *device })
            }
            Body::Create { .. }
            | Body::Commit(_)
            | Body::Update(_)
            | Body::Join(_)
            | Body::Ack
            | Body::Reject { .. }
            | Body::Rescue { .. } => (Act::Nothing, self.rank),
        }
    }

    fn is_own(&self, member: usize) -> bool {
        is_same_person(self.log, member, self.member)
    }

    fn if_may(&self, may: bool, act: Act) -> (Act, u8) {
        (if may { act } else { Act::Nothing }, self.rank)
    }

    /// An admission has the authority of the invite, not more than its author's rank: so that nobody is made a member
    /// by an act of a higher stratum than the invite that allows it.
    fn admit(&self, admission: &Admission) -> (Act, u8) {
        let Some(invite) = self.view.invite(&admission.token) else { return (Act::Nothing, self.rank) };
        let Some(standing) = self.view.resolution().invites.get(&admission.token) else {
            return (Act::Nothing, self.rank);
        };
        let stratum = self.rank.min(invite.stratum);
        let role = standing.invite.role;
        let may = rules::may_admit(stratum, role)
            && !standing.is_revoked
            && standing.used < standing.invite.uses
            && self.may_enter(&admission.identity, stratum)
            && admission.is_proved(&self.entry.event.group());
        let act = Act::Enter { role, invite: Some(invite.index) };
        (if may { act } else { Act::Nothing }, stratum)
    }

    /// Not in already under any of its keys, and not removed by somebody of a higher rank.
    fn may_enter(&self, identity: &Identity, stratum: u8) -> bool {
        let id = identity.id();
        let is_in = self.view.rank_of(&id).is_some() || self.view.author(&identity.device).is_some();
        let is_barred =
            self.view.removals_of(&id).iter().any(|removal| !rules::may_readd(stratum, removal.stratum));
        !is_in && !is_barred
    }

    fn set_role(&self, member: &MemberId, role: Role) -> (Act, u8) {
        let Some(index) = self.view.member(self.log, member) else { return (Act::Nothing, self.rank) };
        let target = self.view.resolution().members.get(member).map_or(0, |member| member.role.rank());
        let is_oneself = index == self.member;
        let quorum = match rules::role_change(self.rank, target, role, is_oneself) {
            RoleChange::Refused => return (Act::Nothing, self.rank),
            RoleChange::Alone => None,
            RoleChange::Seconded => {
                let admins = &self.view.voters().admins;
                let electorate = admins.iter().map(|(admin, _)| *admin).filter(|admin| *admin != self.member);
                Some(Quorum { electorate: electorate.collect(), needed: 1, target: Some(index) })
            }
        };
        let is_promotion = role.rank() > target;
        // About one's own rank nobody else has a say, so no removal takes that word back.
        let stratum = if is_oneself { STRATUM_QUORUM } else { self.rank };
        (Act::SetRole { member: index, role, is_promotion, quorum }, stratum)
    }

    fn quorum_act(&self, act: &QuorumAct) -> (Act, u8) {
        let act = match act {
            QuorumAct::Remove { identity } => self.view.index_of(identity).map(|target| Act::Remove {
                identity: *identity,
                quorum: Some(self.electorate(Some(target))),
            }),
            QuorumAct::SetRole { member, role } => {
                let known = self.view.resolution().members.get(member).map(|known| known.role);
                let index = self.view.member(self.log, member);
                index.zip(known).filter(|(_, known)| known != role).map(|(member, known)| Act::SetRole {
                    member,
                    role: *role,
                    is_promotion: *role > known,
                    quorum: Some(self.electorate(Some(member))),
                })
            }
            QuorumAct::SetParams(settings) => {
                Some(Act::SetParams { settings: *settings, quorum: self.electorate(None) })
            }
        };
        (act.unwrap_or(Act::Nothing), STRATUM_QUORUM)
    }

    /// The other admins; the conscience of the whole group if there are too few of them.
    fn electorate(&self, target: Option<usize>) -> Quorum {
        let voters = self.view.voters();
        let without = |all: &[(usize, IdentityId)]| -> Vec<usize> {
            all.iter().map(|(member, _)| *member).filter(|member| Some(*member) != target).collect()
        };
        let mut electorate = without(&voters.admins);
        if !rules::admins_decide(electorate.len()) {
            electorate = without(&voters.members);
        }
        let needed = rules::needed_of(electorate.len(), target.is_some());
        Quorum { electorate, needed, target }
    }

    fn known(&self, id: &EventId) -> Option<usize> {
        self.log.index_of(id).filter(|index| self.entry.past.contains(*index))
    }

    fn event_id(&self, index: usize) -> EventId {
        self.log.entry(index).map_or(EventId([0; 32]), |entry| entry.event.id())
    }
}
