//! Sponsors and sponsees: asking, saying yes, ending, and who stands in which link today.
//!
//! **Invariant:** who does not want to be a sponsor says so on this node alone: there is no message for it. Nobody but the two
//! learns of a link. PROTOCOL 13.1.

use super::{Engine, Move, Sending, Step};
use crate::content::{Content, SponsorAccept, SponsorAsk, SponsorEnd};
use crate::error::{Fault, OperationError};
use crate::ids::{GroupId, IdentityId, MemberId, MessageId, Timestamp};
use crate::keys::KeyLayer;
use crate::message::Message;
use crate::private::{Bond, Door, Ties};
use crate::store::ReadStore;

/// What stands between this member and somebody.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SponsorView {
    /// Who.
    pub member: MemberId,
    /// The pseudonym.
    pub name: String,
    /// Whether they are the sponsor; else they are the sponsee.
    pub is_sponsor: bool,
    /// Whether it was accepted; else it was asked.
    pub is_active: bool,
    /// When it was asked, by the clock of who asked.
    pub at: Timestamp,
}

impl<S: ReadStore, K: KeyLayer> Engine<S, K> {
    /// Asks somebody to be this member's sponsor. Who has asked and has not ended it asks nothing twice.
    ///
    /// # Errors
    /// [`OperationError::Blocked`], and as [`Engine::say`].
    pub fn ask_sponsor(
        &mut self,
        group: GroupId,
        member: MemberId,
        text: &str,
        sending: Sending<'_>,
        now: Timestamp,
    ) -> Result<Step<'_, S, MessageId, K>, OperationError> {
        self.speak(sending, now, |engine, mv, until| {
            let who = engine.person(&group, &member)?;
            let ties = engine.private.get(&group).and_then(|private| private.ties(&who));
            if let Some((_, link)) = ties.and_then(|ties| ties.bond(true)) {
                return Ok(link.ask);
            }
            let content = Content::SponsorAsk(SponsorAsk { text: text.to_owned() });
            super::speech::check(&content)?;
            engine.write_to(mv, &group, &member, &content, until)
        })
    }

    /// Says yes to somebody who asked this member to be their sponsor.
    ///
    /// # Errors
    /// [`OperationError::NotAsked`], [`OperationError::Blocked`], and as [`Engine::say`].
    pub fn accept_sponsee(
        &mut self,
        group: GroupId,
        member: MemberId,
        now: Timestamp,
    ) -> Result<Step<'_, S, (), K>, OperationError> {
        self.wish(now, |engine, mv| {
            let (bond, ask) = engine.asked_by(&group, &member)?;
            if bond == Bond::Active {
                return Ok(());
            }
            let content = Content::SponsorAccept(SponsorAccept { ask });
            engine.write_to(mv, &group, &member, &content, None).map(|_| ())
        })
    }

    /// Does not want to be somebody's sponsor. It is noted here, and nothing is sent: whoever asked sees that no answer came.
    ///
    /// # Errors
    /// [`OperationError::NotAsked`], also if it was accepted: ending is for that.
    pub fn decline_sponsee(
        &mut self,
        group: GroupId,
        member: MemberId,
        now: Timestamp,
    ) -> Result<Step<'_, S, (), K>, OperationError> {
        self.wish(now, |engine, mv| {
            let (bond, ask) = engine.asked_by(&group, &member)?;
            if bond == Bond::Active {
                return Err(OperationError::NotAsked);
            }
            let who = engine.person(&group, &member)?;
            Ok(engine.change_ties(mv, &group, &who, |ties| ties.declined(&ask))?)
        })
    }

    /// Ends what stands between this member and another, whoever asked, at once and without a reason; also an asking.
    ///
    /// # Errors
    /// [`OperationError::NotAsked`] if nothing stands, and as [`Engine::say`].
    pub fn end_sponsor(
        &mut self,
        group: GroupId,
        member: MemberId,
        now: Timestamp,
    ) -> Result<Step<'_, S, (), K>, OperationError> {
        self.wish(now, |engine, mv| {
            let who = engine.person(&group, &member)?;
            let ties = engine.private.get(&group).and_then(|private| private.ties(&who));
            let asks = ties.map(Ties::unended).unwrap_or_default();
            if asks.is_empty() {
                return Err(OperationError::NotAsked);
            }
            let content = Content::SponsorEnd(SponsorEnd { asks: asks.clone() });
            if engine.member_of_identity(&group, &who).is_none() {
                // Nobody is there to tell any more.
                return Ok(engine.change_ties(mv, &group, &who, |ties| ties.ended(&asks, now, true))?);
            }
            // Also to somebody who is blocked: else they would go on counting on it.
            let pair = engine.pair_with(mv, &group, &member)?;
            engine.act(mv, &pair, |pair, turn| pair.write(turn, &content, None)).map(|_| ())
        })
    }

    /// Returns this member's sponsors: who said yes, is in the group, and is not blocked here.
    pub fn sponsors(&self, group: &GroupId) -> Vec<MemberId> {
        self.active(group, true)
    }

    /// Returns whose sponsor this member is.
    pub fn sponsees(&self, group: &GroupId) -> Vec<MemberId> {
        self.active(group, false)
    }

    /// Returns what stands between this member and others, the oldest first. What this member declined is not among it, nor
    /// what comes from somebody who is blocked or waits to be heard.
    pub fn sponsor_links(&self, group: &GroupId) -> Vec<SponsorView> {
        let (Some(home), Some(private)) = (self.groups.get(group), self.private.get(group)) else {
            return Vec::new();
        };
        let mut links = Vec::new();
        for (who, ties) in private.people().filter(|(_, ties)| ties.blocked.is_none()) {
            let Some(member) = self.member_of_identity(group, who) else { continue };
            let is_heard = !matches!(ties.door, Door::Waits { .. } | Door::Ignored);
            for is_sponsor in [true, false] {
                let Some((bond, link)) = ties.bond(is_sponsor) else { continue };
                let is_shown = match bond {
                    Bond::Active => true,
                    Bond::Asked => is_sponsor || is_heard,
                    Bond::Declined => false,
                };
                if is_shown {
                    let name = home.name_of_member(&member).unwrap_or_default().to_owned();
                    let is_active = bond == Bond::Active;
                    links.push(SponsorView { member, name, is_sponsor, is_active, at: link.at });
                }
            }
        }
        links.sort_by_key(|link| (!link.is_sponsor, link.at, link.member));
        links
    }

    fn active(&self, group: &GroupId, is_sponsor: bool) -> Vec<MemberId> {
        let links = self.sponsor_links(group).into_iter();
        links.filter(|link| link.is_active && link.is_sponsor == is_sponsor).map(|link| link.member).collect()
    }

    /// Returns the newest asking of somebody who wants this member as a sponsor, and what became of it.
    fn asked_by(&self, group: &GroupId, member: &MemberId) -> Result<(Bond, MessageId), OperationError> {
        let who = self.person(group, member)?;
        let ties = self.private.get(group).and_then(|private| private.ties(&who));
        let (bond, link) = ties.and_then(|ties| ties.bond(false)).ok_or(OperationError::NotAsked)?;
        Ok((bond, link.ask))
    }

    /// Takes note of what a message in a pair says of the link between the two.
    pub(super) fn follow_sponsor(
        &mut self,
        mv: &mut Move,
        home: &GroupId,
        who: &IdentityId,
        message: &Message,
        content: &Content,
        is_mine: bool,
    ) -> Result<(), Fault> {
        let (id, at) = (message.id(), message.fields().clock);
        match content {
            Content::SponsorAsk(_) => self.change_ties(mv, home, who, |ties| ties.asked(id, at, is_mine)),
            Content::SponsorAccept(accept) => {
                self.change_ties(mv, home, who, |ties| ties.accepted(&accept.ask, is_mine))
            }
            Content::SponsorEnd(end) => {
                self.change_ties(mv, home, who, |ties| ties.ended(&end.asks, at, is_mine))
            }
            _ => Ok(()),
        }
    }
}
