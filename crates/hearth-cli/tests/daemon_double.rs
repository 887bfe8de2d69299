//! The command `hearth` against a stand-in for the daemon on a real Unix socket: what it asks, what it prints, and how it
//! ends. The stand-in answers in the words of the local API and knows nothing else.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use std::{
    fs,
    io::{BufRead, BufReader, Read, Write},
    os::unix::{fs::PermissionsExt, net::UnixListener, net::UnixStream},
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
    sync::{Arc, Mutex},
    thread,
};

use serde_json::{Value, json};

const GROUP: &str = "1111111111111111111111111111111111111111111111111111111111111111";
const ADA: &str = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
const SAM: &str = "5555555555555555555555555555555555555555555555555555555555555555";
const MESSAGE: &str = "2222222222222222222222222222222222222222222222222222222222222222";
const MEETING: &str = "3333333333333333333333333333333333333333333333333333333333333333";
const TICKET: &str = "HEARTH1ABCDEFGH";
const DEVICE_TICKET: &str = "HEARTHDEVICE1ABCDEFGH";

#[test]
fn start_makes_the_vault_founds_the_group_and_prints_the_ticket() {
    let daemon = Double::new(World { vault: "none", ..World::default() });
    let started = daemon.ok(&["start", "Tuesday", "--name", "Ada", "--json", "--passphrase-file"], "");
    assert_eq!(started["schema"], "hearth.start/1");
    assert_eq!(started["group"], "Tuesday");
    assert_eq!(started["ticket"], TICKET);
    assert_eq!(
        daemon.asked(),
        ["GET /v1/status", "POST /v1/vault", "POST /v1/groups", &format!("POST /v1/groups/{GROUP}/invites")]
    );
    assert_eq!(daemon.body("POST /v1/vault")["passphrase"], "open sesame");
    assert_eq!(daemon.body("POST /v1/groups")["suite"], "x_wing");
    assert_eq!(daemon.body(&format!("POST /v1/groups/{GROUP}/invites"))["uses"], 1);
}

#[test]
fn a_page_that_cannot_be_drawn_is_one_clear_error_and_asks_nothing() {
    let daemon = Double::new(World::default());
    for arguments in [&["sit"][..], &["sit", "--plain"], &["sit", "--json"], &["sit", "--lang", "es"]] {
        let refused = daemon.run(arguments, "");
        assert_eq!(refused.status.code(), Some(2), "{arguments:?}");
        assert!(refused.stdout.is_empty(), "{arguments:?}");
        let said = text(&refused.stderr);
        assert_eq!(said.lines().count(), 1, "{said}");
        assert!(said.contains("hearth read --follow") && said.contains("hearth share"), "{said}");
        assert!(!said.contains('\x1b'), "{said}");
    }
    assert!(daemon.asked().is_empty());
}

#[test]
fn share_and_dm_send_the_text_of_standard_input_and_say_how_far_it_came() {
    let daemon = Double::new(World::default());
    let sent = daemon.ok(&["--json", "share"], "one day at a time\n");
    assert_eq!(sent, json!({"schema": "hearth.share/1", "id": MESSAGE, "state": "kept_here", "devices": 0}));
    let body = daemon.body(&format!("POST /v1/groups/{GROUP}/messages"));
    assert_eq!(body["text"], "one day at a time");
    assert!(body.get("to").is_none());

    let sent = daemon.ok(&["dm", "sam", "--json"], "are you there?");
    assert_eq!(sent, json!({"schema": "hearth.dm/1", "id": MESSAGE, "state": "passed_on", "devices": 2}));
    assert_eq!(daemon.body(&format!("POST /v1/groups/{GROUP}/messages"))["to"], json!([SAM]));

    let asked = daemon.body(&format!("POST /v1/groups/{GROUP}/messages"));
    assert!(asked.get("undo_s").is_none(), "what a program sends goes out at once");

    let sent = daemon.run(&["dm", "Sam"], "x");
    assert_eq!(text(&sent.stdout), "passed on to 2 devices\n");
    let sent = daemon.run(&["share"], "x");
    assert_eq!(text(&sent.stdout), "kept here\n");
}

#[test]
fn a_message_whose_answer_was_lost_is_asked_for_again_with_the_same_id() {
    let daemon = Double::new(World { lose_first_answer: true, ..World::default() });
    daemon.ok(&["--json", "share"], "once");
    let sends: Vec<Value> = daemon
        .log()
        .into_iter()
        .filter(|(line, _)| line.ends_with("/messages"))
        .map(|(_, body)| body)
        .collect();
    assert_eq!(sends.len(), 2);
    assert_eq!(sends[0], sends[1]);
}

#[test]
fn texts_that_cannot_be_sent_are_refused_before_anything_is_asked_of_the_group() {
    let daemon = Double::new(World::default());
    for (words, input) in [
        (&["share"][..], "a".repeat(1024 * 1024)),
        (&["share"], String::new()),
        (&["share", "I", "am", "tired"], "x".to_owned()),
        (&["dm", "Sam", "hello"], "x".to_owned()),
        (&["dm", "Ada"], "x".to_owned()),
    ] {
        let refused = daemon.run(words, &input);
        assert_eq!(refused.status.code(), Some(2), "{words:?}");
        assert_eq!(text(&refused.stderr).lines().count(), 1, "{words:?}: {}", text(&refused.stderr));
        assert!(refused.stdout.is_empty());
    }
    let refused = daemon.run(&["dm", "Samm"], "x");
    assert_eq!(refused.status.code(), Some(8));
    assert!(text(&refused.stderr).contains("Did you mean \"Sam\"?"), "{}", text(&refused.stderr));
    assert!(daemon.asked().iter().all(|line| !line.ends_with("/messages")));
}

#[test]
fn read_gives_one_object_a_message_and_a_terminal_nothing_that_acts() {
    let daemon = Double::new(World::default());
    let read = daemon.run(&["read", "--json"], "");
    let lines: Vec<Value> =
        text(&read.stdout).lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines.len(), 2);
    assert_eq!(lines[0]["schema"], "hearth.read/1");
    assert_eq!(
        (&lines[0]["kind"], &lines[0]["author"], &lines[0]["at"]),
        (&json!("share"), &json!("Sam"), &json!(5))
    );
    assert_eq!(lines[0]["text"], "hi\u{1b}[2J\u{202e}\nAda · 12:00");
    assert_eq!((&lines[1]["kind"], &lines[1]["to"]), (&json!("dm"), &json!(["Sam"])));

    let read = daemon.run(&["read"], "");
    let shown = text(&read.stdout);
    assert!(!shown.contains('\u{1b}') && !shown.contains('\u{202e}'), "{shown}");
    assert!(shown.contains("\n  Ada · 12:00"), "{shown}");
    assert!(shown.contains("You to Sam alone · ") && shown.contains(" · kept here\n"), "{shown}");

    // The latest is the last, whether one page holds what is asked for or not.
    for limit in ["1", "200"] {
        let read = daemon.run(&["read", "--limit", limit, "--json"], "");
        let last: Value = serde_json::from_str(text(&read.stdout).lines().last().unwrap()).unwrap();
        assert_eq!(last["text"], "mine");
        assert_eq!(text(&read.stdout).lines().count(), if limit == "1" { 1 } else { 2 });
    }
}

#[test]
fn what_one_keeps_comes_from_standard_input_and_goes_to_nobody() {
    let daemon = Double::new(World::default());
    for (words, input, own) in [
        (&["step"][..], "step: 4\n\nfear\n", json!({"what": "step", "step": 4, "text": "fear"})),
        (&["gratitude"], "rain\n", json!({"what": "gratitude", "text": "rain"})),
        (&["inventory"], "a list", json!({"what": "inventory", "text": "a list"})),
        (
            &["plan"],
            "name: Friday\n\ncall Sam",
            json!({"what": "plan", "label": "Friday", "text": "call Sam"}),
        ),
        (
            &["newdate"],
            "date: 2026-03-01\nfrom: alcohol\nchips: na",
            json!({"what": "clean_date", "date": "2026-03-01", "label": "alcohol", "schedule": "na"}),
        ),
        (
            &["care"],
            "checked: 2026-03-01\nnaloxone: bag\n\nDr. Sun",
            json!({"what": "care", "help": "Dr. Sun", "naloxone": "bag", "checked_on": "2026-03-01"}),
        ),
    ] {
        let kept = daemon.run(words, input);
        assert_eq!(kept.status.code(), Some(0), "{words:?}: {}", text(&kept.stderr));
        assert_eq!(text(&kept.stdout), "Kept as 2222, on this machine alone. Nobody is told.\n");
        assert_eq!(daemon.body("POST /v1/self/records")["own"], own, "{words:?}");
    }
    daemon.ok(&["--json", "urge"], "strength: 7\nhelped: a walk");
    assert_eq!(daemon.body("POST /v1/self/records")["own"]["strength"], 7);
    assert!(daemon.asked().iter().all(|line| line == "GET /v1/status" || line == "POST /v1/self/records"));
}

#[test]
fn what_one_keeps_is_listed_shown_changed_and_deleted_by_its_mark() {
    let daemon = Double::new(World::default());
    let listed = daemon.run(&["gratitude", "list"], "");
    assert!(text(&listed.stdout).contains("2222 · ") && text(&listed.stdout).ends_with("rain\n"));
    assert_eq!(daemon.ok(&["gratitude", "show", "--json"], "")["own"]["text"], "rain");
    assert_eq!(daemon.run(&["gratitude", "show", "3333"], "").status.code(), Some(8));
    assert_eq!(daemon.run(&["gratitude", "show", "22"], "").status.code(), Some(8));

    daemon.ok(&["--json", "gratitude", "change", "2222"], "sun");
    let changed = daemon.body(&format!("POST /v1/self/records/{MESSAGE}/change"));
    assert_eq!(changed["own"], json!({"what": "gratitude", "text": "sun"}));
    let refused = daemon.run(&["gratitude", "delete", "2222"], "");
    assert_eq!(refused.status.code(), Some(2), "{}", text(&refused.stdout));
    assert_eq!(daemon.ok(&["--json", "gratitude", "delete", "2222", "--yes"], "")["deleted"], true);

    daemon.ok(&["--json", "gratitude", "tell", "--to", "Sam"], "");
    let shown = daemon.body(&format!("POST /v1/self/records/{MESSAGE}/shown"));
    assert_eq!((&shown["group"], &shown["to"]), (&json!(GROUP), &json!([SAM])));
    assert_eq!(daemon.run(&["gratitude", "tell"], "").status.code(), Some(2));
    assert_eq!(daemon.run(&["care", "tell", "--to", "Sam"], "").status.code(), Some(5));
}

#[test]
fn a_sponsor_is_asked_in_words_of_ones_own_and_a_no_says_that_nothing_is_sent() {
    let daemon = Double::new(World::default());
    let listed = daemon.ok(&["sponsor", "--json"], "");
    assert_eq!(
        (&listed["name"], &listed["sponsor"], &listed["active"]),
        (&json!("Sam"), &json!(true), &json!(true))
    );
    daemon.ok(&["sponsor", "ask", "Sam", "--json"], "would you?");
    let asked = daemon.body(&format!("POST /v1/groups/{GROUP}/sponsors"));
    assert_eq!((&asked["member"], &asked["text"]), (&json!(SAM), &json!("would you?")));
    daemon.ok(&["sponsor", "ask", "Sam", "--wordless", "--json"], "");
    assert!(daemon.body(&format!("POST /v1/groups/{GROUP}/sponsors")).get("text").is_none());
    assert_eq!(daemon.run(&["sponsor", "ask", "Sam", "please"], "x").status.code(), Some(2));
    assert_eq!(daemon.run(&["sponsor", "ask", "Ada"], "x").status.code(), Some(2));
    for (verb, what) in [("accept", "accept_sponsee"), ("decline", "decline_sponsee"), ("end", "end_sponsor")]
    {
        let done = daemon.ok(&["sponsor", verb, "sam", "--json"], "");
        assert_eq!((&done["schema"], &done["name"]), (&json!("hearth.private/1"), &json!("Sam")));
        let body = daemon.body(&format!("POST /v1/groups/{GROUP}/private"));
        assert_eq!(body, json!({"what": what, "member": SAM}));
    }
    let declined = daemon.run(&["sponsor", "decline", "Sam"], "");
    assert!(text(&declined.stdout).contains("Nothing is sent"), "{}", text(&declined.stdout));
    daemon.ok(&["gratitude", "tell", "--sponsor", "--json"], "");
    assert_eq!(daemon.body(&format!("POST /v1/self/records/{MESSAGE}/shown"))["to"], json!([SAM]));
}

#[test]
fn who_waits_is_listed_without_words_and_words_are_shown_on_asking() {
    let daemon = Double::new(World::default());
    let listed = daemon.run(&["requests"], "");
    let shown = text(&listed.stdout);
    assert!(shown.starts_with("The shield is on until "), "{shown}");
    assert!(shown.contains("\nSam · wrote ") && !shown.contains("lonely"), "{shown}");
    let lines = text(&daemon.run(&["requests", "--json"], "").stdout);
    assert!(!lines.contains("lonely") && lines.lines().count() == 2, "{lines}");
    let words = daemon.run(&["requests", "show", "Sam"], "");
    assert!(text(&words.stdout).contains("\n  you look lonely\n"), "{}", text(&words.stdout));
    assert!(text(&words.stdout).contains("\n  555 0199 · call\n"), "what has no words is shown, too");
    for (words, body) in [
        (&["requests", "accept", "Sam"][..], json!({"what": "hear", "member": SAM})),
        (&["requests", "ignore", "Sam"], json!({"what": "ignore", "member": SAM})),
        (&["requests", "shield", "off"], json!({"what": "shield", "on": false})),
        (&["block", "Sam"], json!({"what": "block", "member": SAM})),
        (&["unblock", "Sam"], json!({"what": "unblock", "member": SAM})),
    ] {
        assert_eq!(daemon.run(words, "").status.code(), Some(0), "{words:?}");
        assert_eq!(daemon.body(&format!("POST /v1/groups/{GROUP}/private")), body, "{words:?}");
    }
    assert_eq!(daemon.ok(&["block", "--json"], "")["name"], "Sam");
    assert_eq!(daemon.run(&["block", "Ada"], "").status.code(), Some(2));
    assert_eq!(daemon.run(&["unblock", "Bo"], "").status.code(), Some(8));
    assert_eq!(daemon.run(&["requests", "shield"], "").status.code(), Some(2));
    let plain = daemon.run(&["requests", "--plain", "--lang", "es"], "");
    assert!(text(&plain.stdout).contains("\nescribió "), "{}", text(&plain.stdout));
}

