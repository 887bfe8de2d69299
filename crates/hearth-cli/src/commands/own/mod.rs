//! `hearth newdate`, `step`, `gratitude`, `inventory`, `urge`, `plan` and `care`: what somebody keeps for themselves.
//!
//! `form` asks and reads, `shown` prints. Nothing is sent to anybody but with `tell`, and what is written is never among the
//! arguments.

use hearth_api::{ExitCode, GroupId, KeepOwn, MemberId, OwnKind, OwnQuery, OwnRecord, ShowOwn};
use serde::Serialize;

use super::checkin::in_form;
use crate::{
    catalogue::say,
    failure::{Failure, Stopped},
    keeping::{Keeping, KeepingVerb, Kept},
    node::Node,
    prompt,
    send::{self, UNDO_S, request_id},
    text,
};

mod form;
mod shown;

/// Records that `list` shows a person when nothing else is asked for.
const LIST_LIMIT_DEFAULT: u32 = 20;
/// The fewest characters of a mark.
const MARK_CHARS: usize = 4;

/// Does what is asked for with one kind.
pub(super) async fn run(node: &Node, kind: OwnKind, keeping: Keeping) -> Result<(), Stopped> {
    if keeping.date.is_some() {
        return Err(Failure::usage(say!("own-date-not-here")).hint(say!("own-date-not-here.hint")).into());
    }
    text::refuse_stray_words(&keeping.writing.stray_words)?;
    node.open().await?;
    match keeping.verb {
        None => write(node, kind, keeping.writing.edit).await,
        Some(KeepingVerb::List { limit }) => list(node, kind, limit).await,
        Some(KeepingVerb::Show(kept)) => {
            let record = find(node, kind, &kept).await?;
            node.output
                .answer("hearth.own/1", &record, || shown::whole(&record, &node.output, node.output.width()))
        }
        Some(KeepingVerb::Change { kept, edit }) => change(node, kind, &kept, edit).await,
        Some(KeepingVerb::Delete { kept, yes }) => delete(node, kind, &kept, yes).await,
        Some(KeepingVerb::Tell { kept, to, sponsor, everybody: _, now }) => {
            tell(node, kind, &kept, (&to, sponsor), now).await
        }
    }
}

async fn write(node: &Node, kind: OwnKind, edit: bool) -> Result<(), Stopped> {
    let own = form::asked(node, kind, None, edit).await?;
    let request = KeepOwn { own, request_id: request_id()? };
    let record = once_more(async || node.client.keep_own(&request).await).await?;
    node.output.answer("hearth.own/1", &record, || say!("own-kept", mark = shown::mark(&record)))
}

async fn change(node: &Node, kind: OwnKind, kept: &Kept, edit: bool) -> Result<(), Stopped> {
    let before = find(node, kind, kept).await?;
    if prompt::is_terminal() {
        prompt::tell(&shown::whole(&before, &node.output, None));
    }
    let own = form::asked(node, kind, Some(&before.own), edit).await?;
    let request = KeepOwn { own, request_id: request_id()? };
    let record = once_more(async || node.client.change_own(before.id, &request).await).await?;
    node.output.answer("hearth.own/1", &record, || say!("own-changed", mark = shown::mark(&record)))
}

async fn list(node: &Node, kind: OwnKind, limit: Option<u32>) -> Result<(), Stopped> {
    let limit = Some(limit.unwrap_or(LIST_LIMIT_DEFAULT));
    let page = node.client.own_records(&OwnQuery { kind, after: None, limit }).await?;
    for record in &page.records {
        node.output.answer("hearth.own/1", record, || shown::line(record, &node.output))?;
    }
    match (page.records.is_empty(), page.next.is_some()) {
        (true, _) => node.output.note(&say!("own-nothing")),
        (false, true) => node.output.note(&say!("own-more")),
        (false, false) => {}
    }
    Ok(())
}

#[derive(Serialize)]
struct Deleted {
    id: hearth_api::RecordId,
    deleted: bool,
}

