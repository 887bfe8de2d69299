//! Somebody is alone for longer than envelopes and keys live, and what was written meanwhile still finds its way.

use hearth_core::Suite;
use hearth_core::engine::InviteOptions;
use hearth_core::event::Role;
use hearth_tests::{NodeId, World};

use crate::scene::{DAY, MINUTE, Scene, scene};

/// Lets the keys change once, by somebody's coming.
fn change_keys(scene: &mut Scene, secretary: NodeId, name: &str) -> NodeId {
    let newcomer = scene.world.node(name);
    scene.admit(secretary, newcomer);
    newcomer
}

#[test]
fn p8_8_what_was_written_before_coming_back_is_read_by_those_who_gave_up_the_keys() {
    let (mut scene, [alice, ben, cleo]) = scene::<3>(Suite::X25519);
    scene.world.go_offline(cleo);
    let dan = change_keys(&mut scene, alice, "Dan");
    scene.world.run_ms(40 * DAY);
    scene.share(cleo, "written alone");
    scene.world.go_online(cleo);
    scene.world.run_ms(10 * MINUTE);
    for node in [alice, ben] {
        assert_eq!(scene.texts(node), ["written alone"], "at {}", scene.world.name(node));
    }
    assert!(scene.texts(dan).is_empty(), "Cleo had not heard of Dan");
    scene.assert_whole(&[alice, ben, cleo, dan]);
}

#[test]
fn p4_13_keys_that_others_left_behind_days_ago_still_open_what_comes_under_them() {
    let (mut scene, [alice, ben, cleo]) = scene::<3>(Suite::X25519);
    scene.world.go_offline(cleo);
    let dan = change_keys(&mut scene, alice, "Dan");
    scene.world.run_ms(5 * DAY);
    scene.share(cleo, "written alone");
    scene.world.go_online(cleo);
    scene.world.run_ms(10 * MINUTE);
    for node in [alice, ben] {
        assert_eq!(scene.texts(node), ["written alone"], "at {}", scene.world.name(node));
    }
    scene.assert_whole(&[alice, ben, cleo, dan]);
}

#[test]
fn p8_8_what_was_written_alone_is_read_by_all_though_another_who_was_away_is_met_first() {
    let (mut scene, [alice, ben, cleo, dan]) = scene::<4>(Suite::X25519);
    scene.world.partition(&[&[alice, ben], &[cleo], &[dan]]);
    let eve = change_keys(&mut scene, alice, "Eve");
    scene.world.run_ms(40 * DAY);
    scene.share(cleo, "written alone");
    // Dan has the keys of then, too: from him Cleo hears that nothing has changed.
    scene.world.partition(&[&[alice, ben, eve], &[cleo, dan]]);
    let group = scene.group;
    let met = |world: &World| world.read(dan, group).len() == 1;
    assert!(scene.world.run_until(MINUTE, met));
    scene.world.heal();
    scene.world.run_ms(10 * MINUTE);
    for node in [alice, ben, dan] {
        assert_eq!(scene.texts(node), ["written alone"], "at {}", scene.world.name(node));
    }
    assert!(scene.texts(eve).is_empty(), "Cleo had not heard of Eve");
    scene.assert_whole(&[alice, ben, cleo, dan, eve]);
}

#[test]
fn p8_8_what_two_wrote_who_were_each_alone_is_read_by_all_when_they_come_back_together() {
    let (mut scene, [alice, ben, cleo, dan, eve]) = scene::<5>(Suite::X25519);
    scene.world.partition(&[&[alice, ben, eve], &[cleo], &[dan]]);
    let finn = change_keys(&mut scene, alice, "Finn");
    scene.world.run_ms(46 * DAY);
    scene.share(cleo, "Cleo, alone");
    scene.share(dan, "Dan, alone");
    scene.world.heal();
    scene.world.run_ms(10 * MINUTE);
    for node in [alice, ben, cleo, dan, eve] {
        let mut texts = scene.texts(node);
        texts.sort();
        assert_eq!(texts, ["Cleo, alone", "Dan, alone"], "at {}", scene.world.name(node));
    }
    assert!(scene.texts(finn).is_empty(), "neither had heard of Finn");
    scene.assert_whole(&[alice, ben, cleo, dan, eve, finn]);
}

