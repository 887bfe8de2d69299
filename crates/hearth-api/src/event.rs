//! What the daemon tells clients that follow its events: that something changed, by ids alone, so that a client
//! asks again.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::ids::{GroupId, MessageId, ObjectId, SosId};

/// Something changed: ask again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Event {
    /// A new message can be read.
    Message {
        /// In this group.
        group: GroupId,
        /// The message.
        id: MessageId,
    },
    /// A message of one's own has come further.
    Delivery {
        /// In this group.
        group: GroupId,
        /// The message.
        id: MessageId,
    },
    /// Members or roles of a group changed.
    People {
        /// The group.
        group: GroupId,
    },
    /// A group is new here, or its state changed.
    Group {
        /// The group.
        group: GroupId,
    },
    /// Something that the group has is new, was changed or withdrawn.
    Object {
        /// The group.
        group: GroupId,
        /// The object.
        id: ObjectId,
    },
    /// A call for help is new, was answered or closed, or went on.
    Sos {
        /// The group.
        group: GroupId,
        /// The call.
        id: SosId,
    },
    /// A meeting of the group begins soon, and this member wants to be reminded.
    Reminder {
        /// The group.
        group: GroupId,
        /// The meeting.
        meeting: ObjectId,
        /// When it begins, in milliseconds since 1970-01-01 UTC.
        at: u64,
    },
    /// A neighbour came or went.
    Connection {
        /// In this group.
        group: GroupId,
    },
    /// What this member keeps for themselves changed. Nobody else hears of it.
    Own,
    /// What stands between this member and others changed: sponsors, requests, blocks, notes. Nobody else hears of it.
    Private {
        /// In this group.
        group: GroupId,
    },
    /// The vault was locked.
    Locked,
    /// The vault was opened.
    Unlocked,
    /// Some events were left out, or are of a kind that this client does not know: ask for everything again.
    #[serde(other)]
    Lagged,
}

impl Event {
    /// Returns the word for the kind of event, as JSON and server-sent events write it.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Message { .. } => "message",
            Self::Delivery { .. } => "delivery",
            Self::People { .. } => "people",
            Self::Group { .. } => "group",
            Self::Object { .. } => "object",
            Self::Sos { .. } => "sos",
            Self::Reminder { .. } => "reminder",
            Self::Connection { .. } => "connection",
            Self::Own => "own",
            Self::Private { .. } => "private",
            Self::Locked => "locked",
            Self::Unlocked => "unlocked",
            Self::Lagged => "lagged",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_event_is_flat_json_with_its_kind() {
        let group = GroupId::from_bytes([1; 32]);
        let id = MessageId::from_bytes([2; 32]);
        for event in [
            Event::Message { group, id },
            Event::Delivery { group, id },
            Event::People { group },
            Event::Group { group },
            Event::Reminder { group, meeting: ObjectId::from_bytes([3; 32]), at: 7 },
            Event::Connection { group },
            Event::Own,
            Event::Private { group },
            Event::Locked,
            Event::Unlocked,
            Event::Lagged,
        ] {
            let json = serde_json::to_value(event).unwrap();
            assert_eq!(json["kind"], event.kind());
            assert_eq!(serde_json::from_value::<Event>(json).unwrap(), event);
        }
    }

    #[test]
    fn a_kind_from_a_later_version_means_ask_again() {
        assert_eq!(serde_json::from_str::<Event>(r#"{"kind":"weather"}"#).unwrap(), Event::Lagged);
    }
}
