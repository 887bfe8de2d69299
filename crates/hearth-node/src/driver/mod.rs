//! The loop between the world and the engine: input, step, vault, and only then reply and effects.
//!
//! Owns the open vault, the engine and the network's handle, all on one thread. `opening` makes and opens vaults,
//! `backend` serves the local API, `machine` is about this machine alone, `meetings` makes times of rules, `words` and `own` translate between the API's words and the engine's.

mod backend;
mod conscience;
mod keepers;
mod machine;
mod meetings;
mod opening;
mod own;
mod phones;
mod private;
mod sos;
mod things;
mod words;

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use hearth_api::{ApiError, ErrorCode, Event};
use hearth_core::crypto::EngineRng;
use hearth_core::engine::DisconnectReason;
use hearth_core::error::{LoadError, OperationError};
use hearth_core::ids::{PeerId, Timestamp};
use hearth_core::store::StoreError;
use hearth_core::{Effect, Engine, Input, Notice, Step};
use tokio::sync::{broadcast, mpsc};
use tokio_util::sync::CancellationToken;

pub use self::backend::Handle;
use self::machine::Presence;
use self::opening::Attempts;
use crate::clock::{self, ClockWatch};
use crate::home::Home;
use crate::net::{Contact, NetCommand, NetEvent, NetEvents, NetHandle};
use crate::vault::{Reader, Vault};

/// Requests of local clients that may wait; more wait in their connections.
const JOBS_MAX: usize = 64;
/// Inputs of the network that share one flush at most.
const INPUTS_PER_STEP_MAX: usize = 64;
/// Addresses that are told to members: what fits into an endpoint record.
const ADDRESSES_MAX: usize = hearth_core::limits::ENDPOINT_ADDRESSES_MAX;

/// Something to be done on the driver's thread, by a client's request.
type Job = Box<dyn for<'a> FnOnce(&'a mut Driver) -> futures::future::LocalBoxFuture<'a, ()> + Send>;

/// What the daemon is started with.
pub struct Config {
    /// The data folder, locked by the caller.
    pub home: Home,
    /// Where to listen; empty to listen where it did before.
    pub listen: Vec<String>,
    /// Runs the network's tasks.
    pub runtime: tokio::runtime::Handle,
    /// Ends the daemon.
    pub stop: CancellationToken,
}

/// The one thread that moves the engine.
pub struct Driver {
    config: Config,
    events: broadcast::Sender<Event>,
    open: Option<Open>,
    attempts: Attempts,
    presence: Arc<Presence>,
}

/// What there is while the vault is open.
struct Open {
    vault: Vault,
    engine: Engine<Reader>,
    local: PeerId,
    net: NetHandle,
    net_events: NetEvents,
    /// Neighbours with a connection, to be cut off when the engine is loaded anew.
    connected: BTreeSet<PeerId>,
    addresses: Vec<Vec<u8>>,
    /// Up to when members were reminded of meetings.
    reminded_until: Timestamp,
    /// When to look next whom to remind.
    next_reminder: Option<Timestamp>,
    /// Whether meetings or settings changed since that was planned.
    is_reminder_stale: bool,
    /// After how long without use the vault locks by itself.
    lock_after: Option<Duration>,
}

/// Makes the driver and the handle by which the local API reaches it.
pub fn new(config: Config) -> (Driver, Handle, Jobs) {
    let (sender, receiver) = mpsc::channel(JOBS_MAX);
    let (events, _) = broadcast::channel(hearth_api::limits::EVENTS_PENDING_MAX);
    let presence = Arc::new(Presence::default());
    let handle = Handle::new(sender, events.clone(), &config, Arc::clone(&presence));
    let driver = Driver { config, events, open: None, attempts: Attempts::default(), presence };
    (driver, handle, Jobs(receiver))
}

/// The driver's queue of requests.
pub struct Jobs(mpsc::Receiver<Job>);

/// What woke the driver.
enum Wake {
    Job(Option<Job>),
    Net(Option<NetEvent>),
    Jump,
    Due,
    Stop,
}

