//! A group's epochs: following commits, making them, when to make them, which states to keep.
//!
//! Owns the rule that a competing commit is processed on a copy of its parent's state, and that an own commit's new
//! state is in the same batch as the commit. PROTOCOL sections 4 and 5.

use std::collections::{BTreeMap, BTreeSet};

use zeroize::Zeroizing;

use super::record::{EpochRecord, OwnKeysRecord};
use super::{Group, OwnKeys, Phase, Slot};
use crate::content::{Content, Keys, StateKind};
use crate::crypto;
use crate::envelope::EnvelopeKey;
use crate::error::Fault;
use crate::event::{Body, Commit, Event, LeafRequest, Position, RejectCode, Role};
use crate::ids::{DeviceId, EpochId, EventId, Timestamp};
use crate::keys::{KeyError, KeyLayer};
use crate::limits;
use crate::payload::Payload;
use crate::store::{Class, Key};
use crate::turn::Turn;

/// The exporter label of envelope keys (RFC 9420 section 8.5).
const ENVELOPE_LABEL: &str = "hearth envelope";
/// Milliseconds after which the first in line reconciles a tip that is not clean (PROTOCOL 5).
pub(super) const RECONCILE_FIRST_MS: u64 = 30_000;
/// Milliseconds between one in line and the next.
pub(super) const RECONCILE_SLOT_MS: u64 = 20_000;
/// Milliseconds of jitter at most.
pub(super) const RECONCILE_JITTER_MS: u64 = 5_000;

/// What the keys of an epoch lack.
#[derive(Default)]
pub(super) struct Differences {
    /// Devices without a leaf, with a key package of each.
    add: BTreeMap<DeviceId, Vec<u8>>,
    /// Leaves of nobody who is in.
    drop: BTreeSet<DeviceId>,
    /// Devices that asked for a new leaf, with the package for it.
    rescue: BTreeMap<DeviceId, (LeafRequest, Vec<u8>)>,
}

impl Differences {
    pub(super) fn is_none(&self) -> bool {
        self.add.is_empty() && self.drop.is_empty() && self.rescue.is_empty()
    }
}

impl<K: KeyLayer> Group<K> {
    /// Signs an event, appends it to the log and, for a home group, posts it under the keys of `under`.
    pub(super) fn publish(
        &mut self,
        turn: &mut Turn<'_>,
        body: Body,
        under: Option<EpochId>,
    ) -> Result<EventId, Fault> {
        let epoch = self.head.ok_or(Fault::Bug("no epoch to sign in"))?;
        self.publish_for(turn, body, under, epoch)
    }

    /// The same, as a vote for an epoch that need not be the head.
    pub(super) fn publish_for(
        &mut self,
        turn: &mut Turn<'_>,
        body: Body,
        under: Option<EpochId>,
        epoch: EpochId,
    ) -> Result<EventId, Fault> {
        let (seq, prev_own, heads) = self.log.next_position(&self.device.public());
        let position = Position { group: self.id, seq, prev_own, heads, epoch };
        let event =
            Event::sign(&self.device, position, body).map_err(|_| Fault::Bug("own event out of bounds"))?;
        let payload = Payload::Event(event.as_bytes().to_vec());
        let id = self.append(turn, event)?;
        if let Some(under) = under {
            self.known_under.entry(under).or_default().insert(id);
            self.hand_on(turn, &under)?;
            let slot = self.slots.get(&under).ok_or(Fault::Bug("no key to publish under"))?;
            turn.post(&self.room_id, &slot.key, &payload, None)?;
        }
        Ok(id)
    }

    /// Gives those who hold `under` the events that some of them cannot open: newcomers among them have the past of
    /// the epoch and what was sealed under it, but not what others sealed meanwhile under an earlier epoch or on
    /// another branch. Without that, the log would stop growing for them.
    fn hand_on(&mut self, turn: &mut Turn<'_>, under: &EpochId) -> Result<(), Fault> {
        let ids = self.unknown_under(under);
        if ids.is_empty() {
            return Ok(());
        }
        let events: Vec<Vec<u8>> =
            ids.iter().filter_map(|id| Some(self.log.event(id)?.as_bytes().to_vec())).collect();
        self.known_under.entry(*under).or_default().extend(ids);
        let slot = self.slots.get(under).ok_or(Fault::Bug("no key to publish under"))?;
        turn.post(&self.room_id, &slot.key, &Payload::Dump { events, states: Vec::new() }, None)
    }

