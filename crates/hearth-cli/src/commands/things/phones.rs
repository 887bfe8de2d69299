//! `hearth phones`: who can be reached outside of this, and how they like it. It is read from this machine's own disk, so it
//! is there when no network is.

use hearth_api::{ExitCode, Thing, ThingKind};
use serde::Serialize;

use super::{
    Shelf,
    asking::{self, Field},
    put_and_say, refuse_stray_words, said_yes, stays, tell, withdraw,
};
use crate::{
    catalogue::say,
    commands::checkin::in_form,
    failure::{Failure, Stopped},
    having::{Phones, PhonesVerb, Writing},
    node::Node,
    output::Output,
    screen,
};

#[derive(Serialize)]
struct Listed<'a> {
    name: &'a str,
    #[serde(rename = "self")]
    is_self: bool,
    number: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    hours: Option<&'a str>,
    call: bool,
    text: bool,
    sos: bool,
}

/// Does what is asked for.
pub(in crate::commands) async fn run(node: &Node, phones: Phones) -> Result<(), Stopped> {
    match phones.verb {
        None => list(node).await,
        Some(PhonesVerb::Mine(writing)) => mine(node, &writing).await,
        Some(PhonesVerb::Hide) => {
            let shelf = Shelf::open(node, &[ThingKind::Phone]).await?;
            let own = shelf.own(is_phone).ok_or_else(|| {
                Failure::new(ExitCode::NotFound, "not_found", say!("phones-none-yours"))
                    .hint(say!("phones-none-yours.hint"))
            })?;
            // Nobody is asked twice whether they want to be reached less.
            withdraw(node, &shelf.group, own, true, &say!("phones-yours")).await
        }
    }
}

fn is_phone(thing: &Thing) -> bool {
    matches!(thing, Thing::Phone { .. })
}

async fn list(node: &Node) -> Result<(), Stopped> {
    let shelf = Shelf::open(node, &[ThingKind::Phone]).await?;
    let all = shelf.of_people(is_phone);
    for (person, object) in &all {
        let Thing::Phone { number, hours, call, sms, sos } = &object.thing else { continue };
        let body = Listed {
            name: &person.name,
            is_self: person.item.is_self,
            number,
            hours: hours.as_deref(),
            call: *call,
            text: *sms,
            sos: *sos,
        };
        node.output.answer("hearth.phone/1", &body, || row(&body, &node.output))?;
    }
    if all.is_empty() {
        node.output.note(&say!("phones-nobody"));
    }
    Ok(())
}

fn row(phone: &Listed<'_>, output: &Output) -> String {
    let number = screen::one_line(phone.number);
    let mut facts = match output.is_plain() {
        true => vec![say!("plain-person", name = phone.name), say!("plain-number", number = number)],
        false => vec![phone.name.to_owned(), number],
    };
    if phone.is_self {
        facts.push(if output.is_plain() { say!("plain-you") } else { say!("people-you") });
    }
    facts.extend(phone.call.then(|| say!("phones-call")));
    facts.extend(phone.text.then(|| say!("phones-text")));
    facts.extend(phone.hours.map(screen::one_line).map(|hours| match output.is_plain() {
        true => say!("plain-hours", hours = hours),
        false => hours,
    }));
    facts.extend(phone.sos.then(|| say!("phones-sos")));
    output.row(&facts)
}

const PHONE: &[Field] = &[
    Field { name: "number", label: || say!("phones-label-number"), question: || say!("phones-ask-number") },
    Field { name: "ok", label: || say!("phones-label-ok"), question: || say!("phones-ask-ok") },
    Field { name: "hours", label: || say!("phones-label-hours"), question: || say!("phones-ask-hours") },
];

