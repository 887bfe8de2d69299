//! The lines of iCalendar: escaped texts, folded at 75 octets, ended by CRLF. RFC 5545 section 3.1 and 3.3.11.
//!
//! Knows no component and no property.

use crate::limits::CALENDAR_LINE_OCTETS_MAX;

/// The lines of a calendar.
#[derive(Default)]
pub(super) struct Lines {
    text: String,
}

impl Lines {
    /// Adds a line whose value needs no escaping.
    pub(super) fn plain(&mut self, line: &str) {
        // The space before what goes on counts for its line.
        let mut octets = 0;
        for c in line.chars().filter(|c| !c.is_control()) {
            if octets + c.len_utf8() > CALENDAR_LINE_OCTETS_MAX {
                self.text.push_str("\r\n ");
                octets = 1;
            }
            self.text.push(c);
            octets += c.len_utf8();
        }
        self.text.push_str("\r\n");
    }

    /// Adds a property whose value is a text.
    pub(super) fn text(&mut self, name: &str, value: &str) {
        self.plain(&format!("{name}:{}", escaped(value)));
    }

    /// Returns all lines.
    pub(super) fn finish(self) -> String {
        self.text
    }
}

fn escaped(value: &str) -> String {
    let mut escaped = String::with_capacity(value.len());
    for c in value.chars() {
        match c {
            '\\' | ';' | ',' => escaped.extend(['\\', c]),
            '\n' => escaped.push_str("\\n"),
            c => escaped.push(c),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_escaped_and_can_begin_no_line() {
        let mut lines = Lines::default();
        lines.text("SUMMARY", "a,b;c\\d\ne\r\nATTENDEE:x");
        assert_eq!(lines.finish(), "SUMMARY:a\\,b\\;c\\\\d\\ne\\nATTENDEE:x\r\n");
    }

    #[test]
    fn no_line_is_longer_than_75_octets_and_no_character_is_cut() {
        for length in 60..90 {
            let value = format!("{}äöü€😀", "x".repeat(length));
            let mut lines = Lines::default();
            lines.text("SUMMARY", &value);
            let text = lines.finish();
            assert!(text.split("\r\n").all(|line| line.len() <= 75), "{length}");
            assert_eq!(text.replace("\r\n ", "").trim_end(), format!("SUMMARY:{value}"));
        }
    }
}
