//! Where everything of one person lives on this machine: one folder, made by the daemon, with the daemon's socket in it.

use std::{
    env, io,
    path::{Path, PathBuf},
};

use hearth_api::routes::SOCKET_NAME;

use crate::{catalogue::say, failure::Failure};

/// The folder.
#[derive(Clone)]
pub(crate) struct Home(PathBuf);

impl Home {
    /// Takes the folder that was asked for, or the usual one.
    ///
    /// # Errors
    /// When none was asked for and the environment does not say where a person's data lives.
    pub(crate) fn choose(asked_for: Option<&Path>) -> Result<Self, Failure> {
        let path = match asked_for {
            Some(path) if path.as_os_str().is_empty() => return Err(no_home()),
            Some(path) => path.to_owned(),
            None => {
                usual(env::var_os("XDG_DATA_HOME").map(PathBuf::from), env::var_os("HOME").map(PathBuf::from))
                    .ok_or_else(no_home)?
            }
        };
        // The daemon works in another folder than we do.
        std::path::absolute(path)
            .map(Self)
            .map_err(|error| Failure::machine(&say!("doing-find-folder"), &error))
    }

    /// Returns the path.
    pub(crate) fn path(&self) -> &Path {
        &self.0
    }

    /// Returns where the daemon listens for us.
    pub(crate) fn socket(&self) -> PathBuf {
        self.0.join(SOCKET_NAME)
    }

    /// Tells whether there is nothing at all yet.
    pub(crate) fn is_missing(&self) -> bool {
        matches!(self.0.symlink_metadata(), Err(error) if error.kind() == io::ErrorKind::NotFound)
    }
}

/// A name that says nothing to somebody who looks over the folders of a shared machine.
const FOLDER_NAME: &str = "desk";

fn usual(data_home: Option<PathBuf>, home: Option<PathBuf>) -> Option<PathBuf> {
    // The XDG base directory specification: a relative path there counts as none.
    let data_home = data_home.filter(|path| path.is_absolute());
    let home = home.filter(|path| path.is_absolute());
    Some(data_home.or_else(|| home.map(|home| home.join(".local/share")))?.join(FOLDER_NAME))
}

fn no_home() -> Failure {
    Failure::usage(say!("no-home")).hint(say!("no-home.hint"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_usual_folder_has_a_neutral_name_in_the_data_folder() {
        let usual =
            |data: Option<&str>, home: Option<&str>| usual(data.map(PathBuf::from), home.map(PathBuf::from));
        assert_eq!(usual(Some("/d"), Some("/h")), Some(PathBuf::from("/d/desk")));
        assert_eq!(usual(None, Some("/h")), Some(PathBuf::from("/h/.local/share/desk")));
        assert_eq!(usual(Some("d"), Some("/h")), Some(PathBuf::from("/h/.local/share/desk")));
        assert_eq!(usual(None, None), None);
        assert_eq!(usual(None, Some("")), None);
    }

    #[test]
    fn a_relative_folder_becomes_absolute_and_an_empty_one_is_refused() {
        assert!(Home::choose(Some(Path::new("x"))).unwrap().path().is_absolute());
        assert!(Home::choose(Some(Path::new(""))).is_err());
    }
}
