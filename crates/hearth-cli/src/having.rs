//! The command line of what a group has: its card, its guidelines, who its people are, and service.
//!
//! What is only a few words that all will read, such as the name of a service, may be an argument. Texts, phone numbers and
//! notes are asked for, because arguments are visible to every program on the machine.

use std::ffi::OsString;

use clap::{Args, Subcommand, ValueEnum};

/// `hearth card` and `hearth guidelines`: without a verb, what is in force.
#[derive(Debug, Args)]
pub(crate) struct Document {
    /// What to do; without it: show.
    #[command(subcommand)]
    pub(crate) verb: Option<DocumentVerb>,
}

/// What can be done with what the group says of itself.
#[derive(Debug, Subcommand)]
pub(crate) enum DocumentVerb {
    /// Show what is in force
    Show,
    /// Change it; you see what changes before it is put in force
    Edit(Writing),
    /// Show how versions differ that stand beside each other
    Diff,
}

/// How something is written that the whole group will see.
#[derive(Debug, Args)]
pub(crate) struct Writing {
    /// Do not ask
    #[arg(long, short)]
    pub(crate) yes: bool,
    /// Words that do not belong here.
    #[arg(hide = true, value_name = "WORDS", num_args = 0..)]
    pub(crate) stray_words: Vec<OsString>,
}

/// `hearth intro`: without a verb, everybody's.
#[derive(Debug, Args)]
pub(crate) struct Intro {
    /// What to do; without it: show all.
    #[command(subcommand)]
    pub(crate) verb: Option<IntroVerb>,
}

/// What can be done with introductions.
#[derive(Debug, Subcommand)]
pub(crate) enum IntroVerb {
    /// Show how somebody introduced themselves
    Show {
        /// Who, as `hearth people` shows the name
        #[arg(value_name = "NAME")]
        who: String,
    },
    /// Introduce yourself, or change how you did: a first name is enough
    Edit(Writing),
    /// Take your introduction back
    Withdraw,
}

/// `hearth phones`: without a verb, the list.
#[derive(Debug, Args)]
pub(crate) struct Phones {
    /// What to do; without it: list.
    #[command(subcommand)]
    pub(crate) verb: Option<PhonesVerb>,
}

/// What can be done with one's own number.
#[derive(Debug, Subcommand)]
pub(crate) enum PhonesVerb {
    /// Put your number on the list, or change what you said with it; you are asked
    Mine {
        /// Show it to these alone, as `hearth people` shows the names (may be repeated); without a name, to those who have it
        #[arg(long, value_name = "NAME", num_args = 0..=1)]
        to: Option<Vec<String>>,
        #[command(flatten)]
        writing: Writing,
    },
    /// Take your number back
    Hide {
        /// From whom alone; without it, from everybody
        #[arg(long, value_enum, value_name = "WHICH")]
        from: Option<HiddenFrom>,
    },
}

/// From whom a number is taken back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum HiddenFrom {
    /// The group's list
    Group,
    /// Those to whom you show it alone
    Some,
}

/// `hearth service`: without a verb, what is needed.
#[derive(Debug, Args)]
pub(crate) struct Service {
    /// What to do; without it: show what is needed.
    #[command(subcommand)]
    pub(crate) verb: Option<ServiceVerb>,
}

impl Service {
    /// Says whether a text is asked for.
    pub(crate) fn is_written(&self) -> bool {
        matches!(
            self.verb,
            Some(ServiceVerb::Positions { verb: Some(PositionsVerb::Add { about: true, .. }) })
        )
    }
}

/// What can be done about service.
#[derive(Debug, Subcommand)]
pub(crate) enum ServiceVerb {
    /// Say that a service is needed once
    Add {
        /// Which service, such as coffee
        #[arg(value_name = "WHAT")]
        what: Vec<String>,
        /// When, such as "tue 19:00", "tomorrow 7pm" or "2026-12-01 19:00"
        #[arg(long, value_name = "WHEN", num_args = 1..)]
        at: Vec<String>,
        /// Say in a line what helps to know (asked for, or the first line of standard input)
        #[arg(long)]
        note: bool,
    },
    /// Take back that a service is needed
    Withdraw {
        /// Which: its mark, or the service
        #[arg(value_name = "WHICH", num_args = 1.., required = true)]
        which: Vec<String>,
        /// Do not ask
        #[arg(long, short)]
        yes: bool,
    },
    /// Show the positions and who holds them, or change them
    Positions {
        /// What to do; without it: list.
        #[command(subcommand)]
        verb: Option<PositionsVerb>,
    },
}

