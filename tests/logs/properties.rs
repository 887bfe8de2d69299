//! What holds for every random log: PROTOCOL 9.1 to 9.6, 9.8, 9.10 and 9.12.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use std::collections::BTreeSet;

use hearth_core::crypto::DeviceSecret;
use hearth_core::event::{Body, Commit, Event, QuorumAct, Role};
use hearth_core::ids::{EpochId, MemberId};
use hearth_core::resolve::{Resolution, resolve};
use hearth_tests::logs::{Node, Run, continue_as, generator, run};

#[path = "small_worlds.rs"]
mod small_worlds;

/// Seeds of each property; `HEARTH_SEEDS` and `HEARTH_SEED_FROM` choose others.
const SEEDS: u64 = 60;
const STEPS: u64 = 70;

fn seeds() -> impl Iterator<Item = u64> {
    let number = |name: &str| std::env::var(name).ok().and_then(|text| text.parse::<u64>().ok());
    let from = number("HEARTH_SEED_FROM").unwrap_or(0);
    from..from + number("HEARTH_SEEDS").unwrap_or(SEEDS)
}

/// Collects what is wrong over all seeds, so that a failure names every seed.
fn check(what: impl Fn(u64, Run) -> Vec<String>) {
    let mut wrong = Vec::new();
    for seed in seeds() {
        wrong.extend(what(seed, run(seed, STEPS)).into_iter().map(|text| format!("seed {seed}: {text}")));
    }
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
}

fn reader(run: &Run) -> Node {
    Node::new(DeviceSecret::from_seed(&[99; 32]), run.group)
}

#[test]
fn any_order_of_arrival_gives_the_same_members_and_head() {
    check(|seed, run| {
        let mut wrong = Vec::new();
        let mut straight = reader(&run);
        straight.take_all(&run.events);
        let expected = (straight.resolution(), straight.head(), straight.log.entries().len());
        if expected.2 != run.events.len() {
            wrong.push("events are missing".to_owned());
        }
        for shuffle in 0..3 {
            let mut rng = generator(seed, 10 + shuffle);
            let mut events: Vec<&Event> = run.events.iter().collect();
            for place in (1..events.len()).rev() {
                events.swap(place, rng.below(place as u64 + 1) as usize);
            }
            let mut shuffled = reader(&run);
            for (number, event) in events.into_iter().enumerate() {
                shuffled.take(event);
                // Asked at any time, or not: that must not matter either.
                if rng.below(3) == 0 {
                    shuffled.head();
                }
                if number % 16 == 0 && !shuffled.log.entries().is_empty() {
                    let thorough = resolve(&shuffled.log, shuffled.log.all());
                    if *shuffled.resolution() != thorough {
                        wrong.push(format!("shuffle {shuffle}: stepping differs after {number}"));
                        break;
                    }
                }
            }
            let found = (shuffled.resolution(), shuffled.head(), shuffled.log.entries().len());
            if found != expected {
                wrong.push(format!(
                    "shuffle {shuffle}: members {}, head {}, events {}",
                    found.0 == expected.0,
                    found.1 == expected.1,
                    found.2 == expected.2
                ));
            }
        }
        wrong
    });
}

#[test]
fn stepping_from_state_to_state_equals_beginning_anew() {
    check(|_, run| {
        let mut node = reader(&run);
        let mut wrong = Vec::new();
        for (number, event) in run.events.iter().enumerate() {
            node.take(event);
            if number % 5 == 0 || number + 1 == run.events.len() {
                let thorough = resolve(&node.log, node.log.all());
                let stepped = node.resolution();
                if *stepped != thorough {
                    wrong.push(format!(
                        "{} after {number}: {:?}",
                        differences(&stepped, &thorough),
                        event.body()
                    ));
                    break;
                }
            }
        }
        wrong
    });
}

/// Names the parts of two answers that differ.
fn differences(a: &Resolution, b: &Resolution) -> String {
    let parts = [
        ("params", a.params == b.params),
        ("settings", a.settings == b.settings),
        ("members", a.members == b.members),
        ("invites", a.invites == b.invites),
        ("removals", a.removals == b.removals),
        ("revoked", a.revoked == b.revoked),
        ("pending", a.pending == b.pending),
        ("questions", a.questions == b.questions),
        ("equivocators", a.equivocators == b.equivocators),
    ];
    parts.iter().filter(|(_, same)| !same).map(|(name, _)| *name).collect::<Vec<_>>().join(", ")
}

