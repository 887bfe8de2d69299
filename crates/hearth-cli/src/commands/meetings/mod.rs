//! `hearth meetings`: what comes next, and what becomes of a meeting.
//!
//! `form` asks and reads, `shown` prints, `lists` reads and writes files. When a meeting is, the daemon says.

use std::time::Duration;

use hearth_api::{
    Day, ExitCode, GroupId, Meeting, MeetingAt, MeetingException, MeetingRule, MeetingState, MeetingTimes,
    MeetingsQuery, Object, ObjectId, PutObject, Reminders, Thing, TimeOfDay, limits,
};
use serde::Serialize;

use super::checkin::in_form;
use crate::{
    catalogue::say,
    failure::{Failure, Stopped},
    gathering::{Meetings, MeetingsVerb, OnDay, Remind, Remove, Resume, Switch},
    node::Node,
    prompt, screen,
    send::request_id,
    when,
};

mod form;
mod lists;
mod notes;
mod shown;

pub(super) use shown::reminder;

/// The fewest characters of a mark.
const MARK_CHARS: usize = 4;
const MS_PER_DAY: u64 = 24 * 60 * 60 * 1000;
/// Days before and after a day within which its meeting is looked for: zones differ by at most a day and a bit.
const AROUND_MS: u64 = 2 * MS_PER_DAY;

/// A meeting of the group.
struct Known {
    id: ObjectId,
    meeting: Meeting,
}

/// Does what is asked for.
pub(super) async fn run(node: &Node, meetings: Meetings) -> Result<(), Stopped> {
    let verb = match meetings.verb {
        Some(MeetingsVerb::Find(find)) => return lists::find(node, find).await,
        verb => verb,
    };
    let status = node.open().await?;
    let group = node.group(&status)?.id;
    match verb {
        None => next(node, group, meetings.days).await,
        Some(MeetingsVerb::Add) => add(node, group).await,
        Some(MeetingsVerb::Show(which)) => {
            let known = find(node, group, which.which.as_deref()).await?;
            answer(node, &known, || shown::whole(&known.meeting, &mark(&known.id), &node.output))
        }
        Some(MeetingsVerb::Change(which)) => change(node, group, which.which.as_deref()).await,
        Some(MeetingsVerb::Cancel(on)) => cancel(node, group, &on).await,
        Some(MeetingsVerb::Move(to)) => relocate(node, group, &to.from, to.to, to.at).await,
        Some(MeetingsVerb::Pause(pause)) => {
            let from = Some(pause.from.map_or_else(when::today, Ok)?);
            if pause.until.is_some_and(|until| from > Some(until)) {
                return Err(Failure::usage(say!("meetings-pause-backwards")).into());
            }
            let known = find(node, group, pause.which.which.as_deref()).await?;
            let exception = MeetingException::Paused { from, until: pause.until };
            with_rule(node, group, known, |rule| rule.exceptions.push(exception), || say!("meetings-paused"))
                .await
        }
        Some(MeetingsVerb::Resume(resumed)) => resume(node, group, &resumed).await,
        Some(MeetingsVerb::Remove(removed)) => remove(node, group, &removed).await,
        Some(MeetingsVerb::Import(import)) => lists::import(node, group, import).await,
        Some(MeetingsVerb::Export(export)) => lists::export(node, group, export).await,
        Some(MeetingsVerb::Remind(wanted)) => remind(node, group, &wanted).await,
        // It was done above: it needs no group.
        Some(MeetingsVerb::Find(_)) => Ok(()),
    }
}

#[derive(Serialize)]
struct Listed<'a> {
    mark: Option<String>,
    #[serde(flatten)]
    at: &'a MeetingAt,
}

async fn next(node: &Node, group: GroupId, days: Option<u32>) -> Result<(), Stopped> {
    let from = when::now_ms();
    let until = days.map(|days| from.saturating_add(u64::from(days) * MS_PER_DAY));
    let coming = node.client.meetings(group, &MeetingsQuery { from: Some(from), until }).await?;
    for at in &coming.times {
        let mark = at.meeting.as_ref().map(mark);
        let line = || shown::time(at, mark.as_deref(), &node.output);
        node.output.answer("hearth.meetings/1", &Listed { mark: mark.clone(), at }, line)?;
    }
    for without in &coming.without_times {
        let line = || shown::without_times(without, &node.output);
        node.output.answer("hearth.meetings.without-times/1", without, line)?;
    }
    match (coming.times.is_empty(), coming.without_times.is_empty(), coming.more) {
        (true, true, _) => node.output.note(&say!("meetings-none")),
        (_, _, true) => node.output.note(&say!("meetings-more")),
        (_, _, false) => {}
    }
    Ok(())
}

async fn add(node: &Node, group: GroupId) -> Result<(), Stopped> {
    let here = all(node, group).await?;
    let meeting = form::asked(None, shared_zone(&here)).await?;
    let known = put(node, group, None, meeting).await?;
    answer(node, &known, || say!("meetings-added", mark = mark(&known.id)))
}

