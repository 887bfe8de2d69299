//! What the vault promises, tried against crashes, power cuts, damage and full disks.
//!
//! Another store that stands behind [`super::Vault`] runs the same suite. `HEARTH_SUITE_FACTOR=20` tries the random
//! parts twenty times as often; `HEARTH_SUITE_SEED` replays one.

mod backup;
mod basics;
mod damage;
mod destroy;
mod identity;
mod kill;
mod power;
pub(super) mod trace;

use hearth_core::store::{Class, Key, ReadStore, StoreError, WriteBatch};
use tempfile::TempDir;

use super::keys::random;
use super::{Cost, OpenError, Params, Vault};
use crate::home::Home;

const PASSPHRASE: &[u8] = b"one day at a time";
/// The cheapest guess that is accepted, and no reserve of disk.
const PARAMS: Params = Params { cost: Cost::FLOOR, free_bytes_min: 0 };
const PARTITION: [u8; 32] = [7; 32];

/// A data folder that goes when the test does.
struct Folder {
    dir: TempDir,
    home: Home,
}

impl Folder {
    fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let home = Home::prepare(dir.path()).unwrap();
        Self { dir, home }
    }

    fn create(&self) -> Vault {
        Vault::create(&self.home, PASSPHRASE, PARAMS).unwrap()
    }

    fn open(&self) -> Result<Vault, OpenError> {
        Vault::open_with(&self.home, PASSPHRASE, 0)
    }
}

/// Returns the seed of a random test: `HEARTH_SUITE_SEED`, to replay a failure, or a new one.
fn seed() -> u64 {
    let given = std::env::var("HEARTH_SUITE_SEED").ok().and_then(|seed| seed.parse().ok());
    given.unwrap_or_else(|| u64::from_le_bytes(random().unwrap()))
}

/// Returns how often a random test tries, `few` times as many as `HEARTH_SUITE_FACTOR` says, or as it is.
fn rounds(few: u64) -> u64 {
    few * std::env::var("HEARTH_SUITE_FACTOR").ok().and_then(|factor| factor.parse().ok()).unwrap_or(1)
}

fn message(item: &[u8]) -> Key {
    Key::new(Class::Message, &PARTITION, item)
}

fn put(vault: &Vault, item: &[u8], value: &[u8]) -> Result<(), StoreError> {
    let mut batch = WriteBatch::default();
    batch.put(message(item), value.to_vec());
    vault.commit(&batch)
}

fn value_of(vault: &Vault, item: &[u8]) -> Option<Vec<u8>> {
    vault.get(&message(item)).unwrap().map(|value| value.to_vec())
}
