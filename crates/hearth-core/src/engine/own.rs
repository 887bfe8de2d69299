//! What a member keeps for themselves: written, changed, deleted and looked at by this node's member alone.
//!
//! **Invariant:** a step that writes such a record writes nothing else, and no other step writes one. Its wish sees the store
//! and nothing of the engine: it draws no randomness, moves no timer, and tells nobody but this member's clients. So nothing
//! that leaves this node can depend on it. What its owner shows to somebody is a copy, and a step of its own. PROTOCOL
//! section 12.

use super::{Effect, Engine, Sending, Step};
use crate::content::{Content, Shown};
use crate::error::{Fault, OperationError};
use crate::ids::{GroupId, MemberId, MessageId, OwnId, Timestamp};
use crate::keys::KeyLayer;
use crate::limits;
use crate::own::{Audience, FULL, Own, OwnKind, OwnRecord, Stored, encode, id_of, wish_of};
use crate::store::{Class, Key, ReadStore, StoreError, Value, WriteBatch};
use crate::turn::Notice;

/// A place in the records of one kind: when the last one seen was written, and its id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct OwnPlace {
    /// When it was written.
    pub written: Timestamp,
    /// Its id.
    pub id: OwnId,
}

/// A page of records, the newest first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OwnPage {
    /// The records.
    pub records: Vec<OwnRecord>,
    /// Where to go on; `None` at the end.
    pub next: Option<OwnPlace>,
}

