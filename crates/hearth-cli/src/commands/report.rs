//! `hearth report` and `hearth safety`: telling the safety contacts about somebody, and being one.

use std::collections::BTreeSet;

use hearth_api::{
    ExitCode, GroupId, MemberId, Message, MessageId, NoteReport, Proof, PutObject, Report as Found,
    ReportNote, SignedCopy, Thing, WriteReport, limits::REPORT_COPIES_MAX,
};
use serde::Serialize;

use super::sponsor::find;
use crate::{
    args::{Report, ReportState, Safety, SafetyVerb, Whom},
    catalogue::say,
    failure::{Failure, Stopped},
    node::Node,
    roster::Kind,
    screen,
    send::{self, UNDO_S, request_id},
    text, when, which,
};

/// Says who will read it, gets the text, and sends it to these alone.
pub(super) async fn run(node: &Node, report: Report) -> Result<(), Stopped> {
    text::refuse_stray_words(&report.writing.stray_words)?;
    let (group, about, name) = find(node, &Whom { who: report.who.clone() }).await?;
    let readers = node.client.readers(group, about).await?.readers;
    let names = names(node, group, &readers).await?;
    let copies = copies(node, group, about, &report).await?;
    node.output.note(&say!("report-readers", names = names, about = &name));
    if !copies.is_empty() {
        node.output.note(&say!("report-encloses", count = copies.len()));
    }
    let text = text::text(node, &report.writing, &say!("report-question", about = &name)).await?;
    let undo_s = if text.by_hand && !report.now { UNDO_S } else { 0 };
    let words = text.words.as_str().to_owned();
    let request = WriteReport { about, text: words, copies, readers, undo_s, request_id: request_id()? };
    send::until_kept(node, "hearth.report/1", text.by_hand, async || {
        node.client.write_report(group, &request).await
    })
    .await
}

async fn names(node: &Node, group: GroupId, members: &[MemberId]) -> Result<String, Failure> {
    let people = super::people::roster(node, group).await?;
    let named = people.entries().iter().filter(|entry| members.contains(&entry.item.id));
    Ok(named.map(|entry| entry.name.as_str()).collect::<Vec<_>>().join(", "))
}

/// Finds what is to be enclosed: by marks, among what is read and what the person wrote to oneself alone.
async fn copies(
    node: &Node,
    group: GroupId,
    about: MemberId,
    report: &Report,
) -> Result<Vec<MessageId>, Failure> {
    if report.with.is_empty() && !report.with_private {
        return Ok(Vec::new());
    }
    let private = node.client.private_words(group, about).await?.messages;
    let mut picked = BTreeSet::new();
    for mark in &report.with {
        let key = mark.to_ascii_lowercase();
        let is_it = |message: &&Message| key.len() >= 4 && message.id.to_string().starts_with(&key);
        let found = match private.iter().find(is_it) {
            Some(message) => message.id,
            None => {
                let people = super::people::roster(node, group).await?;
                let theirs = |message: &Message| message.author_id == about;
                which::find(node, group, &people, Some(mark), theirs).await?.id
            }
        };
        picked.insert(found);
    }
    if picked.len() > REPORT_COPIES_MAX {
        return Err(Failure::usage(say!("report-too-many", count = REPORT_COPIES_MAX)));
    }
    if report.with_private {
        for message in private.iter().rev() {
            if picked.len() < REPORT_COPIES_MAX {
                picked.insert(message.id);
            }
        }
    }
    Ok(picked.into_iter().collect())
}

/// Shows the contacts and the reports, or does what is said.
pub(super) async fn safety(node: &Node, safety: Safety) -> Result<(), Stopped> {
    match safety.verb {
        None => show(node).await,
        Some(SafetyVerb::Contacts { who }) => contacts(node, &who).await,
        Some(SafetyVerb::Note { which, state }) => note(node, &which, state).await,
    }
}

#[derive(Serialize)]
struct Contacts<'a> {
    names: Vec<&'a str>,
}

#[derive(Serialize)]
struct Told<'a> {
    id: MessageId,
    by: &'a str,
    about: &'a str,
    text: &'a str,
    at: u64,
    mine: bool,
    note: ReportNote,
    copies: &'a [SignedCopy],
}

