//! The kinds of content, one file each: fields, bounds, where it may stand, how long it is kept.
//!
//! Owns kind numbers, which are on the wire and never change meaning, and fields, which are only ever appended. Decides
//! nothing about who is a member. PROTOCOL sections 8 and 10.

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::ids::MessageId;
use crate::limits;

pub mod amend;
pub mod body;
pub mod check_in;
pub mod circle;
pub mod direct;
pub mod endpoint;
pub mod keys;
pub mod milestone;
pub mod object;
pub mod phone_entry;
pub mod reaction;
pub mod reply;
pub mod report;
pub mod share;
pub mod shown;
pub mod sos;
pub mod sos_answer;
pub mod sos_close;
pub mod sos_reached;
pub mod sponsor;

pub use amend::{Edit, Retract};
pub use body::Body;
pub use check_in::{CheckIn, Halt, Want};
pub use circle::CircleId;
pub use direct::Direct;
pub use endpoint::Endpoint;
pub use keys::Keys;
pub use milestone::Milestone;
pub use object::Object;
pub use phone_entry::PhoneEntry;
pub use reaction::{Feedback, Reaction};
pub use reply::Reply;
pub use report::Report;
pub use share::Share;
pub use shown::{Shown, Work};
pub use sos::{Help, Sos, Trouble};
pub use sos_answer::{Answer, SosAnswer};
pub use sos_close::{Ending, SosClose};
pub use sos_reached::SosReached;
pub use sponsor::{SponsorAccept, SponsorAsk, SponsorEnd};

/// Where a kind of content counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// In a home group: every member reads it.
    Group,
    /// In a private pair.
    Pair,
    /// In either.
    Anywhere,
}

impl Place {
    /// Says whether a content counts in a private pair, or else in a home group.
    pub(crate) fn holds(self, is_pair: bool) -> bool {
        match self {
            Self::Group => !is_pair,
            Self::Pair => is_pair,
            Self::Anywhere => true,
        }
    }
}

/// What holds for a content, whoever wrote it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rules {
    /// Where it counts. Elsewhere it is kept and not shown.
    pub place: Place,
    /// Days for which it is kept.
    pub life_days: u32,
    /// The message that it is about.
    pub about: Option<MessageId>,
    /// Whether it is shown by itself, and not by what it does to another message.
    pub is_listed: bool,
}

/// A type of content.
pub(crate) trait Kind: Serialize + DeserializeOwned {
    /// Says whether lengths and values are in bounds.
    fn is_in_bounds(&self) -> bool;

    fn rules(&self) -> Rules;

    /// Its author's words; empty if there are none.
    fn words(&self) -> &str {
        ""
    }

    /// What says that several private messages are one.
    fn circle(&self) -> Option<CircleId> {
        None
    }

    /// Itself as one of several private messages; `None` if its kind goes to one person only.
    fn in_circle(self, _circle: CircleId) -> Option<Self> {
        None
    }

    /// Says whether it is a call for help, or an answer to one: no shield holds it back, and in the group no block hides it
    /// (PROTOCOL 13.2.6, 13.3.5).
    fn is_alarm(&self) -> bool {
        false
    }

    /// Says whether it says nothing that has to wait for whom its reader wants to hear: a shield lets it through.
    fn passes_shield(&self) -> bool {
        false
    }

    /// Says whether who writes this to somebody privately is glad to hear from them.
    fn invites_an_answer(&self) -> bool {
        false
    }

    /// Parses the bytes of any version of the kind; what follows the known fields is of a later one.
    fn parse(bytes: &[u8]) -> Option<Self> {
        postcard::from_bytes(bytes).ok()
    }
}

