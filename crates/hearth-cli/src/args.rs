//! The command line: what may be written, and nothing about what happens then.
//!
//! Texts are never arguments, because arguments are visible to every program on the machine and stay in the shell's
//! history. Verbs that take a text swallow stray words here only in order to refuse them with a helpful line.
//!
//! The comments say what each word is for. What members read about it stands in the catalogue (`locales/*/help.ftl`), and
//! `help` puts it in.

use std::{ffi::OsString, path::PathBuf, time::Duration};

use clap::{Args, Parser, Subcommand, ValueEnum, ValueHint};

use crate::deciding;
use crate::duration;
use crate::gathering::Meetings;
use crate::having;
use crate::keeping::Keeping;

/// A home group on your own machine: share, listen, write to one another.
#[derive(Debug, Parser)]
#[command(name = "hearth", version, max_term_width = 100)]
pub(crate) struct CommandLine {
    /// What may stand before or after every verb.
    #[command(flatten)]
    pub(crate) everywhere: Everywhere,
    /// What to do; without a verb: show today.
    #[command(subcommand)]
    pub(crate) verb: Option<Verb>,
}

/// Options of every verb.
#[derive(Clone, Debug, Args)]
pub(crate) struct Everywhere {
    /// The folder that holds everything
    #[arg(long, global = true, env = "HEARTH_HOME", hide_env_values = true, value_name = "PATH", value_hint = ValueHint::DirPath)]
    pub(crate) home: Option<PathBuf>,
    /// A file with the passphrase, instead of a prompt
    #[arg(long, global = true, value_name = "PATH", value_hint = ValueHint::FilePath)]
    pub(crate) passphrase_file: Option<PathBuf>,
    /// Where the daemon listens for other members, when this command starts it for the first time (may be repeated)
    #[arg(long, global = true, value_name = "ADDRESS")]
    pub(crate) listen: Vec<String>,
    /// Your own name in the group that you start or join: a first name or a nickname is enough
    #[arg(long, global = true, value_name = "NAME")]
    pub(crate) name: Option<String>,
    /// The group, when you are in several
    #[arg(long, global = true, value_name = "NAME")]
    pub(crate) group: Option<String>,
    /// Answer in JSON, one object per line
    #[arg(long, global = true)]
    pub(crate) json: bool,
    /// The language of all sentences.
    #[arg(long, global = true, value_name = "LANGUAGE", value_parser = ["en", "es"])]
    pub(crate) lang: Option<String>,
    /// For screen readers: one fact a line.
    #[arg(long, global = true)]
    pub(crate) plain: bool,
}

