//! A text in the making, in the person's own editor.
//!
//! Each draft has a folder of its own in Hearth's folder, 0700, with the text, 0600, and whatever the editor leaves
//! beside it; all of it goes when the draft is dropped, also when a signal ends the command. What a crash left behind is
//! swept away the next time: a draft that somebody still writes holds a lock.

use std::{
    env,
    ffi::OsString,
    fs::{self, File, OpenOptions, Permissions},
    io::{self, Read},
    os::unix::fs::{OpenOptionsExt, PermissionsExt},
    path::{Path, PathBuf},
};

use hearth_api::{ExitCode, limits::TEXT_BYTES_MAX};
use rustix::fs::{FlockOperation, flock};
use tempfile::TempDir;

use crate::{catalogue::say, failure::Failure, interrupts::Interrupts};

/// A text that is being written.
pub(crate) struct Draft {
    editor: OsString,
    text: PathBuf,
    // The lock goes before the folder does.
    _lock: File,
    _folder: TempDir,
}

impl Draft {
    /// Makes an empty draft in Hearth's folder, for the editor that the environment names.
    ///
    /// # Errors
    /// When no editor is named, or the folder cannot be written to.
    pub(crate) fn new(home: &Path) -> Result<Self, Failure> {
        Self::for_editor(home, editor()?)
    }

    /// Puts a text into the draft that the person goes on from.
    ///
    /// # Errors
    /// When it cannot be written.
    pub(crate) fn fill(&self, text: &str) -> Result<(), Failure> {
        fs::write(&self.text, text).map_err(|error| Failure::machine(&say!("doing-make-draft"), &error))
    }

    /// Tells whether the environment names an editor.
    pub(crate) fn is_possible() -> bool {
        editor().is_ok()
    }

    fn for_editor(home: &Path, editor: OsString) -> Result<Self, Failure> {
        sweep(home);
        let cannot = |error| Failure::machine(&say!("doing-make-draft"), &error);
        let folder = tempfile::Builder::new()
            .prefix(FOLDER_PREFIX)
            .permissions(Permissions::from_mode(0o700))
            .tempdir_in(home)
            .map_err(cannot)?;
        let lock = new_file(&folder.path().join(LOCK_NAME)).map_err(cannot)?;
        flock(&lock, FlockOperation::NonBlockingLockExclusive).map_err(|error| cannot(error.into()))?;
        let text = folder.path().join("text.txt");
        new_file(&text).map_err(cannot)?;
        Ok(Self { editor, text, _lock: lock, _folder: folder })
    }

    /// Lets the person write, and returns what they wrote.
    ///
    /// # Errors
    /// When the editor cannot be run or ends with an error.
    pub(crate) async fn edited(&self, interrupts: &Interrupts) -> Result<Vec<u8>, Failure> {
        let cannot = |error| Failure::machine(&say!("doing-run-editor"), &error);
        // The shell splits `code --wait` and the like, as git does.
        let mut shell_line = self.editor.clone();
        shell_line.push(" \"$1\"");
        let mut editor = tokio::process::Command::new("sh")
            .arg("-c")
            .arg(shell_line)
            .arg("sh")
            .arg(&self.text)
            .kill_on_drop(true)
            .spawn()
            .map_err(cannot)?;
        let status = interrupts.held_back(editor.wait()).await.map_err(cannot)?;
        if !status.success() {
            return Err(Failure::new(ExitCode::Internal, "editor_failed", say!("editor-failed"))
                .hint(say!("editor-failed.hint")));
        }
        self.bytes()
    }

    fn bytes(&self) -> Result<Vec<u8>, Failure> {
        let mut bytes = Vec::new();
        File::open(&self.text)
            // Two more for a line end and one to know that it is too long.
            .and_then(|file| file.take(TEXT_BYTES_MAX as u64 + 3).read_to_end(&mut bytes))
            .map_err(|error| Failure::machine(&say!("doing-read-draft"), &error))?;
        Ok(bytes)
    }
}

