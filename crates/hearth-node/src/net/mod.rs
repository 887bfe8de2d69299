//! The network: sessions with neighbours over TCP and QUIC, as bounded frames in order.
//!
//! Owns libp2p, whose types stay in here, the transport key, and the choice of whom to dial. Knows nothing of rooms,
//! members or what a frame says. Every peer has at most one session; a session promises order, not delivery.
//!
//! **Invariant:** nothing here is logged but counts, kinds and durations.

mod address;
mod behaviour;
mod dialer;
mod limits;
mod stream;
mod swarm;
#[cfg(test)]
mod tests;

use std::{
    collections::BTreeMap,
    io,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use hearth_core::ids::PeerId;
use libp2p::identity;
use tokio::sync::{Semaphore, mpsc, watch};
use zeroize::Zeroizing;

pub use self::{
    address::{address_bytes, address_text},
    limits::NetLimits,
};
use self::{
    limits::{COMMANDS_MAX, EVENTS_MAX},
    stream::{EventSender, Session, SessionEvent},
    swarm::{Network, Order},
};

/// How to start the network.
pub struct NetConfig {
    /// Seed of the transport key, an Ed25519 key that is nobody's member identity.
    pub transport_seed: Zeroizing<[u8; 32]>,
    /// Where to listen: `127.0.0.1:4100` is TCP and QUIC on that port, `/ip4/127.0.0.1/tcp/4100` and
    /// `/ip4/127.0.0.1/udp/4100/quic-v1` are one of them. Port 0 lets a free one be chosen. May be empty.
    pub listen: Vec<String>,
    /// The bounds to run under.
    pub limits: NetLimits,
}

/// A peer that we want a session with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Contact {
    /// Its transport key.
    pub peer: PeerId,
    /// Where it may be found; opaque to everybody but this module. What cannot be dialled is ignored.
    pub addresses: Vec<Vec<u8>>,
}

/// What the driver wants of the network.
pub enum NetCommand {
    /// Replaces the address book. A peer that is no longer in it is disconnected; it may come back as a stranger. A
    /// banned peer that is in it may connect again.
    SetContacts(Vec<Contact>),
    /// Sends a frame in the session that the driver last heard of; dropped if that has ended.
    Send {
        /// To whom.
        peer: PeerId,
        /// At least one byte, at most `hearth_core::limits::FRAME_BYTES_MAX`.
        frame: Vec<u8>,
    },
    /// Ends the session once what is queued has left.
    Disconnect {
        /// Whose.
        peer: PeerId,
        /// Whether to refuse the peer until the contacts include it again.
        ban: bool,
    },
    /// Says that the peer has proved that it may talk to us: larger frames are allowed, and the session may stay.
    Proved {
        /// Which peer.
        peer: PeerId,
    },
    /// Says that time has jumped, as after a suspended machine: every session is probed and every contact is due.
    ClockJumped,
    /// Ends all sessions and stops. [`NetEvents::recv`] returns `None` once that is done.
    Shutdown,
}

/// What happens on the network.
#[derive(Clone, PartialEq, Eq)]
pub enum NetEvent {
    /// A session began. There is no other one with this peer.
    Connected {
        /// The authenticated transport key of the other end.
        peer: PeerId,
        /// True at exactly one of the two ends.
        initiator: bool,
    },
    /// The session ended. Frames of it no longer come, and frames to it no longer leave.
    Disconnected {
        /// Whose it was.
        peer: PeerId,
    },
    /// A frame came, complete and in order.
    Frame {
        /// From whom.
        peer: PeerId,
        /// Its content, within the bounds.
        bytes: Vec<u8>,
    },
    /// The own addresses worth telling members are these. Also the first event of all.
    AddressesChanged(Vec<Vec<u8>>),
}

