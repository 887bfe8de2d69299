//! Lists of meetings as they are: each oddity is read or named, nothing is guessed, no secret gets out.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use hearth_meetings::compare::compare;
use hearth_meetings::import::{Code, Import, ImportError, Options, Weight, read};
use hearth_meetings::meeting::Kind;
use hearth_meetings::secret::Notes;
use hearth_meetings::{Meeting, Rule, Schedule, Secret, Weekday, Zone, limits};
use proptest::prelude::*;

const QUIRKS: &[u8] = include_bytes!("fixtures/quirks.json");
const BMLT: &[u8] = include_bytes!("fixtures/bmlt.json");

fn imported(bytes: &[u8]) -> Import {
    read(bytes, &Options::default()).unwrap()
}

fn meeting<'a>(import: &'a Import, id: &str) -> &'a Meeting {
    import.meetings.iter().find(|meeting| meeting.id == id).unwrap_or_else(|| panic!("no {id}"))
}

fn rule(meeting: &Meeting) -> &Rule {
    meeting.schedule.rule().unwrap()
}

/// The codes that were noted about a key, without those that any record without a place has.
fn codes(import: &Import, key: &str) -> Vec<&'static str> {
    let of_key = import.report.notes.iter().filter(|note| note.key.as_deref() == Some(key));
    of_key.map(|note| note.code).filter(|code| *code != Code::KindUnknown).map(Code::as_str).collect()
}

fn days(rule: &Rule) -> Vec<u8> {
    rule.weekdays.iter().map(|day| day.number()).collect()
}

#[test]
fn a_plain_record_is_read_without_a_change() {
    let import = imported(QUIRKS);
    let meeting = meeting(&import, "early-birds");
    assert_eq!(codes(&import, "early-birds"), Vec::<&str>::new());
    assert_eq!(meeting.group.as_deref(), Some("Sunrise Group"));
    assert_eq!(meeting.place.region.as_deref(), Some("North > Anytown"));
    assert_eq!(meeting.kind, Some(Kind::InPerson));
    assert_eq!(meeting.languages, ["en"]);
    assert_eq!(meeting.updated.as_ref().unwrap().on.unwrap().to_string(), "2024-05-31");
    let rule = rule(meeting);
    assert_eq!((days(rule), rule.start.to_string(), rule.minutes), (vec![1], "07:00".to_owned(), Some(60)));
    assert_eq!(rule.zone.as_ref().unwrap().name(), "America/Denver");
}

#[test]
fn days_and_times_are_read_as_they_are_written_and_reported() {
    let import = imported(QUIRKS);
    let read = |key: &str| {
        let rule = rule(meeting(&import, key));
        (days(rule), rule.start.to_string(), rule.minutes, codes(&import, key))
    };
    assert_eq!(read("day-in-text"), (vec![2], "19:00".into(), None, vec!["day_read"]));
    assert_eq!(read("day-in-list"), (vec![1, 3, 5], "12:00".into(), None, vec![]));
    assert_eq!(read("day-by-name"), (vec![2, 4], "20:00".into(), None, vec!["day_read", "time_read"]));
    assert_eq!(read("noon"), (vec![0], "12:00".into(), Some(60), vec!["time_read", "time_read"]));
    assert_eq!(read("midnight"), (vec![6], "00:00".into(), None, vec!["time_read", "midnight"]));
    assert_eq!(read("night-owl"), (vec![6], "23:30".into(), Some(60), vec!["crosses_midnight"]));
    assert_eq!(
        read("typo"),
        (vec![6], "11:30".into(), Some(780), vec!["crosses_midnight", "length_unusual"])
    );
    assert_eq!(read("no-length"), (vec![6], "11:30".into(), None, vec!["length_unclear"]));
}

