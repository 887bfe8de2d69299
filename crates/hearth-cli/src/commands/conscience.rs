//! `hearth conscience` and `hearth endorse`: what the group decides together, by names.

use hearth_api::{
    Change, Endorse as Request, ExitCode, GroupId, MemberId, Person, PollWordSort, Proposal, Propose, Role,
};
use serde::Serialize;

use super::{
    people,
    roles::{Answer, api_role, ask_the_group, missing, with_article},
    things::polls,
};
use crate::{
    args::{Conscience, Endorse, Proposing},
    catalogue::say,
    failure::{Failure, Stopped},
    node::Node,
    output::Output,
    prompt,
    roster::{Kind, Roster, is_same, quoted},
};

/// A proposal in words.
pub(super) struct Told {
    /// Its id and all else that the daemon said.
    pub(super) proposal: Proposal,
    /// "remove Sam".
    pub(super) what: String,
    /// Whom it is about.
    about: Option<String>,
    by: String,
    agreed: Vec<String>,
    may_agree: Vec<String>,
}

#[derive(Serialize)]
struct Listed<'a> {
    what: Change,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    role: Option<Role>,
    by: &'a str,
    agreed: &'a [String],
    may_agree: &'a [String],
    missing: u32,
    open_to_me: bool,
}

/// Lists what is open, or proposes.
pub(super) async fn run(node: &Node, conscience: Conscience) -> Result<(), Stopped> {
    let proposing = match conscience.proposing {
        Some(Proposing::Ask(wish)) => return polls::ask(node, wish).await,
        Some(Proposing::Vote(wish)) => return polls::vote(node, wish).await,
        Some(Proposing::Say(wish)) => return polls::say_beside(node, wish, PollWordSort::Minority).await,
        Some(Proposing::Reconsider(wish)) => {
            return polls::say_beside(node, wish, PollWordSort::Reconsider).await;
        }
        Some(Proposing::Close { which }) => return polls::close(node, &which).await,
        Some(Proposing::Withdraw { which, yes }) => return polls::withdraw(node, &which, yes).await,
        Some(Proposing::Remove { who }) => (who, None),
        Some(Proposing::Role { who, role }) => (who, Some(api_role(role))),
        None => return list(node).await,
    };
    let status = node.open().await?;
    let group = node.group(&status)?.id;
    let people = people::roster(node, group).await?;
    propose(node, group, &people, &proposing.0, proposing.1).await
}

async fn propose(
    node: &Node,
    group: GroupId,
    people: &Roster<Person>,
    who: &str,
    role: Option<Role>,
) -> Result<(), Stopped> {
    let person = people.find(who, Kind::Person)?;
    if person.item.is_self && role.is_none() {
        return Err(Failure::usage(say!("that-is-you")).hint(say!("that-is-you.hint-leave")).into());
    }
    let what = if role.is_some() { Change::Role } else { Change::Remove };
    let request = Propose { member: person.item.id, what, role };
    let decided = node.client.propose(group, &request).await.map_err(ask_the_group)?;
    let body = Answer { name: &person.name, role, done: decided.done, missing: decided.missing };
    node.output.answer("hearth.conscience-proposed/1", &body, || match decided.done {
        true => say!("decided"),
        false => say!("proposed", missing = missing(&decided)),
    })?;
    if !decided.done
        && let Some(told) =
            open(node, group, people).await?.iter().find(|told| Some(told.proposal.act) == decided.act)
    {
        node.output.lines(&say!("may-agree", names = told.may_agree.join(", ")))?;
    }
    Ok(())
}

async fn list(node: &Node) -> Result<(), Stopped> {
    let status = node.open().await?;
    let group = node.group(&status)?.id;
    let people = people::roster(node, group).await?;
    let open = open(node, group, &people).await?;
    for told in &open {
        let body = Listed {
            what: told.proposal.what,
            name: told.about.as_deref(),
            role: told.proposal.role,
            by: &told.by,
            agreed: &told.agreed,
            may_agree: &told.may_agree,
            missing: told.proposal.missing,
            open_to_me: told.proposal.open_to_me,
        };
        node.output.answer("hearth.conscience/1", &body, || lines(told, &node.output))?;
    }
    if !polls::list(node).await? && open.is_empty() {
        node.output.note(&say!("conscience-nothing"));
    }
    Ok(())
}

