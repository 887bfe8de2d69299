//! A model of the keys that costs next to nothing: the same answers as MLS, without its arithmetic.
//!
//! Owns a second implementation of [`KeyLayer`]. Secrecy is modelled, not made: what is sealed to a key lies open in
//! the bytes, and is given only to who holds the secret behind that key. So it shows what the engine does with keys,
//! and nothing about the keys themselves; `twin` holds it against MLS, answer by answer.

use std::collections::{BTreeMap, BTreeSet};

use hearth_core::Suite;
use hearth_core::crypto::{DeviceSecret, EngineRng, hash};
use hearth_core::ids::{DeviceId, GroupId};
use hearth_core::keys::{KeyError, KeyLayer, KeyPackageSecrets, NewEpoch, Opened, Processed};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

/// Messages of one sender that can be opened in any order, and that may be skipped: as MLS is told here.
const MESSAGES_ANY_ORDER_MAX: u32 = 4096;

/// The model of one epoch's keys, as one device holds them.
#[derive(Clone, Debug)]
pub struct Fast {
    keys: EpochKeys,
    ratchets: Ratchets,
    keys_changed: bool,
    ratchets_changed: bool,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
struct EpochKeys {
    suite: Suite,
    group: GroupId,
    epoch: u64,
    own: DeviceId,
    own_leaf_secret: [u8; 32],
    /// Each device's leaf: the public half of its key.
    leaves: BTreeMap<DeviceId, [u8; 32]>,
    secret: [u8; 32],
}

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
struct Ratchets {
    sent: u32,
    senders: BTreeMap<DeviceId, Ratchet>,
}

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
struct Ratchet {
    next: u32,
    skipped: BTreeSet<u32>,
}

/// Everything that travels, told apart as MLS's wire formats are.
#[derive(Clone, Debug, Serialize, Deserialize)]
enum Wire {
    Message(Sealed),
    Commit(CommitBody),
    Welcome(Welcome),
    Package(Package),
}

#[derive(Clone, Debug, Serialize, Deserialize)]
struct Sealed {
    group: GroupId,
    epoch: u64,
    sender: DeviceId,
    generation: u32,
    aad: Vec<u8>,
    plaintext: Vec<u8>,
    tag: [u8; 32],
}

#[derive(Clone, Debug, Serialize, Deserialize)]
struct CommitBody {
    group: GroupId,
    epoch: u64,
    committer: DeviceId,
    add: Vec<Vec<u8>>,
    drop: Vec<DeviceId>,
    leaf: [u8; 32],
    path: Vec<Boxed>,
    confirmation: [u8; 32],
    tag: [u8; 32],
}

/// A secret that only the holder of a key may take out.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Boxed {
    to: [u8; 32],
    secret: [u8; 32],
}

#[derive(Clone, Debug, Serialize, Deserialize)]
struct Welcome {
    suite: Suite,
    group: GroupId,
    epoch: u64,
    parent: [u8; 32],
    leaves: BTreeMap<DeviceId, [u8; 32]>,
    joiners: Vec<Boxed>,
    confirmation: [u8; 32],
}

#[derive(Clone, Debug, Serialize, Deserialize)]
struct Package {
    suite: Suite,
    device: DeviceId,
    init: [u8; 32],
    leaf: [u8; 32],
    signature: [u8; 32],
}

#[derive(Serialize, Deserialize)]
struct PackageSecrets {
    init: [u8; 32],
    leaf: [u8; 32],
}

#[derive(Serialize, Deserialize)]
struct InboxSealed {
    to: [u8; 32],
    info: Vec<u8>,
    aad: Vec<u8>,
    plaintext: Vec<u8>,
}

const ROW_KEYS: &[u8] = b"keys";
const ROW_RATCHETS: &[u8] = b"ratchets";

impl KeyLayer for Fast {
    fn found(
        suite: Suite,
        group: &GroupId,
        device: &DeviceSecret,
        rng: &mut EngineRng,
    ) -> Result<Self, KeyError> {
        let own_leaf_secret = rng.bytes();
        let own = device.public();
        Ok(Self::fresh(EpochKeys {
            suite,
            group: *group,
            epoch: 0,
            own,
            own_leaf_secret,
            leaves: BTreeMap::from([(own, public(&own_leaf_secret))]),
            secret: rng.bytes(),
        }))
    }

