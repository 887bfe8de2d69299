//! What a member keeps for themselves, under `/v1/self/`: the words for it, their bounds, and the calls of a client.
//!
//! Nothing of it leaves the node, unless its owner shows a copy of one record. It is not about any group.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use utoipa::{IntoParams, ToSchema};

use crate::client::{Client, ClientError};
use crate::error::{ApiError, ErrorCode};
use crate::ids::{Cursor, GroupId, IdError, MemberId, RecordId, RequestId};
use crate::requests::Checked;
use crate::views::Sent;
use crate::{limits, redacted, routes};

/// Something that a member keeps for themselves.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "what", rename_all = "snake_case", deny_unknown_fields)]
pub enum Own {
    /// The day since which somebody is clean, sober or abstinent. A new one ends none of the others. Never shown to anybody.
    CleanDate {
        /// The day.
        date: Day,
        /// From what, in a line; dates of the same label are one history.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        label: Option<String>,
        /// The schedule of chips or key tags that one counts by, as `/v1/self/chips` names it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        schedule: Option<String>,
        /// More words.
        #[serde(default, skip_serializing_if = "String::is_empty")]
        text: String,
    },
    /// Work on a step: by its number, or by a name.
    Step {
        /// 1 to 12.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        step: Option<u8>,
        /// A name, in a line.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        label: Option<String>,
        /// The words.
        text: String,
    },
    /// What somebody is grateful for.
    Gratitude {
        /// The words.
        text: String,
    },
    /// An inventory.
    Inventory {
        /// The words.
        text: String,
    },
    /// An urge, and what helped.
    Urge {
        /// When it was, in milliseconds since 1970.
        at: u64,
        /// How strong, 0 to 10.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        strength: Option<u8>,
        /// What helped.
        #[serde(default, skip_serializing_if = "String::is_empty")]
        helped: String,
        /// More words.
        #[serde(default, skip_serializing_if = "String::is_empty")]
        text: String,
    },
    /// A plan for a bad night.
    Plan {
        /// A name, in a line.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        label: Option<String>,
        /// The words.
        text: String,
    },
    /// Professional help beside peer support. Never shown to anybody.
    Care {
        /// Who helps, and how to reach them.
        help: String,
        /// Where the naloxone is, in a line.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        naloxone: Option<String>,
        /// More words.
        #[serde(default, skip_serializing_if = "String::is_empty")]
        text: String,
        /// When its owner last looked whether it still holds.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        checked_on: Option<Day>,
    },
}

impl Own {
    /// Returns which kind it is.
    pub fn kind(&self) -> OwnKind {
        match self {
            Self::CleanDate { .. } => OwnKind::CleanDate,
            Self::Step { .. } => OwnKind::Step,
            Self::Gratitude { .. } => OwnKind::Gratitude,
            Self::Inventory { .. } => OwnKind::Inventory,
            Self::Urge { .. } => OwnKind::Urge,
            Self::Plan { .. } => OwnKind::Plan,
            Self::Care { .. } => OwnKind::Care,
        }
    }

    fn check(&self) -> Result<(), ApiError> {
        let (lines, texts, must): ([Option<&String>; 2], [&str; 2], bool) = match self {
            Self::CleanDate { label, schedule, text, .. } => {
                ([label.as_ref(), schedule.as_ref()], [text, ""], false)
            }
            Self::Step { step, label, text } => {
                let is_number = step.is_none_or(|step| (1..=limits::STEPS_MAX).contains(&step));
                if step.is_some() == label.is_some() || !is_number {
                    return refuse("a step has a number from 1 to 12, or a name");
                }
                ([label.as_ref(), None], [text, ""], true)
            }
            Self::Gratitude { text } | Self::Inventory { text } => ([None, None], [text, ""], true),
            Self::Urge { strength, helped, text, .. } => {
                if strength.is_some_and(|strength| strength > limits::URGE_MAX) {
                    return refuse("an urge is a number from 0 to 10");
                }
                ([None, None], [text, helped], false)
            }
            Self::Plan { label, text } => ([label.as_ref(), None], [text, ""], true),
            Self::Care { help, naloxone, text, .. } => ([naloxone.as_ref(), None], [help, text], true),
        };
        let is_line = |line: &String| {
            (1..=limits::LINE_BYTES_MAX).contains(&line.len())
                && line.trim() == line
                && !line.chars().any(char::is_control)
        };
        if !lines.into_iter().flatten().all(is_line) {
            return refuse("a name, a label or a place has 1 to 160 bytes in one line");
        }
        if texts.iter().any(|text| text.len() > limits::TEXT_BYTES_MAX) {
            return Err(ErrorCode::TextTooLarge.into());
        }
        if must && texts.first().is_none_or(|text| text.trim().is_empty()) {
            return Err(ApiError::with_message(ErrorCode::TextEmpty, "there is nothing to keep"));
        }
        Ok(())
    }
}

