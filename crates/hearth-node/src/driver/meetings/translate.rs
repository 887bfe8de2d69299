//! A meeting between the forms that know it: of the core (stored and sent), of `hearth-meetings` (times and lists), of the
//! local API.
//!
//! Owns no rule. What the core cannot know (zones, the calendar) is checked when a client writes a meeting.

use std::collections::BTreeSet;

use hearth_api as api;
use hearth_api::{ApiError, ErrorCode};
use hearth_core::content::body::{
    Meeting, MeetingContact, MeetingDay, MeetingException, MeetingPlace, MeetingRule, MeetingSecrets,
    MeetingSpecial, MeetingTimes, MeetingType, MeetingWay,
};
use hearth_meetings as known;
use hearth_meetings::meeting::{Contact, Kind, Online, Place, Point, Updated};
use hearth_meetings::rule::{Exception, Move, Nth, Special};
use hearth_meetings::secret::Notes;
use hearth_meetings::{Date, LocalTime, Rule, Schedule, Secret, Weekday, Zone};

/// Returns a meeting of the core as `hearth-meetings` knows it. A zone that this version does not know is none.
pub(super) fn known_meeting(meeting: &Meeting, id: &str) -> known::Meeting {
    let secrets = &meeting.secrets;
    let secret = |text: &Option<String>| text.as_ref().map(Secret::new);
    let contact = |contact: &MeetingContact| Contact {
        name: secret(&contact.name),
        email: secret(&contact.email),
        phone: secret(&contact.phone),
    };
    known::Meeting {
        id: meeting.key.clone().unwrap_or_else(|| id.to_owned()),
        name: meeting.name.clone(),
        group: meeting.group.clone(),
        group_notes: known_notes(meeting.group_notes.as_ref(), secrets.group_notes.as_ref()),
        kind: meeting.way.map(|way| match way {
            MeetingWay::InPerson => Kind::InPerson,
            MeetingWay::Online => Kind::Online,
            MeetingWay::Hybrid => Kind::Hybrid,
        }),
        place: Place {
            name: meeting.place.name.clone(),
            address: meeting.place.address.clone(),
            region: meeting.place.region.clone(),
            is_approximate: meeting.place.is_approximate,
            point: meeting.place.point.and_then(|(north, east)| Point::of_millionths(north, east)),
            notes: known_notes(meeting.place.notes.as_ref(), secrets.place_notes.as_ref()),
        },
        online: Online {
            url: secret(&secrets.url),
            url_notes: secret(&secrets.url_notes),
            phone: secret(&secrets.phone),
            phone_notes: secret(&secrets.phone_notes),
            passcode: secret(&secrets.passcode),
        },
        contacts: secrets.contacts.iter().map(contact).collect(),
        notes: known_notes(meeting.notes.as_ref(), secrets.notes.as_ref()),
        languages: meeting.languages.clone(),
        types: meeting.types.iter().map(known_type).collect(),
        schedule: match &meeting.times {
            MeetingTimes::ByAppointment => Schedule::ByAppointment,
            MeetingTimes::Unclear(words) => {
                let words = known_notes(words.as_ref(), secrets.times.as_ref());
                Schedule::Unclear(words.unwrap_or(Notes::Open(String::new())))
            }
            MeetingTimes::Weekly(rule) => known_rule(rule).map_or(Schedule::ByAppointment, Schedule::Weekly),
        },
        updated: meeting
            .updated
            .clone()
            .map(|text| Updated { text, on: meeting.updated_on.and_then(known_day) }),
        source: meeting.source.clone(),
    }
}

