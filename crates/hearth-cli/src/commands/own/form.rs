//! What somebody keeps, asked for line by line, or read from standard input: lines `name: words`, an empty line, the text.
//!
//! Changing leaves what is not said. Errors repeat nothing of what was written.

use std::io::IsTerminal;

use hearth_api::{Day, Own, OwnKind, limits};
use jiff::{Zoned, civil};
use zeroize::Zeroizing;

use crate::{
    args::Writing,
    catalogue::say,
    commands::checkin::in_form,
    failure::Failure,
    form::{self, Answers},
    node::Node,
    prompt, screen, text,
};

/// Bytes of a form on standard input.
const FORM_BYTES_MAX: usize = limits::TEXT_BYTES_MAX + 1024;

/// A line that a kind has beside its text: its name in a form, and the question for it.
struct Field {
    name: &'static str,
    question: fn() -> String,
}

const fn field(name: &'static str, question: fn() -> String) -> Field {
    Field { name, question }
}

fn fields(kind: OwnKind) -> &'static [Field] {
    match kind {
        OwnKind::CleanDate => {
            const {
                &[
                    field("date", || say!("own-ask-date")),
                    field("from", || say!("own-ask-from")),
                    field("chips", || say!("own-ask-chips")),
                ]
            }
        }
        OwnKind::Step => const { &[field("step", || say!("own-ask-step"))] },
        OwnKind::Gratitude | OwnKind::Inventory => &[],
        OwnKind::Urge => {
            const {
                &[
                    field("when", || say!("own-ask-when")),
                    field("strength", || say!("own-ask-strength")),
                    field("helped", || say!("own-ask-helped")),
                ]
            }
        }
        OwnKind::Plan => const { &[field("name", || say!("own-ask-name"))] },
        OwnKind::Care => {
            const {
                &[
                    field("naloxone", || say!("own-ask-naloxone")),
                    field("checked", || say!("own-ask-checked")),
                ]
            }
        }
    }
}

fn question(kind: OwnKind) -> String {
    match kind {
        OwnKind::CleanDate | OwnKind::Urge => say!("own-ask-more"),
        OwnKind::Step => say!("own-ask-step-text"),
        OwnKind::Gratitude => say!("own-ask-gratitude"),
        OwnKind::Inventory => say!("own-ask-inventory"),
        OwnKind::Plan => say!("own-ask-plan"),
        OwnKind::Care => say!("own-ask-care"),
    }
}

fn needs_text(kind: OwnKind) -> bool {
    match kind {
        OwnKind::CleanDate | OwnKind::Urge => false,
        OwnKind::Step | OwnKind::Gratitude | OwnKind::Inventory | OwnKind::Plan | OwnKind::Care => true,
    }
}

/// Gets what is to be kept: from questions, an editor or standard input.
///
/// # Errors
/// When something is missing or was not understood.
pub(super) async fn asked(
    node: &Node,
    kind: OwnKind,
    before: Option<&Own>,
    edit: bool,
) -> Result<Own, Failure> {
    let answers = if std::io::stdin().is_terminal() {
        by_hand(node, kind, before.is_some(), edit).await?
    } else if edit {
        let text = in_editor(node).await?;
        Answers { lines: Vec::new(), text }
    } else {
        let bytes = Zeroizing::new(prompt::stdin_bytes(FORM_BYTES_MAX).await?);
        let form = std::str::from_utf8(&bytes).map_err(|_| Failure::usage(say!("own-not-utf8")))?;
        parse(form, kind)
    };
    filled(kind, before, &answers, &Zoned::now())
}