#[test]
fn a_report_says_who_reads_it_before_it_goes_out_and_encloses_what_is_picked() {
    let daemon = Double::new(World::default());
    let sent = daemon.run(&["report", "Sam", "--with-private"], "he follows me");
    assert_eq!(sent.status.code(), Some(0), "{}", text(&sent.stderr));
    let said = text(&sent.stderr);
    assert!(said.contains("Who will read it: Ada. Sam will not get it."), "{said}");
    assert!(said.contains("1 message is enclosed"), "{said}");
    let body = daemon.body(&format!("POST /v1/groups/{GROUP}/reports"));
    assert_eq!((&body["about"], &body["readers"]), (&json!(SAM), &json!([ADA])));
    assert_eq!((&body["text"], &body["copies"]), (&json!("he follows me"), &json!([MESSAGE])));
    daemon.ok(&["report", "Sam", "--with", "2222", "--json"], "x");
    assert_eq!(daemon.body(&format!("POST /v1/groups/{GROUP}/reports"))["copies"], json!([MESSAGE]));
    assert_eq!(daemon.run(&["report", "Sam", "--with", "9999"], "x").status.code(), Some(8));
    assert_eq!(daemon.run(&["report", "Sam", "he", "follows"], "x").status.code(), Some(2));
    assert_eq!(daemon.run(&["report", "Ada"], "x").status.code(), Some(2));

    let safety = daemon.run(&["safety"], "");
    let shown = text(&safety.stdout);
    assert!(shown.starts_with("Who reads reports: Ada, Sam."), "{shown}");
    assert!(shown.contains("From Sam, about Ada · "), "{shown}");
    assert!(shown.contains("its signature holds: Ada wrote this privately"), "{shown}");
    assert!(!shown.contains('\u{1b}'), "{shown}");
    daemon.ok(&["safety", "note", "2222", "talked", "--json"], "");
    assert_eq!(daemon.body(&format!("POST /v1/groups/{GROUP}/reports/{MESSAGE}/note"))["note"], "talked");
    assert_eq!(daemon.run(&["safety", "note", "9999", "talked"], "").status.code(), Some(8));
    daemon.ok(&["safety", "contacts", "Ada", "Sam", "--json"], "");
    let put = daemon.body(&format!("POST /v1/groups/{GROUP}/objects"));
    assert_eq!(put["thing"], json!({"what": "safety_contacts", "members": [ADA, SAM]}));
    assert_eq!(daemon.run(&["safety", "contacts", "Ada", "ada"], "").status.code(), Some(2));
    assert_eq!(daemon.run(&["safety", "contacts", "Ada"], "").status.code(), Some(2));
}

#[test]
fn no_date_and_no_words_are_taken_from_the_arguments() {
    let daemon = Double::new(World::default());
    for words in [
        &["newdate", "--date", "2026-03-01"][..],
        &["newdate", "--date=2026-03-01"],
        &["newdate", "2026-03-01"],
        &["gratitude", "for", "rain"],
        &["urge", "--date"],
    ] {
        let refused = daemon.run(words, "x");
        assert_eq!(refused.status.code(), Some(2), "{words:?}");
        let said = text(&refused.stderr);
        assert!(
            said.contains("other programs could read it there") && !said.contains("2026-03-01."),
            "{said}"
        );
    }
    assert!(daemon.asked().is_empty());
}

#[test]
fn meetings_are_shown_with_what_is_cancelled_and_by_both_clocks() {
    let daemon = Double::new(World::default());
    let shown = daemon.run(&["meetings"], "");
    let shown = text(&shown.stdout);
    let lines: Vec<&str> = shown.lines().collect();
    assert_eq!(lines.len(), 3, "{shown}");
    assert!(lines[0].contains("Early  there 2033-05-18 12:00 (Asia/Kathmandu)  in person  3333"), "{shown}");
    assert!(lines[1].contains("cancelled"), "{shown}");
    assert_eq!(lines[2], "Pat's  by appointment");
    let plain = daemon.run(&["meetings", "--plain"], "");
    assert!(text(&plain.stdout).contains("\nMark: 3333\n"));
    let read = daemon.run(&["meetings", "--json"], "");
    let lines: Vec<Value> =
        text(&read.stdout).lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!((&lines[0]["schema"], &lines[0]["mark"]), (&json!("hearth.meetings/1"), &json!("3333")));
    assert_eq!((&lines[1]["state"], &lines[1]["day"]), (&json!("cancelled"), &json!("2033-05-25")));
    assert_eq!(lines[2]["schema"], "hearth.meetings.without-times/1");
}

#[test]
fn a_meeting_comes_from_standard_input_and_what_differs_is_said_by_its_day() {
    let daemon = Double::new(World::default());
    let put = format!("POST /v1/groups/{GROUP}/objects");
    let form = "name: Late\ndays: friday\ntime: 22:30\nlink: https://video.example/1\n\nRing.\n";
    daemon.ok(&["meetings", "add", "--json"], form);
    let thing = daemon.body(&put)["thing"].clone();
    assert_eq!((&thing["what"], &thing["name"]), (&json!("meeting"), &json!("Late")));
    // The zone is that of the group's other meetings: it is asked for once.
    assert_eq!(thing["times"]["zone"], "Asia/Kathmandu");
    assert_eq!(thing["secrets"], json!({"url": "https://video.example/1", "notes": "Ring."}));
    assert_eq!(daemon.run(&["meetings", "add", "Late"], form).status.code(), Some(2));

    let exceptions = || daemon.body(&put)["thing"]["times"]["exceptions"].clone();
    daemon.ok(&["meetings", "cancel", "2033-05-18", "--json"], "");
    assert_eq!(daemon.body(&put)["id"], MEETING);
    assert_eq!(exceptions()[1], json!({"what": "cancelled", "on": "2033-05-18"}));
    daemon.ok(&["meetings", "move", "2033-05-18", "--at", "13:15", "--json"], "");
    let moved = json!({"what": "moved", "on": "2033-05-18", "to": "2033-05-18", "start": "13:15"});
    assert_eq!(exceptions()[1], moved);
    daemon.ok(&["meetings", "pause", "3333", "--from", "2033-07-01", "--json"], "");
    assert_eq!(exceptions()[1], json!({"what": "paused", "from": "2033-07-01"}));
    daemon.ok(&["meetings", "resume", "--day", "2033-05-25", "--json"], "");
    assert_eq!(exceptions(), Value::Null);
    daemon.ok(&["meetings", "change", "--json"], "time: 12:30");
    let thing = daemon.body(&put)["thing"].clone();
    assert_eq!((&thing["times"]["start"], &thing["secrets"]["passcode"]), (&json!("12:30"), &json!("4711")));

    for (words, code) in [
        (&["meetings", "cancel", "2033-05-19"][..], 8),
        (&["meetings", "show", "9999"], 8),
        (&["meetings", "resume", "--day", "2033-06-01"], 2),
        (&["meetings", "pause", "--from", "2033-07-02", "--until", "2033-07-01"], 2),
        (&["meetings", "remove"], 2),
        (&["meetings", "remind", "on", "--before", "2d"], 2),
    ] {
        let refused = daemon.run(words, "");
        assert_eq!(refused.status.code(), Some(code), "{words:?}: {}", text(&refused.stderr));
        assert_eq!(text(&refused.stderr).lines().count(), 1, "{words:?}");
    }
    assert_eq!(daemon.run(&["meetings", "cancel", "tomorrow"], "").status.code(), Some(2));
    let shown = daemon.run(&["meetings", "show"], "");
    assert!(text(&shown.stdout).contains("passcode: 4711"));
    daemon.ok(&["meetings", "remove", "--yes", "--json"], "");
}

#[test]
fn lists_are_read_from_files_and_calendars_written_for_their_owner_alone() {
    let daemon = Double::new(World::default());
    let home = tempfile::tempdir().unwrap();
    let path = |name: &str| home.path().join(name).to_str().unwrap().to_owned();
    let list = path("list.json");
    fs::write(&list, "[]").unwrap();
    assert_eq!(daemon.run(&["meetings", "import", &list], "").status.code(), Some(2));
    let imported =
        daemon.run(&["meetings", "import", &list, "--yes", "--zone", "UTC", "--only", "early"], "");
    let told = text(&imported.stdout);
    assert!(told.starts_with("added  Early\u{fffd}[2J\n9 records; 7 read, 2 left out.\n"), "{told}");
    assert!(told.contains("2 times: The record has no name.") && !told.contains("Space"), "{told}");
    assert!(
        told.contains("5 more were written in another way")
            && told.contains("Fields that are not kept: square")
    );
    let body = daemon.body(&format!("POST /v1/groups/{GROUP}/meetings/import"));
    assert_eq!(body, json!({"list": {"text": "[]", "zone": "UTC"}, "only": ["early"], "dry_run": false}));
    let dry = daemon.ok(&["meetings", "import", "-", "--dry-run", "--json"], "[1]");
    assert_eq!((&dry["dry_run"], &dry["schema"]), (&json!(true), &json!("hearth.meetings.import/1")));
    assert_eq!(daemon.body(&format!("POST /v1/groups/{GROUP}/meetings/import"))["list"]["text"], "[1]");

    let words = ["meetings", "find", &list, "--day", "Tue", "--type", "O", "--near", "5", "--words"];
    let found = daemon.run(&words, "40.71, -74\nbrunch\n");
    assert!(text(&found.stdout).contains("  2 km  id early\n"), "{}", text(&found.stdout));
    assert!(text(&found.stderr).contains("1 of 7"));
    let body = daemon.body("POST /v1/meetings/find");
    assert_eq!((&body["weekdays"], &body["words"]), (&json!(["tuesday"]), &json!("brunch")));
    assert_eq!(body["near"], json!({"latitude": 40.71, "longitude": -74.0}));
    assert_eq!(daemon.run(&["meetings", "find", &path("nothing")], "").status.code(), Some(2));

    let calendar = path("calendar.ics");
    let written = daemon.run(&["meetings", "export", &calendar], "");
    assert_eq!(
        text(&written.stdout),
        "Written, with 1 meeting. It says no contact and no passcode of its own.\nPat's  by appointment\n"
    );
    assert_eq!(fs::read(&calendar).unwrap(), b"BEGIN:VCALENDAR\r\n");
    assert_eq!(fs::metadata(&calendar).unwrap().permissions().mode() & 0o777, 0o600);
    assert_eq!(daemon.run(&["meetings", "export", &calendar], "").status.code(), Some(2));
    assert_eq!(daemon.run(&["meetings", "export", &calendar, "--overwrite"], "").status.code(), Some(0));
    let asked = daemon.asked();
    assert!(asked.iter().any(|line| line.ends_with("/meetings/export")));
}

#[test]
fn today_says_what_matters_most_first_and_of_a_meeting_day_and_time_alone() {
    let today =
        |reminds| text(&Double::new(World { reminds, ..World::default() }).run(&[], "").stdout).to_owned();
    for told in [today(false), today(true)] {
        let order = ["Somebody asks for help", "Your call for help is open", "Next meeting: "];
        let places: Vec<usize> = order.iter().map(|words| told.find(words).expect(words)).collect();
        assert!(places.is_sorted() && !told.contains("Early") && !told.contains("please"), "{told}");
    }
    let daemon = Double::new(World::default());
    daemon.ok(&["meetings", "remind", "on", "--before", "30m", "--json"], "");
    let body = daemon.body(&format!("POST /v1/groups/{GROUP}/meetings/reminders"));
    assert_eq!(body, json!({"on": true, "minutes_before": 30, "named": false}));
}

#[test]
fn chips_are_those_of_ones_own_dates() {
    let daemon = Double::new(World::default());
    let chips = daemon.run(&["chips"], "");
    let shown = text(&chips.stdout);
    assert!(shown.contains("2026-03-01 · from alcohol · NA key tags\n"), "{shown}");
    assert!(shown.contains("  next: 60 days (green), 2026-04-30, in 12 days\n"), "{shown}");
    assert_eq!(daemon.asked(), ["GET /v1/status", "GET /v1/self/chips"]);
}

#[test]
fn the_groups_card_stands_below_the_one_of_the_program() {
    let card = json!({"what": "crisis_card", "region": "US", "text": "naloxone: red bag",
        "lines": [{"label": "Clinic\u{1b}[2J", "number": "555 0100", "checked_on": "2020-01-01"}]});
    let daemon = Double::new(World { crisis_card: Some(card), ..World::default() });
    let shown = daemon.run(&["crisis", "overdose", "--region", "us"], "");
    assert_eq!(shown.status.code(), Some(0), "{}", text(&shown.stderr));
    let said = text(&shown.stdout);
    assert!(said.starts_with("Emergency: 911\n") && !said.contains('\u{1b}'), "{said}");
    assert!(said.find("555 0100").unwrap() > said.find("1-800-222-1222").unwrap(), "{said}");
    assert!(said.contains("naloxone: red bag") && said.contains("last checked 2020-01-01"), "{said}");
    let shown = daemon.run(&["crisis", "--json"], "");
    let lines: Vec<Value> =
        text(&shown.stdout).lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(
        (&lines[0]["schema"], &lines[1]["schema"]),
        (&json!("hearth.crisis/1"), &json!("hearth.crisis-group/1"))
    );
    assert_eq!(lines[1]["card"]["lines"][0]["number"], "555 0100");
    let asked = daemon.asked();
    assert!(asked.iter().all(|line| line.starts_with("GET ")), "{asked:?}");
    let refused = daemon.run(&["crisis", "--group", "Sunday"], "");
    assert_eq!(refused.status.code(), Some(8));
    assert!(text(&refused.stdout).contains("911"));
}

#[test]
fn a_locked_vault_hides_the_groups_card_and_nothing_else() {
    let daemon = Double::new(World { vault: "locked", ..World::default() });
    let shown = daemon.run(&["crisis", "danger", "--region", "de"], "");
    assert_eq!(shown.status.code(), Some(0));
    assert!(text(&shown.stdout).starts_with("Emergency, police: 110 or 112\n"), "{}", text(&shown.stdout));
    assert!(text(&shown.stderr).contains("hearth unlock"), "{}", text(&shown.stderr));
    assert_eq!(daemon.asked(), ["GET /v1/status"]);
}

#[test]
fn a_servant_gives_the_group_a_card_of_what_they_looked_at() {
    let daemon = Double::new(World::default());
    let form = "keep: 988\nline: Clinic | 555 0100 | call\n\nnaloxone: red bag";
    let kept = daemon.ok(&["crisis", "confirm", "--region", "us", "--json"], form);
    assert_eq!(
        (&kept["schema"], &kept["lines"], &kept["region"]),
        (&json!("hearth.crisis-confirm/1"), &json!(2), &json!("US"))
    );
    let thing = &daemon.body(&format!("POST /v1/groups/{GROUP}/objects"))["thing"];
    assert_eq!((&thing["what"], &thing["text"]), (&json!("crisis_card"), &json!("naloxone: red bag")));
    assert_eq!(thing["lines"][0]["number"], "988");
    assert!(thing["lines"].as_array().unwrap().iter().all(|line| line["checked_on"].is_string()));

    let daemon = Double::new(World::default());
    for (words, form, code) in [
        (&["crisis", "confirm", "--region", "us"][..], "keep: 987", 2),
        (&["crisis", "confirm", "--region", "us"], "", 2),
        (&["crisis", "confirm"], "keep: 988", 2),
        (&["crisis", "confirm", "--region", "mars"], "keep: 988", 2),
    ] {
        let refused = daemon.run(words, form);
        assert_eq!(refused.status.code(), Some(code), "{words:?} {form:?}");
        assert_eq!(text(&refused.stderr).lines().count(), 1, "{}", text(&refused.stderr));
    }
    assert!(daemon.asked().iter().all(|line| line.starts_with("GET ")));

    // Said before the work, not after it.
    let daemon = Double::new(World { own_role: "member", ..World::default() });
    let refused = daemon.run(&["crisis", "confirm", "--region", "us"], form);
    assert_eq!(refused.status.code(), Some(5), "{}", text(&refused.stderr));
    assert!(daemon.asked().iter().all(|line| line.starts_with("GET ") && !line.ends_with("/objects")));
}

#[test]
fn a_call_for_help_shows_the_card_first_and_says_what_is_known() {
    let daemon = Double::new(World { taken_by: 1, ..World::default() });
    let called = daemon.run(&["sos", "--no-wait", "--what", "overdose"], "");
    assert_eq!(called.status.code(), Some(0), "{}", text(&called.stderr));
    let shown = text(&called.stdout);
    let card = shown.find("911").expect("the card");
    let asked = shown.find("Asked now: Sam.").expect("who is asked");
    assert!(card < asked && shown.contains("Asked after 15 minutes"), "{shown}");
    assert!(shown.contains("Another device has it") && !shown.contains("No other device"), "{shown}");
    let body = daemon.body(&format!("POST /v1/groups/{GROUP}/sos"));
    assert_eq!((&body["trouble"], &body["drill"]), (&json!("overdose"), &json!(false)));

    let told = daemon.ok(&["--json", "sos", "--drill", "--want", "come"], "");
    assert_eq!((&told["schema"], &told["drill"]), (&json!("hearth.sos/1"), &json!(true)));
}