/// What hearth can do.
#[derive(Debug, Subcommand)]
pub(crate) enum Verb {
    /// Found a home group and print an invite
    Start(Start),
    /// See what a group says of itself, with a ticket, before you join
    Look(Look),
    /// Join a home group with a ticket
    Join(Join),
    /// Print an invite, or list and revoke those that are open
    Invite(Invite),
    /// Write to the whole group (the text comes from a prompt, an editor or standard input)
    Share(Share),
    /// Read what was shared
    Read(Read),
    /// Sit with the group: a page in the terminal, to read and write in
    Sit,
    /// Write to one person alone (the text comes from a prompt, an editor or standard input)
    Dm(Dm),
    /// Answer somebody: in private, or in front of all where they asked for answers
    Reply(Reply),
    /// Give somebody a sign that only they see
    React(React),
    /// Write other words in the place of your own, within 15 minutes
    Edit(EditWords),
    /// Take back what you wrote
    Retract(Which),
    /// Undo what you wrote a moment ago, before it goes out
    Undo(Which),
    /// Say how you are, to the group or to people whom you pick
    #[command(visible_alias = "check-in")]
    Checkin(CheckIn),
    /// Mark what you have reached, in your own words
    Milestone(Milestone),
    /// Keep a new clean date, for you alone (earlier ones stay)
    Newdate(Keeping),
    /// Show which chips or key tags come next for you
    Chips,
    /// Write on a step, for you alone
    Step(Keeping),
    /// Write what you are grateful for, for you alone
    Gratitude(Keeping),
    /// Write an inventory, for you alone
    Inventory(Keeping),
    /// Write down an urge and what helped, for you alone
    Urge(Keeping),
    /// Write a plan for a bad night, for you alone
    Plan(Keeping),
    /// Write a care plan, for you alone: professional help, where naloxone is
    Care(Keeping),
    /// Ask for help, after the crisis card
    Sos(Sos),
    /// Answer somebody who asks for help
    Answer(Answer),
    /// Say that you are safe: ends your call for help
    Safe(Safe),
    /// Show or say who is asked on a bad night
    Ladder(Ladder),
    /// Show who is on call and when there is nobody, or say when you are
    Oncall(OnCall),
    /// Show emergency numbers, first steps and help lines, at once, without anything else running
    Crisis(Crisis),
    /// Show your sponsors and sponsees, ask somebody, answer, or end it
    Sponsor(Sponsor),
    /// Show who wrote to you and waits to be heard, and decide
    Requests(Requests),
    /// Hide what a person writes, from you alone, or list whom you hide
    Block(Block),
    /// Show again what a person writes
    Unblock(Unblock),
    /// Tell the group's safety contacts about a person
    Report(Report),
    /// Show who reads reports, and those that you wrote or are to read
    Safety(Safety),
    /// Show when the meetings are; add, change and cancel them; lists and calendars
    Meetings(Meetings),
    /// Show who is in the group, with which role, and what is open
    #[command(visible_alias = "members")]
    People,
    /// Show what the group is, or change it
    Card(having::Document),
    /// Show how the group wants to be together, or change it
    Guidelines(having::Document),
    /// Show how people introduce themselves, or do so yourself
    Intro(having::Intro),
    /// Show who can be reached by phone, and how; it needs no network
    Phones(having::Phones),
    /// Show what is needed, and say what is
    Service(having::Service),
    /// Take a service that is needed
    Take(having::OneSlot),
    /// Say that you would be glad if somebody else did what you took
    Swap(having::OneSlot),
    /// Take over what somebody would be glad to swap
    Cover(having::OneSlot),
    /// Say that what you took is done
    Done(having::OneSlot),
    /// Say that you will greet somebody new, or see who is new
    Greet(having::Greet),
    /// Make this your home group
    Home(having::HomeGroup),
    /// Show who is visiting and until when, or let somebody stay longer
    Visitors(having::Visitors),
    /// Show what is read at meetings, and add to it
    Readings(having::Readings),
    /// Show what could be spoken about, and add to it
    Topics(having::Topics),
    /// Show who has which role, and what each role may do
    Roles,
    /// Give a person another role, as far as your own allows
    Role(SetRole),
    /// Show what the group decides together, or propose something
    Conscience(Conscience),
    /// Agree to what somebody proposed
    Endorse(Endorse),
    /// Show what was said about the group's affairs, and add to it
    Minutes(deciding::Kept),
    /// Show the group's money in sums, and add a report
    Treasurer(deciding::Kept),
    /// Let a person stay whose admission does not count any more
    Keep(Keep),
    /// Leave the group
    Leave(Leave),
    /// Show your devices, add one, or take one away
    Devices(Devices),
    /// Show the machines that carry for the group while members are off, add one, or make this one such a machine
    Keeper(KeeperArgs),
    /// Compare safety numbers with a person
    Verify(Verify),
    /// Show how things are
    Status,
    /// Stop the daemon
    Stop,
    /// Ask a person to leave: they get nothing that is written from then on
    Remove(Remove),
    /// Close the vault; nothing can be read until it is opened again
    Lock(Lock),
    /// Open the vault (starts the daemon if it is not running)
    Unlock(Unlock),
    /// Destroy all that is kept on this machine, at once
    Panic(Panic),
    /// Write who you are in your groups into a file, to come back with if this machine is lost
    Backup(Backup),
    /// Come back to your groups on a machine that has nothing yet, with a file of `hearth backup`
    Restore(Restore),
    /// List your groups
    Group,
    /// Print completions for a shell
    Completions(Completions),
    /// Write the manual pages into a folder, or print the main one
    Man(Man),
}

/// `hearth lock`.
#[derive(Debug, Args)]
pub(crate) struct Lock {
    /// Lock by itself after this time without use, such as 15m, or never; it stays open now
    #[arg(long, value_name = "TIME", value_parser = duration::parse_or_never)]
    pub(crate) after: Option<duration::Until>,
}

/// `hearth panic`.
#[derive(Debug, Args)]
pub(crate) struct Panic {
    /// Do not ask
    #[arg(long, short)]
    pub(crate) yes: bool,
}

/// `hearth backup`.
#[derive(Debug, Args)]
pub(crate) struct Backup {
    /// The file to write; it must not be there yet
    #[arg(value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) file: PathBuf,
}

/// `hearth restore`.
#[derive(Debug, Args)]
pub(crate) struct Restore {
    /// The file that `hearth backup` wrote
    #[arg(value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) file: PathBuf,
    /// Do not ask whether the other machine is gone
    #[arg(long, short)]
    pub(crate) yes: bool,
}

/// `hearth unlock`.
#[derive(Debug, Args)]
pub(crate) struct Unlock {
    /// If what was kept on this machine cannot be read: set it aside, and come back to your groups without it
    #[arg(long)]
    pub(crate) recover: bool,
}

/// `hearth start`.
#[derive(Debug, Args)]
pub(crate) struct Start {
    /// The name of the new group
    #[arg(value_name = "GROUP")]
    pub(crate) group_name: String,
    /// How the group's keys are agreed
    #[arg(long, value_enum, default_value_t = Suite::XWing)]
    pub(crate) suite: Suite,
    /// How the invite is drawn.
    #[command(flatten)]
    pub(crate) drawing: Drawing,
}

/// The key agreement of a group.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Suite {
    /// Withstands quantum computers
    #[value(name = "x-wing")]
    XWing,
    /// Smaller and faster, without that protection
    #[value(name = "x25519")]
    X25519,
}

