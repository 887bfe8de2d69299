//! Tests of events: vectors, refusals, proofs.

use super::*;
use crate::epoch::Suite;
use crate::ids::{IdentityId, MemberId, Timestamp, TokenId};

fn device() -> DeviceSecret {
    DeviceSecret::from_seed(&[3; 32])
}

fn position() -> Position {
    Position {
        group: GroupId([4; 32]),
        seq: 2,
        prev_own: Some(EventId([5; 32])),
        heads: vec![EventId([5; 32]), EventId([6; 32])],
        epoch: EpochId([7; 32]),
    }
}

fn create() -> Body {
    let kind = GroupKind::Home { name: "Tuesday Night".to_owned() };
    let params = GroupParams { kind, suite: Suite::XWing, nonce: [8; 32] };
    let founder = Identity { device: device().public(), name: "Alice".to_owned() };
    Body::Create { params, founder }
}

/// One event of each kind, all of them the same at every call.
fn bodies() -> Vec<(&'static str, Body)> {
    let token = DeviceSecret::from_seed(&[9; 32]);
    let token_id = TokenId(token.public().0);
    let joiner = DeviceSecret::from_seed(&[10; 32]);
    let identity = Identity { device: joiner.public(), name: "Ben".to_owned() };
    let commit = Commit {
        parent: EpochId([7; 32]),
        add: vec![joiner.public()],
        drop: Vec::new(),
        mls: b"an MLS commit".to_vec(),
        authenticator_hash: [11; 32],
    };
    let invite =
        Invite { token: token_id, role: Role::Member, uses: 1, expires: Timestamp(1_800_000_000_000) };
    let member = MemberId([13; 32]);
    vec![
        ("create", create()),
        ("add", Body::Add { identity: identity.clone(), role: Role::Newcomer }),
        ("invite", Body::Invite(invite)),
        ("revoke_invite", Body::RevokeInvite { token: token_id }),
        ("admit", Body::Admit(Admission::prove(&GroupId([4; 32]), &token, &joiner, "Ben"))),
        ("remove", Body::Remove { identity: identity.id() }),
        ("leave", Body::Leave),
        ("commit", Body::Commit(commit.clone())),
        ("set_role", Body::SetRole { member, role: Role::Servant }),
        ("quorum_remove", Body::QuorumAct(QuorumAct::Remove { identity: IdentityId([12; 32]) })),
        ("quorum_set_role", Body::QuorumAct(QuorumAct::SetRole { member, role: Role::Secretary })),
        ("quorum_set_params", Body::QuorumAct(QuorumAct::SetParams(Settings { members_may_invite: true }))),
        ("endorse", Body::Endorse { act: EventId([14; 32]) }),
        ("lapse", Body::Lapse { member }),
        ("device_add", Body::DeviceAdd(DeviceConsent::prove(&GroupId([4; 32]), &member, &joiner))),
        ("device_revoke", Body::DeviceRevoke { device: joiner.public() }),
        ("ack", Body::Ack),
        ("update", Body::Update(Commit { add: Vec::new(), ..commit.clone() })),
        (
            "join",
            Body::Join(Commit { add: vec![device().public()], drop: vec![device().public()], ..commit }),
        ),
        ("reject", Body::Reject { commit: EpochId([7; 32]), code: RejectCode::OtherLists }),
    ]
}

fn event(body: Body) -> Event {
    let first = Position {
        group: GroupId([0; 32]),
        seq: 0,
        prev_own: None,
        heads: Vec::new(),
        epoch: EpochId([0; 32]),
    };
    let position = if matches!(body, Body::Create { .. }) { first } else { position() };
    Event::sign(&device(), position, body).unwrap()
}

#[test]
fn frozen_vectors_parse_and_encode() {
    let vectors: serde_json::Value =
        serde_json::from_str(include_str!("../../../../tests/vectors/event-v1.json")).unwrap();
    let bodies = bodies();
    assert_eq!(vectors["events"].as_object().unwrap().len(), bodies.len());
    for (name, body) in bodies {
        let vector = &vectors["events"][name];
        let hex =
            |field: &str| data_encoding::HEXLOWER.decode(vector[field].as_str().unwrap().as_bytes()).unwrap();
        let parsed = Event::parse(&hex("event")).unwrap();
        assert_eq!(*parsed.body(), body, "{name}");
        assert_eq!(parsed.id().0.as_slice(), hex("id"), "{name}");
        assert_eq!(event(body).as_bytes(), hex("event"), "{name}");
    }
}

#[test]
fn any_changed_byte_is_refused() {
    for (name, body) in bodies() {
        let event = event(body);
        for place in 0..event.as_bytes().len() {
            let mut bytes = event.as_bytes().to_vec();
            bytes[place] ^= 1;
            assert!(Event::parse(&bytes).is_err(), "{name}, byte {place}");
        }
        let mut longer = event.as_bytes().to_vec();
        longer.insert(longer.len() - SIGNATURE_BYTES, 0);
        assert!(Event::parse(&longer).is_err(), "{name}");
    }
    assert_eq!(Event::parse(&[1; 3]).unwrap_err(), EventError::Malformed);
    assert_eq!(Event::parse(&vec![1; limits::EVENT_BYTES_MAX + 1]).unwrap_err(), EventError::TooLong);
    assert_eq!(Event::parse(&[2; 100]).unwrap_err(), EventError::UnknownVersion);
}

