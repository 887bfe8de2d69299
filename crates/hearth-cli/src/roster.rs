//! Finds a person or a group by the name that was typed: never the wrong one, rather none.
//!
//! Two entries that look the same get a number each, and the bare name then chooses neither: a private message to the
//! wrong Sam cannot be taken back.

use std::collections::BTreeMap;

use hearth_api::ExitCode;

use crate::{catalogue::say, failure::Failure, limits::CLOSE_NAMES_MAX, screen};

/// Things that have names, each under a name of its own.
pub(crate) struct Roster<T> {
    entries: Vec<Entry<T>>,
}

/// One thing and the name it goes by.
pub(crate) struct Entry<T> {
    /// Distinct from those of all others, and safe to print.
    pub(crate) name: String,
    /// What tells it from its namesakes, such as the day since when it is here.
    pub(crate) mark: Option<String>,
    /// The thing.
    pub(crate) item: T,
}

impl<T> Roster<T> {
    /// Takes the things in an order that does not change, because those with equal names are numbered in it.
    pub(crate) fn new(items: impl IntoIterator<Item = (String, T)>) -> Self {
        let mut entries: Vec<Entry<T>> = items
            .into_iter()
            .map(|(name, item)| Entry { name: screen::one_line(&name), mark: None, item })
            .collect();
        let mut holders: BTreeMap<String, usize> = BTreeMap::new();
        for entry in &entries {
            *holders.entry(folded(&entry.name)).or_default() += 1;
        }
        let mut taken: Vec<String> = holders.keys().cloned().collect();
        for entry in &mut entries {
            if holders.get(&folded(&entry.name)).is_some_and(|count| *count > 1) {
                // Somebody may have called themselves "Sam (1)": the numbers go around that.
                let numbered = (1..)
                    .map(|number: u64| format!("{} ({number})", entry.name))
                    .find(|name| !taken.contains(&folded(name)));
                if let Some(numbered) = numbered {
                    taken.push(folded(&numbered));
                    entry.name = numbered;
                }
            }
        }
        Self { entries }
    }

    /// Says what tells each thing from its namesakes.
    pub(crate) fn marked(mut self, mark: impl Fn(&T) -> Option<String>) -> Self {
        for entry in &mut self.entries {
            entry.mark = mark(&entry.item);
        }
        self
    }

    /// Returns all entries.
    pub(crate) fn entries(&self) -> &[Entry<T>] {
        &self.entries
    }

    /// Returns the entry with this name, whatever its case. `kind` is the word for what is looked for.
    ///
    /// # Errors
    /// Not found, with the names that are close; or a usage error, when the name alone does not choose.
    pub(crate) fn find(&self, wanted: &str, kind: Kind) -> Result<&Entry<T>, Failure> {
        let key = folded(wanted);
        if let Some(entry) = self.entries.iter().find(|entry| folded(&entry.name) == key) {
            return Ok(entry);
        }
        let namesakes: Vec<String> = self
            .entries
            .iter()
            .filter(|entry| without_number(&folded(&entry.name)) == Some(key.as_str()))
            .map(|entry| match &entry.mark {
                Some(mark) => format!("\"{}\" ({mark})", entry.name),
                None => format!("\"{}\"", entry.name),
            })
            .collect();
        if !namesakes.is_empty() {
            return Err(Failure {
                exit: ExitCode::Usage,
                code: "name_ambiguous".to_owned(),
                message: kind.ambiguous(),
                hint: Some(say!("names-write", names = any_of(&namesakes))),
            });
        }
        let close = self.close_names(&key);
        let failure = Failure::new(
            ExitCode::NotFound,
            kind.not_found_code(),
            kind.not_found(&format!("{:?}", screen::one_line(wanted))),
        );
        Err(if close.is_empty() {
            failure.hint(kind.hint())
        } else {
            failure.hint(say!("names-did-you-mean", names = quoted(&close)))
        })
    }

