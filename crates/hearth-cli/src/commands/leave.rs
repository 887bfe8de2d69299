//! `hearth leave` and `hearth keep`: ending one's own membership, and letting somebody stay.

use hearth_api::{Keep as Request, Role};
use serde::Serialize;

use super::{people, roles};
use crate::{
    args::{Keep, Leave},
    catalogue::say,
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
        return Err(Failure::usage(say!("leave-nobody-to-ask")).hint(say!("nobody-to-ask-yes")).into());
    }
    let status = node.open().await?;
    let group = node.group(&status)?;
    let name = group_name(&group);
    if !leave.yes {
        prompt::tell(&say!("leave-what-it-means", group = &name));
        let typed = prompt::line(&say!("type-group-name")).await?;
        if !is_same(&typed, &name) {
            return Err(Failure::usage(say!("leave-other-name")).into());
        }
    }
    node.client.leave(group.id).await?;
    node.output.answer("hearth.leave/1", &Left { group: &name, left: true }, || say!("left", group = &name))
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
        say!("kept-in", name = &question.name, role = roles::with_article(kept.role))
    })?;
    if kept.role != question.item.role {
        node.output.note(&say!("kept-in-role-before", role = people::role_word(question.item.role)));
    }
    Ok(())
}
