//! The invariants of PROTOCOL section 9, one function each: what did not hold, in words.
//!
//! Owns the judgement of a world that has become quiet. Looks at what nodes show and at what is on their disks, never
//! into an engine.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use hearth_core::KeyLayer;
use hearth_core::engine::{Engine, Input, MessageKind, MessageView, Standing};
use hearth_core::event::{Body, Event, Role};
use hearth_core::fork::EpochTree;
use hearth_core::ids::{DeviceId, EpochId, EventId, GroupId, IdentityId, MemberId, MessageId};
use hearth_core::limits;
use hearth_core::log::{Admitted, Log};
use hearth_core::resolve::{Ledger, Resolution};
use hearth_core::store::{Class, Key, ReadStore};

use crate::random::{Run, Sent};
use crate::store::SimStore;
use crate::world::NodeId;

/// Milliseconds for which what was sent finds its way if there is one.
const PROMISED_MS: u64 = 28 * 24 * 60 * 60 * 1000;
/// And for private ones, which are sent again as long as their reader lacks them.
const PROMISED_PRIVATE_MS: u64 = 80 * 24 * 60 * 60 * 1000;

/// A log with what follows from it.
struct Judged {
    log: Log,
    resolution: Arc<Resolution>,
    head: Option<EpochId>,
}

/// 9.1: Who is in agrees on the people, the head, and the keys behind it. That everybody reads everybody is
/// [`no_message_loss`]'s, for each says something once it is quiet.
pub(crate) fn convergence<K: KeyLayer>(run: &Run<'_, K>) -> Vec<String> {
    let mut found = Vec::new();
    let founder = run.reference;
    let people = run.people(founder);
    let head = head_of(run, founder);
    for node in run.members() {
        let name = run.world.name(node);
        if run.people(node) != people {
            let names = run.world.names(node, run.group).join(" ");
            let founders = run.world.names(founder, run.group).join(" ");
            found.push(format!("{name} knows {names}, the founder {founders}"));
        }
        if head_of(run, node) != head {
            found.push(format!("{name} has another head than the founder"));
        } else if authenticator(run, node) != authenticator(run, founder) {
            found.push(format!("{name} has other keys than the founder"));
        }
    }
    found
}

/// 9.2: The order in which a log was learnt changes nothing of what follows from it.
pub(crate) fn order_independence<K: KeyLayer>(run: &Run<'_, K>) -> Vec<String> {
    let events = events_of(run.world.store(run.reference), &run.group);
    let [first, last] = [false, true].map(|reversed| judged(&events, &run.group, reversed));
    let mut found = Vec::new();
    if first.log.entries().len() != events.len() || last.log.entries().len() != events.len() {
        found.push("a log cannot be learnt in another order".to_owned());
    }
    if first.resolution != last.resolution {
        found.push("members depend on the order of learning".to_owned());
    }
    if first.head != last.head {
        found.push("the head depends on the order of learning".to_owned());
    }
    found
}

/// 9.3: Whom the secretary removed is not in again by the same membership.
pub(crate) fn no_resurrection<K: KeyLayer>(run: &Run<'_, K>) -> Vec<String> {
    let shown = |node: &NodeId| run.people(*node).intersection(&run.removed).count();
    let wrong = run.members().into_iter().filter(|node| shown(node) > 0);
    wrong.map(|node| format!("{} knows somebody who was removed", run.world.name(node))).collect()
}

/// 9.4: What a removed member did without knowing of the removal changes nothing.
pub(crate) fn impotence<K: KeyLayer>(run: &Run<'_, K>) -> Vec<String> {
    let mut found = Vec::new();
    for node in run.members() {
        let Some(known) = log_of(run, node) else { continue };
        for id in run.people(node) {
            let entry = known.log.index_of(&EventId::from(id)).and_then(|index| known.log.entry(index));
            let Some(entry) = entry.filter(|entry| run.forged.contains(&entry.event.id())) else { continue };
            let (index, author) = (known.log.index_of(&entry.event.id()), entry.event.author());
            // A removal that knew of it lets it stand, and to leave voids nothing.
            let voids = |(removal, whose): &&(EventId, IdentityId)| {
                let removal = known.log.index_of(removal).and_then(|index| known.log.entry(index));
                let removal = removal.filter(|removal| !matches!(removal.event.body(), Body::Leave));
                let knew = removal.zip(index).map(|(removal, index)| removal.past.contains(index));
                whose.0 == author.0 && knew == Some(false)
            };
            let is_void = known.resolution.removals.iter().any(|removal| voids(&removal));
            if is_void && known.resolution.is_removed(&author) {
                found.push(format!("{} lets in whom a removed member let in", run.world.name(node)));
            }
        }
    }
    found
}

