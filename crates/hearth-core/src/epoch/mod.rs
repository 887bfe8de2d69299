//! The keys of a group: one MLS state per epoch (RFC 9420), held through OpenMLS. PROTOCOL section 4.
//!
//! Owns the states, the commits that lead from one to the next, sealing and opening, key packages and the inbox of
//! private pairs. This folder is the only place that names OpenMLS. Never decides who is a member or which branch
//! counts: it reports which devices a commit adds and drops, and the log decides.
//!
//! It is one implementation of [`KeyLayer`], which says what is asked of it.

mod hpke;
mod packages;
mod provider;
mod removal_order;
mod storage;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use openmls::framing::errors::{MessageDecryptionError, SecretTreeError};
use openmls::prelude::tls_codec::Deserialize as _;
use openmls::prelude::{
    Ciphersuite, ContentType, CreateCommitError, LeafNodeIndex, MlsGroup, MlsGroupCreateConfig,
    MlsGroupJoinConfig, MlsGroupStateError, MlsMessageBodyIn, MlsMessageIn, MlsMessageOut,
    PURE_PLAINTEXT_WIRE_FORMAT_POLICY, ProcessMessageError, ProcessedMessageContent, Proposal,
    ProposalOrRefType, ProtocolMessage, Sender, SenderRatchetConfiguration, StageCommitError, StagedCommit,
    StagedWelcome, ValidationError, WelcomeError,
};
use openmls_traits::OpenMlsProvider as _;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use self::provider::{Crypto, DeviceSigner, Provider};
use self::storage::{Rows, StorageError};
use crate::crypto::{DeviceSecret, EngineRng};
use crate::ids::{DeviceId, GroupId};
use crate::keys::{KeyError, KeyLayer, KeyPackageSecrets, NewEpoch, Opened, Processed};

/// The cryptography of a group's keys: a constant of the group.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Suite {
    /// `MLS_256_XWING_CHACHA20POLY1305_SHA256_Ed25519` (0x004D, draft-ietf-mls-pq-ciphersuites): what was recorded
    /// today stays closed to the quantum computers of tomorrow.
    #[default]
    XWing,
    /// `MLS_128_DHKEMX25519_CHACHA20POLY1305_SHA256_Ed25519` (0x0003, RFC 9420): a tenth of the bytes.
    X25519,
}

impl Suite {
    fn ciphersuite(self) -> Ciphersuite {
        match self {
            Self::XWing => Ciphersuite::MLS_256_XWING_CHACHA20POLY1305_SHA256_Ed25519,
            Self::X25519 => Ciphersuite::MLS_128_DHKEMX25519_CHACHA20POLY1305_SHA256_Ed25519,
        }
    }
}

/// The keys of one epoch of one group, as one device holds them, by MLS.
pub struct Mls {
    suite: Suite,
    own_device: DeviceId,
    leaves: BTreeMap<DeviceId, LeafNodeIndex>,
    group: MlsGroup,
    rows: Rows,
}

impl KeyLayer for Mls {
    fn found(
        suite: Suite,
        group: &GroupId,
        device: &DeviceSecret,
        rng: &mut EngineRng,
    ) -> Result<Self, KeyError> {
        let rows = Rows::default();
        let config = MlsGroupCreateConfig::builder()
            .ciphersuite(suite.ciphersuite())
            .capabilities(packages::capabilities(suite))
            .lifetime(packages::for_ever())
            .wire_format_policy(PURE_PLAINTEXT_WIRE_FORMAT_POLICY)
            .max_past_epochs(0)
            .use_ratchet_tree_extension(true)
            .sender_ratchet_configuration(sender_ratchet())
            .build();
        let group = MlsGroup::new_with_group_id(
            &Provider::drawing(&rows, rng),
            &DeviceSigner(device),
            &config,
            mls_group_id(group),
            packages::credential(device),
        )
        .map_err(|_| KeyError::Bug("group cannot be founded"))?;
        Self::assemble(suite, group, rows)
    }

