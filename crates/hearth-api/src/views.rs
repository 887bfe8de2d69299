//! What the daemon answers: the bodies of answers. A client ignores fields that it does not know.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::content::{Content, Reaction};
use crate::error::ErrorCode;
use crate::ids::{ActId, Cursor, DeviceId, GroupId, MemberId, MessageId, TokenId};
use crate::objects::Thing;
use crate::redacted;
use crate::requests::{Change, Role, Suite};
use crate::secret::Ticket;

/// How the node is.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Status {
    /// The daemon's version.
    pub version: String,
    /// Whether there is a vault, and whether it is open.
    pub vault: VaultState,
    /// Whether the vault is locked.
    pub locked: bool,
    /// The groups on this node; none can be seen while the vault is locked.
    pub groups: Vec<Group>,
    /// Seconds without use after which the vault locks by itself; absent if it does not, or is not open.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lock_after_s: Option<u32>,
}

/// The state of the vault.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum VaultState {
    /// There is none yet.
    None,
    /// It waits for the passphrase.
    Locked,
    /// It is open.
    Open,
}

/// All groups on this node.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Groups {
    /// In order of their ids.
    pub groups: Vec<Group>,
}

/// One group, as this node sees it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Group {
    /// Its id.
    pub id: GroupId,
    /// Its name; absent until this member is admitted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// How this member stands in it.
    pub state: GroupState,
    /// How the joining goes, while the state is `joining`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub joining: Option<Joining>,
    /// What the group says of itself to the holder of its ticket; absent as long as nobody has said it, and for members.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shown: Option<ShownGroup>,
    /// Members, this one counted.
    pub members: u32,
    /// Neighbours of this group that are connected.
    pub connected: u32,
    /// This member's id; absent until admitted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub me: Option<MemberId>,
    /// This member's own name.
    pub my_name: String,
    /// The keys that protect it.
    pub suite: Suite,
    /// How far the group has switched to new keys since somebody went out; absent if nobody did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub switching: Option<Switching>,
    /// Members' nodes say that this member is out, and none that says otherwise is in reach. It may not be true.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub told_out: bool,
    /// Whether this member was a visitor whose visit is over, while the state is `removed`.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub visit_over: bool,
}

/// How this member stands in a group.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum GroupState {
    /// Asked to join; nobody has answered yet.
    Joining,
    /// Admitted, and catching up.
    Syncing,
    /// A member, as up to date as the neighbours in reach.
    Active,
    /// Removed, or left.
    Removed,
    /// This machine lost what it kept; it asks members' nodes for new keys, and shows what is shared from then on.
    Returning,
    /// Only looked at, by a ticket; nobody was asked for anything. Such a group is in no list.
    Looking,
}

/// What a member's node has said of a group to this one as the holder of its ticket.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ShownGroup {
    /// The group's name.
    pub name: String,
    /// Its card, if it has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub card: Option<Thing>,
}

/// How it goes to join a group.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Joining {
    /// Members' nodes that were asked so far; 0 when none could be reached yet.
    pub asked: u32,
    /// Why it was refused, when it was: `ticket_expired`, `ticket_used_up`, `ticket_revoked` or another code. It does
    /// not go on by itself then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refused: Option<ErrorCode>,
}

/// A new invite.
#[derive(Serialize, Deserialize, ToSchema)]
pub struct Invited {
    /// The ticket to hand on.
    pub ticket: Ticket,
    /// The invite's token, to revoke it by.
    pub token: TokenId,
    /// When it expires, in milliseconds since 1970.
    pub expires_at: u64,
}

/// All invites of a group.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Invites {
    /// The newest last.
    pub invites: Vec<Invite>,
}

/// An invite. Its ticket is shown once, when it is made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Invite {
    /// Its token.
    pub token: TokenId,
    /// The role of those who join with it.
    pub role: Role,
    /// Members that it may bring in.
    pub uses: u32,
    /// Members that it has brought in.
    pub used: u32,
    /// When it expires, in milliseconds since 1970.
    pub expires_at: u64,
    /// Whether it was revoked.
    pub revoked: bool,
}

/// A message of one's own, kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Sent {
    /// Its id.
    pub id: MessageId,
    /// How far it has come.
    pub state: DeliveryState,
    /// Devices of others that hold it.
    pub devices: u32,
    /// Until when it can be undone, in milliseconds since 1970, while it is held back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub held_until: Option<u64>,
}

