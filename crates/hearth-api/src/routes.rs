//! The paths of the local API: the patterns that the daemon serves, and the paths that a client asks for.

use crate::ids::{DeviceId, GroupId, MemberId, MessageId, ObjectId, RecordId, SosId, TokenId};

/// How the node is.
pub const STATUS: &str = "/v1/status";
/// The vault.
pub const VAULT: &str = "/v1/vault";
/// Opening the vault.
pub const UNLOCK: &str = "/v1/unlock";
/// Locking the vault.
pub const LOCK: &str = "/v1/lock";
/// After how long without use the vault locks by itself.
pub const AUTO_LOCK: &str = "/v1/vault/auto-lock";
/// Making a backup.
pub const BACKUP: &str = "/v1/vault/backup";
/// Making a vault of a backup.
pub const RESTORE: &str = "/v1/vault/restore";
/// Destroying the vault and all that is kept here.
pub const DESTROY: &str = "/v1/vault/destroy";
/// Stopping the daemon.
pub const STOP: &str = "/v1/stop";
/// All groups.
pub const GROUPS: &str = "/v1/groups";
/// Joining a group.
pub const JOIN: &str = "/v1/groups/join";
/// Looking at the group of a ticket.
pub const LOOK: &str = "/v1/groups/look";
/// What is only looked at, to forget it.
pub const LOOKED_AT: &str = "/v1/groups/look/{group}";
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
/// Answers to a message.
pub const REPLIES: &str = "/v1/groups/{group}/messages/{id}/replies";
/// Signs to the author of a message.
pub const REACTIONS: &str = "/v1/groups/{group}/messages/{id}/reactions";
/// Putting other words in the place of a message's own.
pub const EDIT: &str = "/v1/groups/{group}/messages/{id}/edit";
/// Undoing a message that is held back.
pub const UNDO: &str = "/v1/groups/{group}/messages/{id}/undo";
/// The members of a group.
pub const PEOPLE: &str = "/v1/groups/{group}/people";
/// Removing a member.
pub const REMOVALS: &str = "/v1/groups/{group}/removals";
/// Who would lose what if a member were removed.
pub const REMOVAL: &str = "/v1/groups/{group}/people/{member}/removal";
/// The safety number with a member, and noting that it was compared.
pub const SAFETY_NUMBER: &str = "/v1/groups/{group}/people/{member}/safety-number";
/// Changing roles.
pub const ROLES: &str = "/v1/groups/{group}/roles";
/// What the group decides together.
pub const CONSCIENCE: &str = "/v1/groups/{group}/conscience";
/// Agreeing to what was proposed.
pub const ENDORSEMENTS: &str = "/v1/groups/{group}/endorsements";
/// Letting somebody stay whose admission does not count any more.
pub const KEPT: &str = "/v1/groups/{group}/kept";
/// Leaving a group.
pub const LEAVE: &str = "/v1/groups/{group}/leave";
/// This member's devices.
pub const DEVICES: &str = "/v1/groups/{group}/devices";
/// One of this member's devices.
pub const DEVICE: &str = "/v1/groups/{group}/devices/{device}";
/// Becoming a further device of a member.
pub const JOIN_AS_DEVICE: &str = "/v1/groups/join-as-device";
/// What a group has.
pub const OBJECTS: &str = "/v1/groups/{group}/objects";
/// One thing that a group has.
pub const OBJECT: &str = "/v1/groups/{group}/objects/{id}";
/// The versions of one thing that stand.
pub const VERSIONS: &str = "/v1/groups/{group}/objects/{id}/versions";
/// What a group votes on.
pub const POLLS: &str = "/v1/groups/{group}/polls";
/// Voting on a question.
pub const POLL_VOTE: &str = "/v1/groups/{group}/polls/{id}/vote";
/// Words beside a question.
pub const POLL_WORDS: &str = "/v1/groups/{group}/polls/{id}/words";
/// Counting the votes on a question.
pub const POLL_COUNT: &str = "/v1/groups/{group}/polls/{id}/count";
/// The keepers of a group.
pub const KEEPERS: &str = "/v1/groups/{group}/keepers";
/// One of them.
pub const KEEPER: &str = "/v1/groups/{group}/keepers/{id}";
/// What this node carries as a keeper.
pub const CARRIED: &str = "/v1/carried";
/// One thing of that.
pub const CARRIED_ROOM: &str = "/v1/carried/{id}";
/// Who can be reached outside of this.
pub const PHONES: &str = "/v1/groups/{group}/phones";
/// The slots of a group.
pub const SLOTS: &str = "/v1/groups/{group}/slots";
/// Calls for help.
pub const SOS: &str = "/v1/groups/{group}/sos";
/// Answers to a call for help.
pub const SOS_ANSWERS: &str = "/v1/groups/{group}/sos/{id}/answers";
/// The end of a call for help.
pub const SOS_CLOSE: &str = "/v1/groups/{group}/sos/{id}/close";
/// Whom this member wants asked on a bad night.
pub const LADDER: &str = "/v1/groups/{group}/ladder";
/// Who may be asked in the days to come.
pub const COVERAGE: &str = "/v1/groups/{group}/coverage";
/// What stands between this member and others, on this machine alone.
pub const PRIVATE: &str = "/v1/groups/{group}/private";
/// Asking somebody to be one's sponsor.
pub const SPONSORS: &str = "/v1/groups/{group}/sponsors";
/// What somebody wrote to this member alone.
pub const PRIVATE_WORDS: &str = "/v1/groups/{group}/people/{member}/words";
/// Who would read a report about somebody.
pub const READERS: &str = "/v1/groups/{group}/people/{member}/readers";
/// Reports.
pub const REPORTS: &str = "/v1/groups/{group}/reports";
/// How far one is with a report.
pub const REPORT_NOTE: &str = "/v1/groups/{group}/reports/{id}/note";
/// The times of a group's meetings.
pub const MEETINGS: &str = "/v1/groups/{group}/meetings";
/// Making meetings of a list the group's.
pub const MEETINGS_IMPORT: &str = "/v1/groups/{group}/meetings/import";
/// A group's meetings as a file for others.
pub const MEETINGS_EXPORT: &str = "/v1/groups/{group}/meetings/export";
/// Whether this member is reminded of a group's meetings.
pub const REMINDERS: &str = "/v1/groups/{group}/meetings/reminders";
/// Looking for meetings in a list that is not a group's.
pub const FIND_MEETINGS: &str = "/v1/meetings/find";
/// What this member keeps for themselves. All that begins so is about nobody else.
pub const SELF_RECORDS: &str = "/v1/self/records";
/// One record.
pub const SELF_RECORD: &str = "/v1/self/records/{id}";
/// Changing a record.
pub const SELF_CHANGE: &str = "/v1/self/records/{id}/change";
/// Showing a copy of a record to somebody.
pub const SELF_SHOWN: &str = "/v1/self/records/{id}/shown";
/// Which chips or key tags come next for oneself.
pub const SELF_CHIPS: &str = "/v1/self/chips";
/// What changes.
pub const EVENTS: &str = "/v1/events";
/// The description of this API.
pub const OPENAPI: &str = "/v1/openapi.json";