/// 9.5: Nobody seals for who is out, nobody who is out shows what was written by who knew it, and has the keys of the
/// head.
pub(crate) fn confidentiality<K: KeyLayer>(
    run: &Run<'_, K>,
    shown: &BTreeMap<NodeId, Vec<MessageView>>,
) -> Vec<String> {
    let mut found = Vec::new();
    let members = run.members();
    let head = head_of(run, run.reference);
    for (node, views) in shown {
        let name = run.person(*node);
        let nobody = Vec::new();
        let own = run.own.get(node).unwrap_or(&nobody);
        for sent in run.sent.iter().filter(|sent| sent.author != *node) {
            if !views.iter().any(|view| view.text == sent.text) {
                continue;
            }
            // By name: whoever is admitted twice has two ids, and may know itself by the other one.
            if sent.to_name.as_deref().is_some_and(|to| to != name) {
                found.push(format!("{name} shows the private {:?}", sent.text));
            }
            // A removal that does not stand in the end kept nobody out.
            let is_in_again = run.hardship.has_roles && members.contains(node);
            // Somebody let in again may be out once more before hearing of it; the author wrote to them meanwhile.
            let is_only_out = !is_in_again
                && !sent.known_names.contains(name)
                && own.iter().all(|member| sent.known_out.contains(member))
                && !own.is_empty();
            if is_only_out {
                found.push(format!("{name} shows {:?} although its author knew better", sent.text));
            }
        }
        let is_out = run.gone.contains(node) && !members.contains(node);
        if let Some(head) = head.filter(|_| is_out && has_voice(run))
            && read(run.world.store(*node), Class::Epoch, &run.group, &head.0).is_some()
        {
            found.push(format!("{name} is out and has the keys of the head"));
        }
    }
    found
}

/// 9.6: Nobody is out but who was removed, or has left.
pub(crate) fn no_eviction_by_commit<K: KeyLayer>(run: &Run<'_, K>) -> Vec<String> {
    let Some(known) = log_of(run, run.reference) else { return Vec::new() };
    let entries = || known.log.entries().iter().map(|entry| &entry.event);
    let takes = entries().any(|event| matches!(event.body(), Body::Remove { .. } | Body::QuorumAct(_)));
    let mut found = Vec::new();
    for id in run.seen.get(&run.reference).into_iter().flatten() {
        let device = known.log.event(&EventId::from(*id)).and_then(|event| event.body().joiner());
        let Some(device) = device.map(|identity| identity.device) else { continue };
        // Each further device is added by one that was there before.
        let devices = entries().fold(BTreeSet::from([device]), |mut devices, event| {
            match event.body() {
                Body::DeviceAdd(consent) if devices.contains(&event.author()) => {
                    devices.insert(consent.device)
                }
                _ => false,
            };
            devices
        });
        let has_left = entries().any(|e| devices.contains(&e.author()) && matches!(e.body(), Body::Leave));
        // By the person, for the first device may have been revoked.
        let is_in = known.resolution.members.values().any(|member| member.identity.device == device);
        let is_doubled = known.log.equivocation(&device, known.log.all()).is_some();
        if !is_in && !takes && !has_left && !is_doubled {
            found.push("somebody is out whom nobody removed".to_owned());
        }
    }
    found
}

/// 9.7: Everything accepted is at everybody who is to read it, exactly once, under its author's name, in one order.
pub(crate) fn no_message_loss<K: KeyLayer>(
    run: &Run<'_, K>,
    shown: &BTreeMap<NodeId, Vec<MessageView>>,
) -> Vec<String> {
    let mut found = Vec::new();
    arrival(run, shown, &mut found);
    order(run, shown, &mut found);
    found
}

