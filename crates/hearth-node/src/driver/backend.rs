//! Serves the local API: each request becomes a job on the driver's thread.
//!
//! Owns the channel between the API's tasks and the driver. Decides nothing about groups.

use std::str::FromStr;
use std::sync::Arc;

use hearth_api::{
    AddKeeper, AnswerSos, ApiError, AskGroup, AskSponsor, AutoLock, BackUp, Backup, Carried, Change, Chips,
    CloseSos, ComingMeetings, Conscience, Coverage, CreateGroup, CreateInvite, CreateVault, Cursor, Decided,
    Delivery, DeviceId, DeviceOffered, Devices, EditMessage, Endorse, ErrorCode, Event, ExportQuery,
    Exported, FindMeetings, FoundMeetings, Group, GroupId, Groups, ImportMeetings, Imported, Invited,
    Invites, JoinAsDevice, JoinGroup, Keep, KeepOwn, KeeperOffered, Keepers, Kept, Ladder, LookAtGroup,
    MeetingsQuery, MemberId, Message, MessageId, Messages, MessagesQuery, NoteReport, ObjectId, Objects,
    ObjectsQuery, OwnQuery, OwnRecord, OwnRecords, People, Phones, Poll, Polls, Private, PrivateAct,
    PrivateWords, Propose, Put, PutObject, RaiseSos, React, Readers, RecordId, Reminders, RemovalPreview,
    RemoveMember, Removed, ReplyTo, Reports, RequestId, Restore, SafetyNumber, SayBeside, SendMessage, Sent,
    SetRole, ShowOwn, ShowPhone, Slot, Slots, SosCalls, SosId, SosRaised, Status, Ticket, TokenId, Unlock,
    VaultState, Versions, Vote, WriteReport,
};
use hearth_core::alarms::Quiet;
use hearth_core::engine::{GroupView, InviteOptions, Raise, Sending, SlotView};
use hearth_core::error::Fault;
use hearth_core::{Asking, Engine};
use tokio::sync::{broadcast, mpsc, oneshot};
use tokio_util::sync::CancellationToken;

use super::machine::{self, Presence};
use super::{Config, Driver, Job, conscience, keepers, meetings, own, phones, sos, things, words};
use crate::api::Backend;
use crate::clock;
use crate::home::Home;
use crate::vault::{Reader, Vault};

/// What the local API holds of the driver.
#[derive(Clone)]
pub struct Handle {
    jobs: mpsc::Sender<Job>,
    events: broadcast::Sender<Event>,
    stop: CancellationToken,
    home: Home,
    presence: Arc<Presence>,
}

impl Handle {
    pub(super) fn new(
        jobs: mpsc::Sender<Job>,
        events: broadcast::Sender<Event>,
        config: &Config,
        presence: Arc<Presence>,
    ) -> Self {
        Self { jobs, events, stop: config.stop.clone(), home: config.home.clone(), presence }
    }

    /// Runs something on the driver's thread and waits for what comes of it.
    async fn run<T: Send + 'static>(
        &self,
        act: impl AsyncFnOnce(&mut Driver) -> Result<T, ApiError> + Send + 'static,
    ) -> Result<T, ApiError> {
        let (reply, answer) = oneshot::channel();
        let job: Job = Box::new(move |driver| {
            Box::pin(async move {
                let result = act(driver).await;
                // A client that has gone away does not wait for its answer.
                let _ = reply.send(result);
            })
        });
        self.jobs.send(job).await.map_err(|_| ErrorCode::Busy)?;
        answer.await.map_err(|_| ErrorCode::Busy)?
    }
}

impl Driver {
    pub(super) fn engine(&self) -> Result<&Engine<Reader>, ApiError> {
        Ok(&self.open.as_ref().ok_or(ErrorCode::Locked)?.engine)
    }

    pub(super) fn status(&self) -> Status {
        let vault = match (&self.open, Vault::exists(&self.config.home)) {
            (Some(_), _) => VaultState::Open,
            (None, true) => VaultState::Locked,
            (None, false) => VaultState::None,
        };
        let engine = self.open.as_ref().map(|open| &open.engine);
        Status {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            vault,
            locked: self.open.is_none(),
            groups: engine.map(groups).unwrap_or_default(),
            lock_after_s: self.lock_after_s(),
        }
    }

    pub(super) fn group(&self, id: GroupId) -> Result<Group, ApiError> {
        let engine = self.engine()?;
        let view = engine.group(&words::core_group(id)).ok_or(ErrorCode::NotFound)?;
        Ok(described(engine, &view))
    }

