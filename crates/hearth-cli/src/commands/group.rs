//! `hearth group`: the groups on this node.

use hearth_api::{GroupId, GroupState};
use serde::Serialize;

use crate::{
    failure::Stopped,
    node::{self, Node},
    screen,
};

#[derive(Serialize)]
struct Listed<'a> {
    group: &'a str,
    id: GroupId,
    state: GroupState,
    members: u32,
    connected: u32,
    name: &'a str,
}

/// Lists them.
pub(super) async fn run(node: &Node) -> Result<(), Stopped> {
    let status = node.open().await?;
    let groups = node::roster(&status.groups);
    if groups.entries().is_empty() {
        node.output.note("You are in no group yet. Found one with `hearth start NAME`, or join one with `hearth join TICKET`.");
    }
    for entry in groups.entries() {
        let group = &entry.item;
        let body = Listed {
            group: &entry.name,
            id: group.id,
            state: group.state,
            members: group.members,
            connected: group.connected,
            name: &group.my_name,
        };
        node.output.answer("hearth.group/1", &body, || {
            format!(
                "{}  as {}, {}",
                entry.name,
                screen::one_line(&group.my_name),
                super::status::how_it_is(group)
            )
        })?;
    }
    Ok(())
}