#[test]
fn fields_out_of_their_bounds_are_refused() {
    let refused = |position: Position, body: Body| {
        assert_eq!(Event::sign(&device(), position, body).unwrap_err(), EventError::OutOfBounds);
    };
    refused(Position { seq: 0, ..position() }, Body::Leave);
    refused(Position { prev_own: None, ..position() }, Body::Leave);
    refused(Position { prev_own: Some(EventId([9; 32])), ..position() }, Body::Leave);
    refused(Position { heads: Vec::new(), ..position() }, Body::Leave);
    refused(Position { heads: vec![EventId([6; 32]), EventId([5; 32])], ..position() }, Body::Leave);
    refused(Position { heads: vec![EventId([5; 32]); 2], ..position() }, Body::Leave);
    let many = (0..=limits::EVENT_HEADS_MAX).map(|n| EventId([n as u8 + 5; 32])).collect();
    refused(Position { heads: many, ..position() }, Body::Leave);
    refused(Position { group: GroupId([0; 32]), ..position() }, Body::Leave);
    refused(position(), create());
    for name in ["", " Ben", "Ben\n", &"b".repeat(limits::NAME_BYTES_MAX + 1)] {
        let identity = Identity { device: device().public(), name: name.to_owned() };
        refused(position(), Body::Add { identity, role: Role::Member });
    }
    let invite = Invite { token: TokenId([1; 32]), role: Role::Member, uses: 0, expires: Timestamp(1) };
    refused(position(), Body::Invite(invite));
}

#[test]
fn an_admission_is_bound_to_group_token_and_device() {
    let (token, joiner) = (DeviceSecret::from_seed(&[9; 32]), DeviceSecret::from_seed(&[10; 32]));
    let group = GroupId([4; 32]);
    let admission = Admission::prove(&group, &token, &joiner, "Ben");
    assert!(admission.is_proved(&group));
    assert!(!admission.is_proved(&GroupId([5; 32])));
    let renamed = Identity { name: "Alice".to_owned(), ..admission.identity.clone() };
    assert!(!Admission { identity: renamed, ..admission.clone() }.is_proved(&group));
    let other = Admission::prove(&group, &token, &device(), "Ben");
    assert!(!Admission { device_proof: other.device_proof, ..admission }.is_proved(&group));
}

#[test]
fn ranks_stand_in_the_order_of_authority() {
    let roles = [Role::Visitor, Role::Newcomer, Role::Member, Role::Servant, Role::Secretary];
    assert!(roles.is_sorted());
    assert_eq!(roles.map(Role::rank), [0, 1, 2, 3, 4]);
}

#[test]
fn commits_out_of_their_bounds_are_refused() {
    let refused = |body: Body| {
        assert_eq!(Event::sign(&device(), position(), body).unwrap_err(), EventError::OutOfBounds);
    };
    let other = DeviceSecret::from_seed(&[10; 32]).public();
    let commit = |add: &[DeviceId], drop: &[DeviceId]| Commit {
        parent: EpochId([7; 32]),
        add: add.to_vec(),
        drop: drop.to_vec(),
        mls: Vec::new(),
        authenticator_hash: [0; 32],
    };
    refused(Body::Commit(commit(&[other, other], &[])));
    refused(Body::Commit(commit(&[], &[other, other])));
    let many: Vec<DeviceId> = (0..=limits::LEAVES_PER_COMMIT_MAX as u32)
        .map(|n| DeviceId(crypto::hash("t", &[&n.to_be_bytes()])))
        .collect();
    let mut many = many;
    many.sort();
    refused(Body::Commit(commit(&many, &[])));
    refused(Body::Update(commit(&[other], &[])));
    refused(Body::Update(commit(&[], &[other])));
    refused(Body::Join(commit(&[other], &[])));
    refused(Body::Join(commit(&[], &[])));
    refused(Body::DeviceAdd(DeviceConsent { device: device().public(), proof: [0; 64] }));
}

#[test]
fn a_device_agrees_to_one_member_of_one_group() {
    let (group, member) = (GroupId([4; 32]), MemberId([13; 32]));
    let consent = DeviceConsent::prove(&group, &member, &device());
    assert!(consent.is_proved(&group, &member));
    assert!(!consent.is_proved(&GroupId([5; 32]), &member));
    assert!(!consent.is_proved(&group, &MemberId([14; 32])));
    let other = DeviceSecret::from_seed(&[10; 32]).public();
    assert!(!DeviceConsent { device: other, ..consent }.is_proved(&group, &member));
}
