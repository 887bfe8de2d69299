//! The routes: one table that makes both the router and its description, and the handlers behind it.
//!
//! A handler only carries: its extractors have checked the request, the backend does what it asks for.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, FromRequest, FromRequestParts, Path, Query, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method, StatusCode, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodRouter, delete, get, post};
use axum::{Json, Router};
use hearth_api::{
    AddKeeper, AnswerSos, ApiError, AskGroup, AskSponsor, AutoLock, BackUp, Backup, Carried, Checked, Chips,
    CloseSos, ComingMeetings, Conscience, Coverage, CreateGroup, CreateInvite, CreateVault, Decided,
    DeviceId, DeviceOffered, Devices, EditMessage, Endorse, ErrorCode, Event, ExportQuery, Exported,
    FindMeetings, FoundMeetings, Group, GroupId, Groups, ImportMeetings, Imported, Invited, Invites,
    JoinAsDevice, JoinGroup, Keep, KeepOwn, KeeperOffered, Keepers, Kept, Ladder, LookAtGroup, MeetingsQuery,
    MemberId, Message, MessageId, Messages, MessagesQuery, NoteReport, Nothing, ObjectId, Objects,
    ObjectsQuery, OwnQuery, OwnRecord, OwnRecords, People, Phones, Poll, Polls, Private, PrivateAct,
    PrivateWords, Propose, Put, PutObject, RaiseSos, React, Readers, RecordId, Reminders, RemovalPreview,
    RemoveMember, Removed, ReplyTo, Reports, Restore, SafetyNumber, SayBeside, SendMessage, Sent, SetRole,
    ShowOwn, ShowPhone, Slots, SosCalls, SosId, SosRaised, Status, TokenId, Unlock, Versions, Vote,
    WriteReport, routes,
};
use serde::de::DeserializeOwned;
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;

use super::backend::Backend;
use super::description::{About, Description};
use super::events;
use super::refusal::Refusal;

/// What every handler may use.
#[derive(Clone)]
pub(super) struct Service<B> {
    pub(super) backend: B,
    /// Room for clients that follow the events.
    pub(super) followers: Arc<Semaphore>,
    /// Ends the streams of events when the daemon stops.
    pub(super) stop: CancellationToken,
}

/// Returns the router.
pub(super) fn router<B: Backend>(service: Service<B>) -> Router {
    let Table { router, description } = table::<B>();
    let json = serde_json::to_string(&description.build()).map(Bytes::from).ok();
    let describe = move || {
        let json = json.clone().ok_or(Refusal::from(ErrorCode::Internal));
        async { json.map(|json| ([(header::CONTENT_TYPE, "application/json")], json)) }
    };
    let backend = service.backend.clone();
    router
        .route(routes::OPENAPI, get(describe))
        .fallback(async || {
            Refusal::from(ApiError::with_message(ErrorCode::NotFound, "there is no such address"))
        })
        .layer(middleware::from_fn_with_state(backend, note_use::<B>))
        // A body has been read by now, within the bound of its route (`guard`).
        .layer(DefaultBodyLimit::disable())
        .method_not_allowed_fallback(async || Refusal::from(ErrorCode::MethodNotAllowed))
        .with_state(service)
}

/// Tells the backend that somebody is there, unless a program says that it asks by itself.
async fn note_use<B: Backend>(State(backend): State<B>, request: Request, next: Next) -> Response {
    if !request.headers().contains_key(routes::BY_ITSELF) {
        backend.note_use();
    }
    next.run(request).await
}

