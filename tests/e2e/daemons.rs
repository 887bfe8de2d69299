//! Real daemons on this machine, driven through the command `hearth` as a member would.
//!
//! Owns the daemons that it starts: each is ended by the pid that it reported in its own folder's lock, when its
//! member is dropped.

use std::io::{BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::OnceLock;
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use serde_json::Value;

/// How long any one thing may take; generous, because machines are noisy and nothing here measures time.
pub const DEADLINE: Duration = Duration::from_secs(180);

/// Returns the folder of the binaries, built once.
pub fn binaries() -> &'static Path {
    static FOLDER: OnceLock<PathBuf> = OnceLock::new();
    FOLDER.get_or_init(|| {
        let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        let manifest = Path::new(env!("CARGO_MANIFEST_DIR")).join("../Cargo.toml");
        let mut build = Command::new(cargo);
        build.args(["build", "--locked", "--quiet", "-p", "hearth-node", "-p", "hearth-cli", "--bins"]);
        build.arg("--manifest-path").arg(manifest);
        if !cfg!(debug_assertions) {
            build.arg("--release");
        }
        assert!(build.status().expect("cargo runs").success(), "the binaries do not build");
        // This program stands in target/PROFILE or target/PROFILE/deps.
        let this = std::env::current_exe().expect("this program has a path");
        let folder = this.ancestors().skip(1).find(|folder| folder.join("hearthd").is_file());
        folder.expect("hearthd stands beside the tests").to_owned()
    })
}

/// One member with a folder and a daemon of its own.
pub struct Person {
    /// The name in the group.
    pub name: String,
    /// The data folder.
    pub home: PathBuf,
    listen: String,
    passphrase: PathBuf,
}

/// What a command said.
pub struct Said {
    /// The exit code.
    pub code: i32,
    /// Standard output.
    pub out: String,
    /// Standard error.
    pub err: String,
}

impl Said {
    /// Returns the only JSON object of the answer.
    pub fn json(&self) -> Value {
        serde_json::from_str(self.out.trim()).unwrap_or_else(|_| panic!("no JSON: {}{}", self.out, self.err))
    }

    /// Returns a text field of the only JSON object.
    pub fn field(&self, name: &str) -> String {
        self.json()[name].as_str().unwrap_or_else(|| panic!("no {name}: {}", self.out)).to_owned()
    }

    /// Demands success.
    #[track_caller]
    pub fn ok(self) -> Self {
        assert_eq!(self.code, 0, "{}{}", self.out, self.err);
        self
    }

    /// Demands an exit code and a short message.
    #[track_caller]
    pub fn fails(self, code: i32) -> Self {
        assert_eq!(self.code, code, "{}{}", self.out, self.err);
        assert!(!self.err.trim().is_empty(), "a failure says why");
        assert!(self.err.trim().lines().count() <= 2, "one clear line and a hint: {}", self.err);
        self
    }
}

impl Person {
    /// Makes a member's folder under `root`.
    pub fn new(root: &Path, name: &str, listen: &str) -> Self {
        let passphrase = root.join(format!("{name}.passphrase"));
        std::fs::write(&passphrase, format!("a long passphrase of {name}\n")).expect("a passphrase file");
        Self { name: name.to_owned(), home: root.join(name), listen: listen.to_owned(), passphrase }
    }

    /// Runs `hearth` with these arguments and this standard input.
    pub fn run(&self, arguments: &[&str], input: &str) -> Said {
        let mut child = self.command(arguments).spawn().expect("hearth starts");
        child.stdin.take().expect("a pipe").write_all(input.as_bytes()).ok();
        said(child.wait_with_output().expect("hearth ends"))
    }

    /// Runs `hearth` as [`Person::run`] does, and returns all that a terminal would show, in its order, as standard output.
    pub fn watch(&self, arguments: &[&str], input: &str) -> Said {
        let (mut reader, writer) = std::io::pipe().expect("a pipe");
        let mut command = self.command(arguments);
        command.stdout(writer.try_clone().expect("a pipe")).stderr(writer);
        let mut child = command.spawn().expect("hearth starts");
        // The command keeps the ends that it was given; while it is there, the reading would not end.
        drop(command);
        child.stdin.take().expect("a pipe").write_all(input.as_bytes()).ok();
        let mut shown = Vec::new();
        reader.read_to_end(&mut shown).expect("a pipe can be read");
        said(Output { status: child.wait().expect("hearth ends"), stdout: shown, stderr: Vec::new() })
    }

    /// Starts `hearth` with these arguments and nothing on standard input, and lets it run.
    pub fn begin(&self, arguments: &[&str]) -> Running {
        let mut child = self.command(arguments).spawn().expect("hearth starts");
        drop(child.stdin.take());
        let lines = BufReader::new(child.stdout.take().expect("a pipe")).lines();
        let (sender, receiver) = channel();
        std::thread::spawn(move || {
            for line in lines.map_while(Result::ok) {
                if sender.send(line).is_err() {
                    return;
                }
            }
        });
        Running { child, lines: receiver }
    }

