//! `hearth sit`: a page in the terminal, to read and write in the group. It keeps nothing on the disk.
//!
//! Here is the loop alone: what the page is stands in `state`, how it looks in `draw`. It asks the daemon again when that
//! tells of a change, and never by the clock, but for the moments at which a message fades or goes out.

mod draw;
mod line;
mod list;
mod state;
mod terminal;

use std::{
    env,
    io::IsTerminal,
    time::{Duration, Instant},
};

use crossterm::event::{self, KeyCode, KeyEventKind};
use hearth_api::{
    Client, Content, EventStream, GroupId, MessagesQuery, React, ReplyTo, RequestId, SendMessage, Sent,
    limits::PAGE_MESSAGES_MAX,
};
use rustix::process::{Signal, getpid, kill_process};
use tokio::{
    signal::unix::{SignalKind, signal},
    sync::mpsc,
    task::{JoinSet, LocalSet},
};
use zeroize::Zeroizing;

use self::{
    state::{Action, Door, Input, Look, State, Whom},
    terminal::Page,
};
use super::{people, sos};
use crate::{
    catalogue::say,
    failure::{Failure, Stopped},
    limits::{SIT_KEYS_PENDING_MAX, SIT_PRESENCE_PAUSE},
    node::{Node, group_name},
    output::Output,
    send::{self, UNDO_S, request_id},
};

/// Shows the page until somebody leaves.
pub(super) async fn run(node: &Node) -> Result<(), Stopped> {
    fits(&node.output, std::io::stdin().is_terminal(), env::var("TERM").ok().as_deref())?;
    let status = node.open().await?;
    let group = node.group(&status)?.id;
    let others = status.groups.iter().map(|other| other.id).filter(|other| *other != group).collect();
    // Listening comes before looking, so that nothing changes unseen between the two.
    let events = node.client.events().await?;
    LocalSet::new().run_until(sit(node, group, others, events)).await
}

/// Refuses where a page cannot be drawn or read.
fn fits(output: &Output, is_input_terminal: bool, terminal: Option<&str>) -> Result<(), Failure> {
    if output.is_plain() || output.is_json() {
        return Err(Failure::usage(say!("sit-for-eyes")).hint(say!("sit-for-eyes.hint")));
    }
    let can_draw = terminal.is_some_and(|kind| !kind.is_empty() && kind != "dumb");
    if !output.is_terminal() || !is_input_terminal || !can_draw {
        return Err(Failure::usage(say!("sit-no-terminal")).hint(say!("sit-no-terminal.hint")));
    }
    Ok(())
}

async fn sit(node: &Node, group: GroupId, others: Vec<GroupId>, events: EventStream) -> Result<(), Stopped> {
    let listening = |error| Failure::machine(&say!("doing-listen-signals"), &error);
    let of_kind = |kind: Signal| signal(SignalKind::from_raw(kind.as_raw())).map_err(listening);
    let (mut stops, mut goes_on) = (of_kind(Signal::TSTP)?, of_kind(Signal::CONT)?);
    let gone = node.output.reader_gone();
    tokio::pin!(gone);
    let mut page = Page::take()?;
    let mut keys = keys();
    let mut events = Some(events);
    let mut wishes =
        Wishes { client: node.client.clone(), group, tasks: JoinSet::new(), named: Named::default() };
    let mut told_at: Option<Instant> = None;
    let (mut state, mut actions) = State::new(group, &others, now());
    loop {
        for action in actions.drain(..) {
            match action {
                Action::Leave => return left(&state),
                Action::Ring => page.ring()?,
                Action::Redraw => page.take_again()?,
                Action::Look(_)
                | Action::LookElsewhere(_)
                | Action::Send(..)
                | Action::Undo(_)
                | Action::Sign(..) => {
                    wishes.begin(action)?;
                }
            }
        }
        page.draw(&mut state)?;
        let input = tokio::select! {
            biased;
            () = &mut gone => return Err(Stopped::ReaderGone),
            _ = stops.recv() => {
                page.give_back();
                kill_process(getpid(), Signal::STOP)
                    .map_err(|error| Failure::machine(&say!("doing-use-terminal"), &error.into()))?;
                // The stop may take effect a little later than the call returns.
                goes_on.recv().await;
                page.take_again()?;
                continue;
            }
            // After a stop that nobody could prepare for.
            _ = goes_on.recv() => {
                page.take_again()?;
                continue;
            }
            event = next(&mut events) => event,
            done = wishes.tasks.join_next(), if !wishes.tasks.is_empty() => match done {
                Some(Ok(Some(input))) => input,
                Some(Ok(None) | Err(_)) | None => continue,
            },
            key = keys.recv() => match key {
                // A terminal that does not tell what is pasted tells its line ends as keys, with more behind them.
                Some((event::Event::Key(key), true)) if key.code == KeyCode::Enter => {
                    Input::Paste(Zeroizing::new("\n".to_owned()))
                }
                Some((event::Event::Key(key), _)) if key.kind != KeyEventKind::Release => Input::Key(key),
                Some((event::Event::Paste(words), _)) => Input::Paste(Zeroizing::new(words)),
                Some(_) => continue,
                // The terminal does not answer any more.
                None => return Err(Stopped::ReaderGone),
            },
            () = until(state.next_time()) => Input::Clock(now()),
        };
        if matches!(input, Input::Key(_) | Input::Paste(_))
            && told_at.is_none_or(|at| at.elapsed() >= SIT_PRESENCE_PAUSE)
        {
            told_at = Some(Instant::now());
            wishes.tell_of_presence();
        }
        if let Input::Sent(Ok(_)) = &input {
            // The next words are another message, also if they are the same.
            wishes.named.is_over();
        }
        actions = state.take(input);
    }
}

