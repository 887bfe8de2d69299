//! What a later version of the program writes: it is kept and handed on, not understood, and harms nothing.

use hearth_core::content::{Content, Share};
use hearth_core::message::Message;
use hearth_core::store::{Class, Key, ReadStore};
use hearth_core::{Mls, Suite};

use crate::forger::Forger;
use crate::scene::{MINUTE, scene};

/// What a message's signature is bound to.
const SIGN_CONTEXT: &str = "hearth 2026-11 message signature";

#[test]
fn p8_9_a_kind_of_a_later_version_is_kept_and_handed_on() {
    let (mut scene, [alice, ben, cleo]) = scene::<3>(Suite::X25519);
    let group = scene.group;
    scene.world.go_offline(cleo);
    let head = scene.world.engine(ben).group(&group).unwrap().head.unwrap();
    scene.world.stop(ben);
    let now = scene.world.now;
    let mut forger = Forger::of(scene.world.store(ben), group, head, now);
    let words = Content::Share(Share::plain("of the year 2030"));
    let known = Message::write(&forger.device, group, 1000, Vec::new(), now, &words).unwrap();
    let mut fields = known.fields().clone();
    fields.kind = 999;
    let mut bytes = postcard::to_stdvec(&fields).unwrap();
    bytes.extend_from_slice(&forger.device.sign(SIGN_CONTEXT, &bytes));
    let later = Message::parse(&bytes).unwrap();
    assert_eq!(later.content(), Content::Unknown);
    forger.pass_on::<Mls>(std::slice::from_ref(&bytes));
    forger.finish();
    scene.world.start(ben);
    scene.world.run_ms(5 * MINUTE);
    // Ben is gone, and Cleo gets it from Alice.
    scene.world.stop(ben);
    scene.world.go_online(cleo);
    scene.world.run_ms(5 * MINUTE);
    for node in [alice, cleo] {
        let key = Key::new(Class::Message, &group.0, &later.id().0);
        let kept = scene.world.store(node).get(&key).unwrap();
        assert_eq!(kept.map(|kept| kept.to_vec()).as_ref(), Some(&bytes), "at {}", scene.world.name(node));
        assert!(scene.texts(node).is_empty());
    }
    scene.assert_of_one_mind(&[alice, cleo]);
}
