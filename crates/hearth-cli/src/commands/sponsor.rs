//! `hearth sponsor`: who is one's sponsor or sponsee, asking, answering, ending.

use hearth_api::{AskSponsor as Request, GroupId, MemberId, PrivateAct, SponsorLink};
use serde::Serialize;

use crate::{
    args::{AskSponsor, Sponsor, SponsorVerb, Whom},
    catalogue::say,
    failure::{Failure, Stopped},
    node::Node,
    roster::Kind,
    screen,
    send::{self, UNDO_S, request_id},
    text, when,
};

/// Says whether an editor is to run.
pub(super) fn is_edited(sponsor: &Sponsor) -> bool {
    matches!(&sponsor.verb, Some(SponsorVerb::Ask(ask)) if ask.writing.edit)
}

/// Lists, or does what is said.
pub(super) async fn run(node: &Node, sponsor: Sponsor) -> Result<(), Stopped> {
    match sponsor.verb {
        None => list(node).await,
        Some(SponsorVerb::Ask(ask)) => self::ask(node, ask).await,
        Some(SponsorVerb::Accept(whom)) => {
            let (group, member, name) = find(node, &whom).await?;
            node.client.act_privately(group, &PrivateAct::AcceptSponsee { member }).await?;
            done(node, &name, "accepted", || say!("sponsor-accepted", name = &name))
        }
        Some(SponsorVerb::Decline(whom)) => {
            let (group, member, name) = find(node, &whom).await?;
            node.client.act_privately(group, &PrivateAct::DeclineSponsee { member }).await?;
            done(node, &name, "declined", || say!("sponsor-declined", name = &name))
        }
        Some(SponsorVerb::End(whom)) => {
            let (group, member, name) = find(node, &whom).await?;
            node.client.act_privately(group, &PrivateAct::EndSponsor { member }).await?;
            done(node, &name, "ended", || say!("sponsor-ended", name = &name))
        }
    }
}

#[derive(Serialize)]
struct Listed<'a> {
    name: &'a str,
    sponsor: bool,
    active: bool,
    at: u64,
}

async fn list(node: &Node) -> Result<(), Stopped> {
    let status = node.open().await?;
    let group = node.group(&status)?.id;
    let links = node.client.private(group).await?.sponsors;
    if links.is_empty() {
        node.output.note(&say!("sponsor-nobody"));
    }
    for SponsorLink { name, is_sponsor, active, at, .. } in &links {
        let name = screen::one_line(name);
        let body = Listed { name: &name, sponsor: *is_sponsor, active: *active, at: *at };
        node.output.answer("hearth.sponsor/1", &body, || {
            let what = match (is_sponsor, active) {
                (true, true) => say!("sponsor-is-yours"),
                (true, false) => say!("sponsor-was-asked"),
                (false, true) => say!("sponsor-of-them"),
                (false, false) => say!("sponsor-asks-you"),
            };
            let name = match node.output.is_plain() {
                true => say!("plain-person", name = &name),
                false => name.clone(),
            };
            node.output.facts(&[name, what, say!("sponsor-since", day = when::day(*at))], " · ")
        })?;
    }
    Ok(())
}

async fn ask(node: &Node, ask: AskSponsor) -> Result<(), Stopped> {
    text::refuse_stray_words(&ask.writing.stray_words)?;
    let (group, member, name) = find(node, &Whom { who: ask.who }).await?;
    let (words, by_hand, _text) = match ask.wordless {
        true => (String::new(), crate::prompt::is_terminal(), None),
        false => {
            let text = text::text(node, &ask.writing, &say!("sponsor-question", name = &name)).await?;
            (text.words.as_str().to_owned(), text.by_hand, Some(text))
        }
    };
    let undo_s = if by_hand && !ask.now { UNDO_S } else { 0 };
    let request = Request { member, text: words, undo_s, request_id: request_id()? };
    send::until_kept(node, "hearth.sponsor.ask/1", by_hand, async || {
        node.client.ask_sponsor(group, &request).await
    })
    .await
}

/// Finds somebody else in the group.
///
/// # Errors
/// When there is nobody by that name, or it is oneself.
pub(super) async fn find(node: &Node, whom: &Whom) -> Result<(GroupId, MemberId, String), Failure> {
    let status = node.open().await?;
    let group = node.group(&status)?.id;
    let people = super::people::roster(node, group).await?;
    let person = people.find(&whom.who, Kind::Person)?;
    if person.item.is_self {
        return Err(Failure::usage(say!("that-is-you")).hint(say!("that-is-you.hint-who-else")));
    }
    Ok((group, person.item.id, person.name.clone()))
}

#[derive(Serialize)]
struct Done<'a> {
    name: &'a str,
    done: &'static str,
}

/// Answers that something about a person was done.
///
/// # Errors
/// When the reader is gone.
pub(super) fn done(
    node: &Node,
    name: &str,
    done: &'static str,
    line: impl FnOnce() -> String,
) -> Result<(), Stopped> {
    node.output.answer("hearth.private/1", &Done { name, done }, line)
}
