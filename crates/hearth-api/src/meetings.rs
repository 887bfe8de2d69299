//! The meetings of a group, and lists of meetings that others keep: the words for both, their bounds, and the calls of a client.
//!
//! Times are rules in local time, with the name of a zone; instants are made by the daemon. A list of an area is nobody's
//! object: its text goes to the daemon with each question, and is kept nowhere.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use utoipa::{IntoParams, ToSchema};

use crate::client::{Client, ClientError};
use crate::error::{ApiError, ErrorCode};
use crate::ids::{GroupId, IdError, ObjectId};
use crate::own::Day;
use crate::requests::Checked;
use crate::{limits, redacted, routes};

/// A meeting. Lines have 1 to 512 bytes, texts at most 8 KiB.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Meeting {
    /// By what it is known again in the list that it came from. It is given by an import and stays.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
    /// Its name, in a line.
    pub name: String,
    /// Who holds it, as a list says it, in a line.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub group: Option<String>,
    /// What is said of who holds it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub group_notes: Option<String>,
    /// How one takes part.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub way: Option<MeetingWay>,
    /// Where it takes place.
    #[serde(default, skip_serializing_if = "MeetingPlace::is_empty")]
    pub place: MeetingPlace,
    /// Its languages, as ISO 639-1 has them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub languages: Vec<String>,
    /// What kind of meeting it is, in the codes of its program.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub types: Vec<MeetingType>,
    /// What one should know.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub notes: Option<String>,
    /// When it takes place.
    pub times: MeetingTimes,
    /// What is for members alone; no export has it unless it is asked for.
    #[serde(default, skip_serializing_if = "MeetingSecrets::is_empty")]
    pub secrets: MeetingSecrets,
    /// When its list says that it was changed, in the list's words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub updated: Option<String>,
    /// The same as a day, if there is no doubt.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub updated_on: Option<Day>,
    /// The key of its record in the list.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
}

/// How one takes part.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum MeetingWay {
    /// In a room.
    InPerson,
    /// By video or telephone.
    Online,
    /// Either.
    Hybrid,
}

/// Where a meeting takes place.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MeetingPlace {
    /// The name of the building, in a line.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The address, in a line.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
    /// The region, in a line.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub region: Option<String>,
    /// Whether the address names a wider area alone.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub approximate: bool,
    /// The point on the map.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub point: Option<Point>,
    /// How to find the door.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub notes: Option<String>,
}

impl MeetingPlace {
    /// Says whether nothing is known of it.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// A point on the map.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Point {
    /// Degrees north.
    pub latitude: Degrees,
    /// Degrees east.
    pub longitude: Degrees,
}

/// Degrees, to the millionth: a hand's breadth.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, ToSchema)]
#[schema(value_type = f64)]
pub struct Degrees(i32);

impl Degrees {
    /// Returns so many millionths of a degree.
    pub fn of_millionths(millionths: i32) -> Self {
        Self(millionths)
    }

    /// Returns the millionths.
    pub fn millionths(self) -> i32 {
        self.0
    }
}

impl FromStr for Degrees {
    type Err = IdError;

    fn from_str(text: &str) -> Result<Self, IdError> {
        text.trim().parse().ok().and_then(degrees).ok_or(IdError::NotDegrees)
    }
}

fn degrees(number: f64) -> Option<Degrees> {
    // In range by the check, which also refuses what is no number.
    #[allow(clippy::cast_possible_truncation)]
    let millionths = |number: f64| Degrees((number * 1e6).round() as i32);
    (number.abs() <= 180.0).then(|| millionths(number))
}

impl Serialize for Degrees {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_f64(f64::from(self.0) / 1e6)
    }
}

impl<'de> Deserialize<'de> for Degrees {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        degrees(f64::deserialize(deserializer)?).ok_or_else(|| de::Error::custom("no degrees"))
    }
}

/// A type of meeting; the same code means different things in different programs.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MeetingType {
    /// The program, such as `aa` or `na`.
    pub program: String,
    /// The code, known or not.
    pub code: String,
}

