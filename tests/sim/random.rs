//! Random runs: people who do things while everything goes wrong, and what must hold once it is quiet.
//!
//! Owns what is drawn from a seed. What must hold is in `checkers`, and insiders who lie are in `adversary`.

use std::collections::{BTreeMap, BTreeSet};

use hearth_core::engine::{InviteView, MessageView, Recipient, Standing};
use hearth_core::error::OperationError;
use hearth_core::event::Role;
use hearth_core::ids::{
    DeviceId, EpochId, EventId, GroupId, MemberId, MessageId, ObjectId, Timestamp, TokenId,
};
use hearth_core::{KeyLayer, Person, Suite};

use crate::adversary::{self, Lie};
use crate::checkers;
use crate::store::SimStore;
use crate::things::Made;
use crate::world::{Faults, NodeId, World};

/// What came of one run.
#[derive(Clone, Debug)]
pub struct Report {
    /// The seed.
    pub seed: u64,
    /// Virtual milliseconds.
    pub virtual_ms: u64,
    /// How many things happened.
    pub happenings: u64,
    /// How many messages were accepted.
    pub messages: usize,
    /// What did not hold, in words.
    pub violations: Vec<String>,
    /// A number for all writes and effects.
    pub digest: u64,
}

/// What a run has beyond parting networks, failing power and people who come and go.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Hardship {
    /// Members who lie, up to two who know of each other.
    pub has_liars: bool,
    /// Absences of up to 90 days, disks set back to an older state, clocks that jump, frames that are damaged.
    pub is_hard: bool,
    /// Twenty to fifty members.
    pub is_crowd: bool,
    /// Several admins, ranks that change, removals by anybody who may, votes, further devices.
    pub has_roles: bool,
    /// People change what the group has: introductions, cards, slots; they call for help, and vote.
    pub has_things: bool,
}

/// Milliseconds that a group has to become quiet.
const HEAL_MS: u64 = 6 * 60 * 60 * 1000;
/// Milliseconds that it has after hardships.
const HEAL_HARD_MS: u64 = 3 * MS_PER_DAY;
const MS_PER_DAY: u64 = 24 * 60 * 60 * 1000;
/// Signatures that a run checks once for all its nodes.
const SIGNATURES_MAX: usize = 1 << 20;
/// The longest absence, in days.
const ABSENCE_DAYS_MAX: u64 = 90;
/// Liars of a run at most.
const LIARS_MAX: usize = 2;
/// Nodes of a run at most.
const NODES_MAX: usize = 9;
/// Nodes of a small run at most.
const NODES_SMALL_MAX: usize = 6;
/// Nodes of a run with further devices at most.
const DEVICES_MAX: usize = 12;
/// Nodes of a crowd at most.
const CROWD_MAX: usize = 60;
const NAMES: [&str; NODES_MAX] = ["Alice", "Ben", "Cleo", "Dan", "Eve", "Finn", "Gail", "Hugo", "Iris"];

/// Runs one seed with the keys `K`.
pub fn run_seed<K: KeyLayer>(seed: u64) -> Report {
    tell::<K>(seed, Hardship::default(), None)
}

/// Runs one seed with the keys `K` and what makes it harder.
pub fn run_hard_seed<K: KeyLayer>(seed: u64, hardship: Hardship) -> Report {
    tell::<K>(seed, hardship, None)
}

/// Runs one seed with the keys `K`, and tells what happens in it.
pub fn tell_seed<K: KeyLayer>(seed: u64, hardship: Hardship, listener: &mut dyn FnMut(&str)) -> Report {
    tell::<K>(seed, hardship, Some(listener))
}

fn tell<K: KeyLayer>(seed: u64, hardship: Hardship, listener: Option<&mut dyn FnMut(&str)>) -> Report {
    hearth_core::crypto::remember_signatures(SIGNATURES_MAX);
    let mut run = Run::<K>::new(seed, hardship, listener);
    run.gather();
    run.live();
    let violations = run.settle_and_check();
    Report {
        seed,
        virtual_ms: run.world.now.ms_since(run.begin),
        happenings: run.world.happenings,
        messages: run.sent.len(),
        violations,
        digest: run.world.digest(),
    }
}

