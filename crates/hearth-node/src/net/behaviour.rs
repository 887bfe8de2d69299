//! Which connections may exist, and the one stream of frames on each of them.
//!
//! The gate counts connections by state, peer and source address before anything is spent on them: strangers find
//! little room, contacts always find some. Of two peers the one with the smaller id opens the stream, on the connection
//! of its choice and once per connection, so that two dials that cross cannot become two sessions.

use std::{
    collections::{BTreeMap, BTreeSet, VecDeque},
    task::{Context, Poll},
};

use libp2p::{
    Multiaddr, PeerId, Stream, StreamProtocol,
    core::{Endpoint, transport::PortUse, upgrade::ReadyUpgrade},
    memory_connection_limits,
    swarm::{
        ConnectionDenied, ConnectionHandler, ConnectionHandlerEvent, ConnectionId, FromSwarm,
        NetworkBehaviour, NotifyHandler, SubstreamProtocol, THandler, THandlerInEvent, THandlerOutEvent,
        ToSwarm,
        behaviour::{ConnectionClosed, ConnectionEstablished, DialFailure, ListenFailure},
        handler::{ConnectionEvent, DialUpgradeError, FullyNegotiatedInbound, FullyNegotiatedOutbound},
    },
};

use super::{
    address::source_of,
    limits::{BANNED_MAX, CONNECTIONS_MAX, CONNECTIONS_PER_PEER_MAX, NetLimits, PENDING_MAX},
};

/// The protocol's name on the wire. It says nothing about the program, as every string that a stranger may see.
const FRAMES: StreamProtocol = StreamProtocol::new("/h/1");

/// Everything that the swarm asks us.
#[derive(NetworkBehaviour)]
#[behaviour(to_swarm = "StreamEvent")]
pub(super) struct Behaviour {
    // First, so that what it refuses costs the others nothing.
    pub(super) gate: Gate,
    memory: memory_connection_limits::Behaviour,
}

impl Behaviour {
    pub(super) fn new(own: PeerId, limits: &NetLimits) -> Self {
        Self {
            gate: Gate {
                own,
                strangers_max: limits.strangers_max,
                per_address_max: limits.per_address_max,
                pending_inbound: BTreeMap::new(),
                pending_outbound: BTreeSet::new(),
                connections: BTreeMap::new(),
                contacts: BTreeSet::new(),
                banned: VecDeque::new(),
                actions: VecDeque::new(),
            },
            memory: memory_connection_limits::Behaviour::with_max_bytes(limits.memory_bytes_max),
        }
    }
}

/// The outcome of asking for the stream of a connection, or the peer's own.
#[derive(Debug)]
pub(super) struct StreamEvent {
    pub(super) peer: PeerId,
    pub(super) connection: ConnectionId,
    /// `None` if the peer does not speak our protocol, or was too slow.
    pub(super) stream: Option<Stream>,
}

impl From<std::convert::Infallible> for StreamEvent {
    fn from(never: std::convert::Infallible) -> Self {
        match never {}
    }
}

/// Admits connections, and asks for their streams.
pub(super) struct Gate {
    own: PeerId,
    strangers_max: usize,
    per_address_max: usize,
    pending_inbound: BTreeMap<ConnectionId, Option<u128>>,
    pending_outbound: BTreeSet<ConnectionId>,
    connections: BTreeMap<ConnectionId, Admitted>,
    contacts: BTreeSet<PeerId>,
    banned: VecDeque<PeerId>,
    actions: VecDeque<ToSwarm<StreamEvent, OpenStream>>,
}

struct Admitted {
    peer: PeerId,
    source: Option<u128>,
    is_proved: bool,
}

/// Why a connection was refused. Never shown: the peer learns nothing but the end of the connection.
#[derive(Debug, thiserror::Error)]
enum Refusal {
    #[error("too many connections are being set up")]
    Pending,
    #[error("too many connections come from one address")]
    Address,
    #[error("too many connections of strangers")]
    Strangers,
    #[error("too many connections of one peer")]
    Peer,
    #[error("too many connections")]
    Total,
    #[error("refused until it is a contact again")]
    Banned,
}

impl Gate {
    /// Asks for the stream of frames on a connection; answered by a [`StreamEvent`].
    pub(super) fn open_stream(&mut self, peer: PeerId, connection: ConnectionId) {
        self.actions.push_back(ToSwarm::NotifyHandler {
            peer_id: peer,
            handler: NotifyHandler::One(connection),
            event: OpenStream,
        });
    }

