//! Logs: counts, states and durations of our own crates, on stderr. Never names, ids, addresses, texts, keys or paths.
//!
//! Dependencies do not log at all, because their records carry addresses and peer ids; no environment variable can
//! switch them on. A panic is logged by its place alone, because its message may hold whatever was at hand.

use std::panic;

use tracing::{Level, Subscriber};
use tracing_subscriber::{Layer, filter::Targets, fmt::MakeWriter, layer::SubscriberExt};

/// Starts logging, once for the process. A second call changes nothing.
pub fn start(level: Level) {
    let subscriber = subscriber(level, std::io::stderr);
    if tracing::subscriber::set_global_default(subscriber).is_ok() {
        panic::set_hook(Box::new(|info| {
            let (file, line) = info.location().map_or(("unknown", 0), |place| (place.file(), place.line()));
            let place = file.rsplit('/').next().unwrap_or(file);
            tracing::error!(file = place, line, "panicked");
        }));
    }
}

fn subscriber<W>(level: Level, writer: W) -> impl Subscriber + Send + Sync
where
    W: for<'a> MakeWriter<'a> + Send + Sync + 'static,
{
    let ours = Targets::new().with_targets(OWN_CRATES.map(|name| (name, level)));
    let lines = tracing_subscriber::fmt::layer().with_writer(writer).with_ansi(false).with_filter(ours);
    tracing_subscriber::registry().with(lines)
}

/// The crates whose records are written. Everything else is off.
const OWN_CRATES: [&str; 3] = ["hearth_core", "hearth_node", "hearthd"];

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use super::*;

    #[derive(Clone, Default)]
    struct Paper(Arc<Mutex<Vec<u8>>>);

    impl std::io::Write for Paper {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.0.lock().unwrap().extend_from_slice(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }

    fn written(level: Level, work: impl FnOnce()) -> String {
        let paper = Paper::default();
        let clone = paper.clone();
        tracing::subscriber::with_default(subscriber(level, move || clone.clone()), work);
        let bytes = paper.0.lock().unwrap().clone();
        String::from_utf8(bytes).unwrap()
    }

    #[test]
    fn own_records_are_written_at_their_level() {
        let text = written(Level::INFO, || {
            tracing::info!(target: "hearth_node::net", sessions = 3, "counted");
            tracing::debug!(target: "hearth_node::net", "too quiet");
        });
        assert!(text.contains("counted sessions=3"), "{text}");
        assert!(!text.contains("too quiet"), "{text}");
    }

    #[test]
    fn dependencies_are_silent_at_every_level() {
        let text = written(Level::TRACE, || {
            tracing::error!(target: "libp2p_swarm", peer = "12D3KooW", "secret");
            tracing::error!(target: "sled", "secret");
        });
        assert_eq!(text, "");
    }
}
