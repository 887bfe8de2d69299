//! HPKE in base mode (RFC 9180) with randomness that is handed in.
//!
//! Owns the sender's side: the backends draw their randomness from the system, which would make two runs of one
//! seed differ. The encapsulation itself is libcrux', and so is opening. Also the inbox: a key pair on which a private
//! pair is opened without saying for whom it is.

use openmls_traits::crypto::OpenMlsCrypto;
use openmls_traits::types::{
    AeadType, CryptoError, ExporterSecret, HashType, HpkeAeadType, HpkeCiphertext, HpkeConfig, HpkeKdfType,
    HpkeKemType,
};
use zeroize::Zeroizing;

use super::Suite;
use super::provider::libcrux;
use crate::crypto::EngineRng;
use crate::keys::KeyError;

/// Makes a key pair for an inbox in the suite's KEM: the public half is published, the secret half kept.
///
/// # Errors
/// [`KeyError::Bug`] if the system has no randomness to start the backend with.
pub(super) fn inbox_key(
    suite: Suite,
    rng: &mut EngineRng,
) -> Result<(Vec<u8>, Zeroizing<Vec<u8>>), KeyError> {
    let seed = Zeroizing::new(rng.bytes::<32>());
    let pair = libcrux()
        .and_then(|libcrux| libcrux.derive_hpke_keypair(suite.ciphersuite().hpke_config(), seed.as_slice()))
        .map_err(|_| KeyError::Bug("inbox key cannot be derived"))?;
    Ok((pair.public, Zeroizing::new(pair.private.to_vec())))
}

/// Seals `plaintext` to an inbox. The bytes name neither the sender nor the inbox.
///
/// # Errors
/// [`KeyError::Invalid`] if `public` is not a key of the suite.
pub(super) fn inbox_seal(
    suite: Suite,
    public: &[u8],
    info: &[u8],
    aad: &[u8],
    plaintext: &[u8],
    rng: &mut EngineRng,
) -> Result<Vec<u8>, KeyError> {
    let coins = Coins::new(rng);
    let sealed = seal(&suite.ciphersuite().hpke_config(), public, info, aad, plaintext, &coins)
        .map_err(|_| KeyError::Invalid)?;
    Ok([sealed.kem_output.as_slice(), sealed.ciphertext.as_slice()].concat())
}

/// Opens what [`inbox_seal`] made.
///
/// # Errors
/// [`KeyError::NotForUs`] if the bytes are for another key, in another context, or damaged: there is no telling which.
pub(super) fn inbox_open(
    suite: Suite,
    secret: &[u8],
    info: &[u8],
    aad: &[u8],
    bytes: &[u8],
) -> Result<Zeroizing<Vec<u8>>, KeyError> {
    let encapsulated_bytes = match suite {
        Suite::XWing => XWING_ENCAPSULATED_BYTES,
        Suite::X25519 => X25519_ENCAPSULATED_BYTES,
    };
    let (encapsulated, ciphertext) = bytes.split_at_checked(encapsulated_bytes).ok_or(KeyError::NotForUs)?;
    let sealed =
        HpkeCiphertext { kem_output: encapsulated.to_vec().into(), ciphertext: ciphertext.to_vec().into() };
    libcrux()
        .and_then(|libcrux| libcrux.hpke_open(suite.ciphersuite().hpke_config(), &sealed, secret, info, aad))
        .map(Zeroizing::new)
        .map_err(|_| KeyError::NotForUs)
}

/// Bytes of X-Wing's public key: ML-KEM-768's and X25519's.
const XWING_PUBLIC_BYTES: usize = 1184 + 32;
/// Bytes of X25519's public key.
const X25519_PUBLIC_BYTES: usize = 32;
/// Bytes of X-Wing's encapsulation: ML-KEM-768's ciphertext and an X25519 key.
const XWING_ENCAPSULATED_BYTES: usize = 1088 + 32;
/// Bytes of DHKEM(X25519)'s encapsulation: an X25519 key.
const X25519_ENCAPSULATED_BYTES: usize = 32;

/// The randomness of one operation, from which each encapsulation takes its own by what it is for. OpenMLS seals from
/// several threads at once, so that the order of draws would differ from run to run.
pub(super) struct Coins(Zeroizing<[u8; 32]>);

