//! From a rule to instants: the occurrences between two of them, and the next after one.
//!
//! Owns what becomes of a local time at a change of the clocks, across midnight, on a day that is moved. Knows no meeting
//! but by its rule, and never what time it is.

use thiserror::Error;

use crate::calendar::{Date, LocalTime, Timestamp};
use crate::limits::EXPANSION_DAYS_MAX;
use crate::rule::{Move, Rule};
use crate::zone::Zone;

/// One time at which a meeting takes place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Occurrence {
    /// The day of the rule. It names the occurrence, also when it is moved or crosses midnight.
    pub day: Date,
    /// When it begins.
    pub start: Timestamp,
    /// When it ends; an hour later if nobody says.
    pub end: Timestamp,
    /// The day on which it begins, where it is.
    pub local_date: Date,
    /// What the clock shows there when it begins.
    pub local_time: LocalTime,
    /// Whose clock that is.
    pub zone: Zone,
    /// Whether it takes the place of another time.
    pub is_moved: bool,
    /// What is special that day: the indices of [`Rule::specials`].
    pub specials: Vec<usize>,
}

/// Returns the occurrences that begin at `from` or later and before `until`, in their order.
///
/// # Errors
/// Says that a zone is needed, or that there are too many days between the two.
pub fn between(rule: &Rule, from: Timestamp, until: Timestamp) -> Result<Vec<Occurrence>, ExpansionError> {
    let zone = rule.zone.as_ref().ok_or(ExpansionError::ZoneNeeded)?;
    if until <= from {
        return Ok(Vec::new());
    }
    if (i128::from(until.0) - i128::from(from.0)) / i128::from(DAY_MS) > i128::from(EXPANSION_DAYS_MAX) {
        return Err(ExpansionError::TooLong);
    }
    let (Some((first, _)), Some((last, _))) = (zone.local(from), zone.local(until)) else {
        return Err(ExpansionError::OutOfCalendar);
    };
    // A time in a gap can come to be on the next day.
    let first = first.yesterday().unwrap_or(first);
    let by_rule =
        days(first, last).filter(|day| rule.is_held(*day)).filter_map(|day| regular(rule, zone, day));
    let moved = rule.moves().into_iter().filter_map(|to| elsewhere(rule, zone, to));
    let mut found: Vec<_> =
        by_rule.chain(moved).filter(|one| from <= one.start && one.start < until).collect();
    found.sort_by_key(|one| (one.start, one.day));
    Ok(found)
}

/// Returns when the rule would have it begin at `from` or later and before `until`, and it does not: days that are cancelled,
/// moved away, or within a pause.
///
/// # Errors
/// As [`between`].
pub fn not_held_between(
    rule: &Rule,
    from: Timestamp,
    until: Timestamp,
) -> Result<Vec<(Occurrence, NotHeld)>, ExpansionError> {
    let as_always = Rule { exceptions: Vec::new(), ..rule.clone() };
    let by_rule = between(&as_always, from, until)?;
    let why = |one: Occurrence| {
        let not_held = match rule.moved(one.day) {
            _ if rule.is_cancelled(one.day) => NotHeld::Cancelled,
            Some(to) => NotHeld::Moved(to),
            None if rule.is_paused(one.day) => NotHeld::Paused,
            None => return None,
        };
        Some((one, not_held))
    };
    Ok(by_rule.into_iter().filter_map(why).collect())
}

/// Why a meeting does not take place when its rule says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotHeld {
    /// The day is cancelled.
    Cancelled,
    /// It takes place at another time.
    Moved(Move),
    /// It is paused.
    Paused,
}

/// Returns the first occurrence that begins after an instant; `None` if there is none within ten years.
///
/// # Errors
/// Says that a zone is needed.
pub fn next_after(rule: &Rule, at: Timestamp) -> Result<Option<Occurrence>, ExpansionError> {
    next_after_where(rule, at, |_| true)
}

/// Returns the first occurrence that begins after an instant and is wanted; `None` if there is none within ten years.
///
/// # Errors
/// Says that a zone is needed.
pub fn next_after_where(
    rule: &Rule,
    at: Timestamp,
    is_wanted: impl Fn(&Occurrence) -> bool,
) -> Result<Option<Occurrence>, ExpansionError> {
    let zone = rule.zone.as_ref().ok_or(ExpansionError::ZoneNeeded)?;
    let (first, _) = zone.local(at).ok_or(ExpansionError::OutOfCalendar)?;
    let first = first.yesterday().unwrap_or(first);
    let by_rule = days_from(first)
        .take(usize::try_from(EXPANSION_DAYS_MAX).unwrap_or_default())
        .take_while(|day| !rule.is_over(*day))
        .filter(|day| rule.is_held(*day))
        .filter_map(|day| regular(rule, zone, day))
        .find(|one| one.start > at && is_wanted(one));
    let moved = next_moved_after_where(rule, at, &is_wanted)?;
    Ok(moved.into_iter().chain(by_rule).min_by_key(|one| (one.start, one.day)))
}

/// Returns the first occurrence that was moved, begins after an instant, and is wanted.
///
/// # Errors
/// Says that a zone is needed.
pub fn next_moved_after_where(
    rule: &Rule,
    at: Timestamp,
    is_wanted: impl Fn(&Occurrence) -> bool,
) -> Result<Option<Occurrence>, ExpansionError> {
    let zone = rule.zone.as_ref().ok_or(ExpansionError::ZoneNeeded)?;
    let moved = rule.moves().into_iter().filter_map(|to| elsewhere(rule, zone, to));
    Ok(moved.filter(|one| one.start > at && is_wanted(one)).min_by_key(|one| (one.start, one.day)))
}

/// Why there are no occurrences.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum ExpansionError {
    /// Nobody has said whose clock the rule follows.
    #[error("the time zone of the meeting is not known")]
    ZoneNeeded,
    /// More days than are ever needed at once.
    #[error("more than {EXPANSION_DAYS_MAX} days were asked for")]
    TooLong,
    /// The instants lie outside the years that a [`Date`] can name.
    #[error("the time asked for is not between 1970 and 2999")]
    OutOfCalendar,
}

fn regular(rule: &Rule, zone: &Zone, day: Date) -> Option<Occurrence> {
    occurrence(rule, zone, &Move { on: day, to: day, start: rule.start, minutes: None }, false)
}

fn elsewhere(rule: &Rule, zone: &Zone, to: Move) -> Option<Occurrence> {
    occurrence(rule, zone, &to, true)
}

fn occurrence(rule: &Rule, zone: &Zone, at: &Move, is_moved: bool) -> Option<Occurrence> {
    let start = zone.instant(at.to, at.start)?;
    let (local_date, local_time) = zone.local(start)?;
    let minutes = at.minutes.unwrap_or(rule.minutes());
    let special = |special: &crate::rule::Special| special.is_on(at.on);
    Some(Occurrence {
        day: at.on,
        start,
        end: Timestamp(start.0 + i64::from(minutes) * MINUTE_MS),
        local_date,
        local_time,
        zone: zone.clone(),
        is_moved,
        specials: rule
            .specials
            .iter()
            .enumerate()
            .filter(|(_, it)| special(it))
            .map(|(index, _)| index)
            .collect(),
    })
}

fn days(first: Date, last: Date) -> impl Iterator<Item = Date> {
    days_from(first).take_while(move |day| *day <= last)
}

fn days_from(first: Date) -> impl Iterator<Item = Date> {
    std::iter::successors(Some(first), |day| day.tomorrow())
}

const MINUTE_MS: i64 = 60 * 1000;
const DAY_MS: i64 = 24 * 60 * MINUTE_MS;
