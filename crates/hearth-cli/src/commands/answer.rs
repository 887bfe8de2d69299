//! `hearth reply`, `react`, `edit`, `retract` and `undo`: what can be done with a message that is there.

use hearth_api::{Content, DeliveryState, EditMessage, Message, React, Reaction, ReplyTo};
use serde::Serialize;

use crate::{
    args,
    catalogue::say,
    failure::{Failure, Stopped},
    node::Node,
    screen,
    send::{self, UNDO_S, request_id},
    text, which,
};

/// Answers a message.
pub(super) async fn reply(node: &Node, reply: args::Reply) -> Result<(), Stopped> {
    text::refuse_stray_words(&reply.writing.stray_words)?;
    let status = node.open().await?;
    let group = node.group(&status)?;
    let people = super::people::roster(node, group.id).await?;
    let about = which::find(node, group.id, &people, Some(&reply.which), |_| true).await?;
    let is_thread = matches!(about.content, Content::Share { thread: true, .. });
    let name = screen::one_line(&about.author);
    let question = match (is_thread && !reply.private, about.mine) {
        (true, _) => say!("reply-question-all", people = others(group.members)),
        (false, false) => say!("reply-question-one", name = name),
        (false, true) => say!("reply-question-own"),
    };
    let text = text::text(node, &reply.writing, &question).await?;
    let undo_s = if text.by_hand && !reply.now { UNDO_S } else { 0 };
    let (private, words) = (reply.private, text.words.as_str().to_owned());
    let request = ReplyTo { text: words, private, undo_s, request_id: request_id()? };
    send::until_kept(node, "hearth.reply/1", text.by_hand, async || {
        node.client.reply(group.id, about.id, &request).await
    })
    .await
}

/// Returns how many members there are beside oneself.
pub(super) fn others(members: u32) -> String {
    say!("people-others", count = members.saturating_sub(1))
}

/// Gives the author of a message a sign.
pub(super) async fn react(node: &Node, react: args::React) -> Result<(), Stopped> {
    let status = node.open().await?;
    let group = node.group(&status)?;
    let people = super::people::roster(node, group.id).await?;
    let reaction = reaction(react.with);
    let fits = |message: &Message| {
        !message.mine
            && (reaction != Reaction::Celebrate || matches!(message.content, Content::Milestone { .. }))
    };
    let about = which::find(node, group.id, &people, Some(&react.which), fits).await?;
    let request = React { reaction, request_id: request_id()? };
    send::until_kept(node, "hearth.react/1", false, async || {
        node.client.react(group.id, about.id, &request).await
    })
    .await
}

fn reaction(sign: args::Sign) -> Reaction {
    match sign {
        args::Sign::Heard => Reaction::Heard,
        args::Sign::WithYou => Reaction::WithYou,
        args::Sign::MeToo => Reaction::MeToo,
        args::Sign::ThankYou => Reaction::ThankYou,
        args::Sign::Hug => Reaction::Hug,
        args::Sign::Celebrate => Reaction::Celebrate,
    }
}

/// Puts other words in the place of one's own.
pub(super) async fn edit(node: &Node, edit: args::EditWords) -> Result<(), Stopped> {
    text::refuse_stray_words(&edit.writing.stray_words)?;
    let status = node.open().await?;
    let group = node.group(&status)?;
    let about = own(node, &group, edit.which.as_deref()).await?;
    let question = say!("edit-question", text = screen::indented(&about.text, None));
    let text = text::text(node, &edit.writing, &question).await?;
    let request = EditMessage { text: text.words.as_str().to_owned(), request_id: request_id()? };
    send::until_kept(node, "hearth.edit/1", text.by_hand, async || {
        node.client.edit(group.id, about.id, &request).await
    })
    .await
}

#[derive(Serialize)]
struct Gone<'a> {
    id: hearth_api::MessageId,
    /// What was slept on, so that it can be said otherwise.
    #[serde(skip_serializing_if = "Option::is_none")]
    text: Option<&'a str>,
}

/// Takes back a message of one's own.
pub(super) async fn retract(node: &Node, retract: args::Which) -> Result<(), Stopped> {
    let status = node.open().await?;
    let group = node.group(&status)?;
    let about = own(node, &group, retract.which.as_deref()).await?;
    node.client.retract(group.id, about.id).await.map_err(Failure::from)?;
    node.output.answer("hearth.retract/1", &Gone { id: about.id, text: None }, || say!("retracted"))
}

/// Undoes what is held back.
pub(super) async fn undo(node: &Node, undo: args::Which) -> Result<(), Stopped> {
    let status = node.open().await?;
    let group = node.group(&status)?;
    let people = super::people::roster(node, group.id).await?;
    let is_held =
        |message: &Message| message.delivery.is_some_and(|delivery| delivery.state == DeliveryState::Held);
    let wanted = undo.which.as_deref();
    let held = which::find(node, group.id, &people, wanted, is_held).await.map_err(|_| {
        Failure::new(hearth_api::ExitCode::NotFound, "not_found", say!("undo-nothing"))
            .hint(say!("undo-nothing.hint"))
    })?;
    let slept_on = send::sleeps_until(&held).map(|_| held.text.as_str());
    node.client.undo(group.id, held.id).await.map_err(Failure::from)?;
    node.output.answer("hearth.undo/1", &Gone { id: held.id, text: slept_on }, || match slept_on {
        // Whoever slept on it may want to say it otherwise.
        Some(text) => say!("undone-slept-on", text = screen::indented(text, node.output.width())),
        None => say!("undone"),
    })
}

async fn own(node: &Node, group: &hearth_api::Group, wanted: Option<&str>) -> Result<Message, Failure> {
    let people = super::people::roster(node, group.id).await?;
    which::find(node, group.id, &people, wanted, |message| message.mine && message.delivery.is_some()).await
}
