//! Reading a request's body within its bound and its time.
//!
//! A body that is too large is read on and thrown away, up to a bound: a client that is still sending would
//! otherwise get a broken connection in place of the reason.

use std::time::Duration;

use axum::body::{Bytes, HttpBody};
use hearth_api::{ApiError, ErrorCode, limits};
use http_body_util::BodyExt;
use hyper::body::Incoming;
use tokio::time::timeout;
use zeroize::Zeroizing;

/// What came of reading a body.
pub(super) struct ReadBody {
    /// The body, or why there is none.
    pub(super) outcome: Result<Bytes, ApiError>,
    /// Whether it was read to its end, so that the connection can go on with another request.
    pub(super) is_finished: bool,
}

/// Reads a body of at most `bytes_max` bytes; `too_large` names a larger one. The memory is wiped when the body is
/// dropped, because it may hold a passphrase.
pub(super) async fn read(
    mut body: Incoming,
    bytes_max: usize,
    too_large: ErrorCode,
    patience: Duration,
) -> ReadBody {
    // As large as the client announces, so that it does not grow and leave copies behind.
    let announced = usize::try_from(body.size_hint().lower()).unwrap_or(usize::MAX);
    let mut kept = Zeroizing::new(Vec::with_capacity(announced.min(bytes_max)));
    match timeout(patience, collect(&mut body, &mut kept, bytes_max)).await {
        Ok(Ok(total)) if total <= bytes_max => {
            ReadBody { outcome: Ok(Bytes::from_owner(kept)), is_finished: true }
        }
        Ok(Ok(total)) => {
            let is_finished = total <= limits::DISCARDED_BODY_BYTES_MAX;
            ReadBody { outcome: Err(too_large.into()), is_finished }
        }
        Ok(Err(BrokenBody)) => unfinished("the body of the request broke off"),
        Err(_) => unfinished("the body of the request did not come in time"),
    }
}

/// Reads to the end, or until more than the bound for discarded bytes has come, and returns how much came.
async fn collect(body: &mut Incoming, kept: &mut Vec<u8>, bytes_max: usize) -> Result<usize, BrokenBody> {
    let mut total: usize = 0;
    while total <= limits::DISCARDED_BODY_BYTES_MAX {
        let Some(frame) = body.frame().await else { break };
        let frame = frame.map_err(|_| BrokenBody)?;
        let Some(bytes) = frame.data_ref() else { continue };
        total = total.saturating_add(bytes.len());
        if total <= bytes_max {
            kept.extend_from_slice(bytes);
        }
    }
    Ok(total)
}

fn unfinished(message: &str) -> ReadBody {
    ReadBody { outcome: Err(ApiError::with_message(ErrorCode::BadRequest, message)), is_finished: false }
}

/// The connection broke, or the body breaks the rules of HTTP.
struct BrokenBody;
