//! One event of the control log: its fields, its bytes, its signature.
//!
//! Owns the encoding and what can be judged of an event alone. Never judges authority: that is `resolve`'s.
//! PROTOCOL section 2.

use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::crypto::{self, DeviceSecret};
use crate::ids::{DeviceId, EpochId, EventId, GroupId};
use crate::limits;

pub use body::{
    Admission, Body, Commit, CommitKind, DeviceConsent, GroupKind, GroupParams, Identity, Invite,
    LeafRequest, QuorumAct, RejectCode, Role, Settings, is_name,
};

mod body;
#[cfg(test)]
mod tests;

/// The version of the event format.
const EVENT_VERSION: u8 = 1;
const SIGNATURE_BYTES: usize = 64;
const SIGN_CONTEXT: &str = "hearth 2026-11 event signature";
const ID_CONTEXT: &str = "hearth 2026-11 event id";

/// The signed fields of an event.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EventFields {
    version: u8,
    /// The group; zeros in a Create, whose id becomes the group's.
    pub group: GroupId,
    /// The device that signs.
    pub author: DeviceId,
    /// How many events the author signed before in this group.
    pub seq: u64,
    /// The author's previous event.
    pub prev_own: Option<EventId>,
    /// The newest events that the author knew, `prev_own` among them.
    pub heads: Vec<EventId>,
    /// The author's epoch at the time: this is the author's vote. Zeros in a Create.
    pub epoch: EpochId,
    /// What it says.
    pub body: Body,
}

/// A well-formed event whose signature holds. Nothing is said about authority.
#[derive(Clone, Debug)]
pub struct Event {
    id: EventId,
    fields: EventFields,
    bytes: Vec<u8>,
}

/// Why bytes are no event. The neighbour or the author is at fault, never this node.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
pub enum EventError {
    /// Longer than [`limits::EVENT_BYTES_MAX`].
    #[error("the event is too long")]
    TooLong,
    /// Not an encoding of an event, or not the shortest one.
    #[error("the event cannot be parsed")]
    Malformed,
    /// A format that this version does not know.
    #[error("the event has an unknown version")]
    UnknownVersion,
    /// A field is out of its bounds.
    #[error("a field of the event is out of bounds")]
    OutOfBounds,
    /// The signature does not hold.
    #[error("the event's signature is wrong")]
    BadSignature,
}

/// Where a new event stands: what its author knows at the time.
pub struct Position {
    /// The group; zeros for a Create.
    pub group: GroupId,
    /// The number of the author's earlier events.
    pub seq: u64,
    /// The author's previous event.
    pub prev_own: Option<EventId>,
    /// The newest known events.
    pub heads: Vec<EventId>,
    /// The author's epoch.
    pub epoch: EpochId,
}

impl Event {
    /// Signs a new event.
    ///
    /// # Errors
    /// [`EventError`] if a field is out of its bounds.
    pub fn sign(device: &DeviceSecret, position: Position, body: Body) -> Result<Self, EventError> {
        let Position { group, seq, prev_own, heads, epoch } = position;
        let fields = EventFields {
            version: EVENT_VERSION,
            group,
            author: device.public(),
            seq,
            prev_own,
            heads,
            epoch,
            body,
        };
        check_bounds(&fields)?;
        let mut bytes = postcard::to_stdvec(&fields).map_err(|_| EventError::Malformed)?;
        let signature = device.sign(SIGN_CONTEXT, &bytes);
        bytes.extend_from_slice(&signature);
        if bytes.len() > limits::EVENT_BYTES_MAX {
            return Err(EventError::TooLong);
        }
        Ok(Self { id: id_of(&bytes), fields, bytes })
    }

    /// Parses and verifies an event from anybody.
    ///
    /// # Errors
    /// [`EventError`]: what is wrong with the bytes.
    pub fn parse(bytes: &[u8]) -> Result<Self, EventError> {
        if bytes.len() > limits::EVENT_BYTES_MAX {
            return Err(EventError::TooLong);
        }
        let split = bytes.len().checked_sub(SIGNATURE_BYTES).ok_or(EventError::Malformed)?;
        let (signed, signature) = bytes.split_at_checked(split).ok_or(EventError::Malformed)?;
        match signed.first() {
            Some(&EVENT_VERSION) => {}
            Some(_) => return Err(EventError::UnknownVersion),
            None => return Err(EventError::Malformed),
        }
        let (fields, rest) =
            postcard::take_from_bytes::<EventFields>(signed).map_err(|_| EventError::Malformed)?;
        // One event, one encoding: otherwise the same signature could stand under two ids.
        let canonical = postcard::to_stdvec(&fields).map_err(|_| EventError::Malformed)?;
        if !rest.is_empty() || canonical != signed {
            return Err(EventError::Malformed);
        }
        check_bounds(&fields)?;
        let signature = signature.try_into().map_err(|_| EventError::Malformed)?;
        if !crypto::verify(&fields.author, SIGN_CONTEXT, signed, signature) {
            return Err(EventError::BadSignature);
        }
        Ok(Self { id: id_of(bytes), fields, bytes: bytes.to_vec() })
    }

    /// Returns the hash over all its bytes.
    pub fn id(&self) -> EventId {
        self.id
    }

    /// Returns the signed fields.
    pub fn fields(&self) -> &EventFields {
        &self.fields
    }

    /// Returns what it says.
    pub fn body(&self) -> &Body {
        &self.fields.body
    }

    /// Returns the device that signed it.
    pub fn author(&self) -> DeviceId {
        self.fields.author
    }

    /// Returns the bytes that travel and are stored.
    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Returns the group that it belongs to; for a Create, the group that it founds.
    pub fn group(&self) -> GroupId {
        if self.fields.body.is_create() { GroupId::from(self.id) } else { self.fields.group }
    }
}

fn check_bounds(fields: &EventFields) -> Result<(), EventError> {
    let own_head = fields.prev_own.is_none_or(|own| fields.heads.contains(&own));
    let sorted = fields.heads.is_sorted_by(|a, b| a < b);
    let starts = (fields.seq == 0) == fields.prev_own.is_none();
    let is_create = fields.body.is_create();
    // `starts` makes a Create's seq 0: it has no heads, so no previous event either.
    let rooted = is_create == fields.heads.is_empty() && is_create == (fields.group == GroupId([0; 32]));
    let body = fields.body.is_in_bounds(&fields.author);
    if own_head && sorted && starts && rooted && body && fields.heads.len() <= limits::EVENT_HEADS_MAX {
        Ok(())
    } else {
        Err(EventError::OutOfBounds)
    }
}

fn id_of(bytes: &[u8]) -> EventId {
    EventId(crypto::hash(ID_CONTEXT, &[bytes]))
}

/// Encodes a 64-byte signature, which serde does not do by itself.
pub(crate) mod signature_bytes {
    use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};

    pub(crate) fn serialize<S: Serializer>(bytes: &[u8; 64], serializer: S) -> Result<S::Ok, S::Error> {
        let (a, b) = bytes.split_at(32);
        let halves: ([u8; 32], [u8; 32]) = (a.try_into().unwrap_or([0; 32]), b.try_into().unwrap_or([0; 32]));
        halves.serialize(serializer)
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<[u8; 64], D::Error> {
        let (a, b) = <([u8; 32], [u8; 32])>::deserialize(deserializer)?;
        [a, b].concat().try_into().map_err(|_| D::Error::custom("a signature has 64 bytes"))
    }
}
