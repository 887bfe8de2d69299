//! What leaves is what was meant to leave, and a calendar keeps it discreet.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use hearth_meetings::compare::compare;
use hearth_meetings::export::{Link, calendar, guide};
use hearth_meetings::import::{Options, read};
use hearth_meetings::meeting::MeetingType;
use hearth_meetings::rule::{Exception, Move, Nth, Special};
use hearth_meetings::{Date, Meeting, Rule, Schedule, Timestamp, Weekday, Zone};

const QUIRKS: &[u8] = include_bytes!("fixtures/quirks.json");
const BMLT: &[u8] = include_bytes!("fixtures/bmlt.json");

fn imported(bytes: &[u8]) -> Vec<Meeting> {
    read(bytes, &Options { zone: Zone::named("America/Denver").ok(), ..Options::default() }).unwrap().meetings
}

fn discreet() -> calendar::Options {
    calendar::Options {
        stamp: Timestamp(1_795_521_600_000),
        from: day("2026-11-24"),
        id_key: [1; 32],
        title: calendar::Title::Discreet,
        has_place: false,
        link: Link::LeftOut,
    }
}

fn day(text: &str) -> Date {
    text.parse().unwrap()
}

fn evening() -> Rule {
    let mut rule = Rule::weekly(
        [Weekday::Tuesday],
        "19:00".parse().unwrap(),
        Some(Zone::named("Europe/Vienna").unwrap()),
    );
    rule.minutes = Some(90);
    rule
}

fn entries(text: &str) -> Vec<String> {
    text.split("BEGIN:VEVENT\r\n")
        .skip(1)
        .map(|entry| entry.split("END:VEVENT").next().unwrap().replace("\r\n", "\n"))
        .collect()
}

#[test]
fn secrets_and_contacts_do_not_leave() {
    for bytes in [QUIRKS, BMLT] {
        let meetings = imported(bytes);
        let list = guide::write(&meetings, &guide::Options::default()).json;
        let full = calendar::Options { title: calendar::Title::Full, has_place: true, ..discreet() };
        let text = calendar::write(&meetings, &full).text;
        assert!(!list.contains("SECRET") && !text.contains("SECRET"));
        assert!(!list.contains("video.example") && !text.contains("video.example"));
    }
}

#[test]
fn a_link_leaves_if_somebody_says_so_and_its_passcode_if_they_say_that() {
    let meetings = imported(QUIRKS);
    let list = |link| guide::write(&meetings, &guide::Options { link }).json;
    assert!(list(Link::WithoutPasscode).contains("\"https://video.example/j/1\""));
    assert!(!list(Link::WithoutPasscode).contains("SECRET"));
    let whole = list(Link::Whole);
    assert!(whole.contains("https://video.example/j/1?pwd=SECRET1"));
    assert_eq!(whole.matches("SECRET").count(), 1, "the link alone leaves");
    let text =
        calendar::write(&meetings, &calendar::Options { link: Link::WithoutPasscode, ..discreet() }).text;
    assert!(text.contains("DESCRIPTION:https://video.example/j/1\r\n") && !text.contains("SECRET"));
}

#[test]
fn a_list_that_is_written_is_read_again_as_the_same() {
    let plain = |meeting: &Meeting| {
        // One without a zone would be given that of the caller.
        let is_other =
            meeting.schedule.rule().is_some_and(|rule| !rule.exceptions.is_empty() || rule.zone.is_none());
        let is_open = meeting.contacts.is_empty() && meeting.online == Default::default();
        let notes = [&meeting.notes, &meeting.group_notes, &meeting.place.notes];
        let is_unclear = matches!(meeting.schedule, Schedule::Unclear(_));
        !is_other && is_open && !is_unclear && notes.into_iter().flatten().all(|notes| notes.open().is_some())
    };
    let meetings: Vec<Meeting> = imported(QUIRKS).into_iter().filter(plain).collect();
    let written = guide::write(&meetings, &guide::Options::default());
    let again = imported(written.json.as_bytes());
    assert!(meetings.len() > 20 && written.paused.is_empty());
    let comparison = compare(&meetings, &again);
    let changed: Vec<&str> = comparison.changed.iter().map(|(old, _)| old.id.as_str()).collect();
    assert_eq!((changed, comparison.added.len(), comparison.gone.len()), (vec![], 0, 0));
}

#[test]
fn what_the_list_has_no_field_for_is_said_in_words() {
    let mut rule = evening();
    rule.only = [Nth::First, Nth::Last].into();
    let open = MeetingType { program: "aa".to_owned(), code: "O".to_owned() };
    rule.specials =
        vec![Special { nth: Nth::Last, weekday: None, types: vec![open], says: "open".to_owned() }];
    rule.exceptions = vec![
        Exception::Cancelled { on: day("2026-12-29") },
        Exception::Paused { from: Some(day("2027-07-01")), until: Some(day("2027-08-31")) },
    ];
    let meeting = Meeting::new("a", "A", Schedule::Weekly(rule));
    let list: serde_json::Value =
        serde_json::from_str(&guide::write(&[meeting], &guide::Options::default()).json).unwrap();
    assert_eq!(
        list[0]["notes"],
        "Only the 1st and last of the month.\nThe last of the month: open.\nNot on 2026-12-29.\n\
         Not from 2027-07-01 until 2027-08-31."
    );
    assert_eq!((&list[0]["end_time"], &list[0]["timezone"]), (&"20:30".into(), &"Europe/Vienna".into()));
}

