//! When a meeting takes place: a weekly rule in local time, what holds on some of its days, and its exceptions.
//!
//! Data alone; [`crate::occurrence`] turns it into instants.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::calendar::{Date, LocalTime, Weekday};
use crate::limits::{DURATION_MINUTES_DEFAULT, DURATION_MINUTES_MAX};
use crate::meeting::MeetingType;
use crate::secret::Notes;
use crate::silent;
use crate::zone::Zone;

/// When a meeting takes place.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Schedule {
    /// By a rule.
    Weekly(Rule),
    /// Whenever people agree on it.
    ByAppointment,
    /// The list says something that is no day and time. These are its words.
    Unclear(Notes),
}

impl Schedule {
    /// Returns the rule, if there is one.
    pub fn rule(&self) -> Option<&Rule> {
        match self {
            Self::Weekly(rule) => Some(rule),
            Self::ByAppointment | Self::Unclear(_) => None,
        }
    }
}

/// A weekly rule in local time.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rule {
    /// On which days; a meeting that crosses midnight belongs to the day on which it begins.
    pub weekdays: BTreeSet<Weekday>,
    /// When it begins.
    pub start: LocalTime,
    /// How many minutes it takes; `None` if the list does not say.
    pub minutes: Option<u16>,
    /// Whose clock it follows; `None` if nobody has said yet. Without it there are no instants.
    pub zone: Option<Zone>,
    /// Which of its weekdays of a month count; all if there are none: "only the 1st and 3rd".
    pub only: BTreeSet<Nth>,
    /// What is different on some of its days: "the last Saturday is open".
    pub specials: Vec<Special>,
    /// Days that differ from the rule.
    pub exceptions: Vec<Exception>,
}

impl Rule {
    /// Returns a rule for every week.
    pub fn weekly(weekdays: impl IntoIterator<Item = Weekday>, start: LocalTime, zone: Option<Zone>) -> Self {
        Self {
            weekdays: weekdays.into_iter().collect(),
            start,
            minutes: None,
            zone,
            only: BTreeSet::new(),
            specials: Vec::new(),
            exceptions: Vec::new(),
        }
    }

    /// Returns how many minutes it takes: an hour if nobody says, at most a day.
    pub fn minutes(&self) -> u16 {
        self.minutes.unwrap_or(DURATION_MINUTES_DEFAULT).min(DURATION_MINUTES_MAX)
    }

    /// Says whether the rule names a day, whatever its exceptions say.
    pub fn names(&self, date: Date) -> bool {
        self.weekdays.contains(&date.weekday())
            && (self.only.is_empty() || self.only.iter().any(|nth| nth.is_of(date)))
    }

    /// Says whether it takes place on a day that the rule names, at the time of the rule.
    pub fn is_held(&self, date: Date) -> bool {
        self.names(date) && !self.is_cancelled(date) && !self.is_paused(date) && self.moved(date).is_none()
    }

    /// Says whether a day is cancelled.
    pub fn is_cancelled(&self, date: Date) -> bool {
        self.exceptions
            .iter()
            .any(|exception| matches!(exception, Exception::Cancelled { on } if *on == date))
    }

    /// Says whether a day lies in a pause.
    pub fn is_paused(&self, date: Date) -> bool {
        self.exceptions.iter().any(|exception| {
            matches!(exception, Exception::Paused { from, until }
                if from.is_none_or(|from| from <= date) && until.is_none_or(|until| date <= until))
        })
    }

    /// Says whether a day lies in a pause that nobody knows the end of.
    pub fn is_over(&self, date: Date) -> bool {
        self.exceptions.iter().any(|exception| {
            matches!(exception, Exception::Paused { from, until: None } if from.is_none_or(|from| from <= date))
        })
    }

    /// Returns where to a day was moved; the last word counts, and a cancelled day is not moved.
    pub fn moved(&self, date: Date) -> Option<Move> {
        let to = |exception: &Exception| match exception {
            Exception::Moved(moved) if moved.on == date => Some(*moved),
            Exception::Moved(_) | Exception::Cancelled { .. } | Exception::Paused { .. } => None,
        };
        if self.is_cancelled(date) {
            return None;
        }
        self.exceptions.iter().rev().find_map(to)
    }

    /// Returns the moves that count, in the order of the days that they take the place of.
    pub fn moves(&self) -> Vec<Move> {
        let days: BTreeSet<Date> = self.exceptions.iter().filter_map(Exception::moved_day).collect();
        days.into_iter().filter(|day| self.names(*day)).filter_map(|day| self.moved(day)).collect()
    }

    /// Returns what is special on a day.
    pub fn specials_on(&self, date: Date) -> impl Iterator<Item = &Special> {
        self.specials.iter().filter(move |special| special.is_on(date))
    }
}

/// Which of its weekday a day is in its month.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Nth {
    /// The first.
    First,
    /// The second.
    Second,
    /// The third.
    Third,
    /// The fourth, which may be the last.
    Fourth,
    /// The fifth; many months have none.
    Fifth,
    /// The last, be it the fourth or the fifth.
    Last,
}

