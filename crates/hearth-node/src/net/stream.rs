//! A session: frames in order over one stream, in both directions, within bounds.
//!
//! On the wire each frame is its length as four bytes, big-endian, and its content. Length 0 is a heartbeat, the largest
//! number a question that a heartbeat answers. A write is not delivery: acknowledgements are the protocol's, and come
//! from the disk.

use std::{
    collections::VecDeque,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::Duration,
};

use futures::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use hearth_core::{
    ids::PeerId,
    limits::{FRAME_BYTES_BEFORE_PROOF_MAX, FRAME_BYTES_MAX},
};
use libp2p::swarm::ConnectionId;
use tokio::{
    sync::{Notify, OwnedSemaphorePermit, Semaphore, mpsc, oneshot, watch},
    time::timeout,
};
use tokio_util::sync::CancellationToken;

use super::limits::{FRAME_OVERHEAD_BYTES, NetLimits, WRITE_CHUNK_BYTES};

/// What the ends of a session share: the driver's handle sends through it, the network closes it.
pub(super) struct Session {
    pub(super) peer: PeerId,
    pub(super) is_initiator: bool,
    outbound_bytes_max: usize,
    outbound: Mutex<Outbound>,
    outbound_changed: Notify,
    proved: watch::Sender<bool>,
    probe: Notify,
    /// Reads that brought something.
    heard: AtomicU64,
    /// Whether the reader holds a frame that the driver has no room for.
    waits_for_driver: AtomicBool,
    finish: CancellationToken,
    abort: CancellationToken,
}

#[derive(Default)]
struct Outbound {
    frames: VecDeque<Vec<u8>>,
    bytes: usize,
    asks: bool,
    answers: bool,
}

/// Why a session ended. Only counted and logged, never told to the peer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum End {
    /// We closed it.
    Closed,
    /// The peer closed it, or the connection broke.
    Lost,
    /// The peer was silent, or a write was stuck.
    Silent,
    /// The peer did not prove itself in time.
    Unproved,
    /// The peer broke the framing.
    Misbehaved,
    /// The peer reads more slowly than we have to say.
    Overflow,
}

/// Something for the driver, with the room that it takes in the budget of waiting bytes.
pub(super) enum SessionEvent {
    Connected(Arc<Session>),
    Frame { peer: PeerId, bytes: Vec<u8>, _room: OwnedSemaphorePermit },
    Disconnected(Arc<Session>),
}

/// Where a session's events go: one bounded queue for all sessions. Waiting senders are served in turn, so one loud
/// peer cannot crowd out the others.
#[derive(Clone)]
pub(super) struct EventSender {
    pub(super) queue: mpsc::Sender<SessionEvent>,
    pub(super) room: Arc<Semaphore>,
}

/// What a session tells the network about itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Report {
    Proved,
    AnsweredProbe,
    Ended(End),
}

/// Where a session's reports go, and which session they are about.
pub(super) struct Reporter {
    pub(super) peer: PeerId,
    pub(super) connection: ConnectionId,
    pub(super) queue: mpsc::Sender<(PeerId, ConnectionId, Report)>,
}

impl Reporter {
    async fn report(&self, report: Report) {
        // An error means that the network is stopping.
        let _told = self.queue.send((self.peer, self.connection, report)).await;
    }
}

impl Session {
    pub(super) fn new(peer: PeerId, is_initiator: bool, limits: &NetLimits) -> Self {
        Self {
            peer,
            is_initiator,
            outbound_bytes_max: limits.outbound_bytes_max,
            outbound: Mutex::default(),
            outbound_changed: Notify::new(),
            proved: watch::Sender::new(false),
            probe: Notify::new(),
            heard: AtomicU64::new(0),
            waits_for_driver: AtomicBool::new(false),
            finish: CancellationToken::new(),
            abort: CancellationToken::new(),
        }
    }

    /// Queues a frame. A queue that is full ends the session; so does a frame larger than the peer would take.
    pub(super) fn send(&self, frame: &[u8]) {
        let length = match u32::try_from(frame.len()) {
            Ok(length) if length > 0 && frame.len() <= FRAME_BYTES_MAX => length,
            // A mistake of ours. Leaving the frame out quietly could leave a message behind; a new session does not.
            Ok(_) | Err(_) => {
                tracing::error!(bytes = frame.len(), "a frame of impossible size ended its session");
                return self.abort.cancel();
            }
        };
        let mut outbound = self.outbound();
        outbound.bytes += frame.len() + FRAME_OVERHEAD_BYTES;
        if outbound.bytes > self.outbound_bytes_max {
            outbound.frames.clear();
            drop(outbound);
            return self.abort.cancel();
        }
        let mut framed = Vec::with_capacity(HEADER_BYTES + frame.len());
        framed.extend_from_slice(&length.to_be_bytes());
        framed.extend_from_slice(frame);
        outbound.frames.push_back(framed);
        drop(outbound);
        self.outbound_changed.notify_one();
    }

