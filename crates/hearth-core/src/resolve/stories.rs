//! Stories of membership, each named as its promise: the scenarios of PROTOCOL 3 and the attacks of the threat model that
//! `resolve` answers.

use crate::event::{Body, DeviceConsent, QuorumAct, Role, Settings};
use crate::ids::{IdentityId, MemberId, TokenId};
use crate::limits;
use crate::story::{Person, home_group, identity};

/// Splits a group into named people.
fn people<const N: usize>(servants: u8, members: u8) -> [Person; N] {
    home_group(servants, members).try_into().ok().unwrap()
}

#[test]
fn a_removal_voids_concurrent_acts_of_the_removed_and_keeps_the_removers() {
    let [mut s, mut t0, _, _, m0, _] = people::<6>(3, 2);
    let x = Person::new(20, s.group());
    s.remove(&t0).unwrap();
    t0.add(&x, Role::Newcomer);
    t0.remove(&m0).unwrap();
    assert!(!t0.is_in(&m0) && t0.is_in(&x));
    s.hear(&t0);
    assert!(!s.is_in(&t0) && !s.is_in(&x) && s.is_in(&m0));
}

#[test]
fn what_most_admins_acknowledged_stays_against_a_removal_they_did_not_know() {
    let [mut s, mut t0, mut t1, mut t2, _, _] = people::<6>(3, 2);
    let x = Person::new(20, s.group());
    t0.add(&x, Role::Newcomer);
    s.remove(&t0).unwrap();
    let mut unacknowledged = s.backup();
    unacknowledged.hear(&t0);
    assert!(!unacknowledged.is_in(&x));
    t1.hear(&t0);
    t1.ack();
    s.hear(&t1);
    assert!(!s.is_in(&x), "one of three other admins");
    t2.hear(&t0);
    t2.ack();
    s.hear(&t2);
    assert!(s.is_in(&x) && !s.is_in(&t0));
}

#[test]
fn an_acknowledgement_by_somebody_removed_meanwhile_protects_nothing() {
    let [mut s, mut t0, mut t1, t2] = people::<4>(3, 0);
    let x = Person::new(20, s.group());
    t0.add(&x, Role::Newcomer);
    s.remove(&t0).unwrap();
    s.remove(&t1).unwrap();
    for witness in [&mut t1, &mut t2.backup()] {
        witness.hear(&t0);
        witness.ack();
        s.hear(witness);
    }
    assert!(!s.is_in(&x));
}

#[test]
fn who_is_removed_twice_at_once_is_back_only_by_a_word_that_knew_of_both() {
    let [mut s, mut t1, mut t2, m1] = people::<4>(2, 1);
    s.remove(&m1).unwrap();
    t1.remove(&m1).unwrap();
    t1.add(&m1, Role::Newcomer);
    assert!(t1.is_in(&m1));
    let mut all = s.backup();
    all.hear(&t1);
    assert!(!all.is_in(&m1), "the secretary's removal was not known");
    // A lower rank than the remover's does not suffice.
    t2.hear(&all);
    t2.add(&m1, Role::Newcomer);
    assert!(!t2.is_in(&m1));
    s.hear(&t1);
    s.add(&m1, Role::Member);
    s.hear(&t2);
    assert!(s.is_in(&m1));
}

#[test]
fn two_secretaries_who_remove_each_other_are_both_out() {
    let [mut s, mut t0, mut t1] = people::<3>(2, 0);
    // The secretary tells each of them something else.
    let mut other = s.backup();
    s.set_role(&t0, Role::Secretary);
    other.set_role(&t1, Role::Secretary);
    t0.hear(&s);
    t1.hear(&other);
    t0.remove(&t1).unwrap();
    t1.remove(&t0).unwrap();
    s.hear(&t0);
    s.hear(&t1);
    assert!(!s.is_in(&t0) && !s.is_in(&t1));
    assert!(s.resolve().member_of(&s.device.public()).is_some());
}

