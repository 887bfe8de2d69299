//! One room: the set of its envelopes, and how neighbours keep their sets equal.
//!
//! Owns what a node says to a neighbour that has proved its access, and when: it compares sets when they meet, pushes
//! what is new, acknowledges what is on disk, forgets what has expired. Never looks into an envelope and knows nothing
//! of those who write them. PROTOCOL 1.2.
//!
//! **Invariant:** an envelope is reported as held by a neighbour only if that neighbour said so: by acknowledging it,
//! by pushing it, or by a reconciliation that both sides followed to its end without a gap.

mod exchange;
mod reconcile;
mod session;
mod set;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};
use thiserror::Error;

use self::session::Session;
use self::set::{EnvelopeSet, Space};
use crate::envelope::Envelope;
use crate::ids::{Day, EnvelopeId, PeerId, RoomId, Timestamp};
use crate::limits::{
    ENVELOPE_EXPIRY_SLACK_DAYS, ENVELOPE_LIFE_DAYS, EXPIRED_PER_STEP_MAX, IDS_PER_FRAME_MAX,
    RECONCILE_WANTED_MAX,
};
use crate::store::{ReadStore, StoreError, WriteBatch};

/// Tells reconciliations apart. Each side chooses its part, so that neither takes a late frame of an earlier one for a
/// frame of this one, however it came.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReconciliationId {
    /// The initiator's number, always growing.
    pub initiator: u64,
    /// The responder's number; 0 in the first message, which is there to ask for it.
    pub responder: u64,
}

/// What two neighbours say to each other about one room. Variants are only ever added, at the end.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum RoomFrame {
    /// One message of a reconciliation.
    Reconcile {
        /// Which one.
        id: ReconciliationId,
        /// Counts messages: even ones are the initiator's.
        round: u32,
        /// Negentropy protocol 1, over the last day and the id of each envelope.
        message: Vec<u8>,
    },
    /// From the initiator: envelopes that it lacks.
    Want {
        /// The reconciliation that found out.
        id: ReconciliationId,
        /// Counts the `Want` frames of the reconciliation, so that a lost one is noticed.
        part: u32,
        /// At most [`IDS_PER_FRAME_MAX`].
        ids: Vec<EnvelopeId>,
    },
    /// From the initiator: the reconciliation has ended.
    End {
        /// Which one.
        id: ReconciliationId,
        /// How many `Want` frames it had.
        parts: u32,
        /// Whether all was compared; if so, everything not wanted is held by the initiator.
        is_complete: bool,
    },
    /// An envelope that the other side lacks.
    Push {
        /// Its bytes.
        envelope: Vec<u8>,
    },
    /// These are on this side's disk.
    Ack {
        /// At most [`IDS_PER_FRAME_MAX`].
        ids: Vec<EnvelopeId>,
    },
    /// This side will not keep what was pushed, or no longer has what was wanted.
    Refuse {
        /// At most [`IDS_PER_FRAME_MAX`].
        ids: Vec<EnvelopeId>,
    },
    /// From the responder: asks the initiator for a new reconciliation, because something seems to be lost.
    Begin,
}

/// What came of the inputs of one step. Frames leave after the writes are on disk.
#[derive(Default)]
pub struct RoomOutput {
    /// To be persisted first.
    pub writes: WriteBatch,
    /// To be sent, in this order.
    pub frames: Vec<(PeerId, RoomFrame)>,
    /// From neighbours, seen for the first time.
    pub arrived: Vec<Envelope>,
    /// Which neighbour is newly known to hold which watched envelope.
    pub held: Vec<(PeerId, EnvelopeId)>,
    /// Deleted at the end of their last day.
    pub expired: Vec<EnvelopeId>,
    /// Deleted because the room was full.
    pub evicted: Vec<EnvelopeId>,
    /// Neighbours to disconnect from.
    pub misbehaved: Vec<(PeerId, PeerMisbehaved)>,
}

/// What no well-behaved neighbour does in a room.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
pub enum PeerMisbehaved {
    /// What it pushed is no envelope.
    #[error("the neighbour pushed what is no envelope")]
    MalformedEnvelope,
    /// What it pushed belongs to another room.
    #[error("the neighbour pushed an envelope of another room")]
    WrongRoom,
    /// A list is longer than allowed.
    #[error("the neighbour sent too many ids at once")]
    TooManyIds,
    /// A message of a reconciliation is too long or does not parse.
    #[error("the neighbour sent a malformed reconciliation")]
    MalformedReconciliation,
}

/// Why an own envelope was not taken.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
pub enum InsertError {
    /// It belongs to another room.
    #[error("the envelope belongs to another room")]
    WrongRoom,
    /// Its last day has passed, or is further ahead than allowed.
    #[error("the envelope's last day is not in the allowed range")]
    Expiry,
    /// It is larger than the room.
    #[error("the room is full")]
    Full,
}

