//! What the local API needs from the rest of the node: one method per operation.

use std::future::Future;

use hearth_api::{
    AddKeeper, AnswerSos, ApiError, AskGroup, AskSponsor, AutoLock, BackUp, Backup, Carried, Chips, CloseSos,
    ComingMeetings, Conscience, Coverage, CreateGroup, CreateInvite, CreateVault, Decided, DeviceId,
    DeviceOffered, Devices, EditMessage, Endorse, Event, ExportQuery, Exported, FindMeetings, FoundMeetings,
    Group, GroupId, Groups, ImportMeetings, Imported, Invited, Invites, JoinAsDevice, JoinGroup, Keep,
    KeepOwn, KeeperOffered, Keepers, Kept, Ladder, LookAtGroup, MeetingsQuery, MemberId, Message, MessageId,
    Messages, MessagesQuery, NoteReport, ObjectId, Objects, ObjectsQuery, OwnQuery, OwnRecord, OwnRecords,
    People, Phones, Poll, Polls, Private, PrivateAct, PrivateWords, Propose, Put, PutObject, RaiseSos, React,
    Readers, RecordId, Reminders, RemovalPreview, RemoveMember, Removed, ReplyTo, Reports, Restore,
    SafetyNumber, SayBeside, SendMessage, Sent, SetRole, ShowOwn, ShowPhone, Slots, SosCalls, SosId,
    SosRaised, Status, TokenId, Unlock, Versions, Vote, WriteReport,
};
use tokio::sync::broadcast;

