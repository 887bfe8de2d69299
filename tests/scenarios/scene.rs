//! A group to begin a story with.

use hearth_core::ids::GroupId;
use hearth_core::store::{Class, Key, ReadStore};
use hearth_core::{KeyLayer, Mls, Suite};
use hearth_tests::{Faults, NodeId, World};

/// Milliseconds of a minute.
pub(crate) const MINUTE: u64 = 60_000;
/// Milliseconds of a day.
pub(crate) const DAY: u64 = 24 * 60 * MINUTE;

const NAMES: [&str; 12] =
    ["Alice", "Ben", "Cleo", "Dan", "Eve", "Finn", "Gail", "Hugo", "Iris", "Jack", "Kim", "Lou"];

/// A group in its world.
pub(crate) struct Scene<K: KeyLayer = Mls> {
    pub(crate) world: World<K>,
    pub(crate) group: GroupId,
    rounds: usize,
}

/// Founds a group of `N` connected members on a good network; the first one is the secretary.
pub(crate) fn scene<const N: usize>(suite: Suite) -> (Scene, [NodeId; N]) {
    scene_with_keys(suite)
}

/// Founds such a group with any keys.
pub(crate) fn scene_with_keys<K: KeyLayer, const N: usize>(suite: Suite) -> (Scene<K>, [NodeId; N]) {
    let mut world = World::with_keys(1, Faults::NONE);
    let nodes: [NodeId; N] = std::array::from_fn(|number| world.node(NAMES[number]));
    let group = world.found(nodes[0], suite);
    let mut scene = Scene { world, group, rounds: 0 };
    for node in nodes.into_iter().skip(1) {
        scene.admit(nodes[0], node);
    }
    scene.world.run_ms(MINUTE);
    (scene, nodes)
}

impl<K: KeyLayer> Scene<K> {
    /// Lets somebody join by a ticket of `inviter`.
    pub(crate) fn admit(&mut self, inviter: NodeId, joiner: NodeId) {
        let ticket = self.world.ticket(inviter, self.group);
        self.world.join_and_wait(joiner, &ticket);
        self.world.run_ms(5_000);
    }

    /// Shares a text, and lets it travel for a second.
    pub(crate) fn share(&mut self, node: NodeId, text: &str) {
        self.world.share(node, self.group, text).unwrap();
        self.world.run_ms(1_000);
    }

    /// Writes privately, and lets it travel for a second.
    pub(crate) fn direct(&mut self, node: NodeId, to: NodeId, text: &str) {
        self.world.direct(node, self.group, to, text).unwrap();
        self.world.run_ms(1_000);
    }

    /// Returns what a node shows: "author: text".
    pub(crate) fn read(&self, node: NodeId) -> Vec<String> {
        let read = self.world.read(node, self.group);
        read.into_iter().map(|(author, text)| format!("{author}: {text}")).collect()
    }

    /// Returns the texts that a node shows.
    pub(crate) fn texts(&self, node: NodeId) -> Vec<String> {
        self.world.read(node, self.group).into_iter().map(|(_, text)| text).collect()
    }

    /// Checks that these nodes agree on members and keys, that there is no other member, and that they can read one
    /// another.
    pub(crate) fn assert_whole(&mut self, nodes: &[NodeId]) {
        let names = self.world.names(nodes[0], self.group);
        assert_eq!(names.len(), nodes.len(), "members: {names:?}");
        self.assert_of_one_mind(nodes);
    }

    /// Checks that these nodes agree on members and keys, whoever else is a member, and that they can read one another.
    /// Equal heads are not enough: the keys behind them are compared, and everybody reads everybody.
    pub(crate) fn assert_of_one_mind(&mut self, nodes: &[NodeId]) {
        let names = self.world.names(nodes[0], self.group);
        let head = self.world.engine(nodes[0]).group(&self.group).unwrap().head;
        let authenticator = self.authenticator(nodes[0]);
        assert!(authenticator.is_some(), "keys of the head");
        for node in nodes {
            let name = self.world.name(*node);
            assert_eq!(self.world.names(*node, self.group), names, "at {name}");
            let view = self.world.engine(*node).group(&self.group).unwrap();
            assert!(view.is_ready, "{name} is not ready");
            assert_eq!(view.head, head, "the head of {name}");
            assert_eq!(self.authenticator(*node), authenticator, "the keys of {name}");
        }
        self.rounds += 1;
        let round = self.rounds;
        for node in nodes {
            let text = format!("round {round} of {}", self.world.name(*node));
            self.share(*node, &text);
        }
        self.world.run_ms(MINUTE);
        for reader in nodes {
            for author in nodes {
                let line = format!("{0}: round {round} of {0}", self.world.name(*author));
                let times = self.read(*reader).into_iter().filter(|read| *read == line).count();
                assert_eq!(times, 1, "{} reads {line:?}", self.world.name(*reader));
            }
            assert_eq!(self.read(*reader).last(), self.read(nodes[0]).last());
        }
    }

    /// The hash of the authenticator of a node's head, from its disk: the second field of an epoch's record.
    fn authenticator(&self, node: NodeId) -> Option<Vec<u8>> {
        let head = self.world.engine(node).group(&self.group)?.head?;
        let key = Key::new(Class::Epoch, &self.group.0, &head.0);
        self.world.store(node).get(&key).unwrap()?.get(32..64).map(<[u8]>::to_vec)
    }
}
