//! Passcodes, links, phone numbers and contacts: wiped from memory when dropped, and without a `Debug` that shows them.
//!
//! Nothing here decides what is secret. No export shows a secret unless its caller asks.

use serde::{Deserialize, Serialize};
use subtle::ConstantTimeEq;
use zeroize::{Zeroize, ZeroizeOnDrop};

use crate::silent;

/// A text that only members of the group may see.
///
/// It can be cloned because a meeting is handed from list to list; each copy is wiped.
#[derive(Clone, Serialize, Deserialize, Zeroize, ZeroizeOnDrop)]
#[serde(transparent)]
pub struct Secret(String);

impl Secret {
    /// Takes over the text.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// Shows the text to the one place that needs it.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl PartialEq for Secret {
    fn eq(&self, other: &Self) -> bool {
        self.0.as_bytes().ct_eq(other.0.as_bytes()).into()
    }
}

impl Eq for Secret {}

silent!(Secret);

/// A text that somebody wrote about a meeting: open to all, or secret as a whole because a passcode, a link or a contact
/// stands in it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Notes {
    /// May be shown and exported.
    Open(String),
    /// Is for members alone.
    Kept(Secret),
}

impl Notes {
    /// Returns the text if anybody may read it.
    pub fn open(&self) -> Option<&str> {
        match self {
            Self::Open(text) => Some(text),
            Self::Kept(_) => None,
        }
    }

    /// Shows the text, secret or not, to the one place that needs it.
    pub fn expose(&self) -> &str {
        match self {
            Self::Open(text) => text,
            Self::Kept(text) => text.expose(),
        }
    }
}

silent!(Notes);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_do_not_show_in_debug_output() {
        assert_eq!(format!("{:?}", Secret::new("4711")), "Secret(..)");
        assert_eq!(format!("{:?}", Notes::Kept(Secret::new("4711"))), "Notes(..)");
    }

    #[test]
    fn secrets_are_equal_by_their_text() {
        assert!(Secret::new("4711") == Secret::new("4711"));
        assert!(Secret::new("4711") != Secret::new("4712") && Secret::new("4711") != Secret::new("47110"));
    }
}
