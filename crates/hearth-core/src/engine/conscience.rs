//! What the group votes on: asking, voting, saying something beside it, counting, and what can be looked at of it.
//!
//! Sums are shown once there is a count, and not before: who votes first leads nobody. Whose ballot says what is told to
//! nobody but its author. PROTOCOL section 15.

use std::collections::BTreeMap;

use super::{Delivery, Engine, Step};
use crate::conscience::{Cast, PollStage, count, decided, stage};
use crate::content::body::{
    Ballot, BallotMark, Body, Poll, PollCount, PollKind, PollTerms, PollWord, PollWordSort,
};
use crate::error::{Fault, OperationError};
use crate::event::Role;
use crate::group::Group;
use crate::ids::{GroupId, IdentityId, MS_PER_DAY, MemberId, MessageId, ObjectId, Timestamp};
use crate::keys::KeyLayer;
use crate::store::ReadStore;

/// What somebody asks the group.
#[derive(Clone, PartialEq, Eq)]
pub struct GroupQuestion {
    /// The words.
    pub question: String,
    /// What can be chosen; none for yes and no.
    pub options: Vec<String>,
    /// How many are needed.
    pub kind: PollKind,
    /// Days for which it is talked about first.
    pub talk_days: u64,
    /// Days until the vote is over, the talk included.
    pub days: u64,
    /// The question that is looked at again.
    pub again: Option<ObjectId>,
}

/// A question, where it stands, and its result.
#[derive(Clone, PartialEq, Eq)]
pub struct PollView {
    /// Its id.
    pub id: ObjectId,
    /// What is asked.
    pub terms: PollTerms,
    /// Where it stands.
    pub stage: PollStage,
    /// The count, once there is one.
    pub count: Option<CountView>,
    /// Who asked, if they are in the group.
    pub asked_by: Option<MemberId>,
    /// Whether this member asked.
    pub is_mine: bool,
    /// Whether this member has a vote.
    pub may_vote: bool,
    /// Whether this member may count it, once it is time.
    pub may_count: bool,
    /// This member's own ballot, while it is kept: for what, `None` in it for nothing.
    pub own: Option<Option<u8>>,
    /// What people say beside it, sorts apart, the earliest first.
    pub words: Vec<PollWordView>,
    /// How far the newest version has come, if this device wrote it lately.
    pub delivery: Option<Delivery>,
}

/// What was counted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CountView {
    /// When.
    pub at: Timestamp,
    /// By whom, also if no longer in the group.
    pub by: Option<MemberId>,
    /// The pseudonym.
    pub by_name: String,
    /// Ballots for each of what could be chosen.
    pub votes: Vec<u32>,
    /// Ballots for nothing of it.
    pub abstained: u32,
    /// Which one has as many as are needed.
    pub decided: Option<usize>,
    /// How many counts stand beside it, by people who did not know of it.
    pub beside: usize,
    /// Ballots that are known here, should count, and are not in it. 0 once ballots are gone.
    pub left_out: usize,
    /// Ballots that it names and that are not here. 0 once ballots are gone.
    pub not_here: usize,
    /// Whether all ballots that it names are here and say something else.
    pub is_miscounted: bool,
}

/// Words beside a question.
#[derive(Clone, PartialEq, Eq)]
pub struct PollWordView {
    /// Which sort.
    pub sort: PollWordSort,
    /// The words.
    pub text: String,
    /// Whose, also if no longer in the group.
    pub by: Option<MemberId>,
    /// The pseudonym.
    pub by_name: String,
    /// Whether they are this member's.
    pub is_mine: bool,
    /// When, by the author's clock.
    pub at: Timestamp,
}

// What people write never reaches a log by way of a derived Debug.
impl std::fmt::Debug for PollView {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("PollView(..)")
    }
}

impl std::fmt::Debug for PollWordView {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("PollWordView(..)")
    }
}

