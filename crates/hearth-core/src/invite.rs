//! The ticket: what an invited person needs to reach the room and to ask to be admitted, as one line of text.
//!
//! Owns the line's encoding and its checksum. A ticket is a secret until it is used up. PROTOCOL section 7.

use std::fmt;

use data_encoding::BASE32_NOPAD;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use thiserror::Error;
use zeroize::{Zeroize, Zeroizing};

use crate::content::{Endpoint, Kind};
use crate::crypto::{self, DeviceSecret};
use crate::epoch::Suite;
use crate::ids::{GroupId, MemberId, RoomId, Timestamp};
use crate::keeper::{Desk, KeeperTicket, RoomAccess, Side, TagKey};
use crate::limits;

/// What every ticket begins with: upper case, so that a QR code may use its compact alphabet.
const PREFIX: &str = "HEARTH";
/// What a ticket for a further device begins with. No other ticket can: the digit 1 is not in the alphabet of base32.
const DEVICE_PREFIX: &str = "HEARTHDEVICE1";
const TICKET_CHECKSUM: &str = "hearth 2026-11 ticket checksum";
const DEVICE_CHECKSUM: &str = "hearth 2026-11 device ticket checksum";
const TICKET_VERSION: u8 = 1;
const CHECKSUM_BYTES: usize = 4;
/// Characters that a ticket may have; more is not looked at.
const TICKET_CHARACTERS_MAX: usize = 8 * 1024;

/// The secret of a room: whoever knows it can prove to a neighbour to have heard of the room. It opens nothing.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RoomSecret(pub(crate) [u8; 32]);

impl RoomSecret {
    /// Takes a secret from 32 random bytes.
    pub fn new(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// Returns the id of the room.
    pub fn room(&self) -> RoomId {
        RoomId(*crypto::derive("hearth 2026-11 room id", &self.0))
    }

    /// Returns what members find one another by (PROTOCOL 1.4.4).
    pub(crate) fn access(&self) -> RoomAccess {
        let key = TagKey(*crypto::derive("hearth 2026-11 room tag", &self.0));
        RoomAccess { room: self.room(), key, side: Side::Group }
    }

    /// Returns what the keeper at a desk and those who come to it find one another by (PROTOCOL 17.2).
    pub(crate) fn access_by_keeper(&self, desk: &Desk) -> RoomAccess {
        let both = Zeroizing::new([self.0, desk.0].concat());
        let key = TagKey(*crypto::derive("hearth 2026-12 keeper tag", &both));
        RoomAccess { room: self.room(), key, side: Side::ToKeeper }
    }
}

impl fmt::Debug for RoomSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RoomSecret(..)")
    }
}

impl Drop for RoomSecret {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

/// An invitation as handed to a person.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ticket {
    version: u8,
    /// The room's secret.
    pub room: RoomSecret,
    /// The group: so that nobody can admit the holder into another one.
    pub group: GroupId,
    /// The ciphersuite of its keys: the joiner makes keys before it knows anything else.
    pub suite: Suite,
    /// The seed of the token's key.
    pub(crate) token: [u8; 32],
    /// When it expires.
    pub expires: Timestamp,
    /// Where members were reachable when it was made.
    pub endpoints: Vec<Endpoint>,
}

/// Why a text is no ticket.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
pub enum TicketError {
    /// It does not begin like one.
    #[error("this is not a Hearth ticket")]
    NotATicket,
    /// It is a ticket for a further device, or for another person, where the other kind belongs.
    #[error("this is the other kind of ticket: those for a device of your own begin with HEARTHDEVICE1")]
    OtherKind,
    /// Characters are missing or wrong.
    #[error("the ticket is mistyped or incomplete")]
    Mistyped,
    /// It is no ticket to a keeper.
    #[error("this is no ticket to a keeper: those begin with HEARTHKEEPER1")]
    NotAKeepers,
    /// It is a ticket to a keeper where one to a group belongs.
    #[error("this is a ticket to a keeper, not to a group: a member hands the group's room over with it")]
    Keepers,
    /// Made by a newer version.
    #[error("the ticket was made by a newer version of Hearth")]
    UnknownVersion,
}

