//! Making and opening the vault, and what has to be in place before: keys, addresses, a network that listens.
//!
//! Owns the order (the network listens before a vault is made, so that a port in use leaves nothing half-made) and
//! the delay between wrong passphrases.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use hearth_api::{ApiError, ErrorCode, Event, Passphrase};
use hearth_core::engine::Engine;
use hearth_core::error::LoadError;
use hearth_core::ids::PeerId;
use hearth_core::store::{Class, Key, ReadStore, StoreError, Value, WriteBatch};
use zeroize::Zeroizing;

use super::machine::lock_after;
use super::{Driver, Open, load, persist, words};
use crate::clock;
use crate::home::Home;
use crate::net::{self, NetConfig, NetError, NetEvents, NetHandle, NetLimits};
use crate::vault::{OpenError, Params, Reader, Vault};

/// Where the transport key's seed is kept.
const TRANSPORT_ITEM: &[u8] = b"transport seed";
/// Says in a backup that it is one, and in the vault that was made of it that nobody has been told.
pub(super) const RESTORED_ITEM: &[u8] = b"restored";
/// Where the listening addresses are kept.
const LISTEN_ITEM: &[u8] = b"listen";
/// Where a node listens unless it is told: everywhere, on a port that it chooses once.
const LISTEN_DEFAULT: &str = "0.0.0.0:0";
/// Ports to choose from: below those that systems hand out by themselves.
const PORTS: std::ops::Range<u16> = 20_000..32_000;
/// How many ports are tried.
const PORT_TRIES: usize = 32;
/// Wrong passphrases before there is a delay.
const FREE_ATTEMPTS: u32 = 5;
/// The longest delay between two attempts.
const DELAY_MAX: Duration = Duration::from_secs(60);

/// Wrong passphrases so far.
#[derive(Default)]
pub(super) struct Attempts {
    wrong: u32,
    not_before: Option<Instant>,
}

impl Attempts {
    pub(super) fn check(&self) -> Result<(), ApiError> {
        match self.not_before {
            Some(instant) if Instant::now() < instant => Err(ErrorCode::TooManyAttempts.into()),
            Some(_) | None => Ok(()),
        }
    }

    /// Notes how an attempt went: each wrong one beyond the free ones doubles the delay.
    pub(super) fn note(&mut self, error: Option<&OpenError>) {
        match error {
            Some(OpenError::WrongPassphrase) => {
                self.wrong = self.wrong.saturating_add(1);
                let doublings = self.wrong.saturating_sub(FREE_ATTEMPTS).min(6);
                if self.wrong > FREE_ATTEMPTS {
                    self.not_before =
                        Some(Instant::now() + DELAY_MAX.min(Duration::from_secs(1 << doublings)));
                }
            }
            Some(_) => {}
            None => *self = Self::default(),
        }
    }
}

impl Driver {
    /// Makes a vault and opens it.
    pub(super) async fn create(
        &mut self,
        passphrase: &Passphrase,
        listen: Vec<String>,
    ) -> Result<(), ApiError> {
        if self.open.is_some() || Vault::exists(&self.config.home) {
            return Err(ErrorCode::VaultExists.into());
        }
        let mut seed = Zeroizing::new([0; 32]);
        getrandom::fill(seed.as_mut_slice()).map_err(|_| ErrorCode::Internal)?;
        let wanted = if listen.is_empty() { self.config.listen.clone() } else { listen };
        let (listen, net, net_events) = self.start_network(&seed, wanted).await?;
        let made = Vault::create(&self.config.home, passphrase.expose().as_bytes(), Params::default())
            .map_err(|error| words::open_error(&error));
        let vault = match made {
            Ok(vault) => vault,
            Err(error) => {
                shut_down(net, net_events).await;
                return Err(error);
            }
        };
        let mut batch = WriteBatch::default();
        batch.put(Key::global(Class::Node, TRANSPORT_ITEM), seed.to_vec());
        put_listen(&mut batch, &listen)?;
        self.begin(vault, Some(batch), net, net_events).await
    }

    /// Opens the vault; begins anew with the identity if the store cannot be read and `recover` says so.
    pub(super) async fn unlock(&mut self, passphrase: &Passphrase, recover: bool) -> Result<(), ApiError> {
        self.attempts.check()?;
        if let Some(open) = &self.open {
            let checked = open.vault.check_passphrase(passphrase.expose().as_bytes());
            self.attempts.note(checked.as_ref().err());
            return checked.map_err(|error| words::open_error(&error));
        }
        let opened = open_readable(&self.config.home, passphrase.expose().as_bytes(), recover);
        self.attempts.note(opened.as_ref().err());
        let vault = opened.map_err(|error| words::open_error(&error))?;
        let record = |item: &[u8]| {
            vault.get(&Key::global(Class::Node, item)).map_err(|error| words::store_error(&error))
        };
        let seed: Zeroizing<[u8; 32]> = match record(TRANSPORT_ITEM)? {
            Some(seed) => Zeroizing::new(seed.as_slice().try_into().map_err(|_| ErrorCode::Damaged)?),
            None => return self.finish_creation(vault).await,
        };
        let stored: Vec<String> = match record(LISTEN_ITEM)? {
            Some(bytes) => postcard::from_bytes(&bytes).map_err(|_| ErrorCode::Damaged)?,
            None => Vec::new(),
        };
        let wanted = if self.config.listen.is_empty() { stored.clone() } else { self.config.listen.clone() };
        let (listen, net, net_events) = self.start_network(&seed, wanted).await?;
        let mut batch = WriteBatch::default();
        put_listen(&mut batch, &listen)?;
        self.begin(vault, (listen != stored).then_some(batch), net, net_events).await
    }

