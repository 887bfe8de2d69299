//! `hearth lock`: closes the vault.

use serde::Serialize;

use crate::{catalogue::say, failure::Stopped, node::Node};

#[derive(Serialize)]
pub(super) struct Lock {
    pub(super) locked: bool,
}

/// Closes it; the daemon stays, and knows nothing.
pub(super) async fn run(node: &Node) -> Result<(), Stopped> {
    node.look().await?;
    let status = node.client.lock().await?;
    node.output.answer("hearth.lock/1", &Lock { locked: status.locked }, || say!("locked"))
}
