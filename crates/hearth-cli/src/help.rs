//! The help that members read: puts the texts of the catalogue into the command line, and lays out its pages.
//!
//! What may be written stands in `args`; here are only the words about it. The name of each text follows from what it is
//! about: `help-share`, `help-share-topic`, `help-everywhere-json`, `help-value-role-member`, `help-slot-name`; what stands
//! behind every verb that keeps something for oneself is `help-keeping-list`, `help-keeping-tell-to`.

use clap::{Arg, Command, CommandFactory, builder::PossibleValuesParser};

use crate::{
    args::CommandLine,
    catalogue::{known, say},
};

/// How a page is laid out.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Layout {
    /// Columns of the terminal.
    pub(crate) width: usize,
    /// One fact a line, without columns.
    pub(crate) plain: bool,
}

/// Returns the command line with the words of the catalogue, for manual pages and completions.
pub(crate) fn command() -> Command {
    let without_verb = say!("help-without-verb");
    worded(CommandLine::command(), "help-everywhere")
        .about(say!("help-hearth"))
        .after_long_help(format!("{without_verb}\n\n{}", say!("help-exit-codes")))
        .after_help(without_verb)
}

/// Returns the command line with a page for each verb, for whoever asks for help.
pub(crate) fn with_pages(layout: Layout) -> Command {
    let mut command = command();
    // Gives each verb its usage line, and the options for help and version their place.
    command.build();
    command = command
        .mut_arg("help", |argument| argument.help(say!("help-everywhere-help")))
        .mut_arg("version", |argument| argument.help(say!("help-everywhere-version")));
    let page = main_page(&mut command, layout);
    with_verb_pages(command, layout).override_help(page)
}

/// The verbs as a person meets them. A test says which verb has no place yet; until then it stands in the last group.
fn groups() -> [(String, &'static [&'static str]); 6] {
    [
        (say!("help-heading-every-day"), EVERY_DAY),
        (say!("help-heading-for-yourself"), FOR_YOURSELF),
        (say!("help-heading-when-it-is-hard"), WHEN_IT_IS_HARD),
        (say!("help-heading-service"), SERVICE),
        (say!("help-heading-the-group"), THE_GROUP),
        (say!("help-heading-this-machine"), THIS_MACHINE),
    ]
}

const EVERY_DAY: &[&str] = &[
    "read",
    "sit",
    "share",
    "reply",
    "react",
    "dm",
    "meetings",
    "sponsor",
    "requests",
    "milestone",
    "undo",
    "edit",
    "retract",
];
const FOR_YOURSELF: &[&str] = &["gratitude", "step", "inventory", "newdate", "chips"];
const WHEN_IT_IS_HARD: &[&str] = &[
    "sos", "answer", "safe", "ladder", "oncall", "crisis", "checkin", "urge", "plan", "care", "phones",
    "block", "unblock", "report", "safety",
];
const SERVICE: &[&str] = &["service", "take", "swap", "cover", "done", "greet"];
const THE_GROUP: &[&str] = &[
    "start",
    "look",
    "join",
    "invite",
    "card",
    "guidelines",
    "readings",
    "topics",
    "people",
    "intro",
    "home",
    "visitors",
    "verify",
    "roles",
    "role",
    "conscience",
    "endorse",
    "minutes",
    "treasurer",
    "keep",
    "remove",
    "leave",
    "group",
];
const THIS_MACHINE: &[&str] = &[
    "status",
    "unlock",
    "lock",
    "panic",
    "stop",
    "backup",
    "restore",
    "devices",
    "keeper",
    "completions",
    "man",
    "help",
];

fn worded(command: Command, prefix: &str) -> Command {
    let command = command.mut_args(|argument| worded_argument(argument, prefix));
    command.mut_subcommands(|verb| {
        let prefix = match prefix {
            "help-everywhere" => format!("help-{}", verb.get_name()),
            of_verb => format!("{of_verb}-{}", verb.get_name()),
        };
        let verb = worded(verb, below(&prefix));
        match known(&prefix, &[]) {
            Some(about) => verb.about(about),
            // What the sources say in English is better than nothing; a test says that it is missing.
            None => verb,
        }
    })
}

/// Returns how the names of texts below a verb begin: for all verbs that keep something for oneself, the same.
fn below(prefix: &str) -> &str {
    let keeps = prefix.strip_prefix("help-").is_some_and(|verb| KEEPING.contains(&verb));
    if keeps { "help-keeping" } else { prefix }
}

const KEEPING: &[&str] = &["gratitude", "step", "inventory", "newdate", "urge", "plan", "care"];

