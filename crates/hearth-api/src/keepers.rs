//! Who carries a group's envelopes while its members are off: a member's view, and a keeper's own.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::error::{ApiError, ErrorCode};
use crate::ids::{MemberId, ObjectId, RequestId};
use crate::redacted;
use crate::requests::{Checked, check_ticket, is_line};
use crate::secret::Ticket;

/// How it stands with a keeper.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum KeeperState {
    /// It carries the group's envelopes, and this node is connected with it.
    Connected,
    /// It is not connected with this node now; more is not known.
    NotConnected,
    /// Its ticket was used for another group: it needs a new one.
    TicketUsed,
    /// It carries as much as it can.
    Full,
    /// Nobody goes to it: who added it could not do so any more.
    NotUsed,
}

/// A keeper of a group.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Keeper {
    /// The id of what the group has of it.
    pub id: ObjectId,
    /// What members call it.
    pub name: String,
    /// Who added it; absent if they are no longer in the group.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<MemberId>,
    /// Their name.
    pub by_name: String,
    /// How it stands with it.
    pub state: KeeperState,
    /// Whether this member may take it away.
    pub may_remove: bool,
}

/// The keepers of a group.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Keepers {
    /// In the order of their names.
    pub keepers: Vec<Keeper>,
}

/// Adds a keeper to a group.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AddKeeper {
    /// The keeper's ticket.
    pub ticket: Ticket,
    /// What members call it, in a line.
    pub name: String,
    /// Chosen by the client: the same request, sent twice, is one change.
    pub request_id: RequestId,
}

impl Checked for AddKeeper {
    fn check(&self) -> Result<(), ApiError> {
        check_ticket(&self.ticket)?;
        match is_line(&self.name) {
            true => Ok(()),
            false => {
                let why = "a keeper's name has 1 to 160 bytes in one line";
                Err(ApiError::with_message(ErrorCode::BadRequest, why))
            }
        }
    }
}

/// A ticket to this node as a keeper. It is good for one group.
#[derive(Serialize, Deserialize, ToSchema)]
pub struct KeeperOffered {
    /// The ticket.
    pub ticket: Ticket,
}

/// What this node carries as a keeper.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Carried {
    /// The oldest ticket first.
    pub rooms: Vec<CarriedRoom>,
}

/// A ticket that this node made as a keeper, and what came of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct CarriedRoom {
    /// The ticket's id.
    pub id: ObjectId,
    /// Whether a group has used it.
    pub used: bool,
    /// When it was made, in milliseconds since 1970.
    pub made_at: u64,
    /// Sealed envelopes that are here.
    pub envelopes: u64,
    /// Their bytes.
    pub bytes: u64,
    /// Machines of the group that are connected.
    pub connected: u32,
}

redacted!(Keeper, AddKeeper, KeeperOffered);
