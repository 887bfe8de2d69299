//! Lists of meetings that others keep: read leniently, reported honestly, looked through, and compared with what the group has.
//!
//! Owns what a second reading does: what the list did not change is not touched, what the group has cancelled and moved stays,
//! and what both have changed stays as the group has it.

use std::collections::BTreeMap;

use hearth_api as api;
use hearth_api::{ApiError, ErrorCode, limits};
use hearth_core::content::Body;
use hearth_core::content::body::Meeting;
use hearth_meetings as known;
use hearth_meetings::finder::{self, Distance, Way, Wishes};
use hearth_meetings::import::{self, Import, ImportError, Options, Weight};
use hearth_meetings::meeting::Point;
use hearth_meetings::rule::Exception;
use hearth_meetings::{LocalTime, Schedule};

use super::coming;
use super::translate::{
    bad, core_meeting, known_meeting, known_weekday, shown, shown_way, time_known, zone_named,
};

/// What is to become of a meeting of a list.
pub(super) struct Plan {
    pub(super) what: api::ImportWhat,
    /// What is to be written, if anything.
    pub(super) new: Option<Meeting>,
}

/// Reads a list. Slow for a large one: not for the driver's thread.
///
/// # Errors
/// `bad_request` if it is no list, or for a zone that does not exist.
pub(in crate::driver) fn read(list: &api::MeetingList) -> Result<Import, ApiError> {
    let zone = list.zone.as_deref().map(zone_named).transpose()?;
    let name = list.name.clone().unwrap_or_default();
    let options = Options { format: None, program: list.program.clone(), zone, list: name };
    import::read(list.text.as_bytes(), &options).map_err(|error| match error {
        ImportError::TooLarge => ApiError::with_message(ErrorCode::BodyTooLarge, "the list is too large"),
        ImportError::NoRecords => {
            let hint = "Lists are Meeting Guide JSON, or the JSON of a BMLT server.".to_owned();
            ApiError { hint: Some(hint), ..bad("there is no record of a meeting in the file") }
        }
    })
}

/// Looks through a list. Slow for a large one: not for the driver's thread.
///
/// # Errors
/// As [`read`].
pub(in crate::driver) fn find(request: &api::FindMeetings, now: u64) -> Result<api::FoundMeetings, ApiError> {
    let list = read(&request.list)?;
    let between = match (request.from, request.to) {
        (None, None) => None,
        (from, to) => {
            let time = |time: Option<api::TimeOfDay>, otherwise: u16| {
                let otherwise = LocalTime::new(otherwise / 60, otherwise % 60).ok();
                time.and_then(time_known).or(otherwise)
            };
            time(from, 0).zip(time(to, 24 * 60 - 1))
        }
    };
    let near = request.near.map(|near| {
        let point = Point::of_millionths(near.latitude.millionths(), near.longitude.millionths());
        let metres = request.within_m.unwrap_or(limits::FIND_WITHIN_M_DEFAULT);
        point.map(|point| (point, Distance::km(f64::from(metres) / 1000.0)))
    });
    let wishes = Wishes {
        weekdays: request.weekdays.iter().copied().map(known_weekday).collect(),
        between,
        types: request.types.clone(),
        language: request.language.clone(),
        way: match request.way {
            None => None,
            Some(api::MeetingWay::InPerson) => Some(Way::InPerson),
            Some(api::MeetingWay::Online) => Some(Way::Online),
            Some(api::MeetingWay::Hybrid) => return Err(bad("one takes part in person or online")),
        },
        near: near.map(|near| near.ok_or_else(|| bad("that point is not on the map"))).transpose()?,
        text: request.words.clone(),
    };
    let found = finder::find(&list.meetings, &wishes, coming::instant(now));
    let limit =
        usize::try_from(request.limit.unwrap_or(limits::FOUND_MEETINGS_DEFAULT)).unwrap_or(usize::MAX);
    let shown = |found: &finder::Found<'_>| {
        let meeting = core_meeting(found.meeting, [0; 32]);
        let next = found.next.as_ref().zip(found.meeting.schedule.rule());
        let way = meeting.way.map(shown_way);
        api::FoundMeeting {
            key: found.meeting.id.clone(),
            next: next.and_then(|(next, rule)| {
                let state = if next.is_moved { api::MeetingState::Moved } else { api::MeetingState::Planned };
                Some(api::MeetingAt { state, ..coming::at(&found.meeting.name, way, rule, next)? })
            }),
            distance_m: found.distance.map(|distance| metres(distance.in_km())),
            meeting: shown(meeting),
        }
    };
    Ok(api::FoundMeetings {
        matches: count(found.len()),
        found: found.iter().take(limit).map(shown).collect(),
        report: report(&list),
    })
}

