//! Who may share the group's room with this node, and where the others are reached.
//!
//! Owns the answer to a neighbour's proof of access, and this node's own. PROTOCOL 1.2 to 1.4.

use super::{Group, Phase};
use crate::content::{Content, Endpoint, StateKind};
use crate::crypto::DeviceSecret;
use crate::event::{Body, Event, Role};
use crate::ids::{DeviceId, EventId, Timestamp, TokenId};
use crate::invite::Ticket;
use crate::keys::KeyLayer;
use crate::wire::Refusal;

impl<K: KeyLayer> Group<K> {
    /// Where the others can be reached, for the node's dialer.
    pub(crate) fn contacts(&self) -> Vec<Endpoint> {
        match &self.phase {
            Phase::Looking { .. } if !self.is_active() => Vec::new(),
            Phase::Looking { ticket, .. } | Phase::Joining { ticket, .. } => ticket.endpoints.clone(),
            Phase::Out if !self.is_saying_goodbye() => Vec::new(),
            Phase::Member => self.endpoints().into_iter().chain(self.keepers()).collect(),
            Phase::Returning(back) => back.endpoints.clone(),
            Phase::Out => self.others(),
        }
    }

    /// The endpoints of all other members' devices.
    pub(super) fn endpoints(&self) -> Vec<Endpoint> {
        let own = self.device.public();
        let devices = self.resolution.devices().into_iter().filter(|device| *device != own);
        devices.filter_map(|device| self.endpoint_of(&device)).collect()
    }

    /// Those who have not said yet that this member is out, this person's own devices among them.
    pub(super) fn others(&self) -> Vec<Endpoint> {
        let mut others = self.endpoints();
        let own = self.states.keys().map(|(_, device)| device).filter(|device| self.is_another_own(device));
        others.extend(own.filter_map(|device| self.endpoint_of(device)));
        others.dedup();
        others.retain(|endpoint| !self.told_out_by.contains(&endpoint.peer));
        others
    }

    pub(crate) fn endpoint_of(&self, device: &DeviceId) -> Option<Endpoint> {
        let state = self.states.get(&(StateKind::Endpoint, *device))?;
        if let Content::Endpoint(endpoint) = state.content() { Some(endpoint) } else { None }
    }

    /// The token and the admission that a proof of access shows.
    pub(crate) fn own_proof(&self) -> (Option<DeviceSecret>, Option<Vec<u8>>) {
        let token = match &self.phase {
            Phase::Looking { ticket, .. } | Phase::Joining { ticket, .. } => Some(ticket.token()),
            Phase::Returning(back) => back.ticket.as_ref().map(Ticket::token),
            Phase::Member | Phase::Out => None,
        };
        let own = self.device.public();
        let made = self.resolution.member_of(&own).filter(|(_, member)| member.identity.device == own);
        let admission = match made {
            Some((id, _)) => self.log.event(&EventId::from(*id)),
            None => self.device_add_of(&own).map(|(_, event)| event),
        };
        let admission = admission.filter(|event| matches!(event.body(), Body::Admit(_) | Body::DeviceAdd(_)));
        let admission = admission.map(|event| event.as_bytes().to_vec());
        let kept = match &self.phase {
            Phase::Returning(back) => back.admission.clone(),
            Phase::Looking { .. } | Phase::Joining { .. } | Phase::Member | Phase::Out => None,
        };
        (token, admission.or(kept))
    }

    /// Decides whether a neighbour with these proofs, whose signatures hold, may share the room (PROTOCOL 1.2).
    pub(crate) fn check_access(
        &self,
        device: &DeviceId,
        token: Option<&TokenId>,
        admission: Option<&[u8]>,
        now: Timestamp,
    ) -> Result<(), Refusal> {
        if matches!(self.phase, Phase::Looking { .. } | Phase::Joining { .. } | Phase::Returning(_)) {
            // Who looks, joins or returns knows nobody yet; whoever knows the room's secret may take its sealed request on.
            return Ok(());
        }
        if self.resolution.member_of(device).is_some() || self.is_to_be_told(device) {
            return Ok(());
        }
        if self.is_out(device) {
            return Err(Refusal::Removed);
        }
        if self.vouches(device, admission) {
            return Ok(());
        }
        if let Some(access) = token.and_then(|token| self.offer_access(token, now)) {
            return access;
        }
        let Some(standing) = token.and_then(|token| self.resolution.invites.get(token)) else {
            return Err(Refusal::Unknown);
        };
        if standing.is_revoked {
            Err(Refusal::TicketRevoked)
        } else if standing.used >= standing.invite.uses {
            Err(Refusal::TicketUsedUp)
        } else if standing.invite.expires <= now {
            Err(Refusal::TicketExpired)
        } else {
            Ok(())
        }
    }

    /// Says whether a current member has admitted the device, in an event that this log does not have yet.
    pub(super) fn vouches(&self, device: &DeviceId, admission: Option<&[u8]>) -> bool {
        let Some(event) = admission.and_then(|bytes| Event::parse(bytes).ok()) else { return false };
        let Some((id, author)) = self.resolution.member_of(&event.author()) else { return false };
        let is_said = match event.body() {
            Body::Admit(admission) => {
                admission.identity.device == *device
                    && admission.is_proved(&self.id)
                    && author.role >= Role::Member
            }
            Body::DeviceAdd(consent) => consent.device == *device && consent.is_proved(&self.id, id),
            _ => false,
        };
        is_said && event.group() == self.id && self.log.event(&event.id()).is_none()
    }

    /// Says whether a neighbour's device may go on sharing the room. Who has left tells so to its own other devices: there
    /// may be nobody else who could.
    pub(crate) fn may_share_room(&self, device: &DeviceId) -> bool {
        !self.is_out(device) || self.is_to_be_told(device)
    }

    pub(super) fn is_to_be_told(&self, device: &DeviceId) -> bool {
        self.phase == Phase::Out && self.is_another_own(device) && self.has_left()
    }
}
