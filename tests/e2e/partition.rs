//! A group of six falls into two halves that act by themselves, comes together again, and then loses its founder.
//!
//! The halves are cut off from each other by never being on at the same time: no frame of one reaches the other before
//! both are done.

use std::time::{Duration, Instant};

use hearth_tests::daemons::Person;
use serde_json::Value;

use crate::members::until;

const TCP: &str = "/ip4/127.0.0.1/tcp/0";
/// Within which all know the same of who is a member, from the time when all are on again.
const AGREED_WITHIN: Duration = Duration::from_secs(60);

#[test]
fn two_halves_come_together_again_and_the_group_outlives_its_founder() {
    let root = tempfile::tempdir().unwrap();
    let [alice, ben, cleo, dan, eve, finn, gail, hugo] =
        ["Alice", "Ben", "Cleo", "Dan", "Eve", "Finn", "Gail", "Hugo"]
            .map(|name| Person::new(root.path(), name, TCP));
    let first = alice.start("Tuesday Night").field("ticket");
    ben.join(&first).ok();
    for person in [&cleo, &dan, &eve, &finn] {
        person.join(&alice.invite()).ok();
    }
    assert_eq!(alice.json(&["role", "Dan", "servant"], "").ok().json()["done"], true);
    for person in [&alice, &ben, &cleo, &dan, &eve, &finn] {
        until(person, &["people"], |people| people.len() == 6 && role_of(people, "Dan") == "trusted_servant");
    }
    alice.share("all six");
    for person in [&ben, &cleo, &dan, &eve, &finn] {
        person.wait_for(&["all six"]);
    }

    // The right half: Dan lets Hugo in, and all talk with Finn.
    let (left, right) = ([&alice, &ben, &cleo], [&dan, &eve, &finn]);
    left.iter().for_each(|person| person.stop());
    hugo.join(&dan.json(&["invite", "--role", "newcomer"], "").ok().field("ticket")).ok();
    finn.share("Finn on the right");
    eve.wait_for(&["Finn on the right"]);
    eve.share("Eve on the right");
    dan.share("Dan on the right");
    hugo.share("Hugo on the right");
    let said_right = ["Finn on the right", "Eve on the right", "Dan on the right", "Hugo on the right"];
    for person in [&dan, &eve, &finn, &hugo] {
        person.wait_for(&said_right[usize::from(person.name == "Hugo")..]);
    }
    right.iter().for_each(|person| person.stop());
    hugo.stop();

    // The left half: Alice lets Gail in, and removes Finn.
    left.iter().for_each(|person| person.unlock());
    gail.join(&alice.invite()).ok();
    alice.json(&["remove", "Finn", "--yes"], "").ok();
    let said_left = ["Ben on the left", "Cleo on the left", "Gail on the left"];
    for (person, text) in [&ben, &cleo, &gail].into_iter().zip(said_left) {
        person.share(text);
    }
    for person in [&alice, &ben, &cleo, &gail] {
        person.wait_for(&said_left);
    }

    // Together again.
    right.iter().for_each(|person| person.unlock());
    hugo.unlock();
    let healed = Instant::now();
    let all = [&alice, &ben, &cleo, &dan, &eve, &gail, &hugo];
    for person in all {
        until(person, &["people"], |people| {
            names(people) == ["Alice", "Ben", "Cleo", "Dan", "Eve", "Gail", "Hugo"]
        });
    }
    assert!(healed.elapsed() < AGREED_WITHIN, "agreed after {:?}", healed.elapsed());
    talk(&all, "again");
    let expected = said_of(&alice);
    for text in said_left.iter().chain(&said_right) {
        assert_eq!(expected.iter().filter(|said| said.ends_with(text)).count(), 1, "{text:?}: {expected:?}");
    }
    for person in [&ben, &cleo, &dan, &eve] {
        assert_eq!(said_of(person), expected, "at {}", person.name);
    }
    // Finn is out, and what he can read ends with what his half said before.
    until(&finn, &["status"], |groups| groups[0]["state"] == "removed");
    let last = finn.texts().pop().unwrap().1;
    assert!(said_right.contains(&last.as_str()), "{last:?}");
    assert!(!finn.texts().iter().any(|(_, text)| text.ends_with("left") || text.starts_with("again")));

    // The founder's machine is gone for good. The others elect a secretary, who does what secretaries do.
    alice.kill();
    std::fs::remove_dir_all(&alice.home).unwrap();
    let others = [&ben, &cleo, &dan, &eve, &gail, &hugo];
    talk(&others, "without Alice");
    decide(&ben, &["conscience", "role", "Dan", "secretary"], &[&cleo, &eve]);
    for person in others {
        until(person, &["people"], |people| role_of(people, "Dan") == "secretary");
    }
    assert_eq!(dan.json(&["role", "Hugo", "member"], "").ok().json()["done"], true);
    until(&hugo, &["people"], |people| role_of(people, "Hugo") == "member");
    // Whoever finds that machine finds nothing new: an equal goes by the conscience of all.
    dan.json(&["remove", "Alice", "--yes"], "").fails(5);
    decide(&dan, &["conscience", "remove", "Alice"], &[&hugo, &cleo, &gail]);
    for person in others {
        until(person, &["people"], |people| names(people) == ["Ben", "Cleo", "Dan", "Eve", "Gail", "Hugo"]);
    }
    talk(&others, "six again");
}

/// One proposes, and these agree: no fewer than it takes.
#[track_caller]
fn decide(by: &Person, words: &[&str], others: &[&Person]) {
    let proposed = by.json(words, "").ok().json();
    assert_eq!((&proposed["done"], &proposed["missing"]), (&Value::from(false), &Value::from(others.len())));
    for (number, other) in others.iter().enumerate() {
        let rest = others.len() - number;
        until(other, &["conscience"], |open| open.len() == 1 && open[0]["missing"] == rest);
        assert_eq!(other.json(&["endorse"], "").ok().json()["done"], rest == 1);
    }
}

/// Everybody shares, and everybody reads it.
#[track_caller]
fn talk(people: &[&Person], what: &str) {
    let texts: Vec<String> = people.iter().map(|person| format!("{what}: {}", person.name)).collect();
    for (person, text) in people.iter().zip(&texts) {
        person.share(text);
    }
    for person in people {
        person.wait_for(&texts.iter().map(String::as_str).collect::<Vec<_>>());
    }
}

/// Who said what, as somebody reads it; sorted, because the command shows it in the order of arrival.
fn said_of(person: &Person) -> Vec<String> {
    let said = person.texts().into_iter().map(|(author, text)| format!("{author}: {text}"));
    let mut said: Vec<String> = said.collect();
    said.sort();
    said
}

fn names(people: &[Value]) -> Vec<&str> {
    let mut names: Vec<&str> = people.iter().map(|person| person["name"].as_str().unwrap()).collect();
    names.sort_unstable();
    names
}

fn role_of<'a>(people: &'a [Value], name: &str) -> &'a str {
    let found = people.iter().find(|person| person["name"] == name);
    found.and_then(|person| person["role"].as_str()).unwrap_or_default()
}
