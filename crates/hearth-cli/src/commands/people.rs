//! `hearth people`: who is in the group.

use hearth_api::{GroupId, Person, Role};
use serde::Serialize;

use crate::{
    failure::{Failure, Stopped},
    node::Node,
    roster::Roster,
};

#[derive(Serialize)]
struct Listed<'a> {
    name: &'a str,
    role: Role,
    #[serde(rename = "self")]
    is_self: bool,
    connected: bool,
}

/// Lists everybody, oneself too.
pub(super) async fn run(node: &Node) -> Result<(), Stopped> {
    let status = node.open().await?;
    let group = node.group(&status)?;
    let people = roster(node, group.id).await?;
    let widest = people.entries().iter().map(|person| person.name.chars().count()).max().unwrap_or_default();
    for person in people.entries() {
        let body = Listed {
            name: &person.name,
            role: person.item.role,
            is_self: person.item.is_self,
            connected: person.item.connected,
        };
        node.output.answer("hearth.people/1", &body, || {
            let mark = match (person.item.is_self, person.item.connected) {
                (true, _) => "  (you)",
                (false, true) => "  connected",
                (false, false) => "",
            };
            format!("{:widest$}  {}{mark}", person.name, role_word(person.item.role))
        })?;
    }
    Ok(())
}

/// Returns the members of a group by their names.
///
/// # Errors
/// What the daemon refuses.
pub(super) async fn roster(node: &Node, group: GroupId) -> Result<Roster<Person>, Failure> {
    let people = node.client.people(group).await?.people;
    Ok(Roster::new(people.into_iter().map(|person| (person.name.clone(), person))))
}

fn role_word(role: Role) -> &'static str {
    match role {
        Role::Visitor => "visitor",
        Role::Newcomer => "newcomer",
        Role::Member => "member",
        Role::TrustedServant => "trusted servant",
        Role::Secretary => "secretary",
    }
}