/// Returns a meeting of a list as the core has it.
pub(super) fn core_meeting(meeting: &known::Meeting, as_read: [u8; 32]) -> Meeting {
    let text = |secret: &Option<Secret>| secret.as_ref().map(|secret| secret.expose().to_owned());
    let (group_notes, kept_group_notes) = apart(meeting.group_notes.as_ref());
    let (place_notes, kept_place_notes) = apart(meeting.place.notes.as_ref());
    let (notes, kept_notes) = apart(meeting.notes.as_ref());
    let (times, kept_times) = match &meeting.schedule {
        Schedule::ByAppointment => (MeetingTimes::ByAppointment, None),
        Schedule::Weekly(rule) => (MeetingTimes::Weekly(core_rule(rule)), None),
        Schedule::Unclear(words) => {
            let (words, kept) = apart(Some(words).filter(|words| !words.expose().is_empty()));
            (MeetingTimes::Unclear(words), kept)
        }
    };
    let contact = |contact: &Contact| MeetingContact {
        name: text(&contact.name),
        email: text(&contact.email),
        phone: text(&contact.phone),
    };
    Meeting {
        key: Some(meeting.id.clone()),
        as_read: Some(as_read),
        name: meeting.name.clone(),
        group: meeting.group.clone(),
        group_notes,
        way: meeting.kind.map(|kind| match kind {
            Kind::InPerson => MeetingWay::InPerson,
            Kind::Online => MeetingWay::Online,
            Kind::Hybrid => MeetingWay::Hybrid,
        }),
        place: MeetingPlace {
            name: meeting.place.name.clone(),
            address: meeting.place.address.clone(),
            region: meeting.place.region.clone(),
            is_approximate: meeting.place.is_approximate,
            point: meeting.place.point.map(Point::millionths),
            notes: place_notes,
        },
        languages: meeting.languages.clone(),
        types: meeting.types.iter().map(core_type).collect(),
        notes,
        times,
        secrets: MeetingSecrets {
            url: text(&meeting.online.url),
            url_notes: text(&meeting.online.url_notes),
            phone: text(&meeting.online.phone),
            phone_notes: text(&meeting.online.phone_notes),
            passcode: text(&meeting.online.passcode),
            contacts: meeting.contacts.iter().map(contact).collect(),
            notes: kept_notes,
            group_notes: kept_group_notes,
            place_notes: kept_place_notes,
            times: kept_times,
        },
        updated: meeting.updated.as_ref().map(|updated| updated.text.clone()),
        updated_on: meeting.updated.as_ref().and_then(|updated| updated.on).map(core_day),
        source: meeting.source.clone(),
    }
}

fn known_notes(open: Option<&String>, kept: Option<&String>) -> Option<Notes> {
    kept.map(|text| Notes::Kept(Secret::new(text))).or_else(|| open.cloned().map(Notes::Open))
}

fn apart(notes: Option<&Notes>) -> (Option<String>, Option<String>) {
    match notes {
        None => (None, None),
        Some(Notes::Open(text)) => (Some(text.clone()), None),
        Some(Notes::Kept(text)) => (None, Some(text.expose().to_owned())),
    }
}

fn known_type(it: &MeetingType) -> known::meeting::MeetingType {
    known::meeting::MeetingType { program: it.program.clone(), code: it.code.clone() }
}

fn core_type(it: &known::meeting::MeetingType) -> MeetingType {
    MeetingType { program: it.program.clone(), code: it.code.clone() }
}

/// `None` cannot come of what is in the core's bounds.
fn known_rule(rule: &MeetingRule) -> Option<Rule> {
    let weekdays = Weekday::ALL.into_iter().filter(|day| rule.weekdays & (1 << day.number()) != 0);
    let only = NTH.into_iter().enumerate().filter(|(bit, _)| rule.only & (1 << bit) != 0);
    let special = |special: &MeetingSpecial| {
        Some(Special {
            nth: *NTH.get(usize::from(special.nth))?,
            weekday: special.weekday.and_then(|day| Weekday::from_sunday(i64::from(day))),
            types: special.types.iter().map(known_type).collect(),
            says: special.says.clone(),
        })
    };
    Some(Rule {
        weekdays: weekdays.collect(),
        start: known_time(rule.start)?,
        minutes: rule.minutes,
        zone: rule.zone.as_deref().and_then(|zone| Zone::named(zone).ok()),
        only: only.map(|(_, nth)| nth).collect::<BTreeSet<_>>(),
        specials: rule.specials.iter().filter_map(special).collect(),
        exceptions: rule.exceptions.iter().filter_map(known_exception).collect(),
    })
}

fn core_rule(rule: &Rule) -> MeetingRule {
    let only = NTH.into_iter().enumerate().filter(|(_, nth)| rule.only.contains(nth));
    let special = |special: &Special| MeetingSpecial {
        nth: place_of(special.nth),
        weekday: special.weekday.map(Weekday::number),
        types: special.types.iter().map(core_type).collect(),
        says: special.says.clone(),
    };
    MeetingRule {
        weekdays: rule.weekdays.iter().fold(0, |bits, day| bits | 1 << day.number()),
        start: rule.start.minutes(),
        minutes: rule.minutes,
        zone: rule.zone.as_ref().map(|zone| zone.name().to_owned()),
        only: only.fold(0, |bits, (bit, _)| bits | 1 << bit),
        specials: rule.specials.iter().map(special).collect(),
        exceptions: rule.exceptions.iter().map(core_exception).collect(),
    }
}

