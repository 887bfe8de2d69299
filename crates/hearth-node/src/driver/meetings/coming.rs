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

#[cfg(test)]
mod tests {
    use hearth_core::content::body::MeetingRule;

    use super::super::tests::{at, meeting, view};
    use super::*;
    use api::MeetingState::{Cancelled, Moved, MovedAway, Paused, Planned};

    fn december(meeting: Meeting) -> api::ComingMeetings {
        in_window(&[(view(), meeting)], at("2026-12-01T12:00:00Z").0, at("2026-12-16T12:00:00Z").0)
    }

    fn told(coming: &api::ComingMeetings) -> Vec<(String, api::MeetingState)> {
        coming.times.iter().map(|at| (format!("{} {}", at.local_day, at.local_time), at.state)).collect()
    }

    fn expected(times: [(&str, api::MeetingState); 3]) -> Vec<(String, api::MeetingState)> {
        times.into_iter().map(|(time, state)| (time.to_owned(), state)).collect()
    }

    #[test]
    fn what_is_cancelled_moved_or_paused_is_shown_as_such() {
        let (first, second, third) = ("2026-12-01 19:00", "2026-12-08 19:00", "2026-12-15 19:00");
        let all = |second_state| expected([(first, Planned), (second, second_state), (third, Planned)]);
        assert_eq!(told(&december(meeting(""))), all(Planned));
        assert_eq!(told(&december(meeting("cancel"))), all(Cancelled));
        assert_eq!(
            told(&december(meeting("pause")))[1..],
            [(second.to_owned(), Paused), (third.to_owned(), Paused)]
        );
        let moved = december(meeting("move"));
        let to = ("2026-12-10 18:00".to_owned(), Moved);
        assert_eq!(told(&moved)[1..3], [(second.to_owned(), MovedAway), to]);
        let moved_to = moved.times[1].moved_to.unwrap();
        assert_eq!(
            (moved_to.day.to_string(), moved_to.start.to_string()),
            ("2026-12-10".into(), "18:00".into())
        );
        assert_eq!(moved.times[2].ends_at - moved.times[2].starts_at, 30 * 60 * 1000);
    }

    #[test]
    fn what_still_goes_on_is_shown_and_what_is_over_is_not() {
        let from =
            |text| in_window(&[(view(), meeting(""))], at(text).0, at("2026-12-03T00:00:00Z").0).times.len();
        assert_eq!((from("2026-12-02T00:59:00Z"), from("2026-12-02T01:00:00Z")), (1, 0));
    }

    #[test]
    fn times_that_the_clocks_skip_or_show_twice_are_told_as_they_are() {
        let at_time = |start: u16| {
            let mut meeting = meeting("");
            let MeetingTimes::Weekly(rule) = &mut meeting.times else { panic!("no rule") };
            *rule = MeetingRule { weekdays: 1, start, ..rule.clone() };
            meeting
        };
        let night = |meeting, day: &str| {
            let from = at(&format!("{day}T04:00:00Z")).0;
            in_window(&[(view(), meeting)], from, from + 12 * 60 * 60 * 1000).times
        };
        // In New York 02:00 became 03:00 on 2027-03-14, and 02:00 became 01:00 on 2026-11-01.
        let gap = night(at_time(2 * 60 + 30), "2027-03-14");
        assert_eq!((gap.len(), gap[0].local_time.to_string()), (1, "03:30".to_owned()));
        assert_eq!(gap[0].starts_at, at("2027-03-14T07:30:00Z").0);
        let fold = night(at_time(60 + 30), "2026-11-01");
        assert_eq!((fold.len(), fold[0].local_time.to_string()), (1, "01:30".to_owned()));
        assert_eq!(fold[0].starts_at, at("2026-11-01T05:30:00Z").0);
    }

    #[test]
    fn a_meeting_without_times_is_named_with_the_reason() {
        let mut without_zone = meeting("");
        let MeetingTimes::Weekly(rule) = &mut without_zone.times else { panic!("no rule") };
        rule.zone = None;
        let mut unknown_zone = without_zone.clone();
        let MeetingTimes::Weekly(rule) = &mut unknown_zone.times else { panic!("no rule") };
        rule.zone = Some("Mars/Olympus_Mons".to_owned());
        let why = |meeting| december(meeting).without_times.iter().map(|it| it.why).collect::<Vec<_>>();
        assert_eq!(why(without_zone), [api::NoTimes::ZoneNeeded]);
        assert_eq!(why(unknown_zone), [api::NoTimes::ZoneNeeded]);
        let times = |times| Meeting { times, ..meeting("") };
        assert_eq!(why(times(MeetingTimes::ByAppointment)), [api::NoTimes::Appointment]);
        assert_eq!(why(times(MeetingTimes::Unclear(None))), [api::NoTimes::Unclear]);
    }
}
