//! Tests of commits and of the choice between them.

use super::choice::priority;
use super::*;
use crate::event::{Commit, LeafRequest, Role};
use crate::story::{Person, group_of, home_group};

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

/// Writes a commit on `parent` that brings the tree in line with what the author knows.
fn commit_on(person: &mut Person, parent: EpochId) -> EpochId {
    let members = person.resolve().devices();
    let tree = person.epochs.node(&parent).unwrap().tree.clone();
    let add = members.difference(&tree).copied().collect();
    let drop = tree.difference(&members).copied().collect();
    let commit = Commit { parent, add, drop, mls: Vec::new(), authenticator_hash: [0; 32] };
    EpochId::from(person.write(Body::Commit(commit)).unwrap())
}

/// Writes a commit of a kind on the head, and says whether it is admissible.
fn write_commit(
    person: &mut Person,
    body: fn(Commit) -> Body,
    add: &[DeviceId],
    drop: &[DeviceId],
) -> Option<EpochId> {
    let parent = person.head()?;
    let commit = Commit {
        parent,
        add: add.to_vec(),
        drop: drop.to_vec(),
        mls: Vec::new(),
        authenticator_hash: [0; 32],
    };
    let id = EpochId::from(person.write(body(commit))?);
    person.epochs.node(&id).map(|_| id)
}

fn people<const N: usize>(servants: u8, members: u8) -> [Person; N] {
    home_group(servants, members).try_into().ok().unwrap()
}

#[test]
fn the_longer_branch_of_removed_members_is_ignored() {
    let [mut s, mut t0, mut m0, mut m1] = people::<4>(1, 2);
    let parent = s.head().unwrap();
    s.remove(&m0).unwrap();
    s.remove(&m1).unwrap();
    let own = EpochId::from(s.commit().unwrap());
    t0.hear(&s);
    t0.ack();
    let mut late = parent;
    for _ in 0..3 {
        late = commit_on(&mut m0, late);
        m1.hear(&m0);
        late = commit_on(&mut m1, late);
        m0.hear(&m1);
    }
    t0.hear(&m0);
    assert_eq!(t0.epochs.node(&late).map(|node| node.depth), Some(7));
    assert_eq!(t0.head(), Some(own));
    assert!(!t0.epochs.node(&own).unwrap().tree.contains(&m0.device.public()));
}

#[test]
fn a_withheld_commit_does_not_move_a_head_that_the_admins_vote_for() {
    let mut group = home_group(2, 4);
    let parent = group[0].head().unwrap();
    let [s, t0, t1, m0, m1, m2, m3] = group.get_disjoint_mut([0, 1, 2, 3, 4, 5, 6]).unwrap();
    let tip = commit_on(m0, parent);
    for admin in [t0, t1] {
        admin.hear(m0);
        admin.ack();
        s.hear(admin);
    }
    let withheld = commit_on(m1, parent);
    for member in [&mut *m2, m3] {
        member.hear(m1);
        member.ack();
        s.hear(member);
    }
    // One against three in all, but two of three admins.
    assert_eq!(s.head(), Some(tip));
    assert_ne!(m2.head(), Some(tip));
    assert_eq!(m2.head(), Some(withheld));
    assert_eq!(s.epochs.settled(&s.log, &mut s.ledger), Some(tip));
    assert_eq!(m2.epochs.settled(&m2.log, &mut m2.ledger), None, "one admin has voted");
}

