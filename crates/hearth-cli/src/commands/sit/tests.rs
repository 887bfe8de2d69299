//! The page without a terminal: keys and answers go in, and what is drawn is read.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use hearth_api::{
    Delivery, DeliveryState, Event, ExitCode, Group, GroupState, Help, MemberId, Message, MessageId,
    MessageKind, Person, Reaction, ReactionBy, Role, SosAnswered, SosCall, SosEnding, SosId, SosWord, Suite,
    Trouble,
};
use ratatui::{Terminal, backend::TestBackend, layout::Position};

use super::{draw::draw, state::*, *};

const WIDE: (u16, u16) = (80, 24);
const NARROW: (u16, u16) = (40, 12);

fn group_id() -> GroupId {
    GroupId::from_bytes([9; 32])
}

fn person(number: u8, name: &str, is_self: bool) -> Person {
    Person {
        id: MemberId::from_bytes([number; 32]),
        name: name.to_owned(),
        role: Role::Member,
        is_self,
        connected: !is_self,
        devices: 1,
        since: None,
        verified_at: None,
        home: false,
        visit: None,
    }
}

fn message(number: u8, text: &str) -> Message {
    Message {
        id: MessageId::from_bytes([number; 32]),
        kind: MessageKind::Share,
        author: "Ada".to_owned(),
        author_id: MemberId::from_bytes([1; 32]),
        to: Vec::new(),
        content: Content::Share { topic: None, note: None, thread: false },
        text: text.to_owned(),
        edited: false,
        reactions: Vec::new(),
        at: 0,
        fades_at: 1_000_000,
        mine: false,
        delivery: None,
    }
}

fn call(number: u8) -> SosCall {
    SosCall {
        id: SosId::from_bytes([number; 32]),
        author_id: Some(MemberId::from_bytes([1; 32])),
        author: "Ada".to_owned(),
        mine: false,
        drill: false,
        trouble: Trouble::BadNight,
        help: Help::Call,
        text: String::new(),
        at: 0,
        ending: None,
        answers: Vec::new(),
        stages: Vec::new(),
        reached: Vec::new(),
        devices: 0,
        late: false,
        missed: false,
    }
}

fn look(messages: Vec<Message>) -> Box<Look> {
    let group = Group {
        id: group_id(),
        name: Some("Tuesday".to_owned()),
        state: GroupState::Active,
        joining: None,
        shown: None,
        members: 15,
        connected: 1,
        me: Some(MemberId::from_bytes([2; 32])),
        my_name: "Ben".to_owned(),
        suite: Suite::XWing,
        switching: None,
        told_out: false,
        visit_over: false,
    };
    let people = people::named(vec![person(1, "Ada", false), person(2, "Ben", true)]);
    Box::new(Look { group, people, messages, has_earlier: false, calls: Vec::new(), is_quiet: false })
}

/// Somebody at a page of a size.
struct Sitting {
    state: State,
    size: (u16, u16),
    number: u64,
}

impl Sitting {
    fn with(size: (u16, u16), look: Box<Look>) -> Self {
        let (state, actions) = State::new(group_id(), &[], 1);
        assert!(matches!(actions.as_slice(), [Action::Look(1)]));
        let mut sitting = Self { state, size, number: 1 };
        sitting.sees(look);
        sitting
    }

    fn sees(&mut self, look: Box<Look>) -> Vec<Action> {
        let actions = self.state.take(Input::Looked(self.number, Ok(look)));
        self.drawn();
        actions
    }

    /// The group changes, and the daemon is asked again.
    fn changes_to(&mut self, look: Box<Look>) -> Vec<Action> {
        let asked = self
            .state
            .take(Input::Event(Event::Message { group: group_id(), id: MessageId::from_bytes([0; 32]) }));
        let [Action::Look(number)] = asked.as_slice() else { panic!("the daemon is not asked again") };
        self.number = *number;
        self.sees(look)
    }

    fn press(&mut self, code: KeyCode) -> Vec<Action> {
        self.press_with(code, KeyModifiers::NONE)
    }

