//! What the page is: keys, answers and events go in, wishes come out. It has no terminal, no daemon and no clock.
//!
//! **Invariant:** words go to those whom the page names above the line, and only they. An answer keeps the message it was
//! opened for; whatever comes in meanwhile changes nothing about it.

use std::collections::{BTreeMap, BTreeSet};

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use hearth_api::{
    Content, DeliveryState, Event, ExitCode, Group, GroupId, Message, MessageId, Person, Reaction, Sent,
    SosCall, SosId, limits::TEXT_BYTES_MAX,
};
use zeroize::Zeroizing;

use super::{super::sos, line::Line, list::List};
use crate::{
    catalogue::say,
    commands::read,
    failure::Failure,
    limits::SIT_HELD_SLACK_MS,
    roster::Roster,
    send::{self, UNDO_S, delivery},
};

/// What comes in.
pub(super) enum Input {
    /// A key was pressed.
    Key(KeyEvent),
    /// Words were pasted.
    Paste(Zeroizing<String>),
    /// The daemon tells of a change.
    Event(Event),
    /// The daemon is gone.
    Stopped,
    /// How the group is, for the wish of this number.
    Looked(u64, Result<Box<Look>, Failure>),
    /// A group of this member beside the one of the page, and its calls for help.
    LookedElsewhere(GroupId, String, Vec<SosCall>, bool),
    /// What came of the words in the line.
    Sent(Result<Sent, Failure>),
    /// What came of an undo.
    Undone(MessageId, Result<(), Failure>),
    /// What came of a sign.
    Signed(Result<(), Failure>),
    /// The time that was waited for has come, in milliseconds since 1970.
    Clock(u64),
}

/// What is wished for.
#[derive(PartialEq, Eq)]
pub(super) enum Action {
    /// Look how the group is.
    Look(u64),
    /// Look for calls for help in another group.
    LookElsewhere(GroupId),
    /// Send the words.
    Send(Zeroizing<String>, Whom),
    /// Undo what is held back.
    Undo(MessageId),
    /// Give a sign.
    Sign(MessageId, Reaction),
    /// Ring.
    Ring,
    /// Draw everything anew.
    Redraw,
    /// Leave.
    Leave,
}

/// Whom words are for.
#[derive(Clone, PartialEq, Eq)]
pub(super) enum Whom {
    /// Everybody in the group.
    Everybody,
    /// Those who read an answer to a message.
    Answer {
        /// The message.
        about: MessageId,
        /// Whether all read it.
        by_all: bool,
        /// Its author; nobody if it is one's own.
        name: Option<String>,
    },
}

/// The group at one moment.
pub(super) struct Look {
    /// The group.
    pub(super) group: Group,
    /// Who is in it.
    pub(super) people: Roster<Person>,
    /// The newest messages, oldest first.
    pub(super) messages: Vec<Message>,
    /// Whether there are earlier ones.
    pub(super) has_earlier: bool,
    /// The calls for help.
    pub(super) calls: Vec<SosCall>,
    /// Whether this member wants calls of others not to ring now.
    pub(super) is_quiet: bool,
}

/// What keys mean just now.
#[derive(Clone, PartialEq, Eq)]
pub(super) enum Mode {
    /// Messages are looked at.
    Reading,
    /// The line is written in.
    Writing,
    /// A sign is picked.
    Signing {
        /// For this message.
        about: MessageId,
        /// Its author.
        name: String,
        /// Those that fit.
        signs: Vec<Reaction>,
    },
    /// The keys are explained, from this row on.
    Help(usize),
}

/// Whether there is anything to see.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Door {
    /// The daemon was asked and has not answered yet.
    Asking,
    /// There is.
    Open,
    /// The vault is locked.
    Locked,
    /// The daemon is gone.
    Stopped,
}

struct Held {
    id: MessageId,
    until: u64,
    words: Zeroizing<String>,
    whom: Whom,
}

/// The page.
pub(super) struct State {
    of: GroupId,
    /// Whether there is anything to see.
    pub(super) door: Door,
    /// What is seen.
    pub(super) look: Option<Box<Look>>,
    /// The messages in rows.
    pub(super) list: List,
    /// What keys mean.
    pub(super) mode: Mode,
    /// The line to write in.
    pub(super) line: Line,
    /// Whom the words in the line are for.
    pub(super) whom: Whom,
    /// What was last said about a wish.
    pub(super) notice: Option<String>,
    /// Columns of the line, as it was drawn last.
    pub(super) line_columns: usize,
    is_sending: bool,
    held: Option<Held>,
    /// Of the last wish to look; an answer to an earlier one counts no more.
    looks: u64,
    is_looking: bool,
    must_look_again: bool,
    rung: BTreeSet<(SosId, usize)>,
    /// The other groups, with their names where somebody asks for help.
    elsewhere: BTreeMap<GroupId, Option<String>>,
    now: u64,
    was_warned: bool,
}

