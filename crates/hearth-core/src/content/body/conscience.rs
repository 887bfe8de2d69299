//! What the group decides by voting: a question, ballots, words beside the result.
//!
//! Owns what may be asked and when, and what a count says. Counting is [`crate::conscience`]'s. PROTOCOL section 15.

use serde::{Deserialize, Serialize};

use super::{BodyKind, BodyRules, Right, Salt, is_line, is_text, silent};
use crate::content::object::salt_of;
use crate::ids::{MS_PER_DAY, MessageId, ObjectId, Timestamp};
use crate::limits;

/// A question that the group votes on, and how it was counted.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Poll {
    /// What is asked. The object's id follows from it: what people vote on cannot be changed below their votes.
    pub terms: PollTerms,
    /// The count, once somebody has counted.
    pub count: Option<PollCount>,
}

/// What is asked. No field can be added here, nor in a count: what a later version adds follows them.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PollTerms {
    /// The words.
    pub question: String,
    /// What can be chosen, each a line; none for yes and no, in this order.
    pub options: Vec<String>,
    /// How many are needed.
    pub kind: PollKind,
    /// When it was asked, by the clock of who did.
    pub asked_at: Timestamp,
    /// From when on ballots count: before, it is talked about.
    pub opens_at: Timestamp,
    /// Until when a ballot has to be written, by its author's clock.
    pub closes_at: Timestamp,
    /// The question that is looked at again.
    pub again: Option<ObjectId>,
}

/// How many are needed. Numbers are on the wire; only appended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum PollKind {
    /// It changes how the group does things: two of three.
    Change,
    /// Anything else: more than half.
    Other,
}

/// A count. It names the ballots that it is of, so that it is the same everywhere, whatever comes later.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PollCount {
    /// When, by the clock of who counted.
    pub at: Timestamp,
    /// The ballots, in ascending order.
    pub ballots: Vec<BallotMark>,
    /// Ballots for each of what could be chosen.
    pub votes: Vec<u32>,
    /// Ballots for nothing of it.
    pub abstained: u32,
}

/// The first half of a ballot's id: with a thousand of them a count still fits into an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct BallotMark([u8; 16]);

impl BallotMark {
    /// Returns the mark of a ballot.
    pub fn of(ballot: &MessageId) -> Self {
        let mut mark = [0; 16];
        mark.iter_mut().zip(ballot.0).for_each(|(to, from)| *to = from);
        Self(mark)
    }
}

impl PollTerms {
    /// Returns how many things can be chosen.
    pub fn choices(&self) -> usize {
        if self.options.is_empty() { YES_AND_NO } else { self.options.len() }
    }

    /// Returns from when on it may be counted: by then, who was away has had days to bring their ballot.
    pub fn countable_at(&self) -> Timestamp {
        self.closes_at.plus_ms(limits::POLL_COUNT_AFTER_DAYS * MS_PER_DAY)
    }

    /// Returns when the ballots are gone.
    pub fn ballots_end_at(&self) -> Timestamp {
        self.closes_at.plus_ms(limits::BALLOTS_KEPT_DAYS * MS_PER_DAY)
    }

    fn is_in_bounds(&self) -> bool {
        let mut options: Vec<&String> = self.options.iter().collect();
        options.sort_unstable();
        options.dedup();
        let options_fit = options.len() == self.options.len()
            && matches!(self.options.len(), 0 | 2..=limits::POLL_OPTIONS_MAX)
            && self.options.iter().all(|option| is_line(option, limits::LINE_BYTES_MAX));
        let open_for = limits::POLL_DAYS_MIN * MS_PER_DAY..=limits::POLL_DAYS_MAX * MS_PER_DAY;
        options_fit
            && is_text(&self.question)
            && self.question.len() <= limits::POLL_QUESTION_BYTES_MAX
            && self.asked_at <= self.opens_at
            && self.opens_at < self.closes_at
            && self.closes_at.ms_since(self.opens_at) >= limits::POLL_VOTING_DAYS_MIN * MS_PER_DAY
            && open_for.contains(&self.closes_at.ms_since(self.asked_at))
    }
}

/// Yes is the first, no the second.
const YES_AND_NO: usize = 2;

