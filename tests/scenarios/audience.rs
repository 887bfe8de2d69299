//! A message is for those who were in when it was written, as far as its author knew: nobody who comes later reads it, whatever
//! happens to the keys.

use hearth_core::Suite;
use hearth_core::event::Role;
use hearth_tests::{NodeId, World};

use crate::objects::card;
use crate::returning::lose;
use crate::scene::{DAY, MINUTE, Scene, scene};

fn reads(scene: &Scene, node: NodeId, text: &str) -> bool {
    scene.texts(node).iter().any(|read| read == text)
}

fn what_comes_back_is_for_those_who_were_there(suite: Suite) {
    let (mut scene, [alice, ben, cleo]) = scene::<3>(suite);
    scene.share(alice, "a hard week");
    scene.share(cleo, "mine, too");
    let dan = scene.world.node("Dan");
    scene.admit(alice, dan);
    scene.share(alice, "welcome, Dan");
    lose(&mut scene.world, ben);
    scene.world.start(ben);
    scene.world.run_ms(10 * MINUTE);
    let read = ["Alice: a hard week", "Cleo: mine, too", "Alice: welcome, Dan"];
    assert_eq!(scene.read(ben), read, "from those who wrote it");
    assert_eq!(scene.read(dan), ["Alice: welcome, Dan"]);
    // A second time: what was sealed by name is sealed by name again.
    scene.world.run_ms(2 * DAY);
    lose(&mut scene.world, cleo);
    scene.world.start(cleo);
    scene.world.run_ms(10 * MINUTE);
    assert!(reads(&scene, cleo, "a hard week"));
    scene.assert_whole(&[alice, ben, cleo, dan]);
    assert!(!reads(&scene, dan, "a hard week") && !reads(&scene, dan, "mine, too"));
    // Nor does a start anew, which tries once more what could not be opened.
    scene.world.stop(dan);
    scene.world.start(dan);
    scene.world.run_ms(MINUTE);
    assert!(!reads(&scene, dan, "a hard week") && !reads(&scene, dan, "mine, too"));
}

#[test]
fn p8_11_a_newcomer_reads_nothing_from_before_they_came_though_somebody_lost_everything() {
    what_comes_back_is_for_those_who_were_there(Suite::X25519);
}

#[test]
fn p8_11_a_newcomer_reads_nothing_from_before_they_came_with_keys_for_the_time_of_quantum_computers() {
    what_comes_back_is_for_those_who_were_there(Suite::XWing);
}

#[test]
fn p8_11_who_left_and_came_back_reads_nothing_from_the_time_between() {
    let (mut scene, [alice, ben, cleo]) = scene::<3>(Suite::X25519);
    let group = scene.group;
    scene.share(alice, "with Cleo");
    scene.world.leave(cleo, group).unwrap();
    scene.world.run_ms(MINUTE);
    scene.share(alice, "without Cleo");
    scene.admit(alice, cleo);
    scene.share(alice, "with Cleo again");
    lose(&mut scene.world, ben);
    scene.world.start(ben);
    scene.world.run_ms(10 * MINUTE);
    assert!(["with Cleo", "without Cleo", "with Cleo again"].iter().all(|text| reads(&scene, ben, text)));
    assert!(["with Cleo", "with Cleo again"].iter().all(|text| reads(&scene, cleo, text)));
    assert!(!reads(&scene, cleo, "without Cleo"));
    scene.assert_whole(&[alice, ben, cleo]);
}

#[test]
fn p8_11_what_was_said_while_somebody_was_wrongly_out_is_not_for_them() {
    let (mut scene, [alice, ben, cleo, dan]) = scene::<4>(Suite::X25519);
    let group = scene.group;
    scene.set_role(alice, ben, Role::Servant).unwrap();
    scene.share(dan, "with Cleo");
    scene.world.run_ms(MINUTE);
    scene.world.partition(&[&[alice, cleo], &[ben, dan]]);
    scene.world.remove(ben, group, cleo).unwrap();
    scene.world.run_ms(MINUTE);
    scene.share(dan, "without Cleo");
    // It does not count: Ben was out by then.
    scene.world.remove(alice, group, ben).unwrap();
    scene.world.heal();
    scene.world.run_ms(10 * MINUTE);
    assert!(reads(&scene, alice, "without Cleo"));
    assert_eq!(scene.texts(cleo), ["with Cleo"]);
    scene.assert_whole(&[alice, cleo, dan]);
}

#[test]
fn p8_11_a_further_device_reads_nothing_from_before_it_was_added() {
    let (mut scene, [alice, ben]) = scene::<2>(Suite::X25519);
    scene.share(alice, "before the telephone");
    let telephone = scene.add_device(ben, "Telephone");
    scene.share(alice, "after it");
    lose(&mut scene.world, ben);
    scene.world.start(ben);
    scene.world.run_ms(10 * MINUTE);
    assert_eq!(scene.texts(ben), ["before the telephone", "after it"]);
    assert_eq!(scene.texts(telephone), ["after it"]);
}

#[test]
fn p8_12_whoever_is_back_reads_it_also_if_its_author_hears_of_their_new_keys_late() {
    let (mut scene, [alice, ben, cleo]) = scene::<3>(Suite::X25519);
    scene.share(alice, "before Dan");
    let dan = scene.world.node("Dan");
    scene.admit(alice, dan);
    // Cleo gives Ben a leaf, of which Alice hears before Ben does: he has not published his keys yet.
    scene.world.partition(&[&[alice, dan], &[ben, cleo]]);
    lose(&mut scene.world, ben);
    let group = scene.group;
    let head = |world: &World, node| world.engine(node).group(&group).unwrap().head;
    let before = head(&scene.world, cleo);
    scene.world.start(ben);
    assert!(scene.world.run_until(10 * MINUTE, |world| head(world, cleo) != before));
    scene.world.partition(&[&[alice, cleo, dan], &[ben]]);
    scene.world.run_ms(5 * MINUTE);
    assert_eq!(head(&scene.world, alice), head(&scene.world, cleo));
    assert!(scene.texts(ben).is_empty());
    scene.world.heal();
    scene.world.run_ms(10 * MINUTE);
    assert!(reads(&scene, ben, "before Dan"));
    assert!(!reads(&scene, dan, "before Dan"));
    scene.assert_whole(&[alice, ben, cleo, dan]);
}

#[test]
fn p8_13_what_the_group_has_is_for_newcomers_too() {
    // Put up on a branch that loses, with a newcomer on the other one.
    let (mut scene, [alice, ben, cleo]) = scene::<3>(Suite::X25519);
    let ticket = scene.world.ticket(alice, scene.group);
    scene.world.run_ms(5_000);
    let dan = scene.world.node("Dan");
    scene.world.partition(&[&[alice], &[ben, cleo, dan]]);
    scene.world.join_and_wait(dan, &ticket);
    scene.share(alice, "said alone");
    let card = scene.put(alice, None, &card("Tuesdays")).unwrap();
    scene.world.heal();
    scene.world.run_ms(10 * MINUTE);
    assert!(scene.world.engine(dan).objects(&scene.group).unwrap().iter().any(|thing| thing.id == card));
    assert!(!reads(&scene, dan, "said alone"));
    scene.assert_whole(&[alice, ben, cleo, dan]);
}
