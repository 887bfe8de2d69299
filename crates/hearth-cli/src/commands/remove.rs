//! `hearth remove`: asks a person to leave. It cannot be undone, so it is shown who loses what, and the name is typed
//! twice.

use hearth_api::{MemberId, Person, RemovalPreview, RemoveMember, Switching};
use serde::Serialize;

use super::roles::ask_the_group;
use crate::{
    args::Remove,
    catalogue::say,
    failure::{Failure, Stopped},
    node::{Node, group_name},
    prompt,
    roster::{Kind, Roster, is_same},
};

#[derive(Serialize)]
struct Removed<'a> {
    name: &'a str,
    removed: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    switched: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    of: Option<u32>,
}

/// Makes sure, and removes.
pub(super) async fn run(node: &Node, remove: Remove) -> Result<(), Stopped> {
    if !remove.yes && !prompt::is_terminal() {
        return Err(Failure::usage(say!("remove-nobody-to-ask")).hint(say!("nobody-to-ask-yes")).into());
    }
    let status = node.open().await?;
    let group = node.group(&status)?;
    let people = super::people::roster(node, group.id).await?;
    let person = people.find(&remove.who, Kind::Person)?;
    if person.item.is_self {
        return Err(Failure::usage(say!("that-is-you")).hint(say!("that-is-you.hint-leave")).into());
    }
    if !remove.yes {
        let preview = node.client.removal_preview(group.id, person.item.id).await?;
        prompt::tell(&say!("remove-what-it-means", name = &person.name, group = group_name(&group)));
        for line in who_loses_what(&person.name, &preview, &people) {
            prompt::tell(&line);
        }
        let typed = prompt::line(&say!("type-the-name-again")).await?;
        if !is_same(&typed, &person.name) {
            return Err(Failure::usage(say!("remove-other-name")).into());
        }
    }
    let request = RemoveMember { member: person.item.id };
    let switching = node.client.remove_member(group.id, &request).await.map_err(ask_the_group)?.switching;
    let body = Removed {
        name: &person.name,
        removed: true,
        switched: switching.as_ref().map(|switching| switching.switched),
        of: switching.as_ref().map(|switching| switching.of),
    };
    node.output.answer("hearth.remove/1", &body, || {
        let told = switching.as_ref().and_then(|switching| truth(switching, &people));
        let removed = say!("removed", name = &person.name);
        node.output.facts(&[removed].into_iter().chain(told).collect::<Vec<_>>(), " ")
    })
}

fn who_loses_what(name: &str, preview: &RemovalPreview, people: &Roster<Person>) -> Vec<String> {
    let mut lines = Vec::new();
    if preview.devices > 1 {
        lines.push(say!("remove-devices", count = preview.devices, name = name));
    }
    if !preview.lost.is_empty() {
        lines.push(say!("remove-lost", name = name, names = names(&preview.lost, people)));
    }
    if !preview.stay.is_empty() {
        lines.push(say!("remove-stay", name = name, names = names(&preview.stay, people)));
    }
    if !preview.open_invites.is_empty() {
        lines.push(say!("remove-invites", count = preview.open_invites.len(), name = name));
    }
    lines
}

fn names(ids: &[MemberId], people: &Roster<Person>) -> String {
    let entries = people.entries().iter().filter(|entry| ids.contains(&entry.item.id));
    entries.map(|entry| entry.name.as_str()).collect::<Vec<_>>().join(", ")
}

/// Says how far the others have switched to keys without the one who went out: a sentence about one person at most.
pub(super) fn truth(switching: &Switching, people: &Roster<Person>) -> Option<String> {
    let Switching { of, switched, waiting } = switching;
    match waiting.as_slice() {
        [] => None,
        [only] => {
            let name = names(std::slice::from_ref(only), people);
            (!name.is_empty()).then(|| say!("switching-one", name = name))
        }
        several => Some(say!("switching-several", switched = *switched, of = *of, waiting = several.len())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn people(names: &[&str]) -> Roster<Person> {
        Roster::new(names.iter().zip(1..).map(|(name, number)| {
            let person = Person {
                id: MemberId::from_bytes([number; 32]),
                name: (*name).to_owned(),
                role: hearth_api::Role::Member,
                is_self: false,
                connected: false,
                devices: 1,
                since: None,
                verified_at: None,
                home: false,
                visit: None,
            };
            ((*name).to_owned(), person)
        }))
    }

    fn ids(numbers: &[u8]) -> Vec<MemberId> {
        numbers.iter().map(|number| MemberId::from_bytes([*number; 32])).collect()
    }

    #[test]
    fn the_truth_is_one_plain_sentence_about_one_person_at_most() {
        let people = people(&["Ada", "Cleo", "Sam"]);
        let told = |waiting: &[u8]| {
            let switched = 12 - waiting.len() as u32;
            truth(&Switching { of: 12, switched, waiting: ids(waiting) }, &people)
        };
        assert_eq!(told(&[]), None);
        assert_eq!(told(&[2]).unwrap(), "Cleo's machine has not been seen with the new keys yet.");
        assert_eq!(
            told(&[1, 2, 3]).unwrap(),
            "9 of 12 members have switched to the new keys; 3 have not been seen yet."
        );
    }

    #[test]
    fn it_is_shown_who_loses_what() {
        let people = people(&["Ada", "Cleo", "Sam"]);
        let preview =
            RemovalPreview { lost: ids(&[2]), stay: ids(&[3]), devices: 2, ..RemovalPreview::default() };
        let lines = who_loses_what("Ada", &preview, &people);
        assert_eq!(lines.len(), 3);
        assert!(lines[1].ends_with("not count any more: Cleo.") && lines[2].ends_with("they stay: Sam."));
        assert!(who_loses_what("Ada", &RemovalPreview::default(), &people).is_empty());
    }
}
