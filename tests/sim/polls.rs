//! What the group votes on, in random runs: who asks, votes, speaks beside it and counts; and once it is quiet one question from
//! its first day to the last, with many away when it closes.
//!
//! Owns the checkers of PROTOCOL 15.3, 15.4 and 15.7.

use std::collections::BTreeMap;

use hearth_core::KeyLayer;
use hearth_core::conscience::PollStage;
use hearth_core::content::body::{PollKind, PollWordSort};
use hearth_core::content::{Body, Content};
use hearth_core::engine::{CountView, GroupQuestion, PollView};
use hearth_core::error::OperationError;
use hearth_core::ids::{ObjectId, Timestamp};
use hearth_core::message::Message;
use hearth_core::store::Class;

use crate::random::Run;
use crate::world::{Faults, NodeId};

const MS_PER_HOUR: u64 = 60 * 60 * 1000;
const MS_PER_DAY: u64 = 24 * MS_PER_HOUR;
/// Of the members so many in a hundred are away when the vote closes.
const AWAY_PERCENT: usize = 40;
/// Days after the vote by which every ballot has to be gone: 30, one for clocks and timers, and one for whom nothing has woken
/// for more than a week: that clock is believed after a day (10.9).
const BALLOTS_GONE_DAYS: u64 = 32;

fn asking(talk_days: u64, kind: PollKind) -> GroupQuestion {
    let options = match kind {
        PollKind::Change => Vec::new(),
        PollKind::Other => ["tea", "coffee", "water"].map(str::to_owned).to_vec(),
    };
    GroupQuestion { question: "Shall we?".to_owned(), options, kind, talk_days, days: 7, again: None }
}

