//! `hearth sos`, `answer` and `safe`: a call for help, from the crisis card to its end.
//!
//! The crisis card is printed before anything else is asked of anybody. What is known of the call is said as it comes, and
//! nothing beyond that: nobody's help is promised.

use std::{collections::BTreeSet, io::IsTerminal};

use hearth_api::{
    AnswerSos, Client, CloseSos, Event, EventStream, ExitCode, Group, GroupId, Help, MemberId, Person, Phone,
    RaiseSos, SosAnswered, SosCall, SosEnding, SosId, SosWord, Trouble,
};
use serde::Serialize;
use tokio::time::timeout;

use super::{checkin::in_form, crisis as card, people};
use crate::{
    args::{Answer, AnswerWord, CommandLine, CrisisKind, Safe, Sos},
    catalogue::say,
    crisis::{self, Page},
    failure::{Failure, Stopped},
    limits,
    node::Node,
    output::Output,
    prompt,
    roster::{Kind, Roster},
    screen,
    send::request_id,
    when,
};

/// Shows the crisis card before anything is asked of the daemon, or of the person.
pub(super) fn show_card(asked: &Sos, line: &CommandLine, output: &Output) -> Result<(), Stopped> {
    // A program asks for the card with `hearth crisis`: the answer to a call is one object.
    if asked.list || output.is_json() {
        return Ok(());
    }
    crisis::print(asked.what.and_then(kind_of), card::chosen(None, &line.everywhere), false, output)
}

/// Which page of the card fits.
fn kind_of(trouble: crate::args::Trouble) -> Option<CrisisKind> {
    match trouble {
        crate::args::Trouble::Overdose => Some(CrisisKind::Overdose),
        crate::args::Trouble::SelfHarm => Some(CrisisKind::SelfHarm),
        crate::args::Trouble::Danger => Some(CrisisKind::Danger),
        crate::args::Trouble::Craving | crate::args::Trouble::BadNight | crate::args::Trouble::Other => None,
    }
}

#[derive(Serialize)]
struct Told<'a> {
    id: SosId,
    author: &'a str,
    mine: bool,
    drill: bool,
    trouble: Trouble,
    help: Help,
    text: &'a str,
    at: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    ending: Option<SosEnding>,
    answers: &'a [SosAnswered],
    devices: u32,
    reached: Vec<&'a str>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    unreachable: &'a [&'a str],
    missed: bool,
}

/// Calls for help, or lists the calls that there are.
pub(super) async fn run(node: &Node, sos: Sos) -> Result<(), Stopped> {
    if sos.list {
        return list(node).await;
    }
    let status = node.open().await?;
    let group = node.group(&status)?;
    let by_hand = std::io::stdin().is_terminal();
    let (trouble, text) = match (sos.what, by_hand) {
        (Some(what), _) => (api_trouble(what), String::new()),
        (None, true) => {
            prompt::tell(&say!("sos-what-words"));
            trouble_of(&prompt::line(&say!("sos-what")).await?)
        }
        (None, false) => (Trouble::BadNight, String::new()),
    };
    let help = match (sos.want, by_hand) {
        (Some(want), _) => api_help(want),
        (None, true) => {
            prompt::tell(&say!("sos-want-words"));
            help_of(&prompt::line(&say!("sos-want")).await?)
        }
        (None, false) => Help::Anything,
    };
    // Listening comes before calling, so that nothing is missed between the two.
    let events = node.client.events().await.map_err(Failure::from)?;
    let request = RaiseSos {
        trouble,
        help,
        text,
        drill: sos.drill,
        ask_group: sos.ask_group,
        request_id: request_id()?,
    };
    let raised = match node.client.raise_sos(group.id, &request).await {
        Ok(raised) => raised,
        Err(error) => {
            let failure = Failure::from(error);
            // Whatever is wrong with the group: numbers to call are on this machine.
            if failure.code == "nobody_to_ask" {
                phones(node, &group).await?;
            }
            return Err(failure.into());
        }
    };
    let people = people::roster(node, group.id).await?;
    let unreachable: Vec<&str> = raised.unreachable.iter().filter_map(|id| name_of(&people, *id)).collect();
    if node.output.is_json() {
        return tell(node, &raised.call, &people, &unreachable);
    }
    speak(&node.output, &began(&raised.call, &people, &unreachable))?;
    Follow { node, group: &group, people, seen: Seen::default(), id: raised.call.id }
        .until_closed(events, raised.call, sos.no_wait)
        .await
}