    fn join(
        suite: Suite,
        welcome: &[u8],
        secrets: &KeyPackageSecrets,
        device: &DeviceSecret,
    ) -> Result<Self, KeyError> {
        let Wire::Welcome(welcome) = parse(welcome)? else { return Err(KeyError::Malformed) };
        if welcome.suite != suite {
            return Err(KeyError::Unsupported);
        }
        let secrets: PackageSecrets =
            postcard::from_bytes(secrets.as_bytes()).map_err(|_| KeyError::Malformed)?;
        let init = public(&secrets.init);
        let boxed = welcome.joiners.iter().find(|boxed| boxed.to == init).ok_or(KeyError::NotForUs)?;
        let context = context(&welcome.group, welcome.epoch, &welcome.leaves, &welcome.parent);
        let secret = hash(EPOCH, &[&boxed.secret, &context]);
        if welcome.confirmation != hash(CONFIRMATION, &[&secret, &context]) {
            return Err(KeyError::Invalid);
        }
        let leaf = public(&secrets.leaf);
        let own = welcome.leaves.iter().find(|(_, of)| **of == leaf).ok_or(KeyError::Invalid)?;
        if *own.0 != device.public() {
            return Err(KeyError::NotForUs);
        }
        Ok(Self::fresh(EpochKeys {
            suite,
            group: welcome.group,
            epoch: welcome.epoch,
            own: *own.0,
            own_leaf_secret: secrets.leaf,
            leaves: welcome.leaves.clone(),
            secret,
        }))
    }

    fn load(
        suite: Suite,
        rows: impl Iterator<Item = (Vec<u8>, Vec<u8>)>,
        group: &GroupId,
    ) -> Result<Self, KeyError> {
        let rows: BTreeMap<_, _> = rows.collect();
        let row = |name: &[u8]| rows.get(name).ok_or(KeyError::Bug("rows are missing"));
        let bug = |_| KeyError::Bug("rows cannot be read");
        let keys: EpochKeys = postcard::from_bytes(row(ROW_KEYS)?).map_err(bug)?;
        let ratchets = postcard::from_bytes(row(ROW_RATCHETS)?).map_err(bug)?;
        if keys.group != *group || keys.suite != suite {
            return Err(KeyError::Bug("rows of another group"));
        }
        Ok(Self { keys, ratchets, keys_changed: false, ratchets_changed: false })
    }

    fn take_changed_rows(&mut self) -> Vec<(Vec<u8>, Option<Zeroizing<Vec<u8>>>)> {
        let mut rows = Vec::new();
        if std::mem::take(&mut self.keys_changed) {
            rows.push((ROW_KEYS.to_vec(), Some(Zeroizing::new(bytes(&self.keys)))));
        }
        if std::mem::take(&mut self.ratchets_changed) {
            rows.push((ROW_RATCHETS.to_vec(), Some(Zeroizing::new(bytes(&self.ratchets)))));
        }
        rows
    }

    fn seal(
        &mut self,
        device: &DeviceSecret,
        plaintext: &[u8],
        aad: &[u8],
        _: &mut EngineRng,
    ) -> Result<Vec<u8>, KeyError> {
        self.require_own(device)?;
        let mut sealed = Sealed {
            group: self.keys.group,
            epoch: self.keys.epoch,
            sender: self.keys.own,
            generation: self.ratchets.sent,
            aad: aad.to_vec(),
            plaintext: plaintext.to_vec(),
            tag: [0; 32],
        };
        sealed.tag = self.message_tag(&sealed);
        self.ratchets.sent += 1;
        self.ratchets_changed = true;
        Ok(bytes(&Wire::Message(sealed)))
    }

    fn open(&mut self, ciphertext: &[u8]) -> Result<Opened, KeyError> {
        let Wire::Message(sealed) = parse(ciphertext)? else { return Err(KeyError::Malformed) };
        self.require_this_epoch(&sealed.group, sealed.epoch)?;
        if self.message_tag(&sealed) != sealed.tag || !self.keys.leaves.contains_key(&sealed.sender) {
            return Err(KeyError::Invalid);
        }
        if sealed.sender == self.keys.own {
            return Err(KeyError::Own);
        }
        self.ratchets.senders.entry(sealed.sender).or_default().use_up(sealed.generation)?;
        self.ratchets_changed = true;
        Ok(Opened { sender: sealed.sender, plaintext: Zeroizing::new(sealed.plaintext), aad: sealed.aad })
    }