/// A message whose author's node took it.
pub(crate) struct Sent {
    pub(crate) author: NodeId,
    pub(crate) author_member: MemberId,
    pub(crate) text: String,
    pub(crate) at: Timestamp,
    pub(crate) id: Option<MessageId>,
    /// For a private one.
    pub(crate) to: Option<MemberId>,
    /// The name of the one it is for.
    pub(crate) to_name: Option<String>,
    /// The members that the author knew when writing.
    pub(crate) known: BTreeSet<MemberId>,
    /// Their names.
    pub(crate) known_names: BTreeSet<String>,
    /// And their devices.
    pub(crate) known_devices: BTreeSet<DeviceId>,
    /// Those that the author knew to be out.
    pub(crate) known_out: BTreeSet<MemberId>,
}

pub(crate) struct Run<'a, K: KeyLayer> {
    pub(crate) listener: Option<&'a mut dyn FnMut(&str)>,
    pub(crate) world: World<K>,
    pub(crate) begin: Timestamp,
    pub(crate) group: GroupId,
    pub(crate) nodes: Vec<NodeId>,
    pub(crate) faults: Faults,
    pub(crate) sent: Vec<Sent>,
    /// The members that each node has ever known.
    pub(crate) seen: BTreeMap<NodeId, BTreeSet<MemberId>>,
    /// Each node's own member ids, the newest last.
    pub(crate) own: BTreeMap<NodeId, Vec<MemberId>>,
    /// The devices that each node has been.
    pub(crate) own_devices: BTreeMap<NodeId, BTreeSet<DeviceId>>,
    /// Nodes that were removed, or have left, and have not come back.
    pub(crate) gone: BTreeSet<NodeId>,
    pub(crate) stopped: BTreeSet<NodeId>,
    pub(crate) offline: BTreeSet<NodeId>,
    pub(crate) hardship: Hardship,
    /// Few people, as in three quarters of the runs without hardships: much is found by few, and many cost much.
    is_small: bool,
    /// Memberships that the founder's node has taken the removal of.
    pub(crate) removed: BTreeSet<MemberId>,
    /// Nodes whose members lie; nothing is promised to them.
    pub(crate) liars: BTreeSet<NodeId>,
    /// What they forged.
    pub(crate) forged: BTreeSet<EventId>,
    /// What was written of what the group has.
    pub(crate) made: Vec<Made>,
    /// What somebody has withdrawn, or tried to.
    pub(crate) withdrawn: BTreeSet<ObjectId>,
    /// Disks as they once were, and since when.
    backups: BTreeMap<NodeId, (Timestamp, SimStore)>,
    /// What each node set back to an older disk has forgotten by that: from when, until when.
    pub(crate) forgotten: BTreeMap<NodeId, Vec<(Timestamp, Timestamp)>>,
    /// The invite that each came by last.
    pub(crate) invited: BTreeMap<NodeId, TokenId>,
    /// Memberships that their members ended themselves.
    pub(crate) left: BTreeSet<MemberId>,
    /// When each node first knew of a membership of its own.
    pub(crate) entered: BTreeMap<MemberId, (NodeId, Timestamp)>,
    /// The people whose further devices some nodes are.
    pub(crate) owners: BTreeMap<NodeId, String>,
    /// The node by which the others are looked at.
    pub(crate) reference: NodeId,
    /// The members' devices as the reference knows them, if somebody has had several.
    pub(crate) devices: Option<BTreeSet<DeviceId>>,
}

impl<'a, K: KeyLayer> Run<'a, K> {
    fn new(seed: u64, hardship: Hardship, listener: Option<&'a mut dyn FnMut(&str)>) -> Self {
        let mut world = World::with_keys(seed, Faults::NONE);
        let founder = world.node(NAMES[0]);
        let group = world.found(founder, Suite::X25519);
        Self {
            listener,
            begin: world.now,
            world,
            group,
            nodes: vec![founder],
            reference: founder,
            devices: None,
            left: BTreeSet::new(),
            entered: BTreeMap::new(),
            owners: BTreeMap::new(),
            faults: Faults::NONE,
            sent: Vec::new(),
            seen: BTreeMap::new(),
            own: BTreeMap::new(),
            own_devices: BTreeMap::new(),
            gone: BTreeSet::new(),
            stopped: BTreeSet::new(),
            offline: BTreeSet::new(),
            hardship,
            is_small: false,
            removed: BTreeSet::new(),
            liars: BTreeSet::new(),
            forged: BTreeSet::new(),
            made: Vec::new(),
            withdrawn: BTreeSet::new(),
            backups: BTreeMap::new(),
            forgotten: BTreeMap::new(),
            invited: BTreeMap::new(),
        }
    }

