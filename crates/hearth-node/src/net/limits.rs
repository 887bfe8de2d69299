//! Every bound of the network, with its unit and its reason. What the core bounds too (frames, neighbours, addresses)
//! stands in `hearth_core::limits`.

use std::time::Duration;

use hearth_core::limits;

/// The bounds that a node runs under. The defaults are for members' machines; tests shorten the times.
#[derive(Clone, Debug)]
pub struct NetLimits {
    /// Shortest pause before a contact is dialled again: a restart heals before anybody notices.
    pub redial_min: Duration,
    /// Longest pause before a contact is dialled again: an absent contact costs one dial a minute.
    pub redial_max: Duration,
    /// Age from which a proved session counts as good, so that its loss starts the back-off anew.
    pub settled_after: Duration,
    /// Time from the start of a session until [`super::NetCommand::Proved`] must have come.
    pub proof_within: Duration,
    /// Silence of ours after which an empty frame goes out: keeps address translation and the peer's patience alive.
    pub heartbeat: Duration,
    /// Silence of the peer after which it counts as gone; more than two heartbeats.
    pub silence_max: Duration,
    /// Time for the answer to a probe, which asks whether an old session still lives.
    pub probe_within: Duration,
    /// Time in which a write of 16 KiB must be done.
    pub write_within: Duration,
    /// Time for what is queued to leave when a session is closed by us.
    pub drain_within: Duration,
    /// Time for a connection to be set up, handshakes included.
    pub connect_within: Duration,
    /// Time that a connection may exist without a stream of frames.
    pub unused_connection_life: Duration,
    /// Bytes queued towards one peer; more closes the session, and reconciliation repeats what mattered.
    pub outbound_bytes_max: usize,
    /// Bytes of frames, over all peers, that wait for the driver; readers wait beyond it.
    pub inbound_bytes_max: usize,
    /// Bytes that a peer may send before it has proved itself: several frames of a handshake.
    pub unproved_bytes_max: usize,
    /// Connections of peers that are neither contacts nor proved.
    pub strangers_max: usize,
    /// Connections from one source address that are being set up, and the same number again that are strangers'. A
    /// whole house shares one address; one address never fills all places.
    pub per_address_max: usize,
    /// Bytes of memory of the process beyond which no new connection is taken.
    pub memory_bytes_max: usize,
}

impl Default for NetLimits {
    fn default() -> Self {
        Self {
            redial_min: Duration::from_millis(500),
            redial_max: Duration::from_secs(60),
            settled_after: Duration::from_secs(5),
            // Slack for the two ends to see the session start at different times.
            proof_within: Duration::from_millis(limits::HANDSHAKE_TIMEOUT_MS + 2_000),
            heartbeat: Duration::from_secs(12),
            silence_max: Duration::from_secs(30),
            probe_within: Duration::from_secs(4),
            write_within: Duration::from_secs(20),
            drain_within: Duration::from_secs(1),
            connect_within: Duration::from_secs(10),
            unused_connection_life: Duration::from_secs(8),
            outbound_bytes_max: 4 * 1024 * 1024,
            inbound_bytes_max: 8 * 1024 * 1024,
            unproved_bytes_max: 4 * limits::FRAME_BYTES_BEFORE_PROOF_MAX,
            strangers_max: 32,
            per_address_max: 16,
            memory_bytes_max: 512 * 1024 * 1024,
        }
    }
}

/// Connections that are being set up, in each direction.
pub(super) const PENDING_MAX: usize = 64;
/// Connections of one peer: both ends may dial at once, over two transports.
pub(super) const CONNECTIONS_PER_PEER_MAX: usize = 4;
/// Connections in all: one for each neighbour, and as many again for the moment of a replacement.
pub(super) const CONNECTIONS_MAX: usize = 2 * limits::PEERS_MAX;
/// Contacts that are dialled at the same time: below [`PENDING_MAX`], so that our own gate never refuses them.
pub(super) const DIALS_MAX: usize = 32;
/// Contacts in the address book: every member of a few large groups.
pub(super) const CONTACTS_MAX: usize = 4096;
/// Peers that are refused until they are contacts again; the one refused first is forgotten first.
pub(super) const BANNED_MAX: usize = 1024;
/// Events that wait for the driver.
pub(super) const EVENTS_MAX: usize = 64;
/// Commands and reports of sessions that wait for the network.
pub(super) const COMMANDS_MAX: usize = 64;
/// Streams that a peer may open on one connection. One is used; the multiplexer needs a little room.
pub(super) const STREAMS_MAX: usize = 8;
/// Bytes that a peer may send on a QUIC stream ahead of our reading.
pub(super) const QUIC_STREAM_BYTES: u32 = 1024 * 1024;
/// Bytes of a frame that are read or written at a time: what a peer announces is not set aside before it comes.
pub(super) const WRITE_CHUNK_BYTES: usize = 16 * 1024;
/// Bytes that each frame costs beyond its content, in every budget: many tiny frames are not free.
pub(super) const FRAME_OVERHEAD_BYTES: usize = 64;