    fn join(
        suite: Suite,
        welcome: &[u8],
        secrets: &KeyPackageSecrets,
        device: &DeviceSecret,
    ) -> Result<Self, KeyError> {
        let MlsMessageBodyIn::Welcome(welcome) = parse(welcome)? else { return Err(KeyError::Malformed) };
        if welcome.ciphersuite() != suite.ciphersuite() {
            return Err(KeyError::Unsupported);
        }
        let rows = packages::secret_rows(secrets)?;
        let provider = Provider::reading(&rows);
        let config = MlsGroupJoinConfig::builder()
            .wire_format_policy(PURE_PLAINTEXT_WIRE_FORMAT_POLICY)
            .max_past_epochs(0)
            .use_ratchet_tree_extension(true)
            .sender_ratchet_configuration(sender_ratchet())
            .build();
        let group = StagedWelcome::build_from_welcome(&provider, &config, welcome)
            .map_err(welcome_error)?
            // Lifetimes were judged when the leaf was added; here the clock would decide.
            .skip_lifetime_validation()
            .build()
            .map_err(welcome_error)?
            .into_group(&provider)
            .map_err(welcome_error)?;
        rows.drop_key_packages();
        let state = Self::assemble(suite, group, rows)?;
        if state.own_device != device.public() {
            return Err(KeyError::NotForUs);
        }
        if state.group.ciphersuite() != suite.ciphersuite()
            || state.group.extensions().iter().next().is_some()
        {
            return Err(KeyError::Unsupported);
        }
        Ok(state)
    }

    fn load(
        suite: Suite,
        rows: impl Iterator<Item = (Vec<u8>, Vec<u8>)>,
        group: &GroupId,
    ) -> Result<Self, KeyError> {
        let rows = Rows::stored(rows);
        let state = Self::assemble(suite, load_group(&rows, group)?, rows)?;
        // Assembling marks everything as new; these rows are on disk.
        state.rows.take_changed();
        if state.group.ciphersuite() != suite.ciphersuite() {
            return Err(KeyError::Bug("rows of another suite"));
        }
        Ok(state)
    }

    fn take_changed_rows(&mut self) -> Vec<(Vec<u8>, Option<Zeroizing<Vec<u8>>>)> {
        self.rows.take_changed()
    }

    fn seal(
        &mut self,
        device: &DeviceSecret,
        plaintext: &[u8],
        aad: &[u8],
        rng: &mut EngineRng,
    ) -> Result<Vec<u8>, KeyError> {
        self.require_own(device)?;
        self.group.set_aad(aad.to_vec());
        let sealed = self
            .group
            .create_message(&Provider::drawing(&self.rows, rng), &DeviceSigner(device), plaintext)
            .map_err(|_| KeyError::Bug("message cannot be sealed"))?;
        to_bytes(&sealed)
    }

    fn open(&mut self, ciphertext: &[u8]) -> Result<Opened, KeyError> {
        let MlsMessageBodyIn::PrivateMessage(message) = parse(ciphertext)? else {
            return Err(KeyError::Malformed);
        };
        let message = ProtocolMessage::from(message);
        self.require_this_epoch(&message)?;
        if message.content_type() != ContentType::Application {
            return Err(KeyError::Unsupported);
        }
        let processed =
            self.group.process_message(&Provider::reading(&self.rows), message).map_err(message_error)?;
        let Sender::Member(leaf) = *processed.sender() else { return Err(KeyError::Unsupported) };
        let aad = processed.aad().to_vec();
        match processed.into_content() {
            ProcessedMessageContent::ApplicationMessage(message) => {
                let plaintext = Zeroizing::new(message.into_bytes());
                Ok(Opened { sender: self.device_at(leaf)?, plaintext, aad })
            }
            ProcessedMessageContent::OwnPrivateMessage => Err(KeyError::Own),
            ProcessedMessageContent::ProposalMessage(_)
            | ProcessedMessageContent::ExternalJoinProposalMessage(_)
            | ProcessedMessageContent::StagedCommitMessage(_)
            | ProcessedMessageContent::OwnPendingCommit => Err(KeyError::Unsupported),
        }
    }