    /// Lets the first members come together on a good network.
    fn gather(&mut self) {
        self.is_small = self.hardship == Hardship::default() && self.world.draw(4) > 0;
        let members = match self.hardship {
            Hardship { is_crowd: true, .. } => 20 + self.world.draw(31),
            _ if self.is_small => 2 + self.world.draw(3),
            _ => 3 + self.world.draw(5),
        };
        for _ in 1..members {
            let ticket = self.world.ticket(self.nodes[0], self.group);
            let node = self.new_node();
            self.world.join_and_wait(node, &ticket);
        }
        self.world.run_ms(10_000);
    }

    pub(crate) fn tell(&mut self, what: &str) {
        let minutes = self.world.now.ms_since(self.begin) / 60_000;
        if let Some(listener) = &mut self.listener {
            listener(&format!("minute {minutes}: {what}"));
        }
    }

    pub(crate) fn new_node(&mut self) -> NodeId {
        let node = {
            let number = self.nodes.len();
            let name = NAMES.get(number).map_or_else(|| format!("Person {number}"), ToString::to_string);
            self.world.node(&name)
        };
        self.nodes.push(node);
        node
    }

    pub(crate) fn nodes_max(&self) -> usize {
        match self.hardship {
            Hardship { is_crowd: true, .. } => CROWD_MAX,
            Hardship { has_roles: true, .. } => DEVICES_MAX,
            _ if self.is_small => NODES_SMALL_MAX,
            _ => NODES_MAX,
        }
    }

    /// Tells how each running node sees the group.
    fn tell_states(&mut self) {
        let Some(listener) = &mut self.listener else { return };
        for node in self.nodes.iter().copied().filter(|node| self.world.is_running(*node)) {
            let engine = self.world.engine(node);
            let Some(view) = engine.group(&self.group) else { continue };
            let head = view.head.map(|head| head.to_hex()).unwrap_or_default();
            listener(&format!(
                "    {:6} {:?}, {} members, {} connected, head {:.6}, ready {}, complete {}, room {:?}, {}",
                self.world.name(node),
                view.standing,
                view.members,
                view.connected,
                head,
                view.is_ready,
                view.is_complete,
                engine.room_size(&self.group),
                engine
                    .people(&self.group)
                    .iter()
                    .map(|person| format!("{}{}", person.name, person.role as u8))
                    .collect::<Vec<_>>()
                    .join(" "),
            ));
        }
    }

    /// Everybody does something, and everything goes wrong.
    fn live(&mut self) {
        self.draw_faults();
        let acts = 30 + self.world.draw(50);
        for _ in 0..acts {
            self.note_people();
            self.act();
            self.note_people();
            self.tell_states();
            let wait = match self.world.draw(10) {
                0..=3 => self.world.draw(200),
                4..=7 => self.world.draw(20_000),
                8 => self.world.draw(10 * 60_000),
                _ => self.world.draw(12 * 60 * 60_000),
            };
            self.world.run_ms(wait);
            self.look_at_receipts();
        }
        self.note_people();
    }

    pub(crate) fn draw_faults(&mut self) {
        let delay = [5, 200, 3_000, 30_000][self.world.draw(4) as usize];
        self.faults = Faults {
            loss_percent: [0, 0, 2, 15][self.world.draw(4) as usize],
            duplicate_percent: [0, 5, 30][self.world.draw(3) as usize],
            reorder_percent: [0, 10, 50][self.world.draw(3) as usize],
            delay_min_ms: 1,
            delay_max_ms: delay,
            crash_per_myriad: [0, 0, 20, 60][self.world.draw(4) as usize],
        };
        self.world.set_faults(self.faults);
        self.tell(&format!("{:?}", self.faults));
    }

