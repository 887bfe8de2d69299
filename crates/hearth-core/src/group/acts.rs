//! How a group and its people come together: found it, invite, admit; open a pair; and how a node begins to join.
//!
//! Owns the checks before such an act. Whether others let it count is `resolve`'s. What members decide of one another is
//! in `roles`, a member's devices in `devices`. PROTOCOL sections 3, 6 and 7.

use super::{Group, Handled, PendingJoin, Phase};
use crate::content::{Content, Endpoint, Keys, StateKind};
use crate::crypto::DeviceSecret;
use crate::epoch::Suite;
use crate::error::{Fault, OperationError};
use crate::event::{Admission, Body, Event, GroupKind, GroupParams, Identity, Invite, Position, Role};
use crate::ids::{DeviceId, EpochId, GroupId, Timestamp, TokenId};
use crate::invite::{RoomSecret, Ticket};
use crate::keys::KeyLayer;
use crate::limits;
use crate::message::Message;
use crate::payload::{JoinRequest, PairOpening, Payload};
use crate::turn::Turn;

/// Milliseconds between one member in line and the next when somebody asks to be admitted: enough for the first
/// one's admission to reach the others.
const ADMIT_SLOT_MS: u64 = 2_000;

impl<K: KeyLayer> Group<K> {
    /// Founds a home group with this node's member as secretary.
    pub(crate) fn found(
        turn: &mut Turn<'_>,
        name: &str,
        own_name: &str,
        suite: Suite,
    ) -> Result<Self, Fault> {
        let room = RoomSecret::new(turn.rng.bytes());
        let device = DeviceSecret::generate(turn.rng);
        let kind = GroupKind::Home { name: name.to_owned() };
        Self::create(turn, None, room, device, own_name, kind, suite)
    }

    pub(super) fn create(
        turn: &mut Turn<'_>,
        home: Option<GroupId>,
        room: RoomSecret,
        device: DeviceSecret,
        own_name: &str,
        kind: GroupKind,
        suite: Suite,
    ) -> Result<Self, Fault> {
        let params = GroupParams { kind, suite, nonce: turn.rng.bytes() };
        let founder = Identity { device: device.public(), name: own_name.to_owned() };
        let position = Position {
            group: GroupId([0; 32]),
            seq: 0,
            prev_own: None,
            heads: Vec::new(),
            epoch: EpochId([0; 32]),
        };
        let create = Event::sign(&device, position, Body::Create { params, founder })
            .map_err(|_| Fault::Bug("create out of bounds"))?;
        let id = create.group();
        let mut group = Self::new(id, home, room, device, own_name.to_owned(), suite);
        group.append(turn, create)?;
        group.refresh();
        let state = K::found(suite, &id, &group.device, turn.rng).map_err(|_| Fault::Bug("first epoch"))?;
        group.hold(turn, EpochId(id.0), state, false)?;
        group.save(turn)?;
        Ok(group)
    }

    /// Opens a private pair with `partner`, from the keys that it published in this home group. The pair's first
    /// events and the welcome travel in one opening, sealed to the partner's inbox.
    pub(crate) fn open_pair(
        &mut self,
        turn: &mut Turn<'_>,
        partner: &DeviceId,
    ) -> Result<Self, OperationError> {
        let (_, member) = self.resolution.member_of(partner).ok_or(OperationError::UnknownMember)?;
        // The device is the pair's other end, be it the person's first one or not.
        let identity = Identity { device: *partner, name: member.identity.name.clone() };
        let keys = self.usable_keys_of(partner).ok_or(OperationError::KeysMissing)?;
        if self.ready_epoch(turn)?.is_none() {
            return Err(OperationError::KeysMissing);
        }
        // Nothing is left of a pair for which the partner's published keys are of no use.
        let before = std::mem::take(&mut turn.out.writes);
        let made = self.make_pair(turn, identity, &keys.inbox);
        let writes = std::mem::replace(&mut turn.out.writes, before);
        let (mut pair, epoch, sealed) = made?;
        turn.out.writes.absorb(writes);
        self.post_opening(turn, &mut pair, sealed)?;
        self.note_own_opening(turn, &pair, epoch)?;
        pair.states.clear();
        Ok(pair)
    }

    /// Says whether a pair with a device can be opened, as far as that can be told without doing it.
    pub(crate) fn can_open_pair(&self, partner: &DeviceId) -> bool {
        self.usable_keys_of(partner).is_some() && self.is_ready()
    }

