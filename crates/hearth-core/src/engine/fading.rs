//! What fades: when a message is forgotten, text and all, on a clock that may be off.
//!
//! Owns how far the clock is believed. A clock that has jumped must not empty anybody's disk: nothing is forgotten until
//! it has stood by its word for a day. PROTOCOL section 10.

use serde::{Deserialize, Serialize};

use super::{Engine, Move};
use crate::alarms::Alarms;
use crate::content::Content;
use crate::error::{Fault, LoadError};
use crate::group::Group;
use crate::ids::{GroupId, MS_PER_DAY, MessageId, Timestamp};
use crate::keys::KeyLayer;
use crate::limits;
use crate::message::Message;
use crate::store::{Class, Key, ReadStore, WriteBatch};
use crate::timeline::{Part, Timeline};

/// Milliseconds by which the clock may have gone on since it was last looked at, to be believed at once.
const JUMP_MS_MAX: u64 = 8 * MS_PER_DAY;
/// Milliseconds for which a clock that has jumped has to stay ahead.
const PROBATION_MS: u64 = MS_PER_DAY;
/// Messages that one step forgets at most.
const FORGOTTEN_PER_STEP_MAX: usize = 256;

/// How far the clock is believed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Belief {
    /// The latest time that was believed.
    believed: Timestamp,
    /// Since when the clock has been far ahead of that.
    in_doubt_since: Option<Timestamp>,
}

impl Belief {
    /// Looks at the clock; says whether what is due by `now` may be forgotten.
    fn look(&mut self, now: Timestamp) -> bool {
        let is_proved = self.in_doubt_since.is_some_and(|since| now >= since.plus_ms(PROBATION_MS));
        if now <= self.believed.plus_ms(JUMP_MS_MAX) || is_proved {
            *self = Self { believed: self.believed.max(now), in_doubt_since: None };
            return true;
        }
        // Further back than before: what it said then was wrong.
        self.in_doubt_since = Some(self.in_doubt_since.map_or(now, |since| since.min(now)));
        false
    }
}

/// Whether and by what clock messages are forgotten.
pub(super) struct Fading {
    is_on: bool,
    belief: Option<Belief>,
    /// What is on disk.
    saved: Option<Belief>,
}

impl Fading {
    pub(super) fn load(store: &impl ReadStore) -> Result<Self, LoadError> {
        let parse = |bytes: &[u8]| postcard::from_bytes(bytes).map_err(|_| LoadError::Damaged("fading"));
        let belief = store.get(&key())?.map(|bytes| parse(&bytes)).transpose()?;
        Ok(Self { is_on: true, belief, saved: belief })
    }

    fn look(&mut self, writes: &mut WriteBatch, now: Timestamp) -> Result<bool, Fault> {
        let belief = self.belief.get_or_insert(Belief { believed: now, in_doubt_since: None });
        let may_forget = belief.look(now);
        let is_news = self.saved.is_none_or(|saved| {
            saved.in_doubt_since != belief.in_doubt_since
                || saved.believed.plus_ms(MS_PER_DAY) <= belief.believed
        });
        if is_news {
            let bytes = postcard::to_stdvec(belief).map_err(|_| Fault::Bug("fading record"))?;
            writes.put(key(), bytes);
            self.saved = self.belief;
        }
        Ok(may_forget)
    }

    /// Says whether the clock is believed, as far as it was looked at.
    pub(super) fn believes(&self, now: Timestamp) -> bool {
        let belief = self.belief.filter(|belief| belief.in_doubt_since.is_none());
        belief.is_some_and(|belief| now <= belief.believed.plus_ms(JUMP_MS_MAX))
    }

    /// When a clock that is in doubt is believed, if it still says the same.
    fn proved_at(&self) -> Option<Timestamp> {
        Some(self.belief?.in_doubt_since?.plus_ms(PROBATION_MS))
    }

    /// When to look again if something is to fade at `due`.
    fn next_look(&self, due: Timestamp) -> Timestamp {
        self.proved_at().map_or(due, |proved| due.max(proved))
    }
}

fn key() -> Key {
    Key::global(Class::Fading, b"clock")
}

impl<S: ReadStore, K: KeyLayer> Engine<S, K> {
    /// Says whether what has faded is forgotten on this node, as it is unless this is said.
    pub fn set_fading(&mut self, is_on: bool) {
        self.fading.is_on = is_on;
    }

    /// Lets go what was held back long enough, and forgets what has faded.
    pub(super) fn handle_time(&mut self, mv: &mut Move) -> Result<(), Fault> {
        let homes: Vec<GroupId> = self.timelines.keys().copied().collect();
        for home in &homes {
            self.release(mv, home)?;
            self.open_stages(mv, home)?;
        }
        let may_forget = self.fading.look(&mut mv.gathered.writes, mv.now)?;
        if self.fading.is_on && may_forget {
            for home in &homes {
                self.fade(mv, home)?;
                self.with_group(mv, home, |group, turn| group.forget_ended_objects(turn));
            }
        }
        Ok(())
    }