    fn act(&mut self) {
        if self.hardship.is_hard && self.world.draw(100) < 8 {
            return self.suffer();
        }
        if self.hardship.has_liars && self.world.draw(100) < 8 {
            return self.lie();
        }
        if self.hardship.has_roles && self.world.draw(100) < 30 {
            return self.decide();
        }
        if self.hardship.has_things && self.world.draw(100) < 30 {
            return match self.world.draw(4) {
                0 => self.call_for_help(),
                1 => self.take_part_in_a_vote(),
                _ => self.change_something(),
            };
        }
        match self.world.draw(100) {
            0..=39 => self.share(),
            40..=51 => self.direct(),
            52..=58 => self.invite(),
            59..=62 => self.remove(),
            63..=64 => self.leave(),
            65..=71 => self.partition(),
            72..=79 => {
                self.tell("the network is whole");
                self.world.heal();
            }
            80..=84 => self.toggle_online(),
            85..=92 => self.toggle_power(),
            _ => self.draw_faults(),
        }
    }

    /// Something that does not happen to everybody.
    fn suffer(&mut self) {
        let node = self.nodes[self.world.draw(self.nodes.len() as u64) as usize];
        let name = self.world.name(node).to_owned();
        match self.world.draw(5) {
            0 => {
                let days = 1 + self.world.draw(ABSENCE_DAYS_MAX);
                self.tell(&format!("{name} is away for {days} days"));
                self.world.stop(node);
                self.world.run_ms(days * MS_PER_DAY);
                self.world.start(node);
            }
            1 => {
                self.backups.insert(node, (self.world.now, self.world.store(node).snapshot()));
            }
            2 => {
                let Some((from, backup)) = self.backups.remove(&node) else { return };
                self.tell(&format!("{name} is set back to an older disk"));
                self.forgotten.entry(node).or_default().push((from, self.world.now));
                self.world.stop(node);
                self.world.restore(node, backup);
                self.world.start(node);
            }
            3 => {
                let span = [60_000, 3_600_000, MS_PER_DAY][self.world.draw(3) as usize] as i64;
                let offset = self.world.draw(2 * span as u64) as i64 - span;
                self.tell(&format!("the clock of {name} is off by {} seconds", offset / 1000));
                if self.world.is_running(node) {
                    self.world.set_clock_offset(node, offset);
                }
            }
            _ => {
                let damaged = [0, 5, 50][self.world.draw(3) as usize];
                self.world.set_damage(damaged);
            }
        }
    }

    /// A member forges something, often after being cut off from the others; the founder may hear of it in time.
    fn lie(&mut self) {
        let is_founders = |run: &Self, node: NodeId| run.person(node) == run.person(run.nodes[0]);
        let Some(node) = self.pick().filter(|node| !is_founders(self, *node)) else { return };
        let mut liars = vec![node];
        let lie = Lie::ALL[self.world.draw(Lie::ALL.len() as u64) as usize];
        if lie.needs_accomplice() {
            let known = self.liars.iter().copied().find(|other| *other != node && self.is_in(*other));
            let accomplice = known.or_else(|| self.pick());
            let Some(other) = accomplice.filter(|other| *other != node && !is_founders(self, *other)) else {
                return;
            };
            liars.push(other);
        }
        let all: BTreeSet<NodeId> = self.liars.iter().chain(&liars).copied().collect();
        if all.len() > LIARS_MAX.min(self.nodes.len() / 3) {
            return;
        }
        self.tell(&format!("{} lies: {lie:?}", self.world.name(node).to_owned()));
        self.liars = all;
        if let Some(mischief) = lie.mischief() {
            self.world.set_mischief(node, mischief);
            return;
        }
        if lie.needs_rank() {
            self.make_admin(node);
        }
        if !liars.iter().all(|liar| self.is_in(*liar)) {
            return;
        }
        let forgery = adversary::forge(&mut self.world, &liars, self.group, lie);
        self.forged.extend(forgery.events);
        for liar in &liars {
            self.world.start(*liar);
        }
        if self.world.draw(2) == 0 {
            self.offline.insert(node);
            self.world.go_offline(node);
            self.remove_node(node);
            // What they forged comes to light elsewhere, before or after the word of the removal.
            if let Some(courier) = self.pick().filter(|courier| !self.liars.contains(courier)) {
                self.tell(&format!("{} carries what was forged", self.world.name(courier).to_owned()));
                adversary::carry(&mut self.world, courier, forgery.envelopes);
            }
        }
    }