/// Nothing on earth is 4,000,000 km away, and no distance is negative.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
fn metres(km: f64) -> u32 {
    (km * 1000.0).round() as u32
}

/// Returns the meetings of a list that somebody chose; all if none are named.
///
/// # Errors
/// `not_found` for an id that the list does not have; `bad_request` for more than a group takes at once.
pub(super) fn chosen<'a>(
    meetings: &'a [known::Meeting],
    only: &[String],
) -> Result<Vec<&'a known::Meeting>, ApiError> {
    let by_id: BTreeMap<&str, &known::Meeting> =
        meetings.iter().map(|meeting| (meeting.id.as_str(), meeting)).collect();
    let named = |id: &String| {
        by_id.get(id.as_str()).copied().ok_or_else(|| {
            let hint = Some("`hearth meetings find` shows the ids of a list.".to_owned());
            ApiError {
                hint,
                ..ApiError::with_message(ErrorCode::NotFound, "the list has no meeting with that id")
            }
        })
    };
    let chosen: Vec<_> = match only {
        [] => meetings.iter().collect(),
        [_, ..] => only.iter().map(named).collect::<Result<_, _>>()?,
    };
    if chosen.len() > limits::MEETINGS_PER_IMPORT_MAX {
        let (count, most) = (chosen.len(), limits::MEETINGS_PER_IMPORT_MAX);
        let hint = Some("Look through it with `hearth meetings find`, and choose with --only.".to_owned());
        return Err(ApiError {
            hint,
            ..bad(&format!("this is a list of {count} meetings; a group takes up to {most} at once"))
        });
    }
    Ok(chosen)
}

/// Decides what becomes of a meeting of a list, given what the group has of it.
pub(super) fn plan(meeting: &known::Meeting, before: Option<&Meeting>) -> Plan {
    let as_read = digest(meeting);
    let unchanged = |what| Plan { what, new: None };
    let (what, new) = match before {
        None => (api::ImportWhat::Added, core_meeting(meeting, as_read)),
        Some(before) if before.as_read == Some(as_read) => return unchanged(api::ImportWhat::Same),
        Some(before) => {
            let here = known_meeting(before, "");
            if before.as_read != Some(digest(&here)) {
                return unchanged(api::ImportWhat::KeptAsTheGroupHasIt);
            }
            (api::ImportWhat::Changed, core_meeting(&with_exceptions_of(meeting, &here), as_read))
        }
    };
    if fits(&new) { Plan { what, new: Some(new) } } else { unchanged(api::ImportWhat::TooLarge) }
}

fn fits(meeting: &Meeting) -> bool {
    let body = Body::Meeting(meeting.clone());
    let bytes = body.encode().map_or(usize::MAX, |(_, bytes)| bytes.len());
    body.is_in_bounds() && bytes <= hearth_core::limits::OBJECT_BYTES_MAX
}

/// Returns what tells whether a list says something else than before. What a group cancels, moves and pauses does not count.
fn digest(meeting: &known::Meeting) -> [u8; 32] {
    let bytes = postcard::to_stdvec(&with_exceptions(meeting, |exception| !is_the_groups(exception)));
    // A meeting always has such a form; without one it would differ from every other.
    blake3::derive_key(AS_READ_CONTEXT, &bytes.unwrap_or_default())
}