    /// The events that somebody with a leaf in `under` may not have, in an order in which each stands after its past.
    fn unknown_under(&self, under: &EpochId) -> Vec<EventId> {
        let beginning = EventId::from(*under);
        let Some(holders) = self.epochs.node(under) else { return Vec::new() };
        let past = self.log.index_of(&beginning).and_then(|index| self.log.entry(index)).map(|e| &e.past);
        let known = self.known_under.get(under);
        let was_sealed_for_all = |event: &Event| {
            let epoch = event.fields().epoch;
            epoch == *under
                || known.is_some_and(|known| known.contains(&event.id()))
                || self.epochs.node(&epoch).is_some_and(|node| holders.all_held(node))
        };
        let is_known = |index: usize, event: &Event| {
            event.id() == beginning
                || past.is_some_and(|past| past.contains(index))
                || was_sealed_for_all(event)
        };
        let entries = self.log.entries().iter().enumerate();
        entries.filter(|(index, entry)| !is_known(*index, &entry.event)).map(|(_, e)| e.event.id()).collect()
    }

    /// Decides when this node would hand on what others miss, if nobody else does: as for a reconciliation.
    pub(super) fn plan_hand_on(&mut self, turn: &mut Turn<'_>) {
        let head = self.head.filter(|head| self.home.is_none() && self.is_ready_under(head));
        let Some(head) = head.filter(|head| !self.unknown_under(head).is_empty()) else {
            self.hand_on_at = None;
            return;
        };
        if self.hand_on_at.is_none() {
            let place = self.place_in_line(turn, &head.0);
            let delay = RECONCILE_FIRST_MS + RECONCILE_SLOT_MS * place + turn.rng.below(RECONCILE_JITTER_MS);
            self.hand_on_at = Some(turn.now.plus_ms(delay));
        }
    }

    /// Hands on what is still missing when the time has come.
    pub(super) fn hand_on_if_due(&mut self, turn: &mut Turn<'_>) -> Result<(), Fault> {
        if self.hand_on_at.is_none_or(|at| at > turn.now) {
            return Ok(());
        }
        self.hand_on_at = None;
        match self.head.filter(|head| self.is_ready_under(head)) {
            Some(head) => self.hand_on(turn, &head),
            None => Ok(()),
        }
    }

    fn is_ready_under(&self, head: &EpochId) -> bool {
        self.phase == Phase::Member && self.may_seal(head) && self.is_clean(head)
    }

    /// Brings the keys of the head in line with the membership: one commit that adds and drops what is needed.
    /// Returns whether there is a new head.
    pub(super) fn reconcile(&mut self, turn: &mut Turn<'_>) -> Result<bool, Fault> {
        let Some(head) = self.head.filter(|_| self.may_commit()) else { return Ok(false) };
        let wanted = self.differences(&head);
        if wanted.is_none() || self.load_state(turn, &head)?.is_none() {
            return Ok(false);
        }
        let Some(state) = self.slots.get(&head).and_then(|slot| slot.state.as_ref()) else {
            return Ok(false);
        };
        let Differences { add, drop, rescue } = wanted;
        let drop: Vec<DeviceId> = drop.into_iter().collect();
        let renewed: BTreeSet<DeviceId> = rescue.keys().copied().collect();
        let made = match state.commit(
            &self.device,
            &add.values().chain(rescue.values().map(|(_, package)| package)).cloned().collect::<Vec<_>>(),
            &drop.iter().chain(&renewed).copied().collect::<Vec<_>>(),
            turn.rng,
        ) {
            Ok(new) => Ok((Some(new), Vec::new())),
            Err(KeyError::Bug(what)) => Err(KeyError::Bug(what)),
            // A package that somebody published is unusable: the others go on without.
            Err(_) => {
                let fails = |(device, (_, package)): &(&DeviceId, &(LeafRequest, Vec<u8>))| {
                    let alone = std::slice::from_ref(package);
                    state.commit(&self.device, alone, &[**device], turn.rng).is_err()
                };
                let unusable = rescue.iter().filter(fails).map(|(_, (_, package))| package_name(package));
                self.unusable_packages.extend(unusable);
                state.commit_what_fits(&self.device, add.into_values().collect(), &drop, turn.rng)
            }
        };
        let (new, unusable) = match made {
            Ok(made) => made,
            Err(KeyError::Bug(what)) => return Err(Fault::Bug(what)),
            // Keys of a parent that was built to be of no use: another branch, or somebody else, has to go on.
            Err(_) => return Ok(false),
        };
        self.unusable_packages.extend(unusable.iter().map(|package| package_name(package)));
        let Some(new) = new else { return Ok(false) };
        let devices: BTreeSet<DeviceId> = new.added.iter().copied().collect();
        let commit = Commit {
            parent: head,
            add: devices.difference(&renewed).copied().collect(),
            drop,
            mls: new.commit,
            authenticator_hash: new.next.authenticator_hash(),
        };
        let granted = rescue.into_values().map(|(request, _)| request);
        let requests: Vec<LeafRequest> =
            granted.filter(|request| devices.contains(&request.device)).collect();
        let body = if requests.is_empty() { Body::Commit(commit) } else { Body::Rescue { commit, requests } };
        let epoch = EpochId::from(self.publish(turn, body, self.home_only(head))?);
        self.hold(turn, epoch, new.next, false)?;
        self.epochs.mark_reached(epoch);
        self.follow_log(turn);
        self.reconcile_at = None;
        if let Some(welcome) = new.welcome {
            self.welcome(turn, &devices, epoch, &welcome)?;
        }
        Ok(true)
    }

