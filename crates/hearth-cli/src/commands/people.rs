//! `hearth people`, also called `hearth members`: who is in the group, with which role, and what is open about whom.

use hearth_api::{GroupId, Person, Role};
use serde::Serialize;

use super::conscience;
use crate::{
    failure::{Failure, Stopped},
    node::Node,
    roster::Roster,
    screen, when,
};

#[derive(Serialize)]
struct Listed<'a> {
    name: &'a str,
    role: Role,
    #[serde(rename = "self")]
    is_self: bool,
    connected: bool,
    devices: u32,
    verified: bool,
    /// What is proposed about the person.
    open: Vec<&'a str>,
}

#[derive(Serialize)]
struct Asked<'a> {
    name: &'a str,
    role: Role,
    by: &'a str,
}

/// Lists everybody, oneself too, and what is open.
pub(super) async fn run(node: &Node) -> Result<(), Stopped> {
    let status = node.open().await?;
    let group = node.group(&status)?;
    let all = node.client.people(group.id).await?;
    let (people, questions) = (named(all.people), all.questions);
    let proposals = conscience::open(node, group.id, &people).await?;
    let widest = people.entries().iter().map(|person| person.name.chars().count()).max().unwrap_or_default();
    for person in people.entries() {
        let about = proposals.iter().filter(|told| told.proposal.member == Some(person.item.id));
        let body = Listed {
            name: &person.name,
            role: person.item.role,
            is_self: person.item.is_self,
            connected: person.item.connected,
            devices: person.item.devices,
            verified: person.item.verified_at.is_some(),
            open: about.map(|told| told.what.as_str()).collect(),
        };
        node.output.answer("hearth.people/1", &body, || {
            let mut line = format!("{:widest$}  {}", person.name, role_word(body.role));
            match (body.is_self, body.connected) {
                (true, _) => line.push_str("  (you)"),
                (false, true) => line.push_str("  connected"),
                (false, false) => {}
            }
            if body.devices > 1 {
                line.push_str(&format!("  {} devices", body.devices));
            }
            if body.verified {
                line.push_str("  verified");
            }
            for what in &body.open {
                line.push_str(&format!("\n    proposed: {what} (`hearth conscience`)"));
            }
            line
        })?;
    }
    for question in &questions {
        let (name, by) = (screen::one_line(&question.name), screen::one_line(&question.by));
        let body = Asked { name: &name, role: question.role, by: &by };
        node.output.answer("hearth.question/1", &body, || {
            format!("{name} was let in by {by}, who was removed. Keep them? `hearth keep {name:?}`")
        })?;
    }
    Ok(())
}

/// Returns the members of a group by their names.
///
/// # Errors
/// What the daemon refuses.
pub(super) async fn roster(node: &Node, group: GroupId) -> Result<Roster<Person>, Failure> {
    Ok(named(node.client.people(group).await?.people))
}

/// Those with equal names are told apart by the day since when they are here.
fn named(people: Vec<Person>) -> Roster<Person> {
    let people = Roster::new(people.into_iter().map(|person| (person.name.clone(), person)));
    people.marked(|person| person.since.map(|since| format!("here since {}", when::day(since))))
}

/// Returns the word for a role.
pub(super) fn role_word(role: Role) -> &'static str {
    match role {
        Role::Visitor => "visitor",
        Role::Newcomer => "newcomer",
        Role::Member => "member",
        Role::TrustedServant => "trusted servant",
        Role::Secretary => "secretary",
    }
}
