//! Who decides what of whom: ranks, the group's conscience, leaving.

use hearth_core::engine::Standing;
use hearth_core::error::OperationError;
use hearth_core::event::Role;
use hearth_core::ids::EventId;
use hearth_core::{Asking, Decided, Suite};
use hearth_tests::NodeId;

use crate::scene::{DAY, MINUTE, Scene, scene};

impl Scene {
    pub(crate) fn set_role(
        &mut self,
        by: NodeId,
        whom: NodeId,
        role: Role,
    ) -> Result<Decided, OperationError> {
        let (group, member) = (self.group, self.world.member(by, self.group, whom));
        let decided = self.world.wish(by, |engine, now| engine.set_role(group, member, role, now));
        self.world.run_ms(5_000);
        decided
    }

    pub(crate) fn propose(
        &mut self,
        by: NodeId,
        whom: NodeId,
        what: Asking,
    ) -> Result<Decided, OperationError> {
        let (group, member) = (self.group, self.world.member(by, self.group, whom));
        let decided = self.world.wish(by, |engine, now| engine.propose(group, member, what, now));
        self.world.run_ms(5_000);
        decided
    }

    pub(crate) fn endorse(&mut self, by: NodeId, act: EventId) -> Result<Decided, OperationError> {
        let group = self.group;
        let decided = self.world.wish(by, |engine, now| engine.endorse(group, act, now));
        self.world.run_ms(5_000);
        decided
    }

    pub(crate) fn role(&self, at: NodeId, whom: NodeId) -> Role {
        let id = self.world.member(at, self.group, whom);
        let people = self.world.engine(at).people(&self.group);
        people.into_iter().find(|person| person.id == id).unwrap().role
    }

    pub(crate) fn only_proposal(&self, at: NodeId) -> EventId {
        match self.world.engine(at).proposals(&self.group).as_slice() {
            [only] => only.act,
            other => panic!("{} proposals", other.len()),
        }
    }
}

#[test]
fn a_newcomer_is_promoted_by_the_secretary_or_by_two_servants() {
    let (mut scene, [alice, ben, cleo, dan]) = scene::<4>(Suite::X25519);
    for servant in [ben, cleo] {
        assert_eq!(scene.set_role(alice, servant, Role::Servant), Ok(Decided::Done));
    }
    assert_eq!(scene.set_role(ben, dan, Role::Newcomer), Ok(Decided::Done));
    assert_eq!(scene.role(cleo, dan), Role::Newcomer);
    // One servant's word waits for a second one's.
    let Ok(Decided::Waits { missing: 1, .. }) = scene.set_role(ben, dan, Role::Member) else {
        panic!("waits")
    };
    assert_eq!(scene.role(dan, dan), Role::Newcomer);
    let asked_twice = scene.set_role(ben, dan, Role::Member);
    assert!(matches!(asked_twice, Ok(Decided::Waits { missing: 1, .. })), "{asked_twice:?}");
    assert_eq!(scene.world.engine(alice).proposals(&scene.group).len(), 1);
    assert_eq!(scene.set_role(cleo, dan, Role::Member), Ok(Decided::Done));
    for node in [alice, ben, cleo, dan] {
        assert_eq!(scene.role(node, dan), Role::Member, "at {}", scene.world.name(node));
    }
    // The secretary needs nobody, and asking for what is so already changes nothing.
    scene.set_role(alice, dan, Role::Newcomer).unwrap();
    assert_eq!(scene.set_role(alice, dan, Role::Member), Ok(Decided::Done));
    assert_eq!(scene.set_role(alice, dan, Role::Member), Ok(Decided::Done));
    scene.assert_whole(&[alice, ben, cleo, dan]);
}

#[test]
fn a_rank_is_given_by_those_above_it_and_given_back_by_oneself() {
    let (mut scene, [alice, ben, cleo]) = scene::<3>(Suite::X25519);
    assert_eq!(scene.set_role(ben, cleo, Role::Newcomer), Err(OperationError::NotPermitted));
    assert_eq!(scene.set_role(ben, ben, Role::Secretary), Err(OperationError::NotPermitted));
    scene.set_role(alice, ben, Role::Servant).unwrap();
    assert_eq!(scene.set_role(ben, cleo, Role::Servant), Err(OperationError::NotPermitted));
    assert_eq!(scene.set_role(ben, alice, Role::Member), Err(OperationError::NotPermitted));
    assert_eq!(scene.set_role(ben, ben, Role::Member), Ok(Decided::Done));
    assert_eq!(scene.role(alice, ben), Role::Member);
    // Another secretary, and service rotates.
    scene.set_role(alice, ben, Role::Secretary).unwrap();
    scene.set_role(alice, alice, Role::Member).unwrap();
    assert_eq!((scene.role(cleo, alice), scene.role(cleo, ben)), (Role::Member, Role::Secretary));
    scene.assert_whole(&[alice, ben, cleo]);
}

