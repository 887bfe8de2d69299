//! Reports: who reads them, what is enclosed, and what its readers can check.
//!
//! **Invariant:** a report never goes to whom it is about. PROTOCOL 13.4.

use std::collections::BTreeSet;

use super::{Delivery, Engine, Sending, Step};
use crate::content::{Content, Report};
use crate::error::{Fault, OperationError};
use crate::event::Role;
use crate::ids::{GroupId, IdentityId, MemberId, MessageId, Timestamp};
use crate::keys::KeyLayer;
use crate::limits;
use crate::message::Message;
use crate::private::Note;
use crate::store::{Class, Key, ReadStore};
use crate::timeline::Part;
use crate::turn::Notice;

/// What somebody wants to report.
#[derive(Clone, Copy)]
pub struct Reporting<'a> {
    /// Whom.
    pub about: MemberId,
    /// The words.
    pub text: &'a str,
    /// Messages of that person, to be enclosed.
    pub copies: &'a [MessageId],
    /// Who is to read it: all that [`Engine::report_readers`] names.
    pub readers: &'a [MemberId],
}

/// A report that this member wrote, or is to read.
#[derive(Clone, PartialEq, Eq)]
pub struct ReportView {
    /// Its id.
    pub id: MessageId,
    /// Who wrote it, also if no longer in the group.
    pub by: MemberId,
    /// The pseudonym.
    pub by_name: String,
    /// Whom it is about, as far as that is or was a member.
    pub about: Option<MemberId>,
    /// The pseudonym.
    pub about_name: String,
    /// The words.
    pub text: String,
    /// When it was written, by its author's clock.
    pub at: Timestamp,
    /// Whether this member wrote it.
    pub is_mine: bool,
    /// What is enclosed.
    pub copies: Vec<CopyView>,
    /// How far this member is with it, as they noted for themselves.
    pub note: Note,
    /// How far it has come, if this device wrote it.
    pub delivery: Option<Delivery>,
}

/// A message that is enclosed in a report.
#[derive(Clone, PartialEq, Eq)]
pub struct CopyView {
    /// What its signature proves.
    pub proof: Proof,
    /// Its words; empty if it has none.
    pub text: String,
    /// When it was written, by its author's clock.
    pub at: Timestamp,
}

/// What the signature of an enclosed message proves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Proof {
    /// Whom the report is about wrote it to the group.
    InGroup,
    /// Whom the report is about wrote it privately. To whom it does not say.
    InPrivate,
    /// Somebody else wrote it.
    OfSomebodyElse,
    /// Nothing: it is no whole message.
    Nothing,
}

// What people write never reaches a log by way of a derived Debug.
impl std::fmt::Debug for ReportView {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("ReportView(..)")
    }
}

impl std::fmt::Debug for CopyView {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("CopyView(..)")
    }
}

