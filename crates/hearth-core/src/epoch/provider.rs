//! What OpenMLS asks of its surroundings: cryptography, randomness, signatures, storage.
//!
//! Owns determinism: all randomness comes from the engine's generator, so that the same seed and inputs give the same
//! bytes. Never keeps anything between two operations.

use std::cell::RefCell;
use std::sync::LazyLock;

use openmls::prelude::tls_codec::SecretVLBytes;
use openmls_libcrux_crypto::CryptoProvider;
use openmls_traits::OpenMlsProvider;
use openmls_traits::crypto::OpenMlsCrypto;
use openmls_traits::random::OpenMlsRand;
use openmls_traits::signatures::{Signer, SignerError};
use openmls_traits::types::{
    AeadType, Ciphersuite, CryptoError, ExporterSecret, HashType, HpkeCiphertext, HpkeConfig, HpkeKeyPair,
    KemOutput, SignatureScheme,
};

use super::hpke::{self, Coins};
use super::removal_order;
use super::storage::Rows;
use crate::crypto::{DeviceSecret, EngineRng};

/// The surroundings of one operation on one state.
pub(super) struct Provider<'a> {
    rows: &'a Rows,
    crypto: Crypto,
    random: Random,
}

impl<'a> Provider<'a> {
    /// For an operation that makes keys, signatures or ciphertexts.
    pub(super) fn drawing(rows: &'a Rows, rng: &mut EngineRng) -> Self {
        Self { rows, crypto: Crypto(Some(Coins::new(rng))), random: Random(RefCell::new(Some(rng.fork()))) }
    }

    /// For an operation that only reads what others made: drawing anything is an error.
    pub(super) fn reading(rows: &'a Rows) -> Self {
        Self { rows, crypto: Crypto(None), random: Random(RefCell::new(None)) }
    }
}

impl OpenMlsProvider for Provider<'_> {
    type CryptoProvider = Crypto;
    type RandProvider = Random;
    type StorageProvider = Rows;

    fn storage(&self) -> &Rows {
        self.rows
    }

    fn crypto(&self) -> &Crypto {
        &self.crypto
    }

    fn rand(&self) -> &Random {
        &self.random
    }
}

/// Returns the backend.
///
/// It seeds a generator of its own from the system when it starts, and again at each HPKE operation. Nothing that
/// Hearth calls draws from it.
pub(super) fn libcrux() -> Result<&'static CryptoProvider, CryptoError> {
    static LIBCRUX: LazyLock<Option<CryptoProvider>> = LazyLock::new(|| CryptoProvider::new().ok());
    LIBCRUX.as_ref().ok_or(CryptoError::InsufficientRandomness)
}

/// libcrux, except where it would draw randomness or where all of Hearth must agree on what a valid signature is.
pub(super) struct Crypto(Option<Coins>);

impl Crypto {
    /// For looking: nothing is drawn.
    pub(super) fn reading() -> Self {
        Self(None)
    }

    fn coins(&self) -> Result<&Coins, CryptoError> {
        self.0.as_ref().ok_or(CryptoError::InsufficientRandomness)
    }
}

impl OpenMlsCrypto for Crypto {
    fn supports(&self, ciphersuite: Ciphersuite) -> Result<(), CryptoError> {
        libcrux()?.supports(ciphersuite)
    }

    fn supported_ciphersuites(&self) -> Vec<Ciphersuite> {
        libcrux().map(|libcrux| libcrux.supported_ciphersuites()).unwrap_or_default()
    }

    fn hkdf_extract(
        &self,
        hash_type: HashType,
        salt: &[u8],
        ikm: &[u8],
    ) -> Result<SecretVLBytes, CryptoError> {
        libcrux()?.hkdf_extract(hash_type, salt, ikm)
    }

    fn hmac(&self, hash_type: HashType, key: &[u8], message: &[u8]) -> Result<SecretVLBytes, CryptoError> {
        libcrux()?.hmac(hash_type, key, message)
    }

    fn hkdf_expand(
        &self,
        hash_type: HashType,
        prk: &[u8],
        info: &[u8],
        okm_len: usize,
    ) -> Result<SecretVLBytes, CryptoError> {
        libcrux()?.hkdf_expand(hash_type, prk, info, okm_len)
    }

    fn hash(&self, hash_type: HashType, data: &[u8]) -> Result<Vec<u8>, CryptoError> {
        // Only in operations of our own: what others made is hashed as it is.
        match self.0.as_ref().and_then(|_| removal_order::stand_for(data)) {
            Some(removal) => libcrux()?.hash(hash_type, &removal),
            None => libcrux()?.hash(hash_type, data),
        }
    }