#[test]
fn who_reaches_nobody_is_told_so_and_gets_numbers_to_call() {
    let phone = thing("04", json!({"what": "phone", "number": "555 0100", "sos": true}), SAM);
    let daemon = Double::new(World { objects: vec![phone], ..World::default() });
    let called = daemon.run(&["sos", "--no-wait"], "");
    let shown = text(&called.stdout);
    assert!(shown.contains("No other device can be reached") && shown.contains("Sam: 555 0100"), "{shown}");
    assert!(shown.contains("Please call me") && !shown.contains("passes it on"), "{shown}");

    // A number that is for us alone is as good.
    let daemon = Double::new(World { phones: vec![phone_for_us()], ..World::default() });
    let shown = text(&daemon.run(&["sos", "--no-wait"], "").stdout).to_owned();
    assert!(shown.contains("Sam: 555 0199"), "{shown}");

    let daemon = Double::new(World { has_nobody: true, ..World::default() });
    let called = daemon.run(&["sos"], "");
    assert_eq!(called.status.code(), Some(8));
    let (shown, said) = (text(&called.stdout), text(&called.stderr));
    assert!(
        shown.contains("911") && shown.contains("keeps no numbers") && said.starts_with("hearth: "),
        "{shown} {said}"
    );
}

#[test]
fn a_call_is_answered_handed_on_and_ended_in_a_word() {
    let daemon = Double::new(World { taken_by: 1, ..World::default() });
    let answered = daemon.ok(&["--json", "answer", "calling"], "");
    assert_eq!(answered["author"], "Sam");
    let line = format!("POST /v1/groups/{GROUP}/sos/{ADA}/answers");
    assert_eq!(daemon.body(&line), json!({"answer": "calling"}));
    daemon.ok(&["--json", "answer", "hand", "ada"], "");
    assert_eq!(daemon.body(&line), json!({"answer": "handed_to", "to": ADA}));
    for (words, code) in [
        (&["answer", "hand"][..], 2),
        (&["answer", "here", "sam"], 2),
        (&["answer", "here", "--of", "ada"], 8),
    ] {
        assert_eq!(daemon.run(words, "").status.code(), Some(code), "{words:?}");
    }
    daemon.run(&["safe", "--mistake"], "");
    assert_eq!(
        daemon.body(&format!("POST /v1/groups/{GROUP}/sos/{SAM}/close")),
        json!({"ending": "mistake"})
    );
    let list = daemon.run(&["sos", "--list"], "");
    let shown = text(&list.stdout);
    assert!(shown.contains("Sam asks for help") && !shown.contains("\u{1b}"), "{shown}");
}

#[test]
fn whom_to_ask_is_set_up_beforehand_and_gaps_are_shown() {
    let daemon = Double::new(World::default());
    let ladder = daemon.ok(&["--json", "ladder", "sam", "--ask-group"], "");
    assert_eq!(ladder, json!({"schema": "hearth.ladder/1", "first": ["Sam"], "group": true}));
    assert_eq!(
        daemon.body(&format!("POST /v1/groups/{GROUP}/ladder")),
        json!({"people": [SAM], "group": true})
    );
    assert_eq!(daemon.run(&["ladder", "ada"], "").status.code(), Some(2), "nobody asks themselves");
    let quiet = daemon.ok(&["--json", "ladder", "--quiet", "22:00-07:00"], "");
    assert_eq!(quiet["quiet"], json!({"from": 1320, "until": 420}));
    for wrong in ["22", "22:00", "7-7", "25:00-03:00"] {
        assert_eq!(daemon.run(&["ladder", "--quiet", wrong], "").status.code(), Some(2), "{wrong}");
    }
    let on_call = daemon.run(&["oncall"], "");
    assert!(text(&on_call.stdout).contains("Nobody is on call:"), "{}", text(&on_call.stdout));
    daemon.ok(&["--json", "oncall", "add", "--for", "2h"], "");
    let thing = &daemon.body(&format!("POST /v1/groups/{GROUP}/objects"))["thing"];
    let span = thing["until"].as_u64().unwrap() - thing["from"].as_u64().unwrap();
    assert_eq!((&thing["what"], span), (&json!("on_call"), 2 * 3600 * 1000));
    assert_eq!(daemon.run(&["oncall", "add", "--for", "9d"], "").status.code(), Some(2));
}

#[test]
fn following_shows_what_arrives_and_ends_quietly_when_its_reader_goes() {
    let daemon =
        Double::new(World { events: "data: {\"kind\":\"lagged\"}\n\n", grows: true, ..World::default() });
    let mut following = daemon.command(&["read", "--follow", "--json"]).spawn().unwrap();
    let mut lines = BufReader::new(following.stdout.take().unwrap()).lines();
    for _ in 0..3 {
        let line: Value = serde_json::from_str(&lines.next().unwrap().unwrap()).unwrap();
        assert_eq!(line["schema"], "hearth.read/1");
    }
    drop(lines);
    daemon.say_more();
    assert_eq!(following.wait().unwrap().code(), Some(0));
}

#[test]
fn following_ends_when_its_reader_goes_even_if_nothing_arrives() {
    let daemon = Double::new(World::default());
    let mut following = daemon.command(&["read", "--follow", "--json"]).spawn().unwrap();
    let mut lines = BufReader::new(following.stdout.take().unwrap()).lines();
    assert!(lines.next().unwrap().is_ok());
    drop(lines);
    assert_eq!(following.wait().unwrap().code(), Some(0));
}

#[test]
fn people_and_status_say_what_scripts_rely_on() {
    let daemon = Double::new(World::default());
    let people = daemon.run(&["people", "--json"], "");
    let lines: Vec<Value> =
        text(&people.stdout).lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(
        lines[0],
        json!({"schema": "hearth.people/1", "name": "Ada", "role": "secretary", "self": true, "connected": false, "devices": 1,
            "verified": false, "open": [], "introduced": false, "home": false})
    );
    assert_eq!((&lines[1]["name"], &lines[1]["self"]), (&json!("Sam"), &json!(false)));
    assert_eq!(lines[1]["introduced"], true);

    let status = daemon.ok(&["status", "--json"], "");
    assert_eq!((&status["group"], &status["members"]), (&json!("Tuesday"), &json!(2)));
    assert_eq!((&status["connected"], &status["locked"]), (&json!(1), &json!(false)));
}

