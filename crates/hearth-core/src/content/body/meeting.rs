//! A meeting of the group: what it is, how one gets in, and the rule by which it takes place.
//!
//! Data alone. The core turns no rule into a time and knows no time zone but by its name: the node does (docs/MEETINGS.md).
//! Nothing here counts or names those who come.

use serde::{Deserialize, Serialize};

use super::{BodyKind, BodyRules, Right, Salt, is_line, silent};
use crate::content::object::salt_of;
use crate::limits;

/// A meeting. Fields are appended here alone: the types inside it never change.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Meeting {
    /// By what it is known again in the list that it came from: a line; `None` if the group made it.
    pub key: Option<String>,
    /// What tells whether the list says something else by now: a hash of what was read.
    pub as_read: Option<[u8; 32]>,
    /// Its name: a line.
    pub name: String,
    /// Who holds it, as a list says it: a line.
    pub group: Option<String>,
    /// What is said of who holds it.
    pub group_notes: Option<String>,
    /// How one takes part.
    pub way: Option<MeetingWay>,
    /// Where it takes place.
    pub place: MeetingPlace,
    /// Its languages, as ISO 639-1 codes.
    pub languages: Vec<String>,
    /// What kind of meeting it is.
    pub types: Vec<MeetingType>,
    /// What one should know.
    pub notes: Option<String>,
    /// When it takes place.
    pub times: MeetingTimes,
    /// What is for members alone.
    pub secrets: MeetingSecrets,
    /// When its list says that it was changed: a line.
    pub updated: Option<String>,
    /// The same as a day, if there is no doubt.
    pub updated_on: Option<MeetingDay>,
    /// The key of its record in the list: a line.
    pub source: Option<String>,
}

/// How one takes part. Numbers are on the wire; only appended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum MeetingWay {
    /// In a room.
    InPerson,
    /// By video or telephone.
    Online,
    /// Either.
    Hybrid,
}

/// Where a meeting takes place.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct MeetingPlace {
    /// The name of the building: a line.
    pub name: Option<String>,
    /// The address: a line.
    pub address: Option<String>,
    /// The region: a line.
    pub region: Option<String>,
    /// Whether the address names a wider area alone.
    pub is_approximate: bool,
    /// Latitude and longitude, in millionths of a degree.
    pub point: Option<(i32, i32)>,
    /// How to find the door.
    pub notes: Option<String>,
}

/// A type of meeting: the same code means different things in different programs.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MeetingType {
    /// The program: a line.
    pub program: String,
    /// The code: a line.
    pub code: String,
}

/// When a meeting takes place. Numbers are on the wire; only appended.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum MeetingTimes {
    /// Whenever people agree on it.
    #[default]
    ByAppointment,
    /// By a weekly rule.
    Weekly(MeetingRule),
    /// Somebody said something that is no day and time; the words may be among the secrets.
    Unclear(Option<String>),
}

/// A weekly rule in local time.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct MeetingRule {
    /// On which days: bit 0 is Sunday.
    pub weekdays: u8,
    /// When it begins: minutes after midnight, by the clock there.
    pub start: u16,
    /// How many minutes it takes.
    pub minutes: Option<u16>,
    /// Whose clock it follows: a name of the IANA database.
    pub zone: Option<String>,
    /// Which of its weekdays of a month count: bits 0 to 4 are the first to the fifth, bit 5 the last; all if none is set.
    pub only: u8,
    /// What is different on some of its days.
    pub specials: Vec<MeetingSpecial>,
    /// Days that differ from the rule.
    pub exceptions: Vec<MeetingException>,
}

/// What is different on some days of a rule.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MeetingSpecial {
    /// Which of the weekday in its month: 0 to 4 are the first to the fifth, 5 the last.
    pub nth: u8,
    /// On which weekday, 0 is Sunday; on each if `None`.
    pub weekday: Option<u8>,
    /// Types that hold then in addition.
    pub types: Vec<MeetingType>,
    /// What people say of it: a line.
    pub says: String,
}

/// A day of the calendar.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct MeetingDay {
    /// The year.
    pub year: u16,
    /// The month, from 1.
    pub month: u8,
    /// The day, from 1.
    pub day: u8,
}

/// A day, or a while, that differs from the rule. Numbers are on the wire; only appended.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum MeetingException {
    /// It does not take place on a day.
    Cancelled {
        /// The day.
        on: MeetingDay,
    },
    /// It takes place at another time.
    Moved {
        /// The day by the rule.
        on: MeetingDay,
        /// The day on which it takes place.
        to: MeetingDay,
        /// When it begins there: minutes after midnight.
        start: u16,
        /// How many minutes it takes; as always if `None`.
        minutes: Option<u16>,
    },
    /// It does not take place for a while.
    Paused {
        /// The first day without it; `None` if nobody knows.
        from: Option<MeetingDay>,
        /// The last day without it; `None` if nobody knows yet.
        until: Option<MeetingDay>,
    },
}

