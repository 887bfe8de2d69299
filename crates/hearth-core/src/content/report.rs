//! A report about somebody, to the group's safety contacts and never to whom it is about.
//!
//! Owns the bounds of what is enclosed. Whom it goes to is the engine's to find. PROTOCOL section 13.

use serde::{Deserialize, Serialize};

use super::{CircleId, Kind, Place, Rules, is_text, silent};
use crate::ids::IdentityId;
use crate::limits;

/// What somebody tells the safety contacts.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Report {
    /// Whom it is about.
    pub about: IdentityId,
    /// UTF-8, 1 to [`limits::TEXT_BYTES_MAX`] bytes.
    pub text: String,
    /// Messages of that person as they signed them, so that the readers can check them.
    pub copies: Vec<Vec<u8>>,
    /// Which messages belong together, if it goes to several people.
    pub circle: Option<CircleId>,
}

impl Kind for Report {
    fn is_in_bounds(&self) -> bool {
        is_text(&self.text)
            && self.copies.len() <= limits::REPORT_COPIES_MAX
            && self.copies.iter().map(Vec::len).sum::<usize>() <= limits::REPORT_COPIES_BYTES_MAX
    }

    fn rules(&self) -> Rules {
        Rules { place: Place::Pair, life_days: limits::PRIVATE_LIFE_DAYS, about: None, is_listed: true }
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

silent!(Report);
