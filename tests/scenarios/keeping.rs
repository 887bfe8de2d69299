//! What members keep for themselves never leaves: whatever they write, all that others can see is the same, to the byte.

use std::collections::BTreeMap;

use hearth_core::Suite;
use hearth_core::content::{Content, Work};
use hearth_core::engine::{OwnPlace, Sending};
use hearth_core::error::OperationError;
use hearth_core::event::Role;
use hearth_core::ids::{GroupId, OwnId, Timestamp};
use hearth_core::own::{CarePlan, CleanDate, Date, Gratitude, Inventory, Own, OwnKind, Plan, StepWork, Urge};
use hearth_core::store::{Class, Key};
use hearth_tests::{Faults, NodeId, World};

use crate::scene::{DAY, MINUTE, scene};

/// What is kept in one run: a word that stands in every record, and how long the records are.
#[derive(Clone, Copy)]
struct Kept {
    marker: &'static str,
    words: usize,
    year: u16,
}

const ONE: Kept = Kept { marker: "marker-amber", words: 2, year: 2021 };
const OTHER: Kept = Kept { marker: "marker-cobalt-blue", words: 1500, year: 1999 };

/// One of each kind, in turn.
fn record(kept: Kept, number: usize) -> Own {
    let text = format!("{} ", kept.marker).repeat(kept.words).trim().to_owned();
    let label = Some(kept.marker.to_owned());
    let date = Date { year: kept.year, month: 2, day: 28 };
    match number % 7 {
        0 => Own::CleanDate(CleanDate { date, label, schedule: None, text }),
        1 => Own::StepWork(StepWork { step: Some(4), label: None, text }),
        2 => Own::Gratitude(Gratitude { text }),
        3 => Own::Inventory(Inventory { text }),
        4 => {
            let helped = kept.marker.to_owned();
            Own::Urge(Urge { at: Timestamp(u64::from(kept.year)), strength: Some(7), helped, text })
        }
        5 => Own::Plan(Plan { label, text }),
        _ => Own::CarePlan(CarePlan {
            help: text,
            naloxone: label,
            text: String::new(),
            checked_on: Some(date),
        }),
    }
}

/// A world in which some keep something for themselves, or nobody does.
struct Story {
    world: World,
    kept: Option<Kept>,
    wishes: usize,
    ids: BTreeMap<NodeId, Vec<(usize, OwnId)>>,
}

impl Story {
    /// Lets those who run keep two things, change one and delete one.
    fn keep(&mut self, nodes: &[NodeId]) {
        self.wishes += 1;
        let Some(kept) = self.kept else { return };
        for node in nodes.iter().copied().filter(|node| self.world.is_running(*node)).collect::<Vec<_>>() {
            for part in 0..2 {
                let number = self.wishes + part;
                let (own, request) = (record(kept, number), format!("{} {number}", self.wishes));
                let id = self.world.keep(node, |engine, now| engine.keep_own(&own, &request, now)).unwrap();
                self.ids.entry(node).or_default().push((number, id));
            }
            let ids = self.ids.get_mut(&node).unwrap();
            let (number, id) = ids[0];
            let (own, request) = (record(kept, number), format!("change {}", self.wishes));
            self.world.keep(node, |engine, now| engine.change_own(id, &own, &request, now)).unwrap();
            if ids.len() > 6 {
                let (_, id) = ids.remove(0);
                self.world.keep(node, |engine, _| engine.delete_own(id)).unwrap();
            }
        }
    }
}

/// All that can be seen of a run, but for what is kept.
#[derive(PartialEq, Eq)]
struct Seen {
    digest: u64,
    frames: Vec<Vec<Vec<u8>>>,
    disks: Vec<BTreeMap<Key, Vec<u8>>>,
    timers: Vec<Option<Timestamp>>,
}

