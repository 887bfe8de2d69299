//! `hearth phones`: who can be reached outside of this, and how they like it. It is read from this machine's own disk, so it
//! is there when no network is. One's own number is shown to the group, to people whom one picks, or to both.

use hearth_api::{
    ExitCode, Group, ListedPhone, MemberId, Person, Phone, ShowPhone, ShownTo, Thing, ThingKind,
};
use serde::Serialize;

use super::{
    Shelf,
    asking::{self, Field},
    put_and_say, refuse_stray_words, said_yes, stays, tell, withdraw,
};
use crate::{
    catalogue::say,
    commands::{
        checkin::{in_form, picked},
        own::once_more,
        people,
    },
    failure::{Failure, Stopped},
    having::{HiddenFrom, Phones, PhonesVerb, Writing},
    node::Node,
    output::Output,
    roster::Roster,
    screen,
    send::{request_id, until_kept},
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
    shown: &'static str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    to: Vec<&'a str>,
}

/// Does what is asked for.
pub(in crate::commands) async fn run(node: &Node, phones: Phones) -> Result<(), Stopped> {
    match phones.verb {
        None => list(node).await,
        Some(PhonesVerb::Mine { to: None, writing }) => mine(node, &writing).await,
        Some(PhonesVerb::Mine { to: Some(names), writing }) => show(node, &names, &writing).await,
        Some(PhonesVerb::Hide { from }) => hide(node, from).await,
    }
}

/// The numbers of a group, and who is in it.
struct Book {
    group: Group,
    people: Roster<Person>,
    phones: Vec<ListedPhone>,
}

impl Book {
    async fn open(node: &Node) -> Result<Self, Failure> {
        let status = node.open().await?;
        let group = node.group(&status)?;
        let people = people::roster(node, group.id).await?;
        let phones = node.client.phones(group.id).await?.phones;
        Ok(Self { group, people, phones })
    }

    /// Returns this member's own number for the group.
    fn own(&self) -> Option<&Phone> {
        let own = self.phones.iter().find(|listed| listed.mine && listed.shown == ShownTo::Group);
        own.map(|listed| &listed.phone)
    }

    /// Returns this member's own number for some alone, and who has it.
    fn own_for_some(&self) -> Option<(&Phone, &[MemberId])> {
        self.phones.iter().find_map(|listed| match &listed.shown {
            ShownTo::People { to } if listed.mine => Some((&listed.phone, to.as_slice())),
            ShownTo::Group | ShownTo::Me | ShownTo::People { .. } => None,
        })
    }

    /// Returns the names of people, in the order in which they joined.
    fn names(&self, of: &[MemberId]) -> Vec<&str> {
        let is_one = |id: &MemberId| of.contains(id);
        let entries = self.people.entries().iter().filter(|entry| is_one(&entry.item.id));
        entries.map(|entry| entry.name.as_str()).collect()
    }

    fn listed<'a>(
        &'a self,
        name: &'a str,
        is_self: bool,
        phone: &'a Phone,
        shown: &'a ShownTo,
    ) -> Listed<'a> {
        let (shown, to) = match shown {
            ShownTo::Group => ("group", Vec::new()),
            ShownTo::Me => ("you", Vec::new()),
            ShownTo::People { to } => ("some", self.names(to)),
        };
        let Phone { number, hours, call, sms, sos } = phone;
        let hours = hours.as_deref();
        Listed { name, is_self, number, hours, call: *call, text: *sms, sos: *sos, shown, to }
    }
}

async fn list(node: &Node) -> Result<(), Stopped> {
    let book = Book::open(node).await?;
    for person in book.people.entries() {
        let theirs = book.phones.iter().filter(|listed| listed.member == person.item.id);
        for listed in theirs {
            let body = book.listed(&person.name, listed.mine, &listed.phone, &listed.shown);
            let words = || row(&body, &listed.phone, &node.output);
            node.output.answer("hearth.phone/1", &body, words)?;
        }
    }
    if book.phones.is_empty() {
        node.output.note(&say!("phones-nobody"));
    }
    Ok(())
}

