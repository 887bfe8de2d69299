//! What the group has, one file per kind: fields, bounds, who may write it, when it is over.
//!
//! Owns kind numbers, which are on the wire and never change meaning, and fields, which are only ever appended. PROTOCOL
//! section 11.

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::event::Role;
use crate::ids::Timestamp;
use crate::limits;

mod about;
mod affairs;
mod conscience;
mod crisis;
mod keeper;
mod meeting;
mod people;
mod safety;
mod service;
mod visits;

pub use about::{Card, Guidelines, Reading};
pub use affairs::{Minutes, TreasurerReport};
pub use conscience::{Ballot, BallotMark, Poll, PollCount, PollKind, PollTerms, PollWord, PollWordSort};
pub use crisis::{CrisisCard, CrisisLine};
pub use keeper::Keeper;
pub use meeting::{
    Meeting, MeetingContact, MeetingDay, MeetingException, MeetingPlace, MeetingRule, MeetingSecrets,
    MeetingSpecial, MeetingTimes, MeetingType, MeetingWay,
};
pub use people::{Introduction, Phone};
pub use safety::SafetyContacts;
pub use service::{OnCall, Position, Slot, Take, TakeState, Welcome};
pub(crate) use visits::{HOME_KIND, STAY_KIND};
pub use visits::{Home, Stay};

use super::{is_line, is_text, silent};

/// Who may write a version.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Right {
    /// Whose it is, and nobody else.
    Owner,
    /// Whose it is, and servants.
    OwnerAndServants,
    /// Servants and the secretary.
    Servants,
    /// Whose it is, once they are at home in the group: from the rank of member on.
    HomeOwner,
    /// Whose it is, once they are at home in the group, and servants.
    HomeOwnerAndServants,
    /// Servants and the secretary, and who invited the person whom it is about, as long as they may invite. The second is asked
    /// of the log: `group` does.
    ServantsAndInviter,
}

impl Right {
    /// Says whether somebody may write a version.
    pub(crate) fn holds(self, is_owner: bool, role: Role) -> bool {
        let is_servant = role >= Role::Servant;
        let is_home_owner = is_owner && role >= Role::Member;
        match self {
            Self::Owner => is_owner,
            Self::OwnerAndServants => is_owner || is_servant,
            Self::Servants | Self::ServantsAndInviter => is_servant,
            Self::HomeOwner => is_home_owner,
            Self::HomeOwnerAndServants => is_home_owner || is_servant,
        }
    }
}

/// What tells the objects of one kind and owner apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Salt {
    /// Random: an owner can have many.
    Free,
    /// Follows from what it is about: an owner has one at most.
    About([u8; 16]),
    /// None, and no owner: the group has one at most.
    Group,
    /// Follows from what it is about, and no owner: the group has one at most, whoever makes it.
    GroupAbout([u8; 16]),
}

/// What holds for what is said, whoever says it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BodyRules {
    /// Who may write it.
    pub right: Right,
    /// What tells it apart.
    pub salt: Salt,
    /// When it is over: nobody needs it any more.
    pub ends: Option<Timestamp>,
}

impl BodyRules {
    fn lasting(right: Right, salt: Salt) -> Self {
        Self { right, salt, ends: None }
    }
}

/// The salt of what everybody has one of.
const ONE: Salt = Salt::About([0; 16]);

/// A type of what the group has.
trait BodyKind: Serialize + DeserializeOwned {
    fn is_in_bounds(&self) -> bool;

    fn rules(&self) -> BodyRules;
}