#[test]
fn nobody_comes_back_without_a_word_that_knew_of_the_removal() {
    check(|_, run| run.violations);
}

#[test]
fn what_the_removed_write_without_knowing_changes_nothing() {
    check(|seed, run| {
        let mut wrong = Vec::new();
        let mut base = reader(&run);
        base.take_all(&run.events);
        let before = base.resolution();
        for (number, insider) in run.insiders.into_iter().enumerate() {
            let device = insider.device.public();
            if before.member_of(&device).is_some() || !is_removed_by_others(&base, &before, &insider) {
                continue;
            }
            let mut world = continue_as(insider, seed * 7 + number as u64);
            let mut after = Node::new(DeviceSecret::from_seed(&[98; 32]), run.group);
            after.hear(&base);
            for _ in 0..12 {
                let Some(event) = world.backdated(0, true) else { continue };
                // An endorsement of the removal of whoever removed: there many decide, and the act was not theirs alone.
                if matches!(event.body(), Body::Endorse { .. }) && !before.pending.is_empty() {
                    continue;
                }
                world.insider().take(&event);
                after.take(&event);
                // Raised by one secretary and removed by another at the same time: among equals both words stand (3.6).
                if is_among_equals(&mut after, &event) {
                    break;
                }
                let now = after.resolution();
                if now.members != before.members || now.settings != before.settings {
                    let lost =
                        before.members.iter().filter(|(id, member)| now.members.get(id) != Some(member));
                    let roles: Vec<_> =
                        lost.map(|(id, m)| (m.role, now.members.get(id).map(|m| m.role))).collect();
                    wrong.push(format!(
                        "{:?} {} changed the members: {roles:?}",
                        event.body(),
                        event.id().to_hex()
                    ));
                    break;
                }
            }
        }
        wrong
    });
}

/// Says whether an event removes somebody or changes a rank, by a rank that is not below that of who removed its author.
fn is_among_equals(node: &mut Node, event: &Event) -> bool {
    if !matches!(event.body(), Body::Remove { .. } | Body::SetRole { .. }) {
        return false;
    }
    let rank = |node: &mut Node, event: &Event| {
        let index = node.log.index_of(&event.id())?;
        let past = node.log.entry(index)?.past.clone();
        let view = node.ledger.resolution_of(&node.log, &past);
        view.member_of(&event.author()).map(|(_, member)| member.role)
    };
    let own = rank(node, event);
    let removals: Vec<Event> = node
        .log
        .entries()
        .iter()
        .filter(
            |entry| matches!(entry.event.body(), Body::Remove { identity } if identity.0 == event.author().0),
        )
        .map(|entry| entry.event.clone())
        .collect();
    removals.iter().all(|removal| rank(node, removal) <= own) && !removals.is_empty()
}

/// Removed by the word of others, and nothing that could still end that.
fn is_removed_by_others(node: &Node, resolution: &Resolution, insider: &Node) -> bool {
    let own = insider.device.public();
    resolution.removals.iter().any(|(removal, identity)| {
        identity.0 == own.0
            && matches!(
                node.log.event(removal).map(Event::body),
                Some(Body::Remove { .. } | Body::QuorumAct(QuorumAct::Remove { .. }))
            )
    })
}

#[test]
fn no_single_signature_takes_a_rank_from_an_equal_or_higher_one() {
    check(|_, run| {
        let mut wrong = Vec::new();
        let mut node = reader(&run);
        for event in &run.events {
            let before = (!node.log.entries().is_empty()).then(|| node.resolution());
            node.take(event);
            let (Some(before), after) = (before, node.resolution()) else { continue };
            let Some(index) = node.log.index_of(&event.id()) else { continue };
            let past = node.log.entry(index).unwrap().past.clone();
            let view = node.ledger.resolution_of(&node.log, &past);
            let Some((author, member)) = view.member_of(&event.author()) else { continue };
            let is_one = !matches!(event.body(), Body::QuorumAct(_) | Body::Endorse { .. });
            // Of two secretaries' words at once the stricter one counts, until the admins have acknowledged the other.
            let knows = |id: &MemberId| {
                view.members.get(id).map(|known| known.role) == before.members.get(id).map(|known| known.role)
            };
            if !is_one || after.equivocators != before.equivocators {
                continue;
            }
            for (id, admin) in before.admins().filter(|(id, _)| *id != author) {
                let rank = after.members.get(id).map(|member| member.role);
                let is_crossing = member.role == Role::Secretary && !knows(id);
                if admin.role >= member.role
                    && rank < Some(admin.role)
                    && !is_agreed(&node, id)
                    && !is_crossing
                {
                    wrong.push(format!(
                        "{:?} of {:?}: {:?} to {rank:?}",
                        event.body(),
                        member.role,
                        admin.role
                    ));
                }
            }
        }
        wrong
    });
}

