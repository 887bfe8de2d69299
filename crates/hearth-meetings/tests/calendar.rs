//! When meetings take place: changes of the clocks, midnight, months, exceptions; by name, and at random.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use hearth_meetings::occurrence::{ExpansionError, between, next_after, next_after_where};
use hearth_meetings::rule::{Exception, Move, Nth, Special};
use hearth_meetings::{Date, LocalTime, Occurrence, Rule, Timestamp, Weekday, Zone};
use proptest::prelude::*;

fn date(text: &str) -> Date {
    text.parse().unwrap()
}

fn time(text: &str) -> LocalTime {
    text.parse().unwrap()
}

fn zone(name: &str) -> Zone {
    Zone::named(name).unwrap()
}

fn weekly(weekday: Weekday, start: &str, name: &str) -> Rule {
    Rule::weekly([weekday], time(start), Some(zone(name)))
}

/// The occurrences of some local days, the last included.
fn in_days(rule: &Rule, first: &str, last: &str) -> Vec<Occurrence> {
    let zone = rule.zone.as_ref().unwrap();
    let midnight = |day: Date| zone.instant(day, time("00:00")).unwrap();
    between(rule, midnight(date(first)), midnight(date(last).tomorrow().unwrap())).unwrap()
}

fn shown(occurrences: &[Occurrence]) -> Vec<String> {
    occurrences.iter().map(|one| format!("{} {}", one.local_date, one.local_time)).collect()
}

/// Hours and minutes in UTC.
fn utc(at: Timestamp) -> String {
    let (day, clock) = zone("UTC").local(at).unwrap();
    format!("{day} {clock}")
}

#[test]
fn a_time_that_the_clocks_skip_comes_once_after_the_gap() {
    // In New York 02:00 became 03:00 on 2026-03-08.
    let rule = weekly(Weekday::Sunday, "02:30", "America/New_York");
    let found = in_days(&rule, "2026-03-01", "2026-03-15");
    assert_eq!(shown(&found), ["2026-03-01 02:30", "2026-03-08 03:30", "2026-03-15 02:30"]);
    assert_eq!(utc(found[1].start), "2026-03-08 07:30");
    assert_eq!(found[1].end.0 - found[1].start.0, 60 * 60 * 1000);
}

#[test]
fn a_time_that_comes_twice_is_kept_once_at_the_first() {
    // In New York 02:00 became 01:00 on 2026-11-01.
    let rule = weekly(Weekday::Sunday, "01:30", "America/New_York");
    let found = in_days(&rule, "2026-11-01", "2026-11-01");
    assert_eq!(shown(&found), ["2026-11-01 01:30"]);
    assert_eq!(utc(found[0].start), "2026-11-01 05:30");
}

#[test]
fn local_time_stays_when_the_clocks_change() {
    let rule = weekly(Weekday::Tuesday, "19:00", "Europe/Berlin");
    let found = in_days(&rule, "2026-03-24", "2026-03-31");
    assert_eq!(
        found.iter().map(|one| utc(one.start)).collect::<Vec<_>>(),
        ["2026-03-24 18:00", "2026-03-31 17:00"]
    );
}

#[test]
fn a_meeting_across_midnight_keeps_its_day() {
    let rule = Rule { minutes: Some(60), ..weekly(Weekday::Saturday, "23:30", "America/Chicago") };
    let found = in_days(&rule, "2026-06-06", "2026-06-07");
    assert_eq!(shown(&found), ["2026-06-06 23:30"]);
    assert_eq!(found[0].day, date("2026-06-06"));
    let (end_day, end_time) = zone("America/Chicago").local(found[0].end).unwrap();
    assert_eq!((end_day, end_time), (date("2026-06-07"), time("00:30")));
}

#[test]
fn the_south_changes_its_clocks_the_other_way() {
    // In Sydney 02:00 became 03:00 on 2026-10-04, and 03:00 became 02:00 on 2026-04-05.
    let rule = weekly(Weekday::Sunday, "02:30", "Australia/Sydney");
    assert_eq!(shown(&in_days(&rule, "2026-10-04", "2026-10-04")), ["2026-10-04 03:30"]);
    let fold = in_days(&rule, "2026-04-05", "2026-04-05");
    assert_eq!(shown(&fold), ["2026-04-05 02:30"]);
    assert_eq!(utc(fold[0].start), "2026-04-04 15:30");
}

#[test]
fn the_last_of_february_is_a_leap_day_when_there_is_one() {
    let rule = Rule { only: [Nth::Fifth].into(), ..weekly(Weekday::Tuesday, "12:00", "Europe/London") };
    assert_eq!(shown(&in_days(&rule, "2028-02-01", "2028-03-01")), ["2028-02-29 12:00"]);
    let rule = Rule { only: [Nth::Last].into(), ..rule };
    assert_eq!(shown(&in_days(&rule, "2027-02-01", "2027-02-28")), ["2027-02-23 12:00"]);
}

