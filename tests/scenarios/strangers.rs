//! Those who do not belong, and bytes that mean nothing.

use hearth_core::crypto::EngineRng;
use hearth_core::ids::PeerId;
use hearth_core::{Effect, Engine, Input, Suite};
use hearth_tests::SimStore;

use crate::scene::{DAY, MINUTE, scene};

#[test]
fn garbage_frames_change_nothing_and_end_the_connection() {
    let (mut scene, [alice, ben]) = scene::<2>(Suite::X25519);
    let mut rng = EngineRng::from_seed([5; 32]);
    for number in 0..200u64 {
        scene.world.run_until(MINUTE, |world| world.are_connected(alice, ben));
        let records = scene.world.store(alice).records();
        let mut bytes = vec![0; rng.below(2_000) as usize];
        rng.fill(&mut bytes);
        // Some look like frames from outside.
        if number % 2 == 0 && bytes.len() > 6 {
            bytes[0] = 1;
            let length = (bytes.len() as u32 - 5).to_le_bytes();
            bytes[1..5].copy_from_slice(&length);
            bytes[5] = (number / 2 % 5) as u8;
        }
        let peer = scene.world.peer(ben);
        scene.world.inject(alice, peer, &bytes);
        assert_eq!(scene.world.store(alice).records(), records);
        scene.world.run_ms(10);
    }
    scene.world.run_ms(DAY / 24);
    scene.assert_whole(&[alice, ben]);
}

#[test]
fn every_damaged_frame_of_a_real_session_is_harmless() {
    let (mut scene, [alice, ben]) = scene::<2>(Suite::X25519);
    scene.world.keep_frames(ben);
    scene.share(alice, "real");
    let frames: Vec<Vec<u8>> = scene.world.received(ben).to_vec();
    assert!(!frames.is_empty());
    let mut rng = EngineRng::from_seed([6; 32]);
    for frame in frames.iter().cycle().take(100) {
        let mut damaged = frame.clone();
        let place = rng.below(damaged.len() as u64) as usize;
        damaged[place] ^= 1 << rng.below(8);
        let peer = scene.world.peer(alice);
        scene.world.inject(ben, peer, &damaged);
        scene.world.run_ms(2_000);
    }
    // Replays are as harmless.
    for frame in &frames {
        let peer = scene.world.peer(alice);
        scene.world.inject(ben, peer, frame);
    }
    scene.world.run_ms(DAY / 24);
    assert_eq!(scene.texts(ben), ["real"]);
    scene.assert_whole(&[alice, ben]);
}

/// Two engines of different groups meet: what they say is the same as what engines without any group say, in
/// number and length.
#[test]
fn a_handshake_without_a_shared_room_tells_nothing() {
    let now = hearth_core::ids::Timestamp(1_790_000_000_000);
    let engine = |seed: u8, groups: usize| {
        let rng = EngineRng::from_seed([seed; 32]);
        let mut engine = Engine::load(SimStore::default(), PeerId([seed; 32]), rng).unwrap();
        for number in 0..groups {
            let name = format!("Group {number}");
            let mut step = engine.create_group(&name, "Somebody", Suite::X25519, None, now).unwrap();
            let writes = step.take_writes();
            step.store().commit(&writes);
            let _ = step.persisted();
        }
        engine
    };
    let mut talks = Vec::new();
    for (ours, theirs) in [(0, 0), (0, 2), (2, 0), (3, 2)] {
        let (mut a, mut b) = (engine(1, ours), engine(2, theirs));
        let mut talk = Vec::new();
        let step = |engine: &mut Engine<SimStore>, input: Input<'_>| {
            let mut step = engine.handle_inputs(&[input], now).unwrap();
            let writes = step.take_writes();
            step.store().commit(&writes);
            step.persisted().1
        };
        let connected =
            |peer: u8, is_initiator| Input::PeerConnected { peer: PeerId([peer; 32]), is_initiator };
        step(&mut b, connected(1, false));
        let mut pending = step(&mut a, connected(2, true));
        let mut to_b = true;
        while !pending.is_empty() {
            let mut next = Vec::new();
            for effect in pending {
                match effect {
                    Effect::Send { frame, .. } => {
                        talk.push(format!("{} bytes", frame.len()));
                        let (engine, from) = if to_b { (&mut b, 1) } else { (&mut a, 2) };
                        let input = Input::Frame { from: PeerId([from; 32]), bytes: &frame };
                        next.extend(step(engine, input));
                    }
                    Effect::Disconnect { .. } => talk.push("end".to_owned()),
                    Effect::Proved(_) => panic!("proved to a stranger"),
                    Effect::ContactsChanged | Effect::Notify(_) => {}
                }
            }
            pending = next;
            to_b = !to_b;
        }
        talks.push(talk);
    }
    assert!(talks.iter().all(|talk| *talk == talks[0]), "{talks:?}");
    assert_eq!(talks[0].len(), 2, "{:?}", talks[0]);
}

#[test]
fn a_stranger_who_says_nothing_is_cut_off() {
    let (mut scene, [alice, ben]) = scene::<2>(Suite::X25519);
    let stranger = PeerId([77; 32]);
    scene.world.tell(alice, &Input::PeerConnected { peer: stranger, is_initiator: false });
    scene.world.run_ms(MINUTE);
    let next = scene.world.engine(alice).next_timeout();
    assert!(next.is_none_or(|at| at > scene.world.now));
    scene.assert_whole(&[alice, ben]);
}
