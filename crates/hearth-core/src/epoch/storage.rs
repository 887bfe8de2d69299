//! The rows of one MLS state: what OpenMLS stores, held in memory until the engine's batch takes it.
//!
//! Owns the row keys, their encoding (MessagePack) and the record of what changed. Never writes to disk: a step
//! persists all its rows in one batch, or none. One store holds one epoch of one group, so no key names the group.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use openmls_traits::storage::{CURRENT_VERSION, Entity, StorageProvider, traits};
use rmp_serde::config::BytesMode;
use serde::Serialize;
use zeroize::Zeroizing;

/// The rows of one state. Interior mutability, because OpenMLS writes through a shared reference.
#[derive(Default)]
pub(super) struct Rows(RefCell<Inner>);

#[derive(Default)]
struct Inner {
    rows: BTreeMap<Vec<u8>, Zeroizing<Vec<u8>>>,
    changed: BTreeSet<Vec<u8>>,
}

impl Rows {
    /// Takes rows that are on disk already: none counts as changed.
    pub(super) fn stored(rows: impl Iterator<Item = (Vec<u8>, Vec<u8>)>) -> Self {
        let rows = rows.map(|(key, value)| (key, Zeroizing::new(value))).collect();
        Self(RefCell::new(Inner { rows, changed: BTreeSet::new() }))
    }

    /// Returns a copy to work on: what happens to it does not reach these rows.
    pub(super) fn copy(&self) -> Self {
        Self(RefCell::new(Inner { rows: self.0.borrow().rows.clone(), changed: BTreeSet::new() }))
    }

    /// Marks every row as changed and forgets the deletions: the rows of a state that is not on disk yet.
    pub(super) fn mark_all_changed(&self) {
        let mut inner = self.0.borrow_mut();
        inner.changed = inner.rows.keys().cloned().collect();
    }

    /// Deletes the secrets of key packages: a state must not keep what opens its own welcome.
    pub(super) fn drop_key_packages(&self) {
        let kinds = [Kind::KeyPackage as u8, Kind::EncryptionKeyPair as u8];
        let mut inner = self.0.borrow_mut();
        inner.rows.retain(|key, _| key.first().is_none_or(|kind| !kinds.contains(kind)));
    }

    /// Returns what changed since the last call, `None` for a deleted row.
    #[expect(clippy::type_complexity, reason = "a key and what became of it, taken apart at once")]
    pub(super) fn take_changed(&self) -> Vec<(Vec<u8>, Option<Zeroizing<Vec<u8>>>)> {
        let mut inner = self.0.borrow_mut();
        let changed = std::mem::take(&mut inner.changed);
        changed
            .into_iter()
            .map(|key| {
                let value = inner.rows.get(&key).cloned();
                (key, value)
            })
            .collect()
    }

    #[cfg(test)]
    pub(super) fn all(&self) -> Vec<(Vec<u8>, Vec<u8>)> {
        self.0.borrow().rows.iter().map(|(key, value)| (key.clone(), value.to_vec())).collect()
    }

    fn put(&self, key: Vec<u8>, value: Zeroizing<Vec<u8>>) {
        let mut inner = self.0.borrow_mut();
        if inner.rows.get(&key).is_none_or(|old| **old != *value) {
            inner.rows.insert(key.clone(), value);
            inner.changed.insert(key);
        }
    }

    fn write(&self, key: Vec<u8>, value: &impl Serialize) -> Result<(), StorageError> {
        self.put(key, encode(value)?);
        Ok(())
    }

    fn read<V: Entity<CURRENT_VERSION>>(&self, key: &[u8]) -> Result<Option<V>, StorageError> {
        match self.0.borrow().rows.get(key) {
            Some(value) => rmp_serde::from_slice(value).map(Some).map_err(|_| StorageError::Decode),
            None => Ok(None),
        }
    }

    fn delete(&self, key: Vec<u8>) -> Result<(), StorageError> {
        let mut inner = self.0.borrow_mut();
        if inner.rows.remove(&key).is_some() {
            inner.changed.insert(key);
        }
        Ok(())
    }
}