    fn message(&self, group: GroupId, id: MessageId) -> Result<Message, ApiError> {
        let found = self.engine()?.message(&words::core_group(group), &words::core_message(id));
        found.map_err(fault)?.and_then(words::message).ok_or_else(|| ErrorCode::NotFound.into())
    }

    /// How far something has come that was said just now; an edit is on its way as a message of its own.
    fn sent(&self, group: GroupId, id: &hearth_core::ids::MessageId) -> Result<Sent, ApiError> {
        let delivery = self.engine()?.delivery(&words::core_group(group), id);
        let Delivery { state, devices, held_until } = words::delivery(delivery);
        Ok(Sent { id: words::message_id(id), state, devices, held_until })
    }

    fn safety_number(&self, group: GroupId, member: MemberId) -> Result<SafetyNumber, ApiError> {
        let (engine, id) = (self.engine()?, words::core_group(group));
        let member = words::core_member(member);
        let number = engine.safety_number(&id, &member).map_err(|error| words::error(&error))?;
        let person = engine.people(&id).into_iter().find(|person| person.id == member);
        let verified_at = person.and_then(|person| person.verified).map(|at| at.0);
        let words = number.words.into_iter().map(str::to_owned).collect();
        Ok(SafetyNumber { digits: number.digits, words, verified_at })
    }

    fn messages(&self, group: GroupId, query: &MessagesQuery) -> Result<Messages, ApiError> {
        self.group(group)?;
        let engine = self.engine()?;
        let id = words::core_group(group);
        let limit = usize::try_from(query.limit_or_default()).unwrap_or(usize::MAX);
        let (views, mut is_more) = if query.latest {
            let mut views = engine.latest_messages(&id, limit.saturating_add(1)).map_err(fault)?;
            let earlier = views.len().saturating_sub(limit);
            views.drain(..earlier);
            (views, earlier > 0)
        } else {
            let after = query.after.as_ref().map_or(Ok(0), number_of)?;
            let mut views = engine.messages_after(&id, after, limit.saturating_add(1)).map_err(fault)?;
            let is_more = views.len() > limit;
            views.truncate(limit);
            (views, is_more)
        };
        let mut last = if query.latest { engine.last_arrival(&id) } else { 0 };
        let mut bytes = 0;
        let mut messages = Vec::new();
        for view in views {
            if !query.latest && bytes > hearth_api::limits::PAGE_TEXT_BYTES_MAX {
                is_more = true;
                break;
            }
            bytes += view.text.len();
            last = last.max(view.arrival);
            messages.extend(words::message(view));
        }
        if query.latest {
            // The newest count: what does not fit is the oldest.
            let mut kept = 0;
            let fitting = messages.iter().rev().take_while(|message| {
                kept += message.text.len();
                kept <= hearth_api::limits::PAGE_TEXT_BYTES_MAX + hearth_api::limits::TEXT_BYTES_MAX
            });
            let earlier = messages.len() - fitting.count();
            messages.drain(..earlier);
            is_more |= earlier > 0;
        }
        let next = if last == 0 { query.after.clone() } else { cursor(last) };
        Ok(Messages { messages, next, more: is_more })
    }
}

fn groups(engine: &Engine<Reader>) -> Vec<Group> {
    let own = engine.groups().into_iter().filter(|view| !view.is_looked_at);
    own.map(|view| described(engine, &view)).collect()
}

fn described(engine: &Engine<Reader>, view: &GroupView) -> Group {
    let me = engine.people(&view.id).into_iter().find(|person| person.is_self).map(|person| person.id);
    words::group(view, me, engine.switching(&view.id).as_ref(), engine.shown_group(&view.id))
}

fn sending(undo_s: u32, request: &RequestId) -> Sending<'_> {
    Sending { hold_ms: u64::from(undo_s) * 1000, request: Some(request.as_str()) }
}

fn fault(fault: Fault) -> ApiError {
    words::error(&fault.into())
}

/// Does what takes long, and needs nothing of the node, beside everything else.
async fn aside<T: Send + 'static>(
    act: impl FnOnce() -> Result<T, ApiError> + Send + 'static,
) -> Result<T, ApiError> {
    tokio::task::spawn_blocking(act).await.map_err(|_| ErrorCode::Internal)?
}

/// A place in the messages: the number of the last one that a client has.
fn cursor(arrival: u64) -> Option<Cursor> {
    Cursor::from_str(&format!("a{arrival}")).ok()
}

fn number_of(cursor: &Cursor) -> Result<u64, ApiError> {
    let number = cursor.as_str().strip_prefix('a').and_then(|text| text.parse().ok());
    number.ok_or_else(|| ApiError::with_message(ErrorCode::BadRequest, "that is no cursor of this group"))
}

