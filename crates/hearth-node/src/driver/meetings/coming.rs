//! When the meetings of a group are: times of a window, those included that are cancelled, for somebody who would go.

use hearth_api as api;
use hearth_core::content::body::{Meeting, MeetingTimes};
use hearth_core::engine::ObjectView;
use hearth_meetings::occurrence::{self, ExpansionError, NotHeld};
use hearth_meetings::{Occurrence, Rule, Timestamp};

use super::translate::{day_shown, known_meeting, shown_way, time_shown};
use crate::driver::things;

/// Returns the times that end after `from` and begin before `until`.
pub(super) fn in_window(meetings: &[(ObjectView, Meeting)], from: u64, until: u64) -> api::ComingMeetings {
    let (mut times, mut without_times) = (Vec::new(), Vec::new());
    for (view, meeting) in meetings {
        let id = things::object_id(&view.id);
        match of_meeting(meeting, from, until) {
            Ok(found) => times.extend(found.into_iter().map(|at| api::MeetingAt { meeting: Some(id), ..at })),
            Err(why) => {
                without_times.push(api::MeetingWithoutTimes {
                    meeting: Some(id),
                    name: meeting.name.clone(),
                    why,
                });
            }
        }
    }
    times.sort_by(|one, other| {
        (one.starts_at, &one.name, one.meeting).cmp(&(other.starts_at, &other.name, other.meeting))
    });
    let more = times.len() > api::limits::MEETING_TIMES_MAX;
    times.truncate(api::limits::MEETING_TIMES_MAX);
    api::ComingMeetings { times, more, without_times }
}

/// Returns the times of one meeting, in no order.
///
/// # Errors
/// Why it has none.
pub(super) fn of_meeting(
    meeting: &Meeting,
    from: u64,
    until: u64,
) -> Result<Vec<api::MeetingAt>, api::NoTimes> {
    let known = known_meeting(meeting, "");
    let rule = known.schedule.rule().ok_or(match meeting.times {
        MeetingTimes::Unclear(_) => api::NoTimes::Unclear,
        MeetingTimes::ByAppointment | MeetingTimes::Weekly(_) => api::NoTimes::Appointment,
    })?;
    // What began within the longest meeting before may still go on.
    let early = Timestamp(instant(from).0.saturating_sub(LONGEST_MS));
    let until = instant(until);
    let held = occurrence::between(rule, early, until).map_err(no_times)?;
    let not_held = occurrence::not_held_between(rule, early, until).map_err(no_times)?;
    let held = held.into_iter().map(|one| {
        let state = if one.is_moved { api::MeetingState::Moved } else { api::MeetingState::Planned };
        (one, state, None)
    });
    let not_held = not_held.into_iter().map(|(one, why)| match why {
        NotHeld::Cancelled => (one, api::MeetingState::Cancelled, None),
        NotHeld::Paused => (one, api::MeetingState::Paused, None),
        NotHeld::Moved(to) => {
            let moved = time_shown(to.start).map(|start| api::MovedTo { day: day_shown(to.to), start });
            (one, api::MeetingState::MovedAway, moved)
        }
    });
    let shown = |(one, state, moved_to): (Occurrence, api::MeetingState, Option<api::MovedTo>)| {
        Some(api::MeetingAt { state, moved_to, ..at(&meeting.name, meeting.way.map(shown_way), rule, &one)? })
    };
    Ok(held.chain(not_held).filter_map(shown).filter(|at| at.ends_at > from).collect())
}

/// Returns one time as clients see it.
pub(super) fn at(
    name: &str,
    way: Option<api::MeetingWay>,
    rule: &Rule,
    one: &Occurrence,
) -> Option<api::MeetingAt> {
    let special = |index: &usize| rule.specials.get(*index).map(|special| special.says.clone());
    Some(api::MeetingAt {
        meeting: None,
        name: name.to_owned(),
        way,
        state: api::MeetingState::Planned,
        day: day_shown(one.day),
        starts_at: u64::try_from(one.start.0).ok()?,
        ends_at: u64::try_from(one.end.0).ok()?,
        local_day: day_shown(one.local_date),
        local_time: time_shown(one.local_time)?,
        zone: one.zone.name().to_owned(),
        moved_to: None,
        specials: one.specials.iter().filter_map(special).collect(),
    })
}

/// What lies outside of the years of a calendar has no times.
fn no_times(error: ExpansionError) -> api::NoTimes {
    match error {
        ExpansionError::ZoneNeeded => api::NoTimes::ZoneNeeded,
        ExpansionError::TooLong | ExpansionError::OutOfCalendar => api::NoTimes::NotHeld,
    }
}

pub(super) fn instant(at: u64) -> Timestamp {
    Timestamp(i64::try_from(at).unwrap_or(i64::MAX))
}

/// The longest meeting: a day.
const LONGEST_MS: i64 = 24 * 60 * 60 * 1000;