#[test]
fn without_a_majority_of_the_admins_most_members_decide() {
    let mut group = home_group(1, 4);
    let parent = group[0].head().unwrap();
    let mut all = Person::new(90, group[0].group());
    // Each of two admins on another side; three members on one, one on the other.
    let tips = [0, 1].map(|number| commit_on(&mut group[number], parent));
    for (number, side) in [(2, 0), (3, 1), (4, 1), (5, 1)] {
        let [member, admin] = group.get_disjoint_mut([number, side]).unwrap();
        member.hear(admin);
        member.ack();
        all.hear(member);
    }
    assert_eq!(all.head(), Some(tips[1]));
    // One who changes sides, as the last word counts.
    for number in [3, 4] {
        let mut other = group[0].backup();
        std::mem::swap(&mut other.device, &mut group[number].device);
        other.hear(&group[2]);
        let known: Vec<_> = group[number].log.entries().iter().map(|entry| entry.event.clone()).collect();
        known.into_iter().for_each(|event| drop(other.take(event)));
        let (seq, prev_own, heads) = other.log.next_position(&other.device.public());
        let position = crate::event::Position { group: other.group(), seq, prev_own, heads, epoch: tips[0] };
        let vote = crate::event::Event::sign(&other.device, position, Body::Ack).unwrap();
        other.take(vote);
        all.hear(&other);
    }
    assert_eq!(all.head(), Some(tips[0]));
}

#[test]
fn both_newcomers_of_a_partition_are_in_and_an_ordinary_member_reconciles() {
    let [mut s, mut t0, mut t1, mut m0] = people::<4>(2, 1);
    let (x, y) = (Person::new(20, s.group()), Person::new(21, s.group()));
    t0.add(&x, Role::Newcomer);
    let one = EpochId::from(t0.commit().unwrap());
    t1.add(&y, Role::Newcomer);
    let other = EpochId::from(t1.commit().unwrap());
    m0.hear(&t0);
    m0.hear(&t1);
    assert!(m0.is_in(&x) && m0.is_in(&y));
    let head = m0.head().unwrap();
    assert!(head == one || head == other);
    let tip = EpochId::from(m0.commit().unwrap());
    s.hear(&m0);
    assert_eq!(s.head(), Some(tip));
    let devices = s.resolve().devices();
    assert_eq!(*s.epochs.node(&tip).unwrap().tree, devices);
}

#[test]
fn a_commit_that_drops_a_member_is_nobodys_epoch() {
    let [mut s, mut m0, mut m1, m2] = people::<4>(0, 3);
    let before = s.head();
    assert!(commit(&mut m0, &[], &[&m2]).is_none());
    s.hear(&m0);
    assert_eq!(s.head(), before);
    let good = commit(&mut m1, &[], &[]).unwrap();
    s.hear(&m1);
    assert_eq!(s.head(), Some(good));
}

#[test]
fn a_flood_of_commits_moves_nothing_and_counts_once() {
    let [mut s, mut t0, mut m0] = people::<3>(1, 1);
    let parent = s.head().unwrap();
    let tip = commit_on(&mut s, parent);
    t0.hear(&s);
    t0.ack();
    for _ in 0..20 {
        commit_on(&mut m0, parent);
    }
    t0.hear(&m0);
    assert_eq!(t0.epochs.children(&parent).count(), 2, "one of each author");
    assert_eq!(t0.head(), Some(tip));
}

#[test]
fn two_commits_of_one_author_on_one_parent_are_chosen_between_by_votes() {
    let [mut s, mut t0, m0, mut m1] = people::<4>(1, 2);
    let parent = s.head().unwrap();
    let (mut one, mut other) = (m0.backup(), m0.backup());
    let first = commit_on(&mut one, parent);
    other.ack();
    let second = commit_on(&mut other, parent);
    for (witness, told) in [(&mut s, &one), (&mut t0, &one), (&mut m1, &other)] {
        witness.hear(told);
        witness.ack();
    }
    s.hear(&t0);
    s.hear(&m1);
    assert_eq!(s.head(), Some(first), "whatever their ids: {}", first < second);
    assert!(s.resolve().equivocators.contains_key(&m0.device.public()));
    // Without votes it is the smaller id.
    let mut reader = Person::new(90, s.group());
    reader.hear(&one);
    reader.hear(&other);
    assert_eq!(reader.head(), Some(first.min(second)));
}