    fn commit(
        &self,
        device: &DeviceSecret,
        add: &[Vec<u8>],
        drop: &[DeviceId],
        rng: &mut EngineRng,
    ) -> Result<NewEpoch<Self>, KeyError> {
        self.require_own(device)?;
        let dropped: BTreeSet<DeviceId> = drop.iter().copied().collect();
        if dropped.contains(&self.own_device) {
            return Err(KeyError::OwnDevice);
        }
        let mut dropped_leaves = BTreeSet::new();
        for device in &dropped {
            dropped_leaves.insert(*self.leaves.get(device).ok_or(KeyError::UnknownDevice)?);
        }
        let mut added = BTreeSet::new();
        let mut added_packages = Vec::with_capacity(add.len());
        for package in add {
            let (package, device) = packages::parse(self.suite, package)?;
            if self.leaves.contains_key(&device) && !dropped.contains(&device) || !added.insert(device) {
                return Err(KeyError::AlreadyThere);
            }
            added_packages.push(package);
        }

        let rows = self.rows.copy();
        let mut group = load_group(&rows, &self.group())?;
        let provider = Provider::drawing(&rows, rng);
        let bundle = group
            .commit_builder()
            .consume_proposal_store(false)
            .force_self_update(true)
            .propose_adds(added_packages)
            .add_proposals(dropped_leaves.iter().map(|leaf| removal_order::placeholder(*leaf)))
            .propose_removals(dropped_leaves)
            .load_psks(provider.storage())
            .map_err(create_error)?
            .create_group_info(false)
            .build(provider.rand(), provider.crypto(), &DeviceSigner(device), |_| true)
            .map_err(create_error)?
            .stage_commit(&provider)
            .map_err(|_| KeyError::Bug("commit cannot be staged"))?;
        group.merge_pending_commit(&provider).map_err(|_| KeyError::Bug("own commit cannot be merged"))?;

        let next = Self::assemble(self.suite, group, rows)?;
        self.require_successor(&next, &added, &dropped)?;
        Ok(NewEpoch {
            commit: to_bytes(bundle.commit())?,
            welcome: bundle.to_welcome_msg().as_ref().map(to_bytes).transpose()?,
            next,
            added: added.into_iter().collect(),
            dropped: dropped.into_iter().collect(),
        })
    }

    fn process(&self, commit: &[u8]) -> Result<Processed<Self>, KeyError> {
        let MlsMessageBodyIn::PublicMessage(message) = parse(commit)? else {
            return Err(KeyError::Malformed);
        };
        let message = ProtocolMessage::from(message);
        self.require_this_epoch(&message)?;
        if message.content_type() != ContentType::Commit || message.is_external() {
            return Err(KeyError::Unsupported);
        }

        let rows = self.rows.copy();
        let mut group = load_group(&rows, &self.group())?;
        let provider = Provider::reading(&rows);
        let processed = group.process_message(&provider, message).map_err(message_error)?;
        let Sender::Member(leaf) = *processed.sender() else { return Err(KeyError::Unsupported) };
        let committer = self.device_at(leaf)?;
        let staged = match processed.into_content() {
            ProcessedMessageContent::StagedCommitMessage(staged) => staged,
            ProcessedMessageContent::OwnPendingCommit | ProcessedMessageContent::OwnPrivateMessage => {
                return Err(KeyError::Own);
            }
            ProcessedMessageContent::ApplicationMessage(_)
            | ProcessedMessageContent::ProposalMessage(_)
            | ProcessedMessageContent::ExternalJoinProposalMessage(_) => return Err(KeyError::Unsupported),
        };
        let (added, dropped) = self.judge(&staged)?;
        if staged.self_removed() {
            return Err(KeyError::DropsUs);
        }
        group
            .merge_staged_commit(&provider, *staged)
            .map_err(|_| KeyError::Bug("commit cannot be merged"))?;

        let next = Self::assemble(self.suite, group, rows)?;
        self.require_successor(&next, &added, &dropped)?;
        Ok(Processed {
            committer,
            added: added.into_iter().collect(),
            dropped: dropped.into_iter().collect(),
            next,
        })
    }

