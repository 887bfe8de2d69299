//! `hearth checkin` and `hearth milestone`: how somebody is, and what they have reached.
//!
//! What is said is asked for, or read from standard input as a form; it is never among the arguments.

use std::io::IsTerminal;

use hearth_api::{Content, Group, Halt, MemberId, SendMessage, Want};
use zeroize::Zeroizing;

use crate::{
    args,
    catalogue::say,
    failure::{Failure, Stopped},
    node::Node,
    prompt,
    roster::Kind,
    send::{self, UNDO_S, request_id},
};

/// Bytes of a form on standard input.
const FORM_BYTES_MAX: usize = hearth_api::limits::TEXT_BYTES_MAX + 1024;

/// Asks how somebody is, and tells those whom they picked.
pub(super) async fn run(node: &Node, checkin: args::CheckIn) -> Result<(), Stopped> {
    let status = node.open().await?;
    let group = node.group(&status)?;
    let to = picked(node, &group, &checkin.to).await?;
    let by_hand = std::io::stdin().is_terminal();
    let answers = if by_hand {
        ask_how(&group, to.len()).await?
    } else {
        form(&["feeling", "halt", "craving", "want"]).await?
    };
    let content = Content::CheckIn {
        feeling: answers.of("feeling").map(str::to_owned),
        halt: answers.of("halt").map(halt_in_any_words).transpose()?.unwrap_or_default(),
        craving: answers.of("craving").map(craving).transpose()?,
        want: answers.of("want").map(want_in_any_words).transpose()?.unwrap_or_default(),
    };
    say(node, "hearth.checkin/1", &group, to, content, &answers.text, by_hand && !checkin.now).await
}

/// Asks what somebody has reached, and tells those whom they picked.
pub(super) async fn milestone(node: &Node, milestone: args::Milestone) -> Result<(), Stopped> {
    let status = node.open().await?;
    let group = node.group(&status)?;
    let to = picked(node, &group, &milestone.to).await?;
    let by_hand = std::io::stdin().is_terminal();
    let answers = if by_hand {
        prompt::tell(&audience(&group, to.len()));
        let label = prompt::line(&say!("milestone-label")).await?;
        let token = prompt::line(&say!("milestone-token")).await?;
        let text = prompt::line(&say!("milestone-more")).await?;
        Answers { lines: vec![("label", label), ("token", token)], text }
    } else {
        form(&["label", "token"]).await?
    };
    let Some(label) = answers.of("label") else {
        return Err(Failure::usage(say!("milestone-no-label")).hint(say!("milestone-no-label.hint")).into());
    };
    let content =
        Content::Milestone { label: label.to_owned(), token: answers.of("token").map(str::to_owned) };
    say(node, "hearth.milestone/1", &group, to, content, &answers.text, by_hand && !milestone.now).await
}

async fn say(
    node: &Node,
    schema: &'static str,
    group: &Group,
    to: Vec<MemberId>,
    content: Content,
    text: &str,
    can_undo: bool,
) -> Result<(), Stopped> {
    let undo_s = if can_undo { UNDO_S } else { 0 };
    let (text, content) = (text.to_owned(), Some(content));
    let request = SendMessage { text, content, to, undo_s, request_id: request_id()? };
    send::until_kept(node, schema, can_undo, async || node.client.send_message(group.id, &request).await)
        .await
}

/// Finds those whom it is for; nobody in particular is everybody.
pub(super) async fn picked(node: &Node, group: &Group, names: &[String]) -> Result<Vec<MemberId>, Failure> {
    let people = super::people::roster(node, group.id).await?;
    let mut picked = Vec::new();
    // A name may have a comma in it; several may be between commas.
    let is_one = |name: &String| !name.contains(',') || people.find(name, Kind::Person).is_ok();
    let several = |name: &'_ String| name.split(',').map(str::trim).map(str::to_owned).collect::<Vec<_>>();
    let names = names.iter().flat_map(|name| if is_one(name) { vec![name.clone()] } else { several(name) });
    for name in names {
        let person = people.find(&name, Kind::Person)?;
        if person.item.is_self {
            return Err(Failure::usage(say!("that-is-you")).hint(say!("that-is-you.hint-who-else")));
        }
        if !picked.contains(&person.item.id) {
            picked.push(person.item.id);
        }
    }
    Ok(picked)
}

fn audience(group: &Group, picked: usize) -> String {
    match picked {
        0 => {
            let people = say!("people-count", count = group.members.saturating_sub(1));
            say!("audience-all", people = people)
        }
        picked => say!("audience-picked", people = say!("people-count", count = picked)),
    }
}

