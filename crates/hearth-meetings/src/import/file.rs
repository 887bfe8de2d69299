//! Finds the records in a file, whatever stands around them: a mark, warnings, an envelope, text after the end.
//!
//! One record that cannot be read costs that record. Knows no field.

use serde_json::{Deserializer, Map, Value};

use super::ImportError;
use super::report::{Code, Note, Report};
use crate::limits::{FILE_BYTES_MAX, NESTING_MAX, RECORD_BYTES_MAX, RECORDS_MAX, UNREADABLE_MAX};

/// A record, and its place in the file from 0.
pub(super) struct Found {
    pub(super) place: usize,
    pub(super) fields: Map<String, Value>,
}

/// Reads the records of a file, and notes what stands around them.
pub(super) fn records(bytes: &[u8], report: &mut Report) -> Result<Vec<Found>, ImportError> {
    if bytes.len() > FILE_BYTES_MAX {
        return Err(ImportError::TooLarge);
    }
    let text = String::from_utf8_lossy(bytes);
    if matches!(text, std::borrow::Cow::Owned(_)) {
        report.of_file(Code::NotUtf8, "The file is not UTF-8; what could not be read is shown as \u{fffd}.");
    }
    let text = match text.strip_prefix('\u{feff}') {
        Some(rest) => {
            report
                .of_file(Code::ByteOrderMark, "The file begins with a byte order mark, which was left out.");
            rest
        }
        None => &text,
    };
    let start = beginning(text).ok_or(ImportError::NoRecords)?;
    if text.get(..start).is_some_and(|before| !before.trim().is_empty()) {
        report.of_file(Code::TextBefore, "What stands before the list was left out.");
    }
    let text = text.get(start..).unwrap_or_default();
    let mut reader = Reader { found: Vec::new(), place: 0, report };
    if text.starts_with('{') {
        reader.envelope(text)
    } else {
        reader.list(text)
    }
    let (found, places) = (reader.found, reader.place);
    report.records = places;
    if places == 0 { Err(ImportError::NoRecords) } else { Ok(found) }
}

/// Finds where JSON begins: a list of records or of nothing, or an object. A warning may hold brackets of its own.
fn beginning(text: &str) -> Option<usize> {
    let opens = |at: &usize| {
        let rest = text.get(*at..).unwrap_or_default();
        let inside = rest.get(1..).unwrap_or_default().trim_start();
        match rest.as_bytes().first() {
            Some(b'[') => inside.starts_with(['{', '[', ']']),
            _ => inside.starts_with(['"', '}']),
        }
    };
    let plain = text.len() - text.trim_start().len();
    if text.get(plain..).is_some_and(|rest| rest.starts_with(['[', '{'])) {
        return Some(plain);
    }
    text.match_indices(['[', '{']).map(|(at, _)| at).take(UNREADABLE_MAX).find(opens)
}

struct Reader<'a> {
    found: Vec<Found>,
    place: usize,
    report: &'a mut Report,
}