impl State {
    /// Begins with nothing to see, and a wish to look, also for calls for help in this member's other groups.
    pub(super) fn new(of: GroupId, others: &[GroupId], now: u64) -> (Self, Vec<Action>) {
        let mut state = Self {
            of,
            door: Door::Asking,
            look: None,
            list: List::default(),
            mode: Mode::Reading,
            line: Line::default(),
            whom: Whom::Everybody,
            notice: None,
            line_columns: 1,
            is_sending: false,
            held: None,
            looks: 0,
            is_looking: false,
            must_look_again: false,
            rung: BTreeSet::new(),
            elsewhere: others.iter().map(|group| (*group, None)).collect(),
            now,
            was_warned: false,
        };
        let actions = state.wish_to_look_everywhere();
        (state, actions)
    }

    /// Takes what comes in, and returns what is wished for.
    pub(super) fn take(&mut self, input: Input) -> Vec<Action> {
        match input {
            Input::Key(key) => self.key(key),
            Input::Paste(words) => {
                if self.mode == Mode::Writing && !self.is_sending {
                    self.insert(&words);
                }
                Vec::new()
            }
            Input::Event(event) => self.event(event),
            Input::Stopped => {
                self.forget();
                self.door = Door::Stopped;
                Vec::new()
            }
            Input::Looked(number, look) => self.looked(number, look),
            Input::LookedElsewhere(group, name, calls, is_quiet) => {
                self.looked_elsewhere(group, name, &calls, is_quiet)
            }
            Input::Sent(sent) => self.sent(sent),
            Input::Undone(id, undone) => self.undone(id, undone),
            Input::Signed(signed) => {
                self.notice = Some(match signed {
                    Ok(()) => say!("sit-signed"),
                    Err(failure) => told(&failure),
                });
                Vec::new()
            }
            Input::Clock(now) => self.clock(now),
        }
    }

    /// Returns when something changes by itself: a message fades, or what is held back goes out.
    pub(super) fn next_time(&self) -> Option<u64> {
        let messages = self.look.iter().flat_map(|look| &look.messages);
        let held = messages.clone().filter_map(|message| message.delivery?.held_until);
        let held = held.map(|until| until.saturating_add(SIT_HELD_SLACK_MS));
        let fades = messages.map(|message| message.fades_at);
        held.chain(fades).filter(|at| *at > self.now).min()
    }

    /// Tells whether words are on their way to the daemon.
    pub(super) fn is_sending(&self) -> bool {
        self.is_sending
    }

    /// Returns the other groups in which somebody asks for help.
    pub(super) fn calls_elsewhere(&self) -> impl Iterator<Item = &str> {
        self.elsewhere.values().flatten().map(String::as_str)
    }

    fn wish_to_look_everywhere(&mut self) -> Vec<Action> {
        let elsewhere = self.elsewhere.keys().map(|group| Action::LookElsewhere(*group));
        let elsewhere: Vec<Action> = elsewhere.collect();
        self.wish_to_look().into_iter().chain(elsewhere).collect()
    }

    fn looked_elsewhere(
        &mut self,
        group: GroupId,
        name: String,
        calls: &[SosCall],
        is_quiet: bool,
    ) -> Vec<Action> {
        match self.door {
            Door::Asking | Door::Open => {}
            Door::Locked | Door::Stopped => return Vec::new(),
        }
        let theirs: Vec<&SosCall> = calls.iter().filter(|call| !call.mine && call.ending.is_none()).collect();
        let mut rings = false;
        for call in theirs.iter().filter(|call| sos::rings(call, is_quiet)) {
            rings |= self.rung.insert((call.id, 1));
        }
        self.elsewhere.insert(group, (!theirs.is_empty()).then_some(name));
        if rings { vec![Action::Ring] } else { Vec::new() }
    }

    fn wish_to_look(&mut self) -> Vec<Action> {
        // What a daemon would answer that runs again would stay on the page as it is: its events are not heard.
        if self.door == Door::Stopped {
            return Vec::new();
        }
        if self.is_looking {
            self.must_look_again = true;
            return Vec::new();
        }
        self.is_looking = true;
        self.looks += 1;
        vec![Action::Look(self.looks)]
    }

