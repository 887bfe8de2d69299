//! What messages say beside their words, in plain sentences that count and judge nothing.

use hearth_api::{Content, Halt, Reaction, Want, Work};

use crate::{catalogue::say, screen};

/// Returns what stands in a message's first line, fact by fact, and lines of its own; `plain` gives each fact a line.
pub(crate) fn of(content: &Content, plain: bool) -> (Vec<String>, Vec<String>) {
    match content {
        Content::Share { topic, note, thread } => {
            let thread = thread.then(|| say!("message-open-to-answers"));
            let topic = topic.as_deref().map(screen::one_line).map(|topic| match plain {
                true => say!("plain-about", about = topic),
                false => topic,
            });
            let about = topic.into_iter().chain(thread).collect();
            let note = note.as_deref().map(screen::one_line).map(|note| match plain {
                true => say!("plain-note", note = note),
                false => say!("message-note", note = note),
            });
            (about, note.into_iter().collect())
        }
        Content::Dm {} => (Vec::new(), Vec::new()),
        Content::Reply { about } => (vec![say!("message-answers", mark = mark(about))], Vec::new()),
        Content::Reaction { about, reaction } => {
            (vec![say!("message-about", mark = mark(about))], vec![capital(&sign(*reaction))])
        }
        Content::CheckIn { feeling, halt, craving, want } => {
            let feeling =
                feeling.as_deref().map(|feeling| say!("message-feels", feeling = screen::one_line(feeling)));
            let halt: Vec<String> = halt.iter().copied().map(halt_word).collect();
            let halt = (!halt.is_empty()).then(|| format!("{}.", capital(&halt.join(", "))));
            let craving = craving.map(|craving| say!("message-craving", craving = u32::from(craving)));
            let want = match want {
                Want::Nothing => None,
                Want::Call => Some(say!("message-wants-call")),
                Want::Company => Some(say!("message-wants-company")),
            };
            let said: Vec<String> = [feeling, halt, craving, want].into_iter().flatten().collect();
            (vec![say!("message-check-in")], if plain { said } else { vec![said.join(" ")] })
        }
        Content::Milestone { label, token } => {
            let token = token.as_deref().map(|token| format!(" ({})", screen::one_line(token)));
            let label = format!("{}{}", screen::one_line(label), token.unwrap_or_default());
            (vec![say!("message-milestone")], vec![label])
        }
        Content::Shown { work, step } => {
            let what = match (work, step) {
                (Work::Step, Some(step)) => say!("message-shows-step", step = step.to_string()),
                (Work::Step, None) => say!("message-shows-a-step"),
                (Work::Gratitude, _) => say!("message-shows-gratitude"),
                (Work::Inventory, _) => say!("message-shows-inventory"),
                (Work::Urge, _) => say!("message-shows-urges"),
                (Work::Plan, _) => say!("message-shows-plan"),
            };
            (vec![what], Vec::new())
        }
        Content::SponsorAsk {} => (vec![say!("message-sponsor-ask")], Vec::new()),
        Content::SponsorAccept {} => (vec![say!("message-sponsor-accept")], Vec::new()),
        Content::SponsorEnd {} => (vec![say!("message-sponsor-end")], Vec::new()),
        Content::Report {} => (vec![say!("message-report")], Vec::new()),
        Content::Phone(phone) => {
            let facts = crate::commands::facts_of(phone, plain);
            (vec![say!("message-shows-number")], if plain { facts } else { vec![facts.join(" · ")] })
        }
    }
}

/// Returns the word for a sign.
pub(crate) fn sign(reaction: Reaction) -> String {
    match reaction {
        Reaction::Heard => say!("sign-heard"),
        Reaction::WithYou => say!("sign-with-you"),
        Reaction::MeToo => say!("sign-me-too"),
        Reaction::ThankYou => say!("sign-thank-you"),
        Reaction::Hug => say!("sign-hug"),
        Reaction::Celebrate => say!("sign-celebrate"),
    }
}

fn halt_word(halt: Halt) -> String {
    match halt {
        Halt::Hungry => say!("halt-hungry"),
        Halt::Angry => say!("halt-angry"),
        Halt::Lonely => say!("halt-lonely"),
        Halt::Tired => say!("halt-tired"),
    }
}

fn mark(id: &hearth_api::MessageId) -> String {
    crate::which::mark_of(id)
}

fn capital(words: &str) -> String {
    let mut letters = words.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}
