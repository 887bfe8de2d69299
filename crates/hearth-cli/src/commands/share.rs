//! `hearth share`: writes to the whole group.

use hearth_api::{Content, SendMessage};
use zeroize::Zeroizing;

use crate::{
    args::Share,
    catalogue::say,
    failure::Stopped,
    node::{Node, group_name},
    prompt,
    send::{self, UNDO_S, request_id},
    text,
};

/// Gets the text and sends it.
pub(super) async fn run(node: &Node, share: Share) -> Result<(), Stopped> {
    text::refuse_stray_words(&share.writing.stray_words)?;
    // Whatever is in the way is said before somebody writes.
    let status = node.open().await?;
    let group = node.group(&status)?;
    let people = super::answer::others(group.members);
    let question = say!("share-question", group = group_name(&group), people = people);
    let text = text::text(node, &share.writing, &question).await?;
    let by_hand = text.by_hand;
    let mut words = text.words.as_str();
    let mut lines = Vec::new();
    for (is_wanted, question) in
        [(share.topic, say!("share-topic-question")), (share.note, say!("share-note-question"))]
    {
        lines.push(match (is_wanted, by_hand) {
            (false, _) => None,
            (true, true) => Some(prompt::ask_terminal(&question).await?),
            (true, false) => {
                let (line, rest) = words.split_once('\n').unwrap_or((words, ""));
                words = rest;
                Some(Zeroizing::new(line.trim().to_owned()))
            }
        });
    }
    let mut lines =
        lines.into_iter().map(|line| line.filter(|line| !line.is_empty()).map(|line| line.to_string()));
    let (topic, note) = (lines.next().flatten(), lines.next().flatten());
    let undo_s = if by_hand && !share.now { UNDO_S } else { 0 };
    let content = Some(Content::Share { topic, note, thread: share.thread });
    let request =
        SendMessage { text: words.to_owned(), content, to: Vec::new(), undo_s, request_id: request_id()? };
    send::until_kept(node, "hearth.share/1", by_hand, async || {
        node.client.send_message(group.id, &request).await
    })
    .await
}
