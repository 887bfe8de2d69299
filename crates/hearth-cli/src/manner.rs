//! How this person wants to be spoken to: as JSON, plainly, in which language.
//!
//! It is known before the command line is understood, because one that is not understood is answered in the same manner.
//! So it looks at the words and the environment themselves; what may be written is the command line's to say.

use std::ffi::{OsStr, OsString};

use crate::catalogue::Language;

/// How to answer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Manner {
    /// One JSON object a line, always in English.
    pub(crate) json: bool,
    /// For a screen reader: one fact a line, no marks, no pictures.
    pub(crate) plain: bool,
    /// Of all sentences.
    pub(crate) language: Language,
}

impl Manner {
    /// Takes it from the words of the command line, without the program's name, and from the environment.
    pub(crate) fn of(
        words: impl Iterator<Item = OsString>,
        variable: impl Fn(&str) -> Option<OsString>,
    ) -> Self {
        let (mut json, mut plain, mut asked_for) = (false, false, None);
        let mut words = words.take_while(|word| word != "--");
        while let Some(word) = words.next() {
            match word.to_str() {
                Some("--json") => json = true,
                Some("--plain") => plain = true,
                Some("--lang") => asked_for = words.next().as_deref().and_then(language),
                Some(other) => {
                    asked_for = other.strip_prefix("--lang=").map_or(asked_for, Language::of_locale);
                }
                None => {}
            }
        }
        let by_environment = || {
            let set = LANGUAGE_VARIABLES.iter().filter_map(|name| variable(name));
            set.into_iter().find(|value| !value.is_empty()).as_deref().and_then(language)
        };
        let plain = plain || variable(PLAIN_VARIABLE).is_some_and(|value| is_on(&value));
        // Programs read JSON: it is the same for everybody.
        if json {
            return Self { json, ..Self::default() };
        }
        Self { json, plain, language: asked_for.or_else(by_environment).unwrap_or_default() }
    }

    /// Returns the words without those that say the language, and that it be plain.
    pub(crate) fn without_its_words(words: impl Iterator<Item = OsString>) -> impl Iterator<Item = OsString> {
        let mut is_language = false;
        words.filter(move |word| {
            let is_value = std::mem::replace(&mut is_language, word == "--lang");
            let is_ours =
                word == "--lang" || word == "--plain" || word.as_encoded_bytes().starts_with(b"--lang=");
            !is_value && !is_ours
        })
    }
}

/// Before the system's own, in the order of POSIX (XBD section 8.2).
const LANGUAGE_VARIABLES: [&str; 4] = [LANGUAGE_VARIABLE, "LC_ALL", "LC_MESSAGES", "LANG"];

/// The variable for the language of Hearth alone.
pub(crate) const LANGUAGE_VARIABLE: &str = "HEARTH_LANG";

const PLAIN_VARIABLE: &str = "HEARTH_PLAIN";

fn language(value: &OsStr) -> Option<Language> {
    value.to_str().and_then(Language::of_locale)
}

fn is_on(value: &OsStr) -> bool {
    !["", "0", "no", "false", "off"].iter().any(|off| value.eq_ignore_ascii_case(off))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn manner(words: &[&str], environment: &[(&str, &str)]) -> Manner {
        let variable = |name: &str| {
            environment.iter().find(|(known, _)| *known == name).map(|(_, value)| OsString::from(*value))
        };
        Manner::of(words.iter().map(OsString::from), variable)
    }

    fn language(words: &[&str], environment: &[(&str, &str)]) -> Language {
        manner(words, environment).language
    }

    #[test]
    fn the_command_line_goes_before_the_environment_and_ours_before_the_systems() {
        let spanish = [("LANG", "es_MX.UTF-8")];
        assert_eq!(language(&["read"], &spanish), Language::Spanish);
        assert_eq!(language(&["read", "--lang", "en"], &spanish), Language::English);
        assert_eq!(language(&["--lang=es", "read"], &[]), Language::Spanish);
        assert_eq!(language(&[], &[("HEARTH_LANG", "es"), ("LC_ALL", "en_US")]), Language::Spanish);
        assert_eq!(language(&[], &[("LC_ALL", "C.UTF-8"), ("LANG", "es")]), Language::English);
        assert_eq!(language(&[], &[("LC_ALL", ""), ("LC_MESSAGES", "es_ES@euro")]), Language::Spanish);
    }

    #[test]
    fn what_is_not_known_is_english() {
        for tag in ["fr_FR.UTF-8", "C", "POSIX", "est", "e", "tlh"] {
            assert_eq!(language(&[], &[("HEARTH_LANG", tag), ("LANG", "es")]), Language::English, "{tag}");
        }
        assert_eq!(language(&["--lang"], &[]), Language::English);
    }

    #[test]
    fn json_is_the_same_for_everybody_wherever_it_stands() {
        let json = Manner { json: true, plain: false, language: Language::English };
        let environment = [("LANG", "es"), ("HEARTH_PLAIN", "1")];
        assert_eq!(manner(&["--lang", "es", "read", "--plain", "--json"], &environment), json);
        // Behind two dashes there are words, not options.
        assert!(!manner(&["share", "--", "--json", "--plain"], &[]).json);
    }

    #[test]
    fn its_words_can_be_left_out() {
        let words = ["hearth", "help", "--lang", "es", "--plain", "share", "--lang=en"];
        let left: Vec<OsString> = Manner::without_its_words(words.iter().map(OsString::from)).collect();
        assert_eq!(left, ["hearth", "help", "share"]);
    }

    #[test]
    fn plain_is_asked_for_by_word_or_variable() {
        assert!(manner(&["read", "--plain"], &[]).plain);
        assert!(manner(&[], &[("HEARTH_PLAIN", "1")]).plain);
        for off in ["", "0", "False", "no"] {
            assert!(!manner(&[], &[("HEARTH_PLAIN", off)]).plain, "{off:?}");
        }
    }
}
