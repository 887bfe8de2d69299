//! What stands between this member and others, and is told to nobody: sponsors, requests, blocks, reports. The same types in
//! requests and answers.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::error::{ApiError, ErrorCode};
use crate::ids::{MemberId, MessageId, RequestId};
use crate::requests::{Checked, check_text, check_undo, is_zero};
use crate::views::{Delivery, Message};
use crate::{limits, redacted};

/// What stands between this member and others. It is on this machine alone.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Private {
    /// Whether private messages of people whom this member has not written to wait.
    pub shield: Shield,
    /// Who wrote and waits to be heard, the first one first.
    pub requests: Vec<Request>,
    /// Whom this member has blocked, the first one first.
    pub blocked: Vec<Block>,
    /// Sponsors, then sponsees, the oldest first.
    pub sponsors: Vec<SponsorLink>,
}

/// Whether private messages of people whom this member has not written to wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Shield {
    /// Whether they do.
    pub on: bool,
    /// When that ends by itself, in milliseconds since 1970.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<u64>,
}

/// Somebody who wrote and waits to be heard. Their words are asked for one by one.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Request {
    /// Who.
    pub member: MemberId,
    /// Their name.
    pub name: String,
    /// When it came here first, in milliseconds since 1970.
    pub since: u64,
    /// When they wrote last, by their clock, in milliseconds since 1970.
    pub last: u64,
}

/// Somebody whom this member has blocked.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Block {
    /// Who.
    pub member: MemberId,
    /// Their name.
    pub name: String,
    /// Since when, in milliseconds since 1970.
    pub since: u64,
}

/// A link of sponsor and sponsee, or the asking for one. Whoever was asked and does not want to has none.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SponsorLink {
    /// The other one.
    pub member: MemberId,
    /// Their name.
    pub name: String,
    /// Whether they are the sponsor; else they are the sponsee.
    pub is_sponsor: bool,
    /// Whether it was accepted; else it was asked.
    pub active: bool,
    /// When it was asked, in milliseconds since 1970.
    pub at: u64,
}

/// Changes what stands between this member and another. Only saying yes to a sponsee, and ending, are told to the other one.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "what", rename_all = "snake_case", deny_unknown_fields)]
pub enum PrivateAct {
    /// Says yes to somebody who asked this member to be their sponsor.
    AcceptSponsee {
        /// Who asked.
        member: MemberId,
    },
    /// Does not want to. Nothing is sent: whoever asked sees that no answer came.
    DeclineSponsee {
        /// Who asked.
        member: MemberId,
    },
    /// Ends what stands with somebody, sponsor or sponsee, at once; also an asking.
    EndSponsor {
        /// With whom.
        member: MemberId,
    },
    /// Hears somebody whose messages wait: those that came, and those that will.
    Hear {
        /// Whom.
        member: MemberId,
    },
    /// Does not hear somebody whose messages wait. Nothing is sent.
    Ignore {
        /// Whom.
        member: MemberId,
    },
    /// Blocks somebody, for this member alone. Nothing is sent.
    Block {
        /// Whom.
        member: MemberId,
    },
    /// Ends a block.
    Unblock {
        /// Whose.
        member: MemberId,
    },
    /// Switches the shield.
    Shield {
        /// Whether private messages of people whom this member has not written to wait.
        on: bool,
    },
}

/// Asks somebody to be this member's sponsor.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AskSponsor {
    /// Whom.
    pub member: MemberId,
    /// A few words.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub text: String,
    /// Seconds for which it is held back, to be undone.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub undo_s: u32,
    /// Chosen by the client: the same request, sent twice, is one asking.
    pub request_id: RequestId,
}

/// Reports somebody.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct WriteReport {
    /// Whom it is about.
    pub about: MemberId,
    /// The words.
    pub text: String,
    /// Messages of that person to enclose, as they signed them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub copies: Vec<MessageId>,
    /// Who is to read it: all whom the daemon named. It goes to these or to nobody.
    pub readers: Vec<MemberId>,
    /// Seconds for which it is held back, to be undone.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub undo_s: u32,
    /// Chosen by the client: the same request, sent twice, is one report.
    pub request_id: RequestId,
}

/// Who would read a report about somebody.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Readers {
    /// Never whom it is about, and never this member.
    pub readers: Vec<MemberId>,
}

/// Reports that this member wrote or is to read.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Reports {
    /// The oldest first.
    pub reports: Vec<Report>,
}

