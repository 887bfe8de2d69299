//! What a client asks for: the bodies and queries of requests.
//!
//! Unknown fields are refused: a mistyped field must not silently change what a member asked for. Each request
//! says with [`Checked`] what is wrong with it, so that the daemon past this edge sees well-formed requests alone.

use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::content::{Content, Reaction, Want};
use crate::error::{ApiError, ErrorCode};
use crate::ids::{ActId, Cursor, MemberId, RequestId};
use crate::secret::{Passphrase, Ticket};
use crate::{limits, redacted};

/// A request that can say what is wrong with it.
pub trait Checked {
    /// Checks the bounds that need no knowledge of any group.
    ///
    /// # Errors
    /// The first rule that the request breaks.
    fn check(&self) -> Result<(), ApiError>;
}

/// Makes the vault of this node.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateVault {
    /// The passphrase that opens it from then on.
    pub passphrase: Passphrase,
    /// Addresses to listen on for neighbours, as multiaddresses; the daemon chooses when there are none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub listen: Vec<String>,
}

impl Checked for CreateVault {
    fn check(&self) -> Result<(), ApiError> {
        check_passphrase(&self.passphrase)?;
        let too_long = |address: &String| address.is_empty() || address.len() > limits::ADDRESS_BYTES_MAX;
        if self.listen.len() > limits::LISTEN_ADDRESSES_MAX || self.listen.iter().any(too_long) {
            return Err(ApiError::with_message(
                ErrorCode::BadRequest,
                "too many or too long addresses to listen on",
            ));
        }
        Ok(())
    }
}

/// Opens the vault.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Unlock {
    /// The passphrase.
    pub passphrase: Passphrase,
    /// Begin anew with who this node is, if what was kept cannot be read (`store_lost`). That stays in a folder set
    /// aside.
    #[serde(default)]
    pub recover: bool,
}

impl Checked for Unlock {
    fn check(&self) -> Result<(), ApiError> {
        check_passphrase(&self.passphrase)
    }
}

/// Founds a group.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateGroup {
    /// The group's name.
    pub name: String,
    /// The founder's own name in it.
    pub my_name: String,
    /// The keys that protect it.
    #[serde(default)]
    pub suite: Suite,
    /// Chosen by the client: the same request, sent twice, founds one group.
    pub request_id: RequestId,
}

impl Checked for CreateGroup {
    fn check(&self) -> Result<(), ApiError> {
        check_name(&self.name)?;
        check_name(&self.my_name)
    }
}

/// Reads what the group of a ticket says of itself. Nobody is asked for anything, and nothing of the member is told.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LookAtGroup {
    /// The ticket.
    pub ticket: Ticket,
}

impl Checked for LookAtGroup {
    fn check(&self) -> Result<(), ApiError> {
        check_ticket(&self.ticket)
    }
}

/// Joins a group. Asking again with the same ticket goes on with the same joining.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct JoinGroup {
    /// The ticket.
    pub ticket: Ticket,
    /// One's own name in the group.
    pub my_name: String,
}

impl Checked for JoinGroup {
    fn check(&self) -> Result<(), ApiError> {
        check_ticket(&self.ticket)?;
        check_name(&self.my_name)
    }
}

/// Makes an invite.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateInvite {
    /// How many members it may bring in.
    pub uses: u32,
    /// Seconds until it expires.
    pub expires_in_s: u64,
    /// The role of those who join with it.
    pub role: Role,
}

impl Checked for CreateInvite {
    fn check(&self) -> Result<(), ApiError> {
        if !(1..=limits::INVITE_USES_MAX).contains(&self.uses) {
            return Err(ApiError::with_message(ErrorCode::BadRequest, "an invite has 1 to 100 uses"));
        }
        if !(1..=limits::INVITE_LIFE_S_MAX).contains(&self.expires_in_s) {
            return Err(ApiError::with_message(ErrorCode::BadRequest, "an invite lasts 1 second to 30 days"));
        }
        Ok(())
    }
}

/// Says something to the group, or to members whom it names.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SendMessage {
    /// The words.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub text: String,
    /// What kind of message it is. Without it: a private message if members are named, a share otherwise. Answers have
    /// addresses of their own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub content: Option<Content>,
    /// The members whom alone it is for, none of whom learns of the others; without any, everybody in the group reads it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub to: Vec<MemberId>,
    /// Seconds during which it can be undone and stays on this device, at most 60.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub undo_s: u32,
    /// Chosen by the client: the same request, sent twice, sends one message.
    pub request_id: RequestId,
}