/// No list names days: what is dated was said by the group.
fn is_the_groups(exception: &Exception) -> bool {
    !matches!(exception, Exception::Paused { from: None, until: None })
}

fn with_exceptions(meeting: &known::Meeting, keeps: impl Fn(&Exception) -> bool) -> known::Meeting {
    let mut meeting = meeting.clone();
    if let Schedule::Weekly(rule) = &mut meeting.schedule {
        rule.exceptions.retain(keeps);
    }
    meeting
}

fn with_exceptions_of(meeting: &known::Meeting, here: &known::Meeting) -> known::Meeting {
    let mut meeting = meeting.clone();
    if let (Schedule::Weekly(rule), Some(here)) = (&mut meeting.schedule, here.schedule.rule()) {
        rule.exceptions.extend(here.exceptions.iter().filter(|exception| is_the_groups(exception)));
    }
    meeting
}

/// Returns what came from this list and is not in it any more.
pub(super) fn gone<'a>(
    here: impl Iterator<Item = &'a Meeting>,
    list: &[known::Meeting],
    prefix: Option<&str>,
) -> Vec<api::ImportedMeeting> {
    let is_of_list = |key: &str| match prefix {
        Some(prefix) => key.strip_prefix(prefix).is_some_and(|rest| rest.starts_with(':')),
        None => !key.contains(':'),
    };
    let is_there = |key: &str| list.iter().any(|meeting| meeting.id == key);
    let gone = |meeting: &Meeting| {
        let key = meeting.key.clone().filter(|key| is_of_list(key) && !is_there(key))?;
        Some(api::ImportedMeeting { key, name: meeting.name.clone(), what: api::ImportWhat::Gone })
    };
    here.filter_map(gone).collect()
}

pub(super) fn imported(meeting: &known::Meeting, what: api::ImportWhat) -> api::ImportedMeeting {
    api::ImportedMeeting { key: meeting.id.clone(), name: meeting.name.clone(), what }
}

/// Returns a report with its notes counted, what matters most first.
pub(super) fn report(list: &Import) -> api::ListReport {
    let report = &list.report;
    let needs_zone =
        |meeting: &&known::Meeting| meeting.schedule.rule().is_some_and(|rule| rule.zone.is_none());
    let mut by_code: BTreeMap<import::Code, api::NoteCount> = BTreeMap::new();
    for note in &report.notes {
        let entry = by_code.entry(note.code).or_insert_with(|| api::NoteCount {
            code: note.code.as_str().to_owned(),
            weight: weight(note.code.weight()),
            count: 0,
            examples: Vec::new(),
        });
        entry.count += 1;
        if entry.examples.len() < limits::NOTE_EXAMPLES_MAX {
            entry.examples.push(api::NoteExample {
                record: note.record.map(count),
                key: note.key.clone(),
                sentence: note.sentence.clone(),
            });
        }
    }
    let mut notes: Vec<_> = by_code.into_values().collect();
    notes.sort_by_key(|note| std::cmp::Reverse(note.weight));
    let field = |(field, records): (&String, &usize)| api::FieldCount {
        field: field.clone(),
        count: count(*records),
    };
    api::ListReport {
        records: count(report.records),
        read: count(report.imported),
        skipped: count(report.skipped),
        zone_needed: count(list.meetings.iter().filter(needs_zone).count()),
        notes,
        not_kept: report.not_kept.iter().map(field).collect(),
    }
}

fn weight(weight: Weight) -> api::NoteWeight {
    match weight {
        Weight::Changed => api::NoteWeight::Changed,
        Weight::LeftOut => api::NoteWeight::LeftOut,
        Weight::LookAt => api::NoteWeight::LookAt,
        Weight::Skipped => api::NoteWeight::Skipped,
        Weight::Needed => api::NoteWeight::Needed,
    }
}

