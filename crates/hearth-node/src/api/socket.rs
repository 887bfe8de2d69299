//! The socket: a file that only this user can reach, from the moment it exists.

use std::fs::{self, Permissions};
use std::io;
use std::os::unix::fs::{FileTypeExt, MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};

use tokio::net::UnixListener;

/// A socket in Hearth's folder that listens. Its file goes away with it.
pub struct LocalSocket {
    pub(super) listener: UnixListener,
    path: PathBuf,
    /// Device and number of the file, so that no other daemon's socket is ever taken away.
    file: (u64, u64),
}

impl LocalSocket {
    /// Makes the socket, in place of one that a daemon left behind. The caller holds the folder's lock and drops the
    /// socket before it lets go of that: nobody else listens there.
    ///
    /// # Errors
    /// [`BindError`]; what was at the path before then stands as it was.
    pub fn bind(path: impl Into<PathBuf>) -> Result<Self, BindError> {
        let path = path.into();
        let folder = path.parent().ok_or(BindError::FolderNotPrivate)?;
        check_private(folder)?;
        match fs::symlink_metadata(&path) {
            Ok(file) if !file.file_type().is_socket() => return Err(BindError::InTheWay),
            Ok(_) => {}
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(BindError::Io(error.kind())),
        }

        // Made under another name and moved: at its own name the socket never exists with wider rights, and one that
        // was left behind is replaced in one step.
        let new_path = with_suffix(&path, ".new");
        remove_if_there(&new_path)?;
        let listener = UnixListener::bind(&new_path).map_err(|error| match error.kind() {
            io::ErrorKind::InvalidInput => BindError::PathTooLong,
            kind => BindError::Io(kind),
        })?;
        let placed = fs::set_permissions(&new_path, Permissions::from_mode(0o600))
            .and_then(|()| fs::symlink_metadata(&new_path))
            .and_then(|file| fs::rename(&new_path, &path).map(|()| (file.dev(), file.ino())));
        match placed {
            Ok(file) => Ok(Self { listener, path, file }),
            Err(error) => {
                remove_if_there(&new_path)?;
                Err(BindError::Io(error.kind()))
            }
        }
    }
}

impl Drop for LocalSocket {
    fn drop(&mut self) {
        let is_ours =
            fs::symlink_metadata(&self.path).is_ok_and(|file| (file.dev(), file.ino()) == self.file);
        if is_ours && let Err(error) = fs::remove_file(&self.path) {
            // The next daemon replaces it, and clients find that nobody listens.
            tracing::warn!(kind = ?error.kind(), "the socket stays behind");
        }
    }
}

/// Why there is no socket.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BindError {
    /// Others than this user can get into the folder, or it is no folder of this user.
    #[error("the socket's folder is open to other users")]
    FolderNotPrivate,
    /// Something that is no socket has the socket's name.
    #[error("something that is no socket has the socket's name")]
    InTheWay,
    /// The operating system takes only short paths for sockets, about 100 bytes.
    #[error("the path of the socket is too long")]
    PathTooLong,
    /// The folder or the file could not be used.
    #[error("the socket could not be made: {0}")]
    Io(io::ErrorKind),
}

fn check_private(folder: &Path) -> Result<(), BindError> {
    let metadata = fs::symlink_metadata(folder).map_err(|error| BindError::Io(error.kind()))?;
    let is_mine = metadata.uid() == rustix::process::geteuid().as_raw();
    if metadata.is_dir() && is_mine && metadata.mode() & 0o077 == 0 {
        Ok(())
    } else {
        Err(BindError::FolderNotPrivate)
    }
}

fn remove_if_there(path: &Path) -> Result<(), BindError> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(BindError::Io(error.kind())),
        Ok(()) | Err(_) => Ok(()),
    }
}

fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    PathBuf::from(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_socket_is_the_users_alone() {
        let folder = private_folder();
        let path = folder.path().join("hearthd.sock");
        let socket = LocalSocket::bind(&path).unwrap();
        assert_eq!(fs::symlink_metadata(&path).unwrap().mode() & 0o7777, 0o600);
        assert!(fs::symlink_metadata(&path).unwrap().file_type().is_socket());
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
        drop(socket);
        assert!(!path.exists());
    }

    #[tokio::test]
    async fn a_folder_open_to_others_is_refused() {
        let folder = private_folder();
        for mode in [0o750, 0o705, 0o777, 0o710] {
            fs::set_permissions(folder.path(), Permissions::from_mode(mode)).unwrap();
            let refused = LocalSocket::bind(folder.path().join("hearthd.sock")).err();
            assert_eq!(refused, Some(BindError::FolderNotPrivate), "{mode:o}");
        }
    }

    #[tokio::test]
    async fn a_socket_left_behind_is_replaced_and_a_file_is_not() {
        let folder = private_folder();
        let path = folder.path().join("hearthd.sock");
        drop(std::os::unix::net::UnixListener::bind(&path).unwrap());
        drop(LocalSocket::bind(&path).unwrap());

        fs::write(&path, "dear diary").unwrap();
        assert_eq!(LocalSocket::bind(&path).err(), Some(BindError::InTheWay));
        assert_eq!(fs::read_to_string(&path).unwrap(), "dear diary");
    }

    #[tokio::test]
    async fn a_later_daemons_socket_stays() {
        let folder = private_folder();
        let path = folder.path().join("hearthd.sock");
        let earlier = LocalSocket::bind(&path).unwrap();
        let later = LocalSocket::bind(&path).unwrap();
        drop(earlier);
        assert!(path.exists());
        drop(later);
        assert!(!path.exists());
    }

    #[tokio::test]
    async fn a_long_path_and_a_missing_folder_are_told() {
        let folder = private_folder();
        let long = folder.path().join("a".repeat(120));
        assert_eq!(LocalSocket::bind(long).err(), Some(BindError::PathTooLong));
        let missing = folder.path().join("missing/hearthd.sock");
        assert_eq!(LocalSocket::bind(missing).err(), Some(BindError::Io(io::ErrorKind::NotFound)));
    }

    fn private_folder() -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        fs::set_permissions(folder.path(), Permissions::from_mode(0o700)).unwrap();
        folder
    }
}
