//! Meetings as a person reads them: in their own time first, and where the meeting is if that is another.

use hearth_api::{
    Meeting, MeetingAt, MeetingException, MeetingRule, MeetingState, MeetingTimes, MeetingWay,
    MeetingWithoutTimes, NoTimes, Nth, Weekday,
};

use crate::{catalogue::say, output::Output, screen, when};

/// Returns one time.
pub(super) fn time(at: &MeetingAt, mark: Option<&str>, output: &Output) -> String {
    let mut facts = vec![when::shown(at.starts_at), screen::one_line(&at.name)];
    facts.extend(state(at));
    if !when::is_shown_here(at.starts_at, &at.local_day.to_string(), &at.local_time.to_string()) {
        facts.push(there(at));
    }
    facts.extend(at.way.map(way));
    facts.extend(at.specials.iter().map(|special| screen::one_line(special)));
    facts.extend(mark.map(|mark| match output.is_plain() {
        true => say!("plain-mark", mark = mark),
        false => mark.to_owned(),
    }));
    output.facts(&facts, "  ")
}

/// Returns what a reminder says: day and time, and the name if the member chose that.
pub(in crate::commands) fn reminder(at: &MeetingAt, is_named: bool) -> String {
    let time = when::shown(at.starts_at);
    match is_named {
        true => say!("today-meeting-named", time = time, name = screen::one_line(&at.name)),
        false => say!("today-meeting", time = time),
    }
}

/// Returns the same time by the clock of the place.
pub(super) fn there(at: &MeetingAt) -> String {
    let (day, time) = (at.local_day.to_string(), at.local_time.to_string());
    say!("meetings-there", day = day, time = time, zone = screen::one_line(&at.zone))
}

fn state(at: &MeetingAt) -> Option<String> {
    match (at.state, at.moved_to) {
        (MeetingState::Planned, _) => None,
        (MeetingState::Moved, _) => Some(say!("meetings-state-moved", day = at.day.to_string())),
        (MeetingState::MovedAway, Some(to)) => {
            Some(say!("meetings-state-moved-to", day = to.day.to_string(), time = to.start.to_string()))
        }
        (MeetingState::MovedAway, None) => Some(say!("meetings-state-moved-away")),
        (MeetingState::Cancelled, _) => Some(say!("meetings-state-cancelled")),
        (MeetingState::Paused, _) => Some(say!("meetings-state-paused")),
    }
}

/// Returns a meeting that has no times, and why.
pub(super) fn without_times(without: &MeetingWithoutTimes, output: &Output) -> String {
    output.facts(&[screen::one_line(&without.name), no_times(without.why)], "  ")
}

pub(super) fn no_times(why: NoTimes) -> String {
    match why {
        NoTimes::Appointment => say!("meetings-by-appointment"),
        NoTimes::Unclear => say!("meetings-unclear"),
        NoTimes::ZoneNeeded => say!("meetings-zone-needed"),
        NoTimes::NotHeld => say!("meetings-not-held"),
    }
}

/// Returns a meeting with all that is known of it, each fact on a line.
pub(super) fn whole(meeting: &Meeting, mark: &str, output: &Output) -> String {
    let mut lines = vec![output.facts(&[screen::one_line(&meeting.name), mark.to_owned()], "  ")];
    match &meeting.times {
        MeetingTimes::Weekly(rule) => lines.extend(rule_lines(rule)),
        MeetingTimes::Appointment => lines.push(say!("meetings-by-appointment")),
        MeetingTimes::Unclear { words } => {
            lines.push(say!("meetings-unclear"));
            lines.extend(words.as_deref().or(meeting.secrets.times.as_deref()).map(indented));
        }
    }
    lines.extend(meeting.way.map(way));
    let (place, secrets) = (&meeting.place, &meeting.secrets);
    let said = [&place.name, &place.address, &place.region, &meeting.group];
    lines.extend(said.into_iter().flatten().map(|line| screen::one_line(line)));
    let types: Vec<String> =
        meeting.types.iter().map(|it| screen::one_line(&format!("{}:{}", it.program, it.code))).collect();
    if !types.is_empty() {
        lines.push(say!("meetings-types", types = types.join(", ")));
    }
    if !meeting.languages.is_empty() {
        lines.push(say!("meetings-languages", languages = screen::one_line(&meeting.languages.join(", "))));
    }
    lines.extend(secrets.url.as_deref().map(|url| say!("meetings-link", link = screen::one_line(url))));
    lines.extend(
        secrets.phone.as_deref().map(|phone| say!("meetings-phone", number = screen::one_line(phone))),
    );
    lines.extend(secrets.passcode.as_deref().map(|code| {
        say!("meetings-passcode", code = screen::one_line(&code.lines().collect::<Vec<_>>().join(", ")))
    }));
    let contacts = secrets.contacts.iter().map(|contact| {
        let parts = [&contact.name, &contact.phone, &contact.email];
        parts.into_iter().flatten().map(|part| screen::one_line(part)).collect::<Vec<_>>().join(", ")
    });
    lines.extend(contacts.map(|contact| say!("meetings-contact", contact = contact)));
    let notes = [
        &place.notes,
        &secrets.place_notes,
        &secrets.url_notes,
        &secrets.phone_notes,
        &meeting.notes,
        &secrets.notes,
        &meeting.group_notes,
        &secrets.group_notes,
    ];
    lines.extend(notes.into_iter().flatten().map(|notes| indented(notes)));
    lines.join("\n")
}

