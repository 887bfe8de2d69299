//! `hearth intro`: how people introduce themselves. A first name is enough; before more goes out, plain words ask.

use hearth_api::{ExitCode, Object, Thing, ThingKind};
use serde::Serialize;

use super::{Shelf, asking, put_and_say, refuse_stray_words, said_yes, stays, tell, withdraw};
use crate::{
    catalogue::say,
    disclosure::{self, Telling},
    failure::{Failure, Stopped},
    having::{Intro, IntroVerb, Writing},
    node::Node,
    output::Output,
    roster::Kind,
    screen, when,
};

#[derive(Serialize)]
struct Shown<'a> {
    name: &'a str,
    #[serde(rename = "self")]
    is_self: bool,
    text: &'a str,
    at: u64,
}

/// Does what is asked for.
pub(in crate::commands) async fn run(node: &Node, intro: Intro) -> Result<(), Stopped> {
    match intro.verb {
        None => list(node).await,
        Some(IntroVerb::Show { who }) => show(node, &who).await,
        Some(IntroVerb::Edit(writing)) => edit(node, &writing).await,
        Some(IntroVerb::Withdraw) => {
            let shelf = Shelf::open(node, &[ThingKind::Introduction]).await?;
            let own = shelf.own(is_introduction).ok_or_else(none_of_yours)?;
            // Taking one's own words back needs no second thought.
            withdraw(node, &shelf.group, own, true, &say!("intro-yours")).await
        }
    }
}

fn is_introduction(thing: &Thing) -> bool {
    matches!(thing, Thing::Introduction { .. })
}

async fn list(node: &Node) -> Result<(), Stopped> {
    let shelf = Shelf::open(node, &[ThingKind::Introduction]).await?;
    let all = shelf.of_people(is_introduction);
    for (person, object) in &all {
        print(node, &person.name, person.item.is_self, object)?;
    }
    if all.is_empty() {
        node.output.note(&say!("intro-nobody"));
    }
    Ok(())
}

async fn show(node: &Node, who: &str) -> Result<(), Stopped> {
    let shelf = Shelf::open(node, &[ThingKind::Introduction]).await?;
    let person = shelf.people.find(who, Kind::Person)?;
    let all = shelf.of_people(is_introduction);
    let Some((_, object)) = all.into_iter().find(|(other, _)| other.item.id == person.item.id) else {
        let none = say!("intro-none-of", name = &person.name);
        return Err(Failure::new(ExitCode::NotFound, "not_found", none).into());
    };
    print(node, &person.name, person.item.is_self, object)
}

fn print(node: &Node, name: &str, is_self: bool, object: &Object) -> Result<(), Stopped> {
    let Thing::Introduction { text } = &object.thing else { return Ok(()) };
    let body = Shown { name, is_self, text, at: object.at };
    node.output.answer("hearth.intro/1", &body, || paragraph(name, is_self, text, object.at, &node.output))
}

fn paragraph(name: &str, is_self: bool, text: &str, at: u64, output: &Output) -> String {
    let facts = match output.is_plain() {
        true => vec![say!("plain-person", name = name), say!("plain-when", when = when::shown(at))],
        false => vec![name.to_owned(), when::shown(at)],
    };
    let you = is_self.then(|| if output.is_plain() { say!("plain-you") } else { say!("people-you") });
    let facts: Vec<String> = facts.into_iter().chain(you).collect();
    format!("{}\n{}", output.row(&facts), screen::indented(text, output.width()))
}

async fn edit(node: &Node, writing: &Writing) -> Result<(), Stopped> {
    refuse_stray_words(&writing.stray_words)?;
    let shelf = Shelf::open(node, &[ThingKind::Introduction]).await?;
    let own = shelf.own(is_introduction);
    let before = match own.map(|object| &object.thing) {
        Some(Thing::Introduction { text }) => text.as_str(),
        _ => "",
    };
    let said = asking::whole(node, before, &say!("intro-ask")).await?;
    let text = said.text(None);
    for line in warnings(&text, &shelf.group.my_name) {
        tell(node, &screen::hanging(&line, node.output.width()));
    }
    let people = crate::commands::answer::others(shelf.group.members);
    if !said_yes(writing.yes, &say!("intro-question", people = people)).await? {
        return stays(node, own.map(|object| object.id));
    }
    let thing = Thing::Introduction { text };
    put_and_say(node, &shelf.group, None, thing, said.by_hand, |_| say!("intro-put")).await
}

/// Returns what somebody may want to look at before others read it; always that a first name is enough.
fn warnings(text: &str, own_name: &str) -> Vec<String> {
    let mut lines: Vec<String> = disclosure::noticed(text, own_name)
        .into_iter()
        .map(|(telling, words)| {
            let words = screen::one_line(&words);
            match telling {
                Telling::LastName => say!("tells-last-name", words = words),
                Telling::Phone => say!("tells-phone", words = words),
                Telling::Email => say!("tells-email", words = words),
                Telling::Address => say!("tells-address", words = words),
                Telling::Employer => say!("tells-employer", words = words),
                Telling::Passcode => say!("tells-passcode", words = words),
            }
        })
        .collect();
    lines.push(say!("intro-first-name"));
    lines
}

fn none_of_yours() -> Failure {
    Failure::new(ExitCode::NotFound, "not_found", say!("intro-none-yours"))
        .hint(say!("intro-none-yours.hint"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_may_tell_too_much_is_said_in_plain_words_and_cannot_act_on_the_terminal() {
        let lines = warnings("I'm Ben Smith, 555-010-0100, b\x1b[2J@x.org", "Ben");
        assert!(lines[0].contains("\"Ben Smith\" looks like a last name"), "{lines:?}");
        assert!(lines[1].contains("555-010-0100") && lines[2].contains('@'), "{lines:?}");
        assert_eq!(lines.last().unwrap(), "A first name is enough.");
        assert!(lines.iter().all(|line| !line.contains('\x1b')));
        assert_eq!(warnings("I'm Ben, an alcoholic.", "Ben"), ["A first name is enough."]);
    }

    #[test]
    fn words_of_an_introduction_are_indented_and_cannot_pass_for_a_name() {
        for plain in [false, true] {
            let shown = paragraph("Ben", true, "hello\nAna · 12:00", 0, &Output::of_terminal(40, plain));
            assert!(shown.ends_with("\n  hello\n  Ana · 12:00"), "{shown}");
        }
    }
}
