//! Whom a message is for: the devices that were in when it was written, as far as its author's device knew.
//!
//! Owns the note of who was in when, and the sealing by name of what is sealed once more under keys that somebody has who came
//! later. Decides nothing about who is in. PROTOCOL 8.11 and 8.12.

use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use super::Group;
use super::devices::Seen;
use crate::crypto;
use crate::error::Fault;
use crate::ids::{DeviceId, EpochId};
use crate::keys::KeyLayer;
use crate::message::Message;
use crate::turn::{Reader, Turn};

/// The first byte of what is sealed by name. A message itself begins with its own version, which is another one.
const ADDRESSED_VERSION: u8 = 2;
/// Bytes of a device's id that say which key is for it.
const PREFIX_BYTES: usize = 8;
/// What the sealing of a message's key is bound to.
const ADDRESSED_INFO: &[u8] = b"hearth 2026-11 message key";
/// Times that somebody came and went of which a note is kept.
const TURNS_MAX: usize = 64;

/// What is sealed for those alone whom a message is for.
pub(super) struct ByName {
    pub(super) plaintext: Zeroizing<Vec<u8>>,
    pub(super) readers: Vec<Reader>,
}

/// A message that only some of those may read who have the keys that it is sealed under.
#[derive(Serialize, Deserialize)]
struct Addressed {
    version: u8,
    keys: Vec<AddressedKey>,
    /// The message, under a key of its own.
    body: Vec<u8>,
}

/// The key of a message, for one device.
#[derive(Serialize, Deserialize)]
struct AddressedKey {
    device: [u8; PREFIX_BYTES],
    /// Sealed to the device's inbox.
    sealed: Vec<u8>,
}

impl Seen {
    /// Says whether the device was in when this node wrote its message number `mseq`.
    fn was_in(&self, mseq: u64) -> bool {
        self.turns.partition_point(|turn| *turn <= mseq) % 2 == 1
    }

    /// Says whether the device is in, as far as was noted.
    fn is_in(&self) -> bool {
        self.turns.len() % 2 == 1
    }

    /// The message number since which the device is in.
    fn newest_entry(&self) -> u64 {
        if self.is_in() { self.turns.last().copied().unwrap_or_default() } else { 0 }
    }

    /// Notes that the device came, or went, before this node's message number `mseq`.
    fn turn(&mut self, mseq: u64) {
        // Nothing was written in between.
        if self.turns.last() == Some(&mseq) {
            self.turns.pop();
            return;
        }
        self.turns.push(mseq);
        if self.turns.len() > TURNS_MAX {
            self.turns.drain(..2);
        }
    }
}

impl<K: KeyLayer> Group<K> {
    /// Notes which devices came and went since the last time.
    pub(super) fn note_devices(&mut self, turn: &mut Turn<'_>) {
        if self.home.is_some() {
            return;
        }
        let devices = self.resolution.devices();
        let is_noted = |device: &DeviceId| self.seen.get(device).is_some_and(Seen::is_in);
        let came = devices.iter().filter(|device| !is_noted(device));
        let gone = self.seen.iter().filter(|(device, seen)| seen.is_in() && !devices.contains(*device));
        let changed: Vec<DeviceId> = came.chain(gone.map(|(device, _)| device)).copied().collect();
        for device in changed {
            let mut seen = self.seen.get(&device).cloned().unwrap_or_else(|| Seen::first(turn.now));
            seen.turn(self.mseq);
            // A record that cannot be encoded is not kept; the next time tries again.
            let _ = self.note(turn, device, seen);
        }
        self.note_newest_entry();
    }

    pub(super) fn note_newest_entry(&mut self) {
        self.newest_entry = self.seen.values().map(Seen::newest_entry).max().unwrap_or_default();
    }

    /// Says whether a device was in, as far as this node knew, when it wrote its message number `mseq`.
    fn was_in(&self, device: &DeviceId, mseq: u64) -> bool {
        *device == self.device.public() || self.seen.get(device).is_some_and(|seen| seen.was_in(mseq))
    }

    /// The devices that an own message is for, and that a key can be sealed for.
    fn addressees(&self, epoch: &EpochId, mseq: u64) -> Vec<(DeviceId, Vec<u8>)> {
        let Some(node) = self.epochs.node(epoch) else { return Vec::new() };
        let own = self.device.public();
        let others = node.tree.iter().filter(|device| **device != own && self.was_in(device, mseq));
        others.filter_map(|device| Some((*device, self.usable_keys_of(device)?.inbox))).collect()
    }

    /// Says whether somebody can be reached who is not among the `reached` that an own message was sealed for by name.
    pub(crate) fn can_reach_more(&self, mseq: u64, reached: &[Reader]) -> bool {
        let Some(head) = self.head else { return false };
        let addressees = self.addressees(&head, mseq);
        addressees.iter().any(|(device, _)| !reached.contains(&self.reader(&head, device)))
    }

    /// The device, as long as it has the keys of its last new leaf on the way to `epoch`.
    fn reader(&self, epoch: &EpochId, device: &DeviceId) -> Reader {
        let leaf = self.leaf_number(epoch, device).to_le_bytes();
        let hash = crypto::hash("hearth 2026-11 reader of what is sealed by name", &[&device.0, &leaf]);
        Reader(hash.first_chunk().copied().unwrap_or_default())
    }