    fn close_names(&self, key: &str) -> Vec<&str> {
        let mut close: Vec<(usize, &str)> = self
            .entries
            .iter()
            .filter_map(|entry| {
                let name = folded(&entry.name);
                let shorter = name.chars().count().min(key.chars().count());
                if shorter > 0 && (name.starts_with(key) || key.starts_with(&name)) {
                    return Some((0, entry.name.as_str()));
                }
                let distance = distance(&name, key);
                (distance <= 2 && distance < shorter).then_some((distance, entry.name.as_str()))
            })
            .collect();
        close.sort_unstable();
        close.truncate(CLOSE_NAMES_MAX);
        close.into_iter().map(|(_, name)| name).collect()
    }
}

/// What a roster lists.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Kind {
    /// Members of a group.
    Person,
    /// Groups on this node.
    Group,
    /// One's own devices.
    Device,
    /// People about whom there is a question.
    Question,
    /// People whom this member has blocked.
    Blocked,
    /// Machines that carry for a group.
    Keeper,
}

impl Kind {
    fn ambiguous(self) -> String {
        match self {
            Self::Person => say!("person-ambiguous"),
            Self::Group => say!("group-ambiguous"),
            Self::Device => say!("device-ambiguous"),
            Self::Question => say!("question-ambiguous"),
            Self::Blocked => say!("blocked-ambiguous"),
            Self::Keeper => say!("keeper-ambiguous"),
        }
    }

    fn not_found(self, name: &str) -> String {
        match self {
            Self::Person => say!("person-not-found", name = name),
            Self::Group => say!("group-not-found", name = name),
            Self::Device => say!("device-not-found", name = name),
            Self::Question => say!("question-not-found", name = name),
            Self::Blocked => say!("blocked-not-found", name = name),
            Self::Keeper => say!("keeper-not-found", name = name),
        }
    }

    fn not_found_code(self) -> &'static str {
        match self {
            Self::Person => "person_not_found",
            Self::Group => "group_not_found",
            Self::Device => "device_not_found",
            Self::Question => "question_not_found",
            Self::Blocked => "blocked_not_found",
            Self::Keeper => "keeper_not_found",
        }
    }

    fn hint(self) -> String {
        match self {
            Self::Person => say!("person-not-found.hint"),
            Self::Group => say!("group-not-found.hint"),
            Self::Device => say!("device-not-found.hint"),
            Self::Question => say!("question-not-found.hint"),
            Self::Blocked => say!("blocked-not-found.hint"),
            Self::Keeper => say!("keeper-not-found.hint"),
        }
    }
}

/// Tells whether two names are the same to this command line.
pub(crate) fn is_same(one: &str, other: &str) -> bool {
    folded(one) == folded(other)
}

/// Returns names for a sentence, of which one is to be chosen.
pub(crate) fn quoted(names: &[&str]) -> String {
    any_of(&names.iter().map(|name| format!("\"{name}\"")).collect::<Vec<_>>())
}

fn any_of(names: &[String]) -> String {
    match names {
        [] => String::new(),
        [only] => only.clone(),
        [some @ .., last] => say!("list-or", some = some.join(", "), last = last),
    }
}

/// What looks the same is the same: case, the kind and number of blanks, and what the screen replaces.
fn folded(name: &str) -> String {
    screen::one_line(name).split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase()
}

fn without_number(name: &str) -> Option<&str> {
    let (bare, number) = name.strip_suffix(')')?.rsplit_once(" (")?;
    (!number.is_empty() && number.bytes().all(|digit| digit.is_ascii_digit())).then_some(bare)
}