/// Says what stays true when the page is gone.
fn left(state: &State) -> Result<(), Stopped> {
    match state.door {
        Door::Stopped => Err(Failure::from(hearth_api::ClientError::NotRunning).into()),
        Door::Asking | Door::Open | Door::Locked => Ok(()),
    }
}

/// Reads keys on a thread of its own, which ends with the program: nothing else can wait for a terminal. Tells with each
/// whether more came with it.
fn keys() -> mpsc::Receiver<(event::Event, bool)> {
    let (sender, keys) = mpsc::channel(SIT_KEYS_PENDING_MAX);
    std::thread::spawn(move || {
        while let Ok(key) = event::read() {
            let has_more = event::poll(Duration::ZERO).unwrap_or(false);
            if sender.blocking_send((key, has_more)).is_err() {
                return;
            }
        }
    });
    keys
}

async fn next(events: &mut Option<EventStream>) -> Input {
    let Some(stream) = events else { return std::future::pending().await };
    match stream.next().await {
        Ok(Some(event)) => Input::Event(event),
        Ok(None) | Err(_) => {
            *events = None;
            Input::Stopped
        }
    }
}

async fn until(at_ms: Option<u64>) {
    match at_ms {
        Some(at) => tokio::time::sleep(Duration::from_millis(at.saturating_sub(now()))).await,
        None => std::future::pending().await,
    }
}

fn now() -> u64 {
    u64::try_from(jiff::Timestamp::now().as_millisecond()).unwrap_or_default()
}

/// What was asked of the daemon and is not answered yet.
struct Wishes {
    client: Client,
    group: GroupId,
    tasks: JoinSet<Option<Input>>,
    named: Named,
}

/// The last words, and the name of the wish to send them.
///
/// The same words to the same people, tried again, are one message; said again after they were kept, they are another.
#[derive(Default)]
struct Named(Option<(Zeroizing<String>, Whom, RequestId)>);

impl Named {
    fn wish(&mut self, words: &Zeroizing<String>, whom: &Whom) -> Result<RequestId, Failure> {
        if let Some((before, to, id)) = &self.0
            && before == words
            && to == whom
        {
            return Ok(id.clone());
        }
        let id = request_id()?;
        self.0 = Some((words.clone(), whom.clone(), id.clone()));
        Ok(id)
    }

    fn is_over(&mut self) {
        self.0 = None;
    }
}

impl Wishes {
    /// Lets the daemon know that somebody is at the page: by what it shows alone, nobody need be.
    fn tell_of_presence(&mut self) {
        let client = self.client.clone();
        self.tasks.spawn_local(async move {
            // Whatever comes of it, the page hears of it otherwise.
            let _ = client.status().await;
            None
        });
    }

    fn begin(&mut self, action: Action) -> Result<(), Failure> {
        let (client, group) = (self.client.clone(), self.group);
        match action {
            Action::Look(number) => {
                let client = client.by_itself();
                self.tasks
                    .spawn_local(async move { Some(Input::Looked(number, look(&client, group).await)) });
            }
            Action::LookElsewhere(other) => {
                let client = client.by_itself();
                self.tasks.spawn_local(async move {
                    // What cannot be had there is not what somebody sits here for; the next event asks again.
                    let name = group_name(&client.group(other).await.ok()?);
                    let calls = client.sos_calls(other).await.ok()?.calls;
                    let is_quiet = sos::is_quiet(&client, other).await.ok()?;
                    Some(Input::LookedElsewhere(other, name, calls, is_quiet))
                });
            }
            Action::Send(words, whom) => {
                let id = self.named.wish(&words, &whom)?;
                let sending = async move { Some(Input::Sent(sent(&client, group, &words, &whom, id).await)) };
                self.tasks.spawn_local(sending);
            }
            Action::Undo(id) => {
                self.tasks.spawn_local(async move {
                    Some(Input::Undone(id, client.undo(group, id).await.map_err(Failure::from)))
                });
            }
            Action::Sign(about, reaction) => {
                let request = React { reaction, request_id: request_id()? };
                self.tasks.spawn_local(async move {
                    let signed = send::once(&async || client.react(group, about, &request).await).await;
                    Some(Input::Signed(signed.map(|_| ())))
                });
            }
            Action::Ring | Action::Redraw | Action::Leave => {}
        }
        Ok(())
    }
}

async fn sent(
    client: &Client,
    group: GroupId,
    words: &str,
    whom: &Whom,
    request_id: RequestId,
) -> Result<Sent, Failure> {
    let text = words.to_owned();
    match whom {
        Whom::Everybody => {
            let content = Some(Content::Share { topic: None, note: None, thread: false });
            let request = SendMessage { text, content, to: Vec::new(), undo_s: UNDO_S, request_id };
            send::once(&async || client.send_message(group, &request).await).await
        }
        Whom::Answer { about, by_all, .. } => {
            let request = ReplyTo { text, private: !by_all, undo_s: UNDO_S, request_id };
            send::once(&async || client.reply(group, *about, &request).await).await
        }
    }
}

async fn look(client: &Client, group: GroupId) -> Result<Box<Look>, Failure> {
    let query = MessagesQuery { latest: true, limit: Some(PAGE_MESSAGES_MAX), after: None };
    let page = client.messages(group, &query).await?;
    let people = people::named(client.people(group).await?.people);
    let calls = client.sos_calls(group).await?.calls;
    let is_quiet = sos::is_quiet(client, group).await?;
    let group = client.group(group).await?;
    Ok(Box::new(Look { group, people, messages: page.messages, has_earlier: page.more, calls, is_quiet }))
}

#[cfg(test)]
mod tests;
