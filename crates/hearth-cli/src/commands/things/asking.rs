//! Gets what somebody writes about a group line by line: in their editor, from standard input, or question by question.
//!
//! In the editor stands all that is there, so what is taken out is gone. On standard input and at questions, what is not
//! said stays as it was.

use hearth_api::limits::OBJECT_TEXT_BYTES_MAX;
use zeroize::Zeroizing;

use crate::{
    catalogue::say,
    failure::Failure,
    form::{self, Answers},
    node::Node,
    prompt,
    text::{self, Text},
};

/// Room for the lines beside a text.
const FORM_BYTES_MAX: usize = OBJECT_TEXT_BYTES_MAX + 4 * 1024;

/// A line of a form.
pub(super) struct Field {
    /// Its name in every language.
    pub(super) name: &'static str,
    /// What it is called in the person's language.
    pub(super) label: fn() -> String,
    /// The question for it.
    pub(super) question: fn() -> String,
}

/// What was said.
pub(super) struct Said {
    answers: Answers,
    /// Whether it is all that there is to be.
    is_whole: bool,
    /// Whether a person wrote it just now and can be asked about it.
    pub(super) by_hand: bool,
    /// Keeps the draft until it is known that nothing is lost.
    _text: Option<Text>,
}

impl Said {
    /// Returns a line, or what was there before.
    pub(super) fn line(&self, name: &str, before: Option<&String>) -> Option<String> {
        self.answers.line(name, before.filter(|_| !self.is_whole))
    }

    /// Returns the text, or what was there before.
    pub(super) fn text(&self, before: Option<&String>) -> String {
        self.answers.text_or_nothing(before.filter(|_| !self.is_whole))
    }
}

/// Gets it. `form` is what stands in the editor; the last question is for the text, if there is to be one.
///
/// # Errors
/// When nothing is said, it is too long, or cannot be read.
pub(super) async fn ask(
    node: &Node,
    fields: &[Field],
    form: &str,
    text_question: Option<String>,
) -> Result<Said, Failure> {
    if text::is_edited() {
        let text = text::changed(node, form, FORM_BYTES_MAX).await?;
        let answers = parsed(&text.words, fields);
        return Ok(Said { answers, is_whole: true, by_hand: true, _text: Some(text) });
    }
    if !prompt::is_terminal() {
        let text = text::typed("", FORM_BYTES_MAX).await?;
        let answers = parsed(&text.words, fields);
        return Ok(Said { answers, is_whole: false, by_hand: false, _text: None });
    }
    prompt::tell(&say!("own-how-to-change"));
    let mut lines = Vec::new();
    for field in fields {
        lines.push((field.name, prompt::line(&(field.question)()).await?));
    }
    let text = match text_question {
        Some(question) => prompt::line(&question).await?,
        None => Zeroizing::new(String::new()),
    };
    Ok(Said { answers: Answers { lines, text }, is_whole: false, by_hand: true, _text: None })
}

/// Writes a form: each line by its name in the person's language, an empty line, and the text.
pub(super) fn written(fields: &[Field], value: impl Fn(&str) -> String, text: Option<&str>) -> String {
    let line =
        |field: &Field| format!("{}: {}", (field.label)(), value(field.name)).trim_end().to_owned() + "\n";
    let lines: String = fields.iter().map(line).collect();
    match text {
        Some(text) => format!("{lines}\n{text}\n"),
        None => lines,
    }
}

fn parsed(form: &str, fields: &[Field]) -> Answers {
    let is_called = |field: &&Field, name: &str| {
        field.name.eq_ignore_ascii_case(name) || (field.label)().to_lowercase() == name.to_lowercase()
    };
    form::parse(form, |name| fields.iter().find(|field| is_called(field, name)).map(|field| field.name))
}

/// Gets a text that takes the place of another one; that one stands in the editor.
///
/// # Errors
/// As [`ask`].
pub(super) async fn whole(node: &Node, before: &str, question: &str) -> Result<Said, Failure> {
    let text = match text::is_edited() {
        true => text::changed(node, before, OBJECT_TEXT_BYTES_MAX).await?,
        false => text::typed(question, OBJECT_TEXT_BYTES_MAX).await?,
    };
    let words = Zeroizing::new(text.words.trim_end().to_owned());
    let (answers, by_hand) = (Answers { lines: Vec::new(), text: words }, text.by_hand);
    Ok(Said { answers, is_whole: true, by_hand, _text: Some(text) })
}
