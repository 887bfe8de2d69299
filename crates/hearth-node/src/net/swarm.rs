//! The loop that owns the swarm: turns connections into sessions, one per peer, and keeps the contacts connected.
//!
//! Of two peers the one with the smaller id decides on which connection they talk; the other follows. So crossing dials
//! end in one session without a word of negotiation. The decider keeps a new connection in reserve while the old
//! session is asked whether it still lives: the peer may have been restarted, and would not dial if it had a session.
//!
//! The loop never waits for a session or for the driver, so that accepting never lags.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    sync::Arc,
    time::Duration,
};

use futures::StreamExt;
use hearth_core::ids::PeerId;
use libp2p::{
    Stream, Swarm, SwarmBuilder,
    core::{ConnectedPoint, transport::ListenerId},
    identity, noise,
    swarm::{
        ConnectionId, SwarmEvent,
        dial_opts::{DialOpts, PeerCondition},
    },
    tcp, yamux,
};
use tokio::{
    sync::{mpsc, oneshot, watch},
    time::{Instant, sleep_until, timeout, timeout_at},
};

use super::{
    Contact, NetError,
    address::{self, Endpoint},
    behaviour::{Behaviour, StreamEvent, is_opener},
    dialer::Dialer,
    limits::{COMMANDS_MAX, NetLimits, QUIC_STREAM_BYTES, STREAMS_MAX},
    stream::{self, End, EventSender, Report, Reporter, Session},
};

/// A wish of the driver that concerns more than one session.
pub(super) enum Order {
    SetContacts(Vec<Contact>),
    Disconnect { peer: PeerId, ban: bool },
    ClockJumped,
    Shutdown,
}

/// Everything that the network remembers.
pub(super) struct Network {
    swarm: Swarm<Behaviour>,
    own: libp2p::PeerId,
    limits: NetLimits,
    dialer: Dialer,
    links: BTreeMap<PeerId, Link>,
    bound: HashMap<ListenerId, BTreeSet<Endpoint>>,
    told_addresses: watch::Sender<Vec<Vec<u8>>>,
    orders: mpsc::Receiver<Order>,
    events: EventSender,
    reports: mpsc::Receiver<(PeerId, ConnectionId, Report)>,
    report_queue: mpsc::Sender<(PeerId, ConnectionId, Report)>,
}

/// All that connects us with one peer. Exists while there is a connection or a session.
#[derive(Default)]
struct Link {
    /// Established connections, the newest last.
    connections: Vec<ConnectionId>,
    /// The connection whose stream we have asked for.
    opening: Option<ConnectionId>,
    session: Option<Running>,
    /// Whether the last session ended after it had been good for something.
    was_good: bool,
}

/// A session whose task runs.
struct Running {
    connection: ConnectionId,
    session: Arc<Session>,
    /// When the session proved itself.
    proved_at: Option<Instant>,
    /// Closed by the task when the driver has been told of the end.
    ended: oneshot::Receiver<()>,
}

impl Network {
    /// Binds every listener and waits until all of them stand: a dial before that would not use their ports.
    pub(super) async fn start(
        key: identity::Keypair,
        own: PeerId,
        listen: &[String],
        limits: NetLimits,
        events: EventSender,
        orders: mpsc::Receiver<Order>,
        told_addresses: watch::Sender<Vec<Vec<u8>>>,
    ) -> Result<Self, NetError> {
        if std::env::var_os("SSLKEYLOGFILE").is_some() {
            return Err(NetError::KeysWouldBeLogged);
        }
        let endpoints = address::parse_listen(listen)?;
        for endpoint in &endpoints {
            address::probe(*endpoint)?;
        }
        let (report_queue, reports) = mpsc::channel(COMMANDS_MAX);
        let mut network = Self {
            own: key.public().to_peer_id(),
            swarm: build_swarm(key, &limits)?,
            dialer: Dialer::new(own, &limits),
            limits,
            links: BTreeMap::new(),
            bound: HashMap::new(),
            told_addresses,
            orders,
            events,
            reports,
            report_queue,
        };
        for endpoint in endpoints {
            network.listen(endpoint).await?;
        }
        network.tell_addresses();
        Ok(network)
    }

