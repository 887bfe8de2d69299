//! `hearth invite`: makes, lists and revokes invites.

use std::time::Duration;

use hearth_api::{
    CreateInvite, ErrorCode, ExitCode, GroupId, Invite as Listed, Invited, RequestId, Role, TokenId,
    limits::NAME_BYTES_MAX,
};
use serde::Serialize;

use crate::{
    args::{Drawing, Invite, InvitedRole},
    catalogue::say,
    failure::{Failure, Stopped},
    limits,
    node::Node,
    output::Output,
    qr, when,
};

/// What an invite is good for.
#[derive(Clone, Copy)]
pub(super) struct Terms {
    uses: u32,
    life: Duration,
    role: Role,
}

impl Default for Terms {
    fn default() -> Self {
        Self { uses: limits::INVITE_USES_DEFAULT, life: limits::INVITE_LIFE_DEFAULT, role: ROLE_DEFAULT }
    }
}

#[derive(Serialize)]
struct Made<'a> {
    ticket: &'a str,
    id: TokenId,
    uses: u32,
    role: Role,
    expires_at: u64,
}

#[derive(Serialize)]
struct Open {
    id: TokenId,
    uses: u32,
    used: u32,
    role: Role,
    expires_at: u64,
    revoked: bool,
}

#[derive(Serialize)]
struct Revoked {
    id: TokenId,
    revoked: bool,
}

/// Makes an invite, or lists or revokes.
pub(super) async fn run(node: &Node, invite: Invite) -> Result<(), Stopped> {
    let status = node.open().await?;
    let group = node.group(&status)?.id;
    if invite.list {
        return list(node, group).await;
    }
    if let Some(wanted) = &invite.revoke {
        return revoke(node, group, wanted).await;
    }
    let terms = Terms {
        uses: invite.uses.unwrap_or(limits::INVITE_USES_DEFAULT),
        life: invite.expires.unwrap_or(limits::INVITE_LIFE_DEFAULT),
        role: invite.role.map_or(ROLE_DEFAULT, |role| match role {
            InvitedRole::Visitor => Role::Visitor,
            InvitedRole::Newcomer => Role::Newcomer,
            InvitedRole::Member => Role::Member,
        }),
    };
    let invited = make(node, group, terms).await?;
    let body = Made {
        ticket: invited.ticket.expose(),
        id: invited.token,
        uses: terms.uses,
        role: terms.role,
        expires_at: invited.expires_at,
    };
    node.output.answer("hearth.invite/1", &body, || picture(&invited, terms, invite.drawing, &node.output))
}

/// Makes an invite.
///
/// # Errors
/// What the daemon refuses.
pub(super) async fn make(node: &Node, group: GroupId, terms: Terms) -> Result<Invited, Failure> {
    let request = CreateInvite { uses: terms.uses, expires_in_s: terms.life.as_secs(), role: terms.role };
    let invited = node.client.create_invite(group, &request).await;
    invited.map_err(|error| {
        let failure = Failure::from(error);
        match failure.code == ErrorCode::NotPermitted.to_string() {
            // What a ticket gives is what most often stands in the way.
            true if terms.role == Role::Member => failure.hint(say!("invite-members-by-secretary")),
            true => failure.hint(say!("invite-by-servants")),
            false => failure,
        }
    })
}

/// Returns an invite as a person hands it on: some words, the ticket on a line of its own, perhaps a picture.
///
/// With `--ticket-only` it is the ticket alone.
pub(super) fn picture(invited: &Invited, terms: Terms, drawing: Drawing, output: &Output) -> String {
    let ticket = invited.ticket.expose();
    if drawing.ticket_only {
        return ticket.to_owned();
    }
    let until = when::shown(invited.expires_at);
    let role = super::roles::with_article(terms.role);
    format!(
        "{}\n\n{ticket}\n{}\n{}",
        say!("invite-for", uses = terms.uses, role = role, until = until),
        drawn(ticket, drawing, output),
        say!("invite-how")
    )
}

/// Returns a ticket as a QR code between empty lines, if it is wanted; nothing else.
pub(super) fn drawn(ticket: &str, drawing: Drawing, output: &Output) -> String {
    if !drawing.qr && (!output.is_terminal() || output.is_plain()) {
        return String::new();
    }
    match qr::picture(ticket, output.width()) {
        Some(picture) => format!("\n{picture}\n"),
        None => format!("\n{}\n", say!("invite-too-narrow")),
    }
}

/// Refuses a name that no group would take, before anything is started or made.
///
/// # Errors
/// As the daemon refuses it.
pub(super) fn check_name(name: &str) -> Result<(), Failure> {
    let fits = (1..=NAME_BYTES_MAX).contains(&name.len());
    if fits && name.trim() == name && !name.chars().any(char::is_control) {
        return Ok(());
    }
    Err(hearth_api::ClientError::Api(ErrorCode::NameInvalid.into()).into())
}

