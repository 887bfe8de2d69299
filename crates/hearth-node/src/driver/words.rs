//! Translates between the words of the local API and those of the engine.
//!
//! Owns which error a client hears. Adds nothing that could name a member, an address or a text.

use hearth_api as api;
use hearth_api::{ApiError, ErrorCode};
use hearth_core::content::{CheckIn, Content, Direct, Halt, Milestone, Reaction, Share, Shown, Want, Work};
use hearth_core::engine::{Delivery, GroupView, InviteView, MessageKind, MessageView, Sign, Standing};
use hearth_core::error::{LoadError, OperationError};
use hearth_core::event::Role;
use hearth_core::ids::{DeviceId, EventId, GroupId, MemberId, MessageId, TokenId};
use hearth_core::store::StoreError;
use hearth_core::{
    Asking, Decided, DeviceView, Keeping, Notice, Person, Proposal, Refusal, RemovalPreview, ShownGroup,
    Suite, Switching,
};

use super::{phones, things};
use crate::net::NetError;
use crate::vault::{BackupError, OpenError};

pub(super) fn error(error: &OperationError) -> ApiError {
    use hearth_core::invite::TicketError;
    let code = match error {
        OperationError::UnknownGroup
        | OperationError::UnknownMember
        | OperationError::UnknownMessage
        | OperationError::UnknownObject
        | OperationError::UnknownInvite
        | OperationError::UnknownProposal
        | OperationError::UnknownSos
        | OperationError::UnknownDevice => ErrorCode::NotFound,
        OperationError::NobodyToAsk => ErrorCode::NobodyToAsk,
        OperationError::UnknownRecord => return super::own::unknown_record(),
        OperationError::NeverShown => ErrorCode::NeverShown,
        OperationError::Blocked => ErrorCode::Blocked,
        OperationError::NotAsked => ErrorCode::NotAsked,
        OperationError::NobodyToTell => ErrorCode::NobodyToTell,
        OperationError::ReadersChanged => ErrorCode::ReadersChanged,
        OperationError::TooMany(what) if *what == hearth_core::own::FULL => ErrorCode::KeptFull,
        OperationError::NotPermitted => ErrorCode::NotPermitted,
        OperationError::TooLate => ErrorCode::TooLate,
        OperationError::NotTheTime => ErrorCode::NotTheTime,
        OperationError::Joining => ErrorCode::Joining,
        OperationError::Removed => ErrorCode::Removed,
        OperationError::AlreadyMember => ErrorCode::AlreadyMember,
        OperationError::NameInvalid => ErrorCode::NameInvalid,
        OperationError::TextEmpty => ErrorCode::TextEmpty,
        OperationError::TextTooLong { .. } => ErrorCode::TextTooLarge,
        OperationError::Ticket(TicketError::NotATicket | TicketError::Mistyped) => ErrorCode::BadTicket,
        OperationError::TicketExpired => ErrorCode::TicketExpired,
        OperationError::Store(error) => return store_error(error),
        OperationError::Bug(_) | OperationError::Poisoned => ErrorCode::Internal,
        OperationError::Oneself
        | OperationError::OutOfBounds(_)
        | OperationError::Unfitting(_)
        | OperationError::TooMany(_) => {
            return ApiError::with_message(ErrorCode::BadRequest, error.to_string());
        }
        OperationError::NotYours => {
            let message = error.to_string();
            return ApiError { hint: None, ..ApiError::with_message(ErrorCode::NotPermitted, message) };
        }
        OperationError::IsAMember | OperationError::IsAKeeper | OperationError::AddressesMissing => {
            return ApiError::with_message(ErrorCode::BadRequest, error.to_string());
        }
        OperationError::Ticket(
            TicketError::UnknownVersion
            | TicketError::OtherKind
            | TicketError::NotAKeepers
            | TicketError::Keepers,
        ) => {
            return ApiError::with_message(ErrorCode::BadTicket, error.to_string());
        }
        OperationError::KeysMissing | OperationError::Astray => {
            return ApiError::with_message(ErrorCode::Offline, error.to_string());
        }
    };
    code.into()
}

pub(super) fn store_error(error: &StoreError) -> ApiError {
    match error {
        StoreError::Io(_) => ErrorCode::DiskError,
        StoreError::Damaged(_) => ErrorCode::Damaged,
        StoreError::Full => ErrorCode::DiskFull,
    }
    .into()
}

