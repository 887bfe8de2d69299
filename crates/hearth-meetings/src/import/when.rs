//! Reads days, times, lengths and dates in the ways in which lists write them.
//!
//! Pure functions of text. What can mean two things is not read.

use crate::calendar::{Date, LocalTime, Weekday};

/// A time of day that was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct ReadTime {
    pub(super) time: LocalTime,
    /// Whether it is written as `HH:MM`.
    pub(super) is_plain: bool,
    /// Whether it is 24:00, the end of a day.
    pub(super) is_end_of_day: bool,
}

/// Reads a time of day.
pub(super) fn time(text: &str) -> Option<ReadTime> {
    let lower = text.trim().to_lowercase().replace("a.m", "am").replace("p.m", "pm");
    let lower = lower.trim_end_matches('.').trim();
    let read =
        |time: LocalTime| Some(ReadTime { time, is_plain: text == time.to_string(), is_end_of_day: false });
    match lower {
        "noon" | "midday" | "12 noon" | "12:00 noon" | "12noon" => return read(LocalTime::new(12, 0).ok()?),
        "midnight" | "12 midnight" | "12:00 midnight" => return read(LocalTime::new(0, 0).ok()?),
        "24:00" | "24:00:00" => {
            return Some(ReadTime { time: LocalTime::new(0, 0).ok()?, is_plain: false, is_end_of_day: true });
        }
        _ => {}
    }
    let (clock, half) = half_of_day(lower);
    let parts: Vec<&str> = clock.trim().split([':', '.', 'h']).collect();
    let (hour, minute) = match parts.as_slice() {
        // An hour alone says too little without its half of the day.
        [hour] if half.is_some() => (number(hour, 2)?, 0),
        [both] if both.len() == 4 => (number(both.get(..2)?, 2)?, number(both.get(2..)?, 2)?),
        [hour, minute] if minute.len() == 2 => (number(hour, 2)?, number(minute, 2)?),
        // Seconds are no part of any meeting.
        [hour, minute, "00"] if minute.len() == 2 => (number(hour, 2)?, number(minute, 2)?),
        _ => return None,
    };
    let hour = match half {
        None => hour,
        Some(Half::Morning) if hour == 12 => 0,
        Some(Half::Morning) if hour < 12 => hour,
        Some(Half::Evening) if hour < 12 && hour > 0 => hour + 12,
        // 12 pm, and what is on a clock of 24 hours already.
        Some(Half::Evening) if hour >= 12 => hour,
        Some(Half::Morning | Half::Evening) => return None,
    };
    read(LocalTime::new(hour, minute).ok()?)
}

/// Reads a length as `hh:mm:ss` or `hh:mm`, in minutes; none is longer than a day.
pub(super) fn length(text: &str) -> Option<u16> {
    let parts: Vec<&str> = text.trim().split(':').collect();
    let (hours, minutes): (u16, u16) = match parts.as_slice() {
        [hours, minutes] | [hours, minutes, "00"] => (number(hours, 2)?, number(minutes, 2)?),
        _ => return None,
    };
    let minutes = hours * 60 + minutes;
    (1..=crate::limits::DURATION_MINUTES_MAX).contains(&minutes).then_some(minutes)
}

/// Reads a weekday: a number that counts from Sunday, which is `first`, or an English name.
pub(super) fn weekday(text: &str, first: i64) -> Option<Weekday> {
    let lower = text.trim().to_lowercase();
    if let Ok(number) = lower.parse::<i64>() {
        return Weekday::from_sunday(number.checked_sub(first)?);
    }
    let name = lower.strip_suffix('s').unwrap_or(&lower).trim_end_matches('.');
    let is_named = |day: &Weekday| {
        let full = day.name().to_lowercase();
        full == name || (name.len() >= 3 && full.starts_with(name))
    };
    Weekday::ALL.into_iter().find(is_named)
}

/// What the parts of a date with slashes are, in a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum SlashOrder {
    MonthFirst,
    DayFirst,
    Unknown,
}