#[test]
fn who_is_other_without_end_is_left_out_and_named() {
    let mut rule = evening();
    rule.exceptions = vec![Exception::Paused { from: None, until: None }];
    let meeting =
        [Meeting::new("a", "A", Schedule::Weekly(rule)), Meeting::new("b", "B", Schedule::ByAppointment)];
    let list = guide::write(&meeting, &guide::Options::default());
    assert_eq!(list.paused, ["a"]);
    let calendar = calendar::write(&meeting, &discreet());
    let why =
        [("a".to_owned(), calendar::NotWritten::NotHeld), ("b".to_owned(), calendar::NotWritten::NoTimes)];
    assert_eq!(calendar.left_out, why);
}

#[test]
fn an_entry_says_day_and_time_and_no_more() {
    let meetings = [Meeting::new("secret-place", "Sober Sunrise", Schedule::Weekly(evening()))];
    let calendar = calendar::write(&meetings, &discreet());
    let entry = "UID:IDENT\nDTSTAMP:20261124T120000Z\nDTSTART;TZID=Europe/Vienna:20261124T190000\nDURATION:PT90M\n\
                 RRULE:FREQ=WEEKLY;BYDAY=TU\nSUMMARY:Tuesday\\, 7 pm\nCLASS:PRIVATE\nTRANSP:OPAQUE\n";
    let written = &entries(&calendar.text)[0];
    let id = written.lines().next().unwrap().strip_prefix("UID:").unwrap();
    assert_eq!(written.replace(id, "IDENT"), entry);
    for word in ["Sober", "sunrise", "secret-place", "earth"] {
        assert!(!calendar.text.contains(word), "{word}");
    }
}

#[test]
fn what_was_moved_is_called_by_when_it_takes_place() {
    let mut rule = evening();
    rule.exceptions = vec![Exception::Moved(hearth_meetings::rule::Move {
        on: day("2026-12-22"),
        to: day("2026-12-23"),
        start: "17:30".parse().unwrap(),
        minutes: None,
    })];
    let text = calendar::write(&[Meeting::new("a", "A", Schedule::Weekly(rule))], &discreet()).text;
    let titles: Vec<&str> = text.lines().filter(|line| line.starts_with("SUMMARY")).collect();
    assert_eq!(titles, ["SUMMARY:Tuesday\\, 7 pm", "SUMMARY:Wednesday\\, 5:30 pm"]);
}

#[test]
fn ids_stay_with_their_key_and_say_nothing_without_it() {
    let meetings = [Meeting::new("a", "A", Schedule::Weekly(evening()))];
    let ids = |id_key: [u8; 32], from: &str| {
        let text =
            calendar::write(&meetings, &calendar::Options { id_key, from: day(from), ..discreet() }).text;
        text.lines().find(|line| line.starts_with("UID:")).unwrap().to_owned()
    };
    assert_eq!(ids([1; 32], "2026-11-24"), ids([1; 32], "2027-03-01"));
    assert_ne!(ids([1; 32], "2026-11-24"), ids([2; 32], "2026-11-24"));
}

#[test]
fn exceptions_become_what_calendars_know() {
    let mut rule = evening();
    let moved =
        Move { on: day("2026-12-22"), to: day("2026-12-23"), start: "17:30".parse().unwrap(), minutes: None };
    rule.exceptions = vec![
        Exception::Cancelled { on: day("2026-12-08") },
        Exception::Moved(moved),
        Exception::Paused { from: Some(day("2027-06-01")), until: None },
    ];
    let text = calendar::write(&[Meeting::new("a", "A", Schedule::Weekly(rule))], &discreet()).text;
    let entries = entries(&text);
    assert_eq!(entries.len(), 2);
    // Noon in winter, an hour earlier in summer: the end is in UTC.
    assert!(entries[0].contains("RRULE:FREQ=WEEKLY;BYDAY=TU;UNTIL=20270531T170000Z\n"));
    assert!(entries[0].contains("EXDATE;TZID=Europe/Vienna:20261208T190000\n"));
    assert!(entries[1].contains("DTSTART;TZID=Europe/Vienna:20261223T173000\n"));
    assert!(entries[1].contains("RECURRENCE-ID;TZID=Europe/Vienna:20261222T190000\n"));
}

#[test]
fn monthly_rules_name_each_weekday() {
    let rule = Rule { only: [Nth::First, Nth::Last].into(), ..evening() };
    let text = calendar::write(&[Meeting::new("a", "A", Schedule::Weekly(rule))], &discreet()).text;
    assert!(text.contains("RRULE:FREQ=MONTHLY;BYDAY=1TU,-1TU\r\n"));
    assert!(text.contains("DTSTART;TZID=Europe/Vienna:20261124T190000\r\n"));
}

#[test]
fn a_name_cannot_write_lines_of_its_own() {
    let name = "A\r\nATTENDEE:mailto:x@y.example\nSUMMARY:b; c, d\\";
    let full = calendar::Options { title: calendar::Title::Full, ..discreet() };
    let text = calendar::write(&[Meeting::new("a", name, Schedule::Weekly(evening()))], &full).text;
    let unfolded = text.replace("\r\n ", "");
    assert!(unfolded.contains("SUMMARY:A\\nATTENDEE:mailto:x@y.example\\nSUMMARY:b\\; c\\, d\\\\\r\n"));
    assert_eq!(unfolded.lines().filter(|line| line.starts_with("ATTENDEE")).count(), 0);
}
