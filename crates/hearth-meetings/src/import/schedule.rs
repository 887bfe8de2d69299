//! From what a record says of day, time, length and zone to a schedule.
//!
//! A zone is never guessed: it is the record's, or the one that the caller names, or none. What cannot be read is kept in its
//! words.

use std::collections::BTreeSet;

use super::record::{Record, open_or_kept, shown};
use super::report::Code;
use super::{Context, ZoneFrom, hints, when};
use crate::calendar::{LocalTime, Weekday};
use crate::limits::{DURATION_MINUTES_USUAL, LINE_BYTES_MAX};
use crate::rule::{Rule, Schedule};
use crate::zone::Zone;

/// What a record says of when it takes place.
pub(super) struct Times {
    /// The days, if they can be read.
    pub(super) days: Option<BTreeSet<Weekday>>,
    /// The words for the days, if they cannot.
    pub(super) day_words: Option<String>,
    pub(super) start: Option<String>,
    pub(super) end: Option<String>,
    /// The length, where a format says that and no end.
    pub(super) minutes: Option<u16>,
    /// The names of the fields for day, start and end.
    pub(super) fields: [&'static str; 3],
    /// The field for the zone, and what it says.
    pub(super) zone: (&'static str, Option<String>),
}

/// Returns the schedule, and where its zone is from.
pub(super) fn read(record: &mut Record<'_>, times: Times, context: &Context<'_>) -> (Schedule, ZoneFrom) {
    let [day_field, time_field, end_field] = times.fields;
    let (zone, from) = zone(record, &times.zone, context);
    let start = times.start.as_deref().and_then(|text| start(record, text, time_field));
    if let (Some(days), Some(start)) = (&times.days, start) {
        let mut rule = Rule::weekly(days.iter().copied(), start, zone);
        rule.minutes = times.minutes;
        if let Some(end) = &times.end {
            rule.minutes = minutes(record, start, end, end_field);
        }
        note_length(record, &rule, end_field);
        return (Schedule::Weekly(rule), from);
    }
    let days = times.day_words.clone().or(times.days.as_ref().map(names));
    if days.is_none() && times.start.is_none() {
        record.note(
            Code::ByAppointment,
            day_field,
            "There is neither a day nor a time: it is by appointment.",
        );
        return (Schedule::ByAppointment, ZoneFrom::NotNeeded);
    }
    if let Some(words) = &times.day_words {
        let sentence = format!("The day {} cannot be read; its words are kept: look at it.", shown(words));
        record.note(Code::DayUnclear, day_field, sentence);
    } else if days.is_none() {
        record.note(
            Code::DayMissing,
            day_field,
            "There is a time and no day; its words are kept: look at it.",
        );
    }
    if times.start.is_none() {
        record.note(
            Code::TimeMissing,
            time_field,
            "There is a day and no time; its words are kept: look at it.",
        );
    }
    let words = [days, times.start].into_iter().flatten().collect::<Vec<_>>().join(", ");
    let words = super::text::clean(&words, true, LINE_BYTES_MAX).text;
    (Schedule::Unclear(open_or_kept(words)), ZoneFrom::NotNeeded)
}

/// Notes what a name says of whether and when it takes place.
pub(super) fn name_says(record: &mut Record<'_>, name: &str) {
    if hints::is_monthly(name) {
        let sentence = "The name speaks of certain weeks of the month; no rule was made of it: look at it.";
        record.note(Code::MonthlyInText, "name", sentence);
    }
    if hints::may_not_meet(name) {
        let sentence = "The name says that the meeting may not always take place: look at it.";
        record.note(Code::MayNotMeet, "name", sentence);
    }
}

fn zone(
    record: &mut Record<'_>,
    said: &(&'static str, Option<String>),
    context: &Context<'_>,
) -> (Option<Zone>, ZoneFrom) {
    let (field, Some(name)) = said else {
        return match context.zone {
            Some(zone) => (Some(zone.clone()), ZoneFrom::Caller),
            None => (None, ZoneFrom::Nowhere),
        };
    };
    match Zone::named(name) {
        Ok(zone) => (Some(zone), ZoneFrom::Record),
        Err(unknown) => {
            // Another zone in its place would be a guess.
            let sentence = format!("{}: {unknown}; the time zone is left open: look at it.", shown(name));
            record.note(Code::ZoneUnknown, *field, sentence);
            (None, ZoneFrom::Nowhere)
        }
    }
}

fn start(record: &mut Record<'_>, text: &str, field: &'static str) -> Option<LocalTime> {
    let Some(read) = when::time(text).filter(|read| !read.is_end_of_day) else {
        let sentence = format!("The time {} cannot be read; its words are kept: look at it.", shown(text));
        record.note(Code::TimeUnclear, field, sentence);
        return None;
    };
    note_read(record, text, &read, field);
    if read.time.minutes() == 0 {
        let sentence =
            "It begins at midnight, at the beginning of its day; people also mean the end: look at it.";
        record.note(Code::Midnight, field, sentence);
    }
    Some(read.time)
}

/// Returns the minutes until the end, which is on the next day if it comes before the start.
fn minutes(record: &mut Record<'_>, start: LocalTime, text: &str, field: &'static str) -> Option<u16> {
    let Some(read) = when::time(text).filter(|read| read.time != start) else {
        let sentence = format!("The end {} cannot be read or is the start; it is left open.", shown(text));
        record.note(Code::LengthUnclear, field, sentence);
        return None;
    };
    note_read(record, text, &read, field);
    Some(start.minutes_until(read.time))
}

fn note_read(record: &mut Record<'_>, text: &str, read: &when::ReadTime, field: &'static str) {
    if !read.is_plain {
        record.note(Code::TimeRead, field, format!("The time {} was read as {}.", shown(text), read.time));
    }
}

fn note_length(record: &mut Record<'_>, rule: &Rule, field: &'static str) {
    let Some(minutes) = rule.minutes else {
        return;
    };
    if rule.start.minutes() + minutes > DAY_MINUTES {
        let sentence = "It ends on the next day, and belongs to the day on which it begins.";
        record.note(Code::CrossesMidnight, field, sentence);
    }
    if minutes > DURATION_MINUTES_USUAL {
        let (hours, minutes) = (minutes / 60, minutes % 60);
        let sentence =
            format!("It takes {hours} hours and {minutes} minutes, which looks like a mistake: look at it.");
        record.note(Code::LengthUnusual, field, sentence);
    }
}

fn names(days: &BTreeSet<Weekday>) -> String {
    days.iter().map(|day| day.name()).collect::<Vec<_>>().join(", ")
}

const DAY_MINUTES: u16 = 24 * 60;
