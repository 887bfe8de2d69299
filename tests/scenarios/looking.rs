//! What a group says of itself to whoever holds a ticket, before they ask to be let in. PROTOCOL 7.23.

use hearth_core::Refusal;
use hearth_core::Suite;
use hearth_core::content::Body;
use hearth_core::content::body::Card;
use hearth_core::engine::{Delivery, Standing};
use hearth_core::error::OperationError;
use hearth_core::ids::TokenId;
use hearth_core::invite::Ticket;
use hearth_core::store::Class;
use hearth_tests::NodeId;

use crate::objects::card;
use crate::scene::{MINUTE, Scene, scene};

impl Scene {
    fn look(&mut self, node: NodeId, ticket: &str) -> Result<(), OperationError> {
        let looked = self.world.wish(node, |engine, now| engine.look(ticket, now));
        self.world.run_ms(MINUTE);
        looked.map(drop)
    }

    /// The group's name and card, as a node was shown them.
    fn shown(&self, node: NodeId) -> Option<(String, Option<Card>)> {
        let shown = self.world.engine(node).shown_group(&self.group)?;
        Some((shown.name.clone(), shown.card.clone()))
    }

    fn standing_by_ticket(&self, node: NodeId) -> Option<Standing> {
        self.world.engine(node).group(&self.group).map(|view| view.standing)
    }

    fn neighbours(&self, node: NodeId) -> usize {
        self.world.engine(node).group(&self.group).map_or(0, |view| view.neighbours)
    }
}

fn the_card() -> Card {
    let Body::Card(card) = card("Tuesday candle") else { unreachable!() };
    card
}

fn token_of(ticket: &str) -> TokenId {
    TokenId(Ticket::parse(ticket).unwrap().token().public().0)
}

#[test]
fn p7_23_the_card_is_read_from_the_ticket_alone_and_nobody_is_asked_for_anything() {
    let (mut scene, [alice, ben]) = scene::<2>(Suite::X25519);
    scene.put(alice, None, &card("Tuesday candle")).unwrap();
    let ticket = scene.world.ticket(alice, scene.group);
    let name = scene.world.engine(alice).group(&scene.group).unwrap().name;
    let held = |scene: &Scene| {
        let records = scene.world.store(alice).records().into_keys();
        records.filter(|key| matches!(key.class, Class::Envelope | Class::Event)).count()
    };
    scene.world.run_ms(60 * MINUTE);
    let before = held(&scene);
    let stranger = scene.world.node("Stranger");
    scene.look(stranger, &ticket).unwrap();
    assert_eq!(scene.shown(stranger), Some((name, Some(the_card()))));
    assert_eq!(scene.standing_by_ticket(stranger), Some(Standing::Looking));
    // Members have nothing of it: no request, no name, no use of the invite.
    assert_eq!(held(&scene), before);
    assert_eq!(scene.world.names(alice, scene.group).len(), 2);
    let token = token_of(&ticket);
    let invites = scene.world.engine(alice).invites(&scene.group);
    assert_eq!(invites.iter().find(|invite| invite.token == token).map(|invite| invite.used), Some(0));
    // Who only looks is given nothing to hold, and is no device that something was passed on to.
    scene.world.go_offline(ben);
    scene.share(alice, "not for strangers");
    scene.world.run_ms(MINUTE);
    assert_eq!(scene.world.messages(alice, scene.group)[0].delivery, Some(Delivery::KeptHere));
    let envelopes = scene.world.store(stranger).records().into_keys();
    assert_eq!(envelopes.filter(|key| key.class == Class::Envelope).count(), 0);
    // And nothing of it stays.
    let group = scene.group;
    scene.world.wish(stranger, |engine, now| engine.stop_looking(group, now)).unwrap();
    scene.world.run_ms(MINUTE);
    assert_eq!(scene.shown(stranger), None);
    let kept = scene.world.store(stranger).records().into_keys();
    assert_eq!(kept.filter(|key| key.partition == group.0 || key.class == Class::Group).count(), 0);
}