#[test]
fn the_last_one_with_a_say_does_not_give_it_away() {
    let (mut scene, [alice, ben]) = scene::<2>(Suite::X25519);
    scene.set_role(alice, ben, Role::Newcomer).unwrap();
    for role in [Role::Newcomer, Role::Visitor] {
        assert!(matches!(scene.set_role(alice, alice, role), Err(OperationError::Unfitting(_))));
    }
    // The service itself can be given back: all who have a vote decide without an admin.
    assert_eq!(scene.set_role(alice, alice, Role::Member), Ok(Decided::Done));
    scene.assert_whole(&[alice, ben]);
}

#[test]
fn the_groups_conscience_removes_the_founder() {
    let (mut scene, [alice, ben, cleo, dan]) = scene::<4>(Suite::X25519);
    scene.share(alice, "with Alice");
    let Ok(Decided::Waits { act, missing: 1 }) = scene.propose(ben, alice, Asking::Remove) else {
        panic!("it waits for one more")
    };
    // The one whom it is about has no say, and proposing it again is agreeing once.
    assert_eq!(scene.endorse(alice, act), Err(OperationError::NotPermitted));
    assert!(matches!(scene.propose(ben, alice, Asking::Remove), Ok(Decided::Waits { missing: 1, .. })));
    let proposal = scene.world.engine(cleo).proposals(&scene.group).remove(0);
    assert_eq!((proposal.what, proposal.missing, proposal.is_open_to_me), (Asking::Remove, 1, true));
    assert_eq!(proposal.may_agree.len(), 3);
    assert_eq!(scene.endorse(cleo, scene.only_proposal(cleo)), Ok(Decided::Done));
    scene.world.run_ms(MINUTE);
    scene.share(dan, "without Alice");
    scene.world.run_ms(DAY);
    assert_eq!(scene.texts(alice), ["with Alice"]);
    assert_eq!(scene.world.engine(alice).group(&scene.group).unwrap().standing, Standing::Out);
    assert_eq!(scene.endorse(dan, act), Err(OperationError::UnknownProposal));
    // The group elects another secretary.
    scene.propose(dan, cleo, Asking::Role(Role::Secretary)).unwrap();
    assert_eq!(scene.endorse(ben, scene.only_proposal(ben)), Ok(Decided::Done));
    assert_eq!(scene.role(dan, cleo), Role::Secretary);
    scene.assert_whole(&[ben, cleo, dan]);
}

#[test]
fn what_a_removal_takes_is_shown_before_it_is_done() {
    let (mut scene, [alice, ben, cleo]) = scene::<3>(Suite::X25519);
    scene.set_role(alice, ben, Role::Servant).unwrap();
    let dan = scene.world.node("Dan");
    let group = scene.group;
    let options = hearth_core::engine::InviteOptions {
        role: Role::Newcomer,
        uses: 2,
        expires: scene.world.now.plus_ms(DAY),
    };
    let ticket = scene.world.wish(ben, |engine, now| engine.create_invite(group, options, now)).unwrap();
    scene.world.join_and_wait(dan, &ticket.to_text());
    scene.world.run_ms(MINUTE);
    let (whom, stays) = (scene.world.member(alice, group, ben), scene.world.member(alice, group, dan));
    let preview = scene.world.engine(alice).removal_preview(&group, &whom).unwrap();
    // What Ben did before anybody removed him stays; that his ticket stays good is worth saying.
    assert!(preview.lost.is_empty());
    assert_eq!((preview.stay, preview.open_invites.len(), preview.devices), (vec![stays], 1, 1));
    assert_eq!(scene.world.names(alice, group).len(), 4, "nothing was done");
    let too_high = scene.world.member(ben, group, alice);
    let refused = scene.world.engine(ben).removal_preview(&group, &too_high);
    assert_eq!(refused.unwrap_err(), OperationError::NotPermitted);
    scene.world.remove(alice, group, ben).unwrap();
    scene.world.run_ms(MINUTE);
    scene.assert_whole(&[alice, cleo, dan]);
}

