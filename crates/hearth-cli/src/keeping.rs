//! The command line of what members keep for themselves: the same few verbs for every kind.
//!
//! Neither words nor dates are arguments, because arguments are visible to every program on the machine.

use std::ffi::OsString;

use clap::{Args, Subcommand};

use crate::args::Writing;

/// `hearth step`, `gratitude` and so on: without a verb, something is written.
#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub(crate) struct Keeping {
    /// What to do; without it: write.
    #[command(subcommand)]
    pub(crate) verb: Option<KeepingVerb>,
    /// Where the text comes from.
    #[command(flatten)]
    pub(crate) writing: Writing,
    /// A date that does not belong here.
    #[arg(long, hide = true, value_name = "DATE", num_args = 0..=1)]
    pub(crate) date: Option<Option<OsString>>,
}

/// What can be done with what is kept.
#[derive(Debug, Subcommand)]
pub(crate) enum KeepingVerb {
    /// List what you keep, the newest first
    List {
        /// How many to show
        #[arg(long, short = 'n', value_name = "N", value_parser = clap::value_parser!(u32).range(1..=100))]
        limit: Option<u32>,
    },
    /// Show one, to yourself
    Show(Kept),
    /// Change one: what you leave empty stays
    Change {
        /// Which one.
        #[command(flatten)]
        kept: Kept,
        /// Write in your editor ($VISUAL or $EDITOR)
        #[arg(long)]
        edit: bool,
    },
    /// Delete one for good
    Delete {
        /// Which one.
        #[command(flatten)]
        kept: Kept,
        /// Do not ask
        #[arg(long, short)]
        yes: bool,
    },
    /// Let somebody see a copy of one, for 14 days
    Tell {
        /// Which one.
        #[command(flatten)]
        kept: Kept,
        /// Who, as `hearth people` shows the name (may be repeated)
        #[arg(long, value_name = "NAME", required_unless_present_any = ["everybody", "sponsor"])]
        to: Vec<String>,
        /// Your sponsors
        #[arg(long)]
        sponsor: bool,
        /// Everybody in the group
        #[arg(long, conflicts_with_all = ["to", "sponsor"])]
        everybody: bool,
        /// Let it go out at once, instead of after 10 seconds
        #[arg(long)]
        now: bool,
    },
}

/// Which of them.
#[derive(Debug, Args)]
pub(crate) struct Kept {
    /// Its mark, as `list` shows it; the newest if nothing is said
    #[arg(value_name = "WHICH")]
    pub(crate) which: Option<String>,
}

impl Keeping {
    /// Says whether an editor is to run.
    pub(crate) fn is_edited(&self) -> bool {
        self.writing.edit || matches!(self.verb, Some(KeepingVerb::Change { edit: true, .. }))
    }
}
