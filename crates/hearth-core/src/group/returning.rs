//! Who lost everything but the identity comes back: what the identity holds, asking, and when this device may sign again.
//!
//! Owns the record from which a member returns, and the rule that no number of an own event is used twice: what was
//! written last is looked for before anything new is signed. Never holds keys of an epoch. PROTOCOL 4.19 to 4.22.

use serde::{Deserialize, Serialize};

use super::rescue::FORGOTTEN_MESSAGES_MAX;
use super::{Group, Phase};
use crate::content::{Endpoint, StateKind};
use crate::crypto::{self, DeviceSecret};
use crate::epoch::Suite;
use crate::error::{Fault, LoadError};
use crate::event::{Event, Role};
use crate::ids::{DeviceId, EpochId, EventId, GroupId, Timestamp, TokenId};
use crate::invite::{RoomSecret, Ticket};
use crate::keys::KeyLayer;
use crate::limits;
use crate::payload::{JoinRequest, Payload};
use crate::store::{Class, Key, ReadStore};
use crate::turn::Turn;

const IDENTITY_VERSION: u8 = 1;
/// Milliseconds that another member's device must have been connected before it counts as asked for a lost event: twice
/// what it may take until somebody hands on what others miss.
const MET_MS: u64 = 10 * 60 * 1000;
/// How far the count of messages goes on after a backup, in units of [`FORGOTTEN_MESSAGES_MAX`], at least: more losses than
/// this device can have had since the backup was made.
const BACKUP_ERAS: u64 = 1 << 16;
/// The last event of a device that does not know which one that was: nobody ever has it, and any other is older.
const NOBODY_KNOWS: LastWord = LastWord { seq: u64::MAX, id: EventId([0; 32]), missing_since: None };

/// What a member needs to come back to a group without anything else.
#[derive(Serialize, Deserialize)]
struct IdentityRecord {
    version: u8,
    room: RoomSecret,
    device_seed: [u8; 32],
    own_name: String,
    suite: Suite,
    last: Option<LastWord>,
    /// Messages written so far, in units of [`FORGOTTEN_MESSAGES_MAX`]: their exact number would change with each.
    message_era: u64,
    /// The number of the last request for a new leaf.
    asked: u64,
    back: Return,
}

impl Drop for IdentityRecord {
    fn drop(&mut self) {
        zeroize::Zeroize::zeroize(&mut self.device_seed);
    }
}

/// What somebody who comes back knows of the group before its log has arrived.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Return {
    pub(super) group_name: String,
    /// Where members were reachable.
    pub(super) endpoints: Vec<Endpoint>,
    /// The ticket, if nobody had let this node in yet.
    pub(super) ticket: Option<Ticket>,
    /// The event that let this device in, for those who have not heard of it.
    pub(super) admission: Option<Vec<u8>>,
}

/// The last event that this device wrote.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct LastWord {
    seq: u64,
    id: EventId,
    /// Since when it has been missing in the own log.
    missing_since: Option<Timestamp>,
}

impl<K: KeyLayer> Group<K> {
    /// Begins to come back with nothing but a stored identity. The first step asks for a new leaf.
    pub(crate) fn begin_return(id: GroupId, record: &[u8]) -> Result<Self, LoadError> {
        let record = parse(record)?;
        let device = DeviceSecret::from_seed(&record.device_seed);
        let mut group =
            Self::new(id, None, record.room.clone(), device, record.own_name.clone(), record.suite);
        group.phase = Phase::Returning(record.back.clone());
        group.mseq = record.message_era.saturating_add(1).saturating_mul(FORGOTTEN_MESSAGES_MAX);
        group.asked = record.asked;
        group.missing = record.last;
        Ok(group)
    }

    /// Reads what the stored identity knows better than the other records: they can be older after a loss.
    pub(super) fn load_identity(&mut self, store: &dyn ReadStore) -> Result<(), LoadError> {
        if self.home.is_some() {
            return Ok(());
        }
        let Some(bytes) = store.get(&Key::global(Class::Identity, &self.id.0))? else { return Ok(()) };
        let record = parse(&bytes)?;
        self.kept_identity = Some(hash_of(&bytes));
        self.asked = self.asked.max(record.asked);
        self.missing = record.last.filter(|last| self.log.event(&last.id).is_none());
        Ok(())
    }

    /// Takes note that the identity comes out of a backup of unknown age: the last event that it names need not be the last
    /// one, and its count of messages may be one that this device has reached again since.
    pub(crate) fn note_restored(&mut self, turn: &mut Turn<'_>) -> Result<(), Fault> {
        if !matches!(self.phase, Phase::Returning(_)) {
            return Ok(());
        }
        self.missing = Some(NOBODY_KNOWS);
        // Two machines that begin from one backup go on at different numbers.
        let eras = BACKUP_ERAS.saturating_add(turn.rng.below(BACKUP_ERAS));
        self.mseq = self.mseq.saturating_add(eras.saturating_mul(FORGOTTEN_MESSAGES_MAX));
        self.identity_dirty = true;
        self.save(turn)
    }

