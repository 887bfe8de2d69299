//! The words that the Hearth daemon and its clients speak: HTTP/1.1 with JSON and server-sent events on a Unix
//! socket, and a small asynchronous client.
//!
//! Owns the shape of every request, answer, event and error under `/v1/`, their bounds, and the exit code that an
//! error means for a command. Never opens a vault, knows no protocol, and depends on no other crate of Hearth.
//!
//! ```no_run
//! # async fn example() -> Result<(), hearth_api::ClientError> {
//! let client = hearth_api::Client::new("/home/me/.local/share/hearth/hearthd.sock");
//! let status = client.status().await?;
//! for group in status.groups {
//!     println!("{} of {} connected", group.connected, group.members);
//! }
//! # Ok(())
//! # }
//! ```
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing))]

mod client;
mod conscience;
mod content;
mod error;
mod event;
mod ids;
mod keepers;
pub mod limits;
mod machine;
mod meetings;
mod objects;
mod own;
mod phones;
mod private;
mod requests;
pub mod routes;
mod secret;
mod sos;
mod views;

pub use client::{Client, ClientError, EventStream, Patience};
pub use conscience::{
    AskGroup, Poll, PollCount, PollKind, PollStage, PollWord, PollWordSort, Polls, SayBeside, Vote,
};
pub use content::{Content, Halt, Reaction, Want, Work};
pub use error::{ApiError, ErrorCode, ExitCode};
pub use event::Event;
pub use ids::{
    ActId, Cursor, DeviceId, GroupId, IdError, MemberId, MessageId, ObjectId, RecordId, RequestId, SosId,
    TokenId,
};
pub use keepers::{AddKeeper, Carried, CarriedRoom, Keeper, KeeperOffered, KeeperState, Keepers};
pub use machine::{AutoLock, BackUp, Backup, BackupFile, Restore};
pub use meetings::{
    ComingMeetings, Degrees, ExportFormat, ExportQuery, Exported, FieldCount, FindMeetings, FoundMeeting,
    FoundMeetings, ImportMeetings, ImportWhat, Imported, ImportedMeeting, Links, ListReport, Meeting,
    MeetingAt, MeetingContact, MeetingException, MeetingList, MeetingPlace, MeetingRule, MeetingSecrets,
    MeetingSpecial, MeetingState, MeetingTimes, MeetingType, MeetingWay, MeetingWithoutTimes, MeetingsQuery,
    MovedTo, NoTimes, NoteCount, NoteExample, NoteWeight, Nth, Point, Reminders, TimeOfDay, Weekday,
};
pub use objects::{
    CrisisLine, Object, Objects, ObjectsQuery, Put, PutObject, Slot, Slots, TakeState, Thing, ThingKind,
    Version, Versions,
};
pub use own::{
    Chips, ChipsOf, Day, KeepOwn, Own, OwnKind, OwnQuery, OwnRecord, OwnRecords, Schedule, ShowOwn, Token,
};
pub use phones::{ListedPhone, Phone, Phones, ShowPhone, ShownTo};
pub use private::{
    AskSponsor, Block, NoteReport, Private, PrivateAct, PrivateWords, Proof, Readers, Report, ReportNote,
    Reports, Request, Shield, SignedCopy, SponsorLink, WriteReport,
};
pub use requests::{
    Change, Checked, CreateGroup, CreateInvite, CreateVault, EditMessage, Endorse, JoinAsDevice, JoinGroup,
    Keep, LookAtGroup, MessagesQuery, Nothing, Propose, React, RemoveMember, ReplyTo, Role, SendMessage,
    SetRole, Suite, Unlock,
};
pub use secret::{Passphrase, Ticket};
pub use sos::{
    AnswerSos, CloseSos, Coverage, Gap, Help, Ladder, OnCallTurn, QuietHours, RaiseSos, SosAnswered, SosCall,
    SosCalls, SosEnding, SosRaised, SosStage, SosWord, Trouble,
};
pub use views::{
    Conscience, Decided, Delivery, DeliveryState, Device, DeviceOffered, Devices, Group, GroupState, Groups,
    Invite, Invited, Invites, Joining, Kept, Message, MessageKind, Messages, People, Person, Proposal,
    Question, ReactionBy, RemovalPreview, Removed, SafetyNumber, Sent, ShownGroup, Status, Switching,
    VaultState, Visit,
};

/// Implements a `Debug` that names the type alone: a name, a text or a ticket in a log would harm a member.
macro_rules! redacted {
    ($($name:ident),+ $(,)?) => {$(
        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(concat!(stringify!($name), "(..)"))
            }
        }
    )+};
}
pub(crate) use redacted;
