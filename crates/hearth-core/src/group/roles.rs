//! What members decide of one another: ranks, removal, the group's conscience, leaving, keeping.
//!
//! Owns the checks before such an act, and what is told beforehand. Whether the act counts is asked of `resolve`, which
//! alone knows the rules. PROTOCOL section 3.

use super::Group;
use crate::error::{Fault, OperationError};
use crate::event::{Body, Event, Position, QuorumAct, Role};
use crate::ids::{EventId, MemberId, TokenId};
use crate::keys::KeyLayer;
use crate::log::Log;
use crate::resolve::{Foreseen, Ledger, PendingAct, Resolution};
use crate::turn::Turn;

/// What came of a wish about somebody's standing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decided {
    /// It holds.
    Done,
    /// It waits for others.
    Waits {
        /// The proposal.
        act: EventId,
        /// How many more must agree.
        missing: usize,
    },
}

/// What has been proposed and is not decided.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proposal {
    /// Which.
    pub act: EventId,
    /// Who proposed it.
    pub author: MemberId,
    /// Whom it is about; `None` if it is about the group.
    pub target: Option<MemberId>,
    /// What is to happen.
    pub what: Asking,
    /// Who has agreed.
    pub agreed: Vec<MemberId>,
    /// Who may agree.
    pub may_agree: Vec<MemberId>,
    /// How many more must.
    pub missing: usize,
    /// Whether this member may still agree.
    pub is_open_to_me: bool,
}

/// What a proposal asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asking {
    /// To end a membership.
    Remove,
    /// To give somebody a rank.
    Role(Role),
    /// To let members invite, or to stop letting them.
    MembersMayInvite(bool),
}

/// Somebody whose admission a removal made void.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Keeping {
    /// The admission that does not count.
    pub act: EventId,
    /// Whom it let in.
    pub name: String,
    /// With which rank.
    pub role: Role,
    /// The pseudonym of who let them in.
    pub by: String,
}

/// Who would lose what by a removal, as far as this node knows the log.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RemovalPreview {
    /// Members whose admission would not count any more.
    pub lost: Vec<MemberId>,
    /// Members whom the person let in, and who stay.
    pub stay: Vec<MemberId>,
    /// Invites of the person that stay good unless they are revoked.
    pub open_invites: Vec<TokenId>,
    /// How many devices lose their keys.
    pub devices: usize,
}

const LAST_WITH_A_SAY: &str = "nobody else has a say in the group; make somebody else a member first";

impl<K: KeyLayer> Group<K> {
    /// Removes a member of lower rank; act and new keys go out together.
    pub(crate) fn remove(&mut self, turn: &mut Turn<'_>, member: &MemberId) -> Result<(), OperationError> {
        let body = self.removal_of(member)?;
        self.check(&body)?;
        self.decide(turn, body)?;
        Ok(())
    }

    /// Returns who would lose what if this member removed another one, without doing it.
    pub(crate) fn removal_preview(&self, member: &MemberId) -> Result<RemovalPreview, OperationError> {
        let body = self.removal_of(member)?;
        let event = self.draft(body)?;
        let mut log = Log::new(self.id);
        for entry in self.log.entries() {
            log.admit(entry.event.clone());
        }
        log.admit(event);
        let after = Ledger::default().resolution(&log);
        if after.members.contains_key(member) {
            return Err(OperationError::NotPermitted);
        }
        Ok(self.compare(member, &after))
    }

    fn compare(&self, member: &MemberId, after: &Resolution) -> RemovalPreview {
        let before = &self.resolution;
        let devices = before.members.get(member).map(|member| member.devices.clone()).unwrap_or_default();
        let is_by_them = |id: &MemberId| {
            let author = self.log.event(&EventId::from(*id)).map(Event::author);
            id != member && author.is_some_and(|author| devices.contains(&author))
        };
        let others = before.members.keys().filter(|id| *id != member);
        let (stay, lost): (Vec<MemberId>, Vec<MemberId>) =
            others.copied().partition(|id| after.members.contains_key(id));
        let open = after.invites.iter().filter(|(_, standing)| {
            standing.author == *member && !standing.is_revoked && standing.used < standing.invite.uses
        });
        RemovalPreview {
            lost,
            stay: stay.into_iter().filter(is_by_them).collect(),
            open_invites: open.map(|(token, _)| *token).collect(),
            devices: devices.len(),
        }
    }

