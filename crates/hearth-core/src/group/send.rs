//! Writing: the send gate, messages, state messages, and what waits for clean keys.
//!
//! Owns the rule that nothing is encrypted under an epoch whose tree contains a non-member. PROTOCOL sections 4
//! and 8.

use super::{Group, Phase};
use crate::content::{Content, Keys, StateKind};
use crate::error::{Fault, OperationError};
use crate::ids::{EpochId, MessageId, Timestamp};
use crate::keys::{KeyError, KeyLayer};
use crate::limits;
use crate::message::Message;
use crate::payload::Payload;
use crate::store::{Class, Key};
use crate::turn::{Carried, Delivered, Turn};

/// Milliseconds that another's clock may run ahead before it moves this node's: a lie must not push every later
/// message into the future.
pub(super) const CLOCK_AHEAD_MAX_MS: u64 = 24 * 60 * 60 * 1000;

impl<K: KeyLayer> Group<K> {
    /// Writes a message. It is kept in this step's batch; it is sealed at once if the keys are clean, and else as
    /// soon as they are; not before `held_until`.
    pub(crate) fn write(
        &mut self,
        turn: &mut Turn<'_>,
        content: &Content,
        held_until: Option<Timestamp>,
    ) -> Result<MessageId, OperationError> {
        self.check_member()?;
        let refs = std::mem::take(&mut self.tips);
        let message = self.write_message(turn.now, refs, content)?;
        let id = message.id();
        if let Content::Object(object) = content {
            self.keep_object(turn, &message, object);
        }
        self.tips = vec![id];
        self.save(turn)?;
        if held_until.is_none() {
            self.waiting.push_back(id);
        }
        turn.out.writes.put(Key::new(Class::Message, &self.id.0, &id.0), message.as_bytes().to_vec());
        turn.out.delivered.push((self.id, Delivered { message, is_hidden: false, held_until }));
        self.flush_waiting(turn)?;
        Ok(id)
    }

    /// Checks that this node can write at all.
    pub(super) fn check_member(&self) -> Result<(), OperationError> {
        match self.phase {
            Phase::Looking { .. } | Phase::Joining { .. } => Err(OperationError::Joining),
            Phase::Returning(_) => Err(OperationError::Astray),
            Phase::Out => Err(OperationError::Removed),
            Phase::Member => Ok(()),
        }
    }

    fn write_message(
        &mut self,
        now: Timestamp,
        refs: Vec<MessageId>,
        content: &Content,
    ) -> Result<Message, Fault> {
        let clock = now.max(self.clock.plus_ms(1));
        let message = Message::write(&self.device, self.id, self.mseq, refs, clock, content)
            .map_err(|_| Fault::Bug("own message cannot be encoded"))?;
        self.mseq += 1;
        self.clock = clock;
        Ok(message)
    }

    /// Writes a state message of this device, and keeps it as the newest of its kind.
    pub(super) fn write_state(&mut self, turn: &mut Turn<'_>, content: &Content) -> Result<Message, Fault> {
        let message = self.write_message(turn.now, Vec::new(), content)?;
        self.save(turn)?;
        self.keep_state(turn, message.clone());
        Ok(message)
    }

    /// Keeps a state message if it is newer than the one of its kind and device.
    pub(super) fn keep_state(&mut self, turn: &mut Turn<'_>, message: Message) -> bool {
        let Some(kind) = StateKind::of(&message.content()) else { return false };
        let author = message.fields().author;
        let is_newer =
            self.states.get(&(kind, author)).is_none_or(|known| known.fields().mseq < message.fields().mseq);
        if is_newer {
            let item = [kind.number().to_le_bytes().as_slice(), &author.0].concat();
            let key = Key::new(Class::StateMessage, &self.id.0, &item);
            turn.out.writes.put(key, message.as_bytes().to_vec());
            self.states.insert((kind, author), message);
            self.identity_dirty |= kind == StateKind::Endpoint;
            self.has_news_of_keys |= kind == StateKind::Keys;
        }
        is_newer
    }

    /// Moves this node's clock past what others have seen.
    pub(super) fn follow_clock(&mut self, now: Timestamp, seen: Timestamp) {
        if seen <= now.plus_ms(CLOCK_AHEAD_MAX_MS) {
            self.clock = self.clock.max(seen);
        }
    }