fn known_exception(exception: &MeetingException) -> Option<Exception> {
    Some(match exception {
        MeetingException::Cancelled { on } => Exception::Cancelled { on: known_day(*on)? },
        MeetingException::Moved { on, to, start, minutes } => Exception::Moved(Move {
            on: known_day(*on)?,
            to: known_day(*to)?,
            start: known_time(*start)?,
            minutes: *minutes,
        }),
        MeetingException::Paused { from, until } => {
            Exception::Paused { from: from.and_then(known_day), until: until.and_then(known_day) }
        }
    })
}

fn core_exception(exception: &Exception) -> MeetingException {
    match exception {
        Exception::Cancelled { on } => MeetingException::Cancelled { on: core_day(*on) },
        Exception::Moved(Move { on, to, start, minutes }) => MeetingException::Moved {
            on: core_day(*on),
            to: core_day(*to),
            start: start.minutes(),
            minutes: *minutes,
        },
        Exception::Paused { from, until } => {
            MeetingException::Paused { from: from.map(core_day), until: until.map(core_day) }
        }
    }
}

fn known_time(minutes: u16) -> Option<LocalTime> {
    LocalTime::new(minutes / 60, minutes % 60).ok()
}

fn known_day(day: MeetingDay) -> Option<Date> {
    let (year, month, day) =
        (i16::try_from(day.year).ok()?, i8::try_from(day.month).ok()?, i8::try_from(day.day).ok()?);
    Date::new(year, month, day).ok()
}

/// All parts of a [`Date`] are positive and small.
fn core_day(date: Date) -> MeetingDay {
    let (year, month, day) = date.parts();
    MeetingDay { year: year.unsigned_abs(), month: month.unsigned_abs(), day: day.unsigned_abs() }
}

fn place_of(nth: Nth) -> u8 {
    match nth {
        Nth::First => 0,
        Nth::Second => 1,
        Nth::Third => 2,
        Nth::Fourth => 3,
        Nth::Fifth => 4,
        Nth::Last => 5,
    }
}

const NTH: [Nth; 6] = [Nth::First, Nth::Second, Nth::Third, Nth::Fourth, Nth::Fifth, Nth::Last];

/// Returns what a client wants to write as the core has it. What an import knows of the meeting stays as it was before.
///
/// # Errors
/// `bad_request` for a zone that does not exist, a day that the calendar does not have, or another key.
pub(in crate::driver) fn written(
    meeting: api::Meeting,
    before: Option<&Meeting>,
) -> Result<Meeting, ApiError> {
    let key = before.and_then(|before| before.key.clone());
    if meeting.key.is_some() && meeting.key != key {
        return Err(bad("the key of a meeting is given by an import and stays"));
    }
    let times = match meeting.times {
        api::MeetingTimes::Appointment => MeetingTimes::ByAppointment,
        api::MeetingTimes::Unclear { words } => MeetingTimes::Unclear(words),
        api::MeetingTimes::Weekly(rule) => MeetingTimes::Weekly(written_rule(rule)?),
    };
    let contact = |contact: api::MeetingContact| {
        let api::MeetingContact { name, email, phone } = contact;
        MeetingContact { name, email, phone }
    };
    let secrets = meeting.secrets;
    Ok(Meeting {
        key,
        as_read: before.and_then(|before| before.as_read),
        name: meeting.name,
        group: meeting.group,
        group_notes: meeting.group_notes,
        way: meeting.way.map(|way| match way {
            api::MeetingWay::InPerson => MeetingWay::InPerson,
            api::MeetingWay::Online => MeetingWay::Online,
            api::MeetingWay::Hybrid => MeetingWay::Hybrid,
        }),
        place: MeetingPlace {
            name: meeting.place.name,
            address: meeting.place.address,
            region: meeting.place.region,
            is_approximate: meeting.place.approximate,
            point: meeting.place.point.map(|at| (at.latitude.millionths(), at.longitude.millionths())),
            notes: meeting.place.notes,
        },
        languages: meeting.languages,
        types: meeting.types.into_iter().map(written_type).collect(),
        notes: meeting.notes,
        times,
        secrets: MeetingSecrets {
            url: secrets.url,
            url_notes: secrets.url_notes,
            phone: secrets.phone,
            phone_notes: secrets.phone_notes,
            passcode: secrets.passcode,
            contacts: secrets.contacts.into_iter().map(contact).collect(),
            notes: secrets.notes,
            group_notes: secrets.group_notes,
            place_notes: secrets.place_notes,
            times: secrets.times,
        },
        updated: meeting.updated,
        updated_on: meeting.updated_on.map(written_day).transpose()?,
        source: meeting.source,
    })
}