impl<S: ReadStore, K: KeyLayer> Engine<S, K> {
    /// Keeps something for this member alone. A request that was granted before returns the first record.
    ///
    /// # Errors
    /// [`OperationError::OutOfBounds`], [`OperationError::TooMany`].
    pub fn keep_own(
        &mut self,
        own: &Own,
        request: &str,
        now: Timestamp,
    ) -> Result<Step<'_, S, OwnId, K>, OperationError> {
        self.own_step(|store, writes| {
            let wish = wish_of(request);
            let id = id_of(&wish);
            if store.get(&key(&id))?.is_some() {
                return Ok(id);
            }
            let bytes = check(own, encode(own, now, now, wish))?;
            check_space(store, None, bytes.len())?;
            writes.put(key(&id), bytes);
            Ok(id)
        })
    }

    /// Puts something of the same kind in the place of what a record says. The same request changes it once.
    ///
    /// # Errors
    /// [`OperationError::UnknownRecord`], [`OperationError::Unfitting`] for another kind, [`OperationError::OutOfBounds`],
    /// [`OperationError::TooMany`].
    pub fn change_own(
        &mut self,
        id: OwnId,
        own: &Own,
        request: &str,
        now: Timestamp,
    ) -> Result<Step<'_, S, (), K>, OperationError> {
        self.own_step(|store, writes| {
            let before = store.get(&key(&id))?.ok_or(OperationError::UnknownRecord)?;
            let stored = parse(&before)?;
            if !stored.is_of(own.kind()) || stored.own().is_none() {
                return Err(OperationError::Unfitting("a record stays of the kind that it is"));
            }
            let wish = wish_of(request);
            if stored.wish == wish {
                return Ok(());
            }
            let bytes = check(own, encode(own, stored.written, now, wish))?;
            check_space(store, Some(&id), bytes.len())?;
            writes.put(key(&id), bytes);
            Ok(())
        })
    }

    /// Deletes a record for good, also one that a later version wrote.
    ///
    /// # Errors
    /// [`OperationError::UnknownRecord`].
    pub fn delete_own(&mut self, id: OwnId) -> Result<Step<'_, S, (), K>, OperationError> {
        self.own_step(|store, writes| {
            store.get(&key(&id))?.ok_or(OperationError::UnknownRecord)?;
            writes.delete(key(&id));
            Ok(())
        })
    }

    /// Shows a copy of a record to the group or, if `members` are named, to each of these privately: as [`Engine::say`] does.
    /// The record does not learn of it.
    ///
    /// # Errors
    /// [`OperationError::UnknownRecord`], [`OperationError::NeverShown`], [`OperationError::Unfitting`] for a kind that goes
    /// to no whole group, and as [`Engine::say`].
    pub fn show_own(
        &mut self,
        id: OwnId,
        group: GroupId,
        members: &[MemberId],
        sending: Sending<'_>,
        now: Timestamp,
    ) -> Result<Step<'_, S, MessageId, K>, OperationError> {
        let record = self.own_record(&id)?.ok_or(OperationError::UnknownRecord)?;
        match record.own.audience() {
            Audience::Nobody => return Err(OperationError::NeverShown),
            Audience::People if members.is_empty() => {
                return Err(OperationError::Unfitting("this is shown to people whom you pick, one by one"));
            }
            Audience::People | Audience::Anybody => {}
        }
        let copy = record.own.copy().ok_or(OperationError::Bug("a kind that is shown has no copy"))?;
        let content = Content::Shown(Shown { work: copy.work, text: copy.text.to_string(), circle: None });
        self.say(group, members, content, sending, now)
    }

    /// Returns a record; `None` if there is none, or a later version wrote it.
    ///
    /// # Errors
    /// [`Fault::Store`], or [`Fault::Bug`] if the record makes no sense.
    pub fn own_record(&self, id: &OwnId) -> Result<Option<OwnRecord>, Fault> {
        let Some(bytes) = self.store.get(&key(id))? else { return Ok(None) };
        Ok(record(*id, &parse(&bytes)?))
    }

    /// Returns records of a kind, the newest first, from behind a place on: at most [`limits::OWN_PAGE_MAX`], and no further
    /// one after [`limits::OWN_PAGE_BYTES_MAX`] bytes. What a later version wrote is kept, and left out.
    ///
    /// # Errors
    /// [`Fault::Store`], or [`Fault::Bug`] if a record makes no sense.
    pub fn own_records(
        &self,
        kind: OwnKind,
        after: Option<OwnPlace>,
        count_max: usize,
    ) -> Result<OwnPage, Fault> {
        let mut places = Vec::new();
        scan(&self.store, |id, bytes| {
            let stored = parse(bytes)?;
            if stored.is_of(kind) {
                places.push(OwnPlace { written: stored.written, id });
            }
            Ok(())
        })?;
        places.sort_unstable_by(|one, next| next.cmp(one));
        let mut places =
            places.into_iter().filter(|place| after.is_none_or(|after| *place < after)).peekable();
        let (mut page, mut bytes) = (OwnPage::default(), 0);
        while let Some(place) = places.next() {
            let Some(value) = self.store.get(&key(&place.id))? else { continue };
            bytes += value.len();
            page.records.extend(record(place.id, &parse(&value)?));
            let is_full = page.records.len() >= count_max.min(limits::OWN_PAGE_MAX)
                || bytes >= limits::OWN_PAGE_BYTES_MAX;
            if is_full && places.peek().is_some() {
                page.next = Some(place);
                break;
            }
        }
        Ok(page)
    }

    /// Runs a wish about such records. It is given the store and its own writes, and nothing else. Memory holds nothing of
    /// it, so a step that is lost is lost alone: the engine goes on.
    fn own_step<T>(
        &mut self,
        act: impl FnOnce(&S, &mut WriteBatch) -> Result<T, OperationError>,
    ) -> Result<Step<'_, S, T, K>, OperationError> {
        self.begin()?;
        let mut writes = WriteBatch::default();
        let result = act(&self.store, &mut writes);
        if writes.iter().any(|(key, _)| key.class != Class::Own) {
            return Err(OperationError::Bug("a step for oneself alone wrote something else"));
        }
        self.is_poisoned = matches!(result, Err(OperationError::Bug(_)));
        let value = result?;
        let effects = if writes.is_empty() { Vec::new() } else { vec![Effect::Notify(Notice::Own)] };
        Ok(Step { engine: self, writes, effects, value })
    }
}

/// Refuses what any other step writes of such records: the engine stays poisoned, and nothing of the step happens.
pub(super) fn refuse_own(writes: &WriteBatch) -> Result<(), Fault> {
    match writes.iter().any(|(key, _)| key.class == Class::Own) {
        true => Err(Fault::Bug("a step wrote what only a step for oneself alone writes")),
        false => Ok(()),
    }
}

fn key(id: &OwnId) -> Key {
    Key::global(Class::Own, &id.0)
}