/// What was already said about a call.
#[derive(Default)]
struct Seen {
    passed_on: bool,
    reached: BTreeSet<MemberId>,
    answers: Vec<(Option<MemberId>, SosWord)>,
    is_late: bool,
}

/// Says what becomes of an own call.
struct Follow<'a> {
    node: &'a Node,
    group: &'a Group,
    people: Roster<Person>,
    seen: Seen,
    id: SosId,
}

impl Follow<'_> {
    /// Follows the call until it is closed or somebody looks away, which ends nothing.
    async fn until_closed(
        mut self,
        mut events: EventStream,
        mut call: SosCall,
        no_wait: bool,
    ) -> Result<(), Stopped> {
        let mut is_first = true;
        loop {
            self.say(&call)?;
            if let Some(ending) = call.ending {
                return speak(&self.node.output, &ended(ending));
            }
            if is_first {
                is_first = false;
                let taken = timeout(limits::SOS_PASS_ON_WAIT, self.passed_on(&mut events)).await;
                match taken {
                    Ok(now) => call = now?,
                    Err(_) => {
                        speak(&self.node.output, &say!("sos-nobody-yet"))?;
                        self.text_to_copy(&call)?;
                        phones(self.node, self.group).await?;
                    }
                }
                self.say(&call)?;
                if no_wait {
                    return speak(&self.node.output, &say!("sos-goes-on"));
                }
                speak(&self.node.output, &say!("sos-look-away"))?;
                continue;
            }
            call = self.changed(&mut events).await?;
        }
    }

    /// Waits until some device holds something of it.
    async fn passed_on(&self, events: &mut EventStream) -> Result<SosCall, Stopped> {
        loop {
            let call = self.look().await?;
            if call.devices > 0 || call.ending.is_some() {
                return Ok(call);
            }
            self.event(events).await?;
        }
    }

    async fn changed(&self, events: &mut EventStream) -> Result<SosCall, Stopped> {
        self.event(events).await?;
        self.look().await
    }

    async fn event(&self, events: &mut EventStream) -> Result<(), Stopped> {
        loop {
            let event = tokio::select! {
                event = events.next() => event.map_err(Failure::from)?,
                () = self.node.output.reader_gone() => return Err(Stopped::ReaderGone),
            };
            match event {
                Some(Event::Sos { .. } | Event::Delivery { .. } | Event::Lagged | Event::Unlocked) => {
                    return Ok(());
                }
                Some(
                    Event::Message { .. }
                    | Event::People { .. }
                    | Event::Group { .. }
                    | Event::Object { .. }
                    | Event::Connection { .. }
                    | Event::Private { .. }
                    | Event::Reminder { .. }
                    | Event::Own,
                ) => {}
                Some(Event::Locked) => {
                    return Err(Failure::new(ExitCode::Locked, "locked", say!("vault-was-locked"))
                        .hint(say!("sos-goes-on"))
                        .into());
                }
                None => return Err(Failure::from(hearth_api::ClientError::NotRunning).into()),
            }
        }
    }

    async fn look(&self) -> Result<SosCall, Stopped> {
        let calls = self.node.client.sos_calls(self.group.id).await.map_err(Failure::from)?.calls;
        calls.into_iter().find(|call| call.id == self.id).ok_or_else(|| no_call().into())
    }

    /// Says what is new.
    fn say(&mut self, call: &SosCall) -> Result<(), Stopped> {
        let output = &self.node.output;
        if call.devices > 0 && !std::mem::replace(&mut self.seen.passed_on, true) {
            speak(output, &say!("sos-passed-on"))?;
        }
        for member in &call.reached {
            if self.seen.reached.insert(*member)
                && let Some(name) = name_of(&self.people, *member)
            {
                speak(output, &say!("sos-reached-device", name = name))?;
            }
        }
        for answer in &call.answers {
            let told = (answer.member, answer.answer);
            if !self.seen.answers.contains(&told) {
                self.seen.answers.retain(|(member, _)| *member != answer.member);
                self.seen.answers.push(told);
                speak(output, &ring(output, &answer_words(answer, &self.people)))?;
            }
        }
        if call.late && !std::mem::replace(&mut self.seen.is_late, true) {
            let kind = api_kind(call.trouble);
            crisis::print(kind, card::chosen(None, self.node.everywhere()), true, output)?;
        }
        Ok(())
    }

    fn text_to_copy(&self, call: &SosCall) -> Result<(), Stopped> {
        let text = match call.drill {
            true => say!("sos-sms-drill"),
            false => say!("sos-sms", name = screen::one_line(&call.author)),
        };
        speak(&self.node.output, &say!("sos-sms-copy", text = text))
    }
}