impl Checked for SendMessage {
    fn check(&self) -> Result<(), ApiError> {
        let may_be_silent = match &self.content {
            Some(Content::CheckIn { .. } | Content::Milestone { .. }) => true,
            None | Some(Content::Share { .. } | Content::Dm {} | Content::Shown { .. }) => false,
            Some(Content::Reply { .. } | Content::Reaction { .. }) => {
                return Err(ApiError::with_message(
                    ErrorCode::BadRequest,
                    "an answer goes to the address of what it answers",
                ));
            }
            Some(
                Content::SponsorAsk {}
                | Content::SponsorAccept {}
                | Content::SponsorEnd {}
                | Content::Report {}
                | Content::Phone(_),
            ) => {
                let message =
                    "what is between sponsor and sponsee, a report and a number have addresses of their own";
                return Err(ApiError::with_message(ErrorCode::BadRequest, message));
            }
        };
        if self.to.len() > limits::CIRCLE_MAX {
            return Err(ApiError::with_message(ErrorCode::BadRequest, "at most 50 people can be picked"));
        }
        check_undo(self.undo_s)?;
        self.content.as_ref().map_or(Ok(()), |content| check_content(content, &self.text))?;
        check_text(&self.text, may_be_silent)
    }
}

/// Answers a message.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReplyTo {
    /// The words.
    pub text: String,
    /// Whether it is for the author alone even where all may answer in front of all.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub private: bool,
    /// Seconds during which it can be undone and stays on this device, at most 60.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub undo_s: u32,
    /// Chosen by the client: the same request, sent twice, sends one message.
    pub request_id: RequestId,
}

impl Checked for ReplyTo {
    fn check(&self) -> Result<(), ApiError> {
        check_undo(self.undo_s)?;
        check_text(&self.text, false)
    }
}

/// Gives the author of a message a sign.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct React {
    /// Which.
    pub reaction: Reaction,
    /// Chosen by the client: the same request, sent twice, sends one sign.
    pub request_id: RequestId,
}

impl Checked for React {
    fn check(&self) -> Result<(), ApiError> {
        Ok(())
    }
}

/// Puts other words in the place of a message's own.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EditMessage {
    /// The other words.
    pub text: String,
    /// Chosen by the client: the same request, sent twice, is one change.
    pub request_id: RequestId,
}

impl Checked for EditMessage {
    fn check(&self) -> Result<(), ApiError> {
        check_text(&self.text, false)
    }
}

/// Checks what belongs to a kind of message: a person who mistyped something hears what it was.
/// Says whether a text is a line of 1 to [`limits::LINE_BYTES_MAX`] bytes without spaces at its ends.
pub(crate) fn is_line(line: &str) -> bool {
    (1..=limits::LINE_BYTES_MAX).contains(&line.len())
        && line.trim() == line
        && !line.chars().any(char::is_control)
}

fn check_content(content: &Content, text: &str) -> Result<(), ApiError> {
    let refuse = |why: &str| Err(ApiError::with_message(ErrorCode::BadRequest, why));
    let lines = match content {
        Content::Share { topic, note, .. } => [topic.as_deref(), note.as_deref()],
        Content::CheckIn { feeling, .. } => [feeling.as_deref(), None],
        Content::Milestone { label, token } => [Some(label.as_str()), token.as_deref()],
        Content::Dm {}
        | Content::Reply { .. }
        | Content::Reaction { .. }
        | Content::Shown { .. }
        | Content::SponsorAsk {}
        | Content::SponsorAccept {}
        | Content::SponsorEnd {}
        | Content::Report {}
        | Content::Phone(_) => [None, None],
    };
    if !lines.into_iter().flatten().all(is_line) {
        return refuse("a topic, a note, a feeling or a label has 1 to 160 bytes in one line");
    }
    match content {
        Content::CheckIn { craving: Some(craving), .. } if *craving > 3 => {
            refuse("a craving is a number from 0 to 3")
        }
        Content::CheckIn { feeling: None, halt, craving: None, want: Want::Nothing }
            if halt.is_empty() && text.is_empty() =>
        {
            refuse("there is nothing in this check-in")
        }
        Content::CheckIn { .. }
        | Content::Share { .. }
        | Content::Milestone { .. }
        | Content::Dm {}
        | Content::Reply { .. }
        | Content::Reaction { .. }
        | Content::Shown { .. }
        | Content::SponsorAsk {}
        | Content::SponsorAccept {}
        | Content::SponsorEnd {}
        | Content::Report {}
        | Content::Phone(_) => Ok(()),
    }
}

