//! The description of a time zone in iCalendar: VTIMEZONE. RFC 5545 section 3.6.5.
//!
//! The rules are found by looking at the changes of the clocks in the years to come: what is the same weekday of a month, at the
//! same time, each year is written as such; what follows no such rule is written change by change.

use std::collections::BTreeMap;

use jiff::civil::DateTime;
use jiff::tz::Offset;

use super::content_line::Lines;
use crate::calendar::{Date, LocalTime, Timestamp, Weekday};
use crate::limits::ZONE_YEARS;
use crate::zone::Zone;

/// Adds the description of a zone that holds from a day on.
pub(super) fn add(lines: &mut Lines, zone: &Zone, from: Date) {
    let (year, ..) = from.parts();
    lines.plain("BEGIN:VTIMEZONE");
    lines.plain(&format!("TZID:{}", zone.name()));
    // A year before, so that some change comes before the first day.
    let begin = Date::new(year - 1, 1, 1).ok().and_then(|day| zone.instant(day, LocalTime::MIDNIGHT));
    let begin = begin.unwrap_or(Timestamp(0));
    let changes = changes(zone, begin, year + ZONE_YEARS);
    base(lines, zone, begin);
    let mut alike: BTreeMap<Alike, Vec<&Change>> = BTreeMap::new();
    for change in &changes {
        alike.entry(change.alike()).or_default().push(change);
    }
    for (_, changes) in alike {
        observance(lines, &changes, year);
    }
    lines.plain("END:VTIMEZONE");
}

/// A change of the clocks.
struct Change {
    /// What the clocks showed when it came.
    at: DateTime,
    from: Offset,
    to: Offset,
    is_dst: bool,
    name: String,
}

/// What changes of one rule have in common: from, to, month, time, name.
type Alike = (i32, i32, bool, i8, LocalTime, String);

impl Change {
    fn alike(&self) -> Alike {
        let time = LocalTime::of(self.at.time());
        (self.from.seconds(), self.to.seconds(), self.is_dst, self.at.month(), time, self.name.clone())
    }
}

fn changes(zone: &Zone, begin: Timestamp, last_year: i16) -> Vec<Change> {
    let zone = zone.inner();
    let Ok(begin) = jiff::Timestamp::from_millisecond(begin.0) else {
        return Vec::new();
    };
    let mut before = zone.to_offset(begin);
    let mut found = Vec::new();
    for change in zone.following(begin) {
        let at = before.to_datetime(change.timestamp());
        if at.year() > last_year || found.len() >= CHANGES_MAX {
            break;
        }
        let (from, to) = (before, change.offset());
        before = to;
        found.push(Change {
            at,
            from,
            to,
            is_dst: change.dst().is_dst(),
            name: change.abbreviation().to_owned(),
        });
    }
    found
}

/// Adds what holds before the first change.
fn base(lines: &mut Lines, zone: &Zone, begin: Timestamp) {
    let Ok(begin) = jiff::Timestamp::from_millisecond(begin.0) else {
        return;
    };
    let info = zone.inner().to_offset_info(begin);
    let offset = info.offset();
    component(lines, info.dst().is_dst(), "19700101T000000", offset, offset, info.abbreviation(), &[]);
}

/// Adds the changes that are alike: by a rule if they have one, or else one by one.
fn observance(lines: &mut Lines, changes: &[&Change], year: i16) {
    let Some(first) = changes.first() else {
        return;
    };
    let further = match rule(changes, year) {
        Some(rule) => vec![rule],
        None => changes.iter().skip(1).map(|change| format!("RDATE:{}", written(change.at))).collect(),
    };
    component(lines, first.is_dst, &written(first.at), first.from, first.to, &first.name, &further);
}