#[test]
fn the_other_admins_remove_a_secretary_and_its_backdated_revenge_is_void() {
    let [s, mut t0, mut t1, t2, _] = people::<5>(3, 1);
    let mut late = s.backup();
    let act = t0.propose_removal(&s);
    assert!(t0.is_in(&s), "one of three");
    let pending = t0.resolve().pending.clone();
    assert_eq!((pending.len(), pending[0].missing, pending[0].endorsers.len()), (1, 1, 1));
    t1.hear(&t0);
    t1.endorse(act);
    assert!(!t1.is_in(&s) && t1.resolve().pending.is_empty());
    late.remove(&t0).unwrap();
    late.remove(&t1).unwrap();
    t1.hear(&late);
    assert!(!t1.is_in(&s) && t1.is_in(&t0) && t1.is_in(&t2));
    assert!(t1.resolve().member_of(&t1.device.public()).is_some());
}

#[test]
fn a_secretary_who_sees_the_proposal_cannot_remove_those_who_would_agree() {
    let [mut s, mut t0, mut t1, _] = people::<4>(3, 0);
    let act = t0.propose_removal(&s);
    t1.hear(&t0);
    s.hear(&t0);
    s.remove(&t1).unwrap();
    t1.endorse(act);
    t1.hear(&s);
    assert!(!t1.is_in(&s));
}

#[test]
fn an_endorsement_by_somebody_removed_meanwhile_does_not_count() {
    let [mut s, mut t0, mut t1, mut t2, m0] = people::<5>(3, 1);
    // About somebody else than the one who removes.
    let member = t0.id_of(&t2);
    let act = t0.write(Body::QuorumAct(QuorumAct::SetRole { member, role: Role::Secretary })).unwrap();
    s.remove(&t1).unwrap();
    t1.hear(&t0);
    t1.endorse(act);
    assert_eq!(t1.role_of(&t2), Some(Role::Secretary));
    s.hear(&t1);
    assert_eq!(s.role_of(&t2), Some(Role::Servant));
    assert_eq!(s.resolve().pending[0].missing, 1);
    t2.hear(&s);
    assert!(t2.is_in(&m0));
}

#[test]
fn a_group_that_lost_its_secretary_goes_on_by_its_conscience() {
    let mut group = home_group(0, 5);
    let s = group.remove(0);
    let mut witness = group[3].backup();
    let mut act = None;
    for number in 0..3 {
        let [member, before] = group.get_disjoint_mut([number, (number + 4) % 5]).unwrap();
        member.hear(before);
        match act {
            None => act = Some(member.propose_removal(&s)),
            Some(act) => drop(member.endorse(act)),
        }
        witness.hear(member);
        assert_eq!(witness.is_in(&s), number < 2, "after {} of five", number + 1);
    }
    // And gives itself another one.
    let [m0, m1, m2, m3] = group.get_disjoint_mut([0, 1, 2, 3]).unwrap();
    m0.hear(m2);
    let member = m0.id_of(m1);
    let act = m0.write(Body::QuorumAct(QuorumAct::SetRole { member, role: Role::Secretary })).unwrap();
    m2.hear(m0);
    m2.endorse(act);
    assert_eq!(m2.role_of(m1), Some(Role::Member), "two of four");
    m3.hear(m2);
    m3.endorse(act);
    assert_eq!(m3.role_of(m1), Some(Role::Secretary));
}

#[test]
fn nobody_alone_is_a_quorum() {
    let [s, mut m0] = people::<2>(0, 1);
    m0.propose_removal(&s);
    assert!(m0.is_in(&s));
    assert_eq!(m0.resolve().pending[0].missing, 1);
}

#[test]
fn newcomers_before_a_vote_have_none() {
    let [mut s, mut m0] = people::<2>(0, 1);
    let sybils: Vec<Person> = (30..36).map(|number| Person::new(number, s.group())).collect();
    for sybil in &sybils {
        s.add(sybil, Role::Newcomer);
    }
    m0.hear(&s);
    let act = m0.propose_removal(&s);
    for mut sybil in sybils {
        sybil.hear(&m0);
        sybil.endorse(act);
        m0.hear(&sybil);
    }
    assert!(m0.is_in(&s));
}