/// Whether a ticket is also drawn as a QR code.
#[derive(Clone, Copy, Debug, Args)]
pub(crate) struct Drawing {
    /// Draw the QR code even if the output is not a terminal
    #[arg(long, conflicts_with = "ticket_only")]
    pub(crate) qr: bool,
    /// Print the ticket alone, without a QR code
    #[arg(long)]
    pub(crate) ticket_only: bool,
}

/// `hearth look`.
#[derive(Debug, Args)]
pub(crate) struct Look {
    /// The ticket; `-` or nothing reads it from a prompt or standard input
    #[arg(value_name = "TICKET")]
    pub(crate) ticket: Option<String>,
    /// How long to wait until somebody of the group can be reached
    #[arg(long, value_name = "TIME", default_value = "60s", value_parser = duration::parse)]
    pub(crate) wait: Duration,
}

/// `hearth join`.
#[derive(Debug, Args)]
pub(crate) struct Join {
    /// The ticket; `-` or nothing reads it from a prompt or standard input
    #[arg(value_name = "TICKET")]
    pub(crate) ticket: Option<String>,
    /// How long to wait until somebody lets you in
    #[arg(long, value_name = "TIME", default_value = "60s", value_parser = duration::parse)]
    pub(crate) wait: Duration,
    /// Do not wait: the request is kept and goes on by itself
    #[arg(long, conflicts_with = "wait")]
    pub(crate) no_wait: bool,
}

/// `hearth invite`.
#[derive(Debug, Args)]
pub(crate) struct Invite {
    /// How many people may use the invite
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..), conflicts_with_all = ["list", "revoke"])]
    pub(crate) uses: Option<u32>,
    /// How long the invite is good for, such as 12h or 7d
    #[arg(long, value_name = "TIME", value_parser = duration::parse, conflicts_with_all = ["list", "revoke"])]
    pub(crate) expires: Option<Duration>,
    /// What the invite makes of those who use it: member when nothing is said
    #[arg(long, value_enum, conflicts_with_all = ["list", "revoke"])]
    pub(crate) role: Option<InvitedRole>,
    /// List the invites that are open
    #[arg(long, conflicts_with = "revoke")]
    pub(crate) list: bool,
    /// Make an invite worthless; ID is from --list
    #[arg(long, value_name = "ID")]
    pub(crate) revoke: Option<String>,
    /// How the invite is drawn.
    #[command(flatten)]
    pub(crate) drawing: Drawing,
}

/// What an invite can give.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum InvitedRole {
    /// A guest, without a vote
    Visitor,
    /// Somebody new, without a vote yet
    Newcomer,
    /// A home member
    Member,
}

/// A role.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum RoleName {
    /// A guest, without a vote
    Visitor,
    /// Somebody new, without a vote yet
    Newcomer,
    /// A home member
    Member,
    /// A trusted servant
    #[value(alias = "trusted-servant")]
    Servant,
    /// The secretary
    Secretary,
}

/// `hearth role`.
#[derive(Debug, Args)]
pub(crate) struct SetRole {
    /// Who, as `hearth people` shows the name; your own name to give a role back
    #[arg(value_name = "NAME")]
    pub(crate) who: String,
    /// Which role
    #[arg(value_enum, value_name = "ROLE")]
    pub(crate) role: RoleName,
}

/// `hearth conscience`.
#[derive(Debug, Args)]
pub(crate) struct Conscience {
    /// What to propose; without it: list what is open.
    #[command(subcommand)]
    pub(crate) proposing: Option<Proposing>,
}

/// What can be proposed.
#[derive(Debug, Subcommand)]
pub(crate) enum Proposing {
    /// Propose that a person is asked to leave, whatever their role
    Remove {
        /// Who, as `hearth people` shows the name
        #[arg(value_name = "NAME")]
        who: String,
    },
    /// Propose that a person gets another role
    Role {
        /// Who, as `hearth people` shows the name
        #[arg(value_name = "NAME")]
        who: String,
        /// Which role
        #[arg(value_enum, value_name = "ROLE")]
        role: RoleName,
    },
    /// Ask the group anything else; you write the question when asked
    Ask(deciding::Asking),
    /// Vote on what somebody asked, or change your vote
    Vote(deciding::Voting),
    /// Say what should be heard beside the result, if you see it differently
    Say(deciding::BesidePoll),
    /// Count the votes, three days after the vote is over
    Close {
        /// Which: its mark, as `hearth conscience` shows it
        #[arg(value_name = "WHICH")]
        which: String,
    },
    /// Ask the group to look at a result again, and say why
    Reconsider(deciding::BesidePoll),
    /// Take back a question that is not counted yet
    Withdraw {
        /// Which: its mark, as `hearth conscience` shows it
        #[arg(value_name = "WHICH")]
        which: String,
        /// Do not ask
        #[arg(long, short)]
        yes: bool,
    },
}

