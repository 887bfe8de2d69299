#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use super::*;

const SUITES: [Suite; 2] = [Suite::XWing, Suite::X25519];
const GROUP: GroupId = GroupId([7; 32]);

struct Person {
    device: DeviceSecret,
    package: Vec<u8>,
    secrets: KeyPackageSecrets,
}

impl Person {
    fn new(suite: Suite, rng: &mut EngineRng) -> Self {
        let device = DeviceSecret::generate(rng);
        let (package, secrets) = key_package(suite, &device, rng).unwrap();
        Self { device, package, secrets }
    }

    fn id(&self) -> DeviceId {
        self.device.public()
    }

    fn join(&self, suite: Suite, welcome: &Option<Vec<u8>>) -> EpochState {
        EpochState::join(suite, welcome.as_deref().unwrap(), &self.secrets, &self.device).unwrap()
    }
}

fn rng(seed: u8) -> EngineRng {
    EngineRng::from_seed([seed; 32])
}

/// A group of `people`, founded by the first, who adds the others: everybody's state of the second epoch.
fn group_of(suite: Suite, people: &[Person], rng: &mut EngineRng) -> Vec<EpochState> {
    let founded = EpochState::found(suite, &GROUP, &people[0].device, rng).unwrap();
    let packages: Vec<_> = people[1..].iter().map(|person| person.package.clone()).collect();
    let new = founded.commit(&people[0].device, &packages, &[], rng).unwrap();
    let mut states: Vec<_> = people[1..].iter().map(|person| person.join(suite, &new.welcome)).collect();
    states.insert(0, new.next);
    states
}

fn people(suite: Suite, count: usize, rng: &mut EngineRng) -> Vec<Person> {
    (0..count).map(|_| Person::new(suite, rng)).collect()
}

fn ids(people: &[&Person]) -> Vec<DeviceId> {
    people.iter().map(|person| person.id()).collect::<BTreeSet<_>>().into_iter().collect()
}

fn same_epoch(a: &EpochState, b: &EpochState) {
    assert_eq!(a.authenticator_hash(), b.authenticator_hash());
    assert_eq!(*a.exporter("test", b"context").unwrap(), *b.exporter("test", b"context").unwrap());
    assert_eq!(a.devices(), b.devices());
    assert_eq!(a.group(), b.group());
}

fn says(from: &Person, sender: &mut EpochState, to: &mut EpochState, text: &[u8], rng: &mut EngineRng) {
    let sealed = sender.seal(&from.device, text, b"beside", rng).unwrap();
    let opened = to.open(&sealed).unwrap();
    assert_eq!((opened.sender, &**opened.plaintext, &*opened.aad), (from.id(), text, b"beside".as_slice()));
}

#[test]
fn found_add_join_and_talk_both_ways() {
    for suite in SUITES {
        let rng = &mut rng(1);
        let (alice, bob) = (Person::new(suite, rng), Person::new(suite, rng));
        let founded = EpochState::found(suite, &GROUP, &alice.device, rng).unwrap();
        assert_eq!(founded.devices(), BTreeSet::from([alice.id()]));
        assert_eq!(key_package_device(suite, &bob.package), Ok(bob.id()));

        let mut new = founded.commit(&alice.device, &[bob.package.clone()], &[], rng).unwrap();
        assert_eq!((&new.added, &new.dropped), (&vec![bob.id()], &vec![]));
        let mut at_bob = bob.join(suite, &new.welcome);
        assert_eq!((at_bob.own_device(), at_bob.group()), (bob.id(), GROUP));
        same_epoch(&new.next, &at_bob);
        assert_ne!(founded.authenticator_hash(), new.next.authenticator_hash());
        assert_ne!(*new.next.exporter("a", b"").unwrap(), *new.next.exporter("b", b"").unwrap());

        says(&alice, &mut new.next, &mut at_bob, b"good morning", rng);
        says(&bob, &mut at_bob, &mut new.next, b"good evening", rng);
    }
}