#[test]
fn a_vote_is_given_by_the_secretary_or_two_servants() {
    let [mut s, mut t0, mut t1, m0] = people::<4>(2, 1);
    let x = Person::new(20, s.group());
    t0.add(&x, Role::Newcomer);
    let act = t0.set_role(&x, Role::Member);
    assert_eq!(t0.role_of(&x), Some(Role::Newcomer));
    let mut m0 = m0;
    m0.hear(&t0);
    m0.endorse(act);
    assert_eq!(m0.role_of(&x), Some(Role::Newcomer), "a member's word is no servant's");
    t0.endorse(act);
    assert_eq!(t0.role_of(&x), Some(Role::Newcomer), "one servant is not two");
    t1.hear(&t0);
    t1.endorse(act);
    assert_eq!(t1.role_of(&x), Some(Role::Member));
    s.hear(&t1);
    s.set_role(&x, Role::Servant);
    assert_eq!(s.role_of(&x), Some(Role::Servant));
    t0.hear(&s);
    t0.set_role(&x, Role::Secretary);
    t0.set_role(&m0, Role::Servant);
    assert_eq!((t0.role_of(&x), t0.role_of(&m0)), (Some(Role::Servant), Some(Role::Member)));
}

#[test]
fn of_two_changes_of_rank_at_once_the_lower_one_counts_until_one_knows_both() {
    let [mut s, t0, m0] = people::<3>(1, 1);
    s.set_role(&t0, Role::Secretary);
    let mut t0 = t0;
    t0.hear(&s);
    let mut other = t0.backup();
    s.set_role(&m0, Role::Servant);
    other.set_role(&m0, Role::Newcomer);
    s.hear(&other);
    assert_eq!(s.role_of(&m0), Some(Role::Newcomer));
    s.set_role(&m0, Role::Servant);
    assert_eq!(s.role_of(&m0), Some(Role::Servant));
}

#[test]
fn a_rank_can_be_given_back_and_not_taken_up() {
    let [mut s, mut t0, _] = people::<3>(1, 1);
    let own = t0.backup();
    t0.set_role(&own, Role::Secretary);
    assert_eq!(t0.role_of(&own), Some(Role::Servant));
    t0.set_role(&own, Role::Member);
    s.hear(&t0);
    assert_eq!(s.role_of(&t0), Some(Role::Member));
}

#[test]
fn the_secretary_removes_whom_a_member_admitted() {
    let [mut s, mut m0] = people::<2>(0, 1);
    let token = s.invite(1, Role::Member, 1).unwrap();
    m0.hear(&s);
    let x = Person::new(20, s.group());
    m0.admit(&x, &token).unwrap();
    s.hear(&m0);
    assert!(s.is_in(&x));
    s.remove(&x).unwrap();
    assert!(!s.is_in(&x));
    // And may give a rank to whom a servant added.
    let [mut s, mut t0] = people::<2>(1, 0);
    t0.add(&x, Role::Newcomer);
    s.hear(&t0);
    s.set_role(&x, Role::Servant);
    assert_eq!(s.role_of(&x), Some(Role::Servant));
}

#[test]
fn the_admins_are_asked_about_those_whom_a_removed_servant_let_in() {
    let [mut s, mut t0] = people::<2>(1, 0);
    let (x, y) = (Person::new(20, s.group()), Person::new(21, s.group()));
    t0.add(&x, Role::Newcomer);
    t0.add(&y, Role::Visitor);
    let by = s.id_of(&t0);
    s.remove(&t0).unwrap();
    s.hear(&t0);
    let questions = s.resolve().questions.clone();
    assert_eq!(questions.len(), 2);
    assert!(questions.iter().all(|question| question.by == by));
    // Kept.
    s.add(&x, Role::Newcomer);
    let questions = s.resolve().questions.clone();
    assert_eq!(questions.len(), 1);
    assert_eq!(questions[0].identity, identity(&y.device));
}

