//! Visitors: that a visit ends by itself and never by a wrong clock, who can let it last, and whose home group this is.

use hearth_core::Suite;
use hearth_core::content::Body;
use hearth_core::content::body::{Home, Stay};
use hearth_core::error::OperationError;
use hearth_core::event::{Body as Act, QuorumAct, Role, Settings};
use hearth_core::ids::{ObjectId, Timestamp};
use hearth_core::{Person, VisitView};
use hearth_tests::NodeId;

use crate::forger::Forger;
use crate::scene::{DAY, MINUTE, Scene, scene};

impl Scene {
    /// Lets somebody join as a visitor.
    fn visitor(&mut self, inviter: NodeId, name: &str) -> NodeId {
        let node = self.world.node(name);
        let ticket = self.world.ticket_as(inviter, self.group, Role::Visitor);
        self.world.join_and_wait(node, &ticket);
        self.world.run_ms(MINUTE);
        node
    }

    /// Days in which somebody shares something each day.
    fn days(&mut self, days: u64, speaker: NodeId) {
        for _ in 0..days {
            self.world.run_ms(DAY);
            self.share(speaker, "one day at a time");
        }
    }

    fn person(&self, node: NodeId, name: &str) -> Option<Person> {
        let people = self.world.engine(node).people(&self.group);
        people.into_iter().find(|person| person.name == name)
    }

    fn visit(&self, node: NodeId, name: &str) -> Option<VisitView> {
        self.person(node, name)?.visit
    }

    fn renew(&mut self, node: NodeId, visitor: NodeId) -> Result<ObjectId, OperationError> {
        let who = self.identity(node, visitor);
        let now = self.world.now;
        self.put(node, None, &Body::Stay(Stay::from(who, now)))
    }

    fn make_home(&mut self, node: NodeId) -> ObjectId {
        let since = self.world.now;
        self.put(node, None, &Body::Home(Home { since })).unwrap()
    }

    fn is_in(&self, node: NodeId) -> bool {
        self.world.is_member(node, self.group)
    }

    /// The day of the run on which a visit ends as a node reckons, from `start`.
    fn ends_on_day(&self, node: NodeId, name: &str, start: Timestamp) -> Option<u64> {
        self.visit(node, name).map(|visit| visit.until.ms_since(start).div_ceil(DAY))
    }
}

#[test]
fn p16_1_a_visit_ends_by_itself_after_thirty_days_and_not_before() {
    let (mut scene, [alice, ben]) = scene::<2>(Suite::X25519);
    let vera = scene.visitor(alice, "Vera");
    let start = scene.world.now;
    for node in [alice, ben, vera] {
        assert_eq!(scene.ends_on_day(node, "Vera", start), Some(30));
        assert!(scene.visit(node, "Ben").is_none());
    }
    // It is known after a restart, and a restart makes it no longer.
    scene.days(15, ben);
    for node in [alice, vera] {
        scene.world.stop(node);
        scene.world.start(node);
    }
    scene.days(14, ben);
    assert!(scene.is_in(vera) && scene.person(alice, "Vera").is_some());
    scene.days(2, ben);
    assert!(!scene.is_in(vera));
    let view = scene.world.engine(vera).group(&scene.group).unwrap();
    assert!(view.is_visit_over, "it is not told as a removal");
    assert!(!scene.world.engine(alice).group(&scene.group).unwrap().is_visit_over);
    scene.assert_whole(&[alice, ben]);
    // Whose visit has ended comes back with a new ticket, as a visitor of that day.
    let ticket = scene.world.ticket_as(alice, scene.group, Role::Visitor);
    scene.world.join_and_wait(vera, &ticket);
    scene.days(29, ben);
    assert!(scene.is_in(vera));
    scene.assert_whole(&[alice, ben, vera]);
}

