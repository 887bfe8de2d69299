//! The stream of events: what the backend tells, as server-sent events, to each client that follows.
//!
//! Bounded twice: the number of followers, and the events that wait for one. A follower that lags behind is told to
//! ask again and then goes on with what is newest.

use std::convert::Infallible;

use axum::response::sse::{self, Sse};
use futures::stream::{self, Stream};
use hearth_api::Event;
use tokio::sync::OwnedSemaphorePermit;
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::RecvError;
use tokio_util::sync::CancellationToken;

/// Returns the answer that goes on until the daemon stops or the client leaves.
pub(super) fn follow(
    receiver: Receiver<Event>,
    stop: CancellationToken,
    permit: OwnedSemaphorePermit,
) -> Sse<impl Stream<Item = Result<sse::Event, Infallible>>> {
    let follower = Follower { receiver, stop, _permit: permit };
    Sse::new(stream::unfold(follower, async |mut follower| {
        let event = follower.next().await?;
        // An event is an enum of ids, which always has a JSON form.
        let json = serde_json::to_string(&event).ok()?;
        Some((Ok(sse::Event::default().event(event.kind()).data(json)), follower))
    }))
}

struct Follower {
    receiver: Receiver<Event>,
    stop: CancellationToken,
    _permit: OwnedSemaphorePermit,
}

impl Follower {
    async fn next(&mut self) -> Option<Event> {
        let received = tokio::select! {
            biased;
            () = self.stop.cancelled() => return None,
            received = self.receiver.recv() => received,
        };
        match received {
            Ok(event) => Some(event),
            Err(RecvError::Lagged(_)) => Some(Event::Lagged),
            Err(RecvError::Closed) => None,
        }
    }
}
