//! `hearth lock`: closes the vault, or says when it is to close by itself.

use hearth_api::{
    AutoLock,
    limits::{AUTO_LOCK_S_MAX, AUTO_LOCK_S_MIN},
};
use serde::Serialize;

use crate::{
    args,
    catalogue::say,
    duration::Until,
    failure::{Failure, Stopped},
    node::Node,
};

#[derive(Serialize)]
pub(super) struct Lock {
    pub(super) locked: bool,
    /// Seconds without use after which it locks by itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) lock_after_s: Option<u32>,
}

/// Closes it; the daemon stays, and knows nothing.
pub(super) async fn run(node: &Node, lock: args::Lock) -> Result<(), Stopped> {
    if let Some(after) = lock.after {
        return by_itself(node, after).await;
    }
    node.look().await?;
    let status = node.client.lock().await?;
    node.output
        .answer("hearth.lock/1", &Lock { locked: status.locked, lock_after_s: None }, || say!("locked"))
}

async fn by_itself(node: &Node, Until(after): Until) -> Result<(), Stopped> {
    let after_s = after.map(|after| u32::try_from(after.as_secs()).unwrap_or(u32::MAX));
    if after_s.is_some_and(|seconds| !(AUTO_LOCK_S_MIN..=AUTO_LOCK_S_MAX).contains(&seconds)) {
        return Err(Failure::usage(say!("lock-after-bounds")).into());
    }
    node.open().await?;
    let status = node.client.set_auto_lock(&AutoLock { after_s }).await?;
    let body = Lock { locked: status.locked, lock_after_s: status.lock_after_s };
    node.output.answer("hearth.lock/1", &body, || match status.lock_after_s {
        Some(seconds) => format!("{}\n{}", locks_after(seconds), say!("lock-after-means")),
        None => say!("lock-never"),
    })
}

/// Says after how long the vault locks by itself.
pub(super) fn locks_after(seconds: u32) -> String {
    say!("lock-after", minutes = seconds.div_ceil(60))
}