fn worded_argument(argument: Arg, prefix: &str) -> Arg {
    if argument.is_hide_set() {
        return argument;
    }
    let id = argument.get_id().as_str().replace('_', "-");
    let slots: Vec<String> =
        argument.get_value_names().unwrap_or_default().iter().map(|name| slot(name)).collect();
    let values: Vec<_> = argument
        .get_possible_values()
        .into_iter()
        .map(|value| match known(&format!("help-value-{id}-{}", value.get_name()), &[]) {
            Some(text) => value.help(text),
            None => value,
        })
        .collect();
    let mut argument = match known(&format!("{prefix}-{id}"), &[]) {
        Some(help) => argument.help(help),
        None => argument,
    };
    if argument.get_action().takes_values() && !slots.is_empty() {
        argument = argument.value_names(slots);
    }
    match values.is_empty() {
        true => argument,
        false => argument.value_parser(PossibleValuesParser::new(values)),
    }
}

/// What stands in the place of a value, such as `NAME`.
fn slot(name: &str) -> String {
    known(&format!("help-slot-{}", name.to_lowercase()), &[]).unwrap_or_else(|| name.to_owned())
}

fn with_verb_pages(command: Command, layout: Layout) -> Command {
    command.mut_subcommands(|mut verb| {
        let page = verb_page(&mut verb, layout);
        with_verb_pages(verb, layout).override_help(page)
    })
}

fn main_page(command: &mut Command, layout: Layout) -> String {
    let mut page = Page::new(layout);
    page.paragraph(&say!("help-hearth"));
    page.paragraph(&usage(command, layout));
    page.paragraph(&say!("help-without-verb"));
    let groups = groups();
    let has_place = |verb: &&Command| groups.iter().any(|(_, names)| names.contains(&verb.get_name()));
    let others = || command.get_subcommands().filter(|verb| !verb.is_hide_set() && !has_place(verb));
    for (position, (heading, names)) in groups.iter().enumerate() {
        let verbs = names.iter().filter_map(|name| command.find_subcommand(name));
        let others = others().filter(|_| position + 1 == groups.len());
        page.section(heading, verbs.chain(others).map(row_of_verb).collect());
    }
    page.section(&say!("help-heading-everywhere"), rows_of_options(command, layout));
    page.paragraph(&say!("help-more"));
    page.text
}

fn verb_page(verb: &mut Command, layout: Layout) -> String {
    let mut page = Page::new(layout);
    page.paragraph(&row_of_verb(verb).text);
    page.paragraph(&usage(verb, layout));
    let positionals = verb.get_positionals().filter(|argument| !argument.is_hide_set());
    let rows = positionals.flat_map(|argument| rows_of(argument, layout)).collect();
    page.section(&say!("help-heading-arguments"), rows);
    page.section(&say!("help-heading-options"), rows_of_options(verb, layout));
    let verbs = verb.get_subcommands().filter(|verb| !verb.is_hide_set() && verb.get_name() != "help");
    page.section(&say!("help-heading-verbs"), verbs.map(row_of_verb).collect());
    page.paragraph(&say!("help-everywhere-hint"));
    page.text
}

fn usage(command: &mut Command, layout: Layout) -> String {
    let usage = command.render_usage().to_string();
    let usage = usage.trim_start_matches("Usage:").trim();
    // Where a verb does something by itself or takes another one, the parser writes a line for each, under each other.
    let usage = match usage.split_once('\n') {
        Some((by_itself, _)) => format!("{} [COMMAND]", by_itself.trim()),
        None => usage.to_owned(),
    };
    let usage = match layout.plain {
        true => usage.replace("[OPTIONS]", "").replace("[COMMAND]", &say!("help-slot-verb")),
        false => usage
            .replace("[OPTIONS]", &format!("[{}]", say!("help-slot-options")))
            .replace("[COMMAND]", &format!("[{}]", say!("help-slot-verb"))),
    };
    say!("help-usage", line = without_brackets(&usage, layout))
}

/// A word and what it is for.
struct Row {
    label: String,
    text: String,
    /// Whether it is one of the values of the row before.
    is_value: bool,
}

fn row_of_verb(verb: &Command) -> Row {
    let name = verb.get_name().to_owned();
    let mut text = match name.as_str() {
        "help" => say!("help-help"),
        _ => verb.get_about().map(ToString::to_string).unwrap_or_default(),
    };
    let aliases: Vec<&str> = verb.get_visible_aliases().collect();
    if !aliases.is_empty() {
        text = say!("help-also", text = text, names = aliases.join(", "));
    }
    Row { label: name, text, is_value: false }
}

