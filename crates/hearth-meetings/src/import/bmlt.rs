//! Reads a record of BMLT JSON (NA): which field is what.
//!
//! Every value is a text. The days count from Sunday, which is 1. `lang_enum` is the language of the server's texts and not
//! that of the meeting, so it is not read as one.

use super::guide::{joined, updated};
use super::record::{Record, shown};
use super::report::Code;
use super::schedule::{self, Times};
use super::{Context, Draft, Skip, when};
use crate::Meeting;
use crate::limits::CODE_BYTES_MAX;
use crate::meeting::{Contact, Kind, MeetingType, Online, Place};

/// Reads a record.
pub(super) fn read(record: &mut Record<'_>, context: &Context<'_>) -> Result<Draft, Skip> {
    let key = record.exact("id_bigint");
    record.key.clone_from(&key);
    if record.exact("published").as_deref() == Some("0") {
        return Err(Skip::NotPublished);
    }
    let name = record.line("meeting_name").ok_or(Skip::NameMissing)?;
    let day = record.exact("weekday_tinyint");
    let read = day.as_deref().and_then(|text| when::weekday(text, 1));
    let times = Times {
        days: read.map(|day| [day].into()),
        day_words: if read.is_some() { None } else { day },
        start: start(record),
        end: None,
        minutes: minutes(record),
        fields: ["weekday_tinyint", "start_time", "duration_time"],
        zone: ("time_zone", record.exact("time_zone")),
    };
    let (schedule, zone) = schedule::read(record, times, context);
    let mut meeting = Meeting::new(String::new(), name, schedule);
    meeting.notes = record.notes("comments");
    meeting.place = place(record);
    meeting.online = Online {
        url: record.link("virtual_meeting_link"),
        url_notes: record.secret("virtual_meeting_additional_info"),
        phone: record.secret("phone_meeting_number"),
        phone_notes: None,
        passcode: None,
    };
    meeting.contacts = contacts(record);
    let codes = record.entries("formats", true, CODE_BYTES_MAX).into_iter();
    meeting.types = codes.map(|code| MeetingType { program: context.program.to_owned(), code }).collect();
    meeting.kind = kind(record, &meeting);
    meeting.updated = updated(record, "updated", context.slash_order);
    meeting.online.passcode = record.passcode();
    schedule::name_says(record, &meeting.name);
    Ok(Draft { meeting, key, zone })
}

/// Reads the start, which BMLT writes with seconds: that is no change.
fn start(record: &mut Record<'_>) -> Option<String> {
    let text = record.exact("start_time")?;
    let short = text.strip_suffix(":00").filter(|short| short.len() == 5).map(str::to_owned);
    Some(short.unwrap_or(text))
}

fn minutes(record: &mut Record<'_>) -> Option<u16> {
    let text = record.exact("duration_time")?;
    let minutes = when::length(&text);
    if minutes.is_none() {
        let sentence = format!("The length {} cannot be read or is none; it is left open.", shown(&text));
        record.note(Code::LengthUnclear, "duration_time", sentence);
    }
    minutes
}

fn place(record: &mut Record<'_>) -> Place {
    let mut read = |field| record.line(field);
    let [borough, town] = [read("location_city_subsection"), read("location_municipality")];
    let [province, county] = [read("location_province"), read("location_sub_province")];
    let [street, postal_code, nation] =
        [read("location_street"), read("location_postal_code_1"), read("location_nation")];
    let is_approximate = street.is_none();
    let address = joined([street, borough, town.clone(), province.clone(), postal_code, nation], ", ");
    let region = joined([province, county, town, read("location_neighborhood")], " > ");
    Place {
        name: record.line("location_text"),
        address,
        region,
        is_approximate,
        point: record.point("latitude", "longitude", true),
        notes: record.notes("location_info"),
    }
}

fn contacts(record: &mut Record<'_>) -> Vec<Contact> {
    let fields = [
        ["contact_name_1", "contact_email_1", "contact_phone_1"],
        ["contact_name_2", "contact_email_2", "contact_phone_2"],
    ];
    let read = fields.map(|[name, email, phone]| Contact {
        name: record.secret(name),
        email: record.secret(email),
        phone: record.secret(phone),
    });
    let further = Contact { email: record.secret("email_contact"), ..Contact::default() };
    read.into_iter().chain([further]).filter(|contact| *contact != Contact::default()).collect()
}

/// Reads the kind of the venue; without it the formats of most servers say it.
fn kind(record: &mut Record<'_>, meeting: &Meeting) -> Option<Kind> {
    let said = record.exact("venue_type");
    let kind = match said.as_deref() {
        Some("1") => Some(Kind::InPerson),
        Some("2") => Some(Kind::Online),
        Some("3") => Some(Kind::Hybrid),
        Some(_) => {
            record.unreadable("venue_type");
            None
        }
        None if meeting.has_type("HY") => Some(Kind::Hybrid),
        None if meeting.has_type("VM") => Some(Kind::Online),
        None => None,
    };
    if kind.is_none() {
        record.note(Code::KindUnknown, "venue_type", "The list does not say how one takes part: look at it.");
    }
    if kind == Some(Kind::InPerson) && meeting.online.url.is_some() {
        let sentence = "It has a link, and the list says that it takes place in person alone: look at it.";
        record.note(Code::KindContradicted, "venue_type", sentence);
    }
    kind
}
