//! A meeting, asked for line by line, or read from standard input: lines `name: words`, an empty line, what one should know.
//!
//! Changing leaves what is not said, and `-` empties a line. Errors repeat nothing of what was written.

use std::io::IsTerminal;

use hearth_api::{
    Meeting, MeetingRule, MeetingTimes, MeetingType, MeetingWay, Nth, TimeOfDay, Weekday, limits,
};
use zeroize::Zeroizing;

use super::shown;
use crate::{catalogue::say, commands::checkin::in_form, failure::Failure, prompt};

/// Bytes of a form on standard input: the notes, and some lines.
const FORM_BYTES_MAX: usize = 4 * limits::MEETING_TEXT_BYTES_MAX;
/// What empties a line that was there.
const NOTHING: &str = "-";

/// The lines of a form, in the order in which they are asked for.
const FIELDS: [&str; 13] = [
    "name", "days", "only", "time", "minutes", "zone", "way", "place", "address", "link", "phone",
    "passcode", "types",
];

/// What was said.
struct Answers {
    lines: Vec<(&'static str, Zeroizing<String>)>,
    text: Zeroizing<String>,
}

impl Answers {
    /// Returns a line: `None` if it was not said, an empty one if it is to go.
    fn of(&self, name: &str) -> Option<&str> {
        let said = self.lines.iter().find(|(known, _)| *known == name).map(|(_, line)| line.trim());
        said.filter(|line| !line.is_empty()).map(|line| if line == NOTHING { "" } else { line })
    }