#[test]
fn p16_1_a_visit_is_counted_from_becoming_a_visitor() {
    let (mut scene, [alice, ben, cleo]) = scene::<3>(Suite::X25519);
    let vera = scene.visitor(alice, "Vera");
    scene.days(20, ben);
    scene.give_role(alice, vera, Role::Newcomer);
    assert!(scene.visit(ben, "Vera").is_none());
    // Who was a member for long, and is a visitor since today, has thirty days.
    scene.days(20, ben);
    scene.give_role(alice, vera, Role::Visitor);
    scene.give_role(alice, cleo, Role::Visitor);
    let start = scene.world.now;
    scene.days(28, ben);
    for name in ["Vera", "Cleo"] {
        assert_eq!(scene.ends_on_day(alice, name, start), Some(30));
    }
    assert!(scene.is_in(vera) && scene.is_in(cleo));
    scene.days(3, ben);
    scene.assert_whole(&[alice, ben]);
}

#[test]
fn p16_2_servants_let_a_visitor_stay_for_thirty_days_from_that_day_and_members_do_not() {
    let (mut scene, [alice, ben]) = scene::<2>(Suite::X25519);
    let vera = scene.visitor(alice, "Vera");
    let start = scene.world.now;
    scene.days(20, ben);
    assert_eq!(scene.renew(ben, vera), Err(OperationError::NotPermitted));
    assert_eq!(scene.renew(vera, vera), Err(OperationError::NotPermitted));
    assert!(scene.visit(alice, "Vera").unwrap().may_renew);
    assert!(!scene.visit(ben, "Vera").unwrap().may_renew && !scene.visit(vera, "Vera").unwrap().may_renew);
    // More than thirty days are thirty days.
    let long = Stay { visitor: scene.identity(alice, vera), until: start.plus_ms(500 * DAY) };
    let stay = scene.put(alice, None, &Body::Stay(long)).unwrap();
    for node in [alice, ben, vera] {
        assert_eq!(scene.ends_on_day(node, "Vera", start), Some(51));
    }
    scene.days(29, ben);
    assert!(scene.is_in(vera));
    // Renewed anew, it is the same thing.
    assert_eq!(scene.renew(alice, vera), Ok(stay));
    scene.days(29, ben);
    assert!(scene.is_in(vera));
    scene.days(3, ben);
    assert!(!scene.is_in(vera));
    scene.assert_whole(&[alice, ben]);
}

#[test]
fn p16_2_a_word_that_makes_a_visit_shorter_makes_it_no_shorter() {
    let (mut scene, [alice, ben]) = scene::<2>(Suite::X25519);
    let vera = scene.visitor(alice, "Vera");
    let start = scene.world.now;
    let short = Stay { visitor: scene.identity(alice, vera), until: start };
    scene.put(alice, None, &Body::Stay(short)).unwrap();
    scene.days(28, ben);
    assert!(scene.is_in(vera));
    assert_eq!(scene.ends_on_day(ben, "Vera", start), Some(30));
}

#[test]
fn p16_2_who_invited_a_visitor_lets_them_stay_as_long_as_members_may_invite() {
    let (mut scene, [alice, ben, cleo]) = scene::<3>(Suite::X25519);
    let group = scene.group;
    // No program proposes it yet: a later one may.
    let head = scene.world.engine(ben).group(&group).unwrap().head.unwrap();
    scene.world.stop(ben);
    let mut proposing = Forger::of(scene.world.store(ben), group, head, scene.world.now);
    let act = proposing.say(Act::QuorumAct(QuorumAct::SetParams(Settings { members_may_invite: true })));
    proposing.finish();
    scene.world.start(ben);
    scene.world.run_ms(MINUTE);
    for node in [alice, cleo] {
        let _ = scene.world.wish(node, |engine, now| engine.endorse(group, act, now));
        scene.world.run_ms(MINUTE);
    }
    let vera = scene.visitor(ben, "Vera");
    let walt = scene.visitor(cleo, "Walt");
    assert!(scene.renew(ben, vera).is_ok());
    for (node, visitor) in [(ben, walt), (cleo, vera), (vera, vera)] {
        assert_eq!(scene.renew(node, visitor), Err(OperationError::NotPermitted));
    }
    scene.days(20, ben);
    assert!(scene.renew(ben, vera).is_ok());
    // What was said by who could say it stays.
    scene.give_role(alice, ben, Role::Newcomer);
    assert_eq!(scene.renew(ben, vera), Err(OperationError::NotPermitted));
    scene.days(20, ben);
    assert!(scene.is_in(vera) && !scene.is_in(walt));
    scene.assert_whole(&[alice, ben, cleo, vera]);
}

