//! Whom to call when somebody is in danger: lines that the group has looked at, and where help is at hand.

use serde::{Deserialize, Serialize};

use super::{BodyKind, BodyRules, Right, Salt, is_line_or_none, silent};
use crate::content::is_line;
use crate::limits;

/// The group's own card for emergencies.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CrisisCard {
    /// Where it is for, such as "US" or "Ontario": a line.
    pub region: String,
    /// Whom to call, the most important first.
    pub lines: Vec<CrisisLine>,
    /// What else helps here, such as where naloxone is; may be empty if there are lines.
    pub text: String,
}

/// One line to call, text or write to. It stands among others, so it never gets another field: what a later version adds
/// stands in a list of its own, behind the fields of the card.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CrisisLine {
    /// Who answers: a line.
    pub label: String,
    /// What one dials: a line.
    pub number: String,
    /// Whether to call, text or chat: a line.
    pub how: Option<String>,
    /// When somebody answers: a line.
    pub hours: Option<String>,
    /// Where one finds out whether it still holds: a line.
    pub source: Option<String>,
    /// When somebody of the group last looked, in days since 1970-01-01.
    pub checked_on: Option<u32>,
}

impl CrisisCard {
    pub(super) const RIGHT: Right = Right::Servants;
}

impl BodyKind for CrisisCard {
    fn is_in_bounds(&self) -> bool {
        is_line(&self.region, limits::LINE_BYTES_MAX)
            && self.lines.len() <= limits::CRISIS_LINES_MAX
            && self.lines.iter().all(CrisisLine::is_in_bounds)
            && self.text.len() <= limits::CRISIS_TEXT_BYTES_MAX
            && !(self.lines.is_empty() && self.text.trim().is_empty())
    }

    fn rules(&self) -> BodyRules {
        BodyRules::lasting(Self::RIGHT, Salt::Group)
    }
}

impl CrisisLine {
    fn is_in_bounds(&self) -> bool {
        [&self.label, &self.number].into_iter().all(|line| is_line(line, limits::LINE_BYTES_MAX))
            && [&self.how, &self.hours, &self.source].into_iter().all(|line| is_line_or_none(line.as_ref()))
            && self.checked_on.is_none_or(|day| day <= limits::CALENDAR_DAY_MAX)
    }
}

silent!(CrisisCard, CrisisLine);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::content::body::Body;

    fn full(lines: usize, line_bytes: usize, text_bytes: usize) -> CrisisCard {
        let line = || "x".repeat(line_bytes);
        let one = CrisisLine {
            label: line(),
            number: line(),
            how: Some(line()),
            hours: Some(line()),
            source: Some(line()),
            checked_on: Some(limits::CALENDAR_DAY_MAX),
        };
        CrisisCard { region: line(), lines: vec![one; lines], text: "x".repeat(text_bytes) }
    }

    #[test]
    fn the_fullest_card_fits_an_object_and_a_fuller_one_is_refused() {
        let (lines, line, text) =
            (limits::CRISIS_LINES_MAX, limits::LINE_BYTES_MAX, limits::CRISIS_TEXT_BYTES_MAX);
        let fullest = Body::CrisisCard(full(lines, line, text));
        let (kind, bytes) = fullest.encode().unwrap();
        assert!(fullest.is_in_bounds() && bytes.len() <= limits::OBJECT_BYTES_MAX, "{}", bytes.len());
        assert_eq!(Body::decode(kind, &bytes), fullest);
        for over in [full(lines + 1, line, text), full(lines, line + 1, text), full(lines, line, text + 1)] {
            assert!(!over.is_in_bounds());
        }
        let mut late = full(1, 1, 0);
        late.lines[0].checked_on = Some(limits::CALENDAR_DAY_MAX + 1);
        assert!(!late.is_in_bounds());
    }

    #[test]
    fn a_card_says_something() {
        let card =
            |text: &str| CrisisCard { region: "US".into(), text: text.into(), ..CrisisCard::default() };
        assert!(card("naloxone is in the cupboard").is_in_bounds());
        assert!(!card(" ").is_in_bounds());
        let nowhere = CrisisCard { region: String::new(), ..card("naloxone") };
        assert!(!nowhere.is_in_bounds());
    }
}
