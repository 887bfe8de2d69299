//! `hearth people`, also called `hearth members`: who is in the group, with which role, and what is open about whom.

use std::collections::BTreeSet;

use hearth_api::{GroupId, MemberId, Person, Role, ThingKind};
use serde::Serialize;

use super::{conscience, things::visits};
use crate::{
    catalogue::say,
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
    /// Whether they introduced themselves.
    introduced: bool,
    /// Whether this is their home group.
    home: bool,
    /// Until when they visit, if the visit ends by itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    visit_until: Option<u64>,
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
    let introductions = node.client.objects_of(group.id, ThingKind::Introduction).await?.objects;
    let introduced: BTreeSet<MemberId> = introductions.iter().filter_map(|object| object.owner).collect();
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
            introduced: introduced.contains(&person.item.id),
            home: person.item.home,
            visit_until: person.item.visit.map(|visit| visit.until),
        };
        node.output.answer("hearth.people/1", &body, || {
            let (is_plain, role) = (node.output.is_plain(), role_word(body.role));
            let mut facts = match is_plain {
                true => vec![say!("plain-person", name = person.name), say!("plain-role", role = role)],
                false => vec![format!("{:widest$}", person.name), role],
            };
            match (body.is_self, body.connected) {
                (true, _) if is_plain => facts.push(say!("plain-you")),
                (true, _) => facts.push(say!("people-you")),
                (false, true) => facts.push(say!("people-is-connected")),
                (false, false) => {}
            }
            if body.devices > 1 {
                facts.push(say!("people-devices", count = body.devices));
            }
            if body.verified {
                facts.push(say!("people-verified"));
            }
            if body.introduced {
                facts.push(say!("people-introduced"));
            }
            facts.extend(visits::standing(&person.item));
            let indent = if is_plain { "" } else { "    " };
            let open =
                body.open.iter().map(|what| format!("{indent}{}", say!("people-proposed", what = *what)));
            let open = open.chain(visits::welcoming(&people, person).map(|how| format!("{indent}{how}")));
            [node.output.facts(&facts, "  ")].into_iter().chain(open).collect::<Vec<_>>().join("\n")
        })?;
    }
    for question in &questions {
        let (name, by) = (screen::one_line(&question.name), screen::one_line(&question.by));
        let body = Asked { name: &name, role: question.role, by: &by };
        node.output.answer("hearth.question/1", &body, || {
            say!("people-question", name = &name, by = &by, typed = format!("{name:?}"))
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
pub(super) fn named(people: Vec<Person>) -> Roster<Person> {
    let people = Roster::new(people.into_iter().map(|person| (person.name.clone(), person)));
    people.marked(|person| person.since.map(|since| say!("people-since", day = when::day(since))))
}

/// Returns the word for a role.
pub(super) fn role_word(role: Role) -> String {
    match role {
        Role::Visitor => say!("role-visitor"),
        Role::Newcomer => say!("role-newcomer"),
        Role::Member => say!("role-member"),
        Role::TrustedServant => say!("role-servant"),
        Role::Secretary => say!("role-secretary"),
    }
}
