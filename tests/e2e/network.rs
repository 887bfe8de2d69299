//! What a daemon's sockets are connected to: the machines of members, and nothing else.
//!
//! Reads the system's own tables of sockets all the while that a group lives, on Linux. A socket that lives for less than one
//! reading can be missed.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};

use hearth_tests::daemons::Person;

const TCP: &str = "/ip4/127.0.0.1/tcp/0";

/// A socket, as the system's tables show it.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Socket {
    table: &'static str,
    local: (String, u16),
    remote: (String, u16),
}

/// The sockets of a process that belong to the network.
fn sockets(pid: u32) -> Vec<Socket> {
    let descriptors = std::fs::read_dir(format!("/proc/{pid}/fd")).into_iter().flatten().flatten();
    let links = descriptors.filter_map(|entry| std::fs::read_link(entry.path()).ok());
    let inode = |link: std::path::PathBuf| {
        Some(link.to_str()?.strip_prefix("socket:[")?.strip_suffix(']')?.to_owned())
    };
    let inodes: BTreeSet<String> = links.filter_map(inode).collect();
    let mut found = Vec::new();
    for table in ["tcp", "tcp6", "udp", "udp6", "raw", "raw6"] {
        let text = std::fs::read_to_string(format!("/proc/{pid}/net/{table}")).unwrap_or_default();
        for line in text.lines().skip(1) {
            let fields: Vec<&str> = line.split_whitespace().collect();
            if fields.get(9).is_some_and(|inode| inodes.contains(*inode)) {
                found.push(Socket { table, local: address(fields[1]), remote: address(fields[2]) });
            }
        }
    }
    found
}

/// Address and port; the address as the table writes it.
fn address(field: &str) -> (String, u16) {
    let (address, port) = field.split_once(':').unwrap();
    (address.to_owned(), u16::from_str_radix(port, 16).unwrap())
}

/// Whatever a socket is connected to that is no member's machine.
fn strangers(pids: &[u32], is_done: &AtomicBool) -> (BTreeSet<Socket>, usize) {
    let (mut strange, mut connected) = (BTreeSet::new(), 0);
    loop {
        let is_last = is_done.load(Ordering::Relaxed);
        let all: Vec<Socket> = pids.iter().flat_map(|pid| sockets(*pid)).collect();
        let is_open = |socket: &Socket| socket.remote.1 == 0;
        let doors: BTreeSet<u16> = all.iter().filter(|it| is_open(it)).map(|it| it.local.1).collect();
        for socket in all {
            let is_tcp = socket.table.starts_with("tcp");
            let is_here =
                ["0100007F", "00000000000000000000000001000000", "0000000000000000FFFF00000100007F"]
                    .contains(&socket.remote.0.as_str());
            let is_members = is_here && (doors.contains(&socket.local.1) || doors.contains(&socket.remote.1));
            if is_tcp && (is_open(&socket) || is_members) {
                connected += usize::from(is_members);
            } else {
                strange.insert(socket);
            }
        }
        if is_last {
            return (strange, connected);
        }
        std::thread::yield_now();
    }
}

#[test]
fn a_daemon_talks_to_nobody_but_its_peers() {
    if !Path::new("/proc/self/net/tcp").exists() {
        return;
    }
    let root = tempfile::tempdir().unwrap();
    let [alice, ben] = ["Alice", "Ben"].map(|name| Person::new(root.path(), name, TCP));
    ben.join(&alice.start("Tuesday Night").field("ticket")).ok();
    let pids = [&alice, &ben].map(|person| person.pid().unwrap());
    let is_done = AtomicBool::new(false);
    let (strange, connected) = std::thread::scope(|scope| {
        let watching = scope.spawn(|| strangers(&pids, &is_done));
        // Whatever could make a program look something up: links, names, a call, a list of numbers.
        alice.share("see https://example.org/picture.png and write to somebody@example.org");
        ben.share("hello");
        alice.wait_for(&["hello"]);
        ben.wait_for(&["see https://example.org/picture.png and write to somebody@example.org"]);
        ben.dm("Alice", "for you alone").ok();
        alice.wait_for(&["for you alone"]);
        alice.json(&["sos", "--drill", "--what", "overdose", "--ask-group", "--no-wait"], "").ok();
        alice.json(&["safe", "--mistake"], "").ok();
        ben.json(&["status"], "").ok();
        is_done.store(true, Ordering::Relaxed);
        watching.join().unwrap()
    });
    assert!(connected > 0, "the two are seen to talk");
    assert!(strange.is_empty(), "{strange:?}");
}
