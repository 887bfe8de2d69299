//! `hearth service positions`: services that somebody holds for a time.

use std::io::IsTerminal;

use hearth_api::{ExitCode, MemberId, Object, ObjectId, Thing, ThingKind};
use serde::Serialize;

use super::{Shelf, asking, mark, needs_servant, pick, put_and_say, withdraw};
use crate::{
    catalogue::say,
    failure::{Failure, Stopped},
    having::PositionsVerb,
    node::Node,
    output::Output,
    roster::Kind,
    screen,
};

/// Does what is asked for.
pub(super) async fn run(node: &Node, verb: Option<PositionsVerb>) -> Result<(), Stopped> {
    let shelf = Shelf::open(node, &[ThingKind::Position]).await?;
    match verb {
        None => {
            let all = all(&shelf);
            if all.is_empty() {
                node.output.note(&say!("positions-none"));
            }
            list(node, &shelf, &all)
        }
        Some(PositionsVerb::Add { what, about }) => add(node, &shelf, &what, about).await,
        Some(PositionsVerb::Give { which, who, nobody: _ }) => {
            give(node, &shelf, which, who.as_deref()).await
        }
        Some(PositionsVerb::Withdraw { which, yes }) => {
            needs_servant(&shelf)?;
            let object = pick(&all(&shelf), &which, missing)?;
            withdraw(node, &shelf.group, object, yes, &name_of(&object.thing)).await
        }
    }
}

/// Returns the positions by their names.
pub(super) fn all(shelf: &Shelf) -> Vec<(&Object, String)> {
    let positions = shelf.objects.iter().filter(|object| matches!(object.thing, Thing::Position { .. }));
    let mut all: Vec<(&Object, String)> = positions.map(|object| (object, name_of(&object.thing))).collect();
    all.sort_by_key(|(object, name)| (name.to_lowercase(), object.id));
    all
}

fn name_of(thing: &Thing) -> String {
    if let Thing::Position { name, .. } = thing { screen::one_line(name) } else { String::new() }
}

/// Returns who holds a position, if it is held by somebody who is here.
pub(super) fn holder(thing: &Thing) -> Option<MemberId> {
    if let Thing::Position { holder, .. } = thing { *holder } else { None }
}

#[derive(Serialize)]
struct Shown<'a> {
    id: ObjectId,
    position: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    holder: Option<&'a str>,
    #[serde(skip_serializing_if = "str::is_empty")]
    about: &'a str,
}

/// Prints positions.
///
/// # Errors
/// When the answer cannot be written.
pub(super) fn list(node: &Node, shelf: &Shelf, positions: &[(&Object, String)]) -> Result<(), Stopped> {
    for (object, name) in positions {
        let Thing::Position { text, .. } = &object.thing else { continue };
        let holder = shelf.person(holder(&object.thing)).map(|entry| entry.name.as_str());
        let body = Shown { id: object.id, position: name, holder, about: text };
        node.output.answer("hearth.position/1", &body, || {
            let row = node.output.group_row(&facts(&body, &node.output));
            match text.is_empty() {
                true => row,
                false => {
                    let width = node.output.width().map(|width| width.saturating_sub(2));
                    let about = screen::indented(text, width);
                    let about: Vec<String> = about.lines().map(|line| format!("  {line}")).collect();
                    format!("{row}\n{}", about.join("\n"))
                }
            }
        })?;
    }
    Ok(())
}

fn facts(shown: &Shown<'_>, output: &Output) -> Vec<String> {
    let (mark, name) = (mark(shown.id), shown.position.to_owned());
    match (output.is_plain(), shown.holder) {
        (false, Some(holder)) => vec![mark, name, holder.to_owned()],
        (false, None) => vec![mark, name, say!("position-open")],
        (true, holder) => vec![
            say!("plain-position", name = name),
            say!("plain-mark", mark = mark),
            match holder {
                Some(holder) => say!("plain-held-by", names = holder),
                None => say!("plain-position-open"),
            },
        ],
    }
}

async fn add(node: &Node, shelf: &Shelf, what: &[String], with_text: bool) -> Result<(), Stopped> {
    needs_servant(shelf)?;
    let by_hand = std::io::stdin().is_terminal();
    let text = match with_text {
        true => asking::whole(node, "", &say!("positions-ask-about")).await?.text(None),
        false => String::new(),
    };
    let thing = Thing::Position { name: what.join(" ").trim().to_owned(), text, holder: None };
    put_and_say(node, &shelf.group, None, thing, by_hand, |object| {
        say!("position-added", name = name_of(&object.thing), mark = mark(object.id))
    })
    .await
}

async fn give(node: &Node, shelf: &Shelf, which: String, who: Option<&str>) -> Result<(), Stopped> {
    needs_servant(shelf)?;
    let object = pick(&all(shelf), &[which], missing)?;
    let person = who.map(|who| shelf.people.find(who, Kind::Person)).transpose()?;
    let Thing::Position { name, text, .. } = &object.thing else { return Err(missing().into()) };
    let thing = Thing::Position {
        name: name.clone(),
        text: text.clone(),
        holder: person.map(|person| person.item.id),
    };
    put_and_say(node, &shelf.group, Some(object.id), thing, false, |object| {
        let position = name_of(&object.thing);
        match person {
            Some(person) => say!("position-given", position = position, name = &person.name),
            None => say!("position-freed", position = position),
        }
    })
    .await
}

fn missing() -> Failure {
    Failure::new(ExitCode::NotFound, "not_found", say!("position-missing"))
        .hint(say!("position-missing.hint"))
}
