//! The member's data folder: where things lie in it, who may look in, and one daemon at a time.
//!
//! Owns paths and permissions. Never looks into the vault or opens a socket.

use std::fs::{DirBuilder, File, OpenOptions, Permissions, TryLockError};
use std::io::{self, ErrorKind};
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use rustix::fs::Mode;
use thiserror::Error;

/// A data folder that exists, belongs to this user and is closed to all others.
#[derive(Clone)]
pub struct Home {
    root: PathBuf,
}

impl Home {
    /// Makes the folder if there is none, and closes it to others if it was open to them.
    ///
    /// From here on, everything that this process creates is for its user only: the process's file mode mask is set,
    /// which leaves no moment in which a new file or socket can be opened by somebody else.
    ///
    /// # Errors
    /// [`HomeError`] if the path is no folder, belongs to another user, or cannot be made or read.
    pub fn prepare(root: &Path) -> Result<Self, HomeError> {
        close_to_others();
        if !root.try_exists()? {
            DirBuilder::new().recursive(true).mode(FOLDER_MODE).create(root)?;
            if let Some(parent) = root.parent().filter(|parent| !parent.as_os_str().is_empty()) {
                File::open(parent)?.sync_all()?;
            }
        }
        let metadata = std::fs::metadata(root)?;
        if !metadata.is_dir() {
            return Err(HomeError::NotAFolder);
        }
        if metadata.uid() != rustix::process::geteuid().as_raw() {
            return Err(HomeError::NotOurs);
        }
        if metadata.mode() & OTHERS != 0 {
            std::fs::set_permissions(root, Permissions::from_mode(FOLDER_MODE))?;
        }
        Ok(Self { root: root.canonicalize()? })
    }

    /// Claims the folder for this process until the returned lock is dropped or the process ends, however it ends.
    ///
    /// # Errors
    /// [`HomeError::AlreadyRunning`] if another process has it.
    pub fn lock(&self) -> Result<HomeLock, HomeError> {
        match lock_file(&self.root.join("hearthd.lock"))? {
            Some(file) => Ok(HomeLock { _file: file }),
            None => Err(HomeError::AlreadyRunning),
        }
    }

    /// Returns the folder itself.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Returns where the vault is, or will be.
    pub fn vault(&self) -> PathBuf {
        self.root.join("vault")
    }

    /// Returns where the local API's socket is.
    pub fn socket(&self) -> PathBuf {
        self.root.join("hearthd.sock")
    }
}

/// The claim of one process on a data folder.
pub struct HomeLock {
    _file: File,
}

/// Why a data folder cannot be used.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum HomeError {
    /// Another daemon has the folder.
    #[error("another daemon is running on this data folder")]
    AlreadyRunning,
    /// The path names something else.
    #[error("the data folder is not a folder")]
    NotAFolder,
    /// The folder belongs to another user of this machine.
    #[error("the data folder belongs to another user")]
    NotOurs,
    /// The folder could not be made or read.
    #[error("the data folder could not be made or read: {0}")]
    Io(ErrorKind),
}

impl From<io::Error> for HomeError {
    fn from(error: io::Error) -> Self {
        Self::Io(error.kind())
    }
}

/// Makes everything that this process creates from here on accessible to its user only.
pub(crate) fn close_to_others() {
    rustix::process::umask(Mode::from_raw_mode(OTHERS));
}

/// Opens and locks a file; `None` if another holder has it. The lock ends with the returned file.
pub(crate) fn lock_file(path: &Path) -> io::Result<Option<File>> {
    #[cfg(test)]
    let _nobody_starts = STARTING.read();
    let file = OpenOptions::new().create(true).truncate(false).write(true).mode(FILE_MODE).open(path)?;
    match file.try_lock() {
        Ok(()) => Ok(Some(file)),
        Err(TryLockError::WouldBlock) => Ok(None),
        Err(TryLockError::Error(error)) => Err(error),
    }
}

/// Held while a test starts a process: until that runs its own program it has copies of this one's open files, and
/// with them the locks of any vault that is closed meanwhile.
#[cfg(test)]
pub(crate) static STARTING: std::sync::RwLock<()> = std::sync::RwLock::new(());

/// Mode of every folder: its user alone.
pub(crate) const FOLDER_MODE: u32 = 0o700;
/// Mode of every file: its user alone.
pub(crate) const FILE_MODE: u32 = 0o600;
/// The permission bits of everybody else.
const OTHERS: u32 = 0o077;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_open_folder_is_closed() {
        let dir = tempfile::tempdir().unwrap();
        let root = dir.path().join("a/b");
        Home::prepare(&root).unwrap();
        assert_eq!(std::fs::metadata(&root).unwrap().mode() & 0o777, 0o700);
        std::fs::set_permissions(&root, Permissions::from_mode(0o755)).unwrap();
        Home::prepare(&root).unwrap();
        assert_eq!(std::fs::metadata(&root).unwrap().mode() & 0o777, 0o700);
    }

    #[test]
    fn a_second_daemon_is_refused_until_the_first_has_gone() {
        let dir = tempfile::tempdir().unwrap();
        let home = Home::prepare(dir.path()).unwrap();
        let first = home.lock().unwrap();
        assert_eq!(home.lock().err(), Some(HomeError::AlreadyRunning));
        drop(first);
        assert!(home.lock().is_ok());
        let mode = std::fs::metadata(dir.path().join("hearthd.lock")).unwrap().mode();
        assert_eq!(mode & 0o777, 0o600);
    }

    #[test]
    fn a_file_in_the_way_gives_one_clear_error() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("file");
        std::fs::write(&path, b"x").unwrap();
        assert_eq!(Home::prepare(&path).err(), Some(HomeError::NotAFolder));
        assert!(matches!(Home::prepare(&path.join("below")).err(), Some(HomeError::Io(_))));
    }
}