impl Reader<'_> {
    /// Reads a file that is an object: an envelope around a list, or one record.
    fn envelope(&mut self, text: &str) {
        let mut values = Deserializer::from_str(text).into_iter::<Value>();
        let Some(Ok(Value::Object(mut object))) = values.next() else {
            // A part of it is broken: the list inside may be read, as far as it goes.
            return match list_inside(text) {
                Some(start) => {
                    self.report.of_file(Code::Wrapped, "The list stands inside an object that is broken.");
                    self.list(text.get(start..).unwrap_or_default());
                }
                None => self.unreadable(),
            };
        };
        self.after(text.get(values.byte_offset()..).unwrap_or_default());
        let named = ENVELOPE_FIELDS.iter().find(|field| object.get(**field).is_some_and(is_of_records));
        let only = || object.iter().find(|(_, value)| is_of_records(value)).map(|(name, _)| name.clone());
        let field = named.map(|field| (*field).to_owned());
        let field = if is_record(&object) { None } else { field.or_else(only) };
        if let Some(list) = field.and_then(|field| object.remove(&field)) {
            self.report
                .of_file(Code::Wrapped, "The list stands inside an object; what else it holds was left out.");
            return self.value(list, 0);
        }
        if !is_record(&object) && !object.is_empty() && object.values().all(Value::is_object) {
            self.report.of_file(Code::Wrapped, "The records stand inside an object and not in a list.");
            return object.into_iter().for_each(|(_, value)| self.value(value, 0));
        }
        self.report.of_file(Code::SingleRecord, "The file is one record and no list.");
        self.value(Value::Object(object), 0);
    }

    /// Reads a list, entry by entry. `text` begins with its bracket.
    fn list(&mut self, text: &str) {
        let mut at = 1;
        let mut unreadable = 0;
        let mut odd_commas = 0;
        let mut is_first = true;
        loop {
            let (next, commas) = skip_commas(text, at);
            odd_commas += usize::from(commas != usize::from(!is_first && !ends(text, next)));
            at = next;
            if ends(text, at) {
                self.after(text.get(at + 1..).unwrap_or_default());
                break;
            }
            if at >= text.len() {
                self.report.of_file(
                    Code::CutShort,
                    "The file ends before its list does; what came before was read.",
                );
                break;
            }
            if self.place >= RECORDS_MAX {
                let sentence =
                    format!("The file has more than {RECORDS_MAX} records; the rest was left out.");
                self.report.of_file(Code::TooManyRecords, sentence);
                break;
            }
            is_first = false;
            let part = super::text::cut(text.get(at..).unwrap_or_default(), RECORD_BYTES_MAX);
            let mut values = Deserializer::from_str(part).into_iter::<Value>();
            if let Some(Ok(value)) = values.next() {
                at += values.byte_offset().max(1);
                self.value(value, 0);
                continue;
            }
            self.unreadable();
            unreadable += 1;
            match next_record(text, at).filter(|_| unreadable < UNREADABLE_MAX) {
                // The comma before it was passed over with what cannot be read.
                Some(next) => (at, is_first) = (next, true),
                None => {
                    self.report.of_file(
                        Code::CutShort,
                        "From a record that cannot be read on, nothing could be read.",
                    );
                    break;
                }
            }
        }
        if odd_commas > 0 {
            self.report
                .of_file(Code::Commas, "Commas between records are missing, or there is one too many.");
        }
    }

    /// Takes an entry of a list: a record, or another list.
    fn value(&mut self, value: Value, depth: usize) {
        match value {
            Value::Array(values) if depth < NESTING_MAX => {
                if depth > 0 || self.place > 0 || values.iter().any(Value::is_array) {
                    self.report
                        .of_file(Code::NestedLists, "A list stands inside the list; its records were read.");
                }
                values.into_iter().for_each(|value| self.value(value, depth + 1));
            }
            Value::Object(fields) if self.place < RECORDS_MAX => {
                self.found.push(Found { place: self.place, fields });
                self.place += 1;
            }
            Value::Array(_)
            | Value::Object(_)
            | Value::Null
            | Value::Bool(_)
            | Value::Number(_)
            | Value::String(_) => {
                self.skip(Code::NotARecord, "This entry of the list is no record, and was left out.");
            }
        }
    }

    fn unreadable(&mut self) {
        self.skip(Code::RecordUnreadable, "This record cannot be read, and was left out.");
    }

    fn skip(&mut self, code: Code, sentence: &str) {
        self.report.skipped += 1;
        let record = Some(self.place);
        self.report.note(Note { record, key: None, field: None, code, sentence: sentence.to_owned() });
        self.place += 1;
    }

    fn after(&mut self, text: &str) {
        if !text.trim().is_empty() {
            self.report.of_file(Code::TextAfter, "What stands after the list was left out.");
        }
    }
}

/// Passes over space and commas, and counts the commas.
fn skip_commas(text: &str, at: usize) -> (usize, usize) {
    let rest = text.get(at..).unwrap_or_default();
    let next = rest.trim_start_matches(|c: char| c.is_whitespace() || c == ',');
    let passed = rest.get(..rest.len() - next.len()).unwrap_or_default();
    (at + passed.len(), passed.matches(',').count())
}

fn ends(text: &str, at: usize) -> bool {
    text.get(at..).is_some_and(|rest| rest.starts_with(']'))
}

/// Finds where the record after one that cannot be read begins: a closing brace, a comma, an opening brace.
fn next_record(text: &str, at: usize) -> Option<usize> {
    let rest = text.get(at..)?;
    rest.match_indices('}').find_map(|(close, _)| {
        let after = rest.get(close + 1..)?;
        let next = after.trim_start().strip_prefix(',')?.trim_start();
        next.starts_with('{').then(|| at + rest.len() - next.len())
    })
}

/// Finds a list of records inside an object that cannot be read as a whole.
fn list_inside(text: &str) -> Option<usize> {
    let is_list = |at: &usize| text.get(at + 1..).is_some_and(|rest| rest.trim_start().starts_with('{'));
    text.match_indices('[').map(|(at, _)| at).take(UNREADABLE_MAX).find(is_list)
}

fn is_of_records(value: &Value) -> bool {
    value.as_array().is_some_and(|values| values.iter().any(|value| value.is_object() || value.is_array()))
}

fn is_record(object: &Map<String, Value>) -> bool {
    ["name", "slug", "meeting_name", "id_bigint"].iter().any(|field| object.contains_key(*field))
}

/// Names under which envelopes hold their list.
const ENVELOPE_FIELDS: [&str; 5] = ["meetings", "data", "results", "records", "items"];