impl Nth {
    /// Says whether a day is it.
    pub fn is_of(self, date: Date) -> bool {
        match self {
            Self::Last => date.is_last_in_month(),
            Self::First | Self::Second | Self::Third | Self::Fourth | Self::Fifth => {
                date.nth_in_month() == self.number()
            }
        }
    }

    /// Returns its number as iCalendar writes it: the last is -1.
    pub fn number(self) -> i8 {
        match self {
            Self::First => 1,
            Self::Second => 2,
            Self::Third => 3,
            Self::Fourth => 4,
            Self::Fifth => 5,
            Self::Last => -1,
        }
    }

    /// Returns its English name.
    pub fn name(self) -> &'static str {
        match self {
            Self::First => "1st",
            Self::Second => "2nd",
            Self::Third => "3rd",
            Self::Fourth => "4th",
            Self::Fifth => "5th",
            Self::Last => "last",
        }
    }
}

/// What is different on some days of a rule.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Special {
    /// Which of the weekday in its month.
    pub nth: Nth,
    /// On which weekday; on each of the rule's if `None`.
    pub weekday: Option<Weekday>,
    /// Types that hold on that day in addition.
    pub types: Vec<MeetingType>,
    /// What people say of it: "open, birthdays".
    pub says: String,
}

impl Special {
    /// Says whether it holds on a day.
    pub fn is_on(&self, date: Date) -> bool {
        self.nth.is_of(date) && self.weekday.is_none_or(|weekday| weekday == date.weekday())
    }
}

/// A day, or a time, that differs from the rule.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Exception {
    /// It does not take place on a day.
    Cancelled {
        /// The day.
        on: Date,
    },
    /// It takes place at another time.
    Moved(Move),
    /// It does not take place for a while.
    Paused {
        /// The first day without it; `None` if nobody knows any more.
        from: Option<Date>,
        /// The last day without it; `None` if nobody knows yet.
        until: Option<Date>,
    },
}

impl Exception {
    fn moved_day(&self) -> Option<Date> {
        match self {
            Self::Moved(moved) => Some(moved.on),
            Self::Cancelled { .. } | Self::Paused { .. } => None,
        }
    }
}

/// Another time for one day of a rule. It holds even within a pause: somebody chose it.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Move {
    /// The day by the rule.
    pub on: Date,
    /// The day on which it takes place.
    pub to: Date,
    /// When it begins there.
    pub start: LocalTime,
    /// How many minutes it takes; as always if `None`.
    pub minutes: Option<u16>,
}

silent!(Schedule, Rule, Special, Exception, Move);

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Date {
        text.parse().unwrap()
    }

    fn saturdays() -> Rule {
        Rule::weekly([Weekday::Saturday], "11:00".parse().unwrap(), None)
    }

    #[test]
    fn the_last_is_the_fourth_or_the_fifth() {
        let rule = Rule { only: [Nth::Last].into(), ..saturdays() };
        assert!(rule.names(day("2026-10-31")) && rule.names(day("2026-11-28")));
        assert!(!rule.names(day("2026-10-24")));
        let fifth = Rule { only: [Nth::Fifth].into(), ..saturdays() };
        assert!(fifth.names(day("2026-10-31")) && !fifth.names(day("2026-11-28")));
    }

    #[test]
    fn a_special_day_is_one_of_the_rules_days() {
        let mut rule = saturdays();
        rule.specials =
            vec![Special { nth: Nth::Last, weekday: None, types: Vec::new(), says: "open".to_owned() }];
        assert_eq!(rule.specials_on(day("2026-11-28")).count(), 1);
        assert_eq!(rule.specials_on(day("2026-11-21")).count(), 0);
    }

    #[test]
    fn a_pause_holds_on_its_first_and_its_last_day() {
        let mut rule = saturdays();
        rule.exceptions =
            vec![Exception::Paused { from: Some(day("2026-11-07")), until: Some(day("2026-11-21")) }];
        let held: Vec<bool> = ["2026-10-31", "2026-11-07", "2026-11-21", "2026-11-28"]
            .iter()
            .map(|text| rule.is_held(day(text)))
            .collect();
        assert_eq!(held, [true, false, false, true]);
    }

    #[test]
    fn the_last_move_counts_and_a_cancelled_day_is_not_moved() {
        let moved = |to: &str| {
            Exception::Moved(Move {
                on: day("2026-11-07"),
                to: day(to),
                start: "12:00".parse().unwrap(),
                minutes: None,
            })
        };
        let mut rule = saturdays();
        rule.exceptions = vec![moved("2026-11-08"), moved("2026-11-09")];
        assert_eq!(rule.moves().len(), 1);
        assert_eq!(rule.moves()[0].to, day("2026-11-09"));
        rule.exceptions.push(Exception::Cancelled { on: day("2026-11-07") });
        assert!(rule.moves().is_empty() && !rule.is_held(day("2026-11-07")));
    }
}