/// 9.13: Where nothing happens, the head stays; `before` is each member's head a while ago. Who is out may hear of it in
/// the quiet, and has no head that matters.
pub(crate) fn head_stability<K: KeyLayer>(
    run: &Run<'_, K>,
    before: &BTreeMap<NodeId, Option<EpochId>>,
) -> Vec<String> {
    let moved = before.iter().filter(|(node, head)| {
        let now = head_of(run, **node);
        let past = head.and_then(|head| ancestors(run, **node, now).contains(&head).then_some(head));
        head.is_some() && past.is_none()
    });
    moved.map(|(node, _)| format!("the head of {} went back in the quiet", run.world.name(*node))).collect()
}

/// 9.8: What a node keeps has the bounds that it says.
pub(crate) fn bounded_state<K: KeyLayer>(run: &Run<'_, K>) -> Vec<String> {
    let mut found = Vec::new();
    for node in &run.nodes {
        let records = run.world.store(*node).records();
        let count = |class: Class| {
            records.keys().filter(|key| key.class == class && key.partition == run.group.0).count()
        };
        let bounds =
            [(Class::Epoch, limits::EPOCH_STATES_MAX), (Class::ParkedEvent, limits::PARKED_EVENTS_MAX)];
        for (class, bound) in bounds.into_iter().filter(|(class, bound)| count(*class) > *bound) {
            found.push(format!("{} keeps more than {bound} of {class:?}", run.world.name(*node)));
        }
    }
    found
}

/// 9.9: After healing the tip is clean, and everybody has a leaf; nobody waits for ever.
pub(crate) fn liveness<K: KeyLayer>(run: &Run<'_, K>) -> Vec<String> {
    let mut found = Vec::new();
    let (members, people) = (run.members(), run.honest_people());
    let aware: BTreeSet<MemberId> = members.iter().filter_map(|node| run.own_id(*node)).collect();
    if !people.is_subset(&aware) {
        let known = run.world.engine(run.reference).people(&run.group).into_iter();
        let unaware = known.filter(|person| people.contains(&person.id) && !aware.contains(&person.id));
        let names: Vec<String> = unaware.map(|person| person.name).collect();
        found.push(format!("{} do not know that they are in", names.join(", ")));
    }
    for node in members {
        let name = run.world.name(node);
        let view = run.world.engine(node).group(&run.group);
        if has_voice(run) && !view.as_ref().is_some_and(|view| view.is_ready) {
            found.push(format!("{name} has no clean keys"));
        }
        if !view.as_ref().is_some_and(|view| view.is_complete) && !run.has_invented_members() {
            found.push(format!("{name} has keys that some members lack"));
        }
    }
    for node in run.honest() {
        let view = run.world.engine(node).group(&run.group);
        let is_joining = view.is_some_and(|view| view.standing == Standing::Joining);
        let is_known = run.is_invited(node);
        let is_joining = is_joining && !run.owners.contains_key(&node);
        if is_joining && is_known {
            found.push(format!("{} waits to be admitted", run.world.name(node)));
        }
    }
    found
}

/// 9.14: Who is in has the same proofs of who spoke with two tongues.
pub(crate) fn accountability<K: KeyLayer>(run: &Run<'_, K>) -> Vec<String> {
    let proofs = |node: NodeId| {
        log_of(run, node)
            .map(|known| known.log.equivocators(known.log.all()).into_keys().collect::<BTreeSet<_>>())
    };
    let founders = proofs(run.reference);
    let wrong = run.members().into_iter().filter(|node| proofs(*node) != founders);
    wrong.map(|node| format!("{} has other proofs than the founder", run.world.name(node))).collect()
}

