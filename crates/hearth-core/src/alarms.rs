//! Calls for help of one home group: what came of each, which stage opens when, and whom its member wants asked.
//!
//! Owns what is kept of all this on disk, and when it is looked at. When a stage opens, and which answer holds, is `call`'s; whom
//! something is still to be told, `owed`'s. Writes no message: `engine` does. Keeps no text in memory: that stays in the store.
//! PROTOCOL section 14.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::content::{Content, Sos, sos};
use crate::error::{Fault, LoadError};
use crate::ids::{GroupId, IdentityId, MessageId, SosId, Timestamp};
use crate::limits;
use crate::message::Message;
use crate::store::{Class, Key, ReadStore, WriteBatch};

mod call;
mod owed;

pub use call::Hold;
pub(crate) use call::{Alarm, Said, Stage};
pub(crate) use owed::{Owed, Owing};

/// Whom somebody wants asked on a bad night. Set up beforehand.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ladder {
    /// The first to be asked, beside the sponsors: at most [`limits::SOS_PICKED_MAX`].
    pub people: Vec<IdentityId>,
    /// Whether the group is asked if nobody has answered.
    pub is_group: bool,
    /// When calls of others do not ring on this member's machine, but for an overdose and self-harm.
    pub quiet: Option<Quiet>,
}

/// A part of every day, in minutes since midnight of the member's own zone; it may go over midnight.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Quiet {
    /// Its first minute, below 1440.
    pub from: u16,
    /// The minute after its last one, below 1440.
    pub until: u16,
}

impl Quiet {
    /// Says whether it is a part of a day.
    pub(crate) fn is_in_bounds(self) -> bool {
        self.from < MINUTES_PER_DAY && self.until < MINUTES_PER_DAY && self.from != self.until
    }
}

const MINUTES_PER_DAY: u16 = 24 * 60;

/// What is kept of a message that is about a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Heard {
    /// When it came.
    pub(crate) came: Timestamp,
    /// Of a stage: whether it is shown.
    pub(crate) is_open: bool,
    /// Of a stage: whether the author was told so. Of an own one: whether the crisis lines were shown again.
    pub(crate) is_told: bool,
    /// Of a stage: whether the call was over before this node could show it.
    pub(crate) is_missed: bool,
}

/// The first version of the record: what was over was never shown.
#[derive(Deserialize)]
struct FirstHeard {
    came: Timestamp,
    is_open: bool,
    is_told: bool,
}

impl Heard {
    pub(crate) fn new(came: Timestamp) -> Self {
        Self { came, is_open: false, is_told: false, is_missed: false }
    }

    fn parse(bytes: &[u8]) -> Option<Self> {
        let first = || {
            let FirstHeard { came, is_open, is_told } = postcard::from_bytes(bytes).ok()?;
            Some(Self { came, is_open, is_told, is_missed: false })
        };
        postcard::from_bytes(bytes).ok().or_else(first)
    }
}

/// The calls for help of a home group.
pub(crate) struct Alarms {
    home: GroupId,
    calls: BTreeMap<SosId, Alarm>,
    of_message: BTreeMap<MessageId, SosId>,
    /// When something is due, by call.
    due: BTreeMap<SosId, Timestamp>,
    /// Calls of which something was due long ago when that was noticed, and until when it waits.
    overdue: BTreeMap<SosId, Timestamp>,
    /// Calls that are shown and whose author was not told so yet.
    untold: BTreeSet<SosId>,
    /// What is still to be told to people who could not be written to.
    pub(crate) owing: Owing,
    pub(crate) ladder: Ladder,
}

/// A message about a call, as it is heard.
pub(crate) struct Hearing<'a> {
    pub(crate) message: &'a Message,
    pub(crate) author: IdentityId,
    pub(crate) is_mine: bool,
    pub(crate) heard: Heard,
}

