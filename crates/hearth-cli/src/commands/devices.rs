//! `hearth devices`: a member's machines: a ticket for another one, which there are, and taking one away.

use hearth_api::{Device, GroupId};
use serde::Serialize;

use super::{invite, join};
use crate::{
    args::{Devices, DevicesVerb, Drawing, RevokeDevice},
    failure::{Failure, Stopped},
    node::Node,
    prompt,
    roster::{Kind, Roster, is_same},
    when,
};

#[derive(Serialize)]
struct Listed<'a> {
    name: &'a str,
    this: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    since: Option<u64>,
    connected: bool,
}

#[derive(Serialize)]
struct Offered<'a> {
    ticket: &'a str,
    expires_at: u64,
}

#[derive(Serialize)]
struct Revoked<'a> {
    name: &'a str,
    revoked: bool,
}

/// Lists, adds, revokes; or joins as a device.
pub(super) async fn run(node: &Node, devices: Devices) -> Result<(), Stopped> {
    if let Some(DevicesVerb::Join(join)) = devices.verb {
        return join::run(node, join).await;
    }
    let status = node.open().await?;
    let group = node.group(&status)?.id;
    match devices.verb {
        None | Some(DevicesVerb::List | DevicesVerb::Join(_)) => list(node, group).await,
        Some(DevicesVerb::Add { drawing }) => add(node, group, drawing).await,
        Some(DevicesVerb::Revoke(revoke)) => take_away(node, group, revoke).await,
    }
}

async fn list(node: &Node, group: GroupId) -> Result<(), Stopped> {
    for entry in roster(node, group).await?.entries() {
        let device = &entry.item;
        let body =
            Listed { name: &entry.name, this: device.this, since: device.since, connected: device.connected };
        node.output.answer("hearth.devices/1", &body, || {
            let mark = match (device.this, device.connected) {
                (true, _) => "  (this one)",
                (false, true) => "  connected",
                (false, false) => "",
            };
            format!("{}{mark}", entry.name)
        })?;
    }
    Ok(())
}

/// The devices, each by the day on which this one first heard of it.
async fn roster(node: &Node, group: GroupId) -> Result<Roster<Device>, Failure> {
    let mut devices = node.client.devices(group).await?.devices;
    devices.sort_by_key(|device| (device.since, device.id));
    let named = devices.into_iter().map(|device| {
        let name = device.since.map_or_else(|| "unknown day".to_owned(), when::day);
        (name, device)
    });
    Ok(Roster::new(named))
}

async fn add(node: &Node, group: GroupId, drawing: Drawing) -> Result<(), Stopped> {
    let offered = node.client.offer_device(group).await?;
    let ticket = offered.ticket.expose();
    let body = Offered { ticket, expires_at: offered.expires_at };
    node.output.answer("hearth.device-ticket/1", &body, || {
        if drawing.plain {
            return ticket.to_owned();
        }
        let until = when::shown(offered.expires_at);
        format!(
            "This ticket makes another machine yours: whoever uses it is you, and reads and writes as you. Show it to \
             nobody. It is good once, until {until}, while this machine is running.\n\n{ticket}\n{}\nOn the other \
             machine: `hearth join` and this ticket. It sees what is shared from then on.",
            invite::drawn(ticket, drawing, &node.output)
        )
    })
}

async fn take_away(node: &Node, group: GroupId, revoke: RevokeDevice) -> Result<(), Stopped> {
    if !revoke.yes && !prompt::is_terminal() {
        return Err(Failure::usage("Revoking a device cannot be undone, and nobody is here to be asked.")
            .hint("Add --yes to do it without being asked.")
            .into());
    }
    let devices = roster(node, group).await?;
    let device = devices.find(&revoke.which.join(" "), Kind::Device)?;
    if device.item.this {
        return Err(Failure::usage("That is this device.")
            .hint("Revoke it from another one, or leave the group with `hearth leave`.")
            .into());
    }
    if !revoke.yes {
        prompt::tell(
            "That device will get nothing that is written from then on. What it has read stays on it. It can come \
             back with a new ticket alone.",
        );
        let typed = prompt::line("Type its name again to do it: ").await?;
        if !is_same(&typed, &device.name) {
            return Err(Failure::usage("That is another name. Nothing was revoked.").into());
        }
    }
    node.client.revoke_device(group, device.item.id).await?;
    node.output.answer("hearth.device-revoked/1", &Revoked { name: &device.name, revoked: true }, || {
        format!("The device of {} was revoked.", device.name)
    })
}
