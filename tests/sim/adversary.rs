//! Insiders who lie: events signed with a member's real keys, put on its own disk for its real engine to spread, and
//! into its room for those whom the engine would not tell.
//!
//! Owns what each of them forges. Whether that does harm is the checkers' to say.

use std::collections::{BTreeMap, BTreeSet};

use hearth_core::content::{Content, Keys};
use hearth_core::crypto::{DeviceSecret, EngineRng};
use hearth_core::envelope::{Envelope, EnvelopeKey};
use hearth_core::event::{Admission, Body, Commit, Event, Invite, Position, QuorumAct, Role};
use hearth_core::ids::{DeviceId, EpochId, EventId, GroupId, IdentityId, MemberId, RoomId, TokenId};
use hearth_core::invite::RoomSecret;
use hearth_core::keys::NewEpoch;
use hearth_core::log::{Admitted, Log};
use hearth_core::message::Message;
use hearth_core::resolve::{Resolution, resolve};
use hearth_core::room::{Room, RoomOutput};
use hearth_core::store::{Class, Key, ReadStore, WriteBatch};
use hearth_core::{KeyLayer, Suite};

use crate::fast::{Fast, bytes};
use crate::world::{Mischief, NodeId, World};

/// How an insider lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lie {
    /// Lets friends in by an invite, in a chain that nobody sees for long.
    PrivateChain,
    /// Says that it knows nothing of what happened since the group began.
    Backdated,
    /// Gives two events the same number.
    Equivocation,
    /// Many commits on the same parent.
    CommitFlood,
    /// A commit whose MLS part is noise.
    Malformed,
    /// A commit whose lists are not what it does.
    LyingLists,
    /// The same, and goes on with it as if nothing were wrong.
    LyingBranch,
    /// A commit that only half of the group can follow.
    Unprocessable,
    /// Removes, demotes and lets in whom it can, and tries it with whom it cannot, whatever its rank.
    RogueAdmin,
    /// The same without knowing of what the others did meanwhile.
    RogueInPrivate,
    /// A commit that half of the group can follow; an accomplice votes for it, and builds on it.
    VotedCommit,
    /// One lets friends in, the other gives them ranks, and the friends speak as well; then both ask for the founder's
    /// removal.
    SharedFriends,
    /// Two who each say one thing to one side and another to the other.
    TwoFaces,
    /// A neighbour that passes on what is small only: no dumps, no logs.
    WithholdsDumps,
    /// A neighbour that never passes on some of what it has, whatever is asked of it, and says nothing of it.
    Withholds,
    /// A neighbour that says again what it said long ago, in any order.
    Replays,
}

impl Lie {
    /// All of them.
    pub const ALL: [Self; 16] = [
        Self::PrivateChain,
        Self::Backdated,
        Self::Equivocation,
        Self::CommitFlood,
        Self::Malformed,
        Self::LyingLists,
        Self::LyingBranch,
        Self::Unprocessable,
        Self::RogueAdmin,
        Self::RogueInPrivate,
        Self::VotedCommit,
        Self::SharedFriends,
        Self::TwoFaces,
        Self::WithholdsDumps,
        Self::Withholds,
        Self::Replays,
    ];

    /// Says whether it takes two.
    pub fn needs_accomplice(self) -> bool {
        match self {
            Self::VotedCommit | Self::SharedFriends | Self::TwoFaces => true,
            Self::PrivateChain
            | Self::Backdated
            | Self::Equivocation
            | Self::CommitFlood
            | Self::Malformed
            | Self::LyingLists
            | Self::LyingBranch
            | Self::Unprocessable
            | Self::RogueAdmin
            | Self::RogueInPrivate
            | Self::WithholdsDumps
            | Self::Withholds
            | Self::Replays => false,
        }
    }

    /// Says whether it is for somebody with a high rank.
    pub fn needs_rank(self) -> bool {
        matches!(self, Self::RogueAdmin | Self::RogueInPrivate)
    }

