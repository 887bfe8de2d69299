//! A plan for a bad night, or for whatever else needs one.

use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use super::{Audience, Copy, Kind, is_line, is_text, silent};
use crate::content::Work;

/// A plan.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Plan {
    /// A name, in a line.
    pub label: Option<String>,
    /// UTF-8, 1 to [`crate::limits::TEXT_BYTES_MAX`] bytes.
    pub text: String,
}

impl Kind for Plan {
    const AUDIENCE: Audience = Audience::People;

    fn is_in_bounds(&self) -> bool {
        is_line(self.label.as_deref()) && is_text(&self.text)
    }

    fn copy(&self) -> Option<Copy> {
        let parts: Vec<&str> = self.label.iter().chain([&self.text]).map(String::as_str).collect();
        Some(Copy { work: Work::Plan, text: Zeroizing::new(parts.join("\n\n")) })
    }
}

silent!(Plan);
