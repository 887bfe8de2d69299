//! One record while it is read: its fields as cleaned texts, and the notes on what was changed.
//!
//! Owns what is kept secret: a text with a passcode is secret as a whole, and none stays in a name or an address. Knows no
//! field of any format.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use super::hints;
use super::report::{Code, Note, Report, quoted};
use super::text::clean;
use crate::limits::{LINE_BYTES_MAX, NOTES_BYTES_MAX, TYPES_MAX, URL_BYTES_MAX};
use crate::meeting::Point;
use crate::secret::{Notes, Secret};

/// A record that is being read.
pub(super) struct Record<'a> {
    pub(super) place: usize,
    pub(super) key: Option<String>,
    fields: &'a Map<String, Value>,
    report: &'a mut Report,
    read: BTreeSet<&'static str>,
    passcodes: Vec<String>,
}

impl<'a> Record<'a> {
    pub(super) fn new(place: usize, fields: &'a Map<String, Value>, report: &'a mut Report) -> Self {
        Self { place, key: None, fields, report, read: BTreeSet::new(), passcodes: Vec::new() }
    }

    /// Notes something about the record.
    pub(super) fn note(
        &mut self,
        code: Code,
        field: impl Into<Option<&'static str>>,
        sentence: impl Into<String>,
    ) {
        let note = Note {
            record: Some(self.place),
            key: self.key.clone(),
            field: field.into(),
            code,
            sentence: sentence.into(),
        };
        self.report.note(note);
    }

    /// Counts the fields that nobody has asked for. Called when all has been read.
    pub(super) fn finish(self) {
        for (name, value) in self.fields {
            let is_empty = value.is_null() || value.as_str().is_some_and(|text| text.trim().is_empty());
            if !self.read.contains(name.as_str()) && !is_empty {
                self.report.not_kept(name);
            }
        }
    }

