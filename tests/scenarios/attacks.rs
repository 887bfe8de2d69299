//! Attacks of the threat model, each tried on a group of whole nodes: what the liar gets where nobody knows better, and
//! that it is nothing once somebody does.

use std::collections::BTreeSet;

use hearth_core::crypto::{DeviceSecret, EngineRng};
use hearth_core::engine::Standing;
use hearth_core::error::OperationError;
use hearth_core::event::{Admission, Body, Commit, Event, Invite, LeafRequest, Role};
use hearth_core::fork::EpochTree;
use hearth_core::ids::{DeviceId, EpochId, EventId, GroupId, IdentityId, MessageId, Timestamp, TokenId};
use hearth_core::limits;
use hearth_core::log::Log;
use hearth_core::resolve::Ledger;
use hearth_core::store::{Class, Key, ReadStore, WriteBatch};
use hearth_core::{Asking, Decided, Effect, Engine, Input, KeyLayer, Mls, Notice, Suite};
use hearth_tests::{NodeId, SimStore, World};

use crate::forger::Forger;
use crate::half::{Half, spoil_for};
use crate::scene::{DAY, MINUTE, Scene, scene, scene_with_keys};

impl<K: KeyLayer> Scene<K> {
    fn head(&self, node: NodeId) -> EpochId {
        self.world.engine(node).group(&self.group).unwrap().head.unwrap()
    }

    /// Stops a node, and gives a liar its keys.
    fn forger(&mut self, node: NodeId) -> Forger {
        let head = self.head(node);
        self.world.stop(node);
        Forger::of(self.world.store(node), self.group, head, self.world.now)
    }

    /// Lets the liar's node hand on what was forged.
    fn publish(&mut self, node: NodeId, forger: Forger) {
        forger.finish();
        self.world.start(node);
    }

    fn knows(&self, node: NodeId, whom: &str) -> bool {
        self.world.names(node, self.group).iter().any(|name| name == whom)
    }

    /// How many epochs a node has keys of.
    fn epochs(&self, node: NodeId) -> usize {
        let records = self.world.store(node).records();
        records.keys().filter(|key| key.class == Class::Epoch && key.partition == self.group.0).count()
    }

    fn log(&self, node: NodeId) -> Log {
        log_of(self.world.store(node), self.group)
    }
}

fn log_of(disk: &SimStore, group: GroupId) -> Log {
    let mut events = Vec::new();
    disk.scan(Class::Event, &group.0, &mut |_, value| {
        let number = u64::from_le_bytes(value[..8].try_into().unwrap());
        events.push((number, Event::parse(&value[8..]).unwrap()));
    })
    .unwrap();
    events.sort_by_key(|(number, _)| *number);
    let mut log = Log::new(group);
    for (_, event) in events {
        log.admit(event);
    }
    log
}

/// The device with which somebody came.
fn device_of(log: &Log, name: &str) -> DeviceId {
    let mut joiners = log.entries().iter().filter_map(|entry| entry.event.body().joiner());
    joiners.rfind(|joiner| joiner.name == name).expect("somebody of that name").device
}

fn removal_of(log: &Log, name: &str) -> Body {
    Body::Remove { identity: IdentityId(device_of(log, name).0) }
}

/// Somebody whom a liar brings along: a key, and a package to add it with.
fn stranger(number: u8) -> (DeviceSecret, Vec<u8>) {
    let device = DeviceSecret::from_seed(&[0xb0 ^ number; 32]);
    let mut rng = EngineRng::from_seed([number; 32]);
    let (package, _) = Mls::key_package(Suite::X25519, &device, &mut rng).unwrap();
    (device, package)
}

/// Lets a servant who is about to be removed bring in `friends`, each with new keys: a branch as long as that.
fn private_chain(forger: &mut Forger, friends: u8) {
    let mut parent = forger.head;
    let mut keys: Mls = forger.keys(&parent);
    for number in 0..friends {
        let (friend, package) = stranger(number);
        let token = DeviceSecret::from_seed(&[0x80 ^ number; 32]);
        let (token_id, expires) = (TokenId(token.public().0), Timestamp(u64::MAX));
        forger.say(Body::Invite(Invite { token: token_id, role: Role::Newcomer, uses: 1, expires }));
        let name = format!("Mallory {number}");
        forger.say(Body::Admit(Admission::prove(&forger.group, &token, &friend, &name)));
        let new = forger.new_keys(&keys, &[package], &[]);
        parent = forger.commit(parent, &new, |_| {});
        keys = new.next;
    }
}

