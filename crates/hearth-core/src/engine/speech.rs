//! What this member says, and does to what was said: answers, signs, other words, taking back.
//!
//! Owns whom something goes to, and what an author may do to an own message. PROTOCOL section 10.

use std::collections::BTreeSet;

use super::{Engine, Move, Recipient, Step};
use crate::content::{CircleId, Content, Direct, Edit, Feedback, Reaction, Reply, Retract, Share};
use crate::error::{Fault, OperationError};
use crate::group::Group;
use crate::ids::{DeviceId, GroupId, MemberId, MessageId, Timestamp};
use crate::keys::KeyLayer;
use crate::limits;
use crate::message::Message;
use crate::store::{Class, Key, ReadStore};
use crate::timeline::{Entry, Part, gone};

/// How something is to go out.
#[derive(Clone, Copy, Debug, Default)]
pub struct Sending<'a> {
    /// Milliseconds during which it can be undone, and nothing of it leaves; at most [`limits::HOLD_MS_MAX`].
    pub hold_ms: u64,
    /// The client's name for this wish: what was granted before is not done twice.
    pub request: Option<&'a str>,
}

impl<S: ReadStore, K: KeyLayer> Engine<S, K> {
    /// Writes a text to the group or, privately, to somebody. When the step is on disk it is safely kept: it is sent as
    /// soon as somebody can be reached. A request id that was granted before returns the first message.
    ///
    /// # Errors
    /// As [`Engine::say`].
    pub fn send_text(
        &mut self,
        group: GroupId,
        recipient: Recipient,
        text: &str,
        request: Option<&str>,
        now: Timestamp,
    ) -> Result<Step<'_, S, MessageId, K>, OperationError> {
        let content = match recipient {
            Recipient::Group => Content::Share(Share::plain(text)),
            Recipient::Member(_) => Content::Direct(Direct { text: text.to_owned() }),
        };
        let members: &[MemberId] = match &recipient {
            Recipient::Group => &[],
            Recipient::Member(member) => std::slice::from_ref(member),
        };
        self.say(group, members, content, Sending { hold_ms: 0, request }, now)
    }

    /// Says something to the group or, if `members` are named, to each of these privately. Returns the message; of several,
    /// the one that stands for all.
    ///
    /// # Errors
    /// [`OperationError::TextEmpty`], [`OperationError::TextTooLong`], [`OperationError::OutOfBounds`],
    /// [`OperationError::Unfitting`],
    /// [`OperationError::UnknownMember`], [`OperationError::KeysMissing`], [`OperationError::Oneself`], and as for every act
    /// in a group.
    pub fn say(
        &mut self,
        group: GroupId,
        members: &[MemberId],
        content: Content,
        sending: Sending<'_>,
        now: Timestamp,
    ) -> Result<Step<'_, S, MessageId, K>, OperationError> {
        self.speak(sending, now, |engine, mv, until| {
            check(&content)?;
            // Whom these go to is not the caller's to say.
            let is_set = matches!(
                content,
                Content::SponsorAsk(_)
                    | Content::SponsorAccept(_)
                    | Content::SponsorEnd(_)
                    | Content::Report(_)
            );
            let rules = content.rules();
            let fits = rules.is_listed && rules.about.is_none() && rules.place.holds(!members.is_empty());
            if is_set || !fits {
                return Err(OperationError::Unfitting(NOT_FOR_THEM));
            }
            let members: Vec<MemberId> =
                members.iter().copied().collect::<BTreeSet<_>>().into_iter().collect();
            match members.as_slice() {
                [] => engine.act(mv, &group, |group, turn| group.write(turn, &content, until)),
                [member] => engine.write_to(mv, &group, member, &content, until),
                several => engine.write_to_circle(mv, &group, several, content, until),
            }
        })
    }

    /// Answers somebody's words: in front of all if these are a thread and it is not to be private, to their author alone
    /// otherwise.
    ///
    /// # Errors
    /// [`OperationError::UnknownMessage`], and as [`Engine::say`].
    pub fn reply(
        &mut self,
        group: GroupId,
        about: MessageId,
        text: &str,
        is_private: bool,
        sending: Sending<'_>,
        now: Timestamp,
    ) -> Result<Step<'_, S, MessageId, K>, OperationError> {
        let content = Content::Reply(Reply { about, text: text.to_owned() });
        self.speak(sending, now, |engine, mv, until| {
            check(&content)?;
            if !is_private && engine.is_thread(&group, &about)? {
                return engine.act(mv, &group, |group, turn| group.write(turn, &content, until));
            }
            let author = engine.partner_in(&group, &about)?;
            engine.write_to(mv, &group, &author, &content, until)
        })
    }

    /// Gives the author of something a sign that nobody else sees.
    ///
    /// # Errors
    /// [`OperationError::UnknownMessage`], [`OperationError::Unfitting`], and as
    /// [`Engine::say`].
    pub fn react(
        &mut self,
        group: GroupId,
        about: MessageId,
        reaction: Reaction,
        request: Option<&str>,
        now: Timestamp,
    ) -> Result<Step<'_, S, MessageId, K>, OperationError> {
        self.speak(Sending { hold_ms: 0, request }, now, |engine, mv, until| {
            let (entry, message) = engine.known(&group, &about)?;
            if reaction == Reaction::Celebrate && !matches!(message.content(), Content::Milestone(_)) {
                return Err(OperationError::Unfitting("only a milestone is celebrated"));
            }
            let author = engine.member_of(&group, &entry.order.author)?;
            engine.write_to(mv, &group, &author, &Content::Feedback(Feedback { about, reaction }), until)
        })
    }

    /// Puts other words in the place of own ones that are not older than [`limits::EDIT_MS_MAX`].
    ///
    /// # Errors
    /// [`OperationError::UnknownMessage`], [`OperationError::NotYours`], [`OperationError::TooLate`], and as
    /// [`Engine::say`].
    pub fn edit(
        &mut self,
        group: GroupId,
        about: MessageId,
        text: &str,
        request: Option<&str>,
        now: Timestamp,
    ) -> Result<Step<'_, S, MessageId, K>, OperationError> {
        self.speak(Sending { hold_ms: 0, request }, now, |engine, mv, _| {
            let (entry, message) = engine.own(&group, &about)?;
            if message.content().words().is_empty() {
                return Err(OperationError::Unfitting("there are no words to change"));
            }
            if now > entry.order.clock.plus_ms(limits::EDIT_MS_MAX) {
                return Err(OperationError::TooLate);
            }
            engine.amend(mv, &group, &about, |about| Content::Edit(Edit { about, text: text.to_owned() }))
        })
    }

    /// Takes back something of one's own: nobody whose machine hears of it shows it any more.
    ///
    /// # Errors
    /// [`OperationError::UnknownMessage`], [`OperationError::NotYours`], and as for every act in a group.
    pub fn retract(
        &mut self,
        group: GroupId,
        about: MessageId,
        now: Timestamp,
    ) -> Result<Step<'_, S, (), K>, OperationError> {
        self.wish(now, |engine, mv| {
            let (_, message) = engine.own(&group, &about)?;
            if engine.undo_held(mv, &group, &about) {
                return Ok(());
            }
            if matches!(
                message.content(),
                Content::SponsorAsk(_) | Content::SponsorAccept(_) | Content::SponsorEnd(_)
            ) {
                return Err(OperationError::Unfitting(
                    "what stands between sponsor and sponsee is ended, not taken back",
                ));
            }
            engine.amend(mv, &group, &about, |about| Content::Retract(Retract { about })).map(|_| ())
        })
    }

    /// Undoes what is held back: nothing of it has left, and nothing stays.
    ///
    /// # Errors
    /// [`OperationError::UnknownMessage`], [`OperationError::NotYours`], [`OperationError::TooLate`] if it has gone out.
    pub fn undo(
        &mut self,
        group: GroupId,
        id: MessageId,
        now: Timestamp,
    ) -> Result<Step<'_, S, (), K>, OperationError> {
        self.wish(now, |engine, mv| {
            engine.own(&group, &id)?;
            if engine.undo_held(mv, &group, &id) { Ok(()) } else { Err(OperationError::TooLate) }
        })
    }

    /// Runs a wish to say something, once for each request.
    pub(super) fn speak(
        &mut self,
        sending: Sending<'_>,
        now: Timestamp,
        act: impl FnOnce(&mut Self, &mut Move, Option<Timestamp>) -> Result<MessageId, OperationError>,
    ) -> Result<Step<'_, S, MessageId, K>, OperationError> {
        self.wish(now, |engine, mv| {
            if let Some(known) = sending.request.and_then(|request| engine.requests.find(request)) {
                return Ok(MessageId(known));
            }
            if sending.hold_ms > limits::HOLD_MS_MAX {
                return Err(OperationError::OutOfBounds("the time to undo"));
            }
            let id = act(engine, mv, (sending.hold_ms > 0).then(|| now.plus_ms(sending.hold_ms)))?;
            if let Some(request) = sending.request {
                engine.requests.remember(&mut mv.gathered.writes, request, id.0)?;
            }
            Ok(id)
        })
    }

    pub(super) fn write_to(
        &mut self,
        mv: &mut Move,
        home: &GroupId,
        member: &MemberId,
        content: &Content,
        until: Option<Timestamp>,
    ) -> Result<MessageId, OperationError> {
        self.refuse_blocked(home, member)?;
        let pair = self.pair_with(mv, home, member)?;
        self.act(mv, &pair, |pair, turn| pair.write(turn, content, until))
    }

    pub(super) fn write_to_circle(
        &mut self,
        mv: &mut Move,
        home: &GroupId,
        members: &[MemberId],
        content: Content,
        until: Option<Timestamp>,
    ) -> Result<MessageId, OperationError> {
        if members.len() > limits::CIRCLE_MAX {
            return Err(OperationError::TooMany("people in a circle"));
        }
        let content =
            content.in_circle(CircleId(self.rng.bytes())).ok_or(OperationError::Unfitting(NOT_FOR_THEM))?;
        // Nothing is written to anybody if somebody cannot be written to.
        for member in members {
            self.refuse_blocked(home, member)?;
            self.check_partner(home, member)?;
        }
        let written = members.iter().map(|member| self.write_to(mv, home, member, &content, until));
        let written: Vec<MessageId> = written.collect::<Result<_, _>>()?;
        written.into_iter().min().ok_or(OperationError::UnknownMember)
    }

    /// Says something about an own message wherever that stands: in the group, or in each pair of its circle.
    fn amend(
        &mut self,
        mv: &mut Move,
        home: &GroupId,
        about: &MessageId,
        content: impl Fn(MessageId) -> Content,
    ) -> Result<MessageId, OperationError> {
        let copies = self.timelines.get(home).map(|timeline| timeline.circle_of(about)).unwrap_or_default();
        check(&content(*about))?;
        let mut amend = |(id, entry): (MessageId, Entry)| {
            // Of what is held back nothing leaves, other words for it neither.
            let outgoing = self.timelines.get(home).and_then(|timeline| timeline.outgoing(&id));
            let until = outgoing.and_then(|outgoing| outgoing.held_until);
            self.act(mv, &entry.group, |group, turn| group.write(turn, &content(id), until))
        };
        let amended: Vec<MessageId> = copies.into_iter().map(&mut amend).collect::<Result<_, _>>()?;
        amended.into_iter().min().ok_or(OperationError::UnknownMessage)
    }

    /// Forgets an own message, and all of its circle, if nothing of them has left.
    fn undo_held(&mut self, mv: &mut Move, home: &GroupId, id: &MessageId) -> bool {
        let Some(timeline) = self.timelines.get(home) else { return false };
        let copies = timeline.circle_of(id);
        let is_held = |id: &MessageId| timeline.outgoing(id).is_some_and(|out| out.held_until.is_some());
        if copies.is_empty() || !copies.iter().all(|(id, _)| is_held(id)) {
            return false;
        }
        for (id, _) in copies {
            self.forget_message(mv, home, &id, false);
        }
        true
    }

    /// Forgets a message and what is about it.
    pub(super) fn forget_message(
        &mut self,
        mv: &mut Move,
        home: &GroupId,
        id: &MessageId,
        is_for_good: bool,
    ) {
        let Some(timeline) = self.timelines.get_mut(home) else { return };
        let edits = timeline.about(id, Part::Edit).into_iter();
        let signs = timeline.about(id, Part::Feedback).into_iter();
        let about: Vec<MessageId> = edits.chain(signs).map(|(id, _)| id).collect();
        for id in about.iter().chain([id]) {
            if let Some(private) = self.private.get_mut(home) {
                private.forget_note(&mut mv.gathered.writes, home, id);
            }
            if let Some(entry) = timeline.forget(&mut mv.gathered.writes, id, is_for_good)
                && let Some(group) = self.groups.get_mut(&entry.group)
            {
                group.drop_message(id);
                if let Some(alarms) = self.alarms.get_mut(home).filter(|_| entry.part == Part::Alarm) {
                    alarms.forget(&mut mv.gathered.writes, id);
                }
            }
        }
    }

    /// Takes back what a message says that its author takes back, whichever of the two came first.
    pub(super) fn follow_retraction(
        &mut self,
        mv: &mut Move,
        home: &GroupId,
        message: &Message,
    ) -> Result<(), Fault> {
        let Some(timeline) = self.timelines.get(home) else { return Ok(()) };
        let about = match message.content() {
            Content::Retract(retract) => retract.about,
            _ => message.id(),
        };
        let Some(entry) = timeline.entry(&about) else { return Ok(()) };
        let retractions = timeline.about(&about, Part::Retract);
        if retractions.iter().any(|(_, later)| self.amends(home, &entry, later)) {
            // Its retraction is remembered longer than any copy of it travels.
            self.forget_message(mv, home, &about, false);
        }
        Ok(())
    }

    /// Says whether a message may change an earlier one: the same person wrote both, and where the first one stands.
    pub(super) fn amends(&self, home: &GroupId, entry: &Entry, later: &Entry) -> bool {
        let Some(group) = self.groups.get(home) else { return false };
        let (author, amender) = (&entry.order.author, &later.order.author);
        let is_same_person = author == amender
            || group.author_of(author).is_some_and(|member| group.author_of(amender) == Some(member));
        let is_private = |entry: &Entry| entry.group != *home;
        let can_be = !matches!(entry.part, Part::Edit | Part::Retract);
        can_be && is_same_person && is_private(entry) == is_private(later)
    }

    /// Says whether a message was here, and is forgotten for good.
    pub(super) fn is_gone(&self, mv: &Move, home: &GroupId, id: &MessageId) -> Result<bool, Fault> {
        let key = gone(home, id);
        match mv.gathered.writes.pending(&key) {
            Some(pending) => Ok(pending.is_some()),
            None => Ok(self.store.get(&key)?.is_some()),
        }
    }

    /// Returns a message that is shown.
    fn known(&self, home: &GroupId, id: &MessageId) -> Result<(Entry, Message), OperationError> {
        let entry = self.timelines.get(home).ok_or(OperationError::UnknownGroup)?.entry(id);
        let entry = entry.filter(|entry| !entry.is_hidden && entry.part == Part::Words);
        let entry = entry.ok_or(OperationError::UnknownMessage)?;
        let bytes = self.store.get(&Key::new(Class::Message, &entry.group.0, &id.0))?;
        let bytes = bytes.ok_or(OperationError::Bug("an indexed message is not stored"))?;
        let message =
            Message::parse(&bytes).map_err(|_| OperationError::Bug("a stored message cannot be parsed"))?;
        Ok((entry, message))
    }

    /// Returns a message of this device's own.
    fn own(&self, home: &GroupId, id: &MessageId) -> Result<(Entry, Message), OperationError> {
        let (entry, message) = self.known(home, id)?;
        if entry.is_mine { Ok((entry, message)) } else { Err(OperationError::NotYours) }
    }

    fn is_thread(&self, home: &GroupId, id: &MessageId) -> Result<bool, OperationError> {
        let (_, message) = self.known(home, id)?;
        Ok(matches!(message.content(), Content::Share(share) if share.is_thread))
    }

    /// Returns whom a private answer to a message goes to: its author; the other one, if it is an own message in a pair.
    fn partner_in(&self, home: &GroupId, id: &MessageId) -> Result<MemberId, OperationError> {
        let (entry, _) = self.known(home, id)?;
        let is_own = self.groups.get(home).is_some_and(|group| group.is_own(&entry.order.author));
        let partner = self.groups.get(&entry.group).and_then(Group::partner).filter(|_| is_own);
        self.member_of(home, &partner.unwrap_or(entry.order.author))
    }

    fn member_of(&self, home: &GroupId, device: &DeviceId) -> Result<MemberId, OperationError> {
        let group = self.groups.get(home).ok_or(OperationError::UnknownGroup)?;
        group.resolution().member_of(device).map(|(id, _)| *id).ok_or(OperationError::UnknownMember)
    }
}

const NOT_FOR_THEM: &str = "that kind of message is not for those whom it is to go to";

pub(super) fn check(content: &Content) -> Result<(), OperationError> {
    let bytes = content.words().len();
    if bytes > limits::TEXT_BYTES_MAX {
        return Err(OperationError::TextTooLong { bytes, max: limits::TEXT_BYTES_MAX });
    }
    let has_words = matches!(
        content,
        Content::Share(_)
            | Content::Direct(_)
            | Content::Reply(_)
            | Content::Edit(_)
            | Content::Shown(_)
            | Content::Report(_)
    );
    if has_words && bytes == 0 {
        return Err(OperationError::TextEmpty);
    }
    if content.is_in_bounds() { Ok(()) } else { Err(OperationError::OutOfBounds("content")) }
}
