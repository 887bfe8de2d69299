//! Visits: for how long a visitor may stay, and whose home group this is.
//!
//! Neither changes a rank, and neither is read by `resolve`. What follows from them is `group::visits`'. PROTOCOL section 16.

use serde::{Deserialize, Serialize};

use super::{BodyKind, BodyRules, ONE, Right, Salt, silent};
use crate::content::object::salt_of;
use crate::ids::{IdentityId, MS_PER_DAY, Timestamp};
use crate::limits;

/// The number of [`Stay`]'s kind.
pub(crate) const STAY_KIND: u16 = 20;
/// The number of [`Home`]'s kind.
pub(crate) const HOME_KIND: u16 = 21;
/// Days for which it is known until when a visitor could stay.
const STAY_KEPT_DAYS: u64 = 30;

/// For how long a visitor may stay. The group has one about each, whoever writes it.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stay {
    /// Who.
    pub visitor: IdentityId,
    /// Until when; read as 30 days after it was written at most.
    pub until: Timestamp,
}

impl Stay {
    pub(super) const RIGHT: Right = Right::ServantsAndInviter;

    /// Lets a visitor stay for 30 days from `now`.
    pub fn from(visitor: IdentityId, now: Timestamp) -> Self {
        Self { visitor, until: now.plus_ms(limits::STAY_DAYS * MS_PER_DAY) }
    }
}

impl BodyKind for Stay {
    fn is_in_bounds(&self) -> bool {
        true
    }

    fn rules(&self) -> BodyRules {
        let ends = Some(self.until.plus_ms(STAY_KEPT_DAYS * MS_PER_DAY));
        BodyRules { right: Self::RIGHT, salt: Salt::GroupAbout(salt_of(&self.visitor.0)), ends }
    }
}

/// A member's word that this is their home group. It is theirs alone, and no rank.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Home {
    /// When they said so, by their clock.
    pub since: Timestamp,
}

impl Home {
    pub(super) const RIGHT: Right = Right::Owner;
}

impl BodyKind for Home {
    fn is_in_bounds(&self) -> bool {
        true
    }

    fn rules(&self) -> BodyRules {
        BodyRules::lasting(Self::RIGHT, ONE)
    }
}

silent!(Stay, Home);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::content::Body;

    #[test]
    fn p16_the_bytes_of_stays_and_homes_are_frozen() {
        let stay = Body::Stay(Stay { visitor: IdentityId([0xab; 32]), until: Timestamp(1_790_000_000_000) });
        let home = Body::Home(Home { since: Timestamp(1_790_000_000_000) });
        let clock = [0x80, 0xd8, 0xc1, 0xa2, 0x8c, 0x34];
        let stay = (STAY_KIND, [[0xab; 32].as_slice(), &clock].concat(), stay);
        let vectors = [stay, (HOME_KIND, clock.to_vec(), home)];
        for (kind, bytes, body) in vectors {
            assert_eq!(Body::decode(kind, &bytes), body);
            assert_eq!(body.encode(), Some((kind, bytes)));
        }
    }
}