/// When a meeting takes place.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "by", rename_all = "snake_case", deny_unknown_fields)]
pub enum MeetingTimes {
    /// Whenever people agree on it.
    #[default]
    Appointment,
    /// By a weekly rule in local time.
    Weekly(MeetingRule),
    /// A list said something that is no day and time; its words, unless they are secret.
    Unclear {
        /// The words.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        words: Option<String>,
    },
}

impl MeetingTimes {
    /// Returns the rule, if there is one.
    pub fn rule(&self) -> Option<&MeetingRule> {
        match self {
            Self::Weekly(rule) => Some(rule),
            Self::Appointment | Self::Unclear { .. } => None,
        }
    }
}

/// A weekly rule in local time.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MeetingRule {
    /// On which days; a meeting that crosses midnight belongs to the day on which it begins.
    pub weekdays: Vec<Weekday>,
    /// When it begins, by the clock there.
    pub start: TimeOfDay,
    /// How many minutes it takes; nothing if nobody says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub minutes: Option<u16>,
    /// Whose clock it follows: a name such as `America/New_York`. Without it there are no times.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub zone: Option<String>,
    /// Which of its weekdays of a month count; all if there are none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub only: Vec<Nth>,
    /// What is different on some of its days.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub specials: Vec<MeetingSpecial>,
    /// Days that differ from the rule.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub exceptions: Vec<MeetingException>,
}

/// A day of the week.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Weekday {
    /// Sunday, with which the formats of the field begin.
    Sunday,
    /// Monday.
    Monday,
    /// Tuesday.
    Tuesday,
    /// Wednesday.
    Wednesday,
    /// Thursday.
    Thursday,
    /// Friday.
    Friday,
    /// Saturday.
    Saturday,
}

impl Weekday {
    /// All of them, from Sunday.
    pub const ALL: [Self; 7] = [
        Self::Sunday,
        Self::Monday,
        Self::Tuesday,
        Self::Wednesday,
        Self::Thursday,
        Self::Friday,
        Self::Saturday,
    ];
}

/// Which of its weekday a day is in its month.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Nth {
    /// The first.
    First,
    /// The second.
    Second,
    /// The third.
    Third,
    /// The fourth.
    Fourth,
    /// The fifth; many months have none.
    Fifth,
    /// The last, be it the fourth or the fifth.
    Last,
}

impl Nth {
    /// All of them, in their order.
    pub const ALL: [Self; 6] =
        [Self::First, Self::Second, Self::Third, Self::Fourth, Self::Fifth, Self::Last];
}

/// What is different on some days of a rule.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MeetingSpecial {
    /// Which of the weekday in its month.
    pub nth: Nth,
    /// On which weekday; on each of the rule's if it is not said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub weekday: Option<Weekday>,
    /// Types that hold then in addition.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub types: Vec<MeetingType>,
    /// What people say of it, in a line.
    pub says: String,
}

/// A day, or a while, that differs from the rule.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "what", rename_all = "snake_case", deny_unknown_fields)]
pub enum MeetingException {
    /// It does not take place on a day.
    Cancelled {
        /// The day.
        #[schema(value_type = String)]
        on: Day,
    },
    /// It takes place at another time.
    Moved {
        /// The day by the rule.
        #[schema(value_type = String)]
        on: Day,
        /// The day on which it takes place.
        #[schema(value_type = String)]
        to: Day,
        /// When it begins there.
        start: TimeOfDay,
        /// How many minutes it takes; as always if it is not said.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        minutes: Option<u16>,
    },
    /// It does not take place for a while.
    Paused {
        /// The first day without it; nothing if nobody knows.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[schema(value_type = Option<String>)]
        from: Option<Day>,
        /// The last day without it; nothing if nobody knows yet.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[schema(value_type = Option<String>)]
        until: Option<Day>,
    },
}

/// What is for members alone.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MeetingSecrets {
    /// The link.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// What goes with the link.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url_notes: Option<String>,
    /// The number to dial, in a line.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
    /// What goes with the number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone_notes: Option<String>,
    /// The passcode, and words around it that a list had.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub passcode: Option<String>,
    /// Whom to ask.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub contacts: Vec<MeetingContact>,
    /// Notes in which a secret stands; then there are no others.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub notes: Option<String>,
    /// The same, of who holds it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub group_notes: Option<String>,
    /// The same, of how to find the door.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place_notes: Option<String>,
    /// The same, of when it takes place.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub times: Option<String>,
}