#[test]
fn p7_23_who_has_looked_joins_with_the_same_ticket() {
    let (mut scene, [alice, ben]) = scene::<2>(Suite::X25519);
    let ticket = scene.world.ticket(alice, scene.group);
    let cleo = scene.world.node("Cleo");
    scene.look(cleo, &ticket).unwrap();
    assert!(scene.shown(cleo).is_some_and(|(_, card)| card.is_none()), "the group has written no card");
    scene.world.join_and_wait(cleo, &ticket);
    scene.world.run_ms(MINUTE);
    scene.assert_whole(&[alice, ben, cleo]);
    assert_eq!(scene.shown(cleo), None, "a member reads the group's own");
    assert_eq!(scene.look(cleo, &ticket), Err(OperationError::AlreadyMember));
}

#[test]
fn p7_23_a_look_gives_up_nothing_that_was_there() {
    let (mut scene, [alice, ben]) = scene::<2>(Suite::X25519);
    let (asked, other) = (scene.world.ticket(alice, scene.group), scene.world.ticket(alice, scene.group));
    // Somebody waits to be let in, while nobody is on; a look with another ticket does not end that.
    let cleo = scene.world.node("Cleo");
    for node in [alice, ben] {
        scene.world.go_offline(node);
    }
    scene.world.join(cleo, &asked).unwrap();
    scene.look(cleo, &other).unwrap();
    assert_eq!(scene.standing_by_ticket(cleo), Some(Standing::Joining));
    assert_eq!(scene.shown(cleo), None);
    for node in [alice, ben] {
        scene.world.go_online(node);
    }
    scene.world.run_ms(10 * MINUTE);
    scene.assert_whole(&[alice, ben, cleo]);
    // Who has left keeps what they read.
    scene.share(alice, "stays readable");
    let group = scene.group;
    scene.world.wish(ben, |engine, now| engine.leave_group(group, now)).unwrap();
    scene.world.run_ms(MINUTE);
    assert_eq!(scene.look(ben, &other), Err(OperationError::Removed));
    assert!(scene.texts(ben).contains(&"stays readable".to_owned()));
}

#[test]
fn p7_23_a_look_that_was_cut_off_loses_nothing_and_calls_nobody_any_more() {
    let (mut scene, [alice, ben]) = scene::<2>(Suite::X25519);
    let ticket = scene.world.ticket(alice, scene.group);
    let cleo = scene.world.node("Cleo");
    scene.look(cleo, &ticket).unwrap();
    scene.world.stop(cleo);
    scene.world.start(cleo);
    scene.world.run_ms(MINUTE);
    assert_eq!((scene.shown(cleo), scene.neighbours(cleo)), (None, 0));
    scene.look(cleo, &ticket).unwrap();
    assert!(scene.shown(cleo).is_some());
    // By itself it ends after a quarter of an hour.
    assert!(scene.neighbours(cleo) > 0);
    scene.world.run_ms(15 * MINUTE);
    assert_eq!(scene.neighbours(cleo), 0);
    scene.world.join_and_wait(cleo, &ticket);
    scene.world.run_ms(MINUTE);
    scene.assert_whole(&[alice, ben, cleo]);
}

#[test]
fn p7_23_a_ticket_that_does_not_stand_shows_nothing() {
    let (mut scene, [alice, _]) = scene::<2>(Suite::X25519);
    scene.put(alice, None, &card("Tuesday candle")).unwrap();
    let ticket = scene.world.ticket(alice, scene.group);
    let (group, token) = (scene.group, token_of(&ticket));
    scene.world.wish(alice, |engine, now| engine.revoke_invite(group, token, now)).unwrap();
    scene.world.run_ms(MINUTE);
    let stranger = scene.world.node("Stranger");
    scene.look(stranger, &ticket).unwrap();
    assert_eq!(scene.shown(stranger), None);
    assert_eq!(scene.standing_by_ticket(stranger), Some(Standing::Refused(Refusal::TicketRevoked)));
    let other = scene.world.ticket(alice, scene.group);
    let late = scene.world.node("Late");
    scene.world.run_ms(8 * 24 * 60 * MINUTE);
    assert_eq!(scene.look(late, &other), Err(OperationError::TicketExpired));
}
