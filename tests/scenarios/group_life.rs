//! The life of a small group: founding, joining, sharing, writing privately, removing.

use hearth_core::Suite;
use hearth_tests::{Faults, NodeId, World};

fn three(suite: Suite) -> (World, hearth_core::ids::GroupId, [NodeId; 3]) {
    let mut world = World::new(1, Faults::NONE);
    let [alice, ben, cleo] = ["Alice", "Ben", "Cleo"].map(|name| world.node(name));
    let group = world.found(alice, suite);
    let ticket = world.ticket(alice, group);
    world.join_and_wait(ben, &ticket);
    let ticket = world.ticket(alice, group);
    world.join_and_wait(cleo, &ticket);
    world.run_ms(5_000);
    (world, group, [alice, ben, cleo])
}

#[test]
fn everybody_reads_what_everybody_shares() {
    let (mut world, group, nodes) = three(Suite::X25519);
    for (node, text) in nodes.into_iter().zip(["one", "two", "three"]) {
        world.share(node, group, text).unwrap();
        world.run_ms(1_000);
    }
    let expected: Vec<(String, String)> = [("Alice", "one"), ("Ben", "two"), ("Cleo", "three")]
        .map(|(author, text)| (author.to_owned(), text.to_owned()))
        .to_vec();
    for node in nodes {
        assert_eq!(world.read(node, group), expected);
    }
}