impl MeetingSecrets {
    /// Says whether there are none.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// Whom to ask about a meeting. Lines.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MeetingContact {
    /// What they are called.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Their e-mail address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// Their number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
}

/// A time of day by the clock of a place: `19:30`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, ToSchema)]
#[schema(value_type = String, pattern = "^[0-2][0-9]:[0-5][0-9]$")]
pub struct TimeOfDay(u16);

impl TimeOfDay {
    /// Returns the time so many minutes after midnight, if a day has so many.
    pub fn of_minutes(minutes: u16) -> Option<Self> {
        (minutes < 24 * 60).then_some(Self(minutes))
    }

    /// Returns the minutes after midnight.
    pub fn minutes(self) -> u16 {
        self.0
    }
}

impl FromStr for TimeOfDay {
    type Err = IdError;

    fn from_str(text: &str) -> Result<Self, IdError> {
        let parse = |text: &str| {
            let (hour, minute) = text.split_once(':')?;
            let digits = |part: &str| part.len() == 2 && part.bytes().all(|byte| byte.is_ascii_digit());
            let (hour, minute): (u16, u16) = if digits(hour) && digits(minute) {
                (hour.parse().ok()?, minute.parse().ok()?)
            } else {
                return None;
            };
            if minute < 60 { Self::of_minutes(hour * 60 + minute) } else { None }
        };
        parse(text).ok_or(IdError::NotATime)
    }
}

impl fmt::Display for TimeOfDay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:02}:{:02}", self.0 / 60, self.0 % 60)
    }
}

impl Serialize for TimeOfDay {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for TimeOfDay {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(de::Error::custom)
    }
}

impl Meeting {
    /// Checks the bounds that need no knowledge of zones and calendars.
    pub(crate) fn check(&self) -> Result<(), ApiError> {
        let lines = [&self.group, &self.place.name, &self.place.address, &self.place.region];
        let texts = [
            &self.secrets.passcode,
            &self.group_notes,
            &self.place.notes,
            &self.notes,
            &self.secrets.url,
            &self.secrets.url_notes,
        ];
        let is_line = |line: &str| {
            (1..=limits::MEETING_LINE_BYTES_MAX).contains(&line.len())
                && line.trim() == line
                && !line.chars().any(char::is_control)
        };
        let is_text = |text: &String| (1..=limits::MEETING_TEXT_BYTES_MAX).contains(&text.len());
        if !is_line(&self.name)
            || !lines.into_iter().chain([&self.secrets.phone]).flatten().all(|line| is_line(line))
        {
            return refuse("a line about a meeting has 1 to 512 bytes and no spaces at its ends");
        }
        if !texts.into_iter().flatten().all(is_text) {
            return refuse("a text about a meeting has 1 byte to 8 KiB");
        }
        match &self.times {
            MeetingTimes::Weekly(rule) if rule.weekdays.is_empty() => {
                refuse("a weekly meeting has a day of the week")
            }
            MeetingTimes::Weekly(rule) if rule.exceptions.len() > limits::MEETING_EXCEPTIONS_MAX => {
                refuse("a meeting has at most 512 days that differ from its rule")
            }
            MeetingTimes::Weekly(_) | MeetingTimes::Appointment | MeetingTimes::Unclear { .. } => Ok(()),
        }
    }
}

/// Which times of a group's meetings.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct MeetingsQuery {
    /// Those that end after this, in milliseconds since 1970-01-01 UTC; after now if it is not given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<u64>,
    /// Those that begin before this; two weeks later if it is not given, 366 days later at most.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<u64>,
}

impl Checked for MeetingsQuery {
    fn check(&self) -> Result<(), ApiError> {
        match (self.from, self.until) {
            (Some(from), Some(until)) if until < from => {
                refuse("the end of a window is not before its beginning")
            }
            (Some(from), Some(until)) if until - from > limits::MEETINGS_WINDOW_MS_MAX => {
                refuse("a window has at most 366 days")
            }
            _ => Ok(()),
        }
    }
}

