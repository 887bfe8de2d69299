//! A client of the local API: one typed method per route, and the stream of events.
//!
//! Owns one connection per call, the time that a call may take, and what a broken connection means. It sends
//! nothing to a socket that another user listens on.

use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use http_body_util::{BodyExt, Full};
use hyper::body::{Bytes, Incoming};
use hyper::client::conn::http1;
use hyper::{Method, Request, Response, header};
use hyper_util::rt::TokioIo;
use serde::Serialize;
use serde::de::DeserializeOwned;
use tokio::net::UnixStream;
use tokio::task::JoinHandle;
use tokio::time::timeout;
use zeroize::Zeroizing;

use crate::conscience::{AskGroup, Poll, Polls, SayBeside, Vote};
use crate::error::{ApiError, ExitCode};
use crate::event::Event;
use crate::ids::{DeviceId, GroupId, MemberId, MessageId, ObjectId, SosId, TokenId};
use crate::keepers::{AddKeeper, Carried, KeeperOffered, Keepers};
use crate::objects::{Objects, Put, PutObject, Slots, ThingKind, Versions};
use crate::phones::{Phones, ShowPhone};
use crate::private::{
    AskSponsor, NoteReport, Private, PrivateAct, PrivateWords, Readers, Reports, WriteReport,
};
use crate::requests::{
    CreateGroup, CreateInvite, CreateVault, EditMessage, Endorse, JoinAsDevice, JoinGroup, Keep, LookAtGroup,
    MessagesQuery, Nothing, Propose, React, RemoveMember, ReplyTo, SendMessage, SetRole, Unlock,
};
use crate::sos::{AnswerSos, CloseSos, Coverage, Ladder, RaiseSos, SosCalls, SosRaised};
use crate::views::{
    Conscience, Decided, DeviceOffered, Devices, Group, Groups, Invited, Invites, Kept, Message, Messages,
    People, RemovalPreview, Removed, SafetyNumber, Sent, Status,
};
use crate::{limits, routes};

/// A client of the daemon that listens on one socket.
#[derive(Clone)]
pub struct Client {
    socket: PathBuf,
    patience: Patience,
    is_by_itself: bool,
}

impl Client {
    /// Returns a client for the socket, which is looked for at each call.
    pub fn new(socket: impl Into<PathBuf>) -> Self {
        Self { socket: socket.into(), patience: Patience::default(), is_by_itself: false }
    }

    /// Returns the client with other time limits.
    pub fn with_patience(mut self, patience: Patience) -> Self {
        self.patience = patience;
        self
    }

    /// Returns the client for what a program asks by itself, with nobody at it: the daemon then does not take it for a
    /// member's presence.
    pub fn by_itself(mut self) -> Self {
        self.is_by_itself = true;
        self
    }

    /// Returns the path of the socket.
    pub fn socket(&self) -> &Path {
        &self.socket
    }

    /// Returns how the node is.
    ///
    /// # Errors
    /// [`ClientError`], as for every call.
    pub async fn status(&self) -> Result<Status, ClientError> {
        self.get(routes::STATUS).await
    }

    /// Makes the vault and opens it.
    ///
    /// # Errors
    /// Among others `vault_exists`, `address_in_use`, `disk_full`.
    pub async fn create_vault(&self, request: &CreateVault) -> Result<Status, ClientError> {
        self.post_slow(routes::VAULT, request).await
    }

    /// Opens the vault.
    ///
    /// # Errors
    /// Among others `wrong_passphrase`, `too_many_attempts`, `no_vault`, `damaged`.
    pub async fn unlock(&self, request: &Unlock) -> Result<Status, ClientError> {
        self.post_slow(routes::UNLOCK, request).await
    }

    /// Locks the vault: the node goes offline and forgets its keys until it is opened again.
    ///
    /// # Errors
    /// [`ClientError`], as for every call.
    pub async fn lock(&self) -> Result<Status, ClientError> {
        self.post(routes::LOCK, &Nothing {}).await
    }

    /// Stops the daemon. It answers first and then finishes what is under way.
    ///
    /// # Errors
    /// [`ClientError`], as for every call.
    pub async fn stop(&self) -> Result<(), ClientError> {
        self.post(routes::STOP, &Nothing {}).await.map(|Nothing {}| ())
    }

    /// Returns the groups on this node.
    ///
    /// # Errors
    /// Among others `locked`.
    pub async fn groups(&self) -> Result<Groups, ClientError> {
        self.get(routes::GROUPS).await
    }

    /// Returns one group.
    ///
    /// # Errors
    /// Among others `not_found`, `locked`.
    pub async fn group(&self, group: GroupId) -> Result<Group, ClientError> {
        self.get(&routes::group(group)).await
    }

    /// Founds a group.
    ///
    /// # Errors
    /// Among others `name_invalid`, `locked`.
    pub async fn create_group(&self, request: &CreateGroup) -> Result<Group, ClientError> {
        self.post(routes::GROUPS, request).await
    }

