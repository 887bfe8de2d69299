//! A copy of the sources in which rules are broken, and the running of checks there.
//!
//! Owns a folder in `target/mutants` for each bench: a copy, and one target folder for all mutants that are made there, so that
//! only what a mutant touches is built anew. The sources themselves are never touched.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::time::{Duration, Instant};

use hearth_core::crypto;
use hearth_core::ids::EventId;
use serde_json::Value;

use super::list::Mutant;

/// How long one run of checks may take: a mutant that hangs is caught, too. The slowest suite takes a tenth of it.
const CHECKS_MAX: Duration = Duration::from_secs(30 * 60);
/// How long one check may take.
const CHECK_MAX: Duration = Duration::from_secs(5 * 60);
/// What is copied of the workspace.
const SOURCES: [&str; 5] = ["Cargo.toml", "Cargo.lock", "crates", "tests", "docs"];

/// What a verdict depends on.
const JUDGED_BY: [&str; 5] =
    ["Cargo.lock", "crates/hearth-core", "tests/logs", "tests/scenarios", "tests/sim"];

/// Where checks stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Suite {
    /// Unit tests of the core.
    Core,
    /// Properties of random control logs.
    Logs,
    /// Stories in the simulator.
    Scenarios,
}

impl Suite {
    fn package(self) -> &'static str {
        match self {
            Self::Core => "hearth-core",
            Self::Logs | Self::Scenarios => "hearth-tests",
        }
    }

    fn folder(self) -> &'static str {
        match self {
            Self::Core => "crates/hearth-core",
            Self::Logs | Self::Scenarios => "tests",
        }
    }

    fn target(self) -> &'static [&'static str] {
        match self {
            Self::Core => &["--lib"],
            Self::Logs => &["--test", "membership"],
            Self::Scenarios => &["--test", "scenarios"],
        }
    }

    fn target_name(self) -> &'static str {
        match self {
            Self::Core => "hearth_core",
            Self::Logs => "membership",
            Self::Scenarios => "scenarios",
        }
    }

    /// Returns what the suite is called in the table.
    pub(super) fn words(self) -> &'static str {
        match self {
            Self::Core => "core",
            Self::Logs => "logs",
            Self::Scenarios => "scenario",
        }
    }
}

/// The copy.
pub(super) struct Workshop {
    root: PathBuf,
    copy: PathBuf,
    target: PathBuf,
    /// What was caught before, by a hash over mutant, sources and checks.
    notes: PathBuf,
    /// The hash over sources and checks.
    sources: [u8; 32],
    /// The file that a mutant has changed.
    changed: Option<&'static str>,
    /// What was built since the last change.
    built: BTreeMap<Suite, PathBuf>,
}