pub(super) fn load_error(error: &LoadError) -> ApiError {
    match error {
        LoadError::Store(error) => store_error(error),
        LoadError::Damaged(_) => ErrorCode::Damaged.into(),
        LoadError::UnknownVersion => ApiError::with_message(ErrorCode::Damaged, error.to_string()),
    }
}

pub(super) fn open_error(error: &OpenError) -> ApiError {
    match error {
        OpenError::WrongPassphrase => ErrorCode::WrongPassphrase,
        OpenError::AlreadyExists => ErrorCode::VaultExists,
        OpenError::NotFound => ErrorCode::NoVault,
        OpenError::Full => ErrorCode::DiskFull,
        OpenError::StoreLost => ErrorCode::StoreLost,
        OpenError::Damaged(_) => ErrorCode::Damaged,
        OpenError::Io(_) => ErrorCode::DiskError,
        OpenError::Locked => ErrorCode::Busy,
        OpenError::UnknownVersion => return ApiError::with_message(ErrorCode::Damaged, error.to_string()),
    }
    .into()
}

pub(super) fn backup_error(error: &BackupError) -> ApiError {
    match error {
        BackupError::Nothing => ErrorCode::NothingToKeep.into(),
        BackupError::NotOne => ErrorCode::NotABackup.into(),
        BackupError::NotWhole => ErrorCode::BackupNotWhole.into(),
        BackupError::UnknownVersion => ErrorCode::BackupTooNew.into(),
        BackupError::Vault(error) => open_error(error),
    }
}

pub(super) fn net_error(error: &NetError) -> ApiError {
    let code = match error {
        NetError::AddressInUse { .. } => ErrorCode::AddressInUse,
        NetError::AddressNotHere { .. }
        | NetError::PortNotPermitted { .. }
        | NetError::Listen { .. }
        | NetError::BadAddress { .. }
        | NetError::KeysWouldBeLogged => ErrorCode::BadRequest,
        NetError::Setup(_) => ErrorCode::Internal,
    };
    ApiError::with_message(code, error.to_string())
}

pub(super) fn event(notice: &Notice) -> api::Event {
    match notice {
        Notice::Message { group, id } => api::Event::Message { group: group_id(group), id: message_id(id) },
        Notice::Delivery { group, id } => api::Event::Delivery { group: group_id(group), id: message_id(id) },
        Notice::People { group } => api::Event::People { group: group_id(group) },
        Notice::Group { group } => api::Event::Group { group: group_id(group) },
        Notice::Connection { group } => api::Event::Connection { group: group_id(group) },
        Notice::Object { group, id } => {
            api::Event::Object { group: group_id(group), id: things::object_id(id) }
        }
        Notice::Sos { group, id } => api::Event::Sos { group: group_id(group), id: super::sos::sos_id(id) },
        Notice::Own => api::Event::Own,
        Notice::Private { group } => api::Event::Private { group: group_id(group) },
    }
}

pub(super) fn group(
    view: &GroupView,
    me: Option<MemberId>,
    switched: Option<&Switching>,
    shown: Option<&ShownGroup>,
) -> api::Group {
    let state = match view.standing {
        Standing::Looking => api::GroupState::Looking,
        Standing::Refused(_) if view.is_looked_at => api::GroupState::Looking,
        Standing::Joining | Standing::Refused(_) => api::GroupState::Joining,
        Standing::Member if view.is_ready => api::GroupState::Active,
        Standing::Member => api::GroupState::Syncing,
        Standing::Out => api::GroupState::Removed,
        Standing::Returning => api::GroupState::Returning,
    };
    let joining = match view.standing {
        Standing::Looking | Standing::Joining => {
            Some(api::Joining { asked: number(view.neighbours), refused: None })
        }
        Standing::Refused(why) => {
            Some(api::Joining { asked: number(view.neighbours).max(1), refused: Some(refusal(why)) })
        }
        Standing::Member | Standing::Out | Standing::Returning => None,
    };
    api::Group {
        id: group_id(&view.id),
        name: (!view.name.is_empty()).then(|| view.name.clone()),
        state,
        joining,
        shown: shown.cloned().map(|ShownGroup { name, card }| {
            let card = card.map(super::things::card);
            api::ShownGroup { name, card }
        }),
        members: number(view.members),
        connected: number(view.connected),
        me: me.as_ref().map(member_id),
        my_name: view.own_name.clone(),
        suite: match view.suite {
            Suite::XWing => api::Suite::XWing,
            Suite::X25519 => api::Suite::X25519,
        },
        switching: switched.filter(|_| view.standing == Standing::Member).map(switching),
        told_out: view.is_told_out,
        visit_over: view.is_visit_over,
    }
}

