//! Every bound of the command line that the local API does not set already, with its unit and its reason.

use std::time::Duration;

/// How much more of a text that is too long is read and thrown away, in bytes, so that whoever writes it to us gets our
/// refusal and not a broken pipe.
pub(crate) const DISCARDED_TEXT_BYTES_MAX: u64 = 16 * 1024 * 1024;

/// The longest line that is read from a prompt, in bytes: tickets are the longest thing that is typed or pasted there.
pub(crate) const LINE_BYTES_MAX: u64 = 16 * 1024;

/// Bytes of the file that names a region.
pub(crate) const REGION_FILE_BYTES_MAX: u64 = 16;
/// Months after which a help line is shown as one that was last looked at long ago.
pub(crate) const CRISIS_LINE_FRESH_MONTHS: i32 = 12;
/// How long the group's own card is waited for, after the one of the program is on the screen.
pub(crate) const CRISIS_GROUP_WAIT_MAX: Duration = Duration::from_millis(500);
/// Bytes of a card on standard input.
pub(crate) const CRISIS_FORM_BYTES_MAX: usize = 32 * 1024;

/// How often a passphrase may be typed wrongly before the command gives up.
pub(crate) const PASSPHRASE_TRIES_MAX: u32 = 3;
/// Characters of a passphrase that is chosen at the terminal.
pub(crate) const PASSPHRASE_CHARS_MIN: usize = 8;

/// How long a daemon may take until it answers after it was started.
pub(crate) const DAEMON_START_WAIT_MAX: Duration = Duration::from_secs(10);

/// How long a daemon may take until it is gone after it was asked to stop.
pub(crate) const DAEMON_STOP_WAIT_MAX: Duration = Duration::from_secs(15);

/// The first pause between two attempts to reach a daemon that is starting or stopping.
pub(crate) const DAEMON_PAUSE_FIRST: Duration = Duration::from_millis(5);

/// The longest pause between two such attempts.
pub(crate) const DAEMON_PAUSE_MAX: Duration = Duration::from_millis(100);

/// How much of a failed daemon's last words is read, in bytes.
pub(crate) const DAEMON_LAST_WORDS_BYTES_MAX: u64 = 4 * 1024;

/// How many names that are nearly the one that was asked for are listed.
pub(crate) const CLOSE_NAMES_MAX: usize = 5;

/// How many messages `read` shows a person when nothing else is asked for.
pub(crate) const READ_LIMIT_DEFAULT: u32 = 20;

/// How many members an invite may bring in when nothing else is asked for: one invite, one person who was vouched for.
pub(crate) const INVITE_USES_DEFAULT: u32 = 1;

/// How long a call for help waits for the first device that takes it before it is said that there is none.
pub(crate) const SOS_PASS_ON_WAIT: Duration = Duration::from_secs(5);

/// How long an invite is good for when nothing else is asked for: until the next weekly meeting.
pub(crate) const INVITE_LIFE_DEFAULT: Duration = Duration::from_secs(7 * 24 * 3600);

/// The fewest characters of an invite's id that choose it: chance hardly makes two alike.
pub(crate) const INVITE_ID_CHARS_MIN: usize = 4;

/// The longest time that may be given on the command line: ten years, so that sums with the clock cannot overflow.
pub(crate) const DURATION_MAX: Duration = Duration::from_secs(3660 * 24 * 3600);

/// How far ahead a service may be needed, in days: a year. What is later is likely a slip of the finger, and would be kept until
/// then.
pub(crate) const AHEAD_DAYS_MAX: i64 = 366;

/// How long a comparison of two texts may take before a coarser one is shown: nobody waits longer to see what they changed.
pub(crate) const DIFF_TIME_MAX: Duration = Duration::from_secs(1);

/// How long somebody who has joined is shown where things are, whatever their role.
pub(crate) const WELCOME_LIFE: Duration = Duration::from_secs(7 * 24 * 3600);

/// For how long a newcomer is listed for whoever greets: as long as a greeter's word is kept.
pub(crate) const NEW_LIFE: Duration = Duration::from_secs(90 * 24 * 3600);
/// How long before its end a visit is mentioned each day: a weekly meeting lies in between.
pub(crate) const VISIT_NOTICE: Duration = Duration::from_secs(7 * 24 * 3600);

/// How long a service that is over stays in the list, so that whoever did it can say so.
pub(crate) const SERVICE_OVER_LIFE: Duration = Duration::from_secs(24 * 3600);

/// How far ahead somebody is reminded of a service of theirs: until the next weekly meeting.
pub(crate) const SERVICE_SOON_LIFE: Duration = Duration::from_secs(7 * 24 * 3600);

/// People who are named to a newcomer as those who greet: two can be remembered.
pub(crate) const GREETERS_SHOWN_MAX: usize = 2;

/// Lines of the guidelines that are shown to somebody who has just joined; longer ones are a verb away.
pub(crate) const WELCOME_GUIDELINES_LINES_MAX: usize = 12;

/// How many keys may wait for the page of `sit` while it does something else; a hand is slower than that.
pub(crate) const SIT_KEYS_PENDING_MAX: usize = 64;

/// Columns and rows that the page of `sit` needs to show a message; a smaller terminal gets a line that says so.
pub(crate) const SIT_COLUMNS_MIN: u16 = 20;
pub(crate) const SIT_ROWS_MIN: u16 = 7;

/// Rows from which on there is room for more than one that says what keys do.
pub(crate) const SIT_ROWS_OF_HINTS_MIN: u16 = 10;

/// Rows that the line of `sit` grows to while somebody writes; the rest of a long text is above.
pub(crate) const SIT_LINE_ROWS_MAX: usize = 6;

/// How long after its time a held message is looked at again: the daemon needs a moment to let it out.
pub(crate) const SIT_HELD_SLACK_MS: u64 = 500;

/// How often the page of `sit` tells the daemon at most that somebody is there: more often than the shortest time after which
/// a vault locks by itself.
pub(crate) const SIT_PRESENCE_PAUSE: Duration = Duration::from_secs(20);
