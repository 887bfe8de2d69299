//! What messages say beside their words, in plain sentences that count and judge nothing.

use hearth_api::{Content, Halt, Reaction, Want, Work};

use crate::screen;

/// Returns what stands in a message's first line, and lines of its own.
pub(crate) fn of(content: &Content) -> (Option<String>, Vec<String>) {
    match content {
        Content::Share { topic, note, thread } => {
            let thread = thread.then(|| "open to answers".to_owned());
            let about: Vec<String> =
                topic.as_deref().map(screen::one_line).into_iter().chain(thread).collect();
            let note =
                note.as_deref().map(|note| format!("[Before you read on: {}]", screen::one_line(note)));
            ((!about.is_empty()).then(|| about.join(" · ")), note.into_iter().collect())
        }
        Content::Dm {} => (None, Vec::new()),
        Content::Reply { about } => (Some(format!("answers {}", mark(about))), Vec::new()),
        Content::Reaction { about, reaction } => {
            (Some(format!("about {}", mark(about))), vec![capital(sign(*reaction))])
        }
        Content::CheckIn { feeling, halt, craving, want } => {
            let feeling = feeling.as_deref().map(|feeling| format!("Feels {}.", screen::one_line(feeling)));
            let halt: Vec<&str> = halt.iter().copied().map(halt_word).collect();
            let halt = (!halt.is_empty()).then(|| format!("{}.", capital(&halt.join(", "))));
            let craving = craving.map(|craving| format!("Craving: {craving} of 3."));
            let want = match want {
                Want::Nothing => None,
                Want::Call => Some("Would like a call.".to_owned()),
                Want::Company => Some("Would like company.".to_owned()),
            };
            let said: Vec<String> = [feeling, halt, craving, want].into_iter().flatten().collect();
            (Some("check-in".to_owned()), vec![said.join(" ")])
        }
        Content::Milestone { label, token } => {
            let token = token.as_deref().map(|token| format!(" ({})", screen::one_line(token)));
            let label = format!("{}{}", screen::one_line(label), token.unwrap_or_default());
            (Some("milestone".to_owned()), vec![label])
        }
        Content::Shown { work, step } => {
            let what = match (work, step) {
                (Work::Step, Some(step)) => format!("step {step}"),
                (Work::Step, None) => "a step".to_owned(),
                (Work::Gratitude, _) => "gratitude".to_owned(),
                (Work::Inventory, _) => "an inventory".to_owned(),
                (Work::Urge, _) => "from a log of urges".to_owned(),
                (Work::Plan, _) => "a plan".to_owned(),
            };
            (Some(format!("shows {what}")), Vec::new())
        }
    }
}

/// Returns the word for a sign.
pub(crate) fn sign(reaction: Reaction) -> &'static str {
    match reaction {
        Reaction::Heard => "heard",
        Reaction::WithYou => "with you",
        Reaction::MeToo => "me too",
        Reaction::ThankYou => "thank you",
        Reaction::Hug => "a hug",
        Reaction::Celebrate => "celebrates with you",
    }
}

fn halt_word(halt: Halt) -> &'static str {
    match halt {
        Halt::Hungry => "hungry",
        Halt::Angry => "angry",
        Halt::Lonely => "lonely",
        Halt::Tired => "tired",
    }
}

fn mark(id: &hearth_api::MessageId) -> String {
    crate::which::mark_of(id)
}

fn capital(words: &str) -> String {
    let mut letters = words.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}