/// The times of a group's meetings.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ComingMeetings {
    /// In their order.
    pub times: Vec<MeetingAt>,
    /// Whether there are more than fit into an answer.
    pub more: bool,
    /// Meetings that have no times, and why.
    pub without_times: Vec<MeetingWithoutTimes>,
}

/// One time of a meeting.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct MeetingAt {
    /// Which meeting; nothing for one of a list that is not the group's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub meeting: Option<ObjectId>,
    /// Its name.
    pub name: String,
    /// How one takes part.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub way: Option<MeetingWay>,
    /// Whether it takes place.
    pub state: MeetingState,
    /// The day by the rule, which names this time.
    #[schema(value_type = String)]
    pub day: Day,
    /// When it begins, in milliseconds since 1970-01-01 UTC.
    pub starts_at: u64,
    /// When it ends; an hour later if nobody says how long it is.
    pub ends_at: u64,
    /// The day on which it begins, where it is.
    #[schema(value_type = String)]
    pub local_day: Day,
    /// What the clock shows there when it begins. A time that the clocks skip is as long after the gap as it was after its
    /// beginning; of one that comes twice it is the first.
    pub local_time: TimeOfDay,
    /// Whose clock that is.
    pub zone: String,
    /// Where to it was moved, if it was moved away.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub moved_to: Option<MovedTo>,
    /// What is special that day.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub specials: Vec<String>,
}

/// Where to a meeting was moved.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct MovedTo {
    /// The day.
    #[schema(value_type = String)]
    pub day: Day,
    /// The time.
    pub start: TimeOfDay,
}

/// Whether a meeting takes place at a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum MeetingState {
    /// It does, as always.
    Planned,
    /// It does, in the place of another time.
    Moved,
    /// It does not: it was moved to another time.
    MovedAway,
    /// It does not: that day is cancelled.
    Cancelled,
    /// It does not: the meeting is paused.
    Paused,
}

/// A meeting that has no times.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct MeetingWithoutTimes {
    /// Which; nothing for one of a list that is not the group's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub meeting: Option<ObjectId>,
    /// Its name.
    pub name: String,
    /// Why.
    pub why: NoTimes,
}

/// Why a meeting has no times.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum NoTimes {
    /// It is by appointment.
    Appointment,
    /// What is said is no day and time.
    Unclear,
    /// Nobody has said whose clock it follows.
    ZoneNeeded,
    /// It does not take place from the first day on that is written.
    NotHeld,
}

/// A list of meetings that others keep.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MeetingList {
    /// The file: Meeting Guide JSON, or the JSON of a BMLT server.
    pub text: String,
    /// What it is called, in a line: the ids of its meetings begin with it, so that two lists do not share any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The program whose codes it uses; `na` for BMLT and `aa` for Meeting Guide if it is not said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub program: Option<String>,
    /// The zone of the meetings that name none. It is never guessed: without it they have no times.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub zone: Option<String>,
}

impl MeetingList {
    fn check(&self) -> Result<(), ApiError> {
        if self.text.len() > limits::MEETING_LIST_BYTES_MAX {
            return Err(ApiError::with_message(
                ErrorCode::BodyTooLarge,
                "a list of meetings has at most 8 MiB",
            ));
        }
        let lines = [&self.name, &self.program, &self.zone];
        if lines.into_iter().flatten().all(|line| crate::requests::is_line(line)) {
            Ok(())
        } else {
            refuse("the name of a list, its program and its zone are lines of 1 to 160 bytes")
        }
    }
}

/// Makes meetings of a list the group's, or says what that would do.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ImportMeetings {
    /// The list.
    pub list: MeetingList,
    /// Which of its meetings, by their ids; all if there are none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub only: Vec<String>,
    /// Say what would be done, and do nothing.
    #[serde(default)]
    pub dry_run: bool,
}

impl Checked for ImportMeetings {
    fn check(&self) -> Result<(), ApiError> {
        if self.only.len() > limits::MEETINGS_PER_IMPORT_MAX {
            return refuse("at most 64 meetings are made the group's at once");
        }
        self.list.check()
    }
}

