//! `hearth` alone: what is new today, in a few lines and without anybody's words, since others may look at the screen.

use hearth_api::{GroupId, GroupState, MessageKind, VaultState};

use super::{read, status};
use crate::{
    failure::{Failure, Stopped},
    node::{self, Node},
    when,
};

/// Shows it.
pub(super) async fn run(node: &Node) -> Result<(), Stopped> {
    let status = node.look().await?;
    status::show(node, &status)?;
    if status.vault != VaultState::Open || node.output.is_json() {
        return Ok(());
    }
    let chosen = match node.group_was_named() {
        true => Some(node.group(&status)?.id),
        false => None,
    };
    for entry in node::roster(&status.groups).entries() {
        let is_shown = chosen.is_none_or(|chosen| chosen == entry.item.id);
        if is_shown && matches!(entry.item.state, GroupState::Active | GroupState::Syncing) {
            if let Some(line) = since_midnight(node, entry.item.id).await? {
                node.output.lines(&format!("{}  {line}", entry.name))?;
            }
        }
    }
    Ok(())
}

async fn since_midnight(node: &Node, group: GroupId) -> Result<Option<String>, Failure> {
    let midnight = when::start_of_today_ms();
    let (mut shares, mut private) = (0_u32, 0_u32);
    let mut pages = read::Pages::new(group);
    while let Some(page) = pages.next(node).await? {
        for message in page.iter().filter(|message| message.at >= midnight && !message.mine) {
            match message.kind {
                MessageKind::Share => shares += 1,
                MessageKind::Dm => private += 1,
            }
        }
    }
    Ok(match (shares, private) {
        (0, 0) => None,
        (shares, 0) => Some(format!("new today: {shares} shared. `hearth read` shows it.")),
        (0, private) => Some(format!("new today: {private} to you alone. `hearth read` shows it.")),
        (shares, private) => {
            Some(format!("new today: {shares} shared, {private} to you alone. `hearth read` shows it."))
        }
    })
}
