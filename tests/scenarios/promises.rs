//! What the documents promise: every test that they name is there.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

const DOCUMENTS: [(&str, &str); 3] = [
    ("LIFE.md", include_str!("../../docs/LIFE.md")),
    ("THREAT_MODEL.md", include_str!("../../docs/THREAT_MODEL.md")),
    ("LESSONS.md", include_str!("../../docs/LESSONS.md")),
];

#[test]
fn every_test_that_the_documents_name_exists() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let mut tests = BTreeSet::new();
    for folder in ["crates", "tests"] {
        collect(&root.join(folder), &mut tests);
    }
    for (document, text) in DOCUMENTS {
        let rows = rows_with_tests(text);
        assert!(rows.len() > 10, "{document} has its table");
        for row in rows {
            let (_, cell) = row.trim_end_matches(" |").rsplit_once(" | ").unwrap();
            let named: Vec<&str> = cell.split('`').skip(1).step_by(2).collect();
            assert!(!named.is_empty(), "{document} names no test: {row}");
            for test in named {
                assert!(tests.contains(test), "{document} names {test}, and there is no such test");
            }
        }
    }
}

/// The rows of all tables whose last column is that of tests.
fn rows_with_tests(text: &str) -> Vec<&str> {
    let mut lines = text.lines();
    let mut rows = Vec::new();
    while lines.any(|line| line.ends_with("| test |")) {
        rows.extend(lines.by_ref().skip(1).take_while(|line| line.starts_with('|')));
    }
    rows
}

/// Collects the names of all functions that are tests.
fn collect(folder: &Path, tests: &mut BTreeSet<String>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, tests);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let text = fs::read_to_string(&path).unwrap();
            for part in text.split("test]\n").skip(1) {
                let name = part.split_once("fn ").and_then(|(_, rest)| rest.split_once('('));
                tests.extend(name.map(|(name, _)| name.to_owned()));
            }
        }
    }
}

#[test]
fn what_a_report_of_a_list_notes_has_words_in_every_language() {
    let codes = include_str!("../../crates/hearth-meetings/src/import/report.rs");
    let words = include_str!("../../crates/hearth-cli/src/commands/meetings/notes.rs");
    let languages = [
        include_str!("../../crates/hearth-cli/locales/en/meetings.ftl"),
        include_str!("../../crates/hearth-cli/locales/es/meetings.ftl"),
    ];
    let noted = codes.lines().filter_map(|line| {
        let (code, weight) = line.trim().split_once(" = \"")?.1.split_once("\", ")?;
        // What means the same in another way is counted, and not named.
        (weight != "Changed;").then_some(code)
    });
    let noted: Vec<&str> = noted.collect();
    assert!(noted.len() > 20, "{noted:?}");
    for code in noted {
        assert!(words.contains(&format!("\"{code}\" =>")), "{code}");
        let text = format!("\nmeetings-note-{} = ", code.replace('_', "-"));
        assert!(languages.iter().all(|texts| texts.contains(&text)), "{code}");
    }
}
