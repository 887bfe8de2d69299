//! What is kept of a group on disk, and how it is loaded.
//!
//! Owns the records' formats and versions. A record of a newer program is refused, a damaged one told: never guessed at.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use super::{Group, OwnKeys, Phase, Slot};
use crate::content::StateKind;
use crate::crypto::DeviceSecret;
use crate::envelope::EnvelopeKey;
use crate::epoch::Suite;
use crate::error::{Fault, LoadError};
use crate::event::Event;
use crate::ids::{EpochId, GroupId, MessageId, Timestamp};
use crate::invite::RoomSecret;
use crate::keys::{KeyLayer, KeyPackageSecrets};
use crate::log::Admitted;
use crate::message::Message;
use crate::store::{Class, Key, ReadStore};
use crate::turn::{Notice, Turn};

/// The version of [`GroupRecord`], its first byte.
const GROUP_RECORD_VERSION: u8 = 2;

/// What is stored of a group beside its log, keys and messages.
#[derive(Serialize, Deserialize)]
struct GroupRecord {
    version: u8,
    /// The home group, for a pair.
    home: Option<GroupId>,
    room: RoomSecret,
    device_seed: [u8; 32],
    own_name: String,
    suite: Suite,
    phase: Phase,
    mseq: u64,
    clock: Timestamp,
    tips: Vec<MessageId>,
    /// When this member came to be out.
    out_since: Option<Timestamp>,
    asked: u64,
    partner_leaf: u64,
    leaf: Option<(EpochId, Timestamp)>,
    touched: Option<(EpochId, Timestamp)>,
}

impl Drop for GroupRecord {
    fn drop(&mut self) {
        zeroize::Zeroize::zeroize(&mut self.device_seed);
    }
}

/// The secrets behind a published [`crate::content::Keys`].
#[derive(Serialize, Deserialize)]
pub(super) struct OwnKeysRecord {
    pub(super) made: Timestamp,
    pub(super) package: Vec<u8>,
    pub(super) package_secrets: Vec<u8>,
    pub(super) inbox: Vec<u8>,
    pub(super) inbox_secret: Vec<u8>,
}

/// What is kept of an epoch beside the rows of its MLS state.
#[derive(Serialize, Deserialize)]
pub(super) struct EpochRecord {
    /// The exporter secret from which the envelope key comes.
    pub(super) envelope_secret: [u8; 32],
    /// SHA-256 of the epoch authenticator, to be held against the commit's claim.
    pub(super) authenticator_hash: [u8; 32],
    /// When this node got the keys.
    pub(super) made: Timestamp,
    /// When they ceased to be the head's, for this node; as long as they are, as `made`.
    pub(super) since: Timestamp,
    /// The keys may open and must not seal: this node may have used them further than its disk tells.
    pub(super) is_stale: bool,
    /// Messages that this node has sealed or opened under it.
    pub(super) messages: u32,
}

impl<K: KeyLayer> Group<K> {
    /// Loads a group from its records.
    pub(crate) fn load(store: &dyn ReadStore, id: GroupId, record: &[u8]) -> Result<Self, LoadError> {
        check_version(record, GROUP_RECORD_VERSION)?;
        let record: GroupRecord = postcard::from_bytes(record).map_err(|_| LoadError::Damaged("group"))?;
        let device = DeviceSecret::from_seed(&record.device_seed);
        let mut group =
            Self::new(id, record.home, record.room.clone(), device, record.own_name.clone(), record.suite);
        group.phase = record.phase.clone();
        group.out_since = record.out_since;
        group.mseq = record.mseq;
        group.clock = record.clock;
        group.tips = record.tips.clone();
        group.asked = record.asked;
        (group.partner_leaf, group.leaf) = (record.partner_leaf, record.leaf);
        group.touched = record.touched;
        group.load_log(store)?;
        group.load_keys(store)?;
        group.load_states(store)?;
        group.load_devices(store)?;
        group.load_opening(store)?;
        group.load_farewell(store)?;
        group.load_objects(store)?;
        group.load_identity(store)?;
        // What is on disk was held against the log in the step that wrote it.
        group.unreached().into_iter().for_each(|epoch| group.epochs.mark_reached(epoch));
        group.refresh();
        Ok(group)
    }

    fn load_log(&mut self, store: &dyn ReadStore) -> Result<(), LoadError> {
        let mut events = BTreeMap::new();
        let mut damaged = false;
        store.scan(Class::Event, &self.id.0, &mut |_, value| match value
            .split_at_checked(8)
            .map(|(n, bytes)| (n.try_into().map(u64::from_le_bytes), Event::parse(bytes)))
        {
            Some((Ok(number), Ok(event))) => {
                events.insert(number, event);
            }
            Some(_) | None => damaged = true,
        })?;
        for event in events.into_values() {
            let id = event.id();
            match self.log.admit(event) {
                Admitted::Now(_) => {
                    self.ledger.learn(&self.log);
                    self.epochs.learn(&self.log, &mut self.ledger, &id);
                }
                Admitted::Known | Admitted::Parked | Admitted::ParkedInsteadOf(_) | Admitted::Refused => {
                    damaged = true
                }
            }
        }
        store.scan(Class::ParkedEvent, &self.id.0, &mut |_, value| match Event::parse(&value) {
            Ok(event) => {
                self.log.admit(event);
            }
            Err(_) => damaged = true,
        })?;
        if damaged { Err(LoadError::Damaged("control log")) } else { Ok(()) }
    }

