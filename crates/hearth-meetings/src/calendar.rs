//! Days, times of day, weekdays and instants: small types that cannot be wrong.
//!
//! Wraps jiff, whose types stay inside this crate. Knows no zone ([`crate::zone`]) and never what time it is.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use thiserror::Error;

/// A point in time: milliseconds since 1970.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Timestamp(pub i64);

/// A day of the calendar between 1970 and 2999.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Date(jiff::civil::Date);

impl Date {
    /// Returns a day, if there is one.
    ///
    /// # Errors
    /// Says that there is no such day, or that it is out of bounds.
    pub fn new(year: i16, month: i8, day: i8) -> Result<Self, CalendarError> {
        jiff::civil::Date::new(year, month, day).ok().and_then(Self::of).ok_or(CalendarError::Date)
    }

    pub(crate) fn of(date: jiff::civil::Date) -> Option<Self> {
        (YEAR_MIN..=YEAR_MAX).contains(&date.year()).then_some(Self(date))
    }

    /// Returns year, month and day.
    pub fn parts(self) -> (i16, i8, i8) {
        (self.0.year(), self.0.month(), self.0.day())
    }

    /// Returns its weekday.
    pub fn weekday(self) -> Weekday {
        Weekday::of(self.0.weekday())
    }

    /// Returns the day after, if it is in bounds.
    pub fn tomorrow(self) -> Option<Self> {
        self.0.tomorrow().ok().and_then(Self::of)
    }

    /// Returns the day before, if it is in bounds.
    pub fn yesterday(self) -> Option<Self> {
        self.0.yesterday().ok().and_then(Self::of)
    }

    /// Says which of its weekday it is in its month, from 1.
    pub fn nth_in_month(self) -> i8 {
        (self.0.day() - 1) / 7 + 1
    }

    /// Says whether its weekday comes no more in its month.
    pub fn is_last_in_month(self) -> bool {
        self.0.day() + 7 > self.0.days_in_month()
    }

    /// Counts the days until another day.
    pub fn days_until(self, other: Self) -> i64 {
        let days = other.0.since(self.0).map(|span| i64::from(span.get_days()));
        days.unwrap_or_default()
    }

    pub(crate) fn inner(self) -> jiff::civil::Date {
        self.0
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl FromStr for Date {
    type Err = CalendarError;

    /// Reads `2026-02-28`.
    fn from_str(text: &str) -> Result<Self, CalendarError> {
        let numbers: Vec<&str> = text.split('-').collect();
        match numbers.as_slice() {
            [year, month, day] if year.len() == 4 && month.len() == 2 && day.len() == 2 => {
                Self::new(number(year)?, number(month)?, number(day)?)
            }
            _ => Err(CalendarError::Date),
        }
    }
}

/// A time of day, to the minute.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct LocalTime {
    minutes: u16,
}

impl LocalTime {
    /// Returns a time between 00:00 and 23:59.
    ///
    /// # Errors
    /// Says that there is no such time.
    pub fn new(hour: u16, minute: u16) -> Result<Self, CalendarError> {
        if hour > 23 || minute > 59 {
            return Err(CalendarError::Time);
        }
        Ok(Self { minutes: hour * 60 + minute })
    }

    /// Midnight, with which a day begins.
    pub const MIDNIGHT: Self = Self { minutes: 0 };

    /// Returns its hour.
    pub fn hour(self) -> u16 {
        self.minutes / 60
    }

    /// Returns its minute.
    pub fn minute(self) -> u16 {
        self.minutes % 60
    }

    /// Counts the minutes since midnight.
    pub fn minutes(self) -> u16 {
        self.minutes
    }

    /// Returns the time of day some minutes later; midnight follows 23:59.
    pub fn after(self, minutes: u16) -> Self {
        let sum = (u32::from(self.minutes) + u32::from(minutes)) % u32::from(DAY_MINUTES);
        Self { minutes: u16::try_from(sum).unwrap_or_default() }
    }

    /// Counts the minutes until the next such time of day; a whole day if they are the same.
    pub fn minutes_until(self, later: Self) -> u16 {
        match (later.minutes + DAY_MINUTES - self.minutes) % DAY_MINUTES {
            0 => DAY_MINUTES,
            minutes => minutes,
        }
    }

    pub(crate) fn of(time: jiff::civil::Time) -> Self {
        let hour = u16::try_from(time.hour()).unwrap_or_default();
        Self { minutes: hour * 60 + u16::try_from(time.minute()).unwrap_or_default() }
    }