pub(super) fn switching(view: &Switching) -> api::Switching {
    api::Switching {
        of: number(view.of),
        switched: number(view.switched),
        waiting: view.waiting.iter().map(member_id).collect(),
    }
}

pub(super) fn removal_preview(view: &RemovalPreview) -> api::RemovalPreview {
    api::RemovalPreview {
        lost: view.lost.iter().map(member_id).collect(),
        stay: view.stay.iter().map(member_id).collect(),
        open_invites: view.open_invites.iter().map(|token| api::TokenId::from_bytes(token.0)).collect(),
        devices: number(view.devices),
    }
}

pub(super) fn decided(decided: &Decided) -> api::Decided {
    match decided {
        Decided::Done => api::Decided { done: true, act: None, missing: 0 },
        Decided::Waits { act, missing } => {
            api::Decided { done: false, act: Some(act_id(act)), missing: number(*missing) }
        }
    }
}

pub(super) fn proposal(view: &Proposal) -> api::Proposal {
    let (what, role) = match view.what {
        Asking::Remove => (api::Change::Remove, None),
        Asking::Role(role) => (api::Change::Role, Some(api_role(role))),
        Asking::MembersMayInvite(_) => (api::Change::MembersMayInvite, None),
    };
    api::Proposal {
        act: act_id(&view.act),
        by: member_id(&view.author),
        member: view.target.as_ref().map(member_id),
        what,
        role,
        agreed: view.agreed.iter().map(member_id).collect(),
        may_agree: view.may_agree.iter().map(member_id).collect(),
        missing: number(view.missing),
        open_to_me: view.is_open_to_me,
    }
}

pub(super) fn question(view: &Keeping) -> api::Question {
    api::Question {
        act: act_id(&view.act),
        name: view.name.clone(),
        role: api_role(view.role),
        by: view.by.clone(),
    }
}

pub(super) fn device(view: &DeviceView) -> api::Device {
    api::Device {
        id: api::DeviceId::from_bytes(view.id.0),
        this: view.is_this,
        since: view.since.map(|since| since.0),
        connected: view.is_connected,
    }
}

fn refusal(why: Refusal) -> ErrorCode {
    match why {
        Refusal::Unknown => ErrorCode::NotPermitted,
        Refusal::Removed => ErrorCode::Removed,
        Refusal::TicketExpired => ErrorCode::TicketExpired,
        Refusal::TicketUsedUp => ErrorCode::TicketUsedUp,
        Refusal::TicketRevoked => ErrorCode::TicketRevoked,
    }
}

/// Returns a message; `None` if it is of no kind that clients know.
pub(super) fn message(view: MessageView) -> Option<api::Message> {
    let (kind, to) = match view.kind {
        MessageKind::Share => (api::MessageKind::Share, Vec::new()),
        MessageKind::Direct { with } => {
            (api::MessageKind::Dm, with.filter(|_| view.is_mine).into_iter().collect())
        }
        MessageKind::Circle { with } => (api::MessageKind::Dm, with),
    };
    let reaction_by = |sign: Sign| api::ReactionBy {
        member: member_id(&sign.member),
        name: sign.name,
        reaction: api_reaction(sign.reaction),
    };
    Some(api::Message {
        id: message_id(&view.id),
        kind,
        author: view.author_name,
        author_id: member_id(&view.author),
        to: to.iter().map(member_id).collect(),
        content: content(view.content)?,
        text: view.text,
        edited: view.is_edited,
        reactions: view.signs.into_iter().map(reaction_by).collect(),
        at: view.at.0,
        fades_at: view.fades.0,
        mine: view.is_mine,
        delivery: view.delivery.map(|known| delivery(Some(known))),
    })
}

