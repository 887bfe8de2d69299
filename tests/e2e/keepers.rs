//! A keeper with real daemons: a newcomer is let in and reads, and is never on when a member is.

use std::net::Ipv4Addr;

use hearth_tests::daemons::Person;
use serde_json::{Value, json};

use crate::cut::{free_ports, multiaddr};
use crate::journey::files_with;
use crate::members::until;

const TCP: &str = "/ip4/127.0.0.1/tcp/0";

#[test]
fn a_newcomer_is_let_in_through_a_keeper_while_every_member_is_off() {
    let root = tempfile::tempdir().unwrap();
    let [port] = free_ports();
    let address = multiaddr((Ipv4Addr::LOCALHOST, port).into());
    let [alice, ben] = ["Alice", "Ben"].map(|name| Person::new(root.path(), name, TCP));
    let shelf = Person::new(root.path(), "Shelf", &address);
    alice.start("Tuesday Night");
    assert_eq!(alice.json(&["keeper"], "").ok().out, "");
    let ticket = shelf.json(&["--listen", &address, "keeper", "ticket"], "").ok().field("ticket");

    // What is typed wrong is said, and changes nothing.
    alice.json(&["keeper", "ticket"], "").fails(2);
    let invite = alice.invite();
    let swapped = alice.json(&["keeper", "add", "-"], &invite).fails(2);
    assert!(swapped.err.contains("HEARTHKEEPER1"), "{}", swapped.err);
    alice.json(&["keeper", "add", &ticket[..40]], "").fails(2);
    shelf.json(&["--name", "Shelf", "join", "-"], &invite).fails(2);
    ben.json(&["--listen", TCP, "--name", "Ben", "join", "-"], &ticket).fails(2);
    alice.json(&["keeper", "remove", "attic"], "").fails(8);
    shelf.json(&["keeper", "drop", "2"], "").fails(8);

    alice.json(&["keeper", "add", "-", "--name", "shelf"], &ticket).ok();
    until(&alice, &["keeper"], |keepers| keepers.len() == 1 && keepers[0]["state"] == "connected");
    let invite = alice.invite();
    let envelopes = |rooms: &[Value]| rooms[0]["envelopes"].as_u64().unwrap();
    until(&shelf, &["keeper"], |rooms| rooms[0]["connected"] == 1 && envelopes(rooms) > 2);
    alice.stop();
    until(&shelf, &["keeper"], |rooms| rooms[0]["connected"] == 0);
    let before = envelopes(&[shelf.json(&["keeper"], "").ok().json()]);

    // Nobody is on but the keeper.
    ben.json(&["--listen", TCP, "--name", "Ben", "join", "-", "--no-wait"], &invite).ok();
    until(&shelf, &["keeper"], |rooms| envelopes(rooms) > before);
    ben.stop();
    alice.unlock();
    until(&alice, &["people"], |people| people.len() == 2);
    alice.share("welcome, Ben, to the back room");
    until(&alice, &["read"], |messages| messages[0]["delivery"]["state"] == "with_keeper");
    alice.stop();

    // What it has is on its disk.
    shelf.kill();
    shelf.unlock();
    ben.unlock();
    ben.wait_for(&["welcome, Ben, to the back room"]);
    ben.share("thank you, Alice");
    until(&ben, &["read"], |messages| messages[1]["delivery"]["state"] == "with_keeper");
    ben.stop();
    alice.unlock();
    alice.wait_for(&["thank you, Alice"]);

    // Nothing of it can be read there, and when it is given up nothing stays.
    for word in ["back room", "thank you", "Alice", "Ben", "Tuesday"] {
        assert_eq!(files_with(&root.path().join("Shelf"), word), Vec::<String>::new(), "{word}");
    }
    alice.json(&["keeper", "remove", "shelf"], "").ok();
    until(&shelf, &["keeper"], |rooms| rooms[0]["connected"] == 0);
    let dropped = shelf.json(&["keeper", "drop", "1"], "").ok().json();
    assert_eq!(dropped["removed"], json!(true));
    assert_eq!(shelf.json(&["keeper"], "").ok().out, "");
}
