//! Breaks one rule at a time, and shows that a check notices: `sim --mutants [NAME ...] [--named] [--write docs/MUTANTS.md]`.
//! With names, it writes their lines of the table anew and leaves the others as they are.
//!
//! Owns the order of the work and what is told of it. `list` holds the mutants, `workshop` the copy of the sources that
//! they are made in. A check that cannot fail is worth nothing: each mutant is a rule whose loss a member would suffer
//! from, and a mutant that no check catches is a finding.

use std::collections::BTreeMap;
use std::process::ExitCode;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

use list::{MUTANTS, Mutant};
use workshop::{Suite, Workshop};

mod list;
mod workshop;

const USAGE: &str =
    "usage: sim --mutants [NAME ...] [--named] [--write PATH]; --named tries no check but the named one";
/// Where checks are looked for when the named one passes, the cheapest first.
const SUITES: [Suite; 3] = [Suite::Core, Suite::Logs, Suite::Scenarios];

/// What stands in the table for a mutant that survived.
const NOTHING: &str = "**nothing**";

/// What became of a mutant.
struct Verdict {
    mutant: &'static Mutant,
    /// The check that failed, and where it stands.
    caught_by: Option<(Suite, String)>,
}

/// Runs all mutants, or those that are named, and says how many were caught.
pub(crate) fn run_mutants(arguments: &[String]) -> ExitCode {
    let Some(Choice { chosen, is_named_only, path }) = choice(arguments) else {
        eprintln!("{USAGE}");
        return ExitCode::from(2);
    };
    match judge(&chosen, is_named_only) {
        Ok(verdicts) => tell(&verdicts, path.as_deref()),
        Err(why) => {
            eprintln!("the run says nothing: {why}");
            ExitCode::FAILURE
        }
    }
}

/// What is asked for.
struct Choice {
    chosen: Vec<&'static Mutant>,
    is_named_only: bool,
    path: Option<String>,
}

fn choice(arguments: &[String]) -> Option<Choice> {
    let (mut chosen, mut is_named_only, mut path) = (Vec::new(), false, None);
    let mut arguments = arguments.iter();
    while let Some(argument) = arguments.next() {
        if argument == "--write" {
            path = Some(arguments.next()?.clone());
        } else if argument == "--named" {
            is_named_only = true;
        } else {
            chosen.push(MUTANTS.iter().find(|mutant| mutant.name == argument)?);
        }
    }
    if chosen.is_empty() {
        chosen.extend(MUTANTS);
    }
    Some(Choice { chosen, is_named_only, path })
}