/// 9.10: The founder, whom nobody but a quorum may lower, is secretary still.
pub(crate) fn authority_floor<K: KeyLayer>(run: &Run<'_, K>) -> Vec<String> {
    if run.hardship.has_roles {
        // Ranks are given and taken by those who may: the model of the rules judges that (see the random logs).
        return Vec::new();
    }
    let name = run.world.name(run.nodes[0]);
    let is_secretary = |node: &NodeId| {
        let people = run.world.engine(*node).people(&run.group);
        people.iter().any(|person| person.name == name && person.role == Role::Secretary)
    };
    let wrong = run.members().into_iter().filter(|node| !is_secretary(node));
    wrong.map(|node| format!("{} does not know the secretary", run.world.name(node))).collect()
}

/// What a node knows, for [`nothing_before_the_disk`].
fn known<K: KeyLayer>(
    engine: &Engine<SimStore, K>,
    group: &GroupId,
) -> (BTreeSet<MemberId>, Vec<MessageId>, Option<EpochId>) {
    let ids = engine.latest_messages(group, usize::MAX).expect("readable").into_iter().map(|view| view.id);
    (people_of(engine, group), ids.collect(), head_in(engine, group))
}

fn people_of<K: KeyLayer>(engine: &Engine<SimStore, K>, group: &GroupId) -> BTreeSet<MemberId> {
    engine.people(group).into_iter().map(|person| person.id).collect()
}

fn head_in<K: KeyLayer>(engine: &Engine<SimStore, K>, group: &GroupId) -> Option<EpochId> {
    engine.group(group).and_then(|view| view.head)
}

/// 9.11: What a node knows it would know from its disk alone.
pub(crate) fn nothing_before_the_disk<K: KeyLayer>(run: &Run<'_, K>) -> Vec<String> {
    let running = run.nodes.iter().filter(|node| run.world.is_running(**node));
    let wrong = running.filter(|node| {
        let (people, ids, head) = known(run.world.engine(**node), &run.group);
        let mut read_again = run.world.read_again(**node);
        let (people_then, ids_then, _) = known(&read_again, &run.group);
        // Which commits cannot be processed it finds out by trying; meanwhile it may do what waits, and move on.
        read_again.handle_inputs(&[Input::Timeout], run.world.now).map(drop).expect("no fault");
        // What it has written by that is on no disk, so that its messages cannot be read; people and head are in memory.
        let (people_later, head_later) =
            (people_of(&read_again, &run.group), head_in(&read_again, &run.group));
        people_then != people || ids_then != ids || (people_later == people && head_later != head)
    });
    wrong.map(|node| format!("{} knew what is not on its disk", run.world.name(*node))).collect()
}

/// 9.12: At no time did a node count somebody as a holder of its message whose disk never held it, and who is in and
/// took it has it still.
pub(crate) fn true_receipts<K: KeyLayer>(run: &Run<'_, K>) -> Vec<String> {
    let receipts = run.world.receipts();
    let mut found = receipts.wrong().to_vec();
    for node in run.members() {
        // Who began anew, or whose disk was set back, may lack what was before.
        let is_new = run.own.get(&node).is_some_and(|own| own.len() > 1);
        let set_back = run.forgotten.get(&node).into_iter().flatten().map(|(_, until)| *until).max();
        let held = run.world.store(node).held();
        let is_lost = |sent: &&Sent| {
            let id = sent.id.as_ref();
            // An envelope that nobody there can open expires.
            let is_promised = !is_new
                && run.world.now.ms_since(sent.at) <= PROMISED_MS
                && set_back.is_none_or(|until| until < sent.at);
            is_promised
                && id.is_some_and(|id| receipts.has_held(sent.author, node, id))
                && !id.is_some_and(|id| receipts.is_among(sent.author, &held, id))
        };
        for sent in run.sent.iter().filter(is_lost) {
            found.push(format!("{} took {:?} and has it no longer", run.world.name(node), sent.text));
        }
    }
    found
}

