//! Counting: which ballots count, at which stage a question is, and what the group has decided.
//!
//! Pure functions over what everybody has. Who may write what is `group`'s. PROTOCOL section 15.

use crate::content::body::{Ballot, BallotMark, PollCount, PollKind, PollTerms};
use crate::ids::{MessageId, Timestamp};

/// Where a question stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum PollStage {
    /// It is talked about.
    Discussion,
    /// Ballots are written.
    Voting,
    /// The vote is over; ballots of those who were away still come.
    Gathering,
    /// It can be counted.
    Countable,
    /// It is counted.
    Counted,
    /// Nobody counted while there were ballots: nothing was decided.
    Lapsed,
}

/// Returns where a question stands. A count that claims to be of the future is none yet.
pub fn stage(terms: &PollTerms, count: Option<&PollCount>, now: Timestamp) -> PollStage {
    if count.is_some_and(|count| count.at <= now) {
        return PollStage::Counted;
    }
    match now {
        now if now < terms.opens_at => PollStage::Discussion,
        now if now <= terms.closes_at => PollStage::Voting,
        now if now < terms.countable_at() => PollStage::Gathering,
        now if now < terms.ballots_end_at() => PollStage::Countable,
        _ => PollStage::Lapsed,
    }
}

/// A ballot as it stands, of somebody who votes in the group today.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cast {
    /// Its message.
    pub id: MessageId,
    /// When it was written, by its author's clock.
    pub at: Timestamp,
    /// For what.
    pub choice: Option<u8>,
}

impl Cast {
    /// Returns the ballot if it is one for these terms: written in time, and for something that can be chosen.
    pub fn of(terms: &PollTerms, ballot: &Ballot, id: MessageId, at: Timestamp) -> Option<Self> {
        let is_in_time = (terms.opens_at..=terms.closes_at).contains(&at);
        let is_a_choice = ballot.choice.is_none_or(|choice| usize::from(choice) < terms.choices());
        let fits = is_in_time && is_a_choice && ballot.closes_at == terms.closes_at;
        fits.then_some(Self { id, at, choice: ballot.choice })
    }
}

/// Counts ballots, in whatever order they are given.
pub fn count(terms: &PollTerms, ballots: &[Cast], now: Timestamp) -> PollCount {
    let mut votes = vec![0_u32; terms.choices()];
    let mut abstained = 0_u32;
    for ballot in ballots {
        let chosen = ballot.choice.and_then(|choice| votes.get_mut(usize::from(choice)));
        let sum = chosen.unwrap_or(&mut abstained);
        *sum = sum.saturating_add(1);
    }
    let mut marks: Vec<BallotMark> = ballots.iter().map(|ballot| BallotMark::of(&ballot.id)).collect();
    marks.sort_unstable();
    PollCount { at: now, ballots: marks, votes, abstained }
}