fn indented(text: &str) -> String {
    screen::indented(text, None)
}

fn rule_lines(rule: &MeetingRule) -> Vec<String> {
    let days: Vec<String> = rule.weekdays.iter().copied().map(weekday).collect();
    let (days, time) = (days.join(", "), rule.start.to_string());
    let mut lines = vec![match &rule.zone {
        Some(zone) => say!("meetings-rule", days = days, time = time, zone = screen::one_line(zone)),
        None => say!("meetings-rule-without-zone", days = days, time = time),
    }];
    lines.extend(rule.minutes.map(|minutes| say!("meetings-minutes", minutes = u32::from(minutes))));
    let only: Vec<String> = rule.only.iter().copied().map(nth).collect();
    if !only.is_empty() {
        lines.push(say!("meetings-only", which = only.join(", ")));
    }
    lines.extend(rule.specials.iter().map(|special| {
        let says = screen::one_line(&special.says);
        match special.weekday {
            Some(day) => say!("meetings-special", nth = nth(special.nth), day = weekday(day), says = says),
            None => say!("meetings-special-each", nth = nth(special.nth), says = says),
        }
    }));
    lines.extend(rule.exceptions.iter().map(exception));
    lines
}

fn exception(exception: &MeetingException) -> String {
    match exception {
        MeetingException::Cancelled { on } => say!("meetings-not-on", day = on.to_string()),
        MeetingException::Moved { on, to, start, .. } => {
            say!(
                "meetings-moved-from-to",
                day = on.to_string(),
                to = to.to_string(),
                time = start.to_string()
            )
        }
        MeetingException::Paused { from: None, until: None } => say!("meetings-paused-now"),
        MeetingException::Paused { from: Some(from), until: None } => {
            say!("meetings-paused-from", from = from.to_string())
        }
        MeetingException::Paused { from: None, until: Some(until) } => {
            say!("meetings-paused-until", until = until.to_string())
        }
        MeetingException::Paused { from: Some(from), until: Some(until) } => {
            say!("meetings-paused-between", from = from.to_string(), until = until.to_string())
        }
    }
}

pub(super) fn way(way: MeetingWay) -> String {
    match way {
        MeetingWay::InPerson => say!("meetings-in-person"),
        MeetingWay::Online => say!("meetings-online"),
        MeetingWay::Hybrid => say!("meetings-hybrid"),
    }
}

pub(super) fn weekday(day: Weekday) -> String {
    match day {
        Weekday::Sunday => say!("weekday-sunday"),
        Weekday::Monday => say!("weekday-monday"),
        Weekday::Tuesday => say!("weekday-tuesday"),
        Weekday::Wednesday => say!("weekday-wednesday"),
        Weekday::Thursday => say!("weekday-thursday"),
        Weekday::Friday => say!("weekday-friday"),
        Weekday::Saturday => say!("weekday-saturday"),
    }
}

pub(super) fn nth(nth: Nth) -> String {
    match nth {
        Nth::First => say!("nth-first"),
        Nth::Second => say!("nth-second"),
        Nth::Third => say!("nth-third"),
        Nth::Fourth => say!("nth-fourth"),
        Nth::Fifth => say!("nth-fifth"),
        Nth::Last => say!("nth-last"),
    }
}