fn arrival<K: KeyLayer>(
    run: &Run<'_, K>,
    shown: &BTreeMap<NodeId, Vec<MessageView>>,
    found: &mut Vec<String>,
) {
    let people = run.people(run.reference);
    for sent in &run.sent {
        let count = |node: &NodeId| shown[node].iter().filter(|view| view.text == sent.text).count();
        for node in shown.keys() {
            if count(node) > 1 {
                found.push(format!("{} shows {:?} twice", run.world.name(*node), sent.text));
            }
            // Nobody's words but a liar's own are at the mercy of what it has forged.
            if count(node) > 0 && !run.liars.contains(&sent.author) && !was_there(run, sent, *node) {
                found.push(format!("{} reads {:?} from before they came", run.world.name(*node), sent.text));
            }
            for view in shown[node].iter().filter(|view| view.text == sent.text) {
                let is_kind = matches!(view.kind, MessageKind::Direct { .. }) == sent.to.is_some();
                if view.author_name != run.person(sent.author) || !is_kind {
                    found.push(format!("{} shows {:?} wrongly", run.world.name(*node), sent.text));
                }
            }
        }
        // It is at home if it was accepted, and also if the power failed right after it was.
        let is_at_home = shown.contains_key(&sent.author) && count(&sent.author) == 1;
        // Who joins anew knows no names yet, so that nothing is shown until the log is there.
        let standing = run.world.engine(sent.author).group(&run.group).map(|view| view.standing);
        let has_log = matches!(standing, Some(Standing::Member | Standing::Out));
        let is_forgotten = run.has_forgotten(sent.author, sent.at) || !has_log;
        if sent.id.is_some() && !is_at_home && shown.contains_key(&sent.author) && !is_forgotten {
            found.push(format!("{} lost {:?}", run.world.name(sent.author), sent.text));
        }
        // What a device wrote that was revoked, or a member who is out, is promised to nobody.
        let is_in = people.contains(&sent.author_member) && !run.left.contains(&sent.author_member);
        let speaks = is_in && run.is_device_of_member(sent.author);
        if !is_at_home || !speaks {
            continue;
        }
        // An envelope lives for 30 days; a clock may have been off by a day.
        let promised = if sent.to.is_some() { PROMISED_PRIVATE_MS } else { PROMISED_MS };
        if run.world.now.ms_since(sent.at) > promised {
            continue;
        }
        for node in shown.keys() {
            let Some(member) = run.own.get(node).and_then(|own| own.last()) else { continue };
            // A further device reads what was written after the author knew it.
            let knew = |known: &BTreeSet<DeviceId>| run.device(*node).is_some_and(|own| known.contains(&own));
            let is_device = run.is_device_of_member(*node)
                && (!run.owners.contains_key(node) || knew(&sent.known_devices));
            // A private pair stands between two devices.
            let is_elsewhere = sent.to.is_some() && run.has_several_devices(*node);
            let is_reader = is_device
                && !is_elsewhere
                && people.contains(member)
                && !run.left.contains(member)
                && !run.is_forgotten(member)
                && sent.known.contains(member)
                && sent.to.is_none_or(|to| to == *member);
            if is_reader && count(node) == 0 {
                found.push(format!("{} does not show {:?}", run.world.name(*node), sent.text));
            }
        }
    }
}

/// 9.15: Says whether a node's person, and a further device, was in when a message was written, as far as its author knew.
fn was_there<K: KeyLayer>(run: &Run<'_, K>, sent: &Sent, node: NodeId) -> bool {
    // Who is out has no device any more.
    let own = run.own_devices.get(&node);
    let is_known_device =
        || own.is_some_and(|own| own.iter().any(|device| sent.known_devices.contains(device)));
    // By name: whoever was let in, and began anew before they had heard of it, never knew that membership to be theirs.
    let is_known_person = sent.known_names.contains(run.person(node));
    node == sent.author || if run.owners.contains_key(&node) { is_known_device() } else { is_known_person }
}

/// What two members both show, they show in the same order.
fn order<K: KeyLayer>(run: &Run<'_, K>, shown: &BTreeMap<NodeId, Vec<MessageView>>, found: &mut Vec<String>) {
    let nodes: Vec<NodeId> = shown.keys().copied().collect();
    for (place, a) in nodes.iter().enumerate() {
        for b in nodes.iter().skip(place + 1) {
            let common = |of: &NodeId, other: &NodeId| -> Vec<MessageId> {
                let others: BTreeSet<MessageId> = shown[other].iter().map(|view| view.id).collect();
                shown[of].iter().map(|view| view.id).filter(|id| others.contains(id)).collect()
            };
            if common(a, b) != common(b, a) {
                let names = (run.world.name(*a), run.world.name(*b));
                found.push(format!("{} and {} show messages in different orders", names.0, names.1));
            }
        }
    }
}

