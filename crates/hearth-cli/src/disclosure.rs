//! Notices what looks as if it told more than somebody wants to tell: a last name, a phone number, where they work.
//!
//! It looks at the words on this machine alone, in English and Spanish, whatever language is spoken. It misses much and is
//! wrong at times, so it never keeps anybody from anything: it is a question, asked before words go out that cannot be
//! unread.

use std::collections::BTreeSet;

/// What words may tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Telling {
    /// A last name.
    LastName,
    /// A phone number.
    Phone,
    /// An e-mail address.
    Email,
    /// A street, or where somebody lives.
    Address,
    /// Where somebody works.
    Employer,
    /// What opens an online meeting.
    Passcode,
}

/// Returns what a text may tell, and the words that look so; each kind once, with its first words.
pub(crate) fn noticed(text: &str, own_name: &str) -> Vec<(Telling, String)> {
    let words: Vec<Word<'_>> = text.split_whitespace().map(Word::of).collect();
    let mut found = Vec::new();
    found.extend(last_name(&words, own_name).map(|what| (Telling::LastName, what)));
    found.extend(phone(text).map(|what| (Telling::Phone, what)));
    found
        .extend(words.iter().find(|word| word.is_email()).map(|word| (Telling::Email, word.bare.to_owned())));
    found.extend(address(&words).map(|what| (Telling::Address, what)));
    found.extend(employer(&words).map(|what| (Telling::Employer, what)));
    found.extend(passcode(&words).map(|what| (Telling::Passcode, what)));
    let mut seen = BTreeSet::new();
    found.retain(|(telling, _)| seen.insert(*telling));
    found
}

/// A word as it stands, without the marks around it, and in small letters.
struct Word<'a> {
    bare: &'a str,
    small: String,
    /// Whether a sentence or a part of one ends behind it.
    ends: bool,
}

impl<'a> Word<'a> {
    fn of(word: &'a str) -> Self {
        let bare = word.trim_matches(|letter: char| !letter.is_alphanumeric() && letter != '@');
        let small = bare.to_lowercase().replace('’', "'");
        Self { bare, small, ends: word.ends_with(['.', ',', ';', ':', '!', '?', ')']) }
    }

    /// Begins with a capital and is more than an initial.
    fn is_name(&self) -> bool {
        let mut letters = self.bare.chars();
        let begins = letters.next().is_some_and(char::is_uppercase);
        let rest = letters.as_str();
        begins && !rest.is_empty() && rest.chars().all(|letter| letter.is_alphabetic() || letter == '-')
    }

    fn is_number(&self) -> bool {
        let digits = self.small.trim_end_matches(|letter: char| letter.is_ascii_lowercase());
        !digits.is_empty() && digits.len() <= 5 && digits.bytes().all(|digit| digit.is_ascii_digit())
    }

    fn is_email(&self) -> bool {
        let parts = self.bare.split_once('@');
        parts.is_some_and(|(name, host)| !name.is_empty() && host.trim_end_matches('.').contains('.'))
    }
}

/// Tells whether words stand there, in small letters.
fn begins(words: &[Word<'_>], with: &[&str]) -> bool {
    words.len() >= with.len() && words.iter().zip(with).all(|(word, with)| word.small == *with)
}

/// The words behind the first of these beginnings, wherever they stand.
fn behind<'w, 'a>(words: &'w [Word<'a>], beginnings: &[&[&str]]) -> Vec<&'w [Word<'a>]> {
    let at = |from: usize| {
        let rest = words.get(from..)?;
        let beginning = beginnings.iter().find(|beginning| begins(rest, beginning))?;
        rest.get(beginning.len()..)
    };
    (0..words.len()).filter_map(at).collect()
}