    /// Returns a line, or what was there before.
    fn line(&self, name: &str, before: Option<String>) -> Option<String> {
        match self.of(name) {
            Some("") => None,
            Some(line) => Some(line.to_owned()),
            None => before,
        }
    }
}

/// Gets a meeting: from questions or from standard input.
///
/// # Errors
/// When something is missing or was not understood.
pub(super) async fn asked(before: Option<&Meeting>, zone: Option<String>) -> Result<Meeting, Failure> {
    let answers = if std::io::stdin().is_terminal() {
        by_hand(before.is_some(), zone.as_deref()).await?
    } else {
        let bytes = Zeroizing::new(prompt::stdin_bytes(FORM_BYTES_MAX).await?);
        let form = std::str::from_utf8(&bytes).map_err(|_| Failure::usage(say!("form-not-utf8")))?;
        parse(form)?
    };
    filled(before, zone, &answers)
}

async fn by_hand(is_change: bool, zone: Option<&str>) -> Result<Answers, Failure> {
    prompt::tell(&match is_change {
        true => say!("own-how-to-change"),
        false => say!("meetings-how-to-add"),
    });
    let mut lines = Vec::new();
    for field in FIELDS {
        lines.push((field, prompt::line(&question(field, zone)).await?));
    }
    let text = prompt::line(&say!("meetings-ask-notes")).await?;
    Ok(Answers { lines, text })
}

fn question(field: &str, zone: Option<&str>) -> String {
    match field {
        "name" => say!("meetings-ask-name"),
        "days" => say!("meetings-ask-days"),
        "only" => say!("meetings-ask-only"),
        "time" => say!("meetings-ask-time"),
        "minutes" => say!("meetings-ask-minutes"),
        "zone" => match zone {
            Some(zone) => say!("meetings-ask-zone-or", zone = zone),
            None => say!("meetings-ask-zone"),
        },
        "way" => say!("meetings-ask-way"),
        "place" => say!("meetings-ask-place"),
        "address" => say!("meetings-ask-address"),
        "link" => say!("meetings-ask-link"),
        "phone" => say!("meetings-ask-phone"),
        "passcode" => say!("meetings-ask-passcode"),
        _ => say!("meetings-ask-types"),
    }
}

fn parse(form: &str) -> Result<Answers, Failure> {
    let (head, text) = form.split_once("\n\n").unwrap_or((form, ""));
    let mut lines = Vec::new();
    for line in head.lines().filter(|line| !line.trim().is_empty()) {
        let (name, words) = line.split_once(':').unwrap_or((line, ""));
        let known = FIELDS.iter().find(|known| known.eq_ignore_ascii_case(name.trim()));
        let Some(known) = known else {
            return Err(Failure::usage(say!("form-not-understood"))
                .hint(say!("form-not-understood.hint", names = FIELDS.join(", "))));
        };
        lines.push((*known, Zeroizing::new(words.trim().to_owned())));
    }
    Ok(Answers { lines, text: Zeroizing::new(prompt::without_line_end(text).to_owned()) })
}

/// Makes a meeting of what was said, and of what was there before.
fn filled(before: Option<&Meeting>, zone: Option<String>, answers: &Answers) -> Result<Meeting, Failure> {
    let mut meeting = before.cloned().unwrap_or_default();
    if let Some(name) = answers.of("name").filter(|name| !name.is_empty()) {
        name.clone_into(&mut meeting.name);
    }
    if meeting.name.is_empty() {
        return Err(Failure::usage(say!("meetings-no-name")).hint(say!("meetings-no-name.hint")));
    }
    meeting.times = times(meeting.times, zone, answers)?;
    meeting.way = match answers.of("way") {
        Some("") => None,
        Some(said) => Some(way(said)?),
        None => meeting.way,
    };
    meeting.place.name = answers.line("place", meeting.place.name);
    meeting.place.address = answers.line("address", meeting.place.address);
    meeting.secrets.url = answers.line("link", meeting.secrets.url);
    meeting.secrets.phone = answers.line("phone", meeting.secrets.phone);
    meeting.secrets.passcode = answers.line("passcode", meeting.secrets.passcode);
    meeting.types = match answers.of("types") {
        Some(said) => types(said)?,
        None => meeting.types,
    };
    match answers.text.trim() {
        "" => {}
        NOTHING => (meeting.notes, meeting.secrets.notes) = (None, None),
        // Words of members may hold a passcode, and nobody looks: they stay among members.
        text => (meeting.notes, meeting.secrets.notes) = (None, Some(text.to_owned())),
    }
    Ok(meeting)
}

/// A meeting without a day is by appointment.
fn times(before: MeetingTimes, zone: Option<String>, answers: &Answers) -> Result<MeetingTimes, Failure> {
    let said = ["days", "time", "minutes", "only", "zone"].iter().any(|name| answers.of(name).is_some());
    let rule = match (before, said) {
        (before, false) => return Ok(before),
        (MeetingTimes::Weekly(rule), true) => Some(rule),
        (MeetingTimes::Appointment | MeetingTimes::Unclear { .. }, true) => None,
    };
    if answers.of("days") == Some("") {
        return Ok(MeetingTimes::Appointment);
    }
    let weekdays = match (answers.of("days"), &rule) {
        (Some(said), _) => days(said)?,
        (None, Some(rule)) => rule.weekdays.clone(),
        (None, None) => return Err(Failure::usage(say!("meetings-no-day"))),
    };
    let start = match (answers.of("time").filter(|time| !time.is_empty()), &rule) {
        (Some(said), _) => time(said)?,
        (None, Some(rule)) => rule.start,
        (None, None) => return Err(Failure::usage(say!("meetings-no-time"))),
    };
    let minutes = match answers.of("minutes") {
        Some("") => None,
        Some(said) => {
            let minutes = said.parse().ok().filter(|minutes| (1..=24 * 60).contains(minutes));
            Some(minutes.ok_or_else(|| Failure::usage(say!("meetings-minutes-wrong")))?)
        }
        None => rule.as_ref().and_then(|rule| rule.minutes),
    };
    let only = match answers.of("only") {
        Some(said) => {
            said.split([',', ' ']).filter(|word| !word.is_empty()).map(nth).collect::<Result<_, _>>()?
        }
        None => rule.as_ref().map(|rule| rule.only.clone()).unwrap_or_default(),
    };
    let before_zone = rule.as_ref().and_then(|rule| rule.zone.clone()).or(zone);
    let zone = answers.line("zone", before_zone);
    // It is never guessed: a wrong one is somebody in front of a closed door.
    if zone.is_none() {
        return Err(Failure::usage(say!("meetings-no-zone")).hint(say!("meetings-no-zone.hint")));
    }
    let (specials, exceptions) = rule.map(|rule| (rule.specials, rule.exceptions)).unwrap_or_default();
    Ok(MeetingTimes::Weekly(MeetingRule { weekdays, start, minutes, zone, only, specials, exceptions }))
}

/// Reads days of the week, in English or in the person's language.
pub(super) fn days(said: &str) -> Result<Vec<Weekday>, Failure> {
    let words = said.split([',', ';', ' ']).filter(|word| !word.is_empty());
    let mut days: Vec<Weekday> = words.map(weekday).collect::<Result<_, _>>()?;
    days.sort();
    days.dedup();
    if days.is_empty() { Err(Failure::usage(say!("meetings-weekday-wrong"))) } else { Ok(days) }
}

fn weekday(word: &str) -> Result<Weekday, Failure> {
    let word = word.to_lowercase();
    let is_it = |day: &Weekday| {
        let english = format!("{day:?}").to_lowercase();
        let begins = |name: &str| name == word || (word.chars().count() >= 3 && name.starts_with(&word));
        begins(&english) || begins(&shown::weekday(*day).to_lowercase())
    };
    Weekday::ALL.into_iter().find(is_it).ok_or_else(|| Failure::usage(say!("meetings-weekday-wrong")))
}

fn nth(word: &str) -> Result<Nth, Failure> {
    let word = word.to_lowercase();
    let number = word.trim_end_matches(|c: char| !c.is_ascii_digit()).parse::<usize>().ok();
    let by_number =
        number.filter(|number| *number <= 5).and_then(|number| Nth::ALL.get(number.checked_sub(1)?));
    let is_it =
        |nth: &&Nth| word == format!("{nth:?}").to_lowercase() || word == shown::nth(**nth).to_lowercase();
    let found = by_number.or_else(|| Nth::ALL.iter().find(is_it)).copied();
    found.ok_or_else(|| Failure::usage(say!("meetings-only-wrong")))
}

fn time(said: &str) -> Result<TimeOfDay, Failure> {
    said.parse().map_err(|_| Failure::usage(say!("meetings-time-wrong")))
}

fn way(said: &str) -> Result<MeetingWay, Failure> {
    let answers = [
        ("in_person", say!("answers-in-person")),
        ("online", say!("answers-online")),
        ("hybrid", say!("answers-hybrid")),
    ];
    let word = in_form(said, &answers).unwrap_or_else(|| said.to_lowercase().replace([' ', '-'], "_"));
    match word.as_str() {
        "in_person" => Ok(MeetingWay::InPerson),
        "online" => Ok(MeetingWay::Online),
        "hybrid" => Ok(MeetingWay::Hybrid),
        _ => Err(Failure::usage(say!("meetings-way-wrong"))),
    }
}

fn types(said: &str) -> Result<Vec<MeetingType>, Failure> {
    let parse = |word: &str| {
        let (program, code) =
            word.split_once(':').filter(|(program, code)| !program.is_empty() && !code.is_empty())?;
        Some(MeetingType { program: program.to_lowercase(), code: code.to_owned() })
    };
    let words = said.split([',', ' ']).filter(|word| !word.is_empty());
    let types: Option<Vec<MeetingType>> = words.map(parse).collect();
    types.ok_or_else(|| Failure::usage(say!("meetings-types-wrong")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(before: Option<&Meeting>, zone: Option<&str>, form: &str) -> Result<serde_json::Value, String> {
        let answers = parse(form).map_err(|failure| failure.message)?;
        let meeting = filled(before, zone.map(str::to_owned), &answers);
        meeting.map(|meeting| serde_json::to_value(meeting).unwrap()).map_err(|failure| failure.message)
    }

    const FORM: &str = "name: Early Birds\ndays: tue, Thursday\nonly: 1st, last\ntime: 07:00\nminutes: 60\n\
        zone: America/Denver\nway: in person\npasscode: 4711\ntypes: aa:O\n\nRing the bell.\nTwice.\n";

    #[test]
    fn a_meeting_is_lines_and_more_words() {
        let meeting = of(None, None, FORM).unwrap();
        let expected = serde_json::json!({
            "name": "Early Birds",
            "way": "in_person",
            "types": [{"program": "aa", "code": "O"}],
            "times": {
                "by": "weekly", "weekdays": ["tuesday", "thursday"], "start": "07:00", "minutes": 60,
                "zone": "America/Denver", "only": ["first", "last"],
            },
            "secrets": {"passcode": "4711", "notes": "Ring the bell.\nTwice."},
        });
        assert_eq!(meeting, expected);
        let by_appointment = of(None, None, "name: Pat").unwrap();
        assert_eq!(by_appointment["times"], serde_json::json!({"by": "appointment"}));
    }

    #[test]
    fn changing_leaves_what_is_not_said_and_a_dash_empties() {
        let before: Meeting = serde_json::from_value(of(None, None, FORM).unwrap()).unwrap();
        let meeting = of(Some(&before), None, "time: 07:30\npasscode: -\nonly: -").unwrap();
        assert_eq!(meeting["times"]["start"], "07:30");
        assert_eq!(meeting["times"].get("only"), None);
        assert_eq!(meeting["times"]["zone"], "America/Denver");
        assert_eq!(meeting["secrets"], serde_json::json!({"notes": "Ring the bell.\nTwice."}));
        assert_eq!(meeting["name"], "Early Birds");
    }

    #[test]
    fn the_zone_is_asked_once_and_never_guessed() {
        let form = "name: a\ndays: monday\ntime: 19:00";
        assert!(of(None, None, form).is_err());
        assert_eq!(of(None, Some("Europe/Madrid"), form).unwrap()["times"]["zone"], "Europe/Madrid");
    }

    #[test]
    fn what_is_not_understood_is_refused_without_repeating_it() {
        for form in [
            "days: monday",
            "name: a\ndays: someday\ntime: 19:00",
            "name: a\ndays: monday\ntime: 7 pm",
            "name: a\ndays: monday\ntime: 19:00\nzone: UTC\nminutes: long",
            "name: a\ndays: monday\ntime: 19:00\nzone: UTC\nonly: sixth",
            "name: a\nway: flying",
            "name: a\ntypes: secret",
            "secret words",
        ] {
            let message = of(None, None, form).unwrap_err();
            assert!(!message.contains("secret") && !message.contains("someday"), "{message}");
        }
    }
}