impl Alarms {
    pub(crate) fn load(store: &dyn ReadStore, home: GroupId) -> Result<Self, LoadError> {
        let parse = |bytes: &[u8]| postcard::from_bytes(bytes).map_err(|_| LoadError::Damaged("ladder"));
        let ladder = store.get(&ladder_key(&home))?.map(|bytes| parse(&bytes)).transpose()?;
        Ok(Self {
            home,
            calls: BTreeMap::new(),
            of_message: BTreeMap::new(),
            due: BTreeMap::new(),
            overdue: BTreeMap::new(),
            untold: BTreeSet::new(),
            owing: Owing::load(store, home)?,
            ladder: ladder.unwrap_or_default(),
        })
    }

    /// Returns what is kept of each message.
    pub(crate) fn records(
        store: &dyn ReadStore,
        home: &GroupId,
    ) -> Result<Vec<(MessageId, Heard)>, LoadError> {
        let mut records = Vec::new();
        let mut is_damaged = false;
        store.scan(Class::Alarm, &home.0, &mut |item, value| match (
            <[u8; 32]>::try_from(item),
            Heard::parse(&value),
        ) {
            (Ok(id), Some(heard)) => records.push((MessageId(id), heard)),
            (Ok(_), None) | (Err(_), _) => is_damaged = true,
        })?;
        if is_damaged { Err(LoadError::Damaged("alarm")) } else { Ok(records) }
    }

    /// Keeps whom its member wants asked.
    pub(crate) fn set_ladder(&mut self, writes: &mut WriteBatch, ladder: Ladder) -> Result<(), Fault> {
        let bytes = postcard::to_stdvec(&ladder).map_err(|_| Fault::Bug("ladder record"))?;
        writes.put(ladder_key(&self.home), bytes);
        self.ladder = ladder;
        Ok(())
    }

    /// Takes a message about a call, in whatever order they come; returns the call if it is news.
    pub(crate) fn hear(&mut self, hearing: &Hearing<'_>, own: Option<&IdentityId>) -> Option<SosId> {
        let Hearing { message, author, is_mine, heard } = *hearing;
        let (id, order) = (message.id(), message.order());
        let content = message.content();
        let sos = match &content {
            Content::Sos(stage) => sos::id_of(&author, &stage.salt),
            Content::SosAnswer(answer) => answer.sos,
            Content::SosReached(reached) => reached.sos,
            Content::SosClose(close) => sos::id_of(&author, &close.salt),
            _ => return None,
        };
        if self.of_message.contains_key(&id) {
            return None;
        }
        if !self.calls.contains_key(&sos) && self.calls.len() >= limits::SOS_MAX {
            self.make_room();
        }
        self.of_message.insert(id, sos);
        let call = self.calls.entry(sos).or_insert_with(Alarm::new);
        call.latest = call.latest.max(order.clock);
        match content {
            Content::Sos(stage) => {
                call.author = Some(author);
                let sos = Sos { text: String::new(), ..stage };
                call.stages.insert(id, Stage { order, is_mine, sos, heard });
            }
            Content::SosAnswer(answer) => {
                let at = answer.said.map_or(order.clock, |said| said.min(order.clock));
                let said = Said { answer: answer.answer, at, came: heard.came };
                let of_person = call.answers.entry(author).or_default();
                of_person.insert(order, said);
                if of_person.len() > limits::SOS_ANSWERS_MAX {
                    of_person.pop_first();
                }
            }
            Content::SosReached(_) => {
                call.reached.insert(author);
            }
            Content::SosClose(close) => call.ended(order.clock, close.ending),
            _ => {}
        }
        self.plan(&sos, own);
        Some(sos)
    }

