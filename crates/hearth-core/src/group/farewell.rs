//! The word of a leaving, until somebody has heard of it.
//!
//! Owns saying it anew, and taking it over into a later membership: who leaves, meets nobody and joins anew would else stay
//! in the group a second time, as somebody who never answers. PROTOCOL 1.4.8 and 7.6.

use std::collections::BTreeSet;

use super::Group;
use crate::error::{Fault, LoadError};
use crate::event::{Body, Event};
use crate::ids::EventId;
use crate::keys::KeyLayer;
use crate::log::Admitted;
use crate::payload::Payload;
use crate::store::{Class, Key, ReadStore};
use crate::turn::Turn;

/// Events that somebody who leaves hands on, so that others can follow the leaving.
const FAREWELL_EVENTS_MAX: usize = 256;

impl<K: KeyLayer> Group<K> {
    pub(super) fn load_farewell(&mut self, store: &dyn ReadStore) -> Result<(), LoadError> {
        let Some(bytes) = store.get(&farewell_key(self))? else { return Ok(()) };
        let events: Vec<Vec<u8>> =
            postcard::from_bytes(&bytes).map_err(|_| LoadError::Damaged("farewell"))?;
        let events: Result<Vec<Event>, _> = events.iter().map(|bytes| Event::parse(bytes)).collect();
        self.farewell = events.map_err(|_| LoadError::Damaged("farewell"))?;
        Ok(())
    }

    /// What others would need to hear of this person's leaving, if nobody may have heard of it: the end of the log, the
    /// leaving last.
    pub(crate) fn unheard_farewell(&self) -> Vec<Event> {
        let entries = self.log.entries();
        let is_leaving =
            |event: &Event| event.author() == self.device.public() && *event.body() == Body::Leave;
        match entries.iter().rposition(|entry| is_leaving(&entry.event)) {
            Some(_) if self.is_told_out() => Vec::new(),
            Some(place) => {
                let end =
                    entries.iter().take(place + 1).skip((place + 1).saturating_sub(FAREWELL_EVENTS_MAX));
                end.map(|entry| entry.event.clone()).collect()
            }
            None => self.farewell.clone(),
        }
    }

    /// Of a membership that begins: keeps what is left to be said of the earlier one.
    pub(crate) fn take_over_farewell(
        &mut self,
        turn: &mut Turn<'_>,
        events: Vec<Event>,
    ) -> Result<(), Fault> {
        if events.is_empty() {
            return Ok(());
        }
        let bytes = postcard::to_stdvec(&bytes_of(&events)).map_err(|_| Fault::Bug("farewell"))?;
        turn.out.writes.put(farewell_key(self), bytes);
        self.farewell = events;
        Ok(())
    }

    /// Says under today's keys what an earlier membership said last, and forgets it once somebody has built on it.
    pub(super) fn pass_on_farewell(&mut self, turn: &mut Turn<'_>) -> Result<(), Fault> {
        let Some(last) = self.farewell.last() else { return Ok(()) };
        let (id, author) = (last.id(), last.author());
        if let Some(index) = self.log.index_of(&id) {
            if self.is_heard(index) {
                self.forget_farewell(turn);
            }
            return Ok(());
        }
        let Some(under) = self.ready_epoch(turn)? else { return Ok(()) };
        if self.resolution.member_of(&author).is_some() {
            for event in self.farewell.clone() {
                self.admit_if_past_is_known(turn, event);
            }
        }
        if self.log.event(&id).is_none() {
            // Out by other ways, or nothing that anybody could follow.
            self.forget_farewell(turn);
            return Ok(());
        }
        let payload = Payload::Dump { events: bytes_of(&self.farewell), states: Vec::new() };
        let slot = self.slots.get(&under).ok_or(Fault::Bug("no key to publish under"))?;
        turn.post(&self.room_id, &slot.key, &payload, None)?;
        self.known_under.entry(under).or_default().insert(id);
        self.follow_log(turn);
        self.reconcile(turn).map(|_| ())
    }

    fn forget_farewell(&mut self, turn: &mut Turn<'_>) {
        turn.out.writes.delete(farewell_key(self));
        self.farewell.clear();
    }

    /// Who left and has met nobody since says so once more: the envelope with the first word of it has expired.
    pub(super) fn say_goodbye_again(&mut self, turn: &mut Turn<'_>) -> Result<(), Fault> {
        self.out_since = Some(turn.now);
        self.save(turn)?;
        self.say_goodbye(turn)
    }

    /// Posts the end of the log, the own leaving last, under a key that the others have whatever became of theirs.
    pub(super) fn say_goodbye(&self, turn: &mut Turn<'_>) -> Result<(), Fault> {
        let events = bytes_of(&self.unheard_farewell());
        if events.is_empty() {
            return Ok(());
        }
        turn.post(&self.room_id, &self.rescue_key, &Payload::Dump { events, states: Vec::new() }, None)
    }

    /// Takes the word of a member who leaves after having been alone for long, with what it stands on. Whoever is out has
    /// that key, too, so it is good for nothing but that word, and events before it that can be admitted at once.
    pub(super) fn handle_goodbye(&mut self, turn: &mut Turn<'_>, events: &[Vec<u8>]) {
        let parsed: Option<Vec<Event>> = events.iter().map(|bytes| Event::parse(bytes).ok()).collect();
        let Some(events) = parsed else { return };
        let Some(author) = events.last().filter(|last| *last.body() == Body::Leave).map(Event::author) else {
            return;
        };
        let is_member = self.resolution.member_of(&author).is_some();
        if author == self.device.public() || !is_member {
            return;
        }
        for event in past_of_last(events) {
            self.admit_if_past_is_known(turn, event);
        }
    }

    fn admit_if_past_is_known(&mut self, turn: &mut Turn<'_>, event: Event) {
        if self.log.has_past_of(&event)
            && let Admitted::Now(ids) = self.log.admit(event)
        {
            self.store_events(turn, &ids);
        }
    }

    /// Says whether this device wrote an event, or this person's device of an earlier membership wrote it as its last.
    pub(super) fn is_own_word(&self, event: &Event) -> bool {
        event.author() == self.device.public()
            || self.farewell.last().is_some_and(|last| last.id() == event.id())
    }

    /// Says whether an event of somebody else's stands on the one in this place of the log.
    pub(super) fn is_heard(&self, index: usize) -> bool {
        let later = self.log.entries().iter().skip(index + 1);
        later.into_iter().any(|entry| entry.past.contains(index) && !self.is_own_word(&entry.event))
    }
}

/// The last event, and of those before it what it stands on: its author answers for that, whoever wrote it and is out by
/// now, and for nothing else.
fn past_of_last(events: Vec<Event>) -> Vec<Event> {
    let mut wanted: BTreeSet<EventId> = events.last().map(Event::id).into_iter().collect();
    let mut past = Vec::new();
    for event in events.into_iter().rev() {
        if wanted.contains(&event.id()) {
            let fields = event.fields();
            wanted.extend(fields.heads.iter().chain(&fields.prev_own));
            past.push(event);
        }
    }
    past.reverse();
    past
}

fn bytes_of(events: &[Event]) -> Vec<Vec<u8>> {
    events.iter().map(|event| event.as_bytes().to_vec()).collect()
}

fn farewell_key<K>(group: &Group<K>) -> Key {
    Key::global(Class::Farewell, &group.id.0)
}