impl<S: ReadStore, K: KeyLayer> Engine<S, K> {
    /// Asks the group something. A request that was granted before returns what it made.
    ///
    /// # Errors
    /// As [`Engine::put_object`].
    pub fn ask_group(
        &mut self,
        group: GroupId,
        asking: &GroupQuestion,
        request: Option<&str>,
        now: Timestamp,
    ) -> Result<Step<'_, S, ObjectId, K>, OperationError> {
        let GroupQuestion { question, options, kind, talk_days, days, again } = asking.clone();
        let opens_at = now.plus_ms(talk_days.saturating_mul(MS_PER_DAY));
        let closes_at = now.plus_ms(days.saturating_mul(MS_PER_DAY));
        let terms = PollTerms { question, options, kind, asked_at: now, opens_at, closes_at, again };
        self.put_object(group, None, &Body::Poll(Poll { terms, count: None }), request, now)
    }

    /// Votes, or votes anew: the last ballot counts. `None` is for nothing of what can be chosen.
    ///
    /// # Errors
    /// [`OperationError::UnknownObject`], [`OperationError::NotTheTime`], [`OperationError::OutOfBounds`], and as for
    /// [`Engine::put_object`].
    pub fn vote(
        &mut self,
        group: GroupId,
        poll: ObjectId,
        choice: Option<u8>,
        now: Timestamp,
    ) -> Result<Step<'_, S, ObjectId, K>, OperationError> {
        let known = self.known_poll(&group, &poll)?;
        if stage(&known.terms, known.count.as_ref(), now) != PollStage::Voting {
            return Err(OperationError::NotTheTime);
        }
        if choice.is_some_and(|choice| usize::from(choice) >= known.terms.choices()) {
            return Err(OperationError::OutOfBounds("a choice"));
        }
        let ballot = Ballot { poll, closes_at: known.terms.closes_at, choice };
        self.put_object(group, None, &Body::Ballot(ballot), None, now)
    }

    /// Says something beside a question: a minority's word from the vote on, a wish to look at it again once it is counted.
    ///
    /// # Errors
    /// As [`Engine::vote`].
    pub fn say_beside(
        &mut self,
        group: GroupId,
        poll: ObjectId,
        sort: PollWordSort,
        text: &str,
        now: Timestamp,
    ) -> Result<Step<'_, S, ObjectId, K>, OperationError> {
        let known = self.known_poll(&group, &poll)?;
        let stage = stage(&known.terms, known.count.as_ref(), now);
        let is_time = match sort {
            PollWordSort::Minority => stage >= PollStage::Voting,
            PollWordSort::Reconsider => stage == PollStage::Counted,
        };
        if !is_time {
            return Err(OperationError::NotTheTime);
        }
        let word = PollWord { poll, closes_at: known.terms.closes_at, sort, text: text.to_owned() };
        self.put_object(group, None, &Body::PollWord(word), None, now)
    }

    /// Counts: names the ballots of today's members that are known here and were written in time. After that it stays.
    ///
    /// # Errors
    /// As [`Engine::vote`].
    pub fn count_poll(
        &mut self,
        group: GroupId,
        poll: ObjectId,
        now: Timestamp,
    ) -> Result<Step<'_, S, ObjectId, K>, OperationError> {
        let known = self.known_poll(&group, &poll)?;
        if stage(&known.terms, known.count.as_ref(), now) != PollStage::Countable || known.count.is_some() {
            return Err(OperationError::NotTheTime);
        }
        let counting = self.groups.get(&group).ok_or(OperationError::UnknownGroup)?;
        let ballots = all_ballots(counting, &self.store)?.remove(&poll).unwrap_or_default();
        let ballots = cast(&ballots, &known.terms);
        let counted = Poll { count: Some(count(&known.terms, &ballots, now)), terms: known.terms };
        self.put_object(group, Some(poll), &Body::Poll(counted), None, now)
    }

    /// Returns what the group votes on and has voted on, the one that closes last first.
    ///
    /// # Errors
    /// [`Fault`] if the store cannot be read.
    pub fn polls(&self, group: &GroupId, now: Timestamp) -> Result<Vec<PollView>, Fault> {
        let Some(known) = self.groups.get(group) else { return Ok(Vec::new()) };
        let (mut views, mut ballots) = (Vec::new(), all_ballots(known, &self.store)?);
        let may_vote = known.own_rank().is_some_and(|role| role >= Role::Member);
        for (id, version, beside) in known.objects_today() {
            let Some(Body::Poll(poll)) = known.body_of(&self.store, version)? else { continue };
            let Poll { terms, count } = poll;
            let stage = stage(&terms, count.as_ref(), now);
            let ballots = ballots.remove(&id).unwrap_or_default();
            let counted = count.filter(|_| stage == PollStage::Counted).map(|count| {
                let by = known.author_of(&version.author);
                let by_name = known.name_of(&version.author).unwrap_or_default().to_owned();
                let checked = checked(&terms, &count, &ballots, now);
                CountView { by, by_name, beside, ..checked }
            });
            let own = ballots.iter().find(|found| known.is_own_identity(&found.owner));
            views.push(PollView {
                id,
                stage,
                count: counted,
                asked_by: self.member_of_identity(group, &version.owner),
                is_mine: known.is_own_identity(&version.owner),
                may_vote,
                may_count: known.may_change(version),
                own: own.map(|found| found.ballot.choice),
                words: self.words_beside(group, &id)?,
                delivery: self.delivery(group, &version.message),
                terms,
            });
        }
        views.sort_by_key(|view| std::cmp::Reverse((view.terms.closes_at, view.id)));
        Ok(views)
    }

    fn words_beside(&self, group: &GroupId, poll: &ObjectId) -> Result<Vec<PollWordView>, Fault> {
        let objects = self.objects(group)?.into_iter();
        let mut words: Vec<PollWordView> = objects
            .filter_map(|object| match object.body {
                Body::PollWord(word) if word.poll == *poll => Some(PollWordView {
                    sort: word.sort,
                    text: word.text,
                    by: object.by,
                    by_name: object.by_name,
                    is_mine: object.is_mine,
                    at: object.at,
                }),
                _ => None,
            })
            .collect();
        words.sort_by_key(|word| (word.sort, word.at, word.by));
        Ok(words)
    }

    /// Says whether something is a question that the group has decided: that stays.
    pub(super) fn is_counted(&self, group: &GroupId, id: &ObjectId) -> Result<bool, OperationError> {
        match self.known_poll(group, id) {
            Ok(poll) => Ok(poll.count.is_some()),
            Err(OperationError::UnknownObject | OperationError::UnknownGroup) => Ok(false),
            Err(error) => Err(error),
        }
    }

    fn known_poll(&self, group: &GroupId, poll: &ObjectId) -> Result<Poll, OperationError> {
        let known = self.groups.get(group).ok_or(OperationError::UnknownGroup)?;
        let version = known.versions_today(poll).first().copied().ok_or(OperationError::UnknownObject)?;
        match known.body_of(&self.store, version)? {
            Some(Body::Poll(poll)) => Ok(poll),
            Some(_) | None => Err(OperationError::UnknownObject),
        }
    }
}

