//! Tests of commits and of the choice between them.

use super::choice::priority;
use super::*;
use crate::event::Commit;
use crate::event::Role;
use crate::story::{Person, group_of};

#[test]
fn all_choose_the_same_of_two_branches() {
    let [mut alice, mut ben, mut cleo] = group_of();
    let token = alice.invite(1, Role::Member, 2).unwrap();
    ben.hear(&alice);
    let (gail, hugo) = (Person::new(9, alice.group()), Person::new(10, alice.group()));
    alice.admit(&gail, &token).unwrap();
    ben.admit(&hugo, &token).unwrap();
    let branches = [alice.commit().unwrap(), ben.commit().unwrap()].map(EpochId::from);
    assert_ne!(alice.head(), ben.head());
    alice.hear(&ben);
    ben.hear(&alice);
    cleo.hear(&alice);
    let head = alice.head().unwrap();
    assert!(branches.contains(&head));
    assert_eq!((ben.head(), cleo.head()), (Some(head), Some(head)));
    // A longer branch wins nothing.
    let loser = if head == branches[0] { &mut ben } else { &mut alice };
    assert!(loser.epochs.is_ancestor(&EpochId(loser.group().0), &head));
    let lost = *branches.iter().find(|branch| **branch != head).unwrap();
    assert!(!loser.epochs.is_ancestor(&lost, &head));
}

#[test]
fn the_priority_depends_on_parent_and_author_alone() {
    let [alice, ben] = [MemberId([1; 32]), MemberId([2; 32])];
    let parent = EpochId([3; 32]);
    assert_ne!(priority(&parent, &alice), priority(&parent, &ben));
    assert_ne!(priority(&parent, &alice), priority(&EpochId([4; 32]), &alice));
}

#[test]
fn a_commit_of_the_removed_does_not_count() {
    let [mut alice, mut ben, cleo] = group_of();
    let token = alice.invite(1, Role::Member, 1).unwrap();
    ben.hear(&alice);
    let gail = Person::new(9, alice.group());
    ben.admit(&gail, &token).unwrap();
    let commit = EpochId::from(ben.commit().unwrap());
    alice.remove(&ben).unwrap();
    let own = EpochId::from(alice.commit().unwrap());
    alice.hear(&ben);
    assert!(alice.epochs.node(&commit).is_some());
    assert_eq!(alice.head(), Some(own));
    assert!(alice.epochs.node(&own).unwrap().tree.contains(&cleo.device.public()));
}

fn commit(person: &mut Person, add: &[&Person], drop: &[&Person]) -> Option<EpochId> {
    let devices = |people: &[&Person]| {
        let mut devices: Vec<DeviceId> = people.iter().map(|person| person.device.public()).collect();
        devices.sort();
        devices
    };
    let parent = person.head()?;
    let commit = Commit {
        parent,
        add: devices(add),
        drop: devices(drop),
        mls: Vec::new(),
        authenticator_hash: [0; 32],
    };
    let id = EpochId::from(person.write(Body::Commit(commit))?);
    person.epochs.node(&id).is_some().then_some(id)
}

#[test]
fn a_commit_that_evicts_smuggles_or_repeats_does_not_count() {
    let [mut alice, ben, cleo] = group_of();
    let stranger = Person::new(9, alice.group());
    assert!(commit(&mut alice, &[], &[&ben]).is_none(), "evicts a member");
    assert!(commit(&mut alice, &[&stranger], &[]).is_none(), "adds a stranger");
    assert!(commit(&mut alice, &[&cleo], &[]).is_none(), "adds who is there");
    assert!(commit(&mut alice, &[], &[&stranger]).is_none(), "drops who is not there");
    assert!(commit(&mut alice, &[], &[]).is_some(), "an update");
    assert!(commit(&mut alice, &[], &[]).is_none(), "an update on one's own update");
}

#[test]
fn the_first_commit_of_an_author_on_a_parent_counts_alone() {
    let [mut alice, _] = group_of();
    let parent = alice.head().unwrap();
    let update =
        Commit { parent, add: Vec::new(), drop: Vec::new(), mls: vec![1], authenticator_hash: [0; 32] };
    let first = alice.write(Body::Commit(update.clone())).unwrap();
    let second = alice.write(Body::Commit(Commit { mls: vec![2], ..update })).unwrap();
    assert!(alice.epochs.node(&first.into()).is_some());
    assert!(alice.epochs.node(&second.into()).is_none());
}

#[test]
fn a_commit_that_cannot_be_processed_is_passed_over() {
    let [mut alice, _] = group_of();
    let before = alice.head();
    let id = commit(&mut alice, &[], &[]).unwrap();
    assert_eq!(alice.head(), Some(id));
    alice.epochs.mark_unprocessable(id);
    assert_eq!(alice.head(), before);
}
