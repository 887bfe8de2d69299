//! The lines that come with the program: data, one file a region, embedded so that nothing has to be found or opened.
//!
//! Owns the format (docs/CRISIS.md), and when a line is too old to be shown without a word about it.

use hearth_api::{Day, ExitCode};
use jiff::{ToSpan, civil};
use serde::{Deserialize, Serialize};

use super::region::Region;
use crate::{catalogue::say, failure::Failure, limits};

/// The lines of a region.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Lines {
    /// Of the format.
    #[serde(rename = "version")]
    _version: Version,
    /// Its code.
    pub(crate) region: String,
    /// Whom to call first.
    pub(crate) emergency: Emergency,
    /// The lines, the most important of each kind first.
    pub(crate) lines: Vec<Line>,
}

/// The version of the format that this program reads.
#[derive(Debug, Deserialize)]
#[serde(try_from = "u32")]
struct Version;

impl TryFrom<u32> for Version {
    type Error = &'static str;

    fn try_from(version: u32) -> Result<Self, Self::Error> {
        if version == 1 { Ok(Self) } else { Err("version") }
    }
}

/// The emergency numbers of a region.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Emergency {
    /// For an ambulance; the first is the one to call.
    pub(crate) medical: Vec<String>,
    /// For the police; the first is the one to call.
    pub(crate) police: Vec<String>,
    /// For a text message.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) text: Option<String>,
    /// What to press on a mobile phone when one cannot speak.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) silent: Option<String>,
    /// Where one finds out whether it still holds.
    pub(crate) source: String,
    /// What kind of page it was compared with.
    pub(crate) seen_in: String,
    /// When.
    #[serde(default)]
    pub(crate) checked_on: Option<Day>,
}

/// A line to call, text or write to.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Line {
    /// As it calls itself.
    pub(crate) name: String,
    /// What it is for.
    #[serde(rename = "for")]
    pub(crate) serves: Serves,
    /// Where, if not in the whole region.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) area: Option<String>,
    /// The number to call.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) call: Option<String>,
    /// The number to text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) text: Option<String>,
    /// The word to text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) word: Option<String>,
    /// The address of its chat.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) chat: Option<String>,
    /// When somebody answers; `None` if that was not seen.
    #[serde(default)]
    pub(crate) hours: Option<Hours>,
    /// Two letters each.
    pub(crate) languages: Vec<String>,
    /// Whether it costs nothing; `None` if that was not seen.
    #[serde(default)]
    pub(crate) free: Option<bool>,
    /// Where one finds out whether it still holds.
    pub(crate) source: String,
    /// What kind of page it was compared with.
    pub(crate) seen_in: String,
    /// When; `None` if no page was found to compare it with.
    #[serde(default)]
    pub(crate) checked_on: Option<Day>,
}

/// What a line is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Serves {
    /// Despair, thoughts of suicide.
    Crisis,
    /// Alcohol and drugs.
    Drugs,
    /// Staying on the line with somebody who uses alone.
    Company,
    /// Poisonings and overdoses.
    Poison,
    /// Violence at home.
    Violence,
}

/// When somebody answers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub(crate) enum Hours {
    /// Day and night.
    Always,
    /// In office hours.
    Office,
    /// Every day, from and to, such as 08:00 and 22:00.
    Daily(String, String),
}

impl TryFrom<String> for Hours {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        let is_time = |time: &str| civil::Time::strptime("%H:%M", time).is_ok();
        match text.as_str() {
            "always" => Ok(Self::Always),
            "office" => Ok(Self::Office),
            other => match other.split_once('-') {
                Some((from, to)) if is_time(from) && is_time(to) => {
                    Ok(Self::Daily(from.to_owned(), to.to_owned()))
                }
                Some(_) | None => Err("hours"),
            },
        }
    }
}

impl From<Hours> for String {
    fn from(hours: Hours) -> Self {
        match hours {
            Hours::Always => "always".to_owned(),
            Hours::Office => "office".to_owned(),
            Hours::Daily(from, to) => format!("{from}-{to}"),
        }
    }
}

impl Lines {
    /// Returns the lines of a region.
    ///
    /// # Errors
    /// Never, as a test proves; a fault of ours otherwise.
    pub(crate) fn of(region: Region) -> Result<Self, Failure> {
        let known: Option<Self> = serde_json::from_str(data(region)).ok();
        known.filter(|lines| lines.region == region.code()).ok_or_else(|| {
            let detail = region.code();
            Failure::new(ExitCode::Internal, "internal", say!("internal", detail = detail))
        })
    }
}