/// Does what the local API is asked for.
///
/// Requests arrive checked ([`hearth_api::Checked`]). A future may be dropped at any await, because the client went
/// away: an operation that has begun then goes on or never happened, and a client that sends the same request id
/// again gets the first answer. An answer is given only after what it says is durable.
pub trait Backend: Clone + Send + Sync + 'static {
    /// Returns how the node is. Works without an open vault, too.
    fn status(&self) -> impl Future<Output = Result<Status, ApiError>> + Send;

    /// Makes the vault and opens it.
    fn create_vault(&self, request: CreateVault) -> impl Future<Output = Result<Status, ApiError>> + Send;

    /// Opens the vault; fine when it is open already and the passphrase is right.
    fn unlock(&self, request: Unlock) -> impl Future<Output = Result<Status, ApiError>> + Send;

    /// Locks the vault; fine when it is locked already.
    fn lock(&self) -> impl Future<Output = Result<Status, ApiError>> + Send;

    /// Takes note that somebody asks, and no program by itself. May be called at any time, and does not wait.
    fn note_use(&self);

    /// Says after how long without use the vault locks by itself.
    fn set_auto_lock(&self, request: AutoLock) -> impl Future<Output = Result<Status, ApiError>> + Send;

    /// Makes a backup.
    fn back_up(&self, request: BackUp) -> impl Future<Output = Result<Backup, ApiError>> + Send;

    /// Makes a vault of a backup and opens it.
    fn restore(&self, request: Restore) -> impl Future<Output = Result<Status, ApiError>> + Send;

    /// Destroys the vault and all that is kept here, and starts to stop the daemon. What opens the vault is gone from the disk
    /// when it returns, and its keys from memory.
    fn destroy(&self) -> impl Future<Output = Result<(), ApiError>> + Send;

    /// Starts to stop the daemon, and returns before it has stopped.
    fn stop(&self) -> impl Future<Output = Result<(), ApiError>> + Send;

    /// Returns the groups, in order of their ids.
    fn groups(&self) -> impl Future<Output = Result<Groups, ApiError>> + Send;

    /// Returns one group.
    fn group(&self, group: GroupId) -> impl Future<Output = Result<Group, ApiError>> + Send;

    /// Founds a group, once per request id.
    fn create_group(&self, request: CreateGroup) -> impl Future<Output = Result<Group, ApiError>> + Send;

    /// Starts to join a group.
    fn join_group(&self, request: JoinGroup) -> impl Future<Output = Result<Group, ApiError>> + Send;

    /// Starts to look at the group of a ticket.
    fn look(&self, request: LookAtGroup) -> impl Future<Output = Result<Group, ApiError>> + Send;

    /// Forgets a group that is only looked at.
    fn stop_looking(&self, group: GroupId) -> impl Future<Output = Result<(), ApiError>> + Send;

    /// Makes an invite.
    fn create_invite(
        &self,
        group: GroupId,
        request: CreateInvite,
    ) -> impl Future<Output = Result<Invited, ApiError>> + Send;

    /// Returns the invites of a group.
    fn invites(&self, group: GroupId) -> impl Future<Output = Result<Invites, ApiError>> + Send;

    /// Revokes an invite.
    fn revoke_invite(
        &self,
        group: GroupId,
        token: TokenId,
    ) -> impl Future<Output = Result<(), ApiError>> + Send;

    /// Keeps a message and sends it, once per request id.
    fn send_message(
        &self,
        group: GroupId,
        request: SendMessage,
    ) -> impl Future<Output = Result<Sent, ApiError>> + Send;

    /// Answers a message, once per request id.
    fn reply(
        &self,
        group: GroupId,
        id: MessageId,
        request: ReplyTo,
    ) -> impl Future<Output = Result<Sent, ApiError>> + Send;

    /// What a group has.
    fn objects(
        &self,
        group: GroupId,
        query: ObjectsQuery,
    ) -> impl Future<Output = Result<Objects, ApiError>> + Send;

    /// Writes something that the group has, once per request id.
    fn put_object(
        &self,
        group: GroupId,
        request: PutObject,
    ) -> impl Future<Output = Result<Put, ApiError>> + Send;

    /// Withdraws something that the group has.
    fn withdraw_object(
        &self,
        group: GroupId,
        id: ObjectId,
    ) -> impl Future<Output = Result<(), ApiError>> + Send;

    /// Raises a call for help.
    fn raise_sos(
        &self,
        group: GroupId,
        request: RaiseSos,
    ) -> impl Future<Output = Result<SosRaised, ApiError>> + Send;
    /// The calls for help that are shown on this device.
    fn sos_calls(&self, group: GroupId) -> impl Future<Output = Result<SosCalls, ApiError>> + Send;
    /// Answers somebody's call for help.
    fn answer_sos(
        &self,
        group: GroupId,
        id: SosId,
        request: AnswerSos,
    ) -> impl Future<Output = Result<SosCalls, ApiError>> + Send;
    /// Closes a call for help of this member's own.
    fn close_sos(
        &self,
        group: GroupId,
        id: SosId,
        request: CloseSos,
    ) -> impl Future<Output = Result<SosCalls, ApiError>> + Send;
    /// The keepers of a group.
    fn keepers(&self, group: GroupId) -> impl Future<Output = Result<Keepers, ApiError>> + Send;
    /// Adds a keeper to a group, once per request id.
    fn add_keeper(
        &self,
        group: GroupId,
        request: AddKeeper,
    ) -> impl Future<Output = Result<Keepers, ApiError>> + Send;
    /// Takes a keeper away from a group.
    fn remove_keeper(
        &self,
        group: GroupId,
        id: ObjectId,
    ) -> impl Future<Output = Result<(), ApiError>> + Send;
    /// What this node carries as a keeper.
    fn carried(&self) -> impl Future<Output = Result<Carried, ApiError>> + Send;
    /// Makes a ticket to this node as a keeper.
    fn offer_to_carry(&self) -> impl Future<Output = Result<KeeperOffered, ApiError>> + Send;
    /// Carries something no more.
    fn drop_carried(&self, id: ObjectId) -> impl Future<Output = Result<(), ApiError>> + Send;
    /// The numbers that this member may use, and their own.
    fn phones(&self, group: GroupId) -> impl Future<Output = Result<Phones, ApiError>> + Send;
    /// Shows a number to people who are picked, once per request id, in the place of what was shown to some before.
    fn show_phone(
        &self,
        group: GroupId,
        request: ShowPhone,
    ) -> impl Future<Output = Result<Sent, ApiError>> + Send;
    /// Takes back what this member shows to some alone.
    fn hide_phone(&self, group: GroupId) -> impl Future<Output = Result<(), ApiError>> + Send;
    /// Whom this member wants asked on a bad night.
    fn ladder(&self, group: GroupId) -> impl Future<Output = Result<Ladder, ApiError>> + Send;
    /// Says whom this member wants asked on a bad night.
    fn set_ladder(
        &self,
        group: GroupId,
        request: Ladder,
    ) -> impl Future<Output = Result<Ladder, ApiError>> + Send;
    /// Who may be asked in the days to come.
    fn coverage(&self, group: GroupId) -> impl Future<Output = Result<Coverage, ApiError>> + Send;
    /// The versions of something that the group has, the one that counts first.
    fn versions(
        &self,
        group: GroupId,
        id: ObjectId,
    ) -> impl Future<Output = Result<Versions, ApiError>> + Send;

    /// What a group votes on.
    fn polls(&self, group: GroupId) -> impl Future<Output = Result<Polls, ApiError>> + Send;

    /// Asks the group something.
    fn ask_group(
        &self,
        group: GroupId,
        request: AskGroup,
    ) -> impl Future<Output = Result<Poll, ApiError>> + Send;

    /// Votes, or votes anew.
    fn vote(
        &self,
        group: GroupId,
        id: ObjectId,
        request: Vote,
    ) -> impl Future<Output = Result<Poll, ApiError>> + Send;

    /// Says something beside a question.
    fn say_beside(
        &self,
        group: GroupId,
        id: ObjectId,
        request: SayBeside,
    ) -> impl Future<Output = Result<Poll, ApiError>> + Send;

    /// Counts the votes on a question.
    fn count_poll(&self, group: GroupId, id: ObjectId)
    -> impl Future<Output = Result<Poll, ApiError>> + Send;

    /// The slots of a group, and whose word for each counts.
    fn slots(&self, group: GroupId) -> impl Future<Output = Result<Slots, ApiError>> + Send;

    /// The times of a group's meetings.
    fn meetings(
        &self,
        group: GroupId,
        query: MeetingsQuery,
    ) -> impl Future<Output = Result<ComingMeetings, ApiError>> + Send;

    /// Makes meetings of a list the group's. What the list did not change is not written again.
    fn import_meetings(
        &self,
        group: GroupId,
        request: ImportMeetings,
    ) -> impl Future<Output = Result<Imported, ApiError>> + Send;

    /// Writes a group's meetings for others.
    fn export_meetings(
        &self,
        group: GroupId,
        query: ExportQuery,
    ) -> impl Future<Output = Result<Exported, ApiError>> + Send;

    /// Looks through a list that is not a group's. Works without an open vault, and keeps nothing.
    fn find_meetings(
        &self,
        request: FindMeetings,
    ) -> impl Future<Output = Result<FoundMeetings, ApiError>> + Send;

    /// Says whether this member is reminded of a group's meetings.
    fn reminders(&self, group: GroupId) -> impl Future<Output = Result<Reminders, ApiError>> + Send;

    /// Switches reminders on or off.
    fn set_reminders(
        &self,
        group: GroupId,
        request: Reminders,
    ) -> impl Future<Output = Result<Reminders, ApiError>> + Send;

    /// Gives the author of a message a sign, once per request id.
    fn react(
        &self,
        group: GroupId,
        id: MessageId,
        request: React,
    ) -> impl Future<Output = Result<Sent, ApiError>> + Send;

    /// Puts other words in the place of a message's own, once per request id.
    fn edit(
        &self,
        group: GroupId,
        id: MessageId,
        request: EditMessage,
    ) -> impl Future<Output = Result<Sent, ApiError>> + Send;

    /// Undoes a message that is held back.
    fn undo(&self, group: GroupId, id: MessageId) -> impl Future<Output = Result<(), ApiError>> + Send;

    /// Takes a message back.
    fn retract(&self, group: GroupId, id: MessageId) -> impl Future<Output = Result<(), ApiError>> + Send;

    /// Returns a page of messages: at most [`MessagesQuery::limit_or_default`] of them, and no further one after
    /// [`hearth_api::limits::PAGE_TEXT_BYTES_MAX`] bytes of text.
    fn messages(
        &self,
        group: GroupId,
        query: MessagesQuery,
    ) -> impl Future<Output = Result<Messages, ApiError>> + Send;

    /// Returns one message.
    fn message(
        &self,
        group: GroupId,
        id: MessageId,
    ) -> impl Future<Output = Result<Message, ApiError>> + Send;

    /// Returns the members of a group.
    fn people(&self, group: GroupId) -> impl Future<Output = Result<People, ApiError>> + Send;

    /// Removes a member.
    fn remove_member(
        &self,
        group: GroupId,
        request: RemoveMember,
    ) -> impl Future<Output = Result<Removed, ApiError>> + Send;

    /// Returns who would lose what if a member were removed.
    fn removal_preview(
        &self,
        group: GroupId,
        member: MemberId,
    ) -> impl Future<Output = Result<RemovalPreview, ApiError>> + Send;

    /// Gives a member another role.
    fn set_role(
        &self,
        group: GroupId,
        request: SetRole,
    ) -> impl Future<Output = Result<Decided, ApiError>> + Send;

    /// Returns what the group has not decided yet.
    fn conscience(&self, group: GroupId) -> impl Future<Output = Result<Conscience, ApiError>> + Send;

    /// Proposes what many decide together.
    fn propose(
        &self,
        group: GroupId,
        request: Propose,
    ) -> impl Future<Output = Result<Decided, ApiError>> + Send;

    /// Agrees to what was proposed.
    fn endorse(
        &self,
        group: GroupId,
        request: Endorse,
    ) -> impl Future<Output = Result<Decided, ApiError>> + Send;

    /// Lets somebody stay whose admission does not count any more.
    fn keep(&self, group: GroupId, request: Keep) -> impl Future<Output = Result<Kept, ApiError>> + Send;

    /// Leaves a group.
    fn leave(&self, group: GroupId) -> impl Future<Output = Result<(), ApiError>> + Send;

    /// Returns this member's devices.
    fn devices(&self, group: GroupId) -> impl Future<Output = Result<Devices, ApiError>> + Send;

    /// Makes a ticket for a further device.
    fn offer_device(&self, group: GroupId) -> impl Future<Output = Result<DeviceOffered, ApiError>> + Send;

    /// Takes one of this member's other devices away.
    fn revoke_device(
        &self,
        group: GroupId,
        device: DeviceId,
    ) -> impl Future<Output = Result<(), ApiError>> + Send;

    /// Starts to become a further device of a member.
    fn join_as_device(&self, request: JoinAsDevice) -> impl Future<Output = Result<Group, ApiError>> + Send;

    /// Returns the safety number with a member.
    fn safety_number(
        &self,
        group: GroupId,
        member: MemberId,
    ) -> impl Future<Output = Result<SafetyNumber, ApiError>> + Send;

    /// Notes that the safety number with a member was compared.
    fn mark_verified(
        &self,
        group: GroupId,
        member: MemberId,
    ) -> impl Future<Output = Result<SafetyNumber, ApiError>> + Send;

    /// Returns what stands between this member and others.
    fn private(&self, group: GroupId) -> impl Future<Output = Result<Private, ApiError>> + Send;

    /// Changes what stands between this member and another.
    fn act_privately(
        &self,
        group: GroupId,
        act: PrivateAct,
    ) -> impl Future<Output = Result<(), ApiError>> + Send;

    /// Asks somebody to be this member's sponsor, once per request id.
    fn ask_sponsor(
        &self,
        group: GroupId,
        request: AskSponsor,
    ) -> impl Future<Output = Result<Sent, ApiError>> + Send;

    /// Returns what somebody wrote to this member alone, also what waits or is hidden by a block.
    fn private_words(
        &self,
        group: GroupId,
        member: MemberId,
    ) -> impl Future<Output = Result<PrivateWords, ApiError>> + Send;

    /// Returns who would read a report about somebody.
    fn readers(
        &self,
        group: GroupId,
        member: MemberId,
    ) -> impl Future<Output = Result<Readers, ApiError>> + Send;

    /// Reports somebody, once per request id.
    fn write_report(
        &self,
        group: GroupId,
        request: WriteReport,
    ) -> impl Future<Output = Result<Sent, ApiError>> + Send;

    /// Returns the reports that this member wrote or is to read.
    fn reports(&self, group: GroupId) -> impl Future<Output = Result<Reports, ApiError>> + Send;

    /// Notes how far this member is with a report.
    fn note_report(
        &self,
        group: GroupId,
        id: MessageId,
        request: NoteReport,
    ) -> impl Future<Output = Result<(), ApiError>> + Send;

    /// Keeps something for this member alone, once per request id.
    fn keep_own(&self, request: KeepOwn) -> impl Future<Output = Result<OwnRecord, ApiError>> + Send;

    /// Returns a page of what is kept of one kind, the newest first.
    fn own_records(&self, query: OwnQuery) -> impl Future<Output = Result<OwnRecords, ApiError>> + Send;

    /// Returns one record.
    fn own_record(&self, id: RecordId) -> impl Future<Output = Result<OwnRecord, ApiError>> + Send;

    /// Puts something in the place of what a record says, once per request id.
    fn change_own(
        &self,
        id: RecordId,
        request: KeepOwn,
    ) -> impl Future<Output = Result<OwnRecord, ApiError>> + Send;

    /// Deletes a record for good.
    fn delete_own(&self, id: RecordId) -> impl Future<Output = Result<(), ApiError>> + Send;

    /// Shows a copy of a record to somebody, once per request id.
    fn show_own(&self, id: RecordId, request: ShowOwn)
    -> impl Future<Output = Result<Sent, ApiError>> + Send;

    /// Returns which chips or key tags come next for this member.
    fn chips(&self) -> impl Future<Output = Result<Chips, ApiError>> + Send;

    /// Follows the events from this moment on. The channel holds [`hearth_api::limits::EVENTS_PENDING_MAX`] events;
    /// a client that is further behind is told so.
    fn subscribe(&self) -> broadcast::Receiver<Event>;
}
