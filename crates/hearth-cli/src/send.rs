//! Sends one message, once: the same wish, tried again, is never two messages.

use hearth_api::{ClientError, DeliveryState, GroupId, MemberId, MessageId, SendMessage, Sent};
use serde::Serialize;

use crate::{
    failure::{Failure, Stopped, sentence},
    node::Node,
    prompt,
    text::Text,
};

#[derive(Serialize)]
struct SentBody {
    id: MessageId,
    state: DeliveryState,
    devices: u32,
}

/// Sends the text and says how far it has come.
///
/// # Errors
/// What the daemon refuses, unless the person at the terminal tries again until it works.
pub(crate) async fn send(
    node: &Node,
    schema: &'static str,
    group: GroupId,
    to: Option<MemberId>,
    text: Text,
) -> Result<(), Stopped> {
    let request_id = hearth_api::RequestId::random().map_err(|error| {
        Failure::new(hearth_api::ExitCode::Internal, "internal", sentence(&error.to_string()))
    })?;
    let request = SendMessage { text: text.words.as_str().to_owned(), to, request_id };
    let sent = loop {
        match once(node, group, &request).await {
            Ok(sent) => break sent,
            Err(failure) if text.by_hand && prompt::is_terminal() => {
                node.output.failure(&failure);
                // Standard input ended with the text, so the terminal itself is asked; without it there is no way on.
                if !prompt::again("Your text is not lost. Press Enter to try again. Ctrl-C gives up. ").await
                {
                    return Err(failure.into());
                }
            }
            Err(failure) => return Err(failure.into()),
        }
    };
    let body = SentBody { id: sent.id, state: sent.state, devices: sent.devices };
    node.output.answer(schema, &body, || delivery(sent.state, sent.devices))?;
    if sent.state == DeliveryState::KeptHere {
        node.output.note("(It goes on by itself as soon as somebody can be reached.)");
    }
    Ok(())
}

/// Returns how far a message has come, in the words that promise no more than is true.
pub(crate) fn delivery(state: DeliveryState, devices: u32) -> String {
    match (state, devices) {
        (DeliveryState::KeptHere, _) => "kept here".to_owned(),
        (DeliveryState::PassedOn, 1) => "passed on to 1 device".to_owned(),
        (DeliveryState::PassedOn, devices) => format!("passed on to {devices} devices"),
    }
}

async fn once(node: &Node, group: GroupId, request: &SendMessage) -> Result<Sent, Failure> {
    match node.client.send_message(group, request).await {
        // Open whether it was kept: asking once more with the same id settles it.
        Err(ClientError::Interrupted | ClientError::Timeout) => {}
        result => return Ok(result?),
    }
    node.client.send_message(group, request).await.map_err(|error| {
        let uncertain =
            matches!(error, ClientError::Interrupted | ClientError::Timeout | ClientError::NotRunning);
        let failure = Failure::from(error);
        if uncertain {
            failure.hint(
                "It is not certain that the message was kept: `hearth unlock`, then `hearth read` tells.",
            )
        } else {
            failure
        }
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