#[test]
fn what_is_no_day_and_time_is_kept_in_its_words() {
    let import = imported(QUIRKS);
    assert!(meeting(&import, "no-day").schedule == Schedule::ByAppointment);
    assert_eq!(codes(&import, "no-day"), ["by_appointment"]);
    let said = |key: &str, words: &str, code: &str| {
        assert!(meeting(&import, key).schedule == Schedule::Unclear(Notes::Open(words.to_owned())), "{key}");
        assert_eq!(codes(&import, key), [code], "{key}");
    };
    said("odd-day", "7, 19:00", "day_unclear");
    said("odd-time", "Wednesday, after supper", "time_unclear");
    said("day-without-time", "Wednesday", "time_missing");
    said("time-without-day", "19:00", "day_missing");
}

#[test]
fn types_are_read_from_lists_texts_and_objects_and_unknown_ones_are_kept() {
    let import = imported(QUIRKS);
    let read =
        |key: &str| meeting(&import, key).types.iter().map(|own| own.code.as_str()).collect::<Vec<_>>();
    assert_eq!(
        (read("5202"), codes(&import, "5202")),
        (vec!["open"], vec!["number_read", "number_read", "types_read", "type_unknown"])
    );
    assert_eq!(
        (read("types-in-text"), codes(&import, "types-in-text")),
        (vec!["C", "W"], vec!["time_read", "types_read"])
    );
    assert_eq!(read("types-in-object"), ["O", "SP"]);
    assert_eq!(read("types-by-name"), ["O"]);
    assert_eq!(read("odd-types"), ["ONL", "XYZ"]);
    assert_eq!(codes(&import, "odd-types"), ["type_empty", "value_unreadable", "type_case", "type_unknown"]);
    assert!(meeting(&import, "types-in-text").types.iter().all(|own| own.program == "aa"));
}

#[test]
fn codes_of_another_program_are_not_read_as_those_of_aa() {
    let import =
        read(QUIRKS, &Options { program: Some("al-anon".to_owned()), ..Options::default() }).unwrap();
    let early = meeting(&import, "early-birds");
    assert!(early.languages.is_empty() && early.types.iter().all(|own| own.program == "al-anon"));
    assert_eq!(import.report.count(Code::TypeUnknown), 0);
    assert!(meeting(&import, "odd-types").has_type("ONL"));
}

#[test]
fn a_zone_is_asked_for_once_and_never_guessed() {
    let import = imported(QUIRKS);
    assert_eq!(import.report.count(Code::ZoneNeeded), 1);
    assert_eq!(import.report.notes[0].code, Code::ZoneNeeded);
    assert!(rule(meeting(&import, "day-in-text")).zone.is_none());
    assert_eq!(codes(&import, "wrong-zone"), ["zone_unknown"]);

    let vienna = Zone::named("Europe/Vienna").unwrap();
    let import = read(QUIRKS, &Options { zone: Some(vienna), ..Options::default() }).unwrap();
    let zone = |key: &str| rule(meeting(&import, key)).zone.as_ref().map(|zone| zone.name().to_owned());
    assert_eq!(zone("day-in-text").as_deref(), Some("Europe/Vienna"));
    assert_eq!(zone("early-birds").as_deref(), Some("America/Denver"));
    // What the record says is wrong; another zone in its place would be a guess.
    assert_eq!(zone("wrong-zone"), None);
    assert_eq!((import.report.count(Code::ZoneGiven), import.report.count(Code::ZoneNeeded)), (1, 1));
}

#[test]
fn texts_are_cleaned_and_it_is_said() {
    let import = imported(QUIRKS);
    let html = meeting(&import, "html");
    assert_eq!(html.name, "Men's & Women’s");
    assert_eq!(html.notes.as_ref().unwrap().open(), Some("Hall is open\nat 9x\nBring a cup."));
    let expected = ["html_cleaned", "html_cleaned", "line_ends_cleaned", "space_trimmed"];
    assert_eq!(codes(&import, "html"), expected);
}

