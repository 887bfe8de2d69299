//! A check-in: how somebody is, to people whom they pick, or to the group. It fades after 7 days.
//!
//! Nothing is counted: no streaks, no missed days, no chart.

use serde::{Deserialize, Serialize};

use super::{CircleId, Kind, Place, Rules, is_line, silent};
use crate::limits;

/// The highest craving that can be told.
const CRAVING_MAX: u8 = 3;

/// What makes a person vulnerable. Numbers are on the wire; only appended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Halt {
    /// Hungry.
    Hungry,
    /// Angry.
    Angry,
    /// Lonely.
    Lonely,
    /// Tired.
    Tired,
}

/// What would be good. Numbers are on the wire; only appended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Want {
    /// Nothing: it is enough that somebody knows.
    #[default]
    Nothing,
    /// A call.
    Call,
    /// Company.
    Company,
}

/// How somebody is. Something must be said.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CheckIn {
    /// In a word or a few.
    pub feeling: Option<String>,
    /// Each at most once, in their order.
    pub halt: Vec<Halt>,
    /// 0 to 3.
    pub craving: Option<u8>,
    /// What would be good.
    pub want: Want,
    /// More words; may be empty.
    pub text: String,
    /// Which messages belong together, if it goes to several people.
    pub circle: Option<CircleId>,
}

impl Kind for CheckIn {
    fn is_in_bounds(&self) -> bool {
        let says_something = self.feeling.is_some()
            || !self.halt.is_empty()
            || self.craving.is_some()
            || self.want != Want::Nothing
            || !self.text.is_empty();
        says_something
            && self.feeling.as_ref().is_none_or(|line| is_line(line, limits::LINE_BYTES_MAX))
            && self.halt.is_sorted_by(|one, next| one < next)
            && self.craving.is_none_or(|craving| craving <= CRAVING_MAX)
            && self.text.len() <= limits::TEXT_BYTES_MAX
    }

    fn rules(&self) -> Rules {
        Rules { place: Place::Anywhere, life_days: limits::CHECK_IN_LIFE_DAYS, about: None, is_listed: true }
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

silent!(CheckIn);