/// A report.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Report {
    /// Its id.
    pub id: MessageId,
    /// Who wrote it.
    pub by: MemberId,
    /// Their name.
    pub by_name: String,
    /// Whom it is about, if that is or was a member.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub about: Option<MemberId>,
    /// Their name.
    pub about_name: String,
    /// The words.
    pub text: String,
    /// When it was written, in milliseconds since 1970.
    pub at: u64,
    /// Whether this member wrote it.
    pub mine: bool,
    /// What is enclosed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub copies: Vec<SignedCopy>,
    /// How far this member is with it, as they noted for themselves.
    pub note: ReportNote,
    /// How far it has come; of one's own alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub delivery: Option<Delivery>,
}

/// A message that is enclosed in a report.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SignedCopy {
    /// What its signature proves.
    pub proof: Proof,
    /// Its words.
    pub text: String,
    /// When it was written, by its author's clock, in milliseconds since 1970.
    pub at: u64,
}

/// What the signature of an enclosed message proves.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Proof {
    /// Whom the report is about wrote it to the group.
    InGroup,
    /// Whom the report is about wrote it privately. To whom it does not say.
    InPrivate,
    /// Somebody else wrote it.
    OfSomebodyElse,
    /// Nothing: it is no whole message.
    Nothing,
}

/// How far a reader is with a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ReportNote {
    /// Nothing was noted.
    Open,
    /// Somebody was talked to.
    Talked,
    /// It is over.
    Closed,
}

/// Notes how far this member is with a report. Nobody is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NoteReport {
    /// How far.
    pub note: ReportNote,
}

/// What somebody wrote to this member alone.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PrivateWords {
    /// The oldest first.
    pub messages: Vec<Message>,
}

redacted!(
    Private,
    Request,
    Block,
    SponsorLink,
    PrivateAct,
    AskSponsor,
    WriteReport,
    Reports,
    Report,
    SignedCopy
);
redacted!(PrivateWords);

impl Checked for PrivateAct {
    fn check(&self) -> Result<(), ApiError> {
        Ok(())
    }
}

impl Checked for AskSponsor {
    fn check(&self) -> Result<(), ApiError> {
        check_text(&self.text, true)?;
        check_undo(self.undo_s)
    }
}

impl Checked for WriteReport {
    fn check(&self) -> Result<(), ApiError> {
        check_text(&self.text, false)?;
        check_undo(self.undo_s)?;
        if self.copies.len() > limits::REPORT_COPIES_MAX {
            let message = format!("a report has room for {} messages", limits::REPORT_COPIES_MAX);
            return Err(ApiError::with_message(ErrorCode::BadRequest, message));
        }
        if self.readers.is_empty() || self.readers.len() > limits::CIRCLE_MAX {
            return Err(ErrorCode::ReadersChanged.into());
        }
        Ok(())
    }
}

impl Checked for NoteReport {
    fn check(&self) -> Result<(), ApiError> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn report(text: &str, copies: usize, readers: usize) -> WriteReport {
        WriteReport {
            about: MemberId::from_bytes([1; 32]),
            text: text.to_owned(),
            copies: vec![MessageId::from_bytes([2; 32]); copies],
            readers: vec![MemberId::from_bytes([3; 32]); readers],
            undo_s: 0,
            request_id: "r".parse().unwrap(),
        }
    }

    #[test]
    fn a_report_has_words_and_readers_and_bounds() {
        assert!(report("x", limits::REPORT_COPIES_MAX, 2).check().is_ok());
        let code = |request: WriteReport| request.check().map_err(|error| error.code);
        assert_eq!(code(report(" ", 0, 2)), Err(ErrorCode::TextEmpty));
        assert_eq!(code(report("x", 0, 0)), Err(ErrorCode::ReadersChanged));
        assert_eq!(code(report("x", limits::REPORT_COPIES_MAX + 1, 2)), Err(ErrorCode::BadRequest));
        assert_eq!(
            code(WriteReport { undo_s: limits::UNDO_S_MAX + 1, ..report("x", 0, 2) }),
            Err(ErrorCode::BadRequest)
        );
        assert_eq!(format!("{:?}", report("so private", 0, 2)), "WriteReport(..)");
    }

    #[test]
    fn an_asking_may_have_no_words_and_an_act_says_what_it_is() {
        let ask = |text: &str| {
            let (member, request_id) = (MemberId::from_bytes([1; 32]), "r".parse().unwrap());
            AskSponsor { member, text: text.to_owned(), undo_s: 0, request_id }.check().is_ok()
        };
        assert!(ask("") && ask("would you?") && !ask(" "));
        let act: PrivateAct = serde_json::from_str(r#"{"what":"shield","on":false}"#).unwrap();
        assert!(act == PrivateAct::Shield { on: false });
        assert!(serde_json::from_str::<PrivateAct>(r#"{"what":"shield","on":false,"member":"x"}"#).is_err());
    }
}
