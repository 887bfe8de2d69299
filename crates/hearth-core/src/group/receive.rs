//! What others send: opened envelopes of the group's room.
//!
//! Owns the one path from a payload to the log, the keys and the messages. A stranger's or another member's nonsense
//! is dropped here without a trace. PROTOCOL sections 2, 4, 6, 7 and 8.

use super::{Group, PAIR_OPENING_EVENTS_MAX, Phase};
use crate::content::Content;
use crate::envelope::{Envelope, EnvelopeKey};
use crate::error::Fault;
use crate::event::{Body, Event};
use crate::ids::{DeviceId, EpochId, EventId, PeerId, TokenId};
use crate::keys::{KeyError, KeyLayer};
use crate::limits;
use crate::log::Admitted;
use crate::message::Message;
use crate::payload::{JoinRequest, PairOpening, Payload};
use crate::store::{Class, Key};
use crate::turn::{Notice, Turn};
use crate::wire::Refusal;

/// Which key of a group an envelope was sealed under.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum KeyOrigin {
    /// An epoch's.
    Epoch(EpochId),
    /// An invite's.
    Invite(TokenId),
    /// The key of this device's welcomes.
    Welcome,
    /// The key of requests for a new leaf.
    Rescue,
    /// A ticket for a further device of this member.
    DeviceTicket(TokenId),
}

/// What came of a payload.
pub(crate) enum Handled {
    /// Nothing more is to be done with the envelope.
    Done,
    /// It may become useful when the log has grown.
    Later,
    /// A message that this device sealed under keys that it trusts.
    Own,
    /// Somebody opened a private pair with this member.
    Pair {
        /// What opens it.
        opening: PairOpening,
        /// The epoch that it was sealed under.
        under: EpochId,
    },
}

impl<K: KeyLayer> Group<K> {
    /// Finds the key that an envelope was sealed under.
    pub(crate) fn key_for(&self, nonce: &[u8; 24], hint: &[u8; 8]) -> Option<KeyOrigin> {
        let of_epoch = self.slots.iter().find(|(_, slot)| slot.key.matches(nonce, hint));
        if let Some((epoch, _)) = of_epoch {
            return Some(KeyOrigin::Epoch(*epoch));
        }
        if self.home.is_some() {
            return None;
        }
        if self.welcome_key.matches(nonce, hint) {
            return Some(KeyOrigin::Welcome);
        }
        if self.rescue_key.matches(nonce, hint) {
            return Some(KeyOrigin::Rescue);
        }
        if let Some(token) = self.offer_for(nonce, hint) {
            return Some(KeyOrigin::DeviceTicket(token));
        }
        let invite = self.invite_keys.iter().find(|(_, key)| key.matches(nonce, hint));
        invite.map(|(token, _)| KeyOrigin::Invite(*token))
    }

    /// Opens an envelope with a key found by [`Self::key_for`].
    pub(crate) fn open(&self, envelope: &Envelope, origin: KeyOrigin) -> Option<zeroize::Zeroizing<Vec<u8>>> {
        let key: &EnvelopeKey = match origin {
            KeyOrigin::Epoch(epoch) => &self.slots.get(&epoch)?.key,
            KeyOrigin::Invite(token) => self.invite_keys.get(&token)?,
            KeyOrigin::Welcome => &self.welcome_key,
            KeyOrigin::Rescue => &self.rescue_key,
            KeyOrigin::DeviceTicket(token) => self.offer_key(&token)?,
        };
        envelope.open(key)
    }

