//! `hearth take`, `swap`, `cover` and `done`: this member's word for a service that is needed once.
//!
//! What was taken where others could not be reached is tentative, and is said to be. Where somebody else's word counts, it is
//! said kindly: it is the same on every machine, and nobody did anything wrong.

use std::time::Duration;

use hearth_api::{DeliveryState, ExitCode, Object, ObjectId, Slot, TakeState, Thing, ThingKind};
use jiff::Timestamp;
use serde::Serialize;

use super::{Shelf, mark, pick, put};
use crate::{
    catalogue::say,
    failure::{Failure, Stopped},
    having::OneSlot,
    limits::SERVICE_SOON_LIFE,
    node::Node,
    screen, when,
};

/// How things stand with a slot.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Standing {
    /// Nobody has said that they do it.
    Open,
    /// Somebody does it, and would be glad if somebody else did.
    SwapWanted,
    /// Somebody does it.
    Taken,
    /// It was done.
    Done,
}

/// A slot, and everything about it that this member may want to know.
pub(in crate::commands) struct Row<'a> {
    pub(super) object: &'a Object,
    /// The service, safe to print.
    pub(super) service: String,
    pub(super) at: u64,
    pub(super) note: Option<String>,
    pub(super) standing: Standing,
    /// Whose word counts, by their name.
    pub(super) by: Option<String>,
    /// Whether that is this member's own.
    pub(super) is_mine: bool,
    /// Whether the word that counts is this member's, and on no other machine yet.
    pub(super) is_tentative: bool,
    /// Whether this member said that they do it, and somebody else's word counts.
    pub(super) was_first_somebody_else: bool,
}

impl Row<'_> {
    /// Tells whether its time is still to come.
    pub(super) fn is_ahead(&self) -> bool {
        !when::is_past(self.at)
    }

    /// Tells whether somebody is needed for it.
    pub(super) fn is_needed(&self) -> bool {
        matches!(self.standing, Standing::Open | Standing::SwapWanted)
    }
}

/// Returns the slots by their time.
pub(in crate::commands) fn rows<'a>(shelf: &Shelf, slots: &'a [Slot]) -> Vec<Row<'a>> {
    slots.iter().filter_map(|slot| row(shelf, slot)).collect()
}

fn row<'a>(shelf: &Shelf, slot: &'a Slot) -> Option<Row<'a>> {
    let Thing::Slot { service, at, note } = &slot.slot.thing else { return None };
    let counts = slot.taken.as_ref();
    let state = counts.and_then(|object| take_of(object, slot.slot.id));
    let is_mine = counts.is_some_and(|object| object.is_mine);
    let own = shelf.objects.iter().filter(|object| object.is_mine);
    let own = own.filter_map(|object| take_of(object, slot.slot.id)).next();
    Some(Row {
        object: &slot.slot,
        service: screen::one_line(service),
        at: *at,
        note: note.as_deref().map(screen::one_line),
        standing: match state {
            None => Standing::Open,
            Some(TakeState::SwapWanted) => Standing::SwapWanted,
            Some(TakeState::Taken) => Standing::Taken,
            Some(TakeState::Done) => Standing::Done,
        },
        by: counts.map(|object| shelf.author(object.owner.or(object.by), &object.by_name)),
        is_mine,
        is_tentative: is_mine && counts.and_then(|object| object.state) == Some(DeliveryState::KeptHere),
        was_first_somebody_else: !is_mine && state == Some(TakeState::Taken) && own == Some(TakeState::Taken),
    })
}

fn take_of(object: &Object, slot: ObjectId) -> Option<TakeState> {
    match &object.thing {
        Thing::Take { slot: of, state } if *of == slot => Some(*state),
        _ => None,
    }
}

#[derive(Serialize)]
struct Answer<'a> {
    id: ObjectId,
    service: &'a str,
    at: u64,
    standing: Standing,
    mine: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    by: Option<&'a str>,
    /// Whether it is known on this machine alone.
    tentative: bool,
}