/// Why a row could not be written or read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum StorageError {
    /// A value has no MessagePack form.
    #[error("a row cannot be encoded")]
    Encode,
    /// A row's bytes are not of the expected type.
    #[error("a row cannot be decoded")]
    Decode,
    /// OpenMLS stores something that Hearth makes no use of.
    #[error("rows of this kind are not used")]
    Unused,
}

/// What a row holds: the first byte of its key. Stored, so numbers are never reused.
#[derive(Clone, Copy)]
enum Kind {
    JoinConfig = 1,
    Tree = 2,
    InterimTranscriptHash = 3,
    GroupContext = 4,
    ConfirmationTag = 5,
    GroupState = 6,
    MessageSecrets = 7,
    ResumptionPsks = 8,
    OwnLeafIndex = 9,
    EpochSecrets = 10,
    EncryptionKeyPair = 11,
    EpochKeyPairs = 12,
    KeyPackage = 13,
}

impl Kind {
    /// The key of the only row of its kind.
    fn single(self) -> Vec<u8> {
        vec![self as u8]
    }

    /// The key of one row of several: hashed, because a post-quantum public key is longer than most values.
    fn keyed(self, name: &impl Serialize) -> Result<Vec<u8>, StorageError> {
        let mut key = self.single();
        key.extend_from_slice(&crate::crypto::hash("hearth mls row key v1", &[&encode(name)?]));
        Ok(key)
    }
}

fn encode(value: &impl Serialize) -> Result<Zeroizing<Vec<u8>>, StorageError> {
    let mut bytes = Zeroizing::new(Vec::new());
    // Byte strings instead of arrays of numbers: a third less.
    let mut serializer = rmp_serde::Serializer::new(&mut *bytes).with_bytes(BytesMode::ForceIterables);
    value.serialize(&mut serializer).map_err(|_| StorageError::Encode)?;
    Ok(bytes)
}

/// Blanks the time at which OpenMLS made the message secrets: the last field of the last field of
/// `[max_epochs, past_epochs, [.., added_at]]`. It only serves to expire past epochs, of which Hearth keeps none, and
/// the system's clock must not reach the rows.
fn without_clock(bytes: &Zeroizing<Vec<u8>>) -> Result<Zeroizing<Vec<u8>>, StorageError> {
    const STORE_FIELDS: u8 = 3;
    const SECRETS_FIELDS: u8 = 6;
    const FIXARRAY: u8 = 0x90;
    const NIL: u8 = 0xc0;

    let mut cursor = Cursor(bytes);
    for fields in [STORE_FIELDS, SECRETS_FIELDS] {
        if cursor.byte()? != FIXARRAY | fields {
            return Err(StorageError::Encode);
        }
        for _ in 1..fields {
            cursor.skip_value()?;
        }
    }
    let kept = bytes.len().saturating_sub(cursor.0.len());
    cursor.skip_value()?;
    if !cursor.0.is_empty() {
        return Err(StorageError::Encode);
    }
    let mut blanked = Zeroizing::new(Vec::with_capacity(kept + 1));
    blanked.extend_from_slice(bytes.get(..kept).ok_or(StorageError::Encode)?);
    blanked.push(NIL);
    Ok(blanked)
}

/// Walks over MessagePack values without reading them.
struct Cursor<'a>(&'a [u8]);

impl Cursor<'_> {
    fn skip_value(&mut self) -> Result<(), StorageError> {
        let mut pending = 1_usize;
        while pending > 0 {
            pending -= 1;
            let (bytes, values) = match self.byte()? {
                0x00..=0x7f | 0xe0..=0xff | 0xc0 | 0xc2 | 0xc3 => (0, 0),
                map @ 0x80..=0x8f => (0, 2 * usize::from(map & 0x0f)),
                array @ 0x90..=0x9f => (0, usize::from(array & 0x0f)),
                text @ 0xa0..=0xbf => (usize::from(text & 0x1f), 0),
                0xc4 | 0xd9 => (self.number(1)?, 0),
                0xc5 | 0xda => (self.number(2)?, 0),
                0xc6 | 0xdb => (self.number(4)?, 0),
                0xcc | 0xd0 => (1, 0),
                0xcd | 0xd1 => (2, 0),
                0xca | 0xce | 0xd2 => (4, 0),
                0xcb | 0xcf | 0xd3 => (8, 0),
                0xdc => (0, self.number(2)?),
                0xdd => (0, self.number(4)?),
                0xde => (0, 2 * self.number(2)?),
                0xdf => (0, 2 * self.number(4)?),
                // Extension types: serde has none.
                0xc1 | 0xc7..=0xc9 | 0xd4..=0xd8 => return Err(StorageError::Encode),
            };
            self.0 = self.0.get(bytes..).ok_or(StorageError::Encode)?;
            pending += values;
        }
        Ok(())
    }

    fn byte(&mut self) -> Result<u8, StorageError> {
        let (first, rest) = self.0.split_first().ok_or(StorageError::Encode)?;
        self.0 = rest;
        Ok(*first)
    }

    fn number(&mut self, bytes: usize) -> Result<usize, StorageError> {
        (0..bytes).try_fold(0, |number, _| Ok(number << 8 | usize::from(self.byte()?)))
    }
}

