//! An urge: when it was, how strong, and what helped. Nothing is counted, and nothing is asked of who writes none.

use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use super::{Audience, Copy, Kind, fits, silent};
use crate::content::Work;
use crate::ids::Timestamp;
use crate::limits;

/// An urge.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Urge {
    /// When it was.
    pub at: Timestamp,
    /// 0 to [`limits::URGE_MAX`].
    pub strength: Option<u8>,
    /// What helped; may be empty.
    pub helped: String,
    /// More words; may be empty.
    pub text: String,
}

impl Kind for Urge {
    const AUDIENCE: Audience = Audience::People;

    fn is_in_bounds(&self) -> bool {
        self.strength.is_none_or(|strength| strength <= limits::URGE_MAX)
            && fits(&self.helped)
            && fits(&self.text)
    }

    /// Its parts stand apart by empty lines, in no language.
    fn copy(&self) -> Option<Copy> {
        let strength = self.strength.map(|strength| format!("{strength}/{}", limits::URGE_MAX));
        let parts = [strength.as_deref().unwrap_or_default(), &self.text, &self.helped];
        let parts: Vec<&str> = parts.into_iter().filter(|part| !part.is_empty()).collect();
        Some(Copy { work: Work::Urge, text: Zeroizing::new(parts.join("\n\n")) })
    }
}

silent!(Urge);
