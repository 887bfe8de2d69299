//! What can go wrong: one clear line, the right exit code, and nothing lost.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::os::unix::net::UnixStream;

use hearth_tests::daemons::{Person, binaries};

const TCP: &str = "/ip4/127.0.0.1/tcp/0";

#[test]
fn every_mistake_has_its_exit_code_and_loses_nothing() {
    let root = tempfile::tempdir().unwrap();
    let [alice, ben, cleo] = ["Alice", "Ben", "Cleo"].map(|name| Person::new(root.path(), name, TCP));

    // Not running.
    alice.json(&["read"], "").fails(3);
    let ticket = alice.start("Tuesday Night").field("ticket");
    alice.share("kept");

    // Wrong passphrase.
    let wrong = root.path().join("wrong");
    std::fs::write(&wrong, "not this\n").unwrap();
    let wrong = wrong.to_str().unwrap();
    alice.run(&["lock"], "").ok();
    alice.run(&["unlock", "--passphrase-file", wrong], "").fails(7);
    alice.unlock();

    // Tickets: mistyped, used up, revoked, expired.
    let mut mistyped = ticket.clone();
    let last = mistyped.pop().unwrap();
    mistyped.push(if last == 'A' { 'B' } else { 'A' });
    ben.join(&mistyped).fails(2);
    ben.join("hello").fails(2);
    ben.join(&ticket).ok();
    cleo.join(&ticket).fails(5);
    let revoked = alice.json(&["invite"], "").ok();
    let id = revoked.field("id");
    alice.run(&["invite", "--revoke", &id], "").ok();
    cleo.join(&revoked.field("ticket")).fails(5);
    let expiring = alice.json(&["invite", "--expires", "1s"], "").ok().field("ticket");
    let started = std::time::Instant::now();
    while started.elapsed() < std::time::Duration::from_millis(1100) {
        std::thread::yield_now();
    }
    cleo.join(&expiring).fails(5);

    // Names, texts, roles.
    alice.json(&["dm", "Nobody"], "hello").fails(8);
    alice.json(&["share"], &"x".repeat(1024 * 1024)).fails(2);
    alice.json(&["share"], "").fails(2);
    ben.run(&["remove", "Alice", "--yes"], "").fails(5);

    // A second daemon on the same folder.
    let second = std::process::Command::new(binaries().join("hearthd"))
        .arg("--home")
        .arg(&alice.home)
        .output()
        .unwrap();
    assert_ne!(second.status.code(), Some(0));
    assert_eq!(String::from_utf8_lossy(&second.stderr).trim().lines().count(), 1);

    assert_eq!(alice.texts(), [("Alice".to_owned(), "kept".to_owned())]);
    alice.share("still here");
    ben.wait_for(&["still here"]);
}

#[test]
fn a_port_in_use_is_named_and_leaves_nothing_half_made() {
    let root = tempfile::tempdir().unwrap();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let alice = Person::new(root.path(), "Alice", &address);
    let said = alice.json(&["--listen", &address, "--name", "Alice", "start", "Tuesday Night"], "").fails(2);
    assert!(said.err.contains(&address), "{}", said.err);
    drop(taken);
    alice.start("Tuesday Night");
    alice.share("well");
}

#[test]
fn garbage_at_the_doors_changes_nothing() {
    let root = tempfile::tempdir().unwrap();
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let alice = Person::new(root.path(), "Alice", &format!("127.0.0.1:{port}"));
    alice.start("Tuesday Night");

    let mut peer = TcpStream::connect(("127.0.0.1", port)).unwrap();
    peer.write_all(&[0xff; 100_000]).ok();
    drop(peer);

    let socket = alice.home.join("hearthd.sock");
    let mut local = UnixStream::connect(&socket).unwrap();
    local.write_all(b"\x00\xff garbage \r\n\r\n").ok();
    let mut answer = Vec::new();
    local.read_to_end(&mut answer).ok();

    for foreign in ["Host: example.org", "Host: localhost\r\nOrigin: http://example.org"] {
        let mut local = UnixStream::connect(&socket).unwrap();
        write!(local, "GET /v1/status HTTP/1.1\r\n{foreign}\r\nConnection: close\r\n\r\n").unwrap();
        let mut answer = String::new();
        local.read_to_string(&mut answer).unwrap();
        assert!(answer.starts_with("HTTP/1.1 403"), "{answer}");
        assert!(!answer.contains("Tuesday"));
    }
    alice.share("still here");
    assert_eq!(alice.texts().len(), 1);
}

#[test]
fn who_lost_the_whole_store_is_back_by_one_word() {
    let root = tempfile::tempdir().unwrap();
    let [alice, ben] = ["Alice", "Ben"].map(|name| Person::new(root.path(), name, TCP));
    let ticket = alice.start("Tuesday Night").field("ticket");
    ben.join(&ticket).ok();
    alice.share("before");
    ben.wait_for(&["before"]);
    ben.stop();
    std::fs::remove_dir_all(ben.home.join("vault/store")).unwrap();

    // Nothing is given up before the member says so.
    let refused = ben.run(&["unlock"], "").fails(1);
    assert!(refused.err.contains("--recover"), "{}", refused.err);
    ben.run(&["unlock", "--recover"], "").ok();
    // The group's machines let it back in by themselves, and its people give it what they shared lately.
    let mut follower = ben.follow();
    follower.wait_for("before");
    ben.share("I am back");
    alice.wait_for(&["I am back"]);
    alice.share("welcome back");
    follower.wait_for("welcome back");
}