    /// Runs until the driver stops it or drops its handle.
    pub(super) async fn run(mut self) {
        loop {
            self.dial_due();
            let next_dial = self.dialer.next_due();
            tokio::select! {
                event = self.swarm.select_next_some() => self.handle_swarm_event(event),
                report = self.reports.recv() => if let Some((peer, connection, report)) = report {
                    self.handle_report(peer, connection, report);
                },
                order = self.orders.recv() => match order {
                    Some(Order::SetContacts(contacts)) => self.set_contacts(contacts),
                    Some(Order::Disconnect { peer, ban }) => self.disconnect(peer, ban),
                    Some(Order::ClockJumped) => self.look_around(),
                    Some(Order::Shutdown) | None => break,
                },
                () = wait_until(next_dial) => {}
            }
        }
        self.shut_down().await;
    }

    /// Returns every bound address, as the bytes of a contact.
    pub(super) fn listen_addresses(&self) -> Vec<Vec<u8>> {
        self.all_bound().iter().map(|endpoint| endpoint.to_multiaddr().to_vec()).collect()
    }

    async fn listen(&mut self, endpoint: Endpoint) -> Result<(), NetError> {
        let failed = |kind| NetError::Listen { address: endpoint.socket.to_string(), kind };
        let listener =
            self.swarm.listen_on(endpoint.to_multiaddr()).map_err(|_| failed(std::io::ErrorKind::Other))?;
        let deadline = Instant::now() + LISTEN_WITHIN;
        while !self.bound.contains_key(&listener) {
            let event = timeout_at(deadline, self.swarm.select_next_some())
                .await
                .map_err(|_| failed(std::io::ErrorKind::TimedOut))?;
            self.handle_swarm_event(event);
        }
        Ok(())
    }

    fn set_contacts(&mut self, contacts: Vec<Contact>) {
        let now = Instant::now();
        let contacts = contacts.into_iter().map(|contact| {
            let addresses =
                contact.addresses.iter().filter_map(|bytes| Endpoint::from_contact(bytes)).collect();
            (contact.peer, addresses)
        });
        let removed = self.dialer.set_contacts(contacts, |peer| self.links.contains_key(peer), now);
        let peers = self.dialer.contacts().filter_map(address::peer_to_libp2p).collect();
        self.swarm.behaviour_mut().gate.set_contacts(peers);
        for peer in removed {
            self.close(peer);
        }
    }

    fn disconnect(&mut self, peer: PeerId, ban: bool) {
        if ban {
            self.dialer.forget(&peer);
            if let Some(peer) = address::peer_to_libp2p(&peer) {
                self.swarm.behaviour_mut().gate.ban(peer);
            }
        }
        self.close(peer);
    }

    /// Ends everything with a peer; the session may still send what is queued.
    fn close(&mut self, peer: PeerId) {
        let Some(link) = self.links.get_mut(&peer) else { return };
        link.opening = None;
        // What follows is our doing: a contact is not dialled again at once.
        link.was_good = false;
        let mut kept = None;
        if let Some(running) = &mut link.session {
            running.proved_at = None;
            running.session.finish();
            kept = Some(running.connection);
        }
        for connection in link.connections.iter().filter(|connection| Some(**connection) != kept) {
            self.swarm.close_connection(*connection);
        }
    }

    /// Trusts nothing that was known: after a jump of the clock or a change of network, sessions may be dead without
    /// having ended, and contacts may be reachable again.
    fn look_around(&mut self) {
        self.dialer.hurry(Instant::now());
        for link in self.links.values() {
            if let Some(running) = &link.session {
                running.session.probe();
            }
        }
    }

    fn dial_due(&mut self) {
        let now = Instant::now();
        while let Some((peer, endpoints)) = self.dialer.take_due(now) {
            let is_under_way = address::peer_to_libp2p(&peer).is_some_and(|id| {
                let options = DialOpts::peer_id(id)
                    .condition(PeerCondition::DisconnectedAndNotDialing)
                    .addresses(endpoints.into_iter().map(Endpoint::to_multiaddr).collect())
                    .build();
                self.swarm.dial(options).is_ok()
            });
            if !is_under_way {
                self.dialer.dial_failed(&peer, now, jitter());
            }
        }
    }

