//! A keeper: who carries the envelopes of others' rooms while they are off, and can read none of them.
//!
//! Owns what a keeper is told of a room, the ticket by which a group comes to it, and the record of what it carries. Never
//! holds a room's secret: none of the keys that follow from it can be made from what is here. PROTOCOL section 17.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};
use zeroize::Zeroize;

use crate::content::{Endpoint, Kind};
use crate::crypto;
use crate::error::LoadError;
use crate::ids::{PeerId, RoomId, Timestamp};
use crate::invite::{self, TicketError};
use crate::limits;
use crate::store::{Class, Key, ReadStore, WriteBatch};

/// What a ticket to a keeper begins with. No other ticket can: the digit 1 is not in the alphabet of base32.
const PREFIX: &str = "HEARTHKEEPER1";
const CHECKSUM: &str = "hearth 2026-12 keeper ticket checksum";
const VERSION: u8 = 1;
/// What an address begins with that is none: no encoded address begins with a zero.
const DESK_MARK: u8 = 0;

/// As what two neighbours share a room.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Side {
    /// Both are in the group, or ask to be.
    Group,
    /// The other one carries the room, and knows nothing of the group.
    ToKeeper,
    /// This node carries the room.
    AsKeeper,
    /// No room: a keeper's desk, where a member hands it one.
    Desk,
}

/// The key of the tags of one room.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct TagKey(pub(crate) [u8; 32]);

impl fmt::Debug for TagKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TagKey(..)")
    }
}

impl Drop for TagKey {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

/// What two need to find out that they share a room: its id and a key. It opens nothing.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct RoomAccess {
    pub(crate) room: RoomId,
    pub(crate) key: TagKey,
    pub(crate) side: Side,
}

/// The secret of a desk: whoever knows it can hand the keeper one room, once.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Desk(pub(crate) [u8; 32]);

impl Desk {
    /// Takes a secret from 32 random bytes.
    pub fn new(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// Returns what the keeper and a member find one another by at the desk.
    pub(crate) fn access(&self) -> RoomAccess {
        let room = RoomId(*crypto::derive("hearth 2026-12 keeper desk", &self.0));
        let key = TagKey(*crypto::derive("hearth 2026-12 keeper desk tag", &self.0));
        RoomAccess { room, key, side: Side::Desk }
    }

    /// Returns what stands before a keeper's addresses in a ticket or an identity.
    fn mark(&self) -> Vec<u8> {
        [&[DESK_MARK], self.0.as_slice()].concat()
    }
}

impl fmt::Debug for Desk {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Desk(..)")
    }
}

impl Drop for Desk {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

impl Endpoint {
    /// Returns a keeper's endpoint as it stands among those of members (PROTOCOL 17.5).
    pub(crate) fn of_keeper(peer: PeerId, desk: &Desk, addresses: &[Vec<u8>]) -> Self {
        let kept = addresses.iter().take(limits::ENDPOINT_ADDRESSES_MAX - 1).cloned();
        Self { peer, addresses: std::iter::once(desk.mark()).chain(kept).collect() }
    }

    /// Returns the desk, if it is a keeper's.
    pub(crate) fn desk(&self) -> Option<Desk> {
        let (mark, desk) = self.addresses.first()?.split_first()?;
        (*mark == DESK_MARK).then_some(())?;
        Some(Desk(desk.try_into().ok()?))
    }

    /// Returns it with nothing but addresses.
    pub(crate) fn without_desk(mut self) -> Self {
        self.addresses.retain(|address| address.first() != Some(&DESK_MARK));
        self
    }
}

/// What lets a group hand one room to a keeper.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeeperTicket {
    version: u8,
    /// Where the keeper is reached.
    pub endpoint: Endpoint,
    /// Its desk.
    pub(crate) desk: Desk,
}

impl KeeperTicket {
    /// Makes a ticket.
    pub fn new(endpoint: Endpoint, desk: Desk) -> Self {
        Self { version: VERSION, endpoint, desk }
    }