fn content(content: Content) -> Option<api::Content> {
    Some(match content {
        Content::Share(share) => {
            api::Content::Share { topic: share.topic, note: share.note, thread: share.is_thread }
        }
        Content::Direct(_) => api::Content::Dm {},
        Content::Reply(reply) => api::Content::Reply { about: message_id(&reply.about) },
        Content::Feedback(feedback) => api::Content::Reaction {
            about: message_id(&feedback.about),
            reaction: api_reaction(feedback.reaction),
        },
        Content::CheckIn(check_in) => api::Content::CheckIn {
            feeling: check_in.feeling,
            halt: check_in.halt.into_iter().map(api_halt).collect(),
            craving: check_in.craving,
            want: match check_in.want {
                Want::Nothing => api::Want::Nothing,
                Want::Call => api::Want::Call,
                Want::Company => api::Want::Company,
            },
        },
        Content::Milestone(milestone) => {
            api::Content::Milestone { label: milestone.label, token: milestone.token }
        }
        Content::Shown(shown) => {
            let (work, step) = match shown.work {
                Work::Gratitude => (api::Work::Gratitude, None),
                Work::Step(number) => (api::Work::Step, Some(number)),
                Work::Inventory => (api::Work::Inventory, None),
                Work::Urge => (api::Work::Urge, None),
                Work::Plan => (api::Work::Plan, None),
                Work::Named => (api::Work::Step, None),
            };
            api::Content::Shown { work, step }
        }
        Content::SponsorAsk(_) => api::Content::SponsorAsk {},
        Content::SponsorAccept(_) => api::Content::SponsorAccept {},
        Content::SponsorEnd(_) => api::Content::SponsorEnd {},
        Content::Report(_) => api::Content::Report {},
        Content::PhoneEntry(entry) => api::Content::Phone(phones::api(entry.into())),
        Content::Endpoint(_)
        | Content::Keys(_)
        | Content::Object(_)
        | Content::Sos(_)
        | Content::SosAnswer(_)
        | Content::SosReached(_)
        | Content::SosClose(_)
        | Content::Edit(_)
        | Content::Retract(_)
        | Content::Unknown => return None,
    })
}

/// Returns what a client wants to say.
pub(super) fn core_content(
    content: Option<api::Content>,
    text: String,
    is_private: bool,
) -> Result<Content, ApiError> {
    let refuse = |why: &str| Err(ApiError::with_message(ErrorCode::BadRequest, why));
    let content = content.unwrap_or(if is_private {
        api::Content::Dm {}
    } else {
        api::Content::Share { topic: None, note: None, thread: false }
    });
    Ok(match content {
        api::Content::Share { topic, note, thread } => {
            Content::Share(Share { text, topic, note, is_thread: thread })
        }
        api::Content::Dm {} => Content::Direct(Direct { text }),
        api::Content::CheckIn { feeling, mut halt, craving, want } => {
            halt.sort();
            halt.dedup();
            let halt = halt.into_iter().map(core_halt).collect();
            let want = match want {
                api::Want::Nothing => Want::Nothing,
                api::Want::Call => Want::Call,
                api::Want::Company => Want::Company,
            };
            Content::CheckIn(CheckIn { feeling, halt, craving, want, text, circle: None })
        }
        api::Content::Milestone { label, token } => {
            Content::Milestone(Milestone { label, token, text, circle: None })
        }
        api::Content::Shown { work, step } => {
            let work = match (work, step) {
                (api::Work::Gratitude, None) => Work::Gratitude,
                (api::Work::Step, Some(number)) => Work::Step(number),
                (api::Work::Inventory, None) => Work::Inventory,
                (api::Work::Urge, None) => Work::Urge,
                (api::Work::Plan, None) => Work::Plan,
                (api::Work::Step, None) => Work::Named,
                (_, Some(_)) => return refuse("only a step has a number"),
            };
            Content::Shown(Shown { work, text, circle: None })
        }
        api::Content::Reply { .. } | api::Content::Reaction { .. } => {
            return refuse("an answer goes to the address of what it answers");
        }
        api::Content::SponsorAsk {} | api::Content::SponsorAccept {} | api::Content::SponsorEnd {} => {
            return refuse("what is between sponsor and sponsee has its own address");
        }
        api::Content::Report {} | api::Content::Phone(_) => {
            return refuse("reports and numbers have their own addresses");
        }
    })
}

fn api_halt(halt: Halt) -> api::Halt {
    match halt {
        Halt::Hungry => api::Halt::Hungry,
        Halt::Angry => api::Halt::Angry,
        Halt::Lonely => api::Halt::Lonely,
        Halt::Tired => api::Halt::Tired,
    }
}

fn core_halt(halt: api::Halt) -> Halt {
    match halt {
        api::Halt::Hungry => Halt::Hungry,
        api::Halt::Angry => Halt::Angry,
        api::Halt::Lonely => Halt::Lonely,
        api::Halt::Tired => Halt::Tired,
    }
}