/// `hearth endorse`.
#[derive(Debug, Args)]
pub(crate) struct Endorse {
    /// Which proposal, as `hearth conscience` shows it, or whom it is about; not needed when one is open
    #[arg(value_name = "WHICH", num_args = 0..)]
    pub(crate) which: Vec<String>,
}

/// `hearth keep`.
#[derive(Debug, Args)]
pub(crate) struct Keep {
    /// Who, as `hearth people` asks
    #[arg(value_name = "NAME")]
    pub(crate) who: String,
}

/// `hearth leave`.
#[derive(Debug, Args)]
pub(crate) struct Leave {
    /// Do not ask to type the group's name
    #[arg(long, short)]
    pub(crate) yes: bool,
}

/// `hearth devices`.
#[derive(Debug, Args)]
pub(crate) struct Devices {
    /// What to do; without it: list.
    #[command(subcommand)]
    pub(crate) verb: Option<DevicesVerb>,
}

/// What can be done with devices.
#[derive(Debug, Subcommand)]
pub(crate) enum DevicesVerb {
    /// List your devices, by the day on which this one first heard of them
    List,
    /// Print a ticket that makes another machine yours: a secret, good once and for 15 minutes
    Add {
        /// How the ticket is drawn.
        #[command(flatten)]
        drawing: Drawing,
    },
    /// Make this machine yours, with a ticket of `hearth devices add` (`hearth join` does the same)
    Join(Join),
    /// Take a device away: it gets nothing that is written from then on
    Revoke(RevokeDevice),
}

/// `hearth devices revoke`.
#[derive(Debug, Args)]
pub(crate) struct RevokeDevice {
    /// Which, as `hearth devices list` shows it
    #[arg(value_name = "DEVICE", num_args = 1.., required = true)]
    pub(crate) which: Vec<String>,
    /// Do not ask to type the name again
    #[arg(long, short)]
    pub(crate) yes: bool,
}

/// `hearth keeper`.
#[derive(Debug, Args)]
pub(crate) struct KeeperArgs {
    /// What to do; without it: show what there is.
    #[command(subcommand)]
    pub(crate) verb: Option<KeeperVerb>,
}

/// What can be done with keepers.
#[derive(Debug, Subcommand)]
pub(crate) enum KeeperVerb {
    /// On an always-on machine: make it a keeper, and print a ticket to it that is good for one group
    Ticket {
        /// How the ticket is drawn.
        #[command(flatten)]
        drawing: Drawing,
    },
    /// On a member's machine: let a keeper carry for the group, with its ticket
    Add {
        /// The ticket; `-` or nothing reads it from a prompt or standard input
        #[arg(value_name = "TICKET")]
        ticket: Option<String>,
        /// What the group calls it
        #[arg(long, value_name = "NAME")]
        name: Option<String>,
    },
    /// On a member's machine: take a keeper away from the group
    Remove {
        /// Which, as `hearth keeper` shows it
        #[arg(value_name = "NAME", num_args = 1.., required = true)]
        name: Vec<String>,
    },
    /// On a keeper: carry something no more, and delete what is here of it
    Drop {
        /// Which, as `hearth keeper` numbers it there
        #[arg(value_name = "N")]
        number: usize,
    },
}

/// `hearth verify`.
#[derive(Debug, Args)]
pub(crate) struct Verify {
    /// Who, as `hearth people` shows the name
    #[arg(value_name = "NAME")]
    pub(crate) who: String,
    /// Note that you have compared the numbers, and they are the same
    #[arg(long)]
    pub(crate) done: bool,
}

/// `hearth share`.
#[derive(Debug, Args)]
pub(crate) struct Share {
    /// Say in a line what it is about (asked for, or the first line of standard input)
    #[arg(long)]
    pub(crate) topic: bool,
    /// Say in a line what a reader may want to know before reading on (asked for, or the next line of standard input)
    #[arg(long)]
    pub(crate) note: bool,
    /// Let everybody answer in front of all
    #[arg(long)]
    pub(crate) thread: bool,
    /// Let it go out at once, instead of after 10 seconds
    #[arg(long)]
    pub(crate) now: bool,
    /// Let it wait until tomorrow at 9; until then it can be undone
    #[arg(long, conflicts_with = "now")]
    pub(crate) sleep_on_it: bool,
    /// Let it wait for this long, such as 8h, two days at most; until then it can be undone
    #[arg(long = "in", value_name = "TIME", value_parser = duration::parse, conflicts_with_all = ["now", "sleep_on_it"])]
    pub(crate) wait: Option<Duration>,
    /// Where the text comes from.
    #[command(flatten)]
    pub(crate) writing: Writing,
}

/// `hearth dm`.
#[derive(Debug, Args)]
pub(crate) struct Dm {
    /// Who it is for, as `hearth people` shows the name
    #[arg(value_name = "NAME")]
    pub(crate) to: String,
    /// Let it go out at once, instead of after 10 seconds
    #[arg(long)]
    pub(crate) now: bool,
    /// Where the text comes from.
    #[command(flatten)]
    pub(crate) writing: Writing,
}