    fn removal_of(&self, member: &MemberId) -> Result<Body, OperationError> {
        self.own_role()?;
        let target = self.resolution.members.get(member).ok_or(OperationError::UnknownMember)?;
        if target.devices.contains(&self.device.public()) {
            return Err(OperationError::Oneself);
        }
        Ok(Body::Remove { identity: target.identity.id() })
    }

    /// Gives a member another rank. What another servant has proposed already is agreed to. Asking for the rank that
    /// somebody has changes nothing.
    pub(crate) fn set_role(
        &mut self,
        turn: &mut Turn<'_>,
        member: &MemberId,
        role: Role,
    ) -> Result<Decided, OperationError> {
        self.own_role()?;
        let target = self.resolution.members.get(member).ok_or(OperationError::UnknownMember)?;
        if target.role == role {
            return Ok(Decided::Done);
        }
        let is_own = target.devices.contains(&self.device.public());
        if is_own && role < Role::Member && self.resolution.voters().all(|(voter, _)| voter == member) {
            return Err(OperationError::Unfitting(LAST_WITH_A_SAY));
        }
        let body = Body::SetRole { member: *member, role };
        let is_permitted = self.check(&body);
        let same = QuorumAct::SetRole { member: *member, role };
        // Who may decide alone does, also what somebody has proposed.
        if is_permitted != Ok(Foreseen::Holds)
            && let Some(pending) = self.proposed(&same)
            && (is_permitted.is_ok() || self.has_say(&pending))
        {
            return self.agree(turn, &pending);
        }
        is_permitted?;
        self.decide(turn, body)
    }

    /// Proposes what many decide together. The same proposal, made twice, is agreed to by the second.
    pub(crate) fn propose(
        &mut self,
        turn: &mut Turn<'_>,
        member: &MemberId,
        what: Asking,
    ) -> Result<Decided, OperationError> {
        self.own_role()?;
        let target = self.resolution.members.get(member).ok_or(OperationError::UnknownMember)?;
        let what = match what {
            Asking::Remove if target.devices.contains(&self.device.public()) => {
                return Err(OperationError::Oneself);
            }
            Asking::Remove => QuorumAct::Remove { identity: target.identity.id() },
            Asking::Role(role) if target.role == role => return Ok(Decided::Done),
            Asking::Role(role) => QuorumAct::SetRole { member: *member, role },
            Asking::MembersMayInvite(_) => return Err(OperationError::OutOfBounds("what is proposed")),
        };
        if let Some(pending) = self.proposed(&what) {
            return if self.has_say(&pending) {
                self.agree(turn, &pending)
            } else {
                Ok(Decided::Waits { act: pending.act, missing: pending.missing })
            };
        }
        let body = Body::QuorumAct(what);
        self.check(&body)?;
        self.decide(turn, body)
    }

    /// Agrees to what somebody proposed. Agreeing twice changes nothing.
    pub(crate) fn endorse(&mut self, turn: &mut Turn<'_>, act: &EventId) -> Result<Decided, OperationError> {
        self.own_role()?;
        let pending = self.resolution.pending.iter().find(|pending| pending.act == *act).cloned();
        let pending = pending.ok_or(OperationError::UnknownProposal)?;
        if !self.has_say(&pending) {
            return Err(OperationError::NotPermitted);
        }
        self.agree(turn, &pending)
    }

    fn agree(&mut self, turn: &mut Turn<'_>, pending: &PendingAct) -> Result<Decided, OperationError> {
        if self.own_member().is_some_and(|own| pending.endorsers.contains(&own)) || !self.has_say(pending) {
            return Ok(Decided::Waits { act: pending.act, missing: pending.missing });
        }
        self.decide(turn, Body::Endorse { act: pending.act })?;
        Ok(self.outcome(&pending.act))
    }

    fn proposed(&self, what: &QuorumAct) -> Option<PendingAct> {
        self.resolution.pending.iter().find(|pending| pending.what == *what).cloned()
    }

    /// Says whether this member may agree, or has: the proposer's word counts as the first.
    fn has_say(&self, pending: &PendingAct) -> bool {
        self.own_member()
            .is_some_and(|own| pending.electorate.contains(&own) || pending.endorsers.contains(&own))
    }

    /// Ends this node's own membership.
    pub(crate) fn leave(&mut self, turn: &mut Turn<'_>) -> Result<(), OperationError> {
        self.own_role()?;
        let under = self.publishing_epoch()?;
        self.publish(turn, Body::Leave, Some(under))?;
        // Whoever was alone for long cannot know whether others still have these keys.
        if self.was_apart(turn.now) {
            self.say_goodbye(turn)?;
        }
        self.settle(turn)?;
        Ok(())
    }