#[test]
fn whose_admission_a_removal_made_void_can_be_kept() {
    let (mut scene, [alice, ben, cleo, eve]) = scene::<4>(Suite::X25519);
    scene.set_role(alice, ben, Role::Servant).unwrap();
    let dan = scene.world.node("Dan");
    // Ben lets Dan in, which Eve alone hears, while Alice removes Ben.
    scene.world.partition(&[&[alice, cleo], &[ben, dan, eve]]);
    let group = scene.group;
    let options = hearth_core::engine::InviteOptions {
        role: Role::Newcomer,
        uses: 1,
        expires: scene.world.now.plus_ms(DAY),
    };
    let ticket = scene.world.wish(ben, |engine, now| engine.create_invite(group, options, now)).unwrap();
    scene.world.join_and_wait(dan, &ticket.to_text());
    scene.world.remove(alice, group, ben).unwrap();
    scene.world.run_ms(MINUTE);
    scene.world.heal();
    scene.world.run_ms(10 * MINUTE);
    let question = scene.world.engine(alice).questions(&group).pop().expect("Alice is asked");
    assert_eq!((question.name.as_str(), question.by.as_str()), ("Dan", "Ben"));
    let not_cleo = scene.world.wish(cleo, |engine, now| engine.keep_member(group, question.act, now));
    assert_eq!(not_cleo.unwrap_err(), OperationError::NotPermitted);
    let kept = scene.world.wish(alice, |engine, now| engine.keep_member(group, question.act, now));
    assert_eq!(kept.unwrap(), Role::Newcomer);
    assert!(scene.world.engine(alice).questions(&group).is_empty());
    scene.world.run_ms(10 * MINUTE);
    for node in [alice, cleo, eve] {
        assert!(scene.world.names(node, group).contains(&"Dan".to_owned()), "at {}", scene.world.name(node));
    }
}

#[test]
fn after_a_removal_the_truth_is_told() {
    let (mut scene, [alice, ben, cleo, dan]) = scene::<4>(Suite::X25519);
    let group = scene.group;
    assert_eq!(scene.world.engine(alice).switching(&group), None);
    scene.world.go_offline(cleo);
    scene.world.remove(alice, group, dan).unwrap();
    scene.world.run_ms(MINUTE);
    let told = scene.world.engine(alice).switching(&group).unwrap();
    assert_eq!(told.of, 3);
    assert!(told.switched >= 1 && told.waiting.contains(&scene.world.member(alice, group, cleo)));
    // Whoever acts under the new keys has them.
    scene.world.go_online(cleo);
    scene.world.run_ms(10 * MINUTE);
    for node in [ben, cleo] {
        let member = scene.world.member(node, group, node);
        scene
            .world
            .wish(node, |engine, now| engine.propose(group, member, Asking::Role(Role::Servant), now))
            .unwrap();
    }
    scene.world.run_ms(MINUTE);
    let told = scene.world.engine(alice).switching(&group).unwrap();
    assert_eq!((told.of, told.switched, told.waiting.len()), (3, 3, 0));
}

#[test]
fn who_leaves_is_out_and_the_others_go_on() {
    let (mut scene, [alice, ben, cleo]) = scene::<3>(Suite::X25519);
    scene.world.leave(alice, scene.group).unwrap();
    scene.world.run_ms(10 * MINUTE);
    scene.share(ben, "without Alice");
    assert!(scene.texts(alice).is_empty());
    assert_eq!(scene.world.leave(alice, scene.group).unwrap_err(), OperationError::Removed);
    scene.assert_whole(&[ben, cleo]);
}

#[test]
fn an_invite_gives_what_the_inviters_rank_allows_and_never_a_servants() {
    let (mut scene, [alice, ben, cleo]) = scene::<3>(Suite::X25519);
    scene.set_role(alice, ben, Role::Servant).unwrap();
    let (group, expires) = (scene.group, scene.world.now.plus_ms(DAY));
    let mut invite = |by: NodeId, role: Role| {
        let options = hearth_core::engine::InviteOptions { role, uses: 1, expires };
        scene.world.wish(by, |engine, now| engine.create_invite(group, options, now)).map(|_| ())
    };
    for role in [Role::Visitor, Role::Newcomer, Role::Member] {
        assert_eq!(invite(alice, role), Ok(()));
    }
    for (by, role) in
        [(alice, Role::Servant), (alice, Role::Secretary), (ben, Role::Member), (cleo, Role::Visitor)]
    {
        assert_eq!(invite(by, role), Err(OperationError::NotPermitted), "{role:?}");
    }
    assert_eq!(invite(ben, Role::Newcomer), Ok(()));
}
