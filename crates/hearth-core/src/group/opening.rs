//! The opening of a private pair, until the partner has answered.
//!
//! Owns posting it anew: it travels under keys of the home group, which may turn out to be of a branch that nobody follows,
//! or of an epoch in which the partner has no leaf; and an envelope lives for a month only. PROTOCOL 6.8.

use serde::{Deserialize, Serialize};

use super::Group;
use crate::error::{Fault, LoadError};
use crate::ids::{EpochId, Timestamp};
use crate::keys::KeyLayer;
use crate::payload::Payload;
use crate::store::{Class, Key, ReadStore};
use crate::turn::Turn;

/// Milliseconds after which an opening that nobody has answered is posted once more, before the envelope expires.
const REPEAT_MS: u64 = 20 * 24 * 60 * 60 * 1000;

/// An opening that the partner has not answered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Opening {
    /// The epoch of the home group that it was posted under.
    under: EpochId,
    posted: Timestamp,
    /// Sealed to the partner's inbox.
    sealed: Vec<u8>,
}

impl<K: KeyLayer> Group<K> {
    pub(super) fn load_opening(&mut self, store: &dyn ReadStore) -> Result<(), LoadError> {
        let Some(bytes) = store.get(&opening_key(self))? else { return Ok(()) };
        let opening = postcard::from_bytes(&bytes).map_err(|_| LoadError::Damaged("pair opening"))?;
        self.opening = Some(opening);
        Ok(())
    }

    /// Of a home group: posts the opening of `pair` under the head, and lets the pair remember it.
    pub(super) fn post_opening(
        &self,
        turn: &mut Turn<'_>,
        pair: &mut Self,
        sealed: Vec<u8>,
    ) -> Result<(), Fault> {
        let under = self.head.ok_or(Fault::Bug("no head"))?;
        let slot = self.slots.get(&under).ok_or(Fault::Bug("no key of the head"))?;
        turn.post(&self.room_id, &slot.key, &Payload::Inbox(sealed.clone()), None)?;
        let opening = Opening { under, posted: turn.now, sealed };
        let bytes = postcard::to_stdvec(&opening).map_err(|_| Fault::Bug("pair opening"))?;
        turn.out.writes.put(opening_key(pair), bytes);
        pair.opening = Some(opening);
        Ok(())
    }

    /// Of a home group: posts the opening of `pair` once more if the partner may be unable to find it where it is.
    pub(crate) fn repost_opening(&mut self, turn: &mut Turn<'_>, pair: &mut Self) -> Result<(), Fault> {
        let Some(opening) = pair.opening.clone().filter(|opening| self.is_misplaced(turn.now, opening, pair))
        else {
            return Ok(());
        };
        match self.ready_epoch(turn)? {
            Some(_) => self.post_opening(turn, pair, opening.sealed),
            None => Ok(()),
        }
    }

    fn is_misplaced(&self, now: Timestamp, opening: &Opening, pair: &Self) -> bool {
        let Some((head, partner)) = self.head.zip(pair.partner()) else { return false };
        let [then, today] = [opening.under, head].map(|epoch| self.epochs.node(&epoch));
        let (Some(then), Some(today)) = (then, today) else { return true };
        let could_find = then.tree.contains(&partner)
            && then.rescued.get(&partner) == today.rescued.get(&partner)
            && !self.must_seal_anew(&opening.under, false);
        today.tree.contains(&partner) && (!could_find || now.ms_since(opening.posted) >= REPEAT_MS)
    }

    /// Of a pair: the partner has answered.
    pub(super) fn forget_opening(&mut self, turn: &mut Turn<'_>) {
        if self.opening.take().is_some() {
            turn.out.writes.delete(opening_key(self));
        }
    }

    /// Of a pair: says whether the partner has not answered its opening.
    pub(crate) fn is_opening(&self) -> bool {
        self.opening.is_some()
    }
}

fn opening_key<K>(pair: &Group<K>) -> Key {
    Key::global(Class::PairOpening, &pair.id.0)
}