#[test]
fn a_removed_members_long_private_chain_changes_nothing() {
    let (mut scene, [alice, ben, cleo, dan]) = scene::<4>(Suite::X25519);
    scene.set_role(alice, ben, Role::Servant).unwrap();
    scene.world.run_ms(20 * MINUTE);
    scene.world.partition(&[&[alice, cleo], &[ben, dan]]);
    scene.world.remove(alice, scene.group, ben).unwrap();
    let mut forger = scene.forger(ben);
    private_chain(&mut forger, 12);
    scene.publish(ben, forger);
    scene.world.run_ms(5 * MINUTE);
    // Who has not heard of the removal has no reason to doubt it.
    assert!(scene.knows(dan, "Mallory 11"));
    scene.world.heal();
    scene.world.run_ms(20 * MINUTE);
    scene.assert_whole(&[alice, cleo, dan]);
}

#[test]
fn a_removed_secretarys_backdated_counter_removal_changes_nothing() {
    let (mut scene, [alice, ben, cleo, dan, eve]) = scene::<5>(Suite::X25519);
    for servant in [ben, cleo] {
        scene.set_role(alice, servant, Role::Servant).unwrap();
    }
    scene.world.run_ms(20 * MINUTE);
    let (before, head) = (scene.world.store(alice).snapshot(), scene.head(alice));
    scene.world.partition(&[&[alice, ben, cleo, dan], &[eve]]);
    scene.propose(ben, alice, Asking::Remove).unwrap();
    let act = scene.only_proposal(cleo);
    assert_eq!(scene.endorse(cleo, act), Ok(Decided::Done));
    scene.world.run_ms(MINUTE);
    assert!(!scene.knows(dan, "Alice"));
    assert_eq!(scene.world.engine(alice).group(&scene.group).unwrap().standing, Standing::Out);
    // She knows of it, and remembers a time when she did not.
    scene.world.stop(alice);
    let mut forger = Forger::of(&before, scene.group, head, scene.world.now);
    for name in ["Ben", "Cleo"] {
        let removal = removal_of(&forger.log, name);
        forger.say(removal);
    }
    forger.finish();
    scene.world.restore(alice, before);
    scene.world.partition(&[&[ben, cleo, dan], &[alice, eve]]);
    scene.world.start(alice);
    scene.world.run_ms(5 * MINUTE);
    assert!(scene.knows(eve, "Alice") && !scene.knows(eve, "Ben") && !scene.knows(eve, "Cleo"));
    scene.world.heal();
    scene.world.run_ms(20 * MINUTE);
    scene.assert_whole(&[ben, cleo, dan, eve]);
}

#[test]
fn a_fired_servant_who_removes_everybody_below_takes_nobody_along() {
    let (mut scene, [alice, ben, cleo, dan, eve]) = scene::<5>(Suite::X25519);
    scene.set_role(alice, ben, Role::Servant).unwrap();
    scene.world.run_ms(20 * MINUTE);
    scene.world.partition(&[&[alice, cleo, eve], &[ben, dan]]);
    scene.world.remove(alice, scene.group, ben).unwrap();
    let mut forger = scene.forger(ben);
    for name in ["Cleo", "Eve"] {
        let removal = removal_of(&forger.log, name);
        forger.say(removal);
    }
    scene.publish(ben, forger);
    scene.world.run_ms(5 * MINUTE);
    assert_eq!(scene.world.names(dan, scene.group), ["Alice", "Ben", "Dan"]);
    scene.world.heal();
    scene.world.run_ms(20 * MINUTE);
    scene.assert_whole(&[alice, cleo, dan, eve]);
}

#[test]
fn who_hears_of_a_removal_that_does_not_count_is_back_by_itself() {
    let (mut scene, [alice, ben, cleo, dan]) = scene::<4>(Suite::X25519);
    scene.set_role(alice, ben, Role::Servant).unwrap();
    scene.world.run_ms(20 * MINUTE);
    scene.world.partition(&[&[alice, cleo], &[ben, dan]]);
    scene.world.remove(alice, scene.group, ben).unwrap();
    scene.world.remove(ben, scene.group, dan).unwrap();
    scene.world.run_ms(5 * MINUTE);
    assert_eq!(scene.world.engine(dan).group(&scene.group).unwrap().standing, Standing::Out);
    scene.share(cleo, "while Dan was out");
    scene.world.heal();
    scene.world.run_ms(20 * MINUTE);
    scene.assert_whole(&[alice, cleo, dan]);
    assert!(scene.read(dan).contains(&"Cleo: while Dan was out".to_owned()));
    scene.share(dan, "here I am");
    scene.world.run_ms(MINUTE);
    assert!(scene.read(alice).contains(&"Dan: here I am".to_owned()));
}

