//! A bad night, with real daemons: the sender's machine dies, somebody answers, it ends; a drill; and nobody who can be
//! reached.

use std::time::Instant;

use hearth_tests::daemons::{DEADLINE, Person};
use serde_json::Value;

const TCP: &str = "/ip4/127.0.0.1/tcp/0";

fn until<T>(what: &str, look: impl Fn() -> Option<T>) -> T {
    let started = Instant::now();
    loop {
        if let Some(found) = look() {
            return found;
        }
        assert!(started.elapsed() < DEADLINE, "{what}");
    }
}

fn calls(person: &Person) -> Vec<Value> {
    let said = person.json(&["sos", "--list"], "").ok();
    said.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// Waits until the newest call that somebody sees is as it should be.
fn call(person: &Person, what: &str, fits: impl Fn(&Value) -> bool) -> Value {
    until(what, || calls(person).into_iter().next().filter(&fits))
}

#[test]
fn a_call_for_help_is_heard_though_its_senders_machine_dies_and_ends_when_its_author_says_so() {
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
    ben.json(&["phones", "mine", "--yes"], "number: 555 0100\nok: call, sos\n").ok();

    // Nobody was picked, and nobody may be asked before Ben's word has come.
    let ladder = cleo.json(&["ladder", "Ben", "--ask-group"], "").ok().json();
    assert_eq!((&ladder["first"][0], &ladder["group"]), (&Value::from("Ben"), &Value::from(true)));

    // Once a device has it, hers is not needed any more.
    let raised = cleo.json(&["sos", "--what", "bad-night", "--want", "call"], "").ok().json();
    assert_eq!((&raised["mine"], &raised["trouble"]), (&Value::from(true), &Value::from("bad_night")));
    call(&cleo, "nobody takes it", |call| call["devices"].as_u64() > Some(0));
    cleo.kill();
    let heard = call(&ben, "it does not ring", |call| call["author"] == "Cleo");
    assert_eq!((&heard["help"], &heard["ending"]), (&Value::from("call"), &Value::Null));
    assert_eq!(calls(&alice), Vec::<Value>::new(), "the group is asked later, and not if somebody answers");
    ben.json(&["answer", "here"], "").ok();
    ben.json(&["safe"], "").fails(8);

    // She comes back and sees who is there; only she ends it.
    cleo.unlock();
    let answered = call(&cleo, "no answer comes", |call| call["answers"][0]["answer"] == "here");
    assert_eq!(answered["answers"][0]["name"], "Ben");
    call(&cleo, "his device says nothing", |call| call["reached"][0] == "Ben");
    cleo.json(&["safe"], "").ok();
    call(&ben, "it does not end", |call| call["ending"] == "safe");

    // A drill asks everybody at once where an emergency would, and says what it is.
    cleo.json(&["sos", "--drill", "--what", "overdose"], "").ok();
    for person in [&alice, &ben] {
        let heard = call(person, "the drill does not ring", |call| call["trouble"] == "overdose");
        assert_eq!(heard["drill"], true);
    }
    cleo.json(&["safe", "--mistake"], "").ok();

    // Nobody can be reached: she is told so, with the numbers that her machine keeps.
    until("Ben's number does not come", || {
        cleo.json(&["phones"], "").ok().out.contains("555 0100").then_some(())
    });
    alice.stop();
    ben.stop();
    until("somebody seems connected", || {
        let people = cleo.json(&["people"], "").ok();
        (!people.out.contains("\"connected\":true")).then_some(())
    });
    let alone = cleo.run(&["sos", "--no-wait"], "").ok();
    assert!(alone.out.contains("911"), "the card comes first: {}", alone.out);
    assert!(alone.out.contains("No other device can be reached"), "{}", alone.out);
    assert!(alone.out.contains("555 0100") && !alone.out.contains("passes it on"), "{}", alone.out);
    cleo.stop();
}