    fn commit(
        &self,
        device: &DeviceSecret,
        add: &[Vec<u8>],
        drop: &[DeviceId],
        rng: &mut EngineRng,
    ) -> Result<NewEpoch<Self>, KeyError> {
        self.require_own(device)?;
        let keys = &self.keys;
        let dropped: BTreeSet<DeviceId> = drop.iter().copied().collect();
        if dropped.contains(&keys.own) {
            return Err(KeyError::OwnDevice);
        }
        if !dropped.iter().all(|device| keys.leaves.contains_key(device)) {
            return Err(KeyError::UnknownDevice);
        }
        let mut packages = BTreeMap::new();
        for bytes in add {
            let package = parse_package(keys.suite, bytes)?;
            let stays = keys.leaves.contains_key(&package.device) && !dropped.contains(&package.device);
            if stays || packages.insert(package.device, package).is_some() {
                return Err(KeyError::AlreadyThere);
            }
        }
        let own_leaf_secret: [u8; 32] = rng.bytes();
        let leaf = public(&own_leaf_secret);
        let leaves = self.next_leaves(&keys.own, leaf, &dropped, &packages)?;
        let path_secret: [u8; 32] = rng.bytes();
        let stay =
            leaves.iter().filter(|(device, _)| **device != keys.own && !packages.contains_key(*device));
        let path = stay.map(|(_, leaf)| Boxed { to: *leaf, secret: path_secret }).collect();
        let (joiner, next) = self.next_secret(&path_secret, &leaves);
        let next_context = context(&keys.group, keys.epoch + 1, &leaves, &self.authenticator_hash());
        let confirmation = hash(CONFIRMATION, &[&next, &next_context]);
        let mut body = CommitBody {
            group: keys.group,
            epoch: keys.epoch,
            committer: keys.own,
            add: add.to_vec(),
            drop: dropped.iter().copied().collect(),
            leaf,
            path,
            confirmation,
            tag: [0; 32],
        };
        body.tag = self.commit_tag(&body);
        let welcome = (!packages.is_empty()).then(|| {
            let joiners = packages.values().map(|package| Boxed { to: package.init, secret: joiner });
            bytes(&Wire::Welcome(Welcome {
                suite: keys.suite,
                group: keys.group,
                epoch: keys.epoch + 1,
                parent: self.authenticator_hash(),
                leaves: leaves.clone(),
                joiners: joiners.collect(),
                confirmation,
            }))
        });
        Ok(NewEpoch {
            commit: bytes(&Wire::Commit(body)),
            welcome,
            next: self.successor(own_leaf_secret, leaves, next),
            added: packages.into_keys().collect(),
            dropped: dropped.into_iter().collect(),
        })
    }

    fn process(&self, commit: &[u8]) -> Result<Processed<Self>, KeyError> {
        let Wire::Commit(body) = parse(commit)? else { return Err(KeyError::Malformed) };
        self.require_this_epoch(&body.group, body.epoch)?;
        let keys = &self.keys;
        if self.commit_tag(&body) != body.tag || !keys.leaves.contains_key(&body.committer) {
            return Err(KeyError::Invalid);
        }
        if body.committer == keys.own {
            return Err(KeyError::Own);
        }
        let dropped: BTreeSet<DeviceId> = body.drop.iter().copied().collect();
        let is_known = dropped.iter().all(|device| keys.leaves.contains_key(device));
        if !is_known || dropped.contains(&body.committer) {
            return Err(KeyError::Invalid);
        }
        let mut packages = BTreeMap::new();
        for bytes in &body.add {
            let package = parse_package(keys.suite, bytes)?;
            let stays = keys.leaves.contains_key(&package.device) && !dropped.contains(&package.device);
            if stays || packages.insert(package.device, package).is_some() {
                return Err(KeyError::Invalid);
            }
        }
        let leaves = self.next_leaves(&body.committer, body.leaf, &dropped, &packages)?;
        if dropped.contains(&keys.own) {
            return Err(KeyError::DropsUs);
        }
        let own_leaf = public(&keys.own_leaf_secret);
        let boxed = body.path.iter().find(|boxed| boxed.to == own_leaf).ok_or(KeyError::Invalid)?;
        let (_, next) = self.next_secret(&boxed.secret, &leaves);
        let next_context = context(&keys.group, keys.epoch + 1, &leaves, &self.authenticator_hash());
        if body.confirmation != hash(CONFIRMATION, &[&next, &next_context]) {
            return Err(KeyError::Invalid);
        }
        Ok(Processed {
            committer: body.committer,
            added: packages.into_keys().collect(),
            dropped: dropped.into_iter().collect(),
            next: self.successor(keys.own_leaf_secret, leaves, next),
        })
    }

    fn group(&self) -> GroupId {
        self.keys.group
    }

