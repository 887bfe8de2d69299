//! Lists that others keep, and files for others: reading, looking through, taking over, writing.
//!
//! A list of an area is kept nowhere: it is read from its file each time. What was changed or left out is said, with a count.

use std::{
    fs::File,
    io::{Read, Write},
    path::Path,
};

use hearth_api::{
    Degrees, ExportFormat, ExportQuery, Exported, FindMeetings, FoundMeeting, GroupId, ImportMeetings,
    ImportWhat, Imported, ImportedMeeting, Links, ListReport, MeetingList, MeetingWay, NoteWeight, Point,
    limits,
};
use serde::Serialize;

use super::{form, notes, shown};
use crate::{
    catalogue::say,
    commands::checkin::in_form,
    failure::{self, Failure, Stopped},
    gathering::{Export, Find, Format, Import, LinksWord, List, WayWord},
    node::Node,
    output::Output,
    prompt, screen, when,
};

/// Bytes of what is looked for, on standard input.
const WISHES_BYTES_MAX: usize = 4 * 1024;

/// Makes meetings of a list the group's: shows what that means, asks, and does it.
pub(super) async fn import(node: &Node, group: GroupId, import: Import) -> Result<(), Stopped> {
    let asks = !import.dry_run && !import.yes;
    if asks && !prompt::is_terminal() {
        return Err(Failure::usage(say!("meetings-import-nobody-to-ask"))
            .hint(say!("meetings-import-nobody-to-ask.hint"))
            .into());
    }
    let list = read(node, &import.list).await?;
    let mut request = ImportMeetings { list, only: import.only, dry_run: import.dry_run || asks };
    let mut imported = node.client.import_meetings(group, &request).await?;
    if asks && imported.report.zone_needed > 0 && request.list.zone.is_none() {
        let zone =
            prompt::line(&say!("meetings-import-ask-zone", count = imported.report.zone_needed)).await?;
        if !zone.is_empty() {
            request.list.zone = Some(zone.to_string());
            imported = node.client.import_meetings(group, &request).await?;
        }
    }
    if asks {
        let is_change =
            |meeting: &ImportedMeeting| matches!(meeting.what, ImportWhat::Added | ImportWhat::Changed);
        if !imported.meetings.iter().any(is_change) {
            return answer(node, &imported);
        }
        prompt::tell(&told(&imported, &node.output));
        let typed = prompt::line(&say!("meetings-import-question")).await?;
        if in_form(&typed, &[("yes", say!("answers-yes"))]).is_none() {
            node.output.note(&say!("meetings-import-nothing-done"));
            return Ok(());
        }
        request.dry_run = false;
        imported = node.client.import_meetings(group, &request).await?;
    }
    answer(node, &imported)
}

fn answer(node: &Node, imported: &Imported) -> Result<(), Stopped> {
    node.output.answer("hearth.meetings.import/1", imported, || told(imported, &node.output))
}

fn told(imported: &Imported, output: &Output) -> String {
    let meetings = imported.meetings.iter().chain(&imported.gone).map(|meeting| {
        let facts = [what(meeting.what, imported.dry_run), screen::one_line(&meeting.name)];
        output.facts(&facts, "  ")
    });
    let dry = imported.dry_run.then(|| say!("meetings-import-dry"));
    meetings.chain(report(&imported.report)).chain(dry).collect::<Vec<_>>().join("\n")
}

fn what(what: ImportWhat, is_dry: bool) -> String {
    match (what, is_dry) {
        (ImportWhat::Added, false) => say!("meetings-import-added"),
        (ImportWhat::Added, true) => say!("meetings-import-would-add"),
        (ImportWhat::Changed, false) => say!("meetings-import-changed"),
        (ImportWhat::Changed, true) => say!("meetings-import-would-change"),
        (ImportWhat::Same, _) => say!("meetings-import-same"),
        (ImportWhat::KeptAsTheGroupHasIt, _) => say!("meetings-import-kept"),
        (ImportWhat::Gone, _) => say!("meetings-import-gone"),
        (ImportWhat::TooLarge, _) => say!("meetings-import-too-large"),
    }
}

