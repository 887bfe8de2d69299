//! Makes words that others wrote safe to print on a terminal.
//!
//! A member's name or text may carry escape sequences that move the cursor, characters that turn the reading
//! direction around, or invisible ones that make one name look like another. None of them reaches the screen: each is
//! replaced by a visible mark, and texts are indented, so that a text cannot draw a line that looks like somebody
//! else's message. A text that goes out as JSON is not changed: there the encoding keeps it apart.

const MARK: char = '\u{FFFD}';

/// Returns a name, or any other short thing that must stay on one line.
pub(crate) fn one_line(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    let mut before = ' ';
    for character in text.chars() {
        let safe = match character {
            // Emoji and several scripts join letters with these; between ASCII letters they only hide.
            '\u{200C}' | '\u{200D}' | '\u{FE0E}' | '\u{FE0F}' if !before.is_ascii() => character,
            '\u{200C}' | '\u{200D}' | '\u{FE0E}' | '\u{FE0F}' => MARK,
            other if is_dangerous(other) || is_invisible(other) => MARK,
            other => other,
        };
        shown.push(safe);
        before = character;
    }
    shown
}

/// Returns a text of several lines, each indented by two spaces and, if `width` is known, wrapped to it.
pub(crate) fn indented(text: &str, width: Option<usize>) -> String {
    let mut shown = String::with_capacity(text.len() + 64);
    for (position, line) in lines(text).iter().enumerate() {
        if position > 0 {
            shown.push('\n');
        }
        for (row, piece) in
            wrapped(line, width.map(|width| width.saturating_sub(INDENT.len()))).iter().enumerate()
        {
            if row > 0 {
                shown.push('\n');
            }
            if !piece.is_empty() {
                shown.push_str(INDENT);
                shown.push_str(piece);
            }
        }
    }
    shown
}

/// Returns a line that only we write, the rows after its first one indented, wrapped to `width` if it is known.
pub(crate) fn hanging(line: &str, width: Option<usize>) -> String {
    let rows = wrapped(&one_line(line), width.map(|width| width.saturating_sub(INDENT.len())));
    rows.join(&format!("\n{INDENT}"))
}

const INDENT: &str = "  ";

/// Returns JSON with everything that a terminal could act on as `\u` escapes; it says the same as before.
///
/// In valid JSON such characters stand inside strings alone.
pub(crate) fn escaped_in_json(json: &str) -> String {
    let mut escaped = String::with_capacity(json.len());
    for character in json.chars() {
        if is_dangerous(character) || is_invisible(character) {
            for unit in character.encode_utf16(&mut [0; 2]) {
                escaped.push_str(&format!("\\u{unit:04x}"));
            }
        } else {
            escaped.push(character);
        }
    }
    escaped
}

fn lines(text: &str) -> Vec<String> {
    let mut lines = Vec::new();
    let mut line = String::new();
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        match character {
            '\r' if characters.peek() == Some(&'\n') => {}
            '\n' | '\u{2028}' | '\u{2029}' | '\u{85}' => lines.push(std::mem::take(&mut line)),
            '\t' => line.push_str("    "),
            other if is_dangerous(other) => line.push(MARK),
            other => line.push(other),
        }
    }
    lines.push(line);
    lines
}

/// Breaks a line at spaces where it can. Anything but ASCII counts as two columns: some of it is, and rows that are
/// shorter than they might be do no harm, while a row that the terminal breaks would start at its left edge.
fn wrapped(line: &str, width: Option<usize>) -> Vec<String> {
    let Some(width) = width.filter(|width| *width >= WRAP_COLUMNS_MIN) else {
        return vec![line.to_owned()];
    };
    let mut rows = Vec::new();
    let mut row = String::new();
    let mut columns = 0;
    for word in line.split_inclusive(' ') {
        let word_columns = word.trim_end_matches(' ').chars().map(columns_of).sum::<usize>();
        if columns > 0 && columns + word_columns > width {
            rows.push(row.trim_end_matches(' ').to_owned());
            row.clear();
            columns = 0;
        }
        for character in word.chars() {
            if columns + columns_of(character) > width {
                // The blank behind a word that fits exactly is not the beginning of the next row.
                if character == ' ' {
                    continue;
                }
                rows.push(std::mem::take(&mut row));
                columns = 0;
            }
            row.push(character);
            columns += columns_of(character);
        }
    }
    rows.push(row);
    rows
}

const WRAP_COLUMNS_MIN: usize = 16;

fn columns_of(character: char) -> usize {
    if character.is_ascii() { 1 } else { 2 }
}

/// Tells whether a terminal could act on this character, or show others in another order because of it.
fn is_dangerous(character: char) -> bool {
    character.is_control()
        || matches!(
            character,
            // Directional marks, embeddings, overrides and isolates (UAX 9).
            '\u{061C}' | '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}'
            // Deprecated shaping controls and interlinear annotations.
            | '\u{206A}'..='\u{206F}' | '\u{FFF9}'..='\u{FFFB}'
            // Tags: invisible letters.
            | '\u{E0000}'..='\u{E007F}'
        )
}

