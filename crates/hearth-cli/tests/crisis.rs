//! `hearth crisis` where nothing else works: no home, no folder, no daemon, a daemon that hangs, words that are mistyped.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use std::{
    io::{BufRead, BufReader, Read},
    os::unix::net::UnixListener,
    process::{Command, Output, Stdio},
};

use serde_json::{Value, json};

const NUMBERS: [&str; 7] =
    ["US: 911", "CA: 911", "UK: 999 or 112", "AU: 000", "NZ: 111", "police 110", "FR: 15"];

/// The command in an empty environment.
fn hearth(words: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_hearth"));
    command.args(words).env_clear().current_dir("/").stdin(Stdio::null());
    command
}

fn run(words: &[&str]) -> Output {
    hearth(words).output().unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

#[test]
fn the_card_is_there_without_home_folder_or_daemon() {
    for (words, first) in [
        (&["crisis", "overdose", "--region", "us"][..], "Emergency: 911"),
        (&["crisis", "--region", "UK"], "Emergency: 999 or 112"),
        (&["crisis", "danger", "--region", "fr"], "Emergency, police: 17 or 112"),
        (&["--home", "/nowhere/at/all", "crisis", "withdrawal", "--region", "au"], "Emergency: 000"),
    ] {
        let shown = run(words);
        assert_eq!(shown.status.code(), Some(0), "{words:?}: {}", text(&shown.stderr));
        assert_eq!(text(&shown.stdout).lines().next(), Some(first), "{words:?}");
        assert!(shown.stderr.is_empty(), "{}", text(&shown.stderr));
    }
    let json: Value =
        serde_json::from_slice(&run(&["crisis", "self-harm", "--region", "ca", "--json"]).stdout).unwrap();
    assert_eq!((&json["schema"], &json["kind"]), (&json!("hearth.crisis/1"), &json!("self_harm")));
    assert_eq!(json["lines"][0]["call"], "988");
}

#[test]
fn without_a_region_all_numbers_are_shown_and_the_systems_country_decides_nothing() {
    for variables in [&[][..], &[("LANG", "en_US.UTF-8"), ("LC_ALL", "en_GB")]] {
        let shown = hearth(&["crisis", "overdose"]).envs(variables.iter().copied()).output().unwrap();
        let said = text(&shown.stdout);
        assert!(NUMBERS.iter().all(|number| said.contains(number)), "{said}");
        assert!(said.contains("1. Call the emergency number."), "{said}");
        assert_eq!(shown.status.code(), Some(0));
    }
    let shown = hearth(&["crisis"]).env("HEARTH_REGION", "nz").output().unwrap();
    assert!(text(&shown.stdout).starts_with("Emergency: 111\nRegion: NZ, by HEARTH_REGION."));
    let shown = hearth(&["crisis"]).env("HEARTH_REGION", "mars").output().unwrap();
    assert!(text(&shown.stdout).contains("US: 911") && text(&shown.stdout).contains("not known"));
    assert_eq!(shown.status.code(), Some(0));
}

#[test]
fn mistyped_words_get_the_numbers_before_they_are_refused() {
    for words in [
        &["crisis", "overdos"][..],
        &["crisis", "--region", "mars"],
        &["crisis", "--regon", "us"],
        &["crisis", "help me"],
        &["--home", "", "crisis"],
        &["crisis", "overdose", "--region"],
    ] {
        let refused = run(words);
        let said = text(&refused.stdout);
        assert!(NUMBERS.iter().all(|number| said.contains(number)), "{words:?}: {said}");
        assert_eq!(refused.status.code(), Some(2), "{words:?}");
        assert!(!refused.stderr.is_empty());
    }
    let help = run(&["crisis", "--help"]);
    assert!(!text(&help.stdout).contains("US: 911") && help.status.success());
    let elsewhere = hearth(&["crisis", "--region", "us"]).env("HEARTH_HOME", "").output().unwrap();
    assert!(text(&elsewhere.stdout).contains("911"));
}

#[test]
fn a_daemon_that_hangs_delays_nothing() {
    let home = tempfile::tempdir().unwrap();
    // It takes connections and never answers.
    let _listener = UnixListener::bind(home.path().join("hearthd.sock")).unwrap();
    let folder = home.path().to_str().unwrap();
    let mut shown = hearth(&["--home", folder, "crisis", "overdose", "--region", "us"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(shown.stdout.take().unwrap()).lines();
    assert_eq!(lines.next().unwrap().unwrap(), "Emergency: 911");
    let rest: Vec<String> = lines.map(Result::unwrap).collect();
    assert!(rest.iter().any(|line| line.contains("naloxone")), "{rest:?}");
    assert_eq!(shown.wait().unwrap().code(), Some(0));
    let mut said = String::new();
    shown.stderr.unwrap().read_to_string(&mut said).unwrap();
    assert!(said.contains("cannot be read now"), "{said}");
}

#[test]
fn a_region_is_kept_in_the_folder_and_only_where_there_is_one() {
    let home = tempfile::tempdir().unwrap();
    let folder = home.path().to_str().unwrap();
    let kept = run(&["--home", folder, "crisis", "--set-region", "gb", "--json"]);
    let kept: Value = serde_json::from_slice(&kept.stdout).unwrap();
    assert_eq!(kept, json!({"schema": "hearth.crisis-region/1", "region": "UK"}));
    let shown = run(&["--home", folder, "crisis"]);
    assert!(text(&shown.stdout).starts_with("Emergency: 999 or 112\nRegion: UK, as set on this machine."));
    let shown = run(&["--home", folder, "crisis", "--region", "ie"]);
    assert!(text(&shown.stdout).starts_with("Emergency: 112 or 999\nRegion: IE, as asked for."));
    for words in [
        &["--home", folder, "crisis", "--set-region", "mars"][..],
        &["--home", "/nowhere/at/all", "crisis", "--set-region", "us"],
        &["crisis", "--set-region", "us"],
    ] {
        let refused = run(words);
        assert_eq!(refused.status.code(), Some(2), "{words:?}");
        assert_eq!(text(&refused.stderr).lines().count(), 1, "{words:?}: {}", text(&refused.stderr));
    }
}

#[test]
fn the_card_speaks_spanish_and_to_screen_readers() {
    let shown = run(&["crisis", "overdose", "--region", "us", "--lang", "es", "--plain"]);
    let said = text(&shown.stdout);
    assert!(said.starts_with("Emergencias: 911\n") && said.contains("naloxona"), "{said}");
    assert!(
        said.lines().all(|line| !line.is_empty() && line == line.trim() && !line.contains('·')),
        "{said}"
    );
}