#[test]
fn what_somebody_said_before_a_removal_that_does_not_count_is_shown_after_all() {
    let (mut scene, [alice, ben, cleo, dan, eve]) = scene::<5>(Suite::X25519);
    scene.set_role(alice, ben, Role::Servant).unwrap();
    scene.world.run_ms(20 * MINUTE);
    scene.world.partition(&[&[alice], &[ben, cleo], &[dan, eve]]);
    scene.world.remove(alice, scene.group, ben).unwrap();
    scene.world.remove(ben, scene.group, dan).unwrap();
    scene.share(dan, "before I heard of it");
    scene.world.run_ms(5 * MINUTE);
    let said = "Dan: before I heard of it".to_owned();
    assert!(scene.read(eve).contains(&said));
    // Eve has what Dan said, and hears that Dan is out together with the others.
    scene.world.partition(&[&[alice], &[ben, cleo, eve], &[dan]]);
    scene.world.run_ms(5 * MINUTE);
    assert!(!scene.read(cleo).contains(&said) && !scene.knows(eve, "Dan"));
    scene.world.heal();
    scene.world.run_ms(20 * MINUTE);
    // By itself, before anybody writes what refers to it.
    assert!(scene.read(cleo).contains(&said));
    scene.assert_whole(&[alice, cleo, dan, eve]);
}

#[test]
fn newcomers_let_in_right_before_a_vote_decide_nothing() {
    let (mut scene, [alice, ben, cleo]) = scene::<3>(Suite::X25519);
    scene.set_role(alice, ben, Role::Servant).unwrap();
    let group = scene.group;
    let sybils: Vec<NodeId> = (0..4).map(|number| scene.world.node(&format!("Sybil {number}"))).collect();
    for sybil in &sybils {
        let ticket = scene.world.ticket_as(ben, scene.group, Role::Newcomer);
        scene.world.join_and_wait(*sybil, &ticket);
    }
    scene.world.run_ms(MINUTE);
    // Of the two others with a vote both would have to agree.
    let Ok(Decided::Waits { act, missing: 1 }) = scene.propose(ben, alice, Asking::Remove) else {
        panic!("it waits for one more")
    };
    for sybil in sybils {
        assert_eq!(scene.endorse(sybil, act), Err(OperationError::NotPermitted));
        // They agree all the same, and the servant gives them votes.
        let mut forger = scene.forger(sybil);
        forger.say(Body::Endorse { act });
        scene.publish(sybil, forger);
        let mut forger = scene.forger(ben);
        let log = &forger.log;
        let device = device_of(log, scene.world.name(sybil));
        let admitted = log.introductions(&device, log.all()).next().unwrap();
        let member = log.entry(admitted).unwrap().event.id().into();
        forger.say(Body::SetRole { member, role: Role::Member });
        scene.publish(ben, forger);
        scene.world.run_ms(MINUTE);
        for honest in [alice, cleo] {
            assert!(scene.log(honest).index_of(&act).is_some());
            assert_eq!(scene.role(honest, sybil), Role::Newcomer);
        }
    }
    scene.world.run_ms(20 * MINUTE);
    for honest in [alice, cleo] {
        let endorsed = |body: &Body| matches!(body, Body::Endorse { .. });
        let log = scene.log(honest);
        assert_eq!(log.entries().iter().filter(|entry| endorsed(entry.event.body())).count(), 4);
        assert!(scene.knows(honest, "Alice"), "at {}", scene.world.name(honest));
        assert_eq!(scene.world.engine(honest).proposals(&group).remove(0).missing, 1);
    }
    scene.assert_of_one_mind(&[alice, cleo]);
}

