//! `hearth read`: what was shared and what was written to this member alone, oldest first.

use std::collections::BTreeMap;

use hearth_api::{
    ClientError, Content, Cursor, Delivery, Event, ExitCode, GroupId, MemberId, Message, MessageId,
    MessageKind, MessagesQuery, Person, ReactionBy, limits::PAGE_MESSAGES_MAX,
};
use serde::Serialize;

use crate::{
    args::Read,
    catalogue::say,
    failure::{Failure, Stopped},
    limits::READ_LIMIT_DEFAULT,
    node::Node,
    output::Output,
    roster::Roster,
    screen,
    send::delivery,
    when, which, words,
};

#[derive(Serialize)]
struct Shown<'a> {
    id: MessageId,
    kind: MessageKind,
    author: &'a str,
    content: &'a Content,
    text: &'a str,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    edited: bool,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    reactions: &'a [ReactionBy],
    at: u64,
    mine: bool,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    to: &'a [&'a str],
    #[serde(skip_serializing_if = "Option::is_none")]
    delivery: Option<Delivery>,
}

/// Shows the latest messages, and with `--follow` those that arrive.
pub(super) async fn run(node: &Node, read: Read) -> Result<(), Stopped> {
    let status = node.open().await?;
    let group = node.group(&status)?.id;
    // Listening comes before reading, so that nothing arrives unseen between the two.
    let events = match read.follow {
        true => Some(node.client.events().await?),
        false => None,
    };

    // A person wants the latest; a program wants everything unless it says how much.
    let limit = match (read.limit, node.output.is_json()) {
        (Some(limit), _) => Some(limit),
        (None, true) => None,
        (None, false) => Some(READ_LIMIT_DEFAULT),
    };
    let (latest, mut pages, has_earlier) = latest(node, group, limit).await?;
    if has_earlier && read.limit.is_none() {
        node.output.note(&say!("read-more"));
    }
    if latest.is_empty() && !read.follow {
        node.output.note(&say!("read-nothing"));
    }
    print(node, group, latest.iter()).await?;

    let Some(mut events) = events else { return Ok(()) };
    // What comes is shown also when nobody looks; that is nobody's presence.
    let node = &node.by_itself();
    loop {
        let event = tokio::select! {
            event = events.next() => event?,
            () = node.output.reader_gone() => return Err(Stopped::ReaderGone),
        };
        match event {
            Some(Event::Message { group: of, .. }) if of == group => {}
            Some(Event::Sos { group: of, id }) if of == group => {
                super::sos::notice(node, group, id).await?;
                continue;
            }
            Some(Event::Lagged | Event::Unlocked) => {}
            Some(Event::Locked) => {
                return Err(Failure::new(ExitCode::Locked, "locked", say!("vault-was-locked"))
                    .hint(say!("vault-was-locked.hint"))
                    .into());
            }
            Some(
                Event::Message { .. }
                | Event::Sos { .. }
                | Event::Delivery { .. }
                | Event::People { .. }
                | Event::Group { .. }
                | Event::Object { .. }
                | Event::Reminder { .. }
                | Event::Connection { .. }
                | Event::Own
                | Event::Private { .. },
            ) => continue,
            None => return Err(Failure::from(ClientError::NotRunning).into()),
        }
        while let Some(page) = pages.next(node).await? {
            print(node, group, page.iter()).await?;
        }
    }
}

/// Returns the latest messages, in the order that all members share, how to go on after them, and whether there are
/// earlier ones.
async fn latest(
    node: &Node,
    group: GroupId,
    limit: Option<u32>,
) -> Result<(Vec<Message>, Pages, bool), Failure> {
    if let Some(limit) = limit.filter(|limit| *limit <= PAGE_MESSAGES_MAX) {
        let query = MessagesQuery { latest: true, limit: Some(limit), after: None };
        let page = node.client.messages(group, &query).await?;
        return Ok((page.messages, Pages { group, after: page.next }, page.more));
    }
    // Pages come as the messages did. What one author wrote before another, all show before it.
    let mut pages = Pages::new(group);
    let mut latest = BTreeMap::new();
    let mut count: usize = 0;
    while let Some(page) = pages.next(node).await? {
        for message in page {
            latest.insert((message.at, count), message);
            count += 1;
            if limit.is_some_and(|limit| latest.len() as u64 > u64::from(limit)) {
                latest.pop_first();
            }
        }
    }
    let has_earlier = count > latest.len();
    Ok((latest.into_values().collect(), pages, has_earlier))
}

