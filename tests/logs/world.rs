//! Random control logs: people in partitions who act by what they have heard, and insiders who backdate, contradict
//! themselves and act beyond their rank.
//!
//! No keys, no network, no clock: log, membership and the choice of the head alone. One seed is one log.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use hearth_core::Suite;
use hearth_core::crypto::{DeviceSecret, EngineRng};
use hearth_core::event::{
    Admission, Body, Commit, DeviceConsent, Event, GroupKind, GroupParams, Identity, Invite, Position,
    QuorumAct, RejectCode, Role, Settings,
};
use hearth_core::fork::EpochTree;
use hearth_core::ids::{DeviceId, EpochId, EventId, GroupId, IdentityId, MemberId, Timestamp, TokenId};
use hearth_core::log::{Admitted, Log};
use hearth_core::resolve::{Ledger, Resolution};

/// Somebody's device, with as much of the log as it has heard.
pub struct Node {
    /// Its key.
    pub device: DeviceSecret,
    /// What it knows.
    pub log: Log,
    /// What it makes of that.
    pub ledger: Ledger,
    /// The epochs that it knows.
    pub epochs: EpochTree,
}

impl Node {
    /// A device that has heard nothing.
    pub fn new(device: DeviceSecret, group: GroupId) -> Self {
        Self { device, log: Log::new(group), ledger: Ledger::default(), epochs: EpochTree::default() }
    }

    /// Takes an event; says whether it is new.
    pub fn take(&mut self, event: &Event) -> bool {
        match self.log.admit(event.clone()) {
            Admitted::Now(ids) => {
                for id in ids {
                    self.ledger.learn(&self.log);
                    self.epochs.learn(&self.log, &mut self.ledger, &id);
                }
                true
            }
            Admitted::Known | Admitted::Parked | Admitted::ParkedInsteadOf(_) | Admitted::Refused => false,
        }
    }

    /// Takes events in this order.
    pub fn take_all(&mut self, events: &[Event]) {
        for event in events {
            self.take(event);
        }
    }

    /// Hears all that another one knows.
    pub fn hear(&mut self, other: &Self) {
        for entry in other.log.entries() {
            if self.log.index_of(&entry.event.id()).is_none() {
                self.take(&entry.event);
            }
        }
    }

    /// Who is a member, as far as it knows.
    pub fn resolution(&mut self) -> Arc<Resolution> {
        self.ledger.resolution(&self.log)
    }

    /// The head, as far as it knows.
    pub fn head(&mut self) -> Option<EpochId> {
        self.epochs.head(&self.log, &mut self.ledger)
    }

    /// Signs an event in the place of `self`'s next one.
    pub fn sign(&mut self, body: Body, epoch: Option<EpochId>) -> Event {
        let (seq, prev_own, heads) = self.log.next_position(&self.device.public());
        let epoch = epoch.or_else(|| self.head()).unwrap();
        let group = self.log.entries()[0].event.group();
        Event::sign(&self.device, Position { group, seq, prev_own, heads, epoch }, body).unwrap()
    }

    /// Signs an event and takes it.
    pub fn write(&mut self, body: Body) -> EventId {
        let event = self.sign(body, None);
        assert!(self.take(&event), "an own event is refused");
        event.id()
    }

    /// The commit that would bring the keys of `parent` in line.
    fn reconciliation(&mut self, parent: EpochId) -> Option<Commit> {
        let resolution = self.resolution();
        let tree = self.epochs.node(&parent)?.tree.clone();
        let add = resolution.expected_leaves().difference(&tree).copied().collect();
        let drop = tree.difference(&resolution.devices()).copied().collect();
        Some(Commit { parent, add, drop, mls: Vec::new(), authenticator_hash: [0; 32] })
    }

    /// Brings the keys in line, or renews the own leaf.
    pub fn commit(&mut self, renew: bool) -> Option<EventId> {
        let head = self.head()?;
        let commit = self.reconciliation(head)?;
        let own = self.device.public();
        if !self.epochs.node(&head)?.tree.contains(&own) {
            let join = Commit { add: vec![own], drop: Vec::new(), ..commit };
            return self.resolution().member_of(&own).map(|_| self.write(Body::Join(join)));
        }
        match (commit.add.is_empty() && commit.drop.is_empty(), renew) {
            (true, true) => Some(self.write(Body::Update(commit))),
            (true, false) => None,
            (false, _) => Some(self.write(Body::Commit(commit))),
        }
    }
}