/// What is for members alone: whoever has it can be in the room unseen, or at somebody's door.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct MeetingSecrets {
    /// The link.
    pub url: Option<String>,
    /// What goes with the link.
    pub url_notes: Option<String>,
    /// The number to dial: a line.
    pub phone: Option<String>,
    /// What goes with the number.
    pub phone_notes: Option<String>,
    /// The passcode, and words around it that a list had.
    pub passcode: Option<String>,
    /// Whom to ask.
    pub contacts: Vec<MeetingContact>,
    /// Notes in which a secret stands.
    pub notes: Option<String>,
    /// The same, of who holds it.
    pub group_notes: Option<String>,
    /// The same, of how to find the door.
    pub place_notes: Option<String>,
    /// The same, of when it takes place.
    pub times: Option<String>,
}

/// Whom to ask about a meeting. Lines.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct MeetingContact {
    /// What they are called.
    pub name: Option<String>,
    /// Their e-mail address.
    pub email: Option<String>,
    /// Their number.
    pub phone: Option<String>,
}

impl Meeting {
    pub(super) const RIGHT: Right = Right::Servants;
}

impl BodyKind for Meeting {
    fn is_in_bounds(&self) -> bool {
        let MeetingPlace { name, address, region, notes: place_notes, .. } = &self.place;
        let secrets = &self.secrets;
        let lines = [&self.key, &self.group, name, address, region, &self.updated, &self.source];
        let texts = [&self.group_notes, place_notes, &self.notes, &secrets.notes, &secrets.group_notes];
        let secret_texts = [
            &secrets.passcode,
            &secrets.place_notes,
            &secrets.times,
            &secrets.url,
            &secrets.url_notes,
            &secrets.phone_notes,
        ];
        is_meeting_line(&self.name)
            && lines.into_iter().chain([&secrets.phone]).flatten().all(|line| is_meeting_line(line))
            && texts.into_iter().chain(secret_texts).flatten().all(|text| is_meeting_text(text))
            && self.place.point.is_none_or(is_on_the_map)
            && self.languages.len() <= limits::MEETING_TYPES_MAX
            && self.languages.iter().all(|code| is_meeting_line(code))
            && are_types(&self.types)
            && secrets.contacts.len() <= limits::MEETING_CONTACTS_MAX
            && secrets.contacts.iter().all(MeetingContact::is_in_bounds)
            && self.updated_on.is_none_or(MeetingDay::is_in_bounds)
            && match &self.times {
                MeetingTimes::ByAppointment => true,
                MeetingTimes::Weekly(rule) => rule.is_in_bounds(),
                MeetingTimes::Unclear(words) => words.as_ref().is_none_or(|words| is_meeting_text(words)),
            }
    }

    fn rules(&self) -> BodyRules {
        // What came from a list is the same object whoever reads the list: two servants make one meeting of it.
        let salt = self.key.as_ref().map_or(Salt::Free, |key| Salt::GroupAbout(salt_of(key.as_bytes())));
        BodyRules::lasting(Self::RIGHT, salt)
    }
}

impl MeetingRule {
    fn is_in_bounds(&self) -> bool {
        (1..1 << 7).contains(&self.weekdays)
            && self.start < MINUTES_PER_DAY
            && self.minutes.is_none_or(is_length)
            && self.zone.as_ref().is_none_or(|zone| is_line(zone, limits::LINE_BYTES_MAX))
            && self.only < 1 << 6
            && self.specials.len() <= limits::MEETING_SPECIALS_MAX
            && self.specials.iter().all(MeetingSpecial::is_in_bounds)
            && self.exceptions.len() <= limits::MEETING_EXCEPTIONS_MAX
            && self.exceptions.iter().all(MeetingException::is_in_bounds)
    }
}

impl MeetingSpecial {
    fn is_in_bounds(&self) -> bool {
        self.nth < 6
            && self.weekday.is_none_or(|weekday| weekday < 7)
            && are_types(&self.types)
            && is_meeting_line(&self.says)
    }
}

impl MeetingException {
    fn is_in_bounds(&self) -> bool {
        match self {
            Self::Cancelled { on } => on.is_in_bounds(),
            Self::Moved { on, to, start, minutes } => {
                on.is_in_bounds()
                    && to.is_in_bounds()
                    && *start < MINUTES_PER_DAY
                    && minutes.is_none_or(is_length)
            }
            Self::Paused { from, until } => [from, until].into_iter().flatten().all(|day| day.is_in_bounds()),
        }
    }
}

impl MeetingDay {
    /// Says whether the calendar has it, in the years that a meeting can have.
    pub fn is_in_bounds(self) -> bool {
        let date = crate::own::Date { year: self.year, month: self.month, day: self.day };
        (1970..3000).contains(&self.year) && date.is_valid()
    }
}

impl MeetingContact {
    fn is_in_bounds(&self) -> bool {
        [&self.name, &self.email, &self.phone].into_iter().flatten().all(|line| is_meeting_line(line))
    }
}

fn is_meeting_line(line: &str) -> bool {
    is_line(line, limits::MEETING_LINE_BYTES_MAX)
}

