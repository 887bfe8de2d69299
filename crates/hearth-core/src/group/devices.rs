//! A member's devices: tickets for further ones, letting them in, taking them away, and what this node noted of devices.
//!
//! Owns the rule that only the device that made a ticket acts on it. The token is in no log: it gives nobody a
//! membership, it seals one request. PROTOCOL section 7.

use serde::{Deserialize, Serialize};

use super::visits::Visit;
use super::{Group, Handled, Phase};
use crate::content::Endpoint;
use crate::crypto::DeviceSecret;
use crate::envelope::EnvelopeKey;
use crate::error::{Fault, LoadError, OperationError};
use crate::event::{Body, DeviceConsent, Event};
use crate::ids::{DeviceId, EventId, MemberId, Timestamp, TokenId};
use crate::invite::{DeviceTicket, Ticket};
use crate::keys::KeyLayer;
use crate::limits;
use crate::message::Message;
use crate::payload::{DeviceRequest, Payload};
use crate::safety::SafetyNumber;
use crate::store::{Class, Key, ReadStore};
use crate::turn::Turn;
use crate::wire::Refusal;

/// States that a device has: endpoint and keys.
const STATES_MAX: usize = 2;

/// One of this member's devices.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DeviceView {
    /// Which.
    pub id: DeviceId,
    /// Whether it is this node.
    pub is_this: bool,
    /// When this node first heard of it.
    pub since: Option<Timestamp>,
    /// Whether it is in a session with this node.
    pub is_connected: bool,
}

/// A ticket for a further device, on the device that made it.
pub(super) struct Offer {
    key: EnvelopeKey,
    record: OfferRecord,
}

#[derive(Serialize, Deserialize)]
struct OfferRecord {
    seed: [u8; 32],
    expires: Timestamp,
    /// Used, or another one was made instead.
    is_over: bool,
}

impl Drop for OfferRecord {
    fn drop(&mut self) {
        zeroize::Zeroize::zeroize(&mut self.seed);
    }
}

/// What this node noted of a device; never leaves it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Seen {
    /// When it was first seen.
    pub(super) since: Timestamp,
    /// When this member compared safety numbers with the person whose first device it is.
    pub(super) verified: Option<Timestamp>,
    /// The numbers of this node's next message when the device came, went, came again, and so on.
    pub(super) turns: Vec<u64>,
    /// The visit of the person whose first device it is, while they are a visitor.
    pub(super) visit: Option<Visit>,
}

/// The first version of the record: it did not say for which messages.
#[derive(Deserialize)]
struct FirstSeen {
    since: Timestamp,
    verified: Option<Timestamp>,
}

/// The second version of the record: it did not say since when somebody is a visitor.
#[derive(Deserialize)]
struct SecondSeen {
    since: Timestamp,
    verified: Option<Timestamp>,
    turns: Vec<u64>,
}

impl Seen {
    pub(super) fn first(since: Timestamp) -> Self {
        Self { since, verified: None, turns: Vec::new(), visit: None }
    }

    pub(super) fn parse(bytes: &[u8]) -> Option<Self> {
        let second = || {
            let SecondSeen { since, verified, turns } = postcard::from_bytes(bytes).ok()?;
            Some(Self { since, verified, turns, visit: None })
        };
        let first = || {
            let FirstSeen { since, verified } = postcard::from_bytes(bytes).ok()?;
            // It was to read everything.
            Some(Self { since, verified, turns: vec![0], visit: None })
        };
        postcard::from_bytes(bytes).ok().or_else(second).or_else(first)
    }
}

