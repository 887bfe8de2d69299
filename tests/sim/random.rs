//! Random runs: people who do things while everything goes wrong, and what must hold once it is quiet.
//!
//! Owns what is drawn from a seed, and the checkers. PROTOCOL section 9.

use std::collections::{BTreeMap, BTreeSet};

use hearth_core::Suite;
use hearth_core::engine::{MessageKind, MessageView, Recipient, Standing};
use hearth_core::ids::{GroupId, MemberId, MessageId, Timestamp};

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
    /// A hash over all writes and effects.
    pub digest: [u8; 32],
}

/// Milliseconds that a group has to become quiet.
const HEAL_MS: u64 = 6 * 60 * 60 * 1000;
/// Nodes of a run at most.
const NODES_MAX: usize = 9;
const NAMES: [&str; NODES_MAX] = ["Alice", "Ben", "Cleo", "Dan", "Eve", "Finn", "Gail", "Hugo", "Iris"];

/// Runs one seed.
pub fn run_seed(seed: u64) -> Report {
    tell(seed, None)
}

/// Runs one seed, and tells what happens in it.
pub fn tell_seed(seed: u64, listener: &mut dyn FnMut(&str)) -> Report {
    tell(seed, Some(listener))
}

fn tell(seed: u64, listener: Option<&mut dyn FnMut(&str)>) -> Report {
    let mut run = Run::new(seed, listener);
    run.gather();
    run.live();
    let violations = run.settle_and_check();
    Report {
        seed,
        virtual_ms: run.world.now.ms_since(run.begin),
        happenings: run.world.happenings,
        messages: run.sent.len(),
        violations,
        digest: run.world.digest,
    }
}

/// A message whose author's node took it.
struct Sent {
    author: NodeId,
    author_member: MemberId,
    text: String,
    id: Option<MessageId>,
    /// For a private one.
    to: Option<MemberId>,
    /// The members that the author knew when writing.
    known: BTreeSet<MemberId>,
    /// Those that the author knew to be out.
    known_out: BTreeSet<MemberId>,
}

struct Run<'a> {
    listener: Option<&'a mut dyn FnMut(&str)>,
    world: World,
    begin: Timestamp,
    group: GroupId,
    nodes: Vec<NodeId>,
    faults: Faults,
    sent: Vec<Sent>,
    /// The members that each node has ever known.
    seen: BTreeMap<NodeId, BTreeSet<MemberId>>,
    /// Each node's own member ids, the newest last.
    own: BTreeMap<NodeId, Vec<MemberId>>,
    /// Nodes that were removed, or have left, and have not come back.
    gone: BTreeSet<NodeId>,
    stopped: BTreeSet<NodeId>,
    offline: BTreeSet<NodeId>,
}

impl<'a> Run<'a> {
    fn new(seed: u64, listener: Option<&'a mut dyn FnMut(&str)>) -> Self {
        let mut world = World::new(seed, Faults::NONE);
        let founder = world.node(NAMES[0]);
        let group = world.found(founder, Suite::X25519);
        Self {
            listener,
            begin: world.now,
            world,
            group,
            nodes: vec![founder],
            faults: Faults::NONE,
            sent: Vec::new(),
            seen: BTreeMap::new(),
            own: BTreeMap::new(),
            gone: BTreeSet::new(),
            stopped: BTreeSet::new(),
            offline: BTreeSet::new(),
        }
    }

    /// Lets the first members come together on a good network.
    fn gather(&mut self) {
        let members = 3 + self.world.draw(5);
        for _ in 1..members {
            let ticket = self.world.ticket(self.nodes[0], self.group);
            let node = self.new_node();
            self.world.join_and_wait(node, &ticket);
        }
        self.world.run_ms(10_000);
    }

    fn tell(&mut self, what: &str) {
        let minutes = self.world.now.ms_since(self.begin) / 60_000;
        if let Some(listener) = &mut self.listener {
            listener(&format!("minute {minutes}: {what}"));
        }
    }

    fn new_node(&mut self) -> NodeId {
        let node = self.world.node(NAMES[self.nodes.len()]);
        self.nodes.push(node);
        node
    }

