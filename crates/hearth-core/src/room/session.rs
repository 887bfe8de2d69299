//! What one node keeps about one neighbour of a room while they are connected.
//!
//! Owns the window of pushes, the state of the reconciliation, the neighbour's allowance and the waits. Sends and
//! stores nothing by itself: `room` does. PROTOCOL 1.2.

use std::collections::{BTreeMap, BTreeSet};

use super::ReconciliationId;
use crate::envelope::ENVELOPE_BYTES_MAX;
use crate::ids::{EnvelopeId, Timestamp};
use crate::limits::{
    PEER_BYTES_PER_MINUTE, PEER_ENVELOPES_PER_MINUTE, PEER_ROUNDS_PER_MINUTE, PUSH_WINDOW_BYTES,
    PUSH_WINDOW_ENVELOPES, ROOM_RETRY_DOUBLINGS, ROOM_RETRY_MS, SLOWEST_LINK_BYTES_PER_SECOND,
};

/// One neighbour.
pub(super) struct Session {
    /// Whether this side begins reconciliations.
    pub(super) is_initiator: bool,
    pub(super) reconciliation: Reconciliation,
    pub(super) window: Window,
    /// What the neighbour said it holds and this side asked for.
    pub(super) awaited: BTreeSet<EnvelopeId>,
    /// Watched envelopes that the neighbour was already reported to hold.
    pub(super) reported: BTreeSet<EnvelopeId>,
    pub(super) allowance: Allowance,
    /// When something last moved forward, or the last attempt was made to get it moving.
    progress_at: Timestamp,
    fruitless: u32,
}

impl Session {
    /// Begins with a neighbour of which nothing is known.
    pub(super) fn new(is_initiator: bool, now: Timestamp) -> Self {
        Self {
            is_initiator,
            reconciliation: Reconciliation::default(),
            window: Window::default(),
            awaited: BTreeSet::new(),
            reported: BTreeSet::new(),
            allowance: Allowance::new(now),
            progress_at: now,
            fruitless: 0,
        }
    }

    /// Notes that something moved forward.
    pub(super) fn progress(&mut self, now: Timestamp) {
        self.progress_at = now;
        self.fruitless = 0;
    }

    /// Notes an attempt to get things moving; without progress the next one comes later.
    pub(super) fn attempt(&mut self, now: Timestamp) {
        self.progress_at = now;
        self.fruitless = self.fruitless.saturating_add(1);
    }

    /// Forgets what travels and what is expected: the reconciliation that begins finds out anew.
    pub(super) fn begin(&mut self, id: ReconciliationId, next_round: u32, now: Timestamp) {
        self.reconciliation.begin(id, next_round, now);
        self.window = Window::default();
        self.awaited.clear();
    }

    /// Returns when it has waited too long for the neighbour; `None` if it waits for nothing.
    pub(super) fn retry_at(&self) -> Option<Timestamp> {
        let is_waiting =
            !self.reconciliation.is_settled || !self.window.in_flight.is_empty() || !self.awaited.is_empty();
        if !is_waiting {
            return None;
        }
        let wait_ms = ROOM_RETRY_MS.saturating_mul(1 << self.fruitless.min(ROOM_RETRY_DOUBLINGS));
        // On a slow link a full window takes a while; taking it for lost would send it again and slow it further. The
        // size of what is awaited is unknown.
        let awaited_bytes = if self.awaited.is_empty() { 0 } else { ENVELOPE_BYTES_MAX as u64 };
        let travelling_bytes = self.window.in_flight_bytes.max(awaited_bytes);
        let travel_ms = travelling_bytes.saturating_mul(1000) / SLOWEST_LINK_BYTES_PER_SECOND;
        Some(self.progress_at.plus_ms(wait_ms).plus_ms(travel_ms))
    }

    /// Follows a clock that went back: nothing waits for a time that was far in the future.
    pub(super) fn follow_clock(&mut self, now: Timestamp) {
        self.progress_at = self.progress_at.min(now);
        self.reconciliation.began_at = self.reconciliation.began_at.min(now);
    }
}

/// Where the two sides stand in comparing their sets.
#[derive(Default)]
pub(super) struct Reconciliation {
    /// Frames of any other are stale.
    pub(super) id: ReconciliationId,
    /// The round that is expected from the neighbour: even from the initiator, odd from the responder.
    pub(super) next_round: u32,
    /// Whether rounds are still being exchanged.
    pub(super) is_open: bool,
    /// Whether a reconciliation has come to its end, so that nothing calls for another.
    pub(super) is_settled: bool,
    /// Whether the last one stopped before it had seen everything.
    pub(super) is_cut_short: bool,
    pub(super) began_at: Timestamp,
    /// Watched ones that the neighbour was found not to hold, or that are watched only since it began.
    pub(super) lacking: BTreeSet<EnvelopeId>,
    /// Initiator: the number of `Want` frames sent.
    pub(super) wants_sent: u32,
    /// Responder: the numbers of the `Want` frames received.
    pub(super) wants_seen: BTreeSet<u32>,
    /// Responder: the number of `Want` frames there are, once the initiator has ended it, having seen everything.
    pub(super) wants_total: Option<u32>,
    /// Responder: something is wanted that is not here, so what the initiator lacks instead is unknown.
    pub(super) wants_what_is_not_here: bool,
}