/// Tells whether a character takes no room or only looks empty, so that two names could look the same.
fn is_invisible(character: char) -> bool {
    matches!(
        character,
        '\u{00AD}' | '\u{034F}' | '\u{115F}' | '\u{1160}' | '\u{17B4}' | '\u{17B5}' | '\u{180B}'..='\u{180F}'
            | '\u{200B}' | '\u{2028}' | '\u{2029}' | '\u{2060}'..='\u{2065}' | '\u{2800}' | '\u{3164}'
            | '\u{FE00}'..='\u{FE0D}' | '\u{FEFF}' | '\u{FFA0}' | '\u{E0080}'..='\u{E0FFF}'
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escape_sequences_do_not_reach_the_screen() {
        let hostile = "Sam\x1b[2J\x1b]0;owned\x07\u{9b}31m\x08\x7f";
        for shown in [one_line(hostile), indented(hostile, None), indented(hostile, Some(40))] {
            assert!(!shown.chars().any(char::is_control), "{shown:?}");
            assert!(shown.contains("Sam"));
        }
    }

    #[test]
    fn reading_direction_cannot_be_turned() {
        for character in
            "\u{202A}\u{202B}\u{202C}\u{202D}\u{202E}\u{2066}\u{2067}\u{2068}\u{2069}\u{200E}\u{200F}\u{061C}"
                .chars()
        {
            let hostile = format!("a{character}b");
            assert_eq!(one_line(&hostile), "a\u{FFFD}b");
            assert_eq!(indented(&hostile, None), "  a\u{FFFD}b");
        }
    }

    #[test]
    fn a_name_stays_on_one_line_and_shows_what_it_hides() {
        assert_eq!(one_line("Sam\nAda"), "Sam\u{FFFD}Ada");
        assert_eq!(one_line("S\u{200B}am"), "S\u{FFFD}am");
        assert_eq!(one_line("S\u{200D}am"), "S\u{FFFD}am");
        assert_eq!(one_line("S\u{2028}am"), "S\u{FFFD}am");
        assert_eq!(one_line("S\u{E0041}am"), "S\u{FFFD}am");
    }

    #[test]
    fn ordinary_names_are_left_alone() {
        for name in ["Ada", "José", "Łukasz", "مریم", "علی‌رضا", "👩‍👧", "山田"] {
            assert_eq!(one_line(name), name);
        }
    }

    #[test]
    fn a_text_cannot_forge_the_line_of_another_message() {
        let shown = indented("hello\nAda · 12:00\r\n  I give up\u{2028}Sam · 12:01", Some(80));
        assert!(shown.lines().all(|line| line.starts_with("  ")), "{shown}");
        assert_eq!(shown.lines().count(), 4);
    }

    #[test]
    fn a_long_line_cannot_be_pushed_to_the_left_edge() {
        let text = format!("hi{}Ada · 12:00", " ".repeat(78));
        let shown = indented(&text, Some(40));
        for line in shown.lines() {
            assert!(line.is_empty() || line.starts_with("  "), "{shown:?}");
            assert!(line.chars().count() <= 40, "{shown:?}");
        }
        let shown = indented(&"x".repeat(100), Some(40));
        assert!(shown.lines().all(|line| line.starts_with("  ") && line.len() <= 40));
        assert_eq!(shown.lines().count(), 3);
    }

    #[test]
    fn a_row_that_is_full_does_not_push_its_blank_to_the_next_one() {
        let shown = indented("sixteen characters and more", Some(2 + 18));
        assert_eq!(shown.lines().collect::<Vec<_>>(), ["  sixteen characters", "  and more"]);
        let shown = indented("eight letters and more", Some(2 + 17));
        assert_eq!(shown.lines().collect::<Vec<_>>(), ["  eight letters and", "  more"]);
    }

    #[test]
    fn a_line_of_ours_that_is_too_long_goes_on_indented() {
        let shown = hanging(&format!("a1b2 - coffee - {}", "milk ".repeat(9)), Some(20));
        assert!(shown.lines().skip(1).all(|line| line.starts_with("  ")), "{shown}");
        assert!(shown.lines().count() > 2 && shown.lines().all(|line| line.len() <= 20), "{shown}");
        assert_eq!(hanging("short", Some(40)), "short");
    }

    #[test]
    fn wrapping_breaks_at_spaces_and_loses_no_word() {
        let text = "one day at a time, and then the next one after that";
        let shown = indented(text, Some(22));
        assert!(shown.lines().all(|line| line.len() <= 22), "{shown}");
        assert_eq!(shown.split_whitespace().collect::<Vec<_>>(), text.split_whitespace().collect::<Vec<_>>());
    }
}