#[test]
fn what_rests_on_a_removed_servants_invite_is_void_until_most_admins_have_acknowledged_it() {
    let [mut s, mut t0, mut t1, mut t2, mut m0] = people::<5>(3, 1);
    let y = Person::new(21, s.group());
    let token = t0.invite(1, Role::Newcomer, 1).unwrap();
    s.remove(&t0).unwrap();
    m0.hear(&t0);
    m0.admit(&y, &token).unwrap();
    s.hear(&m0);
    assert!(m0.is_in(&y) && !s.is_in(&y));
    assert!(!s.resolve().invites.contains_key(&TokenId(token.public().0)));
    for servant in [&mut t1, &mut t2] {
        servant.hear(&m0);
        servant.ack();
        s.hear(servant);
    }
    assert!(s.is_in(&y));
}

#[test]
fn who_was_given_a_vote_by_another_secretary_stays_when_their_sponsor_goes() {
    let [mut s, mut t0, mut t1, _] = people::<4>(3, 0);
    s.set_role(&t1, Role::Secretary);
    t0.hear(&s);
    let x = Person::new(20, s.group());
    t0.add(&x, Role::Newcomer);
    s.remove(&t0).unwrap();
    t1.hear(&t0);
    let mut without = s.backup();
    without.hear(&t1);
    assert!(!without.is_in(&x));
    t1.set_role(&x, Role::Member);
    s.hear(&t1);
    assert_eq!(s.role_of(&x), Some(Role::Member));
}

#[test]
fn members_may_invite_once_the_group_says_so() {
    let [mut s, mut t0, mut m0] = people::<3>(1, 1);
    let token = m0.invite(1, Role::Newcomer, 1).unwrap();
    assert!(!m0.resolve().invites.contains_key(&TokenId(token.public().0)));
    let settings = Settings { members_may_invite: true };
    let act = s.write(Body::QuorumAct(QuorumAct::SetParams(settings))).unwrap();
    assert_eq!(s.resolve().settings, Settings::default(), "one of two admins");
    t0.hear(&s);
    t0.endorse(act);
    assert_eq!(t0.resolve().settings, settings);
    m0.hear(&t0);
    let token = m0.invite(2, Role::Newcomer, 1).unwrap();
    let high = m0.invite(3, Role::Member, 1).unwrap();
    let invites = m0.resolve().invites.clone();
    assert!(invites.contains_key(&TokenId(token.public().0)));
    assert!(!invites.contains_key(&TokenId(high.public().0)));
    let x = Person::new(20, s.group());
    m0.admit(&x, &token).unwrap();
    assert_eq!(m0.role_of(&x), Some(Role::Newcomer));
}

#[test]
fn a_fired_servant_cannot_take_everybody_below_along() {
    let mut group = home_group(1, 4);
    let mut t0 = group.remove(1);
    let mut s = group.remove(0);
    s.remove(&t0).unwrap();
    for member in &group {
        t0.remove(member).unwrap();
    }
    s.hear(&t0);
    assert!(group.iter().all(|member| s.is_in(member)));
}

#[test]
fn a_removed_members_long_chain_published_late_changes_nothing() {
    let [mut s, mut t0, mut t1, m0] = people::<4>(2, 1);
    s.remove(&t0).unwrap();
    t1.hear(&s);
    let before = s.resolve();
    for number in 0..40 {
        let x = Person::new(40 + number, s.group());
        t0.add(&x, Role::Newcomer);
        if number == 20 {
            t0.remove(&m0).unwrap();
        }
        t0.ack();
    }
    s.hear(&t0);
    assert_eq!(s.resolve().members, before.members);
    // Also with a backdated counter-removal of the one who removed.
    let act = t0.propose_removal(&s);
    t0.endorse(act);
    t0.remove(&s).unwrap();
    s.hear(&t0);
    assert_eq!(s.resolve().members, before.members);
}

#[test]
fn a_rogue_secretarys_promotions_fall_with_it() {
    let [mut s, mut t0, mut t1, mut m0, m1] = people::<5>(2, 2);
    let mut rogue = s.backup();
    rogue.set_role(&m0, Role::Secretary);
    let act = t0.propose_removal(&s);
    t1.hear(&t0);
    t1.endorse(act);
    // The accomplice does not know of the removal, and uses its rank.
    m0.hear(&rogue);
    m0.remove(&m1).unwrap();
    m0.remove(&t0).unwrap();
    t1.hear(&m0);
    assert!(t1.is_in(&m1) && t1.is_in(&t0) && !t1.is_in(&s));
    assert_eq!(t1.role_of(&m0), Some(Role::Member));
    s.hear(&t1);
    assert!(!s.is_in(&rogue));
}

