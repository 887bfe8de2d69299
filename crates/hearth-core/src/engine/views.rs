//! What can be looked at: groups, people, messages. Never changes anything.

use std::collections::BTreeMap;

use super::Engine;
use crate::content::{Content, Reaction};
use crate::error::Fault;
use crate::event::Role;
use crate::group::{Group, Person, Phase, ShownGroup};
use crate::ids::{DeviceId, EpochId, GroupId, MemberId, MessageId, RoomId, Timestamp, TokenId};
use crate::keys::KeyLayer;
use crate::limits;
use crate::message::Message;
use crate::store::{Class, Key, ReadStore};
use crate::timeline::{Entry, Part, Timeline};
use crate::wire::Refusal;

/// This node's standing in a group.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Reads what the group says of itself, and has asked for nothing.
    Looking,
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
    /// Whether members' nodes have said that this member is out, and none that says otherwise is in reach. It may be a lie, or
    /// not be true any more; the log of this node says that the member is in (PROTOCOL 1.4.8).
    pub is_told_out: bool,
    /// Whether this node can seal under it, and every leaf of it belongs to a member.
    pub is_ready: bool,
    /// Whether every member has a leaf in it, and so reads what is sealed under it.
    pub is_complete: bool,
    /// Whether this member is out, and was a visitor whose visit was over.
    pub is_visit_over: bool,
    /// Whether it is only looked at, by a ticket.
    pub is_looked_at: bool,
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
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MessageKind {
    /// The group.
    Share,
    /// This member and one other.
    Direct {
        /// The other one; `None` if no longer in the group.
        with: Option<MemberId>,
    },
    /// Of an own one: this member, and several others who do not know of one another.
    Circle {
        /// Those who are still in the group.
        with: Vec<MemberId>,
    },
}

/// What somebody gave back to an own message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sign {
    /// Who.
    pub member: MemberId,
    /// The pseudonym.
    pub name: String,
    /// What.
    pub reaction: Reaction,
}

