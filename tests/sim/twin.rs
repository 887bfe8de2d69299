//! Both key layers in one engine, question by question.
//!
//! Owns the differential check: MLS and the model are asked the same, and must answer the same.

use std::collections::BTreeSet;

use hearth_core::crypto::{DeviceSecret, EngineRng, hash};
use hearth_core::ids::{DeviceId, GroupId};
use hearth_core::keys::{KeyError, KeyLayer, KeyPackageSecrets, NewEpoch, Opened, Processed};
use hearth_core::{Mls, Suite};
use zeroize::Zeroizing;

use crate::fast::{Fast, bytes, whole};

/// Both layers side by side in one engine: every question goes to both, and they must give the same answer. What
/// an engine decides follows from the answers, so that a run with `Twin` shows that both decide alike.
#[derive(Debug)]
pub struct Twin {
    mls: Mls,
    fast: Fast,
}

/// Requires the same outcome of both; the values of successes are compared by the caller.
#[track_caller]
fn agree<A, B>(mls: Result<A, KeyError>, fast: Result<B, KeyError>) -> Result<(A, B), KeyError> {
    match (mls, fast) {
        (Ok(mls), Ok(fast)) => Ok((mls, fast)),
        (Err(mls), Err(fast)) if mls == fast => Err(mls),
        (mls, fast) => panic!("the key layers disagree: MLS {:?}, model {:?}", mls.err(), fast.err()),
    }
}

fn pair(mls: Vec<u8>, fast: Vec<u8>) -> Vec<u8> {
    bytes(&(mls, fast))
}

fn halves(bytes: &[u8]) -> Result<(Vec<u8>, Vec<u8>), KeyError> {
    whole(bytes).ok_or(KeyError::Malformed)
}

fn secret_halves(secrets: &KeyPackageSecrets) -> Result<[KeyPackageSecrets; 2], KeyError> {
    let (mls, fast) = halves(secrets.as_bytes())?;
    Ok([mls, fast].map(|half| KeyPackageSecrets::from_bytes(Zeroizing::new(half))))
}

impl KeyLayer for Twin {
    fn found(
        suite: Suite,
        group: &GroupId,
        device: &DeviceSecret,
        rng: &mut EngineRng,
    ) -> Result<Self, KeyError> {
        let (mls, fast) =
            agree(Mls::found(suite, group, device, rng), Fast::found(suite, group, device, rng))?;
        Ok(Self { mls, fast })
    }

    fn join(
        suite: Suite,
        welcome: &[u8],
        secrets: &KeyPackageSecrets,
        device: &DeviceSecret,
    ) -> Result<Self, KeyError> {
        let (welcome, [mls, fast]) = (halves(welcome)?, secret_halves(secrets)?);
        let (mls, fast) =
            agree(Mls::join(suite, &welcome.0, &mls, device), Fast::join(suite, &welcome.1, &fast, device))?;
        assert_eq!((mls.group(), mls.devices()), (fast.group(), fast.devices()));
        Ok(Self { mls, fast })
    }

    fn load(
        suite: Suite,
        rows: impl Iterator<Item = (Vec<u8>, Vec<u8>)>,
        group: &GroupId,
    ) -> Result<Self, KeyError> {
        let (mut mls, mut fast) = (Vec::new(), Vec::new());
        for (mut row, value) in rows {
            let is_fast = row.pop() == Some(1);
            if is_fast { fast.push((row, value)) } else { mls.push((row, value)) }
        }
        let (mls, fast) =
            agree(Mls::load(suite, mls.into_iter(), group), Fast::load(suite, fast.into_iter(), group))?;
        Ok(Self { mls, fast })
    }

    fn take_changed_rows(&mut self) -> Vec<(Vec<u8>, Option<Zeroizing<Vec<u8>>>)> {
        let marked = |row: &[u8], mark: u8| [row, &[mark]].concat();
        let mls = self.mls.take_changed_rows().into_iter().map(|(row, value)| (marked(&row, 0), value));
        let fast = self.fast.take_changed_rows().into_iter();
        mls.chain(fast.map(|(row, value)| (marked(&row, 1), value))).collect()
    }

    fn seal(
        &mut self,
        device: &DeviceSecret,
        plaintext: &[u8],
        aad: &[u8],
        rng: &mut EngineRng,
    ) -> Result<Vec<u8>, KeyError> {
        let mls = self.mls.seal(device, plaintext, aad, rng);
        let (mls, fast) = agree(mls, self.fast.seal(device, plaintext, aad, rng))?;
        Ok(pair(mls, fast))
    }

    fn open(&mut self, ciphertext: &[u8]) -> Result<Opened, KeyError> {
        let (mls, fast) = halves(ciphertext)?;
        let (mls, fast) = agree(self.mls.open(&mls), self.fast.open(&fast))?;
        let parts = |opened: &Opened| (opened.sender, opened.plaintext.clone(), opened.aad.clone());
        assert_eq!(parts(&mls), parts(&fast));
        Ok(mls)
    }

