//! From the passphrase to the keys that seal the vault.
//!
//! Owns `vault.key`: passphrase -> Argon2id (RFC 9106) -> a key that wraps the random master key -> one key for each
//! purpose. Never keeps the passphrase or what Argon2id made of it.

use std::io::{self, ErrorKind};
use std::path::PathBuf;

use argon2::{Algorithm, Argon2, Block, Params, Version};
use chacha20poly1305::aead::{AeadInOut, KeyInit};
use chacha20poly1305::{Key as AeadKey, XChaCha20Poly1305, XNonce};
use hearth_core::crypto::{derive, hash, keyed_hash};
use zeroize::Zeroizing;

use super::OpenError;
use super::limits::{
    COST_LANES_MAX, COST_MEMORY_KIB_MAX, COST_MEMORY_KIB_MIN, COST_PASSES_MAX, COST_PASSES_MIN,
};
use super::slots::Slots;

/// What one guess at a passphrase costs: the parameters of Argon2id.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cost {
    /// KiB of memory.
    pub memory_kib: u32,
    /// Passes over that memory.
    pub passes: u32,
    /// Lanes that the memory is divided into.
    pub lanes: u32,
}

impl Cost {
    /// The second profile of RFC 9106: 64 MiB, three passes, four lanes.
    pub const STANDARD: Self = Self { memory_kib: 64 * 1024, passes: 3, lanes: 4 };
    /// The least that is accepted.
    pub const FLOOR: Self = Self { memory_kib: COST_MEMORY_KIB_MIN, passes: COST_PASSES_MIN, lanes: 1 };

    fn is_within_bounds(self) -> bool {
        (COST_MEMORY_KIB_MIN..=COST_MEMORY_KIB_MAX).contains(&self.memory_kib)
            && (COST_PASSES_MIN..=COST_PASSES_MAX).contains(&self.passes)
            && (1..=COST_LANES_MAX).contains(&self.lanes)
    }
}

/// The random key that everything in the vault hangs from.
pub(super) struct MasterKey(Zeroizing<[u8; 32]>);

impl MasterKey {
    /// Makes a fresh key.
    pub(super) fn generate() -> io::Result<Self> {
        Ok(Self(Zeroizing::new(random()?)))
    }

    /// Takes a key that a test chose.
    #[cfg(test)]
    pub(super) fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(Zeroizing::new(bytes))
    }

    /// Returns the keys of all purposes.
    pub(super) fn keys(&self) -> Keys {
        let key = |context| derive(context, self.0.as_slice());
        Keys {
            records: key("hearth v1 vault records"),
            index: key("hearth v1 vault index"),
            contents: key("hearth v1 vault contents"),
            chain: key("hearth v1 vault chain"),
            anchor: key("hearth v1 vault anchor"),
            journal: key("hearth v1 vault journal"),
            identity: key("hearth v1 vault identity"),
        }
    }
}

/// The keys of the vault, one for each purpose. Erased from memory when dropped.
pub(super) struct Keys {
    records: Zeroizing<[u8; 32]>,
    /// Hides what a record is called.
    pub(super) index: Zeroizing<[u8; 32]>,
    /// Sums up which records there are.
    pub(super) contents: Zeroizing<[u8; 32]>,
    /// Links every batch to the one before.
    pub(super) chain: Zeroizing<[u8; 32]>,
    /// Authenticates the anchor.
    pub(super) anchor: Zeroizing<[u8; 32]>,
    /// Authenticates the journal.
    pub(super) journal: Zeroizing<[u8; 32]>,
    /// Seals the identity.
    pub(super) identity: Zeroizing<[u8; 32]>,
}

impl Keys {
    /// Returns the cipher for records of a class; 0 stands for the vault's own.
    pub(super) fn cipher(&self, class: u8) -> XChaCha20Poly1305 {
        let key = Zeroizing::new(keyed_hash(&self.records, &[class]));
        XChaCha20Poly1305::new(AeadKey::cast_from_core(&key))
    }
}

/// `vault.key`: the master key wrapped under the passphrase, in two places.
pub(super) struct KeyFile {
    slots: Slots,
}