impl PollCount {
    fn fits(&self, terms: &PollTerms) -> bool {
        let ballots = self.votes.iter().fold(u64::from(self.abstained), |sum, votes| sum + u64::from(*votes));
        self.at >= terms.countable_at()
            && self.at < terms.ballots_end_at()
            && self.votes.len() == terms.choices()
            && self.ballots.len() <= limits::MEMBERS_MAX
            && usize::try_from(ballots) == Ok(self.ballots.len())
            && self.ballots.is_sorted_by(|one, next| one < next)
    }
}

impl Poll {
    pub(super) const RIGHT: Right = Right::HomeOwnerAndServants;
}

impl BodyKind for Poll {
    fn is_in_bounds(&self) -> bool {
        self.terms.is_in_bounds() && self.count.as_ref().is_none_or(|count| count.fits(&self.terms))
    }

    fn rules(&self) -> BodyRules {
        let terms = postcard::to_stdvec(&self.terms).unwrap_or_default();
        let ends = Some(self.terms.closes_at.plus_ms(limits::POLL_KEPT_DAYS * MS_PER_DAY));
        BodyRules { right: Self::RIGHT, salt: Salt::About(salt_of(&terms)), ends }
    }
}

/// How somebody votes. The last one of a person counts.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ballot {
    /// On which question.
    pub poll: ObjectId,
    /// Until when that is voted on: it says when this is over.
    pub closes_at: Timestamp,
    /// For which of what can be chosen, counted from 0; `None` for nothing of it.
    pub choice: Option<u8>,
}

impl Ballot {
    pub(super) const RIGHT: Right = Right::HomeOwner;
}

impl BodyKind for Ballot {
    fn is_in_bounds(&self) -> bool {
        self.choice.is_none_or(|choice| usize::from(choice) < limits::POLL_OPTIONS_MAX)
    }

    fn rules(&self) -> BodyRules {
        let ends = Some(self.closes_at.plus_ms(limits::BALLOTS_KEPT_DAYS * MS_PER_DAY));
        BodyRules { right: Self::RIGHT, salt: Salt::About(salt_of(&self.poll.0)), ends }
    }
}

/// Words that stand beside a question and its result.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PollWord {
    /// Which question.
    pub poll: ObjectId,
    /// Until when that is voted on: it says when this is over.
    pub closes_at: Timestamp,
    /// Which sort of words: a person has one of each.
    pub sort: PollWordSort,
    /// The words.
    pub text: String,
}

/// A sort of words beside a question. Numbers are on the wire; only appended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum PollWordSort {
    /// What somebody who was not of the majority wants heard.
    Minority,
    /// Why somebody asks the group to look at it again.
    Reconsider,
}

impl PollWord {
    pub(super) const RIGHT: Right = Right::HomeOwner;
}

impl BodyKind for PollWord {
    fn is_in_bounds(&self) -> bool {
        is_text(&self.text) && self.text.len() <= limits::POLL_WORD_BYTES_MAX
    }

    fn rules(&self) -> BodyRules {
        let sort = match self.sort {
            PollWordSort::Minority => b'm',
            PollWordSort::Reconsider => b'r',
        };
        let about = [&self.poll.0, [sort].as_slice()].concat();
        let ends = Some(self.closes_at.plus_ms(limits::POLL_KEPT_DAYS * MS_PER_DAY));
        BodyRules { right: Self::RIGHT, salt: Salt::About(salt_of(&about)), ends }
    }
}

