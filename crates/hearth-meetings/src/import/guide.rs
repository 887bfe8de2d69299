//! Reads a record of Meeting Guide JSON (code4recovery/spec): which field is what.
//!
//! Only a name and a key are required. The days of a record count from Sunday, which is 0.

use std::collections::BTreeSet;

use serde_json::Value;

use super::record::{Record, shown};
use super::report::Code;
use super::schedule::{self, Times};
use super::{Draft, Skip, types, when};
use crate::Meeting;
use crate::calendar::Weekday;
use crate::limits::{CODE_BYTES_MAX, LINE_BYTES_MAX};
use crate::meeting::{Contact, Kind, MeetingType, Online, Place, Updated};
use crate::rule::Schedule;

/// Reads a record.
pub(super) fn read(record: &mut Record<'_>, context: &super::Context<'_>) -> Result<Draft, Skip> {
    let key = key(record);
    let group = record.line("group");
    let name = match record.line("name") {
        Some(name) => name,
        None => {
            let taken = group.clone().ok_or(Skip::NameMissing)?;
            record.note(
                Code::NameTaken,
                "name",
                "There is no name of the meeting; it got that of its group.",
            );
            taken
        }
    };
    let (days, day_words) = days(record);
    let times = Times {
        days,
        day_words,
        start: record.exact("time"),
        end: record.exact("end_time"),
        minutes: None,
        fields: ["day", "time", "end_time"],
        zone: ("timezone", record.exact("timezone")),
    };
    let (schedule, zone) = schedule::read(record, times, context);
    let mut meeting = Meeting::new(String::new(), name, schedule);
    meeting.group = group;
    meeting.group_notes = record.notes("group_notes");
    meeting.notes = record.notes("notes");
    meeting.place = place(record);
    meeting.online = Online {
        url: record.link("conference_url"),
        url_notes: record.secret("conference_url_notes"),
        phone: record.secret("conference_phone"),
        phone_notes: record.secret("conference_phone_notes"),
        passcode: None,
    };
    meeting.contacts = contacts(record);
    meeting.types = meeting_types(record, context.program);
    let in_aa = meeting.types.iter().filter(|own| own.program == AA);
    meeting.languages = in_aa.filter_map(|own| types::language(&own.code)).map(str::to_owned).collect();
    meeting.updated = updated(record, "updated", context.slash_order);
    is_there(record, &mut meeting);
    meeting.online.passcode = record.passcode();
    schedule::name_says(record, &meeting.name);
    if let Some(group) = meeting.group.as_deref().filter(|group| *group != meeting.name) {
        schedule::name_says(record, group);
    }
    Ok(Draft { meeting, key, zone })
}

fn key(record: &mut Record<'_>) -> Option<String> {
    let slug = record.exact("slug");
    record.key = slug.clone().or_else(|| record.exact("id"));
    if slug.is_none() && record.key.is_some() {
        record.note(Code::KeyTaken, "slug", "There is no slug; the id of the record took its place.");
    }
    record.key.clone()
}

/// Reads a day as a number, a text, or a list; and its words, if they cannot be read.
fn days(record: &mut Record<'_>) -> (Option<BTreeSet<Weekday>>, Option<String>) {
    let (texts, is_usual): (Vec<String>, bool) = match record.raw("day") {
        None => return (None, None),
        Some(Value::Number(number)) => (vec![number.to_string()], true),
        Some(Value::String(text)) => {
            (text.split([',', ';', '/', '&']).map(|day| day.trim().to_owned()).collect(), false)
        }
        Some(Value::Array(values)) => {
            let text = |value: &Value| {
                value.as_str().map_or_else(|| value.to_string(), |text| text.trim().to_owned())
            };
            (values.iter().map(text).collect(), values.iter().all(Value::is_i64))
        }
        Some(Value::Null | Value::Bool(_) | Value::Object(_)) => {
            record.unreadable("day");
            return (None, None);
        }
    };
    if texts.iter().all(String::is_empty) {
        return (None, None);
    }
    let read: Option<BTreeSet<Weekday>> = texts.iter().map(|text| when::weekday(text, 0)).collect();
    if read.is_some() && !is_usual {
        record.note(Code::DayRead, "day", format!("The day is written as {}.", shown(&texts.join(", "))));
    }
    let words = read.is_none().then(|| texts.join(", "));
    (read, words)
}

fn place(record: &mut Record<'_>) -> Place {
    let formatted = record.line("formatted_address");
    let street = record.line("address");
    let is_area = formatted.is_none() && street.is_none();
    let parts = ["city", "state", "postal_code", "country"].map(|field| record.line(field));
    let [city, state, postal_code, country] = parts;
    let address = formatted.or_else(|| joined([street, city, state, postal_code, country], ", "));
    let mut read = |field| record.line(field);
    let regions = joined([read("region"), read("sub_region"), read("sub_sub_region")], " > ");
    let region = match record.raw("regions") {
        Some(Value::Array(_)) => {
            Some(record.entries("regions", false, LINE_BYTES_MAX).join(" > ")).filter(|text| !text.is_empty())
        }
        Some(_) => record.line("regions"),
        None => None,
    };
    let is_approximate = match record.exact("approximate").map(|text| text.to_lowercase()).as_deref() {
        Some("yes" | "true" | "1") => true,
        Some("no" | "false" | "0") => false,
        // A town alone is no place to go to.
        None => is_area && address.is_some(),
        Some(_) => {
            record.unreadable("approximate");
            false
        }
    };
    Place {
        name: record.line("location"),
        address,
        region: region.or(regions),
        is_approximate,
        point: record.point("latitude", "longitude", false),
        notes: record.notes("location_notes"),
    }
}