    /// Takes an opened payload.
    pub(crate) fn handle_payload(
        &mut self,
        turn: &mut Turn<'_>,
        payload: Payload,
        origin: KeyOrigin,
    ) -> Result<Handled, Fault> {
        if self.phase == Phase::Out && self.has_left() {
            return Ok(Handled::Done);
        }
        if self.phase == Phase::Out && !is_of_standing(&payload) {
            // What others write is for members; it waits for the case that this one turns out to be in.
            return Ok(Handled::Later);
        }
        match (payload, origin) {
            (Payload::Event(bytes), KeyOrigin::Epoch(epoch)) => self.handle_event(turn, &epoch, &bytes)?,
            (Payload::Dump { events, states }, KeyOrigin::Epoch(epoch)) => {
                for event in &events {
                    self.handle_event(turn, &epoch, event)?;
                }
                self.follow_log(turn);
                for state in &states {
                    self.handle_state(turn, state)?;
                }
            }
            (Payload::State(bytes), KeyOrigin::Epoch(_)) => self.handle_state(turn, &bytes)?,
            (Payload::Message(sealed), KeyOrigin::Epoch(epoch)) => {
                return self.handle_message(turn, &epoch, &sealed);
            }
            (Payload::Inbox(sealed), KeyOrigin::Epoch(under)) => {
                return Ok(self.handle_inbox(&sealed, under));
            }
            (Payload::Welcome { device, epoch, mls }, KeyOrigin::Welcome) => {
                return self.handle_welcome(turn, &device, epoch, &mls);
            }
            (Payload::JoinRequest(request), KeyOrigin::Invite(token)) if request.admission.token == token => {
                return self.handle_join_request(turn, request);
            }
            (Payload::Rescue { request, package }, KeyOrigin::Rescue) => {
                return Ok(self.handle_rescue(request, package));
            }
            (Payload::Dump { events, .. }, KeyOrigin::Rescue) => self.handle_goodbye(turn, &events),
            (Payload::DeviceRequest(request), KeyOrigin::DeviceTicket(token)) => {
                return self.handle_device_request(turn, &token, &request);
            }
            // Under a key that such a payload never comes under.
            (
                Payload::Event(_)
                | Payload::Dump { .. }
                | Payload::State(_)
                | Payload::Message(_)
                | Payload::Inbox(_)
                | Payload::Welcome { .. }
                | Payload::JoinRequest(JoinRequest { .. })
                | Payload::DeviceRequest(_)
                | Payload::Rescue { .. }
                | Payload::Fragment { .. },
                KeyOrigin::Epoch(_)
                | KeyOrigin::Invite(_)
                | KeyOrigin::Welcome
                | KeyOrigin::Rescue
                | KeyOrigin::DeviceTicket(_),
            ) => {}
        }
        Ok(Handled::Done)
    }

    fn handle_event(&mut self, turn: &mut Turn<'_>, under: &EpochId, bytes: &[u8]) -> Result<(), Fault> {
        let Ok(event) = Event::parse(bytes) else { return Ok(()) };
        // A pair has the three events of its opening, and no more in this version.
        if self.home.is_some() && self.log.entries().len() >= PAIR_OPENING_EVENTS_MAX {
            return Ok(());
        }
        let id = event.id();
        // Words of this device that it does not know, under keys that stand in its log: its disk is older than they are.
        let is_forgotten = event.author() == self.device.public()
            && !self.is_known_lost(&event)
            && self.epochs.node(under).is_some();
        if is_forgotten && self.log.event(&id).is_none() {
            self.doubt(turn)?;
        }
        let parked = Key::new(Class::ParkedEvent, &self.id.0, &id.0);
        match self.log.admit(event) {
            Admitted::Now(ids) => self.store_events(turn, &ids),
            Admitted::Parked => turn.out.writes.put(parked, bytes.to_vec()),
            Admitted::ParkedInsteadOf(forgotten) => {
                turn.out.writes.put(parked, bytes.to_vec());
                turn.out.writes.delete(Key::new(Class::ParkedEvent, &self.id.0, &forgotten.0));
            }
            Admitted::Known => {}
            Admitted::Refused => return Ok(()),
        }
        // Nonsense does not grow this: what is neither in the log nor parked is not remembered.
        self.known_under.entry(*under).or_default().insert(id);
        Ok(())
    }

    fn handle_state(&mut self, turn: &mut Turn<'_>, bytes: &[u8]) -> Result<(), Fault> {
        let Ok(message) = Message::parse(bytes) else { return Ok(()) };
        let author = message.fields().author;
        self.hear(turn.now, &author, message.fields().clock);
        if let Content::Object(object) = message.content() {
            // Of whomever, also of this device before a loss, and of who is out by now: what the group has stays.
            return self.learn_object(turn, &message, &object);
        }
        if author == self.device.public() {
            // After a loss: what this device has said before must stay older than what it says next.
            self.mseq = self.mseq.max(message.fields().mseq.saturating_add(1));
            return Ok(());
        }
        if self.resolution.member_of(&author).is_some() {
            self.learn_state(turn, message)?;
        }
        Ok(())
    }

