//! One file per verb: each asks the daemon and answers, and decides nothing that is the group's to decide.

mod answer;
mod backup;
mod block;
mod checkin;
mod chips;
mod completions;
mod conscience;
mod crisis;
mod devices;
mod dm;
mod group;
mod invite;
mod join;
mod keeper;
mod ladder;
mod leave;
mod lock;
mod look;
mod man;
mod meetings;
mod own;
mod panic;
mod people;
mod read;
mod remove;
mod report;
mod requests;
mod roles;
mod share;
mod sit;
mod sos;
mod sponsor;
mod start;
mod status;
mod stop;
mod things;
mod today;
mod unlock;
mod verify;

use hearth_api::OwnKind;

use self::things::document;
pub(crate) use self::things::phones::facts_of;
use crate::{
    args::{CommandLine, Conscience, Proposing, Verb},
    catalogue::say,
    deciding::{Kept, KeptVerb},
    failure::Stopped,
    having::{Document, DocumentVerb, Intro, IntroVerb, Phones, PhonesVerb, Readings, ReadingsVerb},
    node::Node,
    output::Output,
    text,
};

/// Does what must not wait: shows the crisis card, if that is what was asked for.
///
/// # Errors
/// When the reader is gone, or nothing can be written.
pub(crate) fn first(line: &CommandLine, output: &Output) -> Result<(), Stopped> {
    match &line.verb {
        Some(Verb::Crisis(asked)) => crisis::show(asked, &line.everywhere, output),
        Some(Verb::Sos(asked)) => sos::show_card(asked, line, output),
        _ => Ok(()),
    }
}