/// What an import did, or would do.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Imported {
    /// Whether nothing was done.
    pub dry_run: bool,
    /// The meetings that were looked at, in the order of the list.
    pub meetings: Vec<ImportedMeeting>,
    /// Meetings of the group that came from this list and are not in it any more. They stay.
    pub gone: Vec<ImportedMeeting>,
    /// What was changed, left out and noted when the list was read.
    pub report: ListReport,
}

/// One meeting of an import.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ImportedMeeting {
    /// Its id in the list.
    pub key: String,
    /// Its name.
    pub name: String,
    /// What became of it, or would.
    pub what: ImportWhat,
}

/// What became of a meeting of an import.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ImportWhat {
    /// It is new in the group.
    Added,
    /// The list says something else than before, and so does the group. What the group has cancelled and moved stays.
    Changed,
    /// Nothing is new.
    Same,
    /// The list says something else than before, and the group has changed it, too: it stays as the group has it.
    KeptAsTheGroupHasIt,
    /// It is not in the list any more, and stays.
    Gone,
    /// It says more than a meeting of a group can hold, and was left out.
    TooLarge,
}

/// What came of reading a list.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ListReport {
    /// Records in the file.
    pub records: u64,
    /// Records that became a meeting.
    pub read: u64,
    /// Records that did not.
    pub skipped: u64,
    /// Meetings without a zone, which have no times until somebody says which they follow.
    pub zone_needed: u64,
    /// What was noted, by its kind, what matters most first.
    pub notes: Vec<NoteCount>,
    /// Fields that were not kept, and the number of records that have them.
    pub not_kept: Vec<FieldCount>,
}

/// How often something was noted.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct NoteCount {
    /// Its code.
    pub code: String,
    /// How much it matters.
    pub weight: NoteWeight,
    /// How often.
    pub count: u64,
    /// The first few.
    pub examples: Vec<NoteExample>,
}

/// How much a note matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum NoteWeight {
    /// Something was written in another way, and means the same.
    Changed,
    /// Something was left out.
    LeftOut,
    /// A person should look at it.
    LookAt,
    /// A record is no meeting.
    Skipped,
    /// Something is missing without which there are no times.
    Needed,
}

/// One thing that was noted.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct NoteExample {
    /// The place of the record in the file, from 0; nothing if it is about the file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub record: Option<u64>,
    /// The key of the record.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
    /// What it is, in English.
    pub sentence: String,
}

/// A field that was not kept.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct FieldCount {
    /// Its name.
    pub field: String,
    /// How many records have it.
    pub count: u64,
}

/// Looks for meetings in a list that is not the group's. Nothing of it is kept or sent.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FindMeetings {
    /// The list.
    pub list: MeetingList,
    /// On one of these days, where the meeting is; on any if there are none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub weekdays: Vec<Weekday>,
    /// Beginning at this time or later. If it is later than the other, they span midnight.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<TimeOfDay>,
    /// Beginning at this time or earlier.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<TimeOfDay>,
    /// Of all these types, by their codes.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub types: Vec<String>,
    /// In this language.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
    /// In person or online; a hybrid meeting is both.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub way: Option<MeetingWay>,
    /// Not further from here than `within_m`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub near: Option<Point>,
    /// Metres; 10 km if it is not said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub within_m: Option<u32>,
    /// Words that all stand in what anybody may read of the meeting.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub words: String,
    /// How many to return at most; 50 if it is not said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
}

impl Checked for FindMeetings {
    fn check(&self) -> Result<(), ApiError> {
        self.list.check()?;
        if self.limit.is_some_and(|limit| !(1..=limits::FOUND_MEETINGS_MAX).contains(&limit)) {
            return refuse("1 to 200 meetings are returned at once");
        }
        if self.types.len() > Weekday::ALL.len() * 10 || self.words.len() > limits::MEETING_LINE_BYTES_MAX {
            return refuse("there are too many types or words to look for");
        }
        Ok(())
    }
}

/// What was found in a list.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct FoundMeetings {
    /// Those that come next first, those without times last.
    pub found: Vec<FoundMeeting>,
    /// How many there are in all.
    pub matches: u64,
    /// What came of reading the list.
    pub report: ListReport,
}

