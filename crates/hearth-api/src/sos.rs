//! Calls for help: raising one, answering, closing, and who is asked.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::error::{ApiError, ErrorCode};
use crate::ids::{MemberId, RequestId, SosId};
use crate::limits::{LADDER_PEOPLE_MAX, SOS_TEXT_BYTES_MAX};
use crate::redacted;
use crate::requests::Checked;

/// What it is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Trouble {
    /// Somebody wants to use, or to drink.
    Craving,
    /// It is a bad night.
    #[default]
    BadNight,
    /// Somebody has taken too much: everybody is asked at once.
    Overdose,
    /// Somebody may hurt themselves: everybody is asked at once.
    SelfHarm,
    /// Somebody is in danger.
    Danger,
    /// Something else.
    Other,
}

/// What would help.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Help {
    /// Whatever somebody can do.
    #[default]
    Anything,
    /// A call.
    Call,
    /// Words, written.
    Write,
    /// Somebody who comes.
    Come,
}

/// Raises a call for help.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RaiseSos {
    /// What it is.
    #[serde(default)]
    pub trouble: Trouble,
    /// What would help.
    #[serde(default)]
    pub help: Help,
    /// A few words, at most 1 KiB.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub text: String,
    /// Whether it is a drill.
    #[serde(default)]
    pub drill: bool,
    /// Whether the group may be asked, also if that was not agreed beforehand.
    #[serde(default)]
    pub ask_group: bool,
    /// Chosen by the client: the same request, sent twice, is one call.
    pub request_id: RequestId,
}

/// What came of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SosRaised {
    /// The call, as it stands on this device.
    pub call: SosCall,
    /// Who was to be asked and cannot be written to yet.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unreachable: Vec<MemberId>,
}

/// What somebody does about a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum SosWord {
    /// They are there.
    Here,
    /// They are calling: others need not, for ten minutes.
    Calling,
    /// They are on their way: others need not, for ten minutes.
    Coming,
    /// They cannot.
    Cannot,
    /// Somebody else who has the call is asked to.
    HandedTo,
    /// They are with the person, or speak with them.
    Reached,
}

/// Answers a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AnswerSos {
    /// What this member does.
    pub answer: SosWord,
    /// Who is asked instead, with `handed_to`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<MemberId>,
}

/// How a call ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum SosEnding {
    /// Its author is safe.
    Safe,
    /// It was a mistake.
    Mistake,
}

/// Closes a call of this member's own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CloseSos {
    /// How it ended.
    pub ending: SosEnding,
}

/// Somebody's last answer.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SosAnswered {
    /// Who, if they are still in the group.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub member: Option<MemberId>,
    /// Their name.
    pub name: String,
    /// What they do.
    pub answer: SosWord,
    /// Who is asked instead.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<MemberId>,
    /// When, in milliseconds since 1970-01-01 UTC, by their clock.
    pub at: u64,
    /// Until when nobody else needs to ring.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<u64>,
    /// Whether theirs is the "calling" or "coming" that counts.
    #[serde(default)]
    pub first: bool,
}

/// One stage of a call of this member's own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SosStage {
    /// When those of this stage are asked, unless somebody has answered by then.
    pub opens_at: u64,
    /// Who is asked.
    pub asked: Vec<MemberId>,
    /// Whether the group is asked.
    pub group: bool,
}

/// A call for help.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SosCall {
    /// Its id.
    pub id: SosId,
    /// Who asks, if they are still in the group.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub author_id: Option<MemberId>,
    /// Their name.
    pub author: String,
    /// Whether it is this member's own.
    pub mine: bool,
    /// Whether it is a drill.
    pub drill: bool,
    /// What it is.
    pub trouble: Trouble,
    /// What would help.
    pub help: Help,
    /// Their words.
    pub text: String,
    /// When, in milliseconds since 1970-01-01 UTC, by their clock.
    pub at: u64,
    /// How it ended; nothing while it is open.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ending: Option<SosEnding>,
    /// Everybody's last answer.
    pub answers: Vec<SosAnswered>,
    /// Of an own one: its stages, by their time.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub stages: Vec<SosStage>,
    /// Of an own one: on whose device it is shown. It says nothing about the person.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reached: Vec<MemberId>,
    /// Of an own one: how many devices hold some of it.
    #[serde(default)]
    pub devices: u32,
    /// Of an own one: whether it has been without an answer for 20 minutes.
    #[serde(default)]
    pub late: bool,
    /// Of somebody else's that has ended: whether this device heard of it only afterwards.
    #[serde(default)]
    pub missed: bool,
}

