//! The identifiers of the protocol: opaque 32-byte values, each of its own type.
//!
//! Owns their encoding and their redacted `Debug`. Never derives one from another: the module that owns a thing
//! says how its id comes about. PROTOCOL section 1.

use std::fmt;

use serde::{Deserialize, Serialize};

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub struct $name(pub [u8; 32]);

        impl $name {
            /// Returns the 32 bytes.
            pub fn as_bytes(&self) -> &[u8; 32] {
                &self.0
            }

            /// Returns the id as 64 lowercase hexadecimal digits.
            pub fn to_hex(&self) -> String {
                data_encoding::HEXLOWER.encode(&self.0)
            }

            /// Parses 64 hexadecimal digits, in either case; `None` for anything else.
            pub fn from_hex(text: &str) -> Option<Self> {
                let bytes = data_encoding::HEXLOWER_PERMISSIVE.decode(text.as_bytes()).ok()?;
                Some(Self(bytes.try_into().ok()?))
            }
        }

        // Ids end up in error values and test output; a log that shows them links people.
        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(concat!(stringify!($name), "(..)"))
            }
        }
    };
}

id! {
    /// A room: a set of sealed envelopes that nodes share. Derived from the room's secret.
    RoomId
}
id! {
    /// An envelope: BLAKE3-256 over all its bytes (PROTOCOL 1.1).
    EnvelopeId
}
id! {
    /// A group: the id of its Create event.
    GroupId
}
id! {
    /// An event of the control log: BLAKE3-256 over all its bytes, signature included.
    EventId
}
id! {
    /// A member: the id of the Create, Add or Admit event that made the member. Somebody who is added again gets a
    /// new one.
    MemberId
}
id! {
    /// A device of exactly one member: its Ed25519 public key in this group.
    DeviceId
}
id! {
    /// A person in one group, under a pseudonym: the Ed25519 public key of the member's first device. What a removal
    /// names, so that adding the same key again is recognised.
    IdentityId
}
id! {
    /// An epoch of a group's keys: the id of the Commit event that made it; for the first epoch, of the Create event.
    EpochId
}
id! {
    /// A message: BLAKE3-256 over its signed inside (PROTOCOL 8).
    MessageId
}
id! {
    /// Something that a group has, through all its versions: BLAKE3-256 over its kind, its owner and a salt (PROTOCOL 11).
    ObjectId
}
id! {
    /// A call for help: BLAKE3-256 over its author's identity and a salt (PROTOCOL 14).
    SosId
}
id! {
    /// An invite's token: the Ed25519 public key whose seed is in the ticket.
    TokenId
}
id! {
    /// A neighbour: its authenticated Ed25519 transport key. Different from every member identity.
    PeerId
}
id! {
    /// A record that a member keeps for themselves: a hash over the client's name for the wish. Never on the wire.
    OwnId
}

impl From<EventId> for EpochId {
    fn from(id: EventId) -> Self {
        Self(id.0)
    }
}

impl From<EventId> for MemberId {
    fn from(id: EventId) -> Self {
        Self(id.0)
    }
}

impl From<EventId> for GroupId {
    fn from(id: EventId) -> Self {
        Self(id.0)
    }
}

impl From<EpochId> for EventId {
    fn from(id: EpochId) -> Self {
        Self(id.0)
    }
}

impl From<MemberId> for EventId {
    fn from(id: MemberId) -> Self {
        Self(id.0)
    }
}

impl From<GroupId> for EventId {
    fn from(id: GroupId) -> Self {
        Self(id.0)
    }
}

/// Milliseconds since 1970-01-01 UTC. Not an instant, so that deadlines survive restarts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Timestamp(pub u64);

impl Timestamp {
    /// Returns the time `ms` milliseconds later, at most the end of time.
    pub fn plus_ms(self, ms: u64) -> Self {
        Self(self.0.saturating_add(ms))
    }

    /// Returns the milliseconds from `earlier` to this time, 0 if it is not earlier.
    pub fn ms_since(self, earlier: Self) -> u64 {
        self.0.saturating_sub(earlier.0)
    }

    /// Returns the number of the UTC day, 0 for 1970-01-01.
    pub fn day(self) -> Day {
        Day(u32::try_from(self.0 / MS_PER_DAY).unwrap_or(u32::MAX))
    }
}

/// The number of a UTC day since 1970-01-01.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Day(pub u32);

impl Day {
    /// Returns the first instant of the day.
    pub fn start(self) -> Timestamp {
        Timestamp(u64::from(self.0) * MS_PER_DAY)
    }

    /// Returns the day `days` later.
    pub fn plus(self, days: u32) -> Self {
        Self(self.0.saturating_add(days))
    }
}

/// Milliseconds of a day.
/// Milliseconds of a day.
pub(crate) const MS_PER_DAY: u64 = 24 * 60 * 60 * 1000;
