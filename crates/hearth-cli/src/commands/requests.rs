//! `hearth requests`: who wrote and waits to be heard; their words on asking alone.

use hearth_api::{Content, PrivateAct, Shield};
use serde::Serialize;

use super::sponsor::{done, find};
use crate::{
    args::{Requests, RequestsVerb, Switch, Whom},
    catalogue::say,
    failure::{Failure, Stopped},
    node::Node,
    screen, when, words,
};

/// Lists, or does what is said.
pub(super) async fn run(node: &Node, requests: Requests) -> Result<(), Stopped> {
    match requests.verb {
        None => list(node).await,
        Some(RequestsVerb::Show(whom)) => show(node, &whom).await,
        Some(RequestsVerb::Accept(whom)) => {
            let (group, member, name) = find(node, &whom).await?;
            node.client.act_privately(group, &PrivateAct::Hear { member }).await?;
            done(node, &name, "accepted", || say!("request-accepted", name = &name))
        }
        Some(RequestsVerb::Ignore(whom)) => {
            let (group, member, name) = find(node, &whom).await?;
            node.client.act_privately(group, &PrivateAct::Ignore { member }).await?;
            done(node, &name, "ignored", || say!("request-ignored", name = &name))
        }
        Some(RequestsVerb::Shield { switch }) => shield(node, switch).await,
    }
}

#[derive(Serialize)]
struct Waiting<'a> {
    name: &'a str,
    since: u64,
    last: u64,
}

#[derive(Serialize)]
struct Held {
    on: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    until: Option<u64>,
}

async fn list(node: &Node) -> Result<(), Stopped> {
    let status = node.open().await?;
    let group = node.group(&status)?.id;
    let private = node.client.private(group).await?;
    let Shield { on, until } = private.shield;
    node.output.answer("hearth.shield/1", &Held { on, until }, || match (on, until) {
        (true, Some(until)) => say!("shield-is-on-until", day = when::day(until)),
        (true, None) => say!("shield-is-on"),
        (false, _) => say!("shield-is-off"),
    })?;
    if private.requests.is_empty() {
        node.output.note(&say!("requests-none"));
    }
    for request in &private.requests {
        let name = screen::one_line(&request.name);
        let body = Waiting { name: &name, since: request.since, last: request.last };
        node.output.answer("hearth.request/1", &body, || {
            let wrote = say!("request-wrote", when = when::shown(request.last));
            let name = match node.output.is_plain() {
                true => say!("plain-person", name = &name),
                false => name.clone(),
            };
            node.output.facts(&[name, wrote], " · ")
        })?;
    }
    Ok(())
}

#[derive(Serialize)]
struct Words<'a> {
    id: hearth_api::MessageId,
    author: &'a str,
    content: &'a Content,
    text: &'a str,
    at: u64,
}

/// Shows the words of somebody who waits; of nobody else, whose words stand in `hearth read`.
async fn show(node: &Node, whom: &Whom) -> Result<(), Stopped> {
    let (group, member, name) = find(node, whom).await?;
    if !node.client.private(group).await?.requests.iter().any(|request| request.member == member) {
        return Err(Failure::new(hearth_api::ExitCode::NotFound, "not_asked", say!("request-of-nobody"))
            .hint(say!("request-of-nobody.hint"))
            .into());
    }
    for message in &node.client.private_words(group, member).await?.messages {
        let body = Words {
            id: message.id,
            author: &name,
            content: &message.content,
            text: &message.text,
            at: message.at,
        };
        node.output.answer("hearth.request.words/1", &body, || {
            let (at, mark) = (when::shown(message.at), crate::which::mark(message));
            let (about, said) = words::of(&message.content, node.output.is_plain());
            let mut facts = match node.output.is_plain() {
                true => vec![
                    say!("plain-from", who = &name),
                    say!("plain-when", when = at),
                    say!("plain-mark", mark = mark),
                ],
                false => vec![name.clone(), at, mark],
            };
            facts.extend(about);
            let text = (!message.text.is_empty()).then_some(&message.text);
            let mut lines = vec![node.output.facts(&facts, " · ")];
            let words = said.iter().chain(text);
            lines.extend(words.map(|line| screen::indented(line, node.output.width())));
            format!("{}\n", lines.join("\n"))
        })?;
    }
    Ok(())
}

async fn shield(node: &Node, switch: Switch) -> Result<(), Stopped> {
    let status = node.open().await?;
    let group = node.group(&status)?.id;
    let on = switch == Switch::On;
    node.client.act_privately(group, &PrivateAct::Shield { on }).await?;
    node.output.answer("hearth.shield/1", &Held { on, until: None }, || match on {
        true => say!("shield-is-on"),
        false => say!("shield-is-off"),
    })
}