    fn group(&self) -> GroupId {
        // `assemble` saw to the length.
        GroupId(self.group.group_id().as_slice().try_into().unwrap_or_default())
    }

    fn devices(&self) -> BTreeSet<DeviceId> {
        self.leaves.keys().copied().collect()
    }

    fn authenticator_hash(&self) -> [u8; 32] {
        Sha256::digest(self.group.epoch_authenticator().as_slice()).into()
    }

    fn exporter(&self, label: &str, context: &[u8]) -> Result<Zeroizing<[u8; 32]>, KeyError> {
        const SECRET_BYTES: usize = 32;
        let secret = self
            .group
            .export_secret(&Crypto::reading(), label, context, SECRET_BYTES)
            .map(Zeroizing::new)
            .map_err(|_| KeyError::Bug("secret cannot be exported"))?;
        let secret =
            secret.as_slice().try_into().map_err(|_| KeyError::Bug("exported secret has another length"))?;
        Ok(Zeroizing::new(secret))
    }

    fn key_package(
        suite: Suite,
        device: &DeviceSecret,
        rng: &mut EngineRng,
    ) -> Result<(Vec<u8>, KeyPackageSecrets), KeyError> {
        packages::key_package(suite, device, rng)
    }

    fn key_package_device(suite: Suite, package: &[u8]) -> Result<DeviceId, KeyError> {
        packages::key_package_device(suite, package)
    }

    fn inbox_key(suite: Suite, rng: &mut EngineRng) -> Result<(Vec<u8>, Zeroizing<Vec<u8>>), KeyError> {
        hpke::inbox_key(suite, rng)
    }

    fn inbox_seal(
        suite: Suite,
        public: &[u8],
        info: &[u8],
        aad: &[u8],
        plaintext: &[u8],
        rng: &mut EngineRng,
    ) -> Result<Vec<u8>, KeyError> {
        hpke::inbox_seal(suite, public, info, aad, plaintext, rng)
    }

    fn inbox_open(
        suite: Suite,
        secret: &[u8],
        info: &[u8],
        aad: &[u8],
        bytes: &[u8],
    ) -> Result<Zeroizing<Vec<u8>>, KeyError> {
        hpke::inbox_open(suite, secret, info, aad, bytes)
    }
}

impl Mls {
    /// Returns the device whose state this is.
    #[cfg(test)]
    pub(crate) fn own_device(&self) -> DeviceId {
        self.own_device
    }

    /// Puts a state together from a group and the rows that OpenMLS wrote for it, all of them new. Refuses trees in
    /// which a leaf is not its device's.
    fn assemble(suite: Suite, group: MlsGroup, rows: Rows) -> Result<Self, KeyError> {
        let mut leaves = BTreeMap::new();
        for member in group.members() {
            let device = packages::device(&member.credential, &member.signature_key)?;
            if leaves.insert(device, member.index).is_some() {
                return Err(KeyError::Identity);
            }
        }
        let own_leaf = group.own_leaf_index();
        let own_device = *leaves
            .iter()
            .find_map(|(device, leaf)| (*leaf == own_leaf).then_some(device))
            .ok_or(KeyError::Bug("state without an own leaf"))?;
        if <[u8; 32]>::try_from(group.group_id().as_slice()).is_err() {
            return Err(KeyError::Unsupported);
        }
        rows.mark_all_changed();
        Ok(Self { suite, own_device, leaves, group, rows })
    }

