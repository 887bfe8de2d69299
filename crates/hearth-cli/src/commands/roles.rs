//! `hearth roles` and `hearth role`: who has which role, what each may do, and giving one.

use hearth_api::{Decided, ErrorCode, Role, SetRole};
use serde::Serialize;

use super::people::{self, role_word};
use crate::{
    args::{RoleName, SetRole as Wish},
    failure::{Failure, Stopped},
    node::Node,
    roster::Kind,
};

#[derive(Serialize)]
struct Listed<'a> {
    role: Role,
    names: Vec<&'a str>,
    may: &'static str,
}

/// Lists the roles, the highest first.
pub(super) async fn run(node: &Node) -> Result<(), Stopped> {
    let status = node.open().await?;
    let group = node.group(&status)?;
    let people = people::roster(node, group.id).await?;
    for role in [Role::Secretary, Role::TrustedServant, Role::Member, Role::Newcomer, Role::Visitor] {
        let holders = people.entries().iter().filter(|person| person.item.role == role);
        let names: Vec<&str> = holders.map(|person| person.name.as_str()).collect();
        let who = if names.is_empty() { "nobody".to_owned() } else { names.join(", ") };
        let body = Listed { role, names, may: may(role) };
        node.output
            .answer("hearth.roles/1", &body, || format!("{}: {who}\n    {}", role_word(role), may(role)))?;
    }
    Ok(())
}

/// What a role is good for, in a line. The rules themselves are the protocol's; this only tells them.
fn may(role: Role) -> &'static str {
    match role {
        Role::Secretary => {
            "All that a trusted servant may; also makes newcomers members and members trusted servants, invites \
             members, and hands the role on."
        }
        Role::TrustedServant => {
            "All that a member may; also invites newcomers and visitors, removes members and those below, and with \
             a second trusted servant makes a newcomer a member."
        }
        Role::Member => {
            "Shares, lets in whoever has a ticket, and has a vote: with the others, members decide about anybody, \
             the secretary too (`hearth conscience`)."
        }
        Role::Newcomer => "Shares and reads. A vote comes with the next role.",
        Role::Visitor => "Shares and reads, as a guest.",
    }
}

#[derive(Serialize)]
pub(super) struct Answer<'a> {
    pub(super) name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) role: Option<Role>,
    pub(super) done: bool,
    pub(super) missing: u32,
}

/// Gives a role.
pub(super) async fn set(node: &Node, wish: Wish) -> Result<(), Stopped> {
    let status = node.open().await?;
    let group = node.group(&status)?;
    let people = people::roster(node, group.id).await?;
    let person = people.find(&wish.who, Kind::Person)?;
    let role = api_role(wish.role);
    let request = SetRole { member: person.item.id, role };
    let decided = node.client.set_role(group.id, &request).await.map_err(ask_the_group)?;
    let body = Answer { name: &person.name, role: Some(role), done: decided.done, missing: decided.missing };
    node.output.answer("hearth.role/1", &body, || match decided.done {
        true => format!("{} is {} now.", person.name, with_article(role)),
        false => format!("Proposed. {}", missing(&decided)),
    })
}

/// Adds what is left to do when one's own role does not allow something.
pub(super) fn ask_the_group(error: hearth_api::ClientError) -> Failure {
    let failure = Failure::from(error);
    if failure.code == ErrorCode::NotPermitted.to_string() {
        return failure
            .hint("`hearth roles` shows who may; `hearth conscience` lets the group decide together.");
    }
    failure
}

/// Says how many more must agree.
pub(super) fn missing(decided: &Decided) -> String {
    match decided.missing {
        1 => "One more must agree, with `hearth endorse`.".to_owned(),
        many => format!("{many} more must agree, with `hearth endorse`."),
    }
}

pub(super) fn with_article(role: Role) -> String {
    match role {
        Role::Secretary => "the secretary".to_owned(),
        Role::Visitor | Role::Newcomer | Role::Member | Role::TrustedServant => {
            format!("a {}", role_word(role))
        }
    }
}

pub(super) fn api_role(role: RoleName) -> Role {
    match role {
        RoleName::Visitor => Role::Visitor,
        RoleName::Newcomer => Role::Newcomer,
        RoleName::Member => Role::Member,
        RoleName::Servant => Role::TrustedServant,
        RoleName::Secretary => Role::Secretary,
    }
}