impl Ticket {
    /// Makes a ticket.
    pub fn new(
        room: RoomSecret,
        group: GroupId,
        suite: Suite,
        token_seed: [u8; 32],
        expires: Timestamp,
        endpoints: Vec<Endpoint>,
    ) -> Self {
        Self { version: TICKET_VERSION, room, group, suite, token: token_seed, expires, endpoints }
    }

    /// Returns the ticket as one line of capital letters and digits.
    pub fn to_text(&self) -> String {
        to_text(PREFIX, TICKET_CHECKSUM, self)
    }

    /// Parses a ticket. Case, spaces, line breaks and hyphens do not matter.
    ///
    /// # Errors
    /// [`TicketError`]: what is wrong with the text.
    pub fn parse(text: &str) -> Result<Self, TicketError> {
        let text = compact(text)?;
        if text.starts_with(DEVICE_PREFIX) {
            return Err(TicketError::OtherKind);
        }
        if KeeperTicket::is_begun(&text) {
            return Err(TicketError::Keepers);
        }
        let ticket: Self = of_text(PREFIX, TICKET_CHECKSUM, &text)?;
        ticket.checked()
    }

    fn checked(self) -> Result<Self, TicketError> {
        let is_in_bounds = self.endpoints.len() <= limits::TICKET_ENDPOINTS_MAX
            && self.endpoints.iter().all(Kind::is_in_bounds);
        if is_in_bounds { Ok(self) } else { Err(TicketError::Mistyped) }
    }

    /// Returns the token's key.
    pub fn token(&self) -> DeviceSecret {
        DeviceSecret::from_seed(&self.token)
    }
}

impl fmt::Debug for Ticket {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Ticket(..)")
    }
}

impl Drop for Ticket {
    fn drop(&mut self) {
        self.token.zeroize();
    }
}

/// What lets a further device of a member into the group: the secrets of a ticket, and whose device it becomes.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeviceTicket {
    version: u8,
    /// Room, group and token. The token is in no log: only the device that made the ticket knows it.
    pub ticket: Ticket,
    /// Whose device it becomes.
    pub member: MemberId,
}

impl DeviceTicket {
    /// Makes a ticket.
    pub fn new(ticket: Ticket, member: MemberId) -> Self {
        Self { version: TICKET_VERSION, ticket, member }
    }

    /// Returns the ticket as one line of capital letters and digits.
    pub fn to_text(&self) -> String {
        to_text(DEVICE_PREFIX, DEVICE_CHECKSUM, self)
    }

    /// Parses a ticket for a further device. Case, spaces, line breaks and hyphens do not matter.
    ///
    /// # Errors
    /// [`TicketError`]: what is wrong with the text.
    pub fn parse(text: &str) -> Result<Self, TicketError> {
        let text = compact(text)?;
        if KeeperTicket::is_begun(&text) {
            return Err(TicketError::Keepers);
        }
        if !text.starts_with(DEVICE_PREFIX) && text.starts_with(PREFIX) {
            return Err(TicketError::OtherKind);
        }
        let Self { version, ticket, member } = of_text(DEVICE_PREFIX, DEVICE_CHECKSUM, &text)?;
        Ok(Self { version, ticket: ticket.checked()?, member })
    }
}

impl fmt::Debug for DeviceTicket {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("DeviceTicket(..)")
    }
}

pub(crate) fn to_text(prefix: &str, checksum: &'static str, ticket: &impl Serialize) -> String {
    let mut bytes = postcard::to_stdvec(ticket).unwrap_or_default();
    let sum = crypto::hash(checksum, &[&bytes]);
    bytes.extend_from_slice(sum.get(..CHECKSUM_BYTES).unwrap_or_default());
    let text = format!("{prefix}{}", BASE32_NOPAD.encode(&bytes));
    bytes.zeroize();
    text
}

/// Says whether a text without what does not matter begins like a ticket of whatever kind.
pub(crate) fn is_some_ticket(compact: &str) -> bool {
    compact.starts_with(PREFIX)
}

/// What was typed, without what does not matter.
pub(crate) fn compact(text: &str) -> Result<Zeroizing<String>, TicketError> {
    if text.len() > TICKET_CHARACTERS_MAX {
        return Err(TicketError::NotATicket);
    }
    let kept = text.chars().filter(|c| !c.is_whitespace() && *c != '-');
    Ok(Zeroizing::new(kept.map(|c| c.to_ascii_uppercase()).collect()))
}

