//! Translates what a group has between the words of the local API and those of the engine.
//!
//! Owns nothing else: who may write what, and which version counts, is the engine's.

use hearth_api as api;
use hearth_api::{ApiError, ErrorCode};
use hearth_core::Engine;
use hearth_core::content::Body;
use hearth_core::content::body::{
    Card, CrisisCard, CrisisLine, Guidelines, Home, Introduction, Meeting, Minutes, OnCall, Position,
    Reading, SafetyContacts, Slot, Stay, Take, TakeState, TreasurerReport, Welcome,
};
use hearth_core::engine::{ObjectView, VersionView};
use hearth_core::ids::{GroupId, IdentityId, ObjectId, Timestamp};
use hearth_core::limits::CALENDAR_DAY_MAX;
use hearth_core::store::ReadStore;
use jiff::{ToSpan, civil};

use super::{meetings, phones, words};

/// Translates what a client wants to write.
///
/// # Errors
/// `not_found` if it names somebody or something that is not there.
pub(super) fn body<S: ReadStore>(
    engine: &Engine<S>,
    group: &GroupId,
    thing: api::Thing,
    id: Option<ObjectId>,
    now: Timestamp,
) -> Result<Body, ApiError> {
    let identity = |member: api::MemberId| {
        engine.identity_of(group, &words::core_member(member)).ok_or(ErrorCode::NotFound)
    };
    Ok(match thing {
        api::Thing::Card { name, program, open, format, languages, for_whom, contact, text } => {
            Body::Card(Card { name, program, is_open: open, format, languages, for_whom, contact, text })
        }
        api::Thing::Guidelines { text } => Body::Guidelines(Guidelines { text }),
        api::Thing::Introduction { text } => Body::Introduction(Introduction { text }),
        api::Thing::Phone(phone) => Body::Phone(phones::core(phone)),
        api::Thing::Position { name, text, holder } => {
            Body::Position(Position { name, text, holder: holder.map(identity).transpose()? })
        }
        api::Thing::Slot { service, at, note } => Body::Slot(Slot { what: service, at: Timestamp(at), note }),
        api::Thing::Take { slot, state } => {
            let slots = engine.slots(group).map_err(|fault| words::error(&fault.into()))?;
            let known = slots.into_iter().find(|known| known.slot.id == core_object(slot));
            let Some(Body::Slot(Slot { at, .. })) = known.map(|known| known.slot.body) else {
                return Err(ErrorCode::NotFound.into());
            };
            let (slot, state) = (core_object(slot), core_state(state));
            let since = since(own_take(engine, group, slot)?, state, now);
            Body::Take(Take { slot, at, since, state })
        }
        api::Thing::SafetyContacts { members } => {
            let contacts = members.into_iter().map(identity).collect::<Result<_, _>>()?;
            Body::SafetyContacts(SafetyContacts { contacts })
        }
        api::Thing::Reading { title, text, source } => Body::Reading(Reading { title, text, source }),
        api::Thing::Minutes { title, text } => Body::Minutes(Minutes { title, text }),
        api::Thing::TreasurerReport { period, currency, digits, opening, income, expenses, closing } => {
            let report = TreasurerReport { period, currency, digits, opening, income, expenses, closing };
            Body::TreasurerReport(report)
        }
        api::Thing::OnCall { from, until } => {
            Body::OnCall(OnCall { from: Timestamp(from), until: Timestamp(until) })
        }
        api::Thing::Meeting(meeting) => {
            let before = id.and_then(|id| known_meeting(engine, group, id).transpose()).transpose()?;
            Body::Meeting(meetings::written(*meeting, before.as_ref())?)
        }
        api::Thing::Welcome { newcomer } => {
            Body::Welcome(Welcome { newcomer: identity(newcomer)?, since: now })
        }
        api::Thing::Stay { visitor } => Body::Stay(Stay::from(identity(visitor)?, now)),
        api::Thing::Home => Body::Home(Home { since: now }),
        api::Thing::CrisisCard { region, lines, text } => {
            let lines = lines.into_iter().map(core_line).collect::<Result<_, _>>()?;
            Body::CrisisCard(CrisisCard { region, lines, text })
        }
    })
}

/// Since when this member's word for a slot is. Who takes back a wish to swap took it anew: somebody may have stepped in.
fn since(before: Option<(Timestamp, TakeState)>, state: TakeState, now: Timestamp) -> Timestamp {
    match (before, state) {
        (Some((_, TakeState::SwapWanted)), TakeState::Taken | TakeState::Done) | (None, _) => now,
        (Some((since, _)), _) => since,
    }
}