fn judge(chosen: &[&'static Mutant], is_named_only: bool) -> Result<Vec<Verdict>, String> {
    let mut first = Workshop::open(0)?;
    for mutant in chosen {
        first.check_patch(mutant)?;
    }
    let homes = first.find_checks(chosen.iter().map(|mutant| mutant.check))?;
    println!("{} mutants; first their checks on the sources as they are", chosen.len());
    require_passing(&mut first, &homes)?;

    // Each mutant is built by itself, and a compiler of one crate keeps about one core busy.
    let benches = std::thread::available_parallelism().map_or(1, usize::from).min(chosen.len());
    let mut workshops = vec![first];
    for bench in 1..benches {
        workshops.push(Workshop::open(bench)?);
    }
    let (next, verdicts) = (AtomicUsize::new(0), Mutex::new(BTreeMap::new()));
    let work = |mut workshop: Workshop| {
        loop {
            let number = next.fetch_add(1, Ordering::Relaxed);
            let Some(mutant) = chosen.get(number) else {
                workshop.restore()?;
                return Ok::<Workshop, String>(workshop);
            };
            let verdict = verdict(&mut workshop, mutant, &homes, is_named_only)?;
            verdicts.lock().map_err(|_| "a bench broke down")?.insert(number, verdict);
        }
    };
    let finished: Vec<Result<Workshop, String>> = std::thread::scope(|scope| {
        let benches: Vec<_> = workshops.into_iter().map(|workshop| scope.spawn(|| work(workshop))).collect();
        benches
            .into_iter()
            .map(|bench| bench.join().unwrap_or(Err("a bench broke down".to_owned())))
            .collect()
    });
    let finished = finished.into_iter().collect::<Result<Vec<Workshop>, String>>()?;
    let mut first = finished.into_iter().next().ok_or("nothing to do")?;
    let verdicts: Vec<Verdict> =
        verdicts.into_inner().map_err(|_| "a bench broke down")?.into_values().collect();

    // What was found by looking further has to pass on the sources as they are, or it says nothing.
    let found: BTreeMap<String, (Suite, String)> = verdicts
        .iter()
        .filter_map(|verdict| verdict.caught_by.clone())
        .filter(|(_, name)| !homes.values().any(|(_, known)| known == name))
        .map(|(suite, name)| (name.clone(), (suite, name)))
        .collect();
    require_passing(&mut first, &found)?;
    Ok(verdicts)
}

/// Breaks one rule and looks for a check that notices.
fn verdict(
    workshop: &mut Workshop,
    mutant: &'static Mutant,
    homes: &BTreeMap<String, (Suite, String)>,
    is_named_only: bool,
) -> Result<Verdict, String> {
    let began = Instant::now();
    if let Some(caught_by) = workshop.noted(mutant) {
        println!("{}: caught by {} before", mutant.name, caught_by.1);
        return Ok(Verdict { mutant, caught_by: Some(caught_by) });
    }
    workshop.patch(mutant)?;
    let (suite, path) = homes.get(mutant.check).ok_or("a check without a home")?;
    let mut caught_by =
        workshop.failures(*suite, std::slice::from_ref(path))?.pop().map(|name| (*suite, name));
    if caught_by.is_none() && !is_named_only {
        println!("{}: {} passes; looking further", mutant.name, mutant.check);
        for suite in SUITES {
            caught_by = workshop.failures(suite, &[])?.into_iter().next().map(|name| (suite, name));
            if caught_by.is_some() {
                break;
            }
        }
    }
    let seconds = began.elapsed().as_secs();
    match &caught_by {
        Some((suite, name)) => {
            workshop.note(mutant, *suite, name)?;
            println!("{}: caught by {name} ({seconds} s)", mutant.name);
        }
        None => println!("{}: SURVIVED ({seconds} s)", mutant.name),
    }
    Ok(Verdict { mutant, caught_by })
}

fn require_passing(
    workshop: &mut Workshop,
    checks: &BTreeMap<String, (Suite, String)>,
) -> Result<(), String> {
    for suite in SUITES {
        let names: Vec<String> =
            checks.values().filter(|(home, _)| *home == suite).map(|(_, path)| path.clone()).collect();
        if names.is_empty() {
            continue;
        }
        let failures = workshop.failures(suite, &names)?;
        if !failures.is_empty() {
            return Err(format!("on the sources as they are fails {}", failures.join(", ")));
        }
    }
    Ok(())
}

fn tell(verdicts: &[Verdict], path: Option<&str>) -> ExitCode {
    let caught = verdicts.iter().filter(|verdict| verdict.caught_by.is_some()).count();
    if let Some(path) = path
        && let Err(error) = write_table(verdicts, path)
    {
        eprintln!("the table cannot be written: {error}");
        return ExitCode::FAILURE;
    }
    println!("{caught} of {} caught", verdicts.len());
    if caught == verdicts.len() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// Writes the table; the lines of mutants that did not run now are those of the table that is there.
fn write_table(verdicts: &[Verdict], path: &str) -> Result<(), String> {
    let before = std::fs::read_to_string(path).unwrap_or_default();
    std::fs::write(path, table(verdicts, &before)?).map_err(|error| error.to_string())
}

fn table(verdicts: &[Verdict], before: &str) -> Result<String, String> {
    let mut cells = Vec::new();
    for mutant in MUTANTS {
        let now = verdicts.iter().find(|verdict| verdict.mutant.name == mutant.name);
        let cell = match now.map(|verdict| &verdict.caught_by) {
            Some(Some((suite, name))) => {
                format!("`{}` ({})", name.rsplit("::").next().unwrap_or(name), suite.words())
            }
            Some(None) => NOTHING.to_owned(),
            None => {
                let line = before.lines().find(|line| line.starts_with(&format!("| `{}` |", mutant.name)));
                let cell = line.and_then(|line| line.trim_end_matches(" |").rsplit_once(" | "));
                cell.ok_or_else(|| format!("{} has no line there: run it, too", mutant.name))?.1.to_owned()
            }
        };
        cells.push(cell);
    }
    let caught = cells.iter().filter(|cell| *cell != NOTHING).count();
    let mut text = format!(
        "# Mutants\n\nEach line breaks one rule of [PROTOCOL.md](PROTOCOL.md) in a copy of the sources; the check in the last \
         column then fails.\nMade by `cargo run --release -p hearth-tests --bin sim -- --mutants --write docs/MUTANTS.md`, \
         never by hand.\nWith names of mutants, their lines are made anew; the others are of earlier runs.\nWhat is changed stands in `tests/mutants/list.rs`.\n\n{caught} of {} caught.\n\n\
         | mutant | rule | what a member would suffer | caught by |\n|---|---|---|---|\n",
        MUTANTS.len()
    );
    for (mutant, by) in MUTANTS.iter().zip(&cells) {
        text.push_str(&format!("| `{}` | {} | {} | {by} |\n", mutant.name, mutant.rule, mutant.harm));
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    use super::{MUTANTS, NOTHING, Suite, Verdict, table};

    #[test]
    fn lines_of_some_are_written_anew_and_a_table_that_lacks_others_is_refused() {
        let survived = |mutant| Verdict { mutant, caught_by: None };
        let all: Vec<Verdict> = MUTANTS.iter().map(survived).collect();
        let before = table(&all, "").unwrap();
        assert!(before.contains(&format!("\n0 of {} caught.\n", MUTANTS.len())));
        let caught_by = Some((Suite::Core, "a::b::check".to_owned()));
        let one = [Verdict { mutant: &MUTANTS[1], caught_by }];
        let after = table(&one, &before).unwrap();
        assert!(after.contains(&format!("\n1 of {} caught.\n", MUTANTS.len())));
        assert_eq!(after.matches("`check` (core) |").count(), 1);
        assert_eq!(after.matches(NOTHING).count(), MUTANTS.len() - 1);
        assert!(table(&one, "").is_err());
    }

    #[test]
    fn every_mutant_fits_the_sources() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
        for mutant in MUTANTS {
            let source = fs::read_to_string(root.join(mutant.file)).unwrap();
            let count = source.matches(mutant.old).count();
            assert_eq!(count, 1, "{}: its text is {count} times in {}", mutant.name, mutant.file);
        }
    }
}
