//! The handshake of two neighbours: which rooms they share, and whether each may.
//!
//! Owns tags, nonces and what proofs sign. Learns nothing of a room that the other does not know already: a tag is a
//! keyed hash over both transport keys, and a stranger's hello is answered by silence. Never decides who may: the
//! group does. PROTOCOL section 1.4.

use std::collections::BTreeMap;

use crate::crypto::{self, DeviceSecret, EngineRng};
use crate::ids::{PeerId, RoomId, Timestamp, TokenId};
use crate::keeper::{RoomAccess, Side};
use crate::limits;
use crate::wire::{Frame, Proof, TokenSignature};

const PROOF_CONTEXT: &str = "hearth 2026-11 room proof";

/// A session with one neighbour.
pub(crate) struct Session {
    peer: PeerId,
    is_initiator: bool,
    state: State,
    /// When the handshake must be over.
    pub(crate) deadline: Option<Timestamp>,
    /// Shared rooms by their place in the hello.
    rooms: BTreeMap<u8, RoomState>,
}

struct RoomState {
    room: RoomId,
    /// As what the two share it.
    side: Side,
    /// What both sides sign.
    transcript: [u8; 32],
    is_joined: bool,
    /// Whether the other side was told what the group says of itself.
    is_card_told: bool,
}

enum State {
    /// The initiator waits for the answer to its hello.
    HelloSent { nonce: [u8; 32], offered: Vec<RoomAccess> },
    /// The other side begins.
    AwaitingHello,
    /// Rooms are known; proofs follow.
    Proving,
}

impl Session {
    /// Begins a session; the initiator's hello is for sending.
    pub(crate) fn begin(
        local: PeerId,
        peer: PeerId,
        is_initiator: bool,
        rooms: impl Iterator<Item = RoomAccess>,
        rng: &mut EngineRng,
        now: Timestamp,
    ) -> (Self, Option<Frame>) {
        let deadline = Some(now.plus_ms(limits::HANDSHAKE_TIMEOUT_MS));
        if !is_initiator {
            let state = State::AwaitingHello;
            return (Self { peer, is_initiator, state, deadline, rooms: BTreeMap::new() }, None);
        }
        let nonce = rng.bytes();
        let mut offered = Vec::new();
        let mut tags = Vec::new();
        for access in rooms.take(limits::ROOMS_PER_SESSION_MAX) {
            tags.push(tag(&access, b"hello", &local, &peer, &nonce, &[0; 32]));
            offered.push(access);
        }
        while tags.len() < limits::ROOMS_PER_SESSION_MAX {
            tags.push(rng.bytes());
        }
        let state = State::HelloSent { nonce, offered };
        let session = Self { peer, is_initiator, state, deadline, rooms: BTreeMap::new() };
        (session, Some(Frame::Hello { nonce, tags }))
    }

    /// Answers a hello; `None` if no room is shared, or if none was due.
    pub(crate) fn handle_hello(
        &mut self,
        local: PeerId,
        rooms: impl Iterator<Item = RoomAccess>,
        their_nonce: [u8; 32],
        tags: &[[u8; 16]],
        rng: &mut EngineRng,
    ) -> Option<Frame> {
        if !matches!(self.state, State::AwaitingHello) || tags.len() != limits::ROOMS_PER_SESSION_MAX {
            return None;
        }
        let nonce = rng.bytes();
        let mut reply: Vec<[u8; 16]> = (0..limits::ROOMS_PER_SESSION_MAX).map(|_| rng.bytes()).collect();
        for access in rooms {
            let expected = tag(&access, b"hello", &self.peer, &local, &their_nonce, &[0; 32]);
            let Some(place) = tags.iter().position(|tag| *tag == expected) else { continue };
            if let Some(slot) = reply.get_mut(place) {
                *slot = tag(&access, b"reply", &local, &self.peer, &nonce, &their_nonce);
            }
            self.share(place, &access, &self.peer.clone(), &local, &their_nonce, &nonce);
        }
        if self.rooms.is_empty() {
            return None;
        }
        self.state = State::Proving;
        Some(Frame::HelloReply { nonce, tags: reply })
    }

    /// Takes the answer to one's hello; returns the places of the shared rooms, `None` if none was due.
    pub(crate) fn handle_hello_reply(
        &mut self,
        local: PeerId,
        their_nonce: [u8; 32],
        tags: &[[u8; 16]],
    ) -> Option<Vec<u8>> {
        let State::HelloSent { nonce, offered } = std::mem::replace(&mut self.state, State::Proving) else {
            return None;
        };
        for (place, (access, theirs)) in offered.iter().zip(tags).enumerate() {
            if *theirs == tag(access, b"reply", &self.peer, &local, &their_nonce, &nonce) {
                self.share(place, access, &local, &self.peer.clone(), &nonce, &their_nonce);
            }
        }
        Some(self.rooms.keys().copied().collect())
    }