#[test]
fn a_flood_of_commits_costs_one_epoch_and_holds_nobody_up() {
    let (mut scene, [alice, ben, cleo, dan]) = scene::<4>(Suite::X25519);
    scene.world.run_ms(20 * MINUTE);
    let before = scene.epochs(cleo);
    let mut forger = scene.forger(ben);
    let parent = forger.head;
    let keys: Mls = forger.keys(&parent);
    // Many on the same epoch; and then a stream, each of them on the one before.
    for _ in 0..30 {
        let new = forger.new_keys(&keys, &[], &[]);
        forger.commit(parent, &new, |_| {});
    }
    let mut new = forger.new_keys(&keys, &[], &[]);
    let mut tip = forger.commit(parent, &new, |_| {});
    for _ in 0..30 {
        new = forger.new_keys(&new.next, &[], &[]);
        tip = forger.commit(tip, &new, |_| {});
    }
    scene.publish(ben, forger);
    let arrived = scene.world.run_until(MINUTE, |world| {
        log_of(world.store(cleo), scene.group).event(&EventId::from(tip)).is_some()
    });
    assert!(arrived, "the flood arrives");
    scene.share(alice, "in the middle of it");
    assert_eq!(scene.texts(cleo).last().unwrap(), "in the middle of it");
    scene.world.run_ms(20 * MINUTE);
    // One for the liar's first commit; and the liar, who never had its keys, is let in again.
    let after = scene.epochs(cleo);
    assert!(after <= before + 4, "{before} epochs before, {after} after");
    scene.assert_of_one_mind(&[alice, cleo, dan]);
}

#[test]
fn a_stream_of_updates_on_ones_own_updates_is_cut_off_at_the_first() {
    let (mut scene, [alice, ben, cleo, dan]) = scene::<4>(Suite::X25519);
    scene.world.run_ms(20 * MINUTE);
    let before = scene.epochs(cleo);
    let mut forger = scene.forger(ben);
    let mut tip = forger.head;
    let mut keys: Mls = forger.keys(&tip);
    for _ in 0..30 {
        let new = forger.new_keys(&keys, &[], &[]);
        tip = forger.commit(tip, &new, |_| {});
        keys = new.next;
    }
    scene.publish(ben, forger);
    scene.world.run_ms(20 * MINUTE);
    assert!(scene.log(cleo).event(&EventId::from(tip)).is_some(), "the stream arrives");
    let after = scene.epochs(cleo);
    assert!((before + 1..=before + 4).contains(&after), "{before} epochs before, {after} after");
    scene.assert_of_one_mind(&[alice, cleo, dan]);
}

#[test]
fn a_commit_that_half_of_the_group_cannot_process_does_not_split_it() {
    let (mut scene, [alice, ben, cleo, dan, eve, finn]) = scene_with_keys::<Half, 6>(Suite::X25519);
    scene.world.run_ms(20 * MINUTE);
    let mut forger = scene.forger(ben);
    let parent = forger.head;
    let unlucky = ["Dan", "Eve", "Finn"].map(|name| device_of(&forger.log, name));
    let keys: Half = forger.keys(&parent);
    let new = forger.new_keys(&keys, &[], &[]);
    let bad = forger.commit(parent, &new, |commit| spoil_for(&mut commit.mls, &unlucky));
    scene.publish(ben, forger);
    let splits = scene.world.run_until(5 * MINUTE, |world| {
        let head = |node| world.engine(node).group(&scene.group).unwrap().head;
        head(alice) == Some(bad) && head(dan) == Some(parent)
    });
    assert!(splits, "half of them follow it");
    scene.share(dan, "from those who cannot");
    scene.share(cleo, "from those who can");
    scene.world.run_ms(2 * 60 * MINUTE);
    for node in [alice, cleo, dan, eve, finn] {
        let texts = scene.texts(node);
        for text in ["from those who cannot", "from those who can"] {
            let times = texts.iter().filter(|read| *read == text).count();
            assert_eq!(times, 1, "{text:?} at {}", scene.world.name(node));
        }
    }
    scene.assert_of_one_mind(&[alice, cleo, dan, eve, finn]);
}

#[test]
fn a_commit_that_drops_a_member_openly_or_in_secret_drops_nobody() {
    for is_claimed in [false, true] {
        let (mut scene, [alice, ben, cleo, dan]) = scene::<4>(Suite::X25519);
        scene.world.run_ms(20 * MINUTE);
        let mut forger = scene.forger(ben);
        let parent = forger.head;
        let keys: Mls = forger.keys(&parent);
        let dropped = device_of(&forger.log, "Cleo");
        let new = forger.new_keys(&keys, &[], &[dropped]);
        assert_eq!(new.dropped, [dropped]);
        let lie = forger.commit(parent, &new, |commit| {
            if !is_claimed {
                commit.drop.clear();
            }
        });
        scene.publish(ben, forger);
        scene.world.run_ms(20 * MINUTE);
        for node in [alice, cleo, dan] {
            assert!(scene.log(node).event(&EventId::from(lie)).is_some(), "the lie arrives");
            assert!(!has_keys_of(&scene, node, &lie), "claimed: {is_claimed}");
        }
        scene.assert_of_one_mind(&[alice, cleo, dan]);
    }
}

