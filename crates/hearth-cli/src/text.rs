//! The text of a share or a private message: from a prompt, an editor or standard input, and never from arguments.
//!
//! A text that cannot be sent is not lost while there is a person at the terminal: they may go back to the editor, or try
//! again when what was in the way is gone.

use std::{ffi::OsString, io::IsTerminal};

use hearth_api::limits::TEXT_BYTES_MAX;
use zeroize::Zeroizing;

use crate::{args::Writing, catalogue::say, draft::Draft, failure::Failure, node::Node, prompt};

/// A text that can be sent, and the draft that it was written in, if any.
pub(crate) struct Text {
    /// The words.
    pub(crate) words: Zeroizing<String>,
    /// Whether a person wrote it just now and can be asked about it.
    pub(crate) by_hand: bool,
    _draft: Option<Draft>,
}

/// Refuses a text among the arguments.
///
/// # Errors
/// A usage error that says where texts come from, if there are stray words.
pub(crate) fn refuse_stray_words(stray_words: &[OsString]) -> Result<(), Failure> {
    if stray_words.is_empty() {
        return Ok(());
    }
    Err(Failure::usage(say!("stray-words")).hint(say!("stray-words.hint")))
}

/// Gets the text.
///
/// # Errors
/// When there is none, or it is too long, or cannot be read.
pub(crate) async fn text(node: &Node, writing: &Writing, question: &str) -> Result<Text, Failure> {
    if writing.edit {
        return edited(node).await;
    }
    let by_hand = std::io::stdin().is_terminal();
    if by_hand {
        prompt::tell(question);
        prompt::tell(&say!("text-how-to-end"));
    }
    let words = checked(prompt::stdin_bytes(BYTES_READ_MAX).await?, TEXT_BYTES_MAX)?;
    Ok(Text { words, by_hand, _draft: None })
}

/// Tells whether an editor runs when somebody changes what is there: where a person is, if they name one.
pub(crate) fn is_edited() -> bool {
    prompt::is_terminal() && Draft::is_possible()
}

/// Gets a text in the place of what is there, from the editor.
///
/// # Errors
/// As [`text`].
pub(crate) async fn changed(node: &Node, before: &str, bytes_max: usize) -> Result<Text, Failure> {
    let draft = Draft::new(node.home.path())?;
    draft.fill(before)?;
    in_editor(node, draft, bytes_max).await
}

/// Gets a text from the terminal after a question, or from standard input.
///
/// # Errors
/// As [`text`].
pub(crate) async fn typed(question: &str, bytes_max: usize) -> Result<Text, Failure> {
    let by_hand = prompt::is_terminal();
    if by_hand {
        prompt::tell(question);
        prompt::tell(&say!("text-how-to-end"));
    }
    let words = checked(prompt::stdin_bytes(BYTES_READ_MAX).await?, bytes_max)?;
    Ok(Text { words, by_hand, _draft: None })
}

async fn edited(node: &Node) -> Result<Text, Failure> {
    in_editor(node, Draft::new(node.home.path())?, TEXT_BYTES_MAX).await
}

async fn in_editor(node: &Node, draft: Draft, bytes_max: usize) -> Result<Text, Failure> {
    loop {
        match checked(draft.edited(&node.interrupts).await?, bytes_max) {
            Ok(words) => {
                let by_hand = prompt::is_terminal();
                return Ok(Text { words, by_hand, _draft: Some(draft) });
            }
            Err(failure) if failure.code == TOO_LONG && prompt::is_terminal() => {
                prompt::tell(&failure.message);
                prompt::line(&say!("text-back-to-editor")).await?;
            }
            Err(failure) => return Err(failure),
        }
    }
}

/// Room for a line end, and for one byte that shows that it is too long.
const BYTES_READ_MAX: usize = TEXT_BYTES_MAX + 3;
const TOO_LONG: &str = "text_too_large";

fn checked(bytes: Vec<u8>, bytes_max: usize) -> Result<Zeroizing<String>, Failure> {
    let bytes = Zeroizing::new(bytes);
    let without_line_end =
        bytes.strip_suffix(b"\n").map_or(bytes.as_slice(), |rest| rest.strip_suffix(b"\r").unwrap_or(rest));
    if without_line_end.len() > bytes_max {
        return Err(Failure {
            code: TOO_LONG.to_owned(),
            ..Failure::usage(say!("text-too-long", kib = bytes_max / 1024)).hint(say!("text-too-long.hint"))
        });
    }
    let words = std::str::from_utf8(without_line_end).map_err(|_| Failure::usage(say!("text-not-utf8")))?;
    if words.trim().is_empty() {
        return Err(Failure { code: "text_empty".to_owned(), ..Failure::usage(say!("text-empty")) });
    }
    Ok(Zeroizing::new(words.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(bytes: &[u8]) -> Result<String, String> {
        checked(bytes.to_vec(), TEXT_BYTES_MAX)
            .map(|words| words.as_str().to_owned())
            .map_err(|failure| failure.code)
    }

    #[test]
    fn one_line_end_is_dropped_and_nothing_else() {
        assert_eq!(words(b"one day\n").unwrap(), "one day");
        assert_eq!(words(b"one day\r\n").unwrap(), "one day");
        assert_eq!(words(b"one day\n\n").unwrap(), "one day\n");
        assert_eq!(words(b"  one\tday").unwrap(), "  one\tday");
    }

    #[test]
    fn an_empty_text_is_refused() {
        for bytes in [&b""[..], b"\n", b" \t\n", b"\r\n"] {
            assert_eq!(words(bytes), Err("text_empty".to_owned()));
        }
        assert_eq!(words(b"\xff"), Err("usage".to_owned()));
    }

    #[test]
    fn the_bound_is_on_the_text_without_its_line_end() {
        let mut longest = vec![b'a'; TEXT_BYTES_MAX];
        assert_eq!(words(&longest).unwrap().len(), TEXT_BYTES_MAX);
        longest.extend_from_slice(b"\r\n");
        assert_eq!(words(&longest).unwrap().len(), TEXT_BYTES_MAX);
        longest.insert(0, b'a');
        assert_eq!(words(&longest), Err(TOO_LONG.to_owned()));
        // A text that was cut at the reading bound is still seen to be too long.
        assert_eq!(words(&[b'a'; BYTES_READ_MAX]), Err(TOO_LONG.to_owned()));
        let mut cut = vec![b'a'; BYTES_READ_MAX];
        if let [.., before, last] = cut.as_mut_slice() {
            (*before, *last) = (b'\r', b'\n');
        }
        assert_eq!(words(&cut), Err(TOO_LONG.to_owned()));
    }

    #[test]
    fn words_on_the_command_line_are_refused_with_the_reason() {
        assert_eq!(refuse_stray_words(&[]), Ok(()));
        let failure = refuse_stray_words(&["tired".into()]).unwrap_err();
        assert_eq!(failure.exit.code(), 2);
        assert!(!failure.message.contains("tired"));
    }
}
