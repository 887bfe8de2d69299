//! Translates calls for help between the words of the local API and those of the engine.
//!
//! Owns nothing else: who is asked when, and which answer holds, is the engine's.

use hearth_api as api;
use hearth_api::{ApiError, ErrorCode};
use hearth_core::Engine;
use hearth_core::alarms::Quiet;
use hearth_core::content::{Answer, Ending, Help, Trouble};
use hearth_core::engine::{AnswerView, Coverage, SosView};
use hearth_core::ids::{GroupId, SosId};
use hearth_core::store::ReadStore;

use super::{Driver, words};
use crate::clock;

impl Driver {
    pub(super) fn sos_calls(&self, group: api::GroupId) -> Result<api::SosCalls, ApiError> {
        self.group(group)?;
        let views = self.engine()?.sos_calls(&words::core_group(group), clock::now());
        let views = views.map_err(|fault| words::error(&fault.into()))?;
        Ok(api::SosCalls { calls: views.into_iter().map(call).collect() })
    }

    pub(super) fn ladder(&self, group: api::GroupId) -> Result<api::Ladder, ApiError> {
        self.group(group)?;
        let id = words::core_group(group);
        let (people, group) = self.engine()?.ladder(&id);
        let quiet = self.engine()?.quiet_hours(&id);
        let quiet = quiet.map(|Quiet { from, until }| api::QuietHours { from, until });
        Ok(api::Ladder { people: people.iter().map(words::member_id).collect(), group, quiet })
    }
}

/// Translates an answer.
///
/// # Errors
/// `not_found` if it names somebody who is not in the group.
pub(super) fn answer<S: ReadStore>(
    engine: &Engine<S>,
    group: &GroupId,
    request: api::AnswerSos,
) -> Result<Answer, ApiError> {
    Ok(match (request.answer, request.to) {
        (api::SosWord::Here, _) => Answer::Here,
        (api::SosWord::Calling, _) => Answer::Calling,
        (api::SosWord::Coming, _) => Answer::Coming,
        (api::SosWord::Cannot, _) => Answer::Cannot,
        (api::SosWord::Reached, _) => Answer::Reached,
        (api::SosWord::HandedTo, to) => {
            let to = to.ok_or(ErrorCode::BadRequest)?;
            let whom = engine.identity_of(group, &words::core_member(to));
            Answer::HandedTo(whom.ok_or(ErrorCode::NotFound)?)
        }
    })
}

/// Translates a call for help.
fn call(view: SosView) -> api::SosCall {
    let holder = view.holder;
    api::SosCall {
        id: sos_id(&view.id),
        author_id: view.author.as_ref().map(words::member_id),
        author: view.author_name,
        mine: view.is_mine,
        drill: view.is_drill,
        trouble: api_trouble(view.trouble),
        help: api_help(view.help),
        text: view.text,
        at: view.at.0,
        ending: view.ending.map(api_ending),
        answers: view
            .answers
            .into_iter()
            .map(|answer| answered(answer.member.is_some() && answer.member == holder, answer))
            .collect(),
        stages: view
            .stages
            .into_iter()
            .map(|stage| api::SosStage {
                opens_at: stage.opens.0,
                asked: stage.asked.iter().map(words::member_id).collect(),
                group: stage.is_group,
            })
            .collect(),
        reached: view.reached.iter().map(words::member_id).collect(),
        devices: u32::try_from(view.passed_on).unwrap_or(u32::MAX),
        late: view.is_late,
        missed: view.is_missed,
    }
}

fn answered(first: bool, view: AnswerView) -> api::SosAnswered {
    let answer = match view.answer {
        Answer::Here => api::SosWord::Here,
        Answer::Calling => api::SosWord::Calling,
        Answer::Coming => api::SosWord::Coming,
        Answer::Cannot => api::SosWord::Cannot,
        Answer::HandedTo(_) => api::SosWord::HandedTo,
        Answer::Reached => api::SosWord::Reached,
    };
    api::SosAnswered {
        member: view.member.as_ref().map(words::member_id),
        name: view.name,
        answer,
        to: view.handed_to.as_ref().map(words::member_id),
        at: view.at.0,
        until: view.until.map(|until| until.0),
        first,
    }
}

/// Translates who may be asked.
pub(super) fn coverage(coverage: Coverage) -> api::Coverage {
    let turn = |turn: hearth_core::engine::OnCallView| api::OnCallTurn {
        member: words::member_id(&turn.member),
        name: turn.name,
        from: turn.from.0,
        until: turn.until.0,
    };
    api::Coverage {
        on_call: coverage.on_call.into_iter().map(turn).collect(),
        any_time: coverage.any_time.iter().map(words::member_id).collect(),
        gaps: coverage
            .gaps
            .into_iter()
            .map(|(from, until)| api::Gap { from: from.0, until: until.0 })
            .collect(),
    }
}

pub(super) fn sos_id(id: &SosId) -> api::SosId {
    api::SosId::from_bytes(id.0)
}

pub(super) fn core_sos(id: api::SosId) -> SosId {
    SosId(id.to_bytes())
}

pub(super) fn core_trouble(trouble: api::Trouble) -> Trouble {
    match trouble {
        api::Trouble::Craving => Trouble::Craving,
        api::Trouble::BadNight => Trouble::BadNight,
        api::Trouble::Overdose => Trouble::Overdose,
        api::Trouble::SelfHarm => Trouble::SelfHarm,
        api::Trouble::Danger => Trouble::Danger,
        api::Trouble::Other => Trouble::Other,
    }
}

fn api_trouble(trouble: Trouble) -> api::Trouble {
    match trouble {
        Trouble::Craving => api::Trouble::Craving,
        Trouble::BadNight => api::Trouble::BadNight,
        Trouble::Overdose => api::Trouble::Overdose,
        Trouble::SelfHarm => api::Trouble::SelfHarm,
        Trouble::Danger => api::Trouble::Danger,
        Trouble::Other => api::Trouble::Other,
    }
}

pub(super) fn core_help(help: api::Help) -> Help {
    match help {
        api::Help::Anything => Help::Anything,
        api::Help::Call => Help::Call,
        api::Help::Write => Help::Write,
        api::Help::Come => Help::Come,
    }
}

fn api_help(help: Help) -> api::Help {
    match help {
        Help::Anything => api::Help::Anything,
        Help::Call => api::Help::Call,
        Help::Write => api::Help::Write,
        Help::Come => api::Help::Come,
    }
}

pub(super) fn core_ending(ending: api::SosEnding) -> Ending {
    match ending {
        api::SosEnding::Safe => Ending::Safe,
        api::SosEnding::Mistake => Ending::Mistake,
    }
}

fn api_ending(ending: Ending) -> api::SosEnding {
    match ending {
        Ending::Safe => api::SosEnding::Safe,
        Ending::Mistake => api::SosEnding::Mistake,
    }
}
