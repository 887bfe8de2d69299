//! Calls for help: raising, answering and closing one, opening stages when their time has come, and what can be looked at.
//!
//! Owns who is asked when, and who hears an answer. When a stage opens, and which answer holds, is `crate::alarms`'. PROTOCOL
//! section 14.

use std::collections::BTreeSet;

use super::{Engine, Move, Step};
use crate::alarms::{self, Alarm, Alarms, Heard, Hearing, Hold, Ladder, Owed, Quiet};
use crate::content::body::Body;
use crate::content::{Answer, Content, Ending, Help, Sos, SosAnswer, SosClose, SosReached, Trouble, sos};
use crate::error::{Fault, LoadError, OperationError};
use crate::ids::{DeviceId, GroupId, IdentityId, MS_PER_DAY, MemberId, MessageId, PeerId, SosId, Timestamp};
use crate::keys::KeyLayer;
use crate::limits;
use crate::store::ReadStore;
use crate::timeline::Part;
use crate::turn::Notice;

/// A call for help, as its author makes it.
#[derive(Clone, Copy)]
pub struct Raise<'a> {
    /// What it is.
    pub trouble: Trouble,
    /// What would help.
    pub help: Help,
    /// The author's words; may be empty.
    pub text: &'a str,
    /// Whether it is a drill.
    pub is_drill: bool,
    /// Whether the group may be asked, also if that was not agreed beforehand.
    pub asks_group: bool,
    /// The client's name for this call.
    pub request: Option<&'a str>,
}

/// What came of raising a call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Raised {
    /// The call.
    pub id: SosId,
    /// Who cannot be written to yet, since their nodes' keys are not here: they are asked as soon as these come.
    pub unreachable: Vec<MemberId>,
}

/// A stage of an own call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StageView {
    /// When it opens, unless somebody answers.
    pub opens: Timestamp,
    /// Who is asked; empty if the group is, and for who is no longer in it.
    pub asked: Vec<MemberId>,
    /// Whether the group is asked.
    pub is_group: bool,
}

/// Somebody's last answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AnswerView {
    /// Who, if they are still in the group.
    pub member: Option<MemberId>,
    /// The pseudonym.
    pub name: String,
    /// What they do.
    pub answer: Answer,
    /// Who is asked instead, of [`Answer::HandedTo`], if they are still in the group.
    pub handed_to: Option<MemberId>,
    /// When they said so, by their clock.
    pub at: Timestamp,
    /// Until when nobody else needs to ring.
    pub until: Option<Timestamp>,
}

/// A call for help.
#[derive(Clone, PartialEq, Eq)]
pub struct SosView {
    /// Its id.
    pub id: SosId,
    /// Who asks, if they are still in the group.
    pub author: Option<MemberId>,
    /// The pseudonym.
    pub author_name: String,
    /// Whether it is this member's own.
    pub is_mine: bool,
    /// Whether it is a drill.
    pub is_drill: bool,
    /// What it is.
    pub trouble: Trouble,
    /// What would help.
    pub help: Help,
    /// The author's words.
    pub text: String,
    /// When, by the author's clock.
    pub at: Timestamp,
    /// How it ended; `None` while it is open.
    pub ending: Option<Ending>,
    /// Of somebody else's that has ended: whether it was over before this node could show it.
    pub is_missed: bool,
    /// Everybody's last answer, in the order in which they came.
    pub answers: Vec<AnswerView>,
    /// Whose "calling" or "coming" counts: everywhere the same.
    pub holder: Option<MemberId>,
    /// Whether others still have to be asked.
    pub hold: Hold,
    /// Of an own one: its stages, by their time.
    pub stages: Vec<StageView>,
    /// Of an own one: on whose device it is shown, as those devices say.
    pub reached: Vec<MemberId>,
    /// Of an own one: how many devices have said that they have some of it on their disk.
    pub passed_on: usize,
    /// Of an own one: whether it was so long without an answer that the crisis lines are to be shown again.
    pub is_late: bool,
}

// What people write never reaches a log by way of a derived Debug.
impl std::fmt::Debug for SosView {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SosView(..)")
    }
}

