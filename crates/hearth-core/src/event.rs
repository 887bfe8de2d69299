//! One event of the control log: its fields, its bytes, its signature.
//!
//! Owns the encoding and what can be judged of an event alone. Never judges authority: that is `resolve`'s.
//! PROTOCOL section 2.

use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::crypto::{self, DeviceSecret};
use crate::epoch::Suite;
use crate::ids::{DeviceId, EpochId, EventId, GroupId, IdentityId, Timestamp, TokenId};
use crate::limits;

/// The version of the event format.
const EVENT_VERSION: u8 = 1;
const SIGNATURE_BYTES: usize = 64;
const SIGN_CONTEXT: &str = "hearth 2026-11 event signature";
const ID_CONTEXT: &str = "hearth 2026-11 event id";
const ADMISSION_CONTEXT: &str = "hearth 2026-11 admission proof";

/// A rank in the group; the order is the order of authority (PROTOCOL 3).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Role {
    /// A guest, without a vote.
    Visitor,
    /// Somebody new, without a vote yet.
    Newcomer,
    /// A home member.
    Member,
    /// A trusted servant: may invite and remove lower ranks.
    Servant,
    /// The secretary: the highest rank that one signature can carry.
    Secretary,
}

impl Role {
    /// Returns the rank as a number: visitor 0 to secretary 4.
    pub fn rank(self) -> u8 {
        match self {
            Self::Visitor => 0,
            Self::Newcomer => 1,
            Self::Member => 2,
            Self::Servant => 3,
            Self::Secretary => 4,
        }
    }
}

/// Who somebody says to be in this group: a key of their own and a pseudonym.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Identity {
    /// The first device's key, which also names the person.
    pub device: DeviceId,
    /// What the others see; at most [`limits::NAME_BYTES_MAX`] bytes.
    pub name: String,
}

impl Identity {
    /// Returns the id under which removals name this person.
    pub fn id(&self) -> IdentityId {
        IdentityId(self.device.0)
    }
}

/// What kind of group a Create event founds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum GroupKind {
    /// A home group with its name.
    Home {
        /// The group's name, which never leaves sealed envelopes.
        name: String,
    },
    /// A private pair whose envelopes travel through the room of a home group (PROTOCOL 6).
    Pair {
        /// The home group.
        home: GroupId,
    },
}

/// What is fixed when a group is founded.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GroupParams {
    /// Home group or pair.
    pub kind: GroupKind,
    /// The ciphersuite of its keys, for good.
    pub suite: Suite,
    /// Random bytes, so that two groups with the same name and founder differ.
    pub nonce: [u8; 32],
}

/// An invitation in the log; the ticket holds the token's secret.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Invite {
    /// The token's public key.
    pub token: TokenId,
    /// The rank that it gives.
    pub role: Role,
    /// How many people it admits.
    pub uses: u16,
    /// When honest members stop admitting by it. No rule of validity reads it: clocks lie.
    pub expires: Timestamp,
}

/// An admission by a standing invite.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Admission {
    /// The invite's token.
    pub token: TokenId,
    /// Who joins.
    pub identity: Identity,
    /// The token's signature over group and identity.
    #[serde(with = "signature_bytes")]
    pub token_proof: [u8; 64],
    /// The joining device's signature over the same, so that nobody is admitted under another's key.
    #[serde(with = "signature_bytes")]
    pub device_proof: [u8; 64],
}

impl Admission {
    /// Makes the joiner's half: both proofs.
    pub fn prove(group: &GroupId, token: &DeviceSecret, device: &DeviceSecret, name: &str) -> Self {
        let identity = Identity { device: device.public(), name: name.to_owned() };
        let token_id = TokenId(token.public().0);
        let statement = Self::statement(group, &token_id, &identity);
        Self {
            token: token_id,
            identity,
            token_proof: token.sign(ADMISSION_CONTEXT, &statement),
            device_proof: device.sign(ADMISSION_CONTEXT, &statement),
        }
    }

    /// Says whether both proofs hold for `group`.
    pub fn is_proved(&self, group: &GroupId) -> bool {
        let statement = Self::statement(group, &self.token, &self.identity);
        crypto::verify(&DeviceId(self.token.0), ADMISSION_CONTEXT, &statement, &self.token_proof)
            && crypto::verify(&self.identity.device, ADMISSION_CONTEXT, &statement, &self.device_proof)
    }

    fn statement(group: &GroupId, token: &TokenId, identity: &Identity) -> [u8; 32] {
        crypto::hash(
            "hearth 2026-11 admission statement",
            &[&group.0, &token.0, &identity.device.0, identity.name.as_bytes()],
        )
    }
}

/// A change of keys (PROTOCOL 4). Its own event id is the id of the epoch that it makes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Commit {
    /// The epoch that it starts from.
    pub parent: EpochId,
    /// Devices that get a leaf.
    pub add: Vec<DeviceId>,
    /// Devices whose leaf goes.
    pub drop: Vec<DeviceId>,
    /// The MLS commit (RFC 9420 section 12.4).
    pub mls: Vec<u8>,
    /// SHA-256 of the new epoch's authenticator, so that a wrong branch is noticed at once.
    pub authenticator_hash: [u8; 32],
}