    /// Lets the founder give a member a high rank, and time to hear of it.
    fn make_admin(&mut self, node: NodeId) {
        let founder = self.nodes[0];
        let name = self.person(node).to_owned();
        if !self.world.is_running(founder) {
            return;
        }
        let people = self.world.engine(founder).people(&self.group);
        let Some(person) = people.into_iter().find(|person| person.name == name) else { return };
        let role = if self.world.draw(2) == 0 { Role::Servant } else { Role::Secretary };
        let group = self.group;
        let _ = self.world.wish(founder, |engine, now| engine.set_role(group, person.id, role, now));
        self.world.run_ms(60_000);
    }

    pub(crate) fn pick(&mut self) -> Option<NodeId> {
        let node = self.nodes[self.world.draw(self.nodes.len() as u64) as usize];
        self.is_in(node).then_some(node)
    }

    fn is_in(&self, node: NodeId) -> bool {
        self.world.is_running(node) && self.world.is_member(node, self.group)
    }

    fn share(&mut self) {
        if let Some(node) = self.pick() {
            self.send(node, None);
        }
    }

    fn direct(&mut self) {
        let Some(node) = self.pick() else { return };
        let others: Vec<MemberId> = self
            .world
            .engine(node)
            .people(&self.group)
            .into_iter()
            .filter(|person| !person.is_self)
            .map(|person| person.id)
            .collect();
        if !others.is_empty() {
            let to = others[self.world.draw(others.len() as u64) as usize];
            self.send(node, Some(to));
        }
    }

    fn send(&mut self, author: NodeId, to: Option<MemberId>) {
        let people = self.world.engine(author).people(&self.group);
        let Some(own) = people.iter().find(|person| person.is_self) else { return };
        let known: BTreeSet<MemberId> = people.iter().map(|person| person.id).collect();
        let seen = self.seen.get(&author).cloned().unwrap_or_default();
        let text = format!("message {} of {}", self.sent.len(), self.world.name(author));
        let mut sent = Sent {
            author,
            author_member: own.id,
            text: text.clone(),
            at: self.world.now,
            id: None,
            to,
            to_name: to.and_then(|to| {
                people.iter().find(|person| person.id == to).map(|person| person.name.clone())
            }),
            known_out: seen.difference(&known).copied().collect(),
            known_names: people.iter().map(|person| person.name.clone()).collect(),
            known_devices: checkers::devices(self, author),
            known,
        };
        self.tell(&format!("{text:?} to {}", if to.is_some() { "one" } else { "all" }));
        let recipient = to.map_or(Recipient::Group, Recipient::Member);
        let group = self.group;
        let result =
            self.world.wish(author, |engine, now| engine.send_text(group, recipient, &text, None, now));
        match result {
            Ok(id) => sent.id = Some(id),
            // The power failed: it may be on disk, or not.
            Err(OperationError::Poisoned) => {}
            Err(_) => return,
        }
        self.sent.push(sent);
    }

    fn invite(&mut self) {
        let Some(inviter) = self.pick_admin() else { return };
        let group = self.group;
        let expires = self.world.now.plus_ms(30 * 24 * 3600 * 1000);
        let options = hearth_core::engine::InviteOptions { role: Role::Member, uses: 1, expires };
        let lesser = hearth_core::engine::InviteOptions { role: Role::Newcomer, ..options };
        let ticket = match self.world.wish(inviter, |engine, now| engine.create_invite(group, options, now)) {
            Err(OperationError::NotPermitted) => {
                self.world.wish(inviter, |engine, now| engine.create_invite(group, lesser, now))
            }
            ticket => ticket,
        };
        let Ok(ticket) = ticket else { return };
        let back = self.gone.iter().copied().find(|node| self.may_come_back(*node));
        let joiner = match back {
            Some(node) => node,
            None if self.nodes.len() < self.nodes_max() => self.new_node(),
            None => return,
        };
        self.tell(&format!("{} joins", self.world.name(joiner).to_owned()));
        if self.world.is_running(joiner) && self.world.join(joiner, &ticket.to_text()).is_ok() {
            self.gone.remove(&joiner);
            self.invited.insert(joiner, TokenId(ticket.token().public().0));
        }
    }