    fn share(
        &mut self,
        place: usize,
        access: &RoomAccess,
        initiator: &PeerId,
        responder: &PeerId,
        initiator_nonce: &[u8; 32],
        responder_nonce: &[u8; 32],
    ) {
        let room = access.room;
        let parts: [&[u8]; 5] = [&room.0, &initiator.0, &responder.0, initiator_nonce, responder_nonce];
        let transcript = crypto::hash("hearth 2026-11 session transcript", &parts);
        if let Ok(place) = u8::try_from(place) {
            let side = access.side;
            let state = RoomState { room, side, transcript, is_joined: false, is_card_told: false };
            self.rooms.insert(place, state);
        }
    }

    /// Signs the proof for the room at `place`.
    pub(crate) fn prove(
        &self,
        place: u8,
        device: &DeviceSecret,
        token: Option<&DeviceSecret>,
        admission: Option<Vec<u8>>,
    ) -> Option<Frame> {
        let statement = self.statement(place, self.is_initiator)?;
        let token = token
            .map(|token| (TokenId(token.public().0), TokenSignature(token.sign(PROOF_CONTEXT, &statement))));
        let device_signature = device.sign(PROOF_CONTEXT, &statement);
        let proof = Proof { device: device.public(), device_signature, token, admission };
        Some(Frame::Proof { room: place, proof })
    }

    /// Says whether the signatures of the other side's proof hold.
    pub(crate) fn is_signed(&self, place: u8, proof: &Proof) -> bool {
        let Some(statement) = self.statement(place, !self.is_initiator) else { return false };
        let token_holds = proof.token.as_ref().is_none_or(|(token, signature)| {
            crypto::verify(&crate::ids::DeviceId(token.0), PROOF_CONTEXT, &statement, &signature.0)
        });
        token_holds && crypto::verify(&proof.device, PROOF_CONTEXT, &statement, &proof.device_signature)
    }

    /// Returns the room at `place`, if it is shared.
    pub(crate) fn room(&self, place: u8) -> Option<RoomId> {
        self.rooms.get(&place).map(|state| state.room)
    }

    /// Returns as what the two share the room at `place`, if they do.
    pub(crate) fn side(&self, place: u8) -> Option<Side> {
        self.rooms.get(&place).map(|state| state.side)
    }

    /// Returns the place of a room that both have joined as members, or as who may become it.
    pub(crate) fn place_in_group(&self, room: &RoomId) -> Option<u8> {
        self.place_of_joined(room).filter(|place| self.side(*place) == Some(Side::Group))
    }

    /// Returns the room at `place` if both have joined it so.
    pub(crate) fn group_room(&self, place: u8) -> Option<RoomId> {
        self.joined_room(place).filter(|_| self.side(place) == Some(Side::Group))
    }

    /// Returns the rooms that the other one carries as a keeper.
    pub(crate) fn by_keeper(&self) -> impl Iterator<Item = RoomId> {
        self.rooms.values().filter(|state| state.side == Side::ToKeeper).map(|state| state.room)
    }

    /// Returns the place of a room that is shared, joined or not.
    pub(crate) fn place_of(&self, room: &RoomId) -> Option<u8> {
        self.rooms.iter().find(|(_, state)| state.room == *room).map(|(place, _)| *place)
    }

    /// Returns the place of a room that both sides have joined.
    pub(crate) fn place_of_joined(&self, room: &RoomId) -> Option<u8> {
        self.rooms.iter().find(|(_, state)| state.room == *room && state.is_joined).map(|(place, _)| *place)
    }

    /// Returns the room at `place` if both sides have joined it.
    pub(crate) fn joined_room(&self, place: u8) -> Option<RoomId> {
        self.rooms.get(&place).filter(|state| state.is_joined).map(|state| state.room)
    }

    /// Notes that the other side may share the room; the handshake is over when every shared room is settled.
    pub(crate) fn join(&mut self, place: u8) {
        if let Some(state) = self.rooms.get_mut(&place) {
            state.is_joined = true;
        }
        self.check_over();
    }

