//! Writes meetings as Meeting Guide JSON (code4recovery/spec).
//!
//! The specification knows weekly meetings alone: what a rule says beyond that is written in the notes, in words.

use serde_json::{Map, Value, json};

use super::Link;
use crate::meeting::{Kind, Meeting};
use crate::rule::{Exception, Rule, Schedule};
use crate::silent;

/// What is written.
#[derive(Clone, Copy, Debug, Default)]
pub struct Options {
    /// What becomes of links.
    pub link: Link,
}

/// What was written.
pub struct List {
    /// The file.
    pub json: String,
    /// The ids of the meetings that are not in it: those that are paused without an end. The specification has no word for
    /// that, and whoever reads the list would go there.
    pub paused: Vec<String>,
}

silent!(List);

/// Writes meetings as a list.
pub fn write(meetings: &[Meeting], options: &Options) -> List {
    let (mut records, mut paused) = (Vec::new(), Vec::new());
    for meeting in meetings {
        if meeting.schedule.rule().is_some_and(is_paused_for_good) {
            paused.push(meeting.id.clone());
        } else {
            records.push(record(meeting, options));
        }
    }
    List { json: format!("{:#}\n", Value::Array(records)), paused }
}

fn record(meeting: &Meeting, options: &Options) -> Value {
    let mut fields = Map::new();
    let mut put = |name: &str, value: Option<Value>| {
        if let Some(value) = value {
            fields.insert(name.to_owned(), value);
        }
    };
    let text = |text: &Option<String>| text.as_deref().map(Value::from);
    put("slug", Some(meeting.source.as_deref().unwrap_or(&meeting.id).into()));
    put("name", Some(meeting.name.as_str().into()));
    put("group", text(&meeting.group));
    put("group_notes", meeting.group_notes.as_ref().and_then(|notes| notes.open()).map(Value::from));
    put("location", text(&meeting.place.name));
    put("location_notes", meeting.place.notes.as_ref().and_then(|notes| notes.open()).map(Value::from));
    put("formatted_address", text(&meeting.place.address));
    put("regions", meeting.place.region.as_deref().map(|region| region.split(" > ").collect()));
    let is_approximate = meeting.place.is_approximate || meeting.kind == Some(Kind::Online);
    put(
        "approximate",
        meeting.place.address.is_some().then(|| if is_approximate { "yes" } else { "no" }.into()),
    );
    put("latitude", meeting.place.point.map(|point| point.latitude().into()));
    put("longitude", meeting.place.point.map(|point| point.longitude().into()));
    put("conference_url", options.link.of(meeting).map(Value::from));
    put("types", Some(types(meeting).into()));
    put("updated", meeting.updated.as_ref().map(|updated| updated.text.as_str().into()));
    if let Some(rule) = meeting.schedule.rule() {
        let days: Vec<u8> = rule.weekdays.iter().map(|day| day.number()).collect();
        put("day", Some(if let [day] = days.as_slice() { json!(day) } else { json!(days) }));
        put("time", Some(rule.start.to_string().into()));
        put("end_time", rule.minutes.map(|minutes| rule.start.after(minutes).to_string().into()));
        put("timezone", rule.zone.as_ref().map(|zone| zone.name().into()));
    }
    put("notes", notes(meeting).map(Value::from));
    Value::Object(fields)
}

/// Returns the types, with the one for what can be joined from afar: without a link nothing else says it.
fn types(meeting: &Meeting) -> Vec<&str> {
    let own = meeting.types.iter().map(|own| own.code.as_str());
    let is_online = meeting.kind.is_some_and(|kind| kind.is_online()) && !meeting.has_type("ONL");
    own.chain(is_online.then_some("ONL")).collect()
}

/// Returns the open notes, and what the specification has no field for.
fn notes(meeting: &Meeting) -> Option<String> {
    let mut parts: Vec<String> = Vec::new();
    match &meeting.schedule {
        Schedule::Weekly(rule) => parts.extend(beyond_weekly(rule)),
        Schedule::Unclear(words) => parts.extend(words.open().map(|words| format!("When: {words}."))),
        Schedule::ByAppointment => {}
    }
    parts.extend(meeting.notes.as_ref().and_then(|notes| notes.open()).map(str::to_owned));
    (!parts.is_empty()).then(|| parts.join("\n"))
}

fn beyond_weekly(rule: &Rule) -> Vec<String> {
    let mut said = Vec::new();
    if !rule.only.is_empty() {
        let which: Vec<&str> = rule.only.iter().map(|nth| nth.name()).collect();
        said.push(format!("Only the {} of the month.", which.join(" and ")));
    }
    for special in &rule.specials {
        let day = special.weekday.map_or("of the month", |day| day.name());
        said.push(format!("The {} {day}: {}.", special.nth.name(), special.says));
    }
    for exception in &rule.exceptions {
        said.push(match exception {
            Exception::Cancelled { on } => format!("Not on {on}."),
            Exception::Moved(moved) => {
                format!("On {} at {} in the place of {}.", moved.to, moved.start, moved.on)
            }
            Exception::Paused { from, until } => {
                let from = from.map_or(String::new(), |from| format!(" from {from}"));
                format!("Not{from}{}.", until.map_or(String::new(), |until| format!(" until {until}")))
            }
        });
    }
    said
}

fn is_paused_for_good(rule: &Rule) -> bool {
    rule.exceptions.iter().any(|exception| matches!(exception, Exception::Paused { from: None, until: None }))
}
