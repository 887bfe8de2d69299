//! What members decide of one another in a random run: ranks, removals, votes, and their own devices.
//!
//! Owns the acts; `random` draws when they happen, and whatever the rules forbid is refused by the engine itself.

use std::collections::BTreeSet;

use hearth_core::engine::Standing;
use hearth_core::event::Role;
use hearth_core::{Asking, KeyLayer};

use hearth_core::ids::{DeviceId, MemberId};

use crate::checkers;
use crate::random::Run;
use crate::world::NodeId;

const ROLES: [Role; 5] = [Role::Visitor, Role::Newcomer, Role::Member, Role::Servant, Role::Secretary];

impl<K: KeyLayer> Run<'_, K> {
    /// Somebody decides something.
    pub(crate) fn decide(&mut self) {
        match self.world.draw(12) {
            0..=2 => self.promote(),
            3 => self.give_rank(),
            4..=5 => self.propose(),
            6..=8 => self.endorse(),
            9 => self.keep(),
            10 => self.add_device(),
            _ => self.revoke_device(),
        }
    }

    fn somebody(&mut self, by: NodeId) -> Option<MemberId> {
        let people = self.world.engine(by).people(&self.group);
        let place = self.world.draw(people.len().max(1) as u64) as usize;
        people.get(place).map(|person| person.id)
    }

    /// An admin makes somebody an admin, so that there are several.
    fn promote(&mut self) {
        let Some(by) = self.pick_admin() else { return };
        let people = self.world.engine(by).people(&self.group);
        let Some(person) = people.into_iter().find(|person| person.role <= Role::Member) else { return };
        let role = if self.world.draw(3) == 0 { Role::Secretary } else { Role::Servant };
        self.set_role(by, person.id, role);
    }

    /// An admin gives somebody any rank: perhaps a lower one, perhaps to itself.
    fn give_rank(&mut self) {
        let Some(by) = self.pick_admin() else { return };
        let Some(whom) = self.somebody(by) else { return };
        let role = self.role();
        self.set_role(by, whom, role);
    }

    fn role(&mut self) -> Role {
        ROLES[self.world.draw(ROLES.len() as u64) as usize]
    }

    fn set_role(&mut self, by: NodeId, whom: MemberId, role: Role) {
        let group = self.group;
        let result = self.world.wish(by, |engine, now| engine.set_role(group, whom, role, now));
        if result.is_ok() {
            self.tell_of(by, &format!("gives {} the rank {role:?}", self.name_of(whom)));
        }
    }

    fn propose(&mut self) {
        let Some(by) = self.pick() else { return };
        let Some(whom) = self.somebody(by) else { return };
        let what = if self.world.draw(2) == 0 { Asking::Remove } else { Asking::Role(self.role()) };
        let group = self.group;
        if self.world.wish(by, |engine, now| engine.propose(group, whom, what, now)).is_ok() {
            self.tell_of(by, &format!("proposes {what:?} for {}", self.name_of(whom)));
        }
    }

    fn endorse(&mut self) {
        let Some(by) = self.pick() else { return };
        let proposals = self.world.engine(by).proposals(&self.group);
        let Some(proposal) = proposals.into_iter().find(|proposal| proposal.is_open_to_me) else { return };
        let group = self.group;
        if self.world.wish(by, |engine, now| engine.endorse(group, proposal.act, now)).is_ok() {
            self.tell_of(by, &format!("agrees to {:?}", proposal.what));
        }
    }

    fn keep(&mut self) {
        let Some(by) = self.pick_admin() else { return };
        let Some(question) = self.world.engine(by).questions(&self.group).into_iter().next() else { return };
        let group = self.group;
        if self.world.wish(by, |engine, now| engine.keep_member(group, question.act, now)).is_ok() {
            self.tell_of(by, &format!("keeps {}", question.name));
        }
    }

    fn add_device(&mut self) {
        if self.nodes.len() >= self.nodes_max() {
            return;
        }
        let Some(by) = self.pick() else { return };
        let group = self.group;
        let Ok(ticket) = self.world.wish(by, |engine, now| engine.offer_device(group, now)) else { return };
        let device = self.new_node();
        let person = self.person(by).to_owned();
        self.tell_of(by, &format!("adds {} as a device", self.world.name(device)));
        self.owners.insert(device, person);
        if !self.world.is_running(device) {
            return;
        }
        let ticket = ticket.to_text();
        let joined = self.world.wish(device, |engine, now| engine.join_as_device(&ticket, now));
        if joined.is_ok() {
            // The ticket is good for a quarter of an hour.
            let group = self.group;
            self.world.run_until(10 * 60_000, |world| {
                !world.is_running(device)
                    || world
                        .engine(device)
                        .group(&group)
                        .is_some_and(|view| view.standing != Standing::Joining)
            });
        }
    }

    fn revoke_device(&mut self) {
        let Some(by) = self.pick() else { return };
        let devices = self.world.engine(by).devices(&self.group);
        let Some(other) = devices.into_iter().find(|device| !device.is_this) else { return };
        let group = self.group;
        if self.world.wish(by, |engine, now| engine.revoke_device(group, other.id, now)).is_ok() {
            self.tell_of(by, "revokes another of its devices");
        }
    }

    /// A running node whose member may decide about others.
    pub(crate) fn pick_admin(&mut self) -> Option<NodeId> {
        if !self.hardship.has_roles {
            let founder = self.nodes[0];
            return self.world.is_running(founder).then_some(founder);
        }
        let is_admin = |node: &NodeId| {
            self.world.is_running(*node)
                && self.world.is_member(*node, self.group)
                && self
                    .world
                    .engine(*node)
                    .people(&self.group)
                    .iter()
                    .any(|p| p.is_self && p.role >= Role::Servant)
        };
        let admins: Vec<NodeId> = self.nodes.iter().copied().filter(is_admin).collect();
        let place = self.world.draw(admins.len().max(1) as u64) as usize;
        admins.get(place).copied()
    }

    fn tell_of(&mut self, node: NodeId, what: &str) {
        let name = self.world.name(node).to_owned();
        self.tell(&format!("{name} {what}"));
    }

    fn name_of(&self, whom: MemberId) -> String {
        let known = |node: &NodeId| {
            let people = self.world.engine(*node).people(&self.group);
            people.into_iter().find(|person| person.id == whom).map(|person| person.name)
        };
        let running = self.nodes.iter().filter(|node| self.world.is_running(**node));
        running.into_iter().find_map(known).unwrap_or_default()
    }

    /// The pseudonym of a node's person: that of the one whose further device it is.
    pub(crate) fn person(&self, node: NodeId) -> &str {
        self.owners.get(&node).map_or_else(|| self.world.name(node), String::as_str)
    }

    /// The node by which others are looked at: the founder's, or where ranks change the one that most of the others'
    /// nodes know to be in.
    pub(crate) fn find_reference(&self) -> NodeId {
        if !self.hardship.has_roles {
            return self.nodes[0];
        }
        let inside: Vec<NodeId> =
            self.honest().into_iter().filter(|node| self.world.is_member(*node, self.group)).collect();
        // Whoever was removed and has not heard of it still knows everybody; but the others do not. By the device, for a
        // revoked one has not heard that its person goes on without it.
        let devices: Vec<BTreeSet<DeviceId>> =
            inside.iter().map(|node| checkers::devices(self, *node)).collect();
        let fame = |node: &NodeId| {
            let own = self.device(*node);
            own.map_or(0, |own| devices.iter().filter(|known| known.contains(&own)).count())
        };
        let best = inside.iter().rev().max_by_key(|node| fame(node)).copied();
        // Somebody whom nobody else knows was removed, and those who are in may all be liars.
        let strangers = self.nodes.iter().find(|node| {
            let is_in = self.liars.contains(node) && self.world.is_member(**node, self.group);
            is_in
                && best
                    .and_then(|best| self.own_id(best))
                    .is_some_and(|own| !self.people(**node).contains(&own))
        });
        let is_alone = best.is_some_and(|best| fame(&best) == 1);
        strangers.copied().filter(|_| is_alone).or(best).unwrap_or(self.nodes[0])
    }

    /// The id of a node's member, as the node knows it.
    pub(crate) fn own_id(&self, node: NodeId) -> Option<MemberId> {
        let people = self.world.engine(node).people(&self.group);
        people.into_iter().find(|person| person.is_self).map(|person| person.id)
    }

    /// The members' devices as a node knows them, if somebody has had several.
    pub(crate) fn devices_by(&self, node: NodeId) -> Option<BTreeSet<DeviceId>> {
        (!self.owners.is_empty()).then(|| checkers::devices(self, node))
    }

    /// Says whether the reference knows this node as a device of a member.
    pub(crate) fn is_device_of_member(&self, node: NodeId) -> bool {
        self.devices.as_ref().is_none_or(|known| self.device(node).is_some_and(|own| known.contains(&own)))
    }

    /// A node's own device, if it is in.
    pub(crate) fn device(&self, node: NodeId) -> Option<DeviceId> {
        let devices = self.world.engine(node).devices(&self.group);
        devices.into_iter().find(|device| device.is_this).map(|device| device.id)
    }

    /// Says whether a node's person has, or had, other devices.
    pub(crate) fn has_several_devices(&self, node: NodeId) -> bool {
        let person = self.person(node);
        self.owners.values().any(|owner| owner == person)
    }
}