macro_rules! contents {
    ($($(#[$doc:meta])* $kind:ident = $number:literal,)*) => {
        /// What a message says.
        #[derive(Clone, Debug, PartialEq, Eq)]
        pub enum Content {
            $($(#[$doc])* $kind($kind),)*
            /// A kind of a later version, or a content out of its bounds: kept, handed on, not shown.
            Unknown,
        }

        impl Content {
            /// Returns the number of its kind and its bytes; `None` for [`Content::Unknown`].
            pub fn encode(&self) -> Option<(u16, Vec<u8>)> {
                match self {
                    $(Self::$kind(content) => Some(($number, postcard::to_stdvec(content).ok()?)),)*
                    Self::Unknown => None,
                }
            }

            /// Parses the bytes of a kind; what cannot be parsed or is out of bounds is [`Content::Unknown`].
            pub fn decode(kind: u16, bytes: &[u8]) -> Self {
                let known = match kind {
                    $($number => <$kind as Kind>::parse(bytes).filter(Kind::is_in_bounds).map(Self::$kind),)*
                    _ => None,
                };
                known.unwrap_or(Self::Unknown)
            }

            /// Says whether lengths and values are in bounds.
            pub fn is_in_bounds(&self) -> bool {
                match self {
                    $(Self::$kind(content) => content.is_in_bounds(),)*
                    Self::Unknown => false,
                }
            }

            /// Returns its author's words; empty if there are none.
            pub fn words(&self) -> &str {
                match self {
                    $(Self::$kind(content) => content.words(),)*
                    Self::Unknown => "",
                }
            }

            /// Returns what says that several private messages are one.
            pub(crate) fn circle(&self) -> Option<CircleId> {
                match self {
                    $(Self::$kind(content) => content.circle(),)*
                    Self::Unknown => None,
                }
            }

            /// Returns it as one of several private messages; `None` if its kind goes to one person only.
            pub(crate) fn in_circle(self, circle: CircleId) -> Option<Self> {
                match self {
                    $(Self::$kind(content) => content.in_circle(circle).map(Self::$kind),)*
                    Self::Unknown => None,
                }
            }

            /// Says whether it is a call for help, or an answer to one.
            pub(crate) fn is_alarm(&self) -> bool {
                match self {
                    $(Self::$kind(content) => content.is_alarm(),)*
                    Self::Unknown => false,
                }
            }

            /// Says whether a newcomer's shield lets it through, whoever wrote it.
            pub(crate) fn passes_shield(&self) -> bool {
                match self {
                    $(Self::$kind(content) => content.is_alarm() || content.passes_shield(),)*
                    Self::Unknown => false,
                }
            }

            /// Says whether who writes this to somebody privately is glad to hear from them.
            pub(crate) fn invites_an_answer(&self) -> bool {
                match self {
                    $(Self::$kind(content) => content.invites_an_answer(),)*
                    Self::Unknown => false,
                }
            }

            /// Returns what holds for it.
            pub fn rules(&self) -> Rules {
                match self {
                    $(Self::$kind(content) => content.rules(),)*
                    Self::Unknown => Rules {
                        place: Place::Anywhere,
                        life_days: limits::PRIVATE_LIFE_DAYS,
                        about: None,
                        is_listed: false,
                    },
                }
            }
        }
    };
}

contents! {
    /// A share with the group.
    Share = 1,
    /// A private message in a pair.
    Direct = 2,
    /// Where a device can be reached. State: the newest of a device counts.
    Endpoint = 3,
    /// What is needed to add a device or to write to it privately. State: the newest of a device counts.
    Keys = 4,
    /// An answer to somebody's words.
    Reply = 5,
    /// A sign to the author of something, who alone sees it.
    Feedback = 6,
    /// Other words in the place of those that the author wrote a moment ago.
    Edit = 7,
    /// What the author takes back.
    Retract = 8,
    /// How somebody is.
    CheckIn = 9,
    /// What somebody has reached, in their own words.
    Milestone = 10,
    /// Something of one's own work, shown to somebody for a time.
    Shown = 11,
    /// A version of something that the group has.
    Object = 12,
    /// One stage of a call for help.
    Sos = 13,
    /// Somebody's answer to a call for help.
    SosAnswer = 14,
    /// A node's word that it shows a call for help.
    SosReached = 15,
    /// The end of a call for help.
    SosClose = 16,
    /// Asks somebody to be one's sponsor.
    SponsorAsk = 20,
    /// Says yes to that.
    SponsorAccept = 21,
    /// Ends it.
    SponsorEnd = 22,
    /// What the safety contacts are told about somebody.
    Report = 23,
    /// A number for people whom its owner picks.
    PhoneEntry = 24,
}

/// The kinds of state of which the newest per device counts and reaches newcomers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum StateKind {
    /// [`Content::Endpoint`].
    Endpoint,
    /// [`Content::Keys`].
    Keys,
}

impl StateKind {
    /// Returns the kind of state that a content is, if it is one.
    pub fn of(content: &Content) -> Option<Self> {
        match content {
            Content::Endpoint(_) => Some(Self::Endpoint),
            Content::Keys(_) => Some(Self::Keys),
            _ => None,
        }
    }

    /// Returns the number of the kind, for record names.
    pub fn number(self) -> u16 {
        match self {
            Self::Endpoint => 3,
            Self::Keys => 4,
        }
    }

    /// Returns the kind with a number.
    pub(crate) fn numbered(number: u16) -> Option<Self> {
        [Self::Endpoint, Self::Keys].into_iter().find(|kind| kind.number() == number)
    }
}

/// Says whether a text has 1 to [`limits::TEXT_BYTES_MAX`] bytes.
fn is_text(text: &str) -> bool {
    !text.is_empty() && text.len() <= limits::TEXT_BYTES_MAX
}

/// Says whether something is a line of 1 to `bytes_max` bytes without control characters or spaces at its ends.
fn is_line(line: &str, bytes_max: usize) -> bool {
    !line.is_empty() && line.len() <= bytes_max && line.trim() == line && !line.chars().any(char::is_control)
}

// What people write never reaches a log by way of a derived Debug.
macro_rules! silent {
    ($($name:ident),*) => {
        $(impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(concat!(stringify!($name), "(..)"))
            }
        })*
    };
}
use silent;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::{IdentityId, SosId};

    fn about() -> MessageId {
        MessageId([7; 32])
    }

    #[test]
    fn every_kind_is_what_it_was_and_has_its_number() {
        let text = || "one day at a time".to_owned();
        let share = Share {
            topic: Some("Step one".into()),
            note: Some("loss".into()),
            is_thread: true,
            text: text(),
        };
        let check_in = CheckIn {
            feeling: Some("tired".into()),
            halt: vec![Halt::Lonely, Halt::Tired],
            craving: Some(3),
            want: Want::Company,
            text: text(),
            circle: Some(CircleId([1; 16])),
        };
        let milestone =
            Milestone { label: "24 hours".into(), token: None, text: String::new(), circle: None };
        let contents = [
            Content::Share(share),
            Content::Direct(Direct { text: text() }),
            Content::Reply(Reply { about: about(), text: text() }),
            Content::Feedback(Feedback { about: about(), reaction: Reaction::Hug }),
            Content::Edit(Edit { about: about(), text: text() }),
            Content::Retract(Retract { about: about() }),
            Content::CheckIn(check_in),
            Content::Milestone(milestone),
            Content::Shown(Shown { work: Work::Step(4), text: text(), circle: None }),
            Content::Sos(Sos { text: text(), people: vec![IdentityId([3; 32])], ..Sos::default() }),
            Content::SosAnswer(SosAnswer { sos: SosId([4; 32]), answer: Answer::Coming, said: None }),
            Content::SosReached(SosReached { sos: SosId([4; 32]) }),
            Content::SosClose(SosClose { salt: [5; 16], ending: Ending::Mistake }),
            Content::SponsorAsk(SponsorAsk { text: text() }),
            Content::SponsorAccept(SponsorAccept { ask: about() }),
            Content::SponsorEnd(SponsorEnd { asks: vec![about()] }),
            Content::Report(Report {
                about: IdentityId([5; 32]),
                text: text(),
                copies: vec![b"as it was signed".to_vec()],
                circle: Some(CircleId([1; 16])),
            }),
            Content::PhoneEntry(PhoneEntry { number: text(), ..PhoneEntry::default() }),
        ];
        let numbers = [1, 2, 5, 6, 7, 8, 9, 10, 11, 13, 14, 15, 16, 20, 21, 22, 23, 24];
        for (content, number) in contents.into_iter().zip(numbers) {
            let (kind, bytes) = content.encode().unwrap();
            assert_eq!((kind, Content::decode(kind, &bytes)), (number, content.clone()));
            // A later version says more after it.
            let longer = [bytes.as_slice(), b"more"].concat();
            assert_eq!(Content::decode(kind, &longer), content);
            assert!(!format!("{content:?}").contains("one day"));
        }
    }

    #[test]
    fn a_share_of_the_first_version_is_a_share() {
        let bytes = postcard::to_stdvec("hello").unwrap();
        assert_eq!(Content::decode(1, &bytes), Content::Share(Share::plain("hello")));
    }

    #[test]
    fn an_answer_of_the_first_version_was_written_when_it_was_said() {
        let first = postcard::to_stdvec(&(SosId([4; 32]), Answer::Coming)).unwrap();
        let answer = SosAnswer { sos: SosId([4; 32]), answer: Answer::Coming, said: None };
        assert_eq!(Content::decode(14, &first), Content::SosAnswer(answer));
    }

    #[test]
    fn what_is_out_of_bounds_is_unknown() {
        let long = "a".repeat(limits::TEXT_BYTES_MAX + 1);
        let lonely = |craving| CheckIn { craving: Some(craving), ..CheckIn::default() };
        let twice = CheckIn { halt: vec![Halt::Tired, Halt::Tired], ..CheckIn::default() };
        let report = |text: &str, copies: Vec<Vec<u8>>| {
            let (about, circle) = (IdentityId([5; 32]), None);
            Content::Report(Report { about, text: text.to_owned(), copies, circle })
        };
        let label = |label: &str| Milestone { label: label.to_owned(), ..Milestone::default() };
        let contents = [
            Content::Share(Share::plain("")),
            Content::Share(Share { topic: Some("a\nb".into()), ..Share::plain("x") }),
            Content::Share(Share { note: Some(String::new()), ..Share::plain("x") }),
            Content::Direct(Direct { text: long.clone() }),
            Content::Reply(Reply { about: about(), text: long.clone() }),
            Content::Edit(Edit { about: about(), text: String::new() }),
            Content::CheckIn(CheckIn::default()),
            Content::CheckIn(lonely(4)),
            Content::CheckIn(twice),
            Content::Milestone(label("")),
            Content::Milestone(label(" 30 days")),
            Content::Sos(Sos { text: long.clone(), ..Sos::default() }),
            Content::Sos(Sos { wait_s: limits::SOS_WAIT_S_MAX + 1, ..Sos::default() }),
            Content::SponsorAsk(SponsorAsk { text: long.clone() }),
            Content::SponsorEnd(SponsorEnd { asks: Vec::new() }),
            Content::SponsorEnd(SponsorEnd { asks: vec![about(); limits::SPONSOR_LINKS_MAX + 1] }),
            report("", Vec::new()),
            report("x", vec![Vec::new(); limits::REPORT_COPIES_MAX + 1]),
            report("x", vec![vec![0; limits::REPORT_COPIES_BYTES_MAX + 1]]),
            Content::PhoneEntry(PhoneEntry::default()),
            Content::PhoneEntry(PhoneEntry {
                number: "555 0100".into(),
                hours: Some("a\nb".into()),
                ..PhoneEntry::default()
            }),
            Content::Shown(Shown { work: Work::Gratitude, text: long, circle: None }),
        ];
        for content in contents {
            assert!(!content.is_in_bounds());
            let (kind, bytes) = content.encode().unwrap();
            assert_eq!(Content::decode(kind, &bytes), Content::Unknown);
        }
        assert!(Content::CheckIn(lonely(3)).is_in_bounds());
    }
}
