//! Which region's numbers are shown: the one that is asked for, or that the environment or Hearth's folder names.
//!
//! The country of the system's locale decides nothing: a wrong number is worse than a list of all.

use std::{ffi::OsStr, fs::File, io::Read, io::Write, path::Path};

use tempfile::NamedTempFile;

use crate::{catalogue::say, failure::Failure, limits};

/// A region whose numbers are shipped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Region {
    /// The United States.
    Us,
    /// Canada.
    Ca,
    /// The United Kingdom.
    Uk,
    /// Ireland.
    Ie,
    /// Australia.
    Au,
    /// New Zealand.
    Nz,
    /// Germany.
    De,
    /// France.
    Fr,
}

impl Region {
    /// Every region.
    pub(crate) const ALL: [Self; 8] =
        [Self::Us, Self::Ca, Self::Uk, Self::Ie, Self::Au, Self::Nz, Self::De, Self::Fr];

    /// Returns the region of a code, in whatever case.
    pub(crate) fn of_code(code: &str) -> Option<Self> {
        let code = code.trim().to_ascii_uppercase();
        // ISO 3166 has GB; people say UK.
        let code = if code == "GB" { "UK" } else { code.as_str() };
        Self::ALL.into_iter().find(|region| region.code() == code)
    }

    /// Returns its code.
    pub(crate) fn code(self) -> &'static str {
        match self {
            Self::Us => "US",
            Self::Ca => "CA",
            Self::Uk => "UK",
            Self::Ie => "IE",
            Self::Au => "AU",
            Self::Nz => "NZ",
            Self::De => "DE",
            Self::Fr => "FR",
        }
    }
}

/// Returns the codes of all regions, for a sentence.
pub(crate) fn codes() -> String {
    Region::ALL.map(Region::code).join(", ")
}

/// The variable that names a region.
pub(crate) const VARIABLE: &str = "HEARTH_REGION";

/// What named the region.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NamedBy {
    /// The command line.
    CommandLine,
    /// The environment.
    Variable,
    /// A file in Hearth's folder.
    Folder,
    /// Nothing.
    Nothing,
}

impl NamedBy {
    /// Returns its name in JSON.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::CommandLine => "option",
            Self::Variable => "variable",
            Self::Folder => "folder",
            Self::Nothing => "nothing",
        }
    }
}

/// The region to show, if it is known which.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Chosen {
    /// The region; `None` if nothing names one that is known.
    pub(crate) region: Option<Region>,
    /// What named it, or named one that is not known.
    pub(crate) by: NamedBy,
}

impl Chosen {
    /// Nothing named a region.
    pub(crate) const NOTHING: Self = Self { region: None, by: NamedBy::Nothing };

    /// Takes the first word for it: the command line's, the environment's, the folder's. One that is not known is not passed
    /// over in silence: who wrote it meant another place than the next word names.
    pub(crate) fn of(asked_for: Option<&str>, variable: Option<&OsStr>, home: Option<&Path>) -> Self {
        if let Some(code) = asked_for {
            return Self { region: Region::of_code(code), by: NamedBy::CommandLine };
        }
        if let Some(code) = variable.filter(|code| !code.is_empty()) {
            let region = code.to_str().and_then(Region::of_code);
            return Self { region, by: NamedBy::Variable };
        }
        match home.and_then(kept) {
            Some(code) => Self { region: Region::of_code(&code), by: NamedBy::Folder },
            None => Self::NOTHING,
        }
    }

    /// Tells whether something named a region that is not known.
    pub(crate) fn is_unknown(self) -> bool {
        self.region.is_none() && self.by != NamedBy::Nothing
    }
}

/// Not a secret; its name says nothing about what it is for.
const FILE_NAME: &str = "region";

fn kept(home: &Path) -> Option<String> {
    let mut code = String::new();
    // Without the file, or with one that cannot be read, all numbers are shown.
    File::open(home.join(FILE_NAME))
        .ok()?
        .take(limits::REGION_FILE_BYTES_MAX)
        .read_to_string(&mut code)
        .ok()?;
    Some(code)
}

/// Keeps a region for this folder.
///
/// # Errors
/// When the folder is not there or cannot be written to.
pub(crate) fn keep(home: &Path, region: Region) -> Result<(), Failure> {
    if !home.is_dir() {
        return Err(Failure::usage(say!("crisis-region-no-folder"))
            .hint(say!("crisis-region-no-folder.hint", variable = VARIABLE)));
    }
    let cannot = |error| Failure::machine(&say!("doing-keep-region"), &error);
    // Whole or not at all; readable by its owner alone, as a temporary file is.
    let mut file = NamedTempFile::new_in(home).map_err(cannot)?;
    writeln!(file, "{}", region.code()).and_then(|()| file.as_file().sync_all()).map_err(cannot)?;
    file.persist(home.join(FILE_NAME)).map_err(|error| cannot(error.error))?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn the_command_line_goes_before_the_variable_and_that_before_the_folder() {
        let home = tempfile::tempdir().unwrap();
        keep(home.path(), Region::Nz).unwrap();
        let of = |asked: Option<&str>, variable: Option<&str>, home: Option<&Path>| {
            let chosen = Chosen::of(asked, variable.map(OsStr::new), home);
            (chosen.region, chosen.by)
        };
        let home = Some(home.path());
        assert_eq!(of(Some("us"), Some("CA"), home), (Some(Region::Us), NamedBy::CommandLine));
        assert_eq!(of(None, Some("gb"), home), (Some(Region::Uk), NamedBy::Variable));
        assert_eq!(of(None, Some(""), home), (Some(Region::Nz), NamedBy::Folder));
        assert_eq!(of(None, None, Some(Path::new("/nowhere"))), (None, NamedBy::Nothing));
        assert_eq!(of(None, None, None), (None, NamedBy::Nothing));
    }

    #[test]
    fn a_word_that_is_not_known_is_not_taken_for_another() {
        let home = tempfile::tempdir().unwrap();
        keep(home.path(), Region::Us).unwrap();
        for (asked, variable) in [(Some("XX"), None), (None, Some("Mars")), (Some(""), Some("US"))] {
            let chosen = Chosen::of(asked, variable.map(OsStr::new), Some(home.path()));
            assert!(chosen.is_unknown(), "{asked:?} {variable:?}");
        }
        std::fs::write(home.path().join(FILE_NAME), "\u{1b}[2J".repeat(1000)).unwrap();
        assert!(Chosen::of(None, None, Some(home.path())).is_unknown());
        std::fs::write(home.path().join(FILE_NAME), [0xff, 0xfe]).unwrap();
        assert_eq!(Chosen::of(None, None, Some(home.path())), Chosen::NOTHING);
    }

    #[test]
    fn what_is_kept_is_its_owners_alone_to_read() {
        let home = tempfile::tempdir().unwrap();
        keep(home.path(), Region::Us).unwrap();
        keep(home.path(), Region::Fr).unwrap();
        let mode = std::fs::metadata(home.path().join(FILE_NAME)).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        assert_eq!(Chosen::of(None, None, Some(home.path())).region, Some(Region::Fr));
        assert!(keep(Path::new("/nowhere/at/all"), Region::Us).is_err());
    }
}