/// Levenshtein's distance, in characters.
fn distance(one: &str, other: &str) -> usize {
    let mut row: Vec<usize> = (0..=other.chars().count()).collect();
    for (line, from) in one.chars().enumerate() {
        let mut left = line + 1;
        let mut next = vec![left];
        for (to, pair) in other.chars().zip(row.windows(2)) {
            let (diagonal, above) = match pair {
                [diagonal, above] => (*diagonal, *above),
                _ => continue,
            };
            left = (diagonal + usize::from(from != to)).min(above + 1).min(left + 1);
            next.push(left);
        }
        row = next;
    }
    row.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn roster(names: &[&str]) -> Roster<usize> {
        Roster::new(names.iter().enumerate().map(|(position, name)| ((*name).to_owned(), position)))
    }

    fn found(names: &[&str], wanted: &str) -> Result<usize, Failure> {
        roster(names).find(wanted, Kind::Person).map(|entry| entry.item)
    }

    #[test]
    fn case_and_blanks_do_not_matter() {
        assert_eq!(found(&["Ada", "Sam"], "sam"), Ok(1));
        assert_eq!(found(&["Ada", "Sam"], " ADA "), Ok(0));
        assert_eq!(found(&["Anna  Maria"], "anna maria"), Ok(0));
        assert_eq!(found(&["Émile"], "émile"), Ok(0));
    }

    #[test]
    fn a_part_of_a_name_chooses_nobody() {
        let failure = found(&["Samuel", "Ada"], "Sam").unwrap_err();
        assert_eq!(failure.exit, ExitCode::NotFound);
        assert_eq!(failure.hint.as_deref(), Some("Did you mean \"Samuel\"?"));
    }

    #[test]
    fn unknown_names_list_the_close_ones_alone() {
        let failure = found(&["Marta", "Martin", "Zoe"], "Marat").unwrap_err();
        assert_eq!(failure.exit, ExitCode::NotFound);
        assert_eq!(failure.exit.code(), 8);
        assert_eq!(failure.hint.as_deref(), Some("Did you mean \"Marta\"?"));
        let failure = found(&["Marta"], "Bo").unwrap_err();
        assert_eq!(failure.hint.as_deref(), Some("`hearth people` shows who is here."));
    }

    #[test]
    fn namesakes_are_numbered_and_the_bare_name_chooses_neither() {
        let names = ["Sam", "Ada", "SAM"];
        let failure = found(&names, "Sam").unwrap_err();
        assert_eq!(failure.exit, ExitCode::Usage);
        assert_eq!(failure.hint.as_deref(), Some("Write \"Sam (1)\" or \"SAM (2)\"."));
        assert_eq!(found(&names, "sam (1)"), Ok(0));
        assert_eq!(found(&names, "Sam (2)"), Ok(2));
        assert_eq!(found(&names, "Ada"), Ok(1));
    }

    #[test]
    fn namesakes_are_told_apart_by_their_mark() {
        let marked = roster(&["Sam", "Sam"]).marked(|number| Some(format!("here since {} Nov", number + 1)));
        let failure = marked.find("sam", Kind::Person).map(|_| ()).unwrap_err();
        let hint = "Write \"Sam (1)\" (here since 1 Nov) or \"Sam (2)\" (here since 2 Nov).";
        assert_eq!(failure.hint.as_deref(), Some(hint));
    }

    #[test]
    fn a_chosen_name_with_a_number_does_not_take_a_namesakes_place() {
        let names = ["Sam (2)", "Sam", "Sam"];
        assert_eq!(found(&names, "Sam (2)"), Ok(0));
        assert_eq!(found(&names, "Sam (1)"), Ok(1));
        assert_eq!(found(&names, "Sam (3)"), Ok(2));
        assert_eq!(found(&names, "Sam").unwrap_err().exit, ExitCode::Usage);
    }

    #[test]
    fn one_real_sam_is_chosen_even_beside_a_numbered_one() {
        assert_eq!(found(&["Sam", "Sam (2)"], "Sam"), Ok(0));
        assert_eq!(found(&["Sam", "Sam (2)"], "Sam (2)"), Ok(1));
    }

    #[test]
    fn a_name_that_only_looks_different_in_bytes_is_a_namesake() {
        assert_eq!(found(&["Sam", "Sam\u{00A0}"], "Sam").unwrap_err().exit, ExitCode::Usage);
        // An invisible letter is shown, so this one looks different and is.
        assert_eq!(found(&["Sam", "S\u{200B}am"], "Sam"), Ok(0));
    }

    #[test]
    fn what_was_typed_cannot_reach_the_terminal_raw() {
        let failure = found(&["Ada"], "x\x1b[2J").unwrap_err();
        assert!(!failure.message.contains('\x1b'));
    }

    #[test]
    fn distances_are_levenshteins() {
        assert_eq!(distance("", ""), 0);
        assert_eq!(distance("", "abc"), 3);
        assert_eq!(distance("kitten", "sitting"), 3);
        assert_eq!(distance("sam", "sma"), 2);
    }
}
