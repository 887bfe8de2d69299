//! Tickets that are not good, and what their holders are told.

use hearth_core::Refusal;
use hearth_core::Suite;
use hearth_core::engine::{InviteOptions, Standing};
use hearth_core::error::OperationError;
use hearth_core::event::Role;
use hearth_core::invite::TicketError;

use crate::scene::{DAY, MINUTE, Scene, scene};

fn standing(scene: &Scene, node: hearth_tests::NodeId) -> Standing {
    scene.world.engine(node).group(&scene.group).unwrap().standing
}

#[test]
fn a_mistyped_ticket_is_refused_at_once() {
    let (mut scene, [alice]) = scene::<1>(Suite::X25519);
    let ticket = scene.world.ticket(alice, scene.group);
    let ben = scene.world.node("Ben");
    let last = if ticket.ends_with('A') { 'B' } else { 'A' };
    let mistyped = format!("{}{last}", &ticket[..ticket.len() - 1]);
    let before = scene.world.store(ben).records();
    assert_eq!(scene.world.join(ben, &mistyped).unwrap_err(), OperationError::Ticket(TicketError::Mistyped));
    assert_eq!(
        scene.world.join(ben, "come on in").unwrap_err(),
        OperationError::Ticket(TicketError::NotATicket)
    );
    assert_eq!(scene.world.store(ben).records(), before);
}

#[test]
fn an_expired_ticket_is_refused_at_once() {
    let (mut scene, [alice]) = scene::<1>(Suite::X25519);
    let ticket = scene.world.ticket(alice, scene.group);
    let ben = scene.world.node("Ben");
    scene.world.run_ms(8 * DAY);
    assert_eq!(scene.world.join(ben, &ticket).unwrap_err(), OperationError::TicketExpired);
}

#[test]
fn a_ticket_that_expired_on_the_way_is_refused_by_the_members() {
    let (mut scene, [alice, ben]) = scene::<2>(Suite::X25519);
    let ticket = scene.world.ticket(alice, scene.group);
    let cleo = scene.world.node("Cleo");
    scene.world.go_offline(cleo);
    scene.world.join(cleo, &ticket).unwrap();
    scene.world.run_ms(8 * DAY);
    scene.world.go_online(cleo);
    scene.world.run_ms(10 * MINUTE);
    assert_eq!(standing(&scene, cleo), Standing::Refused(Refusal::TicketExpired));
    scene.assert_whole(&[alice, ben]);
}

#[test]
fn a_used_up_ticket_is_refused() {
    let (mut scene, [alice, ben]) = scene::<2>(Suite::X25519);
    let ticket = scene.world.ticket(alice, scene.group);
    let (cleo, dan) = (scene.world.node("Cleo"), scene.world.node("Dan"));
    scene.world.join_and_wait(cleo, &ticket);
    scene.world.run_ms(5_000);
    scene.world.join(dan, &ticket).unwrap();
    scene.world.run_ms(MINUTE);
    assert_eq!(standing(&scene, dan), Standing::Refused(Refusal::TicketUsedUp));
    scene.assert_whole(&[alice, ben, cleo]);
    // A new ticket makes good for it.
    scene.admit(alice, dan);
    scene.world.run_ms(MINUTE);
    scene.assert_whole(&[alice, ben, cleo, dan]);
}

#[test]
fn a_single_use_ticket_admits_one_of_two_who_hold_it() {
    let (mut scene, [alice, ben]) = scene::<2>(Suite::X25519);
    let ticket = scene.world.ticket(alice, scene.group);
    scene.world.run_ms(5_000);
    let (cleo, dan) = (scene.world.node("Cleo"), scene.world.node("Dan"));
    scene.world.join(cleo, &ticket).unwrap();
    scene.world.join(dan, &ticket).unwrap();
    scene.world.run_ms(10 * MINUTE);
    let joined = [cleo, dan].into_iter().filter(|node| scene.world.is_member(*node, scene.group)).count();
    assert_eq!(joined, 1);
    assert_eq!(scene.world.names(alice, scene.group).len(), 3);
    assert_eq!(scene.world.names(ben, scene.group).len(), 3);
}

