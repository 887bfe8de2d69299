//! Translates keepers between the words of the local API and those of the engine.
//!
//! Owns nothing else: whom a keeper carries, and who comes to it, is the engine's.

use hearth_api as api;
use hearth_api::{ApiError, KeeperState};
use hearth_core::engine::KeeperView;
use hearth_core::ids::RoomId;
use hearth_core::keeper::{KeeperRefusal, KeptView};

use super::{Driver, words};

impl Driver {
    pub(super) fn keepers(&self, group: api::GroupId) -> Result<api::Keepers, ApiError> {
        self.group(group)?;
        let views = self.engine()?.keepers(&words::core_group(group));
        let mut keepers: Vec<api::Keeper> =
            views.map_err(|fault| words::error(&fault.into()))?.into_iter().map(keeper).collect();
        keepers.sort_by(|a, b| (&a.name, a.id).cmp(&(&b.name, b.id)));
        Ok(api::Keepers { keepers })
    }

    pub(super) fn carried(&self) -> Result<api::Carried, ApiError> {
        let mut rooms: Vec<api::CarriedRoom> = self.engine()?.kept().iter().map(carried).collect();
        rooms.sort_by_key(|room| (room.made_at, room.id));
        Ok(api::Carried { rooms })
    }
}

pub(super) fn core_desk(id: api::ObjectId) -> RoomId {
    RoomId(id.to_bytes())
}

fn keeper(view: KeeperView) -> api::Keeper {
    let state = match view.refusal {
        _ if view.is_connected => KeeperState::Connected,
        _ if !view.counts => KeeperState::NotUsed,
        Some(KeeperRefusal::Used) => KeeperState::TicketUsed,
        Some(KeeperRefusal::Full) => KeeperState::Full,
        None => KeeperState::NotConnected,
    };
    api::Keeper {
        id: super::things::object_id(&view.id),
        name: view.name,
        by: view.by.as_ref().map(words::member_id),
        by_name: view.by_name,
        state,
        may_remove: view.may_change,
    }
}

fn carried((desk, view): &(RoomId, KeptView)) -> api::CarriedRoom {
    api::CarriedRoom {
        id: api::ObjectId::from_bytes(desk.0),
        used: view.room.is_some(),
        made_at: view.made.0,
        envelopes: view.envelopes as u64,
        bytes: view.bytes,
        connected: words::number(view.connected),
    }
}
