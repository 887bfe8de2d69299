//! What a list did not say as its specification wants it, and what was made of it.
//!
//! Each change and each skip has a note: a code for programs, a sentence for people. A note never shows a secret.

use std::collections::BTreeMap;

use crate::limits::{QUOTE_BYTES_MAX, REPORT_NOTES_MAX, UNKNOWN_FIELDS_MAX};
use crate::silent;

/// What came of reading a list.
#[derive(Debug, Default)]
pub struct Report {
    /// Records in the file, readable or not.
    pub records: usize,
    /// Records that became a meeting.
    pub imported: usize,
    /// Records that did not.
    pub skipped: usize,
    /// What was noted, in the order of the file.
    pub notes: Vec<Note>,
    /// Notes beyond the bound of a report, which are counted alone.
    pub notes_left_out: usize,
    /// Fields that were not kept, with the number of records that have them.
    pub not_kept: BTreeMap<String, usize>,
}

impl Report {
    /// Counts the notes with a code.
    pub fn count(&self, code: Code) -> usize {
        self.notes.iter().filter(|note| note.code == code).count()
    }

    /// Returns the notes about a record, by its place in the file from 0.
    pub fn of_record(&self, record: usize) -> impl Iterator<Item = &Note> {
        self.notes.iter().filter(move |note| note.record == Some(record))
    }

    pub(super) fn note(&mut self, note: Note) {
        if self.notes.len() < REPORT_NOTES_MAX {
            self.notes.push(note);
        } else {
            self.notes_left_out += 1;
        }
    }

    pub(super) fn of_file(&mut self, code: Code, sentence: impl Into<String>) {
        self.note(Note { record: None, key: None, field: None, code, sentence: sentence.into() });
    }

    pub(super) fn not_kept(&mut self, field: &str) {
        let name = quoted(field);
        if self.not_kept.len() < UNKNOWN_FIELDS_MAX || self.not_kept.contains_key(&name) {
            *self.not_kept.entry(name).or_default() += 1;
        }
    }
}

/// One thing that was noted.
#[derive(Clone, PartialEq, Eq)]
pub struct Note {
    /// The place of the record in the file, from 0; `None` if the note is about the file.
    pub record: Option<usize>,
    /// The key of the record, if it has one.
    pub key: Option<String>,
    /// The field.
    pub field: Option<&'static str>,
    /// What it is, for programs.
    pub code: Code,
    /// What it is, for people.
    pub sentence: String,
}

silent!(Note);

/// How much a note matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Weight {
    /// Something was written in another way, and means the same.
    Changed,
    /// Something was left out of the meeting.
    LeftOut,
    /// A person should look at it: the list says something that no rule can hold.
    LookAt,
    /// The record is no meeting of ours.
    Skipped,
    /// Something is missing without which there are no times.
    Needed,
}