fn refuse(why: &str) -> Result<(), ApiError> {
    Err(ApiError::with_message(ErrorCode::BadRequest, why))
}

/// A kind of what is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum OwnKind {
    /// Clean dates.
    CleanDate,
    /// Work on steps.
    Step,
    /// What somebody is grateful for.
    Gratitude,
    /// Inventories.
    Inventory,
    /// Urges.
    Urge,
    /// Plans.
    Plan,
    /// The care plan.
    Care,
}

impl OwnKind {
    /// Returns the word for it, as JSON and queries write it.
    pub fn word(self) -> &'static str {
        match self {
            Self::CleanDate => "clean_date",
            Self::Step => "step",
            Self::Gratitude => "gratitude",
            Self::Inventory => "inventory",
            Self::Urge => "urge",
            Self::Plan => "plan",
            Self::Care => "care",
        }
    }
}

/// A day of the calendar, as `2026-03-01`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, ToSchema)]
#[schema(value_type = String, pattern = "^[0-9]{4}-[0-9]{2}-[0-9]{2}$")]
pub struct Day((u16, u8, u8));

impl Day {
    /// Makes a day of a year, a month and a day, the latter two from 1. Whether the calendar has it is not checked.
    pub fn new(year: u16, month: u8, day: u8) -> Self {
        Self((year, month, day))
    }

    /// Returns year, month and day.
    pub fn parts(self) -> (u16, u8, u8) {
        self.0
    }
}

impl FromStr for Day {
    type Err = IdError;

    fn from_str(text: &str) -> Result<Self, IdError> {
        let is_shaped = text.len() == 10
            && text.bytes().enumerate().all(|(at, byte)| match at {
                4 | 7 => byte == b'-',
                _ => byte.is_ascii_digit(),
            });
        let mut parts = text.split('-').filter(|_| is_shaped);
        let mut number = || parts.next().and_then(|part| part.parse::<u16>().ok()).ok_or(IdError::NotADay);
        let (year, month, day) = (number()?, number()?, number()?);
        let small = |number: u16| u8::try_from(number).map_err(|_| IdError::NotADay);
        Ok(Self::new(year, small(month)?, small(day)?))
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, day) = self.0;
        write!(f, "{year:04}-{month:02}-{day:02}")
    }
}

impl Serialize for Day {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Day {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(de::Error::custom)
    }
}

/// Keeps something, or puts it in the place of what a record says.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct KeepOwn {
    /// What.
    pub own: Own,
    /// Chosen by the client: the same request, sent twice, is done once.
    pub request_id: RequestId,
}

impl Checked for KeepOwn {
    fn check(&self) -> Result<(), ApiError> {
        self.own.check()
    }
}

/// Shows a copy of a record to somebody, for 14 days.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ShowOwn {
    /// In which group.
    pub group: GroupId,
    /// The members who alone are shown it; without any, everybody in the group, if the kind allows it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub to: Vec<MemberId>,
    /// Seconds during which it can be undone and stays on this device, at most 60.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub undo_s: u32,
    /// Chosen by the client: the same request, sent twice, shows it once.
    pub request_id: RequestId,
}

