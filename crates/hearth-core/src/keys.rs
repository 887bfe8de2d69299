//! What the rest of the core asks of a group's keys. PROTOCOL section 4.
//!
//! Owns the words between a group and its keys: found, join, commit, process, seal, open. [`Mls`](crate::Mls) is what
//! the program uses; the simulator brings a model of it that costs less. Never says how keys are made.

use std::collections::BTreeSet;
use std::fmt;

use zeroize::Zeroizing;

use crate::Suite;
use crate::crypto::{DeviceSecret, EngineRng};
use crate::ids::{DeviceId, GroupId};

/// The keys of one epoch of one group, as one device holds them.
///
/// A state is never moved to another epoch. [`KeyLayer::commit`] and [`KeyLayer::process`] work on a copy and return
/// the next state, so that competing commits can all be followed and a late message still finds its keys. Only
/// [`KeyLayer::seal`] and [`KeyLayer::open`] change a state; after any error other than one of the message's own, drop
/// it and load it again from its rows.
pub trait KeyLayer: Sized + fmt::Debug {
    /// Founds a group: its first epoch, with this device alone.
    ///
    /// # Errors
    /// [`KeyError::Bug`] only.
    fn found(
        suite: Suite,
        group: &GroupId,
        device: &DeviceSecret,
        rng: &mut EngineRng,
    ) -> Result<Self, KeyError>;

    /// Joins by a welcome that was made for one of this device's key packages.
    ///
    /// The caller checks [`KeyLayer::group`] and [`KeyLayer::authenticator_hash`] against the log: a welcome is the
    /// word of one member.
    ///
    /// # Errors
    /// [`KeyError::NotForUs`] if the welcome is for other packages; otherwise what is wrong with it.
    fn join(
        suite: Suite,
        welcome: &[u8],
        secrets: &KeyPackageSecrets,
        device: &DeviceSecret,
    ) -> Result<Self, KeyError>;

    /// Loads a state from its rows.
    ///
    /// # Errors
    /// [`KeyError::Bug`] if the rows are not those of a state of the group.
    fn load(
        suite: Suite,
        rows: impl Iterator<Item = (Vec<u8>, Vec<u8>)>,
        group: &GroupId,
    ) -> Result<Self, KeyError>;

    /// Returns the rows that changed since the last call, `None` for a deleted one. For a state that was just founded, joined, committed or
    /// processed: all rows.
    #[expect(clippy::type_complexity, reason = "a key and what became of it, taken apart at once")]
    fn take_changed_rows(&mut self) -> Vec<(Vec<u8>, Option<Zeroizing<Vec<u8>>>)>;

    /// Seals a message of this device; `aad` is authenticated, but readable by anybody.
    ///
    /// The changed rows must be durable before the message leaves: a key that is used twice gives both messages away.
    ///
    /// # Errors
    /// [`KeyError::Bug`] only.
    fn seal(
        &mut self,
        device: &DeviceSecret,
        plaintext: &[u8],
        aad: &[u8],
        rng: &mut EngineRng,
    ) -> Result<Vec<u8>, KeyError>;

    /// Opens a message of another device in this epoch.
    ///
    /// # Errors
    /// What is wrong with the message; nothing has changed then.
    fn open(&mut self, ciphertext: &[u8]) -> Result<Opened, KeyError>;

    /// Makes a commit that adds and drops devices and gives this device fresh keys; with nothing to add or drop it is
    /// an update. This state stays as it is.
    ///
    /// A device may be dropped and added at once, which replaces its leaf.
    ///
    /// # Errors
    /// [`KeyError::AlreadyThere`], [`KeyError::UnknownDevice`] and [`KeyError::OwnDevice`] for lists that do not fit
    /// this state; what is wrong with a package.
    fn commit(
        &self,
        device: &DeviceSecret,
        add: &[Vec<u8>],
        drop: &[DeviceId],
        rng: &mut EngineRng,
    ) -> Result<NewEpoch<Self>, KeyError>;

