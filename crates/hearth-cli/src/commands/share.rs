//! `hearth share`: writes to the whole group.

use hearth_api::{Content, SendMessage, limits::UNDO_S_MAX};
use zeroize::Zeroizing;

use crate::{
    args::Share,
    catalogue::say,
    failure::{Failure, Stopped},
    node::{Node, group_name},
    prompt,
    send::{self, UNDO_S, request_id},
    text, when,
};

/// Gets the text and sends it.
pub(super) async fn run(node: &Node, share: Share) -> Result<(), Stopped> {
    text::refuse_stray_words(&share.writing.stray_words)?;
    // Whatever is in the way is said before somebody writes.
    sleep_s(&share)?;
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
    let undo_s = match sleep_s(&share)? {
        Some(seconds) => seconds,
        None if by_hand && !share.now => UNDO_S,
        None => 0,
    };
    let content = Some(Content::Share { topic, note, thread: share.thread });
    let request =
        SendMessage { text: words.to_owned(), content, to: Vec::new(), undo_s, request_id: request_id()? };
    send::until_kept(node, "hearth.share/1", by_hand, async || {
        node.client.send_message(group.id, &request).await
    })
    .await
}

/// For how many seconds the author wants to sleep on it.
fn sleep_s(share: &Share) -> Result<Option<u32>, Failure> {
    let seconds = match (share.wait, share.sleep_on_it) {
        (Some(wait), _) => wait.as_secs(),
        (None, true) => {
            let morning = when::next_morning_ms().unwrap_or_default();
            morning.saturating_sub(when::now_ms()).div_ceil(1_000)
        }
        (None, false) => return Ok(None),
    };
    let seconds = u32::try_from(seconds).ok().filter(|seconds| (1..=UNDO_S_MAX).contains(seconds));
    seconds.map(Some).ok_or_else(|| Failure::usage(say!("share-wait-too-long")))
}