    fn commit(
        &self,
        device: &DeviceSecret,
        add: &[Vec<u8>],
        drop: &[DeviceId],
        rng: &mut EngineRng,
    ) -> Result<NewEpoch<Self>, KeyError> {
        let add: Vec<_> = add.iter().map(|package| halves(package)).collect::<Result<_, _>>()?;
        let (for_mls, for_fast): (Vec<_>, Vec<_>) = add.into_iter().unzip();
        let mls = self.mls.commit(device, &for_mls, drop, rng);
        let (mls, fast) = agree(mls, self.fast.commit(device, &for_fast, drop, rng))?;
        assert_eq!((&mls.added, &mls.dropped), (&fast.added, &fast.dropped));
        assert_eq!(mls.next.devices(), fast.next.devices());
        assert_eq!(mls.welcome.is_some(), fast.welcome.is_some());
        Ok(NewEpoch {
            commit: pair(mls.commit, fast.commit),
            welcome: mls.welcome.zip(fast.welcome).map(|(mls, fast)| pair(mls, fast)),
            next: Self { mls: mls.next, fast: fast.next },
            added: mls.added,
            dropped: mls.dropped,
        })
    }

    fn process(&self, commit: &[u8]) -> Result<Processed<Self>, KeyError> {
        let (mls, fast) = halves(commit)?;
        let (mls, fast) = agree(self.mls.process(&mls), self.fast.process(&fast))?;
        assert_eq!((mls.committer, &mls.added), (fast.committer, &fast.added));
        assert_eq!((&mls.dropped, mls.next.devices()), (&fast.dropped, fast.next.devices()));
        Ok(Processed {
            committer: mls.committer,
            added: mls.added,
            dropped: mls.dropped,
            next: Self { mls: mls.next, fast: fast.next },
        })
    }

    fn group(&self) -> GroupId {
        self.mls.group()
    }

    fn devices(&self) -> BTreeSet<DeviceId> {
        self.mls.devices()
    }

    fn authenticator_hash(&self) -> [u8; 32] {
        let parts = [self.mls.authenticator_hash(), self.fast.authenticator_hash()];
        hash("hearth simulator both authenticators", &[&parts[0], &parts[1]])
    }

    fn exporter(&self, label: &str, context: &[u8]) -> Result<Zeroizing<[u8; 32]>, KeyError> {
        let (mls, fast) = agree(self.mls.exporter(label, context), self.fast.exporter(label, context))?;
        Ok(Zeroizing::new(hash("hearth simulator both exporters", &[mls.as_slice(), fast.as_slice()])))
    }

    fn key_package(
        suite: Suite,
        device: &DeviceSecret,
        rng: &mut EngineRng,
    ) -> Result<(Vec<u8>, KeyPackageSecrets), KeyError> {
        let mls = Mls::key_package(suite, device, rng);
        let (mls, fast) = agree(mls, Fast::key_package(suite, device, rng))?;
        let secrets = pair(mls.1.as_bytes().to_vec(), fast.1.as_bytes().to_vec());
        Ok((pair(mls.0, fast.0), KeyPackageSecrets::from_bytes(Zeroizing::new(secrets))))
    }

    fn key_package_device(suite: Suite, package: &[u8]) -> Result<DeviceId, KeyError> {
        let (mls, fast) = halves(package)?;
        let (mls, fast) =
            agree(Mls::key_package_device(suite, &mls), Fast::key_package_device(suite, &fast))?;
        assert_eq!(mls, fast);
        Ok(mls)
    }

    fn inbox_key(suite: Suite, rng: &mut EngineRng) -> Result<(Vec<u8>, Zeroizing<Vec<u8>>), KeyError> {
        let mls = Mls::inbox_key(suite, rng);
        let (mls, fast) = agree(mls, Fast::inbox_key(suite, rng))?;
        Ok((pair(mls.0, fast.0), Zeroizing::new(pair(mls.1.to_vec(), fast.1.to_vec()))))
    }

    fn inbox_seal(
        suite: Suite,
        public: &[u8],
        info: &[u8],
        aad: &[u8],
        plaintext: &[u8],
        rng: &mut EngineRng,
    ) -> Result<Vec<u8>, KeyError> {
        let (for_mls, for_fast) = halves(public).map_err(|_| KeyError::Invalid)?;
        let mls = Mls::inbox_seal(suite, &for_mls, info, aad, plaintext, rng);
        let (mls, fast) = agree(mls, Fast::inbox_seal(suite, &for_fast, info, aad, plaintext, rng))?;
        Ok(pair(mls, fast))
    }

    fn inbox_open(
        suite: Suite,
        secret: &[u8],
        info: &[u8],
        aad: &[u8],
        bytes: &[u8],
    ) -> Result<Zeroizing<Vec<u8>>, KeyError> {
        let (secret, sealed) = (halves(secret)?, halves(bytes).map_err(|_| KeyError::NotForUs)?);
        let mls = Mls::inbox_open(suite, &secret.0, info, aad, &sealed.0);
        let (mls, fast) = agree(mls, Fast::inbox_open(suite, &secret.1, info, aad, &sealed.1))?;
        assert_eq!(mls, fast);
        Ok(mls)
    }
}