fn has_keys_of(scene: &Scene, node: NodeId, epoch: &EpochId) -> bool {
    let key = Key::new(Class::Epoch, &scene.group.0, &epoch.0);
    scene.world.store(node).get(&key).unwrap().is_some()
}

#[test]
fn proposals_smuggled_into_a_commit_let_no_stranger_read() {
    for is_claimed in [false, true] {
        let (mut scene, [alice, ben, cleo, dan]) = scene::<4>(Suite::X25519);
        scene.world.run_ms(20 * MINUTE);
        let mut forger = scene.forger(ben);
        let parent = forger.head;
        let keys: Mls = forger.keys(&parent);
        // Under cover of new keys for the liar, or said openly: nobody has let that device in.
        let (mallory, package) = stranger(1);
        let new = forger.new_keys(&keys, &[package], &[]);
        assert_eq!(new.added, [mallory.public()]);
        let lie = forger.commit(parent, &new, |commit| {
            if !is_claimed {
                commit.add.clear();
            }
        });
        scene.publish(ben, forger);
        scene.world.run_ms(20 * MINUTE);
        for node in [alice, cleo, dan] {
            assert!(scene.log(node).event(&EventId::from(lie)).is_some(), "the lie arrives");
            assert!(!has_keys_of(&scene, node, &lie), "claimed: {is_claimed}");
        }
        scene.assert_of_one_mind(&[alice, cleo, dan]);
    }
}

#[test]
fn who_tells_two_people_different_things_is_proved_to_have_done_so_to_both() {
    let (mut scene, [alice, ben, cleo, dan]) = scene::<4>(Suite::X25519);
    scene.set_role(alice, ben, Role::Servant).unwrap();
    scene.world.run_ms(20 * MINUTE);
    let head = scene.head(ben);
    scene.world.stop(ben);
    let tales = [1_u8, 2].map(|number| {
        let disk = scene.world.store(ben).snapshot();
        let mut forger = Forger::of(&disk, scene.group, head, scene.world.now);
        let token = TokenId(DeviceSecret::from_seed(&[number; 32]).public().0);
        let expires = scene.world.now.plus_ms(DAY);
        forger.say(Body::Invite(Invite { token, role: Role::Newcomer, uses: 1, expires }));
        forger.finish();
        (disk, token)
    });
    let liar = device_of(&scene.log(alice), "Ben");
    let proofs = |scene: &Scene, node| {
        let log = scene.log(node);
        log.equivocators(log.all()).into_iter().collect::<Vec<_>>()
    };
    for (number, (disk, _)) in tales.iter().enumerate() {
        scene.world.stop(ben);
        scene.world.restore(ben, disk.snapshot());
        let sides: [&[NodeId]; 2] =
            if number == 0 { [&[alice, ben], &[cleo, dan]] } else { [&[alice], &[ben, cleo, dan]] };
        scene.world.partition(&sides);
        scene.world.start(ben);
        scene.world.run_ms(2 * MINUTE);
    }
    scene.world.stop(ben);
    for (node, known) in [(alice, 0), (cleo, 1)] {
        let invites = scene.world.engine(node).invites(&scene.group);
        for (number, (_, token)) in tales.iter().enumerate() {
            assert_eq!(invites.iter().any(|invite| invite.token == *token), number == known);
        }
        assert!(proofs(&scene, node).is_empty());
    }
    scene.world.heal();
    scene.world.run_ms(20 * MINUTE);
    let found = proofs(&scene, alice);
    assert_eq!(found.iter().map(|(device, _)| *device).collect::<Vec<_>>(), [liar]);
    for node in [cleo, dan] {
        assert_eq!(proofs(&scene, node), found, "at {}", scene.world.name(node));
    }
    // What was said to either counts for both.
    for node in [alice, cleo, dan] {
        let invites = scene.world.engine(node).invites(&scene.group);
        assert!(tales.iter().all(|(_, token)| invites.iter().any(|invite| invite.token == *token)));
    }
    scene.assert_of_one_mind(&[alice, cleo, dan]);
}

