//! Writes random control logs with this implementation's answers, one JSON object a line, for the model to be held
//! against: `cargo run -p hearth-tests --bin logs -- --seeds 200 [--from 0] [--steps 70] | python3 tests/model/check.py`.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use std::io::Write;
use std::process::ExitCode;

use hearth_core::crypto::DeviceSecret;
use hearth_core::event::{Body, Event, QuorumAct};
use hearth_core::ids::{GroupId, MemberId};
use hearth_tests::logs::{Node, run};
use serde_json::{Value, json};

const USAGE: &str = "usage: logs [--seeds COUNT] [--from SEED] [--steps STEPS]";

fn main() -> ExitCode {
    let Some([seeds, from, steps]) = arguments() else {
        eprintln!("{USAGE}");
        return ExitCode::from(2);
    };
    let mut out = std::io::stdout().lock();
    for seed in from..from + seeds {
        let run = run(seed, steps);
        let mut node = Node::new(DeviceSecret::from_seed(&[99; 32]), run.group);
        let members: Vec<MemberId> = run
            .events
            .iter()
            .filter(|event| event.body().joiner().is_some())
            .map(|event| MemberId::from(event.id()))
            .collect();
        let (mut events, mut answers) = (Vec::new(), Vec::new());
        for (number, event) in run.events.iter().enumerate() {
            node.take(event);
            events.push(described(event, &run.group, &members));
            if number % 10 == 9 || number + 1 == run.events.len() {
                answers.push(answer(&mut node, number + 1));
            }
        }
        let line = json!({ "seed": seed, "events": events, "answers": answers });
        // Whoever reads may have seen enough.
        if writeln!(out, "{line}").is_err() {
            return ExitCode::FAILURE;
        }
    }
    ExitCode::SUCCESS
}

fn arguments() -> Option<[u64; 3]> {
    let mut values = [100, 0, 70];
    let mut arguments = std::env::args().skip(1);
    while let Some(name) = arguments.next() {
        let place = ["--seeds", "--from", "--steps"].iter().position(|known| *known == name)?;
        values[place] = arguments.next()?.parse().ok()?;
    }
    Some(values)
}

/// What the first `known` events lead to.
fn answer(node: &mut Node, known: usize) -> Value {
    let resolution = node.resolution();
    let head = node.head().map(|head| head.to_hex());
    let settled = node.epochs.settled(&node.log, &mut node.ledger).map(|epoch| epoch.to_hex());
    let members: serde_json::Map<String, Value> = resolution
        .members
        .iter()
        .map(|(id, member)| {
            let devices: Vec<String> = member.devices.iter().map(|device| device.to_hex()).collect();
            let value = json!({ "rank": member.role.rank(), "devices": devices, "lapsed": member.is_lapsed });
            (id.to_hex(), value)
        })
        .collect();
    let mut removals: Vec<String> = resolution.removals.iter().map(|(id, _)| id.to_hex()).collect();
    removals.sort();
    let pending: Vec<Value> =
        resolution.pending.iter().map(|pending| json!([pending.act.to_hex(), pending.missing])).collect();
    let questions: Vec<String> = resolution.questions.iter().map(|question| question.act.to_hex()).collect();
    let invites: serde_json::Map<String, Value> = resolution
        .invites
        .iter()
        .map(|(token, standing)| (token.to_hex(), json!([standing.used, standing.is_revoked])))
        .collect();
    json!({
        "known": known,
        "members": members,
        "removals": removals,
        "pending": pending,
        "questions": questions,
        "invites": invites,
        "members_may_invite": resolution.settings.members_may_invite,
        "head": head,
        "settled": settled,
    })
}

/// The event without its signatures: whether proofs hold is said, not shown.
fn described(event: &Event, group: &GroupId, members: &[MemberId]) -> Value {
    let fields = event.fields();
    let list = |devices: &[hearth_core::ids::DeviceId]| -> Vec<String> {
        devices.iter().map(|device| device.to_hex()).collect()
    };
    let body = match event.body() {
        Body::Create { founder, .. } => json!({ "create": founder.device.to_hex() }),
        Body::Add { identity, role } => json!({ "add": identity.device.to_hex(), "rank": role.rank() }),
        Body::Invite(invite) => json!({
            "invite": invite.token.to_hex(), "rank": invite.role.rank(), "uses": invite.uses,
        }),
        Body::RevokeInvite { token } => json!({ "revoke_invite": token.to_hex() }),
        Body::Admit(admission) => json!({
            "admit": admission.identity.device.to_hex(),
            "token": admission.token.to_hex(),
            "proved": admission.is_proved(group),
        }),
        Body::Remove { identity } => json!({ "remove": identity.to_hex() }),
        Body::Leave => json!({ "leave": true }),
        Body::SetRole { member, role } => json!({ "set_role": member.to_hex(), "rank": role.rank() }),
        Body::QuorumAct(QuorumAct::Remove { identity }) => json!({ "quorum_remove": identity.to_hex() }),
        Body::QuorumAct(QuorumAct::SetRole { member, role }) => {
            json!({ "quorum_set_role": member.to_hex(), "rank": role.rank() })
        }
        Body::QuorumAct(QuorumAct::SetParams(settings)) => {
            json!({ "quorum_set_params": settings.members_may_invite })
        }
        Body::Endorse { act } => json!({ "endorse": act.to_hex() }),
        Body::Lapse { member } => json!({ "lapse": member.to_hex() }),
        Body::DeviceAdd(consent) => {
            let member = members.iter().find(|member| consent.is_proved(group, member));
            json!({ "device_add": consent.device.to_hex(), "proved_for": member.map(|member| member.to_hex()) })
        }
        Body::DeviceRevoke { device } => json!({ "device_revoke": device.to_hex() }),
        Body::Ack => json!({ "ack": true }),
        Body::Commit(_) | Body::Update(_) | Body::Join(_) | Body::Rescue { .. } => {
            let (kind, commit) = event.body().as_commit().unwrap();
            let rescued = event.body().rescued().iter();
            json!({
                "rescued": rescued.map(|r| json!([r.device.to_hex(), r.number, r.is_proved(group)])).collect::<Vec<_>>(),
                "commit": format!("{kind:?}"),
                "parent": commit.parent.to_hex(),
                "add": list(&commit.add),
                "drop": list(&commit.drop),
            })
        }
        Body::Reject { commit, .. } => json!({ "reject": commit.to_hex() }),
    };
    json!({
        "id": event.id().to_hex(),
        "author": event.author().to_hex(),
        "seq": fields.seq,
        "heads": fields.heads.iter().map(|head| head.to_hex()).collect::<Vec<_>>(),
        "epoch": fields.epoch.to_hex(),
        "body": body,
    })
}
