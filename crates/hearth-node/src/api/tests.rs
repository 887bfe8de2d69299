//! The local API over a real Unix socket, with a backend that plays the rest of the node.

use std::collections::BTreeMap;
use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use hearth_api::{
    ActId, AddKeeper, AnswerSos, ApiError, AskGroup, AskSponsor, AutoLock, BackUp, Backup, BackupFile,
    Carried, CarriedRoom, Change, Chips, Client, ClientError, CloseSos, ComingMeetings, Conscience, Content,
    Coverage, CreateGroup, CreateInvite, CreateVault, CrisisLine, Decided, Delivery, DeliveryState, Device,
    DeviceId, DeviceOffered, Devices, EditMessage, Endorse, ErrorCode, Event, ExportFormat, ExportQuery,
    Exported, FindMeetings, FoundMeetings, Gap, Group, GroupId, GroupState, Groups, Help, ImportMeetings,
    ImportWhat, Imported, ImportedMeeting, Invite, Invited, Invites, JoinAsDevice, JoinGroup, Keep, KeepOwn,
    Keeper, KeeperOffered, KeeperState, Keepers, Kept, Ladder, Links, ListReport, ListedPhone, LookAtGroup,
    MeetingAt, MeetingList, MeetingState, MeetingsQuery, MemberId, Message, MessageId, MessageKind, Messages,
    MessagesQuery, NoteReport, Object, ObjectId, Objects, ObjectsQuery, Own, OwnKind, OwnQuery, OwnRecord,
    OwnRecords, Passphrase, People, Person, Phone, Phones, Poll, PollKind, PollStage, PollWord, PollWordSort,
    Polls, Private, PrivateAct, PrivateWords, Proof, Proposal, Propose, Put, PutObject, RaiseSos, React,
    Reaction, Readers, RecordId, Reminders, RemovalPreview, RemoveMember, Removed, ReplyTo, Report,
    ReportNote, Reports, Restore, Role, SafetyNumber, SayBeside, SendMessage, Sent, SetRole, Shield, ShowOwn,
    ShowPhone, ShownTo, SignedCopy, Slot, Slots, SosAnswered, SosCall, SosCalls, SosEnding, SosId, SosRaised,
    SosWord, Status, Suite, Switching, TakeState, Thing, ThingKind, Ticket, TokenId, Trouble, Unlock,
    VaultState, Version, Versions, Vote, WriteReport, limits, routes,
};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::UnixStream;
use tokio::sync::broadcast;
use tokio::task::JoinHandle;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

use super::server::{Bounds, serve_within};
use super::{Backend, LocalSocket};

#[tokio::test]
async fn a_client_does_everything_once() {
    let node = Node::start();
    let client = &node.client;
    assert_eq!(client.status().await.unwrap().vault, VaultState::None);
    let passphrase = || Passphrase::new("correct horse".to_owned());
    let listen = vec!["/ip4/127.0.0.1/tcp/0".to_owned()];
    let status =
        client.create_vault(&CreateVault { passphrase: passphrase(), listen: listen.clone() }).await.unwrap();
    assert_eq!(status.vault, VaultState::Open);
    assert_eq!(node.backend.state().listen, listen);
    assert_eq!(client.lock().await.unwrap().vault, VaultState::Locked);
    assert_eq!(
        client.unlock(&Unlock { passphrase: passphrase(), recover: false }).await.unwrap().vault,
        VaultState::Open
    );

    let founded = CreateGroup {
        name: "Tuesday".to_owned(),
        my_name: "Anna".to_owned(),
        suite: Suite::X25519,
        request_id: "r1".parse().unwrap(),
    };
    let group = client.create_group(&founded).await.unwrap();
    assert_eq!((group.name.as_deref(), group.suite), (Some("Tuesday"), Suite::X25519));
    assert_eq!(client.groups().await.unwrap().groups.len(), 1);
    assert!(client.group(group.id).await.unwrap() == group);
    let join = JoinGroup { ticket: Ticket::new("TICKET".to_owned()), my_name: "Ben".to_owned() };
    assert_eq!(client.join_group(&join).await.unwrap().state, GroupState::Joining);
    let look = LookAtGroup { ticket: Ticket::new("TICKET".to_owned()) };
    let looked_at = client.look(&look).await.unwrap();
    assert_eq!(looked_at.state, GroupState::Looking);
    client.stop_looking(looked_at.id).await.unwrap();
    let refused = client.stop_looking(looked_at.id).await.unwrap_err();
    assert_eq!(code_of(&refused), Some(ErrorCode::NotFound));

    let invite = CreateInvite { uses: 3, expires_in_s: 3600, role: Role::Newcomer };
    let invited = client.create_invite(group.id, &invite).await.unwrap();
    assert_eq!(invited.ticket.expose(), "TICKET");
    let invites = client.invites(group.id).await.unwrap().invites;
    assert_eq!(
        invites.iter().map(|invite| (invite.token, invite.uses)).collect::<Vec<_>>(),
        [(invited.token, 3)]
    );
    client.revoke_invite(group.id, invited.token).await.unwrap();
    assert!(client.invites(group.id).await.unwrap().invites[0].revoked);

    let sent = client.send_message(group.id, &share("hello", "r2")).await.unwrap();
    assert_eq!((sent.state, sent.devices), (DeliveryState::KeptHere, 0));
    let to = vec![MemberId::from_bytes([9; 32])];
    client.send_message(group.id, &SendMessage { to: to.clone(), ..share("psst", "r3") }).await.unwrap();
    let page = client
        .messages(group.id, &MessagesQuery { limit: Some(1), ..MessagesQuery::default() })
        .await
        .unwrap();
    assert_eq!(texts(&page), ["hello"]);
    assert!(page.more);
    let rest = MessagesQuery { after: page.next, ..MessagesQuery::default() };
    let page = client.messages(group.id, &rest).await.unwrap();
    assert_eq!(
        (texts(&page), page.messages[0].kind, &page.messages[0].to),
        (vec!["psst"], MessageKind::Dm, &to)
    );
    let latest = MessagesQuery { limit: Some(1), latest: true, after: None };
    assert_eq!(texts(&client.messages(group.id, &latest).await.unwrap()), ["psst"]);
    assert_eq!(client.message(group.id, sent.id).await.unwrap().text, "hello");

    let request_id = || "r9".parse().unwrap();
    let reply = ReplyTo { text: "me too".to_owned(), private: true, undo_s: 5, request_id: request_id() };
    assert_eq!(client.reply(group.id, sent.id, &reply).await.unwrap().state, DeliveryState::KeptHere);
    let react = React { reaction: Reaction::Hug, request_id: request_id() };
    client.react(group.id, sent.id, &react).await.unwrap();
    let other = EditMessage { text: "hello all".to_owned(), request_id: request_id() };
    client.edit(group.id, sent.id, &other).await.unwrap();
    assert_eq!(client.message(group.id, sent.id).await.unwrap().text, "hello all");
    let refused = client.undo(group.id, sent.id).await.err().unwrap();
    assert_eq!(code_of(&refused), Some(ErrorCode::TooLate));
    client.retract(group.id, sent.id).await.unwrap();
    assert_eq!(code_of(&client.message(group.id, sent.id).await.err().unwrap()), Some(ErrorCode::NotFound));

    assert!(client.people(group.id).await.unwrap().people[0].is_self);
    let removed = client
        .remove_member(group.id, &RemoveMember { member: MemberId::from_bytes([9; 32]) })
        .await
        .unwrap();
    assert_eq!(removed.switching.map(|switching| (switching.switched, switching.of)), Some((2, 3)));
    assert_eq!(node.backend.state().removed, [MemberId::from_bytes([9; 32])]);
}

/// Some bytes, one of them no text.
const BACKUP: &[u8] = b"a backup\xff";

#[tokio::test]
async fn a_client_locks_backs_up_comes_back_and_destroys() {
    let (node, _) = Node::with_group().await;
    let client = &node.client;
    let status = client.set_auto_lock(&AutoLock { after_s: Some(900) }).await.unwrap();
    assert_eq!(status.lock_after_s, Some(900));
    let refused = client.set_auto_lock(&AutoLock { after_s: Some(5) }).await.err().unwrap();
    assert_eq!(code_of(&refused), Some(ErrorCode::BadRequest));
    assert_eq!(client.set_auto_lock(&AutoLock { after_s: None }).await.unwrap().lock_after_s, None);

    let passphrase = node.backend.state().passphrase.clone().unwrap();
    let ask = |text: &str| BackUp { passphrase: Passphrase::new(text.to_owned()) };
    assert_eq!(code_of(&client.back_up(&ask("no")).await.err().unwrap()), Some(ErrorCode::WrongPassphrase));
    let file = client.back_up(&ask(&passphrase)).await.unwrap().file;
    assert_eq!(file.as_bytes(), BACKUP);
    let restore =
        |file: &BackupFile| Restore { passphrase: Passphrase::new(passphrase.clone()), file: file.clone() };
    assert_eq!(code_of(&client.restore(&restore(&file)).await.err().unwrap()), Some(ErrorCode::VaultExists));

    let other = Node::start();
    let largest = BackupFile::new(vec![7; limits::BACKUP_BYTES_MAX]);
    let refused = other.client.restore(&restore(&largest)).await.err().unwrap();
    assert_eq!(code_of(&refused), Some(ErrorCode::NotABackup), "it came whole");
    assert_eq!(other.client.restore(&restore(&file)).await.unwrap().vault, VaultState::Open);

    client.destroy().await.unwrap();
    assert_eq!(node.backend.state().passphrase, None);
}

#[tokio::test]
async fn what_a_program_asks_by_itself_is_nobodys_presence() {
    let node = Node::start();
    let uses = || node.backend.state().uses;
    node.client.status().await.unwrap();
    assert_eq!(uses(), 1);
    let by_itself = node.client.clone().by_itself();
    by_itself.status().await.unwrap();
    let _events = by_itself.events().await.unwrap();
    assert_eq!(uses(), 1);
    node.client.status().await.unwrap();
    assert_eq!(uses(), 2);
}

#[tokio::test]
async fn a_client_calls_for_help_and_answers() {
    let (node, group) = Node::with_group().await;
    let client = &node.client;
    let raise = |text: &str, ask_group| RaiseSos {
        trouble: Trouble::SelfHarm,
        help: Help::Call,
        text: text.to_owned(),
        drill: true,
        ask_group,
        request_id: "r1".parse().unwrap(),
    };
    let refused = client.raise_sos(group, &raise("", false)).await.err().unwrap();
    assert_eq!(code_of(&refused), Some(ErrorCode::NobodyToAsk));
    let long = "a".repeat(limits::SOS_TEXT_BYTES_MAX + 1);
    let refused = client.raise_sos(group, &raise(&long, true)).await.err().unwrap();
    assert_eq!(code_of(&refused), Some(ErrorCode::TextTooLarge));
    let picked = MemberId::from_bytes([9; 32]);
    let ladder = Ladder { people: vec![picked], group: true, quiet: None };
    assert_eq!(client.set_ladder(group, &ladder).await.unwrap(), ladder);
    assert_eq!(client.ladder(group).await.unwrap(), ladder);
    let four = Ladder { people: vec![picked; 4], group: true, quiet: None };
    assert_eq!(code_of(&client.set_ladder(group, &four).await.err().unwrap()), Some(ErrorCode::BadRequest));

    let call = client.raise_sos(group, &raise("please", false)).await.unwrap().call;
    assert!(call.drill && call.trouble == Trouble::SelfHarm && call.text == "please");
    for wrong in [
        AnswerSos { answer: SosWord::HandedTo, to: None },
        AnswerSos { answer: SosWord::Here, to: Some(picked) },
    ] {
        let refused = client.answer_sos(group, call.id, &wrong).await.err().unwrap();
        assert_eq!(code_of(&refused), Some(ErrorCode::BadRequest));
    }
    let answer = AnswerSos { answer: SosWord::HandedTo, to: Some(picked) };
    let calls = client.answer_sos(group, call.id, &answer).await.unwrap().calls;
    assert_eq!(calls[0].answers[0].to, Some(picked));
    let close = CloseSos { ending: SosEnding::Safe };
    assert_eq!(
        client.close_sos(group, call.id, &close).await.unwrap().calls[0].ending,
        Some(SosEnding::Safe)
    );
    assert_eq!(client.sos_calls(group).await.unwrap().calls.len(), 1);
    assert_eq!(client.coverage(group).await.unwrap().gaps, [Gap { from: 1, until: 2 }]);
    let unknown = client.close_sos(group, SosId::from_bytes([7; 32]), &close).await.err().unwrap();
    assert_eq!(code_of(&unknown), Some(ErrorCode::NotFound));
}