    /// Says, once for each room that both have joined, that the other side may be told what the group says of itself: a card is
    /// far larger than the question.
    pub(crate) fn may_tell_card(&mut self, place: u8) -> bool {
        let state = self.rooms.get_mut(&place).filter(|state| state.is_joined && state.side == Side::Group);
        state.is_some_and(|state| !std::mem::replace(&mut state.is_card_told, true))
    }

    /// Notes that one side may not share the room.
    pub(crate) fn drop_room(&mut self, place: u8) {
        self.rooms.remove(&place);
        self.check_over();
    }

    /// Returns all rooms that both sides have joined.
    pub(crate) fn joined(&self) -> impl Iterator<Item = RoomId> {
        self.rooms.values().filter(|state| state.is_joined).map(|state| state.room)
    }

    /// Says whether the other side has not begun, or began with nothing to share.
    pub(crate) fn is_waiting_for_hello(&self) -> bool {
        matches!(self.state, State::AwaitingHello)
    }

    /// Says whether this side began.
    pub(crate) fn is_initiator(&self) -> bool {
        self.is_initiator
    }

    /// Says whether no room is left to share.
    pub(crate) fn is_over(&self) -> bool {
        matches!(self.state, State::Proving) && self.rooms.is_empty()
    }

    fn check_over(&mut self) {
        if self.rooms.values().all(|state| state.is_joined) {
            self.deadline = None;
        }
    }

    fn statement(&self, place: u8, by_initiator: bool) -> Option<Vec<u8>> {
        let mut statement = self.rooms.get(&place)?.transcript.to_vec();
        statement.push(u8::from(by_initiator));
        Some(statement)
    }
}

