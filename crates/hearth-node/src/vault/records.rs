//! How a record looks in the store: a name that tells its class only, and sealed pieces of bounded length.
//!
//! Owns the form of stored names and values. Never touches the disk.
//!
//! A record's stored name is its class, 8 bytes of a keyed hash of its partition, 16 bytes of a keyed hash of its
//! full name, and the number of the piece. Each piece is sealed with XChaCha20-Poly1305 under the key of its class
//! with the stored name as associated data, so that none can be moved; later pieces also name the nonce of the first,
//! so that pieces of two versions do not mix.

use chacha20poly1305::XNonce;
use chacha20poly1305::aead::AeadInOut;
use hearth_core::crypto::keyed_hash;
use hearth_core::store::{Class, Key, StoreError, Value};
use zeroize::Zeroizing;

use super::keys::{Fields, Keys, random};
use super::limits::{RECORD_BYTES_MAX, STORED_VALUE_BYTES_MAX};

/// One write to the store: a stored name and its sealed value, or `None` to remove it.
pub(super) struct Operation {
    /// The stored name.
    pub(super) key: Vec<u8>,
    /// The sealed value.
    pub(super) value: Option<Vec<u8>>,
}

impl Operation {
    /// Returns the bytes that the operation stores.
    pub(super) fn bytes(&self) -> usize {
        self.key.len() + self.value.as_ref().map_or(0, Vec::len)
    }
}

/// Returns how the stored names of all records of a partition begin.
pub(super) fn partition_prefix(
    keys: &Keys,
    class: Class,
    partition: &[u8; 32],
) -> [u8; PARTITION_PREFIX_BYTES] {
    let class = class as u8;
    let mut input = [0; 33];
    let mut prefix = [0; PARTITION_PREFIX_BYTES];
    for (to, from) in input.iter_mut().zip([class].iter().chain(partition)) {
        *to = *from;
    }
    let hashed = keyed_hash(&keys.index, &input);
    for (to, from) in prefix.iter_mut().zip([class].iter().chain(&hashed)) {
        *to = *from;
    }
    prefix
}

/// Returns how the stored names of all pieces of a record begin.
pub(super) fn record_prefix(keys: &Keys, key: &Key) -> [u8; RECORD_PREFIX_BYTES] {
    let mut input = Vec::with_capacity(33 + key.item.len());
    input.push(key.class as u8);
    input.extend_from_slice(&key.partition);
    input.extend_from_slice(&key.item);
    let hashed = keyed_hash(&keys.index, &input);
    let partition = partition_prefix(keys, key.class, &key.partition);
    let mut prefix = [0; RECORD_PREFIX_BYTES];
    for (to, from) in prefix.iter_mut().zip(partition.iter().chain(&hashed)) {
        *to = *from;
    }
    prefix
}

/// Returns the part of a stored name that all pieces of its record share.
pub(super) fn record_of(stored: &[u8]) -> Option<&[u8; RECORD_PREFIX_BYTES]> {
    if stored.len() == RECORD_PREFIX_BYTES + 2 { stored.first_chunk() } else { None }
}

