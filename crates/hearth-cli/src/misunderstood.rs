//! Answers a command line that was not understood, or one that asks for help or the version.
//!
//! The parser says in English what is wrong, with the usage below it. In other languages, and for screen readers, one
//! sentence of the catalogue takes its place.

use std::{env, ffi::OsString, process::ExitCode};

use clap::{
    Error,
    error::{ContextKind, ContextValue, ErrorKind},
};

use crate::{
    catalogue::{Language, say},
    failure::{Failure, sentence},
    help::{self, Layout},
    manner::Manner,
    output::Output,
};

/// Answers it.
pub(crate) fn answer(error: &Error, manner: Manner, output: &Output) -> ExitCode {
    // The parser itself takes no options behind the verb `help`.
    let asks_for_help =
        error.kind() == ErrorKind::InvalidSubcommand && env::args_os().any(|word| word == "help");
    if is_answer(error) || asks_for_help {
        let words = Manner::without_its_words(env::args_os());
        if let Some(page) = spoken(words, manner, output).filter(is_answer) {
            // A reader that is gone misses a help text, and nothing else.
            let _ = page.print();
            return ExitCode::SUCCESS;
        }
    }
    if manner.json {
        let message = error.to_string();
        let message = message.lines().next().unwrap_or_default().trim_start_matches("error: ").to_owned();
        let failure = Failure::usage(sentence(&message)).hint(say!("usage-hint"));
        output.failure(&failure);
        return failure.exit.into();
    }
    if manner.language == Language::English && !manner.plain {
        let _ = error.print();
        return hearth_api::ExitCode::Usage.into();
    }
    let spoken = spoken(env::args_os(), manner, output);
    let error = spoken.as_ref().unwrap_or(error);
    let failure = Failure::usage(what_is_wrong(error)).hint(hint(error));
    output.failure(&failure);
    failure.exit.into()
}

/// Tells whether somebody wanted the numbers for an emergency and mistyped the rest.
pub(crate) fn is_about_a_crisis(error: &Error) -> bool {
    !is_answer(error) && env::args_os().any(|word| word == "crisis")
}

fn is_answer(error: &Error) -> bool {
    matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion)
}

/// Parses once more with the words and pages of the catalogue, which are made only for a line that needs them.
fn spoken(words: impl Iterator<Item = OsString>, manner: Manner, output: &Output) -> Option<Error> {
    let layout = Layout { width: output.width_of_help(), plain: manner.plain };
    help::with_pages(layout).try_get_matches_from(words).err()
}

fn what_is_wrong(error: &Error) -> String {
    let of = |kind: ContextKind| context(error, kind).unwrap_or_default();
    let option = without_value(&of(ContextKind::InvalidArg));
    match error.kind() {
        ErrorKind::InvalidSubcommand => {
            let word = of(ContextKind::InvalidSubcommand);
            match context(error, ContextKind::SuggestedSubcommand) {
                Some(close) => say!("usage-unknown-verb-close", word = word, close = close),
                None => say!("usage-unknown-verb", word = word),
            }
        }
        ErrorKind::UnknownArgument => say!("usage-unknown-option", word = of(ContextKind::InvalidArg)),
        ErrorKind::InvalidValue | ErrorKind::ValueValidation => {
            let value = of(ContextKind::InvalidValue);
            match std::error::Error::source(error).map(ToString::to_string).filter(|reason| is_ours(reason)) {
                _ if value.is_empty() => say!("usage-value-missing", option = option),
                Some(reason) => say!("usage-value-reason", value = value, option = option, reason = reason),
                None => say!("usage-value", value = value, option = option),
            }
        }
        ErrorKind::MissingRequiredArgument => say!("usage-missing", what = of(ContextKind::InvalidArg)),
        ErrorKind::ArgumentConflict => {
            let other = without_value(&of(ContextKind::PriorArg));
            match other == option || other.is_empty() {
                true => say!("usage-twice", option = option),
                false => say!("usage-conflict", one = option, other = other),
            }
        }
        ErrorKind::TooFewValues | ErrorKind::WrongNumberOfValues => {
            say!("usage-value-missing", option = option)
        }
        _ => say!("usage-other"),
    }
}

fn hint(error: &Error) -> String {
    let choices = context(error, ContextKind::ValidValue).filter(|choices| !choices.is_empty());
    let choices = choices.map(|choices| say!("usage-choices", choices = choices));
    choices.into_iter().chain([say!("usage-hint")]).collect::<Vec<_>>().join(" ")
}

fn context(error: &Error, kind: ContextKind) -> Option<String> {
    match error.get(kind)? {
        ContextValue::String(word) => Some(word.clone()),
        // Of several verbs that are close, the parser names the closest one last.
        ContextValue::Strings(words) if kind == ContextKind::SuggestedSubcommand => words.last().cloned(),
        ContextValue::Strings(words) => Some(words.join(", ")),
        _ => None,
    }
}

/// `--wait <TIME>` without the place for its value.
fn without_value(option: &str) -> String {
    match option.strip_prefix('<') {
        Some(_) => option.to_owned(),
        None => option.split(' ').next().unwrap_or_default().to_owned(),
    }
}

/// The parser's own reasons are English; ours are of the catalogue.
fn is_ours(reason: &str) -> bool {
    let ours = [
        say!("duration-unit-missing"),
        say!("duration-not-a-time"),
        say!("duration-too-long"),
        say!("duration-nothing"),
    ];
    ours.iter().any(|our| our == reason)
}