/// Returns the yearly rule of changes, if they come each year on the same weekday within the same seven days.
fn rule(changes: &[&Change], year: i16) -> Option<String> {
    let days: Vec<Date> = changes.iter().filter_map(|change| Date::of(change.at.date())).collect();
    let (first, last) = (days.first()?, days.last()?);
    let years = first.parts().0..=last.parts().0;
    let is_yearly = days.iter().map(|day| day.parts().0).eq(years) && last.parts().0 >= year + ZONE_YEARS - 1;
    let weekday = first.weekday();
    if !is_yearly || days.iter().any(|day| day.weekday() != weekday) {
        return None;
    }
    let by_day = by_day(weekday);
    let month = first.parts().1;
    let rule = |which: String| Some(format!("RRULE:FREQ=YEARLY;BYMONTH={month};{which}"));
    if days.iter().all(|day| day.is_last_in_month()) {
        return rule(format!("BYDAY=-1{by_day}"));
    }
    let nth = first.nth_in_month();
    if days.iter().all(|day| day.nth_in_month() == nth) {
        return rule(format!("BYDAY={nth}{by_day}"));
    }
    let in_month = || days.iter().map(|day| day.parts().2);
    let (least, most) = (in_month().min()?, in_month().max()?);
    let window = (least..=most).map(|day| day.to_string()).collect::<Vec<_>>().join(",");
    if most - least == 6 { rule(format!("BYDAY={by_day};BYMONTHDAY={window}")) } else { None }
}

fn component(
    lines: &mut Lines,
    is_dst: bool,
    start: &str,
    from: Offset,
    to: Offset,
    name: &str,
    further: &[String],
) {
    let kind = if is_dst { "DAYLIGHT" } else { "STANDARD" };
    lines.plain(&format!("BEGIN:{kind}"));
    lines.plain(&format!("DTSTART:{start}"));
    lines.plain(&format!("TZOFFSETFROM:{}", offset(from)));
    lines.plain(&format!("TZOFFSETTO:{}", offset(to)));
    lines.text("TZNAME", name);
    further.iter().for_each(|line| lines.plain(line));
    lines.plain(&format!("END:{kind}"));
}

/// Returns a weekday as iCalendar writes it.
pub(super) fn by_day(weekday: Weekday) -> String {
    weekday.name().get(..2).unwrap_or_default().to_uppercase()
}

fn written(at: DateTime) -> String {
    at.strftime("%Y%m%dT%H%M%S").to_string()
}

fn offset(offset: Offset) -> String {
    let sign = if offset.is_negative() { '-' } else { '+' };
    let seconds = offset.seconds().abs();
    let (hours, minutes, seconds) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    if seconds == 0 {
        format!("{sign}{hours:02}{minutes:02}")
    } else {
        format!("{sign}{hours:02}{minutes:02}{seconds:02}")
    }
}

/// More changes than any zone has in the years that are described: four a year.
const CHANGES_MAX: usize = 200;

#[cfg(test)]
mod tests {
    use super::*;

    fn described(name: &str) -> String {
        let mut lines = Lines::default();
        add(&mut lines, &Zone::named(name).unwrap(), "2026-11-24".parse().unwrap());
        lines.finish()
    }

    #[test]
    fn a_zone_without_changes_has_one_observance() {
        let text = described("Asia/Kolkata");
        assert_eq!(text.matches("BEGIN:STANDARD").count(), 1);
        assert!(text.contains("TZOFFSETTO:+0530\r\n") && !text.contains("DAYLIGHT"));
    }

    #[test]
    fn yearly_changes_are_written_as_rules() {
        let text = described("America/New_York");
        assert!(text.contains("DTSTART:20250309T020000\r\nTZOFFSETFROM:-0500\r\nTZOFFSETTO:-0400\r\nTZNAME:EDT\r\nRRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=2SU\r\n"));
        assert!(text.contains("RRULE:FREQ=YEARLY;BYMONTH=11;BYDAY=1SU\r\n"));
        assert!(described("Europe/Berlin").contains("RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU\r\n"));
        // In Chile the first Sunday from the second of the month on.
        assert!(described("America/Santiago").contains("BYDAY=SU;BYMONTHDAY=2,3,4,5,6,7,8\r\n"));
        for name in ["America/New_York", "Europe/Berlin", "America/Santiago"] {
            assert!(!described(name).contains("RDATE"), "{name}");
        }
    }

    #[test]
    fn changes_without_a_yearly_rule_are_written_one_by_one() {
        // In Gaza they follow the moon as well as the sun.
        assert!(described("Asia/Gaza").matches("RDATE:").count() > 40);
    }
}
