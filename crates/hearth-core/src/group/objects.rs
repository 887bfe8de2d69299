//! What the group has: writing a version, and judging those of others.
//!
//! Owns who may write what. The right follows from the log up to what the author knew, so that everybody finds the same and
//! it never changes. PROTOCOL section 11.

use super::Group;
use crate::content::body::{Body, Keeper, Right, Salt, right_of};
use crate::content::object::NOBODY;
use crate::content::{Content, Object};
use crate::error::{Fault, LoadError, OperationError};
use crate::event::Role;
use crate::ids::{DeviceId, IdentityId, MessageId, ObjectId, Timestamp};
use crate::keys::KeyLayer;
use crate::limits;
use crate::log::EventSet;
use crate::message::Message;
use crate::objects::{Place, Version};
use crate::resolve::Resolution;
use crate::store::{Class, Key, ReadStore, WriteBatch};
use crate::turn::{Notice, Turn};

/// What becomes of a version.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Verdict {
    /// It counts.
    Counts,
    /// What it stands on is not there, or its kind is of a later version of this program.
    Waits,
    /// Its author had no right to it.
    Refused,
}

impl<K: KeyLayer> Group<K> {
    pub(super) fn load_objects(&mut self, store: &dyn ReadStore) -> Result<(), LoadError> {
        let mut damaged = false;
        let objects = &mut self.objects;
        store.scan(Class::Object, &self.id.0, &mut |_, value| match object_in(&value) {
            Some((message, object)) => {
                objects.take(object.id(), Version::of(&message, &object));
            }
            None => damaged = true,
        })?;
        let parked = &mut self.parked_objects;
        store.scan(Class::ParkedObject, &self.id.0, &mut |item, _| match item.try_into() {
            Ok(id) => {
                parked.insert(MessageId(id));
            }
            Err(_) => damaged = true,
        })?;
        // What was of a later version may be known to this program.
        self.may_judge_parked = true;
        if damaged { Err(LoadError::Damaged("objects")) } else { Ok(()) }
    }

    /// Writes a version of an object: a new one, one that everybody has one of, or one that is there already. `None` withdraws
    /// it.
    pub(crate) fn write_object(
        &mut self,
        turn: &mut Turn<'_>,
        id: Option<ObjectId>,
        body: Option<&Body>,
    ) -> Result<(ObjectId, MessageId), OperationError> {
        self.check_member()?;
        let own = self.device.public();
        let (owner, _) = person_of(&self.resolution, &own).ok_or(OperationError::Removed)?;
        let encoded = body.map(|body| body.encode().filter(|_| body.is_in_bounds()));
        let encoded = encoded.map(|it| it.ok_or(OperationError::OutOfBounds("content"))).transpose()?;
        let known = id.map(|id| self.known_object(&id)).transpose()?;
        let object = match (known, &encoded, body) {
            (Some(object), Some((kind, bytes)), Some(_)) if *kind == object.kind => {
                Object { body: Some(bytes.clone()), ..object }
            }
            (Some(object), None, None) => Object { body: None, ..object },
            (None, Some((kind, bytes)), Some(body)) => {
                let (owner, salt) = match body.rules().salt {
                    Salt::Free => (owner, turn.rng.bytes()),
                    Salt::About(salt) => (owner, salt),
                    Salt::Group => (NOBODY, [0; 16]),
                    Salt::GroupAbout(salt) => (NOBODY, salt),
                };
                Object {
                    owner,
                    salt,
                    kind: *kind,
                    body: Some(bytes.clone()),
                    over: Vec::new(),
                    as_of: Vec::new(),
                }
            }
            (_, _, _) => return Err(OperationError::Unfitting("it is of another kind")),
        };
        let place = Place::of(&object);
        if !self.may_write(&self.resolution, &place, &own) {
            return Err(OperationError::NotPermitted);
        }
        let id = object.id();
        if self.objects.versions(&id, |_| true).is_empty()
            && self.objects.owned_by(&object.owner) >= limits::OBJECTS_PER_OWNER_MAX
        {
            return Err(OperationError::TooMany("things of one person"));
        }
        let (_, _, as_of) = self.log.next_position(&own);
        let object = Object { over: self.objects.to_replace(&id), as_of, ..object };
        let content = Content::Object(object);
        // As a whole, too: what is larger, or claims another's place, everybody else would refuse.
        if !content.is_in_bounds() {
            return Err(OperationError::OutOfBounds("content"));
        }
        let message = self.write(turn, &content, None)?;
        Ok((id, message))
    }

    /// Returns what all versions of an object share.
    fn known_object(&self, id: &ObjectId) -> Result<Object, OperationError> {
        let version = self.version_of(id).ok_or(OperationError::UnknownObject)?;
        let (owner, salt, kind) = (version.owner, version.salt, version.kind);
        Ok(Object { owner, salt, kind, body: None, over: Vec::new(), as_of: Vec::new() })
    }

    /// Returns the version of an object that counts.
    pub(super) fn version_of(&self, id: &ObjectId) -> Option<&Version> {
        self.objects.versions(id, |version| self.may_today(version)).last().copied()
    }