#[test]
fn a_member_has_one_voice_with_several_devices() {
    let mut group = home_group(0, 4);
    let s = group.remove(0);
    let mut tablet = group[0].add_device(50);
    assert_eq!(tablet.resolve().members.len(), 5);
    let id = tablet.id_of(&group[0]);
    assert_eq!(tablet.id_of(&tablet.backup()), id);
    let act = group[0].propose_removal(&s);
    tablet.hear(&group[0]);
    tablet.endorse(act);
    assert!(tablet.is_in(&s));
    assert_eq!(tablet.resolve().pending[0].missing, 2);
    // Its removal takes all devices.
    let [m0, ..] = group.as_slice() else { panic!() };
    let mut secretary = s;
    secretary.hear(&tablet);
    secretary.remove(m0).unwrap();
    assert!(!secretary.is_in(&tablet) && secretary.resolve().is_removed(&m0.device.public()));
}

#[test]
fn a_device_is_added_by_its_member_with_its_own_consent_alone() {
    let [mut s, mut m0, _] = people::<3>(0, 2);
    let group = m0.group();
    let (own, others) = (m0.id_of(&m0.backup()), m0.id_of(&s));
    let tablet = Person::new(50, group);
    let refused = |m0: &mut Person, consent: DeviceConsent| {
        m0.write(Body::DeviceAdd(consent)).unwrap();
        assert!(!m0.is_in(&tablet));
    };
    refused(&mut m0, DeviceConsent::prove(&group, &others, &tablet.device));
    let unproved = DeviceConsent { proof: [1; 64], ..DeviceConsent::prove(&group, &own, &tablet.device) };
    refused(&mut m0, unproved);
    // Somebody else's device, and one that was removed.
    m0.write(Body::DeviceAdd(DeviceConsent::prove(&group, &own, &s.device))).unwrap();
    assert_eq!(m0.id_of(&s), others);
    let x = Person::new(51, group);
    s.add(&x, Role::Member);
    s.remove(&x).unwrap();
    m0.hear(&s);
    m0.write(Body::DeviceAdd(DeviceConsent::prove(&group, &own, &x.device))).unwrap();
    assert!(!m0.is_in(&x));
    for number in 60..60 + limits::DEVICES_PER_MEMBER_MAX as u8 {
        m0.add_device(number);
    }
    assert_eq!(m0.resolve().members[&own].devices.len(), limits::DEVICES_PER_MEMBER_MAX);
}

#[test]
fn a_lost_device_is_revoked_and_what_its_finder_did_is_void() {
    let [mut s, mut t0, m0] = people::<3>(1, 1);
    let mut phone = t0.add_device(50);
    s.hear(&t0);
    t0.revoke(&phone);
    // The finder never hears of it.
    let x = Person::new(20, s.group());
    phone.add(&x, Role::Newcomer);
    phone.remove(&m0).unwrap();
    let thief = phone.add_device(51);
    s.hear(&phone);
    assert!(s.is_in(&phone) && s.is_in(&x) && s.is_in(&thief) && !s.is_in(&m0));
    s.hear(&t0);
    assert!(!s.is_in(&phone) && !s.is_in(&x) && !s.is_in(&thief) && s.is_in(&m0) && s.is_in(&t0));
    assert!(s.resolve().is_removed(&phone.device.public()));
}

#[test]
fn two_devices_that_revoke_each_other_are_both_out_and_the_member_is_let_in_again() {
    let [mut s, mut m0, _] = people::<3>(0, 2);
    let mut phone = m0.add_device(50);
    let own = m0.backup();
    m0.revoke(&phone);
    phone.revoke(&own);
    s.hear(&m0);
    s.hear(&phone);
    assert!(!s.is_in(&m0) && !s.is_in(&phone));
    assert_eq!(s.resolve().members.len(), 2);
    let new = Person::new(52, s.group());
    s.add(&new, Role::Member);
    assert!(s.is_in(&new));
}

