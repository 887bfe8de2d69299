//! `hearth home` and `hearth visitors`: whose home group this is, and until when visitors stay.
//!
//! Nobody is hurried or counted: what is said to others is that somebody is at home, or until when a visit is.

use hearth_api::{ExitCode, Person, Role, Thing, ThingKind, Visit};
use serde::Serialize;

use super::{Shelf, once_more, put};
use crate::{
    catalogue::say,
    commands::roles::ask_the_group,
    failure::{Failure, Stopped},
    having::{HomeGroup, HomeGroupVerb, Visitors, VisitorsVerb},
    limits::VISIT_NOTICE,
    node::{Node, group_name},
    roster::{Entry, Kind, Roster},
    screen, when,
};

#[derive(Serialize)]
struct HomeShown<'a> {
    group: &'a str,
    home: bool,
    /// Until when the visit is, if it ends by itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    visit_until: Option<u64>,
}

#[derive(Serialize)]
struct VisitorShown<'a> {
    name: &'a str,
    #[serde(rename = "self")]
    is_self: bool,
    home: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    visit_until: Option<u64>,
    may_renew: bool,
}

impl<'a> VisitorShown<'a> {
    fn of(person: &'a Entry<Person>) -> Self {
        Self {
            name: &person.name,
            is_self: person.item.is_self,
            home: person.item.home,
            visit_until: person.item.visit.map(|visit| visit.until),
            may_renew: person.item.visit.is_some_and(|visit| visit.may_renew),
        }
    }
}

/// Makes this the member's home group, or takes that back.
pub(in crate::commands) async fn home(node: &Node, home: HomeGroup) -> Result<(), Stopped> {
    let shelf = Shelf::open(node, &[ThingKind::Home]).await?;
    let own = shelf.own(|thing| matches!(thing, Thing::Home));
    let was_visitor = visit_of_mine(&shelf).is_some();
    let words = match (home.verb, own) {
        (None, Some(_)) => say!("home-already"),
        (None, None) => {
            put(node, &shelf.group, None, Thing::Home, false).await?;
            if was_visitor { say!("home-made-visitor") } else { say!("home-made") }
        }
        (Some(HomeGroupVerb::Withdraw), Some(own)) => {
            let ask = async || node.client.withdraw_object(shelf.group.id, own.id).await;
            once_more(ask).await.map_err(ask_the_group)?;
            say!("home-withdrawn")
        }
        (Some(HomeGroupVerb::Withdraw), None) => {
            let failure = Failure::new(ExitCode::NotFound, "not_found", say!("home-none"));
            return Err(failure.hint(say!("home-none.hint")).into());
        }
    };
    let after = Shelf::of(node, shelf.group, &[]).await?;
    let me = after.me();
    let visit = visit_of_mine(&after);
    let group = group_name(&after.group);
    let is_home = me.is_some_and(|me| me.item.home);
    let body = HomeShown { group: &group, home: is_home, visit_until: visit.map(|visit| visit.until) };
    node.output.answer("hearth.home/1", &body, || {
        let until = visit.map(|visit| say!("home-visit-until", day = when::day(visit.until)));
        let lines = std::iter::once(words).chain(until);
        lines.map(|line| screen::hanging(&line, node.output.width())).collect::<Vec<_>>().join("\n")
    })
}

/// Lists who is visiting, or lets somebody stay longer.
pub(in crate::commands) async fn run(node: &Node, visitors: Visitors) -> Result<(), Stopped> {
    let shelf = Shelf::open(node, &[]).await?;
    match visitors.verb {
        None => list(node, &shelf),
        Some(VisitorsVerb::Renew { who }) => renew(node, &shelf, &who).await,
    }
}

fn list(node: &Node, shelf: &Shelf) -> Result<(), Stopped> {
    let visitors = || shelf.people.entries().iter().filter(|entry| entry.item.role == Role::Visitor);
    for person in visitors() {
        node.output.answer("hearth.visitor/1", &VisitorShown::of(person), || {
            let name = match node.output.is_plain() {
                true => say!("plain-person", name = &person.name),
                false => person.name.clone(),
            };
            let facts: Vec<String> = std::iter::once(name).chain(standing(&person.item)).collect();
            let line = node.output.row(&facts);
            match welcoming(&shelf.people, person) {
                Some(how) => format!("{line}\n{}", screen::indented(&how, node.output.width())),
                None => line,
            }
        })?;
    }
    if visitors().next().is_none() {
        node.output.note(&say!("visitors-nobody"));
    }
    if visitors().any(|person| person.item.visit.is_some_and(|visit| visit.may_renew)) {
        node.output.note(&say!("visitors-how"));
    }
    Ok(())
}