impl Backend for Handle {
    async fn status(&self) -> Result<Status, ApiError> {
        self.run(async |driver| Ok(driver.status())).await
    }

    async fn create_vault(&self, request: CreateVault) -> Result<Status, ApiError> {
        self.run(async move |driver| {
            driver.create(&request.passphrase, request.listen).await?;
            Ok(driver.status())
        })
        .await
    }

    async fn unlock(&self, request: Unlock) -> Result<Status, ApiError> {
        self.run(async move |driver| {
            driver.unlock(&request.passphrase, request.recover).await?;
            Ok(driver.status())
        })
        .await
    }

    async fn lock(&self) -> Result<Status, ApiError> {
        self.run(async |driver| {
            driver.close().await;
            Ok(driver.status())
        })
        .await
    }

    fn note_use(&self) {
        self.presence.note();
    }

    async fn set_auto_lock(&self, request: AutoLock) -> Result<Status, ApiError> {
        self.run(async move |driver| driver.set_auto_lock(request.after_s)).await
    }

    async fn back_up(&self, request: BackUp) -> Result<Backup, ApiError> {
        self.run(async move |driver| driver.back_up(&request.passphrase)).await
    }

    async fn restore(&self, request: Restore) -> Result<Status, ApiError> {
        self.run(async move |driver| driver.restore(&request).await).await
    }

    async fn destroy(&self) -> Result<(), ApiError> {
        let home = self.home.clone();
        // Beside whatever the driver is in the middle of: it may hash a passphrase, or hang.
        let erased = aside(move || machine::erase_keys(&home)).await;
        let closed = self.run(async |driver| driver.destroy().await).await;
        self.stop.cancel();
        erased.and(closed)
    }

    async fn stop(&self) -> Result<(), ApiError> {
        self.stop.cancel();
        Ok(())
    }

    async fn groups(&self) -> Result<Groups, ApiError> {
        self.run(async |driver| Ok(Groups { groups: groups(driver.engine()?) })).await
    }

    async fn group(&self, group: GroupId) -> Result<Group, ApiError> {
        self.run(async move |driver| driver.group(group)).await
    }

    async fn create_group(&self, request: CreateGroup) -> Result<Group, ApiError> {
        self.run(async move |driver| {
            let CreateGroup { name, my_name, suite, request_id } = request;
            let suite = words::core_suite(suite);
            let id = driver
                .wish(|engine, now| {
                    engine.create_group(&name, &my_name, suite, Some(request_id.as_str()), now)
                })
                .await?;
            driver.group(words::group_id(&id))
        })
        .await
    }

    async fn join_group(&self, request: JoinGroup) -> Result<Group, ApiError> {
        self.run(async move |driver| {
            let id = driver
                .wish(|engine, now| engine.join(request.ticket.expose(), &request.my_name, now))
                .await?;
            driver.group(words::group_id(&id))
        })
        .await
    }

    async fn look(&self, request: LookAtGroup) -> Result<Group, ApiError> {
        self.run(async move |driver| {
            let id = driver.wish(|engine, now| engine.look(request.ticket.expose(), now)).await?;
            driver.group(words::group_id(&id))
        })
        .await
    }

    async fn stop_looking(&self, group: GroupId) -> Result<(), ApiError> {
        let group = words::core_group(group);
        self.run(async move |driver| driver.wish(|engine, now| engine.stop_looking(group, now)).await).await
    }

    async fn create_invite(&self, group: GroupId, request: CreateInvite) -> Result<Invited, ApiError> {
        self.run(async move |driver| {
            let expires = clock::now().plus_ms(request.expires_in_s.saturating_mul(1000));
            let uses = u16::try_from(request.uses).map_err(|_| ErrorCode::BadRequest)?;
            let options = InviteOptions { role: words::core_role(request.role), uses, expires };
            let group = words::core_group(group);
            let ticket = driver.wish(|engine, now| engine.create_invite(group, options, now)).await?;
            let token = TokenId::from_bytes(ticket.token().public().0);
            Ok(Invited { ticket: Ticket::new(ticket.to_text()), token, expires_at: expires.0 })
        })
        .await
    }

    async fn invites(&self, group: GroupId) -> Result<Invites, ApiError> {
        self.run(async move |driver| {
            driver.group(group)?;
            let invites = driver.engine()?.invites(&words::core_group(group));
            Ok(Invites { invites: invites.iter().map(words::invite).collect() })
        })
        .await
    }