fn count(number: usize) -> u64 {
    u64::try_from(number).unwrap_or(u64::MAX)
}

const AS_READ_CONTEXT: &str = "hearth 2026-11 meeting as read";

#[cfg(test)]
mod tests {
    use hearth_core::content::body::{MeetingDay, MeetingException, MeetingTimes};

    use super::*;

    const GUIDE: &str = include_str!("../../../../hearth-meetings/tests/fixtures/quirks.json");
    const BMLT: &str = include_str!("../../../../hearth-meetings/tests/fixtures/bmlt.json");

    fn list(text: &str) -> api::MeetingList {
        api::MeetingList {
            text: text.to_owned(),
            zone: Some("America/Denver".to_owned()),
            ..api::MeetingList::default()
        }
    }

    #[test]
    fn a_meeting_of_a_list_is_the_same_in_every_form() {
        for text in [GUIDE, BMLT] {
            let read = read(&list(text)).unwrap();
            assert!(!read.meetings.is_empty());
            for meeting in &read.meetings {
                let core = core_meeting(meeting, [7; 32]);
                assert!(known_meeting(&core, "") == *meeting, "{}", meeting.id);
                assert!(fits(&core), "{}", meeting.id);
                let client = super::super::written(shown(core.clone()), Some(&core)).unwrap();
                assert!(client == core, "{}", meeting.id);
            }
        }
    }

    #[test]
    fn a_second_reading_changes_nothing_that_the_list_did_not_change() {
        let read = read(&list(GUIDE)).unwrap();
        let meeting = &read.meetings[0];
        let Plan { what, new } = plan(meeting, None);
        let here = new.unwrap();
        assert!(what == api::ImportWhat::Added && here.key.as_deref() == Some("early-birds"));
        assert!(plan(meeting, Some(&here)).what == api::ImportWhat::Same);

        // The group cancels a day; the list does not know, and later changes the time.
        let mut cancelled = here.clone();
        let MeetingTimes::Weekly(rule) = &mut cancelled.times else { panic!("no rule") };
        let off = MeetingException::Cancelled { on: MeetingDay { year: 2026, month: 12, day: 7 } };
        rule.exceptions.push(off);
        assert!(plan(meeting, Some(&cancelled)).what == api::ImportWhat::Same);
        let later = super::read(&list(&GUIDE.replace("\"time\": \"07:00\"", "\"time\": \"07:30\""))).unwrap();
        let Plan { what, new } = plan(&later.meetings[0], Some(&cancelled));
        let MeetingTimes::Weekly(rule) = new.unwrap().times else { panic!("no rule") };
        assert!(what == api::ImportWhat::Changed && rule.start == 7 * 60 + 30 && rule.exceptions == [off]);

        // What both have changed stays as the group has it.
        let renamed = Meeting { name: "Birds".to_owned(), ..cancelled };
        assert!(plan(meeting, Some(&renamed)).what == api::ImportWhat::Same);
        let Plan { what, new } = plan(&later.meetings[0], Some(&renamed));
        assert!(what == api::ImportWhat::KeptAsTheGroupHasIt && new.is_none());
    }

    #[test]
    fn a_report_counts_everything() {
        for (text, records) in [(GUIDE, 48), (BMLT, 6)] {
            let list = api::MeetingList { text: text.to_owned(), ..api::MeetingList::default() };
            let read = read(&list).unwrap();
            let report = report(&read);
            assert_eq!((report.records, report.read), (records, count(read.meetings.len())));
            assert_eq!(report.records, report.read + report.skipped);
            let noted: u64 = report.notes.iter().map(|note| note.count).sum();
            assert_eq!(noted, count(read.report.notes.len()));
            assert!(report.zone_needed > 0);
            assert_eq!(report.notes[0].weight, api::NoteWeight::Needed);
            assert!(report.notes.iter().all(|note| (1..=3).contains(&note.examples.len())));
        }
    }

