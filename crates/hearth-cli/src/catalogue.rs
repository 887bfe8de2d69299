//! The sentences that members read, in their language: the one place that knows Fluent.
//!
//! The texts stand in `locales/`, one folder a language. `say!` is the only way to them; it names a text and gives it its
//! values. A text is never put together from parts of sentences, because other languages have another order. Words that
//! people wrote come in as values and are not touched here: who shows them makes them safe to print.

use std::{
    borrow::Cow,
    sync::{LazyLock, OnceLock},
};

use fluent_bundle::{FluentArgs, FluentResource, FluentValue, concurrent::FluentBundle};

/// Returns a text of the catalogue: `say!("locked")`, `say!("removed", name = person)`, `say!("no-group.hint")`.
///
/// A test reads these calls in the sources and compares them with the catalogue, so the name of a text is written out.
macro_rules! say {
    ($id:literal $(, $name:ident = $value:expr)* $(,)?) => {
        $crate::catalogue::said($id, &[$((stringify!($name), $crate::catalogue::Given::value(&$value))),*])
    };
}
pub(crate) use say;

/// A language that Hearth speaks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Language {
    /// Also what is spoken where a language is not known.
    #[default]
    English,
    /// Neutral between countries, with "tú".
    Spanish,
}

impl Language {
    /// Every language.
    #[cfg(test)]
    pub(crate) const ALL: [Self; 2] = [Self::English, Self::Spanish];

    /// Returns the language of a locale such as `es`, `es-419` or `es_MX.UTF-8`, if Hearth speaks it.
    pub(crate) fn of_locale(locale: &str) -> Option<Self> {
        let tag = locale.split(['_', '-', '.', '@']).next().unwrap_or_default();
        match tag.to_ascii_lowercase().as_str() {
            "en" => Some(Self::English),
            "es" => Some(Self::Spanish),
            _ => None,
        }
    }

    /// Returns its tag.
    pub(crate) fn tag(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::Spanish => "es",
        }
    }

    fn files(self) -> [&'static str; 11] {
        match self {
            Self::English => [
                include_str!("../locales/en/conscience.ftl"),
                include_str!("../locales/en/crisis.ftl"),
                include_str!("../locales/en/errors.ftl"),
                include_str!("../locales/en/help.ftl"),
                include_str!("../locales/en/meetings.ftl"),
                include_str!("../locales/en/own.ftl"),
                include_str!("../locales/en/sos.ftl"),
                include_str!("../locales/en/things.ftl"),
                include_str!("../locales/en/private.ftl"),
                include_str!("../locales/en/verbs.ftl"),
                include_str!("../locales/en/words.ftl"),
            ],
            Self::Spanish => [
                include_str!("../locales/es/conscience.ftl"),
                include_str!("../locales/es/crisis.ftl"),
                include_str!("../locales/es/errors.ftl"),
                include_str!("../locales/es/help.ftl"),
                include_str!("../locales/es/meetings.ftl"),
                include_str!("../locales/es/own.ftl"),
                include_str!("../locales/es/sos.ftl"),
                include_str!("../locales/es/things.ftl"),
                include_str!("../locales/es/private.ftl"),
                include_str!("../locales/es/verbs.ftl"),
                include_str!("../locales/es/words.ftl"),
            ],
        }
    }
}

/// What a text is given.
#[derive(Clone, Debug)]
pub(crate) enum Value {
    /// A name, a time, other words.
    Text(String),
    /// A count, which decides about plurals.
    Number(u64),
}

/// What can be given to a text; `say!` borrows it.
pub(crate) trait Given {
    /// Returns it as a text takes it.
    fn value(&self) -> Value;
}

impl Given for str {
    fn value(&self) -> Value {
        Value::Text(self.to_owned())
    }
}

impl Given for String {
    fn value(&self) -> Value {
        Value::Text(self.clone())
    }
}

impl Given for u32 {
    fn value(&self) -> Value {
        Value::Number((*self).into())
    }
}