#[test]
fn a_welcome_into_a_fake_branch_is_not_taken_for_the_group() {
    let (mut scene, [alice, ben]) = scene::<2>(Suite::X25519);
    scene.world.run_ms(20 * MINUTE);
    let parent = scene.head(ben);
    let ticket = scene.world.ticket(alice, scene.group);
    let cleo = scene.world.node("Cleo");
    scene.world.join(cleo, &ticket).unwrap();
    let group = scene.group;
    assert!(scene.world.run_until(MINUTE, |world| world.names(alice, group).len() == 3));
    scene.world.go_offline(cleo);
    scene.world.run_ms(MINUTE);
    assert_eq!(scene.world.engine(cleo).group(&group).unwrap().standing, Standing::Joining);
    // Ben has heard all of it, drops it, and welcomes her into keys that nobody else has, as if they were the true ones.
    scene.world.stop(alice);
    let mut forger = scene.forger(ben);
    lose_envelopes(scene.world.store(ben), &BTreeSet::new());
    let epoch = forger.head;
    assert_ne!(epoch, parent);
    let keys: Mls = forger.keys(&parent);
    let new = forger.new_keys(&keys, &[package_of(scene.world.store(cleo), group)], &[]);
    forger.welcome(new.added[0], epoch, &new);
    scene.publish(ben, forger);
    scene.world.go_online(cleo);
    scene.world.run_ms(MINUTE);
    assert!(scene.log(cleo).event(&EventId::from(epoch)).is_some(), "the log came under the false keys");
    assert!(!has_keys_of(&scene, cleo, &epoch));
    assert_eq!(scene.world.engine(cleo).group(&group).unwrap().standing, Standing::Joining);
    scene.world.stop(ben);
    scene.world.start(alice);
    scene.world.run_ms(5 * MINUTE);
    scene.world.start(ben);
    scene.world.run_ms(20 * MINUTE);
    scene.assert_whole(&[alice, ben, cleo]);
}

/// The key package with which a joiner asks: the second field of the record of its keys.
fn package_of(disk: &SimStore, group: GroupId) -> Vec<u8> {
    let mut package = Vec::new();
    disk.scan(Class::KeyPackage, &group.0, &mut |_, value| {
        let ((_, found), _) = postcard::take_from_bytes::<(Timestamp, Vec<u8>)>(&value).unwrap();
        package = found;
    })
    .unwrap();
    package
}

/// Takes the envelopes from a disk that are not to be kept.
fn lose_envelopes(disk: &SimStore, kept: &BTreeSet<Key>) {
    let mut batch = WriteBatch::default();
    for key in disk.records().into_keys() {
        if matches!(key.class, Class::Envelope | Class::EnvelopeIndex) && !kept.contains(&key) {
            batch.delete(key);
        }
    }
    disk.commit(&batch);
}

#[test]
fn who_was_given_the_groups_state_from_outside_gets_no_leaf() {
    let (mut scene, [alice, ben, cleo, dan]) = scene::<4>(Suite::X25519);
    scene.world.run_ms(20 * MINUTE);
    let bens = scene.forger(ben).device;
    scene.world.remove(alice, scene.group, ben).unwrap();
    scene.world.run_ms(20 * MINUTE);
    // Dan gives everything that he has to Ben and to a stranger, and hands on what they make of it.
    let mut forger = scene.forger(dan);
    let (stranger, strange_package) = stranger(1);
    let (_, own_package) = {
        let mut rng = EngineRng::from_seed([7; 32]);
        let (package, _) = Mls::key_package(Suite::X25519, &bens, &mut rng).unwrap();
        (bens.public(), package)
    };
    for (device, package) in [(&bens, &own_package), (&stranger, &strange_package)] {
        let name = hearth_core::crypto::hash("hearth 2026-11 key package name", &[package]);
        let request = LeafRequest::prove(&forger.group, device, name, 1, Some(forger.head));
        forger.ask_for_leaf(&request, package);
    }
    let join = Commit {
        parent: forger.head,
        add: vec![bens.public()],
        drop: Vec::new(),
        mls: vec![0xee; 200],
        authenticator_hash: [0x77; 32],
    };
    let outsiders = [bens.public(), stranger.public()];
    let own = std::mem::replace(&mut forger.device, bens);
    let joined = EpochId::from(forger.say(Body::Join(join)));
    forger.device = own;
    scene.publish(dan, forger);
    scene.world.run_ms(3 * 60 * MINUTE);
    for node in [alice, cleo] {
        let (log, mut ledger, mut tree) = (scene.log(node), Ledger::default(), EpochTree::default());
        assert!(log.event(&EventId::from(joined)).is_some(), "the lie arrives");
        let mut again = Log::new(scene.group);
        for entry in log.entries() {
            again.admit(entry.event.clone());
            ledger.learn(&again);
            tree.learn(&again, &mut ledger, &entry.event.id());
        }
        assert!(tree.node(&joined).is_none());
        let head = tree.head(&again, &mut ledger).unwrap();
        assert_eq!(head, scene.head(node));
        assert!(outsiders.iter().all(|outsider| !tree.node(&head).unwrap().tree.contains(outsider)));
        // Nobody grants a leaf, or has to refuse what is no commit.
        let is_answer = |body: &Body| matches!(body, Body::Rescue { .. } | Body::Reject { .. });
        assert!(!log.entries().iter().any(|entry| is_answer(entry.event.body())));
    }
    scene.assert_of_one_mind(&[alice, cleo, dan]);
}