    /// Of keys from before its last new leaf a device may have lost the secret halves.
    pub(super) fn usable_keys_of(&self, device: &DeviceId) -> Option<Keys> {
        self.keys_of(device).filter(|_| self.has_fresh_keys(device))
    }

    /// Founds a pair and adds the other device; returns it with its epoch and its opening, sealed to the other's inbox.
    fn make_pair(
        &self,
        turn: &mut Turn<'_>,
        identity: Identity,
        inbox: &[u8],
    ) -> Result<(Self, EpochId, Vec<u8>), OperationError> {
        let kind = GroupKind::Pair { home: self.id };
        let device = DeviceSecret::from_seed(&self.device.seed());
        let suite = self.suite();
        let mut pair =
            Self::create(turn, Some(self.id), self.room.clone(), device, &self.own_name, kind, suite)?;
        let partner = identity.device;
        pair.publish(turn, Body::Add { identity, role: Role::Member }, None)?;
        pair.refresh();
        if let Some(message) = self.states.get(&(StateKind::Keys, partner)) {
            pair.states.insert((StateKind::Keys, partner), message.clone());
        }
        pair.reconcile(turn)?;
        let (epoch, welcome) = pair.pair_welcome.take().ok_or(OperationError::KeysMissing)?;
        pair.partner_leaf = self.head.map_or(0, |head| self.leaf_number(&head, &partner));
        pair.save(turn)?;
        let opening = PairOpening {
            pair: pair.id,
            events: pair.log.entries().iter().map(|entry| entry.event.as_bytes().to_vec()).collect(),
            epoch,
            welcome,
        };
        let opening = postcard::to_stdvec(&opening).map_err(|_| Fault::Bug("pair opening"))?;
        let sealed = K::inbox_seal(suite, inbox, super::INBOX_INFO, &self.id.0, &opening, turn.rng)
            .map_err(|_| OperationError::KeysMissing)?;
        Ok((pair, epoch, sealed))
    }

    /// Posts the pair's beginning for this device itself. It is the one trace of a pair that this device would find if
    /// its disk were set back to before it: nothing else in the room is its own, and can be opened by it.
    fn note_own_opening(&self, turn: &mut Turn<'_>, pair: &Self, epoch: EpochId) -> Result<(), Fault> {
        let Some(keys) = self.own_keys.first() else { return Ok(()) };
        let events = pair.log.entries().iter().take(1).map(|entry| entry.event.as_bytes().to_vec()).collect();
        let note = PairOpening { pair: pair.id, events, epoch, welcome: Vec::new() };
        let note = postcard::to_stdvec(&note).map_err(|_| Fault::Bug("pair opening"))?;
        let sealed = K::inbox_seal(self.suite(), &keys.inbox, super::INBOX_INFO, &self.id.0, &note, turn.rng)
            .map_err(|_| Fault::Bug("own inbox"))?;
        let slot =
            self.head.and_then(|head| self.slots.get(&head)).ok_or(Fault::Bug("no key of the head"))?;
        turn.post(&self.room_id, &slot.key, &Payload::Inbox(sealed), None)
    }

    /// Says whether this device opened a pair.
    pub(crate) fn has_opened(&self, opening: &PairOpening) -> bool {
        let first = opening.events.first().and_then(|bytes| Event::parse(bytes).ok());
        first.is_some_and(|event| {
            event.author() == self.device.public() && GroupId::from(event.id()) == opening.pair
        })
    }

    /// Begins to join: makes keys, and posts the request into the room.
    pub(crate) fn begin_join(
        turn: &mut Turn<'_>,
        ticket: Ticket,
        own_name: &str,
        endpoint: Option<Endpoint>,
    ) -> Result<Self, Fault> {
        let (group, states) = Self::begin(turn, ticket.clone(), own_name, endpoint)?;
        group.ask_to_join(turn, &ticket, states)?;
        Ok(group)
    }

    /// Posts the request to be let in by a ticket.
    pub(super) fn ask_to_join(
        &self,
        turn: &mut Turn<'_>,
        ticket: &Ticket,
        states: Vec<Vec<u8>>,
    ) -> Result<(), Fault> {
        let token = ticket.token();
        let request = JoinRequest { admission: self.admission(&token), states };
        let key = super::invite_key(&TokenId(token.public().0));
        turn.post(&self.room_id, &key, &Payload::JoinRequest(request), None)?;
        self.save(turn)
    }

