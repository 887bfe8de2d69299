//! `hearth group`: the groups on this node.

use hearth_api::{GroupId, GroupState};
use serde::Serialize;

use crate::{
    catalogue::say,
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
        node.output.note(&say!("status-no-group"));
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
            let me = say!("group-as", name = screen::one_line(&group.my_name));
            let state = super::status::how_it_is(group);
            match node.output.is_plain() {
                true => [vec![say!("plain-group", name = entry.name), me], state].concat().join("\n"),
                false => format!("{}  {me}, {}", entry.name, state.join(", ")),
            }
        })?;
    }
    Ok(())
}
