//! Calls for help in random runs: who raises, answers and ends one, and that an end is known wherever the call is shown.
//!
//! Owns the checker of PROTOCOL 14.5.

use hearth_core::KeyLayer;
use hearth_core::content::{Answer, Ending, Help, Trouble};
use hearth_core::engine::{Raise, SosView};

use crate::random::Run;
use crate::world::NodeId;

impl<K: KeyLayer> Run<'_, K> {
    /// Somebody calls for help, answers, or ends their call.
    pub(crate) fn call_for_help(&mut self) {
        let Some(node) = self.pick() else { return };
        let (group, name) = (self.group, self.world.name(node).to_owned());
        let calls = self.calls(node);
        let open: Vec<SosView> = calls.into_iter().filter(|call| call.ending.is_none()).collect();
        let place = self.world.draw(open.len().max(1) as u64) as usize;
        match (self.world.draw(4), open.get(place)) {
            (0, _) | (_, None) => {
                let others = self.people(node).into_iter().collect::<Vec<_>>();
                let picked = others.get(self.world.draw(others.len().max(1) as u64) as usize).copied();
                let trouble = [Trouble::Craving, Trouble::Overdose][self.world.draw(2) as usize];
                let picked: Vec<_> = picked.into_iter().collect();
                let _ =
                    self.world.wish(node, |engine, now| engine.set_ladder(group, &picked, true, None, now));
                if !self.world.is_running(node) {
                    return;
                }
                self.tell(&format!("{name} calls for help"));
                let raise = Raise {
                    trouble,
                    help: Help::Anything,
                    text: "please",
                    is_drill: false,
                    asks_group: false,
                    request: None,
                };
                let _ = self.world.wish(node, |engine, now| engine.raise_sos(group, raise, now));
            }
            (1, Some(call)) if call.is_mine => {
                self.tell(&format!("{name} is safe"));
                let id = call.id;
                let _ = self.world.wish(node, |engine, now| engine.close_sos(group, id, Ending::Safe, now));
            }
            (_, Some(call)) => {
                let answers = [Answer::Here, Answer::Calling, Answer::Coming, Answer::Cannot];
                let answer = answers[self.world.draw(4) as usize];
                let id = call.id;
                self.tell(&format!("{name} answers {answer:?}"));
                let _ = self.world.wish(node, |engine, now| engine.answer_sos(group, id, answer, now));
            }
        }
    }

    /// 14.5: What a member has ended is open nowhere; and nobody shows a call as over that its author has not ended.
    pub(crate) fn check_calls(&self) -> Vec<String> {
        let mut found = Vec::new();
        let members = self.members();
        for author in &members {
            for own in self.calls(*author).into_iter().filter(|call| call.is_mine) {
                // Who was out meanwhile was not told.
                let was_there = |node: &&NodeId| {
                    let entered = self.own_id(**node).and_then(|own| self.entered.get(&own));
                    entered.is_some_and(|(_, at)| *at <= own.at) && !self.has_forgotten(**node, own.at)
                };
                for node in members.iter().filter(was_there) {
                    let shown = self.calls(*node).into_iter().find(|call| call.id == own.id);
                    if shown.is_some_and(|call| call.ending != own.ending) {
                        let (author, node) = (self.world.name(*author), self.world.name(*node));
                        found.push(format!("14.5: {node} does not know how the call of {author} stands"));
                    }
                }
            }
        }
        found
    }

    fn calls(&self, node: NodeId) -> Vec<SosView> {
        self.world.engine(node).sos_calls(&self.group, self.world.now).expect("readable")
    }
}
