//! Small worlds, all of them: four people, every sequence of acts up to a number, each by somebody who knows any causally
//! closed part of what came before.
//!
//! A partition is nothing else than who knew of what. For every world each order of arrival is tried.

use std::collections::BTreeSet;

use hearth_core::crypto::DeviceSecret;
use hearth_core::event::{Body, Event, QuorumAct, Role};
use hearth_core::ids::{GroupId, IdentityId, MemberId};
use hearth_core::resolve::resolve;
use hearth_tests::logs::{Node, founded};

const SECRETARY: usize = 0;
const SERVANT: usize = 1;
const ANN: usize = 2;
const BO: usize = 3;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Deed {
    Remove(usize),
    Rank(usize, Role),
    AddStranger,
    ProposeRemoval(usize),
    EndorseAll,
    Commit,
    Ack,
    Leave,
}

/// Everything that somebody might do, within the rank or not.
const DEEDS: [(usize, Deed); 14] = [
    (SECRETARY, Deed::Remove(SERVANT)),
    (SECRETARY, Deed::Remove(ANN)),
    (SECRETARY, Deed::Rank(ANN, Role::Servant)),
    (SECRETARY, Deed::Rank(SERVANT, Role::Member)),
    (SECRETARY, Deed::Commit),
    (SERVANT, Deed::Remove(ANN)),
    (SERVANT, Deed::Remove(SECRETARY)),
    (SERVANT, Deed::AddStranger),
    (SERVANT, Deed::ProposeRemoval(SECRETARY)),
    (SERVANT, Deed::Commit),
    (ANN, Deed::EndorseAll),
    (ANN, Deed::Remove(BO)),
    (BO, Deed::EndorseAll),
    (BO, Deed::Leave),
];

/// Fewer deeds, for longer worlds: removals that cross, ranks that change, and acknowledgements.
const CROSSING: [(usize, Deed); 6] = [
    (SECRETARY, Deed::Remove(SERVANT)),
    (SECRETARY, Deed::Rank(ANN, Role::Servant)),
    (SERVANT, Deed::Remove(ANN)),
    (SERVANT, Deed::ProposeRemoval(SECRETARY)),
    (ANN, Deed::EndorseAll),
    (BO, Deed::Ack),
];

struct Base {
    group: GroupId,
    people: Vec<DeviceSecret>,
    members: Vec<MemberId>,
    stranger: DeviceSecret,
    events: Vec<Event>,
}

/// What happened in a world, each event with who did it and what.
type Story = Vec<(usize, Deed, Event)>;

impl Base {
    fn new() -> Self {
        let (mut first, mut people) = founded(7, &[Role::Servant, Role::Member, Role::Member]);
        people.insert(0, DeviceSecret::from_seed(&first.device.seed()));
        let resolution = first.resolution();
        let id = |device: &DeviceSecret| *resolution.member_of(&device.public()).unwrap().0;
        Self {
            group: first.log.entries()[0].event.group(),
            members: people.iter().map(id).collect(),
            people,
            stranger: DeviceSecret::from_seed(&[77; 32]),
            events: first.log.entries().iter().map(|entry| entry.event.clone()).collect(),
        }
    }

    fn node(&self, who: usize, events: &[&Event]) -> Node {
        let mut node = Node::new(DeviceSecret::from_seed(&self.people[who].seed()), self.group);
        node.take_all(&self.events);
        for event in events {
            node.take(event);
        }
        node
    }

    fn identity(&self, who: usize) -> IdentityId {
        IdentityId(self.people[who].public().0)
    }

    /// Does a deed on top of what somebody knows; nothing if there is nothing to do.
    fn act(&self, node: &mut Node, deed: Deed) -> Option<Event> {
        let body = match deed {
            Deed::Remove(whom) => Body::Remove { identity: self.identity(whom) },
            Deed::Rank(whom, role) => Body::SetRole { member: self.members[whom], role },
            Deed::AddStranger => Body::Add {
                identity: hearth_core::event::Identity {
                    device: self.stranger.public(),
                    name: "Stranger".to_owned(),
                },
                role: Role::Newcomer,
            },
            Deed::ProposeRemoval(whom) => {
                Body::QuorumAct(QuorumAct::Remove { identity: self.identity(whom) })
            }
            Deed::EndorseAll => Body::Endorse { act: node.resolution().pending.first()?.act },
            Deed::Commit => {
                let id = node.commit(true)?;
                return node.log.event(&id).cloned();
            }
            Deed::Ack => Body::Ack,
            Deed::Leave => Body::Leave,
        };
        Some(node.sign(body, None))
    }
}

/// Goes through all worlds of `deeds`, and returns how many there were and what was wrong.
fn all_worlds(base: &Base, deeds: &[(usize, Deed)], length: usize) -> (usize, Vec<String>) {
    let (mut worlds, mut wrong) = (0, Vec::new());
    let mut open: Vec<Story> = vec![Vec::new()];
    while let Some(story) = open.pop() {
        worlds += 1;
        if let Some(text) = judge(base, &story) {
            wrong.push(format!(
                "{:?}: {text}",
                story.iter().map(|(who, deed, _)| (who, deed)).collect::<Vec<_>>()
            ));
        }
        if story.len() == length {
            continue;
        }
        for (who, deed) in deeds {
            for known in knowledges(base, &story, *who) {
                let events: Vec<&Event> = known.iter().map(|place| &story[*place].2).collect();
                let Some(event) = base.act(&mut base.node(*who, &events), *deed) else { continue };
                // The same acts in another order of writing are the same world.
                let is_in_order = story.last().is_none_or(|(_, _, last)| {
                    event.fields().heads.contains(&last.id()) || last.id() < event.id()
                });
                if is_in_order {
                    let mut longer = story.clone();
                    longer.push((*who, *deed, event));
                    open.push(longer);
                }
            }
        }
    }
    (worlds, wrong)
}