macro_rules! codes {
    ($($(#[$doc:meta])* $code:ident = $text:literal, $weight:ident;)*) => {
        /// What a note is about.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        pub enum Code {
            $($(#[$doc])* $code,)*
        }

        impl Code {
            /// All codes.
            pub const ALL: &'static [Self] = &[$(Self::$code,)*];

            /// Returns its name for programs. It never changes its meaning.
            pub fn as_str(self) -> &'static str {
                match self {
                    $(Self::$code => $text,)*
                }
            }

            /// Says how much it matters.
            pub fn weight(self) -> Weight {
                match self {
                    $(Self::$code => Weight::$weight,)*
                }
            }
        }
    };
}

codes! {
    /// The file is not UTF-8, and its text was read as far as it goes.
    NotUtf8 = "not_utf8", Changed;
    /// The file begins with a byte order mark.
    ByteOrderMark = "byte_order_mark", Changed;
    /// Something stands before the list.
    TextBefore = "text_before", LeftOut;
    /// Something stands after the list.
    TextAfter = "text_after", LeftOut;
    /// The list stands inside something else.
    Wrapped = "wrapped", Changed;
    /// The file is one record and no list.
    SingleRecord = "single_record", Changed;
    /// Lists stand inside the list.
    NestedLists = "nested_lists", Changed;
    /// A comma follows the last record, or is missing between two.
    Commas = "commas", Changed;
    /// The file ends before its list does.
    CutShort = "cut_short", LookAt;
    /// There are more records than are read.
    TooManyRecords = "too_many_records", LookAt;
    /// Meetings have no time zone, and nobody has said which one they follow.
    ZoneNeeded = "zone_needed", Needed;
    /// Meetings without a time zone were given the one that the caller named.
    ZoneGiven = "zone_given", Changed;
    /// The record cannot be read as JSON.
    RecordUnreadable = "record_unreadable", Skipped;
    /// An entry of the list is no record.
    NotARecord = "not_a_record", Skipped;
    /// The record has no name.
    NameMissing = "name_missing", Skipped;
    /// The record says the same as an earlier one.
    Duplicate = "duplicate", Skipped;
    /// The list says that the record is not to be shown.
    NotPublished = "not_published", Skipped;
    /// The name was taken from another field.
    NameTaken = "name_taken", Changed;
    /// The key was taken from another field.
    KeyTaken = "key_taken", Changed;
    /// The record has no key, and got one made of its name and time.
    KeyMade = "key_made", Changed;
    /// Records share a key, and each got its day and time added.
    KeyShared = "key_shared", Changed;
    /// The day is written in another way.
    DayRead = "day_read", Changed;
    /// The day is missing, though there is a time.
    DayMissing = "day_missing", LookAt;
    /// The day cannot be read.
    DayUnclear = "day_unclear", LookAt;
    /// The time is written in another way.
    TimeRead = "time_read", Changed;
    /// The time is missing, though there is a day.
    TimeMissing = "time_missing", LookAt;
    /// The time cannot be read.
    TimeUnclear = "time_unclear", LookAt;
    /// It begins at midnight, which people take for the end of a day as well as for its beginning.
    Midnight = "midnight", LookAt;
    /// It has neither day nor time: by appointment.
    ByAppointment = "by_appointment", Changed;
    /// It ends on the next day.
    CrossesMidnight = "crosses_midnight", Changed;
    /// Its length looks like a mistake.
    LengthUnusual = "length_unusual", LookAt;
    /// Its end or length cannot be read, and is left open.
    LengthUnclear = "length_unclear", LeftOut;
    /// The time zone is none of the database.
    ZoneUnknown = "zone_unknown", LookAt;
    /// The types are written in another way.
    TypesRead = "types_read", Changed;
    /// A type without a code was left out.
    TypeEmpty = "type_empty", LeftOut;
    /// The code of a type is written in another case.
    TypeCase = "type_case", Changed;
    /// The code of a type is not in the specification; it is kept.
    TypeUnknown = "type_unknown", Changed;
    /// A meeting has more types than are kept.
    TypesCut = "types_cut", LeftOut;
    /// A text is longer than is kept.
    TextCut = "text_cut", LeftOut;
    /// HTML was turned into plain text.
    HtmlCleaned = "html_cleaned", Changed;
    /// Ends of lines were written as everywhere else.
    LineEndsCleaned = "line_ends_cleaned", Changed;
    /// Space around a text was left out.
    SpaceTrimmed = "space_trimmed", Changed;
    /// Characters that steer a terminal were left out.
    ControlsRemoved = "controls_removed", Changed;
    /// A number was read as text, or text as a number.
    NumberRead = "number_read", Changed;
    /// A field holds something that it cannot mean.
    ValueUnreadable = "value_unreadable", LeftOut;
    /// The name of a field stands in its value, and was taken off.
    PromptRemoved = "prompt_removed", Changed;
    /// The point on the map cannot be right.
    PointDropped = "point_dropped", LeftOut;
    /// A text holds a passcode, a link or a contact, and is secret as a whole.
    TextSecret = "text_secret", Changed;
    /// A link holds a passcode. The link is secret.
    LinkHoldsPasscode = "link_holds_passcode", Changed;
    /// A name or an address held a passcode, which was moved to a secret field.
    PasscodeMoved = "passcode_moved", Changed;
    /// A text speaks of certain weeks of the month. No rule was made of it.
    MonthlyInText = "monthly_in_text", LookAt;
    /// A text says that the meeting may not take place. No exception was made of it.
    MayNotMeet = "may_not_meet", LookAt;
    /// The list says that it does not take place for now; it is paused.
    Paused = "paused", Changed;
    /// The list does not say how one takes part.
    KindUnknown = "kind_unknown", LookAt;
    /// The list says one thing about how one takes part, and another elsewhere.
    KindContradicted = "kind_contradicted", LookAt;
    /// It has a link and an address without a number of a house, and was taken as online alone.
    PlaceUnclear = "place_unclear", LookAt;
    /// The day of the last change can be read in two ways, or in none; its words are kept.
    UpdatedUnclear = "updated_unclear", Changed;
}

/// Returns a value as a report shows it: short, and in one line.
pub(super) fn quoted(value: &str) -> String {
    let flat: String = value.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    super::text::cut(&flat, QUOTE_BYTES_MAX).to_owned()
}