    /// Starts to join a group; it goes on in the background, see the group's state.
    ///
    /// # Errors
    /// Among others `bad_ticket`, `ticket_expired`, `already_member`, `locked`.
    pub async fn join_group(&self, request: &JoinGroup) -> Result<Group, ClientError> {
        self.post(routes::JOIN, request).await
    }

    /// Starts to look at the group of a ticket: what it says of itself is in the group's `shown` as soon as a member's node was
    /// reached. It is no group of this member's meanwhile.
    ///
    /// # Errors
    /// Among others `bad_ticket`, `ticket_expired`, `already_member`, `locked`.
    pub async fn look(&self, request: &LookAtGroup) -> Result<Group, ClientError> {
        self.post(routes::LOOK, request).await
    }

    /// Forgets a group that is only looked at.
    ///
    /// # Errors
    /// Among others `not_found`, `locked`.
    pub async fn stop_looking(&self, group: GroupId) -> Result<(), ClientError> {
        self.delete(&routes::looked_at(group)).await
    }

    /// Makes an invite.
    ///
    /// # Errors
    /// Among others `not_permitted`, `joining`, `locked`.
    pub async fn create_invite(
        &self,
        group: GroupId,
        request: &CreateInvite,
    ) -> Result<Invited, ClientError> {
        self.post(&routes::invites(group), request).await
    }

    /// Returns the invites of a group.
    ///
    /// # Errors
    /// Among others `not_found`, `locked`.
    pub async fn invites(&self, group: GroupId) -> Result<Invites, ClientError> {
        self.get(&routes::invites(group)).await
    }

    /// Revokes an invite: nobody joins with its ticket any more.
    ///
    /// # Errors
    /// Among others `not_found`, `not_permitted`, `locked`.
    pub async fn revoke_invite(&self, group: GroupId, token: TokenId) -> Result<(), ClientError> {
        self.delete(&routes::invite(group, token)).await
    }

    /// Sends a share or a private message.
    ///
    /// # Errors
    /// Among others `text_too_large`, `text_empty`, `not_found`, `joining`, `removed`, `locked`. After
    /// [`ClientError::Timeout`] or [`ClientError::Interrupted`] it is open whether the message was kept; sending it
    /// again with the same request id never sends it twice.
    pub async fn send_message(&self, group: GroupId, request: &SendMessage) -> Result<Sent, ClientError> {
        self.post(&routes::messages(group), request).await
    }

    /// Answers a message.
    ///
    /// # Errors
    /// As [`Client::send_message`].
    pub async fn reply(&self, group: GroupId, id: MessageId, request: &ReplyTo) -> Result<Sent, ClientError> {
        self.post(&routes::replies(group, id), request).await
    }

    /// Returns what a group has.
    ///
    /// # Errors
    /// As [`Client::group`].
    pub async fn objects(&self, group: GroupId) -> Result<Objects, ClientError> {
        self.get(&routes::objects(group)).await
    }

    /// Returns what a group has of one kind.
    ///
    /// # Errors
    /// As [`Client::group`].
    pub async fn objects_of(&self, group: GroupId, kind: ThingKind) -> Result<Objects, ClientError> {
        let word = serde_json::to_value(kind).map_err(|_| ClientError::Protocol)?;
        let word = word.as_str().ok_or(ClientError::Protocol)?;
        let mut objects: Objects = self.get(&format!("{}?what={word}", routes::objects(group))).await?;
        // A daemon that is still of an earlier version gives all.
        objects.objects.retain(|object| object.thing.kind() == kind);
        Ok(objects)
    }

    /// Writes something that the group has.
    ///
    /// # Errors
    /// As [`Client::send_message`], and `not_permitted`.
    pub async fn put_object(&self, group: GroupId, request: &PutObject) -> Result<Put, ClientError> {
        self.post(&routes::objects(group), request).await
    }

    /// Withdraws something that the group has.
    ///
    /// # Errors
    /// As [`Client::group`], and `not_permitted`.
    pub async fn withdraw_object(&self, group: GroupId, id: ObjectId) -> Result<(), ClientError> {
        self.delete(&routes::object(group, id)).await
    }

    /// Returns the numbers that this member may use, and their own.
    ///
    /// # Errors
    /// As [`Client::group`].
    pub async fn phones(&self, group: GroupId) -> Result<Phones, ClientError> {
        self.get(&routes::phones(group)).await
    }

