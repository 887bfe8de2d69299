//! `hearth sit` on a real terminal: it is given back, whatever ends the page. Needs python3, or says SKIPPED.

use std::process::Command;

use hearth_tests::daemons::{Person, binaries};
use serde_json::Value;

const TCP: &str = "/ip4/127.0.0.1/tcp/0";

#[test]
fn the_page_gives_the_terminal_back_whatever_ends_it() {
    if !Command::new("python3").arg("--version").output().is_ok_and(|said| said.status.success()) {
        eprintln!("SKIPPED: there is no python3");
        return;
    }
    let root = tempfile::tempdir().unwrap();
    let alice = Person::new(root.path(), "Alice", TCP);
    alice.start("Tuesday Night");
    // SIGHUP, SIGINT, SIGQUIT and SIGTERM; and a terminal that is gone.
    for signal in ["1", "2", "3", "15", "0"] {
        let said = Command::new("python3")
            .arg(concat!(env!("CARGO_MANIFEST_DIR"), "/e2e/terminal.py"))
            .arg(signal)
            .arg(binaries().join("hearth"))
            .arg("--home")
            .arg(&alice.home)
            .arg("sit")
            .output()
            .unwrap();
        let error = String::from_utf8_lossy(&said.stderr);
        let seen: Value = serde_json::from_slice(&said.stdout).unwrap_or_else(|_| panic!("{error}"));
        for what in ["drawn", "taken", "restored", "ended"] {
            assert_eq!(seen[what], true, "signal {signal}: {what}: {seen}");
        }
        assert_eq!(seen["left"], signal != "0", "signal {signal}: {seen}");
    }
}