    /// Events of a pair travel in its opening, not one by one.
    pub(super) fn home_only(&self, epoch: EpochId) -> Option<EpochId> {
        self.home.is_none().then_some(epoch)
    }

    /// Gives new leaves what they need: the welcome, and the log with the newest states.
    fn welcome(
        &mut self,
        turn: &mut Turn<'_>,
        devices: &BTreeSet<DeviceId>,
        epoch: EpochId,
        welcome: &[u8],
    ) -> Result<(), Fault> {
        if self.home.is_some() {
            self.pair_welcome = Some((epoch, welcome.to_vec()));
            return Ok(());
        }
        for device in devices {
            let key = super::welcome_key(&self.room, device);
            let payload = Payload::Welcome { device: *device, epoch, mls: welcome.to_vec() };
            turn.post(&self.room_id, &key, &payload, None)?;
        }
        let mut states: Vec<Vec<u8>> =
            self.states.values().map(|message| message.as_bytes().to_vec()).collect();
        states.extend(self.object_states(turn)?);
        let events = self.log.entries().iter().map(|entry| entry.event.as_bytes().to_vec()).collect();
        let dump = Payload::Dump { events, states };
        let slot = self.slots.get(&epoch).ok_or(Fault::Bug("no key for the dump"))?;
        turn.post(&self.room_id, &slot.key, &dump, None)
    }

    /// What a reconcile of `epoch` would change.
    pub(super) fn differences(&self, epoch: &EpochId) -> Differences {
        let Some(node) = self.epochs.node(epoch) else { return Differences::default() };
        let expected = self.resolution.expected_leaves();
        let drop = node.tree.difference(&expected).copied().collect();
        let is_usable = |package: &Vec<u8>| !self.unusable_packages.contains(&package_name(package));
        let add = expected
            .difference(&node.tree)
            .filter_map(|device| Some((*device, self.package_of(device)?)))
            .filter(|(_, package)| is_usable(package))
            .collect();
        let rescue = self
            .rescues
            .iter()
            .filter(|(device, (request, package))| {
                let is_new = node.rescued.get(*device).is_none_or(|last| request.number > *last);
                is_new && expected.contains(device) && node.tree.contains(device) && is_usable(package)
            })
            .map(|(device, rescue)| (*device, rescue.clone()))
            .collect();
        Differences { add, drop, rescue }
    }

    /// The key package to add a device with: that of its last request for a leaf, else the published one.
    fn package_of(&self, device: &DeviceId) -> Option<Vec<u8>> {
        let requested = self.rescues.get(device).map(|(_, package)| package.clone());
        requested.or_else(|| Some(self.keys_of(device)?.package))
    }

    /// Returns the newest published keys of a device.
    pub(super) fn keys_of(&self, device: &DeviceId) -> Option<Keys> {
        let state = self.states.get(&(StateKind::Keys, *device))?;
        if let Content::Keys(keys) = state.content() { Some(keys) } else { None }
    }