impl KeyFile {
    /// Makes the file for a master key.
    pub(super) fn create(
        path: PathBuf,
        passphrase: &[u8],
        cost: Cost,
        master: &MasterKey,
    ) -> Result<(), OpenError> {
        let header = Header::fresh(1, cost)?.wrap(passphrase, master)?;
        Slots::create(path, &header)?;
        Ok(())
    }

    /// Opens the file and unwraps the master key.
    ///
    /// A write that was cut short is brought to its end, so that an older passphrase does not linger in the other
    /// place.
    pub(super) fn open(path: PathBuf, passphrase: &[u8]) -> Result<(Self, MasterKey), OpenError> {
        let slots = match Slots::open(path) {
            Err(error) if error.kind() == ErrorKind::NotFound => {
                return Err(OpenError::Damaged("the key file is missing"));
            }
            other => other,
        }?;
        let file = Self { slots };
        let master = file.unwrap(passphrase)?;
        Ok((file, master))
    }

    /// Wraps the master key under a new passphrase, if `old` is the present one. Nothing else is sealed anew.
    pub(super) fn change(&self, old: &[u8], new: &[u8], cost: Cost) -> Result<(), OpenError> {
        let master = self.unwrap(old)?;
        let (newest, _) = self.newest()?;
        let generation = newest.generation.saturating_add(1);
        let header = Header::fresh(generation, cost)?.wrap(new, &master)?;
        // The place of the older generation first; when it is safe, the one that still opens with the old passphrase.
        self.slots.write(generation, &header)?;
        self.slots.write(generation.wrapping_add(1), &header)?;
        Ok(())
    }

    fn unwrap(&self, passphrase: &[u8]) -> Result<MasterKey, OpenError> {
        let (newest, both_are_it) = self.newest()?;
        let master = newest.unwrap(passphrase)?;
        if !both_are_it {
            self.slots.write(newest.generation, &newest.bytes)?;
            self.slots.write(newest.generation.wrapping_add(1), &newest.bytes)?;
        }
        Ok(master)
    }

    /// Returns the whole header of the highest generation, and whether both places hold it.
    fn newest(&self) -> Result<(Header, bool), OpenError> {
        let [first, second] = self.slots.read(HEADER_BYTES)?;
        let same = first == second;
        match (Header::parse(&first), Header::parse(&second)) {
            (Ok(a), Ok(b)) => Ok((if a.generation >= b.generation { a } else { b }, same)),
            (Ok(header), Err(HeaderFault::Torn)) | (Err(HeaderFault::Torn), Ok(header)) => {
                Ok((header, false))
            }
            // A whole place that this program does not understand may be the newer one: leave both as they are.
            (Err(HeaderFault::Refused(error)), _) | (_, Err(HeaderFault::Refused(error))) => Err(error),
            (Err(HeaderFault::Torn), Err(HeaderFault::Torn)) => Err(OpenError::Damaged("key file")),
        }
    }
}

/// Wraps a master key under a passphrase for a file of its own, laid out as one place of `vault.key`.
pub(super) fn wrap_apart(passphrase: &[u8], cost: Cost, master: &MasterKey) -> Result<Vec<u8>, OpenError> {
    Header::fresh(1, cost)?.wrap(passphrase, master)
}

/// Unwraps what [`wrap_apart`] wrapped.
pub(super) fn unwrap_apart(bytes: &[u8], passphrase: &[u8]) -> Result<MasterKey, OpenError> {
    match Header::parse(bytes) {
        Ok(header) => header.unwrap(passphrase),
        Err(HeaderFault::Refused(error)) => Err(error),
        Err(HeaderFault::Torn) => Err(OpenError::Damaged("backup")),
    }
}

/// One place of `vault.key`, laid out as in `tests/vectors/vault-header-v1.json`; integers are little-endian.
struct Header {
    generation: u64,
    cost: Cost,
    salt: [u8; 32],
    nonce: [u8; 24],
    bytes: Vec<u8>,
}

enum HeaderFault {
    /// Not what was once written: a torn write or a damaged disk.
    Torn,
    /// Whole, but not to be opened.
    Refused(OpenError),
}

