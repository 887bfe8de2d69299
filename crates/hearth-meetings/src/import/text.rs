//! Cleans texts of other people's lists: HTML, ends of lines, space, characters that steer a terminal, length.
//!
//! Says what it changed. Never rewords.

use super::report::Code;

/// A text and what was changed in it.
pub(super) struct Cleaned {
    pub(super) text: String,
    pub(super) changes: Vec<Code>,
}

/// Cleans a text of one line or of several.
pub(super) fn clean(raw: &str, is_line: bool, bytes_max: usize) -> Cleaned {
    let mut changes = Vec::new();
    let mut step = |code: Code, before: String, after: String| {
        if before != after {
            changes.push(code);
        }
        after
    };
    let text = raw.to_owned();
    let plain = without_html(&text);
    let text = step(Code::HtmlCleaned, text, plain);
    let ends = text.replace("\r\n", "\n").replace('\r', "\n");
    let ends = if is_line { ends.replace('\n', " ") } else { ends };
    let text = step(Code::LineEndsCleaned, text, ends);
    let safe = text.chars().filter(|c| !is_steering(*c)).collect();
    let text = step(Code::ControlsRemoved, text, safe);
    let spaced = text.split('\n').map(str::trim).collect::<Vec<_>>().join("\n").trim().to_owned();
    let text = step(Code::SpaceTrimmed, text, spaced);
    let short = cut(&text, bytes_max).trim_end().to_owned();
    let text = step(Code::TextCut, text, short);
    Cleaned { text, changes }
}

/// Returns as much of a text as fits, without cutting a character.
pub(super) fn cut(text: &str, bytes_max: usize) -> &str {
    let mut end = text.len().min(bytes_max);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text.get(..end).unwrap_or_default()
}

/// Takes tags out, and turns entities into their characters. A `<` that begins no tag stays.
fn without_html(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('<') {
        plain.push_str(before);
        let is_tag = after.starts_with(|c: char| c.is_ascii_alphabetic() || c == '/' || c == '!');
        // A tag is short; without a bound each `<` would cost a walk to the end.
        match cut(after, TAG_BYTES_MAX).split_once('>').filter(|_| is_tag) {
            Some((tag, _)) => {
                plain.push_str(if is_break(tag) { "\n" } else { "" });
                rest = after.get(tag.len() + 1..).unwrap_or_default();
            }
            None => {
                plain.push('<');
                rest = after;
            }
        }
    }
    plain.push_str(rest);
    html_escape::decode_html_entities(&plain).replace('\u{a0}', " ")
}

fn is_break(tag: &str) -> bool {
    let name: String = tag.chars().take_while(char::is_ascii_alphanumeric).collect();
    let name = if let Some(closing) = tag.strip_prefix('/') { closing.to_owned() } else { name };
    ["br", "p", "/p", "div", "li"].iter().any(|other| name.trim().eq_ignore_ascii_case(other))
}

/// Controls, and marks that turn the direction of writing: they could make a terminal or a reader show something else.
fn is_steering(c: char) -> bool {
    (c.is_control() && c != '\n' && c != '\t')
        || matches!(c, '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

const TAG_BYTES_MAX: usize = 1024;

#[cfg(test)]
mod tests {
    use super::*;

    fn cleaned(raw: &str) -> (String, Vec<Code>) {
        let found = clean(raw, false, 100);
        (found.text, found.changes)
    }

    #[test]
    fn html_becomes_plain_text() {
        let (text, changes) = cleaned("Men&#039;s &amp; women&rsquo;s<br />upstairs<b>!</b> 2 < 3 &unknown;");
        assert_eq!(text, "Men's & women’s\nupstairs! 2 < 3 &unknown;");
        assert_eq!(changes, [Code::HtmlCleaned]);
    }

    #[test]
    fn ends_of_lines_space_and_controls_are_cleaned() {
        let (text, changes) = cleaned(" a \r\n\u{1b}[31mb\u{202e}\r\n\r\n");
        assert_eq!(text, "a\n[31mb");
        assert_eq!(changes, [Code::LineEndsCleaned, Code::ControlsRemoved, Code::SpaceTrimmed]);
        assert_eq!(clean("a\r\nb", true, 100).text, "a b");
    }

    #[test]
    fn an_entity_cannot_bring_a_control_or_a_tag_back() {
        assert_eq!(cleaned("a&#27;[2Jb&#8238;").0, "a[2Jb");
        assert_eq!(cleaned("&amp;lt;b&amp;gt;").0, "&lt;b&gt;");
    }

    #[test]
    fn a_long_text_is_cut_between_characters() {
        let found = clean("ääää", false, 5);
        assert_eq!((found.text.as_str(), found.changes.as_slice()), ("ää", [Code::TextCut].as_slice()));
        assert!(cleaned("short").1.is_empty());
    }
}