/// The table of all routes.
fn table<B: Backend>() -> Table<B> {
    let mut table = Table { router: Router::new(), description: Description::new() };

    table.get(routes::STATUS, get(status), About::gives::<Status>("status", "How the node is"));
    table.post(
        routes::VAULT,
        post(create_vault),
        About::gives::<Status>("create_vault", "Makes the vault and opens it")
            .takes::<CreateVault>()
            .status(201),
    );
    table.post(
        routes::UNLOCK,
        post(unlock),
        About::gives::<Status>("unlock", "Opens the vault").takes::<Unlock>(),
    );
    table.post(
        routes::LOCK,
        post(lock),
        About::gives::<Status>("lock", "Locks the vault").takes::<Nothing>(),
    );
    table.post(
        routes::AUTO_LOCK,
        post(set_auto_lock),
        About::gives::<Status>("set_auto_lock", "Says after how long without use the vault locks by itself")
            .takes::<AutoLock>(),
    );
    table.post(
        routes::BACKUP,
        post(back_up),
        About::gives::<Backup>("back_up", "Makes a backup of who this member is").takes::<BackUp>(),
    );
    table.post(
        routes::RESTORE,
        post(restore),
        About::gives::<Status>("restore", "Makes a vault of a backup and opens it")
            .takes::<Restore>()
            .status(201),
    );
    table.post(
        routes::DESTROY,
        post(destroy),
        About::gives::<Nothing>("destroy", "Destroys all that is kept here, and stops the daemon")
            .takes::<Nothing>()
            .status(202),
    );
    table.post(
        routes::STOP,
        post(stop),
        About::gives::<Nothing>("stop", "Stops the daemon").takes::<Nothing>().status(202),
    );

    table.get(routes::GROUPS, get(groups), About::gives::<Groups>("groups", "The groups on this node"));
    table.post(
        routes::GROUPS,
        post(create_group),
        About::gives::<Group>("create_group", "Founds a group").takes::<CreateGroup>().status(201),
    );
    table.post(
        routes::JOIN,
        post(join_group),
        About::gives::<Group>("join_group", "Starts to join a group").takes::<JoinGroup>().status(202),
    );
    table.get(routes::GROUP, get(group), About::gives::<Group>("group", "One group"));

    table.get(routes::INVITES, get(invites), About::gives::<Invites>("invites", "The invites of a group"));
    table.post(
        routes::INVITES,
        post(create_invite),
        About::gives::<Invited>("create_invite", "Makes an invite").takes::<CreateInvite>().status(201),
    );
    table.post(
        routes::LOOK,
        post(look),
        About::gives::<Group>("look", "Starts to look at the group of a ticket")
            .takes::<LookAtGroup>()
            .status(202),
    );
    table.delete(
        routes::LOOKED_AT,
        delete(stop_looking),
        About::gives::<Nothing>("stop_looking", "Forgets a group that is only looked at"),
    );
    table.delete(
        routes::INVITE,
        delete(revoke_invite),
        About::gives::<Nothing>("revoke_invite", "Revokes an invite"),
    );

    table.get(
        routes::MESSAGES,
        get(messages),
        About::gives::<Messages>("messages", "A page of messages, oldest first").query::<MessagesQuery>(),
    );
    table.post(
        routes::MESSAGES,
        post(send_message),
        About::gives::<Sent>("send_message", "Keeps a message and sends it")
            .takes::<SendMessage>()
            .status(201),
    );
    table.get(routes::MESSAGE, get(message), About::gives::<Message>("message", "One message"));
    table.delete(
        routes::MESSAGE,
        delete(retract),
        About::gives::<Nothing>("retract", "Takes a message of one's own back"),
    );
    table.post(
        routes::REPLIES,
        post(reply),
        About::gives::<Sent>("reply", "Answers a message").takes::<ReplyTo>().status(201),
    );
    table.post(
        routes::REACTIONS,
        post(react),
        About::gives::<Sent>("react", "Gives the author of a message a sign").takes::<React>().status(201),
    );
    table.post(
        routes::EDIT,
        post(edit),
        About::gives::<Sent>("edit", "Puts other words in the place of one's own")
            .takes::<EditMessage>()
            .status(201),
    );
    table.post(
        routes::UNDO,
        post(undo),
        About::gives::<Nothing>("undo", "Undoes a message that is held back").takes::<Nothing>(),
    );

    table.get(routes::PEOPLE, get(people), About::gives::<People>("people", "The members of a group"));
    table.post(
        routes::REMOVALS,
        post(remove_member),
        About::gives::<Removed>("remove_member", "Removes a member").takes::<RemoveMember>(),
    );
    table.get(
        routes::REMOVAL,
        get(removal_preview),
        About::gives::<RemovalPreview>("removal_preview", "Who would lose what if a member were removed"),
    );
    table.post(
        routes::ROLES,
        post(set_role),
        About::gives::<Decided>("set_role", "Gives a member another role").takes::<SetRole>(),
    );
    table.get(
        routes::CONSCIENCE,
        get(conscience),
        About::gives::<Conscience>("conscience", "What the group has not decided yet"),
    );
    table.post(
        routes::CONSCIENCE,
        post(propose),
        About::gives::<Decided>("propose", "Proposes what many decide together").takes::<Propose>(),
    );
    table.post(
        routes::ENDORSEMENTS,
        post(endorse),
        About::gives::<Decided>("endorse", "Agrees to what was proposed").takes::<Endorse>(),
    );
    table.post(
        routes::KEPT,
        post(keep),
        About::gives::<Kept>("keep", "Lets somebody stay whose admission does not count any more")
            .takes::<Keep>(),
    );
    table.post(
        routes::LEAVE,
        post(leave),
        About::gives::<Nothing>("leave", "Leaves a group").takes::<Nothing>(),
    );
    table.get(routes::DEVICES, get(devices), About::gives::<Devices>("devices", "This member's devices"));
    table.post(
        routes::DEVICES,
        post(offer_device),
        About::gives::<DeviceOffered>("offer_device", "Makes a ticket for a further device")
            .takes::<Nothing>()
            .status(201),
    );
    table.delete(
        routes::DEVICE,
        delete(revoke_device),
        About::gives::<Nothing>("revoke_device", "Takes one of this member's other devices away"),
    );
    table.post(
        routes::JOIN_AS_DEVICE,
        post(join_as_device),
        About::gives::<Group>("join_as_device", "Starts to become a further device of a member")
            .takes::<JoinAsDevice>()
            .status(202),
    );
    table.get(
        routes::SAFETY_NUMBER,
        get(safety_number),
        About::gives::<SafetyNumber>("safety_number", "The safety number with a member"),
    );
    table.post(
        routes::SAFETY_NUMBER,
        post(mark_verified),
        About::gives::<SafetyNumber>("mark_verified", "Notes that a safety number was compared")
            .takes::<Nothing>(),
    );

    table.get(
        routes::OBJECTS,
        get(objects),
        About::gives::<Objects>("objects", "What a group has").query::<ObjectsQuery>(),
    );
    table.post(
        routes::OBJECTS,
        post(put_object),
        About::gives::<Put>("put_object", "Writes something that the group has")
            .takes::<PutObject>()
            .status(201),
    );
    table.delete(
        routes::OBJECT,
        delete(withdraw_object),
        About::gives::<Nothing>("withdraw_object", "Withdraws something that the group has"),
    );
    table.get(
        routes::VERSIONS,
        get(versions),
        About::gives::<Versions>("versions", "The versions of a thing that stand, the one that counts first"),
    );
    table.get(
        routes::POLLS,
        get(polls),
        About::gives::<Polls>("polls", "What a group votes on, the one that closes last first"),
    );
    table.post(
        routes::POLLS,
        post(ask_group),
        About::gives::<Poll>("ask_group", "Asks the group something").takes::<AskGroup>().status(201),
    );
    table.post(
        routes::POLL_VOTE,
        post(vote),
        About::gives::<Poll>("vote", "Votes on a question, or votes anew").takes::<Vote>(),
    );
    table.post(
        routes::POLL_WORDS,
        post(say_beside),
        About::gives::<Poll>("say_beside", "Says something beside a question").takes::<SayBeside>(),
    );
    table.post(
        routes::POLL_COUNT,
        post(count_poll),
        About::gives::<Poll>("count_poll", "Counts the votes on a question").takes::<Nothing>(),
    );
    table.get(
        routes::SLOTS,
        get(slots),
        About::gives::<Slots>("slots", "A group's slots by their time, and whose word for each counts"),
    );
    table.get(
        routes::SOS,
        get(sos_calls),
        About::gives::<SosCalls>("sos_calls", "The calls for help that are shown on this device"),
    );
    table.post(
        routes::SOS,
        post(raise_sos),
        About::gives::<SosRaised>("raise_sos", "Raises a call for help").takes::<RaiseSos>().status(201),
    );
    table.post(
        routes::SOS_ANSWERS,
        post(answer_sos),
        About::gives::<SosCalls>("answer_sos", "Answers somebody's call for help").takes::<AnswerSos>(),
    );
    table.post(
        routes::SOS_CLOSE,
        post(close_sos),
        About::gives::<SosCalls>("close_sos", "Closes a call for help of this member's own")
            .takes::<CloseSos>(),
    );
    table.get(routes::KEEPERS, get(keepers), About::gives::<Keepers>("keepers", "The keepers of a group"));
    table.post(
        routes::KEEPERS,
        post(add_keeper),
        About::gives::<Keepers>("add_keeper", "Adds a keeper to a group").takes::<AddKeeper>().status(201),
    );
    table.delete(
        routes::KEEPER,
        delete(remove_keeper),
        About::gives::<Nothing>("remove_keeper", "Takes a keeper away from a group"),
    );
    table.get(
        routes::CARRIED,
        get(carried),
        About::gives::<Carried>("carried", "What this node carries as a keeper"),
    );
    table.post(
        routes::CARRIED,
        post(offer_to_carry),
        About::gives::<KeeperOffered>("offer_to_carry", "Makes a ticket to this node as a keeper")
            .takes::<Nothing>()
            .status(201),
    );
    table.delete(
        routes::CARRIED_ROOM,
        delete(drop_carried),
        About::gives::<Nothing>("drop_carried", "Carries something no more"),
    );
    table.get(
        routes::PHONES,
        get(phones),
        About::gives::<Phones>("phones", "The numbers that this member may use, and their own"),
    );
    table.post(
        routes::PHONES,
        post(show_phone),
        About::gives::<Sent>("show_phone", "Shows a number to people who are picked")
            .takes::<ShowPhone>()
            .status(201),
    );
    table.delete(
        routes::PHONES,
        delete(hide_phone),
        About::gives::<Nothing>("hide_phone", "Takes back what this member shows to some alone"),
    );
    table.get(
        routes::LADDER,
        get(ladder),
        About::gives::<Ladder>("ladder", "Whom this member wants asked on a bad night"),
    );
    table.post(
        routes::LADDER,
        post(set_ladder),
        About::gives::<Ladder>("set_ladder", "Says whom this member wants asked on a bad night")
            .takes::<Ladder>(),
    );
    table.get(
        routes::COVERAGE,
        get(coverage),
        About::gives::<Coverage>("coverage", "Who may be asked in the seven days to come"),
    );
    table.get(
        routes::PRIVATE,
        get(private),
        About::gives::<Private>("private", "What stands between this member and others"),
    );
    table.post(
        routes::PRIVATE,
        post(act_privately),
        About::gives::<Nothing>("act_privately", "Changes what stands between this member and another")
            .takes::<PrivateAct>(),
    );
    table.post(
        routes::SPONSORS,
        post(ask_sponsor),
        About::gives::<Sent>("ask_sponsor", "Asks somebody to be this member's sponsor")
            .takes::<AskSponsor>()
            .status(201),
    );
    table.get(
        routes::PRIVATE_WORDS,
        get(private_words),
        About::gives::<PrivateWords>("private_words", "What somebody wrote to this member alone"),
    );
    table.get(
        routes::READERS,
        get(readers),
        About::gives::<Readers>("readers", "Who would read a report about somebody"),
    );
    table.get(
        routes::REPORTS,
        get(reports),
        About::gives::<Reports>("reports", "The reports that this member wrote or is to read"),
    );
    table.post(
        routes::REPORTS,
        post(write_report),
        About::gives::<Sent>("write_report", "Reports somebody to those who read reports")
            .takes::<WriteReport>()
            .status(201),
    );
    table.post(
        routes::REPORT_NOTE,
        post(note_report),
        About::gives::<Nothing>("note_report", "Notes how far this member is with a report")
            .takes::<NoteReport>(),
    );
    table.get(
        routes::MEETINGS,
        get(meetings),
        About::gives::<ComingMeetings>(
            "meetings",
            "The times of a group's meetings, cancelled ones included",
        )
        .query::<MeetingsQuery>(),
    );
    table.post(
        routes::MEETINGS_IMPORT,
        post(import_meetings),
        About::gives::<Imported>(
            "import_meetings",
            "Makes meetings of a list the group's, or says what that would do",
        )
        .takes::<ImportMeetings>(),
    );
    table.get(
        routes::MEETINGS_EXPORT,
        get(export_meetings),
        About::gives::<Exported>("export_meetings", "A group's meetings as a file for others")
            .query::<ExportQuery>(),
    );
    table.post(
        routes::FIND_MEETINGS,
        post(find_meetings),
        About::gives::<FoundMeetings>("find_meetings", "Looks through a list that is not a group's")
            .takes::<FindMeetings>(),
    );
    table.get(
        routes::REMINDERS,
        get(reminders),
        About::gives::<Reminders>("reminders", "Whether this member is reminded of a group's meetings"),
    );
    table.post(
        routes::REMINDERS,
        post(set_reminders),
        About::gives::<Reminders>("set_reminders", "Switches reminders on or off, on this machine alone")
            .takes::<Reminders>(),
    );
    table.get(
        routes::SELF_RECORDS,
        get(own_records),
        About::gives::<OwnRecords>("own_records", "What this member keeps for themselves, the newest first")
            .query::<OwnQuery>(),
    );
    table.post(
        routes::SELF_RECORDS,
        post(keep_own),
        About::gives::<OwnRecord>("keep_own", "Keeps something for this member alone")
            .takes::<KeepOwn>()
            .status(201),
    );
    table.get(routes::SELF_RECORD, get(own_record), About::gives::<OwnRecord>("own_record", "One record"));
    table.delete(
        routes::SELF_RECORD,
        delete(delete_own),
        About::gives::<Nothing>("delete_own", "Deletes a record for good"),
    );
    table.post(
        routes::SELF_CHANGE,
        post(change_own),
        About::gives::<OwnRecord>("change_own", "Puts something in the place of what a record says")
            .takes::<KeepOwn>(),
    );
    table.post(
        routes::SELF_SHOWN,
        post(show_own),
        About::gives::<Sent>("show_own", "Shows a copy of a record to somebody, for 14 days")
            .takes::<ShowOwn>()
            .status(201),
    );
    table.get(
        routes::SELF_CHIPS,
        get(chips),
        About::gives::<Chips>("chips", "Which chips or key tags come next for this member"),
    );

    table.get(routes::EVENTS, get(follow), About::streams::<Event>("events", "What changes, from now on"));
    // Its handler needs the finished description: the router adds it.
    table.description.add(&Method::GET, routes::OPENAPI, About::gives_any("openapi", "This description"));
    table
}

