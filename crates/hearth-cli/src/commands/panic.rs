//! `hearth panic`: destroys all that is kept on this machine.
//!
//! The daemon's program does it, as a process of its own that nothing here can interrupt: it knows what lies where, and needs no
//! daemon that answers. Only where that program is missing, a running daemon is asked.

use hearth_api::ExitCode;
use serde::Serialize;

use super::things;
use crate::{
    args,
    catalogue::say,
    daemon::{self, Destroyed},
    failure::{Failure, Stopped},
    node::Node,
    prompt,
};

#[derive(Serialize)]
struct Panic {
    destroyed: bool,
    /// Whether files are left that nothing opens.
    left: bool,
}

/// Makes sure, and destroys it.
pub(super) async fn run(node: &Node, panic: args::Panic) -> Result<(), Stopped> {
    if node.home.is_missing() {
        return Err(nothing().into());
    }
    if !panic.yes && !prompt::is_terminal() {
        return Err(Failure::usage(say!("panic-nobody-to-ask")).hint(say!("nobody-to-ask-yes")).into());
    }
    if !things::said_yes(panic.yes, &say!("panic-question")).await? {
        return Err(Failure::usage(say!("panic-not-done")).into());
    }
    let left = match daemon::destroy(&node.home) {
        Destroyed::All => false,
        Destroyed::AllThatOpens => true,
        Destroyed::NothingWasThere => return Err(nothing().into()),
        Destroyed::Unknown => match node.client.destroy().await {
            Ok(()) => false,
            Err(_) => {
                let failure = Failure::new(ExitCode::Internal, "not_destroyed", say!("panic-failed"));
                return Err(failure.hint(say!("panic-failed.hint")).into());
            }
        },
    };
    node.output.answer("hearth.panic/1", &Panic { destroyed: true, left }, || say!("panic-done"))?;
    if left {
        node.output.note(&say!("panic-left"));
    }
    Ok(())
}

fn nothing() -> Failure {
    Failure::new(ExitCode::NotFound, "nothing_here", say!("panic-nothing"))
}