/// The zone of the group's meetings, if they share one: so it is asked for once.
fn shared_zone(here: &[Known]) -> Option<String> {
    let mut zones = here.iter().filter_map(|known| known.meeting.times.rule()?.zone.clone());
    let first = zones.next()?;
    zones.all(|zone| zone == first).then_some(first)
}

async fn change(node: &Node, group: GroupId, which: Option<&str>) -> Result<(), Stopped> {
    let known = find(node, group, which).await?;
    if prompt::is_terminal() {
        prompt::tell(&shown::whole(&known.meeting, &mark(&known.id), &node.output));
    }
    let zone = known.meeting.times.rule().and_then(|rule| rule.zone.clone());
    let meeting = form::asked(Some(&known.meeting), zone).await?;
    let known = put(node, group, Some(known.id), meeting).await?;
    answer(node, &known, || say!("meetings-changed", mark = mark(&known.id)))
}

async fn cancel(node: &Node, group: GroupId, on: &OnDay) -> Result<(), Stopped> {
    let (known, at) = on_day(node, group, on).await?;
    if at.state == MeetingState::Cancelled {
        return answer(node, &known, || say!("meetings-cancelled"));
    }
    let day = at.day;
    let cancelled = |rule: &mut MeetingRule| {
        rule.exceptions.retain(|exception| !is_about(exception, day));
        rule.exceptions.push(MeetingException::Cancelled { on: day });
    };
    with_rule(node, group, known, cancelled, || say!("meetings-cancelled")).await
}

async fn relocate(
    node: &Node,
    group: GroupId,
    on: &OnDay,
    to: Option<Day>,
    start: Option<TimeOfDay>,
) -> Result<(), Stopped> {
    let (known, at) = on_day(node, group, on).await?;
    let day = at.day;
    let moved = |rule: &mut MeetingRule| {
        let (to, start) = (to.unwrap_or(day), start.unwrap_or(rule.start));
        rule.exceptions.retain(|exception| !is_about(exception, day));
        rule.exceptions.push(MeetingException::Moved { on: day, to, start, minutes: None });
    };
    with_rule(node, group, known, moved, || say!("meetings-moved")).await
}

async fn resume(node: &Node, group: GroupId, resume: &Resume) -> Result<(), Stopped> {
    let known = find(node, group, resume.which.which.as_deref()).await?;
    let is_over = |exception: &MeetingException| match resume.day {
        Some(day) => is_about(exception, day),
        None => matches!(exception, MeetingException::Paused { .. }),
    };
    let rule = known.meeting.times.rule();
    if !rule.is_some_and(|rule| rule.exceptions.iter().any(is_over)) {
        return Err(Failure::usage(say!("meetings-nothing-to-resume"))
            .hint(say!("meetings-nothing-to-resume.hint"))
            .into());
    }
    with_rule(
        node,
        group,
        known,
        |rule| rule.exceptions.retain(|it| !is_over(it)),
        || say!("meetings-resumed"),
    )
    .await
}

fn is_about(exception: &MeetingException, day: Day) -> bool {
    match exception {
        MeetingException::Cancelled { on } | MeetingException::Moved { on, .. } => *on == day,
        MeetingException::Paused { .. } => false,
    }
}

#[derive(Serialize)]
struct Removed {
    id: ObjectId,
    removed: bool,
}

async fn remove(node: &Node, group: GroupId, remove: &Remove) -> Result<(), Stopped> {
    if !remove.yes && !prompt::is_terminal() {
        return Err(Failure::usage(say!("meetings-remove-nobody-to-ask"))
            .hint(say!("nobody-to-ask-yes"))
            .into());
    }
    let known = find(node, group, remove.which.which.as_deref()).await?;
    if !remove.yes {
        prompt::tell(&shown::whole(&known.meeting, &mark(&known.id), &node.output));
        let typed = prompt::line(&say!("meetings-remove-question")).await?;
        if in_form(&typed, &[("yes", say!("answers-yes"))]).is_none() {
            let body = Removed { id: known.id, removed: false };
            return node.output.answer("hearth.meetings.remove/1", &body, || say!("own-stays"));
        }
    }
    node.client.withdraw_object(group, known.id).await?;
    let body = Removed { id: known.id, removed: true };
    node.output.answer("hearth.meetings.remove/1", &body, || say!("meetings-removed"))
}

async fn remind(node: &Node, group: GroupId, remind: &Remind) -> Result<(), Stopped> {
    let mut reminders = node.client.reminders(group).await?;
    if let Some(switch) = remind.switch {
        let minutes =
            remind.before.unwrap_or(Duration::from_secs(u64::from(reminders.minutes_before) * 60)).as_secs()
                / 60;
        let minutes_before =
            u16::try_from(minutes).ok().filter(|minutes| *minutes <= limits::REMIND_MINUTES_MAX);
        let minutes_before =
            minutes_before.ok_or_else(|| Failure::usage(say!("meetings-remind-too-early")))?;
        let wanted = Reminders { on: switch == Switch::On, minutes_before, named: remind.named };
        reminders = node.client.set_reminders(group, &wanted).await?;
    }
    node.output.answer("hearth.meetings.remind/1", &reminders, || {
        let minutes = u64::from(reminders.minutes_before);
        match (reminders.on, reminders.named) {
            (false, _) => say!("meetings-remind-off"),
            (true, false) => say!("meetings-remind-on", minutes = minutes),
            (true, true) => say!("meetings-remind-on-named", minutes = minutes),
        }
    })
}

