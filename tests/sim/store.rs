//! A disk in memory: what a step did not persist is gone after a crash.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use hearth_core::store::{Class, Key, ReadStore, StoreError, Value, WriteBatch};

/// A shared handle to one node's records.
#[derive(Clone, Default)]
pub struct SimStore(Rc<RefCell<BTreeMap<Key, Vec<u8>>>>);

impl SimStore {
    /// Applies a batch, whole.
    pub fn commit(&self, batch: &WriteBatch) {
        let mut records = self.0.borrow_mut();
        for (key, value) in batch.iter() {
            match value {
                Some(value) => records.insert(key.clone(), value.to_vec()),
                None => records.remove(key),
            };
        }
    }

    /// Returns a copy that shares nothing: a backup.
    pub fn snapshot(&self) -> Self {
        Self(Rc::new(RefCell::new(self.0.borrow().clone())))
    }

    /// Returns the ids of the envelopes and messages that it holds.
    pub(crate) fn held(&self) -> BTreeSet<[u8; 32]> {
        let records = self.0.borrow();
        let held = records.keys().filter(|key| matches!(key.class, Class::Envelope | Class::Message));
        held.filter_map(|key| key.item.as_slice().try_into().ok()).collect()
    }

    /// Returns every record, for comparing two runs.
    pub fn records(&self) -> BTreeMap<Key, Vec<u8>> {
        self.0.borrow().clone()
    }
}

impl ReadStore for SimStore {
    fn get(&self, key: &Key) -> Result<Option<Value>, StoreError> {
        Ok(self.0.borrow().get(key).map(|value| Value::new(value.clone())))
    }

    fn scan(
        &self,
        class: Class,
        partition: &[u8; 32],
        visit: &mut dyn FnMut(&[u8], Value),
    ) -> Result<(), StoreError> {
        let from = Key::new(class, partition, &[]);
        for (key, value) in self.0.borrow().range(from..) {
            if key.class != class || key.partition != *partition {
                break;
            }
            visit(&key.item, Value::new(value.clone()));
        }
        Ok(())
    }
}