/// The router and its description, which grow together.
struct Table<B: Backend> {
    router: Router<Service<B>>,
    description: Description,
}

impl<B: Backend> Table<B> {
    fn get(&mut self, path: &'static str, handler: MethodRouter<Service<B>>, about: About) {
        self.add(&Method::GET, path, handler, about);
    }

    fn post(&mut self, path: &'static str, handler: MethodRouter<Service<B>>, about: About) {
        self.add(&Method::POST, path, handler, about);
    }

    fn delete(&mut self, path: &'static str, handler: MethodRouter<Service<B>>, about: About) {
        self.add(&Method::DELETE, path, handler, about);
    }

    fn add(&mut self, method: &Method, path: &'static str, handler: MethodRouter<Service<B>>, about: About) {
        self.description.add(method, path, about);
        self.router = std::mem::take(&mut self.router).route(path, handler);
    }
}

async fn status<B: Backend>(State(service): State<Service<B>>) -> Result<Json<Status>, Refusal> {
    Ok(Json(service.backend.status().await?))
}

async fn create_vault<B: Backend>(
    State(service): State<Service<B>>,
    Asked(request): Asked<CreateVault>,
) -> Result<(StatusCode, Json<Status>), Refusal> {
    Ok((StatusCode::CREATED, Json(service.backend.create_vault(request).await?)))
}

