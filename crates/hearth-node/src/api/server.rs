//! The server: connections, who is on their other end, their bounds, and a graceful end.

use std::convert::Infallible;
use std::io;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::http::request::Parts;
use axum::http::{HeaderValue, Request, header};
use axum::response::{IntoResponse, Response};
use hearth_api::{ApiError, ErrorCode, limits};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{UnixListener, UnixStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{sleep, timeout};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tower::ServiceExt;

use super::backend::Backend;
use super::refusal::Refusal;
use super::routes::{Service, router};
use super::socket::LocalSocket;
use super::{body, guard};

/// Serves the local API until `stop`; then answers that are under way get a few seconds to finish.
pub async fn serve<B: Backend>(socket: LocalSocket, backend: B, stop: CancellationToken) {
    serve_within(Bounds::default(), socket, backend, stop).await;
}

/// Serves within other bounds than the usual ones.
pub(super) async fn serve_within<B: Backend>(
    bounds: Bounds,
    socket: LocalSocket,
    backend: B,
    stop: CancellationToken,
) {
    let followers = Arc::new(Semaphore::new(bounds.followers));
    let service = Service { backend, followers, stop: stop.clone() };
    let server = Server { bounds, router: router(service), stop: stop.clone() };
    let rooms = Rooms::new(&bounds);
    let connections = TaskTracker::new();
    while let Some(stream) = accept(&socket.listener, &stop).await {
        if !is_caller(&stream, bounds.caller) {
            continue;
        }
        if let Some(room) = stop.run_until_cancelled(rooms.enter()).await.flatten() {
            connections.spawn(server.clone().converse(stream, room));
        }
    }
    connections.close();
    connections.wait().await;
}

/// What the server bounds, so that tests can try small numbers.
#[derive(Clone, Copy)]
pub(super) struct Bounds {
    pub(super) connections: usize,
    pub(super) busy_connections: usize,
    pub(super) followers: usize,
    pub(super) header_timeout: Duration,
    pub(super) body_timeout: Duration,
    pub(super) stop_grace: Duration,
    /// The user whose processes may speak.
    pub(super) caller: u32,
}

impl Default for Bounds {
    fn default() -> Self {
        Self {
            connections: limits::CONNECTIONS_MAX,
            busy_connections: limits::BUSY_CONNECTIONS_MAX,
            followers: limits::EVENT_STREAMS_MAX,
            header_timeout: Duration::from_millis(limits::HEADER_TIMEOUT_MS),
            body_timeout: Duration::from_millis(limits::BODY_TIMEOUT_MS),
            stop_grace: Duration::from_millis(limits::STOP_GRACE_MS),
            caller: rustix::process::geteuid().as_raw(),
        }
    }
}

/// Waits for the next connection; `None` when the daemon stops.
async fn accept(listener: &UnixListener, stop: &CancellationToken) -> Option<UnixStream> {
    loop {
        let accepted = tokio::select! {
            biased;
            () = stop.cancelled() => return None,
            accepted = listener.accept() => accepted,
        };
        match accepted {
            Ok((stream, _)) => return Some(stream),
            Err(error) => rest_after(&error).await,
        }
    }
}

/// Accepting fails when the process has no free file handle: a short rest lets others finish.
async fn rest_after(error: &io::Error) {
    tracing::warn!(kind = ?error.kind(), "a local connection was not accepted");
    sleep(ACCEPT_REST).await;
}

/// Tells whether the other end of a connection belongs to the user. The rights of the folder and the socket say so,
/// too; this holds when somebody has widened them.
fn is_caller(stream: &UnixStream, caller: u32) -> bool {
    let is_caller = stream.peer_cred().is_ok_and(|credentials| credentials.uid() == caller);
    if !is_caller {
        tracing::warn!("a local connection of another user was refused");
    }
    is_caller
}

/// Room for connections: some that are served, and a few more that are told that there is no room.
struct Rooms {
    served: Arc<Semaphore>,
    turned_away: Arc<Semaphore>,
}

impl Rooms {
    fn new(bounds: &Bounds) -> Self {
        let served = Arc::new(Semaphore::new(bounds.connections));
        Self { served, turned_away: Arc::new(Semaphore::new(bounds.busy_connections)) }
    }

    /// Waits for room; when every room is taken, further connections wait in the operating system's queue.
    async fn enter(&self) -> Option<Room> {
        let (is_served, permit) = tokio::select! {
            biased;
            permit = Arc::clone(&self.served).acquire_owned() => (true, permit),
            permit = Arc::clone(&self.turned_away).acquire_owned() => (false, permit),
        };
        Some(Room { is_served, _permit: permit.ok()? })
    }
}

struct Room {
    is_served: bool,
    _permit: OwnedSemaphorePermit,
}

#[derive(Clone)]
struct Server {
    bounds: Bounds,
    router: Router,
    stop: CancellationToken,
}

impl Server {
    /// Answers the requests of one connection.
    async fn converse(self, stream: UnixStream, room: Room) {
        let has_asked = AtomicBool::new(false);
        let answer = service_fn(async |request| {
            has_asked.store(true, Ordering::Relaxed);
            Ok::<_, Infallible>(self.answer(request, room.is_served).await)
        });
        let mut http = http1::Builder::new();
        http.timer(TokioTimer::new())
            .header_read_timeout(self.bounds.header_timeout)
            .max_header_size(limits::HEADER_BYTES_MAX)
            .max_buf_size(2 * limits::HEADER_BYTES_MAX)
            .keep_alive(room.is_served);
        let mut connection = pin!(http.serve_connection(TokioIo::new(stream), answer));

        // An error here is the client's: it left, was too slow, or does not speak HTTP. Nobody is left to tell.
        tokio::select! {
            _ = connection.as_mut() => return,
            () = self.stop.cancelled() => {}
        }
        // Half of a first request is owed no answer, and would be waited for to the end of the grace.
        if has_asked.load(Ordering::Relaxed) {
            connection.as_mut().graceful_shutdown();
            if timeout(self.bounds.stop_grace, connection).await.is_err() {
                tracing::warn!("a local answer was cut off when stopping");
            }
        }
    }

    async fn answer(&self, request: Request<Incoming>, is_served: bool) -> Response {
        let (head, body) = request.into_parts();
        let (bytes_max, too_large) = guard::body_bound(&head);
        // Read first, whatever comes of it: a client that is still sending does not hear an answer.
        let body = body::read(body, bytes_max, too_large, self.bounds.body_timeout).await;
        let mut response = match self.admitted(head, body.outcome, is_served) {
            Ok(request) => match self.router.clone().oneshot(request).await {
                Ok(response) => response,
                Err(impossible) => match impossible {},
            },
            Err(refusal) => refusal.into_response(),
        };
        if !body.is_finished {
            response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
        }
        for (name, value) in ANSWER_HEADERS {
            response.headers_mut().insert(name, HeaderValue::from_static(value));
        }
        response
    }

    /// Returns the request when it may be answered.
    fn admitted(
        &self,
        head: Parts,
        body: Result<Bytes, ApiError>,
        is_served: bool,
    ) -> Result<Request<Body>, Refusal> {
        if !is_served {
            return Err(ErrorCode::Busy.into());
        }
        guard::check_head(&head)?;
        Ok(Request::from_parts(head, Body::from(body?)))
    }
}

/// What every answer says to whatever might show or keep it.
const ANSWER_HEADERS: [(header::HeaderName, &str); 4] = [
    (header::CACHE_CONTROL, "no-store"),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::REFERRER_POLICY, "no-referrer"),
    (header::CONTENT_SECURITY_POLICY, "default-src 'none'"),
];

/// How long the server rests when it could not accept a connection.
const ACCEPT_REST: Duration = Duration::from_millis(100);