    /// Replaces the contacts. They are not counted as strangers, and a ban of one of them ends.
    pub(super) fn set_contacts(&mut self, contacts: BTreeSet<PeerId>) {
        self.banned.retain(|peer| !contacts.contains(peer));
        self.contacts = contacts;
    }

    /// Refuses every further connection of a peer until it is a contact again.
    pub(super) fn ban(&mut self, peer: PeerId) {
        self.contacts.remove(&peer);
        if !self.banned.contains(&peer) {
            if self.banned.len() >= BANNED_MAX {
                self.banned.pop_front();
            }
            self.banned.push_back(peer);
        }
    }

    /// Notes that the session on a connection has proved itself: its peer is no stranger any more.
    pub(super) fn mark_proved(&mut self, connection: ConnectionId) {
        if let Some(admitted) = self.connections.get_mut(&connection) {
            admitted.is_proved = true;
        }
    }

    fn check_pending(&self, source: Option<u128>) -> Result<(), Refusal> {
        if self.pending_inbound.len() >= PENDING_MAX {
            return Err(Refusal::Pending);
        }
        if self.pending_inbound.values().filter(|other| **other == source).count() >= self.per_address_max {
            return Err(Refusal::Address);
        }
        Ok(())
    }

    fn check_established(&self, peer: PeerId, source: Option<u128>) -> Result<(), Refusal> {
        if self.banned.contains(&peer) {
            return Err(Refusal::Banned);
        }
        if self.connections.values().filter(|other| other.peer == peer).count() >= CONNECTIONS_PER_PEER_MAX {
            return Err(Refusal::Peer);
        }
        if self.connections.len() >= CONNECTIONS_MAX {
            return Err(Refusal::Total);
        }
        if self.contacts.contains(&peer) {
            return Ok(());
        }
        let strangers = || {
            self.connections.values().filter(|other| !other.is_proved && !self.contacts.contains(&other.peer))
        };
        if strangers().count() >= self.strangers_max {
            return Err(Refusal::Strangers);
        }
        if strangers().filter(|other| other.source == source).count() >= self.per_address_max {
            return Err(Refusal::Address);
        }
        Ok(())
    }

    fn handler(&self, peer: PeerId) -> FrameHandler {
        FrameHandler { opens: is_opener(&self.own, &peer), is_asked: false, is_done: false, outcome: None }
    }
}

impl NetworkBehaviour for Gate {
    type ConnectionHandler = FrameHandler;
    type ToSwarm = StreamEvent;

    fn handle_pending_inbound_connection(
        &mut self,
        connection: ConnectionId,
        _: &Multiaddr,
        remote: &Multiaddr,
    ) -> Result<(), ConnectionDenied> {
        let source = source_of(remote);
        self.check_pending(source).map_err(ConnectionDenied::new)?;
        self.pending_inbound.insert(connection, source);
        Ok(())
    }

    fn handle_established_inbound_connection(
        &mut self,
        connection: ConnectionId,
        peer: PeerId,
        _: &Multiaddr,
        remote: &Multiaddr,
    ) -> Result<THandler<Self>, ConnectionDenied> {
        self.pending_inbound.remove(&connection);
        self.check_established(peer, source_of(remote)).map_err(ConnectionDenied::new)?;
        Ok(self.handler(peer))
    }

    fn handle_pending_outbound_connection(
        &mut self,
        connection: ConnectionId,
        _: Option<PeerId>,
        _: &[Multiaddr],
        _: Endpoint,
    ) -> Result<Vec<Multiaddr>, ConnectionDenied> {
        if self.pending_outbound.len() >= PENDING_MAX {
            return Err(ConnectionDenied::new(Refusal::Pending));
        }
        self.pending_outbound.insert(connection);
        Ok(Vec::new())
    }

    fn handle_established_outbound_connection(
        &mut self,
        connection: ConnectionId,
        peer: PeerId,
        remote: &Multiaddr,
        _: Endpoint,
        _: PortUse,
    ) -> Result<THandler<Self>, ConnectionDenied> {
        self.pending_outbound.remove(&connection);
        self.check_established(peer, source_of(remote)).map_err(ConnectionDenied::new)?;
        Ok(self.handler(peer))
    }

