//! `hearth service`: what is needed, by its time. It shows what is needed, and never who did not do something.

use std::io::IsTerminal;

use hearth_api::{Object, ObjectId, Thing};
use jiff::Zoned;
use serde::Serialize;
use zeroize::Zeroizing;

use super::{
    Shelf, mark, positions, put_and_say,
    slots::{self, Row, Standing},
    withdraw,
};
use crate::{
    catalogue::say,
    failure::{Failure, Stopped},
    having::{Service, ServiceVerb},
    limits::{AHEAD_DAYS_MAX, SERVICE_OVER_LIFE},
    moment::{self, Wrong},
    node::Node,
    output::Output,
    prompt, screen, when,
};

/// Does what is asked for.
pub(in crate::commands) async fn run(node: &Node, service: Service) -> Result<(), Stopped> {
    match service.verb {
        None => show(node).await,
        Some(ServiceVerb::Add { what, at, note }) => add(node, what, &at, note).await,
        Some(ServiceVerb::Withdraw { which, yes }) => {
            let (shelf, slots) = slots::look(node).await?;
            let rows = slots::rows(&shelf, &slots);
            let row = slots::chosen(&rows, &which, |row| row.is_ahead() && row.object.may_change)?;
            withdraw(node, &shelf.group, row.object, yes, &row.service).await
        }
        Some(ServiceVerb::Positions { verb }) => positions::run(node, verb).await,
    }
}

#[derive(Serialize)]
struct Shown<'a> {
    id: ObjectId,
    service: &'a str,
    at: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    note: Option<&'a str>,
    standing: Standing,
    #[serde(skip_serializing_if = "Option::is_none")]
    by: Option<&'a str>,
    mine: bool,
    /// Whether it is this member's, and known on this machine alone.
    tentative: bool,
}

async fn show(node: &Node) -> Result<(), Stopped> {
    let (shelf, slots) = slots::look(node).await?;
    let rows = slots::rows(&shelf, &slots);
    let needed = || rows.iter().filter(|row| row.is_needed() && row.is_ahead());
    // Who did something can say so for a while after it; what nobody did is gone with its time.
    let taken = || rows.iter().filter(|row| !row.is_needed() && slots::is_within(row.at, SERVICE_OVER_LIFE));
    let output = &node.output;
    section(node, say!("service-needed"), needed(), |row| output.group_row(&needed_facts(row, output)))?;
    section(node, say!("service-taken"), taken(), |row| output.group_row(&taken_facts(row, output)))?;
    if needed().next().is_none() {
        node.output.note(&say!("service-nothing"));
    }
    let positions = positions::all(&shelf);
    if !positions.is_empty() && !output.is_plain() {
        node.output.lines(&say!("service-positions"))?;
    }
    positions::list(node, &shelf, &positions)
}

fn section<'r, 'a: 'r>(
    node: &Node,
    heading: String,
    rows: impl Iterator<Item = &'r Row<'a>>,
    line: impl Fn(&Row<'a>) -> String,
) -> Result<(), Stopped> {
    for (position, row) in rows.enumerate() {
        if position == 0 && !node.output.is_plain() {
            node.output.lines(&heading)?;
        }
        let body = Shown {
            id: row.object.id,
            service: &row.service,
            at: row.at,
            note: row.note.as_deref(),
            standing: row.standing,
            by: row.by.as_deref(),
            mine: row.is_mine,
            tentative: row.is_tentative,
        };
        node.output.answer("hearth.slot/1", &body, || line(row))?;
    }
    Ok(())
}

fn begun(row: &Row<'_>, label: String, output: &Output) -> Vec<String> {
    let (mark, at) = (slots::mark_of(row), when::with_day(row.at));
    match output.is_plain() {
        true => vec![label, say!("plain-when", when = at), say!("plain-mark", mark = mark)],
        false => vec![mark, at, row.service.clone()],
    }
}

fn needed_facts(row: &Row<'_>, output: &Output) -> Vec<String> {
    let mut facts = begun(row, say!("plain-needed", service = &row.service), output);
    match (row.standing, row.is_mine) {
        (Standing::SwapWanted, true) => facts.push(say!("slot-you-would-swap")),
        (Standing::SwapWanted, false) => facts.push(say!("slot-somebody-would-swap")),
        (Standing::Open | Standing::Taken | Standing::Done, _) => {}
    }
    facts.extend(noted(row, output));
    facts
}

