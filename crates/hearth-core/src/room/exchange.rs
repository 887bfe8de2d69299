//! Pushes, and what is answered to them.
//!
//! Owns how an envelope enters the set and travels on. PROTOCOL 1.2.

use super::session::Session;
use super::set::Space;
use super::{PeerMisbehaved, Room, RoomFrame, RoomOutput, check_count, may_be_kept};
use crate::envelope::Envelope;
use crate::ids::{EnvelopeId, PeerId, Timestamp};
use crate::limits::{FULL_ROOM_COST, IDS_PER_FRAME_MAX};
use crate::store::{ReadStore, StoreError};

impl Room {
    pub(super) fn handle_push(
        &mut self,
        peer: PeerId,
        bytes: Vec<u8>,
        now: Timestamp,
        out: &mut RoomOutput,
    ) -> Result<(), PeerMisbehaved> {
        let Some(session) = self.sessions.get_mut(&peer) else { return Ok(()) };
        if !session.allowance.accepts_push(now) {
            return Ok(());
        }
        let envelope = Envelope::parse(bytes).map_err(|_| PeerMisbehaved::MalformedEnvelope)?;
        if envelope.room() != self.set.room() {
            return Err(PeerMisbehaved::WrongRoom);
        }
        let (id, bytes) = (envelope.id(), envelope.len() as u64);
        session.allowance.spend(bytes, 1, now);
        if session.awaited.remove(&id) {
            session.progress(now);
        }
        if let Some(entry) = self.set.entry(&id) {
            // It pushes from its disk: that is as good as an acknowledgement.
            session.window.settle(entry.sequence, id);
            self.report_held(peer, id, out);
        } else if may_be_kept(envelope.expires(), now.day()) {
            let space = self.set.space_for(&envelope, false);
            if !matches!(&space, Space::After(leaving) if leaving.is_empty()) {
                session.allowance.spend(bytes, FULL_ROOM_COST - 1, now);
            }
            if let Space::After(leaving) = space {
                self.evict(leaving, out);
                self.add(&envelope, Some(peer), now, out);
                out.arrived.push(envelope);
            }
        }
        self.answer_push(peer, id, bytes, now, out);
        Ok(())
    }

    /// Says whether a pushed envelope is here, later if the neighbour has used up its allowance.
    fn answer_push(
        &mut self,
        peer: PeerId,
        id: EnvelopeId,
        bytes: u64,
        now: Timestamp,
        out: &mut RoomOutput,
    ) {
        let Some(session) = self.sessions.get_mut(&peer) else { return };
        if session.allowance.is_used_up(now) {
            session.allowance.withhold(id, bytes);
        } else {
            answer(peer, id, self.set.entry(&id).is_some(), out);
        }
    }

    pub(super) fn release(&mut self, peer: PeerId, now: Timestamp, out: &mut RoomOutput) {
        let Some(session) = self.sessions.get_mut(&peer) else { return };
        for id in session.allowance.release(now) {
            answer(peer, id, self.set.entry(&id).is_some(), out);
        }
    }

    pub(super) fn handle_ack(
        &mut self,
        peer: PeerId,
        ids: &[EnvelopeId],
        now: Timestamp,
        out: &mut RoomOutput,
    ) -> Result<(), PeerMisbehaved> {
        check_count(ids)?;
        for id in ids {
            self.settle(peer, *id, now);
            self.report_held(peer, *id, out);
        }
        Ok(())
    }

    pub(super) fn handle_refuse(
        &mut self,
        peer: PeerId,
        ids: &[EnvelopeId],
        now: Timestamp,
    ) -> Result<(), PeerMisbehaved> {
        check_count(ids)?;
        for id in ids {
            self.settle(peer, *id, now);
        }
        Ok(())
    }