#[test]
fn passcodes_and_contacts_are_kept_and_are_secret() {
    let import = imported(QUIRKS);
    let shown = |secret: &Option<Secret>| secret.as_ref().map(|secret| secret.expose().to_owned());
    let link = meeting(&import, "link");
    assert_eq!(shown(&link.online.url).as_deref(), Some("https://video.example/j/1?pwd=SECRET1"));
    assert_eq!(shown(&link.online.url_notes).as_deref(), Some("Passcode: SECRET2"));
    assert_eq!(shown(&link.online.phone).as_deref(), Some("+15550100,,SECRET3#"));
    assert_eq!(codes(&import, "link"), ["link_holds_passcode"]);

    let notes = meeting(&import, "passcode-in-notes");
    for (kept, secret) in
        [(&notes.notes, "SECRET4"), (&notes.place.notes, "SECRET5"), (&notes.group_notes, "SECRET6")]
    {
        let kept = kept.as_ref().unwrap();
        assert!(kept.open().is_none() && kept.expose().contains(secret));
    }
    let name = meeting(&import, "passcode-in-name");
    assert_eq!((name.name.as_str(), name.place.name.as_deref()), ("Evening", None));
    assert_eq!(shown(&name.online.passcode).as_deref(), Some("Evening, pw: SECRET7\nPassword=SECRET8"));
    let contacts = &meeting(&import, "contacts").contacts;
    assert_eq!(shown(&contacts[0].name).as_deref(), Some("Pat SECRET9"));
    assert_eq!(shown(&contacts[1].phone).as_deref(), Some("SECRET10"));
    assert_eq!(import.report.not_kept.get("website"), Some(&1));
}

#[test]
fn no_report_and_no_debug_output_shows_a_secret() {
    for bytes in [QUIRKS, BMLT] {
        let import = imported(bytes);
        let mut said = format!("{import:?} {:?} {:?}", import.meetings, import.report);
        for note in &import.report.notes {
            said.push_str(&format!("{note:?} {} ", note.sentence));
        }
        assert!(!said.contains("SECRET") && !said.contains("Early Birds"), "{said}");
    }
    let odd = br#"[{"slug":"a","name":"A","day":1,"time":"pw: SECRET1","end_time":"Passcode SECRET2","timezone":"pin: SECRET3"}]"#;
    let import = imported(odd);
    assert!(import.report.notes.iter().all(|note| !note.sentence.contains("SECRET")));
    assert!(matches!(&import.meetings[0].schedule, Schedule::Unclear(Notes::Kept(_))));
}

#[test]
fn what_only_a_text_says_is_no_rule_and_asks_for_a_look() {
    let import = imported(QUIRKS);
    let monthly = meeting(&import, "monthly");
    assert!(rule(monthly).only.is_empty() && rule(monthly).specials.is_empty());
    assert_eq!(codes(&import, "monthly"), ["monthly_in_text"]);
    assert_eq!(codes(&import, "cancelled"), ["may_not_meet"]);
    assert!(rule(meeting(&import, "cancelled")).exceptions.is_empty());
    assert_eq!(Code::MonthlyInText.weight(), Weight::LookAt);
}

#[test]
fn how_one_takes_part_follows_from_what_the_list_says() {
    let import = imported(QUIRKS);
    let kind = |key: &str| meeting(&import, key).kind;
    assert_eq!(kind("hybrid"), Some(Kind::Hybrid));
    assert_eq!(kind("approximate"), Some(Kind::Online));
    assert_eq!((kind("town"), meeting(&import, "town").place.is_approximate), (None, true));
    assert_eq!(
        (kind("town-and-link"), codes(&import, "town-and-link")),
        (Some(Kind::Online), vec!["place_unclear"])
    );
    assert_eq!((kind("nowhere"), meeting(&import, "nowhere").place.point), (None, None));
    assert_eq!(
        (kind("contradiction"), codes(&import, "contradiction")),
        (Some(Kind::InPerson), vec!["kind_contradicted"])
    );
    for key in ["inactive", "closed-place"] {
        let day = "2026-11-28".parse().unwrap();
        assert!(rule(meeting(&import, key)).names(day) && !rule(meeting(&import, key)).is_held(day), "{key}");
        assert_eq!(codes(&import, key), ["paused"]);
    }
}