impl Header {
    fn fresh(generation: u64, cost: Cost) -> io::Result<Self> {
        Ok(Self { generation, cost, salt: random()?, nonce: random()?, bytes: Vec::new() })
    }

    fn parse(bytes: &[u8]) -> Result<Self, HeaderFault> {
        let (body, checksum) =
            bytes.split_at_checked(HEADER_BYTES - CHECKSUM_BYTES).ok_or(HeaderFault::Torn)?;
        // Not against an attacker, who can make one: it tells damage from a wrong passphrase.
        if checksum != hash(CHECKSUM_CONTEXT, &[body]) {
            return Err(HeaderFault::Torn);
        }
        let mut fields = Fields(body);
        if fields.take::<8>() != Some(*MAGIC) {
            return Err(HeaderFault::Torn);
        }
        let version = fields.take().map(u16::from_le_bytes);
        if version != Some(HEADER_VERSION) {
            return Err(HeaderFault::Refused(OpenError::UnknownVersion));
        }
        let mut parse = || {
            Some(Self {
                generation: u64::from_le_bytes(fields.take()?),
                cost: Cost {
                    memory_kib: u32::from_le_bytes(fields.take()?),
                    passes: u32::from_le_bytes(fields.take()?),
                    lanes: u32::from_le_bytes(fields.take()?),
                },
                salt: fields.take()?,
                nonce: fields.take()?,
                bytes: bytes.to_vec(),
            })
        };
        let header = parse().ok_or(HeaderFault::Torn)?;
        if !header.cost.is_within_bounds() {
            return Err(HeaderFault::Refused(OpenError::Damaged("key file asks for an unreasonable cost")));
        }
        Ok(header)
    }

    /// Returns the header's bytes with the master key wrapped inside; all that stands before it is authenticated.
    fn wrap(&self, passphrase: &[u8], master: &MasterKey) -> Result<Vec<u8>, OpenError> {
        let mut bytes = Vec::with_capacity(HEADER_BYTES);
        bytes.extend_from_slice(MAGIC);
        bytes.extend_from_slice(&HEADER_VERSION.to_le_bytes());
        bytes.extend_from_slice(&self.generation.to_le_bytes());
        bytes.extend_from_slice(&self.cost.memory_kib.to_le_bytes());
        bytes.extend_from_slice(&self.cost.passes.to_le_bytes());
        bytes.extend_from_slice(&self.cost.lanes.to_le_bytes());
        bytes.extend_from_slice(&self.salt);
        bytes.extend_from_slice(&self.nonce);
        let mut wrapped = Zeroizing::new(Vec::with_capacity(WRAPPED_BYTES));
        wrapped.extend_from_slice(master.0.as_slice());
        self.cipher(passphrase)?
            .encrypt_in_place(XNonce::cast_from_core(&self.nonce), &bytes, &mut *wrapped)
            .map_err(|_| OpenError::Damaged("key file"))?;
        bytes.extend_from_slice(&wrapped);
        let checksum = hash(CHECKSUM_CONTEXT, &[&bytes]);
        bytes.extend_from_slice(&checksum);
        Ok(bytes)
    }

    fn unwrap(&self, passphrase: &[u8]) -> Result<MasterKey, OpenError> {
        let sealed_from = HEADER_BYTES - CHECKSUM_BYTES - WRAPPED_BYTES;
        let (head, rest) = self.bytes.split_at_checked(sealed_from).ok_or(OpenError::Damaged("key file"))?;
        let wrapped = rest.get(..WRAPPED_BYTES).ok_or(OpenError::Damaged("key file"))?;
        let mut wrapped = Zeroizing::new(wrapped.to_vec());
        self.cipher(passphrase)?
            .decrypt_in_place(XNonce::cast_from_core(&self.nonce), head, &mut *wrapped)
            .map_err(|_| OpenError::WrongPassphrase)?;
        let mut master = MasterKey(Zeroizing::new([0; 32]));
        let key = wrapped.first_chunk::<32>().ok_or(OpenError::Damaged("key file"))?;
        master.0.copy_from_slice(key);
        Ok(master)
    }