    fn devices(&self) -> BTreeSet<DeviceId> {
        self.keys.leaves.keys().copied().collect()
    }

    fn authenticator_hash(&self) -> [u8; 32] {
        hash("hearth simulator authenticator", &[&self.keys.secret])
    }

    fn exporter(&self, label: &str, context: &[u8]) -> Result<Zeroizing<[u8; 32]>, KeyError> {
        let parts: [&[u8]; 3] = [&self.keys.secret, label.as_bytes(), context];
        Ok(Zeroizing::new(hash("hearth simulator exporter", &parts)))
    }

    fn key_package(
        suite: Suite,
        device: &DeviceSecret,
        rng: &mut EngineRng,
    ) -> Result<(Vec<u8>, KeyPackageSecrets), KeyError> {
        let secrets = PackageSecrets { init: rng.bytes(), leaf: rng.bytes() };
        let (init, leaf) = (public(&secrets.init), public(&secrets.leaf));
        let mut package = Package { suite, device: device.public(), init, leaf, signature: [0; 32] };
        package.signature = package_signature(&package);
        let secrets = KeyPackageSecrets::from_bytes(Zeroizing::new(bytes(&secrets)));
        Ok((bytes(&Wire::Package(package)), secrets))
    }

    fn key_package_device(suite: Suite, package: &[u8]) -> Result<DeviceId, KeyError> {
        parse_package(suite, package).map(|package| package.device)
    }

    fn inbox_key(_: Suite, rng: &mut EngineRng) -> Result<(Vec<u8>, Zeroizing<Vec<u8>>), KeyError> {
        let secret: [u8; 32] = rng.bytes();
        Ok((public(&secret).to_vec(), Zeroizing::new(secret.to_vec())))
    }

    fn inbox_seal(
        _: Suite,
        public: &[u8],
        info: &[u8],
        aad: &[u8],
        plaintext: &[u8],
        _: &mut EngineRng,
    ) -> Result<Vec<u8>, KeyError> {
        let to = public.try_into().map_err(|_| KeyError::Invalid)?;
        Ok(bytes(&InboxSealed { to, info: info.to_vec(), aad: aad.to_vec(), plaintext: plaintext.to_vec() }))
    }

    fn inbox_open(
        _: Suite,
        secret: &[u8],
        info: &[u8],
        aad: &[u8],
        bytes: &[u8],
    ) -> Result<Zeroizing<Vec<u8>>, KeyError> {
        let sealed: InboxSealed = postcard::from_bytes(bytes).map_err(|_| KeyError::NotForUs)?;
        let is_ours = secret.try_into().is_ok_and(|secret| public(&secret) == sealed.to);
        if is_ours && sealed.info == info && sealed.aad == aad {
            Ok(Zeroizing::new(sealed.plaintext))
        } else {
            Err(KeyError::NotForUs)
        }
    }
}

impl Fast {
    fn fresh(keys: EpochKeys) -> Self {
        Self { keys, ratchets: Ratchets::default(), keys_changed: true, ratchets_changed: true }
    }

    fn successor(
        &self,
        own_leaf_secret: [u8; 32],
        leaves: BTreeMap<DeviceId, [u8; 32]>,
        secret: [u8; 32],
    ) -> Self {
        let EpochKeys { suite, group, epoch, own, .. } = self.keys;
        Self::fresh(EpochKeys { suite, group, epoch: epoch + 1, own, own_leaf_secret, leaves, secret })
    }

    /// The leaves after a commit; no two may have the same key, and no two new ones the same initial key.
    fn next_leaves(
        &self,
        committer: &DeviceId,
        leaf: [u8; 32],
        dropped: &BTreeSet<DeviceId>,
        packages: &BTreeMap<DeviceId, Package>,
    ) -> Result<BTreeMap<DeviceId, [u8; 32]>, KeyError> {
        let mut leaves = self.keys.leaves.clone();
        leaves.retain(|device, _| !dropped.contains(device));
        leaves.insert(*committer, leaf);
        leaves.extend(packages.values().map(|package| (package.device, package.leaf)));
        let different: BTreeSet<&[u8; 32]> = leaves.values().collect();
        let inits: BTreeSet<&[u8; 32]> = packages.values().map(|package| &package.init).collect();
        if different.len() == leaves.len() && inits.len() == packages.len() {
            Ok(leaves)
        } else {
            Err(KeyError::Invalid)
        }
    }

