//! `hearth ladder` and `oncall`: what is set up before a bad night. Who is asked, and when there is nobody.

use hearth_api::{Coverage, Group, Ladder, MemberId, PutObject, QuietHours, Thing, ThingKind};
use jiff::Zoned;
use serde::Serialize;

use super::{checkin::picked, people};
use crate::{
    args,
    args::OnCallVerb,
    catalogue::say,
    failure::{Failure, Stopped},
    moment,
    node::Node,
    send::request_id,
    when,
};

#[derive(Serialize)]
struct Shown<'a> {
    first: &'a [String],
    group: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    quiet: Option<QuietHours>,
}

/// Shows whom this member wants asked, or changes it.
pub(super) async fn run(node: &Node, ladder: args::Ladder) -> Result<(), Stopped> {
    let status = node.open().await?;
    let group = node.group(&status)?;
    let before = node.client.ladder(group.id).await.map_err(Failure::from)?;
    let people = match (ladder.names.is_empty(), ladder.nobody) {
        (true, false) => before.people.clone(),
        (true, true) | (false, _) => picked(node, &group, &ladder.names).await?,
    };
    let asks_group = match (ladder.ask_group, ladder.no_ask_group) {
        (true, _) => true,
        (_, true) => false,
        (false, false) => before.group,
    };
    let quiet = match ladder.quiet.as_deref() {
        Some("off") => None,
        Some(hours) => Some(quiet_hours(hours)?),
        None => before.quiet,
    };
    let wanted = Ladder { people, group: asks_group, quiet };
    let now = match wanted == before {
        true => before,
        false => node.client.set_ladder(group.id, &wanted).await.map_err(Failure::from)?,
    };
    let roster = people::roster(node, group.id).await?;
    let name = |id: &MemberId| {
        let found = roster.entries().iter().find(|entry| entry.item.id == *id);
        found.map(|entry| entry.name.clone())
    };
    let first: Vec<String> = now.people.iter().filter_map(name).collect();
    node.output.answer(
        "hearth.ladder/1",
        &Shown { first: &first, group: now.group, quiet: now.quiet },
        || {
            let first = match first.is_empty() {
                true => say!("ladder-nobody"),
                false => say!("ladder-first", names = first.join(", ")),
            };
            let then = match now.group {
                true => say!("ladder-group"),
                false => say!("ladder-no-group"),
            };
            let quiet = now.quiet.map(|hours| {
                say!("ladder-quiet", from = clock_time(hours.from), until = clock_time(hours.until))
            });
            let lines = [first, say!("ladder-then"), then, say!("ladder-urgent")];
            lines.into_iter().chain(quiet).collect::<Vec<_>>().join("\n")
        },
    )
}

/// Reads `22:00-07:00`.
fn quiet_hours(words: &str) -> Result<QuietHours, Failure> {
    let minutes = |time: &str| {
        let time: jiff::civil::Time = time.trim().parse().ok()?;
        u16::try_from(i32::from(time.hour()) * 60 + i32::from(time.minute())).ok()
    };
    let hours = words.split_once('-').and_then(|(from, until)| {
        let hours = QuietHours { from: minutes(from)?, until: minutes(until)? };
        (hours.from != hours.until).then_some(hours)
    });
    hours.ok_or_else(|| Failure::usage(say!("ladder-quiet-wrong")).hint(say!("ladder-quiet-wrong.hint")))
}

fn clock_time(minute: u16) -> String {
    format!("{:02}:{:02}", minute / 60, minute % 60)
}

#[derive(Serialize)]
struct Turn<'a> {
    name: &'a str,
    from: u64,
    until: u64,
}

#[derive(Serialize)]
struct Listed<'a> {
    on_call: Vec<Turn<'a>>,
    any_time: Vec<String>,
    gaps: &'a [hearth_api::Gap],
}