    fn press_with(&mut self, code: KeyCode, modifiers: KeyModifiers) -> Vec<Action> {
        let actions = self.state.take(Input::Key(KeyEvent::new(code, modifiers)));
        self.drawn();
        actions
    }

    fn control(&mut self, letter: char) -> Vec<Action> {
        self.press_with(KeyCode::Char(letter), KeyModifiers::CONTROL)
    }

    fn write(&mut self, words: &str) {
        for letter in words.chars() {
            assert!(self.press(KeyCode::Char(letter)).is_empty());
        }
    }

    fn drawn_with_cursor(&mut self) -> (Vec<String>, Option<Position>) {
        let mut terminal = Terminal::new(TestBackend::new(self.size.0, self.size.1)).unwrap();
        let mut place = None;
        terminal.draw(|frame| place = draw(&mut self.state, frame.area(), frame.buffer_mut())).unwrap();
        let buffer = terminal.backend().buffer();
        let row = |y| (0..self.size.0).map(|x| buffer[(x, y)].symbol()).collect::<String>();
        ((0..self.size.1).map(|y| row(y).trim_end().to_owned()).collect(), place)
    }

    fn drawn(&mut self) -> String {
        self.drawn_with_cursor().0.join("\n")
    }
}

fn many() -> Box<Look> {
    look((0..60).map(|number| message(number, &format!("words {number}"))).collect())
}

#[test]
fn the_newest_stands_at_the_bottom_beside_who_wrote_it_and_who_is_connected() {
    for size in [WIDE, NARROW] {
        let drawn = Sitting::with(size, many()).drawn();
        assert!(drawn.starts_with("Tuesday · connected: Ada\n"), "{drawn}");
        assert!(drawn.contains("words 59") && drawn.contains("> Ada · "), "{drawn}");
        assert!(!drawn.contains("words 20"), "{drawn}");
        let narrow = drawn.lines().all(|line| line.chars().count() <= usize::from(size.0));
        assert!(narrow, "{drawn}");
    }
}

#[test]
fn keys_go_through_the_messages_and_what_arrives_moves_nothing() {
    for size in [WIDE, NARROW] {
        let mut sitting = Sitting::with(size, many());
        sitting.press(KeyCode::Home);
        assert!(sitting.drawn().contains("words 0"));
        sitting.press(KeyCode::PageDown);
        sitting.press(KeyCode::PageUp);
        let before = sitting.drawn();
        assert!(before.contains("words 0") && before.contains("End: newest"), "{before}");
        let mut more = many();
        more.messages.push(message(60, "words 60"));
        sitting.changes_to(more);
        assert_eq!(sitting.drawn(), before);
        sitting.press(KeyCode::End);
        assert!(sitting.drawn().contains("words 60"));
        for _ in 0..70 {
            sitting.press(KeyCode::Up);
            assert!(sitting.drawn().contains("> Ada · "), "{}", sitting.drawn());
        }
        assert!(sitting.drawn().contains("words 0"));
        for _ in 0..70 {
            sitting.press(KeyCode::Down);
            assert!(sitting.drawn().contains("> Ada · "), "{}", sitting.drawn());
        }
        assert!(sitting.drawn().contains("words 60"));
        let mut more = many();
        more.messages.push(message(61, "words 61"));
        sitting.changes_to(more);
        assert!(sitting.drawn().contains("words 61"));
    }
}

#[test]
fn every_row_of_a_message_that_is_taller_than_the_page_can_be_read() {
    let tall: Vec<String> = (0..40).map(|number| format!("row {number:02}")).collect();
    let mut sitting = Sitting::with(
        NARROW,
        look(vec![message(1, "first"), message(2, &tall.join("\n")), message(3, "last")]),
    );
    let mut seen = String::new();
    for _ in 0..60 {
        seen.push_str(&sitting.drawn());
        sitting.press(KeyCode::Up);
    }
    assert!(tall.iter().all(|row| seen.contains(row)) && seen.contains("first"), "{seen}");
    seen.clear();
    for _ in 0..60 {
        seen.push_str(&sitting.drawn());
        sitting.press(KeyCode::Down);
    }
    assert!(tall.iter().all(|row| seen.contains(row)) && seen.contains("last"), "{seen}");
}