/// Takes a slot, or one whose taker would be glad to swap.
pub(in crate::commands) async fn take(node: &Node, wanted: OneSlot) -> Result<(), Stopped> {
    let (shelf, slots) = look(node).await?;
    let rows = rows(&shelf, &slots);
    let row = chosen(&rows, &wanted.which, |row| row.is_ahead() && row.is_needed() && !row.is_mine)?;
    match (row.standing, row.is_mine) {
        (Standing::Open | Standing::SwapWanted, false) | (Standing::SwapWanted, true) if row.is_ahead() => {
            word(node, &shelf, row, TakeState::Taken).await
        }
        (Standing::Open, _) | (Standing::SwapWanted, _) => Err(over().into()),
        (Standing::Taken | Standing::Done, _) => say_how_it_is(node, row),
    }
}

/// Takes a slot whose taker would be glad to swap.
pub(in crate::commands) async fn cover(node: &Node, wanted: OneSlot) -> Result<(), Stopped> {
    let (shelf, slots) = look(node).await?;
    let rows = rows(&shelf, &slots);
    let to_cover = |row: &Row<'_>| row.standing == Standing::SwapWanted && !row.is_mine && row.is_ahead();
    let row = chosen(&rows, &wanted.which, to_cover)?;
    match row.standing {
        Standing::SwapWanted if row.is_mine => {
            Err(Failure::usage(say!("slot-cover-own")).hint(say!("slot-cover-own.hint")).into())
        }
        Standing::SwapWanted if row.is_ahead() => word(node, &shelf, row, TakeState::Taken).await,
        Standing::SwapWanted => Err(over().into()),
        Standing::Open => {
            Err(Failure::usage(say!("slot-cover-open")).hint(say!("slot-cover-open.hint")).into())
        }
        Standing::Taken | Standing::Done => say_how_it_is(node, row),
    }
}

/// Says that this member would be glad if somebody else did it.
pub(in crate::commands) async fn swap(node: &Node, wanted: OneSlot) -> Result<(), Stopped> {
    let (shelf, slots) = look(node).await?;
    let rows = rows(&shelf, &slots);
    // Whose word stands behind somebody else's can take it back as well: it would count if that one wished to swap.
    let is_ours = |row: &Row<'_>| row.is_mine || row.was_first_somebody_else;
    let row = chosen(&rows, &wanted.which, |row| is_ours(row) && row.is_ahead())?;
    match (is_ours(row), row.is_ahead()) {
        (true, true) => word(node, &shelf, row, TakeState::SwapWanted).await,
        (true, false) => Err(over().into()),
        (false, _) => Err(not_yours().into()),
    }
}

/// Says that it was done.
pub(in crate::commands) async fn done(node: &Node, wanted: OneSlot) -> Result<(), Stopped> {
    let (shelf, slots) = look(node).await?;
    let rows = rows(&shelf, &slots);
    let row = chosen(&rows, &wanted.which, |row| row.is_mine && row.standing != Standing::Done)?;
    needs_mine(row)?;
    word(node, &shelf, row, TakeState::Done).await
}

