//! Sends one message, once: the same wish, tried again, is never two messages.

use hearth_api::{ClientError, DeliveryState, ExitCode, Message, RequestId, Sent};
use serde::Serialize;

use crate::{
    catalogue::say,
    failure::{Failure, Stopped, sentence},
    node::Node,
    prompt, when,
};

/// Seconds during which somebody who wrote at a terminal can undo it.
pub(crate) const UNDO_S: u32 = 10;

#[derive(Serialize)]
struct SentBody {
    id: hearth_api::MessageId,
    state: DeliveryState,
    devices: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    held_until: Option<u64>,
}

/// Returns a new name for a wish.
///
/// # Errors
/// When the machine has no randomness.
pub(crate) fn request_id() -> Result<RequestId, Failure> {
    RequestId::random().map_err(|error| {
        let detail = sentence(&error.to_string());
        Failure::new(ExitCode::Internal, "internal", say!("internal", detail = detail))
    })
}

/// Asks until the daemon has kept what is said, and says how far it has come.
///
/// # Errors
/// What the daemon refuses, unless the person who wrote it by hand tries again until it works.
pub(crate) async fn until_kept(
    node: &Node,
    schema: &'static str,
    by_hand: bool,
    ask: impl AsyncFn() -> Result<Sent, ClientError>,
) -> Result<(), Stopped> {
    let sent = loop {
        match once(&ask).await {
            Ok(sent) => break sent,
            Err(failure) if by_hand && prompt::is_terminal() => {
                node.output.failure(&failure);
                // Standard input ended with the text, so the terminal itself is asked; without it there is no way on.
                if !prompt::again(&say!("text-try-again")).await {
                    return Err(failure.into());
                }
            }
            Err(failure) => return Err(failure.into()),
        }
    };
    let Sent { id, state, devices, held_until } = sent;
    node.output.answer(schema, &SentBody { id, state, devices, held_until }, || delivery(state, devices))?;
    match state {
        DeliveryState::KeptHere => node.output.note(&how_it_goes_on(node).await),
        DeliveryState::Held => node.output.note(&held(held_until)),
        DeliveryState::WithKeeper | DeliveryState::PassedOn => {}
    }
    Ok(())
}

/// Says what becomes of what nobody else has yet.
async fn how_it_goes_on(node: &Node) -> String {
    // It is kept whatever is known of the group, so that a daemon that does not answer any more changes no word.
    let status = node.look().await.ok();
    let group = status.as_ref().and_then(|status| node.group(status).ok());
    match group.is_some_and(|group| group.told_out) {
        true => say!("sent-kept-told-out"),
        false => say!("sent-kept"),
    }
}

/// Says until when something is held back.
fn held(until: Option<u64>) -> String {
    match until.filter(|until| until.saturating_sub(when::now_ms()) > SLEEP_MS_MIN) {
        Some(until) => say!("sent-sleeps", at = when::with_day(until)),
        None => say!("sent-held", seconds = UNDO_S),
    }
}

/// Returns until when a message waits whose author sleeps on it; nothing if it is held back for a moment, or not at all.
pub(crate) fn sleeps_until(message: &Message) -> Option<u64> {
    let until = message.delivery.filter(|delivery| delivery.state == DeliveryState::Held)?.held_until?;
    (until.saturating_sub(message.at) > SLEEP_MS_MIN).then_some(until)
}

/// What is held back for longer than this, in milliseconds, is slept on.
const SLEEP_MS_MIN: u64 = 60_000;

/// Returns how far a message has come, in the words that promise no more than is true.
pub(crate) fn delivery(state: DeliveryState, devices: u32) -> String {
    match state {
        DeliveryState::Held => say!("delivery-held"),
        DeliveryState::KeptHere => say!("delivery-kept-here"),
        DeliveryState::WithKeeper => say!("delivery-with-keeper"),
        DeliveryState::PassedOn => say!("delivery-passed-on", devices = devices),
    }
}

/// Asks until it is known whether the daemon has kept it, at most twice.
///
/// # Errors
/// What the daemon refuses; with a hint if it stays open whether it was kept.
pub(crate) async fn once(ask: &impl AsyncFn() -> Result<Sent, ClientError>) -> Result<Sent, Failure> {
    match ask().await {
        // Open whether it was kept: asking once more with the same id settles it.
        Err(ClientError::Interrupted | ClientError::Timeout) => {}
        result => return Ok(result?),
    }
    ask().await.map_err(|error| {
        let uncertain =
            matches!(error, ClientError::Interrupted | ClientError::Timeout | ClientError::NotRunning);
        let failure = Failure::from(error);
        if uncertain { failure.hint(say!("send-uncertain")) } else { failure }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn delivery_says_what_is_true_in_the_words_of_the_design() {
        assert_eq!(delivery(DeliveryState::KeptHere, 0), "kept here");
        assert_eq!(delivery(DeliveryState::PassedOn, 1), "passed on to 1 device");
        assert_eq!(delivery(DeliveryState::PassedOn, 3), "passed on to 3 devices");
    }
}