async fn by_hand(node: &Node, kind: OwnKind, is_change: bool, edit: bool) -> Result<Answers, Failure> {
    if is_change {
        prompt::tell(&say!("own-how-to-change"));
    } else {
        prompt::tell(&say!("own-for-you-alone"));
    }
    let mut lines = Vec::new();
    for field in fields(kind) {
        if field.name == "chips" {
            let chips = node.client.chips().await?;
            let named = |schedule: &hearth_api::Schedule| {
                let (id, name) = (screen::one_line(&schedule.id), screen::one_line(&schedule.name));
                match schedule.differs_by_group {
                    true => say!("own-chips-name-differs", id = id, name = name),
                    false => say!("own-chips-name", id = id, name = name),
                }
            };
            let known: Vec<String> = chips.schedules.iter().map(named).collect();
            prompt::tell(&say!("own-chips-known", names = known.join(", ")));
        }
        lines.push((field.name, prompt::line(&(field.question)()).await?));
    }
    let text = if edit {
        in_editor(node).await?
    } else if needs_text(kind) && !is_change {
        let writing = Writing { edit: false, stray_words: Vec::new() };
        text::text(node, &writing, &question(kind)).await?.words
    } else {
        let question = question(kind);
        let question = match is_change {
            true => say!("own-line-or-same", question = question),
            false => say!("own-line-or-no", question = question),
        };
        prompt::line(&question).await?
    };
    Ok(Answers { lines, text })
}

async fn in_editor(node: &Node) -> Result<Zeroizing<String>, Failure> {
    let writing = Writing { edit: true, stray_words: Vec::new() };
    Ok(text::text(node, &writing, "").await?.words)
}

/// Reads a form. If its first line is none of the kind's lines, all of it is text.
fn parse(form: &str, kind: OwnKind) -> Answers {
    let named = |name: &str| fields(kind).iter().find(|field| field.name.eq_ignore_ascii_case(name));
    form::parse(form, |name| named(name).map(|field| field.name))
}

/// Makes what is kept of what was said, and of what was there before.
fn filled(kind: OwnKind, before: Option<&Own>, answers: &Answers, now: &Zoned) -> Result<Own, Failure> {
    let own = match (kind, before) {
        (OwnKind::CleanDate, before) => {
            let (date, label, schedule, text) = match before {
                Some(Own::CleanDate { date, label, schedule, text }) => {
                    (Some(*date), label.as_ref(), schedule.as_ref(), Some(text))
                }
                _ => (None, None, None, None),
            };
            let date = match (answers.of("date"), date) {
                (Some(said), _) => day(said, now)?,
                (None, Some(date)) => date,
                (None, None) => day("today", now)?,
            };
            let (label, schedule) = (answers.line("from", label), answers.line("chips", schedule));
            let schedule = schedule.map(|schedule| schedule.to_lowercase());
            Own::CleanDate { date, label, schedule, text: answers.text_or(text) }
        }
        (OwnKind::Step, before) => {
            let (known, text) = match before {
                Some(Own::Step { step, label, text }) => (Some((*step, label.clone())), Some(text)),
                _ => (None, None),
            };
            let (step, label) = match (answers.of("step"), known) {
                (Some(said), _) if !said.is_empty() => step(said)?,
                (_, Some(known)) => known,
                (_, None) => {
                    return Err(Failure::usage(say!("own-step-missing")).hint(say!("own-step-missing.hint")));
                }
            };
            Own::Step { step, label, text: answers.text_or(text) }
        }
        (OwnKind::Gratitude, before) => {
            let text = if let Some(Own::Gratitude { text }) = before { Some(text) } else { None };
            Own::Gratitude { text: answers.text_or(text) }
        }
        (OwnKind::Inventory, before) => {
            let text = if let Some(Own::Inventory { text }) = before { Some(text) } else { None };
            Own::Inventory { text: answers.text_or(text) }
        }
        (OwnKind::Urge, before) => {
            let (at, strength, helped, text) = match before {
                Some(Own::Urge { at, strength, helped, text }) => {
                    (Some(*at), *strength, helped.as_str(), Some(text))
                }
                _ => (None, None, "", None),
            };
            let at = match (answers.of("when"), at) {
                (Some(said), _) if !said.is_empty() => moment(said, now)?,
                (_, Some(at)) => at,
                (_, None) => of_ms(now),
            };
            let strength = match answers.of("strength") {
                Some("") => None,
                Some(said) => Some(strength_of(said)?),
                None => strength,
            };
            let helped = answers.of("helped").unwrap_or(helped).to_owned();
            Own::Urge { at, strength, helped, text: answers.text_or(text) }
        }
        (OwnKind::Plan, before) => {
            let (label, text) = match before {
                Some(Own::Plan { label, text }) => (label.as_ref(), Some(text)),
                _ => (None, None),
            };
            Own::Plan { label: answers.line("name", label), text: answers.text_or(text) }
        }
        (OwnKind::Care, before) => {
            let (help, naloxone, text) = match before {
                Some(Own::Care { help, naloxone, text, .. }) => {
                    (Some(help), naloxone.as_ref(), text.as_str())
                }
                _ => (None, None, ""),
            };
            // Who writes or changes it has looked at it.
            let checked_on = match answers.of("checked") {
                Some("") => None,
                Some(said) => Some(day(said, now)?),
                None => Some(day("today", now)?),
            };
            let (help, naloxone) = (answers.text_or(help), answers.line("naloxone", naloxone));
            Own::Care { help, naloxone, text: text.to_owned(), checked_on }
        }
    };
    Ok(own)
}

