//! `hearth join`: asks to be let into a group, or to be a further device of a member, and waits for it. What was asked is kept: it goes on without us.

use std::time::Duration;

use hearth_api::{
    ApiError, ClientError, Event, ExitCode, Group, GroupId, GroupState, JoinAsDevice, JoinGroup, Ticket,
};
use serde::Serialize;
use tokio::time::timeout;

use super::{
    invite::check_name,
    things::{Shelf, welcome},
};
use crate::{
    args::Join,
    catalogue::say,
    failure::{Failure, Stopped},
    node::{Node, WithoutVault, group_name},
    prompt, screen,
};

#[derive(Serialize)]
struct Joined<'a> {
    group: Option<&'a str>,
    id: GroupId,
    name: &'a str,
    state: GroupState,
}

/// Asks, and waits.
pub(super) async fn run(node: &Node, join: Join) -> Result<(), Stopped> {
    let ticket = prompt::ticket(join.ticket.as_deref()).await?;
    with_ticket(node, ticket, (!join.no_wait).then_some(join.wait)).await
}

/// Asks to be let in by a ticket, and waits for so long; not at all without a time.
pub(super) async fn with_ticket(node: &Node, ticket: Ticket, wait: Option<Duration>) -> Result<(), Stopped> {
    let is_for_device = ticket.is_for_device();
    let asked = if is_for_device {
        node.start(WithoutVault::Make).await?;
        node.client.join_as_device(&JoinAsDevice { ticket }).await?
    } else {
        let my_name = prompt::own_name(node.own_name()).await?;
        check_name(&my_name)?;
        node.start(WithoutVault::Make).await?;
        node.client.join_group(&JoinGroup { ticket, my_name }).await?
    };
    refused(&asked)?;
    if asked.state == GroupState::Joining {
        if wait.is_none() {
            return answer(node, &asked, &say!("join-kept"));
        }
        node.output.note(&say!("join-waiting"));
    }
    let group = match timeout(wait.unwrap_or_default(), admitted(node, asked.id)).await {
        Ok(group) => group?,
        Err(_) => return Err(not_yet(node, asked.id).await?.into()),
    };
    let (name, me) = (group_name(&group), screen::one_line(&group.my_name));
    let line = match is_for_device {
        true => say!("joined-as-device", name = me, group = name),
        false => format!("{}\n{}", say!("joined", group = name, name = me), say!("kept-among-us")),
    };
    answer(node, &group, &line)?;
    if !is_for_device && !node.output.is_json() {
        // They are in, whether or not what is there can be shown just now; `hearth` alone shows it later.
        if let Ok(shelf) = Shelf::of(node, group, welcome::KINDS).await {
            node.output.lines(&welcome::page(&shelf, &node.output, true))?;
        }
    }
    Ok(())
}

fn answer(node: &Node, group: &Group, line: &str) -> Result<(), Stopped> {
    let body =
        Joined { group: group.name.as_deref(), id: group.id, name: &group.my_name, state: group.state };
    node.output.answer("hearth.join/1", &body, || line.to_owned())
}

/// Waits until the group has let this member in.
async fn admitted(node: &Node, id: GroupId) -> Result<Group, Failure> {
    watched(node, id, |group| match group.state {
        GroupState::Active | GroupState::Syncing => Ok(true),
        GroupState::Removed => Err(Failure::new(ExitCode::NotPermitted, "refused", say!("join-refused"))
            .hint(say!("join-refused.hint"))),
        GroupState::Joining | GroupState::Returning | GroupState::Looking => refused(group).map(|()| false),
    })
    .await
}

/// Waits until a group is as it is waited for.
pub(super) async fn watched(
    node: &Node,
    id: GroupId,
    is_there: impl Fn(&Group) -> Result<bool, Failure>,
) -> Result<Group, Failure> {
    // Listening comes before looking, so that nothing is missed between the two.
    let mut events = node.client.events().await?;
    loop {
        let group = node.client.group(id).await?;
        if is_there(&group)? {
            return Ok(group);
        }
        loop {
            match events.next().await? {
                Some(Event::Group { group } | Event::People { group } | Event::Connection { group })
                    if group == id =>
                {
                    break;
                }
                Some(Event::Lagged | Event::Unlocked) => break,
                Some(Event::Locked) => {
                    return Err(Failure::new(ExitCode::Locked, "locked", say!("vault-locked-meanwhile"))
                        .hint(say!("vault-locked-meanwhile.hint")));
                }
                Some(
                    Event::Group { .. }
                    | Event::People { .. }
                    | Event::Object { .. }
                    | Event::Sos { .. }
                    | Event::Reminder { .. }
                    | Event::Connection { .. }
                    | Event::Own
                    | Event::Private { .. }
                    | Event::Message { .. }
                    | Event::Delivery { .. },
                ) => {}
                None => return Err(ClientError::Interrupted.into()),
            }
        }
    }
}

/// Fails when somebody said no: then waiting is in vain.
pub(super) fn refused(group: &Group) -> Result<(), Failure> {
    match group.joining.and_then(|joining| joining.refused) {
        Some(why) => Err(ClientError::from(ApiError::new(why)).into()),
        None => Ok(()),
    }
}

/// Says honestly how far it came when the time to wait is over.
async fn not_yet(node: &Node, id: GroupId) -> Result<Failure, Failure> {
    let group = node.client.group(id).await?;
    Ok(if group.joining.is_none_or(|joining| joining.asked == 0) {
        Failure::new(ExitCode::Offline, "offline", say!("join-offline"))
    } else {
        Failure::new(ExitCode::Timeout, "timeout", say!("join-waits"))
    }
    .hint(say!("join-goes-on")))
}
