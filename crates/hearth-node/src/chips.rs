//! Schedules of chips and key tags: data, and which of them come next for a date of one's own.
//!
//! Owns the format of a schedule (docs/CHIPS.md) and the arithmetic of the calendar. Knows nobody's date but the one that it
//! is handed, keeps none, and tells nobody.

use std::sync::LazyLock;

use hearth_api::{Day, Schedule as Described, Token};
use hearth_core::own::Date;
use jiff::Span;
use jiff::civil;
use serde::Deserialize;

/// The files that come with Hearth; the first is that of somebody who chose none.
const FILES: [&str; 4] = [
    include_str!("../data/chips/plain.json"),
    include_str!("../data/chips/na.json"),
    include_str!("../data/chips/aa.json"),
    include_str!("../data/chips/ha.json"),
];
/// Bytes of a schedule's file, and the chips in it: a file that a group brings costs no more than this.
const FILE_BYTES_MAX: usize = 64 * 1024;
const CHIPS_MAX: usize = 200;
/// Chips that are told ahead.
const NEXT_MAX: usize = 3;
/// How often the last chip comes again at most: every month of a long life.
const REPEATS_MAX: u16 = 1500;

/// Returns all schedules, parsed once.
pub(crate) fn schedules() -> &'static Schedules {
    static SCHEDULES: LazyLock<Schedules> = LazyLock::new(Schedules::load);
    &SCHEDULES
}

/// All schedules.
pub(crate) struct Schedules(Vec<Schedule>);

/// One schedule.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Schedule {
    pub(crate) id: String,
    name: String,
    source: String,
    differs_by_group: bool,
    tokens: Vec<Chip>,
}

/// One chip: how long after the date, months before days; the last one may come again and again.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Chip {
    #[serde(default)]
    months: u16,
    #[serde(default)]
    days: u16,
    name: String,
    #[serde(default)]
    colour: Option<String>,
    #[serde(default)]
    every_months: Option<u16>,
}

/// What was reached last, and what comes next.
pub(crate) struct Coming {
    pub(crate) reached: Option<Token>,
    pub(crate) next: Vec<Token>,
}

impl Schedules {
    /// Parses the files that come with Hearth. A file that is none is left out; a test sees to it that all are.
    fn load() -> Self {
        Self(FILES.into_iter().filter_map(Schedule::parse).collect())
    }

    /// Returns the schedule of a name; the first one for a name that is unknown, or none.
    pub(crate) fn of(&self, id: Option<&str>) -> Option<&Schedule> {
        id.and_then(|id| self.0.iter().find(|schedule| schedule.id == id)).or(self.0.first())
    }

    /// Says whether there is a schedule of this name.
    pub(crate) fn knows(&self, id: &str) -> bool {
        self.0.iter().any(|schedule| schedule.id == id)
    }

    /// Describes all of them.
    pub(crate) fn described(&self) -> Vec<Described> {
        let described = |schedule: &Schedule| Described {
            id: schedule.id.clone(),
            name: schedule.name.clone(),
            source: schedule.source.clone(),
            differs_by_group: schedule.differs_by_group,
        };
        self.0.iter().map(described).collect()
    }
}

impl Schedule {
    /// Parses a file; `None` if it is no schedule: too large, empty, too long, out of order, or repeating before its end.
    fn parse(file: &str) -> Option<Self> {
        let schedule: Self = (file.len() <= FILE_BYTES_MAX).then(|| serde_json::from_str(file).ok())??;
        let chips = &schedule.tokens;
        let last = chips.len().checked_sub(1)?;
        let repeats_at_the_end = chips.iter().enumerate().all(|(number, chip)| match chip.every_months {
            Some(every) => number == last && every > 0,
            None => true,
        });
        // A month is counted as its shortest, so that no calendar turns two around.
        let is_sorted = chips.is_sorted_by(|one, next| one.shortest() < next.shortest());
        (chips.len() <= CHIPS_MAX && repeats_at_the_end && is_sorted).then_some(schedule)
    }