    /// Says whether the author of a version could write it today.
    pub(super) fn may_today(&self, version: &Version) -> bool {
        self.may_write(&self.resolution, &version.place(), &version.author)
    }

    /// Says whether a device's member may write versions of an object, with these members.
    pub(super) fn may_write(&self, resolution: &Resolution, place: &Place, device: &DeviceId) -> bool {
        let right = right_of(place.kind);
        right.zip(person_of(resolution, device)).is_some_and(|(right, (person, role))| {
            right.holds(place.owner == person, role)
                || right == Right::ServantsAndInviter && self.has_invited(resolution, device, &place.salt)
        })
    }

    /// Takes a version, whoever brought it; its signature holds.
    pub(super) fn learn_object(
        &mut self,
        turn: &mut Turn<'_>,
        message: &Message,
        object: &Object,
    ) -> Result<(), Fault> {
        let id = message.id();
        let is_known = self.parked_objects.contains(&id) || self.objects.stands(&object.id(), &id);
        if is_known || self.home.is_some() || message.fields().group != self.id {
            return Ok(());
        }
        match self.judge_object(message, object) {
            Verdict::Counts => self.keep_object(turn, message, object),
            Verdict::Refused => {}
            Verdict::Waits => {
                turn.out.writes.put(parked_key(self, &id), message.as_bytes().to_vec());
                self.parked_objects.insert(id);
                self.spreading.changed();
                if self.parked_objects.len() > limits::PARKED_OBJECTS_MAX
                    && let Some(forgotten) = self.parked_objects.pop_first()
                {
                    turn.out.writes.delete(parked_key(self, &forgotten));
                }
            }
        }
        Ok(())
    }

    /// Keeps a version that counts, if no other one takes its place.
    pub(super) fn keep_object(&mut self, turn: &mut Turn<'_>, message: &Message, object: &Object) {
        let taken = self.objects.take(object.id(), Version::of(message, object));
        self.spreading.changed();
        for gone in &taken.gone {
            turn.out.writes.delete(object_key(self, gone));
        }
        if taken.is_kept {
            turn.out.writes.put(object_key(self, &message.id()), message.as_bytes().to_vec());
            let is_keeper = object.kind == Keeper::KIND;
            turn.out.has_new_contacts |= is_keeper;
            self.identity_dirty |= is_keeper;
            turn.notify(Notice::Object { group: self.id, id: object.id() });
        }
    }

    /// Judges by what the author says to have known.
    fn judge_object(&mut self, message: &Message, object: &Object) -> Verdict {
        if right_of(object.kind).is_none() {
            return Verdict::Waits;
        }
        let mut within = EventSet::default();
        for head in &object.as_of {
            let Some(index) = self.log.index_of(head) else { return Verdict::Waits };
            within.insert(index);
            if let Some(entry) = self.log.entry(index) {
                within.union(&entry.past);
            }
        }
        let resolution = self.ledger.resolution_of(&self.log, &within);
        let place = Place::of(object);
        match self.may_write(&resolution, &place, &message.fields().author) {
            true => Verdict::Counts,
            false => Verdict::Refused,
        }
    }

    /// Tries what waited once the log has grown, and forgets what is over.
    pub(super) fn settle_objects(&mut self, turn: &mut Turn<'_>) -> Result<(), Fault> {
        if std::mem::take(&mut self.may_judge_parked) {
            self.spreading.changed();
            for id in std::mem::take(&mut self.parked_objects) {
                let key = parked_key(self, &id);
                let bytes = match turn.out.writes.pending(&key) {
                    Some(pending) => pending.map(<[u8]>::to_vec),
                    None => turn.store.get(&key)?.map(|value| value.to_vec()),
                };
                turn.out.writes.delete(key);
                if let Some((message, object)) = bytes.and_then(|bytes| object_in(&bytes)) {
                    self.learn_object(turn, &message, &object)?;
                }
            }
        }
        Ok(())
    }

    /// Forgets what is over.
    pub(crate) fn forget_ended_objects(&mut self, turn: &mut Turn<'_>) {
        self.spreading.changed();
        for gone in self.objects.forget_ended(turn.now) {
            turn.out.writes.delete(object_key(self, &gone));
        }
    }

    /// Returns when the next object is over.
    pub(crate) fn next_object_end(&self) -> Option<Timestamp> {
        self.objects.next_end()
    }

    /// Returns the versions that stand, and those that wait, for who is new or comes back.
    pub(super) fn object_states(&self, turn: &Turn<'_>) -> Result<Vec<Vec<u8>>, Fault> {
        let standing = self.objects.all().map(|version| object_key(self, &version.message));
        let keys = standing.chain(self.parked_objects.iter().map(|id| parked_key(self, id)));
        let mut states = Vec::new();
        for key in keys {
            let bytes = match turn.out.writes.pending(&key) {
                Some(pending) => pending.map(<[u8]>::to_vec),
                None => turn.store.get(&key)?.map(|value| value.to_vec()),
            };
            states.extend(bytes);
        }
        Ok(states)
    }