#[tokio::test]
async fn a_client_asks_the_group_votes_says_something_beside_it_and_counts() {
    let (node, group) = Node::with_group().await;
    let client = &node.client;
    let ask = |days: u32, talk_days: u32, options: &[&str]| AskGroup {
        question: "Shall we meet at eight?".to_owned(),
        options: options.iter().map(|option| (*option).to_owned()).collect(),
        kind: PollKind::Change,
        talk_days,
        days,
        again: None,
        request_id: "r1".parse().unwrap(),
    };
    for bad in
        [ask(6, 2, &[]), ask(91, 2, &[]), ask(7, 7, &[]), ask(7, 2, &["tea"]), ask(7, 2, &["tea", "tea"])]
    {
        let refused = client.ask_group(group, &bad).await.err().unwrap();
        assert_eq!(code_of(&refused), Some(ErrorCode::BadRequest));
    }
    let poll = client.ask_group(group, &ask(7, 2, &["tea", "coffee"])).await.unwrap();
    let voted = client.vote(group, poll.id, &Vote { choice: Some(1) }).await.unwrap();
    assert_eq!((voted.has_voted, voted.own), (true, Some(1)));
    let refused = client.vote(group, poll.id, &Vote { choice: Some(8) }).await.err().unwrap();
    assert_eq!(code_of(&refused), Some(ErrorCode::BadRequest));
    let beside = |text: &str| SayBeside { sort: PollWordSort::Minority, text: text.to_owned() };
    let said = client.say_beside(group, poll.id, &beside("I work at eight.")).await.unwrap();
    assert_eq!(said.words[0].text, "I work at eight.");
    let refused = client.say_beside(group, poll.id, &beside(" ")).await.err().unwrap();
    assert_eq!(code_of(&refused), Some(ErrorCode::TextEmpty));
    let long = "a".repeat(limits::POLL_WORD_BYTES_MAX + 1);
    let refused = client.say_beside(group, poll.id, &beside(&long)).await.err().unwrap();
    assert_eq!(code_of(&refused), Some(ErrorCode::TextTooLarge));
    assert_eq!(client.count_poll(group, poll.id).await.unwrap().stage, PollStage::Counted);
    let refused = client.count_poll(group, poll.id).await.err().unwrap();
    assert_eq!(code_of(&refused), Some(ErrorCode::NotTheTime));
    assert_eq!(client.polls(group).await.unwrap().polls.len(), 1);
    assert!(!format!("{said:?}").contains("eight"));
}

#[tokio::test]
async fn a_report_about_money_has_to_add_up() {
    let (node, group) = Node::with_group().await;
    let report = |closing: i64| PutObject {
        thing: Thing::TreasurerReport {
            period: "October".to_owned(),
            currency: "USD".to_owned(),
            digits: 2,
            opening: 10_000,
            income: 5_050,
            expenses: 20_000,
            closing,
        },
        id: None,
        request_id: "r1".parse().unwrap(),
    };
    node.client.put_object(group, &report(-4_950)).await.unwrap();
    let refused = node.client.put_object(group, &report(-4_951)).await.err().unwrap();
    assert_eq!(code_of(&refused), Some(ErrorCode::BadRequest));
}

#[tokio::test]
async fn a_number_goes_to_people_who_are_named_and_is_taken_back() {
    let (node, group) = Node::with_group().await;
    let client = &node.client;
    let show = |number: &str, to: Vec<MemberId>| ShowPhone {
        phone: Phone { number: number.to_owned(), sos: true, ..Phone::default() },
        to,
        request_id: "r1".parse().unwrap(),
    };
    let sam = MemberId::from_bytes([2; 32]);
    for wrong in
        [show("555 0100", Vec::new()), show("555 0100", vec![sam; 51]), show("two\nlines", vec![sam])]
    {
        let refused = client.show_phone(group, &wrong).await.err().unwrap();
        assert_eq!(code_of(&refused), Some(ErrorCode::BadRequest));
    }
    client.show_phone(group, &show("555 0100", vec![sam])).await.unwrap();
    let [shown] = client.phones(group).await.unwrap().phones.try_into().unwrap();
    assert_eq!((shown.phone.number.as_str(), shown.shown), ("555 0100", ShownTo::People { to: vec![sam] }));
    client.hide_phone(group).await.unwrap();
    let refused = client.hide_phone(group).await.err().unwrap();
    assert_eq!(code_of(&refused), Some(ErrorCode::NotFound));
    assert!(client.phones(group).await.unwrap().phones.is_empty());
}

#[tokio::test]
async fn a_client_has_keepers_and_is_one() {
    let (node, group) = Node::with_group().await;
    let client = &node.client;
    let add = |name: &str| AddKeeper {
        ticket: Ticket::new("HEARTHKEEPER1ABC".to_owned()),
        name: name.to_owned(),
        request_id: "r1".parse().unwrap(),
    };
    let refused = client.add_keeper(group, &add("two\nlines")).await.err().unwrap();
    assert_eq!(code_of(&refused), Some(ErrorCode::BadRequest));
    let added = client.add_keeper(group, &add("shelf")).await.unwrap().keepers;
    assert_eq!(client.keepers(group).await.unwrap().keepers, added);
    client.remove_keeper(group, added[0].id).await.unwrap();
    let gone = client.remove_keeper(group, added[0].id).await.err().unwrap();
    assert_eq!(code_of(&gone), Some(ErrorCode::NotFound));
    assert_eq!(client.offer_to_carry().await.unwrap().ticket.expose(), "HEARTHKEEPER1ABC");
    let carried = client.carried().await.unwrap().rooms;
    client.drop_carried(carried[0].id).await.unwrap();
    assert!(client.carried().await.unwrap().rooms.is_empty());
}

#[tokio::test]
async fn a_client_writes_what_the_group_has() {
    let (node, group) = Node::with_group().await;
    let client = &node.client;
    let put = |thing| PutObject { thing, id: None, request_id: "r1".parse().unwrap() };
    let slot = Thing::Slot { service: "coffee".to_owned(), at: 1_800_000_000_000, note: None };
    let made = client.put_object(group, &put(slot)).await.unwrap();
    let take = Thing::Take { slot: made.id, state: TakeState::Taken };
    client.put_object(group, &put(take)).await.unwrap();
    assert_eq!(client.objects(group).await.unwrap().objects.len(), 2);
    assert_eq!(client.objects_of(group, ThingKind::Slot).await.unwrap().objects[0].id, made.id);
    assert!(client.objects_of(group, ThingKind::Phone).await.unwrap().objects.is_empty());
    assert_eq!(client.slots(group).await.unwrap().slots[0].slot.id, made.id);
    let empty = client.put_object(group, &put(Thing::Guidelines { text: " ".to_owned() })).await;
    assert_eq!(code_of(&empty.err().unwrap()), Some(ErrorCode::TextEmpty));
    let line = Thing::Reading { title: "two\nlines".to_owned(), text: String::new(), source: None };
    let refused = client.put_object(group, &put(line)).await.err().unwrap();
    assert_eq!(code_of(&refused), Some(ErrorCode::BadRequest));
    let long = Thing::Introduction { text: "a".repeat(limits::OBJECT_TEXT_BYTES_MAX + 1) };
    let refused = client.put_object(group, &put(long)).await.err().unwrap();
    assert_eq!(code_of(&refused), Some(ErrorCode::TextTooLarge));
    // Each byte of the longest text may be six in JSON.
    let quotes = Thing::Introduction { text: "\u{1}".repeat(limits::OBJECT_TEXT_BYTES_MAX) };
    client.put_object(group, &put(quotes)).await.unwrap();
    let line = CrisisLine {
        label: "988".to_owned(),
        number: "988".to_owned(),
        how: None,
        hours: None,
        source: None,
        checked_on: Some("2026-11-24".parse().unwrap()),
    };
    let card = |lines: Vec<CrisisLine>, text: &str| {
        put(Thing::CrisisCard { region: "US".to_owned(), lines, text: text.to_owned() })
    };
    client.put_object(group, &card(vec![line.clone(); limits::CRISIS_LINES_MAX], "")).await.unwrap();
    let two = CrisisLine { number: "two\nlines".to_owned(), ..line.clone() };
    let too_many = vec![line; limits::CRISIS_LINES_MAX + 1];
    for (lines, text, code) in [
        (too_many, String::new(), ErrorCode::BadRequest),
        (vec![two], String::new(), ErrorCode::BadRequest),
        (Vec::new(), " ".to_owned(), ErrorCode::TextEmpty),
        (Vec::new(), "a".repeat(limits::CRISIS_TEXT_BYTES_MAX + 1), ErrorCode::TextTooLarge),
    ] {
        let refused = client.put_object(group, &card(lines, &text)).await.err().unwrap();
        assert_eq!(code_of(&refused), Some(code));
    }
    let versions = client.versions(group, made.id).await.unwrap().versions;
    assert!(matches!(versions[0].thing, Some(Thing::Slot { .. })) && versions[1].thing.is_none());
    client.withdraw_object(group, made.id).await.unwrap();
    let gone = client.versions(group, made.id).await.err().unwrap();
    assert_eq!(code_of(&gone), Some(ErrorCode::NotFound));
    let gone = client.withdraw_object(group, made.id).await.err().unwrap();
    assert_eq!(code_of(&gone), Some(ErrorCode::NotFound));
}

