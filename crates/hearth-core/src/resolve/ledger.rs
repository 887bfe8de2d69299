//! What is kept between answers: every event's verdict, and the states of a few sets of events.
//!
//! Owns the cost: a usual event steps from a kept state, everything else begins anew. Both give the same answer; a test
//! holds them together. PROTOCOL 3.1.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::Arc;

use super::Resolution;
use super::judge::{Act, Judged, judge};
use super::state::{Facts, State, id_at, identity_at, is_same_person};
use super::weigh::Weighing;
use crate::event::Event;
use crate::ids::{EpochId, EventId, IdentityId, MemberId};
use crate::limits;
use crate::log::{EventSet, Log, LogEntry};

/// The verdicts, and where to find them.
#[derive(Debug, Default)]
pub(super) struct Book {
    /// By the events' index in the log.
    pub(super) judged: Vec<Judged>,
    /// The events that do something.
    pub(super) acts: EventSet,
    /// Each person's events.
    pub(super) by_person: BTreeMap<IdentityId, Vec<usize>>,
    /// The acts that let each person in.
    pub(super) entries: BTreeMap<IdentityId, Vec<usize>>,
    /// Each act's endorsements.
    pub(super) endorsements: BTreeMap<usize, Vec<usize>>,
}

/// An answer, to be compared with the one from which something was found.
#[derive(Clone, Debug, Default)]
pub(crate) struct StateKey(Option<Arc<Facts>>);

impl PartialEq for StateKey {
    fn eq(&self, other: &Self) -> bool {
        match (&self.0, &other.0) {
            (Some(mine), Some(others)) => Arc::ptr_eq(mine, others),
            (Some(_), None) | (None, Some(_) | None) => false,
        }
    }
}

/// What would come of an act.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Foreseen {
    /// It is not its author's to make.
    Refused,
    /// It is a proposal, or needs a second word.
    Asks,
    /// It holds by its author's word.
    Holds,
}

/// The verdicts on all events of a log, and the states of its latest sets of events.
#[derive(Debug, Default)]
pub struct Ledger {
    book: Book,
    /// The latest used first.
    states: VecDeque<Arc<State>>,
    /// Nothing is kept and nothing is stepped: the answer that all others are held against.
    is_thorough: bool,
}

impl Ledger {
    /// Makes a ledger that begins anew for every answer.
    pub(super) fn thorough() -> Self {
        Self { is_thorough: true, ..Self::default() }
    }

    /// Judges the events that the log has beyond those that it had before.
    pub fn learn(&mut self, log: &Log) {
        for index in self.book.judged.len()..log.entries().len() {
            let Some(entry) = log.entry(index) else { return };
            let view = self.state_at(log, &entry.past);
            let judged = judge(log, entry, &view);
            match judged.act {
                Act::Nothing => {}
                Act::Endorse { act } => {
                    self.book.acts.insert(index);
                    self.book.endorsements.entry(act).or_default().push(index);
                }
                _ => self.book.acts.insert(index),
            }
            if let (Act::Enter { .. }, Some(identity)) = (&judged.act, identity_at(log, index)) {
                self.book.entries.entry(identity).or_default().push(index);
            }
            if let Some(identity) = judged.member.and_then(|member| identity_at(log, member)) {
                self.book.by_person.entry(identity).or_default().push(index);
            }
            self.book.judged.push(judged);
        }
    }

    /// Says what would come of an event that knows all that the log has, and is not in it.
    pub(crate) fn foresee(&mut self, log: &Log, event: &Event) -> Foreseen {
        self.learn(log);
        let view = self.state_at(log, log.all());
        let entry = LogEntry { event: event.clone(), past: log.all().clone() };
        match judge(log, &entry, &view).act {
            Act::Nothing => Foreseen::Refused,
            act if act.quorum().is_some() => Foreseen::Asks,
            _ => Foreseen::Holds,
        }
    }

    /// Returns the answer for all that the log has.
    pub fn resolution(&mut self, log: &Log) -> Arc<Resolution> {
        self.learn(log);
        self.state_at(log, log.all()).facts.resolution.clone()
    }

    /// Returns the answer for the events of `within`, which must contain the past of each of its events.
    pub fn resolution_of(&mut self, log: &Log, within: &EventSet) -> Arc<Resolution> {
        self.learn(log);
        self.state_at(log, within).facts.resolution.clone()
    }

