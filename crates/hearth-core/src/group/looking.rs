//! What a group says of itself to whoever holds a ticket, before they have asked to be let in.
//!
//! Owns both sides of it: who is told, and what is believed. Keeps nothing of it on disk. PROTOCOL 7.23.

use super::{Group, Phase};
use crate::content::body::Card;
use crate::content::{Body, Endpoint};
use crate::error::Fault;
use crate::event;
use crate::ids::{PeerId, Timestamp, TokenId};
use crate::invite::Ticket;
use crate::keys::KeyLayer;
use crate::limits;
use crate::store::ReadStore;
use crate::turn::{Notice, Turn};

/// What a member's node has said of a group to the holder of a ticket. It is that node's word: no log is there yet to hold it
/// against.
#[derive(Clone, PartialEq, Eq)]
pub struct ShownGroup {
    /// The group's name.
    pub name: String,
    /// Its card, if it has one.
    pub card: Option<Card>,
}

impl<K: KeyLayer> Group<K> {
    /// Begins to look at a group: shares its room by the ticket, and posts nothing.
    pub(crate) fn begin_look(
        turn: &mut Turn<'_>,
        ticket: Ticket,
        endpoint: Option<Endpoint>,
    ) -> Result<Self, Fault> {
        let (mut group, _) = Self::begin(turn, ticket.clone(), "", endpoint)?;
        group.phase = Phase::Looking { ticket, refusal: None };
        group.looks_until = Some(turn.now.plus_ms(limits::LOOK_MS));
        group.save(turn)?;
        Ok(group)
    }

    /// Looks while it waits to be let in.
    pub(crate) fn look_meanwhile(&mut self, now: Timestamp) {
        self.looks_until = Some(now.plus_ms(limits::LOOK_MS));
    }

    /// The token by which this node looks at the group, if it does.
    pub(crate) fn looks_with(&self) -> Option<TokenId> {
        let (Phase::Looking { ticket, .. } | Phase::Joining { ticket, .. }) = &self.phase else {
            return None;
        };
        self.looks_until.map(|_| TokenId(ticket.token().public().0))
    }

    /// Calls nobody any more when the time for it is over: those of the ticket see who calls them.
    pub(super) fn end_look_if_due(&mut self, turn: &mut Turn<'_>) {
        if self.looks_until.is_some_and(|until| until <= turn.now) {
            self.end_look(turn);
        }
    }

    pub(crate) fn end_look(&mut self, turn: &mut Turn<'_>) {
        (self.looks_until, self.shown) = (None, None);
        turn.out.has_new_contacts = true;
        turn.notify(Notice::Group { group: self.id });
    }

    /// Says whether this node takes what lies in the room, and hands it on. Who only looks is gone in a moment, and counts as
    /// nobody's holder.
    pub(crate) fn keeps_its_room(&self) -> bool {
        !matches!(self.phase, Phase::Looking { .. })
    }

    /// Stops looking, to ask under this name. The device stays.
    pub(crate) fn stop_looking(&mut self, own_name: &str) -> Result<(), Fault> {
        let Phase::Looking { ticket, .. } = &self.phase else { return Err(Fault::Bug("it does not look")) };
        self.phase = Phase::Joining { ticket: ticket.clone(), refusal: None };
        own_name.clone_into(&mut self.own_name);
        (self.looks_until, self.identity_dirty) = (None, true);
        Ok(())
    }

    /// Asks to be let in by the ticket that it looked with.
    pub(crate) fn ask_after_looking(&mut self, turn: &mut Turn<'_>, ticket: &Ticket) -> Result<(), Fault> {
        let states = self.own_states(turn)?;
        self.ask_to_join(turn, ticket, states)?;
        turn.out.has_new_contacts = true;
        turn.notify(Notice::Group { group: self.id });
        Ok(())
    }

    /// Returns the group's name and card for a neighbour with this token; `None` if the ticket does not stand.
    pub(crate) fn card_for(
        &self,
        store: &dyn ReadStore,
        token: &TokenId,
        now: Timestamp,
    ) -> Result<Option<ShownGroup>, Fault> {
        let stands = self.resolution.invites.get(token).is_some_and(|standing| {
            !standing.is_revoked && standing.used < standing.invite.uses && standing.invite.expires > now
        });
        if self.phase != Phase::Member || !stands {
            return Ok(None);
        }
        let mut versions = self.objects_today().map(|(_, version, _)| version);
        let card = match versions.find(|version| version.kind == Card::KIND && !version.is_withdrawn) {
            Some(version) => self.body_of(store, version)?,
            None => None,
        };
        let card = if let Some(Body::Card(card)) = card { Some(card) } else { None };
        Ok(Some(ShownGroup { name: self.name().to_owned(), card }))
    }

    /// Takes what a neighbour says of the group, if the ticket names it: others could say anything.
    pub(crate) fn hear_card(&mut self, from: PeerId, name: &str, card: Option<&[u8]>) -> bool {
        let (Phase::Looking { ticket, .. } | Phase::Joining { ticket, .. }) = &self.phase else {
            return false;
        };
        let is_named = ticket.endpoints.iter().any(|endpoint| endpoint.peer == from);
        if !is_named || !event::is_name(name) {
            return false;
        }
        let card = card.map(|bytes| Body::decode(Card::KIND, bytes));
        let card = match card {
            Some(Body::Card(card)) => Some(card),
            Some(_) => return false,
            None => None,
        };
        self.shown = Some(ShownGroup { name: name.to_owned(), card });
        true
    }

    /// What was said of the group to this node as the holder of a ticket.
    pub(crate) fn shown(&self) -> Option<&ShownGroup> {
        self.shown.as_ref()
    }
}