    fn handle_swarm_event(&mut self, event: SwarmEvent<StreamEvent>) {
        // The enum is open, and most of it is of interest only to logs that we do not keep.
        match event {
            SwarmEvent::Behaviour(StreamEvent { peer, connection, stream }) => {
                if let Some(peer) = address::peer_from_libp2p(&peer) {
                    self.handle_stream(peer, connection, stream);
                }
            }
            SwarmEvent::ConnectionEstablished { peer_id, connection_id, endpoint, .. } => {
                self.handle_connection(peer_id, connection_id, &endpoint);
            }
            SwarmEvent::ConnectionClosed { peer_id, connection_id, .. } => {
                if let Some(peer) = address::peer_from_libp2p(&peer_id) {
                    self.handle_connection_closed(peer, connection_id);
                }
            }
            SwarmEvent::OutgoingConnectionError { peer_id: Some(peer), .. } => {
                if let Some(peer) = address::peer_from_libp2p(&peer) {
                    self.dialer.dial_failed(&peer, Instant::now(), jitter());
                }
            }
            SwarmEvent::NewListenAddr { listener_id, address } => {
                if let Some(endpoint) = Endpoint::from_multiaddr(&address) {
                    self.bound.entry(listener_id).or_default().insert(endpoint);
                    self.tell_addresses();
                }
            }
            SwarmEvent::ExpiredListenAddr { listener_id, address } => {
                if let (Some(endpoint), Some(bound)) =
                    (Endpoint::from_multiaddr(&address), self.bound.get_mut(&listener_id))
                {
                    bound.remove(&endpoint);
                    self.tell_addresses();
                }
            }
            SwarmEvent::ListenerClosed { listener_id, .. } => {
                tracing::error!("a listener closed");
                self.bound.remove(&listener_id);
                self.tell_addresses();
            }
            _ => {}
        }
    }

    fn handle_connection(&mut self, id: libp2p::PeerId, connection: ConnectionId, endpoint: &ConnectedPoint) {
        let Some(peer) = address::peer_from_libp2p(&id) else {
            self.swarm.close_connection(connection);
            return;
        };
        tracing::debug!(dialled = endpoint.is_dialer(), "a connection stands");
        self.dialer.connected(&peer);
        self.links.entry(peer).or_default().connections.push(connection);
        self.advance(peer);
    }

    /// Does the decider's part: asks for a stream on the newest connection, or asks the session that stands whether it
    /// still lives.
    fn advance(&mut self, peer: PeerId) {
        let Some(id) = address::peer_to_libp2p(&peer) else { return };
        let Some(link) = self.links.get_mut(&peer) else { return };
        if !is_opener(&self.own, &id) || link.opening.is_some() {
            return;
        }
        match &link.session {
            Some(running) if link.connections.iter().any(|connection| *connection != running.connection) => {
                running.session.probe();
            }
            Some(_) => {}
            None => {
                link.opening = link.connections.last().copied();
                if let Some(connection) = link.opening {
                    self.swarm.behaviour_mut().gate.open_stream(id, connection);
                }
            }
        }
    }

    fn handle_stream(&mut self, peer: PeerId, connection: ConnectionId, stream: Option<Stream>) {
        let Some(id) = address::peer_to_libp2p(&peer) else { return };
        let Some(link) = self.links.get_mut(&peer) else { return };
        let is_initiator = is_opener(&self.own, &id);
        let is_expected = !is_initiator || link.opening == Some(connection);
        if is_initiator && link.opening == Some(connection) {
            link.opening = None;
        }
        let Some(stream) = stream.filter(|_| is_expected && link.connections.contains(&connection)) else {
            self.swarm.close_connection(connection);
            return;
        };
        // The decider has given up the old session, or it was restarted.
        let predecessor = link.session.take().map(|old| {
            old.session.abort();
            self.swarm.close_connection(old.connection);
            old.ended
        });
        let session = Arc::new(Session::new(peer, is_initiator, &self.limits));
        let (end, ended) = oneshot::channel();
        link.session = Some(Running { connection, session: session.clone(), proved_at: None, ended });
        let reporter = Reporter { peer, connection, queue: self.report_queue.clone() };
        let (events, limits) = (self.events.clone(), self.limits.clone());
        tokio::spawn(async move {
            stream::run(stream, session, predecessor, events, reporter, limits, end).await;
        });
    }

    fn handle_report(&mut self, peer: PeerId, connection: ConnectionId, report: Report) {
        if let Report::Ended(end) = report {
            self.swarm.close_connection(connection);
            match end {
                End::Closed | End::Lost => tracing::debug!(?end, "a session ended"),
                End::Silent | End::Unproved | End::Misbehaved | End::Overflow => {
                    tracing::info!(?end, "a session ended")
                }
            }
        }
        let Some(link) = self.links.get_mut(&peer) else { return };
        let Some(running) = link.session.as_mut().filter(|running| running.connection == connection) else {
            return;
        };
        match report {
            Report::Proved => {
                running.proved_at = Some(Instant::now());
                self.swarm.behaviour_mut().gate.mark_proved(connection);
            }
            Report::AnsweredProbe => {
                // The session lives, so connections in reserve are left-overs of dials that crossed.
                let spare = |other: &&ConnectionId| **other != connection;
                for other in link.connections.iter().filter(spare) {
                    self.swarm.close_connection(*other);
                }
            }
            Report::Ended(_) => {
                link.was_good = running.proved_at.is_some_and(|at| at.elapsed() >= self.limits.settled_after);
                link.session = None;
                link.connections.retain(|other| *other != connection);
                self.settle(peer);
            }
        }
    }

