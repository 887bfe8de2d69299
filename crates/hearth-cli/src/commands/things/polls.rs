//! `hearth conscience ask`, `vote`, `say`, `close`, `reconsider` and `withdraw`: what the group votes on.
//!
//! Before somebody votes they hear who could see how. What is shown of a vote are sums, once there is a count, and not before.

use hearth_api::{
    AskGroup, ExitCode, MemberId, ObjectId, Poll, PollCount, PollKind, PollStage, PollWordSort, SayBeside,
    Vote,
    limits::{POLL_DAYS_MIN, POLL_OPTIONS_MAX},
};
use serde::Serialize;

use super::{
    MARK_CHARS, Shelf,
    asking::{self, Field},
    mark, refuse_stray_words, said_yes, stays, tell,
};
use crate::{
    catalogue::say,
    commands::roles::ask_the_group,
    deciding::{Asking, BesidePoll, Voting},
    failure::{Failure, Stopped},
    node::Node,
    output::Output,
    roster::{is_same, quoted},
    screen,
    send::request_id,
    when,
};

const POLL: &str = "hearth.poll/1";

/// Shows what the group votes on; says whether there was anything.
///
/// # Errors
/// What the daemon refuses.
pub(in crate::commands) async fn list(node: &Node) -> Result<bool, Stopped> {
    let shelf = Shelf::open(node, &[]).await?;
    let polls = node.client.polls(shelf.group.id).await?.polls;
    for poll in &polls {
        print(node, &shelf, poll)?;
    }
    Ok(!polls.is_empty())
}

fn print(node: &Node, shelf: &Shelf, poll: &Poll) -> Result<(), Stopped> {
    let name_of = |member: Option<MemberId>, name: &str| shelf.author(member, name);
    node.output.answer(POLL, poll, || lines(poll, name_of, &node.output))
}

fn lines(poll: &Poll, name_of: impl Fn(Option<MemberId>, &str) -> String, output: &Output) -> String {
    let mark = mark(poll.id);
    let head = match output.is_plain() {
        true => say!("plain-mark", mark = &mark),
        false => say!("poll-head", mark = &mark, name = name_of(poll.asked_by, "")),
    };
    let mut lines = vec![head];
    if output.is_plain() {
        lines.push(say!("poll-asked-by", name = name_of(poll.asked_by, "")));
    }
    lines.push(screen::indented(&poll.question, output.width()));
    let mut facts = Vec::new();
    if !poll.options.is_empty() {
        facts.push(say!("poll-choices", options = named_options(poll).join(", ")));
    }
    facts.push(match poll.kind {
        PollKind::Change => say!("poll-needs-change"),
        PollKind::Other => say!("poll-needs-other"),
    });
    facts.extend(poll.again.map(|again| say!("poll-again", mark = self::mark(again))));
    facts.push(stage(poll, &mark));
    if poll.has_voted {
        facts.push(say!("poll-own", choice = choice(poll, poll.own.map(usize::from))));
    }
    lines.extend(facts.into_iter().map(|fact| screen::hanging(&fact, output.width())));
    if let Some(count) = &poll.count {
        lines.extend(result(poll, count, name_of(count.by, &count.by_name)));
    }
    for word in &poll.words {
        let name = name_of(word.by, &word.by_name);
        lines.push(match word.sort {
            PollWordSort::Minority => say!("poll-minority", name = name),
            PollWordSort::Reconsider => say!("poll-reconsider", name = name),
        });
        lines.push(screen::indented(&word.text, output.width()));
    }
    lines.join("\n")
}

fn stage(poll: &Poll, mark: &str) -> String {
    match poll.stage {
        PollStage::Discussion => say!("poll-talk", when = when::shown(poll.opens_at)),
        PollStage::Voting if poll.may_vote => {
            say!("poll-vote", when = when::shown(poll.closes_at), mark = mark)
        }
        PollStage::Voting => say!("poll-vote-others", when = when::shown(poll.closes_at)),
        PollStage::Gathering => say!("poll-gathering", when = when::shown(poll.countable_at)),
        PollStage::Countable if poll.may_count => {
            say!("poll-countable", when = when::shown(poll.ballots_end_at), mark = mark)
        }
        PollStage::Countable => say!("poll-countable-others", when = when::shown(poll.ballots_end_at)),
        PollStage::Counted => say!("poll-closed", when = when::shown(poll.closes_at)),
        PollStage::Lapsed => say!("poll-lapsed"),
    }
}