#[test]
fn the_only_device_is_not_revoked_and_nobody_elses_is() {
    let [mut s, mut m0, m1] = people::<3>(0, 2);
    let own = m0.backup();
    m0.revoke(&own);
    m0.revoke(&m1);
    s.hear(&m0);
    assert!(s.is_in(&m0) && s.is_in(&m1));
}

#[test]
fn an_equivocating_endorser_counts_nothing() {
    let [s, mut t0, mut t1, mut t2] = people::<4>(3, 0);
    let act = t0.propose_removal(&s);
    t1.hear(&t0);
    let mut other = t1.backup();
    t1.endorse(act);
    assert!(!t1.is_in(&s));
    other.ack();
    t1.hear(&other);
    assert!(t1.is_in(&s));
    assert!(t1.resolve().equivocators.contains_key(&t1.device.public()));
    // Without the proof it counts, with it somebody else has to agree.
    t2.hear(&t1);
    t2.endorse(act);
    assert!(!t2.is_in(&s));
}

#[test]
fn a_removal_that_most_have_seen_does_not_end_by_an_endorsers_late_equivocation() {
    let [s, mut t0, mut t1, mut t2] = people::<4>(3, 0);
    let act = t0.propose_removal(&s);
    t1.hear(&t0);
    let mut other = t1.backup();
    t1.endorse(act);
    for witness in [&mut t0, &mut t2] {
        witness.hear(&t1);
        witness.ack();
    }
    other.ack();
    t2.hear(&t0);
    t2.hear(&other);
    assert!(!t2.is_in(&s));
    assert!(t2.resolve().equivocators.contains_key(&t1.device.public()));
}

#[test]
fn the_acts_of_an_equivocator_stay_valid_as_a_set() {
    let [mut s, t0, m0, m1] = people::<4>(1, 2);
    let (mut one, mut other) = (t0.backup(), t0.backup());
    one.remove(&m0).unwrap();
    other.remove(&m1).unwrap();
    s.hear(&one);
    s.hear(&other);
    assert!(!s.is_in(&m0) && !s.is_in(&m1) && s.is_in(&t0));
}

#[test]
fn who_lapsed_stays_a_member_and_is_back_with_a_word() {
    let [mut s, mut m0, _] = people::<3>(0, 2);
    let member = s.id_of(&m0);
    m0.write(Body::Lapse { member: MemberId([0; 32]) }).unwrap();
    s.write(Body::Lapse { member }).unwrap();
    assert!(s.is_in(&m0) && s.resolve().members[&member].is_lapsed);
    assert!(!s.resolve().expected_leaves().contains(&m0.device.public()));
    m0.ack();
    s.hear(&m0);
    assert!(s.resolve().members[&member].is_lapsed, "it did not know");
    m0.hear(&s);
    m0.ack();
    s.hear(&m0);
    assert!(!s.resolve().members[&member].is_lapsed);
}

#[test]
fn an_invite_over_somebodys_shoulder_admits_once() {
    let [mut s] = people::<1>(0, 0);
    let token = s.invite(1, Role::Newcomer, 1).unwrap();
    let (guest, thief) = (Person::new(20, s.group()), Person::new(21, s.group()));
    s.admit(&guest, &token).unwrap();
    s.admit(&thief, &token).unwrap();
    assert!(s.is_in(&guest) && !s.is_in(&thief));
}

#[test]
fn a_removed_member_comes_back_by_nobodys_old_word() {
    let [mut s, mut t0, mut m0] = people::<3>(1, 1);
    let token = s.invite(1, Role::Member, 3).unwrap();
    t0.hear(&s);
    m0.hear(&s);
    s.remove(&m0).unwrap();
    // Whoever has not heard of it admits and adds in vain; and oneself, too.
    t0.admit(&m0, &token).unwrap();
    t0.add(&m0, Role::Newcomer);
    let own = m0.backup();
    m0.admit(&own, &token).unwrap();
    s.hear(&t0);
    s.hear(&m0);
    assert!(!s.is_in(&m0));
    assert!(s.resolve().removals.iter().any(|(_, who)| *who == IdentityId(m0.device.public().0)));
}