fn contacts(record: &mut Record<'_>) -> Vec<Contact> {
    let fields = [
        ["contact_1_name", "contact_1_email", "contact_1_phone"],
        ["contact_2_name", "contact_2_email", "contact_2_phone"],
        ["contact_3_name", "contact_3_email", "contact_3_phone"],
    ];
    let read = fields.map(|[name, email, phone]| Contact {
        name: record.secret(name),
        email: record.secret(email),
        phone: record.secret(phone),
    });
    read.into_iter().filter(|contact| *contact != Contact::default()).collect()
}

fn meeting_types(record: &mut Record<'_>, program: &str) -> Vec<MeetingType> {
    let mut read = Vec::new();
    for code in record.entries("types", false, CODE_BYTES_MAX) {
        let upper = code.to_uppercase();
        // Codes mean what they mean in AA, for which the specification was made; these two are of the exporters.
        let is_shared = ["ONL", "TC"].contains(&upper.as_str());
        let code = if (program == AA || is_shared) && !types::is_known(&code) && types::is_known(&upper) {
            record.note(Code::TypeCase, "types", format!("The type {} is written as {upper}.", shown(&code)));
            upper
        } else {
            code
        };
        if program == AA && !types::is_known(&code) {
            let sentence = format!("The type {} is not in the specification; it is kept.", shown(&code));
            record.note(Code::TypeUnknown, "types", sentence);
        }
        let read_type = MeetingType { program: program.to_owned(), code };
        if !read.contains(&read_type) {
            read.push(read_type);
        }
    }
    read
}

/// Finds how one takes part, as the specification does: a link or a number makes it online, a place of its own that is
/// open makes it in person. What takes place nowhere for now is paused.
fn is_there(record: &mut Record<'_>, meeting: &mut Meeting) {
    let is_online = meeting.online.is_reachable() || meeting.has_type("ONL");
    let has_place = meeting.place.address.is_some() && !meeting.place.is_approximate;
    let is_in_person = has_place && !meeting.has_type("TC");
    let is_said = record.exact("approximate").is_some() || record.exact("attendance_option").is_some();
    let is_unclear = is_in_person && is_online && !is_said && !names_house(meeting.place.address.as_deref());
    if is_unclear {
        let sentence =
            "It has a link, and its address names no house: it was taken as online alone: look at it.";
        record.note(Code::PlaceUnclear, "formatted_address", sentence);
    }
    let found = match (is_in_person && !is_unclear, is_online) {
        (true, true) => Some(Kind::Hybrid),
        (true, false) => Some(Kind::InPerson),
        (false, true) => Some(Kind::Online),
        (false, false) => None,
    };
    let stated = record.exact("attendance_option").map(|text| text.to_lowercase());
    let is_closed = meeting.has_type("TC") && !is_online;
    let said = match stated.as_deref() {
        Some("in_person") => Some(Kind::InPerson),
        Some("online") => Some(Kind::Online),
        Some("hybrid") => Some(Kind::Hybrid),
        Some("inactive") | None => None,
        Some(_) => {
            record.unreadable("attendance_option");
            None
        }
    };
    if stated.as_deref() == Some("inactive") || (said.is_none() && is_closed) {
        pause(record, meeting);
        meeting.kind = found.or(has_place.then_some(Kind::InPerson));
        return;
    }
    if let (Some(said), Some(found)) = (said, found)
        && said != found
    {
        let sentence =
            "attendance_option says another way to take part than types, link and address: look at it.";
        record.note(Code::KindContradicted, "attendance_option", sentence);
    }
    meeting.kind = said.or(found);
    if meeting.kind.is_none() {
        record.note(
            Code::KindUnknown,
            None,
            "Neither a place nor a link says how one takes part: look at it.",
        );
    }
}

/// Says whether an address begins with a house and not with a town.
fn names_house(address: Option<&str>) -> bool {
    let first = address.and_then(|address| address.split(',').next());
    first.is_some_and(|first| first.contains(|c: char| c.is_ascii_digit()))
}

fn pause(record: &mut Record<'_>, meeting: &mut Meeting) {
    if let Schedule::Weekly(rule) = &mut meeting.schedule {
        rule.exceptions.push(crate::rule::Exception::Paused { from: None, until: None });
    }
    record.note(
        Code::Paused,
        None,
        "The list says that it does not take place for now; it is paused until somebody says more.",
    );
}

/// Reads when the record was changed; its words are kept whatever they are.
pub(super) fn updated(
    record: &mut Record<'_>,
    field: &'static str,
    order: when::SlashOrder,
) -> Option<Updated> {
    let text = record.line(field)?;
    let on = when::day(&text, order);
    if on.is_none() {
        let sentence =
            format!("{field} is {}, which names no day without a doubt; its words are kept.", shown(&text));
        record.note(Code::UpdatedUnclear, field, sentence);
    }
    Some(Updated { text, on })
}

/// Joins what is there.
pub(super) fn joined<const N: usize>(parts: [Option<String>; N], between: &str) -> Option<String> {
    let there: Vec<String> = parts.into_iter().flatten().collect();
    (!there.is_empty()).then(|| there.join(between))
}

/// The program in whose codes the specification is written.
const AA: &str = "aa";
