//! What an author does to an own message later: other words within 15 minutes, or taking it back at any time.
//!
//! Only the person who wrote the message, and only where it was written. Of several edits the last in the common order
//! counts. Taking back outlives every copy of what is taken back.

use serde::{Deserialize, Serialize};

use super::{Kind, Place, Rules, is_text, silent};
use crate::ids::MessageId;
use crate::limits;

/// Other words.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Edit {
    /// In the place of whose.
    pub about: MessageId,
    /// UTF-8, 1 to [`limits::TEXT_BYTES_MAX`] bytes.
    pub text: String,
}

impl Kind for Edit {
    fn is_in_bounds(&self) -> bool {
        is_text(&self.text)
    }

    fn rules(&self) -> Rules {
        Rules {
            place: Place::Anywhere,
            life_days: limits::PRIVATE_LIFE_DAYS,
            about: Some(self.about),
            is_listed: false,
        }
    }

    fn words(&self) -> &str {
        &self.text
    }

    fn passes_shield(&self) -> bool {
        true
    }
}

/// Nothing in the place of what was written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Retract {
    /// What is taken back.
    pub about: MessageId,
}

impl Kind for Retract {
    fn is_in_bounds(&self) -> bool {
        true
    }

    fn rules(&self) -> Rules {
        Rules {
            place: Place::Anywhere,
            life_days: limits::RETRACTION_LIFE_DAYS,
            about: Some(self.about),
            is_listed: false,
        }
    }

    fn passes_shield(&self) -> bool {
        true
    }
}

silent!(Edit);