#[test]
fn p16_3_who_makes_it_their_home_group_stays_and_no_rank_changes() {
    let (mut scene, [alice, ben]) = scene::<2>(Suite::X25519);
    let vera = scene.visitor(alice, "Vera");
    scene.days(10, ben);
    let home = scene.make_home(vera);
    for node in [alice, ben, vera] {
        let person = scene.person(node, "Vera").unwrap();
        assert!(person.is_home && person.visit.is_none());
        assert_eq!(person.role, Role::Visitor);
    }
    let group = scene.group;
    let withdrawn = scene.world.wish(alice, |engine, now| engine.withdraw_object(group, home, now));
    assert_eq!(withdrawn, Err(OperationError::NotPermitted), "it is theirs alone");
    scene.days(50, ben);
    scene.assert_whole(&[alice, ben, vera]);
    // Taken back, it is a visit from that day on.
    scene.world.wish(vera, |engine, now| engine.withdraw_object(group, home, now)).unwrap();
    scene.world.run_ms(MINUTE);
    let start = scene.world.now;
    scene.days(28, ben);
    for node in [alice, ben, vera] {
        assert!(!scene.person(node, "Vera").unwrap().is_home);
        assert_eq!(scene.ends_on_day(node, "Vera", start), Some(30));
    }
    scene.days(4, ben);
    scene.assert_whole(&[alice, ben]);
}

#[test]
fn p16_4_whoever_was_away_is_told_first_and_a_word_that_waited_counts() {
    let (mut scene, [alice, ben]) = scene::<2>(Suite::X25519);
    let vera = scene.visitor(alice, "Vera");
    let walt = scene.visitor(alice, "Walt");
    scene.days(5, ben);
    scene.world.stop(vera);
    scene.world.stop(walt);
    scene.days(20, ben);
    scene.renew(alice, walt).unwrap();
    scene.days(8, ben);
    // The visit was over three days ago; both come back.
    scene.world.start(vera);
    scene.world.start(walt);
    scene.days(2, ben);
    assert!(scene.is_in(vera), "there are two days to answer");
    // A clock that was still for so long is believed after a day.
    scene.days(2, ben);
    assert!(!scene.is_in(vera) && scene.is_in(walt));
    assert!(scene.world.engine(vera).group(&scene.group).unwrap().is_visit_over);
    scene.assert_whole(&[alice, ben, walt]);
}

#[test]
fn p16_4_out_of_touch_nobody_leaves() {
    let (mut scene, [alice, ben]) = scene::<2>(Suite::X25519);
    let vera = scene.visitor(alice, "Vera");
    scene.days(30, ben);
    // The visit is over, and she has heard so. Before it has sunk in, she is out of touch.
    scene.world.go_offline(vera);
    scene.world.run_ms(2 * DAY);
    assert!(scene.is_in(vera), "a word may be on its way");
    scene.renew(alice, vera).unwrap();
    scene.world.go_online(vera);
    scene.days(5, ben);
    scene.assert_whole(&[alice, ben, vera]);
}

#[test]
fn p16_5_a_servants_node_ends_a_visit_whose_machine_is_gone_a_week_later() {
    let (mut scene, [alice, ben, cleo]) = scene::<3>(Suite::X25519);
    let vera = scene.visitor(alice, "Vera");
    let start = scene.world.now;
    scene.days(5, ben);
    scene.world.stop(vera);
    scene.days(31, ben);
    assert!(scene.person(alice, "Vera").is_some(), "a week is left");
    assert_eq!(scene.ends_on_day(alice, "Vera", start), Some(30));
    // Without servants it stays as it is.
    scene.world.stop(alice);
    scene.days(5, ben);
    assert!(scene.person(ben, "Vera").is_some());
    scene.world.start(alice);
    scene.days(1, cleo);
    assert!(scene.person(ben, "Vera").is_none());
    scene.assert_whole(&[alice, ben, cleo]);
    // Her machine turns up again: it was a visit, and she is welcome with a new ticket.
    scene.world.start(vera);
    scene.world.run_ms(5 * MINUTE);
    let ticket = scene.world.ticket_as(alice, scene.group, Role::Visitor);
    scene.world.join(vera, &ticket).unwrap();
    scene.world.run_ms(60 * MINUTE);
    scene.assert_whole(&[alice, ben, cleo, vera]);
}

