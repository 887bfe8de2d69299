//! `hearth backup` and `hearth restore`: who a member is in their groups, as a file, and the way back with it.
//!
//! Owns the file: it is made for its user alone, never in the place of another, and is on the disk before anything is said of
//! it. What is in it is the daemon's affair.

use std::{
    fs::{File, OpenOptions},
    io::{self, Read, Write},
    os::unix::fs::OpenOptionsExt,
    path::Path,
};

use hearth_api::{
    BackUp, BackupFile, Client, ErrorCode, Restore, Status, VaultState, limits::BACKUP_BYTES_MAX,
};
use serde::Serialize;

use super::things;
use crate::{
    args,
    catalogue::say,
    failure::{self, Failure, Stopped},
    node::Node,
    prompt,
};

#[derive(Serialize)]
struct BackedUp {
    groups: usize,
}

/// Makes a backup.
pub(super) async fn back_up(node: &Node, backup: args::Backup) -> Result<(), Stopped> {
    // Whatever is in the way is said before anybody types a passphrase.
    if backup.file.symlink_metadata().is_ok() {
        return Err(Failure::usage(say!("backup-exists")).hint(say!("backup-exists.hint")).into());
    }
    let status = node.open().await?;
    if status.groups.is_empty() {
        return Err(Failure::from(hearth_api::ClientError::Api(ErrorCode::NothingToKeep.into())).into());
    }
    let wrong = say!("passphrase-wrong");
    let made =
        node.with_passphrase(&wrong, async |passphrase| node.client.back_up(&BackUp { passphrase }).await);
    let file = made.await?.file;
    write(&backup.file, file.as_bytes())
        .map_err(|error| Failure::usage(say!("backup-not-written", kind = failure::kind(error.kind()))))?;
    node.output
        .answer("hearth.backup/1", &BackedUp { groups: status.groups.len() }, || say!("backup-written"))
}

fn write(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
    let written = file.write_all(bytes).and_then(|()| file.sync_all());
    if written.is_err() {
        // Half a backup is worse than none; why it could not be written is what is told.
        let _ = std::fs::remove_file(path);
    }
    written?;
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    File::open(folder)?.sync_all()
}

#[derive(Serialize)]
struct Restored<'a> {
    groups: usize,
    version: &'a str,
}

/// Comes back with a backup.
pub(super) async fn restore(node: &Node, restore: args::Restore) -> Result<(), Stopped> {
    let file =
        BackupFile::new(read(&restore.file).map_err(|error| {
            Failure::usage(say!("restore-unreadable", kind = failure::kind(error.kind())))
        })?);
    if !restore.yes && !prompt::is_terminal() {
        return Err(Failure::usage(say!("restore-nobody-to-ask")).hint(say!("nobody-to-ask-yes")).into());
    }
    let status = node
        .with_daemon(async |status| {
            if status.vault != VaultState::None {
                return Err(
                    Failure::usage(say!("restore-vault-exists")).hint(say!("restore-vault-exists.hint"))
                );
            }
            if !things::said_yes(restore.yes, &say!("restore-question")).await? {
                return Err(Failure::usage(say!("restore-not-done")));
            }
            restored(node, &node.client, &file).await
        })
        .await?;
    let body = Restored { groups: status.groups.len(), version: &status.version };
    node.output.answer("hearth.restore/1", &body, || say!("restored"))
}

async fn restored(node: &Node, client: &Client, file: &BackupFile) -> Result<Status, Failure> {
    let wrong = say!("restore-wrong-passphrase");
    let made = node.with_passphrase(&wrong, async |passphrase| {
        client.restore(&Restore { passphrase, file: file.clone() }).await
    });
    made.await.map_err(|failure| match failure.code == ErrorCode::WrongPassphrase.to_string() {
        // It is the backup's, not a vault's.
        true => Failure { message: wrong.clone(), ..failure },
        false => failure,
    })
}

/// No more than a backup has: of what is larger, the daemon says that it is not whole, or none.
fn read(path: &Path) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    File::open(path)?.take(BACKUP_BYTES_MAX as u64).read_to_end(&mut bytes)?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::MetadataExt;

    use super::*;

    #[test]
    fn a_backup_is_for_its_user_alone_and_takes_nobodys_place() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("notes");
        write(&path, b"one").unwrap();
        assert_eq!(std::fs::metadata(&path).unwrap().mode() & 0o777, 0o600);
        assert_eq!(write(&path, b"two").unwrap_err().kind(), io::ErrorKind::AlreadyExists);
        assert_eq!(read(&path).unwrap(), b"one");
    }
}
