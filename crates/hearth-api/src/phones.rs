//! Who can be reached outside of this: the group's list, and numbers that people show to some alone.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::error::{ApiError, ErrorCode};
use crate::ids::{MemberId, RequestId};
use crate::limits;
use crate::redacted;
use crate::requests::{Checked, is_line};

/// A number, and how it may be used.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Phone {
    /// As one dials it, in a line.
    pub number: String,
    /// When, in a line.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hours: Option<String>,
    /// Whether a call is welcome.
    #[serde(default)]
    pub call: bool,
    /// Whether a text message is welcome.
    #[serde(default)]
    pub sms: bool,
    /// Whether it may be used in an emergency, whatever the hour.
    #[serde(default)]
    pub sos: bool,
}

/// For whom a number is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "for", rename_all = "snake_case")]
pub enum ShownTo {
    /// The whole group.
    Group,
    /// This member, and whomever else its owner picked.
    Me,
    /// Of this member's own: those who have it and are in the group.
    People {
        /// Who.
        to: Vec<MemberId>,
    },
}

/// A number in this member's list.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ListedPhone {
    /// Whose.
    pub member: MemberId,
    /// Their name.
    pub name: String,
    /// Whether it is this member's own.
    pub mine: bool,
    /// The number.
    pub phone: Phone,
    /// For whom it is.
    pub shown: ShownTo,
}

/// The numbers that this member may use, and their own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Phones {
    /// By whose they are; before what somebody shows to all what they show to this member, and the same number once.
    pub phones: Vec<ListedPhone>,
}

/// Shows a number to people who are picked, in the place of what was shown to some before. Whoever is not among them any more has
/// it taken back.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ShowPhone {
    /// The number.
    pub phone: Phone,
    /// To whom; none of them learns of the others.
    pub to: Vec<MemberId>,
    /// Chosen by the client: the same request, sent twice, is one change.
    pub request_id: RequestId,
}

impl Checked for ShowPhone {
    fn check(&self) -> Result<(), ApiError> {
        let refuse = |why: &str| Err(ApiError::with_message(ErrorCode::BadRequest, why));
        if !(1..=limits::CIRCLE_MAX).contains(&self.to.len()) {
            return refuse("1 to 50 people can be picked");
        }
        let lines = [Some(&self.phone.number), self.phone.hours.as_ref()];
        if !lines.into_iter().flatten().all(|line| is_line(line)) {
            return refuse("a number, or its hours, has 1 to 160 bytes in one line");
        }
        Ok(())
    }
}

redacted!(Phone, ListedPhone, ShowPhone);