fn check(own: &Own, bytes: Option<Vec<u8>>) -> Result<Vec<u8>, OperationError> {
    if !own.is_in_bounds() {
        return Err(OperationError::OutOfBounds("a record of your own"));
    }
    bytes.ok_or(OperationError::Bug("own record"))
}

/// Checks that there is room for a record of so many bytes, in the place of another or beside all others.
fn check_space(
    store: &impl ReadStore,
    instead_of: Option<&OwnId>,
    bytes: usize,
) -> Result<(), OperationError> {
    let (mut count, mut total) = (1, bytes);
    scan(store, |id, bytes| {
        if instead_of != Some(&id) {
            count += 1;
            total += bytes.len();
        }
        Ok(())
    })?;
    if count > limits::OWN_RECORDS_MAX || total > limits::OWN_BYTES_MAX {
        return Err(OperationError::TooMany(FULL));
    }
    Ok(())
}

fn scan(
    store: &impl ReadStore,
    mut visit: impl FnMut(OwnId, &Value) -> Result<(), Fault>,
) -> Result<(), Fault> {
    let mut result = Ok(());
    store.scan(Class::Own, &[0; 32], &mut |item, value| {
        if result.is_ok() {
            let id = item.try_into().map_err(|_| Fault::Store(StoreError::Damaged(DAMAGED)));
            result = id.and_then(|id| visit(OwnId(id), &value));
        }
    })?;
    result
}

/// A record that makes no sense is the disk's fault, and no reason to give up the engine.
fn parse(bytes: &[u8]) -> Result<Stored<'_>, Fault> {
    Stored::parse(bytes).ok_or(Fault::Store(StoreError::Damaged(DAMAGED)))
}

const DAMAGED: &str = "own record";

