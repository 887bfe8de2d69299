//! What a group has, with real daemons: newcomers see it, and a service that two took apart is the same one's everywhere.

use hearth_tests::daemons::Person;
use serde_json::{Value, json};

use crate::members::until;

const TCP: &str = "/ip4/127.0.0.1/tcp/0";

#[test]
fn newcomers_see_what_the_group_is_and_a_slot_is_the_same_ones_everywhere() {
    let root = tempfile::tempdir().unwrap();
    let [alice, ben, cleo, dan] =
        ["Alice", "Ben", "Cleo", "Dan"].map(|name| Person::new(root.path(), name, TCP));
    alice.start("Tuesday Night");
    ben.join(&alice.invite()).ok();
    cleo.join(&alice.invite()).ok();

    // Said before somebody came, and there for them at once. Nothing goes out without a yes.
    alice.json(&["card", "edit"], "program: NA\nopen: yes\n").fails(2);
    alice.json(&["card", "edit", "--yes"], "program: NA\nopen: yes\n\nBack door.\n").ok();
    alice.json(&["guidelines", "edit", "--yes"], "Be kind.\nBe brief.\n").ok();
    ben.json(&["card", "edit", "--yes"], "program: AA\n").fails(5);
    ben.json(&["intro", "edit", "--yes"], "I'm Ben, and I make the coffee.\n").ok();
    ben.json(&["phones", "mine", "--yes"], "number: 555 0100\nok: call, sos\nhours: evenings\n").ok();
    let coffee = alice.json(&["service", "add", "coffee", "--at", "tomorrow 19:00"], "").ok().field("id");
    until(&cleo, &["service"], |slots| slots.len() == 1);
    let ticket = alice.json(&["invite", "--role", "newcomer"], "").ok().field("ticket");

    // Before Dan joins, they see what the group says of itself; nobody hears of it, and nothing of it stays.
    let looked = dan.json(&["--listen", TCP, "look", "-"], &ticket).ok().json();
    assert_eq!((&looked["name"], &looked["card"]["program"]), (&json!("Tuesday Night"), &json!("NA")));
    assert!(!dan.json(&["status"], "").ok().out.contains("Tuesday"));
    assert_eq!(alice.json(&["people"], "").ok().out.lines().count(), 3);

    let joined = dan.run(&["--listen", TCP, "--name", "Dan", "join", "-"], &ticket).ok();
    assert!(joined.out.contains("    Be kind.\n    Be brief.\n"), "{}", joined.out);
    assert!(joined.out.contains("You can ask Alice anything"), "{}", joined.out);
    assert_eq!(dan.json(&["card"], "").ok().json()["thing"]["program"], "NA");
    assert_eq!(dan.json(&["intro"], "").ok().json()["name"], "Ben");
    let people = dan.json(&["people"], "").ok().out;
    assert_eq!(people.matches("\"introduced\":true").count(), 1, "{people}");

    // Somebody greets, and everybody sees that it is done.
    assert_eq!(ben.json(&["greet"], "").ok().json()["name"], "Dan");
    assert_eq!(ben.json(&["greet", "Dan"], "").ok().json()["mine"], true);
    until(&alice, &["greet"], <[Value]>::is_empty);
    let again = alice.json(&["greet", "Dan"], "").ok().json();
    assert_eq!((&again["mine"], &again["by"]), (&json!(false), &json!("Ben")));

    // Two take it, each alone: both are told that it is tentative.
    for person in [&alice, &ben, &cleo, &dan] {
        person.stop();
    }
    let taken_by = |slots: &[Value]| slots[0]["by"].as_str().map(str::to_owned);
    for person in [&cleo, &dan] {
        person.unlock();
        let word = person.json(&["take", "coffee"], "").ok().json();
        assert_eq!((&word["mine"], &word["tentative"]), (&json!(true), &json!(true)));
        person.stop();
    }
    // It is the earlier one's, on every machine, and the other one is told kindly.
    for person in [&alice, &ben, &cleo, &dan] {
        person.unlock();
    }
    for person in [&alice, &ben, &cleo, &dan] {
        until(person, &["service"], |slots| taken_by(slots).as_deref() == Some("Cleo"));
    }
    until(&cleo, &["service"], |slots| slots[0]["tentative"] == false);
    let told = dan.run(&["take", &coffee[..4]], "").ok();
    assert_eq!(told.out, "Cleo took this one first. Thank you all the same.\n");

    // She would be glad to swap; he said yes as well, so it is his.
    cleo.json(&["swap", "coffee"], "").ok();
    until(&alice, &["service"], |slots| taken_by(slots).as_deref() == Some("Dan"));
    // Who has left keeps it from nobody.
    dan.json(&["leave", "--yes"], "").ok();
    until(&alice, &["service"], |slots| slots[0]["standing"] == "swap_wanted");
    ben.json(&["cover", "coffee"], "").ok();
    until(&cleo, &["service"], |slots| taken_by(slots).as_deref() == Some("Ben"));

    // Somebody visits, is let to stay, and makes it their home group by a word of their own.
    let eve = Person::new(root.path(), "Eve", TCP);
    let ticket = alice.json(&["invite", "--role", "visitor"], "").ok().field("ticket");
    let joined = eve.run(&["--listen", TCP, "--name", "Eve", "join", "-"], &ticket).ok();
    assert!(joined.out.contains("You are visiting until "), "{}", joined.out);
    until(&ben, &["visitors"], |visitors| visitors.len() == 1);
    ben.json(&["visitors", "renew", "Eve"], "").fails(5);
    assert!(alice.json(&["visitors", "renew", "Eve"], "").ok().json()["visit_until"].is_u64());
    assert_eq!(eve.json(&["home"], "").ok().json()["home"], true);
    until(&ben, &["visitors"], |visitors| visitors.iter().any(|visitor| visitor["home"] == true));
    assert!(alice.run(&[], "").ok().out.contains("has made this their home group"));

    // A number for Cleo alone: she has it once she hears its owner, the others do not; a wrong name changes nothing.
    let (for_her, others) = ("number: 555 0199\nok: call\n", [&alice, &dan]);
    alice.run(&["phones", "mine", "--to", "Cloe", "--yes"], for_her).fails(8);
    ben.json(&["phones", "mine", "--to", "Cleo", "--yes"], for_her).ok();
    until(&cleo, &["requests"], |waiting| waiting.iter().any(|request| request["name"] == "Ben"));
    assert!(!cleo.run(&["phones"], "").ok().out.contains("555 0199"));
    cleo.json(&["requests", "accept", "Ben"], "").ok();
    until(&cleo, &["phones"], |phones| phones.len() == 2);
    let of_cleo = cleo.run(&["phones"], "").ok().out;
    assert!(of_cleo.starts_with("Ben · 555 0199 · call · evenings · shown to you"), "{of_cleo}");
    assert!(others.iter().all(|person| !person.run(&["phones"], "").ok().out.contains("555 0199")));
    ben.json(&["phones", "hide", "--from", "some"], "").ok();
    until(&cleo, &["phones"], |phones| phones.len() == 1);

    // The list of phones needs nobody else.
    alice.stop();
    ben.stop();
    assert_eq!(cleo.json(&["phones"], "").ok().json()["number"], "555 0100");
}