    /// Returns the ticket as one line of capital letters and digits.
    pub fn to_text(&self) -> String {
        invite::to_text(PREFIX, CHECKSUM, self)
    }

    /// Parses a ticket to a keeper. Case, spaces, line breaks and hyphens do not matter.
    ///
    /// # Errors
    /// [`TicketError`]: what is wrong with the text; [`TicketError::NotAKeepers`] for any other ticket.
    pub fn parse(text: &str) -> Result<Self, TicketError> {
        let text = invite::compact(text)?;
        if !text.starts_with(PREFIX) && invite::is_some_ticket(&text) {
            return Err(TicketError::NotAKeepers);
        }
        let ticket: Self = invite::of_text(PREFIX, CHECKSUM, &text)?;
        let is_marked = ticket.endpoint.desk().is_some();
        if ticket.endpoint.is_in_bounds() && !is_marked { Ok(ticket) } else { Err(TicketError::Mistyped) }
    }

    /// Says whether a text without what does not matter begins like such a ticket.
    pub(crate) fn is_begun(compact: &str) -> bool {
        compact.starts_with(PREFIX)
    }
}

impl fmt::Debug for KeeperTicket {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("KeeperTicket(..)")
    }
}

/// Why a keeper does not take a room.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum KeeperRefusal {
    /// The ticket has been used for another room.
    Used,
    /// It carries as many rooms as it may.
    Full,
}

/// What a keeper's ticket stands for, as the keeper's owner sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KeptView {
    /// The room; `None` as long as nobody has used the ticket.
    pub room: Option<RoomId>,
    /// When the ticket was made.
    pub made: Timestamp,
    /// Envelopes of the room that are here.
    pub envelopes: usize,
    /// Their bytes.
    pub bytes: u64,
    /// Neighbours of the room that are connected.
    pub connected: usize,
}

/// The record of class [`Class::Desk`].
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct DeskRecord {
    version: u8,
    desk: Desk,
    made: Timestamp,
    kept: Option<KeptRoom>,
}

/// A room that was handed over.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
struct KeptRoom {
    room: RoomId,
    key: TagKey,
}

/// All desks of this node, by the id that a desk has instead of a room's, each with what it is found by: every hello is held
/// against that. Empty on a member's node.
#[derive(Default)]
pub(crate) struct Desks(BTreeMap<RoomId, (DeskRecord, RoomAccess)>);

impl Desks {
    pub(crate) fn load(store: &impl ReadStore) -> Result<Self, LoadError> {
        let mut desks = BTreeMap::new();
        let mut damaged = false;
        store.scan(
            Class::Desk,
            &[0; 32],
            &mut |_, value| match postcard::from_bytes::<DeskRecord>(&value) {
                Ok(record) if record.version == VERSION => {
                    let access = record.desk.access();
                    desks.insert(access.room, (record, access));
                }
                Ok(_) | Err(_) => damaged = true,
            },
        )?;
        if damaged { Err(LoadError::Damaged("desk")) } else { Ok(Self(desks)) }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }

    /// Opens a desk.
    pub(crate) fn open(&mut self, writes: &mut WriteBatch, desk: Desk, now: Timestamp) {
        let access = desk.access();
        let id = access.room;
        self.0.insert(id, (DeskRecord { version: VERSION, desk, made: now, kept: None }, access));
        self.save(writes, &id);
    }

    /// Takes a room at a desk. The same room under the same key may come again: its first word may have been lost.
    pub(crate) fn take(
        &mut self,
        writes: &mut WriteBatch,
        desk: &RoomId,
        room: RoomId,
        key: TagKey,
    ) -> Result<(), KeeperRefusal> {
        let (record, _) = self.0.get_mut(desk).ok_or(KeeperRefusal::Used)?;
        let wanted = KeptRoom { room, key };
        match &record.kept {
            Some(kept) if *kept == wanted => return Ok(()),
            Some(_) => return Err(KeeperRefusal::Used),
            None => record.kept = Some(wanted),
        }
        self.save(writes, desk);
        Ok(())
    }