impl Driver {
    /// Runs until the daemon is to stop; then everything is closed.
    pub async fn run(mut self, mut jobs: Jobs) {
        let mut clock = ClockWatch::start();
        let stop = self.config.stop.clone();
        loop {
            if self.open.as_ref().is_some_and(|open| open.is_reminder_stale) {
                self.remind();
            }
            let due = self
                .open
                .as_ref()
                .and_then(|open| open.engine.next_timeout().into_iter().chain(open.next_reminder).min());
            let due = due.into_iter().chain(self.locks_at()).min();
            let wake = {
                let net = async {
                    match &mut self.open {
                        Some(open) => open.net_events.recv().await,
                        None => std::future::pending().await,
                    }
                };
                tokio::select! {
                    biased;
                    () = stop.cancelled() => Wake::Stop,
                    _ = clock.jumped() => Wake::Jump,
                    job = jobs.0.recv() => Wake::Job(job),
                    event = net => Wake::Net(event),
                    () = until(due) => Wake::Due,
                }
            };
            match wake {
                Wake::Stop | Wake::Job(None) => break,
                Wake::Job(Some(job)) => job(&mut self).await,
                // Who was away while the machine slept finds it locked, before anything else happens.
                Wake::Jump | Wake::Due if self.is_to_lock() => self.close().await,
                Wake::Jump => {
                    if let Some(open) = &self.open {
                        open.net.send(NetCommand::ClockJumped).await;
                    }
                    self.take_inputs(vec![Taken::Timeout]).await;
                    self.remind();
                }
                Wake::Due => {
                    self.take_inputs(vec![Taken::Timeout]).await;
                    if self
                        .open
                        .as_ref()
                        .and_then(|open| open.next_reminder)
                        .is_some_and(|at| at <= clock::now())
                    {
                        self.remind();
                    }
                }
                Wake::Net(Some(event)) => self.handle_net(event).await,
                // The network ended by itself: nothing can be reached, so say so by locking.
                Wake::Net(None) => {
                    tracing::error!("the network stopped");
                    self.close().await;
                }
            }
        }
        self.close().await;
    }

    /// Takes an event of the network and what waits behind it, as one step.
    async fn handle_net(&mut self, first: NetEvent) {
        let mut inputs = Vec::new();
        let mut next = Some(first);
        while let Some(event) = next {
            let is_end = matches!(event, NetEvent::Disconnected { .. });
            let Some(open) = self.open.as_mut() else { return };
            match event {
                NetEvent::Connected { peer, initiator } => {
                    open.connected.insert(peer);
                    inputs.push(Taken::Connected(peer, initiator));
                }
                NetEvent::Disconnected { peer } => {
                    open.connected.remove(&peer);
                    inputs.push(Taken::Disconnected(peer));
                }
                NetEvent::Frame { peer, bytes } => inputs.push(Taken::Frame(peer, bytes)),
                NetEvent::AddressesChanged(addresses) => self.note_addresses(addresses).await,
            }
            if is_end || inputs.len() >= INPUTS_PER_STEP_MAX {
                break;
            }
            next = self.open.as_mut().and_then(|open| open.net_events.try_recv());
        }
        if !inputs.is_empty() {
            self.take_inputs(inputs).await;
        }
    }

    async fn note_addresses(&mut self, mut addresses: Vec<Vec<u8>>) {
        addresses.truncate(ADDRESSES_MAX);
        if let Some(open) = self.open.as_mut() {
            open.addresses.clone_from(&addresses);
        }
        let told = self.wish(|engine, now| engine.set_addresses(addresses, now)).await;
        if let Err(error) = told {
            tracing::warn!(code = ?error.code, "own addresses were not told");
        }
    }

    async fn take_inputs(&mut self, taken: Vec<Taken>) {
        let now = clock::now();
        let Some(open) = self.open.as_mut() else { return };
        let inputs: Vec<Input<'_>> = taken.iter().map(Taken::as_input).collect();
        let result = match open.engine.handle_inputs(&inputs, now) {
            Ok(step) => persist(&open.vault, step).map(|((), effects)| effects),
            Err(fault) => Err(OperationError::from(fault)),
        };
        match result {
            Ok(effects) => self.carry_out(effects).await,
            Err(error) => self.recover(&error).await,
        }
    }

    /// Lets this node's member wish for something, and returns when it is on disk.
    async fn wish<T>(
        &mut self,
        wish: impl FnOnce(&mut Engine<Reader>, Timestamp) -> Result<Step<'_, Reader, T>, OperationError>,
    ) -> Result<T, ApiError> {
        let open = self.open.as_mut().ok_or(ErrorCode::Locked)?;
        let result = wish(&mut open.engine, clock::now()).and_then(|step| persist(&open.vault, step));
        match result {
            Ok((value, effects)) => {
                self.carry_out(effects).await;
                Ok(value)
            }
            Err(error) => {
                self.recover(&error).await;
                Err(words::error(&error))
            }
        }
    }