    fn release(&mut self, mv: &mut Move, home: &GroupId) -> Result<(), Fault> {
        let Some(timeline) = self.timelines.get_mut(home) else { return Ok(()) };
        for (id, message) in timeline.release(&mut mv.gathered.writes, mv.now)? {
            if let Some(group) = self.groups.get_mut(&id) {
                group.restore_waiting(std::iter::once(message));
                self.with_group(mv, &id, |group, turn| group.flush_waiting(turn)).unwrap_or(Ok(()))?;
                self.note_released(mv, &id, &message)?;
                mv.dirty.insert(id);
            }
        }
        Ok(())
    }

    fn fade(&mut self, mv: &mut Move, home: &GroupId) -> Result<(), Fault> {
        let Some(timeline) = self.timelines.get(home) else { return Ok(()) };
        let life_ms = u64::from(limits::PRIVATE_LIFE_DAYS) * MS_PER_DAY;
        for id in timeline.faded(mv.now, FORGOTTEN_PER_STEP_MAX) {
            if self.renew_phone(mv, home, &id)? {
                continue;
            }
            let is_over = self.is_over(home, &id, mv.now)?;
            let Some(timeline) = self.timelines.get_mut(home) else { break };
            // What was accepted and is nowhere else is not given up as long as it may still find its way, and be of use.
            let waits = !is_over
                && timeline.outgoing(&id).is_some_and(|outgoing| outgoing.holders.is_empty())
                && timeline.entry(&id).is_some_and(|entry| mv.now < entry.order.clock.plus_ms(life_ms));
            if waits {
                timeline.keep_until(&mut mv.gathered.writes, id, mv.now.plus_ms(MS_PER_DAY))?;
            } else {
                self.forget_message(mv, home, &id, true);
            }
        }
        Ok(())
    }

    /// Says whether a message is about something whose time is over, such as a vote that was counted long ago.
    fn is_over(&self, home: &GroupId, id: &MessageId, now: Timestamp) -> Result<bool, Fault> {
        let entry = self.timelines.get(home).and_then(|timeline| timeline.entry(id));
        let Some(entry) = entry.filter(|entry| entry.part == Part::Silent) else { return Ok(false) };
        let stored = self.store.get(&Key::new(Class::Message, &entry.group.0, &id.0))?;
        let content = stored.and_then(|bytes| Message::parse(&bytes).ok()).map(|message| message.content());
        let Some(Content::Object(object)) = content else { return Ok(false) };
        let ends = object.body().and_then(|body| body.rules().ends);
        Ok(ends.is_some_and(|ends| ends <= now))
    }

    /// When [`Engine::handle_time`] has something to do.
    pub(super) fn next_time(&self) -> Option<Timestamp> {
        let release = self.timelines.values().filter_map(Timeline::next_release).min();
        let fading = self.timelines.values().filter_map(Timeline::next_fading);
        let ending = self.groups.values().filter_map(Group::next_object_end);
        let fading = fading.chain(ending).min();
        let fading = fading.filter(|_| self.fading.is_on).map(|due| self.fading.next_look(due));
        let opening = self.alarms.values().filter_map(Alarms::next_due).min();
        release.into_iter().chain(opening).chain(fading).chain(self.fading.proved_at()).min()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TODAY: Timestamp = Timestamp(1_790_000_000_000);

    fn days(days: u64) -> Timestamp {
        TODAY.plus_ms(days * MS_PER_DAY)
    }

    #[test]
    fn a_clock_that_goes_on_is_believed() {
        let mut belief = Belief { believed: TODAY, in_doubt_since: None };
        assert!([1, 8, 15, 3, 23].into_iter().all(|day| belief.look(days(day))));
        assert_eq!(belief, Belief { believed: days(23), in_doubt_since: None });
    }

    #[test]
    fn a_clock_that_has_jumped_is_believed_after_a_day_and_not_if_it_is_set_back() {
        let mut belief = Belief { believed: TODAY, in_doubt_since: None };
        let looks = [(5000, false), (5000, false), (1, true), (5000, false), (5001, true), (5002, true)];
        for (day, may_forget) in looks {
            assert_eq!(belief.look(days(day)), may_forget, "day {day}");
        }
        let mut belief = Belief { believed: TODAY, in_doubt_since: None };
        let looks = [(5000, false), (40, false), (40, false), (41, true)];
        for (day, may_forget) in looks {
            assert_eq!(belief.look(days(day)), may_forget, "day {day}");
        }
    }
}
