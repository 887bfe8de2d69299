//! What a list says that a person should look at, in their language.

use hearth_api::NoteCount;

use crate::{catalogue::say, screen};

/// Returns a note in a sentence. What a later daemon notes is said in its own words.
pub(super) fn sentence(note: &NoteCount, zone_needed: u64) -> String {
    match note.code.as_str() {
        "zone_needed" => say!("meetings-note-zone-needed", count = zone_needed),
        "text_before" => say!("meetings-note-text-before"),
        "text_after" => say!("meetings-note-text-after"),
        "cut_short" => say!("meetings-note-cut-short"),
        "too_many_records" => say!("meetings-note-too-many-records"),
        "record_unreadable" => say!("meetings-note-record-unreadable"),
        "not_a_record" => say!("meetings-note-not-a-record"),
        "name_missing" => say!("meetings-note-name-missing"),
        "duplicate" => say!("meetings-note-duplicate"),
        "not_published" => say!("meetings-note-not-published"),
        "day_missing" => say!("meetings-note-day-missing"),
        "day_unclear" => say!("meetings-note-day-unclear"),
        "time_missing" => say!("meetings-note-time-missing"),
        "time_unclear" => say!("meetings-note-time-unclear"),
        "midnight" => say!("meetings-note-midnight"),
        "length_unusual" => say!("meetings-note-length-unusual"),
        "length_unclear" => say!("meetings-note-length-unclear"),
        "zone_unknown" => say!("meetings-note-zone-unknown"),
        "type_empty" => say!("meetings-note-type-empty"),
        "types_cut" => say!("meetings-note-types-cut"),
        "text_cut" => say!("meetings-note-text-cut"),
        "value_unreadable" => say!("meetings-note-value-unreadable"),
        "point_dropped" => say!("meetings-note-point-dropped"),
        "monthly_in_text" => say!("meetings-note-monthly-in-text"),
        "may_not_meet" => say!("meetings-note-may-not-meet"),
        "kind_unknown" => say!("meetings-note-kind-unknown"),
        "kind_contradicted" => say!("meetings-note-kind-contradicted"),
        "place_unclear" => say!("meetings-note-place-unclear"),
        _ => {
            let said = note.examples.first().map(|example| screen::one_line(&example.sentence));
            said.unwrap_or_else(|| screen::one_line(&note.code))
        }
    }
}