    /// Returns what comes for a date.
    pub(crate) fn coming(&self, date: Date, today: civil::Date) -> Option<Coming> {
        let date = civil_date(date)?;
        let mut coming = Coming { reached: None, next: Vec::new() };
        for chip in &self.tokens {
            for times in 0..=chip.every_months.map_or(0, |_| REPEATS_MAX) {
                let Some(on) = chip.due(date, times) else { return Some(coming) };
                match days_until(today, on) {
                    0 => coming.reached = chip.on(on, 0),
                    in_days if coming.next.len() < NEXT_MAX => coming.next.extend(chip.on(on, in_days)),
                    _ => return Some(coming),
                }
            }
        }
        Some(coming)
    }
}

impl Chip {
    /// Returns its day. It is counted from the date itself, so that a 31st does not become a 28th for ever; where a month
    /// has no such day, it is that month's last.
    fn due(&self, date: civil::Date, times: u16) -> Option<civil::Date> {
        let again = i32::from(self.every_months.unwrap_or(0)).checked_mul(i32::from(times))?;
        let months = i32::from(self.months).checked_add(again)?;
        let span =
            Span::new().try_months(months).and_then(|span| span.try_days(i32::from(self.days))).ok()?;
        date.checked_add(span).ok()
    }

    fn shortest(&self) -> u32 {
        u32::from(self.months) * 30 + u32::from(self.days)
    }

    fn on(&self, day: civil::Date, in_days: u32) -> Option<Token> {
        Some(Token { name: self.name.clone(), colour: self.colour.clone(), on: api_day(day)?, in_days })
    }
}

/// Days from today; 0 for today and what is past.
fn days_until(today: civil::Date, day: civil::Date) -> u32 {
    today.until(day).ok().and_then(|span| u32::try_from(span.get_days()).ok()).unwrap_or(0)
}

fn civil_date(date: Date) -> Option<civil::Date> {
    let (month, day) = (i8::try_from(date.month).ok()?, i8::try_from(date.day).ok()?);
    civil::Date::new(i16::try_from(date.year).ok()?, month, day).ok()
}