fn result(poll: &Poll, count: &PollCount, by: String) -> Vec<String> {
    let sums = count.votes.iter().enumerate();
    let sums =
        sums.map(|(place, votes)| say!("poll-sum", choice = choice(poll, Some(place)), count = *votes));
    let sums: Vec<String> =
        sums.chain([say!("poll-sum", choice = choice(poll, None), count = count.abstained)]).collect();
    let mut lines = vec![sums.join(", ")];
    lines.push(match count.decided {
        Some(decided) => say!("poll-decided", choice = choice(poll, Some(usize::from(decided)))),
        None => say!("poll-not-decided"),
    });
    lines.push(say!("poll-counted-by", name = by, when = when::shown(count.at)));
    // What does not fit together is said plainly, and blames nobody: it can be that somebody was away.
    lines.extend((count.left_out > 0).then(|| say!("poll-left-out", count = count.left_out)));
    lines.extend((count.not_here > 0).then(|| say!("poll-not-here", count = count.not_here)));
    lines.extend(count.is_miscounted.then(|| say!("poll-miscounted")));
    lines.extend((count.beside > 0).then(|| say!("poll-beside")));
    lines
}

fn named_options(poll: &Poll) -> Vec<String> {
    match poll.options.is_empty() {
        true => vec![say!("poll-yes"), say!("poll-no")],
        false => poll.options.iter().map(|option| screen::one_line(option)).collect(),
    }
}

fn choice(poll: &Poll, choice: Option<usize>) -> String {
    match choice {
        Some(place) => named_options(poll).into_iter().nth(place).unwrap_or_default(),
        None => say!("poll-abstain"),
    }
}

const QUESTION: &[Field] =
    &[Field { name: "options", label: || say!("poll-label-options"), question: || say!("poll-ask-options") }];

/// Asks the group something.
///
/// # Errors
/// When it is no question, and what the daemon refuses.
pub(in crate::commands) async fn ask(node: &Node, wish: Asking) -> Result<(), Stopped> {
    refuse_stray_words(&wish.stray_words)?;
    let shelf = Shelf::open(node, &[]).await?;
    let again = match &wish.again {
        Some(which) => Some(find(node, &shelf, which).await?.id),
        None => None,
    };
    let form = asking::written(QUESTION, |_| String::new(), Some(""));
    let said = asking::ask(node, QUESTION, &form, Some(say!("poll-ask-question"))).await?;
    let question = said.text(None).trim().to_owned();
    if question.is_empty() {
        return Err(Failure::usage(say!("poll-no-question")).hint(say!("poll-no-question.hint")).into());
    }
    let options = options(said.line("options", None).as_deref())?;
    if wish.days < POLL_DAYS_MIN || wish.talk >= wish.days {
        return Err(Failure::usage(say!("poll-days", days = POLL_DAYS_MIN)).into());
    }
    let kind = if wish.change { PollKind::Change } else { PollKind::Other };
    let request = AskGroup {
        question,
        options,
        kind,
        talk_days: wish.talk,
        days: wish.days,
        again,
        request_id: request_id()?,
    };
    let poll = node.client.ask_group(shelf.group.id, &request).await.map_err(ask_the_group)?;
    print(node, &shelf, &poll)
}

/// Reads what can be chosen: a line, with semicolons between.
fn options(line: Option<&str>) -> Result<Vec<String>, Failure> {
    let options: Vec<String> = line
        .unwrap_or_default()
        .split(';')
        .map(|option| option.trim().to_owned())
        .filter(|option| !option.is_empty())
        .collect();
    let are_different = options
        .iter()
        .enumerate()
        .all(|(place, option)| !options.iter().take(place).any(|other| is_same(other, option)));
    match matches!(options.len(), 0 | 2..=POLL_OPTIONS_MAX) && are_different {
        true => Ok(options),
        false => Err(Failure::usage(say!("poll-bad-options", most = POLL_OPTIONS_MAX as u64))),
    }
}

/// Votes.
///
/// # Errors
/// When nothing like that can be chosen, and what the daemon refuses.
pub(in crate::commands) async fn vote(node: &Node, wish: Voting) -> Result<(), Stopped> {
    let shelf = Shelf::open(node, &[]).await?;
    let poll = find(node, &shelf, &wish.which).await?;
    is_time(&poll, poll.stage == PollStage::Voting)?;
    let chosen = chosen(&poll, &wish.choice.join(" "))?;
    let ends = when::day(poll.ballots_end_at);
    tell(node, &screen::hanging(&say!("poll-who-sees", day = ends), node.output.width()));
    let words = choice(&poll, chosen.map(usize::from));
    if !said_yes(wish.yes, &say!("poll-vote-question", choice = words)).await? {
        return stays(node, None);
    }
    let request = Vote { choice: chosen };
    let poll = node.client.vote(shelf.group.id, poll.id, &request).await.map_err(ask_the_group)?;
    print(node, &shelf, &poll)
}