    /// Shows a number to people who are picked, in the place of what was shown to some before.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn show_phone(&self, group: GroupId, request: &ShowPhone) -> Result<Sent, ClientError> {
        self.post(&routes::phones(group), request).await
    }

    /// Takes back what this member shows to some alone.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn hide_phone(&self, group: GroupId) -> Result<(), ClientError> {
        self.delete(&routes::phones(group)).await
    }

    /// Returns the keepers of a group.
    ///
    /// # Errors
    /// As [`Client::group`].
    pub async fn keepers(&self, group: GroupId) -> Result<Keepers, ClientError> {
        self.get(&routes::keepers(group)).await
    }

    /// Adds a keeper to a group.
    ///
    /// # Errors
    /// Among others `bad_ticket`, `not_permitted`, `locked`.
    pub async fn add_keeper(&self, group: GroupId, request: &AddKeeper) -> Result<Keepers, ClientError> {
        self.post(&routes::keepers(group), request).await
    }

    /// Takes a keeper away from a group.
    ///
    /// # Errors
    /// Among others `not_found`, `not_permitted`, `locked`.
    pub async fn remove_keeper(&self, group: GroupId, id: ObjectId) -> Result<(), ClientError> {
        self.delete(&routes::keeper(group, id)).await
    }

    /// Returns what this node carries as a keeper.
    ///
    /// # Errors
    /// Among others `locked`.
    pub async fn carried(&self) -> Result<Carried, ClientError> {
        self.get(routes::CARRIED).await
    }

    /// Makes a ticket to this node as a keeper.
    ///
    /// # Errors
    /// Among others `bad_request` if this node is in a group, `locked`.
    pub async fn offer_to_carry(&self) -> Result<KeeperOffered, ClientError> {
        self.post(routes::CARRIED, &Nothing {}).await
    }

    /// Carries something no more.
    ///
    /// # Errors
    /// Among others `not_found`, `locked`.
    pub async fn drop_carried(&self, id: ObjectId) -> Result<(), ClientError> {
        self.delete(&routes::carried_room(id)).await
    }

    /// Raises a call for help.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn raise_sos(&self, group: GroupId, request: &RaiseSos) -> Result<SosRaised, ClientError> {
        self.post(&routes::sos(group), request).await
    }

    /// Returns the calls for help that are shown on this device.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn sos_calls(&self, group: GroupId) -> Result<SosCalls, ClientError> {
        self.get(&routes::sos(group)).await
    }

    /// Answers somebody's call for help.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn answer_sos(
        &self,
        group: GroupId,
        id: SosId,
        request: &AnswerSos,
    ) -> Result<SosCalls, ClientError> {
        self.post(&routes::sos_answers(group, id), request).await
    }

    /// Closes a call for help of this member's own.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn close_sos(
        &self,
        group: GroupId,
        id: SosId,
        request: &CloseSos,
    ) -> Result<SosCalls, ClientError> {
        self.post(&routes::sos_close(group, id), request).await
    }

    /// Returns whom this member wants asked on a bad night.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn ladder(&self, group: GroupId) -> Result<Ladder, ClientError> {
        self.get(&routes::ladder(group)).await
    }

    /// Says whom this member wants asked on a bad night.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn set_ladder(&self, group: GroupId, request: &Ladder) -> Result<Ladder, ClientError> {
        self.post(&routes::ladder(group), request).await
    }

    /// Returns who may be asked in the days to come.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn coverage(&self, group: GroupId) -> Result<Coverage, ClientError> {
        self.get(&routes::coverage(group)).await
    }

    /// Returns the versions of something that the group has, the one that counts first.
    ///
    /// # Errors
    /// As [`Client::group`].
    pub async fn versions(&self, group: GroupId, id: ObjectId) -> Result<Versions, ClientError> {
        self.get(&routes::versions(group, id)).await
    }

    /// Returns what a group votes on.
    ///
    /// # Errors
    /// As [`Client::group`].
    pub async fn polls(&self, group: GroupId) -> Result<Polls, ClientError> {
        self.get(&routes::polls(group)).await
    }

    /// Asks the group something.
    ///
    /// # Errors
    /// As [`Client::put_object`].
    pub async fn ask_group(&self, group: GroupId, request: &AskGroup) -> Result<Poll, ClientError> {
        self.post(&routes::polls(group), request).await
    }

    /// Votes, or votes anew.
    ///
    /// # Errors
    /// As [`Client::put_object`], and `not_the_time`.
    pub async fn vote(&self, group: GroupId, id: ObjectId, request: &Vote) -> Result<Poll, ClientError> {
        self.post(&routes::poll_vote(group, id), request).await
    }

    /// Says something beside a question.
    ///
    /// # Errors
    /// As [`Client::vote`].
    pub async fn say_beside(
        &self,
        group: GroupId,
        id: ObjectId,
        request: &SayBeside,
    ) -> Result<Poll, ClientError> {
        self.post(&routes::poll_words(group, id), request).await
    }

    /// Counts the votes on a question.
    ///
    /// # Errors
    /// As [`Client::vote`].
    pub async fn count_poll(&self, group: GroupId, id: ObjectId) -> Result<Poll, ClientError> {
        self.post(&routes::poll_count(group, id), &Nothing {}).await
    }

    /// Returns a group's slots, and whose word for each counts.
    ///
    /// # Errors
    /// As [`Client::group`].
    pub async fn slots(&self, group: GroupId) -> Result<Slots, ClientError> {
        self.get(&routes::slots(group)).await
    }

    /// Gives the author of a message a sign that nobody else sees.
    ///
    /// # Errors
    /// As [`Client::send_message`].
    pub async fn react(&self, group: GroupId, id: MessageId, request: &React) -> Result<Sent, ClientError> {
        self.post(&routes::reactions(group, id), request).await
    }

    /// Puts other words in the place of those of one's own message.
    ///
    /// # Errors
    /// As [`Client::send_message`], and `not_permitted`, `too_late`.
    pub async fn edit(
        &self,
        group: GroupId,
        id: MessageId,
        request: &EditMessage,
    ) -> Result<Sent, ClientError> {
        self.post(&routes::edit(group, id), request).await
    }

    /// Undoes a message of one's own that is held back.
    ///
    /// # Errors
    /// Among others `not_found`, `too_late`, `locked`.
    pub async fn undo(&self, group: GroupId, id: MessageId) -> Result<(), ClientError> {
        self.post(&routes::undo(group, id), &Nothing {}).await.map(|Nothing {}| ())
    }

    /// Takes a message of one's own back.
    ///
    /// # Errors
    /// Among others `not_found`, `not_permitted`, `locked`.
    pub async fn retract(&self, group: GroupId, id: MessageId) -> Result<(), ClientError> {
        self.delete(&routes::message(group, id)).await
    }

    /// Returns a page of messages, private ones included.
    ///
    /// # Errors
    /// Among others `not_found`, `locked`.
    pub async fn messages(&self, group: GroupId, query: &MessagesQuery) -> Result<Messages, ClientError> {
        // All values consist of characters that need no escape in a query.
        let after = query.after.as_ref().map(|cursor| format!("after={cursor}"));
        let limit = query.limit.map(|limit| format!("limit={limit}"));
        let latest = query.latest.then(|| "latest=true".to_owned());
        let query: Vec<String> = after.into_iter().chain(limit).chain(latest).collect();
        self.get(&format!("{}?{}", routes::messages(group), query.join("&"))).await
    }

    /// Returns one message, and how far it has come if it is one's own.
    ///
    /// # Errors
    /// Among others `not_found`, `locked`.
    pub async fn message(&self, group: GroupId, id: MessageId) -> Result<Message, ClientError> {
        self.get(&routes::message(group, id)).await
    }

    /// Returns the members of a group.
    ///
    /// # Errors
    /// Among others `not_found`, `locked`.
    pub async fn people(&self, group: GroupId) -> Result<People, ClientError> {
        self.get(&routes::people(group)).await
    }

    /// Removes a member from a group.
    ///
    /// # Errors
    /// Among others `not_found`, `not_permitted`, `locked`.
    pub async fn remove_member(
        &self,
        group: GroupId,
        request: &RemoveMember,
    ) -> Result<Removed, ClientError> {
        self.post(&routes::removals(group), request).await
    }

    /// Returns who would lose what if a member were removed.
    ///
    /// # Errors
    /// Among others `not_found`, `locked`.
    pub async fn removal_preview(
        &self,
        group: GroupId,
        member: MemberId,
    ) -> Result<RemovalPreview, ClientError> {
        self.get(&routes::removal(group, member)).await
    }

    /// Gives a member another role.
    ///
    /// # Errors
    /// Among others `not_found`, `not_permitted`, `locked`.
    pub async fn set_role(&self, group: GroupId, request: &SetRole) -> Result<Decided, ClientError> {
        self.post(&routes::roles(group), request).await
    }

    /// Returns what the group has not decided yet.
    ///
    /// # Errors
    /// Among others `not_found`, `locked`.
    pub async fn conscience(&self, group: GroupId) -> Result<Conscience, ClientError> {
        self.get(&routes::conscience(group)).await
    }

    /// Proposes what many decide together.
    ///
    /// # Errors
    /// Among others `not_found`, `not_permitted`, `locked`.
    pub async fn propose(&self, group: GroupId, request: &Propose) -> Result<Decided, ClientError> {
        self.post(&routes::conscience(group), request).await
    }

    /// Agrees to what was proposed.
    ///
    /// # Errors
    /// Among others `not_found`, `not_permitted`, `locked`.
    pub async fn endorse(&self, group: GroupId, request: &Endorse) -> Result<Decided, ClientError> {
        self.post(&routes::endorsements(group), request).await
    }

    /// Lets somebody stay whose admission does not count any more.
    ///
    /// # Errors
    /// Among others `not_found`, `not_permitted`, `locked`.
    pub async fn keep(&self, group: GroupId, request: &Keep) -> Result<Kept, ClientError> {
        self.post(&routes::kept(group), request).await
    }

    /// Leaves a group.
    ///
    /// # Errors
    /// Among others `not_found`, `removed`, `locked`.
    pub async fn leave(&self, group: GroupId) -> Result<(), ClientError> {
        self.post(&routes::leave(group), &Nothing {}).await.map(|Nothing {}| ())
    }

    /// Returns this member's devices.
    ///
    /// # Errors
    /// Among others `not_found`, `locked`.
    pub async fn devices(&self, group: GroupId) -> Result<Devices, ClientError> {
        self.get(&routes::devices(group)).await
    }

    /// Makes a ticket for a further device; an earlier one is over.
    ///
    /// # Errors
    /// Among others `not_found`, `joining`, `locked`.
    pub async fn offer_device(&self, group: GroupId) -> Result<DeviceOffered, ClientError> {
        self.post(&routes::devices(group), &Nothing {}).await
    }

    /// Takes one of this member's other devices away.
    ///
    /// # Errors
    /// Among others `not_found`, `locked`.
    pub async fn revoke_device(&self, group: GroupId, device: DeviceId) -> Result<(), ClientError> {
        self.delete(&routes::device(group, device)).await
    }

    /// Starts to become a further device of a member; it goes on in the background, see the group's state.
    ///
    /// # Errors
    /// Among others `bad_ticket`, `ticket_expired`, `already_member`, `locked`.
    pub async fn join_as_device(&self, request: &JoinAsDevice) -> Result<Group, ClientError> {
        self.post(routes::JOIN_AS_DEVICE, request).await
    }

    /// Returns the safety number with a member.
    ///
    /// # Errors
    /// Among others `not_found`, `locked`.
    pub async fn safety_number(&self, group: GroupId, member: MemberId) -> Result<SafetyNumber, ClientError> {
        self.get(&routes::safety_number(group, member)).await
    }

    /// Notes on this device that the safety number was compared; the first time stays.
    ///
    /// # Errors
    /// Among others `not_found`, `locked`.
    pub async fn mark_verified(&self, group: GroupId, member: MemberId) -> Result<SafetyNumber, ClientError> {
        self.post(&routes::safety_number(group, member), &Nothing {}).await
    }

    /// Returns what stands between this member and others.
    ///
    /// # Errors
    /// As [`Client::group`].
    pub async fn private(&self, group: GroupId) -> Result<Private, ClientError> {
        self.get(&routes::private(group)).await
    }

    /// Changes what stands between this member and another.
    ///
    /// # Errors
    /// Among others `not_found`, `not_asked`, `blocked`, `locked`.
    pub async fn act_privately(&self, group: GroupId, act: &PrivateAct) -> Result<(), ClientError> {
        self.post(&routes::private(group), act).await.map(|Nothing {}| ())
    }

    /// Asks somebody to be this member's sponsor.
    ///
    /// # Errors
    /// As [`Client::send_message`], and `blocked`.
    pub async fn ask_sponsor(&self, group: GroupId, request: &AskSponsor) -> Result<Sent, ClientError> {
        self.post(&routes::sponsors(group), request).await
    }

    /// Returns what somebody wrote to this member alone, also what waits or is hidden by a block.
    ///
    /// # Errors
    /// As [`Client::group`].
    pub async fn private_words(&self, group: GroupId, member: MemberId) -> Result<PrivateWords, ClientError> {
        self.get(&routes::private_words(group, member)).await
    }

    /// Returns who would read a report about somebody.
    ///
    /// # Errors
    /// As [`Client::group`], and `nobody_to_tell`.
    pub async fn readers(&self, group: GroupId, member: MemberId) -> Result<Readers, ClientError> {
        self.get(&routes::readers(group, member)).await
    }

    /// Reports somebody to those whom [`Client::readers`] names.
    ///
    /// # Errors
    /// As [`Client::send_message`], and `readers_changed`, `nobody_to_tell`.
    pub async fn write_report(&self, group: GroupId, request: &WriteReport) -> Result<Sent, ClientError> {
        self.post(&routes::reports(group), request).await
    }

    /// Returns the reports that this member wrote or is to read.
    ///
    /// # Errors
    /// As [`Client::group`].
    pub async fn reports(&self, group: GroupId) -> Result<Reports, ClientError> {
        self.get(&routes::reports(group)).await
    }

    /// Notes how far this member is with a report.
    ///
    /// # Errors
    /// As [`Client::group`].
    pub async fn note_report(
        &self,
        group: GroupId,
        id: MessageId,
        request: &NoteReport,
    ) -> Result<(), ClientError> {
        self.post(&routes::report_note(group, id), request).await.map(|Nothing {}| ())
    }

    /// Follows what changes. Everything that changes after this has returned is told.
    ///
    /// # Errors
    /// Among others `busy`, when too many clients follow already.
    pub async fn events(&self) -> Result<EventStream, ClientError> {
        let call = Call { method: Method::GET, path: routes::EVENTS, patience: self.patience.usual };
        let opening = async {
            let (response, connection) = self.open(&call, None).await?;
            let (status, body) = (response.status(), response.into_body());
            if status.is_success() {
                return Ok(EventStream { body, buffer: Vec::new(), _connection: connection });
            }
            Err(refusal(&read_answer(body).await?))
        };
        timeout(call.patience, opening).await.map_err(|_| ClientError::Timeout)?
    }

    /// Returns the description of the API, as OpenAPI in JSON.
    ///
    /// # Errors
    /// [`ClientError`], as for every call.
    pub async fn openapi(&self) -> Result<serde_json::Value, ClientError> {
        self.get(routes::OPENAPI).await
    }

    pub(crate) async fn get<A: DeserializeOwned>(&self, path: &str) -> Result<A, ClientError> {
        self.ask(Call { method: Method::GET, path, patience: self.patience.usual }, None).await
    }

    pub(crate) async fn post<A: DeserializeOwned>(
        &self,
        path: &str,
        request: &impl Serialize,
    ) -> Result<A, ClientError> {
        let call = Call { method: Method::POST, path, patience: self.patience.usual };
        self.ask(call, Some(json_of(request)?)).await
    }

    pub(crate) async fn delete(&self, path: &str) -> Result<(), ClientError> {
        let call = Call { method: Method::DELETE, path, patience: self.patience.usual };
        self.ask(call, None).await.map(|Nothing {}| ())
    }

    pub(crate) async fn post_slow<A: DeserializeOwned>(
        &self,
        path: &str,
        request: &impl Serialize,
    ) -> Result<A, ClientError> {
        let call = Call { method: Method::POST, path, patience: self.patience.passphrase };
        self.ask(call, Some(json_of(request)?)).await
    }

    async fn ask<A: DeserializeOwned>(&self, call: Call<'_>, body: Option<Bytes>) -> Result<A, ClientError> {
        let asking = async {
            let (response, _connection) = self.open(&call, body).await?;
            let status = response.status();
            let answer = read_answer(response.into_body()).await?;
            if !status.is_success() {
                return Err(refusal(&answer));
            }
            serde_json::from_slice(&answer).map_err(|_| ClientError::Protocol)
        };
        timeout(call.patience, asking).await.map_err(|_| ClientError::Timeout)?
    }

    async fn open(
        &self,
        call: &Call<'_>,
        body: Option<Bytes>,
    ) -> Result<(Response<Incoming>, Connection), ClientError> {
        let mut request =
            Request::builder().method(&call.method).uri(call.path).header(header::HOST, routes::HOST);
        if self.is_by_itself {
            request = request.header(routes::BY_ITSELF, "1");
        }
        if body.is_some() {
            request = request.header(header::CONTENT_TYPE, "application/json");
        }
        let request = request.body(Full::new(body.unwrap_or_default())).map_err(|_| ClientError::Protocol)?;

        let stream = connect(&self.socket).await?;
        let (mut sender, connection) =
            http1::handshake(TokioIo::new(stream)).await.map_err(|_| ClientError::Interrupted)?;
        let connection = Connection(tokio::spawn(async move {
            // What breaks a connection also ends the request that waits on it, with an error of its own.
            let _ = connection.await;
        }));
        let response = sender.send_request(request).await.map_err(|error| match error.is_parse() {
            true => ClientError::Protocol,
            false => ClientError::Interrupted,
        })?;
        Ok((response, connection))
    }
}

