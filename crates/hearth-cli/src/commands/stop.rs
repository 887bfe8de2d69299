//! `hearth stop`: stops the daemon and waits until it is gone.

use serde::Serialize;

use crate::{catalogue::say, daemon, failure::Stopped, node::Node};

#[derive(Serialize)]
struct Stop {
    running: bool,
}

/// Stops it.
pub(super) async fn run(node: &Node) -> Result<(), Stopped> {
    node.client.stop().await.map_err(|error| {
        let mut failure = crate::failure::Failure::from(error);
        if failure.exit == hearth_api::ExitCode::NotRunning {
            failure.hint = None;
        }
        failure
    })?;
    daemon::wait_until_gone(&node.client).await?;
    node.output.answer("hearth.stop/1", &Stop { running: false }, || say!("stopped"))
}
