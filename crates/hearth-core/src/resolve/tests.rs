//! Tests of membership: who is in, with which rank, by whose word.

use proptest::prelude::*;

use super::*;
use crate::crypto::EngineRng;
use crate::event::{Body, Event};
use crate::ids::EpochId;
use crate::story::{Person, group_of, identity};

#[test]
fn a_removal_voids_what_the_removed_did_without_knowing_of_it() {
    let [mut alice, mut ben, dan] = group_of();
    let token = alice.invite(1, Role::Member, 1).unwrap();
    ben.hear(&alice);
    ben.admit(&dan, &token).unwrap_or_else(|| panic!("in the log"));
    let gail = Person::new(9, alice.group());
    ben.admit(&gail, &token).unwrap();
    assert!(ben.is_in(&gail));
    alice.remove(&ben).unwrap();
    alice.hear(&ben);
    assert!(!alice.is_in(&ben));
    assert!(!alice.is_in(&gail));
    // Not by way of a longer chain, either.
    let mut late = ben;
    for _ in 0..5 {
        late.write(Body::Leave);
    }
    alice.hear(&late);
    assert!(!alice.is_in(&gail));
}

#[test]
fn what_the_removed_did_before_stays() {
    let [mut alice, mut ben] = group_of();
    let token = alice.invite(1, Role::Member, 1).unwrap();
    ben.hear(&alice);
    let gail = Person::new(9, alice.group());
    ben.admit(&gail, &token).unwrap();
    alice.hear(&ben);
    alice.remove(&ben).unwrap();
    assert!(alice.is_in(&gail) && !alice.is_in(&ben));
}

#[test]
fn a_member_neither_invites_nor_removes_nor_adds() {
    let [mut alice, mut ben, cleo] = group_of();
    let token = ben.invite(1, Role::Newcomer, 1).unwrap();
    let gail = Person::new(9, alice.group());
    ben.admit(&gail, &token);
    ben.remove(&cleo);
    ben.remove(&alice);
    ben.write(Body::Add { identity: identity(&gail.device), role: Role::Visitor });
    alice.hear(&ben);
    let resolution = alice.resolve();
    assert_eq!(resolution.members.len(), 3);
    assert!(resolution.removals.is_empty());
    assert!(!resolution.invites.contains_key(&TokenId(token.public().0)));
}

#[test]
fn an_invite_admits_as_many_as_it_says_and_none_after_it_is_revoked() {
    let [mut alice] = group_of();
    let token = alice.invite(1, Role::Member, 1).unwrap();
    let (gail, hugo) = (Person::new(9, alice.group()), Person::new(10, alice.group()));
    alice.admit(&gail, &token).unwrap();
    alice.admit(&hugo, &token).unwrap();
    assert!(alice.is_in(&gail) && !alice.is_in(&hugo));
    let token = alice.invite(2, Role::Member, 1).unwrap();
    alice.write(Body::RevokeInvite { token: TokenId(token.public().0) }).unwrap();
    alice.admit(&hugo, &token).unwrap();
    assert!(!alice.is_in(&hugo));
}

#[test]
fn an_admission_without_its_proofs_does_not_count() {
    let [mut alice] = group_of();
    let token = alice.invite(1, Role::Member, 9).unwrap();
    let gail = Person::new(9, alice.group());
    let good = crate::event::Admission::prove(&alice.group(), &token, &gail.device, "Gail");
    for part in 0..4 {
        let mut bad = good.clone();
        match part {
            0 => bad.identity.name = "Alice".to_owned(),
            1 => bad.token_proof[5] ^= 1,
            2 => bad.device_proof[5] ^= 1,
            _ => bad.identity.device = alice.device.public(),
        }
        alice.write(Body::Admit(bad));
        assert_eq!(alice.resolve().members.len(), 1, "part {part}");
    }
    alice.write(Body::Admit(good)).unwrap();
    assert!(alice.is_in(&gail));
}