#[derive(Serialize)]
struct Answered<'a> {
    id: ObjectId,
    mark: String,
    meeting: &'a Meeting,
}

fn answer(node: &Node, known: &Known, lines: impl FnOnce() -> String) -> Result<(), Stopped> {
    let body = Answered { id: known.id, mark: mark(&known.id), meeting: &known.meeting };
    node.output.answer("hearth.meeting/1", &body, lines)
}

async fn put(node: &Node, group: GroupId, id: Option<ObjectId>, meeting: Meeting) -> Result<Known, Failure> {
    let request =
        PutObject { thing: Thing::Meeting(Box::new(meeting.clone())), id, request_id: request_id()? };
    let put = match node.client.put_object(group, &request).await {
        // It is open whether it was done; the same request is done once.
        Err(hearth_api::ClientError::Interrupted | hearth_api::ClientError::Timeout) => {
            node.client.put_object(group, &request).await?
        }
        result => result?,
    };
    Ok(Known { id: put.id, meeting })
}

/// Changes the rule of a meeting.
async fn with_rule(
    node: &Node,
    group: GroupId,
    known: Known,
    change: impl FnOnce(&mut MeetingRule),
    done: impl FnOnce() -> String,
) -> Result<(), Stopped> {
    let mut meeting = known.meeting;
    let MeetingTimes::Weekly(rule) = &mut meeting.times else {
        return Err(Failure::usage(say!("meetings-no-rule")).hint(say!("meetings-no-rule.hint")).into());
    };
    change(rule);
    let known = put(node, group, Some(known.id), meeting).await?;
    answer(node, &known, done)
}

async fn all(node: &Node, group: GroupId) -> Result<Vec<Known>, Failure> {
    let objects = node.client.objects_of(group, hearth_api::ThingKind::Meeting).await?.objects;
    let known = |object: Object| match object.thing {
        Thing::Meeting(meeting) => Some(Known { id: object.id, meeting: *meeting }),
        _ => None,
    };
    Ok(objects.into_iter().filter_map(known).collect())
}

/// Finds the meeting of a mark; without one, the only one.
async fn find(node: &Node, group: GroupId, which: Option<&str>) -> Result<Known, Failure> {
    let mut here = all(node, group).await?;
    if let Some(which) = which {
        let which = which.to_ascii_lowercase();
        here.retain(|known| which.len() >= MARK_CHARS && known.id.to_string().starts_with(&which));
    }
    one_of(here, |known| (known.id, known.meeting.name.clone()))
}

/// Finds the meeting that has a time on a day, and that time.
async fn on_day(node: &Node, group: GroupId, on: &OnDay) -> Result<(Known, MeetingAt), Failure> {
    let noon = when::noon_ms(on.day)?;
    let query = MeetingsQuery {
        from: Some(noon.saturating_sub(AROUND_MS)),
        until: Some(noon.saturating_add(AROUND_MS)),
    };
    let mut times = node.client.meetings(group, &query).await?.times;
    let wanted = on.meeting.as_deref().map(str::to_ascii_lowercase);
    times.retain(|at| {
        let id = at.meeting.map(|id| id.to_string()).unwrap_or_default();
        at.day == on.day
            && wanted.as_ref().is_none_or(|mark| mark.len() >= MARK_CHARS && id.starts_with(mark))
    });
    // A time that was moved stands there twice: where it was, and where it is.
    times.dedup_by_key(|at| at.meeting);
    let mut seen = Vec::new();
    times.retain(|at| {
        !seen.contains(&at.meeting) && {
            seen.push(at.meeting);
            true
        }
    });
    if times.is_empty() {
        let failure = Failure::new(ExitCode::NotFound, "not_found", say!("meetings-not-that-day"));
        return Err(failure.hint(say!("meetings-not-that-day.hint")));
    }
    let at = one_of(times, |at| (at.meeting.unwrap_or(ObjectId::from_bytes([0; 32])), at.name.clone()))?;
    let mark = at.meeting.map(|id| id.to_string());
    Ok((find(node, group, mark.as_deref()).await?, at))
}

fn one_of<T>(mut found: Vec<T>, named: impl Fn(&T) -> (ObjectId, String)) -> Result<T, Failure> {
    let nothing = || {
        Failure::new(ExitCode::NotFound, "not_found", say!("meetings-not-found"))
            .hint(say!("meetings-not-found.hint"))
    };
    if found.len() > 1 {
        let name = |one: &T| {
            let (id, name) = named(one);
            format!("{} ({})", mark(&id), screen::one_line(&name))
        };
        let names: Vec<String> = found.iter().map(name).collect();
        return Err(Failure::usage(say!("meetings-which"))
            .hint(say!("meetings-which.hint", names = names.join(", "))));
    }
    found.pop().ok_or_else(nothing)
}

fn mark(id: &ObjectId) -> String {
    id.to_string().chars().take(MARK_CHARS).collect()
}