/// Seals a record into its pieces.
pub(super) fn seal(
    keys: &Keys,
    prefix: &[u8; RECORD_PREFIX_BYTES],
    item: &[u8],
    value: &[u8],
) -> Result<Vec<Operation>, StoreError> {
    let too_large = || StoreError::Io("a record is larger than the store takes".into());
    let length = 2 + 4 + item.len() + value.len();
    if length > RECORD_BYTES_MAX {
        return Err(too_large());
    }
    let count = u16::try_from(length.div_ceil(PIECE_BYTES)).map_err(|_| too_large())?;
    let item_length = u32::try_from(item.len()).map_err(|_| too_large())?;
    let mut plain = Zeroizing::new(Vec::with_capacity(length));
    plain.extend_from_slice(&count.to_le_bytes());
    plain.extend_from_slice(&item_length.to_le_bytes());
    plain.extend_from_slice(item);
    plain.extend_from_slice(value);

    let cipher = keys.cipher(prefix[0]);
    let mut first_nonce = None;
    let mut operations = Vec::with_capacity(usize::from(count));
    for (number, piece) in (0..count).zip(plain.chunks(PIECE_BYTES)) {
        let key = piece_name(prefix, number);
        let nonce: [u8; NONCE_BYTES] = random().map_err(|error| StoreError::Io(error.kind().to_string()))?;
        let data = associated_data(&key, number, first_nonce.as_ref());
        // Sealed in place in a buffer that never grows: no copy of the plaintext stays behind.
        let mut sealed = Vec::with_capacity(piece.len() + OVERHEAD_BYTES);
        sealed.extend_from_slice(&nonce);
        sealed.extend_from_slice(piece);
        let (_, body) = sealed.split_at_mut(NONCE_BYTES);
        let tag = cipher
            .encrypt_inout_detached(XNonce::cast_from_core(&nonce), &data, body.into())
            .map_err(|_| StoreError::Damaged("sealing failed"))?;
        sealed.extend_from_slice(&tag);
        first_nonce = first_nonce.or(Some(nonce));
        operations.push(Operation { key, value: Some(sealed) });
    }
    Ok(operations)
}

/// A record that is being read back piece by piece.
pub(super) struct Opening {
    prefix: [u8; RECORD_PREFIX_BYTES],
    first_nonce: [u8; NONCE_BYTES],
    count: u16,
    opened: u16,
    plain: Value,
}

impl Opening {
    /// Opens the first piece.
    pub(super) fn begin(keys: &Keys, stored: &[u8], sealed: &[u8]) -> Result<Self, StoreError> {
        let prefix = *record_of(stored).ok_or(DAMAGED)?;
        if stored != piece_name(&prefix, 0) {
            return Err(StoreError::Damaged("the first piece of a record is missing"));
        }
        let first_nonce = *sealed.first_chunk().ok_or(DAMAGED)?;
        let plain = open_piece(keys, stored, 0, None, sealed)?;
        let count = plain.first_chunk().map(|count| u16::from_le_bytes(*count)).ok_or(DAMAGED)?;
        Ok(Self { prefix, first_nonce, count, opened: 1, plain })
    }

    /// Opens the next piece.
    pub(super) fn add(&mut self, keys: &Keys, stored: &[u8], sealed: &[u8]) -> Result<(), StoreError> {
        if self.opened >= self.count || stored != piece_name(&self.prefix, self.opened) {
            return Err(StoreError::Damaged("a piece of a record is missing"));
        }
        let piece = open_piece(keys, stored, self.opened, Some(&self.first_nonce), sealed)?;
        // All pieces at once, so that no shorter buffer with plaintext is left behind unerased.
        if self.opened == 1 {
            let mut whole = Zeroizing::new(Vec::with_capacity(usize::from(self.count) * PIECE_BYTES));
            whole.extend_from_slice(&self.plain);
            self.plain = whole;
        }
        self.plain.extend_from_slice(&piece);
        self.opened += 1;
        Ok(())
    }

    /// Returns the record's item and value, if every piece has been added.
    pub(super) fn finish(self) -> Result<(Vec<u8>, Value), StoreError> {
        if self.opened != self.count {
            return Err(StoreError::Damaged("a piece of a record is missing"));
        }
        let mut fields = Fields(&self.plain);
        let mut parse = || {
            fields.take::<2>()?;
            let item_length = usize::try_from(u32::from_le_bytes(fields.take()?)).ok()?;
            let item = fields.take_slice(item_length)?;
            Some((item.to_vec(), Zeroizing::new(fields.0.to_vec())))
        };
        parse().ok_or(DAMAGED)
    }

    /// Returns the part of the stored name that all pieces share.
    pub(super) fn prefix(&self) -> &[u8; RECORD_PREFIX_BYTES] {
        &self.prefix
    }
}