fn is_meeting_text(text: &str) -> bool {
    !text.is_empty() && text.len() <= limits::MEETING_TEXT_BYTES_MAX
}

fn are_types(types: &[MeetingType]) -> bool {
    types.len() <= limits::MEETING_TYPES_MAX
        && types.iter().all(|it| is_meeting_line(&it.program) && is_meeting_line(&it.code))
}

fn is_length(minutes: u16) -> bool {
    minutes <= MINUTES_PER_DAY
}

fn is_on_the_map((latitude, longitude): (i32, i32)) -> bool {
    latitude.unsigned_abs() <= 90_000_000 && longitude.unsigned_abs() <= 180_000_000
}

const MINUTES_PER_DAY: u16 = 24 * 60;

silent!(
    Meeting,
    MeetingPlace,
    MeetingType,
    MeetingTimes,
    MeetingRule,
    MeetingSpecial,
    MeetingDay,
    MeetingException,
    MeetingSecrets,
    MeetingContact
);

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// A meeting that has something of everything.
    pub(in super::super) fn meeting() -> Meeting {
        let line = || Some("Tuesday, coffee".to_owned());
        let day = |day| MeetingDay { year: 2026, month: 12, day };
        let open = || MeetingType { program: "aa".to_owned(), code: "O".to_owned() };
        Meeting {
            as_read: Some([7; 32]),
            name: "Early Birds".to_owned(),
            group_notes: line(),
            way: Some(MeetingWay::Hybrid),
            place: MeetingPlace {
                address: line(),
                point: Some((47_561_500, -52_712_600)),
                ..MeetingPlace::default()
            },
            languages: vec!["en".to_owned()],
            types: vec![open()],
            times: MeetingTimes::Weekly(MeetingRule {
                weekdays: 0b100,
                start: 19 * 60,
                minutes: Some(90),
                zone: Some("America/St_Johns".to_owned()),
                only: 0b10_0001,
                specials: vec![MeetingSpecial {
                    nth: 5,
                    weekday: Some(2),
                    types: vec![open()],
                    says: "open".into(),
                }],
                exceptions: vec![
                    MeetingException::Cancelled { on: day(8) },
                    MeetingException::Moved { on: day(15), to: day(16), start: 18 * 60, minutes: None },
                    MeetingException::Paused { from: Some(day(22)), until: None },
                ],
            }),
            secrets: MeetingSecrets {
                passcode: Some("4711".to_owned()),
                contacts: vec![MeetingContact { name: line(), ..MeetingContact::default() }],
                ..MeetingSecrets::default()
            },
            updated_on: Some(day(1)),
            ..Meeting::default()
        }
    }

    #[test]
    fn what_no_rule_can_be_is_out_of_bounds() {
        assert!(meeting().is_in_bounds());
        let broken = |change: &dyn Fn(&mut Meeting, &mut MeetingRule)| {
            let mut meeting = meeting();
            let MeetingTimes::Weekly(mut rule) = meeting.times.clone() else { panic!("no rule") };
            change(&mut meeting, &mut rule);
            meeting.times = MeetingTimes::Weekly(rule);
            !meeting.is_in_bounds()
        };
        let february = MeetingDay { year: 2026, month: 2, day: 29 };
        assert!(broken(&|meeting, _| meeting.name.clear()));
        assert!(broken(&|meeting, _| meeting.name = "two\nlines".to_owned()));
        assert!(broken(&|meeting, _| meeting.place.point = Some((90_000_001, 0))));
        assert!(broken(
            &|meeting, _| meeting.secrets.url = Some("u".repeat(limits::MEETING_TEXT_BYTES_MAX + 1))
        ));
        assert!(broken(&|meeting, _| meeting.secrets.contacts = vec![MeetingContact::default(); 17]));
        assert!(broken(&|meeting, _| meeting.updated_on = Some(february)));
        assert!(broken(&|_, rule| rule.weekdays = 0));
        assert!(broken(&|_, rule| rule.weekdays = 1 << 7));
        assert!(broken(&|_, rule| rule.start = 24 * 60));
        assert!(broken(&|_, rule| rule.minutes = Some(24 * 60 + 1)));
        assert!(broken(&|_, rule| rule.only = 1 << 6));
        assert!(broken(&|_, rule| rule.specials[0].nth = 6));
        assert!(broken(&|_, rule| rule.exceptions.push(MeetingException::Cancelled { on: february })));
        let cancelled = MeetingException::Cancelled { on: MeetingDay { year: 2026, month: 12, day: 8 } };
        assert!(broken(&|_, rule| rule.exceptions = vec![cancelled; limits::MEETING_EXCEPTIONS_MAX + 1]));
    }

    #[test]
    fn what_came_from_a_list_is_one_object_of_the_group() {
        let listed = Meeting { key: Some("area:early-birds".to_owned()), ..meeting() };
        assert_eq!(listed.rules().salt, Salt::GroupAbout(salt_of(b"area:early-birds")));
        assert_eq!(meeting().rules().salt, Salt::Free);
    }
}