async fn unlock<B: Backend>(
    State(service): State<Service<B>>,
    Asked(request): Asked<Unlock>,
) -> Result<Json<Status>, Refusal> {
    Ok(Json(service.backend.unlock(request).await?))
}

async fn lock<B: Backend>(
    State(service): State<Service<B>>,
    Asked(Nothing {}): Asked<Nothing>,
) -> Result<Json<Status>, Refusal> {
    Ok(Json(service.backend.lock().await?))
}

async fn set_auto_lock<B: Backend>(
    State(service): State<Service<B>>,
    Asked(request): Asked<AutoLock>,
) -> Result<Json<Status>, Refusal> {
    Ok(Json(service.backend.set_auto_lock(request).await?))
}

async fn back_up<B: Backend>(
    State(service): State<Service<B>>,
    Asked(request): Asked<BackUp>,
) -> Result<Json<Backup>, Refusal> {
    Ok(Json(service.backend.back_up(request).await?))
}

async fn restore<B: Backend>(
    State(service): State<Service<B>>,
    Asked(request): Asked<Restore>,
) -> Result<(StatusCode, Json<Status>), Refusal> {
    Ok((StatusCode::CREATED, Json(service.backend.restore(request).await?)))
}

async fn destroy<B: Backend>(
    State(service): State<Service<B>>,
    Asked(Nothing {}): Asked<Nothing>,
) -> Result<(StatusCode, Json<Nothing>), Refusal> {
    service.backend.destroy().await?;
    Ok((StatusCode::ACCEPTED, Json(Nothing {})))
}

async fn stop<B: Backend>(
    State(service): State<Service<B>>,
    Asked(Nothing {}): Asked<Nothing>,
) -> Result<(StatusCode, Json<Nothing>), Refusal> {
    service.backend.stop().await?;
    Ok((StatusCode::ACCEPTED, Json(Nothing {})))
}

async fn groups<B: Backend>(State(service): State<Service<B>>) -> Result<Json<Groups>, Refusal> {
    Ok(Json(service.backend.groups().await?))
}

async fn create_group<B: Backend>(
    State(service): State<Service<B>>,
    Asked(request): Asked<CreateGroup>,
) -> Result<(StatusCode, Json<Group>), Refusal> {
    Ok((StatusCode::CREATED, Json(service.backend.create_group(request).await?)))
}

async fn join_group<B: Backend>(
    State(service): State<Service<B>>,
    Asked(request): Asked<JoinGroup>,
) -> Result<(StatusCode, Json<Group>), Refusal> {
    Ok((StatusCode::ACCEPTED, Json(service.backend.join_group(request).await?)))
}

async fn look<B: Backend>(
    State(service): State<Service<B>>,
    Asked(request): Asked<LookAtGroup>,
) -> Result<(StatusCode, Json<Group>), Refusal> {
    Ok((StatusCode::ACCEPTED, Json(service.backend.look(request).await?)))
}

async fn stop_looking<B: Backend>(
    State(service): State<Service<B>>,
    Named(group): Named<GroupId>,
) -> Result<Json<Nothing>, Refusal> {
    service.backend.stop_looking(group).await?;
    Ok(Json(Nothing {}))
}

async fn group<B: Backend>(
    State(service): State<Service<B>>,
    Named(group): Named<GroupId>,
) -> Result<Json<Group>, Refusal> {
    Ok(Json(service.backend.group(group).await?))
}

