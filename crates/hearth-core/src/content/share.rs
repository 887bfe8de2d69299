//! A share: anybody in the group writes it, everybody who is in when it is sealed reads it, for 30 days.
//!
//! Nobody answers in front of all unless its author says that they may: no crosstalk.

use serde::{Deserialize, Serialize};

use super::{Kind, Place, Rules, is_line, is_text, silent};
use crate::limits;

/// What somebody shares with the group.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Share {
    /// UTF-8, 1 to [`limits::TEXT_BYTES_MAX`] bytes.
    pub text: String,
    /// What it is about: a line of at most [`limits::LINE_BYTES_MAX`] bytes.
    pub topic: Option<String>,
    /// What a reader may want to know before reading on: a line.
    pub note: Option<String>,
    /// Whether answers are for all to read. If not, they go to the author alone.
    pub is_thread: bool,
}

impl Share {
    /// Returns a share with nothing but its text.
    pub fn plain(text: &str) -> Self {
        Self { text: text.to_owned(), topic: None, note: None, is_thread: false }
    }
}

impl Kind for Share {
    fn is_in_bounds(&self) -> bool {
        is_text(&self.text)
            && [&self.topic, &self.note]
                .into_iter()
                .flatten()
                .all(|line| is_line(line, limits::LINE_BYTES_MAX))
    }

    fn rules(&self) -> Rules {
        Rules { place: Place::Group, life_days: limits::SHARE_LIFE_DAYS, about: None, is_listed: true }
    }

    fn words(&self) -> &str {
        &self.text
    }

    fn parse(bytes: &[u8]) -> Option<Self> {
        // The first version was a text alone.
        let first = || postcard::from_bytes::<String>(bytes).ok().map(|text| Self::plain(&text));
        postcard::from_bytes(bytes).ok().or_else(first)
    }
}

silent!(Share);
