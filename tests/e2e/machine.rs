//! What somebody asks of their own machine, with real daemons: its end, a backup and the way back, and to sleep on something.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use hearth_tests::daemons::{DEADLINE, Person, binaries};

const TCP: &str = "/ip4/127.0.0.1/tcp/0";
const MARKER: &str = "marker-cobalt";

fn signal(person: &Person, signal: &str) {
    let pid = person.pid().expect("the daemon runs").to_string();
    assert!(Command::new("kill").args([signal, &pid]).status().unwrap().success());
}

/// Nothing of this person is left on this machine, and no daemon knows anything any more.
#[track_caller]
fn assert_gone(person: &Person) {
    assert!(!person.home.exists());
    let started = Instant::now();
    while person.pid().is_some() {
        assert!(started.elapsed() < DEADLINE, "the daemon goes on");
    }
}

/// Destroys a folder's keys with the daemon's own program, which is killed after some microseconds.
fn destroy_and_kill(home: &Path, micros: u64) {
    let mut child = Command::new(binaries().join("hearthd"))
        .arg("--home")
        .arg(home)
        .arg("--destroy")
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let started = Instant::now();
    while started.elapsed() < Duration::from_micros(micros) {
        std::hint::spin_loop();
    }
    child.kill().unwrap();
    child.wait().unwrap();
}

#[test]
fn a_panic_destroys_everything_whether_the_daemon_runs_hangs_or_is_gone() {
    let root = tempfile::tempdir().unwrap();
    for how in ["runs", "is locked", "hangs", "is gone", "was killed"] {
        let alice = Person::new(root.path(), "Alice", TCP);
        alice.start("Tuesday Night");
        alice.share("among us");
        match how {
            "is locked" => drop(alice.run(&["lock"], "").ok()),
            "hangs" => signal(&alice, "-STOP"),
            "is gone" => alice.stop(),
            "was killed" => alice.kill(),
            _ => {}
        }
        // Nobody is here to be asked.
        alice.run(&["panic"], "").fails(2);
        let said = alice.json(&["panic", "--yes"], "").ok().json();
        assert_eq!((&said["destroyed"], &said["left"]), (&true.into(), &false.into()), "{how}");
        assert_gone(&alice);
        alice.run(&["panic", "--yes"], "").fails(8);
    }
}

#[test]
fn a_panic_that_is_cut_off_leaves_a_vault_without_keys_or_as_it_was() {
    let root = tempfile::tempdir().unwrap();
    let alice = Person::new(root.path(), "Alice", TCP);
    alice.start("Tuesday Night");
    alice.stop();
    let whole = root.path().join("whole");
    std::fs::rename(&alice.home, &whole).unwrap();
    let mut destroyed = 0;
    for round in 0..24 {
        copy(&whole, &alice.home);
        destroy_and_kill(&alice.home, round * 400);
        let key = alice.home.join("vault/vault.key");
        let is_whole = std::fs::read(&key).ok() == std::fs::read(whole.join("vault/vault.key")).ok();
        let opened = alice.run(&["unlock"], "");
        assert_eq!(opened.code == 0, is_whole, "{round}: {}", opened.err);
        destroyed += usize::from(!is_whole);
        // On a quick machine it may have come to its end before it was killed: then nothing is left to destroy.
        let again = alice.run(&["panic", "--yes"], "");
        assert!(again.code == 0 || (again.code == 8 && !is_whole), "{round}: {}", again.err);
        assert_gone(&alice);
    }
    assert!(destroyed > 0, "it was killed too early each time");
}

fn copy(from: &Path, to: &Path) {
    assert!(Command::new("cp").arg("-a").arg(from).arg(to).status().unwrap().success());
}

#[test]
fn a_backup_brings_its_member_back_after_a_panic_and_nothing_else() {
    let root = tempfile::tempdir().unwrap();
    let [alice, ben] = ["Alice", "Ben"].map(|name| Person::new(root.path(), name, TCP));
    ben.join(&alice.start("Tuesday Night").field("ticket")).ok();
    ben.json(&["newdate"], &format!("date: 2025-01-31\n\n{MARKER}")).ok();
    ben.share("before");
    let backup = root.path().join("backup");
    let path = backup.to_str().unwrap();
    ben.json(&["backup", path], "").ok();
    ben.run(&["backup", path], "").fails(2);
    ben.run(&["restore", path, "--yes"], "").fails(2);
    let written = std::fs::read(&backup).unwrap();
    assert!(!written.windows(MARKER.len()).any(|window| window == MARKER.as_bytes()));

    ben.run(&["panic", "--yes"], "").ok();
    assert_gone(&ben);
    alice.share("meanwhile");

    // What is no backup, is cut off, or another's.
    let other = root.path().join("other");
    let other_path = other.to_str().unwrap();
    ben.run(&["restore", other_path, "--yes"], "").fails(2);
    std::fs::write(&other, "a photograph").unwrap();
    ben.run(&["restore", other_path, "--yes"], "").fails(2);
    std::fs::write(&other, &written[..written.len() / 2]).unwrap();
    ben.run(&["restore", other_path, "--yes"], "").fails(2);
    let wrong = root.path().join("wrong");
    std::fs::write(&wrong, "not this\n").unwrap();
    ben.run(&["restore", path, "--yes", "--passphrase-file", wrong.to_str().unwrap()], "").fails(7);
    ben.run(&["restore", path], "").fails(2);

    ben.json(&["restore", path, "--yes", "--listen", TCP], "").ok();
    alice.share("after");
    ben.wait_for(&["after"]);
    ben.share("I am back");
    alice.wait_for(&["before", "I am back"]);
    let members: Vec<_> = alice.json(&["people"], "").ok().out.lines().map(str::to_owned).collect();
    assert_eq!(members.len(), 2, "one of each: {members:?}");
    assert!(!ben.json(&["newdate", "list"], "").out.contains(MARKER), "a clean date stays where it was");
    ben.run(&["restore", path, "--yes"], "").fails(2);
}

#[test]
fn what_somebody_sleeps_on_waits_and_comes_back_to_them() {
    let root = tempfile::tempdir().unwrap();
    let [alice, ben] = ["Alice", "Ben"].map(|name| Person::new(root.path(), name, TCP));
    ben.join(&alice.start("Tuesday Night").field("ticket")).ok();
    let held = alice.json(&["share", "--in", "8h"], "I may not mean this").ok().json();
    assert_eq!(held["state"], "held");
    alice.run(&["share", "--in", "3d"], "never").fails(2);
    assert_eq!(alice.run(&["share", "--in", "8h", "--sleep-on-it"], "both").code, 2);
    assert!(alice.run(&[], "").ok().out.contains("waits until"));
    // It does not keep what comes after it.
    alice.share("this I mean");
    ben.wait_for(&["this I mean"]);
    alice.stop();
    alice.unlock();
    assert!(alice.run(&[], "").ok().out.contains("waits until"), "also after a restart");
    let undone = alice.run(&["undo"], "").ok();
    assert!(undone.out.contains("I may not mean this"), "{}", undone.out);
    alice.run(&["undo"], "").fails(8);
    alice.json(&["share", "--sleep-on-it"], "tomorrow, then").ok();
    alice.share("good night");
    ben.wait_for(&["good night"]);
    assert_eq!(ben.texts().len(), 2, "nothing that was held back has come");
}