/// Says something in whole words, however narrow the terminal is.
fn speak(output: &Output, words: &str) -> Result<(), Stopped> {
    output.lines(&wrapped(output, words))
}

fn wrapped(output: &Output, words: &str) -> String {
    let mut page = Page::new(output);
    words.lines().for_each(|line| page.line(line));
    page.text()
}

/// Makes a terminal ring, once, if there is one and a person looks at it.
fn ring(output: &Output, words: &str) -> String {
    if output.is_terminal() { format!("{words}\u{7}") } else { words.to_owned() }
}

fn began(call: &SosCall, people: &Roster<Person>, unreachable: &[&str]) -> String {
    let mut lines = Vec::new();
    if call.drill {
        lines.push(say!("sos-drill"));
    }
    lines.push(say!("sos-kept"));
    for stage in &call.stages {
        let names: Vec<&str> = stage.asked.iter().filter_map(|id| name_of(people, *id)).collect();
        let minutes = stage.opens_at.saturating_sub(call.at) / 60_000;
        let who = match stage.group {
            true => say!("sos-whole-group"),
            false => names.join(", "),
        };
        lines.push(match minutes {
            0 => say!("sos-stage-now", names = who),
            minutes => say!("sos-stage-later", names = who, minutes = minutes),
        });
    }
    if !unreachable.is_empty() {
        lines.push(say!("sos-unreachable", names = unreachable.join(", ")));
    }
    lines.push(say!("sos-undo"));
    lines.join("\n")
}

fn ended(ending: SosEnding) -> String {
    match ending {
        SosEnding::Safe => say!("sos-ended-safe"),
        SosEnding::Mistake => say!("sos-ended-mistake"),
    }
}

/// Shows the numbers that are kept on this machine.
async fn phones(node: &Node, group: &Group) -> Result<(), Stopped> {
    let found = node.client.phones(group.id).await.map_err(Failure::from)?;
    let people = people::roster(node, group.id).await?;
    let mut lines = Vec::new();
    for listed in found.phones.iter().filter(|listed| !listed.mine) {
        let Phone { number, call, sms, sos, .. } = &listed.phone;
        let name = name_of(&people, listed.member);
        let name = name.map_or_else(|| screen::one_line(&listed.name), str::to_owned);
        if *call || *sms || *sos {
            lines.push(say!("sos-phone", name = name, number = screen::one_line(number)));
        }
    }
    if lines.is_empty() {
        lines.push(say!("sos-no-phones"));
    } else {
        lines.insert(0, say!("sos-phones"));
    }
    speak(&node.output, &lines.join("\n"))
}

/// Lists the calls that are shown here.
async fn list(node: &Node) -> Result<(), Stopped> {
    let status = node.open().await?;
    let group = node.group(&status)?;
    let people = people::roster(node, group.id).await?;
    let calls = node.client.sos_calls(group.id).await.map_err(Failure::from)?.calls;
    if calls.is_empty() {
        node.output.note(&say!("sos-none"));
    }
    calls.iter().try_for_each(|call| tell(node, call, &people, &[]))
}

fn tell(node: &Node, call: &SosCall, people: &Roster<Person>, unreachable: &[&str]) -> Result<(), Stopped> {
    let author = author_of(call, people);
    let body = Told {
        id: call.id,
        author: &author,
        mine: call.mine,
        drill: call.drill,
        trouble: call.trouble,
        help: call.help,
        text: &call.text,
        at: call.at,
        ending: call.ending,
        answers: &call.answers,
        devices: call.devices,
        reached: call.reached.iter().filter_map(|id| name_of(people, *id)).collect(),
        unreachable,
        missed: call.missed,
    };
    node.output.answer("hearth.sos/1", &body, || paragraph(call, people, &node.output))
}