/// One room of this node.
pub struct Room {
    set: EnvelopeSet,
    sessions: BTreeMap<PeerId, Session>,
    last_number: u64,
    wanted_max: usize,
}

impl Room {
    /// Loads a room; one that was never seen is empty. What was watched is not remembered.
    ///
    /// # Errors
    /// [`StoreError`] if the index cannot be read.
    pub fn load(store: &impl ReadStore, id: RoomId) -> Result<Self, StoreError> {
        Ok(Self {
            set: EnvelopeSet::load(store, id)?,
            sessions: BTreeMap::new(),
            last_number: 0,
            wanted_max: RECONCILE_WANTED_MAX,
        })
    }

    /// Takes note of a neighbour that has proved its access; exactly one of the two sides is the initiator.
    pub fn peer_joined(&mut self, peer: PeerId, is_initiator: bool, now: Timestamp, out: &mut RoomOutput) {
        self.sessions.insert(peer, Session::new(is_initiator, now));
        if is_initiator {
            self.begin(peer, now, out);
        }
    }

    /// Forgets a neighbour.
    pub fn peer_left(&mut self, peer: PeerId) {
        self.sessions.remove(&peer);
    }

    /// Takes a frame. A neighbour's fault goes to [`RoomOutput::misbehaved`] and changes nothing.
    ///
    /// # Errors
    /// [`StoreError`] if the store cannot be read; the room is then to be loaded anew.
    pub fn handle_frame(
        &mut self,
        store: &impl ReadStore,
        peer: PeerId,
        frame: RoomFrame,
        now: Timestamp,
        out: &mut RoomOutput,
    ) -> Result<(), StoreError> {
        let Some(session) = self.sessions.get_mut(&peer) else { return Ok(()) };
        session.follow_clock(now);
        let is_initiator = session.is_initiator;
        let handled = match frame {
            RoomFrame::Reconcile { id, round, message } => {
                if is_initiator {
                    self.handle_answer(peer, id, round, &message, now, out)
                } else {
                    self.handle_query(peer, id, round, &message, now, out)
                }
            }
            RoomFrame::Want { id, part, ids } => self.handle_want(peer, id, part, &ids, now, out),
            RoomFrame::End { id, parts, is_complete } => {
                self.handle_end(peer, id, parts, is_complete, now, out);
                Ok(())
            }
            RoomFrame::Push { envelope } => self.handle_push(peer, envelope, now, out),
            RoomFrame::Ack { ids } => self.handle_ack(peer, &ids, now, out),
            RoomFrame::Refuse { ids } => self.handle_refuse(peer, &ids, now),
            RoomFrame::Begin => {
                self.handle_begin(peer, now, out);
                Ok(())
            }
        };
        if let Err(why) = handled {
            out.misbehaved.push((peer, why));
            return Ok(());
        }
        self.advance(store, peer, now, out)
    }

    /// Takes an envelope of this node, and pushes it to all neighbours. One that is here already stays as it is.
    ///
    /// # Errors
    /// [`InsertError`] if it may not be kept; nothing has changed then.
    pub fn insert(
        &mut self,
        envelope: Envelope,
        now: Timestamp,
        out: &mut RoomOutput,
    ) -> Result<(), InsertError> {
        if envelope.room() != self.set.room() {
            return Err(InsertError::WrongRoom);
        }
        if !may_be_kept(envelope.expires(), now.day()) {
            return Err(InsertError::Expiry);
        }
        if self.set.entry(&envelope.id()).is_some() {
            return Ok(());
        }
        let Space::After(leaving) = self.set.space_for(&envelope, true) else {
            return Err(InsertError::Full);
        };
        self.evict(leaving, out);
        self.add(&envelope, None, now, out);
        Ok(())
    }

    /// Asks to be told who holds an envelope, until [`Self::unwatch`] or a new start; `false` if it is not here.
    /// Watched envelopes are the last to go when the room is full, and a neighbour's never displace them.
    pub fn watch(&mut self, id: EnvelopeId) -> bool {
        if self.set.entry(&id).is_some_and(|entry| entry.is_watched) {
            return true;
        }
        // A reconciliation under way may have begun without it, or found it lacking without taking note.
        for session in self.sessions.values_mut() {
            session.reconciliation.lacking.insert(id);
        }
        self.set.set_watched(id, true)
    }

    /// Ends [`Self::watch`].
    pub fn unwatch(&mut self, id: EnvelopeId) {
        self.set.set_watched(id, false);
        for session in self.sessions.values_mut() {
            session.reported.remove(&id);
            session.reconciliation.lacking.remove(&id);
        }
    }

    /// Remembers that an envelope needs no further attempt to open it.
    pub fn mark_opened(&mut self, id: EnvelopeId, out: &mut RoomOutput) {
        self.set.mark_opened(id, &mut out.writes);
    }

