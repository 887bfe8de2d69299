//! What messages say, beside their words: the same types in requests and answers.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::ids::MessageId;
use crate::phones::Phone;
use crate::redacted;

/// What kind of message it is, and what belongs to that kind. Its words are the message's `text`.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "what", rename_all = "snake_case", deny_unknown_fields)]
pub enum Content {
    /// A share with the group.
    Share {
        /// What it is about, in a line.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        topic: Option<String>,
        /// What a reader may want to know before reading on, in a line.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        note: Option<String>,
        /// Whether answers are for all to read; if not, they go to the author alone.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        thread: bool,
    },
    /// A private message.
    Dm {},
    /// An answer.
    Reply {
        /// To which message.
        about: MessageId,
    },
    /// A sign that only the author of a message sees.
    Reaction {
        /// To which message.
        about: MessageId,
        /// Which sign.
        reaction: Reaction,
    },
    /// How somebody is.
    CheckIn {
        /// In a word or a few.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        feeling: Option<String>,
        /// What makes vulnerable.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        halt: Vec<Halt>,
        /// 0 to 3.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        craving: Option<u8>,
        /// What would be good.
        #[serde(default)]
        want: Want,
    },
    /// What somebody has reached, as they call it.
    Milestone {
        /// In a line.
        label: String,
        /// The chip or key tag that goes with it, in a line.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        token: Option<String>,
    },
    /// A copy of one's own work, shown for 14 days.
    Shown {
        /// Of what.
        work: Work,
        /// The number of a step; absent if it has a name, which is the first line of the text.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        step: Option<u8>,
    },
    /// Asks whoever reads it to be its author's sponsor.
    SponsorAsk {},
    /// Says yes to that.
    SponsorAccept {},
    /// Ends what stood between the two, or takes an asking back.
    SponsorEnd {},
    /// A report, to those who read reports.
    Report {},
    /// A number, for people whom its owner picked.
    Phone(Phone),
}

/// A sign to the author of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Reaction {
    /// Heard.
    Heard,
    /// With you.
    WithYou,
    /// Me too.
    MeToo,
    /// Thank you.
    ThankYou,
    /// A hug.
    Hug,
    /// Well done: for milestones alone.
    Celebrate,
}

/// What makes a person vulnerable.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Halt {
    /// Hungry.
    Hungry,
    /// Angry.
    Angry,
    /// Lonely.
    Lonely,
    /// Tired.
    Tired,
}

/// What would be good.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Want {
    /// Nothing: it is enough that somebody knows.
    #[default]
    Nothing,
    /// A call.
    Call,
    /// Company.
    Company,
}

/// A kind of work of one's own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Work {
    /// What somebody is grateful for.
    Gratitude,
    /// A step.
    Step,
    /// An inventory.
    Inventory,
    /// From a log of urges.
    Urge,
    /// A plan.
    Plan,
}

redacted!(Content);