/// Removes the drafts that nobody writes any more.
pub(crate) fn sweep(home: &Path) {
    // What cannot be looked at or removed stays for the next time; writing a new draft matters more.
    let Ok(entries) = fs::read_dir(home) else { return };
    for entry in entries.flatten() {
        if !entry.file_name().as_encoded_bytes().starts_with(FOLDER_PREFIX.as_bytes()) {
            continue;
        }
        let Ok(lock) = File::open(entry.path().join(LOCK_NAME)) else { continue };
        if flock(&lock, FlockOperation::NonBlockingLockExclusive).is_ok() {
            let _ = fs::remove_dir_all(entry.path());
        }
    }
}

const FOLDER_PREFIX: &str = ".draft-";
const LOCK_NAME: &str = "lock";

fn editor() -> Result<OsString, Failure> {
    let editor = ["VISUAL", "EDITOR"].into_iter().filter_map(env::var_os).find(|editor| !editor.is_empty());
    editor.ok_or_else(|| Failure::usage(say!("no-editor")).hint(say!("no-editor.hint")))
}

fn new_file(path: &Path) -> io::Result<File> {
    OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entries(home: &Path) -> usize {
        fs::read_dir(home).unwrap().count()
    }

    #[tokio::test]
    async fn what_the_editor_wrote_is_read_and_nothing_stays() {
        let home = tempfile::tempdir().unwrap();
        let draft = Draft::for_editor(home.path(), "printf 'hello\\n' >".into()).unwrap();
        let folder = draft._folder.path().metadata().unwrap().permissions();
        let text = draft.text.metadata().unwrap().permissions();
        assert_eq!((folder.mode() & 0o777, text.mode() & 0o777), (0o700, 0o600));
        assert_eq!(draft.edited(&Interrupts::default()).await.unwrap(), b"hello\n");
        // Editors leave files of their own beside the text.
        fs::write(draft._folder.path().join("text.txt~"), b"hello").unwrap();
        drop(draft);
        assert_eq!(entries(home.path()), 0);
    }

    #[tokio::test]
    async fn the_editor_goes_on_from_what_is_there() {
        let home = tempfile::tempdir().unwrap();
        let draft = Draft::for_editor(home.path(), "printf 'and brief\\n' >>".into()).unwrap();
        draft.fill("be kind\n").unwrap();
        assert_eq!(draft.text.metadata().unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(draft.edited(&Interrupts::default()).await.unwrap(), b"be kind\nand brief\n");
    }

    #[tokio::test]
    async fn an_editor_that_fails_sends_nothing_and_leaves_nothing() {
        let home = tempfile::tempdir().unwrap();
        let draft = Draft::for_editor(home.path(), "false".into()).unwrap();
        assert_eq!(draft.edited(&Interrupts::default()).await.unwrap_err().code, "editor_failed");
        drop(draft);
        assert_eq!(entries(home.path()), 0);
    }

    #[tokio::test]
    async fn a_command_that_ends_while_somebody_writes_leaves_nothing() {
        let home = tempfile::tempdir().unwrap();
        // One plain command, so that ending the shell ends the editor; were it not so, it would end by itself.
        let draft = Draft::for_editor(home.path(), "sleep 5 #".into()).unwrap();
        let interrupts = Interrupts::default();
        tokio::select! {
            biased;
            _ = draft.edited(&interrupts) => panic!("the editor ended by itself"),
            () = tokio::task::yield_now() => {}
        }
        drop(draft);
        assert_eq!(entries(home.path()), 0);
    }

    #[test]
    fn a_draft_that_a_crash_left_is_swept_and_one_in_use_stays() {
        let home = tempfile::tempdir().unwrap();
        let in_use = Draft::for_editor(home.path(), "true".into()).unwrap();
        let left = home.path().join(".draft-left");
        fs::create_dir(&left).unwrap();
        fs::write(left.join(LOCK_NAME), b"").unwrap();
        fs::write(left.join("text.txt"), b"half a thought").unwrap();
        fs::write(home.path().join("other"), b"").unwrap();
        sweep(home.path());
        assert!(!left.exists() && in_use.text.exists() && home.path().join("other").exists());
    }
}
