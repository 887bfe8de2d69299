//! What a group has, as members meet it: its card and guidelines, introductions, phones, service, greeting, readings.
//!
//! Here is what all of these share: a look at what is there, naming one thing, asking for a yes, writing, withdrawing. Which
//! version counts and who may write it is the daemon's to say.

use std::ffi::OsString;

use hearth_api::{
    DeliveryState, ExitCode, Group, MemberId, Object, ObjectId, Person, PutObject, Role, Thing, ThingKind,
};
use serde::Serialize;

use super::{checkin::in_form, own::once_more, people, roles::ask_the_group};
use crate::{
    catalogue::say,
    failure::{Failure, Stopped},
    node::Node,
    prompt,
    roster::{Entry, Roster, is_same, quoted},
    screen,
    send::request_id,
    text,
};

pub(super) mod affairs;
pub(super) mod asking;
pub(super) mod document;
pub(super) mod greet;
pub(super) mod intro;
pub(super) mod phones;
pub(super) mod polls;
pub(super) mod positions;
pub(super) mod readings;
pub(super) mod service;
pub(super) mod slots;
pub(super) mod visits;
pub(super) mod welcome;

/// The fewest characters of a mark: enough for what one group has, few enough to type.
const MARK_CHARS: usize = 4;

/// What a group has, and who is in it, as it is just now.
pub(super) struct Shelf {
    pub(super) group: Group,
    pub(super) objects: Vec<Object>,
    pub(super) people: Roster<Person>,
}

impl Shelf {
    /// Looks at the group that the command is about.
    ///
    /// # Errors
    /// When there is none, or the daemon cannot say.
    pub(super) async fn open(node: &Node, kinds: &[ThingKind]) -> Result<Self, Failure> {
        let status = node.open().await?;
        let group = node.group(&status)?;
        Self::of(node, group, kinds).await
    }

    /// Looks at what one group has of some kinds: however much there is of others, it is in nobody's way.
    ///
    /// # Errors
    /// What the daemon refuses.
    pub(super) async fn of(node: &Node, group: Group, kinds: &[ThingKind]) -> Result<Self, Failure> {
        let people = people::roster(node, group.id).await?;
        let mut objects = Vec::new();
        for kind in kinds {
            objects.extend(node.client.objects_of(group.id, *kind).await?.objects);
        }
        Ok(Self { group, objects, people })
    }

    /// Returns this member.
    pub(super) fn me(&self) -> Option<&Entry<Person>> {
        self.people.entries().iter().find(|entry| entry.item.is_self)
    }

    /// Says whether this member serves the group.
    pub(super) fn is_servant(&self) -> bool {
        self.me().is_some_and(|me| me.item.role >= Role::TrustedServant)
    }

    /// Returns the thing of this kind that counts, of which the group has one.
    pub(super) fn only(&self, is: impl Fn(&Thing) -> bool) -> Option<&Object> {
        self.objects.iter().find(|object| is(&object.thing))
    }

    /// Returns this member's own thing of this kind.
    pub(super) fn own(&self, is: impl Fn(&Thing) -> bool) -> Option<&Object> {
        self.objects.iter().find(|object| object.is_mine && is(&object.thing))
    }

    /// Returns who is meant, if they are in the group.
    pub(super) fn person(&self, member: Option<MemberId>) -> Option<&Entry<Person>> {
        let member = member?;
        self.people.entries().iter().find(|entry| entry.item.id == member)
    }

    /// Returns the name of who wrote something, safe to print, also if they are not here any more.
    pub(super) fn author(&self, member: Option<MemberId>, name: &str) -> String {
        match self.person(member) {
            Some(entry) => entry.name.clone(),
            None if name.is_empty() => say!("somebody-who-left"),
            None => screen::one_line(name),
        }
    }

    /// Returns the things of those who are in the group, in the order in which these joined.
    pub(super) fn of_people(&self, is: impl Fn(&Thing) -> bool) -> Vec<(&Entry<Person>, &Object)> {
        let theirs =
            |member| self.objects.iter().find(|object| object.owner == Some(member) && is(&object.thing));
        self.people.entries().iter().filter_map(|entry| Some((entry, theirs(entry.item.id)?))).collect()
    }
}

