//! Something of one's own work that somebody is shown: a copy, which fades after 14 days and can be taken back.
//!
//! The work itself never leaves its owner's machine.

use serde::{Deserialize, Serialize};

use super::{CircleId, Kind, Place, Rules, is_text, silent};
use crate::limits;

/// Which work. Numbers are on the wire; only appended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Work {
    /// What somebody is grateful for.
    Gratitude,
    /// A step, by its number.
    Step(u8),
    /// An inventory.
    Inventory,
    /// From a log of urges.
    Urge,
    /// A plan.
    Plan,
    /// Work on a step that has a name and no number; the name is the first line.
    Named,
}

/// A copy of something.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shown {
    /// Of what.
    pub work: Work,
    /// UTF-8, 1 to [`limits::TEXT_BYTES_MAX`] bytes.
    pub text: String,
    /// Which messages belong together, if it goes to several people.
    pub circle: Option<CircleId>,
}

impl Kind for Shown {
    fn is_in_bounds(&self) -> bool {
        is_text(&self.text)
    }

    fn rules(&self) -> Rules {
        Rules { place: Place::Anywhere, life_days: limits::SHOWN_LIFE_DAYS, about: None, is_listed: true }
    }

    fn words(&self) -> &str {
        &self.text
    }

    fn circle(&self) -> Option<CircleId> {
        self.circle
    }

    fn in_circle(self, circle: CircleId) -> Option<Self> {
        Some(Self { circle: Some(circle), ..self })
    }

    fn invites_an_answer(&self) -> bool {
        true
    }
}

silent!(Shown);