#[test]
fn a_member_with_two_devices_votes_once() {
    let mut group = home_group(0, 4);
    let parent = group[0].head().unwrap();
    let tablet = group[1].add_device(50);
    let [s, m0, m1, m2, m3] = group.get_disjoint_mut([0, 1, 2, 3, 4]).unwrap();
    for person in [&mut *s, m1, m2, m3] {
        person.hear(m0);
    }
    let mut tablet = tablet;
    s.write(Body::Leave).unwrap();
    for person in [&mut *m0, m1, m2, m3, &mut tablet] {
        person.hear(s);
    }
    let mine = commit_on(m0, parent);
    tablet.hear(m0);
    tablet.ack();
    let others = commit_on(m1, parent);
    m2.hear(m1);
    m2.ack();
    m3.hear(&tablet);
    m3.hear(m2);
    // Two devices of one member on one side, two members on the other.
    assert_eq!(m3.head(), Some(others));
    assert_ne!(mine, others);
}

#[test]
fn an_equivocators_vote_counts_nothing() {
    let [mut s, m0, mut m1] = people::<3>(0, 2);
    let parent = s.head().unwrap();
    s.write(Body::Leave).unwrap();
    let mut m0 = m0;
    m0.hear(&s);
    m1.hear(&s);
    let (one, other) = (commit_on(&mut m0.backup(), parent), commit_on(&mut m1, parent));
    let mut twice = m0.backup();
    let mine = commit_on(&mut m0, parent);
    twice.ack();
    m1.hear(&m0);
    m1.hear(&twice);
    assert_eq!(one, mine);
    assert_eq!(m1.head(), Some(other), "the only vote left");
}

#[test]
fn two_members_reject_what_others_do_not_stand_on() {
    let mut group = home_group(0, 5);
    let parent = group[0].head().unwrap();
    let [s, m0, m1, m2, m3, m4] = group.get_disjoint_mut([0, 1, 2, 3, 4, 5]).unwrap();
    let bad = commit_on(m0, parent);
    let code = crate::event::RejectCode::Unprocessable;
    for (number, member) in [&mut *m1, m2].into_iter().enumerate() {
        member.hear(m0);
        member.epochs.mark_unprocessable(bad);
        member.write(Body::Reject { commit: bad, code }).unwrap();
        m3.hear(member);
        assert_eq!(m3.head() == Some(bad), number == 0, "after {}", number + 1);
    }
    assert_eq!(m3.head(), Some(parent));
    // Who could check it knows better.
    m3.epochs.mark_reached(bad);
    assert_eq!(m3.head(), Some(bad));
    // And two cannot unmake what more members vote for.
    let mut others = [&mut *s, m4];
    for member in &mut others {
        member.hear(m0);
        member.ack();
    }
    let [s, m4] = others;
    s.hear(m4);
    s.hear(m1);
    s.hear(m2);
    assert_eq!(s.head(), Some(bad));
}

#[test]
fn nobody_updates_on_their_own_update() {
    let [mut s, mut m0] = people::<2>(0, 1);
    assert!(write_commit(&mut m0, Body::Update, &[], &[]).is_some());
    assert!(write_commit(&mut m0, Body::Update, &[], &[]).is_none());
    assert!(write_commit(&mut m0, Body::Commit, &[], &[]).is_none(), "under another name");
    let own = [m0.device.public()];
    assert!(write_commit(&mut m0, Body::Join, &own, &own).is_none(), "nor by joining anew");
    s.hear(&m0);
    assert!(write_commit(&mut s, Body::Update, &[], &[]).is_some());
    m0.hear(&s);
    assert!(write_commit(&mut m0, Body::Update, &[], &[]).is_some());
}

#[test]
fn a_newcomer_renews_its_leaf_and_does_not_reconcile() {
    let [mut s] = people::<1>(0, 0);
    let mut x = Person::new(20, s.group());
    s.add(&x, Role::Newcomer);
    s.commit().unwrap();
    let y = Person::new(21, s.group());
    s.add(&y, Role::Newcomer);
    x.hear(&s);
    assert!(write_commit(&mut x, Body::Commit, &[y.device.public()], &[]).is_none());
    assert!(write_commit(&mut x, Body::Update, &[], &[]).is_some());
}

