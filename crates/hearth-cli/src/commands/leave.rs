//! `hearth leave` and `hearth keep`: ending one's own membership, and letting somebody stay.

use hearth_api::{Keep as Request, Role};
use serde::Serialize;

use super::{people, roles};
use crate::{
    args::{Keep, Leave},
    failure::{Failure, Stopped},
    node::{Node, group_name},
    prompt,
    roster::{Kind, Roster, is_same},
};

#[derive(Serialize)]
struct Left<'a> {
    group: &'a str,
    left: bool,
}

/// Makes sure, and leaves.
pub(super) async fn run(node: &Node, leave: Leave) -> Result<(), Stopped> {
    if !leave.yes && !prompt::is_terminal() {
        return Err(Failure::usage("Leaving cannot be undone, and nobody is here to be asked.")
            .hint("Add --yes to do it without being asked.")
            .into());
    }
    let status = node.open().await?;
    let group = node.group(&status)?;
    let name = group_name(&group);
    if !leave.yes {
        prompt::tell(&format!(
            "You will get nothing that is written in \"{name}\" from then on, and everybody will see that you left. \
             What you have read stays here. A new ticket can bring you back."
        ));
        let typed = prompt::line("Type the name of the group to do it: ").await?;
        if !is_same(&typed, &name) {
            return Err(Failure::usage("That is another name. You are still in the group.").into());
        }
    }
    node.client.leave(group.id).await?;
    node.output.answer("hearth.leave/1", &Left { group: &name, left: true }, || {
        format!("You have left \"{name}\". The others hear of it as soon as somebody can be reached.")
    })
}

#[derive(Serialize)]
struct Kept<'a> {
    name: &'a str,
    role: Role,
}

/// Lets somebody stay whose admission does not count any more.
pub(super) async fn keep(node: &Node, keep: Keep) -> Result<(), Stopped> {
    let status = node.open().await?;
    let group = node.group(&status)?.id;
    let questions = node.client.people(group).await?.questions;
    let questions = Roster::new(questions.into_iter().map(|question| (question.name.clone(), question)));
    let question = questions.find(&keep.who, Kind::Question)?;
    let request = Request { act: question.item.act };
    let kept = node.client.keep(group, &request).await.map_err(roles::ask_the_group)?;
    let body = Kept { name: &question.name, role: kept.role };
    node.output.answer("hearth.keep/1", &body, || {
        format!("{} stays, as {}.", question.name, roles::with_article(kept.role))
    })?;
    if kept.role != question.item.role {
        node.output.note(&format!(
            "Before, that was {}; `hearth roles` shows who may give it again.",
            people::role_word(question.item.role)
        ));
    }
    Ok(())
}
