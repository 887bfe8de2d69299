//! Reminders of meetings: off unless this member switches them on, on this machine alone, and by ids.
//!
//! Owns the settings for them, and when a reminder is due. What it says is the client's: day and
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
struct Settings {
    /// Whether this member is reminded.
    is_on: bool,
    minutes_before: u16,
    /// Whether a reminder may say a meeting's name.
    is_named: bool,
}

impl Default for Settings {
    fn default() -> Self {
        let minutes_before = limits::REMIND_MINUTES_DEFAULT;
        Self { is_on: false, minutes_before, is_named: false }
    }
}

/// What is due now, and when to look again.
struct Due {
    events: Vec<Event>,
    next: Option<Timestamp>,
}

impl Driver {
    pub(in crate::driver) fn reminders(&self, group: api::GroupId) -> Result<api::Reminders, ApiError> {
        let Settings { is_on, minutes_before, is_named } = self.meeting_settings(group)?;
        Ok(api::Reminders { on: is_on, minutes_before, named: is_named })
    }

    pub(in crate::driver) fn set_reminders(
        &mut self,
        group: api::GroupId,
        wanted: api::Reminders,
    ) -> Result<api::Reminders, ApiError> {
        let api::Reminders { on, minutes_before, named } = wanted;
        // Also says whether there is such a group.
        self.meeting_settings(group)?;
        let settings = Settings { is_on: on, minutes_before, is_named: named };
        self.keep_meeting_settings(group, &settings)?;
        if let Some(open) = self.open.as_mut() {
            open.is_reminder_stale = true;
        }
        Ok(wanted)
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

#[cfg(test)]
mod tests {
    use super::super::tests::{at, meeting, view};
    use super::*;

    fn due_at(minutes_before: u16, since: &str, now: &str) -> (Vec<u64>, u64) {
        let meetings = [(view(), meeting("cancel"))];
        let due = due(api::GroupId::from_bytes([1; 32]), &meetings, minutes_before, at(since), at(now));
        let starts = due.events.iter().map(|event| match event {
            Event::Reminder { at, .. } => *at,
            other => panic!("{other:?}"),
        });
        (starts.collect(), due.next.unwrap().0)
    }

    #[test]
    fn a_reminder_comes_once_and_its_time_before() {
        // Tuesdays at 19:00 in New York, which is midnight in UTC; the 8th is cancelled.
        let start = at("2026-12-02T00:00:00Z");
        assert_eq!(
            due_at(60, "2026-12-01T20:00:00Z", "2026-12-01T22:00:00Z").1,
            at("2026-12-01T23:00:00Z").0
        );
        assert_eq!(due_at(60, "2026-12-01T22:00:00Z", "2026-12-01T23:00:00Z").0, [start.0]);
        assert!(due_at(60, "2026-12-01T23:00:00Z", "2026-12-01T23:30:00Z").0.is_empty());
        // After a sleep it is told if it has not begun, and not afterwards.
        assert_eq!(due_at(60, "2026-12-01T20:00:00Z", "2026-12-01T23:59:00Z").0, [start.0]);
        assert!(due_at(60, "2026-12-01T20:00:00Z", "2026-12-02T00:00:00Z").0.is_empty());
        // A day before is the earliest.
        assert_eq!(due_at(24 * 60, "2026-11-30T20:00:00Z", "2026-12-01T01:00:00Z").0, [start.0]);
    }

    #[test]
    fn nobody_is_reminded_of_what_is_cancelled() {
        assert!(due_at(60, "2026-12-08T20:00:00Z", "2026-12-08T23:30:00Z").0.is_empty());
    }

    #[test]
    fn settings_are_off_at_first_and_later_ones_can_be_read() {
        assert!(!Settings::default().is_on && !Settings::default().is_named);
        let settings = Settings { is_on: true, minutes_before: 300, is_named: true };
        let bytes = postcard::to_stdvec(&settings).unwrap();
        let longer = [bytes.as_slice(), b"more"].concat();
        assert!(postcard::from_bytes::<Settings>(&bytes).unwrap() == settings);
        assert!(postcard::from_bytes::<Settings>(&longer).unwrap() == settings);
    }
}
