//! The single rules of authority, one function each, on ranks and counts alone. PROTOCOL section 3.

use crate::event::{Role, Settings};

/// The stratum of what many decide, of the founding, and of what somebody decides about oneself alone.
pub(super) const STRATUM_QUORUM: u8 = 5;
/// The rank that re-adding somebody needs at most, whatever removed them.
const READD_RANK_MAX: u8 = 4;
/// The rank from which one is an admin.
const ADMIN_RANK: u8 = 3;
/// The rank from which one has a vote.
const VOTE_RANK: u8 = 2;
/// Other admins that decide for the group; with fewer, its conscience does: all who have a vote.
const ADMINS_TO_DECIDE: usize = 2;
/// Signatures that an act about somebody's standing needs at least, where one servant's or the secretary's is not enough.
const SIGNATURES_MIN: usize = 2;

/// Who must agree to a change of somebody's rank.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum RoleChange {
    /// The author alone.
    Alone,
    /// A second servant, too.
    Seconded,
    /// It is not the author's to make.
    Refused,
}

/// Says whether a rank makes an admin.
pub(super) fn is_admin(role: Role) -> bool {
    role.rank() >= ADMIN_RANK
}

/// Says whether a rank gives a vote.
pub(super) fn has_vote(role: Role) -> bool {
    role.rank() >= VOTE_RANK
}

/// Which rank an act of this stratum may give to somebody from outside: the secretary up to member, a servant newcomers
/// and visitors; and members the same, if the group lets them.
pub(super) fn may_give(stratum: u8, role: Role, settings: Settings) -> bool {
    let most = if stratum >= Role::Secretary.rank() {
        Role::Member
    } else if stratum >= ADMIN_RANK || (stratum >= VOTE_RANK && settings.members_may_invite) {
        Role::Newcomer
    } else {
        return false;
    };
    role <= most
}

/// Who has a vote may admit, up to the rank by which the admission is judged.
pub(super) fn may_admit(stratum: u8, role: Role) -> bool {
    stratum >= VOTE_RANK && stratum >= role.rank()
}

/// A lower rank can be removed by one servant or the secretary.
pub(super) fn may_remove(rank: u8, target: u8) -> bool {
    rank >= ADMIN_RANK && rank > target
}

/// Whether somebody of `rank` may change `target` into `role`.
pub(super) fn role_change(rank: u8, target: u8, role: Role, is_oneself: bool) -> RoleChange {
    if is_oneself {
        // A rank may be given back, as service rotates.
        return if role.rank() < target { RoleChange::Alone } else { RoleChange::Refused };
    }
    if rank < ADMIN_RANK || rank <= target || role.rank() == target {
        return RoleChange::Refused;
    }
    let is_promotion = role.rank() > target;
    if !is_promotion || role < Role::Member || rank >= Role::Secretary.rank() {
        return RoleChange::Alone;
    }
    // A vote is worth more than one servant's word; a servant's or secretary's rank more than any servants'.
    if role == Role::Member { RoleChange::Seconded } else { RoleChange::Refused }
}

/// Any admin may let leaves lapse: nobody loses a rank by it.
pub(super) fn may_lapse(rank: u8) -> bool {
    rank >= ADMIN_RANK
}

/// Somebody who was removed is let in only by a rank that is not below the removal's.
pub(super) fn may_readd(stratum: u8, removal: u8) -> bool {
    stratum >= removal.min(READD_RANK_MAX)
}

/// A removal voids what is weaker, and what is as strong unless that is a removal or change of rank itself.
pub(super) fn outweighs(removal: u8, act: u8, act_is_strong: bool) -> bool {
    act < removal || (act == removal && !act_is_strong)
}

/// A rank given meanwhile stands against whoever would take it with no more than that rank.
pub(super) fn withstands(role: Role, taking: u8) -> bool {
    role.rank() >= taking
}

/// More than half.
pub(super) fn is_majority(count: usize, of: usize) -> bool {
    2 * count > of
}

/// How many make up a majority.
fn majority_of(all: usize) -> usize {
    all / 2 + 1
}

/// How many of an electorate must agree to an act. Where it is about somebody's standing, never one alone: no single
/// signature takes a rank away from an equal or higher one.
pub(super) fn needed_of(electorate: usize, is_about_somebody: bool) -> usize {
    majority_of(electorate).max(if is_about_somebody { SIGNATURES_MIN } else { 1 })
}

/// Whether these many other admins decide for the group.
pub(super) fn admins_decide(others: usize) -> bool {
    others >= ADMINS_TO_DECIDE
}

/// What a removal voids can be made safe by acknowledgements, unless many decided it.
pub(super) fn is_bounded_by_acks(removal: u8) -> bool {
    removal < STRATUM_QUORUM
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranks_give_what_they_may() {
        let (closed, open) = (Settings::default(), Settings { members_may_invite: true });
        let most = |stratum, settings| {
            [Role::Secretary, Role::Servant, Role::Member, Role::Newcomer, Role::Visitor]
                .into_iter()
                .find(|role| may_give(stratum, *role, settings))
        };
        assert_eq!(most(4, closed), Some(Role::Member));
        assert_eq!(most(3, closed), Some(Role::Newcomer));
        assert_eq!((most(2, closed), most(2, open)), (None, Some(Role::Newcomer)));
        assert_eq!(most(1, open), None);
    }

    #[test]
    fn a_vote_takes_the_secretary_or_two_servants() {
        use RoleChange::{Alone, Refused, Seconded};
        assert_eq!(role_change(4, 1, Role::Member, false), Alone);
        assert_eq!(role_change(3, 1, Role::Member, false), Seconded);
        assert_eq!(role_change(3, 0, Role::Newcomer, false), Alone);
        assert_eq!(role_change(2, 1, Role::Member, false), Refused);
        assert_eq!(role_change(3, 2, Role::Servant, false), Refused);
        assert_eq!(role_change(4, 2, Role::Servant, false), Alone);
        assert_eq!(role_change(4, 3, Role::Secretary, false), Alone);
        assert_eq!(role_change(4, 4, Role::Member, false), Refused, "an equal");
        assert_eq!(role_change(3, 3, Role::Newcomer, false), Refused, "an equal");
        assert_eq!(role_change(3, 2, Role::Newcomer, false), Alone);
        assert_eq!(role_change(4, 3, Role::Servant, false), Refused, "no change");
        assert_eq!(role_change(4, 4, Role::Member, true), Alone, "a rank given back");
        assert_eq!(role_change(2, 2, Role::Secretary, true), Refused);
    }

    #[test]
    fn removals_outweigh_what_is_weaker() {
        assert!(outweighs(4, 3, true) && outweighs(4, 4, false));
        assert!(!outweighs(4, 4, true) && !outweighs(3, 4, false));
        assert!(
            withstands(Role::Servant, 3) && !withstands(Role::Servant, 4) && !withstands(Role::Member, 3)
        );
        assert!(may_remove(3, 2) && may_remove(4, 3) && !may_remove(3, 3) && !may_remove(2, 1));
        assert!(may_readd(4, 5) && may_readd(3, 3) && !may_readd(3, 4) && may_readd(3, 0));
    }

    #[test]
    fn majorities_are_more_than_half() {
        for all in 0..9 {
            assert!(is_majority(majority_of(all), all));
            assert!(!is_majority(majority_of(all) - 1, all));
        }
        assert_eq!((needed_of(1, false), needed_of(1, true), needed_of(5, true)), (1, 2, 3));
        assert!(admins_decide(2) && !admins_decide(1));
        assert!(is_bounded_by_acks(4) && !is_bounded_by_acks(STRATUM_QUORUM));
    }
}