async fn invites<B: Backend>(
    State(service): State<Service<B>>,
    Named(group): Named<GroupId>,
) -> Result<Json<Invites>, Refusal> {
    Ok(Json(service.backend.invites(group).await?))
}

async fn create_invite<B: Backend>(
    State(service): State<Service<B>>,
    Named(group): Named<GroupId>,
    Asked(request): Asked<CreateInvite>,
) -> Result<(StatusCode, Json<Invited>), Refusal> {
    Ok((StatusCode::CREATED, Json(service.backend.create_invite(group, request).await?)))
}

async fn revoke_invite<B: Backend>(
    State(service): State<Service<B>>,
    Named((group, token)): Named<(GroupId, TokenId)>,
) -> Result<Json<Nothing>, Refusal> {
    service.backend.revoke_invite(group, token).await?;
    Ok(Json(Nothing {}))
}

async fn messages<B: Backend>(
    State(service): State<Service<B>>,
    Named(group): Named<GroupId>,
    Queried(query): Queried<MessagesQuery>,
) -> Result<Json<Messages>, Refusal> {
    Ok(Json(service.backend.messages(group, query).await?))
}

async fn send_message<B: Backend>(
    State(service): State<Service<B>>,
    Named(group): Named<GroupId>,
    Asked(request): Asked<SendMessage>,
) -> Result<(StatusCode, Json<Sent>), Refusal> {
    Ok((StatusCode::CREATED, Json(service.backend.send_message(group, request).await?)))
}

async fn message<B: Backend>(
    State(service): State<Service<B>>,
    Named((group, id)): Named<(GroupId, MessageId)>,
) -> Result<Json<Message>, Refusal> {
    Ok(Json(service.backend.message(group, id).await?))
}

async fn reply<B: Backend>(
    State(service): State<Service<B>>,
    Named((group, id)): Named<(GroupId, MessageId)>,
    Asked(request): Asked<ReplyTo>,
) -> Result<(StatusCode, Json<Sent>), Refusal> {
    Ok((StatusCode::CREATED, Json(service.backend.reply(group, id, request).await?)))
}

async fn objects<B: Backend>(
    State(service): State<Service<B>>,
    Named(group): Named<GroupId>,
    Queried(query): Queried<ObjectsQuery>,
) -> Result<Json<Objects>, Refusal> {
    Ok(Json(service.backend.objects(group, query).await?))
}

async fn put_object<B: Backend>(
    State(service): State<Service<B>>,
    Named(group): Named<GroupId>,
    Asked(request): Asked<PutObject>,
) -> Result<(StatusCode, Json<Put>), Refusal> {
    Ok((StatusCode::CREATED, Json(service.backend.put_object(group, request).await?)))
}

async fn withdraw_object<B: Backend>(
    State(service): State<Service<B>>,
    Named((group, id)): Named<(GroupId, ObjectId)>,
) -> Result<Json<Nothing>, Refusal> {
    service.backend.withdraw_object(group, id).await?;
    Ok(Json(Nothing {}))
}

async fn sos_calls<B: Backend>(
    State(service): State<Service<B>>,
    Named(group): Named<GroupId>,
) -> Result<Json<SosCalls>, Refusal> {
    Ok(Json(service.backend.sos_calls(group).await?))
}

async fn raise_sos<B: Backend>(
    State(service): State<Service<B>>,
    Named(group): Named<GroupId>,
    Asked(request): Asked<RaiseSos>,
) -> Result<(StatusCode, Json<SosRaised>), Refusal> {
    Ok((StatusCode::CREATED, Json(service.backend.raise_sos(group, request).await?)))
}

async fn answer_sos<B: Backend>(
    State(service): State<Service<B>>,
    Named((group, id)): Named<(GroupId, SosId)>,
    Asked(request): Asked<AnswerSos>,
) -> Result<Json<SosCalls>, Refusal> {
    Ok(Json(service.backend.answer_sos(group, id, request).await?))
}

async fn close_sos<B: Backend>(
    State(service): State<Service<B>>,
    Named((group, id)): Named<(GroupId, SosId)>,
    Asked(request): Asked<CloseSos>,
) -> Result<Json<SosCalls>, Refusal> {
    Ok(Json(service.backend.close_sos(group, id, request).await?))
}

async fn keepers<B: Backend>(
    State(service): State<Service<B>>,
    Named(group): Named<GroupId>,
) -> Result<Json<Keepers>, Refusal> {
    Ok(Json(service.backend.keepers(group).await?))
}

async fn add_keeper<B: Backend>(
    State(service): State<Service<B>>,
    Named(group): Named<GroupId>,
    Asked(request): Asked<AddKeeper>,
) -> Result<(StatusCode, Json<Keepers>), Refusal> {
    Ok((StatusCode::CREATED, Json(service.backend.add_keeper(group, request).await?)))
}

async fn remove_keeper<B: Backend>(
    State(service): State<Service<B>>,
    Named((group, id)): Named<(GroupId, ObjectId)>,
) -> Result<Json<Nothing>, Refusal> {
    service.backend.remove_keeper(group, id).await?;
    Ok(Json(Nothing {}))
}

async fn carried<B: Backend>(State(service): State<Service<B>>) -> Result<Json<Carried>, Refusal> {
    Ok(Json(service.backend.carried().await?))
}

async fn offer_to_carry<B: Backend>(
    State(service): State<Service<B>>,
    Asked(Nothing {}): Asked<Nothing>,
) -> Result<(StatusCode, Json<KeeperOffered>), Refusal> {
    Ok((StatusCode::CREATED, Json(service.backend.offer_to_carry().await?)))
}

async fn drop_carried<B: Backend>(
    State(service): State<Service<B>>,
    Named(id): Named<ObjectId>,
) -> Result<Json<Nothing>, Refusal> {
    service.backend.drop_carried(id).await?;
    Ok(Json(Nothing {}))
}

async fn phones<B: Backend>(
    State(service): State<Service<B>>,
    Named(group): Named<GroupId>,
) -> Result<Json<Phones>, Refusal> {
    Ok(Json(service.backend.phones(group).await?))
}