fn paragraph(call: &SosCall, people: &Roster<Person>, output: &Output) -> String {
    let mut lines = vec![output.facts(&facts(call, people), " · ")];
    if !call.text.is_empty() {
        lines.push(screen::indented(&call.text, output.width()));
    }
    lines.extend(call.answers.iter().map(|answer| answer_words(answer, people)));
    let what_to_do = match (call.ending, call.mine) {
        (Some(ending), _) if call.missed => say!("sos-missed", ended = ended(ending)),
        (Some(ending), _) => ended(ending),
        (None, true) => say!("sos-open-mine"),
        (None, false) => say!("sos-open", typed = format!("{:?}", author_of(call, people))),
    };
    lines.push(wrapped(output, &what_to_do));
    format!("{}\n", lines.join("\n"))
}

/// Returns the open calls for who looks at something else, in at most `rows_max` rows: who asks for what, then how to
/// answer, and what else is known where there is room for it.
pub(super) fn bar(calls: &[SosCall], people: &Roster<Person>, width: usize, rows_max: usize) -> Vec<String> {
    let mut open: Vec<&SosCall> = calls.iter().filter(|call| call.ending.is_none()).collect();
    open.sort_by_key(|call| call.mine);
    let Some(newest) = open.first() else { return Vec::new() };
    let hint = match newest.mine {
        true => say!("sos-open-mine"),
        false => say!("sos-open", typed = format!("{:?}", author_of(newest, people))),
    };
    let wrapped =
        |line: &str| screen::hanging(line, Some(width)).lines().map(str::to_owned).collect::<Vec<String>>();
    let head = |call: &SosCall| wrapped(&facts(call, people).join(" · "));
    let known = |call: &SosCall| {
        let text = (!call.text.is_empty()).then(|| screen::indented(&call.text, Some(width)));
        let text: Vec<String> = text.iter().flat_map(|text| text.lines().map(str::to_owned)).collect();
        let answers = call.answers.iter().flat_map(|answer| wrapped(&answer_words(answer, people)));
        text.into_iter().chain(answers).collect::<Vec<String>>()
    };
    let full: Vec<String> = open
        .iter()
        .flat_map(|call| head(call).into_iter().chain(known(call)))
        .chain(wrapped(&hint))
        .collect();
    if full.len() <= rows_max {
        return full;
    }
    let heads: Vec<String> = open.iter().flat_map(|call| head(call)).collect();
    let short: Vec<String> = heads.iter().cloned().chain(wrapped(&hint)).collect();
    if short.len() <= rows_max {
        return short;
    }
    let mut cut: Vec<String> = heads.into_iter().take(rows_max.saturating_sub(1)).collect();
    cut.push(if newest.mine { hint } else { say!("sit-more-calls") });
    cut
}

fn facts(call: &SosCall, people: &Roster<Person>) -> Vec<String> {
    let who = match (call.mine, call.ending) {
        (true, None) => say!("sos-you-ask"),
        (true, Some(_)) => say!("sos-you-asked"),
        (false, None) => say!("sos-they-ask", name = author_of(call, people)),
        (false, Some(_)) => say!("sos-they-asked", name = author_of(call, people)),
    };
    let mut facts = vec![who, when::with_day(call.at), trouble_word(call.trouble), help_word(call.help)];
    if call.drill {
        facts.insert(0, say!("sos-drill"));
    }
    facts
}

fn author_of(call: &SosCall, people: &Roster<Person>) -> String {
    let known = call.author_id.and_then(|id| name_of(people, id));
    known.map_or_else(|| screen::one_line(&call.author), str::to_owned)
}

fn answer_words(answer: &SosAnswered, people: &Roster<Person>) -> String {
    let known = answer.member.and_then(|id| name_of(people, id));
    let name = known.map_or_else(|| screen::one_line(&answer.name), str::to_owned);
    match answer.answer {
        SosWord::Here => say!("sos-answer-here", name = name),
        SosWord::Calling => match answer.first {
            true => say!("sos-answer-calling", name = name),
            false => say!("sos-answer-calling-too", name = name),
        },
        SosWord::Coming => match answer.first {
            true => say!("sos-answer-coming", name = name),
            false => say!("sos-answer-coming-too", name = name),
        },
        SosWord::Cannot => say!("sos-answer-cannot", name = name),
        SosWord::Reached => say!("sos-answer-reached", name = name),
        SosWord::HandedTo => {
            let to = answer.to.and_then(|id| name_of(people, id)).unwrap_or_default();
            say!("sos-answer-handed", name = name, to = to)
        }
    }
}

