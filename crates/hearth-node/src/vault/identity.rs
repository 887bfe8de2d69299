//! What must outlive the store: who this node is, once more, in a small sealed file beside it.
//!
//! Owns the file `identity`: the records of two classes, sealed under a key of their own, replaced as a whole when one of
//! them changes. From it a fresh store is made when the old one cannot be read. Never knows what a record means.
//!
//! Layout: `MAGIC` (with the version), a nonce of 24 bytes, and the sealed rest, with `MAGIC` as associated data. Inside:
//! the number of records (u32), for each its class (1 byte), its name and its value (both after their u32 length), then
//! zeros up to a multiple of 4 KiB. Integers are little-endian. `tests/vectors/vault-identity-v1.json` is one.

use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use chacha20poly1305::aead::{AeadInOut, KeyInit};
use chacha20poly1305::{Key as AeadKey, XChaCha20Poly1305, XNonce};
use hearth_core::store::{Class, Key, Value};
use zeroize::Zeroizing;

use super::OpenError;
use super::disk::{self, DurableFile};
use super::keys::{Fields, Keys, random};
use super::limits::IDENTITY_BYTES_MAX;

/// The classes that the file holds, each of one set only.
pub(super) const CLASSES: [Class; 2] = [Class::Node, Class::Identity];

/// Reads the file's records, in order of class and name; `None` if there is none, or if it is not whole.
pub(super) fn read(path: PathBuf, keys: &Keys) -> Result<Option<Vec<(Key, Value)>>, OpenError> {
    let file = match DurableFile::open(path) {
        Ok(file) => file,
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::IsADirectory) => {
            return Ok(None);
        }
        Err(error) => return Err(error.into()),
    };
    parse(&file.read_at(0, IDENTITY_BYTES_MAX)?, keys)
}

/// Writes the file anew and returns when it is on the disk. There is an old or a new one at every moment.
pub(super) fn write(folder: &Path, keys: &Keys, records: &[(Key, Value)]) -> io::Result<()> {
    let bytes = seal(keys, records, random()?)?;
    let unfinished = folder.join(UNFINISHED);
    match std::fs::remove_file(&unfinished) {
        Err(error) if error.kind() != ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let file = DurableFile::create(unfinished.clone())?;
    file.write_at(&bytes, 0)?;
    file.sync()?;
    std::fs::rename(&unfinished, folder.join(NAME))?;
    disk::sync_dir(folder)
}

/// Says whether two sets of records are the same.
pub(super) fn are_equal(one: &[(Key, Value)], other: &[(Key, Value)]) -> bool {
    one.len() == other.len()
        && one.iter().zip(other).all(|(a, b)| a.0 == b.0 && a.1.as_slice() == b.1.as_slice())
}

/// Seals records as they stand in the file.
pub(super) fn seal(keys: &Keys, records: &[(Key, Value)], nonce: [u8; NONCE_BYTES]) -> io::Result<Vec<u8>> {
    let length: usize =
        4 + records.iter().map(|(key, value)| 9 + key.item.len() + value.len()).sum::<usize>();
    let padded = length.next_multiple_of(PAGE_BYTES);
    if padded + MAGIC.len() + NONCE_BYTES + TAG_BYTES > IDENTITY_BYTES_MAX {
        return Err(ErrorKind::FileTooLarge.into());
    }
    // Never grows: no copy of what is in it stays behind.
    let mut plain = Zeroizing::new(Vec::with_capacity(padded + TAG_BYTES));
    plain.extend_from_slice(&as_u32(records.len()));
    for (key, value) in records {
        plain.push(key.class as u8);
        for bytes in [key.item.as_slice(), value.as_slice()] {
            plain.extend_from_slice(&as_u32(bytes.len()));
            plain.extend_from_slice(bytes);
        }
    }
    plain.resize(padded, 0);
    cipher(keys)
        .encrypt_in_place(XNonce::cast_from_core(&nonce), MAGIC, &mut *plain)
        .map_err(|_| io::Error::from(ErrorKind::InvalidData))?;
    Ok([MAGIC.as_slice(), &nonce, &plain].concat())
}

/// Reads the records of a whole file; `None` if it is not whole, or sealed under another key.
pub(super) fn parse(bytes: &[u8], keys: &Keys) -> Result<Option<Vec<(Key, Value)>>, OpenError> {
    let mut fields = Fields(bytes);
    match fields.take::<10>() {
        Some(magic) if magic == *MAGIC => {}
        // Another version of this program knows what is in it.
        Some(magic) if magic.starts_with(KIND) => return Err(OpenError::UnknownVersion),
        Some(_) | None => return Ok(None),
    }
    let Some(nonce) = fields.take::<NONCE_BYTES>() else { return Ok(None) };
    let mut plain = Zeroizing::new(fields.0.to_vec());
    let opened = cipher(keys).decrypt_in_place(XNonce::cast_from_core(&nonce), MAGIC, &mut *plain);
    Ok(opened.ok().and_then(|()| parse_records(&plain)))
}

fn parse_records(plain: &[u8]) -> Option<Vec<(Key, Value)>> {
    let mut fields = Fields(plain);
    let count = u32::from_le_bytes(fields.take()?);
    let mut records = Vec::new();
    for _ in 0..count {
        let [number] = fields.take()?;
        let class = CLASSES.into_iter().find(|class| *class as u8 == number)?;
        let item = take_bytes(&mut fields)?;
        let value = take_bytes(&mut fields)?;
        records.push((Key::global(class, item), Zeroizing::new(value.to_vec())));
    }
    Some(records)
}

fn take_bytes<'a>(fields: &mut Fields<'a>) -> Option<&'a [u8]> {
    let bytes = usize::try_from(u32::from_le_bytes(fields.take()?)).ok()?;
    fields.take_slice(bytes)
}