/// Which option was meant: by its words; yes, no and to abstain also in the person's language.
fn chosen(poll: &Poll, wanted: &str) -> Result<Option<u8>, Failure> {
    let named = named_options(poll);
    if let Some(place) = named.iter().position(|option| is_same(option, wanted)) {
        return Ok(u8::try_from(place).ok());
    }
    // Options of a verb are the same in every language, so that anybody can help anybody.
    match wanted.trim().to_ascii_lowercase().as_str() {
        "yes" if poll.options.is_empty() => Ok(Some(0)),
        "no" if poll.options.is_empty() => Ok(Some(1)),
        word if word == "abstain" || is_same(&say!("poll-abstain"), wanted) => Ok(None),
        _ => {
            let all = named.into_iter().chain([say!("poll-abstain")]).collect::<Vec<_>>();
            let all: Vec<&str> = all.iter().map(String::as_str).collect();
            Err(Failure::usage(say!("poll-no-such-choice")).hint(say!("names-write", names = quoted(&all))))
        }
    }
}

/// Says something beside a question.
///
/// # Errors
/// When there are no words, and what the daemon refuses.
pub(in crate::commands) async fn say_beside(
    node: &Node,
    wish: BesidePoll,
    sort: PollWordSort,
) -> Result<(), Stopped> {
    refuse_stray_words(&wish.stray_words)?;
    let shelf = Shelf::open(node, &[]).await?;
    let poll = find(node, &shelf, &wish.which).await?;
    let is_open = match sort {
        PollWordSort::Minority => poll.stage != PollStage::Discussion,
        PollWordSort::Reconsider => poll.stage == PollStage::Counted,
    };
    is_time(&poll, is_open)?;
    let before = poll.words.iter().find(|word| word.is_mine && word.sort == sort);
    let question = match sort {
        PollWordSort::Minority => say!("poll-ask-minority"),
        PollWordSort::Reconsider => say!("poll-ask-reconsider"),
    };
    let said = asking::whole(node, before.map_or("", |word| word.text.as_str()), &question).await?;
    let request = SayBeside { sort, text: said.text(None) };
    let poll = node.client.say_beside(shelf.group.id, poll.id, &request).await.map_err(ask_the_group)?;
    print(node, &shelf, &poll)
}

/// Counts.
///
/// # Errors
/// Before and after its time, and what the daemon refuses.
pub(in crate::commands) async fn close(node: &Node, which: &str) -> Result<(), Stopped> {
    let shelf = Shelf::open(node, &[]).await?;
    let poll = find(node, &shelf, which).await?;
    is_time(&poll, poll.stage == PollStage::Countable)?;
    if !poll.may_count {
        let failure = Failure::new(ExitCode::NotPermitted, "not_permitted", say!("poll-who-counts"));
        return Err(failure.into());
    }
    let poll = node.client.count_poll(shelf.group.id, poll.id).await.map_err(ask_the_group)?;
    print(node, &shelf, &poll)
}

#[derive(Serialize)]
struct Withdrawn {
    id: ObjectId,
    withdrawn: bool,
}

/// Takes a question back that is not counted.
///
/// # Errors
/// When there is nobody to ask, and what the daemon refuses.
pub(in crate::commands) async fn withdraw(node: &Node, which: &str, yes: bool) -> Result<(), Stopped> {
    let shelf = Shelf::open(node, &[]).await?;
    let poll = find(node, &shelf, which).await?;
    is_time(&poll, poll.stage != PollStage::Counted)?;
    let name = title(&poll);
    let withdrawn = said_yes(yes, &say!("thing-withdraw-question", name = &name)).await?;
    if withdrawn {
        node.client.withdraw_object(shelf.group.id, poll.id).await.map_err(ask_the_group)?;
    }
    let body = Withdrawn { id: poll.id, withdrawn };
    node.output.answer("hearth.withdraw/1", &body, || match withdrawn {
        true => say!("thing-withdrawn", name = name),
        false => say!("thing-stays"),
    })
}

/// Refuses before somebody writes what would not be taken, and says when its time is.
fn is_time(poll: &Poll, is_time: bool) -> Result<(), Failure> {
    if is_time {
        return Ok(());
    }
    let stage = stage(poll, &mark(poll.id));
    Err(Failure::new(ExitCode::Usage, "not_the_time", say!("poll-not-the-time", stage = stage)))
}

