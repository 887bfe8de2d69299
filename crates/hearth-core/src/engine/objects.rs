//! What this member changes of what the group has, and what can be looked at of it.
//!
//! Owns the views; the group judges, `crate::objects` keeps. PROTOCOL section 11.

use std::collections::BTreeMap;

use super::{Delivery, Engine, Step};
use crate::content::body::{Body, TakeState};
use crate::error::{Fault, OperationError};
use crate::ids::{GroupId, IdentityId, MemberId, ObjectId, Timestamp};
use crate::keys::KeyLayer;
use crate::store::ReadStore;

/// Something that the group has, as it stands today.
#[derive(Clone, PartialEq, Eq)]
pub struct ObjectView {
    /// Its id.
    pub id: ObjectId,
    /// What it says.
    pub body: Body,
    /// Whose it is; `None` if it is the group's.
    pub owner: Option<IdentityId>,
    /// Whether it is this member's.
    pub is_mine: bool,
    /// Who wrote this version, also if no longer in the group.
    pub by: Option<MemberId>,
    /// The pseudonym.
    pub by_name: String,
    /// When, by the author's clock.
    pub at: Timestamp,
    /// Whether this member may change it.
    pub may_change: bool,
    /// How many versions stand beside it, written by people who did not know of it.
    pub beside: usize,
    /// How far this version has come, if this device wrote it lately.
    pub delivery: Option<Delivery>,
}

/// One of the versions of an object that stand beside each other.
#[derive(Clone, PartialEq, Eq)]
pub struct VersionView {
    /// What it says; `None` if it withdraws the object.
    pub body: Option<Body>,
    /// Who wrote it, also if no longer in the group.
    pub by: Option<MemberId>,
    /// The pseudonym.
    pub by_name: String,
    /// When, by the author's clock.
    pub at: Timestamp,
}

/// A slot, and whose word for it counts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SlotView {
    /// The slot; its body is a [`Body::Slot`].
    pub slot: ObjectView,
    /// The word that counts, a [`Body::Take`] of a member: of those who do not wish to swap the earliest, else the earliest
    /// of all.
    pub taken: Option<ObjectView>,
}

// What people write never reaches a log by way of a derived Debug.
impl std::fmt::Debug for ObjectView {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("ObjectView(..)")
    }
}

impl std::fmt::Debug for VersionView {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("VersionView(..)")
    }
}

