//! The main job as a story: three real daemons on this machine found a group, join, share, write privately, and one
//! of them is away for a while and catches up.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stdout)]

use hearth_tests::daemons::Person;

fn main() {
    let root = tempfile::tempdir().expect("a temporary folder");
    let [alice, ben, cleo] =
        ["Alice", "Ben", "Cleo"].map(|name| Person::new(root.path(), name, "127.0.0.1:0"));

    say("Alice founds a home group on her machine, and gets a ticket for Ben.");
    let ticket = alice.start("Tuesday Night").field("ticket");
    say("Ben joins with it, from his machine.");
    ben.join(&ticket).ok();
    say("Alice makes a ticket for Cleo. Cleo joins, too.");
    cleo.join(&alice.invite()).ok();

    say("Everybody shares, and everybody reads it.");
    alice.share("Good to see you both.");
    ben.share("Day three. It is hard, and I am here.");
    for person in [&alice, &ben, &cleo] {
        person.wait_for(&["Good to see you both.", "Day three. It is hard, and I am here."]);
    }
    show(&cleo);

    say("Cleo's machine goes off. Alice shares, and then hers goes off, too.");
    cleo.stop();
    alice.share("Cleo, we kept a chair for you.");
    ben.wait_for(&["Cleo, we kept a chair for you."]);
    alice.stop();
    say("Cleo comes back, and gets it from Ben.");
    cleo.unlock();
    cleo.wait_for(&["Cleo, we kept a chair for you."]);
    show(&cleo);

    say(
        "Alice is back. Ben writes to her privately, and she answers. Cleo's node passes it on and cannot open it.",
    );
    alice.unlock();
    ben.dm("Alice", "It was a long week.");
    alice.wait_for(&["It was a long week."]);
    alice.dm("Ben", "Call me tonight if you like.");
    ben.wait_for(&["Call me tonight if you like."]);
    show(&ben);
    assert!(!cleo.texts().iter().any(|(_, text)| text.starts_with("Call me")), "Cleo must not read it");

    say("That is the story. The daemons are stopped and their folders deleted.");
}

fn say(line: &str) {
    println!("\n* {line}");
}

fn show(person: &Person) {
    println!("  What {} reads:", person.name);
    for (author, text) in person.texts() {
        println!("    {author}: {text}");
    }
}