fn lines(output: &Output) -> Vec<Value> {
    text(&output.stdout).lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn a_card_is_put_in_force_with_what_changes_and_a_yes() {
    let card =
        json!({"what": "card", "name": "Tuesday", "program": "NA", "open": true, "text": "Back door."});
    let mut card = thing("0c", card, SAM);
    card["beside"] = json!(1);
    let daemon = Double::new(World { objects: vec![card], ..World::default() });
    let shown = text(&daemon.run(&["card"], "").stdout).to_owned();
    assert!(
        shown.starts_with("Tuesday\n  program: NA\n  open: yes\n\n  Back door.\nwritten by Sam"),
        "{shown}"
    );
    assert!(shown.contains("Another version stands beside this one"), "{shown}");

    // Nothing goes out without a yes, and what would change is shown before.
    let refused = daemon.run(&["card", "edit"], "program: AA\nopen: no\n");
    assert_eq!(refused.status.code(), Some(2));
    let said = text(&refused.stderr);
    assert!(said.contains("\n- program: NA\n- open: yes\n+ program: AA\n+ open: no\n"), "{said}");
    assert!(!daemon.asked().iter().any(|line| line.starts_with("POST")));
    let put = daemon.ok(&["--json", "card", "edit", "--yes"], "program: AA\nopen: no\n");
    assert_eq!((&put["schema"], &put["written"]), (&json!("hearth.put/1"), &json!(true)));
    // What is not said stays.
    assert_eq!(
        daemon.body(&format!("POST /v1/groups/{GROUP}/objects"))["thing"],
        json!({"what": "card", "name": "Tuesday", "program": "AA", "open": false, "text": "Back door."})
    );
    let same = daemon.ok(&["--json", "card", "edit", "--yes"], "program: AA");
    assert_eq!(same["written"], false);
    assert_eq!(daemon.run(&["card", "edit", "my", "words"], "x").status.code(), Some(2));
    assert_eq!(daemon.run(&["card", "edit", "--yes"], "open: perhaps").status.code(), Some(2));
    assert_eq!(daemon.run(&["guidelines"], "").status.code(), Some(0));
}

#[test]
fn what_somebody_else_changed_meanwhile_is_not_lost_unseen() {
    let guidelines = |text: &str| json!({"what": "guidelines", "text": text});
    let objects = vec![thing("0d", guidelines("be kind"), SAM)];
    let edited_meanwhile = Some(guidelines("be kind and brief"));
    let daemon = Double::new(World { objects, edited_meanwhile, ..World::default() });
    let refused = daemon.run(&["guidelines", "edit", "--yes"], "be here");
    assert_eq!(refused.status.code(), Some(2));
    assert!(text(&refused.stderr).contains("Somebody else changed it"), "{}", text(&refused.stderr));
    assert!(!daemon.asked().iter().any(|line| line.starts_with("POST")));
    assert_eq!(daemon.ok(&["--json", "guidelines", "edit", "--yes"], "be here")["written"], true);
}

#[test]
fn versions_beside_each_other_are_compared() {
    let guidelines = thing("0d", json!({"what": "guidelines", "text": "be kind"}), ADA);
    let daemon = Double::new(World { objects: vec![guidelines], ..World::default() });
    let shown = text(&daemon.run(&["guidelines", "diff"], "").stdout).to_owned();
    assert!(
        shown.contains("In force: the version by Ada") && shown.contains("Beside it: the version by Sam"),
        "{shown}"
    );
    assert!(shown.ends_with("- be kind\n+ be brief\n"), "{shown}");
    let plain = text(&daemon.run(&["guidelines", "diff", "--plain"], "").stdout).to_owned();
    assert!(plain.ends_with("Goes:\n  be kind\nComes:\n  be brief\n"), "{plain}");
    assert_eq!(lines(&daemon.run(&["guidelines", "diff", "--json"], "")).len(), 2);
}

#[test]
fn only_who_serves_is_asked_for_a_card_and_nobody_writes_in_vain() {
    let daemon = Double::new(World { is_new: true, ..World::default() });
    for words in [
        &["card", "edit", "--yes"][..],
        &["guidelines", "edit", "--yes"],
        &["service", "positions", "add", "x"],
    ] {
        let refused = daemon.run(words, "x");
        assert_eq!(refused.status.code(), Some(5), "{words:?}");
        assert!(text(&refused.stderr).contains("Those who serve"), "{}", text(&refused.stderr));
    }
}

#[test]
fn an_introduction_that_tells_much_is_asked_about_and_never_kept_from_anybody() {
    let daemon = Double::new(World::default());
    let telling = "I'm Ada Lovelace, 555-010-0100, I work at Acme.";
    let refused = daemon.run(&["intro", "edit"], telling);
    assert_eq!(refused.status.code(), Some(2));
    let said = text(&refused.stderr).to_owned();
    for words in [
        "\"Ada Lovelace\" looks like a last name",
        "555-010-0100",
        "where you work",
        "A first name is enough.",
    ] {
        assert!(said.contains(words), "{said}");
    }
    assert!(!daemon.asked().iter().any(|line| line.starts_with("POST")));
    let put = daemon.run(&["intro", "edit", "--yes"], telling);
    assert_eq!(text(&put.stdout), "You have introduced yourself.\n", "{}", text(&put.stderr));
    assert_eq!(daemon.body(&format!("POST /v1/groups/{GROUP}/objects"))["thing"]["text"], telling);

    let shown = daemon.ok(&["intro", "show", "sam", "--json"], "");
    assert_eq!((&shown["name"], &shown["text"]), (&json!("Sam"), &json!("Sam, here to listen")));
    assert_eq!(lines(&daemon.run(&["intro", "--json"], "")).len(), 2);
    assert_eq!(daemon.ok(&["intro", "withdraw", "--json"], "")["withdrawn"], true);
    assert_eq!(daemon.run(&["intro", "withdraw"], "").status.code(), Some(8));
    assert_eq!(daemon.run(&["intro", "show", "Ada"], "").status.code(), Some(8));
}

#[test]
fn a_number_is_on_the_list_for_what_was_said_and_off_it_at_once() {
    let daemon = Double::new(World::default());
    let form = "number: 555 0100\nok: call, sos\nhours: evenings\n";
    assert_eq!(daemon.run(&["phones", "mine"], form).status.code(), Some(2), "nobody was asked");
    assert_eq!(daemon.run(&["phones", "mine", "--yes"], "number: 555 0100").status.code(), Some(2));
    assert_eq!(daemon.run(&["phones", "mine", "555 0100"], "").status.code(), Some(2));
    daemon.ok(&["phones", "mine", "--yes", "--json"], form);
    let thing = &daemon.body(&format!("POST /v1/groups/{GROUP}/objects"))["thing"];
    assert_eq!((&thing["call"], &thing["sms"], &thing["sos"]), (&json!(true), &json!(false), &json!(true)));
    let list = daemon.run(&["phones"], "");
    assert_eq!(
        text(&list.stdout),
        "Ada · 555 0100 · (you) · call · evenings · in an emergency at any hour\n"
    );
    assert_eq!(daemon.ok(&["phones", "--json"], "")["hours"], "evenings");
    daemon.ok(&["phones", "hide", "--json"], "");
    assert_eq!(text(&daemon.run(&["phones"], "").stdout), "");
    assert_eq!(daemon.run(&["phones", "hide"], "").status.code(), Some(8));
}

#[test]
fn a_number_for_some_says_for_whom_it_is_and_is_changed_and_hidden() {
    let daemon = Double::new(World { phones: vec![phone_for_us()], ..World::default() });
    let for_us = "Sam · 555 0199 · call · shown to you, not to the whole group\n";
    assert_eq!(text(&daemon.run(&["phones"], "").stdout), for_us);
    let (form, show) = ("number: 555 0100\nok: call\n", format!("POST /v1/groups/{GROUP}/phones"));
    // What is wrong is said before anything is asked for, and changes nothing.
    let nobody = daemon.run(&["phones", "mine", "--to"], form);
    assert_eq!(nobody.status.code(), Some(2));
    assert!(text(&nobody.stderr).contains("`hearth phones mine --to NAME`"), "{}", text(&nobody.stderr));
    for (to, code) in [("Sma", 8), ("sam,Bne", 8), ("ada", 2)] {
        let refused = daemon.run(&["phones", "mine", "--to", to, "--yes"], form);
        assert_eq!(refused.status.code(), Some(code), "{to}: {}", text(&refused.stderr));
        assert_eq!(text(&refused.stderr).matches("hearth: ").count(), 1, "{}", text(&refused.stderr));
    }
    assert!(text(&daemon.run(&["phones", "mine", "--to", "Sma"], form).stderr).contains("\"Sam\""));
    assert_eq!(
        daemon.run(&["phones", "mine", "--to", "sam"], form).status.code(),
        Some(2),
        "nobody was asked"
    );
    assert_eq!(daemon.run(&["phones", "mine", "555 0100", "--to", "sam"], "").status.code(), Some(2));
    assert!(!daemon.asked().contains(&show));

    daemon.ok(&["phones", "mine", "--to", "sam", "--yes", "--json"], form);
    let body = daemon.body(&show);
    assert_eq!((&body["to"], &body["phone"]["number"]), (&json!([SAM]), &json!("555 0100")));
    let own = "Ada · 555 0100 · (you) · call · shown to Sam alone\n";
    assert_eq!(text(&daemon.run(&["phones"], "").stdout), format!("{own}{for_us}"));
    let plain = text(&daemon.run(&["phones", "--plain"], "").stdout).to_owned();
    assert!(plain.contains("\nshown to Sam alone\n"), "{plain}");
    // Other words for whoever has it; what is not said stays as it was.
    daemon.ok(&["phones", "mine", "--to", "--yes", "--json"], "number: 555 0111\n");
    let body = daemon.body(&show);
    assert_eq!((&body["to"], &body["phone"]["number"]), (&json!([SAM]), &json!("555 0111")));
    assert_eq!(body["phone"]["call"], true);
    // To the group, too: who has it alone is said.
    let put = daemon.run(&["phones", "mine", "--yes"], form);
    assert!(text(&put.stderr).contains("shown to Sam alone"), "{}", text(&put.stderr));
    daemon.ok(&["phones", "hide", "--from", "group", "--json"], "");
    assert!(text(&daemon.run(&["phones"], "").stdout).starts_with("Ada · 555 0111"));
    assert_eq!(daemon.ok(&["phones", "hide", "--json"], "")["hidden"], true);
    assert_eq!(text(&daemon.run(&["phones"], "").stdout), for_us);
    assert_eq!(daemon.run(&["phones", "hide", "--from", "some"], "").status.code(), Some(8));
}

#[test]
fn what_is_needed_is_shown_and_taken_by_mark_or_by_name() {
    let objects = vec![slot("a1", "coffee"), slot("a2", "reader"), slot("a3", "coffee")];
    let daemon = Double::new(World { objects, ..World::default() });
    let shown = text(&daemon.run(&["service"], "").stdout).to_owned();
    assert!(shown.starts_with("Needed\n  a1a1 · ") && shown.contains(" · reader\n"), "{shown}");
    let ambiguous = daemon.run(&["take", "coffee"], "");
    assert_eq!(ambiguous.status.code(), Some(2));
    assert!(text(&ambiguous.stderr).contains("Write \"a1a1\" or \"a3a3\"."), "{}", text(&ambiguous.stderr));

    let taken = daemon.run(&["take", "a1a1"], "");
    assert!(text(&taken.stdout).starts_with("Yours: coffee, "), "{}", text(&taken.stdout));
    assert!(text(&taken.stderr).contains("Tentative until it is passed on"), "{}", text(&taken.stderr));
    let thing = json!({"what": "take", "slot": "a1".repeat(32), "state": "taken"});
    assert_eq!(daemon.body(&format!("POST /v1/groups/{GROUP}/objects"))["thing"], thing);
    let shown = text(&daemon.run(&["service"], "").stdout).to_owned();
    assert!(
        shown.contains("Taken\n  a1a1 · ") && shown.contains(" · you · tentative, kept here\n"),
        "{shown}"
    );
    // Of two coffees one is still to be had.
    assert_eq!(daemon.run(&["swap", "reader"], "").status.code(), Some(8));
    let swap = daemon.ok(&["swap", "coffee", "--json"], "");
    assert_eq!((&swap["standing"], &swap["mine"]), (&json!("swap_wanted"), &json!(true)));
    assert_eq!(daemon.run(&["cover", "a1a1"], "").status.code(), Some(2), "one's own");
    assert_eq!(daemon.run(&["cover", "reader"], "").status.code(), Some(2), "nobody has it");
    assert_eq!(daemon.ok(&["done", "coffee", "--json"], "")["standing"], "done");
    assert_eq!(daemon.run(&["take", "tea"], "").status.code(), Some(8));
}

#[test]
fn somebody_elses_earlier_word_is_said_kindly() {
    let objects = vec![slot("a1", "coffee")];
    let daemon = Double::new(World { objects: objects.clone(), is_first: Some(SAM), ..World::default() });
    let taken = daemon.run(&["take", "coffee"], "");
    assert_eq!(text(&taken.stdout), "Sam took this one first. Thank you all the same.\n");
    assert_eq!(taken.status.code(), Some(0));
    let shown = text(&daemon.run(&["service"], "").stdout).to_owned();
    assert!(shown.contains("Sam took this one first."), "{shown}");
    assert!(text(&daemon.run(&["take", "coffee"], "").stdout).starts_with("Sam took this one first."));
    // The word behind theirs would count if they wished to swap, so it can be taken back.
    assert!(text(&taken.stderr).contains("Your word stays behind theirs"), "{}", text(&taken.stderr));
    assert_eq!(daemon.ok(&["swap", "coffee", "--json"], "")["mine"], false);
    assert_eq!(daemon.body(&format!("POST /v1/groups/{GROUP}/objects"))["thing"]["state"], "swap_wanted");

    // Of what is taken already nothing is written.
    let word = thing("b1", json!({"what": "take", "slot": "a1".repeat(32), "state": "taken"}), SAM);
    let daemon = Double::new(World { objects: [objects.clone(), vec![word]].concat(), ..World::default() });
    let taken = daemon.ok(&["take", "coffee", "--json"], "");
    assert_eq!((&taken["mine"], &taken["by"]), (&json!(false), &json!("Sam")));
    assert!(!daemon.asked().iter().any(|line| line.starts_with("POST")));
    let word = thing("b1", json!({"what": "take", "slot": "a1".repeat(32), "state": "swap_wanted"}), SAM);
    let daemon = Double::new(World { objects: [objects, vec![word]].concat(), ..World::default() });
    let shown = text(&daemon.run(&["service"], "").stdout).to_owned();
    assert!(shown.contains("somebody would be glad to swap") && !shown.contains("Sam"), "{shown}");
    assert_eq!(daemon.ok(&["cover", "coffee", "--json"], "")["mine"], true);
}

#[test]
fn service_is_added_at_a_time_to_come() {
    let daemon = Double::new(World { objects: Vec::new(), ..World::default() });
    let added =
        daemon.run(&["service", "add", "coffee", "--at", "tue", "19:00", "--note"], "milk is there\n");
    assert!(
        text(&added.stdout).starts_with("Needed: coffee, Tue "),
        "{}{}",
        text(&added.stdout),
        text(&added.stderr)
    );
    let thing = &daemon.body(&format!("POST /v1/groups/{GROUP}/objects"))["thing"];
    assert_eq!((&thing["service"], &thing["note"]), (&json!("coffee"), &json!("milk is there")));
    for (words, hint) in [
        (&["service", "add", "coffee", "--at", "tue"][..], "tue 19:00"),
        (&["service", "add", "coffee", "--at", "2020-01-01 19:00"], "over"),
        (&["service", "add", "coffee"], "--at"),
        (&["service", "add", "--at", "tue 19:00"], "coffee"),
    ] {
        let refused = daemon.run(words, "");
        assert_eq!(refused.status.code(), Some(2), "{words:?}");
        assert!(text(&refused.stderr).contains(hint), "{}", text(&refused.stderr));
    }
    let mark = daemon.run(&["service", "withdraw", "coffee", "--yes"], "");
    assert_eq!(text(&mark.stdout), "Withdrawn: coffee.\n");
}

#[test]
fn positions_are_added_given_and_withdrawn() {
    let daemon = Double::new(World { objects: Vec::new(), ..World::default() });
    daemon.ok(&["service", "positions", "add", "greeter", "--about", "--json"], "Stand by the door.");
    daemon.ok(&["service", "positions", "give", "greeter", "sam", "--json"], "");
    let body = daemon.body(&format!("POST /v1/groups/{GROUP}/objects"));
    assert_eq!(
        (&body["thing"]["holder"], &body["thing"]["text"]),
        (&json!(SAM), &json!("Stand by the door."))
    );
    let shown = text(&daemon.run(&["service"], "").stdout).to_owned();
    assert!(
        shown.starts_with("Positions\n  ") && shown.contains(" · greeter · Sam\n    Stand by the door."),
        "{shown}"
    );
    daemon.ok(&["service", "positions", "give", "greeter", "--nobody", "--json"], "");
    assert!(daemon.ok(&["service", "positions", "--json"], "").get("holder").is_none());
    assert_eq!(daemon.run(&["service", "positions", "give", "greeter"], "").status.code(), Some(2));
    assert_eq!(daemon.run(&["service", "positions", "withdraw", "greeter"], "").status.code(), Some(2));
    daemon.ok(&["service", "positions", "withdraw", "greeter", "--yes", "--json"], "");
    assert_eq!(daemon.run(&["service", "positions", "give", "greeter", "Sam"], "").status.code(), Some(8));
}

#[test]
fn somebody_new_is_greeted_once_and_shown_where_things_are() {
    let daemon = Double::new(World::default());
    assert_eq!(daemon.ok(&["greet", "--json"], "")["name"], "Sam");
    assert!(text(&daemon.run(&[], "").stdout).contains("1 newcomer whom nobody greets yet."));
    let greeted = daemon.run(&["greet", "Sam"], "");
    assert!(text(&greeted.stdout).starts_with("You will greet Sam."), "{}", text(&greeted.stdout));
    assert_eq!(text(&daemon.run(&["greet"], "").stdout), "");
    assert!(!text(&daemon.run(&[], "").stdout).contains("newcomer"));
    assert_eq!(daemon.run(&["greet", "Ada"], "").status.code(), Some(2));

    let welcome = thing("b2", json!({"what": "welcome", "newcomer": ADA}), SAM);
    let guidelines = thing("0d", json!({"what": "guidelines", "text": "be kind"}), SAM);
    let objects = vec![welcome, guidelines];
    let daemon = Double::new(World { is_new: true, objects: objects.clone(), ..World::default() });
    let today = text(&daemon.run(&[], "").stdout).to_owned();
    assert!(today.contains("`hearth guidelines`") && today.contains("Sam will greet you."), "{today}");
    assert!(!today.contains("be kind") && !today.contains("whom nobody greets"), "{today}");
    assert!(text(&daemon.run(&["status"], "").stdout).contains("Sam will greet you."));
    assert_eq!(daemon.ok(&["status", "--json"], "")["members"], 2);
    let joined = daemon.run(&["join", TICKET, "--name", "Ada"], "");
    let page = text(&joined.stdout).to_owned();
    assert!(page.starts_with("Welcome.") && page.contains("    be kind\n"), "{page}");

    // Who greets already is named, and nothing more is written.
    let somebody = thing("b3", json!({"what": "welcome", "newcomer": SAM}), SAM);
    let daemon = Double::new(World { objects: vec![somebody], ..World::default() });
    let greeted = daemon.run(&["greet", "Sam"], "");
    assert_eq!(text(&greeted.stdout), "Sam greets Sam already. Thank you all the same.\n");
    assert!(!daemon.asked().iter().any(|line| line.starts_with("POST")));
}

#[test]
fn visits_are_told_by_their_day_and_renewed_by_who_may() {
    let far = 4_000_000_000_000_u64;
    let visiting =
        |may_renew: bool| json!({"role": "visitor", "visit": {"until": far, "may_renew": may_renew}});
    let daemon = Double::new(World { people: [json!({}), visiting(true)], ..World::default() });
    let visitor = daemon.ok(&["visitors", "--json"], "");
    assert_eq!((&visitor["name"], &visitor["visit_until"]), (&json!("Sam"), &json!(far)));
    assert!(text(&daemon.run(&["people"], "").stdout).contains("visiting until"));
    assert!(!text(&daemon.run(&[], "").stdout).contains("visit"), "it is long until then");
    daemon.ok(&["visitors", "renew", "sam", "--json"], "");
    let put = daemon.body(&format!("POST /v1/groups/{GROUP}/objects"));
    assert_eq!(put["thing"], json!({"what": "stay", "visitor": SAM}));
    assert_eq!(daemon.run(&["visitors", "renew", "Ada"], "").status.code(), Some(2));
    assert_eq!(daemon.run(&["visitors", "renew", "Sammie"], "").status.code(), Some(8));

    let daemon = Double::new(World { people: [json!({}), visiting(false)], ..World::default() });
    assert_eq!(daemon.run(&["visitors", "renew", "Sam"], "").status.code(), Some(5));
    assert!(!daemon.asked().iter().any(|line| line.starts_with("POST")));

    let home = json!({"role": "visitor", "home": true});
    let daemon = Double::new(World { people: [json!({}), home], ..World::default() });
    for words in [&["people"][..], &["visitors"]] {
        let shown = daemon.run(words, "");
        assert!(text(&shown.stdout).contains("`hearth role \"Sam\" newcomer`"), "{}", text(&shown.stdout));
    }
    let today = text(&daemon.run(&[], "").stdout).to_owned();
    assert!(today.contains("has made this their home group") && !today.contains("Sam"), "{today}");

    let daemon = Double::new(World { is_visit_over: true, ..World::default() });
    let status = text(&daemon.run(&["status"], "").stdout).to_owned();
    assert!(status.contains("your visit has ended") && !status.contains("no longer"), "{status}");
}

#[test]
fn a_home_group_is_ones_own_word_and_can_be_taken_back() {
    let visit = json!({"role": "visitor", "visit": {"until": 5, "may_renew": false}});
    let daemon = Double::new(World { people: [visit, json!({})], ..World::default() });
    let today = text(&daemon.run(&[], "").stdout).to_owned();
    assert!(today.contains("Your visit was until") && today.contains("`hearth home`"), "{today}");
    assert_eq!(daemon.run(&["home", "withdraw"], "").status.code(), Some(8));
    assert!(text(&daemon.run(&["home"], "").stdout).starts_with("This is your home group now"));
    assert_eq!(daemon.body(&format!("POST /v1/groups/{GROUP}/objects"))["thing"], json!({"what": "home"}));
    let writes = || daemon.asked().iter().filter(|line| line.starts_with("POST")).count();
    let before = writes();
    assert!(text(&daemon.run(&["home"], "").stdout).starts_with("This is your home group already."));
    assert_eq!(writes(), before);
    assert!(text(&daemon.run(&["home", "withdraw"], "").stdout).starts_with("Taken back"));
}

#[test]
fn readings_and_topics_are_added_and_shown() {
    let daemon = Double::new(World { objects: Vec::new(), ..World::default() });
    daemon.ok(
        &["readings", "add", "--json"],
        "title: Opening\nsource: our own\n\nWe are here\nfor one another.\n",
    );
    daemon.ok(&["topics", "add", "--json"], "Hope\n");
    let body = daemon.body(&format!("POST /v1/groups/{GROUP}/objects"));
    assert_eq!(body["thing"], json!({"what": "reading", "title": "Hope"}));
    let shown = text(&daemon.run(&["readings", "show", "opening"], "").stdout).to_owned();
    assert!(
        shown.contains("Opening · from: our own\n  We are here\n  for one another.\nwritten by Ada"),
        "{shown}"
    );
    assert_eq!(lines(&daemon.run(&["readings", "--json"], "")).len(), 1);
    assert!(text(&daemon.run(&["topics"], "").stdout).ends_with(" · Hope\n"));
    assert_eq!(daemon.run(&["readings", "add"], "title: Nothing more").status.code(), Some(2));
    assert_eq!(daemon.run(&["readings", "show", "Hope"], "").status.code(), Some(8), "a topic");
    daemon.ok(&["topics", "withdraw", "hope", "--yes", "--json"], "");
    assert_eq!(text(&daemon.run(&["topics"], "").stdout), "");
}

#[test]
fn a_locked_vault_is_opened_with_a_passphrase_file_alone() {
    let daemon = Double::new(World { vault: "locked", ..World::default() });
    let refused = daemon.run(&["people"], "");
    assert_eq!(refused.status.code(), Some(7));
    assert_eq!(text(&refused.stderr), "hearth: Hearth is locked. Open it with `hearth unlock`.\n");
    let status = daemon.ok(&["status", "--json"], "");
    assert_eq!((&status["locked"], &status["group"]), (&json!(true), &json!(null)));

    let people = daemon.run(&["people", "--passphrase-file"], "");
    assert_eq!(people.status.code(), Some(0), "{}", text(&people.stderr));
    assert_eq!(daemon.body("POST /v1/unlock")["passphrase"], "open sesame");
}

#[test]
fn a_wrong_passphrase_is_one_line_and_its_own_exit_code() {
    let daemon = Double::new(World { vault: "locked", wrong_passphrase: true, ..World::default() });
    let refused = daemon.run(&["unlock", "--json", "--passphrase-file"], "");
    assert_eq!(refused.status.code(), Some(7));
    let error: Value = serde_json::from_slice(&refused.stderr).unwrap();
    assert_eq!((&error["schema"], &error["code"]), (&json!("hearth.error/1"), &json!("wrong_passphrase")));
    assert!(error["message"].is_string() && error["hint"].is_string());
    // A daemon that somebody else started is left alone.
    assert!(!daemon.asked().contains(&"POST /v1/stop".to_owned()));
}

#[test]
fn a_ticket_shows_what_the_group_says_of_itself_and_nothing_of_it_stays() {
    let events = "data: {\"kind\":\"group\",\"group\":\"1111111111111111111111111111111111111111111111111111111111111111\"}\n\n";
    let daemon = Double::new(World { joining_looks: 1, events, ..World::default() });
    let looked = daemon.run(&["look", "-"], TICKET);
    let shown = text(&looked.stdout);
    assert!(shown.starts_with("Tuesday\n") && shown.contains("\n  Back door.\n"), "{shown}");
    assert!(shown.contains("You are not in it"), "{shown}");
    assert_eq!(daemon.body("POST /v1/groups/look"), json!({"ticket": TICKET}));
    assert_eq!(daemon.asked().last().unwrap(), &format!("DELETE /v1/groups/look/{GROUP}"));

    let daemon = Double::new(World { joining_looks: usize::MAX, ..World::default() });
    let waited = daemon.run(&["look", TICKET, "--wait", "1s"], "");
    assert_eq!(waited.status.code(), Some(4));
    assert!(text(&waited.stderr).contains("Nobody of the group could be reached yet."));
    assert_eq!(daemon.asked().last().unwrap(), &format!("DELETE /v1/groups/look/{GROUP}"));
    let refused = Some("ticket_revoked");
    let daemon = Double::new(World { joining_looks: usize::MAX, asked: 1, refused, ..World::default() });
    assert_eq!(daemon.run(&["look", TICKET], "").status.code(), Some(5));
    // A ticket for a device shows no group.
    assert_eq!(daemon.run(&["look", "HEARTHDEVICE1ABC"], "").status.code(), Some(2));
}

#[test]
fn join_waits_until_the_group_lets_us_in() {
    let events = "data: {\"kind\":\"group\",\"group\":\"1111111111111111111111111111111111111111111111111111111111111111\"}\n\n";
    let daemon = Double::new(World { joining_looks: 1, events, ..World::default() });
    let joined = daemon.ok(&["join", "-", "--name", "Ada", "--json"], "HEARTH1\nABCDEFGH\n");
    assert_eq!((&joined["schema"], &joined["state"]), (&json!("hearth.join/1"), &json!("active")));
    assert_eq!(daemon.body("POST /v1/groups/join")["ticket"], TICKET);
}

#[test]
fn join_says_when_nobody_was_reached_and_that_the_request_is_kept() {
    let daemon = Double::new(World { joining_looks: usize::MAX, ..World::default() });
    let waited = daemon.run(&["join", TICKET, "--name", "Ada", "--wait", "1s"], "");
    assert_eq!(waited.status.code(), Some(4));
    assert!(text(&waited.stderr).contains("The request is kept"), "{}", text(&waited.stderr));
    let kept = daemon.run(&["join", TICKET, "--name", "Ada", "--no-wait"], "");
    assert_eq!(kept.status.code(), Some(0));
    assert!(text(&kept.stdout).starts_with("kept here"));

    let daemon = Double::new(World { joining_looks: usize::MAX, asked: 1, ..World::default() });
    let waited = daemon.run(&["join", TICKET, "--name", "Ada", "--wait", "1s"], "");
    assert_eq!(waited.status.code(), Some(9));
}

#[test]
fn join_stops_waiting_when_somebody_said_no() {
    let refused = Some("ticket_used_up");
    let daemon = Double::new(World { joining_looks: usize::MAX, asked: 1, refused, ..World::default() });
    let waited = daemon.run(&["join", TICKET, "--name", "Ada"], "");
    assert_eq!(waited.status.code(), Some(5));
    assert!(text(&waited.stderr).contains("The ticket has been used up."), "{}", text(&waited.stderr));
}

#[test]
fn a_person_is_removed_only_when_somebody_said_yes() {
    let daemon = Double::new(World::default());
    let refused = daemon.run(&["remove", "Sam"], "Sam\n");
    assert_eq!(refused.status.code(), Some(2));
    assert!(daemon.asked().is_empty());
    let removed = daemon.ok(&["remove", "SAM", "--yes", "--json"], "");
    assert_eq!(
        removed,
        json!({"schema": "hearth.remove/1", "name": "Sam", "removed": true, "switched": 1, "of": 2})
    );
    assert_eq!(daemon.body(&format!("POST /v1/groups/{GROUP}/removals"))["member"], SAM);
}

#[test]
fn what_is_open_is_shown_and_agreed_to_by_name() {
    let daemon = Double::new(World { open: 1, asks: true, ..World::default() });
    let people = daemon.run(&["members", "--json"], "");
    let lines: Vec<Value> =
        text(&people.stdout).lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines[1]["open"], json!(["remove Sam"]));
    assert_eq!((&lines[2]["schema"], &lines[2]["name"]), (&json!("hearth.question/1"), &json!("Gail")));
    let open = daemon.ok(&["conscience", "--json"], "");
    assert_eq!((&open["schema"], &open["by"]), (&json!("hearth.conscience/1"), &json!("Ada")));
    let endorsed = daemon.ok(&["endorse", "--json"], "");
    assert_eq!((&endorsed["name"], &endorsed["done"]), (&json!("Sam"), &json!(true)));
    assert_eq!(daemon.body(&format!("POST /v1/groups/{GROUP}/endorsements"))["act"], MESSAGE);
    assert_eq!(daemon.run(&["endorse", "Ada"], "").status.code(), Some(8));
    assert_eq!(daemon.ok(&["keep", "gail", "--json"], "")["role"], "newcomer");
    assert_eq!(daemon.run(&["keep", "Sam"], "").status.code(), Some(8));

    let several = Double::new(World { open: 2, ..World::default() });
    let refused = several.run(&["endorse"], "");
    assert_eq!(refused.status.code(), Some(2));
    assert!(text(&refused.stderr).contains("\"make Sam a trusted servant\""), "{}", text(&refused.stderr));
    several.ok(&["endorse", "make", "Sam", "a", "trusted", "servant", "--json"], "");
    assert_eq!(several.body(&format!("POST /v1/groups/{GROUP}/endorsements"))["act"], GROUP);

    let nothing = Double::new(World::default());
    assert_eq!(nothing.run(&["endorse"], "").status.code(), Some(8));
    assert_eq!(nothing.run(&["conscience"], "").status.code(), Some(0));
}

