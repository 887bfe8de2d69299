//! The day since which somebody is clean, sober or abstinent. Several may exist, and a new one ends none of the others.
//!
//! Never shown to anybody: it has no copy.

use serde::{Deserialize, Serialize};

use super::{Audience, Copy, Date, Kind, fits, is_line, silent};

/// A day that counts for oneself.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CleanDate {
    /// The day.
    pub date: Date,
    /// From what, in a line; dates of the same label are one history.
    pub label: Option<String>,
    /// The schedule of chips or key tags that one counts by, in a line; the node knows them.
    pub schedule: Option<String>,
    /// More words; may be empty.
    pub text: String,
}

impl Kind for CleanDate {
    const AUDIENCE: Audience = Audience::Nobody;

    fn is_in_bounds(&self) -> bool {
        self.date.is_valid()
            && is_line(self.label.as_deref())
            && is_line(self.schedule.as_deref())
            && fits(&self.text)
    }

    fn copy(&self) -> Option<Copy> {
        None
    }
}

silent!(CleanDate);