#[test]
fn crossing_removals_by_many_both_stand() {
    let [mut s, mut t0, mut t1, _] = people::<4>(3, 0);
    let one = t0.propose_removal(&t1);
    let other = t1.propose_removal(&t0);
    s.hear(&t0);
    s.hear(&t1);
    s.endorse(one);
    s.endorse(other);
    assert!(!s.is_in(&t0) && !s.is_in(&t1));
}

#[test]
fn a_rank_is_not_taken_by_a_word_backdated_to_before_it_was_given() {
    let [mut s, mut t0, m0, m1] = people::<4>(1, 2);
    // A servant who cannot remove another one remembers the time when both were less.
    let mut rogue = t0.backup();
    s.set_role(&m0, Role::Servant);
    s.set_role(&m1, Role::Servant);
    t0.hear(&s);
    t0.remove(&m0).unwrap();
    assert!(t0.is_in(&m0));
    rogue.remove(&m0).unwrap();
    rogue.set_role(&m1, Role::Newcomer);
    assert!(!rogue.is_in(&m0));
    s.hear(&rogue);
    assert_eq!((s.role_of(&m0), s.role_of(&m1)), (Some(Role::Servant), Some(Role::Servant)));
}

#[test]
fn a_secretarys_rank_is_safe_from_an_equals_backdated_word_once_most_admins_have_acknowledged_it() {
    let [mut s, t0, mut t1, mut t2] = people::<4>(3, 0);
    let mut rogue = s.backup();
    s.set_role(&t0, Role::Secretary);
    rogue.remove(&t0).unwrap();
    for servant in [&mut t1, &mut t2] {
        let mut before = servant.backup();
        before.hear(&s);
        before.hear(&rogue);
        assert!(!before.is_in(&t0));
        servant.hear(&s);
        servant.ack();
    }
    t1.hear(&t2);
    t1.hear(&rogue);
    assert_eq!(t1.role_of(&t0), Some(Role::Secretary));
}

#[test]
fn a_device_that_two_claim_is_one_members_and_the_others_when_that_one_is_gone() {
    let [mut s, mut t0, mut m0] = people::<3>(1, 1);
    let x = Person::new(20, s.group());
    t0.add(&x, Role::Newcomer);
    let own = m0.id_of(&m0.backup());
    let consent = DeviceConsent::prove(&s.group(), &own, &x.device);
    m0.write(Body::DeviceAdd(consent)).unwrap();
    s.hear(&t0);
    s.hear(&m0);
    let owner = s.id_of(&x);
    s.remove(&x).unwrap();
    // Found by steps or from the beginning, it is the same.
    let anew = super::resolve(&s.log, s.log.all());
    assert_eq!(*s.resolve(), anew);
    if owner != own {
        assert_eq!(s.id_of(&x), own);
    }
}

#[test]
fn who_lost_a_rank_does_nothing_with_it_by_a_backdated_act() {
    let [mut s, mut t0, mut t1, m0, m1] = people::<5>(2, 2);
    let x = Person::new(20, s.group());
    let mut honest = t0.backup();
    s.set_role(&t0, Role::Member);
    t0.remove(&m0).unwrap();
    t0.set_role(&m1, Role::Newcomer);
    t0.add(&x, Role::Newcomer);
    s.hear(&t0);
    assert!(s.is_in(&m0) && !s.is_in(&x));
    assert_eq!(s.role_of(&m1), Some(Role::Member));
    // What the other admins had acknowledged stays: the secretary does not undo it by taking the rank afterwards.
    honest.remove(&m0).unwrap();
    t1.hear(&honest);
    t1.ack();
    let mut all = t1.backup();
    all.hear(&s);
    assert!(all.is_in(&m0), "one of two other admins");
    // And who has been removed by a lower rank since does not come back to it.
    let mut rogue = t0.backup();
    t1.hear(&s);
    t1.remove(&t0).unwrap();
    rogue.remove(&m1).unwrap();
    t1.hear(&rogue);
    assert!(t1.is_in(&m1) && !t1.is_in(&t0));
}

