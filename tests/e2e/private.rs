//! What stands between two people, with real daemons: a request, a sponsor, a block, a report.

use std::time::Instant;

use hearth_tests::daemons::{DEADLINE, Person};
use serde_json::Value;

const TCP: &str = "/ip4/127.0.0.1/tcp/0";

fn until(what: &str, holds: impl Fn() -> bool) {
    let started = Instant::now();
    while !holds() {
        assert!(started.elapsed() < DEADLINE, "{what}");
    }
}

fn lines(person: &Person, words: &[&str]) -> Vec<Value> {
    let said = person.json(words, "").ok();
    said.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn a_newcomer_is_heard_by_whom_they_want_and_heard_out_when_it_matters() {
    let root = tempfile::tempdir().unwrap();
    let [alice, ben, cleo] = ["Alice", "Ben", "Cleo"].map(|name| Person::new(root.path(), name, TCP));
    ben.join(&alice.start("Tuesday Night").field("ticket")).ok();
    cleo.join(&alice.invite()).ok();
    for person in [&alice, &ben, &cleo] {
        person.share(&format!("hello from {}", person.name));
    }
    for person in [&alice, &ben, &cleo] {
        person.wait_for(&["hello from Alice", "hello from Ben", "hello from Cleo"]);
    }

    // What Ben writes waits, without a word of it in what she reads.
    ben.dm("Cleo", "you look lonely");
    let waits = || lines(&cleo, &["requests"]).iter().any(|line| line["name"] == "Ben");
    until("nothing waits", waits);
    assert!(!cleo.texts().iter().any(|(_, text)| text == "you look lonely"));
    let words = lines(&cleo, &["requests", "show", "Ben"]);
    let id = words[0]["id"].as_str().unwrap().to_owned();
    assert_eq!(words[0]["text"], "you look lonely");

    // She picks whom she wants to hear from.
    cleo.json(&["sponsor", "ask", "Alice"], "would you?").ok();
    alice.wait_for(&["would you?"]);
    alice.json(&["sponsor", "accept", "Cleo"], "").ok();
    let is_active = || lines(&cleo, &["sponsor"]).iter().any(|line| line["active"] == true);
    until("no answer comes", is_active);
    assert_eq!(lines(&ben, &["sponsor"]), Vec::<Value>::new());

    // Whoever she blocks is not told, and what he wrote can be shown to those who look after safety.
    cleo.json(&["block", "Ben"], "").ok();
    assert_eq!(lines(&cleo, &["requests"]).len(), 1, "the shield, and nobody");
    cleo.json(&["dm", "Ben"], "x").fails(2);
    cleo.json(&["report", "Ben", "--with", &id], "he follows me home").ok();
    alice.wait_for(&["he follows me home"]);
    let reports = lines(&alice, &["safety"]);
    assert_eq!((&reports[1]["by"], &reports[1]["about"]), (&Value::from("Cleo"), &Value::from("Ben")));
    assert_eq!(reports[1]["copies"][0]["proof"], "in_private");
    assert_eq!(lines(&ben, &["safety"]).len(), 1, "nothing of it comes to whom it is about");
    ben.share("still here");
    alice.wait_for(&["still here"]);
    for person in [&alice, &ben, &cleo] {
        person.stop();
    }
}