/// A month of a group with losses, crashes, joining, partitions, restarts and a removal.
fn run(kept: Option<Kept>) -> (Seen, Vec<BTreeMap<Key, Vec<u8>>>) {
    let mut world = World::new(11, Faults::NONE);
    let nodes = ["Alice", "Ben", "Cleo", "Dan"].map(|name| world.node(name));
    let [alice, ben, cleo, dan] = nodes;
    for node in nodes {
        world.keep_frames(node);
    }
    let mut story = Story { world, kept, wishes: 0, ids: BTreeMap::new() };
    // Before there is any group.
    story.keep(&nodes);
    let group = story.world.found(alice, Suite::X25519);
    story.keep(&[alice]);
    for node in [ben, cleo] {
        let ticket = story.world.ticket(alice, group);
        story.world.join(node, &ticket).unwrap();
        story.keep(&[alice, node]);
        assert!(story.world.run_until(10 * MINUTE, |world| world.is_member(node, group)));
    }
    story.world.run_ms(MINUTE);
    story.world.let_fade();
    let faults = Faults { loss_percent: 2, duplicate_percent: 5, crash_per_myriad: 20, ..Faults::NONE };
    story.world.set_faults(faults);
    for round in 0..6 {
        for node in [alice, ben, cleo] {
            story.keep(&nodes);
            if story.world.is_running(node) {
                let _ = story.world.share(node, group, &format!("share {round}"));
            }
            story.keep(&[node]);
            story.world.run_ms(7_000);
        }
    }
    story.world.set_faults(Faults::NONE);
    story.world.run_ms(MINUTE);
    story.world.partition(&[&[alice, dan], &[ben, cleo]]);
    story.keep(&nodes);
    story.world.direct(alice, group, ben, "private").unwrap();
    let ticket = story.world.ticket_as(alice, group, Role::Newcomer);
    story.world.join(dan, &ticket).unwrap();
    story.keep(&[alice, dan]);
    story.world.run_ms(MINUTE);
    story.world.stop(ben);
    story.world.start(ben);
    story.keep(&[ben]);
    story.world.heal();
    story.keep(&nodes);
    story.world.run_ms(5 * MINUTE);
    story.world.remove(alice, group, cleo).unwrap();
    story.keep(&nodes);
    story.world.run_ms(5 * MINUTE);
    for _ in 0..5 {
        story.world.run_ms(8 * DAY);
        story.keep(&nodes);
    }
    let world = story.world;
    assert!(world.is_member(dan, group) && world.names(alice, group).len() == 3, "the story came to its end");
    let frames = nodes.map(|node| world.received(node).to_vec()).to_vec();
    let timers = nodes.map(|node| world.engine(node).next_timeout()).to_vec();
    let disks: Vec<BTreeMap<Key, Vec<u8>>> = nodes.map(|node| world.store(node).records()).to_vec();
    let (own, rest) = disks.into_iter().map(apart).unzip();
    (Seen { digest: world.digest(), frames, disks: rest, timers }, own)
}

type Records = BTreeMap<Key, Vec<u8>>;

fn apart(records: Records) -> (Records, Records) {
    records.into_iter().partition(|(key, _)| key.class == Class::Own)
}

fn contains(bytes: &[u8], part: &str) -> bool {
    bytes.windows(part.len()).any(|window| window == part.as_bytes())
}

#[test]
fn what_members_keep_for_themselves_changes_nothing_that_others_can_see() {
    let (one, own) = run(Some(ONE));
    let (other, own_of_other) = run(Some(OTHER));
    let (nothing, no_own) = run(None);
    assert!(own.iter().all(|disk| disk.len() > 4) && no_own.iter().all(BTreeMap::is_empty));
    assert!(own != own_of_other);
    for seen in [&other, &nothing] {
        assert!(one.frames == seen.frames, "frames differ");
        assert!(one.disks == seen.disks, "records differ");
        assert_eq!(one.timers, seen.timers);
        assert_eq!(one.digest, seen.digest, "a write or an effect differs");
    }
    // Every record that is kept holds the marker, and nothing else does.
    for (seen, own, marker) in [(&one, &own, ONE.marker), (&other, &own_of_other, OTHER.marker)] {
        assert!(own.iter().flat_map(BTreeMap::values).all(|bytes| contains(bytes, marker)));
        assert!(!seen.frames.iter().flatten().any(|frame| contains(frame, marker)));
        assert!(!seen.disks.iter().flat_map(BTreeMap::values).any(|bytes| contains(bytes, marker)));
        let names = seen.disks.iter().flat_map(BTreeMap::keys);
        assert!(!names.into_iter().any(|key| contains(&key.item, marker)));
    }
}

