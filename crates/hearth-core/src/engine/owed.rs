//! Tells people about a call for help who could not be written to when something was said, as soon as they can be.
//!
//! Owns what is still true by then. PROTOCOL 14.11.

use super::{Engine, Move};
use crate::alarms::{Owed, Said};
use crate::content::{Content, Sos, SosAnswer};
use crate::error::{Fault, OperationError};
use crate::ids::{GroupId, IdentityId, MemberId, SosId};
use crate::keys::KeyLayer;
use crate::limits;
use crate::store::ReadStore;
use crate::turn::Notice;

/// Seconds for which a call is kept that has not ended.
const LIFE_S: u32 = limits::SOS_LIFE_DAYS * 24 * 60 * 60;

impl<S: ReadStore, K: KeyLayer> Engine<S, K> {
    /// Keeps a word for somebody who cannot be written to yet.
    pub(super) fn owe(
        &mut self,
        mv: &mut Move,
        home: &GroupId,
        about: (SosId, IdentityId),
        owed: Owed,
    ) -> Result<(), Fault> {
        let Some(alarms) = self.alarms.get_mut(home) else { return Ok(()) };
        alarms.owing.owe(&mut mv.gathered.writes, about, owed)?;
        alarms.note_owed_ends();
        alarms.plan_unwritten();
        Ok(())
    }

    /// Forgets a call that nobody was written to: there is nobody to be told of its end. Says whether it was one.
    pub(super) fn forget_unwritten(&mut self, mv: &mut Move, home: &GroupId, sos: &SosId) -> bool {
        let Some(alarms) = self.alarms.get_mut(home) else { return false };
        if alarms.unwritten().all(|(unwritten, _, _)| unwritten != *sos) {
            return false;
        }
        let asked = alarms.owing.all().filter(|((of, _), _)| of == sos).map(|((_, who), _)| *who);
        for who in asked.collect::<Vec<IdentityId>>() {
            alarms.owing.settle(&mut mv.gathered.writes, sos, &who);
        }
        mv.gathered.notices.insert(Notice::Sos { group: *home, id: *sos });
        true
    }

    pub(super) fn owes_nothing(&mut self, mv: &mut Move, home: &GroupId, (sos, who): (&SosId, &IdentityId)) {
        if let Some(alarms) = self.alarms.get_mut(home) {
            alarms.owing.settle(&mut mv.gathered.writes, sos, who);
        }
    }

    /// Writes what is owed to whom can be written to by now, and forgets what is of no use any more.
    pub(super) fn tell_owed(&mut self, mv: &mut Move) -> Result<(), Fault> {
        let owing = self.alarms.iter().filter(|(_, alarms)| !alarms.owing.is_empty());
        let homes: Vec<GroupId> = owing.map(|(home, _)| *home).collect();
        for home in homes {
            let owed = self.alarms.get(&home).into_iter().flat_map(|alarms| alarms.owing.all());
            let owed: Vec<(SosId, IdentityId)> = owed.map(|(about, _)| *about).collect();
            for (sos, who) in owed {
                if self.pay(mv, &home, &sos, &who)? {
                    self.owes_nothing(mv, &home, (&sos, &who));
                }
            }
        }
        Ok(())
    }

    /// Says whether nothing is owed any more.
    fn pay(&mut self, mv: &mut Move, home: &GroupId, sos: &SosId, who: &IdentityId) -> Result<bool, Fault> {
        let Some(content) = self.still_true(mv, home, sos, who)? else { return Ok(true) };
        let Some(member) = self.member_of_identity(home, who) else { return Ok(false) };
        match self.tell_late(mv, home, &member, &content) {
            Ok(()) | Err(OperationError::Blocked) => Ok(true),
            Err(OperationError::Store(error)) => Err(error.into()),
            Err(OperationError::Bug(what)) => Err(Fault::Bug(what)),
            // Its place in line is kept.
            Err(_) => Ok(false),
        }
    }

    fn tell_late(
        &mut self,
        mv: &mut Move,
        home: &GroupId,
        member: &MemberId,
        content: &Content,
    ) -> Result<(), OperationError> {
        self.refuse_blocked(home, member)?;
        self.check_partner(home, member)?;
        self.write_to(mv, home, member, content, None).map(|_| ())
    }

    /// Returns what is owed as it is to be said by now; `None` if it is of no use any more.
    fn still_true(
        &self,
        mv: &Move,
        home: &GroupId,
        sos: &SosId,
        who: &IdentityId,
    ) -> Result<Option<Content>, Fault> {
        let Some(alarms) = self.alarms.get(home) else { return Ok(None) };
        let owed = alarms.owing.all().find(|(about, _)| **about == (*sos, *who)).map(|(_, owed)| owed);
        let Some(owed) = owed else { return Ok(None) };
        let late_s = u32::try_from(mv.now.ms_since(owed.said) / 1000).unwrap_or(u32::MAX);
        let call = match (alarms.call(sos), &owed.content) {
            (Some(call), _) => call,
            // Nobody was written to yet, so its words are here.
            (None, Content::Sos(stage)) if late_s < LIFE_S => {
                let wait_s = stage.wait_s.saturating_sub(late_s);
                return Ok(Some(Content::Sos(Sos { wait_s, ..stage.clone() })));
            }
            (None, _) => return Ok(None),
        };
        Ok(match &owed.content {
            Content::SosClose(_) => Some(owed.content.clone()),
            // Who was not asked before it ended, is not woken by its end.
            _ if call.ending().is_some() => None,
            Content::SosAnswer(answer) => {
                let lapsed = Said::of(answer.answer, owed.said).lease().is_some_and(|until| until <= mv.now);
                (!lapsed).then_some(Content::SosAnswer(SosAnswer { said: Some(owed.said), ..*answer }))
            }
            Content::Sos(stage) => {
                let Some((first, _)) = call.first() else { return Ok(None) };
                let place = self.timelines.get(home).and_then(|timeline| timeline.entry(first));
                let Some(place) = place.map(|entry| entry.group) else { return Ok(None) };
                let words = self.read_message(Some(&mv.gathered.writes), &place, first)?.content();
                let wait_s = stage.wait_s.saturating_sub(late_s);
                Some(Content::Sos(Sos { wait_s, text: words.words().to_owned(), ..stage.clone() }))
            }
            _ => None,
        })
    }
}