fn data(region: Region) -> &'static str {
    match region {
        Region::Us => include_str!("../../data/crisis/us.json"),
        Region::Ca => include_str!("../../data/crisis/ca.json"),
        Region::Uk => include_str!("../../data/crisis/uk.json"),
        Region::Ie => include_str!("../../data/crisis/ie.json"),
        Region::Au => include_str!("../../data/crisis/au.json"),
        Region::Nz => include_str!("../../data/crisis/nz.json"),
        Region::De => include_str!("../../data/crisis/de.json"),
        Region::Fr => include_str!("../../data/crisis/fr.json"),
    }
}

/// What can be said about when somebody last looked at a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Age {
    /// Within a year, on this day.
    Checked(Day),
    /// Longer ago; or on a day to come, which shows that the clock is wrong and says nothing about how long ago it was.
    Old(Day),
    /// No day is known.
    Unknown,
}

impl Age {
    /// Returns what can be said today.
    pub(crate) fn of(checked_on: Option<Day>, today: civil::Date) -> Self {
        let Some(day) = checked_on else { return Self::Unknown };
        let Some(checked) = date(day) else { return Self::Unknown };
        let until = checked.saturating_add(limits::CRISIS_LINE_FRESH_MONTHS.months());
        // Midnight comes earlier elsewhere.
        let from = checked.saturating_sub(1.days());
        if (from..until).contains(&today) { Self::Checked(day) } else { Self::Old(day) }
    }

    /// Returns its name in JSON.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Checked(_) => "checked",
            Self::Old(_) => "old",
            Self::Unknown => "not_checked",
        }
    }
}

