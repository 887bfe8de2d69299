//! Writes meetings as iCalendar (RFC 5545), so that a calendar shows them.
//!
//! Discreet unless told otherwise: "Tuesday, 7 pm" and no more, for a calendar is seen by employers and families. Says nothing
//! about alarms, and names nobody.

use std::collections::BTreeSet;

use super::Link;
use super::content_line::Lines;
use super::timezone::{self, by_day};
use crate::calendar::{Date, LocalTime, Timestamp, Weekday};
use crate::limits::PAUSE_DAYS_MAX;
use crate::meeting::Meeting;
use crate::rule::{Exception, Move, Rule, Schedule};
use crate::silent;
use crate::zone::Zone;

/// What a calendar shows.
#[derive(Clone)]
pub struct Options {
    /// When the file is made.
    pub stamp: Timestamp,
    /// The first day that it shows.
    pub from: Date,
    /// From which the ids of its entries are made, so that nobody can tell by them which meetings they are. The same key
    /// gives the same ids, by which a calendar knows an entry again.
    pub id_key: [u8; 32],
    /// What its entries are called.
    pub title: Title,
    /// Whether place and address are written.
    pub has_place: bool,
    /// What becomes of links.
    pub link: Link,
}

silent!(Options);

/// What an entry is called.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Title {
    /// By day and time: "Tuesday, 7 pm".
    #[default]
    Discreet,
    /// By the name of the meeting.
    Full,
}

/// What was written.
pub struct Calendar {
    /// The file.
    pub text: String,
    /// The ids of the meetings that are not in it, and why.
    pub left_out: Vec<(String, NotWritten)>,
}

silent!(Calendar);

/// Why a meeting is not in a calendar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotWritten {
    /// It has no day and time.
    NoTimes,
    /// Its zone is not known.
    ZoneNeeded,
    /// From the first day on it does not take place.
    NotHeld,
}

/// Writes meetings as a calendar.
pub fn write(meetings: &[Meeting], options: &Options) -> Calendar {
    let mut left_out = Vec::new();
    let mut series = Vec::new();
    for meeting in meetings {
        match Series::of(meeting, options.from) {
            Ok(one) => series.push((meeting, one)),
            Err(why) => left_out.push((meeting.id.clone(), why)),
        }
    }
    let mut lines = Lines::default();
    lines.plain("BEGIN:VCALENDAR");
    lines.plain("VERSION:2.0");
    lines.plain("PRODID:-//calendar//weekly//EN");
    lines.plain("CALSCALE:GREGORIAN");
    let mut described: BTreeSet<&str> = BTreeSet::new();
    let first = series.iter().map(|(_, one)| one.first).min().unwrap_or(options.from);
    for (_, one) in &series {
        if described.insert(one.zone.name()) {
            timezone::add(&mut lines, one.zone, first);
        }
    }
    for (meeting, one) in &series {
        one.write(&mut lines, meeting, options);
    }
    lines.plain("END:VCALENDAR");
    Calendar { text: lines.finish(), left_out }
}

/// The rule of a meeting as a calendar has it: a first day, a last one if there is one, and days without it.
struct Series<'a> {
    rule: &'a Rule,
    zone: &'a Zone,
    first: Date,
    last: Option<Date>,
    without: BTreeSet<Date>,
    moves: Vec<Move>,
}

