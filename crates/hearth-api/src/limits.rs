//! Every bound of the local API, with its unit and its reason. Server and client hold to the same numbers.

/// Bytes of a share or a private message, as UTF-8. The core's bound; the daemon asserts that they are equal.
pub const TEXT_BYTES_MAX: usize = 64 * 1024;
/// Bytes of a member's or a group's name, as UTF-8. The core's bound; the daemon asserts that they are equal.
pub const NAME_BYTES_MAX: usize = 64;
/// Bytes of a line, such as a topic or a label, as UTF-8. The core's bound; the daemon asserts that they are equal.
pub const LINE_BYTES_MAX: usize = 160;
/// Bytes of a text that a group keeps, as UTF-8. The core's bound; the daemon asserts that they are equal.
pub const OBJECT_TEXT_BYTES_MAX: usize = 16 * 1024;
/// Lines of a group's card for emergencies. The core's bound; the daemon asserts that they are equal.
pub const CRISIS_LINES_MAX: usize = 20;
/// Bytes of what else such a card says, as UTF-8. The core's bound; the daemon asserts that they are equal.
pub const CRISIS_TEXT_BYTES_MAX: usize = 2 * 1024;
/// Days for which a question to the group is open at least. The core's bound; the daemon asserts that they are equal.
pub const POLL_DAYS_MIN: u32 = 7;
/// Days for which it is open at most. The core's bound; the daemon asserts that they are equal.
pub const POLL_DAYS_MAX: u32 = 90;
/// Things that one can choose from. The core's bound; the daemon asserts that they are equal.
pub const POLL_OPTIONS_MAX: usize = 8;
/// Bytes of a question to the group, as UTF-8. The core's bound; the daemon asserts that they are equal.
pub const POLL_QUESTION_BYTES_MAX: usize = 2 * 1024;
/// Bytes of what somebody says beside a result, as UTF-8. The core's bound; the daemon asserts that they are equal.
pub const POLL_WORD_BYTES_MAX: usize = 4 * 1024;
/// The largest amount of money in the smallest unit of a currency. The core's bound; the daemon asserts that they are equal.
pub const MONEY_MAX: u64 = 1_000_000_000_000_000;
/// Digits behind the point of an amount. The core's bound; the daemon asserts that they are equal.
pub const MONEY_DIGITS_MAX: u8 = 4;
/// Bytes of a line about a meeting. The core's bound; the daemon asserts that they are equal.
pub const MEETING_LINE_BYTES_MAX: usize = 512;
/// Bytes of a text about a meeting. The core's bound; the daemon asserts that they are equal.
pub const MEETING_TEXT_BYTES_MAX: usize = 8 * 1024;
/// Days that differ from a meeting's rule. The core's bound; the daemon asserts that they are equal.
pub const MEETING_EXCEPTIONS_MAX: usize = 512;
/// Bytes of a list of meetings, as UTF-8: four times the largest that is known.
pub const MEETING_LIST_BYTES_MAX: usize = 8 * 1024 * 1024;
/// Bytes of the body of a request with such a list: JSON writes quotes and ends of lines as two bytes.
pub const MEETING_LIST_BODY_BYTES_MAX: usize = 2 * MEETING_LIST_BYTES_MAX + 4 * 1024;
/// Meetings of a list that are made a group's at once: a group has a few, a list of an area has thousands.
pub const MEETINGS_PER_IMPORT_MAX: usize = 64;
/// Meetings of a list that one answer holds.
pub const FOUND_MEETINGS_MAX: u32 = 200;
/// Meetings of a list that one answer holds when the client does not say.
pub const FOUND_MEETINGS_DEFAULT: u32 = 50;
/// Metres within which meetings are looked for when the client does not say.
pub const FIND_WITHIN_M_DEFAULT: u32 = 10_000;
/// Milliseconds of the longest window in which a group's meetings are shown: a year.
pub const MEETINGS_WINDOW_MS_MAX: u64 = 366 * 24 * 60 * 60 * 1000;
/// Milliseconds of that window when the client does not say: two weeks.
pub const MEETINGS_WINDOW_MS_DEFAULT: u64 = 14 * 24 * 60 * 60 * 1000;
/// Times of a group's meetings that one answer holds.
pub const MEETING_TIMES_MAX: usize = 2_000;
/// Examples that a report has of each kind of note.
pub const NOTE_EXAMPLES_MAX: usize = 3;
/// Minutes before a meeting at which a reminder comes at the earliest: a day.
pub const REMIND_MINUTES_MAX: u16 = 24 * 60;
/// Minutes before a meeting at which a reminder comes when nothing else was chosen.
pub const REMIND_MINUTES_DEFAULT: u16 = 60;
/// Members whom a private message goes to. The core's bound; the daemon asserts that they are equal.
pub const CIRCLE_MAX: usize = 50;
/// Messages that are enclosed in a report. The core's bound; the daemon asserts that they are equal.
pub const REPORT_COPIES_MAX: usize = 8;
/// Seconds for which a message can be held back, to be undone. The core's bound; the daemon asserts that they are equal.
pub const UNDO_S_MAX: u32 = 2 * 24 * 60 * 60;
/// Seconds without use after which the vault locks by itself, at least: who asked for less could hardly read a page.
pub const AUTO_LOCK_S_MIN: u32 = 60;
/// Seconds without use after which the vault locks by itself, at most: longer than a day is as good as never.
pub const AUTO_LOCK_S_MAX: u32 = 24 * 60 * 60;
/// Bytes of a backup. The vault's bound; the daemon asserts that they are equal.
pub const BACKUP_BYTES_MAX: usize = 4 * 1024 * 1024 + 4096;
/// Bytes of the body of a request that brings a backup, two for each of its bytes.
pub const BACKUP_BODY_BYTES_MAX: usize = 2 * BACKUP_BYTES_MAX + 16 * 1024;
/// Bytes of a passphrase, as UTF-8: a long sentence fits many times, and hashing it stays bounded.
pub const PASSPHRASE_BYTES_MAX: usize = 1024;
/// Bytes of a ticket as text: four endpoints with their addresses and the keys fit several times.
pub const TICKET_BYTES_MAX: usize = 16 * 1024;
/// Characters of a client's request id.
pub const REQUEST_ID_CHARS_MAX: usize = 64;
/// Characters of a cursor.
pub const CURSOR_CHARS_MAX: usize = 128;
/// Addresses to listen on, in one request.
pub const LISTEN_ADDRESSES_MAX: usize = 8;
/// Bytes of one address to listen on.
pub const ADDRESS_BYTES_MAX: usize = 256;
/// Members that one invite may bring in.
pub const INVITE_USES_MAX: u32 = 100;
/// Seconds that an invite may stay valid: 30 days, as long as an envelope lives.
pub const INVITE_LIFE_S_MAX: u64 = 30 * 24 * 60 * 60;

