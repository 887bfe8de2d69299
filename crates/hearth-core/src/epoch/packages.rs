//! Key packages: what a device publishes so that others can add it while it is away.
//!
//! Owns how a package is made and when it is valid. Every package is a last resort: it can be used more than once, so
//! that a device that was dropped and added again while offline finds its way back. Expiry is not MLS's here: a
//! commit must have the same answer whenever it is read, so packages live for ever and their publication expires.

use openmls::prelude::tls_codec::{Deserialize as _, Serialize as _, VLBytes};
use openmls::prelude::{
    BasicCredential, Capabilities, Credential, CredentialType, CredentialWithKey, ExtensionType, KeyPackage,
    KeyPackageIn, LeafNode, Lifetime, ProtocolVersion,
};
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use super::provider::{Crypto, DeviceSigner, Provider};
use super::storage::Rows;
use super::{Suite, hpke};
use crate::crypto::{DeviceSecret, EngineRng};
use crate::ids::DeviceId;
use crate::keys::{KeyError, KeyPackageSecrets};

/// The rows of a package's secrets.
pub(super) fn secret_rows(secrets: &KeyPackageSecrets) -> Result<Rows, KeyError> {
    let (version, rows): (u8, StoredRows) =
        postcard::from_bytes(secrets.as_bytes()).map_err(|_| KeyError::Malformed)?;
    if version != SECRETS_VERSION {
        return Err(KeyError::Malformed);
    }
    Ok(Rows::stored(rows.0.into_iter()))
}

#[derive(Serialize, Deserialize)]
struct StoredRows(Vec<(Vec<u8>, Vec<u8>)>);

const SECRETS_VERSION: u8 = 1;

/// Makes a key package for a device: the public bytes to publish, and the secrets to keep.
///
/// # Errors
/// [`KeyError::Bug`] only.
pub(super) fn key_package(
    suite: Suite,
    device: &DeviceSecret,
    rng: &mut EngineRng,
) -> Result<(Vec<u8>, KeyPackageSecrets), KeyError> {
    let rows = Rows::default();
    let package = KeyPackage::builder()
        .leaf_node_capabilities(capabilities(suite))
        .key_package_lifetime(for_ever())
        .mark_as_last_resort()
        .build(suite.ciphersuite(), &Provider::drawing(&rows, rng), &DeviceSigner(device), credential(device))
        .map_err(|_| KeyError::Bug("key package cannot be made"))?;
    let public =
        package.key_package().tls_serialize_detached().map_err(|_| KeyError::Bug("key package encoding"))?;
    let stored = StoredRows(
        rows.take_changed().into_iter().filter_map(|(key, value)| Some((key, value?.to_vec()))).collect(),
    );
    let secrets =
        postcard::to_stdvec(&(SECRETS_VERSION, &stored)).map_err(|_| KeyError::Bug("row encoding"))?;
    for (_, mut value) in stored.0 {
        zeroize::Zeroize::zeroize(&mut value);
    }
    Ok((public, KeyPackageSecrets::from_bytes(Zeroizing::new(secrets))))
}

/// Returns whose device a key package is, after checking all that a commit that adds it would need.
///
/// # Errors
/// [`KeyError::Malformed`] or [`KeyError::Invalid`] for bytes that are not a valid package of the suite,
/// [`KeyError::Identity`] if the credential is not the signature key, [`KeyError::Unsupported`] if it could expire.
pub(super) fn key_package_device(suite: Suite, package: &[u8]) -> Result<DeviceId, KeyError> {
    parse(suite, package).map(|(_, device)| device)
}

/// Parses and checks a key package.
pub(super) fn parse(suite: Suite, package: &[u8]) -> Result<(KeyPackage, DeviceId), KeyError> {
    let package = KeyPackageIn::tls_deserialize_exact(package)
        .map_err(|_| KeyError::Malformed)?
        .validate(&Crypto::reading(), ProtocolVersion::Mls10)
        .map_err(|_| KeyError::Invalid)?;
    let device = check(suite, &package)?;
    Ok((package, device))
}

/// Checks what MLS leaves to the application, and returns whose device the package is.
pub(super) fn check(suite: Suite, package: &KeyPackage) -> Result<DeviceId, KeyError> {
    let leaf = package.leaf_node();
    let device = device(leaf.credential(), leaf.signature_key().as_slice())?;
    if package.ciphersuite() != suite.ciphersuite() {
        return Err(KeyError::Invalid);
    }
    if *package.life_time() != for_ever() {
        return Err(KeyError::Unsupported);
    }
    let capabilities = leaf.capabilities();
    let supported = capabilities.versions().contains(&ProtocolVersion::Mls10)
        && capabilities.ciphersuites().contains(&suite.ciphersuite().into())
        && capabilities.credentials().contains(&CredentialType::Basic);
    if !supported || !hpke::is_usable(&suite.ciphersuite().hpke_config(), package.hpke_init_key().as_slice())
    {
        return Err(KeyError::Invalid);
    }
    check_leaf_key(suite, leaf)?;
    Ok(device)
}

/// Checks that a leaf can be sealed to. MLS does not, and a leaf with a bad key stops every later commit.
pub(super) fn check_leaf_key(suite: Suite, leaf: &LeafNode) -> Result<(), KeyError> {
    // The key's own bytes are OpenMLS's secret; its wire form is `opaque key<V>`.
    let wire =
        leaf.encryption_key().tls_serialize_detached().map_err(|_| KeyError::Bug("leaf key encoding"))?;
    let key = VLBytes::tls_deserialize_exact(wire).map_err(|_| KeyError::Bug("leaf key encoding"))?;
    if hpke::is_usable(&suite.ciphersuite().hpke_config(), key.as_slice()) {
        Ok(())
    } else {
        Err(KeyError::Invalid)
    }
}

/// Returns the device of a leaf. The credential must be the signature key itself: MLS would let anybody put any name
/// beside any key.
pub(super) fn device(credential: &Credential, signature_key: &[u8]) -> Result<DeviceId, KeyError> {
    let named = BasicCredential::try_from(credential.clone()).map_err(|_| KeyError::Identity)?;
    if named.identity() != signature_key {
        return Err(KeyError::Identity);
    }
    signature_key.try_into().map(DeviceId).map_err(|_| KeyError::Identity)
}

/// The credential of a device, and its key.
pub(super) fn credential(device: &DeviceSecret) -> CredentialWithKey {
    let DeviceId(key) = device.public();
    CredentialWithKey {
        credential: BasicCredential::new(key.to_vec()).into(),
        signature_key: key.to_vec().into(),
    }
}

/// What every leaf of Hearth supports.
pub(super) fn capabilities(suite: Suite) -> Capabilities {
    Capabilities::new(
        Some(&[ProtocolVersion::Mls10]),
        Some(&[suite.ciphersuite()]),
        Some(&[ExtensionType::LastResort]),
        Some(&[]),
        Some(&[CredentialType::Basic]),
    )
}

/// A lifetime without end: whether a commit is valid must not depend on anybody's clock.
pub(super) fn for_ever() -> Lifetime {
    Lifetime::init(0, u64::MAX)
}
