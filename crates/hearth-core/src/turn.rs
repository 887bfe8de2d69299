//! What one move of the engine gathers: writes, envelopes to post, messages delivered, things to tell.
//!
//! Owns nothing lasting. Everything here leaves only after the writes are on disk.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::crypto::EngineRng;
use crate::envelope::{Envelope, EnvelopeKey};
use crate::error::Fault;
use crate::ids::{DeviceId, EpochId, GroupId, MessageId, ObjectId, RoomId, SosId, Timestamp};
use crate::limits;
use crate::message::Message;
use crate::payload::Payload;
use crate::store::{Class, Key, ReadStore, WriteBatch};

/// Something changed: ask again. Ids only.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Notice {
    /// A message arrived or became visible.
    Message {
        /// The home group, also for a private message.
        group: GroupId,
        /// Which.
        id: MessageId,
    },
    /// One more device holds an own message.
    Delivery {
        /// The home group, also for a private message.
        group: GroupId,
        /// Which.
        id: MessageId,
    },
    /// Members, roles or invites changed.
    People {
        /// Where.
        group: GroupId,
    },
    /// This node's own standing in the group changed: admitted, refused, removed.
    Group {
        /// Which.
        group: GroupId,
    },
    /// Something that the group has is new, has changed or was withdrawn.
    Object {
        /// Where.
        group: GroupId,
        /// What.
        id: ObjectId,
    },
    /// A call for help is new, was answered or closed, or its next stage has come.
    Sos {
        /// Where.
        group: GroupId,
        /// Which.
        id: SosId,
    },
    /// A neighbour came or went.
    Connection {
        /// Where.
        group: GroupId,
    },
    /// What this member keeps for themselves changed. It is told to nobody else.
    Own,
    /// What this member keeps about others changed: sponsors, requests, blocks, notes. It is told to nobody else.
    Private {
        /// Where.
        group: GroupId,
    },
}

/// An envelope to be put into its room.
pub(crate) struct Post {
    pub(crate) envelope: Envelope,
    /// The own message that it carries, if its holders are to be counted.
    pub(crate) carried: Option<Carried>,
}

/// Another device with the keys that it got with its last new leaf, as a short hash: who has lost those keys is another reader.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Reader(pub(crate) [u8; 8]);

/// An own message in an envelope.
#[derive(Clone, Debug)]
pub(crate) struct Carried {
    pub(crate) message: MessageId,
    /// The epoch that it is sealed under.
    pub(crate) epoch: EpochId,
    /// Whether a member has no leaf in that epoch.
    pub(crate) is_partial: bool,
    /// For which readers it is sealed by name; `None` if everybody who has the keys may read it.
    pub(crate) readers: Option<Vec<Reader>>,
}

/// A message that came to be known, for the timeline.
pub(crate) struct Delivered {
    pub(crate) message: Message,
    /// Not shown until a current member refers to it, or its author is one.
    pub(crate) is_hidden: bool,
    /// Until when an own message is held back.
    pub(crate) held_until: Option<Timestamp>,
}

/// The state of one move.
pub(crate) struct Turn<'a> {
    pub(crate) store: &'a dyn ReadStore,
    pub(crate) rng: &'a mut EngineRng,
    pub(crate) now: Timestamp,
    /// Whether the clock is believed (PROTOCOL 10.9).
    pub(crate) is_clock_believed: bool,
    /// Devices of members that have proved themselves in a session.
    pub(crate) connected: &'a BTreeSet<DeviceId>,
    pub(crate) out: Gathered,
}

/// What a move gathered.
#[derive(Default)]
pub(crate) struct Gathered {
    pub(crate) writes: WriteBatch,
    pub(crate) posts: Vec<Post>,
    pub(crate) delivered: Vec<(GroupId, Delivered)>,
    /// Devices that are a member's now: what they said when they were not yet, or no longer, is shown.
    pub(crate) entered: Vec<(GroupId, DeviceId)>,
    pub(crate) notices: BTreeSet<Notice>,
    /// A key was learned: what could not be opened may open.
    pub(crate) has_new_keys: bool,
    /// The log grew: what waited for it may go on.
    pub(crate) has_new_events: bool,
    /// Whom to reach, or who may share a room, changed.
    pub(crate) has_new_contacts: bool,
    /// The group has to settle once more, after what the new keys fit has been opened.
    pub(crate) is_unfinished: bool,
}

impl Turn<'_> {
    /// Seals a payload, in several envelopes if need be.
    pub(crate) fn post(
        &mut self,
        room: &RoomId,
        key: &EnvelopeKey,
        payload: &Payload,
        carried: Option<Carried>,
    ) -> Result<(), Fault> {
        let parts = payload.encode(self.rng).ok_or(Fault::Bug("payload too large"))?;
        let expires = self.now.day().plus(limits::ENVELOPE_LIFE_DAYS);
        for part in parts {
            let envelope = Envelope::seal(key, room, expires, &part, self.rng)
                .map_err(|_| Fault::Bug("part too large for an envelope"))?;
            self.out.posts.push(Post { envelope, carried: carried.clone() });
        }
        Ok(())
    }

    /// Deletes every record of a class and partition that is on disk.
    pub(crate) fn delete_all(&mut self, class: Class, partition: &[u8; 32]) -> Result<(), Fault> {
        let mut items = Vec::new();
        self.store.scan(class, partition, &mut |item, _| items.push(item.to_vec()))?;
        for item in items {
            self.out.writes.delete(Key::new(class, partition, &item));
        }
        Ok(())
    }

    /// Tells the member's clients to ask again.
    pub(crate) fn notify(&mut self, notice: Notice) {
        self.out.notices.insert(notice);
    }
}
