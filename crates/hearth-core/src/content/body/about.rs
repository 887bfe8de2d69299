//! What the group says of itself: card, guidelines, readings.

use serde::{Deserialize, Serialize};

use super::{
    BodyKind, BodyRules, Right, Salt, is_full_text, is_line, is_line_or_none, is_text_or_empty, silent,
};
use crate::limits;

/// What the group is, for who looks for one.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Card {
    /// The group's name: a line.
    pub name: String,
    /// What it works by, such as "NA" or "SMART": a line.
    pub program: Option<String>,
    /// Whether guests may come.
    pub is_open: bool,
    /// How a meeting goes, such as "speaker" or "step study": a line.
    pub format: Option<String>,
    /// Languages: a line.
    pub languages: Option<String>,
    /// For whom it is, if not for all: a line.
    pub for_whom: Option<String>,
    /// Whom to ask: a line.
    pub contact: Option<String>,
    /// More words; may be empty.
    pub text: String,
}

impl Card {
    pub(super) const RIGHT: Right = Right::Servants;
}

impl BodyKind for Card {
    fn is_in_bounds(&self) -> bool {
        let lines = [&self.program, &self.format, &self.languages, &self.for_whom, &self.contact];
        is_line(&self.name, limits::LINE_BYTES_MAX)
            && lines.into_iter().all(|line| is_line_or_none(line.as_ref()))
            && is_text_or_empty(&self.text)
    }

    fn rules(&self) -> BodyRules {
        BodyRules::lasting(Self::RIGHT, Salt::Group)
    }
}

/// How the group wants to be together.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Guidelines {
    /// The words.
    pub text: String,
}

impl Guidelines {
    pub(super) const RIGHT: Right = Right::Servants;
}

impl BodyKind for Guidelines {
    fn is_in_bounds(&self) -> bool {
        is_full_text(&self.text)
    }

    fn rules(&self) -> BodyRules {
        BodyRules::lasting(Self::RIGHT, Salt::Group)
    }
}

/// Words to read at a meeting, or to speak about: the group's own, or where they stand.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reading {
    /// What it is called: a line.
    pub title: String,
    /// The words; may be empty if the source says where they stand.
    pub text: String,
    /// Where they come from: a line.
    pub source: Option<String>,
}

impl Reading {
    pub(super) const RIGHT: Right = Right::OwnerAndServants;
}

impl BodyKind for Reading {
    fn is_in_bounds(&self) -> bool {
        is_line(&self.title, limits::LINE_BYTES_MAX)
            && is_text_or_empty(&self.text)
            && is_line_or_none(self.source.as_ref())
    }

    fn rules(&self) -> BodyRules {
        BodyRules::lasting(Self::RIGHT, Salt::Free)
    }
}

silent!(Card, Guidelines, Reading);