silent!(Poll, PollTerms, PollCount, Ballot, PollWord);

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    pub(in crate::content::body) fn terms() -> PollTerms {
        PollTerms {
            question: "Tuesday, coffee".into(),
            options: Vec::new(),
            kind: PollKind::Change,
            asked_at: Timestamp(1_000),
            opens_at: Timestamp(1_000 + 3 * MS_PER_DAY),
            closes_at: Timestamp(1_000 + 7 * MS_PER_DAY),
            again: None,
        }
    }

    pub(in crate::content::body) fn counted() -> PollCount {
        let mark = |number: u8| BallotMark([number; 16]);
        let at = Timestamp(1_000 + 10 * MS_PER_DAY);
        PollCount { at, ballots: vec![mark(1), mark(2), mark(4)], votes: vec![1, 1], abstained: 1 }
    }

    fn is_in_bounds(change: impl FnOnce(&mut PollTerms)) -> bool {
        let mut terms = terms();
        change(&mut terms);
        Poll { terms, count: None }.is_in_bounds()
    }

    fn counts(change: impl FnOnce(&mut PollCount)) -> bool {
        let mut count = counted();
        change(&mut count);
        Poll { terms: terms(), count: Some(count) }.is_in_bounds()
    }

    #[test]
    fn p15_1_a_question_is_open_for_seven_days_at_least_and_can_be_voted_on_for_one() {
        let day = MS_PER_DAY;
        assert!(is_in_bounds(|_| {}));
        assert!(!is_in_bounds(|terms| terms.closes_at = Timestamp(999 + 7 * day)));
        assert!(is_in_bounds(|terms| terms.closes_at = Timestamp(1_000 + 90 * day)));
        assert!(!is_in_bounds(|terms| terms.closes_at = Timestamp(1_001 + 90 * day)));
        assert!(is_in_bounds(|terms| terms.opens_at = Timestamp(1_000 + 6 * day)));
        assert!(!is_in_bounds(|terms| terms.opens_at = Timestamp(1_001 + 6 * day)));
        assert!(!is_in_bounds(|terms| terms.opens_at = Timestamp(999)));
        assert!(!is_in_bounds(|terms| terms.opens_at = Timestamp(u64::MAX)));
        assert!(!is_in_bounds(|terms| terms.question = String::new()));
        let options = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
        assert!(is_in_bounds(|terms| terms.options = options(&["tea", "coffee"])));
        assert!(!is_in_bounds(|terms| terms.options = options(&["tea"])));
        assert!(!is_in_bounds(|terms| terms.options = options(&["tea", "tea"])));
        assert!(!is_in_bounds(
            |terms| terms.options = options(&["1", "2", "3", "4", "5", "6", "7", "8", "9"])
        ));
    }

    #[test]
    fn p15_4_a_count_names_every_ballot_once_and_comes_three_days_after_the_vote() {
        let day = MS_PER_DAY;
        assert!(counts(|_| {}));
        assert!(!counts(|count| count.at = Timestamp(999 + 10 * day)));
        assert!(counts(|count| count.at = Timestamp(999 + 37 * day)));
        assert!(!counts(|count| count.at = Timestamp(1_000 + 37 * day)));
        assert!(!counts(|count| count.abstained = 0));
        assert!(!counts(|count| count.votes = vec![2]));
        assert!(!counts(|count| count.votes = vec![1, 1, 0]));
        assert!(!counts(|count| count.ballots = vec![BallotMark([1; 16]); 3]));
        assert!(!counts(|count| count.votes = vec![u32::MAX, u32::MAX]));
    }

    #[test]
    fn p15_2_what_is_asked_makes_the_place_of_the_question() {
        let salt = |terms: PollTerms, count| Poll { terms, count }.rules().salt;
        let asked = salt(terms(), None);
        assert_eq!(salt(terms(), Some(counted())), asked);
        assert_ne!(salt(PollTerms { question: "Tuesday, tea".into(), ..terms() }, None), asked);
        assert_ne!(salt(PollTerms { kind: PollKind::Other, ..terms() }, None), asked);
    }

    #[test]
    fn the_longest_question_and_a_count_of_all_members_fit_into_an_object() {
        let options =
            (0..limits::POLL_OPTIONS_MAX).map(|number| number.to_string().repeat(limits::LINE_BYTES_MAX));
        let question = "q".repeat(limits::POLL_QUESTION_BYTES_MAX);
        let terms =
            PollTerms { question, options: options.collect(), again: Some(ObjectId([9; 32])), ..terms() };
        let mark = |number: usize| {
            let mut id = [0; 32];
            id[..8].copy_from_slice(&(number as u64).to_be_bytes());
            BallotMark::of(&MessageId(id))
        };
        let mut votes = vec![0; limits::POLL_OPTIONS_MAX];
        votes[0] = u32::try_from(limits::MEMBERS_MAX).unwrap();
        let ballots = (0..limits::MEMBERS_MAX).map(mark).collect();
        let poll = Poll { terms, count: Some(PollCount { ballots, votes, abstained: 0, ..counted() }) };
        assert!(poll.is_in_bounds());
        assert!(postcard::to_stdvec(&poll).unwrap().len() <= limits::OBJECT_BYTES_MAX);
    }
}
