//! `hearth status`: how the node and its groups are.

use hearth_api::{Group, GroupState, Status, VaultState};
use serde::Serialize;

use super::{
    lock,
    things::{Shelf, welcome},
};
use crate::{
    catalogue::say,
    failure::{self, Stopped},
    node::{self, Node},
};

#[derive(Serialize)]
struct Shown<'a> {
    group: Option<&'a str>,
    state: Option<GroupState>,
    members: u32,
    connected: u32,
    /// Members' machines say that this member is out.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    told_out: bool,
    locked: bool,
    vault: VaultState,
    version: &'a str,
    /// Members who are seen to use the keys that were made since somebody went out.
    #[serde(skip_serializing_if = "Option::is_none")]
    switched: Option<u32>,
}

/// Shows it; a locked node is no fault here.
pub(super) async fn run(node: &Node) -> Result<(), Stopped> {
    let status = node.look().await?;
    show(node, &status).await?;
    if let Some(seconds) = status.lock_after_s {
        node.output.note(&lock::locks_after(seconds));
    }
    Ok(())
}

/// Prints one line, or one object, for each group, or one when there is none.
///
/// # Errors
/// When a group was named and there is no such one, or the answer cannot be written.
pub(super) async fn show(node: &Node, status: &Status) -> Result<(), Stopped> {
    let chosen = match node.group_was_named() && status.vault == VaultState::Open {
        true => Some(node.group(status)?.id),
        false => None,
    };
    let groups = node::roster(&status.groups);
    let shown: Vec<_> =
        groups.entries().iter().filter(|entry| chosen.is_none_or(|chosen| chosen == entry.item.id)).collect();
    if shown.is_empty() {
        let body = Shown {
            group: None,
            state: None,
            members: 0,
            connected: 0,
            told_out: false,
            locked: status.locked,
            vault: status.vault,
            version: &status.version,
            switched: None,
        };
        return node.output.answer("hearth.status/1", &body, || without_group(status));
    }
    for entry in shown {
        let body = Shown {
            group: entry.item.name.as_ref().map(|_| entry.name.as_str()),
            state: Some(entry.item.state),
            members: entry.item.members,
            connected: entry.item.connected,
            told_out: entry.item.told_out,
            locked: status.locked,
            vault: status.vault,
            version: &status.version,
            switched: entry.item.switching.as_ref().map(|switching| switching.switched),
        };
        let told = keys(node, &entry.item).await?;
        node.output.answer("hearth.status/1", &body, || {
            let state = how_it_is(&entry.item);
            if node.output.is_plain() {
                let name = say!("plain-group", name = &entry.name);
                return [name].into_iter().chain(state).chain(told).collect::<Vec<_>>().join("\n");
            }
            let line = format!("{}  {}", entry.name, state.join(", "));
            told.map_or(line.clone(), |told| format!("{line}\n    {told}"))
        })?;
        let is_in = matches!(entry.item.state, GroupState::Active | GroupState::Syncing);
        if is_in && !node.output.is_json() {
            let shelf = Shelf::of(node, entry.item.clone(), welcome::KINDS).await?;
            if welcome::is_new(&shelf) {
                node.output.lines(&welcome::page(&shelf, &node.output, false))?;
            }
        }
    }
    Ok(())
}

/// Says how far the others have switched to keys without somebody who went out, while that is not over.
async fn keys(node: &Node, group: &Group) -> Result<Option<String>, Stopped> {
    let Some(switching) = group.switching.as_ref().filter(|switching| !switching.waiting.is_empty()) else {
        return Ok(None);
    };
    let people = super::people::roster(node, group.id).await?;
    Ok(super::remove::truth(switching, &people))
}

/// Returns how a group is, in a few words, fact by fact.
pub(super) fn how_it_is(group: &Group) -> Vec<String> {
    let people =
        || [say!("people-here", count = group.members), say!("people-connected", count = group.connected)];
    match group.state {
        GroupState::Joining => match group.joining.and_then(|joining| joining.refused) {
            Some(why) => vec![say!("status-not-let-in", why = phrase(&failure::reason(why)))],
            None => vec![say!("status-joining")],
        },
        GroupState::Active | GroupState::Syncing if group.told_out => vec![say!("status-told-out")],
        GroupState::Removed if group.visit_over => vec![say!("status-visit-over")],
        GroupState::Removed => vec![say!("status-removed")],
        GroupState::Returning => vec![say!("status-returning")],
        GroupState::Looking => Vec::new(),
        GroupState::Syncing => people().into_iter().chain([say!("status-catching-up")]).collect(),
        GroupState::Active => people().into(),
    }
}

/// Returns a sentence as a part of another one.
fn phrase(sentence: &str) -> String {
    let sentence = sentence.trim_end_matches('.');
    if sentence.starts_with("Hearth") {
        return sentence.to_owned();
    }
    let mut letters = sentence.chars();
    letters.next().map(|first| first.to_lowercase().chain(letters).collect()).unwrap_or_default()
}

fn without_group(status: &Status) -> String {
    match status.vault {
        VaultState::Locked => say!("status-locked"),
        VaultState::None => say!("status-no-vault"),
        VaultState::Open => say!("status-no-group"),
    }
}