/// `hearth sponsor`.
#[derive(Debug, Args)]
pub(crate) struct Sponsor {
    /// What to do; without it: list.
    #[command(subcommand)]
    pub(crate) verb: Option<SponsorVerb>,
}

/// What can be done with sponsors and sponsees.
#[derive(Debug, Subcommand)]
pub(crate) enum SponsorVerb {
    /// Ask a person to be your sponsor
    Ask(AskSponsor),
    /// Say yes to a person who asked you
    Accept(Whom),
    /// Do not; nothing is sent, and the person sees that no answer came
    Decline(Whom),
    /// End it with a person, or take back that you asked
    End(Whom),
}

/// `hearth sponsor ask`.
#[derive(Debug, Args)]
pub(crate) struct AskSponsor {
    /// Who, as `hearth people` shows the name
    #[arg(value_name = "NAME")]
    pub(crate) who: String,
    /// Ask without words of your own
    #[arg(long)]
    pub(crate) wordless: bool,
    /// Let it go out at once, instead of after 10 seconds
    #[arg(long)]
    pub(crate) now: bool,
    /// Where the text comes from.
    #[command(flatten)]
    pub(crate) writing: Writing,
}

/// A person.
#[derive(Debug, Args)]
pub(crate) struct Whom {
    /// Who, as `hearth people` shows the name
    #[arg(value_name = "NAME")]
    pub(crate) who: String,
}

/// `hearth requests`.
#[derive(Debug, Args)]
pub(crate) struct Requests {
    /// What to do; without it: list.
    #[command(subcommand)]
    pub(crate) verb: Option<RequestsVerb>,
}

/// What can be done with requests.
#[derive(Debug, Subcommand)]
pub(crate) enum RequestsVerb {
    /// Show what a person wrote to you
    Show(Whom),
    /// Hear a person: what they wrote, and what they will write
    Accept(Whom),
    /// Do not; nothing is sent
    Ignore(Whom),
    /// Switch on or off that messages of people whom you have not written to wait
    Shield {
        /// On or off
        #[arg(value_enum, value_name = "SWITCH")]
        switch: Switch,
    },
}

/// On or off.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Switch {
    /// They wait
    On,
    /// They come at once
    Off,
}

/// `hearth block`.
#[derive(Debug, Args)]
pub(crate) struct Block {
    /// Who, as `hearth people` shows the name; without it: list
    #[arg(value_name = "NAME")]
    pub(crate) who: Option<String>,
}

/// `hearth unblock`.
#[derive(Debug, Args)]
pub(crate) struct Unblock {
    /// Who, as `hearth block` shows the name
    #[arg(value_name = "NAME")]
    pub(crate) who: String,
}

/// `hearth report`.
#[derive(Debug, Args)]
pub(crate) struct Report {
    /// Whom it is about, as `hearth people` shows the name
    #[arg(value_name = "NAME")]
    pub(crate) who: String,
    /// Enclose a message of that person, by its mark (may be repeated)
    #[arg(long = "with", value_name = "WHICH")]
    pub(crate) with: Vec<String>,
    /// Enclose what that person wrote to you alone: the latest messages, as far as there is room
    #[arg(long)]
    pub(crate) with_private: bool,
    /// Let it go out at once, instead of after 10 seconds
    #[arg(long)]
    pub(crate) now: bool,
    /// Where the text comes from.
    #[command(flatten)]
    pub(crate) writing: Writing,
}

/// `hearth safety`.
#[derive(Debug, Args)]
pub(crate) struct Safety {
    /// What to do; without it: show.
    #[command(subcommand)]
    pub(crate) verb: Option<SafetyVerb>,
}

/// What can be done about safety.
#[derive(Debug, Subcommand)]
pub(crate) enum SafetyVerb {
    /// Name the people who read reports: two at least
    Contacts {
        /// Who, as `hearth people` shows the names
        #[arg(value_name = "NAME", num_args = 2.., required = true)]
        who: Vec<String>,
    },
    /// Note for yourself how far you are with a report
    Note {
        /// Which, as `hearth safety` shows its mark
        #[arg(value_name = "WHICH")]
        which: String,
        /// How far
        #[arg(value_enum, value_name = "STATE")]
        state: ReportState,
    },
}

/// How far somebody is with a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ReportState {
    /// Nothing was done yet
    Open,
    /// Somebody was talked to
    Talked,
    /// It is over
    Closed,
}

/// `hearth reply`.
#[derive(Debug, Args)]
pub(crate) struct Reply {
    /// What you answer: its mark, as `hearth read` shows it, or whose latest it is
    #[arg(value_name = "WHICH")]
    pub(crate) which: String,
    /// Answer the author alone, also where all may answer
    #[arg(long)]
    pub(crate) private: bool,
    /// Let it go out at once, instead of after 10 seconds
    #[arg(long)]
    pub(crate) now: bool,
    /// Where the text comes from.
    #[command(flatten)]
    pub(crate) writing: Writing,
}

