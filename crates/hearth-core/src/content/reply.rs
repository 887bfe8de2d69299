//! An answer to somebody's words: to the author alone, in a pair; for all where the author opened a thread.
//!
//! In the group it counts only below a share that is a thread, so that nobody is answered in front of all who did not
//! ask for it.

use serde::{Deserialize, Serialize};

use super::{Kind, Place, Rules, is_text, silent};
use crate::ids::MessageId;
use crate::limits;

/// An answer.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reply {
    /// What it answers.
    pub about: MessageId,
    /// UTF-8, 1 to [`limits::TEXT_BYTES_MAX`] bytes.
    pub text: String,
}

impl Kind for Reply {
    fn is_in_bounds(&self) -> bool {
        is_text(&self.text)
    }

    fn rules(&self) -> Rules {
        Rules {
            place: Place::Anywhere,
            life_days: limits::SHARE_LIFE_DAYS,
            about: Some(self.about),
            is_listed: true,
        }
    }

    fn words(&self) -> &str {
        &self.text
    }

    fn invites_an_answer(&self) -> bool {
        true
    }
}

silent!(Reply);