#[test]
fn one_record_is_shown_to_one_person_and_the_record_learns_nothing() {
    let (mut scene, [alice, ben, cleo]) = scene::<3>(Suite::X25519);
    let group = scene.group;
    let keep = |scene: &mut crate::scene::Scene, number| {
        let own = record(ONE, number);
        let request = number.to_string();
        scene.world.keep(alice, |engine, now| engine.keep_own(&own, &request, now)).unwrap()
    };
    let (clean, step, inventory, care) =
        (keep(&mut scene, 0), keep(&mut scene, 1), keep(&mut scene, 3), keep(&mut scene, 6));
    let (own, _) = apart(scene.world.store(alice).records());
    let to = |scene: &crate::scene::Scene, whom| vec![scene.world.member(alice, group, whom)];
    let to_ben = to(&scene, ben);
    let mut show = |id, to: &[_]| {
        let shown = scene.world.wish(alice, |engine, now| {
            engine.show_own(id, group, to, Sending { hold_ms: 0, request: Some("show") }, now)
        });
        scene.world.run_ms(MINUTE);
        shown
    };
    for id in [clean, care] {
        assert_eq!(show(id, &to_ben), Err(OperationError::NeverShown));
        assert_eq!(show(id, &[]), Err(OperationError::NeverShown));
    }
    assert!(matches!(show(inventory, &[]), Err(OperationError::Unfitting(_))));
    let shown = show(step, &to_ben).unwrap();
    assert_eq!(show(step, &to_ben), Ok(shown));

    let seen = scene.world.messages(ben, group);
    assert_eq!(seen.len(), 1);
    assert!(matches!(&seen[0].content, Content::Shown(shown) if shown.work == Work::Step(4)));
    assert_eq!(seen[0].text, "marker-amber marker-amber");
    assert_eq!(seen[0].fades.0, seen[0].at.0 + 14 * DAY);
    assert!(scene.read(cleo).is_empty());
    assert!(apart(scene.world.store(alice).records()).0 == own, "the record is what it was");
    assert!(apart(scene.world.store(ben).records()).0.is_empty());

    scene.world.wish(alice, |engine, now| engine.retract(group, shown, now)).unwrap();
    scene.world.run_ms(MINUTE);
    assert!(scene.read(ben).is_empty());
    assert!(apart(scene.world.store(alice).records()).0 == own, "what is taken back is the copy");
}

#[test]
fn a_new_date_leaves_the_earlier_one_and_every_milestone() {
    let (mut scene, [alice, ben]) = scene::<2>(Suite::X25519);
    let group: GroupId = scene.group;
    let mark = Content::Milestone(hearth_core::content::Milestone {
        label: "90 days".to_owned(),
        ..Default::default()
    });
    scene
        .world
        .wish(alice, |engine, now| engine.say(group, &[], mark.clone(), Sending::default(), now))
        .unwrap();
    for (year, request) in [(2025, "first"), (2026, "second")] {
        let own = record(Kept { year, ..ONE }, 0);
        scene.world.keep(alice, |engine, now| engine.keep_own(&own, request, now)).unwrap();
        scene.world.run_ms(DAY);
        scene.world.stop(alice);
        scene.world.start(alice);
        scene.world.run_ms(MINUTE);
    }
    let page = scene.world.engine(alice).own_records(OwnKind::CleanDate, None, 1).unwrap();
    let rest = scene.world.engine(alice).own_records(OwnKind::CleanDate, page.next, 1).unwrap();
    let year = |own: &Own| match own {
        Own::CleanDate(clean) => clean.date.year,
        other => panic!("{other:?}"),
    };
    assert_eq!((year(&page.records[0].own), year(&rest.records[0].own)), (2026, 2025));
    assert_eq!(rest.next, None::<OwnPlace>);
    for node in [alice, ben] {
        let messages = scene.world.messages(node, group);
        assert!(
            matches!(&messages[..], [one] if matches!(&one.content, Content::Milestone(m) if m.label == "90 days"))
        );
    }
}
