//! Which client requests were granted already: the same request id never sends twice.
//!
//! Owns a bounded list; the oldest is forgotten first.

use std::collections::BTreeMap;

use crate::crypto;
use crate::error::{Fault, LoadError};
use crate::limits;
use crate::store::{Class, Key, ReadStore, WriteBatch};

/// Granted requests by the hash of their id.
pub(super) struct Requests {
    by_name: BTreeMap<[u8; 32], (u64, [u8; 32])>,
    by_number: BTreeMap<u64, [u8; 32]>,
}

impl Requests {
    pub(super) fn load(store: &impl ReadStore) -> Result<Self, LoadError> {
        let mut requests = Self { by_name: BTreeMap::new(), by_number: BTreeMap::new() };
        let mut damaged = false;
        store.scan(Class::Request, &[0; 32], &mut |item, value| match (
            item.try_into(),
            postcard::from_bytes::<(u64, [u8; 32])>(&value),
        ) {
            (Ok(name), Ok((number, id))) => requests.insert(name, number, id),
            (Ok(_), Err(_)) | (Err(_), _) => damaged = true,
        })?;
        if damaged { Err(LoadError::Damaged("requests")) } else { Ok(requests) }
    }

    fn insert(&mut self, name: [u8; 32], number: u64, id: [u8; 32]) {
        self.by_name.insert(name, (number, id));
        self.by_number.insert(number, name);
    }

    /// Returns the id of what a request made when it was granted.
    pub(super) fn find(&self, request: &str) -> Option<[u8; 32]> {
        self.by_name.get(&name_of(request)).map(|(_, id)| *id)
    }

    /// Remembers a granted request.
    pub(super) fn remember(
        &mut self,
        writes: &mut WriteBatch,
        request: &str,
        id: [u8; 32],
    ) -> Result<(), Fault> {
        let name = name_of(request);
        let number = self.by_number.last_key_value().map_or(0, |(last, _)| last + 1);
        let bytes = postcard::to_stdvec(&(number, id)).map_err(|_| Fault::Bug("request record"))?;
        writes.put(Key::global(Class::Request, &name), bytes);
        self.insert(name, number, id);
        while self.by_number.len() > limits::REQUESTS_MAX {
            let Some((_, oldest)) = self.by_number.pop_first() else { break };
            self.by_name.remove(&oldest);
            writes.delete(Key::global(Class::Request, &oldest));
        }
        Ok(())
    }
}

fn name_of(request: &str) -> [u8; 32] {
    crypto::hash("hearth 2026-11 client request", &[request.as_bytes()])
}