    fn on_swarm_event(&mut self, event: FromSwarm<'_>) {
        // The enum is open; what is not listed here does not change the counts.
        match event {
            FromSwarm::ConnectionEstablished(ConnectionEstablished {
                peer_id,
                connection_id,
                endpoint,
                ..
            }) => {
                let source = source_of(endpoint.get_remote_address());
                self.connections.insert(connection_id, Admitted { peer: peer_id, source, is_proved: false });
            }
            FromSwarm::ConnectionClosed(ConnectionClosed { connection_id, .. }) => {
                self.connections.remove(&connection_id);
            }
            FromSwarm::DialFailure(DialFailure { connection_id, .. }) => {
                self.pending_outbound.remove(&connection_id);
            }
            FromSwarm::ListenFailure(ListenFailure { connection_id, .. }) => {
                self.pending_inbound.remove(&connection_id);
            }
            _ => {}
        }
    }

    fn on_connection_handler_event(
        &mut self,
        peer: PeerId,
        connection: ConnectionId,
        outcome: THandlerOutEvent<Self>,
    ) {
        let Outcome(stream) = outcome;
        self.actions.push_back(ToSwarm::GenerateEvent(StreamEvent { peer, connection, stream }));
    }

    fn poll(&mut self, _: &mut Context<'_>) -> Poll<ToSwarm<Self::ToSwarm, THandlerInEvent<Self>>> {
        // No waker: whoever adds an action polls the swarm next.
        self.actions.pop_front().map_or(Poll::Pending, Poll::Ready)
    }
}

/// Whether the first peer opens the stream towards the second. Both ends compute the same.
pub(super) fn is_opener(own: &PeerId, other: &PeerId) -> bool {
    own < other
}

/// A wish of the gate for a handler: open the stream.
#[derive(Debug)]
pub(super) struct OpenStream;

/// A handler's answer to the gate.
#[derive(Debug)]
pub(super) struct Outcome(Option<Stream>);

/// Yields at most one stream per connection, opened by the peer with the smaller id.
pub(super) struct FrameHandler {
    opens: bool,
    is_asked: bool,
    is_done: bool,
    outcome: Option<Outcome>,
}

impl FrameHandler {
    fn finish(&mut self, stream: Option<Stream>) {
        // A second stream of the peer is dropped, which resets it.
        if !self.is_done {
            self.is_done = true;
            self.outcome = Some(Outcome(stream));
        }
    }
}

impl ConnectionHandler for FrameHandler {
    type FromBehaviour = OpenStream;
    type ToBehaviour = Outcome;
    type InboundProtocol = ReadyUpgrade<StreamProtocol>;
    type OutboundProtocol = ReadyUpgrade<StreamProtocol>;
    type InboundOpenInfo = ();
    type OutboundOpenInfo = ();

    fn listen_protocol(&self) -> SubstreamProtocol<Self::InboundProtocol> {
        SubstreamProtocol::new(ReadyUpgrade::new(FRAMES), ())
    }

    fn poll(
        &mut self,
        _: &mut Context<'_>,
    ) -> Poll<ConnectionHandlerEvent<Self::OutboundProtocol, (), Self::ToBehaviour>> {
        if let Some(outcome) = self.outcome.take() {
            return Poll::Ready(ConnectionHandlerEvent::NotifyBehaviour(outcome));
        }
        if std::mem::take(&mut self.is_asked) {
            return Poll::Ready(ConnectionHandlerEvent::OutboundSubstreamRequest {
                protocol: SubstreamProtocol::new(ReadyUpgrade::new(FRAMES), ()),
            });
        }
        Poll::Pending
    }

    fn on_behaviour_event(&mut self, OpenStream: OpenStream) {
        self.is_asked = self.opens && !self.is_done;
    }

    fn on_connection_event(
        &mut self,
        event: ConnectionEvent<'_, Self::InboundProtocol, Self::OutboundProtocol>,
    ) {
        // The enum is open; the other events are about protocols that come and go, and ours does not.
        match event {
            ConnectionEvent::FullyNegotiatedInbound(FullyNegotiatedInbound { protocol: stream, .. })
                if !self.opens =>
            {
                self.finish(Some(stream));
            }
            ConnectionEvent::FullyNegotiatedOutbound(FullyNegotiatedOutbound {
                protocol: stream, ..
            }) => {
                self.finish(Some(stream));
            }
            ConnectionEvent::DialUpgradeError(DialUpgradeError { .. }) => self.finish(None),
            _ => {}
        }
    }
}
