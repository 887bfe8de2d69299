//! A number that its owner shows to people whom they pick, and to nobody else: one private message to each of them.
//!
//! Of one person the last in the common order counts, and takes the place of those before it. `engine/phones` writes it anew
//! long before it ends. PROTOCOL 10.11.

use serde::{Deserialize, Serialize};

use super::body::Phone;
use super::{CircleId, Kind, Place, Rules, is_line, silent};
use crate::ids::MessageId;
use crate::limits;

/// What all of them are about, so that they are found together: no message has this id, for ids are hashes.
pub(crate) const LIST: MessageId = MessageId(*b"hearth: phones, shown to some...");

/// Where somebody can be reached outside of this, as they say it to some alone.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PhoneEntry {
    /// As one dials it: a line.
    pub number: String,
    /// When: a line.
    pub hours: Option<String>,
    /// Whether a call is welcome.
    pub may_call: bool,
    /// Whether a text message is welcome.
    pub may_text: bool,
    /// Whether it may be used in an emergency, whatever the hour.
    pub may_sos: bool,
    /// Which messages belong together, if it goes to several people.
    pub circle: Option<CircleId>,
}

impl From<Phone> for PhoneEntry {
    fn from(phone: Phone) -> Self {
        let Phone { number, hours, may_call, may_text, may_sos } = phone;
        Self { number, hours, may_call, may_text, may_sos, circle: None }
    }
}

impl From<PhoneEntry> for Phone {
    fn from(entry: PhoneEntry) -> Self {
        let PhoneEntry { number, hours, may_call, may_text, may_sos, circle: _ } = entry;
        Self { number, hours, may_call, may_text, may_sos }
    }
}

impl Kind for PhoneEntry {
    fn is_in_bounds(&self) -> bool {
        is_line(&self.number, limits::LINE_BYTES_MAX)
            && self.hours.as_ref().is_none_or(|line| is_line(line, limits::LINE_BYTES_MAX))
    }

    fn rules(&self) -> Rules {
        Rules { place: Place::Pair, life_days: limits::PHONE_LIFE_DAYS, about: Some(LIST), is_listed: true }
    }

    fn circle(&self) -> Option<CircleId> {
        self.circle
    }

    fn in_circle(self, circle: CircleId) -> Option<Self> {
        Some(Self { circle: Some(circle), ..self })
    }

    fn invites_an_answer(&self) -> bool {
        true
    }
}

silent!(PhoneEntry);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::content::Content;

    #[test]
    fn p10_11_the_bytes_of_a_number_for_some_are_frozen() {
        let entry = PhoneEntry {
            number: "555 0100".to_owned(),
            hours: Some("evenings".to_owned()),
            may_call: true,
            may_text: false,
            may_sos: true,
            circle: Some(CircleId([0xab; 16])),
        };
        let bytes = [b"\x08555 0100\x01\x08evenings\x01\x00\x01\x01".as_slice(), &[0xab; 16]].concat();
        let content = Content::PhoneEntry(entry);
        assert_eq!(Content::decode(24, &bytes), content);
        assert_eq!(content.encode(), Some((24, bytes)));
    }
}
