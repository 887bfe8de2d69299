//! The one way back: whoever is in and has no keys of the tip asks for a new leaf, and any member gives it.
//!
//! Owns noticing that this node is astray, asking, and keeping others' requests until they are granted. It covers a long
//! absence, a lost or older disk, a welcome into a branch that nobody follows, and a commit that this node cannot process.
//! PROTOCOL 4.14 to 4.18.

use super::keys::package_name;
use super::receive::Handled;
use super::{Group, Phase};
use crate::error::Fault;
use crate::event::{Body, LeafRequest, Role};
use crate::ids::{EpochId, PeerId, Timestamp};
use crate::keys::KeyLayer;
use crate::limits;
use crate::payload::Payload;
use crate::turn::Turn;

/// Milliseconds for which this node waits whether the tip comes by itself: the log travels before it is complete.
const ASTRAY_MS: u64 = 60_000;
/// Milliseconds of jitter at most.
const ASTRAY_JITTER_MS: u64 = 10_000;
/// Milliseconds until a request that nobody has granted is repeated with fresh keys.
const REPEAT_MS: u64 = 60 * 60 * 1000;
/// What is added to the number of this device's next message after a loss: far more than it can have sent unknown to it.
pub(super) const FORGOTTEN_MESSAGES_MAX: u64 = 1 << 32;

impl<K: KeyLayer> Group<K> {
    /// A neighbour that may share the room says which epoch is its head.
    pub(crate) fn note_peer_head(&mut self, peer: PeerId, head: EpochId) {
        self.peer_heads.insert(peer, head);
    }

    /// The neighbour is gone.
    pub(crate) fn forget_peer(&mut self, peer: &PeerId) {
        self.peer_heads.remove(peer);
        self.spreading.forget_peer(peer);
    }

    /// From here on the keys on disk may only open: the disk may be older than what this node has sent, and a key that
    /// is used twice gives both messages away.
    pub(crate) fn doubt(&mut self, turn: &mut Turn<'_>) -> Result<(), Fault> {
        let fresh: Vec<EpochId> =
            self.slots.iter().filter(|(_, slot)| !slot.is_stale).map(|(id, _)| *id).collect();
        for epoch in fresh {
            if let Some(slot) = self.slots.get_mut(&epoch) {
                slot.is_stale = true;
            }
            self.update_record(turn, &epoch)?;
        }
        self.mseq = self.mseq.saturating_add(FORGOTTEN_MESSAGES_MAX);
        self.identity_dirty = true;
        self.save(turn)
    }

    /// In, but without keys of the tip, or of what neighbours take for it.
    fn is_astray(&self) -> bool {
        if matches!(self.phase, Phase::Returning(_)) {
            return true;
        }
        let is_in = self.resolution.member_of(&self.device.public()).is_some();
        if self.phase != Phase::Member || self.home.is_some() || !is_in {
            return false;
        }
        let has_tip = self.head.is_some_and(|head| self.may_seal(&head));
        let is_out_of_reach =
            |head: &EpochId| self.log.event(&(*head).into()).is_none() || self.epochs.is_beyond_reach(head);
        !has_tip || self.peer_heads.values().any(is_out_of_reach)
    }

    pub(super) fn plan_rescue(&mut self, turn: &mut Turn<'_>) {
        if !self.is_astray() {
            (self.rescue_at, self.asks_in_vain) = (None, false);
        } else if self.asked_at.is_some() && turn.connected.is_empty() {
            // What was asked waits in the room; asking it of nobody once more would fill the room.
            self.rescue_at = None;
        } else if self.rescue_at.is_none() {
            let soonest = self.asked_at.map_or(Timestamp::default(), |at| at.plus_ms(REPEAT_MS));
            // Who lost everything has nothing to wait for.
            let wait_ms = match self.phase {
                Phase::Returning(_) => 0,
                Phase::Looking { .. } | Phase::Joining { .. } | Phase::Member | Phase::Out => {
                    ASTRAY_MS + turn.rng.below(ASTRAY_JITTER_MS)
                }
            };
            self.rescue_at = Some(turn.now.plus_ms(wait_ms).max(soonest));
        }
    }

