//! What each disk has ever held, and whether what a node says of others' disks is true. PROTOCOL 1.2.2.
//!
//! Owns the record of what was written and the comparison with what is shown. A disk that is set back, a room that is
//! forgotten or an envelope that expires makes no receipt wrong: it was true when it was given.

use std::collections::{BTreeMap, BTreeSet};

use hearth_core::engine::{Delivery, MessageView};
use hearth_core::ids::{EnvelopeId, GroupId, MessageId};
use hearth_core::store::{Class, WriteBatch};

use crate::world::NodeId;

/// What is known of all disks.
#[derive(Default)]
pub(crate) struct Receipts {
    /// The envelopes and messages that each disk has ever held.
    held: BTreeMap<NodeId, BTreeSet<[u8; 32]>>,
    /// The envelopes that an author has ever sealed a message in.
    carriers: BTreeMap<(NodeId, MessageId), BTreeSet<EnvelopeId>>,
    /// Nodes that may say that they hold what they do not.
    distrusted: BTreeSet<NodeId>,
    /// Receipts that were wrong when they were shown.
    wrong: Vec<String>,
}

impl Receipts {
    /// Takes note of what a node has written; returns the own messages of which something has changed.
    pub(crate) fn note(&mut self, node: NodeId, writes: &WriteBatch) -> Vec<(GroupId, MessageId)> {
        let mut changed = Vec::new();
        // One step may seal a message twice, when the head moves twice in it; the record names the last envelope alone.
        let new: Vec<EnvelopeId> = writes
            .iter()
            .filter(|(key, value)| key.class == Class::Envelope && value.is_some())
            .filter_map(|(key, _)| key.item.as_slice().try_into().ok().map(EnvelopeId))
            .collect();
        for (key, value) in writes.iter() {
            let Some((value, item)) = value.zip(<[u8; 32]>::try_from(key.item.as_slice()).ok()) else {
                continue;
            };
            match key.class {
                Class::Envelope | Class::Message => {
                    self.held.entry(node).or_default().insert(item);
                }
                Class::Outbox => {
                    // The first field of what is kept of an own message.
                    let (carrier, _) =
                        postcard::take_from_bytes::<Option<EnvelopeId>>(value).expect("an own message");
                    let carriers = self.carriers.entry((node, MessageId(item))).or_default();
                    if carrier.is_some_and(|carrier| carriers.insert(carrier)) {
                        carriers.extend(&new);
                    }
                    changed.push((GroupId(key.partition), MessageId(item)));
                }
                _ => {}
            }
        }
        changed
    }

    /// Takes note that a node lies.
    pub(crate) fn distrust(&mut self, node: NodeId) {
        self.distrusted.insert(node);
    }

    /// Takes note of a receipt that was wrong.
    pub(crate) fn accuse(&mut self, what: impl IntoIterator<Item = String>) {
        self.wrong.extend(what);
    }

    /// Returns the receipts that were wrong.
    pub(crate) fn wrong(&self) -> &[String] {
        &self.wrong
    }

    /// Says what is wrong with what an author's node shows of a message: it names more devices than there are others
    /// whose disks have had the message, or an envelope that carries it, and that may lie.
    pub(crate) fn objection(&self, author: NodeId, view: &MessageView) -> Option<String> {
        let Some(Delivery::PassedOn { devices }) = view.delivery else { return None };
        let others = self.held.keys().chain(&self.distrusted).collect::<BTreeSet<_>>().into_iter();
        let counts = |node: &&NodeId| {
            **node != author && (self.distrusted.contains(node) || self.has_held(author, **node, &view.id))
        };
        let true_devices = others.filter(counts).count();
        (devices > true_devices).then(|| {
            format!("{:?} is said to be passed on to {devices}, and {true_devices} have had it", view.text)
        })
    }

    /// Says whether a node's disk has ever held an author's message.
    pub(crate) fn has_held(&self, author: NodeId, node: NodeId, message: &MessageId) -> bool {
        self.held.get(&node).is_some_and(|held| self.is_among(author, held, message))
    }

    /// Says whether an author's message, or an envelope that carries it, is among what a disk holds.
    pub(crate) fn is_among(&self, author: NodeId, held: &BTreeSet<[u8; 32]>, message: &MessageId) -> bool {
        held.contains(&message.0) || self.carriers(author, message).any(|carrier| held.contains(&carrier.0))
    }

    fn carriers(&self, author: NodeId, message: &MessageId) -> impl Iterator<Item = &EnvelopeId> {
        self.carriers.get(&(author, *message)).into_iter().flatten()
    }
}
