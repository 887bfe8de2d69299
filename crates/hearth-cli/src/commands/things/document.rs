//! `hearth card` and `hearth guidelines`: what the group says of itself. Who changes it sees what changes, and is asked.

use hearth_api::{ExitCode, Object, Thing, ThingKind, Version};

use super::{
    Shelf,
    asking::{self, Field, Said},
    needs_servant, put_and_say, refuse_stray_words, said_yes, stays, tell, written_by,
};
use crate::{
    catalogue::say,
    changes,
    commands::checkin::in_form,
    failure::{Failure, Stopped},
    having::{Document, DocumentVerb, Writing},
    node::{Node, group_name},
    output::Output,
    screen, when,
};

/// Which of the two.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::commands) enum Kind {
    /// What the group is.
    Card,
    /// How it wants to be together.
    Guidelines,
}

impl Kind {
    /// Tells whether a thing is of this kind.
    pub(super) fn is(self, thing: &Thing) -> bool {
        thing.kind() == self.of_thing()
    }

    fn of_thing(self) -> ThingKind {
        match self {
            Self::Card => ThingKind::Card,
            Self::Guidelines => ThingKind::Guidelines,
        }
    }

    fn schema(self) -> &'static str {
        match self {
            Self::Card => "hearth.card/1",
            Self::Guidelines => "hearth.guidelines/1",
        }
    }

    fn none(self) -> String {
        match self {
            Self::Card => say!("card-none"),
            Self::Guidelines => say!("guidelines-none"),
        }
    }

    fn in_force(self) -> String {
        match self {
            Self::Card => say!("card-in-force"),
            Self::Guidelines => say!("guidelines-in-force"),
        }
    }

    fn beside(self, count: u32) -> String {
        match self {
            Self::Card => say!("card-beside", count = count),
            Self::Guidelines => say!("guidelines-beside", count = count),
        }
    }
}

/// Does what is asked for.
pub(in crate::commands) async fn run(node: &Node, kind: Kind, document: Document) -> Result<(), Stopped> {
    match document.verb {
        None | Some(DocumentVerb::Show) => show(node, kind).await,
        Some(DocumentVerb::Edit(writing)) => edit(node, kind, &writing).await,
        Some(DocumentVerb::Diff) => diff(node, kind).await,
    }
}

async fn show(node: &Node, kind: Kind) -> Result<(), Stopped> {
    let shelf = Shelf::open(node, &[kind.of_thing()]).await?;
    let Some(object) = shelf.only(|thing| kind.is(thing)) else {
        node.output.note(&kind.none());
        return Ok(());
    };
    node.output.answer(kind.schema(), object, || {
        let written = written_by(&shelf, object);
        let beside = (object.beside > 0).then(|| kind.beside(object.beside));
        let below =
            std::iter::once(written).chain(beside).map(|line| screen::hanging(&line, node.output.width()));
        std::iter::once(shown(&object.thing, &node.output)).chain(below).collect::<Vec<_>>().join("\n")
    })
}

/// Returns a card or guidelines for a person to read.
pub(in crate::commands) fn shown(thing: &Thing, output: &Output) -> String {
    let width = output.width();
    if let Thing::Guidelines { text } = thing {
        return screen::indented(text, width);
    }
    let card = card_of(thing);
    let mut lines = vec![match output.is_plain() {
        true => say!("plain-group", name = screen::one_line(&card.name)),
        false => screen::one_line(&card.name),
    }];
    for field in CARD.iter().filter(|field| field.name != "name") {
        let value = card.value(field.name);
        if !value.is_empty() {
            lines.push(screen::indented(&format!("{}: {value}", (field.label)()), width));
        }
    }
    if !card.text.is_empty() {
        lines.extend([String::new(), screen::indented(&card.text, width)]);
    }
    lines.join("\n")
}

async fn edit(node: &Node, kind: Kind, writing: &Writing) -> Result<(), Stopped> {
    refuse_stray_words(&writing.stray_words)?;
    let mut shelf = Shelf::open(node, &[kind.of_thing()]).await?;
    needs_servant(&shelf)?;
    let mut before = shelf.only(|thing| kind.is(thing)).cloned();
    if let Some(count) = before.as_ref().map(|object| object.beside).filter(|count| *count > 0) {
        node.output.note(&screen::hanging(&kind.beside(count), node.output.width()));
    }
    let (after, said) = asked(node, kind, &shelf, before.as_ref()).await?;
    loop {
        let was = before.as_ref().map(|object| form(&object.thing)).unwrap_or_default();
        let is_alone = before.as_ref().is_some_and(|object| object.beside == 0);
        match changes::between(&was, &form(&after), &node.output) {
            Some(changes) => tell(node, &changes),
            // Where others stand beside it, saying it once more is how it is settled.
            None if is_alone => return stays(node, before.map(|object| object.id)),
            None => {}
        }
        if !said_yes(writing.yes, &say!("document-question")).await? {
            return stays(node, before.map(|object| object.id));
        }
        // Somebody else may have written while this one did: then it is shown anew.
        shelf = Shelf::open(node, &[kind.of_thing()]).await?;
        let now = shelf.only(|thing| kind.is(thing)).cloned();
        if is_same_version(before.as_ref(), now.as_ref()) {
            break;
        }
        if writing.yes {
            // Who said yes beforehand did not say it to this.
            let failure = Failure::new(ExitCode::Usage, "changed_meanwhile", say!("document-changed"));
            return Err(failure.hint(say!("document-changed.hint")).into());
        }
        tell(node, &say!("document-meanwhile"));
        before = now;
    }
    put_and_say(node, &shelf.group, None, after, said.by_hand, |_| kind.in_force()).await
}

