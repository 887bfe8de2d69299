//! What the story is told with: its people, what they type, and what they are shown.
//!
//! Prints nothing as somebody's that the command `hearth` did not print. Waits for events of the daemons, each time up to a
//! deadline, and remembers all that anybody was shown, so that what others were never to see can be looked for.

use std::path::Path;
use std::sync::Mutex;
use std::time::{Duration, Instant};

use hearth_api::{Client, EventStream, routes};
use hearth_tests::daemons::{Person, Running, Said};
use tokio::runtime::Runtime;
use tokio::time::timeout;

/// Where daemons listen: on this machine alone.
pub(crate) const TCP: &str = "/ip4/127.0.0.1/tcp/0";
/// How long any one thing may take; generous, because machines are noisy and nothing here measures time.
const PATIENCE: Duration = Duration::from_secs(60);
/// What a terminal has room for; a ticket is longer.
const LINE_CHARS_MAX: usize = 160;

/// The people of the story, each with a machine of their own.
pub(crate) struct Month {
    /// Founded the group, and is its secretary.
    pub(crate) ada: Person,
    /// A trusted servant.
    pub(crate) ben: Person,
    /// Becomes Mia's sponsor.
    pub(crate) cleo: Person,
    /// Is on call at night.
    pub(crate) dan: Person,
    /// Greets who is new.
    pub(crate) eve: Person,
    /// Leaves, and returns.
    pub(crate) finn: Person,
    /// Writes to people who do not know him.
    pub(crate) gus: Person,
    /// Is new.
    pub(crate) mia: Person,
    /// Eve's second machine.
    pub(crate) second: Person,
    shown: Mutex<Vec<Shown>>,
    secrets: Mutex<Vec<Secret>>,
    runtime: Runtime,
}

/// What somebody was shown at one time.
struct Shown {
    name: String,
    words: String,
    out: String,
}

/// Words that only some may ever be shown.
struct Secret {
    words: &'static str,
    only: Vec<String>,
}

impl Month {
    /// Gives everybody a folder under `root`; nothing runs yet.
    pub(crate) fn new(root: &Path) -> Self {
        let person = |name| Person::new(root, name, TCP);
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        Self {
            ada: person("Ada"),
            ben: person("Ben"),
            cleo: person("Cleo"),
            dan: person("Dan"),
            eve: person("Eve"),
            finn: person("Finn"),
            gus: person("Gus"),
            mia: person("Mia"),
            second: person("Eve's second machine"),
            shown: Mutex::default(),
            secrets: Mutex::default(),
            runtime: runtime.expect("a runtime"),
        }
    }

    /// Returns the seven who are there at first.
    pub(crate) fn seven(&self) -> [&Person; 7] {
        [&self.ada, &self.ben, &self.cleo, &self.dan, &self.eve, &self.finn, &self.gus]
    }

    /// Returns all eight.
    pub(crate) fn eight(&self) -> [&Person; 8] {
        [&self.ada, &self.ben, &self.cleo, &self.dan, &self.eve, &self.finn, &self.gus, &self.mia]
    }

    /// Somebody runs a command, and it does what they want.
    #[track_caller]
    pub(crate) fn does(&self, person: &Person, words: &[&str], input: &str) -> Said {
        let said = self.run(person, words, input);
        tell(person, words, input, &said.out);
        said.ok()
    }

    /// Somebody runs a command, and is told that it cannot be done so.
    #[track_caller]
    pub(crate) fn is_refused(&self, person: &Person, words: &[&str], input: &str, parts: &[&str]) -> Said {
        let said = self.run(person, words, input);
        tell(person, words, input, &said.out);
        assert_ne!(said.code, 0, "{} is not refused", person.name);
        has_all(person, &said, parts);
        said
    }

    /// Several people run the same command, each on their own machine, at the same time.
    #[track_caller]
    pub(crate) fn all_do(&self, people: &[&Person], words: &[&str], input: &str) {
        let all: Vec<Said> = std::thread::scope(|scope| {
            let each = people.iter().map(|person| scope.spawn(|| self.run(person, words, input)));
            let under_way: Vec<_> = each.collect();
            under_way.into_iter().map(|one| one.join().expect("a command that ends")).collect()
        });
        tell_each(people, words, &all);
        all.into_iter().for_each(|said| drop(said.ok()));
    }

