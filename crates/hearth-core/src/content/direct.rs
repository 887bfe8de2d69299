//! A private message: between two people, for 90 days.

use serde::{Deserialize, Serialize};

use super::{Kind, Place, Rules, is_text, silent};
use crate::limits;

/// What somebody writes to one other.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Direct {
    /// UTF-8, 1 to [`limits::TEXT_BYTES_MAX`] bytes.
    pub text: String,
}

impl Kind for Direct {
    fn is_in_bounds(&self) -> bool {
        is_text(&self.text)
    }

    fn rules(&self) -> Rules {
        Rules { place: Place::Pair, life_days: limits::PRIVATE_LIFE_DAYS, about: None, is_listed: true }
    }

    fn words(&self) -> &str {
        &self.text
    }

    fn invites_an_answer(&self) -> bool {
        true
    }
}

silent!(Direct);
