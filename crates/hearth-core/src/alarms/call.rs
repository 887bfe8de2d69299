//! One call for help: its stages, the answers to it, its end; what opens when, and which answer holds.
//!
//! Pure: reads no clock, keeps nothing on disk. The same for whoever knows the same messages, but for when they came. PROTOCOL
//! section 14.

use std::collections::{BTreeMap, BTreeSet};

use super::Heard;
use crate::content::{Answer, Ending, Sos};
use crate::ids::{DeviceId, IdentityId, MessageId, Timestamp};
use crate::limits;
use crate::message::OrderKey;

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
        self.order.clock.min(self.heard.came).plus_ms(self.wait_ms())
    }

    /// When it was to open if nobody answered, by the clock of who wrote it.
    fn written_opens(&self) -> Timestamp {
        self.order.clock.plus_ms(self.wait_ms())
    }

    fn wait_ms(&self) -> u64 {
        u64::from(self.sos.wait_s) * 1000
    }
}

/// An answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Said {
    pub(crate) answer: Answer,
    pub(crate) at: Timestamp,
    pub(super) came: Timestamp,
}

impl Said {
    /// A word of this node's own.
    pub(crate) fn of(answer: Answer, at: Timestamp) -> Self {
        Self { answer, at, came: at }
    }

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
    pub(super) answers: BTreeMap<IdentityId, BTreeMap<OrderKey, Said>>,
    /// When its author ended it, by their clock, and how.
    end: Option<(Timestamp, Ending)>,
    pub(crate) reached: BTreeSet<IdentityId>,
    pub(super) latest: Timestamp,
}

impl Alarm {
    pub(super) fn new() -> Self {
        Self {
            author: None,
            stages: BTreeMap::new(),
            answers: BTreeMap::new(),
            end: None,
            reached: BTreeSet::new(),
            latest: Timestamp(0),
        }
    }

    /// Takes note that its author ended it. Of several ends, by several devices, the first one counts.
    pub(super) fn ended(&mut self, at: Timestamp, ending: Ending) {
        let end = (at, ending);
        self.end = Some(self.end.map_or(end, |known| known.min(end)));
    }

    pub(crate) fn ending(&self) -> Option<Ending> {
        self.end.map(|(_, ending)| ending)
    }

    /// Says whether it was over before this node could show it.
    pub(crate) fn is_missed(&self) -> bool {
        let mut open = self.stages.values().filter(|stage| stage.heard.is_open);
        self.is_shown() && !self.is_mine() && open.all(|stage| stage.heard.is_missed)
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
            // When it was said counts, and not when it could be written.
            let by_word = |order: &OrderKey, said: &Said| OrderKey { clock: said.at, ..*order };
            let mut since = by_word(order, last);
            for (order, earlier) in said.iter().rev().skip(1) {
                let goes_on = earlier.lease().is_some_and(|until| until >= since.clock);
                if !goes_on {
                    break;
                }
                since = by_word(order, earlier);
            }
            Some(since)
        };
        let holding = self.answers.iter().filter_map(|(who, said)| Some((since(said)?, *who)));
        holding.min().map(|(_, who)| who)
    }

    /// When a stage opens for `own`; `None` if there is no need, or it is open.
    pub(super) fn opens(&self, stage: &Stage, own: Option<&IdentityId>) -> Option<Timestamp> {
        if stage.is_mine || stage.heard.is_open {
            return None;
        }
        if let Some((ended, _)) = self.end {
            return self.was_asked(stage, own, ended).then(|| stage.opens());
        }
        let is_handed = |said: &Said| matches!(said.answer, Answer::HandedTo(whom) if Some(&whom) == own);
        let handed = self.answers().filter(|(_, _, said)| is_handed(said));
        if let Some(came) = handed.map(|(_, _, said)| said.came).min() {
            return Some(came.max(stage.heard.came));
        }
        match self.hold() {
            Hold::Open => Some(stage.opens()),
            Hold::Until(until) => Some(stage.opens().max(until)),
            Hold::ForGood => None,
        }
    }

    /// Says whether a stage was for its reader before the call ended, by the clocks of those who wrote: whoever was asked and
    /// was away hears of it afterwards.
    fn was_asked(&self, stage: &Stage, own: Option<&IdentityId>, ended: Timestamp) -> bool {
        let history = || self.answers.values().flat_map(BTreeMap::values);
        let is_handed = |said: &Said| matches!(said.answer, Answer::HandedTo(whom) if Some(&whom) == own);
        if history().any(|said| is_handed(said) && said.at < ended) {
            return true;
        }
        let mut at = stage.written_opens();
        while at < ended {
            let by_then = |said: &&Said| said.at <= at;
            let last = self.answers.values().filter_map(|said| said.values().rev().find(by_then));
            let last: Vec<&Said> = last.collect();
            let next = if last.iter().any(|said| said.is_for_good()) {
                history().map(|said| said.at).filter(|said| *said > at).min()
            } else {
                match last.iter().filter_map(|said| said.lease()).max().filter(|until| *until > at) {
                    Some(until) => Some(until),
                    None => return true,
                }
            };
            let Some(next) = next else { return false };
            at = next;
        }
        false
    }

    /// When the crisis lines are to be shown again to the author; `None` if they were, or there is no need.
    pub(super) fn lines_due(&self) -> Option<Timestamp> {
        let (_, first) = self.first().filter(|(_, first)| first.is_mine && !first.heard.is_told)?;
        let due = first.order.clock.min(first.heard.came).plus_ms(limits::SOS_LINES_MS);
        match self.hold() {
            Hold::Open => Some(due),
            Hold::Until(until) => Some(due.max(until)),
            Hold::ForGood => None,
        }
    }
}
