//! The sealed, padded, expiring envelope: the only thing that travels between nodes of a room.
//!
//! Owns its layout, its padding, its key and its id. Never learns what is inside. PROTOCOL 1.1:
//!
//! | bytes | what |
//! |---|---|
//! | 1 | version, 1 |
//! | 32 | room |
//! | 4 | expires: the last day on which it may be kept, little-endian |
//! | 8 | hint: the start of a keyed hash of the nonce |
//! | 24 | nonce |
//! | rest | XChaCha20-Poly1305 over the padded plaintext, with the first 45 bytes as associated data |
//!
//! The plaintext is the payload's length (4 bytes, little-endian), the payload, and zeros up to a power of two.

use std::fmt;

use chacha20poly1305::aead::inout::InOutBuf;
use chacha20poly1305::{AeadInOut, KeyInit, XChaCha20Poly1305};
use thiserror::Error;
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use crate::crypto::{EngineRng, derive, keyed_hash};
use crate::ids::{Day, EnvelopeId, RoomId};
use crate::limits::{ENVELOPE_PLAINTEXT_MAX_BYTES, ENVELOPE_PLAINTEXT_MIN_BYTES};

/// Bytes of the longest payload of one envelope; what is longer is split by those who know what it is.
pub const PAYLOAD_BYTES_MAX: usize = ENVELOPE_PLAINTEXT_MAX_BYTES - LENGTH_BYTES;

/// Bytes of the longest envelope.
pub const ENVELOPE_BYTES_MAX: usize = OVERHEAD_BYTES + ENVELOPE_PLAINTEXT_MAX_BYTES;

/// What seals and opens envelopes, and recognises those it can open. Erased from memory when dropped.
#[derive(Zeroize, ZeroizeOnDrop)]
pub struct EnvelopeKey {
    seal: [u8; 32],
    hint: [u8; 32],
}

impl EnvelopeKey {
    /// Derives the two keys from one secret.
    pub fn from_secret(secret: &[u8; 32]) -> Self {
        Self { seal: *derive(CONTEXT_SEAL, secret), hint: *derive(CONTEXT_HINT, secret) }
    }

    /// Says whether an envelope with this nonce and hint was sealed with this key. One envelope in 2^64 is taken for
    /// its own wrongly, and then does not open.
    pub fn matches(&self, nonce: &[u8; NONCE_BYTES], hint: &[u8; HINT_BYTES]) -> bool {
        self.hint_for(nonce) == *hint
    }

    fn hint_for(&self, nonce: &[u8; NONCE_BYTES]) -> [u8; HINT_BYTES] {
        let hash = keyed_hash(&self.hint, nonce);
        hash.first_chunk().copied().unwrap_or_default()
    }

    fn cipher(&self) -> XChaCha20Poly1305 {
        XChaCha20Poly1305::new(&self.seal.into())
    }
}

impl fmt::Debug for EnvelopeKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("EnvelopeKey(..)")
    }
}

/// A well-formed envelope: its layout and size are right, and nothing else is known about it.
#[derive(Clone, PartialEq, Eq)]
pub struct Envelope {
    bytes: Vec<u8>,
    id: EnvelopeId,
    header: Header,
}

impl Envelope {
    /// Seals `payload` for everybody who has `key`, to be kept until the end of the day `expires`.
    ///
    /// # Errors
    /// [`PayloadTooLarge`] if the payload is longer than [`PAYLOAD_BYTES_MAX`].
    pub fn seal(
        key: &EnvelopeKey,
        room: &RoomId,
        expires: Day,
        payload: &[u8],
        rng: &mut EngineRng,
    ) -> Result<Self, PayloadTooLarge> {
        let too_large = PayloadTooLarge { bytes: payload.len() };
        if payload.len() > PAYLOAD_BYTES_MAX {
            return Err(too_large);
        }
        let nonce = rng.bytes();
        let header = Header { room: *room, expires, hint: key.hint_for(&nonce), nonce };
        let length = u32::try_from(payload.len()).map_err(|_| too_large)?;
        let padded = (LENGTH_BYTES + payload.len()).next_power_of_two().max(ENVELOPE_PLAINTEXT_MIN_BYTES);

        // The plaintext is encrypted where it lies and the vector never grows, so that no copy of it stays behind.
        let mut bytes = Vec::with_capacity(OVERHEAD_BYTES + padded);
        header.write(&mut bytes);
        bytes.extend_from_slice(&length.to_le_bytes());
        bytes.extend_from_slice(payload);
        bytes.resize(HEADER_BYTES + padded, 0);
        let tag = {
            let (associated, rest) = bytes.split_at_mut_checked(ASSOCIATED_BYTES).ok_or(too_large)?;
            let plaintext = rest.get_mut(NONCE_BYTES..).ok_or(too_large)?;
            key.cipher().encrypt_inout_detached(&nonce.into(), associated, InOutBuf::from(plaintext))
        };
        match tag {
            Ok(tag) => bytes.extend_from_slice(&tag),
            // The cipher refuses nothing but plaintexts of more than 256 GiB.
            Err(_) => {
                bytes.zeroize();
                return Err(too_large);
            }
        }
        Ok(Self { id: id_of(&bytes), bytes, header })
    }

