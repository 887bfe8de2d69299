//! One number for all that a run wrote and did, for comparing two runs: of one seed, or of one seed before and after a change.
//!
//! It is quick and no secret: SipHash as the standard library has it, so two runs compare only if one compiler made them.

use std::hash::{DefaultHasher, Hasher};

use hearth_core::ids::Timestamp;
use hearth_core::store::WriteBatch;
use hearth_core::{Effect, Notice};

use crate::world::NodeId;

/// A hash over writes and effects in their order.
#[derive(Clone, Debug, Default)]
pub(crate) struct Digest(DefaultHasher);

impl Digest {
    pub(crate) fn note_writes(&mut self, node: NodeId, now: Timestamp, writes: &WriteBatch) {
        self.0.write_u64(node.0 as u64);
        self.0.write_u64(now.0);
        for (key, value) in writes.iter() {
            self.0.write_u8(key.class as u8);
            self.bytes(&key.partition);
            self.bytes(&key.item);
            match value {
                Some(value) => self.bytes(value),
                None => self.0.write_u64(u64::MAX),
            }
        }
    }

    pub(crate) fn note_effect(&mut self, effect: &Effect) {
        match effect {
            Effect::Send { to, frame } => {
                self.part(0, &to.0);
                self.bytes(frame);
            }
            Effect::Proved(peer) => self.part(1, &peer.0),
            Effect::Disconnect { peer, why } => {
                self.part(2, &peer.0);
                self.bytes(format!("{why:?}").as_bytes());
            }
            Effect::ContactsChanged => self.part(3, &[]),
            Effect::Notify(notice) => self.note_notice(notice),
        }
    }

    fn note_notice(&mut self, notice: &Notice) {
        let (kind, group, id): (u8, &[u8], &[u8]) = match notice {
            Notice::Message { group, id } => (10, &group.0, &id.0),
            Notice::Delivery { group, id } => (11, &group.0, &id.0),
            Notice::People { group } => (12, &group.0, &[]),
            Notice::Group { group } => (13, &group.0, &[]),
            Notice::Connection { group } => (14, &group.0, &[]),
            Notice::Object { group, id } => (15, &group.0, &id.0),
            Notice::Own => (16, &[], &[]),
            Notice::Sos { group, id } => (17, &group.0, &id.0),
            Notice::Private { group } => (18, &group.0, &[]),
        };
        self.part(kind, group);
        self.bytes(id);
    }

    /// Returns the number.
    pub(crate) fn value(&self) -> u64 {
        self.0.finish()
    }

    fn part(&mut self, kind: u8, bytes: &[u8]) {
        self.0.write_u8(kind);
        self.bytes(bytes);
    }

    fn bytes(&mut self, bytes: &[u8]) {
        self.0.write_u64(bytes.len() as u64);
        self.0.write(bytes);
    }
}