impl StorageProvider<CURRENT_VERSION> for Rows {
    type Error = StorageError;

    // The state of the group: one row each.

    fn write_mls_join_config<
        G: traits::GroupId<CURRENT_VERSION>,
        C: traits::MlsGroupJoinConfig<CURRENT_VERSION>,
    >(
        &self,
        _: &G,
        config: &C,
    ) -> Result<(), StorageError> {
        self.write(Kind::JoinConfig.single(), config)
    }

    fn write_tree<G: traits::GroupId<CURRENT_VERSION>, T: traits::TreeSync<CURRENT_VERSION>>(
        &self,
        _: &G,
        tree: &T,
    ) -> Result<(), StorageError> {
        self.write(Kind::Tree.single(), tree)
    }

    fn write_interim_transcript_hash<
        G: traits::GroupId<CURRENT_VERSION>,
        H: traits::InterimTranscriptHash<CURRENT_VERSION>,
    >(
        &self,
        _: &G,
        hash: &H,
    ) -> Result<(), StorageError> {
        self.write(Kind::InterimTranscriptHash.single(), hash)
    }

    fn write_context<G: traits::GroupId<CURRENT_VERSION>, C: traits::GroupContext<CURRENT_VERSION>>(
        &self,
        _: &G,
        context: &C,
    ) -> Result<(), StorageError> {
        self.write(Kind::GroupContext.single(), context)
    }

    fn write_confirmation_tag<
        G: traits::GroupId<CURRENT_VERSION>,
        T: traits::ConfirmationTag<CURRENT_VERSION>,
    >(
        &self,
        _: &G,
        tag: &T,
    ) -> Result<(), StorageError> {
        self.write(Kind::ConfirmationTag.single(), tag)
    }

    fn write_group_state<S: traits::GroupState<CURRENT_VERSION>, G: traits::GroupId<CURRENT_VERSION>>(
        &self,
        _: &G,
        state: &S,
    ) -> Result<(), StorageError> {
        self.write(Kind::GroupState.single(), state)
    }

    fn write_message_secrets<
        G: traits::GroupId<CURRENT_VERSION>,
        S: traits::MessageSecrets<CURRENT_VERSION>,
    >(
        &self,
        _: &G,
        secrets: &S,
    ) -> Result<(), StorageError> {
        self.put(Kind::MessageSecrets.single(), without_clock(&encode(secrets)?)?);
        Ok(())
    }

    fn write_resumption_psk_store<
        G: traits::GroupId<CURRENT_VERSION>,
        S: traits::ResumptionPskStore<CURRENT_VERSION>,
    >(
        &self,
        _: &G,
        store: &S,
    ) -> Result<(), StorageError> {
        self.write(Kind::ResumptionPsks.single(), store)
    }

    fn write_own_leaf_index<
        G: traits::GroupId<CURRENT_VERSION>,
        L: traits::LeafNodeIndex<CURRENT_VERSION>,
    >(
        &self,
        _: &G,
        leaf: &L,
    ) -> Result<(), StorageError> {
        self.write(Kind::OwnLeafIndex.single(), leaf)
    }

    fn write_group_epoch_secrets<
        G: traits::GroupId<CURRENT_VERSION>,
        S: traits::GroupEpochSecrets<CURRENT_VERSION>,
    >(
        &self,
        _: &G,
        secrets: &S,
    ) -> Result<(), StorageError> {
        self.write(Kind::EpochSecrets.single(), secrets)
    }