/// Returns what was decided: which of what could be chosen has as many as are needed, of those who chose something.
pub fn decided(terms: &PollTerms, count: &PollCount) -> Option<usize> {
    let all: u64 = count.votes.iter().map(|votes| u64::from(*votes)).sum();
    let is_enough = |votes: u64| match terms.kind {
        PollKind::Change => votes > 0 && votes * 3 >= all * 2,
        PollKind::Other => votes * 2 > all,
    };
    count.votes.iter().position(|votes| is_enough(u64::from(*votes)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::{MS_PER_DAY, ObjectId};

    const OPENS: Timestamp = Timestamp(3 * MS_PER_DAY);
    const CLOSES: Timestamp = Timestamp(7 * MS_PER_DAY);

    fn terms(kind: PollKind, options: &[&str]) -> PollTerms {
        PollTerms {
            question: "tea?".into(),
            options: options.iter().map(|option| (*option).to_owned()).collect(),
            kind,
            asked_at: Timestamp(0),
            opens_at: OPENS,
            closes_at: CLOSES,
            again: None,
        }
    }

    fn result(kind: PollKind, votes: &[u32], abstained: u32) -> Option<usize> {
        let options: &[&str] = if votes.len() == 2 { &[] } else { &["tea", "coffee", "water"] };
        let count = PollCount { at: CLOSES, ballots: Vec::new(), votes: votes.to_vec(), abstained };
        decided(&terms(kind, options), &count)
    }

    #[test]
    fn p15_5_a_change_needs_two_of_three_and_anything_else_more_than_half() {
        use PollKind::{Change, Other};
        assert_eq!(result(Change, &[2, 1], 0), Some(0));
        assert_eq!(result(Change, &[199, 100], 0), None);
        assert_eq!(result(Other, &[199, 100], 0), Some(0));
        assert_eq!(result(Other, &[2, 2], 0), None);
        assert_eq!(result(Other, &[1, 2], 0), Some(1));
        assert_eq!(result(Change, &[3, 3, 3], 0), None);
        assert_eq!(result(Other, &[2, 5, 2], 0), Some(1));
        assert_eq!(result(Other, &[2, 4, 2], 0), None);
        // Who chose nothing stands in nobody's way, and decides nothing.
        assert_eq!(result(Change, &[2, 1], 90), Some(0));
        assert_eq!([Change, Other].map(|kind| result(kind, &[0, 0], 5)), [None; 2]);
    }

    #[test]
    fn p15_3_a_ballot_counts_if_it_was_written_while_the_vote_was_open() {
        let poll = ObjectId([1; 32]);
        let ballot = |choice| Ballot { poll, closes_at: CLOSES, choice };
        let terms = terms(PollKind::Other, &[]);
        let counts =
            |ballot: &Ballot, at: u64| Cast::of(&terms, ballot, MessageId([2; 32]), Timestamp(at)).is_some();
        assert!(counts(&ballot(Some(1)), OPENS.0) && counts(&ballot(None), CLOSES.0));
        assert!(!counts(&ballot(Some(1)), OPENS.0 - 1) && !counts(&ballot(Some(1)), CLOSES.0 + 1));
        assert!(!counts(&ballot(Some(2)), OPENS.0));
        assert!(!counts(&Ballot { closes_at: Timestamp(CLOSES.0 + 1), ..ballot(Some(1)) }, OPENS.0));
    }

    #[test]
    fn counting_gives_the_same_in_any_order_and_is_in_bounds() {
        let terms = terms(PollKind::Other, &["tea", "coffee", "water"]);
        let ballots: Vec<Cast> = [Some(2), None, Some(0), Some(2)]
            .into_iter()
            .zip([7_u8, 3, 9, 1])
            .map(|(choice, id)| Cast { id: MessageId([id; 32]), at: OPENS, choice })
            .collect();
        let now = terms.countable_at();
        let counted = count(&terms, &ballots, now);
        let turned: Vec<Cast> = ballots.into_iter().rev().collect();
        assert!(count(&terms, &turned, now) == counted);
        assert_eq!((counted.votes.as_slice(), counted.abstained), ([1, 0, 2].as_slice(), 1));
        let poll = crate::content::body::Poll { terms, count: Some(counted) };
        assert!(crate::content::Body::Poll(poll).is_in_bounds());
    }

    #[test]
    fn a_question_goes_from_talk_to_vote_to_count_and_lapses_uncounted() {
        let terms = terms(PollKind::Other, &[]);
        let day = MS_PER_DAY;
        for (at, expected) in [
            (0, PollStage::Discussion),
            (3 * day - 1, PollStage::Discussion),
            (3 * day, PollStage::Voting),
            (7 * day, PollStage::Voting),
            (7 * day + 1, PollStage::Gathering),
            (10 * day - 1, PollStage::Gathering),
            (10 * day, PollStage::Countable),
            (37 * day - 1, PollStage::Countable),
            (37 * day, PollStage::Lapsed),
        ] {
            assert_eq!(stage(&terms, None, Timestamp(at)), expected, "{at}");
        }
        let counted = count(&terms, &[], Timestamp(12 * day));
        assert_eq!(stage(&terms, Some(&counted), Timestamp(12 * day - 1)), PollStage::Countable);
        assert_eq!(stage(&terms, Some(&counted), Timestamp(12 * day)), PollStage::Counted);
        assert_eq!(stage(&terms, Some(&counted), Timestamp(99 * day)), PollStage::Counted);
    }
}
