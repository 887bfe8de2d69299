//! What a member keeps for themselves, with real daemons: it is on no disk in clear, in no log, and with nobody else.

use std::fs::File;
use std::process::{Command, Stdio};
use std::time::Instant;

use hearth_tests::daemons::{DEADLINE, Person, binaries};

use crate::journey::files_with;

const TCP: &str = "/ip4/127.0.0.1/tcp/0";
const MARKER: &str = "marker-amber";

#[test]
fn what_somebody_keeps_is_readable_by_them_alone() {
    let root = tempfile::tempdir().unwrap();
    let [alice, ben] = ["Alice", "Ben"].map(|name| Person::new(root.path(), name, TCP));
    // A daemon whose log we hear.
    let log = root.path().join("log");
    let mut daemon = Command::new(binaries().join("hearthd"))
        .arg("--home")
        .arg(&alice.home)
        .args(["--listen", TCP])
        .stdin(Stdio::null())
        .stdout(File::create(root.path().join("out")).unwrap())
        .stderr(File::create(&log).unwrap())
        .spawn()
        .unwrap();
    let started = Instant::now();
    while alice.run(&["status"], "").code != 0 {
        assert!(started.elapsed() < DEADLINE, "the daemon does not start");
    }
    ben.join(&alice.start("Tuesday Night").field("ticket")).ok();

    // Before, between and after what the group sees.
    let marked = |form: &str| form.replace('#', MARKER);
    let kept: Vec<String> = [
        (["newdate"], "date: 2025-01-31\nfrom: #\nchips: na\n\n#"),
        (["step"], "step: 4\n\n#"),
        (["gratitude"], "#"),
        (["inventory"], "# and #"),
        (["urge"], "strength: 7\nhelped: #\n\n#"),
        (["plan"], "name: #\n\n#"),
        (["care"], "naloxone: #\nchecked: 2026-03-01\n\n#"),
    ]
    .into_iter()
    .map(|(words, form)| {
        alice.share(&format!("before {}", words[0]));
        alice.json(&words, &marked(form)).ok().field("id")
    })
    .collect();
    alice.json(&["gratitude", "change"], &marked("# again")).ok();
    ben.wait_for(&["before newdate", "before care"]);

    // It is there for her, also after a restart of the daemon.
    alice.run(&["newdate", "--date", "2026-01-01"], "").fails(2);
    alice.json(&["newdate", "tell", "--to", "Ben", "--now"], "").fails(5);
    alice.json(&["care", "tell", "--everybody"], "").fails(5);
    alice.json(&["inventory", "tell", "--everybody"], "").fails(2);
    let chips = alice.json(&["chips"], "").ok().json();
    assert_eq!((chips["date"].as_str(), chips["schedule"].as_str()), (Some("2025-01-31"), Some("na")));
    assert!(chips["reached"]["name"].is_string() && chips["next"].is_array());
    alice.stop();
    assert!(daemon.wait().unwrap().success());
    alice.unlock();
    let own = alice.json(&["gratitude", "show", &kept[2]], "").ok().json();
    assert_eq!(own["own"]["text"], marked("# again"));
    assert_eq!(alice.json(&["step", "list"], "").ok().json()["id"], kept[1].as_str());
    alice.json(&["plan", "delete", "--yes"], "").ok();
    alice.json(&["plan", "show"], "").fails(8);

    // Nobody else has any of it, until she shows one.
    assert!(!ben.texts().iter().any(|(_, text)| text.contains(MARKER)));
    for verb in ["newdate", "step", "care"] {
        assert_eq!(ben.json(&[verb, "list"], "").ok().out, "");
    }
    ben.json(&["requests", "shield", "off"], "").ok();
    alice.json(&["gratitude", "tell", "--to", "Ben"], "").ok();
    ben.wait_for(&["marker-amber again"]);
    assert_eq!(ben.texts().iter().filter(|(_, text)| text.contains(MARKER)).count(), 1);

    // Neither a file nor the log holds a word of it.
    alice.stop();
    ben.stop();
    assert_eq!(files_with(root.path(), MARKER), Vec::<String>::new());
    // The search finds what is there.
    std::fs::write(root.path().join("clear"), marked("a # in clear")).unwrap();
    assert_eq!(files_with(root.path(), MARKER).len(), 1);
    assert!(log.is_file());
}
