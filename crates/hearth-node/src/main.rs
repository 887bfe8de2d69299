//! `hearthd`: runs a node in the foreground, locked until a client opens its vault.

use std::io::{ErrorKind, Write};
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::{Duration, Instant};

use clap::Parser;
use hearth_node::api::{self, LocalSocket};
use hearth_node::driver::{self, Config};
use hearth_node::home::{Home, HomeError, HomeLock};
use hearth_node::{destruction, telemetry, vault};
use tokio::signal::unix::{SignalKind, signal};
use tokio_util::sync::CancellationToken;

/// Runs a Hearth node in the foreground. `hearth` starts it by itself when it is needed.
#[derive(Parser)]
#[command(name = "hearthd", version)]
struct Arguments {
    /// The data folder of this node.
    #[arg(long, env = "HEARTH_HOME", value_name = "PATH")]
    home: PathBuf,
    /// Where to listen for other nodes, such as 127.0.0.1:4100; kept from then on.
    #[arg(long, value_name = "ADDR")]
    listen: Vec<String>,
    /// Destroys all that is kept in the folder, and ends. Nothing in it can be opened again.
    #[arg(long, conflicts_with = "listen")]
    destroy: bool,
    /// Says more about counts, states and durations on stderr.
    #[arg(long)]
    verbose: bool,
}

/// Why the daemon does not run: one line, and the exit code.
struct Failure(String, u8);

const EXIT_INTERNAL: u8 = 1;
const EXIT_USAGE: u8 = 2;
const EXIT_NOT_PERMITTED: u8 = 5;
const EXIT_NOT_FOUND: u8 = 8;

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    match run(arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(Failure(message, code)) => {
            // If nobody reads stderr, the exit code still tells.
            let _ = writeln!(std::io::stderr(), "{message}");
            ExitCode::from(code)
        }
    }
}

fn run(arguments: Arguments) -> Result<(), Failure> {
    telemetry::start(if arguments.verbose { tracing::Level::DEBUG } else { tracing::Level::WARN });
    if arguments.destroy {
        return destroy(&arguments.home);
    }
    let home = Home::prepare(&arguments.home).map_err(home_failure)?;
    let _lock = claim(&home)?;
    if let Err(error) = vault::sweep(home.root()) {
        tracing::warn!(kind = ?error.kind(), "what is left of a destroyed vault stays for now");
    }
    let internal = |what: &str| Failure(format!("hearthd cannot start: {what}"), EXIT_INTERNAL);
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|_| internal("the system gives it no timers or sockets"))?;
    let stop = CancellationToken::new();
    runtime.block_on(async {
        let socket =
            LocalSocket::bind(home.socket()).map_err(|error| Failure(error.to_string(), EXIT_INTERNAL))?;
        let config = Config {
            home: home.clone(),
            listen: arguments.listen,
            runtime: tokio::runtime::Handle::current(),
            stop: stop.clone(),
        };
        let (driver, handle, jobs) = driver::new(config);
        let driver_runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(|_| internal("the system gives it no timers or sockets"))?;
        let ended = stop.clone();
        let thread = std::thread::Builder::new()
            .name("driver".to_owned())
            .spawn(move || {
                // Whatever ends the driver ends the daemon: a node that answers but moves nothing would be a lie.
                let _guard = ended.drop_guard();
                driver_runtime.block_on(driver.run(jobs));
            })
            .map_err(|_| internal("no thread can be started"))?;
        let mut terminate = signal(SignalKind::terminate()).map_err(|_| internal("no signals"))?;
        let mut interrupt = signal(SignalKind::interrupt()).map_err(|_| internal("no signals"))?;
        let mut hang_up = signal(SignalKind::hangup()).map_err(|_| internal("no signals"))?;
        let signals = stop.clone();
        tokio::spawn(async move {
            tokio::select! {
                _ = terminate.recv() => {}
                _ = interrupt.recv() => {}
                _ = hang_up.recv() => {}
            }
            signals.cancel();
        });
        api::serve(socket, handle, stop.clone()).await;
        stop.cancel();
        // The driver closes the network, whose tasks run here.
        tokio::task::spawn_blocking(move || thread.join())
            .await
            .map_err(|_| internal("it ended badly"))?
            .map_err(|_| Failure("hearthd ended badly".to_owned(), EXIT_INTERNAL))
    })
}

/// Destroys what is in the folder. Says on standard error if something without its keys is left.
fn destroy(root: &Path) -> Result<(), Failure> {
    let failed = |what: &str| Failure(format!("the keys could not be destroyed: {what}"), EXIT_INTERNAL);
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|_| failed("the system gives it no timers or sockets"))?;
    match runtime.block_on(destruction::destroy(root)) {
        Ok(true) => Ok(()),
        Ok(false) => {
            let _ = writeln!(std::io::stderr(), "files that nothing opens are left");
            Ok(())
        }
        Err(error) if error.kind() == ErrorKind::NotFound => {
            Err(Failure("there is nothing in this data folder".to_owned(), EXIT_NOT_FOUND))
        }
        Err(error) => Err(failed(&error.kind().to_string())),
    }
}

/// Claims the folder. A daemon that was killed or is stopping holds it a moment longer than its socket: that one is
/// waited for, one that answers is not.
fn claim(home: &Home) -> Result<HomeLock, Failure> {
    let started = Instant::now();
    loop {
        match home.lock() {
            Err(HomeError::AlreadyRunning)
                if started.elapsed() < CLAIM_WITHIN && UnixStream::connect(home.socket()).is_err() =>
            {
                std::thread::sleep(CLAIM_PAUSE);
            }
            other => return other.map_err(home_failure),
        }
    }
}

/// How long a daemon that is ending is waited for.
const CLAIM_WITHIN: Duration = Duration::from_secs(5);
/// The pause between two looks.
const CLAIM_PAUSE: Duration = Duration::from_millis(20);

fn home_failure(error: HomeError) -> Failure {
    let code = match error {
        HomeError::AlreadyRunning | HomeError::NotAFolder => EXIT_USAGE,
        HomeError::NotOurs => EXIT_NOT_PERMITTED,
        HomeError::Io(_) => EXIT_INTERNAL,
    };
    Failure(format!("{error}"), code)
}