/// A meeting that was found.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct FoundMeeting {
    /// Its id in the list, by which an import adopts it.
    pub key: String,
    /// The meeting.
    pub meeting: Meeting,
    /// When it comes next as was wished; nothing if it has no times.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<MeetingAt>,
    /// How far it is, in metres.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub distance_m: Option<u32>,
}

/// How a group's meetings are written for others.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct ExportQuery {
    /// `calendar` (iCalendar) or `guide` (Meeting Guide JSON).
    #[serde(default)]
    #[param(value_type = String)]
    pub format: ExportFormat,
    /// Whether the entries of a calendar are called by the names of the meetings, and not "Tuesday, 7 pm".
    #[serde(default)]
    pub names: bool,
    /// Whether a calendar has places and addresses.
    #[serde(default)]
    pub places: bool,
    /// What becomes of links: `left_out`, `without_passcode` or `whole`.
    #[serde(default)]
    #[param(value_type = String)]
    pub links: Links,
}

impl Checked for ExportQuery {
    fn check(&self) -> Result<(), ApiError> {
        Ok(())
    }
}

/// A format in which meetings are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ExportFormat {
    /// iCalendar.
    #[default]
    Calendar,
    /// Meeting Guide JSON.
    Guide,
}

/// What becomes of the link to an online meeting.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Links {
    /// It stays here.
    #[default]
    LeftOut,
    /// It is written without a passcode among its parameters.
    WithoutPasscode,
    /// It is written as it is: whoever gets the file can be in the room.
    Whole,
}

/// A file for others.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Exported {
    /// The file. It has no contact, no telephone number and no passcode of its own.
    pub file: String,
    /// How many meetings are in it.
    pub written: u64,
    /// Meetings that are not in it, and why.
    pub left_out: Vec<MeetingWithoutTimes>,
}

/// Whether this member is reminded of a group's meetings. It is off unless they switch it on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Reminders {
    /// Whether it is on.
    pub on: bool,
    /// How many minutes before a meeting begins, at most a day.
    pub minutes_before: u16,
    /// Whether a reminder may say the name of the meeting. Otherwise it says day and time alone.
    #[serde(default)]
    pub named: bool,
}

impl Checked for Reminders {
    fn check(&self) -> Result<(), ApiError> {
        if self.minutes_before > limits::REMIND_MINUTES_MAX {
            return refuse("a reminder comes at most a day before");
        }
        Ok(())
    }
}

redacted!(
    Meeting,
    MeetingPlace,
    Point,
    Degrees,
    MeetingType,
    MeetingTimes,
    MeetingRule,
    MeetingSpecial,
    MeetingException,
    MeetingSecrets,
    MeetingContact,
    TimeOfDay,
    MeetingAt,
    MovedTo,
    MeetingWithoutTimes,
    MeetingList,
    ImportMeetings,
    Imported,
    ImportedMeeting,
    ListReport,
    NoteCount,
    NoteExample,
    FieldCount,
    FindMeetings,
    FoundMeetings,
    FoundMeeting,
    Exported,
);

fn refuse(message: &str) -> Result<(), ApiError> {
    Err(ApiError::with_message(ErrorCode::BadRequest, message))
}

impl Client {
    /// Returns the times of a group's meetings, also of those that are cancelled.
    ///
    /// # Errors
    /// As [`Client::group`].
    pub async fn meetings(
        &self,
        group: GroupId,
        query: &MeetingsQuery,
    ) -> Result<ComingMeetings, ClientError> {
        let from = query.from.map(|from| format!("from={from}"));
        let until = query.until.map(|until| format!("until={until}"));
        let query: Vec<String> = from.into_iter().chain(until).collect();
        self.get(&format!("{}?{}", routes::meetings(group), query.join("&"))).await
    }

    /// Makes meetings of a list the group's.
    ///
    /// # Errors
    /// As [`Client::put_object`], and `bad_request` if it is no list.
    pub async fn import_meetings(
        &self,
        group: GroupId,
        request: &ImportMeetings,
    ) -> Result<Imported, ClientError> {
        self.post(&routes::meetings_import(group), request).await
    }