impl<K: KeyLayer> Group<K> {
    /// Makes a ticket for a further device of this member. An earlier one is over.
    pub(crate) fn offer_device(
        &mut self,
        turn: &mut Turn<'_>,
        endpoints: Vec<Endpoint>,
    ) -> Result<DeviceTicket, OperationError> {
        self.own_role()?;
        self.publishing_epoch()?;
        let member = self.own_member().ok_or(OperationError::Removed)?;
        let count = self.resolution.members.get(&member).map_or(0, |own| own.devices.len());
        if count >= limits::DEVICES_PER_MEMBER_MAX {
            return Err(OperationError::TooMany("devices"));
        }
        let open: Vec<TokenId> = self.offers.keys().copied().collect();
        for token in open {
            self.end_offer(turn, &token)?;
        }
        let seed = turn.rng.bytes();
        let expires = turn.now.plus_ms(limits::DEVICE_TICKET_LIFE_MS);
        let token = TokenId(DeviceSecret::from_seed(&seed).public().0);
        self.keep_offer(turn, token, OfferRecord { seed, expires, is_over: false })?;
        while self.offers.len() > limits::DEVICE_TICKETS_MAX {
            let oldest = self.offers.iter().min_by_key(|(token, offer)| (offer.record.expires, **token));
            let Some(oldest) = oldest.map(|(token, _)| *token) else { break };
            self.offers.remove(&oldest);
            turn.out.writes.delete(Key::new(Class::DeviceTicket, &self.id.0, &oldest.0));
        }
        let ticket = Ticket::new(self.room.clone(), self.id, self.suite(), seed, expires, endpoints);
        Ok(DeviceTicket::new(ticket, member))
    }

    fn end_offer(&mut self, turn: &mut Turn<'_>, token: &TokenId) -> Result<(), Fault> {
        let Some(offer) = self.offers.get(token) else { return Ok(()) };
        let record = OfferRecord { seed: offer.record.seed, expires: offer.record.expires, is_over: true };
        self.keep_offer(turn, *token, record)
    }

    fn keep_offer(&mut self, turn: &mut Turn<'_>, token: TokenId, record: OfferRecord) -> Result<(), Fault> {
        let bytes = postcard::to_stdvec(&record).map_err(|_| Fault::Bug("device ticket record"))?;
        turn.out.writes.put(Key::new(Class::DeviceTicket, &self.id.0, &token.0), bytes);
        self.offers.insert(token, Offer { key: request_key(&record.seed), record });
        Ok(())
    }

    pub(super) fn load_devices(&mut self, store: &dyn ReadStore) -> Result<(), LoadError> {
        let mut damaged = false;
        let offers = &mut self.offers;
        store.scan(Class::DeviceTicket, &self.id.0, &mut |item, value| match (
            <[u8; 32]>::try_from(item),
            postcard::from_bytes::<OfferRecord>(&value),
        ) {
            (Ok(token), Ok(record)) => {
                offers.insert(TokenId(token), Offer { key: request_key(&record.seed), record });
            }
            (Ok(_), Err(_)) | (Err(_), _) => damaged = true,
        })?;
        let seen = &mut self.seen;
        store.scan(Class::Seen, &self.id.0, &mut |item, value| match (
            <[u8; 32]>::try_from(item),
            Seen::parse(&value),
        ) {
            (Ok(device), Some(record)) => {
                seen.insert(DeviceId(device), record);
            }
            (Ok(_), None) | (Err(_), _) => damaged = true,
        })?;
        self.note_newest_entry();
        if damaged { Err(LoadError::Damaged("devices")) } else { Ok(()) }
    }

    /// The ticket whose request an envelope may carry.
    pub(super) fn offer_for(&self, nonce: &[u8; 24], hint: &[u8; 8]) -> Option<TokenId> {
        let open = self.offers.iter().filter(|(_, offer)| !offer.record.is_over);
        open.into_iter().find(|(_, offer)| offer.key.matches(nonce, hint)).map(|(token, _)| *token)
    }

    pub(super) fn offer_key(&self, token: &TokenId) -> Option<&EnvelopeKey> {
        self.offers.get(token).map(|offer| &offer.key)
    }

    /// Whether the holder of a ticket of this device's may share the room; `None` if it is no such ticket.
    pub(super) fn offer_access(&self, token: &TokenId, now: Timestamp) -> Option<Result<(), Refusal>> {
        let OfferRecord { expires, is_over, .. } = self.offers.get(token)?.record;
        Some(match (is_over, expires <= now) {
            (true, _) => Err(Refusal::TicketUsedUp),
            (false, true) => Err(Refusal::TicketExpired),
            (false, false) => Ok(()),
        })
    }