#[test]
fn who_has_no_leaf_joins_by_itself_and_nobody_else_that_way() {
    let [mut s, mut m0] = people::<2>(0, 1);
    let mut x = Person::new(20, s.group());
    s.add(&x, Role::Newcomer);
    x.hear(&s);
    let own = [x.device.public()];
    assert!(write_commit(&mut x, Body::Update, &[], &[]).is_none(), "without a leaf");
    assert!(write_commit(&mut x, Body::Join, &own, &own).is_none(), "drops what is not there");
    let joined = write_commit(&mut x, Body::Join, &own, &[]).unwrap();
    assert!(x.epochs.node(&joined).unwrap().tree.contains(&own[0]));
    // A stranger does not, whatever it has been leaked.
    let mut stranger = Person::new(21, s.group());
    stranger.hear(&s);
    let event = stranger.sign(Body::Ack);
    assert_eq!(s.take(event), crate::log::Admitted::Refused);
    // Whose database is gone takes the place of its own stale leaf.
    let mine = [m0.device.public()];
    assert!(write_commit(&mut m0, Body::Join, &mine, &[]).is_none());
    assert!(write_commit(&mut m0, Body::Join, &mine, &mine).is_some());
}

#[test]
fn leaves_of_who_lapsed_and_of_revoked_devices_may_go() {
    let [mut s, mut m0, m1] = people::<3>(0, 2);
    let tablet = m0.add_device(50);
    s.hear(&m0);
    s.commit().unwrap();
    m0.hear(&s);
    m0.revoke(&tablet);
    s.hear(&m0);
    assert!(write_commit(&mut s, Body::Commit, &[], &[m1.device.public()]).is_none());
    let member = s.id_of(&m1);
    s.write(Body::Lapse { member }).unwrap();
    let mut gone = [m1.device.public(), tablet.device.public()];
    gone.sort();
    let tip = write_commit(&mut s, Body::Commit, &[], &gone).unwrap();
    assert!(s.is_in(&m1));
    // Back, by its own commit.
    let mut m1 = m1;
    m1.hear(&s);
    let own = [m1.device.public()];
    let back = write_commit(&mut m1, Body::Join, &own, &[]).unwrap();
    s.hear(&m1);
    assert_eq!((s.head(), tip == back), (Some(back), false));
}

#[test]
fn a_backdated_removal_of_its_author_does_not_unmake_an_epoch_that_the_admins_have_seen() {
    let [mut s, mut t0, mut t1, mut t2, mut m0] = people::<5>(3, 1);
    let parent = s.head().unwrap();
    let mut rogue = s.backup();
    let tip = commit_on(&mut m0, parent);
    rogue.remove(&m0).unwrap();
    let mut unseen = rogue.backup();
    unseen.hear(&m0);
    assert_ne!(unseen.head(), Some(tip));
    for admin in [&mut s, &mut t0, &mut t1, &mut t2] {
        admin.hear(&m0);
        admin.ack();
        m0.hear(admin);
    }
    let mut reader = Person::new(90, s.group());
    reader.hear(&m0);
    assert_eq!(reader.head(), Some(tip));
    reader.hear(&rogue);
    assert!(!reader.is_in(&m0));
    assert_eq!(reader.head(), Some(tip));
}

#[test]
fn a_restart_or_another_order_gives_the_same_head() {
    let [mut s, mut t0, mut m0] = people::<3>(1, 1);
    let parent = s.head().unwrap();
    for person in [&mut s, &mut t0, &mut m0] {
        commit_on(person, parent);
    }
    s.hear(&t0);
    s.hear(&m0);
    m0.hear(&t0);
    m0.hear(&s.backup());
    assert_eq!(s.head(), m0.head());
    assert_eq!(s.backup().head(), s.head());
}