    fn event(&mut self, event: Event) -> Vec<Action> {
        match event {
            Event::Locked => {
                self.forget();
                self.line.clear();
                self.whom = Whom::Everybody;
                self.door = Door::Locked;
                Vec::new()
            }
            Event::Unlocked => {
                if self.door == Door::Locked {
                    self.door = Door::Asking;
                }
                self.wish_to_look_everywhere()
            }
            Event::Lagged => self.wish_to_look_everywhere(),
            Event::Message { group, .. }
            | Event::Delivery { group, .. }
            | Event::People { group }
            | Event::Group { group }
            | Event::Sos { group, .. }
            | Event::Connection { group }
            | Event::Private { group }
                if group == self.of && self.door != Door::Locked =>
            {
                self.wish_to_look()
            }
            Event::Sos { group, .. } if group != self.of && self.door != Door::Locked => {
                vec![Action::LookElsewhere(group)]
            }
            Event::Message { .. }
            | Event::Delivery { .. }
            | Event::People { .. }
            | Event::Group { .. }
            | Event::Sos { .. }
            | Event::Connection { .. }
            | Event::Private { .. }
            | Event::Object { .. }
            | Event::Reminder { .. }
            | Event::Own => Vec::new(),
        }
    }

    /// Lets go of everything that others wrote, and of answers that are still on their way.
    fn forget(&mut self) {
        self.look = None;
        self.list = List::default();
        self.mode = Mode::Reading;
        self.held = None;
        self.notice = None;
        self.elsewhere.values_mut().for_each(|name| *name = None);
        self.is_looking = false;
        self.must_look_again = false;
        self.was_warned = false;
        self.looks += 1;
    }

    fn looked(&mut self, number: u64, look: Result<Box<Look>, Failure>) -> Vec<Action> {
        if number != self.looks || !self.is_looking {
            return Vec::new();
        }
        self.is_looking = false;
        let mut actions = Vec::new();
        match look {
            Ok(look) => {
                self.door = Door::Open;
                if self.rings_for(&look) {
                    actions.push(Action::Ring);
                }
                self.show(look);
            }
            Err(failure) if failure.exit == ExitCode::Locked => return self.event(Event::Locked),
            Err(failure) if failure.exit == ExitCode::NotRunning => return self.take(Input::Stopped),
            Err(failure) => self.notice = Some(told(&failure)),
        }
        if std::mem::take(&mut self.must_look_again) {
            actions.extend(self.wish_to_look());
        }
        actions
    }

    fn show(&mut self, mut look: Box<Look>) {
        look.messages.retain(|message| message.fades_at > self.now);
        self.list.show(&look);
        if let Some(held) = &self.held {
            let is_out = |message: &Message| {
                message.id == held.id
                    && message.delivery.is_none_or(|delivery| delivery.state != DeliveryState::Held)
            };
            if look.messages.iter().any(is_out) {
                self.held = None;
                // It cannot be undone any more.
                self.notice.take_if(|notice| *notice == say!("sit-held", seconds = UNDO_S));
            }
        }
        self.look = Some(look);
    }

    /// Tells whether there is a call or an answer that has not rung yet.
    fn rings_for(&mut self, look: &Look) -> bool {
        let mut rings = false;
        for call in look.calls.iter().filter(|call| sos::rings(call, look.is_quiet)) {
            // One's own call rings when somebody answers.
            let loud = if call.mine { call.answers.len() } else { 1 };
            if loud > 0 {
                rings |= self.rung.insert((call.id, loud));
            }
        }
        rings
    }

    fn clock(&mut self, now: u64) -> Vec<Action> {
        self.now = self.now.max(now);
        self.held.take_if(|held| held.until <= now);
        if let Some(look) = self.look.take() {
            self.show(look);
        }
        match self.door {
            Door::Asking | Door::Open => self.wish_to_look(),
            Door::Locked | Door::Stopped => Vec::new(),
        }
    }

    fn sent(&mut self, sent: Result<Sent, Failure>) -> Vec<Action> {
        self.is_sending = false;
        let sent = match sent {
            Ok(sent) => sent,
            Err(failure) => {
                self.notice = Some(told(&failure));
                return Vec::new();
            }
        };
        if self.door == Door::Locked {
            return Vec::new();
        }
        self.notice = Some(match sent.state {
            DeliveryState::Held => say!("sit-held", seconds = UNDO_S),
            DeliveryState::KeptHere => say!("sent-kept"),
            DeliveryState::WithKeeper | DeliveryState::PassedOn => delivery(sent.state, sent.devices),
        });
        self.held = sent.held_until.map(|until| Held {
            id: sent.id,
            until,
            words: Zeroizing::new(self.line.words().to_owned()),
            whom: self.whom.clone(),
        });
        self.line.clear();
        // What is written next is not for the one who was just answered, or for all, without a look at whom it is for.
        self.whom = Whom::Everybody;
        self.mode = Mode::Reading;
        self.list.go_to_end();
        self.wish_to_look()
    }