    /// Follows a commit of another device. This state stays as it is.
    ///
    /// # Errors
    /// [`KeyError::DropsUs`] if there is no way to follow; otherwise what is wrong with the commit.
    fn process(&self, commit: &[u8]) -> Result<Processed<Self>, KeyError>;

    /// Returns the group.
    fn group(&self) -> GroupId;

    /// Returns the devices that hold this epoch's keys.
    fn devices(&self) -> BTreeSet<DeviceId>;

    /// Returns SHA-256 of the epoch authenticator: equal for all who hold the same keys, and safe to publish.
    fn authenticator_hash(&self) -> [u8; 32];

    /// Derives a secret that all devices of the epoch share (RFC 9420 section 8.5).
    ///
    /// # Errors
    /// [`KeyError::Bug`] only.
    fn exporter(&self, label: &str, context: &[u8]) -> Result<Zeroizing<[u8; 32]>, KeyError>;

    /// Makes a key package for a device: the public bytes to publish, and the secrets to keep. It can be used more
    /// than once.
    ///
    /// # Errors
    /// [`KeyError::Bug`] only.
    fn key_package(
        suite: Suite,
        device: &DeviceSecret,
        rng: &mut EngineRng,
    ) -> Result<(Vec<u8>, KeyPackageSecrets), KeyError>;

    /// Returns whose device a key package is, after checking all that a commit that adds it would need.
    ///
    /// # Errors
    /// [`KeyError::Malformed`] or [`KeyError::Invalid`] for bytes that are not a valid package of the suite,
    /// [`KeyError::Identity`] if it names another device than the one that signed it, [`KeyError::Unsupported`] if it
    /// could expire.
    fn key_package_device(suite: Suite, package: &[u8]) -> Result<DeviceId, KeyError>;

    /// Makes a key pair for an inbox: the public half is published, the secret half kept.
    ///
    /// # Errors
    /// [`KeyError::Bug`] only.
    fn inbox_key(suite: Suite, rng: &mut EngineRng) -> Result<(Vec<u8>, Zeroizing<Vec<u8>>), KeyError>;

    /// Seals `plaintext` to an inbox. The bytes name neither the sender nor the inbox.
    ///
    /// # Errors
    /// [`KeyError::Invalid`] if `public` is not a key of the suite.
    fn inbox_seal(
        suite: Suite,
        public: &[u8],
        info: &[u8],
        aad: &[u8],
        plaintext: &[u8],
        rng: &mut EngineRng,
    ) -> Result<Vec<u8>, KeyError>;

    /// Opens what [`KeyLayer::inbox_seal`] made.
    ///
    /// # Errors
    /// [`KeyError::NotForUs`] if the bytes are for another key, in another context, or damaged: there is no telling
    /// which.
    fn inbox_open(
        suite: Suite,
        secret: &[u8],
        info: &[u8],
        aad: &[u8],
        bytes: &[u8],
    ) -> Result<Zeroizing<Vec<u8>>, KeyError>;

    /// Like [`KeyLayer::commit`], but leaves out packages that cannot be added, and returns them: one alone, or one
    /// beside the others, as if it had somebody else's keys. `None` if nothing is left to add or drop.
    ///
    /// # Errors
    /// As for [`KeyLayer::commit`] with drops alone.
    #[expect(clippy::type_complexity, reason = "the commit and what it leaves out, taken apart at once")]
    fn commit_what_fits(
        &self,
        device: &DeviceSecret,
        packages: Vec<Vec<u8>>,
        drop: &[DeviceId],
        rng: &mut EngineRng,
    ) -> Result<(Option<NewEpoch<Self>>, Vec<Vec<u8>>), KeyError> {
        if let Ok(new) = self.commit(device, &packages, drop, rng) {
            return Ok((Some(new), Vec::new()));
        }
        let (mut made, mut usable, mut unusable) = (None, Vec::new(), Vec::new());
        for package in packages {
            usable.push(package);
            match self.commit(device, &usable, drop, rng) {
                Ok(new) => made = Some(new),
                Err(KeyError::Bug(what)) => return Err(KeyError::Bug(what)),
                Err(_) => unusable.extend(usable.pop()),
            }
        }
        if made.is_none() && !drop.is_empty() {
            made = Some(self.commit(device, &[], drop, rng)?);
        }
        Ok((made, unusable))
    }
}

