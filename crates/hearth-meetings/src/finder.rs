//! Finds meetings in a list, in the order in which they come next.
//!
//! A pure function of list, wishes and time. Looks at nothing that is secret, and remembers nothing of what was looked for.

use std::collections::BTreeSet;

use crate::calendar::{LocalTime, Timestamp, Weekday};
use crate::meeting::{Meeting, Point};
use crate::occurrence::{Occurrence, next_after_where, next_moved_after_where};
use crate::rule::Schedule;
use crate::silent;

/// What somebody looks for. All of it has to be met; what is empty is met by all.
#[derive(Clone, Default)]
pub struct Wishes {
    /// On one of these days, where the meeting is.
    pub weekdays: BTreeSet<Weekday>,
    /// Beginning between two times of day, both included, where the meeting is. If the first is later than the second,
    /// they span midnight.
    pub between: Option<(LocalTime, LocalTime)>,
    /// Of all these types, by their codes.
    pub types: Vec<String>,
    /// In this language, as ISO 639-1 has it. A meeting that names none is in none.
    pub language: Option<String>,
    /// In which way one can take part.
    pub way: Option<Way>,
    /// Not further from a point than a distance.
    pub near: Option<(Point, Distance)>,
    /// Words that all stand in what anybody may read of the meeting; case does not matter.
    pub text: String,
}

silent!(Wishes);

/// A way to take part. A hybrid meeting has both.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// To come to a room.
    InPerson,
    /// To take part from afar.
    Online,
}

/// A distance on the ground.
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd)]
pub struct Distance {
    km: f64,
}

impl Distance {
    /// Returns a distance of some kilometres.
    pub fn km(km: f64) -> Self {
        Self { km }
    }

    /// Returns a distance of some miles.
    pub fn miles(miles: f64) -> Self {
        Self { km: miles * KM_PER_MILE }
    }

    /// Returns it in kilometres.
    pub fn in_km(self) -> f64 {
        self.km
    }

    /// Returns it in miles.
    pub fn in_miles(self) -> f64 {
        self.km / KM_PER_MILE
    }

    /// Returns the distance between two points along the ground (haversine).
    pub fn between(one: Point, other: Point) -> Self {
        let (lat1, lat2) = (one.latitude().to_radians(), other.latitude().to_radians());
        let half = |from: f64, to: f64| ((to - from) / 2.0).sin().powi(2);
        let (north, east) =
            (half(lat1, lat2), half(one.longitude().to_radians(), other.longitude().to_radians()));
        let chord = (north + lat1.cos() * lat2.cos() * east).clamp(0.0, 1.0);
        Self { km: 2.0 * EARTH_RADIUS_KM * chord.sqrt().asin() }
    }
}

/// A meeting that was found.
#[derive(Clone, Debug)]
pub struct Found<'a> {
    /// The meeting.
    pub meeting: &'a Meeting,
    /// When it comes next as was wished; `None` if it has no times: by appointment, paused, or its zone is not known.
    pub next: Option<Occurrence>,
    /// How far it is, if a point was given and it has one.
    pub distance: Option<Distance>,
}

/// Returns the meetings that meet all wishes: first those that come next, at last those without times, by name.
///
/// A meeting whose zone is not known is found by day and time all the same, for its local time is known.
pub fn find<'a>(meetings: &'a [Meeting], wishes: &Wishes, now: Timestamp) -> Vec<Found<'a>> {
    let words: Vec<String> = wishes.text.split_whitespace().map(str::to_lowercase).collect();
    let mut found: Vec<Found<'a>> = meetings
        .iter()
        .filter(|meeting| is_wanted(meeting, wishes, &words))
        .filter_map(|meeting| met(meeting, wishes, now))
        .collect();
    let order = |found: &Found<'a>| {
        let start = found.next.as_ref().map_or(i64::MAX, |next| next.start.0);
        (start, found.meeting.name.to_lowercase(), found.meeting.id.clone())
    };
    found.sort_by_cached_key(order);
    found
}

/// Decides what does not depend on time.
fn is_wanted(meeting: &Meeting, wishes: &Wishes, words: &[String]) -> bool {
    let is_language = |wish: &String| meeting.languages.iter().any(|own| own.eq_ignore_ascii_case(wish));
    let is_way = |way: Way| match way {
        Way::InPerson => meeting.kind.is_some_and(|kind| kind.is_in_person()),
        Way::Online => meeting.kind.is_some_and(|kind| kind.is_online()),
    };
    wishes.types.iter().all(|code| meeting.has_type(code))
        && wishes.language.as_ref().is_none_or(is_language)
        && wishes.way.is_none_or(is_way)
        && (words.is_empty() || has_words(meeting, words))
}

/// Decides what depends on time and place.
fn met<'a>(meeting: &'a Meeting, wishes: &Wishes, now: Timestamp) -> Option<Found<'a>> {
    let distance = match (wishes.near, meeting.place.point) {
        (Some((from, far)), Some(point)) => {
            Some(Distance::between(from, point)).filter(|distance| *distance <= far).map(Some)?
        }
        (Some(_), None) => return None,
        (None, _) => None,
    };
    let has_no_wish = wishes.weekdays.is_empty() && wishes.between.is_none();
    let rule = match &meeting.schedule {
        Schedule::Weekly(rule) => rule,
        Schedule::ByAppointment | Schedule::Unclear(_) => {
            return has_no_wish.then_some(Found { meeting, next: None, distance });
        }
    };
    let is_day = |day: Weekday| wishes.weekdays.is_empty() || wishes.weekdays.contains(&day);
    let is_time = |time: LocalTime| wishes.between.is_none_or(|(from, to)| is_between(time, from, to));
    let is_next = |one: &Occurrence| is_day(one.local_date.weekday()) && is_time(one.local_time);
    let is_by_rule = rule.weekdays.iter().any(|day| is_day(*day)) && is_time(rule.start);
    // A move can bring a meeting to a day and time that its rule does not name. Without one there is no need to look at
    // ten years of days.
    let next = if is_by_rule {
        next_after_where(rule, now, is_next)
    } else {
        next_moved_after_where(rule, now, is_next)
    };
    let next = next.ok().flatten();
    (next.is_some() || is_by_rule).then_some(Found { meeting, next, distance })
}

fn is_between(time: LocalTime, from: LocalTime, to: LocalTime) -> bool {
    if from <= to { from <= time && time <= to } else { time >= from || time <= to }
}

/// Says whether all words stand in what anybody may read.
fn has_words(meeting: &Meeting, words: &[String]) -> bool {
    let place = &meeting.place;
    let notes = [&meeting.notes, &meeting.group_notes, &place.notes]
        .map(|notes| notes.as_ref().and_then(|it| it.open()));
    let lines = [&meeting.group, &place.name, &place.address, &place.region].map(|line| line.as_deref());
    let parts = [Some(meeting.name.as_str())].into_iter().chain(lines).chain(notes).flatten();
    let text = parts.collect::<Vec<_>>().join("\n").to_lowercase();
    words.iter().all(|word| text.contains(word))
}

/// The mean radius of the earth.
const EARTH_RADIUS_KM: f64 = 6_371.008_8;
const KM_PER_MILE: f64 = 1.609_344;