    /// Judges what a commit does beyond what MLS checks, and returns whom it adds and drops.
    fn judge(&self, staged: &StagedCommit) -> Result<(BTreeSet<DeviceId>, BTreeSet<DeviceId>), KeyError> {
        let (mut added, mut dropped) = (BTreeSet::new(), BTreeSet::new());
        for queued in staged.queued_proposals() {
            if queued.proposal_or_ref_type() != ProposalOrRefType::Proposal {
                return Err(KeyError::Unsupported);
            }
            match queued.proposal() {
                Proposal::Add(add) => {
                    added.insert(packages::check(self.suite, add.key_package())?);
                }
                Proposal::Remove(remove) => {
                    dropped.insert(self.device_at(remove.removed())?);
                }
                Proposal::Update(_)
                | Proposal::PreSharedKey(_)
                | Proposal::ReInit(_)
                | Proposal::ExternalInit(_)
                | Proposal::GroupContextExtensions(_)
                | Proposal::SelfRemove
                | Proposal::Custom(_) => return Err(KeyError::Unsupported),
            }
        }
        // Without fresh keys of the committer a commit heals nothing; and nobody can seal to a leaf with a bad key.
        let leaf = staged.update_path_leaf_node().ok_or(KeyError::Unsupported)?;
        packages::device(leaf.credential(), leaf.signature_key().as_slice())?;
        packages::check_leaf_key(self.suite, leaf)?;
        Ok((added, dropped))
    }

    /// Requires that the next state's devices are exactly this state's, less the dropped, plus the added. MLS lets a
    /// committer put another signature key into its leaf: here that would be another device.
    fn require_successor(
        &self,
        next: &Self,
        added: &BTreeSet<DeviceId>,
        dropped: &BTreeSet<DeviceId>,
    ) -> Result<(), KeyError> {
        let stay = self.leaves.iter().filter(|(device, _)| !dropped.contains(device));
        let stays = stay.clone().count();
        let in_place = stay.clone().all(|(device, leaf)| next.leaves.get(device) == Some(leaf));
        let all_there = added.iter().all(|device| next.leaves.contains_key(device));
        if in_place
            && all_there
            && next.leaves.len() == stays + added.len()
            && next.own_device == self.own_device
        {
            Ok(())
        } else {
            Err(KeyError::Identity)
        }
    }

    fn require_own(&self, device: &DeviceSecret) -> Result<(), KeyError> {
        if device.public() == self.own_device {
            Ok(())
        } else {
            Err(KeyError::Bug("another device's secret"))
        }
    }

    fn require_this_epoch(&self, message: &ProtocolMessage) -> Result<(), KeyError> {
        if message.group_id() == self.group.group_id() && message.epoch() == self.group.epoch() {
            Ok(())
        } else {
            Err(KeyError::WrongEpoch)
        }
    }

    fn device_at(&self, leaf: LeafNodeIndex) -> Result<DeviceId, KeyError> {
        self.leaves
            .iter()
            .find_map(|(device, index)| (*index == leaf).then_some(*device))
            .ok_or(KeyError::Invalid)
    }
}

impl fmt::Debug for Mls {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Mls(..)")
    }
}

/// Messages of one sender in one epoch that can be opened in any order. A room hands out what was missed in no
/// particular order, so that the last of them may come first and the others must still open: as many as somebody
/// writes in the longest life of an epoch (30 days, a hundred a day), with room.
const MESSAGES_ANY_ORDER_MAX: u32 = 4096;
/// Steps that a sender's keys are moved on for one message, about 3 microseconds each. Not more than
/// [`MESSAGES_ANY_ORDER_MAX`]: what is skipped beyond it could never be opened.
const MESSAGES_SKIPPED_MAX: u32 = MESSAGES_ANY_ORDER_MAX;

