//! Frames between two neighbours: their encoding and padding.
//!
//! Owns nothing but bytes. PROTOCOL section 1.4.

use serde::{Deserialize, Serialize};

use crate::event::signature_bytes;
use crate::ids::{DeviceId, EpochId, RoomId, TokenId};
use crate::keeper::{KeeperRefusal, TagKey};
use crate::limits;
use crate::room::RoomFrame;

const FRAME_VERSION: u8 = 1;
/// Version and length.
const HEADER_BYTES: usize = 5;
/// Frames are padded to a multiple of this, so that lengths on the wire tell little.
const PAD_BYTES: usize = 256;

/// A frame. Variants are only ever appended: their numbers are on the wire.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) enum Frame {
    /// The initiator's beginning: a tag for each of its rooms, filled up with random ones.
    Hello { nonce: [u8; 32], tags: Vec<[u8; 16]> },
    /// The answer: at the place of each shared room the answer's tag, random elsewhere.
    HelloReply { nonce: [u8; 32], tags: Vec<[u8; 16]> },
    /// Why the sender may share the room.
    Proof { room: u8, proof: Proof },
    /// The receiver may not share the room.
    Refused { room: u8, why: Refusal },
    /// A frame of a shared room.
    Room { room: u8, frame: RoomFrame },
    /// The sender's head, to a neighbour that may share the room: whoever does not know it is behind.
    Head { room: u8, head: EpochId },
    /// What the sender knows the group to have, as one hash: two that differ lack something of each other.
    Objects { room: u8, digest: [u8; 32] },
    /// The holder of a ticket asks what the group says of itself.
    Look { room: u8, token: TokenId },
    /// What the group says of itself: its name and the encoded card, if it has one.
    Card { room: u8, name: String, card: Option<Vec<u8>> },
    /// At a keeper's desk: a room to carry, and the key that those find one another by who share it with the keeper.
    Keep { desk: u8, room: RoomId, key: TagKey },
    /// Whether the keeper carries it from now on.
    Kept { desk: u8, refusal: Option<KeeperRefusal> },
}

/// What a neighbour shows to be let into a room. Every signature covers both transport keys and both nonces.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Proof {
    /// Signed by the device's key in this group.
    pub(crate) device: DeviceId,
    #[serde(with = "signature_bytes")]
    pub(crate) device_signature: [u8; 64],
    /// Signed by an invite's token, by somebody who joins.
    pub(crate) token: Option<(TokenId, TokenSignature)>,
    /// The event that admitted the device: for a neighbour whose log does not have it yet.
    pub(crate) admission: Option<Vec<u8>>,
}

/// A token's signature.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct TokenSignature(#[serde(with = "signature_bytes")] pub(crate) [u8; 64]);

/// Why a neighbour is not let into a room.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Refusal {
    /// Neither member nor invited, as far as the other knows.
    Unknown,
    /// Was removed, or has left.
    Removed,
    /// The ticket has expired.
    TicketExpired,
    /// The ticket has admitted as many people as it may.
    TicketUsedUp,
    /// The ticket was taken back.
    TicketRevoked,
}

impl Frame {
    /// Encodes and pads the frame.
    pub(crate) fn encode(&self) -> Vec<u8> {
        let body = postcard::to_stdvec(self).unwrap_or_default();
        let mut bytes = Vec::with_capacity((HEADER_BYTES + body.len()).next_multiple_of(PAD_BYTES));
        bytes.push(FRAME_VERSION);
        bytes.extend_from_slice(&u32::try_from(body.len()).unwrap_or(u32::MAX).to_le_bytes());
        bytes.extend_from_slice(&body);
        bytes.resize(bytes.len().next_multiple_of(PAD_BYTES), 0);
        bytes
    }

    /// Parses a frame; `None` for anything that is none.
    pub(crate) fn decode(bytes: &[u8]) -> Option<Self> {
        if bytes.len() > limits::FRAME_BYTES_MAX {
            return None;
        }
        let (version, rest) = bytes.split_first()?;
        let (length, body) = rest.split_at_checked(HEADER_BYTES - 1)?;
        let length = usize::try_from(u32::from_le_bytes(length.try_into().ok()?)).ok()?;
        if *version != FRAME_VERSION {
            return None;
        }
        postcard::from_bytes(body.get(..length)?).ok()
    }
}