/// Returns a day of the calendar; `None` if the calendar has no such day.
pub(crate) fn date(day: Day) -> Option<civil::Date> {
    let (year, month, day) = day.parts();
    civil::Date::new(i16::try_from(year).ok()?, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    fn all() -> Vec<Lines> {
        Region::ALL.into_iter().map(|region| Lines::of(region).unwrap()).collect()
    }

    fn day(text: &str) -> Day {
        text.parse().unwrap()
    }

    fn today(text: &str) -> civil::Date {
        text.parse().unwrap()
    }

    #[test]
    fn every_region_loads_and_is_itself() {
        for (lines, region) in all().iter().zip(Region::ALL) {
            assert_eq!(lines.region, region.code());
            assert!(!lines.emergency.medical.is_empty() && !lines.emergency.police.is_empty());
            assert!(lines.lines.iter().any(|line| line.serves == Serves::Crisis), "{}", lines.region);
        }
    }

    #[test]
    fn every_line_has_a_source_a_way_to_reach_it_and_a_day_or_none_that_is_claimed() {
        for lines in all() {
            assert!(lines.emergency.source.starts_with("https://") && lines.emergency.checked_on.is_some());
            for line in &lines.lines {
                let name = &line.name;
                assert!(line.source.starts_with("https://") && !line.source.contains(' '), "{name}");
                assert!(!line.seen_in.is_empty() && !line.languages.is_empty(), "{name}");
                assert!(line.call.is_some() || line.text.is_some(), "{name}");
                assert!(line.word.is_none() || line.text.is_some(), "{name}");
                assert!(line.checked_on.is_none_or(|day| date(day).is_some()), "{name}");
                let known = ["en", "es", "fr", "de"];
                assert!(line.languages.iter().all(|code| known.contains(&code.as_str())), "{name}");
            }
        }
    }

    #[test]
    fn a_number_is_what_a_phone_can_dial_and_stands_once() {
        for lines in all() {
            let mut seen = BTreeSet::new();
            let of_emergency = lines.emergency.medical.iter().chain(&lines.emergency.police);
            for number in of_emergency.chain(&lines.emergency.text).chain(&lines.emergency.silent) {
                assert!(number.len() <= 3 && number.chars().all(|digit| digit.is_ascii_digit()), "{number}");
            }
            for line in &lines.lines {
                for number in line.call.iter().chain(&line.text) {
                    let digits = number.chars().filter(char::is_ascii_digit).count();
                    assert!((3..=12).contains(&digits), "{number}");
                    assert!(number.chars().all(|c| c.is_ascii_digit() || " -".contains(c)), "{number}");
                }
                let way = (line.call.clone(), line.text.clone());
                assert!(seen.insert(way.clone()), "{}: {way:?} stands twice", lines.region);
            }
        }
    }

    #[test]
    fn what_was_never_or_long_ago_looked_at_is_not_claimed_to_be_good() {
        let checked = Some(day("2026-11-24"));
        assert_eq!(Age::of(checked, today("2026-11-23")), Age::Checked(day("2026-11-24")));
        assert_eq!(Age::of(checked, today("2027-11-23")), Age::Checked(day("2026-11-24")));
        assert_eq!(Age::of(checked, today("2027-11-24")), Age::Old(day("2026-11-24")));
        // A clock that is behind says nothing about how old the line is.
        assert_eq!(Age::of(checked, today("2020-01-01")), Age::Old(day("2026-11-24")));
        assert_eq!(Age::of(None, today("2026-11-24")), Age::Unknown);
        assert_eq!(Age::of(Some(day("2026-02-31")), today("2026-11-24")), Age::Unknown);
        for line in all().into_iter().flat_map(|lines| lines.lines) {
            let later = line.checked_on.and_then(date).map(|date| date + 12.months());
            let later = later.unwrap_or_else(|| today("2026-11-24"));
            assert!(!matches!(Age::of(line.checked_on, later), Age::Checked(_)), "{}", line.name);
        }
    }

    /// The tables of docs/CRISIS.md.
    fn tables() -> String {
        let mut text = String::new();
        let day = |day: Option<Day>| day.map_or("not checked".to_owned(), |day| day.to_string());
        for Lines { region, emergency, lines, .. } in all() {
            let numbers = |numbers: &[String]| numbers.join(" or ");
            let mut first = vec![format!("ambulance {}", numbers(&emergency.medical))];
            first.push(format!("police {}", numbers(&emergency.police)));
            first.extend(emergency.text.map(|number| format!("text message {number}")));
            first.extend(emergency.silent.map(|press| format!("who cannot speak presses {press}")));
            text += &format!("### {region}\n\nEmergency: {}. ", first.join(", "));
            let (source, checked) = (emergency.source, day(emergency.checked_on));
            text += &format!("Source: <{source}>; seen in {}; {checked}.\n\n", emergency.seen_in);
            text += "| line | for | how | hours | languages | free | source | seen in | checked on |\n";
            text += "|---|---|---|---|---|---|---|---|---|\n";
            for line in lines {
                let how = crate::crisis::ways(&line).join(", ");
                let name = crate::crisis::name(&line);
                let serves = serde_json::to_value(line.serves).unwrap();
                let hours = line.hours.map_or("not seen".to_owned(), String::from);
                let free = line.free.map_or("not seen", |free| if free { "yes" } else { "no" });
                let (serves, languages) = (serves.as_str().unwrap(), line.languages.join(", "));
                text += &format!("| {name} | {serves} | {how} | {hours} | {languages} | {free} ");
                text += &format!("| <{}> | {} | {} |\n", line.source, line.seen_in, day(line.checked_on));
            }
            text.push('\n');
        }
        text
    }

    /// With `HEARTH_WRITE_DOCS=1`, the tables are written anew.
    #[test]
    fn the_tables_in_the_docs_are_those_of_the_data() {
        let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/CRISIS.md");
        let text = std::fs::read_to_string(&path).unwrap();
        let (before, rest) = text.split_once("<!-- tables -->\n").unwrap();
        let (_, after) = rest.split_once("<!-- end of tables -->").unwrap();
        let fresh = format!("{before}<!-- tables -->\n{}<!-- end of tables -->{after}", tables());
        if std::env::var_os("HEARTH_WRITE_DOCS").is_some() {
            std::fs::write(&path, &fresh).unwrap();
        }
        assert!(text == fresh || std::env::var_os("HEARTH_WRITE_DOCS").is_some(), "see docs/CRISIS.md");
    }

    #[test]
    fn hours_and_versions_that_are_not_known_are_refused() {
        let hours = |text: &str| Hours::try_from(text.to_owned());
        assert_eq!(hours("08:00-02:00"), Ok(Hours::Daily("08:00".into(), "02:00".into())));
        assert!(["", "8-22", "25:00-26:00", "08:00"].into_iter().all(|text| hours(text).is_err()));
        assert!(
            serde_json::from_str::<Lines>(&data(Region::Us).replace("\"version\": 1", "\"version\": 2"))
                .is_err()
        );
    }
}