async fn show_phone<B: Backend>(
    State(service): State<Service<B>>,
    Named(group): Named<GroupId>,
    Asked(request): Asked<ShowPhone>,
) -> Result<(StatusCode, Json<Sent>), Refusal> {
    Ok((StatusCode::CREATED, Json(service.backend.show_phone(group, request).await?)))
}

async fn hide_phone<B: Backend>(
    State(service): State<Service<B>>,
    Named(group): Named<GroupId>,
) -> Result<Json<Nothing>, Refusal> {
    service.backend.hide_phone(group).await?;
    Ok(Json(Nothing {}))
}

async fn ladder<B: Backend>(
    State(service): State<Service<B>>,
    Named(group): Named<GroupId>,
) -> Result<Json<Ladder>, Refusal> {
    Ok(Json(service.backend.ladder(group).await?))
}

async fn set_ladder<B: Backend>(
    State(service): State<Service<B>>,
    Named(group): Named<GroupId>,
    Asked(request): Asked<Ladder>,
) -> Result<Json<Ladder>, Refusal> {
    Ok(Json(service.backend.set_ladder(group, request).await?))
}

async fn coverage<B: Backend>(
    State(service): State<Service<B>>,
    Named(group): Named<GroupId>,
) -> Result<Json<Coverage>, Refusal> {
    Ok(Json(service.backend.coverage(group).await?))
}

async fn versions<B: Backend>(
    State(service): State<Service<B>>,
    Named((group, id)): Named<(GroupId, ObjectId)>,
) -> Result<Json<Versions>, Refusal> {
    Ok(Json(service.backend.versions(group, id).await?))
}

async fn polls<B: Backend>(
    State(service): State<Service<B>>,
    Named(group): Named<GroupId>,
) -> Result<Json<Polls>, Refusal> {
    Ok(Json(service.backend.polls(group).await?))
}

async fn ask_group<B: Backend>(
    State(service): State<Service<B>>,
    Named(group): Named<GroupId>,
    Asked(request): Asked<AskGroup>,
) -> Result<(StatusCode, Json<Poll>), Refusal> {
    Ok((StatusCode::CREATED, Json(service.backend.ask_group(group, request).await?)))
}

async fn vote<B: Backend>(
    State(service): State<Service<B>>,
    Named((group, id)): Named<(GroupId, ObjectId)>,
    Asked(request): Asked<Vote>,
) -> Result<Json<Poll>, Refusal> {
    Ok(Json(service.backend.vote(group, id, request).await?))
}

async fn say_beside<B: Backend>(
    State(service): State<Service<B>>,
    Named((group, id)): Named<(GroupId, ObjectId)>,
    Asked(request): Asked<SayBeside>,
) -> Result<Json<Poll>, Refusal> {
    Ok(Json(service.backend.say_beside(group, id, request).await?))
}

async fn count_poll<B: Backend>(
    State(service): State<Service<B>>,
    Named((group, id)): Named<(GroupId, ObjectId)>,
    Asked(Nothing {}): Asked<Nothing>,
) -> Result<Json<Poll>, Refusal> {
    Ok(Json(service.backend.count_poll(group, id).await?))
}

async fn slots<B: Backend>(
    State(service): State<Service<B>>,
    Named(group): Named<GroupId>,
) -> Result<Json<Slots>, Refusal> {
    Ok(Json(service.backend.slots(group).await?))
}

async fn react<B: Backend>(
    State(service): State<Service<B>>,
    Named((group, id)): Named<(GroupId, MessageId)>,
    Asked(request): Asked<React>,
) -> Result<(StatusCode, Json<Sent>), Refusal> {
    Ok((StatusCode::CREATED, Json(service.backend.react(group, id, request).await?)))
}

async fn edit<B: Backend>(
    State(service): State<Service<B>>,
    Named((group, id)): Named<(GroupId, MessageId)>,
    Asked(request): Asked<EditMessage>,
) -> Result<(StatusCode, Json<Sent>), Refusal> {
    Ok((StatusCode::CREATED, Json(service.backend.edit(group, id, request).await?)))
}

async fn undo<B: Backend>(
    State(service): State<Service<B>>,
    Named((group, id)): Named<(GroupId, MessageId)>,
    Asked(Nothing {}): Asked<Nothing>,
) -> Result<Json<Nothing>, Refusal> {
    service.backend.undo(group, id).await?;
    Ok(Json(Nothing {}))
}

async fn retract<B: Backend>(
    State(service): State<Service<B>>,
    Named((group, id)): Named<(GroupId, MessageId)>,
) -> Result<Json<Nothing>, Refusal> {
    service.backend.retract(group, id).await?;
    Ok(Json(Nothing {}))
}

async fn people<B: Backend>(
    State(service): State<Service<B>>,
    Named(group): Named<GroupId>,
) -> Result<Json<People>, Refusal> {
    Ok(Json(service.backend.people(group).await?))
}

async fn remove_member<B: Backend>(
    State(service): State<Service<B>>,
    Named(group): Named<GroupId>,
    Asked(request): Asked<RemoveMember>,
) -> Result<Json<Removed>, Refusal> {
    Ok(Json(service.backend.remove_member(group, request).await?))
}

async fn removal_preview<B: Backend>(
    State(service): State<Service<B>>,
    Named((group, member)): Named<(GroupId, MemberId)>,
) -> Result<Json<RemovalPreview>, Refusal> {
    Ok(Json(service.backend.removal_preview(group, member).await?))
}

async fn conscience<B: Backend>(
    State(service): State<Service<B>>,
    Named(group): Named<GroupId>,
) -> Result<Json<Conscience>, Refusal> {
    Ok(Json(service.backend.conscience(group).await?))
}

async fn leave<B: Backend>(
    State(service): State<Service<B>>,
    Named(group): Named<GroupId>,
    Asked(Nothing {}): Asked<Nothing>,
) -> Result<Json<Nothing>, Refusal> {
    service.backend.leave(group).await?;
    Ok(Json(Nothing {}))
}