    /// What the liar's node does to the frames that it sends, if that is the lie.
    pub fn mischief(self) -> Option<Mischief> {
        let honest = Mischief::default();
        match self {
            Self::WithholdsDumps => Some(Mischief { frame_bytes_max: Some(FRAME_SMALL_BYTES), ..honest }),
            Self::Withholds => Some(Mischief { withheld_percent: 60, ..honest }),
            Self::Replays => Some(Mischief { replayed_percent: 30, ..honest }),
            Self::PrivateChain
            | Self::Backdated
            | Self::Equivocation
            | Self::CommitFlood
            | Self::Malformed
            | Self::LyingLists
            | Self::LyingBranch
            | Self::Unprocessable
            | Self::RogueAdmin
            | Self::RogueInPrivate
            | Self::VotedCommit
            | Self::SharedFriends
            | Self::TwoFaces => None,
        }
    }
}

/// Bytes of a frame with one event or message: an envelope of the smallest size and what is around it.
const FRAME_SMALL_BYTES: usize = 1024;
/// Commits of a flood.
const FLOOD: u8 = 12;
/// The exporter label of envelope keys.
const ENVELOPE_LABEL: &str = "hearth envelope";
/// Days that a forged envelope is kept.
const ENVELOPE_DAYS: u32 = 30;
/// The number of a dump among the payloads.
const PAYLOAD_DUMP: u32 = 3;

/// What insiders forged.
#[derive(Default)]
pub(crate) struct Forgery {
    pub(crate) events: BTreeSet<EventId>,
    /// The same as it is said to the others.
    pub(crate) envelopes: Vec<Envelope>,
}

/// Stops the liars' nodes and lets their disks hold what they forged. A lie that takes two needs two nodes; the first
/// one's member is its author.
pub(crate) fn forge<K: KeyLayer>(
    world: &mut World<K>,
    nodes: &[NodeId],
    group: GroupId,
    lie: Lie,
) -> Forgery {
    let mut forgers: Vec<Forger<K>> = nodes.iter().map(|node| Forger::of(world, *node, group)).collect();
    for node in nodes {
        world.stop(*node);
        world.distrust(*node);
    }
    match forgers.as_mut_slice() {
        [forger] => forge_alone(world, forger, lie),
        [forger, accomplice] => {
            accomplice.hear(&forger.log);
            forger.hear(&accomplice.log);
            forge_together(world, forger, accomplice, lie);
        }
        _ => {}
    }
    let mut forgery = Forgery::default();
    for forger in forgers {
        forger.write(world, &mut forgery);
    }
    forgery
}

/// Carries envelopes to somebody whom the liar itself does not reach, by whatever way: an innocent node takes them for
/// what any neighbour could have sent it, and hands them on. It is off for a moment.
pub(crate) fn carry<K: KeyLayer>(world: &mut World<K>, node: NodeId, envelopes: Vec<Envelope>) {
    world.stop(node);
    let (store, now) = (world.store(node), world.now);
    for envelope in envelopes {
        let mut room = Room::load(store, envelope.room()).expect("readable");
        let mut out = RoomOutput::default();
        if room.insert(envelope, now, &mut out).is_ok() {
            store.commit(&out.writes);
        }
    }
    world.start(node);
}