    async fn revoke_invite(&self, group: GroupId, token: TokenId) -> Result<(), ApiError> {
        self.run(async move |driver| {
            let (group, token) = (words::core_group(group), words::core_token(token));
            driver.wish(|engine, now| engine.revoke_invite(group, token, now)).await
        })
        .await
    }

    async fn send_message(&self, group: GroupId, request: SendMessage) -> Result<Sent, ApiError> {
        self.run(async move |driver| {
            let SendMessage { text, content, to, undo_s, request_id } = request;
            let content = words::core_content(content, text, !to.is_empty())?;
            let to: Vec<_> = to.into_iter().map(words::core_member).collect();
            let (id, sending) = (words::core_group(group), sending(undo_s, &request_id));
            let said = driver.wish(|engine, now| engine.say(id, &to, content.clone(), sending, now)).await?;
            driver.sent(group, &said)
        })
        .await
    }

    async fn reply(&self, group: GroupId, id: MessageId, request: ReplyTo) -> Result<Sent, ApiError> {
        self.run(async move |driver| {
            let (home, about) = (words::core_group(group), words::core_message(id));
            let ReplyTo { text, private, undo_s, request_id } = request;
            let sending = sending(undo_s, &request_id);
            let said =
                driver.wish(|engine, now| engine.reply(home, about, &text, private, sending, now)).await?;
            driver.sent(group, &said)
        })
        .await
    }

    async fn objects(&self, group: GroupId, query: ObjectsQuery) -> Result<Objects, ApiError> {
        self.run(async move |driver| {
            driver.group(group)?;
            let (engine, id) = (driver.engine()?, words::core_group(group));
            let views = engine.objects(&id).map_err(fault)?;
            let objects = views.into_iter().filter_map(|view| things::object(engine, &id, view));
            Ok(Objects { objects: objects.filter(|object| query.asks_for(&object.thing)).collect() })
        })
        .await
    }

    async fn put_object(&self, group: GroupId, request: PutObject) -> Result<Put, ApiError> {
        self.run(async move |driver| {
            let PutObject { thing, id, request_id } = request;
            let home = words::core_group(group);
            driver.group(group)?;
            let (id, once) = (id.map(things::core_object), request_id.as_str());
            let body = things::body(driver.engine()?, &home, thing, id, clock::now())?;
            let put = driver.wish(|engine, now| engine.put_object(home, id, &body, Some(once), now)).await?;
            Ok(Put { id: things::object_id(&put) })
        })
        .await
    }

    async fn withdraw_object(&self, group: GroupId, id: ObjectId) -> Result<(), ApiError> {
        self.run(async move |driver| {
            let (group, id) = (words::core_group(group), things::core_object(id));
            driver.wish(|engine, now| engine.withdraw_object(group, id, now)).await
        })
        .await
    }

    async fn versions(&self, group: GroupId, id: ObjectId) -> Result<Versions, ApiError> {
        self.run(async move |driver| {
            driver.group(group)?;
            let (engine, group, id) = (driver.engine()?, words::core_group(group), things::core_object(id));
            let views = engine.object_versions(&group, &id).map_err(fault)?;
            if views.is_empty() {
                return Err(ErrorCode::NotFound.into());
            }
            let versions =
                views.into_iter().filter_map(|view| things::version(engine, &group, view)).collect();
            Ok(Versions { versions })
        })
        .await
    }

    async fn polls(&self, group: GroupId) -> Result<Polls, ApiError> {
        self.run(async move |driver| driver.polls(group)).await
    }

    async fn ask_group(&self, group: GroupId, request: AskGroup) -> Result<Poll, ApiError> {
        self.run(async move |driver| {
            let (home, once) = (words::core_group(group), request.request_id.clone());
            driver.group(group)?;
            let asked = conscience::question(request);
            let ask = driver.wish(|engine, now| engine.ask_group(home, &asked, Some(once.as_str()), now));
            let id = ask.await?;
            driver.poll(group, things::object_id(&id))
        })
        .await
    }

    async fn vote(&self, group: GroupId, id: ObjectId, request: Vote) -> Result<Poll, ApiError> {
        self.run(async move |driver| {
            let (home, poll) = (words::core_group(group), things::core_object(id));
            driver.wish(|engine, now| engine.vote(home, poll, request.choice, now)).await?;
            driver.poll(group, id)
        })
        .await
    }

    async fn say_beside(&self, group: GroupId, id: ObjectId, request: SayBeside) -> Result<Poll, ApiError> {
        self.run(async move |driver| {
            let (home, poll) = (words::core_group(group), things::core_object(id));
            let SayBeside { sort, text } = request;
            let sort = conscience::core_sort(sort);
            driver.wish(|engine, now| engine.say_beside(home, poll, sort, &text, now)).await?;
            driver.poll(group, id)
        })
        .await
    }

