//! What a member keeps for themselves, between the words of the local API and those of the engine.
//!
//! Sends nothing and logs nothing.

use std::collections::BTreeSet;
use std::str::FromStr;

use hearth_api as api;
use hearth_api::{ApiError, ErrorCode};
use hearth_core::engine::OwnPlace;
use hearth_core::ids::{OwnId, Timestamp};
use hearth_core::own::{
    CarePlan, CleanDate, Date, Gratitude, Inventory, Own, OwnKind, OwnRecord, Plan, StepWork, Urge,
};

use super::{Driver, words};
use crate::chips;
use crate::clock;

impl Driver {
    pub(super) async fn keep_own(&mut self, request: api::KeepOwn) -> Result<api::OwnRecord, ApiError> {
        let (own, once) = (core_own(request.own)?, request.request_id);
        let id = self.wish(|engine, now| engine.keep_own(&own, once.as_str(), now)).await?;
        self.own_record(record_id(&id))
    }

    pub(super) async fn change_own(
        &mut self,
        id: api::RecordId,
        request: api::KeepOwn,
    ) -> Result<api::OwnRecord, ApiError> {
        let (own, once) = (core_own(request.own)?, request.request_id);
        self.wish(|engine, now| engine.change_own(core_record(id), &own, once.as_str(), now)).await?;
        self.own_record(id)
    }

    pub(super) fn own_record(&self, id: api::RecordId) -> Result<api::OwnRecord, ApiError> {
        let found =
            self.engine()?.own_record(&core_record(id)).map_err(|fault| words::error(&fault.into()))?;
        found.map(api_record).ok_or_else(unknown_record)
    }

    pub(super) fn own_records(&self, query: &api::OwnQuery) -> Result<api::OwnRecords, ApiError> {
        let after = query.after.as_ref().map(place_of).transpose()?;
        let limit = query.limit.unwrap_or(api::limits::OWN_PAGE_MAX);
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        let page = self.engine()?.own_records(core_kind(query.kind), after, limit);
        let page = page.map_err(|fault| words::error(&fault.into()))?;
        let records = page.records.into_iter().map(api_record).collect();
        Ok(api::OwnRecords { records, next: page.next.as_ref().and_then(cursor) })
    }

    /// Of each label, the date that was written last: a new date does not end the one before, it comes after it.
    pub(super) fn chips(&self) -> Result<api::Chips, ApiError> {
        let (engine, schedules) = (self.engine()?, chips::schedules());
        let today = clock::today();
        let mut dates = Vec::new();
        let (mut seen, mut after) = (BTreeSet::new(), None);
        loop {
            let page = engine.own_records(OwnKind::CleanDate, after, hearth_core::limits::OWN_PAGE_MAX);
            let page = page.map_err(|fault| words::error(&fault.into()))?;
            for OwnRecord { id, own, .. } in page.records {
                let Own::CleanDate(CleanDate { date, label, schedule, .. }) = own else { continue };
                if !seen.insert(label.as_deref().map(str::to_lowercase)) {
                    continue;
                }
                let Some(schedule) = schedules.of(schedule.as_deref()) else { continue };
                let Some(coming) = schedule.coming(date, today) else { continue };
                dates.push(api::ChipsOf {
                    record: record_id(&id),
                    date: api_day(date),
                    label,
                    schedule: schedule.id.clone(),
                    reached: coming.reached,
                    next: coming.next,
                });
            }
            match page.next {
                Some(place) => after = Some(place),
                None => break,
            }
        }
        Ok(api::Chips { dates, schedules: schedules.described() })
    }
}

pub(super) fn unknown_record() -> ApiError {
    let hint = "`list`, behind the same verb, shows what you keep.".to_owned();
    ApiError { hint: Some(hint), ..ErrorCode::NotFound.into() }
}

pub(super) fn core_record(id: api::RecordId) -> OwnId {
    OwnId(id.to_bytes())
}

fn record_id(id: &OwnId) -> api::RecordId {
    api::RecordId::from_bytes(id.0)
}

/// A place in the records of one kind: when the last one that a client has was written, and its id.
fn cursor(place: &OwnPlace) -> Option<api::Cursor> {
    api::Cursor::from_str(&format!("k{}-{}", place.written.0, place.id.to_hex())).ok()
}

fn place_of(cursor: &api::Cursor) -> Result<OwnPlace, ApiError> {
    let parse = |text: &str| {
        let (written, id) = text.strip_prefix('k')?.split_once('-')?;
        Some(OwnPlace { written: Timestamp(written.parse().ok()?), id: OwnId::from_hex(id)? })
    };
    let place = parse(cursor.as_str());
    place.ok_or_else(|| ApiError::with_message(ErrorCode::BadRequest, "that is no cursor of these records"))
}

fn core_kind(kind: api::OwnKind) -> OwnKind {
    match kind {
        api::OwnKind::CleanDate => OwnKind::CleanDate,
        api::OwnKind::Step => OwnKind::StepWork,
        api::OwnKind::Gratitude => OwnKind::Gratitude,
        api::OwnKind::Inventory => OwnKind::Inventory,
        api::OwnKind::Urge => OwnKind::Urge,
        api::OwnKind::Plan => OwnKind::Plan,
        api::OwnKind::Care => OwnKind::CarePlan,
    }
}