/// What happened in one run.
pub struct Run {
    /// The group.
    pub group: GroupId,
    /// All events, each after its past.
    pub events: Vec<Event>,
    /// Those who keep to the rules and are in.
    pub honest: Vec<Node>,
    /// Those who do not.
    pub insiders: Vec<Node>,
    /// What was found wrong on the way.
    pub violations: Vec<String>,
}

/// A partitioned group.
pub struct World {
    rng: EngineRng,
    nodes: Vec<Node>,
    insiders: BTreeSet<usize>,
    tokens: Vec<DeviceSecret>,
    seen: BTreeMap<usize, Arc<Resolution>>,
    violations: Vec<String>,
}

/// Founds a group with a secretary, who is returned and knows all, and others of these ranks, whose keys are returned.
pub fn founded(seed: u64, roles: &[Role]) -> (Node, Vec<DeviceSecret>) {
    let mut rng = generator(seed, 3);
    let device = DeviceSecret::from_seed(&rng.bytes());
    let kind = GroupKind::Home { name: "Group".to_owned() };
    let params = GroupParams { kind, suite: Suite::X25519, nonce: rng.bytes() };
    let founder = Identity { device: device.public(), name: "P0".to_owned() };
    let position = Position {
        group: GroupId([0; 32]),
        seq: 0,
        prev_own: None,
        heads: Vec::new(),
        epoch: EpochId([0; 32]),
    };
    let create = Event::sign(&device, position, Body::Create { params, founder }).unwrap();
    let mut first = Node::new(device, create.group());
    first.take(&create);
    let mut others = Vec::new();
    for role in roles {
        let other = DeviceSecret::from_seed(&rng.bytes());
        let identity = Identity { device: other.public(), name: format!("P{}", others.len() + 1) };
        let member = first.write(Body::Add { identity, role: Role::Member });
        if *role > Role::Member {
            first.write(Body::SetRole { member: member.into(), role: *role });
        }
        others.push(other);
    }
    first.commit(false);
    (first, others)
}

/// A generator for a seed.
pub fn generator(seed: u64, purpose: u8) -> EngineRng {
    let mut bytes = [purpose; 32];
    bytes[..8].copy_from_slice(&seed.to_le_bytes());
    EngineRng::from_seed(bytes)
}

/// Runs one seed.
pub fn run(seed: u64, steps: u64) -> Run {
    let mut world = World::found(seed);
    let mut parts = vec![(0..world.nodes.len()).collect::<Vec<_>>()];
    for _ in 0..steps {
        if world.rng.below(100) < 15 {
            parts = world.partition();
        }
        // A node made meanwhile begins where node 0 is.
        for fresh in 0..world.nodes.len() {
            if !parts.iter().any(|part| part.contains(&fresh)) {
                parts[0].push(fresh);
            }
        }
        let part = parts[world.rng.below(parts.len() as u64) as usize].clone();
        let who = part[world.rng.below(part.len() as u64) as usize];
        if world.insiders.contains(&who) && world.rng.below(2) == 0 {
            world.misbehave(who);
        } else {
            world.behave(who);
        }
        let other = part[world.rng.below(part.len() as u64) as usize];
        world.gossip(who, other);
    }
    world.finish()
}

impl World {
    fn found(seed: u64) -> Self {
        let mut rng = generator(seed, 1);
        let roles = [Role::Secretary, Role::Servant, Role::Servant, Role::Member, Role::Member, Role::Member];
        let count = 3 + rng.below(roles.len() as u64 - 2) as usize;
        let (first, others) = founded(seed, &roles[..count]);
        let group = first.log.entries()[0].event.group();
        let mut nodes = vec![first];
        for device in others {
            let mut node = Node::new(device, group);
            node.hear(&nodes[0]);
            nodes.push(node);
        }
        let tokens = (0..4).map(|_| DeviceSecret::from_seed(&rng.bytes())).collect();
        let mut insiders = BTreeSet::from([1 + rng.below(count as u64) as usize]);
        if rng.below(3) == 0 {
            insiders.insert(1 + rng.below(count as u64) as usize);
        }
        Self { rng, nodes, insiders, tokens, seen: BTreeMap::new(), violations: Vec::new() }
    }