#[test]
fn words_go_to_the_group_after_it_is_shown_who_reads_them() {
    let mut sitting = Sitting::with(WIDE, many());
    sitting.press(KeyCode::Char('w'));
    assert!(
        sitting.drawn().contains("For \"Tuesday\". 14 other people can read this."),
        "{}",
        sitting.drawn()
    );
    sitting.write("Grüß dich, 山田 q?");
    sitting.press_with(KeyCode::Enter, KeyModifiers::ALT);
    sitting.write("two");
    sitting.control('j');
    sitting.write("three");
    let drawn = sitting.drawn();
    assert!(drawn.contains("> Grüß dich, 山") && drawn.contains("\n  three"), "{drawn}");
    let actions = sitting.press(KeyCode::Enter);
    let words = "Grüß dich, 山田 q?\ntwo\nthree";
    assert!(actions == [Action::Send(Zeroizing::new(words.to_owned()), Whom::Everybody)]);
    // Until the daemon has kept them they stay, and a second Enter sends nothing.
    assert!(sitting.press(KeyCode::Enter).is_empty());
    assert!(sitting.drawn().contains("three"));
}

#[test]
fn the_cursor_stands_behind_what_was_written_also_behind_wide_letters() {
    let mut sitting = Sitting::with(NARROW, many());
    assert_eq!(sitting.drawn_with_cursor().1, None);
    sitting.press(KeyCode::Char('w'));
    sitting.write("山a");
    let (drawn, place) = sitting.drawn_with_cursor();
    let place = place.unwrap();
    assert_eq!(place.x, 5);
    assert!(drawn[usize::from(place.y)].starts_with("> 山"), "{drawn:?}");
    sitting.write(&"long words ".repeat(40));
    let place = sitting.drawn_with_cursor().1.unwrap();
    assert!(place.x < 40 && place.y < 12);
    assert!(sitting.drawn().contains("For \"Tuesday\"."), "{}", sitting.drawn());
}

#[test]
fn what_is_pasted_is_never_sent_by_the_line_ends_in_it() {
    let mut sitting = Sitting::with(WIDE, many());
    let paste = || Input::Paste(Zeroizing::new("one\r\ntwo\rthree\x1b[2J\n".to_owned()));
    assert!(sitting.state.take(paste()).is_empty());
    assert!(sitting.state.line.is_blank(), "nobody is writing");
    sitting.press(KeyCode::Char('w'));
    assert!(sitting.state.take(paste()).is_empty());
    assert_eq!(sitting.state.line.words(), "one\ntwo\nthree[2J\n");
}

#[test]
fn nothing_but_blanks_is_not_sent() {
    let mut sitting = Sitting::with(WIDE, many());
    sitting.press(KeyCode::Char('w'));
    sitting.write("  ");
    assert!(sitting.press(KeyCode::Enter).is_empty());
    assert!(sitting.drawn().contains("The text is empty."));
}

fn sent(held_until: Option<u64>) -> Input {
    let state = if held_until.is_some() { DeliveryState::Held } else { DeliveryState::KeptHere };
    Input::Sent(Ok(Sent { id: MessageId::from_bytes([70; 32]), state, devices: 0, held_until }))
}

fn mine(state: DeliveryState, held_until: Option<u64>) -> Message {
    let delivery = Some(Delivery { state, devices: 0, held_until });
    Message { mine: true, delivery, ..message(70, "tired") }
}