    /// Returns each object's version that counts, with how many stand beside it.
    pub(crate) fn objects_today(&self) -> impl Iterator<Item = (ObjectId, &Version, usize)> {
        self.objects.ids().filter_map(|id| {
            let versions = self.objects.versions(id, |version| self.may_today(version));
            let beside = versions.len().saturating_sub(1);
            versions.last().map(|version| (*id, *version, beside))
        })
    }

    /// Returns the versions of an object that stand, the one that counts first.
    pub(crate) fn versions_today(&self, id: &ObjectId) -> Vec<&Version> {
        let mut versions = self.objects.versions(id, |version| self.may_today(version));
        versions.reverse();
        versions
    }

    /// Says whether this member could write a version today.
    pub(crate) fn may_change(&self, version: &Version) -> bool {
        self.may_write(&self.resolution, &version.place(), &self.device.public())
    }

    /// Says whether this member is who is meant.
    pub(crate) fn is_own_identity(&self, identity: &IdentityId) -> bool {
        person_of(&self.resolution, &self.device.public()).is_some_and(|(own, _)| own == *identity)
    }

    /// Returns this member's rank, if they are in.
    pub(crate) fn own_rank(&self) -> Option<Role> {
        person_of(&self.resolution, &self.device.public()).map(|(_, role)| role)
    }

    /// Returns the rank of somebody who is in.
    pub(crate) fn rank_of(&self, who: &IdentityId) -> Option<Role> {
        let mut members = self.resolution.members.values();
        members.find(|member| member.identity.id() == *who).map(|member| member.role)
    }

    /// Says whether the group sent somebody to this member: who holds a position of a greeter, which servants give, or is a servant
    /// and gave their word to greet this member. Anybody can give their word; by itself it opens no door.
    pub(crate) fn may_greet(
        &self,
        store: &dyn ReadStore,
        writes: &WriteBatch,
        who: &IdentityId,
    ) -> Result<bool, Fault> {
        let members = self.resolution.members.values();
        let is_servant =
            members.into_iter().any(|member| member.identity.id() == *who && member.role >= Role::Servant);
        for (_, version, _) in self.objects_today() {
            let is_sent = match self.body_in(store, Some(writes), version)? {
                Some(Body::Position(position)) => position.holder == Some(*who) && position.is_greeter(),
                Some(Body::Welcome(welcome)) => {
                    is_servant && version.owner == *who && self.is_own_identity(&welcome.newcomer)
                }
                _ => false,
            };
            if is_sent {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Returns who reads reports.
    pub(crate) fn safety_contacts(
        &self,
        store: &dyn ReadStore,
        writes: Option<&WriteBatch>,
    ) -> Result<Vec<IdentityId>, Fault> {
        for (_, version, _) in self.objects_today() {
            if let Some(Body::SafetyContacts(contacts)) = self.body_in(store, writes, version)? {
                return Ok(contacts.contacts);
            }
        }
        Ok(Vec::new())
    }

    /// Says whether this member is among those who read reports: a safety contact, or a servant.
    pub(crate) fn reads_reports(
        &self,
        store: &dyn ReadStore,
        writes: Option<&WriteBatch>,
    ) -> Result<bool, Fault> {
        match person_of(&self.resolution, &self.device.public()) {
            None => Ok(false),
            Some((_, role)) if role >= Role::Servant => Ok(true),
            Some((own, _)) => Ok(self.safety_contacts(store, writes)?.contains(&own)),
        }
    }

    /// Reads what a version says, also if this step brought it; `None` once it is withdrawn.
    fn body_in(
        &self,
        store: &dyn ReadStore,
        writes: Option<&WriteBatch>,
        version: &Version,
    ) -> Result<Option<Body>, Fault> {
        let key = object_key(self, &version.message);
        match writes.and_then(|writes| writes.pending(&key)) {
            Some(pending) => {
                let stored = pending.and_then(object_in);
                Ok(stored.ok_or(Fault::Bug("a version that stands is not stored"))?.1.body())
            }
            None => self.body_of(store, version),
        }
    }

    /// Reads what a version says; `None` once it is withdrawn.
    pub(crate) fn body_of(&self, store: &dyn ReadStore, version: &Version) -> Result<Option<Body>, Fault> {
        let bytes = store.get(&object_key(self, &version.message))?;
        let stored = bytes.as_deref().and_then(|bytes| object_in(bytes));
        let (_, object) = stored.ok_or(Fault::Bug("a version that stands is not stored"))?;
        Ok(object.body())
    }
}

pub(super) fn person_of(resolution: &Resolution, device: &DeviceId) -> Option<(IdentityId, Role)> {
    resolution.member_of(device).map(|(_, member)| (member.identity.id(), member.role))
}

fn object_in(bytes: &[u8]) -> Option<(Message, Object)> {
    let message = Message::parse(bytes).ok()?;
    match message.content() {
        Content::Object(object) => Some((message, object)),
        _ => None,
    }
}

fn object_key<K>(group: &Group<K>, id: &MessageId) -> Key {
    Key::new(Class::Object, &group.id.0, &id.0)
}

fn parked_key<K>(group: &Group<K>, id: &MessageId) -> Key {
    Key::new(Class::ParkedObject, &group.id.0, &id.0)
}