impl std::fmt::Debug for Client {
    // The path of the socket names a person's home folder.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Client(..)")
    }
}

/// How long a client waits for an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Patience {
    /// For most calls.
    pub usual: Duration,
    /// For calls that hash a passphrase, which is slow on purpose.
    pub passphrase: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self { usual: Duration::from_secs(20), passphrase: Duration::from_secs(90) }
    }
}

/// The events of a daemon, as they come.
pub struct EventStream {
    body: Incoming,
    /// Bytes that do not yet make a whole line.
    buffer: Vec<u8>,
    _connection: Connection,
}

impl EventStream {
    /// Waits for the next event; `None` when the daemon has ended the stream, because it stops. Loses no event when
    /// it is dropped while it waits.
    ///
    /// # Errors
    /// [`ClientError::Interrupted`] when the connection broke, [`ClientError::Protocol`] for what is no event.
    pub async fn next(&mut self) -> Result<Option<Event>, ClientError> {
        loop {
            while let Some(end) = self.buffer.iter().position(|byte| *byte == b'\n') {
                let line: Vec<u8> = self.buffer.drain(..=end).collect();
                if let Some(event) = event_of_line(&line)? {
                    return Ok(Some(event));
                }
            }
            if self.buffer.len() > limits::EVENT_BYTES_MAX {
                return Err(ClientError::Protocol);
            }
            match self.body.frame().await {
                Some(Ok(frame)) => {
                    if let Some(bytes) = frame.data_ref() {
                        self.buffer.extend_from_slice(bytes);
                    }
                }
                Some(Err(_)) => return Err(ClientError::Interrupted),
                None => return Ok(None),
            }
        }
    }
}

