//! One group, home or pair, as this node knows it: log, membership, epochs, own keys.
//!
//! Owns what is kept of a group and how it is loaded. `acts` holds how people come in, `opening` how private pairs are
//! opened, `roles` what members decide of one another, `devices` a member's devices; `receive` what others send, `keys` the
//! epochs and their schedule, `send` the gate and messages, `votes` what is said of heads, `switching` who uses which keys,
//! `renewal` when a leaf is renewed; `farewell` the word of a leaving; `rescue` the one way back, and `returning` what survives the loss of all else.
//! PROTOCOL sections 2 to 8.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use crate::content::{Content, Endpoint, StateKind};
use crate::crypto::DeviceSecret;
use crate::envelope::EnvelopeKey;
use crate::epoch::Suite;
use crate::error::{Fault, LoadError};
use crate::event::{Admission, Body, Event, GroupKind, LeafRequest, RejectCode, Role};
use crate::fork::EpochTree;
use crate::ids::{
    self, DeviceId, EpochId, EventId, GroupId, MemberId, MessageId, PeerId, RoomId, Timestamp, TokenId,
};
use crate::invite::{RoomSecret, Ticket};
use crate::keys::{KeyLayer, KeyPackageSecrets};
use crate::limits;
use crate::log::{Admitted, Log};
use crate::message::Message;
use crate::payload::JoinRequest;
use crate::resolve::{Ledger, Resolution};
use crate::store::{Class, Key, ReadStore};
use crate::turn::{Notice, Turn};
use crate::wire::Refusal;

mod acts;
mod devices;
mod farewell;
#[cfg(test)]
mod insiders;
mod keys;
mod opening;
mod receive;
mod renewal;
mod rescue;
mod returning;
mod roles;
mod send;
mod switching;
mod votes;

pub use devices::DeviceView;
pub(crate) use receive::{Handled, KeyOrigin};
pub use roles::{Asking, Decided, Keeping, Proposal, RemovalPreview};
pub use switching::Switching;

/// What pair openings are sealed for (RFC 9180, `info`).
const INBOX_INFO: &[u8] = b"hearth 2026-11 pair opening";
/// Events of a pair's opening: Create, Add, Commit.
const PAIR_OPENING_EVENTS_MAX: usize = 3;

/// This node's standing in a group.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Phase {
    /// Asked to be admitted.
    Joining { ticket: Ticket, refusal: Option<Refusal> },
    /// In.
    Member,
    /// Out: removed, or left.
    Out,
    /// In, as far as is known, with nothing left but the identity: asks for a new leaf.
    Returning(returning::Return),
}

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
struct OwnKeysRecord {
    made: Timestamp,
    package: Vec<u8>,
    package_secrets: Vec<u8>,
    inbox: Vec<u8>,
    inbox_secret: Vec<u8>,
}

pub(crate) struct OwnKeys {
    made: Timestamp,
    package: Vec<u8>,
    package_secrets: KeyPackageSecrets,
    inbox: Vec<u8>,
    inbox_secret: Zeroizing<Vec<u8>>,
}

/// What is kept of an epoch beside the rows of its MLS state.
#[derive(Serialize, Deserialize)]
struct EpochRecord {
    /// The exporter secret from which the envelope key comes.
    envelope_secret: [u8; 32],
    /// SHA-256 of the epoch authenticator, to be held against the commit's claim.
    authenticator_hash: [u8; 32],
    /// When this node got the keys.
    made: Timestamp,
    /// When they ceased to be the head's, for this node; as long as they are, as `made`.
    since: Timestamp,
    /// The keys may open and must not seal: this node may have used them further than its disk tells.
    is_stale: bool,
    /// Messages that this node has sealed or opened under it.
    messages: u32,
}

/// An epoch whose keys this node holds.
struct Slot<K> {
    key: EnvelopeKey,
    /// Loaded from its rows when needed.
    state: Option<K>,
    authenticator_hash: [u8; 32],
    made: Timestamp,
    since: Timestamp,
    is_stale: bool,
    messages: u32,
}