    /// Drops the call that is of the least use: one of which nothing but answers has come; else one of whoever has raised the
    /// most, so that nobody pushes another's call out; of these what has ended, and the oldest.
    fn make_room(&mut self) {
        let mut raised: BTreeMap<IdentityId, usize> = BTreeMap::new();
        for author in self.calls.values().filter_map(|call| call.author) {
            *raised.entry(author).or_default() += 1;
        }
        let use_of = |call: &Alarm| {
            let raised = call.author.and_then(|author| raised.get(&author)).copied().unwrap_or_default();
            (call.author.is_some(), std::cmp::Reverse(raised), call.ending().is_none(), call.latest)
        };
        let least = self.calls.iter().min_by_key(|(id, call)| (use_of(call), **id)).map(|(id, _)| *id);
        if let Some(sos) = least {
            self.of_message.retain(|_, of| *of != sos);
            self.calls.remove(&sos);
            self.drop_marks(&sos);
        }
    }

    fn drop_marks(&mut self, sos: &SosId) {
        self.due.remove(sos);
        self.overdue.remove(sos);
        self.untold.remove(sos);
    }

    /// Finds out when something is due.
    fn plan(&mut self, sos: &SosId, own: Option<&IdentityId>) {
        let Some(call) = self.calls.get(sos) else { return };
        let opening = call.stages.values().filter_map(|stage| call.opens(stage, own));
        let next = opening.chain(call.lines_due()).min();
        match next {
            Some(at) => self.due.insert(*sos, at),
            None => self.due.remove(sos),
        };
        let is_untold = call.ending().is_none()
            && call
                .stages
                .values()
                .any(|stage| !stage.is_mine && stage.heard.is_open && !stage.heard.is_told);
        if is_untold {
            self.untold.insert(*sos);
        } else {
            self.untold.remove(sos);
        }
    }

    /// Opens what is due, and notes that the crisis lines are shown again; returns the calls in which something changed.
    pub(crate) fn open_due(
        &mut self,
        writes: &mut WriteBatch,
        now: Timestamp,
        own: Option<&IdentityId>,
    ) -> Result<Vec<SosId>, Fault> {
        let due = self.due.iter().filter(|(_, at)| **at <= now).map(|(sos, at)| (*sos, *at));
        let due: Vec<(SosId, Timestamp)> = due.collect();
        let due: Vec<SosId> =
            due.into_iter().filter(|(sos, at)| !self.waits(sos, *at, now)).map(|(sos, _)| sos).collect();
        for sos in &due {
            let Some(call) = self.calls.get_mut(sos) else {
                self.due.remove(sos);
                continue;
            };
            let is_due = |at: Option<Timestamp>| at.is_some_and(|at| at <= now);
            let mut opening: Vec<MessageId> = Vec::new();
            for (id, stage) in &call.stages {
                if is_due(call.opens(stage, own)) {
                    opening.push(*id);
                }
            }
            let is_over = call.ending().is_some();
            let lines = call.first().map(|(id, _)| *id).filter(|_| is_due(call.lines_due()));
            for (id, stage) in &mut call.stages {
                if opening.contains(id) {
                    (stage.heard.is_open, stage.heard.is_missed) = (true, is_over);
                    keep(writes, &self.home, id, &stage.heard)?;
                }
                if lines == Some(*id) {
                    stage.heard.is_told = true;
                    keep(writes, &self.home, id, &stage.heard)?;
                }
            }
            self.plan(sos, own);
        }
        Ok(due)
    }

    /// Says whether something that was due long ago waits a moment: this machine was off, and an end comes beside it.
    fn waits(&mut self, sos: &SosId, at: Timestamp, now: Timestamp) -> bool {
        let moment = now.plus_ms(limits::SOS_OVERDUE_WAIT_MS);
        let until = match self.overdue.get(sos) {
            // A clock that was set back since makes nobody wait for longer.
            Some(until) if *until <= moment => *until,
            None if at.plus_ms(limits::SOS_OVERDUE_MS) <= now => moment,
            Some(_) | None => now,
        };
        if until <= now {
            self.overdue.remove(sos);
            return false;
        }
        self.overdue.insert(*sos, until);
        self.due.insert(*sos, until);
        true
    }