impl Reconciliation {
    fn begin(&mut self, id: ReconciliationId, next_round: u32, now: Timestamp) {
        *self = Self { id, next_round, is_open: true, began_at: now, ..Self::default() };
    }

    /// Says, on the responder's side, whether all that the initiator lacks is known. A lost `Want` frame leaves it
    /// unknown: what is not known to be held is never reported as held.
    pub(super) fn is_all_known(&self) -> bool {
        let is_seen = self.wants_total.is_some_and(|total| self.wants_seen.len() == total as usize);
        is_seen && !self.wants_what_is_not_here
    }
}

/// Envelopes on their way to a neighbour: a bounded number unacknowledged, and the ids of those behind them.
#[derive(Default)]
pub(super) struct Window {
    /// In order of arrival.
    queue: BTreeSet<(u64, EnvelopeId)>,
    in_flight: BTreeMap<EnvelopeId, u64>,
    in_flight_bytes: u64,
}

impl Window {
    /// Puts an envelope at its place in the queue, unless it is on its way.
    pub(super) fn enqueue(&mut self, sequence: u64, id: EnvelopeId) {
        if !self.in_flight.contains_key(&id) {
            self.queue.insert((sequence, id));
        }
    }

    /// Returns the envelope to push next, whether or not there is space.
    pub(super) fn next(&self) -> Option<(u64, EnvelopeId)> {
        self.queue.first().copied()
    }

    /// Says whether `bytes` may travel: within the window, or alone.
    pub(super) fn has_space(&self, bytes: u64) -> bool {
        self.in_flight.is_empty()
            || (self.in_flight.len() < PUSH_WINDOW_ENVELOPES
                && self.in_flight_bytes.saturating_add(bytes) <= PUSH_WINDOW_BYTES)
    }

    /// Moves an envelope from the queue to those that travel.
    pub(super) fn push(&mut self, sequence: u64, id: EnvelopeId, bytes: u64) {
        self.queue.remove(&(sequence, id));
        if self.in_flight.insert(id, bytes).is_none() {
            self.in_flight_bytes = self.in_flight_bytes.saturating_add(bytes);
        }
    }

    /// Forgets an envelope: the neighbour has it, does not want it, or it is gone. Says whether it was travelling.
    pub(super) fn settle(&mut self, sequence: u64, id: EnvelopeId) -> bool {
        self.queue.remove(&(sequence, id));
        let Some(bytes) = self.in_flight.remove(&id) else { return false };
        self.in_flight_bytes = self.in_flight_bytes.saturating_sub(bytes);
        true
    }

    /// Says whether nothing waits and nothing travels.
    pub(super) fn is_empty(&self) -> bool {
        self.queue.is_empty() && self.in_flight.is_empty()
    }

    #[cfg(test)]
    pub(super) fn in_flight(&self) -> (usize, u64) {
        (self.in_flight.len(), self.in_flight_bytes)
    }
}

/// What a neighbour may still send. Who has used it up is not answered until it is replenished, and a neighbour that
/// keeps to its window stops by itself; what comes beyond a window is dropped, and reconciled later.
pub(super) struct Allowance {
    envelopes: Bucket,
    bytes: Bucket,
    rounds: Bucket,
    /// Answers that wait.
    withheld: BTreeMap<EnvelopeId, u64>,
    withheld_bytes: u64,
}

impl Allowance {
    fn new(now: Timestamp) -> Self {
        Self {
            envelopes: Bucket::new(PEER_ENVELOPES_PER_MINUTE, now),
            bytes: Bucket::new(PEER_BYTES_PER_MINUTE, now),
            rounds: Bucket::new(PEER_ROUNDS_PER_MINUTE, now),
            withheld: BTreeMap::new(),
            withheld_bytes: 0,
        }
    }

    /// Says whether a push may be looked at.
    pub(super) fn accepts_push(&mut self, now: Timestamp) -> bool {
        !self.is_used_up(now)
            || (self.withheld.len() < PUSH_WINDOW_ENVELOPES && self.withheld_bytes < PUSH_WINDOW_BYTES)
    }

    /// Takes a push of `bytes` from the allowance, `times` over.
    pub(super) fn spend(&mut self, bytes: u64, times: u64, now: Timestamp) {
        self.envelopes.spend(times, now);
        self.bytes.spend(bytes.saturating_mul(times), now);
    }

    /// Takes one message of a reconciliation from the allowance; `false` if there is none left.
    pub(super) fn spend_round(&mut self, now: Timestamp) -> bool {
        if self.rounds.is_used_up(now) {
            return false;
        }
        self.rounds.spend(1, now);
        true
    }

    /// Says whether answers wait.
    pub(super) fn is_used_up(&mut self, now: Timestamp) -> bool {
        self.envelopes.is_used_up(now) || self.bytes.is_used_up(now)
    }