    fn fresh(&mut self) -> usize {
        let device = DeviceSecret::from_seed(&self.rng.bytes());
        let group = self.nodes[0].log.entries()[0].event.group();
        self.nodes.push(Node::new(device, group));
        self.nodes.len() - 1
    }

    fn identity(&self, node: usize) -> Identity {
        Identity { device: self.nodes[node].device.public(), name: format!("P{node}") }
    }

    fn partition(&mut self) -> Vec<Vec<usize>> {
        let count = 1 + self.rng.below(3) as usize;
        let mut parts = vec![Vec::new(); count];
        for node in 0..self.nodes.len() {
            parts[self.rng.below(count as u64) as usize].push(node);
        }
        parts.retain(|part| !part.is_empty());
        parts
    }

    fn teach(&mut self, learner: usize, teacher: usize) {
        if learner == teacher {
            return;
        }
        let [learner, teacher] = self.nodes.get_disjoint_mut([learner, teacher]).unwrap();
        learner.hear(teacher);
    }

    fn gossip(&mut self, a: usize, b: usize) {
        self.teach(a, b);
        self.teach(b, a);
        for node in [a, b] {
            if !self.insiders.contains(&node) && !self.nodes[node].log.entries().is_empty() {
                self.check_no_resurrection(node);
            }
        }
    }

    /// A removal that was in force is so no more only if something took its place: another removal, a revoked device, or a
    /// proof against somebody who had agreed.
    fn check_no_resurrection(&mut self, node: usize) {
        let now = self.nodes[node].resolution();
        if let Some(before) = self.seen.insert(node, now.clone()) {
            let lost: Vec<_> = before.removals.iter().filter(|r| !now.removals.contains(r)).collect();
            let is_explained = now.removals.iter().any(|removal| !before.removals.contains(removal))
                || now.revoked.iter().any(|device| !before.revoked.contains(device))
                || now.equivocators != before.equivocators
                || lost.iter().all(|(removal, identity)| {
                    self.was_raised(node, removal, identity) || self.was_lowered(node, removal, &before, &now)
                });
            if !lost.is_empty() && !is_explained {
                let what: Vec<String> =
                    lost.iter().map(|(id, who)| self.describe(node, id, who, &before, &now)).collect();
                self.violations.push(format!("vanished at node {node}: {}", what.join("; ")));
            }
        }
        for (removal, identity) in &now.removals {
            let log = &self.nodes[node].log;
            let Some(index) = log.index_of(removal) else { continue };
            let back = now.members.iter().find(|(_, member)| member.identity.id() == *identity);
            let knew = back.is_none_or(|(id, _)| {
                let added = log.index_of(&EventId::from(*id)).and_then(|index| log.entry(index));
                added.is_some_and(|added| added.past.contains(index))
            });
            if !knew {
                self.violations.push(format!("somebody is back without a re-add at node {node}"));
            }
        }
    }

    /// Somebody had given them a rank at the same time that the remover could not take.
    fn was_raised(&self, node: usize, removal: &EventId, identity: &IdentityId) -> bool {
        let log = &self.nodes[node].log;
        let removal = log.index_of(removal).unwrap();
        log.entries().iter().enumerate().any(|(index, entry)| {
            let (Body::SetRole { member, role } | Body::QuorumAct(QuorumAct::SetRole { member, role })) =
                entry.event.body()
            else {
                return false;
            };
            let target = log.event(&EventId::from(*member)).and_then(|event| event.body().joiner());
            *role >= Role::Servant
                && target.is_some_and(|target| target.id() == *identity)
                && !entry.past.contains(removal)
                && !log.entry(removal).unwrap().past.contains(index)
        })
    }

