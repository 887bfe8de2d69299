//! Neighbours who know different versions of what the group has tell each other.
//!
//! Owns when that is done: versions travel like messages, but who wrote one may be out by the time that somebody comes who
//! never had the keys of that time. PROTOCOL 11.6.

use std::collections::{BTreeMap, BTreeSet};

use super::Group;
use crate::crypto;
use crate::error::Fault;
use crate::ids::{MessageId, PeerId, Timestamp};
use crate::keys::KeyLayer;
use crate::objects::Digest;
use crate::payload::Payload;
use crate::turn::Turn;

const DIGEST_CONTEXT: &str = "hearth 2026-11 object digest";
/// Milliseconds for which two neighbours must have differed: what is on its way arrives before.
const SPREAD_MS: u64 = 30_000;
/// Milliseconds of random delay on top, so that one speaks before the other.
const SPREAD_JITTER_MS: u64 = 30_000;
/// Differences that are remembered as told.
const TOLD_MAX: usize = 64;

/// What is known of the neighbours' versions. In memory only.
#[derive(Default)]
pub(super) struct Spreading {
    /// The own digest; `None` if it has to be computed.
    own: Option<Digest>,
    /// The last digest of each connected neighbour.
    peers: BTreeMap<PeerId, Digest>,
    /// What each neighbour was told last.
    said: BTreeMap<PeerId, Digest>,
    /// When to post what a neighbour may lack.
    at: Option<Timestamp>,
    /// Own and others' digests between which everything was posted before.
    done: BTreeSet<(Digest, Digest)>,
}

impl Spreading {
    /// The own versions have changed.
    pub(super) fn changed(&mut self) {
        self.own = None;
    }

    pub(super) fn forget_peer(&mut self, peer: &PeerId) {
        self.peers.remove(peer);
        self.said.remove(peer);
    }

    pub(super) fn next_timeout(&self) -> Option<Timestamp> {
        self.at
    }
}

impl<K: KeyLayer> Group<K> {
    /// Returns which versions this node has.
    fn digest(&mut self) -> Digest {
        if let Some(digest) = self.spreading.own {
            return digest;
        }
        let all =
            self.objects.all().map(|version| version.message).chain(self.parked_objects.iter().copied());
        let all: BTreeSet<MessageId> = all.collect();
        let parts: Vec<&[u8]> = all.iter().map(|id| id.0.as_slice()).collect();
        let digest = if parts.is_empty() { Digest::default() } else { crypto::hash(DIGEST_CONTEXT, &parts) };
        self.spreading.own = Some(digest);
        digest
    }

    /// A neighbour that may share the room says which versions it has.
    pub(crate) fn note_peer_objects(&mut self, peer: PeerId, digest: Digest) {
        self.spreading.peers.insert(peer, digest);
    }

    /// Returns what these neighbours in the room have to be told: nothing, if it is what they were told last, or if this node
    /// has nothing and they have not spoken of anything either.
    pub(crate) fn digest_to_tell(&mut self, peers: &[PeerId]) -> Vec<(PeerId, Digest)> {
        let digest = self.digest();
        let last = |group: &Self, peer: &PeerId| group.spreading.said.get(peer).copied().unwrap_or_default();
        let theirs =
            |group: &Self, peer: &PeerId| group.spreading.peers.get(peer).copied().unwrap_or_default();
        let mut told = Vec::new();
        for peer in peers {
            let was_told = self.spreading.said.contains_key(peer);
            let is_news = last(self, peer) != digest || (!was_told && theirs(self, peer) != digest);
            if is_news {
                self.spreading.said.insert(*peer, digest);
                told.push((*peer, digest));
            }
        }
        told
    }

    /// Plans to post what a neighbour may lack.
    pub(super) fn plan_spreading(&mut self, turn: &mut Turn<'_>) {
        let own = self.digest();
        let differs = self.is_spreading_useful(&own);
        if !differs {
            self.spreading.at = None;
        } else if self.spreading.at.is_none() {
            let delay = SPREAD_MS + turn.rng.below(SPREAD_JITTER_MS);
            self.spreading.at = Some(turn.now.plus_ms(delay));
        }
    }

    fn is_spreading_useful(&self, own: &Digest) -> bool {
        let is_new = |theirs: &Digest| theirs != own && !self.spreading.done.contains(&(*own, *theirs));
        *own != Digest::default() && self.spreading.peers.values().any(is_new)
    }

    /// Posts all versions that stand if a neighbour may lack some, and was not told before.
    pub(super) fn spread_if_due(&mut self, turn: &mut Turn<'_>) -> Result<(), Fault> {
        if self.spreading.at.is_none_or(|at| at > turn.now) {
            return Ok(());
        }
        self.spreading.at = None;
        let own = self.digest();
        if !self.is_spreading_useful(&own) {
            return Ok(());
        }
        let Some(epoch) = self.ready_epoch(turn)? else { return Ok(()) };
        let states = self.object_states(turn)?;
        let slot = self.slots.get(&epoch).ok_or(Fault::Bug("no key to publish under"))?;
        turn.post(&self.room_id, &slot.key, &Payload::Dump { events: Vec::new(), states }, None)?;
        if self.spreading.done.len() >= TOLD_MAX {
            self.spreading.done.clear();
        }
        let told: Vec<Digest> =
            self.spreading.peers.values().copied().filter(|theirs| *theirs != own).collect();
        self.spreading.done.extend(told.into_iter().map(|theirs| (own, theirs)));
        Ok(())
    }
}