#[test]
fn zones_of_half_and_quarter_hours_are_kept() {
    let in_utc = |name: &str| {
        utc(in_days(&weekly(Weekday::Monday, "20:00", name), "2026-07-06", "2026-07-06")[0].start)
    };
    assert_eq!(in_utc("Asia/Kolkata"), "2026-07-06 14:30");
    assert_eq!(in_utc("Asia/Kathmandu"), "2026-07-06 14:15");
    // Lord Howe Island changes its clocks by half an hour.
    let rule = weekly(Weekday::Sunday, "02:15", "Australia/Lord_Howe");
    assert_eq!(shown(&in_days(&rule, "2026-10-04", "2026-10-04")), ["2026-10-04 02:45"]);
}

#[test]
fn a_gap_at_midnight_does_not_lose_the_day() {
    // In Beirut 00:00 became 01:00 on 2026-03-29.
    let rule = weekly(Weekday::Sunday, "00:15", "Asia/Beirut");
    assert_eq!(shown(&in_days(&rule, "2026-03-29", "2026-03-29")), ["2026-03-29 01:15"]);
}

#[test]
fn a_day_that_a_country_skipped_is_kept_on_the_next() {
    // In Samoa 2011-12-29 was followed by 2011-12-31.
    let rule = weekly(Weekday::Friday, "19:00", "Pacific/Apia");
    let found = in_days(&rule, "2011-12-31", "2011-12-31");
    assert_eq!(shown(&found), ["2011-12-31 19:00"]);
    assert_eq!(found[0].day, date("2011-12-30"));
    assert_eq!(next_after(&rule, Timestamp(found[0].start.0 - 1)).unwrap().as_ref(), Some(&found[0]));
}

#[test]
fn only_the_first_and_third_count_and_the_last_is_special() {
    let mut rule = weekly(Weekday::Saturday, "11:00", "America/Edmonton");
    rule.only = [Nth::First, Nth::Third, Nth::Last].into();
    rule.specials =
        vec![Special { nth: Nth::Last, weekday: None, types: Vec::new(), says: "open".to_owned() }];
    let found = in_days(&rule, "2026-10-01", "2026-10-31");
    assert_eq!(shown(&found), ["2026-10-03 11:00", "2026-10-17 11:00", "2026-10-31 11:00"]);
    assert_eq!(found.iter().map(|one| one.specials.len()).collect::<Vec<_>>(), [0, 0, 1]);
}

#[test]
fn exceptions_cancel_move_and_pause() {
    let mut rule = weekly(Weekday::Tuesday, "19:00", "Europe/Vienna");
    let moved =
        Move { on: date("2026-12-22"), to: date("2026-12-23"), start: time("17:30"), minutes: Some(30) };
    rule.exceptions = vec![
        Exception::Cancelled { on: date("2026-12-08") },
        Exception::Moved(moved),
        Exception::Paused { from: Some(date("2026-12-28")), until: Some(date("2027-01-05")) },
    ];
    let found = in_days(&rule, "2026-12-01", "2027-01-12");
    let expected = ["2026-12-01 19:00", "2026-12-15 19:00", "2026-12-23 17:30", "2027-01-12 19:00"];
    assert_eq!(shown(&found), expected);
    assert!(found[2].is_moved && found[2].day == date("2026-12-22"));
    assert_eq!(found[2].end.0 - found[2].start.0, 30 * 60 * 1000);
}

#[test]
fn a_move_comes_into_the_span_from_outside_of_it() {
    let mut rule = weekly(Weekday::Tuesday, "19:00", "Europe/Vienna");
    let moved = Move { on: date("2026-12-22"), to: date("2027-02-03"), start: time("19:00"), minutes: None };
    rule.exceptions = vec![Exception::Moved(moved)];
    assert_eq!(shown(&in_days(&rule, "2027-02-03", "2027-02-03")), ["2027-02-03 19:00"]);
    assert_eq!(shown(&in_days(&rule, "2026-12-22", "2026-12-22")), Vec::<String>::new());
}

#[test]
fn the_next_comes_after_and_not_at_an_instant() {
    let rule = weekly(Weekday::Tuesday, "19:00", "Europe/Vienna");
    let first = in_days(&rule, "2026-12-01", "2026-12-01")[0].clone();
    assert_eq!(next_after(&rule, Timestamp(first.start.0 - 1)).unwrap(), Some(first.clone()));
    assert_eq!(next_after(&rule, first.start).unwrap().unwrap().day, date("2026-12-08"));
    let in_january = |one: &Occurrence| one.day.parts().1 == 1;
    assert_eq!(next_after_where(&rule, first.start, in_january).unwrap().unwrap().day, date("2027-01-05"));
}

#[test]
fn a_pause_without_end_has_no_next_and_a_long_one_has() {
    let mut rule = weekly(Weekday::Tuesday, "19:00", "Europe/Vienna");
    let now = Timestamp(1_796_000_000_000);
    rule.exceptions = vec![Exception::Paused { from: None, until: None }];
    assert_eq!(next_after(&rule, now), Ok(None));
    rule.exceptions = vec![Exception::Paused { from: None, until: Some(date("2030-12-31")) }];
    assert_eq!(next_after(&rule, now).unwrap().unwrap().day, date("2031-01-07"));
}