    fn load_keys(&mut self, store: &dyn ReadStore) -> Result<(), LoadError> {
        let mut damaged = false;
        let slots = &mut self.slots;
        store.scan(Class::Epoch, &self.id.0, &mut |item, value| match (
            <[u8; 32]>::try_from(item),
            postcard::from_bytes::<EpochRecord>(&value),
        ) {
            (Ok(id), Ok(record)) => {
                let key = EnvelopeKey::from_secret(&record.envelope_secret);
                let authenticator_hash = record.authenticator_hash;
                let EpochRecord { made, since, is_stale, messages, .. } = record;
                let slot = Slot { key, state: None, authenticator_hash, made, since, is_stale, messages };
                slots.insert(EpochId(id), slot);
            }
            (Ok(_), Err(_)) | (Err(_), _) => damaged = true,
        })?;
        let own_keys = &mut self.own_keys;
        store.scan(
            Class::KeyPackage,
            &self.id.0,
            &mut |_, value| match postcard::from_bytes::<OwnKeysRecord>(&value) {
                Ok(record) => own_keys.push(OwnKeys {
                    made: record.made,
                    package: record.package,
                    package_secrets: KeyPackageSecrets::from_bytes(Zeroizing::new(record.package_secrets)),
                    inbox: record.inbox,
                    inbox_secret: Zeroizing::new(record.inbox_secret),
                }),
                Err(_) => damaged = true,
            },
        )?;
        own_keys.sort_by(|a, b| b.made.cmp(&a.made).then_with(|| a.package.cmp(&b.package)));
        if damaged { Err(LoadError::Damaged("keys")) } else { Ok(()) }
    }

    fn load_states(&mut self, store: &dyn ReadStore) -> Result<(), LoadError> {
        let mut damaged = false;
        let states = &mut self.states;
        store.scan(Class::StateMessage, &self.id.0, &mut |_, value| {
            let message = Message::parse(&value);
            match message.map(|message| (StateKind::of(&message.content()), message)) {
                Ok((Some(kind), message)) => {
                    states.insert((kind, message.fields().author), message);
                }
                Ok((None, _)) | Err(_) => damaged = true,
            }
        })?;
        let posted = &mut self.states_posted;
        store.scan(Class::StatePosted, &self.id.0, &mut |item, value| {
            let kind = <[u8; 2]>::try_from(item)
                .ok()
                .and_then(|number| StateKind::numbered(u16::from_le_bytes(number)));
            match kind.zip(<[u8; 32]>::try_from(value.as_slice()).ok()) {
                Some((kind, epoch)) => {
                    posted.insert(kind, EpochId(epoch));
                }
                None => damaged = true,
            }
        })?;
        if damaged { Err(LoadError::Damaged("state messages")) } else { Ok(()) }
    }

    /// Puts the group's own record into the batch.
    pub(super) fn save(&self, turn: &mut Turn<'_>) -> Result<(), Fault> {
        let record = GroupRecord {
            version: GROUP_RECORD_VERSION,
            home: self.home,
            room: self.room.clone(),
            device_seed: *self.device.seed(),
            own_name: self.own_name.clone(),
            suite: self.suite,
            phase: self.phase.clone(),
            mseq: self.mseq,
            clock: self.clock,
            tips: self.tips.clone(),
            out_since: self.out_since,
            asked: self.asked,
            partner_leaf: self.partner_leaf,
            leaf: self.leaf,
            touched: self.touched,
        };
        let bytes = postcard::to_stdvec(&record).map_err(|_| Fault::Bug("group record"))?;
        turn.out.writes.put(Key::global(Class::Group, &self.id.0), bytes);
        Ok(())
    }

    /// Deletes every record of the group, its messages excepted.
    pub(crate) fn forget(&self, turn: &mut Turn<'_>) -> Result<(), Fault> {
        let partitions = [
            Class::Event,
            Class::ParkedEvent,
            Class::Epoch,
            Class::KeyPackage,
            Class::StateMessage,
            Class::StatePosted,
            Class::DeviceTicket,
            Class::Seen,
            Class::Object,
            Class::ParkedObject,
        ];
        for class in partitions {
            turn.delete_all(class, &self.id.0)?;
        }
        for epoch in self.slots.keys() {
            turn.delete_all(Class::EpochRow, &epoch.0)?;
        }
        turn.out.writes.delete(Key::global(Class::Group, &self.id.0));
        turn.out.writes.delete(Key::global(Class::PairOpening, &self.id.0));
        turn.out.writes.delete(Key::global(Class::Farewell, &self.id.0));
        turn.out.writes.delete(Key::global(Class::Identity, &self.id.0));
        turn.out.has_new_contacts = true;
        turn.notify(Notice::Group { group: self.home.unwrap_or(self.id) });
        Ok(())
    }
}

/// Says whether this program wrote a record, or an older or newer one, by its first byte.
pub(super) fn check_version(record: &[u8], version: u8) -> Result<(), LoadError> {
    match record.first() {
        Some(found) if *found == version => Ok(()),
        Some(found) if *found > version => Err(LoadError::UnknownVersion),
        Some(_) | None => Err(LoadError::Damaged("a record of no known version")),
    }
}
