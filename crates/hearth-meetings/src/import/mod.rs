//! Reads other people's lists of meetings: Meeting Guide JSON and BMLT JSON.
//!
//! Lenient with each record, and honest: whatever is changed or left out has a note in the report. Never guesses a time zone,
//! never makes a rule of free text, and never lets a passcode into what anybody may see. docs/MEETINGS.md

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;
use thiserror::Error;

use crate::limits::KEY_BYTES_MAX;
use crate::rule::Schedule;
use crate::silent;
use crate::{Meeting, Zone};

mod bmlt;
mod file;
mod guide;
pub(crate) mod hints;
mod record;
pub mod report;
mod schedule;
mod text;
pub(crate) mod types;
mod when;

use record::Record;
pub use report::{Code, Note, Report, Weight};
use when::SlashOrder;

/// The format of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Meeting Guide JSON, after code4recovery/spec.
    MeetingGuide,
    /// The JSON of a BMLT server.
    Bmlt,
}

/// What the caller knows of a list.
#[derive(Clone, Default)]
pub struct Options {
    /// Its format; found by its fields if `None`.
    pub format: Option<Format>,
    /// The program whose codes it uses, such as `aa`; `na` for BMLT and `aa` for Meeting Guide if `None`.
    pub program: Option<String>,
    /// The zone of the meetings that name none. Without it they have no times.
    pub zone: Option<Zone>,
    /// What the ids begin with, so that two lists do not share any; may be empty.
    pub list: String,
}

/// What was read.
pub struct Import {
    /// The meetings, in the order of the file.
    pub meetings: Vec<Meeting>,
    /// What was changed, left out and noted.
    pub report: Report,
}

silent!(Options, Import);

/// Reads a list. The same bytes and options give the same meetings with the same ids.
///
/// # Errors
/// Says that the file is too large, or that there is no record in it.
pub fn read(bytes: &[u8], options: &Options) -> Result<Import, ImportError> {
    let mut report = Report::default();
    let found = file::records(bytes, &mut report)?;
    let format = options.format.unwrap_or_else(|| format_of(&found));
    let dates = found.iter().filter_map(|found| found.fields.get("updated").and_then(Value::as_str));
    let context = Context {
        program: options.program.as_deref().unwrap_or(match format {
            Format::MeetingGuide => "aa",
            Format::Bmlt => "na",
        }),
        zone: options.zone.as_ref(),
        slash_order: SlashOrder::of(dates),
    };
    let mut drafts = Vec::new();
    for found in &found {
        let mut record = Record::new(found.place, &found.fields, &mut report);
        let draft = match format {
            Format::MeetingGuide => guide::read(&mut record, &context),
            Format::Bmlt => bmlt::read(&mut record, &context),
        };
        match draft {
            Ok(draft) => {
                let draft = with_key(&mut record, draft);
                record.finish();
                drafts.push((found.place, draft));
            }
            Err(skip) => {
                let (code, sentence) = skip.note();
                record.note(code, None, sentence);
                report.skipped += 1;
            }
        }
    }
    note_zones(&drafts, &context, &mut report);
    let meetings = with_ids(drafts, &options.list, &mut report);
    report.imported = meetings.len();
    // In the order of the file, with what is about all of it first.
    report.notes.sort_by_key(|note| note.record);
    Ok(Import { meetings, report })
}

/// Why nothing could be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum ImportError {
    /// The file is larger than any list.
    #[error("the file is larger than {} bytes", crate::limits::FILE_BYTES_MAX)]
    TooLarge,
    /// There is no record in the file.
    #[error("there is no record of a meeting in the file")]
    NoRecords,
}

/// What holds for all records of a file.
struct Context<'a> {
    program: &'a str,
    zone: Option<&'a Zone>,
    slash_order: SlashOrder,
}

/// A meeting that was read and has no id yet.
struct Draft {
    meeting: Meeting,
    key: Option<String>,
    zone: ZoneFrom,
}

/// Where the zone of a meeting is from.
#[derive(Clone, Copy, PartialEq, Eq)]
enum ZoneFrom {
    Record,
    Caller,
    Nowhere,
    NotNeeded,
}

/// Why a record became no meeting.
enum Skip {
    NameMissing,
    NotPublished,
}

impl Skip {
    fn note(&self) -> (Code, &'static str) {
        match self {
            Self::NameMissing => (Code::NameMissing, "The record has no name, and was left out."),
            Self::NotPublished => {
                (Code::NotPublished, "The list says that it is not published; it was left out.")
            }
        }
    }
}

fn format_of(found: &[file::Found]) -> Format {
    let is_bmlt = |found: &file::Found| {
        ["id_bigint", "weekday_tinyint", "meeting_name"].iter().any(|field| found.fields.contains_key(*field))
    };
    if found.iter().any(is_bmlt) { Format::Bmlt } else { Format::MeetingGuide }
}

