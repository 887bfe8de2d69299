//! `hearth greet`: somebody is there for the newcomer. One says "I'll greet", and the others see that.

use hearth_api::{MemberId, Object, Person, Role, Thing, ThingKind};
use serde::Serialize;

use super::{Shelf, positions, put, slots::is_within};
use crate::{
    catalogue::say,
    failure::{Failure, Stopped},
    having::Greet,
    limits::NEW_LIFE,
    node::Node,
    roster::{Entry, Kind},
    screen, when,
};

/// What is looked at to know who greets whom.
pub(in crate::commands) const KINDS: &[ThingKind] = &[ThingKind::Position, ThingKind::Welcome];

/// What the position of those who greet is called, in English and Spanish: a group writes it in its own language.
const GREETER_NAMES: &[&str] = &[
    "greeter",
    "greeters",
    "greeting",
    "welcome",
    "bienvenida",
    "bienvenidas",
    "recibimiento",
    "acogida",
    "saludo",
];

#[derive(Serialize)]
struct Waiting<'a> {
    name: &'a str,
    role: Role,
    #[serde(skip_serializing_if = "Option::is_none")]
    since: Option<u64>,
}

#[derive(Serialize)]
struct Greeted<'a> {
    name: &'a str,
    mine: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    by: Option<&'a str>,
}

/// Lists who is new, or says that this member will greet somebody.
pub(in crate::commands) async fn run(node: &Node, greet: Greet) -> Result<(), Stopped> {
    let shelf = Shelf::open(node, KINDS).await?;
    match greet.who {
        None => list(node, &shelf),
        Some(who) => claim(node, &shelf, &who).await,
    }
}

fn list(node: &Node, shelf: &Shelf) -> Result<(), Stopped> {
    let waiting = waiting(shelf);
    for person in &waiting {
        let body = Waiting { name: &person.name, role: person.item.role, since: person.item.since };
        node.output.answer("hearth.newcomer/1", &body, || {
            let role = super::people::role_word(body.role);
            let since = body.since.map(|since| say!("people-since", day = when::day(since)));
            let mut facts = match node.output.is_plain() {
                true => vec![say!("plain-person", name = body.name), say!("plain-role", role = role)],
                false => vec![body.name.to_owned(), role],
            };
            facts.extend(since);
            node.output.row(&facts)
        })?;
    }
    match waiting.is_empty() {
        true => node.output.note(&say!("greet-nobody")),
        false => node.output.note(&say!("greet-how")),
    }
    Ok(())
}

async fn claim(node: &Node, shelf: &Shelf, who: &str) -> Result<(), Stopped> {
    let person = shelf.people.find(who, Kind::Person)?;
    if person.item.is_self {
        return Err(Failure::usage(say!("greet-yourself")).into());
    }
    if words_for(shelf, person.item.id).is_empty() {
        let thing = Thing::Welcome { newcomer: person.item.id };
        put(node, &shelf.group, None, thing, false).await?;
    }
    // Where two said it without knowing of each other, the earlier one is named, on every machine the same.
    let shelf = Shelf::of(node, shelf.group.clone(), KINDS).await?;
    let words = words_for(&shelf, person.item.id);
    let Some(first) = words.first() else { return Ok(()) };
    let by = shelf.author(first.owner, &first.by_name);
    let body = Greeted { name: &person.name, mine: first.is_mine, by: Some(&by) };
    node.output.answer("hearth.greet/1", &body, || {
        let line = match first.is_mine {
            true => say!("greet-yours", name = &person.name, typed = format!("{:?}", person.name)),
            false => say!("greet-somebody-else", by = &by, name = &person.name),
        };
        screen::hanging(&line, node.output.width())
    })
}

/// Returns the words of those who will greet somebody, the earliest first.
pub(super) fn words_for(shelf: &Shelf, newcomer: MemberId) -> Vec<&Object> {
    let is_about = |object: &&Object| {
        // Who has left greets nobody.
        object.owner.is_some() && matches!(object.thing, Thing::Welcome { newcomer: of } if of == newcomer)
    };
    let mut words: Vec<&Object> = shelf.objects.iter().filter(is_about).collect();
    words.sort_by_key(|object| (object.at, object.id));
    words
}

/// Returns the newcomers whom nobody has said that they will greet.
fn waiting(shelf: &Shelf) -> Vec<&Entry<Person>> {
    let is_new = |entry: &&Entry<Person>| {
        let person = &entry.item;
        matches!(person.role, Role::Newcomer | Role::Visitor)
            && !person.is_self
            && person.since.is_none_or(|since| is_within(since, NEW_LIFE))
    };
    let people = shelf.people.entries().iter().filter(is_new);
    people.filter(|entry| words_for(shelf, entry.item.id).is_empty()).collect()
}

/// Returns those who hold a position of greeting.
pub(super) fn greeters(shelf: &Shelf) -> Vec<&Entry<Person>> {
    let is_greeter = |thing: &Thing| match thing {
        Thing::Position { name, .. } => GREETER_NAMES.contains(&name.trim().to_lowercase().as_str()),
        _ => false,
    };
    let positions = shelf.objects.iter().filter(|object| is_greeter(&object.thing));
    positions.filter_map(|object| shelf.person(positions::holder(&object.thing))).collect()
}

/// Returns how many newcomers wait, for who is told of it: those who greet, or members where nobody has that position.
pub(in crate::commands) fn to_greet(shelf: &Shelf) -> usize {
    let greeters = greeters(shelf);
    let is_told = match greeters.is_empty() {
        true => shelf.me().is_some_and(|me| me.item.role >= Role::Member),
        false => greeters.iter().any(|greeter| greeter.item.is_self),
    };
    if is_told { waiting(shelf).len() } else { 0 }
}