    /// Returns a field as it stands; `None` if it is missing or null.
    pub(super) fn raw(&mut self, field: &'static str) -> Option<&'a Value> {
        self.read.insert(field);
        self.fields.get(field).filter(|value| !value.is_null())
    }

    /// Returns a line that anybody may see. A passcode in it is taken out and kept apart.
    pub(super) fn line(&mut self, field: &'static str) -> Option<String> {
        let text = self.text(field, true, LINE_BYTES_MAX)?;
        let Some(at) = hints::passcode_at(&text) else {
            return Some(text);
        };
        let open =
            text.get(..at).unwrap_or_default().trim_end_matches(|c: char| !c.is_alphanumeric()).to_owned();
        self.passcodes.push(text);
        self.note(
            Code::PasscodeMoved,
            field,
            format!("A passcode stood in {field}; it is kept as a secret."),
        );
        (!open.is_empty()).then_some(open)
    }

    /// Returns a line that is of no use without its exact words: a code, a day, a time.
    pub(super) fn exact(&mut self, field: &'static str) -> Option<String> {
        match self.raw(field)? {
            Value::String(text) => Some(text.trim().to_owned()).filter(|text| !text.is_empty()),
            Value::Number(number) => Some(number.to_string()),
            Value::Bool(value) => Some(value.to_string()),
            Value::Null | Value::Array(_) | Value::Object(_) => {
                self.unreadable(field);
                None
            }
        }
    }

    /// Returns a text that is secret if something in it has to be.
    pub(super) fn notes(&mut self, field: &'static str) -> Option<Notes> {
        let text = self.text(field, false, NOTES_BYTES_MAX)?;
        if hints::is_monthly(&text) {
            let sentence =
                format!("{field} speaks of certain weeks of the month; no rule was made of it: look at it.");
            self.note(Code::MonthlyInText, field, sentence);
        }
        if hints::may_not_meet(&text) {
            let sentence = format!("{field} says that the meeting may not always take place: look at it.");
            self.note(Code::MayNotMeet, field, sentence);
        }
        let notes = open_or_kept(text);
        if notes.open().is_none() {
            let sentence = format!("{field} holds a passcode, a link or a contact, and is kept as a secret.");
            self.note(Code::TextSecret, field, sentence);
        }
        Some(notes)
    }

    /// Returns a text that is secret whatever it says.
    pub(super) fn secret(&mut self, field: &'static str) -> Option<Secret> {
        self.text(field, false, NOTES_BYTES_MAX).map(Secret::new)
    }

    /// Returns a link, which is secret.
    pub(super) fn link(&mut self, field: &'static str) -> Option<Secret> {
        let url = self.text(field, true, URL_BYTES_MAX)?;
        if hints::link_holds_passcode(&url) {
            let sentence = format!("The link in {field} holds a passcode; it is kept, as a secret.");
            self.note(Code::LinkHoldsPasscode, field, sentence);
        }
        Some(Secret::new(url))
    }

    /// Returns what was taken out of lines.
    pub(super) fn passcode(&mut self) -> Option<Secret> {
        let passcodes = std::mem::take(&mut self.passcodes);
        (!passcodes.is_empty()).then(|| Secret::new(passcodes.join("\n")))
    }

    /// Returns the entries of a field that is a list, a text with commas, or an object.
    pub(super) fn entries(
        &mut self,
        field: &'static str,
        is_text_usual: bool,
        bytes_max: usize,
    ) -> Vec<String> {
        let (values, is_usual) = match self.raw(field) {
            None => return Vec::new(),
            Some(Value::Array(values)) => (values.iter().map(plain).collect(), !is_text_usual),
            Some(Value::String(text)) => {
                let inner = text.trim().trim_start_matches('[').trim_end_matches(']');
                let is_usual = is_text_usual && inner.len() == text.trim().len();
                (
                    inner
                        .split(',')
                        .map(|code| Some(code.trim_matches(['"', '\'', ' ']).to_owned()))
                        .collect(),
                    is_usual,
                )
            }
            // A list with holes is an object with numbers, else the names are the codes.
            Some(Value::Object(codes)) => {
                let is_list = codes.keys().all(|name| name.bytes().all(|byte| byte.is_ascii_digit()));
                let named = |(name, value): (&String, &Value)| {
                    if is_list {
                        plain(value)
                    } else {
                        Some(name.clone()).filter(|_| *value != Value::Bool(false))
                    }
                };
                (codes.iter().map(named).collect::<Vec<_>>(), false)
            }
            Some(Value::Null | Value::Bool(_) | Value::Number(_)) => (vec![None], true),
        };
        if !is_usual {
            self.note(
                Code::TypesRead,
                field,
                format!("{field} is written in another way, and was read as a list."),
            );
        }
        let (mut codes, mut is_cut) = (Vec::new(), false);
        for value in values {
            let Some(value) = value else {
                self.unreadable(field);
                continue;
            };
            let cleaned = clean(&value, true, bytes_max);
            if cleaned.changes.contains(&Code::TextCut) {
                self.note(
                    Code::TextCut,
                    field,
                    format!("An entry of {field} is longer than is kept; its end was left out."),
                );
            }
            let code = cleaned.text;
            if code.is_empty() {
                if is_text_usual && self.fields.get(field).and_then(Value::as_str) == Some("") {
                    continue;
                }
                self.note(Code::TypeEmpty, field, format!("An entry of {field} is empty, and was left out."));
            } else if codes.len() >= TYPES_MAX {
                is_cut = true;
            } else if !codes.contains(&code) {
                codes.push(code);
            }
        }
        if is_cut {
            self.note(
                Code::TypesCut,
                field,
                format!("{field} has more than {TYPES_MAX} entries; the rest was left out."),
            );
        }
        codes
    }

    /// Returns the point on the map, if both numbers are there and can be right.
    pub(super) fn point(
        &mut self,
        latitude: &'static str,
        longitude: &'static str,
        is_text_usual: bool,
    ) -> Option<Point> {
        let degrees = [self.exact(latitude), self.exact(longitude)];
        if degrees.iter().all(Option::is_none) {
            return None;
        }
        if self.fields.get(latitude).is_some_and(Value::is_string) && !is_text_usual {
            self.note(Code::NumberRead, latitude, "The point on the map is a text, and was read as numbers.");
        }
        let numbers = degrees.map(|text| text.and_then(|text| text.parse::<f64>().ok()));
        let point = match numbers {
            [Some(latitude), Some(longitude)] => Point::new(latitude, longitude),
            [None, _] | [_, None] => None,
        };
        if point.is_none() {
            let sentence = "The point on the map cannot be right, or is 0, 0 for unknown, and was left out.";
            self.note(Code::PointDropped, latitude, sentence);
        }
        point
    }

    /// Notes that a field holds something that it cannot mean.
    pub(super) fn unreadable(&mut self, field: &'static str) {
        self.note(
            Code::ValueUnreadable,
            field,
            format!("{field} holds something that cannot be read, and was left out."),
        );
    }

    /// Returns a cleaned text; `None` if nothing is left of it.
    fn text(&mut self, field: &'static str, is_line: bool, bytes_max: usize) -> Option<String> {
        let raw = match self.raw(field)? {
            Value::String(text) => match text.split_once(PROMPT_MARK) {
                Some((_, value)) => {
                    self.note(Code::PromptRemoved, field, format!("The name of {field} stood in its value."));
                    value.to_owned()
                }
                None => text.clone(),
            },
            Value::Number(number) => {
                self.note(Code::NumberRead, field, format!("{field} is a number, and was read as text."));
                number.to_string()
            }
            Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => {
                self.unreadable(field);
                return None;
            }
        };
        let cleaned = clean(&raw, is_line, bytes_max);
        // Nothing but space is nothing; that it was trimmed is no news.
        if !cleaned.text.is_empty() {
            for code in cleaned.changes {
                self.note(code, field, format!("{field}: {}", what_was_cleaned(code)));
            }
        }
        Some(cleaned.text).filter(|text| !text.is_empty())
    }
}

/// Returns a text as what it has to be.
pub(super) fn open_or_kept(text: String) -> Notes {
    if hints::is_secret(&text) { Notes::Kept(Secret::new(text)) } else { Notes::Open(text) }
}

/// Quotes a value in a note, unless it may be a secret.
pub(super) fn shown(value: &str) -> String {
    if hints::is_secret(value) { "(not shown)".to_owned() } else { format!("\"{}\"", quoted(value)) }
}

fn plain(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.trim().to_owned()),
        Value::Number(number) => Some(number.to_string()),
        Value::Null => Some(String::new()),
        Value::Bool(_) | Value::Array(_) | Value::Object(_) => None,
    }
}

fn what_was_cleaned(code: Code) -> &'static str {
    match code {
        Code::HtmlCleaned => "HTML was turned into plain text.",
        Code::LineEndsCleaned => "ends of lines were cleaned.",
        Code::ControlsRemoved => "characters that steer a terminal were left out.",
        Code::SpaceTrimmed => "space around the text was left out.",
        Code::TextCut => "the text is longer than is kept; its end was left out.",
        _ => "the text was cleaned.",
    }
}

/// Some servers of BMLT write the name of a field before its value, with this between them.
const PROMPT_MARK: &str = "#@-@#";
