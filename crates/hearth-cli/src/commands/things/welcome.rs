//! What somebody who is new sees at first: how the group wants to be together, where things are, and whom to ask.

use clap::CommandFactory;
use hearth_api::{Role, Thing, ThingKind};

use super::{Shelf, document, greet, slots::is_within, visits};
use crate::{
    args::CommandLine,
    catalogue::say,
    limits::{GREETERS_SHOWN_MAX, NEW_LIFE, WELCOME_GUIDELINES_LINES_MAX, WELCOME_LIFE},
    output::Output,
    screen,
};

/// What the page is made of.
pub(in crate::commands) const KINDS: &[ThingKind] =
    &[ThingKind::Card, ThingKind::Guidelines, ThingKind::Position, ThingKind::Welcome];

/// Says whether this member is new: a newcomer or a visitor, or anybody without service in their first days.
pub(in crate::commands) fn is_new(shelf: &Shelf) -> bool {
    let Some(me) = shelf.me() else { return false };
    let life = match me.item.role {
        Role::Newcomer | Role::Visitor => NEW_LIFE,
        Role::Member => WELCOME_LIFE,
        Role::TrustedServant | Role::Secretary => return false,
    };
    me.item.since.is_none_or(|since| is_within(since, life))
}

/// Returns what to show; where nobody else may look, also the guidelines, if they are short.
pub(in crate::commands) fn page(shelf: &Shelf, output: &Output, with_words: bool) -> String {
    let mut lines = vec![say!("welcome-head")];
    let mut line = |text: String| lines.push(screen::indented(&text, output.width()));
    let guidelines = shelf.only(|thing| document::Kind::Guidelines.is(thing)).map(|object| &object.thing);
    if let Some(guidelines @ Thing::Guidelines { text }) = guidelines {
        let shown = document::shown(guidelines, output);
        match with_words && shown.lines().count() <= WELCOME_GUIDELINES_LINES_MAX && !text.is_empty() {
            true => {
                line(say!("welcome-guidelines-are"));
                line(screen::indented(text, output.width().map(|width| width.saturating_sub(2))));
            }
            false => line(say!("welcome-guidelines")),
        }
    }
    if shelf.only(|thing| document::Kind::Card.is(thing)).is_some() {
        line(say!("welcome-card"));
    }
    if has_verb("meetings") {
        line(say!("welcome-meetings"));
    }
    if has_verb("crisis") {
        line(say!("welcome-crisis"));
    }
    if let Some(until) = visits::until(shelf) {
        line(until);
    }
    let (greeters, have_said_it) = who_greets(shelf);
    match (greeters.is_empty(), have_said_it) {
        (true, _) => {}
        (false, true) => line(say!("welcome-greeted-by", names = greeters.join(", "))),
        (false, false) => line(say!("welcome-ask", names = greeters.join(", "))),
    }
    lines.join("\n")
}

/// Who said that they will greet this member; or those whose service it is; or those who serve at all.
fn who_greets(shelf: &Shelf) -> (Vec<String>, bool) {
    let words = shelf.me().map(|me| greet::words_for(shelf, me.item.id)).unwrap_or_default();
    let names = |names: &mut dyn Iterator<Item = String>| names.take(GREETERS_SHOWN_MAX).collect::<Vec<_>>();
    let said = names(&mut words.iter().map(|word| shelf.author(word.owner, &word.by_name)));
    if !said.is_empty() {
        return (said, true);
    }
    let greeters = greet::greeters(shelf);
    let others = || greeters.iter().filter(|greeter| !greeter.item.is_self);
    if others().next().is_some() {
        return (names(&mut others().map(|greeter| greeter.name.clone())), false);
    }
    let servants = shelf.people.entries().iter().filter(|entry| entry.item.role >= Role::TrustedServant);
    (names(&mut servants.filter(|entry| !entry.item.is_self).map(|entry| entry.name.clone())), false)
}

/// Nothing points to a verb that is not there.
fn has_verb(name: &str) -> bool {
    CommandLine::command().find_subcommand(name).is_some()
}