    fn cipher(&self, passphrase: &[u8]) -> Result<XChaCha20Poly1305, OpenError> {
        if !self.cost.is_within_bounds() {
            return Err(OpenError::Damaged("key file asks for an unreasonable cost"));
        }
        let params = Params::new(self.cost.memory_kib, self.cost.passes, self.cost.lanes, Some(32))
            .map_err(|_| OpenError::Damaged("key file asks for an unreasonable cost"))?;
        // The memory is ours so that it can be erased, and so that too little of it is an error, not the end.
        let mut memory = Zeroizing::new(Vec::new());
        let blocks = params.block_count();
        memory.try_reserve_exact(blocks).map_err(|_| OpenError::Io(ErrorKind::OutOfMemory.to_string()))?;
        memory.resize(blocks, Block::default());
        let mut key = Zeroizing::new([0; 32]);
        Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
            .hash_password_into_with_memory(passphrase, &self.salt, key.as_mut_slice(), memory.as_mut_slice())
            .map_err(|_| OpenError::WrongPassphrase)?;
        Ok(XChaCha20Poly1305::new(AeadKey::cast_from_core(&key)))
    }
}

/// Returns `N` bytes of the operating system's randomness.
pub(super) fn random<const N: usize>() -> io::Result<[u8; N]> {
    let mut bytes = [0; N];
    #[cfg(test)]
    if super::conformance::trace::fill_from_seed(&mut bytes) {
        return Ok(bytes);
    }
    getrandom::fill(&mut bytes).map_err(|_| io::Error::from(ErrorKind::Unsupported))?;
    Ok(bytes)
}

/// Takes fixed-length fields off the front of some bytes.
pub(super) struct Fields<'a>(pub(super) &'a [u8]);

impl<'a> Fields<'a> {
    /// Takes the next `N` bytes; `None` if there are fewer.
    pub(super) fn take<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (field, rest) = self.0.split_first_chunk()?;
        self.0 = rest;
        Some(*field)
    }

    /// Takes the next `bytes` bytes; `None` if there are fewer.
    pub(super) fn take_slice(&mut self, bytes: usize) -> Option<&'a [u8]> {
        let (field, rest) = self.0.split_at_checked(bytes)?;
        self.0 = rest;
        Some(field)
    }
}