    /// Returns the state of a set of judged events.
    pub(crate) fn state_at(&mut self, log: &Log, within: &EventSet) -> Arc<State> {
        if self.is_thorough {
            return Arc::new(Weighing::weigh(log, &self.book, within));
        }
        if let Some(place) = self.states.iter().position(|state| state.within == *within)
            && let Some(state) = self.states.remove(place)
        {
            self.states.push_front(state.clone());
            return state;
        }
        let state = Arc::new(
            self.stepped_to(log, within).unwrap_or_else(|| Weighing::weigh(log, &self.book, within)),
        );
        self.states.push_front(state.clone());
        self.states.truncate(limits::RESOLVED_STATES_MAX);
        state
    }

    /// Goes on from the largest kept state inside `within`, if each event on the way allows it.
    fn stepped_to(&self, log: &Log, within: &EventSet) -> Option<State> {
        let inside = self.states.iter().filter(|state| state.within.is_subset(within));
        let nearest = inside.max_by_key(|state| state.within.count())?;
        let missing: Vec<usize> =
            within.without(&nearest.within).take(limits::RESOLVE_STEPS_MAX + 1).collect();
        if missing.len() > limits::RESOLVE_STEPS_MAX {
            return None;
        }
        let mut state = State::clone(nearest);
        let is_whole = missing.into_iter().all(|index| state.step(log, &self.book, index));
        is_whole.then_some(state)
    }

    /// Returns the member that an event's author was, in the event's own past.
    pub(crate) fn member_at(&self, index: usize) -> Option<usize> {
        self.book.judged.get(index)?.member
    }

    /// Returns who an event's author was.
    pub(crate) fn person_at(&self, log: &Log, index: usize) -> Option<IdentityId> {
        identity_at(log, self.member_at(index)?)
    }

    /// Says whether an event is of the person whom the act at `member` let in.
    pub(crate) fn is_of(&self, log: &Log, index: usize, member: usize) -> bool {
        self.member_at(index).is_some_and(|author| is_same_person(log, author, member))
    }

    /// Returns those of these commits that do not count among all that the log has: their author's membership does not
    /// stand, or a removal or revocation that did not know of them took their voice, and no majority of the admins had
    /// acknowledged them before it knew.
    pub(crate) fn silenced<'a>(
        &mut self,
        log: &Log,
        commits: impl Iterator<Item = &'a EpochId>,
    ) -> Vec<EpochId> {
        let state = self.state_at(log, log.all());
        let weighing = Weighing::of(log, &self.book, &state);
        let counts = |epoch: &EpochId| {
            log.index_of(&EventId::from(*epoch)).is_some_and(|index| weighing.counts(index))
        };
        commits.filter(|epoch| !counts(epoch)).copied().collect()
    }

    /// Returns the members, of any time, whose events may not all count.
    pub(crate) fn suspects(&mut self, log: &Log) -> BTreeSet<MemberId> {
        let state = self.state_at(log, log.all());
        let revocations = state.facts.revocations.values().flatten();
        let revokers = revocations.filter_map(|revocation| identity_at(log, revocation.member));
        let people: BTreeSet<IdentityId> = revokers.chain(state.facts.removals.keys().copied()).collect();
        let members = people.iter().filter_map(|identity| self.book.entries.get(identity)).flatten();
        let unsafe_ones = members.chain(&state.facts.void);
        unsafe_ones.filter_map(|member| id_at(log, *member)).map(MemberId::from).collect()
    }

    /// Says whether an event knew of every other act that the log has.
    pub(crate) fn knows_acts(&self, log: &Log, index: usize) -> bool {
        log.entry(index).is_some_and(|entry| log.all().is_subset_among(&self.book.acts, &entry.past))
    }

    /// Returns what changes with the members and removals that the log leads to.
    pub(crate) fn key(&mut self, log: &Log) -> StateKey {
        StateKey(Some(self.state_at(log, log.all()).facts.clone()))
    }

    /// Says whether the author held its rank at the time, that is a vote.
    pub(crate) fn had_vote(&self, index: usize) -> bool {
        self.book.judged.get(index).is_some_and(|judged| {
            judged.voters.members.iter().any(|(member, _)| Some(*member) == judged.member)
        })
    }
}
