//! What people say of themselves to the group: introductions, and the list of phones.

use serde::{Deserialize, Serialize};

use super::{BodyKind, BodyRules, ONE, Right, is_full_text, is_line, is_line_or_none, silent};
use crate::limits;

/// How somebody introduces themselves.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Introduction {
    /// The words; a first name is enough.
    pub text: String,
}

impl Introduction {
    pub(super) const RIGHT: Right = Right::Owner;
}

impl BodyKind for Introduction {
    fn is_in_bounds(&self) -> bool {
        is_full_text(&self.text)
    }

    fn rules(&self) -> BodyRules {
        BodyRules::lasting(Self::RIGHT, ONE)
    }
}

/// Where somebody can be reached outside of this, on a bad night or when no network is there.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Phone {
    /// As one dials it: a line.
    pub number: String,
    /// When: a line.
    pub hours: Option<String>,
    /// Whether a call is welcome.
    pub may_call: bool,
    /// Whether a text message is welcome.
    pub may_text: bool,
    /// Whether it may be used in an emergency, whatever the hour.
    pub may_sos: bool,
}

impl Phone {
    pub(super) const RIGHT: Right = Right::Owner;
}

impl BodyKind for Phone {
    fn is_in_bounds(&self) -> bool {
        is_line(&self.number, limits::LINE_BYTES_MAX) && is_line_or_none(self.hours.as_ref())
    }

    fn rules(&self) -> BodyRules {
        BodyRules::lasting(Self::RIGHT, ONE)
    }
}

silent!(Introduction, Phone);