    /// Keeps another device's state message.
    pub(super) fn learn_state(&mut self, turn: &mut Turn<'_>, message: Message) -> Result<(), Fault> {
        let author = message.fields().author;
        if message.fields().group != self.id {
            return Ok(());
        }
        // A package that is not the author's own would put a stranger into the tree under the author's name.
        if let Content::Keys(keys) = message.content()
            && K::key_package_device(self.suite(), &keys.package) != Ok(author)
        {
            return Ok(());
        }
        if self.keep_state(turn, message) {
            turn.out.has_new_contacts = true;
        }
        Ok(())
    }

    fn handle_message(
        &mut self,
        turn: &mut Turn<'_>,
        epoch: &EpochId,
        sealed: &[u8],
    ) -> Result<Handled, Fault> {
        // A newcomer has keys before the log that says who the author is. A message opens only once, so it waits.
        if self.epochs.node(epoch).is_none() {
            return Ok(Handled::Later);
        }
        self.follow_log(turn);
        self.load_state(turn, epoch)?;
        let may_seal = self.may_seal(epoch);
        let Some(state) = self.slots.get_mut(epoch).and_then(|slot| slot.state.as_mut()) else {
            return Ok(Handled::Done);
        };
        let opened = state.open(sealed);
        self.store_rows(turn, epoch);
        let opened = match opened {
            Ok(opened) => opened,
            Err(KeyError::Own) if may_seal => return Ok(Handled::Own),
            Err(_) => return Ok(Handled::Done),
        };
        self.count_message(turn, epoch)?;
        let Some(inside) = self.unaddress(opened.plaintext) else { return Ok(Handled::Done) };
        let Ok(message) = Message::parse(&inside) else { return Ok(Handled::Done) };
        let fields = message.fields();
        // The leaf that sealed it is the device that signed it: nobody passes on another's words as fresh ones.
        // What is said in private may come from an earlier pair of the same two (PROTOCOL 6.10).
        let is_of_here =
            fields.group == self.id || (self.home.is_some() && message.content().rules().place.holds(true));
        if fields.author == opened.sender && is_of_here && !self.knows(turn, &message)? {
            self.deliver(turn, message)?;
        }
        Ok(Handled::Done)
    }

    fn knows(&self, turn: &Turn<'_>, message: &Message) -> Result<bool, Fault> {
        let key = Key::new(Class::Message, &self.id.0, &message.id().0);
        Ok(match turn.out.writes.pending(&key) {
            Some(pending) => pending.is_some(),
            None => turn.store.get(&key)?.is_some(),
        })
    }

    fn handle_inbox(&self, sealed: &[u8], under: EpochId) -> Handled {
        for keys in &self.own_keys {
            let opened =
                K::inbox_open(self.suite(), &keys.inbox_secret, super::INBOX_INFO, &self.id.0, sealed);
            if let Ok(opened) = opened {
                return match postcard::from_bytes::<PairOpening>(&opened) {
                    Ok(opening) if self.knows_founder(&opening) => Handled::Pair { opening, under },
                    Ok(_) => Handled::Later,
                    Err(_) => Handled::Done,
                };
            }
        }
        Handled::Done
    }

    /// Says whether the one who opened a pair is a member as far as this node knows.
    fn knows_founder(&self, opening: &PairOpening) -> bool {
        let first = opening.events.first().and_then(|bytes| Event::parse(bytes).ok());
        first.is_some_and(|event| self.resolution.member_of(&event.author()).is_some())
    }