/// Answers somebody's call.
pub(super) async fn answer(node: &Node, answer: Answer) -> Result<(), Stopped> {
    let status = node.open().await?;
    let group = node.group(&status)?;
    let people = people::roster(node, group.id).await?;
    let to = match (&answer.to, answer.word) {
        (Some(name), AnswerWord::Hand) => Some(people.find(name, Kind::Person)?.item.id),
        (None, AnswerWord::Hand) => {
            return Err(Failure::usage(say!("answer-hand-whom")).hint(say!("answer-hand-whom.hint")).into());
        }
        (Some(_), _) => {
            return Err(Failure::usage(say!("answer-to-whom")).hint(say!("answer-to-whom.hint")).into());
        }
        (None, _) => None,
    };
    let whose = answer.of.as_ref().map(|name| people.find(name, Kind::Person)).transpose()?;
    let calls = node.client.sos_calls(group.id).await.map_err(Failure::from)?.calls;
    let is_open = |call: &&SosCall| !call.mine && call.ending.is_none();
    let is_theirs = |call: &&SosCall| whose.is_none_or(|whose| call.author_id == Some(whose.item.id));
    let open: Vec<&SosCall> = calls.iter().filter(is_open).filter(is_theirs).collect();
    let authors: BTreeSet<Option<MemberId>> = open.iter().map(|call| call.author_id).collect();
    let call = match (open.first(), authors.len()) {
        (Some(call), 1) => *call,
        (None, _) => return Err(no_call().into()),
        (Some(_), _) => {
            return Err(Failure::usage(say!("answer-which")).hint(say!("answer-which.hint")).into());
        }
    };
    let request = AnswerSos { answer: api_word(answer.word), to };
    let calls = node.client.answer_sos(group.id, call.id, &request).await.map_err(Failure::from)?.calls;
    let call = calls.into_iter().find(|known| known.id == call.id).ok_or_else(no_call)?;
    tell(node, &call, &people, &[])
}

/// Closes one's own calls.
pub(super) async fn safe(node: &Node, safe: Safe) -> Result<(), Stopped> {
    let status = node.open().await?;
    let group = node.group(&status)?;
    let people = people::roster(node, group.id).await?;
    let calls = node.client.sos_calls(group.id).await.map_err(Failure::from)?.calls;
    let ending = if safe.mistake { SosEnding::Mistake } else { SosEnding::Safe };
    let open: Vec<SosCall> = calls.into_iter().filter(|call| call.mine && call.ending.is_none()).collect();
    if open.is_empty() {
        return Err(Failure::new(ExitCode::NotFound, "not_found", say!("safe-nothing")).into());
    }
    for call in open {
        let request = CloseSos { ending };
        let calls = node.client.close_sos(group.id, call.id, &request).await.map_err(Failure::from)?.calls;
        // One that nobody was asked in yet is gone with its end.
        let found = calls.into_iter().find(|known| known.id == call.id);
        let call = found.unwrap_or(SosCall { ending: Some(ending), ..call });
        tell(node, &call, &people, &[])?;
    }
    Ok(())
}

/// One line for who looks at something else: somebody asks for help.
pub(super) async fn notice(node: &Node, group: GroupId, id: SosId) -> Result<(), Stopped> {
    let calls = node.client.sos_calls(group).await.map_err(Failure::from)?.calls;
    let Some(call) = calls.into_iter().find(|call| call.id == id && !call.mine) else { return Ok(()) };
    let people = people::roster(node, group).await?;
    if node.output.is_json() {
        return tell(node, &call, &people, &[]);
    }
    let words = paragraph(&call, &people, &node.output);
    match rings(&call, is_quiet(&node.client, group).await?) {
        true => node.output.lines(&ring(&node.output, &words)),
        false => node.output.lines(&words),
    }
}

/// Says whether this member wants calls of others not to ring now.
pub(super) async fn is_quiet(client: &Client, group: GroupId) -> Result<bool, Failure> {
    let quiet = client.ladder(group).await.map_err(Failure::from)?.quiet;
    Ok(quiet.is_some_and(|hours| hours.holds(when::minute_of_today())))
}