/// `hearth react`.
#[derive(Debug, Args)]
pub(crate) struct React {
    /// To what: its mark, as `hearth read` shows it, or whose latest it is
    #[arg(value_name = "WHICH")]
    pub(crate) which: String,
    /// Which sign
    #[arg(value_enum, value_name = "SIGN")]
    pub(crate) with: Sign,
}

/// A sign.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Sign {
    /// Heard
    Heard,
    /// With you
    WithYou,
    /// Me too
    MeToo,
    /// Thank you
    ThankYou,
    /// A hug
    Hug,
    /// Well done, for a milestone
    Celebrate,
}

/// `hearth edit`.
#[derive(Debug, Args)]
pub(crate) struct EditWords {
    /// Which of your messages: its mark, as `hearth read` shows it; the latest if nothing is said
    #[arg(long, value_name = "WHICH")]
    pub(crate) which: Option<String>,
    /// Where the text comes from.
    #[command(flatten)]
    pub(crate) writing: Writing,
}

/// `hearth retract`.
#[derive(Debug, Args)]
pub(crate) struct Which {
    /// Which of your messages: its mark, as `hearth read` shows it; the latest if nothing is said
    #[arg(value_name = "WHICH")]
    pub(crate) which: Option<String>,
}

/// `hearth checkin`.
#[derive(Debug, Args)]
pub(crate) struct CheckIn {
    /// Whom to tell, as `hearth people` shows the name (may be repeated); without it, the group
    #[arg(long, value_name = "NAME")]
    pub(crate) to: Vec<String>,
    /// Let it go out at once, instead of after 10 seconds
    #[arg(long)]
    pub(crate) now: bool,
}

/// `hearth milestone`.
#[derive(Debug, Args)]
pub(crate) struct Milestone {
    /// Whom to tell, as `hearth people` shows the name (may be repeated); without it, the group
    #[arg(long, value_name = "NAME")]
    pub(crate) to: Vec<String>,
    /// Let it go out at once, instead of after 10 seconds
    #[arg(long)]
    pub(crate) now: bool,
}

/// Where a text comes from.
#[derive(Debug, Args)]
pub(crate) struct Writing {
    /// Write in your editor ($VISUAL or $EDITOR)
    #[arg(long)]
    pub(crate) edit: bool,
    /// Words that do not belong here.
    #[arg(hide = true, value_name = "WORDS", num_args = 0..)]
    pub(crate) stray_words: Vec<OsString>,
}

/// `hearth crisis`.
#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub(crate) struct Crisis {
    /// What to do; without it: show the card.
    #[command(subcommand)]
    pub(crate) verb: Option<CrisisVerb>,
    /// What happened; without it, everything is shown
    #[arg(value_enum, value_name = "EMERGENCY")]
    pub(crate) emergency: Option<CrisisKind>,
    /// Whose numbers to show. Not a list of values: with one that is not known, all numbers are shown before it is refused.
    #[arg(long, value_name = "REGION")]
    pub(crate) region: Option<String>,
    /// Keep whose numbers to show on this machine
    #[arg(long, value_name = "REGION", conflicts_with_all = ["region", "emergency"])]
    pub(crate) set_region: Option<String>,
}

/// What can be done with the card.
#[derive(Debug, Subcommand)]
pub(crate) enum CrisisVerb {
    /// Look at the lines one by one, and give the group a card of its own
    Confirm {
        /// Whose numbers to begin with
        #[arg(long, value_name = "REGION")]
        region: Option<String>,
    },
}

/// `hearth sos`.
#[derive(Debug, Args)]
pub(crate) struct Sos {
    /// What it is; asked for if it is not given
    #[arg(long, value_enum, value_name = "WHAT")]
    pub(crate) what: Option<Trouble>,
    /// What would help; asked for if it is not given
    #[arg(long, value_enum, value_name = "WHAT")]
    pub(crate) want: Option<SosWant>,
    /// A drill: it says so everywhere
    #[arg(long)]
    pub(crate) drill: bool,
    /// Ask the whole group, too, if nobody answers
    #[arg(long)]
    pub(crate) ask_group: bool,
    /// Do not stay to show what becomes of it
    #[arg(long)]
    pub(crate) no_wait: bool,
    /// List the calls for help that you can see
    #[arg(long, conflicts_with_all = ["what", "want", "drill", "ask_group", "no_wait"])]
    pub(crate) list: bool,
}

/// What it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Trouble {
    /// You want to use, or to drink
    Craving,
    /// A bad night
    BadNight,
    /// Somebody took too much: everybody is asked at once
    Overdose,
    /// You may hurt yourself: everybody is asked at once
    SelfHarm,
    /// You are in danger
    Danger,
    /// Something else
    Other,
}

/// What would help.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum SosWant {
    /// Whatever somebody can do
    Anything,
    /// A call
    Call,
    /// Words, written
    Write,
    /// Somebody who comes
    Come,
}

