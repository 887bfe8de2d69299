//! A care plan: professional help beside peer support, and where the naloxone is. Never shown to anybody: it has no copy.

use serde::{Deserialize, Serialize};

use super::{Audience, Copy, Date, Kind, fits, is_line, is_text, silent};

/// A care plan.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CarePlan {
    /// Who helps, and how to reach them. UTF-8, 1 to [`crate::limits::TEXT_BYTES_MAX`] bytes.
    pub help: String,
    /// Where the naloxone is, in a line.
    pub naloxone: Option<String>,
    /// More words; may be empty.
    pub text: String,
    /// When its owner last looked whether it still holds.
    pub checked_on: Option<Date>,
}

impl Kind for CarePlan {
    const AUDIENCE: Audience = Audience::Nobody;

    fn is_in_bounds(&self) -> bool {
        is_text(&self.help)
            && is_line(self.naloxone.as_deref())
            && fits(&self.text)
            && self.checked_on.is_none_or(Date::is_valid)
    }

    fn copy(&self) -> Option<Copy> {
        None
    }
}

silent!(CarePlan);