    /// Waits until a command shows all of these parts to each of several people.
    #[track_caller]
    pub(crate) fn all_see(&self, people: &[&Person], words: &[&str], parts: &[&str]) {
        let holds = |out: &str| parts.iter().all(|part| out.contains(part));
        let all: Vec<Said> = people.iter().map(|person| self.waits(person, words, holds, parts)).collect();
        tell_each(people, words, &all);
    }

    /// Waits until a command shows somebody all of these parts, looking again whenever their daemon has news.
    #[track_caller]
    pub(crate) fn sees(&self, person: &Person, words: &[&str], parts: &[&str]) -> Said {
        let said = self.waits(person, words, |out| parts.iter().all(|part| out.contains(part)), parts);
        tell(person, words, "", &said.out);
        said
    }

    /// Waits until a command shows somebody none of these parts any more.
    #[track_caller]
    pub(crate) fn sees_no_more(&self, person: &Person, words: &[&str], parts: &[&str]) -> Said {
        let said = self.waits(person, words, |out| !parts.iter().any(|part| out.contains(part)), parts);
        tell(person, words, "", &said.out);
        said
    }

    /// A command shows somebody none of these parts.
    #[track_caller]
    pub(crate) fn is_spared(&self, person: &Person, words: &[&str], parts: &[&str]) {
        let said = self.run(person, words, "");
        tell(person, words, "", &said.out);
        for part in parts {
            assert!(!said.out.contains(part), "{} sees {part:?}", person.name);
        }
        said.ok();
    }

    #[track_caller]
    fn waits(&self, person: &Person, words: &[&str], holds: impl Fn(&str) -> bool, parts: &[&str]) -> Said {
        let started = Instant::now();
        // Listening comes before looking, so that nothing is missed between the two.
        let mut events = self.events(person);
        loop {
            let said = self.run(person, words, "");
            if said.code == 0 && holds(&said.out) {
                return said;
            }
            let rest = PATIENCE.saturating_sub(started.elapsed());
            let is_news = self.runtime.block_on(async {
                let is_news = matches!(timeout(rest, events.next()).await, Ok(Ok(Some(_))));
                // One look is enough for all that is there already.
                while let Ok(Ok(Some(_))) = timeout(Duration::ZERO, events.next()).await {}
                is_news
            });
            if !is_news {
                let last = self.run(person, words, "").out;
                let heard = if holds(&last) { "it is so, and no event told of it" } else { "it is not so" };
                panic!("{} and {words:?}: {parts:?}: {heard}:\n{last}", person.name);
            }
        }
    }

    #[track_caller]
    fn events(&self, person: &Person) -> EventStream {
        let client = Client::new(person.home.join(routes::SOCKET_NAME));
        self.runtime.block_on(client.events()).expect("a daemon that tells what happens")
    }