#[test]
fn roles_are_given_and_proposed_by_name() {
    let daemon = Double::new(World::default());
    let role = daemon.ok(&["role", "sam", "member", "--json"], "");
    assert_eq!(
        role,
        json!({"schema": "hearth.role/1", "name": "Sam", "role": "member", "done": true, "missing": 0})
    );
    assert_eq!(daemon.body(&format!("POST /v1/groups/{GROUP}/roles"))["member"], SAM);
    let proposed = daemon.ok(&["conscience", "role", "Sam", "servant", "--json"], "");
    assert_eq!((&proposed["done"], &proposed["missing"]), (&json!(false), &json!(1)));
    let body = daemon.body(&format!("POST /v1/groups/{GROUP}/conscience"));
    assert_eq!((&body["what"], &body["role"]), (&json!("role"), &json!("trusted_servant")));
    daemon.ok(&["conscience", "remove", "Sam", "--json"], "");
    let body = daemon.body(&format!("POST /v1/groups/{GROUP}/conscience"));
    assert_eq!((&body["what"], body.get("role")), (&json!("remove"), None));
    assert_eq!(daemon.run(&["conscience", "remove", "Ada"], "").status.code(), Some(2));
    assert_eq!(daemon.run(&["role", "Bo", "member"], "").status.code(), Some(8));
    let roles = daemon.run(&["roles", "--json"], "");
    let first: Value = serde_json::from_str(text(&roles.stdout).lines().next().unwrap()).unwrap();
    assert_eq!((&first["role"], &first["names"]), (&json!("secretary"), &json!(["Ada"])));
    daemon.ok(&["invite", "--role", "visitor", "--json"], "");
    assert_eq!(daemon.body(&format!("POST /v1/groups/{GROUP}/invites"))["role"], "visitor");
    daemon.ok(&["invite", "--json"], "");
    assert_eq!(daemon.body(&format!("POST /v1/groups/{GROUP}/invites"))["role"], "member");
}

#[test]
fn a_question_is_asked_voted_on_and_counted_and_whoever_votes_hears_who_could_see_it() {
    let daemon = Double::new(World::default());
    let polls = format!("POST /v1/groups/{GROUP}/polls");
    let question = "options: tea; coffee\n\nWhat do we drink?\n";
    daemon.ok(&["conscience", "ask", "--change", "--days", "9", "--json"], question);
    let body = daemon.body(&polls);
    assert_eq!(
        (&body["question"], &body["options"]),
        (&json!("What do we drink?"), &json!(["tea", "coffee"]))
    );
    assert_eq!((&body["kind"], &body["days"], &body["talk_days"]), (&json!("change"), &json!(9), &json!(2)));
    for (words, text) in [
        (&["conscience", "ask", "--days", "6"][..], question),
        (&["conscience", "ask", "--talk", "7"], question),
        (&["conscience", "ask"], ""),
        (&["conscience", "ask"], "options: tea\n\nTea?"),
        (&["conscience", "ask", "shall", "we"], question),
    ] {
        assert_eq!(daemon.run(words, text).status.code(), Some(2), "{words:?}");
    }

    let daemon = Double::new(World { polls: vec![poll("voting")], ..World::default() });
    let vote = format!("{polls}/{MESSAGE}/vote");
    let refused = daemon.run(&["conscience", "vote", "2222", "coffee"], "");
    assert_eq!(refused.status.code(), Some(2));
    assert!(text(&refused.stderr).contains("could see it"), "{}", text(&refused.stderr));
    let voted = daemon.run(&["conscience", "vote", "2222", "coffee", "--yes"], "");
    assert_eq!(voted.status.code(), Some(0), "{}", text(&voted.stderr));
    assert!(text(&voted.stderr).contains("Nobody is shown how you vote."), "{}", text(&voted.stderr));
    assert_eq!(daemon.body(&vote)["choice"], 1);
    daemon.ok(&["conscience", "vote", "2222", "abstain", "--yes", "--json"], "");
    assert_eq!(daemon.body(&vote).get("choice"), None);
    assert_eq!(daemon.run(&["conscience", "vote", "2222", "water", "--yes"], "").status.code(), Some(2));
    assert_eq!(daemon.run(&["conscience", "vote", "9999", "tea", "--yes"], "").status.code(), Some(8));
    // Before its time nothing goes out, and it is said when that is.
    for words in [&["conscience", "close", "2222"][..], &["conscience", "reconsider", "2222"]] {
        let refused = daemon.run(words, "why");
        assert_eq!(refused.status.code(), Some(2), "{words:?}");
        assert!(text(&refused.stderr).contains("the vote is open until"), "{}", text(&refused.stderr));
    }
    daemon.ok(&["conscience", "say", "2222", "--json"], "I sleep badly.");
    let said = daemon.body(&format!("{polls}/{MESSAGE}/words"));
    assert_eq!(said, json!({"sort": "minority", "text": "I sleep badly."}));
    daemon.ok(&["conscience", "withdraw", "2222", "--yes", "--json"], "");

    let daemon = Double::new(World { polls: vec![poll("countable")], ..World::default() });
    let counted = daemon.run(&["--plain", "conscience", "close", "What do we drink?"], "");
    let shown = text(&counted.stdout);
    assert!(shown.contains("\ntea: 1, coffee: 3, abstain: 0\nDecided: coffee.\n"), "{shown}");
    assert!(!shown.contains('\u{1b}'), "{shown}");
    let daemon = Double::new(World { polls: vec![poll("counted")], ..World::default() });
    assert_eq!(daemon.run(&["conscience", "withdraw", "2222", "--yes"], "").status.code(), Some(2));
    daemon.ok(&["conscience", "reconsider", "2222", "--json"], "Two were away.");
    assert_eq!(daemon.body(&format!("{polls}/{MESSAGE}/words"))["sort"], "reconsider");
    let shown = text(&daemon.run(&["conscience"], "").stdout);
    assert!(shown.contains("2222  asked by Sam\n") && shown.contains("Decided: coffee."), "{shown}");
}

fn poll(stage: &str) -> Value {
    let count = json!({"at": 7, "by": ADA, "by_name": "Ada", "votes": [1, 3], "abstained": 0, "decided": 1,
        "beside": 0, "left_out": 0, "not_here": 0, "is_miscounted": false});
    json!({"id": MESSAGE, "question": "What do we drink?", "options": ["tea", "coffee"], "kind": "other",
        "stage": stage, "asked_at": 5, "opens_at": 6, "closes_at": 7, "countable_at": 8, "ballots_end_at": 9,
        "asked_by": SAM, "is_mine": false, "may_vote": true, "may_count": true, "has_voted": false,
        "count": if stage == "counted" { count } else { Value::Null }, "words": []})
}

#[test]
fn minutes_and_sums_are_kept_and_no_report_goes_out_that_does_not_add_up() {
    let daemon = Double::new(World::default());
    let put = format!("POST /v1/groups/{GROUP}/objects");
    daemon.ok(&["minutes", "add", "--json"], "title: Business meeting\n\nWe drink coffee.\n");
    let kept = json!({"what": "minutes", "title": "Business meeting", "text": "We drink coffee."});
    assert_eq!(daemon.body(&put)["thing"], kept);
    assert_eq!(daemon.run(&["minutes", "add"], "title: Business meeting\n").status.code(), Some(2));
    let shown = daemon.run(&["minutes", "show", "Business", "meeting"], "");
    assert!(text(&shown.stdout).contains("\n  We drink coffee.\n"), "{}", text(&shown.stdout));

    let report = "period: October\ncurrency: USD\nopening: 100\nincome: 50.5\nexpenses: 200\n";
    daemon.ok(&["treasurer", "add", "--json"], report);
    let kept = json!({"what": "treasurer_report", "period": "October", "currency": "USD", "digits": 1,
        "opening": 1000, "income": 505, "expenses": 2000, "closing": -495});
    assert_eq!(daemon.body(&put)["thing"], kept);
    let wrong = daemon.run(&["treasurer", "add"], &format!("{report}closing: 50\n"));
    assert_eq!(wrong.status.code(), Some(2));
    assert!(text(&wrong.stderr).contains("-49.5 follows"), "{}", text(&wrong.stderr));
    let shown = text(&daemon.run(&["--plain", "treasurer"], "").stdout);
    assert!(
        shown.contains(
            "\nwas there: 100.0 USD\ncame in: 50.5 USD\nwent out: 200.0 USD\nis there: -49.5 USD\n"
        ),
        "{shown}"
    );
    let daemon = Double::new(World { own_role: "member", ..World::default() });
    for verb in ["minutes", "treasurer"] {
        assert_eq!(daemon.run(&[verb, "add"], report).status.code(), Some(5), "{verb}");
    }
}