/// What was answered: lines by name, and more words.
struct Answers {
    lines: Vec<(&'static str, Zeroizing<String>)>,
    text: Zeroizing<String>,
}

impl Answers {
    fn of(&self, name: &str) -> Option<&str> {
        let found = self.lines.iter().find(|(known, _)| *known == name).map(|(_, line)| line.trim());
        found.filter(|line| !line.is_empty())
    }
}

async fn ask_how(group: &Group, picked: usize) -> Result<Answers, Failure> {
    prompt::tell(&say!("checkin-skip", audience = audience(group, picked)));
    let feeling = prompt::line(&say!("checkin-feeling")).await?;
    let halt = prompt::line(&say!("checkin-halt")).await?;
    // Who is asked in a language answers in it: there, a letter may mean another word than in the form.
    let halt = Zeroizing::new(halt_in_form(&halt, &halt_answers()));
    let craving = prompt::line(&say!("checkin-craving")).await?;
    let want = prompt::line(&say!("checkin-want")).await?;
    let want = Zeroizing::new(in_form(&want, &want_answers()).unwrap_or_else(|| want.to_string()));
    let text = prompt::line(&say!("checkin-more")).await?;
    Ok(Answers {
        lines: vec![("feeling", feeling), ("halt", halt), ("craving", craving), ("want", want)],
        text,
    })
}

/// The words of the form, each with what people type for it in their language, separated by commas.
fn halt_answers() -> [(&'static str, String); 4] {
    [
        ("hungry", say!("answers-hungry")),
        ("angry", say!("answers-angry")),
        ("lonely", say!("answers-lonely")),
        ("tired", say!("answers-tired")),
    ]
}

fn want_answers() -> [(&'static str, String); 3] {
    [
        ("nothing", say!("answers-nothing")),
        ("call", say!("answers-call")),
        ("company", say!("answers-company")),
    ]
}

/// Returns the word of the form for what was typed in the person's language, if it is such a word there.
pub(super) fn in_form(typed: &str, answers: &[(&'static str, String)]) -> Option<String> {
    let typed = typed.trim().to_lowercase();
    let means = |words: &str| words.split(',').any(|word| word.trim() == typed);
    answers.iter().find(|(_, words)| means(words)).map(|(word, _)| (*word).to_owned())
}

/// The same for several words, or for letters that stand together; what is not known stays as it is.
fn halt_in_form(typed: &str, answers: &[(&'static str, String)]) -> String {
    let word = |word: &str| {
        in_form(word, answers)
            .or_else(|| {
                let letters = word.chars().map(|letter| in_form(&letter.to_string(), answers));
                letters.collect::<Option<Vec<_>>>().map(|words| words.join(" "))
            })
            .unwrap_or_else(|| word.to_owned())
    };
    typed.split([' ', ',', ';']).filter(|part| !part.is_empty()).map(word).collect::<Vec<_>>().join(" ")
}

/// Reads `name: words` lines, and after an empty line more words.
async fn form(names: &[&'static str]) -> Result<Answers, Failure> {
    let bytes = Zeroizing::new(prompt::stdin_bytes(FORM_BYTES_MAX).await?);
    let form = std::str::from_utf8(&bytes).map_err(|_| Failure::usage(say!("form-not-utf8")))?;
    parse_form(form, names)
}

fn parse_form(form: &str, names: &[&'static str]) -> Result<Answers, Failure> {
    let (head, text) = form.split_once("\n\n").unwrap_or((form, ""));
    let mut lines = Vec::new();
    for line in head.lines().filter(|line| !line.trim().is_empty()) {
        let (name, words) = line.split_once(':').unwrap_or((line, ""));
        let known = names.iter().find(|known| known.eq_ignore_ascii_case(name.trim()));
        let Some(known) = known else {
            return Err(Failure::usage(say!("form-not-understood"))
                .hint(say!("form-not-understood.hint", names = names.join(", "))));
        };
        lines.push((*known, Zeroizing::new(words.trim().to_owned())));
    }
    Ok(Answers { lines, text: Zeroizing::new(prompt::without_line_end(text).to_owned()) })
}

/// A form means the same everywhere, so its own words go before those of the person's language.
fn halt_in_any_words(words: &str) -> Result<Vec<Halt>, Failure> {
    halt(words).or_else(|_| halt(&halt_in_form(words, &halt_answers())))
}

fn want_in_any_words(words: &str) -> Result<Want, Failure> {
    want(words).or_else(|failure| in_form(words, &want_answers()).map_or(Err(failure), |word| want(&word)))
}

fn halt(words: &str) -> Result<Vec<Halt>, Failure> {
    let parse = |word: &str| match word {
        "h" | "hungry" => Ok(vec![Halt::Hungry]),
        "a" | "angry" => Ok(vec![Halt::Angry]),
        "l" | "lonely" => Ok(vec![Halt::Lonely]),
        "t" | "tired" => Ok(vec![Halt::Tired]),
        letters if !letters.is_empty() && letters.chars().all(|letter| "halt".contains(letter)) => {
            Ok(letters.chars().filter_map(of_letter).collect())
        }
        _ => Err(Failure::usage(say!("checkin-halt-wrong"))),
    };
    let words = words.to_lowercase();
    let words = words.split([' ', ',', ';']).filter(|word| !word.is_empty());
    let mut halt: Vec<Halt> = words.map(parse).collect::<Result<Vec<_>, _>>()?.concat();
    halt.sort();
    halt.dedup();
    Ok(halt)
}

fn of_letter(letter: char) -> Option<Halt> {
    match letter {
        'h' => Some(Halt::Hungry),
        'a' => Some(Halt::Angry),
        'l' => Some(Halt::Lonely),
        't' => Some(Halt::Tired),
        _ => None,
    }
}

fn craving(words: &str) -> Result<u8, Failure> {
    let number = words.parse().ok().filter(|number| *number <= 3);
    number.ok_or_else(|| Failure::usage(say!("checkin-craving-wrong")))
}

fn want(words: &str) -> Result<Want, Failure> {
    match words.to_lowercase().as_str() {
        "nothing" | "n" | "no" => Ok(Want::Nothing),
        "call" | "a call" | "c" => Ok(Want::Call),
        "company" => Ok(Want::Company),
        _ => Err(Failure::usage(say!("checkin-want-wrong"))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_is_lines_and_more_words() {
        let answers =
            parse_form("Feeling: shaky \nwant: call\n\nlong day\nlong night\n", &["feeling", "want"]);
        let answers = answers.ok().unwrap();
        assert_eq!((answers.of("feeling"), answers.of("want")), (Some("shaky"), Some("call")));
        assert_eq!((answers.of("halt"), answers.text.as_str()), (None, "long day\nlong night"));
        let failure = parse_form("my secret words", &["feeling"]).err().unwrap();
        assert!(!failure.message.contains("secret") && failure.hint.unwrap().contains("feeling"));
    }

    #[test]
    fn answers_are_taken_as_people_write_them() {
        use Halt::{Angry, Hungry, Lonely, Tired};
        for (words, expected) in [
            ("tired, Lonely", vec![Lonely, Tired]),
            ("t h", vec![Hungry, Tired]),
            ("halt", vec![Hungry, Angry, Lonely, Tired]),
        ] {
            assert_eq!(halt(words).ok().unwrap(), expected, "{words}");
        }
        assert!(halt("sad").is_err());
        assert_eq!((craving("3").ok(), craving("4").ok(), craving("some").ok()), (Some(3), None, None));
        assert_eq!((want("A call").ok(), want("beer").ok()), (Some(Want::Call), None));
    }

    #[test]
    fn answers_in_english_stay_as_they_are() {
        for words in ["tired, Lonely", "t h", "halt", "sad", "ta"] {
            let mapped = halt_in_form(words, &halt_answers());
            assert_eq!(halt(&mapped).ok(), halt(words).ok(), "{words}");
        }
        for words in ["nothing", "no", "A call", "c", "company"] {
            let mapped = in_form(words, &want_answers()).unwrap();
            assert_eq!(want(&mapped).ok(), want(words).ok(), "{words}");
        }
        assert_eq!(in_form("beer", &want_answers()), None);
    }

    #[test]
    fn answers_in_another_language_are_taken_as_its_questions_name_them() {
        let halts = [
            ("hungry", "hambre, h"),
            ("angry", "enojo, e"),
            ("lonely", "soledad, s"),
            ("tired", "cansancio, c"),
        ];
        let halts = halts.map(|(word, words)| (word, words.to_owned()));
        for (typed, expected) in
            [("Hambre y", "hungry y"), ("hesc", "hungry angry lonely tired"), ("c;s", "tired lonely")]
        {
            assert_eq!(halt_in_form(typed, &halts), expected);
        }
        let wants = [("call", "una llamada, l".to_owned()), ("company", "compañía, c".to_owned())];
        assert_eq!(in_form(" Una llamada", &wants).as_deref(), Some("call"));
        assert_eq!(in_form("c", &wants).as_deref(), Some("company"));
    }
}