    /// Returns an epoch that may be encrypted under, reconciling first if need be; `None` if there is none yet.
    pub(super) fn ready_epoch(&mut self, turn: &mut Turn<'_>) -> Result<Option<EpochId>, Fault> {
        if self.phase != Phase::Member {
            return Ok(None);
        }
        // Also who is in and has no leaf is to read it.
        self.reconcile(turn)?;
        let own = self.device.public();
        Ok(self.head.filter(|head| {
            self.may_seal(head)
                && self.is_clean(head)
                && self.epochs.node(head).is_some_and(|node| node.tree.contains(&own))
        }))
    }

    /// Seals what waits, if the keys are clean.
    pub(crate) fn flush_waiting(&mut self, turn: &mut Turn<'_>) -> Result<(), Fault> {
        while let Some(id) = self.waiting.front().copied() {
            let Some(epoch) = self.ready_epoch(turn)? else { return Ok(()) };
            let key = Key::new(Class::Message, &self.id.0, &id.0);
            let bytes = match turn.out.writes.pending(&key) {
                Some(pending) => pending.map(<[u8]>::to_vec),
                None => turn.store.get(&key)?.map(|value| value.to_vec()),
            };
            let Some(bytes) = bytes else { return Err(Fault::Bug("a waiting message is not stored")) };
            self.seal(turn, &epoch, &bytes, id)?;
            self.waiting.pop_front();
        }
        Ok(())
    }

    fn seal(
        &mut self,
        turn: &mut Turn<'_>,
        epoch: &EpochId,
        inside: &[u8],
        id: MessageId,
    ) -> Result<(), Fault> {
        self.load_state(turn, epoch)?;
        let by_name = self.address(turn, epoch, inside)?;
        let Some(state) = self.slots.get_mut(epoch).and_then(|slot| slot.state.as_mut()) else {
            return Err(Fault::Bug("no state to seal with"));
        };
        let plaintext = by_name.as_ref().map_or(inside, |by_name| by_name.plaintext.as_slice());
        let sealed = state.seal(&self.device, plaintext, &[], turn.rng).map_err(|error| match error {
            KeyError::Bug(what) => Fault::Bug(what),
            _ => Fault::Bug("message cannot be sealed"),
        })?;
        self.store_rows(turn, epoch);
        self.count_message(turn, epoch)?;
        let slot = self.slots.get(epoch).ok_or(Fault::Bug("no key to seal under"))?;
        let readers = by_name.map(|by_name| by_name.readers);
        let carried = Carried { message: id, epoch: *epoch, is_partial: !self.is_complete(epoch), readers };
        turn.post(&self.room_id, &slot.key, &Payload::Message(sealed), Some(carried))
    }

    /// Says whether every current member has a leaf in the epoch.
    pub(crate) fn is_complete(&self, epoch: &EpochId) -> bool {
        let expected = self.resolution.expected_leaves();
        self.epochs.node(epoch).is_some_and(|node| expected.is_subset(&node.tree))
    }

    /// Says whether what was sealed under `epoch` is to be sealed under the head, too: the epoch is not on the way to the
    /// head, or somebody who was in had no leaf yet, or others may have given up its keys by now.
    pub(crate) fn must_seal_anew(&self, epoch: &EpochId, is_partial: bool) -> bool {
        let Some(head) = self.head.filter(|head| head != epoch) else { return false };
        is_partial
            || self.is_left_behind(epoch, &head)
            || self.epochs.is_lost_to_somebody(epoch, &head, &self.device.public())
    }

    /// Says whether others may not have the keys of `epoch`, or not any more, without having lost anything.
    fn is_left_behind(&self, epoch: &EpochId, head: &EpochId) -> bool {
        if !self.epochs.is_ancestor(epoch, head) {
            return true;
        }
        let is_far = self.epochs.depth(head) - self.epochs.depth(epoch) >= limits::FAR_EPOCHS;
        let was_long = |slot: &super::Slot<K>| slot.since.ms_since(slot.made) >= limits::LONG_HEAD_MS;
        // Sealed with a key that was used before on a disk that was lost: it opens for nobody.
        let is_doubtful = |slot: &super::Slot<K>| slot.is_stale || was_long(slot);
        is_far || self.is_of_before(epoch) || self.slots.get(epoch).is_none_or(is_doubtful)
    }

