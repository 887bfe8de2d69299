//! Meetings are found by what people look for, and in the order in which they come next.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use hearth_meetings::finder::{Distance, Way, Wishes, find};
use hearth_meetings::meeting::{Kind, MeetingType, Point};
use hearth_meetings::rule::{Exception, Move};
use hearth_meetings::secret::Notes;
use hearth_meetings::{Meeting, Rule, Schedule, Secret, Timestamp, Weekday, Zone};

/// Tuesday, 2026-11-24, noon in UTC.
const NOW: Timestamp = Timestamp(1_795_521_600_000);

fn meeting(id: &str, weekday: Weekday, start: &str) -> Meeting {
    let rule = Rule::weekly([weekday], start.parse().unwrap(), Some(Zone::named("Europe/Vienna").unwrap()));
    Meeting::new(id, format!("Meeting {id}"), Schedule::Weekly(rule))
}

fn list() -> Vec<Meeting> {
    let mut early = meeting("early", Weekday::Wednesday, "07:00");
    early.kind = Some(Kind::InPerson);
    early.place.point = Point::new(48.2082, 16.3738);
    early.types = vec![MeetingType { program: "aa".to_owned(), code: "O".to_owned() }];
    early.languages = vec!["de".to_owned()];
    let mut online = meeting("online", Weekday::Tuesday, "19:00");
    online.kind = Some(Kind::Online);
    online.notes = Some(Notes::Kept(Secret::new("Passcode: sunshine")));
    let mut hybrid = meeting("hybrid", Weekday::Monday, "23:30");
    hybrid.kind = Some(Kind::Hybrid);
    hybrid.place.point = Point::new(48.1486, 17.1077);
    hybrid.place.region = Some("Bratislava".to_owned());
    hybrid.languages = vec!["sk".to_owned(), "en".to_owned()];
    let mut resting = meeting("resting", Weekday::Thursday, "19:00");
    if let Schedule::Weekly(rule) = &mut resting.schedule {
        rule.exceptions.push(Exception::Paused { from: None, until: None });
    }
    let zoneless = Meeting::new(
        "zoneless",
        "No Zone",
        Schedule::Weekly(Rule::weekly([Weekday::Tuesday], "19:00".parse().unwrap(), None)),
    );
    vec![
        resting,
        Meeting::new("asked", "By Appointment", Schedule::ByAppointment),
        hybrid,
        zoneless,
        early,
        online,
    ]
}

fn found(wishes: &Wishes) -> Vec<String> {
    find(&list(), wishes, NOW).iter().map(|found| found.meeting.id.clone()).collect()
}

#[test]
fn what_comes_next_comes_first_and_what_has_no_times_at_last() {
    assert_eq!(found(&Wishes::default()), ["online", "early", "hybrid", "asked", "resting", "zoneless"]);
    let meetings = list();
    let all = find(&meetings, &Wishes::default(), NOW);
    assert_eq!(all[0].next.as_ref().unwrap().local_date.to_string(), "2026-11-24");
    assert!(all[3..].iter().all(|found| found.next.is_none()));
}

#[test]
fn days_and_times_are_those_of_the_place() {
    let on = |weekday| Wishes { weekdays: [weekday].into(), ..Wishes::default() };
    assert_eq!(found(&on(Weekday::Tuesday)), ["online", "zoneless"]);
    assert_eq!(found(&on(Weekday::Monday)), ["hybrid"]);
    let between = |from: &str, to: &str| {
        found(&Wishes { between: Some((from.parse().unwrap(), to.parse().unwrap())), ..Wishes::default() })
    };
    assert_eq!(between("06:00", "07:00"), ["early"]);
    assert_eq!(between("22:00", "02:00"), ["hybrid"]);
    assert_eq!(between("19:00", "19:00"), ["online", "resting", "zoneless"]);
}

#[test]
fn the_next_time_is_one_that_was_wished_for() {
    let both = Rule::weekly(
        [Weekday::Wednesday, Weekday::Saturday],
        "19:00".parse().unwrap(),
        Some(Zone::named("Europe/Vienna").unwrap()),
    );
    let meetings = [Meeting::new("both", "Both", Schedule::Weekly(both))];
    let wishes = Wishes { weekdays: [Weekday::Saturday].into(), ..Wishes::default() };
    assert_eq!(find(&meetings, &wishes, NOW)[0].next.as_ref().unwrap().local_date.to_string(), "2026-11-28");
}

#[test]
fn a_move_is_found_on_the_day_it_was_moved_to() {
    let mut meetings = list();
    let moved = Move {
        on: "2026-11-25".parse().unwrap(),
        to: "2026-11-27".parse().unwrap(),
        start: "06:00".parse().unwrap(),
        minutes: None,
    };
    if let Schedule::Weekly(rule) = &mut meetings[4].schedule {
        rule.exceptions.push(Exception::Moved(moved));
    }
    let wishes = Wishes { weekdays: [Weekday::Friday].into(), ..Wishes::default() };
    let found = find(&meetings, &wishes, NOW);
    assert_eq!((found.len(), found[0].meeting.id.as_str()), (1, "early"));
    assert!(found[0].next.as_ref().unwrap().is_moved);
}

#[test]
fn type_language_and_way_have_to_be_met() {
    let types = |code: &str| found(&Wishes { types: vec![code.to_owned()], ..Wishes::default() });
    assert_eq!((types("o"), types("X")), (vec!["early".to_owned()], Vec::new()));
    let language = |code: &str| found(&Wishes { language: Some(code.to_owned()), ..Wishes::default() });
    assert_eq!((language("EN"), language("de")), (vec!["hybrid".to_owned()], vec!["early".to_owned()]));
    let way = |way| found(&Wishes { way: Some(way), ..Wishes::default() });
    assert_eq!(way(Way::InPerson), ["early", "hybrid"]);
    assert_eq!(way(Way::Online), ["online", "hybrid"]);
}

#[test]
fn words_are_looked_for_in_what_is_open_and_never_in_secrets() {
    let text = |text: &str| found(&Wishes { text: text.to_owned(), ..Wishes::default() });
    assert_eq!(text("brat MEETING"), ["hybrid"]);
    assert_eq!(text("sunshine"), Vec::<String>::new());
}

#[test]
fn distances_are_along_the_ground_in_either_unit() {
    let vienna = Point::new(48.2082, 16.3738).unwrap();
    let bratislava = Point::new(48.1486, 17.1077).unwrap();
    let distance = Distance::between(vienna, bratislava);
    // 54.8 km by other calculators.
    assert!((distance.in_km() - 54.8).abs() < 0.3, "{}", distance.in_km());
    assert!((Distance::miles(1.0).in_km() - 1.609_344).abs() < 1e-9);
    let antipodes = Distance::between(Point::new(0.0, 1.0).unwrap(), Point::new(0.0, -179.0).unwrap());
    assert!((antipodes.in_km() - 20_015.1).abs() < 1.0);
    let near = |far| found(&Wishes { near: Some((vienna, far)), ..Wishes::default() });
    assert_eq!(near(Distance::km(1.0)), ["early"]);
    assert_eq!(near(Distance::miles(34.0)), ["early"]);
    assert_eq!(near(Distance::km(56.0)), ["early", "hybrid"]);
}