    /// Lets somebody stay whose admission a removal made void, with the rank that they had or the highest one below it
    /// that this member may give. Returns the rank.
    pub(crate) fn keep(&mut self, turn: &mut Turn<'_>, act: &EventId) -> Result<Role, OperationError> {
        self.own_role()?;
        let question = self.resolution.questions.iter().find(|question| question.act == *act).cloned();
        let question = question.ok_or(OperationError::UnknownProposal)?;
        let ranks = [question.role, Role::Newcomer, Role::Visitor];
        for role in ranks.into_iter().filter(|role| *role <= question.role) {
            let body = Body::Add { identity: question.identity.clone(), role };
            if self.check(&body).is_ok() {
                self.decide(turn, body)?;
                return Ok(role);
            }
        }
        Err(OperationError::NotPermitted)
    }

    /// Returns what waits for agreement.
    pub(crate) fn proposals(&self) -> Vec<Proposal> {
        let own = self.own_member();
        let pending = self.resolution.pending.iter().map(|pending| Proposal {
            act: pending.act,
            author: pending.author,
            target: pending.target,
            what: match pending.what {
                QuorumAct::Remove { .. } => Asking::Remove,
                QuorumAct::SetRole { role, .. } => Asking::Role(role),
                QuorumAct::SetParams(settings) => Asking::MembersMayInvite(settings.members_may_invite),
            },
            agreed: pending.endorsers.iter().copied().collect(),
            may_agree: pending.electorate.iter().copied().collect(),
            missing: pending.missing,
            is_open_to_me: own
                .is_some_and(|own| pending.electorate.contains(&own) && !pending.endorsers.contains(&own)),
        });
        let mut proposals: Vec<Proposal> = pending.collect();
        proposals.sort_by_key(|proposal| self.log.index_of(&proposal.act));
        proposals
    }

    /// Returns whom the admins are asked about.
    pub(crate) fn questions(&self) -> Vec<Keeping> {
        let questions = self.resolution.questions.iter().map(|question| Keeping {
            act: question.act,
            name: question.identity.name.clone(),
            role: question.role,
            by: self.name_of_member(&question.by).unwrap_or_default().to_owned(),
        });
        questions.collect()
    }

    /// Publishes an act and brings the keys in line with it.
    pub(super) fn decide(&mut self, turn: &mut Turn<'_>, body: Body) -> Result<Decided, OperationError> {
        let under = self.publishing_epoch()?;
        let act = self.publish(turn, body, Some(under))?;
        self.follow_log(turn);
        self.reconcile(turn)?;
        self.settle(turn)?;
        Ok(self.outcome(&act))
    }

    fn outcome(&self, act: &EventId) -> Decided {
        let pending = self.resolution.pending.iter().find(|pending| pending.act == *act);
        pending.map_or(Decided::Done, |pending| Decided::Waits { act: *act, missing: pending.missing })
    }

    /// Asks `resolve` whether an act of this member would count.
    pub(super) fn check(&mut self, body: &Body) -> Result<Foreseen, OperationError> {
        let event = self.draft(body.clone())?;
        match self.ledger.foresee(&self.log, &event) {
            Foreseen::Refused => Err(OperationError::NotPermitted),
            foreseen => Ok(foreseen),
        }
    }

    /// Signs an event that never leaves this node.
    fn draft(&self, body: Body) -> Result<Event, OperationError> {
        let (seq, prev_own, heads) = self.log.next_position(&self.device.public());
        let epoch = self.head.ok_or(OperationError::Joining)?;
        let position = Position { group: self.id, seq, prev_own, heads, epoch };
        let event = Event::sign(&self.device, position, body);
        Ok(event.map_err(|_| Fault::Bug("own event out of bounds"))?)
    }

    pub(super) fn own_member(&self) -> Option<MemberId> {
        self.resolution.member_of(&self.device.public()).map(|(id, _)| *id)
    }

    /// Returns this member's rank.
    pub(super) fn own_role(&self) -> Result<Role, OperationError> {
        match self.phase {
            super::Phase::Looking { .. } | super::Phase::Joining { .. } => Err(OperationError::Joining),
            super::Phase::Out => Err(OperationError::Removed),
            super::Phase::Returning(_) => Err(OperationError::Astray),
            super::Phase::Member => self.standing_role().ok_or(OperationError::Removed),
        }
    }

    pub(super) fn standing_role(&self) -> Option<Role> {
        self.resolution.member_of(&self.device.public()).map(|(_, member)| member.role)
    }
}
