//! What a group has: the same types in requests and answers.

use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::error::{ApiError, ErrorCode};
use crate::ids::{MemberId, ObjectId, RequestId};
use crate::limits::{
    CRISIS_LINES_MAX, CRISIS_TEXT_BYTES_MAX, LINE_BYTES_MAX, MONEY_DIGITS_MAX, MONEY_MAX,
    OBJECT_TEXT_BYTES_MAX,
};
use crate::meetings::Meeting;
use crate::own::Day;
use crate::phones::Phone;
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
    Phone(Phone),
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
    /// This member's word to be there for calls for help, in milliseconds since 1970-01-01 UTC.
    OnCall {
        /// From when.
        from: u64,
        /// Until when; at most a week later.
        until: u64,
    },
    /// Who reads reports: two to eight people. Servants write it.
    SafetyContacts {
        /// Different people.
        members: Vec<MemberId>,
    },
    /// This member's word to greet somebody new.
    Welcome {
        /// Whom.
        newcomer: MemberId,
    },
    /// That a visitor may stay for 30 days from today. Servants write it, and who invited the visitor, if members invite.
    Stay {
        /// Whom it is about.
        visitor: MemberId,
    },
    /// This member's word that this is their home group. It changes no role.
    Home,
    /// What was said about the group's affairs. Servants write it.
    Minutes {
        /// Of what, in a line.
        title: String,
        /// The words.
        text: String,
    },
    /// The group's money over a while, in the smallest unit of the currency: sums alone. Servants write it.
    TreasurerReport {
        /// Which while, in a line.
        period: String,
        /// Which currency, in a line.
        currency: String,
        /// How many digits of an amount stand behind the point; at most 4.
        digits: u8,
        /// What was there.
        opening: i64,
        /// What came in.
        income: u64,
        /// What went out.
        expenses: u64,
        /// What is there: opening and income without expenses.
        closing: i64,
    },
    /// A meeting of the group. Servants write it.
    Meeting(Box<Meeting>),
    /// Whom to call when somebody is in danger, as the group has looked at it. Servants write it.
    CrisisCard {
        /// Where it is for, in a line.
        region: String,
        /// Whom to call, the most important first; at most 20.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        lines: Vec<CrisisLine>,
        /// What else helps here, such as where naloxone is; at most 2 KiB.
        #[serde(default, skip_serializing_if = "String::is_empty")]
        text: String,
    },
}

/// One line to call, text or write to. Each field is a line.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CrisisLine {
    /// Who answers.
    pub label: String,
    /// What one dials.
    pub number: String,
    /// Whether to call, text or chat.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub how: Option<String>,
    /// When somebody answers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hours: Option<String>,
    /// Where one finds out whether it still holds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// The day on which somebody of the group last looked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub checked_on: Option<Day>,
}

impl Thing {
    /// Returns the kind.
    pub fn kind(&self) -> ThingKind {
        match self {
            Self::Card { .. } => ThingKind::Card,
            Self::Guidelines { .. } => ThingKind::Guidelines,
            Self::Introduction { .. } => ThingKind::Introduction,
            Self::Phone(_) => ThingKind::Phone,
            Self::Position { .. } => ThingKind::Position,
            Self::Slot { .. } => ThingKind::Slot,
            Self::Take { .. } => ThingKind::Take,
            Self::Reading { .. } => ThingKind::Reading,
            Self::Welcome { .. } => ThingKind::Welcome,
            Self::CrisisCard { .. } => ThingKind::CrisisCard,
            Self::OnCall { .. } => ThingKind::OnCall,
            Self::SafetyContacts { .. } => ThingKind::SafetyContacts,
            Self::Stay { .. } => ThingKind::Stay,
            Self::Home => ThingKind::Home,
            Self::Minutes { .. } => ThingKind::Minutes,
            Self::TreasurerReport { .. } => ThingKind::TreasurerReport,
            Self::Meeting(_) => ThingKind::Meeting,
        }
    }
}

/// A kind of what a group has; the word is the `what` of the thing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ThingKind {
    /// The card.
    Card,
    /// The guidelines.
    Guidelines,
    /// Introductions.
    Introduction,
    /// Phones.
    Phone,
    /// Positions.
    Position,
    /// Slots.
    Slot,
    /// Words for slots.
    Take,
    /// Readings.
    Reading,
    /// Words to greet somebody.
    Welcome,
    /// The crisis card.
    CrisisCard,
    /// Times on call.
    OnCall,
    /// Who reads reports.
    SafetyContacts,
    /// Meetings.
    Meeting,
    /// Minutes.
    Minutes,
    /// Reports about the group's money.
    TreasurerReport,
    /// How long visitors may stay.
    Stay,
    /// Whose home group this is.
    Home,
}