    /// Says whether this node could commit on the head: a member of rank 2 or above, with a leaf and with the keys.
    fn may_commit(&self) -> bool {
        let own = self.device.public();
        let has_rank = self.resolution.member_of(&own).is_some_and(|(_, member)| member.role >= Role::Member);
        let has_leaf =
            self.head.and_then(|head| self.epochs.node(&head)).is_some_and(|node| node.tree.contains(&own));
        let has_keys = self.head.is_some_and(|head| self.may_seal(&head));
        self.phase == Phase::Member && has_rank && has_leaf && has_keys && self.may_sign()
    }

    /// Says whether this node has keys of the epoch that it may seal with.
    pub(super) fn may_seal(&self, epoch: &EpochId) -> bool {
        self.slots.get(epoch).is_some_and(|slot| !slot.is_stale)
    }

    /// Says whether every leaf of the epoch belongs to a current member.
    pub(super) fn is_clean(&self, epoch: &EpochId) -> bool {
        let members = self.resolution.devices();
        self.epochs.node(epoch).is_some_and(|node| node.tree.is_subset(&members))
    }

    /// Processes commits whose parent's state is held, each on a copy: all of them, round by round. Between two rounds
    /// the engine opens what the new keys fit.
    pub(super) fn follow_commits(&mut self, turn: &mut Turn<'_>) -> Result<(), Fault> {
        for _ in 0..limits::COMMITS_PER_ROUND_MAX {
            let own = self.device.public();
            let next = self.slots.keys().find_map(|parent| {
                let mut children = self.epochs.children(parent);
                let child = children.find(|child| {
                    !self.slots.contains_key(*child)
                        && !self.epochs.is_unprocessable(child)
                        && self
                            .epochs
                            .node(child)
                            .is_some_and(|node| node.author != own && node.tree.contains(&own))
                        // The way into a new leaf is its welcome.
                        && !self.replaces_own_leaf(child)
                });
                child.map(|child| (*parent, *child))
            });
            let Some((parent, child)) = next else { return Ok(()) };
            let processed = self.process(turn, &parent, &child)?;
            match processed {
                Ok(state) => {
                    let is_stale = !self.may_seal(&parent);
                    self.hold(turn, child, state, is_stale)?;
                    self.epochs.mark_reached(child);
                }
                Err(code) => {
                    self.epochs.mark_unprocessable(child);
                    self.rejects.insert(child, code);
                    self.refresh();
                }
            }
        }
        turn.out.is_unfinished = true;
        Ok(())
    }

    fn replaces_own_leaf(&self, epoch: &EpochId) -> bool {
        let own = self.device.public();
        let body = self.log.event(&EventId::from(*epoch)).map(Event::body);
        body.is_some_and(|body| body.rescued().iter().any(|request| request.device == own))
    }

    /// Processes one commit and holds it to what it claims.
    fn process(
        &mut self,
        turn: &mut Turn<'_>,
        parent: &EpochId,
        child: &EpochId,
    ) -> Result<Result<K, RejectCode>, Fault> {
        self.load_state(turn, parent)?;
        let unprocessable = Ok(Err(RejectCode::Unprocessable));
        let Some(event) = self.log.event(&EventId::from(*child)) else { return unprocessable };
        let Some((_, commit)) = event.body().as_commit() else { return unprocessable };
        let Some(state) = self.slots.get(parent).and_then(|slot| slot.state.as_ref()) else {
            return unprocessable;
        };
        let processed = match state.process(&commit.mls) {
            Ok(processed) => processed,
            Err(KeyError::Bug(what)) => return Err(Fault::Bug(what)),
            Err(_) => return unprocessable,
        };
        let rescued = event.body().rescued();
        let same = |claimed: &[DeviceId], done: &[DeviceId]| {
            let replaced = rescued.iter().map(|request| &request.device);
            claimed.iter().chain(replaced).collect::<BTreeSet<_>>() == done.iter().collect::<BTreeSet<_>>()
        };
        Ok(if processed.committer != event.author() {
            Err(RejectCode::OtherCommitter)
        } else if !same(&commit.add, &processed.added) || !same(&commit.drop, &processed.dropped) {
            Err(RejectCode::OtherLists)
        } else if processed.next.authenticator_hash() != commit.authenticator_hash {
            Err(RejectCode::OtherAuthenticator)
        } else {
            Ok(processed.next)
        })
    }