fn api_day(date: civil::Date) -> Option<Day> {
    let (month, day) = (u8::try_from(date.month()).ok()?, u8::try_from(date.day()).ok()?);
    Some(Day::new(u16::try_from(date.year()).ok()?, month, day))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn date(text: &str) -> Date {
        let (year, month, day) = text.parse::<Day>().unwrap().parts();
        Date { year, month, day }
    }

    /// What was reached last on a day, and what comes after: name and day.
    fn coming(schedule: &str, from: &str, today: &str) -> (Option<String>, Vec<(String, String)>) {
        let schedules = Schedules::load();
        let coming =
            schedules.of(Some(schedule)).unwrap().coming(date(from), today.parse().unwrap()).unwrap();
        let next = coming.next.into_iter().map(|token| (token.name, token.on.to_string()));
        (coming.reached.map(|token| token.name), next.collect())
    }

    #[test]
    fn every_file_is_a_schedule_of_its_own() {
        let schedules = Schedules::load();
        let ids: Vec<&str> = schedules.0.iter().map(|schedule| schedule.id.as_str()).collect();
        assert_eq!(ids, ["plain", "na", "aa", "ha"]);
        assert_eq!(schedules.of(None).unwrap().id, "plain");
        assert_eq!(schedules.of(Some("of a later version")).unwrap().id, "plain");
        assert!(schedules.knows("na") && !schedules.knows("NA"));
        let differing: Vec<String> = schedules
            .described()
            .into_iter()
            .filter_map(|schedule| schedule.differs_by_group.then_some(schedule.id))
            .collect();
        assert_eq!(differing, ["aa", "ha"]);
    }

    #[test]
    fn key_tags_are_those_on_which_the_lists_agree() {
        let schedules = Schedules::load();
        let tokens = &schedules.of(Some("na")).unwrap().tokens;
        let tags: Vec<(u16, u16, &str)> =
            tokens.iter().map(|tag| (tag.months, tag.days, tag.colour.as_deref().unwrap())).collect();
        let expected = [
            (0, 0, "white"),
            (0, 30, "orange"),
            (0, 60, "green"),
            (0, 90, "red"),
            (6, 0, "blue"),
            (9, 0, "yellow"),
            (12, 0, "glow in the dark"),
            (18, 0, "grey"),
            (24, 0, "black"),
        ];
        assert_eq!(tags, expected);
    }

    #[test]
    fn a_chip_is_reached_on_its_day_and_not_before() {
        let next = |names: &[(&str, &str)]| {
            names.iter().map(|(name, on)| ((*name).to_owned(), (*on).to_owned())).collect::<Vec<_>>()
        };
        let thirty = next(&[("30 days", "2026-03-31"), ("60 days", "2026-04-30"), ("90 days", "2026-05-30")]);
        assert_eq!(coming("na", "2026-03-01", "2026-03-30"), (Some("welcome".to_owned()), thirty));
        let sixty = next(&[("60 days", "2026-04-30"), ("90 days", "2026-05-30"), ("6 months", "2026-09-01")]);
        assert_eq!(coming("na", "2026-03-01", "2026-03-31"), (Some("30 days".to_owned()), sixty));
        // A date that is still to come.
        let welcome =
            next(&[("welcome", "2026-03-01"), ("30 days", "2026-03-31"), ("60 days", "2026-04-30")]);
        assert_eq!(coming("na", "2026-03-01", "2026-02-28"), (None, welcome));
    }

    #[test]
    fn months_are_of_the_calendar_and_end_with_it() {
        let on = |from: &str, name: &str| {
            let schedules = Schedules::load();
            let chip =
                schedules.of(Some("aa")).unwrap().tokens.iter().find(|chip| chip.name == name).unwrap();
            api_day(chip.due(civil_date(date(from)).unwrap(), 0).unwrap()).unwrap().to_string()
        };
        assert_eq!(on("2026-01-31", "1 month"), "2026-02-28");
        assert_eq!(on("2024-01-31", "1 month"), "2024-02-29");
        assert_eq!(on("2026-01-31", "2 months"), "2026-03-31");
        assert_eq!(on("2026-08-31", "6 months"), "2027-02-28");
        assert_eq!(on("2024-02-29", "1 year or more"), "2025-02-28");
    }

    #[test]
    fn years_come_again_from_the_date_itself() {
        let (reached, next) = coming("na", "2024-02-29", "2027-06-01");
        assert_eq!(reached.as_deref(), Some("2 years or more"));
        let days: Vec<&str> = next.iter().map(|(_, on)| on.as_str()).collect();
        assert_eq!(days, ["2028-02-29", "2029-02-28", "2030-02-28"]);
        // At the end of the calendar nothing comes any more.
        assert!(coming("plain", "9990-01-01", "9999-12-31").1.is_empty());
    }

    #[test]
    fn a_file_that_is_no_schedule_is_refused() {
        let file = |tokens: &str| {
            format!(r#"{{"id":"x","name":"x","source":"x","differs_by_group":false,"tokens":[{tokens}]}}"#)
        };
        assert!(
            Schedule::parse(&file(r#"{"days":1,"name":"a"},{"months":1,"name":"b","every_months":1}"#))
                .is_some()
        );
        for tokens in [
            "",
            r#"{"days":2,"name":"a"},{"days":1,"name":"b"}"#,
            r#"{"days":1,"name":"a","every_months":1},{"days":2,"name":"b"}"#,
            r#"{"days":1,"name":"a","every_months":0}"#,
            r#"{"days":1,"name":"a","hours":1}"#,
            r#"{"days":-1,"name":"a"}"#,
            &(0..=CHIPS_MAX).map(|n| format!(r#"{{"days":{n},"name":"a"}}"#)).collect::<Vec<_>>().join(","),
        ] {
            assert!(Schedule::parse(&file(tokens)).is_none(), "{tokens}");
        }
        assert!(Schedule::parse(&file(&format!(r#"{{"name":"{}"}}"#, "a".repeat(FILE_BYTES_MAX)))).is_none());
    }
}