/// All causally closed parts of the story that hold what this person wrote: nobody contradicts themselves here.
fn knowledges(base: &Base, story: &Story, who: usize) -> Vec<Vec<usize>> {
    let all: Vec<&Event> = story.iter().map(|(_, _, event)| event).collect();
    let node = base.node(who, &all);
    let index = |place: usize| node.log.index_of(&all[place].id()).unwrap();
    let past = |place: usize| &node.log.entry(index(place)).unwrap().past;
    (0..1_usize << story.len())
        .map(|bits| (0..story.len()).filter(|place| bits >> place & 1 == 1).collect::<Vec<_>>())
        .filter(|known| {
            let holds = |place: &usize| known.contains(place);
            let own = (0..story.len()).filter(|place| story[*place].0 == who).all(|place| holds(&place));
            let closed = known.iter().all(|place| {
                (0..story.len()).filter(|other| past(*place).contains(index(*other))).all(|o| holds(&o))
            });
            own && closed
        })
        .collect()
}

/// What is wrong with a world.
fn judge(base: &Base, story: &Story) -> Option<String> {
    let all: Vec<&Event> = story.iter().map(|(_, _, event)| event).collect();
    let mut node = base.node(BO, &all);
    let (resolution, head) = (node.resolution(), node.head());
    if *resolution != resolve(&node.log, node.log.all()) {
        return Some("stepping differs".to_owned());
    }
    for order in orders(all.len()) {
        let events: Vec<&Event> = order.iter().map(|place| all[*place]).collect();
        let mut other = base.node(BO, &events);
        if other.resolution() != resolution || other.head() != head {
            return Some(format!("order {order:?} differs"));
        }
    }
    let did = |who: usize, deed: Deed| story.iter().any(|(by, what, _)| *by == who && *what == deed);
    let rank = |who: usize| resolution.members.get(&base.members[who]).map(|member| member.role);
    let many = resolution.removals.iter().any(|(_, who)| *who == base.identity(SECRETARY));
    if !many && rank(SECRETARY) != Some(Role::Secretary) {
        return Some("one signature took the secretary's rank".to_owned());
    }
    let endorsers: BTreeSet<usize> =
        story.iter().filter(|(_, deed, _)| *deed == Deed::EndorseAll).map(|(who, _, _)| *who).collect();
    if many && endorsers.is_empty() {
        return Some("a proposal alone removed the secretary".to_owned());
    }
    for whom in [SERVANT, ANN] {
        // Who believes to be out removes nobody.
        let removed = story.iter().any(|(who, deed, event)| {
            let index = node.log.index_of(&event.id()).unwrap();
            let past = node.log.entry(index).unwrap().past.clone();
            (*who, *deed) == (SECRETARY, Deed::Remove(whom))
                && node.ledger.resolution_of(&node.log, &past).members.contains_key(&base.members[SECRETARY])
        });
        if !many && removed && rank(whom).is_some() {
            return Some(format!("{whom} is in although the secretary removed them"));
        }
    }
    let is_untouched =
        !did(SECRETARY, Deed::Remove(SERVANT)) && !did(SECRETARY, Deed::Rank(SERVANT, Role::Member));
    if is_untouched && rank(SERVANT) != Some(Role::Servant) {
        return Some("the servant lost a rank to nobody".to_owned());
    }
    if rank(BO).is_none()
        && !did(BO, Deed::Leave)
        && rank(ANN) != Some(Role::Servant)
        && !did(SECRETARY, Deed::Rank(ANN, Role::Servant))
    {
        return Some("a member removed a member".to_owned());
    }
    judge_keys(base, &all)
}

/// One reconciliation by anybody who has a vote and a leaf makes the head's tree clean.
fn judge_keys(base: &Base, all: &[&Event]) -> Option<String> {
    for who in 0..base.people.len() {
        let mut node = base.node(who, all);
        let own = node.device.public();
        let has_leaf = node.head().and_then(|head| Some(node.epochs.node(&head)?.tree.contains(&own)));
        let role = node.resolution().member_of(&own).map(|(_, member)| member.role);
        if has_leaf == Some(true) && role >= Some(Role::Member) {
            node.commit(false);
            let head = node.head()?;
            let devices = node.resolution().devices();
            if !node.epochs.node(&head)?.tree.is_subset(&devices) {
                return Some(format!("{who} reconciled, and a stranger is in the tree"));
            }
        }
    }
    None
}

/// All orders of `count` things.
fn orders(count: usize) -> Vec<Vec<usize>> {
    let mut orders = vec![Vec::new()];
    for next in 0..count {
        orders = orders
            .into_iter()
            .flat_map(|order: Vec<usize>| {
                (0..=order.len()).map(move |place| {
                    let mut longer = order.clone();
                    longer.insert(place, next);
                    longer
                })
            })
            .collect();
    }
    orders
}

fn check(deeds: &[(usize, Deed)], length: usize, worlds_min: usize) {
    let (worlds, wrong) = all_worlds(&Base::new(), deeds, length);
    println!("{worlds} worlds of up to {length} acts");
    assert!(wrong.is_empty(), "{} of {worlds} wrong, such as {}", wrong.len(), wrong[0]);
    assert!(worlds >= worlds_min, "only {worlds} worlds");
}

#[test]
fn every_world_of_two_acts_of_four_people_is_sound() {
    check(&DEEDS, 2, 200);
}

#[test]
fn every_world_of_four_crossing_acts_of_four_people_is_sound() {
    check(&CROSSING, 4, 1_000);
}

#[test]
fn every_world_of_three_acts_of_four_people_is_sound() {
    check(&DEEDS, 3, 4_000);
}