    /// A new device asks to be this member's: the act, the commit, the welcome and the log go out together.
    pub(super) fn handle_device_request(
        &mut self,
        turn: &mut Turn<'_>,
        token: &TokenId,
        request: &DeviceRequest,
    ) -> Result<Handled, Fault> {
        let Some(Ok(())) = self.offer_access(token, turn.now) else { return Ok(Handled::Done) };
        self.follow_log(turn);
        if self.phase != Phase::Member || self.own_member().is_none() {
            return Ok(Handled::Later);
        }
        let Ok(under) = self.publishing_epoch() else { return Ok(Handled::Later) };
        let body = Body::DeviceAdd(request.consent.clone());
        match self.check(&body) {
            Ok(_) => {}
            Err(OperationError::NotPermitted) => return Ok(Handled::Done),
            Err(_) => return Ok(Handled::Later),
        }
        let device = request.consent.device;
        // Only what the new device says of itself is handed on to the others.
        let parsed = request.states.iter().filter_map(|state| Message::parse(state).ok());
        let states: Vec<Message> =
            parsed.filter(|state| state.fields().author == device).take(STATES_MAX).collect();
        for state in &states {
            self.learn_state(turn, state.clone())?;
        }
        if self.keys_of(&device).is_none() {
            return Ok(Handled::Done);
        }
        self.end_offer(turn, token)?;
        let added = self.publish(turn, body, Some(under))?;
        self.follow_log(turn);
        // Whoever commits needs the new device's keys; a newcomer cannot commit by itself.
        let event = self.log.event(&added).map(|event| event.as_bytes().to_vec());
        let states = states.iter().map(|state| state.as_bytes().to_vec()).collect();
        let dump = Payload::Dump { events: event.into_iter().collect(), states };
        let slot = self.slots.get(&under).ok_or(Fault::Bug("no key to publish under"))?;
        turn.post(&self.room_id, &slot.key, &dump, None)?;
        self.reconcile(turn)?;
        self.settle(turn)?;
        Ok(Handled::Done)
    }

    /// Begins to become a device of a member: makes a key of its own, and posts the request into the room.
    pub(crate) fn begin_device_join(
        turn: &mut Turn<'_>,
        ticket: DeviceTicket,
        endpoint: Option<Endpoint>,
    ) -> Result<Self, Fault> {
        let DeviceTicket { ticket, member, .. } = ticket;
        let (mut group, states) = Self::begin(turn, ticket.clone(), "", endpoint)?;
        let consent = DeviceConsent::prove(&group.id, &member, &group.device);
        let request = Payload::DeviceRequest(DeviceRequest { consent, states });
        turn.post(&group.room_id, &request_key(&ticket.token), &request, None)?;
        group.own_name.clear();
        group.save(turn)?;
        Ok(group)
    }

    /// Takes one of this member's other devices away; a commit drops its leaf at once.
    pub(crate) fn revoke_device(
        &mut self,
        turn: &mut Turn<'_>,
        device: &DeviceId,
    ) -> Result<(), OperationError> {
        self.own_role()?;
        if *device == self.device.public() {
            return Err(OperationError::Oneself);
        }
        let own = self.own_member();
        if self.resolution.member_of(device).map(|(member, _)| *member) != own {
            return Err(OperationError::UnknownDevice);
        }
        let body = Body::DeviceRevoke { device: *device };
        self.check(&body)?;
        self.decide(turn, body)?;
        Ok(())
    }

    /// Returns this member's devices, this one first, then as they were added.
    pub(crate) fn devices(&self, connected: &std::collections::BTreeSet<DeviceId>) -> Vec<DeviceView> {
        let this = self.device.public();
        let own = self.resolution.member_of(&this).map(|(_, member)| &member.devices);
        let views = own.into_iter().flatten().map(|device| DeviceView {
            id: *device,
            is_this: *device == this,
            since: self.seen.get(device).map(|seen| seen.since),
            is_connected: connected.contains(device),
        });
        let mut devices: Vec<DeviceView> = views.collect();
        devices.sort_by_key(|device| (!device.is_this, device.since, device.id));
        devices
    }

    /// Returns when this node's member came into the group by somebody's letting them in, as far as this device knows; `None` for
    /// who founded it.
    pub(crate) fn entered(&self) -> Option<Timestamp> {
        let own = self.device.public();
        let (member, _) = self.resolution.member_of(&own)?;
        let is_founder =
            matches!(self.log.event(&EventId::from(*member)).map(Event::body), Some(Body::Create { .. }));
        self.seen.get(&own).filter(|_| !is_founder).map(|seen| seen.since)
    }