    /// Takes an envelope from bytes of any origin.
    ///
    /// # Errors
    /// [`EnvelopeError`] if the version is unknown or the length is none that padding gives.
    pub fn parse(bytes: Vec<u8>) -> Result<Self, EnvelopeError> {
        if bytes.first().is_some_and(|version| *version != VERSION) {
            return Err(EnvelopeError::UnknownVersion);
        }
        let padded = bytes.len().checked_sub(OVERHEAD_BYTES).ok_or(EnvelopeError::NoSizeClass)?;
        if !(ENVELOPE_PLAINTEXT_MIN_BYTES..=ENVELOPE_PLAINTEXT_MAX_BYTES).contains(&padded)
            || !padded.is_power_of_two()
        {
            return Err(EnvelopeError::NoSizeClass);
        }
        let header = Header::read(&bytes).ok_or(EnvelopeError::NoSizeClass)?;
        Ok(Self { id: id_of(&bytes), bytes, header })
    }

    /// Returns the payload, or `None` if it was not sealed with `key`, was changed, or is padded with anything but
    /// zeros.
    pub fn open(&self, key: &EnvelopeKey) -> Option<Zeroizing<Vec<u8>>> {
        let (associated, rest) = self.bytes.split_at_checked(ASSOCIATED_BYTES)?;
        let sealed = rest.get(NONCE_BYTES..)?;
        let (sealed, tag) = sealed.split_last_chunk::<TAG_BYTES>()?;
        let mut plaintext = Zeroizing::new(sealed.to_vec());
        key.cipher()
            .decrypt_inout_detached(
                &self.header.nonce.into(),
                associated,
                InOutBuf::from(plaintext.as_mut_slice()),
                &(*tag).into(),
            )
            .ok()?;
        let (length, rest) = plaintext.split_first_chunk::<LENGTH_BYTES>()?;
        let length = usize::try_from(u32::from_le_bytes(*length)).ok()?;
        let (_, padding) = rest.split_at_checked(length)?;
        if padding.iter().any(|byte| *byte != 0) {
            return None;
        }
        plaintext.drain(..LENGTH_BYTES);
        plaintext.truncate(length);
        Some(plaintext)
    }

    /// Returns the hash of all the bytes.
    pub fn id(&self) -> EnvelopeId {
        self.id
    }

    /// Returns the room it belongs to.
    pub fn room(&self) -> RoomId {
        self.header.room
    }

    /// Returns the last day on which it may be kept.
    pub fn expires(&self) -> Day {
        self.header.expires
    }

    /// Returns the nonce, which with the hint tells holders of the key that it is theirs to open.
    pub fn nonce(&self) -> &[u8; NONCE_BYTES] {
        &self.header.nonce
    }

    /// Returns what [`EnvelopeKey::matches`] compares.
    pub fn hint(&self) -> &[u8; HINT_BYTES] {
        &self.header.hint
    }

    /// Returns the bytes that travel and are stored.
    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Gives the bytes away.
    pub fn into_bytes(self) -> Vec<u8> {
        self.bytes
    }

    /// Returns the number of bytes.
    #[expect(clippy::len_without_is_empty, reason = "no envelope is empty")]
    pub fn len(&self) -> usize {
        self.bytes.len()
    }
}

// What an envelope carries is nobody's business, and its id links it to people.
impl fmt::Debug for Envelope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Envelope(..)")
    }
}

/// The payload does not fit into one envelope.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
#[error("a payload of {bytes} bytes is longer than {PAYLOAD_BYTES_MAX}")]
pub struct PayloadTooLarge {
    /// Bytes of the payload.
    pub bytes: usize,
}

/// The bytes are no envelope.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
pub enum EnvelopeError {
    /// The first byte names a version that this program does not know.
    #[error("the envelope's version is unknown")]
    UnknownVersion,
    /// The number of bytes is none that padding gives.
    #[error("the envelope's length is no size class")]
    NoSizeClass,
}

