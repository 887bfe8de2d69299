//! Who can be reached outside of this: the group's list, and numbers that people show to some alone.
//!
//! Owns what is sent when a number for some is shown, changed, hidden or grows old, and what this member's list says. PROTOCOL
//! 10.11.

use std::collections::{BTreeMap, BTreeSet};

use super::{Engine, Move, Sending, Step};
use crate::content::body::{Body, Phone};
use crate::content::phone_entry::LIST;
use crate::content::{Content, Retract};
use crate::error::{Fault, OperationError};
use crate::group::Group;
use crate::ids::{GroupId, MS_PER_DAY, MemberId, MessageId, Timestamp};
use crate::keys::KeyLayer;
use crate::limits;
use crate::message::Message;
use crate::store::ReadStore;
use crate::timeline::{Entry, Part, Timeline};

/// A number in this member's list.
#[derive(Clone, PartialEq, Eq)]
pub struct PhoneView {
    /// Whose.
    pub member: MemberId,
    /// The pseudonym.
    pub name: String,
    /// Whether it is this member's own.
    pub is_mine: bool,
    /// The number, and how it may be used.
    pub phone: Phone,
    /// For whom it is.
    pub shown_to: ShownTo,
}

/// For whom a number is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ShownTo {
    /// The group.
    Group,
    /// This member, and whomever else its owner picked.
    Me,
    /// Of this member's own: those who have it and are in the group.
    People(Vec<MemberId>),
}

// What people write never reaches a log by way of a derived Debug.
impl std::fmt::Debug for PhoneView {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("PhoneView(..)")
    }
}

