//! Shows times as the person's own clock and calendar do.

use hearth_api::Day;
use jiff::{Timestamp, Zoned, civil, tz::TimeZone};

use crate::{catalogue::say, failure::Failure};

/// Returns a time in the local time zone, without the date if it is today's.
pub(crate) fn shown(at_ms: u64) -> String {
    shown_at(at_ms, &Zoned::now())
}

fn shown_at(at_ms: u64, now: &Zoned) -> String {
    let Some(at) = zoned(at_ms, now.time_zone()) else {
        return say!("time-unknown");
    };
    let time = at.strftime("%H:%M").to_string();
    if at.date() == now.date() {
        return time;
    }
    dated(&at, now)
}

/// Returns a time with its day, also if it is today's.
pub(crate) fn with_day(at_ms: u64) -> String {
    let now = Zoned::now();
    zoned(at_ms, now.time_zone()).map_or_else(|| say!("time-unknown"), |at| dated(&at, &now))
}

fn dated(at: &Zoned, now: &Zoned) -> String {
    let time = at.strftime("%H:%M").to_string();
    let weekday = say!("weekday", number = number(at.weekday().to_monday_one_offset()));
    let (day, month) = (number(at.day()), month(at));
    if at.year() == now.year() {
        return say!("time-this-year", weekday = weekday, day = day, month = month, time = time);
    }
    let year = at.year().to_string();
    say!("time-other-year", weekday = weekday, day = day, month = month, year = year, time = time)
}

/// Returns the day of a time in the local time zone, which is what a person remembers of it.
pub(crate) fn day(at_ms: u64) -> String {
    day_at(at_ms, &Zoned::now())
}

fn day_at(at_ms: u64, now: &Zoned) -> String {
    let Some(at) = zoned(at_ms, now.time_zone()) else {
        return say!("day-unknown");
    };
    let (day, month) = (number(at.day()), month(&at));
    match at.year() == now.year() {
        true => say!("day-this-year", day = day, month = month),
        false => say!("day-other-year", day = day, month = month, year = at.year().to_string()),
    }
}

fn month(at: &Zoned) -> String {
    say!("month", number = number(at.month()))
}

/// Days and months are counted from one.
fn number(of_calendar: i8) -> u64 {
    u64::try_from(of_calendar).unwrap_or_default()
}

/// Tells whether a time is over.
pub(crate) fn is_past(at_ms: u64) -> bool {
    let now = Timestamp::now().as_millisecond();
    u64::try_from(now).is_ok_and(|now| at_ms <= now)
}

/// Returns the minute of the day in the local time zone.
pub(crate) fn minute_of_today() -> u16 {
    let now = Zoned::now();
    u16::try_from(i32::from(now.hour()) * 60 + i32::from(now.minute())).unwrap_or_default()
}

/// Returns when today began.
pub(crate) fn start_of_today_ms() -> u64 {
    let start = Zoned::now().start_of_day().map(|start| start.timestamp().as_millisecond());
    start.ok().and_then(|start| u64::try_from(start).ok()).unwrap_or_default()
}

/// Returns when somebody who sleeps on something has slept: at nine in the morning. Whoever is still up before four has
/// not begun to.
pub(crate) fn next_morning_ms() -> Option<u64> {
    morning_after(&Zoned::now())
}

fn morning_after(now: &Zoned) -> Option<u64> {
    let day = if now.hour() < STILL_UP_HOUR { now.date() } else { now.date().tomorrow().ok()? };
    let morning = day.at(MORNING_HOUR, 0, 0, 0).to_zoned(now.time_zone().clone()).ok()?;
    u64::try_from(morning.timestamp().as_millisecond()).ok()
}

const STILL_UP_HOUR: i8 = 4;
const MORNING_HOUR: i8 = 9;

/// Returns the time that it is.
pub(crate) fn now_ms() -> u64 {
    u64::try_from(Timestamp::now().as_millisecond()).unwrap_or_default()
}

/// Returns the day that it is here.
///
/// # Errors
/// When the clock of this machine cannot be right.
pub(crate) fn today() -> Result<Day, Failure> {
    Zoned::now().date().to_string().parse().map_err(|_| Failure::usage(say!("day-unknown")))
}

/// Returns noon of a day in UTC.
///
/// # Errors
/// When the calendar has no such day.
pub(crate) fn noon_ms(day: Day) -> Result<u64, Failure> {
    let date = civil::Date::strptime("%Y-%m-%d", day.to_string()).ok();
    let noon = date.and_then(|date| date.at(12, 0, 0, 0).to_zoned(TimeZone::UTC).ok());
    let noon = noon.and_then(|noon| u64::try_from(noon.timestamp().as_millisecond()).ok());
    noon.ok_or_else(|| Failure::usage(say!("meetings-day-wrong")))
}

/// Tells whether the clock here shows this day and time then.
pub(crate) fn is_shown_here(at_ms: u64, day: &str, time: &str) -> bool {
    let here = zoned(at_ms, Zoned::now().time_zone());
    here.is_some_and(|here| here.strftime("%Y-%m-%d %H:%M").to_string() == format!("{day} {time}"))
}

fn zoned(at_ms: u64, zone: &TimeZone) -> Option<Zoned> {
    let at = Timestamp::from_millisecond(i64::try_from(at_ms).ok()?).ok()?;
    Some(at.to_zoned(zone.clone()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn today_needs_no_date_and_another_year_its_number() {
        let zone = TimeZone::fixed(jiff::tz::offset(2));
        let now: Zoned = "2025-11-22T20:00:00Z".parse::<Timestamp>().unwrap().to_zoned(zone);
        let at = |text: &str| u64::try_from(text.parse::<Timestamp>().unwrap().as_millisecond()).unwrap();
        assert_eq!(shown_at(at("2025-11-22T12:03:00Z"), &now), "14:03");
        assert_eq!(shown_at(at("2025-11-21T22:30:00Z"), &now), "00:30");
        assert_eq!(shown_at(at("2025-11-21T12:03:00Z"), &now), "Fri 21 Nov 14:03");
        assert_eq!(shown_at(at("2024-02-29T12:03:00Z"), &now), "Thu 29 Feb 2024 14:03");
        assert_eq!(day_at(at("2025-11-21T22:30:00Z"), &now), "22 Nov");
        assert_eq!(day_at(at("2024-02-29T12:03:00Z"), &now), "29 Feb 2024");
    }

    #[test]
    fn the_morning_after_is_at_nine_also_when_the_clocks_change() {
        let zone = TimeZone::get("Europe/Madrid").unwrap();
        let morning = |text: &str| {
            let now = text.parse::<civil::DateTime>().unwrap().to_zoned(zone.clone()).unwrap();
            let at = zoned(morning_after(&now).unwrap(), &zone).unwrap();
            at.strftime("%Y-%m-%d %H:%M").to_string()
        };
        assert_eq!(morning("2026-11-30T22:15"), "2026-12-01 09:00");
        assert_eq!(morning("2026-11-30T09:00"), "2026-12-01 09:00");
        assert_eq!(morning("2026-12-01T03:59"), "2026-12-01 09:00");
        assert_eq!(morning("2026-12-01T04:00"), "2026-12-02 09:00");
        // The hour that is skipped, and the one that comes twice.
        assert_eq!(morning("2026-03-28T23:00"), "2026-03-29 09:00");
        assert_eq!(morning("2026-10-24T23:00"), "2026-10-25 09:00");
    }

    #[test]
    fn a_time_that_cannot_be_is_no_fault() {
        assert_eq!(shown(u64::MAX), "at an unknown time");
    }
}