/// The host that a request is for: there is none to look up behind a Unix socket.
pub const HOST: &str = "localhost";
/// A header of requests that a program makes by itself, with nobody at it: they keep no vault open.
pub const BY_ITSELF: &str = "hearth-by-itself";
/// Another name for [`HOST`].
pub const HOST_ALIAS: &str = "hearth";
/// The name of the socket in Hearth's folder.
pub const SOCKET_NAME: &str = "hearthd.sock";

pub(crate) fn looked_at(group: GroupId) -> String {
    format!("{LOOK}/{group}")
}

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

pub(crate) fn replies(group: GroupId, id: MessageId) -> String {
    format!("{GROUPS}/{group}/messages/{id}/replies")
}

pub(crate) fn reactions(group: GroupId, id: MessageId) -> String {
    format!("{GROUPS}/{group}/messages/{id}/reactions")
}

pub(crate) fn edit(group: GroupId, id: MessageId) -> String {
    format!("{GROUPS}/{group}/messages/{id}/edit")
}

pub(crate) fn undo(group: GroupId, id: MessageId) -> String {
    format!("{GROUPS}/{group}/messages/{id}/undo")
}

pub(crate) fn people(group: GroupId) -> String {
    format!("{GROUPS}/{group}/people")
}

pub(crate) fn removals(group: GroupId) -> String {
    format!("{GROUPS}/{group}/removals")
}

pub(crate) fn removal(group: GroupId, member: MemberId) -> String {
    format!("{GROUPS}/{group}/people/{member}/removal")
}

pub(crate) fn safety_number(group: GroupId, member: MemberId) -> String {
    format!("{GROUPS}/{group}/people/{member}/safety-number")
}

pub(crate) fn roles(group: GroupId) -> String {
    format!("{GROUPS}/{group}/roles")
}

pub(crate) fn conscience(group: GroupId) -> String {
    format!("{GROUPS}/{group}/conscience")
}

