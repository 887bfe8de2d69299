//! A meeting is stored and sent in the forms that are frozen here: fields are only ever appended.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use hearth_meetings::meeting::{Contact, Kind, MeetingType, Online, Place, Point, Updated};
use hearth_meetings::rule::{Exception, Move, Nth, Special};
use hearth_meetings::secret::Notes;
use hearth_meetings::{Date, Meeting, Rule, Schedule, Secret, Weekday, Zone};

const JSON: &str = include_str!("vectors/meeting.json");
const POSTCARD: &str = include_str!("vectors/meeting.postcard.hex");

/// A meeting that has everything.
fn meeting() -> Meeting {
    let day = |text: &str| text.parse::<Date>().unwrap();
    let secret = |text: &str| Some(Secret::new(text));
    let open = MeetingType { program: "aa".to_owned(), code: "O".to_owned() };
    let days = [Weekday::Tuesday, Weekday::Saturday];
    let mut rule = Rule::weekly(days, "19:30".parse().unwrap(), Zone::named("America/St_Johns").ok());
    rule.minutes = Some(90);
    rule.only = [Nth::First, Nth::Last].into();
    rule.specials = vec![Special {
        nth: Nth::Last,
        weekday: Some(Weekday::Saturday),
        types: vec![open.clone()],
        says: "open".to_owned(),
    }];
    rule.exceptions = vec![
        Exception::Cancelled { on: day("2026-12-26") },
        Exception::Moved(Move {
            on: day("2027-01-02"),
            to: day("2027-01-03"),
            start: "07:05".parse().unwrap(),
            minutes: Some(60),
        }),
        Exception::Paused { from: Some(day("2027-07-01")), until: None },
    ];
    Meeting {
        group: Some("Sunrise Group".to_owned()),
        group_notes: Some(Notes::Open("All are welcome.".to_owned())),
        kind: Some(Kind::Hybrid),
        place: Place {
            name: Some("Harbour House".to_owned()),
            address: Some("1 Example Street, Anytown".to_owned()),
            region: Some("North > Anytown".to_owned()),
            is_approximate: true,
            point: Point::new(47.5615, -52.7126),
            notes: Some(Notes::Open("Side door.".to_owned())),
        },
        online: Online {
            url: secret("https://video.example/j/1?pwd=x"),
            url_notes: secret("Passcode: x"),
            phone: secret("+15550100"),
            phone_notes: secret("Press 1"),
            passcode: secret("pw: x"),
        },
        contacts: vec![Contact { name: secret("Pat"), email: secret("pat@group.example"), phone: None }],
        notes: Some(Notes::Kept(Secret::new("pw: x"))),
        languages: vec!["en".to_owned()],
        types: vec![open],
        updated: Some(Updated { text: "8/25/2022".to_owned(), on: Some(day("2022-08-25")) }),
        source: Some("early-birds".to_owned()),
        ..Meeting::new("anytown:early-birds", "Early Birds", Schedule::Weekly(rule))
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[test]
fn the_stored_forms_are_the_frozen_ones_and_can_be_read() {
    let meeting = meeting();
    let json: serde_json::Value = serde_json::to_value(&meeting).unwrap();
    assert_eq!(format!("{json:#}\n"), JSON);
    assert!(serde_json::from_str::<Meeting>(JSON).unwrap() == meeting);
    let bytes = postcard::to_stdvec(&meeting).unwrap();
    assert_eq!(hex(&bytes), POSTCARD.trim());
    assert!(postcard::from_bytes::<Meeting>(&bytes).unwrap() == meeting);
}

#[test]
fn what_cannot_be_is_not_read() {
    for (good, bad) in [
        ("America/St_Johns", "America/Nowhere"),
        ("19:30", "24:30"),
        ("2026-12-26", "2026-02-30"),
        ("\"saturday\"", "\"someday\""),
    ] {
        assert!(
            JSON.contains(good) && serde_json::from_str::<Meeting>(&JSON.replace(good, bad)).is_err(),
            "{bad}"
        );
    }
}
