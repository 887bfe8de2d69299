//! `hearth man`: the manual pages, one for the command and one for each verb.

use std::{fs, io, path::Path};

use clap_mangen::Man as Page;
use serde::Serialize;

use crate::{
    args::Man,
    catalogue::say,
    failure::{Failure, Stopped},
    help,
    output::Output,
};

#[derive(Serialize)]
struct Printed<'a> {
    page: &'a str,
}

#[derive(Serialize)]
struct Written {
    pages: Vec<String>,
}

/// Writes or prints them.
pub(super) fn run(man: &Man, output: &Output) -> Result<(), Stopped> {
    let Some(folder) = &man.folder else {
        let mut page = Vec::new();
        Page::new(help::command())
            .render(&mut page)
            .map_err(|error| Failure::machine(&say!("doing-make-page"), &error))?;
        let page = String::from_utf8_lossy(&page).into_owned();
        return output.answer("hearth.man/1", &Printed { page: &page }, || page.trim_end().to_owned());
    };
    let pages = write_all(folder).map_err(|error| Failure::machine(&say!("doing-write-pages"), &error))?;
    let count = pages.len();
    output.answer("hearth.man-pages/1", &Written { pages }, || say!("man-written", count = count))
}

fn write_all(folder: &Path) -> io::Result<Vec<String>> {
    fs::create_dir_all(folder)?;
    // Building passes the options of every verb on to each of them, and names their pages.
    let mut command = help::command().disable_help_subcommand(true);
    command.build();
    let mut pages = Vec::new();
    let verbs = command.get_subcommands().filter(|verb| !verb.is_hide_set()).cloned();
    for command in std::iter::once(command.clone()).chain(verbs) {
        let page = Page::new(command);
        let name = page.get_filename();
        let mut contents = Vec::new();
        page.render(&mut contents)?;
        fs::write(folder.join(&name), contents)?;
        pages.push(name);
    }
    Ok(pages)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_verb_gets_a_page() {
        let folder = tempfile::tempdir().unwrap();
        let pages = write_all(folder.path()).unwrap();
        for page in ["hearth.1", "hearth-start.1", "hearth-share.1", "hearth-unlock.1"] {
            assert!(pages.iter().any(|name| name == page), "{pages:?}");
        }
        for page in pages {
            let contents = fs::read_to_string(folder.path().join(page)).unwrap();
            assert!(contents.starts_with(".ie") && contents.contains("NAME"), "{contents}");
        }
    }
}