    async fn carry_out(&mut self, effects: Vec<Effect>) {
        let Some(open) = self.open.as_mut() else { return };
        for effect in effects {
            match effect {
                Effect::Send { to, frame } => open.net.send_frame(&to, &frame),
                Effect::Proved(peer) => open.net.mark_proved(&peer),
                Effect::Disconnect { peer, why } => {
                    if why == DisconnectReason::Misbehaved {
                        tracing::warn!("a neighbour broke the rules and was disconnected");
                    }
                    open.net.send(NetCommand::Disconnect { peer, ban: false }).await;
                }
                Effect::ContactsChanged => {
                    let contacts = open.engine.contacts().into_iter();
                    let contacts = contacts
                        .map(|endpoint| Contact { peer: endpoint.peer, addresses: endpoint.addresses })
                        .collect();
                    open.net.send(NetCommand::SetContacts(contacts)).await;
                }
                Effect::Notify(notice) => {
                    open.is_reminder_stale |= matches!(notice, Notice::Object { .. });
                    // Nobody may be listening; that is no error.
                    let _ = self.events.send(words::event(&notice));
                }
            }
        }
    }

    /// After a failed step: loads the engine anew from what is on disk, or gives the vault up if that fails, too.
    async fn recover(&mut self, error: &OperationError) {
        let Some(open) = self.open.as_mut() else { return };
        if !open.engine.is_poisoned() {
            return;
        }
        tracing::error!(kind = failure_kind(error), "a step failed; the engine is loaded anew");
        let reloaded = match error {
            OperationError::Store(StoreError::Io(_) | StoreError::Damaged(_)) => None,
            _ => load(&open.vault, open.local).ok(),
        };
        let Some(engine) = reloaded else {
            self.close().await;
            return;
        };
        open.engine = engine;
        for peer in std::mem::take(&mut open.connected) {
            open.net.send(NetCommand::Disconnect { peer, ban: false }).await;
        }
        let addresses = open.addresses.clone();
        // The engine has forgotten the addresses; that they are not told until they change would be a silent loss.
        let now = clock::now();
        let told = open.engine.set_addresses(addresses, now).and_then(|step| persist(&open.vault, step));
        if let Ok(((), effects)) = told {
            self.carry_out(effects).await;
        }
    }

    /// Locks: closes network, engine and vault.
    async fn close(&mut self) {
        let Some(Open { vault, engine, net, mut net_events, .. }) = self.open.take() else { return };
        net.send(NetCommand::Shutdown).await;
        while net_events.recv().await.is_some() {}
        drop(engine);
        if let Err(error) = vault.close() {
            tracing::error!(kind = store_failure_kind(&error), "the vault did not close cleanly");
        }
        let _ = self.events.send(Event::Locked);
    }
}

/// An input that the driver owns.
enum Taken {
    Connected(PeerId, bool),
    Disconnected(PeerId),
    Frame(PeerId, Vec<u8>),
    Timeout,
}

impl Taken {
    fn as_input(&self) -> Input<'_> {
        match self {
            Self::Connected(peer, is_initiator) => {
                Input::PeerConnected { peer: *peer, is_initiator: *is_initiator }
            }
            Self::Disconnected(peer) => Input::PeerDisconnected(*peer),
            Self::Frame(from, bytes) => Input::Frame { from: *from, bytes },
            Self::Timeout => Input::Timeout,
        }
    }
}

/// Persists a step, and only then releases what came of it.
fn persist<T>(vault: &Vault, mut step: Step<'_, Reader, T>) -> Result<(T, Vec<Effect>), OperationError> {
    let writes = step.take_writes();
    if !writes.is_empty() {
        vault.commit(&writes)?;
    }
    Ok(step.persisted())
}

/// Loads the engine with a fresh seed from the operating system.
fn load(vault: &Vault, local: PeerId) -> Result<Engine<Reader>, LoadError> {
    let mut seed = zeroize::Zeroizing::new([0; 32]);
    getrandom::fill(seed.as_mut_slice()).map_err(|_| LoadError::Damaged("no randomness from the system"))?;
    Engine::load(vault.reader(), local, EngineRng::from_seed(*seed))
}

async fn until(due: Option<Timestamp>) {
    match due {
        Some(due) => tokio::time::sleep(Duration::from_millis(due.ms_since(clock::now()))).await,
        None => std::future::pending().await,
    }
}

fn failure_kind(error: &OperationError) -> &'static str {
    match error {
        OperationError::Store(error) => store_failure_kind(error),
        OperationError::Bug(what) => what,
        _ => "refused after a change",
    }
}

fn store_failure_kind(error: &StoreError) -> &'static str {
    match error {
        StoreError::Io(_) => "disk",
        StoreError::Damaged(what) => what,
        StoreError::Full => "disk full",
    }
}