    /// Keeps the answer to a push back.
    pub(super) fn withhold(&mut self, id: EnvelopeId, bytes: u64) {
        if self.withheld.insert(id, bytes).is_none() {
            self.withheld_bytes = self.withheld_bytes.saturating_add(bytes);
        }
    }

    /// Gives out the pushes whose answers were kept back, if the allowance is replenished.
    pub(super) fn release(&mut self, now: Timestamp) -> Vec<EnvelopeId> {
        if self.withheld.is_empty() || self.is_used_up(now) {
            return Vec::new();
        }
        self.withheld_bytes = 0;
        std::mem::take(&mut self.withheld).into_keys().collect()
    }

    /// Returns when answers can be given out; `None` if none are kept back.
    pub(super) fn release_at(&self) -> Option<Timestamp> {
        (!self.withheld.is_empty()).then(|| self.envelopes.ready_at().max(self.bytes.ready_at()))
    }
}

/// A token bucket that holds one minute's worth and may be overdrawn by the last spender.
struct Bucket {
    per_minute: u64,
    /// In 60,000ths, so that a millisecond adds `per_minute`.
    level: i64,
    at: Timestamp,
}

impl Bucket {
    fn new(per_minute: u64, now: Timestamp) -> Self {
        let mut bucket = Self { per_minute, level: 0, at: now };
        bucket.level = bucket.in_parts(per_minute);
        bucket
    }

    fn spend(&mut self, amount: u64, now: Timestamp) {
        self.replenish(now);
        self.level = self.level.saturating_sub(self.in_parts(amount));
    }

    fn is_used_up(&mut self, now: Timestamp) -> bool {
        self.replenish(now);
        self.level < 0
    }

    fn ready_at(&self) -> Timestamp {
        let missing = self.level.min(0).unsigned_abs();
        self.at.plus_ms(missing.div_ceil(self.per_minute.max(1)))
    }

    fn replenish(&mut self, now: Timestamp) {
        let gained = now.ms_since(self.at).saturating_mul(self.per_minute);
        let gained = i64::try_from(gained).unwrap_or(i64::MAX);
        self.level = self.level.saturating_add(gained).min(self.in_parts(self.per_minute));
        // A clock that went back gives nothing, and counts on from there.
        self.at = now;
    }

    fn in_parts(&self, amount: u64) -> i64 {
        i64::try_from(amount.saturating_mul(MS_PER_MINUTE)).unwrap_or(i64::MAX)
    }
}

const MS_PER_MINUTE: u64 = 60_000;

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]
mod tests {
    use super::*;

    #[test]
    fn bucket_gives_a_burst_and_then_its_rate() {
        let mut bucket = Bucket::new(60, Timestamp(0));
        bucket.spend(60, Timestamp(0));
        assert!(!bucket.is_used_up(Timestamp(0)));
        bucket.spend(2, Timestamp(0));
        assert!(bucket.is_used_up(Timestamp(0)));
        assert_eq!(bucket.ready_at(), Timestamp(2000));
        assert!(bucket.is_used_up(Timestamp(1999)));
        assert!(!bucket.is_used_up(Timestamp(2000)));
    }

    #[test]
    fn bucket_survives_any_clock() {
        let mut bucket = Bucket::new(u64::MAX, Timestamp(u64::MAX));
        for at in [0, u64::MAX, 5, 0, u64::MAX / 2] {
            bucket.spend(u64::MAX, Timestamp(at));
            let _ = bucket.is_used_up(Timestamp(at));
            let _ = bucket.ready_at();
        }
        let mut bucket = Bucket::new(60, Timestamp(1_000_000));
        bucket.spend(61, Timestamp(1_000_000));
        assert!(bucket.is_used_up(Timestamp(0)));
        assert!(!bucket.is_used_up(Timestamp(1000)));
    }

    #[test]
    fn window_lets_one_large_envelope_through_and_bounds_the_rest() {
        let mut window = Window::default();
        assert!(window.has_space(u64::MAX));
        window.push(0, EnvelopeId([0; 32]), PUSH_WINDOW_BYTES * 2);
        assert!(!window.has_space(1));
        assert!(window.settle(0, EnvelopeId([0; 32])));
        assert!(!window.settle(0, EnvelopeId([0; 32])));
        for n in 0..PUSH_WINDOW_ENVELOPES {
            assert!(window.has_space(600));
            window.push(n as u64, EnvelopeId([n as u8; 32]), 600);
        }
        assert!(!window.has_space(600));
    }

    #[test]
    fn fruitless_attempts_come_less_and_less_often() {
        let mut session = Session::new(true, Timestamp(0));
        assert_eq!(session.retry_at(), Some(Timestamp(ROOM_RETRY_MS)));
        for _ in 0..100 {
            session.attempt(Timestamp(0));
        }
        assert_eq!(session.retry_at(), Some(Timestamp(ROOM_RETRY_MS << ROOM_RETRY_DOUBLINGS)));
        session.progress(Timestamp(7));
        assert_eq!(session.retry_at(), Some(Timestamp(7 + ROOM_RETRY_MS)));
        session.reconciliation.is_settled = true;
        assert_eq!(session.retry_at(), None);
    }
}