fn forge_alone<K: KeyLayer>(world: &World<K>, forger: &mut Forger<K>, lie: Lie) {
    match lie {
        Lie::PrivateChain => {
            for number in 0..4 {
                forger.admit_friend(number);
            }
        }
        Lie::Backdated => {
            let mut position = forger.next_position();
            position.heads = vec![EventId(forger.group.0)];
            position.heads.extend(position.prev_own);
            let friend = forger.friend(9);
            forger.sign_at(position, friend);
        }
        Lie::Equivocation => {
            let [first, second] = [(); 2].map(|()| forger.next_position());
            forger.sign_at(first, Body::Ack);
            let friend = forger.friend(7);
            forger.sign_at(second, friend);
        }
        Lie::CommitFlood => {
            for number in 0..FLOOD {
                forger.commit_noise(vec![number; 64], Vec::new(), Vec::new());
            }
        }
        Lie::Malformed => forger.commit_noise(vec![0xee; 200], Vec::new(), Vec::new()),
        Lie::LyingLists => {
            let stranger = DeviceSecret::from_seed(&[0x5a; 32]).public();
            let drop = forger.somebody();
            if forger.commit_otherwise(world, &drop).is_none() {
                forger.commit_noise(vec![1, 2, 3], vec![stranger], drop);
            }
        }
        Lie::LyingBranch => {
            let drop = forger.somebody();
            if let Some((epoch, state)) = forger.commit_otherwise(world, &drop) {
                forger.hold(epoch, state);
            }
        }
        Lie::Unprocessable => {
            forger.commit_spoiled(world, &BTreeSet::new());
        }
        Lie::RogueAdmin => forger.run_amok(world),
        Lie::RogueInPrivate => {
            forger.is_blind = true;
            forger.run_amok(world);
        }
        Lie::VotedCommit
        | Lie::SharedFriends
        | Lie::TwoFaces
        | Lie::WithholdsDumps
        | Lie::Withholds
        | Lie::Replays => {}
    }
}

fn forge_together<K: KeyLayer>(world: &World<K>, a: &mut Forger<K>, b: &mut Forger<K>, lie: Lie) {
    match lie {
        Lie::VotedCommit => {
            let Some(epoch) = a.commit_spoiled(world, &BTreeSet::from([b.device.public()])) else { return };
            b.hear(&a.log);
            if b.follow(world, epoch) {
                b.sign(Body::Ack);
                b.commit_spoiled(world, &BTreeSet::from([a.device.public()]));
                a.hear(&b.log);
            }
            a.sign(Body::Ack);
            b.hear(&a.log);
        }
        Lie::SharedFriends => {
            let friends = [1, 2].map(|number| (number, a.admit_friend(number)));
            b.hear(&a.log);
            for (number, event) in friends.into_iter().filter_map(|(number, id)| Some((number, id?))) {
                b.sign(Body::SetRole { member: MemberId::from(event), role: Role::Member });
                b.sign_as(&friend_device(number), Body::Ack);
            }
            let another = b.friend(3);
            b.sign_as(&friend_device(1), another);
            a.hear(&b.log);
            // A majority of those who decide may do it.
            let friends = [1, 2].map(|number| friend_device(number).public());
            let own: BTreeSet<DeviceId> =
                friends.into_iter().chain([a.device.public(), b.device.public()]).collect();
            if let Some(founder) = a.founder().filter(|founder| !a.decide(founder, &own)) {
                let act = a.sign(Body::QuorumAct(QuorumAct::Remove { identity: founder }));
                b.hear(&a.log);
                if let Some(act) = act {
                    b.sign(Body::Endorse { act });
                    b.sign_as(&friend_device(1), Body::Endorse { act });
                    b.sign_as(&friend_device(2), Body::Endorse { act });
                }
                a.hear(&b.log);
            }
        }
        Lie::TwoFaces => {
            a.speak_doubly(b, 4);
            b.speak_doubly(a, 6);
        }
        Lie::PrivateChain
        | Lie::Backdated
        | Lie::Equivocation
        | Lie::CommitFlood
        | Lie::Malformed
        | Lie::LyingLists
        | Lie::LyingBranch
        | Lie::Unprocessable
        | Lie::RogueAdmin
        | Lie::RogueInPrivate
        | Lie::WithholdsDumps
        | Lie::Withholds
        | Lie::Replays => {}
    }
}