pub(crate) fn endorsements(group: GroupId) -> String {
    format!("{GROUPS}/{group}/endorsements")
}

pub(crate) fn kept(group: GroupId) -> String {
    format!("{GROUPS}/{group}/kept")
}

pub(crate) fn leave(group: GroupId) -> String {
    format!("{GROUPS}/{group}/leave")
}

pub(crate) fn devices(group: GroupId) -> String {
    format!("{GROUPS}/{group}/devices")
}

pub(crate) fn device(group: GroupId, device: DeviceId) -> String {
    format!("{GROUPS}/{group}/devices/{device}")
}

pub(crate) fn objects(group: GroupId) -> String {
    format!("{GROUPS}/{group}/objects")
}

pub(crate) fn object(group: GroupId, id: ObjectId) -> String {
    format!("{GROUPS}/{group}/objects/{id}")
}

pub(crate) fn sos(group: GroupId) -> String {
    format!("{GROUPS}/{group}/sos")
}

pub(crate) fn sos_answers(group: GroupId, id: SosId) -> String {
    format!("{GROUPS}/{group}/sos/{id}/answers")
}

pub(crate) fn sos_close(group: GroupId, id: SosId) -> String {
    format!("{GROUPS}/{group}/sos/{id}/close")
}

pub(crate) fn ladder(group: GroupId) -> String {
    format!("{GROUPS}/{group}/ladder")
}

pub(crate) fn coverage(group: GroupId) -> String {
    format!("{GROUPS}/{group}/coverage")
}

pub(crate) fn versions(group: GroupId, id: ObjectId) -> String {
    format!("{GROUPS}/{group}/objects/{id}/versions")
}

pub(crate) fn polls(group: GroupId) -> String {
    format!("{GROUPS}/{group}/polls")
}

pub(crate) fn poll_vote(group: GroupId, id: ObjectId) -> String {
    format!("{GROUPS}/{group}/polls/{id}/vote")
}

pub(crate) fn poll_words(group: GroupId, id: ObjectId) -> String {
    format!("{GROUPS}/{group}/polls/{id}/words")
}

pub(crate) fn poll_count(group: GroupId, id: ObjectId) -> String {
    format!("{GROUPS}/{group}/polls/{id}/count")
}

pub(crate) fn keepers(group: GroupId) -> String {
    format!("{GROUPS}/{group}/keepers")
}

pub(crate) fn keeper(group: GroupId, id: ObjectId) -> String {
    format!("{GROUPS}/{group}/keepers/{id}")
}

pub(crate) fn carried_room(id: ObjectId) -> String {
    format!("{CARRIED}/{id}")
}

pub(crate) fn phones(group: GroupId) -> String {
    format!("{GROUPS}/{group}/phones")
}

pub(crate) fn slots(group: GroupId) -> String {
    format!("{GROUPS}/{group}/slots")
}

pub(crate) fn private(group: GroupId) -> String {
    format!("{GROUPS}/{group}/private")
}

pub(crate) fn sponsors(group: GroupId) -> String {
    format!("{GROUPS}/{group}/sponsors")
}

pub(crate) fn private_words(group: GroupId, member: MemberId) -> String {
    format!("{GROUPS}/{group}/people/{member}/words")
}

pub(crate) fn readers(group: GroupId, member: MemberId) -> String {
    format!("{GROUPS}/{group}/people/{member}/readers")
}

pub(crate) fn reports(group: GroupId) -> String {
    format!("{GROUPS}/{group}/reports")
}

pub(crate) fn report_note(group: GroupId, id: MessageId) -> String {
    format!("{GROUPS}/{group}/reports/{id}/note")
}

pub(crate) fn meetings(group: GroupId) -> String {
    format!("{GROUPS}/{group}/meetings")
}

pub(crate) fn meetings_import(group: GroupId) -> String {
    format!("{GROUPS}/{group}/meetings/import")
}

pub(crate) fn meetings_export(group: GroupId) -> String {
    format!("{GROUPS}/{group}/meetings/export")
}

pub(crate) fn reminders(group: GroupId) -> String {
    format!("{GROUPS}/{group}/meetings/reminders")
}

pub(crate) fn self_record(id: RecordId) -> String {
    format!("{SELF_RECORDS}/{id}")
}

pub(crate) fn self_change(id: RecordId) -> String {
    format!("{SELF_RECORDS}/{id}/change")
}

pub(crate) fn self_shown(id: RecordId) -> String {
    format!("{SELF_RECORDS}/{id}/shown")
}