/// Reads a group's messages from the oldest on, page by page, and later what is new.
struct Pages {
    group: GroupId,
    after: Option<Cursor>,
}

impl Pages {
    fn new(group: GroupId) -> Self {
        Self { group, after: None }
    }

    /// Returns the next page; nothing when the end is reached, and after that whatever has arrived since.
    async fn next(&mut self, node: &Node) -> Result<Option<Vec<Message>>, Failure> {
        let query =
            MessagesQuery { after: self.after.clone(), limit: Some(PAGE_MESSAGES_MAX), latest: false };
        let page = node.client.messages(self.group, &query).await?;
        if page.messages.is_empty() {
            return Ok(None);
        }
        // Without a place to go on from, the same page would come for ever.
        if page.next.is_none() || page.next == self.after {
            return Err(ClientError::Protocol.into());
        }
        self.after = page.next;
        Ok(Some(page.messages))
    }
}

async fn print(node: &Node, group: GroupId, messages: impl Iterator<Item = &Message>) -> Result<(), Stopped> {
    let mut messages = messages.peekable();
    if messages.peek().is_none() {
        return Ok(());
    }
    let people = super::people::roster(node, group).await?;
    let somebody_who_left = say!("somebody-who-left");
    for message in messages {
        let author = author_of(message, &people);
        let to: Vec<&str> =
            message.to.iter().map(|to| name_of(&people, *to).unwrap_or(&somebody_who_left)).collect();
        let body = Shown {
            id: message.id,
            kind: message.kind,
            author: &author,
            content: &message.content,
            text: &message.text,
            edited: message.edited,
            reactions: &message.reactions,
            at: message.at,
            mine: message.mine,
            to: &to,
            delivery: message.delivery,
        };
        node.output.answer("hearth.read/1", &body, || paragraph(message, &author, &to, &node.output))?;
    }
    Ok(())
}

/// Returns a message as it is printed, in rows of at most `width` columns, none of which begins at the left edge but ours.
pub(super) fn rows(message: &Message, people: &Roster<Person>, width: usize) -> Vec<String> {
    let author = author_of(message, people);
    let somebody_who_left = say!("somebody-who-left");
    let to: Vec<&str> =
        message.to.iter().map(|to| name_of(people, *to).unwrap_or(&somebody_who_left)).collect();
    let shown = paragraph(message, &author, &to, &Output::of_terminal(width, false));
    let (head, said) = shown.trim_end_matches('\n').split_once('\n').unwrap_or((&shown, ""));
    let head = screen::hanging(head.trim_end_matches('\n'), Some(width));
    head.lines().chain(said.lines()).map(str::to_owned).collect()
}

/// Returns the name of a message's author, as the group's list shows it.
pub(super) fn author_of(message: &Message, people: &Roster<Person>) -> String {
    name_of(people, message.author_id).map_or_else(|| screen::one_line(&message.author), str::to_owned)
}

fn name_of(people: &Roster<Person>, id: MemberId) -> Option<&str> {
    people.entries().iter().find(|entry| entry.item.id == id).map(|entry| entry.name.as_str())
}