    /// Runs `hearth --json` with these arguments.
    pub fn json(&self, arguments: &[&str], input: &str) -> Said {
        self.run(&[&["--json"], arguments].concat(), input)
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(binaries().join("hearth"));
        command.arg("--home").arg(&self.home).arg("--passphrase-file").arg(&self.passphrase);
        command.args(arguments).env_remove("HEARTH_HOME");
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    /// Founds a group.
    pub fn start(&self, group: &str) -> Said {
        self.json(&["--listen", &self.listen, "--name", &self.name, "start", group], "").ok()
    }

    /// Joins a group by a ticket.
    pub fn join(&self, ticket: &str) -> Said {
        self.json(&["--listen", &self.listen, "--name", &self.name, "join", "-"], ticket)
    }

    /// Makes a ticket.
    pub fn invite(&self) -> String {
        self.json(&["invite"], "").ok().field("ticket")
    }

    /// Shares a text.
    pub fn share(&self, text: &str) -> Said {
        self.json(&["share"], text).ok()
    }

    /// Writes privately.
    pub fn dm(&self, to: &str, text: &str) -> Said {
        self.json(&["dm", to], text).ok()
    }

    /// Stops the daemon.
    pub fn stop(&self) {
        self.run(&["stop"], "").ok();
    }

    /// Starts the daemon and opens the vault.
    pub fn unlock(&self) {
        self.run(&["unlock"], "").ok();
    }

    /// Returns all that this member can read.
    pub fn read(&self) -> Vec<Value> {
        let said = self.json(&["read"], "").ok();
        said.out.lines().map(|line| serde_json::from_str(line).expect("JSON lines")).collect()
    }

    /// Returns author and text of all that this member can read.
    pub fn texts(&self) -> Vec<(String, String)> {
        let text = |message: &Value, field: &str| message[field].as_str().unwrap_or_default().to_owned();
        self.read().iter().map(|message| (text(message, "author"), text(message, "text"))).collect()
    }

    /// Waits until all of these texts can be read, by following.
    #[track_caller]
    pub fn wait_for(&self, texts: &[&str]) {
        let mut follower = self.follow();
        for text in texts {
            follower.wait_for(text);
        }
    }

    /// Follows the messages.
    pub fn follow(&self) -> Follower {
        Follower { running: self.begin(&["--json", "read", "--follow"]), seen: Vec::new() }
    }

    /// Ends the daemon as a crash would.
    pub fn kill(&self) {
        let pid = self.pid().expect("the daemon runs");
        let kill = Command::new("kill").args(["-9", &pid.to_string()]).status();
        assert!(kill.expect("kill runs").success());
    }

    /// Returns the pid of this member's daemon: the process of this folder.
    pub fn pid(&self) -> Option<u32> {
        let home = self.home.canonicalize().ok()?;
        let processes = std::fs::read_dir("/proc").ok()?;
        processes.filter_map(|entry| entry.ok()?.file_name().to_str()?.parse::<u32>().ok()).find(|pid| {
            let Ok(line) = std::fs::read(format!("/proc/{pid}/cmdline")) else { return false };
            let parts: Vec<&[u8]> = line.split(|byte| *byte == 0).collect();
            let is_daemon = parts.first().is_some_and(|program| program.ends_with(b"hearthd"));
            is_daemon && parts.contains(&home.as_os_str().as_encoded_bytes())
        })
    }
}

impl Drop for Person {
    fn drop(&mut self) {
        if self.pid().is_some() {
            self.run(&["stop"], "");
        }
        if let Some(pid) = self.pid() {
            Command::new("kill").args(["-9", &pid.to_string()]).status().ok();
        }
    }
}

/// A `hearth read --follow` under way.
pub struct Follower {
    running: Running,
    seen: Vec<String>,
}

impl Follower {
    /// Waits until a message with this text has come.
    #[track_caller]
    pub fn wait_for(&mut self, text: &str) {
        let started = Instant::now();
        while !self.seen.iter().any(|seen| seen == text) {
            let rest = DEADLINE.saturating_sub(started.elapsed());
            let line = self.running.next(rest).unwrap_or_else(|| panic!("{text:?} did not come"));
            let message: Value = serde_json::from_str(&line).expect("JSON lines");
            self.seen.push(message["text"].as_str().unwrap_or_default().to_owned());
        }
    }
}

/// A command under way; it is ended when nobody looks at it any more.
pub struct Running {
    child: Child,
    lines: Receiver<String>,
}

impl Running {
    /// Waits for the next line of standard output; `None` when there is no further one in time.
    pub fn next(&mut self, patience: Duration) -> Option<String> {
        self.lines.recv_timeout(patience).ok()
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

fn said(output: Output) -> Said {
    Said {
        code: output.status.code().unwrap_or(-1),
        out: String::from_utf8_lossy(&output.stdout).into_owned(),
        err: String::from_utf8_lossy(&output.stderr).into_owned(),
    }
}