    fn settle(&mut self, peer: PeerId, id: EnvelopeId, now: Timestamp) {
        let Some(session) = self.sessions.get_mut(&peer) else { return };
        // One that has gone meanwhile is skipped when its turn in the queue comes.
        let sequence = self.set.entry(&id).map_or(0, |entry| entry.sequence);
        let was_travelling = session.window.settle(sequence, id);
        let was_awaited = session.awaited.remove(&id);
        if was_travelling || was_awaited {
            session.progress(now);
        }
    }

    pub(super) fn report_held(&mut self, peer: PeerId, id: EnvelopeId, out: &mut RoomOutput) {
        let Some(session) = self.sessions.get_mut(&peer) else { return };
        let is_watched = self.set.entry(&id).is_some_and(|entry| entry.is_watched);
        if is_watched && session.reported.insert(id) {
            out.held.push((peer, id));
        }
    }

    /// Stores an envelope and passes it on to all neighbours but the one it came from.
    pub(super) fn add(
        &mut self,
        envelope: &Envelope,
        from: Option<PeerId>,
        now: Timestamp,
        out: &mut RoomOutput,
    ) {
        let (id, sequence) = (envelope.id(), self.set.next_sequence());
        self.set.add(envelope, &mut out.writes);
        for (peer, session) in &mut self.sessions {
            if session.awaited.remove(&id) {
                session.progress(now);
            }
            if Some(*peer) == from {
                continue;
            }
            let bytes = envelope.len() as u64;
            if session.window.next().is_none() && session.window.has_space(bytes) {
                push(session, *peer, sequence, id, envelope.as_bytes().to_vec(), now, out);
            } else {
                session.window.enqueue(sequence, id);
            }
        }
    }

    /// Moves on with a neighbour: pushes what the window has space for, and compares the rest of a large set.
    pub(super) fn advance(
        &mut self,
        store: &impl ReadStore,
        peer: PeerId,
        now: Timestamp,
        out: &mut RoomOutput,
    ) -> Result<(), StoreError> {
        let Some(session) = self.sessions.get_mut(&peer) else { return Ok(()) };
        while let Some((sequence, id)) = session.window.next() {
            let Some(entry) = self.set.entry(&id).filter(|entry| entry.sequence == sequence) else {
                session.window.settle(sequence, id);
                continue;
            };
            if !session.window.has_space(u64::from(entry.bytes)) {
                break;
            }
            match self.set.read(store, &out.writes, id)? {
                Some(bytes) => push(session, peer, sequence, id, bytes, now, out),
                // An index without an envelope: forgotten, so that a neighbour can bring it again.
                None => self.set.remove(id, &mut out.writes),
            }
        }
        let is_done = session.window.is_empty() && session.awaited.is_empty();
        if session.is_initiator && session.reconciliation.is_cut_short && is_done {
            self.begin(peer, now, out);
        }
        Ok(())
    }
}

fn push(
    session: &mut Session,
    peer: PeerId,
    sequence: u64,
    id: EnvelopeId,
    bytes: Vec<u8>,
    now: Timestamp,
    out: &mut RoomOutput,
) {
    if session.retry_at().is_none() {
        // The wait for its acknowledgement begins here.
        session.progress(now);
    }
    session.window.push(sequence, id, bytes.len() as u64);
    out.frames.push((peer, RoomFrame::Push { envelope: bytes }));
}

/// Says whether an envelope is here; joins the frame before it if that says the same to the same neighbour.
pub(super) fn answer(peer: PeerId, id: EnvelopeId, is_here: bool, out: &mut RoomOutput) {
    match (out.frames.last_mut(), is_here) {
        (Some((to, RoomFrame::Ack { ids })), true) | (Some((to, RoomFrame::Refuse { ids })), false)
            if *to == peer && ids.len() < IDS_PER_FRAME_MAX =>
        {
            ids.push(id);
        }
        (_, true) => out.frames.push((peer, RoomFrame::Ack { ids: vec![id] })),
        (_, false) => out.frames.push((peer, RoomFrame::Refuse { ids: vec![id] })),
    }
}
