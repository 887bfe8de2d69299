//! `hearth look`: reads what a group says of itself to whoever holds a ticket, before anybody is asked for anything.

use hearth_api::{ExitCode, Group, LookAtGroup, ShownGroup, Ticket};
use serde::Serialize;
use tokio::time::timeout;

use super::{checkin::in_form, join, things::document};
use crate::{
    args::Look,
    catalogue::say,
    failure::{Failure, Stopped},
    node::{Node, WithoutVault},
    prompt, screen,
};

#[derive(Serialize)]
struct Seen<'a> {
    #[serde(flatten)]
    shown: &'a ShownGroup,
}

/// Looks, shows what is there, and asks whether to join.
pub(super) async fn run(node: &Node, look: Look) -> Result<(), Stopped> {
    let ticket = prompt::ticket(look.ticket.as_deref()).await?;
    if ticket.is_for_device() {
        return Err(Failure::usage(say!("look-device-ticket")).hint(say!("look-device-ticket.hint")).into());
    }
    node.start(WithoutVault::Make).await?;
    let asked = node.client.look(&LookAtGroup { ticket: Ticket::new(ticket.expose().to_owned()) }).await?;
    node.output.note(&say!("look-waiting"));
    let told = timeout(look.wait, join::watched(node, asked.id, is_told)).await;
    let group = match told {
        Ok(Ok(group)) => group,
        Ok(Err(failure)) => {
            stop(node, &asked).await;
            return Err(failure.into());
        }
        Err(_) => {
            stop(node, &asked).await;
            let failure = Failure::new(ExitCode::Offline, "offline", say!("join-offline"));
            return Err(failure.hint(say!("look-offline.hint")).into());
        }
    };
    let Some(shown) = &group.shown else { return Ok(()) };
    node.output.answer("hearth.look/1", &Seen { shown }, || page(node, shown))?;
    if node.output.is_json() || !prompt::is_terminal() {
        stop(node, &asked).await;
        return Ok(());
    }
    let answer = prompt::ask_terminal(&say!("look-join-question")).await?;
    if in_form(&answer, &[("yes", say!("answers-yes"))]).is_some() {
        return join::with_ticket(node, ticket, Some(look.wait)).await;
    }
    stop(node, &asked).await;
    node.output.note(&say!("look-ended"));
    Ok(())
}

fn is_told(group: &Group) -> Result<bool, Failure> {
    join::refused(group).map(|()| group.shown.is_some())
}

/// Forgets it; where that fails, the daemon does so by itself.
async fn stop(node: &Node, group: &Group) {
    node.client.stop_looking(group.id).await.ok();
}

fn page(node: &Node, shown: &ShownGroup) -> String {
    let said = match &shown.card {
        Some(card) => document::shown(card, &node.output),
        None => format!("{}\n{}", screen::one_line(&shown.name), say!("look-no-card")),
    };
    format!("{said}\n\n{}", screen::hanging(&say!("look-what-it-is"), node.output.width()))
}
