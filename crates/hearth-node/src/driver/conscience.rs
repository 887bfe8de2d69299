//! Translates what the group votes on between the words of the local API and those of the engine.

use hearth_api as api;
use hearth_core::conscience::PollStage;
use hearth_core::content::body::{PollKind, PollWordSort};
use hearth_core::engine::{CountView, GroupQuestion, PollView, PollWordView};

use super::{Driver, things, words};
use crate::clock;

impl Driver {
    /// Returns what a group votes on.
    pub(super) fn polls(&self, group: api::GroupId) -> Result<api::Polls, api::ApiError> {
        self.group(group)?;
        let views = self.engine()?.polls(&words::core_group(group), clock::now());
        let views = views.map_err(|fault| words::error(&fault.into()))?;
        Ok(api::Polls { polls: views.into_iter().map(poll).collect() })
    }

    /// Returns one question.
    pub(super) fn poll(&self, group: api::GroupId, id: api::ObjectId) -> Result<api::Poll, api::ApiError> {
        let mut polls = self.polls(group)?.polls.into_iter();
        polls.find(|poll| poll.id == id).ok_or(api::ErrorCode::NotFound.into())
    }
}

/// Translates a question that a client asks.
pub(super) fn question(asked: api::AskGroup) -> GroupQuestion {
    let api::AskGroup { question, options, kind, talk_days, days, again, request_id: _ } = asked;
    let kind = match kind {
        api::PollKind::Change => PollKind::Change,
        api::PollKind::Other => PollKind::Other,
    };
    let (talk_days, days) = (u64::from(talk_days), u64::from(days));
    GroupQuestion { question, options, kind, talk_days, days, again: again.map(things::core_object) }
}

pub(super) fn core_sort(sort: api::PollWordSort) -> PollWordSort {
    match sort {
        api::PollWordSort::Minority => PollWordSort::Minority,
        api::PollWordSort::Reconsider => PollWordSort::Reconsider,
    }
}

/// Translates a question and its result.
pub(super) fn poll(view: PollView) -> api::Poll {
    let PollView {
        id,
        terms,
        stage,
        count,
        asked_by,
        is_mine,
        may_vote,
        may_count,
        own,
        words: said,
        delivery,
    } = view;
    api::Poll {
        id: things::object_id(&id),
        kind: match terms.kind {
            PollKind::Change => api::PollKind::Change,
            PollKind::Other => api::PollKind::Other,
        },
        stage: match stage {
            PollStage::Discussion => api::PollStage::Discussion,
            PollStage::Voting => api::PollStage::Voting,
            PollStage::Gathering => api::PollStage::Gathering,
            PollStage::Countable => api::PollStage::Countable,
            PollStage::Counted => api::PollStage::Counted,
            PollStage::Lapsed => api::PollStage::Lapsed,
        },
        asked_at: terms.asked_at.0,
        opens_at: terms.opens_at.0,
        closes_at: terms.closes_at.0,
        countable_at: terms.countable_at().0,
        ballots_end_at: terms.ballots_end_at().0,
        again: terms.again.as_ref().map(things::object_id),
        question: terms.question,
        options: terms.options,
        asked_by: asked_by.as_ref().map(words::member_id),
        is_mine,
        may_vote,
        may_count,
        has_voted: own.is_some(),
        own: own.flatten(),
        count: count.map(counted),
        words: said.into_iter().map(word).collect(),
        state: delivery.map(|delivery| words::delivery(Some(delivery)).state),
    }
}

fn counted(view: CountView) -> api::PollCount {
    let CountView { at, by, by_name, votes, abstained, decided, beside, left_out, not_here, is_miscounted } =
        view;
    let number = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
    api::PollCount {
        at: at.0,
        by: by.as_ref().map(words::member_id),
        by_name,
        votes,
        abstained,
        decided: decided.and_then(|decided| u8::try_from(decided).ok()),
        beside: number(beside),
        left_out: number(left_out),
        not_here: number(not_here),
        is_miscounted,
    }
}

fn word(view: PollWordView) -> api::PollWord {
    let PollWordView { sort, text, by, by_name, is_mine, at } = view;
    let sort = match sort {
        PollWordSort::Minority => api::PollWordSort::Minority,
        PollWordSort::Reconsider => api::PollWordSort::Reconsider,
    };
    api::PollWord { sort, text, by: by.as_ref().map(words::member_id), by_name, is_mine, at: at.0 }
}
