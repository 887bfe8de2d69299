//! Hashes, device keys and the engine's generator.
//!
//! Owns domain separation: every hash and every signature in Hearth names its purpose. Never draws randomness from
//! the system: the node seeds [`EngineRng`], so that the same seed gives the same bytes.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::fmt;

use chacha20poly1305::aead::{Aead, Payload};
use chacha20poly1305::{KeyInit, XChaCha20Poly1305, XNonce};
use ed25519_dalek::{Signature, Signer, SigningKey, VerifyingKey};
use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};
use zeroize::Zeroizing;

use crate::ids::DeviceId;

/// The engine's only source of randomness: ChaCha20 from a 32-byte seed.
///
/// The node seeds it from the operating system at each load; the simulator seeds it from the scenario's seed.
pub struct EngineRng(ChaCha20Rng);

impl EngineRng {
    /// Makes a generator from a seed that must never be used twice outside the simulator.
    pub fn from_seed(seed: [u8; 32]) -> Self {
        Self(ChaCha20Rng::from_seed(seed))
    }

    /// Fills `out` with random bytes.
    pub fn fill(&mut self, out: &mut [u8]) {
        self.0.fill_bytes(out);
    }

    /// Returns `N` random bytes.
    pub fn bytes<const N: usize>(&mut self) -> [u8; N] {
        let mut out = [0; N];
        self.fill(&mut out);
        out
    }

    /// Returns a number below `bound`, or 0 if `bound` is 0. The bias is below 2^-32 for the small bounds used here.
    pub fn below(&mut self, bound: u64) -> u64 {
        if bound == 0 { 0 } else { u64::from_le_bytes(self.bytes()) % bound }
    }

    /// Splits off a generator of its own.
    pub fn fork(&mut self) -> Self {
        Self::from_seed(self.bytes())
    }
}

impl fmt::Debug for EngineRng {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("EngineRng(..)")
    }
}

/// Seals with XChaCha20-Poly1305 under a key that is used this once, so that the nonce is zeros; `None` for more than
/// 256 GiB.
pub(crate) fn seal_once(key: &[u8; 32], aad: &[u8], plaintext: &[u8]) -> Option<Vec<u8>> {
    let cipher = XChaCha20Poly1305::new(key.into());
    cipher.encrypt(&XNonce::default(), Payload { msg: plaintext, aad }).ok()
}

/// Opens what [`seal_once`] made; `None` if the key is another one or the bytes were changed.
pub(crate) fn open_once(key: &[u8; 32], aad: &[u8], bytes: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    let cipher = XChaCha20Poly1305::new(key.into());
    cipher.decrypt(&XNonce::default(), Payload { msg: bytes, aad }).ok().map(Zeroizing::new)
}

/// Hashes `parts` with BLAKE3-256 under a context string; parts are length-prefixed so that they cannot run together.
pub fn hash(context: &'static str, parts: &[&[u8]]) -> [u8; 32] {
    let mut hasher = blake3::Hasher::new_derive_key(context);
    for part in parts {
        hasher.update(&(part.len() as u64).to_le_bytes());
        hasher.update(part);
    }
    *hasher.finalize().as_bytes()
}

/// Derives a secret from a secret with BLAKE3's key derivation mode.
pub fn derive(context: &'static str, secret: &[u8]) -> Zeroizing<[u8; 32]> {
    Zeroizing::new(blake3::derive_key(context, secret))
}

/// Returns the BLAKE3-256 keyed hash of `data`.
pub fn keyed_hash(key: &[u8; 32], data: &[u8]) -> [u8; 32] {
    *blake3::keyed_hash(key, data).as_bytes()
}

/// An Ed25519 signing key (RFC 8032): a device's, or an invite token's. Erased from memory when dropped.
pub struct DeviceSecret(SigningKey);

impl DeviceSecret {
    /// Makes a fresh key.
    pub fn generate(rng: &mut EngineRng) -> Self {
        Self::from_seed(&Zeroizing::new(rng.bytes()))
    }

    /// Takes a key from its 32-byte seed.
    pub fn from_seed(seed: &[u8; 32]) -> Self {
        Self(SigningKey::from_bytes(seed))
    }

    /// Returns the seed, for storing it sealed.
    pub fn seed(&self) -> Zeroizing<[u8; 32]> {
        Zeroizing::new(self.0.to_bytes())
    }

    /// Returns the public key.
    pub fn public(&self) -> DeviceId {
        DeviceId(self.0.verifying_key().to_bytes())
    }