#[test]
fn who_was_rejected_commits_once_more_on_the_same_parent() {
    let mut group = home_group(0, 3);
    let parent = group[0].head().unwrap();
    let [m0, m1, m2] = group.get_disjoint_mut([1, 2, 3]).unwrap();
    let bad = commit_on(m0, parent);
    let code = crate::event::RejectCode::Unprocessable;
    m1.hear(m0);
    m1.write(Body::Reject { commit: bad, code }).unwrap();
    m0.hear(m1);
    let early = commit_on(m0, parent);
    assert!(m0.epochs.node(&early).is_none(), "one is not enough");
    m2.hear(m0);
    m2.write(Body::Reject { commit: bad, code }).unwrap();
    m0.hear(m2);
    let good = commit_on(m0, parent);
    assert!(m0.epochs.node(&good).is_some());
    let again = commit_on(m0, parent);
    assert!(m0.epochs.node(&again).is_none(), "once");
}

#[test]
fn of_two_branches_without_votes_the_priority_decides() {
    let mut people = home_group(1, 0);
    let (mut ben, mut alice) = (people.pop().unwrap(), people.pop().unwrap());
    for round in 0..12 {
        let parent = alice.head().unwrap();
        let mut branches = Vec::new();
        for (number, author) in [&mut alice, &mut ben].into_iter().enumerate() {
            let newcomer = Person::new(50 + 2 * round + number as u8, author.group());
            author.add(&newcomer, Role::Newcomer);
            let (device, epoch) = (author.device.public(), EpochId::from(author.commit().unwrap()));
            let member = *author.resolve().member_of(&device).unwrap().0;
            branches.push((priority(&parent, &member), epoch));
        }
        alice.hear(&ben);
        ben.hear(&alice);
        let (_, expected) = *branches.iter().min().unwrap();
        assert_eq!((alice.head(), ben.head()), (Some(expected), Some(expected)), "round {round}");
        // Whose branch lost votes for the other one.
        alice.ack();
        ben.ack();
        alice.hear(&ben);
        ben.hear(&alice);
    }
}

#[test]
fn a_leaf_is_replaced_by_its_own_request_and_once() {
    let [mut alice, mut ben, cleo] = group_of();
    let rescue = |by: &mut Person, requests: Vec<LeafRequest>| {
        let parent = by.head().unwrap();
        let (add, drop) = (Vec::new(), Vec::new());
        let commit = Commit { parent, add, drop, mls: Vec::new(), authenticator_hash: [0; 32] };
        by.write(Body::Rescue { commit, requests }).map(EpochId::from)
    };
    let request = LeafRequest::prove(&alice.group(), &cleo.device, [1; 32], 5, None);
    // Nobody asks in another one's name.
    let mut forged = LeafRequest::prove(&alice.group(), &ben.device, [1; 32], 5, None);
    forged.device = cleo.device.public();
    let mut liar = alice.backup();
    let refused = rescue(&mut liar, vec![forged]).unwrap();
    assert!(liar.epochs.node(&refused).is_none());
    let granted = rescue(&mut alice, vec![request.clone()]).unwrap();
    assert!(alice.epochs.node(&granted).is_some());
    assert_eq!(alice.head(), Some(granted));
    // Granted once: not again on top of it, and nothing older either.
    ben.hear(&alice);
    for number in [5, 4] {
        let again = LeafRequest::prove(&alice.group(), &cleo.device, [1; 32], number, None);
        let mut by = ben.backup();
        let refused = rescue(&mut by, vec![again]).unwrap();
        assert!(by.epochs.node(&refused).is_none());
    }
    let next = LeafRequest::prove(&alice.group(), &cleo.device, [1; 32], 6, None);
    let refreshed = rescue(&mut ben, vec![next]).unwrap();
    assert!(ben.epochs.node(&refreshed).is_some());
}

