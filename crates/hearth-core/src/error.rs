//! Why a wish cannot be granted, and what makes the engine stop.

use thiserror::Error;

use crate::invite::TicketError;
use crate::store::StoreError;

/// Why a member's wish was not granted. Nothing has changed, unless it is [`OperationError::Store`] or
/// [`OperationError::Bug`]: then the engine must be loaded anew.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum OperationError {
    /// No such group on this node.
    #[error("no such group")]
    UnknownGroup,
    /// No such current member.
    #[error("no such member")]
    UnknownMember,
    /// No such message, or it is forgotten.
    #[error("no such message")]
    UnknownMessage,
    /// The group has no such thing, or not any more.
    #[error("the group has no such thing")]
    UnknownObject,
    /// Somebody else wrote it.
    #[error("only who wrote it can do that")]
    NotYours,
    /// It does not go together with what it is for.
    #[error("{0}")]
    Unfitting(&'static str),
    /// The time for it is over.
    #[error("it is too late for that")]
    TooLate,
    /// A question of the group is at another stage.
    #[error("it is not the time for that")]
    NotTheTime,
    /// No such invite.
    #[error("no such invite")]
    UnknownInvite,
    /// No such open proposal or question.
    #[error("no such open question")]
    UnknownProposal,
    /// No such device of this member.
    #[error("no such device of yours")]
    UnknownDevice,
    /// The rank does not suffice.
    #[error("your role in the group does not allow this")]
    NotPermitted,
    /// Nobody has admitted this node yet.
    #[error("the group has not admitted you yet")]
    Joining,
    /// This node is not in the group any more.
    #[error("you are not in this group any more")]
    Removed,
    /// This node is in the group, or waits to be.
    #[error("you are in this group already")]
    AlreadyMember,
    /// The wish names its own author.
    #[error("this cannot be done to oneself")]
    Oneself,
    /// The other person's node has not published its keys yet.
    #[error("the other person's keys have not arrived yet")]
    KeysMissing,
    /// This node has no keys of the tip: it waits for them, or for somebody who gives it new ones.
    #[error("this machine is waiting for the group's new keys; they come when somebody is connected")]
    Astray,
    /// Empty, too long, with control characters, or with spaces at an end.
    #[error("a name has 1 to 64 bytes, no control characters and no spaces at its ends")]
    NameInvalid,
    /// There is nothing to send.
    #[error("the text is empty")]
    TextEmpty,
    /// More than [`crate::limits::TEXT_BYTES_MAX`] bytes.
    #[error("the text is {bytes} bytes long, at most {max} can be sent")]
    TextTooLong {
        /// Its bytes.
        bytes: usize,
        /// What is allowed.
        max: usize,
    },
    /// A number is out of its bounds.
    #[error("a value is out of bounds: {0}")]
    OutOfBounds(&'static str),
    /// More groups, pairs or members than [`crate::limits`] allows.
    #[error("there are too many already: {0}")]
    TooMany(&'static str),
    /// The text is no ticket.
    #[error(transparent)]
    Ticket(#[from] TicketError),
    /// The ticket's time is over.
    #[error("the ticket has expired")]
    TicketExpired,
    /// This node is in a group, and a keeper is in none.
    #[error("this machine is in a group: a keeper runs in a data folder of its own")]
    IsAMember,
    /// This node is a keeper.
    #[error("this machine is a keeper and is in no group: members use a data folder of their own")]
    IsAKeeper,
    /// This node does not know where others reach it.
    #[error("this machine does not know yet where others can reach it: try again in a moment")]
    AddressesMissing,
    /// The disk's fault.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// An invariant does not hold.
    #[error("bug: {0}")]
    Bug(&'static str),
    /// An earlier step was dropped before it was on disk.
    #[error("the engine must be loaded anew")]
    Poisoned,
    /// No such call for help.
    #[error("no such call for help")]
    UnknownSos,
    /// Nobody was picked beforehand, nobody is on call, and the group is not to be asked.
    #[error("there is nobody that it could go to")]
    NobodyToAsk,
    /// No such record of one's own.
    #[error("no such record of yours")]
    UnknownRecord,
    /// This member has blocked the other one.
    #[error("you have blocked this person")]
    Blocked,
    /// Nobody has asked for that, or not any more.
    #[error("nobody waits for that answer")]
    NotAsked,
    /// There is no safety contact and no servant beside whom a report is about.
    #[error("nobody in the group can take this report")]
    NobodyToTell,
    /// A report would go to others than those who were named.
    #[error("a report would go to other people now")]
    ReadersChanged,
    /// Of a kind that is kept for oneself alone.
    #[error("this is kept for yourself alone, and never shown")]
    NeverShown,
}

/// Why an engine cannot be loaded.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum LoadError {
    /// The disk's fault.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A record cannot be parsed, or contradicts another.
    #[error("a stored record makes no sense: {0}")]
    Damaged(&'static str),
    /// A record was written by a newer program.
    #[error("a stored record was written by a newer version")]
    UnknownVersion,
}

/// What ends a step: never a neighbour's fault.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum Fault {
    /// The disk's fault.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// An invariant does not hold.
    #[error("bug: {0}")]
    Bug(&'static str),
    /// An earlier step was dropped before it was on disk.
    #[error("the engine must be loaded anew")]
    Poisoned,
}

impl From<Fault> for OperationError {
    fn from(fault: Fault) -> Self {
        match fault {
            Fault::Store(error) => Self::Store(error),
            Fault::Bug(what) => Self::Bug(what),
            Fault::Poisoned => Self::Poisoned,
        }
    }
}

impl From<Fault> for LoadError {
    fn from(fault: Fault) -> Self {
        match fault {
            Fault::Store(error) => Self::Store(error),
            Fault::Bug(what) => Self::Damaged(what),
            Fault::Poisoned => Self::Damaged("poisoned"),
        }
    }
}
