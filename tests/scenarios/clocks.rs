//! Clocks that jump or are wrong. No rule of validity reads one; what does: envelopes' expiry, tickets' expiry, and
//! the hybrid clock that orders messages.

use hearth_core::Suite;

use crate::scene::{DAY, MINUTE, scene};

#[test]
fn a_clock_that_jumps_by_a_day_and_back_loses_nothing() {
    let (mut scene, [alice, ben, cleo]) = scene::<3>(Suite::X25519);
    scene.share(alice, "before");
    scene.world.set_clock_offset(alice, DAY as i64);
    scene.share(alice, "a day ahead");
    scene.share(ben, "after it");
    scene.world.set_clock_offset(alice, -(DAY as i64));
    scene.share(alice, "a day behind");
    scene.world.set_clock_offset(alice, 0);
    scene.share(cleo, "right again");
    scene.world.run_ms(MINUTE);
    // What was written in answer to something stands after it, whatever the clocks say.
    let expected = ["before", "a day ahead", "after it", "a day behind", "right again"];
    for node in [alice, ben, cleo] {
        assert_eq!(scene.texts(node), expected, "at {}", scene.world.name(node));
    }
    scene.assert_whole(&[alice, ben, cleo]);
}

#[test]
fn a_clock_that_jumps_does_not_stop_the_timers() {
    let (mut scene, [alice, ben]) = scene::<2>(Suite::X25519);
    scene.world.set_clock_offset(ben, -(DAY as i64));
    scene.world.stop(ben);
    scene.share(alice, "for Ben");
    scene.world.start(ben);
    scene.world.run_ms(5 * MINUTE);
    assert_eq!(scene.texts(ben), ["for Ben"]);
    let cleo = scene.world.node("Cleo");
    scene.admit(alice, cleo);
    scene.world.run_ms(5 * MINUTE);
    assert_eq!(scene.world.names(ben, scene.group).len(), 3);
}

/// What cannot hold: her envelopes carry last days that the others refuse, and theirs look expired to her, so that
/// neither reads the other until the clock is right. What must hold: nobody else is hurt, nothing is lost, and when
/// the clock is right within the life of the envelopes, everything arrives.
#[test]
fn a_clock_that_is_a_year_ahead_hurts_only_its_owner_and_heals() {
    let (mut scene, [alice, ben, cleo]) = scene::<3>(Suite::X25519);
    scene.world.set_clock_offset(cleo, 365 * DAY as i64);
    scene.world.run_ms(MINUTE);
    scene.share(cleo, "from the future");
    scene.share(alice, "now");
    scene.share(ben, "now, too");
    scene.world.run_ms(10 * MINUTE);
    assert_eq!(scene.texts(alice), ["now", "now, too"]);
    assert_eq!(scene.texts(ben), ["now", "now, too"]);
    scene.world.set_clock_offset(cleo, 0);
    scene.world.run_ms(10 * MINUTE);
    assert_eq!(scene.texts(cleo).len(), 3);
    // The order of the others is not pushed a year ahead.
    scene.share(alice, "later");
    assert_eq!(scene.texts(ben).first().map(String::as_str), Some("now"));
    let now = scene.world.now;
    assert!(
        scene.world.messages(alice, scene.group).iter().all(|m| m.text == "from the future" || m.at <= now)
    );
}

#[test]
fn a_clock_that_is_a_year_behind_hurts_only_its_owner_and_heals() {
    let (mut scene, [alice, ben, cleo]) = scene::<3>(Suite::X25519);
    scene.world.set_clock_offset(cleo, -365 * DAY as i64);
    scene.world.run_ms(MINUTE);
    scene.share(alice, "now");
    scene.share(cleo, "from the past");
    scene.share(ben, "now, too");
    scene.world.run_ms(10 * MINUTE);
    assert!(scene.texts(alice).contains(&"now, too".to_owned()));
    scene.world.set_clock_offset(cleo, 0);
    scene.world.run_ms(10 * MINUTE);
    assert!(scene.texts(cleo).contains(&"now".to_owned()));
    assert!(scene.texts(cleo).contains(&"now, too".to_owned()));
    scene.assert_whole(&[alice, ben, cleo]);
}
