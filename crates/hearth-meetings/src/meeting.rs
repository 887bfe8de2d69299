//! A meeting: what a list says of it.
//!
//! Owns the words and which of them are secret. When it takes place is a [`Schedule`]. Nothing here counts or names
//! those who attend.

use serde::{Deserialize, Serialize};

use crate::rule::Schedule;
use crate::secret::{Notes, Secret};
use crate::silent;

/// A meeting.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Meeting {
    /// By what it is known again; given by whoever keeps it, and never read for a meaning.
    pub id: String,
    /// Its name.
    pub name: String,
    /// The group that holds it.
    pub group: Option<String>,
    /// What the group says about itself.
    pub group_notes: Option<Notes>,
    /// How one takes part; `None` if the list does not say.
    pub kind: Option<Kind>,
    /// Where it takes place.
    pub place: Place,
    /// How to get in from afar. Secret.
    pub online: Online,
    /// Whom to ask. Secret.
    pub contacts: Vec<Contact>,
    /// What one should know.
    pub notes: Option<Notes>,
    /// Its languages, as ISO 639-1 codes in lower case.
    pub languages: Vec<String>,
    /// What kind of meeting it is, in the codes of its program.
    pub types: Vec<MeetingType>,
    /// When it takes place.
    pub schedule: Schedule,
    /// When the list says that it was changed, in the list's own words.
    pub updated: Option<Updated>,
    /// The key of the record in the list that it came from.
    pub source: Option<String>,
}

impl Meeting {
    /// Returns a meeting of which no more is known.
    pub fn new(id: impl Into<String>, name: impl Into<String>, schedule: Schedule) -> Self {
        Self {
            id: id.into(),
            name: name.into(),
            group: None,
            group_notes: None,
            kind: None,
            place: Place::default(),
            online: Online::default(),
            contacts: Vec::new(),
            notes: None,
            languages: Vec::new(),
            types: Vec::new(),
            schedule,
            updated: None,
            source: None,
        }
    }

    /// Says whether it is of a type, in whichever program; case does not matter.
    pub fn has_type(&self, code: &str) -> bool {
        self.types.iter().any(|own| own.code.eq_ignore_ascii_case(code))
    }
}

/// How one takes part.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Kind {
    /// In a room.
    InPerson,
    /// By video or telephone.
    Online,
    /// Either.
    Hybrid,
}

impl Kind {
    /// Says whether one can come to a room.
    pub fn is_in_person(self) -> bool {
        matches!(self, Self::InPerson | Self::Hybrid)
    }

    /// Says whether one can take part from afar.
    pub fn is_online(self) -> bool {
        matches!(self, Self::Online | Self::Hybrid)
    }
}

/// Where a meeting takes place, or where an online meeting is at home.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    /// The name of the building.
    pub name: Option<String>,
    /// The address in one line.
    pub address: Option<String>,
    /// The region, the widest first: `Illinois > Chicago`.
    pub region: Option<String>,
    /// Whether the address names a wider area alone.
    pub is_approximate: bool,
    /// The point on the map.
    pub point: Option<Point>,
    /// How to find the door.
    pub notes: Option<Notes>,
}

/// A point on the map, to the millionth of a degree: a hand's breadth.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Point {
    latitude: i32,
    longitude: i32,
}

impl Point {
    /// Returns the point at a latitude and a longitude in degrees; `None` if there is none, and for 0, 0, which lists
    /// write where they know none.
    pub fn new(latitude: f64, longitude: f64) -> Option<Self> {
        let is_real =
            latitude.abs() <= 90.0 && longitude.abs() <= 180.0 && (latitude != 0.0 || longitude != 0.0);
        // In range by the check, which also refuses what is no number.
        #[allow(clippy::cast_possible_truncation)]
        let micro = |degrees: f64| (degrees * 1e6).round() as i32;
        is_real.then(|| Self { latitude: micro(latitude), longitude: micro(longitude) })
    }

    /// Returns the point at a latitude and a longitude in millionths of a degree; `None` if there is none.
    pub fn of_millionths(latitude: i32, longitude: i32) -> Option<Self> {
        Self::new(f64::from(latitude) / 1e6, f64::from(longitude) / 1e6)
    }

    /// Returns latitude and longitude in millionths of a degree.
    pub fn millionths(self) -> (i32, i32) {
        (self.latitude, self.longitude)
    }

    /// Returns its latitude in degrees.
    pub fn latitude(self) -> f64 {
        f64::from(self.latitude) / 1e6
    }

    /// Returns its longitude in degrees.
    pub fn longitude(self) -> f64 {
        f64::from(self.longitude) / 1e6
    }
}

/// How to get in from afar. All of it is secret: whoever has it can be in the room unseen.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Online {
    /// The link.
    pub url: Option<Secret>,
    /// What goes with the link, often the passcode.
    pub url_notes: Option<Secret>,
    /// The number to dial.
    pub phone: Option<Secret>,
    /// What goes with the number.
    pub phone_notes: Option<Secret>,
    /// The passcode, where a list has a field for it or where it was taken from a name.
    pub passcode: Option<Secret>,
}

impl Online {
    /// Says whether it has a link or a number.
    pub fn is_reachable(&self) -> bool {
        self.url.is_some() || self.phone.is_some()
    }
}

/// Whom to ask about a meeting.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contact {
    /// What they are called.
    pub name: Option<Secret>,
    /// Their e-mail address.
    pub email: Option<Secret>,
    /// Their number.
    pub phone: Option<Secret>,
}

/// A type of meeting. The same code means different things in different programs.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct MeetingType {
    /// The program, such as `aa` or `na`.
    pub program: String,
    /// The code, known to us or not.
    pub code: String,
}

/// When a list says that a record was changed.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Updated {
    /// The list's own words.
    pub text: String,
    /// The day, if the words name one without a doubt.
    pub on: Option<crate::calendar::Date>,
}

silent!(Meeting, Place, Point, Online, Contact, Updated);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_point_is_on_the_map_and_is_not_the_zero_of_those_who_know_none() {
        let point = Point::new(-33.9495, 151.2437).unwrap();
        assert!((point.latitude() - -33.9495).abs() < 1e-9 && (point.longitude() - 151.2437).abs() < 1e-9);
        for (latitude, longitude) in
            [(0.0, 0.0), (91.0, 0.0), (0.0, -180.5), (f64::NAN, 1.0), (f64::INFINITY, 1.0)]
        {
            assert!(Point::new(latitude, longitude).is_none());
        }
        assert!(Point::new(0.0, 10.0).is_some());
        for millionths in [(1, -1), (-33_949_501, 151_243_699), (90_000_000, -180_000_000)] {
            assert_eq!(Point::of_millionths(millionths.0, millionths.1).unwrap().millionths(), millionths);
        }
    }

    #[test]
    fn a_meeting_shows_nothing_in_debug_output() {
        let meeting = Meeting::new("1", "Early Birds", Schedule::ByAppointment);
        assert_eq!(format!("{meeting:?}"), "Meeting(..)");
    }
}