/// Says whether many ever had a say about this member's rank: what their agreement gave, the removal of one of them may
/// take again as long as the admins have not acknowledged it.
fn is_agreed(node: &Node, id: &MemberId) -> bool {
    node.log.entries().iter().any(|entry| match entry.event.body() {
        Body::QuorumAct(QuorumAct::SetRole { member, .. }) => member == id,
        Body::QuorumAct(QuorumAct::Remove { .. }) => true,
        _ => false,
    })
}

#[test]
fn one_insider_does_not_move_the_head_on_which_all_others_vote() {
    check(|_, run| {
        let Run { mut honest, insiders, group, events, .. } = run;
        let mut wrong = Vec::new();
        if honest.len() < 3 {
            return wrong;
        }
        honest[0].commit(false);
        let mut all = Node::new(DeviceSecret::from_seed(&[97; 32]), group);
        all.take_all(&events);
        all.hear(&honest[0]);
        for node in &mut honest {
            node.hear(&all);
            node.write(Body::Ack);
            all.hear(node);
        }
        let resolution = all.resolution();
        let before = all.head().unwrap();
        let voting = honest.iter().filter_map(|node| resolution.member_of(&node.device.public()));
        let voters: BTreeSet<_> = voters_of(&resolution, voting.map(|(id, _)| *id)).into_iter().collect();
        for mut insider in insiders {
            let old: Vec<EpochId> = insider
                .log
                .entries()
                .iter()
                .map(|entry| EpochId::from(entry.event.id()))
                .filter(|id| insider.epochs.node(id).is_some())
                .collect();
            let mut parent = old[old.len() / 2];
            let tree = insider.epochs.node(&parent).unwrap().tree.clone();
            for _ in 0..5 {
                let devices = insider.resolution().devices();
                let commit = Commit {
                    parent,
                    add: devices.difference(&tree).copied().collect(),
                    drop: tree.difference(&devices).copied().collect(),
                    mls: Vec::new(),
                    authenticator_hash: [0; 32],
                };
                let event = insider.sign(Body::Commit(commit), Some(parent));
                insider.take(&event);
                all.take(&event);
                parent = EpochId::from(event.id());
            }
        }
        let after = all.head().unwrap();
        if voters.len() > 4 && !all.epochs.is_ancestor(&before, &after) {
            wrong.push("the head has moved".to_owned());
        }
        wrong
    });
}

fn voters_of(resolution: &Resolution, members: impl Iterator<Item = MemberId>) -> Vec<MemberId> {
    let voters: Vec<_> = resolution.voters().map(|(id, _)| *id).collect();
    members.filter(|id| voters.contains(id)).collect()
}

#[test]
fn the_head_is_a_clean_epoch_after_one_reconciliation() {
    check(|_, run| {
        let Run { mut honest, .. } = run;
        let mut wrong = Vec::new();
        let mut able = honest.iter_mut().filter_map(|node| {
            let (resolution, own) = (node.resolution(), node.device.public());
            let head = node.head()?;
            let has_leaf = node.epochs.node(&head)?.tree.contains(&own);
            let member = resolution.member_of(&own).map(|(_, member)| member.role);
            (has_leaf && member >= Some(Role::Member)).then_some(node)
        });
        let Some(node) = able.next() else { return wrong };
        node.commit(false);
        let (head, members) = (node.head().unwrap(), node.resolution().devices());
        if !node.epochs.node(&head).unwrap().tree.is_subset(&members) {
            let own = node.device.public();
            let children = node.epochs.children(&head).filter(|c| node.epochs.node(c).unwrap().author == own);
            wrong.push(format!("the head's tree has a stranger; own commits on it: {}", children.count()));
        }
        wrong
    });
}