/// Returns the mark of a thing: the beginning of its id.
pub(super) fn mark(id: ObjectId) -> String {
    id.to_string().chars().take(MARK_CHARS).collect()
}

/// Finds the thing that was named by its mark or its name.
///
/// # Errors
/// Not found; a usage error with the marks, if several are called so.
pub(super) fn pick<'a>(
    things: &[(&'a Object, String)],
    wanted: &[String],
    missing: impl Fn() -> Failure,
) -> Result<&'a Object, Failure> {
    let wanted = wanted.join(" ");
    let key = wanted.trim().to_ascii_lowercase();
    let is_mark = key.len() >= MARK_CHARS && key.bytes().all(|digit| digit.is_ascii_hexdigit());
    let marked: Vec<&(&Object, String)> =
        things.iter().filter(|(object, _)| is_mark && object.id.to_string().starts_with(&key)).collect();
    let named = || things.iter().filter(|(_, name)| is_same(name, &wanted)).collect();
    let found: Vec<&(&Object, String)> = if marked.is_empty() { named() } else { marked };
    match found.as_slice() {
        [] => Err(missing()),
        [(only, _)] => Ok(only),
        several => {
            let marks: Vec<String> = several.iter().map(|(object, _)| mark(object.id)).collect();
            let marks: Vec<&str> = marks.iter().map(String::as_str).collect();
            let failure = Failure::new(ExitCode::Usage, "name_ambiguous", say!("thing-of-several"));
            Err(failure.hint(say!("names-write", names = quoted(&marks))))
        }
    }
}

/// Refuses a text among the arguments.
///
/// # Errors
/// A usage error that says where these texts come from, if there are stray words.
pub(super) fn refuse_stray_words(stray_words: &[OsString]) -> Result<(), Failure> {
    text::refuse_stray_words(stray_words).map_err(|failure| failure.hint(say!("thing-stray-words")))
}

/// Shows what somebody is about to be asked about: also where the answer is JSON, who is asked sees it.
pub(super) fn tell(node: &Node, words: &str) {
    if prompt::is_terminal() { prompt::tell(words) } else { node.output.note(words) }
}

/// Asks for a yes, unless it was given with the command.
///
/// # Errors
/// When there is nobody to ask.
pub(super) async fn said_yes(yes: bool, question: &str) -> Result<bool, Failure> {
    if yes {
        return Ok(true);
    }
    if !prompt::is_terminal() {
        return Err(Failure::usage(say!("thing-nobody-to-ask")).hint(say!("nobody-to-ask-yes")));
    }
    // A text that was typed may have ended standard input.
    let answer = prompt::ask_terminal(question).await?;
    Ok(in_form(&answer, &[("yes", say!("answers-yes"))]).is_some())
}

#[derive(Serialize)]
struct Written {
    id: ObjectId,
    written: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    state: Option<DeliveryState>,
}

/// Writes a thing, and returns it as it then is.
///
/// # Errors
/// What the daemon refuses, unless the person who wrote it by hand tries again until it works.
pub(super) async fn put(
    node: &Node,
    group: &Group,
    id: Option<ObjectId>,
    thing: Thing,
    by_hand: bool,
) -> Result<Option<Object>, Failure> {
    let kind = thing.kind();
    let request = PutObject { thing, id, request_id: request_id()? };
    let put = loop {
        let error = match once_more(async || node.client.put_object(group.id, &request).await).await {
            Ok(put) => break put,
            Err(error) => error,
        };
        let failure = ask_the_group(error);
        if !(by_hand && prompt::is_terminal()) {
            return Err(failure);
        }
        node.output.failure(&failure);
        if !prompt::again(&say!("text-try-again")).await {
            return Err(failure);
        }
    };
    let objects = node.client.objects_of(group.id, kind).await?.objects;
    Ok(objects.into_iter().find(|object| object.id == put.id))
}