    fn undone(&mut self, id: MessageId, undone: Result<(), Failure>) -> Vec<Action> {
        if self.door == Door::Locked {
            return Vec::new();
        }
        match undone {
            Err(failure) => {
                self.notice = Some(told(&failure));
                return self.wish_to_look();
            }
            Ok(()) => self.notice = Some(say!("undone")),
        }
        let held = self.held.take_if(|held| held.id == id);
        if let Some(held) = held
            && self.line.is_blank()
            && !self.is_sending
        {
            self.line.clear();
            self.line.insert(&held.words, TEXT_BYTES_MAX);
            self.whom = held.whom;
            self.mode = Mode::Writing;
            self.notice = Some(say!("sit-undone-back"));
        }
        self.wish_to_look()
    }

    fn key(&mut self, key: KeyEvent) -> Vec<Action> {
        let control = key.modifiers.contains(KeyModifiers::CONTROL);
        match key.code {
            KeyCode::Char('c') if control => return vec![Action::Leave],
            KeyCode::Char('l') if control => return vec![Action::Redraw],
            _ => {}
        }
        match self.door {
            Door::Open => {}
            // Words that nobody has got can still be copied from the screen.
            Door::Asking | Door::Locked | Door::Stopped => {
                let leaves = matches!(key.code, KeyCode::Esc | KeyCode::Char('q'));
                return if leaves { vec![Action::Leave] } else { Vec::new() };
            }
        }
        let was_warned = std::mem::take(&mut self.was_warned);
        if !self.is_sending {
            self.notice = None;
        }
        match (key.code, &self.mode) {
            (KeyCode::Char('z'), _) if control => return self.wish_to_undo(),
            (KeyCode::PageUp, Mode::Reading | Mode::Writing) => self.list.page_up(),
            (KeyCode::PageDown, Mode::Reading | Mode::Writing) => self.list.page_down(),
            (_, Mode::Reading) => return self.key_reading(key, control, was_warned),
            (_, Mode::Writing) => return self.key_writing(key, control),
            (code, Mode::Signing { .. }) => return self.key_signing(code),
            (code, Mode::Help(row)) => {
                let row = *row;
                self.mode = match code {
                    KeyCode::Up => Mode::Help(row.saturating_sub(1)),
                    KeyCode::Down => Mode::Help(row + 1),
                    _ => Mode::Reading,
                };
            }
        }
        Vec::new()
    }

    fn key_reading(&mut self, key: KeyEvent, control: bool, was_warned: bool) -> Vec<Action> {
        match key.code {
            KeyCode::Char('u') if control => self.empty_line(),
            KeyCode::Char(_) if control => {}
            KeyCode::Up => self.list.up(),
            KeyCode::Down => self.list.down(),
            KeyCode::Home => self.list.go_to_start(),
            KeyCode::End => self.list.go_to_end(),
            KeyCode::Char('q') | KeyCode::Esc => {
                if self.line.is_blank() || was_warned {
                    return vec![Action::Leave];
                }
                self.was_warned = true;
                self.notice = Some(say!("sit-leave-words"));
            }
            KeyCode::Char('w') | KeyCode::Enter | KeyCode::Tab => self.mode = Mode::Writing,
            KeyCode::Char('r') => self.wish_to_answer(false),
            KeyCode::Char('R') => self.wish_to_answer(true),
            KeyCode::Char('+') => self.wish_to_sign(),
            KeyCode::Char('?') => self.mode = Mode::Help(0),
            _ => {}
        }
        Vec::new()
    }