pub(crate) fn is_zero(number: &u32) -> bool {
    *number == 0
}

pub(crate) fn check_undo(seconds: u32) -> Result<(), ApiError> {
    if seconds <= limits::UNDO_S_MAX {
        Ok(())
    } else {
        Err(ApiError::with_message(ErrorCode::BadRequest, "a message is held back for two days at most"))
    }
}

pub(crate) fn check_text(text: &str, may_be_empty: bool) -> Result<(), ApiError> {
    if text.len() > limits::TEXT_BYTES_MAX {
        return Err(ErrorCode::TextTooLarge.into());
    }
    if text.trim().is_empty() && !(may_be_empty && text.is_empty()) {
        return Err(ErrorCode::TextEmpty.into());
    }
    Ok(())
}

/// Removes a member from the group.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RemoveMember {
    /// Whom.
    pub member: MemberId,
}

impl Checked for RemoveMember {
    fn check(&self) -> Result<(), ApiError> {
        Ok(())
    }
}

/// Gives a member another role, as far as one's own role allows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SetRole {
    /// Whom.
    pub member: MemberId,
    /// Which role.
    pub role: Role,
}

impl Checked for SetRole {
    fn check(&self) -> Result<(), ApiError> {
        Ok(())
    }
}

/// Proposes what many decide together. The same proposal, made by a second member, counts as agreement.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Propose {
    /// Whom it is about.
    pub member: MemberId,
    /// What is to happen.
    pub what: Change,
    /// The new role, when `what` is `role`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<Role>,
}

impl Checked for Propose {
    fn check(&self) -> Result<(), ApiError> {
        match (self.what, self.role) {
            (Change::Remove, None) | (Change::Role, Some(_)) => Ok(()),
            (Change::Remove, Some(_)) => {
                Err(ApiError::with_message(ErrorCode::BadRequest, "a removal has no role"))
            }
            (Change::Role, None) => Err(ApiError::with_message(ErrorCode::BadRequest, "the role is missing")),
            (Change::MembersMayInvite, _) => {
                Err(ApiError::with_message(ErrorCode::BadRequest, "that cannot be proposed here"))
            }
        }
    }
}

/// What a proposal asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Change {
    /// That somebody is asked to leave.
    Remove,
    /// That somebody gets another role.
    Role,
    /// That members may invite, or may not any more.
    MembersMayInvite,
}

/// Agrees to what was proposed. Agreeing twice changes nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Endorse {
    /// To what.
    pub act: ActId,
}

impl Checked for Endorse {
    fn check(&self) -> Result<(), ApiError> {
        Ok(())
    }
}

/// Lets somebody stay whose admission does not count any more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Keep {
    /// The admission.
    pub act: ActId,
}

impl Checked for Keep {
    fn check(&self) -> Result<(), ApiError> {
        Ok(())
    }
}

/// Becomes a further device of a member. Asking again with the same ticket goes on with the same joining.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct JoinAsDevice {
    /// The ticket that another device of the member made.
    pub ticket: Ticket,
}

impl Checked for JoinAsDevice {
    fn check(&self) -> Result<(), ApiError> {
        check_ticket(&self.ticket)
    }
}

/// A request or an answer that says nothing more: `{}`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Nothing {}

impl Checked for Nothing {
    fn check(&self) -> Result<(), ApiError> {
        Ok(())
    }
}

/// Which page of a group's messages.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct MessagesQuery {
    /// The `next` of the page before; without it, from the oldest message kept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[param(value_type = Option<String>)]
    pub after: Option<Cursor>,
    /// Messages on the page, at most 200; 100 when it is not given. A page may hold fewer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
    /// The newest messages instead of the oldest: the last `limit` of them, still oldest first. Not with `after`.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    #[param(required = false)]
    pub latest: bool,
}