fn sender_ratchet() -> SenderRatchetConfiguration {
    SenderRatchetConfiguration::new(MESSAGES_ANY_ORDER_MAX, MESSAGES_SKIPPED_MAX)
}

fn mls_group_id(group: &GroupId) -> openmls::prelude::GroupId {
    openmls::prelude::GroupId::from_slice(group.as_bytes())
}

fn load_group(rows: &Rows, group: &GroupId) -> Result<MlsGroup, KeyError> {
    let loaded =
        MlsGroup::load(rows, &mls_group_id(group)).map_err(|_| KeyError::Bug("rows cannot be read"))?;
    match loaded {
        Some(loaded) if *loaded.group_id() == mls_group_id(group) => Ok(loaded),
        Some(_) => Err(KeyError::Bug("rows of another group")),
        None => Err(KeyError::Bug("rows are missing")),
    }
}

/// Parses one message and nothing after it. By the reader, not by the slice: that one has debug assertions on what a
/// stranger sends.
fn parse(bytes: &[u8]) -> Result<MlsMessageBodyIn, KeyError> {
    MlsMessageIn::tls_deserialize_exact(bytes).map(MlsMessageIn::extract).map_err(|_| KeyError::Malformed)
}

fn to_bytes(message: &MlsMessageOut) -> Result<Vec<u8>, KeyError> {
    message.to_bytes().map_err(|_| KeyError::Bug("message encoding"))
}

/// Sorts OpenMLS's reasons. Those of a kind that a stranger can cause in many ways are one.
fn message_error(error: ProcessMessageError<StorageError>) -> KeyError {
    match error {
        ProcessMessageError::ValidationError(
            ValidationError::WrongGroupId | ValidationError::WrongEpoch | ValidationError::NoPastEpochData,
        )
        | ProcessMessageError::InvalidCommit(StageCommitError::EpochMismatch) => KeyError::WrongEpoch,
        ProcessMessageError::ValidationError(ValidationError::UnableToDecrypt(
            MessageDecryptionError::SecretTreeError(reason),
        )) => match reason {
            SecretTreeError::SecretReuseError => KeyError::Spent,
            SecretTreeError::TooDistantInThePast
            | SecretTreeError::TooDistantInTheFuture
            | SecretTreeError::IndexOutOfBounds
            | SecretTreeError::RatchetTooLong => KeyError::TooDistant,
            _ => KeyError::Invalid,
        },
        ProcessMessageError::InvalidCommit(StageCommitError::OwnCommitMismatch) => KeyError::Own,
        ProcessMessageError::InvalidCommit(
            StageCommitError::MissingProposal | StageCommitError::PskError(_),
        )
        | ProcessMessageError::IncompatibleWireFormat
        | ProcessMessageError::UnauthorizedExternalApplicationMessage
        | ProcessMessageError::UnauthorizedExternalCommitMessage
        | ProcessMessageError::UnsupportedProposalType => KeyError::Unsupported,
        ProcessMessageError::GroupStateError(MlsGroupStateError::UseAfterEviction) => KeyError::DropsUs,
        ProcessMessageError::StorageError(_) => KeyError::Bug("rows cannot be written"),
        _ => KeyError::Invalid,
    }
}

fn welcome_error(error: WelcomeError<StorageError>) -> KeyError {
    match error {
        WelcomeError::NoMatchingKeyPackage | WelcomeError::JoinerSecretNotFound => KeyError::NotForUs,
        WelcomeError::Psk(_) | WelcomeError::UnsupportedExtensions | WelcomeError::MissingRatchetTree => {
            KeyError::Unsupported
        }
        WelcomeError::StorageError(_) => KeyError::Malformed,
        _ => KeyError::Invalid,
    }
}

fn create_error(_: CreateCommitError) -> KeyError {
    // The lists were checked: what is left are packages that collide in a key, or a tree with a bad one.
    KeyError::Invalid
}