#[derive(Clone, PartialEq, Eq)]
struct Header {
    room: RoomId,
    expires: Day,
    hint: [u8; HINT_BYTES],
    nonce: [u8; NONCE_BYTES],
}

impl Header {
    fn write(&self, bytes: &mut Vec<u8>) {
        bytes.push(VERSION);
        bytes.extend_from_slice(self.room.as_bytes());
        bytes.extend_from_slice(&self.expires.0.to_le_bytes());
        bytes.extend_from_slice(&self.hint);
        bytes.extend_from_slice(&self.nonce);
    }

    fn read(bytes: &[u8]) -> Option<Self> {
        let (_, rest) = bytes.split_first()?;
        let (room, rest) = rest.split_first_chunk()?;
        let (expires, rest) = rest.split_first_chunk()?;
        let (hint, rest) = rest.split_first_chunk()?;
        let (nonce, _) = rest.split_first_chunk()?;
        Some(Self {
            room: RoomId(*room),
            expires: Day(u32::from_le_bytes(*expires)),
            hint: *hint,
            nonce: *nonce,
        })
    }
}

fn id_of(bytes: &[u8]) -> EnvelopeId {
    EnvelopeId(*blake3::hash(bytes).as_bytes())
}

const VERSION: u8 = 1;
const LENGTH_BYTES: usize = 4;
const HINT_BYTES: usize = 8;
const NONCE_BYTES: usize = 24;
const TAG_BYTES: usize = 16;
/// Version, room, expiry and hint.
const ASSOCIATED_BYTES: usize = 1 + 32 + 4 + HINT_BYTES;
const HEADER_BYTES: usize = ASSOCIATED_BYTES + NONCE_BYTES;
const OVERHEAD_BYTES: usize = HEADER_BYTES + TAG_BYTES;
const CONTEXT_SEAL: &str = "hearth 2026 v1 envelope seal";
const CONTEXT_HINT: &str = "hearth 2026 v1 envelope hint";

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const ROOM: RoomId = RoomId([3; 32]);

    fn seal(payload: &[u8]) -> (EnvelopeKey, Envelope) {
        let key = EnvelopeKey::from_secret(&[9; 32]);
        let mut rng = EngineRng::from_seed([1; 32]);
        let envelope = Envelope::seal(&key, &ROOM, Day(20_000), payload, &mut rng).unwrap();
        (key, envelope)
    }

    /// Seals any plaintext, so that a test can break the rules of padding.
    fn seal_plaintext(plaintext: &[u8]) -> Result<Envelope, EnvelopeError> {
        let key = EnvelopeKey::from_secret(&[9; 32]);
        let nonce = [4; NONCE_BYTES];
        let mut bytes = Vec::new();
        Header { room: ROOM, expires: Day(1), hint: key.hint_for(&nonce), nonce }.write(&mut bytes);
        let mut body = plaintext.to_vec();
        let tag = key
            .cipher()
            .encrypt_inout_detached(
                &nonce.into(),
                &bytes[..ASSOCIATED_BYTES],
                InOutBuf::from(body.as_mut_slice()),
            )
            .unwrap();
        bytes.extend_from_slice(&body);
        bytes.extend_from_slice(&tag);
        Envelope::parse(bytes)
    }

    #[test]
    fn what_is_sealed_opens_unchanged() {
        for length in [0, 1, 507, 508, 509, 1020, 1021, 70_000, PAYLOAD_BYTES_MAX] {
            let payload: Vec<u8> = (0..length).map(|i| i as u8).collect();
            let (key, envelope) = seal(&payload);
            let parsed = Envelope::parse(envelope.as_bytes().to_vec()).unwrap();
            assert!(parsed == envelope);
            assert_eq!(parsed.room(), ROOM);
            assert_eq!(parsed.expires(), Day(20_000));
            assert!(key.matches(parsed.nonce(), parsed.hint()));
            assert_eq!(*parsed.open(&key).unwrap(), payload);
            assert_eq!(parsed.id().0, *blake3::hash(&parsed.into_bytes()).as_bytes());
        }
    }

    #[test]
    fn length_shows_nothing_but_a_size_class() {
        for (length, class) in
            [(0, 512), (508, 512), (509, 1024), (1020, 1024), (1021, 2048), (PAYLOAD_BYTES_MAX, 512 * 1024)]
        {
            assert_eq!(seal(&vec![1; length]).1.len(), 85 + class);
        }
        assert_eq!(ENVELOPE_BYTES_MAX, 85 + 512 * 1024);
    }

    #[test]
    fn payload_that_does_not_fit_is_refused() {
        let key = EnvelopeKey::from_secret(&[9; 32]);
        let mut rng = EngineRng::from_seed([1; 32]);
        let payload = vec![0; PAYLOAD_BYTES_MAX + 1];
        let sealed = Envelope::seal(&key, &ROOM, Day(1), &payload, &mut rng);
        assert_eq!(sealed.unwrap_err(), PayloadTooLarge { bytes: PAYLOAD_BYTES_MAX + 1 });
    }

    #[test]
    fn any_changed_byte_is_noticed() {
        let (key, envelope) = seal(b"one day at a time");
        for index in 0..envelope.len() {
            let mut bytes = envelope.as_bytes().to_vec();
            bytes[index] ^= 1;
            match Envelope::parse(bytes) {
                Ok(changed) => {
                    assert!(changed.open(&key).is_none(), "byte {index}");
                    assert_ne!(changed.id(), envelope.id());
                }
                Err(error) => assert_eq!((index, error), (0, EnvelopeError::UnknownVersion)),
            }
        }
    }

    #[test]
    fn another_key_neither_recognises_nor_opens() {
        let (_, envelope) = seal(b"text");
        let other = EnvelopeKey::from_secret(&[8; 32]);
        assert!(!other.matches(envelope.nonce(), envelope.hint()));
        assert!(envelope.open(&other).is_none());
    }

    #[test]
    fn sizes_that_padding_does_not_give_are_refused() {
        let valid = seal(b"text").1.into_bytes();
        for length in [0, 1, 84, 85, 85 + 256, 85 + 511, 85 + 513, 85 + 768, 85 + 1024 * 1024] {
            let mut bytes = valid.clone();
            bytes.resize(length, 0);
            assert_eq!(Envelope::parse(bytes).unwrap_err(), EnvelopeError::NoSizeClass, "{length}");
        }
    }

    #[test]
    fn padding_other_than_zeros_does_not_open() {
        let key = EnvelopeKey::from_secret(&[9; 32]);
        let mut plaintext = [0; 512];
        plaintext[0] = 2;
        plaintext[4] = 7;
        plaintext[5] = 7;
        assert_eq!(*seal_plaintext(&plaintext).unwrap().open(&key).unwrap(), [7, 7]);
        for index in [6, 100, 511] {
            let mut plaintext = plaintext;
            plaintext[index] = 1;
            assert!(seal_plaintext(&plaintext).unwrap().open(&key).is_none());
        }
        // A length beyond the plaintext.
        for length in [509_u32, u32::MAX] {
            let mut plaintext = [0; 512];
            plaintext[..4].copy_from_slice(&length.to_le_bytes());
            assert!(seal_plaintext(&plaintext).unwrap().open(&key).is_none());
        }
    }

    #[test]
    fn frozen_vector_opens() {
        let vector: serde_json::Value =
            serde_json::from_str(include_str!("../../../tests/vectors/envelope-v1.json")).unwrap();
        let hex =
            |name: &str| data_encoding::HEXLOWER.decode(vector[name].as_str().unwrap().as_bytes()).unwrap();
        let envelope = Envelope::parse(hex("envelope")).unwrap();
        let key = EnvelopeKey::from_secret(&hex("secret").try_into().unwrap());
        assert_eq!(envelope.id().0.as_slice(), hex("id"));
        assert_eq!(envelope.room().0.as_slice(), hex("room"));
        assert_eq!(u64::from(envelope.expires().0), vector["expires"].as_u64().unwrap());
        assert_eq!(envelope.nonce().as_slice(), hex("nonce"));
        assert_eq!(envelope.hint().as_slice(), hex("hint"));
        assert!(key.matches(envelope.nonce(), envelope.hint()));
        assert_eq!(*envelope.open(&key).unwrap(), hex("payload"));
    }

    proptest! {
        #[test]
        fn parse_never_panics(bytes in prop::collection::vec(any::<u8>(), 0..2048)) {
            let _ = Envelope::parse(bytes);
        }

        #[test]
        fn open_never_panics(tail in prop::collection::vec(any::<u8>(), 84 + 512), plain in any::<[u8; 4]>()) {
            let key = EnvelopeKey::from_secret(&[9; 32]);
            let mut bytes = vec![VERSION];
            bytes.extend_from_slice(&tail);
            prop_assert!(Envelope::parse(bytes).unwrap().open(&key).is_none());
            let mut plaintext = [0; 512];
            plaintext[..4].copy_from_slice(&plain);
            let _ = seal_plaintext(&plaintext).unwrap().open(&key);
        }
    }
}
