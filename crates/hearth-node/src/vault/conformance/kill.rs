//! `kill -9` at any moment: every acknowledged batch is there whole, and of the one in flight all or nothing.

use std::collections::BTreeMap;
use std::env;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Command, Stdio};

use super::*;
use crate::home::STARTING;

/// Acknowledgements after which the writer is killed, at most.
const ACKNOWLEDGED_MAX: u64 = 40;

#[test]
fn a_killed_writer_loses_nothing_that_it_acknowledged() {
    let folder = Folder::new();
    folder.create().close().unwrap();
    let cycles = rounds(25);
    let mut acknowledged = 0;
    for cycle in 0..cycles {
        let seed = seed();
        // Every fourth time while it opens the vault.
        let (kill_after, micros) = match seed % 4 {
            0 => (0, (seed >> 32) % 300_000),
            _ => (1 + seed % ACKNOWLEDGED_MAX, (seed >> 32) % 3_000),
        };
        acknowledged = write_until_killed(folder.dir.path(), acknowledged, kill_after, micros);

        let vault = folder.open().unwrap();
        assert_eq!(vault.doubt(), None, "cycle {cycle}, seed {seed}");
        let newest = newest_batch(&vault);
        assert!(newest >= acknowledged, "cycle {cycle}, seed {seed}: {newest} of {acknowledged}");
        assert_eq!(contents(&vault), expected_contents(newest), "cycle {cycle}, seed {seed}");
        acknowledged = newest;
        // Every other cycle begins after a clean end.
        if cycle % 2 == 0 {
            vault.close().unwrap()
        } else {
            drop(vault)
        }
        assert!(!folder.dir.path().join("vault/before-repair").exists());
    }
    assert!(acknowledged > 0);
}

/// The process that is killed; a test of its own because it is this program that is started once more.
#[test]
fn writer_to_be_killed() {
    let Some(root) = env::var_os("HEARTH_KILL_HOME") else { return };
    eprintln!("started");
    let home = Home::prepare(Path::new(&root)).unwrap();
    let vault = Vault::open_with(&home, PASSPHRASE, 0).unwrap();
    let first = newest_batch(&vault) + 1;
    for number in first.. {
        vault.commit(&batch(number)).unwrap();
        let mut out = std::io::stderr().lock();
        writeln!(out, "acknowledged {number}").unwrap();
        out.flush().unwrap();
    }
}

/// Starts the writer, kills it some microseconds after its `kill_after`th acknowledgement, and returns the last
/// number that it acknowledged.
fn write_until_killed(root: &Path, before: u64, kill_after: u64, micros: u64) -> u64 {
    let starting = STARTING.write();
    let mut child = Command::new(env::current_exe().unwrap())
        .args(["--exact", "vault::conformance::kill::writer_to_be_killed", "--nocapture"])
        .env("HEARTH_KILL_HOME", root)
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
    assert_eq!(lines.next().unwrap().unwrap(), "started");
    drop(starting);
    let mut last = before;
    let mut note = |line: String| {
        if let Some(number) = line.strip_prefix("acknowledged ") {
            last = number.parse().unwrap();
        }
    };
    for _ in 0..kill_after {
        note(lines.next().expect("the writer ended by itself").unwrap());
    }
    // Not to wait for anything: to hit another place in the next commit.
    let until = std::time::Instant::now() + std::time::Duration::from_micros(micros);
    while std::time::Instant::now() < until {}
    child.kill().unwrap();
    child.wait().unwrap();
    for line in lines {
        note(line.unwrap());
    }
    last
}

/// The batch of a number: overwrites, deletes, long values, and every seventh time more than the store takes at once.
pub(super) fn batch(number: u64) -> WriteBatch {
    let mut batch = WriteBatch::default();
    for (item, value) in writes(number) {
        match value {
            Some(value) => batch.put(message(&item), value),
            None => batch.delete(message(&item)),
        }
    }
    batch
}

/// What is in a vault after the batches up to `newest`.
pub(super) fn expected_contents(newest: u64) -> BTreeMap<Vec<u8>, Vec<u8>> {
    let mut contents = BTreeMap::new();
    for number in 1..=newest {
        for (item, value) in writes(number) {
            match value {
                Some(value) => contents.insert(item, value),
                None => contents.remove(&item),
            };
        }
    }
    contents
}

pub(super) fn contents(vault: &Vault) -> BTreeMap<Vec<u8>, Vec<u8>> {
    try_contents(vault).unwrap()
}

pub(super) fn try_contents(vault: &Vault) -> Result<BTreeMap<Vec<u8>, Vec<u8>>, StoreError> {
    let mut contents = BTreeMap::new();
    vault.scan(Class::Message, &PARTITION, &mut |item, value| {
        contents.insert(item.to_vec(), value.to_vec());
    })?;
    Ok(contents)
}

/// The number of the last batch, which each batch writes; 0 before the first.
pub(super) fn newest_batch(vault: &Vault) -> u64 {
    value_of(vault, b"newest").map_or(0, |value| u64::from_le_bytes(value.try_into().unwrap()))
}

fn writes(number: u64) -> BTreeMap<Vec<u8>, Option<Vec<u8>>> {
    let mut writes = BTreeMap::new();
    let fill = |length: usize| vec![number as u8; length];
    writes.insert(b"newest".to_vec(), Some(number.to_le_bytes().to_vec()));
    for small in 0..number % 5 {
        writes.insert(format!("small {}", (number * 3 + small) % 40).into_bytes(), Some(fill(200)));
    }
    if number.is_multiple_of(3) {
        let length = 3_000 + usize::try_from(number % 11).unwrap() * 1_500;
        writes.insert(format!("long {}", number % 4).into_bytes(), Some(fill(length)));
    }
    if number.is_multiple_of(4) {
        writes.insert(format!("small {}", number % 40).into_bytes(), None);
    }
    if number.is_multiple_of(7) {
        for part in 0..150 {
            writes.insert(format!("many {part}").into_bytes(), Some(fill(100)));
        }
    }
    if number.is_multiple_of(21) {
        writes.insert(b"huge".to_vec(), Some(fill(400_000)));
        for part in 0..70 {
            writes.insert(format!("many {part}").into_bytes(), None);
        }
    }
    writes
}
