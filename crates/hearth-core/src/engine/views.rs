//! What can be looked at: groups, people, messages. Never changes anything.

use super::Engine;
use crate::content::Content;
use crate::error::Fault;
use crate::event::Role;
use crate::group::{Group, Person, Phase};
use crate::ids::{DeviceId, EpochId, GroupId, MemberId, MessageId, RoomId, Timestamp, TokenId};
use crate::keys::KeyLayer;
use crate::message::Message;
use crate::store::{Class, Key, ReadStore};
use crate::timeline::Entry;
use crate::wire::Refusal;

/// This node's standing in a group.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Waits to be admitted.
    Joining,
    /// A member says that the ticket is not good.
    Refused(Refusal),
    /// In.
    Member,
    /// Removed, or left.
    Out,
    /// This node lost all but its identity, and asks members' nodes for new keys.
    Returning,
}

/// A home group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GroupView {
    /// Its id.
    pub id: GroupId,
    /// Its name; empty until the log has arrived.
    pub name: String,
    /// This node's standing.
    pub standing: Standing,
    /// This member's pseudonym.
    pub own_name: String,
    /// How many members it has.
    pub members: usize,
    /// How many other members are in a session with this node.
    pub connected: usize,
    /// How many neighbours share the room right now, whether or not they are known to be members.
    pub neighbours: usize,
    /// The ciphersuite of its keys.
    pub suite: crate::Suite,
    /// The epoch whose keys are current.
    pub head: Option<EpochId>,
    /// Whether this node can seal under it, and every leaf of it belongs to a member.
    pub is_ready: bool,
    /// Whether every member has a leaf in it, and so reads what is sealed under it.
    pub is_complete: bool,
}

/// An invite.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InviteView {
    /// Its token.
    pub token: TokenId,
    /// The rank that it gives.
    pub role: Role,
    /// How many people it admits.
    pub uses: u16,
    /// How many it has admitted.
    pub used: u16,
    /// When it expires.
    pub expires: Timestamp,
    /// Whether it was taken back.
    pub is_revoked: bool,
}

/// Who can read a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MessageKind {
    /// The group.
    Share,
    /// This member and one other.
    Direct {
        /// The other one; `None` if no longer in the group.
        with: Option<MemberId>,
    },
}

/// What became of an own message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Delivery {
    /// On this node's disk only, as far as is known.
    KeptHere,
    /// Other nodes have said that they have it on their disk.
    PassedOn {
        /// How many.
        devices: usize,
    },
}

/// A message.
#[derive(Clone, PartialEq, Eq)]
pub struct MessageView {
    /// Its id.
    pub id: MessageId,
    /// Who can read it.
    pub kind: MessageKind,
    /// Who wrote it, also if no longer in the group.
    pub author: MemberId,
    /// The author's pseudonym.
    pub author_name: String,
    /// The other one's pseudonym, for a private message.
    pub with_name: Option<String>,
    /// What it says.
    pub text: String,
    /// When it was written, by the author's clock.
    pub at: Timestamp,
    /// Whether this member wrote it, on whichever device.
    pub is_mine: bool,
    /// What became of it, if this device wrote it.
    pub delivery: Option<Delivery>,
    /// Counts messages as they became visible on this node.
    pub arrival: u64,
}

// What people write never reaches a log by way of a derived Debug.
impl std::fmt::Debug for MessageView {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("MessageView(..)")
    }
}

impl<S: ReadStore, K: KeyLayer> Engine<S, K> {
    /// Returns the home groups of this node.
    pub fn groups(&self) -> Vec<GroupView> {
        self.groups.values().filter(|group| group.home().is_none()).map(|group| self.view(group)).collect()
    }

    /// Returns one home group.
    pub fn group(&self, id: &GroupId) -> Option<GroupView> {
        self.groups.get(id).filter(|group| group.home().is_none()).map(|group| self.view(group))
    }

    fn view(&self, group: &Group<K>) -> GroupView {
        let connected = self.connected_devices(&group.id());
        let people = group.people(&connected);
        GroupView {
            id: group.id(),
            name: group.name().to_owned(),
            standing: match group.phase() {
                Phase::Joining { refusal: None, .. } => Standing::Joining,
                Phase::Joining { refusal: Some(why), .. } => Standing::Refused(*why),
                Phase::Member => Standing::Member,
                Phase::Out => Standing::Out,
                Phase::Returning(_) => Standing::Returning,
            },
            own_name: group.own_name().to_owned(),
            members: people.len(),
            connected: people.iter().filter(|person| person.is_connected && !person.is_self).count(),
            neighbours: connected.len(),
            suite: group.suite(),
            head: group.head(),
            is_ready: group.is_ready(),
            is_complete: group.head().is_some_and(|head| group.is_complete(&head)),
        }
    }