#[test]
fn what_somebody_never_reached_before_a_new_leaf_is_lost_to_it() {
    let [mut alice, mut ben, cleo] = people::<3>(1, 1);
    let before = alice.head().unwrap();
    let between = commit_on(&mut alice, before);
    let grant = |by: &mut Person, number: u64, reached: Option<EpochId>| {
        let request = LeafRequest::prove(&by.group(), &cleo.device, [1; 32], number, reached);
        let commit = Commit {
            parent: by.head().unwrap(),
            add: Vec::new(),
            drop: Vec::new(),
            mls: Vec::new(),
            authenticator_hash: [0; 32],
        };
        EpochId::from(by.write(Body::Rescue { commit, requests: vec![request] }).unwrap())
    };
    ben.hear(&alice);
    let own = alice.device.public();
    let head = grant(&mut ben, 1, Some(before));
    assert!(!ben.epochs.is_lost_to_somebody(&before, &head, &own));
    assert!(ben.epochs.is_lost_to_somebody(&between, &head, &own));
    assert!(!ben.epochs.is_lost_to_somebody(&between, &head, &cleo.device.public()), "not to others");
    // Forgotten altogether; the earlier request does not count any more, nor does the later one bring back what was lost.
    let head = grant(&mut alice, 1, None);
    assert!(alice.epochs.is_lost_to_somebody(&before, &head, &own));
    alice.hear(&ben);
    ben.hear(&alice);
    let mut later = ben.backup();
    let reached = later.head();
    let head = grant(&mut later, 2, reached);
    assert!(later.epochs.is_lost_to_somebody(&between, &head, &own));
}

#[test]
fn a_majority_of_the_admins_outweighs_more_members() {
    let [mut s, mut t0, mut m0, mut m1, mut m2, mut m3] = people::<6>(1, 4);
    let parent = s.head().unwrap();
    let trusted = commit_on(&mut s, parent);
    t0.hear(&s);
    t0.ack();
    let crowd = commit_on(&mut m0, parent);
    for member in [&mut m1, &mut m2, &mut m3] {
        member.hear(&m0);
        member.ack();
        t0.hear(member);
    }
    assert_ne!(trusted, crowd);
    assert_eq!(t0.head(), Some(trusted), "two admins against four members");
}

#[test]
fn a_withheld_commit_of_the_removed_is_not_the_head_although_there_is_no_other() {
    let [mut alice, mut ben, mut cleo] = group_of();
    let parent = alice.head().unwrap();
    let withheld = commit_on(&mut ben, parent);
    alice.remove(&ben).unwrap();
    cleo.hear(&alice);
    for person in [&mut alice, &mut cleo] {
        person.hear(&ben);
        assert!(person.epochs.node(&withheld).is_some());
        assert_eq!(person.head(), Some(parent));
    }
}

#[test]
fn equivocators_tip_no_balance() {
    let [mut s, mut m0, mut m1, mut m2, mut m3, mut m4] = people::<6>(0, 5);
    let parent = s.head().unwrap();
    s.write(Body::Leave).unwrap();
    for member in [&mut m0, &mut m1, &mut m2, &mut m3, &mut m4] {
        member.hear(&s);
    }
    let theirs = commit_on(&mut m0, parent);
    let others = commit_on(&mut m1, parent);
    m3.hear(&m1);
    m3.ack();
    // Two say the same thing twice in different words, both times for the first side.
    for member in [&mut m2, &mut m4] {
        let mut twin = member.backup();
        twin.hear(&m0);
        twin.ack();
        member.hear(&m0);
        let code = crate::event::RejectCode::Unprocessable;
        member.write(Body::Reject { commit: EpochId([9; 32]), code }).unwrap();
        m3.hear(&twin);
        m3.hear(member);
    }
    assert_eq!(m3.resolve().equivocators.len(), 2);
    assert_eq!(m3.head(), Some(others), "two honest votes against one");
    assert_ne!(theirs, others);
}