/// Why the network did not start. One line, for the member who asked for it.
#[derive(Debug, thiserror::Error)]
pub enum NetError {
    /// Another program listens there.
    #[error("{address} is already in use by another program")]
    AddressInUse {
        /// The address and port.
        address: String,
    },
    /// The address belongs to another machine.
    #[error("{address} is not an address of this machine")]
    AddressNotHere {
        /// The address and port.
        address: String,
    },
    /// The system keeps the port for others.
    #[error("this account may not listen on {address}, choose a port above 1023")]
    PortNotPermitted {
        /// The address and port.
        address: String,
    },
    /// Listening failed for another reason.
    #[error("cannot listen on {address}: {kind}")]
    Listen {
        /// The address and port.
        address: String,
        /// The kind of error.
        kind: io::ErrorKind,
    },
    /// The text is not an address to listen on.
    #[error("\"{text}\" is not an address to listen on, which looks like 127.0.0.1:4100")]
    BadAddress {
        /// The text.
        text: String,
    },
    /// `SSLKEYLOGFILE` is set. The TLS library of QUIC would write the keys of every connection into that file.
    #[error("SSLKEYLOGFILE is set and would write down the keys of all connections, unset it")]
    KeysWouldBeLogged,
    /// A library refused to be set up.
    #[error("the network could not be set up: {0}")]
    Setup(&'static str),
}

/// Starts the network and returns once it listens everywhere it was asked to.
///
/// # Errors
///
/// One of [`NetError`]; then nothing is left listening.
pub async fn start(config: NetConfig) -> Result<(NetHandle, NetEvents), NetError> {
    let NetConfig { transport_seed, listen, limits } = config;
    let (orders, order_queue) = mpsc::channel(COMMANDS_MAX);
    let (queue, events) = mpsc::channel(EVENTS_MAX);
    let (addresses, told_addresses) = watch::channel(Vec::new());
    let sender = EventSender { queue, room: Arc::new(Semaphore::new(limits.inbound_bytes_max)) };
    let key = transport_key(&transport_seed)?;
    drop(transport_seed);
    let peer = peer_of(&key)?;
    let network = Network::start(key, peer, &listen, limits, sender, order_queue, addresses).await?;
    let bound = network.listen_addresses();
    tokio::spawn(network.run());
    let known = Known::default();
    let handle = NetHandle { peer, bound, orders, known: known.clone() };
    Ok((handle, NetEvents { events, addresses: Some(told_addresses), known }))
}

/// Returns the peer id that belongs to a transport seed.
///
/// # Errors
///
/// `NetError::Setup` if the library refuses the key, which it does for no seed of 32 bytes.
pub fn peer_of_seed(transport_seed: &Zeroizing<[u8; 32]>) -> Result<PeerId, NetError> {
    peer_of(&transport_key(transport_seed)?)
}

fn transport_key(seed: &Zeroizing<[u8; 32]>) -> Result<identity::Keypair, NetError> {
    // The copy is overwritten by the function that takes it.
    identity::Keypair::ed25519_from_bytes(seed.clone().as_mut_slice())
        .map_err(|_| NetError::Setup("the transport key was refused"))
}

fn peer_of(key: &identity::Keypair) -> Result<PeerId, NetError> {
    address::peer_from_libp2p(&key.public().to_peer_id())
        .ok_or(NetError::Setup("the transport key is of another kind"))
}

/// The driver's hold on the network.
#[derive(Clone)]
pub struct NetHandle {
    peer: PeerId,
    bound: Vec<Vec<u8>>,
    orders: mpsc::Sender<Order>,
    known: Known,
}

impl NetHandle {
    /// Carries out a command. Waits if the network has many of them to do; never waits for a peer. A network that has
    /// stopped ignores commands.
    pub async fn send(&self, command: NetCommand) {
        let order = match command {
            NetCommand::Send { peer, frame } => return self.send_frame(&peer, &frame),
            NetCommand::Proved { peer } => return self.mark_proved(&peer),
            NetCommand::Disconnect { peer, ban } => Order::Disconnect { peer, ban },
            NetCommand::SetContacts(contacts) => Order::SetContacts(contacts),
            NetCommand::ClockJumped => Order::ClockJumped,
            NetCommand::Shutdown => Order::Shutdown,
        };
        // An error means that the network has stopped.
        let _sent = self.orders.send(order).await;
    }

    /// Queues a frame to the session that the driver last heard of, without waiting. A frame to a peer whose session
    /// has ended is dropped; one too many closes the session. Both heal when the two reconcile.
    pub fn send_frame(&self, peer: &PeerId, frame: &[u8]) {
        if let Some(session) = self.known.lock().get(peer) {
            session.send(frame);
        }
    }

    /// Says that the peer has proved itself in the session that the driver last heard of.
    pub fn mark_proved(&self, peer: &PeerId) {
        if let Some(session) = self.known.lock().get(peer) {
            session.mark_proved();
        }
    }

    /// Returns the own transport key, as others know us.
    pub fn peer(&self) -> PeerId {
        self.peer
    }

    /// Returns the addresses that were bound at the start, ports chosen, wildcards expanded, loopback included.
    pub fn listen_addresses(&self) -> &[Vec<u8>] {
        &self.bound
    }
}

/// The events of the network, in order.
///
/// The sessions that this has returned a Connected for, and no Disconnected, are the ones that frames are sent in:
/// an answer to an old session never ends up in a new one. A driver that takes several events before it answers must
/// not take more after a Disconnected.
pub struct NetEvents {
    events: mpsc::Receiver<SessionEvent>,
    addresses: Option<watch::Receiver<Vec<Vec<u8>>>>,
    known: Known,
}

impl NetEvents {
    /// Waits for the next event; `None` once the network has stopped. Loses nothing when dropped while it waits.
    pub async fn recv(&mut self) -> Option<NetEvent> {
        loop {
            tokio::select! {
                biased;
                changed = changed(&mut self.addresses) => match changed {
                    Some(addresses) => return Some(NetEvent::AddressesChanged(addresses)),
                    None => self.addresses = None,
                },
                event = self.events.recv() => return event.map(|event| self.note(event)),
            }
        }
    }

    /// Returns the next event of a session if there is one already; changes of addresses come from [`Self::recv`].
    pub fn try_recv(&mut self) -> Option<NetEvent> {
        let event = self.events.try_recv().ok()?;
        Some(self.note(event))
    }

    fn note(&self, event: SessionEvent) -> NetEvent {
        match event {
            SessionEvent::Connected(session) => {
                let (peer, initiator) = (session.peer, session.is_initiator);
                self.known.lock().insert(peer, session);
                NetEvent::Connected { peer, initiator }
            }
            SessionEvent::Disconnected(session) => {
                self.known.lock().remove(&session.peer);
                NetEvent::Disconnected { peer: session.peer }
            }
            SessionEvent::Frame { peer, bytes, .. } => NetEvent::Frame { peer, bytes },
        }
    }
}

/// Waits for other addresses; `None` once there will be no more, and for ever after that.
async fn changed(addresses: &mut Option<watch::Receiver<Vec<Vec<u8>>>>) -> Option<Vec<Vec<u8>>> {
    match addresses {
        Some(receiver) => receiver.changed().await.ok().map(|()| receiver.borrow_and_update().clone()),
        None => std::future::pending().await,
    }
}

/// The sessions that the driver has been told of.
#[derive(Clone, Default)]
struct Known(Arc<Mutex<BTreeMap<PeerId, Arc<Session>>>>);

impl Known {
    fn lock(&self) -> MutexGuard<'_, BTreeMap<PeerId, Arc<Session>>> {
        // Nothing between lock and unlock can panic, so a poisoned lock still guards a whole value.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
