//! A sponsor is asked, says yes, and either of the two ends it: three kinds that stand in a pair and nowhere else.
//!
//! There is no kind that says no: who does not want to keeps that to themselves, and whoever asked sees that no answer came.
//! What follows from these is in `crate::private`. PROTOCOL section 13.

use serde::{Deserialize, Serialize};

use super::{Kind, Place, Rules, silent};
use crate::ids::MessageId;
use crate::limits;

const RULES: Rules =
    Rules { place: Place::Pair, life_days: limits::PRIVATE_LIFE_DAYS, about: None, is_listed: true };

/// Asks somebody to be one's sponsor. Its id names the link that may come of it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SponsorAsk {
    /// A few words; may be empty.
    pub text: String,
}

impl Kind for SponsorAsk {
    fn is_in_bounds(&self) -> bool {
        self.text.len() <= limits::TEXT_BYTES_MAX
    }

    fn rules(&self) -> Rules {
        RULES
    }

    fn words(&self) -> &str {
        &self.text
    }

    fn invites_an_answer(&self) -> bool {
        true
    }
}

/// Says yes to whoever asked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SponsorAccept {
    /// Which [`SponsorAsk`].
    pub ask: MessageId,
}

impl Kind for SponsorAccept {
    fn is_in_bounds(&self) -> bool {
        true
    }

    fn rules(&self) -> Rules {
        RULES
    }

    fn invites_an_answer(&self) -> bool {
        true
    }
}

/// Ends it, or takes back that one asked. No reason is given, and there is no place for one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SponsorEnd {
    /// Every [`SponsorAsk`] between the two that had not ended.
    pub asks: Vec<MessageId>,
}

impl Kind for SponsorEnd {
    fn is_in_bounds(&self) -> bool {
        (1..=limits::SPONSOR_LINKS_MAX).contains(&self.asks.len())
    }

    fn rules(&self) -> Rules {
        RULES
    }

    fn passes_shield(&self) -> bool {
        true
    }
}

silent!(SponsorAsk);