impl<S: ReadStore, K: KeyLayer> Engine<S, K> {
    /// Writes what the group has: something new, what everybody or the group has one of, or another version of what is there.
    /// A request that was granted before returns what it made.
    ///
    /// # Errors
    /// [`OperationError::NotPermitted`], [`OperationError::OutOfBounds`], [`OperationError::UnknownObject`],
    /// [`OperationError::Unfitting`] if it is of another kind, [`OperationError::TooMany`], and as for every act in a group.
    pub fn put_object(
        &mut self,
        group: GroupId,
        id: Option<ObjectId>,
        body: &Body,
        request: Option<&str>,
        now: Timestamp,
    ) -> Result<Step<'_, S, ObjectId, K>, OperationError> {
        self.wish(now, |engine, mv| {
            if let Some(known) = request.and_then(|request| engine.requests.find(request)) {
                return Ok(ObjectId(known));
            }
            let (id, _) = engine.act(mv, &group, |group, turn| group.write_object(turn, id, Some(body)))?;
            if let Some(request) = request {
                engine.requests.remember(&mut mv.gathered.writes, request, id.0)?;
            }
            Ok(id)
        })
    }

    /// Withdraws something that the group has.
    ///
    /// # Errors
    /// [`OperationError::UnknownObject`], [`OperationError::NotPermitted`], [`OperationError::NotTheTime`] for a question that
    /// is counted, and as for every act in a group.
    pub fn withdraw_object(
        &mut self,
        group: GroupId,
        id: ObjectId,
        now: Timestamp,
    ) -> Result<Step<'_, S, (), K>, OperationError> {
        if self.is_counted(&group, &id)? {
            return Err(OperationError::NotTheTime);
        }
        self.wish(now, |engine, mv| {
            engine.act(mv, &group, |group, turn| group.write_object(turn, Some(id), None)).map(|_| ())
        })
    }

    /// Returns what a group has, in the order of ids; what is of a later kind is not shown.
    ///
    /// # Errors
    /// [`Fault`] if the store cannot be read.
    pub fn objects(&self, group: &GroupId) -> Result<Vec<ObjectView>, Fault> {
        let Some(known) = self.groups.get(group) else { return Ok(Vec::new()) };
        let mut views = Vec::new();
        for (id, version, beside) in known.objects_today() {
            let Some(body) = known.body_of(&self.store, version)? else { continue };
            views.push(ObjectView {
                id,
                body,
                owner: version.owner_if_any(),
                is_mine: known.is_own_identity(&version.owner),
                by: known.author_of(&version.author),
                by_name: known.name_of(&version.author).unwrap_or_default().to_owned(),
                at: version.clock,
                may_change: known.may_change(version),
                beside,
                delivery: self.delivery(group, &version.message),
            });
        }
        Ok(views)
    }

    /// Returns the versions of an object that stand, the one that counts first; none if there is no such object. What is of a
    /// later kind is not shown.
    ///
    /// # Errors
    /// [`Fault`] if the store cannot be read.
    pub fn object_versions(&self, group: &GroupId, id: &ObjectId) -> Result<Vec<VersionView>, Fault> {
        let Some(known) = self.groups.get(group) else { return Ok(Vec::new()) };
        let mut views = Vec::new();
        for version in known.versions_today(id) {
            let body = known.body_of(&self.store, version)?;
            if matches!(body, Some(Body::Unknown | Body::OutOfBounds)) {
                continue;
            }
            views.push(VersionView {
                body,
                by: known.author_of(&version.author),
                by_name: known.name_of(&version.author).unwrap_or_default().to_owned(),
                at: version.clock,
            });
        }
        Ok(views)
    }

    /// Returns a group's slots by their time, each with whose word for it counts: on every node the same.
    ///
    /// # Errors
    /// [`Fault`] if the store cannot be read.
    pub fn slots(&self, group: &GroupId) -> Result<Vec<SlotView>, Fault> {
        let mut takes: BTreeMap<ObjectId, Vec<ObjectView>> = BTreeMap::new();
        let mut slots = Vec::new();
        for view in self.objects(group)? {
            match &view.body {
                Body::Slot(slot) => slots.push((slot.at, view)),
                // Who is not in the group any more does not keep a slot from the others.
                Body::Take(take) if self.is_member(group, view.owner) => {
                    takes.entry(take.slot).or_default().push(view);
                }
                _ => {}
            }
        }
        slots.sort_by_key(|(at, view)| (*at, view.id));
        let first = |view: &ObjectView| match &view.body {
            Body::Take(take) => (take.state == TakeState::SwapWanted, take.since, view.id),
            _ => (true, Timestamp(u64::MAX), view.id),
        };
        let of = |slot: ObjectView| {
            let taken = takes.remove(&slot.id).unwrap_or_default().into_iter().min_by_key(first);
            SlotView { slot, taken }
        };
        Ok(slots.into_iter().map(|(_, slot)| slot).map(of).collect())
    }

    fn is_member(&self, group: &GroupId, owner: Option<IdentityId>) -> bool {
        owner.is_some_and(|owner| self.member_of_identity(group, &owner).is_some())
    }

    /// Returns who a member is, whichever membership it is.
    pub fn identity_of(&self, group: &GroupId, member: &MemberId) -> Option<IdentityId> {
        Some(self.groups.get(group)?.resolution().members.get(member)?.identity.id())
    }

    /// Returns the member of today that somebody is.
    pub fn member_of_identity(&self, group: &GroupId, identity: &IdentityId) -> Option<MemberId> {
        let members = &self.groups.get(group)?.resolution().members;
        members.iter().find(|(_, member)| member.identity.id() == *identity).map(|(id, _)| *id)
    }
}