#[test]
fn what_was_sent_can_be_undone_while_it_is_held_and_its_words_come_back() {
    let mut sitting = Sitting::with(WIDE, many());
    sitting.press(KeyCode::Char('w'));
    sitting.write("tired");
    sitting.press(KeyCode::Enter);
    let actions = sitting.state.take(sent(Some(10_000)));
    let [Action::Look(number)] = actions.as_slice() else { panic!("it is not looked at") };
    sitting.number = *number;
    assert!(sitting.drawn().contains("Ctrl-Z undoes it"), "{}", sitting.drawn());
    assert!(sitting.state.line.is_blank());
    let mut with_it = many();
    with_it.messages.push(mine(DeliveryState::Held, Some(10_000)));
    sitting.sees(with_it);
    assert!(sitting.drawn().contains("held back"), "{}", sitting.drawn());
    assert_eq!(sitting.state.next_time(), Some(10_000 + crate::limits::SIT_HELD_SLACK_MS));
    let id = MessageId::from_bytes([70; 32]);
    assert!(sitting.control('z') == [Action::Undo(id)]);
    sitting.state.take(Input::Undone(id, Ok(())));
    assert_eq!(sitting.state.line.words(), "tired");
    assert!(sitting.drawn().contains("Your words are back"), "{}", sitting.drawn());
}

#[test]
fn when_its_time_is_over_it_is_looked_at_again_and_nothing_is_undone() {
    let mut sitting = Sitting::with(WIDE, look(vec![mine(DeliveryState::Held, Some(10_000))]));
    let actions = sitting.state.take(Input::Clock(10_500));
    let [Action::Look(number)] = actions.as_slice() else { panic!("it is not looked at") };
    sitting.number = *number;
    sitting.sees(look(vec![mine(DeliveryState::KeptHere, None)]));
    assert!(sitting.control('z').is_empty());
    assert!(sitting.drawn().contains("Nothing is held back any more."));
}

#[test]
fn what_its_author_sleeps_on_is_not_undone_by_a_slip_of_the_hand() {
    let eight_hours = 8 * 60 * 60 * 1000;
    let slept_on = mine(DeliveryState::Held, Some(eight_hours));
    assert_eq!(send::sleeps_until(&slept_on), Some(eight_hours));
    assert_eq!(send::sleeps_until(&mine(DeliveryState::Held, Some(10_000))), None);
    let mut sitting = Sitting::with(WIDE, look(vec![slept_on]));
    assert!(sitting.control('z').is_empty());
    assert!(sitting.drawn().contains("Nothing is held back any more."));
}

#[test]
fn what_could_not_be_sent_stays_in_the_line() {
    let mut sitting = Sitting::with(WIDE, many());
    sitting.press(KeyCode::Char('w'));
    sitting.write("tired");
    sitting.press(KeyCode::Enter);
    sitting.state.take(Input::Sent(Err(Failure::new(ExitCode::Internal, "disk_full", "The disk is full."))));
    let drawn = sitting.drawn();
    assert!(drawn.contains("The disk is full.") && drawn.contains("> tired"), "{drawn}");
    assert!(matches!(sitting.press(KeyCode::Enter).as_slice(), [Action::Send(..)]));
}

#[test]
fn words_that_are_tried_again_are_one_message_and_said_again_they_are_another() {
    let words = |words: &str| Zeroizing::new(words.to_owned());
    let to_ada = Whom::Answer { about: MessageId::from_bytes([1; 32]), by_all: false, name: None };
    let mut named = Named::default();
    let first = named.wish(&words("thanks"), &Whom::Everybody).unwrap();
    assert!(named.wish(&words("thanks"), &Whom::Everybody).unwrap() == first);
    assert!(named.wish(&words("thanks!"), &Whom::Everybody).unwrap() != first);
    let second = named.wish(&words("thanks"), &Whom::Everybody).unwrap();
    assert!(named.wish(&words("thanks"), &to_ada).unwrap() != second);
    let third = named.wish(&words("thanks"), &Whom::Everybody).unwrap();
    named.is_over();
    assert!(named.wish(&words("thanks"), &Whom::Everybody).unwrap() != third);
}

