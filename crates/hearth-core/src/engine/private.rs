//! Whom this member hears: requests, the newcomer's shield, blocks.
//!
//! **Invariant:** nothing here sends anything. A sender's node acknowledges and counts as ever, so nobody can tell a shield or a
//! block from somebody who does not answer. PROTOCOL section 13.

use super::{Engine, MessageView, Move, Step};
use crate::content::Content;
use crate::error::{Fault, OperationError};
use crate::event::Role;
use crate::group::Group;
use crate::ids::{GroupId, IdentityId, MS_PER_DAY, MemberId, MessageId, Timestamp};
use crate::keys::KeyLayer;
use crate::limits;
use crate::message::Message;
use crate::private::{Blocked, Door, Private, Ties};
use crate::store::{Class, Key, ReadStore, WriteBatch};
use crate::timeline::{Entry, Part};
use crate::turn::Notice;

/// Somebody who wrote to this member and waits to be heard.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RequestView {
    /// Who.
    pub member: MemberId,
    /// The pseudonym.
    pub name: String,
    /// When it came here first.
    pub since: Timestamp,
    /// When they wrote last, by their clock.
    pub last: Timestamp,
}

/// Somebody whom this member has blocked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BlockView {
    /// Who, also if no longer in the group.
    pub member: MemberId,
    /// The pseudonym.
    pub name: String,
    /// Since when.
    pub since: Timestamp,
}

/// Whether private messages of people whom this member has not written to wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ShieldView {
    /// Whether they do.
    pub is_on: bool,
    /// Until when, if it ends by itself.
    pub until: Option<Timestamp>,
}

impl<S: ReadStore, K: KeyLayer> Engine<S, K> {
    /// Says whether who is new is shielded until they say otherwise, as they are unless this is said.
    pub fn set_shielding(&mut self, is_on: bool) {
        self.is_shielding = is_on;
    }