/// Says whether a service to come wants somebody.
pub(in crate::commands) fn is_something_needed(rows: &[Row<'_>]) -> bool {
    rows.iter().any(|row| row.is_ahead() && row.is_needed())
}

/// Says in a line what is this member's to do in the next days, if anything is; not what, since others may look at the
/// screen.
pub(in crate::commands) fn soon(rows: &[Row<'_>]) -> Option<String> {
    let is_soon = |row: &&Row<'_>| {
        let is_to_do = matches!(row.standing, Standing::Taken | Standing::SwapWanted);
        row.is_mine && is_to_do && row.is_ahead() && !is_beyond(row.at, SERVICE_SOON_LIFE)
    };
    let mine: Vec<&Row<'_>> = rows.iter().filter(is_soon).collect();
    let next = mine.first()?;
    Some(say!("today-service", count = mine.len(), when = when::with_day(next.at)))
}

/// Looks at what the group has, and at its slots.
///
/// # Errors
/// What the daemon refuses.
pub(super) async fn look(node: &Node) -> Result<(Shelf, Vec<Slot>), Failure> {
    let shelf = Shelf::open(node, &[ThingKind::Take, ThingKind::Position]).await?;
    let slots = node.client.slots(shelf.group.id).await?.slots;
    Ok((shelf, slots))
}

/// Finds the slot that is meant: of those that fit what is to be done, or else of all, so that it can be said why it does
/// not.
pub(super) fn chosen<'r, 'a>(
    rows: &'r [Row<'a>],
    wanted: &[String],
    fits: impl Fn(&Row<'a>) -> bool,
) -> Result<&'r Row<'a>, Failure> {
    let named = |rows: Vec<&Row<'a>>| -> Vec<(&'a Object, String)> {
        rows.iter().map(|row| (row.object, row.service.clone())).collect()
    };
    let (fitting, all) = (named(rows.iter().filter(|row| fits(row)).collect()), named(rows.iter().collect()));
    let object = match pick(&fitting, wanted, missing) {
        Err(failure) if failure.exit == ExitCode::NotFound => pick(&all, wanted, missing)?,
        result => result?,
    };
    rows.iter().find(|row| row.object.id == object.id).ok_or_else(missing)
}

/// Gives this member's word, looks whose word counts then, and says that.
async fn word(node: &Node, shelf: &Shelf, row: &Row<'_>, state: TakeState) -> Result<(), Stopped> {
    let take = Thing::Take { slot: row.object.id, state };
    put(node, &shelf.group, None, take, false).await?;
    let (shelf, slots) = look(node).await?;
    let rows = rows(&shelf, &slots);
    let Some(now) = rows.iter().find(|now| now.object.id == row.object.id) else {
        return Err(missing().into());
    };
    say_how_it_is(node, now)
}

fn say_how_it_is(node: &Node, row: &Row<'_>) -> Result<(), Stopped> {
    let body = Answer {
        id: row.object.id,
        service: &row.service,
        at: row.at,
        standing: row.standing,
        mine: row.is_mine,
        by: row.by.as_deref(),
        tentative: row.is_tentative,
    };
    node.output.answer("hearth.word/1", &body, || screen::hanging(&how_it_is(row), node.output.width()))?;
    if row.is_tentative && row.standing == Standing::Taken {
        node.output.note(&screen::hanging(&say!("slot-tentative"), node.output.width()));
    }
    if row.was_first_somebody_else {
        node.output.note(&screen::hanging(&say!("slot-behind"), node.output.width()));
    }
    Ok(())
}

/// Says whose word counts, kindly.
fn how_it_is(row: &Row<'_>) -> String {
    let (service, at) = (&row.service, when::with_day(row.at));
    let by = row.by.clone().unwrap_or_else(|| say!("somebody"));
    match (row.standing, row.is_mine) {
        (Standing::Open, _) => say!("slot-is-open", service = service, when = at),
        (Standing::Taken, true) => say!("slot-is-yours", service = service, when = at),
        (Standing::SwapWanted, true) => say!("slot-swap-asked", service = service, when = at),
        (Standing::Done, true) => say!("slot-is-done", service = service),
        (Standing::Taken, false) if row.was_first_somebody_else => {
            say!("slot-first-somebody-else", name = by)
        }
        (Standing::Taken | Standing::SwapWanted, false) => say!("slot-has-somebody-else", name = by),
        (Standing::Done, false) => say!("slot-done-by-somebody-else", name = by),
    }
}

fn needs_mine(row: &Row<'_>) -> Result<(), Failure> {
    if row.is_mine { Ok(()) } else { Err(not_yours()) }
}

fn not_yours() -> Failure {
    Failure::new(ExitCode::NotFound, "not_yours", say!("slot-not-yours")).hint(say!("slot-not-yours.hint"))
}

fn over() -> Failure {
    Failure::usage(say!("slot-over"))
}