    /// Many had meanwhile agreed to take the remover's rank.
    fn was_lowered(&self, node: usize, removal: &EventId, before: &Resolution, now: &Resolution) -> bool {
        let author = self.nodes[node].log.event(removal).unwrap().author();
        let role = |resolution: &Resolution| resolution.member_of(&author).map(|(_, member)| member.role);
        role(now) < role(before)
    }

    fn describe(
        &self,
        node: usize,
        id: &EventId,
        who: &IdentityId,
        before: &Resolution,
        now: &Resolution,
    ) -> String {
        let log = &self.nodes[node].log;
        let event = log.event(id).unwrap();
        let role =
            |resolution: &Resolution, device: &DeviceId| resolution.member_of(device).map(|(_, m)| m.role);
        format!(
            "{:?} by {:?} then {:?}, of {:?} then {:?}",
            event.body(),
            role(before, &event.author()),
            role(now, &event.author()),
            role(before, &DeviceId(who.0)),
            role(now, &DeviceId(who.0)),
        )
    }

    fn pick<T: Clone>(&mut self, all: &[T]) -> Option<T> {
        let place = self.rng.below(all.len() as u64) as usize;
        all.get(place).cloned()
    }

    /// Somebody does what the rank allows, by what it has heard.
    fn behave(&mut self, who: usize) {
        if self.nodes[who].log.entries().is_empty() {
            return;
        }
        let resolution = self.nodes[who].resolution();
        let own = self.nodes[who].device.public();
        let Some((id, member)) = resolution.member_of(&own).map(|(id, member)| (*id, member.clone())) else {
            return;
        };
        let rank = member.role;
        let lower: Vec<MemberId> =
            resolution.members.iter().filter(|(_, m)| m.role < rank).map(|(id, _)| *id).collect();
        let others: Vec<MemberId> = resolution.members.keys().copied().filter(|other| *other != id).collect();
        let target = self.pick(&lower);
        let body = match self.rng.below(100) {
            0..8 if rank >= Role::Servant => {
                target.map(|target| Body::Remove { identity: resolution.members[&target].identity.id() })
            }
            8..16 if rank >= Role::Servant => target.map(|member| {
                let roles = [Role::Newcomer, Role::Member, Role::Servant, Role::Secretary];
                Body::SetRole { member, role: roles[self.rng.below(4) as usize] }
            }),
            16..22 if rank >= Role::Servant => Some(self.add()),
            22..28 => {
                let others = self.pick(&others);
                others.map(|other| self.proposal(&resolution, other))
            }
            28..40 => {
                let open: Vec<EventId> = resolution.pending.iter().map(|pending| pending.act).collect();
                self.pick(&open).map(|act| Body::Endorse { act })
            }
            40..44 => Some(self.invite(rank)),
            44..52 => self.admission(&resolution),
            52..54 => self
                .pick(&resolution.invites.keys().copied().collect::<Vec<_>>())
                .map(|token| Body::RevokeInvite { token }),
            54..56 if rank >= Role::Servant => self.pick(&others).map(|member| Body::Lapse { member }),
            56..59 if member.devices.len() < 3 => {
                let node = self.fresh();
                let group = self.nodes[who].log.entries()[0].event.group();
                let consent = DeviceConsent::prove(&group, &id, &self.nodes[node].device);
                let act = self.nodes[who].write(Body::DeviceAdd(consent));
                self.teach(node, who);
                let _ = act;
                None
            }
            59..61 if member.devices.len() > 1 => {
                let devices: Vec<DeviceId> = member.devices.iter().copied().collect();
                self.pick(&devices).map(|device| Body::DeviceRevoke { device })
            }
            61 if self.rng.below(3) == 0 => Some(Body::Leave),
            62 if rank > Role::Member => Some(Body::SetRole { member: id, role: Role::Member }),
            63 => {
                self.nodes[who].head().map(|commit| Body::Reject { commit, code: RejectCode::Unprocessable })
            }
            64..85 => {
                self.nodes[who].commit(false);
                None
            }
            85..88 => {
                self.nodes[who].commit(true);
                None
            }
            _ => Some(Body::Ack),
        };
        if let Some(body) = body {
            self.nodes[who].write(body);
        }
    }

