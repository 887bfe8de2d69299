//! The power fails between any two lines.

use hearth_core::crypto::EngineRng;
use hearth_core::engine::Recipient;
use hearth_core::error::OperationError;
use hearth_core::ids::{PeerId, Timestamp};
use hearth_core::{Engine, Input, Suite};
use hearth_tests::{CrashPoint, Faults, SimStore};

use crate::scene::{MINUTE, scene};

const POINTS: [CrashPoint; 5] = [
    CrashPoint::BeforeWrite,
    CrashPoint::AfterWrite,
    CrashPoint::AfterEffects(0),
    CrashPoint::AfterEffects(1),
    CrashPoint::AfterEffects(2),
];

#[test]
fn a_share_survives_a_crash_at_every_step_of_its_author() {
    for point in POINTS {
        for step in 0..8 {
            let (mut scene, [alice, ben, cleo]) = scene::<3>(Suite::X25519);
            let group = scene.group;
            // A node's client asks again with the same request until it has an answer.
            scene.world.crash_at(alice, step, point);
            let mut answers = 0;
            while answers == 0 {
                let share = scene.world.is_running(alice).then(|| {
                    scene.world.wish(alice, |engine, now| {
                        engine.send_text(group, Recipient::Group, "kept", Some("r"), now)
                    })
                });
                match share {
                    Some(Ok(_)) => answers += 1,
                    Some(Err(OperationError::Poisoned)) | None => scene.world.run_ms(1_000),
                    Some(Err(error)) => panic!("{error}"),
                }
            }
            scene.world.run_ms(2 * MINUTE);
            for node in [alice, ben, cleo] {
                assert_eq!(scene.read(node), ["Alice: kept"], "{point:?} at step {step}");
            }
        }
    }
}

#[test]
fn a_share_survives_a_crash_at_every_step_of_its_reader() {
    for point in POINTS {
        for step in 0..8 {
            let (mut scene, [alice, ben, cleo]) = scene::<3>(Suite::X25519);
            scene.world.crash_at(ben, step, point);
            scene.share(alice, "kept");
            scene.direct(alice, ben, "and this");
            scene.world.run_ms(2 * MINUTE);
            assert!(!scene.world.crash_is_due(ben), "no step {step}");
            assert_eq!(scene.read(ben), ["Alice: kept", "Alice: and this"], "{point:?} at step {step}");
            assert_eq!(scene.read(cleo), ["Alice: kept"]);
        }
    }
}

#[test]
fn a_join_survives_a_crash_at_every_step() {
    for point in [CrashPoint::BeforeWrite, CrashPoint::AfterWrite, CrashPoint::AfterEffects(1)] {
        for step in 0..8 {
            for whose in 0..2 {
                let (mut scene, [alice, ben]) = scene::<2>(Suite::X25519);
                let ticket = scene.world.ticket(alice, scene.group);
                scene.world.run_ms(5_000);
                let cleo = scene.world.node("Cleo");
                let group = scene.world.join(cleo, &ticket).unwrap();
                let victim = [alice, cleo][whose];
                scene.world.crash_at(victim, step, point);
                let joined = scene.world.run_until(10 * MINUTE, |world| world.is_member(cleo, group));
                assert!(joined, "{point:?} at step {step} of {}", scene.world.name(victim));
                scene.world.run_ms(10 * MINUTE);
                scene.assert_whole(&[alice, ben, cleo]);
            }
        }
    }
}

#[test]
fn a_removal_survives_a_crash_of_the_remover() {
    for point in POINTS {
        let (mut scene, [alice, ben, cleo]) = scene::<3>(Suite::X25519);
        scene.world.crash_at(alice, 0, point);
        let removed = scene.world.remove(alice, scene.group, ben);
        scene.world.run_ms(10 * MINUTE);
        if point == CrashPoint::BeforeWrite {
            assert_eq!(removed, Err(OperationError::Poisoned));
            scene.assert_whole(&[alice, ben, cleo]);
        } else {
            scene.assert_whole(&[alice, cleo]);
            assert!(scene.read(ben).is_empty());
        }
    }
}

#[test]
fn fifty_kills_in_a_row_lose_nothing() {
    let (mut scene, [alice, ben, cleo]) = scene::<3>(Suite::X25519);
    let mut expected = Vec::new();
    for number in 0..50 {
        scene.world.share(alice, scene.group, &format!("share {number}")).unwrap();
        expected.push(format!("Alice: share {number}"));
        scene.world.stop(alice);
        scene.world.start(alice);
        let wait = scene.world.draw(3_000);
        scene.world.run_ms(wait);
    }
    scene.world.run_ms(2 * MINUTE);
    for node in [alice, ben, cleo] {
        assert_eq!(scene.read(node), expected);
    }
}

#[test]
fn everybody_crashes_all_the_time_and_everything_arrives_once() {
    let (mut scene, nodes) = scene::<4>(Suite::X25519);
    scene.world.set_faults(Faults { crash_per_myriad: 300, loss_percent: 5, ..Faults::NONE });
    let group = scene.group;
    let mut sent = 0;
    while sent < 40 {
        let node = nodes[scene.world.draw(4) as usize];
        if scene.world.is_running(node) {
            let (text, request) = (format!("share {sent}"), format!("request {sent}"));
            let share = scene.world.wish(node, |engine, now| {
                engine.send_text(group, Recipient::Group, &text, Some(&request), now)
            });
            sent += usize::from(share.is_ok());
            if share.is_err() {
                // Its client asks again, after the restart.
                scene.world.run_ms(10_000);
                if !scene.world.is_running(node) {
                    continue;
                }
                let again = scene.world.wish(node, |engine, now| {
                    engine.send_text(group, Recipient::Group, &text, Some(&request), now)
                });
                sent += usize::from(again.is_ok());
            }
        }
        scene.world.run_ms(2_000);
    }
    scene.world.set_faults(Faults::NONE);
    scene.world.run_ms(10 * MINUTE);
    let order = scene.read(nodes[0]);
    for node in nodes {
        assert_eq!(scene.read(node), order);
    }
    let mut texts = scene.texts(nodes[0]);
    texts.sort();
    texts.dedup();
    assert_eq!(texts.len(), 40);
}

#[test]
fn a_step_that_was_lost_stops_the_engine() {
    let (now, store) = (Timestamp(1_790_000_000_000), SimStore::default());
    let load = |seed| Engine::load(store.clone(), PeerId([1; 32]), EngineRng::from_seed([seed; 32])).unwrap();
    let mut engine: Engine<SimStore> = load(1);
    drop(engine.create_group("Tuesday Night", "Alice", Suite::X25519, None, now).unwrap());
    assert!(engine.is_poisoned());
    let again = engine.create_group("Tuesday Night", "Alice", Suite::X25519, None, now);
    assert_eq!(again.err(), Some(OperationError::Poisoned));
    assert!(engine.handle_inputs(&[Input::Timeout], now).is_err());
    // Loaded anew, it knows what is on the disk: nothing.
    assert!(load(2).groups().is_empty());
}