async fn renew(node: &Node, shelf: &Shelf, who: &str) -> Result<(), Stopped> {
    let person = shelf.people.find(who, Kind::Person)?;
    match person.item.visit {
        None => {
            let words = match person.item.role {
                Role::Visitor => say!("visitors-no-end", name = &person.name),
                _ => say!("visitors-no-visitor", name = &person.name),
            };
            return Err(Failure::usage(words).into());
        }
        Some(visit) if !visit.may_renew => {
            let failure = Failure::new(ExitCode::NotPermitted, "not_permitted", say!("visitors-may-not"));
            return Err(failure.hint(say!("visitors-may-not.hint")).into());
        }
        Some(_) => {}
    }
    put(node, &shelf.group, None, Thing::Stay { visitor: person.item.id }, false).await?;
    let after = Shelf::of(node, shelf.group.clone(), &[]).await?;
    let Some(person) = after.person(Some(person.item.id)) else { return Ok(()) };
    node.output.answer("hearth.visitor/1", &VisitorShown::of(person), || {
        let day = person.item.visit.map(|visit| when::day(visit.until)).unwrap_or_default();
        say!("visitors-renewed", name = &person.name, day = day)
    })
}

/// Returns what is to be said of somebody beside the role: that they are at home, or until when they visit.
pub(in crate::commands) fn standing(person: &Person) -> Option<String> {
    match person.visit {
        _ if person.home => Some(say!("people-home")),
        Some(visit) if when::is_past(visit.until) => {
            Some(say!("people-visit-was", day = when::day(visit.until)))
        }
        Some(visit) => Some(say!("people-visit", day = when::day(visit.until))),
        None => None,
    }
}

/// Returns how a visitor who is at home here is welcomed, for those who can.
pub(in crate::commands) fn welcoming(people: &Roster<Person>, person: &Entry<Person>) -> Option<String> {
    let me = people.entries().iter().find(|entry| entry.item.is_self);
    let is_servant = me.is_some_and(|me| me.item.role >= Role::TrustedServant);
    let is_waiting = person.item.role == Role::Visitor && person.item.home && is_servant;
    is_waiting.then(|| say!("visitors-welcome", name = &person.name, typed = format!("{:?}", person.name)))
}

/// Returns what there is to say today: one's own visit that ends, and what servants may do about others'. It names nobody.
pub(in crate::commands) fn today(shelf: &Shelf) -> Vec<String> {
    let mut lines = Vec::new();
    if let Some(visit) = visit_of_mine(shelf).filter(|visit| is_near(*visit)) {
        lines.push(match when::is_past(visit.until) {
            true => say!("today-visit-was", day = when::day(visit.until)),
            false => say!("today-visit-ends", day = when::day(visit.until)),
        });
    }
    let others = || shelf.people.entries().iter().filter(|person| !person.item.is_self);
    if others().any(|person| welcoming(&shelf.people, person).is_some()) {
        lines.push(say!("today-at-home"));
    }
    if others().any(|person| person.item.visit.is_some_and(|visit| visit.may_renew && is_near(visit))) {
        lines.push(say!("today-visits"));
    }
    lines
}

/// Returns until when this member visits, for whom it is not yet said anew each day.
pub(super) fn until(shelf: &Shelf) -> Option<String> {
    let visit = visit_of_mine(shelf).filter(|visit| !is_near(*visit))?;
    Some(say!("welcome-visit", day = when::day(visit.until)))
}

fn visit_of_mine(shelf: &Shelf) -> Option<Visit> {
    shelf.me()?.item.visit
}

fn is_near(visit: Visit) -> bool {
    let notice_ms = u64::try_from(VISIT_NOTICE.as_millis()).unwrap_or(u64::MAX);
    when::is_past(visit.until.saturating_sub(notice_ms))
}