macro_rules! bodies {
    ($($(#[$doc:meta])* $kind:ident = $number:literal,)*) => {
        /// What an object says.
        // The largest is a meeting. A body is looked at and gone: nothing keeps many of them.
        #[allow(clippy::large_enum_variant)]
        #[derive(Clone, Debug, PartialEq, Eq)]
        pub enum Body {
            $($(#[$doc])* $kind($kind),)*
            /// A kind of a later version: kept, handed on, not shown.
            Unknown,
            /// A known kind whose bytes make no sense: not taken.
            OutOfBounds,
        }

        $(impl $kind {
            /// The number of the kind, on the wire.
            pub const KIND: u16 = $number;
        })*

        impl Body {
            /// Returns the number of its kind and its bytes; `None` for what is not known.
            pub fn encode(&self) -> Option<(u16, Vec<u8>)> {
                match self {
                    $(Self::$kind(body) => Some(($number, postcard::to_stdvec(body).ok()?)),)*
                    Self::Unknown | Self::OutOfBounds => None,
                }
            }

            /// Parses the bytes of a kind; what follows the known fields is of a later version.
            pub fn decode(kind: u16, bytes: &[u8]) -> Self {
                match kind {
                    $($number => postcard::from_bytes(bytes)
                        .ok()
                        .filter(<$kind as BodyKind>::is_in_bounds)
                        .map_or(Self::OutOfBounds, Self::$kind),)*
                    _ => Self::Unknown,
                }
            }

            /// Says whether lengths and values are in bounds.
            pub fn is_in_bounds(&self) -> bool {
                match self {
                    $(Self::$kind(body) => body.is_in_bounds(),)*
                    Self::Unknown | Self::OutOfBounds => false,
                }
            }

            /// Returns what holds for it.
            pub fn rules(&self) -> BodyRules {
                match self {
                    $(Self::$kind(body) => body.rules(),)*
                    Self::Unknown | Self::OutOfBounds => BodyRules::lasting(Right::Owner, Salt::Free),
                }
            }
        }

        /// Returns who may write versions of a kind; `None` if the kind is not known.
        pub(crate) fn right_of(kind: u16) -> Option<Right> {
            match kind {
                $($number => Some($kind::RIGHT),)*
                _ => None,
            }
        }
    };
}

bodies! {
    /// What the group is, for who looks for one.
    Card = 1,
    /// How the group wants to be together.
    Guidelines = 2,
    /// How somebody introduces themselves.
    Introduction = 3,
    /// Where somebody can be reached outside of this.
    Phone = 4,
    /// A service that somebody can hold for a time.
    Position = 5,
    /// A service that is needed once.
    Slot = 6,
    /// Somebody's word for a slot.
    Take = 7,
    /// Words to read or to speak about.
    Reading = 8,
    /// A greeter's word for somebody new.
    Welcome = 9,
    /// A meeting of the group.
    Meeting = 10,
    /// Whom to call when somebody is in danger.
    CrisisCard = 11,
    /// Somebody's word to be there for a call for help.
    OnCall = 12,
    /// A question that the group votes on.
    Poll = 13,
    /// How somebody votes.
    Ballot = 14,
    /// What was said about the group's affairs.
    Minutes = 15,
    /// The group's money over a while.
    TreasurerReport = 16,
    /// Who reads reports.
    SafetyContacts = 17,
    /// Words beside a question and its result.
    PollWord = 19,
    /// For how long a visitor may stay.
    Stay = 20,
    /// A member's word that this is their home group.
    Home = 21,
    /// Who carries the group's room while members are off.
    Keeper = 22,
}

fn is_line_or_none(line: Option<&String>) -> bool {
    line.is_none_or(|line| is_line(line, limits::LINE_BYTES_MAX))
}

fn is_text_or_empty(text: &str) -> bool {
    text.len() <= limits::OBJECT_TEXT_BYTES_MAX
}

fn is_full_text(text: &str) -> bool {
    is_text(text) && is_text_or_empty(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::content::object::{Object, id_of};
    use crate::content::{Content, Kind};
    use crate::ids::{EventId, IdentityId, MessageId, ObjectId};

    fn bodies() -> Vec<Body> {
        let line = || "Tuesday, coffee".to_owned();
        vec![
            Body::Card(Card { name: line(), ..Card::default() }),
            Body::Guidelines(Guidelines { text: line() }),
            Body::Introduction(Introduction { text: line() }),
            Body::Phone(Phone {
                number: "555 0100".into(),
                hours: Some("evenings".into()),
                ..Phone::default()
            }),
            Body::Position(Position { name: line(), text: String::new(), holder: Some(IdentityId([3; 32])) }),
            Body::Slot(Slot { what: line(), at: Timestamp(7), note: None }),
            Body::Take(Take {
                slot: ObjectId([4; 32]),
                at: Timestamp(7),
                since: Timestamp(5),
                state: TakeState::Done,
            }),
            Body::Reading(Reading { title: line(), text: line(), source: None }),
            Body::Welcome(Welcome { newcomer: IdentityId([5; 32]), since: Timestamp(5) }),
            Body::CrisisCard(CrisisCard {
                region: "US".into(),
                lines: vec![CrisisLine {
                    label: line(),
                    number: "555 0100".into(),
                    checked_on: Some(20_781),
                    ..CrisisLine::default()
                }],
                text: line(),
            }),
            Body::OnCall(OnCall { from: Timestamp(5), until: Timestamp(7) }),
            Body::Meeting(meeting::tests::meeting()),
            Body::Poll(Poll { terms: conscience::tests::terms(), count: Some(conscience::tests::counted()) }),
            Body::Ballot(Ballot { poll: ObjectId([4; 32]), closes_at: Timestamp(7), choice: Some(1) }),
            Body::Minutes(Minutes { title: line(), text: line() }),
            Body::TreasurerReport(affairs::tests::report()),
            Body::PollWord(PollWord {
                poll: ObjectId([4; 32]),
                closes_at: Timestamp(7),
                sort: PollWordSort::Reconsider,
                text: line(),
            }),
            Body::Stay(Stay { visitor: IdentityId([6; 32]), until: Timestamp(7) }),
            Body::Home(Home { since: Timestamp(5) }),
        ]
    }

    #[test]
    fn every_kind_is_what_it_was_and_has_its_number() {
        let numbers = [1, 2, 3, 4, 5, 6, 7, 8, 9, 11, 12, 10, 13, 14, 15, 16, 19, 20, 21];
        assert_eq!(bodies().len(), numbers.len());
        for (body, number) in bodies().into_iter().zip(numbers) {
            let (kind, bytes) = body.encode().unwrap();
            assert_eq!((kind, Body::decode(kind, &bytes)), (number, body.clone()));
            let longer = [bytes.as_slice(), b"more"].concat();
            assert_eq!(Body::decode(kind, &longer), body);
            assert_eq!(right_of(kind), Some(body.rules().right));
            assert!(!format!("{body:?}").contains("coffee"));
            assert_eq!(Body::decode(kind, &[]), Body::OutOfBounds);
        }
        assert_eq!(Body::decode(999, b"later"), Body::Unknown);
    }

    #[test]
    fn safety_contacts_are_several_different_people() {
        let contacts = |people: &[u8]| {
            let contacts = people.iter().map(|person| IdentityId([*person; 32])).collect();
            Body::SafetyContacts(SafetyContacts { contacts })
        };
        let good = contacts(&[1, 2]);
        let (kind, bytes) = good.encode().unwrap();
        assert_eq!((kind, Body::decode(kind, &bytes)), (17, good.clone()));
        assert_eq!(Body::decode(kind, &[bytes.as_slice(), b"more"].concat()), good);
        assert_eq!(right_of(17), Some(Right::Servants));
        assert_eq!(good.rules().salt, Salt::Group);
        for bad in [&[][..], &[1], &[1, 1], &[1, 2, 3, 4, 5, 6, 7, 8, 9]] {
            assert!(!contacts(bad).is_in_bounds());
            let (kind, bytes) = contacts(bad).encode().unwrap();
            assert_eq!(Body::decode(kind, &bytes), Body::OutOfBounds);
        }
    }

    #[test]
    fn an_object_that_claims_anothers_place_is_out_of_bounds() {
        let body = Body::Introduction(Introduction { text: "hello".into() });
        let (kind, bytes) = body.encode().unwrap();
        let object = |salt: [u8; 16], body: &[u8]| Object {
            owner: IdentityId([1; 32]),
            salt,
            kind,
            body: Some(body.to_vec()),
            over: vec![MessageId([2; 32])],
            as_of: vec![EventId([3; 32])],
        };
        let good = object([0; 16], &bytes);
        assert!(good.is_in_bounds());
        assert_eq!(good.id(), id_of(kind, &good.owner, &good.salt));
        let content = Content::Object(good.clone());
        let (number, encoded) = content.encode().unwrap();
        assert_eq!((number, Content::decode(number, &encoded)), (12, content));
        let withdrawn = Object { body: None, ..good.clone() };
        assert!(withdrawn.is_in_bounds() && withdrawn.body().is_none());
        // A second introduction, no body of its kind, nothing that it stands on.
        let unfounded = Object { as_of: Vec::new(), ..good };
        for bad in [object([9; 16], &bytes), object([0; 16], &[]), unfounded] {
            assert!(!bad.is_in_bounds());
        }
    }

    #[test]
    fn rights_go_by_owner_and_rank() {
        let all = [Role::Visitor, Role::Newcomer, Role::Member, Role::Servant, Role::Secretary];
        for role in all {
            let is_servant = role >= Role::Servant;
            assert!(Right::Owner.holds(true, role) && !Right::Owner.holds(false, role));
            assert!(Right::OwnerAndServants.holds(true, role));
            assert_eq!(Right::OwnerAndServants.holds(false, role), is_servant);
            for right in [Right::Servants, Right::ServantsAndInviter] {
                assert_eq!([true, false].map(|own| right.holds(own, role)), [is_servant; 2]);
            }
            let is_home = role >= Role::Member;
            assert_eq!([true, false].map(|own| Right::HomeOwner.holds(own, role)), [is_home, false]);
            let either = [true, false].map(|own| Right::HomeOwnerAndServants.holds(own, role));
            assert_eq!(either, [is_home, is_servant]);
        }
    }
}