#[test]
fn an_answer_is_for_the_author_alone_unless_they_opened_it_to_answers() {
    let open = Content::Share { topic: None, note: None, thread: true };
    let messages = || vec![Message { content: open.clone(), ..message(1, "open") }, message(2, "closed")];
    let mut sitting = Sitting::with(NARROW, look(messages()));
    sitting.press(KeyCode::Char('r'));
    assert!(sitting.drawn().contains("Only Ada can read this."), "{}", sitting.drawn());
    sitting.write("me too");
    // Whatever arrives meanwhile: the answer stays with its message.
    let mut more = look(messages());
    more.messages.push(message(3, "newer"));
    sitting.changes_to(more);
    let actions = sitting.press(KeyCode::Enter);
    let [Action::Send(_, Whom::Answer { about, by_all: false, .. })] = actions.as_slice() else {
        panic!("not a private answer")
    };
    assert!(*about == MessageId::from_bytes([2; 32]));
    sitting.state.take(sent(None));

    // What is written next is for the group again, and says so.
    sitting.press(KeyCode::Char('w'));
    assert!(sitting.drawn().contains("For \"Tuesday\"."));
    sitting.press(KeyCode::Esc);
    sitting.press(KeyCode::Home);
    sitting.press(KeyCode::Char('r'));
    assert!(sitting.drawn().contains("An answer in front of all. 14 other"), "{}", sitting.drawn());
    sitting.press(KeyCode::Esc);
    sitting.press(KeyCode::Char('R'));
    assert!(sitting.drawn().contains("Only Ada can read this."), "{}", sitting.drawn());
}

#[test]
fn words_for_one_never_become_words_for_others() {
    let mut sitting = Sitting::with(WIDE, many());
    sitting.press(KeyCode::Char('r'));
    sitting.write("for Ada");
    sitting.press(KeyCode::Esc);
    sitting.press(KeyCode::Home);
    sitting.press(KeyCode::Char('r'));
    assert!(sitting.drawn().contains("Other words wait in the line"), "{}", sitting.drawn());
    sitting.press(KeyCode::Char('w'));
    assert!(sitting.drawn().contains("Only Ada can read this."));
    sitting.press(KeyCode::Esc);
    sitting.control('u');
    sitting.press(KeyCode::Char('w'));
    assert!(sitting.drawn().contains("For \"Tuesday\"."));
}

#[test]
fn a_sign_is_one_of_the_closed_set_and_not_for_oneself() {
    let mut sitting =
        Sitting::with(NARROW, look(vec![message(1, "hi"), mine(DeliveryState::KeptHere, None)]));
    assert!(sitting.press(KeyCode::Char('+')).is_empty());
    assert!(sitting.drawn().contains("That is your own."), "{}", sitting.drawn());
    sitting.press(KeyCode::Up);
    sitting.press(KeyCode::Char('+'));
    let drawn = sitting.drawn();
    assert!(drawn.contains("A sign for Ada") && drawn.contains("2 with you"), "{drawn}");
    assert!(!drawn.contains("celebrates"), "{drawn}");
    assert!(sitting.press(KeyCode::Char('6')).is_empty());
    sitting.press(KeyCode::Char('+'));
    let actions = sitting.press(KeyCode::Char('2'));
    assert!(actions == [Action::Sign(MessageId::from_bytes([1; 32]), Reaction::WithYou)]);
}

#[test]
fn signs_for_oneself_and_how_far_it_came_are_shown() {
    let by = ReactionBy {
        member: MemberId::from_bytes([1; 32]),
        name: "Ada".to_owned(),
        reaction: Reaction::WithYou,
    };
    let own = Message { reactions: vec![by], ..mine(DeliveryState::KeptHere, None) };
    let drawn = Sitting::with(WIDE, look(vec![own])).drawn();
    assert!(drawn.contains("kept here") && drawn.contains("(Ada: with you)"), "{drawn}");
}