    #[test]
    fn only_what_was_chosen_is_taken_and_no_whole_area() {
        let read = read(&list(GUIDE)).unwrap();
        let chosen_ids = |only: &[&str]| {
            let only: Vec<String> = only.iter().map(|id| (*id).to_owned()).collect();
            chosen(&read.meetings, &only).map(|them| them.iter().map(|it| it.id.clone()).collect::<Vec<_>>())
        };
        assert_eq!(chosen_ids(&["night-owl", "noon"]).unwrap(), ["night-owl", "noon"]);
        assert_eq!(chosen_ids(&["nowhere-at-all"]).unwrap_err().code, ErrorCode::NotFound);
        let one = r#"{"name": "A", "slug": "a-%", "day": 1, "time": "07:00"}"#;
        let many: Vec<String> = (0..65).map(|number| one.replace('%', &number.to_string())).collect();
        let area = super::read(&list(&format!("[{}]", many.join(",")))).unwrap();
        assert_eq!(chosen(&area.meetings, &[]).unwrap_err().code, ErrorCode::BadRequest);
        assert_eq!(chosen(&area.meetings[..64], &[]).unwrap().len(), 64);
    }

    #[test]
    fn what_is_not_in_the_list_any_more_is_named_and_other_lists_are_not() {
        let read = read(&list(GUIDE)).unwrap();
        let of = |key: &str| Meeting { key: Some(key.to_owned()), ..Meeting::default() };
        let here = [of("early-birds"), of("closed"), of("other:closed"), Meeting::default()];
        let keys = |prefix: Option<&str>| {
            let gone = gone(here.iter(), &read.meetings, prefix);
            gone.into_iter().map(|one| one.key).collect::<Vec<_>>()
        };
        assert_eq!(keys(None), ["closed"]);
        assert_eq!(keys(Some("other")), ["other:closed"]);
    }

    #[test]
    fn a_list_is_looked_through_and_what_comes_next_comes_first() {
        let now = jiff::Timestamp::UNIX_EPOCH;
        let now = u64::try_from(now.as_millisecond()).unwrap() + 1_796_000_000_000;
        let wish = api::FindMeetings {
            list: list(GUIDE),
            weekdays: vec![api::Weekday::Monday],
            to: Some("07:30".parse().unwrap()),
            ..api::FindMeetings::default()
        };
        let found = find(&wish, now).unwrap();
        assert_eq!((found.matches, found.found[0].key.as_str()), (1, "early-birds"));
        assert_eq!(found.found[0].next.as_ref().unwrap().local_time.to_string(), "07:00");
        let degrees = |text: &str| text.parse().unwrap();
        let near = Some(api::Point { latitude: degrees("39.74"), longitude: degrees("-104.99") });
        let near = api::FindMeetings {
            list: list(GUIDE),
            near,
            within_m: Some(500),
            ..api::FindMeetings::default()
        };
        let found = find(&near, now).unwrap();
        assert!(found.found.iter().all(|one| one.distance_m.unwrap() <= 500) && found.matches == 1);
        let all = api::FindMeetings { list: list(GUIDE), limit: Some(3), ..api::FindMeetings::default() };
        let found = find(&all, now).unwrap();
        assert!(found.found.len() == 3 && found.matches > 40);
    }

    #[test]
    fn what_is_no_list_or_no_zone_is_refused_with_a_hint() {
        let refused = |text: &str, zone: &str| {
            let zone = Some(zone.to_owned());
            let list = api::MeetingList { text: text.to_owned(), zone, ..api::MeetingList::default() };
            read(&list).err().map(|error| (error.code, error.hint.is_some()))
        };
        assert_eq!(refused("hello", "UTC"), Some((ErrorCode::BadRequest, true)));
        assert_eq!(refused(GUIDE, "Mountain Time"), Some((ErrorCode::BadRequest, true)));
    }
}