    fn handle_connection_closed(&mut self, peer: PeerId, connection: ConnectionId) {
        let Some(link) = self.links.get_mut(&peer) else { return };
        link.connections.retain(|other| *other != connection);
        if link.opening == Some(connection) {
            link.opening = None;
        }
        // A session on it notices by itself, after it has read what came before the end.
        self.settle(peer);
    }

    /// Goes on with another connection, or lets the dialer know that there is none.
    fn settle(&mut self, peer: PeerId) {
        let Some(link) = self.links.get(&peer) else { return };
        if link.session.is_none() && link.connections.is_empty() {
            let was_good = link.was_good;
            self.links.remove(&peer);
            self.dialer.disconnected(&peer, was_good, Instant::now(), jitter());
        } else {
            self.advance(peer);
        }
    }

    fn tell_addresses(&mut self) {
        let addresses = address::worth_telling(&self.all_bound());
        let has_changed = self.told_addresses.send_if_modified(|told| {
            let has_changed = *told != addresses;
            *told = addresses;
            has_changed
        });
        if has_changed {
            self.look_around();
        }
    }

    fn all_bound(&self) -> BTreeSet<Endpoint> {
        self.bound.values().flatten().copied().collect()
    }

    /// Lets every session send what is queued, closes all connections and returns when the peers can know.
    async fn shut_down(mut self) {
        let listeners: Vec<ListenerId> = self.bound.keys().copied().collect();
        for listener in listeners {
            self.swarm.remove_listener(listener);
        }
        let peers: Vec<PeerId> = self.links.keys().copied().collect();
        for peer in peers {
            self.dialer.forget(&peer);
            self.close(peer);
        }
        let within = self.limits.drain_within * 2;
        let closing = async {
            while !self.links.is_empty() {
                tokio::select! {
                    event = self.swarm.select_next_some() => self.handle_swarm_event(event),
                    report = self.reports.recv() => if let Some((peer, connection, report)) = report {
                        self.handle_report(peer, connection, report);
                    },
                }
            }
        };
        // Beyond that time a peer is left to notice by itself.
        let _closed = timeout(within, closing).await;
    }
}

fn build_swarm(key: identity::Keypair, limits: &NetLimits) -> Result<Swarm<Behaviour>, NetError> {
    let muxer = || {
        let mut config = yamux::Config::default();
        config.set_max_num_streams(STREAMS_MAX);
        config
    };
    let behaviour = Behaviour::new(key.public().to_peer_id(), limits);
    let silence_ms = u32::try_from(limits.silence_max.as_millis()).unwrap_or(u32::MAX);
    let swarm = SwarmBuilder::with_existing_identity(key)
        .with_tokio()
        .with_tcp(tcp::Config::default().nodelay(true), noise::Config::new, muxer)
        .map_err(|_| NetError::Setup("the noise handshake was refused its key"))?
        .with_quic_config(|mut config| {
            config.handshake_timeout = limits.connect_within;
            config.max_idle_timeout = silence_ms;
            // Our own heartbeats keep the connection; this one only helps while there is no session.
            config.keep_alive_interval = limits.silence_max / 2;
            config.max_concurrent_stream_limit = u32::try_from(STREAMS_MAX).unwrap_or(u32::MAX);
            config.max_stream_data = QUIC_STREAM_BYTES;
            config.max_connection_data = 2 * QUIC_STREAM_BYTES;
            config
        })
        .with_behaviour(|_| behaviour)
        .map_err(|_| NetError::Setup("the connection rules were refused"))?
        .with_swarm_config(|config| {
            config
                .with_idle_connection_timeout(limits.unused_connection_life)
                .with_max_negotiating_inbound_streams(STREAMS_MAX)
        })
        .with_connection_timeout(limits.connect_within)
        .build();
    Ok(swarm)
}

async fn wait_until(time: Option<Instant>) {
    match time {
        Some(time) => sleep_until(time).await,
        None => std::future::pending().await,
    }
}

/// Returns a random number from 0 to 1. Without randomness there is none, which only makes pauses regular.
fn jitter() -> f64 {
    getrandom::u32().map_or(0.5, |number| f64::from(number) / f64::from(u32::MAX))
}

/// Time for a listener to report its first address.
const LISTEN_WITHIN: Duration = Duration::from_secs(5);