impl Coins {
    pub(super) fn new(rng: &mut EngineRng) -> Self {
        Self(Zeroizing::new(rng.bytes()))
    }

    fn toss(&self, purpose: &[&[u8]]) -> Zeroizing<[u8; 64]> {
        let mut hasher = blake3::Hasher::new_derive_key("hearth hpke encapsulation v1");
        hasher.update(self.0.as_slice());
        for part in purpose {
            hasher.update(&(part.len() as u64).to_le_bytes());
            hasher.update(part);
        }
        let mut coins = Zeroizing::new([0; 64]);
        hasher.finalize_xof().fill(coins.as_mut_slice());
        coins
    }
}

/// Seals in one shot (RFC 9180 section 6.1).
pub(super) fn seal(
    config: &HpkeConfig,
    public: &[u8],
    info: &[u8],
    aad: &[u8],
    plaintext: &[u8],
    coins: &Coins,
) -> Result<HpkeCiphertext, CryptoError> {
    let coins = coins.toss(&[b"seal", public, info, aad, plaintext]);
    let (shared, kem_output) = encapsulate(config.0, public, &coins)?;
    let schedule = Schedule::new(config, &shared, info)?;
    let key = schedule.expand("key", &schedule.context, AEAD_KEY_BYTES)?;
    let nonce = schedule.expand("base_nonce", &schedule.context, AEAD_NONCE_BYTES)?;
    let ciphertext = libcrux()?.aead_encrypt(AeadType::ChaCha20Poly1305, &key, plaintext, &nonce, aad)?;
    Ok(HpkeCiphertext { kem_output: kem_output.into(), ciphertext: ciphertext.into() })
}

/// Sets up a sender and exports a secret (RFC 9180 section 6.2).
pub(super) fn export(
    config: &HpkeConfig,
    public: &[u8],
    info: &[u8],
    context: &[u8],
    bytes: usize,
    coins: &Coins,
) -> Result<(Vec<u8>, ExporterSecret), CryptoError> {
    let coins = coins.toss(&[b"export", public, info, context]);
    let (shared, kem_output) = encapsulate(config.0, public, &coins)?;
    let schedule = Schedule::new(config, &shared, info)?;
    let exporter = Schedule { secret: schedule.expand("exp", &schedule.context, HASH_BYTES)?, ..schedule };
    Ok((kem_output, exporter.expand("sec", context, bytes)?.to_vec().into()))
}

/// Says whether somebody can be sealed to under `public`: a tree with a key that nobody can use stops every commit.
pub(super) fn is_usable(config: &HpkeConfig, public: &[u8]) -> bool {
    encapsulate(config.0, public, &[0; 64]).is_ok()
}

/// Returns the shared secret and its encapsulation.
fn encapsulate(
    kem: HpkeKemType,
    public: &[u8],
    coins: &[u8; 64],
) -> Result<(Zeroizing<Vec<u8>>, Vec<u8>), CryptoError> {
    let (algorithm, public_bytes, coins) = match kem {
        HpkeKemType::DhKem25519 => (
            libcrux_kem::Algorithm::X25519,
            X25519_PUBLIC_BYTES,
            coins.first_chunk::<32>().map(<[u8; 32]>::as_slice),
        ),
        HpkeKemType::XWingKemDraft6 => {
            (libcrux_kem::Algorithm::XWingKemDraft06, XWING_PUBLIC_BYTES, Some(coins.as_slice()))
        }
        HpkeKemType::DhKemP256
        | HpkeKemType::DhKemP384
        | HpkeKemType::DhKemP521
        | HpkeKemType::DhKem448
        | HpkeKemType::MlKem768
        | HpkeKemType::MlKem1024 => return Err(CryptoError::UnsupportedCiphersuite),
    };
    // libcrux 0.0.9 panics on an X-Wing key that is too short.
    if public.len() != public_bytes {
        return Err(CryptoError::InvalidPublicKey);
    }
    let key = libcrux_kem::PublicKey::decode(algorithm, public).map_err(|_| CryptoError::InvalidPublicKey)?;
    let (secret, encapsulated) = key
        .encapsulate_derand(coins.ok_or(CryptoError::InsufficientRandomness)?)
        .map_err(|_| CryptoError::HpkeEncryptionError)?;
    let (secret, encapsulated) = (Zeroizing::new(secret.encode()), encapsulated.encode());
    if matches!(kem, HpkeKemType::XWingKemDraft6) {
        return Ok((secret, encapsulated));
    }
    // DHKEM (RFC 9180 section 4.1): libcrux gives the bare Diffie-Hellman value.
    let kem_suite = [b"KEM".as_slice(), &kem_id(kem).to_be_bytes()].concat();
    let prk = labeled_extract(&kem_suite, &[], "eae_prk", &secret)?;
    let context = [encapsulated.as_slice(), public].concat();
    Ok((labeled_expand(&kem_suite, &prk, "shared_secret", &context, HASH_BYTES)?, encapsulated))
}

