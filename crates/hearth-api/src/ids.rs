//! Identifiers as the local API writes them: 64 lowercase hexadecimal digits, a client's request id, a cursor.
//!
//! Owns their parsing, so that an id that exists is well formed. What an id stands for is the daemon's knowledge.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use utoipa::ToSchema;

use crate::limits;

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, ToSchema)]
        #[schema(value_type = String, pattern = "^[0-9a-f]{64}$")]
        pub struct $name([u8; 32]);

        impl $name {
            /// Returns the id with these 32 bytes.
            pub fn from_bytes(bytes: [u8; 32]) -> Self {
                Self(bytes)
            }

            /// Returns the 32 bytes.
            pub fn to_bytes(self) -> [u8; 32] {
                self.0
            }
        }

        impl FromStr for $name {
            type Err = IdError;

            fn from_str(text: &str) -> Result<Self, IdError> {
                bytes_of_hex(text).map(Self).ok_or(IdError::NotHex)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(concat!(stringify!($name), "(..)"))
            }
        }

        text_in_json!($name);
    };
}

/// Writes and reads a type in JSON by its `Display` and `FromStr`.
macro_rules! text_in_json {
    ($name:ident) => {
        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                String::deserialize(deserializer)?.parse().map_err(de::Error::custom)
            }
        }
    };
}

id! {
    /// A group.
    GroupId
}
id! {
    /// A member of a group.
    MemberId
}
id! {
    /// A message.
    MessageId
}
id! {
    /// Something that a group has.
    ObjectId
}
id! {
    /// A call for help.
    SosId
}
id! {
    /// An invite's token.
    TokenId
}
id! {
    /// Something that was proposed, or an admission that does not count any more.
    ActId
}
id! {
    /// A device of a member.
    DeviceId
}
id! {
    /// A record that a member keeps for themselves; known to their own node alone.
    RecordId
}

/// A request id: chosen by the client, so that the same wish, sent twice, is done once.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, ToSchema)]
#[schema(value_type = String, pattern = "^[0-9A-Za-z._-]{1,64}$")]
pub struct RequestId(String);

impl RequestId {
    /// Returns a request id that nobody has used.
    ///
    /// # Errors
    /// [`IdError::NoRandomness`] when the operating system gives no random bytes.
    pub fn random() -> Result<Self, IdError> {
        let mut bytes = [0; 16];
        getrandom::fill(&mut bytes).map_err(|_| IdError::NoRandomness)?;
        Ok(Self(bytes.iter().map(|byte| format!("{byte:02x}")).collect()))
    }

    /// Returns the id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A place in a group's messages: opaque, and valid for that group alone.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, ToSchema)]
#[schema(value_type = String, pattern = "^[0-9A-Za-z._-]{1,128}$")]
pub struct Cursor(String);

impl Cursor {
    /// Returns the cursor as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

macro_rules! word {
    ($name:ident, $chars_max:expr) => {
        impl FromStr for $name {
            type Err = IdError;

            fn from_str(text: &str) -> Result<Self, IdError> {
                if is_word(text, $chars_max) { Ok(Self(text.to_owned())) } else { Err(IdError::NotAWord) }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(concat!(stringify!($name), "(..)"))
            }
        }

        text_in_json!($name);
    };
}

word!(RequestId, limits::REQUEST_ID_CHARS_MAX);
word!(Cursor, limits::CURSOR_CHARS_MAX);

/// Why a text is no identifier.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum IdError {
    /// Not 64 hexadecimal digits.
    #[error("an id has 64 hexadecimal digits")]
    NotHex,
    /// Empty, too long, or with a character that is not allowed.
    #[error("a request id or cursor has few letters, digits, dots, dashes and underscores, and nothing else")]
    NotAWord,
    /// The operating system gave no random bytes.
    #[error("the operating system gave no random bytes")]
    NoRandomness,
    /// Not a day as `2026-03-01`.
    #[error("a day is written as 2026-03-01")]
    NotADay,
    /// Not a time of day as `19:30`.
    #[error("a time of day is written as 19:30")]
    NotATime,
    /// Not degrees between -180 and 180.
    #[error("degrees are a number between -180 and 180")]
    NotDegrees,
}

fn bytes_of_hex(text: &str) -> Option<[u8; 32]> {
    let digits = text.as_bytes();
    if digits.len() != 64 {
        return None;
    }
    let mut bytes = [0; 32];
    for (byte, pair) in bytes.iter_mut().zip(digits.chunks_exact(2)) {
        let [high, low] = <[u8; 2]>::try_from(pair).ok()?.map(value_of_digit);
        *byte = high? << 4 | low?;
    }
    Some(bytes)
}

fn value_of_digit(digit: u8) -> Option<u8> {
    match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        b'a'..=b'f' => Some(digit - b'a' + 10),
        b'A'..=b'F' => Some(digit - b'A' + 10),
        _ => None,
    }
}

fn is_word(text: &str, chars_max: usize) -> bool {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_');
    !text.is_empty() && text.len() <= chars_max && text.bytes().all(allowed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_survives_text_and_json() {
        let id = GroupId::from_bytes(std::array::from_fn(|at| at as u8 * 7));
        assert_eq!(id.to_string().parse(), Ok(id));
        assert_eq!(id.to_string().to_uppercase().parse(), Ok(id));
        assert_eq!(serde_json::from_str::<GroupId>(&serde_json::to_string(&id).unwrap()).unwrap(), id);
    }

    #[test]
    fn malformed_ids_are_refused() {
        for text in ["", "ab", &"g".repeat(64), &"a".repeat(63), &"a".repeat(65), &"é".repeat(32)] {
            assert_eq!(text.parse::<MessageId>(), Err(IdError::NotHex), "{text}");
        }
    }

    #[test]
    fn request_ids_are_short_words() {
        assert!("3f-b_2.A".parse::<RequestId>().is_ok());
        assert!("a".repeat(64).parse::<RequestId>().is_ok());
        for text in ["", "a b", "a/b", "ä", "a\n", &"a".repeat(65)] {
            assert_eq!(text.parse::<RequestId>(), Err(IdError::NotAWord), "{text}");
        }
    }

    #[test]
    fn random_request_ids_are_words_and_differ() {
        let (one, other) = (RequestId::random().unwrap(), RequestId::random().unwrap());
        assert_ne!(one, other);
        assert_eq!(one.as_str().parse(), Ok(one));
    }

    #[test]
    fn ids_do_not_show_in_debug_output() {
        assert_eq!(format!("{:?}", MemberId::from_bytes([7; 32])), "MemberId(..)");
        assert_eq!(format!("{:?}", RequestId::random().unwrap()), "RequestId(..)");
    }
}