#[test]
fn a_lock_empties_the_page_and_an_answer_from_before_it_fills_it_no_more() {
    for size in [WIDE, NARROW] {
        let mut with_call = many();
        with_call.calls.push(call(5));
        let mut sitting = Sitting::with(size, with_call);
        sitting.press(KeyCode::Char('w'));
        sitting.write("secret draft");
        let asked = sitting.state.take(Input::Event(Event::People { group: group_id() }));
        let [Action::Look(number)] = asked.as_slice() else { panic!("the daemon is not asked") };
        assert!(sitting.state.take(Input::Event(Event::Locked)).is_empty());
        sitting.state.take(Input::Looked(*number, Ok(many())));
        let drawn = sitting.drawn();
        for gone in ["words", "secret", "Ada", "Tuesday", "help"] {
            assert!(!drawn.contains(gone), "{gone}: {drawn}");
        }
        assert!(drawn.contains("Hearth was locked."), "{drawn}");
        assert!(sitting.state.line.words().is_empty());
        assert!(sitting.press(KeyCode::Char('w')).is_empty());
        // What changes behind the door is not asked for; opened, the page comes back.
        let behind = Event::Message { group: group_id(), id: MessageId::from_bytes([1; 32]) };
        assert!(sitting.state.take(Input::Event(behind)).is_empty());
        let asked = sitting.state.take(Input::Event(Event::Unlocked));
        let [Action::Look(number)] = asked.as_slice() else { panic!("the daemon is not asked") };
        sitting.number = *number;
        sitting.sees(many());
        assert!(sitting.drawn().contains("words 59"));
    }
}

#[test]
fn a_lock_that_nobody_told_of_is_noticed_by_the_answer() {
    let mut sitting = Sitting::with(WIDE, many());
    let asked = sitting.state.take(Input::Event(Event::Lagged));
    let [Action::Look(number)] = asked.as_slice() else { panic!("the daemon is not asked") };
    let locked = Failure::new(ExitCode::Locked, "locked", "Locked.");
    sitting.state.take(Input::Looked(*number, Err(locked)));
    assert!(!sitting.drawn().contains("words"), "{}", sitting.drawn());
}

#[test]
fn a_daemon_that_ends_takes_the_messages_and_leaves_the_words_that_nobody_has_got() {
    let mut sitting = Sitting::with(WIDE, many());
    sitting.press(KeyCode::Char('w'));
    sitting.write("unsent");
    sitting.state.take(Input::Stopped);
    let drawn = sitting.drawn();
    assert!(!drawn.contains("words 59") && drawn.contains("> unsent"), "{drawn}");
    assert!(sitting.press(KeyCode::Char('q')) == [Action::Leave]);
}

#[test]
fn a_call_for_help_rings_once_and_stands_on_top_until_it_ends() {
    for size in [WIDE, NARROW] {
        let mut sitting = Sitting::with(size, many());
        let with = |call: SosCall| {
            let mut look = many();
            look.calls.push(call);
            look
        };
        assert!(sitting.changes_to(with(call(5))) == [Action::Ring]);
        let drawn = sitting.drawn();
        assert!(drawn.starts_with("Ada asks for help · "), "{drawn}");
        assert!(drawn.contains("hearth answer"), "{drawn}");
        assert!(drawn.contains("words 59"), "{drawn}");
        assert!(sitting.changes_to(with(call(5))).is_empty());
        assert!(sitting.changes_to(with(call(6))) == [Action::Ring]);
        let ended = SosCall { ending: Some(SosEnding::Safe), ..call(6) };
        sitting.changes_to(with(ended));
        assert!(!sitting.drawn().contains("asks for help"));
    }
}

#[test]
fn what_is_over_rings_nowhere_and_in_quiet_hours_only_what_cannot_wait() {
    let mut sitting = Sitting::with(WIDE, many());
    let with = |call: SosCall, is_quiet| {
        let mut look = many();
        (look.calls, look.is_quiet) = (vec![call], is_quiet);
        look
    };
    let missed = SosCall { ending: Some(SosEnding::Safe), missed: true, ..call(5) };
    assert!(sitting.changes_to(with(missed, false)).is_empty());
    assert!(sitting.changes_to(with(call(6), true)).is_empty());
    assert!(sitting.drawn().starts_with("Ada asks for help"), "it is shown all the same");
    let overdose = SosCall { trouble: Trouble::Overdose, ..call(7) };
    assert!(sitting.changes_to(with(overdose, true)) == [Action::Ring]);
    // Still open when the quiet hours are over.
    assert!(sitting.changes_to(with(call(6), false)) == [Action::Ring]);
}

