//! `hearth roles` and `hearth role`: who has which role, what each may do, and giving one.

use hearth_api::{Decided, ErrorCode, Role, SetRole};
use serde::Serialize;

use super::people::{self, role_word};
use crate::{
    args::{RoleName, SetRole as Wish},
    catalogue::say,
    failure::{Failure, Stopped},
    node::Node,
    roster::Kind,
};

#[derive(Serialize)]
struct Listed<'a> {
    role: Role,
    names: Vec<&'a str>,
    may: &'a str,
}

/// Lists the roles, the highest first.
pub(super) async fn run(node: &Node) -> Result<(), Stopped> {
    let status = node.open().await?;
    let group = node.group(&status)?;
    let people = people::roster(node, group.id).await?;
    for role in [Role::Secretary, Role::TrustedServant, Role::Member, Role::Newcomer, Role::Visitor] {
        let holders = people.entries().iter().filter(|person| person.item.role == role);
        let names: Vec<&str> = holders.map(|person| person.name.as_str()).collect();
        let who = if names.is_empty() { say!("nobody") } else { names.join(", ") };
        let may = may(role);
        let body = Listed { role, names, may: &may };
        node.output.answer("hearth.roles/1", &body, || match node.output.is_plain() {
            true => {
                let role = say!("plain-role", role = role_word(role));
                format!("{role}\n{}\n{may}", say!("plain-held-by", names = who))
            }
            false => {
                format!("{}\n    {may}", say!("role-line", role = role_word(role), names = who))
            }
        })?;
    }
    Ok(())
}

/// What a role is good for, in a line. The rules themselves are the protocol's; this only tells them.
fn may(role: Role) -> String {
    match role {
        Role::Secretary => say!("role-may-secretary"),
        Role::TrustedServant => say!("role-may-servant"),
        Role::Member => say!("role-may-member"),
        Role::Newcomer => say!("role-may-newcomer"),
        Role::Visitor => say!("role-may-visitor"),
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
    if decided.done && role == Role::Visitor {
        node.output.note(&say!("role-visitor-ends"));
    }
    let body = Answer { name: &person.name, role: Some(role), done: decided.done, missing: decided.missing };
    node.output.answer("hearth.role/1", &body, || match decided.done {
        true => say!("role-given", name = &person.name, role = with_article(role)),
        false => say!("proposed", missing = missing(&decided)),
    })
}

/// Adds what is left to do when one's own role does not allow something.
pub(super) fn ask_the_group(error: hearth_api::ClientError) -> Failure {
    let failure = Failure::from(error);
    if failure.code == ErrorCode::NotPermitted.to_string() {
        return failure.hint(say!("ask-the-group"));
    }
    failure
}

/// Says how many more must agree.
pub(super) fn missing(decided: &Decided) -> String {
    say!("missing", count = decided.missing)
}

pub(super) fn with_article(role: Role) -> String {
    match role {
        Role::Visitor => say!("role-as-visitor"),
        Role::Newcomer => say!("role-as-newcomer"),
        Role::Member => say!("role-as-member"),
        Role::TrustedServant => say!("role-as-servant"),
        Role::Secretary => say!("role-as-secretary"),
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