/// Returns an id for a wish that must be done once.
///
/// # Errors
/// When the operating system gives no random bytes.
pub(super) fn request_id() -> Result<RequestId, Failure> {
    RequestId::random().map_err(|error| {
        let detail = crate::failure::sentence(&error.to_string());
        Failure::new(ExitCode::Internal, "internal", say!("internal", detail = detail))
    })
}

async fn list(node: &Node, group: GroupId) -> Result<(), Stopped> {
    let invites = node.client.invites(group).await?.invites;
    let open: Vec<&Listed> = invites.iter().filter(|invite| is_open(invite)).collect();
    if open.is_empty() {
        node.output.note(&say!("invite-none-open"));
    }
    for invite in open {
        let body = Open {
            id: invite.token,
            uses: invite.uses,
            used: invite.used,
            role: invite.role,
            expires_at: invite.expires_at,
            revoked: invite.revoked,
        };
        node.output.answer("hearth.invites/1", &body, || {
            let id: String = invite.token.to_string().chars().take(ID_CHARS_SHOWN).collect();
            let role = super::people::role_word(invite.role);
            let (id, role) = match node.output.is_plain() {
                true => (say!("plain-invite", id = id), say!("plain-role", role = role)),
                false => (id, role),
            };
            let used = say!("invite-used", used = invite.used, uses = invite.uses);
            let until = say!("invite-until", until = when::shown(invite.expires_at));
            node.output.facts(&[id, role, used, until], "  ")
        })?;
    }
    Ok(())
}

async fn revoke(node: &Node, group: GroupId, wanted: &str) -> Result<(), Stopped> {
    let invites = node.client.invites(group).await?.invites;
    let token = chosen(&invites, wanted)?;
    node.client.revoke_invite(group, token).await?;
    node.output
        .answer("hearth.invite-revoked/1", &Revoked { id: token, revoked: true }, || say!("invite-revoked"))
}

const ID_CHARS_SHOWN: usize = 8;
/// What a ticket gives when nothing else is asked for: who is handed one has been vouched for.
const ROLE_DEFAULT: Role = Role::Member;

fn is_open(invite: &Listed) -> bool {
    !invite.revoked && invite.used < invite.uses && !when::is_past(invite.expires_at)
}

fn chosen(invites: &[Listed], wanted: &str) -> Result<TokenId, Failure> {
    let wanted = wanted.trim().to_ascii_lowercase();
    if wanted.len() < limits::INVITE_ID_CHARS_MIN {
        return Err(Failure::usage(say!("invite-id-short", count = limits::INVITE_ID_CHARS_MIN))
            .hint(say!("invite-id-short.hint")));
    }
    let mut found = invites.iter().filter(|invite| invite.token.to_string().starts_with(&wanted));
    match (found.next(), found.next()) {
        (Some(invite), None) => Ok(invite.token),
        (None, _) => Err(Failure::new(ExitCode::NotFound, "invite_not_found", say!("invite-not-found"))
            .hint(say!("invite-not-found.hint"))),
        (Some(_), Some(_)) => {
            Err(Failure::usage(say!("invite-id-of-several")).hint(say!("invite-id-of-several.hint")))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn invite(byte: u8) -> Listed {
        Listed {
            token: TokenId::from_bytes([byte; 32]),
            role: Role::Newcomer,
            uses: 1,
            used: 0,
            expires_at: u64::MAX,
            revoked: false,
        }
    }

    #[test]
    fn an_invite_is_chosen_by_the_beginning_of_its_id() {
        let invites = [invite(0xab), invite(0xac)];
        assert_eq!(chosen(&invites, "ABAB"), Ok(TokenId::from_bytes([0xab; 32])));
        assert_eq!(chosen(&invites, "a").unwrap_err().exit.code(), 2);
        assert_eq!(chosen(&invites, "ffff").unwrap_err().exit.code(), 8);
        assert_eq!(chosen(&[invite(1), invite(1)], "0101").unwrap_err().exit.code(), 2);
    }

    #[test]
    fn a_code_is_drawn_for_the_eye_alone_unless_somebody_asks_for_it() {
        let ask = |qr| Drawing { qr, ticket_only: false };
        let drawn = |qr, plain| drawn("HEARTH1ABC", ask(qr), &Output::of_terminal(120, plain));
        assert!(drawn(false, false).contains('█'));
        assert_eq!(drawn(false, true), "");
        assert!(drawn(true, true).contains('█'));
    }

    #[test]
    fn only_open_invites_are_listed() {
        assert!(is_open(&invite(1)));
        assert!(!is_open(&Listed { revoked: true, ..invite(1) }));
        assert!(!is_open(&Listed { used: 1, ..invite(1) }));
        assert!(!is_open(&Listed { expires_at: 1, ..invite(1) }));
    }

    #[test]
    fn names_that_no_group_takes_are_refused_before_anything_is_made() {
        assert!(check_name("Tuesday at seven").is_ok());
        for name in ["", "a\nb", "a\x1bb", &"a".repeat(NAME_BYTES_MAX + 1)] {
            assert_eq!(check_name(name).unwrap_err().exit.code(), 2);
        }
    }
}
