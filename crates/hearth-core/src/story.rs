//! People who write a control log by hand, each with as much of it as they have heard: for tests of log, resolve and
//! fork.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::crypto::DeviceSecret;
use crate::epoch::Suite;
use crate::event::{
    Admission, Body, Commit, DeviceConsent, Event, GroupKind, GroupParams, Identity, Invite, Position,
    QuorumAct, Role,
};
use crate::fork::EpochTree;
use crate::ids::{DeviceId, EpochId, EventId, GroupId, IdentityId, MemberId, Timestamp, TokenId};
use crate::log::{Admitted, Log};
use crate::resolve::{Ledger, Resolution};

/// Somebody with a key and a log of their own.
pub(crate) struct Person {
    pub(crate) device: DeviceSecret,
    pub(crate) log: Log,
    pub(crate) ledger: Ledger,
    pub(crate) epochs: EpochTree,
}

impl Person {
    /// Founds a group.
    pub(crate) fn founder() -> Self {
        let device = DeviceSecret::from_seed(&[0; 32]);
        let kind = GroupKind::Home { name: "Tuesday Night".to_owned() };
        let params = GroupParams { kind, suite: Suite::X25519, nonce: [1; 32] };
        let founder = identity(&device);
        let position = Position {
            group: GroupId([0; 32]),
            seq: 0,
            prev_own: None,
            heads: Vec::new(),
            epoch: EpochId([0; 32]),
        };
        let create = Event::sign(&device, position, Body::Create { params, founder }).unwrap();
        let log = Log::new(create.group());
        let mut person = Self { device, log, ledger: Ledger::default(), epochs: EpochTree::default() };
        person.take(create);
        person
    }

    /// Somebody who has heard nothing yet.
    pub(crate) fn new(number: u8, group: GroupId) -> Self {
        let device = DeviceSecret::from_seed(&[number; 32]);
        let (ledger, epochs) = (Ledger::default(), EpochTree::default());
        Self { device, log: Log::new(group), ledger, epochs }
    }

    pub(crate) fn group(&self) -> GroupId {
        self.log.entries()[0].event.group()
    }

    /// Takes an event into the own log.
    pub(crate) fn take(&mut self, event: Event) -> Admitted {
        let admitted = self.log.admit(event);
        if let Admitted::Now(ids) = &admitted {
            for id in ids {
                self.ledger.learn(&self.log);
                self.epochs.learn(&self.log, &mut self.ledger, id);
            }
        }
        admitted
    }

    /// Hears everything that somebody else knows.
    pub(crate) fn hear(&mut self, other: &Self) {
        for entry in other.log.entries() {
            self.take(entry.event.clone());
        }
    }

    /// Signs an event on top of all that is known, without taking it.
    pub(crate) fn sign(&mut self, body: Body) -> Event {
        let (seq, prev_own, heads) = self.log.next_position(&self.device.public());
        let epoch = self.head().unwrap_or(EpochId([0; 32]));
        let position = Position { group: self.group(), seq, prev_own, heads, epoch };
        Event::sign(&self.device, position, body).unwrap()
    }

    /// Writes an event into the own log; `None` if the log does not take it.
    pub(crate) fn write(&mut self, body: Body) -> Option<EventId> {
        let event = self.sign(body);
        let id = event.id();
        matches!(self.take(event), Admitted::Now(_)).then_some(id)
    }

    pub(crate) fn resolve(&mut self) -> Arc<Resolution> {
        self.ledger.resolution(&self.log)
    }

    pub(crate) fn head(&mut self) -> Option<EpochId> {
        self.epochs.head(&self.log, &mut self.ledger)
    }

    pub(crate) fn is_in(&mut self, other: &Self) -> bool {
        self.resolve().member_of(&other.device.public()).is_some()
    }

    /// Invites, and returns the token.
    pub(crate) fn invite(&mut self, number: u8, role: Role, uses: u16) -> Option<DeviceSecret> {
        let token = DeviceSecret::from_seed(&[100 + number; 32]);
        let invite = Invite { token: TokenId(token.public().0), role, uses, expires: Timestamp(u64::MAX) };
        self.write(Body::Invite(invite)).map(|_| token)
    }

    /// Admits somebody by a token.
    pub(crate) fn admit(&mut self, joiner: &Self, token: &DeviceSecret) -> Option<EventId> {
        let admission = Admission::prove(&self.group(), token, &joiner.device, "Somebody");
        self.write(Body::Admit(admission))
    }