    /// Starts a command that goes on, and shows what becomes of it as it comes.
    pub(crate) fn begins(&self, person: &Person, words: &[&str]) -> Watched<'_> {
        tell(person, words, "", "");
        let running = person.begin(&[&["--lang", "en"], words].concat());
        Watched { month: self, name: person.name.clone(), words: words.join(" "), running }
    }

    fn run(&self, person: &Person, words: &[&str], input: &str) -> Said {
        let said = person.watch(&[&["--lang", "en"], words].concat(), input);
        self.remember(&person.name, &words.join(" "), &said.out);
        said
    }

    fn remember(&self, name: &str, words: &str, out: &str) {
        let shown = Shown { name: name.to_owned(), words: words.to_owned(), out: out.to_owned() };
        self.shown.lock().expect("no one panicked").push(shown);
    }

    /// From here on, these words may be shown to these people and to nobody else.
    pub(crate) fn only_for(&self, people: &[&Person], words: &'static str) {
        let only = people.iter().map(|person| person.name.clone()).collect();
        self.secrets.lock().expect("no one panicked").push(Secret { words, only });
    }

    /// Everybody looks at all there is, and nobody finds what was not for them, now or at any time before.
    #[track_caller]
    pub(crate) fn nobody_saw_what_was_not_for_them(&self) {
        let looks: [&[&str]; 12] = [
            &[],
            &["read", "--limit", "200"],
            &["people"],
            &["roles"],
            &["intro"],
            &["service"],
            &["sponsor"],
            &["requests"],
            &["sos", "--list"],
            &["gratitude", "list"],
            &["newdate", "list"],
            &["safety"],
        ];
        std::thread::scope(|scope| {
            for person in self.eight() {
                scope.spawn(|| looks.iter().for_each(|words| drop(self.run(person, words, ""))));
            }
        });
        let shown = self.shown.lock().expect("no one panicked");
        for secret in &*self.secrets.lock().expect("no one panicked") {
            for look in shown.iter().filter(|look| !secret.only.contains(&look.name)) {
                let (name, words) = (&look.name, &look.words);
                assert!(!look.out.contains(secret.words), "{name} saw {:?} at {words:?}", secret.words);
            }
        }
    }

    /// Ends all daemons.
    pub(crate) fn ends(&self) {
        std::thread::scope(|scope| {
            for person in self.eight().into_iter().chain([&self.second]) {
                scope.spawn(|| person.watch(&["stop"], ""));
            }
        });
    }
}

/// A command under way, whose lines are shown as they come.
pub(crate) struct Watched<'a> {
    month: &'a Month,
    name: String,
    words: String,
    running: Running,
}

impl Watched<'_> {
    /// Shows what comes, up to the line that has this part.
    #[track_caller]
    pub(crate) fn until(&mut self, part: &str) {
        let started = Instant::now();
        loop {
            let rest = PATIENCE.saturating_sub(started.elapsed());
            let line = self.running.next(rest);
            let line = line.unwrap_or_else(|| panic!("{} does not see {part:?}", self.name));
            println!("    {} | {}", self.name, cut(&line));
            self.month.remember(&self.name, &self.words, &line);
            if line.contains(part) {
                return;
            }
        }
    }
}

/// Returns the ticket that stands in an answer.
pub(crate) fn ticket(said: &Said) -> String {
    said.out.split_whitespace().max_by_key(|word| word.len()).unwrap_or_default().to_owned()
}

/// Says in a line what happens.
pub(crate) fn say(line: &str) {
    println!("\n* {line}");
}

#[track_caller]
fn has_all(person: &Person, said: &Said, parts: &[&str]) {
    for part in parts {
        assert!(said.out.contains(part), "{} does not see {part:?}, but\n{}", person.name, said.out);
    }
}

fn tell(person: &Person, words: &[&str], input: &str, out: &str) {
    tell_of(&person.name, words, input, out);
}

/// Those who were shown the same stand together.
fn tell_each(people: &[&Person], words: &[&str], all: &[Said]) {
    let mut told: Vec<(String, &str)> = Vec::new();
    for (person, said) in people.iter().zip(all) {
        match told.iter_mut().find(|(_, out)| *out == said.out) {
            Some((names, _)) => *names = format!("{names}, {}", person.name),
            None => told.push((person.name.clone(), &said.out)),
        }
    }
    told.iter().for_each(|(names, out)| tell_of(names, words, "", out));
}

fn tell_of(names: &str, words: &[&str], input: &str, out: &str) {
    let typed = |word: &&str| match word.contains([' ', '(']) {
        true => format!(" \"{word}\""),
        false => format!(" {word}"),
    };
    println!("  {names}$ hearth{}", words.iter().map(typed).collect::<String>());
    for (mark, text) in [("<", input), ("|", out)] {
        text.trim_end().lines().for_each(|line| println!("    {mark} {}", cut(line)));
    }
}

fn cut(line: &str) -> String {
    match line.chars().count() {
        0..=LINE_CHARS_MAX => line.to_owned(),
        long => format!("{}... ({long} characters)", line.chars().take(40).collect::<String>()),
    }
}
