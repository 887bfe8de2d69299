//! One version of something that the group has: a card, a meeting, a slot. The newest versions are what the group has today.
//!
//! Owns the frame that all kinds of objects share; [`Body`] owns what stands in it. PROTOCOL section 11.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::body::{Body, Salt};
use super::{Kind, Place, Rules};
use crate::crypto;
use crate::ids::{EventId, IdentityId, MessageId, ObjectId};
use crate::limits;

const ID_CONTEXT: &str = "hearth 2026-11 object id";
const SALT_CONTEXT: &str = "hearth 2026-11 object salt";

/// A version of an object.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Object {
    /// Whose it is: who made it.
    pub owner: IdentityId,
    /// Tells the owner's objects of one kind apart.
    pub salt: [u8; 16],
    /// The number of its kind; unknown ones are kept and handed on.
    pub kind: u16,
    /// What it says, in the encoding of its kind; `None` once it is withdrawn.
    pub body: Option<Vec<u8>>,
    /// The versions that it takes the place of, and what those took the place of, the latest first.
    pub over: Vec<MessageId>,
    /// The newest control events that its author knew: whether the author may write it follows from these.
    pub as_of: Vec<EventId>,
}

impl Object {
    /// Returns the id, which names its kind and owner, too: no later version can change them.
    pub fn id(&self) -> ObjectId {
        id_of(self.kind, &self.owner, &self.salt)
    }

    /// Returns what it says; `None` once it is withdrawn.
    pub fn body(&self) -> Option<Body> {
        self.body.as_deref().map(|bytes| Body::decode(self.kind, bytes))
    }
}

/// Who owns what the group has one of.
pub(crate) const NOBODY: IdentityId = IdentityId([0; 32]);

/// Returns the id of an object.
pub(crate) fn id_of(kind: u16, owner: &IdentityId, salt: &[u8; 16]) -> ObjectId {
    ObjectId(crypto::hash(ID_CONTEXT, &[&kind.to_le_bytes(), &owner.0, salt]))
}

/// Returns the salt of the one object that an owner can have about something.
pub(crate) fn salt_of(about: &[u8]) -> [u8; 16] {
    let mut salt = [0; 16];
    salt.iter_mut().zip(crypto::hash(SALT_CONTEXT, &[about])).for_each(|(to, from)| *to = from);
    salt
}

impl Kind for Object {
    fn is_in_bounds(&self) -> bool {
        let bytes = self.body.as_ref().map_or(0, Vec::len);
        let (over, as_of) = (self.over.len(), self.as_of.len());
        let salt_fits = self.body().is_none_or(|body| match body.rules().salt {
            Salt::Free => true,
            Salt::About(salt) => salt == self.salt,
            Salt::Group => self.salt == [0; 16] && self.owner == NOBODY,
            Salt::GroupAbout(salt) => salt == self.salt && self.owner == NOBODY,
        });
        bytes <= limits::OBJECT_BYTES_MAX
            && over <= limits::OBJECT_OVER_MAX
            && (1..=limits::EVENT_HEADS_MAX).contains(&as_of)
            && self.body() != Some(Body::OutOfBounds)
            && salt_fits
    }

    fn rules(&self) -> Rules {
        // What it says is kept apart, as long as the group has it; this is the message that carries it.
        Rules { place: Place::Group, life_days: limits::SHARE_LIFE_DAYS, about: None, is_listed: false }
    }
}

impl fmt::Debug for Object {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Object(..)")
    }
}
