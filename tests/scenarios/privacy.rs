//! Private pairs: two write to each other, the others carry it and learn nothing.

use hearth_core::Suite;
use hearth_core::engine::MessageKind;
use hearth_core::store::Class;

use crate::scene::{MINUTE, scene};

fn carried_by_another(suite: Suite) {
    let (mut scene, [alice, ben, cleo]) = scene::<3>(suite);
    // Cleo is the only path: Alice and Ben are never online at the same time.
    scene.world.stop(ben);
    scene.world.keep_frames(cleo);
    scene.direct(alice, ben, "only for Ben");
    scene.world.run_ms(MINUTE);
    scene.world.stop(alice);
    scene.world.start(ben);
    scene.world.run_ms(MINUTE);
    assert_eq!(scene.read(ben), ["Alice: only for Ben"]);
    scene.direct(ben, alice, "only for Alice");
    scene.world.run_ms(MINUTE);
    scene.world.stop(ben);
    scene.world.start(alice);
    scene.world.run_ms(MINUTE);
    for (node, partner) in [(alice, ben), (ben, alice)] {
        scene.world.stop(ben);
        scene.world.stop(alice);
        scene.world.start(node);
        assert_eq!(scene.read(node), ["Alice: only for Ben", "Ben: only for Alice"]);
        let with = scene.world.member(node, scene.group, partner);
        let expected = MessageKind::Direct { with: Some(with) };
        assert!(scene.world.messages(node, scene.group).iter().all(|message| message.kind == expected));
    }
    assert!(scene.read(cleo).is_empty());

    // Neither what Cleo was sent nor what her envelopes say outside names a member, a device or a word.
    let mut secrets: Vec<Vec<u8>> =
        [b"only for Ben".as_slice(), b"only for Alice", b"Alice", b"Ben"].map(<[u8]>::to_vec).to_vec();
    for member in scene.world.engine(cleo).people(&scene.group) {
        secrets.push(member.id.0.to_vec());
    }
    let records = scene.world.store(cleo).records();
    let envelopes = records.iter().filter(|(key, _)| key.class == Class::Envelope).map(|(_, value)| value);
    for bytes in envelopes {
        for secret in &secrets {
            assert!(!contains(bytes, secret));
        }
    }
    // A neighbour shows its member's name when it proves its access, and no more.
    assert!(scene.world.received(cleo).len() > 4);
    for bytes in scene.world.received(cleo) {
        for secret in &secrets[..2] {
            assert!(!contains(bytes, secret));
        }
    }
    // Nor has she any record of the pair.
    let groups = records.keys().filter(|key| key.class == Class::Group).count();
    assert_eq!(groups, 1);
}

fn contains(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}

#[test]
fn a_private_message_is_carried_by_somebody_who_cannot_read_it() {
    carried_by_another(Suite::X25519);
}

#[test]
fn a_private_message_is_carried_by_somebody_who_cannot_read_it_with_xwing() {
    carried_by_another(Suite::XWing);
}

#[test]
fn two_open_a_pair_with_each_other_at_the_same_time() {
    let (mut scene, [alice, ben, cleo]) = scene::<3>(Suite::X25519);
    scene.world.partition(&[&[alice], &[ben], &[cleo]]);
    scene.direct(alice, ben, "from Alice");
    scene.direct(ben, alice, "from Ben");
    scene.world.heal();
    scene.world.run_ms(MINUTE);
    scene.direct(alice, ben, "again from Alice");
    scene.direct(ben, alice, "again from Ben");
    scene.world.run_ms(MINUTE);
    let expected = ["Alice: from Alice", "Ben: from Ben", "Alice: again from Alice", "Ben: again from Ben"];
    assert_eq!(scene.read(alice), expected);
    assert_eq!(scene.read(ben), expected);
    assert!(scene.read(cleo).is_empty());
    for node in [alice, ben] {
        scene.world.stop(node);
        scene.world.start(node);
        assert_eq!(scene.read(node), expected);
    }
}

#[test]
fn shares_and_private_messages_stand_in_one_order() {
    let (mut scene, [alice, ben, cleo]) = scene::<3>(Suite::X25519);
    scene.share(alice, "one");
    scene.direct(alice, ben, "two");
    scene.share(cleo, "three");
    scene.direct(ben, alice, "four");
    let expected = ["Alice: one", "Alice: two", "Cleo: three", "Ben: four"];
    assert_eq!(scene.read(alice), expected);
    assert_eq!(scene.read(ben), expected);
    assert_eq!(scene.read(cleo), ["Alice: one", "Cleo: three"]);
}

#[test]
fn a_private_message_to_somebody_removed_is_refused() {
    let (mut scene, [alice, ben, cleo]) = scene::<3>(Suite::X25519);
    scene.direct(ben, cleo, "before");
    let member = scene.world.member(ben, scene.group, cleo);
    scene.world.remove(alice, scene.group, cleo).unwrap();
    scene.world.run_ms(MINUTE);
    let group = scene.group;
    let error = scene
        .world
        .wish(ben, |engine, now| {
            engine.send_text(group, hearth_core::engine::Recipient::Member(member), "after", None, now)
        })
        .unwrap_err();
    assert_eq!(error, hearth_core::error::OperationError::UnknownMember);
}