struct Forger<K> {
    node: NodeId,
    /// What its friends are called, too.
    name: String,
    group: GroupId,
    suite: Suite,
    room: RoomId,
    device: DeviceSecret,
    log: Log,
    /// What it or a friend of it signed.
    forged: BTreeSet<EventId>,
    /// How many of the log's events are on the disk.
    stored: usize,
    next_number: u64,
    /// The latest epoch whose keys it holds, on the way to the head if it can.
    epoch: EpochId,
    /// Secrets that envelopes are sealed with, by epoch.
    secrets: BTreeMap<EpochId, [u8; 32]>,
    /// Under which epoch the others hear of what it forged.
    under: EpochId,
    /// Epochs whose keys it has made or followed.
    made: Vec<Made<K>>,
    /// It names no events but its own as its past.
    is_blind: bool,
    /// Published by friends.
    states: Vec<Message>,
    rng: EngineRng,
}

/// Keys that a forger made or followed, with their rows.
struct Made<K> {
    epoch: EpochId,
    state: K,
    rows: Vec<(Vec<u8>, Vec<u8>)>,
}

impl<K: KeyLayer> Forger<K> {
    fn of(world: &mut World<K>, node: NodeId, group: GroupId) -> Self {
        let head = world.engine(node).group(&group).and_then(|view| view.head);
        let mut seed = [0; 32];
        seed[..8].copy_from_slice(&world.draw(u64::MAX).to_le_bytes());
        let store = world.store(node);
        let record = store.get(&Key::global(Class::Group, &group.0)).expect("readable").expect("a group");
        // Version, home, room, and then the device's seed: the first fields of a group's record.
        type Head = (u8, Option<[u8; 32]>, [u8; 32], [u8; 32]);
        let ((_, _, room, device_seed), _) =
            postcard::take_from_bytes::<Head>(&record).expect("a group's record");
        let mut events = BTreeMap::new();
        store
            .scan(Class::Event, &group.0, &mut |_, value| {
                let number = u64::from_le_bytes(value[..8].try_into().expect("eight bytes"));
                events.insert(number, Event::parse(&value[8..]).expect("an event"));
            })
            .expect("readable");
        let mut secrets = BTreeMap::new();
        store
            .scan(Class::Epoch, &group.0, &mut |item, value| {
                let epoch = EpochId(item.try_into().expect("an id"));
                secrets.insert(epoch, value[..32].try_into().expect("a secret"));
            })
            .expect("readable");
        let held = events.values().rev().map(|event| EpochId::from(event.id()));
        let held = head.into_iter().chain(held).find(|epoch| secrets.contains_key(epoch));
        let epoch = held.unwrap_or(EpochId(group.0));
        let next_number = events.keys().next_back().map_or(0, |last| last + 1);
        let mut log = Log::new(group);
        for event in events.into_values() {
            log.admit(event);
        }
        let params = log.entries().first().map(|entry| entry.event.body());
        let Some(Body::Create { params, .. }) = params else { panic!("a log begins with a Create") };
        Self {
            node,
            name: world.name(node).to_owned(),
            group,
            suite: params.suite,
            room: RoomSecret::new(room).room(),
            device: DeviceSecret::from_seed(&device_seed),
            forged: BTreeSet::new(),
            stored: log.entries().len(),
            log,
            next_number,
            epoch,
            secrets,
            under: epoch,
            made: Vec::new(),
            is_blind: false,
            states: Vec::new(),
            rng: EngineRng::from_seed(seed),
        }
    }

    /// Takes what another one knows.
    fn hear(&mut self, other: &Log) {
        for entry in other.entries() {
            self.log.admit(entry.event.clone());
        }
    }

    fn next_position(&self) -> Position {
        self.position_of(&self.device.public())
    }

    fn position_of(&self, device: &DeviceId) -> Position {
        let (seq, prev_own, mut heads) = self.log.next_position(device);
        if let Some(prev_own) = prev_own.filter(|_| self.is_blind) {
            heads = vec![prev_own];
        }
        Position { group: self.group, seq, prev_own, heads, epoch: self.epoch }
    }

