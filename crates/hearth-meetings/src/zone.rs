//! Time zones by their names in the IANA database, from the copy that is built in.
//!
//! Owns the way between local time and instants: in a gap the time after it, in a fold the first. Never reads the
//! system's database or the zone of this machine, so that every node finds the same.

use std::fmt;
use std::sync::LazyLock;

use jiff::tz::{TimeZone, TimeZoneDatabase};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::calendar::{Date, LocalTime, Timestamp};
use crate::limits::ZONE_BYTES_MAX;

/// A time zone.
#[derive(Clone, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Zone(TimeZone);

impl Zone {
    /// Returns the zone of a name such as `America/New_York`, in any case of its letters.
    ///
    /// # Errors
    /// Says that the database has no such zone.
    pub fn named(name: &str) -> Result<Self, ZoneUnknown> {
        let is_place =
            name.len() <= ZONE_BYTES_MAX && !NO_PLACE.iter().any(|no| name.eq_ignore_ascii_case(no));
        let zone = is_place.then(|| ZONES.get(name).ok()).flatten().filter(|zone| zone.iana_name().is_some());
        zone.map(Self).ok_or(ZoneUnknown)
    }

    /// Returns its name as the database writes it.
    pub fn name(&self) -> &str {
        self.0.iana_name().unwrap_or("UTC")
    }

    /// Returns the instant of a local time. A time that the clocks skip is as long after the gap as it was after its
    /// beginning; of a time that comes twice it is the first.
    pub fn instant(&self, date: Date, time: LocalTime) -> Option<Timestamp> {
        let at = self.0.to_ambiguous_timestamp(date.inner().to_datetime(time.inner())).compatible().ok()?;
        Some(Timestamp(at.as_millisecond()))
    }

    /// Returns what calendar and clock show at an instant.
    pub fn local(&self, at: Timestamp) -> Option<(Date, LocalTime)> {
        let at = self.0.to_datetime(jiff::Timestamp::from_millisecond(at.0).ok()?);
        Some((Date::of(at.date())?, LocalTime::of(at.time())))
    }

    pub(crate) fn inner(&self) -> &TimeZone {
        &self.0
    }
}

impl PartialEq for Zone {
    fn eq(&self, other: &Self) -> bool {
        self.name() == other.name()
    }
}

impl Eq for Zone {}

impl fmt::Debug for Zone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // A zone says where somebody lives.
        f.write_str("Zone(..)")
    }
}

impl TryFrom<String> for Zone {
    type Error = ZoneUnknown;

    fn try_from(name: String) -> Result<Self, ZoneUnknown> {
        Self::named(&name)
    }
}

impl From<Zone> for String {
    fn from(zone: Zone) -> Self {
        zone.name().to_owned()
    }
}

/// No zone of the database has this name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("there is no such time zone")]
pub struct ZoneUnknown;

static ZONES: LazyLock<TimeZoneDatabase> = LazyLock::new(TimeZoneDatabase::bundled);

/// Names in the database that stand for no zone at all.
const NO_PLACE: [&str; 4] = ["Etc/Unknown", "Factory", "posixrules", "localtime"];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_checked_and_written_as_the_database_does() {
        assert_eq!(Zone::named("america/new_york").unwrap().name(), "America/New_York");
        assert_eq!(Zone::named("UTC").unwrap().name(), "UTC");
        for name in ["", "PDT", "Pacific", "Etc/Unknown", "Factory", "../etc/passwd", "New York", "-08:00"] {
            assert_eq!(Zone::named(name), Err(ZoneUnknown), "{name}");
        }
    }
}
