#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::needless_range_loop
)]

use openmls::prelude::tls_codec::Serialize as _;
use openmls::prelude::{
    BasicCredential, CredentialWithKey, ExtensionType, Extensions, KeyPackage, KeyPackageIn,
    LeafNodeParameters, Lifetime, NewSignerBundle, OpenMlsCrypto, PURE_CIPHERTEXT_WIRE_FORMAT_POLICY,
    RequiredCapabilitiesExtension, WireFormatPolicy,
};

use super::hpke::{inbox_key, inbox_open, inbox_seal};
use super::packages::{key_package, key_package_device};
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

    fn join(&self, suite: Suite, welcome: &Option<Vec<u8>>) -> Mls {
        Mls::join(suite, welcome.as_deref().unwrap(), &self.secrets, &self.device).unwrap()
    }
}

fn rng(seed: u8) -> EngineRng {
    EngineRng::from_seed([seed; 32])
}

/// A group of `people`, founded by the first, who adds the others: everybody's state of the second epoch.
fn group_of(suite: Suite, people: &[Person], rng: &mut EngineRng) -> Vec<Mls> {
    let founded = Mls::found(suite, &GROUP, &people[0].device, rng).unwrap();
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

fn same_epoch(a: &Mls, b: &Mls) {
    assert_eq!(a.authenticator_hash(), b.authenticator_hash());
    assert_eq!(*a.exporter("test", b"context").unwrap(), *b.exporter("test", b"context").unwrap());
    assert_eq!(a.devices(), b.devices());
    assert_eq!(a.group(), b.group());
}

fn says(from: &Person, sender: &mut Mls, to: &mut Mls, text: &[u8], rng: &mut EngineRng) {
    let sealed = sender.seal(&from.device, text, b"beside", rng).unwrap();
    let opened = to.open(&sealed).unwrap();
    assert_eq!((opened.sender, &**opened.plaintext, &*opened.aad), (from.id(), text, b"beside".as_slice()));
}

#[test]
fn found_add_join_and_talk_both_ways() {
    for suite in SUITES {
        let rng = &mut rng(1);
        let (alice, bob) = (Person::new(suite, rng), Person::new(suite, rng));
        let founded = Mls::found(suite, &GROUP, &alice.device, rng).unwrap();
        assert_eq!(founded.devices(), BTreeSet::from([alice.id()]));
        assert_eq!(key_package_device(suite, &bob.package), Ok(bob.id()));

        let mut new = founded.commit(&alice.device, std::slice::from_ref(&bob.package), &[], rng).unwrap();
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

#[test]
fn dropped_device_is_told_and_reads_nothing_new() {
    for suite in SUITES {
        let rng = &mut rng(2);
        let people = people(suite, 3, rng);
        let mut states = group_of(suite, &people, rng);
        let new = states[0].commit(&people[0].device, &[], &[people[2].id()], rng).unwrap();
        assert_eq!((&new.added, &new.dropped, &new.welcome), (&vec![], &ids(&[&people[2]]), &None));

        assert_eq!(states[2].process(&new.commit).unwrap_err(), KeyError::DropsUs);
        let mut at_bob = states[1].process(&new.commit).unwrap();
        assert_eq!((at_bob.committer, &at_bob.dropped), (people[0].id(), &ids(&[&people[2]])));
        same_epoch(&new.next, &at_bob.next);
        assert_eq!(at_bob.next.devices(), people[..2].iter().map(Person::id).collect());

        let mut next = new.next;
        let sealed = next.seal(&people[0].device, b"without you", b"", rng).unwrap();
        assert_eq!(states[2].open(&sealed).unwrap_err(), KeyError::WrongEpoch);
        assert_eq!(&**at_bob.next.open(&sealed).unwrap().plaintext, b"without you");
        // What was said before is still readable in the state that was kept.
        let [at_alice, _, at_carol] = &mut states[..] else { panic!() };
        says(&people[0], at_alice, at_carol, b"before", rng);
    }
}

#[test]
fn competing_commits_are_both_followed_from_the_kept_parent() {
    for suite in SUITES {
        let rng = &mut rng(3);
        let people = people(suite, 3, rng);
        let dan = Person::new(suite, rng);
        let states = group_of(suite, &people, rng);
        let by_alice =
            states[0].commit(&people[0].device, std::slice::from_ref(&dan.package), &[], rng).unwrap();
        let by_bob = states[1].commit(&people[1].device, &[], &[], rng).unwrap();

        let mut left = states[2].process(&by_alice.commit).unwrap();
        let mut right = states[2].process(&by_bob.commit).unwrap();
        assert_eq!((left.committer, left.added), (people[0].id(), vec![dan.id()]));
        assert_eq!((right.committer, right.added, right.dropped), (people[1].id(), vec![], vec![]));
        same_epoch(&by_alice.next, &left.next);
        same_epoch(&by_bob.next, &right.next);
        assert_ne!(left.next.authenticator_hash(), right.next.authenticator_hash());

        // The authors follow each other from their parents too, though not from where they went.
        let mut alice_right = states[0].process(&by_bob.commit).unwrap().next;
        same_epoch(&alice_right, &by_bob.next);
        assert_eq!(by_alice.next.process(&by_bob.commit).unwrap_err(), KeyError::WrongEpoch);
        // Both branches have the same number: only the keys tell them apart.
        let (mut alice_left, mut bob_right) = (by_alice.next, by_bob.next);
        let sealed = alice_left.seal(&people[0].device, b"left", b"", rng).unwrap();
        assert_eq!(right.next.open(&sealed).unwrap_err(), KeyError::Invalid);
        assert_eq!(&**left.next.open(&sealed).unwrap().plaintext, b"left");
        says(&people[1], &mut bob_right, &mut right.next, b"right", rng);
        says(&people[0], &mut alice_right, &mut right.next, b"right too", rng);
    }
}

#[test]
fn own_commit_and_own_message_are_recognised() {
    for suite in SUITES {
        let rng = &mut rng(4);
        let people = people(suite, 2, rng);
        let mut states = group_of(suite, &people, rng);
        let new = states[0].commit(&people[0].device, &[], &[], rng).unwrap();
        assert_eq!(states[0].process(&new.commit).unwrap_err(), KeyError::Own);
        let sealed = states[0].seal(&people[0].device, b"hello", b"", rng).unwrap();
        assert_eq!(states[0].open(&sealed).unwrap_err(), KeyError::Own);
        assert_eq!(states[0].process(&sealed).unwrap_err(), KeyError::Malformed);
        assert_eq!(states[0].open(&new.commit).unwrap_err(), KeyError::Malformed);
    }
}

#[test]
fn same_seed_and_inputs_give_the_same_bytes() {
    fn run(suite: Suite) -> Vec<Vec<u8>> {
        fn record(log: &mut Vec<Vec<u8>>, state: &mut Mls) {
            for (key, value) in state.take_changed_rows() {
                log.push(key);
                log.push(value.map(|value| value.to_vec()).unwrap_or_default());
            }
        }

        let rng = &mut rng(5);
        let log = &mut Vec::new();
        let people = people(suite, 9, rng);
        for person in &people {
            log.push(person.package.clone());
            log.push(person.secrets.to_bytes().to_vec());
        }
        let late: Vec<_> = self::people(suite, 3, rng);
        let mut states = group_of(suite, &people, rng);
        for round in 0..3 {
            let author = 2 + round;
            let drop: Vec<_> = if round == 1 { ids(&people[5..].iter().collect::<Vec<_>>()) } else { vec![] };
            let add = [late[round].package.clone()];
            let new = states[author].commit(&people[author].device, &add, &drop, rng).unwrap();
            log.push(new.commit.clone());
            log.push(new.welcome.clone().unwrap());
            let mut joined = late[round].join(suite, &new.welcome);
            record(log, &mut joined);
            for index in 0..5 {
                if index != author {
                    states[index] = states[index].process(&new.commit).unwrap().next;
                    record(log, &mut states[index]);
                }
            }
            states[author] = new.next;
            record(log, &mut states[author]);
            for index in 0..5 {
                let sealed = states[index].seal(&people[index].device, b"a message", b"aad", rng).unwrap();
                joined.open(&sealed).unwrap();
                log.push(sealed);
                record(log, &mut states[index]);
                record(log, &mut joined);
            }
        }
        let (public, secret) = inbox_key(suite, rng).unwrap();
        log.push(inbox_seal(suite, &public, b"info", b"aad", b"text", rng).unwrap());
        log.push(public);
        log.push(secret.to_vec());
        std::mem::take(log)
    }

    for suite in SUITES {
        let (first, second) = (run(suite), run(suite));
        for (index, (first, second)) in first.iter().zip(&second).enumerate() {
            assert!(first == second, "{suite:?}: output {index} of {} bytes differs", first.len());
        }
        assert_eq!(first.len(), second.len());
    }
}

#[test]
fn several_devices_are_dropped_and_replaced_at_once() {
    for suite in SUITES {
        let rng = &mut rng(6);
        let mut people = people(suite, 6, rng);
        let states = group_of(suite, &people, rng);
        // Bob lost his state: his leaf is dropped and he is added again, in one commit with three others leaving.
        let (package, secrets) = key_package(suite, &people[1].device, rng).unwrap();
        (people[1].package, people[1].secrets) = (package, secrets);
        let drop = ids(&[&people[1], &people[3], &people[4], &people[5]]);
        let new = states[0]
            .commit(&people[0].device, std::slice::from_ref(&people[1].package), &drop, rng)
            .unwrap();
        assert_eq!((&new.added, &new.dropped), (&ids(&[&people[1]]), &drop));
        let at_carol = states[2].process(&new.commit).unwrap();
        assert_eq!((&at_carol.added, &at_carol.dropped), (&ids(&[&people[1]]), &drop));
        let (mut at_bob, mut at_carol) = (people[1].join(suite, &new.welcome), at_carol.next);
        same_epoch(&at_bob, &at_carol);
        assert_eq!(at_bob.devices(), ids(&[&people[0], &people[1], &people[2]]).into_iter().collect());
        says(&people[1], &mut at_bob, &mut at_carol, b"back", rng);
        // His old state cannot follow.
        assert_eq!(states[1].process(&new.commit).unwrap_err(), KeyError::DropsUs);
    }
}

#[test]
fn a_last_resort_package_is_used_again() {
    for suite in SUITES {
        let rng = &mut rng(7);
        let people = people(suite, 2, rng);
        let states = group_of(suite, &people, rng);
        let without = states[0].commit(&people[0].device, &[], &[people[1].id()], rng).unwrap().next;
        let with =
            without.commit(&people[0].device, std::slice::from_ref(&people[1].package), &[], rng).unwrap();
        let mut again = people[1].join(suite, &with.welcome);
        let mut at_alice = with.next;
        says(&people[1], &mut again, &mut at_alice, b"again", rng);
    }
}

#[test]
fn a_state_goes_on_from_its_rows() {
    for suite in SUITES {
        let rng = &mut rng(8);
        let people = people(suite, 3, rng);
        let mut states = group_of(suite, &people, rng);
        let mut disks: Vec<BTreeMap<Vec<u8>, Vec<u8>>> = vec![BTreeMap::new(); 3];
        let save = |state: &mut Mls, disk: &mut BTreeMap<Vec<u8>, Vec<u8>>| {
            for (key, value) in state.take_changed_rows() {
                match value {
                    Some(value) => disk.insert(key, value.to_vec()),
                    None => disk.remove(&key),
                };
            }
            assert!(state.take_changed_rows().is_empty());
            *state = Mls::load(suite, disk.clone().into_iter(), &GROUP).unwrap();
            assert!(state.take_changed_rows().is_empty());
        };
        for round in 0..6_u8 {
            for (state, disk) in states.iter_mut().zip(&mut disks) {
                save(state, disk);
            }
            let [at_alice, at_bob, _] = &mut states[..] else { panic!() };
            says(&people[0], at_alice, at_bob, &[round], rng);
            says(&people[1], at_bob, at_alice, &[round], rng);
            if round % 2 == 1 {
                let author = usize::from(round) / 2;
                let new = states[author].commit(&people[author].device, &[], &[], rng).unwrap();
                for index in 0..3 {
                    if index != author {
                        states[index] = states[index].process(&new.commit).unwrap().next;
                    }
                }
                states[author] = new.next;
                disks = vec![BTreeMap::new(); 3];
            }
        }
        same_epoch(&states[0], &states[2]);

        let wrong = Mls::load(suite, disks[0].clone().into_iter(), &GroupId([8; 32]));
        assert!(matches!(wrong, Err(KeyError::Bug(_))));
        for key in disks[0].keys() {
            let mut torn = disks[0].clone();
            torn.get_mut(key).unwrap().truncate(1);
            // The key pairs are only read when a commit is followed.
            let loaded = Mls::load(suite, torn.into_iter(), &GROUP);
            assert!(matches!(loaded, Err(KeyError::Bug(_))) || key[0] == 12, "row {}", key[0]);
        }
    }
}

#[test]
fn a_message_touches_one_row_and_no_state_keeps_what_opens_older_ones() {
    const EPOCH_KEY_PAIRS: u8 = 12;
    const KEY_PACKAGE: u8 = 13;

    for suite in SUITES {
        let rng = &mut rng(9);
        let people = people(suite, 3, rng);
        let mut states = group_of(suite, &people, rng);
        for state in &mut states {
            let kinds: Vec<u8> = state.take_changed_rows().iter().map(|(key, _)| key[0]).collect();
            assert!(!kinds.contains(&KEY_PACKAGE));
            assert!(kinds.iter().filter(|kind| **kind == EPOCH_KEY_PAIRS).count() == 1, "{kinds:?}");
        }
        let sealed = states[0].seal(&people[0].device, b"text", b"", rng).unwrap();
        states[1].open(&sealed).unwrap();
        for state in &mut states[..2] {
            assert_eq!(
                state.take_changed_rows().iter().map(|(key, _)| key.clone()).collect::<Vec<_>>(),
                [[7]]
            );
        }
        let next = states[1].process(&states[0].commit(&people[0].device, &[], &[], rng).unwrap().commit);
        let kinds: Vec<u8> = next.unwrap().next.take_changed_rows().iter().map(|(key, _)| key[0]).collect();
        assert_eq!(kinds, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, EPOCH_KEY_PAIRS]);
        // The parent is as it was.
        assert!(states[1].take_changed_rows().is_empty());
    }
}

#[test]
fn late_messages_open_in_the_kept_state_in_any_order_and_once() {
    for suite in SUITES {
        let rng = &mut rng(10);
        let people = people(suite, 2, rng);
        let mut states = group_of(suite, &people, rng);
        let sealed: Vec<_> =
            (0..200_u8).map(|n| states[0].seal(&people[0].device, &[n], b"", rng).unwrap()).collect();
        let next = states[0].commit(&people[0].device, &[], &[], rng).unwrap();
        let mut tip = states[1].process(&next.commit).unwrap().next;
        for (n, sealed) in sealed.iter().enumerate().rev() {
            assert_eq!(tip.open(sealed).unwrap_err(), KeyError::WrongEpoch);
            assert_eq!(*states[1].open(sealed).unwrap().plaintext, [n as u8]);
        }
        for sealed in &sealed {
            assert_eq!(states[1].open(sealed).unwrap_err(), KeyError::Spent);
        }
        // A state that was set back uses its keys again: the receivers notice.
        let rows: Vec<_> = states[0].rows.copy().all();
        let sealed = states[0].seal(&people[0].device, b"first", b"", rng).unwrap();
        states[1].open(&sealed).unwrap();
        let mut old = Mls::load(suite, rows.into_iter(), &GROUP).unwrap();
        let sealed = old.seal(&people[0].device, b"second", b"", rng).unwrap();
        assert_eq!(states[1].open(&sealed).unwrap_err(), KeyError::Spent);
    }
}

#[test]
fn more_messages_are_skipped_than_keys_are_kept_for() {
    let rng = &mut rng(11);
    let people = people(Suite::X25519, 2, rng);
    let mut states = group_of(Suite::X25519, &people, rng);
    let sealed: Vec<_> = (0..=MESSAGES_SKIPPED_MAX + 1)
        .map(|_| states[0].seal(&people[0].device, b"", b"", rng).unwrap())
        .collect();
    let [first, second, .., last_but_one, last] = &sealed[..] else { panic!() };
    assert_eq!(states[1].open(last).unwrap_err(), KeyError::TooDistant);
    states[1].open(last_but_one).unwrap();
    assert_eq!(states[1].open(first).unwrap_err(), KeyError::TooDistant);
    states[1].open(second).unwrap();
    states[1].open(last).unwrap();
}

#[test]
fn damaged_bytes_are_refused_and_change_nothing() {
    fn damaged(bytes: &[u8]) -> Vec<Vec<u8>> {
        let step = (bytes.len() / 60).max(1);
        let mut damaged = vec![vec![], vec![0; 64], vec![0xff; 64], [bytes, &[0]].concat()];
        for at in (0..bytes.len()).step_by(step).chain(0..bytes.len().min(80)) {
            damaged.push(bytes[..at].to_vec());
            for bit in [0x01, 0x80] {
                let mut flipped = bytes.to_vec();
                flipped[at] ^= bit;
                damaged.push(flipped);
            }
        }
        damaged
    }

    for suite in SUITES {
        let rng = &mut rng(12);
        let people = people(suite, 3, rng);
        let dan = Person::new(suite, rng);
        let mut states = group_of(suite, &people, rng);
        let sealed = states[0].seal(&people[0].device, b"text", b"aad", rng).unwrap();
        let new = states[0]
            .commit(&people[0].device, std::slice::from_ref(&dan.package), &[people[2].id()], rng)
            .unwrap();
        let welcome = new.welcome.unwrap();
        states[1].take_changed_rows();

        for bytes in damaged(&sealed) {
            states[1].open(&bytes).unwrap_err();
        }
        for bytes in damaged(&new.commit) {
            states[1].process(&bytes).unwrap_err();
        }
        for bytes in damaged(&welcome) {
            Mls::join(suite, &bytes, &dan.secrets, &dan.device).unwrap_err();
        }
        for bytes in damaged(&dan.package) {
            key_package_device(suite, &bytes).unwrap_err();
        }
        assert!(states[1].take_changed_rows().is_empty());
        states[1].open(&sealed).unwrap();
        states[1].process(&new.commit).unwrap();
        Mls::join(suite, &welcome, &dan.secrets, &dan.device).unwrap();
    }
}

#[test]
fn lists_that_do_not_fit_are_refused() {
    for suite in SUITES {
        let rng = &mut rng(13);
        let people = people(suite, 2, rng);
        let carol = Person::new(suite, rng);
        let states = group_of(suite, &people, rng);
        let mut commit = |add: &[&Person], drop: &[&Person]| {
            let add: Vec<_> = add.iter().map(|person| person.package.clone()).collect();
            let drop: Vec<_> = drop.iter().map(|person| person.id()).collect();
            states[0].commit(&people[0].device, &add, &drop, rng).map(|_| ()).unwrap_err()
        };
        assert_eq!(commit(&[&people[1]], &[]), KeyError::AlreadyThere);
        assert_eq!(commit(&[&carol, &carol], &[]), KeyError::AlreadyThere);
        assert_eq!(commit(&[], &[&carol]), KeyError::UnknownDevice);
        assert_eq!(commit(&[], &[&people[0]]), KeyError::OwnDevice);
        let stranger = states[0].commit(&carol.device, &[], &[], rng).unwrap_err();
        assert!(matches!(stranger, KeyError::Bug(_)));
        let damaged = [vec![1, 2, 3]];
        assert_eq!(states[0].commit(&people[0].device, &damaged, &[], rng).unwrap_err(), KeyError::Malformed);
    }
}

#[test]
fn a_welcome_is_for_those_who_were_added() {
    for suite in SUITES {
        let rng = &mut rng(14);
        let people = people(suite, 3, rng);
        let founded = Mls::found(suite, &GROUP, &people[0].device, rng).unwrap();
        let new =
            founded.commit(&people[0].device, std::slice::from_ref(&people[1].package), &[], rng).unwrap();
        let welcome = new.welcome.unwrap();
        let join =
            |suite, secrets, device| Mls::join(suite, &welcome, secrets, device).map(|_| ()).unwrap_err();
        assert_eq!(join(suite, &people[2].secrets, &people[2].device), KeyError::NotForUs);
        assert_eq!(join(suite, &people[1].secrets, &people[2].device), KeyError::NotForUs);
        let other = SUITES[usize::from(suite == SUITES[0])];
        assert_eq!(join(other, &people[1].secrets, &people[1].device), KeyError::Unsupported);
        let stored = people[1].secrets.to_bytes();
        let torn = KeyPackageSecrets::from_bytes(Zeroizing::new(stored[..stored.len() / 2].to_vec()));
        assert_eq!(join(suite, &torn, &people[1].device), KeyError::Malformed);
        let other_version = KeyPackageSecrets::from_bytes(Zeroizing::new([&[9], &stored[1..]].concat()));
        assert_eq!(join(suite, &other_version, &people[1].device), KeyError::Malformed);
        let stored = KeyPackageSecrets::from_bytes(stored);
        Mls::join(suite, &welcome, &stored, &people[1].device).unwrap();
    }
}

/// Somebody with OpenMLS as it comes: its own storage, randomness and clock, and none of our rules.
struct Stranger {
    device: DeviceSecret,
    provider: openmls_libcrux_crypto::Provider,
    group: Option<MlsGroup>,
}

impl Stranger {
    fn new(rng: &mut EngineRng) -> Self {
        let provider = openmls_libcrux_crypto::Provider::new().unwrap();
        Self { device: DeviceSecret::generate(rng), provider, group: None }
    }

    fn package(&self, suite: Suite, credential: CredentialWithKey, lifetime: Lifetime) -> Vec<u8> {
        let package = KeyPackage::builder()
            .leaf_node_capabilities(packages::capabilities(suite))
            .key_package_lifetime(lifetime)
            .build(suite.ciphersuite(), &self.provider, &DeviceSigner(&self.device), credential)
            .unwrap();
        package.key_package().tls_serialize_detached().unwrap()
    }

    fn join(&mut self, welcome: &[u8], policy: WireFormatPolicy) {
        let MlsMessageBodyIn::Welcome(welcome) = parse(welcome).unwrap() else { panic!() };
        let config =
            MlsGroupJoinConfig::builder().wire_format_policy(policy).use_ratchet_tree_extension(true).build();
        let staged = StagedWelcome::new_from_welcome(&self.provider, &config, welcome, None).unwrap();
        self.group = Some(staged.into_group(&self.provider).unwrap());
    }

    /// A stranger in a group of two.
    fn beside(suite: Suite, alice: &Person, policy: WireFormatPolicy, rng: &mut EngineRng) -> (Self, Mls) {
        let mut stranger = Self::new(rng);
        let package = stranger.package(suite, packages::credential(&stranger.device), packages::for_ever());
        let founded = Mls::found(suite, &GROUP, &alice.device, rng).unwrap();
        let new = founded.commit(&alice.device, &[package], &[], rng).unwrap();
        stranger.join(&new.welcome.unwrap(), policy);
        (stranger, new.next)
    }

    fn commit(
        &mut self,
        build: impl FnOnce(
            openmls::prelude::CommitBuilder<'_, openmls::prelude::Initial>,
        ) -> openmls::prelude::CommitBuilder<'_, openmls::prelude::Initial>,
    ) -> Vec<u8> {
        let group = self.group.as_mut().unwrap();
        let built = build(group.commit_builder())
            .load_psks(self.provider.storage())
            .unwrap()
            .build(self.provider.rand(), self.provider.crypto(), &DeviceSigner(&self.device), |_| true)
            .unwrap()
            .stage_commit(&self.provider)
            .unwrap();
        built.commit().to_bytes().unwrap()
    }
}

#[test]
fn another_implementation_of_our_surroundings_understands_us() {
    for suite in SUITES {
        let rng = &mut rng(15);
        let alice = Person::new(suite, rng);
        let (mut stranger, mut state) =
            Stranger::beside(suite, &alice, PURE_PLAINTEXT_WIRE_FORMAT_POLICY, rng);

        // They open what we sealed to them, in a welcome and in a commit's path, and we what they sealed.
        let new = state.commit(&alice.device, &[], &[], rng).unwrap();
        let group = stranger.group.as_mut().unwrap();
        let message =
            MlsMessageIn::tls_deserialize_exact(new.commit).unwrap().try_into_protocol_message().unwrap();
        let processed = group.process_message(&stranger.provider, message).unwrap();
        let ProcessedMessageContent::StagedCommitMessage(staged) = processed.into_content() else { panic!() };
        group.merge_staged_commit(&stranger.provider, *staged).unwrap();
        state = new.next;
        let commit = stranger.commit(|builder| builder.force_self_update(true));
        let group = stranger.group.as_mut().unwrap();
        group.merge_pending_commit(&stranger.provider).unwrap();
        let theirs: [u8; 32] = Sha256::digest(group.epoch_authenticator().as_slice()).into();
        let mut next = state.process(&commit).unwrap().next;
        assert_eq!(next.authenticator_hash(), theirs);

        let sealed = group
            .create_message(&stranger.provider, &DeviceSigner(&stranger.device), b"hi")
            .unwrap()
            .to_bytes();
        assert_eq!(&**next.open(&sealed.unwrap()).unwrap().plaintext, b"hi");
    }
}

#[test]
fn commits_beyond_adding_dropping_and_updating_are_refused() {
    for suite in SUITES {
        let rng = &mut rng(16);
        let alice = Person::new(suite, rng);
        let carol = Person::new(suite, rng);
        let carols = KeyPackageIn::tls_deserialize_exact(&carol.package).unwrap();
        let carols = carols.validate(&Crypto::reading(), openmls::prelude::ProtocolVersion::Mls10).unwrap();
        let plain = PURE_PLAINTEXT_WIRE_FORMAT_POLICY;

        // A proposal by itself, and a commit that refers to it.
        let (mut stranger, state) = Stranger::beside(suite, &alice, plain, rng);
        let signer = DeviceSigner(&stranger.device);
        let group = stranger.group.as_mut().unwrap();
        let (proposal, _) = group.propose_add_member(&stranger.provider, &signer, &carols).unwrap();
        let (commit, _, _) = group.commit_to_pending_proposals(&stranger.provider, &signer).unwrap();
        assert_eq!(state.process(&proposal.to_bytes().unwrap()).unwrap_err(), KeyError::Unsupported);
        assert_eq!(state.process(&commit.to_bytes().unwrap()).unwrap_err(), KeyError::Unsupported);

        // The same inline is fine; without the committer's fresh keys it is not.
        let (mut stranger, state) = Stranger::beside(suite, &alice, plain, rng);
        let commit = stranger.commit(|builder| builder.propose_adds([carols.clone()]));
        assert_eq!(state.process(&commit).unwrap_err(), KeyError::Unsupported);
        let (mut stranger, state) = Stranger::beside(suite, &alice, plain, rng);
        let commit =
            stranger.commit(|builder| builder.propose_adds([carols.clone()]).force_self_update(true));
        assert_eq!(state.process(&commit).unwrap().added, [carol.id()]);

        // Changed parameters of the group.
        let (mut stranger, state) = Stranger::beside(suite, &alice, plain, rng);
        let required = RequiredCapabilitiesExtension::new(&[ExtensionType::LastResort], &[], &[]);
        let extensions =
            Extensions::single(openmls::prelude::Extension::RequiredCapabilities(required)).unwrap();
        let commit = stranger.commit(|builder| builder.propose_group_context_extensions(extensions).unwrap());
        assert_eq!(state.process(&commit).unwrap_err(), KeyError::Unsupported);

        // A commit that only members can see.
        let (mut stranger, mut state) =
            Stranger::beside(suite, &alice, PURE_CIPHERTEXT_WIRE_FORMAT_POLICY, rng);
        let commit = stranger.commit(|builder| builder.force_self_update(true));
        assert_eq!(state.process(&commit).unwrap_err(), KeyError::Malformed);
        assert_eq!(state.open(&commit).unwrap_err(), KeyError::Unsupported);

        // An external commit.
        let (stranger, state) = Stranger::beside(suite, &alice, plain, rng);
        let group = stranger.group.as_ref().unwrap();
        let info = group.export_group_info(stranger.provider.crypto(), &DeviceSigner(&stranger.device), true);
        let info = parse(&info.unwrap().to_bytes().unwrap()).unwrap();
        let MlsMessageBodyIn::GroupInfo(info) = info else { panic!() };
        let outsider = Stranger::new(rng);
        let (_, bundle) = MlsGroup::external_commit_builder()
            .build_group(&outsider.provider, info, packages::credential(&outsider.device))
            .unwrap()
            .leaf_node_parameters(
                LeafNodeParameters::builder().with_capabilities(packages::capabilities(suite)).build(),
            )
            .load_psks(outsider.provider.storage())
            .unwrap()
            .build(
                outsider.provider.rand(),
                outsider.provider.crypto(),
                &DeviceSigner(&outsider.device),
                |_| true,
            )
            .unwrap()
            .finalize(&outsider.provider)
            .unwrap();
        assert_eq!(state.process(&bundle.commit().to_bytes().unwrap()).unwrap_err(), KeyError::Unsupported);
    }
}

#[test]
fn a_welcome_into_a_group_of_another_kind_is_refused() {
    for suite in SUITES {
        let rng = &mut rng(22);
        let alice = Person::new(suite, rng);
        let alices = KeyPackageIn::tls_deserialize_exact(&alice.package).unwrap();
        let alices = alices.validate(&Crypto::reading(), openmls::prelude::ProtocolVersion::Mls10).unwrap();
        let required = RequiredCapabilitiesExtension::new(&[ExtensionType::LastResort], &[], &[]);
        let required = || {
            Extensions::single(openmls::prelude::Extension::RequiredCapabilities(required.clone())).unwrap()
        };
        let cases = [
            (GROUP.0.to_vec(), Extensions::empty(), Ok(())),
            (GROUP.0.to_vec(), required(), Err(KeyError::Unsupported)),
            (GROUP.0[1..].to_vec(), Extensions::empty(), Err(KeyError::Unsupported)),
        ];
        for (id, extensions, expected) in cases {
            let stranger = Stranger::new(rng);
            let mut group = MlsGroup::builder()
                .with_group_id(openmls::prelude::GroupId::from_slice(&id))
                .ciphersuite(suite.ciphersuite())
                .with_capabilities(packages::capabilities(suite))
                .with_group_context_extensions(extensions)
                .use_ratchet_tree_extension(true)
                .build(
                    &stranger.provider,
                    &DeviceSigner(&stranger.device),
                    packages::credential(&stranger.device),
                )
                .unwrap();
            let signer = DeviceSigner(&stranger.device);
            let (_, welcome, _) =
                group.add_members(&stranger.provider, &signer, std::slice::from_ref(&alices)).unwrap();
            let welcome = welcome.to_bytes().unwrap();
            let joined = Mls::join(suite, &welcome, &alice.secrets, &alice.device);
            assert_eq!(joined.map(|_| ()), expected);
        }
    }
}

#[test]
fn a_leaf_that_is_not_its_device_is_refused() {
    for suite in SUITES {
        let rng = &mut rng(17);
        let (alice, bob) = (Person::new(suite, rng), Person::new(suite, rng));
        let plain = PURE_PLAINTEXT_WIRE_FORMAT_POLICY;
        let named_bob = |device: &DeviceSecret| CredentialWithKey {
            credential: BasicCredential::new(bob.id().0.to_vec()).into(),
            signature_key: device.public().0.to_vec().into(),
        };

        // In a package.
        let stranger = Stranger::new(rng);
        let package = stranger.package(suite, named_bob(&stranger.device), packages::for_ever());
        assert_eq!(key_package_device(suite, &package), Err(KeyError::Identity));
        let founded = Mls::found(suite, &GROUP, &alice.device, rng).unwrap();
        assert_eq!(
            founded.commit(&alice.device, std::slice::from_ref(&package), &[], rng).unwrap_err(),
            KeyError::Identity
        );

        // In a commit that adds it.
        let (mut insider, state) = Stranger::beside(suite, &alice, plain, rng);
        let package = KeyPackageIn::tls_deserialize_exact(&package).unwrap();
        let package = package.validate(&Crypto::reading(), openmls::prelude::ProtocolVersion::Mls10).unwrap();
        let commit = insider.commit(|builder| builder.propose_adds([package]).force_self_update(true));
        assert_eq!(state.process(&commit).unwrap_err(), KeyError::Identity);

        // In the committer's own leaf: another name, then another key with a name that fits it.
        let (mut insider, state) = Stranger::beside(suite, &alice, plain, rng);
        let renamed =
            LeafNodeParameters::builder().with_credential_with_key(named_bob(&insider.device)).build();
        let commit = insider.commit(|builder| builder.leaf_node_parameters(renamed));
        assert_eq!(state.process(&commit).unwrap_err(), KeyError::Identity);

        let (mut insider, state) = Stranger::beside(suite, &alice, plain, rng);
        let group = insider.group.as_mut().unwrap();
        let bundle = group
            .commit_builder()
            .load_psks(insider.provider.storage())
            .unwrap()
            .build_with_new_signer(
                insider.provider.rand(),
                insider.provider.crypto(),
                &DeviceSigner(&insider.device),
                NewSignerBundle {
                    signer: &DeviceSigner(&bob.device),
                    credential_with_key: packages::credential(&bob.device),
                },
                |_| true,
            )
            .unwrap()
            .stage_commit(&insider.provider)
            .unwrap();
        assert_eq!(state.process(&bundle.commit().to_bytes().unwrap()).unwrap_err(), KeyError::Identity);
    }
}

#[test]
fn a_package_that_could_expire_is_refused() {
    for suite in SUITES {
        let rng = &mut rng(18);
        let alice = Person::new(suite, rng);
        let stranger = Stranger::new(rng);
        let mortal = Lifetime::init(0, u64::MAX - 1);
        let package = stranger.package(suite, packages::credential(&stranger.device), mortal);
        assert_eq!(key_package_device(suite, &package), Err(KeyError::Unsupported));

        let (mut insider, state) = Stranger::beside(suite, &alice, PURE_PLAINTEXT_WIRE_FORMAT_POLICY, rng);
        let package = KeyPackageIn::tls_deserialize_exact(&package).unwrap();
        let package = package.validate(&Crypto::reading(), openmls::prelude::ProtocolVersion::Mls10).unwrap();
        let commit = insider.commit(|builder| builder.propose_adds([package]).force_self_update(true));
        assert_eq!(state.process(&commit).unwrap_err(), KeyError::Unsupported);

        let other = SUITES[usize::from(suite == SUITES[0])];
        assert_eq!(key_package_device(other, &alice.package), Err(KeyError::Invalid));
    }
}

#[test]
fn an_inbox_opens_what_was_sealed_to_it_and_nothing_else() {
    for suite in SUITES {
        let rng = &mut rng(19);
        let ((public, secret), (_, other)) = (inbox_key(suite, rng).unwrap(), inbox_key(suite, rng).unwrap());
        let sealed = inbox_seal(suite, &public, b"info", b"aad", b"for you", rng).unwrap();
        assert_eq!(&**inbox_open(suite, &secret, b"info", b"aad", &sealed).unwrap(), b"for you");
        assert_ne!(sealed, inbox_seal(suite, &public, b"info", b"aad", b"for you", rng).unwrap());

        let refused = Err(KeyError::NotForUs);
        assert_eq!(inbox_open(suite, &other, b"info", b"aad", &sealed), refused);
        assert_eq!(inbox_open(suite, &secret, b"another", b"aad", &sealed), refused);
        assert_eq!(inbox_open(suite, &secret, b"info", b"another", &sealed), refused);
        assert_eq!(inbox_open(suite, &secret[1..], b"info", b"aad", &sealed), refused);
        assert_eq!(inbox_open(suite, b"", b"info", b"aad", &sealed), refused);
        for at in (0..sealed.len()).step_by(7) {
            let mut flipped = sealed.clone();
            flipped[at] ^= 0x10;
            assert_eq!(inbox_open(suite, &secret, b"info", b"aad", &flipped), refused, "byte {at}");
            assert_eq!(inbox_open(suite, &secret, b"info", b"aad", &sealed[..at]), refused, "{at} bytes");
        }
        let unusable = inbox_seal(suite, &vec![0xff; public.len()], b"", b"", b"", rng);
        // Every 32 bytes are an X25519 key, apart from those of small order.
        assert_eq!(unusable.is_err(), suite == Suite::XWing);
        for public in [vec![0; public.len() - 1], vec![0; 32], vec![]] {
            assert_eq!(inbox_seal(suite, &public, b"", b"", b"", rng), Err(KeyError::Invalid));
        }
    }
}

#[test]
fn our_hpke_and_libcrux_agree() {
    let rng = &mut rng(20);
    for suite in SUITES {
        let (public, secret) = inbox_key(suite, rng).unwrap();
        let config = || suite.ciphersuite().hpke_config();
        let theirs = provider::libcrux().unwrap();
        let sealed = theirs.hpke_seal(config(), &public, b"info", b"aad", b"text").unwrap();
        let sealed = [sealed.kem_output.as_slice(), sealed.ciphertext.as_slice()].concat();
        assert_eq!(&**inbox_open(suite, &secret, b"info", b"aad", &sealed).unwrap(), b"text");

        let coins = hpke::Coins::new(rng);
        let (encapsulated, exported) =
            hpke::export(&config(), &public, b"info", b"context", 48, &coins).unwrap();
        let again = theirs
            .hpke_setup_receiver_and_export(config(), &encapsulated, &secret, b"info", b"context", 48)
            .unwrap();
        assert_eq!(exported[..], again[..]);
    }
}

#[test]
fn states_move_between_threads() {
    fn is_send<T: Send>() {}
    is_send::<Mls>();
    is_send::<KeyPackageSecrets>();
}

/// Splits a variable-size vector of RFC 9420 section 2.1.2 from what follows it.
fn split(bytes: &[u8]) -> (Vec<u8>, &[u8]) {
    let (length, rest) = match bytes[0] >> 6 {
        0 => (usize::from(bytes[0]), &bytes[1..]),
        1 => (usize::from(bytes[0] & 0x3f) << 8 | usize::from(bytes[1]), &bytes[2..]),
        _ => panic!(),
    };
    (rest[..length].to_vec(), &rest[length..])
}

/// A key package with other keys in it, signed again by its device.
fn with_keys(person: &Person, init_key: Option<&[u8]>, leaf_key: Option<&[u8]>) -> Vec<u8> {
    const SIGNATURE_BYTES: usize = 2 + 64;
    const EXTENSIONS_BYTES: usize = 4;

    fn vector(bytes: &[u8]) -> Vec<u8> {
        openmls::prelude::tls_codec::VLBytes::from(bytes).tls_serialize_detached().unwrap()
    }
    // RFC 9420 section 5.1.2, SignWithLabel.
    let sign = |label: &str, content: &[u8]| {
        let label = format!("MLS 1.0 {label}");
        vector(&person.device.sign_raw(&[vector(label.as_bytes()), vector(content)].concat()))
    };

    let (head, rest) = person.package.split_at(4);
    let (old_init_key, rest) = split(rest);
    let (old_leaf_key, rest) = split(rest);
    let (leaf, rest) = rest.split_at(rest.len() - SIGNATURE_BYTES - EXTENSIONS_BYTES - SIGNATURE_BYTES);
    let extensions = &rest[SIGNATURE_BYTES..][..EXTENSIONS_BYTES];
    let leaf = [&vector(leaf_key.unwrap_or(&old_leaf_key)), leaf].concat();
    let leaf = [&*leaf, &sign("LeafNodeTBS", &leaf)].concat();
    let package = [head, &vector(init_key.unwrap_or(&old_init_key)), &leaf, extensions].concat();
    [&*package, &sign("KeyPackageTBS", &package)].concat()
}

#[test]
fn a_package_with_an_unusable_key_is_refused() {
    for suite in SUITES {
        let rng = &mut rng(21);
        let people = people(suite, 2, rng);
        let states = group_of(suite, &people, rng);
        let carol = Person::new(suite, rng);
        assert_eq!(with_keys(&carol, None, None), carol.package);
        let (public, _) = inbox_key(suite, rng).unwrap();
        let other = with_keys(&carol, Some(&public), None);
        assert_eq!(key_package_device(suite, &other), Ok(carol.id()));

        let mut longer = public.clone();
        longer.push(0);
        let mut unusable = vec![&public[1..], &longer, &public[..0], &[0; 32]];
        let beyond_the_field = vec![0xff; public.len()];
        if suite == Suite::XWing {
            unusable.push(&beyond_the_field);
        }
        for key in unusable {
            for package in [with_keys(&carol, Some(key), None), with_keys(&carol, None, Some(key))] {
                assert_eq!(key_package_device(suite, &package), Err(KeyError::Invalid));
                let commit = states[0].commit(&people[0].device, &[package], &[], rng);
                assert_eq!(commit.unwrap_err(), KeyError::Invalid);
            }
        }
    }
}

#[test]
fn a_package_that_fits_nowhere_keeps_nobody_out_and_nobody_in() {
    for suite in SUITES {
        let rng = &mut rng(22);
        let people = people(suite, 3, rng);
        let states = group_of(suite, &people, rng);
        let (dan, eve) = (Person::new(suite, rng), Person::new(suite, rng));
        // Eve passes Ben's leaf key off as her own: well-formed by itself, but no tree can hold both.
        let (_, rest) = split(&people[1].package[4..]);
        let (leaf_key, _) = split(rest);
        let stolen = with_keys(&eve, None, Some(&leaf_key));
        assert_eq!(key_package_device(suite, &stolen), Ok(eve.id()));
        let alice = &people[0].device;
        assert!(states[0].commit(alice, std::slice::from_ref(&stolen), &[], rng).is_err());

        let drop = [people[2].id()];
        let packages = vec![stolen.clone(), dan.package.clone()];
        let (new, unusable) = states[0].commit_what_fits(alice, packages, &drop, rng).unwrap();
        let new = new.unwrap();
        assert_eq!((new.added, new.dropped, unusable), (vec![dan.id()], drop.to_vec(), vec![stolen.clone()]));
        let (new, unusable) = states[0].commit_what_fits(alice, vec![stolen.clone()], &drop, rng).unwrap();
        assert_eq!((new.unwrap().dropped, unusable), (drop.to_vec(), vec![stolen.clone()]));
        let (new, unusable) = states[0].commit_what_fits(alice, vec![stolen.clone()], &[], rng).unwrap();
        assert!(new.is_none() && unusable == vec![stolen]);
    }
}
