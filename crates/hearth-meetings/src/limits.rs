//! Every bound of this crate, with its unit and its reason. A stranger's file costs at most what stands here.

/// Bytes of a file that is read: the largest list known has 2 MB.
pub const FILE_BYTES_MAX: usize = 16 * 1024 * 1024;
/// Bytes of one record of a file; a real one has less than 10 KB.
pub const RECORD_BYTES_MAX: usize = 256 * 1024;
/// Records of a file: more than any area has.
pub const RECORDS_MAX: usize = 20_000;
/// Records that cannot be read after which the rest of a file is given up: each costs a search for the next.
pub const UNREADABLE_MAX: usize = 1_000;
/// Lists within lists that are followed.
pub const NESTING_MAX: usize = 3;
/// Notes of a report; the others are counted.
pub const REPORT_NOTES_MAX: usize = 50_000;
/// Names of fields that a report lists as not kept.
pub const UNKNOWN_FIELDS_MAX: usize = 64;
/// Bytes of a line, such as a name or an address. The specification says 255 characters for a name.
pub const LINE_BYTES_MAX: usize = 512;
/// Bytes of a text of several lines.
pub const NOTES_BYTES_MAX: usize = 8 * 1024;
/// Bytes of a link.
pub const URL_BYTES_MAX: usize = 2 * 1024;
/// Bytes of a key by which a record is known again. The specification says 64.
pub const KEY_BYTES_MAX: usize = 128;
/// Bytes of the code of a type.
pub const CODE_BYTES_MAX: usize = 32;
/// Types of one meeting.
pub const TYPES_MAX: usize = 64;
/// Bytes of a value that a report quotes.
pub const QUOTE_BYTES_MAX: usize = 80;
/// Bytes of the name of a time zone; the longest has 38.
pub const ZONE_BYTES_MAX: usize = 64;
/// Minutes that a meeting takes at most: a marathon of a day.
pub const DURATION_MINUTES_MAX: u16 = 24 * 60;
/// Minutes that a meeting takes if nobody says: the default of the Meeting Guide specification.
pub const DURATION_MINUTES_DEFAULT: u16 = 60;
/// Minutes above which the length of a meeting looks like a mistake.
pub const DURATION_MINUTES_USUAL: u16 = 6 * 60;
/// Days that one expansion spans at most: ten years of a daily meeting are 3,660 occurrences.
pub const EXPANSION_DAYS_MAX: i64 = 3_660;
/// Days of a pause that a calendar lists one by one. A longer pause ends the series there.
pub const PAUSE_DAYS_MAX: i64 = 1_100;
/// Years for which a calendar describes a zone whose changes follow no yearly rule.
pub const ZONE_YEARS: i16 = 30;
/// Octets of a line in iCalendar: RFC 5545 section 3.1.
pub const CALENDAR_LINE_OCTETS_MAX: usize = 75;