/// Messages on one page, when the client does not say.
pub const PAGE_MESSAGES_DEFAULT: u32 = 100;
/// Messages on one page, at most.
pub const PAGE_MESSAGES_MAX: u32 = 200;
/// Bytes of text after which a page ends early, so that one answer never costs much memory.
pub const PAGE_TEXT_BYTES_MAX: usize = 1024 * 1024;

/// Bytes of a request's body, except a message's.
pub const BODY_BYTES_MAX: usize = 64 * 1024;
/// Bytes of the body of a request that sends a message: JSON may write each byte of the text as six.
pub const MESSAGE_BODY_BYTES_MAX: usize = 6 * TEXT_BYTES_MAX + 4 * 1024;
/// Bytes of a body that the daemon reads and throws away before it refuses it, so that the client gets the refusal
/// and not a broken connection.
pub const DISCARDED_BODY_BYTES_MAX: usize = 16 * 1024 * 1024;
/// Bytes of a request's line and headers.
pub const HEADER_BYTES_MAX: usize = 8 * 1024;
/// Milliseconds until a request's headers must be complete; a connection that asks nothing is closed after it, too.
pub const HEADER_TIMEOUT_MS: u64 = 10_000;
/// Milliseconds until a request's body must be complete.
pub const BODY_TIMEOUT_MS: u64 = 10_000;
/// Connections to the socket at one time.
pub const CONNECTIONS_MAX: usize = 64;
/// Connections beyond [`CONNECTIONS_MAX`] that are told that the daemon is busy; further ones wait.
pub const BUSY_CONNECTIONS_MAX: usize = 8;
/// Connections that follow the events, so that commands always find a free connection.
pub const EVENT_STREAMS_MAX: usize = 32;
/// Events that wait for one client; when it lags further behind, it is told to ask again.
pub const EVENTS_PENDING_MAX: usize = 256;
/// Milliseconds that answers under way get to finish when the daemon stops.
pub const STOP_GRACE_MS: u64 = 5_000;

/// Bytes of an answer that a client reads: a page of texts that JSON writes with six bytes each, and its names.
pub const ANSWER_BYTES_MAX: usize = 16 * 1024 * 1024;
/// Bytes of one event.
pub const EVENT_BYTES_MAX: usize = 4 * 1024;

/// The highest number of a step; others carry a name. The core's bound; the daemon asserts that they are equal.
pub const STEPS_MAX: u8 = 12;
/// The strongest urge. The core's bound; the daemon asserts that they are equal.
pub const URGE_MAX: u8 = 10;
/// Records of one's own on one page. The core's bound; the daemon asserts that they are equal.
pub const OWN_PAGE_MAX: u32 = 100;

/// Bytes of the words of a call for help.
pub const SOS_TEXT_BYTES_MAX: usize = 1024;
/// People who are asked first in a call for help, beside the sponsors.
pub const LADDER_PEOPLE_MAX: usize = 3;