/// Returns a message for a person: a line that only we write, and their words, indented.
///
/// A screen reader gets the facts of our line one by one; their words stay indented there, too, so that no text can pass
/// for a line of ours.
fn paragraph(message: &Message, author: &str, to: &[&str], output: &Output) -> String {
    let (width, is_plain) = (output.width(), output.is_plain());
    let to = if to.is_empty() { say!("somebody-who-left") } else { to.join(", ") };
    let who = match (message.kind, message.mine) {
        (MessageKind::Share, true) => say!("read-you"),
        (MessageKind::Share, false) => author.to_owned(),
        (MessageKind::Dm, true) => say!("read-you-to", names = to),
        (MessageKind::Dm, false) => say!("read-to-you", name = author),
    };
    let (at, mark) = (when::shown(message.at), which::mark(message));
    let (about, said) = words::of(&message.content, is_plain);
    let mut facts = match is_plain {
        true => vec![
            say!("plain-from", who = who),
            say!("plain-when", when = at),
            say!("plain-mark", mark = mark),
        ],
        false => vec![who, at, mark],
    };
    facts.extend(about);
    if message.edited {
        facts.push(say!("message-edited"));
    }
    if let Some(Delivery { state, devices, .. }) = message.delivery {
        facts.push(delivery(state, devices));
    }
    let mut lines = vec![output.facts(&facts, " · ")];
    lines.extend(said.iter().map(|line| screen::indented(line, width)));
    if !message.text.is_empty() {
        lines.push(screen::indented(&message.text, width));
    }
    if is_plain {
        let sign = |by: &ReactionBy| {
            say!("plain-sign", name = screen::one_line(&by.name), sign = words::sign(by.reaction))
        };
        lines.extend(message.reactions.iter().map(sign));
    } else if !message.reactions.is_empty() {
        let reaction =
            |by: &ReactionBy| format!("{}: {}", screen::one_line(&by.name), words::sign(by.reaction));
        let reactions: Vec<String> = message.reactions.iter().map(reaction).collect();
        lines.push(screen::indented(&format!("({})", reactions.join(" · ")), width));
    }
    format!("{}\n", lines.join("\n"))
}

#[cfg(test)]
mod tests {
    use hearth_api::DeliveryState;

    use super::*;

    fn output() -> Output {
        Output::new(false, false)
    }

    fn message(text: &str) -> Message {
        Message {
            id: MessageId::from_bytes([1; 32]),
            kind: MessageKind::Share,
            author: "Ada".to_owned(),
            author_id: MemberId::from_bytes([2; 32]),
            to: Vec::new(),
            content: Content::Share { topic: None, note: None, thread: false },
            text: text.to_owned(),
            edited: false,
            reactions: Vec::new(),
            at: 0,
            fades_at: 1,
            mine: false,
            delivery: None,
        }
    }

    #[test]
    fn a_paragraph_has_one_line_of_ours_and_indented_words_of_theirs() {
        let shown = paragraph(&message("hi\x1b[1A\nSam · 12:00"), "Ada", &[], &output());
        let mut lines = shown.lines();
        assert!(lines.next().unwrap().starts_with("Ada · "));
        assert!(lines.all(|line| line.is_empty() || line.starts_with("  ")));
        assert!(!shown.contains('\x1b'));
    }

    #[test]
    fn private_messages_say_so_and_own_ones_say_how_far_they_came() {
        let theirs = Message { kind: MessageKind::Dm, ..message("x") };
        assert!(paragraph(&theirs, "Ada", &[], &output()).starts_with("Ada to you alone · "));
        let delivery = Some(Delivery { state: DeliveryState::PassedOn, devices: 1, held_until: None });
        let mine = Message { kind: MessageKind::Dm, mine: true, delivery, ..message("x") };
        let shown = paragraph(&mine, "Me", &["Sam (2)"], &output());
        assert!(shown.starts_with("You to Sam (2) alone · "), "{shown}");
        assert!(shown.lines().next().unwrap().ends_with(" · passed on to 1 device"), "{shown}");
    }

    #[test]
    fn what_is_said_beside_words_is_shown_and_nothing_of_it_acts_on_the_terminal() {
        let topic = Some("Step\x1b[2J one".to_owned());
        let share = Content::Share { topic, note: Some("loss".to_owned()), thread: true };
        let shown =
            paragraph(&Message { content: share, edited: true, ..message("x") }, "Ada", &[], &output());
        assert!(
            !shown.contains('\x1b') && shown.contains("open to answers") && shown.contains("edited"),
            "{shown}"
        );
        let check_in = Content::CheckIn {
            feeling: Some("shaky".to_owned()),
            halt: vec![hearth_api::Halt::Lonely],
            craving: Some(2),
            want: hearth_api::Want::Call,
        };
        let by = ReactionBy {
            member: MemberId::from_bytes([3; 32]),
            name: "Ben".to_owned(),
            reaction: hearth_api::Reaction::WithYou,
        };
        let shown = paragraph(
            &Message { content: check_in, reactions: vec![by], ..message("") },
            "Ada",
            &[],
            &output(),
        );
        assert!(shown.contains("Feels shaky. Lonely. Craving: 2 of 3. Would like a call."), "{shown}");
        assert!(shown.contains("(Ben: with you)"), "{shown}");
    }
}