    async fn count_poll(&self, group: GroupId, id: ObjectId) -> Result<Poll, ApiError> {
        self.run(async move |driver| {
            let (home, poll) = (words::core_group(group), things::core_object(id));
            driver.wish(|engine, now| engine.count_poll(home, poll, now)).await?;
            driver.poll(group, id)
        })
        .await
    }

    async fn slots(&self, group: GroupId) -> Result<Slots, ApiError> {
        self.run(async move |driver| {
            driver.group(group)?;
            let (engine, id) = (driver.engine()?, words::core_group(group));
            let views = engine.slots(&id).map_err(fault)?;
            let slots = views.into_iter().filter_map(|SlotView { slot, taken }| {
                let taken = taken.and_then(|taken| things::object(engine, &id, taken));
                Some(Slot { slot: things::object(engine, &id, slot)?, taken })
            });
            Ok(Slots { slots: slots.collect() })
        })
        .await
    }

    async fn raise_sos(&self, group: GroupId, request: RaiseSos) -> Result<SosRaised, ApiError> {
        self.run(async move |driver| {
            let home = words::core_group(group);
            driver.group(group)?;
            let raise = Raise {
                trouble: sos::core_trouble(request.trouble),
                help: sos::core_help(request.help),
                text: &request.text,
                is_drill: request.drill,
                asks_group: request.ask_group,
                request: Some(request.request_id.as_str()),
            };
            let raised = driver.wish(|engine, now| engine.raise_sos(home, raise, now)).await?;
            let mut calls = driver.sos_calls(group)?.calls.into_iter();
            let call = calls.find(|call| call.id == sos::sos_id(&raised.id)).ok_or(ErrorCode::NotFound)?;
            Ok(SosRaised { call, unreachable: raised.unreachable.iter().map(words::member_id).collect() })
        })
        .await
    }

    async fn meetings(&self, group: GroupId, query: MeetingsQuery) -> Result<ComingMeetings, ApiError> {
        self.run(async move |driver| driver.coming_meetings(group, query)).await
    }

    async fn import_meetings(&self, group: GroupId, request: ImportMeetings) -> Result<Imported, ApiError> {
        let ImportMeetings { list, only, dry_run } = request;
        let prefix = list.name.clone();
        let read = aside(move || meetings::read(&list)).await?;
        self.run(async move |driver| {
            driver.import_meetings(group, read, prefix.as_deref(), &only, dry_run).await
        })
        .await
    }

    async fn sos_calls(&self, group: GroupId) -> Result<SosCalls, ApiError> {
        self.run(async move |driver| driver.sos_calls(group)).await
    }

    async fn answer_sos(&self, group: GroupId, id: SosId, request: AnswerSos) -> Result<SosCalls, ApiError> {
        self.run(async move |driver| {
            let home = words::core_group(group);
            driver.group(group)?;
            let answer = sos::answer(driver.engine()?, &home, request)?;
            let id = sos::core_sos(id);
            driver.wish(|engine, now| engine.answer_sos(home, id, answer, now)).await?;
            driver.sos_calls(group)
        })
        .await
    }

    async fn close_sos(&self, group: GroupId, id: SosId, request: CloseSos) -> Result<SosCalls, ApiError> {
        self.run(async move |driver| {
            let (home, id, ending) =
                (words::core_group(group), sos::core_sos(id), sos::core_ending(request.ending));
            driver.wish(|engine, now| engine.close_sos(home, id, ending, now)).await?;
            driver.sos_calls(group)
        })
        .await
    }

    async fn keepers(&self, group: GroupId) -> Result<Keepers, ApiError> {
        self.run(async move |driver| driver.keepers(group)).await
    }

    async fn add_keeper(&self, group: GroupId, request: AddKeeper) -> Result<Keepers, ApiError> {
        self.run(async move |driver| {
            let AddKeeper { ticket, name, request_id } = request;
            let (id, request) = (words::core_group(group), Some(request_id.as_str()));
            driver.wish(|engine, now| engine.add_keeper(id, ticket.expose(), &name, request, now)).await?;
            driver.keepers(group)
        })
        .await
    }

    async fn remove_keeper(&self, group: GroupId, id: ObjectId) -> Result<(), ApiError> {
        let (group, id) = (words::core_group(group), things::core_object(id));
        self.run(async move |driver| driver.wish(|engine, now| engine.withdraw_object(group, id, now)).await)
            .await
    }

    async fn carried(&self) -> Result<Carried, ApiError> {
        self.run(async move |driver| driver.carried()).await
    }

