//! Who uses the keys that were made after somebody went out, as far as the log tells.
//!
//! Owns the honest count, and nothing else. PROTOCOL section 4.

use super::Group;
use crate::event::Event;
use crate::ids::{DeviceId, EpochId, EventId, MemberId};
use crate::keys::KeyLayer;

/// How far the group has switched to keys without somebody who went out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Switching {
    /// Members.
    pub of: usize,
    /// Members whose devices are all seen to use the new keys.
    pub switched: usize,
    /// The others, in the order in which they joined.
    pub waiting: Vec<MemberId>,
}

impl<K: KeyLayer> Group<K> {
    /// Counts who has switched since the latest time that somebody, or a device, went out; `None` if nobody did.
    pub(crate) fn switching(&self) -> Option<Switching> {
        let head = self.head?;
        // Keys that the one who went out still holds: nobody has switched to better ones.
        let since = if self.is_clean(&head) { Some(self.last_drop(head)?) } else { None };
        let mut waiting: Vec<MemberId> = Vec::new();
        for (id, member) in &self.resolution.members {
            if !member.devices.iter().all(|device| since.is_some_and(|since| self.uses(device, &since))) {
                waiting.push(*id);
            }
        }
        waiting.sort_by_key(|id| self.log.index_of(&EventId::from(*id)));
        let of = self.resolution.members.len();
        Some(Switching { of, switched: of.saturating_sub(waiting.len()), waiting })
    }

    /// The latest epoch on the way to the head that took a leaf from somebody who is out.
    fn last_drop(&self, head: EpochId) -> Option<EpochId> {
        let members = self.resolution.devices();
        let mut at = head;
        loop {
            let node = self.epochs.node(&at)?;
            let parent = node.parent?;
            let before = self.epochs.node(&parent)?;
            if before.tree.difference(&node.tree).any(|device| !members.contains(device)) {
                return Some(at);
            }
            at = parent;
        }
    }

    /// Says whether a device is seen to use `since` or what followed: by its latest event, or because it never had
    /// earlier keys. This node knows of itself.
    fn uses(&self, device: &DeviceId, since: &EpochId) -> bool {
        if *device == self.device.public() {
            return self.slots.keys().any(|held| self.epochs.is_ancestor(since, held));
        }
        let parent = self.epochs.node(since).and_then(|node| node.parent);
        let had_leaf = parent
            .and_then(|parent| self.epochs.node(&parent))
            .is_some_and(|parent| parent.tree.contains(device));
        let has_leaf =
            self.head.and_then(|head| self.epochs.node(&head)).is_some_and(|head| head.tree.contains(device));
        let vote = |event: &Event| {
            let own = EpochId::from(event.id());
            if self.epochs.node(&own).is_some() { own } else { event.fields().epoch }
        };
        let latest = self.log.latest_of(device).next().and_then(|index| self.log.entry(index));
        let votes = latest.is_some_and(|entry| self.epochs.is_ancestor(since, &vote(&entry.event)));
        has_leaf && (votes || !had_leaf)
    }
}