    /// Returns the members of a group, in the order in which this node learned of them; empty if there is no such group.
    pub fn people(&self, id: &GroupId) -> Vec<Person> {
        let connected = self.connected_devices(id);
        self.groups.get(id).map(|group| group.people(&connected)).unwrap_or_default()
    }

    /// Returns the invites of a group.
    pub fn invites(&self, id: &GroupId) -> Vec<InviteView> {
        let Some(group) = self.groups.get(id) else { return Vec::new() };
        let invites = group.resolution().invites.values().map(|standing| InviteView {
            token: standing.invite.token,
            role: standing.invite.role,
            uses: standing.invite.uses,
            used: standing.used,
            expires: standing.invite.expires,
            is_revoked: standing.is_revoked,
        });
        invites.collect()
    }

    /// Returns the last `limit` messages of a group in the order that all members share.
    ///
    /// # Errors
    /// [`Fault`] if the store cannot be read.
    pub fn latest_messages(&self, id: &GroupId, limit: usize) -> Result<Vec<MessageView>, Fault> {
        let entries = self.timelines.get(id).map(|timeline| timeline.latest(limit)).unwrap_or_default();
        self.messages(id, entries)
    }

    /// Returns up to `limit` messages that became visible after number `after`, as they did.
    ///
    /// # Errors
    /// [`Fault`] if the store cannot be read.
    pub fn messages_after(&self, id: &GroupId, after: u64, limit: usize) -> Result<Vec<MessageView>, Fault> {
        let entries = self.timelines.get(id).map(|timeline| timeline.after(after, limit)).unwrap_or_default();
        self.messages(id, entries)
    }

    /// Returns the number of the message that became visible last.
    pub fn last_arrival(&self, id: &GroupId) -> u64 {
        self.timelines.get(id).map_or(0, crate::timeline::Timeline::last_arrival)
    }

    /// Returns one message.
    ///
    /// # Errors
    /// [`Fault`] if the store cannot be read.
    pub fn message(&self, group: &GroupId, id: &MessageId) -> Result<Option<MessageView>, Fault> {
        let entry = self.timelines.get(group).and_then(|timeline| timeline.entry(id));
        let Some(entry) = entry.filter(|entry| !entry.is_hidden) else { return Ok(None) };
        Ok(self.messages(group, vec![(*id, entry)])?.pop())
    }

    /// Returns the number of envelopes and their bytes in a group's room.
    pub fn room_size(&self, id: &GroupId) -> (usize, u64) {
        let room = self.groups.get(id).and_then(|group| self.rooms.get(&group.room_id()));
        room.map_or((0, 0), |room| (room.envelope_count(), room.byte_count()))
    }

    /// Returns the room of a group.
    pub fn room_of(&self, id: &GroupId) -> Option<RoomId> {
        self.groups.get(id).map(Group::room_id)
    }

    fn messages(&self, home: &GroupId, entries: Vec<(MessageId, Entry)>) -> Result<Vec<MessageView>, Fault> {
        let mut views = Vec::with_capacity(entries.len());
        for (id, entry) in entries {
            let bytes = self.store.get(&Key::new(Class::Message, &entry.group.0, &id.0))?;
            let bytes = bytes.ok_or(Fault::Bug("an indexed message is not stored"))?;
            let message =
                Message::parse(&bytes).map_err(|_| Fault::Bug("a stored message cannot be parsed"))?;
            views.extend(self.message_view(home, id, &entry, &message));
        }
        Ok(views)
    }

    fn message_view(
        &self,
        home: &GroupId,
        id: MessageId,
        entry: &Entry,
        message: &Message,
    ) -> Option<MessageView> {
        let group = self.groups.get(home)?;
        let member_of = |device: &DeviceId| group.resolution().member_of(device).map(|(id, _)| *id);
        let name_of = |device: &DeviceId| group.name_of(device).unwrap_or_default().to_owned();
        let author = message.fields().author;
        let (kind, with_name, text) = match message.content() {
            Content::Share(text) => (MessageKind::Share, None, text.text),
            Content::Direct(text) => {
                let partner = self.groups.get(&entry.group).and_then(Group::partner);
                let with = partner.as_ref().and_then(member_of);
                (MessageKind::Direct { with }, partner.as_ref().map(name_of), text.text)
            }
            Content::Endpoint(_) | Content::Keys(_) | Content::Unknown => return None,
        };
        let outgoing = self.timelines.get(home).and_then(|timeline| timeline.outgoing(&id));
        let delivery = outgoing.map(|outgoing| match outgoing.holders.len() {
            0 => Delivery::KeptHere,
            devices => Delivery::PassedOn { devices },
        });
        Some(MessageView {
            id,
            kind,
            author: group.author_of(&author)?,
            author_name: name_of(&author),
            with_name,
            text,
            at: message.fields().clock,
            is_mine: group.is_own(&author),
            delivery,
            arrival: entry.arrival,
        })
    }
}