    /// Tells how each running node sees the group.
    fn tell_states(&mut self) {
        let Some(listener) = &mut self.listener else { return };
        for node in self.nodes.iter().copied().filter(|node| self.world.is_running(*node)) {
            let engine = self.world.engine(node);
            let Some(view) = engine.group(&self.group) else { continue };
            let head = view.head.map(|head| head.to_hex()).unwrap_or_default();
            listener(&format!(
                "    {:6} {:?}, {} members, {} connected, head {:.6}, ready {}, complete {}, room {:?}",
                self.world.name(node),
                view.standing,
                view.members,
                view.connected,
                head,
                view.is_ready,
                view.is_complete,
                engine.room_size(&self.group),
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
        }
        self.note_people();
    }

    fn draw_faults(&mut self) {
        let delay = [5, 200, 3_000, 30_000][self.world.draw(4) as usize];
        self.faults = Faults {
            loss_percent: [0, 0, 2, 15][self.world.draw(4) as usize],
            duplicate_percent: [0, 5, 30][self.world.draw(3) as usize],
            reorder_percent: [0, 10, 50][self.world.draw(3) as usize],
            delay_min_ms: 1,
            delay_max_ms: delay,
            crash_per_myriad: [0, 0, 20, 200][self.world.draw(4) as usize],
        };
        self.world.set_faults(self.faults);
        self.tell(&format!("{:?}", self.faults));
    }

    fn act(&mut self) {
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

    fn pick(&mut self) -> Option<NodeId> {
        let node = self.nodes[self.world.draw(self.nodes.len() as u64) as usize];
        (self.world.is_running(node) && self.world.is_member(node, self.group)).then_some(node)
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
            id: None,
            to,
            known_out: seen.difference(&known).copied().collect(),
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
            Err(hearth_core::error::OperationError::Poisoned) => {}
            Err(_) => return,
        }
        self.sent.push(sent);
    }

    fn invite(&mut self) {
        let founder = self.nodes[0];
        if !self.world.is_running(founder) {
            return;
        }
        let group = self.group;
        let expires = self.world.now.plus_ms(30 * 24 * 3600 * 1000);
        let options =
            hearth_core::engine::InviteOptions { role: hearth_core::event::Role::Member, uses: 1, expires };
        let ticket = self.world.wish(founder, |engine, now| engine.create_invite(group, options, now));
        let Ok(ticket) = ticket else { return };
        let back = self.gone.iter().copied().find(|node| self.may_come_back(*node));
        let joiner = match back {
            Some(node) => node,
            None if self.nodes.len() < NODES_MAX => self.new_node(),
            None => return,
        };
        self.tell(&format!("{} joins", self.world.name(joiner).to_owned()));
        if self.world.is_running(joiner) && self.world.join(joiner, &ticket.to_text()).is_ok() {
            self.gone.remove(&joiner);
        }
    }

    fn may_come_back(&self, node: NodeId) -> bool {
        self.world.is_running(node)
            && self.world.engine(node).group(&self.group).is_none_or(|view| view.standing == Standing::Out)
    }

    fn remove(&mut self) {
        let founder = self.nodes[0];
        if !self.world.is_running(founder) || self.nodes.len() < 3 {
            return;
        }
        let place = 1 + self.world.draw(self.nodes.len() as u64 - 1);
        let whom = self.nodes[place as usize];
        let name = self.world.name(whom).to_owned();
        let people = self.world.engine(founder).people(&self.group);
        let Some(person) = people.into_iter().find(|person| person.name == name) else { return };
        self.tell(&format!("{name} is removed"));
        let group = self.group;
        let _ = self.world.wish(founder, |engine, now| engine.remove_member(group, person.id, now));
    }

    fn leave(&mut self) {
        let Some(node) = self.pick().filter(|node| *node != self.nodes[0]) else { return };
        self.tell(&format!("{} leaves", self.world.name(node).to_owned()));
        let group = self.group;
        let _ = self.world.leave(node, group);
    }

    fn partition(&mut self) {
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

    fn toggle_online(&mut self) {
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

    fn toggle_power(&mut self) {
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
                }
            }
            if self.world.engine(node).group(&self.group).is_some_and(|view| view.standing == Standing::Out) {
                self.gone.insert(node);
            }
        }
    }

    fn settle_and_check(&mut self) -> Vec<String> {
        self.world.set_faults(Faults::NONE);
        for node in self.nodes.clone() {
            self.world.go_online(node);
        }
        self.world.run_ms(10_000);
        for node in self.nodes.clone() {
            self.world.start(node);
        }
        self.world.heal();
        let until = self.world.now.plus_ms(HEAL_MS);
        loop {
            self.world.run_ms(5 * 60_000);
            self.note_people();
            self.tell_states();
            let violations = self.check();
            if violations.is_empty() {
                break;
            }
            if self.world.now >= until {
                return violations;
            }
        }
        // Keys are equal only if everybody can read everybody.
        let members = self.members();
        for node in members {
            self.send(node, None);
        }
        self.world.run_ms(10 * 60_000);
        let mut violations = self.check();
        for node in self.nodes.clone() {
            self.world.stop(node);
            self.world.start(node);
        }
        self.world.run_ms(10 * 60_000);
        violations.extend(self.check().into_iter().map(|violation| format!("after a restart, {violation}")));
        violations
    }

    /// The nodes whose member the founder's node knows.
    fn members(&self) -> Vec<NodeId> {
        let people: BTreeSet<MemberId> = self.people(self.nodes[0]);
        let is_in = |node: &NodeId| {
            let own = self.world.engine(*node).people(&self.group).into_iter().find(|person| person.is_self);
            own.is_some_and(|own| people.contains(&own.id)) && self.world.is_member(*node, self.group)
        };
        self.nodes.iter().copied().filter(is_in).collect()
    }

    fn people(&self, node: NodeId) -> BTreeSet<MemberId> {
        self.world.engine(node).people(&self.group).into_iter().map(|person| person.id).collect()
    }

    fn check(&self) -> Vec<String> {
        let mut found = Vec::new();
        self.check_members(&mut found);
        let shown: BTreeMap<NodeId, Vec<MessageView>> =
            self.nodes.iter().map(|node| (*node, self.world.messages(*node, self.group))).collect();
        self.check_arrival(&shown, &mut found);
        self.check_secrecy(&shown, &mut found);
        self.check_order(&shown, &mut found);
        found
    }

    /// Equal membership, equal heads, and nobody waits for ever.
    fn check_members(&self, found: &mut Vec<String>) {
        let founder = self.nodes[0];
        let people = self.people(founder);
        let head = self.world.engine(founder).group(&self.group).and_then(|view| view.head);
        let members = self.members();
        if members.len() != people.len() {
            found.push(format!("{} of {} members know that they are in", members.len(), people.len()));
        }
        for node in members {
            let name = self.world.name(node);
            if self.people(node) != people {
                let names = self.world.names(node, self.group).join(" ");
                let founders = self.world.names(founder, self.group).join(" ");
                found.push(format!("{name} knows {names}, the founder {founders}"));
            }
            let view = self.world.engine(node).group(&self.group);
            if !view.as_ref().is_some_and(|view| view.is_ready) {
                found.push(format!("{name} has no clean keys"));
            }
            if !view.as_ref().is_some_and(|view| view.is_complete) {
                found.push(format!("{name} has keys that some members lack"));
            }
            if view.and_then(|view| view.head) != head {
                found.push(format!("{name} has another head than the founder"));
            }
        }
        for node in &self.nodes {
            let view = self.world.engine(*node).group(&self.group);
            if view.is_some_and(|view| view.standing == Standing::Joining) {
                found.push(format!("{} waits to be admitted", self.world.name(*node)));
            }
        }
    }

    /// Everything accepted is at everybody who is to read it, exactly once and under its author's name.
    fn check_arrival(&self, shown: &BTreeMap<NodeId, Vec<MessageView>>, found: &mut Vec<String>) {
        let people = self.people(self.nodes[0]);
        for sent in &self.sent {
            let count = |node: &NodeId| shown[node].iter().filter(|view| view.text == sent.text).count();
            for node in &self.nodes {
                if count(node) > 1 {
                    found.push(format!("{} shows {:?} twice", self.world.name(*node), sent.text));
                }
                for view in shown[node].iter().filter(|view| view.text == sent.text) {
                    let is_kind = matches!(view.kind, MessageKind::Direct { .. }) == sent.to.is_some();
                    if view.author_name != self.world.name(sent.author) || !is_kind {
                        found.push(format!("{} shows {:?} wrongly", self.world.name(*node), sent.text));
                    }
                }
            }
            // It is at home if it was accepted, and also if the power failed right after it was.
            let is_at_home = count(&sent.author) == 1;
            if sent.id.is_some() && !is_at_home {
                found.push(format!("{} lost {:?}", self.world.name(sent.author), sent.text));
            }
            if !is_at_home || !people.contains(&sent.author_member) {
                continue;
            }
            for node in &self.nodes {
                let Some(member) = self.own.get(node).and_then(|own| own.last()) else { continue };
                let is_reader = people.contains(member)
                    && sent.known.contains(member)
                    && sent.to.is_none_or(|to| to == *member);
                if is_reader && count(node) == 0 {
                    found.push(format!("{} does not show {:?}", self.world.name(*node), sent.text));
                }
            }
        }
    }

    /// Private messages are at their two ends alone; who is out shows nothing that was written by somebody who knew.
    fn check_secrecy(&self, shown: &BTreeMap<NodeId, Vec<MessageView>>, found: &mut Vec<String>) {
        for (node, views) in shown {
            let nobody = Vec::new();
            let own = self.own.get(node).unwrap_or(&nobody);
            for sent in self.sent.iter().filter(|sent| sent.author != *node) {
                if !views.iter().any(|view| view.text == sent.text) {
                    continue;
                }
                let name = self.world.name(*node);
                if sent.to.is_some_and(|to| !own.contains(&to)) {
                    found.push(format!("{name} shows the private {:?}", sent.text));
                }
                let is_only_out = own.iter().all(|member| sent.known_out.contains(member)) && !own.is_empty();
                if is_only_out {
                    found.push(format!("{name} shows {:?} although its author knew better", sent.text));
                }
            }
        }
    }

    /// What two members both show, they show in the same order.
    fn check_order(&self, shown: &BTreeMap<NodeId, Vec<MessageView>>, found: &mut Vec<String>) {
        for (place, a) in self.nodes.iter().enumerate() {
            for b in self.nodes.iter().skip(place + 1) {
                let common = |of: &NodeId, other: &NodeId| -> Vec<MessageId> {
                    let others: BTreeSet<MessageId> = shown[other].iter().map(|view| view.id).collect();
                    shown[of].iter().map(|view| view.id).filter(|id| others.contains(id)).collect()
                };
                if common(a, b) != common(b, a) {
                    found.push(format!(
                        "{} and {} show messages in different orders",
                        self.world.name(*a),
                        self.world.name(*b)
                    ));
                }
            }
        }
    }
}
