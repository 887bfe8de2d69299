//! The whole path of a small group, on TCP and on QUIC.

use hearth_tests::daemons::Person;

const TCP: &str = "/ip4/127.0.0.1/tcp/0";
const QUIC: &str = "/ip4/127.0.0.1/udp/0/quic-v1";

#[test]
fn a_group_lives_on_tcp() {
    a_group_lives(TCP);
}

#[test]
fn a_group_lives_on_quic() {
    a_group_lives(QUIC);
}

fn a_group_lives(listen: &str) {
    let root = tempfile::tempdir().unwrap();
    let [alice, ben, cleo] = ["Alice", "Ben", "Cleo"].map(|name| Person::new(root.path(), name, listen));

    // Founding, and a first joiner.
    let first = alice.start("Tuesday Night").field("ticket");
    ben.join(&first).ok();
    alice.share("welcome, Ben");
    ben.wait_for(&["welcome, Ben"]);

    // A ticket of Alice's, used while her daemon is stopped: Ben admits.
    let second = alice.invite();
    ben.share("Alice is off now");
    alice.wait_for(&["Alice is off now"]);
    alice.stop();
    cleo.join(&second).ok();
    cleo.share("hello from Cleo");
    ben.wait_for(&["hello from Cleo"]);
    alice.unlock();
    alice.wait_for(&["hello from Cleo"]);
    alice.share("all three");
    for person in [&alice, &ben, &cleo] {
        person.wait_for(&["all three"]);
    }

    // Cleo is away; Alice shares and stops; Cleo gets it from Ben.
    cleo.stop();
    alice.share("for Cleo");
    ben.wait_for(&["for Cleo"]);
    alice.stop();
    cleo.unlock();
    cleo.wait_for(&["for Cleo"]);
    alice.unlock();

    // Order and authors agree, and nothing is there twice.
    let expected: Vec<(String, String)> =
        [("Cleo", "hello from Cleo"), ("Alice", "all three"), ("Alice", "for Cleo")]
            .map(|(author, text)| (author.to_owned(), text.to_owned()))
            .to_vec();
    for person in [&alice, &ben, &cleo] {
        let texts = person.texts();
        assert_eq!(texts[texts.len() - 3..], expected);
    }

    // Private words stay between two.
    ben.dm("alice", "only for Alice");
    alice.wait_for(&["only for Alice"]);
    alice.dm("Ben", "only for Ben");
    ben.wait_for(&["only for Ben"]);
    cleo.share("anything new?");
    alice.wait_for(&["anything new?"]);
    assert!(!cleo.texts().iter().any(|(_, text)| text.starts_with("only")));

    // Removed, Ben gets nothing more.
    alice.run(&["remove", "Ben", "--yes"], "").ok();
    alice.share("without Ben");
    cleo.wait_for(&["without Ben"]);
    assert!(!ben.texts().iter().any(|(_, text)| text == "without Ben"));
    ben.stop();
    ben.unlock();
    cleo.share("still without Ben");
    alice.wait_for(&["still without Ben"]);
    assert!(!ben.texts().iter().any(|(_, text)| text.contains("without Ben")));
    assert_eq!(people(&alice), ["Alice", "Cleo"]);

    // Nothing readable on any disk.
    for person in [&alice, &ben, &cleo] {
        person.stop();
        for canary in ["Tuesday Night", "without Ben", "only for", "hello from", "Alice", "Cleo"] {
            assert_eq!(files_with(&person.home, canary), Vec::<String>::new(), "{canary:?} is readable");
        }
    }
}

#[test]
fn what_comes_late_stands_where_it_was_written() {
    let root = tempfile::tempdir().unwrap();
    let [alice, ben] = ["Alice", "Ben"].map(|name| Person::new(root.path(), name, TCP));
    ben.join(&alice.start("Tuesday Night").field("ticket")).ok();
    alice.share("both are here");
    ben.wait_for(&["both are here"]);
    alice.stop();
    ben.share("written first");
    ben.stop();
    alice.unlock();
    alice.share("written second");
    ben.unlock();
    alice.wait_for(&["written first"]);
    ben.wait_for(&["written second"]);
    for person in [&alice, &ben] {
        let texts: Vec<String> = person.texts().into_iter().map(|(_, text)| text).collect();
        assert_eq!(texts, ["both are here", "written first", "written second"]);
        let shown = person.run(&["read"], "").ok().out;
        assert!(shown.find("written first") < shown.find("written second"), "{shown}");
    }
}

#[test]
fn nothing_kept_is_lost_when_the_sender_is_killed() {
    let root = tempfile::tempdir().unwrap();
    let [alice, ben] = ["Alice", "Ben"].map(|name| Person::new(root.path(), name, TCP));
    let ticket = alice.start("Tuesday Night").field("ticket");
    ben.join(&ticket).ok();
    let kills: usize = std::env::var("HEARTH_KILLS").ok().and_then(|n| n.parse().ok()).unwrap_or(5);
    let texts: Vec<String> = (0..kills).map(|n| format!("message {n}")).collect();
    for text in &texts {
        alice.share(text);
        alice.kill();
        alice.unlock();
    }
    ben.wait_for(&texts.iter().map(String::as_str).collect::<Vec<_>>());
    let read: Vec<String> = ben.texts().into_iter().map(|(_, text)| text).collect();
    assert_eq!(read, texts);
}

fn people(person: &Person) -> Vec<String> {
    let said = person.json(&["people"], "").ok();
    let name = |line: &str| {
        let person: serde_json::Value = serde_json::from_str(line).unwrap();
        person["name"].as_str().unwrap().to_owned()
    };
    let mut names: Vec<String> = said.out.lines().map(name).collect();
    names.sort();
    names
}

pub(crate) fn files_with(folder: &std::path::Path, canary: &str) -> Vec<String> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files_with(&path, canary));
        } else if let Ok(bytes) = std::fs::read(&path)
            && bytes.windows(canary.len()).any(|window| window == canary.as_bytes())
        {
            found.push(path.display().to_string());
        }
    }
    found
}
