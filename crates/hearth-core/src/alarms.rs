//! Calls for help of one home group: what came of each, which stage opens when, and whom its member wants asked.
//!
//! Owns when a stage opens, which answer holds, and what is kept of all this on disk. Writes no message: `engine` does. Keeps
//! no text in memory: that stays in the store. PROTOCOL section 14.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::content::{Answer, Content, Ending, Sos, sos};
use crate::error::{Fault, LoadError};
use crate::ids::{DeviceId, GroupId, IdentityId, MessageId, SosId, Timestamp};
use crate::limits;
use crate::message::{Message, OrderKey};
use crate::store::{Class, Key, ReadStore, WriteBatch};

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
}

/// A stage.
#[derive(Clone, Debug)]
pub(crate) struct Stage {
    pub(crate) order: OrderKey,
    pub(crate) is_mine: bool,
    /// Without its words.
    pub(crate) sos: Sos,
    pub(crate) heard: Heard,
}

impl Stage {
    /// When it opens if nobody answers. Either clock may be off: whichever is earlier counts.
    pub(crate) fn opens(&self) -> Timestamp {
        let wait_ms = u64::from(self.sos.wait_s) * 1000;
        self.order.clock.min(self.heard.came).plus_ms(wait_ms)
    }
}

/// An answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Said {
    pub(crate) answer: Answer,
    pub(crate) at: Timestamp,
    came: Timestamp,
}

impl Said {
    /// Until when it keeps others from ringing; `None` if it does not.
    pub(crate) fn lease(&self) -> Option<Timestamp> {
        let is_lease = matches!(self.answer, Answer::Calling | Answer::Coming);
        is_lease.then(|| self.at.min(self.came).plus_ms(limits::SOS_LEASE_MS))
    }

    fn is_for_good(&self) -> bool {
        matches!(self.answer, Answer::Here | Answer::Reached)
    }
}

/// Whether others still have to be asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hold {
    /// Nobody has answered.
    Open,
    /// Somebody does something, until then.
    Until(Timestamp),
    /// Somebody is there, or the author has closed it.
    ForGood,
}

/// One call for help.
#[derive(Clone, Debug)]
pub(crate) struct Alarm {
    /// Whose it is, once a stage of it has come.
    pub(crate) author: Option<IdentityId>,
    pub(crate) stages: BTreeMap<MessageId, Stage>,
    answers: BTreeMap<IdentityId, BTreeMap<OrderKey, Said>>,
    /// Who wrote that it is over, and how: it counts if it is the author.
    pub(crate) end: Option<Ending>,
    pub(crate) reached: BTreeSet<IdentityId>,
    latest: Timestamp,
}

impl Alarm {
    fn new() -> Self {
        Self {
            author: None,
            stages: BTreeMap::new(),
            answers: BTreeMap::new(),
            end: None,
            reached: BTreeSet::new(),
            latest: Timestamp(0),
        }
    }

    /// Says whether it is shown on this node.
    pub(crate) fn is_shown(&self) -> bool {
        self.stages.values().any(|stage| stage.is_mine || stage.heard.is_open)
    }

    pub(crate) fn is_mine(&self) -> bool {
        self.stages.values().any(|stage| stage.is_mine)
    }

    /// The stage that is first in the common order: all stages say the same.
    pub(crate) fn first(&self) -> Option<(&MessageId, &Stage)> {
        self.stages.iter().min_by_key(|(_, stage)| stage.order)
    }

    /// Everybody's last answer.
    pub(crate) fn answers(&self) -> impl Iterator<Item = (&IdentityId, &DeviceId, &Said)> {
        self.answers.iter().filter_map(|(who, said)| {
            let (order, said) = said.last_key_value()?;
            Some((who, &order.author, said))
        })
    }

    /// Whether others have to be asked at `now`.
    pub(crate) fn hold(&self) -> Hold {
        if self.end.is_some() || self.answers().any(|(_, _, said)| said.is_for_good()) {
            return Hold::ForGood;
        }
        let until = self.answers().filter_map(|(_, _, said)| said.lease()).max();
        until.map_or(Hold::Open, Hold::Until)
    }

    /// Whose "calling" or "coming" counts at `now`: of those that hold, the earliest that has not lapsed in between.
    pub(crate) fn holder(&self, now: Timestamp) -> Option<IdentityId> {
        let since = |said: &BTreeMap<OrderKey, Said>| {
            let (order, last) = said.last_key_value()?;
            last.lease().filter(|until| *until > now)?;
            let mut since = *order;
            for (order, earlier) in said.iter().rev().skip(1) {
                let goes_on = earlier.lease().is_some_and(|until| until >= since.clock);
                if !goes_on {
                    break;
                }
                since = *order;
            }
            Some(since)
        };
        let holding = self.answers.iter().filter_map(|(who, said)| Some((since(said)?, *who)));
        holding.min().map(|(_, who)| who)
    }

