//! Service: positions, slots, who takes one, who greets somebody new, who is on call.
//!
//! Nobody is counted, and nobody is shown to have failed: what is open is what is needed.

use serde::{Deserialize, Serialize};

use super::{BodyKind, BodyRules, Right, Salt, is_line, is_line_or_none, is_text_or_empty, silent};
use crate::content::object::salt_of;
use crate::ids::{IdentityId, MS_PER_DAY, ObjectId, Timestamp};
use crate::limits;

/// Days for which a slot and what was said about it are kept after its time.
const SLOT_KEPT_DAYS: u64 = 30;
/// Days for which it is known who was on call.
const ON_CALL_KEPT_DAYS: u64 = 2;
/// Days for which it is known who greets somebody new.
const WELCOME_KEPT_DAYS: u64 = 90;

/// A service that somebody can hold for a time.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Position {
    /// "Coffee", "treasurer": a line.
    pub name: String,
    /// What it asks; may be empty.
    pub text: String,
    /// Who holds it.
    pub holder: Option<IdentityId>,
}

/// Words by which a position is known as that of a greeter.
const GREETER_WORDS: [&str; 5] = ["greeter", "greeters", "greeting", "bienvenida", "acogida"];

impl Position {
    pub(super) const RIGHT: Right = Right::Servants;

    /// Says whether it is there for who is new.
    pub(crate) fn is_greeter(&self) -> bool {
        let name = self.name.to_lowercase();
        name.split(|letter: char| !letter.is_alphabetic()).any(|word| GREETER_WORDS.contains(&word))
    }
}

impl BodyKind for Position {
    fn is_in_bounds(&self) -> bool {
        is_line(&self.name, limits::LINE_BYTES_MAX) && is_text_or_empty(&self.text)
    }

    fn rules(&self) -> BodyRules {
        BodyRules::lasting(Self::RIGHT, Salt::Free)
    }
}

/// A service that is needed once. Anybody may say so, and anybody may take it.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Slot {
    /// "Coffee", "reader": a line.
    pub what: String,
    /// When.
    pub at: Timestamp,
    /// What helps to know: a line.
    pub note: Option<String>,
}

impl Slot {
    pub(super) const RIGHT: Right = Right::OwnerAndServants;
}

impl BodyKind for Slot {
    fn is_in_bounds(&self) -> bool {
        is_line(&self.what, limits::LINE_BYTES_MAX) && is_line_or_none(self.note.as_ref())
    }

    fn rules(&self) -> BodyRules {
        let ends = Some(self.at.plus_ms(SLOT_KEPT_DAYS * MS_PER_DAY));
        BodyRules { right: Self::RIGHT, salt: Salt::Free, ends }
    }
}

/// How somebody stands to a slot that they took. Numbers are on the wire; only appended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum TakeState {
    /// They do it.
    Taken,
    /// They would be glad if somebody else did; until then they do.
    SwapWanted,
    /// It is done.
    Done,
}

/// Somebody's word for a slot. Of several, the earliest counts: what was taken offline is tentative.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Take {
    /// Which slot.
    pub slot: ObjectId,
    /// When the slot is.
    pub at: Timestamp,
    /// When they took it, by their clock.
    pub since: Timestamp,
    /// How they stand to it.
    pub state: TakeState,
}

impl Take {
    pub(super) const RIGHT: Right = Right::Owner;
}

impl BodyKind for Take {
    fn is_in_bounds(&self) -> bool {
        true
    }

    fn rules(&self) -> BodyRules {
        let ends = Some(self.at.plus_ms(SLOT_KEPT_DAYS * MS_PER_DAY));
        BodyRules { right: Self::RIGHT, salt: Salt::About(salt_of(&self.slot.0)), ends }
    }
}

/// A greeter's word for somebody new. Of several, the earliest counts.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Welcome {
    /// Whom.
    pub newcomer: IdentityId,
    /// When, by the greeter's clock.
    pub since: Timestamp,
}

impl Welcome {
    pub(super) const RIGHT: Right = Right::Owner;
}

impl BodyKind for Welcome {
    fn is_in_bounds(&self) -> bool {
        true
    }

    fn rules(&self) -> BodyRules {
        let ends = Some(self.since.plus_ms(WELCOME_KEPT_DAYS * MS_PER_DAY));
        BodyRules { right: Self::RIGHT, salt: Salt::About(salt_of(&self.newcomer.0)), ends }
    }
}

/// Somebody's word to be there for a call for help.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct OnCall {
    /// From when.
    pub from: Timestamp,
    /// Until when; later than that.
    pub until: Timestamp,
}

impl OnCall {
    pub(super) const RIGHT: Right = Right::Owner;
}

impl BodyKind for OnCall {
    fn is_in_bounds(&self) -> bool {
        self.until > self.from && self.until.ms_since(self.from) <= limits::ON_CALL_MS_MAX
    }

    fn rules(&self) -> BodyRules {
        let ends = Some(self.until.plus_ms(ON_CALL_KEPT_DAYS * MS_PER_DAY));
        BodyRules { right: Self::RIGHT, salt: Salt::Free, ends }
    }
}

silent!(Position, Slot, Take, Welcome, OnCall);