    fn mls_group_join_config<
        G: traits::GroupId<CURRENT_VERSION>,
        C: traits::MlsGroupJoinConfig<CURRENT_VERSION>,
    >(
        &self,
        _: &G,
    ) -> Result<Option<C>, StorageError> {
        self.read(&Kind::JoinConfig.single())
    }

    fn tree<G: traits::GroupId<CURRENT_VERSION>, T: traits::TreeSync<CURRENT_VERSION>>(
        &self,
        _: &G,
    ) -> Result<Option<T>, StorageError> {
        self.read(&Kind::Tree.single())
    }

    fn group_context<G: traits::GroupId<CURRENT_VERSION>, C: traits::GroupContext<CURRENT_VERSION>>(
        &self,
        _: &G,
    ) -> Result<Option<C>, StorageError> {
        self.read(&Kind::GroupContext.single())
    }

    fn interim_transcript_hash<
        G: traits::GroupId<CURRENT_VERSION>,
        H: traits::InterimTranscriptHash<CURRENT_VERSION>,
    >(
        &self,
        _: &G,
    ) -> Result<Option<H>, StorageError> {
        self.read(&Kind::InterimTranscriptHash.single())
    }

    fn confirmation_tag<G: traits::GroupId<CURRENT_VERSION>, T: traits::ConfirmationTag<CURRENT_VERSION>>(
        &self,
        _: &G,
    ) -> Result<Option<T>, StorageError> {
        self.read(&Kind::ConfirmationTag.single())
    }

    fn group_state<S: traits::GroupState<CURRENT_VERSION>, G: traits::GroupId<CURRENT_VERSION>>(
        &self,
        _: &G,
    ) -> Result<Option<S>, StorageError> {
        self.read(&Kind::GroupState.single())
    }

    fn message_secrets<G: traits::GroupId<CURRENT_VERSION>, S: traits::MessageSecrets<CURRENT_VERSION>>(
        &self,
        _: &G,
    ) -> Result<Option<S>, StorageError> {
        self.read(&Kind::MessageSecrets.single())
    }

    fn resumption_psk_store<
        G: traits::GroupId<CURRENT_VERSION>,
        S: traits::ResumptionPskStore<CURRENT_VERSION>,
    >(
        &self,
        _: &G,
    ) -> Result<Option<S>, StorageError> {
        self.read(&Kind::ResumptionPsks.single())
    }

    fn own_leaf_index<G: traits::GroupId<CURRENT_VERSION>, L: traits::LeafNodeIndex<CURRENT_VERSION>>(
        &self,
        _: &G,
    ) -> Result<Option<L>, StorageError> {
        self.read(&Kind::OwnLeafIndex.single())
    }

    fn group_epoch_secrets<
        G: traits::GroupId<CURRENT_VERSION>,
        S: traits::GroupEpochSecrets<CURRENT_VERSION>,
    >(
        &self,
        _: &G,
    ) -> Result<Option<S>, StorageError> {
        self.read(&Kind::EpochSecrets.single())
    }

    fn delete_group_config<G: traits::GroupId<CURRENT_VERSION>>(&self, _: &G) -> Result<(), StorageError> {
        self.delete(Kind::JoinConfig.single())
    }

    fn delete_tree<G: traits::GroupId<CURRENT_VERSION>>(&self, _: &G) -> Result<(), StorageError> {
        self.delete(Kind::Tree.single())
    }

    fn delete_confirmation_tag<G: traits::GroupId<CURRENT_VERSION>>(
        &self,
        _: &G,
    ) -> Result<(), StorageError> {
        self.delete(Kind::ConfirmationTag.single())
    }

    fn delete_group_state<G: traits::GroupId<CURRENT_VERSION>>(&self, _: &G) -> Result<(), StorageError> {
        self.delete(Kind::GroupState.single())
    }

    fn delete_context<G: traits::GroupId<CURRENT_VERSION>>(&self, _: &G) -> Result<(), StorageError> {
        self.delete(Kind::GroupContext.single())
    }

    fn delete_interim_transcript_hash<G: traits::GroupId<CURRENT_VERSION>>(
        &self,
        _: &G,
    ) -> Result<(), StorageError> {
        self.delete(Kind::InterimTranscriptHash.single())
    }