/// When this member took a slot, and how they stand to it, if they did and did not give it back.
/// The meeting that is to be changed, as it is.
fn known_meeting<S: ReadStore>(
    engine: &Engine<S>,
    group: &GroupId,
    id: ObjectId,
) -> Result<Option<Meeting>, ApiError> {
    let objects = engine.objects(group).map_err(|fault| words::error(&fault.into()))?;
    Ok(objects.into_iter().find(|object| object.id == id).and_then(|object| match object.body {
        Body::Meeting(meeting) => Some(meeting),
        _ => None,
    }))
}

/// When this member took a slot, if they did and did not give it back.
fn own_take<S: ReadStore>(
    engine: &Engine<S>,
    group: &GroupId,
    slot: ObjectId,
) -> Result<Option<(Timestamp, TakeState)>, ApiError> {
    let objects = engine.objects(group).map_err(|fault| words::error(&fault.into()))?;
    let own = objects.into_iter().filter(|object| object.is_mine);
    let mut since = own.filter_map(|object| match object.body {
        Body::Take(take) if take.slot == slot => Some((take.since, take.state)),
        _ => None,
    });
    Ok(since.next())
}

/// Translates something that the group has; nothing if it is of a kind that clients do not know.
pub(super) fn object<S: ReadStore>(
    engine: &Engine<S>,
    group: &GroupId,
    view: ObjectView,
) -> Option<api::Object> {
    let ObjectView { id, body, owner, is_mine, by, by_name, at, may_change, beside, delivery } = view;
    let owner = owner.and_then(|owner| engine.member_of_identity(group, &owner));
    Some(api::Object {
        id: object_id(&id),
        thing: thing(engine, group, body)?,
        owner: owner.as_ref().map(words::member_id),
        is_mine,
        by: by.as_ref().map(words::member_id),
        by_name,
        at: at.0,
        may_change,
        beside: u32::try_from(beside).unwrap_or(u32::MAX),
        state: delivery.map(|delivery| words::delivery(Some(delivery)).state),
    })
}

/// Translates one of the versions that stand; nothing if clients do not know it.
pub(super) fn version<S: ReadStore>(
    engine: &Engine<S>,
    group: &GroupId,
    view: VersionView,
) -> Option<api::Version> {
    let VersionView { body, by, by_name, at } = view;
    let thing = match body {
        Some(body) => Some(thing(engine, group, body)?),
        None => None,
    };
    Some(api::Version { thing, by: by.as_ref().map(words::member_id), by_name, at: at.0 })
}

pub(super) fn card(card: Card) -> api::Thing {
    let Card { name, program, is_open, format, languages, for_whom, contact, text } = card;
    api::Thing::Card { name, program, open: is_open, format, languages, for_whom, contact, text }
}

fn thing<S: ReadStore>(engine: &Engine<S>, group: &GroupId, body: Body) -> Option<api::Thing> {
    let member =
        |identity: IdentityId| engine.member_of_identity(group, &identity).map(|id| words::member_id(&id));
    Some(match body {
        Body::Card(of_group) => card(of_group),
        Body::Guidelines(Guidelines { text }) => api::Thing::Guidelines { text },
        Body::Introduction(Introduction { text }) => api::Thing::Introduction { text },
        Body::Phone(phone) => api::Thing::Phone(phones::api(phone)),
        Body::Position(Position { name, text, holder }) => {
            api::Thing::Position { name, text, holder: holder.and_then(member) }
        }
        Body::Slot(Slot { what, at, note }) => api::Thing::Slot { service: what, at: at.0, note },
        Body::Take(Take { slot, state, .. }) => {
            api::Thing::Take { slot: object_id(&slot), state: api_state(state) }
        }
        Body::Reading(Reading { title, text, source }) => api::Thing::Reading { title, text, source },
        // Whoever is out is none of them any more.
        Body::SafetyContacts(SafetyContacts { contacts }) => {
            api::Thing::SafetyContacts { members: contacts.into_iter().filter_map(member).collect() }
        }
        Body::Meeting(meeting) => api::Thing::Meeting(Box::new(meetings::shown(meeting))),
        Body::Welcome(Welcome { newcomer, .. }) => api::Thing::Welcome { newcomer: member(newcomer)? },
        Body::Stay(Stay { visitor, .. }) => api::Thing::Stay { visitor: member(visitor)? },
        Body::Home(_) => api::Thing::Home,
        Body::OnCall(OnCall { from, until }) => api::Thing::OnCall { from: from.0, until: until.0 },
        Body::CrisisCard(CrisisCard { region, lines, text }) => {
            api::Thing::CrisisCard { region, lines: lines.into_iter().map(api_line).collect(), text }
        }
        Body::Minutes(Minutes { title, text }) => api::Thing::Minutes { title, text },
        Body::TreasurerReport(report) => {
            let TreasurerReport { period, currency, digits, opening, income, expenses, closing } = report;
            api::Thing::TreasurerReport { period, currency, digits, opening, income, expenses, closing }
        }
        // What the group votes on has routes of its own, which say nothing of how somebody else voted; so have keepers, whose
        // desks are nobody's to see.
        Body::Poll(_)
        | Body::Ballot(_)
        | Body::PollWord(_)
        | Body::Keeper(_)
        | Body::Unknown
        | Body::OutOfBounds => return None,
    })
}