/// `I am Ana Ruiz`, the own name with another one behind it, or a word that says it is one.
fn last_name(words: &[Word<'_>], own_name: &str) -> Option<String> {
    let said = behind(words, NAME_BEGINS);
    let first = own_name.split_whitespace().next().map(str::to_lowercase).unwrap_or_default();
    let named = (0..words.len()).filter(|at| words.get(*at).is_some_and(|word| word.small == first));
    let named = named.filter_map(|at| words.get(at..));
    let two = |words: &[Word<'_>]| match words {
        [first, last, ..] if first.is_name() && !first.ends && last.is_name() => {
            (!NO_NAMES.contains(&last.small.as_str())).then(|| format!("{} {}", first.bare, last.bare))
        }
        _ => None,
    };
    let told = said.into_iter().chain(named).find_map(two);
    told.or_else(|| {
        behind(words, LAST_NAME_BEGINS).into_iter().find_map(|rest| Some(rest.first()?.bare.to_owned()))
    })
}

const NAME_BEGINS: &[&[&str]] = &[
    &["i'm"],
    &["i", "am"],
    &["my", "name", "is"],
    &["my", "name's"],
    &["me", "llamo"],
    &["mi", "nombre", "es"],
    &["soy"],
];
/// Words that begin with a capital behind a first name and are none.
const NO_NAMES: &[&str] =
    &["and", "an", "from", "the", "in", "here", "aa", "na", "y", "de", "un", "una", "alcoholic", "addict"];
const LAST_NAME_BEGINS: &[&[&str]] = &[
    &["last", "name", "is"],
    &["last", "name"],
    &["surname", "is"],
    &["surname"],
    &["apellido", "es"],
    &["apellidos", "son"],
    &["apellido"],
];

/// Seven digits or more that belong together, and are no date.
fn phone(text: &str) -> Option<String> {
    let belongs = |letter: char| letter.is_ascii_digit() || " -./()+".contains(letter);
    let runs = text.split(|letter: char| !belongs(letter)).map(str::trim);
    let without_dates = |run: &str| {
        let parts: Vec<&str> = run.split(' ').filter(|part| !is_date(part)).collect();
        parts.join(" ").trim_matches([' ', '-', '.', '/', ')']).to_owned()
    };
    let digits = |run: &String| run.bytes().filter(u8::is_ascii_digit).count() >= PHONE_DIGITS_MIN;
    runs.map(without_dates).find(digits)
}

const PHONE_DIGITS_MIN: usize = 7;

/// `2026-12-01`, `1.12.2026`, `12/01/26`.
fn is_date(part: &str) -> bool {
    let part = part.trim_matches(['(', ')', '.']);
    let separated = |separator: char| {
        let lengths: Vec<usize> = part.split(separator).map(str::len).collect();
        let digits = part.split(separator).all(|part| part.bytes().all(|digit| digit.is_ascii_digit()));
        digits && matches!(lengths.as_slice(), [4, 1 | 2, 1 | 2] | [1 | 2, 1 | 2, 2 | 4])
    };
    ['-', '.', '/'].into_iter().any(separated)
}

/// `12 Main Street`, `calle Sol 12`, `I live at`.
fn address(words: &[Word<'_>]) -> Option<String> {
    let quoted = |words: &[Word<'_>]| words.iter().map(|word| word.bare).collect::<Vec<_>>().join(" ");
    for at in 0..words.len() {
        let near = words.get(at..words.len().min(at + ADDRESS_WORDS_MAX))?;
        let ends =
            |last: &dyn Fn(&Word<'_>) -> bool| near.iter().skip(1).position(last).map(|place| place + 2);
        let first = near.first()?;
        let length = if first.is_number() {
            // Between the number and the street stands its name: of one word, or with capitals.
            ends(&|word| STREETS_BEHIND.contains(&word.small.as_str())).filter(|length| {
                let name = near.get(1..length - 1).unwrap_or_default();
                name.len() == 1 || name.iter().all(Word::is_name)
            })
        } else if STREETS_BEFORE.contains(&first.small.as_str()) {
            ends(&|word| word.is_number())
        } else {
            None
        };
        if let Some(found) = length.and_then(|length| near.get(..length)) {
            return Some(quoted(found));
        }
    }
    let lives = behind(words, LIVES_BEGINS);
    lives.first().and_then(|rest| rest.get(..rest.len().min(2))).filter(|rest| !rest.is_empty()).map(quoted)
}

const ADDRESS_WORDS_MAX: usize = 5;
const STREETS_BEHIND: &[&str] = &[
    "street",
    "st",
    "avenue",
    "ave",
    "road",
    "rd",
    "lane",
    "ln",
    "drive",
    "dr",
    "boulevard",
    "blvd",
    "court",
    "square",
];
const STREETS_BEFORE: &[&str] = &[
    "calle",
    "avenida",
    "av",
    "avda",
    "paseo",
    "plaza",
    "carrera",
    "camino",
    "colonia",
    "apartment",
    "apt",
    "flat",
    "unit",
    "piso",
    "apartamento",
];
const LIVES_BEGINS: &[&[&str]] = &[
    &["i", "live", "at"],
    &["my", "address", "is"],
    &["vivo", "en", "la", "calle"],
    &["mi", "dirección", "es"],
];

/// `I work at Acme`, `trabajo en el hospital`; not `it works for me` and not `trabajo en mi recuperación`.
fn employer(words: &[Word<'_>]) -> Option<String> {
    let place = |rest: &[Word<'_>]| {
        let skipped = rest.iter().take_while(|word| ARTICLES.contains(&word.small.as_str())).count();
        let place = rest.get(skipped).filter(|word| !word.bare.is_empty())?;
        let is_none = |word: &Word<'_>| NO_EMPLOYERS.contains(&word.small.as_str());
        if rest.first().is_some_and(is_none) || is_none(place) || place.is_number() {
            return None;
        }
        Some(place.bare.to_owned())
    };
    behind(words, WORK_BEGINS).into_iter().find_map(place)
}

const ARTICLES: &[&str] = &["a", "an", "the", "el", "la", "los", "las", "un", "una"];
const NO_EMPLOYERS: &[&str] = &[
    "me",
    "myself",
    "you",
    "us",
    "it",
    "him",
    "her",
    "them",
    "this",
    "that",
    "everybody",
    "everyone",
    "home",
    "steps",
    "step",
    "program",
    "programme",
    "recovery",
    "night",
    "nights",
    "mi",
    "mis",
    "mí",
    "ello",
    "eso",
    "esto",
    "casa",
    "pasos",
    "paso",
    "programa",
    "recuperación",
    "noche",
    "ti",
    "nosotros",
];
const WORK_BEGINS: &[&[&str]] = &[
    &["work", "at"],
    &["work", "for"],
    &["working", "at"],
    &["working", "for"],
    &["employed", "at"],
    &["employed", "by"],
    &["teach", "at"],
    &["my", "employer", "is"],
    &["trabajo", "en"],
    &["trabajo", "para"],
    &["trabajando", "en"],
    &["trabajando", "para"],
    &["mi", "empresa", "es"],
    &["mi", "jefe", "es"],
];

/// What opens an online meeting, and links to one.
fn passcode(words: &[Word<'_>]) -> Option<String> {
    let is_link = |word: &&Word<'_>| PASSCODE_PARTS.iter().any(|part| word.small.contains(part));
    let link = words.iter().find(is_link).map(|word| word.bare.to_owned());
    let named = |rest: &[Word<'_>]| {
        let told = rest.iter().take(2).find(|word| word.bare.bytes().any(|letter| letter.is_ascii_digit()));
        told.map(|word| word.bare.to_owned())
    };
    link.or_else(|| behind(words, PASSCODE_BEGINS).into_iter().find_map(named))
}

const PASSCODE_PARTS: &[&str] =
    &["zoom.us/", "meet.google.com/", "teams.microsoft.com/", "meet.jit.si/", "pwd="];
const PASSCODE_BEGINS: &[&[&str]] = &[
    &["passcode"],
    &["password"],
    &["meeting", "id"],
    &["zoom", "id"],
    &["contraseña"],
    &["clave"],
    &["código"],
    &["id", "de", "la", "reunión"],
    &["id", "de", "reunión"],
];

#[cfg(test)]
mod tests {
    use super::*;

    fn kinds(text: &str) -> Vec<Telling> {
        noticed(text, "Ben").into_iter().map(|(telling, _)| telling).collect()
    }

    #[test]
    fn what_may_tell_too_much_is_noticed_with_its_words() {
        for (text, telling, words) in [
            ("Hi, I'm Ben Smith.", Telling::LastName, "Ben Smith"),
            ("Me llamo Ana Ruiz y soy de aquí", Telling::LastName, "Ana Ruiz"),
            ("It is me, Ben Smith-Jones", Telling::LastName, "Ben Smith-Jones"),
            ("mi apellido es Ruiz", Telling::LastName, "Ruiz"),
            ("call me: (555) 010-0100!", Telling::Phone, "(555) 010-0100"),
            ("+34 600 000 000", Telling::Phone, "+34 600 000 000"),
            ("write to ben@example.org.", Telling::Email, "ben@example.org"),
            ("I am at 12 Old Main Street, come by", Telling::Address, "12 Old Main Street"),
            ("vivo en la calle del Sol 12", Telling::Address, "calle del Sol 12"),
            ("I live at the harbour", Telling::Address, "the harbour"),
            ("I work at Acme", Telling::Employer, "Acme"),
            ("I work for a bakery", Telling::Employer, "bakery"),
            ("Trabajo en el hospital", Telling::Employer, "hospital"),
            ("the passcode is 123456", Telling::Passcode, "123456"),
            ("https://zoom.us/j/123?pwd=abc", Telling::Passcode, "https://zoom.us/j/123?pwd=abc"),
            ("la contraseña: abc123", Telling::Passcode, "abc123"),
        ] {
            let found = noticed(text, "Ben");
            let words = words.to_owned();
            assert!(found.contains(&(telling, words)), "{text}: {found:?}");
        }
    }

    #[test]
    fn what_people_say_in_a_meeting_is_left_alone() {
        for text in [
            "I'm Ben, an alcoholic.",
            "I'm Ben S. and I've been here since 2019-03-04.",
            "I am Ben. Today is a good day.",
            "My name is Ben And I am glad to be here",
            "Soy Ana, y trabajo en mi recuperación y en los pasos.",
            "It works if you work it; the steps work for me.",
            "Clean since 1.12.2019, 90 meetings in 90 days, 12 steps.",
            "I live one day at a time.",
            "12 steps down the street",
            "Ben",
            "",
        ] {
            assert_eq!(kinds(text), [], "{text}");
        }
    }

    #[test]
    fn each_kind_is_noticed_once() {
        assert_eq!(kinds("a@b.org c@d.org 5550100 5550101 x 5550102"), [Telling::Phone, Telling::Email]);
    }
}