    /// Returns whom a device is or was one of.
    pub(crate) fn person_of(&self, device: &DeviceId) -> Option<crate::ids::IdentityId> {
        match self.resolution.member_of(device) {
            Some((_, member)) => Some(member.identity.id()),
            None => self.identity_of(&self.author_of(device)?),
        }
    }

    /// Returns a membership of somebody who may be out.
    pub(crate) fn was_member(&self, who: &crate::ids::IdentityId) -> Option<MemberId> {
        let events = self.log.entries().iter().map(|entry| &entry.event);
        let joined = events.filter(|event| event.body().joiner().is_some_and(|joiner| joiner.id() == *who));
        joined.map(|event| MemberId::from(event.id())).min()
    }

    pub(super) fn note(&mut self, turn: &mut Turn<'_>, device: DeviceId, seen: Seen) -> Result<(), Fault> {
        let bytes = postcard::to_stdvec(&seen).map_err(|_| Fault::Bug("device record"))?;
        turn.out.writes.put(Key::new(Class::Seen, &self.id.0, &device.0), bytes);
        self.seen.insert(device, seen);
        Ok(())
    }

    /// Returns the safety number with another member.
    pub(crate) fn safety_number(&self, member: &MemberId) -> Result<SafetyNumber, OperationError> {
        self.own_role()?;
        let own = self.resolution.member_of(&self.device.public()).ok_or(OperationError::Removed)?.1;
        let other = self.resolution.members.get(member).ok_or(OperationError::UnknownMember)?;
        if own.identity.id() == other.identity.id() {
            return Err(OperationError::Oneself);
        }
        Ok(SafetyNumber::of(&self.id, &own.identity.id(), &other.identity.id()))
    }

    /// Notes that this member has compared safety numbers with another one. The first time stays.
    pub(crate) fn mark_verified(
        &mut self,
        turn: &mut Turn<'_>,
        member: &MemberId,
    ) -> Result<(), OperationError> {
        let other = self.resolution.members.get(member).ok_or(OperationError::UnknownMember)?;
        if other.devices.contains(&self.device.public()) {
            return Err(OperationError::Oneself);
        }
        let device = other.identity.device;
        let seen = self.seen.get(&device).cloned().unwrap_or_else(|| Seen::first(turn.now));
        let seen = Seen { verified: seen.verified.or(Some(turn.now)), ..seen };
        self.note(turn, device, seen)?;
        turn.notify(crate::turn::Notice::People { group: self.id });
        Ok(())
    }

    /// Says whether a device belongs to nobody any more: removed or left with its member, or taken away by it.
    pub(crate) fn is_out(&self, device: &DeviceId) -> bool {
        if self.resolution.member_of(device).is_some() {
            return false;
        }
        self.resolution.is_removed(device)
            || self.device_add_of(device).is_some_and(|(member, _)| {
                let identity = self.identity_of(&member);
                self.resolution.removals.iter().any(|(_, removed)| Some(*removed) == identity)
            })
    }

    /// The event that made a device a further one of a member, and that member, whoever that is by now.
    pub(super) fn device_add_of(&self, device: &DeviceId) -> Option<(MemberId, &Event)> {
        let adds = self.log.introductions(device, self.log.all()).filter_map(|index| {
            let event = &self.log.entry(index)?.event;
            let Body::DeviceAdd(consent) = event.body() else { return None };
            let member = self.log.entry(self.ledger.member_at(index)?)?.event.id();
            let member = MemberId::from(member);
            consent.is_proved(&self.id, &member).then_some((member, event))
        });
        adds.min_by_key(|(_, event)| event.id())
    }

    /// Returns who a member is or was.
    pub(crate) fn identity_of(&self, member: &MemberId) -> Option<crate::ids::IdentityId> {
        Some(self.log.event(&EventId::from(*member))?.body().joiner()?.id())
    }
}

/// The key of the request that the holder of a ticket posts: only the ticket and the device that made it have it.
fn request_key(seed: &[u8; 32]) -> EnvelopeKey {
    EnvelopeKey::from_secret(&crate::crypto::derive("hearth 2026-11 device request envelopes", seed))
}
