//! What somebody keeps, printed for themselves.

use hearth_api::{Own, OwnRecord};

use super::MARK_CHARS;
use crate::{screen, when};

/// Characters of the first words in a list.
const GLIMPSE_CHARS: usize = 50;

/// Returns the mark of a record: the beginning of its id.
pub(super) fn mark(record: &OwnRecord) -> String {
    record.id.to_string().chars().take(MARK_CHARS).collect()
}

/// Returns a record on one line.
pub(super) fn line(record: &OwnRecord) -> String {
    let (head, text) = parts(&record.own);
    let mut glimpse: String = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if glimpse.chars().count() > GLIMPSE_CHARS {
        glimpse = glimpse.chars().take(GLIMPSE_CHARS).chain(['…']).collect();
    }
    let parts = [mark(record), when::day(record.at), head, glimpse];
    let parts: Vec<String> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    screen::one_line(&parts.join(" · "))
}

/// Returns a record whole.
pub(super) fn whole(record: &OwnRecord, width: Option<usize>) -> String {
    let (head, text) = parts(&record.own);
    let changed = record.changed_at.map(|at| format!("changed {}", when::shown(at))).unwrap_or_default();
    let parts = [mark(record), when::shown(record.at), head, changed];
    let parts: Vec<String> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    let mut shown = screen::one_line(&parts.join(" · "));
    if !text.is_empty() {
        shown.push('\n');
        shown.push_str(&screen::indented(&text, width));
    }
    shown
}

/// Returns what stands beside the words, and the words.
fn parts(own: &Own) -> (String, String) {
    let joined = |parts: &[Option<String>]| {
        parts.iter().flatten().filter(|part| !part.is_empty()).cloned().collect::<Vec<_>>()
    };
    match own {
        Own::CleanDate { date, label, schedule, text } => {
            let chips = schedule.as_ref().map(|schedule| format!("chips: {schedule}"));
            let label = label.as_ref().map(|label| format!("from {label}"));
            (joined(&[Some(date.to_string()), label, chips]).join(" · "), text.clone())
        }
        Own::Step { step, label, text } => {
            let step = step.map(|step| format!("step {step}"));
            (joined(&[step, label.clone()]).join(" · "), text.clone())
        }
        Own::Gratitude { text } | Own::Inventory { text } => (String::new(), text.clone()),
        Own::Urge { at, strength, helped, text } => {
            let strength = strength.map(|strength| format!("{strength} of 10"));
            let helped = (!helped.is_empty()).then(|| format!("What helped: {helped}"));
            let head = joined(&[Some(format!("urge of {}", when::shown(*at))), strength]).join(" · ");
            (head, joined(&[Some(text.clone()), helped]).join("\n"))
        }
        Own::Plan { label, text } => (label.clone().unwrap_or_default(), text.clone()),
        Own::Care { help, naloxone, text, checked_on } => {
            let checked = checked_on.map(|day| format!("checked on {day}")).unwrap_or_default();
            let naloxone = naloxone.as_ref().map(|place| format!("Naloxone: {place}"));
            (checked, joined(&[Some(help.clone()), naloxone, Some(text.clone())]).join("\n"))
        }
    }
}

#[cfg(test)]
mod tests {
    use hearth_api::RecordId;

    use super::*;

    fn record(own: Own) -> OwnRecord {
        OwnRecord { id: RecordId::from_bytes([0xAB; 32]), own, at: 0, changed_at: None }
    }

    #[test]
    fn a_record_is_one_line_in_a_list_and_nothing_of_it_acts_on_the_terminal() {
        let text = format!("a\x1b[2Jb\n{}", "word ".repeat(30));
        let plan = record(Own::Plan { label: Some("bad\u{202e}night".to_owned()), text });
        let line = line(&plan);
        assert!(line.starts_with("abab · ") && line.contains("bad") && line.ends_with('…'), "{line}");
        assert!(!line.contains(['\x1b', '\u{202e}', '\n']), "{line}");
        let whole = whole(&plan, None);
        assert!(!whole.contains(['\x1b', '\u{202e}']) && whole.lines().count() > 1, "{whole}");
    }

    #[test]
    fn each_part_is_said() {
        let date = "2026-03-01".parse().unwrap();
        let (label, schedule) = (Some("alcohol".to_owned()), Some("na".to_owned()));
        let clean = record(Own::CleanDate { date, label, schedule, text: String::new() });
        assert!(line(&clean).ends_with("2026-03-01 · from alcohol · chips: na"), "{}", line(&clean));
        let (help, naloxone) = ("Dr. Sun".to_owned(), Some("kitchen".to_owned()));
        let care = record(Own::Care { help, naloxone, text: String::new(), checked_on: Some(date) });
        let shown = whole(&care, None);
        assert!(
            shown.contains("checked on 2026-03-01") && shown.ends_with("Dr. Sun\n  Naloxone: kitchen"),
            "{shown}"
        );
        let (helped, text) = ("a walk".to_owned(), String::new());
        let urge = record(Own::Urge { at: 0, strength: Some(7), helped, text });
        assert!(line(&urge).ends_with("7 of 10 · What helped: a walk"), "{}", line(&urge));
    }
}