/// Does what the command line says.
///
/// # Errors
/// Why it ended early.
pub(crate) async fn run(line: CommandLine, output: Output) -> Result<(), Stopped> {
    let also_by_others = match &line.verb {
        // The terminal is given back as it was.
        Some(Verb::Sit) => true,
        Some(Verb::Share(share)) => share.writing.edit,
        Some(Verb::Dm(dm)) => dm.writing.edit,
        Some(Verb::Reply(reply)) => reply.writing.edit,
        Some(Verb::Edit(edit)) => edit.writing.edit,
        Some(Verb::Report(report)) => report.writing.edit,
        Some(Verb::Sponsor(sponsor)) => sponsor::is_edited(sponsor),
        Some(
            Verb::Newdate(keeping)
            | Verb::Step(keeping)
            | Verb::Gratitude(keeping)
            | Verb::Inventory(keeping)
            | Verb::Urge(keeping)
            | Verb::Plan(keeping)
            | Verb::Care(keeping),
        ) => keeping.is_edited(),
        Some(
            Verb::Card(Document { verb: Some(DocumentVerb::Edit(_)) })
            | Verb::Guidelines(Document { verb: Some(DocumentVerb::Edit(_)) })
            | Verb::Intro(Intro { verb: Some(IntroVerb::Edit(_)) })
            | Verb::Phones(Phones { verb: Some(PhonesVerb::Mine { .. }) })
            | Verb::Readings(Readings { verb: Some(ReadingsVerb::Add { .. }) })
            | Verb::Minutes(Kept { verb: Some(KeptVerb::Add { .. }) })
            | Verb::Treasurer(Kept { verb: Some(KeptVerb::Add { .. }) })
            | Verb::Conscience(Conscience {
                proposing: Some(Proposing::Ask(_) | Proposing::Say(_) | Proposing::Reconsider(_)),
            }),
        ) => text::is_edited(),
        Some(Verb::Service(service)) => service.is_written() && text::is_edited(),
        Some(Verb::Completions(completions)) => return completions::run(completions, &output),
        Some(Verb::Man(man)) => return man::run(man, &output),
        Some(Verb::Crisis(asked)) if asked.verb.is_none() => {
            return crisis::more(asked, &line.everywhere, &output).await;
        }
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
        Some(Verb::Look(look)) => look::run(node, look).await,
        Some(Verb::Join(join)) => join::run(node, join).await,
        Some(Verb::Invite(invite)) => invite::run(node, invite).await,
        Some(Verb::Share(share)) => share::run(node, share).await,
        Some(Verb::Read(read)) => read::run(node, read).await,
        Some(Verb::Sit) => sit::run(node).await,
        Some(Verb::Dm(dm)) => dm::run(node, dm).await,
        Some(Verb::Reply(reply)) => answer::reply(node, reply).await,
        Some(Verb::React(react)) => answer::react(node, react).await,
        Some(Verb::Edit(edit)) => answer::edit(node, edit).await,
        Some(Verb::Retract(retract)) => answer::retract(node, retract).await,
        Some(Verb::Undo(which)) => answer::undo(node, which).await,
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
        Some(Verb::Crisis(crisis)) => crisis::confirm(node, crisis).await,
        Some(Verb::Card(card)) => document::run(node, document::Kind::Card, card).await,
        Some(Verb::Guidelines(guidelines)) => {
            document::run(node, document::Kind::Guidelines, guidelines).await
        }
        Some(Verb::Intro(intro)) => things::intro::run(node, intro).await,
        Some(Verb::Phones(phones)) => things::phones::run(node, phones).await,
        Some(Verb::Service(service)) => things::service::run(node, service).await,
        Some(Verb::Take(slot)) => things::slots::take(node, slot).await,
        Some(Verb::Swap(slot)) => things::slots::swap(node, slot).await,
        Some(Verb::Cover(slot)) => things::slots::cover(node, slot).await,
        Some(Verb::Done(slot)) => things::slots::done(node, slot).await,
        Some(Verb::Greet(greet)) => things::greet::run(node, greet).await,
        Some(Verb::Home(home)) => things::visits::home(node, home).await,
        Some(Verb::Visitors(visitors)) => things::visits::run(node, visitors).await,
        Some(Verb::Readings(readings)) => things::readings::run(node, readings).await,
        Some(Verb::Topics(topics)) => things::readings::topics(node, topics).await,
        Some(Verb::Sos(wish)) => sos::run(node, wish).await,
        Some(Verb::Answer(answer)) => sos::answer(node, answer).await,
        Some(Verb::Safe(safe)) => sos::safe(node, safe).await,
        Some(Verb::Ladder(wish)) => ladder::run(node, wish).await,
        Some(Verb::Oncall(wish)) => ladder::on_call(node, wish).await,
        Some(Verb::Sponsor(sponsor)) => sponsor::run(node, sponsor).await,
        Some(Verb::Requests(requests)) => requests::run(node, requests).await,
        Some(Verb::Block(block)) => block::run(node, block).await,
        Some(Verb::Unblock(unblock)) => block::end(node, unblock).await,
        Some(Verb::Report(report)) => report::run(node, report).await,
        Some(Verb::Safety(safety)) => report::safety(node, safety).await,
        Some(Verb::Meetings(meetings)) => meetings::run(node, meetings).await,
        Some(Verb::People) => people::run(node).await,
        Some(Verb::Status) => status::run(node).await,
        Some(Verb::Stop) => stop::run(node).await,
        Some(Verb::Remove(remove)) => remove::run(node, remove).await,
        Some(Verb::Roles) => roles::run(node).await,
        Some(Verb::Role(wish)) => roles::set(node, wish).await,
        Some(Verb::Conscience(conscience)) => conscience::run(node, conscience).await,
        Some(Verb::Minutes(kept)) => things::affairs::minutes(node, kept).await,
        Some(Verb::Treasurer(kept)) => things::affairs::treasurer(node, kept).await,
        Some(Verb::Endorse(endorse)) => conscience::endorse(node, endorse).await,
        Some(Verb::Keep(keep)) => leave::keep(node, keep).await,
        Some(Verb::Leave(leave)) => leave::run(node, leave).await,
        Some(Verb::Devices(devices)) => devices::run(node, devices).await,
        Some(Verb::Keeper(keeper)) => keeper::run(node, keeper).await,
        Some(Verb::Verify(verify)) => verify::run(node, verify).await,
        Some(Verb::Lock(lock)) => lock::run(node, lock).await,
        Some(Verb::Panic(panic)) => panic::run(node, panic).await,
        Some(Verb::Backup(backup)) => backup::back_up(node, backup).await,
        Some(Verb::Restore(restore)) => backup::restore(node, restore).await,
        Some(Verb::Unlock(how)) => unlock::run(node, &how).await,
        Some(Verb::Group) => group::run(node).await,
        Some(Verb::Completions(completions)) => completions::run(&completions, &node.output),
        Some(Verb::Man(man)) => man::run(&man, &node.output),
    }
}
