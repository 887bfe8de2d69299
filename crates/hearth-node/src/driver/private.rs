//! What stands between this member and others, between the words of the local API and those of the engine.
//!
//! Decides nothing: whom a report goes to, who is heard, and what leaves the machine is the engine's.

use hearth_api as api;
use hearth_api::ApiError;
use hearth_core::engine::{Note, Proof, ReportView, Reporting, Sending};
use hearth_core::ids::{MemberId, MessageId};

use super::{Driver, words};
use crate::clock;

impl Driver {
    pub(super) fn private(&self, group: api::GroupId) -> Result<api::Private, ApiError> {
        let (engine, id) = (self.engine()?, words::core_group(group));
        let shield = engine.shield(&id, clock::now()).map_err(|fault| words::error(&fault.into()))?;
        let requests = engine.requests(&id).into_iter().map(|request| api::Request {
            member: words::member_id(&request.member),
            name: request.name,
            since: request.since.0,
            last: request.last.0,
        });
        let blocked = engine.blocks(&id).into_iter().map(|block| api::Block {
            member: words::member_id(&block.member),
            name: block.name,
            since: block.since.0,
        });
        let sponsors = engine.sponsor_links(&id).into_iter().map(|link| api::SponsorLink {
            member: words::member_id(&link.member),
            name: link.name,
            is_sponsor: link.is_sponsor,
            active: link.is_active,
            at: link.at.0,
        });
        Ok(api::Private {
            shield: api::Shield { on: shield.is_on, until: shield.until.map(|until| until.0) },
            requests: requests.collect(),
            blocked: blocked.collect(),
            sponsors: sponsors.collect(),
        })
    }

    pub(super) async fn act_privately(
        &mut self,
        group: api::GroupId,
        act: api::PrivateAct,
    ) -> Result<(), ApiError> {
        use api::PrivateAct as Act;
        let group = words::core_group(group);
        match act {
            Act::AcceptSponsee { member } => {
                let member = words::core_member(member);
                self.wish(|engine, now| engine.accept_sponsee(group, member, now)).await
            }
            Act::DeclineSponsee { member } => {
                let member = words::core_member(member);
                self.wish(|engine, now| engine.decline_sponsee(group, member, now)).await
            }
            Act::EndSponsor { member } => {
                let member = words::core_member(member);
                self.wish(|engine, now| engine.end_sponsor(group, member, now)).await
            }
            Act::Hear { member } => {
                let member = words::core_member(member);
                self.wish(|engine, now| engine.answer_request(group, member, true, now)).await
            }
            Act::Ignore { member } => {
                let member = words::core_member(member);
                self.wish(|engine, now| engine.answer_request(group, member, false, now)).await
            }
            Act::Block { member } => {
                let member = words::core_member(member);
                self.wish(|engine, now| engine.block(group, member, now)).await
            }
            Act::Unblock { member } => {
                let member = words::core_member(member);
                self.wish(|engine, now| engine.unblock(group, member, now)).await
            }
            Act::Shield { on } => self.wish(|engine, now| engine.set_shield(group, on, now)).await,
        }
    }

    pub(super) async fn ask_sponsor(
        &mut self,
        group: api::GroupId,
        request: api::AskSponsor,
    ) -> Result<MessageId, ApiError> {
        let api::AskSponsor { member, text, undo_s, request_id } = request;
        let (group, member) = (words::core_group(group), words::core_member(member));
        let sending = sending(undo_s, &request_id);
        self.wish(|engine, now| engine.ask_sponsor(group, member, &text, sending, now)).await
    }

    pub(super) fn private_words(
        &self,
        group: api::GroupId,
        member: api::MemberId,
    ) -> Result<api::PrivateWords, ApiError> {
        let (group, member) = (words::core_group(group), words::core_member(member));
        let found = self.engine()?.messages_from(&group, &member);
        let found = found.map_err(|fault| words::error(&fault.into()))?;
        // The newest count: what does not fit is the oldest.
        let mut bytes = 0;
        let fitting = found.into_iter().rev().take_while(|view| {
            bytes += view.text.len();
            bytes <= api::limits::PAGE_TEXT_BYTES_MAX
        });
        let mut messages: Vec<api::Message> = fitting.filter_map(words::message).collect();
        messages.reverse();
        Ok(api::PrivateWords { messages })
    }

    pub(super) fn readers(
        &self,
        group: api::GroupId,
        member: api::MemberId,
    ) -> Result<api::Readers, ApiError> {
        let (group, member) = (words::core_group(group), words::core_member(member));
        let readers = self.engine()?.report_readers(&group, &member);
        let readers = readers.map_err(|error| words::error(&error))?;
        Ok(api::Readers { readers: readers.iter().map(words::member_id).collect() })
    }

    pub(super) async fn write_report(
        &mut self,
        group: api::GroupId,
        request: api::WriteReport,
    ) -> Result<MessageId, ApiError> {
        let api::WriteReport { about, text, copies, readers, undo_s, request_id } = request;
        let (group, about) = (words::core_group(group), words::core_member(about));
        let copies: Vec<MessageId> = copies.into_iter().map(words::core_message).collect();
        let readers: Vec<MemberId> = readers.into_iter().map(words::core_member).collect();
        let reporting = Reporting { about, text: &text, copies: &copies, readers: &readers };
        let sending = sending(undo_s, &request_id);
        self.wish(|engine, now| engine.report(group, reporting, sending, now)).await
    }

    pub(super) fn reports(&self, group: api::GroupId) -> Result<api::Reports, ApiError> {
        let reports = self.engine()?.reports(&words::core_group(group));
        let reports = reports.map_err(|fault| words::error(&fault.into()))?;
        Ok(api::Reports { reports: reports.into_iter().map(report).collect() })
    }

    pub(super) async fn note_report(
        &mut self,
        group: api::GroupId,
        id: api::MessageId,
        note: api::ReportNote,
    ) -> Result<(), ApiError> {
        let (group, id) = (words::core_group(group), words::core_message(id));
        let note = match note {
            api::ReportNote::Open => Note::Open,
            api::ReportNote::Talked => Note::Talked,
            api::ReportNote::Closed => Note::Closed,
        };
        self.wish(|engine, now| engine.note_report(group, id, note, now)).await
    }
}

fn sending(undo_s: u32, request: &api::RequestId) -> Sending<'_> {
    Sending { hold_ms: u64::from(undo_s) * 1000, request: Some(request.as_str()) }
}

fn report(view: ReportView) -> api::Report {
    let copies = view.copies.into_iter().map(|copy| api::SignedCopy {
        proof: match copy.proof {
            Proof::InGroup => api::Proof::InGroup,
            Proof::InPrivate => api::Proof::InPrivate,
            Proof::OfSomebodyElse => api::Proof::OfSomebodyElse,
            Proof::Nothing => api::Proof::Nothing,
        },
        text: copy.text,
        at: copy.at.0,
    });
    api::Report {
        id: words::message_id(&view.id),
        by: words::member_id(&view.by),
        by_name: view.by_name,
        about: view.about.as_ref().map(words::member_id),
        about_name: view.about_name,
        text: view.text,
        at: view.at.0,
        mine: view.is_mine,
        copies: copies.collect(),
        note: match view.note {
            Note::Open => api::ReportNote::Open,
            Note::Talked => api::ReportNote::Talked,
            Note::Closed => api::ReportNote::Closed,
        },
        delivery: view.delivery.map(|delivery| words::delivery(Some(delivery))),
    }
}
