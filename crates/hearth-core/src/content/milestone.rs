//! A milestone: its owner's words for what they have reached, to the group or to people whom they pick.
//!
//! The label is whatever the owner calls it. Nothing here computes a count, or knows a date.

use serde::{Deserialize, Serialize};

use super::{CircleId, Kind, Place, Rules, is_line, silent};
use crate::limits;

/// What somebody has reached.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Milestone {
    /// "24 hours", "asked for help": a line.
    pub label: String,
    /// The chip or key tag that goes with it, as its schedule calls it: a line.
    pub token: Option<String>,
    /// More words; may be empty.
    pub text: String,
    /// Which messages belong together, if it goes to several people.
    pub circle: Option<CircleId>,
}

impl Kind for Milestone {
    fn is_in_bounds(&self) -> bool {
        is_line(&self.label, limits::LINE_BYTES_MAX)
            && self.token.as_ref().is_none_or(|token| is_line(token, limits::LINE_BYTES_MAX))
            && self.text.len() <= limits::TEXT_BYTES_MAX
    }

    fn rules(&self) -> Rules {
        Rules { place: Place::Anywhere, life_days: limits::MILESTONE_LIFE_DAYS, about: None, is_listed: true }
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

silent!(Milestone);