async fn delete(node: &Node, kind: OwnKind, kept: &Kept, yes: bool) -> Result<(), Stopped> {
    if !yes && !prompt::is_terminal() {
        return Err(Failure::usage(say!("own-delete-nobody-to-ask")).hint(say!("nobody-to-ask-yes")).into());
    }
    let record = find(node, kind, kept).await?;
    if !yes {
        prompt::tell(&shown::whole(&record, &node.output, None));
        let answer = prompt::line(&say!("own-delete-question")).await?;
        if in_form(&answer, &[("yes", say!("answers-yes"))]).is_none() {
            let body = Deleted { id: record.id, deleted: false };
            return node.output.answer("hearth.own.delete/1", &body, || say!("own-stays"));
        }
    }
    node.client.delete_own(record.id).await?;
    let body = Deleted { id: record.id, deleted: true };
    node.output.answer("hearth.own.delete/1", &body, || say!("own-deleted"))
}

async fn tell(
    node: &Node,
    kind: OwnKind,
    kept: &Kept,
    (to, sponsor): (&[String], bool),
    now: bool,
) -> Result<(), Stopped> {
    let record = find(node, kind, kept).await?;
    let status = node.open().await?;
    let group = node.group(&status)?;
    let mut to = super::checkin::picked(node, &group, to).await?;
    if sponsor {
        for member in sponsors(node, group.id).await? {
            if !to.contains(&member) {
                to.push(member);
            }
        }
    }
    let by_hand = prompt::is_terminal();
    let undo_s = if by_hand && !now { UNDO_S } else { 0 };
    let request = ShowOwn { group: group.id, to, undo_s, request_id: request_id()? };
    send::until_kept(node, "hearth.tell/1", by_hand, async || {
        node.client.show_own(record.id, &request).await
    })
    .await?;
    node.output.note(&say!("own-told"));
    Ok(())
}

/// Returns one's sponsors.
async fn sponsors(node: &Node, group: GroupId) -> Result<Vec<MemberId>, Failure> {
    let links = node.client.private(group).await?.sponsors.into_iter();
    let sponsors: Vec<MemberId> =
        links.filter(|link| link.is_sponsor && link.active).map(|link| link.member).collect();
    if sponsors.is_empty() {
        return Err(Failure::new(ExitCode::NotFound, "no_sponsor", say!("own-no-sponsor"))
            .hint(say!("own-no-sponsor.hint")));
    }
    Ok(sponsors)
}

/// Finds the record of a mark; without one, the newest.
async fn find(node: &Node, kind: OwnKind, kept: &Kept) -> Result<OwnRecord, Failure> {
    let wanted = kept.which.as_deref().map(str::to_ascii_lowercase);
    let mut query = OwnQuery { kind, after: None, limit: None };
    let mut found: Option<OwnRecord> = None;
    loop {
        let page = node.client.own_records(&query).await?;
        for record in page.records {
            let Some(wanted) = &wanted else { return Ok(record) };
            if wanted.len() < MARK_CHARS || !record.id.to_string().starts_with(wanted) {
                continue;
            }
            if found.replace(record).is_some() {
                return Err(
                    Failure::usage(say!("own-mark-of-several")).hint(say!("own-mark-of-several.hint"))
                );
            }
        }
        match page.next {
            // Without a place to go on from, the same page would come for ever.
            Some(next) if query.after.as_ref() != Some(&next) => query.after = Some(next),
            Some(_) | None => break,
        }
    }
    found.ok_or_else(|| {
        Failure::new(ExitCode::NotFound, "not_found", say!("own-not-found")).hint(say!("own-not-found.hint"))
    })
}

/// Asks, and once more with the same request id if it is open whether it was done.
pub(super) async fn once_more<T>(
    ask: impl AsyncFn() -> Result<T, hearth_api::ClientError>,
) -> Result<T, hearth_api::ClientError> {
    match ask().await {
        Err(hearth_api::ClientError::Interrupted | hearth_api::ClientError::Timeout) => ask().await,
        result => result,
    }
}