#[test]
fn devices_are_added_listed_and_revoked_by_their_day() {
    let daemon = Double::new(World::default());
    let offered = daemon.ok(&["devices", "add", "--json"], "");
    assert_eq!(
        (&offered["schema"], &offered["ticket"]),
        (&json!("hearth.device-ticket/1"), &json!(DEVICE_TICKET))
    );
    assert!(text(&daemon.run(&["devices", "add"], "").stdout).contains("Show it to nobody."));
    let listed = daemon.run(&["devices", "--json"], "");
    let lines: Vec<Value> =
        text(&listed.stdout).lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!((&lines[0]["this"], &lines[1]["this"]), (&json!(true), &json!(false)));
    let (this, other) = (lines[0]["name"].as_str().unwrap(), lines[1]["name"].as_str().unwrap());
    assert_ne!(this, other);
    assert_eq!(daemon.run(&["devices", "revoke", other], "").status.code(), Some(2), "nobody was asked");
    assert_eq!(daemon.run(&["devices", "revoke", this, "--yes"], "").status.code(), Some(2));
    assert_eq!(daemon.run(&["devices", "revoke", "never", "--yes"], "").status.code(), Some(8));
    daemon.ok(&["devices", "revoke", other, "--yes", "--json"], "");
    assert!(daemon.asked().contains(&format!("DELETE /v1/groups/{GROUP}/devices/{SAM}")));
}

#[test]
fn a_device_joins_without_being_asked_for_a_name() {
    let daemon = Double::new(World::default());
    for words in [&["join", "-", "--json"][..], &["devices", "join", "--json"]] {
        let joined = daemon.ok(words, &DEVICE_TICKET.to_lowercase());
        assert_eq!((&joined["schema"], &joined["state"]), (&json!("hearth.join/1"), &json!("active")));
    }
    assert!(!daemon.asked().contains(&"POST /v1/groups/join".to_owned()));
}

#[test]
fn leaving_and_verifying_say_what_they_did() {
    let daemon = Double::new(World::default());
    assert_eq!(daemon.run(&["leave"], "Tuesday\n").status.code(), Some(2));
    let left = daemon.ok(&["leave", "--yes", "--json"], "");
    assert_eq!(left, json!({"schema": "hearth.leave/1", "group": "Tuesday", "left": true}));
    let shown = daemon.ok(&["verify", "Sam", "--json"], "");
    assert_eq!((shown["words"].as_array().unwrap().len(), &shown["verified"]), (12, &json!(false)));
    assert_eq!(daemon.ok(&["verify", "Sam", "--done", "--json"], "")["verified"], true);
    assert_eq!(daemon.run(&["verify", "Ada"], "").status.code(), Some(2));
    assert!(text(&daemon.run(&["verify", "Sam"], "").stdout).contains("12345 12345 12345 12345\n"));
}

#[test]
fn several_groups_need_a_choice() {
    let daemon = Double::new(World { second_group: true, ..World::default() });
    let refused = daemon.run(&["people"], "");
    assert_eq!(refused.status.code(), Some(2));
    assert!(text(&refused.stderr).contains("\"Tuesday\" or \"Sunday\""), "{}", text(&refused.stderr));
    assert_eq!(daemon.run(&["people", "--group", "tuesday"], "").status.code(), Some(0));
    assert_eq!(daemon.run(&["people", "--group", "Monday"], "").status.code(), Some(8));
    let groups = daemon.run(&["group", "--json"], "");
    assert_eq!(text(&groups.stdout).lines().count(), 2);
}

#[test]
fn a_ticket_that_is_refused_ends_with_the_exit_code_of_its_reason() {
    for (code, exit) in
        [("bad_ticket", 2), ("ticket_expired", 5), ("ticket_used_up", 5), ("ticket_revoked", 5)]
    {
        let daemon = Double::new(World { refuse_join: Some(code), ..World::default() });
        let refused = daemon.run(&["join", TICKET, "--name", "Ada"], "");
        assert_eq!(refused.status.code(), Some(exit), "{code}");
        assert_eq!(text(&refused.stderr).lines().count(), 1);
    }
}

#[test]
fn without_a_daemon_every_verb_but_three_says_so() {
    let home = tempfile::tempdir().unwrap();
    for words in [
        &["people"][..],
        &["status"],
        &["share"],
        &["read"],
        &["lock"],
        &["stop"],
        &["invite"],
        &["group"],
        &[],
    ] {
        let refused = hearth(home.path()).args(words).stdin(Stdio::null()).output().unwrap();
        assert_eq!(refused.status.code(), Some(3), "{words:?}");
        assert_eq!(text(&refused.stderr).lines().count(), 1, "{words:?}");
        assert!(text(&refused.stderr).starts_with("hearth: Hearth is not running."), "{words:?}");
    }
    let missing = home.path().join("missing");
    let refused = hearth(&missing).arg("unlock").stdin(Stdio::null()).output().unwrap();
    assert_eq!(refused.status.code(), Some(8));
    assert!(!missing.exists());
}

#[test]
fn a_command_line_that_makes_no_sense_is_usage_also_in_json() {
    let home = tempfile::tempdir().unwrap();
    let refused = hearth(home.path()).args(["dance", "--json"]).output().unwrap();
    assert_eq!(refused.status.code(), Some(2));
    let error: Value = serde_json::from_slice(&refused.stderr).unwrap();
    assert_eq!((&error["schema"], &error["code"]), (&json!("hearth.error/1"), &json!("usage")));
    let refused = hearth(home.path()).args(["start", "G"]).stdin(Stdio::null()).output().unwrap();
    assert_eq!(refused.status.code(), Some(2));
    assert!(text(&refused.stderr).contains("--name"), "{}", text(&refused.stderr));
}

#[test]
fn a_daemon_that_cannot_start_is_heard() {
    let stage = Stage::new("echo 'hearthd: the folder is in use by another hearthd' >&2\nexit 2");
    let refused = stage.unlock().output().unwrap();
    assert_eq!(refused.status.code(), Some(2));
    assert_eq!(text(&refused.stderr), "hearth: The folder is in use by another hearthd.\n");
}

#[test]
fn unlock_starts_the_daemon_in_a_session_of_its_own() {
    let stage = Stage::new(
        "ps -o pid=,sid= -p $$ >\"$0.ids\"\nprintf '%s\\n' \"$@\" >\"$0.started\"\nread end <\"$0.end\"",
    );
    let (started, end) = (stage.fifo("started"), stage.fifo("end"));
    let command = stage.unlock().args(["--listen", "/ip4/127.0.0.1/tcp/0"]).spawn().unwrap();
    let arguments = fs::read_to_string(started).unwrap();
    let daemon = Double::at(stage.home.path().to_owned(), World { vault: "locked", ..World::default() });
    let done = command.wait_with_output().unwrap();
    assert_eq!(done.status.code(), Some(0), "{}", text(&done.stderr));
    assert_eq!(daemon.body("POST /v1/unlock")["passphrase"], "open sesame");
    let home = stage.home.path().to_str().unwrap();
    assert_eq!(arguments, format!("--home\n{home}\n--listen\n/ip4/127.0.0.1/tcp/0\n"));
    let ids = fs::read_to_string(stage.folder.path().join("hearthd.ids")).unwrap();
    let ids: Vec<&str> = ids.split_whitespace().collect();
    assert_eq!(ids[0], ids[1], "the daemon leads its own session");
    fs::write(end, "\n").unwrap();
}

#[test]
fn a_daemon_that_was_started_for_nothing_is_stopped_again() {
    let stage = Stage::new("echo >\"$0.started\"\nread end <\"$0.end\"");
    let (started, end) = (stage.fifo("started"), stage.fifo("end"));
    let command = stage.unlock().spawn().unwrap();
    fs::read_to_string(started).unwrap();
    let world = World { vault: "locked", wrong_passphrase: true, ..World::default() };
    let daemon = Double::at(stage.home.path().to_owned(), world);
    let refused = command.wait_with_output().unwrap();
    assert_eq!(refused.status.code(), Some(7), "{}", text(&refused.stderr));
    assert!(daemon.asked().contains(&"POST /v1/stop".to_owned()));
    fs::write(end, "\n").unwrap();
}

#[test]
fn an_editors_draft_is_sent_and_gone() {
    let daemon = Double::new(World::default());
    let sent = daemon
        .command(&["share", "--edit", "--json"])
        .env("VISUAL", "printf 'from the editor\\n' >")
        .stdin(Stdio::null())
        .output()
        .unwrap();
    assert_eq!(sent.status.code(), Some(0), "{}", text(&sent.stderr));
    assert_eq!(daemon.body(&format!("POST /v1/groups/{GROUP}/messages"))["text"], "from the editor");
    let left: Vec<_> = fs::read_dir(&daemon.home).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(left, ["hearthd.sock"]);
}

#[test]
fn people_are_answered_in_their_language_and_programs_in_english() {
    let daemon = Double::new(World::default());
    assert_eq!(text(&daemon.run(&["--lang", "es", "share"], "x").stdout), "guardado aquí\n");
    assert_eq!(text(&daemon.run(&["dm", "Sam", "--lang=es"], "x").stdout), "pasado a 2 dispositivos\n");
    assert_eq!(
        text(&daemon.run(&["newdate", "--lang", "es"], "date: Ayer").stdout),
        "Guardado con la marca 2222, solo en esta máquina. No se le dice a nadie.\n"
    );
    assert_eq!(
        text(&daemon.run(&["newdate", "--lang", "es"], "date: x").stderr),
        "hearth: Un día se escribe como 2026-03-01, hoy o ayer. No se guardó nada.\n"
    );
    let chips = text(&daemon.run(&["chips", "--lang", "es"], "").stdout);
    assert!(chips.contains("\n  lo próximo: 60 days (green), 2026-04-30, en 12 días\n"), "{chips}");
    let in_environment = |words: &[&str], variable: &str, value: &str| {
        let mut command = daemon.command(words);
        text(&command.env(variable, value).stdin(Stdio::null()).output().unwrap().stdout)
    };
    assert!(in_environment(&["people"], "LANG", "es_MX.UTF-8").contains("Ada  secretaría  (tú)"));
    assert!(in_environment(&["people"], "HEARTH_LANG", "tlh").contains("Ada  secretary  (you)"));
    for words in
        [&["people", "--json"][..], &["roles", "--json"], &["read", "--json"], &["devices", "--json"]]
    {
        let english = text(&daemon.run(words, "").stdout);
        assert_eq!(in_environment(words, "HEARTH_LANG", "es"), english);
        assert_eq!(in_environment(words, "HEARTH_PLAIN", "1"), english);
    }
}

#[test]
fn a_refusal_is_told_in_the_persons_language_and_loses_no_detail() {
    let daemon = Double::new(World { vault: "locked", ..World::default() });
    let refused = daemon.run(&["people", "--lang", "es"], "");
    assert_eq!(refused.status.code(), Some(7));
    assert_eq!(text(&refused.stderr), "hearth: Hearth está cerrado. Ábrelo con `hearth unlock`.\n");
    let daemon = Double::new(World { vault: "none", ..World::default() });
    let refused = text(&daemon.run(&["people", "--lang", "es"], "").stderr);
    let hint = "Crea una con `hearth start NOMBRE` o `hearth join PASE`.";
    assert_eq!(refused, format!("hearth: Todavía no hay una bóveda. {hint}\n"));
    let daemon = Double::new(World { refuse_join: Some("bad_ticket"), ..World::default() });
    let refused = daemon.run(&["join", TICKET, "--name", "Ada", "--lang", "es"], "");
    assert_eq!(text(&refused.stderr), "hearth: Hearth responde, en inglés: M. h\n");
}

#[test]
fn a_screen_reader_gets_one_fact_a_line() {
    let daemon = Double::new(World { open: 1, ..World::default() });
    let plain = |words: &[&str]| text(&daemon.run(&[words, &["--plain"]].concat(), "").stdout);
    assert_eq!(
        plain(&["people"]),
        "Person: Ada\nRole: secretary\nThis is you\nPerson: Sam\nRole: newcomer\nconnected\n\
         has an introduction\nproposed: remove Sam (hearth conscience)\n"
    );
    assert_eq!(plain(&["status"]), "Group: Tuesday\n2 people\n1 connected\n");
    assert_eq!(
        plain(&["conscience"]),
        "Proposal: remove Sam\nProposed by Ada\nagreed: Ada; 1 more needed of Ada.\nYou may agree: hearth endorse.\n"
    );
    let read = plain(&["read"]);
    assert!(read.starts_with("From: Sam\nWhen: "), "{read}");
    assert!(read.contains("\nAbout: Step\u{FFFD}one\n") && read.contains("\nkept here\n  mine\n"), "{read}");
    // Whatever others wrote stays indented, so that it cannot pass for a line of ours.
    assert!(read.contains("\n  Ada · 12:00\n"), "{read}");
    assert!(plain(&["gratitude", "list"]).starts_with("Mark: 2222\nWhen: "), "a list of one's own");
    assert!(plain(&["gratitude", "show"]).ends_with("\n  rain\n"), "a record of one's own");
    for words in [&["roles"][..], &["group"], &["devices"], &["verify", "Sam"], &["chips"], &[]] {
        let said = plain(words);
        assert!(!said.contains("  ") && !said.contains(['`', '·']), "{said}");
    }
    let refused =
        daemon.command(&["dm", "Samm"]).env("HEARTH_PLAIN", "1").stdin(Stdio::null()).output().unwrap();
    assert_eq!(text(&refused.stderr), "hearth: No person here is called \"Samm\". Did you mean \"Sam\"?\n");
}

#[test]
fn a_ticket_is_handed_out_with_words_plainly_or_alone() {
    let daemon = Double::new(World::default());
    assert_eq!(text(&daemon.run(&["invite", "--ticket-only"], "").stdout), format!("{TICKET}\n"));
    let plain = text(&daemon.run(&["invite", "--plain"], "").stdout);
    assert!(plain.starts_with("This invite is for one person") && plain.contains(TICKET), "{plain}");
    assert_eq!(daemon.run(&["invite", "--ticket-only", "--qr"], "").status.code(), Some(2));
}

#[test]
fn every_page_of_help_fits_a_narrow_terminal_in_every_language() {
    let home = tempfile::tempdir().unwrap();
    let page = |words: &[&str], language: &str, columns: &str| {
        let mut command = hearth(home.path());
        command.env("HEARTH_LANG", language).env("COLUMNS", columns);
        text(&command.arg("help").args(words).stdin(Stdio::null()).output().unwrap().stdout)
    };
    // At this width each verb has a line of its own.
    let main = page(&[], "en", "40");
    let verbs = main.split("Options that").next().unwrap().lines();
    let verbs: Vec<&str> =
        verbs.filter_map(|line| line.strip_prefix("  ")).filter(|line| !line.starts_with(' ')).collect();
    assert!(verbs.contains(&"checkin") && verbs.len() > 25, "{verbs:?}");
    let nested =
        [&["devices", "add"][..], &["devices", "revoke"], &["conscience", "role"], &["care", "tell"]];
    let single = verbs.iter().filter(|verb| **verb != "help").map(std::slice::from_ref);
    for words in single.chain(nested).chain([&[][..]]) {
        for (language, columns) in [("en", "40"), ("es", "40"), ("es", "80")] {
            let page = page(words, language, columns);
            assert!(
                page.contains(if language == "es" { "\nUso: hearth" } else { "\nUsage: hearth" }),
                "{page}"
            );
            let columns: usize = columns.parse().unwrap();
            let too_long = page.lines().find(|line| line.chars().count() > columns);
            assert_eq!(too_long, None, "{words:?} in {language} at {columns}");
        }
    }
}