/// A page of messages, oldest first.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Messages {
    /// The messages.
    pub messages: Vec<Message>,
    /// Where to read on with `after`: also given at the end, so that a reader can come back for what is new. Absent
    /// when the group has no message yet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<Cursor>,
    /// Whether there is another page right away; of the newest messages, whether there are earlier ones.
    pub more: bool,
}

/// A message.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Message {
    /// Its id.
    pub id: MessageId,
    /// Whom it is for.
    pub kind: MessageKind,
    /// The author's name.
    pub author: String,
    /// The author.
    pub author_id: MemberId,
    /// The members whom a private message of one's own is for, as far as they are still in the group.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub to: Vec<MemberId>,
    /// What kind of message it is.
    pub content: Content,
    /// The words, those of the last edit if there is one; empty if there are none.
    pub text: String,
    /// Whether these are other words than the first.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub edited: bool,
    /// What others gave back to it; of one's own messages alone.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reactions: Vec<ReactionBy>,
    /// When its author says it was written, in milliseconds since 1970.
    pub at: u64,
    /// When it is forgotten on this device, in milliseconds since 1970.
    pub fades_at: u64,
    /// Whether it is this member's own.
    pub mine: bool,
    /// How far it has come; of one's own messages alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub delivery: Option<Delivery>,
}

/// A sign that somebody gave back to a message.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ReactionBy {
    /// Who.
    pub member: MemberId,
    /// The member's name.
    pub name: String,
    /// Which sign.
    pub reaction: Reaction,
}

/// Whom a message is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum MessageKind {
    /// The whole group.
    Share,
    /// Members whom its author picked.
    Dm,
}

/// How far a message of one's own has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Delivery {
    /// In a word.
    pub state: DeliveryState,
    /// Devices of others that hold it.
    pub devices: u32,
    /// Until when it can be undone, in milliseconds since 1970, while it is held back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub held_until: Option<u64>,
}

/// How far a message of one's own has come. "Passed on" means that other devices said that they hold it, never that
/// a person has read it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum DeliveryState {
    /// On this device, and not to leave it yet: it can be undone.
    Held,
    /// Safe on this device, and nowhere else yet.
    KeptHere,
    /// A keeper has said that it holds it; no member's device has yet.
    WithKeeper,
    /// At least one other device holds it.
    PassedOn,
}

/// The members of a group.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct People {
    /// In the order in which they joined, so that a client can number those of the same name.
    pub people: Vec<Person>,
    /// Those whose admission does not count any more, because the one who let them in was removed: keep them?
    #[serde(default)]
    pub questions: Vec<Question>,
}

/// Somebody whose admission does not count any more.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Question {
    /// The admission.
    pub act: ActId,
    /// Whom it let in.
    pub name: String,
    /// With which role.
    pub role: Role,
    /// The name of who let them in.
    pub by: String,
}

/// How far a group has switched to the keys that were made after somebody went out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Switching {
    /// Members.
    pub of: u32,
    /// Members who are seen to use the new keys, on all their devices.
    pub switched: u32,
    /// The others, in the order in which they joined.
    pub waiting: Vec<MemberId>,
}

/// Who would lose what if a member were removed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct RemovalPreview {
    /// Members whose admission would not count any more.
    pub lost: Vec<MemberId>,
    /// Members whom the person let in, and who stay.
    pub stay: Vec<MemberId>,
    /// Invites of the person that stay good unless they are revoked.
    pub open_invites: Vec<TokenId>,
    /// Devices that lose their keys.
    pub devices: u32,
}

/// Somebody was removed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Removed {
    /// Who uses keys that the removed one does not have.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub switching: Option<Switching>,
}

/// What came of a wish about somebody's standing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Decided {
    /// Whether it holds already.
    pub done: bool,
    /// The proposal, when it waits for others.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub act: Option<ActId>,
    /// How many more must agree.
    pub missing: u32,
}

/// What the group has not decided yet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Conscience {
    /// The oldest first.
    pub open: Vec<Proposal>,
}

/// What was proposed and is not decided.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Proposal {
    /// Its id.
    pub act: ActId,
    /// Who proposed it.
    pub by: MemberId,
    /// Whom it is about; absent if it is about the group.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub member: Option<MemberId>,
    /// What is to happen.
    pub what: Change,
    /// The new role, when `what` is `role`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<Role>,
    /// Who has agreed.
    pub agreed: Vec<MemberId>,
    /// Who may agree.
    pub may_agree: Vec<MemberId>,
    /// How many more must.
    pub missing: u32,
    /// Whether oneself may still agree.
    pub open_to_me: bool,
}