/// Writes a thing and says so.
///
/// # Errors
/// As [`put`].
pub(super) async fn put_and_say(
    node: &Node,
    group: &Group,
    id: Option<ObjectId>,
    thing: Thing,
    by_hand: bool,
    words: impl FnOnce(&Object) -> String,
) -> Result<(), Stopped> {
    // What is forgotten or withdrawn in the same moment was written all the same; there is nothing to name then.
    let Some(object) = put(node, group, id, thing, by_hand).await? else { return Ok(()) };
    let body = Written { id: object.id, written: true, state: object.state };
    node.output.answer("hearth.put/1", &body, || words(&object))?;
    if object.state == Some(DeliveryState::KeptHere) {
        node.output.note(&say!("thing-kept"));
    }
    Ok(())
}

/// Says that something stays as it was, because nobody said yes.
///
/// # Errors
/// When the answer cannot be written.
pub(super) fn stays(node: &Node, id: Option<ObjectId>) -> Result<(), Stopped> {
    #[derive(Serialize)]
    struct Stays {
        id: Option<ObjectId>,
        written: bool,
    }
    node.output.answer("hearth.put/1", &Stays { id, written: false }, || say!("thing-stays"))
}

#[derive(Serialize)]
struct Withdrawn {
    id: ObjectId,
    withdrawn: bool,
}

/// Asks, and withdraws a thing.
///
/// # Errors
/// When there is nobody to ask, and what the daemon refuses.
pub(super) async fn withdraw(
    node: &Node,
    group: &Group,
    object: &Object,
    yes: bool,
    name: &str,
) -> Result<(), Stopped> {
    if !said_yes(yes, &say!("thing-withdraw-question", name = name)).await? {
        let body = Withdrawn { id: object.id, withdrawn: false };
        return node.output.answer("hearth.withdraw/1", &body, || say!("thing-stays"));
    }
    let ask = async || node.client.withdraw_object(group.id, object.id).await;
    once_more(ask).await.map_err(ask_the_group)?;
    let body = Withdrawn { id: object.id, withdrawn: true };
    node.output.answer("hearth.withdraw/1", &body, || say!("thing-withdrawn", name = name))
}

/// Says who wrote something, and when.
pub(super) fn written_by(shelf: &Shelf, object: &Object) -> String {
    say!(
        "thing-written-by",
        name = shelf.author(object.by, &object.by_name),
        when = crate::when::shown(object.at)
    )
}

/// Refuses before somebody writes what only those who serve may put.
///
/// # Errors
/// Not permitted, if this member does not serve.
pub(super) fn needs_servant(shelf: &Shelf) -> Result<(), Failure> {
    if shelf.is_servant() {
        return Ok(());
    }
    Err(Failure::new(ExitCode::NotPermitted, "not_permitted", say!("thing-for-servants"))
        .hint(say!("ask-the-group")))
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    pub(super) fn object(first: u8, thing: Thing) -> Object {
        let mut bytes = [0; 32];
        bytes[0] = first;
        Object {
            id: ObjectId::from_bytes(bytes),
            thing,
            owner: None,
            is_mine: false,
            by: None,
            by_name: "Ana".to_owned(),
            at: 0,
            may_change: false,
            beside: 0,
            state: None,
        }
    }

    #[test]
    fn a_thing_is_found_by_its_mark_or_its_name_and_never_the_wrong_one() {
        let topic =
            |title: &str| Thing::Reading { title: title.to_owned(), text: String::new(), source: None };
        let objects = [object(1, topic("Hope")), object(2, topic("Hope")), object(3, topic("Face"))];
        let names = ["Hope", "Hope", "Face"];
        let things: Vec<(&Object, String)> = objects.iter().zip(names.map(str::to_owned)).collect();
        let missing = || Failure::new(ExitCode::NotFound, "not_found", "");
        let find = |wanted: &str| {
            let wanted: Vec<String> = wanted.split(' ').map(str::to_owned).collect();
            pick(&things, &wanted, missing).map(|object| object.id.to_bytes()[0])
        };
        assert_eq!((find("0200"), find("face"), find("03")), (Ok(2), Ok(3), Err(missing())));
        let failure = find("hope").unwrap_err();
        assert_eq!(failure.hint.as_deref(), Some("Write \"0100\" or \"0200\"."));
        // A name of hexadecimal digits is a name where it is no mark.
        assert_eq!(find("Face"), Ok(3));
    }
}