    /// Returns what is to be sealed for those alone whom a message is for; `None` if everybody who has the keys of `epoch` may
    /// read it.
    pub(super) fn address(
        &self,
        turn: &mut Turn<'_>,
        epoch: &EpochId,
        message: &[u8],
    ) -> Result<Option<ByName>, Fault> {
        let mseq = Message::number_of(message).ok_or(Fault::Bug("an own message without a number"))?;
        let Some(node) = self.epochs.node(epoch) else { return Ok(None) };
        let is_for_all = self.home.is_some()
            || self.newest_entry <= mseq
            || node.tree.iter().all(|device| self.was_in(device, mseq));
        if is_for_all {
            return Ok(None);
        }
        let key = Zeroizing::new(turn.rng.bytes::<32>());
        let addressees = self.addressees(epoch, mseq);
        let (mut readers, mut keys) = (Vec::new(), Vec::new());
        for (device, inbox) in addressees {
            let sealed =
                K::inbox_seal(self.suite(), &inbox, ADDRESSED_INFO, &self.id.0, key.as_slice(), turn.rng);
            readers.push(self.reader(epoch, &device));
            // Who published what is no key has nothing to read with.
            let Ok(sealed) = sealed else { continue };
            keys.push(AddressedKey { device: prefix(&device), sealed });
        }
        let body = crypto::seal_once(&key, &self.id.0, message).ok_or(Fault::Bug("a message too large"))?;
        let addressed = Addressed { version: ADDRESSED_VERSION, keys, body };
        let bytes = postcard::to_stdvec(&addressed).map_err(|_| Fault::Bug("a message by name"))?;
        Ok(Some(ByName { plaintext: Zeroizing::new(bytes), readers }))
    }

    /// Returns the message in what was sealed; `None` if it is for others.
    pub(super) fn unaddress(&self, plaintext: Zeroizing<Vec<u8>>) -> Option<Zeroizing<Vec<u8>>> {
        if plaintext.first() != Some(&ADDRESSED_VERSION) {
            return Some(plaintext);
        }
        let addressed: Addressed = postcard::from_bytes(&plaintext).ok()?;
        let own = prefix(&self.device.public());
        let mut keys = addressed.keys.iter().filter(|key| key.device == own).flat_map(|key| {
            self.own_keys.iter().filter_map(|own| {
                K::inbox_open(self.suite(), &own.inbox_secret, ADDRESSED_INFO, &self.id.0, &key.sealed).ok()
            })
        });
        let key = Zeroizing::new(<[u8; 32]>::try_from(keys.next()?.as_slice()).ok()?);
        crypto::open_once(&key, &self.id.0, &addressed.body)
    }
}

fn prefix(device: &DeviceId) -> [u8; PREFIX_BYTES] {
    device.0.first_chunk().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::Timestamp;

    #[test]
    fn the_form_of_a_message_by_name_is_what_it_was() {
        let key = AddressedKey { device: [7; PREFIX_BYTES], sealed: vec![1, 2, 3] };
        let body = crypto::seal_once(&[9; 32], &[4; 32], b"words").unwrap();
        assert_eq!(crypto::open_once(&[9; 32], &[4; 32], &body).unwrap().as_slice(), b"words");
        assert!(crypto::open_once(&[9; 32], &[5; 32], &body).is_none());
        let addressed = Addressed { version: ADDRESSED_VERSION, keys: vec![key], body };
        let bytes = data_encoding::HEXLOWER.encode(&postcard::to_stdvec(&addressed).unwrap());
        assert_eq!(bytes, "0201070707070707070703010203159eb0ff7a9817c2496579e6fd4ffe4e8a29a9823e81");
    }

    #[test]
    fn a_record_from_before_there_were_turns_is_of_somebody_who_was_always_in() {
        let first = postcard::to_stdvec(&(Timestamp(5), Some(Timestamp(6)))).unwrap();
        let seen = Seen::parse(&first).unwrap();
        assert_eq!((seen.since, seen.verified), (Timestamp(5), Some(Timestamp(6))));
        assert!(seen.was_in(0) && seen.is_in());
        // Of before it was noted who visits.
        let second = postcard::to_stdvec(&(Timestamp(5), Some(Timestamp(6)), vec![2_u64])).unwrap();
        let second = Seen::parse(&second).unwrap();
        assert!(second.turns == [2] && second.visit.is_none());
        let now = Seen { turns: vec![1, 4], ..seen };
        assert_eq!(Seen::parse(&postcard::to_stdvec(&now).unwrap()).unwrap().turns, [1, 4]);
    }

    #[test]
    fn p8_11_who_came_and_went_is_known_by_the_numbers_of_messages() {
        let mut seen = Seen::first(Timestamp(0));
        assert!(!seen.was_in(0));
        for turn in [3, 5, 9] {
            seen.turn(turn);
        }
        let was_in: Vec<u64> = (0..12).filter(|mseq| seen.was_in(*mseq)).collect();
        assert_eq!(was_in, [3, 4, 9, 10, 11]);
        assert!(seen.is_in());
        seen.turn(9);
        assert_eq!(seen.turns, [3, 5], "out again before anything was written");
        for turn in 10..200 {
            seen.turn(turn);
        }
        assert!(seen.turns.len() <= TURNS_MAX);
        assert!(seen.was_in(198) != seen.was_in(199));
    }
}