#[test]
fn a_neighbour_that_drops_replays_and_reorders_costs_nothing_but_time() {
    let (mut scene, [alice, ben, cleo]) = scene::<3>(Suite::X25519);
    scene.world.run_ms(20 * MINUTE);
    scene.world.go_offline(cleo);
    let kept: BTreeSet<Key> = scene.world.store(ben).records().into_keys().collect();
    scene.share(alice, "one");
    scene.share(alice, "two");
    // Ben's node says that it has both, and drops them.
    scene.world.stop(ben);
    lose_envelopes(scene.world.store(ben), &kept);
    scene.world.stop(alice);
    scene.world.start(ben);
    scene.world.keep_frames(cleo);
    scene.world.go_online(cleo);
    scene.world.run_ms(10 * MINUTE);
    assert!(scene.world.are_connected(ben, cleo) && scene.texts(cleo).is_empty());
    // Whoever else has them makes good for it.
    scene.world.start(alice);
    scene.world.run_ms(10 * MINUTE);
    assert_eq!(scene.texts(cleo), ["one", "two"]);
    // Now everything that Cleo was ever sent comes again from both, the last first.
    let frames: Vec<Vec<u8>> = scene.world.received(cleo).to_vec();
    for (neighbour, other) in [(ben, alice), (alice, ben)] {
        let from = scene.world.peer(neighbour);
        scene.world.keep_frames(other);
        for frame in frames.iter().rev().chain(&frames) {
            scene.world.inject(cleo, from, frame);
        }
        scene.world.run_ms(1_000);
        // No envelope fits into frames that small: nothing is handed on again.
        assert!(scene.world.received(other).iter().all(|frame| frame.len() <= 512));
        scene.world.run_ms(10 * MINUTE);
    }
    assert_eq!(scene.texts(cleo), ["one", "two"]);
    scene.assert_whole(&[alice, ben, cleo]);
}

#[test]
fn a_neighbours_flood_of_envelopes_slows_nobody_else() {
    let (mut scene, [alice, ben, cleo, dan]) = scene::<4>(Suite::X25519);
    scene.world.run_ms(20 * MINUTE);
    let size = |world: &World, node, group| world.engine(node).room_size(&group).0;
    let before = size(&scene.world, alice, scene.group);
    let mut forger = scene.forger(ben);
    let flood = usize::try_from(limits::PEER_ENVELOPES_PER_MINUTE).unwrap() * 2;
    forger.flood(flood);
    // To begin with Dan alone hears him: at the pace that a neighbour has, and no faster.
    let group = scene.group;
    scene.world.partition(&[&[alice, cleo], &[ben, dan]]);
    scene.publish(ben, forger);
    scene.world.run_ms(30_000);
    let let_in = size(&scene.world, dan, group) - before;
    assert!((1_000..flood - 1_000).contains(&let_in), "{let_in} of {flood} envelopes within seconds");
    scene.world.heal();
    let is_whole = |world: &World| {
        world.are_connected(alice, dan) && world.are_connected(alice, ben) && world.are_connected(alice, cleo)
    };
    assert!(scene.world.run_until(MINUTE, is_whole));
    for number in 0..10 {
        let text = format!("during the flood {number}");
        scene.share(alice, &text);
        for node in [cleo, dan] {
            assert_eq!(scene.texts(node).last(), Some(&text), "at {}", scene.world.name(node));
        }
    }
    scene.world.run_ms(20 * MINUTE);
    assert!(size(&scene.world, dan, group) >= flood);
    scene.assert_whole(&[alice, ben, cleo, dan]);
}