    /// Writes a group's meetings for others.
    ///
    /// # Errors
    /// As [`Client::group`].
    pub async fn export_meetings(
        &self,
        group: GroupId,
        query: &ExportQuery,
    ) -> Result<Exported, ClientError> {
        let format = match query.format {
            ExportFormat::Calendar => "calendar",
            ExportFormat::Guide => "guide",
        };
        let links = match query.links {
            Links::LeftOut => "left_out",
            Links::WithoutPasscode => "without_passcode",
            Links::Whole => "whole",
        };
        let ExportQuery { names, places, .. } = query;
        let query = format!("format={format}&names={names}&places={places}&links={links}");
        self.get(&format!("{}?{query}", routes::meetings_export(group))).await
    }

    /// Looks for meetings in a list that is not the group's.
    ///
    /// # Errors
    /// `bad_request` if it is no list.
    pub async fn find_meetings(&self, request: &FindMeetings) -> Result<FoundMeetings, ClientError> {
        self.post(routes::FIND_MEETINGS, request).await
    }

    /// Says whether this member is reminded of a group's meetings.
    ///
    /// # Errors
    /// As [`Client::group`].
    pub async fn reminders(&self, group: GroupId) -> Result<Reminders, ClientError> {
        self.get(&routes::reminders(group)).await
    }

    /// Switches reminders on or off, on this machine alone.
    ///
    /// # Errors
    /// As [`Client::group`].
    pub async fn set_reminders(&self, group: GroupId, request: &Reminders) -> Result<Reminders, ClientError> {
        self.post(&routes::reminders(group), request).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_of_day_and_degrees_are_what_they_were() {
        for text in ["00:00", "07:05", "23:59"] {
            assert_eq!(text.parse::<TimeOfDay>().unwrap().to_string(), text);
        }
        for text in ["24:00", "7:05", "07:60", "0705", "07:5", "+7:05", ""] {
            assert!(text.parse::<TimeOfDay>().is_err(), "{text}");
        }
        let json = "[-52.7126,0.25,180.0]";
        let degrees: Vec<Degrees> = serde_json::from_str(json).unwrap();
        assert_eq!(serde_json::to_string(&degrees).unwrap(), json);
        assert!(serde_json::from_str::<Degrees>("180.1").is_err());
    }

    #[test]
    fn a_meeting_is_flat_json_and_says_no_more_than_is_known() {
        let rule = MeetingRule {
            weekdays: vec![Weekday::Tuesday],
            start: "19:00".parse().unwrap(),
            minutes: None,
            zone: None,
            only: vec![Nth::Last],
            specials: Vec::new(),
            exceptions: vec![MeetingException::Cancelled { on: "2026-12-29".parse().unwrap() }],
        };
        let meeting =
            Meeting { name: "Early".to_owned(), times: MeetingTimes::Weekly(rule), ..Meeting::default() };
        let json = serde_json::json!({
            "name": "Early",
            "times": {
                "by": "weekly", "weekdays": ["tuesday"], "start": "19:00", "only": ["last"],
                "exceptions": [{"what": "cancelled", "on": "2026-12-29"}],
            },
        });
        assert_eq!(serde_json::to_value(&meeting).unwrap(), json);
        assert!(serde_json::from_value::<Meeting>(json).unwrap() == meeting);
        assert_eq!(format!("{meeting:?}"), "Meeting(..)");
    }

    #[test]
    fn windows_lists_and_reminders_have_bounds() {
        let window = |from, until| MeetingsQuery { from: Some(from), until: Some(until) }.check().is_ok();
        assert!(window(5, 5) && window(0, limits::MEETINGS_WINDOW_MS_MAX));
        assert!(!window(5, 4) && !window(0, limits::MEETINGS_WINDOW_MS_MAX + 1));
        let list = |bytes| MeetingList { text: " ".repeat(bytes), ..MeetingList::default() }.check().is_ok();
        assert!(list(limits::MEETING_LIST_BYTES_MAX) && !list(limits::MEETING_LIST_BYTES_MAX + 1));
        let reminders = |minutes_before| Reminders { on: true, minutes_before, named: false }.check().is_ok();
        assert!(reminders(24 * 60) && !reminders(24 * 60 + 1));
        let found = |limit| FindMeetings { limit: Some(limit), ..FindMeetings::default() }.check().is_ok();
        assert!(found(200) && !found(0) && !found(201));
    }
}