/// Which things are asked for. Whoever asks for one kind gets it however much there is of the others.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct ObjectsQuery {
    /// Of one kind; of all if it is not given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[param(value_type = Option<String>)]
    pub what: Option<ThingKind>,
}

impl ObjectsQuery {
    /// Says whether a thing is asked for.
    pub fn asks_for(self, thing: &Thing) -> bool {
        self.what.is_none_or(|kind| thing.kind() == kind)
    }
}

impl Checked for ObjectsQuery {
    fn check(&self) -> Result<(), ApiError> {
        Ok(())
    }
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
    /// Whose it is, if it is somebody's who is in the group.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<MemberId>,
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

/// One of the versions of a thing that stand beside each other, because their authors did not know of one another.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Version {
    /// What it says; nothing if it withdraws the thing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub thing: Option<Thing>,
    /// Who wrote it so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<MemberId>,
    /// Their name.
    pub by_name: String,
    /// When, in milliseconds since 1970-01-01 UTC, by their clock.
    pub at: u64,
}

/// The versions of a thing that stand.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Versions {
    /// The one that counts first.
    pub versions: Vec<Version>,
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
    /// Which one it changes; nothing for a new one. Of cards, crisis cards, guidelines, and each member's introduction, phone and words for one
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

redacted!(CrisisLine, Object, PutObject, Thing, Version);

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
            Thing::Phone(Phone { number, hours, .. }) => (Some(number), vec![hours], ""),
            Thing::Position { name, text, .. } => (Some(name), Vec::new(), text),
            Thing::Slot { service, note, .. } => (Some(service), vec![note], ""),
            Thing::Reading { title, text, source } => (Some(title), vec![source], text),
            Thing::Minutes { text, .. } if text.trim().is_empty() => return Err(ErrorCode::TextEmpty.into()),
            Thing::Minutes { title, text } => (Some(title), Vec::new(), text),
            Thing::TreasurerReport { period, currency, .. } => {
                line_fits(currency)?;
                money_fits(&self.thing)?;
                (Some(period), Vec::new(), "")
            }
            Thing::Take { .. }
            | Thing::Welcome { .. }
            | Thing::OnCall { .. }
            | Thing::Stay { .. }
            | Thing::Home
            | Thing::SafetyContacts { .. } => return Ok(()),
            Thing::CrisisCard { region, lines, text } => return crisis_card_fits(region, lines, text),
            Thing::Meeting(meeting) => return meeting.check(),
        };
        needed.into_iter().chain(lines.into_iter().flatten()).try_for_each(|line| line_fits(line))?;
        text_fits(text)
    }
}

fn crisis_card_fits(region: &str, lines: &[CrisisLine], text: &str) -> Result<(), ApiError> {
    line_fits(region)?;
    if lines.is_empty() && text.trim().is_empty() {
        return Err(ErrorCode::TextEmpty.into());
    }
    if lines.len() > CRISIS_LINES_MAX {
        let message = format!("A crisis card has at most {CRISIS_LINES_MAX} lines.");
        return Err(ApiError::with_message(ErrorCode::BadRequest, message));
    }
    for line in lines {
        let more = [&line.how, &line.hours, &line.source].into_iter().flatten();
        [&line.label, &line.number].into_iter().chain(more).try_for_each(|line| line_fits(line))?;
    }
    if text.len() > CRISIS_TEXT_BYTES_MAX {
        let message =
            format!("What else a crisis card says has at most {} KiB.", CRISIS_TEXT_BYTES_MAX / 1024);
        return Err(ApiError::with_message(ErrorCode::TextTooLarge, message));
    }
    Ok(())
}

fn money_fits(thing: &Thing) -> Result<(), ApiError> {
    let Thing::TreasurerReport { digits, opening, income, expenses, closing, .. } = thing else {
        return Ok(());
    };
    let sum = i128::from(*opening) + i128::from(*income) - i128::from(*expenses);
    let largest = opening.unsigned_abs().max(closing.unsigned_abs()).max(*income).max(*expenses);
    if sum == i128::from(*closing) && largest <= MONEY_MAX && *digits <= MONEY_DIGITS_MAX {
        return Ok(());
    }
    let message = "What is there has to be what was there and came in, without what went out.";
    Err(ApiError::with_message(ErrorCode::BadRequest, message))
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
