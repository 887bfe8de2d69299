//! A sign to the author of something: a closed set, in a pair, so that nobody else sees or counts it.

use serde::{Deserialize, Serialize};

use super::{Kind, Place, Rules};
use crate::ids::MessageId;
use crate::limits;

/// What somebody wants the author to know. Numbers are on the wire; only appended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Reaction {
    /// Heard.
    Heard,
    /// With you.
    WithYou,
    /// Me too.
    MeToo,
    /// Thank you.
    ThankYou,
    /// A hug.
    Hug,
    /// Well done: for milestones alone.
    Celebrate,
}

/// A reaction to something. The last one of a person counts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Feedback {
    /// To what.
    pub about: MessageId,
    /// Which.
    pub reaction: Reaction,
}

impl Kind for Feedback {
    fn is_in_bounds(&self) -> bool {
        true
    }

    fn rules(&self) -> Rules {
        Rules {
            place: Place::Pair,
            life_days: limits::SHARE_LIFE_DAYS,
            about: Some(self.about),
            is_listed: true,
        }
    }

    fn passes_shield(&self) -> bool {
        true
    }
}