    pub(crate) fn remove(&mut self, other: &Self) -> Option<EventId> {
        self.write(Body::Remove { identity: IdentityId(other.device.public().0) })
    }

    /// Makes somebody a member, and returns the membership.
    pub(crate) fn add(&mut self, other: &Self, role: Role) -> MemberId {
        MemberId::from(self.write(Body::Add { identity: identity(&other.device), role }).unwrap())
    }

    pub(crate) fn id_of(&mut self, other: &Self) -> MemberId {
        *self.resolve().member_of(&other.device.public()).unwrap().0
    }

    pub(crate) fn role_of(&mut self, other: &Self) -> Option<Role> {
        Some(self.resolve().member_of(&other.device.public())?.1.role)
    }

    pub(crate) fn set_role(&mut self, other: &Self, role: Role) -> EventId {
        let member = self.id_of(other);
        self.write(Body::SetRole { member, role }).unwrap()
    }

    /// Proposes that many remove somebody.
    pub(crate) fn propose_removal(&mut self, other: &Self) -> EventId {
        let identity = IdentityId(other.device.public().0);
        self.write(Body::QuorumAct(QuorumAct::Remove { identity })).unwrap()
    }

    pub(crate) fn endorse(&mut self, act: EventId) -> EventId {
        self.write(Body::Endorse { act }).unwrap()
    }

    pub(crate) fn ack(&mut self) -> EventId {
        self.write(Body::Ack).unwrap()
    }

    /// Gives this person's member another device, and returns who holds it.
    pub(crate) fn add_device(&mut self, number: u8) -> Self {
        let mut device = Self::new(number, self.group());
        let member = *self.resolve().member_of(&self.device.public()).unwrap().0;
        let consent = DeviceConsent::prove(&self.group(), &member, &device.device);
        self.write(Body::DeviceAdd(consent)).unwrap();
        device.hear(self);
        device
    }

    pub(crate) fn revoke(&mut self, device: &Self) -> EventId {
        self.write(Body::DeviceRevoke { device: device.device.public() }).unwrap()
    }

    /// Somebody with the same key who knows only this much.
    pub(crate) fn backup(&self) -> Self {
        let mut other = Self::new(0, self.group());
        other.device = DeviceSecret::from_seed(&self.device.seed());
        other.hear(self);
        other
    }

    /// Brings the keys in line with the members, as far as the log is concerned.
    pub(crate) fn commit(&mut self) -> Option<EventId> {
        let head = self.head()?;
        let members = self.resolve().devices();
        let tree = BTreeSet::clone(&self.epochs.node(&head)?.tree);
        let add: Vec<DeviceId> = members.difference(&tree).copied().collect();
        let drop: Vec<DeviceId> = tree.difference(&members).copied().collect();
        let commit = Commit { parent: head, add, drop, mls: Vec::new(), authenticator_hash: [0; 32] };
        self.write(Body::Commit(commit))
    }
}

/// A secretary, servants and members who all know of one another, in this order.
pub(crate) fn home_group(servants: u8, members: u8) -> Vec<Person> {
    let mut secretary = Person::founder();
    let mut others = Vec::new();
    for number in 1..=servants + members {
        let other = Person::new(number, secretary.group());
        secretary.add(&other, Role::Member);
        if number <= servants {
            secretary.set_role(&other, Role::Servant);
        }
        others.push(other);
    }
    secretary.commit().unwrap();
    for other in &mut others {
        other.hear(&secretary);
    }
    others.insert(0, secretary);
    others
}

/// A founder and members who all know of one another.
pub(crate) fn group_of<const N: usize>() -> [Person; N] {
    let mut founder = Person::founder();
    let token = founder.invite(0, Role::Member, u16::MAX).unwrap();
    let mut others: Vec<Person> = (1..N).map(|number| Person::new(number as u8, founder.group())).collect();
    for other in &others {
        founder.admit(other, &token).unwrap();
    }
    founder.commit().unwrap();
    for other in &mut others {
        other.hear(&founder);
    }
    let mut all = vec![founder];
    all.append(&mut others);
    all.try_into().ok().unwrap()
}

pub(crate) fn identity(device: &DeviceSecret) -> Identity {
    Identity { device: device.public(), name: "Somebody".to_owned() }
}
