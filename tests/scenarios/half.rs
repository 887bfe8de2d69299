//! Keys that some devices cannot follow: those of the program, but for commits that carry a mark.
//!
//! An insider who writes MLS by hand can encrypt the path of a commit wrongly for whom they like. That is what the mark
//! does here: who is of its half finds the commit invalid, for all others it is as good as any.

use std::collections::BTreeSet;

use hearth_core::crypto::{DeviceSecret, EngineRng};
use hearth_core::ids::{DeviceId, GroupId};
use hearth_core::keys::{KeyError, KeyPackageSecrets, NewEpoch, Opened, Processed};
use hearth_core::{KeyLayer, Mls, Suite};
use zeroize::Zeroizing;

/// What a commit ends with that `unlucky` devices cannot follow; then come their keys.
const MARK: &[u8] = b"not for everybody";
/// The row in which a state notes whose it is.
const OWN_ROW: &[u8] = b"whose";

/// Keys that know whose they are.
#[derive(Debug)]
pub(crate) struct Half {
    keys: Mls,
    own: DeviceId,
    is_fresh: bool,
}

/// Makes a commit one that `unlucky` cannot follow.
pub(crate) fn spoil_for(commit: &mut Vec<u8>, unlucky: &[DeviceId]) {
    for device in unlucky {
        commit.extend_from_slice(&device.0);
    }
    commit.push(u8::try_from(unlucky.len()).unwrap());
    commit.extend_from_slice(MARK);
}

/// Takes a commit apart from the mark.
fn parts(commit: &[u8]) -> Option<(&[u8], &[u8])> {
    let (count, rest) = commit.strip_suffix(MARK)?.split_last()?;
    rest.split_at_checked(rest.len().checked_sub(32 * usize::from(*count))?)
}

impl Half {
    fn fresh(keys: Mls, own: DeviceId) -> Self {
        Self { keys, own, is_fresh: true }
    }
}

impl KeyLayer for Half {
    fn found(
        suite: Suite,
        group: &GroupId,
        device: &DeviceSecret,
        rng: &mut EngineRng,
    ) -> Result<Self, KeyError> {
        Ok(Self::fresh(Mls::found(suite, group, device, rng)?, device.public()))
    }

    fn join(
        suite: Suite,
        welcome: &[u8],
        secrets: &KeyPackageSecrets,
        device: &DeviceSecret,
    ) -> Result<Self, KeyError> {
        Ok(Self::fresh(Mls::join(suite, welcome, secrets, device)?, device.public()))
    }

    fn load(
        suite: Suite,
        rows: impl Iterator<Item = (Vec<u8>, Vec<u8>)>,
        group: &GroupId,
    ) -> Result<Self, KeyError> {
        let (own, rows): (Vec<_>, Vec<_>) = rows.partition(|(row, _)| row == OWN_ROW);
        let own = own.first().and_then(|(_, own)| own.as_slice().try_into().ok());
        let own = DeviceId(own.ok_or(KeyError::Bug("keys of nobody"))?);
        Ok(Self { keys: Mls::load(suite, rows.into_iter(), group)?, own, is_fresh: false })
    }

    fn take_changed_rows(&mut self) -> Vec<(Vec<u8>, Option<Zeroizing<Vec<u8>>>)> {
        let mut rows = self.keys.take_changed_rows();
        if std::mem::take(&mut self.is_fresh) {
            rows.push((OWN_ROW.to_vec(), Some(Zeroizing::new(self.own.0.to_vec()))));
        }
        rows
    }

    fn seal(
        &mut self,
        device: &DeviceSecret,
        plaintext: &[u8],
        aad: &[u8],
        rng: &mut EngineRng,
    ) -> Result<Vec<u8>, KeyError> {
        self.keys.seal(device, plaintext, aad, rng)
    }

    fn open(&mut self, ciphertext: &[u8]) -> Result<Opened, KeyError> {
        self.keys.open(ciphertext)
    }

    fn commit(
        &self,
        device: &DeviceSecret,
        add: &[Vec<u8>],
        drop: &[DeviceId],
        rng: &mut EngineRng,
    ) -> Result<NewEpoch<Self>, KeyError> {
        let NewEpoch { commit, welcome, next, added, dropped } = self.keys.commit(device, add, drop, rng)?;
        Ok(NewEpoch { commit, welcome, next: Self::fresh(next, self.own), added, dropped })
    }

    fn process(&self, commit: &[u8]) -> Result<Processed<Self>, KeyError> {
        let commit = match parts(commit) {
            Some((_, unlucky)) if unlucky.chunks(32).any(|device| device == self.own.0) => {
                return Err(KeyError::Invalid);
            }
            Some((commit, _)) => commit,
            None => commit,
        };
        let Processed { committer, added, dropped, next } = self.keys.process(commit)?;
        Ok(Processed { committer, added, dropped, next: Self::fresh(next, self.own) })
    }

    fn group(&self) -> GroupId {
        self.keys.group()
    }

    fn devices(&self) -> BTreeSet<DeviceId> {
        self.keys.devices()
    }

    fn authenticator_hash(&self) -> [u8; 32] {
        self.keys.authenticator_hash()
    }

    fn exporter(&self, label: &str, context: &[u8]) -> Result<Zeroizing<[u8; 32]>, KeyError> {
        self.keys.exporter(label, context)
    }

    fn key_package(
        suite: Suite,
        device: &DeviceSecret,
        rng: &mut EngineRng,
    ) -> Result<(Vec<u8>, KeyPackageSecrets), KeyError> {
        Mls::key_package(suite, device, rng)
    }

    fn key_package_device(suite: Suite, package: &[u8]) -> Result<DeviceId, KeyError> {
        Mls::key_package_device(suite, package)
    }

    fn inbox_key(suite: Suite, rng: &mut EngineRng) -> Result<(Vec<u8>, Zeroizing<Vec<u8>>), KeyError> {
        Mls::inbox_key(suite, rng)
    }

    fn inbox_seal(
        suite: Suite,
        public: &[u8],
        info: &[u8],
        aad: &[u8],
        plaintext: &[u8],
        rng: &mut EngineRng,
    ) -> Result<Vec<u8>, KeyError> {
        Mls::inbox_seal(suite, public, info, aad, plaintext, rng)
    }

    fn inbox_open(
        suite: Suite,
        secret: &[u8],
        info: &[u8],
        aad: &[u8],
        bytes: &[u8],
    ) -> Result<Zeroizing<Vec<u8>>, KeyError> {
        Mls::inbox_open(suite, secret, info, aad, bytes)
    }
}