async fn show(node: &Node) -> Result<(), Stopped> {
    let status = node.open().await?;
    let group = node.group(&status)?.id;
    let objects = node.client.objects_of(group, hearth_api::ThingKind::SafetyContacts).await?.objects;
    let named = objects.into_iter().find_map(|object| match object.thing {
        Thing::SafetyContacts { members } => Some(members),
        _ => None,
    });
    let people = super::people::roster(node, group).await?;
    let named = named.unwrap_or_default();
    let contacts = people.entries().iter().filter(|entry| named.contains(&entry.item.id));
    let body = Contacts { names: contacts.map(|entry| entry.name.as_str()).collect() };
    node.output.answer("hearth.safety/1", &body, || match body.names.as_slice() {
        [] => say!("safety-no-contacts"),
        names => say!("safety-contacts", names = names.join(", ")),
    })?;
    for report in &node.client.reports(group).await?.reports {
        let (by, about) = (screen::one_line(&report.by_name), screen::one_line(&report.about_name));
        let Found { id, text, at, mine, note, copies, .. } = report;
        let (id, at, mine, note) = (*id, *at, *mine, *note);
        let body = Told { id, by: &by, about: &about, text, at, mine, note, copies };
        node.output.answer("hearth.safety.report/1", &body, || paragraph(node, report, &by, &about))?;
    }
    Ok(())
}

fn paragraph(node: &Node, report: &Found, by: &str, about: &str) -> String {
    let (at, mark, width) = (when::shown(report.at), which::mark_of(&report.id), node.output.width());
    let who = match report.mine {
        true => say!("report-by-you", about = about),
        false => say!("report-by", by = by, about = about),
    };
    let mut facts = match node.output.is_plain() {
        true => vec![who, say!("plain-when", when = at), say!("plain-mark", mark = mark)],
        false => vec![who, at, mark],
    };
    if !report.mine {
        facts.push(match report.note {
            ReportNote::Open => say!("report-open"),
            ReportNote::Talked => say!("report-talked"),
            ReportNote::Closed => say!("report-closed"),
        });
    }
    let mut lines = vec![node.output.facts(&facts, " · "), screen::indented(&report.text, width)];
    for copy in &report.copies {
        let at = when::shown(copy.at);
        lines.push(match copy.proof {
            Proof::InGroup => say!("copy-in-group", about = about, when = at),
            Proof::InPrivate => say!("copy-in-private", about = about, when = at),
            Proof::OfSomebodyElse => say!("copy-of-somebody-else"),
            Proof::Nothing => say!("copy-proves-nothing"),
        });
        if !copy.text.is_empty() {
            lines.push(screen::indented(&copy.text, width));
        }
    }
    format!("{}\n", lines.join("\n"))
}

async fn contacts(node: &Node, who: &[String]) -> Result<(), Stopped> {
    let status = node.open().await?;
    let group = node.group(&status)?.id;
    let people = super::people::roster(node, group).await?;
    let mut members = Vec::new();
    let mut names = Vec::new();
    for name in who {
        let person = people.find(name, Kind::Person)?;
        if !members.contains(&person.item.id) {
            members.push(person.item.id);
            names.push(person.name.as_str());
        }
    }
    if members.len() < 2 {
        return Err(Failure::usage(say!("safety-two-at-least")).into());
    }
    let request = PutObject { thing: Thing::SafetyContacts { members }, id: None, request_id: request_id()? };
    node.client.put_object(group, &request).await?;
    let joined = names.join(", ");
    node.output.answer("hearth.safety/1", &Contacts { names }, || say!("safety-contacts", names = joined))
}

#[derive(Serialize)]
struct Noted {
    id: MessageId,
    note: ReportNote,
}

async fn note(node: &Node, wanted: &str, state: ReportState) -> Result<(), Stopped> {
    let status = node.open().await?;
    let group = node.group(&status)?.id;
    let key = wanted.to_ascii_lowercase();
    let reports = node.client.reports(group).await?.reports;
    let is_it = |report: &&Found| !report.mine && key.len() >= 4 && report.id.to_string().starts_with(&key);
    let report = reports.iter().find(is_it).ok_or_else(|| {
        Failure::new(ExitCode::NotFound, "not_found", say!("report-not-found"))
            .hint(say!("report-not-found.hint"))
    })?;
    let note = match state {
        ReportState::Open => ReportNote::Open,
        ReportState::Talked => ReportNote::Talked,
        ReportState::Closed => ReportNote::Closed,
    };
    node.client.note_report(group, report.id, &NoteReport { note }).await?;
    node.output.answer("hearth.safety.note/1", &Noted { id: report.id, note }, || say!("report-noted"))
}