fn row(listed: &Listed<'_>, phone: &Phone, output: &Output) -> String {
    let is_plain = output.is_plain();
    let mut facts = vec![match is_plain {
        true => say!("plain-person", name = listed.name),
        false => listed.name.to_owned(),
    }];
    let mut said = facts_of(phone, is_plain).into_iter();
    facts.extend(said.next());
    if listed.is_self {
        facts.push(if is_plain { say!("plain-you") } else { say!("people-you") });
    }
    facts.extend(said);
    match listed.shown {
        "you" => facts.push(say!("phones-for-you")),
        "some" if listed.to.is_empty() => facts.push(say!("phones-for-nobody-here")),
        "some" => facts.push(say!("phones-for-some", names = listed.to.join(", "))),
        _ => {}
    }
    output.row(&facts)
}

/// Returns the number, and how it may be used, fact by fact.
pub(crate) fn facts_of(phone: &Phone, is_plain: bool) -> Vec<String> {
    let number = screen::one_line(&phone.number);
    let mut facts = vec![if is_plain { say!("plain-number", number = number) } else { number }];
    facts.extend(phone.call.then(|| say!("phones-call")));
    facts.extend(phone.sms.then(|| say!("phones-text")));
    facts.extend(phone.hours.as_deref().map(screen::one_line).map(|hours| match is_plain {
        true => say!("plain-hours", hours = hours),
        false => hours,
    }));
    facts.extend(phone.sos.then(|| say!("phones-sos")));
    facts
}

const PHONE: &[Field] = &[
    Field { name: "number", label: || say!("phones-label-number"), question: || say!("phones-ask-number") },
    Field { name: "ok", label: || say!("phones-label-ok"), question: || say!("phones-ask-ok") },
    Field { name: "hours", label: || say!("phones-label-hours"), question: || say!("phones-ask-hours") },
];

/// Asks for a number and how it may be used; what is not said stays as it was.
async fn asked(node: &Node, before: Option<&Phone>) -> Result<(Phone, asking::Said), Failure> {
    let number = before.map(|phone| phone.number.clone());
    let hours = before.and_then(|phone| phone.hours.clone());
    let ok = before.map(|phone| Welcome { call: phone.call, text: phone.sms, sos: phone.sos }.words());
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
    let Welcome { call, text, sos } = Welcome::of(&ok)?;
    let hours = said.line("hours", hours.as_ref());
    Ok((Phone { number, hours, call, sms: text, sos }, said))
}

/// Puts the number on the group's list.
async fn mine(node: &Node, writing: &Writing) -> Result<(), Stopped> {
    refuse_stray_words(&writing.stray_words)?;
    let book = Book::open(node).await?;
    if let Some((phone, to)) = book.own_for_some() {
        let shown = ShownTo::People { to: to.to_vec() };
        let listed = book.listed(&book.group.my_name, true, phone, &shown);
        tell(node, &row(&listed, phone, &node.output));
    }
    let (phone, said) = asked(node, book.own()).await?;
    let listed = book.listed(&book.group.my_name, true, &phone, &ShownTo::Group);
    tell(node, &row(&listed, &phone, &node.output));
    let people = crate::commands::answer::others(book.group.members);
    if !said_yes(writing.yes, &say!("phones-question", people = people)).await? {
        return stays(node, None);
    }
    put_and_say(node, &book.group, None, Thing::Phone(phone), said.by_hand, |_| say!("phones-put")).await
}