pub(crate) fn head_of<K: KeyLayer>(run: &Run<'_, K>, node: NodeId) -> Option<EpochId> {
    run.world.engine(node).group(&run.group).and_then(|view| view.head)
}

/// The hash of the authenticator of a node's head, from its disk: the second field of an epoch's record.
fn authenticator<K: KeyLayer>(run: &Run<'_, K>, node: NodeId) -> Option<Vec<u8>> {
    let head = head_of(run, node)?;
    read(run.world.store(node), Class::Epoch, &run.group, &head.0)?.get(32..64).map(<[u8]>::to_vec)
}

fn read(store: &SimStore, class: Class, group: &GroupId, item: &[u8]) -> Option<Vec<u8>> {
    store.get(&Key::new(class, &group.0, item)).ok().flatten().map(|value| value.to_vec())
}

/// An epoch and all that it stands on, as a node's log tells.
fn ancestors<K: KeyLayer>(run: &Run<'_, K>, node: NodeId, head: Option<EpochId>) -> BTreeSet<EpochId> {
    let mut parents = BTreeMap::new();
    for event in events_of(run.world.store(node), &run.group) {
        if let Some((_, commit)) = event.body().as_commit() {
            parents.insert(EpochId::from(event.id()), commit.parent);
        }
    }
    let mut found = BTreeSet::new();
    let mut next = head;
    while let Some(epoch) = next.filter(|epoch| found.insert(*epoch)) {
        next = parents.get(&epoch).copied();
    }
    found
}

/// A node's log, with what follows from it.
fn log_of<K: KeyLayer>(run: &Run<'_, K>, node: NodeId) -> Option<Judged> {
    let events = events_of(run.world.store(node), &run.group);
    (!events.is_empty()).then(|| judged(&events, &run.group, false))
}

/// Says whether somebody is left who may change the keys: all may have left, or given up their voice.
fn has_voice<K: KeyLayer>(run: &Run<'_, K>) -> bool {
    let people = run.world.engine(run.reference).people(&run.group);
    run.world.is_member(run.reference, run.group) && people.iter().any(|person| person.role >= Role::Member)
}

/// The members' devices, as a node's log tells.
pub(crate) fn devices<K: KeyLayer>(run: &Run<'_, K>, node: NodeId) -> BTreeSet<DeviceId> {
    log_of(run, node).map(|known| known.resolution.devices()).unwrap_or_default()
}

/// The events on a disk, in the order of their ids.
pub(crate) fn events_of(store: &SimStore, group: &GroupId) -> Vec<Event> {
    let mut events = Vec::new();
    store
        .scan(Class::Event, &group.0, &mut |_, value| {
            events.push(Event::parse(&value[8..]).expect("an event"))
        })
        .expect("readable");
    events
}

/// Learns the events: of those whose past is known, always the one with the smallest or the greatest id.
fn judged(events: &[Event], group: &GroupId, reversed: bool) -> Judged {
    let (mut log, mut ledger, mut tree) = (Log::new(*group), Ledger::default(), EpochTree::default());
    let mut waiting: Vec<&Event> = events.iter().collect();
    waiting.sort_by_key(|event| event.id());
    if reversed {
        waiting.reverse();
    }
    loop {
        let is_ready = |event: &&Event| {
            let fields = event.fields();
            fields.heads.iter().chain(&fields.prev_own).all(|id| log.index_of(id).is_some())
        };
        let Some(place) = waiting.iter().position(is_ready) else { break };
        if let Admitted::Now(ids) = log.admit(waiting.remove(place).clone()) {
            for id in ids {
                ledger.learn(&log);
                tree.learn(&log, &mut ledger, &id);
            }
        }
    }
    let resolution = ledger.resolution(&log);
    let head = tree.head(&log, &mut ledger);
    Judged { log, resolution, head }
}
