//! Finds the message that somebody means: by the mark that `hearth read` shows, or by whose latest it is.
//!
//! A mark is the beginning of the message's id, as long as it has to be.

use hearth_api::{ExitCode, GroupId, Message, MessageId, MessagesQuery, Person, limits::PAGE_MESSAGES_MAX};

use crate::{
    catalogue::say,
    failure::Failure,
    node::Node,
    roster::{Kind, Roster},
};

/// Characters of a mark: enough for the latest messages, few enough to type.
const MARK_CHARS: usize = 4;

/// Returns the mark of a message.
pub(crate) fn mark(message: &Message) -> String {
    mark_of(&message.id)
}

/// Returns the mark of the message with this id.
pub(crate) fn mark_of(id: &MessageId) -> String {
    id.to_string().chars().take(MARK_CHARS).collect()
}

/// Finds the message that `wanted` names among the latest, of those that `may_be` says it of: by its mark, or the latest
/// one of the person of that name; without `wanted`, the latest one.
///
/// # Errors
/// Not found; a usage error if the mark is that of several.
pub(crate) async fn find(
    node: &Node,
    group: GroupId,
    people: &Roster<Person>,
    wanted: Option<&str>,
    may_be: impl Fn(&Message) -> bool,
) -> Result<Message, Failure> {
    let query = MessagesQuery { latest: true, limit: Some(PAGE_MESSAGES_MAX), after: None };
    let page = node.client.messages(group, &query).await?.messages;
    let Some(wanted) = wanted else {
        return page.into_iter().rev().find(may_be).ok_or_else(nothing);
    };
    let key = wanted.to_ascii_lowercase();
    let is_mark = key.len() >= MARK_CHARS && key.chars().all(|character| character.is_ascii_hexdigit());
    let mut marked: Vec<Message> = Vec::new();
    if is_mark {
        marked = page.iter().filter(|message| message.id.to_string().starts_with(&key)).cloned().collect();
    }
    match (marked.pop(), marked.is_empty()) {
        (Some(_), false) => Err(Failure::usage(say!("mark-of-several")).hint(say!("mark-of-several.hint"))),
        (Some(message), true) if may_be(&message) => Ok(message),
        (Some(_), true) => Err(nothing()),
        (None, _) => {
            let person = people.find(wanted, Kind::Person);
            let person = person.map_err(|failure| if is_mark { nothing() } else { failure })?.item.id;
            let theirs = |message: &Message| message.author_id == person && may_be(message);
            page.into_iter().rev().find(theirs).ok_or_else(nothing)
        }
    }
}

fn nothing() -> Failure {
    Failure::new(ExitCode::NotFound, "not_found", say!("no-such-message")).hint(say!("no-such-message.hint"))
}
