//! What members decide of one another, and a second device, with real daemons.

use hearth_tests::daemons::{DEADLINE, Person};
use serde_json::Value;
use std::time::Instant;

const TCP: &str = "/ip4/127.0.0.1/tcp/0";

#[test]
fn members_decide_together_and_one_has_two_devices() {
    let root = tempfile::tempdir().unwrap();
    let [alice, ben, cleo, laptop] =
        ["Alice", "Ben", "Cleo", "Laptop"].map(|name| Person::new(root.path(), name, TCP));
    alice.start("Tuesday Night");
    let newcomer = |by: &Person| by.json(&["invite", "--role", "newcomer"], "").ok().field("ticket");
    ben.join(&newcomer(&alice)).ok();
    cleo.join(&newcomer(&alice)).ok();
    alice.json(&["invite", "--role", "secretary"], "").fails(2);

    // Promoted by the secretary, and by nobody below.
    ben.json(&["role", "Cleo", "member"], "").fails(5);
    alice.json(&["role", "Nobody", "member"], "").fails(8);
    for name in ["Ben", "Cleo"] {
        assert_eq!(alice.json(&["role", name, "member"], "").ok().json()["done"], true);
    }
    until(&ben, &["people"], |people| people.iter().all(|person| person["role"] != "newcomer"));
    assert_eq!(objects(&ben, &["roles"])[2]["names"], serde_json::json!(["Ben", "Cleo"]));

    // Numbers are the same on both sides.
    let numbers = [(&ben, "Cleo"), (&cleo, "Ben")]
        .map(|(person, of)| person.json(&["verify", of], "").ok().field("digits"));
    assert_eq!(numbers[0], numbers[1]);
    assert_eq!(ben.json(&["verify", "Cleo", "--done"], "").ok().json()["verified"], true);

    // A second device of Ben's.
    let ticket = ben.json(&["devices", "add"], "").ok().field("ticket");
    assert_eq!(laptop.join(&ticket).ok().field("name"), "Ben");
    laptop.share("from Ben's laptop");
    for person in [&alice, &ben, &cleo] {
        person.wait_for(&["from Ben's laptop"]);
        assert_eq!(person.texts().pop().unwrap().0, "Ben");
    }
    assert_eq!(ben.read().pop().unwrap()["mine"], true);
    alice.share("for both of them");
    ben.wait_for(&["for both of them"]);
    laptop.wait_for(&["for both of them"]);
    assert_eq!(objects(&ben, &["devices"]).len(), 2);
    until(&cleo, &["people"], |people| people.len() == 3 && people.iter().any(|p| p["devices"] == 2));
    laptop.join(&ticket).fails(2);

    // The others remove the founder, by their conscience.
    ben.json(&["remove", "Alice", "--yes"], "").fails(5);
    let proposed = ben.json(&["conscience", "remove", "Alice"], "").ok().json();
    assert_eq!((&proposed["done"], &proposed["missing"]), (&Value::from(false), &Value::from(1)));
    until(&cleo, &["conscience"], |open| open.len() == 1 && open[0]["open_to_me"] == true);
    alice.json(&["endorse", "Alice"], "").fails(5);
    assert_eq!(cleo.json(&["endorse"], "").ok().json()["done"], true);
    until(&laptop, &["people"], |people| people.len() == 2);
    laptop.share("without Alice");
    cleo.wait_for(&["without Alice"]);
    assert!(!alice.texts().iter().any(|(_, text)| text == "without Alice"));
    cleo.json(&["endorse"], "").fails(8);

    // The lost first device is taken away by the other one, and somebody leaves.
    let devices = objects(&laptop, &["devices"]);
    let other = devices.iter().find(|device| device["this"] == false).unwrap();
    laptop.json(&["devices", "revoke", other["name"].as_str().unwrap(), "--yes"], "").ok();
    until(&ben, &["status"], |groups| groups[0]["state"] == "removed");
    laptop.share("with one device less");
    cleo.wait_for(&["with one device less"]);
    assert!(!ben.texts().iter().any(|(_, text)| text == "with one device less"));
    cleo.json(&["leave"], "").fails(2);
    cleo.json(&["leave", "--yes"], "").ok();
    until(&laptop, &["people"], |people| people.len() == 1);
}

fn objects(person: &Person, words: &[&str]) -> Vec<Value> {
    let said = person.json(words, "").ok();
    said.out.lines().map(|line| serde_json::from_str(line).expect("JSON lines")).collect()
}

/// Asks until the answer is so: each question is a whole round trip to the daemon.
#[track_caller]
pub(crate) fn until(person: &Person, words: &[&str], holds: impl Fn(&[Value]) -> bool) {
    let started = Instant::now();
    loop {
        let answer = objects(person, words);
        if holds(&answer) {
            return;
        }
        assert!(started.elapsed() < DEADLINE, "{words:?} at {}: {answer:?}", person.name);
    }
}