fn day(said: &str, now: &Zoned) -> Result<Day, Failure> {
    let words = [("today", say!("answers-today")), ("yesterday", say!("answers-yesterday"))];
    let date = match in_form(said, &words).unwrap_or_else(|| said.to_lowercase()).as_str() {
        "today" => Some(now.date()),
        "yesterday" => now.date().yesterday().ok(),
        _ => civil::Date::strptime("%Y-%m-%d", said).ok(),
    };
    let parsed = date.and_then(|date| date.to_string().parse().ok());
    parsed.ok_or_else(|| Failure::usage(say!("own-day-wrong")))
}

fn moment(said: &str, now: &Zoned) -> Result<u64, Failure> {
    let words = [("now", say!("answers-now"))];
    let at = match in_form(said, &words).unwrap_or_else(|| said.to_lowercase()).as_str() {
        "now" => Some(now.clone()),
        _ => {
            let at = civil::DateTime::strptime("%Y-%m-%d %H:%M", said).ok();
            at.and_then(|at| at.to_zoned(now.time_zone().clone()).ok())
        }
    };
    at.map(|at| of_ms(&at)).ok_or_else(|| Failure::usage(say!("own-time-wrong")))
}

fn of_ms(at: &Zoned) -> u64 {
    u64::try_from(at.timestamp().as_millisecond()).unwrap_or_default()
}

fn step(said: &str) -> Result<(Option<u8>, Option<String>), Failure> {
    match said.parse::<u64>() {
        Ok(number) => match u8::try_from(number) {
            Ok(number @ 1..=limits::STEPS_MAX) => Ok((Some(number), None)),
            Ok(_) | Err(_) => Err(Failure::usage(say!("own-step-wrong"))),
        },
        Err(_) => Ok((None, Some(said.to_owned()))),
    }
}