#[test]
fn who_is_admitted_by_two_at_once_is_one_member() {
    let [mut alice, mut ben] = group_of();
    let token = alice.invite(1, Role::Member, 1).unwrap();
    ben.hear(&alice);
    let gail = Person::new(9, alice.group());
    let ids = [alice.admit(&gail, &token).unwrap(), ben.admit(&gail, &token).unwrap()];
    alice.hear(&ben);
    let resolution = alice.resolve();
    assert_eq!(resolution.members.len(), 3);
    let (id, _) = resolution.member_of(&gail.device.public()).unwrap();
    assert_eq!(Some(*id), ids.map(MemberId::from).into_iter().min());
    // Removing the identity removes both.
    alice.remove(&gail).unwrap();
    assert!(!alice.is_in(&gail));
}

#[test]
fn who_left_is_out_and_may_be_added_again() {
    let [mut alice, mut ben] = group_of();
    ben.write(Body::Leave).unwrap();
    alice.hear(&ben);
    assert!(!alice.is_in(&ben) && alice.resolve().is_removed(&ben.device.public()));
    alice.write(Body::Add { identity: identity(&ben.device), role: Role::Member }).unwrap();
    assert!(alice.is_in(&ben) && !alice.resolve().is_removed(&ben.device.public()));
}

/// Lets people act at random, each with what they happen to have heard.
fn random_events(seed: u64) -> Vec<Event> {
    let mut bytes = [0; 32];
    bytes[..8].copy_from_slice(&seed.to_le_bytes());
    let mut rng = EngineRng::from_seed(bytes);
    let mut people: Vec<Person> = group_of::<4>().into();
    let group = people[0].group();
    people.extend((10..13).map(|number| Person::new(number, group)));
    for _ in 0..40 {
        let count = people.len() as u64;
        let (who, whom) = (rng.below(count) as usize, rng.below(count) as usize);
        if who == whom {
            continue;
        }
        let [actor, other] = people.get_disjoint_mut([who, whom]).unwrap();
        if actor.log.entries().is_empty() {
            actor.hear(other);
            continue;
        }
        let token = rng.below(3) as u8;
        match rng.below(12) {
            0..=3 => actor.hear(other),
            4 => drop(actor.invite(token, Role::Member, 1 + rng.below(2) as u16)),
            5 | 6 => {
                let token = crate::crypto::DeviceSecret::from_seed(&[100 + token; 32]);
                actor.admit(other, &token);
            }
            7 => drop(actor.remove(other)),
            8 if rng.below(3) == 0 => drop(actor.write(Body::Leave)),
            9 => {
                let token = crate::crypto::DeviceSecret::from_seed(&[100 + token; 32]).public();
                actor.write(Body::RevokeInvite { token: TokenId(token.0) });
            }
            10 => drop(actor.write(Body::Add { identity: identity(&other.device), role: Role::Member })),
            _ => drop(actor.commit()),
        }
    }
    let (mut all, others) = (people.remove(0), people);
    for other in &others {
        all.hear(other);
    }
    all.log.entries().iter().map(|entry| entry.event.clone()).collect()
}

fn answer(events: &[Event], group: crate::ids::GroupId) -> (Resolution, Option<EpochId>, usize) {
    let mut person = Person::new(0, group);
    for event in events {
        person.take(event.clone());
    }
    (Resolution::clone(&person.resolve()), person.head(), person.log.entries().len())
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(60) })]
    #[test]
    fn the_order_of_arrival_changes_nothing(seed in any::<u64>(), shuffle in any::<u64>()) {
        let events = random_events(seed);
        let expected = answer(&events, events[0].group());
        let mut shuffled = events.clone();
        let mut bytes = [1; 32];
        bytes[..8].copy_from_slice(&shuffle.to_le_bytes());
        let mut rng = EngineRng::from_seed(bytes);
        for place in (1..shuffled.len()).rev() {
            shuffled.swap(place, rng.below(place as u64 + 1) as usize);
        }
        let found = answer(&shuffled, events[0].group());
        prop_assert!(found == expected, "seed {seed}, shuffle {shuffle}");
    }
}