fn title(poll: &Poll) -> String {
    screen::one_line(poll.question.lines().next().unwrap_or_default())
}

/// Finds a question by its mark or its first line.
async fn find(node: &Node, shelf: &Shelf, which: &str) -> Result<Poll, Failure> {
    let polls = node.client.polls(shelf.group.id).await?.polls;
    let key = which.trim().to_ascii_lowercase();
    let is_mark = key.len() >= MARK_CHARS && key.bytes().all(|digit| digit.is_ascii_hexdigit());
    let fits =
        |poll: &Poll| (is_mark && poll.id.to_string().starts_with(&key)) || is_same(&title(poll), which);
    let mut fitting = polls.into_iter().filter(fits);
    match (fitting.next(), fitting.next()) {
        (None, _) => {
            let missing = Failure::new(ExitCode::NotFound, "not_found", say!("poll-missing"));
            Err(missing.hint(say!("poll-missing.hint")))
        }
        (Some(poll), None) => Ok(poll),
        (Some(one), Some(other)) => {
            let marks: Vec<String> =
                [one, other].into_iter().chain(fitting).map(|poll| mark(poll.id)).collect();
            let marks: Vec<&str> = marks.iter().map(String::as_str).collect();
            let failure = Failure::new(ExitCode::Usage, "name_ambiguous", say!("thing-of-several"));
            Err(failure.hint(say!("names-write", names = quoted(&marks))))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn poll(options: &[&str]) -> Poll {
        Poll {
            id: ObjectId::from_bytes([0xab; 32]),
            question: "Shall we\n\u{1b}[2Jmeet?".to_owned(),
            options: options.iter().map(|option| (*option).to_owned()).collect(),
            kind: PollKind::Change,
            stage: PollStage::Voting,
            asked_at: 0,
            opens_at: 0,
            closes_at: 0,
            countable_at: 0,
            ballots_end_at: 0,
            again: None,
            asked_by: None,
            is_mine: false,
            may_vote: true,
            may_count: false,
            has_voted: false,
            own: None,
            count: None,
            words: Vec::new(),
            state: None,
        }
    }

    #[test]
    fn a_choice_is_found_by_its_words_and_nothing_else_is_a_vote() {
        let plain = poll(&[]);
        assert_eq!(chosen(&plain, "yes"), Ok(Some(0)));
        assert_eq!(chosen(&plain, "No"), Ok(Some(1)));
        assert_eq!(chosen(&plain, "abstain"), Ok(None));
        let tea = poll(&["tea", "black coffee"]);
        assert_eq!(chosen(&tea, "Black Coffee"), Ok(Some(1)));
        assert_eq!(chosen(&tea, "abstain"), Ok(None));
        for (poll, word) in [(&plain, "maybe"), (&plain, ""), (&tea, "yes"), (&tea, "coffee")] {
            assert!(chosen(poll, word).is_err(), "{word}");
        }
    }

    #[test]
    fn options_are_two_to_eight_different_ones_or_none() {
        assert_eq!(options(None), Ok(Vec::new()));
        assert_eq!(options(Some(" tea ; coffee;")), Ok(vec!["tea".to_owned(), "coffee".to_owned()]));
        for bad in ["tea", "tea; Tea", "1;2;3;4;5;6;7;8;9"] {
            assert!(options(Some(bad)).is_err(), "{bad}");
        }
    }

    #[test]
    fn sums_are_shown_with_a_count_alone_and_words_cannot_act_on_the_terminal() {
        let name_of = |_: Option<MemberId>, name: &str| name.to_owned();
        let open = poll(&[]);
        let shown = lines(&open, name_of, &Output::of_terminal(80, true));
        assert!(!shown.contains("yes:") && !shown.contains('\u{1b}'), "{shown}");
        let count = PollCount {
            at: 0,
            by: None,
            by_name: "Ana".to_owned(),
            votes: vec![3, 1],
            abstained: 2,
            decided: Some(0),
            beside: 0,
            left_out: 1,
            not_here: 0,
            is_miscounted: false,
        };
        let counted = Poll { stage: PollStage::Counted, count: Some(count), ..open };
        let shown = lines(&counted, name_of, &Output::of_terminal(80, true));
        assert!(shown.contains("yes: 3, no: 1, abstain: 2\nDecided: yes.\n"), "{shown}");
        assert!(shown.contains("is here and not in this count"), "{shown}");
    }
}