fn lines(told: &Told, output: &Output) -> String {
    let agreed = if told.agreed.is_empty() { say!("nobody-yet") } else { told.agreed.join(", ") };
    let (count, among) = (told.proposal.missing, told.may_agree.join(", "));
    let agreed = say!("conscience-agreed", names = agreed, count = count, among = among);
    let yours = told.proposal.open_to_me.then(|| say!("conscience-open-to-me"));
    if output.is_plain() {
        let what = say!("plain-proposal", what = told.what);
        return [what, say!("plain-proposed-by", name = told.by), agreed]
            .into_iter()
            .chain(yours)
            .collect::<Vec<_>>()
            .join("\n");
    }
    let yours = yours.map(|yours| format!(" {yours}")).unwrap_or_default();
    format!("{}  {}\n    {agreed}{yours}", told.what, say!("proposed-by", name = told.by))
}

/// Returns what is open, in words.
///
/// # Errors
/// What the daemon refuses.
pub(super) async fn open(node: &Node, group: GroupId, people: &Roster<Person>) -> Result<Vec<Told>, Failure> {
    let name_of = |id: &MemberId| {
        let known = people.entries().iter().find(|entry| entry.item.id == *id);
        known.map_or_else(|| say!("somebody-who-left"), |entry| entry.name.clone())
    };
    let proposals = node.client.conscience(group).await?.open;
    let told = proposals.into_iter().map(|proposal| {
        let about = proposal.member.as_ref().map(name_of);
        let whom = about.clone().unwrap_or_else(|| say!("somebody"));
        Told {
            what: match (proposal.what, proposal.role) {
                (Change::Remove, _) => say!("change-remove", name = whom),
                (Change::Role, Some(role)) => say!("change-role", name = whom, role = with_article(role)),
                (Change::Role, None) => say!("change-some-role", name = whom),
                (Change::MembersMayInvite, _) => say!("change-who-invites"),
            },
            by: name_of(&proposal.by),
            agreed: proposal.agreed.iter().map(name_of).collect(),
            may_agree: proposal.may_agree.iter().map(name_of).collect(),
            about,
            proposal,
        }
    });
    Ok(told.collect())
}

/// Agrees to one of the open proposals.
pub(super) async fn endorse(node: &Node, endorse: Endorse) -> Result<(), Stopped> {
    let status = node.open().await?;
    let group = node.group(&status)?.id;
    let people = people::roster(node, group).await?;
    let open = open(node, group, &people).await?;
    let wanted = endorse.which.join(" ");
    let told = chosen(&open, &wanted, &node.output).await?;
    let request = Request { act: told.proposal.act };
    let decided = node.client.endorse(group, &request).await.map_err(ask_the_group)?;
    let body = Answer {
        name: told.about.as_deref().unwrap_or_default(),
        role: told.proposal.role,
        done: decided.done,
        missing: decided.missing,
    };
    node.output.answer("hearth.endorse/1", &body, || match decided.done {
        true => say!("decided-what", what = told.what),
        false => say!("agreed-what", what = told.what, missing = missing(&decided)),
    })
}

/// The proposal that was named by its words or by whom it is about; without a name the only one that is open to us.
async fn chosen<'a>(open: &'a [Told], wanted: &str, output: &Output) -> Result<&'a Told, Failure> {
    let fits = |told: &&Told| {
        if wanted.is_empty() {
            return told.proposal.open_to_me;
        }
        is_same(&told.what, wanted) || told.about.as_deref().is_some_and(|about| is_same(about, wanted))
    };
    let fitting: Vec<&Told> = open.iter().filter(fits).collect();
    match fitting.as_slice() {
        [] if wanted.is_empty() => {
            Err(Failure::new(ExitCode::NotFound, "nothing_open", say!("endorse-nothing"))
                .hint(say!("endorse-nothing.hint")))
        }
        [] => Err(Failure::new(ExitCode::NotFound, "proposal_not_found", say!("endorse-not-found"))
            .hint(say!("endorse-not-found.hint"))),
        [only] => Ok(*only),
        several if prompt::is_terminal() => {
            for (number, told) in several.iter().enumerate() {
                let number = number + 1;
                prompt::tell(&match output.is_plain() {
                    true => format!("{number}: {}\n{}", told.what, say!("plain-proposed-by", name = told.by)),
                    false => format!("{number}  {}  {}", told.what, say!("proposed-by", name = told.by)),
                });
            }
            let typed = prompt::line(&say!("endorse-which")).await?;
            let number = typed.parse::<usize>().ok().and_then(|number| number.checked_sub(1));
            let found = number.and_then(|number| several.get(number)).copied();
            found.ok_or_else(|| Failure::usage(say!("endorse-none-of-these")))
        }
        several => {
            let labels: Vec<&str> = several.iter().map(|told| told.what.as_str()).collect();
            Err(Failure {
                exit: ExitCode::Usage,
                code: "proposal_ambiguous".to_owned(),
                message: say!("endorse-several"),
                hint: Some(say!("names-write", names = quoted(&labels))),
            })
        }
    }
}
