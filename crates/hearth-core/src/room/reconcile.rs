//! The comparison of two sets when neighbours meet, or when something seems to be lost.
//!
//! Owns the conversation around negentropy, and the conclusion what a neighbour holds. Names negentropy together with
//! `set`, and nothing else does. PROTOCOL 1.2.

use negentropy::{Id, Negentropy};

use super::exchange::answer;
use super::{PeerMisbehaved, ReconciliationId, Room, RoomFrame, RoomOutput, check_count};
use crate::ids::{EnvelopeId, PeerId, Timestamp};
use crate::limits::{IDS_PER_FRAME_MAX, RECONCILE_GAP_MS, RECONCILE_MESSAGE_BYTES_MAX, RECONCILE_ROUNDS_MAX};

impl Room {
    pub(super) fn begin(&mut self, peer: PeerId, now: Timestamp, out: &mut RoomOutput) {
        let Some(session) = self.sessions.get_mut(&peer) else { return };
        let id = ReconciliationId { initiator: next_number(&mut self.last_number, now), responder: 0 };
        session.begin(id, 1, now);
        let message = self
            .set
            .snapshot()
            .and_then(|snapshot| Negentropy::borrowed(snapshot, FRAME_SIZE_LIMIT)?.initiate());
        // Only a set that is not sealed fails here, and the snapshot is; the retry would begin anew.
        if let Ok(message) = message {
            out.frames.push((peer, RoomFrame::Reconcile { id, round: 0, message }));
        }
    }

    pub(super) fn handle_begin(&mut self, peer: PeerId, now: Timestamp, out: &mut RoomOutput) {
        let Some(session) = self.sessions.get_mut(&peer) else { return };
        let is_early = now.ms_since(session.reconciliation.began_at) < RECONCILE_GAP_MS;
        if !session.is_initiator
            || session.reconciliation.is_open
            || is_early
            || !session.allowance.spend_round(now)
        {
            return;
        }
        session.progress(now);
        self.begin(peer, now, out);
    }

    pub(super) fn handle_query(
        &mut self,
        peer: PeerId,
        id: ReconciliationId,
        round: u32,
        message: &[u8],
        now: Timestamp,
        out: &mut RoomOutput,
    ) -> Result<(), PeerMisbehaved> {
        let Some(session) = self.sessions.get_mut(&peer) else { return Ok(()) };
        let known = &session.reconciliation;
        let is_new = round == 0 && id.responder == 0 && id.initiator > known.id.initiator;
        let is_next = round > 0 && id == known.id && known.is_open && round == known.next_round;
        if !(is_new || is_next) || round >= RECONCILE_ROUNDS_MAX {
            return Ok(());
        }
        if message.len() > RECONCILE_MESSAGE_BYTES_MAX {
            return Err(PeerMisbehaved::MalformedReconciliation);
        }
        if !session.allowance.spend_round(now) {
            return Ok(());
        }
        let answer = self
            .set
            .snapshot()
            .and_then(|snapshot| Negentropy::borrowed(snapshot, FRAME_SIZE_LIMIT)?.reconcile(message))
            .map_err(|_| PeerMisbehaved::MalformedReconciliation)?;
        if is_new {
            let id = ReconciliationId { responder: next_number(&mut self.last_number, now), ..id };
            session.begin(id, 0, now);
        }
        let id = session.reconciliation.id;
        session.reconciliation.next_round = round.saturating_add(2);
        session.progress(now);
        out.frames.push((peer, RoomFrame::Reconcile { id, round: round.saturating_add(1), message: answer }));
        Ok(())
    }

    pub(super) fn handle_answer(
        &mut self,
        peer: PeerId,
        id: ReconciliationId,
        round: u32,
        message: &[u8],
        now: Timestamp,
        out: &mut RoomOutput,
    ) -> Result<(), PeerMisbehaved> {
        let Some(session) = self.sessions.get_mut(&peer) else { return Ok(()) };
        let known = &session.reconciliation;
        let is_of_now = id.initiator == known.id.initiator && known.is_open && round == known.next_round;
        if !is_of_now {
            return Ok(());
        }
        if message.len() > RECONCILE_MESSAGE_BYTES_MAX {
            return Err(PeerMisbehaved::MalformedReconciliation);
        }
        if !session.allowance.spend_round(now) {
            return Ok(());
        }
        let (mut surplus, mut lacking) = (Vec::new(), Vec::new());
        let next = self
            .set
            .snapshot()
            .and_then(|snapshot| {
                let mut negentropy = Negentropy::borrowed(snapshot, FRAME_SIZE_LIMIT)?;
                negentropy.set_initiator();
                negentropy.reconcile_with_ids(message, &mut surplus, &mut lacking)
            })
            .map_err(|_| PeerMisbehaved::MalformedReconciliation)?;
        session.progress(now);
        // The answer brings the responder's number.
        session.reconciliation.id = id;
        for id in surplus {
            self.note_lacking(peer, envelope_id(&id));
        }
        self.want(peer, lacking, out);

        let Some(session) = self.sessions.get_mut(&peer) else { return Ok(()) };
        let following = round.saturating_add(1);
        let may_go_on = following < RECONCILE_ROUNDS_MAX && session.awaited.len() < self.wanted_max;
        match next {
            Some(message) if may_go_on => {
                session.reconciliation.next_round = following.saturating_add(1);
                out.frames.push((peer, RoomFrame::Reconcile { id, round: following, message }));
            }
            unfinished => {
                let is_complete = unfinished.is_none();
                session.reconciliation.is_open = false;
                session.reconciliation.is_settled = is_complete;
                session.reconciliation.is_cut_short = !is_complete;
                let parts = session.reconciliation.wants_sent;
                out.frames.push((peer, RoomFrame::End { id, parts, is_complete }));
                if is_complete {
                    self.report_all_held(peer, out);
                }
            }
        }
        Ok(())
    }