fn record(id: OwnId, stored: &Stored<'_>) -> Option<OwnRecord> {
    let (written, changed) = (stored.written, stored.changed);
    stored.own().map(|own| OwnRecord { id, own, written, changed })
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;
    use std::collections::BTreeMap;
    use std::rc::Rc;

    use super::*;
    use crate::crypto::EngineRng;
    use crate::ids::PeerId;
    use crate::own::{CleanDate, Date, Gratitude, Inventory};

    #[derive(Clone, Default)]
    struct Disk(Rc<RefCell<BTreeMap<Key, Vec<u8>>>>);

    impl ReadStore for Disk {
        fn get(&self, key: &Key) -> Result<Option<Value>, StoreError> {
            Ok(self.0.borrow().get(key).map(|value| Value::new(value.clone())))
        }

        fn scan(
            &self,
            class: Class,
            partition: &[u8; 32],
            visit: &mut dyn FnMut(&[u8], Value),
        ) -> Result<(), StoreError> {
            for (key, value) in self.0.borrow().iter() {
                if (key.class, key.partition) == (class, *partition) {
                    visit(&key.item, Value::new(value.clone()));
                }
            }
            Ok(())
        }
    }

    impl Disk {
        fn commit(&self, writes: &WriteBatch) {
            for (key, value) in writes.iter() {
                match value {
                    Some(value) => self.0.borrow_mut().insert(key.clone(), value.to_vec()),
                    None => self.0.borrow_mut().remove(key),
                };
            }
        }
    }

    fn engine(disk: &Disk) -> Engine<Disk> {
        Engine::load(disk.clone(), PeerId([1; 32]), EngineRng::from_seed([2; 32])).unwrap()
    }

    type Stepped<'e, T> = Result<Step<'e, Disk, T>, OperationError>;

    fn done<T>(disk: &Disk, step: Stepped<'_, T>) -> (T, Vec<Effect>) {
        let mut step = step.unwrap();
        disk.commit(&step.take_writes());
        step.persisted()
    }

    fn thanks(text: &str) -> Own {
        Own::Gratitude(Gratitude { text: text.to_owned() })
    }

    fn said(page: &OwnPage) -> Vec<String> {
        let text = |record: &OwnRecord| record.own.copy().unwrap().text.to_string();
        page.records.iter().map(text).collect()
    }

    #[test]
    fn a_record_is_kept_changed_listed_and_deleted_for_good() {
        let disk = Disk::default();
        let mut engine = engine(&disk);
        let (id, effects) = done(&disk, engine.keep_own(&thanks("rain"), "1", Timestamp(5)));
        assert_eq!(effects, [Effect::Notify(Notice::Own)]);
        let (again, effects) = done(&disk, engine.keep_own(&thanks("rain"), "1", Timestamp(6)));
        assert_eq!((again, effects.len()), (id, 0));
        done(&disk, engine.keep_own(&thanks("sun"), "2", Timestamp(7)));
        let page = engine.own_records(OwnKind::Gratitude, None, 10).unwrap();
        assert_eq!((said(&page), page.next), (vec!["sun".to_owned(), "rain".to_owned()], None));
        assert!(engine.own_records(OwnKind::Plan, None, 10).unwrap().records.is_empty());

        done(&disk, engine.change_own(id, &thanks("snow"), "3", Timestamp(8)));
        let changed = engine.own_record(&id).unwrap().unwrap();
        assert_eq!(
            (changed.own, changed.written, changed.changed),
            (thanks("snow"), Timestamp(5), Timestamp(8))
        );
        let (_, effects) = done(&disk, engine.change_own(id, &thanks("snow"), "3", Timestamp(9)));
        assert!(effects.is_empty());
        let other = Own::Inventory(Inventory { text: "x".to_owned() });
        let refused = engine.change_own(id, &other, "4", Timestamp(9)).map(drop);
        assert!(matches!(refused, Err(OperationError::Unfitting(_))));
        assert!(matches!(
            engine.keep_own(&thanks(""), "5", Timestamp(9)),
            Err(OperationError::OutOfBounds(_))
        ));

        let engine = &mut super::tests::engine(&disk);
        assert_eq!(engine.own_records(OwnKind::Gratitude, None, 10).unwrap().records.len(), 2);
        done(&disk, engine.delete_own(id));
        assert_eq!(engine.own_record(&id), Ok(None));
        assert!(matches!(engine.delete_own(id), Err(OperationError::UnknownRecord)));
        assert!(!engine.is_poisoned());
        assert!(disk.0.borrow().keys().all(|key| key.class == Class::Own));
    }

    #[test]
    fn pages_go_on_where_they_ended_also_when_records_go() {
        let disk = Disk::default();
        let mut engine = engine(&disk);
        let ids: Vec<OwnId> = (0..7_u64)
            .map(|n| {
                done(&disk, engine.keep_own(&thanks(&n.to_string()), &n.to_string(), Timestamp(n / 2))).0
            })
            .collect();
        let mut all = Vec::new();
        let mut after = None;
        loop {
            let page = engine.own_records(OwnKind::Gratitude, after, 2).unwrap();
            assert!(page.records.len() <= 2);
            all.extend(page.records.iter().map(|record| (record.written, record.id)));
            if let Some(place) = page.next {
                assert_eq!(place.id, page.records.last().unwrap().id);
                done(&disk, engine.delete_own(place.id));
            }
            match page.next {
                Some(place) => after = Some(place),
                None => break,
            }
        }
        assert!(all.is_sorted_by(|one, next| one > next));
        assert_eq!(all.len(), ids.len());
    }

    #[test]
    fn a_page_and_the_whole_have_bounds() {
        let disk = Disk::default();
        let mut engine = engine(&disk);
        let long = thanks(&"a".repeat(limits::TEXT_BYTES_MAX));
        // One less than fits is there already.
        let bytes = encode(&long, Timestamp(0), Timestamp(0), [0; 32]).unwrap();
        for number in 0..limits::OWN_BYTES_MAX / bytes.len() - 1 {
            let name = key(&id_of(&wish_of(&format!("earlier {number}"))));
            disk.0.borrow_mut().insert(name, bytes.clone());
        }
        done(&disk, engine.keep_own(&long, "the last", Timestamp(1)));
        let refused = engine.keep_own(&long, "one more", Timestamp(2)).map(drop).unwrap_err();
        assert_eq!(refused, OperationError::TooMany(FULL));
        assert!(!engine.is_poisoned());
        let page = engine.own_records(OwnKind::Gratitude, None, usize::MAX).unwrap();
        assert!(
            page.records.len() <= limits::OWN_PAGE_BYTES_MAX / limits::TEXT_BYTES_MAX && page.next.is_some()
        );
        // What is there can still be changed: it takes the place of itself.
        let id = page.records[0].id;
        done(&disk, engine.change_own(id, &long, "another", Timestamp(0)));
    }

    #[test]
    fn a_step_for_oneself_that_writes_anything_else_poisons_the_engine() {
        let disk = Disk::default();
        let mut engine = engine(&disk);
        let broken = engine.own_step(|_, writes| {
            writes.put(Key::global(Class::Own, b"x"), Vec::new());
            writes.put(Key::global(Class::Engine, b"x"), Vec::new());
            Ok(())
        });
        assert!(matches!(broken, Err(OperationError::Bug(_))));
        assert!(engine.is_poisoned());
        assert!(matches!(engine.keep_own(&thanks("x"), "1", Timestamp(0)), Err(OperationError::Poisoned)));
    }

    #[test]
    fn any_other_step_that_writes_such_a_record_poisons_the_engine() {
        let disk = Disk::default();
        let mut engine = engine(&disk);
        let broken = engine.wish(Timestamp(0), |_, mv| {
            mv.gathered.writes.put(Key::global(Class::Own, b"x"), Vec::new());
            Ok(())
        });
        assert!(matches!(broken, Err(OperationError::Bug(_))));
        assert!(engine.is_poisoned());
    }

    #[test]
    fn a_step_for_oneself_that_is_lost_is_lost_alone() {
        let disk = Disk::default();
        let mut engine = engine(&disk);
        drop(engine.keep_own(&thanks("x"), "1", Timestamp(0)).unwrap());
        assert!(!engine.is_poisoned());
        let (id, _) = done(&disk, engine.keep_own(&thanks("y"), "1", Timestamp(0)));
        assert_eq!(engine.own_record(&id).unwrap().unwrap().own, thanks("y"));
    }

    #[test]
    fn a_clean_date_is_shown_to_nobody_and_an_inventory_to_no_whole_group() {
        let disk = Disk::default();
        let mut engine = engine(&disk);
        let group = GroupId([9; 32]);
        let date = Date { year: 2026, month: 1, day: 1 };
        let clean = Own::CleanDate(CleanDate { date, label: None, schedule: None, text: "x".to_owned() });
        let (clean, _) = done(&disk, engine.keep_own(&clean, "1", Timestamp(0)));
        let inventory = Own::Inventory(Inventory { text: "x".to_owned() });
        let (inventory, _) = done(&disk, engine.keep_own(&inventory, "2", Timestamp(0)));
        let (thanks, _) = done(&disk, engine.keep_own(&thanks("x"), "3", Timestamp(0)));
        let somebody = [MemberId([8; 32])];
        let mut show = |id, to: &[MemberId]| {
            engine.show_own(id, group, to, Sending::default(), Timestamp(0)).map(drop).unwrap_err()
        };
        assert_eq!(show(clean, &somebody), OperationError::NeverShown);
        assert_eq!(show(clean, &[]), OperationError::NeverShown);
        assert!(matches!(show(inventory, &[]), OperationError::Unfitting(_)));
        // As far as to the group, which does not exist here.
        assert_eq!(show(inventory, &somebody), OperationError::UnknownGroup);
        assert_eq!(show(thanks, &[]), OperationError::UnknownGroup);
        assert_eq!(show(OwnId([0; 32]), &[]), OperationError::UnknownRecord);
        assert!(!engine.is_poisoned());
    }

    #[test]
    fn a_record_of_a_later_version_is_kept_and_can_be_deleted() {
        let disk = Disk::default();
        let mut engine = engine(&disk);
        let (id, _) = done(&disk, engine.keep_own(&thanks("x"), "1", Timestamp(0)));
        let name = key(&id);
        disk.0.borrow_mut().get_mut(&name).unwrap()[0] = 2;
        assert_eq!(engine.own_record(&id), Ok(None));
        assert!(engine.own_records(OwnKind::Gratitude, None, 9).unwrap().records.is_empty());
        assert!(engine.change_own(id, &thanks("y"), "2", Timestamp(0)).is_err());
        assert_eq!(disk.0.borrow().len(), 1);
        done(&disk, engine.delete_own(id));
        assert!(disk.0.borrow().is_empty());
    }
}