/// The key schedule of base mode (RFC 9180 section 5.1).
struct Schedule {
    suite: Vec<u8>,
    secret: Zeroizing<Vec<u8>>,
    context: Vec<u8>,
}

impl Schedule {
    fn new(config: &HpkeConfig, shared: &[u8], info: &[u8]) -> Result<Self, CryptoError> {
        let HpkeConfig(kem, HpkeKdfType::HkdfSha256, HpkeAeadType::ChaCha20Poly1305) = *config else {
            return Err(CryptoError::UnsupportedCiphersuite);
        };
        let suite = [
            b"HPKE".as_slice(),
            &kem_id(kem).to_be_bytes(),
            &(HpkeKdfType::HkdfSha256 as u16).to_be_bytes(),
            &(HpkeAeadType::ChaCha20Poly1305 as u16).to_be_bytes(),
        ]
        .concat();
        let psk_id_hash = labeled_extract(&suite, &[], "psk_id_hash", &[])?;
        let info_hash = labeled_extract(&suite, &[], "info_hash", info)?;
        let context = [[MODE_BASE].as_slice(), &psk_id_hash, &info_hash].concat();
        let secret = labeled_extract(&suite, shared, "secret", &[])?;
        Ok(Self { suite, secret, context })
    }

    fn expand(&self, label: &str, info: &[u8], bytes: usize) -> Result<Zeroizing<Vec<u8>>, CryptoError> {
        labeled_expand(&self.suite, &self.secret, label, info, bytes)
    }
}

fn kem_id(kem: HpkeKemType) -> u16 {
    match kem {
        // OpenMLS numbers X-Wing by its first code point; on the wire it is the registered one.
        HpkeKemType::XWingKemDraft6 => 0x647a,
        HpkeKemType::DhKemP256
        | HpkeKemType::DhKemP384
        | HpkeKemType::DhKemP521
        | HpkeKemType::DhKem25519
        | HpkeKemType::DhKem448
        | HpkeKemType::MlKem768
        | HpkeKemType::MlKem1024 => kem as u16,
    }
}

/// RFC 9180 section 4, LabeledExtract.
fn labeled_extract(
    suite: &[u8],
    salt: &[u8],
    label: &str,
    ikm: &[u8],
) -> Result<Zeroizing<Vec<u8>>, CryptoError> {
    let ikm = Zeroizing::new([b"HPKE-v1".as_slice(), suite, label.as_bytes(), ikm].concat());
    let prk = libcrux()?.hkdf_extract(HashType::Sha2_256, salt, &ikm)?;
    Ok(Zeroizing::new(prk.as_slice().to_vec()))
}

/// RFC 9180 section 4, LabeledExpand.
fn labeled_expand(
    suite: &[u8],
    prk: &[u8],
    label: &str,
    info: &[u8],
    bytes: usize,
) -> Result<Zeroizing<Vec<u8>>, CryptoError> {
    let length = u16::try_from(bytes).map_err(|_| CryptoError::HkdfOutputLengthInvalid)?;
    let info = [&length.to_be_bytes(), b"HPKE-v1".as_slice(), suite, label.as_bytes(), info].concat();
    let okm = libcrux()?.hkdf_expand(HashType::Sha2_256, prk, &info, bytes)?;
    Ok(Zeroizing::new(okm.as_slice().to_vec()))
}

const MODE_BASE: u8 = 0;
/// Bytes of SHA-256's output.
const HASH_BYTES: usize = 32;
/// Bytes of ChaCha20-Poly1305's key.
const AEAD_KEY_BYTES: usize = 32;
/// Bytes of ChaCha20-Poly1305's nonce.
const AEAD_NONCE_BYTES: usize = 12;