#[test]
fn dates_are_read_when_the_file_leaves_no_doubt() {
    let import = imported(QUIRKS);
    let on = |key: &str| meeting(&import, key).updated.as_ref().unwrap().on.map(|day| day.to_string());
    assert_eq!(
        (on("us-date").as_deref(), on("us-date-2").as_deref()),
        (Some("2022-08-25"), Some("2022-08-09"))
    );
    assert_eq!((on("odd-date"), codes(&import, "odd-date")), (None, vec!["updated_unclear"]));
    let alone = br#"[{"slug":"a","name":"A","updated":"8/9/2022"}]"#;
    let updated = imported(alone).meetings[0].updated.clone().unwrap();
    assert_eq!((updated.text.as_str(), updated.on), ("8/9/2022", None));
}

#[test]
fn keys_are_stable_and_every_record_is_accounted_for() {
    let import = imported(QUIRKS);
    for (id, code) in [
        ("shared@1-1100", None),
        ("shared@2-1100", None),
        ("twice", Some("duplicate")),
        ("no-key-2-1100", None),
        ("77", Some("key_taken")),
        ("group-name", Some("name_taken")),
    ] {
        meeting(&import, id);
        if let Some(code) = code {
            assert_eq!(codes(&import, id), [code], "{id}");
        }
    }
    let report = &import.report;
    let count = |code: Code| report.count(code);
    assert_eq!((count(Code::KeyShared), count(Code::KeyMade), count(Code::Duplicate)), (2, 1, 1));
    assert_eq!((count(Code::NameMissing), count(Code::NotARecord)), (1, 1));
    assert_eq!((report.records, report.imported, report.skipped), (48, 45, 3));
    assert_eq!(
        codes(&import, "wrong-kinds"),
        ["value_unreadable", "day_missing", "value_unreadable", "value_unreadable"]
    );
}

#[test]
fn reading_a_file_again_changes_nothing() {
    for bytes in [QUIRKS, BMLT] {
        let (first, second) = (imported(bytes), imported(bytes));
        assert!(compare(&first.meetings, &second.meetings).is_empty());
        assert!(first.meetings == second.meetings && first.report.notes == second.report.notes);
    }
    let text =
        String::from_utf8(QUIRKS.to_vec()).unwrap().replace("\"time\": \"07:00\"", "\"time\": \"07:15\"");
    let (first, second) = (imported(QUIRKS), imported(text.as_bytes()));
    let comparison = compare(&first.meetings, &second.meetings);
    assert_eq!(comparison.changed.len(), 1);
    assert_eq!(
        (comparison.added.len(), comparison.gone.len(), comparison.changed[0].0.id.as_str()),
        (0, 0, "early-birds")
    );
}

#[test]
fn ids_of_two_lists_can_be_kept_apart() {
    let options = Options { list: "anytown".to_owned(), ..Options::default() };
    let import = read(QUIRKS, &options).unwrap();
    assert!(import.meetings.iter().all(|meeting| meeting.id.starts_with("anytown:")));
    assert_eq!(import.meetings[0].source.as_deref(), Some("early-birds"));
}