    /// Lets private messages of people whom this member has not written to wait, or not. What waits already goes on waiting.
    ///
    /// # Errors
    /// [`OperationError::UnknownGroup`].
    pub fn set_shield(
        &mut self,
        group: GroupId,
        is_on: bool,
        now: Timestamp,
    ) -> Result<Step<'_, S, (), K>, OperationError> {
        self.wish(now, |engine, mv| {
            let private = engine.private.get_mut(&group).ok_or(OperationError::UnknownGroup)?;
            private.set_shield(&mut mv.gathered.writes, &group, is_on)?;
            mv.gathered.notices.insert(Notice::Private { group });
            Ok(())
        })
    }

    /// Hears somebody whose messages wait, from now on and what came before; or does not, and they go on waiting out of sight.
    /// Nobody is told.
    ///
    /// # Errors
    /// [`OperationError::NotAsked`] if nothing of them waits, [`OperationError::Blocked`], [`OperationError::UnknownMember`].
    pub fn answer_request(
        &mut self,
        group: GroupId,
        member: MemberId,
        is_welcome: bool,
        now: Timestamp,
    ) -> Result<Step<'_, S, (), K>, OperationError> {
        self.wish(now, |engine, mv| {
            let who = engine.person(&group, &member)?;
            let private = engine.private.get(&group).ok_or(OperationError::UnknownGroup)?;
            if is_welcome && private.is_blocked(&who) {
                return Err(OperationError::Blocked);
            }
            match (private.door(&who), is_welcome) {
                (Door::Waits { .. } | Door::Ignored, true) => Ok(engine.let_in(mv, &group, &who)?),
                (Door::Waits { .. } | Door::Ignored, false) => {
                    Ok(engine.change_ties(mv, &group, &who, |ties| ties.door = Door::Ignored)?)
                }
                (Door::Unasked | Door::Open, _) => Err(OperationError::NotAsked),
            }
        })
    }

    /// Blocks a member for this one alone: nothing that they write is shown here or told to clients, but a call for help in front
    /// of all. They are not told, and go on in the group.
    ///
    /// # Errors
    /// [`OperationError::UnknownMember`], [`OperationError::Oneself`].
    pub fn block(
        &mut self,
        group: GroupId,
        member: MemberId,
        now: Timestamp,
    ) -> Result<Step<'_, S, (), K>, OperationError> {
        self.wish(now, |engine, mv| {
            let who = engine.person(&group, &member)?;
            if engine.groups.get(&group).is_some_and(|home| home.is_own_identity(&who)) {
                return Err(OperationError::Oneself);
            }
            let after = engine.last_arrival(&group);
            let block = |ties: &mut Ties| {
                ties.blocked.get_or_insert(Blocked { since: now, after });
            };
            Ok(engine.change_ties(mv, &group, &who, block)?)
        })
    }

    /// Ends a block: what came in between is shown, and comes to those who follow.
    ///
    /// # Errors
    /// [`OperationError::UnknownMember`] if there never was such a member.
    pub fn unblock(
        &mut self,
        group: GroupId,
        member: MemberId,
        now: Timestamp,
    ) -> Result<Step<'_, S, (), K>, OperationError> {
        self.wish(now, |engine, mv| {
            let who = engine.person(&group, &member)?;
            let private = engine.private.get(&group).ok_or(OperationError::UnknownGroup)?;
            let Some(blocked) = private.ties(&who).and_then(|ties| ties.blocked) else { return Ok(()) };
            engine.change_ties(mv, &group, &who, |ties| ties.blocked = None)?;
            let (Some(home), Some(timeline)) = (engine.groups.get(&group), engine.timelines.get_mut(&group))
            else {
                return Ok(());
            };
            let is_theirs = |entry: &Entry| home.person_of(&entry.order.author) == Some(who);
            let came = timeline.arrive_anew(&mut mv.gathered.writes, blocked.after, is_theirs)?;
            Ok(engine.hear_visible(mv, &group, came)?)
        })
    }

    /// Returns who waits to be heard, the first one first.
    pub fn requests(&self, group: &GroupId) -> Vec<RequestView> {
        let (Some(home), Some(timeline), Some(private)) =
            (self.groups.get(group), self.timelines.get(group), self.private.get(group))
        else {
            return Vec::new();
        };
        let mut last = std::collections::BTreeMap::new();
        for (_, entry) in timeline.requests() {
            let who = home.person_of(&entry.order.author);
            last.extend(who.map(|who| (who, entry.order.clock)));
        }
        let waits = private.people().filter(|(_, ties)| ties.blocked.is_none());
        let waits = waits.filter_map(|(who, ties)| {
            let Door::Waits { since } = ties.door else { return None };
            let member = self.member_of_identity(group, who)?;
            let name = home.name_of_member(&member)?.to_owned();
            Some(RequestView { member, name, since, last: *last.get(who)? })
        });
        let mut waits: Vec<RequestView> = waits.collect();
        waits.sort_by_key(|request| (request.since, request.member));
        waits
    }

    /// Returns what somebody wrote to this member alone, in the common order, whether or not it waits or is hidden by a block.
    ///
    /// # Errors
    /// [`Fault`] if the store cannot be read.
    pub fn messages_from(&self, group: &GroupId, member: &MemberId) -> Result<Vec<MessageView>, Fault> {
        let (Some(home), Some(timeline)) = (self.groups.get(group), self.timelines.get(group)) else {
            return Ok(Vec::new());
        };
        let Some(who) = home.identity_of(member) else { return Ok(Vec::new()) };
        let theirs = timeline.private_words();
        let theirs = theirs.filter(|(_, entry)| home.person_of(&entry.order.author) == Some(who));
        self.messages(group, theirs.collect())
    }

    /// Returns whom this member has blocked, the first one first.
    pub fn blocks(&self, group: &GroupId) -> Vec<BlockView> {
        let (Some(home), Some(private)) = (self.groups.get(group), self.private.get(group)) else {
            return Vec::new();
        };
        let blocks = private.people().filter_map(|(who, ties)| {
            let member = self.member_of_identity(group, who).or_else(|| home.was_member(who))?;
            let name = home.name_of_member(&member)?.to_owned();
            Some(BlockView { member, name, since: ties.blocked?.since })
        });
        let mut blocks: Vec<BlockView> = blocks.collect();
        blocks.sort_by_key(|block| (block.since, block.member));
        blocks
    }

    /// Returns whether the shield is on.
    ///
    /// # Errors
    /// [`Fault`] if the store cannot be read.
    pub fn shield(&self, group: &GroupId, now: Timestamp) -> Result<ShieldView, Fault> {
        self.shield_by(&WriteBatch::default(), group, now)
    }

    fn shield_by(&self, writes: &WriteBatch, home: &GroupId, now: Timestamp) -> Result<ShieldView, Fault> {
        let off = ShieldView { is_on: false, until: None };
        if let Some(is_on) = self.private.get(home).and_then(|private| private.shield) {
            return Ok(ShieldView { is_on, ..off });
        }
        let until = self.groups.get(home).and_then(Group::entered).map(shield_end);
        let until = until.filter(|until| now < *until && self.is_shielding);
        match until {
            Some(until) if !self.is_there_for_others(writes, home)? => {
                Ok(ShieldView { is_on: true, until: Some(until) })
            }
            Some(_) | None => Ok(off),
        }
    }

    /// Says whether this member serves in a way that others have to be able to write to them. The rank of member is none: most
    /// have it from their first evening on.
    fn is_there_for_others(&self, writes: &WriteBatch, home: &GroupId) -> Result<bool, Fault> {
        let Ok(own) = self.own_identity(home) else { return Ok(false) };
        let rank = self.groups.get(home).and_then(|group| group.rank_of(&own));
        Ok(rank.is_some_and(|role| role >= Role::Servant) || self.may_greet(writes, home, &own)?)
    }

    /// Takes note of what a message in a pair says of the two. Says whether it waits until this member wants to hear its author.
    pub(super) fn note_private(
        &mut self,
        mv: &mut Move,
        home: &GroupId,
        pair: &GroupId,
        message: &Message,
        is_held: bool,
    ) -> Result<bool, Fault> {
        let Some(group) = self.groups.get(pair).filter(|group| group.home() == Some(*home)) else {
            return Ok(false);
        };
        let is_mine = message.fields().author == group.device().public();
        let partner = group.partner();
        let who = partner.and_then(|partner| self.groups.get(home)?.person_of(&partner));
        let Some(who) = who else { return Ok(false) };
        let content = message.content();
        self.follow_sponsor(mv, home, &who, message, &content, is_mine)?;
        if is_mine {
            if content.invites_an_answer() && !is_held {
                self.let_in(mv, home, &who)?;
            }
            return Ok(false);
        }
        let passes = content.passes_shield() || !content.rules().is_listed;
        if passes || self.is_report_for_me(Some(&mv.gathered.writes), home, &content)? {
            return Ok(false);
        }
        self.waits(mv, home, &who)
    }

    /// Says whether somebody's words wait, and notes that they do.
    fn waits(&mut self, mv: &mut Move, home: &GroupId, who: &IdentityId) -> Result<bool, Fault> {
        let door = self.private.get(home).map(|private| private.door(who)).unwrap_or_default();
        match door {
            Door::Open => Ok(false),
            Door::Waits { .. } | Door::Ignored => Ok(true),
            Door::Unasked => {
                let is_on = self.shield_by(&mv.gathered.writes, home, mv.now)?.is_on;
                if !is_on || self.may_greet(&mv.gathered.writes, home, who)? {
                    return Ok(false);
                }
                let since = mv.now;
                self.change_ties(mv, home, who, |ties| ties.door = Door::Waits { since })?;
                Ok(true)
            }
        }
    }

    /// Hears whom the group has made a greeter since they wrote.
    pub(super) fn hear_greeters(&mut self, mv: &mut Move) -> Result<(), Fault> {
        let changed = mv.gathered.notices.iter().filter_map(|notice| match notice {
            Notice::Object { group, .. } | Notice::People { group } => Some(*group),
            _ => None,
        });
        let changed: std::collections::BTreeSet<GroupId> = changed.collect();
        for home in changed {
            let waits = self.private.get(&home).into_iter().flat_map(Private::people);
            let waits = waits.filter(|(_, ties)| matches!(ties.door, Door::Waits { .. }));
            let waits: Vec<IdentityId> = waits.map(|(who, _)| *who).collect();
            for who in waits {
                if self.may_greet(&mv.gathered.writes, &home, &who)? {
                    self.let_in(mv, &home, &who)?;
                }
            }
        }
        Ok(())
    }

    fn may_greet(&self, writes: &WriteBatch, home: &GroupId, who: &IdentityId) -> Result<bool, Fault> {
        match self.groups.get(home) {
            Some(group) => group.may_greet(&self.store, writes, who),
            None => Ok(false),
        }
    }

    /// Opens the door for somebody: what waited is shown, and comes to those who follow.
    pub(super) fn let_in(&mut self, mv: &mut Move, home: &GroupId, who: &IdentityId) -> Result<(), Fault> {
        self.change_ties(mv, home, who, |ties| ties.door = Door::Open)?;
        let (Some(group), Some(timeline)) = (self.groups.get(home), self.timelines.get_mut(home)) else {
            return Ok(());
        };
        let is_theirs = |device: &_| group.person_of(device) == Some(*who);
        let came = timeline.let_in(&mut mv.gathered.writes, is_theirs)?;
        self.announce(mv, home, came)
    }

    /// Opens the door for whom an own message went to that was held back until now.
    pub(super) fn note_released(
        &mut self,
        mv: &mut Move,
        pair: &GroupId,
        id: &MessageId,
    ) -> Result<(), Fault> {
        let Some((home, partner)) =
            self.groups.get(pair).and_then(|pair| Some((pair.home()?, pair.partner()?)))
        else {
            return Ok(());
        };
        let who = self.groups.get(&home).and_then(|home| home.person_of(&partner));
        let message = self.read_message(Some(&mv.gathered.writes), pair, id)?;
        match who.filter(|_| message.content().invites_an_answer()) {
            Some(who) => self.let_in(mv, &home, &who),
            None => Ok(()),
        }
    }

    /// Changes how somebody stands to this member, and tells clients that something did, unless it is about somebody blocked.
    pub(super) fn change_ties(
        &mut self,
        mv: &mut Move,
        home: &GroupId,
        who: &IdentityId,
        change: impl FnOnce(&mut Ties),
    ) -> Result<(), Fault> {
        let Some(private) = self.private.get_mut(home) else { return Ok(()) };
        let was_blocked = private.is_blocked(who);
        let changed = private.change(&mut mv.gathered.writes, home, who, change)?;
        if changed && !(was_blocked && private.is_blocked(who)) {
            mv.gathered.notices.insert(Notice::Private { group: *home });
        }
        Ok(())
    }

    /// Tells clients of messages that became visible, as far as this member is to see them.
    pub(super) fn announce(
        &self,
        mv: &mut Move,
        home: &GroupId,
        visible: Vec<MessageId>,
    ) -> Result<(), Fault> {
        let Some(timeline) = self.timelines.get(home) else { return Ok(()) };
        let waits = |id: &MessageId| timeline.entry(id).is_some_and(|entry| entry.part == Part::Request);
        for id in visible {
            let Some(entry) = timeline.entry(&id) else { continue };
            let is_quiet = waits(&id) || entry.about.is_some_and(|about| waits(&about));
            if !is_quiet && !self.is_aside(Some(&mv.gathered.writes), home, &id, &entry)? {
                mv.gathered.notices.insert(Notice::Message { group: *home, id });
            }
        }
        Ok(())
    }

    /// Says whether a block hides a message.
    pub(super) fn is_aside(
        &self,
        writes: Option<&WriteBatch>,
        home: &GroupId,
        id: &MessageId,
        entry: &Entry,
    ) -> Result<bool, Fault> {
        let (Some(group), Some(private)) = (self.groups.get(home), self.private.get(home)) else {
            return Ok(false);
        };
        if entry.is_mine || !private.has_blocks() {
            return Ok(false);
        }
        let author = group.person_of(&entry.order.author);
        if !author.is_some_and(|author| private.is_blocked(&author)) {
            return Ok(false);
        }
        let content = self.read_message(writes, &entry.group, id)?.content();
        let is_for_all = content.is_alarm() && entry.group == *home;
        Ok(!is_for_all && !self.is_report_for_me(writes, home, &content)?)
    }

    /// Refuses to write to somebody whose answer would not be seen.
    pub(super) fn refuse_blocked(&self, home: &GroupId, member: &MemberId) -> Result<(), OperationError> {
        self.refuse_blocked_person(home, &self.person(home, member)?)
    }

    pub(super) fn refuse_blocked_person(
        &self,
        home: &GroupId,
        who: &IdentityId,
    ) -> Result<(), OperationError> {
        let is_blocked = self.private.get(home).is_some_and(|private| private.is_blocked(who));
        if is_blocked { Err(OperationError::Blocked) } else { Ok(()) }
    }

    /// Returns who a member is, also if no longer in the group.
    pub(super) fn person(&self, group: &GroupId, member: &MemberId) -> Result<IdentityId, OperationError> {
        let home = self.groups.get(group).filter(|home| home.home().is_none());
        let home = home.ok_or(OperationError::UnknownGroup)?;
        home.identity_of(member).ok_or(OperationError::UnknownMember)
    }

    /// Reads a message that is in the timeline, also if this step brought it.
    pub(super) fn read_message(
        &self,
        writes: Option<&WriteBatch>,
        group: &GroupId,
        id: &MessageId,
    ) -> Result<Message, Fault> {
        let key = Key::new(Class::Message, &group.0, &id.0);
        let pending = writes.and_then(|writes| writes.pending(&key));
        let message = match pending {
            Some(Some(bytes)) => Message::parse(bytes),
            Some(None) => return Err(Fault::Bug("an indexed message is being deleted")),
            None => {
                let bytes = self.store.get(&key)?;
                Message::parse(&bytes.ok_or(Fault::Bug("an indexed message is not stored"))?)
            }
        };
        message.map_err(|_| Fault::Bug("a stored message cannot be parsed"))
    }

    /// Says whether a content is a report that this member is among those to read.
    fn is_report_for_me(
        &self,
        writes: Option<&WriteBatch>,
        home: &GroupId,
        content: &Content,
    ) -> Result<bool, Fault> {
        match (content, self.groups.get(home)) {
            (Content::Report(_), Some(group)) => group.reads_reports(&self.store, writes),
            _ => Ok(false),
        }
    }
}

/// When the shield of who came in then ends by itself.
fn shield_end(entered: Timestamp) -> Timestamp {
    entered.plus_ms(u64::from(limits::SHIELD_DAYS) * MS_PER_DAY)
}
