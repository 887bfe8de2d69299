//! Meetings with real daemons: a servant's list and changes reach everybody, calendars are discreet and others can read them, and
//! no word of them is on a disk in clear.

use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use hearth_tests::daemons::Person;
use serde_json::{Value, json};

use crate::journey::files_with;

const TCP: &str = "/ip4/127.0.0.1/tcp/0";
const GUIDE: &str = include_str!("../../crates/hearth-meetings/tests/fixtures/quirks.json");
const BMLT: &str = include_str!("../../crates/hearth-meetings/tests/fixtures/bmlt.json");

fn lines(said: &str) -> Vec<Value> {
    said.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn a_servants_meetings_reach_everybody_and_leave_discreetly() {
    let root = tempfile::tempdir().unwrap();
    let lists = tempfile::tempdir().unwrap();
    let [alice, ben] = ["Alice", "Ben"].map(|name| Person::new(root.path(), name, TCP));
    ben.join(&alice.start("Tuesday Night").field("ticket")).ok();
    let file = |name: &str, text: &str| {
        let path = lists.path().join(name);
        std::fs::write(&path, text).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let (guide, bmlt) = (file("guide.json", GUIDE), file("bmlt.json", BMLT));

    // A list is read with a counted report; a second reading changes nothing.
    let import = |list: &str| {
        alice.json(&["meetings", "import", list, "--yes", "--zone", "America/Denver"], "").ok().json()
    };
    let first = import(&guide);
    let (records, read, skipped) =
        (&first["report"]["records"], &first["report"]["read"], &first["report"]["skipped"]);
    assert_eq!(records.as_u64(), Some(read.as_u64().unwrap() + skipped.as_u64().unwrap()));
    let became = |imported: &Value, what: &str| {
        imported["meetings"].as_array().unwrap().iter().filter(|one| one["what"] == what).count()
    };
    assert_eq!(Some(became(&first, "added") as u64), read.as_u64());
    let again = import(&guide);
    assert_eq!((became(&again, "same"), became(&again, "added")), (became(&first, "added"), 0));
    let other = import(&bmlt);
    assert_eq!(Some(became(&other, "added") as u64), other["report"]["read"].as_u64());
    alice.json(&["meetings", "remove", "--yes"], "").fails(2);

    // What the secretary cancels, everybody sees as cancelled; who is no servant cannot.
    let form = "name: marker-amber\ndays: monday, tuesday, wednesday, thursday, friday, saturday, sunday\ntime: 19:30\n\
        minutes: 60\nzone: Europe/Madrid\npasscode: marker-4711\n";
    let mark = alice.json(&["meetings", "add"], form).ok().field("mark");
    let days = |person: &Person| {
        let times = lines(&person.json(&["meetings", "--days", "3"], "").ok().out);
        times.into_iter().filter(|at| at["name"] == "marker-amber").collect::<Vec<Value>>()
    };
    let last = days(&alice).last().unwrap()["day"].as_str().unwrap().to_owned();
    alice.json(&["meetings", "cancel", &last, "--meeting", &mark], "").ok();
    alice.share("have you seen it?");
    ben.wait_for(&["have you seen it?"]);
    let started = std::time::Instant::now();
    while !days(&ben).iter().any(|at| at["day"] == last.as_str() && at["state"] == "cancelled") {
        assert!(started.elapsed() < hearth_tests::daemons::DEADLINE, "the cancelled day has not come");
    }
    ben.json(&["meetings", "pause", &mark], "").fails(5);
    let shown = ben.json(&["meetings", "show", &mark], "").ok().json();
    assert_eq!(shown["meeting"]["secrets"]["passcode"], "marker-4711");

    // A calendar has days and times, no name and no passcode; another program reads it.
    let out = |words: &[&str]| {
        let path = lists.path().join("calendar.ics").to_str().unwrap().to_owned();
        ben.json(&[&["meetings", "export", &path, "--overwrite"], words].concat(), "").ok();
        std::fs::read_to_string(&path).unwrap()
    };
    let calendar = out(&[]);
    assert!(calendar.contains("SUMMARY:Monday\\, 7 am\r\n"), "{calendar}");
    for secret in ["marker", "SECRET", "Early Birds", "Harbour", "video.example"] {
        assert!(!calendar.contains(secret), "{secret}");
    }
    let named = out(&["--names"]);
    assert!(named.contains("Early Birds") && !named.contains("SECRET") && !named.contains("4711"));
    let guide_out = out(&["--format", "guide"]);
    assert!(
        guide_out.contains("Early Birds") && !guide_out.contains("SECRET") && !guide_out.contains("4711")
    );
    assert!(out(&["--format", "guide", "--links", "whole"]).contains("SECRET1"));
    assert!(!out(&["--format", "guide", "--links", "without-passcode"]).contains("SECRET"));
    read_by_another_program(lists.path(), &calendar);
    let again = out(&[]);
    assert_eq!(again.replace(&stamp(&again), ""), calendar.replace(&stamp(&calendar), ""), "the ids stay");

    // Reminders are this machine's alone, and off at first.
    assert_eq!(ben.json(&["meetings", "remind"], "").ok().json()["on"], false);
    ben.json(&["meetings", "remind", "on", "--before", "2h"], "").ok();
    ben.stop();
    ben.unlock();
    let kept = ben.json(&["meetings", "remind"], "").ok().json();
    assert_eq!((&kept["on"], &kept["minutes_before"]), (&json!(true), &json!(120)));
    assert_eq!(alice.json(&["meetings", "remind"], "").ok().json()["on"], false);
    let today = ben.run(&[], "").ok().out;
    assert!(today.contains("Next meeting: ") && !today.contains("marker-amber"), "{today}");

    alice.stop();
    ben.stop();
    for word in ["marker-amber", "marker-4711", "SECRET1"] {
        assert_eq!(files_with(root.path(), word), Vec::<String>::new());
    }
}

/// The lines that say when a calendar was written.
fn stamp(calendar: &str) -> String {
    calendar.lines().find(|line| line.starts_with("DTSTAMP")).unwrap().to_owned()
}

/// The Python package icalendar reads the calendar, if it is to be had here.
fn read_by_another_program(folder: &Path, calendar: &str) {
    let packages = folder.join("python");
    let pip = ["-m", "pip", "install", "--quiet", "--target", packages.to_str().unwrap(), "icalendar==7.3.0"];
    let quiet = |command: &mut Command| command.stdout(Stdio::null()).stderr(Stdio::null()).status();
    if !quiet(Command::new("python3").args(pip)).is_ok_and(|status| status.success()) {
        // Past the capture of output, so that nobody takes it for checked.
        std::io::stderr().write_all(b"\nSKIPPED: the package icalendar cannot be had here\n").unwrap();
        return;
    }
    let script = "import sys, icalendar\nevents = icalendar.Calendar.from_ical(sys.stdin.read()).walk('VEVENT')\n\
        assert len(events) > 20 and all('DTSTART' in event and 'UID' in event for event in events)\n";
    let mut child = Command::new("python3")
        .args(["-c", script])
        .env("PYTHONPATH", &packages)
        .stdin(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(calendar.as_bytes()).unwrap();
    assert!(child.wait().unwrap().success());
}
