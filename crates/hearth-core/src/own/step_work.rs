//! Work on a step: by its number, or by a name of one's own.

use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use super::{Audience, Copy, Kind, is_line, is_text, silent};
use crate::content::Work;
use crate::limits;

/// Work on a step.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StepWork {
    /// 1 to [`limits::STEPS_MAX`]; absent if it has a name.
    pub step: Option<u8>,
    /// A name, in a line; absent if it has a number.
    pub label: Option<String>,
    /// UTF-8, 1 to [`limits::TEXT_BYTES_MAX`] bytes.
    pub text: String,
}

impl Kind for StepWork {
    const AUDIENCE: Audience = Audience::Anybody;

    fn is_in_bounds(&self) -> bool {
        self.step.is_some() != self.label.is_some()
            && self.step.is_none_or(|step| (1..=limits::STEPS_MAX).contains(&step))
            && is_line(self.label.as_deref())
            && is_text(&self.text)
    }

    fn copy(&self) -> Option<Copy> {
        let (work, text) = match (self.step, &self.label) {
            (Some(step), _) => (Work::Step(step), self.text.clone()),
            (None, Some(label)) => (Work::Named, format!("{label}\n\n{}", self.text)),
            (None, None) => return None,
        };
        Some(Copy { work, text: Zeroizing::new(text) })
    }
}

silent!(StepWork);
