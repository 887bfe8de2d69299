//! The end of all that Hearth keeps in a data folder, whether a daemon runs on it, hangs, or is gone.
//!
//! Owns the order: what opens the vault first, then the daemon that knows its keys, then the rest. It is part of the daemon's
//! program, because nobody else knows what lies where; it runs as a process of its own (`hearthd --destroy`), because a daemon
//! that hangs would not do it. What somebody else has put into the folder stays.

use std::io::{self, ErrorKind};
use std::os::unix::fs::MetadataExt;
use std::path::Path;
use std::time::{Duration, Instant};

use hearth_api::{Client, Patience, routes::SOCKET_NAME};
use rustix::process::{Pid, Signal, kill_process};

use crate::home::lock_file;
use crate::vault;

/// Destroys what is in the data folder `root`. What opens its vault is gone when this returns without an error; says whether
/// all the rest is, too.
///
/// # Errors
/// The kind of what went wrong; all that could be destroyed is.
pub async fn destroy(root: &Path) -> io::Result<bool> {
    if std::fs::metadata(root)?.uid() != rustix::process::geteuid().as_raw() {
        return Err(ErrorKind::PermissionDenied.into());
    }
    let erased = vault::destroy_keys(root);
    end_daemon(root).await;
    // Until it ended, the daemon may have written once more.
    let erased_again = vault::destroy_keys(root);
    let is_all_gone = remove_rest(root).is_ok();
    erased.and(erased_again)?;
    Ok(is_all_gone)
}

/// Removes all that is left in the data folder `root` when the keys are gone, and the folder itself if it is empty then.
///
/// # Errors
/// The first one; everything was tried all the same.
pub fn remove_rest(root: &Path) -> io::Result<()> {
    let mut outcome = vault::remove_remains(root);
    let entries = match std::fs::read_dir(root) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
        other => other?,
    };
    for entry in entries.flatten() {
        let name = entry.file_name();
        let is_draft = name.as_encoded_bytes().starts_with(DRAFT_PREFIX);
        let is_ours = is_draft || FILES.iter().any(|file| name == *file);
        if is_ours {
            let is_folder = entry.file_type().is_ok_and(|kind| kind.is_dir());
            let path = entry.path();
            outcome = outcome.and(match is_folder {
                true => std::fs::remove_dir_all(path),
                false => std::fs::remove_file(path),
            });
        }
    }
    // Somebody may have chosen a folder with other things in it.
    let _ = std::fs::remove_dir(root);
    outcome
}

/// Asks the daemon of the folder to forget its keys, and ends it if it does not.
async fn end_daemon(root: &Path) {
    let socket = root.join(SOCKET_NAME);
    let Ok(connection) = tokio::net::UnixStream::connect(&socket).await else { return };
    let daemon = connection.peer_cred().ok().filter(|peer| peer.uid() == rustix::process::geteuid().as_raw());
    let pid = daemon.and_then(|peer| peer.pid()).and_then(Pid::from_raw);
    let patience = Patience { usual: ASKED_WITHIN, ..Patience::default() };
    // Whatever it answers, it is looked at whether it is gone.
    let _ = Client::new(&socket).with_patience(patience).destroy().await;
    drop(connection);
    if is_gone_within(root, GONE_WITHIN).await {
        return;
    }
    if let Some(pid) = pid {
        // If it is gone by now, all is well; nothing of what it knew stays in memory after the end of its process.
        let _ = kill_process(pid, Signal::KILL);
        is_gone_within(root, GONE_WITHIN).await;
    }
}

/// Waits until nobody claims the folder.
async fn is_gone_within(root: &Path, wait: Duration) -> bool {
    let started = Instant::now();
    loop {
        match lock_file(&root.join("hearthd.lock")) {
            Ok(None) if started.elapsed() < wait => tokio::time::sleep(PAUSE).await,
            Ok(None) => return false,
            // It is free, or the folder itself is gone.
            Ok(Some(_)) | Err(_) => return true,
        }
    }
}

/// What lies in a data folder beside the vault: the daemon's lock and socket, and what the command keeps.
const FILES: [&str; 4] = ["hearthd.lock", SOCKET_NAME, "hearthd.sock.new", "region"];
/// How the folders of drafts begin.
const DRAFT_PREFIX: &[u8] = b".draft-";
/// How long a daemon may take to forget its keys: it does so in a moment, or hangs.
const ASKED_WITHIN: Duration = Duration::from_secs(2);
/// How long it may take to end after that.
const GONE_WITHIN: Duration = Duration::from_secs(1);
const PAUSE: Duration = Duration::from_millis(10);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_somebody_else_put_there_stays() {
        let dir = tempfile::tempdir().unwrap();
        let root = dir.path().join("desk");
        std::fs::create_dir_all(root.join(".draft-abc")).unwrap();
        for name in ["hearthd.lock", "region", ".draft-abc/text.txt", "letters.txt"] {
            std::fs::write(root.join(name), b"x").unwrap();
        }
        remove_rest(&root).unwrap();
        let left: Vec<_> =
            std::fs::read_dir(&root).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        assert_eq!(left, ["letters.txt"]);
        std::fs::remove_file(root.join("letters.txt")).unwrap();
        remove_rest(&root).unwrap();
        assert!(!root.exists());
        remove_rest(&root).unwrap();
    }

    #[tokio::test]
    async fn a_folder_that_is_not_there_is_an_error_and_an_empty_one_is_gone() {
        let dir = tempfile::tempdir().unwrap();
        let root = dir.path().join("desk");
        assert!(destroy(&root).await.is_err());
        std::fs::create_dir(&root).unwrap();
        assert!(destroy(&root).await.unwrap());
        assert!(!root.exists());
    }
}