#[test]
fn p16_5_a_home_or_a_renewal_keeps_servants_nodes_from_it() {
    let (mut scene, [alice, ben]) = scene::<2>(Suite::X25519);
    let vera = scene.visitor(alice, "Vera");
    let walt = scene.visitor(alice, "Walt");
    scene.make_home(vera);
    scene.days(20, ben);
    scene.renew(alice, walt).unwrap();
    scene.world.stop(vera);
    scene.world.stop(walt);
    scene.days(36, ben);
    assert!(scene.person(alice, "Vera").is_some() && scene.person(alice, "Walt").is_some());
    scene.days(3, ben);
    assert!(scene.person(alice, "Vera").is_some() && scene.person(alice, "Walt").is_none());
}

#[test]
fn p16_6_a_wrong_clock_ends_no_visit() {
    for ahead in [7, 20, 4000] {
        for wrong in 0..2 {
            let (mut scene, [alice, ben]) = scene::<2>(Suite::X25519);
            let vera = scene.visitor(alice, "Vera");
            scene.days(24, ben);
            let who = [alice, vera][wrong];
            scene.world.set_clock_offset(who, i64::try_from(ahead * DAY).unwrap());
            scene.days(4, ben);
            assert!(scene.is_in(vera), "{ahead} days ahead at {}", scene.world.name(who));
            scene.world.set_clock_offset(who, 0);
            scene.days(1, ben);
            scene.world.run_ms(30 * MINUTE);
            for node in [alice, ben, vera] {
                assert!(scene.person(node, "Vera").is_some(), "{ahead} days ahead");
            }
            scene.assert_whole(&[alice, ben, vera]);
            // The right one does.
            scene.days(4, ben);
            assert!(!scene.is_in(vera), "{ahead} days ahead at {}", scene.world.name(who));
        }
    }
}

#[test]
fn p16_6_a_clock_that_was_behind_when_a_visit_began_ends_no_visit() {
    let (mut scene, [alice, ben]) = scene::<2>(Suite::X25519);
    let vera = scene.visitor(alice, "Vera");
    scene.give_role(alice, vera, Role::Newcomer);
    scene.days(3, ben);
    scene.world.set_clock_offset(alice, -3000 * i64::try_from(DAY).unwrap());
    scene.give_role(alice, vera, Role::Visitor);
    scene.world.set_clock_offset(alice, 0);
    scene.days(28, ben);
    assert!(scene.is_in(vera));
    scene.world.stop(vera);
    scene.days(5, ben);
    assert!(scene.person(ben, "Vera").is_some());
}

#[test]
fn p16_6_a_clock_that_was_ahead_when_a_visit_began_lets_nobody_stay_for_years() {
    let (mut scene, [alice, ben]) = scene::<2>(Suite::X25519);
    let vera = scene.visitor(alice, "Vera");
    scene.give_role(alice, vera, Role::Newcomer);
    scene.days(3, ben);
    scene.world.set_clock_offset(alice, 3000 * i64::try_from(DAY).unwrap());
    scene.days(2, ben);
    scene.give_role(alice, vera, Role::Visitor);
    scene.world.set_clock_offset(alice, 0);
    let start = scene.world.now;
    scene.days(1, ben);
    assert_eq!(scene.ends_on_day(alice, "Vera", start).map(|day| day <= 31), Some(true));
    scene.world.stop(vera);
    scene.days(39, ben);
    assert!(scene.person(ben, "Vera").is_none());
}

#[test]
fn p16_6_where_nobody_says_anything_no_visit_ends() {
    let (mut scene, [alice, ben]) = scene::<2>(Suite::X25519);
    let vera = scene.visitor(alice, "Vera");
    scene.world.run_ms(45 * DAY);
    assert!(scene.is_in(vera), "no other clock has said that it is over");
    scene.share(ben, "still here");
    scene.world.run_ms(30 * MINUTE);
    assert!(!scene.is_in(vera));
    scene.assert_whole(&[alice, ben]);
}