fn strength_of(said: &str) -> Result<u8, Failure> {
    let strength = said.parse().ok().filter(|strength| *strength <= limits::URGE_MAX);
    strength.ok_or_else(|| Failure::usage(say!("own-urge-wrong")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn now() -> Zoned {
        "2026-03-01T21:15[Europe/Berlin]".parse().unwrap()
    }

    fn of(kind: OwnKind, before: Option<&Own>, form: &str) -> Result<serde_json::Value, String> {
        let own = filled(kind, before, &parse(form, kind), &now());
        own.map(|own| serde_json::to_value(own).unwrap()).map_err(|failure| failure.message)
    }

    #[test]
    fn a_form_is_lines_and_a_text_or_a_text_alone() {
        let own = of(OwnKind::Step, None, "Step: 4\r\n\r\nfear: a list\nanger\n").unwrap();
        assert_eq!(own, serde_json::json!({"what": "step", "step": 4, "text": "fear: a list\nanger"}));
        let own = of(OwnKind::Step, None, "step: Amends\nto Sam").unwrap();
        assert_eq!(own, serde_json::json!({"what": "step", "label": "Amends", "text": "to Sam"}));
        let own = of(OwnKind::Gratitude, None, "rain: at last\n\nsun\n").unwrap();
        assert_eq!(own["text"], "rain: at last\n\nsun");
        let own = of(OwnKind::Plan, None, "call Sam\n").unwrap();
        assert_eq!(own, serde_json::json!({"what": "plan", "text": "call Sam"}));
        let own = of(OwnKind::Urge, None, "strength: 7\nhelped: a walk\nwhen: 2026-03-01 20:00\n").unwrap();
        assert_eq!((&own["strength"], &own["helped"]), (&7.into(), &"a walk".into()));
        assert_eq!(own["at"], 1_772_391_600_000_u64);
        let own = of(OwnKind::Care, None, "naloxone: red bag\nchecked: 2026-02-01\n\nDr. Sun\n").unwrap();
        assert_eq!((&own["naloxone"], &own["checked_on"]), (&"red bag".into(), &"2026-02-01".into()));
        assert_eq!(own["help"], "Dr. Sun");
    }

    #[test]
    fn nothing_said_is_today_and_now() {
        assert_eq!(of(OwnKind::CleanDate, None, "").unwrap()["date"], "2026-03-01");
        assert_eq!(of(OwnKind::CleanDate, None, "date: yesterday").unwrap()["date"], "2026-02-28");
        assert_eq!(of(OwnKind::Urge, None, "").unwrap()["at"], of_ms(&now()));
        assert_eq!(of(OwnKind::Care, None, "x").unwrap()["checked_on"], "2026-03-01");
    }

    #[test]
    fn changing_leaves_what_is_not_said_and_a_dash_empties() {
        let date = "2025-01-01".parse().unwrap();
        let text = "keep this".to_owned();
        let (label, schedule) = (Some("alcohol".to_owned()), Some("na".to_owned()));
        let before = Own::CleanDate { date, label, schedule, text };
        let own = of(OwnKind::CleanDate, Some(&before), "chips: AA").unwrap();
        assert_eq!((&own["date"], &own["label"]), (&"2025-01-01".into(), &"alcohol".into()));
        assert_eq!((&own["schedule"], &own["text"]), (&"aa".into(), &"keep this".into()));
        let own = of(OwnKind::CleanDate, Some(&before), "from: -\n\nnew words").unwrap();
        assert_eq!((own.get("label"), &own["text"]), (None, &"new words".into()));
        let before = Own::Urge { at: 5, strength: Some(3), helped: "tea".to_owned(), text: String::new() };
        let own = of(OwnKind::Urge, Some(&before), "strength: -").unwrap();
        assert_eq!((own.get("strength"), &own["at"], &own["helped"]), (None, &5.into(), &"tea".into()));
        let (help, text) = ("Dr. Sun".to_owned(), "by bus".to_owned());
        let before = Own::Care { help, naloxone: None, text, checked_on: None };
        let own = of(OwnKind::Care, Some(&before), "naloxone: bag").unwrap();
        assert_eq!((&own["help"], &own["text"]), (&"Dr. Sun".into(), &"by bus".into()));
    }

    #[test]
    fn what_is_not_understood_is_refused_without_repeating_it() {
        for (kind, form) in [
            (OwnKind::CleanDate, "date: 30.02.2026"),
            (OwnKind::CleanDate, "date: 2026-02-30"),
            (OwnKind::Step, "words without a step"),
            (OwnKind::Step, "step: 13\n\nx"),
            (OwnKind::Urge, "strength: 11"),
            (OwnKind::Urge, "when: late"),
        ] {
            let message = of(kind, None, form).unwrap_err();
            assert!(message.ends_with("Nothing was kept.") && !message.contains("words"), "{message}");
        }
    }
}
