//! `hearth keeper`: a machine that carries a group's envelopes while its members are off. On a member's machine: which there
//! are, adding one and taking one away; on the keeper's own: a ticket to it, and what it carries.

use hearth_api::{AddKeeper, CarriedRoom, ExitCode, GroupId, Keeper, KeeperState};
use serde::Serialize;

use super::invite;
use crate::{
    args::{Drawing, KeeperArgs, KeeperVerb},
    catalogue::say,
    failure::{Failure, Stopped},
    node::{Node, WithoutVault},
    prompt,
    roster::{Kind, Roster},
    send::request_id,
    when,
};

#[derive(Serialize)]
struct Listed<'a> {
    name: &'a str,
    by: &'a str,
    state: KeeperState,
}

#[derive(Serialize)]
struct Offered<'a> {
    ticket: &'a str,
}

#[derive(Serialize)]
struct Carried {
    number: usize,
    #[serde(flatten)]
    room: CarriedRoom,
}

#[derive(Serialize)]
struct Gone<'a> {
    name: &'a str,
    removed: bool,
}

/// Does what is asked for.
pub(super) async fn run(node: &Node, keeper: KeeperArgs) -> Result<(), Stopped> {
    if let Some(KeeperVerb::Ticket { drawing }) = keeper.verb {
        return offer(node, drawing).await;
    }
    let status = node.open().await?;
    match keeper.verb {
        None | Some(KeeperVerb::Ticket { .. }) => match node.try_group(&status)? {
            Some(group) => list(node, group.id).await,
            None => carried(node).await,
        },
        Some(KeeperVerb::Add { ticket, name }) => {
            let group = node.group(&status)?.id;
            let ticket = prompt::ticket(ticket.as_deref()).await?;
            let name = name.unwrap_or_else(|| say!("keeper-name-unsaid"));
            let request = AddKeeper { ticket, name, request_id: request_id()? };
            node.client.add_keeper(group, &request).await?;
            let body = Listed { name: &request.name, by: "", state: KeeperState::NotConnected };
            node.output.answer("hearth.keeper/1", &body, || say!("keeper-added", name = request.name))
        }
        Some(KeeperVerb::Remove { name }) => {
            let group = node.group(&status)?.id;
            let keepers = roster(node, group).await?;
            let entry = keepers.find(&name.join(" "), Kind::Keeper)?;
            node.client.remove_keeper(group, entry.item.id).await?;
            let body = Gone { name: &entry.name, removed: true };
            node.output.answer("hearth.keeper-removed/1", &body, || say!("keeper-removed", name = entry.name))
        }
        Some(KeeperVerb::Drop { number }) => {
            let rooms = node.client.carried().await?.rooms;
            let room = number.checked_sub(1).and_then(|place| rooms.get(place));
            let room = room.ok_or_else(|| {
                Failure::new(ExitCode::NotFound, "not_found", say!("keeper-no-number"))
                    .hint(say!("keeper-no-number.hint"))
            })?;
            node.client.drop_carried(room.id).await?;
            let name = number.to_string();
            let body = Gone { name: &name, removed: true };
            node.output.answer("hearth.keeper-dropped/1", &body, || say!("keeper-dropped", number = number))
        }
    }
}

async fn offer(node: &Node, drawing: Drawing) -> Result<(), Stopped> {
    node.start(WithoutVault::Make).await?;
    let offered = node.client.offer_to_carry().await?;
    let ticket = offered.ticket.expose();
    node.output.answer("hearth.keeper-ticket/1", &Offered { ticket }, || {
        if drawing.ticket_only {
            return ticket.to_owned();
        }
        let drawn = invite::drawn(ticket, drawing, &node.output);
        format!("{}\n\n{ticket}\n{drawn}\n{}", say!("keeper-ticket"), say!("keeper-ticket-how"))
    })
}

async fn roster(node: &Node, group: GroupId) -> Result<Roster<Keeper>, Failure> {
    let keepers = node.client.keepers(group).await?.keepers;
    Ok(Roster::new(keepers.into_iter().map(|keeper| (keeper.name.clone(), keeper))))
}

async fn list(node: &Node, group: GroupId) -> Result<(), Stopped> {
    let keepers = roster(node, group).await?;
    if keepers.entries().is_empty() && !node.output.is_json() {
        node.output.note(&say!("keeper-none"));
    }
    for entry in keepers.entries() {
        let Keeper { by_name, state, .. } = &entry.item;
        node.output.answer(
            "hearth.keeper/1",
            &Listed { name: &entry.name, by: by_name, state: *state },
            || {
                let by = say!("keeper-by", name = by_name);
                node.output.facts(&[entry.name.clone(), words(*state), by], "  ")
            },
        )?;
    }
    Ok(())
}

fn words(state: KeeperState) -> String {
    match state {
        KeeperState::Connected => say!("keeper-connected"),
        KeeperState::NotConnected => say!("keeper-not-connected"),
        KeeperState::TicketUsed => say!("keeper-ticket-used"),
        KeeperState::Full => say!("keeper-full"),
        KeeperState::NotUsed => say!("keeper-not-used"),
    }
}

async fn carried(node: &Node) -> Result<(), Stopped> {
    let rooms = node.client.carried().await?.rooms;
    if rooms.is_empty() && !node.output.is_json() {
        node.output.note(&say!("keeper-carries-nothing"));
    }
    for (place, room) in rooms.into_iter().enumerate() {
        let number = place + 1;
        node.output.answer("hearth.carried/1", &Carried { number, room }, || {
            let since = when::day(room.made_at);
            match room.used {
                true => say!(
                    "keeper-carries",
                    number = number,
                    since = since,
                    envelopes = room.envelopes,
                    mib = room.bytes.div_ceil(1 << 20),
                    connected = room.connected
                ),
                false => say!("keeper-ticket-waits", number = number, since = since),
            }
        })?;
    }
    Ok(())
}