/// Returns what stands for a stored piece in the sum of the store's contents. Nonce and tag stand for the value: the
/// tag is checked against it when it is read.
pub(super) fn fingerprint(keys: &Keys, stored: &[u8], sealed: &[u8]) -> [u8; 32] {
    let mut hasher = blake3::Hasher::new_keyed(&keys.contents);
    hasher.update(&(stored.len() as u64).to_le_bytes()).update(stored);
    hasher.update(&(sealed.len() as u64).to_le_bytes());
    match (sealed.first_chunk::<NONCE_BYTES>(), sealed.last_chunk::<TAG_BYTES>()) {
        (Some(nonce), Some(tag)) => hasher.update(nonce).update(tag),
        (None, _) | (_, None) => hasher.update(sealed),
    };
    *hasher.finalize().as_bytes()
}

fn piece_name(prefix: &[u8; RECORD_PREFIX_BYTES], number: u16) -> Vec<u8> {
    let mut name = Vec::with_capacity(RECORD_PREFIX_BYTES + 2);
    name.extend_from_slice(prefix);
    // Big-endian, so that the store's order is the order of the pieces.
    name.extend_from_slice(&number.to_be_bytes());
    name
}

fn associated_data(stored: &[u8], number: u16, first_nonce: Option<&[u8; NONCE_BYTES]>) -> Vec<u8> {
    let mut data = Vec::with_capacity(stored.len() + NONCE_BYTES);
    data.extend_from_slice(stored);
    if number > 0 {
        data.extend_from_slice(first_nonce.map(|nonce| nonce.as_slice()).unwrap_or_default());
    }
    data
}

fn open_piece(
    keys: &Keys,
    stored: &[u8],
    number: u16,
    first_nonce: Option<&[u8; NONCE_BYTES]>,
    sealed: &[u8],
) -> Result<Value, StoreError> {
    let class = *stored.first().ok_or(DAMAGED)?;
    let data = associated_data(stored, number, first_nonce);
    open_sealed(keys, class, &data, sealed)
}

/// Opens nonce, sealed bytes and tag.
pub(super) fn open_sealed(keys: &Keys, class: u8, data: &[u8], sealed: &[u8]) -> Result<Value, StoreError> {
    let (nonce, body) = sealed.split_first_chunk::<NONCE_BYTES>().ok_or(DAMAGED)?;
    let mut plain = Zeroizing::new(body.to_vec());
    keys.cipher(class)
        .decrypt_in_place(XNonce::cast_from_core(nonce), data, &mut *plain)
        .map_err(|_| DAMAGED)?;
    Ok(plain)
}

/// Seals `plain` as one value of the vault's own, under `key`.
pub(super) fn seal_own(keys: &Keys, key: &[u8], plain: &[u8]) -> Result<Operation, StoreError> {
    let nonce: [u8; NONCE_BYTES] = random().map_err(|error| StoreError::Io(error.kind().to_string()))?;
    let mut body = plain.to_vec();
    keys.cipher(0)
        .encrypt_in_place(XNonce::cast_from_core(&nonce), key, &mut body)
        .map_err(|_| StoreError::Damaged("sealing failed"))?;
    Ok(Operation { key: key.to_vec(), value: Some([nonce.as_slice(), &body].concat()) })
}

/// Bytes of the shared beginning of a partition's stored names.
pub(super) const PARTITION_PREFIX_BYTES: usize = 1 + 8;
/// Bytes of the shared beginning of a record's stored names.
pub(super) const RECORD_PREFIX_BYTES: usize = PARTITION_PREFIX_BYTES + 16;
const NONCE_BYTES: usize = 24;
const TAG_BYTES: usize = 16;
const OVERHEAD_BYTES: usize = NONCE_BYTES + TAG_BYTES;
const PIECE_BYTES: usize = STORED_VALUE_BYTES_MAX - OVERHEAD_BYTES;
const DAMAGED: StoreError = StoreError::Damaged("it does not open with its key");