    /// Closes the desk that `room` was handed over at, or one that nobody has used; returns the room if no other desk has it.
    pub(crate) fn close(&mut self, writes: &mut WriteBatch, desk: &RoomId) -> Option<RoomId> {
        let (record, _) = self.0.remove(desk)?;
        writes.delete(Key::global(Class::Desk, &desk.0));
        let room = record.kept.map(|kept| kept.room)?;
        (!self.keeps(&room)).then_some(room)
    }

    /// Says whether this node carries a room.
    pub(crate) fn keeps(&self, room: &RoomId) -> bool {
        self.kept().any(|kept| kept.room == *room)
    }

    /// Returns the desks, with when each was made and the room that it has.
    pub(crate) fn all(&self) -> impl Iterator<Item = (&RoomId, Timestamp, Option<RoomId>)> {
        self.0.iter().map(|(id, (record, _))| (id, record.made, record.kept.as_ref().map(|kept| kept.room)))
    }

    /// Returns the rooms that this node carries.
    pub(crate) fn rooms(&self) -> impl Iterator<Item = RoomId> {
        self.kept().map(|kept| kept.room)
    }

    /// Returns what this node shares with whom it does not know: the rooms that it carries, and its desks.
    pub(crate) fn accesses(&self) -> impl Iterator<Item = RoomAccess> {
        let rooms = self.kept().map(|kept| RoomAccess {
            room: kept.room,
            key: kept.key.clone(),
            side: Side::AsKeeper,
        });
        rooms.chain(self.0.values().map(|(_, access)| access.clone()))
    }

    fn kept(&self) -> impl Iterator<Item = &KeptRoom> {
        self.0.values().filter_map(|(record, _)| record.kept.as_ref())
    }

    fn save(&self, writes: &mut WriteBatch, id: &RoomId) {
        let Some((record, _)) = self.0.get(id) else { return };
        // Encoding plain arrays and numbers into a growing vector cannot fail.
        let bytes = postcard::to_stdvec(record).unwrap_or_default();
        writes.put(Key::global(Class::Desk, &id.0), bytes);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Written once and never changed.
    const TICKET: &str = "HEARTHKEEPER1AEEQSCIJBEEQSCIJBEEQSCIJBEEQSCIJBEEQSCIJBEEQSCIJBEEQSAIHMFSGI4TFONZQGAYDAMBQGAYDAMBQGAYDAMBQGAYDAMBQGAYDAMBQGAYDAMBQGA4RLEDVQ";

    fn ticket() -> KeeperTicket {
        let endpoint = Endpoint { peer: PeerId([9; 32]), addresses: vec![b"address".to_vec()] };
        KeeperTicket::new(endpoint, Desk::new([3; 32]))
    }

    #[test]
    fn p17_the_frozen_ticket_parses_and_encodes() {
        assert_eq!(ticket().to_text(), TICKET);
        assert_eq!(KeeperTicket::parse(&TICKET.to_lowercase()), Ok(ticket()));
        assert_eq!(KeeperTicket::parse(&TICKET[..TICKET.len() - 1]), Err(TicketError::Mistyped));
        assert_eq!(KeeperTicket::parse("hello"), Err(TicketError::NotATicket));
    }

    #[test]
    fn p17_the_bytes_of_a_desk_are_frozen() {
        let kept = KeptRoom { room: RoomId([4; 32]), key: TagKey([5; 32]) };
        let record =
            DeskRecord { version: VERSION, desk: Desk::new([3; 32]), made: Timestamp(7), kept: Some(kept) };
        let bytes = [&[1][..], &[3; 32], &[7, 1], &[4; 32], &[5; 32]].concat();
        assert_eq!(postcard::to_stdvec(&record).unwrap(), bytes);
        let read: DeskRecord = postcard::from_bytes(&bytes).unwrap();
        assert!(read.kept == record.kept && read.desk == record.desk);
    }
}
