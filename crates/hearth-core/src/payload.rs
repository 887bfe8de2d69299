//! What stands inside an envelope, once opened.
//!
//! Owns the encoding and the splitting of what is too large for one envelope. Opens and judges nothing. PROTOCOL
//! section 1.3.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use crate::crypto::EngineRng;
use crate::envelope::PAYLOAD_BYTES_MAX;
use crate::event::{Admission, DeviceConsent, LeafRequest};
use crate::ids::{DeviceId, EnvelopeId, EpochId, GroupId};
use crate::limits;

/// Room left for a fragment's own fields.
const FRAGMENT_OVERHEAD_BYTES: usize = 64;

/// The inside of an envelope. Variants are only ever appended: their numbers are on the wire.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) enum Payload {
    /// A control event.
    Event(Vec<u8>),
    /// An MLS application message whose plaintext is a message's inside.
    Message(Vec<u8>),
    /// A signed state message.
    State(Vec<u8>),
    /// What a newcomer needs: all events, in an order in which each stands after its past, and the newest states.
    Dump { events: Vec<Vec<u8>>, states: Vec<Vec<u8>> },
    /// Somebody with a ticket asks to be admitted.
    JoinRequest(JoinRequest),
    /// A leaf for a device: the MLS welcome into an epoch.
    Welcome { device: DeviceId, epoch: EpochId, mls: Vec<u8> },
    /// The opening of a private pair, sealed for one inbox that the envelope does not name.
    Inbox(Vec<u8>),
    /// A part of a payload that is too large for one envelope.
    Fragment { set: [u8; 16], index: u16, count: u16, bytes: Vec<u8> },
    /// Somebody whose keys are of no use any more asks for a new leaf, with the key package for it.
    Rescue { request: LeafRequest, package: Vec<u8> },
    /// A new device asks the device that made its ticket to be added.
    DeviceRequest(DeviceRequest),
}

/// What a new device of a member posts.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct DeviceRequest {
    pub(crate) consent: DeviceConsent,
    /// The new device's signed endpoint and keys.
    pub(crate) states: Vec<Vec<u8>>,
}

/// What a joiner posts.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct JoinRequest {
    pub(crate) admission: Admission,
    /// The joiner's signed endpoint and keys.
    pub(crate) states: Vec<Vec<u8>>,
}

/// What opens a private pair on the other side.
#[derive(Serialize, Deserialize)]
pub(crate) struct PairOpening {
    pub(crate) pair: GroupId,
    pub(crate) events: Vec<Vec<u8>>,
    pub(crate) epoch: EpochId,
    pub(crate) welcome: Vec<u8>,
}

impl Payload {
    /// Encodes the payload, split over several if it is too large for one envelope; `None` if it is too large
    /// altogether.
    pub(crate) fn encode(&self, rng: &mut EngineRng) -> Option<Vec<Zeroizing<Vec<u8>>>> {
        let whole = Zeroizing::new(postcard::to_stdvec(self).ok()?);
        if whole.len() <= PAYLOAD_BYTES_MAX {
            return Some(vec![whole]);
        }
        let part_bytes = PAYLOAD_BYTES_MAX - FRAGMENT_OVERHEAD_BYTES;
        let count =
            u16::try_from(whole.len().div_ceil(part_bytes)).ok().filter(|n| *n <= limits::FRAGMENTS_MAX)?;
        let set = rng.bytes();
        let fragments = (0..count).zip(whole.chunks(part_bytes)).map(|(index, bytes)| {
            let fragment = Self::Fragment { set, index, count, bytes: bytes.to_vec() };
            postcard::to_stdvec(&fragment).ok().map(Zeroizing::new)
        });
        fragments.collect()
    }

    /// Parses a payload; `None` for anything that is none.
    pub(crate) fn decode(bytes: &[u8]) -> Option<Self> {
        postcard::from_bytes(bytes).ok()
    }
}

/// The parts of large payloads that have arrived; bounded, the oldest set goes first.
#[derive(Default)]
pub(crate) struct Fragments {
    sets: BTreeMap<[u8; 16], FragmentSet>,
    arrivals: u64,
}

struct FragmentSet {
    arrival: u64,
    count: u16,
    parts: BTreeMap<u16, (EnvelopeId, Vec<u8>)>,
}

impl Fragments {
    /// Takes a part from an envelope; returns the whole payload, and the envelopes of its parts, when it was the last.
    pub(crate) fn take(
        &mut self,
        set: [u8; 16],
        (index, count): (u16, u16),
        envelope: EnvelopeId,
        bytes: Vec<u8>,
    ) -> Option<(Zeroizing<Vec<u8>>, Vec<EnvelopeId>)> {
        if count == 0 || count > limits::FRAGMENTS_MAX || index >= count {
            return None;
        }
        self.arrivals += 1;
        let arrival = self.arrivals;
        let parts =
            self.sets.entry(set).or_insert_with(|| FragmentSet { arrival, count, parts: BTreeMap::new() });
        if parts.count != count {
            return None;
        }
        parts.parts.insert(index, (envelope, bytes));
        if parts.parts.len() == usize::from(count) {
            let (envelopes, bytes): (Vec<_>, Vec<_>) = self.sets.remove(&set)?.parts.into_values().unzip();
            return Some((Zeroizing::new(bytes.concat()), envelopes));
        }
        if self.sets.len() > limits::FRAGMENT_SETS_MAX {
            let oldest = self.sets.iter().min_by_key(|(_, set)| set.arrival).map(|(id, _)| *id)?;
            self.sets.remove(&oldest);
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_large_payload_comes_back_whole_in_any_order() {
        let mut rng = EngineRng::from_seed([1; 32]);
        let big: Vec<u8> = (0..2_000_000u32).map(|n| n.to_le_bytes()[0]).collect();
        let mut parts = Payload::Event(big.clone()).encode(&mut rng).unwrap();
        assert!(parts.len() > 1);
        parts.reverse();
        let mut fragments = Fragments::default();
        let mut whole = None;
        for part in parts {
            let Some(Payload::Fragment { set, index, count, bytes }) = Payload::decode(&part) else {
                panic!("a fragment")
            };
            assert!(whole.is_none());
            whole = fragments.take(set, (index, count), EnvelopeId([0; 32]), bytes);
        }
        let Some(Payload::Event(back)) = Payload::decode(&whole.unwrap().0) else { panic!("an event") };
        assert_eq!(back, big);
    }

    #[test]
    fn unfinished_sets_are_bounded() {
        let mut fragments = Fragments::default();
        for n in 0..100 {
            assert!(fragments.take([n; 16], (0, 2), EnvelopeId([0; 32]), vec![0]).is_none());
        }
        assert!(fragments.sets.len() <= limits::FRAGMENT_SETS_MAX);
    }
}