impl<'a> Series<'a> {
    fn of(meeting: &'a Meeting, from: Date) -> Result<Self, NotWritten> {
        let rule = match &meeting.schedule {
            Schedule::Weekly(rule) => rule,
            Schedule::ByAppointment | Schedule::Unclear(_) => return Err(NotWritten::NoTimes),
        };
        let zone = rule.zone.as_ref().ok_or(NotWritten::ZoneNeeded)?;
        let moves: Vec<Move> = rule.moves().into_iter().filter(|moved| moved.to >= from).collect();
        // The first entry has to be one that takes place, be it at another time: a calendar shows it whatever the rule says.
        let is_shown = |day: &Date| rule.is_held(*day) || moves.iter().any(|moved| moved.on == *day);
        let begin = moves.iter().map(|moved| moved.on).min().map_or(from, |on| on.min(from));
        let first =
            days(begin, SEARCH_DAYS).find(|day| (*day >= from || !rule.is_held(*day)) && is_shown(day));
        let first = first.ok_or(NotWritten::NotHeld)?;
        let last = last(rule, first, &moves);
        let is_without = |day: &Date| rule.names(*day) && !is_shown(day);
        let single = rule.exceptions.iter().filter_map(|exception| match exception {
            Exception::Cancelled { on } => Some(*on),
            Exception::Moved(moved) => Some(moved.on),
            Exception::Paused { .. } => None,
        });
        let paused = rule.exceptions.iter().flat_map(|exception| paused_days(exception, first, last));
        let early = days(first, SEARCH_DAYS).take_while(|day| *day < from).filter(|day| rule.is_held(*day));
        let without = single.chain(paused).filter(is_without).chain(early);
        let without = without.filter(|day| *day >= first && last.is_none_or(|last| *day <= last)).collect();
        Ok(Self { rule, zone, first, last, without, moves })
    }

    fn write(&self, lines: &mut Lines, meeting: &Meeting, options: &Options) {
        let id = blake3::keyed_hash(&options.id_key, meeting.id.as_bytes()).to_hex();
        let id = id.get(..32).unwrap_or_default();
        let mut entry =
            |(day, start): (Date, LocalTime), days: &BTreeSet<Weekday>, minutes: u16, further: &[String]| {
                lines.plain("BEGIN:VEVENT");
                lines.plain(&format!("UID:{id}"));
                lines.plain(&format!("DTSTAMP:{}", in_utc(options.stamp)));
                lines.plain(&format!("DTSTART;{}", self.local(day, start)));
                lines.plain(&format!("DURATION:PT{minutes}M"));
                further.iter().for_each(|line| lines.plain(line));
                lines.text("SUMMARY", &title(meeting, days, start, options.title));
                if let Some(place) = place(meeting).filter(|_| options.has_place) {
                    lines.text("LOCATION", &place);
                }
                if let Some(url) = options.link.of(meeting) {
                    lines.text("DESCRIPTION", &url);
                }
                lines.plain("CLASS:PRIVATE");
                lines.plain("TRANSP:OPAQUE");
                lines.plain("END:VEVENT");
            };
        let start = self.rule.start;
        let mut further = vec![self.recurrence()];
        further.extend(self.without.iter().map(|day| format!("EXDATE;{}", self.local(*day, start))));
        entry((self.first, start), &self.rule.weekdays, self.rule.minutes(), &further);
        for moved in &self.moves {
            let minutes = moved.minutes.unwrap_or(self.rule.minutes());
            let instead = format!("RECURRENCE-ID;{}", self.local(moved.on, start));
            entry((moved.to, moved.start), &[moved.to.weekday()].into(), minutes, &[instead]);
        }
    }

    fn recurrence(&self) -> String {
        let days = self.rule.weekdays.iter().map(|day| by_day(*day));
        let mut text = if self.rule.only.is_empty() {
            format!("RRULE:FREQ=WEEKLY;BYDAY={}", days.collect::<Vec<_>>().join(","))
        } else {
            let each =
                days.flat_map(|day| self.rule.only.iter().map(move |nth| format!("{}{day}", nth.number())));
            format!("RRULE:FREQ=MONTHLY;BYDAY={}", each.collect::<Vec<_>>().join(","))
        };
        // Where the start has a zone, the end is in UTC: RFC 5545 section 3.3.10.
        if let Some(until) = self.last.and_then(|last| self.zone.instant(last, self.rule.start)) {
            text.push_str(&format!(";UNTIL={}", in_utc(until)));
        }
        text
    }

    fn local(&self, day: Date, time: LocalTime) -> String {
        let (year, month, day) = day.parts();
        format!(
            "TZID={}:{year:04}{month:02}{day:02}T{:02}{:02}00",
            self.zone.name(),
            time.hour(),
            time.minute()
        )
    }
}