    /// Keeps an epoch's keys, in the batch of this step.
    pub(super) fn hold(
        &mut self,
        turn: &mut Turn<'_>,
        epoch: EpochId,
        state: K,
        is_stale: bool,
    ) -> Result<(), Fault> {
        let secret = state.exporter(ENVELOPE_LABEL, &self.room_id.0).map_err(|_| Fault::Bug("exporter"))?;
        let authenticator_hash = state.authenticator_hash();
        let (made, since) = (turn.now, turn.now);
        let record =
            EpochRecord { envelope_secret: *secret, authenticator_hash, made, since, is_stale, messages: 0 };
        let bytes = Zeroizing::new(postcard::to_stdvec(&record).map_err(|_| Fault::Bug("epoch record"))?);
        turn.out.writes.put(Key::new(Class::Epoch, &self.id.0, &epoch.0), bytes.to_vec());
        let slot = Slot {
            key: EnvelopeKey::from_secret(&secret),
            state: Some(state),
            authenticator_hash,
            made,
            since,
            is_stale,
            messages: 0,
        };
        self.slots.insert(epoch, slot);
        self.store_rows(turn, &epoch);
        turn.out.has_new_keys = true;
        Ok(())
    }

    /// Lets the life of an epoch's keys begin, which is no longer the head.
    pub(super) fn begin_to_age(&mut self, turn: &mut Turn<'_>, epoch: &EpochId) -> Result<(), Fault> {
        let Some(slot) = self.slots.get_mut(epoch) else { return Ok(()) };
        slot.since = turn.now;
        self.update_record(turn, epoch)
    }

    /// Brings an epoch's record on disk in line with memory.
    pub(super) fn update_record(&self, turn: &mut Turn<'_>, epoch: &EpochId) -> Result<(), Fault> {
        let Some(slot) = self.slots.get(epoch) else { return Ok(()) };
        let key = Key::new(Class::Epoch, &self.id.0, &epoch.0);
        let stored = match turn.out.writes.pending(&key) {
            Some(pending) => pending.map(|bytes| Zeroizing::new(bytes.to_vec())),
            None => turn.store.get(&key)?,
        };
        let stored = stored.ok_or(Fault::Bug("an epoch's record is not stored"))?;
        let mut record: EpochRecord =
            postcard::from_bytes(&stored).map_err(|_| Fault::Bug("an epoch's record cannot be parsed"))?;
        (record.since, record.is_stale) = (slot.since, slot.is_stale);
        record.messages = slot.messages;
        let bytes = postcard::to_stdvec(&record).map_err(|_| Fault::Bug("epoch record"))?;
        turn.out.writes.put(key, bytes);
        Ok(())
    }

    /// Puts the changed rows of an epoch's state into the batch.
    pub(super) fn store_rows(&mut self, turn: &mut Turn<'_>, epoch: &EpochId) {
        let Some(state) = self.slots.get_mut(epoch).and_then(|slot| slot.state.as_mut()) else { return };
        for (row, value) in state.take_changed_rows() {
            let key = Key::new(Class::EpochRow, &epoch.0, &row);
            match value {
                Some(value) => turn.out.writes.put(key, value.to_vec()),
                None => turn.out.writes.delete(key),
            }
        }
    }

    /// Makes sure that the state of an epoch is in memory; `None` if this node has no keys of it.
    pub(super) fn load_state(&mut self, turn: &Turn<'_>, epoch: &EpochId) -> Result<Option<()>, Fault> {
        let suite = self.suite();
        let Some(slot) = self.slots.get_mut(epoch) else { return Ok(None) };
        if slot.state.is_none() {
            let mut rows = Vec::new();
            turn.store.scan(Class::EpochRow, &epoch.0, &mut |row, value| {
                rows.push((row.to_vec(), value.to_vec()))
            })?;
            rows.sort();
            let state = K::load(suite, rows.into_iter(), &self.id)
                .map_err(|_| Fault::Bug("rows of an epoch cannot be loaded"))?;
            slot.state = Some(state);
        }
        Ok(Some(()))
    }

