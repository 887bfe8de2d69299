//! Who carries the room while members are off: which keepers this node shares it with.
//!
//! Owns which keepers count. PROTOCOL section 17.

use super::{Group, Phase};
use crate::content::Endpoint;
use crate::ids::{ObjectId, PeerId, RoomId};
use crate::keeper::{Desk, KeeperRefusal, RoomAccess};
use crate::keys::KeyLayer;

impl<K: KeyLayer> Group<K> {
    /// The keepers that this node comes to, with their desks: those that somebody added who could do so today; before the log
    /// has arrived, those of the ticket or the identity.
    pub(crate) fn keepers(&self) -> Vec<Endpoint> {
        let told = match &self.phase {
            Phase::Looking { .. } => return Vec::new(),
            Phase::Joining { ticket, .. } => &ticket.endpoints,
            Phase::Returning(back) => &back.endpoints,
            Phase::Member | Phase::Out => {
                let versions = self.objects_today().map(|(_, version, _)| version);
                let counted = versions.filter(|version| self.may_today(version));
                return counted.filter_map(|version| version.keeper.clone()).collect();
            }
        };
        told.iter().filter(|endpoint| endpoint.desk().is_some()).cloned().collect()
    }

    /// What this node and a neighbour that may be a keeper find one another by: the room, and the desk at which it is handed
    /// over.
    pub(crate) fn accesses_by_keeper(&self, peer: &PeerId) -> Option<(RoomAccess, RoomAccess)> {
        let desk = self.desk_of(peer)?;
        Some((self.room.access_by_keeper(&desk), desk.access()))
    }

    /// What a keeper is given at this desk, if the neighbour has it.
    pub(crate) fn to_hand_over(&self, peer: &PeerId, desk_id: &RoomId) -> Option<RoomAccess> {
        let desk = self.desk_of(peer)?;
        (desk.access().room == *desk_id).then(|| self.room.access_by_keeper(&desk))
    }

    fn desk_of(&self, peer: &PeerId) -> Option<Desk> {
        self.keepers().into_iter().find(|endpoint| endpoint.peer == *peer)?.desk()
    }

    /// Says whether a neighbour is a member's device, as far as this node knows where those are.
    pub(crate) fn is_members(&self, peer: &PeerId) -> bool {
        let mut own = self.resolution.devices().into_iter().filter_map(|device| self.endpoint_of(&device));
        own.any(|endpoint| endpoint.peer == *peer)
    }

    /// A keeper says whether it carries the room; true if that is news.
    pub(crate) fn note_keeper(&mut self, peer: PeerId, refusal: Option<KeeperRefusal>) -> bool {
        let before = match refusal {
            Some(why) => self.keeper_refusals.insert(peer, why),
            None => self.keeper_refusals.remove(&peer),
        };
        before != refusal
    }

    /// Returns what a keeper said when it was asked to carry the room and does not.
    pub(crate) fn keeper_refusal(&self, peer: &PeerId) -> Option<KeeperRefusal> {
        self.keeper_refusals.get(peer).copied()
    }

    /// Returns the ids of the keepers that the group has, with whether each of them counts.
    pub(crate) fn keeper_objects(&self) -> impl Iterator<Item = (ObjectId, PeerId, bool)> {
        self.objects_today().filter_map(|(id, version, _)| {
            let keeper = version.keeper.as_ref()?;
            Some((id, keeper.peer, self.may_today(version)))
        })
    }
}