/// Of a verb, its own options alone.
fn rows_of_options(command: &Command, layout: Layout) -> Vec<Row> {
    let is_main = command.get_name() == "hearth";
    let is_own = |argument: &&Arg| is_main || !(argument.is_global_set() || argument.get_id() == "help");
    let options =
        command.get_arguments().filter(|argument| !argument.is_positional() && !argument.is_hide_set());
    options.filter(is_own).flat_map(|argument| rows_of(argument, layout)).collect()
}

fn rows_of(argument: &Arg, layout: Layout) -> Vec<Row> {
    let label = match (argument.get_short(), argument.is_positional()) {
        (Some(short), false) => format!("-{short}, {argument}"),
        _ => argument.to_string(),
    };
    let mut text = argument.get_help().map(ToString::to_string).unwrap_or_default();
    if let Some(variable) = argument.get_env() {
        text = say!("help-variable", text = text, name = variable.to_string_lossy().into_owned());
    }
    if let [default] = argument.get_default_values()
        && argument.get_action().takes_values()
    {
        text = say!("help-default", text = text, value = default.to_string_lossy().into_owned());
    }
    if layout.plain && argument.is_positional() && !argument.is_required_set() {
        text = say!("help-optional", text = text);
    }
    let values = argument.get_possible_values();
    let (told, bare): (Vec<_>, Vec<_>) = values
        .iter()
        .filter(|_| argument.get_action().takes_values())
        .partition(|value| value.get_help().is_some());
    if !bare.is_empty() {
        let names: Vec<&str> = bare.iter().map(|value| value.get_name()).collect();
        text = say!("help-values", text = text, values = names.join(", "));
    }
    let row = Row { label: without_brackets(&label, layout), text, is_value: false };
    let values = told.into_iter().map(|value| Row {
        label: value.get_name().to_owned(),
        text: value.get_help().map(ToString::to_string).unwrap_or_default(),
        is_value: true,
    });
    std::iter::once(row).chain(values).collect()
}

/// Brackets say what may be left out and what is a place for something; read aloud they say nothing.
fn without_brackets(label: &str, layout: Layout) -> String {
    match layout.plain {
        true => label.replace(['<', '>', '[', ']'], "").split_whitespace().collect::<Vec<_>>().join(" "),
        false => label.to_owned(),
    }
}

/// A page in the making.
struct Page {
    text: String,
    layout: Layout,
}

impl Page {
    fn new(layout: Layout) -> Self {
        Self { text: String::new(), layout }
    }

    fn paragraph(&mut self, text: &str) {
        self.gap();
        for line in self.wrapped(text, 0) {
            self.line("", &line);
        }
    }

    fn section(&mut self, heading: &str, rows: Vec<Row>) {
        if rows.is_empty() {
            return;
        }
        self.gap();
        self.line("", heading);
        let widest =
            rows.iter().map(|row| row.indent() + row.label.chars().count()).max().unwrap_or_default();
        let column = widest + GAP_COLUMNS;
        for row in &rows {
            let label = format!("{:indent$}{}", "", row.label, indent = row.indent());
            if self.layout.plain {
                self.line("", &format!("{}: {}", row.label, row.text));
            } else if column + TEXT_COLUMNS_MIN <= self.layout.width {
                let lines = self.wrapped(&row.text, column);
                let labels = std::iter::once(label.as_str()).chain(std::iter::repeat(""));
                for (line, label) in lines.iter().zip(labels) {
                    self.line(&format!("{label:column$}"), line);
                }
            } else {
                self.line("", &label);
                let indent = " ".repeat(row.indent() + INDENT_COLUMNS);
                for line in self.wrapped(&row.text, indent.len()) {
                    self.line(&indent, &line);
                }
            }
        }
    }

    fn gap(&mut self) {
        if !self.text.is_empty() {
            self.text.push('\n');
        }
    }

    fn line(&mut self, before: &str, words: &str) {
        self.text.push_str(before);
        self.text.push_str(words);
        self.text.push('\n');
    }

    /// Breaks a text between words so that it fits beside so many columns; a screen reader gets it in one piece.
    fn wrapped(&self, text: &str, before: usize) -> Vec<String> {
        if self.layout.plain {
            return vec![text.to_owned()];
        }
        let width = self.layout.width.saturating_sub(before);
        let mut lines = vec![String::new()];
        for word in text.split_whitespace() {
            let line = lines.last().map(|line| line.chars().count()).unwrap_or_default();
            if line > 0 && line + 1 + word.chars().count() > width {
                lines.push(String::new());
            }
            if let Some(line) = lines.last_mut() {
                if !line.is_empty() {
                    line.push(' ');
                }
                line.push_str(word);
            }
        }
        lines
    }
}

impl Row {
    fn indent(&self) -> usize {
        if self.is_value { 3 * INDENT_COLUMNS } else { INDENT_COLUMNS }
    }
}