    fn may_come_back(&self, node: NodeId) -> bool {
        self.world.is_running(node)
            && !self.owners.contains_key(&node)
            && self.world.engine(node).group(&self.group).is_none_or(|view| view.standing == Standing::Out)
    }

    fn remove(&mut self) {
        if self.nodes.len() < 3 {
            return;
        }
        let first = if self.hardship.has_roles { 0 } else { 1 };
        let place = first + self.world.draw(self.nodes.len() as u64 - first);
        self.remove_node(self.nodes[place as usize]);
    }

    fn remove_node(&mut self, whom: NodeId) {
        let Some(remover) = self.pick_admin() else { return };
        let name = self.person(whom).to_owned();
        let people = self.world.engine(remover).people(&self.group);
        let Some(person) = people.into_iter().find(|person| person.name == name) else { return };
        self.tell(&format!("{name} is removed by {}", self.world.name(remover)));
        let group = self.group;
        let removed = self.world.wish(remover, |engine, now| engine.remove_member(group, person.id, now));
        // Where there are other admins, their acts may make this one void.
        if removed.is_ok() && !self.hardship.has_roles {
            self.removed.insert(person.id);
        }
    }

    fn leave(&mut self) {
        let founder = self.nodes[0];
        let has_roles = self.hardship.has_roles;
        let Some(node) = self.pick().filter(|node| has_roles || *node != founder) else { return };
        self.tell(&format!("{} leaves", self.world.name(node).to_owned()));
        let own = self.own_id(node);
        let group = self.group;
        let _ = self.world.leave(node, group);
        self.left.extend(own);
    }

    pub(crate) fn partition(&mut self) {
        let mut sides: [Vec<NodeId>; 3] = Default::default();
        let count = 2 + self.world.draw(2);
        for node in self.nodes.clone() {
            sides[self.world.draw(count) as usize].push(node);
        }
        let names = sides.each_ref().map(|side| {
            side.iter().map(|node| self.world.name(*node).to_owned()).collect::<Vec<_>>().join(" ")
        });
        self.tell(&format!("parts: {}", names.join(" | ")));
        let sides: Vec<&[NodeId]> = sides.iter().map(Vec::as_slice).collect();
        self.world.partition(&sides);
    }

    pub(crate) fn toggle_online(&mut self) {
        let node = self.nodes[self.world.draw(self.nodes.len() as u64) as usize];
        let name = self.world.name(node).to_owned();
        self.tell(&format!("{name} goes off or on the network"));
        if self.offline.remove(&node) {
            self.world.go_online(node);
        } else {
            self.offline.insert(node);
            self.world.go_offline(node);
        }
    }

    pub(crate) fn toggle_power(&mut self) {
        let node = self.nodes[self.world.draw(self.nodes.len() as u64) as usize];
        let name = self.world.name(node).to_owned();
        self.tell(&format!("{name} stops or starts"));
        if self.stopped.remove(&node) {
            self.world.start(node);
        } else {
            self.stopped.insert(node);
            self.world.stop(node);
        }
    }

    /// Takes note of whom each node knows, and who is out.
    fn note_people(&mut self) {
        for node in self.nodes.clone() {
            if !self.world.is_running(node) {
                continue;
            }
            let people = self.world.engine(node).people(&self.group);
            for person in people {
                self.seen.entry(node).or_default().insert(person.id);
                let own = self.own.entry(node).or_default();
                if person.is_self && !own.contains(&person.id) {
                    own.push(person.id);
                    self.entered.entry(person.id).or_insert((node, self.world.now));
                }
            }
            let device = self.device(node);
            self.own_devices.entry(node).or_default().extend(device);
            if self.world.engine(node).group(&self.group).is_some_and(|view| view.standing == Standing::Out) {
                self.gone.insert(node);
            }
        }
    }