    /// When a stage opens for `own`; `None` if there is no need, or it is open.
    fn opens(&self, stage: &Stage, own: Option<&IdentityId>) -> Option<Timestamp> {
        if stage.is_mine || stage.heard.is_open || self.end.is_some() {
            return None;
        }
        let is_handed = |said: &Said| matches!(said.answer, Answer::HandedTo(whom) if Some(&whom) == own);
        if self.answers().any(|(_, _, said)| is_handed(said)) {
            return Some(stage.heard.came);
        }
        match self.hold() {
            Hold::Open => Some(stage.opens()),
            Hold::Until(until) => Some(stage.opens().max(until)),
            Hold::ForGood => None,
        }
    }

    /// When the crisis lines are to be shown again to the author; `None` if they were, or there is no need.
    fn lines_due(&self) -> Option<Timestamp> {
        let (_, first) = self.first().filter(|(_, first)| first.is_mine && !first.heard.is_told)?;
        let due = first.order.clock.min(first.heard.came).plus_ms(limits::SOS_LINES_MS);
        match self.hold() {
            Hold::Open => Some(due),
            Hold::Until(until) => Some(due.max(until)),
            Hold::ForGood => None,
        }
    }
}

/// The calls for help of a home group.
pub(crate) struct Alarms {
    home: GroupId,
    calls: BTreeMap<SosId, Alarm>,
    of_message: BTreeMap<MessageId, SosId>,
    /// When something is due, by call.
    due: BTreeMap<SosId, Timestamp>,
    /// Calls that are shown and whose author was not told so yet.
    untold: BTreeSet<SosId>,
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
            untold: BTreeSet::new(),
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
            postcard::from_bytes(&value),
        ) {
            (Ok(id), Ok(heard)) => records.push((MessageId(id), heard)),
            (Ok(_), Err(_)) | (Err(_), _) => is_damaged = true,
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

    /// Takes a message about a call, in whatever order they come; returns the call if that is news to who looks at it.
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
                let said = Said { answer: answer.answer, at: order.clock, came: heard.came };
                let of_person = call.answers.entry(author).or_default();
                of_person.insert(order, said);
                if of_person.len() > limits::SOS_ANSWERS_MAX {
                    of_person.pop_first();
                }
            }
            Content::SosReached(_) => {
                call.reached.insert(author);
            }
            Content::SosClose(close) => call.end = Some(close.ending),
            _ => {}
        }
        let is_shown = call.is_shown();
        self.plan(&sos, own);
        is_shown.then_some(sos)
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
            (call.author.is_some(), std::cmp::Reverse(raised), call.end.is_none(), call.latest)
        };
        let least = self.calls.iter().min_by_key(|(id, call)| (use_of(call), **id)).map(|(id, _)| *id);
        if let Some(sos) = least {
            self.of_message.retain(|_, of| *of != sos);
            self.calls.remove(&sos);
            self.due.remove(&sos);
            self.untold.remove(&sos);
        }
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
        let is_untold = call.end.is_none()
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
        let due: Vec<SosId> = self.due.iter().filter(|(_, at)| **at <= now).map(|(sos, _)| *sos).collect();
        for sos in &due {
            let Some(call) = self.calls.get_mut(sos) else { continue };
            let is_due = |at: Option<Timestamp>| at.is_some_and(|at| at <= now);
            let mut opening: Vec<MessageId> = Vec::new();
            for (id, stage) in &call.stages {
                if is_due(call.opens(stage, own)) {
                    opening.push(*id);
                }
            }
            let lines = call.first().map(|(id, _)| *id).filter(|_| is_due(call.lines_due()));
            for (id, stage) in &mut call.stages {
                if opening.contains(id) {
                    stage.heard.is_open = true;
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
            self.due.remove(&sos);
            self.untold.remove(&sos);
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
    use crate::content::SosAnswer;
    use crate::crypto::DeviceSecret;

    fn hear(alarms: &mut Alarms, author: u8, number: u64, content: &Content) -> Option<SosId> {
        let device = DeviceSecret::from_seed(&[author; 32]);
        let clock = Timestamp(number);
        let message = Message::write(&device, GroupId([1; 32]), number, Vec::new(), clock, content).unwrap();
        let heard = Heard { came: clock, is_open: true, is_told: true };
        let author = IdentityId([author; 32]);
        alarms.hear(&Hearing { message: &message, author, is_mine: false, heard }, None)
    }

    fn stage(number: u64) -> Content {
        let mut salt = [0; 16];
        salt[..8].copy_from_slice(&number.to_le_bytes());
        Content::Sos(Sos { salt, ..Sos::default() })
    }

    #[test]
    fn nobody_pushes_anothers_call_out() {
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
        let mut alarms = Alarms::load(&Nothing, GroupId([1; 32])).unwrap();
        let needed = hear(&mut alarms, 1, 1, &stage(1)).unwrap();
        for number in 2..1000 {
            let answer = SosAnswer { sos: SosId([number as u8; 32]), answer: Answer::Here };
            hear(&mut alarms, 2, number, &Content::SosAnswer(answer));
            hear(&mut alarms, 2, number + 1000, &stage(number));
        }
        assert!(alarms.calls.len() <= limits::SOS_MAX && alarms.of_message.len() <= 2 * limits::SOS_MAX);
        assert!(alarms.call(&needed).is_some());
    }
}
