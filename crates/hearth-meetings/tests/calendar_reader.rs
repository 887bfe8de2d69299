//! What others read in a calendar of ours is what we say: the Python packages icalendar and recurring-ical-events expand it.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use hearth_meetings::export::Link;
use hearth_meetings::export::calendar::{Options, Title, write};
use hearth_meetings::occurrence::between;
use hearth_meetings::rule::{Exception, Move, Nth};
use hearth_meetings::{Date, Meeting, Rule, Schedule, Timestamp, Weekday, Zone};

const PACKAGES: [&str; 2] = ["icalendar==7.3.0", "recurring-ical-events==3.8.2"];

#[test]
fn another_program_finds_the_same_times_in_a_calendar() {
    let Some(packages) = packages() else {
        return skipped("python3 or its packages icalendar and recurring-ical-events cannot be had here");
    };
    let (from, until) = ("2026-09-01", "2028-03-15");
    let (mut calendars, mut expected) = (Vec::new(), Vec::new());
    let groups = rules()
        .into_iter()
        .map(|rule| (vec![rule], true))
        .chain(in_gaps().into_iter().map(|rule| (vec![rule], false)));
    // Each by itself, and all of them in one file.
    for (rules, is_believing) in groups.chain([(rules(), true)]) {
        let mut times: Vec<String> = rules.iter().flat_map(|rule| ours(rule, from, until)).collect();
        times.sort();
        assert!(times.len() > 10);
        let named =
            |(index, rule)| Meeting::new(format!("id-{index}"), "Früh, am; Morgen", Schedule::Weekly(rule));
        let meetings: Vec<Meeting> = rules.into_iter().enumerate().map(named).collect();
        let text = write(&meetings, &options()).text;
        calendars.push(serde_json::json!({ "text": text, "believing": is_believing }));
        expected.push(times);
    }
    let at = |day: &str| format!("{day}T00:00:00+00:00");
    let wanted = serde_json::json!({ "calendars": calendars, "from": at(from), "until": at(until) });
    let read = theirs(&packages, &wanted);
    assert_eq!(read.len(), expected.len());
    for (index, (read, expected)) in read.iter().zip(&expected).enumerate() {
        assert_eq!(read, expected, "{}", calendars[index]["text"].as_str().unwrap());
    }
}

/// Times that the clocks skip. Here the reader goes by what it knows itself: by a description it takes the offset after the gap,
/// where RFC 5545 section 3.3.5 says the one before.
fn in_gaps() -> Vec<Rule> {
    let weekly = |start: &str, zone: &str| {
        let rule = Rule::weekly([Weekday::Sunday], start.parse().unwrap(), Some(Zone::named(zone).unwrap()));
        Rule { minutes: Some(75), ..rule }
    };
    vec![
        weekly("02:30", "America/New_York"),
        weekly("02:30", "Europe/Berlin"),
        weekly("01:30", "Europe/London"),
    ]
}