    /// Decides when this node would reconcile a tip that is not clean: those seen online in turn, admins first.
    pub(super) fn plan_reconcile(&mut self, turn: &mut Turn<'_>) {
        let Some(head) = self.head.filter(|_| self.may_commit()) else {
            self.reconcile_at = None;
            return;
        };
        if self.differences(&head).is_none() {
            self.reconcile_at = None;
        } else if self.reconcile_at.is_none_or(|(tip, _)| tip != head) {
            let place = self.place_in_line(turn, &head.0);
            let delay = RECONCILE_FIRST_MS + RECONCILE_SLOT_MS * place + turn.rng.below(RECONCILE_JITTER_MS);
            self.reconcile_at = Some((head, turn.now.plus_ms(delay)));
        }
    }

    /// This node's place among the members that are seen online, admins first, then by a hash over `seed`.
    pub(super) fn place_in_line(&self, turn: &Turn<'_>, seed: &[u8; 32]) -> u64 {
        let own = self.device.public();
        let mut line: Vec<(bool, [u8; 32], DeviceId)> = self
            .resolution
            .members
            .values()
            .filter(|member| member.role >= Role::Member)
            .flat_map(|member| member.devices.iter().map(|device| (member.role < Role::Servant, *device)))
            .filter(|(_, device)| *device == own || turn.connected.contains(device))
            .map(|(is_low, device)| (is_low, crypto::hash("hearth 2026-11 line", &[seed, &device.0]), device))
            .collect();
        line.sort();
        line.iter().take_while(|(_, _, device)| *device != own).count() as u64
    }

    /// Drops the states of epochs that are neither head nor recent.
    pub(super) fn prune_epochs(&mut self, turn: &mut Turn<'_>) -> Result<(), Fault> {
        let keep = self.head.filter(|head| self.slots.contains_key(head)).or_else(|| self.newest_slot());
        // Of those that came at once, the ones with the most epochs before them live longest.
        let mut old: Vec<(Timestamp, u64, EpochId)> = self
            .slots
            .iter()
            .filter(|(id, _)| Some(**id) != keep)
            .map(|(id, slot)| (slot.since, self.epochs.depth(id), *id))
            .collect();
        old.sort();
        let too_many = self.slots.len().saturating_sub(limits::EPOCH_STATES_MAX);
        for (place, (since, _, epoch)) in old.into_iter().enumerate() {
            if place >= too_many && turn.now.ms_since(since) < limits::EPOCH_STATE_LIFE_MS {
                continue;
            }
            self.forget_epoch(turn, &epoch)?;
        }
        Ok(())
    }

    /// Gives up an epoch's keys.
    pub(super) fn forget_epoch(&mut self, turn: &mut Turn<'_>, epoch: &EpochId) -> Result<(), Fault> {
        turn.delete_all(Class::EpochRow, &epoch.0)?;
        turn.out.writes.delete(Key::new(Class::Epoch, &self.id.0, &epoch.0));
        self.slots.remove(epoch);
        self.known_under.remove(epoch);
        Ok(())
    }

    fn newest_slot(&self) -> Option<EpochId> {
        let order = |id: &EpochId, slot: &Slot<K>| (slot.since, self.epochs.depth(id), *id);
        self.slots.iter().max_by_key(|(id, slot)| order(id, slot)).map(|(id, _)| *id)
    }

    /// Makes and stores keys to publish.
    pub(super) fn make_own_keys(&mut self, turn: &mut Turn<'_>) -> Result<(), Fault> {
        let bug = |_: KeyError| Fault::Bug("own keys cannot be made");
        let suite = self.suite();
        let (package, package_secrets) = K::key_package(suite, &self.device, turn.rng).map_err(bug)?;
        let (inbox, inbox_secret) = K::inbox_key(suite, turn.rng).map_err(bug)?;
        let record = OwnKeysRecord {
            made: turn.now,
            package: package.clone(),
            package_secrets: package_secrets.to_bytes().to_vec(),
            inbox: inbox.clone(),
            inbox_secret: inbox_secret.to_vec(),
        };
        let bytes = postcard::to_stdvec(&record).map_err(|_| Fault::Bug("own keys record"))?;
        let name = package_name(&package);
        turn.out.writes.put(Key::new(Class::KeyPackage, &self.id.0, &name), bytes);
        self.own_keys.insert(0, OwnKeys { made: turn.now, package, package_secrets, inbox, inbox_secret });
        Ok(())
    }
}

pub(super) fn package_name(package: &[u8]) -> [u8; 32] {
    crypto::hash("hearth 2026-11 key package name", &[package])
}
