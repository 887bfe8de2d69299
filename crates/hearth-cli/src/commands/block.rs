//! `hearth block` and `unblock`: whose words are hidden from oneself alone.

use hearth_api::PrivateAct;
use serde::Serialize;

use super::sponsor::{done, find};
use crate::{
    args::{Block, Unblock, Whom},
    catalogue::say,
    failure::Stopped,
    node::Node,
    roster::{Kind, Roster},
    screen, when,
};

#[derive(Serialize)]
struct Blocked<'a> {
    name: &'a str,
    since: u64,
}

/// Blocks a person, or lists whom one has blocked.
pub(super) async fn run(node: &Node, block: Block) -> Result<(), Stopped> {
    let Some(who) = block.who else { return list(node).await };
    let (group, member, name) = find(node, &Whom { who }).await?;
    node.client.act_privately(group, &PrivateAct::Block { member }).await?;
    done(node, &name, "blocked", || say!("blocked", name = &name))
}

/// Ends a block; also of somebody who is not in the group any more.
pub(super) async fn end(node: &Node, unblock: Unblock) -> Result<(), Stopped> {
    let status = node.open().await?;
    let group = node.group(&status)?.id;
    let blocked = node.client.private(group).await?.blocked;
    let blocked = Roster::new(blocked.into_iter().map(|block| (block.name.clone(), block)));
    let person = blocked.find(&unblock.who, Kind::Blocked)?;
    node.client.act_privately(group, &PrivateAct::Unblock { member: person.item.member }).await?;
    done(node, &person.name, "unblocked", || say!("unblocked", name = &person.name))
}

async fn list(node: &Node) -> Result<(), Stopped> {
    let status = node.open().await?;
    let group = node.group(&status)?.id;
    let blocked = node.client.private(group).await?.blocked;
    if blocked.is_empty() {
        node.output.note(&say!("block-nobody"));
    }
    for block in &blocked {
        let name = screen::one_line(&block.name);
        node.output.answer("hearth.block/1", &Blocked { name: &name, since: block.since }, || {
            let name = match node.output.is_plain() {
                true => say!("plain-person", name = &name),
                false => name.clone(),
            };
            node.output.facts(&[name, say!("block-since", day = when::day(block.since))], " · ")
        })?;
    }
    Ok(())
}