impl Checked for ShowOwn {
    fn check(&self) -> Result<(), ApiError> {
        if self.to.len() > limits::CIRCLE_MAX {
            return refuse("at most 50 people can be picked");
        }
        if self.undo_s > limits::UNDO_S_MAX {
            return refuse("a message is held back for two days at most");
        }
        Ok(())
    }
}

fn is_zero(number: &u32) -> bool {
    *number == 0
}

/// Which page of what is kept, the newest first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct OwnQuery {
    /// Of which kind.
    #[param(value_type = String)]
    pub kind: OwnKind,
    /// The `next` of the page before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[param(value_type = Option<String>)]
    pub after: Option<Cursor>,
    /// Records on the page, at most 100; 100 when it is not given. A page may hold fewer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
}

impl Checked for OwnQuery {
    fn check(&self) -> Result<(), ApiError> {
        match self.limit {
            None | Some(1..=limits::OWN_PAGE_MAX) => Ok(()),
            Some(_) => refuse("a page holds 1 to 100 records"),
        }
    }
}

/// A record of what is kept.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct OwnRecord {
    /// Its id, which no other node learns.
    pub id: RecordId,
    /// What it says.
    pub own: Own,
    /// When it was written, in milliseconds since 1970.
    pub at: u64,
    /// When it was last changed, in milliseconds since 1970, if it was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub changed_at: Option<u64>,
}

/// A page of what is kept, the newest first.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct OwnRecords {
    /// The records.
    pub records: Vec<OwnRecord>,
    /// Where to read on with `after`; absent at the end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<Cursor>,
}

/// Chips and key tags for oneself.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Chips {
    /// One for each label: the clean date that was written last.
    pub dates: Vec<ChipsOf>,
    /// The schedules that there are.
    pub schedules: Vec<Schedule>,
}

/// What comes for one clean date.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ChipsOf {
    /// The record of the date.
    pub record: RecordId,
    /// The date.
    pub date: Day,
    /// From what.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    /// The schedule that it is counted by.
    pub schedule: String,
    /// What was reached last; absent before the first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reached: Option<Token>,
    /// What comes next, the soonest first.
    pub next: Vec<Token>,
}

/// A chip or a key tag on its day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Token {
    /// What it is for, such as `30 days`.
    pub name: String,
    /// Its colour, if the schedule knows one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub colour: Option<String>,
    /// Its day.
    pub on: Day,
    /// Days until then; 0 for what is reached.
    pub in_days: u32,
}

/// A schedule of chips or key tags.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Schedule {
    /// Its short name.
    pub id: String,
    /// What it is called.
    pub name: String,
    /// Whose list it follows.
    pub source: String,
    /// Whether groups use other colours or other times.
    pub differs_by_group: bool,
}

redacted!(Own, Day, KeepOwn, OwnRecord, OwnRecords, Chips, ChipsOf);

impl Client {
    /// Keeps something for oneself.
    ///
    /// # Errors
    /// Among others `text_empty`, `text_too_large`, `bad_request`, `locked`.
    pub async fn keep_own(&self, request: &KeepOwn) -> Result<OwnRecord, ClientError> {
        self.post(routes::SELF_RECORDS, request).await
    }

    /// Returns a page of what is kept of one kind.
    ///
    /// # Errors
    /// Among others `bad_request`, `locked`.
    pub async fn own_records(&self, query: &OwnQuery) -> Result<OwnRecords, ClientError> {
        // All values consist of characters that need no escape in a query.
        let mut path = format!("{}?kind={}", routes::SELF_RECORDS, query.kind.word());
        if let Some(after) = &query.after {
            path.push_str(&format!("&after={after}"));
        }
        if let Some(limit) = query.limit {
            path.push_str(&format!("&limit={limit}"));
        }
        self.get(&path).await
    }

    /// Returns one record.
    ///
    /// # Errors
    /// Among others `not_found`, `locked`.
    pub async fn own_record(&self, id: RecordId) -> Result<OwnRecord, ClientError> {
        self.get(&routes::self_record(id)).await
    }

