//! What a group has: the same types in requests and answers.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::error::{ApiError, ErrorCode};
use crate::ids::{MemberId, ObjectId, RequestId};
use crate::limits::{LINE_BYTES_MAX, OBJECT_TEXT_BYTES_MAX};
use crate::meetings::Meeting;
use crate::redacted;
use crate::requests::{Checked, is_line};
use crate::views::DeliveryState;

/// Something that a group has. Lines have 1 to 160 bytes.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "what", rename_all = "snake_case", deny_unknown_fields)]
pub enum Thing {
    /// What the group is, for who looks for one. Servants write it.
    Card {
        /// The group's name, in a line.
        name: String,
        /// What it works by, in a line.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        program: Option<String>,
        /// Whether guests may come.
        #[serde(default)]
        open: bool,
        /// How a meeting goes, in a line.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        format: Option<String>,
        /// Languages, in a line.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        languages: Option<String>,
        /// For whom it is, if not for all, in a line.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        for_whom: Option<String>,
        /// Whom to ask, in a line.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        contact: Option<String>,
        /// More words.
        #[serde(default, skip_serializing_if = "String::is_empty")]
        text: String,
    },
    /// How the group wants to be together. Servants write it.
    Guidelines {
        /// The words.
        text: String,
    },
    /// How somebody introduces themselves.
    Introduction {
        /// The words.
        text: String,
    },
    /// Where somebody can be reached outside of this.
    Phone {
        /// As one dials it, in a line.
        number: String,
        /// When, in a line.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        hours: Option<String>,
        /// Whether a call is welcome.
        #[serde(default)]
        call: bool,
        /// Whether a text message is welcome.
        #[serde(default)]
        sms: bool,
        /// Whether it may be used in an emergency, whatever the hour.
        #[serde(default)]
        sos: bool,
    },
    /// A service that somebody can hold for a time. Servants write it.
    Position {
        /// Its name, in a line.
        name: String,
        /// What it asks.
        #[serde(default, skip_serializing_if = "String::is_empty")]
        text: String,
        /// Who holds it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        holder: Option<MemberId>,
    },
    /// A service that is needed once.
    Slot {
        /// Which service, in a line.
        service: String,
        /// When, in milliseconds since 1970-01-01 UTC.
        at: u64,
        /// What helps to know, in a line.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        note: Option<String>,
    },
    /// This member's word for a slot.
    Take {
        /// Which slot.
        slot: ObjectId,
        /// How this member stands to it.
        state: TakeState,
    },
    /// Words to read or to speak about.
    Reading {
        /// What it is called, in a line.
        title: String,
        /// The words.
        #[serde(default, skip_serializing_if = "String::is_empty")]
        text: String,
        /// Where they come from, in a line.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        source: Option<String>,
    },
    /// This member's word to greet somebody new.
    Welcome {
        /// Whom.
        newcomer: MemberId,
    },
    /// A meeting of the group. Servants write it.
    Meeting(Box<Meeting>),
}

/// How somebody stands to a slot that they took.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum TakeState {
    /// They do it.
    Taken,
    /// They would be glad if somebody else did; until then they do.
    SwapWanted,
    /// It is done.
    Done,
}

/// Something that a group has, as it stands today.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Object {
    /// Its id.
    pub id: ObjectId,
    /// What it is.
    pub thing: Thing,
    /// Whether it is this member's.
    pub is_mine: bool,
    /// Who wrote it so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<MemberId>,
    /// Their name.
    pub by_name: String,
    /// When, in milliseconds since 1970-01-01 UTC, by their clock.
    pub at: u64,
    /// Whether this member may change it.
    pub may_change: bool,
    /// How many other versions stand beside it, by people who did not know of it: it wants a look.
    pub beside: u32,
    /// How far it has come, if this device wrote it lately.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub state: Option<DeliveryState>,
}

/// What a group has.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Objects {
    /// In the order of their ids.
    pub objects: Vec<Object>,
}

/// A slot, and whose word for it counts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Slot {
    /// The slot.
    pub slot: Object,
    /// The word that counts, the same on every machine; nothing if it is open.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub taken: Option<Object>,
}

/// The slots of a group.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Slots {
    /// By their time.
    pub slots: Vec<Slot>,
}

/// Writes something that the group has.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PutObject {
    /// What.
    pub thing: Thing,
    /// Which one it changes; nothing for a new one. Of cards, guidelines, and each member's introduction, phone and words for one
    /// slot there is one, which is found by itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<ObjectId>,
    /// Chosen by the client: the same request, sent twice, is one change.
    pub request_id: RequestId,
}

/// What was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Put {
    /// The object.
    pub id: ObjectId,
}

redacted!(Thing, Object, PutObject);

impl Checked for PutObject {
    fn check(&self) -> Result<(), ApiError> {
        let (needed, lines, text): (Option<&String>, Vec<&Option<String>>, &str) = match &self.thing {
            Thing::Card { name, program, format, languages, for_whom, contact, text, .. } => {
                (Some(name), vec![program, format, languages, for_whom, contact], text)
            }
            Thing::Guidelines { text } | Thing::Introduction { text } => {
                return if text.trim().is_empty() {
                    Err(ErrorCode::TextEmpty.into())
                } else {
                    text_fits(text)
                };
            }
            Thing::Phone { number, hours, .. } => (Some(number), vec![hours], ""),
            Thing::Position { name, text, .. } => (Some(name), Vec::new(), text),
            Thing::Slot { service, note, .. } => (Some(service), vec![note], ""),
            Thing::Reading { title, text, source } => (Some(title), vec![source], text),
            Thing::Meeting(meeting) => return meeting.check(),
            Thing::Take { .. } | Thing::Welcome { .. } => return Ok(()),
        };
        needed.into_iter().chain(lines.into_iter().flatten()).try_for_each(|line| line_fits(line))?;
        text_fits(text)
    }
}

fn line_fits(line: &str) -> Result<(), ApiError> {
    if is_line(line) {
        return Ok(());
    }
    let message = format!("A line has 1 to {LINE_BYTES_MAX} bytes and no spaces at its ends.");
    Err(ApiError::with_message(ErrorCode::BadRequest, message))
}

fn text_fits(text: &str) -> Result<(), ApiError> {
    if text.len() <= OBJECT_TEXT_BYTES_MAX {
        return Ok(());
    }
    let message = format!("What a group keeps has at most {} KiB.", OBJECT_TEXT_BYTES_MAX / 1024);
    Err(ApiError::with_message(ErrorCode::TextTooLarge, message))
}