#[test]
fn a_call_in_another_group_rings_too_and_says_where() {
    let other = GroupId::from_bytes([8; 32]);
    let (state, actions) = State::new(group_id(), &[other], 1);
    assert!(actions == [Action::Look(1), Action::LookElsewhere(other)]);
    let mut sitting = Sitting { state, size: WIDE, number: 1 };
    sitting.sees(many());
    let told = |calls| Input::LookedElsewhere(other, "Friday".to_owned(), calls, false);
    assert!(sitting.state.take(told(vec![call(5)])) == [Action::Ring]);
    assert!(sitting.drawn().starts_with("Somebody in \"Friday\" asks for help:"), "{}", sitting.drawn());
    let changed = Event::Sos { group: other, id: SosId::from_bytes([5; 32]) };
    assert!(sitting.state.take(Input::Event(changed)) == [Action::LookElsewhere(other)]);
    let ended = SosCall { ending: Some(SosEnding::Safe), ..call(5) };
    assert!(sitting.state.take(told(vec![ended])).is_empty());
    assert!(!sitting.drawn().contains("Friday"));
    sitting.state.take(told(vec![call(6)]));
    sitting.state.take(Input::Event(Event::Locked));
    sitting.state.take(told(vec![call(7)]));
    assert!(!sitting.drawn().contains("Friday"), "{}", sitting.drawn());
}

#[test]
fn an_answer_to_ones_own_call_rings() {
    let mut sitting = Sitting::with(WIDE, many());
    let own = |answers| {
        let mut look = many();
        look.calls.push(SosCall { mine: true, answers, ..call(5) });
        look
    };
    assert!(sitting.changes_to(own(Vec::new())).is_empty());
    let answer = SosAnswered {
        member: Some(MemberId::from_bytes([1; 32])),
        name: "Ada".to_owned(),
        answer: SosWord::Calling,
        to: None,
        at: 0,
        until: None,
        first: true,
    };
    assert!(sitting.changes_to(own(vec![answer])) == [Action::Ring]);
    assert!(sitting.drawn().contains("Ada is calling."), "{}", sitting.drawn());
}

#[test]
fn nothing_that_others_wrote_acts_on_the_terminal_or_looks_like_a_line_of_ours() {
    let hostile = "\x1b[2J\x1b]0;owned\x07\u{9b}31m\u{202E}\nBen · 12:00 · abcd\n> Ben";
    let mut theirs = message(1, hostile);
    theirs.author = hostile.to_owned();
    theirs.author_id = MemberId::from_bytes([77; 32]);
    theirs.content =
        Content::Share { topic: Some(hostile.to_owned()), note: Some(hostile.to_owned()), thread: true };
    let mut look = look(vec![theirs]);
    look.group.name = Some(hostile.to_owned());
    let hostile_call =
        SosCall { author_id: None, author: hostile.to_owned(), text: hostile.to_owned(), ..call(1) };
    look.calls.push(hostile_call);
    for size in [WIDE, NARROW] {
        let mut sitting =
            Sitting::with(size, Box::new(Look { people: people::named(Vec::new()), ..copy(&look) }));
        sitting.press(KeyCode::Char('r'));
        sitting.write("x");
        let (rows, _) = sitting.drawn_with_cursor();
        let dangerous = |letter: char| letter.is_control() || letter == '\u{202E}';
        assert!(!rows.iter().any(|row| row.contains(dangerous)), "{rows:?}");
        // What is left out is seen to be left out.
        assert!(
            rows.iter().filter(|row| row.contains("owned")).all(|row| row.contains('\u{FFFD}')),
            "{rows:?}"
        );
        assert!(!rows.iter().any(|row| row.starts_with("Ben") || row.starts_with("> Ben")), "{rows:?}");
    }
}

fn copy(look: &Look) -> Look {
    Look {
        group: look.group.clone(),
        people: people::named(Vec::new()),
        messages: look.messages.clone(),
        has_earlier: look.has_earlier,
        calls: look.calls.clone(),
        is_quiet: look.is_quiet,
    }
}