impl SlashOrder {
    /// Finds the order by the dates that can be read in one way alone. If they disagree there is none.
    pub(super) fn of<'a>(dates: impl Iterator<Item = &'a str>) -> Self {
        let parts = dates.filter_map(slashed);
        let (month_first, day_first) = parts.fold((false, false), |(month, day), (first, second, _)| {
            (month || second > 12, day || first > 12)
        });
        match (month_first, day_first) {
            (true, false) => Self::MonthFirst,
            (false, true) => Self::DayFirst,
            (true, true) | (false, false) => Self::Unknown,
        }
    }
}

/// Reads the day of a date, whatever time follows it.
pub(super) fn day(text: &str, order: SlashOrder) -> Option<Date> {
    let text = text.trim();
    if let Some((first, second, year)) = slashed(text) {
        let order = if first == second || second > 12 { SlashOrder::MonthFirst } else { order };
        let order = if first > 12 { SlashOrder::DayFirst } else { order };
        return match order {
            SlashOrder::MonthFirst => Date::new(year, first, second).ok(),
            SlashOrder::DayFirst => Date::new(year, second, first).ok(),
            SlashOrder::Unknown => None,
        };
    }
    let begins = |mark: char| text.split(['T', ' ']).next().map(|day| day.split(mark).collect::<Vec<_>>());
    for mark in ['-', '/'] {
        if let Some([year, month, day]) = begins(mark).as_deref()
            && let Some(date) = date_of(year, month, day)
        {
            return Some(date);
        }
    }
    // With dots the day comes first wherever dots are used.
    if let Some([day, month, year]) = begins('.').as_deref() {
        return date_of(year, month, day);
    }
    seconds(text).or_else(|| named_month(text))
}

fn date_of(year: &str, month: &str, day: &str) -> Option<Date> {
    if year.len() != 4 {
        return None;
    }
    Date::new(number(year, 4)?, number(month, 2)?, number(day, 2)?).ok()
}

/// Splits `8/25/2022 11:17:07 AM`.
fn slashed(text: &str) -> Option<(i8, i8, i16)> {
    let parts: Vec<&str> = text.split_whitespace().next()?.split('/').collect();
    match parts.as_slice() {
        [first, second, year] if year.len() == 4 => {
            Some((number(first, 2)?, number(second, 2)?, number(year, 4)?))
        }
        _ => None,
    }
}

/// Reads seconds or milliseconds since 1970.
fn seconds(text: &str) -> Option<Date> {
    let is_number = text.bytes().all(|byte| byte.is_ascii_digit());
    let value: i64 = text.parse().ok().filter(|_| is_number)?;
    let ms = match text.len() {
        10 => value.checked_mul(1000)?,
        13 => value,
        _ => return None,
    };
    Date::of(jiff::Timestamp::from_millisecond(ms).ok()?.to_zoned(jiff::tz::TimeZone::UTC).date())
}

/// Reads `August 25, 2022` and `25 Aug 2022`.
fn named_month(text: &str) -> Option<Date> {
    let words: Vec<&str> = text.split([' ', ',', '-']).filter(|word| !word.is_empty()).take(3).collect();
    let [first, second, year] = words.as_slice() else {
        return None;
    };
    let (month, day) = match month(first) {
        Some(month) => (month, second),
        None => (month(second)?, first),
    };
    Date::new(number(year, 4).filter(|_| year.len() == 4)?, month, number(day, 2)?).ok()
}

fn month(word: &str) -> Option<i8> {
    let lower = word.trim_end_matches('.').to_lowercase();
    let at = MONTHS.iter().position(|month| lower.len() >= 3 && month.starts_with(&lower))?;
    i8::try_from(at + 1).ok()
}

enum Half {
    Morning,
    Evening,
}

fn half_of_day(lower: &str) -> (&str, Option<Half>) {
    for (mark, half) in
        [("am", Half::Morning), ("pm", Half::Evening), ("a", Half::Morning), ("p", Half::Evening)]
    {
        if let Some(clock) = lower.strip_suffix(mark) {
            return (clock, Some(half));
        }
    }
    (lower, None)
}

/// Reads digits alone, and at most so many.
fn number<T: std::str::FromStr>(digits: &str, digits_max: usize) -> Option<T> {
    let is_number = digits.len() <= digits_max && digits.bytes().all(|byte| byte.is_ascii_digit());
    digits.parse().ok().filter(|_| is_number)
}

