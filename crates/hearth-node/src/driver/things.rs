//! Translates what a group has between the words of the local API and those of the engine.
//!
//! Owns nothing else: who may write what, and which version counts, is the engine's.

use hearth_api as api;
use hearth_api::{ApiError, ErrorCode};
use hearth_core::Engine;
use hearth_core::content::Body;
use hearth_core::content::body::{
    Card, Guidelines, Introduction, Meeting, Phone, Position, Reading, Slot, Take, TakeState, Welcome,
};
use hearth_core::engine::ObjectView;
use hearth_core::ids::{GroupId, IdentityId, ObjectId, Timestamp};
use hearth_core::store::ReadStore;

use super::{meetings, words};

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
        api::Thing::Phone { number, hours, call, sms, sos } => {
            Body::Phone(Phone { number, hours, may_call: call, may_text: sms, may_sos: sos })
        }
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
            let since = own_take(engine, group, core_object(slot))?.unwrap_or(now);
            Body::Take(Take { slot: core_object(slot), at, since, state: core_state(state) })
        }
        api::Thing::Reading { title, text, source } => Body::Reading(Reading { title, text, source }),
        api::Thing::Meeting(meeting) => {
            let before = id.and_then(|id| known_meeting(engine, group, id).transpose()).transpose()?;
            Body::Meeting(meetings::written(*meeting, before.as_ref())?)
        }
        api::Thing::Welcome { newcomer } => {
            Body::Welcome(Welcome { newcomer: identity(newcomer)?, since: now })
        }
    })
}

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
) -> Result<Option<Timestamp>, ApiError> {
    let objects = engine.objects(group).map_err(|fault| words::error(&fault.into()))?;
    let own = objects.into_iter().filter(|object| object.is_mine);
    let mut since = own.filter_map(|object| match object.body {
        Body::Take(take) if take.slot == slot => Some(take.since),
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
    let ObjectView { id, body, is_mine, by, by_name, at, may_change, beside, delivery, .. } = view;
    let member =
        |identity: IdentityId| engine.member_of_identity(group, &identity).map(|id| words::member_id(&id));
    let thing = match body {
        Body::Card(card) => {
            let Card { name, program, is_open, format, languages, for_whom, contact, text } = card;
            api::Thing::Card { name, program, open: is_open, format, languages, for_whom, contact, text }
        }
        Body::Guidelines(Guidelines { text }) => api::Thing::Guidelines { text },
        Body::Introduction(Introduction { text }) => api::Thing::Introduction { text },
        Body::Phone(Phone { number, hours, may_call, may_text, may_sos }) => {
            api::Thing::Phone { number, hours, call: may_call, sms: may_text, sos: may_sos }
        }
        Body::Position(Position { name, text, holder }) => {
            api::Thing::Position { name, text, holder: holder.and_then(member) }
        }
        Body::Slot(Slot { what, at, note }) => api::Thing::Slot { service: what, at: at.0, note },
        Body::Take(Take { slot, state, .. }) => {
            api::Thing::Take { slot: object_id(&slot), state: api_state(state) }
        }
        Body::Reading(Reading { title, text, source }) => api::Thing::Reading { title, text, source },
        Body::Meeting(meeting) => api::Thing::Meeting(Box::new(meetings::shown(meeting))),
        Body::Welcome(Welcome { newcomer, .. }) => api::Thing::Welcome { newcomer: member(newcomer)? },
        Body::Unknown | Body::OutOfBounds => return None,
    };
    Some(api::Object {
        id: object_id(&id),
        thing,
        is_mine,
        by: by.as_ref().map(words::member_id),
        by_name,
        at: at.0,
        may_change,
        beside: u32::try_from(beside).unwrap_or(u32::MAX),
        state: delivery.map(|delivery| words::delivery(Some(delivery)).state),
    })
}

pub(super) fn core_object(id: api::ObjectId) -> ObjectId {
    ObjectId(id.to_bytes())
}

pub(super) fn object_id(id: &ObjectId) -> api::ObjectId {
    api::ObjectId::from_bytes(id.0)
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
