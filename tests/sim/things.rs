//! What a group has, in random runs: who changes it, and that everybody has the same in the end.
//!
//! Owns the checker of PROTOCOL 11.5 and 11.6.

use std::collections::BTreeSet;

use hearth_core::KeyLayer;
use hearth_core::content::Body;
use hearth_core::content::body::{Card, Introduction, Slot};
use hearth_core::engine::ObjectView;
use hearth_core::ids::{ObjectId, Timestamp};

use crate::random::Run;
use crate::world::NodeId;

/// Something that was written by somebody who could, and is on their disk.
pub(crate) struct Made {
    node: NodeId,
    id: ObjectId,
    at: Timestamp,
}

impl<K: KeyLayer> Run<'_, K> {
    /// Somebody writes, changes or withdraws something.
    pub(crate) fn change_something(&mut self) {
        let Some(node) = self.pick() else { return };
        let group = self.group;
        let known = self.world.engine(node).objects(&group).expect("readable");
        let mine: Vec<&ObjectView> = known.iter().filter(|object| object.may_change).collect();
        let words = format!("version {} by {}", self.made.len(), self.world.name(node));
        let (choice, place) = (self.world.draw(10), self.world.draw(mine.len().max(1) as u64) as usize);
        let picked = mine.get(place).map(|object| object.id);
        let at = self.world.now;
        let slot = || Body::Slot(Slot { what: words.clone(), at, note: None });
        let (id, body) = match (choice, picked) {
            (0, Some(id)) => {
                self.tell(&format!("{} withdraws something", self.world.name(node).to_owned()));
                self.withdrawn.insert(id);
                let _ = self.world.wish(node, |engine, now| engine.withdraw_object(group, id, now));
                return;
            }
            (1..=3, Some(id)) => {
                match known.into_iter().find(|object| object.id == id).map(|object| object.body) {
                    Some(Body::Slot(_)) => (Some(id), slot()),
                    Some(Body::Card(_)) => {
                        (Some(id), Body::Card(Card { name: words.clone(), ..Card::default() }))
                    }
                    _ => (None, Body::Introduction(Introduction { text: words.clone() })),
                }
            }
            (4..=5, _) => (None, Body::Introduction(Introduction { text: words.clone() })),
            (6..=7, _) => (None, Body::Card(Card { name: words.clone(), ..Card::default() })),
            (_, _) => (None, slot()),
        };
        self.tell(&format!("\"{words}\""));
        let made = self.world.wish(node, |engine, now| engine.put_object(group, id, &body, None, now));
        if let Ok(id) = made {
            self.made.push(Made { node, id, at: self.world.now });
        }
    }

    /// 11.5, 11.6: Who is in has the same as everybody, and all that was written by those who are in.
    pub(crate) fn check_things(&self) -> Vec<String> {
        let mut found = Vec::new();
        let things = |node: NodeId| -> Vec<(ObjectId, Body, String, usize)> {
            let objects = self.world.engine(node).objects(&self.group).expect("readable");
            let same = |object: ObjectView| (object.id, object.body, object.by_name, object.beside);
            objects.into_iter().map(same).collect()
        };
        let reference = things(self.reference);
        let ids: BTreeSet<ObjectId> = reference.iter().map(|(id, _, _, _)| *id).collect();
        for node in self.members() {
            let name = self.world.name(node);
            if things(node) != reference {
                found.push(format!("{name} knows other things than the founder"));
            }
            let entered = self.own_id(node).and_then(|own| self.entered.get(&own)).map(|(_, at)| *at);
            let lost = |made: &&Made| {
                made.node == node
                    && entered.is_some_and(|entered| made.at >= entered)
                    && !ids.contains(&made.id)
                    && !self.withdrawn.contains(&made.id)
                    && !self.has_forgotten(node, made.at)
            };
            found.extend(
                self.made.iter().filter(lost).map(|_| format!("something that {name} wrote is gone")),
            );
        }
        found
    }
}
