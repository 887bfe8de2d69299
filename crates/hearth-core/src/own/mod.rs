//! What a member keeps for themselves: the kinds, one file each, and the record that they stand in.
//!
//! Owns kind numbers, which are stored and never change meaning, and fields, which are only ever appended. Nothing here is
//! ever a message: what may be shown to somebody becomes a copy, as another step. Never reads or writes a store: `engine/own`
//! does. PROTOCOL section 12.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use crate::content::Work;
use crate::crypto;
use crate::ids::{OwnId, Timestamp};
use crate::limits;

pub mod care;
pub mod clean_date;
pub mod date;
pub mod gratitude;
pub mod inventory;
pub mod plan;
pub mod step_work;
pub mod urge;

pub use care::CarePlan;
pub use clean_date::CleanDate;
pub use date::Date;
pub use gratitude::Gratitude;
pub use inventory::Inventory;
pub use plan::Plan;
pub use step_work::StepWork;
pub use urge::Urge;

/// Who may be shown a copy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Audience {
    /// Nobody, ever.
    Nobody,
    /// People whom its owner picks.
    People,
    /// These, or the whole group.
    Anybody,
}

/// What a copy says.
pub(crate) struct Copy {
    pub(crate) work: Work,
    pub(crate) text: Zeroizing<String>,
}

/// A type of what is kept.
pub(crate) trait Kind: Serialize + DeserializeOwned {
    /// Who may be shown a copy of this kind.
    const AUDIENCE: Audience;

    /// Says whether lengths and values are in bounds.
    fn is_in_bounds(&self) -> bool;

    /// Returns the copy that somebody can be shown; `None` if it is kept for oneself alone.
    fn copy(&self) -> Option<Copy>;

    /// Parses the bytes of any version of the kind; what follows the known fields is of a later one.
    fn parse(bytes: &[u8]) -> Option<Self> {
        postcard::from_bytes(bytes).ok()
    }
}

