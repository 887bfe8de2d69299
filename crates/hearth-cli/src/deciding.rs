//! What may be written on the command line about what the group decides and keeps of its affairs.

use std::ffi::OsString;

use clap::{Args, Subcommand};

/// `hearth conscience ask`.
#[derive(Debug, Args)]
pub(crate) struct Asking {
    /// It changes how the group does things: two of three are needed
    #[arg(long)]
    pub(crate) change: bool,
    /// Days for which it is talked about before anybody votes
    #[arg(long, value_name = "N", default_value_t = 2)]
    pub(crate) talk: u32,
    /// Days until the vote is over, the talk included; 7 at least
    #[arg(long, value_name = "N", default_value_t = 7)]
    pub(crate) days: u32,
    /// Which question is looked at again: its mark
    #[arg(long, value_name = "WHICH")]
    pub(crate) again: Option<String>,
    /// Words that do not belong here.
    #[arg(hide = true, value_name = "WORDS", num_args = 0..)]
    pub(crate) stray_words: Vec<OsString>,
}

/// `hearth conscience vote`.
#[derive(Debug, Args)]
pub(crate) struct Voting {
    /// Which: its mark, as `hearth conscience` shows it
    #[arg(value_name = "WHICH")]
    pub(crate) which: String,
    /// yes, no, abstain, or what can be chosen
    #[arg(value_name = "WHAT", num_args = 1.., required = true)]
    pub(crate) choice: Vec<String>,
    /// Do not ask
    #[arg(long, short)]
    pub(crate) yes: bool,
}

/// `hearth conscience say` and `reconsider`.
#[derive(Debug, Args)]
pub(crate) struct BesidePoll {
    /// Which: its mark, as `hearth conscience` shows it
    #[arg(value_name = "WHICH")]
    pub(crate) which: String,
    /// Words that do not belong here.
    #[arg(hide = true, value_name = "WORDS", num_args = 0..)]
    pub(crate) stray_words: Vec<OsString>,
}

/// `hearth minutes` and `hearth treasurer`: without a verb, the list.
#[derive(Debug, Args)]
pub(crate) struct Kept {
    /// What to do; without it: list.
    #[command(subcommand)]
    pub(crate) verb: Option<KeptVerb>,
}

/// What can be done with what the group keeps of its affairs.
#[derive(Debug, Subcommand)]
pub(crate) enum KeptVerb {
    /// Show one
    Show {
        /// Which: its mark, or its title
        #[arg(value_name = "WHICH", num_args = 1.., required = true)]
        which: Vec<String>,
    },
    /// Add one; you are asked
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