/// What an event says. Variants are only ever appended: their numbers are on the wire.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Body {
    /// Founds the group; the first event of its log.
    Create {
        /// What stays fixed.
        params: GroupParams,
        /// The first member, with the rank of a secretary.
        founder: Identity,
    },
    /// Makes somebody a member by one's own authority.
    Add {
        /// Who.
        identity: Identity,
        /// With which rank.
        role: Role,
    },
    /// Offers membership to whoever holds a ticket.
    Invite(Invite),
    /// Takes an invite back.
    RevokeInvite {
        /// Which.
        token: TokenId,
    },
    /// Makes the holder of a ticket a member. Any member of rank 2 or above may publish it.
    Admit(Admission),
    /// Ends a membership of strictly lower rank.
    Remove {
        /// Whose.
        identity: IdentityId,
    },
    /// Ends one's own membership.
    Leave,
    /// Changes the keys.
    Commit(Commit),
}

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
        match self.fields.body {
            Body::Create { .. } => GroupId::from(self.id),
            Body::Add { .. }
            | Body::Invite(_)
            | Body::RevokeInvite { .. }
            | Body::Admit(_)
            | Body::Remove { .. }
            | Body::Leave
            | Body::Commit(_) => self.fields.group,
        }
    }
}

/// Says whether `name` may stand in the log: not empty, not too long, no control characters, no space at its ends.
pub fn is_name(name: &str) -> bool {
    !name.is_empty()
        && name.len() <= limits::NAME_BYTES_MAX
        && name.trim() == name
        && !name.chars().any(char::is_control)
}