async fn devices<B: Backend>(
    State(service): State<Service<B>>,
    Named(group): Named<GroupId>,
) -> Result<Json<Devices>, Refusal> {
    Ok(Json(service.backend.devices(group).await?))
}

async fn offer_device<B: Backend>(
    State(service): State<Service<B>>,
    Named(group): Named<GroupId>,
    Asked(Nothing {}): Asked<Nothing>,
) -> Result<(StatusCode, Json<DeviceOffered>), Refusal> {
    Ok((StatusCode::CREATED, Json(service.backend.offer_device(group).await?)))
}

async fn revoke_device<B: Backend>(
    State(service): State<Service<B>>,
    Named((group, device)): Named<(GroupId, DeviceId)>,
) -> Result<Json<Nothing>, Refusal> {
    service.backend.revoke_device(group, device).await?;
    Ok(Json(Nothing {}))
}

async fn join_as_device<B: Backend>(
    State(service): State<Service<B>>,
    Asked(request): Asked<JoinAsDevice>,
) -> Result<(StatusCode, Json<Group>), Refusal> {
    Ok((StatusCode::ACCEPTED, Json(service.backend.join_as_device(request).await?)))
}

async fn safety_number<B: Backend>(
    State(service): State<Service<B>>,
    Named((group, member)): Named<(GroupId, MemberId)>,
) -> Result<Json<SafetyNumber>, Refusal> {
    Ok(Json(service.backend.safety_number(group, member).await?))
}

async fn mark_verified<B: Backend>(
    State(service): State<Service<B>>,
    Named((group, member)): Named<(GroupId, MemberId)>,
    Asked(Nothing {}): Asked<Nothing>,
) -> Result<Json<SafetyNumber>, Refusal> {
    Ok(Json(service.backend.mark_verified(group, member).await?))
}

async fn set_role<B: Backend>(
    State(service): State<Service<B>>,
    Named(group): Named<GroupId>,
    Asked(request): Asked<SetRole>,
) -> Result<Json<Decided>, Refusal> {
    Ok(Json(service.backend.set_role(group, request).await?))
}

async fn propose<B: Backend>(
    State(service): State<Service<B>>,
    Named(group): Named<GroupId>,
    Asked(request): Asked<Propose>,
) -> Result<Json<Decided>, Refusal> {
    Ok(Json(service.backend.propose(group, request).await?))
}

async fn endorse<B: Backend>(
    State(service): State<Service<B>>,
    Named(group): Named<GroupId>,
    Asked(request): Asked<Endorse>,
) -> Result<Json<Decided>, Refusal> {
    Ok(Json(service.backend.endorse(group, request).await?))
}

async fn keep<B: Backend>(
    State(service): State<Service<B>>,
    Named(group): Named<GroupId>,
    Asked(request): Asked<Keep>,
) -> Result<Json<Kept>, Refusal> {
    Ok(Json(service.backend.keep(group, request).await?))
}

async fn private<B: Backend>(
    State(service): State<Service<B>>,
    Named(group): Named<GroupId>,
) -> Result<Json<Private>, Refusal> {
    Ok(Json(service.backend.private(group).await?))
}

async fn act_privately<B: Backend>(
    State(service): State<Service<B>>,
    Named(group): Named<GroupId>,
    Asked(act): Asked<PrivateAct>,
) -> Result<Json<Nothing>, Refusal> {
    service.backend.act_privately(group, act).await?;
    Ok(Json(Nothing {}))
}

async fn ask_sponsor<B: Backend>(
    State(service): State<Service<B>>,
    Named(group): Named<GroupId>,
    Asked(request): Asked<AskSponsor>,
) -> Result<(StatusCode, Json<Sent>), Refusal> {
    Ok((StatusCode::CREATED, Json(service.backend.ask_sponsor(group, request).await?)))
}

async fn private_words<B: Backend>(
    State(service): State<Service<B>>,
    Named((group, member)): Named<(GroupId, MemberId)>,
) -> Result<Json<PrivateWords>, Refusal> {
    Ok(Json(service.backend.private_words(group, member).await?))
}

async fn readers<B: Backend>(
    State(service): State<Service<B>>,
    Named((group, member)): Named<(GroupId, MemberId)>,
) -> Result<Json<Readers>, Refusal> {
    Ok(Json(service.backend.readers(group, member).await?))
}

async fn reports<B: Backend>(
    State(service): State<Service<B>>,
    Named(group): Named<GroupId>,
) -> Result<Json<Reports>, Refusal> {
    Ok(Json(service.backend.reports(group).await?))
}

async fn write_report<B: Backend>(
    State(service): State<Service<B>>,
    Named(group): Named<GroupId>,
    Asked(request): Asked<WriteReport>,
) -> Result<(StatusCode, Json<Sent>), Refusal> {
    Ok((StatusCode::CREATED, Json(service.backend.write_report(group, request).await?)))
}

async fn note_report<B: Backend>(
    State(service): State<Service<B>>,
    Named((group, id)): Named<(GroupId, MessageId)>,
    Asked(request): Asked<NoteReport>,
) -> Result<Json<Nothing>, Refusal> {
    service.backend.note_report(group, id, request).await?;
    Ok(Json(Nothing {}))
}

async fn meetings<B: Backend>(
    State(service): State<Service<B>>,
    Named(group): Named<GroupId>,
    Queried(query): Queried<MeetingsQuery>,
) -> Result<Json<ComingMeetings>, Refusal> {
    Ok(Json(service.backend.meetings(group, query).await?))
}

async fn import_meetings<B: Backend>(
    State(service): State<Service<B>>,
    Named(group): Named<GroupId>,
    Asked(request): Asked<ImportMeetings>,
) -> Result<Json<Imported>, Refusal> {
    Ok(Json(service.backend.import_meetings(group, request).await?))
}