impl<K: KeyLayer> Run<'_, K> {
    /// Somebody asks the group something, or votes, speaks or counts.
    pub(crate) fn take_part_in_a_vote(&mut self) {
        let Some(node) = self.pick() else { return };
        let name = self.world.name(node).to_owned();
        let (group, now) = (self.group, self.world.now);
        let known = self.world.engine(node).polls(&group, now).expect("readable");
        let place = self.world.draw(known.len().max(1) as u64) as usize;
        match (self.world.draw(3), known.get(place)) {
            (0, _) | (_, None) => {
                let kind = [PollKind::Change, PollKind::Other][self.world.draw(2) as usize];
                let asking = asking(self.world.draw(3), kind);
                self.tell(&format!("{name} asks the group something"));
                let _ = self.world.wish(node, |engine, now| engine.ask_group(group, &asking, None, now));
            }
            (_, Some(poll)) => match poll.stage {
                PollStage::Countable => drop(self.count(node, poll.id)),
                PollStage::Discussion | PollStage::Voting => {
                    let (poll, choices) = (poll.id, poll.terms.choices());
                    let _ = self.vote(node, poll, choices);
                }
                _ => {
                    let sort =
                        [PollWordSort::Minority, PollWordSort::Reconsider][self.world.draw(2) as usize];
                    let (poll, words) = (poll.id, "I see it differently");
                    let _ =
                        self.world.wish(node, |engine, now| engine.say_beside(group, poll, sort, words, now));
                }
            },
        }
    }

    fn vote(&mut self, node: NodeId, poll: ObjectId, choices: usize) -> Result<Option<u8>, OperationError> {
        let (group, drawn) = (self.group, self.world.draw(choices as u64 + 1));
        let choice = u8::try_from(drawn).ok().filter(|_| drawn < choices as u64);
        let voted = self.world.wish(node, |engine, now| engine.vote(group, poll, choice, now));
        if voted.is_ok() {
            self.tell(&format!("{} votes", self.world.name(node).to_owned()));
        }
        voted.map(|_| choice)
    }

    fn count(&mut self, node: NodeId, poll: ObjectId) -> Result<ObjectId, OperationError> {
        self.tell(&format!("{} counts", self.world.name(node).to_owned()));
        let group = self.group;
        self.world.wish(node, |engine, now| engine.count_poll(group, poll, now))
    }

    /// 15.4: Every question stands everywhere where it stands, with the same result.
    pub(crate) fn check_polls(&self) -> Vec<String> {
        let results = |node: NodeId| -> Vec<(ObjectId, PollStage, Option<CountView>)> {
            let polls = self.world.engine(node).polls(&self.group, self.world.now).expect("readable");
            polls.into_iter().map(|poll| (poll.id, poll.stage, poll.count)).collect()
        };
        let reference = results(self.reference);
        let differs = self.members().into_iter().filter(|node| results(*node) != reference);
        differs
            .map(|node| format!("15.4: {} knows other results than others", self.world.name(node)))
            .collect()
    }

    /// One question from the first day to the last, after all else has been checked.
    pub(crate) fn vote_to_the_end(&mut self) -> Vec<String> {
        self.world.let_fade();
        let asked = self.members().into_iter().find_map(|node| {
            let (group, asking) = (self.group, asking(1, PollKind::Other));
            self.world.wish(node, |engine, now| engine.ask_group(group, &asking, None, now)).ok()
        });
        let Some(poll) = asked else { return Vec::new() };
        self.tell("one question, to the end");
        self.world.run_ms(5 * 60_000);
        let Some(closes_at) = self.poll(self.reference, poll).map(|view| view.terms.closes_at) else {
            return vec!["15.1: a question did not reach the others".to_owned()];
        };
        let voted = self.days_of_the_vote(poll, closes_at);
        self.come_together(closes_at.plus_ms(3 * MS_PER_DAY + MS_PER_HOUR));
        let mut found = self.check_ballots(poll, &voted);
        self.count_apart(poll);
        found.extend(self.check_result(poll));
        let result = self.poll(self.reference, poll).and_then(|view| view.count);
        self.come_together(closes_at.plus_ms(BALLOTS_GONE_DAYS * MS_PER_DAY));
        found.extend(self.check_erased(poll));
        let after = self.poll(self.reference, poll).and_then(|view| view.count);
        let sums = |count: &CountView| (count.votes.clone(), count.abstained, count.decided);
        if result.as_ref().map(sums) != after.as_ref().map(sums) {
            found.push("15.7: a result is another one without its ballots".to_owned());
        }
        found.extend(self.check_polls());
        found
    }

    /// Lets people vote while everything goes wrong; returns what each voted last, `None` where the power failed over it.
    fn days_of_the_vote(
        &mut self,
        poll: ObjectId,
        closes_at: Timestamp,
    ) -> BTreeMap<NodeId, Option<Option<u8>>> {
        let mut voted: BTreeMap<NodeId, Option<Option<u8>>> = BTreeMap::new();
        let members = self.members();
        self.draw_faults();
        let mut is_closing = false;
        while self.world.now < closes_at.plus_ms(6 * MS_PER_HOUR) {
            if !is_closing && closes_at.ms_since(self.world.now) < 12 * MS_PER_HOUR {
                is_closing = true;
                let away = (members.len() * AWAY_PERCENT).div_ceil(100);
                let first = self.world.draw(members.len() as u64) as usize;
                for node in members.iter().cycle().skip(first).take(away) {
                    self.tell(&format!("{} is away at the close", self.world.name(*node).to_owned()));
                    self.offline.insert(*node);
                    self.world.go_offline(*node);
                }
            }
            match self.world.draw(10) {
                0..=5 => {
                    // Of several devices of a person the first one votes: so it is known which ballot is the last.
                    let node =
                        self.pick().filter(|node| members.contains(node) && !self.owners.contains_key(node));
                    if let Some(node) = node {
                        match self.vote(node, poll, 3) {
                            Ok(choice) => drop(voted.insert(node, Some(choice))),
                            Err(OperationError::Poisoned) => drop(voted.insert(node, None)),
                            Err(_) => {}
                        }
                    }
                }
                6 => self.partition(),
                7 => self.world.heal(),
                8 => self.toggle_power(),
                _ if is_closing => {}
                _ => self.toggle_online(),
            }
            let wait = self.world.draw(12 * MS_PER_HOUR);
            self.world.run_ms(wait);
        }
        voted
    }

    /// Everybody is back, nothing goes wrong, and time passes until then.
    fn come_together(&mut self, until: Timestamp) {
        self.world.set_faults(Faults::NONE);
        self.world.heal();
        self.offline.clear();
        self.stopped.clear();
        for node in self.nodes.clone() {
            self.world.go_online(node);
            self.world.start(node);
        }
        self.world.run_ms(until.ms_since(self.world.now));
    }

    /// 9.7, 15.3: Whoever voted has their last ballot.
    fn check_ballots(&self, poll: ObjectId, voted: &BTreeMap<NodeId, Option<Option<u8>>>) -> Vec<String> {
        let known = voted.iter().filter_map(|(node, choice)| Some((*node, (*choice)?)));
        let is_lost = |(node, choice): &(NodeId, Option<u8>)| {
            self.poll(*node, poll).is_none_or(|view| view.own != Some(*choice))
        };
        let lost = known.filter(is_lost);
        lost.map(|(node, _)| format!("15.3: {} does not have their last ballot", self.world.name(node)))
            .collect()
    }

    /// Those who may count do, some of them without knowing of the others.
    fn count_apart(&mut self, poll: ObjectId) {
        if self.world.draw(2) == 0 {
            self.partition();
            self.world.run_ms(60_000);
        }
        let may_count = |run: &Self, node: NodeId| run.poll(node, poll).is_some_and(|view| view.may_count);
        for node in self.members() {
            if may_count(self, node) {
                let _ = self.count(node, poll);
                self.world.run_ms(1000);
            }
        }
        self.come_together(self.world.now.plus_ms(MS_PER_HOUR));
    }

    /// 15.3, 15.4: The count is the same everywhere, and has the last ballot of each.
    fn check_result(&self, poll: ObjectId) -> Vec<String> {
        let mut found = self.check_polls();
        let Some(count) = self.poll(self.reference, poll).and_then(|view| view.count) else {
            return vec!["15.4: what could be counted was not".to_owned()];
        };
        let (mut votes, mut abstained) = (vec![0; count.votes.len()], 0);
        let people = self.members().into_iter().filter(|node| !self.owners.contains_key(node));
        for own in people.filter_map(|node| self.poll(node, poll)?.own) {
            match own {
                Some(choice) => votes[usize::from(choice)] += 1,
                None => abstained += 1,
            }
        }
        // Who lies has a vote as well, and is not asked here.
        if self.liars.is_empty() && (&votes, abstained) != (&count.votes, count.abstained) {
            found.push(format!(
                "15.3: {:?} were cast, and {:?} counted",
                (votes, abstained),
                (&count.votes, count.abstained)
            ));
        }
        if count.left_out > 0 || count.not_here > 0 || count.is_miscounted {
            found.push("15.8: a count is not that of the ballots".to_owned());
        }
        found
    }

    /// 15.7: Nothing of a ballot is on a member's disk.
    fn check_erased(&self, poll: ObjectId) -> Vec<String> {
        let is_ballot = |bytes: &[u8]| {
            let object = match Message::parse(bytes).map(|message| message.content()) {
                Ok(Content::Object(object)) => object.body(),
                Ok(_) | Err(_) => None,
            };
            matches!(object, Some(Body::Ballot(ballot)) if ballot.poll == poll)
        };
        let classes = [Class::Object, Class::ParkedObject, Class::Message];
        let has_one = |node: &NodeId| {
            let records = self.world.store(*node).records().into_iter();
            records.into_iter().any(|(key, value)| classes.contains(&key.class) && is_ballot(&value))
        };
        let kept = self.members().into_iter().filter(has_one);
        kept.map(|node| format!("15.7: {} still has ballots", self.world.name(node))).collect()
    }

    fn poll(&self, node: NodeId, id: ObjectId) -> Option<PollView> {
        let polls = self.world.engine(node).polls(&self.group, self.world.now).expect("readable");
        polls.into_iter().find(|poll| poll.id == id)
    }
}
