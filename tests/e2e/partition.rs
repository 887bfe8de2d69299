//! A group of six falls into two halves that act by themselves, comes together again, and then loses its founder.
//!
//! All daemons run all the time: the halves are cut off from each other by what carries their connections.

use std::time::{Duration, Instant};

use hearth_tests::daemons::Person;
use serde_json::Value;

use crate::cut::{Cut, free_ports, multiaddr};
use crate::members::until;

/// Within which all know the same of who is a member, from the time when the halves can reach each other again.
const AGREED_WITHIN: Duration = Duration::from_secs(60);

#[test]
fn two_halves_come_together_again_and_the_group_outlives_its_founder() {
    let root = tempfile::tempdir().unwrap();
    let ports: [u16; 8] = free_ports();
    let mut names_and_ports =
        ["Alice", "Ben", "Cleo", "Gail", "Dan", "Eve", "Finn", "Hugo"].into_iter().zip(ports);
    let [alice, ben, cleo, gail, dan, eve, finn, hugo] = std::array::from_fn(|_| {
        let (name, port) = names_and_ports.next().unwrap();
        Person::new(root.path(), name, &multiaddr(([127, 0, 0, 1], port).into()))
    });
    let first = alice.start("Tuesday Night").field("ticket");
    ben.join(&first).ok();
    for person in [&cleo, &dan, &eve, &finn] {
        person.join(&alice.invite()).ok();
    }
    assert_eq!(alice.json(&["role", "Dan", "servant"], "").ok().json()["done"], true);
    for person in [&alice, &ben, &cleo, &dan, &eve, &finn] {
        until(person, &["people"], |people| people.len() == 6 && role_of(people, "Dan") == "trusted_servant");
    }
    let six = [&alice, &ben, &cleo, &dan, &eve, &finn];
    let cut = Cut::between(&ports[..4], &ports[4..]);
    let [a, b, c, _, d, e, f, _] = ports;
    let behind_doors: Vec<_> = six.into_iter().zip([a, b, c, d, e, f]).collect();
    cut.stand_between(&behind_doors);
    talk(&six, "all six");
    assert_ne!(cut.crossing(), 0, "the halves reach each other, and by the doors only");
    let pids = six.map(Person::pid);

    // Cut apart, both halves go on at the same time. Left: Alice lets Gail in, and removes Finn. Right: Dan lets Hugo
    // in, and all talk with Finn.
    cut.cut();
    finn.share("Finn on the right");
    ben.share("Ben on the left");
    gail.join(&alice.invite()).ok();
    hugo.join(&dan.json(&["invite", "--role", "newcomer"], "").ok().field("ticket")).ok();
    alice.json(&["remove", "Finn", "--yes"], "").ok();
    let (left, right) = ([&alice, &ben, &cleo, &gail], [&dan, &eve, &finn, &hugo]);
    for person in left {
        until(person, &["people"], |people| names(people) == ["Alice", "Ben", "Cleo", "Dan", "Eve", "Gail"]);
    }
    let said_left = ["Ben on the left", "Alice on the left", "Cleo on the left", "Gail on the left"];
    let said_right = ["Finn on the right", "Dan on the right", "Eve on the right", "Hugo on the right"];
    for (person, text) in [&alice, &cleo, &gail].into_iter().zip(&said_left[1..]) {
        person.share(text);
    }
    for (person, text) in [&dan, &eve, &hugo].into_iter().zip(&said_right[1..]) {
        person.share(text);
    }
    for (half, said) in [(left, said_left), (right, said_right)] {
        for person in half {
            let newcomer = ["Gail", "Hugo"].contains(&person.name.as_str());
            person.wait_for(&said[usize::from(newcomer)..]);
        }
    }
    for person in right {
        until(person, &["people"], |people| {
            names(people) == ["Alice", "Ben", "Cleo", "Dan", "Eve", "Finn", "Hugo"]
        });
    }

    // All of it is said, each half has tried to reach the other one since, and nothing has come through.
    cut.wait_for_attempts();
    for (half, other) in [(left, "right"), (right, "left")] {
        for person in half {
            let texts = person.texts();
            assert!(!texts.iter().any(|(_, text)| text.ends_with(other)), "at {}: {texts:?}", person.name);
        }
    }
    assert_eq!((cut.crossing(), six.map(Person::pid)), (0, pids), "cut, and nobody was off");

    // Together again.
    cut.heal();
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
    // Finn is out. What Ben said before that was said to him, too; of what was said later he reads nothing.
    until(&finn, &["status"], |groups| groups[0]["state"] == "removed");
    let read = finn.texts();
    let (to_him, without_him) = said_left.split_at(1);
    let last = read.last().unwrap().1.as_str();
    assert!(said_right.contains(&last) || to_him.contains(&last), "{last:?}");
    assert!(!read.iter().any(|(_, text)| without_him.contains(&text.as_str()) || text.starts_with("again")));

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
