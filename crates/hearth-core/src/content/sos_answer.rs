//! An answer to a call for help, pressed by a person. The last one of a person counts.

use serde::{Deserialize, Serialize};

use super::{Kind, Rules, sos};
use crate::ids::{IdentityId, SosId, Timestamp};

/// What somebody does. Numbers are on the wire; only appended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Answer {
    /// They are there, for words or a call.
    Here,
    /// They are calling. Others need not, for a while.
    Calling,
    /// They are on their way. Others need not, for a while.
    Coming,
    /// They cannot.
    Cannot,
    /// Somebody else, who has it too, is asked to.
    HandedTo(IdentityId),
    /// They are with the person, or speak with them.
    Reached,
}

/// Somebody's answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SosAnswer {
    /// To which call.
    pub sos: SosId,
    /// What they do.
    pub answer: Answer,
    /// When they said so, if that was before it could be written to this reader.
    pub said: Option<Timestamp>,
}

/// The first version: it was always written when it was said.
#[derive(Deserialize)]
struct First {
    sos: SosId,
    answer: Answer,
}

impl Kind for SosAnswer {
    fn is_in_bounds(&self) -> bool {
        true
    }

    fn is_alarm(&self) -> bool {
        true
    }

    fn rules(&self) -> Rules {
        sos::rules()
    }

    fn parse(bytes: &[u8]) -> Option<Self> {
        let first =
            || postcard::from_bytes(bytes).ok().map(|First { sos, answer }| Self { sos, answer, said: None });
        postcard::from_bytes(bytes).ok().or_else(first)
    }
}