pub(super) fn core_object(id: api::ObjectId) -> ObjectId {
    ObjectId(id.to_bytes())
}

pub(super) fn object_id(id: &ObjectId) -> api::ObjectId {
    api::ObjectId::from_bytes(id.0)
}

fn core_line(line: api::CrisisLine) -> Result<CrisisLine, ApiError> {
    let api::CrisisLine { label, number, how, hours, source, checked_on } = line;
    let checked_on = checked_on.map(core_day).transpose()?;
    Ok(CrisisLine { label, number, how, hours, source, checked_on })
}

fn api_line(line: CrisisLine) -> api::CrisisLine {
    let CrisisLine { label, number, how, hours, source, checked_on } = line;
    api::CrisisLine { label, number, how, hours, source, checked_on: checked_on.and_then(api_day) }
}

const DAY_ZERO: civil::Date = civil::date(1970, 1, 1);

fn core_day(day: api::Day) -> Result<u32, ApiError> {
    let (year, month, day) = day.parts();
    let number = |part: u8| i8::try_from(part).ok();
    let date = i16::try_from(year).ok().zip(number(month)).zip(number(day));
    let date = date.and_then(|((year, month), day)| civil::Date::new(year, month, day).ok());
    let days = date.and_then(|date| u32::try_from((date - DAY_ZERO).get_days()).ok());
    days.ok_or_else(|| ApiError::with_message(ErrorCode::BadRequest, "the calendar has no such day"))
}

/// A day beyond the calendar is none: the core keeps it out.
fn api_day(days: u32) -> Option<api::Day> {
    let days = i32::try_from(days.min(CALENDAR_DAY_MAX)).ok()?;
    let date = DAY_ZERO.checked_add(days.days()).ok()?;
    let part = |part: i8| u8::try_from(part).ok();
    Some(api::Day::new(u16::try_from(date.year()).ok()?, part(date.month())?, part(date.day())?))
}

fn core_state(state: api::TakeState) -> TakeState {
    match state {
        api::TakeState::Taken => TakeState::Taken,
        api::TakeState::SwapWanted => TakeState::SwapWanted,
        api::TakeState::Done => TakeState::Done,
    }
}

fn api_state(state: TakeState) -> api::TakeState {
    match state {
        TakeState::Taken => api::TakeState::Taken,
        TakeState::SwapWanted => api::TakeState::SwapWanted,
        TakeState::Done => api::TakeState::Done,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_of_a_card_are_those_of_the_calendar() {
        for (text, days) in [("1970-01-01", 0), ("2024-02-29", 19_782), ("9999-12-31", CALENDAR_DAY_MAX)] {
            let day: api::Day = text.parse().unwrap();
            assert_eq!(core_day(day).ok(), Some(days), "{text}");
            assert_eq!(api_day(days).map(|day| day.to_string()).as_deref(), Some(text));
        }
        for text in ["2026-02-30", "2026-13-01", "1969-12-31", "0000-00-00"] {
            assert!(core_day(text.parse().unwrap()).is_err(), "{text}");
        }
    }

    #[test]
    fn who_takes_back_a_wish_to_swap_took_it_anew() {
        let (before, now) = (Timestamp(5), Timestamp(9));
        for (known, state, expected) in [
            (None, TakeState::Taken, now),
            (Some((before, TakeState::Taken)), TakeState::Taken, before),
            (Some((before, TakeState::Taken)), TakeState::SwapWanted, before),
            (Some((before, TakeState::Taken)), TakeState::Done, before),
            (Some((before, TakeState::SwapWanted)), TakeState::SwapWanted, before),
            (Some((before, TakeState::SwapWanted)), TakeState::Taken, now),
            (Some((before, TakeState::SwapWanted)), TakeState::Done, now),
        ] {
            assert_eq!(since(known, state, now), expected, "{known:?} to {state:?}");
        }
    }
}
