//! `hearth unlock`: opens the vault, and starts the daemon if it is not running.

use super::lock::Lock;
use crate::{
    args::Unlock,
    catalogue::say,
    failure::Stopped,
    node::{Node, WithoutVault},
};

/// Opens it.
pub(super) async fn run(node: &Node, how: &Unlock) -> Result<(), Stopped> {
    let how = if how.recover { WithoutVault::RefuseAndRecover } else { WithoutVault::Refuse };
    let status = node.start(how).await?;
    node.output.answer(
        "hearth.unlock/1",
        &Lock { locked: status.locked, lock_after_s: status.lock_after_s },
        || say!("opened"),
    )
}