pub(crate) fn of_text<T: DeserializeOwned>(
    prefix: &str,
    checksum: &'static str,
    text: &str,
) -> Result<T, TicketError> {
    let encoded = text.strip_prefix(prefix).ok_or(TicketError::NotATicket)?;
    let bytes = BASE32_NOPAD.decode(encoded.as_bytes()).map_err(|_| TicketError::Mistyped)?;
    let bytes = Zeroizing::new(bytes);
    let split = bytes.len().checked_sub(CHECKSUM_BYTES).ok_or(TicketError::Mistyped)?;
    let (body, sum) = bytes.split_at_checked(split).ok_or(TicketError::Mistyped)?;
    let expected = crypto::hash(checksum, &[body]);
    if expected.get(..CHECKSUM_BYTES) != Some(sum) {
        return Err(TicketError::Mistyped);
    }
    if body.first() != Some(&TICKET_VERSION) {
        return Err(TicketError::UnknownVersion);
    }
    postcard::from_bytes(body).map_err(|_| TicketError::Mistyped)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::PeerId;

    fn ticket() -> Ticket {
        let endpoint = Endpoint { peer: PeerId([9; 32]), addresses: vec![b"address".to_vec()] };
        Ticket::new(
            RoomSecret([1; 32]),
            GroupId([2; 32]),
            Suite::XWing,
            [3; 32],
            Timestamp(1_800_000_000_000),
            vec![endpoint],
        )
    }

    #[test]
    fn a_ticket_survives_being_typed_by_a_person() {
        let text = ticket().to_text();
        let typed: String = text
            .to_lowercase()
            .as_bytes()
            .chunks(5)
            .map(|part| String::from_utf8_lossy(part).into_owned() + " - \n")
            .collect();
        assert_eq!(Ticket::parse(&typed), Ok(ticket()));
    }

    #[test]
    fn p7_11_the_two_kinds_of_ticket_are_not_mistaken_for_one_another() {
        let device = DeviceTicket::new(ticket(), MemberId([4; 32]));
        let text = device.to_text();
        assert_eq!(DeviceTicket::parse(&text.to_lowercase()), Ok(device));
        assert_eq!(Ticket::parse(&text), Err(TicketError::OtherKind));
        assert_eq!(DeviceTicket::parse(&ticket().to_text()), Err(TicketError::OtherKind));
        assert_eq!(DeviceTicket::parse(&text[..text.len() - 1]), Err(TicketError::Mistyped));
        assert_eq!(DeviceTicket::parse("hello"), Err(TicketError::NotATicket));
    }

    #[test]
    fn every_single_typo_is_noticed() {
        let text = ticket().to_text();
        for position in PREFIX.len()..text.len() {
            let mut typed: Vec<char> = text.chars().collect();
            typed[position] = if typed[position] == 'A' { 'B' } else { 'A' };
            let typed: String = typed.into_iter().collect();
            assert_eq!(Ticket::parse(&typed), Err(TicketError::Mistyped), "at {position}");
        }
        assert_eq!(Ticket::parse(&text[..text.len() - 1]), Err(TicketError::Mistyped));
        assert_eq!(Ticket::parse(""), Err(TicketError::NotATicket));
        assert_eq!(Ticket::parse("hello"), Err(TicketError::NotATicket));
    }

    #[test]
    fn frozen_vector_parses_and_encodes() {
        let vector: serde_json::Value =
            serde_json::from_str(include_str!("../../../tests/vectors/ticket-v1.json")).unwrap();
        let text = vector["ticket"].as_str().unwrap();
        let parsed = Ticket::parse(text).unwrap();
        assert_eq!(parsed, ticket());
        assert_eq!(ticket().to_text(), text);
        let hex =
            |name: &str| data_encoding::HEXLOWER.decode(vector[name].as_str().unwrap().as_bytes()).unwrap();
        assert_eq!(parsed.room.room().0.as_slice(), hex("room"));
        assert_eq!(parsed.token().public().0.as_slice(), hex("token"));
    }
}