impl Workshop {
    /// Brings the copy of bench number `bench` in line with the sources.
    pub(super) fn open(bench: usize) -> Result<Self, String> {
        let manifest = Path::new(env!("CARGO_MANIFEST_DIR"));
        let root = manifest.parent().ok_or("no workspace")?.to_owned();
        let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), PathBuf::from);
        let home = target.join("mutants");
        let workshop = Self {
            copy: home.join(bench.to_string()).join("source"),
            target: home.join(bench.to_string()).join("target"),
            notes: home.join("caught"),
            sources: hash_of(&root)?,
            root,
            changed: None,
            built: BTreeMap::new(),
        };
        std::fs::create_dir_all(&workshop.copy).map_err(|error| error.to_string())?;
        for name in SOURCES {
            mirror(&workshop.root.join(name), &workshop.copy.join(name))
                .map_err(|error| error.to_string())?;
        }
        // The checks need none of the programs beside them.
        let manifest = workshop.copy.join("tests/Cargo.toml");
        let text = std::fs::read_to_string(&manifest).map_err(|error| error.to_string())?;
        std::fs::write(manifest, without_programs(&text)).map_err(|error| error.to_string())?;
        Ok(workshop)
    }

    /// Returns what caught a mutant in an earlier run on the same sources and checks: a run that was interrupted goes on
    /// where it stopped.
    pub(super) fn noted(&self, mutant: &Mutant) -> Option<(Suite, String)> {
        let key = self.key(mutant);
        let notes = std::fs::read_to_string(&self.notes).ok()?;
        let mut found = notes.lines().filter_map(|line| line.strip_prefix(&key)?.trim().split_once(' '));
        found.find_map(|(suite, name)| {
            let suite = super::SUITES.into_iter().find(|known| known.words() == suite)?;
            Some((suite, name.to_owned()))
        })
    }

    /// Notes what caught a mutant.
    pub(super) fn note(&self, mutant: &Mutant, suite: Suite, name: &str) -> Result<(), String> {
        let line = format!("{} {} {name}\n", self.key(mutant), suite.words());
        let file = std::fs::OpenOptions::new().create(true).append(true).open(&self.notes);
        file.and_then(|mut file| file.write_all(line.as_bytes())).map_err(|error| error.to_string())
    }

    fn key(&self, mutant: &Mutant) -> String {
        let parts = [mutant.file, mutant.old, mutant.new, mutant.check].map(str::as_bytes);
        let mutant = crypto::hash("hearth mutant", &parts);
        EventId(crypto::hash("hearth mutant of sources", &[&self.sources, &mutant])).to_hex()
    }

    /// Requires that a mutant's text is there, once.
    pub(super) fn check_patch(&self, mutant: &Mutant) -> Result<(), String> {
        let text = self.source(mutant.file)?;
        match text.matches(mutant.old).count() {
            1 if mutant.old != mutant.new => Ok(()),
            count => Err(format!("{}: its text is {count} times in {}", mutant.name, mutant.file)),
        }
    }

    /// Breaks one rule, and no other one.
    pub(super) fn patch(&mut self, mutant: &'static Mutant) -> Result<(), String> {
        self.check_patch(mutant)?;
        self.restore()?;
        let text = self.source(mutant.file)?.replacen(mutant.old, mutant.new, 1);
        std::fs::write(self.copy.join(mutant.file), text).map_err(|error| error.to_string())?;
        self.changed = Some(mutant.file);
        self.built.clear();
        Ok(())
    }

    /// Makes the copy whole again.
    pub(super) fn restore(&mut self) -> Result<(), String> {
        if let Some(file) = self.changed.take() {
            std::fs::write(self.copy.join(file), self.source(file)?).map_err(|error| error.to_string())?;
            self.built.clear();
        }
        Ok(())
    }

    fn source(&self, file: &str) -> Result<String, String> {
        std::fs::read_to_string(self.root.join(file)).map_err(|error| format!("{file}: {error}"))
    }

    /// Finds the suite and the full name of each check.
    pub(super) fn find_checks(
        &mut self,
        checks: impl Iterator<Item = &'static str>,
    ) -> Result<BTreeMap<String, (Suite, String)>, String> {
        let mut known: BTreeMap<String, Vec<(Suite, String)>> = BTreeMap::new();
        for suite in super::SUITES {
            let program = self.build(suite)?;
            let output = Command::new(program).args(["--list", "--format", "terse"]).output();
            let output = output.map_err(|error| error.to_string())?;
            for line in String::from_utf8_lossy(&output.stdout).lines() {
                let Some(path) = line.strip_suffix(": test") else { continue };
                let name = path.rsplit("::").next().unwrap_or(path);
                known.entry(name.to_owned()).or_default().push((suite, path.to_owned()));
            }
        }
        let found = checks.map(|check| match known.get(check).map(Vec::as_slice) {
            Some([home]) => Ok((check.to_owned(), home.clone())),
            Some(_) => Err(format!("there are several checks {check}")),
            None => Err(format!("there is no check {check}")),
        });
        found.collect()
    }

    /// Runs these checks of a suite, or all, and returns those that fail.
    pub(super) fn failures(&mut self, suite: Suite, checks: &[String]) -> Result<Vec<String>, String> {
        let program = self.build(suite)?;
        let mut command = Command::new(program);
        if !checks.is_empty() {
            command.arg("--exact").args(checks);
        }
        let folder = self.copy.join(suite.folder());
        command.current_dir(&folder).env("CARGO_MANIFEST_DIR", &folder);
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut child = command.spawn().map_err(|error| error.to_string())?;
        let output = child.stdout.take().ok_or("no output")?;
        let (sender, lines) = channel();
        std::thread::spawn(move || {
            for line in BufReader::new(output).lines().map_while(Result::ok) {
                if sender.send(line).is_err() {
                    return;
                }
            }
        });
        let may_take = if checks.len() == 1 { CHECK_MAX } else { CHECKS_MAX };
        let deadline = Instant::now() + may_take;
        let (mut failed, mut passed) = (BTreeSet::new(), 0);
        loop {
            match lines.recv_timeout(deadline.saturating_duration_since(Instant::now())) {
                Ok(line) => {
                    let told = line.strip_prefix("test ").and_then(|line| line.split_once(" ... "));
                    match told {
                        Some((name, "FAILED")) => {
                            failed.insert(name.to_owned());
                        }
                        Some((_, "ok")) => passed += 1,
                        Some(_) | None => {}
                    }
                }
                Err(RecvTimeoutError::Disconnected) => break,
                Err(RecvTimeoutError::Timeout) => {
                    child.kill().ok();
                    // One that hangs has failed, too. Of several nobody knows which one it is.
                    match checks {
                        [check] => failed.insert(check.clone()),
                        _ => {
                            child.wait().ok();
                            return Err(format!("the {} checks did not end", suite.words()));
                        }
                    };
                    break;
                }
            }
        }
        let status = child.wait().map_err(|error| error.to_string())?;
        if status.success() == failed.is_empty() && (passed > 0 || !failed.is_empty()) {
            return Ok(failed.into_iter().collect());
        }
        // It broke down as a whole: of several checks nobody knows which one did it.
        match checks {
            [check] if !status.success() => Ok(vec![check.clone()]),
            _ => Err(format!("{} checks ended with {status} and said nothing", suite.words())),
        }
    }

    /// Builds a suite's checks and returns the program.
    fn build(&mut self, suite: Suite) -> Result<PathBuf, String> {
        if let Some(program) = self.built.get(&suite) {
            return Ok(program.clone());
        }
        let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
        command.args(["test", "--locked", "--no-run", "--message-format=json", "-p", suite.package()]);
        command.args(suite.target()).current_dir(&self.copy).env("CARGO_TARGET_DIR", &self.target);
        // Nobody looks at it with a debugger, and one check at a time is quicker run than optimised.
        command.args([
            "--config",
            "profile.dev.debug=0",
            "--config",
            "profile.dev.package.hearth-core.opt-level=0",
        ]);
        let output = command.output().map_err(|error| error.to_string())?;
        if !output.status.success() {
            let what = self.changed.unwrap_or("the copy");
            return Err(format!(
                "does not build with {what} changed:\n{}",
                errors_of(&output.stdout, &output.stderr)
            ));
        }
        let messages = String::from_utf8_lossy(&output.stdout);
        let program = messages.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok()).find_map(
            |message| {
                let is_it =
                    message["profile"]["test"] == true && message["target"]["name"] == suite.target_name();
                let path = message["executable"].as_str().filter(|_| is_it)?;
                Some(PathBuf::from(path))
            },
        );
        let program = program.ok_or("cargo names no program")?;
        self.built.insert(suite, program.clone());
        Ok(program)
    }
}