    /// Says whether an own event is one that this device has lost for all it knows: no reason to doubt its disk.
    pub(super) fn is_known_lost(&self, event: &Event) -> bool {
        self.missing.is_some_and(|last| event.fields().seq <= last.seq)
    }

    /// Says whether this device may write an event: no other one of the same number can have left it.
    pub(super) fn may_sign(&self) -> bool {
        self.missing.is_none()
    }

    /// Stops looking for the last own event when it is there, or when nobody can be expected to have it.
    pub(super) fn look_for_last_word(&mut self, turn: &Turn<'_>) {
        let Some(last) = self.missing else { return };
        if last.missing_since.is_none() {
            self.missing = Some(LastWord { missing_since: Some(turn.now), ..last });
            self.identity_dirty = true;
        }
        // Only who stays for long enough has been asked; before this node is in, nobody can answer.
        let is_asked = |since: &Timestamp| turn.now.ms_since(*since) >= MET_MS;
        self.met.retain(|device, since| turn.connected.contains(device) || is_asked(since));
        if self.phase == Phase::Member {
            for device in turn.connected {
                self.met.entry(*device).or_insert(turn.now);
            }
        }
        let is_found = self.log.event(&last.id).is_some();
        if is_found || self.search_ends_at().is_some_and(|at| at <= turn.now) {
            self.missing = None;
            self.met.clear();
            self.identity_dirty = true;
        }
    }

    /// When the last own event is given up: everybody was asked for it, or its time is over.
    pub(super) fn search_ends_at(&self) -> Option<Timestamp> {
        let since = self.missing?.missing_since?;
        let over = since.plus_ms(limits::LAST_WORD_SEARCH_MS);
        let own = self.device.public();
        let others = self.resolution.devices().into_iter().filter(|device| *device != own);
        let met: Option<Vec<Timestamp>> = others.map(|device| self.met.get(&device).copied()).collect();
        let asked = met.filter(|_| self.phase == Phase::Member).map(|met| met.into_iter().max());
        let asked = asked.map(|last| last.unwrap_or(since).plus_ms(MET_MS));
        Some(asked.map_or(over, |asked| asked.min(over)))
    }

    /// Writes down that this node is coming back, before it says anything.
    pub(super) fn go_on_returning(&mut self, turn: &mut Turn<'_>) -> Result<(), Fault> {
        let is_returning = matches!(self.phase, Phase::Returning(_));
        if is_returning && self.kept_identity.is_none() { self.save(turn) } else { Ok(()) }
    }

    /// Who had only asked to be let in asks once more, with the keys that it has now.
    pub(super) fn ask_to_be_admitted(&mut self, turn: &mut Turn<'_>) -> Result<(), Fault> {
        let Phase::Returning(Return { ticket: Some(ticket), .. }) = &self.phase else { return Ok(()) };
        if ticket.expires <= turn.now {
            return Ok(());
        }
        let token = ticket.token();
        let contents = [self.own_endpoint_content(), self.own_keys_content()];
        let mut states = Vec::new();
        for content in contents.into_iter().flatten() {
            states.push(self.write_state(turn, &content)?.as_bytes().to_vec());
        }
        let request = JoinRequest { admission: self.admission(&token), states };
        let key = super::invite_key(&TokenId(token.public().0));
        turn.post(&self.room_id, &key, &Payload::JoinRequest(request), None)
    }

    /// Puts the identity into the batch if it has changed.
    pub(super) fn keep_identity(&mut self, turn: &mut Turn<'_>) -> Result<(), Fault> {
        if !std::mem::take(&mut self.identity_dirty) || self.home.is_some() {
            return Ok(());
        }
        let key = Key::global(Class::Identity, &self.id.0);
        let Some(back) = self.way_back() else {
            if self.kept_identity.take().is_some() {
                turn.out.writes.delete(key);
            }
            return Ok(());
        };
        let record = IdentityRecord {
            version: IDENTITY_VERSION,
            room: self.room.clone(),
            device_seed: *self.device.seed(),
            own_name: self.own_name.clone(),
            suite: self.suite,
            last: self.missing.or_else(|| self.last_word()),
            message_era: self.mseq / FORGOTTEN_MESSAGES_MAX,
            asked: self.asked,
            back,
        };
        let bytes = postcard::to_stdvec(&record).map_err(|_| Fault::Bug("identity record"))?;
        let hash = hash_of(&bytes);
        if self.kept_identity != Some(hash) {
            self.kept_identity = Some(hash);
            turn.out.writes.put(key, bytes);
        }
        Ok(())
    }