#[test]
fn bmlt_is_known_by_its_fields_and_read() {
    let import = imported(BMLT);
    let report = &import.report;
    assert_eq!((report.records, report.imported, report.skipped), (6, 4, 2));
    let first = meeting(&import, "101");
    assert_eq!(
        (days(rule(first)), rule(first).start.to_string(), rule(first).minutes),
        (vec![0], "19:00".into(), Some(90))
    );
    assert_eq!(first.place.address.as_deref(), Some("1 Example Road, Anytown, NSW, 2000"));
    assert_eq!(first.kind, Some(Kind::InPerson));
    assert!(
        first
            .types
            .iter()
            .map(|own| (own.program.as_str(), own.code.as_str()))
            .eq([("na", "O"), ("na", "BT")])
    );
    assert_eq!((first.contacts.len(), first.languages.len()), (2, 0));
    assert_eq!(codes(&import, "101"), Vec::<&str>::new());

    let second = meeting(&import, "102");
    assert_eq!((days(rule(second)), second.kind), (vec![Weekday::Saturday.number()], Some(Kind::Online)));
    assert_eq!(rule(second).zone.as_ref().unwrap().name(), "Australia/Sydney");
    assert_eq!(second.online.url_notes.as_ref().unwrap().expose(), "Meeting ID: 1 Passcode: SECRET5");
    assert_eq!(codes(&import, "102"), ["crosses_midnight", "point_dropped", "link_holds_passcode"]);

    let third = meeting(&import, "103");
    assert_eq!(
        (third.name.as_str(), third.kind, rule(third).minutes),
        ("Both Ways", Some(Kind::Hybrid), None)
    );
    assert_eq!(codes(&import, "103"), ["prompt_removed", "length_unclear"]);
    let fourth = meeting(&import, "104");
    assert_eq!((fourth.kind, codes(&import, "104")), (Some(Kind::Hybrid), vec!["day_unclear"]));
    assert_eq!((codes(&import, "105"), codes(&import, "106")), (vec!["not_published"], vec!["name_missing"]));
    assert_eq!(report.notes.iter().filter(|note| note.record.is_none()).count(), 2);
}

