//! One file per verb: each asks the daemon and answers, and decides nothing that is the group's to decide.

mod answer;
mod checkin;
mod chips;
mod completions;
mod conscience;
mod devices;
mod dm;
mod group;
mod invite;
mod join;
mod leave;
mod lock;
mod man;
mod meetings;
mod own;
mod people;
mod read;
mod remove;
mod roles;
mod share;
mod start;
mod status;
mod stop;
mod today;
mod unlock;
mod verify;

use hearth_api::OwnKind;

use crate::{
    args::{CommandLine, Verb},
    catalogue::say,
    failure::Stopped,
    node::Node,
    output::Output,
};

/// Does what the command line says.
///
/// # Errors
/// Why it ended early.
pub(crate) async fn run(line: CommandLine, output: Output) -> Result<(), Stopped> {
    let also_by_others = match &line.verb {
        Some(Verb::Share(share)) => share.writing.edit,
        Some(Verb::Dm(dm)) => dm.writing.edit,
        Some(Verb::Reply(reply)) => reply.writing.edit,
        Some(Verb::Edit(edit)) => edit.writing.edit,
        Some(
            Verb::Newdate(keeping)
            | Verb::Step(keeping)
            | Verb::Gratitude(keeping)
            | Verb::Inventory(keeping)
            | Verb::Urge(keeping)
            | Verb::Plan(keeping)
            | Verb::Care(keeping),
        ) => keeping.is_edited(),
        Some(Verb::Completions(completions)) => return completions::run(completions, &output),
        Some(Verb::Man(man)) => return man::run(man, &output),
        _ => false,
    };
    let node = Node::new(line.everywhere, output)?;
    tokio::select! {
        biased;
        // Listening for signals comes first: a prompt for a secret relies on it.
        ended = node.interrupts.asked_to_end(also_by_others) => match ended {
            Ok(()) => Err(Stopped::Interrupted),
            Err(error) => Err(crate::failure::Failure::machine(&say!("doing-listen-signals"), &error).into()),
        },
        result = dispatch(line.verb, &node) => result,
    }
}

async fn dispatch(verb: Option<Verb>, node: &Node) -> Result<(), Stopped> {
    match verb {
        None => today::run(node).await,
        Some(Verb::Start(start)) => start::run(node, start).await,
        Some(Verb::Join(join)) => join::run(node, join).await,
        Some(Verb::Invite(invite)) => invite::run(node, invite).await,
        Some(Verb::Share(share)) => share::run(node, share).await,
        Some(Verb::Read(read)) => read::run(node, read).await,
        Some(Verb::Dm(dm)) => dm::run(node, dm).await,
        Some(Verb::Reply(reply)) => answer::reply(node, reply).await,
        Some(Verb::React(react)) => answer::react(node, react).await,
        Some(Verb::Edit(edit)) => answer::edit(node, edit).await,
        Some(Verb::Retract(retract)) => answer::retract(node, retract).await,
        Some(Verb::Undo) => answer::undo(node).await,
        Some(Verb::Checkin(checkin)) => checkin::run(node, checkin).await,
        Some(Verb::Milestone(milestone)) => checkin::milestone(node, milestone).await,
        Some(Verb::Newdate(keeping)) => own::run(node, OwnKind::CleanDate, keeping).await,
        Some(Verb::Chips) => chips::run(node).await,
        Some(Verb::Step(keeping)) => own::run(node, OwnKind::Step, keeping).await,
        Some(Verb::Gratitude(keeping)) => own::run(node, OwnKind::Gratitude, keeping).await,
        Some(Verb::Inventory(keeping)) => own::run(node, OwnKind::Inventory, keeping).await,
        Some(Verb::Urge(keeping)) => own::run(node, OwnKind::Urge, keeping).await,
        Some(Verb::Plan(keeping)) => own::run(node, OwnKind::Plan, keeping).await,
        Some(Verb::Care(keeping)) => own::run(node, OwnKind::Care, keeping).await,
        Some(Verb::Meetings(meetings)) => meetings::run(node, meetings).await,
        Some(Verb::People) => people::run(node).await,
        Some(Verb::Status) => status::run(node).await,
        Some(Verb::Stop) => stop::run(node).await,
        Some(Verb::Remove(remove)) => remove::run(node, remove).await,
        Some(Verb::Roles) => roles::run(node).await,
        Some(Verb::Role(wish)) => roles::set(node, wish).await,
        Some(Verb::Conscience(conscience)) => conscience::run(node, conscience).await,
        Some(Verb::Endorse(endorse)) => conscience::endorse(node, endorse).await,
        Some(Verb::Keep(keep)) => leave::keep(node, keep).await,
        Some(Verb::Leave(leave)) => leave::run(node, leave).await,
        Some(Verb::Devices(devices)) => devices::run(node, devices).await,
        Some(Verb::Verify(verify)) => verify::run(node, verify).await,
        Some(Verb::Lock) => lock::run(node).await,
        Some(Verb::Unlock(how)) => unlock::run(node, &how).await,
        Some(Verb::Group) => group::run(node).await,
        Some(Verb::Completions(completions)) => completions::run(&completions, &node.output),
        Some(Verb::Man(man)) => man::run(&man, &node.output),
    }
}
