//! Private pairs of this device: which one is written to, how openings arrive, what goes on in a new pair.
//!
//! Owns the rule that a private word counts as arrived when its reader has it, and nobody else. PROTOCOL section 6.

use super::{Engine, Move};
use crate::error::{Fault, OperationError};
use crate::group::Group;
use crate::ids::{self, DeviceId, EpochId, GroupId, MessageId, PeerId, Timestamp};
use crate::keys::KeyLayer;
use crate::limits;
use crate::payload::PairOpening;
use crate::store::{Class, Key, ReadStore};

impl<S: ReadStore, K: KeyLayer> Engine<S, K> {
    /// Opens another pair with a device.
    pub(super) fn open_pair(
        &mut self,
        mv: &mut Move,
        home: &GroupId,
        partner: &DeviceId,
    ) -> Result<GroupId, OperationError> {
        if self.groups.values().filter(|group| group.home() == Some(*home)).count() >= limits::PAIRS_MAX {
            return Err(OperationError::TooMany("private pairs"));
        }
        let pair = self.act(mv, home, |group, turn| group.open_pair(turn, partner))?;
        let id = pair.id();
        self.groups.insert(id, pair);
        Ok(id)
    }

    pub(super) fn pairs_with(&self, home: &GroupId, partner: &DeviceId) -> impl Iterator<Item = GroupId> {
        // Whoever got a new leaf since may have lost all that it had of the pair.
        let leaf = self.groups.get(home).map_or(0, |home| home.head_leaf_number(partner));
        self.groups
            .values()
            .filter(move |group| group.home() == Some(*home) && group.partner() == Some(*partner))
            .filter(move |group| group.is_ready() && group.partner_leaf() >= leaf)
            .map(Group::id)
    }

    /// Posts openings of private pairs once more that their partners may be unable to find.
    pub(super) fn repost_openings(&mut self, mv: &mut Move, home: &GroupId) -> Result<(), Fault> {
        let open = |pair: &&Group<K>| pair.home() == Some(*home) && pair.is_opening();
        let pairs: Vec<GroupId> = self.groups.values().filter(open).map(Group::id).collect();
        for id in pairs {
            let Some(mut pair) = self.groups.remove(&id) else { continue };
            let posted = self.with_group(mv, home, |home, turn| home.repost_opening(turn, &mut pair));
            self.groups.insert(id, pair);
            posted.unwrap_or(Ok(()))?;
        }
        Ok(())
    }

    /// What was lately written in a pair from before the partner's last new leaf goes on in a pair that the partner can open:
    /// it may have lost the other one with all else, and holds envelopes of it all the same.
    pub(super) fn carry_over(&mut self, mv: &mut Move, home: &GroupId) -> Result<(), Fault> {
        let (since, lately) = (private_since(mv.now), days_before(mv.now, limits::ENVELOPE_LIFE_DAYS));
        let (Some(group), Some(timeline)) = (self.groups.get(home), self.timelines.get(home)) else {
            return Ok(());
        };
        let pairs = self.groups.values().filter(|pair| pair.home() == Some(*home));
        let stranded = pairs.filter_map(|pair| {
            let partner =
                pair.partner().filter(|partner| pair.partner_leaf() < group.head_leaf_number(partner))?;
            let reader = reader_of(group, pair)?;
            let ids = timeline.sent_in(&pair.id(), |written, holders| {
                // Who has never answered in the pair may hold what it cannot open.
                let is_read = !pair.is_opening() && holders.contains(&reader);
                written >= lately || (written >= since && !is_read)
            });
            (!ids.is_empty()).then_some((pair.id(), partner, ids))
        });
        let stranded: Vec<(GroupId, DeviceId, Vec<MessageId>)> = stranded.collect();
        for (old, partner, ids) in stranded {
            let known = self.pairs_with(home, &partner).min();
            let target = known.map_or_else(|| self.open_pair(mv, home, &partner), Ok);
            match target {
                Ok(pair) => self.move_messages(mv, home, (&old, &pair), ids)?,
                Err(OperationError::Bug(what)) => return Err(Fault::Bug(what)),
                Err(OperationError::Store(error)) => return Err(error.into()),
                // Once its new keys are there.
                Err(_) => {}
            }
        }
        Ok(())
    }

    fn move_messages(
        &mut self,
        mv: &mut Move,
        home: &GroupId,
        (from, to): (&GroupId, &GroupId),
        ids: Vec<MessageId>,
    ) -> Result<(), Fault> {
        for id in &ids {
            let key = Key::new(Class::Message, &from.0, &id.0);
            let bytes = match mv.gathered.writes.pending(&key) {
                Some(pending) => pending.map(<[u8]>::to_vec),
                None => self.store.get(&key)?.map(|value| value.to_vec()),
            };
            let bytes = bytes.ok_or(Fault::Bug("an indexed message is not stored"))?;
            mv.gathered.writes.delete(key);
            mv.gathered.writes.put(Key::new(Class::Message, &to.0, &id.0), bytes);
            if let Some(timeline) = self.timelines.get_mut(home) {
                timeline.move_to(&mut mv.gathered.writes, *id, *to)?;
            }
        }
        if let Some(pair) = self.groups.get_mut(to) {
            pair.restore_waiting(ids.into_iter());
        }
        self.with_group(mv, to, |pair, turn| pair.flush_waiting(turn)).unwrap_or(Ok(()))
    }

    /// Takes part in a pair that somebody has opened with this device.
    pub(super) fn accept_pair(
        &mut self,
        mv: &mut Move,
        home: &GroupId,
        opening: PairOpening,
        under: EpochId,
    ) -> Result<(), Fault> {
        let pairs = self.groups.values().filter(|group| group.home() == Some(*home)).count();
        if self.groups.contains_key(&opening.pair) {
            return Ok(());
        }
        if self.groups.get(home).is_some_and(|group| group.has_opened(&opening)) {
            // This device does not know what it opened: its disk is older than that.
            return self.doubt_all(mv);
        }
        if pairs >= limits::PAIRS_MAX {
            return Ok(());
        }
        let accepted = self.with_group(mv, home, |group, turn| group.accept_pair(turn, opening, &under));
        if let Some(pair) = accepted.unwrap_or(Ok(None))? {
            self.groups.insert(pair.id(), pair);
        }
        Ok(())
    }
}

/// The node of a pair's other end, as long as that is a member of the home group.
pub(super) fn reader_of<K: KeyLayer>(home: &Group<K>, pair: &Group<K>) -> Option<PeerId> {
    let partner = pair.partner().filter(|partner| home.resolution().member_of(partner).is_some())?;
    home.endpoint_of(&partner).map(|endpoint| endpoint.peer)
}

/// What was written privately before this is given up.
pub(super) fn private_since(now: Timestamp) -> Timestamp {
    days_before(now, limits::PRIVATE_LIFE_DAYS)
}

fn days_before(now: Timestamp, days: u32) -> Timestamp {
    Timestamp(now.0.saturating_sub(u64::from(days) * ids::MS_PER_DAY))
}