#[test]
fn nobody_alone_rejects_a_commit_that_nobody_else_stands_on() {
    let [mut s, mut m0, mut m1, mut m2] = people::<4>(0, 3);
    let parent = s.head().unwrap();
    // Its author has left since, so that nobody votes for it.
    let lonely = commit_on(&mut m0, parent);
    m0.write(Body::Leave).unwrap();
    m1.hear(&m0);
    m2.hear(&m0);
    s.hear(&m0);
    let code = crate::event::RejectCode::Unprocessable;
    for (number, member) in [m1, m2].iter_mut().enumerate() {
        member.epochs.mark_unprocessable(lonely);
        member.write(Body::Reject { commit: lonely, code }).unwrap();
        s.hear(member);
        assert_eq!(s.head() == Some(lonely), number == 0, "after {}", number + 1);
    }
}

#[test]
fn of_two_devices_of_a_member_the_one_that_knew_of_the_other_votes() {
    // Which of the two votes has the smaller id differs.
    for number in 50..58 {
        let mut group = home_group(0, 5);
        let parent = group[0].head().unwrap();
        let mut tablet = group[1].add_device(number);
        let [s, m0, m1, m2, m3, m4] = group.get_disjoint_mut([0, 1, 2, 3, 4, 5]).unwrap();
        s.hear(m0);
        s.write(Body::Leave).unwrap();
        for person in [&mut *m0, m1, m2, m3, m4, &mut tablet] {
            person.hear(s);
        }
        let first = commit_on(m0, parent);
        for member in [&mut *m3, m4] {
            member.hear(m0);
            member.ack();
        }
        let second = commit_on(m1, parent);
        m2.hear(m1);
        m2.ack();
        // The tablet goes over to the others, and knows what the phone has said.
        for person in [&mut *m0, m1, m2] {
            tablet.hear(person);
        }
        assert_eq!(tablet.head(), Some(second));
        tablet.ack();
        for person in [&mut *m3, m4, &mut tablet] {
            m2.hear(person);
        }
        assert_ne!(first, second);
        assert_eq!(m2.head(), Some(second), "three against two with tablet {number}");
    }
}

#[test]
fn a_member_with_two_devices_rejects_as_one() {
    let mut group = home_group(0, 3);
    let parent = group[0].head().unwrap();
    let mut tablet = group[2].add_device(50);
    let [s, m0, m1] = group.get_disjoint_mut([0, 1, 2]).unwrap();
    m0.hear(m1);
    s.hear(m1);
    let lonely = commit_on(m0, parent);
    m0.write(Body::Leave).unwrap();
    let code = crate::event::RejectCode::Unprocessable;
    for device in [&mut *m1, &mut tablet] {
        device.hear(m0);
        device.epochs.mark_unprocessable(lonely);
        device.write(Body::Reject { commit: lonely, code }).unwrap();
    }
    s.hear(m1);
    s.hear(&tablet);
    assert_eq!(s.head(), Some(lonely));
}

#[test]
fn what_most_admins_acknowledged_stays_when_an_old_proposal_is_agreed_to_at_last() {
    let mut group = home_group(2, 1);
    let parent = group[0].head().unwrap();
    let [s, t0, t1, m0] = group.get_disjoint_mut([0, 1, 2, 3]).unwrap();
    let act = t1.propose_removal(t0);
    for person in [&mut *s, t0, m0] {
        person.hear(t1);
    }
    // For weeks nobody else agrees, and the group goes on, by keys that the one whom it is about made.
    let acknowledged = commit_on(t0, parent);
    for person in [&mut *s, t1] {
        person.hear(t0);
        person.ack();
    }
    s.hear(t1);
    t0.hear(s);
    let late = commit_on(t0, acknowledged);
    s.endorse(act);
    assert!(!s.is_in(t0));
    s.hear(t0);
    // Whoever knew of the removal when they heard of a commit does not acknowledge it.
    t1.hear(s);
    t1.ack();
    s.hear(t1);
    s.ack();
    assert_eq!(s.head(), Some(acknowledged));
    assert_ne!(late, acknowledged);
}