fn tag(
    access: &RoomAccess,
    label: &[u8],
    sender: &PeerId,
    receiver: &PeerId,
    nonce: &[u8; 32],
    answered: &[u8; 32],
) -> [u8; 16] {
    let data = [label, &sender.0, &receiver.0, nonce, answered].concat();
    let hash = crypto::keyed_hash(&access.key.0, &data);
    let mut tag = [0; 16];
    for (to, from) in tag.iter_mut().zip(hash) {
        *to = from;
    }
    tag
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::invite::RoomSecret;

    const LOCAL: PeerId = PeerId([1; 32]);
    const REMOTE: PeerId = PeerId([2; 32]);
    const NOW: Timestamp = Timestamp(1_790_000_000_000);

    fn rng(number: u8) -> EngineRng {
        EngineRng::from_seed([number; 32])
    }

    /// Lets two sides meet that know these rooms; returns both sessions and the places of the rooms they share.
    fn meet(ours: &[RoomSecret], theirs: &[RoomSecret]) -> (Session, Session, Vec<u8>) {
        let (mut a_rng, mut b_rng) = (rng(1), rng(2));
        let (mut a, hello) = Session::begin(LOCAL, REMOTE, true, accesses(ours), &mut a_rng, NOW);
        let (mut b, none) = Session::begin(REMOTE, LOCAL, false, accesses(theirs), &mut b_rng, NOW);
        assert!(none.is_none());
        let Some(Frame::Hello { nonce, tags }) = hello else { panic!("a hello") };
        let Some(Frame::HelloReply { nonce, tags }) =
            b.handle_hello(REMOTE, accesses(theirs), nonce, &tags, &mut b_rng)
        else {
            return (a, b, Vec::new());
        };
        let places = a.handle_hello_reply(LOCAL, nonce, &tags).unwrap();
        (a, b, places)
    }

    fn accesses(secrets: &[RoomSecret]) -> impl Iterator<Item = RoomAccess> {
        secrets.iter().map(RoomSecret::access)
    }

    fn secrets(numbers: &[u8]) -> Vec<RoomSecret> {
        numbers.iter().map(|number| RoomSecret::new([*number; 32])).collect()
    }

    fn proof(session: &Session, place: u8) -> Proof {
        let device = DeviceSecret::from_seed(&[7; 32]);
        let token = DeviceSecret::from_seed(&[8; 32]);
        let Some(Frame::Proof { proof, .. }) = session.prove(place, &device, Some(&token), None) else {
            panic!("a proof")
        };
        proof
    }

    #[test]
    fn two_find_the_rooms_that_they_share_and_no_others() {
        let (a, b, places) = meet(&secrets(&[1, 2, 3]), &secrets(&[3, 4, 1]));
        let shared: Vec<RoomId> = secrets(&[1, 3]).iter().map(RoomSecret::room).collect();
        assert_eq!(places.iter().map(|place| a.room(*place).unwrap()).collect::<Vec<_>>(), shared);
        assert_eq!(places.iter().map(|place| b.room(*place).unwrap()).collect::<Vec<_>>(), shared);
        let (_, b, places) = meet(&secrets(&[1]), &secrets(&[2]));
        assert!(places.is_empty() && b.is_waiting_for_hello());
    }

    #[test]
    fn the_number_of_rooms_does_not_show() {
        let hello = |numbers: &[u8]| {
            let rooms = secrets(numbers);
            let (_, hello) = Session::begin(LOCAL, REMOTE, true, accesses(&rooms), &mut rng(1), NOW);
            hello.unwrap().encode().len()
        };
        assert_eq!(hello(&[]), hello(&[1, 2, 3]));
    }

    #[test]
    fn a_proof_holds_for_its_session_its_side_and_its_room_alone() {
        let (a, b, places) = meet(&secrets(&[1, 3]), &secrets(&[1, 3]));
        let ours = proof(&a, places[0]);
        assert!(b.is_signed(places[0], &ours));
        assert!(!b.is_signed(places[1], &ours), "of another room");
        assert!(!a.is_signed(places[0], &ours), "reflected");
        assert!(!b.is_signed(9, &ours), "of no room");
        let other_device = Proof { device: DeviceSecret::from_seed(&[9; 32]).public(), ..ours.clone() };
        assert!(!b.is_signed(places[0], &other_device));
        let other_token = ours.token.clone().map(|(_, signature)| (TokenId([9; 32]), signature));
        assert!(!b.is_signed(places[0], &Proof { token: other_token, ..ours.clone() }));
        // Another session of the same two: other nonces.
        let (mut a_rng, mut b_rng) = (rng(3), rng(4));
        let rooms = secrets(&[1, 3]);
        let (_, hello) = Session::begin(LOCAL, REMOTE, true, accesses(&rooms), &mut a_rng, NOW);
        let (mut later, _) = Session::begin(REMOTE, LOCAL, false, accesses(&rooms), &mut b_rng, NOW);
        let Some(Frame::Hello { nonce, tags }) = hello else { panic!("a hello") };
        later.handle_hello(REMOTE, accesses(&rooms), nonce, &tags, &mut b_rng).unwrap();
        assert!(!later.is_signed(places[0], &ours), "replayed");
    }

    #[test]
    fn hellos_out_of_place_are_not_answered() {
        let rooms = secrets(&[1]);
        let (mut a, hello) = Session::begin(LOCAL, REMOTE, true, accesses(&rooms), &mut rng(1), NOW);
        let Some(Frame::Hello { nonce, tags }) = hello else { panic!("a hello") };
        assert!(a.handle_hello(LOCAL, accesses(&rooms), nonce, &tags, &mut rng(2)).is_none());
        let (mut b, _) = Session::begin(REMOTE, LOCAL, false, accesses(&rooms), &mut rng(2), NOW);
        assert!(b.handle_hello(REMOTE, accesses(&rooms), nonce, &tags[1..], &mut rng(2)).is_none());
        assert!(b.handle_hello(REMOTE, accesses(&rooms), nonce, &tags, &mut rng(2)).is_some());
        assert!(b.handle_hello(REMOTE, accesses(&rooms), nonce, &tags, &mut rng(2)).is_none());
        assert!(b.handle_hello_reply(REMOTE, nonce, &tags).is_none());
    }

    #[test]
    fn a_handshake_is_over_when_every_shared_room_is_settled() {
        let (mut a, _, places) = meet(&secrets(&[1, 3]), &secrets(&[1, 3]));
        assert_eq!(a.deadline, Some(NOW.plus_ms(limits::HANDSHAKE_TIMEOUT_MS)));
        a.join(places[0]);
        assert!(a.deadline.is_some() && !a.is_over());
        a.drop_room(places[1]);
        assert!(a.deadline.is_none() && !a.is_over());
        assert_eq!(a.joined().count(), 1);
        a.drop_room(places[0]);
        assert!(a.is_over());
    }

    #[test]
    fn a_card_is_told_once_in_a_session_and_only_in_a_room_that_both_have_joined() {
        let [secret] = <[RoomSecret; 1]>::try_from(secrets(&[1])).ok().unwrap();
        let (mut session, _, places) = meet(std::slice::from_ref(&secret), std::slice::from_ref(&secret));
        let place = places[0];
        assert!(!session.may_tell_card(place), "nobody has proved anything");
        session.join(place);
        assert!(session.may_tell_card(place));
        assert!(!session.may_tell_card(place));
        assert!(!session.may_tell_card(place + 1));
    }
}