    fn add(&mut self) -> Body {
        let node = if self.rng.below(2) == 0 {
            self.fresh()
        } else {
            self.rng.below(self.nodes.len() as u64) as usize
        };
        let role = if self.rng.below(3) == 0 { Role::Member } else { Role::Newcomer };
        Body::Add { identity: self.identity(node), role }
    }

    fn invite(&mut self, rank: Role) -> Body {
        let token = &self.tokens[self.rng.below(4) as usize];
        let role = if rank == Role::Secretary { Role::Member } else { Role::Newcomer };
        let token = TokenId(token.public().0);
        Body::Invite(Invite { token, role, uses: 1 + self.rng.below(2) as u16, expires: Timestamp(0) })
    }

    fn admission(&mut self, resolution: &Resolution) -> Option<Body> {
        let tokens: Vec<TokenId> = resolution.invites.keys().copied().collect();
        let token = self.pick(&tokens)?;
        let secret = self.tokens.iter().find(|secret| secret.public().0 == token.0)?;
        let secret = DeviceSecret::from_seed(&secret.seed());
        let node = if self.rng.below(2) == 0 {
            self.fresh()
        } else {
            self.rng.below(self.nodes.len() as u64) as usize
        };
        let group = self.nodes[0].log.entries()[0].event.group();
        let mut admission = Admission::prove(&group, &secret, &self.nodes[node].device, &format!("P{node}"));
        if self.rng.below(20) == 0 {
            admission.token_proof[0] ^= 1;
        }
        Some(Body::Admit(admission))
    }

    fn proposal(&mut self, resolution: &Resolution, other: MemberId) -> Body {
        let member = &resolution.members[&other];
        Body::QuorumAct(match self.rng.below(5) {
            0..3 => QuorumAct::Remove { identity: member.identity.id() },
            3 => {
                let roles = [Role::Newcomer, Role::Member, Role::Servant, Role::Secretary];
                QuorumAct::SetRole { member: other, role: roles[self.rng.below(4) as usize] }
            }
            _ => QuorumAct::SetParams(Settings { members_may_invite: self.rng.below(2) == 0 }),
        })
    }

    /// An insider writes from any point of the past that it likes, whatever its rank.
    fn misbehave(&mut self, who: usize) {
        let ignore_removal = self.rng.below(10) < 7;
        let event = self.backdated(who, ignore_removal);
        if let Some(event) = event {
            self.nodes[who].take(&event);
        }
    }