impl<S: ReadStore, K: KeyLayer> Engine<S, K> {
    /// Reports somebody to those whom [`Engine::report_readers`] names, who are handed in again: it goes to no others. Messages of
    /// the reported person can be enclosed, also such as wait or are hidden by a block.
    ///
    /// # Errors
    /// [`OperationError::ReadersChanged`], [`OperationError::NobodyToTell`], [`OperationError::Oneself`],
    /// [`OperationError::UnknownMessage`] for a message of somebody else, [`OperationError::TooMany`], and as [`Engine::say`].
    pub fn report(
        &mut self,
        group: GroupId,
        reporting: Reporting<'_>,
        sending: Sending<'_>,
        now: Timestamp,
    ) -> Result<Step<'_, S, MessageId, K>, OperationError> {
        self.speak(sending, now, |engine, mv, until| {
            let Reporting { about, text, copies, readers } = reporting;
            let wanted: BTreeSet<MemberId> = readers.iter().copied().collect();
            let readers: BTreeSet<MemberId> = engine.report_readers(&group, &about)?.into_iter().collect();
            if readers != wanted {
                return Err(OperationError::ReadersChanged);
            }
            let who = engine.person(&group, &about)?;
            let copies = engine.copies(&group, &who, copies)?;
            let content = Content::Report(Report { about: who, text: text.to_owned(), copies, circle: None });
            super::speech::check(&content)?;
            let readers: Vec<MemberId> = readers.into_iter().collect();
            match readers.as_slice() {
                [] => Err(OperationError::NobodyToTell),
                [reader] => engine.write_to(mv, &group, reader, &content, until),
                several => engine.write_to_circle(mv, &group, several, content, until),
            }
        })
    }

    /// Returns who would read a report about somebody: the safety contacts, without that person, this member, and whom this
    /// member has blocked; if that leaves fewer than two, servants as well, until there are two.
    ///
    /// # Errors
    /// [`OperationError::NobodyToTell`], [`OperationError::Oneself`], [`OperationError::UnknownMember`].
    pub fn report_readers(&self, group: &GroupId, about: &MemberId) -> Result<Vec<MemberId>, OperationError> {
        let accused = self.person(group, about)?;
        let home = self.groups.get(group).ok_or(OperationError::UnknownGroup)?;
        if home.is_own_identity(&accused) {
            return Err(OperationError::Oneself);
        }
        let contacts = home.safety_contacts(&self.store, None)?;
        let members = &home.resolution().members;
        let may_read = |who: &IdentityId| {
            *who != accused && !home.is_own_identity(who) && self.refuse_blocked_person(group, who).is_ok()
        };
        let others = || members.iter().filter(|(_, member)| may_read(&member.identity.id()));
        let is_contact = |who: &IdentityId| contacts.contains(who);
        let mut readers: Vec<MemberId> =
            others().filter(|(_, member)| is_contact(&member.identity.id())).map(|(id, _)| *id).collect();
        let mut servants: Vec<(std::cmp::Reverse<Role>, MemberId)> = others()
            .filter(|(id, member)| member.role >= Role::Servant && !readers.contains(id))
            .map(|(id, member)| (std::cmp::Reverse(member.role), *id))
            .collect();
        servants.sort();
        let missing = limits::SAFETY_CONTACTS_MIN.saturating_sub(readers.len());
        readers.extend(servants.into_iter().take(missing).map(|(_, id)| id));
        if readers.is_empty() { Err(OperationError::NobodyToTell) } else { Ok(readers) }
    }

    /// Returns the reports that this member wrote or is to read, in the common order.
    ///
    /// # Errors
    /// [`Fault`] if the store cannot be read.
    pub fn reports(&self, group: &GroupId) -> Result<Vec<ReportView>, Fault> {
        let (Some(home), Some(private)) = (self.groups.get(group), self.private.get(group)) else {
            return Ok(Vec::new());
        };
        let mut reports = Vec::new();
        for view in self.latest_messages(group, usize::MAX)? {
            let Content::Report(report) = &view.content else { continue };
            let about =
                self.member_of_identity(group, &report.about).or_else(|| home.was_member(&report.about));
            let about_name = about.as_ref().and_then(|about| home.name_of_member(about));
            let copies = report.copies.iter();
            reports.push(ReportView {
                id: view.id,
                by: view.author,
                by_name: view.author_name.clone(),
                about,
                about_name: about_name.unwrap_or_default().to_owned(),
                text: view.text.clone(),
                at: view.at,
                is_mine: view.is_mine,
                copies: copies.map(|copy| self.checked(group, &report.about, copy)).collect(),
                note: private.note(&view.id),
                delivery: view.delivery,
            });
        }
        Ok(reports)
    }

    /// Notes how far this member is with a report, for themselves alone.
    ///
    /// # Errors
    /// [`OperationError::UnknownMessage`] if it is no report to this member.
    pub fn note_report(
        &mut self,
        group: GroupId,
        id: MessageId,
        note: Note,
        now: Timestamp,
    ) -> Result<Step<'_, S, (), K>, OperationError> {
        self.wish(now, |engine, mv| {
            let view = engine.message(&group, &id)?.filter(|view| !view.is_mine);
            let is_report = view.is_some_and(|view| matches!(view.content, Content::Report(_)));
            let private = engine.private.get_mut(&group).filter(|_| is_report);
            let private = private.ok_or(OperationError::UnknownMessage)?;
            private.set_note(&mut mv.gathered.writes, &group, &id, note)?;
            mv.gathered.notices.insert(Notice::Private { group });
            Ok(())
        })
    }

    /// Returns messages as their author signed them, if that is whom a report is about.
    fn copies(
        &self,
        group: &GroupId,
        who: &IdentityId,
        ids: &[MessageId],
    ) -> Result<Vec<Vec<u8>>, OperationError> {
        let ids: BTreeSet<&MessageId> = ids.iter().collect();
        let home = self.groups.get(group).ok_or(OperationError::UnknownGroup)?;
        let timeline = self.timelines.get(group).ok_or(OperationError::UnknownGroup)?;
        let mut copies = Vec::new();
        for id in ids {
            let entry = timeline.entry(id).filter(|entry| matches!(entry.part, Part::Words | Part::Request));
            let entry = entry.filter(|entry| home.person_of(&entry.order.author) == Some(*who));
            let entry = entry.ok_or(OperationError::UnknownMessage)?;
            let bytes = self.store.get(&Key::new(Class::Message, &entry.group.0, &id.0))?;
            copies.push(bytes.ok_or(OperationError::Bug("an indexed message is not stored"))?.to_vec());
        }
        let bytes: usize = copies.iter().map(Vec::len).sum();
        if copies.len() > limits::REPORT_COPIES_MAX || bytes > limits::REPORT_COPIES_BYTES_MAX {
            return Err(OperationError::TooMany("messages in a report"));
        }
        Ok(copies)
    }

    /// Checks an enclosed message.
    fn checked(&self, group: &GroupId, about: &IdentityId, bytes: &[u8]) -> CopyView {
        let Ok(message) = Message::parse(bytes) else {
            return CopyView { proof: Proof::Nothing, text: String::new(), at: Timestamp(0) };
        };
        let fields = message.fields();
        let author = self.groups.get(group).and_then(|home| home.person_of(&fields.author));
        let proof = proof(author, about, fields.group == *group);
        CopyView { proof, text: message.content().words().to_owned(), at: fields.clock }
    }
}

/// What it proves that somebody signed a message.
fn proof(author: Option<IdentityId>, about: &IdentityId, is_in_group: bool) -> Proof {
    match (author == Some(*about), is_in_group) {
        (true, true) => Proof::InGroup,
        (true, false) => Proof::InPrivate,
        (false, _) => Proof::OfSomebodyElse,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_enclosed_message_proves_what_its_signature_says_and_no_more() {
        let [dan, eve] = [1, 2].map(|person| IdentityId([person; 32]));
        assert_eq!(proof(Some(dan), &dan, true), Proof::InGroup);
        assert_eq!(proof(Some(dan), &dan, false), Proof::InPrivate);
        for author in [Some(eve), None] {
            assert_eq!(
                [true, false].map(|in_group| proof(author, &dan, in_group)),
                [Proof::OfSomebodyElse; 2]
            );
        }
    }
}
