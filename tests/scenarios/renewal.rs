//! Keys renew themselves: every leaf within a week, one after the other, and only in touch with somebody.

use std::collections::{BTreeMap, BTreeSet};

use hearth_core::Suite;
use hearth_core::event::{Body, Event};
use hearth_core::ids::{DeviceId, EpochId};
use hearth_core::store::Class;
use hearth_tests::NodeId;

use crate::scene::{DAY, MINUTE, Scene, scene};

fn events(scene: &Scene, node: NodeId) -> Vec<Event> {
    let records = scene.world.store(node).records();
    let logged = records.into_iter().filter(|(key, _)| key.class == Class::Event);
    logged.map(|(_, value)| Event::parse(&value[8..]).unwrap()).collect()
}

/// The parents of each device's updates, as a node knows them.
fn updates(scene: &Scene, node: NodeId) -> BTreeMap<DeviceId, Vec<EpochId>> {
    let mut updates: BTreeMap<DeviceId, Vec<EpochId>> = BTreeMap::new();
    for event in events(scene, node) {
        if let Body::Update(commit) = event.body() {
            updates.entry(event.author()).or_default().push(commit.parent);
        }
    }
    updates
}

#[test]
fn each_leaf_is_renewed_each_week_without_a_storm() {
    let (mut scene, nodes) = scene::<6>(Suite::X25519);
    scene.world.run_ms(6 * DAY);
    assert!(updates(&scene, nodes[0]).is_empty(), "too early");
    scene.world.run_ms(9 * DAY);
    let made = updates(&scene, nodes[0]);
    assert_eq!(made.len(), 6, "everybody");
    assert!(made.values().all(|updates| updates.len() == 2), "{:?}", made.values().map(Vec::len));
    let parents: Vec<EpochId> = made.into_values().flatten().collect();
    assert_eq!(parents.iter().collect::<BTreeSet<_>>().len(), parents.len(), "two on one parent");
    // What only renews leaves is acknowledged by the admin alone.
    let acks = events(&scene, nodes[0]).iter().filter(|event| matches!(event.body(), Body::Ack)).count();
    assert!(acks <= 12 + 6, "{acks} acknowledgements");
    scene.assert_whole(&nodes);
}

#[test]
fn who_is_alone_renews_nothing_and_does_so_when_back_in_touch() {
    let (mut scene, [alice, ben, cleo]) = scene::<3>(Suite::X25519);
    scene.world.go_offline(cleo);
    scene.world.stop(ben);
    scene.world.run_ms(20 * DAY);
    for node in [alice, cleo] {
        assert!(updates(&scene, node).is_empty(), "{}", scene.world.name(node));
    }
    scene.world.start(ben);
    scene.world.go_online(cleo);
    scene.world.run_ms(30 * MINUTE);
    assert_eq!(updates(&scene, alice).len(), 3);
    scene.assert_whole(&[alice, ben, cleo]);
}

#[test]
fn a_leaf_is_renewed_after_two_thousand_messages_of_one_sender() {
    let (mut scene, [alice, ben]) = scene::<2>(Suite::X25519);
    for number in 0..4_250 {
        scene.world.share(alice, scene.group, &format!("{number}")).unwrap();
        scene.world.run_ms(100);
        if number == 1_900 {
            scene.world.run_ms(10 * MINUTE);
            assert!(updates(&scene, alice).is_empty(), "too early");
        }
        if number == 2_100 {
            scene.world.run_ms(10 * MINUTE);
            assert_eq!(updates(&scene, ben).values().flatten().count(), 1);
        }
    }
    scene.world.run_ms(10 * MINUTE);
    assert_eq!(updates(&scene, ben).values().flatten().count(), 2);
    assert_eq!(scene.texts(ben).len(), 4_250);
}