    /// The crisis lines come again for a call that nobody could be written to, too.
    pub(crate) fn plan_unwritten(&mut self) {
        let lines = self.unwritten().map(|(sos, owed, _)| (sos, owed.said.plus_ms(limits::SOS_LINES_MS)));
        for (sos, at) in lines.collect::<Vec<_>>() {
            self.due.entry(sos).or_insert(at);
        }
    }

    /// A call that this member has ended is over here, also if nobody could be told yet.
    pub(crate) fn note_owed_ends(&mut self) {
        let ends = self.owing.all().filter_map(|((sos, _), owed)| match owed.content {
            Content::SosClose(close) => Some((*sos, owed.said, close.ending)),
            _ => None,
        });
        for (sos, at, ending) in ends.collect::<Vec<_>>() {
            if let Some(call) = self.calls.get_mut(&sos) {
                call.ended(at, ending);
            }
            self.plan(&sos, None);
        }
    }

    /// Notes that a call's author was told that it is shown here.
    pub(crate) fn told(&mut self, writes: &mut WriteBatch, sos: &SosId) -> Result<(), Fault> {
        let Some(call) = self.calls.get_mut(sos) else { return Ok(()) };
        for (id, stage) in call.stages.iter_mut().filter(|(_, stage)| stage.heard.is_open) {
            stage.heard.is_told = true;
            keep(writes, &self.home, id, &stage.heard)?;
        }
        self.untold.remove(sos);
        Ok(())
    }

    /// Forgets a message with what is kept of it.
    pub(crate) fn forget(&mut self, writes: &mut WriteBatch, id: &MessageId) {
        writes.delete(alarm_key(&self.home, id));
        let Some(sos) = self.of_message.remove(id) else { return };
        let Some(call) = self.calls.get_mut(&sos) else { return };
        call.stages.remove(id);
        if !self.of_message.values().any(|of| *of == sos) {
            self.calls.remove(&sos);
            self.drop_marks(&sos);
        }
    }

    pub(crate) fn next_due(&self) -> Option<Timestamp> {
        self.due.values().min().copied()
    }

    /// Returns the calls whose authors are to be told that they are shown here.
    pub(crate) fn untold(&self) -> Vec<SosId> {
        self.untold.iter().copied().collect()
    }

    pub(crate) fn call(&self, sos: &SosId) -> Option<&Alarm> {
        self.calls.get(sos)
    }

    /// Calls of this member's own that nobody at all could be written to yet, each with the first of those who are to be asked.
    pub(crate) fn unwritten(&self) -> impl Iterator<Item = (SosId, &Owed, &Sos)> {
        let mut last = None;
        self.owing.all().filter_map(move |((sos, _), owed)| match &owed.content {
            Content::Sos(stage) if !self.calls.contains_key(sos) && last != Some(*sos) => {
                last = Some(*sos);
                Some((*sos, owed, stage))
            }
            _ => None,
        })
    }

    /// Says whether a message was heard.
    pub(crate) fn knows(&self, id: &MessageId) -> bool {
        self.of_message.contains_key(id)
    }

    /// Returns the messages that are about a call.
    pub(crate) fn messages_of(&self, sos: &SosId) -> Vec<MessageId> {
        self.of_message.iter().filter(|(_, of)| *of == sos).map(|(id, _)| *id).collect()
    }

    /// Returns the calls that are shown, the newest first.
    pub(crate) fn shown(&self) -> Vec<(SosId, &Alarm)> {
        let shown = self.calls.iter().filter(|(_, call)| call.author.is_some() && call.is_shown());
        let mut shown: Vec<_> = shown.map(|(id, call)| (*id, call)).collect();
        shown.sort_by_key(|(id, call)| std::cmp::Reverse((call.first().map(|(_, first)| first.order), *id)));
        shown
    }
}