/// Somebody who waits to be admitted.
struct PendingJoin {
    due: Timestamp,
    request: JoinRequest,
}

/// A person, as shown to the member.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// Member id.
    pub id: MemberId,
    /// Pseudonym.
    pub name: String,
    /// Rank.
    pub role: Role,
    /// Whether it is this node's member.
    pub is_self: bool,
    /// Whether one of the person's devices is in a session with this node.
    pub is_connected: bool,
    /// How many devices the person has.
    pub devices: usize,
    /// When this node first heard of the person.
    pub since: Option<Timestamp>,
    /// When this member compared safety numbers with the person.
    pub verified: Option<Timestamp>,
}

/// One group of this node.
pub(crate) struct Group<K> {
    id: GroupId,
    home: Option<GroupId>,
    room: RoomSecret,
    room_id: RoomId,
    device: DeviceSecret,
    own_name: String,
    suite: Suite,
    phase: Phase,
    /// When this member came to be out.
    out_since: Option<Timestamp>,
    mseq: u64,
    clock: Timestamp,
    /// The newest messages that no other one refers to.
    tips: Vec<MessageId>,

    log: Log,
    ledger: Ledger,
    resolution: Arc<Resolution>,
    epochs: EpochTree,
    head: Option<EpochId>,
    slots: BTreeMap<EpochId, Slot<K>>,
    own_keys: Vec<OwnKeys>,
    states: BTreeMap<(StateKind, DeviceId), Message>,
    invite_keys: BTreeMap<TokenId, EnvelopeKey>,
    /// Tickets for further devices that this one made.
    offers: BTreeMap<TokenId, devices::Offer>,
    seen: BTreeMap<DeviceId, devices::Seen>,
    welcome_key: EnvelopeKey,
    rescue_key: EnvelopeKey,

    /// Events seen sealed under an epoch since the start, beside those that began it.
    known_under: BTreeMap<EpochId, BTreeSet<EventId>>,
    /// When own events were last posted, since the start.
    own_posted: BTreeMap<EventId, Timestamp>,
    /// Names of published packages that no commit can add; tried again after a restart.
    unusable_packages: BTreeSet<[u8; 32]>,
    /// Own messages that no clean epoch could seal yet.
    waiting: VecDeque<MessageId>,
    joins: BTreeMap<DeviceId, PendingJoin>,
    /// Who asked for a new leaf, with the key package for it.
    rescues: BTreeMap<DeviceId, (LeafRequest, Vec<u8>)>,
    /// The heads that connected neighbours have named.
    peer_heads: BTreeMap<PeerId, EpochId>,
    /// Commits of which this node is to say that they are not what they claim.
    rejects: BTreeMap<EpochId, RejectCode>,
    reconcile_at: Option<(EpochId, Timestamp)>,
    hand_on_at: Option<Timestamp>,
    ack_at: Option<Timestamp>,
    rescue_at: Option<Timestamp>,
    /// When this node last asked for a new leaf.
    asked_at: Option<Timestamp>,
    /// The number of this device's last request for a new leaf, also of those that a loss took from the disk.
    asked: u64,
    /// The last own event that this device is known to have written, if the log does not have it: until it is found
    /// or given up this device writes none.
    missing: Option<returning::LastWord>,
    /// Since when members' devices have been connected, while an own event is looked for.
    met: BTreeMap<DeviceId, Timestamp>,
    /// A hash of the identity as stored; `None` if it is not.
    kept_identity: Option<[u8; 32]>,
    /// The identity may have changed.
    identity_dirty: bool,
    /// The epoch on the way to the head that gave this device the leaf it has, and when this node saw it there.
    leaf: Option<(EpochId, Timestamp)>,
    /// When this node would renew its leaf under that head, if nobody else commits before.
    renew_at: Option<(EpochId, Timestamp)>,
    /// The head when a neighbour last had the same one, and when that was.
    touched: Option<(EpochId, Timestamp)>,
    /// The same of before a long time without such a neighbour, until own messages were sealed anew for it.
    apart: Option<(EpochId, Timestamp)>,
    /// When this node last looked whether its leaf is to be renewed.
    looked_at: Option<Timestamp>,
    /// For a pair: the number of the partner's last new leaf in the home group when it was opened.
    partner_leaf: u64,
    /// Where this node can be reached, once the node has said so.
    endpoint: Option<Endpoint>,
    /// The head when the group last settled.
    settled_head: Option<EpochId>,
    /// The head has moved since somebody asked.
    has_new_head: bool,
    /// Nodes that say that this member is out: a new ticket is then good for a new beginning.
    told_out_by: BTreeSet<PeerId>,
    /// Whether the word of this member's leaving has had the time that envelopes have.
    is_parted: bool,
    /// The log has events that `refresh` has not seen.
    log_dirty: bool,
    /// The welcome that a pair's first commit made, for its opening.
    pair_welcome: Option<(EpochId, Vec<u8>)>,
    /// A pair's opening that the partner has not answered.
    opening: Option<opening::Opening>,
    /// What this person said last in an earlier membership, as long as nobody has heard of it.
    farewell: Vec<Event>,
}