/// Says whether a call rings: what is over does not, and in quiet hours only what cannot wait.
pub(super) fn rings(call: &SosCall, is_quiet: bool) -> bool {
    let is_urgent = matches!(call.trouble, Trouble::Overdose | Trouble::SelfHarm);
    call.ending.is_none() && (call.mine || is_urgent || !is_quiet)
}

fn no_call() -> Failure {
    Failure::new(ExitCode::NotFound, "not_found", say!("sos-not-found")).hint(say!("sos-not-found.hint"))
}

fn name_of(people: &Roster<Person>, id: MemberId) -> Option<&str> {
    people.entries().iter().find(|entry| entry.item.id == id).map(|entry| entry.name.as_str())
}

/// What was typed: one of the words, a number, or words of one's own; Enter alone is a bad night.
fn trouble_of(typed: &str) -> (Trouble, String) {
    let known = [
        ("bad_night", say!("answers-bad-night")),
        ("craving", say!("answers-craving")),
        ("overdose", say!("answers-overdose")),
        ("self_harm", say!("answers-self-harm")),
        ("danger", say!("answers-danger")),
    ];
    let trouble = match in_form(typed, &known).as_deref() {
        Some("craving") => Trouble::Craving,
        Some("overdose") => Trouble::Overdose,
        Some("self_harm") => Trouble::SelfHarm,
        Some("danger") => Trouble::Danger,
        Some(_) => Trouble::BadNight,
        None if typed.trim().is_empty() => Trouble::BadNight,
        None => return (Trouble::Other, typed.trim().to_owned()),
    };
    (trouble, String::new())
}

/// What was typed; anything that is not known is whatever somebody can do.
fn help_of(typed: &str) -> Help {
    let known = [
        ("call", say!("answers-sos-call")),
        ("write", say!("answers-sos-write")),
        ("come", say!("answers-sos-come")),
    ];
    match in_form(typed, &known).as_deref() {
        Some("call") => Help::Call,
        Some("write") => Help::Write,
        Some("come") => Help::Come,
        Some(_) | None => Help::Anything,
    }
}

fn trouble_word(trouble: Trouble) -> String {
    match trouble {
        Trouble::Craving => say!("sos-trouble-craving"),
        Trouble::BadNight => say!("sos-trouble-bad-night"),
        Trouble::Overdose => say!("sos-trouble-overdose"),
        Trouble::SelfHarm => say!("sos-trouble-self-harm"),
        Trouble::Danger => say!("sos-trouble-danger"),
        Trouble::Other => say!("sos-trouble-other"),
    }
}

fn help_word(help: Help) -> String {
    match help {
        Help::Anything => say!("sos-help-anything"),
        Help::Call => say!("sos-help-call"),
        Help::Write => say!("sos-help-write"),
        Help::Come => say!("sos-help-come"),
    }
}

fn api_kind(trouble: Trouble) -> Option<CrisisKind> {
    match trouble {
        Trouble::Overdose => Some(CrisisKind::Overdose),
        Trouble::SelfHarm => Some(CrisisKind::SelfHarm),
        Trouble::Danger => Some(CrisisKind::Danger),
        Trouble::Craving | Trouble::BadNight | Trouble::Other => None,
    }
}

fn api_trouble(trouble: crate::args::Trouble) -> Trouble {
    match trouble {
        crate::args::Trouble::Craving => Trouble::Craving,
        crate::args::Trouble::BadNight => Trouble::BadNight,
        crate::args::Trouble::Overdose => Trouble::Overdose,
        crate::args::Trouble::SelfHarm => Trouble::SelfHarm,
        crate::args::Trouble::Danger => Trouble::Danger,
        crate::args::Trouble::Other => Trouble::Other,
    }
}

fn api_help(want: crate::args::SosWant) -> Help {
    match want {
        crate::args::SosWant::Anything => Help::Anything,
        crate::args::SosWant::Call => Help::Call,
        crate::args::SosWant::Write => Help::Write,
        crate::args::SosWant::Come => Help::Come,
    }
}

fn api_word(word: AnswerWord) -> SosWord {
    match word {
        AnswerWord::Here => SosWord::Here,
        AnswerWord::Calling => SosWord::Calling,
        AnswerWord::Coming => SosWord::Coming,
        AnswerWord::Cannot => SosWord::Cannot,
        AnswerWord::Hand => SosWord::HandedTo,
        AnswerWord::Reached => SosWord::Reached,
    }
}