async fn mine(node: &Node, writing: &Writing) -> Result<(), Stopped> {
    refuse_stray_words(&writing.stray_words)?;
    let shelf = Shelf::open(node, &[ThingKind::Phone]).await?;
    let own = shelf.own(is_phone);
    let (number, hours, ok) = match own.map(|object| &object.thing) {
        Some(Thing::Phone { number, hours, call, sms, sos }) => {
            let ok = Welcome { call: *call, text: *sms, sos: *sos };
            (Some(number.clone()), hours.clone(), Some(ok.words()))
        }
        _ => (None, None, None),
    };
    let form = asking::written(
        PHONE,
        |name| match name {
            "number" => number.clone().unwrap_or_default(),
            "ok" => ok.clone().unwrap_or_else(|| say!("phones-ok-example")),
            "hours" => hours.clone().unwrap_or_default(),
            _ => String::new(),
        },
        None,
    );
    let said = asking::ask(node, PHONE, &form, None).await?;
    let number = said.line("number", number.as_ref());
    let number =
        number.ok_or_else(|| Failure::usage(say!("phones-no-number")).hint(say!("phones-no-number.hint")))?;
    let ok = said.line("ok", ok.as_ref()).ok_or_else(|| Failure::usage(say!("phones-ok-wrong")))?;
    let ok = Welcome::of(&ok)?;
    let hours = said.line("hours", hours.as_ref());
    let people = crate::commands::answer::others(shelf.group.members);
    let listed = Listed {
        name: &shelf.group.my_name,
        is_self: true,
        number: &number,
        hours: hours.as_deref(),
        call: ok.call,
        text: ok.text,
        sos: ok.sos,
    };
    tell(node, &row(&listed, &node.output));
    if !said_yes(writing.yes, &say!("phones-question", people = people)).await? {
        return stays(node, own.map(|object| object.id));
    }
    let thing = Thing::Phone { number, hours, call: ok.call, sms: ok.text, sos: ok.sos };
    put_and_say(node, &shelf.group, None, thing, said.by_hand, |_| say!("phones-put")).await
}

/// What somebody is glad to get.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Welcome {
    call: bool,
    text: bool,
    sos: bool,
}

impl Welcome {
    /// Reads `call, text, sos`, also in the person's language; nobody is put on the list without having said what for.
    fn of(words: &str) -> Result<Self, Failure> {
        let known = [
            ("call", say!("answers-phone-call")),
            ("text", say!("answers-phone-text")),
            ("sos", say!("answers-phone-sos")),
        ];
        let mut welcome = Self::default();
        for word in words.split([',', ';', ' ']).filter(|word| !word.trim().is_empty()) {
            match in_form(word, &known).unwrap_or_else(|| word.trim().to_lowercase()).as_str() {
                "call" => welcome.call = true,
                "text" => welcome.text = true,
                "sos" => welcome.sos = true,
                _ => return Err(Failure::usage(say!("phones-ok-wrong"))),
            }
        }
        match welcome == Self::default() {
            true => Err(Failure::usage(say!("phones-ok-wrong"))),
            false => Ok(welcome),
        }
    }

    fn words(self) -> String {
        let words = [(self.call, "call"), (self.text, "text"), (self.sos, "sos")];
        words.iter().filter(|(is_so, _)| *is_so).map(|(_, word)| *word).collect::<Vec<_>>().join(", ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_welcome_is_said_and_never_guessed() {
        let all = Welcome { call: true, text: true, sos: true };
        assert_eq!(Welcome::of("call, text sos"), Ok(all));
        assert_eq!(Welcome::of(&all.words()), Ok(all));
        assert_eq!(Welcome::of("Text"), Ok(Welcome { text: true, ..Welcome::default() }));
        for words in ["", " ", "yes", "call, fax"] {
            assert!(Welcome::of(words).is_err(), "{words:?}");
        }
    }

    #[test]
    fn a_number_stands_with_how_it_may_be_used_and_cannot_act_on_the_terminal() {
        let phone = Listed {
            name: "Ana",
            is_self: false,
            number: "555\x1b[2J 0100",
            hours: Some("evenings"),
            call: true,
            text: false,
            sos: true,
        };
        let shown = row(&phone, &Output::of_terminal(80, false));
        assert!(shown.starts_with("Ana · 555") && !shown.contains('\x1b'), "{shown}");
        assert!(shown.ends_with(" · call · evenings · in an emergency at any hour"), "{shown}");
        let plain = row(&phone, &Output::of_terminal(80, true));
        assert_eq!(plain.lines().count(), 5, "{plain}");
    }
}