/// `hearth answer`.
#[derive(Debug, Args)]
pub(crate) struct Answer {
    /// What you do
    #[arg(value_enum, value_name = "WORD")]
    pub(crate) word: AnswerWord,
    /// With `hand`: who is asked instead
    #[arg(value_name = "NAME")]
    pub(crate) to: Option<String>,
    /// Who asks for help, if several do
    #[arg(long, value_name = "NAME")]
    pub(crate) of: Option<String>,
}

/// What somebody does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum AnswerWord {
    /// You are there
    Here,
    /// You are calling: others need not, for ten minutes
    Calling,
    /// You are on your way: others need not, for ten minutes
    Coming,
    /// You cannot
    Cannot,
    /// Somebody else is asked instead
    Hand,
    /// You are with them, or speak with them
    Reached,
}

/// `hearth safe`.
#[derive(Debug, Args)]
pub(crate) struct Safe {
    /// It was a mistake: nobody asks why
    #[arg(long)]
    pub(crate) mistake: bool,
}

/// `hearth ladder`.
#[derive(Debug, Args)]
pub(crate) struct Ladder {
    /// The first to be asked, three at most
    #[arg(value_name = "NAME", num_args = 0..=3)]
    pub(crate) names: Vec<String>,
    /// Nobody in particular is the first
    #[arg(long, conflicts_with = "names")]
    pub(crate) nobody: bool,
    /// Ask the group after a quarter of an hour without an answer
    #[arg(long)]
    pub(crate) ask_group: bool,
    /// Do not ask the group
    #[arg(long, conflicts_with = "ask_group")]
    pub(crate) no_ask_group: bool,
    /// When calls of others do not ring here, such as 22:00-07:00, or `off`
    #[arg(long, value_name = "HOURS")]
    pub(crate) quiet: Option<String>,
}

/// `hearth oncall`.
#[derive(Debug, Args)]
pub(crate) struct OnCall {
    /// What to say; without it: show who is on call.
    #[command(subcommand)]
    pub(crate) verb: Option<OnCallVerb>,
}

/// What can be said about being on call.
#[derive(Debug, Subcommand)]
pub(crate) enum OnCallVerb {
    /// Say when you are on call
    Add {
        /// From when, such as `tue 20:00`; from this moment on if nothing is said
        #[arg(value_name = "WHEN", num_args = 0..)]
        at: Vec<String>,
        /// For how long
        #[arg(long, value_name = "TIME", default_value = "8h", value_parser = duration::parse)]
        r#for: Duration,
        /// For how many weeks, at the same hour
        #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u8).range(1..=13))]
        weeks: u8,
    },
    /// Take back all times at which you are on call
    Clear,
}

/// What happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum CrisisKind {
    /// Somebody took too much
    Overdose,
    /// Thoughts of suicide, or of hurting oneself
    #[value(alias = "suicide")]
    SelfHarm,
    /// Violence, or the threat of it
    #[value(alias = "violence")]
    Danger,
    /// Stopping alcohol or tranquillisers after long use
    Withdrawal,
}

/// `hearth read`.
#[derive(Debug, Args)]
pub(crate) struct Read {
    /// Stay, and show what arrives
    #[arg(long, short)]
    pub(crate) follow: bool,
    /// How many of the latest messages to show
    #[arg(long, short = 'n', value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) limit: Option<u32>,
}

/// `hearth remove`.
#[derive(Debug, Args)]
pub(crate) struct Remove {
    /// Who, as `hearth people` shows the name
    #[arg(value_name = "NAME")]
    pub(crate) who: String,
    /// Do not ask to type the name again
    #[arg(long, short)]
    pub(crate) yes: bool,
}

/// `hearth completions`.
#[derive(Debug, Args)]
pub(crate) struct Completions {
    /// Which shell
    #[arg(value_enum)]
    pub(crate) shell: clap_complete::Shell,
}

/// `hearth man`.
#[derive(Debug, Args)]
pub(crate) struct Man {
    /// The folder for the pages
    #[arg(value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub(crate) folder: Option<PathBuf>,
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    fn parse(words: &[&str]) -> Result<CommandLine, clap::Error> {
        CommandLine::try_parse_from(std::iter::once("hearth").chain(words.iter().copied()))
    }

    #[test]
    fn the_command_line_is_consistent() {
        CommandLine::command().debug_assert();
    }

    #[test]
    fn options_stand_before_or_after_the_verb() {
        for words in [
            ["--json", "--home", "/h", "read"],
            ["read", "--json", "--home", "/h"],
            ["--home", "/h", "read", "--json"],
        ] {
            let line = parse(&words).unwrap();
            assert!(line.everywhere.json, "{words:?}");
            assert_eq!(line.everywhere.home, Some(PathBuf::from("/h")), "{words:?}");
            assert!(matches!(line.verb, Some(Verb::Read(_))));
        }
        let line = parse(&[
            "start",
            "Tuesday",
            "--listen",
            "a",
            "--listen",
            "b",
            "--passphrase-file",
            "/p",
            "--name",
            "Ada",
        ])
        .unwrap();
        assert_eq!(line.everywhere.listen, ["a", "b"]);
        assert_eq!(line.everywhere.passphrase_file, Some(PathBuf::from("/p")));
        let line = parse(&["--group", "Tuesday", "people"]).unwrap();
        assert_eq!(line.everywhere.group.as_deref(), Some("Tuesday"));
    }

