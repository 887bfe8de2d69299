//! What this node's member asks for about people and devices: ranks, removal, the group's conscience, further devices,
//! safety numbers.
//!
//! Owns no rule: the group asks `resolve`. Each wish is one step.

use super::{Engine, Step};
use crate::error::OperationError;
use crate::event::Role;
use crate::group::{Asking, Decided, DeviceView, Group, Keeping, Phase, Proposal, RemovalPreview, Switching};
use crate::ids::{DeviceId, EventId, GroupId, MemberId, Timestamp};
use crate::invite::DeviceTicket;
use crate::keys::KeyLayer;
use crate::safety::SafetyNumber;
use crate::store::ReadStore;

impl<S: ReadStore, K: KeyLayer> Engine<S, K> {
    /// Removes a member of lower rank; nothing sent afterwards can be opened by that member.
    ///
    /// # Errors
    /// [`OperationError::UnknownMember`], [`OperationError::NotPermitted`], [`OperationError::Oneself`], and as for
    /// every act in a group.
    pub fn remove_member(
        &mut self,
        group: GroupId,
        member: MemberId,
        now: Timestamp,
    ) -> Result<Step<'_, S, (), K>, OperationError> {
        self.wish(now, |engine, mv| engine.act(mv, &group, |group, turn| group.remove(turn, &member)))
    }

    /// Gives a member another rank, as far as this member's own rank allows. Asking for the rank that somebody has
    /// changes nothing; what another servant has proposed already is agreed to.
    ///
    /// # Errors
    /// [`OperationError::UnknownMember`], [`OperationError::NotPermitted`], and as for every act in a group.
    pub fn set_role(
        &mut self,
        group: GroupId,
        member: MemberId,
        role: Role,
        now: Timestamp,
    ) -> Result<Step<'_, S, Decided, K>, OperationError> {
        self.wish(now, |engine, mv| engine.act(mv, &group, |group, turn| group.set_role(turn, &member, role)))
    }

    /// Proposes what many decide together. The same proposal, made by a second member, counts as agreement.
    ///
    /// # Errors
    /// [`OperationError::UnknownMember`], [`OperationError::NotPermitted`], [`OperationError::Oneself`], and as for
    /// every act in a group.
    pub fn propose(
        &mut self,
        group: GroupId,
        member: MemberId,
        what: Asking,
        now: Timestamp,
    ) -> Result<Step<'_, S, Decided, K>, OperationError> {
        self.wish(now, |engine, mv| engine.act(mv, &group, |group, turn| group.propose(turn, &member, what)))
    }

    /// Agrees to a proposal. Agreeing twice changes nothing.
    ///
    /// # Errors
    /// [`OperationError::UnknownProposal`], [`OperationError::NotPermitted`], and as for every act in a group.
    pub fn endorse(
        &mut self,
        group: GroupId,
        act: EventId,
        now: Timestamp,
    ) -> Result<Step<'_, S, Decided, K>, OperationError> {
        self.wish(now, |engine, mv| engine.act(mv, &group, |group, turn| group.endorse(turn, &act)))
    }

    /// Lets somebody stay whose admission a removal made void. Returns the rank that this member could give.
    ///
    /// # Errors
    /// [`OperationError::UnknownProposal`], [`OperationError::NotPermitted`], and as for every act in a group.
    pub fn keep_member(
        &mut self,
        group: GroupId,
        act: EventId,
        now: Timestamp,
    ) -> Result<Step<'_, S, Role, K>, OperationError> {
        self.wish(now, |engine, mv| engine.act(mv, &group, |group, turn| group.keep(turn, &act)))
    }

    /// Leaves a group.
    ///
    /// # Errors
    /// As for every act in a group.
    pub fn leave_group(
        &mut self,
        group: GroupId,
        now: Timestamp,
    ) -> Result<Step<'_, S, (), K>, OperationError> {
        self.wish(now, |engine, mv| engine.act(mv, &group, Group::leave))
    }

    /// Makes a ticket for a further device of this member. It is good once, for 15 minutes; an earlier one is over.
    ///
    /// # Errors
    /// [`OperationError::TooMany`], and as for every act in a group.
    pub fn offer_device(
        &mut self,
        group: GroupId,
        now: Timestamp,
    ) -> Result<Step<'_, S, DeviceTicket, K>, OperationError> {
        self.wish(now, |engine, mv| {
            // Only this device acts on the request, so only this one is worth calling.
            let endpoints = engine.own_endpoint().into_iter().collect();
            engine.act(mv, &group, |group, turn| group.offer_device(turn, endpoints))
        })
    }

    /// Begins to become a further device of a member, and returns the group's id. Asking again with the same ticket
    /// goes on with the same joining.
    ///
    /// # Errors
    /// [`OperationError::Ticket`], [`OperationError::TicketExpired`], [`OperationError::AlreadyMember`],
    /// [`OperationError::TooMany`].
    pub fn join_as_device(
        &mut self,
        ticket: &str,
        now: Timestamp,
    ) -> Result<Step<'_, S, GroupId, K>, OperationError> {
        self.wish(now, |engine, mv| {
            let ticket = DeviceTicket::parse(ticket)?;
            let id = ticket.ticket.group;
            if let Some(Phase::Joining { ticket: known, refusal: None }) =
                engine.groups.get(&id).map(Group::phase)
                && *known == ticket.ticket
            {
                return Ok(id);
            }
            if ticket.ticket.expires <= now {
                return Err(OperationError::TicketExpired);
            }
            let farewell = engine.make_room_for(mv, &id)?;
            let endpoint = engine.own_endpoint();
            let group = engine.new_turn(mv, |turn| {
                let mut group = Group::begin_device_join(turn, ticket, endpoint)?;
                group.take_over_farewell(turn, farewell)?;
                Ok(group)
            })?;
            engine.add_group(mv, group)
        })
    }

    /// Takes one of this member's other devices away; what is sent afterwards it cannot open.
    ///
    /// # Errors
    /// [`OperationError::UnknownDevice`], [`OperationError::Oneself`] for this device, and as for every act in a group.
    pub fn revoke_device(
        &mut self,
        group: GroupId,
        device: DeviceId,
        now: Timestamp,
    ) -> Result<Step<'_, S, (), K>, OperationError> {
        self.wish(now, |engine, mv| engine.act(mv, &group, |group, turn| group.revoke_device(turn, &device)))
    }

    /// Notes, on this node alone, that this member has compared safety numbers with another one.
    ///
    /// # Errors
    /// [`OperationError::UnknownMember`], [`OperationError::Oneself`], [`OperationError::UnknownGroup`].
    pub fn mark_verified(
        &mut self,
        group: GroupId,
        member: MemberId,
        now: Timestamp,
    ) -> Result<Step<'_, S, (), K>, OperationError> {
        self.wish(now, |engine, mv| engine.act(mv, &group, |group, turn| group.mark_verified(turn, &member)))
    }

    /// Returns who would lose what if this member removed another one. Changes nothing.
    ///
    /// # Errors
    /// As for [`Self::remove_member`].
    pub fn removal_preview(
        &self,
        group: &GroupId,
        member: &MemberId,
    ) -> Result<RemovalPreview, OperationError> {
        self.home(group).ok_or(OperationError::UnknownGroup)?.removal_preview(member)
    }

    /// Returns the safety number with another member.
    ///
    /// # Errors
    /// [`OperationError::UnknownMember`], [`OperationError::Oneself`], and as for every act in a group.
    pub fn safety_number(&self, group: &GroupId, member: &MemberId) -> Result<SafetyNumber, OperationError> {
        self.home(group).ok_or(OperationError::UnknownGroup)?.safety_number(member)
    }

    /// Returns this member's devices, this one first; none while the group has not let it in.
    pub fn devices(&self, group: &GroupId) -> Vec<DeviceView> {
        let connected = self.connected_devices(group);
        self.home(group).map(|group| group.devices(&connected)).unwrap_or_default()
    }

    /// Returns what waits for agreement, the oldest first.
    pub fn proposals(&self, group: &GroupId) -> Vec<Proposal> {
        self.home(group).map(Group::proposals).unwrap_or_default()
    }

    /// Returns those whose admission a removal made void, and about whom the admins are asked.
    pub fn questions(&self, group: &GroupId) -> Vec<Keeping> {
        self.home(group).map(Group::questions).unwrap_or_default()
    }

    /// Returns how far the group has switched to keys without somebody who went out; `None` if nobody did.
    pub fn switching(&self, group: &GroupId) -> Option<Switching> {
        self.home(group)?.switching()
    }

    fn home(&self, group: &GroupId) -> Option<&Group<K>> {
        self.groups.get(group).filter(|group| group.home().is_none())
    }
}