    fn sign(&mut self, body: Body) -> Option<EventId> {
        let position = self.next_position();
        self.sign_at(position, body)
    }

    fn sign_at(&mut self, position: Position, body: Body) -> Option<EventId> {
        let event = Event::sign(&self.device, position, body).ok()?;
        self.admit(event)
    }

    /// Signs with the key of a friend, who has no node.
    fn sign_as(&mut self, device: &DeviceSecret, body: Body) -> Option<EventId> {
        let position = self.position_of(&device.public());
        let event = Event::sign(device, position, body).ok()?;
        self.admit(event)
    }

    fn admit(&mut self, event: Event) -> Option<EventId> {
        let id = event.id();
        // What the forger's own log refuses, every other one does.
        let is_admitted = matches!(self.log.admit(event), Admitted::Now(_));
        is_admitted.then(|| {
            self.forged.insert(id);
            id
        })
    }

    fn resolution(&self) -> Resolution {
        resolve(&self.log, self.log.all())
    }

    /// Says whether these devices' members are the majority of those who decide about somebody: the other admins, or
    /// if there are fewer than two the others who have a vote.
    fn decide(&self, whom: &IdentityId, devices: &BTreeSet<DeviceId>) -> bool {
        let known = self.resolution();
        let members = |least: Role| -> Vec<bool> {
            let others = known.members.values().filter(|m| m.role >= least && m.identity.id() != *whom);
            others.map(|member| !member.devices.is_disjoint(devices)).collect()
        };
        let admins = members(Role::Servant);
        let electors = if admins.len() < 2 { members(Role::Member) } else { admins };
        2 * electors.iter().filter(|is_theirs| **is_theirs).count() > electors.len()
    }

    fn founder(&self) -> Option<IdentityId> {
        let first = self.log.entries().first()?;
        first.event.body().joiner().map(|identity| identity.id())
    }

    /// A friend with a ticket that the forger made up.
    fn friend(&self, number: u8) -> Body {
        let (token, device) = (friend_token(number), friend_device(number));
        Body::Admit(Admission::prove(&self.group, &token, &device, &self.name))
    }

    /// Invites and admits a friend, and says what the friend's keys are.
    fn admit_friend(&mut self, number: u8) -> Option<EventId> {
        let expires = hearth_core::ids::Timestamp(u64::MAX);
        let token = TokenId(friend_token(number).public().0);
        self.sign(Body::Invite(Invite { token, role: Role::Newcomer, uses: 9, expires }));
        let device = friend_device(number);
        let (package, _) = K::key_package(self.suite, &device, &mut self.rng).expect("a package");
        let (inbox, _) = K::inbox_key(self.suite, &mut self.rng).expect("a key");
        let keys = Content::Keys(Keys { package, inbox });
        let clock = hearth_core::ids::Timestamp(0);
        self.states.extend(Message::write(&device, self.group, 0, Vec::new(), clock, &keys));
        let friend = self.friend(number);
        self.sign(friend)
    }

    /// Says one thing itself, and lets the other one say another thing under the same number.
    fn speak_doubly(&mut self, other: &mut Self, number: u8) {
        let [first, second] = [(); 2].map(|()| self.next_position());
        self.sign_at(first, Body::Ack);
        if let Ok(event) = Event::sign(&self.device, second, self.friend(number)) {
            other.admit(event);
        }
    }

    fn somebody(&mut self) -> Vec<DeviceId> {
        let own = self.device.public();
        let mut others: Vec<DeviceId> = self.resolution().devices().into_iter().collect();
        others.retain(|device| *device != own);
        if others.is_empty() {
            return others;
        }
        let place = self.rng.below(others.len() as u64) as usize;
        vec![others[place]]
    }