const INDENT_COLUMNS: usize = 2;
const GAP_COLUMNS: usize = 2;
/// Beside a label there is room for a few words at least, or they go below it.
const TEXT_COLUMNS_MIN: usize = 36;

#[cfg(test)]
pub(crate) mod tests {
    use std::collections::BTreeSet;

    use super::*;

    /// The names of all texts about the command line as it is.
    pub(crate) fn ids() -> BTreeSet<String> {
        let mut ids = BTreeSet::new();
        collect(&CommandLine::command(), "help-everywhere", &mut ids);
        ids
    }

    fn collect(command: &Command, prefix: &str, ids: &mut BTreeSet<String>) {
        for argument in command.get_arguments().filter(|argument| !argument.is_hide_set()) {
            let id = argument.get_id().as_str().replace('_', "-");
            ids.insert(format!("{prefix}-{id}"));
            if !argument.get_action().takes_values() {
                continue;
            }
            for name in argument.get_value_names().unwrap_or_default() {
                ids.insert(format!("help-slot-{}", name.to_lowercase()));
            }
            // The names of shells say enough.
            for value in argument.get_possible_values().iter().filter(|_| id != "shell") {
                ids.insert(format!("help-value-{id}-{}", value.get_name()));
            }
        }
        for verb in command.get_subcommands() {
            let prefix = match prefix {
                "help-everywhere" => format!("help-{}", verb.get_name()),
                of_verb => format!("{of_verb}-{}", verb.get_name()),
            };
            ids.insert(prefix.clone());
            collect(verb, below(&prefix), ids);
        }
    }

    fn page(words: &[&str], width: usize, plain: bool) -> String {
        let words = std::iter::once("hearth").chain(words.iter().copied()).chain(["--help"]);
        let layout = Layout { width, plain };
        with_pages(layout).try_get_matches_from(words).unwrap_err().to_string()
    }

    fn all_verbs() -> Vec<Vec<String>> {
        fn walk(command: &Command, path: &[String], found: &mut Vec<Vec<String>>) {
            for verb in command.get_subcommands() {
                let path = [path, &[verb.get_name().to_owned()]].concat();
                walk(verb, &path, found);
                found.push(path);
            }
        }
        let mut found = vec![Vec::new()];
        walk(&CommandLine::command(), &[], &mut found);
        found
    }

    #[test]
    fn every_verb_stands_in_one_group_of_the_main_page() {
        let grouped: Vec<&str> = groups().iter().flat_map(|(_, verbs)| verbs.iter().copied()).collect();
        let command = CommandLine::command();
        let mut verbs: Vec<&str> = command.get_subcommands().map(Command::get_name).collect();
        verbs.push("help");
        for verb in &verbs {
            assert_eq!(grouped.iter().filter(|grouped| *grouped == verb).count(), 1, "{verb}");
        }
        assert_eq!(grouped.len(), verbs.len());
    }

    #[test]
    fn every_page_fits_its_terminal() {
        for width in [40, 80] {
            for verb in all_verbs() {
                let words: Vec<&str> = verb.iter().map(String::as_str).collect();
                let page = page(&words, width, false);
                for line in page.lines() {
                    assert!(line.chars().count() <= width, "{words:?} at {width}: {line:?}");
                    assert_eq!(line, line.trim_end(), "{words:?} at {width}");
                }
            }
        }
    }

    #[test]
    fn a_page_says_what_belongs_to_its_verb_and_not_what_belongs_to_all() {
        let page = page(&["join"], 80, false);
        let words = page.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(
            words.contains("[TICKET] The ticket;") && words.contains("(60s if nothing is said)"),
            "{page}"
        );
        assert!(!page.contains("--home") && !page.contains("[default"), "{page}");
        assert!(
            page.starts_with("Join a home group with a ticket\n\nUsage: hearth join [OPTIONS] [TICKET]\n")
        );
    }

    #[test]
    fn a_verb_that_may_take_another_one_says_so_in_one_line() {
        assert!(page(&["step"], 80, false).contains("\nUsage: hearth step [OPTIONS] [VERB]\n"));
        assert!(page(&["step"], 80, true).contains("\nUsage: hearth step VERB\n"));
    }

    #[test]
    fn a_plain_page_has_no_columns_and_no_brackets() {
        for verb in all_verbs() {
            let words: Vec<&str> = verb.iter().map(String::as_str).collect();
            let page = page(&words, 40, true);
            assert!(!page.contains("  ") && !page.contains(['<', '>', '[', ']']), "{page}");
        }
        assert!(page(&["react"], 40, true).contains("\nheard: Heard\n"));
    }
}
