//! `hearth` alone: what is new today, in a few lines and without anybody's words, since others may look at the screen.

use hearth_api::{
    Group, GroupId, GroupState, MeetingState, MeetingsQuery, MessageKind, MessagesQuery, VaultState,
    limits::PAGE_MESSAGES_MAX,
};

use super::{
    meetings, status,
    things::{Shelf, greet, slots, visits},
};
use crate::{
    catalogue::say,
    failure::{Failure, Stopped},
    node::{self, Node},
    send, when,
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
        let is_shown = chosen.is_none_or(|chosen| chosen == entry.item.id);
        if !is_shown || !matches!(entry.item.state, GroupState::Active | GroupState::Syncing) {
            continue;
        }
        let name = match node.output.is_plain() {
            true => say!("plain-group", name = &entry.name),
            false => entry.name.clone(),
        };
        for line in of_group(node, &entry.item).await? {
            node.output.lines(&node.output.facts(&[name.clone(), line], "  "))?;
        }
    }
    Ok(())
}

/// What there is today in a group, what matters most first.
async fn of_group(node: &Node, group: &Group) -> Result<Vec<String>, Failure> {
    let mut lines = Vec::new();
    let calls = node.client.sos_calls(group.id).await?.calls;
    let mut open = calls.iter().filter(|call| call.ending.is_none());
    if open.clone().any(|call| !call.mine) {
        lines.push(say!("today-sos"));
    }
    if open.any(|call| call.mine) {
        lines.push(say!("today-sos-mine"));
    }
    if calls.iter().any(|call| call.missed) {
        lines.push(say!("today-sos-missed"));
    }
    lines.extend(since_midnight(node, group.id).await?);
    lines.extend(slept_on(node, group.id).await?);
    if !node.client.private(group.id).await?.requests.is_empty() {
        lines.push(say!("today-requests"));
    }
    lines.extend(next_meeting(node, group.id).await?);
    let shelf = Shelf::of(node, group.clone(), greet::KINDS).await?;
    lines.extend(visits::today(&shelf));
    let slots = node.client.slots(group.id).await?.slots;
    let rows = slots::rows(&shelf, &slots);
    lines.extend(slots::soon(&rows));
    if slots::is_something_needed(&rows) {
        lines.push(say!("today-needed"));
    }
    let waiting = greet::to_greet(&shelf);
    if waiting > 0 {
        lines.push(say!("today-to-greet", count = waiting));
    }
    lines.extend(on_call_today(node, &shelf).await?);
    Ok(lines)
}

/// Says when this member is on call in the day to come.
async fn on_call_today(node: &Node, shelf: &Shelf) -> Result<Option<String>, Failure> {
    let me = shelf.me().map(|me| me.item.id);
    let turns = node.client.coverage(shelf.group.id).await?.on_call;
    let ahead = when::now_ms().saturating_add(DAY_MS);
    let mine = turns.iter().find(|turn| Some(turn.member) == me && turn.from <= ahead);
    Ok(mine.map(|turn| {
        let (from, until) = (when::with_day(turn.from), when::with_day(turn.until));
        say!("today-on-call", from = from, until = until)
    }))
}

/// Says when the next meeting is: day and time, and no name unless this member chose that.
async fn next_meeting(node: &Node, group: GroupId) -> Result<Option<String>, Failure> {
    let reminders = node.client.reminders(group).await?;
    let from = when::now_ms();
    let query = MeetingsQuery { from: Some(from), until: Some(from.saturating_add(7 * DAY_MS)) };
    let times = node.client.meetings(group, &query).await?.times;
    let mut held = times.iter().filter(|at| matches!(at.state, MeetingState::Planned | MeetingState::Moved));
    Ok(held.next().map(|at| meetings::reminder(at, reminders.named)))
}

/// Says that something of one's own waits because its author sleeps on it.
async fn slept_on(node: &Node, group: GroupId) -> Result<Option<String>, Failure> {
    let query = MessagesQuery { latest: true, limit: Some(PAGE_MESSAGES_MAX), after: None };
    let page = node.client.messages(group, &query).await?.messages;
    let next = page.iter().filter_map(send::sleeps_until).min();
    Ok(next.map(|at| say!("today-sleeps", at = when::with_day(at))))
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
