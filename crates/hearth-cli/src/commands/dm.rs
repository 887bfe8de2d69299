//! `hearth dm`: writes to one person alone.

use hearth_api::SendMessage;

use crate::{
    args::Dm,
    catalogue::say,
    failure::{Failure, Stopped},
    node::Node,
    roster::Kind,
    send::{self, UNDO_S, request_id},
    text,
};

/// Finds the person, gets the text and sends it.
pub(super) async fn run(node: &Node, dm: Dm) -> Result<(), Stopped> {
    text::refuse_stray_words(&dm.writing.stray_words)
        .map_err(|failure| failure.hint(say!("stray-words-dm")))?;
    let status = node.open().await?;
    let group = node.group(&status)?;
    let people = super::people::roster(node, group.id).await?;
    let person = people.find(&dm.to, Kind::Person)?;
    if person.item.is_self {
        return Err(Failure::usage(say!("that-is-you")).hint(say!("that-is-you.hint-who-else")).into());
    }
    let question = say!("dm-question", name = person.name);
    let text = text::text(node, &dm.writing, &question).await?;
    let (words, to) = (text.words.as_str().to_owned(), vec![person.item.id]);
    let undo_s = if text.by_hand && !dm.now { UNDO_S } else { 0 };
    let request = SendMessage { text: words, content: None, to, undo_s, request_id: request_id()? };
    send::until_kept(node, "hearth.dm/1", text.by_hand, async || {
        node.client.send_message(group.id, &request).await
    })
    .await
}
