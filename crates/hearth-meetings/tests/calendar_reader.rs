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
    let check = |rules: Vec<Rule>, is_believing: bool| {
        let mut all = Vec::new();
        for (index, rule) in rules.into_iter().enumerate() {
            let expected = ours(&rule, from, until);
            assert!(expected.len() > 10, "rule {index}");
            let meeting = Meeting::new(format!("id-{index}"), "Früh, am; Morgen", Schedule::Weekly(rule));
            let text = write(std::slice::from_ref(&meeting), &options()).text;
            assert_eq!(
                theirs(&packages, &text, (from, until), is_believing),
                expected,
                "rule {index}:\n{text}"
            );
            all.push((meeting, expected));
        }
        // And all of them in one file.
        let meetings: Vec<Meeting> = all.iter().map(|(meeting, _)| meeting.clone()).collect();
        let mut expected: Vec<String> = all.into_iter().flat_map(|(_, expected)| expected).collect();
        expected.sort();
        assert_eq!(
            theirs(&packages, &write(&meetings, &options()).text, (from, until), is_believing),
            expected
        );
    };
    check(rules(), true);
    check(in_gaps(), false);
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
    ending.exceptions = vec![Exception::Paused { from: Some(day("2027-05-07")), until: None }];
    rules.push(ending);
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

fn theirs(packages: &Path, calendar: &str, (from, until): (&str, &str), is_believing: bool) -> Vec<String> {
    let at = |day: &str| format!("{day}T00:00:00+00:00");
    let wanted = serde_json::json!({ "calendar": calendar, "from": at(from), "until": at(until), "believing": is_believing });
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
    String::from_utf8(output.stdout).unwrap().lines().map(str::to_owned).collect()
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
