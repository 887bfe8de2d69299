//! Ends a command from outside without leaving anything behind: the command is dropped, and with it its drafts.
//!
//! The interrupt key (SIGINT) is held back while somebody's editor has the terminal, where the key means something
//! else. SIGTERM, SIGHUP and SIGQUIT are taken only by commands that would leave a text lying about, or a terminal that nobody
//! can use.

use std::{cell::Cell, future::Future, io};

use tokio::signal::unix::{Signal, SignalKind, signal};

/// Whether the interrupt key ends the command just now.
#[derive(Default)]
pub(crate) struct Interrupts {
    held_back: Cell<bool>,
}

impl Interrupts {
    /// Waits for something that has the terminal for itself.
    pub(crate) async fn held_back<T>(&self, other: impl Future<Output = T>) -> T {
        self.held_back.set(true);
        let result = other.await;
        self.held_back.set(false);
        result
    }

    /// Waits until the command is asked to end.
    ///
    /// # Errors
    /// When the signals cannot be listened for.
    pub(crate) async fn asked_to_end(&self, also_by_others: bool) -> io::Result<()> {
        let mut interrupts = signal(SignalKind::interrupt())?;
        let mut others = match also_by_others {
            true => Some([
                signal(SignalKind::terminate())?,
                signal(SignalKind::hangup())?,
                signal(SignalKind::quit())?,
            ]),
            false => None,
        };
        loop {
            tokio::select! {
                _ = interrupts.recv() => if !self.held_back.get() { return Ok(()) },
                () = either(&mut others) => return Ok(()),
            }
        }
    }
}

async fn either(signals: &mut Option<[Signal; 3]>) {
    match signals {
        Some([one, two, three]) => {
            tokio::select! {
                _ = one.recv() => {}
                _ = two.recv() => {}
                _ = three.recv() => {}
            }
        }
        None => std::future::pending().await,
    }
}