#[test]
fn p8_8_what_was_written_alone_under_keys_that_came_late_is_read_by_those_who_gave_them_up() {
    let (mut scene, [alice, ben, cleo, dan]) = scene::<4>(Suite::X25519);
    scene.world.go_offline(cleo);
    let eve = change_keys(&mut scene, alice, "Eve");
    scene.world.go_offline(dan);
    let finn = change_keys(&mut scene, alice, "Finn");
    scene.world.run_ms(25 * DAY);
    // Cleo gets from Dan the keys that the others left behind long ago, and is alone again.
    scene.world.partition(&[&[alice, ben, eve, finn], &[cleo, dan]]);
    scene.world.go_online(cleo);
    scene.world.go_online(dan);
    let group = scene.group;
    let head = |world: &World, node| world.engine(node).group(&group).unwrap().head;
    assert!(scene.world.run_until(MINUTE, |world| head(world, cleo) == head(world, dan)));
    scene.world.go_offline(cleo);
    scene.world.go_offline(dan);
    scene.world.run_ms(10 * DAY);
    scene.share(cleo, "written alone");
    scene.world.heal();
    scene.world.go_online(cleo);
    scene.world.run_ms(10 * MINUTE);
    for node in [alice, ben, eve] {
        assert_eq!(scene.texts(node), ["written alone"], "at {}", scene.world.name(node));
    }
    assert!(scene.texts(finn).is_empty(), "Cleo had not heard of Finn");
    scene.world.go_online(dan);
    scene.world.run_ms(10 * MINUTE);
    scene.assert_whole(&[alice, ben, cleo, dan, eve, finn]);
}

#[test]
fn p8_8_what_a_device_never_reached_is_sealed_anew_for_its_new_leaf() {
    let (mut scene, [alice, ben, cleo]) = scene::<3>(Suite::X25519);
    // Cleo stands on a branch of her own, and has given up the keys before the fork when she is back.
    scene.world.partition(&[&[alice, ben], &[cleo]]);
    let group = scene.group;
    scene.world.leave(ben, group).unwrap();
    scene.world.run_ms(40 * DAY);
    let dan = change_keys(&mut scene, alice, "Dan");
    scene.share(alice, "for Cleo, too");
    scene.world.heal();
    scene.world.run_ms(DAY);
    assert_eq!(scene.texts(cleo), ["for Cleo, too"]);
    scene.assert_whole(&[alice, cleo, dan]);
}

#[test]
fn p4_10_an_event_that_nobody_heard_of_for_a_month_does_not_cut_off_its_author() {
    let (mut scene, [alice, ben]) = scene::<2>(Suite::X25519);
    let cleo = change_keys(&mut scene, alice, "Cleo");
    // Ben acknowledges the new keys to himself alone, and the envelope expires.
    scene.world.go_offline(ben);
    scene.world.run_ms(40 * DAY);
    let group = scene.group;
    scene.world.leave(ben, group).unwrap();
    scene.world.run_ms(DAY);
    scene.world.go_online(ben);
    scene.world.run_ms(10 * MINUTE);
    scene.assert_whole(&[alice, cleo]);
}

#[test]
fn p1_4_8_a_leaving_that_stands_on_a_removed_members_word_is_heard_after_a_month() {
    let (mut scene, [alice, ben, cleo]) = scene::<3>(Suite::X25519);
    scene.world.partition(&[&[alice], &[ben, cleo]]);
    let group = scene.group;
    scene.world.remove(alice, group, cleo).unwrap();
    // Ben knows nothing of that, and leaves after Cleo.
    for node in [cleo, ben] {
        scene.world.leave(node, group).unwrap();
        scene.world.run_ms(MINUTE);
    }
    scene.world.stop(cleo);
    scene.world.run_ms(40 * DAY);
    scene.world.heal();
    let knows = |world: &World| world.names(alice, group).len() == 1;
    assert!(scene.world.run_until(DAY, knows), "Ben is in for ever");
    scene.world.run_ms(10 * MINUTE);
    scene.assert_whole(&[alice]);
}

#[test]
fn p8_8_what_a_device_never_reached_is_sealed_anew_by_who_was_never_alone() {
    let (mut scene, [alice, ben, cleo, dan]) = scene::<4>(Suite::X25519);
    scene.world.partition(&[&[alice, ben, dan], &[cleo]]);
    let group = scene.group;
    scene.world.leave(ben, group).unwrap();
    scene.world.run_ms(40 * DAY);
    let eve = change_keys(&mut scene, alice, "Eve");
    scene.share(alice, "for Cleo, too");
    scene.world.heal();
    scene.world.run_ms(DAY);
    assert_eq!(scene.texts(cleo), ["for Cleo, too"]);
    scene.assert_whole(&[alice, cleo, dan, eve]);
}