async fn export_meetings<B: Backend>(
    State(service): State<Service<B>>,
    Named(group): Named<GroupId>,
    Queried(query): Queried<ExportQuery>,
) -> Result<Json<Exported>, Refusal> {
    Ok(Json(service.backend.export_meetings(group, query).await?))
}

async fn find_meetings<B: Backend>(
    State(service): State<Service<B>>,
    Asked(request): Asked<FindMeetings>,
) -> Result<Json<FoundMeetings>, Refusal> {
    Ok(Json(service.backend.find_meetings(request).await?))
}

async fn reminders<B: Backend>(
    State(service): State<Service<B>>,
    Named(group): Named<GroupId>,
) -> Result<Json<Reminders>, Refusal> {
    Ok(Json(service.backend.reminders(group).await?))
}

async fn set_reminders<B: Backend>(
    State(service): State<Service<B>>,
    Named(group): Named<GroupId>,
    Asked(request): Asked<Reminders>,
) -> Result<Json<Reminders>, Refusal> {
    Ok(Json(service.backend.set_reminders(group, request).await?))
}

async fn own_records<B: Backend>(
    State(service): State<Service<B>>,
    Queried(query): Queried<OwnQuery>,
) -> Result<Json<OwnRecords>, Refusal> {
    Ok(Json(service.backend.own_records(query).await?))
}

async fn keep_own<B: Backend>(
    State(service): State<Service<B>>,
    Asked(request): Asked<KeepOwn>,
) -> Result<(StatusCode, Json<OwnRecord>), Refusal> {
    Ok((StatusCode::CREATED, Json(service.backend.keep_own(request).await?)))
}

async fn own_record<B: Backend>(
    State(service): State<Service<B>>,
    Named(id): Named<RecordId>,
) -> Result<Json<OwnRecord>, Refusal> {
    Ok(Json(service.backend.own_record(id).await?))
}

async fn delete_own<B: Backend>(
    State(service): State<Service<B>>,
    Named(id): Named<RecordId>,
) -> Result<Json<Nothing>, Refusal> {
    service.backend.delete_own(id).await?;
    Ok(Json(Nothing {}))
}

async fn change_own<B: Backend>(
    State(service): State<Service<B>>,
    Named(id): Named<RecordId>,
    Asked(request): Asked<KeepOwn>,
) -> Result<Json<OwnRecord>, Refusal> {
    Ok(Json(service.backend.change_own(id, request).await?))
}

async fn show_own<B: Backend>(
    State(service): State<Service<B>>,
    Named(id): Named<RecordId>,
    Asked(request): Asked<ShowOwn>,
) -> Result<(StatusCode, Json<Sent>), Refusal> {
    Ok((StatusCode::CREATED, Json(service.backend.show_own(id, request).await?)))
}

async fn chips<B: Backend>(State(service): State<Service<B>>) -> Result<Json<Chips>, Refusal> {
    Ok(Json(service.backend.chips().await?))
}

async fn follow<B: Backend>(State(service): State<Service<B>>) -> Result<Response, Refusal> {
    let permit = Arc::clone(&service.followers)
        .try_acquire_owned()
        .map_err(|_| ApiError::with_message(ErrorCode::Busy, "too many programs follow the events"))?;
    // Before the answer: what happens after a client has seen it is not missed.
    let receiver = service.backend.subscribe();
    Ok(events::follow(receiver, service.stop, permit).into_response())
}

/// A checked request in the body, as JSON.
struct Asked<T>(T);

impl<T: DeserializeOwned + Checked, S: Send + Sync> FromRequest<S> for Asked<T> {
    type Rejection = Refusal;

    async fn from_request(request: Request, state: &S) -> Result<Self, Refusal> {
        if !is_json(request.headers()) {
            return Err(ErrorCode::NotJson.into());
        }
        let body = Bytes::from_request(request, state).await.map_err(|_| ErrorCode::BadRequest)?;
        // A request that says nothing more may be empty; any other one misses its fields then.
        let json: &[u8] = if body.is_empty() { b"{}" } else { &body };
        let request: T = serde_json::from_slice(json).map_err(|error| misread(&error))?;
        request.check()?;
        Ok(Self(request))
    }
}

/// The ids in the path.
struct Named<T>(T);

impl<T: DeserializeOwned + Send, S: Send + Sync> FromRequestParts<S> for Named<T> {
    type Rejection = Refusal;

    async fn from_request_parts(head: &mut Parts, state: &S) -> Result<Self, Refusal> {
        let named = Path::from_request_parts(head, state).await;
        let Path(ids) = named.map_err(|_| {
            ApiError::with_message(ErrorCode::BadRequest, "an id in the address has 64 hexadecimal digits")
        })?;
        Ok(Self(ids))
    }
}

/// A checked request in the query.
struct Queried<T>(T);

impl<T: DeserializeOwned + Checked, S: Send + Sync> FromRequestParts<S> for Queried<T> {
    type Rejection = Refusal;

    async fn from_request_parts(head: &mut Parts, _: &S) -> Result<Self, Refusal> {
        let query = Query::<T>::try_from_uri(&head.uri);
        let Query(request) = query.map_err(|_| {
            ApiError::with_message(ErrorCode::BadRequest, "the query of the address was not understood")
        })?;
        request.check()?;
        Ok(Self(request))
    }
}

fn is_json(headers: &HeaderMap) -> bool {
    let value = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let media_type = value.and_then(|value| value.split(';').next());
    media_type.is_some_and(|media_type| media_type.trim().eq_ignore_ascii_case("application/json"))
}

/// Says where a body was not understood. What stands there is not repeated: it may be a passphrase.
fn misread(error: &serde_json::Error) -> ApiError {
    let fault =
        if error.is_data() { "a field is missing, unknown or of the wrong kind" } else { "it is not JSON" };
    let (line, column) = (error.line(), error.column());
    let message = format!("the request was not understood: {fault} (line {line}, column {column})");
    ApiError::with_message(ErrorCode::BadRequest, message)
}
