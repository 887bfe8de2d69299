//! `hearth` alone: what is new today, in a few lines and without anybody's words, since others may look at the screen.

use hearth_api::{
    GroupId, GroupState, MeetingState, MeetingsQuery, MessageKind, MessagesQuery, VaultState,
    limits::PAGE_MESSAGES_MAX,
};

use super::{
    meetings, status,
    things::{Shelf, greet, slots},
};
use crate::{
    catalogue::say,
    failure::{Failure, Stopped},
    node::{self, Node},
    when,
};

/// Shows it.
pub(super) async fn run(node: &Node) -> Result<(), Stopped> {
    let status = node.look().await?;
    status::show(node, &status).await?;
    if status.vault != VaultState::Open || node.output.is_json() {
        return Ok(());
    }
    let chosen = match node.group_was_named() {
        true => Some(node.group(&status)?.id),
        false => None,
    };
    for entry in node::roster(&status.groups).entries() {
        if entry.item.state == GroupState::Active
            && chosen.is_none_or(|chosen| chosen == entry.item.id)
            && let Some(line) = next_meeting(node, entry.item.id).await?
        {
            node.output.lines(&line)?;
        }
        let is_shown = chosen.is_none_or(|chosen| chosen == entry.item.id);
        if !is_shown || !matches!(entry.item.state, GroupState::Active | GroupState::Syncing) {
            continue;
        }
        let name = match node.output.is_plain() {
            true => say!("plain-group", name = &entry.name),
            false => entry.name.clone(),
        };
        if let Some(line) = since_midnight(node, entry.item.id).await? {
            node.output.lines(&node.output.facts(&[name.clone(), line], "  "))?;
        }
        let shelf = Shelf::of(node, entry.item.clone(), greet::KINDS).await?;
        let slots = node.client.slots(entry.item.id).await?.slots;
        if let Some(line) = slots::soon(&slots::rows(&shelf, &slots)) {
            node.output.lines(&node.output.facts(&[name.clone(), line], "  "))?;
        }
        let waiting = greet::to_greet(&shelf);
        if waiting > 0 {
            node.output.lines(&node.output.facts(&[name, say!("today-to-greet", count = waiting)], "  "))?;
        }
        let is_in = matches!(entry.item.state, GroupState::Active | GroupState::Syncing);
        if is_shown && is_in && !node.client.private(entry.item.id).await?.requests.is_empty() {
            node.output.lines(&say!("today-requests"))?;
        }
    }
    Ok(())
}

/// Says when the next meeting is, if this member wants to be reminded: day and time, and no name unless they chose that.
async fn next_meeting(node: &Node, group: GroupId) -> Result<Option<String>, Failure> {
    let reminders = node.client.reminders(group).await?;
    if !reminders.on {
        return Ok(None);
    }
    let from = when::now_ms();
    let query = MeetingsQuery { from: Some(from), until: Some(from.saturating_add(DAY_MS)) };
    let times = node.client.meetings(group, &query).await?.times;
    let mut held = times.iter().filter(|at| matches!(at.state, MeetingState::Planned | MeetingState::Moved));
    Ok(held.next().map(|at| meetings::reminder(at, reminders.named)))
}

const DAY_MS: u64 = 24 * 60 * 60 * 1000;

async fn since_midnight(node: &Node, group: GroupId) -> Result<Option<String>, Failure> {
    let midnight = when::start_of_today_ms();
    let query = MessagesQuery { latest: true, limit: Some(PAGE_MESSAGES_MAX), after: None };
    let page = node.client.messages(group, &query).await?;
    let new = || page.messages.iter().filter(|message| message.at >= midnight && !message.mine);
    let shares = new().filter(|message| message.kind == MessageKind::Share).count();
    let private = new().count() - shares;
    if shares + private == 0 {
        return Ok(None);
    }
    let shares = (shares > 0).then(|| say!("today-shared", count = shares));
    let private = (private > 0).then(|| say!("today-private", count = private));
    let what = shares.into_iter().chain(private).collect::<Vec<_>>().join(", ");
    // Only the latest page was looked at; it may not reach back to midnight.
    let may_be_more = page.messages.first().is_some_and(|first| first.at >= midnight)
        && page.messages.len() >= PAGE_MESSAGES_MAX as usize;
    Ok(Some(match may_be_more {
        true => say!("today-new-or-more", what = what),
        false => say!("today-new", what = what),
    }))
}