impl Given for u64 {
    fn value(&self) -> Value {
        Value::Number(*self)
    }
}

impl Given for usize {
    fn value(&self) -> Value {
        Value::Number(u64::try_from(*self).unwrap_or(u64::MAX))
    }
}

impl<T: Given + ?Sized> Given for &T {
    fn value(&self) -> Value {
        (**self).value()
    }
}

/// The texts of one language.
pub(crate) struct Catalogue {
    bundle: FluentBundle<FluentResource>,
}

impl Catalogue {
    /// Reads the texts of a language; `plain` leaves out the marks that a screen reader would read aloud.
    pub(crate) fn new(language: Language, plain: bool) -> Self {
        let mut bundle = FluentBundle::new_concurrent(vec![language.tag().parse().unwrap_or_default()]);
        // Terminals show the marks that keep reading directions apart; names are made safe where they are shown.
        bundle.set_use_isolating(false);
        if plain {
            bundle.set_transform(Some(without_marks));
        }
        for file in language.files() {
            // What cannot be read is missing; a test finds that.
            let resource = FluentResource::try_new(file.to_owned()).unwrap_or_else(|(readable, _)| readable);
            bundle.add_resource_overriding(resource);
        }
        Self { bundle }
    }

    /// Returns a text or an attribute of one (`name.attribute`), if there is such a one.
    pub(crate) fn text(&self, id: &str, values: &[(&'static str, Value)]) -> Option<String> {
        self.formatted(id, values).map(|(text, _)| text)
    }

    fn formatted(&self, id: &str, values: &[(&'static str, Value)]) -> Option<(String, usize)> {
        let (name, attribute) = id.split_once('.').map_or((id, None), |(name, rest)| (name, Some(rest)));
        let message = self.bundle.get_message(name)?;
        let pattern = match attribute {
            Some(attribute) => message.get_attribute(attribute)?.value(),
            None => message.value()?,
        };
        let mut arguments = FluentArgs::new();
        for (name, value) in values {
            let value: FluentValue<'_> = match value {
                Value::Text(text) => text.as_str().into(),
                Value::Number(number) => (*number).into(),
            };
            arguments.set(*name, value);
        }
        let mut errors = Vec::new();
        let text = self.bundle.format_pattern(pattern, Some(&arguments), &mut errors).into_owned();
        Some((text, errors.len()))
    }
}

/// Screen readers say "grave" for the mark around a command, and stumble over a dot between two facts.
fn without_marks(text: &str) -> Cow<'_, str> {
    match text.contains(['`', '·']) {
        true => text.replace('`', "").replace(" ·", ",").into(),
        false => text.into(),
    }
}

static SPOKEN: OnceLock<Catalogue> = OnceLock::new();
static ENGLISH: LazyLock<Catalogue> = LazyLock::new(|| Catalogue::new(Language::English, false));

/// Chooses the language for as long as the command runs; only the first choice counts.
pub(crate) fn speak(language: Language, plain: bool) {
    // Nothing is said before this, so there is nothing that a second choice could contradict.
    let _ = SPOKEN.set(Catalogue::new(language, plain));
}

/// Returns a text in the language that was chosen; what `say!` calls.
pub(crate) fn said(id: &str, values: &[(&'static str, Value)]) -> String {
    // A test proves that every text is there; a person would rather read its name than nothing.
    known(id, values).unwrap_or_else(|| id.to_owned())
}

/// Returns a text whose name is put together at run time, if the catalogue has it.
pub(crate) fn known(id: &str, values: &[(&'static str, Value)]) -> Option<String> {
    SPOKEN.get().unwrap_or(&ENGLISH).text(id, values)
}

#[cfg(test)]
mod tests {
    use std::{
        collections::{BTreeMap, BTreeSet},
        fs,
        path::{Path, PathBuf},
    };

    use fluent_syntax::ast;
    use hearth_api::ErrorCode;

    use super::*;

    /// Each text, and each attribute, with the variables that it names; those of texts that it refers to as well.
    type Texts = BTreeMap<String, BTreeSet<String>>;

    fn texts(language: Language) -> Texts {
        let mut texts = Texts::new();
        for file in language.files() {
            let resource = fluent_syntax::parser::parse(file).unwrap_or_else(|(_, errors)| {
                panic!("{language:?}: {errors:?}");
            });
            for entry in resource.body {
                let ast::Entry::Message(message) = entry else { continue };
                let name = message.id.name.to_owned();
                let attributes =
                    message.attributes.iter().map(|part| (format!("{name}.{}", part.id.name), &part.value));
                let value = message.value.iter().map(|value| (name.clone(), value));
                for (id, pattern) in value.chain(attributes) {
                    let mut variables = BTreeSet::new();
                    of_pattern(pattern, &mut variables);
                    assert!(texts.insert(id.clone(), variables).is_none(), "{language:?} has {id} twice");
                }
            }
        }
        texts
    }

    fn of_pattern(pattern: &ast::Pattern<&str>, variables: &mut BTreeSet<String>) {
        for element in &pattern.elements {
            if let ast::PatternElement::Placeable { expression } = element {
                of_expression(expression, variables);
            }
        }
    }

    fn of_expression(expression: &ast::Expression<&str>, variables: &mut BTreeSet<String>) {
        match expression {
            ast::Expression::Inline(inline) => of_inline(inline, variables),
            ast::Expression::Select { selector, variants } => {
                of_inline(selector, variables);
                variants.iter().for_each(|variant| of_pattern(&variant.value, variables));
            }
        }
    }

    fn of_inline(inline: &ast::InlineExpression<&str>, variables: &mut BTreeSet<String>) {
        match inline {
            ast::InlineExpression::VariableReference { id } => {
                variables.insert(id.name.to_owned());
            }
            ast::InlineExpression::Placeable { expression } => of_expression(expression, variables),
            _ => {}
        }
    }

    fn sources() -> Vec<(PathBuf, String)> {
        fn walk(folder: &Path, found: &mut Vec<(PathBuf, String)>) {
            for entry in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
                if entry.is_dir() {
                    walk(&entry, found);
                } else if entry.extension().is_some_and(|extension| extension == "rs")
                    && !entry.ends_with("tests.rs")
                {
                    found.push((entry.clone(), fs::read_to_string(&entry).unwrap()));
                }
            }
        }
        let mut found = Vec::new();
        walk(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut found);
        assert!(found.len() > 40, "the sources are elsewhere");
        found
    }

    /// The calls of `say!` in a source: the text, and the names of what it is given.
    fn calls(source: &str) -> Vec<(String, BTreeSet<String>)> {
        let source: String =
            source.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n");
        let mut calls = Vec::new();
        let beginning = concat!("say", "!(");
        for (at, _) in source.match_indices(beginning) {
            let (mut depth, mut in_string, mut top) = (1, false, String::new());
            let mut characters = source[at + beginning.len()..].chars();
            // What stands in inner brackets and strings names nothing.
            let mut strings = Vec::new();
            while let Some(character) = characters.next() {
                match character {
                    '\\' if in_string => drop(characters.next()),
                    '"' => {
                        in_string = !in_string;
                        if in_string {
                            strings.push(String::new());
                        }
                    }
                    _ if in_string => strings.last_mut().unwrap().push(character),
                    '(' | '[' | '{' => depth += 1,
                    ')' | ']' | '}' => depth -= 1,
                    _ if depth == 1 => top.push(character),
                    _ => {}
                }
                if depth == 0 {
                    break;
                }
            }
            let names = top.split(',').filter_map(|part| part.split_once('=')).map(|(name, _)| name.trim());
            calls.push((strings.first().cloned().unwrap_or_default(), names.map(str::to_owned).collect()));
        }
        calls
    }

    /// The texts that no source names in full: those about the command line, and those of the daemon's codes.
    fn named_at_run_time() -> Texts {
        let mut ids: BTreeSet<String> = crate::help::tests::ids();
        for code in ErrorCode::ALL {
            let id = format!("error-{}", code.to_string().replace('_', "-"));
            if code.hint().is_some() {
                ids.insert(format!("{id}.hint"));
            }
            ids.insert(id);
        }
        ids.into_iter().map(|id| (id, BTreeSet::new())).collect()
    }

    #[test]
    fn what_the_sources_say_is_in_the_catalogue_with_the_same_values_and_nothing_else_is() {
        let known = texts(Language::English);
        let mut used = named_at_run_time();
        for (path, source) in sources() {
            for (id, given) in calls(&source) {
                let known = known.get(&id);
                let known = known.unwrap_or_else(|| panic!("{}: there is no text {id:?}", path.display()));
                assert_eq!(known, &given, "{}: what {id} is given", path.display());
                used.insert(id, given);
            }
        }
        let missing: Vec<_> = used.keys().filter(|id| !known.contains_key(*id)).collect();
        assert!(missing.is_empty(), "the catalogue lacks {missing:?}");
        let unused: Vec<_> = known.keys().filter(|id| !used.contains_key(*id)).collect();
        assert!(unused.is_empty(), "nothing says {unused:?}");
    }

    /// What stands in string literals outside tests, comments and attributes.
    fn literals(source: &str) -> Vec<String> {
        let source = source.split("#[cfg(test)]\nmod tests").next().unwrap_or_default();
        let source = source.split("#[cfg(test)]\npub(crate) mod tests").next().unwrap_or_default();
        let code = source.lines().filter(|line| !line.trim_start().starts_with(['/', '#']));
        let code = code.collect::<Vec<_>>().join("\n").replace("\\\"", "").replace("'\"'", "");
        code.split('"').skip(1).step_by(2).map(str::to_owned).collect()
    }

    #[test]
    fn no_source_says_a_sentence_by_itself() {
        let is_sentence = |text: &String| {
            let words: Vec<&str> = text.split(' ').collect();
            let is_word =
                |word: &&str| word.len() > 1 && word.chars().all(|letter| letter.is_ascii_alphabetic());
            words.windows(2).any(|pair| pair.iter().all(is_word))
        };
        for (path, source) in sources() {
            let found: Vec<_> = literals(&source).into_iter().filter(is_sentence).collect();
            assert!(found.is_empty(), "{}: these belong into the catalogue: {found:?}", path.display());
        }
        let source = "// \"a b c\"\n#[error(\"it is so\")]\nf(\"{x}  {y}\", \"It is\\\" so.\");\n#[cfg(test)]\nmod tests";
        assert_eq!(literals(source), ["{x}  {y}", "It is so."]);
        assert!(is_sentence(&"It is so.".to_owned()) && !is_sentence(&"{x}  {y}".to_owned()));
    }

    #[test]
    fn calls_are_found_as_they_are_written() {
        let names = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<BTreeSet<_>>();
        let one = concat!("x(&say", "!(\"a.hint\"))");
        assert_eq!(calls(one), [("a.hint".to_owned(), names(&[]))]);
        let nested = concat!("say", "!(\n\"a\",\n b = f(c = 1, \"d = )\"), e = say", "!(\"g\", h = 2))");
        let inner = ("g".to_owned(), names(&["h"]));
        assert_eq!(calls(nested), [("a".to_owned(), names(&["b", "e"])), inner]);
    }

    #[test]
    fn every_language_has_the_same_texts_with_the_same_values() {
        let english = texts(Language::English);
        for language in Language::ALL {
            let other = texts(language);
            let names = |texts: &Texts| texts.keys().cloned().collect::<BTreeSet<_>>();
            let differ: Vec<_> = names(&english).symmetric_difference(&names(&other)).cloned().collect();
            assert!(differ.is_empty(), "{language:?}: {differ:?}");
            for (id, variables) in &english {
                assert_eq!(Some(variables), other.get(id), "{language:?}: {id}");
            }
        }
    }

    /// Every text of a language, with several values each.
    fn samples(language: Language, plain: bool) -> Vec<(String, String)> {
        let catalogue = Catalogue::new(language, plain);
        let values = [0, 1, 2, 7, 12, 1_000_000].map(Value::Number);
        let values = values.into_iter().chain([Value::Text("Ada `B`".to_owned())]);
        let texts = texts(language);
        let mut samples = Vec::new();
        for value in values {
            for (id, variables) in &texts {
                let names = variables.iter().map(|name| &*name.clone().leak());
                let given: Vec<_> = names.map(|name| (name, value.clone())).collect();
                let (text, errors) = catalogue.formatted(id, &given).unwrap_or_else(|| panic!("{id}"));
                assert_eq!(errors, 0, "{language:?}: {id}");
                samples.push((id.clone(), text));
            }
        }
        samples
    }

    #[test]
    fn every_text_can_be_said_without_marks_that_a_terminal_would_show() {
        for language in Language::ALL {
            for (id, text) in samples(language, false) {
                assert!(!text.is_empty() && text.trim() == text, "{language:?}: {id} is {text:?}");
                let is_mark =
                    |character: char| matches!(character, '\u{2066}'..='\u{2069}' | '\u{200e}' | '\u{200f}');
                assert!(!text.contains(is_mark), "{language:?}: {id} has a mark");
                assert!(!text.contains("{$"), "{language:?}: {id} shows a variable");
            }
        }
    }

    #[test]
    fn a_screen_reader_gets_no_marks_of_ours_and_every_letter_of_what_people_wrote() {
        for language in Language::ALL {
            for (id, text) in samples(language, true) {
                let own = text.replace("Ada `B`", "");
                assert!(!own.contains(['`', '·', '…', '→', '─', '│']), "{language:?}: {id} is {text:?}");
            }
        }
        let plain = Catalogue::new(Language::English, true);
        let values = [("detail", Value::Text("a `b` · c".to_owned()))];
        assert_eq!(plain.text("error-in-english", &values).unwrap(), "a `b` · c");
        assert_eq!(plain.text("client-not-running.hint", &[]).unwrap(), "Start it with hearth unlock.");
    }

    /// Words that count, shame, or promise what nobody knows, by the beginnings that they have in each language.
    #[test]
    fn no_text_shames_or_promises_what_is_not_known() {
        let refused = |language| match language {
            Language::English => &["relapse", "streak", "delivered", "failed to"][..],
            Language::Spanish => &["recaíd", "recaer", "racha", "entregad", "enviad", "adict", "alcohólic"],
        };
        for language in Language::ALL {
            for (id, text) in samples(language, false) {
                let text = text.to_lowercase();
                let found = refused(language).iter().find(|word| text.contains(**word));
                assert!(found.is_none(), "{language:?}: {id} says {found:?}");
            }
        }
    }

    #[test]
    fn plurals_and_names_follow_the_language() {
        let spanish = Catalogue::new(Language::Spanish, false);
        let said = |id: &str, name: &'static str, value: Value| spanish.text(id, &[(name, value)]).unwrap();
        assert_eq!(said("delivery-passed-on", "devices", Value::Number(1)), "pasado a 1 dispositivo");
        assert_eq!(said("delivery-passed-on", "devices", Value::Number(2)), "pasado a 2 dispositivos");
        assert_eq!(said("people-connected", "count", Value::Number(0)), "nadie en conexión");
        assert_eq!(said("month", "number", Value::Number(1)), "ene");
        assert_eq!(said("weekday", "number", Value::Number(7)), "dom");
        let english = Catalogue::new(Language::English, false);
        assert_eq!(english.text("delivery-kept-here", &[]).unwrap(), "kept here");
        assert_eq!(spanish.text("delivery-kept-here", &[]).unwrap(), "guardado aquí");
        assert_eq!(english.text("no-such-text", &[]), None);
        assert_eq!(said("no-such-message.hint", "", Value::Number(0)).lines().count(), 1);
    }
}