    /// What somebody with a high rank can do to the others, and tries in any case.
    fn run_amok(&mut self, world: &World<K>) {
        let own = self.device.public();
        let others = self.resolution().members;
        for (member, person) in others.into_iter().filter(|(_, person)| !person.devices.contains(&own)) {
            match self.rng.below(6) {
                0 | 1 => {
                    self.sign(Body::Remove { identity: person.identity.id() });
                }
                2 => {
                    self.sign(Body::SetRole { member, role: Role::Newcomer });
                }
                3 => {
                    self.sign(Body::SetRole { member, role: Role::Secretary });
                }
                _ => {}
            }
        }
        if let Some(founder) = self.founder() {
            self.sign(Body::Remove { identity: founder });
        }
        for number in 0..2 {
            self.admit_friend(number);
        }
        let member = self.resolution().member_of(&own).map(|(id, _)| *id);
        if let Some(member) = member {
            self.sign(Body::SetRole { member, role: Role::Secretary });
        }
        if self.rng.below(2) == 0 {
            let drop = self.somebody();
            self.commit_otherwise(world, &drop);
        }
    }

    fn commit_noise(&mut self, mls: Vec<u8>, add: Vec<DeviceId>, drop: Vec<DeviceId>) {
        let authenticator_hash = [0x77; 32];
        self.sign(Body::Commit(Commit { parent: self.epoch, add, drop, mls, authenticator_hash }));
    }

    /// A commit that everybody can follow, and that drops somebody without saying so.
    fn commit_otherwise(&mut self, world: &World<K>, drop: &[DeviceId]) -> Option<(EpochId, K)> {
        let new = self.change_keys(world, drop)?;
        let epoch = EpochId::from(self.sign_commit(new.commit, &new.next)?);
        Some((epoch, new.next))
    }

    /// A commit that half of the others cannot follow, and all the rest can; not even by its author is there anything
    /// wrong with it otherwise. With the real keys nobody can: noise at its end.
    fn commit_spoiled(&mut self, world: &World<K>, friends: &BTreeSet<DeviceId>) -> Option<EpochId> {
        let new = self.change_keys(world, &[])?;
        let own = self.device.public();
        let mut others: Vec<DeviceId> = new.next.devices().into_iter().collect();
        others.retain(|device| *device != own && !friends.contains(device));
        let mut without = BTreeSet::new();
        for _ in 0..others.len().div_ceil(2) {
            without.insert(others.swap_remove(self.rng.below(others.len() as u64) as usize));
        }
        let spoiled = self.model(world).and_then(|model| model.spoil(&new.commit, &without));
        let mls = spoiled.unwrap_or_else(|| {
            let mut noise = new.commit;
            noise.iter_mut().rev().take(8).for_each(|byte| *byte ^= 0x55);
            noise
        });
        let epoch = EpochId::from(self.sign_commit(mls, &new.next)?);
        self.hold(epoch, new.next);
        Some(epoch)
    }

    fn sign_commit(&mut self, mls: Vec<u8>, next: &K) -> Option<EventId> {
        let authenticator_hash = next.authenticator_hash();
        let (add, drop) = (Vec::new(), Vec::new());
        self.sign(Body::Commit(Commit { parent: self.epoch, add, drop, mls, authenticator_hash }))
    }

    fn change_keys(&mut self, world: &World<K>, drop: &[DeviceId]) -> Option<NewEpoch<K>> {
        let device = DeviceSecret::from_seed(&self.device.seed());
        let mut rng = self.rng.fork();
        self.with_state(world, |state| state.commit(&device, &[], drop, &mut rng).ok())
    }

    /// Follows an accomplice's commit.
    fn follow(&mut self, world: &World<K>, epoch: EpochId) -> bool {
        let Some((_, commit)) = self.log.event(&epoch.into()).and_then(|event| event.body().as_commit())
        else {
            return false;
        };
        if commit.parent != self.epoch {
            return false;
        }
        let mls = commit.mls.clone();
        let next = self.with_state(world, |state| Some(state.process(&mls).ok()?.next));
        next.map(|next| self.hold(epoch, next)).is_some()
    }

