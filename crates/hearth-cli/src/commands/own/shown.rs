//! What somebody keeps, printed for themselves.

use hearth_api::{Own, OwnRecord};

use super::MARK_CHARS;
use crate::{catalogue::say, output::Output, screen, when};

/// Characters of the first words in a list.
const GLIMPSE_CHARS: usize = 50;

/// Returns the mark of a record: the beginning of its id.
pub(super) fn mark(record: &OwnRecord) -> String {
    record.id.to_string().chars().take(MARK_CHARS).collect()
}

/// Returns a record as a list shows it: on one line, or for a screen reader each fact on a line of its own.
pub(super) fn line(record: &OwnRecord, output: &Output) -> String {
    let (head, text) = parts(&record.own, output.is_plain());
    let mut glimpse: String = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if glimpse.chars().count() > GLIMPSE_CHARS {
        glimpse = glimpse.chars().take(GLIMPSE_CHARS).collect();
        glimpse.push_str(if output.is_plain() { "..." } else { "…" });
    }
    let mut facts = begun(record, when::day(record.at), output);
    facts.extend(head);
    if !glimpse.is_empty() {
        let glimpse = screen::one_line(&glimpse);
        // Indented, no line of the text can pass for one of ours.
        facts.push(if output.is_plain() { screen::indented(&glimpse, None) } else { glimpse });
    }
    output.facts(&facts, " · ")
}

/// Returns a record whole.
pub(super) fn whole(record: &OwnRecord, output: &Output, width: Option<usize>) -> String {
    let (head, text) = parts(&record.own, output.is_plain());
    let mut facts = begun(record, when::shown(record.at), output);
    facts.extend(head);
    facts.extend(record.changed_at.map(|at| say!("own-changed-at", when = when::shown(at))));
    let mut shown = output.facts(&facts, " · ");
    if !text.is_empty() {
        shown.push('\n');
        shown.push_str(&screen::indented(&text, width));
    }
    shown
}

fn begun(record: &OwnRecord, at: String, output: &Output) -> Vec<String> {
    match output.is_plain() {
        true => vec![say!("plain-mark", mark = mark(record)), say!("plain-when", when = at)],
        false => vec![mark(record), at],
    }
}

/// Returns the facts that stand beside the words, safe to print, and the words as they are.
fn parts(own: &Own, plain: bool) -> (Vec<String>, String) {
    let facts = |facts: &[Option<String>]| {
        facts.iter().flatten().filter(|fact| !fact.is_empty()).cloned().collect::<Vec<_>>()
    };
    let safe = |label: &Option<String>| label.as_deref().map(screen::one_line);
    match own {
        Own::CleanDate { date, label, schedule, text } => {
            let date = match plain {
                true => say!("plain-date", date = date.to_string()),
                false => date.to_string(),
            };
            let label = safe(label).map(|label| say!("own-from", label = label));
            let chips = safe(schedule).map(|schedule| say!("own-by-chips", schedule = schedule));
            (facts(&[Some(date), label, chips]), text.clone())
        }
        Own::Step { step, label, text } => {
            let step = step.map(|step| say!("own-step", number = u32::from(step)));
            (facts(&[step, safe(label)]), text.clone())
        }
        Own::Gratitude { text } | Own::Inventory { text } => (Vec::new(), text.clone()),
        Own::Urge { at, strength, helped, text } => {
            let at = say!("own-urge-of", when = when::shown(*at));
            let strength = strength.map(|strength| say!("own-strength", strength = u32::from(strength)));
            let helped = (!helped.is_empty()).then(|| say!("own-helped", helped = helped));
            (facts(&[Some(at), strength]), facts(&[Some(text.clone()), helped]).join("\n"))
        }
        Own::Plan { label, text } => (facts(&[safe(label)]), text.clone()),
        Own::Care { help, naloxone, text, checked_on } => {
            let checked = checked_on.map(|day| say!("own-checked-on", day = day.to_string()));
            let naloxone = naloxone.as_ref().map(|place| say!("own-naloxone", place = place));
            (facts(&[checked]), facts(&[Some(help.clone()), naloxone, Some(text.clone())]).join("\n"))
        }
    }
}

#[cfg(test)]
mod tests {
    use hearth_api::RecordId;

    use super::*;

    fn output() -> Output {
        Output::of_terminal(80, false)
    }

    fn record(own: Own) -> OwnRecord {
        OwnRecord { id: RecordId::from_bytes([0xAB; 32]), own, at: 0, changed_at: None }
    }

    #[test]
    fn a_record_is_one_line_in_a_list_and_nothing_of_it_acts_on_the_terminal() {
        let text = format!("a\x1b[2Jb\n{}", "word ".repeat(30));
        let plan = record(Own::Plan { label: Some("bad\u{202e}night".to_owned()), text });
        let line = line(&plan, &output());
        assert!(line.starts_with("abab · ") && line.contains("bad") && line.ends_with('…'), "{line}");
        assert!(!line.contains(['\x1b', '\u{202e}', '\n']), "{line}");
        let whole = whole(&plan, &output(), None);
        assert!(!whole.contains(['\x1b', '\u{202e}']) && whole.lines().count() > 1, "{whole}");
    }

    #[test]
    fn each_part_is_said() {
        let date = "2026-03-01".parse().unwrap();
        let (label, schedule) = (Some("alcohol".to_owned()), Some("na".to_owned()));
        let clean = record(Own::CleanDate { date, label, schedule, text: String::new() });
        assert!(
            line(&clean, &output()).ends_with("2026-03-01 · from alcohol · chips: na"),
            "{}",
            line(&clean, &output())
        );
        let (help, naloxone) = ("Dr. Sun".to_owned(), Some("kitchen".to_owned()));
        let care = record(Own::Care { help, naloxone, text: String::new(), checked_on: Some(date) });
        let shown = whole(&care, &output(), None);
        assert!(
            shown.contains("checked on 2026-03-01") && shown.ends_with("Dr. Sun\n  Naloxone: kitchen"),
            "{shown}"
        );
        let (helped, text) = ("a walk".to_owned(), String::new());
        let urge = record(Own::Urge { at: 0, strength: Some(7), helped, text });
        assert!(
            line(&urge, &output()).ends_with("7 of 10 · What helped: a walk"),
            "{}",
            line(&urge, &output())
        );
    }
    #[test]
    fn a_screen_reader_gets_one_fact_a_line_and_the_text_indented() {
        let output = Output::of_terminal(80, true);
        let date = "2026-03-01".parse().unwrap();
        let (label, schedule) = (Some("rum\nMark: ffff".to_owned()), Some("na".to_owned()));
        let text = format!("Mark: ffff\n{}", "word ".repeat(30));
        let clean = record(Own::CleanDate { date, label, schedule, text });
        for shown in [line(&clean, &output), whole(&clean, &output, None)] {
            let mut lines = shown.lines();
            assert_eq!(lines.next(), Some("Mark: abab"));
            assert!(lines.next().unwrap().starts_with("When: "), "{shown}");
            assert_eq!(lines.next(), Some("Date: 2026-03-01"));
            assert_eq!(lines.next(), Some("from rum\u{FFFD}Mark: ffff"));
            assert_eq!(lines.next(), Some("chips: na"));
            assert!(lines.all(|line| line.starts_with("  ")) && !shown.contains(['·', '…']), "{shown}");
        }
    }
}