#[test]
fn a_ticket_for_two_admits_two_and_no_third() {
    let (mut scene, [alice]) = scene::<1>(Suite::X25519);
    let (group, expires) = (scene.group, scene.world.now.plus_ms(DAY));
    let options = InviteOptions { role: Role::Member, uses: 2, expires };
    let ticket = scene.world.wish(alice, |engine, now| engine.create_invite(group, options, now));
    let ticket = ticket.unwrap().to_text();
    let (ben, cleo, dan) = (scene.world.node("Ben"), scene.world.node("Cleo"), scene.world.node("Dan"));
    scene.world.join_and_wait(ben, &ticket);
    scene.world.join_and_wait(cleo, &ticket);
    scene.world.run_ms(MINUTE);
    scene.world.join(dan, &ticket).unwrap();
    scene.world.run_ms(MINUTE);
    assert_eq!(standing(&scene, dan), Standing::Refused(Refusal::TicketUsedUp));
    scene.assert_whole(&[alice, ben, cleo]);
}

#[test]
fn a_revoked_ticket_is_refused_by_all() {
    let (mut scene, [alice, ben]) = scene::<2>(Suite::X25519);
    let ticket = scene.world.ticket(alice, scene.group);
    let group = scene.group;
    let token = scene.world.engine(alice).invites(&group).into_iter().find(|invite| invite.used == 0);
    let token = token.unwrap().token;
    scene.world.wish(alice, |engine, now| engine.revoke_invite(group, token, now)).unwrap();
    scene.world.run_ms(MINUTE);
    let cleo = scene.world.node("Cleo");
    scene.world.join(cleo, &ticket).unwrap();
    scene.world.run_ms(MINUTE);
    assert_eq!(standing(&scene, cleo), Standing::Refused(Refusal::TicketRevoked));
    scene.world.stop(alice);
    let dan = scene.world.node("Dan");
    scene.world.join(dan, &ticket).unwrap();
    scene.world.run_ms(MINUTE);
    assert_eq!(standing(&scene, dan), Standing::Refused(Refusal::TicketRevoked));
    scene.world.start(alice);
    scene.world.run_ms(MINUTE);
    scene.assert_whole(&[alice, ben]);
}

#[test]
fn a_member_cannot_join_again_nor_a_newcomer_invite() {
    let (mut scene, [alice, ben]) = scene::<2>(Suite::X25519);
    let ticket = scene.world.ticket(alice, scene.group);
    assert_eq!(scene.world.join(ben, &ticket).unwrap_err(), OperationError::AlreadyMember);
    let (group, expires) = (scene.group, scene.world.now.plus_ms(DAY));
    let options = InviteOptions { role: Role::Newcomer, uses: 1, expires };
    let invited = scene.world.wish(ben, |engine, now| engine.create_invite(group, options, now));
    assert_eq!(invited.unwrap_err(), OperationError::NotPermitted);
}

#[test]
fn a_newcomer_reads_and_writes_but_does_not_admit() {
    let (mut scene, [alice, ben]) = scene::<2>(Suite::X25519);
    let group = scene.group;
    let ticket = scene.world.ticket_as(alice, group, Role::Newcomer);
    let cleo = scene.world.node("Cleo");
    scene.world.join_and_wait(cleo, &ticket);
    scene.share(cleo, "new here");
    assert_eq!(scene.read(ben), ["Cleo: new here"]);
    let ticket = scene.world.ticket(alice, group);
    scene.world.run_ms(5_000);
    scene.world.stop(alice);
    scene.world.stop(ben);
    let dan = scene.world.node("Dan");
    scene.world.join(dan, &ticket).unwrap();
    scene.world.run_ms(10 * MINUTE);
    assert!(!scene.world.is_member(dan, group));
    scene.world.start(ben);
    scene.world.run_ms(10 * MINUTE);
    assert!(scene.world.is_member(dan, group));
}
