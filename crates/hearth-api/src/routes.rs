//! The paths of the local API: the patterns that the daemon serves, and the paths that a client asks for.

use crate::ids::{GroupId, MessageId, TokenId};

/// How the node is.
pub const STATUS: &str = "/v1/status";
/// The vault.
pub const VAULT: &str = "/v1/vault";
/// Opening the vault.
pub const UNLOCK: &str = "/v1/unlock";
/// Locking the vault.
pub const LOCK: &str = "/v1/lock";
/// Stopping the daemon.
pub const STOP: &str = "/v1/stop";
/// All groups.
pub const GROUPS: &str = "/v1/groups";
/// Joining a group.
pub const JOIN: &str = "/v1/groups/join";
/// One group.
pub const GROUP: &str = "/v1/groups/{group}";
/// The invites of a group.
pub const INVITES: &str = "/v1/groups/{group}/invites";
/// One invite.
pub const INVITE: &str = "/v1/groups/{group}/invites/{token}";
/// The messages of a group.
pub const MESSAGES: &str = "/v1/groups/{group}/messages";
/// One message.
pub const MESSAGE: &str = "/v1/groups/{group}/messages/{id}";
/// The members of a group.
pub const PEOPLE: &str = "/v1/groups/{group}/people";
/// Removing a member.
pub const REMOVALS: &str = "/v1/groups/{group}/removals";
/// What changes.
pub const EVENTS: &str = "/v1/events";
/// The description of this API.
pub const OPENAPI: &str = "/v1/openapi.json";

/// The host that a request is for: there is none to look up behind a Unix socket.
pub const HOST: &str = "localhost";
/// Another name for [`HOST`].
pub const HOST_ALIAS: &str = "hearth";
/// The name of the socket in Hearth's folder.
pub const SOCKET_NAME: &str = "hearthd.sock";

pub(crate) fn group(group: GroupId) -> String {
    format!("{GROUPS}/{group}")
}

pub(crate) fn invites(group: GroupId) -> String {
    format!("{GROUPS}/{group}/invites")
}

pub(crate) fn invite(group: GroupId, token: TokenId) -> String {
    format!("{GROUPS}/{group}/invites/{token}")
}

pub(crate) fn messages(group: GroupId) -> String {
    format!("{GROUPS}/{group}/messages")
}

pub(crate) fn message(group: GroupId, id: MessageId) -> String {
    format!("{GROUPS}/{group}/messages/{id}")
}

pub(crate) fn people(group: GroupId) -> String {
    format!("{GROUPS}/{group}/people")
}

pub(crate) fn removals(group: GroupId) -> String {
    format!("{GROUPS}/{group}/removals")
}