fn is_same_version(one: Option<&Object>, other: Option<&Object>) -> bool {
    let of = |object: &Object| (object.thing.clone(), object.by, object.at, object.beside);
    one.map(of) == other.map(of)
}

async fn asked(
    node: &Node,
    kind: Kind,
    shelf: &Shelf,
    before: Option<&Object>,
) -> Result<(Thing, Said), Failure> {
    match kind {
        Kind::Card => {
            let empty = Card { name: group_name(&shelf.group), ..Card::default() };
            let card = before.map_or(empty, |object| card_of(&object.thing));
            let said = asking::ask(node, CARD, &card.form(), Some(say!("card-ask-text"))).await?;
            Ok((card.changed(&said)?, said))
        }
        Kind::Guidelines => {
            let before = match before.map(|object| &object.thing) {
                Some(Thing::Guidelines { text }) => text.as_str(),
                _ => "",
            };
            let said = asking::whole(node, before, &say!("guidelines-ask")).await?;
            Ok((Thing::Guidelines { text: said.text(None) }, said))
        }
    }
}

async fn diff(node: &Node, kind: Kind) -> Result<(), Stopped> {
    let shelf = Shelf::open(node, &[kind.of_thing()]).await?;
    let Some(object) = shelf.only(|thing| kind.is(thing)) else {
        node.output.note(&kind.none());
        return Ok(());
    };
    let versions = node.client.versions(shelf.group.id, object.id).await?.versions;
    let Some((counts, others)) = versions.split_first() else { return Ok(()) };
    if others.is_empty() {
        node.output.note(&say!("document-alone"));
    }
    for version in &versions {
        node.output.answer("hearth.version/1", version, || match std::ptr::eq(version, counts) {
            true => beside_line(&shelf, version, true),
            false => {
                let was = counts.thing.as_ref().map(form).unwrap_or_default();
                let is = version.thing.as_ref().map(form).unwrap_or_default();
                let differs = version.thing.as_ref().and_then(|_| changes::between(&was, &is, &node.output));
                let head = beside_line(&shelf, version, false);
                differs.map_or(head.clone(), |differs| format!("{head}\n{differs}"))
            }
        })?;
    }
    Ok(())
}

fn beside_line(shelf: &Shelf, version: &Version, counts: bool) -> String {
    let (name, at) = (shelf.author(version.by, &version.by_name), when::shown(version.at));
    match (counts, version.thing.is_some()) {
        (true, _) => say!("document-counts", name = name, when = at),
        (false, true) => say!("document-other", name = name, when = at),
        (false, false) => say!("document-withdrawn", name = name, when = at),
    }
}

/// Returns a thing as a form, which is also what is compared.
fn form(thing: &Thing) -> String {
    if let Thing::Guidelines { text } = thing { text.clone() } else { card_of(thing).form() }
}

/// The parts of a card.
#[derive(Clone, Default)]
struct Card {
    name: String,
    program: Option<String>,
    open: bool,
    format: Option<String>,
    languages: Option<String>,
    for_whom: Option<String>,
    contact: Option<String>,
    text: String,
}

const CARD: &[Field] = &[
    Field { name: "name", label: || say!("card-name"), question: || say!("card-ask-name") },
    Field { name: "program", label: || say!("card-program"), question: || say!("card-ask-program") },
    Field { name: "open", label: || say!("card-open"), question: || say!("card-ask-open") },
    Field { name: "format", label: || say!("card-format"), question: || say!("card-ask-format") },
    Field { name: "languages", label: || say!("card-languages"), question: || say!("card-ask-languages") },
    Field { name: "for", label: || say!("card-for"), question: || say!("card-ask-for") },
    Field { name: "contact", label: || say!("card-contact"), question: || say!("card-ask-contact") },
];

fn card_of(thing: &Thing) -> Card {
    let Thing::Card { name, program, open, format, languages, for_whom, contact, text } = thing.clone()
    else {
        return Card::default();
    };
    Card { name, program, open, format, languages, for_whom, contact, text }
}

impl Card {
    fn changed(&self, said: &Said) -> Result<Thing, Failure> {
        let open = match said.line("open", Some(&yes_or_no(self.open))) {
            Some(open) => is_yes(&open)?,
            None => false,
        };
        let name = said.line("name", Some(&self.name));
        Ok(Thing::Card {
            name: name.ok_or_else(|| Failure::usage(say!("card-no-name")))?,
            program: said.line("program", self.program.as_ref()),
            open,
            format: said.line("format", self.format.as_ref()),
            languages: said.line("languages", self.languages.as_ref()),
            for_whom: said.line("for", self.for_whom.as_ref()),
            contact: said.line("contact", self.contact.as_ref()),
            text: said.text(Some(&self.text)).trim_end().to_owned(),
        })
    }

    fn value(&self, name: &str) -> String {
        let line = |line: &Option<String>| line.clone().unwrap_or_default();
        match name {
            "name" => self.name.clone(),
            "program" => line(&self.program),
            "open" => yes_or_no(self.open),
            "format" => line(&self.format),
            "languages" => line(&self.languages),
            "for" => line(&self.for_whom),
            "contact" => line(&self.contact),
            _ => String::new(),
        }
    }

    fn form(&self) -> String {
        asking::written(CARD, |name| self.value(name), Some(&self.text))
    }
}

fn yes_or_no(is_so: bool) -> String {
    if is_so { say!("word-yes") } else { say!("word-no") }
}

fn is_yes(word: &str) -> Result<bool, Failure> {
    let words = [("yes", say!("answers-yes")), ("no", say!("answers-no"))];
    match in_form(word, &words).unwrap_or_else(|| word.to_lowercase()).as_str() {
        "yes" => Ok(true),
        "no" => Ok(false),
        _ => Err(Failure::usage(say!("card-open-wrong"))),
    }
}