    /// Notes that the peer has proved that it may talk to us: large frames are allowed from here on.
    pub(super) fn mark_proved(&self) {
        self.proved.send_replace(true);
    }

    /// Asks whether the peer still lives; the session ends if it does not answer.
    pub(super) fn probe(&self) {
        self.probe.notify_one();
    }

    /// Ends the session once what is queued has left, or soon.
    pub(super) fn finish(&self) {
        self.finish.cancel();
        self.outbound_changed.notify_one();
    }

    /// Ends the session at once.
    pub(super) fn abort(&self) {
        self.abort.cancel();
    }

    fn outbound(&self) -> MutexGuard<'_, Outbound> {
        // Nothing between lock and unlock can panic, so a poisoned lock still guards a whole value.
        self.outbound.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Runs a session on its stream until it ends. The driver sees one Connected and one Disconnected, with every frame
/// between them, or nothing at all; and nothing before `predecessor`, the same peer's session before, has ended.
pub(super) async fn run<S: AsyncRead + AsyncWrite + Unpin>(
    stream: S,
    session: Arc<Session>,
    predecessor: Option<oneshot::Receiver<()>>,
    events: EventSender,
    reporter: Reporter,
    limits: NetLimits,
    ended: oneshot::Sender<()>,
) {
    if let Some(predecessor) = predecessor {
        // An error is the predecessor's end, too.
        let _ended = predecessor.await;
    }
    let is_announced = tokio::select! {
        biased;
        () = session.abort.cancelled() => false,
        () = session.finish.cancelled() => false,
        sent = events.queue.send(SessionEvent::Connected(session.clone())) => sent.is_ok(),
    };
    let mut end = End::Closed;
    if is_announced {
        end = talk(stream, &session, &events, &reporter, &limits).await;
        // An error means that the driver is gone; there is nobody to tell.
        let _told = events.queue.send(SessionEvent::Disconnected(session)).await;
    }
    drop(ended);
    reporter.report(Report::Ended(end)).await;
}

async fn talk<S: AsyncRead + AsyncWrite + Unpin>(
    stream: S,
    session: &Session,
    events: &EventSender,
    reporter: &Reporter,
    limits: &NetLimits,
) -> End {
    let (mut reader, mut writer) = stream.split();
    let mut writing = std::pin::pin!(write_frames(&mut writer, session, limits));
    let is_finishing = tokio::select! {
        biased;
        () = session.abort.cancelled() => false,
        () = session.finish.cancelled() => true,
        end = &mut writing => return end,
        end = read_frames(&mut reader, session, events, limits) => return end,
        end = watch_proof(session, reporter, limits.proof_within) => return end,
        end = watch_probes(session, reporter, limits.probe_within) => return end,
    };
    if is_finishing {
        // What is queued leaves, our half is closed, and then the peer closes its own: a QUIC connection that is closed
        // earlier forgets what was not yet acknowledged.
        let drain = async {
            writing.await;
            while let Ok(1..) = reader.read(&mut [0; 1024]).await {}
        };
        tokio::select! {
            _ = timeout(limits.drain_within, drain) => {}
            () = session.abort.cancelled() => {}
        }
        return End::Closed;
    }
    if session.outbound().bytes > session.outbound_bytes_max { End::Overflow } else { End::Closed }
}

async fn read_frames(
    reader: &mut (impl AsyncRead + Unpin),
    session: &Session,
    events: &EventSender,
    limits: &NetLimits,
) -> End {
    let mut proved = session.proved.subscribe();
    let mut credit = limits.unproved_bytes_max;
    loop {
        let mut header = [0; HEADER_BYTES];
        if let Err(end) = read_exact(reader, &mut header, session, limits.silence_max).await {
            return end;
        }
        let header = u32::from_be_bytes(header);
        let length = if header == HEARTBEAT || header == QUESTION { 0 } else { header as usize };
        if length > FRAME_BYTES_MAX {
            return End::Misbehaved;
        }
        // The peer may have proved itself a moment ago, with the driver about to say so: wait for it rather than judge.
        // Whoever never proves itself meets the end of its time here, and its bytes stay unread.
        let cost = length + FRAME_OVERHEAD_BYTES;
        if !*proved.borrow_and_update() && (length > FRAME_BYTES_BEFORE_PROOF_MAX || cost > credit) {
            let _proved = proved.wait_for(|is_proved| *is_proved).await;
        }
        credit = credit.saturating_sub(cost);
        match header {
            HEARTBEAT => {}
            QUESTION => {
                session.outbound().answers = true;
                session.outbound_changed.notify_one();
            }
            _ => {
                let bytes = match read_content(reader, length, session, limits).await {
                    Ok(bytes) => bytes,
                    Err(end) => return end,
                };
                session.waits_for_driver.store(true, Ordering::Relaxed);
                if hand_over(bytes, session.peer, events, limits).await.is_err() {
                    return End::Closed;
                }
                session.waits_for_driver.store(false, Ordering::Relaxed);
            }
        }
    }
}

/// Waits for room and gives a frame to the driver. While it waits nothing is read, which slows the peer down.
async fn hand_over(
    bytes: Vec<u8>,
    peer: PeerId,
    events: &EventSender,
    limits: &NetLimits,
) -> Result<(), DriverGone> {
    let room = (bytes.len() + FRAME_OVERHEAD_BYTES).min(limits.inbound_bytes_max);
    let room = u32::try_from(room).unwrap_or(u32::MAX);
    let room = events.room.clone().acquire_many_owned(room).await.map_err(|_| DriverGone)?;
    events.queue.send(SessionEvent::Frame { peer, bytes, _room: room }).await.map_err(|_| DriverGone)
}

struct DriverGone;

/// Reads a frame's content piece by piece, so that announcing a large one sets nothing aside.
async fn read_content(
    reader: &mut (impl AsyncRead + Unpin),
    length: usize,
    session: &Session,
    limits: &NetLimits,
) -> Result<Vec<u8>, End> {
    let mut bytes = Vec::new();
    while bytes.len() < length {
        let start = bytes.len();
        let end = length.min(start + WRITE_CHUNK_BYTES);
        bytes.resize(end, 0);
        let Some(piece) = bytes.get_mut(start..) else { return Err(End::Misbehaved) };
        read_exact(reader, piece, session, limits.silence_max).await?;
    }
    Ok(bytes)
}

async fn read_exact(
    reader: &mut (impl AsyncRead + Unpin),
    buffer: &mut [u8],
    session: &Session,
    silence_max: Duration,
) -> Result<(), End> {
    match timeout(silence_max, reader.read_exact(buffer)).await {
        Ok(Ok(())) => {
            session.heard.fetch_add(1, Ordering::Relaxed);
            Ok(())
        }
        Ok(Err(_)) => Err(End::Lost),
        Err(_) => Err(End::Silent),
    }
}

async fn write_frames(writer: &mut (impl AsyncWrite + Unpin), session: &Session, limits: &NetLimits) -> End {
    loop {
        let (asks, answers, frame) = {
            let mut outbound = session.outbound();
            let frame = outbound.frames.pop_front();
            (std::mem::take(&mut outbound.asks), std::mem::take(&mut outbound.answers), frame)
        };
        let is_idle = !asks && !answers && frame.is_none();
        if is_idle && session.finish.is_cancelled() {
            return match timeout(limits.write_within, writer.close()).await {
                Ok(_) => End::Closed,
                Err(_) => End::Silent,
            };
        }
        let written = async {
            if is_idle {
                flush(writer, limits).await?;
                if timeout(limits.heartbeat, session.outbound_changed.notified()).await.is_err() {
                    write(writer, &HEARTBEAT.to_be_bytes(), limits).await?;
                }
                return Ok(());
            }
            if asks {
                write(writer, &QUESTION.to_be_bytes(), limits).await?;
            }
            if answers {
                write(writer, &HEARTBEAT.to_be_bytes(), limits).await?;
            }
            if let Some(frame) = frame {
                write(writer, &frame, limits).await?;
                let mut outbound = session.outbound();
                outbound.bytes =
                    outbound.bytes.saturating_sub(frame.len() - HEADER_BYTES + FRAME_OVERHEAD_BYTES);
            }
            Ok(())
        };
        if let Err(end) = written.await {
            return end;
        }
    }
}

/// Writes in pieces that each have their own time, so that a slow line is not taken for a dead one.
async fn write(writer: &mut (impl AsyncWrite + Unpin), bytes: &[u8], limits: &NetLimits) -> Result<(), End> {
    for piece in bytes.chunks(WRITE_CHUNK_BYTES) {
        match timeout(limits.write_within, writer.write_all(piece)).await {
            Ok(Ok(())) => {}
            Ok(Err(_)) => return Err(End::Lost),
            Err(_) => return Err(End::Silent),
        }
    }
    Ok(())
}

async fn flush(writer: &mut (impl AsyncWrite + Unpin), limits: &NetLimits) -> Result<(), End> {
    match timeout(limits.write_within, writer.flush()).await {
        Ok(Ok(())) => Ok(()),
        Ok(Err(_)) => Err(End::Lost),
        Err(_) => Err(End::Silent),
    }
}

/// Ends a session that does not prove itself in time.
async fn watch_proof(session: &Session, reporter: &Reporter, within: Duration) -> End {
    let mut proved = session.proved.subscribe();
    if timeout(within, proved.wait_for(|is_proved| *is_proved)).await.is_err() {
        return End::Unproved;
    }
    reporter.report(Report::Proved).await;
    std::future::pending().await
}

/// Puts the question of each probe, and ends a session that stays silent.
async fn watch_probes(session: &Session, reporter: &Reporter, within: Duration) -> End {
    loop {
        session.probe.notified().await;
        let before = session.heard.load(Ordering::Relaxed);
        session.outbound().asks = true;
        session.outbound_changed.notify_one();
        tokio::time::sleep(within).await;
        let has_heard = session.heard.load(Ordering::Relaxed) != before;
        // A reader that waits for our own driver says nothing about the peer.
        if !has_heard && !session.waits_for_driver.load(Ordering::Relaxed) {
            return End::Silent;
        }
        reporter.report(Report::AnsweredProbe).await;
    }
}

/// Bytes of a frame's length.
const HEADER_BYTES: usize = 4;
/// The length that says: still here.
const HEARTBEAT: u32 = 0;
/// The length that asks for a heartbeat.
const QUESTION: u32 = u32::MAX;

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, DuplexStream, duplex};
    use tokio_util::compat::TokioAsyncReadCompatExt;

    use super::*;

    /// A session whose peer is a test that writes what it likes.
    struct Bench {
        wire: DuplexStream,
        session: Arc<Session>,
        events: mpsc::Receiver<SessionEvent>,
        reports: mpsc::Receiver<(PeerId, ConnectionId, Report)>,
    }

    /// Times short enough to wait for.
    fn brief() -> NetLimits {
        NetLimits {
            heartbeat: Duration::from_millis(100),
            silence_max: Duration::from_millis(500),
            probe_within: Duration::from_millis(200),
            write_within: Duration::from_millis(300),
            ..NetLimits::default()
        }
    }

    fn bench(limits: NetLimits) -> Bench {
        let (wire, stream) = duplex(1024 * 1024);
        let peer = PeerId([1; 32]);
        let session = Arc::new(Session::new(peer, true, &limits));
        let (queue, events) = mpsc::channel(16);
        let (report_queue, reports) = mpsc::channel(4);
        let sender = EventSender { queue, room: Arc::new(Semaphore::new(limits.inbound_bytes_max)) };
        let reporter = Reporter { peer, connection: ConnectionId::new_unchecked(1), queue: report_queue };
        let (ended, _) = oneshot::channel();
        tokio::spawn(run(stream.compat(), session.clone(), None, sender, reporter, limits, ended));
        Bench { wire, session, events, reports }
    }

    impl Bench {
        async fn end(&mut self) -> End {
            loop {
                match self.reports.recv().await.unwrap() {
                    (_, _, Report::Ended(end)) => return end,
                    (_, _, Report::Proved | Report::AnsweredProbe) => {}
                }
            }
        }

        async fn frame(&mut self) -> Option<Vec<u8>> {
            loop {
                match self.events.recv().await? {
                    SessionEvent::Frame { bytes, .. } => return Some(bytes),
                    SessionEvent::Connected(_) => {}
                    SessionEvent::Disconnected(_) => return None,
                }
            }
        }
    }

    #[tokio::test]
    async fn the_wire_is_a_length_and_the_content() {
        let mut bench = bench(NetLimits::default());
        bench.session.send(b"abc");
        let mut wire = [0; 7];
        bench.wire.read_exact(&mut wire).await.unwrap();
        assert_eq!(wire, *b"\0\0\0\x03abc");
        bench.wire.write_all(b"\0\0\0\0\0\0\0\x02de").await.unwrap();
        assert_eq!(bench.frame().await.unwrap(), b"de");
    }

    #[tokio::test]
    async fn an_oversized_length_ends_the_session_even_after_the_proof() {
        let mut bench = bench(NetLimits::default());
        bench.session.mark_proved();
        let length = u32::try_from(FRAME_BYTES_MAX).unwrap() + 1;
        bench.wire.write_all(&length.to_be_bytes()).await.unwrap();
        assert_eq!(bench.end().await, End::Misbehaved);
        assert!(bench.frame().await.is_none());
    }

    #[tokio::test]
    async fn a_question_is_answered_at_once() {
        let mut bench = bench(NetLimits { heartbeat: Duration::from_secs(3600), ..NetLimits::default() });
        bench.wire.write_all(&QUESTION.to_be_bytes()).await.unwrap();
        assert_eq!(bench.wire.read_u32().await.unwrap(), HEARTBEAT);
    }

    #[tokio::test]
    async fn silence_is_filled_with_heartbeats_and_is_the_end_when_it_is_the_peers() {
        let mut bench = bench(brief());
        bench.session.mark_proved();
        assert_eq!(bench.wire.read_u32().await.unwrap(), HEARTBEAT);
        assert_eq!(bench.wire.read_u32().await.unwrap(), HEARTBEAT);
        assert_eq!(bench.end().await, End::Silent);
    }

    #[tokio::test]
    async fn a_probe_asks_and_ends_what_does_not_answer() {
        let never = Duration::from_secs(3600);
        let mut bench = bench(NetLimits { heartbeat: never, silence_max: never, ..brief() });
        bench.session.mark_proved();
        bench.session.probe();
        assert_eq!(bench.wire.read_u32().await.unwrap(), QUESTION);
        bench.wire.write_u32(HEARTBEAT).await.unwrap();
        assert_eq!(bench.reports.recv().await.unwrap().2, Report::Proved);
        assert_eq!(bench.reports.recv().await.unwrap().2, Report::AnsweredProbe);
        bench.session.probe();
        assert_eq!(bench.end().await, End::Silent);
    }

    #[tokio::test]
    async fn a_stuck_peer_ends_the_session() {
        let mut bench = bench(NetLimits { silence_max: Duration::from_secs(3600), ..brief() });
        bench.session.mark_proved();
        bench.session.send(&[1; FRAME_BYTES_MAX]);
        bench.session.send(&[1; FRAME_BYTES_MAX]);
        assert_eq!(bench.end().await, End::Silent);
    }

    #[tokio::test]
    async fn what_waits_for_the_driver_is_bounded_in_bytes() {
        let limits =
            NetLimits { inbound_bytes_max: 25 * 1024, heartbeat: Duration::from_secs(3600), ..brief() };
        let mut bench = bench(limits);
        let mut frame = vec![6; HEADER_BYTES + 10 * 1024];
        frame[..HEADER_BYTES].copy_from_slice(&(10 * 1024_u32).to_be_bytes());
        for _ in 0..3 {
            bench.wire.write_all(&frame).await.unwrap();
        }
        // The question behind the third frame is read only when the driver has taken one.
        bench.wire.write_u32(QUESTION).await.unwrap();
        assert!(timeout(Duration::from_millis(200), bench.wire.read_u32()).await.is_err());
        assert!(bench.frame().await.is_some());
        assert_eq!(bench.wire.read_u32().await.unwrap(), HEARTBEAT);
    }

    #[tokio::test]
    async fn too_much_at_once_ends_the_session() {
        let mut bench = bench(NetLimits::default());
        assert!(matches!(bench.events.recv().await, Some(SessionEvent::Connected(_))));
        for _ in 0..8 {
            bench.session.send(&[1; FRAME_BYTES_MAX]);
        }
        assert_eq!(bench.end().await, End::Overflow);
    }

    #[tokio::test]
    async fn many_tiny_frames_are_not_free() {
        let limits =
            NetLimits { outbound_bytes_max: 100 * (FRAME_OVERHEAD_BYTES + 1), ..NetLimits::default() };
        let session = Session::new(PeerId([1; 32]), true, &limits);
        for _ in 0..100 {
            session.send(&[1]);
        }
        assert!(!session.abort.is_cancelled());
        session.send(&[1]);
        assert!(session.abort.is_cancelled());
    }

    #[tokio::test]
    async fn what_is_queued_leaves_before_the_end() {
        let mut bench = bench(NetLimits::default());
        assert!(matches!(bench.events.recv().await, Some(SessionEvent::Connected(_))));
        bench.session.send(b"last words");
        bench.session.finish();
        let mut all = Vec::new();
        bench.wire.read_to_end(&mut all).await.unwrap();
        assert_eq!(all, b"\0\0\0\x0alast words");
        assert_eq!(bench.end().await, End::Closed);
    }
}
