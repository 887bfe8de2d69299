//! `hearth remove`: asks a person to leave. It cannot be undone, so the name is typed twice.

use hearth_api::RemoveMember;
use serde::Serialize;

use crate::{
    args::Remove,
    failure::{Failure, Stopped},
    node::{Node, group_name},
    prompt,
    roster::{Kind, is_same},
};

#[derive(Serialize)]
struct Removed<'a> {
    name: &'a str,
    removed: bool,
}

/// Makes sure, and removes.
pub(super) async fn run(node: &Node, remove: Remove) -> Result<(), Stopped> {
    if !remove.yes && !prompt::is_terminal() {
        return Err(Failure::usage("Removing somebody cannot be undone, and nobody is here to be asked.")
            .hint("Add --yes to do it without being asked.")
            .into());
    }
    let status = node.open().await?;
    let group = node.group(&status)?;
    let people = super::people::roster(node, group.id).await?;
    let person = people.find(&remove.who, Kind::Person)?;
    if person.item.is_self {
        return Err(Failure::usage("That is you.").hint("Only somebody else can be removed.").into());
    }
    if !remove.yes {
        prompt::tell(&format!(
            "{} will get nothing that is written in \"{}\" from then on, and everybody will see that they were removed.",
            person.name,
            group_name(&group)
        ));
        let typed = prompt::line("Type the name again to do it: ").await?;
        if !is_same(&typed, &person.name) {
            return Err(Failure::usage("That is another name. Nobody was removed.").into());
        }
    }
    node.client.remove_member(group.id, &RemoveMember { member: person.item.id }).await?;
    node.output.answer("hearth.remove/1", &Removed { name: &person.name, removed: true }, || {
        format!("{} was removed.", person.name)
    })
}
