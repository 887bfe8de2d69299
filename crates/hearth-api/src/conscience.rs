//! What a group votes on: questions, ballots, words beside them, counts. Sums alone: no answer says how anybody else voted.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::error::{ApiError, ErrorCode};
use crate::ids::{MemberId, ObjectId, RequestId};
use crate::limits::{
    POLL_DAYS_MAX, POLL_DAYS_MIN, POLL_OPTIONS_MAX, POLL_QUESTION_BYTES_MAX, POLL_WORD_BYTES_MAX,
};
use crate::redacted;
use crate::requests::{Checked, is_line};
use crate::views::DeliveryState;

/// Asks the group something.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AskGroup {
    /// The words, at most 2 KiB.
    pub question: String,
    /// What can be chosen, 2 to 8 different lines; nothing for yes and no.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub options: Vec<String>,
    /// How many are needed.
    pub kind: PollKind,
    /// Days for which it is talked about before anybody votes.
    pub talk_days: u32,
    /// Days until the vote is over, the talk included: 7 to 90, and at least one more than the talk.
    pub days: u32,
    /// The question that is looked at again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub again: Option<ObjectId>,
    /// Chosen by the client: the same request, sent twice, is one question.
    pub request_id: RequestId,
}

/// How many are needed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum PollKind {
    /// It changes how the group does things: two of three of those who choose something.
    Change,
    /// Anything else: more than half.
    Other,
}

/// Votes, or votes anew.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Vote {
    /// For which of the options, counted from 0; of yes and no, yes is 0. Nothing: to abstain.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub choice: Option<u8>,
}

/// Says something beside a question. A second time it takes the place of the first.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SayBeside {
    /// Which sort of words.
    pub sort: PollWordSort,
    /// The words, at most 4 KiB.
    pub text: String,
}

/// A sort of words beside a question.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum PollWordSort {
    /// What somebody who was not of the majority wants heard.
    Minority,
    /// Why somebody asks the group to look at it again.
    Reconsider,
}

/// Where a question stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
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

/// A question, where it stands, and its result. Times are in milliseconds since 1970-01-01 UTC.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Poll {
    /// Its id.
    pub id: ObjectId,
    /// The words.
    pub question: String,
    /// What can be chosen; nothing for yes and no.
    #[serde(default)]
    pub options: Vec<String>,
    /// How many are needed.
    pub kind: PollKind,
    /// Where it stands.
    pub stage: PollStage,
    /// When it was asked, by the clock of who did.
    pub asked_at: u64,
    /// From when on people vote.
    pub opens_at: u64,
    /// Until when.
    pub closes_at: u64,
    /// From when on it can be counted.
    pub countable_at: u64,
    /// When the ballots are gone.
    pub ballots_end_at: u64,
    /// The question that is looked at again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub again: Option<ObjectId>,
    /// Who asked, if they are in the group.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub asked_by: Option<MemberId>,
    /// Whether this member asked.
    pub is_mine: bool,
    /// Whether this member has a vote.
    pub may_vote: bool,
    /// Whether this member may count it, once it is time.
    pub may_count: bool,
    /// Whether this member has voted, as long as ballots are kept.
    pub has_voted: bool,
    /// For what this member has voted; nothing also for who abstained.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub own: Option<u8>,
    /// The count, once there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub count: Option<PollCount>,
    /// What people say beside it.
    #[serde(default)]
    pub words: Vec<PollWord>,
    /// How far its newest version has come, if this device wrote it lately.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub state: Option<DeliveryState>,
}

/// What was counted.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PollCount {
    /// When.
    pub at: u64,
    /// By whom.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<MemberId>,
    /// Their name.
    pub by_name: String,
    /// Ballots for each of the options; for yes and no, two.
    pub votes: Vec<u32>,
    /// Ballots of those who abstained.
    pub abstained: u32,
    /// Which option has as many as are needed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decided: Option<u8>,
    /// How many counts stand beside it, by people who did not know of it.
    pub beside: u32,
    /// Ballots that are here, should count, and are not in it.
    pub left_out: u32,
    /// Ballots that it names and that are not here.
    pub not_here: u32,
    /// Whether all ballots that it names are here and say something else.
    pub is_miscounted: bool,
}

/// Words beside a question.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PollWord {
    /// Which sort.
    pub sort: PollWordSort,
    /// The words.
    pub text: String,
    /// Whose.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<MemberId>,
    /// Their name.
    pub by_name: String,
    /// Whether they are this member's.
    pub is_mine: bool,
    /// When, by the author's clock.
    pub at: u64,
}

/// What a group votes on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Polls {
    /// The one that closes last first.
    pub polls: Vec<Poll>,
}

redacted!(AskGroup, Poll, PollCount, PollWord, SayBeside, Vote);

impl Checked for AskGroup {
    fn check(&self) -> Result<(), ApiError> {
        words_fit(&self.question, POLL_QUESTION_BYTES_MAX)?;
        let options = &self.options;
        let are_different = options
            .iter()
            .enumerate()
            .all(|(place, option)| !options.iter().take(place).any(|other| other == option));
        let is_choice = matches!(options.len(), 0 | 2..=POLL_OPTIONS_MAX);
        if !is_choice || !are_different || !options.iter().all(|option| is_line(option)) {
            let message = format!(
                "What can be chosen are 2 to {POLL_OPTIONS_MAX} different lines, or nothing for yes and no."
            );
            return Err(ApiError::with_message(ErrorCode::BadRequest, message));
        }
        if !(POLL_DAYS_MIN..=POLL_DAYS_MAX).contains(&self.days) || self.talk_days >= self.days {
            let message = format!(
                "A question is open for {POLL_DAYS_MIN} to {POLL_DAYS_MAX} days, and the last of them at least is for votes."
            );
            return Err(ApiError::with_message(ErrorCode::BadRequest, message));
        }
        Ok(())
    }
}

impl Checked for Vote {
    fn check(&self) -> Result<(), ApiError> {
        match self.choice.is_none_or(|choice| usize::from(choice) < POLL_OPTIONS_MAX) {
            true => Ok(()),
            false => Err(ApiError::with_message(ErrorCode::BadRequest, "There is no such option.")),
        }
    }
}

impl Checked for SayBeside {
    fn check(&self) -> Result<(), ApiError> {
        words_fit(&self.text, POLL_WORD_BYTES_MAX)
    }
}

fn words_fit(text: &str, bytes_max: usize) -> Result<(), ApiError> {
    if text.trim().is_empty() {
        return Err(ErrorCode::TextEmpty.into());
    }
    if text.len() > bytes_max {
        let message = format!("These words have at most {} KiB.", bytes_max / 1024);
        return Err(ApiError::with_message(ErrorCode::TextTooLarge, message));
    }
    Ok(())
}