fn errors_of(stdout: &[u8], stderr: &[u8]) -> String {
    let messages = String::from_utf8_lossy(stdout);
    let messages = messages.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
    let rendered: Vec<String> = messages
        .filter(|message| message["message"]["level"] == "error")
        .filter_map(|message| Some(message["message"]["rendered"].as_str()?.to_owned()))
        .collect();
    if rendered.is_empty() { String::from_utf8_lossy(stderr).into_owned() } else { rendered.concat() }
}

/// The manifest of the checks without its programs, which would be linked anew for each mutant.
fn without_programs(manifest: &str) -> String {
    let sections = manifest.split("\n\n").filter(|section| !section.starts_with("[[bin]]"));
    sections.collect::<Vec<_>>().join("\n\n")
}

/// A hash over all that a verdict depends on.
fn hash_of(root: &Path) -> Result<[u8; 32], String> {
    let mut files = Vec::new();
    for name in JUDGED_BY {
        collect(&root.join(name), &mut files).map_err(|error| error.to_string())?;
    }
    files.sort();
    let mut hash = [0; 32];
    for file in files {
        let bytes = std::fs::read(&file).map_err(|error| error.to_string())?;
        let name = file.strip_prefix(root).unwrap_or(&file).to_string_lossy().into_owned();
        hash = crypto::hash("hearth sources", &[&hash, name.as_bytes(), &bytes]);
    }
    Ok(hash)
}

fn collect(path: &Path, files: &mut Vec<PathBuf>) -> std::io::Result<()> {
    if !path.is_dir() {
        files.push(path.to_owned());
        return Ok(());
    }
    for entry in std::fs::read_dir(path)? {
        collect(&entry?.path(), files)?;
    }
    Ok(())
}

/// Makes `to` what `from` is. What is the same stays untouched, so that it is not built anew.
fn mirror(from: &Path, to: &Path) -> std::io::Result<()> {
    if !from.is_dir() {
        let bytes = std::fs::read(from)?;
        if std::fs::read(to).ok().as_ref() != Some(&bytes) {
            std::fs::write(to, bytes)?;
        }
        return Ok(());
    }
    std::fs::create_dir_all(to)?;
    let mut names = BTreeSet::new();
    for entry in std::fs::read_dir(from)? {
        let name = entry?.file_name();
        mirror(&from.join(&name), &to.join(&name))?;
        names.insert(name);
    }
    for entry in std::fs::read_dir(to)? {
        let entry = entry?;
        if names.contains(&entry.file_name()) {
            continue;
        }
        if entry.file_type()?.is_dir() {
            std::fs::remove_dir_all(entry.path())?;
        } else {
            std::fs::remove_file(entry.path())?;
        }
    }
    Ok(())
}
