//! An inventory: shown to people whom its owner picks, never to a whole group.

use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use super::{Audience, Copy, Kind, is_text, silent};
use crate::content::Work;

/// Its words.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Inventory {
    /// UTF-8, 1 to [`crate::limits::TEXT_BYTES_MAX`] bytes.
    pub text: String,
}

impl Kind for Inventory {
    const AUDIENCE: Audience = Audience::People;

    fn is_in_bounds(&self) -> bool {
        is_text(&self.text)
    }

    fn copy(&self) -> Option<Copy> {
        Some(Copy { work: Work::Inventory, text: Zeroizing::new(self.text.clone()) })
    }
}

silent!(Inventory);
