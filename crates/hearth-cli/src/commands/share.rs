//! `hearth share`: writes to the whole group.

use crate::{
    args::Share,
    failure::Stopped,
    node::{Node, group_name},
    send::send,
    text,
};

/// Gets the text and sends it.
pub(super) async fn run(node: &Node, share: Share) -> Result<(), Stopped> {
    text::refuse_stray_words(&share.writing.stray_words)?;
    // Whatever is in the way is said before somebody writes.
    let status = node.open().await?;
    let group = node.group(&status)?;
    let question = match group.members.saturating_sub(1) {
        1 => format!(
            "What would you like to share with \"{}\"? 1 other person can read it.",
            group_name(&group)
        ),
        others => format!(
            "What would you like to share with \"{}\"? {others} other people can read it.",
            group_name(&group)
        ),
    };
    let text = text::text(node, &share.writing, &question).await?;
    send(node, "hearth.share/1", group.id, None, text).await
}