fn core_own(own: api::Own) -> Result<Own, ApiError> {
    Ok(match own {
        api::Own::CleanDate { date, label, schedule, text } => {
            if schedule.as_ref().is_some_and(|id| !chips::schedules().knows(id)) {
                let message = "there is no schedule of chips by that name";
                let hint = Some("`hearth chips` shows those that there are.".to_owned());
                return Err(ApiError { hint, ..ApiError::with_message(ErrorCode::BadRequest, message) });
            }
            Own::CleanDate(CleanDate { date: core_date(date)?, label, schedule, text })
        }
        api::Own::Step { step, label, text } => Own::StepWork(StepWork { step, label, text }),
        api::Own::Gratitude { text } => Own::Gratitude(Gratitude { text }),
        api::Own::Inventory { text } => Own::Inventory(Inventory { text }),
        api::Own::Urge { at, strength, helped, text } => {
            Own::Urge(Urge { at: Timestamp(at), strength, helped, text })
        }
        api::Own::Plan { label, text } => Own::Plan(Plan { label, text }),
        api::Own::Care { help, naloxone, text, checked_on } => {
            let checked_on = checked_on.map(core_date).transpose()?;
            Own::CarePlan(CarePlan { help, naloxone, text, checked_on })
        }
    })
}

fn api_record(record: OwnRecord) -> api::OwnRecord {
    let own = match record.own {
        Own::CleanDate(CleanDate { date, label, schedule, text }) => {
            api::Own::CleanDate { date: api_day(date), label, schedule, text }
        }
        Own::StepWork(StepWork { step, label, text }) => api::Own::Step { step, label, text },
        Own::Gratitude(Gratitude { text }) => api::Own::Gratitude { text },
        Own::Inventory(Inventory { text }) => api::Own::Inventory { text },
        Own::Urge(Urge { at, strength, helped, text }) => api::Own::Urge { at: at.0, strength, helped, text },
        Own::Plan(Plan { label, text }) => api::Own::Plan { label, text },
        Own::CarePlan(CarePlan { help, naloxone, text, checked_on }) => {
            api::Own::Care { help, naloxone, text, checked_on: checked_on.map(api_day) }
        }
    };
    let changed_at = (record.changed != record.written).then_some(record.changed.0);
    api::OwnRecord { id: record_id(&record.id), own, at: record.written.0, changed_at }
}

fn core_date(day: api::Day) -> Result<Date, ApiError> {
    let (year, month, day) = day.parts();
    let date = Date { year, month, day };
    if date.is_valid() {
        Ok(date)
    } else {
        Err(ApiError::with_message(ErrorCode::BadRequest, "the calendar has no such day"))
    }
}

fn api_day(date: Date) -> api::Day {
    api::Day::new(date.year, date.month, date.day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_comes_back_as_it_was_said() {
        let day: api::Day = "2024-02-29".parse().unwrap();
        let word = || Some("word".to_owned());
        let text = || "text".to_owned();
        let all = [
            api::Own::CleanDate { date: day, label: word(), schedule: Some("na".to_owned()), text: text() },
            api::Own::Step { step: Some(4), label: None, text: text() },
            api::Own::Gratitude { text: text() },
            api::Own::Inventory { text: text() },
            api::Own::Urge { at: 7, strength: Some(3), helped: "a call".to_owned(), text: text() },
            api::Own::Plan { label: word(), text: text() },
            api::Own::Care { help: "help".to_owned(), naloxone: word(), text: text(), checked_on: Some(day) },
        ];
        for own in all {
            let core = core_own(own.clone()).unwrap();
            assert_eq!(core_kind(own.kind()), core.kind());
            let (written, changed) = (Timestamp(1), Timestamp(2));
            let record = api_record(OwnRecord { id: OwnId([9; 32]), own: core, written, changed });
            assert!(record.own == own && record.at == 1 && record.changed_at == Some(2));
        }
    }

    #[test]
    fn a_day_that_is_none_and_a_schedule_that_is_none_are_refused_with_the_reason() {
        let clean = |date: &str, schedule: Option<&str>| {
            let (date, schedule) = (date.parse().unwrap(), schedule.map(str::to_owned));
            core_own(api::Own::CleanDate { date, label: None, schedule, text: String::new() }).err()
        };
        assert_eq!(clean("2026-02-28", Some("na")), None);
        assert!(clean("2026-02-30", None).unwrap().message.contains("no such day"));
        assert!(clean("2026-02-28", Some("zz")).unwrap().hint.is_some());
    }

    #[test]
    fn a_cursor_is_a_place() {
        let place = OwnPlace { written: Timestamp(u64::MAX), id: OwnId([7; 32]) };
        assert_eq!(place_of(&cursor(&place).unwrap()).unwrap(), place);
        for text in ["a1", "k1", "k-", "kx-00"] {
            assert!(place_of(&text.parse().unwrap()).is_err());
        }
    }
}