    fn handle_welcome(
        &mut self,
        turn: &mut Turn<'_>,
        device: &DeviceId,
        epoch: EpochId,
        welcome: &[u8],
    ) -> Result<Handled, Fault> {
        if *device != self.device.public() || self.slots.contains_key(&epoch) {
            return Ok(Handled::Done);
        }
        // Whoever stands on a branch that lost gets the winning commit only by its welcome and the log behind it, like
        // a joiner; what the log does not know yet is bounded, so that invented welcomes cannot push out real keys.
        if self.log.event(&epoch.into()).is_none() {
            let unknown =
                self.slots.keys().filter(|id| self.log.event(&EventId::from(**id)).is_none()).count();
            if unknown >= limits::UNKNOWN_WELCOMES_MAX {
                return Ok(Handled::Later);
            }
        }
        for keys in &self.own_keys {
            let joined = K::join(self.suite(), welcome, &keys.package_secrets, &self.device);
            let Ok(state) = joined else { continue };
            if state.group() == self.id {
                self.hold(turn, epoch, state, false)?;
                self.check_welcomed(turn)?;
            }
            return Ok(Handled::Done);
        }
        Ok(Handled::Done)
    }

    /// Forgets keys that are not what their commit announced: a welcome into a fake branch, or into a tree with other
    /// leaves than the log tells. Before the log has arrived there is nothing to compare.
    pub(super) fn check_welcomed(&mut self, turn: &mut Turn<'_>) -> Result<(), Fault> {
        let mut has_reached = false;
        for epoch in self.unreached() {
            if self.is_as_announced(turn, &epoch)? {
                self.epochs.mark_reached(epoch);
                has_reached = has_reached || self.epochs.is_reached(&epoch);
            } else {
                self.forget_epoch(turn, &epoch)?;
            }
        }
        if has_reached {
            self.refresh();
        }
        Ok(())
    }

    /// The epochs whose keys this node holds without having held them against the log.
    pub(super) fn unreached(&self) -> Vec<EpochId> {
        self.slots.keys().filter(|epoch| !self.epochs.is_reached(epoch)).copied().collect()
    }

    fn is_as_announced(&mut self, turn: &Turn<'_>, epoch: &EpochId) -> Result<bool, Fault> {
        self.load_state(turn, epoch)?;
        let Some(slot) = self.slots.get(epoch) else { return Ok(true) };
        let has_authenticator = match self.log.event(&(*epoch).into()).map(Event::body) {
            Some(Body::Create { .. }) | None => true,
            Some(body) => body
                .as_commit()
                .is_some_and(|(_, commit)| commit.authenticator_hash == slot.authenticator_hash),
        };
        let tree = self.epochs.node(epoch).map(|node| &node.tree);
        let leaves = slot.state.as_ref().map(KeyLayer::devices);
        Ok(has_authenticator && tree.zip(leaves).is_none_or(|(tree, leaves)| **tree == leaves))
    }

    /// A member's node says that the ticket is not good any more, or that this member is out.
    pub(crate) fn handle_refusal(
        &mut self,
        turn: &mut Turn<'_>,
        by: PeerId,
        why: Refusal,
    ) -> Result<(), Fault> {
        match (&mut self.phase, why) {
            (
                Phase::Looking { refusal, .. } | Phase::Joining { refusal, .. },
                Refusal::TicketExpired | Refusal::TicketUsedUp | Refusal::TicketRevoked | Refusal::Removed,
            ) => {
                *refusal = Some(why);
                turn.notify(Notice::Group { group: self.id });
                self.save(turn)
            }
            // Perhaps a lie. But who was removed while away, or let in by somebody who was out, hears of it in no other way.
            (Phase::Member | Phase::Returning(_) | Phase::Out, Refusal::Removed)
            | (Phase::Member, Refusal::Unknown) => {
                if self.told_out_by.insert(by) {
                    turn.notify(Notice::Group { group: self.id });
                }
                turn.out.has_new_contacts = true;
                Ok(())
            }
            // Somebody whose log is behind, or a lie: the others decide.
            (Phase::Looking { .. } | Phase::Joining { .. }, Refusal::Unknown)
            | (Phase::Member | Phase::Returning(_) | Phase::Out, _) => Ok(()),
        }
    }
}

/// Says whether a payload may change who is in.
fn is_of_standing(payload: &Payload) -> bool {
    matches!(payload, Payload::Event(_) | Payload::Dump { .. } | Payload::Welcome { .. })
}
