//! The command line of meetings.
//!
//! What a meeting is called and where it is are no arguments, because arguments are visible to every program on the machine:
//! they are asked for, or come on standard input. Days, times and marks say nothing by themselves.

use std::{path::PathBuf, time::Duration};

use clap::{Args, Subcommand, ValueEnum, ValueHint};
use hearth_api::{Day, TimeOfDay};

use crate::duration;

/// `hearth meetings`: without a verb, what comes next.
#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub(crate) struct Meetings {
    /// What to do; without it: show what comes next.
    #[command(subcommand)]
    pub(crate) verb: Option<MeetingsVerb>,
    /// How many days to show
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=366))]
    pub(crate) days: Option<u32>,
}

/// What can be done with meetings.
#[derive(Debug, Subcommand)]
pub(crate) enum MeetingsVerb {
    /// Say that the group has a meeting
    Add,
    /// Show one, with how to get in
    Show(Which),
    /// Change one: what you leave empty stays
    Change(Which),
    /// Say that it does not take place on a day
    Cancel(OnDay),
    /// Say that it takes place at another time once
    Move(Move),
    /// Say that it does not take place for a while
    Pause(Pause),
    /// Take back that a day is cancelled or moved, or a pause
    Resume(Resume),
    /// Say that the group does not have it any more
    Remove(Remove),
    /// Make meetings of a list the group's
    Import(Import),
    /// Write the group's meetings into a file for others
    Export(Export),
    /// Look through a list that is not the group's
    Find(Find),
    /// Be reminded of meetings, on this machine alone
    Remind(Remind),
}

/// Which meeting.
#[derive(Debug, Args)]
pub(crate) struct Which {
    /// Its mark, as `hearth meetings` shows it; not needed when there is one
    #[arg(value_name = "WHICH")]
    pub(crate) which: Option<String>,
}

/// Which time of a meeting.
#[derive(Debug, Args)]
pub(crate) struct OnDay {
    /// The day, such as 2026-12-24
    #[arg(value_name = "DAY", value_parser = day)]
    pub(crate) day: Day,
    /// Which meeting, by its mark, when there are several on that day
    #[arg(long, value_name = "WHICH")]
    pub(crate) meeting: Option<String>,
}

/// `hearth meetings move`.
#[derive(Debug, Args)]
pub(crate) struct Move {
    /// Which time.
    #[command(flatten)]
    pub(crate) from: OnDay,
    /// The day on which it takes place; the same if nothing is said
    #[arg(long, value_name = "DAY", value_parser = day, required_unless_present = "at")]
    pub(crate) to: Option<Day>,
    /// When it begins there, such as 18:30; as always if nothing is said
    #[arg(long, value_name = "TIME", value_parser = time)]
    pub(crate) at: Option<TimeOfDay>,
}

/// `hearth meetings pause`.
#[derive(Debug, Args)]
pub(crate) struct Pause {
    /// Which meeting.
    #[command(flatten)]
    pub(crate) which: Which,
    /// The first day without it; today if nothing is said
    #[arg(long, value_name = "DAY", value_parser = day)]
    pub(crate) from: Option<Day>,
    /// The last day without it; until it is resumed if nothing is said
    #[arg(long, value_name = "DAY", value_parser = day)]
    pub(crate) until: Option<Day>,
}

/// `hearth meetings resume`.
#[derive(Debug, Args)]
pub(crate) struct Resume {
    /// Which meeting.
    #[command(flatten)]
    pub(crate) which: Which,
    /// The day that takes place after all; without it, the pause ends
    #[arg(long, value_name = "DAY", value_parser = day)]
    pub(crate) day: Option<Day>,
}

/// `hearth meetings remove`.
#[derive(Debug, Args)]
pub(crate) struct Remove {
    /// Which meeting.
    #[command(flatten)]
    pub(crate) which: Which,
    /// Do not ask
    #[arg(long, short)]
    pub(crate) yes: bool,
}

/// A list that others keep.
#[derive(Debug, Args)]
pub(crate) struct List {
    /// A file with Meeting Guide or BMLT JSON; `-` is standard input
    #[arg(value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) file: PathBuf,
    /// The zone of meetings that name none, such as America/New_York
    #[arg(long, value_name = "ZONE")]
    pub(crate) zone: Option<String>,
    /// The program whose codes the list uses, such as aa or na
    #[arg(long, value_name = "PROGRAM")]
    pub(crate) program: Option<String>,
    /// What to call the list, so that two lists share no meeting
    #[arg(long, value_name = "NAME")]
    pub(crate) list: Option<String>,
}