fn taken_facts(row: &Row<'_>, output: &Output) -> Vec<String> {
    let mut facts = begun(row, say!("plain-service", service = &row.service), output);
    let by = row.by.clone().unwrap_or_else(|| say!("somebody"));
    facts.push(match (row.is_mine, output.is_plain()) {
        (true, true) => say!("plain-yours"),
        (true, false) => say!("slot-you"),
        (false, true) => say!("plain-held-by", names = by),
        (false, false) => by.clone(),
    });
    if row.standing == Standing::Done {
        facts.push(say!("slot-done"));
    }
    if row.is_tentative {
        facts.push(say!("slot-kept-here"));
    }
    if row.was_first_somebody_else {
        facts.push(say!("slot-first-somebody-else", name = by));
    }
    facts.extend(noted(row, output));
    facts
}

/// What others wrote has a label where it would stand at the beginning of a line.
fn noted(row: &Row<'_>, output: &Output) -> Option<String> {
    let note = row.note.clone()?;
    Some(if output.is_plain() { say!("plain-service-note", note = note) } else { note })
}

async fn add(node: &Node, what: Vec<String>, at: &[String], with_note: bool) -> Result<(), Stopped> {
    let now = Zoned::now();
    let (when_words, rest) = split(at, &now);
    let service = what.into_iter().chain(rest).collect::<Vec<_>>().join(" ");
    if service.trim().is_empty() {
        return Err(Failure::usage(say!("service-no-what")).hint(say!("service-example")).into());
    }
    if when_words.is_empty() {
        return Err(Failure::usage(say!("service-no-when")).hint(say!("service-example")).into());
    }
    let at = moment::read(&when_words, &now).map_err(not_a_time)?;
    let shelf = Shelf::open(node, &[]).await?;
    let by_hand = std::io::stdin().is_terminal();
    let note = match (with_note, by_hand) {
        (false, _) => Zeroizing::new(String::new()),
        (true, true) => prompt::line(&say!("service-ask-note")).await?,
        (true, false) => {
            let bytes = prompt::stdin_bytes(hearth_api::limits::LINE_BYTES_MAX + 3).await?;
            let note = String::from_utf8(bytes).map_err(|_| Failure::usage(say!("text-not-utf8")))?;
            Zeroizing::new(note.lines().next().unwrap_or_default().trim().to_owned())
        }
    };
    let at = u64::try_from(at.timestamp().as_millisecond()).unwrap_or_default();
    let note = (!note.is_empty()).then(|| note.to_string());
    let thing = Thing::Slot { service: service.trim().to_owned(), at, note };
    put_and_say(node, &shelf.group, None, thing, by_hand, |object| added(object, at)).await
}

fn added(object: &Object, at: u64) -> String {
    let service = if let Thing::Slot { service, .. } = &object.thing {
        screen::one_line(service)
    } else {
        String::new()
    };
    say!("service-added", service = service, when = when::with_day(at), mark = mark(object.id))
}

/// What of the words behind `--at` is a time; what follows belongs to the service, as in `--at tue 19:00 coffee`.
fn split(words: &[String], now: &Zoned) -> (String, Vec<String>) {
    let all = || (words.join(" "), Vec::new());
    let is_time = |words: &[String]| {
        !matches!(moment::read(&words.join(" "), now), Err(Wrong::NotATime | Wrong::NoHour))
    };
    let lengths = (1..=words.len()).rev();
    let found = lengths.filter_map(|length| words.split_at_checked(length)).find(|(time, _)| is_time(time));
    found.map_or_else(all, |(time, rest)| (time.join(" "), rest.to_vec()))
}

pub(in crate::commands) fn not_a_time(wrong: Wrong) -> Failure {
    let days = u64::try_from(AHEAD_DAYS_MAX).unwrap_or_default();
    match wrong {
        Wrong::NotATime => Failure::usage(say!("time-not-understood")).hint(say!("time-example")),
        Wrong::NoHour => Failure::usage(say!("time-no-hour")).hint(say!("time-example")),
        Wrong::Past => Failure::usage(say!("time-over")),
        Wrong::TooFar => Failure::usage(say!("time-too-far", days = days)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_behind_a_time_belongs_to_the_service() {
        let now: Zoned = "2026-11-24T12:00:00-05:00[America/New_York]".parse().unwrap();
        let split = |words: &str| {
            let words: Vec<String> = words.split('_').map(str::to_owned).collect();
            let (time, rest) = split(&words, &now);
            (time, rest.join(" "))
        };
        let pair = |time: &str, rest: &str| (time.to_owned(), rest.to_owned());
        assert_eq!(split("tue_19:00_coffee"), pair("tue 19:00", "coffee"));
        assert_eq!(split("tue 19:00_coffee_and_tea"), pair("tue 19:00", "coffee and tea"));
        assert_eq!(split("tue_7_pm"), pair("tue 7 pm", ""));
        assert_eq!(split("soon_19:xx"), pair("soon 19:xx", ""));
        assert_eq!(split("2020-01-01_19:00"), pair("2020-01-01 19:00", ""));
    }
}