    pub(crate) fn inner(self) -> jiff::civil::Time {
        let part = |value: u16| i8::try_from(value).unwrap_or_default();
        jiff::civil::Time::new(part(self.hour()), part(self.minute()), 0, 0).unwrap_or_default()
    }
}

impl fmt::Display for LocalTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:02}:{:02}", self.hour(), self.minute())
    }
}

impl FromStr for LocalTime {
    type Err = CalendarError;

    /// Reads `19:30`.
    fn from_str(text: &str) -> Result<Self, CalendarError> {
        match text.split_once(':') {
            Some((hour, minute)) if hour.len() == 2 && minute.len() == 2 => {
                Self::new(number(hour)?, number(minute)?)
            }
            _ => Err(CalendarError::Time),
        }
    }
}

/// A day of the week.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Weekday {
    /// Sunday.
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
    /// All seven, from Sunday.
    pub const ALL: [Self; 7] = [
        Self::Sunday,
        Self::Monday,
        Self::Tuesday,
        Self::Wednesday,
        Self::Thursday,
        Self::Friday,
        Self::Saturday,
    ];

    /// Returns the weekday of a number that counts from Sunday, which is 0.
    pub fn from_sunday(number: i64) -> Option<Self> {
        usize::try_from(number).ok().and_then(|number| Self::ALL.get(number).copied())
    }

    /// Returns its number, counted from Sunday, which is 0.
    pub fn number(self) -> u8 {
        self as u8
    }

    /// Returns its English name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Sunday => "Sunday",
            Self::Monday => "Monday",
            Self::Tuesday => "Tuesday",
            Self::Wednesday => "Wednesday",
            Self::Thursday => "Thursday",
            Self::Friday => "Friday",
            Self::Saturday => "Saturday",
        }
    }

    pub(crate) fn of(weekday: jiff::civil::Weekday) -> Self {
        Self::from_sunday(i64::from(weekday.to_sunday_zero_offset())).unwrap_or(Self::Sunday)
    }
}

/// What is no day or time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum CalendarError {
    /// There is no such day between 1970 and 2999.
    #[error("there is no such day")]
    Date,
    /// There is no such time of day.
    #[error("there is no such time of day")]
    Time,
}

macro_rules! as_text {
    ($($name:ident),*) => {
        $(
            impl TryFrom<String> for $name {
                type Error = CalendarError;

                fn try_from(text: String) -> Result<Self, CalendarError> {
                    text.parse()
                }
            }

            impl From<$name> for String {
                fn from(value: $name) -> Self {
                    value.to_string()
                }
            }
        )*
    };
}
as_text!(Date, LocalTime);

/// Reads digits alone: no sign and no space.
fn number<T: FromStr>(digits: &str) -> Result<T, CalendarError> {
    let is_number = digits.bytes().all(|byte| byte.is_ascii_digit());
    digits.parse().ok().filter(|_| is_number).ok_or(CalendarError::Date)
}

const DAY_MINUTES: u16 = 24 * 60;
const YEAR_MIN: i16 = 1970;
const YEAR_MAX: i16 = 2999;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_real_days_and_times_can_be_had() {
        assert_eq!("2028-02-29".parse::<Date>().unwrap().weekday(), Weekday::Tuesday);
        for text in ["2027-02-29", "2028-2-29", "1969-12-31", "3000-01-01", "2028-02", "+028-02-01"] {
            assert_eq!(text.parse::<Date>(), Err(CalendarError::Date), "{text}");
        }
        for text in ["24:00", "12:60", "7:00", "1900", "-1:00", ""] {
            assert!(text.parse::<LocalTime>().is_err(), "{text}");
        }
    }

    #[test]
    fn a_later_time_of_day_may_be_tomorrow() {
        let at = |text: &str| text.parse::<LocalTime>().unwrap();
        assert_eq!(at("23:30").minutes_until(at("00:30")), 60);
        assert_eq!(at("19:00").minutes_until(at("19:00")), 24 * 60);
        assert_eq!(at("23:30").after(60), at("00:30"));
    }

    #[test]
    fn the_place_of_a_weekday_in_its_month_is_counted() {
        let date: Date = "2026-11-24".parse().unwrap();
        assert!(date.nth_in_month() == 4 && date.is_last_in_month());
        let date: Date = "2026-12-22".parse().unwrap();
        assert!(date.nth_in_month() == 4 && !date.is_last_in_month());
    }
}