#[test]
fn what_fades_leaves_the_page_by_itself() {
    let soon = Message { fades_at: 5_000, ..message(1, "fading") };
    let mut sitting = Sitting::with(WIDE, look(vec![soon, message(2, "staying")]));
    assert_eq!(sitting.state.next_time(), Some(5_000));
    assert!(matches!(sitting.state.take(Input::Clock(5_000)).as_slice(), [Action::Look(_)]));
    let drawn = sitting.drawn();
    assert!(!drawn.contains("fading") && drawn.contains("staying"), "{drawn}");
    assert_eq!(sitting.state.next_time(), Some(1_000_000));
}

#[test]
fn nothing_is_asked_of_a_daemon_that_is_gone_and_whose_changes_nobody_would_tell() {
    let mut sitting = Sitting::with(WIDE, many());
    sitting.press(KeyCode::Char('w'));
    sitting.write("words");
    sitting.press(KeyCode::Enter);
    sitting.state.take(Input::Stopped);
    assert!(sitting.state.take(sent(None)).is_empty());
    assert!(sitting.state.take(Input::Clock(5_000)).is_empty());
    assert!(sitting.drawn().contains("Hearth is not running"), "{}", sitting.drawn());
}

#[test]
fn leaving_with_words_in_the_line_asks_once_and_ctrl_c_never() {
    let mut sitting = Sitting::with(WIDE, many());
    assert!(sitting.press(KeyCode::Char('q')) == [Action::Leave]);
    sitting.press(KeyCode::Char('w'));
    sitting.write("words");
    assert!(sitting.press(KeyCode::Esc).is_empty());
    assert!(sitting.press(KeyCode::Char('q')).is_empty());
    assert!(sitting.drawn().contains("would be lost"));
    assert!(sitting.press(KeyCode::Char('q')) == [Action::Leave]);
    assert!(sitting.control('c') == [Action::Leave]);
}

#[test]
fn every_key_is_explained_on_every_page() {
    for size in [WIDE, NARROW] {
        let mut sitting = Sitting::with(size, many());
        sitting.press(KeyCode::Char('?'));
        let mut seen = String::new();
        for _ in 0..40 {
            seen.push_str(&sitting.drawn());
            sitting.press(KeyCode::Down);
        }
        for key in ["PgUp", "r:", "R:", "+:", "Ctrl-Z", "Ctrl-C", "Ctrl-J"] {
            assert!(seen.contains(key), "{key} at {size:?}");
        }
        sitting.press(KeyCode::Esc);
        assert!(sitting.drawn().contains("words 59"));
    }
}

#[test]
fn a_window_of_any_size_is_drawn_and_a_small_one_says_so() {
    let mut with_call = many();
    with_call.calls.push(call(5));
    let mut sitting = Sitting::with(WIDE, with_call);
    sitting.press(KeyCode::Char('w'));
    sitting.write("a 山 of words\n");
    for columns in (1..50).chain([200]) {
        for rows in (1..20).chain([100]) {
            sitting.size = (columns, rows);
            sitting.drawn();
            sitting.press(KeyCode::Up);
            sitting.press(KeyCode::PageUp);
        }
    }
    sitting.size = (18, 20);
    assert!(sitting.drawn().contains("Make the window"), "{}", sitting.drawn());
}

#[test]
fn plain_and_json_are_told_of_the_other_way_and_a_missing_terminal_is_one_clear_error() {
    let refusal = |output: &Output, is_input, kind| fits(output, is_input, kind).unwrap_err();
    let plain = refusal(&Output::of_terminal(80, true), true, Some("xterm"));
    assert_eq!((plain.exit, plain.message.lines().count()), (ExitCode::Usage, 1));
    let hint = plain.hint.unwrap();
    assert!(hint.contains("hearth read --follow") && hint.contains("hearth share"), "{hint}");
    assert!(fits(&Output::new(true, false), true, Some("xterm")).is_err());
    let at_terminal = Output::of_terminal(80, false);
    for (is_input, kind) in [(false, Some("xterm")), (true, Some("dumb")), (true, None)] {
        assert!(refusal(&at_terminal, is_input, kind).message.contains("no terminal"));
    }
    assert!(fits(&at_terminal, true, Some("vt100")).is_ok());
}
