//! `hearth readings` and `hearth topics`: what is read at a meeting, and what is spoken about.
//!
//! Both are readings to the daemon. What has a title alone is a topic.

use std::ffi::OsString;

use hearth_api::{ExitCode, Object, Thing, ThingKind};

use super::{
    Shelf,
    asking::{self, Field},
    mark, pick, put_and_say, refuse_stray_words, withdraw, written_by,
};
use crate::{
    catalogue::say,
    failure::{Failure, Stopped},
    having::{Readings, ReadingsVerb, Topics, TopicsVerb},
    node::Node,
    output::Output,
    prompt, screen,
};

/// Does what is asked for with readings.
pub(in crate::commands) async fn run(node: &Node, readings: Readings) -> Result<(), Stopped> {
    match readings.verb {
        None => list(node, is_reading, "hearth.reading/1", &say!("readings-none")).await,
        Some(ReadingsVerb::Show { which }) => show(node, &which).await,
        Some(ReadingsVerb::Add { stray_words }) => add(node, &stray_words).await,
        Some(ReadingsVerb::Withdraw { which, yes }) => gone(node, is_reading, &which, yes).await,
    }
}

/// Does what is asked for with topics.
pub(in crate::commands) async fn topics(node: &Node, topics: Topics) -> Result<(), Stopped> {
    match topics.verb {
        None => list(node, is_topic, "hearth.topic/1", &say!("topics-none")).await,
        Some(TopicsVerb::Add { stray_words }) => add_topic(node, &stray_words).await,
        Some(TopicsVerb::Withdraw { which, yes }) => gone(node, is_topic, &which, yes).await,
    }
}

fn is_topic(thing: &Thing) -> bool {
    matches!(thing, Thing::Reading { text, source: None, .. } if text.is_empty())
}

fn is_reading(thing: &Thing) -> bool {
    matches!(thing, Thing::Reading { .. }) && !is_topic(thing)
}

fn title(thing: &Thing) -> String {
    if let Thing::Reading { title, .. } = thing { screen::one_line(title) } else { String::new() }
}

/// The things of this kind by their titles.
fn all(shelf: &Shelf, is: fn(&Thing) -> bool) -> Vec<(&Object, String)> {
    let things = shelf.objects.iter().filter(|object| is(&object.thing));
    let mut all: Vec<(&Object, String)> = things.map(|object| (object, title(&object.thing))).collect();
    all.sort_by_key(|(object, title)| (title.to_lowercase(), object.id));
    all
}

async fn list(node: &Node, is: fn(&Thing) -> bool, schema: &'static str, none: &str) -> Result<(), Stopped> {
    let shelf = Shelf::open(node, &[ThingKind::Reading]).await?;
    let all = all(&shelf, is);
    for (object, _) in &all {
        node.output.answer(schema, object, || row(object, &node.output))?;
    }
    if all.is_empty() {
        node.output.note(none);
    }
    Ok(())
}

fn row(object: &Object, output: &Output) -> String {
    let mark = mark(object.id);
    let mut facts = match output.is_plain() {
        true => vec![say!("plain-title", title = title(&object.thing)), say!("plain-mark", mark = mark)],
        false => vec![mark, title(&object.thing)],
    };
    if let Thing::Reading { source: Some(source), .. } = &object.thing {
        facts.push(say!("readings-source", source = screen::one_line(source)));
    }
    output.row(&facts)
}

async fn show(node: &Node, which: &[String]) -> Result<(), Stopped> {
    let shelf = Shelf::open(node, &[ThingKind::Reading]).await?;
    let object = pick(&all(&shelf, is_reading), which, missing)?;
    let Thing::Reading { text, .. } = &object.thing else { return Ok(()) };
    node.output.answer("hearth.reading/1", object, || {
        let words = (!text.is_empty()).then(|| screen::indented(text, node.output.width()));
        let lines =
            std::iter::once(row(object, &node.output)).chain(words).chain([written_by(&shelf, object)]);
        lines.collect::<Vec<_>>().join("\n")
    })
}

const READING: &[Field] = &[
    Field { name: "title", label: || say!("readings-label-title"), question: || say!("readings-ask-title") },
    Field {
        name: "source",
        label: || say!("readings-label-source"),
        question: || say!("readings-ask-source"),
    },
];

async fn add(node: &Node, stray_words: &[OsString]) -> Result<(), Stopped> {
    refuse_stray_words(stray_words)?;
    let shelf = Shelf::open(node, &[ThingKind::Reading]).await?;
    let form = asking::written(READING, |_| String::new(), Some(""));
    let said = asking::ask(node, READING, &form, Some(say!("readings-ask-text"))).await?;
    let title = said.line("title", None).ok_or_else(no_title)?;
    let (text, source) = (said.text(None).trim_end().to_owned(), said.line("source", None));
    if text.is_empty() && source.is_none() {
        return Err(Failure::usage(say!("readings-no-words")).hint(say!("readings-no-words.hint")).into());
    }
    let thing = Thing::Reading { title, text, source };
    put_and_say(node, &shelf.group, None, thing, said.by_hand, |object| {
        say!("readings-put", mark = mark(object.id))
    })
    .await
}

async fn add_topic(node: &Node, stray_words: &[OsString]) -> Result<(), Stopped> {
    refuse_stray_words(stray_words)?;
    let shelf = Shelf::open(node, &[ThingKind::Reading]).await?;
    let by_hand = prompt::is_terminal();
    let line = match by_hand {
        true => prompt::line(&say!("topics-ask")).await?.to_string(),
        false => asking::whole(node, "", "").await?.text(None).trim().to_owned(),
    };
    if line.is_empty() {
        return Err(no_title().into());
    }
    let thing = Thing::Reading { title: line, text: String::new(), source: None };
    put_and_say(node, &shelf.group, None, thing, by_hand, |object| say!("topics-put", mark = mark(object.id)))
        .await
}

async fn gone(node: &Node, is: fn(&Thing) -> bool, which: &[String], yes: bool) -> Result<(), Stopped> {
    let shelf = Shelf::open(node, &[ThingKind::Reading]).await?;
    let object = pick(&all(&shelf, is), which, missing)?;
    withdraw(node, &shelf.group, object, yes, &title(&object.thing)).await
}

fn missing() -> Failure {
    Failure::new(ExitCode::NotFound, "not_found", say!("readings-missing"))
        .hint(say!("readings-missing.hint"))
}

fn no_title() -> Failure {
    Failure::usage(say!("readings-no-title")).hint(say!("readings-no-title.hint"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_has_a_title_alone_is_a_topic() {
        let reading = |text: &str, source: Option<&str>| Thing::Reading {
            title: "Hope".to_owned(),
            text: text.to_owned(),
            source: source.map(str::to_owned),
        };
        for (thing, is_a_topic) in
            [(reading("", None), true), (reading("x", None), false), (reading("", Some("p. 5")), false)]
        {
            assert_eq!((is_topic(&thing), is_reading(&thing)), (is_a_topic, !is_a_topic));
        }
        assert!(!is_reading(&Thing::Guidelines { text: "x".to_owned() }));
    }
}