    /// Makes a group that waits to be let in by a ticket, with keys of its own and the states that go with a request.
    pub(super) fn begin(
        turn: &mut Turn<'_>,
        ticket: Ticket,
        own_name: &str,
        endpoint: Option<Endpoint>,
    ) -> Result<(Self, Vec<Vec<u8>>), Fault> {
        let device = DeviceSecret::generate(turn.rng);
        let mut group =
            Self::new(ticket.group, None, ticket.room.clone(), device, own_name.to_owned(), ticket.suite);
        group.phase = Phase::Joining { ticket, refusal: None };
        group.endpoint = endpoint;
        group.make_own_keys(turn)?;
        let states = group.own_states(turn)?;
        turn.out.has_new_keys = true;
        turn.out.has_new_contacts = true;
        Ok((group, states))
    }

    /// Writes this device's endpoint and keys, for a request.
    pub(super) fn own_states(&mut self, turn: &mut Turn<'_>) -> Result<Vec<Vec<u8>>, Fault> {
        let contents = [self.own_endpoint_content(), self.own_keys_content()];
        let mut states = Vec::new();
        for content in contents.into_iter().flatten() {
            states.push(self.write_state(turn, &content)?.as_bytes().to_vec());
        }
        Ok(states)
    }

    /// Puts an invite into the log and returns its ticket.
    pub(crate) fn invite(
        &mut self,
        turn: &mut Turn<'_>,
        role: Role,
        uses: u16,
        expires: Timestamp,
        endpoints: Vec<Endpoint>,
    ) -> Result<Ticket, OperationError> {
        self.own_role()?;
        if uses == 0 {
            return Err(OperationError::OutOfBounds("uses"));
        }
        let seed = turn.rng.bytes();
        let token = TokenId(DeviceSecret::from_seed(&seed).public().0);
        let body = Body::Invite(Invite { token, role, uses, expires });
        self.check(&body)?;
        let under = self.publishing_epoch()?;
        self.publish(turn, body, Some(under))?;
        self.settle(turn)?;
        Ok(Ticket::new(self.room.clone(), self.id, self.suite(), seed, expires, endpoints))
    }

    /// Takes an invite back.
    pub(crate) fn revoke_invite(
        &mut self,
        turn: &mut Turn<'_>,
        token: &TokenId,
    ) -> Result<(), OperationError> {
        let rank = self.own_role()?;
        let standing = self.resolution.invites.get(token).ok_or(OperationError::UnknownInvite)?;
        let is_own =
            self.resolution.member_of(&self.device.public()).is_some_and(|(id, _)| *id == standing.author);
        if !is_own && rank < Role::Servant {
            return Err(OperationError::NotPermitted);
        }
        let under = self.publishing_epoch()?;
        self.publish(turn, Body::RevokeInvite { token: *token }, Some(under))?;
        self.settle(turn)?;
        Ok(())
    }

    /// Somebody asks to be admitted. The inviter answers at once, the others in turn, so that one does.
    ///
    /// As long as its invite stands, a request is looked at again whenever the log grows and after a restart: its
    /// turn may not have come, and an admission may turn out not to count.
    pub(super) fn handle_join_request(
        &mut self,
        turn: &mut Turn<'_>,
        request: JoinRequest,
    ) -> Result<Handled, Fault> {
        let Admission { token, identity, .. } = &request.admission;
        let is_sound = crate::event::is_name(&identity.name)
            && request.admission.is_proved(&self.id)
            // Whoever was removed comes back by a new ticket and under a new key, not by an old request.
            && !self.is_out(&identity.device);
        let Some(standing) = self.resolution.invites.get(token).filter(|_| is_sound) else {
            return Ok(Handled::Done);
        };
        // Whoever admitted them may be gone before the commit and the log got here: then the others give them a leaf.
        if self.resolution.member_of(&identity.device).is_some() {
            self.learn_states_of(turn, &request)?;
            return Ok(Handled::Done);
        }
        if standing.is_revoked || standing.invite.expires <= turn.now {
            return Ok(Handled::Done);
        }
        let is_admissible = self.phase == Phase::Member
            && self.standing_role() >= Some(Role::Member)
            && standing.used < standing.invite.uses
            && self.joins.len() < limits::MEMBERS_MAX
            && self.resolution.members.len() < limits::MEMBERS_MAX;
        if !is_admissible {
            return Ok(Handled::Later);
        }
        let own = self.device.public();
        let inviter = self.resolution.members.get(&standing.author).map(|member| &member.devices);
        let device = identity.device;
        let place = match inviter {
            Some(inviter) if inviter.contains(&own) => 0,
            Some(inviter) => {
                let is_there = inviter.iter().any(|device| turn.connected.contains(device));
                self.place_in_line(turn, &device.0) + u64::from(is_there)
            }
            None => self.place_in_line(turn, &device.0),
        };
        let due = turn.now.plus_ms(place * ADMIT_SLOT_MS);
        self.joins.entry(device).or_insert(PendingJoin { due, request });
        Ok(Handled::Later)
    }

