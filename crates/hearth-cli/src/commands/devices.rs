//! `hearth devices`: a member's machines: a ticket for another one, which there are, and taking one away.

use hearth_api::{Device, GroupId};
use serde::Serialize;

use super::{invite, join};
use crate::{
    args::{Devices, DevicesVerb, Drawing, RevokeDevice},
    catalogue::say,
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
            let is_plain = node.output.is_plain();
            let name = if is_plain { say!("plain-device", name = entry.name) } else { entry.name.clone() };
            let state = match (device.this, device.connected) {
                (true, _) if is_plain => Some(say!("plain-this-device")),
                (true, _) => Some(say!("device-this")),
                (false, true) => Some(say!("device-connected")),
                (false, false) => None,
            };
            node.output.facts(&[name].into_iter().chain(state).collect::<Vec<_>>(), "  ")
        })?;
    }
    Ok(())
}

/// The devices, each by the day on which this one first heard of it.
async fn roster(node: &Node, group: GroupId) -> Result<Roster<Device>, Failure> {
    let mut devices = node.client.devices(group).await?.devices;
    devices.sort_by_key(|device| (device.since, device.id));
    let named = devices.into_iter().map(|device| {
        let name = device.since.map_or_else(|| say!("device-unknown-day"), when::day);
        (name, device)
    });
    Ok(Roster::new(named))
}

async fn add(node: &Node, group: GroupId, drawing: Drawing) -> Result<(), Stopped> {
    let offered = node.client.offer_device(group).await?;
    let ticket = offered.ticket.expose();
    let body = Offered { ticket, expires_at: offered.expires_at };
    node.output.answer("hearth.device-ticket/1", &body, || {
        if drawing.ticket_only {
            return ticket.to_owned();
        }
        let until = when::shown(offered.expires_at);
        format!(
            "{}\n\n{ticket}\n{}\n{}",
            say!("device-ticket", until = until),
            invite::drawn(ticket, drawing, &node.output),
            say!("device-ticket-how")
        )
    })
}

async fn take_away(node: &Node, group: GroupId, revoke: RevokeDevice) -> Result<(), Stopped> {
    if !revoke.yes && !prompt::is_terminal() {
        return Err(Failure::usage(say!("device-nobody-to-ask")).hint(say!("nobody-to-ask-yes")).into());
    }
    let devices = roster(node, group).await?;
    let device = devices.find(&revoke.which.join(" "), Kind::Device)?;
    if device.item.this {
        return Err(Failure::usage(say!("device-is-this")).hint(say!("device-is-this.hint")).into());
    }
    if !revoke.yes {
        prompt::tell(&say!("device-what-it-means"));
        let typed = prompt::line(&say!("type-name-again")).await?;
        if !is_same(&typed, &device.name) {
            return Err(Failure::usage(say!("device-other-name")).into());
        }
    }
    node.client.revoke_device(group, device.item.id).await?;
    node.output.answer("hearth.device-revoked/1", &Revoked { name: &device.name, revoked: true }, || {
        say!("device-revoked", name = device.name)
    })
}