macro_rules! kinds {
    ($($(#[$doc:meta])* $kind:ident = $number:literal,)*) => {
        /// Something that a member keeps for themselves.
        #[derive(Clone, Debug, PartialEq, Eq)]
        pub enum Own {
            $($(#[$doc])* $kind($kind),)*
        }

        /// Which kind it is. The discriminants are stored and never change meaning.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        #[repr(u16)]
        pub enum OwnKind {
            $($(#[$doc])* $kind = $number,)*
        }

        impl Own {
            /// Returns which kind it is.
            pub fn kind(&self) -> OwnKind {
                match self { $(Self::$kind(_) => OwnKind::$kind,)* }
            }

            /// Says whether lengths and values are in bounds.
            pub fn is_in_bounds(&self) -> bool {
                match self { $(Self::$kind(own) => own.is_in_bounds(),)* }
            }

            /// Returns who may be shown a copy.
            pub fn audience(&self) -> Audience {
                match self { $(Self::$kind(_) => <$kind as Kind>::AUDIENCE,)* }
            }

            pub(crate) fn copy(&self) -> Option<Copy> {
                match self { $(Self::$kind(own) => own.copy(),)* }
            }

            fn encode(&self) -> Option<Vec<u8>> {
                match self { $(Self::$kind(own) => postcard::to_stdvec(own).ok(),)* }
            }

            /// Parses the bytes of a kind; `None` for one of a later version, and for what is out of bounds.
            fn decode(kind: u16, bytes: &[u8]) -> Option<Self> {
                match kind {
                    $($number => <$kind as Kind>::parse(bytes).filter(Kind::is_in_bounds).map(Self::$kind),)*
                    _ => None,
                }
            }
        }
    };
}

kinds! {
    /// The day since which somebody is clean, or sober, or abstinent.
    CleanDate = 1,
    /// Work on a step.
    StepWork = 2,
    /// What somebody is grateful for.
    Gratitude = 3,
    /// An inventory.
    Inventory = 4,
    /// An urge, and what helped.
    Urge = 5,
    /// A plan for a bad night.
    Plan = 6,
    /// Professional help beside peer support.
    CarePlan = 7,
}

/// What is kept, and when it was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwnRecord {
    /// Its id.
    pub id: OwnId,
    /// What it says.
    pub own: Own,
    /// When it was first written.
    pub written: Timestamp,
    /// When it was last changed; the same as `written` if it never was.
    pub changed: Timestamp,
}

/// A record as it is stored. The fields before `body` are those of every version.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Stored<'a> {
    version: u8,
    kind: u16,
    pub(crate) written: Timestamp,
    pub(crate) changed: Timestamp,
    /// The wish that wrote it last: granted again, it changes nothing.
    pub(crate) wish: [u8; 32],
    body: &'a [u8],
}

impl<'a> Stored<'a> {
    /// Parses the outside of a record; what stands in it may be of a later version.
    pub(crate) fn parse(bytes: &'a [u8]) -> Option<Self> {
        postcard::from_bytes(bytes).ok()
    }

    /// Says whether it is of a kind.
    pub(crate) fn is_of(&self, kind: OwnKind) -> bool {
        self.kind == kind as u16
    }

    /// Returns what it says; `None` if a later version wrote it.
    pub(crate) fn own(&self) -> Option<Own> {
        if self.version == RECORD_VERSION { Own::decode(self.kind, self.body) } else { None }
    }
}

/// Returns the bytes of a record; `None` if they cannot be written.
pub(crate) fn encode(own: &Own, written: Timestamp, changed: Timestamp, wish: [u8; 32]) -> Option<Vec<u8>> {
    let body = Zeroizing::new(own.encode()?);
    let kind = own.kind() as u16;
    postcard::to_stdvec(&Stored { version: RECORD_VERSION, kind, written, changed, wish, body: &body }).ok()
}

/// Returns the id of the record that a wish makes. No randomness is drawn: what the wire draws must not depend on it.
pub(crate) fn id_of(wish: &[u8; 32]) -> OwnId {
    OwnId(crypto::hash(ID_CONTEXT, &[wish]))
}

/// Returns the name of a client's wish, of its own among all names of wishes.
pub(crate) fn wish_of(request: &str) -> [u8; 32] {
    crypto::hash(WISH_CONTEXT, &[request.as_bytes()])
}

/// What [`crate::error::OperationError::TooMany`] names when there is no room for another record.
pub const FULL: &str = "records of your own";
const RECORD_VERSION: u8 = 1;
const ID_CONTEXT: &str = "hearth 2026-11 own record id";
const WISH_CONTEXT: &str = "hearth 2026-11 own record wish";

/// Says whether a text has at most [`limits::TEXT_BYTES_MAX`] bytes.
fn fits(text: &str) -> bool {
    text.len() <= limits::TEXT_BYTES_MAX
}

/// Says whether a text has 1 to [`limits::TEXT_BYTES_MAX`] bytes.
fn is_text(text: &str) -> bool {
    !text.is_empty() && fits(text)
}

/// Says whether something, if it is there, is a line without control characters or spaces at its ends.
fn is_line(line: Option<&str>) -> bool {
    line.is_none_or(|line| {
        (1..=limits::LINE_BYTES_MAX).contains(&line.len())
            && line.trim() == line
            && !line.chars().any(char::is_control)
    })
}

// What people keep never reaches a log by way of a derived Debug.
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

    fn all() -> Vec<Own> {
        let text = || "one day at a time".to_owned();
        let date = Date { year: 2026, month: 2, day: 28 };
        let label = Some("alcohol".to_owned());
        vec![
            Own::CleanDate(CleanDate { date, label, schedule: Some("na".to_owned()), text: text() }),
            Own::StepWork(StepWork { step: Some(4), label: None, text: text() }),
            Own::Gratitude(Gratitude { text: text() }),
            Own::Inventory(Inventory { text: text() }),
            Own::Urge(Urge {
                at: Timestamp(9),
                strength: Some(7),
                helped: "a call".to_owned(),
                text: text(),
            }),
            Own::Plan(Plan { label: Some("Friday".to_owned()), text: text() }),
            Own::CarePlan(CarePlan {
                help: text(),
                naloxone: Some("kitchen".to_owned()),
                text: text(),
                checked_on: Some(date),
            }),
        ]
    }

    #[test]
    fn every_kind_is_what_it_was_and_keeps_its_number() {
        for (own, number) in all().into_iter().zip(1_u16..) {
            assert_eq!(own.kind() as u16, number);
            let bytes = encode(&own, Timestamp(1), Timestamp(2), [3; 32]).unwrap();
            let stored = Stored::parse(&bytes).unwrap();
            assert_eq!((stored.written, stored.changed, stored.wish), (Timestamp(1), Timestamp(2), [3; 32]));
            assert_eq!(stored.own().unwrap(), own);
            assert!(stored.is_of(own.kind()));
            // A later version says more, inside and outside.
            let body = [stored.body, b"more"].concat();
            assert_eq!(Stored { body: &body, ..stored.clone() }.own().unwrap(), own);
            let longer = [bytes.as_slice(), b"more"].concat();
            assert_eq!(Stored::parse(&longer).unwrap().own().unwrap(), own);
            assert!(!format!("{own:?}").contains("one day"));
        }
    }

    #[test]
    fn the_stored_form_is_frozen() {
        let own = Own::StepWork(StepWork { step: Some(4), label: None, text: "x".to_owned() });
        let bytes = encode(&own, Timestamp(1), Timestamp(300), [0xAB; 32]).unwrap();
        let wish = "ab".repeat(32);
        assert_eq!(data_encoding::HEXLOWER.encode(&bytes), format!("010201ac02{wish}050104000178"));
        let id = "caf5cad8e89d37eaccbe2c0d11c5c66e578715ad793e03817cb78041a1b256da";
        assert_eq!(id_of(&wish_of("r")).to_hex(), id);
    }

    #[test]
    fn a_kind_or_a_version_of_later_is_kept_and_not_read() {
        let bytes = encode(&all()[2], Timestamp(1), Timestamp(1), [0; 32]).unwrap();
        let stored = Stored::parse(&bytes).unwrap();
        assert!(Stored { kind: 99, ..stored.clone() }.own().is_none());
        assert!(Stored { version: 2, ..stored }.own().is_none());
    }

    #[test]
    fn what_is_out_of_bounds_is_not_kept() {
        let long = || "a".repeat(limits::TEXT_BYTES_MAX + 1);
        let date = |year, month, day| Date { year, month, day };
        let clean = |date, label: Option<&str>| {
            let (label, schedule) = (label.map(str::to_owned), None);
            Own::CleanDate(CleanDate { date, label, schedule, text: String::new() })
        };
        let step = |step, label: Option<&str>, text: &str| {
            Own::StepWork(StepWork { step, label: label.map(str::to_owned), text: text.to_owned() })
        };
        let urge = |strength| {
            let (helped, text) = (String::new(), String::new());
            Own::Urge(Urge { at: Timestamp(0), strength, helped, text })
        };
        let care = |help: &str| Own::CarePlan(CarePlan { help: help.to_owned(), ..CarePlan::default() });
        for own in [
            clean(date(2026, 2, 29), None),
            clean(date(2026, 13, 1), None),
            clean(date(2026, 0, 1), None),
            clean(date(1899, 1, 1), None),
            clean(date(2026, 1, 1), Some(" heroin")),
            clean(date(2026, 1, 1), Some("a\nb")),
            step(Some(13), None, "x"),
            step(Some(0), None, "x"),
            step(None, None, "x"),
            step(Some(1), Some("one"), "x"),
            step(Some(1), None, ""),
            urge(Some(11)),
            care(""),
            Own::Gratitude(Gratitude { text: String::new() }),
            Own::Inventory(Inventory { text: long() }),
            Own::Plan(Plan { label: Some(String::new()), text: "x".to_owned() }),
        ] {
            assert!(!own.is_in_bounds(), "{:?}", own.kind());
        }
        for own in [clean(date(2024, 2, 29), Some("heroin")), step(None, Some("one"), "x"), urge(Some(10))] {
            assert!(own.is_in_bounds(), "{:?}", own.kind());
        }
    }

    #[test]
    fn a_clean_date_and_the_care_plan_have_no_copy() {
        for own in all() {
            let is_secret = matches!(own.kind(), OwnKind::CleanDate | OwnKind::CarePlan);
            assert_eq!(own.copy().is_none(), is_secret, "{:?}", own.kind());
            assert_eq!(own.audience() == Audience::Nobody, is_secret, "{:?}", own.kind());
        }
    }
}