fn cipher(keys: &Keys) -> XChaCha20Poly1305 {
    XChaCha20Poly1305::new(AeadKey::cast_from_core(&keys.identity))
}

/// Lengths are bounded far below 4 GiB by [`IDENTITY_BYTES_MAX`].
fn as_u32(length: usize) -> [u8; 4] {
    u32::try_from(length).unwrap_or(u32::MAX).to_le_bytes()
}

/// The file's name in the vault.
pub(super) const NAME: &str = "identity";
/// Its name until it is whole.
pub(super) const UNFINISHED: &str = "identity.unfinished";
/// Names the file and its version.
const MAGIC: &[u8; 10] = b"hearthid\x01\x00";
const KIND: &[u8; 8] = b"hearthid";
const NONCE_BYTES: usize = 24;
const TAG_BYTES: usize = 16;
/// The size says little of how many groups there are.
const PAGE_BYTES: usize = 4096;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vault::keys::MasterKey;

    /// Written once and never changed: every later program opens it.
    #[derive(serde::Deserialize)]
    struct Vector {
        master_key: String,
        nonce: String,
        records: Vec<(u8, String, String)>,
        file: String,
    }

    fn from_hex(text: &str) -> Vec<u8> {
        (0..text.len() / 2).map(|at| u8::from_str_radix(&text[2 * at..2 * at + 2], 16).unwrap()).collect()
    }

    #[test]
    fn the_frozen_file_opens() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/vectors/vault-identity-v1.json");
        let vector: Vector = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
        let keys = MasterKey::from_bytes(from_hex(&vector.master_key).try_into().unwrap()).keys();
        let records: Vec<(Key, Value)> = vector
            .records
            .iter()
            .map(|(class, item, value)| {
                let class = CLASSES.into_iter().find(|known| *known as u8 == *class).unwrap();
                (Key::global(class, &from_hex(item)), Zeroizing::new(from_hex(value)))
            })
            .collect();
        let sealed = seal(&keys, &records, from_hex(&vector.nonce).try_into().unwrap()).unwrap();
        let hex: String = sealed.iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(hex, vector.file);
        let read = parse(&from_hex(&vector.file), &keys).unwrap().unwrap();
        assert!(are_equal(&read, &records));
        // Nobody else's key opens it, and nothing in it can be altered.
        let other = MasterKey::from_bytes([9; 32]).keys();
        assert!(parse(&sealed, &other).unwrap().is_none());
        for at in [0, 5, 12, 40, 100, sealed.len() - 1] {
            let mut altered = sealed.clone();
            altered[at] ^= 1;
            assert!(parse(&altered, &keys).unwrap().is_none(), "at {at}");
        }
        let mut newer = sealed.clone();
        newer[8] = 2;
        assert_eq!(parse(&newer, &keys).err(), Some(OpenError::UnknownVersion));
        for length in [0, 9, 20, 60] {
            assert!(parse(&sealed[..length], &keys).unwrap().is_none());
        }
    }
}