    fn aead_encrypt(
        &self,
        alg: AeadType,
        key: &[u8],
        data: &[u8],
        nonce: &[u8],
        aad: &[u8],
    ) -> Result<Vec<u8>, CryptoError> {
        libcrux()?.aead_encrypt(alg, key, data, nonce, aad)
    }

    fn aead_decrypt(
        &self,
        alg: AeadType,
        key: &[u8],
        ct_tag: &[u8],
        nonce: &[u8],
        aad: &[u8],
    ) -> Result<Vec<u8>, CryptoError> {
        libcrux()?.aead_decrypt(alg, key, ct_tag, nonce, aad)
    }

    /// Device keys are the engine's: OpenMLS makes none.
    fn signature_key_gen(&self, _: SignatureScheme) -> Result<(Vec<u8>, Vec<u8>), CryptoError> {
        Err(CryptoError::UnsupportedSignatureScheme)
    }

    /// As strict as everywhere else in Hearth.
    fn verify_signature(
        &self,
        alg: SignatureScheme,
        data: &[u8],
        pk: &[u8],
        signature: &[u8],
    ) -> Result<(), CryptoError> {
        if alg != SignatureScheme::ED25519 {
            return Err(CryptoError::UnsupportedSignatureScheme);
        }
        let key = pk
            .try_into()
            .ok()
            .and_then(|pk| ed25519_dalek::VerifyingKey::from_bytes(pk).ok())
            .ok_or(CryptoError::InvalidPublicKey)?;
        let signature =
            ed25519_dalek::Signature::from_slice(signature).map_err(|_| CryptoError::InvalidSignature)?;
        key.verify_strict(data, &signature).map_err(|_| CryptoError::InvalidSignature)
    }

    /// Signing goes through [`DeviceSigner`].
    fn sign(&self, _: SignatureScheme, _: &[u8], _: &[u8]) -> Result<Vec<u8>, CryptoError> {
        Err(CryptoError::UnsupportedSignatureScheme)
    }

    fn hpke_seal(
        &self,
        config: HpkeConfig,
        pk_r: &[u8],
        info: &[u8],
        aad: &[u8],
        ptxt: &[u8],
    ) -> Result<HpkeCiphertext, CryptoError> {
        hpke::seal(&config, pk_r, info, aad, ptxt, self.coins()?)
    }

    fn hpke_open(
        &self,
        config: HpkeConfig,
        input: &HpkeCiphertext,
        sk_r: &[u8],
        info: &[u8],
        aad: &[u8],
    ) -> Result<Vec<u8>, CryptoError> {
        libcrux()?.hpke_open(config, input, sk_r, info, aad)
    }

    fn hpke_setup_sender_and_export(
        &self,
        config: HpkeConfig,
        pk_r: &[u8],
        info: &[u8],
        exporter_context: &[u8],
        exporter_length: usize,
    ) -> Result<(KemOutput, ExporterSecret), CryptoError> {
        hpke::export(&config, pk_r, info, exporter_context, exporter_length, self.coins()?)
    }

    fn hpke_setup_receiver_and_export(
        &self,
        config: HpkeConfig,
        enc: &[u8],
        sk_r: &[u8],
        info: &[u8],
        exporter_context: &[u8],
        exporter_length: usize,
    ) -> Result<ExporterSecret, CryptoError> {
        libcrux()?.hpke_setup_receiver_and_export(config, enc, sk_r, info, exporter_context, exporter_length)
    }

    fn derive_hpke_keypair(&self, config: HpkeConfig, ikm: &[u8]) -> Result<HpkeKeyPair, CryptoError> {
        libcrux()?.derive_hpke_keypair(config, ikm)
    }
}

/// The randomness of one operation.
pub(super) struct Random(RefCell<Option<EngineRng>>);

/// An operation that only reads asked for randomness.
#[derive(Debug, thiserror::Error)]
#[error("no randomness in an operation that only reads")]
pub(super) struct NoRandomness;

impl OpenMlsRand for Random {
    type Error = NoRandomness;

    fn random_array<const N: usize>(&self) -> Result<[u8; N], NoRandomness> {
        self.0.borrow_mut().as_mut().map(EngineRng::bytes).ok_or(NoRandomness)
    }

    fn random_vec(&self, len: usize) -> Result<Vec<u8>, NoRandomness> {
        let mut out = vec![0; len];
        self.0.borrow_mut().as_mut().ok_or(NoRandomness)?.fill(&mut out);
        Ok(out)
    }
}

/// A device's key as OpenMLS wants it.
pub(super) struct DeviceSigner<'a>(pub(super) &'a DeviceSecret);

impl Signer for DeviceSigner<'_> {
    fn sign(&self, payload: &[u8]) -> Result<Vec<u8>, SignerError> {
        Ok(self.0.sign_raw(payload).to_vec())
    }

    fn signature_scheme(&self) -> SignatureScheme {
        SignatureScheme::ED25519
    }
}