/// What became of an own message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Delivery {
    /// On this node's disk only, and not to leave it before then: it can be undone.
    Held {
        /// Until when.
        until: Timestamp,
    },
    /// On this node's disk only, as far as is known.
    KeptHere,
    /// A keeper has said that it has it; no member's node has yet.
    WithKeeper,
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
    /// What it says.
    pub content: Content,
    /// Its words, those of its last edit if there is one.
    pub text: String,
    /// Whether these are other words than the first.
    pub is_edited: bool,
    /// What others gave back to it, in the order of their names; of an own message alone.
    pub signs: Vec<Sign>,
    /// When it was written, by the author's clock.
    pub at: Timestamp,
    /// Whether this member wrote it, on whichever device.
    pub is_mine: bool,
    /// What became of it, if this device wrote it.
    pub delivery: Option<Delivery>,
    /// Counts messages as they became visible on this node.
    pub arrival: u64,
    /// When it is forgotten here.
    pub fades: Timestamp,
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
                Phase::Looking { refusal: None, .. } => Standing::Looking,
                Phase::Looking { refusal: Some(why), .. } | Phase::Joining { refusal: Some(why), .. } => {
                    Standing::Refused(*why)
                }
                Phase::Member => Standing::Member,
                Phase::Out => Standing::Out,
                Phase::Returning(_) => Standing::Returning,
            },
            own_name: group.own_name().to_owned(),
            members: people.len(),
            connected: people.iter().filter(|person| person.is_connected && !person.is_self).count(),
            neighbours: connected.len(),
            is_told_out: *group.phase() == Phase::Member && group.is_told_out() && connected.is_empty(),
            suite: group.suite(),
            head: group.head(),
            is_ready: group.is_ready(),
            is_complete: group.head().is_some_and(|head| group.is_complete(&head)),
            is_visit_over: group.is_visit_over(),
            is_looked_at: !group.keeps_its_room(),
        }
    }

    /// Returns what a member's node has said of a group to this one as the holder of its ticket; `None` as long as nobody has.
    pub fn shown_group(&self, id: &GroupId) -> Option<&ShownGroup> {
        self.groups.get(id).and_then(Group::shown)
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
        let Some(timeline) = self.timelines.get(id) else { return Ok(Vec::new()) };
        let entries = timeline.latest(limit, |message, entry| self.is_aside(None, id, message, entry))?;
        self.messages(id, entries)
    }

    /// Returns up to `limit` messages that became visible after number `after`, as they did.
    ///
    /// # Errors
    /// [`Fault`] if the store cannot be read.
    pub fn messages_after(&self, id: &GroupId, after: u64, limit: usize) -> Result<Vec<MessageView>, Fault> {
        let Some(timeline) = self.timelines.get(id) else { return Ok(Vec::new()) };
        let entries =
            timeline.after(after, limit, |message, entry| self.is_aside(None, id, message, entry))?;
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
        let entry =
            entry.filter(|entry| !entry.is_hidden && !matches!(entry.part, Part::Alarm | Part::Request));
        let Some(entry) = entry else { return Ok(None) };
        if self.is_aside(None, group, id, &entry)? {
            return Ok(None);
        }
        Ok(self.messages(group, vec![(*id, entry)])?.pop())
    }

    /// Returns how far something of this device's own has come, whether or not it is shown by itself.
    pub fn delivery(&self, group: &GroupId, id: &MessageId) -> Option<Delivery> {
        let timeline = self.timelines.get(group)?;
        delivery(timeline, &timeline.circle_of(id))
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

    pub(super) fn messages(
        &self,
        home: &GroupId,
        entries: Vec<(MessageId, Entry)>,
    ) -> Result<Vec<MessageView>, Fault> {
        let mut views = Vec::with_capacity(entries.len());
        for (id, entry) in entries {
            views.extend(self.message_view(home, id, &entry)?);
        }
        Ok(views)
    }

    fn stored(&self, id: &MessageId, entry: &Entry) -> Result<Message, Fault> {
        let bytes = self.store.get(&Key::new(Class::Message, &entry.group.0, &id.0))?;
        let bytes = bytes.ok_or(Fault::Bug("an indexed message is not stored"))?;
        Message::parse(&bytes).map_err(|_| Fault::Bug("a stored message cannot be parsed"))
    }

    fn message_view(
        &self,
        home: &GroupId,
        id: MessageId,
        entry: &Entry,
    ) -> Result<Option<MessageView>, Fault> {
        let (Some(group), Some(timeline)) = (self.groups.get(home), self.timelines.get(home)) else {
            return Ok(None);
        };
        let message = self.stored(&id, entry)?;
        let (author, content) = (message.fields().author, message.content());
        let Some(author_id) = group.author_of(&author) else { return Ok(None) };
        if !self.may_answer(home, entry, &content)? {
            return Ok(None);
        }
        let member_of = |device: DeviceId| group.resolution().member_of(&device).map(|(id, _)| *id);
        let partner = |entry: &Entry| self.groups.get(&entry.group).and_then(Group::partner);
        let copies = timeline.circle_of(&id);
        let kind = match copies.len() {
            _ if entry.group == *home => MessageKind::Share,
            0 | 1 => MessageKind::Direct { with: partner(entry).and_then(member_of) },
            _ => {
                let mut with: Vec<MemberId> =
                    copies.iter().filter_map(|(_, copy)| partner(copy).and_then(member_of)).collect();
                with.sort();
                MessageKind::Circle { with }
            }
        };
        let edit = self.last_edit(home, &id, entry)?;
        let is_mine = group.is_own(&author);
        Ok(Some(MessageView {
            id,
            kind,
            author: author_id,
            author_name: group.name_of(&author).unwrap_or_default().to_owned(),
            is_edited: edit.is_some(),
            text: edit.unwrap_or_else(|| content.words().to_owned()),
            content,
            signs: if is_mine { self.signs(home, &copies)? } else { Vec::new() },
            at: message.fields().clock,
            is_mine,
            delivery: delivery(timeline, &copies),
            arrival: entry.arrival,
            fades: entry.fades,
        }))
    }

    /// Says whether what is an answer in the group stands below a share that is a thread.
    fn may_answer(&self, home: &GroupId, entry: &Entry, content: &Content) -> Result<bool, Fault> {
        let Content::Reply(reply) = content else { return Ok(true) };
        if entry.group != *home {
            return Ok(true);
        }
        let about = self.timelines.get(home).and_then(|timeline| timeline.entry(&reply.about));
        let Some(about) = about.filter(|about| about.group == *home) else { return Ok(false) };
        let answered = self.stored(&reply.about, &about)?.content();
        Ok(matches!(answered, Content::Share(share) if share.is_thread))
    }

    /// The words that stand in the place of a message's own, if its author edited it in time.
    fn last_edit(&self, home: &GroupId, id: &MessageId, entry: &Entry) -> Result<Option<String>, Fault> {
        let Some(timeline) = self.timelines.get(home) else { return Ok(None) };
        let in_time = |later: &Entry| later.order.clock <= entry.order.clock.plus_ms(limits::EDIT_MS_MAX);
        let edits = timeline.about(id, Part::Edit).into_iter();
        let last = edits.rev().find(|(_, later)| in_time(later) && self.amends(home, entry, later));
        last.map(|(id, entry)| Ok(self.stored(&id, &entry)?.content().words().to_owned())).transpose()
    }

    /// What others gave back to a message and its copies: the last of each person.
    fn signs(&self, home: &GroupId, copies: &[(MessageId, Entry)]) -> Result<Vec<Sign>, Fault> {
        let (Some(group), Some(timeline)) = (self.groups.get(home), self.timelines.get(home)) else {
            return Ok(Vec::new());
        };
        let mut signs = BTreeMap::new();
        for (id, entry) in copies.iter().flat_map(|(id, _)| timeline.about(id, Part::Feedback)) {
            if self.is_aside(None, home, &id, &entry)? {
                continue;
            }
            let message = self.stored(&id, &entry)?;
            let author = message.fields().author;
            if let (Content::Feedback(feedback), Some(member)) = (message.content(), group.author_of(&author))
            {
                let name = group.name_of(&author).unwrap_or_default().to_owned();
                signs.insert((name.clone(), member), Sign { member, name, reaction: feedback.reaction });
            }
        }
        Ok(signs.into_values().collect())
    }
}

/// What became of an own message, or of all of a circle: what holds for each of them.
fn delivery(timeline: &Timeline, copies: &[(MessageId, Entry)]) -> Option<Delivery> {
    let outgoing = || copies.iter().filter_map(|(id, _)| timeline.outgoing(id));
    if let Some(until) = outgoing().filter_map(|outgoing| outgoing.held_until).max() {
        return Some(Delivery::Held { until });
    }
    let devices = outgoing().map(|outgoing| outgoing.holders.len()).min()?;
    let is_with_keeper = outgoing().all(|outgoing| outgoing.is_with_keeper);
    Some(match devices {
        0 if is_with_keeper => Delivery::WithKeeper,
        0 => Delivery::KeptHere,
        devices => Delivery::PassedOn { devices },
    })
}
