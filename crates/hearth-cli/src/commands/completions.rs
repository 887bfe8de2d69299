//! `hearth completions`: what a shell needs to complete the command line.

use serde::Serialize;

use crate::{args::Completions, failure::Stopped, help, output::Output};

#[derive(Serialize)]
struct Script<'a> {
    shell: String,
    script: &'a str,
}

/// Prints them.
pub(super) fn run(completions: &Completions, output: &Output) -> Result<(), Stopped> {
    let script = script(completions.shell);
    let body = Script { shell: completions.shell.to_string(), script: &script };
    output.answer("hearth.completions/1", &body, || script.trim_end().to_owned())
}

fn script(shell: clap_complete::Shell) -> String {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut help::command(), "hearth", &mut script);
    String::from_utf8_lossy(&script).into_owned()
}

#[cfg(test)]
mod tests {
    use clap::ValueEnum;

    use super::*;

    #[test]
    fn every_shell_learns_every_verb() {
        for shell in clap_complete::Shell::value_variants() {
            let script = script(*shell);
            for verb in [
                "start",
                "join",
                "invite",
                "share",
                "read",
                "dm",
                "people",
                "status",
                "stop",
                "remove",
                "unlock",
                "group",
                "members",
                "roles",
                "role",
                "conscience",
                "endorse",
                "keep",
                "leave",
                "devices",
                "verify",
            ] {
                assert!(script.contains(verb), "{shell} does not know {verb}");
            }
        }
    }
}