/// A commit of this device, and the state that it leads to.
#[derive(Debug)]
pub struct NewEpoch<K> {
    /// The commit, for those who are in the parent state.
    pub commit: Vec<u8>,
    /// What the added devices need, if there are any.
    pub welcome: Option<Vec<u8>>,
    /// The next state. Must be durable before the commit leaves: nobody can follow their own commit from the wire.
    pub next: K,
    /// The added devices, in order of their ids.
    pub added: Vec<DeviceId>,
    /// The dropped devices, in order of their ids.
    pub dropped: Vec<DeviceId>,
}

/// A commit of another device, and the state that it leads to.
#[derive(Debug)]
pub struct Processed<K> {
    /// The device that made the commit.
    pub committer: DeviceId,
    /// The added devices, in order of their ids.
    pub added: Vec<DeviceId>,
    /// The dropped devices, in order of their ids.
    pub dropped: Vec<DeviceId>,
    /// The next state.
    pub next: K,
}

/// An opened message.
#[derive(Debug)]
pub struct Opened {
    /// The device that sealed it.
    pub sender: DeviceId,
    /// What was sealed.
    pub plaintext: Zeroizing<Vec<u8>>,
    /// What was authenticated beside it, readable by anybody.
    pub aad: Vec<u8>,
}

/// The secret half of a key package. Erased from memory when dropped.
pub struct KeyPackageSecrets(Zeroizing<Vec<u8>>);

impl KeyPackageSecrets {
    /// Takes secrets from the bytes of [`KeyPackageSecrets::to_bytes`]. Bytes that are something else fail when they
    /// are used.
    pub fn from_bytes(bytes: Zeroizing<Vec<u8>>) -> Self {
        Self(bytes)
    }

    /// Returns the secrets for storing them sealed.
    pub fn to_bytes(&self) -> Zeroizing<Vec<u8>> {
        self.0.clone()
    }

    /// Returns the secrets for using them.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Debug for KeyPackageSecrets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("KeyPackageSecrets(..)")
    }
}

/// Why an operation on keys failed. Everything but the last four is the fault of the bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// The bytes are not what they should be at all.
    #[error("not a well-formed MLS message")]
    Malformed,
    /// A signature, a tag, a key or a rule of MLS does not hold.
    #[error("not a valid MLS message")]
    Invalid,
    /// The message is of another group or another epoch than this state.
    #[error("of another epoch")]
    WrongEpoch,
    /// The welcome or the sealed bytes are for somebody else.
    #[error("not for this device")]
    NotForUs,
    /// This device's own message or commit came back: it cannot be opened, and need not be.
    #[error("made by this device")]
    Own,
    /// The commit drops this device: there is no next state for it.
    #[error("drops this device")]
    DropsUs,
    /// The message was opened before, or its sender was set back and used a key twice.
    #[error("key already used")]
    Spent,
    /// More messages of the sender lie between this one and the others than keys are kept for.
    #[error("too many messages skipped")]
    TooDistant,
    /// Content that Hearth does not use: proposals by reference, pre-shared keys, changed group parameters, external
    /// commits, commits without fresh keys, packages that expire.
    #[error("content that is not used here")]
    Unsupported,
    /// A leaf's credential is not its signature key, or a device's identity changed.
    #[error("leaf and identity differ")]
    Identity,
    /// The caller drops a device without a leaf.
    #[error("unknown device")]
    UnknownDevice,
    /// The caller adds a device that has a leaf, or one twice.
    #[error("device has a leaf already")]
    AlreadyThere,
    /// The caller drops itself: MLS has no such commit.
    #[error("a device cannot drop itself")]
    OwnDevice,
    /// A mistake of ours, or rows that are not of this state.
    #[error("bug: {0}")]
    Bug(&'static str),
}