    /// Returns the seed of the transport key: a secret of this node that stays.
    pub(super) fn transport_seed(&self) -> Result<Value, ApiError> {
        let open = self.open.as_ref().ok_or(ErrorCode::Locked)?;
        let seed = open.vault.get(&Key::global(Class::Node, TRANSPORT_ITEM));
        seed.map_err(|error| words::store_error(&error))?.ok_or_else(|| ErrorCode::Damaged.into())
    }

    /// A vault whose making was cut short after it was there, before anything was in it.
    async fn finish_creation(&mut self, vault: Vault) -> Result<(), ApiError> {
        let mut seed = Zeroizing::new([0; 32]);
        getrandom::fill(seed.as_mut_slice()).map_err(|_| ErrorCode::Internal)?;
        let (listen, net, net_events) = self.start_network(&seed, self.config.listen.clone()).await?;
        let mut batch = WriteBatch::default();
        batch.put(Key::global(Class::Node, TRANSPORT_ITEM), seed.to_vec());
        put_listen(&mut batch, &listen)?;
        self.begin(vault, Some(batch), net, net_events).await
    }

    async fn begin(
        &mut self,
        vault: Vault,
        batch: Option<WriteBatch>,
        net: NetHandle,
        net_events: NetEvents,
    ) -> Result<(), ApiError> {
        // From here on the vault says where, with the ports that were chosen: tickets name them.
        self.config.listen.clear();
        let local = net.peer();
        let written =
            batch.map_or(Ok(()), |batch| vault.commit(&batch)).map_err(|error| words::store_error(&error));
        let loaded = written
            .and_then(|()| load(&vault, local).map_err(|error| words::load_error(&error)))
            .and_then(|engine| settle_doubt(&vault, engine))
            .and_then(|engine| note_restored(&vault, engine))
            .and_then(|engine| Ok((engine, lock_after(&vault)?)));
        let (engine, lock_after) = match loaded {
            Ok(ready) => ready,
            Err(error) => {
                shut_down(net, net_events).await;
                return Err(error);
            }
        };
        let open = Open {
            vault,
            engine,
            local,
            net,
            net_events,
            connected: BTreeSet::new(),
            addresses: Vec::new(),
            reminded_until: crate::clock::now(),
            next_reminder: None,
            is_reminder_stale: true,
            lock_after,
        };
        self.open = Some(open);
        self.take_inputs(vec![super::Taken::Timeout]).await;
        self.carry_out(vec![hearth_core::Effect::ContactsChanged]).await;
        // The network's first event: without it a ticket made at once would lead nowhere.
        let first = match &mut self.open {
            Some(open) => open.net_events.recv().await,
            None => None,
        };
        if let Some(first) = first {
            self.handle_net(first).await;
        }
        let _ = self.events.send(Event::Unlocked);
        Ok(())
    }

    /// Starts the network where it is wanted, with a port of its own choice where none is given; returns the
    /// addresses with the ports that it has.
    async fn start_network(
        &self,
        seed: &Zeroizing<[u8; 32]>,
        wanted: Vec<String>,
    ) -> Result<(Vec<String>, NetHandle, NetEvents), ApiError> {
        let wanted = if wanted.is_empty() { vec![LISTEN_DEFAULT.to_owned()] } else { wanted };
        let chooses = wanted.iter().any(|address| with_port(address, 1) != *address);
        let mut tries = if chooses { PORT_TRIES } else { 1 };
        loop {
            tries -= 1;
            let port = random_port()?;
            let listen: Vec<String> = wanted.iter().map(|address| with_port(address, port)).collect();
            let config = NetConfig {
                transport_seed: seed.clone(),
                listen: listen.clone(),
                limits: NetLimits::default(),
            };
            let started =
                self.config.runtime.spawn(net::start(config)).await.map_err(|_| ErrorCode::Internal)?;
            match started {
                Ok((net, events)) => return Ok((listen, net, events)),
                Err(NetError::AddressInUse { .. }) if tries > 0 => {}
                Err(error) => return Err(words::net_error(&error)),
            }
        }
    }
}