/// Returns the last day of a series that a pause without end ends; a pause that is too long to list counts as such. What was
/// moved from a day in that pause has to be part of the series.
fn last(rule: &Rule, first: Date, moves: &[Move]) -> Option<Date> {
    let end = |exception: &Exception| match exception {
        Exception::Paused { from, until } => {
            let from = from.unwrap_or(first);
            let is_long = until.is_none_or(|until| from.max(first).days_until(until) > PAUSE_DAYS_MAX);
            is_long.then(|| if from > first { from.yesterday().unwrap_or(first) } else { first })
        }
        Exception::Cancelled { .. } | Exception::Moved(_) => None,
    };
    let end = rule.exceptions.iter().filter_map(end).min()?;
    let moved = moves.iter().map(|moved| moved.on).filter(|on| end.days_until(*on) <= PAUSE_DAYS_MAX).max();
    Some(moved.map_or(end, |moved| moved.max(end)))
}

/// Lists the days of a pause after the first day of a series and up to its last.
fn paused_days(exception: &Exception, first: Date, last: Option<Date>) -> Vec<Date> {
    let Exception::Paused { from, until } = exception else {
        return Vec::new();
    };
    let Some(until) = [*until, last].into_iter().flatten().min() else {
        return Vec::new();
    };
    let from = from.unwrap_or(first).max(first);
    days(from, PAUSE_DAYS_MAX + 1).take_while(|day| *day <= until).collect()
}

fn days(from: Date, count: i64) -> impl Iterator<Item = Date> {
    let count = usize::try_from(count).unwrap_or_default();
    std::iter::successors(Some(from), |day| day.tomorrow()).take(count)
}

/// What was moved is called by the day and time at which it takes place.
fn title(meeting: &Meeting, weekdays: &BTreeSet<Weekday>, start: LocalTime, title: Title) -> String {
    match title {
        Title::Full => meeting.name.clone(),
        Title::Discreet => format!("{}, {}", day_names(weekdays), spoken(start)),
    }
}

fn day_names(days: &BTreeSet<Weekday>) -> String {
    let names: Vec<&str> = days.iter().map(|day| day.name()).collect();
    match names.as_slice() {
        [_, _, _, _, _, _, _] => "Every day".to_owned(),
        [before @ .., last] if !before.is_empty() => format!("{} and {last}", before.join(", ")),
        _ => names.concat(),
    }
}

/// Says a time as people do: 7 pm, 7:30 am, noon.
fn spoken(time: LocalTime) -> String {
    let half = if time.hour() < 12 { "am" } else { "pm" };
    let hour = (time.hour() + 11) % 12 + 1;
    match (time.hour(), time.minute()) {
        (0, 0) => "midnight".to_owned(),
        (12, 0) => "noon".to_owned(),
        (_, 0) => format!("{hour} {half}"),
        (_, minute) => format!("{hour}:{minute:02} {half}"),
    }
}

fn place(meeting: &Meeting) -> Option<String> {
    let parts = [&meeting.place.name, &meeting.place.address];
    let there: Vec<&str> = parts.into_iter().flatten().map(String::as_str).collect();
    (!there.is_empty()).then(|| there.join(", "))
}

fn in_utc(at: Timestamp) -> String {
    let at = jiff::Timestamp::from_millisecond(at.0).unwrap_or_default();
    at.strftime("%Y%m%dT%H%M%SZ").to_string()
}

/// Days in which the first entry is looked for: a pause of ten years, and more than any fifth weekday needs.
const SEARCH_DAYS: i64 = 3_700;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_and_times_are_said_as_people_do() {
        let days = |numbers: &[i64]| {
            day_names(&numbers.iter().filter_map(|day| Weekday::from_sunday(*day)).collect())
        };
        assert_eq!(days(&[2]), "Tuesday");
        assert_eq!(days(&[1, 2, 4]), "Monday, Tuesday and Thursday");
        assert_eq!(days(&[0, 1, 2, 3, 4, 5, 6]), "Every day");
        let at = |text: &str| spoken(text.parse().unwrap());
        assert_eq!(
            [at("19:00"), at("07:30"), at("12:00"), at("00:00")],
            ["7 pm", "7:30 am", "noon", "midnight"]
        );
        assert_eq!([at("00:30"), at("12:15")], ["12:30 am", "12:15 pm"]);
    }
}