/// Keeps what this node knows of a message.
pub(crate) fn keep(
    writes: &mut WriteBatch,
    home: &GroupId,
    id: &MessageId,
    heard: &Heard,
) -> Result<(), Fault> {
    let bytes = postcard::to_stdvec(heard).map_err(|_| Fault::Bug("alarm record"))?;
    writes.put(alarm_key(home, id), bytes);
    Ok(())
}

fn alarm_key(home: &GroupId, id: &MessageId) -> Key {
    Key::new(Class::Alarm, &home.0, &id.0)
}

fn ladder_key(home: &GroupId) -> Key {
    Key::global(Class::Ladder, &home.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::content::{Answer, Ending, SosAnswer, SosClose};
    use crate::crypto::DeviceSecret;

    fn hear(alarms: &mut Alarms, author: u8, number: u64, content: &Content) -> Option<SosId> {
        let device = DeviceSecret::from_seed(&[author; 32]);
        let clock = Timestamp(number);
        let message = Message::write(&device, GroupId([1; 32]), number, Vec::new(), clock, content).unwrap();
        let heard = Heard { is_open: true, is_told: true, ..Heard::new(clock) };
        let author = IdentityId([author; 32]);
        alarms.hear(&Hearing { message: &message, author, is_mine: false, heard }, None)
    }

    fn stage(number: u64) -> Content {
        let mut salt = [0; 16];
        salt[..8].copy_from_slice(&number.to_le_bytes());
        Content::Sos(Sos { salt, ..Sos::default() })
    }

    #[test]
    fn a_record_of_the_first_version_is_read() {
        let first = postcard::to_stdvec(&(Timestamp(7), true, false)).unwrap();
        let expected = Heard { is_open: true, ..Heard::new(Timestamp(7)) };
        assert_eq!(Heard::parse(&first), Some(expected));
        let missed = Heard { is_missed: true, ..expected };
        assert_eq!(Heard::parse(&postcard::to_stdvec(&missed).unwrap()), Some(missed));
    }

    /// A disk with nothing on it.
    struct Nothing;

    impl ReadStore for Nothing {
        fn get(&self, _: &Key) -> Result<Option<crate::store::Value>, crate::store::StoreError> {
            Ok(None)
        }

        fn scan(
            &self,
            _: Class,
            _: &[u8; 32],
            _: &mut dyn FnMut(&[u8], crate::store::Value),
        ) -> Result<(), crate::store::StoreError> {
            Ok(())
        }
    }

    #[test]
    fn p14_5_of_two_ends_the_first_counts_in_whatever_order_they_come() {
        let salt = [0; 16];
        let end = |ending| Content::SosClose(SosClose { salt, ending });
        let (first, second) = ((5, end(Ending::Safe)), (9, end(Ending::Mistake)));
        for ends in [[&first, &second], [&second, &first]] {
            let mut alarms = Alarms::load(&Nothing, GroupId([1; 32])).unwrap();
            let call = hear(&mut alarms, 1, 1, &Content::Sos(Sos { salt, ..Sos::default() })).unwrap();
            for (number, end) in ends {
                assert_eq!(hear(&mut alarms, 1, *number, end), Some(call));
            }
            assert_eq!(alarms.call(&call).unwrap().ending(), Some(Ending::Safe));
        }
    }

    #[test]
    fn nobody_pushes_anothers_call_out() {
        let mut alarms = Alarms::load(&Nothing, GroupId([1; 32])).unwrap();
        let needed = hear(&mut alarms, 1, 1, &stage(1)).unwrap();
        for number in 2..1000 {
            let answer = SosAnswer { sos: SosId([number as u8; 32]), answer: Answer::Here, said: None };
            hear(&mut alarms, 2, number, &Content::SosAnswer(answer));
            hear(&mut alarms, 2, number + 1000, &stage(number));
        }
        assert!(alarms.calls.len() <= limits::SOS_MAX && alarms.of_message.len() <= 2 * limits::SOS_MAX);
        assert!(alarms.call(&needed).is_some());
    }
}