const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> String {
        time(text).map_or_else(|| "?".to_owned(), |read| read.time.to_string())
    }

    #[test]
    fn times_are_read_as_lists_write_them() {
        for (text, expected) in [
            ("19:00", "19:00"),
            ("8:00", "08:00"),
            ("8:00 PM", "20:00"),
            ("7:00pm", "19:00"),
            ("7 p.m.", "19:00"),
            ("12:15 AM", "00:15"),
            ("12:00 PM", "12:00"),
            ("noon", "12:00"),
            ("12 Noon", "12:00"),
            ("Midnight", "00:00"),
            ("19:30:00", "19:30"),
            ("19.30", "19:30"),
            ("19h30", "19:30"),
            ("1930", "19:30"),
            ("19:00 pm", "19:00"),
        ] {
            assert_eq!(shown(text), expected, "{text}");
        }
        for text in [
            "",
            "7",
            "25:00",
            "19:60",
            "13 am",
            "0 pm",
            "7:5",
            "19:30:15",
            "evening",
            "7-8pm",
            "190",
            "+7:00",
            "١٩:٠٠",
        ] {
            assert_eq!(shown(text), "?", "{text}");
        }
        assert!(time("24:00").unwrap().is_end_of_day);
        assert!(time("19:00").unwrap().is_plain && !time("8:00").unwrap().is_plain);
    }

    #[test]
    fn lengths_are_bounded_by_a_day() {
        assert_eq!(length("01:30:00"), Some(90));
        assert_eq!(length("24:00:00"), Some(1440));
        assert!(
            [("00:00:00"), ("25:00:00"), ("1:30:10"), ("90"), ("")]
                .into_iter()
                .all(|text| length(text).is_none())
        );
    }

    #[test]
    fn weekdays_are_numbers_or_names() {
        assert_eq!(weekday("0", 0), Some(Weekday::Sunday));
        assert_eq!(weekday("1", 1), Some(Weekday::Sunday));
        assert_eq!(weekday("7", 1), Some(Weekday::Saturday));
        assert_eq!(weekday(" Tues ", 0), Some(Weekday::Tuesday));
        assert_eq!(weekday("Wednesdays", 0), Some(Weekday::Wednesday));
        assert!(["7", "-1", "", "T", "Someday"].into_iter().all(|text| weekday(text, 0).is_none()));
        assert_eq!(weekday("0", 1), None);
    }

    #[test]
    fn dates_are_read_when_they_mean_one_day() {
        let read = |text: &str| day(text, SlashOrder::Unknown).map(|date| date.to_string());
        for text in [
            "2022-08-25 11:17:07",
            "2022-08-25T11:17:07Z",
            "2022/08/25",
            "8/25/2022 11:17:07 AM",
            "25/8/2022",
            "25.08.2022",
            "August 25, 2022",
            "25 Aug 2022",
            "25-Aug-2022",
            "1661425200",
            "1661425200000",
        ] {
            assert_eq!(read(text).as_deref(), Some("2022-08-25"), "{text}");
        }
        for text in ["8/9/2022", "2022", "yesterday", "", "2022-02-30", "13/13/2022"] {
            assert_eq!(read(text), None, "{text}");
        }
        assert_eq!(read("8/8/2022").as_deref(), Some("2022-08-08"));
    }

    #[test]
    fn a_file_says_which_part_of_a_date_is_the_month() {
        assert_eq!(SlashOrder::of(["8/9/2022", "8/25/2022"].into_iter()), SlashOrder::MonthFirst);
        assert_eq!(SlashOrder::of(["8/9/2022", "25/8/2022"].into_iter()), SlashOrder::DayFirst);
        assert_eq!(SlashOrder::of(["8/9/2022"].into_iter()), SlashOrder::Unknown);
        assert_eq!(SlashOrder::of(["25/8/2022", "8/25/2022"].into_iter()), SlashOrder::Unknown);
        let first = |order| day("8/9/2022", order).unwrap().to_string();
        assert_eq!(
            (first(SlashOrder::MonthFirst), first(SlashOrder::DayFirst)),
            ("2022-08-09".into(), "2022-09-08".into())
        );
    }
}