/// `hearth meetings import`.
#[derive(Debug, Args)]
pub(crate) struct Import {
    /// The list.
    #[command(flatten)]
    pub(crate) list: List,
    /// Take this one alone, by its id as `find` shows it (may be repeated)
    #[arg(long, value_name = "ID")]
    pub(crate) only: Vec<String>,
    /// Say what would change, and change nothing
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// Do not ask
    #[arg(long, short, conflicts_with = "dry_run")]
    pub(crate) yes: bool,
}

/// `hearth meetings export`.
#[derive(Debug, Args)]
pub(crate) struct Export {
    /// The file to write; `-` is standard output
    #[arg(value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) file: PathBuf,
    /// In which format
    #[arg(long, value_enum, default_value_t = Format::Calendar)]
    pub(crate) format: Format,
    /// Call entries by the names of the meetings
    #[arg(long)]
    pub(crate) names: bool,
    /// Write places and addresses into a calendar
    #[arg(long)]
    pub(crate) places: bool,
    /// What becomes of links
    #[arg(long, value_enum, default_value_t = LinksWord::LeftOut)]
    pub(crate) links: LinksWord,
    /// Replace the file if there is one
    #[arg(long)]
    pub(crate) overwrite: bool,
}

/// A format of an export.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// iCalendar
    Calendar,
    /// Meeting Guide JSON
    Guide,
}

/// What becomes of links.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum LinksWord {
    /// They stay here
    LeftOut,
    /// Written without a passcode
    WithoutPasscode,
    /// Written as they are
    Whole,
}

/// `hearth meetings find`.
#[derive(Debug, Args)]
pub(crate) struct Find {
    /// The list.
    #[command(flatten)]
    pub(crate) list: List,
    /// On this day of the week (may be repeated)
    #[arg(long, value_name = "WEEKDAY")]
    pub(crate) day: Vec<String>,
    /// Beginning at this time or later
    #[arg(long, value_name = "TIME", value_parser = time)]
    pub(crate) from: Option<TimeOfDay>,
    /// Beginning at this time or earlier
    #[arg(long, value_name = "TIME", value_parser = time)]
    pub(crate) to: Option<TimeOfDay>,
    /// Of this type, by its code (may be repeated)
    #[arg(long = "type", value_name = "CODE")]
    pub(crate) types: Vec<String>,
    /// In this language, such as es
    #[arg(long, value_name = "LANGUAGE")]
    pub(crate) language: Option<String>,
    /// How to take part
    #[arg(long, value_enum)]
    pub(crate) way: Option<WayWord>,
    /// Within so many kilometres of a point that is asked for (or stands on a line of standard input)
    #[arg(long, value_name = "KM", value_parser = clap::value_parser!(u32).range(1..=20_000))]
    pub(crate) near: Option<u32>,
    /// With words that are asked for (or stand on the next line of standard input)
    #[arg(long)]
    pub(crate) words: bool,
    /// How many to show
    #[arg(long, short = 'n', value_name = "N", value_parser = clap::value_parser!(u32).range(1..=200))]
    pub(crate) limit: Option<u32>,
}

/// How to take part.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum WayWord {
    /// In a room
    InPerson,
    /// By video or telephone
    Online,
}

/// `hearth meetings remind`.
#[derive(Debug, Args)]
pub(crate) struct Remind {
    /// On or off; without it: show how it is
    #[arg(value_enum, value_name = "SWITCH")]
    pub(crate) switch: Option<Switch>,
    /// How long before, such as 30m or 2h
    #[arg(long, value_name = "TIME", value_parser = duration::parse, requires = "switch")]
    pub(crate) before: Option<Duration>,
    /// Let a reminder say the meeting's name; without it, it says day and time alone
    #[arg(long, requires = "switch")]
    pub(crate) named: bool,
}

/// On or off.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Switch {
    /// Remind me
    On,
    /// Do not
    Off,
}

fn day(text: &str) -> Result<Day, String> {
    text.parse().map_err(|_| crate::catalogue::say!("meetings-day-wrong"))
}

fn time(text: &str) -> Result<TimeOfDay, String> {
    text.parse().map_err(|_| crate::catalogue::say!("meetings-time-wrong"))
}