fn written_rule(rule: api::MeetingRule) -> Result<MeetingRule, ApiError> {
    let zone = rule.zone.map(|zone| zone_named(&zone)).transpose()?;
    let special = |special: api::MeetingSpecial| MeetingSpecial {
        nth: place_of(known_nth(special.nth)),
        weekday: special.weekday.map(|day| known_weekday(day).number()),
        types: special.types.into_iter().map(written_type).collect(),
        says: special.says,
    };
    let exceptions: Result<Vec<_>, ApiError> = rule.exceptions.into_iter().map(written_exception).collect();
    Ok(MeetingRule {
        weekdays: rule.weekdays.into_iter().fold(0, |bits, day| bits | 1 << known_weekday(day).number()),
        start: rule.start.minutes(),
        minutes: rule.minutes,
        zone: zone.map(|zone| zone.name().to_owned()),
        only: rule.only.into_iter().fold(0, |bits, nth| bits | 1 << place_of(known_nth(nth))),
        specials: rule.specials.into_iter().map(special).collect(),
        exceptions: exceptions?,
    })
}

fn written_exception(exception: api::MeetingException) -> Result<MeetingException, ApiError> {
    Ok(match exception {
        api::MeetingException::Cancelled { on } => MeetingException::Cancelled { on: written_day(on)? },
        api::MeetingException::Moved { on, to, start, minutes } => MeetingException::Moved {
            on: written_day(on)?,
            to: written_day(to)?,
            start: start.minutes(),
            minutes,
        },
        api::MeetingException::Paused { from, until } => MeetingException::Paused {
            from: from.map(written_day).transpose()?,
            until: until.map(written_day).transpose()?,
        },
    })
}

fn written_day(day: api::Day) -> Result<MeetingDay, ApiError> {
    let (year, month, day) = day.parts();
    let day = MeetingDay { year, month, day };
    if day.is_in_bounds() { Ok(day) } else { Err(bad("the calendar has no such day")) }
}

fn written_type(it: api::MeetingType) -> MeetingType {
    MeetingType { program: it.program, code: it.code }
}

/// Returns the zone of a name that somebody wrote.
pub(super) fn zone_named(name: &str) -> Result<Zone, ApiError> {
    let hint = Some("A zone has a name such as America/New_York or Europe/Madrid.".to_owned());
    Zone::named(name).map_err(|_| ApiError { hint, ..bad("there is no such time zone") })
}

/// Returns a meeting as clients see it.
pub(in crate::driver) fn shown(meeting: Meeting) -> api::Meeting {
    let MeetingSecrets {
        url,
        url_notes,
        phone,
        phone_notes,
        passcode,
        contacts,
        notes: kept_notes,
        group_notes: kept_group_notes,
        place_notes,
        times: kept_times,
    } = meeting.secrets;
    let contact = |contact: MeetingContact| {
        let MeetingContact { name, email, phone } = contact;
        api::MeetingContact { name, email, phone }
    };
    api::Meeting {
        key: meeting.key,
        name: meeting.name,
        group: meeting.group,
        group_notes: meeting.group_notes,
        way: meeting.way.map(shown_way),
        place: api::MeetingPlace {
            name: meeting.place.name,
            address: meeting.place.address,
            region: meeting.place.region,
            approximate: meeting.place.is_approximate,
            point: meeting.place.point.map(|(north, east)| api::Point {
                latitude: api::Degrees::of_millionths(north),
                longitude: api::Degrees::of_millionths(east),
            }),
            notes: meeting.place.notes,
        },
        languages: meeting.languages,
        types: meeting.types.into_iter().map(shown_type).collect(),
        notes: meeting.notes,
        times: match meeting.times {
            MeetingTimes::ByAppointment => api::MeetingTimes::Appointment,
            MeetingTimes::Unclear(words) => api::MeetingTimes::Unclear { words },
            MeetingTimes::Weekly(rule) => {
                shown_rule(rule).map_or(api::MeetingTimes::Appointment, api::MeetingTimes::Weekly)
            }
        },
        secrets: api::MeetingSecrets {
            url,
            url_notes,
            phone,
            phone_notes,
            passcode,
            contacts: contacts.into_iter().map(contact).collect(),
            notes: kept_notes,
            group_notes: kept_group_notes,
            place_notes,
            times: kept_times,
        },
        updated: meeting.updated,
        updated_on: meeting.updated_on.map(shown_day),
        source: meeting.source,
    }
}