/// Gives a record without a key one made of what it says, and cuts one that is too long.
fn with_key(record: &mut Record<'_>, mut draft: Draft) -> Draft {
    let key = match draft.key.take() {
        Some(key) => key,
        None => {
            let key = format!("{}-{}", hyphened(&draft.meeting.name), times_of(&draft.meeting));
            record.note(
                Code::KeyMade,
                None,
                "The record has no key; it got one made of its name, day and time.",
            );
            key
        }
    };
    let cleaned = text::clean(&key, true, KEY_BYTES_MAX).text;
    if cleaned != key {
        record.note(Code::TextCut, None, "The key was cleaned, or is longer than is kept.");
    }
    draft.key = Some(cleaned);
    draft
}

/// Gives each meeting its id: the key of its record. Records that share a key get day and time added, so that the order of the
/// file does not matter; what is the same twice is taken once.
fn with_ids(drafts: Vec<(usize, Draft)>, list: &str, report: &mut Report) -> Vec<Meeting> {
    let mut sharing: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for (index, (_, draft)) in drafts.iter().enumerate() {
        sharing.entry(draft.key.clone().unwrap_or_default()).or_default().push(index);
    }
    let is_same = |one: &usize, other: &usize| match (drafts.get(*one), drafts.get(*other)) {
        (Some((_, one)), Some((_, other))) => one.meeting == other.meeting,
        (None, _) | (_, None) => false,
    };
    let mut doubles = BTreeSet::new();
    for indices in sharing.values_mut() {
        let mut kept: Vec<usize> = Vec::new();
        for index in indices.drain(..) {
            // Few share a key; a file in which all do is bounded by comparing with the first ones alone.
            if kept.iter().take(SHARED_COMPARED_MAX).any(|earlier| is_same(earlier, &index)) {
                doubles.insert(index);
            } else {
                kept.push(index);
            }
        }
        *indices = kept;
    }
    let mut ids: BTreeSet<String> = BTreeSet::new();
    let mut copies: BTreeMap<String, usize> = BTreeMap::new();
    let mut meetings = Vec::new();
    for (index, (place, draft)) in drafts.into_iter().enumerate() {
        let key = draft.key.unwrap_or_default();
        let note = |code, sentence: &str| Note {
            record: Some(place),
            key: Some(key.clone()),
            field: None,
            code,
            sentence: sentence.to_owned(),
        };
        if doubles.contains(&index) {
            report
                .note(note(Code::Duplicate, "The record says the same as an earlier one, and was left out."));
            report.skipped += 1;
            continue;
        }
        let is_shared = sharing.get(&key).is_some_and(|indices| indices.len() > 1);
        let mut id = if list.is_empty() { key.clone() } else { format!("{list}:{key}") };
        if is_shared {
            id = format!("{id}@{}", times_of(&draft.meeting));
            report.note(note(
                Code::KeyShared,
                "Other records have the same key; day and time were added to it.",
            ));
        }
        let base = id.clone();
        while !ids.insert(id.clone()) {
            let copy = copies.entry(base.clone()).or_insert(1);
            *copy += 1;
            id = format!("{base}#{copy}");
        }
        meetings.push(Meeting { id, source: Some(key), ..draft.meeting });
    }
    meetings
}

/// Says once for the file whether zones are needed, or were given.
fn note_zones(drafts: &[(usize, Draft)], context: &Context<'_>, report: &mut Report) {
    let count = |from: ZoneFrom| drafts.iter().filter(|(_, draft)| draft.zone == from).count();
    let (needed, given) = (count(ZoneFrom::Nowhere), count(ZoneFrom::Caller));
    if needed > 0 {
        let sentence = format!(
            "{needed} meetings have no time zone. Say which one they follow; until then they have no times."
        );
        report.of_file(Code::ZoneNeeded, sentence);
    }
    if let Some(zone) = context.zone.filter(|_| given > 0) {
        let sentence = format!("{given} meetings name no time zone, and were given {}.", zone.name());
        report.of_file(Code::ZoneGiven, sentence);
    }
}

/// Returns day and time as a part of a key: `24-1930`.
fn times_of(meeting: &Meeting) -> String {
    match &meeting.schedule {
        Schedule::Weekly(rule) => {
            let days: String = rule.weekdays.iter().map(|day| day.number().to_string()).collect();
            format!("{days}-{:02}{:02}", rule.start.hour(), rule.start.minute())
        }
        Schedule::ByAppointment => "appointment".to_owned(),
        Schedule::Unclear(_) => "unclear".to_owned(),
    }
}

fn hyphened(name: &str) -> String {
    let words = name.to_lowercase();
    let words: Vec<&str> =
        words.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    text::cut(&words.join("-"), KEY_BYTES_MAX / 2).to_owned()
}

/// Earlier records with the same key with which a record is compared.
const SHARED_COMPARED_MAX: usize = 64;