    /// An event that knows its author's beginning and any causally closed rest, but no word of its removal if it likes.
    pub fn backdated(&mut self, who: usize, ignore_removal: bool) -> Option<Event> {
        let own = self.nodes[who].device.public();
        let entries = self.nodes[who].log.entries();
        if entries.is_empty() {
            return None;
        }
        let identities = self.nodes[who].own_identities();
        let is_own_removal = |body: &Body| match body {
            Body::Remove { identity } | Body::QuorumAct(QuorumAct::Remove { identity }) => {
                identities.contains(identity)
            }
            _ => false,
        };
        let full = self.rng.below(4) == 0;
        let (mut chosen, mut left_out) = (BTreeSet::new(), BTreeSet::new());
        for (index, entry) in entries.iter().enumerate() {
            let is_first = entry.event.body().introduced_device() == Some(own);
            let is_bad = ignore_removal && is_own_removal(entry.event.body());
            let past_is_bad = left_out.iter().any(|bad| entry.past.contains(*bad));
            if is_bad || past_is_bad {
                left_out.insert(index);
            } else if is_first || full || self.rng.below(100) < 40 {
                chosen.extend(entry.past.iter());
                chosen.insert(index);
            }
        }
        let group = entries[0].event.group();
        let events: Vec<Event> = chosen.iter().map(|index| entries[*index].event.clone()).collect();
        let mut past = Node::new(DeviceSecret::from_seed(&self.nodes[who].device.seed()), group);
        for event in &events {
            past.take(event);
        }
        if past.log.entries().is_empty() || past.log.introductions(&own, past.log.all()).next().is_none() {
            return None;
        }
        let resolution = past.resolution();
        let members: Vec<MemberId> = resolution.members.keys().copied().collect();
        let target = self.pick(&members)?;
        let identity = resolution.members[&target].identity.id();
        let epochs: Vec<EpochId> = past
            .log
            .entries()
            .iter()
            .map(|entry| EpochId::from(entry.event.id()))
            .filter(|id| past.epochs.node(id).is_some())
            .collect();
        let epoch = self.pick(&epochs)?;
        let roles = [Role::Visitor, Role::Newcomer, Role::Member, Role::Servant, Role::Secretary];
        let role = roles[self.rng.below(5) as usize];
        let body = match self.rng.below(100) {
            0..25 => {
                let commit = past.reconciliation(epoch)?;
                match self.rng.below(4) {
                    0 => Body::Update(Commit { add: Vec::new(), drop: Vec::new(), ..commit }),
                    1 => Body::Commit(Commit {
                        drop: past.resolution().devices().into_iter().take(1).collect(),
                        ..commit
                    }),
                    _ => Body::Commit(commit),
                }
            }
            25..45 => Body::Remove { identity },
            45..55 => self.add(),
            55..65 => Body::SetRole { member: target, role },
            65..72 => self.proposal(&resolution, target),
            72..82 => {
                let acts: Vec<EventId> = past
                    .log
                    .entries()
                    .iter()
                    .filter(|entry| matches!(entry.event.body(), Body::QuorumAct(_) | Body::SetRole { .. }))
                    .map(|entry| entry.event.id())
                    .collect();
                Body::Endorse { act: self.pick(&acts)? }
            }
            82..85 => Body::Lapse { member: target },
            85..88 => Body::DeviceRevoke {
                device: *resolution.members.values().find(|m| m.devices.contains(&own))?.devices.first()?,
            },
            88..90 => Body::Reject { commit: epoch, code: RejectCode::OtherLists },
            90..93 => self.admission(&resolution)?,
            93..95 => self.invite(Role::Secretary),
            _ => Body::Ack,
        };
        Some(past.sign(body, Some(epoch)))
    }

    fn finish(mut self) -> Run {
        // All meet: node 0 hears everybody, then everybody hears node 0.
        let count = self.nodes.len();
        for other in 1..count {
            self.teach(0, other);
        }
        for other in 1..count {
            self.teach(other, 0);
        }
        let group = self.nodes[0].log.entries()[0].event.group();
        let events = self.nodes[0].log.entries().iter().map(|entry| entry.event.clone()).collect();
        let members = self.nodes[0].resolution();
        let insiders = self.insiders.clone();
        let evil_members: BTreeSet<MemberId> = insiders
            .iter()
            .filter_map(|who| members.member_of(&self.nodes[*who].device.public()))
            .map(|(id, _)| *id)
            .collect();
        let (mut honest, mut evil) = (Vec::new(), Vec::new());
        for (number, node) in self.nodes.into_iter().enumerate() {
            let member = members.member_of(&node.device.public()).map(|(id, _)| *id);
            if insiders.contains(&number) {
                evil.push(node);
            } else if member.is_some_and(|id| !evil_members.contains(&id)) {
                honest.push(node);
            }
        }
        Run { group, events, honest, insiders: evil, violations: self.violations }
    }
}

impl Node {
    fn own_identities(&self) -> BTreeSet<IdentityId> {
        let own = self.device.public();
        let entries = self.log.entries().iter();
        // A further device belongs to whoever introduced it.
        let introducers =
            entries.filter(|entry| entry.event.body().introduced_device() == Some(own)).map(|entry| {
                match entry.event.body().joiner() {
                    Some(identity) => identity.id(),
                    None => IdentityId(entry.event.author().0),
                }
            });
        introducers.collect()
    }
}

/// A world of one insider, to go on misbehaving in.
pub fn continue_as(node: Node, seed: u64) -> World {
    let mut rng = generator(seed, 2);
    let tokens = (0..4).map(|_| DeviceSecret::from_seed(&rng.bytes())).collect();
    World {
        rng,
        nodes: vec![node],
        insiders: BTreeSet::from([0]),
        tokens,
        seen: BTreeMap::new(),
        violations: Vec::new(),
    }
}

impl World {
    /// The only node of a world that goes on.
    pub fn insider(&mut self) -> &mut Node {
        &mut self.nodes[0]
    }
}
