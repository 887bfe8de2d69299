//! The kinds of content, one file each: fields, bounds, whether only the newest counts.
//!
//! Owns kind numbers, which are on the wire and never change meaning. PROTOCOL section 8.

use serde::de::DeserializeOwned;

pub mod endpoint;
pub mod keys;
pub mod text;

pub use endpoint::Endpoint;
pub use keys::Keys;
pub use text::Text;

const KIND_SHARE: u16 = 1;
const KIND_DIRECT: u16 = 2;
const KIND_ENDPOINT: u16 = 3;
const KIND_KEYS: u16 = 4;

/// What a message says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Content {
    /// A share with the group.
    Share(Text),
    /// A private message in a pair.
    Direct(Text),
    /// Where a device can be reached. State: the newest of a device counts.
    Endpoint(Endpoint),
    /// What is needed to add a device or to write to it privately. State: the newest of a device counts.
    Keys(Keys),
    /// A kind of a later version, or a content out of its bounds: kept, handed on, not shown.
    Unknown,
}

impl Content {
    /// Returns the number of its kind and its bytes; `None` for [`Content::Unknown`].
    pub fn encode(&self) -> Option<(u16, Vec<u8>)> {
        let (kind, bytes) = match self {
            Self::Share(text) => (KIND_SHARE, postcard::to_stdvec(text)),
            Self::Direct(text) => (KIND_DIRECT, postcard::to_stdvec(text)),
            Self::Endpoint(endpoint) => (KIND_ENDPOINT, postcard::to_stdvec(endpoint)),
            Self::Keys(keys) => (KIND_KEYS, postcard::to_stdvec(keys)),
            Self::Unknown => return None,
        };
        Some((kind, bytes.ok()?))
    }

    /// Parses the bytes of a kind; what cannot be parsed or is out of bounds is [`Content::Unknown`].
    pub fn decode(kind: u16, bytes: &[u8]) -> Self {
        let known = match kind {
            KIND_SHARE => parse(bytes).filter(Text::is_in_bounds).map(Self::Share),
            KIND_DIRECT => parse(bytes).filter(Text::is_in_bounds).map(Self::Direct),
            KIND_ENDPOINT => parse(bytes).filter(Endpoint::is_in_bounds).map(Self::Endpoint),
            KIND_KEYS => parse(bytes).filter(Keys::is_in_bounds).map(Self::Keys),
            _ => None,
        };
        known.unwrap_or(Self::Unknown)
    }
}

/// The kinds of state of which the newest per device counts and reaches newcomers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum StateKind {
    /// [`Content::Endpoint`].
    Endpoint,
    /// [`Content::Keys`].
    Keys,
}

impl StateKind {
    /// Returns the kind of state that a content is, if it is one.
    pub fn of(content: &Content) -> Option<Self> {
        match content {
            Content::Endpoint(_) => Some(Self::Endpoint),
            Content::Keys(_) => Some(Self::Keys),
            Content::Share(_) | Content::Direct(_) | Content::Unknown => None,
        }
    }

    /// Returns the number of the kind, for record names.
    pub fn number(self) -> u16 {
        match self {
            Self::Endpoint => KIND_ENDPOINT,
            Self::Keys => KIND_KEYS,
        }
    }
}

fn parse<T: DeserializeOwned>(bytes: &[u8]) -> Option<T> {
    postcard::from_bytes(bytes).ok()
}