impl MessagesQuery {
    /// Returns how many messages the page may hold.
    pub fn limit_or_default(&self) -> u32 {
        self.limit.unwrap_or(limits::PAGE_MESSAGES_DEFAULT)
    }
}

impl Checked for MessagesQuery {
    fn check(&self) -> Result<(), ApiError> {
        if !(1..=limits::PAGE_MESSAGES_MAX).contains(&self.limit_or_default()) {
            return Err(ApiError::with_message(ErrorCode::BadRequest, "a page holds 1 to 200 messages"));
        }
        if self.latest && self.after.is_some() {
            return Err(ApiError::with_message(
                ErrorCode::BadRequest,
                "`latest` and `after` exclude one another",
            ));
        }
        Ok(())
    }
}

/// The keys that protect a group.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Suite {
    /// Against today's computers and quantum computers: X-Wing.
    #[default]
    XWing,
    /// Against today's computers, with smaller messages: X25519.
    X25519,
}

/// A member's role, from the least rank to the highest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// A guest for a time.
    Visitor,
    /// Somebody new.
    Newcomer,
    /// A member.
    Member,
    /// A trusted servant: may invite and remove.
    TrustedServant,
    /// The secretary.
    Secretary,
}

// A request that holds a name, a text or a ticket does not show it.
redacted!(CreateGroup, LookAtGroup, JoinGroup, JoinAsDevice, SendMessage, ReplyTo, EditMessage);

pub(crate) fn check_ticket(ticket: &Ticket) -> Result<(), ApiError> {
    if (1..=limits::TICKET_BYTES_MAX).contains(&ticket.expose().len()) {
        Ok(())
    } else {
        Err(ErrorCode::BadTicket.into())
    }
}

pub(crate) fn check_passphrase(passphrase: &Passphrase) -> Result<(), ApiError> {
    if (1..=limits::PASSPHRASE_BYTES_MAX).contains(&passphrase.expose().len()) {
        Ok(())
    } else {
        Err(ApiError::with_message(ErrorCode::BadRequest, "a passphrase has 1 to 1024 bytes"))
    }
}