/// Shows the number to people who are named; without a name, to those who have it.
async fn show(node: &Node, names: &[String], writing: &Writing) -> Result<(), Stopped> {
    refuse_stray_words(&writing.stray_words)?;
    let book = Book::open(node).await?;
    let (before, had) = book.own_for_some().map_or((None, &[][..]), |(phone, to)| (Some(phone), to));
    let mut to = picked(node, &book.group, names).await?;
    if names.is_empty() {
        to = had.to_vec();
    }
    if to.is_empty() {
        return Err(Failure::usage(say!("phones-to-nobody")).hint(say!("phones-to-nobody.hint")).into());
    }
    let (phone, said) = asked(node, before.or(book.own())).await?;
    let shown = ShownTo::People { to };
    let listed = book.listed(&book.group.my_name, true, &phone, &shown);
    tell(node, &row(&listed, &phone, &node.output));
    let names = listed.to.join(", ");
    let ShownTo::People { to } = &shown else { return Ok(()) };
    let dropped: Vec<MemberId> = had.iter().copied().filter(|member| !to.contains(member)).collect();
    if !dropped.is_empty() {
        tell(node, &say!("phones-dropped", names = book.names(&dropped).join(", ")));
    }
    if !said_yes(writing.yes, &say!("phones-question-some", names = names)).await? {
        return stays(node, None);
    }
    let request = ShowPhone { phone: phone.clone(), to: to.clone(), request_id: request_id()? };
    let ask = async || node.client.show_phone(book.group.id, &request).await;
    until_kept(node, "hearth.phone.show/1", said.by_hand, ask).await?;
    node.output.note(&say!("phones-shown"));
    Ok(())
}

#[derive(Serialize)]
struct Hidden {
    hidden: bool,
}

/// Takes the number back. Nobody is asked twice whether they want to be reached less.
async fn hide(node: &Node, from: Option<HiddenFrom>) -> Result<(), Stopped> {
    let book = Book::open(node).await?;
    let is_wanted = |which: HiddenFrom| from.is_none_or(|from| from == which);
    let for_some = book.own_for_some().is_some() && is_wanted(HiddenFrom::Some);
    let for_group = book.own().is_some() && is_wanted(HiddenFrom::Group);
    if !for_some && !for_group {
        let failure = Failure::new(ExitCode::NotFound, "not_found", say!("phones-none-yours"));
        return Err(failure.hint(say!("phones-none-yours.hint")).into());
    }
    if for_some {
        once_more(async || node.client.hide_phone(book.group.id).await).await.map_err(Failure::from)?;
        node.output.answer("hearth.phone.hide/1", &Hidden { hidden: true }, || say!("phones-hidden"))?;
    }
    if for_group {
        let shelf = Shelf::of(node, book.group, &[ThingKind::Phone]).await?;
        if let Some(own) = shelf.own(|thing| matches!(thing, Thing::Phone(_))) {
            withdraw(node, &shelf.group, own, true, &say!("phones-yours")).await?;
        }
    }
    Ok(())
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
        let (number, hours) = ("555\x1b[2J 0100".to_owned(), Some("evenings".to_owned()));
        let phone = Phone { number, hours, call: true, sms: false, sos: true };
        let listed = |shown, to| Listed {
            name: "Ana",
            is_self: false,
            number: &phone.number,
            hours: phone.hours.as_deref(),
            call: phone.call,
            text: phone.sms,
            sos: phone.sos,
            shown,
            to,
        };
        let group = listed("group", Vec::new());
        let shown = row(&group, &phone, &Output::of_terminal(80, false));
        assert!(shown.starts_with("Ana · 555") && !shown.contains('\x1b'), "{shown}");
        assert!(shown.ends_with(" · call · evenings · in an emergency at any hour"), "{shown}");
        let plain = row(&group, &phone, &Output::of_terminal(80, true));
        assert_eq!(plain.lines().count(), 5, "{plain}");
        // For whom it is, is one fact more; who else has it is its owner's to know.
        let for_me = row(&listed("you", Vec::new()), &phone, &Output::of_terminal(80, true));
        assert!(for_me.ends_with("\nshown to you, not to the whole group"), "{for_me}");
        let own = row(&listed("some", vec!["Ben", "Cleo"]), &phone, &Output::of_terminal(120, false));
        assert!(own.ends_with(" · shown to Ben, Cleo alone"), "{own}");
    }
}