#[tokio::test]
async fn a_client_says_what_stands_between_its_member_and_others() {
    let (node, group) = Node::with_group().await;
    let client = &node.client;
    let member = MemberId::from_bytes([9; 32]);
    let request_id = || "r".parse().unwrap();
    assert!(client.private(group).await.unwrap().shield.on);
    let acts = [
        PrivateAct::AcceptSponsee { member },
        PrivateAct::DeclineSponsee { member },
        PrivateAct::EndSponsor { member },
        PrivateAct::Hear { member },
        PrivateAct::Ignore { member },
        PrivateAct::Block { member },
        PrivateAct::Unblock { member },
        PrivateAct::Shield { on: false },
    ];
    for act in &acts {
        client.act_privately(group, act).await.unwrap();
    }
    assert!(node.backend.state().acts == acts && !client.private(group).await.unwrap().shield.on);
    let ask = AskSponsor { member, text: "would you?".to_owned(), undo_s: 0, request_id: request_id() };
    assert_eq!(client.ask_sponsor(group, &ask).await.unwrap().state, DeliveryState::KeptHere);
    assert!(client.private_words(group, member).await.unwrap().messages.is_empty());

    let readers = client.readers(group, member).await.unwrap().readers;
    let report = WriteReport {
        about: member,
        text: "a".repeat(limits::TEXT_BYTES_MAX),
        copies: vec![MessageId::from_bytes([7; 32])],
        readers: readers.clone(),
        undo_s: 0,
        request_id: request_id(),
    };
    let sent = client.write_report(group, &report).await.unwrap();
    let refused = client.write_report(group, &WriteReport { readers: vec![member], ..report.clone() }).await;
    assert_eq!(code_of(&refused.unwrap_err()), Some(ErrorCode::ReadersChanged));
    client.note_report(group, sent.id, &NoteReport { note: ReportNote::Closed }).await.unwrap();
    let reports = client.reports(group).await.unwrap().reports;
    assert_eq!((reports[0].note, reports[0].copies[0].proof), (ReportNote::Closed, Proof::InGroup));
    let unknown = client
        .note_report(group, MessageId::from_bytes([8; 32]), &NoteReport { note: ReportNote::Open })
        .await;
    assert_eq!(code_of(&unknown.unwrap_err()), Some(ErrorCode::NotFound));
}

#[tokio::test]
async fn a_client_reads_lists_of_meetings_and_writes_calendars() {
    let (node, group) = Node::with_group().await;
    let client = &node.client;
    let query = MeetingsQuery { from: Some(5), until: Some(7) };
    let coming = client.meetings(group, &query).await.unwrap();
    assert_eq!((coming.times[0].starts_at, coming.times[0].ends_at), (5, 7));
    let backwards = MeetingsQuery { from: Some(7), until: Some(5) };
    let refused = client.meetings(group, &backwards).await.err().unwrap();
    assert_eq!(code_of(&refused), Some(ErrorCode::BadRequest));

    // The largest list, of which JSON writes each byte as two.
    let text = "\"".repeat(limits::MEETING_LIST_BYTES_MAX);
    let list = MeetingList { text, ..MeetingList::default() };
    let only = vec!["a".to_owned()];
    let import = ImportMeetings { list: list.clone(), only, dry_run: true };
    let imported = client.import_meetings(group, &import).await.unwrap();
    assert!(imported.dry_run && imported.meetings[0].key == "a");
    assert_eq!(imported.report.records, u64::try_from(limits::MEETING_LIST_BYTES_MAX).unwrap());
    let find = FindMeetings { list, words: "noon".to_owned(), ..FindMeetings::default() };
    assert_eq!(client.find_meetings(&find).await.unwrap().matches, 4);
    let text = " ".repeat(limits::MEETING_LIST_BYTES_MAX + 1);
    let find =
        FindMeetings { list: MeetingList { text, ..MeetingList::default() }, ..FindMeetings::default() };
    let refused = client.find_meetings(&find).await.err().unwrap();
    assert_eq!(code_of(&refused), Some(ErrorCode::BodyTooLarge));

    let query = ExportQuery { format: ExportFormat::Guide, names: true, places: false, links: Links::Whole };
    assert_eq!(client.export_meetings(group, &query).await.unwrap().file, format!("{query:?}"));
    assert!(!client.reminders(group).await.unwrap().on);
    let on = Reminders { on: true, minutes_before: 30, named: false };
    assert_eq!(client.set_reminders(group, &on).await.unwrap(), on);
}

#[tokio::test]
async fn a_client_decides_with_others_and_has_devices() {
    let (node, group) = Node::with_group().await;
    let client = &node.client;
    let member = MemberId::from_bytes([9; 32]);
    assert_eq!(client.removal_preview(group, member).await.unwrap().stay, [member]);
    assert!(client.set_role(group, &SetRole { member, role: Role::Member }).await.unwrap().done);
    let propose = Propose { member, what: Change::Role, role: Some(Role::Secretary) };
    let proposed = client.propose(group, &propose).await.unwrap();
    let open = client.conscience(group).await.unwrap().open;
    assert_eq!((Some(open[0].act), open[0].role), (proposed.act, Some(Role::Secretary)));
    let wrong = Propose { role: None, ..propose };
    assert_eq!(code_of(&client.propose(group, &wrong).await.err().unwrap()), Some(ErrorCode::BadRequest));
    let endorse = Endorse { act: open[0].act };
    assert!(client.endorse(group, &endorse).await.unwrap().done);
    assert_eq!(code_of(&client.endorse(group, &endorse).await.err().unwrap()), Some(ErrorCode::NotFound));
    assert_eq!(client.keep(group, &Keep { act: open[0].act }).await.unwrap().role, Role::Newcomer);

    let offered = client.offer_device(group).await.unwrap();
    assert!(offered.ticket.is_for_device());
    let device = client.devices(group).await.unwrap().devices[0].id;
    client.revoke_device(group, device).await.unwrap();
    let error = client.revoke_device(group, device).await.err().unwrap();
    assert_eq!(code_of(&error), Some(ErrorCode::NotFound));
    let joined = client.join_as_device(&JoinAsDevice { ticket: offered.ticket }).await.unwrap();
    assert_eq!(joined.state, GroupState::Joining);

    assert_eq!(client.safety_number(group, member).await.unwrap().digits, "00000");
    assert_eq!(client.mark_verified(group, member).await.unwrap().verified_at, Some(5));
    client.leave(group).await.unwrap();
    assert_eq!(client.group(group).await.unwrap().state, GroupState::Removed);
}

#[tokio::test]
async fn a_client_keeps_what_is_its_members_own() {
    let (node, group) = Node::with_group().await;
    let client = &node.client;
    let keep = |own| KeepOwn { own, request_id: "r".parse().unwrap() };
    let thanks = |text: &str| Own::Gratitude { text: text.to_owned() };
    let long = "a".repeat(limits::TEXT_BYTES_MAX);
    let first = client.keep_own(&keep(thanks(&long))).await.unwrap();
    let date = "2026-03-01".parse().unwrap();
    let clean = Own::CleanDate { date, label: None, schedule: None, text: String::new() };
    let clean = client.keep_own(&keep(clean)).await.unwrap();
    let query = |kind| OwnQuery { kind, after: Some("k1-ab".parse().unwrap()), limit: Some(1) };
    let page = client.own_records(&query(OwnKind::CleanDate)).await.unwrap();
    assert!(page.records == [clean.clone()] && page.next == Some("k1-ab".parse().unwrap()));
    let changed = client.change_own(first.id, &keep(thanks("rain"))).await.unwrap();
    assert!(client.own_record(first.id).await.unwrap() == changed && changed.changed_at == Some(2));

    let show = ShowOwn { group, to: Vec::new(), undo_s: 10, request_id: "s".parse().unwrap() };
    assert_eq!(client.show_own(first.id, &show).await.unwrap().state, DeliveryState::KeptHere);
    let refused = client.show_own(clean.id, &show).await.unwrap_err();
    assert_eq!((code_of(&refused), refused.exit_code().code()), (Some(ErrorCode::NeverShown), 5));
    client.delete_own(clean.id).await.unwrap();
    let gone = client.own_record(clean.id).await.unwrap_err();
    assert_eq!(code_of(&gone), Some(ErrorCode::NotFound));
    assert!(client.chips().await.unwrap().dates.is_empty());
    let too_long = client.keep_own(&keep(thanks(&(long + "a")))).await.unwrap_err();
    assert_eq!(code_of(&too_long), Some(ErrorCode::TextTooLarge));
}

#[tokio::test]
async fn a_request_id_reaches_the_backend() {
    let (node, group) = Node::with_group().await;
    let first = node.client.send_message(group, &share("hello", "same")).await.unwrap();
    let second = node.client.send_message(group, &share("hello", "same")).await.unwrap();
    assert_eq!(first, second);
    assert_eq!(node.client.messages(group, &MessagesQuery::default()).await.unwrap().messages.len(), 1);
}

#[tokio::test]
async fn the_backends_errors_reach_the_client() {
    let (node, group) = Node::with_group().await;
    let wrong = Unlock { passphrase: Passphrase::new("wrong".to_owned()), recover: false };
    let error = node.client.unlock(&wrong).await.err().unwrap();
    assert_eq!((code_of(&error), error.exit_code().code()), (Some(ErrorCode::WrongPassphrase), 7));
    let again = CreateVault { passphrase: Passphrase::new("p".to_owned()), listen: vec![] };
    assert_eq!(code_of(&node.client.create_vault(&again).await.err().unwrap()), Some(ErrorCode::VaultExists));
    let error = node.client.message(group, MessageId::from_bytes([5; 32])).await.err().unwrap();
    assert_eq!((code_of(&error), error.exit_code().code()), (Some(ErrorCode::NotFound), 8));
    node.client.lock().await.unwrap();
    let error = node.client.people(group).await.err().unwrap();
    assert_eq!((code_of(&error), error.exit_code().code()), (Some(ErrorCode::Locked), 7));
    assert!(error.hint().unwrap().contains("hearth unlock"));
}

#[tokio::test]
async fn foreign_hosts_and_web_pages_are_refused() {
    let node = Node::start();
    for header in [
        "Host: evil.example",
        "Host: localhost:8080",
        "Host: localhost\r\nHost: evil.example",
        "Host: localhost\r\nOrigin: http://localhost",
        "Host: localhost\r\nOrigin: null",
        "Host: localhost\r\nReferer: http://localhost/",
        "Host: localhost\r\nSec-Fetch-Site: same-origin",
    ] {
        let answer =
            node.raw(&format!("GET /v1/status HTTP/1.1\r\n{header}\r\nConnection: close\r\n\r\n")).await;
        assert_refused(&answer, 403, "foreign_request");
        let stop = format!(
            "POST /v1/stop HTTP/1.1\r\n{header}\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\
             Connection: close\r\n\r\n{{}}"
        );
        assert_refused(&node.raw(&stop).await, 403, "foreign_request");
    }
    assert_eq!(node.backend.state().calls, 0);
    for host in ["", "Host: localhost\r\n", "Host: hearth\r\n"] {
        let answer = node.raw(&format!("GET /v1/status HTTP/1.1\r\n{host}Connection: close\r\n\r\n")).await;
        assert!(answer.starts_with("HTTP/1.1 200 "), "{host}: {answer}");
    }
}

#[tokio::test]
async fn only_json_is_read() {
    let node = Node::start();
    for (header, body) in [
        ("", "{}"),
        ("Content-Type: text/plain\r\n", "{}"),
        ("Content-Type: application/x-www-form-urlencoded\r\n", "a=b"),
        ("Content-Type: application/jsonp\r\n", "{}"),
        ("", ""),
    ] {
        assert_refused(&node.post("/v1/lock", header, body).await, 415, "not_json");
    }
    assert_eq!(node.backend.state().calls, 0);
    for header in ["Content-Type: application/json\r\n", "Content-Type: Application/JSON; charset=utf-8\r\n"]
    {
        assert!(node.post("/v1/lock", header, "{}").await.starts_with("HTTP/1.1 200 "), "{header}");
    }
    assert!(node.post("/v1/lock", JSON, "").await.starts_with("HTTP/1.1 200 "));
}

