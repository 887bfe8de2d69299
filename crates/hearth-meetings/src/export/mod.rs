//! Writes meetings for others: Meeting Guide JSON and iCalendar.
//!
//! Contacts, telephone numbers and secret notes never leave. A link leaves if the caller says so.

pub mod calendar;
mod content_line;
pub mod guide;
mod timezone;

use crate::import::hints::link_without_passcode;
use crate::meeting::Meeting;

/// What becomes of the link to an online meeting.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Link {
    /// It stays here.
    #[default]
    LeftOut,
    /// It is written without a passcode among its parameters.
    WithoutPasscode,
    /// It is written as it is: whoever gets the file can be in the room.
    Whole,
}

impl Link {
    fn of(self, meeting: &Meeting) -> Option<String> {
        let url = meeting.online.url.as_ref()?.expose();
        match self {
            Self::LeftOut => None,
            Self::WithoutPasscode => Some(link_without_passcode(url)),
            Self::Whole => Some(url.to_owned()),
        }
    }
}