    /// Takes the endpoint and the keys that somebody sent with a request to join.
    fn learn_states_of(&mut self, turn: &mut Turn<'_>, request: &JoinRequest) -> Result<(), Fault> {
        for state in &request.states {
            if let Ok(message) = Message::parse(state)
                && message.fields().author == request.admission.identity.device
            {
                self.learn_state(turn, message)?;
            }
        }
        Ok(())
    }

    /// Admits somebody whose turn has come: the act, the commit, the welcome and the log go out together.
    pub(super) fn admit(&mut self, turn: &mut Turn<'_>, request: JoinRequest) -> Result<(), Fault> {
        let device = request.admission.identity.device;
        let is_needless = self.resolution.member_of(&device).is_some();
        // What was asked for before somebody left, or was removed, is not what they want now.
        if is_needless || self.is_out(&device) || self.phase != Phase::Member {
            return Ok(());
        }
        let Some(standing) = self.resolution.invites.get(&request.admission.token) else { return Ok(()) };
        if standing.is_revoked || standing.used >= standing.invite.uses {
            return Ok(());
        }
        let Ok(under) = self.publishing_epoch() else { return Ok(()) };
        self.learn_states_of(turn, &request)?;
        if self.keys_of(&device).is_none() {
            return Ok(());
        }
        self.publish(turn, Body::Admit(request.admission), Some(under))?;
        self.follow_log(turn);
        self.reconcile(turn)?;
        self.settle(turn)
    }

    /// The epoch under whose keys control events go out: the head.
    pub(super) fn publishing_epoch(&self) -> Result<EpochId, OperationError> {
        self.head.filter(|head| self.may_seal(head) && self.may_sign()).ok_or(OperationError::Astray)
    }

    /// Takes up a pair that somebody opened with this member.
    pub(crate) fn accept_pair(
        &self,
        turn: &mut Turn<'_>,
        opening: PairOpening,
        under: &EpochId,
    ) -> Result<Option<Self>, Fault> {
        let device = DeviceSecret::from_seed(&self.device.seed());
        let own_name = self.own_name.clone();
        let mut pair =
            Self::new(opening.pair, Some(self.id), self.room.clone(), device, own_name, self.suite());
        for bytes in opening.events.iter().take(super::PAIR_OPENING_EVENTS_MAX) {
            let Ok(event) = Event::parse(bytes) else { return Ok(None) };
            if event.group() != pair.id {
                return Ok(None);
            }
            if let crate::log::Admitted::Now(ids) = pair.log.admit(event) {
                pair.store_events(turn, &ids);
            }
        }
        pair.refresh();
        let is_pair = pair.resolution.params.as_ref().is_some_and(|params| {
            params.kind == GroupKind::Pair { home: self.id } && params.suite == self.suite()
        });
        let own = self.device.public();
        let both: Vec<DeviceId> = pair.resolution.devices().into_iter().collect();
        let partner = both.iter().find(|device| **device != own);
        let is_known = partner.is_some_and(|partner| {
            self.resolution.member_of(partner).is_some() && pair.partner() == Some(*partner)
        });
        if !is_pair || both.len() != 2 || !both.contains(&own) || !is_known {
            return Ok(None);
        }
        for keys in &self.own_keys {
            let Ok(state) = K::join(self.suite(), &opening.welcome, &keys.package_secrets, &pair.device)
            else {
                continue;
            };
            let node = pair.epochs.node(&opening.epoch);
            let claimed = match pair.log.event(&opening.epoch.into()).map(Event::body) {
                Some(Body::Commit(commit)) => Some(commit.authenticator_hash),
                Some(_) | None => None,
            };
            let is_as_claimed = node.is_some_and(|node| *node.tree == state.devices())
                && state.group() == pair.id
                && claimed == Some(state.authenticator_hash());
            if !is_as_claimed {
                return Ok(None);
            }
            pair.hold(turn, opening.epoch, state, false)?;
            pair.partner_leaf = partner.map_or(0, |partner| self.leaf_number(under, partner));
            pair.save(turn)?;
            return Ok(Some(pair));
        }
        Ok(None)
    }

    /// What this node says of where it can be reached.
    pub(crate) fn own_endpoint_content(&self) -> Option<Content> {
        self.endpoint.clone().map(Content::Endpoint)
    }
}