pub(super) fn missing() -> Failure {
    Failure::new(ExitCode::NotFound, "not_found", say!("slot-missing")).hint(say!("slot-missing.hint"))
}

/// Tells whether less than this time has gone by since then.
pub(super) fn is_within(at: u64, life: Duration) -> bool {
    at.saturating_add(u64::try_from(life.as_millis()).unwrap_or(u64::MAX)) > now_ms()
}

fn is_beyond(at: u64, ahead: Duration) -> bool {
    let ahead = u64::try_from(ahead.as_millis()).unwrap_or(u64::MAX);
    at > now_ms().saturating_add(ahead)
}

fn now_ms() -> u64 {
    u64::try_from(Timestamp::now().as_millisecond()).unwrap_or_default()
}

/// Returns the mark of a slot.
pub(super) fn mark_of(row: &Row<'_>) -> String {
    mark(row.object.id)
}

#[cfg(test)]
mod tests {
    use super::super::tests::object;
    use super::*;

    const FAR: u64 = 4_000_000_000_000;

    fn a_row(object: &Object, standing: Standing, is_mine: bool) -> Row<'_> {
        Row {
            object,
            service: "coffee".to_owned(),
            at: FAR,
            note: None,
            standing,
            by: Some("Ana".to_owned()),
            is_mine,
            is_tentative: false,
            was_first_somebody_else: false,
        }
    }

    fn slot(first: u8) -> Object {
        object(first, Thing::Slot { service: "coffee".to_owned(), at: FAR, note: None })
    }

    #[test]
    fn somebody_elses_word_is_said_kindly() {
        let slot = slot(1);
        let lost = Row { was_first_somebody_else: true, ..a_row(&slot, Standing::Taken, false) };
        assert_eq!(how_it_is(&lost), "Ana took this one first. Thank you all the same.");
        assert_eq!(
            how_it_is(&a_row(&slot, Standing::Taken, false)),
            "Ana has this one already. Thank you all the same."
        );
        assert!(how_it_is(&a_row(&slot, Standing::Taken, true)).starts_with("Yours: coffee, "));
    }

    #[test]
    fn what_is_mine_soon_is_counted_and_nothing_else_is() {
        let slot = slot(1);
        let hour = 3_600_000;
        let soon_row = |standing, is_mine| Row { at: now_ms() + hour, ..a_row(&slot, standing, is_mine) };
        let rows = [
            soon_row(Standing::Taken, true),
            soon_row(Standing::SwapWanted, true),
            soon_row(Standing::Done, true),
            soon_row(Standing::Taken, false),
            soon_row(Standing::Open, false),
            Row { at: now_ms() - hour, ..a_row(&slot, Standing::Taken, true) },
            a_row(&slot, Standing::Taken, true),
        ];
        let line = soon(&rows).unwrap();
        assert!(line.starts_with("yours to do: 2 services, the next ") && !line.contains("coffee"), "{line}");
        assert_eq!(soon(&rows[2..]), None);
    }

    #[test]
    fn a_name_chooses_the_one_that_fits_and_a_mark_any() {
        let (one, two, three) = (slot(1), slot(2), slot(3));
        let rows = [
            a_row(&one, Standing::Taken, false),
            a_row(&two, Standing::Open, false),
            a_row(&three, Standing::SwapWanted, false),
        ];
        let find = |wanted: &str, standing| {
            chosen(&rows, &[wanted.to_owned()], |row| row.standing == standing)
                .map(|row| row.object.id.to_bytes()[0])
        };
        assert_eq!(find("coffee", Standing::Open), Ok(2));
        assert_eq!(find("Coffee", Standing::SwapWanted), Ok(3));
        assert_eq!(find("0100", Standing::Open), Ok(1));
        assert_eq!(find("coffee", Standing::Done).unwrap_err().code, "name_ambiguous");
        assert_eq!(find("tea", Standing::Open).unwrap_err().exit, ExitCode::NotFound);
    }
}