const MAGIC: &[u8; 8] = b"hearthvk";
const HEADER_VERSION: u16 = 1;
const WRAPPED_BYTES: usize = 32 + 16;
const CHECKSUM_BYTES: usize = 32;
/// Bytes of a wrapped master key with all that stands beside it.
pub(super) const HEADER_BYTES: usize = 8 + 2 + 8 + 3 * 4 + 32 + 24 + WRAPPED_BYTES + CHECKSUM_BYTES;
const CHECKSUM_CONTEXT: &str = "hearth v1 vault header checksum";

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::vault::conformance::trace;

    /// Written once and never changed: every later program opens it.
    #[derive(serde::Deserialize)]
    struct Vector {
        passphrase: String,
        header: String,
        master_key_hash: String,
    }

    #[test]
    fn the_frozen_header_opens() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/vectors/vault-header-v1.json");
        let vector: Vector = serde_json::from_slice(&fs::read(path).unwrap()).unwrap();
        let header = Header::parse(&from_hex(&vector.header)).ok().unwrap();
        assert_eq!(header.cost, Cost::STANDARD);
        let master = header.unwrap(vector.passphrase.as_bytes()).ok().unwrap();
        assert_eq!(
            to_hex(&hash("hearth v1 test vault master key", &[master.0.as_slice()])),
            vector.master_key_hash
        );
        assert_eq!(to_hex(&header.wrap(vector.passphrase.as_bytes(), &master).unwrap()), vector.header);
        assert_eq!(header.unwrap(b"another").err(), Some(OpenError::WrongPassphrase));
    }

    #[test]
    fn an_altered_header_opens_with_no_passphrase() {
        let (_, bytes) = header(1, b"right");
        // The master key is bound to everything that stands before it.
        for at in [10, 30, 35, 62, 70, 90, 120] {
            let mut altered = bytes.clone();
            altered[at] ^= 1;
            assert!(matches!(Header::parse(&altered), Err(HeaderFault::Torn)));
            make_whole(&mut altered);
            if let Ok(header) = Header::parse(&altered) {
                assert_eq!(header.unwrap(b"right").err(), Some(OpenError::WrongPassphrase));
            }
        }
    }

    #[test]
    fn a_header_that_asks_for_too_much_or_too_little_is_refused_before_it_costs_anything() {
        // Refused by the parser, which hashes no passphrase.
        let (_, bytes) = header(1, b"right");
        for (at, value) in [
            (18, COST_MEMORY_KIB_MAX + 1),
            (18, u32::MAX),
            (18, COST_MEMORY_KIB_MIN - 1),
            (22, COST_PASSES_MAX + 1),
            (22, 1),
            (26, COST_LANES_MAX + 1),
            (26, 0),
        ] {
            let mut altered = bytes.clone();
            altered[at..at + 4].copy_from_slice(&value.to_le_bytes());
            make_whole(&mut altered);
            let refused = Header::parse(&altered).err();
            assert!(matches!(refused, Some(HeaderFault::Refused(OpenError::Damaged(_)))));
        }
        let mut newer = bytes;
        newer[8] = 2;
        make_whole(&mut newer);
        assert!(matches!(Header::parse(&newer), Err(HeaderFault::Refused(OpenError::UnknownVersion))));
    }

    #[test]
    fn an_unfinished_change_of_passphrase_is_finished_at_the_next_opening() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("vault.key");
        let (master, old) = header(4, b"old");
        let new = Header::fresh(5, Cost::FLOOR).unwrap().wrap(b"new", &master).unwrap();
        Slots::create(path.clone(), &old).unwrap().write(5, &new).unwrap();

        assert_eq!(KeyFile::open(path.clone(), b"old").err(), Some(OpenError::WrongPassphrase));
        let (_, opened) = KeyFile::open(path.clone(), b"new").ok().unwrap();
        assert!(opened.0 == master.0);
        let [first, second] = Slots::open(path.clone()).unwrap().read(HEADER_BYTES).unwrap();
        assert!(first == new && second == new, "the old passphrase lingers");

        // Torn in the middle of the first place: the old one still opens.
        let torn = [&new[..80], &old[80..]].concat();
        let slots = Slots::open(path.clone()).unwrap();
        slots.write(4, &old).unwrap();
        slots.write(5, &torn).unwrap();
        assert!(KeyFile::open(path, b"old").is_ok());
    }

    #[test]
    fn a_change_writes_the_older_place_first() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("vault.key");
        let (_, bytes) = header(1, b"old");
        Slots::create(path.clone(), &bytes).unwrap();
        let (file, _) = KeyFile::open(path.clone(), b"old").ok().unwrap();
        let copy = path.clone();
        // At every moment of the change, one place is whole.
        trace::recording(
            move |_| {
                let [first, second] = Slots::open(copy.clone()).unwrap().read(HEADER_BYTES).unwrap();
                assert!(Header::parse(&first).is_ok() || Header::parse(&second).is_ok());
            },
            || file.change(b"old", b"new", Cost::FLOOR).unwrap(),
        );
        assert!(KeyFile::open(path, b"new").is_ok());
    }

    fn header(generation: u64, passphrase: &[u8]) -> (MasterKey, Vec<u8>) {
        let master = MasterKey::generate().unwrap();
        let bytes = Header::fresh(generation, Cost::FLOOR).unwrap().wrap(passphrase, &master).unwrap();
        (master, bytes)
    }

    /// Puts the checksum right, as an attacker would.
    fn make_whole(bytes: &mut [u8]) {
        let body = HEADER_BYTES - CHECKSUM_BYTES;
        let checksum = hash(CHECKSUM_CONTEXT, &[&bytes[..body]]);
        bytes[body..].copy_from_slice(&checksum);
    }

    fn to_hex(bytes: &[u8]) -> String {
        bytes.iter().map(|byte| format!("{byte:02x}")).collect()
    }

    fn from_hex(text: &str) -> Vec<u8> {
        (0..text.len()).step_by(2).map(|at| u8::from_str_radix(&text[at..at + 2], 16).unwrap()).collect()
    }
}