#[test]
fn what_stands_around_the_records_does_not_matter() {
    let one = r#"{"slug":"a","name":"A","day":1,"time":"19:00"}"#;
    let two = r#"{"slug":"b","name":"B","day":1,"time":"19:00"}"#;
    let cut = format!("[{one},{}", &two[..20]);
    for (text, count, code) in [
        (format!("[{one},{two}]<!-- 0.2 s -->"), 2, Code::TextAfter),
        (format!("\u{feff}[{one},{two}]"), 2, Code::ByteOrderMark),
        (format!("<br>Warning: [x] in {{y}}\n[{one},{two}]"), 2, Code::TextBefore),
        (format!("found({{\"meetings\":[{one}]}});"), 1, Code::TextAfter),
        (one.to_owned(), 1, Code::SingleRecord),
        (format!("{{\"status\":1,\"meetings\":[{one},{two}]}}"), 2, Code::Wrapped),
        (format!("{{\"list\":[{one},{two}]}}"), 2, Code::Wrapped),
        (format!("{{\"7\":{one},\"8\":{two}}}"), 2, Code::Wrapped),
        (format!("{{\"meetings\":[{one},{two}],"), 2, Code::Wrapped),
        (format!("[[{one}],[{two}]]"), 2, Code::NestedLists),
        (format!("[{one},{two},]"), 2, Code::Commas),
        (format!("[{one} {two}]"), 2, Code::Commas),
        (format!("[{one},{two}"), 2, Code::CutShort),
        (cut, 1, Code::CutShort),
        (format!(r#"[{one},{{"slug":"x","name":"bro"ken"}},{two}]"#), 2, Code::RecordUnreadable),
        (format!("[{one},null,{two}]"), 2, Code::NotARecord),
    ] {
        let import = imported(text.as_bytes());
        assert_eq!(import.meetings.len(), count, "{text}");
        assert!(
            import.report.count(code) > 0,
            "{text}: {:?}",
            import.report.notes.iter().map(|note| note.code).collect::<Vec<_>>()
        );
        assert_eq!(import.report.records, import.report.imported + import.report.skipped, "{text}");
    }
    let latin = [b"[{\"slug\":\"a\",\"name\":\"Caf", b"\xe9".as_slice(), b"\"}]"].concat();
    let import = imported(&latin);
    assert_eq!((import.meetings[0].name.as_str(), import.report.count(Code::NotUtf8)), ("Caf\u{fffd}", 1));
    let plain = imported(format!("[{one},{two}]").as_bytes());
    let about_file: Vec<Code> =
        plain.report.notes.iter().filter(|note| note.record.is_none()).map(|note| note.code).collect();
    assert_eq!(about_file, [Code::ZoneNeeded]);
}

#[test]
fn files_without_records_are_refused() {
    for text in ["", "no list", "[]", "{}", "[1,2", "null"] {
        let result = read(text.as_bytes(), &Options::default());
        assert!(
            matches!(result, Err(ImportError::NoRecords)) || result.unwrap().meetings.is_empty(),
            "{text}"
        );
    }
    let large = vec![b' '; limits::FILE_BYTES_MAX + 1];
    assert!(matches!(read(&large, &Options::default()), Err(ImportError::TooLarge)));
}

#[test]
fn long_texts_and_long_lists_are_cut_and_it_is_said() {
    let long = "x".repeat(limits::NOTES_BYTES_MAX + 1);
    let text = format!(r#"[{{"slug":"{long}","name":"{long}","notes":"{long}"}}]"#);
    let import = imported(text.as_bytes());
    let meeting = &import.meetings[0];
    assert_eq!(meeting.name.len(), limits::LINE_BYTES_MAX);
    assert_eq!(meeting.notes.as_ref().unwrap().expose().len(), limits::NOTES_BYTES_MAX);
    assert_eq!(meeting.id.len(), limits::KEY_BYTES_MAX);
    assert_eq!(import.report.count(Code::TextCut), 3);

    let many = format!("[{}]", vec![r#"{"name":"A"}"#; limits::RECORDS_MAX + 1].join(","));
    let import = imported(many.as_bytes());
    assert_eq!((import.report.records, import.report.count(Code::TooManyRecords)), (limits::RECORDS_MAX, 1));
    assert!(import.report.notes.len() <= limits::REPORT_NOTES_MAX);

    let types = (0..100).map(|n| format!("\"T{n}\""));
    let text = format!(r#"[{{"slug":"a","name":"A","types":[{}]}}]"#, types.collect::<Vec<_>>().join(","));
    let import = imported(text.as_bytes());
    assert_eq!((import.meetings[0].types.len(), import.report.count(Code::TypesCut)), (limits::TYPES_MAX, 1));
}

#[test]
fn each_code_has_a_name_of_its_own() {
    let names: std::collections::BTreeSet<&str> = Code::ALL.iter().map(|code| code.as_str()).collect();
    assert_eq!(names.len(), Code::ALL.len());
    assert!(names.contains("zone_needed"));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    /// Damaged files are read without harm, and the counts add up.
    #[test]
    fn a_damaged_file_is_read_as_far_as_it_goes(at in 0..QUIRKS.len(), with in proptest::collection::vec(any::<u8>(), 0..6), gone in 0..40_usize) {
        let mut bytes = QUIRKS.to_vec();
        let end = (at + gone).min(bytes.len());
        bytes.splice(at..end, with);
        if let Ok(import) = read(&bytes, &Options::default()) {
            prop_assert_eq!(import.report.records, import.report.imported + import.report.skipped);
            prop_assert_eq!(import.meetings.len(), import.report.imported);
            prop_assert!(import.meetings.len() > 30 || at < 200 || import.report.count(Code::CutShort) + import.report.count(Code::TextAfter) > 0);
            let ids: std::collections::BTreeSet<&str> = import.meetings.iter().map(|meeting| meeting.id.as_str()).collect();
            prop_assert_eq!(ids.len(), import.meetings.len());
        }
    }

    /// Anything at all in the fields that are parsed is read without harm.
    #[test]
    fn any_text_in_any_field_is_read(day in ".{0,12}", time in ".{0,12}", end in "[0-9:apm. h]{0,8}", zone in ".{0,20}", notes in ".{0,60}", url in "[a-z/?&=#;é]{0,40}") {
        let record = serde_json::json!([{ "slug": "a", "name": "A", "day": day, "time": time, "end_time": end, "timezone": zone,
            "updated": day, "notes": notes, "location": notes, "conference_url": url, "types": time, "latitude": end, "longitude": day }]);
        let import = read(record.to_string().as_bytes(), &Options::default()).unwrap();
        prop_assert_eq!(import.meetings.len(), 1);
    }
}