/// The calls for help that are shown on this device.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SosCalls {
    /// The newest first.
    pub calls: Vec<SosCall>,
}

/// Whom this member wants asked on a bad night. It is kept on this device alone.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Ladder {
    /// The first to be asked, beside the sponsors: at most three.
    pub people: Vec<MemberId>,
    /// Whether the group is asked after a quarter of an hour without an answer.
    pub group: bool,
    /// When calls of others do not ring on this device, but for an overdose and self-harm.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quiet: Option<QuietHours>,
}

/// A part of every day, in minutes since midnight of this member's own zone; it may go over midnight.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct QuietHours {
    /// Its first minute, below 1440.
    pub from: u16,
    /// The minute after its last one, below 1440.
    pub until: u16,
}

impl QuietHours {
    /// Says whether a minute of the day is in it.
    pub fn holds(self, minute: u16) -> bool {
        match self.from < self.until {
            true => (self.from..self.until).contains(&minute),
            false => minute >= self.from || minute < self.until,
        }
    }
}

/// When somebody is on call.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct OnCallTurn {
    /// Who.
    pub member: MemberId,
    /// Their name.
    pub name: String,
    /// From when, in milliseconds since 1970-01-01 UTC.
    pub from: u64,
    /// Until when.
    pub until: u64,
}

/// A time in which nobody is on call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Gap {
    /// From when, in milliseconds since 1970-01-01 UTC.
    pub from: u64,
    /// Until when.
    pub until: u64,
}

/// Who may be asked in the seven days to come.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Coverage {
    /// By its beginning.
    pub on_call: Vec<OnCallTurn>,
    /// Who may be asked at any time, by their own word.
    pub any_time: Vec<MemberId>,
    /// When there is nobody.
    pub gaps: Vec<Gap>,
}

redacted!(RaiseSos, SosAnswered, SosCall, OnCallTurn);

impl Checked for RaiseSos {
    fn check(&self) -> Result<(), ApiError> {
        if self.text.len() <= SOS_TEXT_BYTES_MAX {
            return Ok(());
        }
        let message = format!("A call for help has at most {SOS_TEXT_BYTES_MAX} bytes of text.");
        Err(ApiError::with_message(ErrorCode::TextTooLarge, message))
    }
}

impl Checked for AnswerSos {
    fn check(&self) -> Result<(), ApiError> {
        if (self.answer == SosWord::HandedTo) == self.to.is_some() {
            return Ok(());
        }
        let message = "`to` belongs to `handed_to`, and to nothing else.".to_owned();
        Err(ApiError::with_message(ErrorCode::BadRequest, message))
    }
}

impl Checked for CloseSos {
    fn check(&self) -> Result<(), ApiError> {
        Ok(())
    }
}

impl Checked for Ladder {
    fn check(&self) -> Result<(), ApiError> {
        if self.people.len() <= LADDER_PEOPLE_MAX {
            return Ok(());
        }
        let message = format!("At most {LADDER_PEOPLE_MAX} people are asked first.");
        Err(ApiError::with_message(ErrorCode::BadRequest, message))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quiet_hours_may_go_over_midnight() {
        let night = QuietHours { from: 22 * 60, until: 7 * 60 };
        assert!([22 * 60, 23 * 60 + 59, 0, 7 * 60 - 1].into_iter().all(|minute| night.holds(minute)));
        assert!([7 * 60, 12 * 60, 22 * 60 - 1].into_iter().all(|minute| !night.holds(minute)));
        let noon = QuietHours { from: 12 * 60, until: 13 * 60 };
        assert!(noon.holds(12 * 60) && !noon.holds(13 * 60) && !noon.holds(0));
    }
}