    /// Says where this node can be reached, to the members of a home group.
    pub(crate) fn set_endpoint(
        &mut self,
        turn: &mut Turn<'_>,
        endpoint: crate::content::Endpoint,
    ) -> Result<(), Fault> {
        self.endpoint = Some(endpoint);
        self.publish_states(turn)
    }

    /// Takes note of which of this device's states were posted under keys that others may not have, when the head has moved.
    pub(super) fn note_states_left_behind(&mut self) {
        let Some(head) = self.head else { return };
        let is_behind = |epoch: &EpochId| *epoch != head && self.is_left_behind(epoch, &head);
        let behind = self.states_posted.iter().filter(|(_, epoch)| is_behind(epoch));
        self.states_behind = behind.map(|(kind, _)| *kind).collect();
    }

    /// Publishes this device's endpoint and keys if they are new, or were posted where others may not have seen them.
    pub(super) fn publish_states(&mut self, turn: &mut Turn<'_>) -> Result<(), Fault> {
        if self.home.is_some() || self.phase != Phase::Member {
            return Ok(());
        }
        let own = self.device.public();
        if self.own_keys.is_empty() {
            self.make_own_keys(turn)?;
        }
        let wanted = [self.own_endpoint_content(), self.own_keys_content()];
        for content in wanted.into_iter().flatten() {
            let Some(kind) = StateKind::of(&content) else { continue };
            let known = self.states.get(&(kind, own)).filter(|known| known.content() == content).cloned();
            if known.is_some() && !self.states_behind.contains(&kind) {
                continue;
            }
            let Some(epoch) = self.ready_epoch(turn)? else { return Ok(()) };
            let message = known.map_or_else(|| self.write_state(turn, &content), Ok)?;
            self.states_behind.remove(&kind);
            self.states_posted.insert(kind, epoch);
            let key = Key::new(Class::StatePosted, &self.id.0, &kind.number().to_le_bytes());
            turn.out.writes.put(key, epoch.0.to_vec());
            let slot = self.slots.get(&epoch).ok_or(Fault::Bug("no key to publish under"))?;
            turn.post(&self.room_id, &slot.key, &Payload::State(message.as_bytes().to_vec()), None)?;
        }
        Ok(())
    }

    pub(super) fn own_keys_content(&self) -> Option<Content> {
        let keys = self.own_keys.first()?;
        Some(Content::Keys(Keys { package: keys.package.clone(), inbox: keys.inbox.clone() }))
    }

    /// Takes a message of another member whose seal and signature hold.
    pub(super) fn deliver(&mut self, turn: &mut Turn<'_>, message: Message) -> Result<(), Fault> {
        let id = message.id();
        self.forget_opening(turn);
        if let Content::Object(object) = message.content() {
            self.learn_object(turn, &message, &object)?;
        }
        let fields = message.fields();
        // From somebody who is out by now: kept, and shown only if a current member refers to it, or the author is in
        // again (PROTOCOL 8.6).
        let is_hidden = self.resolution.member_of(&fields.author).is_none();
        self.follow_clock(turn.now, fields.clock);
        self.hear(turn.now, &fields.author, fields.clock);
        if !is_hidden {
            self.tips.retain(|tip| !fields.refs.contains(tip));
            self.tips.push(id);
            let surplus = self.tips.len().saturating_sub(limits::MESSAGE_REFS_MAX);
            self.tips.drain(..surplus);
        }
        self.save(turn)?;
        turn.out.writes.put(Key::new(Class::Message, &self.id.0, &id.0), message.as_bytes().to_vec());
        turn.out.delivered.push((self.id, Delivered { message, is_hidden, held_until: None }));
        Ok(())
    }

    /// Seals a message no more that is forgotten, nor refers to it.
    pub(crate) fn drop_message(&mut self, id: &MessageId) {
        self.waiting.retain(|waiting| waiting != id);
        self.tips.retain(|tip| tip != id);
    }

    /// Puts back what waited when the node stopped, or what is to be sealed anew.
    pub(crate) fn restore_waiting(&mut self, ids: impl Iterator<Item = MessageId>) {
        for id in ids {
            if !self.waiting.contains(&id) {
                self.waiting.push_back(id);
            }
        }
    }
}