#[tokio::test]
async fn malformed_requests_are_refused_without_repeating_them() {
    let node = Node::start();
    let group = "ab".repeat(32);
    let messages = format!("/v1/groups/{group}/messages");
    for (path, body) in [
        ("/v1/unlock", ""),
        ("/v1/unlock", "{"),
        ("/v1/unlock", "[]"),
        ("/v1/unlock", r#"{"passphrase":7}"#),
        ("/v1/unlock", r#"{"passphrase":""}"#),
        ("/v1/unlock", r#"{"passphrase":"s3cret","force":true}"#),
        ("/v1/unlock", r#"{"passphrase":"s3cret","s3cret":1}"#),
        ("/v1/unlock", r#"{"passphrase":"s3cret"} {}"#),
        ("/v1/lock", r#"{"force":true}"#),
        (&messages, r#"{"text":"s3cret"}"#),
        (&messages, r#"{"text":"s3cret","request_id":"s3cret s3cret"}"#),
        (&messages, r#"{"text":"s3cret","request_id":"r","to":"s3cret"}"#),
        ("/v1/groups/s3cret/messages", r#"{"text":"hi","request_id":"r"}"#),
        ("/v1/groups", r#"{"name":"s3cret","my_name":"B","suite":"rot13","request_id":"r"}"#),
    ] {
        let answer = node.post(path, JSON, body).await;
        assert_refused(&answer, 400, "bad_request");
        assert!(!answer.contains("s3cret"), "{answer}");
    }
    for query in ["?limit=0", "?limit=201", "?limit=x", "?page=2", "?after=%00", "?after=c1&latest=true"] {
        assert_refused(&node.get(&format!("{messages}{query}")).await, 400, "bad_request");
    }
    assert_refused(
        &node.post(&messages, JSON, r#"{"text":" \n","request_id":"r"}"#).await,
        400,
        "text_empty",
    );
    let nameless = r#"{"name":"","my_name":"B","request_id":"r"}"#;
    assert_refused(&node.post("/v1/groups", JSON, nameless).await, 400, "name_invalid");
    assert_eq!(node.backend.state().calls, 0);
}

#[tokio::test]
async fn unknown_addresses_and_methods_are_refused() {
    let node = Node::start();
    assert_refused(&node.get("/").await, 404, "not_found");
    assert_refused(&node.get("/v2/status").await, 404, "not_found");
    assert_refused(&node.get("/v1/status/../stop").await, 404, "not_found");
    for path in ["/v1/stop", "/v1/lock", "/v1/unlock", "/v1/vault", "/v1/groups/join"] {
        assert_refused(&node.get(path).await, 405, "method_not_allowed");
    }
    assert_refused(&node.post("/v1/status", JSON, "{}").await, 405, "method_not_allowed");
    let put = "PUT /v1/vault HTTP/1.1\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
    assert_refused(&node.raw(put).await, 405, "method_not_allowed");
    assert_eq!(node.backend.state().calls, 0);
}

#[tokio::test]
async fn no_get_changes_anything() {
    let node = Node::start();
    let mut paths = 0;
    for (path, item) in node.client.openapi().await.unwrap()["paths"].as_object().unwrap() {
        if item.get("get").is_some() && path != routes::EVENTS {
            node.get(&path.replace("{group}", &"ab".repeat(32)).replace("{id}", &"cd".repeat(32))).await;
            paths += 1;
        }
    }
    assert!(paths >= 8, "{paths}");
    assert_eq!(node.backend.state().changes, 0);
}

#[tokio::test]
async fn a_text_that_is_too_large_is_one_clear_refusal() {
    let (node, group) = Node::with_group().await;
    let send = async |text: String| node.client.send_message(group, &share(&text, "r")).await;
    // Just too large, a body of its largest size, a megabyte, many megabytes: the client always hears the reason.
    for bytes in [limits::TEXT_BYTES_MAX + 1, limits::MESSAGE_BODY_BYTES_MAX, 1_000_000, 12_000_000] {
        let error = send("a".repeat(bytes)).await.err().unwrap();
        assert_eq!(code_of(&error), Some(ErrorCode::TextTooLarge), "{bytes}: {error}");
        assert_eq!(error.exit_code().code(), 2);
    }
    assert!(node.client.messages(group, &MessagesQuery::default()).await.unwrap().messages.is_empty());

    // The largest text goes through, also when each of its bytes takes six in JSON.
    assert!(send("\u{1}".repeat(limits::TEXT_BYTES_MAX)).await.is_ok());
}

#[tokio::test]
async fn a_body_without_end_is_cut_off() {
    let node = Node::start();
    let mut stream = node.connect().await;
    let head =
        "POST /v1/lock HTTP/1.1\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n";
    stream.write_all(head.as_bytes()).await.unwrap();
    let chunk = format!("10000\r\n{}\r\n", "a".repeat(0x10000));
    let mut sent = 0;
    while stream.write_all(chunk.as_bytes()).await.is_ok() {
        sent += 0x10000;
        assert!(sent < 2 * limits::DISCARDED_BODY_BYTES_MAX, "the daemon reads on for ever");
    }
    assert!(sent >= limits::DISCARDED_BODY_BYTES_MAX);
    node.client.status().await.unwrap();
}

#[tokio::test]
async fn a_large_body_elsewhere_is_refused_and_the_connection_goes_on() {
    let node = Node::start();
    let mut stream = node.connect().await;
    let body = "a".repeat(limits::BODY_BYTES_MAX + 1);
    let length = body.len();
    let request = format!("POST /v1/lock HTTP/1.1\r\n{JSON}Content-Length: {length}\r\n\r\n{body}");
    stream.write_all(request.as_bytes()).await.unwrap();
    stream.write_all(b"GET /v1/status HTTP/1.1\r\nConnection: close\r\n\r\n").await.unwrap();
    let answer = rest_of(&mut stream).await;
    assert_refused(&answer, 413, "body_too_large");
    assert!(answer.contains("HTTP/1.1 200 OK"), "{answer}");
}

#[tokio::test]
async fn slow_clients_are_cut_off() {
    let bounds = Bounds {
        header_timeout: Duration::from_millis(50),
        body_timeout: Duration::from_millis(50),
        ..Bounds::default()
    };
    let node = Node::start_within(bounds);
    // Nothing at all, and half a head: closed.
    for head in ["", "GET /v1/status HTTP/1.1\r\nHost: local"] {
        let mut stream = node.connect().await;
        stream.write_all(head.as_bytes()).await.unwrap();
        let answer = timeout(SOON, rest_of(&mut stream)).await.expect("the connection stays open");
        assert!(!answer.contains("200 OK"));
    }
    // Half a body: told, and closed.
    let mut stream = node.connect().await;
    let half = format!("POST /v1/lock HTTP/1.1\r\n{JSON}Content-Length: 10\r\n\r\n{{");
    stream.write_all(half.as_bytes()).await.unwrap();
    assert_refused(&rest_of(&mut stream).await, 400, "bad_request");
    assert_eq!(node.backend.state().calls, 0);
}

#[tokio::test]
async fn a_large_head_is_refused() {
    let node = Node::start();
    let head = |bytes: usize| {
        format!("GET /v1/status HTTP/1.1\r\nX-Long: {}\r\nConnection: close\r\n\r\n", "a".repeat(bytes))
    };
    assert!(node.raw(&head(limits::HEADER_BYTES_MAX - 200)).await.starts_with("HTTP/1.1 200 "));
    assert!(node.raw(&head(limits::HEADER_BYTES_MAX)).await.starts_with("HTTP/1.1 431 "));
    let long_path = format!("GET /{} HTTP/1.1\r\n\r\n", "a".repeat(limits::HEADER_BYTES_MAX));
    assert!(!node.raw(&long_path).await.contains("200 OK"));
    assert_eq!(node.backend.state().calls, 1);
}

#[tokio::test]
async fn garbage_does_no_harm() {
    let node = Node::start();
    let random: Vec<u8> = (0..4096_u32).map(|at| (at.wrapping_mul(2_654_435_761) >> 24) as u8).collect();
    let tls = b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03garbage\r\n\r\n".to_vec();
    for garbage in [
        random,
        tls,
        b"\0\0\0\0\r\n\r\n".to_vec(),
        b"GET\r\n\r\n".to_vec(),
        b"PRI * HTTP/2.0\r\n\r\n".to_vec(),
    ] {
        let mut stream = node.connect().await;
        let _ = stream.write_all(&garbage).await;
        let _ = stream.shutdown().await;
        let answer = rest_of(&mut stream).await;
        assert!(!answer.contains("200 OK"), "{answer}");
        assert!(
            answer.is_empty() || answer.starts_with("HTTP/1.1 400 ") || answer.starts_with("HTTP/1.1 5"),
            "{answer}"
        );
    }
    assert_eq!(node.backend.state().calls, 0);
    node.client.status().await.unwrap();
}

#[tokio::test]
async fn processes_of_other_users_are_refused() {
    let caller = rustix::process::geteuid().as_raw() + 1;
    let node = Node::start_within(Bounds { caller, ..Bounds::default() });
    assert_eq!(node.client.status().await.err(), Some(ClientError::Interrupted));
    assert_eq!(node.backend.state().calls, 0);
}

#[tokio::test]
async fn answers_are_not_kept_by_anybody() {
    let node = Node::start();
    for answer in [node.get("/v1/status").await, node.get("/nowhere").await] {
        for header in [
            "cache-control: no-store",
            "x-content-type-options: nosniff",
            "referrer-policy: no-referrer",
            "content-security-policy: default-src 'none'",
        ] {
            assert_eq!(answer.matches(header).count(), 1, "{header}: {answer}");
        }
        assert!(!answer.contains("access-control"), "{answer}");
    }
}

#[tokio::test]
async fn too_many_connections_are_told_to_wait() {
    let node = Node::start_within(Bounds { connections: 2, busy_connections: 1, ..Bounds::default() });
    let mut kept = vec![node.client.events().await.unwrap(), node.client.events().await.unwrap()];
    let error = node.client.status().await.err().unwrap();
    assert_eq!((code_of(&error), error.exit_code().code()), (Some(ErrorCode::Busy), 9));

    kept.pop();
    while node.client.status().await.is_err() {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn a_connection_without_any_room_waits_for_one() {
    let node = Node::start_within(Bounds { connections: 1, busy_connections: 0, ..Bounds::default() });
    let follower = node.client.events().await.unwrap();
    let client = node.client.clone();
    let waiting = tokio::spawn(async move { client.status().await });
    tokio::task::yield_now().await;
    drop(follower);
    waiting.await.unwrap().unwrap();

    // Nor does anybody who waits hold up the end.
    let mut node = Node::start_within(Bounds { connections: 1, busy_connections: 0, ..Bounds::default() });
    let silent = (node.connect().await, node.connect().await);
    node.stop.cancel();
    node.task.take().unwrap().await.unwrap();
    drop(silent);
}

#[tokio::test]
async fn events_reach_every_follower() {
    let (node, group) = Node::with_group().await;
    let mut one = node.client.events().await.unwrap();
    let mut other = node.client.events().await.unwrap();
    let sent = node.client.send_message(group, &share("hello", "r")).await.unwrap();
    let expected = Event::Message { group, id: sent.id };
    assert_eq!(one.next().await, Ok(Some(expected)));
    assert_eq!(other.next().await, Ok(Some(expected)));
    node.client.lock().await.unwrap();
    assert_eq!(one.next().await, Ok(Some(Event::Locked)));
}

#[tokio::test]
async fn events_are_plain_server_sent_events_with_ids_alone() {
    let (node, group) = Node::with_group().await;
    let mut stream = node.connect().await;
    stream.write_all(b"GET /v1/events HTTP/1.1\r\n\r\n").await.unwrap();
    let mut text = read_until(&mut stream, "\r\n\r\n").await;
    assert!(text.contains("content-type: text/event-stream"), "{text}");
    assert_eq!(text.matches("cache-control").count(), 1, "{text}");
    node.client.send_message(group, &share("so private", "r")).await.unwrap();
    text += &read_until(&mut stream, "\n\n").await;
    assert!(text.contains("event: message\ndata: {\"kind\":\"message\",\"group\":"), "{text}");
    assert!(!text.contains("private"), "{text}");
}

#[tokio::test]
async fn a_follower_that_lags_is_told_to_ask_again() {
    let (node, group) = Node::with_group().await;
    let mut events = node.client.events().await.unwrap();
    // On this one thread the follower gets no turn between these.
    for _ in 0..=limits::EVENTS_PENDING_MAX {
        node.backend.tell(Event::People { group });
    }
    node.backend.tell(Event::Locked);
    let mut received = Vec::new();
    while received.last() != Some(&Event::Locked) {
        received.push(events.next().await.unwrap().unwrap());
    }
    assert_eq!(received[0], Event::Lagged);
    assert_eq!(received.len(), limits::EVENTS_PENDING_MAX + 1);
}

#[tokio::test]
async fn followers_are_bounded_and_leave_room_when_they_go() {
    let node = Node::start_within(Bounds { followers: 1, ..Bounds::default() });
    let first = node.client.events().await.unwrap();
    let error = node.client.events().await.err().unwrap();
    assert_eq!(code_of(&error), Some(ErrorCode::Busy));
    node.client.status().await.unwrap();
    drop(first);
    while node.client.events().await.is_err() {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn stopping_answers_first_and_then_ends_everything() {
    let mut node = Node::start_within(Bounds { stop_grace: 10 * SOON, ..Bounds::default() });
    let mut events = node.client.events().await.unwrap();
    let silent = node.connect().await;
    let mut halfway = node.connect().await;
    halfway.write_all(b"GET /v1/status HTTP/1.1\r\nHost: local").await.unwrap();
    let mut idle = node.connect().await;
    idle.write_all(b"GET /v1/status HTTP/1.1\r\n\r\n").await.unwrap();
    read_until(&mut idle, "\r\n\r\n").await;

    node.client.stop().await.unwrap();
    assert_eq!(events.next().await, Ok(None));
    timeout(SOON, node.task.take().unwrap()).await.expect("somebody holds up the end").unwrap();
    assert_eq!(node.client.status().await.err(), Some(ClientError::NotRunning));
    assert!(!node.client.socket().exists());
    drop((silent, halfway, idle));
}

#[tokio::test]
async fn a_stop_does_not_wait_for_ever() {
    let mut node = Node::start_within(Bounds { stop_grace: Duration::from_millis(20), ..Bounds::default() });
    let mut stream = node.connect().await;
    let half = format!("POST /v1/lock HTTP/1.1\r\n{JSON}Content-Length: 10\r\n\r\n{{");
    stream.write_all(half.as_bytes()).await.unwrap();
    node.client.status().await.unwrap();
    node.stop.cancel();
    node.task.take().unwrap().await.unwrap();
}

#[tokio::test]
async fn the_description_lists_every_route() {
    let node = Node::start();
    let description = node.client.openapi().await.unwrap();
    assert_eq!(description["openapi"], "3.1.0");
    let mut listed: Vec<String> = Vec::new();
    for (path, item) in description["paths"].as_object().unwrap() {
        listed.extend(item.as_object().unwrap().keys().map(|method| format!("{method} {path}")));
        for (method, operation) in item.as_object().unwrap() {
            let in_path = path.matches('{').count();
            let parameters = operation["parameters"].as_array().map_or(0, |parameters| {
                parameters.iter().filter(|parameter| parameter["in"] == "path").count()
            });
            assert_eq!(parameters, in_path, "{method} {path}");
            assert!(operation["responses"]["default"].is_object(), "{method} {path}");
            assert_eq!(operation.get("requestBody").is_some(), method == "post", "{method} {path}");
        }
    }
    listed.sort();
    let mut expected = [
        "get /v1/status",
        "post /v1/vault",
        "post /v1/unlock",
        "post /v1/lock",
        "post /v1/stop",
        "post /v1/vault/auto-lock",
        "post /v1/vault/backup",
        "post /v1/vault/destroy",
        "post /v1/vault/restore",
        "get /v1/groups",
        "post /v1/groups",
        "post /v1/groups/join",
        "get /v1/groups/{group}",
        "get /v1/groups/{group}/invites",
        "post /v1/groups/{group}/invites",
        "delete /v1/groups/{group}/invites/{token}",
        "get /v1/groups/{group}/messages",
        "post /v1/groups/{group}/messages",
        "get /v1/groups/{group}/messages/{id}",
        "get /v1/groups/{group}/objects",
        "post /v1/groups/{group}/objects",
        "delete /v1/groups/{group}/objects/{id}",
        "get /v1/groups/{group}/objects/{id}/versions",
        "get /v1/groups/{group}/polls",
        "post /v1/groups/{group}/polls",
        "post /v1/groups/{group}/polls/{id}/vote",
        "post /v1/groups/{group}/polls/{id}/words",
        "post /v1/groups/{group}/polls/{id}/count",
        "get /v1/groups/{group}/slots",
        "get /v1/groups/{group}/sos",
        "post /v1/groups/{group}/sos",
        "post /v1/groups/{group}/sos/{id}/answers",
        "post /v1/groups/{group}/sos/{id}/close",
        "get /v1/groups/{group}/keepers",
        "post /v1/groups/{group}/keepers",
        "delete /v1/groups/{group}/keepers/{id}",
        "get /v1/carried",
        "post /v1/carried",
        "delete /v1/carried/{id}",
        "get /v1/groups/{group}/phones",
        "post /v1/groups/{group}/phones",
        "delete /v1/groups/{group}/phones",
        "get /v1/groups/{group}/ladder",
        "post /v1/groups/{group}/ladder",
        "get /v1/groups/{group}/coverage",
        "get /v1/groups/{group}/meetings",
        "post /v1/groups/{group}/meetings/import",
        "get /v1/groups/{group}/meetings/export",
        "get /v1/groups/{group}/meetings/reminders",
        "post /v1/groups/{group}/meetings/reminders",
        "post /v1/meetings/find",
        "get /v1/groups/{group}/people",
        "post /v1/groups/{group}/removals",
        "get /v1/groups/{group}/people/{member}/removal",
        "get /v1/groups/{group}/people/{member}/safety-number",
        "delete /v1/groups/{group}/messages/{id}",
        "post /v1/groups/{group}/messages/{id}/edit",
        "post /v1/groups/{group}/messages/{id}/reactions",
        "post /v1/groups/{group}/messages/{id}/replies",
        "post /v1/groups/{group}/messages/{id}/undo",
        "post /v1/groups/{group}/people/{member}/safety-number",
        "post /v1/groups/{group}/roles",
        "get /v1/groups/{group}/conscience",
        "post /v1/groups/{group}/conscience",
        "post /v1/groups/{group}/endorsements",
        "post /v1/groups/{group}/kept",
        "post /v1/groups/{group}/leave",
        "get /v1/groups/{group}/devices",
        "post /v1/groups/{group}/devices",
        "delete /v1/groups/{group}/devices/{device}",
        "post /v1/groups/join-as-device",
        "post /v1/groups/look",
        "delete /v1/groups/look/{group}",
        "get /v1/groups/{group}/private",
        "post /v1/groups/{group}/private",
        "post /v1/groups/{group}/sponsors",
        "get /v1/groups/{group}/people/{member}/words",
        "get /v1/groups/{group}/people/{member}/readers",
        "get /v1/groups/{group}/reports",
        "post /v1/groups/{group}/reports",
        "post /v1/groups/{group}/reports/{id}/note",
        "get /v1/self/records",
        "post /v1/self/records",
        "get /v1/self/records/{id}",
        "delete /v1/self/records/{id}",
        "post /v1/self/records/{id}/change",
        "post /v1/self/records/{id}/shown",
        "get /v1/self/chips",
        "get /v1/events",
        "get /v1/openapi.json",
    ];
    expected.sort_unstable();
    assert_eq!(listed, expected);
}

#[tokio::test]
async fn the_description_has_every_schema_that_it_refers_to() {
    let description = Node::start().client.openapi().await.unwrap();
    let text = description.to_string();
    let mut references = 0;
    for reference in text.split("#/components/schemas/").skip(1) {
        let name = reference.split('"').next().unwrap();
        assert!(description["components"]["schemas"][name].is_object(), "{name}");
        references += 1;
    }
    assert!(references > 30, "{references}");
    let query = &description["paths"][routes::MESSAGES]["get"]["parameters"];
    let names: Vec<_> = query.as_array().unwrap().iter().map(|parameter| parameter["name"].clone()).collect();
    assert_eq!(names, ["group", "after", "limit", "latest"]);
    let codes = description["components"]["schemas"]["ErrorCode"].to_string();
    for code in ErrorCode::ALL {
        assert!(codes.contains(&format!("\"{code}\"")), "{code}");
    }
}

/// Long for a busy machine, and far below the usual bounds where a test needs that.
const SOON: Duration = Duration::from_secs(8);

const JSON: &str = "Content-Type: application/json\r\n";

fn share(text: &str, request_id: &str) -> SendMessage {
    SendMessage {
        text: text.to_owned(),
        content: None,
        to: Vec::new(),
        undo_s: 0,
        request_id: request_id.parse().unwrap(),
    }
}

fn texts(page: &Messages) -> Vec<&str> {
    page.messages.iter().map(|message| message.text.as_str()).collect()
}

fn code_of(error: &ClientError) -> Option<ErrorCode> {
    match error {
        ClientError::Api(error) => Some(error.code),
        _ => None,
    }
}

/// Asserts that the first answer is a typed error.
fn assert_refused(answer: &str, status: u16, code: &str) {
    assert!(answer.starts_with(&format!("HTTP/1.1 {status} ")), "{answer}");
    assert!(answer.contains("content-type: application/json"), "{answer}");
    assert!(answer.contains(&format!("{{\"code\":\"{code}\",\"message\":\"")), "{answer}");
}

async fn rest_of(stream: &mut UnixStream) -> String {
    let mut answer = Vec::new();
    // A reset after the answer is fine: what counts is what came before it.
    let _ = stream.read_to_end(&mut answer).await;
    String::from_utf8_lossy(&answer).into_owned()
}

async fn read_until(stream: &mut UnixStream, end: &str) -> String {
    let mut text = String::new();
    while !text.contains(end) {
        text.push(char::from(stream.read_u8().await.unwrap()));
    }
    text
}

/// A server on a socket of its own, its backend, and a client.
struct Node {
    client: Client,
    backend: FakeBackend,
    stop: CancellationToken,
    task: Option<JoinHandle<()>>,
    _folder: tempfile::TempDir,
}

impl Node {
    fn start() -> Self {
        Self::start_within(Bounds::default())
    }

    fn start_within(bounds: Bounds) -> Self {
        let folder = tempfile::tempdir().unwrap();
        fs::set_permissions(folder.path(), Permissions::from_mode(0o700)).unwrap();
        let path: PathBuf = folder.path().join(routes::SOCKET_NAME);
        let stop = CancellationToken::new();
        let backend = FakeBackend::new(stop.clone());
        let socket = LocalSocket::bind(&path).unwrap();
        let task = tokio::spawn(serve_within(bounds, socket, backend.clone(), stop.clone()));
        Self { client: Client::new(path), backend, stop, task: Some(task), _folder: folder }
    }

    /// A node with an open vault and one group.
    async fn with_group() -> (Self, GroupId) {
        let node = Self::start();
        let passphrase = Passphrase::new("correct horse".to_owned());
        node.client.create_vault(&CreateVault { passphrase, listen: vec![] }).await.unwrap();
        let founded = CreateGroup {
            name: "Tuesday".to_owned(),
            my_name: "Anna".to_owned(),
            suite: Suite::default(),
            request_id: "found".parse().unwrap(),
        };
        let group = node.client.create_group(&founded).await.unwrap().id;
        (node, group)
    }

    async fn connect(&self) -> UnixStream {
        UnixStream::connect(self.client.socket()).await.unwrap()
    }

    async fn raw(&self, request: &str) -> String {
        let mut stream = self.connect().await;
        stream.write_all(request.as_bytes()).await.unwrap();
        rest_of(&mut stream).await
    }

    async fn get(&self, path: &str) -> String {
        self.raw(&format!("GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")).await
    }

    async fn post(&self, path: &str, header: &str, body: &str) -> String {
        let length = body.len();
        let head = format!("POST {path} HTTP/1.1\r\nHost: localhost\r\n{header}Content-Length: {length}\r\n");
        self.raw(&format!("{head}Connection: close\r\n\r\n{body}")).await
    }
}

impl Drop for Node {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}

/// A backend that keeps everything in memory and does as it is told.
#[derive(Clone)]
struct FakeBackend {
    state: Arc<Mutex<FakeState>>,
    events: broadcast::Sender<Event>,
    stop: CancellationToken,
}

#[derive(Default)]
struct FakeState {
    /// All calls.
    calls: usize,
    /// Calls that may change something.
    changes: usize,
    passphrase: Option<String>,
    is_open: bool,
    lock_after_s: Option<u32>,
    /// Requests that somebody made, and no program by itself.
    uses: usize,
    listen: Vec<String>,
    groups: BTreeMap<GroupId, Group>,
    invites: Vec<Invite>,
    messages: Vec<Message>,
    objects: Vec<Object>,
    polls: Vec<Poll>,
    sos: Vec<SosCall>,
    phones: Vec<ListedPhone>,
    keepers: Vec<Keeper>,
    carried: Vec<CarriedRoom>,
    ladder: Ladder,
    acts: Vec<PrivateAct>,
    reports: Vec<Report>,
    sent: BTreeMap<String, Sent>,
    removed: Vec<MemberId>,
    proposals: Vec<Proposal>,
    devices: Vec<Device>,
    own: Vec<OwnRecord>,
}

impl FakeBackend {
    fn new(stop: CancellationToken) -> Self {
        Self { state: Arc::default(), events: broadcast::channel(limits::EVENTS_PENDING_MAX).0, stop }
    }

    fn state(&self) -> std::sync::MutexGuard<'_, FakeState> {
        self.state.lock().unwrap()
    }

    fn tell(&self, event: Event) {
        let _ = self.events.send(event);
    }

    fn look(&self) -> std::sync::MutexGuard<'_, FakeState> {
        let mut state = self.state();
        state.calls += 1;
        state
    }

    fn change(&self) -> std::sync::MutexGuard<'_, FakeState> {
        let mut state = self.look();
        state.changes += 1;
        state
    }

    fn change_poll(
        &self,
        group: GroupId,
        id: ObjectId,
        change: impl FnOnce(&mut Poll),
    ) -> Result<Poll, ApiError> {
        let mut state = self.change();
        state.group(group)?;
        let poll = state.polls.iter_mut().find(|poll| poll.id == id).ok_or(ErrorCode::NotFound)?;
        change(poll);
        Ok(poll.clone())
    }
}

impl FakeState {
    fn status(&self) -> Status {
        let vault = match (&self.passphrase, self.is_open) {
            (None, _) => VaultState::None,
            (Some(_), false) => VaultState::Locked,
            (Some(_), true) => VaultState::Open,
        };
        let groups = if self.is_open { self.groups.values().cloned().collect() } else { Vec::new() };
        Status {
            version: "1.2.3".to_owned(),
            vault,
            locked: vault == VaultState::Locked,
            groups,
            lock_after_s: self.lock_after_s,
        }
    }

    fn group(&self, group: GroupId) -> Result<&Group, ApiError> {
        if !self.is_open {
            return Err(ErrorCode::Locked.into());
        }
        self.groups.get(&group).ok_or_else(|| ErrorCode::NotFound.into())
    }

    fn call(&mut self, id: SosId) -> Result<&mut SosCall, ApiError> {
        self.sos.iter_mut().find(|call| call.id == id).ok_or_else(|| ErrorCode::NotFound.into())
    }

    fn add_group(&mut self, name: Option<String>, my_name: String, state: GroupState, suite: Suite) -> Group {
        let id = GroupId::from_bytes([self.groups.len() as u8 + 1; 32]);
        let group = Group {
            id,
            name,
            state,
            joining: None,
            shown: None,
            members: 1,
            connected: 0,
            me: None,
            my_name,
            suite,
            switching: None,
            told_out: false,
            visit_over: false,
        };
        self.groups.insert(id, group.clone());
        group
    }
}

fn kept(id: MessageId) -> Sent {
    Sent { id, state: DeliveryState::KeptHere, devices: 0, held_until: None }
}

/// Says how many bytes came.
fn report_of(list: &MeetingList) -> ListReport {
    let records = u64::try_from(list.text.len()).unwrap();
    ListReport { records, read: 0, skipped: records, zone_needed: 0, notes: Vec::new(), not_kept: Vec::new() }
}

impl Backend for FakeBackend {
    async fn status(&self) -> Result<Status, ApiError> {
        Ok(self.look().status())
    }

    async fn create_vault(&self, request: CreateVault) -> Result<Status, ApiError> {
        let mut state = self.change();
        if state.passphrase.is_some() {
            return Err(ErrorCode::VaultExists.into());
        }
        state.passphrase = Some(request.passphrase.expose().to_owned());
        state.listen = request.listen;
        state.is_open = true;
        Ok(state.status())
    }

    async fn unlock(&self, request: Unlock) -> Result<Status, ApiError> {
        let mut state = self.change();
        if state.passphrase.as_deref() != Some(request.passphrase.expose()) {
            return Err(ErrorCode::WrongPassphrase.into());
        }
        state.is_open = true;
        Ok(state.status())
    }

    async fn lock(&self) -> Result<Status, ApiError> {
        let mut state = self.change();
        state.is_open = false;
        self.tell(Event::Locked);
        Ok(state.status())
    }

    fn note_use(&self) {
        self.state().uses += 1;
    }

    async fn set_auto_lock(&self, request: AutoLock) -> Result<Status, ApiError> {
        let mut state = self.change();
        if !state.is_open {
            return Err(ErrorCode::Locked.into());
        }
        state.lock_after_s = request.after_s;
        Ok(state.status())
    }

    async fn back_up(&self, request: BackUp) -> Result<Backup, ApiError> {
        let state = self.change();
        if state.passphrase.as_deref() != Some(request.passphrase.expose()) {
            return Err(ErrorCode::WrongPassphrase.into());
        }
        Ok(Backup { file: BackupFile::new(BACKUP.to_vec()) })
    }

    async fn restore(&self, request: Restore) -> Result<Status, ApiError> {
        let mut state = self.change();
        if state.passphrase.is_some() {
            return Err(ErrorCode::VaultExists.into());
        }
        if request.file.as_bytes() != BACKUP {
            return Err(ErrorCode::NotABackup.into());
        }
        state.passphrase = Some(request.passphrase.expose().to_owned());
        state.is_open = true;
        Ok(state.status())
    }

    async fn destroy(&self) -> Result<(), ApiError> {
        let mut state = self.change();
        (state.passphrase, state.is_open) = (None, false);
        self.stop.cancel();
        Ok(())
    }

    async fn stop(&self) -> Result<(), ApiError> {
        drop(self.change());
        self.stop.cancel();
        Ok(())
    }

    async fn groups(&self) -> Result<Groups, ApiError> {
        Ok(Groups { groups: self.look().groups.values().cloned().collect() })
    }

    async fn group(&self, group: GroupId) -> Result<Group, ApiError> {
        self.look().group(group).cloned()
    }

    async fn create_group(&self, request: CreateGroup) -> Result<Group, ApiError> {
        let mut state = self.change();
        Ok(state.add_group(Some(request.name), request.my_name, GroupState::Active, request.suite))
    }

    async fn join_group(&self, request: JoinGroup) -> Result<Group, ApiError> {
        Ok(self.change().add_group(None, request.my_name, GroupState::Joining, Suite::default()))
    }

    async fn look(&self, _: LookAtGroup) -> Result<Group, ApiError> {
        Ok(self.change().add_group(None, String::new(), GroupState::Looking, Suite::default()))
    }

    async fn stop_looking(&self, group: GroupId) -> Result<(), ApiError> {
        let mut state = self.change();
        state.group(group)?;
        state.groups.remove(&group);
        Ok(())
    }

    async fn create_invite(&self, group: GroupId, request: CreateInvite) -> Result<Invited, ApiError> {
        let mut state = self.change();
        state.group(group)?;
        let token = TokenId::from_bytes([3; 32]);
        let CreateInvite { uses, expires_in_s, role } = request;
        state.invites.push(Invite {
            token,
            role,
            uses,
            used: 0,
            expires_at: expires_in_s * 1000,
            revoked: false,
        });
        Ok(Invited { ticket: Ticket::new("TICKET".to_owned()), token, expires_at: expires_in_s * 1000 })
    }

    async fn invites(&self, group: GroupId) -> Result<Invites, ApiError> {
        let state = self.look();
        state.group(group)?;
        Ok(Invites { invites: state.invites.clone() })
    }

    async fn revoke_invite(&self, group: GroupId, token: TokenId) -> Result<(), ApiError> {
        let mut state = self.change();
        state.group(group)?;
        let invite = state.invites.iter_mut().find(|invite| invite.token == token);
        invite.ok_or(ErrorCode::NotFound)?.revoked = true;
        Ok(())
    }

    async fn send_message(&self, group: GroupId, request: SendMessage) -> Result<Sent, ApiError> {
        let mut state = self.change();
        state.group(group)?;
        if let Some(sent) = state.sent.get(request.request_id.as_str()) {
            return Ok(*sent);
        }
        let id = MessageId::from_bytes([state.messages.len() as u8 + 1; 32]);
        state.messages.push(Message {
            id,
            kind: if request.to.is_empty() { MessageKind::Share } else { MessageKind::Dm },
            author: "Anna".to_owned(),
            author_id: MemberId::from_bytes([1; 32]),
            to: request.to,
            content: Content::Share { topic: None, note: None, thread: false },
            text: request.text,
            edited: false,
            reactions: Vec::new(),
            at: 1,
            fades_at: 2,
            mine: true,
            delivery: Some(Delivery { state: DeliveryState::KeptHere, devices: 0, held_until: None }),
        });
        let sent = kept(id);
        state.sent.insert(request.request_id.as_str().to_owned(), sent);
        self.tell(Event::Message { group, id });
        Ok(sent)
    }

    async fn reply(&self, group: GroupId, id: MessageId, _: ReplyTo) -> Result<Sent, ApiError> {
        self.message(group, id).await?;
        Ok(kept(MessageId::from_bytes([0xaa; 32])))
    }

    async fn objects(&self, group: GroupId, query: ObjectsQuery) -> Result<Objects, ApiError> {
        let state = self.look();
        state.group(group)?;
        let objects = state.objects.iter().filter(|object| query.asks_for(&object.thing));
        Ok(Objects { objects: objects.cloned().collect() })
    }

    async fn put_object(&self, group: GroupId, request: PutObject) -> Result<Put, ApiError> {
        let mut state = self.change();
        state.group(group)?;
        let known = request.id.map(|id| state.objects.iter().position(|object| object.id == id));
        if known == Some(None) {
            return Err(ErrorCode::NotFound.into());
        }
        let made = ObjectId::from_bytes([u8::try_from(state.objects.len()).unwrap(); 32]);
        let object = Object {
            id: request.id.unwrap_or(made),
            thing: request.thing,
            owner: None,
            is_mine: true,
            by: None,
            by_name: "Alice".to_owned(),
            at: 1,
            may_change: true,
            beside: 0,
            state: Some(DeliveryState::KeptHere),
        };
        let id = object.id;
        state.objects.retain(|other| other.id != id);
        state.objects.push(object);
        Ok(Put { id })
    }

    async fn withdraw_object(&self, group: GroupId, id: ObjectId) -> Result<(), ApiError> {
        let mut state = self.change();
        state.group(group)?;
        let before = state.objects.len();
        state.objects.retain(|object| object.id != id);
        if state.objects.len() < before { Ok(()) } else { Err(ErrorCode::NotFound.into()) }
    }

    async fn raise_sos(&self, group: GroupId, request: RaiseSos) -> Result<SosRaised, ApiError> {
        let mut state = self.change();
        state.group(group)?;
        if !request.ask_group && state.ladder == Ladder::default() {
            return Err(ErrorCode::NobodyToAsk.into());
        }
        let call = SosCall {
            id: SosId::from_bytes([u8::try_from(state.sos.len()).unwrap(); 32]),
            author_id: None,
            author: "Alice".to_owned(),
            mine: true,
            drill: request.drill,
            trouble: request.trouble,
            help: request.help,
            text: request.text,
            at: 1,
            ending: None,
            answers: Vec::new(),
            stages: Vec::new(),
            reached: Vec::new(),
            devices: 0,
            late: false,
            missed: false,
        };
        state.sos.push(call.clone());
        Ok(SosRaised { call, unreachable: Vec::new() })
    }

    async fn sos_calls(&self, group: GroupId) -> Result<SosCalls, ApiError> {
        let state = self.look();
        state.group(group)?;
        Ok(SosCalls { calls: state.sos.clone() })
    }

    async fn answer_sos(&self, group: GroupId, id: SosId, request: AnswerSos) -> Result<SosCalls, ApiError> {
        let AnswerSos { answer, to } = request;
        let name = "Ben".to_owned();
        let answered = SosAnswered { member: None, name, answer, to, at: 2, until: None, first: false };
        self.change().call(id)?.answers.push(answered);
        self.sos_calls(group).await
    }

    async fn close_sos(&self, group: GroupId, id: SosId, request: CloseSos) -> Result<SosCalls, ApiError> {
        self.change().call(id)?.ending = Some(request.ending);
        self.sos_calls(group).await
    }

    async fn keepers(&self, group: GroupId) -> Result<Keepers, ApiError> {
        let state = self.look();
        state.group(group)?;
        Ok(Keepers { keepers: state.keepers.clone() })
    }

    async fn add_keeper(&self, group: GroupId, request: AddKeeper) -> Result<Keepers, ApiError> {
        let mut state = self.change();
        state.group(group)?;
        state.keepers = vec![Keeper {
            id: ObjectId::from_bytes([0xbe; 32]),
            name: request.name,
            by: None,
            by_name: "Alice".to_owned(),
            state: KeeperState::NotConnected,
            may_remove: true,
        }];
        Ok(Keepers { keepers: state.keepers.clone() })
    }

    async fn remove_keeper(&self, _: GroupId, id: ObjectId) -> Result<(), ApiError> {
        let mut state = self.change();
        let at = state.keepers.iter().position(|keeper| keeper.id == id).ok_or(ErrorCode::NotFound)?;
        state.keepers.remove(at);
        Ok(())
    }

    async fn carried(&self) -> Result<Carried, ApiError> {
        Ok(Carried { rooms: self.look().carried.clone() })
    }

    async fn offer_to_carry(&self) -> Result<KeeperOffered, ApiError> {
        let id = ObjectId::from_bytes([0xbf; 32]);
        let room = CarriedRoom { id, used: false, made_at: 1, envelopes: 0, bytes: 0, connected: 0 };
        self.change().carried.push(room);
        Ok(KeeperOffered { ticket: Ticket::new("HEARTHKEEPER1ABC".to_owned()) })
    }

    async fn drop_carried(&self, id: ObjectId) -> Result<(), ApiError> {
        let mut state = self.change();
        let at = state.carried.iter().position(|room| room.id == id).ok_or(ErrorCode::NotFound)?;
        state.carried.remove(at);
        Ok(())
    }

    async fn phones(&self, group: GroupId) -> Result<Phones, ApiError> {
        let state = self.look();
        state.group(group)?;
        Ok(Phones { phones: state.phones.clone() })
    }

    async fn show_phone(&self, group: GroupId, request: ShowPhone) -> Result<Sent, ApiError> {
        let mut state = self.change();
        state.group(group)?;
        let ShowPhone { phone, to, request_id: _ } = request;
        let (member, name) = (MemberId::from_bytes([1; 32]), "Alice".to_owned());
        state.phones = vec![ListedPhone { member, name, mine: true, phone, shown: ShownTo::People { to } }];
        Ok(kept(MessageId::from_bytes([0xac; 32])))
    }

    async fn hide_phone(&self, _: GroupId) -> Result<(), ApiError> {
        match self.change().phones.pop() {
            Some(_) => Ok(()),
            None => Err(ErrorCode::NotFound.into()),
        }
    }

    async fn ladder(&self, group: GroupId) -> Result<Ladder, ApiError> {
        let state = self.look();
        state.group(group)?;
        Ok(state.ladder.clone())
    }

    async fn set_ladder(&self, group: GroupId, request: Ladder) -> Result<Ladder, ApiError> {
        self.change().ladder = request;
        self.ladder(group).await
    }

    async fn coverage(&self, group: GroupId) -> Result<Coverage, ApiError> {
        self.look().group(group)?;
        let gaps = vec![Gap { from: 1, until: 2 }];
        Ok(Coverage { on_call: Vec::new(), any_time: Vec::new(), gaps })
    }

    async fn versions(&self, group: GroupId, id: ObjectId) -> Result<Versions, ApiError> {
        let objects = self.objects(group, ObjectsQuery::default()).await?.objects;
        let object = objects.into_iter().find(|object| object.id == id).ok_or(ErrorCode::NotFound)?;
        let Object { thing, by, by_name, at, .. } = object;
        let gone = Version { thing: None, by: None, by_name: "Ben".to_owned(), at: 0 };
        Ok(Versions { versions: vec![Version { thing: Some(thing), by, by_name, at }, gone] })
    }

    async fn polls(&self, group: GroupId) -> Result<Polls, ApiError> {
        let state = self.look();
        state.group(group)?;
        Ok(Polls { polls: state.polls.clone() })
    }

    async fn ask_group(&self, group: GroupId, request: AskGroup) -> Result<Poll, ApiError> {
        let mut state = self.change();
        state.group(group)?;
        let AskGroup { question, options, kind, talk_days: _, days: _, again, request_id: _ } = request;
        let poll = Poll {
            id: ObjectId::from_bytes([u8::try_from(state.polls.len()).unwrap(); 32]),
            question,
            options,
            kind,
            stage: PollStage::Voting,
            asked_at: 1,
            opens_at: 2,
            closes_at: 3,
            countable_at: 4,
            ballots_end_at: 5,
            again,
            asked_by: None,
            is_mine: true,
            may_vote: true,
            may_count: true,
            has_voted: false,
            own: None,
            count: None,
            words: Vec::new(),
            state: Some(DeliveryState::KeptHere),
        };
        state.polls.push(poll.clone());
        Ok(poll)
    }

    async fn vote(&self, group: GroupId, id: ObjectId, request: Vote) -> Result<Poll, ApiError> {
        self.change_poll(group, id, |poll| {
            poll.has_voted = true;
            poll.own = request.choice;
        })
    }

    async fn say_beside(&self, group: GroupId, id: ObjectId, request: SayBeside) -> Result<Poll, ApiError> {
        let SayBeside { sort, text } = request;
        let by_name = "Alice".to_owned();
        let word = PollWord { sort, text, by: None, by_name, is_mine: true, at: 1 };
        self.change_poll(group, id, |poll| poll.words.push(word))
    }

    async fn count_poll(&self, group: GroupId, id: ObjectId) -> Result<Poll, ApiError> {
        if self.change_poll(group, id, |_| {})?.stage == PollStage::Counted {
            return Err(ErrorCode::NotTheTime.into());
        }
        self.change_poll(group, id, |poll| poll.stage = PollStage::Counted)
    }

    async fn slots(&self, group: GroupId) -> Result<Slots, ApiError> {
        let objects = self.objects(group, ObjectsQuery::default()).await?.objects;
        let slots = objects.into_iter().filter(|object| matches!(object.thing, Thing::Slot { .. }));
        Ok(Slots { slots: slots.map(|slot| Slot { slot, taken: None }).collect() })
    }

    async fn meetings(&self, group: GroupId, query: MeetingsQuery) -> Result<ComingMeetings, ApiError> {
        self.look().group(group)?;
        let at = MeetingAt {
            meeting: None,
            name: "Early".to_owned(),
            way: None,
            state: MeetingState::Cancelled,
            day: "2026-12-01".parse().unwrap(),
            starts_at: query.from.unwrap(),
            ends_at: query.until.unwrap(),
            local_day: "2026-12-01".parse().unwrap(),
            local_time: "07:00".parse().unwrap(),
            zone: "UTC".to_owned(),
            moved_to: None,
            specials: Vec::new(),
        };
        Ok(ComingMeetings { times: vec![at], more: false, without_times: Vec::new() })
    }

    async fn import_meetings(&self, group: GroupId, request: ImportMeetings) -> Result<Imported, ApiError> {
        self.look().group(group)?;
        let one =
            |key: &String| ImportedMeeting { key: key.clone(), name: key.clone(), what: ImportWhat::Added };
        Ok(Imported {
            dry_run: request.dry_run,
            meetings: request.only.iter().map(one).collect(),
            gone: Vec::new(),
            report: report_of(&request.list),
        })
    }

    async fn export_meetings(&self, group: GroupId, query: ExportQuery) -> Result<Exported, ApiError> {
        self.look().group(group)?;
        Ok(Exported { file: format!("{query:?}"), written: 1, left_out: Vec::new() })
    }

    async fn find_meetings(&self, request: FindMeetings) -> Result<FoundMeetings, ApiError> {
        let matches = u64::try_from(request.words.len()).unwrap();
        Ok(FoundMeetings { found: Vec::new(), matches, report: report_of(&request.list) })
    }

    async fn reminders(&self, group: GroupId) -> Result<Reminders, ApiError> {
        self.look().group(group)?;
        Ok(Reminders { on: false, minutes_before: 60, named: false })
    }

    async fn set_reminders(&self, group: GroupId, request: Reminders) -> Result<Reminders, ApiError> {
        self.look().group(group)?;
        Ok(request)
    }

    async fn react(&self, group: GroupId, id: MessageId, _: React) -> Result<Sent, ApiError> {
        self.message(group, id).await?;
        Ok(kept(MessageId::from_bytes([0xbb; 32])))
    }

    async fn edit(&self, group: GroupId, id: MessageId, request: EditMessage) -> Result<Sent, ApiError> {
        let mut state = self.change();
        state.group(group)?;
        let message = state.messages.iter_mut().find(|message| message.id == id);
        message.ok_or(ErrorCode::NotFound)?.text = request.text;
        Ok(kept(MessageId::from_bytes([0xcc; 32])))
    }

    async fn undo(&self, group: GroupId, id: MessageId) -> Result<(), ApiError> {
        self.message(group, id).await?;
        Err(ErrorCode::TooLate.into())
    }

    async fn retract(&self, group: GroupId, id: MessageId) -> Result<(), ApiError> {
        self.message(group, id).await?;
        self.change().messages.retain(|message| message.id != id);
        Ok(())
    }

    async fn messages(&self, group: GroupId, query: MessagesQuery) -> Result<Messages, ApiError> {
        let state = self.look();
        state.group(group)?;
        let limit = query.limit_or_default() as usize;
        let after = query.after.map_or(0, |cursor| cursor.as_str().parse().unwrap());
        let from = if query.latest { state.messages.len().saturating_sub(limit) } else { after };
        let messages: Vec<Message> = state.messages.iter().skip(from).take(limit).cloned().collect();
        let end = from + messages.len();
        Ok(Messages { messages, next: end.to_string().parse().ok(), more: end < state.messages.len() })
    }

    async fn message(&self, group: GroupId, id: MessageId) -> Result<Message, ApiError> {
        let state = self.look();
        state.group(group)?;
        state
            .messages
            .iter()
            .find(|message| message.id == id)
            .cloned()
            .ok_or_else(|| ErrorCode::NotFound.into())
    }

    async fn people(&self, group: GroupId) -> Result<People, ApiError> {
        let name = self.look().group(group)?.my_name.clone();
        let id = MemberId::from_bytes([1; 32]);
        Ok(People {
            people: vec![Person {
                id,
                name,
                role: Role::Secretary,
                is_self: true,
                connected: false,
                devices: 1,
                since: Some(7),
                verified_at: None,
                home: false,
                visit: None,
            }],
            questions: Vec::new(),
        })
    }

    async fn remove_member(&self, group: GroupId, request: RemoveMember) -> Result<Removed, ApiError> {
        let mut state = self.change();
        state.group(group)?;
        state.removed.push(request.member);
        let waiting = vec![MemberId::from_bytes([8; 32])];
        Ok(Removed { switching: Some(Switching { of: 3, switched: 2, waiting }) })
    }

    async fn removal_preview(&self, group: GroupId, member: MemberId) -> Result<RemovalPreview, ApiError> {
        self.look().group(group)?;
        Ok(RemovalPreview { stay: vec![member], devices: 2, ..RemovalPreview::default() })
    }

    async fn set_role(&self, group: GroupId, request: SetRole) -> Result<Decided, ApiError> {
        self.change().group(group)?;
        Ok(Decided { done: request.role == Role::Member, act: None, missing: 0 })
    }

    async fn conscience(&self, group: GroupId) -> Result<Conscience, ApiError> {
        let state = self.look();
        state.group(group)?;
        Ok(Conscience { open: state.proposals.clone() })
    }

    async fn propose(&self, group: GroupId, request: Propose) -> Result<Decided, ApiError> {
        let mut state = self.change();
        state.group(group)?;
        let act = ActId::from_bytes([state.proposals.len() as u8 + 1; 32]);
        state.proposals.push(Proposal {
            act,
            by: MemberId::from_bytes([1; 32]),
            member: Some(request.member),
            what: request.what,
            role: request.role,
            agreed: vec![],
            may_agree: vec![],
            missing: 1,
            open_to_me: true,
        });
        Ok(Decided { done: false, act: Some(act), missing: 1 })
    }

    async fn endorse(&self, group: GroupId, request: Endorse) -> Result<Decided, ApiError> {
        let mut state = self.change();
        state.group(group)?;
        let before = state.proposals.len();
        state.proposals.retain(|proposal| proposal.act != request.act);
        if state.proposals.len() == before {
            return Err(ErrorCode::NotFound.into());
        }
        Ok(Decided { done: true, act: None, missing: 0 })
    }

    async fn keep(&self, group: GroupId, _: Keep) -> Result<Kept, ApiError> {
        self.change().group(group)?;
        Ok(Kept { role: Role::Newcomer })
    }

    async fn leave(&self, group: GroupId) -> Result<(), ApiError> {
        let mut state = self.change();
        state.group(group)?;
        state.groups.entry(group).and_modify(|group| group.state = GroupState::Removed);
        Ok(())
    }

    async fn devices(&self, group: GroupId) -> Result<Devices, ApiError> {
        let state = self.look();
        state.group(group)?;
        Ok(Devices { devices: state.devices.clone() })
    }

    async fn offer_device(&self, group: GroupId) -> Result<DeviceOffered, ApiError> {
        let mut state = self.change();
        state.group(group)?;
        let id = DeviceId::from_bytes([state.devices.len() as u8 + 1; 32]);
        state.devices.push(Device { id, this: false, since: None, connected: false });
        Ok(DeviceOffered { ticket: Ticket::new("HEARTHDEVICE1ABC".to_owned()), expires_at: 9 })
    }

    async fn revoke_device(&self, group: GroupId, device: DeviceId) -> Result<(), ApiError> {
        let mut state = self.change();
        state.group(group)?;
        let at = state.devices.iter().position(|known| known.id == device).ok_or(ErrorCode::NotFound)?;
        state.devices.remove(at);
        Ok(())
    }

    async fn join_as_device(&self, request: JoinAsDevice) -> Result<Group, ApiError> {
        assert!(request.ticket.is_for_device());
        Ok(self.change().add_group(None, String::new(), GroupState::Joining, Suite::default()))
    }

    async fn safety_number(&self, group: GroupId, _: MemberId) -> Result<SafetyNumber, ApiError> {
        self.look().group(group)?;
        Ok(SafetyNumber { digits: "00000".to_owned(), words: vec!["zoo".to_owned()], verified_at: None })
    }

    async fn mark_verified(&self, group: GroupId, _: MemberId) -> Result<SafetyNumber, ApiError> {
        self.change().group(group)?;
        Ok(SafetyNumber { digits: "00000".to_owned(), words: vec![], verified_at: Some(5) })
    }

    async fn private(&self, group: GroupId) -> Result<Private, ApiError> {
        let state = self.look();
        state.group(group)?;
        let on = !state.acts.contains(&PrivateAct::Shield { on: false });
        let shield = Shield { on, until: None };
        Ok(Private { shield, requests: Vec::new(), blocked: Vec::new(), sponsors: Vec::new() })
    }

    async fn act_privately(&self, group: GroupId, act: PrivateAct) -> Result<(), ApiError> {
        let mut state = self.change();
        state.group(group)?;
        state.acts.push(act);
        Ok(())
    }

    async fn ask_sponsor(&self, group: GroupId, request: AskSponsor) -> Result<Sent, ApiError> {
        self.change().group(group)?;
        let id = MessageId::from_bytes(request.member.to_bytes());
        Ok(Sent { id, state: DeliveryState::KeptHere, devices: 0, held_until: None })
    }

    async fn private_words(&self, group: GroupId, _: MemberId) -> Result<PrivateWords, ApiError> {
        self.look().group(group)?;
        Ok(PrivateWords { messages: Vec::new() })
    }

    async fn readers(&self, group: GroupId, _: MemberId) -> Result<Readers, ApiError> {
        self.look().group(group)?;
        Ok(Readers { readers: vec![MemberId::from_bytes([4; 32])] })
    }

    async fn write_report(&self, group: GroupId, request: WriteReport) -> Result<Sent, ApiError> {
        if request.readers != self.readers(group, request.about).await?.readers {
            return Err(ErrorCode::ReadersChanged.into());
        }
        let mut state = self.change();
        let id = MessageId::from_bytes([state.reports.len() as u8; 32]);
        let copy = |_: &MessageId| SignedCopy { proof: Proof::InGroup, text: "x".to_owned(), at: 5 };
        state.reports.push(Report {
            id,
            by: request.about,
            by_name: "Ada".to_owned(),
            about: Some(request.about),
            about_name: "Sam".to_owned(),
            text: request.text,
            at: 5,
            mine: true,
            copies: request.copies.iter().map(copy).collect(),
            note: ReportNote::Open,
            delivery: None,
        });
        Ok(Sent { id, state: DeliveryState::KeptHere, devices: 0, held_until: None })
    }

    async fn reports(&self, group: GroupId) -> Result<Reports, ApiError> {
        let state = self.look();
        state.group(group)?;
        Ok(Reports { reports: state.reports.clone() })
    }

    async fn note_report(&self, _: GroupId, id: MessageId, request: NoteReport) -> Result<(), ApiError> {
        let mut state = self.change();
        let found = state.reports.iter_mut().find(|report| report.id == id).ok_or(ErrorCode::NotFound)?;
        found.note = request.note;
        Ok(())
    }

    async fn keep_own(&self, request: KeepOwn) -> Result<OwnRecord, ApiError> {
        let mut state = self.change();
        let id = RecordId::from_bytes([state.own.len() as u8; 32]);
        let record = OwnRecord { id, own: request.own, at: 1, changed_at: None };
        state.own.push(record.clone());
        Ok(record)
    }

    async fn own_records(&self, query: OwnQuery) -> Result<OwnRecords, ApiError> {
        let state = self.look();
        let of_kind = state.own.iter().rev().filter(|record| record.own.kind() == query.kind);
        let limit = query.limit.unwrap_or(limits::OWN_PAGE_MAX) as usize;
        Ok(OwnRecords { records: of_kind.take(limit).cloned().collect(), next: query.after })
    }

    async fn own_record(&self, id: RecordId) -> Result<OwnRecord, ApiError> {
        let state = self.look();
        let found = state.own.iter().find(|record| record.id == id);
        found.cloned().ok_or_else(|| ErrorCode::NotFound.into())
    }

    async fn change_own(&self, id: RecordId, request: KeepOwn) -> Result<OwnRecord, ApiError> {
        let mut state = self.change();
        let found = state.own.iter_mut().find(|record| record.id == id).ok_or(ErrorCode::NotFound)?;
        found.own = request.own;
        found.changed_at = Some(2);
        Ok(found.clone())
    }

    async fn delete_own(&self, id: RecordId) -> Result<(), ApiError> {
        self.change().own.retain(|record| record.id != id);
        Ok(())
    }

    async fn show_own(&self, id: RecordId, request: ShowOwn) -> Result<Sent, ApiError> {
        let state = self.change();
        state.group(request.group)?;
        let record = state.own.iter().find(|record| record.id == id).ok_or(ErrorCode::NotFound)?;
        match record.own.kind() {
            OwnKind::CleanDate | OwnKind::Care => Err(ErrorCode::NeverShown.into()),
            _ => Ok(kept(MessageId::from_bytes([7; 32]))),
        }
    }

    async fn chips(&self) -> Result<Chips, ApiError> {
        drop(self.look());
        Ok(Chips { dates: Vec::new(), schedules: Vec::new() })
    }

    fn subscribe(&self) -> broadcast::Receiver<Event> {
        self.events.subscribe()
    }
}