/// Checks a name: control characters would let one member's name rewrite another's line on a terminal.
fn check_name(name: &str) -> Result<(), ApiError> {
    let fits = (1..=limits::NAME_BYTES_MAX).contains(&name.len());
    if fits && name.trim() == name && !name.chars().any(char::is_control) {
        Ok(())
    } else {
        Err(ErrorCode::NameInvalid.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn saying(text: &str) -> SendMessage {
        SendMessage {
            text: text.to_owned(),
            content: None,
            to: Vec::new(),
            undo_s: 0,
            request_id: "r".parse().unwrap(),
        }
    }

    #[test]
    fn a_message_has_bounds_and_answers_have_their_own_address() {
        let is_fine = |request: SendMessage| request.check().is_ok();
        let check_in = || {
            let (feeling, halt, craving) = (None, Vec::new(), Some(2));
            Content::CheckIn { feeling, halt, craving, want: crate::Want::Call }
        };
        assert!(is_fine(SendMessage { content: Some(check_in()), ..saying("") }));
        assert!(!is_fine(SendMessage { content: Some(check_in()), ..saying(" ") }));
        assert!(!is_fine(SendMessage { content: Some(Content::Dm {}), ..saying("") }));
        let silent = |craving| {
            let (feeling, halt, want) = (None, Vec::new(), crate::Want::Nothing);
            Some(Content::CheckIn { feeling, halt, craving, want })
        };
        assert!(!is_fine(SendMessage { content: silent(None), ..saying("") }));
        assert!(is_fine(SendMessage { content: silent(None), ..saying("so so") }));
        assert!(!is_fine(SendMessage { content: silent(Some(4)), ..saying("") }));
        let milestone = |label: &str| Some(Content::Milestone { label: label.to_owned(), token: None });
        assert!(is_fine(SendMessage { content: milestone("24 hours"), ..saying("") }));
        for label in ["", " 24", "a\nb", &"a".repeat(161)] {
            assert!(!is_fine(SendMessage { content: milestone(label), ..saying("") }), "{label:?}");
        }
        let about = crate::MessageId::from_bytes([1; 32]);
        assert!(!is_fine(SendMessage { content: Some(Content::Reply { about }), ..saying("hi") }));
        let to = |count| vec![MemberId::from_bytes([1; 32]); count];
        assert!(is_fine(SendMessage { to: to(50), undo_s: limits::UNDO_S_MAX, ..saying("hi") }));
        assert!(!is_fine(SendMessage { to: to(51), ..saying("hi") }));
        assert!(!is_fine(SendMessage { undo_s: limits::UNDO_S_MAX + 1, ..saying("hi") }));
        let share =
            r#"{"text":"hi","content":{"what":"share","topic":"one","colour":"red"},"request_id":"r"}"#;
        assert!(serde_json::from_str::<SendMessage>(share).is_err());
    }

    #[test]
    fn texts_have_bounds() {
        let code = |text: String| saying(&text).check().map_err(|error| error.code);
        assert_eq!(code("a".repeat(limits::TEXT_BYTES_MAX)), Ok(()));
        assert_eq!(code("a".repeat(limits::TEXT_BYTES_MAX + 1)), Err(ErrorCode::TextTooLarge));
        assert_eq!(code(" \n\t".to_owned()), Err(ErrorCode::TextEmpty));
        assert_eq!(code(String::new()), Err(ErrorCode::TextEmpty));
    }

    #[test]
    fn names_are_short_plain_lines() {
        assert!(check_name("Anna K.").is_ok());
        assert!(check_name(&"é".repeat(32)).is_ok());
        for name in ["", " ", "Anna ", "An\nna", "An\u{1b}[2Jna", &"a".repeat(65), &"é".repeat(33)] {
            assert_eq!(check_name(name).map_err(|error| error.code), Err(ErrorCode::NameInvalid), "{name:?}");
        }
    }

    #[test]
    fn invites_pages_passphrases_and_addresses_have_bounds() {
        let invite =
            |uses, expires_in_s| CreateInvite { uses, expires_in_s, role: Role::Newcomer }.check().is_ok();
        assert!(invite(1, 60) && invite(100, limits::INVITE_LIFE_S_MAX));
        assert!(
            !invite(0, 60) && !invite(101, 60) && !invite(1, 0) && !invite(1, limits::INVITE_LIFE_S_MAX + 1)
        );

        let page = |limit| MessagesQuery { limit, ..MessagesQuery::default() }.check().is_ok();
        assert!(page(None) && page(Some(1)) && page(Some(200)));
        assert!(!page(Some(0)) && !page(Some(201)));
        let after = Some("c1".parse().unwrap());
        assert!(MessagesQuery { after: after.clone(), limit: None, latest: false }.check().is_ok());
        assert!(MessagesQuery { after, limit: None, latest: true }.check().is_err());

        let vault = |bytes: usize, listen: Vec<String>| {
            CreateVault { passphrase: Passphrase::new("p".repeat(bytes)), listen }.check().is_ok()
        };
        assert!(vault(1024, vec!["/ip4/127.0.0.1/tcp/0".to_owned()]));
        assert!(!vault(0, vec![]) && !vault(1025, vec![]));
        assert!(
            !vault(8, vec!["a".repeat(257)])
                && !vault(8, vec!["a".to_owned(); 9])
                && !vault(8, vec![String::new()])
        );
    }

    #[test]
    fn a_proposal_says_what_it_needs_and_no_more() {
        let proposed =
            |what, role| Propose { member: MemberId::from_bytes([1; 32]), what, role }.check().is_ok();
        assert!(proposed(Change::Remove, None) && proposed(Change::Role, Some(Role::Member)));
        assert!(!proposed(Change::Remove, Some(Role::Member)) && !proposed(Change::Role, None));
        assert!(!proposed(Change::MembersMayInvite, None));
    }

    #[test]
    fn unknown_fields_are_refused() {
        let message = r#"{"text":"hi","request_id":"r","too":"x"}"#;
        assert!(serde_json::from_str::<SendMessage>(message).is_err());
        assert!(serde_json::from_str::<Nothing>(r#"{"force":true}"#).is_err());
        assert!(serde_json::from_str::<Nothing>("{}").is_ok());
    }

    #[test]
    fn requests_do_not_show_what_members_wrote() {
        assert_eq!(format!("{:?}", saying("so private")), "SendMessage(..)");
    }
}