#[test]
fn p7_6_who_leaves_alone_and_joins_anew_is_in_once() {
    let (mut scene, [alice, ben, cleo]) = scene::<3>(Suite::X25519);
    let (group, expires) = (scene.group, scene.world.now.plus_ms(60 * DAY));
    let options = InviteOptions { role: Role::Member, uses: 1, expires };
    let ticket = scene.world.wish(alice, |engine, now| engine.create_invite(group, options, now)).unwrap();
    scene.world.run_ms(MINUTE);
    scene.world.go_offline(cleo);
    scene.world.leave(cleo, group).unwrap();
    scene.world.run_ms(25 * DAY);
    scene.world.join(cleo, &ticket.to_text()).unwrap();
    scene.world.stop(cleo);
    scene.world.start(cleo);
    // The first word of the leaving has expired.
    scene.world.run_ms(10 * DAY);
    scene.world.go_online(cleo);
    scene.world.run_ms(20 * MINUTE);
    scene.assert_whole(&[alice, ben, cleo]);
}

#[test]
fn p6_8_an_opening_under_keys_that_nobody_follows_is_posted_anew() {
    // After a month none of the two can follow the other one's keys.
    for (days, is_restarted) in [(0, false), (40, false), (40, true)] {
        let (mut scene, [alice, ben, cleo]) = scene::<3>(Suite::X25519);
        scene.world.partition(&[&[alice], &[ben, cleo]]);
        let group = scene.group;
        scene.world.leave(cleo, group).unwrap();
        let dan = change_keys(&mut scene, alice, "Dan");
        scene.world.run_ms(10 * MINUTE + days * DAY);
        // One of the two branches loses.
        scene.direct(alice, ben, "from Alice");
        scene.direct(ben, alice, "from Ben");
        for node in [alice, ben].into_iter().filter(|_| is_restarted) {
            scene.world.stop(node);
            scene.world.start(node);
        }
        scene.world.heal();
        scene.world.run_ms(DAY);
        for node in [alice, ben] {
            let name = scene.world.name(node);
            assert_eq!(scene.texts(node), ["from Alice", "from Ben"], "at {name}: {days}, {is_restarted}");
        }
        assert!(scene.texts(dan).is_empty());
        scene.assert_whole(&[alice, ben, dan]);
    }
}

#[test]
fn p6_8_an_opening_outlives_its_envelope_though_its_founder_is_gone() {
    let (mut scene, [alice, ben, cleo]) = scene::<3>(Suite::X25519);
    scene.world.stop(cleo);
    scene.direct(alice, cleo, "too long ago");
    scene.world.run_ms(25 * DAY);
    scene.direct(alice, cleo, "last week");
    scene.world.stop(alice);
    scene.world.run_ms(8 * DAY);
    scene.world.start(cleo);
    scene.world.run_ms(10 * MINUTE);
    assert_eq!(scene.texts(cleo), ["last week"]);
    scene.world.start(alice);
    scene.world.run_ms(10 * MINUTE);
    scene.assert_whole(&[alice, ben, cleo]);
}

#[test]
fn p6_8_an_opening_outlives_its_envelope() {
    // Who was away for long needs a new leaf; who was not does not.
    for days in [6, 8, 10] {
        let (mut scene, [alice, ben, cleo]) = scene::<3>(Suite::X25519);
        scene.world.stop(cleo);
        scene.direct(alice, cleo, "too long ago");
        scene.world.stop(alice);
        scene.world.start(alice);
        scene.world.run_ms(25 * DAY);
        scene.direct(alice, cleo, "last week");
        scene.world.run_ms(days * DAY);
        scene.world.start(cleo);
        scene.world.run_ms(10 * MINUTE);
        assert_eq!(scene.texts(cleo).last().map(String::as_str), Some("last week"), "{days} days");
        scene.assert_whole(&[alice, ben, cleo]);
    }
}

#[test]
fn p6_10_private_words_wait_for_who_is_away_longer_than_envelopes_live() {
    // One who has not opened the pair yet, and one who has.
    for has_answered in [false, true] {
        for days in [31, 45, 85] {
            let (mut scene, [alice, ben, cleo]) = scene::<3>(Suite::X25519);
            if has_answered {
                scene.direct(cleo, alice, "see you");
            }
            scene.world.stop(cleo);
            scene.direct(alice, cleo, "are you well?");
            scene.world.run_ms(days * DAY);
            scene.world.start(cleo);
            scene.world.run_ms(10 * MINUTE);
            let last = scene.texts(cleo).pop();
            assert_eq!(last.as_deref(), Some("are you well?"), "{days} days, answered: {has_answered}");
            assert!(scene.texts(ben).is_empty());
            scene.assert_whole(&[alice, ben, cleo]);
        }
    }
}