    fn settle_and_check(&mut self) -> Vec<String> {
        self.world.set_faults(Faults::NONE);
        self.world.set_damage(0);
        for node in self.nodes.clone() {
            self.world.go_online(node);
        }
        self.world.run_ms(10_000);
        for node in self.nodes.clone() {
            self.world.start(node);
            self.world.set_clock_offset(node, 0);
        }
        self.world.heal();
        let violations = self.wait_until_whole();
        if !violations.is_empty() {
            return violations;
        }
        let heard = checkers::events_of(self.world.store(self.nodes[0]), &self.group);
        let heard = heard.iter().filter(|event| self.forged.contains(&event.id())).count();
        self.tell(&format!("{heard} of {} forged events reached the founder", self.forged.len()));
        // Keys are equal only if everybody can read everybody.
        for node in self.members() {
            self.send(node, None);
        }
        self.world.run_ms(5 * 60_000);
        let mut violations = self.wait_until_whole();
        violations.extend(self.check_logs());
        let heads: BTreeMap<NodeId, Option<EpochId>> =
            self.members().into_iter().map(|node| (node, checkers::head_of(self, node))).collect();
        violations.extend(checkers::nothing_before_the_disk(self));
        for node in self.nodes.clone() {
            self.world.stop(node);
        }
        for node in self.nodes.clone() {
            self.world.start(node);
        }
        self.world.run_ms(5 * 60_000);
        let late = self.wait_until_whole();
        violations.extend(late.into_iter().map(|violation| format!("after a restart, {violation}")));
        violations.extend(checkers::head_stability(self, &heads));
        if self.hardship.has_things && violations.is_empty() {
            violations.extend(self.vote_to_the_end());
        }
        violations
    }

    /// Lets time pass until nothing is wrong; returns what still is when it should not be any more.
    fn wait_until_whole(&mut self) -> Vec<String> {
        let heal_ms = if self.hardship.is_hard { HEAL_HARD_MS } else { HEAL_MS };
        let until = self.world.now.plus_ms(heal_ms);
        loop {
            self.world.run_ms(5 * 60_000);
            self.note_people();
            self.look_at_receipts();
            self.tell_states();
            self.look();
            let violations = self.check();
            if violations.is_empty() || self.world.now >= until {
                return violations;
            }
        }
    }

    fn look_at_receipts(&mut self) {
        for node in self.nodes.clone() {
            self.world.check_all_receipts(node, self.group);
        }
    }

    /// Finds out who is in, before anything is checked.
    fn look(&mut self) {
        self.reference = self.find_reference();
        self.devices = self.devices_by(self.reference);
    }

    /// The nodes whose people do not lie on any of their devices.
    pub(crate) fn honest(&self) -> Vec<NodeId> {
        let lies = |node: &NodeId| self.liars.iter().any(|liar| self.person(*liar) == self.person(*node));
        self.nodes.iter().copied().filter(|node| !lies(node)).collect()
    }

    /// The members that the reference knows, who do not lie, and can know that they are in.
    pub(crate) fn honest_people(&self) -> BTreeSet<MemberId> {
        // Friends whom a liar invents have the name of its node.
        let names = |node: &NodeId| [self.person(*node), self.world.name(*node)];
        let liars: BTreeSet<&str> = self.liars.iter().flat_map(names).collect();
        let known = self.people(self.reference);
        let mute: Vec<NodeId> =
            self.nodes.iter().copied().filter(|node| self.is_mute(*node, &known)).collect();
        let mute: BTreeSet<&str> = mute.into_iter().map(|node| self.person(node)).collect();
        let people = self.world.engine(self.reference).people(&self.group).into_iter();
        let is_counted = |person: &Person| {
            // Whoever has begun anew has other keys; a membership from before may be in again all the same.
            let is_former = |own: &Vec<MemberId>| own.contains(&person.id) && own.last() != Some(&person.id);
            let is_ghost = self.left.contains(&person.id) && mute.contains(person.name.as_str())
                || self.own.values().any(is_former);
            !liars.contains(person.name.as_str()) && !is_ghost && !self.is_forgotten(&person.id)
        };
        people.filter(is_counted).map(|person| person.id).collect()
    }

