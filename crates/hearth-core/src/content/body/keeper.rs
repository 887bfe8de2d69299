//! A keeper that carries the group's room: where it is, and the desk at which members hand it the room.
//!
//! Whether a node uses it follows from who added it: `group::keepers` asks. PROTOCOL section 17.

use serde::{Deserialize, Serialize};

use super::{BodyKind, BodyRules, Right, Salt, is_line, silent};
use crate::content::object::salt_of;
use crate::content::{Endpoint, Kind};
use crate::keeper::{Desk, KeeperTicket};
use crate::limits;

/// A keeper of the group's room. Whoever adds it answers for the machine.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Keeper {
    /// What members call it: a line, and none of a person.
    pub name: String,
    /// Where it is reached.
    pub endpoint: Endpoint,
    /// Where it takes the room.
    pub(crate) desk: Desk,
}

impl Keeper {
    pub(super) const RIGHT: Right = Right::HomeOwnerAndServants;

    /// Takes what a ticket says.
    pub fn new(name: &str, ticket: &KeeperTicket) -> Self {
        Self { name: name.to_owned(), endpoint: ticket.endpoint.clone(), desk: ticket.desk.clone() }
    }

    /// Returns its endpoint, with the desk.
    pub(crate) fn marked(&self) -> Endpoint {
        Endpoint::of_keeper(self.endpoint.peer, &self.desk, &self.endpoint.addresses)
    }
}

impl BodyKind for Keeper {
    fn is_in_bounds(&self) -> bool {
        is_line(&self.name, limits::LINE_BYTES_MAX)
            && self.endpoint.is_in_bounds()
            && self.endpoint.desk().is_none()
    }

    fn rules(&self) -> BodyRules {
        BodyRules::lasting(Self::RIGHT, Salt::About(salt_of(&self.endpoint.peer.0)))
    }
}

silent!(Keeper);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::content::Body;
    use crate::ids::PeerId;

    #[test]
    fn p17_the_bytes_of_a_keeper_are_frozen() {
        let keeper = Keeper {
            name: "shelf".into(),
            endpoint: Endpoint { peer: PeerId([0xab; 32]), addresses: vec![vec![4, 127]] },
            desk: Desk::new([0xcd; 32]),
        };
        let bytes = [b"\x05shelf".as_slice(), &[0xab; 32], &[1, 2, 4, 127], &[0xcd; 32]].concat();
        let body = Body::Keeper(keeper.clone());
        assert_eq!(body.encode(), Some((22, bytes.clone())));
        assert_eq!(Body::decode(22, &bytes), body);
        let marked = Keeper { endpoint: keeper.marked(), ..keeper.clone() };
        assert!(keeper.is_in_bounds() && !marked.is_in_bounds(), "no desk among the addresses");
        assert_eq!(keeper.marked().desk(), Some(keeper.desk.clone()));
        assert_eq!(keeper.marked().without_desk(), keeper.endpoint);
    }
}