/// A ballot that stands.
struct Found {
    owner: IdentityId,
    ballot: Ballot,
    id: MessageId,
    at: Timestamp,
    /// Whether its author has a vote today.
    has_vote: bool,
}

/// Returns the ballots on each question, of each person the last.
fn all_ballots<S: ReadStore, K: KeyLayer>(
    group: &Group<K>,
    store: &S,
) -> Result<BTreeMap<ObjectId, Vec<Found>>, Fault> {
    let mut all: BTreeMap<ObjectId, Vec<Found>> = BTreeMap::new();
    for (_, version, _) in group.objects_today() {
        if let Some(Body::Ballot(ballot)) = group.body_of(store, version)? {
            let has_vote = group.rank_of(&version.owner).is_some_and(|role| role >= Role::Member);
            let (id, at) = (version.message, version.clock);
            all.entry(ballot.poll).or_default().push(Found {
                owner: version.owner,
                ballot,
                id,
                at,
                has_vote,
            });
        }
    }
    Ok(all)
}

impl Found {
    fn cast(&self, terms: &PollTerms) -> Option<Cast> {
        Cast::of(terms, &self.ballot, self.id, self.at)
    }
}

fn cast(found: &[Found], terms: &PollTerms) -> Vec<Cast> {
    found.iter().filter(|found| found.has_vote).filter_map(|found| found.cast(terms)).collect()
}

/// Looks at a count beside the ballots that are here. Its author is not known yet.
fn checked(terms: &PollTerms, counted: &PollCount, found: &[Found], now: Timestamp) -> CountView {
    let named = |mark: &BallotMark| counted.ballots.binary_search(mark).is_ok();
    let are_kept = now < terms.ballots_end_at();
    let should_count = cast(found, terms);
    let left_out = should_count.iter().filter(|ballot| !named(&BallotMark::of(&ballot.id))).count();
    // Whoever was counted and has left since is still counted.
    let here = found.iter().filter(|ballot| named(&BallotMark::of(&ballot.id)));
    let here: Vec<Cast> = here.filter_map(|ballot| ballot.cast(terms)).collect();
    let not_here = counted.ballots.len().saturating_sub(here.len());
    let anew = count(terms, &here, counted.at);
    let is_miscounted = not_here == 0 && (anew.votes != counted.votes || anew.abstained != counted.abstained);
    CountView {
        at: counted.at,
        by: None,
        by_name: String::new(),
        votes: counted.votes.clone(),
        abstained: counted.abstained,
        decided: decided(terms, counted),
        beside: 0,
        left_out: if are_kept { left_out } else { 0 },
        not_here: if are_kept { not_here } else { 0 },
        is_miscounted: are_kept && is_miscounted,
    }
}
