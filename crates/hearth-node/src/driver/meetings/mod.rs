//! The meetings of a group, as this node's member asks for them: when they are, what a list brings, what others may have.
//!
//! `translate` knows the three forms of a meeting, `list` reads lists, `coming` makes times of rules, `reminders` says when
//! somebody is reminded. Sends nothing by itself, and logs nothing of any meeting.

mod coming;
mod list;
mod reminders;
mod translate;

use std::collections::BTreeMap;

use hearth_api as api;
use hearth_api::{ApiError, ErrorCode};
use hearth_core::content::Body;
use hearth_core::content::body::Meeting;
use hearth_core::engine::ObjectView;
use hearth_core::ids::{GroupId, ObjectId};
use hearth_meetings as known;
use hearth_meetings::export::{Link, calendar, guide};
use hearth_meetings::import::Import;

use super::{Driver, things, words};
use crate::clock;

pub(super) use list::{find, read};
pub(super) use translate::{shown, written};

impl Driver {
    /// Returns a group's meetings.
    fn group_meetings(&self, group: api::GroupId) -> Result<Vec<(ObjectView, Meeting)>, ApiError> {
        let (engine, id) = (self.engine()?, words::core_group(group));
        engine.group(&id).ok_or(ErrorCode::NotFound)?;
        let views = engine.objects(&id).map_err(|fault| words::error(&fault.into()))?;
        Ok(views.into_iter().filter_map(of_meeting).collect())
    }

    pub(super) fn coming_meetings(
        &self,
        group: api::GroupId,
        query: api::MeetingsQuery,
    ) -> Result<api::ComingMeetings, ApiError> {
        let from = query.from.unwrap_or(clock::now().0);
        let until = query.until.unwrap_or(from.saturating_add(api::limits::MEETINGS_WINDOW_MS_DEFAULT));
        if until < from || until - from > api::limits::MEETINGS_WINDOW_MS_MAX {
            return Err(translate::bad("a window has at most 366 days"));
        }
        Ok(coming::in_window(&self.group_meetings(group)?, from, until))
    }

    /// Makes meetings of a list the group's. One that was taken stays taken when a later one fails: the same list goes on.
    pub(super) async fn import_meetings(
        &mut self,
        group: api::GroupId,
        list: Import,
        prefix: Option<&str>,
        only: &[String],
        dry_run: bool,
    ) -> Result<api::Imported, ApiError> {
        let here = self.group_meetings(group)?;
        let here: BTreeMap<&str, (ObjectId, &Meeting)> = here
            .iter()
            .filter_map(|(view, meeting)| Some((meeting.key.as_deref()?, (view.id, meeting))))
            .collect();
        let chosen = list::chosen(&list.meetings, only)?;
        let plan: Vec<_> = chosen
            .iter()
            .map(|meeting| {
                let before = here.get(meeting.id.as_str());
                (*meeting, before.map(|(id, _)| *id), list::plan(meeting, before.map(|(_, before)| *before)))
            })
            .collect();
        let gone = match only {
            [] => list::gone(here.values().map(|(_, meeting)| *meeting), &list.meetings, prefix),
            [_, ..] => Vec::new(),
        };
        let mut meetings = Vec::new();
        let home = words::core_group(group);
        for (meeting, id, plan) in plan {
            if let Some(new) = plan.new.filter(|_| !dry_run) {
                let body = Body::Meeting(new);
                self.wish(|engine, now| engine.put_object(home, id, &body, None, now)).await?;
            }
            meetings.push(list::imported(meeting, plan.what));
        }
        Ok(api::Imported { dry_run, meetings, gone, report: list::report(&list) })
    }