/// What was noted, with counts. What means the same in another way is counted alone.
fn report(report: &ListReport) -> Vec<String> {
    let (records, read, skipped) = (report.records, report.read, report.skipped);
    let mut lines = vec![say!("meetings-report", records = records, read = read, skipped = skipped)];
    let is_small = |weight: NoteWeight| weight == NoteWeight::Changed;
    for note in report.notes.iter().filter(|note| !is_small(note.weight)) {
        let sentence = notes::sentence(note, report.zone_needed);
        lines.push(say!("meetings-report-note", count = note.count, sentence = sentence));
    }
    let small: u64 = report.notes.iter().filter(|note| is_small(note.weight)).map(|note| note.count).sum();
    if small > 0 {
        lines.push(say!("meetings-report-small", count = small));
    }
    if !report.not_kept.is_empty() {
        let fields: Vec<String> =
            report.not_kept.iter().map(|field| screen::one_line(&field.field)).collect();
        lines.push(say!("meetings-report-fields", fields = fields.join(", ")));
    }
    lines
}

/// Looks through a list that is not the group's.
pub(super) async fn find(node: &Node, find: Find) -> Result<(), Stopped> {
    node.look().await?;
    let mut typed = Typed::new(&find).await?;
    let near = match find.near {
        Some(_) => Some(point(&typed.line(&say!("meetings-find-ask-point")).await?)?),
        None => None,
    };
    let words = match find.words {
        true => typed.line(&say!("meetings-find-ask-words")).await?,
        false => String::new(),
    };
    let mut request = FindMeetings {
        list: read(node, &find.list).await?,
        weekdays: match find.day.as_slice() {
            [] => Vec::new(),
            days => form::days(&days.join(","))?,
        },
        from: find.from,
        to: find.to,
        types: find.types,
        language: find.language,
        way: find.way.map(|way| match way {
            WayWord::InPerson => MeetingWay::InPerson,
            WayWord::Online => MeetingWay::Online,
        }),
        near,
        within_m: find.near.map(|km| km.saturating_mul(1000)),
        words,
        limit: find.limit,
    };
    let mut found = node.client.find_meetings(&request).await?;
    if found.report.zone_needed > 0
        && request.list.zone.is_none()
        && prompt::is_terminal()
        && !node.output.is_json()
    {
        let zone = prompt::line(&say!("meetings-import-ask-zone", count = found.report.zone_needed)).await?;
        if !zone.is_empty() {
            request.list.zone = Some(zone.to_string());
            found = node.client.find_meetings(&request).await?;
        }
    }
    for one in &found.found {
        node.output.answer("hearth.meetings.find/1", one, || one_found(one, &node.output))?;
    }
    let shown = u64::try_from(found.found.len()).unwrap_or(u64::MAX);
    if found.matches == 0 {
        node.output.note(&say!("meetings-find-nothing"));
    } else if found.matches > shown {
        node.output.note(&say!("meetings-find-more", shown = shown, count = found.matches));
    }
    if found.report.zone_needed > 0 {
        node.output.note(&say!("meetings-find-zone", count = found.report.zone_needed));
    }
    if found.report.skipped > 0 {
        node.output.note(&say!("meetings-find-skipped", count = found.report.skipped));
    }
    Ok(())
}

fn one_found(one: &FoundMeeting, output: &Output) -> String {
    let when = one.next.as_ref().map(|next| when::shown(next.starts_at));
    let there = one.next.as_ref().filter(|at| {
        !when::is_shown_here(at.starts_at, &at.local_day.to_string(), &at.local_time.to_string())
    });
    let place = &one.meeting.place;
    let by_rule = || {
        let rule = one.meeting.times.rule()?;
        let days: Vec<String> = rule.weekdays.iter().copied().map(shown::weekday).collect();
        Some(say!("meetings-rule-without-zone", days = days.join(", "), time = rule.start.to_string()))
    };
    let mut facts = vec![when.or_else(by_rule).unwrap_or_else(|| say!("meetings-by-appointment"))];
    facts.push(screen::one_line(&one.meeting.name));
    facts.extend(there.map(shown::there));
    facts.extend(one.meeting.way.map(shown::way));
    facts.extend(place.name.as_deref().or(place.address.as_deref()).map(screen::one_line));
    facts.extend(one.distance_m.map(|metres| say!("meetings-distance", km = metres.div_ceil(1000))));
    facts.push(say!("meetings-find-id", id = screen::one_line(&one.key)));
    output.facts(&facts, "  ")
}

/// What is looked for and says something about the person: asked for, or line by line from standard input.
struct Typed {
    lines: Option<std::vec::IntoIter<String>>,
}