/// Opens the vault, if an engine can be loaded from it. Whether to give up a store that cannot be read is the member's
/// to say: it may hold the only copy of something.
fn open_readable(home: &Home, passphrase: &[u8], recover: bool) -> Result<Vault, OpenError> {
    match Vault::open(home, passphrase) {
        Ok(vault) if is_readable(&vault) => return Ok(vault),
        Ok(vault) => {
            // Nothing depends on how it ends: it is about to be put aside, or left as it is.
            let _ = vault.close();
        }
        Err(OpenError::StoreLost) => {}
        Err(error) => return Err(error),
    }
    if !recover {
        return Err(OpenError::StoreLost);
    }
    tracing::warn!("the store cannot be read; it is set aside, and the node begins anew with its identity");
    Vault::begin_anew(home, passphrase)?;
    Vault::open(home, passphrase)
}

fn is_readable(vault: &Vault) -> bool {
    // Whose transport key it is plays no part in loading. A disk that fails now may be well tomorrow, and a newer program
    // can read what this one cannot: neither is a loss.
    let loaded = load(vault, PeerId([0; 32])).map(|_| ());
    !matches!(loaded, Err(LoadError::Damaged(_) | LoadError::Store(StoreError::Damaged(_))))
}

/// Before a vault that has lost its newest records, or is an old copy, says anything, its keys are taken out of use:
/// sending under keys that were used already would let others read what nobody should.
fn settle_doubt(vault: &Vault, mut engine: Engine<Reader>) -> Result<Engine<Reader>, ApiError> {
    if vault.doubt().is_none() {
        return Ok(engine);
    }
    tracing::warn!("the vault is older than what was acknowledged; its keys are replaced");
    let step = engine.doubt(clock::now()).map_err(|error| words::error(&error))?;
    // Nobody is connected: nothing is to be sent, and nobody follows the events.
    persist(vault, step).map_err(|error| words::error(&error))?;
    vault.settle_doubt().map_err(|error| words::store_error(&error))?;
    Ok(engine)
}

/// Who begins from a backup is told so before anything is said, and once.
fn note_restored(vault: &Vault, mut engine: Engine<Reader>) -> Result<Engine<Reader>, ApiError> {
    let mark = Key::global(Class::Node, RESTORED_ITEM);
    if vault.get(&mark).map_err(|error| words::store_error(&error))?.is_none() {
        return Ok(engine);
    }
    let mut step = engine.note_restored(clock::now()).map_err(|error| words::error(&error))?;
    let mut writes = step.take_writes();
    writes.delete(mark);
    vault.commit(&writes).map_err(|error| words::store_error(&error))?;
    // Nobody is connected: nothing is to be sent, and nobody follows the events.
    step.persisted();
    Ok(engine)
}

/// Replaces port 0 by `port`, in both forms of an address.
fn with_port(address: &str, port: u16) -> String {
    if let Some(host) = address.strip_suffix(":0") {
        return format!("{host}:{port}");
    }
    let parts: Vec<&str> = address.split('/').collect();
    let mut previous = "";
    let mut replaced = Vec::with_capacity(parts.len());
    for part in parts {
        let is_port = matches!(previous, "tcp" | "udp");
        replaced.push(if is_port && part == "0" { port.to_string() } else { part.to_owned() });
        previous = part;
    }
    replaced.join("/")
}

fn random_port() -> Result<u16, ApiError> {
    let mut bytes = [0; 2];
    getrandom::fill(&mut bytes).map_err(|_| ErrorCode::Internal)?;
    Ok(PORTS.start + u16::from_le_bytes(bytes) % (PORTS.end - PORTS.start))
}

fn put_listen(batch: &mut WriteBatch, listen: &[String]) -> Result<(), ApiError> {
    let bytes = postcard::to_stdvec(listen).map_err(|_| ErrorCode::Internal)?;
    batch.put(Key::global(Class::Node, LISTEN_ITEM), bytes);
    Ok(())
}

async fn shut_down(net: NetHandle, mut events: NetEvents) {
    net.send(net::NetCommand::Shutdown).await;
    while events.recv().await.is_some() {}
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_port_zero_is_replaced() {
        for (address, expected) in [
            ("127.0.0.1:0", "127.0.0.1:7"),
            ("127.0.0.1:40", "127.0.0.1:40"),
            ("[::1]:0", "[::1]:7"),
            ("/ip4/127.0.0.1/tcp/0", "/ip4/127.0.0.1/tcp/7"),
            ("/ip4/127.0.0.1/udp/0/quic-v1", "/ip4/127.0.0.1/udp/7/quic-v1"),
            ("/ip4/0.0.0.0/tcp/4100", "/ip4/0.0.0.0/tcp/4100"),
        ] {
            assert_eq!(with_port(address, 7), expected);
        }
    }

    #[test]
    fn wrong_passphrases_are_slowed_down_and_a_right_one_forgives() {
        let mut attempts = Attempts::default();
        for _ in 0..FREE_ATTEMPTS {
            attempts.note(Some(&OpenError::WrongPassphrase));
            assert!(attempts.check().is_ok());
        }
        attempts.note(Some(&OpenError::WrongPassphrase));
        assert!(attempts.check().is_err());
        attempts.note(None);
        assert!(attempts.check().is_ok());
    }
}