    #[test]
    fn no_verb_is_today() {
        assert!(parse(&[]).unwrap().verb.is_none());
        assert!(parse(&["--json"]).unwrap().verb.is_none());
    }

    #[test]
    fn start_knows_both_suites() {
        let suite = |words: &[&str]| match parse(words).unwrap().verb {
            Some(Verb::Start(start)) => start.suite,
            other => panic!("{other:?}"),
        };
        assert_eq!(suite(&["start", "G"]), Suite::XWing);
        assert_eq!(suite(&["start", "G", "--suite", "x-wing"]), Suite::XWing);
        assert_eq!(suite(&["start", "G", "--suite", "x25519"]), Suite::X25519);
        assert!(parse(&["start", "G", "--suite", "rot13"]).is_err());
        assert!(parse(&["start"]).is_err());
    }

    #[test]
    fn times_and_counts_are_checked() {
        let Some(Verb::Invite(invite)) = parse(&["invite", "--uses", "3", "--expires", "7d"]).unwrap().verb
        else {
            panic!("not an invite")
        };
        assert_eq!(invite.uses, Some(3));
        assert_eq!(invite.expires, Some(Duration::from_secs(604_800)));
        assert!(parse(&["invite", "--uses", "0"]).is_err());
        assert!(parse(&["invite", "--expires", "soon"]).is_err());
        assert!(parse(&["invite", "--list", "--uses", "2"]).is_err());
        assert!(parse(&["read", "--limit", "0"]).is_err());
        let Some(Verb::Join(join)) = parse(&["join", "-"]).unwrap().verb else { panic!("not a join") };
        assert_eq!(join.wait, Duration::from_secs(60));
        assert!(parse(&["join", "t", "--no-wait"]).is_ok());
        assert!(parse(&["join", "t", "--no-wait", "--wait", "5s"]).is_err());
    }

    #[test]
    fn invites_give_no_service_role() {
        let role = |words: &[&str]| match parse(words).unwrap().verb {
            Some(Verb::Invite(invite)) => invite.role,
            other => panic!("{other:?}"),
        };
        assert_eq!(role(&["invite"]), None);
        assert_eq!(role(&["invite", "--role", "newcomer"]), Some(InvitedRole::Newcomer));
        assert!(parse(&["invite", "--role", "servant"]).is_err());
        assert!(parse(&["invite", "--role", "secretary"]).is_err());
        assert!(parse(&["role", "Sam", "king"]).is_err());
        assert!(parse(&["role", "Sam", "trusted-servant"]).is_ok());
    }

    #[test]
    fn what_consists_of_several_words_needs_no_quotes() {
        let Some(Verb::Endorse(endorse)) = parse(&["endorse", "remove", "Sam"]).unwrap().verb else {
            panic!("not an endorsement")
        };
        assert_eq!(endorse.which, ["remove", "Sam"]);
        let Some(Verb::Devices(devices)) = parse(&["devices", "revoke", "22", "Nov", "--yes"]).unwrap().verb
        else {
            panic!("not devices")
        };
        assert!(
            matches!(devices.verb, Some(DevicesVerb::Revoke(revoke)) if revoke.which == ["22", "Nov"] && revoke.yes)
        );
        assert!(parse(&["devices", "revoke"]).is_err());
        assert!(matches!(parse(&["members"]).unwrap().verb, Some(Verb::People)));
    }

    #[test]
    fn words_of_a_text_are_caught_and_not_taken_for_anything_else() {
        for words in [&["share", "I", "am", "tired"][..], &["share", "read"], &["dm", "Sam", "read", "me"]] {
            let writing = match parse(words).unwrap().verb {
                Some(Verb::Share(share)) => share.writing,
                Some(Verb::Dm(dm)) => dm.writing,
                other => panic!("{other:?}"),
            };
            assert!(!writing.stray_words.is_empty());
        }
    }

    #[test]
    fn what_happened_is_one_word_and_a_region_any() {
        let crisis = |words: &[&str]| match parse(words).unwrap().verb {
            Some(Verb::Crisis(crisis)) => crisis,
            other => panic!("{other:?}"),
        };
        assert_eq!(crisis(&["crisis"]).emergency, None);
        assert_eq!(crisis(&["crisis", "self-harm"]).emergency, Some(CrisisKind::SelfHarm));
        assert_eq!(crisis(&["crisis", "suicide"]).emergency, Some(CrisisKind::SelfHarm));
        assert_eq!(crisis(&["crisis", "overdose", "--region", "??"]).region.as_deref(), Some("??"));
        assert!(crisis(&["crisis", "confirm", "--region", "us"]).verb.is_some());
        assert!(parse(&["crisis", "--set-region", "us", "danger"]).is_err());
    }

    #[test]
    fn a_passphrase_is_no_argument() {
        assert!(parse(&["unlock", "--passphrase", "x"]).is_err());
    }
}