    async fn offer_to_carry(&self) -> Result<KeeperOffered, ApiError> {
        self.run(async move |driver| {
            let ticket = driver.wish(|engine, now| engine.open_desk(now)).await?;
            Ok(KeeperOffered { ticket: Ticket::new(ticket.to_text()) })
        })
        .await
    }

    async fn drop_carried(&self, id: ObjectId) -> Result<(), ApiError> {
        let desk = keepers::core_desk(id);
        self.run(async move |driver| driver.wish(|engine, now| engine.close_desk(desk, now)).await).await
    }

    async fn phones(&self, group: GroupId) -> Result<Phones, ApiError> {
        self.run(async move |driver| driver.phones(group)).await
    }

    async fn show_phone(&self, group: GroupId, request: ShowPhone) -> Result<Sent, ApiError> {
        self.run(async move |driver| {
            let ShowPhone { phone, to, request_id } = request;
            let (id, phone) = (words::core_group(group), phones::core(phone));
            let to: Vec<_> = to.into_iter().map(words::core_member).collect();
            let request = Some(request_id.as_str());
            let said = driver.wish(|engine, now| engine.show_phone(id, &phone, &to, request, now)).await?;
            driver.sent(group, &said)
        })
        .await
    }

    async fn hide_phone(&self, group: GroupId) -> Result<(), ApiError> {
        let group = words::core_group(group);
        self.run(async move |driver| driver.wish(|engine, now| engine.hide_phone(group, now)).await).await
    }

    async fn ladder(&self, group: GroupId) -> Result<Ladder, ApiError> {
        self.run(async move |driver| driver.ladder(group)).await
    }

    async fn set_ladder(&self, group: GroupId, request: Ladder) -> Result<Ladder, ApiError> {
        self.run(async move |driver| {
            let home = words::core_group(group);
            let people: Vec<_> = request.people.into_iter().map(words::core_member).collect();
            let quiet = request.quiet.map(|hours| Quiet { from: hours.from, until: hours.until });
            driver.wish(|engine, now| engine.set_ladder(home, &people, request.group, quiet, now)).await?;
            driver.ladder(group)
        })
        .await
    }

    async fn coverage(&self, group: GroupId) -> Result<Coverage, ApiError> {
        self.run(async move |driver| {
            driver.group(group)?;
            let found = driver.engine()?.coverage(&words::core_group(group), clock::now());
            found.map(sos::coverage).map_err(fault)
        })
        .await
    }

    async fn export_meetings(&self, group: GroupId, query: ExportQuery) -> Result<Exported, ApiError> {
        self.run(async move |driver| driver.export_meetings(group, query)).await
    }

    async fn find_meetings(&self, request: FindMeetings) -> Result<FoundMeetings, ApiError> {
        aside(move || meetings::find(&request, clock::now().0)).await
    }

    async fn reminders(&self, group: GroupId) -> Result<Reminders, ApiError> {
        self.run(async move |driver| driver.reminders(group)).await
    }

    async fn set_reminders(&self, group: GroupId, request: Reminders) -> Result<Reminders, ApiError> {
        self.run(async move |driver| driver.set_reminders(group, request)).await
    }

    async fn react(&self, group: GroupId, id: MessageId, request: React) -> Result<Sent, ApiError> {
        self.run(async move |driver| {
            let (home, about) = (words::core_group(group), words::core_message(id));
            let (reaction, once) = (words::core_reaction(request.reaction), request.request_id.as_str());
            let said =
                driver.wish(|engine, now| engine.react(home, about, reaction, Some(once), now)).await?;
            driver.sent(group, &said)
        })
        .await
    }

    async fn edit(&self, group: GroupId, id: MessageId, request: EditMessage) -> Result<Sent, ApiError> {
        self.run(async move |driver| {
            let (home, about) = (words::core_group(group), words::core_message(id));
            let (text, once) = (&request.text, request.request_id.as_str());
            let said = driver.wish(|engine, now| engine.edit(home, about, text, Some(once), now)).await?;
            driver.sent(group, &said)
        })
        .await
    }

    async fn undo(&self, group: GroupId, id: MessageId) -> Result<(), ApiError> {
        self.run(async move |driver| {
            let (group, id) = (words::core_group(group), words::core_message(id));
            driver.wish(|engine, now| engine.undo(group, id, now)).await
        })
        .await
    }

    async fn retract(&self, group: GroupId, id: MessageId) -> Result<(), ApiError> {
        self.run(async move |driver| {
            let (group, id) = (words::core_group(group), words::core_message(id));
            driver.wish(|engine, now| engine.retract(group, id, now)).await
        })
        .await
    }