/// When somebody is on call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OnCallView {
    /// Who.
    pub member: MemberId,
    /// The pseudonym.
    pub name: String,
    /// From when.
    pub from: Timestamp,
    /// Until when.
    pub until: Timestamp,
}

/// Who may be asked on the nights to come.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Coverage {
    /// Who is on call, by its beginning.
    pub on_call: Vec<OnCallView>,
    /// Who may be asked at any time, by their own word in the list of phones.
    pub any_time: Vec<MemberId>,
    /// When nobody is on call in the [`limits::COVERAGE_DAYS`] days to come, and nobody may be asked at any time.
    pub gaps: Vec<(Timestamp, Timestamp)>,
}

impl<S: ReadStore, K: KeyLayer> Engine<S, K> {
    /// Raises a call for help: writes all its stages at once. Nobody's node shows it for [`limits::SOS_UNDO_S`] seconds.
    ///
    /// # Errors
    /// [`OperationError::NobodyToAsk`] if there is nobody in the group that it could go to, [`OperationError::OutOfBounds`], and as for every
    /// act in a group.
    pub fn raise_sos(
        &mut self,
        group: GroupId,
        raise: Raise<'_>,
        now: Timestamp,
    ) -> Result<Step<'_, S, Raised, K>, OperationError> {
        self.wish(now, |engine, mv| {
            if let Some(known) = raise.request.and_then(|request| engine.requests.find(request)) {
                return Ok(Raised { id: SosId(known), unreachable: Vec::new() });
            }
            let raised = engine.write_stages(mv, &group, &raise)?;
            if let Some(request) = raise.request {
                engine.requests.remember(&mut mv.gathered.writes, request, raised.id.0)?;
            }
            Ok(raised)
        })
    }

    fn write_stages(
        &mut self,
        mv: &mut Move,
        home: &GroupId,
        raise: &Raise<'_>,
    ) -> Result<Raised, OperationError> {
        let own = self.own_identity(home)?;
        let asked = self.asked(home, mv.now)?;
        let is_group = raise.asks_group || self.ladder_of(home).is_group;
        let can_be_asked = |member: &MemberId| match self.check_partner(home, member) {
            Ok(()) => Ok(true),
            Err(OperationError::KeysMissing) => Ok(false),
            Err(error) => Err(error),
        };
        let mut unreachable: Vec<(MemberId, IdentityId, u32)> = Vec::new();
        let mut reachable: Vec<(MemberId, IdentityId, u32)> = Vec::new();
        for (member, wait_s) in asked {
            let Some(identity) = self.identity_of(home, &member) else { continue };
            let people = if can_be_asked(&member)? { &mut reachable } else { &mut unreachable };
            people.push((member, identity, wait_s));
        }
        if reachable.is_empty() && unreachable.is_empty() && !is_group {
            return Err(OperationError::NobodyToAsk);
        }
        let stage = Sos {
            salt: self.rng.bytes(),
            wait_s: limits::SOS_UNDO_S,
            trouble: raise.trouble,
            help: raise.help,
            text: raise.text.to_owned(),
            is_drill: raise.is_drill,
            people: reachable.iter().chain(&unreachable).map(|(_, identity, _)| *identity).collect(),
            is_group,
        };
        if !Content::Sos(stage.clone()).is_in_bounds() {
            return Err(OperationError::OutOfBounds("the words of a call for help"));
        }
        let wait = |wait_s: u32| if raise.trouble.is_urgent() { limits::SOS_UNDO_S } else { wait_s };
        for (member, _, wait_s) in &reachable {
            let content = Content::Sos(Sos { wait_s: wait(*wait_s), ..stage.clone() });
            self.write_to(mv, home, member, &content, None)?;
        }
        if is_group {
            let content = Content::Sos(Sos { wait_s: wait(limits::SOS_GROUP_S), ..stage.clone() });
            self.act(mv, home, |group, turn| group.write(turn, &content, None))?;
        }
        let id = sos::id_of(&own, &stage.salt);
        let is_on_disk = is_group || !reachable.is_empty();
        for (_, identity, wait_s) in &unreachable {
            // The words are those of the other stages, if there are any.
            let text = if is_on_disk { String::new() } else { stage.text.clone() };
            let content = Sos { wait_s: wait(*wait_s), text, ..stage.clone() };
            self.owe(mv, home, (id, *identity), Owed { content: Content::Sos(content), said: mv.now })?;
        }
        Ok(Raised { id, unreachable: unreachable.into_iter().map(|(member, _, _)| member).collect() })
    }

    /// Who is asked privately, and after how many seconds: first whom the member picked, then those on call and those who may
    /// be asked at any time, by what they said to all or to this member alone.
    fn asked(&self, home: &GroupId, now: Timestamp) -> Result<Vec<(MemberId, u32)>, Fault> {
        let own = self.groups.get(home).and_then(|group| group.author_of(&group.device().public()));
        let (mut first, _) = self.ladder(home);
        first.extend(self.sponsors(home));
        let coverage = self.coverage(home, now)?;
        let soon = now.plus_ms(u64::from(limits::SOS_ON_CALL_S) * 1000);
        let on_call = coverage.on_call.iter().filter(|turn| turn.from <= soon && turn.until > now);
        // Whoever said it to this member alone comes before whoever said it to all.
        let second: Vec<MemberId> = on_call
            .map(|turn| turn.member)
            .chain(self.any_time_for_me(home)?)
            .chain(coverage.any_time.iter().copied())
            .collect();
        // Whose answer would not be seen is not asked.
        let blocked = |member: &MemberId| self.refuse_blocked(home, member).is_err();
        let mut seen: BTreeSet<MemberId> = own.into_iter().collect();
        seen.extend(first.iter().chain(&second).copied().filter(blocked));
        first.retain(|member| seen.insert(*member));
        let mut asked: Vec<(MemberId, u32)> =
            first.into_iter().map(|member| (member, limits::SOS_UNDO_S)).collect();
        let second = second.into_iter().filter(|member| seen.insert(*member));
        asked.extend(second.map(|member| (member, limits::SOS_ON_CALL_S)));
        asked.truncate(limits::SOS_PEOPLE_MAX);
        Ok(asked)
    }

    /// Answers somebody's call. Everybody who has it, hears of it.
    ///
    /// # Errors
    /// [`OperationError::UnknownSos`], [`OperationError::Oneself`] for an own one, [`OperationError::UnknownMember`] if it is handed
    /// to somebody who does not have it, and as for every act in a group.
    pub fn answer_sos(
        &mut self,
        group: GroupId,
        id: SosId,
        answer: Answer,
        now: Timestamp,
    ) -> Result<Step<'_, S, (), K>, OperationError> {
        self.wish(now, |engine, mv| {
            let call = engine.shown_call(&group, &id)?;
            if call.is_mine() {
                return Err(OperationError::Oneself);
            }
            if let Answer::HandedTo(whom) = answer {
                let own = engine.own_identity(&group)?;
                let (people, is_group) = audience(call);
                let has_it = people.contains(&whom) || is_group;
                if whom == own
                    || Some(whom) == call.author
                    || !has_it
                    || engine.member_of_identity(&group, &whom).is_none()
                {
                    return Err(OperationError::UnknownMember);
                }
            }
            let content = Content::SosAnswer(SosAnswer { sos: id, answer, said: None });
            engine.tell_all(mv, &group, &id, &content)
        })
    }

    /// Closes an own call. In its first seconds nobody's node has shown it by then.
    ///
    /// # Errors
    /// [`OperationError::UnknownSos`], [`OperationError::NotYours`], and as for every act in a group.
    pub fn close_sos(
        &mut self,
        group: GroupId,
        id: SosId,
        ending: Ending,
        now: Timestamp,
    ) -> Result<Step<'_, S, (), K>, OperationError> {
        self.wish(now, |engine, mv| {
            if engine.forget_unwritten(mv, &group, &id) {
                return Ok(());
            }
            let call = engine.shown_call(&group, &id)?;
            let own = call.first().filter(|(_, first)| first.is_mine);
            let Some(salt) = own.map(|(_, first)| first.sos.salt) else {
                return Err(OperationError::NotYours);
            };
            if call.ending().is_some() {
                return Ok(());
            }
            engine.tell_all(mv, &group, &id, &Content::SosClose(SosClose { salt, ending }))
        })
    }

    pub(super) fn shown_call(&self, home: &GroupId, id: &SosId) -> Result<&Alarm, OperationError> {
        let call = self.alarms.get(home).ok_or(OperationError::UnknownGroup)?.call(id);
        call.filter(|call| call.is_shown()).ok_or(OperationError::UnknownSos)
    }

    /// Tells everybody who has a call something about it: the group, if it has a stage; else those who have one privately.
    fn tell_all(
        &mut self,
        mv: &mut Move,
        home: &GroupId,
        id: &SosId,
        content: &Content,
    ) -> Result<(), OperationError> {
        let call = self.shown_call(home, id)?;
        let (mut people, is_group) = audience(call);
        if is_group {
            return self.act(mv, home, |group, turn| group.write(turn, content, None)).map(|_| ());
        }
        let author = call.author;
        people.extend(author);
        people.remove(&self.own_identity(home)?);
        let mut is_for_somebody = false;
        for identity in people {
            let Some(member) = self.member_of_identity(home, &identity) else { continue };
            let can_be_told =
                self.refuse_blocked(home, &member).and_then(|()| self.check_partner(home, &member));
            match can_be_told {
                Ok(()) => {
                    self.write_to(mv, home, &member, content, None)?;
                    self.owes_nothing(mv, home, (id, &identity));
                }
                Err(OperationError::KeysMissing) => {
                    let owed = Owed { content: content.clone(), said: mv.now };
                    self.owe(mv, home, (*id, identity), owed)?;
                }
                Err(OperationError::Blocked) => continue,
                Err(error) => return Err(error),
            }
            is_for_somebody = true;
        }
        if is_for_somebody { Ok(()) } else { Err(OperationError::NobodyToAsk) }
    }

    /// Keeps whom this member wants asked on a bad night.
    ///
    /// # Errors
    /// [`OperationError::UnknownGroup`], [`OperationError::UnknownMember`], [`OperationError::Oneself`],
    /// [`OperationError::TooMany`], [`OperationError::OutOfBounds`].
    pub fn set_ladder(
        &mut self,
        group: GroupId,
        people: &[MemberId],
        is_group: bool,
        quiet: Option<Quiet>,
        now: Timestamp,
    ) -> Result<Step<'_, S, (), K>, OperationError> {
        self.wish(now, |engine, mv| {
            let own = engine.own_identity(&group)?;
            let mut picked = Vec::new();
            for member in people {
                let identity = engine.identity_of(&group, member).ok_or(OperationError::UnknownMember)?;
                if identity == own {
                    return Err(OperationError::Oneself);
                }
                if !picked.contains(&identity) {
                    picked.push(identity);
                }
            }
            if picked.len() > limits::SOS_PICKED_MAX {
                return Err(OperationError::TooMany("people to be asked first"));
            }
            if quiet.is_some_and(|quiet| !quiet.is_in_bounds()) {
                return Err(OperationError::OutOfBounds("quiet hours"));
            }
            let alarms = engine.alarms.get_mut(&group).ok_or(OperationError::UnknownGroup)?;
            let ladder = Ladder { people: picked, is_group, quiet };
            Ok(alarms.set_ladder(&mut mv.gathered.writes, ladder)?)
        })
    }

    /// Returns when calls do not ring here.
    pub fn quiet_hours(&self, group: &GroupId) -> Option<Quiet> {
        self.ladder_of(group).quiet
    }

    /// Returns whom this member wants asked first, as far as they are still in the group, and whether the group may be asked.
    pub fn ladder(&self, group: &GroupId) -> (Vec<MemberId>, bool) {
        let Ladder { people, is_group, .. } = self.ladder_of(group);
        (people.iter().filter_map(|identity| self.member_of_identity(group, identity)).collect(), is_group)
    }

    fn ladder_of(&self, home: &GroupId) -> Ladder {
        self.alarms.get(home).map(|alarms| alarms.ladder.clone()).unwrap_or_default()
    }

    /// Returns who may be asked in the days to come, and when there is nobody.
    ///
    /// # Errors
    /// [`Fault`] if the store cannot be read.
    pub fn coverage(&self, group: &GroupId, now: Timestamp) -> Result<Coverage, Fault> {
        let end = now.plus_ms(u64::from(limits::COVERAGE_DAYS) * MS_PER_DAY);
        let mut coverage = Coverage::default();
        for view in self.objects(group)? {
            let owner = view.owner.and_then(|owner| self.member_of_identity(group, &owner));
            match (view.body, owner) {
                (Body::Phone(phone), Some(member)) if phone.may_sos => coverage.any_time.push(member),
                (Body::OnCall(turn), Some(member)) if turn.until > now && turn.from < end => {
                    let name = self.name_of(group, &member);
                    coverage.on_call.push(OnCallView { member, name, from: turn.from, until: turn.until });
                }
                (_, _) => {}
            }
        }
        coverage.on_call.sort_by_key(|turn| (turn.from, turn.until, turn.member));
        coverage.any_time.sort();
        if coverage.any_time.is_empty() {
            let mut covered = now;
            for turn in &coverage.on_call {
                if turn.from > covered {
                    coverage.gaps.push((covered, turn.from));
                }
                covered = covered.max(turn.until);
            }
            if covered < end {
                coverage.gaps.push((covered, end));
            }
        }
        Ok(coverage)
    }

    /// Returns the calls for help that are shown here, the newest first.
    ///
    /// # Errors
    /// [`Fault`] if the store cannot be read.
    pub fn sos_calls(&self, group: &GroupId, now: Timestamp) -> Result<Vec<SosView>, Fault> {
        let Some(alarms) = self.alarms.get(group) else { return Ok(Vec::new()) };
        let mut views: Vec<SosView> = alarms
            .unwritten()
            .map(|(id, owed, stage)| self.unwritten_view(group, id, owed.said, stage, now))
            .collect();
        views.sort_by_key(|view| std::cmp::Reverse((view.at, view.id)));
        for (id, call) in alarms.shown() {
            views.extend(self.sos_view(group, id, call, now)?);
        }
        Ok(views)
    }

    /// A call of this member's that nobody could be written to yet.
    fn unwritten_view(
        &self,
        home: &GroupId,
        id: SosId,
        said: Timestamp,
        stage: &Sos,
        now: Timestamp,
    ) -> SosView {
        let group = self.groups.get(home);
        SosView {
            id,
            author: group.and_then(|group| group.author_of(&group.device().public())),
            author_name: group.map(|group| group.own_name().to_owned()).unwrap_or_default(),
            is_mine: true,
            is_drill: stage.is_drill,
            trouble: stage.trouble,
            help: stage.help,
            text: stage.text.clone(),
            at: said,
            ending: None,
            is_missed: false,
            answers: Vec::new(),
            holder: None,
            hold: Hold::Open,
            stages: Vec::new(),
            reached: Vec::new(),
            passed_on: 0,
            is_late: said.plus_ms(limits::SOS_LINES_MS) <= now,
        }
    }

    fn sos_view(
        &self,
        home: &GroupId,
        id: SosId,
        call: &Alarm,
        now: Timestamp,
    ) -> Result<Option<SosView>, Fault> {
        let (Some(group), Some(timeline)) = (self.groups.get(home), self.timelines.get(home)) else {
            return Ok(None);
        };
        let Some((message, first)) = call.first() else { return Ok(None) };
        let Some(entry) = timeline.entry(message) else { return Ok(None) };
        let stored = self.read_message(None, &entry.group, message)?;
        let member = |identity: &IdentityId| self.member_of_identity(home, identity);
        let name = |device: &DeviceId| group.name_of(device).unwrap_or_default().to_owned();
        let mut answers: Vec<AnswerView> = call
            .answers()
            .map(|(who, device, said)| AnswerView {
                member: member(who),
                name: name(device),
                answer: said.answer,
                handed_to: match said.answer {
                    Answer::HandedTo(whom) => member(&whom),
                    Answer::Here | Answer::Calling | Answer::Coming | Answer::Cannot | Answer::Reached => {
                        None
                    }
                },
                at: said.at,
                until: said.lease(),
            })
            .collect();
        answers.sort_by(|one, other| (one.at, &one.name).cmp(&(other.at, &other.name)));
        let mine = call.stages.iter().filter(|(_, stage)| stage.is_mine);
        let mut holders: BTreeSet<PeerId> = BTreeSet::new();
        let mut stages: Vec<StageView> = Vec::new();
        for (id, stage) in mine {
            holders.extend(timeline.outgoing(id).into_iter().flat_map(|outgoing| &outgoing.holders));
            let Some(entry) = timeline.entry(id) else { continue };
            let partner = self.groups.get(&entry.group).and_then(crate::group::Group::partner);
            let asked = partner.and_then(|device| Some(*group.resolution().member_of(&device)?.0));
            let (opens, is_group) = (stage.opens(), entry.group == *home);
            match stages.iter_mut().find(|known| known.opens == opens && !known.is_group && !is_group) {
                Some(known) => known.asked.extend(asked),
                None => stages.push(StageView { opens, asked: asked.into_iter().collect(), is_group }),
            }
        }
        stages.sort_by_key(|stage| (stage.opens, stage.is_group));
        stages.iter_mut().for_each(|stage| stage.asked.sort());
        Ok(Some(SosView {
            id,
            author: call.author.as_ref().and_then(member),
            author_name: name(&first.order.author),
            is_mine: call.is_mine(),
            is_drill: first.sos.is_drill,
            trouble: first.sos.trouble,
            help: first.sos.help,
            text: stored.content().words().to_owned(),
            at: first.order.clock,
            ending: call.ending(),
            is_missed: call.is_missed(),
            answers,
            holder: call.holder(now).as_ref().and_then(member),
            hold: call.hold(),
            stages,
            reached: call.reached.iter().filter_map(member).collect(),
            passed_on: holders.len(),
            is_late: first.is_mine && first.heard.is_told,
        }))
    }

    /// Loads what is known of calls for help.
    pub(super) fn load_alarms(&mut self, home: GroupId) -> Result<(), LoadError> {
        let mut alarms = Alarms::load(&self.store, home)?;
        for (id, heard) in Alarms::records(&self.store, &home)? {
            let entry = self.timelines.get(&home).and_then(|timeline| timeline.entry(&id));
            let Some(entry) = entry.filter(|entry| !entry.is_hidden) else { continue };
            if self.is_aside(None, &home, &id, &entry)? {
                continue;
            }
            let message = self.read_message(None, &entry.group, &id)?;
            if let Some((author, is_mine)) = self.person_behind(&home, &entry.order.author) {
                let own = self.own_identity(&home).ok();
                alarms.hear(&Hearing { message: &message, author, is_mine, heard }, own.as_ref());
            }
        }
        alarms.note_owed_ends();
        alarms.plan_unwritten();
        self.alarms.insert(home, alarms);
        Ok(())
    }

    /// Tells clients of messages that became visible; those about a call for help are heard.
    pub(super) fn hear_visible(
        &mut self,
        mv: &mut Move,
        home: &GroupId,
        visible: Vec<MessageId>,
    ) -> Result<(), Fault> {
        let mut others = Vec::new();
        for id in visible {
            let entry = self.timelines.get(home).and_then(|timeline| timeline.entry(&id));
            match entry.filter(|entry| entry.part == Part::Alarm) {
                // Who is blocked rings with the whole group alone.
                Some(entry) if self.is_aside(Some(&mv.gathered.writes), home, &id, &entry)? => {}
                Some(entry) => self.hear(mv, home, id, &entry.group, &entry.order.author)?,
                None => others.push(id),
            }
        }
        self.announce(mv, home, others)?;
        self.tell_shown(mv, home)
    }

    fn hear(
        &mut self,
        mv: &mut Move,
        home: &GroupId,
        id: MessageId,
        place: &GroupId,
        device: &DeviceId,
    ) -> Result<(), Fault> {
        if self.alarms.get(home).is_some_and(|alarms| alarms.knows(&id)) {
            return Ok(());
        }
        let heard = Heard::new(mv.now);
        alarms::keep(&mut mv.gathered.writes, home, &id, &heard)?;
        let message = self.read_message(Some(&mv.gathered.writes), place, &id)?;
        // Who is out asks nobody, and answers nobody.
        let Some((author, is_mine)) = self.person_behind(home, device) else { return Ok(()) };
        let own = self.own_identity(home).ok();
        let Some(alarms) = self.alarms.get_mut(home) else { return Ok(()) };
        let Some(sos) = alarms.hear(&Hearing { message: &message, author, is_mine, heard }, own.as_ref())
        else {
            return Ok(());
        };
        let Some(call) = alarms.call(&sos) else { return Ok(()) };
        let (is_own, has_ended) = (call.is_mine(), call.ending().is_some());
        if call.is_shown() {
            mv.gathered.notices.insert(Notice::Sos { group: *home, id: sos });
        }
        if has_ended {
            self.shorten(mv, home, &sos)?;
        }
        // Whoever answers is heard from then on.
        match is_own && !is_mine && matches!(message.content(), Content::SosAnswer(_)) {
            true => self.let_in(mv, home, &author),
            false => Ok(()),
        }
    }

    /// What is closed is kept for a few days only.
    fn shorten(&mut self, mv: &mut Move, home: &GroupId, sos: &SosId) -> Result<(), Fault> {
        let until = mv.now.plus_ms(u64::from(limits::SOS_CLOSED_LIFE_DAYS) * MS_PER_DAY);
        let messages = self.alarms.get(home).map(|alarms| alarms.messages_of(sos)).unwrap_or_default();
        let Some(timeline) = self.timelines.get_mut(home) else { return Ok(()) };
        for id in messages {
            if timeline.entry(&id).is_some_and(|entry| entry.fades > until) {
                timeline.keep_until(&mut mv.gathered.writes, id, until)?;
            }
        }
        Ok(())
    }

    /// Opens the stages whose time has come.
    pub(super) fn open_stages(&mut self, mv: &mut Move, home: &GroupId) -> Result<(), Fault> {
        let own = self.own_identity(home).ok();
        let Some(alarms) = self.alarms.get_mut(home) else { return Ok(()) };
        for id in alarms.open_due(&mut mv.gathered.writes, mv.now, own.as_ref())? {
            mv.gathered.notices.insert(Notice::Sos { group: *home, id });
        }
        self.tell_shown(mv, home)
    }

    /// Tells the authors of calls that are shown here that they are. Whoever cannot be written to yet is told later.
    fn tell_shown(&mut self, mv: &mut Move, home: &GroupId) -> Result<(), Fault> {
        let untold = self.alarms.get(home).map(Alarms::untold).unwrap_or_default();
        for id in untold {
            let author =
                self.alarms.get(home).and_then(|alarms| alarms.call(&id)).and_then(|call| call.author);
            let Some(member) = author.and_then(|author| self.member_of_identity(home, &author)) else {
                continue;
            };
            if self.check_partner(home, &member).is_err() {
                continue;
            }
            let content = Content::SosReached(SosReached { sos: id });
            match self.write_to(mv, home, &member, &content, None) {
                Ok(_) => {}
                Err(OperationError::Store(error)) => return Err(error.into()),
                Err(OperationError::Bug(what)) => return Err(Fault::Bug(what)),
                // Its place in line is kept.
                Err(_) => continue,
            }
            if let Some(alarms) = self.alarms.get_mut(home) {
                alarms.told(&mut mv.gathered.writes, &id)?;
            }
        }
        Ok(())
    }

    /// Who a device's person is, and whether that is this member; `None` for who is out.
    fn person_behind(&self, home: &GroupId, device: &DeviceId) -> Option<(IdentityId, bool)> {
        let group = self.groups.get(home)?;
        let (_, member) = group.resolution().member_of(device)?;
        Some((member.identity.id(), group.is_own(device)))
    }

    pub(super) fn own_identity(&self, home: &GroupId) -> Result<IdentityId, OperationError> {
        let group = self.groups.get(home).ok_or(OperationError::UnknownGroup)?;
        let own = self.person_behind(home, &group.device().public());
        own.map(|(identity, _)| identity).ok_or(OperationError::Removed)
    }

    pub(super) fn name_of(&self, home: &GroupId, member: &MemberId) -> String {
        let name = self.groups.get(home).and_then(|group| group.name_of_member(member));
        name.unwrap_or_default().to_owned()
    }
}

/// Who has a call: the people of its private stages, and whether the group has one.
fn audience(call: &Alarm) -> (BTreeSet<IdentityId>, bool) {
    let people = call.stages.values().flat_map(|stage| &stage.sos.people).copied().collect();
    (people, call.stages.values().any(|stage| stage.sos.is_group))
}