fn check_bounds(fields: &EventFields) -> Result<(), EventError> {
    let own_head = fields.prev_own.is_none_or(|own| fields.heads.contains(&own));
    let sorted = fields.heads.is_sorted_by(|a, b| a < b);
    let starts = (fields.seq == 0) == fields.prev_own.is_none();
    let is_create = matches!(fields.body, Body::Create { .. });
    let rooted = is_create == fields.heads.is_empty() && is_create == (fields.group == GroupId([0; 32]));
    let body = match &fields.body {
        Body::Create { params, founder } => {
            fields.seq == 0
                && founder.device == fields.author
                && is_name(&founder.name)
                && match &params.kind {
                    GroupKind::Home { name } => is_name(name),
                    GroupKind::Pair { .. } => true,
                }
        }
        Body::Add { identity, .. } => is_name(&identity.name),
        Body::Invite(invite) => invite.uses > 0,
        Body::Admit(admission) => is_name(&admission.identity.name),
        Body::Commit(commit) => {
            commit.add.len() <= limits::MEMBERS_MAX
                && commit.drop.len() <= limits::MEMBERS_MAX
                && commit.add.is_sorted_by(|a, b| a < b)
                && commit.drop.is_sorted_by(|a, b| a < b)
        }
        Body::RevokeInvite { .. } | Body::Remove { .. } | Body::Leave => true,
    };
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

#[cfg(test)]
mod tests {
    use super::*;

    fn device() -> DeviceSecret {
        DeviceSecret::from_seed(&[3; 32])
    }

    fn position() -> Position {
        Position {
            group: GroupId([4; 32]),
            seq: 2,
            prev_own: Some(EventId([5; 32])),
            heads: vec![EventId([5; 32]), EventId([6; 32])],
            epoch: EpochId([7; 32]),
        }
    }

    fn create() -> Body {
        let kind = GroupKind::Home { name: "Tuesday Night".to_owned() };
        let params = GroupParams { kind, suite: Suite::XWing, nonce: [8; 32] };
        let founder = Identity { device: device().public(), name: "Alice".to_owned() };
        Body::Create { params, founder }
    }

    /// One event of each kind, all of them the same at every call.
    fn bodies() -> Vec<(&'static str, Body)> {
        let token = DeviceSecret::from_seed(&[9; 32]);
        let token_id = TokenId(token.public().0);
        let joiner = DeviceSecret::from_seed(&[10; 32]);
        let identity = Identity { device: joiner.public(), name: "Ben".to_owned() };
        let commit = Commit {
            parent: EpochId([7; 32]),
            add: vec![joiner.public()],
            drop: Vec::new(),
            mls: b"an MLS commit".to_vec(),
            authenticator_hash: [11; 32],
        };
        let invite =
            Invite { token: token_id, role: Role::Member, uses: 1, expires: Timestamp(1_800_000_000_000) };
        vec![
            ("create", create()),
            ("add", Body::Add { identity: identity.clone(), role: Role::Newcomer }),
            ("invite", Body::Invite(invite)),
            ("revoke_invite", Body::RevokeInvite { token: token_id }),
            ("admit", Body::Admit(Admission::prove(&GroupId([4; 32]), &token, &joiner, "Ben"))),
            ("remove", Body::Remove { identity: identity.id() }),
            ("leave", Body::Leave),
            ("commit", Body::Commit(commit)),
        ]
    }

    fn event(body: Body) -> Event {
        let first = Position {
            group: GroupId([0; 32]),
            seq: 0,
            prev_own: None,
            heads: Vec::new(),
            epoch: EpochId([0; 32]),
        };
        let position = if matches!(body, Body::Create { .. }) { first } else { position() };
        Event::sign(&device(), position, body).unwrap()
    }

    #[test]
    fn frozen_vectors_parse_and_encode() {
        let vectors: serde_json::Value =
            serde_json::from_str(include_str!("../../../tests/vectors/event-v1.json")).unwrap();
        let bodies = bodies();
        assert_eq!(vectors["events"].as_object().unwrap().len(), bodies.len());
        for (name, body) in bodies {
            let vector = &vectors["events"][name];
            let hex = |field: &str| {
                data_encoding::HEXLOWER.decode(vector[field].as_str().unwrap().as_bytes()).unwrap()
            };
            let parsed = Event::parse(&hex("event")).unwrap();
            assert_eq!(*parsed.body(), body, "{name}");
            assert_eq!(parsed.id().0.as_slice(), hex("id"), "{name}");
            assert_eq!(event(body).as_bytes(), hex("event"), "{name}");
        }
    }

    #[test]
    fn any_changed_byte_is_refused() {
        for (name, body) in bodies() {
            let event = event(body);
            for place in 0..event.as_bytes().len() {
                let mut bytes = event.as_bytes().to_vec();
                bytes[place] ^= 1;
                assert!(Event::parse(&bytes).is_err(), "{name}, byte {place}");
            }
            let mut longer = event.as_bytes().to_vec();
            longer.insert(longer.len() - SIGNATURE_BYTES, 0);
            assert!(Event::parse(&longer).is_err(), "{name}");
        }
        assert_eq!(Event::parse(&[1; 3]).unwrap_err(), EventError::Malformed);
        assert_eq!(Event::parse(&vec![1; limits::EVENT_BYTES_MAX + 1]).unwrap_err(), EventError::TooLong);
        assert_eq!(Event::parse(&[2; 100]).unwrap_err(), EventError::UnknownVersion);
    }

    #[test]
    fn fields_out_of_their_bounds_are_refused() {
        let refused = |position: Position, body: Body| {
            assert_eq!(Event::sign(&device(), position, body).unwrap_err(), EventError::OutOfBounds);
        };
        refused(Position { seq: 0, ..position() }, Body::Leave);
        refused(Position { prev_own: None, ..position() }, Body::Leave);
        refused(Position { prev_own: Some(EventId([9; 32])), ..position() }, Body::Leave);
        refused(Position { heads: Vec::new(), ..position() }, Body::Leave);
        refused(Position { heads: vec![EventId([6; 32]), EventId([5; 32])], ..position() }, Body::Leave);
        refused(Position { heads: vec![EventId([5; 32]); 2], ..position() }, Body::Leave);
        let many = (0..=limits::EVENT_HEADS_MAX).map(|n| EventId([n as u8 + 5; 32])).collect();
        refused(Position { heads: many, ..position() }, Body::Leave);
        refused(Position { group: GroupId([0; 32]), ..position() }, Body::Leave);
        refused(position(), create());
        for name in ["", " Ben", "Ben\n", &"b".repeat(limits::NAME_BYTES_MAX + 1)] {
            let identity = Identity { device: device().public(), name: name.to_owned() };
            refused(position(), Body::Add { identity, role: Role::Member });
        }
        let invite = Invite { token: TokenId([1; 32]), role: Role::Member, uses: 0, expires: Timestamp(1) };
        refused(position(), Body::Invite(invite));
    }

    #[test]
    fn an_admission_is_bound_to_group_token_and_device() {
        let (token, joiner) = (DeviceSecret::from_seed(&[9; 32]), DeviceSecret::from_seed(&[10; 32]));
        let group = GroupId([4; 32]);
        let admission = Admission::prove(&group, &token, &joiner, "Ben");
        assert!(admission.is_proved(&group));
        assert!(!admission.is_proved(&GroupId([5; 32])));
        let renamed = Identity { name: "Alice".to_owned(), ..admission.identity.clone() };
        assert!(!Admission { identity: renamed, ..admission.clone() }.is_proved(&group));
        let other = Admission::prove(&group, &token, &device(), "Ben");
        assert!(!Admission { device_proof: other.device_proof, ..admission }.is_proved(&group));
    }

    #[test]
    fn ranks_stand_in_the_order_of_authority() {
        let roles = [Role::Visitor, Role::Newcomer, Role::Member, Role::Servant, Role::Secretary];
        assert!(roles.is_sorted());
        assert_eq!(roles.map(Role::rank), [0, 1, 2, 3, 4]);
    }
}