/// Why a call failed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ClientError {
    /// There is no socket, or nobody listens on it.
    #[error("Hearth is not running")]
    NotRunning,
    /// The socket may not be used, or another user listens on it.
    #[error("Hearth's socket does not belong to you")]
    NotYours,
    /// The socket cannot be used for another reason: its path is too long, or it is no socket.
    #[error("Hearth's socket cannot be used")]
    Unusable,
    /// There was no answer in time. Whether the daemon did what was asked is open.
    #[error("Hearth did not answer in time")]
    Timeout,
    /// The daemon ended before it answered. Whether it did what was asked is open.
    #[error("Hearth stopped before it answered")]
    Interrupted,
    /// The answer was not understood: the daemon is of another version, or it is not Hearth.
    #[error("the answer on Hearth's socket was not understood")]
    Protocol,
    /// The daemon refused.
    #[error(transparent)]
    Api(#[from] ApiError),
}

impl ClientError {
    /// Returns the exit code of a command that ends with this error.
    pub fn exit_code(&self) -> ExitCode {
        match self {
            Self::NotRunning | Self::Interrupted => ExitCode::NotRunning,
            Self::NotYours => ExitCode::NotPermitted,
            Self::Unusable => ExitCode::Usage,
            Self::Timeout => ExitCode::Timeout,
            Self::Protocol => ExitCode::Internal,
            Self::Api(error) => error.code.exit_code(),
        }
    }