    /// Says whether the reference knows a friend whom a liar has invented: nobody has their keys, and nobody gives them any.
    pub(crate) fn has_invented_members(&self) -> bool {
        let own: BTreeSet<MemberId> = self.nodes.iter().filter_map(|node| self.own_id(*node)).collect();
        let liars: BTreeSet<&str> = self.liars.iter().map(|liar| self.world.name(*liar)).collect();
        let people = self.world.engine(self.reference).people(&self.group);
        people.iter().any(|person| liars.contains(person.name.as_str()) && !own.contains(&person.id))
    }

    /// Says whether a node cannot tell anything to those who are in: its ticket is not good, or it is with others who
    /// are out.
    fn is_mute(&self, node: NodeId, known: &BTreeSet<MemberId>) -> bool {
        match self.world.engine(node).group(&self.group).map(|view| view.standing) {
            Some(Standing::Refused(_)) => true,
            Some(Standing::Joining) => !self.is_invited(node),
            Some(Standing::Member) => self.own_id(node).is_none_or(|own| !known.contains(&own)),
            Some(Standing::Out) => self.members().is_empty(),
            _ => false,
        }
    }

    /// Says whether the invite that a node came by lets somebody in. It may be void or spent, or have been forgotten by a
    /// disk that was set back before anybody knew of it.
    pub(crate) fn is_invited(&self, node: NodeId) -> bool {
        let invites = self.world.engine(self.reference).invites(&self.group);
        let is_good = |invite: &InviteView| !invite.is_revoked && invite.used < invite.uses;
        let token = self.invited.get(&node);
        token.is_some_and(|token| invites.iter().any(|invite| invite.token == *token && is_good(invite)))
    }

    /// The honest nodes whose member the reference knows.
    pub(crate) fn members(&self) -> Vec<NodeId> {
        let people: BTreeSet<MemberId> = self.people(self.reference);
        let is_in = |node: &NodeId| {
            self.own_id(*node).is_some_and(|own| people.contains(&own))
                && self.world.is_member(*node, self.group)
                && self.is_device_of_member(*node)
        };
        self.honest().into_iter().filter(is_in).collect()
    }

    /// Says whether a node's disk was set back to a time before `at` after it.
    pub(crate) fn has_forgotten(&self, node: NodeId, at: Timestamp) -> bool {
        let spans = self.forgotten.get(&node).into_iter().flatten();
        spans.into_iter().any(|(from, until)| (*from..*until).contains(&at))
    }

    /// Says whether a membership's node was set back to a disk from before it began: then it knows no key of it.
    pub(crate) fn is_forgotten(&self, member: &MemberId) -> bool {
        self.entered.get(member).is_some_and(|(node, at)| self.has_forgotten(*node, *at))
    }

    pub(crate) fn people(&self, node: NodeId) -> BTreeSet<MemberId> {
        self.world.engine(node).people(&self.group).into_iter().map(|person| person.id).collect()
    }

    /// What must hold whenever it is quiet.
    fn check(&self) -> Vec<String> {
        let shown: BTreeMap<NodeId, Vec<MessageView>> =
            self.honest().into_iter().map(|node| (node, self.world.messages(node, self.group))).collect();
        let mut found = checkers::convergence(self);
        found.extend(checkers::liveness(self));
        found.extend(checkers::no_resurrection(self));
        found.extend(checkers::confidentiality(self, &shown));
        found.extend(checkers::no_message_loss(self, &shown));
        found.extend(checkers::true_receipts(self));
        found.extend(checkers::bounded_state(self));
        found.extend(checkers::authority_floor(self));
        found.extend(self.check_things());
        found.extend(self.check_calls());
        found.extend(self.check_polls());
        found
    }

    /// What must follow from the logs, which are read from the disks once.
    fn check_logs(&self) -> Vec<String> {
        let mut found = checkers::order_independence(self);
        found.extend(checkers::impotence(self));
        found.extend(checkers::no_eviction_by_commit(self));
        found.extend(checkers::accountability(self));
        found
    }
}