    /// What it would take to come back; `None` for who is out, and for a device that its member has not let in.
    fn way_back(&self) -> Option<Return> {
        match &self.phase {
            Phase::Returning(back) => Some(back.clone()),
            Phase::Joining { .. } if self.own_name.is_empty() => None,
            Phase::Joining { ticket, .. } => Some(Return {
                group_name: String::new(),
                endpoints: ticket.endpoints.clone(),
                ticket: Some(ticket.clone()),
                admission: None,
            }),
            Phase::Member => {
                let (_, admission) = self.own_proof();
                let group_name = self.name().to_owned();
                Some(Return { group_name, endpoints: self.endpoints_to_keep(), ticket: None, admission })
            }
            Phase::Looking { .. } | Phase::Out => None,
        }
    }

    /// Endpoints of other members, admins first, in an order that rarely changes.
    fn endpoints_to_keep(&self) -> Vec<Endpoint> {
        let own = self.device.public();
        let mut members: Vec<_> = self.resolution.members.values().collect();
        members.sort_by_key(|member| member.role < Role::Servant);
        let devices = members.into_iter().flat_map(|member| &member.devices).filter(|device| **device != own);
        let members = devices.filter_map(|device| self.endpoint_of(device));
        // Keepers first: one of them may be on when nobody else is.
        let keepers = self.keepers().into_iter().take(limits::TICKET_KEEPERS_MAX);
        keepers.chain(members).take(limits::IDENTITY_ENDPOINTS_MAX).collect()
    }

    fn last_word(&self) -> Option<LastWord> {
        let last = self.log.entry(self.log.latest_of(&self.device.public()).next()?)?;
        Some(LastWord { seq: last.event.fields().seq, id: last.event.id(), missing_since: None })
    }

    /// The number of the last new leaf that a device was given on the way to `epoch`; 0 if it never asked.
    pub(super) fn leaf_number(&self, epoch: &EpochId, device: &DeviceId) -> u64 {
        self.epochs.node(epoch).and_then(|node| node.rescued.get(device)).copied().unwrap_or(0)
    }

    /// The same, on the way to the head.
    pub(crate) fn head_leaf_number(&self, device: &DeviceId) -> u64 {
        self.head.map_or(0, |head| self.leaf_number(&head, device))
    }

    /// Says whether a device has published its keys after it asked for its last new leaf.
    pub(super) fn has_fresh_keys(&self, device: &DeviceId) -> bool {
        let published = self.states.get(&(StateKind::Keys, *device)).map(|state| state.fields().clock);
        published.is_some_and(|clock| clock.0 >= self.head_leaf_number(device))
    }

    /// For a pair: what [`Self::head_leaf_number`] of the home group said of the partner when it was opened.
    pub(crate) fn partner_leaf(&self) -> u64 {
        self.partner_leaf
    }
}

fn parse(bytes: &[u8]) -> Result<IdentityRecord, LoadError> {
    super::record::check_version(bytes, IDENTITY_VERSION)?;
    postcard::from_bytes(bytes).map_err(|_| LoadError::Damaged("identity"))
}

fn hash_of(bytes: &[u8]) -> [u8; 32] {
    crypto::hash("hearth 2026-11 identity as stored", &[bytes])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::PeerId;

    /// Written once and never changed: every later program comes back with it.
    const FROZEN: &str = include_str!("../../../../tests/vectors/identity-v1.txt");

    fn from_hex(text: &str) -> Vec<u8> {
        let text = text.trim();
        (0..text.len() / 2).map(|at| u8::from_str_radix(&text[2 * at..2 * at + 2], 16).unwrap()).collect()
    }

    #[test]
    fn the_frozen_identity_is_read() {
        let record = IdentityRecord {
            version: IDENTITY_VERSION,
            room: RoomSecret::new([1; 32]),
            device_seed: [2; 32],
            own_name: "Søren".to_owned(),
            suite: Suite::XWing,
            last: Some(LastWord { seq: 300, id: EventId([3; 32]), missing_since: Some(Timestamp(4)) }),
            message_era: 5,
            asked: 1_790_000_000_000,
            back: Return {
                group_name: "Tuesday Night".to_owned(),
                endpoints: vec![Endpoint { peer: PeerId([6; 32]), addresses: vec![vec![7; 3]] }],
                ticket: None,
                admission: Some(vec![8; 5]),
            },
        };
        let bytes = postcard::to_stdvec(&record).unwrap();
        let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(hex, FROZEN.trim());
        let read = parse(&from_hex(FROZEN)).unwrap();
        assert_eq!((read.last, read.asked, &read.back), (record.last, record.asked, &record.back));
        assert_eq!(read.device_seed, record.device_seed);
        let mut newer = bytes.clone();
        newer[0] = 2;
        assert_eq!(parse(&newer).err(), Some(LoadError::UnknownVersion));
        for cut in [0, 1, 40, bytes.len() - 1] {
            assert!(matches!(parse(&bytes[..cut]).err(), Some(LoadError::Damaged(_))), "at {cut}");
        }
    }
}