    /// What joiners need, and the next epoch's secret.
    fn next_secret(
        &self,
        path_secret: &[u8; 32],
        leaves: &BTreeMap<DeviceId, [u8; 32]>,
    ) -> ([u8; 32], [u8; 32]) {
        let joiner = hash("hearth simulator joiner", &[&self.keys.secret, path_secret]);
        let context = context(&self.keys.group, self.keys.epoch + 1, leaves, &self.authenticator_hash());
        (joiner, hash(EPOCH, &[&joiner, &context]))
    }

    fn message_tag(&self, sealed: &Sealed) -> [u8; 32] {
        let untagged = bytes(&Sealed { tag: [0; 32], ..sealed.clone() });
        hash("hearth simulator message tag", &[&self.keys.secret, &untagged])
    }

    fn commit_tag(&self, body: &CommitBody) -> [u8; 32] {
        let untagged = bytes(&CommitBody { tag: [0; 32], ..body.clone() });
        hash("hearth simulator commit tag", &[&self.keys.secret, &untagged])
    }

    fn require_own(&self, device: &DeviceSecret) -> Result<(), KeyError> {
        if device.public() == self.keys.own { Ok(()) } else { Err(KeyError::Bug("another device's secret")) }
    }

    fn require_this_epoch(&self, group: &GroupId, epoch: u64) -> Result<(), KeyError> {
        if *group == self.keys.group && epoch == self.keys.epoch { Ok(()) } else { Err(KeyError::WrongEpoch) }
    }

    /// Makes a commit that the members in `without` cannot follow, as an insider can in MLS by sealing nonsense to
    /// their part of the tree.
    pub fn spoil(&self, commit: &[u8], without: &BTreeSet<DeviceId>) -> Option<Vec<u8>> {
        let Ok(Wire::Commit(mut body)) = parse(commit) else { return None };
        let out: BTreeSet<[u8; 32]> =
            self.keys.leaves.iter().filter(|(d, _)| without.contains(d)).map(|(_, leaf)| *leaf).collect();
        for boxed in body.path.iter_mut().filter(|boxed| out.contains(&boxed.to)) {
            boxed.secret = [0; 32];
        }
        body.tag = self.commit_tag(&body);
        Some(bytes(&Wire::Commit(body)))
    }
}

impl Ratchet {
    fn use_up(&mut self, generation: u32) -> Result<(), KeyError> {
        if generation < self.next {
            if self.next - generation > MESSAGES_ANY_ORDER_MAX {
                return Err(KeyError::TooDistant);
            }
            return if self.skipped.remove(&generation) { Ok(()) } else { Err(KeyError::Spent) };
        }
        if generation - self.next > MESSAGES_ANY_ORDER_MAX {
            return Err(KeyError::TooDistant);
        }
        self.skipped.extend(self.next..generation);
        self.next = generation + 1;
        let oldest = self.next.saturating_sub(MESSAGES_ANY_ORDER_MAX);
        self.skipped = self.skipped.split_off(&oldest);
        Ok(())
    }
}

const EPOCH: &str = "hearth simulator epoch";
const CONFIRMATION: &str = "hearth simulator confirmation";

fn public(secret: &[u8; 32]) -> [u8; 32] {
    hash("hearth simulator public key", &[secret])
}

fn context(
    group: &GroupId,
    epoch: u64,
    leaves: &BTreeMap<DeviceId, [u8; 32]>,
    parent: &[u8; 32],
) -> [u8; 32] {
    hash("hearth simulator context", &[&group.0, &epoch.to_le_bytes(), &bytes(leaves), parent])
}

fn package_signature(package: &Package) -> [u8; 32] {
    let unsigned = bytes(&Package { signature: [0; 32], ..package.clone() });
    hash("hearth simulator package", &[&unsigned])
}

fn parse_package(suite: Suite, bytes: &[u8]) -> Result<Package, KeyError> {
    let Wire::Package(package) = parse(bytes)? else { return Err(KeyError::Malformed) };
    if package_signature(&package) != package.signature || package.suite != suite {
        return Err(KeyError::Invalid);
    }
    Ok(package)
}

fn parse(bytes: &[u8]) -> Result<Wire, KeyError> {
    whole(bytes).ok_or(KeyError::Malformed)
}

pub(crate) fn whole<T: DeserializeOwned>(bytes: &[u8]) -> Option<T> {
    postcard::take_from_bytes(bytes).ok().filter(|(_, rest)| rest.is_empty()).map(|(value, _)| value)
}

pub(crate) fn bytes<T: Serialize>(value: &T) -> Vec<u8> {
    postcard::to_stdvec(value).expect("encodes")
}