/// Shows who is on call and when there is nobody, or says when this member is.
pub(super) async fn on_call(node: &Node, wish: args::OnCall) -> Result<(), Stopped> {
    let status = node.open().await?;
    let group = node.group(&status)?;
    match wish.verb {
        None => {}
        Some(OnCallVerb::Add { at, r#for, weeks }) => add(node, &group, &at, r#for, weeks).await?,
        Some(OnCallVerb::Clear) => clear(node, &group).await?,
    }
    show(node, &group).await
}

async fn add(
    node: &Node,
    group: &Group,
    at: &[String],
    length: std::time::Duration,
    weeks: u8,
) -> Result<(), Stopped> {
    let now = Zoned::now();
    let begins = match at.is_empty() {
        true => now.clone(),
        false => moment::read(&at.join(" "), &now).map_err(super::things::service::not_a_time)?,
    };
    let length_ms = u64::try_from(length.as_millis()).unwrap_or(u64::MAX);
    if length_ms > ON_CALL_MS_MAX {
        return Err(Failure::usage(say!("oncall-too-long")).into());
    }
    for week in 0..i64::from(weeks.max(1)) {
        // A week later is the same hour of the day, also when the clocks change in between.
        let from = begins.checked_add(jiff::Span::new().weeks(week));
        let from = from.map_err(|_| Failure::usage(say!("time-not-understood")))?;
        let from = u64::try_from(from.timestamp().as_millisecond()).unwrap_or_default();
        let thing = Thing::OnCall { from, until: from.saturating_add(length_ms) };
        let request = PutObject { thing, id: None, request_id: request_id()? };
        node.client.put_object(group.id, &request).await.map_err(Failure::from)?;
    }
    Ok(())
}

async fn clear(node: &Node, group: &Group) -> Result<(), Stopped> {
    let found = node.client.objects_of(group.id, ThingKind::OnCall).await.map_err(Failure::from)?;
    for object in found.objects.iter().filter(|object| object.is_mine) {
        node.client.withdraw_object(group.id, object.id).await.map_err(Failure::from)?;
    }
    Ok(())
}

async fn show(node: &Node, group: &Group) -> Result<(), Stopped> {
    let Coverage { on_call, any_time, gaps } = node.client.coverage(group.id).await.map_err(Failure::from)?;
    let roster = people::roster(node, group.id).await?;
    let name = |id: MemberId| {
        let found = roster.entries().iter().find(|entry| entry.item.id == id);
        found.map_or_else(|| say!("somebody-who-left"), |entry| entry.name.clone())
    };
    let names: Vec<String> = on_call.iter().map(|turn| name(turn.member)).collect();
    let any_time: Vec<String> = any_time.into_iter().map(name).collect();
    let turns = on_call.iter().zip(&names);
    let body = Listed {
        on_call: turns
            .clone()
            .map(|(turn, name)| Turn { name, from: turn.from, until: turn.until })
            .collect(),
        any_time: any_time.clone(),
        gaps: &gaps,
    };
    node.output.answer("hearth.oncall/1", &body, || {
        let span = |from: u64, until: u64| (when::with_day(from), when::with_day(until));
        let mut lines: Vec<String> = turns
            .map(|(turn, name)| {
                let (from, until) = span(turn.from, turn.until);
                say!("oncall-turn", name = name, from = from, until = until)
            })
            .collect();
        if !any_time.is_empty() {
            lines.push(say!("oncall-any-time", names = any_time.join(", ")));
        }
        lines.extend(gaps.iter().map(|gap| {
            let (from, until) = span(gap.from, gap.until);
            say!("oncall-gap", from = from, until = until)
        }));
        if !gaps.is_empty() {
            lines.push(say!("oncall-gap-help"));
        }
        lines.join("\n")
    })
}

/// Milliseconds for which somebody can be on call at one time: as the core says.
const ON_CALL_MS_MAX: u64 = 7 * 24 * 60 * 60 * 1000;