    pub(super) fn export_meetings(
        &self,
        group: api::GroupId,
        query: api::ExportQuery,
    ) -> Result<api::Exported, ApiError> {
        let here = self.group_meetings(group)?;
        let meetings: Vec<known::Meeting> =
            here.iter().map(|(view, meeting)| translate::known_meeting(meeting, &view.id.to_hex())).collect();
        let link = match query.links {
            api::Links::LeftOut => Link::LeftOut,
            api::Links::WithoutPasscode => Link::WithoutPasscode,
            api::Links::Whole => Link::Whole,
        };
        let (file, left_out) = match query.format {
            api::ExportFormat::Guide => {
                let list = guide::write(&meetings, &guide::Options { link });
                let paused = list.paused.into_iter().map(|id| (id, api::NoTimes::NotHeld)).collect();
                (list.json, paused)
            }
            api::ExportFormat::Calendar => {
                let options = calendar::Options {
                    stamp: known::Timestamp(i64::try_from(clock::now().0).unwrap_or(i64::MAX)),
                    from: today()?,
                    id_key: calendar_key(&self.transport_seed()?, &words::core_group(group)),
                    title: if query.names { calendar::Title::Full } else { calendar::Title::Discreet },
                    has_place: query.places,
                    link,
                };
                let calendar = calendar::write(&meetings, &options);
                let left_out: Vec<(String, api::NoTimes)> =
                    calendar.left_out.into_iter().map(|(id, why)| (id, not_written(why))).collect();
                (calendar.text, left_out)
            }
        };
        let named = |(id, why): (String, api::NoTimes)| {
            let place = meetings.iter().position(|meeting| meeting.id == id)?;
            let (view, meeting) = here.get(place)?;
            let meeting_id = Some(things::object_id(&view.id));
            Some(api::MeetingWithoutTimes { meeting: meeting_id, name: meeting.name.clone(), why })
        };
        let left_out: Vec<_> = left_out.into_iter().filter_map(named).collect();
        let written = u64::try_from(here.len().saturating_sub(left_out.len())).unwrap_or(u64::MAX);
        Ok(api::Exported { file, written, left_out })
    }
}

/// Returns what the ids of a calendar's entries are made with: the same for each calendar of this node, and known to nobody else.
fn calendar_key(seed: &[u8], group: &GroupId) -> [u8; 32] {
    let mut hasher = blake3::Hasher::new_derive_key(CALENDAR_CONTEXT);
    hasher.update(&group.0).update(seed);
    *hasher.finalize().as_bytes()
}

const CALENDAR_CONTEXT: &str = "hearth 2026-11 calendar ids";

fn of_meeting(view: ObjectView) -> Option<(ObjectView, Meeting)> {
    match view.body.clone() {
        Body::Meeting(meeting) => Some((view, meeting)),
        _ => None,
    }
}

/// Returns the day that it is here: a calendar begins with it.
fn today() -> Result<known::Date, ApiError> {
    let today = clock::today();
    known::Date::new(today.year(), today.month(), today.day())
        .map_err(|_| translate::bad("this machine's clock is wrong"))
}

fn not_written(why: calendar::NotWritten) -> api::NoTimes {
    match why {
        calendar::NotWritten::NoTimes => api::NoTimes::Appointment,
        calendar::NotWritten::ZoneNeeded => api::NoTimes::ZoneNeeded,
        calendar::NotWritten::NotHeld => api::NoTimes::NotHeld,
    }
}

#[cfg(test)]
mod tests {
    use hearth_core::content::body::{MeetingDay, MeetingException, MeetingRule, MeetingTimes};
    use hearth_core::ids::Timestamp;

    use super::*;

    /// An instant.
    pub(super) fn at(text: &str) -> Timestamp {
        let at: jiff::Timestamp = text.parse().unwrap();
        Timestamp(u64::try_from(at.as_millisecond()).unwrap())
    }

    /// A meeting on Tuesdays at 19:00 in New York, with what else is asked for.
    pub(super) fn meeting(with: &str) -> Meeting {
        let day = |day| MeetingDay { year: 2026, month: 12, day };
        let exceptions = match with {
            "cancel" => vec![MeetingException::Cancelled { on: day(8) }],
            "move" => {
                vec![MeetingException::Moved { on: day(8), to: day(10), start: 18 * 60, minutes: Some(30) }]
            }
            "pause" => vec![MeetingException::Paused { from: Some(day(8)), until: Some(day(15)) }],
            _ => Vec::new(),
        };
        let rule = MeetingRule {
            weekdays: 1 << 2,
            start: 19 * 60,
            zone: Some("America/New_York".to_owned()),
            exceptions,
            ..MeetingRule::default()
        };
        Meeting { name: "Tuesday Night".to_owned(), times: MeetingTimes::Weekly(rule), ..Meeting::default() }
    }

    pub(super) fn view() -> ObjectView {
        ObjectView {
            id: ObjectId([3; 32]),
            body: Body::Meeting(meeting("")),
            owner: None,
            is_mine: false,
            by: None,
            by_name: String::new(),
            at: Timestamp(1),
            may_change: false,
            beside: 0,
            delivery: None,
        }
    }
}