    /// Signs `message` for the purpose `context`.
    pub fn sign(&self, context: &'static str, message: &[u8]) -> [u8; 64] {
        self.0.sign(&hash(context, &[message])).to_bytes()
    }

    /// Signs raw bytes: for MLS, which separates its purposes by itself (RFC 9420 section 5.1.2).
    pub(crate) fn sign_raw(&self, message: &[u8]) -> [u8; 64] {
        self.0.sign(message).to_bytes()
    }
}

impl fmt::Debug for DeviceSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("DeviceSecret(..)")
    }
}

/// Says whether `signature` over `message` for `context` is by `key`. Strict: keys of small order and encodings that
/// are not canonical are refused, so that all nodes agree.
pub fn verify(key: &DeviceId, context: &'static str, message: &[u8], signature: &[u8; 64]) -> bool {
    let digest = hash(context, &[message]);
    let Some(name) = is_remembering().then(|| hash(REMEMBERED_CONTEXT, &[&key.0, &digest, signature])) else {
        return holds(key, &digest, signature);
    };
    REMEMBERED.with_borrow_mut(|remembered| {
        let Some(Remembered { most, names }) = remembered else { return holds(key, &digest, signature) };
        let is_good = names.contains(&name) || holds(key, &digest, signature);
        if is_good && names.len() < *most {
            names.insert(name);
        }
        is_good
    })
}

/// Lets this thread remember up to `most` signatures that held, or forget them all and remember none with 0. For the
/// simulator, whose nodes are of one process and check the same signatures over and over: the answer of [`verify`]
/// is the same, as it depends on its arguments alone. Nothing remembers unless it is asked to.
pub fn remember_signatures(most: usize) {
    let fresh = (most > 0).then(|| Remembered { most, names: BTreeSet::new() });
    REMEMBERED.with_borrow_mut(|remembered| *remembered = fresh);
}

struct Remembered {
    most: usize,
    /// Hashes over key, message and signature.
    names: BTreeSet<[u8; 32]>,
}

const REMEMBERED_CONTEXT: &str = "hearth 2026-11 remembered signature";

thread_local! {
    static REMEMBERED: RefCell<Option<Remembered>> = const { RefCell::new(None) };
}

fn is_remembering() -> bool {
    REMEMBERED.with_borrow(Option::is_some)
}

fn holds(key: &DeviceId, digest: &[u8; 32], signature: &[u8; 64]) -> bool {
    let Ok(key) = VerifyingKey::from_bytes(&key.0) else { return false };
    key.verify_strict(digest, &Signature::from_bytes(signature)).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signatures_bind_purpose_message_and_key() {
        let mut rng = EngineRng::from_seed([1; 32]);
        let (alice, bob) = (DeviceSecret::generate(&mut rng), DeviceSecret::generate(&mut rng));
        let signature = alice.sign("hearth test a", b"text");
        assert!(verify(&alice.public(), "hearth test a", b"text", &signature));
        assert!(!verify(&alice.public(), "hearth test b", b"text", &signature));
        assert!(!verify(&alice.public(), "hearth test a", b"texT", &signature));
        assert!(!verify(&bob.public(), "hearth test a", b"text", &signature));
    }

    #[test]
    fn remembered_signatures_are_remembered_for_what_they_sign_alone() {
        let alice = DeviceSecret::generate(&mut EngineRng::from_seed([2; 32]));
        let signature = alice.sign("hearth test a", b"text");
        remember_signatures(1);
        for _ in 0..2 {
            assert!(verify(&alice.public(), "hearth test a", b"text", &signature));
            assert!(!verify(&alice.public(), "hearth test b", b"text", &signature));
            assert!(!verify(&alice.public(), "hearth test a", b"texT", &signature));
            assert!(!verify(
                &alice.public(),
                "hearth test a",
                b"text",
                &alice.sign("hearth test a", b"other")
            ));
        }
        remember_signatures(0);
    }

    #[test]
    fn hash_parts_do_not_run_together() {
        assert_ne!(hash("hearth test", &[b"ab", b"c"]), hash("hearth test", &[b"a", b"bc"]));
    }

    #[test]
    fn same_seed_same_bytes() {
        let mut a = EngineRng::from_seed([7; 32]);
        let mut b = EngineRng::from_seed([7; 32]);
        assert_eq!(a.bytes::<64>(), b.bytes::<64>());
    }
}