/// Somebody stays.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Kept {
    /// With which role: the one they had, or the highest below it that one may give.
    pub role: Role,
}

/// This member's devices.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Devices {
    /// This one first.
    pub devices: Vec<Device>,
}

/// One of this member's devices.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Device {
    /// Its id.
    pub id: DeviceId,
    /// Whether it is this one.
    pub this: bool,
    /// When this device first heard of it, in milliseconds since 1970.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub since: Option<u64>,
    /// Whether it is connected to this one.
    pub connected: bool,
}

/// A ticket for a further device of this member.
#[derive(Serialize, Deserialize, ToSchema)]
pub struct DeviceOffered {
    /// The ticket. Whoever holds it becomes this member: it is a secret.
    pub ticket: Ticket,
    /// When it expires, in milliseconds since 1970.
    pub expires_at: u64,
}

/// What two members compare in person.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SafetyNumber {
    /// Sixty digits in groups of five.
    pub digits: String,
    /// The same in twelve words.
    pub words: Vec<String>,
    /// When they were compared, in milliseconds since 1970; known to this device alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub verified_at: Option<u64>,
}

/// A member of a group.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Person {
    /// The member's id.
    pub id: MemberId,
    /// The member's name.
    pub name: String,
    /// The member's role.
    pub role: Role,
    /// Whether it is oneself.
    #[serde(rename = "self")]
    pub is_self: bool,
    /// Whether a device of the member is connected.
    pub connected: bool,
    /// How many devices the member has.
    #[serde(default = "one")]
    pub devices: u32,
    /// When this device first heard of the member, in milliseconds since 1970.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub since: Option<u64>,
    /// When safety numbers were compared with the member, in milliseconds since 1970; known to this device alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub verified_at: Option<u64>,
    /// Whether the member says that this is their home group.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub home: bool,
    /// The member's visit, if it ends by itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub visit: Option<Visit>,
}

/// A visit that ends by itself, unless it is renewed or the visitor makes this their home group.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Visit {
    /// When, in milliseconds since 1970, as this device reckons.
    pub until: u64,
    /// Whether this member may renew it.
    pub may_renew: bool,
}

fn one() -> u32 {
    1
}

redacted!(
    Status,
    Groups,
    Group,
    Invited,
    Messages,
    Message,
    ReactionBy,
    People,
    Person,
    Question,
    DeviceOffered,
    SafetyNumber
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_says_what_the_documents_promise() {
        let message = Message {
            id: MessageId::from_bytes([1; 32]),
            kind: MessageKind::Dm,
            author: "Anna".to_owned(),
            author_id: MemberId::from_bytes([2; 32]),
            to: Vec::new(),
            content: Content::Dm {},
            text: "hi".to_owned(),
            edited: false,
            reactions: Vec::new(),
            at: 7,
            fades_at: 8,
            mine: true,
            delivery: Some(Delivery { state: DeliveryState::PassedOn, devices: 2, held_until: None }),
        };
        let json = serde_json::to_value(&message).unwrap();
        assert_eq!(json["kind"], "dm");
        assert_eq!(json["content"], serde_json::json!({"what": "dm"}));
        assert_eq!(json["delivery"], serde_json::json!({"state": "passed_on", "devices": 2}));
        assert!(json.get("to").is_none());
        assert!(serde_json::from_value::<Message>(json).unwrap() == message);
        assert_eq!(format!("{message:?}"), "Message(..)");
    }

    #[test]
    fn oneself_is_called_self() {
        let person = Person {
            id: MemberId::from_bytes([2; 32]),
            name: "Anna".to_owned(),
            role: Role::TrustedServant,
            is_self: true,
            connected: false,
            devices: 1,
            since: None,
            verified_at: None,
            home: false,
            visit: None,
        };
        let json = serde_json::to_value(&person).unwrap();
        assert_eq!((json["self"].as_bool(), json["role"].as_str()), (Some(true), Some("trusted_servant")));
    }

    #[test]
    fn fields_from_a_later_version_are_ignored() {
        let json = r#"{"version":"9","vault":"none","locked":false,"groups":[],"weather":"fine"}"#;
        assert_eq!(serde_json::from_str::<Status>(json).unwrap().vault, VaultState::None);
    }
}