    async fn messages(&self, group: GroupId, query: MessagesQuery) -> Result<Messages, ApiError> {
        self.run(async move |driver| driver.messages(group, &query)).await
    }

    async fn message(&self, group: GroupId, id: MessageId) -> Result<Message, ApiError> {
        self.run(async move |driver| driver.message(group, id)).await
    }

    async fn people(&self, group: GroupId) -> Result<People, ApiError> {
        self.run(async move |driver| {
            driver.group(group)?;
            let (engine, id) = (driver.engine()?, words::core_group(group));
            let people = engine.people(&id).iter().map(words::person).collect();
            Ok(People { people, questions: engine.questions(&id).iter().map(words::question).collect() })
        })
        .await
    }

    async fn remove_member(&self, group: GroupId, request: RemoveMember) -> Result<Removed, ApiError> {
        self.run(async move |driver| {
            let (group, member) = (words::core_group(group), words::core_member(request.member));
            driver.wish(|engine, now| engine.remove_member(group, member, now)).await?;
            let switching = driver.engine()?.switching(&group);
            Ok(Removed { switching: switching.as_ref().map(words::switching) })
        })
        .await
    }

    async fn removal_preview(&self, group: GroupId, member: MemberId) -> Result<RemovalPreview, ApiError> {
        self.run(async move |driver| {
            let (group, member) = (words::core_group(group), words::core_member(member));
            let preview = driver.engine()?.removal_preview(&group, &member);
            preview.map(|preview| words::removal_preview(&preview)).map_err(|error| words::error(&error))
        })
        .await
    }

    async fn set_role(&self, group: GroupId, request: SetRole) -> Result<Decided, ApiError> {
        self.run(async move |driver| {
            let (group, member) = (words::core_group(group), words::core_member(request.member));
            let role = words::core_role(request.role);
            let decided = driver.wish(|engine, now| engine.set_role(group, member, role, now)).await?;
            Ok(words::decided(&decided))
        })
        .await
    }

    async fn conscience(&self, group: GroupId) -> Result<Conscience, ApiError> {
        self.run(async move |driver| {
            driver.group(group)?;
            let proposals = driver.engine()?.proposals(&words::core_group(group));
            Ok(Conscience { open: proposals.iter().map(words::proposal).collect() })
        })
        .await
    }

    async fn propose(&self, group: GroupId, request: Propose) -> Result<Decided, ApiError> {
        self.run(async move |driver| {
            let (group, member) = (words::core_group(group), words::core_member(request.member));
            let what = match (request.what, request.role) {
                (Change::Remove, None) => Asking::Remove,
                (Change::Role, Some(role)) => Asking::Role(words::core_role(role)),
                (Change::Remove | Change::Role | Change::MembersMayInvite, _) => {
                    return Err(ErrorCode::BadRequest.into());
                }
            };
            let decided = driver.wish(|engine, now| engine.propose(group, member, what, now)).await?;
            Ok(words::decided(&decided))
        })
        .await
    }

    async fn endorse(&self, group: GroupId, request: Endorse) -> Result<Decided, ApiError> {
        self.run(async move |driver| {
            let (group, act) = (words::core_group(group), words::core_act(request.act));
            let decided = driver.wish(|engine, now| engine.endorse(group, act, now)).await?;
            Ok(words::decided(&decided))
        })
        .await
    }

    async fn keep(&self, group: GroupId, request: Keep) -> Result<Kept, ApiError> {
        self.run(async move |driver| {
            let (group, act) = (words::core_group(group), words::core_act(request.act));
            let role = driver.wish(|engine, now| engine.keep_member(group, act, now)).await?;
            Ok(Kept { role: words::api_role(role) })
        })
        .await
    }

    async fn leave(&self, group: GroupId) -> Result<(), ApiError> {
        let group = words::core_group(group);
        self.run(async move |driver| driver.wish(|engine, now| engine.leave_group(group, now)).await).await
    }

    async fn devices(&self, group: GroupId) -> Result<Devices, ApiError> {
        self.run(async move |driver| {
            driver.group(group)?;
            let devices = driver.engine()?.devices(&words::core_group(group));
            Ok(Devices { devices: devices.iter().map(words::device).collect() })
        })
        .await
    }

    async fn offer_device(&self, group: GroupId) -> Result<DeviceOffered, ApiError> {
        self.run(async move |driver| {
            let group = words::core_group(group);
            let ticket = driver.wish(|engine, now| engine.offer_device(group, now)).await?;
            let expires_at = ticket.ticket.expires.0;
            Ok(DeviceOffered { ticket: Ticket::new(ticket.to_text()), expires_at })
        })
        .await
    }