    /// Puts something of the same kind in the place of what a record says.
    ///
    /// # Errors
    /// As [`Client::keep_own`], and `not_found`.
    pub async fn change_own(&self, id: RecordId, request: &KeepOwn) -> Result<OwnRecord, ClientError> {
        self.post(&routes::self_change(id), request).await
    }

    /// Deletes a record for good.
    ///
    /// # Errors
    /// Among others `not_found`, `locked`.
    pub async fn delete_own(&self, id: RecordId) -> Result<(), ClientError> {
        self.delete(&routes::self_record(id)).await
    }

    /// Shows a copy of a record to somebody.
    ///
    /// # Errors
    /// `never_shown` for a clean date and the care plan; and as [`Client::send_message`].
    pub async fn show_own(&self, id: RecordId, request: &ShowOwn) -> Result<Sent, ClientError> {
        self.post(&routes::self_shown(id), request).await
    }

    /// Returns which chips or key tags come next for oneself.
    ///
    /// # Errors
    /// Among others `locked`.
    pub async fn chips(&self) -> Result<Chips, ClientError> {
        self.get(routes::SELF_CHIPS).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Option<Day> {
        text.parse().ok()
    }

    #[test]
    fn a_day_is_four_two_and_two_digits() {
        assert_eq!(day("2026-03-01").unwrap().to_string(), "2026-03-01");
        for text in ["", "2026-3-1", "01.03.2026", "2026-03-01 ", "+026-03-01", "2026/03/01", "20260301--"] {
            assert!(day(text).is_none(), "{text:?}");
        }
        assert_eq!(format!("{:?}", day("2026-03-01")), "Some(Day(..))");
    }

    #[test]
    fn what_is_kept_has_bounds_and_does_not_show() {
        let long = || "a".repeat(limits::TEXT_BYTES_MAX + 1);
        let step = |step, label: Option<&str>, text: &str| {
            Own::Step { step, label: label.map(str::to_owned), text: text.to_owned() }.check().is_ok()
        };
        assert!(step(Some(12), None, "x") && step(None, Some("amends"), "x"));
        assert!(!step(Some(13), None, "x") && !step(Some(0), None, "x") && !step(None, None, "x"));
        assert!(
            !step(Some(1), Some("one"), "x") && !step(None, Some("a\nb"), "x") && !step(Some(1), None, " ")
        );
        let urge = |strength, text: String| Own::Urge { at: 1, strength, helped: String::new(), text };
        assert!(
            urge(Some(10), String::new()).check().is_ok() && urge(Some(11), String::new()).check().is_err()
        );
        assert!(urge(None, long()).check().is_err());
        let care = |help: &str, naloxone: Option<&str>| {
            let (help, naloxone) = (help.to_owned(), naloxone.map(str::to_owned));
            Own::Care { help, naloxone, text: String::new(), checked_on: None }.check().is_ok()
        };
        assert!(care("Dr. Sun", Some("kitchen")) && !care("", None) && !care("x", Some("")));
        assert_eq!(format!("{:?}", Own::Gratitude { text: "private".to_owned() }), "Own(..)");
        let page = |limit| OwnQuery { kind: OwnKind::Urge, after: None, limit }.check().is_ok();
        assert!(page(None) && page(Some(100)) && !page(Some(0)) && !page(Some(101)));
    }

    #[test]
    fn what_is_kept_looks_as_the_documents_promise() {
        let json = r#"{"what":"clean_date","date":"2026-03-01","label":"alcohol"}"#;
        let own: Own = serde_json::from_str(json).unwrap();
        assert_eq!(serde_json::to_string(&own).unwrap(), json);
        assert!(serde_json::from_str::<Own>(r#"{"what":"gratitude","text":"x","to":[]}"#).is_err());
        for (kind, word) in [(OwnKind::CleanDate, "clean_date"), (OwnKind::Care, "care")] {
            assert_eq!((serde_json::to_value(kind).unwrap(), kind.word()), (word.into(), word));
        }
    }
}