fn api_reaction(reaction: Reaction) -> api::Reaction {
    match reaction {
        Reaction::Heard => api::Reaction::Heard,
        Reaction::WithYou => api::Reaction::WithYou,
        Reaction::MeToo => api::Reaction::MeToo,
        Reaction::ThankYou => api::Reaction::ThankYou,
        Reaction::Hug => api::Reaction::Hug,
        Reaction::Celebrate => api::Reaction::Celebrate,
    }
}

pub(super) fn core_reaction(reaction: api::Reaction) -> Reaction {
    match reaction {
        api::Reaction::Heard => Reaction::Heard,
        api::Reaction::WithYou => Reaction::WithYou,
        api::Reaction::MeToo => Reaction::MeToo,
        api::Reaction::ThankYou => Reaction::ThankYou,
        api::Reaction::Hug => Reaction::Hug,
        api::Reaction::Celebrate => Reaction::Celebrate,
    }
}

pub(super) fn delivery(known: Option<Delivery>) -> api::Delivery {
    let (state, devices, held_until) = match known {
        Some(Delivery::Held { until }) => (api::DeliveryState::Held, 0, Some(until.0)),
        Some(Delivery::PassedOn { devices }) => (api::DeliveryState::PassedOn, number(devices), None),
        Some(Delivery::WithKeeper) => (api::DeliveryState::WithKeeper, 0, None),
        Some(Delivery::KeptHere) | None => (api::DeliveryState::KeptHere, 0, None),
    };
    api::Delivery { state, devices, held_until }
}

pub(super) fn person(person: &Person) -> api::Person {
    api::Person {
        id: member_id(&person.id),
        name: person.name.clone(),
        role: api_role(person.role),
        is_self: person.is_self,
        connected: person.is_connected,
        devices: number(person.devices),
        since: person.since.map(|since| since.0),
        verified_at: person.verified.map(|at| at.0),
        home: person.is_home,
        visit: person.visit.map(|visit| api::Visit { until: visit.until.0, may_renew: visit.may_renew }),
    }
}

pub(super) fn invite(view: &InviteView) -> api::Invite {
    api::Invite {
        token: api::TokenId::from_bytes(view.token.0),
        role: api_role(view.role),
        uses: u32::from(view.uses),
        used: u32::from(view.used),
        expires_at: view.expires.0,
        revoked: view.is_revoked,
    }
}

pub(super) fn api_role(role: Role) -> api::Role {
    match role {
        Role::Visitor => api::Role::Visitor,
        Role::Newcomer => api::Role::Newcomer,
        Role::Member => api::Role::Member,
        Role::Servant => api::Role::TrustedServant,
        Role::Secretary => api::Role::Secretary,
    }
}

pub(super) fn core_role(role: api::Role) -> Role {
    match role {
        api::Role::Visitor => Role::Visitor,
        api::Role::Newcomer => Role::Newcomer,
        api::Role::Member => Role::Member,
        api::Role::TrustedServant => Role::Servant,
        api::Role::Secretary => Role::Secretary,
    }
}

pub(super) fn core_suite(suite: api::Suite) -> Suite {
    match suite {
        api::Suite::XWing => Suite::XWing,
        api::Suite::X25519 => Suite::X25519,
    }
}

pub(super) fn core_group(id: api::GroupId) -> GroupId {
    GroupId(id.to_bytes())
}

pub(super) fn core_member(id: api::MemberId) -> MemberId {
    MemberId(id.to_bytes())
}

pub(super) fn core_message(id: api::MessageId) -> MessageId {
    MessageId(id.to_bytes())
}

pub(super) fn core_token(id: api::TokenId) -> TokenId {
    TokenId(id.to_bytes())
}

pub(super) fn core_act(id: api::ActId) -> EventId {
    EventId(id.to_bytes())
}

pub(super) fn core_device(id: api::DeviceId) -> DeviceId {
    DeviceId(id.to_bytes())
}

fn act_id(id: &EventId) -> api::ActId {
    api::ActId::from_bytes(id.0)
}

pub(super) fn group_id(id: &GroupId) -> api::GroupId {
    api::GroupId::from_bytes(id.0)
}

pub(super) fn message_id(id: &MessageId) -> api::MessageId {
    api::MessageId::from_bytes(id.0)
}

pub(super) fn member_id(id: &MemberId) -> api::MemberId {
    api::MemberId::from_bytes(id.0)
}

pub(super) fn number(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}