impl<S: ReadStore, K: KeyLayer> Engine<S, K> {
    /// Shows a number to these people alone, in the place of what was shown to some before: whoever is not among them any more
    /// has it taken back. Nobody learns of the others. Returns the message; of several, the one that stands for all.
    ///
    /// # Errors
    /// [`OperationError::OutOfBounds`], [`OperationError::Unfitting`] if nobody is named, [`OperationError::Blocked`], and as
    /// [`Engine::say`]; nobody is written to then.
    pub fn show_phone(
        &mut self,
        group: GroupId,
        phone: &Phone,
        members: &[MemberId],
        request: Option<&str>,
        now: Timestamp,
    ) -> Result<Step<'_, S, MessageId, K>, OperationError> {
        self.speak(Sending { hold_ms: 0, request }, now, |engine, mv, until| {
            let content = Content::PhoneEntry(phone.clone().into());
            super::speech::check(&content)?;
            let before = engine.own_phones(&group);
            let members: Vec<MemberId> =
                members.iter().copied().collect::<BTreeSet<_>>().into_iter().collect();
            let said = match members.as_slice() {
                [] => Err(OperationError::Unfitting("a number for some is for people who are named")),
                [member] => engine.write_to(mv, &group, member, &content, until),
                several => engine.write_to_circle(mv, &group, several, content, until),
            }?;
            engine.take_back_phones(mv, &group, before)?;
            Ok(said)
        })
    }

    /// Takes back what this member shows to some alone, from everybody who has it.
    ///
    /// # Errors
    /// [`OperationError::UnknownMessage`] if nothing is shown, and as for every act in a group.
    pub fn hide_phone(
        &mut self,
        group: GroupId,
        now: Timestamp,
    ) -> Result<Step<'_, S, (), K>, OperationError> {
        self.wish(now, |engine, mv| {
            engine.own_identity(&group)?;
            let shown = engine.own_phones(&group);
            if shown.is_empty() {
                return Err(OperationError::UnknownMessage);
            }
            engine.take_back_phones(mv, &group, shown)
        })
    }

    /// Returns the numbers that this member may use, and their own, by whose they are: before what somebody shows to all what
    /// they show to this member, and one that says the same number once.
    ///
    /// # Errors
    /// [`Fault`] if the store cannot be read.
    pub fn phones(&self, group: &GroupId) -> Result<Vec<PhoneView>, Fault> {
        let mut phones = self.phones_for_some(group)?;
        for view in self.objects(group)? {
            let owner = view.owner.and_then(|owner| self.member_of_identity(group, &owner));
            let (Body::Phone(phone), Some(member)) = (view.body, owner) else { continue };
            let says_it = |known: &PhoneView| {
                !known.is_mine && known.member == member && known.phone.number == phone.number
            };
            if !phones.iter().any(says_it) {
                let (name, shown_to) = (self.name_of(group, &member), ShownTo::Group);
                phones.push(PhoneView { member, name, is_mine: view.is_mine, phone, shown_to });
            }
        }
        phones.sort_by_key(|view| view.member);
        Ok(phones)
    }

    /// Returns who has said to this member alone that they may be asked in an emergency.
    pub(super) fn any_time_for_me(&self, home: &GroupId) -> Result<Vec<MemberId>, Fault> {
        let phones = self.phones_for_some(home)?.into_iter();
        Ok(phones.filter(|view| !view.is_mine && view.phone.may_sos).map(|view| view.member).collect())
    }

    /// The last of each person that neither waits nor is hidden by a block.
    fn phones_for_some(&self, home: &GroupId) -> Result<Vec<PhoneView>, Fault> {
        let (Some(group), Some(timeline)) = (self.groups.get(home), self.timelines.get(home)) else {
            return Ok(Vec::new());
        };
        let mut views: BTreeMap<MemberId, PhoneView> = BTreeMap::new();
        let mut people: BTreeSet<MemberId> = BTreeSet::new();
        for (id, entry) in timeline.phones() {
            if entry.part != Part::Words || self.is_aside(None, home, &id, &entry)? {
                continue;
            }
            let Content::PhoneEntry(said) = self.read_message(None, &entry.group, &id)?.content() else {
                continue;
            };
            let owner = group.person_of(&entry.order.author);
            let Some(member) = owner.and_then(|owner| self.member_of_identity(home, &owner)) else {
                continue;
            };
            let name = self.name_of(home, &member);
            let shown_to = match entry.is_mine {
                true => {
                    people.extend(self.shown_to(home, &entry));
                    ShownTo::People(people.iter().copied().collect())
                }
                false => ShownTo::Me,
            };
            let view = PhoneView { member, name, is_mine: entry.is_mine, phone: said.into(), shown_to };
            views.insert(member, view);
        }
        Ok(views.into_values().collect())
    }

    fn own_phones(&self, home: &GroupId) -> Vec<(MessageId, Entry)> {
        let phones = self.timelines.get(home).map(Timeline::phones).unwrap_or_default();
        phones.into_iter().filter(|(_, entry)| entry.is_mine).collect()
    }

    /// To whom one of this member's own is shown, if they are in the group.
    fn shown_to(&self, home: &GroupId, entry: &Entry) -> Option<MemberId> {
        let reader = self.groups.get(&entry.group).and_then(Group::partner)?;
        self.groups.get(home)?.resolution().member_of(&reader).map(|(id, _)| *id)
    }

    /// Takes own ones back from those who are there to be told, and forgets them all.
    fn take_back_phones(
        &mut self,
        mv: &mut Move,
        home: &GroupId,
        shown: Vec<(MessageId, Entry)>,
    ) -> Result<(), OperationError> {
        for (about, entry) in shown {
            if self.shown_to(home, &entry).is_some() {
                let content = Content::Retract(Retract { about });
                self.act(mv, &entry.group, |pair, turn| pair.write(turn, &content, None))?;
            }
            self.forget_message(mv, home, &about, false);
        }
        Ok(())
    }

    /// Forgets what a number takes the place of: all of its owner's but the last.
    pub(super) fn follow_phone(
        &mut self,
        mv: &mut Move,
        home: &GroupId,
        message: &Message,
    ) -> Result<(), Fault> {
        if !matches!(message.content(), Content::PhoneEntry(_)) {
            return Ok(());
        }
        let (Some(group), Some(timeline)) = (self.groups.get(home), self.timelines.get(home)) else {
            return Ok(());
        };
        let Some(owner) = group.person_of(&message.fields().author) else { return Ok(()) };
        let mut theirs = Vec::new();
        for (id, entry) in timeline.phones() {
            let is_theirs = !entry.is_mine && group.person_of(&entry.order.author) == Some(owner);
            if is_theirs {
                let known = self.read_message(Some(&mv.gathered.writes), &entry.group, &id)?;
                theirs.extend(matches!(known.content(), Content::PhoneEntry(_)).then_some(id));
            }
        }
        theirs.pop();
        for id in theirs {
            self.forget_message(mv, home, &id, true);
        }
        Ok(())
    }

    /// Writes an own one anew that has grown old, to whoever has it; says whether it was one. To whom it cannot be written now
    /// it is on another day, for as long as the old one is kept there: until then it can be taken back.
    pub(super) fn renew_phone(
        &mut self,
        mv: &mut Move,
        home: &GroupId,
        id: &MessageId,
    ) -> Result<bool, Fault> {
        let entry = self.timelines.get(home).and_then(|timeline| timeline.entry(id));
        let is_own = |entry: &Entry| {
            let ends = entry.order.clock.plus_ms(u64::from(limits::PHONE_LIFE_DAYS) * MS_PER_DAY);
            entry.is_mine && entry.part == Part::Words && entry.about == Some(LIST) && mv.now < ends
        };
        let Some(entry) = entry.filter(is_own) else { return Ok(false) };
        let renewed = match self.shown_to(home, &entry) {
            Some(member) => {
                let content = self.read_message(Some(&mv.gathered.writes), &entry.group, id)?.content();
                self.write_to(mv, home, &member, &content, None)
                    .and_then(|_| self.take_back_phones(mv, home, vec![(*id, entry)]))
            }
            None => Err(OperationError::UnknownMember),
        };
        match renewed {
            Ok(()) => {}
            Err(OperationError::Store(error)) => return Err(error.into()),
            Err(OperationError::Bug(what)) => return Err(Fault::Bug(what)),
            Err(_) => {
                if let Some(timeline) = self.timelines.get_mut(home) {
                    timeline.keep_until(&mut mv.gathered.writes, *id, mv.now.plus_ms(MS_PER_DAY))?;
                }
            }
        }
        Ok(true)
    }
}
