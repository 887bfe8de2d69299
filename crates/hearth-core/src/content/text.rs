//! A text that somebody wrote: a share, or a private message.

use serde::{Deserialize, Serialize};

use crate::limits;

/// Plain text.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Text {
    /// UTF-8, 1 to [`limits::TEXT_BYTES_MAX`] bytes.
    pub text: String,
}

impl Text {
    /// Says whether the length is in bounds.
    pub fn is_in_bounds(&self) -> bool {
        !self.text.is_empty() && self.text.len() <= limits::TEXT_BYTES_MAX
    }
}

// What people write never reaches a log by way of a derived Debug.
impl std::fmt::Debug for Text {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Text({} bytes)", self.text.len())
    }
}
