//! `hearth start`: makes the vault if there is none, founds a group and prints an invite to it.

use hearth_api::{CreateGroup, GroupId};
use serde::Serialize;

use super::invite::{self, Terms};
use crate::{
    args::{Start, Suite},
    catalogue::say,
    failure::{Failure, Stopped},
    node::{Node, WithoutVault, group_name},
    prompt, screen,
};

#[derive(Serialize)]
struct Started<'a> {
    group: &'a str,
    id: GroupId,
    name: &'a str,
    ticket: &'a str,
    expires_at: u64,
}

/// Founds the group.
pub(super) async fn run(node: &Node, start: Start) -> Result<(), Stopped> {
    let name = start.group_name.trim();
    let my_name = prompt::own_name(node.own_name()).await?;
    invite::check_name(name)?;
    invite::check_name(&my_name)?;
    node.start(WithoutVault::Make).await?;

    let request = CreateGroup {
        name: name.to_owned(),
        my_name,
        suite: match start.suite {
            Suite::XWing => hearth_api::Suite::XWing,
            Suite::X25519 => hearth_api::Suite::X25519,
        },
        request_id: invite::request_id()?,
    };
    let group = node.client.create_group(&request).await?;
    let invited = invite::make(node, group.id, Terms::default()).await.map_err(|failure| Failure {
        message: say!("started-without-invite", why = &failure.message),
        hint: Some(say!("started-without-invite.hint")),
        ..failure
    })?;

    let body = Started {
        group: group.name.as_deref().unwrap_or(name),
        id: group.id,
        name: &group.my_name,
        ticket: invited.ticket.expose(),
        expires_at: invited.expires_at,
    };
    node.output.answer("hearth.start/1", &body, || {
        let me = screen::one_line(&group.my_name);
        format!(
            "{}\n{}\n\n{}",
            say!("started", group = group_name(&group), name = me),
            say!("kept-among-us"),
            invite::picture(&invited, Terms::default(), start.drawing, &node.output)
        )
    })
}
