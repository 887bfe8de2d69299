//! A call for help: one stage of it, for one person or for the group. All stages are written at once, so that the author's
//! machine may die; each says how long its reader's node waits with it.
//!
//! Who holds a stage could read it earlier, with a program of their own: the wait is kindness, not secrecy. PROTOCOL
//! section 14.

use serde::{Deserialize, Serialize};

use super::{Kind, Place, Rules, silent};
use crate::crypto;
use crate::ids::{IdentityId, SosId};
use crate::limits;

const ID_CONTEXT: &str = "hearth 2026-11 sos id";

/// What it is. Numbers are on the wire; only appended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Trouble {
    /// Somebody wants to use, or to drink.
    #[default]
    Craving,
    /// It is a bad night.
    BadNight,
    /// Somebody has taken too much.
    Overdose,
    /// Somebody may hurt themselves.
    SelfHarm,
    /// Somebody is in danger.
    Danger,
    /// Something else.
    Other,
}

impl Trouble {
    /// Says whether everybody is asked at once.
    pub fn is_urgent(self) -> bool {
        matches!(self, Self::Overdose | Self::SelfHarm)
    }
}

/// What would help. Numbers are on the wire; only appended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Help {
    /// Whatever somebody can do.
    #[default]
    Anything,
    /// A call.
    Call,
    /// Words, written.
    Write,
    /// Somebody who comes.
    Come,
}

/// One stage of a call for help.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sos {
    /// Makes the id, with the author's identity: nobody else can write or close one of the same id.
    pub salt: [u8; 16],
    /// Seconds for which the reader's node waits with it.
    pub wait_s: u32,
    /// What it is.
    pub trouble: Trouble,
    /// What would help.
    pub help: Help,
    /// The author's words; may be empty. At most [`limits::SOS_TEXT_BYTES_MAX`] bytes.
    pub text: String,
    /// Whether it is a drill.
    pub is_drill: bool,
    /// Everybody who gets a stage privately: an answer goes to all of them.
    pub people: Vec<IdentityId>,
    /// Whether the group gets a stage, too: an answer goes to the group then.
    pub is_group: bool,
}

/// Returns the id of a call for help.
pub(crate) fn id_of(author: &IdentityId, salt: &[u8; 16]) -> SosId {
    SosId(crypto::hash(ID_CONTEXT, &[&author.0, salt]))
}

impl Kind for Sos {
    fn is_in_bounds(&self) -> bool {
        self.text.len() <= limits::SOS_TEXT_BYTES_MAX
            && self.people.len() <= limits::SOS_PEOPLE_MAX
            && self.wait_s <= limits::SOS_WAIT_S_MAX
    }

    fn is_alarm(&self) -> bool {
        true
    }

    fn invites_an_answer(&self) -> bool {
        true
    }

    fn rules(&self) -> Rules {
        rules()
    }

    fn words(&self) -> &str {
        &self.text
    }
}

/// What holds for all that is about a call for help.
pub(super) fn rules() -> Rules {
    Rules { place: Place::Anywhere, life_days: limits::SOS_LIFE_DAYS, about: None, is_listed: false }
}

silent!(Sos);