#[test]
fn without_a_zone_there_are_no_instants() {
    let rule = Rule::weekly([Weekday::Monday], time("19:00"), None);
    assert_eq!(next_after(&rule, Timestamp(0)), Err(ExpansionError::ZoneNeeded));
    assert_eq!(between(&rule, Timestamp(0), Timestamp(1)), Err(ExpansionError::ZoneNeeded));
}

#[test]
fn spans_are_bounded_and_strange_instants_are_refused() {
    let rule = weekly(Weekday::Monday, "19:00", "Europe/Vienna");
    assert_eq!(between(&rule, Timestamp(i64::MIN), Timestamp(i64::MAX)), Err(ExpansionError::TooLong));
    assert_eq!(
        between(&rule, Timestamp(i64::MAX - 1), Timestamp(i64::MAX)),
        Err(ExpansionError::OutOfCalendar)
    );
    assert_eq!(next_after(&rule, Timestamp(i64::MIN)), Err(ExpansionError::OutOfCalendar));
    assert_eq!(between(&rule, Timestamp(5), Timestamp(5)), Ok(Vec::new()));
}

/// Zones of all kinds: both hemispheres, half hours, changes by half an hour, at midnight, or none.
const ZONES: [&str; 10] = [
    "America/New_York",
    "America/St_Johns",
    "America/Santiago",
    "Africa/Casablanca",
    "Asia/Beirut",
    "Asia/Kathmandu",
    "Australia/Lord_Howe",
    "Europe/Dublin",
    "Pacific/Chatham",
    "UTC",
];

fn rules() -> impl Strategy<Value = Rule> {
    let days = proptest::collection::btree_set(0..7_i64, 1..4);
    let only = proptest::collection::btree_set(0..6_usize, 0..3);
    let nths = [Nth::First, Nth::Second, Nth::Third, Nth::Fourth, Nth::Fifth, Nth::Last];
    (days, 0..24_u16, 0..60_u16, 0..ZONES.len(), only, proptest::collection::vec(0..800_i64, 0..4)).prop_map(
        move |(days, hour, minute, name, only, cancelled)| {
            let days = days.into_iter().filter_map(Weekday::from_sunday);
            let mut rule = Rule::weekly(days, LocalTime::new(hour, minute).unwrap(), Some(zone(ZONES[name])));
            rule.only = only.into_iter().map(|index| nths[index]).collect();
            rule.exceptions =
                cancelled.into_iter().map(|day| Exception::Cancelled { on: later(day) }).collect();
            rule
        },
    )
}

/// A day some days after the first of 2026.
fn later(days: i64) -> Date {
    zone("UTC").local(Timestamp((20_454 + days) * DAY_MS)).unwrap().0
}

const DAY_MS: i64 = 24 * 60 * 60 * 1000;

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    /// Each day that the rule names and nothing takes away has one occurrence, and no other day has one.
    #[test]
    fn each_day_of_the_rule_comes_once(rule in rules(), first in 0..365_i64, days in 1..120_i64) {
        let found = in_days(&rule, &later(first).to_string(), &later(first + days).to_string());
        let expected: Vec<Date> = (first..=first + days).map(later).filter(|day| rule.is_held(*day)).collect();
        // A time that is skipped at the end of a day can come to be on the next one.
        let mut seen: Vec<Date> = found.iter().map(|one| one.day).collect();
        seen.sort();
        prop_assert_eq!(seen, expected);
        for one in &found {
            let same = one.local_date == one.day && one.local_time == rule.start;
            let shifted = rule.zone.as_ref().unwrap().instant(one.day, rule.start) == Some(one.start);
            prop_assert!(same || shifted);
        }
    }

    /// Two spans side by side have what the whole has: nothing is lost or doubled where they meet.
    #[test]
    fn spans_can_be_cut_anywhere(rule in rules(), start in 0..365_i64, cut in 0..50_000_000_i64, rest in 0..50_000_000_i64) {
        let from = Timestamp((20_454 + start) * DAY_MS);
        let (middle, until) = (Timestamp(from.0 + cut * 100), Timestamp(from.0 + (cut + rest) * 100));
        let mut parts = between(&rule, from, middle).unwrap();
        parts.extend(between(&rule, middle, until).unwrap());
        prop_assert_eq!(parts, between(&rule, from, until).unwrap());
    }

    /// To step from one to the next is to see them all.
    #[test]
    fn stepping_finds_all(rule in rules(), start in 0..365_i64) {
        let from = Timestamp((20_454 + start) * DAY_MS);
        let until = Timestamp(from.0 + 60 * DAY_MS);
        let mut stepped = Vec::new();
        let mut at = Timestamp(from.0 - 1);
        while let Some(next) = next_after(&rule, at).unwrap().filter(|next| next.start < until) {
            prop_assert!(next.start > at);
            at = next.start;
            stepped.push(next);
        }
        prop_assert_eq!(stepped, between(&rule, from, until).unwrap());
    }
}