#[test]
fn who_gave_a_rank_back_and_was_removed_changes_nothing_with_it() {
    let [mut s, mut t0, mut t1, m0, m1] = people::<5>(2, 2);
    t0.remove(&m1).unwrap();
    let mut rogue = t0.backup();
    t0.set_role(&t0.backup(), Role::Member);
    t1.hear(&t0);
    t1.remove(&t0).unwrap();
    s.hear(&t1);
    assert!(!s.is_in(&t0) && !s.is_in(&m1) && s.is_in(&m0));
    // By a rank that is not below that of whoever removed.
    let mut other = rogue.backup();
    rogue.remove(&m0).unwrap();
    // Nor by taking back what the removal knew.
    let own = other.backup();
    other.set_role(&own, Role::Member);
    s.hear(&rogue);
    s.hear(&other);
    assert!(s.is_in(&m0) && !s.is_in(&m1));
}

#[test]
fn who_was_let_in_twice_at_once_is_one_person_with_all_that_either_membership_has() {
    let mut smaller = [0, 0];
    for number in 20..32 {
        let [mut s, mut t0, mut t1, m0] = people::<4>(2, 1);
        let mut x = Person::new(number, s.group());
        // One servant and the secretary each let them in without knowing of the other.
        let one = t0.add(&x, Role::Newcomer);
        let other = s.add(&x, Role::Member);
        smaller[usize::from(one < other)] += 1;
        x.hear(&t0);
        let lost = x.add_device(50);
        let kept = x.add_device(51);
        x.revoke(&lost);
        t0.hear(&x);
        assert_eq!(t0.id_of(&x), one);
        // What the second letting in does not know holds for it, too.
        let mut all = m0.backup();
        all.hear(&s);
        assert_eq!((all.id_of(&x), all.role_of(&x)), (other, Some(Role::Member)));
        all.hear(&t0);
        assert_eq!(all.id_of(&x), one.min(other));
        assert!(all.is_in(&kept) && !all.is_in(&lost) && all.resolve().is_removed(&lost.device.public()));
        assert_eq!(all.resolve().members.len(), 5);
        // The second letting in lowers nobody; who may take a rank takes it from the person.
        assert_eq!(all.role_of(&x), Some(Role::Member));
        s.set_role(&x, Role::Visitor);
        all.hear(&s);
        assert_eq!(all.role_of(&x), Some(Role::Visitor));
        // A removal takes both.
        t1.hear(&all);
        t1.remove(&x).unwrap();
        assert!(!t1.is_in(&x) && !t1.is_in(&kept));
        let anew = super::resolve(&t1.log, t1.log.all());
        assert_eq!(*t1.resolve(), anew);
    }
    assert!(smaller.iter().all(|count| *count > 0), "either is the smaller one: {smaller:?}");
}

#[test]
fn who_was_let_in_twice_at_once_has_one_voice_by_either_membership() {
    let mut smaller = [0, 0];
    for number in 20..32 {
        let [mut s, mut m0, mut m1, m2] = people::<4>(0, 3);
        let token = s.invite(60, Role::Member, 2).unwrap();
        let mut x = Person::new(number, s.group());
        m0.hear(&s);
        m1.hear(&s);
        let (one, other) = (m0.admit(&x, &token).unwrap(), m1.admit(&x, &token).unwrap());
        smaller[usize::from(one < other)] += 1;
        // The proposal knows one membership, and the second word of the person is the smaller one's.
        let act = m1.propose_removal(&m2);
        x.hear(&m1);
        let mut tablet = x.add_device(50);
        tablet.hear(&m0);
        tablet.endorse(act);
        assert_eq!(tablet.resolve().pending[0].missing, 1);
        x.endorse(act);
        tablet.hear(&x);
        let pending = &tablet.resolve().pending[0];
        assert_eq!((pending.missing, pending.endorsers.len(), pending.electorate.len()), (1, 2, 4));
        assert!(pending.electorate.contains(&MemberId::from(one.min(other))));
        m0.hear(&tablet);
        m0.endorse(act);
        assert!(!m0.is_in(&m2));
    }
    assert!(smaller.iter().all(|count| *count > 0), "either is the smaller one: {smaller:?}");
}
