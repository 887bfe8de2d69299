//! A node's word to the author of a call for help that it shows it. It says nothing about a person.

use serde::{Deserialize, Serialize};

use super::{Kind, Rules, sos};
use crate::ids::SosId;

/// The call is shown on the device that writes this.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SosReached {
    /// Which call.
    pub sos: SosId,
}

impl Kind for SosReached {
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