impl<K: KeyLayer> Group<K> {
    fn new(
        id: GroupId,
        home: Option<GroupId>,
        room: RoomSecret,
        device: DeviceSecret,
        own_name: String,
        suite: Suite,
    ) -> Self {
        let room_id = room.room();
        let welcome_key = welcome_key(&room, &device.public());
        let rescue_key = rescue_key(&room);
        Self {
            id,
            home,
            room,
            room_id,
            device,
            own_name,
            suite,
            phase: Phase::Member,
            out_since: None,
            mseq: 0,
            clock: Timestamp::default(),
            tips: Vec::new(),
            log: Log::new(id),
            ledger: Ledger::default(),
            resolution: Arc::default(),
            epochs: EpochTree::default(),
            head: None,
            slots: BTreeMap::new(),
            own_keys: Vec::new(),
            states: BTreeMap::new(),
            invite_keys: BTreeMap::new(),
            offers: BTreeMap::new(),
            seen: BTreeMap::new(),
            welcome_key,
            rescue_key,
            known_under: BTreeMap::new(),
            own_posted: BTreeMap::new(),
            unusable_packages: BTreeSet::new(),
            waiting: VecDeque::new(),
            joins: BTreeMap::new(),
            rescues: BTreeMap::new(),
            peer_heads: BTreeMap::new(),
            rejects: BTreeMap::new(),
            reconcile_at: None,
            hand_on_at: None,
            ack_at: None,
            rescue_at: None,
            asked_at: None,
            asked: 0,
            missing: None,
            met: BTreeMap::new(),
            kept_identity: None,
            identity_dirty: true,
            leaf: None,
            renew_at: None,
            touched: None,
            apart: None,
            looked_at: None,
            partner_leaf: 0,
            endpoint: None,
            settled_head: None,
            has_new_head: false,
            told_out_by: BTreeSet::new(),
            is_parted: false,
            log_dirty: false,
            pair_welcome: None,
            opening: None,
            farewell: Vec::new(),
        }
    }

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
        if damaged { Err(LoadError::Damaged("state messages")) } else { Ok(()) }
    }

    /// Puts the group's own record into the batch.
    fn save(&self, turn: &mut Turn<'_>) -> Result<(), Fault> {
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

    /// Recomputes what follows from the log alone.
    fn refresh(&mut self) {
        self.resolution = self.ledger.resolution(&self.log);
        self.head = self.epochs.head(&self.log, &mut self.ledger);
        self.invite_keys = self
            .resolution
            .invites
            .iter()
            .filter(|(_, standing)| !standing.is_revoked)
            .map(|(token, _)| (*token, invite_key(token)))
            .collect();
    }

    /// Writes an event to the log and to the batch.
    fn append(&mut self, turn: &mut Turn<'_>, event: Event) -> Result<EventId, Fault> {
        let id = event.id();
        match self.log.admit(event) {
            Admitted::Now(ids) => {
                self.store_events(turn, &ids);
                Ok(id)
            }
            Admitted::Known | Admitted::Parked | Admitted::ParkedInsteadOf(_) | Admitted::Refused => {
                Err(Fault::Bug("own event not admitted"))
            }
        }
    }

    fn store_events(&mut self, turn: &mut Turn<'_>, ids: &[EventId]) {
        for id in ids {
            let (Some(event), Some(index)) = (self.log.event(id), self.log.index_of(id)) else { continue };
            let mut value = (index as u64).to_le_bytes().to_vec();
            value.extend_from_slice(event.as_bytes());
            turn.out.writes.put(Key::new(Class::Event, &self.id.0, &id.0), value);
            turn.out.writes.delete(Key::new(Class::ParkedEvent, &self.id.0, &id.0));
            self.ledger.learn(&self.log);
            self.epochs.learn(&self.log, &mut self.ledger, id);
        }
        self.log_dirty = true;
        self.identity_dirty = true;
        turn.out.has_new_events = true;
    }

    /// Does what follows from a grown log or new keys: membership, epochs, standing, what waited.
    pub(crate) fn settle(&mut self, turn: &mut Turn<'_>) -> Result<(), Fault> {
        self.follow_log(turn);
        self.check_welcomed(turn)?;
        self.follow_commits(turn)?;
        self.note_head(turn)?;
        self.check_standing(turn)?;
        self.go_on_returning(turn)?;
        self.look_for_last_word(turn);
        self.forget_rescues();
        self.plan_rescue(turn);
        self.plan_reconcile(turn);
        self.plan_hand_on(turn);
        self.note_leaf(turn)?;
        self.note_touch(turn)?;
        self.plan_renewal(turn);
        self.publish_states(turn)?;
        self.flush_waiting(turn)?;
        self.publish_rejects(turn)?;
        self.pass_on_farewell(turn)?;
        self.plan_ack(turn);
        self.keep_identity(turn)?;
        self.prune_epochs(turn)
    }

    /// Takes notice of events that came since the last time.
    fn follow_log(&mut self, turn: &mut Turn<'_>) {
        if !std::mem::take(&mut self.log_dirty) {
            return;
        }
        let before = std::mem::take(&mut self.resolution);
        self.refresh();
        self.note_devices(turn);
        if before != self.resolution {
            let entered = self.resolution.devices().into_iter().filter(|it| before.member_of(it).is_none());
            turn.out.entered.extend(entered.map(|device| (self.id, device)));
            turn.notify(Notice::People { group: self.home.unwrap_or(self.id) });
            turn.out.has_new_contacts = true;
        }
    }

    /// When the head moves on, its keys begin to age.
    fn note_head(&mut self, turn: &mut Turn<'_>) -> Result<(), Fault> {
        let before = std::mem::replace(&mut self.settled_head, self.head);
        if before == self.head {
            return Ok(());
        }
        self.has_new_head = true;
        before.map_or(Ok(()), |before| self.begin_to_age(turn, &before))
    }

    /// Says once whether the head has moved.
    pub(crate) fn take_head_change(&mut self) -> bool {
        std::mem::take(&mut self.has_new_head)
    }

    fn check_standing(&mut self, turn: &mut Turn<'_>) -> Result<(), Fault> {
        let own = self.device.public();
        let is_in = self.resolution.member_of(&own).is_some();
        let next = match &self.phase {
            // In the log, and with keys of an epoch that the log knows.
            Phase::Joining { .. } | Phase::Returning(_)
                if is_in && self.slots.keys().any(|id| self.epochs.node(id).is_some()) =>
            {
                Phase::Member
            }
            Phase::Member if self.is_out(&own) => {
                self.out_since = Some(turn.now);
                Phase::Out
            }
            // What made this member be out does not count after all: who said it was out as well, or was overruled.
            Phase::Out if is_in => Phase::Member,
            Phase::Out if self.parts_at().is_some_and(|at| at <= turn.now) => {
                if self.told_out_by.is_empty() {
                    return self.say_goodbye_again(turn);
                }
                self.is_parted = true;
                turn.out.has_new_contacts = true;
                return Ok(());
            }
            Phase::Joining { .. } | Phase::Returning(_) | Phase::Member | Phase::Out => return Ok(()),
        };
        self.phase = next;
        self.identity_dirty = true;
        // A further device learns from the log whose it is.
        if let Some((_, member)) = self.resolution.member_of(&own) {
            self.own_name.clone_from(&member.identity.name);
        }
        turn.out.has_new_contacts = true;
        turn.notify(Notice::Group { group: self.home.unwrap_or(self.id) });
        self.save(turn)
    }

    /// When something is due by itself.
    pub(crate) fn next_timeout(&self) -> Option<Timestamp> {
        let joins = self.joins.values().map(|join| join.due);
        let plans = [self.reconcile_at.map(|(_, at)| at), self.hand_on_at, self.ack_at, self.rescue_at];
        joins
            .chain(plans.into_iter().flatten())
            .chain(self.parts_at())
            .chain(self.search_ends_at())
            .chain(self.renewal_at())
            .min()
    }

    /// Does what is due.
    pub(crate) fn handle_timeout(&mut self, turn: &mut Turn<'_>) -> Result<(), Fault> {
        let due: Vec<DeviceId> =
            self.joins.iter().filter(|(_, join)| join.due <= turn.now).map(|(device, _)| *device).collect();
        for device in due {
            if let Some(join) = self.joins.remove(&device) {
                self.admit(turn, join.request)?;
            }
        }
        if let Some((tip, at)) = self.reconcile_at
            && at <= turn.now
        {
            self.reconcile_at = None;
            if self.head == Some(tip) {
                self.reconcile(turn)?;
            }
        }
        self.renew_if_due(turn)?;
        self.hand_on_if_due(turn)?;
        self.rescue_if_due(turn)?;
        self.ack_if_due(turn)
    }

    /// Frees what can be loaded again.
    pub(crate) fn rest(&mut self) {
        let keep = if self.home.is_some() { None } else { self.head };
        for (id, slot) in &mut self.slots {
            if Some(*id) != keep {
                slot.state = None;
            }
        }
    }

    pub(crate) fn id(&self) -> GroupId {
        self.id
    }

    pub(crate) fn home(&self) -> Option<GroupId> {
        self.home
    }

    pub(crate) fn room_secret(&self) -> &RoomSecret {
        &self.room
    }

    pub(crate) fn room_id(&self) -> RoomId {
        self.room_id
    }

    pub(crate) fn device(&self) -> &DeviceSecret {
        &self.device
    }

    pub(crate) fn phase(&self) -> &Phase {
        &self.phase
    }

    /// Says whether a member's node has said that this member is out.
    pub(crate) fn is_told_out(&self) -> bool {
        !self.told_out_by.is_empty()
    }

    /// Says whether this node takes part in the room. Who has left does until everybody who can be reached has heard
    /// of it: the word of it may not have left this node yet, and one who has heard may be out as well. Who is out by
    /// somebody else's word listens, and calls nobody: that word may turn out not to count.
    pub(crate) fn is_active(&self) -> bool {
        match self.phase {
            Phase::Joining { .. } | Phase::Returning(_) | Phase::Member => true,
            Phase::Out => !self.has_left() || self.is_saying_goodbye(),
        }
    }

    fn is_saying_goodbye(&self) -> bool {
        let is_awaited = self.told_out_by.is_empty() || !self.others().is_empty();
        self.has_left() && !self.is_parted && is_awaited
    }

    /// When nothing of what a member who is out has sent lives in any room.
    fn parts_at(&self) -> Option<Timestamp> {
        let life_ms = u64::from(limits::ENVELOPE_LIFE_DAYS + 1) * ids::MS_PER_DAY;
        self.out_since.filter(|_| !self.is_parted).map(|since| since.plus_ms(life_ms))
    }

    pub(super) fn has_left(&self) -> bool {
        let own = self.device.public();
        let entries = self.log.entries().iter().map(|entry| &entry.event);
        entries.into_iter().any(|event| event.author() == own && matches!(event.body(), Body::Leave))
    }

    pub(crate) fn own_name(&self) -> &str {
        &self.own_name
    }

    pub(crate) fn resolution(&self) -> &Resolution {
        &self.resolution
    }

    pub(crate) fn head(&self) -> Option<EpochId> {
        self.head
    }

    pub(crate) fn suite(&self) -> Suite {
        self.suite
    }

    /// The group's name; empty before the log has arrived, and for a pair.
    pub(crate) fn name(&self) -> &str {
        match self.resolution.params.as_ref().map(|params| &params.kind) {
            Some(GroupKind::Home { name }) => name,
            Some(GroupKind::Pair { .. }) => "",
            None => match &self.phase {
                Phase::Returning(back) => &back.group_name,
                Phase::Joining { .. } | Phase::Member | Phase::Out => "",
            },
        }
    }

    /// Says whether this node can seal under the head, and every leaf of the head belongs to a member.
    pub(crate) fn is_ready(&self) -> bool {
        self.head.is_some_and(|head| self.may_seal(&head) && self.is_clean(&head))
    }

    /// The other one of a pair.
    pub(crate) fn partner(&self) -> Option<DeviceId> {
        let own = self.device.public();
        let log = self.log.entries().iter().take(2).map(|entry| entry.event.body());
        log.filter_map(|body| Some(body.joiner()?.device)).find(|device| *device != own)
    }

    pub(crate) fn people(&self, connected: &BTreeSet<DeviceId>) -> Vec<Person> {
        let own = self.device.public();
        let people = self.resolution.members.iter().map(|(id, member)| {
            let seen = self.seen.get(&member.identity.device);
            Person {
                id: *id,
                name: member.identity.name.clone(),
                role: member.role,
                is_self: member.devices.contains(&own),
                is_connected: member.devices.iter().any(|device| connected.contains(device)),
                devices: member.devices.len(),
                since: seen.map(|seen| seen.since),
                verified: seen.and_then(|seen| seen.verified),
            }
        });
        let mut people: Vec<Person> = people.collect();
        people.sort_by_key(|person| self.log.index_of(&EventId::from(person.id)));
        people
    }

    /// Where the others can be reached, for the node's dialer.
    pub(crate) fn contacts(&self) -> Vec<Endpoint> {
        match &self.phase {
            Phase::Joining { ticket, .. } => ticket.endpoints.clone(),
            Phase::Out if !self.is_saying_goodbye() => Vec::new(),
            Phase::Member => self.endpoints(),
            Phase::Returning(back) => back.endpoints.clone(),
            Phase::Out => self.others(),
        }
    }

    /// The endpoints of all other members' devices.
    fn endpoints(&self) -> Vec<Endpoint> {
        let own = self.device.public();
        let devices = self.resolution.devices().into_iter().filter(|device| *device != own);
        devices.filter_map(|device| self.endpoint_of(&device)).collect()
    }

    /// Those who have not said yet that this member is out, this person's own devices among them.
    fn others(&self) -> Vec<Endpoint> {
        let mut others = self.endpoints();
        let own = self.states.keys().map(|(_, device)| device).filter(|device| self.is_another_own(device));
        others.extend(own.filter_map(|device| self.endpoint_of(device)));
        others.dedup();
        others.retain(|endpoint| !self.told_out_by.contains(&endpoint.peer));
        others
    }

    pub(crate) fn endpoint_of(&self, device: &DeviceId) -> Option<Endpoint> {
        match self.states.get(&(StateKind::Endpoint, *device))?.content() {
            Content::Endpoint(endpoint) => Some(endpoint),
            Content::Share(_) | Content::Direct(_) | Content::Keys(_) | Content::Unknown => None,
        }
    }

    /// The token and the admission that a proof of access shows.
    pub(crate) fn own_proof(&self) -> (Option<DeviceSecret>, Option<Vec<u8>>) {
        let token = match &self.phase {
            Phase::Joining { ticket, .. } => Some(ticket.token()),
            Phase::Returning(back) => back.ticket.as_ref().map(Ticket::token),
            Phase::Member | Phase::Out => None,
        };
        let own = self.device.public();
        let made = self.resolution.member_of(&own).filter(|(_, member)| member.identity.device == own);
        let admission = match made {
            Some((id, _)) => self.log.event(&EventId::from(*id)),
            None => self.device_add_of(&own).map(|(_, event)| event),
        };
        let admission = admission.filter(|event| matches!(event.body(), Body::Admit(_) | Body::DeviceAdd(_)));
        let admission = admission.map(|event| event.as_bytes().to_vec());
        let kept = match &self.phase {
            Phase::Returning(back) => back.admission.clone(),
            Phase::Joining { .. } | Phase::Member | Phase::Out => None,
        };
        (token, admission.or(kept))
    }

    /// Decides whether a neighbour with these proofs, whose signatures hold, may share the room (PROTOCOL 1.2).
    pub(crate) fn check_access(
        &self,
        device: &DeviceId,
        token: Option<&TokenId>,
        admission: Option<&[u8]>,
        now: Timestamp,
    ) -> Result<(), Refusal> {
        if matches!(self.phase, Phase::Joining { .. } | Phase::Returning(_)) {
            // Who joins or returns knows nobody yet; whoever knows the room's secret may take its sealed request on.
            return Ok(());
        }
        if self.resolution.member_of(device).is_some() || self.is_to_be_told(device) {
            return Ok(());
        }
        if self.is_out(device) {
            return Err(Refusal::Removed);
        }
        if self.vouches(device, admission) {
            return Ok(());
        }
        if let Some(access) = token.and_then(|token| self.offer_access(token, now)) {
            return access;
        }
        let Some(standing) = token.and_then(|token| self.resolution.invites.get(token)) else {
            return Err(Refusal::Unknown);
        };
        if standing.is_revoked {
            Err(Refusal::TicketRevoked)
        } else if standing.used >= standing.invite.uses {
            Err(Refusal::TicketUsedUp)
        } else if standing.invite.expires <= now {
            Err(Refusal::TicketExpired)
        } else {
            Ok(())
        }
    }

    /// Says whether a current member has admitted the device, in an event that this log does not have yet.
    fn vouches(&self, device: &DeviceId, admission: Option<&[u8]>) -> bool {
        let Some(event) = admission.and_then(|bytes| Event::parse(bytes).ok()) else { return false };
        let Some((id, author)) = self.resolution.member_of(&event.author()) else { return false };
        let is_said = match event.body() {
            Body::Admit(admission) => {
                admission.identity.device == *device
                    && admission.is_proved(&self.id)
                    && author.role >= Role::Member
            }
            Body::DeviceAdd(consent) => consent.device == *device && consent.is_proved(&self.id, id),
            _ => false,
        };
        is_said && event.group() == self.id && self.log.event(&event.id()).is_none()
    }

    /// The member that a device belongs or belonged to.
    pub(crate) fn author_of(&self, device: &DeviceId) -> Option<MemberId> {
        if let Some((id, _)) = self.resolution.member_of(device) {
            return Some(*id);
        }
        let first = self.introduction(device).map(|event| MemberId::from(event.id()));
        first.or_else(|| self.device_add_of(device).map(|(member, _)| member))
    }

    /// Says whether a device is or was one of this member's.
    pub(crate) fn is_own(&self, device: &DeviceId) -> bool {
        let own = self.device.public();
        *device == own || self.author_of(device).is_some_and(|author| self.author_of(&own) == Some(author))
    }

    fn is_another_own(&self, device: &DeviceId) -> bool {
        *device != self.device.public() && self.is_own(device)
    }

    /// Says whether a neighbour's device may go on sharing the room. Who has left tells so to its own other devices: there
    /// may be nobody else who could.
    pub(crate) fn may_share_room(&self, device: &DeviceId) -> bool {
        !self.is_out(device) || self.is_to_be_told(device)
    }

    fn is_to_be_told(&self, device: &DeviceId) -> bool {
        self.phase == Phase::Out && self.is_another_own(device) && self.has_left()
    }

    /// The event that made somebody a member who is out by now. Others' events may name the device, too: what it has
    /// not signed itself says nothing about it.
    fn introduction(&self, device: &DeviceId) -> Option<&Event> {
        let events = self.log.introductions(device, self.log.all()).filter_map(|index| self.log.entry(index));
        let signed = events.map(|entry| &entry.event).filter(|event| match event.body() {
            Body::Create { .. } => true,
            Body::Add { .. } => self.home.is_some(),
            Body::Admit(admission) => admission.is_proved(&self.id),
            // A further device was introduced by one that its member had before.
            _ => false,
        });
        signed.min_by_key(|event| event.id())
    }

    /// The pseudonym of a device's member, also of somebody who is out.
    pub(crate) fn name_of(&self, device: &DeviceId) -> Option<&str> {
        if let Some((_, member)) = self.resolution.member_of(device) {
            return Some(&member.identity.name);
        }
        self.name_of_member(&self.author_of(device)?)
    }

    /// The pseudonym of a member, also of somebody who is out.
    pub(crate) fn name_of_member(&self, member: &MemberId) -> Option<&str> {
        let identity = self.log.event(&EventId::from(*member))?.body().joiner()?;
        Some(&identity.name)
    }

    /// Deletes every record of the group, its messages excepted.
    pub(crate) fn forget(&self, turn: &mut Turn<'_>) -> Result<(), Fault> {
        let partitions = [
            Class::Event,
            Class::ParkedEvent,
            Class::Epoch,
            Class::KeyPackage,
            Class::StateMessage,
            Class::DeviceTicket,
            Class::Seen,
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

    /// Gives the joiner's request its proof.
    pub(crate) fn admission(&self, token: &DeviceSecret) -> Admission {
        Admission::prove(&self.id, token, &self.device, &self.own_name)
    }
}

/// Says whether this program wrote a record, or an older or newer one, by its first byte.
fn check_version(record: &[u8], version: u8) -> Result<(), LoadError> {
    match record.first() {
        Some(found) if *found == version => Ok(()),
        Some(found) if *found > version => Err(LoadError::UnknownVersion),
        Some(_) | None => Err(LoadError::Damaged("a record of no known version")),
    }
}

/// The key of what joiners post under an invite; everybody who knows the log or holds the ticket has it.
pub(crate) fn invite_key(token: &TokenId) -> EnvelopeKey {
    EnvelopeKey::from_secret(&crate::crypto::derive("hearth 2026-11 invite envelopes", &token.0))
}

/// The key of requests for a new leaf: whoever asks has no other key left. It hides them from keepers.
pub(crate) fn rescue_key(room: &RoomSecret) -> EnvelopeKey {
    EnvelopeKey::from_secret(&crate::crypto::derive("hearth 2026-11 rescue envelopes", &room.0))
}

/// The key of welcomes for a device. It only hides them from keepers: the MLS welcome inside is sealed to the device.
pub(crate) fn welcome_key(room: &RoomSecret, device: &DeviceId) -> EnvelopeKey {
    let secret = crate::crypto::hash("hearth 2026-11 welcome envelopes", &[&room.0, &device.0]);
    EnvelopeKey::from_secret(&secret)
}