    /// Goes on with an epoch that it made or followed.
    fn hold(&mut self, epoch: EpochId, mut state: K) {
        let secret = state.exporter(ENVELOPE_LABEL, &self.room.0).expect("a secret");
        self.secrets.insert(epoch, *secret);
        let rows = state.take_changed_rows().into_iter();
        let rows = rows.filter_map(|(row, value)| Some((row, value?.to_vec()))).collect();
        self.made.push(Made { epoch, state, rows });
        self.epoch = epoch;
    }

    /// Asks the keys of the epoch that it is in.
    fn with_state<T>(&self, world: &World<K>, ask: impl FnOnce(&K) -> Option<T>) -> Option<T> {
        if let Some(made) = self.made.iter().find(|made| made.epoch == self.epoch) {
            return ask(&made.state);
        }
        ask(&K::load(self.suite, self.rows(world).into_iter(), &self.group).ok()?)
    }

    /// The keys of the epoch that it is in, if they are the model's alone.
    fn model(&self, world: &World<K>) -> Option<Fast> {
        let made = self.made.iter().find(|made| made.epoch == self.epoch);
        let rows = made.map_or_else(|| self.rows(world), |made| made.rows.clone());
        Fast::load(self.suite, rows.into_iter(), &self.group).ok()
    }

    fn rows(&self, world: &World<K>) -> Vec<(Vec<u8>, Vec<u8>)> {
        let mut rows = Vec::new();
        world
            .store(self.node)
            .scan(Class::EpochRow, &self.epoch.0, &mut |row, value| rows.push((row.to_vec(), value.to_vec())))
            .expect("readable");
        rows.sort();
        rows
    }

    /// Puts all of it on the disk, and into the room under keys that the others hold.
    fn write(mut self, world: &World<K>, forgery: &mut Forgery) {
        let (store, now) = (world.store(self.node), world.now);
        let mut batch = WriteBatch::default();
        let new: Vec<Event> =
            self.log.entries().iter().skip(self.stored).map(|entry| entry.event.clone()).collect();
        for event in &new {
            let mut value = self.next_number.to_le_bytes().to_vec();
            value.extend_from_slice(event.as_bytes());
            batch.put(Key::new(Class::Event, &self.group.0, &event.id().0), value);
            self.next_number += 1;
        }
        for Made { epoch, state, rows } in self.made {
            // Secret, authenticator, when made, since when it ages, whether it must not seal, messages.
            let record = (self.secrets[&epoch], state.authenticator_hash(), now, now, false, 0u32);
            batch.put(Key::new(Class::Epoch, &self.group.0, &epoch.0), bytes(&record));
            for (row, value) in rows {
                batch.put(Key::new(Class::EpochRow, &epoch.0, &row), value);
            }
        }
        store.commit(&batch);
        if let Some(secret) = self.secrets.get(&self.under).filter(|_| !new.is_empty()) {
            let events: Vec<Vec<u8>> = new.iter().map(|event| event.as_bytes().to_vec()).collect();
            let states: Vec<Vec<u8>> = self.states.iter().map(|state| state.as_bytes().to_vec()).collect();
            let payload = bytes(&(PAYLOAD_DUMP, events, states));
            let expires = now.day().plus(ENVELOPE_DAYS - 1);
            let key = EnvelopeKey::from_secret(secret);
            let envelope =
                Envelope::seal(&key, &self.room, expires, &payload, &mut self.rng).expect("not too large");
            forgery.envelopes.push(envelope.clone());
            let mut room = Room::load(store, self.room).expect("readable");
            let mut out = RoomOutput::default();
            room.insert(envelope, now, &mut out).expect("there is space");
            store.commit(&out.writes);
        }
        forgery.events.extend(self.forged);
    }
}

fn friend_token(number: u8) -> DeviceSecret {
    DeviceSecret::from_seed(&[0xa0 | number; 32])
}

fn friend_device(number: u8) -> DeviceSecret {
    DeviceSecret::from_seed(&[0xb0 | number; 32])
}
