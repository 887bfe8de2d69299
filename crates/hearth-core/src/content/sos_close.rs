//! The end of a call for help. Only its author can write it: its id follows from the author's identity.

use serde::{Deserialize, Serialize};

use super::{Kind, Rules, sos};

/// How it ended. Nobody asks why. Numbers are on the wire; only appended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Ending {
    /// The author is safe.
    Safe,
    /// It was a mistake.
    Mistake,
}

/// The end of a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SosClose {
    /// The salt of the call.
    pub salt: [u8; 16],
    /// How it ended.
    pub ending: Ending,
}

impl Kind for SosClose {
    fn is_in_bounds(&self) -> bool {
        true
    }

    fn is_alarm(&self) -> bool {
        true
    }

    fn rules(&self) -> Rules {
        sos::rules()
    }
}