    fn want(&mut self, peer: PeerId, lacking: Vec<Id>, out: &mut RoomOutput) {
        let Some(session) = self.sessions.get_mut(&peer) else { return };
        // Sorted, because they come in the order of a randomised hash table.
        let mut ids: Vec<EnvelopeId> = lacking
            .iter()
            .map(envelope_id)
            .filter(|id| self.set.entry(id).is_none() && !session.awaited.contains(id))
            .collect();
        ids.sort_unstable();
        ids.dedup();
        for chunk in ids.chunks(IDS_PER_FRAME_MAX) {
            let part = session.reconciliation.wants_sent;
            session.reconciliation.wants_sent = part.saturating_add(1);
            session.awaited.extend(chunk);
            let id = session.reconciliation.id;
            out.frames.push((peer, RoomFrame::Want { id, part, ids: chunk.to_vec() }));
        }
    }

    pub(super) fn handle_want(
        &mut self,
        peer: PeerId,
        id: ReconciliationId,
        part: u32,
        ids: &[EnvelopeId],
        now: Timestamp,
        out: &mut RoomOutput,
    ) -> Result<(), PeerMisbehaved> {
        check_count(ids)?;
        let Some(session) = self.sessions.get_mut(&peer) else { return Ok(()) };
        let known = &mut session.reconciliation;
        let is_of_now = !session.is_initiator && id == known.id;
        if !is_of_now || part >= RECONCILE_ROUNDS_MAX || !known.wants_seen.insert(part) {
            return Ok(());
        }
        session.progress(now);
        for id in ids {
            if self.set.entry(id).is_some() {
                self.note_lacking(peer, *id);
            } else {
                if let Some(session) = self.sessions.get_mut(&peer) {
                    session.reconciliation.wants_what_is_not_here = true;
                }
                answer(peer, *id, false, out);
            }
        }
        self.report_if_all_known(peer, out);
        Ok(())
    }

    pub(super) fn handle_end(
        &mut self,
        peer: PeerId,
        id: ReconciliationId,
        parts: u32,
        is_complete: bool,
        now: Timestamp,
        out: &mut RoomOutput,
    ) {
        let Some(session) = self.sessions.get_mut(&peer) else { return };
        if session.is_initiator || id != session.reconciliation.id || !session.reconciliation.is_open {
            return;
        }
        session.progress(now);
        session.reconciliation.is_open = false;
        session.reconciliation.is_settled = true;
        session.reconciliation.wants_total = is_complete.then_some(parts);
        self.report_if_all_known(peer, out);
    }

    /// Takes note of an envelope that the neighbour lacks, and lets it be pushed.
    fn note_lacking(&mut self, peer: PeerId, id: EnvelopeId) {
        let Some(session) = self.sessions.get_mut(&peer) else { return };
        let Some(entry) = self.set.entry(&id) else { return };
        if entry.is_watched {
            session.reconciliation.lacking.insert(id);
        }
        session.window.enqueue(entry.sequence, id);
    }

    fn report_if_all_known(&mut self, peer: PeerId, out: &mut RoomOutput) {
        if self.sessions.get(&peer).is_some_and(|session| session.reconciliation.is_all_known()) {
            self.report_all_held(peer, out);
        }
    }

    /// Reports what was watched when the reconciliation began and was not found to be lacking on the other side.
    fn report_all_held(&mut self, peer: PeerId, out: &mut RoomOutput) {
        let Some(session) = self.sessions.get_mut(&peer) else { return };
        let known = &session.reconciliation;
        for id in self.set.watched() {
            if !known.lacking.contains(&id) && session.reported.insert(id) {
                out.held.push((peer, id));
            }
        }
    }
}

/// Chooses a number that was never used; the clock keeps them growing over restarts of this node.
fn next_number(last: &mut u64, now: Timestamp) -> u64 {
    *last = last.saturating_add(1).max(now.0);
    *last
}

fn envelope_id(id: &Id) -> EnvelopeId {
    EnvelopeId(**id)
}

const FRAME_SIZE_LIMIT: u64 = RECONCILE_MESSAGE_BYTES_MAX as u64;