    /// Deletes every envelope; the room is then to be dropped.
    pub fn clear(&mut self, writes: &mut WriteBatch) {
        let ids: Vec<EnvelopeId> = self.set.ids().collect();
        for id in ids {
            self.set.remove(id, writes);
        }
    }

    /// Does what is due: deletes the expired, begins anew where a neighbour does not answer, releases what was slowed.
    ///
    /// # Errors
    /// [`StoreError`] if the store cannot be read; the room is then to be loaded anew.
    pub fn handle_timeout(
        &mut self,
        store: &impl ReadStore,
        now: Timestamp,
        out: &mut RoomOutput,
    ) -> Result<(), StoreError> {
        self.expire(now, out);
        let peers: Vec<PeerId> = self.sessions.keys().copied().collect();
        for peer in peers {
            self.release(peer, now, out);
            self.retry(peer, now, out);
            self.advance(store, peer, now, out)?;
        }
        Ok(())
    }

    /// Returns when [`Self::handle_timeout`] is due; `None` if nothing waits.
    pub fn next_timeout(&self) -> Option<Timestamp> {
        let expiry = self.set.first_to_expire().map(|(day, _)| day.plus(1).start());
        self.sessions
            .values()
            .flat_map(|session| [session.retry_at(), session.allowance.release_at()])
            .chain([expiry])
            .flatten()
            .min()
    }

    /// Reads an envelope, also one that `writes` is about to store; `None` if it is not here.
    ///
    /// # Errors
    /// [`StoreError`] if it cannot be read or is damaged.
    pub fn read(
        &self,
        store: &impl ReadStore,
        writes: &WriteBatch,
        id: EnvelopeId,
    ) -> Result<Option<Envelope>, StoreError> {
        let Some(bytes) = self.set.read(store, writes, id)? else { return Ok(None) };
        match Envelope::parse(bytes) {
            Ok(envelope) if envelope.id() == id => Ok(Some(envelope)),
            Ok(_) | Err(_) => Err(StoreError::Damaged("envelope")),
        }
    }

    /// Returns id, nonce and hint of the envelopes not marked as opened, in order of arrival.
    pub fn unopened(&self) -> impl Iterator<Item = (EnvelopeId, &[u8; 24], &[u8; 8])> {
        self.set.unopened().map(|(id, entry)| (id, &entry.nonce, &entry.hint))
    }

    /// Returns the ids of all envelopes, in no meaningful order.
    pub fn ids(&self) -> impl Iterator<Item = EnvelopeId> {
        self.set.ids()
    }

    /// Says whether an envelope is here.
    pub fn contains(&self, id: &EnvelopeId) -> bool {
        self.set.entry(id).is_some()
    }

    /// Says whether a neighbour is here, the sets were compared, and nothing travels or is awaited.
    pub fn is_settled_with(&self, peer: &PeerId) -> bool {
        self.sessions.get(peer).is_some_and(|session| {
            session.reconciliation.is_settled && session.window.is_empty() && session.awaited.is_empty()
        })
    }

    /// Returns the room's id.
    pub fn id(&self) -> RoomId {
        self.set.room()
    }

    /// Returns the number of envelopes.
    pub fn envelope_count(&self) -> usize {
        self.set.len()
    }

    /// Returns the bytes of all envelopes.
    pub fn byte_count(&self) -> u64 {
        self.set.bytes()
    }

    fn retry(&mut self, peer: PeerId, now: Timestamp, out: &mut RoomOutput) {
        let Some(session) = self.sessions.get_mut(&peer) else { return };
        session.follow_clock(now);
        if session.retry_at().is_none_or(|at| at > now) {
            return;
        }
        session.attempt(now);
        if session.is_initiator {
            self.begin(peer, now, out);
        } else {
            out.frames.push((peer, RoomFrame::Begin));
        }
    }

    fn expire(&mut self, now: Timestamp, out: &mut RoomOutput) {
        for _ in 0..EXPIRED_PER_STEP_MAX {
            let Some((day, id)) = self.set.first_to_expire() else { return };
            if day >= now.day() {
                return;
            }
            self.set.remove(id, &mut out.writes);
            out.expired.push(id);
        }
    }

    fn evict(&mut self, leaving: Vec<EnvelopeId>, out: &mut RoomOutput) {
        for id in leaving {
            self.set.remove(id, &mut out.writes);
            out.evicted.push(id);
        }
    }
}

impl fmt::Debug for Room {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Room(..)")
    }
}

fn may_be_kept(expires: Day, today: Day) -> bool {
    let last = today.plus(ENVELOPE_LIFE_DAYS).plus(ENVELOPE_EXPIRY_SLACK_DAYS);
    (today..=last).contains(&expires)
}

fn check_count(ids: &[EnvelopeId]) -> Result<(), PeerMisbehaved> {
    if ids.len() > IDS_PER_FRAME_MAX { Err(PeerMisbehaved::TooManyIds) } else { Ok(()) }
}
