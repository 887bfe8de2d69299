//! Reminders of meetings: off unless this member switches them on, on this machine alone, and by ids.
//!
//! Owns the settings of a group's meetings on this node, and when a reminder is due. What it says is the client's: day and
//! time, and no name unless the member chose otherwise.

use hearth_api as api;
use hearth_api::{ApiError, ErrorCode, Event, limits};
use hearth_core::content::body::Meeting;
use hearth_core::engine::{ObjectView, Standing};
use hearth_core::ids::{GroupId, Timestamp};
use hearth_core::store::{Class, Key, ReadStore, WriteBatch};
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use super::coming;
use crate::clock;
use crate::driver::{Driver, things, words};

/// What is kept of a group's meetings on this node alone. Fields are only ever appended.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(in crate::driver) struct Settings {
    /// Whether this member is reminded.
    is_on: bool,
    minutes_before: u16,
    /// Whether a reminder may say a meeting's name.
    is_named: bool,
    /// From which the ids of a calendar's entries are made; made with the first calendar.
    calendar_key: Option<[u8; 32]>,
}

impl Default for Settings {
    fn default() -> Self {
        let minutes_before = limits::REMIND_MINUTES_DEFAULT;
        Self { is_on: false, minutes_before, is_named: false, calendar_key: None }
    }
}

/// What is due now, and when to look again.
pub(in crate::driver) struct Due {
    pub(in crate::driver) events: Vec<Event>,
    pub(in crate::driver) next: Option<Timestamp>,
}

impl Driver {
    pub(in crate::driver) fn reminders(&self, group: api::GroupId) -> Result<api::Reminders, ApiError> {
        let Settings { is_on, minutes_before, is_named, .. } = self.meeting_settings(group)?;
        Ok(api::Reminders { on: is_on, minutes_before, named: is_named })
    }

    pub(in crate::driver) fn set_reminders(
        &mut self,
        group: api::GroupId,
        wanted: api::Reminders,
    ) -> Result<api::Reminders, ApiError> {
        let api::Reminders { on, minutes_before, named } = wanted;
        let before = self.meeting_settings(group)?;
        let settings = Settings { is_on: on, minutes_before, is_named: named, ..before };
        self.keep_meeting_settings(group, &settings)?;
        if let Some(open) = self.open.as_mut() {
            open.is_reminder_stale = true;
        }
        Ok(wanted)
    }

    /// Returns the key of a group's calendars, the same for every calendar of this node.
    pub(super) fn calendar_key(&mut self, group: api::GroupId) -> Result<[u8; 32], ApiError> {
        let settings = self.meeting_settings(group)?;
        if let Some(key) = settings.calendar_key {
            return Ok(key);
        }
        let mut key = [0; 32];
        getrandom::fill(&mut key).map_err(|_| ErrorCode::Internal)?;
        self.keep_meeting_settings(group, &Settings { calendar_key: Some(key), ..settings })?;
        Ok(key)
    }

    fn meeting_settings(&self, group: api::GroupId) -> Result<Settings, ApiError> {
        let open = self.open.as_ref().ok_or(ErrorCode::Locked)?;
        let group = words::core_group(group);
        open.engine.group(&group).ok_or(ErrorCode::NotFound)?;
        let bytes = open.vault.reader().get(&key(&group)).map_err(|error| words::store_error(&error))?;
        bytes.map_or(Ok(Settings::default()), |bytes| {
            postcard::from_bytes(&bytes).map_err(|_| ErrorCode::Damaged.into())
        })
    }

    fn keep_meeting_settings(&self, group: api::GroupId, settings: &Settings) -> Result<(), ApiError> {
        let open = self.open.as_ref().ok_or(ErrorCode::Locked)?;
        let bytes = Zeroizing::new(postcard::to_stdvec(settings).map_err(|_| ErrorCode::Internal)?);
        let mut batch = WriteBatch::default();
        batch.put(key(&words::core_group(group)), bytes.to_vec());
        open.vault.commit(&batch).map_err(|error| words::store_error(&error))
    }

    /// Tells clients what is due, and plans the next look. What cannot be read is not told.
    pub(in crate::driver) fn remind(&mut self) {
        let now = clock::now();
        let Some(open) = self.open.as_ref() else { return };
        let since = open.reminded_until.min(now);
        let groups: Vec<api::GroupId> = open
            .engine
            .groups()
            .iter()
            .filter(|view| view.standing == Standing::Member)
            .map(|view| words::group_id(&view.id))
            .collect();
        let mut next: Option<Timestamp> = None;
        for group in groups {
            let Ok(settings) = self.meeting_settings(group) else { continue };
            if !settings.is_on {
                continue;
            }
            let Ok(meetings) = self.group_meetings(group) else { continue };
            let due = due(group, &meetings, settings.minutes_before, since, now);
            for event in due.events {
                // Nobody may be listening; that is no error.
                let _ = self.events.send(event);
            }
            next = next.into_iter().chain(due.next).min();
        }
        if let Some(open) = self.open.as_mut() {
            open.reminded_until = now;
            open.next_reminder = next;
            open.is_reminder_stale = false;
        }
    }
}

/// Decides which meetings to remind of that were not due at `since`, and when to look again: a day later at the latest.
fn due(
    group: api::GroupId,
    meetings: &[(ObjectView, Meeting)],
    minutes_before: u16,
    since: Timestamp,
    now: Timestamp,
) -> Due {
    let before_ms = u64::from(minutes_before) * MINUTE_MS;
    let look_again = now.plus_ms(DAY_MS);
    let (mut events, mut next) = (Vec::new(), look_again);
    for (view, meeting) in meetings {
        let times =
            coming::of_meeting(meeting, now.0, look_again.0.saturating_add(before_ms)).unwrap_or_default();
        for at in times {
            let is_held = matches!(at.state, api::MeetingState::Planned | api::MeetingState::Moved);
            if !is_held || at.starts_at <= now.0 {
                continue;
            }
            let remind_at = Timestamp(at.starts_at.saturating_sub(before_ms));
            if remind_at > now {
                next = next.min(remind_at);
            } else if remind_at > since {
                events.push(Event::Reminder {
                    group,
                    meeting: things::object_id(&view.id),
                    at: at.starts_at,
                });
            }
        }
    }
    Due { events, next: (!meetings.is_empty()).then_some(next) }
}

fn key(group: &GroupId) -> Key {
    Key::new(Class::MeetingSettings, &group.0, &[])
}

const MINUTE_MS: u64 = 60 * 1000;
const DAY_MS: u64 = 24 * 60 * MINUTE_MS;