    /// Returns what to do about it.
    pub fn hint(&self) -> Option<&str> {
        match self {
            Self::NotRunning => Some("Start it with `hearth unlock`."),
            Self::NotYours => Some("Check the owner and the rights of Hearth's folder."),
            Self::Unusable => Some("Choose a folder with a shorter path with `--home`."),
            Self::Timeout => Some("Look with `hearth status`, then try again."),
            Self::Interrupted => Some("Start it again with `hearth unlock`, then look whether it was done."),
            Self::Protocol => {
                Some("Use `hearth` and `hearthd` of the same version; `hearth stop` ends the old one.")
            }
            Self::Api(error) => error.hint.as_deref(),
        }
    }
}

struct Call<'a> {
    method: Method,
    path: &'a str,
    patience: Duration,
}

/// The task that drives one connection; it ends with the call.
struct Connection(JoinHandle<()>);

impl Drop for Connection {
    fn drop(&mut self) {
        self.0.abort();
    }
}

async fn connect(socket: &Path) -> Result<UnixStream, ClientError> {
    let stream = UnixStream::connect(socket).await.map_err(|error| match error.kind() {
        io::ErrorKind::NotFound | io::ErrorKind::ConnectionRefused => ClientError::NotRunning,
        io::ErrorKind::PermissionDenied => ClientError::NotYours,
        _ => ClientError::Unusable,
    })?;
    // Whoever else can write to the folder could have put a socket of their own there, to hear the passphrase.
    let listener = stream.peer_cred().map_err(|_| ClientError::NotYours)?.uid();
    if listener == rustix::process::geteuid().as_raw() { Ok(stream) } else { Err(ClientError::NotYours) }
}