/// What can be done with positions.
#[derive(Debug, Subcommand)]
pub(crate) enum PositionsVerb {
    /// Add a position
    Add {
        /// Its name, such as treasurer
        #[arg(value_name = "WHAT", num_args = 1.., required = true)]
        what: Vec<String>,
        /// Say what it asks (asked for, or standard input)
        #[arg(long)]
        about: bool,
    },
    /// Give a position to somebody
    Give {
        /// Which: its mark, or its name
        #[arg(value_name = "WHICH")]
        which: String,
        /// To whom, as `hearth people` shows the name
        #[arg(value_name = "NAME", required_unless_present = "nobody")]
        who: Option<String>,
        /// To nobody for now: it is open
        #[arg(long, conflicts_with = "who")]
        nobody: bool,
    },
    /// Withdraw a position
    Withdraw {
        /// Which: its mark, or its name
        #[arg(value_name = "WHICH", num_args = 1.., required = true)]
        which: Vec<String>,
        /// Do not ask
        #[arg(long, short)]
        yes: bool,
    },
}

/// `hearth take`, `swap`, `cover` and `done`.
#[derive(Debug, Args)]
pub(crate) struct OneSlot {
    /// Which: its mark, as `hearth service` shows it, or the service
    #[arg(value_name = "WHICH", num_args = 1.., required = true)]
    pub(crate) which: Vec<String>,
}

/// `hearth greet`.
#[derive(Debug, Args)]
pub(crate) struct Greet {
    /// Whom you will greet, as `hearth people` shows the name; without it: who is new
    #[arg(value_name = "NAME")]
    pub(crate) who: Option<String>,
}

/// `hearth home`: without a verb, this becomes one's home group.
#[derive(Debug, Args)]
pub(crate) struct HomeGroup {
    /// What to do; without it: make this one's home group.
    #[command(subcommand)]
    pub(crate) verb: Option<HomeGroupVerb>,
}

/// What else can be done about one's home group.
#[derive(Debug, Subcommand)]
pub(crate) enum HomeGroupVerb {
    /// Take it back; you stay in the group
    Withdraw,
}

/// `hearth visitors`: without a verb, who is visiting.
#[derive(Debug, Args)]
pub(crate) struct Visitors {
    /// What to do; without it: list.
    #[command(subcommand)]
    pub(crate) verb: Option<VisitorsVerb>,
}

/// What can be done about visitors.
#[derive(Debug, Subcommand)]
pub(crate) enum VisitorsVerb {
    /// Let a visitor stay for 30 days from today
    Renew {
        /// Who, as `hearth people` shows the name
        #[arg(value_name = "NAME")]
        who: String,
    },
}

/// `hearth readings`: without a verb, the list.
#[derive(Debug, Args)]
pub(crate) struct Readings {
    /// What to do; without it: list.
    #[command(subcommand)]
    pub(crate) verb: Option<ReadingsVerb>,
}

/// What can be done with readings.
#[derive(Debug, Subcommand)]
pub(crate) enum ReadingsVerb {
    /// Show one
    Show {
        /// Which: its mark, or its title
        #[arg(value_name = "WHICH", num_args = 1.., required = true)]
        which: Vec<String>,
    },
    /// Add one: the group's own words, or where they stand; you are asked
    Add {
        /// Words that do not belong here.
        #[arg(hide = true, value_name = "WORDS", num_args = 0..)]
        stray_words: Vec<OsString>,
    },
    /// Withdraw one
    Withdraw {
        /// Which: its mark, or its title
        #[arg(value_name = "WHICH", num_args = 1.., required = true)]
        which: Vec<String>,
        /// Do not ask
        #[arg(long, short)]
        yes: bool,
    },
}

/// `hearth topics`: without a verb, the list.
#[derive(Debug, Args)]
pub(crate) struct Topics {
    /// What to do; without it: list.
    #[command(subcommand)]
    pub(crate) verb: Option<TopicsVerb>,
}

/// What can be done with topics.
#[derive(Debug, Subcommand)]
pub(crate) enum TopicsVerb {
    /// Add something to speak about, in a line; you are asked
    Add {
        /// Words that do not belong here.
        #[arg(hide = true, value_name = "WORDS", num_args = 0..)]
        stray_words: Vec<OsString>,
    },
    /// Withdraw one
    Withdraw {
        /// Which: its mark, or its words
        #[arg(value_name = "WHICH", num_args = 1.., required = true)]
        which: Vec<String>,
        /// Do not ask
        #[arg(long, short)]
        yes: bool,
    },
}