    fn key_writing(&mut self, key: KeyEvent, control: bool) -> Vec<Action> {
        let alt = key.modifiers.contains(KeyModifiers::ALT);
        if key.code == KeyCode::Esc {
            self.mode = Mode::Reading;
            return Vec::new();
        }
        if self.is_sending {
            return Vec::new();
        }
        match key.code {
            KeyCode::Enter if alt => self.insert("\n"),
            KeyCode::Char('j') if control => self.insert("\n"),
            KeyCode::Enter => return self.wish_to_send(),
            KeyCode::Char('u') if control => self.empty_line(),
            KeyCode::Char('w') if control => self.line.rub_out_word(),
            KeyCode::Char('a') if control => self.line.home(self.line_columns),
            KeyCode::Char('e') if control => self.line.end(self.line_columns),
            KeyCode::Char('h') if control => self.line.rub_out(),
            KeyCode::Char(_) if control || alt => {}
            KeyCode::Char(letter) => self.insert(letter.encode_utf8(&mut [0; 4])),
            KeyCode::Backspace => self.line.rub_out(),
            KeyCode::Delete => self.line.delete(),
            KeyCode::Left => self.line.left(),
            KeyCode::Right => self.line.right(),
            KeyCode::Up => self.line.vertically(true, self.line_columns),
            KeyCode::Down => self.line.vertically(false, self.line_columns),
            KeyCode::Home => self.line.home(self.line_columns),
            KeyCode::End => self.line.end(self.line_columns),
            _ => {}
        }
        Vec::new()
    }

    fn key_signing(&mut self, code: KeyCode) -> Vec<Action> {
        let Mode::Signing { about, signs, .. } = std::mem::replace(&mut self.mode, Mode::Reading) else {
            return Vec::new();
        };
        let KeyCode::Char(digit) = code else { return Vec::new() };
        let picked = digit.to_digit(10).and_then(|digit| usize::try_from(digit).ok()?.checked_sub(1));
        match picked.and_then(|picked| signs.get(picked)) {
            Some(sign) => vec![Action::Sign(about, *sign)],
            None => Vec::new(),
        }
    }

    fn insert(&mut self, words: &str) {
        if !self.line.insert(words, TEXT_BYTES_MAX) {
            self.notice = Some(say!("text-too-long", kib = TEXT_BYTES_MAX / 1024));
        }
    }

    fn empty_line(&mut self) {
        if !self.is_sending {
            self.line.clear();
            self.whom = Whom::Everybody;
        }
    }

    fn selected(&self) -> Option<&Message> {
        self.look.as_ref()?.messages.get(self.list.selected())
    }

    fn wish_to_answer(&mut self, alone: bool) {
        let Some((message, look)) = self.selected().zip(self.look.as_ref()) else { return };
        let is_thread = matches!(message.content, Content::Share { thread: true, .. });
        let name = (!message.mine).then(|| read::author_of(message, &look.people));
        let whom = Whom::Answer { about: message.id, by_all: is_thread && !alone, name };
        if !self.line.is_blank() && whom != self.whom {
            self.notice = Some(say!("sit-words-wait"));
            return;
        }
        self.whom = whom;
        self.mode = Mode::Writing;
    }

    fn wish_to_sign(&mut self) {
        let Some((message, look)) = self.selected().zip(self.look.as_ref()) else { return };
        if message.mine {
            self.notice = Some(say!("sit-sign-own"));
            return;
        }
        let mut signs =
            vec![Reaction::Heard, Reaction::WithYou, Reaction::MeToo, Reaction::ThankYou, Reaction::Hug];
        if matches!(message.content, Content::Milestone { .. }) {
            signs.push(Reaction::Celebrate);
        }
        let name = read::author_of(message, &look.people);
        self.mode = Mode::Signing { about: message.id, name, signs };
    }

    fn wish_to_send(&mut self) -> Vec<Action> {
        if self.line.is_blank() {
            self.notice = Some(say!("text-empty"));
            return Vec::new();
        }
        self.is_sending = true;
        self.notice = None;
        vec![Action::Send(Zeroizing::new(self.line.words().to_owned()), self.whom.clone())]
    }

    fn wish_to_undo(&mut self) -> Vec<Action> {
        let messages = self.look.iter().flat_map(|look| look.messages.iter().rev());
        // What its author sleeps on is not undone by a slip of the hand.
        let is_held = |message: &&Message| {
            message.delivery.is_some_and(|delivery| delivery.state == DeliveryState::Held)
                && send::sleeps_until(message).is_none()
        };
        let newest = messages.into_iter().find(is_held).map(|message| message.id);
        match self.held.as_ref().map(|held| held.id).or(newest) {
            Some(id) => vec![Action::Undo(id)],
            None => {
                self.notice = Some(say!("undo-nothing"));
                Vec::new()
            }
        }
    }
}

fn told(failure: &Failure) -> String {
    match &failure.hint {
        Some(hint) => format!("{} {hint}", failure.message),
        None => failure.message.clone(),
    }
}
