//! What a member is told of the way of a message: never more than is true.

use hearth_core::Suite;
use hearth_core::engine::Delivery;
use hearth_core::room::RoomFrame;
use hearth_tests::{Faults, NodeId};

use crate::scene::{MINUTE, Scene, scene};

/// The number of a room's frames among all frames.
const ROOM: u32 = 4;

/// Takes apart a frame of a room; `None` for any other one.
fn room_frame(frame: &[u8]) -> Option<RoomFrame> {
    // Version, length, and what is in it, padded.
    let length = u32::from_le_bytes(frame[1..5].try_into().unwrap()) as usize;
    let body = &frame[5..5 + length];
    let ((kind, _place), rest) = postcard::take_from_bytes::<(u32, u8)>(body).ok()?;
    (kind == ROOM).then(|| postcard::from_bytes(rest).unwrap())
}

/// How far the last message of a node has come, as its author is told.
fn delivery(scene: &Scene, author: NodeId) -> Option<Delivery> {
    scene.world.messages(author, scene.group).last().unwrap().delivery
}

#[test]
fn p1_2_2_an_end_that_comes_late_says_nothing_of_what_was_written_since() {
    let (mut scene, [alice, ben]) = scene::<2>(Suite::X25519);
    for node in [alice, ben] {
        scene.world.go_offline(node);
        scene.world.keep_frames(node);
    }
    for node in [alice, ben] {
        scene.world.go_online(node);
    }
    let end_at = |scene: &Scene, node: NodeId| {
        let mut frames = scene.world.received(node).iter();
        frames.find(|frame| matches!(room_frame(frame), Some(RoomFrame::End { .. }))).cloned()
    };
    scene.world.run_ms(MINUTE);
    // Only one of the two is told how a comparison ended.
    let (author, other) = if end_at(&scene, alice).is_some() { (alice, ben) } else { (ben, alice) };
    let end = end_at(&scene, author).expect("they have compared");
    scene.world.set_faults(Faults { loss_percent: 100, ..Faults::NONE });
    scene.share(author, "on its way");
    scene.world.set_faults(Faults::NONE);
    // They compare once more, and the other one has not got it yet.
    scene.world.keep_frames(author);
    let is_comparing = |frame: &Vec<u8>| matches!(room_frame(frame), Some(RoomFrame::Reconcile { .. }));
    assert!(scene.world.run_until(MINUTE, |world| world.received(author).iter().any(is_comparing)));
    assert!(scene.texts(other).is_empty());
    let from = scene.world.peer(other);
    scene.world.inject(author, from, &end);
    assert_eq!(delivery(&scene, author), Some(Delivery::KeptHere));
    scene.world.run_ms(MINUTE);
    assert_eq!(scene.texts(other), ["on its way"]);
    assert_eq!(delivery(&scene, author), Some(Delivery::PassedOn { devices: 1 }));
}