    fn delete_message_secrets<G: traits::GroupId<CURRENT_VERSION>>(&self, _: &G) -> Result<(), StorageError> {
        self.delete(Kind::MessageSecrets.single())
    }

    fn delete_all_resumption_psk_secrets<G: traits::GroupId<CURRENT_VERSION>>(
        &self,
        _: &G,
    ) -> Result<(), StorageError> {
        self.delete(Kind::ResumptionPsks.single())
    }

    fn delete_own_leaf_index<G: traits::GroupId<CURRENT_VERSION>>(&self, _: &G) -> Result<(), StorageError> {
        self.delete(Kind::OwnLeafIndex.single())
    }

    fn delete_group_epoch_secrets<G: traits::GroupId<CURRENT_VERSION>>(
        &self,
        _: &G,
    ) -> Result<(), StorageError> {
        self.delete(Kind::EpochSecrets.single())
    }

    // Key pairs and key packages: several rows each.

    fn write_encryption_key_pair<
        K: traits::EncryptionKey<CURRENT_VERSION>,
        P: traits::HpkeKeyPair<CURRENT_VERSION>,
    >(
        &self,
        public_key: &K,
        key_pair: &P,
    ) -> Result<(), StorageError> {
        self.write(Kind::EncryptionKeyPair.keyed(public_key)?, key_pair)
    }

    fn encryption_key_pair<
        P: traits::HpkeKeyPair<CURRENT_VERSION>,
        K: traits::EncryptionKey<CURRENT_VERSION>,
    >(
        &self,
        public_key: &K,
    ) -> Result<Option<P>, StorageError> {
        self.read(&Kind::EncryptionKeyPair.keyed(public_key)?)
    }

    fn delete_encryption_key_pair<K: traits::EncryptionKey<CURRENT_VERSION>>(
        &self,
        public_key: &K,
    ) -> Result<(), StorageError> {
        self.delete(Kind::EncryptionKeyPair.keyed(public_key)?)
    }

    fn write_encryption_epoch_key_pairs<
        G: traits::GroupId<CURRENT_VERSION>,
        E: traits::EpochKey<CURRENT_VERSION>,
        P: traits::HpkeKeyPair<CURRENT_VERSION>,
    >(
        &self,
        _: &G,
        epoch: &E,
        leaf_index: u32,
        key_pairs: &[P],
    ) -> Result<(), StorageError> {
        self.write(Kind::EpochKeyPairs.keyed(&(epoch, leaf_index))?, &key_pairs)
    }

    fn encryption_epoch_key_pairs<
        G: traits::GroupId<CURRENT_VERSION>,
        E: traits::EpochKey<CURRENT_VERSION>,
        P: traits::HpkeKeyPair<CURRENT_VERSION>,
    >(
        &self,
        _: &G,
        epoch: &E,
        leaf_index: u32,
    ) -> Result<Vec<P>, StorageError> {
        match self.0.borrow().rows.get(&Kind::EpochKeyPairs.keyed(&(epoch, leaf_index))?) {
            Some(value) => rmp_serde::from_slice(value).map_err(|_| StorageError::Decode),
            None => Ok(Vec::new()),
        }
    }

    fn delete_encryption_epoch_key_pairs<
        G: traits::GroupId<CURRENT_VERSION>,
        E: traits::EpochKey<CURRENT_VERSION>,
    >(
        &self,
        _: &G,
        epoch: &E,
        leaf_index: u32,
    ) -> Result<(), StorageError> {
        self.delete(Kind::EpochKeyPairs.keyed(&(epoch, leaf_index))?)
    }

    fn write_key_package<
        R: traits::HashReference<CURRENT_VERSION>,
        P: traits::KeyPackage<CURRENT_VERSION>,
    >(
        &self,
        reference: &R,
        package: &P,
    ) -> Result<(), StorageError> {
        self.write(Kind::KeyPackage.keyed(reference)?, package)
    }

    fn key_package<R: traits::HashReference<CURRENT_VERSION>, P: traits::KeyPackage<CURRENT_VERSION>>(
        &self,
        reference: &R,
    ) -> Result<Option<P>, StorageError> {
        self.read(&Kind::KeyPackage.keyed(reference)?)
    }