/// Writes a request into memory that is wiped when it has been sent: it may hold a passphrase.
fn json_of(request: &impl Serialize) -> Result<Bytes, ClientError> {
    // Growing would leave copies behind; what holds a passphrase fits.
    let mut json = Zeroizing::new(Vec::with_capacity(16 * 1024));
    serde_json::to_writer(&mut *json, request).map_err(|_| ClientError::Protocol)?;
    Ok(Bytes::from_owner(json))
}

async fn read_answer(mut body: Incoming) -> Result<Vec<u8>, ClientError> {
    let mut answer = Vec::new();
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|_| ClientError::Interrupted)?;
        let Some(bytes) = frame.data_ref() else { continue };
        if answer.len() + bytes.len() > limits::ANSWER_BYTES_MAX {
            return Err(ClientError::Protocol);
        }
        answer.extend_from_slice(bytes);
    }
    Ok(answer)
}

fn refusal(answer: &[u8]) -> ClientError {
    serde_json::from_slice(answer).map_or(ClientError::Protocol, ClientError::Api)
}

/// Reads one line of an event stream: only `data` counts here, as the data says of which kind an event is.
fn event_of_line(line: &[u8]) -> Result<Option<Event>, ClientError> {
    let Some(data) = line.strip_prefix(b"data:") else { return Ok(None) };
    serde_json::from_slice(data.trim_ascii()).map(Some).map_err(|_| ClientError::Protocol)
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::UnixListener;

    use super::*;
    use crate::error::ErrorCode;
    use crate::views::VaultState;

    #[tokio::test]
    async fn no_socket_and_a_left_over_socket_mean_not_running() {
        let folder = tempfile::tempdir().unwrap();
        let client = Client::new(folder.path().join("hearthd.sock"));
        assert_eq!(client.status().await.err(), Some(ClientError::NotRunning));

        drop(UnixListener::bind(client.socket()).unwrap());
        assert_eq!(client.status().await.err(), Some(ClientError::NotRunning));
        assert_eq!(ClientError::NotRunning.exit_code().code(), 3);
    }

    #[tokio::test]
    async fn a_path_that_is_too_long_is_told_apart() {
        let client = Client::new("/".to_owned() + &"a".repeat(200));
        assert_eq!(client.status().await.err(), Some(ClientError::Unusable));
    }

    #[tokio::test]
    async fn a_silent_daemon_is_a_timeout() {
        let daemon = FakeDaemon::new("");
        let patience = Patience { usual: Duration::from_millis(20), passphrase: Duration::from_millis(20) };
        let client = daemon.client.clone().with_patience(patience);
        assert_eq!(client.status().await.err(), Some(ClientError::Timeout));
        assert_eq!(client.events().await.err(), Some(ClientError::Timeout));
    }

    #[tokio::test]
    async fn a_daemon_that_dies_before_it_answers_is_an_interruption() {
        let folder = tempfile::tempdir().unwrap();
        let client = Client::new(folder.path().join("hearthd.sock"));
        let listener = UnixListener::bind(client.socket()).unwrap();
        let dying = tokio::spawn(async move {
            let (mut stream, _) = listener.accept().await.unwrap();
            let _ = stream.read(&mut [0; 1024]).await.unwrap();
        });
        assert_eq!(client.status().await.err(), Some(ClientError::Interrupted));
        dying.await.unwrap();
    }

    #[tokio::test]
    async fn answers_and_refusals_are_understood() {
        let daemon = FakeDaemon::new(
            "HTTP/1.1 200 OK\r\ncontent-length: 58\r\n\r\n\
             {\"version\":\"1\",\"vault\":\"locked\",\"locked\":true,\"groups\":[]}",
        );
        assert_eq!(daemon.client.status().await.unwrap().vault, VaultState::Locked);

        let daemon = FakeDaemon::new(
            "HTTP/1.1 423 Locked\r\nconnection: close\r\n\r\n{\"code\":\"locked\",\"message\":\"m\",\"hint\":\"h\"}",
        );
        let error = daemon.client.groups().await.err().unwrap();
        assert!(matches!(&error, ClientError::Api(error) if error.code == ErrorCode::Locked));
        assert_eq!((error.exit_code().code(), error.hint()), (7, Some("h")));
    }

    #[tokio::test]
    async fn an_answer_of_something_else_is_a_protocol_error() {
        for answer in [
            "SSH-2.0-OpenSSH\r\n\r\n",
            "HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\n<a/>",
            "HTTP/1.1 502 Bad Gateway\r\ncontent-length: 4\r\n\r\n<a/>",
        ] {
            let daemon = FakeDaemon::new(answer);
            assert_eq!(daemon.client.status().await.err(), Some(ClientError::Protocol), "{answer}");
        }
    }

    #[tokio::test]
    async fn events_are_read_across_pieces_and_comments() {
        let daemon = FakeDaemon::new(
            "HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n: hello\n\nevent: locked\ndata: {\"kind\":\"locked\"}\n\n\
             data:{\"kind\":\"weather\"}\n\n",
        );
        let mut events = daemon.client.events().await.unwrap();
        assert_eq!(events.next().await, Ok(Some(Event::Locked)));
        assert_eq!(events.next().await, Ok(Some(Event::Lagged)));
    }

    #[test]
    fn an_event_that_is_none_is_refused() {
        assert_eq!(event_of_line(b"data: <a/>\n"), Err(ClientError::Protocol));
        assert_eq!(event_of_line(b": comment\n"), Ok(None));
    }

    /// Answers each connection's first bytes with one text and keeps the connection until the test ends.
    struct FakeDaemon {
        client: Client,
        _folder: tempfile::TempDir,
        task: JoinHandle<()>,
    }

    impl FakeDaemon {
        fn new(answer: &'static str) -> Self {
            let folder = tempfile::tempdir().unwrap();
            let client = Client::new(folder.path().join("hearthd.sock"));
            let listener = UnixListener::bind(client.socket()).unwrap();
            let task = tokio::spawn(async move {
                let mut kept = Vec::new();
                loop {
                    let (mut stream, _) = listener.accept().await.unwrap();
                    let _ = stream.read(&mut [0; 1024]).await.unwrap();
                    stream.write_all(answer.as_bytes()).await.unwrap();
                    if answer.contains("connection: close") {
                        stream.shutdown().await.unwrap();
                    }
                    kept.push(stream);
                }
            });
            Self { client, _folder: folder, task }
        }
    }

    impl Drop for FakeDaemon {
        fn drop(&mut self) {
            self.task.abort();
        }
    }
}