    async fn revoke_device(&self, group: GroupId, device: DeviceId) -> Result<(), ApiError> {
        self.run(async move |driver| {
            let (group, device) = (words::core_group(group), words::core_device(device));
            driver.wish(|engine, now| engine.revoke_device(group, device, now)).await
        })
        .await
    }

    async fn join_as_device(&self, request: JoinAsDevice) -> Result<Group, ApiError> {
        self.run(async move |driver| {
            let id = driver.wish(|engine, now| engine.join_as_device(request.ticket.expose(), now)).await?;
            driver.group(words::group_id(&id))
        })
        .await
    }

    async fn safety_number(&self, group: GroupId, member: MemberId) -> Result<SafetyNumber, ApiError> {
        self.run(async move |driver| driver.safety_number(group, member)).await
    }

    async fn mark_verified(&self, group: GroupId, member: MemberId) -> Result<SafetyNumber, ApiError> {
        self.run(async move |driver| {
            let (id, whom) = (words::core_group(group), words::core_member(member));
            driver.wish(|engine, now| engine.mark_verified(id, whom, now)).await?;
            driver.safety_number(group, member)
        })
        .await
    }

    async fn private(&self, group: GroupId) -> Result<Private, ApiError> {
        self.run(async move |driver| {
            driver.group(group)?;
            driver.private(group)
        })
        .await
    }

    async fn act_privately(&self, group: GroupId, act: PrivateAct) -> Result<(), ApiError> {
        self.run(async move |driver| driver.act_privately(group, act).await).await
    }

    async fn ask_sponsor(&self, group: GroupId, request: AskSponsor) -> Result<Sent, ApiError> {
        self.run(async move |driver| {
            let said = driver.ask_sponsor(group, request).await?;
            driver.sent(group, &said)
        })
        .await
    }

    async fn private_words(&self, group: GroupId, member: MemberId) -> Result<PrivateWords, ApiError> {
        self.run(async move |driver| {
            driver.group(group)?;
            driver.private_words(group, member)
        })
        .await
    }

    async fn readers(&self, group: GroupId, member: MemberId) -> Result<Readers, ApiError> {
        self.run(async move |driver| driver.readers(group, member)).await
    }

    async fn write_report(&self, group: GroupId, request: WriteReport) -> Result<Sent, ApiError> {
        self.run(async move |driver| {
            let said = driver.write_report(group, request).await?;
            driver.sent(group, &said)
        })
        .await
    }

    async fn reports(&self, group: GroupId) -> Result<Reports, ApiError> {
        self.run(async move |driver| {
            driver.group(group)?;
            driver.reports(group)
        })
        .await
    }

    async fn note_report(&self, group: GroupId, id: MessageId, request: NoteReport) -> Result<(), ApiError> {
        self.run(async move |driver| driver.note_report(group, id, request.note).await).await
    }

    async fn keep_own(&self, request: KeepOwn) -> Result<OwnRecord, ApiError> {
        self.run(async move |driver| driver.keep_own(request).await).await
    }

    async fn own_records(&self, query: OwnQuery) -> Result<OwnRecords, ApiError> {
        self.run(async move |driver| driver.own_records(&query)).await
    }

    async fn own_record(&self, id: RecordId) -> Result<OwnRecord, ApiError> {
        self.run(async move |driver| driver.own_record(id)).await
    }

    async fn change_own(&self, id: RecordId, request: KeepOwn) -> Result<OwnRecord, ApiError> {
        self.run(async move |driver| driver.change_own(id, request).await).await
    }

    async fn delete_own(&self, id: RecordId) -> Result<(), ApiError> {
        self.run(async move |driver| driver.wish(|engine, _| engine.delete_own(own::core_record(id))).await)
            .await
    }

    async fn show_own(&self, id: RecordId, request: ShowOwn) -> Result<Sent, ApiError> {
        self.run(async move |driver| {
            let ShowOwn { group, to, undo_s, request_id } = request;
            let to: Vec<_> = to.into_iter().map(words::core_member).collect();
            let (id, home, sending) =
                (own::core_record(id), words::core_group(group), sending(undo_s, &request_id));
            let said = driver.wish(|engine, now| engine.show_own(id, home, &to, sending, now)).await?;
            driver.sent(group, &said)
        })
        .await
    }

    async fn chips(&self) -> Result<Chips, ApiError> {
        self.run(async |driver| driver.chips()).await
    }

    fn subscribe(&self) -> broadcast::Receiver<Event> {
        self.events.subscribe()
    }
}