    fn delete_key_package<R: traits::HashReference<CURRENT_VERSION>>(
        &self,
        reference: &R,
    ) -> Result<(), StorageError> {
        self.delete(Kind::KeyPackage.keyed(reference)?)
    }

    // Nothing else is used: proposals travel inside commits only, device keys are the engine's, there are no
    // pre-shared keys. OpenMLS still asks for them when it loads or merges.

    fn queue_proposal<
        G: traits::GroupId<CURRENT_VERSION>,
        R: traits::ProposalRef<CURRENT_VERSION>,
        P: traits::QueuedProposal<CURRENT_VERSION>,
    >(
        &self,
        _: &G,
        _: &R,
        _: &P,
    ) -> Result<(), StorageError> {
        Err(StorageError::Unused)
    }

    fn queued_proposal_refs<G: traits::GroupId<CURRENT_VERSION>, R: traits::ProposalRef<CURRENT_VERSION>>(
        &self,
        _: &G,
    ) -> Result<Vec<R>, StorageError> {
        Ok(Vec::new())
    }

    fn queued_proposals<
        G: traits::GroupId<CURRENT_VERSION>,
        R: traits::ProposalRef<CURRENT_VERSION>,
        P: traits::QueuedProposal<CURRENT_VERSION>,
    >(
        &self,
        _: &G,
    ) -> Result<Vec<(R, P)>, StorageError> {
        Ok(Vec::new())
    }

    fn remove_proposal<G: traits::GroupId<CURRENT_VERSION>, R: traits::ProposalRef<CURRENT_VERSION>>(
        &self,
        _: &G,
        _: &R,
    ) -> Result<(), StorageError> {
        Ok(())
    }

    fn clear_proposal_queue<G: traits::GroupId<CURRENT_VERSION>, R: traits::ProposalRef<CURRENT_VERSION>>(
        &self,
        _: &G,
    ) -> Result<(), StorageError> {
        Ok(())
    }

    fn append_own_leaf_node<G: traits::GroupId<CURRENT_VERSION>, L: traits::LeafNode<CURRENT_VERSION>>(
        &self,
        _: &G,
        _: &L,
    ) -> Result<(), StorageError> {
        Err(StorageError::Unused)
    }

    fn own_leaf_nodes<G: traits::GroupId<CURRENT_VERSION>, L: traits::LeafNode<CURRENT_VERSION>>(
        &self,
        _: &G,
    ) -> Result<Vec<L>, StorageError> {
        Ok(Vec::new())
    }

    fn delete_own_leaf_nodes<G: traits::GroupId<CURRENT_VERSION>>(&self, _: &G) -> Result<(), StorageError> {
        Ok(())
    }

    fn write_signature_key_pair<
        K: traits::SignaturePublicKey<CURRENT_VERSION>,
        P: traits::SignatureKeyPair<CURRENT_VERSION>,
    >(
        &self,
        _: &K,
        _: &P,
    ) -> Result<(), StorageError> {
        Err(StorageError::Unused)
    }

    fn signature_key_pair<
        K: traits::SignaturePublicKey<CURRENT_VERSION>,
        P: traits::SignatureKeyPair<CURRENT_VERSION>,
    >(
        &self,
        _: &K,
    ) -> Result<Option<P>, StorageError> {
        Ok(None)
    }

    fn delete_signature_key_pair<K: traits::SignaturePublicKey<CURRENT_VERSION>>(
        &self,
        _: &K,
    ) -> Result<(), StorageError> {
        Ok(())
    }

    fn write_psk<I: traits::PskId<CURRENT_VERSION>, P: traits::PskBundle<CURRENT_VERSION>>(
        &self,
        _: &I,
        _: &P,
    ) -> Result<(), StorageError> {
        Err(StorageError::Unused)
    }

    fn psk<P: traits::PskBundle<CURRENT_VERSION>, I: traits::PskId<CURRENT_VERSION>>(
        &self,
        _: &I,
    ) -> Result<Option<P>, StorageError> {
        Ok(None)
    }

    fn delete_psk<I: traits::PskId<CURRENT_VERSION>>(&self, _: &I) -> Result<(), StorageError> {
        Ok(())
    }
}
