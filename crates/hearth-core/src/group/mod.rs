//! One group, home or pair, as this node knows it: log, membership, epochs, own keys.
//!
//! Owns the order in which things follow from a grown log or new keys. `record` holds what is kept on disk, `access` who may
//! share the room, `acts` how people come in, `opening` how private pairs are opened, `roles` what members decide of one
//! another, `devices` a member's devices; `receive` what others send, `keys` the epochs and their schedule, `send` the gate
//! and messages, `votes` what is said of heads, `switching` who uses which keys, `renewal` when a leaf is renewed;
//! `farewell` the word of a leaving; `visits` until when a visitor stays; `rescue` the one way back, and `returning` what survives the loss of all else.
//! PROTOCOL sections 2 to 8.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use crate::content::{Endpoint, StateKind};
use crate::crypto::DeviceSecret;
use crate::envelope::EnvelopeKey;
use crate::epoch::Suite;
use crate::error::Fault;
use crate::event::{Admission, Body, Event, GroupKind, LeafRequest, RejectCode, Role};
use crate::fork::EpochTree;
use crate::ids::{
    self, DeviceId, EpochId, EventId, GroupId, MemberId, MessageId, PeerId, RoomId, Timestamp, TokenId,
};
use crate::invite::{RoomSecret, Ticket};
use crate::keeper::KeeperRefusal;
use crate::keys::{KeyLayer, KeyPackageSecrets};
use crate::limits;
use crate::log::{Admitted, Log};
use crate::message::Message;
use crate::objects::Objects;
use crate::payload::JoinRequest;
use crate::resolve::{Ledger, Resolution};
use crate::store::{Class, Key};
use crate::turn::{Notice, Turn};
use crate::wire::Refusal;

mod access;
mod acts;
mod audience;
mod devices;
mod farewell;
#[cfg(test)]
mod insiders;
mod keepers;
mod keys;
mod looking;
mod objects;
mod opening;
mod receive;
mod record;
mod renewal;
mod rescue;
mod returning;
mod roles;
mod send;
mod spreading;
mod switching;
mod visits;
mod votes;

pub use devices::DeviceView;
pub use looking::ShownGroup;
pub(crate) use receive::{Handled, KeyOrigin};
pub use roles::{Asking, Decided, Keeping, Proposal, RemovalPreview};
pub use switching::Switching;
pub use visits::VisitView;

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
    /// Reads what the group says of itself to whoever has a ticket. Nobody was asked for anything.
    Looking { ticket: Ticket, refusal: Option<Refusal> },
}

pub(crate) struct OwnKeys {
    made: Timestamp,
    package: Vec<u8>,
    package_secrets: KeyPackageSecrets,
    inbox: Vec<u8>,
    inbox_secret: Zeroizing<Vec<u8>>,
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
    /// Whether the person has made this their home group.
    pub is_home: bool,
    /// The person's visit, if it ends by itself.
    pub visit: Option<VisitView>,
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
    /// The number of this node's next message when the last one who is in came.
    newest_entry: u64,
    welcome_key: EnvelopeKey,
    rescue_key: EnvelopeKey,

    /// Events seen sealed under an epoch since the start, beside those that began it.
    known_under: BTreeMap<EpochId, BTreeSet<EventId>>,
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
    /// It has asked since it was last found to have all keys.
    asks_in_vain: bool,
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
    /// Somebody has published other keys since somebody asked.
    has_news_of_keys: bool,
    /// The epoch that each of this device's states was last posted under.
    states_posted: BTreeMap<StateKind, EpochId>,
    /// Those of them that others may not have seen there.
    states_behind: BTreeSet<StateKind>,
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
    /// What the group has.
    objects: Objects,
    /// Versions that wait for what they stand on, or are of a later kind.
    parked_objects: BTreeSet<MessageId>,
    spreading: spreading::Spreading,
    visits: visits::Visits,
    /// What a member's node has said of the group to the holder of a ticket.
    shown: Option<looking::ShownGroup>,
    /// Until when this node looks at the group. Not on disk: a look ends with the program.
    looks_until: Option<Timestamp>,
    /// Keepers that do not carry the room, and why. In memory only: they are asked again.
    keeper_refusals: BTreeMap<PeerId, KeeperRefusal>,
    /// The log has grown, or this program has just begun, since those were tried.
    may_judge_parked: bool,
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
            newest_entry: 0,
            welcome_key,
            rescue_key,
            known_under: BTreeMap::new(),
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
            asks_in_vain: false,
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
            has_news_of_keys: false,
            states_posted: BTreeMap::new(),
            states_behind: BTreeSet::new(),
            told_out_by: BTreeSet::new(),
            is_parted: false,
            log_dirty: false,
            pair_welcome: None,
            opening: None,
            farewell: Vec::new(),
            objects: Objects::default(),
            parked_objects: BTreeSet::new(),
            spreading: spreading::Spreading::default(),
            visits: visits::Visits::default(),
            shown: None,
            looks_until: None,
            keeper_refusals: BTreeMap::new(),
            may_judge_parked: false,
        }
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
        self.may_judge_parked = true;
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
        self.settle_objects(turn)?;
        self.plan_spreading(turn);
        self.plan_visits(turn)?;
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
        if let Some(before) = before {
            self.begin_to_age(turn, &before)?;
        }
        // How long it was the head has to be known: others may have given up its keys long ago.
        self.note_states_left_behind();
        Ok(())
    }

    /// Says once whether the head has moved.
    pub(crate) fn take_head_change(&mut self) -> bool {
        std::mem::take(&mut self.has_new_head)
    }

    /// Says once whether somebody has published other keys.
    pub(crate) fn take_news_of_keys(&mut self) -> bool {
        std::mem::take(&mut self.has_news_of_keys)
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
                self.is_parted = false;
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
            Phase::Looking { .. }
            | Phase::Joining { .. }
            | Phase::Returning(_)
            | Phase::Member
            | Phase::Out => return Ok(()),
        };
        self.phase = next;
        self.shown = None;
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
            .chain(self.spreading.next_timeout())
            .chain(self.visits_at())
            .chain(self.looks_until)
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
        self.spread_if_due(turn)?;
        self.end_visits_if_due(turn)?;
        self.end_look_if_due(turn);
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
            Phase::Looking { .. } => self.looks_until.is_some(),
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
        let out_since = self.out_since.filter(|_| self.phase == Phase::Out);
        out_since.filter(|_| !self.is_parted).map(|since| since.plus_ms(life_ms))
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
                Phase::Looking { .. } | Phase::Joining { .. } | Phase::Member | Phase::Out => "",
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
                is_home: self.is_home(&member.identity.id()),
                visit: self.visit_of(member),
            }
        });
        let mut people: Vec<Person> = people.collect();
        people.sort_by_key(|person| self.log.index_of(&EventId::from(person.id)));
        people
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

    /// Gives the joiner's request its proof.
    pub(crate) fn admission(&self, token: &DeviceSecret) -> Admission {
        Admission::prove(&self.id, token, &self.device, &self.own_name)
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