/// `None` cannot come of what is in the core's bounds.
fn shown_rule(rule: MeetingRule) -> Option<api::MeetingRule> {
    let weekdays =
        api::Weekday::ALL.into_iter().enumerate().filter(|(bit, _)| rule.weekdays & (1 << bit) != 0);
    let only = api::Nth::ALL.into_iter().enumerate().filter(|(bit, _)| rule.only & (1 << bit) != 0);
    let special = |special: MeetingSpecial| {
        Some(api::MeetingSpecial {
            nth: *api::Nth::ALL.get(usize::from(special.nth))?,
            weekday: special.weekday.and_then(|day| api::Weekday::ALL.get(usize::from(day)).copied()),
            types: special.types.into_iter().map(shown_type).collect(),
            says: special.says,
        })
    };
    Some(api::MeetingRule {
        weekdays: weekdays.map(|(_, day)| day).collect(),
        start: api::TimeOfDay::of_minutes(rule.start)?,
        minutes: rule.minutes,
        zone: rule.zone,
        only: only.map(|(_, nth)| nth).collect(),
        specials: rule.specials.into_iter().filter_map(special).collect(),
        exceptions: rule.exceptions.into_iter().filter_map(shown_exception).collect(),
    })
}

fn shown_exception(exception: MeetingException) -> Option<api::MeetingException> {
    Some(match exception {
        MeetingException::Cancelled { on } => api::MeetingException::Cancelled { on: shown_day(on) },
        MeetingException::Moved { on, to, start, minutes } => api::MeetingException::Moved {
            on: shown_day(on),
            to: shown_day(to),
            start: api::TimeOfDay::of_minutes(start)?,
            minutes,
        },
        MeetingException::Paused { from, until } => {
            api::MeetingException::Paused { from: from.map(shown_day), until: until.map(shown_day) }
        }
    })
}

fn shown_type(it: MeetingType) -> api::MeetingType {
    api::MeetingType { program: it.program, code: it.code }
}

pub(super) fn shown_way(way: MeetingWay) -> api::MeetingWay {
    match way {
        MeetingWay::InPerson => api::MeetingWay::InPerson,
        MeetingWay::Online => api::MeetingWay::Online,
        MeetingWay::Hybrid => api::MeetingWay::Hybrid,
    }
}

fn shown_day(day: MeetingDay) -> api::Day {
    api::Day::new(day.year, day.month, day.day)
}

pub(super) fn day_shown(date: Date) -> api::Day {
    shown_day(core_day(date))
}

pub(super) fn time_shown(time: LocalTime) -> Option<api::TimeOfDay> {
    api::TimeOfDay::of_minutes(time.minutes())
}

pub(super) fn time_known(time: api::TimeOfDay) -> Option<LocalTime> {
    known_time(time.minutes())
}

pub(super) fn known_weekday(day: api::Weekday) -> Weekday {
    match day {
        api::Weekday::Sunday => Weekday::Sunday,
        api::Weekday::Monday => Weekday::Monday,
        api::Weekday::Tuesday => Weekday::Tuesday,
        api::Weekday::Wednesday => Weekday::Wednesday,
        api::Weekday::Thursday => Weekday::Thursday,
        api::Weekday::Friday => Weekday::Friday,
        api::Weekday::Saturday => Weekday::Saturday,
    }
}

fn known_nth(nth: api::Nth) -> Nth {
    match nth {
        api::Nth::First => Nth::First,
        api::Nth::Second => Nth::Second,
        api::Nth::Third => Nth::Third,
        api::Nth::Fourth => Nth::Fourth,
        api::Nth::Fifth => Nth::Fifth,
        api::Nth::Last => Nth::Last,
    }
}

pub(super) fn bad(message: &str) -> ApiError {
    ApiError::with_message(ErrorCode::BadRequest, message)
}