impl Typed {
    async fn new(find: &Find) -> Result<Self, Failure> {
        let is_needed = find.near.is_some() || find.words;
        if !is_needed || prompt::is_terminal() {
            return Ok(Self { lines: None });
        }
        if find.list.file == Path::new("-") {
            return Err(Failure::usage(say!("meetings-find-two-on-stdin")));
        }
        let bytes = prompt::stdin_bytes(WISHES_BYTES_MAX).await?;
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let lines: Vec<String> = text.lines().map(|line| line.trim().to_owned()).collect();
        Ok(Self { lines: Some(lines.into_iter()) })
    }

    async fn line(&mut self, question: &str) -> Result<String, Failure> {
        match &mut self.lines {
            Some(lines) => lines.next().ok_or_else(|| Failure::usage(say!("no-answer"))),
            None => Ok(prompt::line(question).await?.to_string()),
        }
    }
}

fn point(said: &str) -> Result<Point, Failure> {
    let wrong = || Failure::usage(say!("meetings-point-wrong"));
    let (latitude, longitude) = said.split_once([',', ' ']).ok_or_else(wrong)?;
    let degrees = |text: &str| text.trim().parse::<Degrees>().map_err(|_| wrong());
    Ok(Point { latitude: degrees(latitude)?, longitude: degrees(longitude)? })
}

async fn read(node: &Node, list: &List) -> Result<MeetingList, Failure> {
    let most = limits::MEETING_LIST_BYTES_MAX + 1;
    let bytes = match list.file.to_str() {
        Some("-") => prompt::stdin_bytes(most).await?,
        _ => {
            let mut bytes = Vec::new();
            let read = File::open(&list.file).and_then(|file| file.take(most as u64).read_to_end(&mut bytes));
            read.map_err(|error| {
                Failure::usage(say!("meetings-file-unreadable", kind = failure::kind(error.kind())))
            })?;
            bytes
        }
    };
    if bytes.len() >= most {
        return Err(Failure::usage(say!(
            "meetings-file-too-large",
            mib = limits::MEETING_LIST_BYTES_MAX >> 20
        )));
    }
    let text = match String::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) => {
            node.output.note(&say!("meetings-file-not-utf8"));
            String::from_utf8_lossy(error.as_bytes()).into_owned()
        }
    };
    let (name, program, zone) = (list.list.clone(), list.program.clone(), list.zone.clone());
    Ok(MeetingList { text, name, program, zone })
}

#[derive(Serialize)]
struct Written<'a> {
    written: u64,
    left_out: &'a [hearth_api::MeetingWithoutTimes],
}

/// Writes the group's meetings into a file.
pub(super) async fn export(node: &Node, group: GroupId, export: Export) -> Result<(), Stopped> {
    let query = ExportQuery {
        format: match export.format {
            Format::Calendar => ExportFormat::Calendar,
            Format::Guide => ExportFormat::Guide,
        },
        names: export.names,
        places: export.places,
        links: match export.links {
            LinksWord::LeftOut => Links::LeftOut,
            LinksWord::WithoutPasscode => Links::WithoutPasscode,
            LinksWord::Whole => Links::Whole,
        },
    };
    let exported = node.client.export_meetings(group, &query).await?;
    if export.file == Path::new("-") {
        for without in &exported.left_out {
            node.output.note(&shown::without_times(without, &node.output));
        }
        return node
            .output
            .answer("hearth.meetings.export/1", &exported, || exported.file.trim_end().to_owned());
    }
    write(&export, &exported)?;
    let body = Written { written: exported.written, left_out: &exported.left_out };
    node.output.answer("hearth.meetings.export/1", &body, || {
        let left_out = exported.left_out.iter().map(|without| shown::without_times(without, &node.output));
        let done = say!("meetings-exported", count = exported.written);
        std::iter::once(done).chain(left_out).collect::<Vec<_>>().join("\n")
    })
}

/// Whole or not at all, and readable by its owner alone.
fn write(export: &Export, exported: &Exported) -> Result<(), Failure> {
    let machine = |error: &std::io::Error| match error.kind() {
        std::io::ErrorKind::AlreadyExists => {
            Failure::usage(say!("meetings-file-exists")).hint(say!("meetings-file-exists.hint"))
        }
        kind => Failure::usage(say!("meetings-file-unwritable", kind = failure::kind(kind))),
    };
    let folder =
        export.file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut file = tempfile::NamedTempFile::new_in(folder).map_err(|error| machine(&error))?;
    file.write_all(exported.file.as_bytes())
        .and_then(|()| file.as_file().sync_all())
        .map_err(|error| machine(&error))?;
    let written = match export.overwrite {
        true => file.persist(&export.file),
        false => file.persist_noclobber(&export.file),
    };
    written.map(|_| ()).map_err(|error| machine(&error.error))
}