    /// Asks for a new leaf when the time has come.
    pub(super) fn rescue_if_due(&mut self, turn: &mut Turn<'_>) -> Result<(), Fault> {
        if self.rescue_at.is_none_or(|at| at > turn.now) {
            return Ok(());
        }
        self.rescue_at = None;
        if !self.is_astray() {
            return Ok(());
        }
        if std::mem::replace(&mut self.asks_in_vain, true) {
            self.vote_where_there_are_keys(turn)?;
        }
        self.asked_at = Some(turn.now);
        self.make_own_keys(turn)?;
        let package = self.own_keys.first().map(|keys| keys.package.clone());
        let package = package.ok_or(Fault::Bug("no key package to ask with"))?;
        // Above all earlier ones, also if the clock was set back.
        self.asked = turn.now.0.max(self.asked.saturating_add(1));
        // What this device says from here on says so: also that its keys are younger than the request.
        self.clock = self.clock.max(Timestamp(self.asked));
        self.identity_dirty = true;
        self.save(turn)?;
        let name = package_name(&package);
        let request = LeafRequest::prove(&self.id, &self.device, name, self.asked, self.reached());
        let payload = Payload::Rescue { request, package };
        turn.post(&self.room_id, &self.rescue_key, &payload, None)?;
        self.ask_to_be_admitted(turn)?;
        self.keep_identity(turn)
    }

    /// Whoever has asked in vain votes for the newest epoch whose keys it has: the head may be a lie that only those can
    /// see who had the keys before it (PROTOCOL 4.24).
    fn vote_where_there_are_keys(&mut self, turn: &mut Turn<'_>) -> Result<(), Fault> {
        let Some(head) = self.head else { return Ok(()) };
        let own = self.device.public();
        let has_vote = self.resolution.member_of(&own).is_some_and(|(_, member)| member.role >= Role::Member);
        if self.phase != Phase::Member || self.home.is_some() || !has_vote || !self.may_sign() {
            return Ok(());
        }
        let is_aside = |epoch: &EpochId| {
            self.may_seal(epoch) && self.is_clean(epoch) && !self.epochs.is_ancestor(epoch, &head)
        };
        let held = self.slots.keys().filter(|epoch| is_aside(epoch));
        match held.max_by_key(|epoch| (self.epochs.depth(epoch), **epoch)).copied() {
            Some(epoch) if self.own_vote() != Some(epoch) => {
                self.publish_for(turn, Body::Ack, Some(epoch), epoch).map(|_| ())
            }
            Some(_) | None => Ok(()),
        }
    }

    /// The last epoch on the way to the head whose keys this node has.
    fn reached(&self) -> Option<EpochId> {
        let head = self.head?;
        let held = self.slots.keys().filter(|epoch| self.epochs.is_ancestor(epoch, &head));
        held.max_by_key(|epoch| self.epochs.depth(epoch)).copied()
    }

    /// Keeps the request of somebody who is in until a commit on the way to the head has granted it.
    pub(super) fn handle_rescue(&mut self, request: LeafRequest, package: Vec<u8>) -> Handled {
        let device = request.device;
        let is_sound = device != self.device.public()
            && package_name(&package) == request.package
            && K::key_package_device(self.suite(), &package) == Ok(device)
            && request.is_proved(&self.id)
            && !self.resolution.is_removed(&device);
        if !is_sound || self.is_granted(&request) {
            return Handled::Done;
        }
        if self.resolution.member_of(&device).is_some()
            && self.rescues.get(&device).is_none_or(|(known, _)| known.number < request.number)
        {
            self.rescues.insert(device, (request, package));
        }
        Handled::Later
    }

    fn is_granted(&self, request: &LeafRequest) -> bool {
        let node = self.head.and_then(|head| self.epochs.node(&head));
        let granted = node.and_then(|node| node.rescued.get(&request.device));
        granted.is_some_and(|number| *number >= request.number)
    }

    /// Forgets requests that were granted, and of who is out.
    pub(super) fn forget_rescues(&mut self) {
        let rescues = std::mem::take(&mut self.rescues);
        let open = rescues.into_iter().filter(|(device, (request, _))| {
            self.resolution.member_of(device).is_some() && !self.is_granted(request)
        });
        self.rescues = open.collect();
        debug_assert!(self.rescues.len() <= limits::MEMBERS_MAX * limits::DEVICES_PER_MEMBER_MAX);
    }
}
