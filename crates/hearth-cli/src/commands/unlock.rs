//! `hearth unlock`: opens the vault, and starts the daemon if it is not running.

use super::lock::Lock;
use crate::{
    failure::Stopped,
    node::{Node, WithoutVault},
};

/// Opens it.
pub(super) async fn run(node: &Node) -> Result<(), Stopped> {
    let status = node.start(WithoutVault::Refuse).await?;
    node.output.answer("hearth.unlock/1", &Lock { locked: status.locked }, || "Open.".to_owned())
}