/// Changes of the clocks north and south, folds, half hours, midnight, months, exceptions of each kind.
fn rules() -> Vec<Rule> {
    let weekly = |days: &[Weekday], start: &str, zone: &str| {
        let mut rule =
            Rule::weekly(days.iter().copied(), start.parse().unwrap(), Some(Zone::named(zone).unwrap()));
        rule.minutes = Some(75);
        rule
    };
    let day = |text: &str| text.parse::<Date>().unwrap();
    let sunday = [Weekday::Sunday];
    let mut rules: Vec<Rule> =
        ["America/New_York", "Europe/Berlin", "Australia/Lord_Howe", "America/Santiago", "Asia/Gaza"]
            .into_iter()
            .flat_map(|zone| [weekly(&sunday, "01:30", zone), weekly(&[Weekday::Saturday], "19:00", zone)])
            .collect();
    rules.push(weekly(&[Weekday::Tuesday, Weekday::Thursday], "23:30", "Asia/Kolkata"));
    rules.push(Rule {
        only: [Nth::First, Nth::Third, Nth::Last].into(),
        ..weekly(&[Weekday::Monday, Weekday::Wednesday], "19:30", "America/Denver")
    });
    rules.push(Rule { only: [Nth::Fifth].into(), ..weekly(&Weekday::ALL, "12:00", "UTC") });
    let mut rule = weekly(&[Weekday::Tuesday], "19:00", "Europe/Vienna");
    let moved = |on: &str, to: &str, start: &str| {
        Exception::Moved(Move { on: day(on), to: day(to), start: start.parse().unwrap(), minutes: Some(30) })
    };
    rule.exceptions = vec![
        Exception::Cancelled { on: day("2026-09-01") },
        Exception::Cancelled { on: day("2026-12-08") },
        moved("2026-12-22", "2026-12-23", "17:30"),
        // From before the first day that is shown into what is.
        moved("2026-08-25", "2026-09-03", "18:00"),
        Exception::Paused { from: Some(day("2027-07-01")), until: Some(day("2027-08-31")) },
        moved("2027-07-06", "2027-07-07", "08:00"),
    ];
    rules.push(rule);
    let mut ending = weekly(&[Weekday::Friday], "07:00", "Pacific/Auckland");
    ending.exceptions = vec![
        Exception::Paused { from: Some(day("2027-05-07")), until: None },
        // Somebody chose to meet once in the pause.
        moved("2027-06-04", "2027-06-05", "09:00"),
    ];
    rules.push(ending);
    // A pause since ever, and only what was moved takes place.
    let mut resting = weekly(&[Weekday::Friday, Weekday::Saturday], "07:00", "Pacific/Auckland");
    resting.exceptions = vec![Exception::Paused { from: None, until: None }];
    resting.exceptions.extend((1..=12).map(|month| {
        let first = day(&format!("2027-{month:02}-01"));
        let on = std::iter::successors(Some(first), |day| day.tomorrow())
            .find(|day| day.weekday() == Weekday::Friday)
            .unwrap();
        moved(&on.to_string(), &on.tomorrow().unwrap().to_string(), "20:00")
    }));
    rules.push(resting);
    let mut beginning = weekly(&[Weekday::Friday], "07:00", "America/St_Johns");
    beginning.exceptions = vec![Exception::Paused { from: None, until: Some(day("2026-11-30")) }];
    rules.push(beginning);
    rules
}

/// A day before the span, for it is still that day in the west when the span begins.
fn options() -> Options {
    Options {
        stamp: Timestamp(1_796_000_000_000),
        from: "2026-08-31".parse().unwrap(),
        id_key: [7; 32],
        title: Title::Full,
        has_place: true,
        link: Link::LeftOut,
    }
}

fn ours(rule: &Rule, from: &str, until: &str) -> Vec<String> {
    let utc = Zone::named("UTC").unwrap();
    let midnight = |day: &str| utc.instant(day.parse().unwrap(), "00:00".parse().unwrap()).unwrap();
    let shown = |at: Timestamp| {
        let (day, time) = utc.local(at).unwrap();
        format!("{day} {time}")
    };
    let found = between(rule, midnight(from), midnight(until)).unwrap();
    let mut found: Vec<String> =
        found.iter().map(|one| format!("{} {}", shown(one.start), shown(one.end))).collect();
    found.sort();
    found
}

fn theirs(packages: &Path, wanted: &serde_json::Value) -> Vec<Vec<String>> {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/read_calendar.py");
    let mut child = Command::new("python3")
        .arg(script)
        .env("PYTHONPATH", packages)
        // The zones of the package and not those of this machine.
        .env("PYTHONTZPATH", "")
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(wanted.to_string().as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

/// Returns the folder with the packages, which are installed there if they can be.
fn packages() -> Option<PathBuf> {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("python-calendar-1");
    let run = |arguments: &[&str]| {
        let status = Command::new("python3")
            .args(arguments)
            .env("PYTHONPATH", &folder)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status();
        status.is_ok_and(|status| status.success())
    };
    let is_there = || run(&["-c", "import icalendar, recurring_ical_events"]);
    if !is_there() {
        let target = folder.to_str()?;
        run(&["-m", "pip", "install", "--quiet", "--target", target, PACKAGES[0], PACKAGES[1]]);
    }
    is_there().then_some(folder)
}

/// Says that something was not checked, past the capture of output, so that nobody takes it for checked.
fn skipped(why: &str) {
    std::io::stderr().write_all(format!("\nSKIPPED: {why}\n").as_bytes()).unwrap();
}
