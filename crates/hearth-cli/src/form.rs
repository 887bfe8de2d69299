//! What is written line by line, asked for or read from a form: lines `name: words`, an empty line, and a text.
//!
//! Whoever changes something leaves what is not said; what is to go is said with a dash.

use zeroize::Zeroizing;

use crate::prompt;

/// What empties a line that was there.
const NOTHING: &str = "-";

/// What was said: lines by name, and the text.
pub(crate) struct Answers {
    /// The lines that were said.
    pub(crate) lines: Vec<(&'static str, Zeroizing<String>)>,
    /// The text behind them.
    pub(crate) text: Zeroizing<String>,
}

impl Answers {
    /// Returns a line: `None` if it was not said, an empty one if it is to go.
    pub(crate) fn of(&self, name: &str) -> Option<&str> {
        let said = self.lines.iter().find(|(known, _)| *known == name).map(|(_, line)| line.trim());
        said.filter(|line| !line.is_empty()).map(|line| if line == NOTHING { "" } else { line })
    }

    /// Returns a line, or what was there before.
    pub(crate) fn line(&self, name: &str, before: Option<&String>) -> Option<String> {
        match self.of(name) {
            Some("") => None,
            Some(line) => Some(line.to_owned()),
            None => before.cloned(),
        }
    }

    /// Returns the text, or what was there before.
    pub(crate) fn text_or(&self, before: Option<&String>) -> String {
        if self.text.trim().is_empty() { before.cloned().unwrap_or_default() } else { self.text.to_string() }
    }

    /// Returns the text, or what was there before; none if it is to go.
    pub(crate) fn text_or_nothing(&self, before: Option<&String>) -> String {
        if self.text.trim() == NOTHING { String::new() } else { self.text_or(before) }
    }
}

/// Reads a form, in which `known` finds the names of lines. If its first line is none of these, all of it is text.
pub(crate) fn parse(form: &str, known: impl Fn(&str) -> Option<&'static str>) -> Answers {
    let line_of = |line: &str| {
        let (name, words) = line.split_once(':')?;
        Some((known(name.trim())?, Zeroizing::new(words.trim().to_owned())))
    };
    let mut lines = Vec::new();
    let mut rest = form;
    while let Some(line) = rest.lines().next()
        && let Some(found) = line_of(line)
    {
        lines.push(found);
        rest = rest.split_once('\n').map_or("", |(_, rest)| rest);
    }
    if !lines.is_empty() {
        rest = rest.strip_prefix("\r\n").or_else(|| rest.strip_prefix('\n')).unwrap_or(rest);
    }
    Answers { lines, text: Zeroizing::new(prompt::without_line_end(rest).to_owned()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn known(name: &str) -> Option<&'static str> {
        ["name", "open"].into_iter().find(|known| known.eq_ignore_ascii_case(name))
    }

    #[test]
    fn a_form_is_lines_and_a_text_and_what_is_not_said_stays() {
        let answers = parse("Name: Tuesday\nopen: -\n\nname: not a line\n", known);
        assert_eq!((answers.of("name"), answers.of("open")), (Some("Tuesday"), Some("")));
        assert_eq!(answers.text.as_str(), "name: not a line");
        let before = "before".to_owned();
        assert_eq!(answers.line("open", Some(&before)), None);
        assert_eq!(parse("a: b", known).line("open", Some(&before)), Some(before.clone()));
        assert_eq!(parse("a: b", known).text.as_str(), "a: b");
        assert_eq!(parse("name: x\n\n-", known).text_or_nothing(Some(&before)), "");
        assert_eq!(parse("name: x", known).text_or_nothing(Some(&before)), "before");
    }
}
