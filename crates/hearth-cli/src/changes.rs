//! Shows what an edit changes, line by line, before it counts.

use similar::{ChangeTag, TextDiff};

use crate::{catalogue::say, limits::DIFF_TIME_MAX, output::Output, screen};

/// Lines around a change that are shown as well.
const CONTEXT_LINES: usize = 2;

/// Returns what changes from one text to another; nothing if they are the same.
///
/// Every row begins with a mark of ours or two blanks, so no text can pass for a line of ours.
pub(crate) fn between(before: &str, after: &str, output: &Output) -> Option<String> {
    let (before, after) = (lined(before), lined(after));
    if before == after {
        return None;
    }
    let diff = TextDiff::configure().timeout(DIFF_TIME_MAX).diff_lines(before.as_str(), after.as_str());
    let mut shown: Vec<String> = Vec::new();
    for (position, group) in diff.grouped_ops(CONTEXT_LINES).iter().enumerate() {
        if position > 0 && !output.is_plain() {
            shown.push("  …".to_owned());
        }
        for change in group.iter().flat_map(|op| diff.iter_changes(op)) {
            let line = change.value().trim_end_matches(['\n', '\r']);
            match (output.is_plain(), change.tag()) {
                (false, tag) => shown.push(marked(line, tag, output.width())),
                (true, ChangeTag::Equal) => {}
                (true, ChangeTag::Delete) => shown.extend([say!("plain-goes"), screen::indented(line, None)]),
                (true, ChangeTag::Insert) => {
                    shown.extend([say!("plain-comes"), screen::indented(line, None)])
                }
            }
        }
    }
    Some(shown.join("\n"))
}

/// The last line of a text may have an end or not; that is no difference.
fn lined(text: &str) -> String {
    if text.is_empty() { String::new() } else { format!("{}\n", text.trim_end_matches(['\n', '\r'])) }
}

fn marked(line: &str, tag: ChangeTag, width: Option<usize>) -> String {
    let mark = match tag {
        ChangeTag::Equal => "  ",
        ChangeTag::Delete => "- ",
        ChangeTag::Insert => "+ ",
    };
    let rows = screen::indented(line, width);
    let rows: Vec<String> =
        rows.split('\n').map(|row| format!("{mark}{}", row.strip_prefix("  ").unwrap_or(row))).collect();
    rows.iter().map(|row| row.trim_end()).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_goes_and_what_comes_stand_with_their_marks() {
        let output = Output::of_terminal(40, false);
        let before = "one\ntwo\nthree\nfour\nfive\nsix\nseven\neight\n";
        let after = before.replace("two\n", "").replace("eight", "nine");
        let shown = between(before, &after, &output).unwrap();
        assert_eq!(shown, "  one\n- two\n  three\n  four\n  …\n  six\n  seven\n- eight\n+ nine");
        assert_eq!(between(before, before, &output), None);
        let plain = between(before, &after, &Output::of_terminal(40, true)).unwrap();
        assert_eq!(plain, "Goes:\n  two\nGoes:\n  eight\nComes:\n  nine");
    }

    #[test]
    fn no_text_can_pass_for_a_mark_of_ours() {
        let output = Output::of_terminal(20, false);
        let shown = between("", &format!("- a\n\n\u{1b}[2J{}", "word ".repeat(9)), &output).unwrap();
        assert!(shown.lines().all(|line| line.starts_with('+') && line.chars().count() <= 20), "{shown}");
        assert!(shown.starts_with("+ - a\n+\n") && !shown.contains('\u{1b}'), "{shown}");
    }

    #[test]
    fn a_line_end_at_the_end_is_no_change() {
        let output = Output::of_terminal(80, false);
        let shown = between("be kind", "be kind\nbe brief", &output).unwrap();
        assert_eq!(shown, "  be kind\n+ be brief");
        assert_eq!(between("be kind", "be kind\n", &output), None);
    }
}