#[test]
fn help_and_what_was_mistyped_are_answered_in_the_persons_language() {
    let home = tempfile::tempdir().unwrap();
    let said = |words: &[&str]| hearth(home.path()).args(words).stdin(Stdio::null()).output().unwrap();
    for words in [
        &["help", "share", "--lang", "es"][..],
        &["--lang=es", "help", "share"],
        &["share", "-h", "--lang", "es"],
    ] {
        let help = said(words);
        assert_eq!(help.status.code(), Some(0), "{words:?}");
        let page = text(&help.stdout);
        assert!(page.starts_with("Escribir a todo el grupo") && page.contains("Uso: hearth share"), "{page}");
    }
    let page = text(&said(&["--help"]).stdout);
    assert!(page.contains("\nEvery day\n") && page.contains("\nWhen it is hard\n"), "{page}");
    let refused = said(&["reed", "--lang", "es"]);
    assert_eq!(refused.status.code(), Some(2));
    assert_eq!(
        text(&refused.stderr),
        "hearth: No hay un verbo reed. ¿Querías decir read? `hearth help` muestra lo que se puede hacer.\n"
    );
    let refused = text(&said(&["react", "Sam", "--plain"]).stderr);
    assert!(refused.starts_with("hearth: Something is missing: "), "{refused}");
    assert!(text(&said(&["reed"]).stderr).starts_with("error: unrecognized subcommand 'reed'\n"));
    assert_eq!(said(&["--lang", "tlh", "read"]).status.code(), Some(2));
    let script = text(&said(&["completions", "zsh", "--lang", "es"]).stdout);
    assert!(script.contains("Leer lo que se compartió"));
    let page = text(&said(&["man", "--lang", "es"]).stdout);
    assert!(page.contains("Un grupo base") && page.contains("Códigos de salida"), "{page}");
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

fn hearth(home: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_hearth"));
    command.env_clear().env("PATH", "/usr/bin:/bin").env("HEARTH_HOME", home);
    command
}

/// A copy of the command with a daemon of our own beside it.
struct Stage {
    folder: tempfile::TempDir,
    home: tempfile::TempDir,
}

impl Stage {
    fn new(script: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let hearth = folder.path().join("hearth");
        fs::hard_link(env!("CARGO_BIN_EXE_hearth"), &hearth)
            .or_else(|_| fs::copy(env!("CARGO_BIN_EXE_hearth"), &hearth).map(|_| ()))
            .unwrap();
        let hearthd = folder.path().join("hearthd");
        fs::write(&hearthd, format!("#!/bin/sh\n{script}\n")).unwrap();
        fs::set_permissions(&hearthd, fs::Permissions::from_mode(0o700)).unwrap();
        fs::write(folder.path().join("passphrase"), "open sesame\n").unwrap();
        Self { folder, home: tempfile::tempdir().unwrap() }
    }

    fn unlock(&self) -> Command {
        let mut command = Command::new(self.folder.path().join("hearth"));
        command.env_clear().env("PATH", "/usr/bin:/bin").arg("unlock").arg("--home").arg(self.home.path());
        command.arg("--passphrase-file").arg(self.folder.path().join("passphrase"));
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    fn fifo(&self, name: &str) -> PathBuf {
        let path = self.folder.path().join(format!("hearthd.{name}"));
        assert!(Command::new("mkfifo").arg(&path).status().unwrap().success());
        path
    }
}

/// What the stand-in pretends.
#[derive(Clone)]
struct World {
    vault: &'static str,
    connected: u32,
    second_group: bool,
    wrong_passphrase: bool,
    lose_first_answer: bool,
    refuse_join: Option<&'static str>,
    /// How often a look at the group still finds us waiting.
    joining_looks: usize,
    /// Whom we asked meanwhile, and what they said.
    asked: u32,
    refused: Option<&'static str>,
    events: &'static str,
    /// Whether another message is there at each look.
    grows: bool,
    /// Proposals that are open.
    open: usize,
    /// Whether we are asked about somebody.
    asks: bool,
    /// The group's card for emergencies.
    crisis_card: Option<Value>,
    /// How many devices hold our call for help.
    taken_by: u32,
    /// Whether there is nobody to ask for help.
    has_nobody: bool,
    own_role: &'static str,
    /// What the group has.
    objects: Vec<Value>,
    /// Numbers that are not for the whole group.
    phones: Vec<Value>,
    /// Who takes what we take at the same time, and was first.
    is_first: Option<&'static str>,
    /// What takes the place of the first thing after it was looked at.
    edited_meanwhile: Option<Value>,
    /// Whether our role is the least one.
    is_new: bool,
    /// Whether we want to be reminded of meetings.
    reminds: bool,
    /// What the group votes on.
    polls: Vec<Value>,
    /// What else is said of us, and of Sam.
    people: [Value; 2],
    /// Whether we visited, and the visit is over.
    is_visit_over: bool,
}

impl World {
    fn proposals(&self) -> Vec<Value> {
        let removal = json!({"act": MESSAGE, "by": ADA, "member": SAM, "what": "remove", "agreed": [ADA],
            "may_agree": [ADA], "missing": 1, "open_to_me": true});
        let role = json!({"act": GROUP, "by": SAM, "member": SAM, "what": "role", "role": "trusted_servant",
            "agreed": [SAM], "may_agree": [ADA, SAM], "missing": 1, "open_to_me": true});
        [removal, role].into_iter().take(self.open).collect()
    }

    fn questions(&self) -> Value {
        match self.asks {
            true => json!([{"act": MESSAGE, "name": "Gail", "role": "member", "by": "Ben"}]),
            false => json!([]),
        }
    }
}

impl Default for World {
    fn default() -> Self {
        Self {
            vault: "open",
            connected: 1,
            second_group: false,
            wrong_passphrase: false,
            lose_first_answer: false,
            refuse_join: None,
            joining_looks: 0,
            asked: 0,
            refused: None,
            events: "",
            grows: false,
            open: 0,
            asks: false,
            crisis_card: None,
            taken_by: 0,
            has_nobody: false,
            own_role: "secretary",
            objects: vec![thing("03", json!({"what": "introduction", "text": "Sam, here to listen"}), SAM)],
            phones: Vec::new(),
            is_first: None,
            edited_meanwhile: None,
            is_new: false,
            reminds: false,
            polls: Vec::new(),
            people: [json!({}), json!({})],
            is_visit_over: false,
        }
    }
}

/// The stand-in for the daemon.
struct Double {
    home: PathBuf,
    state: Arc<Mutex<State>>,
    _own_home: Option<tempfile::TempDir>,
    passphrase: tempfile::NamedTempFile,
}

struct State {
    world: World,
    socket: PathBuf,
    log: Vec<(String, Value)>,
    followers: Vec<UnixStream>,
    messages: usize,
    is_looking: bool,
}

impl Double {
    fn new(world: World) -> Self {
        let home = tempfile::tempdir().unwrap();
        Self { _own_home: None, ..Self::at(home.path().to_owned(), world) }.with_home(home)
    }

    fn with_home(mut self, home: tempfile::TempDir) -> Self {
        self._own_home = Some(home);
        self
    }

    fn at(home: PathBuf, world: World) -> Self {
        let socket = home.join("hearthd.sock");
        let listener = UnixListener::bind(&socket).unwrap();
        let messages = 2;
        let state = Arc::new(Mutex::new(State {
            world,
            socket,
            log: Vec::new(),
            followers: Vec::new(),
            is_looking: false,
            messages,
        }));
        let shared = Arc::clone(&state);
        // The thread ends with the test's process.
        thread::spawn(move || {
            for stream in listener.incoming() {
                shared.lock().unwrap().serve(stream.unwrap());
            }
        });
        let mut passphrase = tempfile::NamedTempFile::new().unwrap();
        passphrase.write_all(b"open sesame\n").unwrap();
        Self { home, state, _own_home: None, passphrase }
    }

    /// A trailing `--passphrase-file` gets the path of one.
    fn command(&self, words: &[&str]) -> Command {
        let mut command = hearth(&self.home);
        command.args(words).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        if words.last() == Some(&"--passphrase-file") {
            command.arg(self.passphrase.path());
        }
        command
    }

    fn run(&self, words: &[&str], input: &str) -> Output {
        let mut child = self.command(words).spawn().unwrap();
        // A command that needs no input may be gone already.
        let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
        child.wait_with_output().unwrap()
    }

    fn ok(&self, words: &[&str], input: &str) -> Value {
        let output = self.run(words, input);
        assert_eq!(output.status.code(), Some(0), "{words:?}: {}", text(&output.stderr));
        serde_json::from_slice(&output.stdout).unwrap()
    }

    fn log(&self) -> Vec<(String, Value)> {
        self.state.lock().unwrap().log.clone()
    }

    fn asked(&self) -> Vec<String> {
        self.log().into_iter().map(|(line, _)| line).collect()
    }

    fn body(&self, line: &str) -> Value {
        self.log()
            .into_iter()
            .rev()
            .find(|(asked, _)| asked == line)
            .unwrap_or_else(|| panic!("{line} was not asked"))
            .1
    }

    fn say_more(&self) {
        let mut state = self.state.lock().unwrap();
        state.messages += 10;
        for follower in &mut state.followers {
            follower.write_all(b"data: {\"kind\":\"lagged\"}\n\n").unwrap();
        }
    }
}

impl State {
    fn serve(&mut self, mut stream: UnixStream) {
        let mut reader = BufReader::new(stream.try_clone().unwrap());
        let mut request = String::new();
        if reader.read_line(&mut request).unwrap_or(0) == 0 {
            return;
        }
        let mut length = 0;
        loop {
            let mut header = String::new();
            reader.read_line(&mut header).unwrap();
            let header = header.trim().to_ascii_lowercase();
            if header.is_empty() {
                break;
            }
            if let Some(value) = header.strip_prefix("content-length:") {
                length = value.trim().parse().unwrap();
            }
        }
        let mut body = vec![0; length];
        reader.read_exact(&mut body).unwrap();
        let body = serde_json::from_slice(&body).unwrap_or(Value::Null);
        let (line, query) = request.rsplit_once(' ').unwrap().0.split_once('?').map_or_else(
            || (request.rsplit_once(' ').unwrap().0.to_owned(), String::new()),
            |(line, query)| (line.to_owned(), query.to_owned()),
        );
        self.log.push((line.clone(), body.clone()));
        if line == "GET /v1/events" {
            let head = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\n";
            stream.write_all(format!("{head}{}", self.world.events).as_bytes()).unwrap();
            self.followers.push(stream);
            return;
        }
        let loses = self.world.lose_first_answer && line.ends_with("/messages") && line.starts_with("POST");
        if loses {
            self.world.lose_first_answer = false;
            return;
        }
        let (status, answer) = self.answer(&line, &query, &body);
        let answer = answer.to_string();
        let head = format!("HTTP/1.1 {status} X\r\ncontent-length: {}\r\n\r\n", answer.len());
        let _ = stream.write_all((head + &answer).as_bytes());
    }

    fn answer(&mut self, line: &str, query: &str, body: &Value) -> (u16, Value) {
        let refusal = |status: u16, code: &str| (status, json!({"code": code, "message": "m", "hint": "h"}));
        let in_group = line.replace(GROUP, "G");
        match in_group.as_str() {
            "GET /v1/status" => (200, self.status()),
            "POST /v1/vault" | "POST /v1/unlock" if self.world.wrong_passphrase => {
                refusal(403, "wrong_passphrase")
            }
            "POST /v1/vault" | "POST /v1/unlock" => {
                self.world.vault = "open";
                (200, self.status())
            }
            "POST /v1/stop" => {
                fs::remove_file(&self.socket).unwrap();
                (200, json!({}))
            }
            "POST /v1/groups" => (200, self.group()),
            "POST /v1/groups/join" => match self.world.refuse_join {
                Some(code) => refusal(403, code),
                None => (200, self.group()),
            },
            "POST /v1/groups/look" => {
                self.is_looking = true;
                (202, self.group())
            }
            "DELETE /v1/groups/look/G" => {
                self.is_looking = false;
                (200, json!({}))
            }
            "GET /v1/groups/G" => {
                let group = self.group();
                self.world.joining_looks = self.world.joining_looks.saturating_sub(1);
                (200, group)
            }
            "POST /v1/groups/G/invites" => {
                (200, json!({"ticket": TICKET, "token": ADA, "expires_at": 4_000_000_000_000_u64}))
            }
            "GET /v1/groups/G/people" => {
                let mut people = [
                    json!({"id": ADA, "name": "Ada", "role": if self.world.is_new { "newcomer" } else { self.world.own_role },
                        "self": true, "connected": false}),
                    json!({"id": SAM, "name": "Sam", "role": if self.world.is_new { "trusted_servant" } else { "newcomer" },
                        "self": false, "connected": true}),
                ];
                for (person, more) in people.iter_mut().zip(&self.world.people) {
                    person.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
                }
                (200, json!({"people": people, "questions": self.world.questions()}))
            }
            "POST /v1/groups/G/messages" => match body.get("to") {
                Some(_) => (200, json!({"id": MESSAGE, "state": "passed_on", "devices": 2})),
                None => (200, json!({"id": MESSAGE, "state": "kept_here", "devices": 0})),
            },
            "GET /v1/groups/G/messages" => (200, self.page(query)),
            "POST /v1/groups/G/removals" => {
                (200, json!({"switching": {"of": 2, "switched": 1, "waiting": [ADA]}}))
            }
            "POST /v1/groups/G/roles" => (200, json!({"done": true, "missing": 0})),
            "GET /v1/self/records" => {
                let kind = query.split('&').find_map(|part| part.strip_prefix("kind=")).unwrap();
                let own = match kind {
                    "gratitude" => json!({"what": kind, "text": "rain"}),
                    "care" => json!({"what": kind, "help": "Dr. Sun"}),
                    other => panic!("not kept: {other}"),
                };
                (200, json!({"records": [{"id": MESSAGE, "own": own, "at": 5}]}))
            }
            "POST /v1/self/records" => (201, json!({"id": MESSAGE, "own": body["own"], "at": 5})),
            "GET /v1/self/chips" => (
                200,
                json!({
                    "dates": [{"record": MESSAGE, "date": "2026-03-01", "label": "alcohol", "schedule": "na",
                        "next": [{"name": "60 days", "colour": "green", "on": "2026-04-30", "in_days": 12}]}],
                    "schedules": [{"id": "na", "name": "NA key tags", "source": "s", "differs_by_group": false}],
                }),
            ),
            line if line == format!("POST /v1/self/records/{MESSAGE}/change") => {
                (200, json!({"id": MESSAGE, "own": body["own"], "at": 5, "changed_at": 6}))
            }
            line if line == format!("POST /v1/self/records/{MESSAGE}/shown") => {
                let asked = |line: &str| self.log.iter().filter(|(asked, _)| asked == line).count();
                match asked(line) {
                    1 => (201, json!({"id": MESSAGE, "state": "kept_here", "devices": 0})),
                    _ => refusal(403, "never_shown"),
                }
            }
            line if line == format!("DELETE /v1/self/records/{MESSAGE}") => (200, json!({})),
            "GET /v1/groups/G/private" => (
                200,
                json!({"shield": {"on": true, "until": 5},
                    "requests": [{"member": SAM, "name": "Sam", "since": 5, "last": 6}],
                    "blocked": [{"member": SAM, "name": "Sam", "since": 5}],
                    "sponsors": [{"member": SAM, "name": "Sam", "is_sponsor": true, "active": true, "at": 5}]}),
            ),
            "POST /v1/groups/G/private" => (200, json!({})),
            "POST /v1/groups/G/sponsors" | "POST /v1/groups/G/reports" => {
                (201, json!({"id": MESSAGE, "state": "kept_here", "devices": 0}))
            }
            line if line == format!("GET /v1/groups/G/people/{SAM}/words") => (
                200,
                json!({"messages": [{"id": MESSAGE, "kind": "dm", "author": "Sam", "author_id": SAM,
                    "content": {"what": "dm"}, "text": "you look lonely", "at": 5, "fades_at": 6, "mine": false},
                    {"id": MESSAGE, "kind": "dm", "author": "Sam", "author_id": SAM, "content": {"what": "phone",
                    "number": "555 0199", "call": true}, "text": "", "at": 5, "fades_at": 6, "mine": false}]}),
            ),
            line if line == format!("GET /v1/groups/G/people/{SAM}/readers") => {
                (200, json!({"readers": [ADA]}))
            }
            "GET /v1/groups/G/reports" => (
                200,
                json!({"reports": [{"id": MESSAGE, "by": SAM, "by_name": "Sam", "about": ADA, "about_name": "Ada",
                    "text": "x\u{1b}[2J", "at": 5, "mine": false, "note": "open",
                    "copies": [{"proof": "in_private", "text": "y", "at": 5}]}]}),
            ),
            line if line == format!("POST /v1/groups/G/reports/{MESSAGE}/note") => (200, json!({})),
            "GET /v1/groups/G/conscience" => (200, json!({"open": self.world.proposals()})),
            "POST /v1/groups/G/conscience" => (200, json!({"done": false, "act": MESSAGE, "missing": 1})),
            "GET /v1/groups/G/polls" => (200, json!({"polls": self.world.polls})),
            "POST /v1/groups/G/polls" => (201, poll("discussion")),
            line if line == format!("POST /v1/groups/G/polls/{MESSAGE}/count") => (200, poll("counted")),
            line if line.starts_with(&format!("POST /v1/groups/G/polls/{MESSAGE}/")) => (200, poll("voting")),
            "POST /v1/groups/G/endorsements" => (200, json!({"done": true, "missing": 0})),
            "POST /v1/groups/G/kept" => (200, json!({"role": "newcomer"})),
            "GET /v1/groups/G/meetings" => (200, coming()),
            "POST /v1/groups/G/objects" if body["thing"]["what"] == "meeting" => {
                (201, json!({"id": body.get("id").unwrap_or(&json!(MESSAGE))}))
            }
            line if line == format!("DELETE /v1/groups/G/objects/{MEETING}") => (200, json!({})),
            "GET /v1/groups/G/meetings/reminders" => {
                (200, json!({"on": self.world.reminds, "minutes_before": 60, "named": false}))
            }
            "POST /v1/groups/G/meetings/reminders" => (200, body.clone()),
            "GET /v1/groups/G/meetings/export" => {
                let left_out = json!([{"name": "Pat's", "why": "appointment"}]);
                (200, json!({"file": "BEGIN:VCALENDAR\r\n", "written": 1, "left_out": left_out}))
            }
            "POST /v1/groups/G/meetings/import" => (
                200,
                json!({"dry_run": body["dry_run"], "gone": [], "report": list_report(),
                    "meetings": [{"key": "early", "name": "Early\u{1b}[2J", "what": "added"}]}),
            ),
            "POST /v1/meetings/find" => (
                200,
                json!({"matches": 7, "report": list_report(), "found": [{
                    "key": "early", "distance_m": 1200, "meeting": {"name": "Early", "times": {"by": "appointment"}}, "next": coming()["times"][0],
                }]}),
            ),
            "POST /v1/groups/G/leave" => (200, json!({})),
            "GET /v1/groups/G/devices" => (
                200,
                json!({"devices": [
                    {"id": ADA, "this": true, "since": 1_700_000_000_000_u64, "connected": false},
                    {"id": SAM, "this": false, "since": 1_700_500_000_000_u64, "connected": true},
                ]}),
            ),
            "POST /v1/groups/G/devices" => {
                (200, json!({"ticket": DEVICE_TICKET, "expires_at": 4_000_000_000_000_u64}))
            }
            "POST /v1/groups/join-as-device" => (200, self.group()),
            line if line == format!("DELETE /v1/groups/G/devices/{SAM}") => (200, json!({})),
            line if line.ends_with(&format!("/people/{SAM}/safety-number")) => {
                let verified_at = line.starts_with("POST").then_some(5);
                let (digits, words) = (["12345"; 12].join(" "), ["zoo"; 12]);
                (200, json!({"digits": digits, "words": words, "verified_at": verified_at}))
            }
            "GET /v1/groups/G/objects" => {
                let what = query.strip_prefix("what=").expect("one kind is asked for");
                let card = |thing: &Value| {
                    json!({"id": MESSAGE, "thing": thing, "is_mine": false, "by_name": "Ada", "at": 5,
                        "may_change": true, "beside": 0})
                };
                let contacts = json!({"what": "safety_contacts", "members": [ADA, SAM]});
                let cards = self.world.crisis_card.iter().chain([&contacts]).map(card);
                let objects = self.world.objects.iter().cloned().chain(cards.collect::<Vec<_>>());
                let objects = objects.chain([meeting_object()]);
                let objects = objects.filter(|object| object["thing"]["what"] == what);
                let answer = json!({"objects": objects.collect::<Vec<_>>()});
                if let Some(thing) = self.world.edited_meanwhile.take() {
                    self.world.objects[0]["thing"] = thing;
                    self.world.objects[0]["at"] = json!(6);
                }
                (200, answer)
            }
            "POST /v1/groups/G/objects" => (201, json!({"id": self.put(body)})),
            "GET /v1/groups/G/phones" => {
                let on_list = self.world.objects.iter().filter(|object| object["thing"]["what"] == "phone");
                let listed = on_list.map(|object| {
                    let mut phone = object["thing"].clone();
                    phone.as_object_mut().unwrap().remove("what");
                    json!({"member": object["owner"], "name": object["by_name"], "mine": object["is_mine"],
                        "phone": phone, "shown": {"for": "group"}})
                });
                let phones: Vec<Value> = self.world.phones.iter().cloned().chain(listed).collect();
                (200, json!({"phones": phones}))
            }
            "POST /v1/groups/G/phones" => {
                self.world.phones.retain(|listed| listed["mine"] == false);
                self.world.phones.push(json!({"member": ADA, "name": "Ada", "mine": true,
                    "phone": body["phone"], "shown": {"for": "people", "to": body["to"]}}));
                (201, json!({"id": MESSAGE, "state": "passed_on", "devices": 1}))
            }
            "DELETE /v1/groups/G/phones" => {
                self.world.phones.retain(|listed| listed["mine"] == false);
                (200, json!({}))
            }
            "GET /v1/groups/G/ladder" => (200, json!({"people": [], "group": false})),
            "POST /v1/groups/G/ladder" => (200, body.clone()),
            "GET /v1/groups/G/coverage" => {
                let gap = json!({"from": 1_700_000_000_000_u64, "until": 1_700_600_000_000_u64});
                (200, json!({"on_call": [], "any_time": [], "gaps": [gap]}))
            }
            "POST /v1/groups/G/sos" if self.world.has_nobody => refusal(409, "nobody_to_ask"),
            "POST /v1/groups/G/sos" => {
                let mut call = self.call(SAM, true);
                call["trouble"] = body.get("trouble").cloned().unwrap_or(json!("bad_night"));
                call["drill"] = body["drill"].clone();
                (201, json!({"call": call}))
            }
            line if line.starts_with("GET /v1/groups/G/sos")
                || line.starts_with("POST /v1/groups/G/sos/") =>
            {
                (200, json!({"calls": [self.call(SAM, true), self.call(ADA, false)]}))
            }
            "GET /v1/groups/G/slots" => (200, json!({"slots": self.slots()})),
            line if line.starts_with("GET /v1/groups/G/objects/") && line.ends_with("/versions") => {
                let other = json!({"thing": {"what": "guidelines", "text": "be brief"}, "by": SAM, "by_name": "Sam", "at": 7});
                let counts =
                    self.world.objects.iter().find(|object| line.contains(object["id"].as_str().unwrap()));
                (200, json!({"versions": [counts.unwrap(), other]}))
            }
            line if line.starts_with("DELETE /v1/groups/G/objects/") => {
                self.world.objects.retain(|object| !line.ends_with(object["id"].as_str().unwrap()));
                (200, json!({}))
            }
            other => panic!("not known: {other}"),
        }
    }

    /// A call for help: ours, or Sam's.
    fn call(&self, id: &str, is_mine: bool) -> Value {
        let (author, name) = if is_mine { (ADA, "Ada") } else { (SAM, "Sam") };
        let minutes = |minutes: u64| 1_700_000_005_000 + minutes * 60_000;
        json!({"id": id, "author_id": author, "author": name, "mine": is_mine, "drill": false, "trouble": "bad_night",
        "help": "anything", "text": "\u{1b}[2Jplease", "at": 1_700_000_000_000_u64, "answers": [],
        "devices": self.world.taken_by, "stages": [
            {"opens_at": minutes(0), "asked": [SAM], "group": false},
            {"opens_at": minutes(15), "asked": [], "group": true},
        ]})
    }

    /// Puts what is ours; what there is one of takes the place of what was there.
    fn put(&mut self, body: &Value) -> String {
        let (what, objects) = (body["thing"]["what"].as_str().unwrap().to_owned(), &mut self.world.objects);
        let fresh = format!("{:02x}", 0x60 + objects.len()).repeat(32);
        objects.retain(|object| {
            let is_one = match what.as_str() {
                "card" | "guidelines" => true,
                "introduction" | "phone" | "take" | "welcome" => object["owner"] == ADA,
                _ => false,
            };
            !(body["id"] == object["id"] || (is_one && object["thing"]["what"] == what.as_str()))
        });
        let mut put = thing("00", body["thing"].clone(), ADA);
        put["state"] = json!("kept_here");
        put["id"] = match body.get("id") {
            Some(known) => known.clone(),
            None => json!(fresh),
        };
        let id = put["id"].as_str().unwrap().to_owned();
        objects.push(put);
        if let (Some(who), "take") = (self.world.is_first, what.as_str()) {
            let mut first = thing("0f", body["thing"].clone(), who);
            first["at"] = json!(1);
            objects.push(first);
        }
        id
    }

    /// The first word for a slot counts, as the stand-in knows no better.
    fn slots(&self) -> Vec<Value> {
        let of = |what: &'static str| {
            self.world.objects.iter().filter(move |object| object["thing"]["what"] == what)
        };
        let mut slots = Vec::new();
        for slot in of("slot") {
            let words = of("take").filter(|take| take["thing"]["slot"] == slot["id"]);
            let taken = words
                .min_by_key(|take| (take["thing"]["state"] == "swap_wanted", take["at"].as_u64().unwrap()));
            slots.push(json!({"slot": slot, "taken": taken}));
        }
        slots
    }

    fn status(&self) -> Value {
        let groups = match (self.world.vault, self.world.second_group) {
            ("open", false) => json!([self.group()]),
            ("open", true) => {
                let mut second = self.group();
                second["id"] = json!(SAM);
                second["name"] = json!("Sunday");
                json!([self.group(), second])
            }
            _ => json!([]),
        };
        json!({"version": "0", "vault": self.world.vault, "locked": self.world.vault == "locked", "groups": groups})
    }

    fn group(&self) -> Value {
        let state = match (self.world.is_visit_over, self.world.joining_looks) {
            (true, _) => "removed",
            (false, _) if self.is_looking => "looking",
            (false, 0) => "active",
            (false, _) => "joining",
        };
        let shown = (self.is_looking && self.world.joining_looks == 0).then(|| {
            let card = json!({"what": "card", "name": "Tuesday", "program": "NA", "open": true, "text": "Back door."});
            json!({"name": "Tuesday", "card": card})
        });
        let joining = (self.world.joining_looks > 0)
            .then(|| json!({"asked": self.world.asked, "refused": self.world.refused}));
        json!({"joining": joining, "shown": shown, "id": GROUP, "name": "Tuesday", "state": state, "members": 2, "connected": self.world.connected, "me": ADA,
            "my_name": "Ada", "suite": "x_wing", "visit_over": self.world.is_visit_over})
    }

    /// One message a page, but for the latest ones; the cursor is the number of those before it.
    fn page(&mut self, query: &str) -> Value {
        let value = |key: &str| {
            query
                .split('&')
                .find_map(|part| part.strip_prefix(key))
                .map(|value| value.parse::<usize>().unwrap())
        };
        let after = value("after=").unwrap_or(0);
        if self.world.grows && after == 2 {
            self.messages = self.messages.max(3);
        }
        let all = 0..self.messages;
        let asked_for = match query.contains("latest=true") {
            true => all.skip(self.messages.saturating_sub(value("limit=").unwrap())).collect::<Vec<_>>(),
            false => all.skip(after).take(1).collect(),
        };
        let next = asked_for.last().map_or(after, |last| last + 1);
        let messages: Vec<Value> = asked_for.into_iter().map(message).collect();
        json!({"messages": messages, "next": next.to_string(), "more": next < self.messages})
    }
}

/// A thing whose id begins with these digits, of somebody.
fn thing(digits: &str, thing: Value, owner: &str) -> Value {
    let name = if owner == SAM { "Sam" } else { "Ada" };
    json!({"id": digits.repeat(32), "thing": thing, "owner": owner, "is_mine": owner == ADA, "by": owner,
        "by_name": name, "at": 5, "may_change": true, "beside": 0})
}

/// A number that Sam shows to us and not to the group.
fn phone_for_us() -> Value {
    json!({"member": SAM, "name": "Sam", "mine": false, "phone": {"number": "555 0199", "call": true},
        "shown": {"for": "me"}})
}

/// A slot far ahead.
fn slot(digits: &str, service: &str) -> Value {
    thing(digits, json!({"what": "slot", "service": service, "at": 4_000_000_000_000_u64}), SAM)
}

/// A meeting at noon in Kathmandu, which is a quarter of an hour off everybody's clock.
fn coming() -> Value {
    let at = |starts_at: u64, day: &str, state: &str| {
        json!({"meeting": MEETING, "name": "Early", "way": "in_person", "state": state, "day": day, "starts_at": starts_at,
            "ends_at": starts_at + 3_600_000, "local_day": day, "local_time": "12:00", "zone": "Asia/Kathmandu"})
    };
    let times =
        [at(2_000_009_700_000, "2033-05-18", "planned"), at(2_000_614_500_000, "2033-05-25", "cancelled")];
    json!({"times": times, "more": false, "without_times": [{"name": "Pat's", "why": "appointment"}]})
}

fn meeting_object() -> Value {
    let rule = json!({"by": "weekly", "weekdays": ["wednesday"], "start": "12:00", "zone": "Asia/Kathmandu",
        "exceptions": [{"what": "cancelled", "on": "2033-05-25"}]});
    let thing = json!({"what": "meeting", "name": "Early", "times": rule, "secrets": {"passcode": "4711"}});
    json!({"id": MEETING, "thing": thing, "is_mine": false, "by_name": "Ada", "at": 5, "may_change": true, "beside": 0})
}

fn list_report() -> Value {
    let note = |code: &str, weight: &str, count: u64, sentence: &str| json!({"code": code, "weight": weight, "count": count, "examples": [{"sentence": sentence}]});
    let notes = [
        note("name_missing", "skipped", 2, "The record has no name."),
        note("space_trimmed", "changed", 5, "Space around a text was left out."),
    ];
    json!({"records": 9, "read": 7, "skipped": 2, "zone_needed": 0, "notes": notes,
        "not_kept": [{"field": "square", "count": 1}]})
}

fn message(number: usize) -> Value {
    match number {
        1 => {
            json!({"id": MESSAGE, "kind": "dm", "author": "Ada", "author_id": ADA, "to": [SAM],
                "content": {"what": "dm"}, "text": "mine", "at": 6, "fades_at": 7,
            "mine": true, "delivery": {"state": "kept_here", "devices": 0}})
        }
        _ => json!({"id": MESSAGE, "kind": "share", "author": "Sam", "author_id": SAM,
            "content": {"what": "share", "topic": "Step\u{1b}one"},
            "text": "hi\u{1b}[2J\u{202e}\nAda · 12:00", "at": 5, "fades_at": 6, "mine": false}),
    }
}