#[test]
fn a_lying_refusal_takes_no_member_out() {
    let (mut scene, [alice, ben, cleo]) = scene::<3>(Suite::X25519);
    scene.world.run_ms(20 * MINUTE);
    for why in 0..=4_u8 {
        // A refusal for each reason that there is, of whichever room the two share.
        let mut frame = vec![0; 256];
        frame[..8].copy_from_slice(&[1, 3, 0, 0, 0, 3, 0, why]);
        for place in 0..16 {
            frame[6] = place;
            scene.world.inject(cleo, scene.world.peer(ben), &frame);
        }
        scene.world.run_ms(50);
        assert!(!scene.world.are_connected(ben, cleo), "the refusal is heard");
        assert_eq!(scene.world.engine(cleo).group(&scene.group).unwrap().standing, Standing::Member);
        let text = format!("reason {why}");
        scene.share(alice, &text);
        assert_eq!(scene.texts(cleo).last(), Some(&text));
        scene.world.run_ms(20 * MINUTE);
        assert!(scene.world.are_connected(ben, cleo));
    }
    scene.assert_whole(&[alice, ben, cleo]);
}

#[test]
fn nobody_is_told_of_words_in_anothers_mouth() {
    let (mut scene, [alice, ben, cleo]) = scene::<3>(Suite::X25519);
    scene.world.run_ms(20 * MINUTE);
    scene.world.stop(cleo);
    scene.share(alice, "I give up");
    scene.share(ben, "I go on");
    // Ben seals what Alice once signed as if it were new, and then his own words.
    let words = scene.world.messages(ben, scene.group).into_iter().map(|message| message.id);
    let words: Vec<_> = words.collect();
    let mut forger = scene.forger(ben);
    let bytes_of = |id: &MessageId| {
        let key = Key::new(Class::Message, &scene.group.0, &id.0);
        scene.world.store(ben).get(&key).unwrap().unwrap().to_vec()
    };
    forger.pass_on::<Mls>(&words.iter().map(bytes_of).collect::<Vec<_>>());
    forger.deliver_to(scene.world.store(cleo));
    let (disk, rng) = (scene.world.store(cleo).clone(), EngineRng::from_seed([3; 32]));
    let mut engine: Engine<SimStore> = Engine::load(disk.clone(), scene.world.peer(cleo), rng).unwrap();
    let mut step = engine.handle_inputs(&[Input::Timeout], scene.world.now).unwrap();
    disk.commit(&step.take_writes());
    let ((), effects) = step.persisted();
    let is_told = |id: &MessageId| {
        let told = Effect::Notify(Notice::Message { group: scene.group, id: *id });
        effects.contains(&told)
    };
    assert_eq!(words.iter().map(is_told).collect::<Vec<_>>(), [false, true]);
    let shown = engine.latest_messages(&scene.group, 9).unwrap();
    assert_eq!(shown.into_iter().map(|message| message.text).collect::<Vec<_>>(), ["I go on"]);
}

#[test]
#[should_panic(expected = "the keys of Cleo")]
fn equal_heads_with_other_keys_behind_them_are_noticed() {
    let (mut scene, [alice, ben, cleo]) = scene::<3>(Suite::X25519);
    let key = Key::new(Class::Epoch, &scene.group.0, &scene.head(cleo).0);
    let disk = scene.world.store(cleo);
    let mut record = disk.get(&key).unwrap().unwrap().to_vec();
    record[32] ^= 1;
    let mut batch = WriteBatch::default();
    batch.put(key, record);
    disk.commit(&batch);
    scene.assert_whole(&[alice, ben, cleo]);
}

#[test]
#[should_panic(expected = "reads")]
fn somebody_who_agrees_on_everything_and_hears_nothing_is_noticed() {
    let (mut scene, [alice, ben, cleo]) = scene::<3>(Suite::X25519);
    scene.world.run_ms(20 * MINUTE);
    scene.world.go_offline(cleo);
    scene.assert_whole(&[alice, ben, cleo]);
}
