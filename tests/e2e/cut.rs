//! A cut between two halves of a group whose daemons all run on this machine, and its healing.
//!
//! Owns a door before each daemon: whoever dials an address that the daemon tells its group comes to the door, which
//! knows the dialler's half by its port and carries, or refuses, what is said. Never looks into what it carries.
//!
//! A daemon tells the addresses that it listens on, and what is told is learned by all: a door at a second address
//! would be walked around within seconds. So the door stands at the told addresses themselves. A daemon listens on one
//! address more than it tells ([`ENDPOINT_ADDRESSES_MAX`], the lowest first); the door takes over every told one and
//! reaches the daemon by the last, which nobody else ever learns. Linux gives a connection to a listener that is bound
//! to the device `lo` before one that is not, and lets both have the port if one user has them; each door is tried when
//! it stands.

use std::collections::BTreeMap;
use std::net::{Ipv4Addr, SocketAddr, TcpListener as Reserved, TcpStream as Dialled};
use std::process::Command;
use std::time::Duration;

use hearth_core::limits::ENDPOINT_ADDRESSES_MAX;
use hearth_tests::daemons::{DEADLINE, Person};
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::runtime::Runtime;
use tokio::sync::watch;

/// One of two sides.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Half {
    Left,
    Right,
}

/// What can be cut, and is not at first.
pub(crate) struct Cut {
    state: watch::Sender<State>,
    halves: BTreeMap<u16, Half>,
    runtime: Runtime,
}

/// How things stand at all doors.
#[derive(Debug, Default)]
struct State {
    is_cut: bool,
    /// Connections under way that do not begin and end in the same half.
    crossing: usize,
    /// Attempts from the left and from the right that the cut has refused.
    refused: [u64; 2],
}

impl Cut {
    /// Prepares a cut between daemons that have these ports.
    pub(crate) fn between(left: &[u16], right: &[u16]) -> Self {
        let halves = left.iter().map(|port| (*port, Half::Left));
        let halves = halves.chain(right.iter().map(|port| (*port, Half::Right))).collect();
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build();
        Self { state: watch::Sender::default(), halves, runtime: runtime.unwrap() }
    }

    /// Starts these daemons again, each behind its door. No daemon is awake while another one has no door yet, so that
    /// all their connections pass doors.
    pub(crate) fn stand_between(&self, people: &[(&Person, u16)]) {
        people.iter().for_each(|(person, _)| person.stop());
        let mut asleep = Vec::new();
        for (person, port) in people {
            let listen: Vec<String> = addresses(*port).map(multiaddr).collect();
            let words = listen.iter().flat_map(|address| ["--listen", address]);
            person.run(&words.chain(["unlock"]).collect::<Vec<_>>(), "").ok();
            self.stand_before(*port);
            asleep.push(Asleep::new(person.pid().unwrap()));
        }
    }

    /// Ends every connection between the halves, and refuses new ones from here on.
    #[track_caller]
    pub(crate) fn cut(&self) {
        self.state.send_modify(|state| state.is_cut = true);
        self.wait_until(|state| state.crossing == 0);
    }

    /// Lets everybody through again.
    pub(crate) fn heal(&self) {
        self.state.send_modify(|state| state.is_cut = false);
    }

    /// Waits until each half has tried the other one from here on, and was refused.
    #[track_caller]
    pub(crate) fn wait_for_attempts(&self) {
        let before = self.state.borrow().refused;
        self.wait_until(|state| state.refused.iter().zip(before).all(|(now, before)| *now > before));
    }

    /// Returns how many connections run between the halves.
    pub(crate) fn crossing(&self) -> usize {
        self.state.borrow().crossing
    }

    #[track_caller]
    fn wait_until(&self, holds: impl FnMut(&State) -> bool) {
        let mut states = self.state.subscribe();
        let held = self
            .runtime
            .block_on(async { tokio::time::timeout(DEADLINE, states.wait_for(holds)).await.is_ok() });
        assert!(held, "{:?}", self.state.borrow());
    }

    fn stand_before(&self, port: u16) {
        let _inside = self.runtime.enter();
        let half = self.halves[&port];
        let told: Vec<SocketAddr> = addresses(port).take(ENDPOINT_ADDRESSES_MAX).collect();
        let daemon = addresses(port).last().unwrap();
        for (number, address) in told.into_iter().enumerate() {
            let listener = take_over(address);
            self.runtime.block_on(try_door(&listener, address));
            // One way in is enough: dialled by eight at once, a daemon would see a crowd from one source.
            let daemon = (number == 0).then_some(daemon);
            let (state, halves) = (self.state.clone(), self.halves.clone());
            self.runtime.spawn(async move {
                while let Ok((dialler, source)) = listener.accept().await {
                    let from = halves.get(&source.port()).copied();
                    match (daemon, Passage::grant(&state, from, half)) {
                        (Some(daemon), Some(passage)) => drop(tokio::spawn(passage.carry(dialler, daemon))),
                        _ => dialler.set_zero_linger().unwrap(),
                    }
                }
            });
        }
    }
}

/// The permission of one connection to pass.
struct Passage {
    state: watch::Sender<State>,
    crosses: bool,
}

impl Passage {
    /// Decides; whoever is not known to be of the same half is of the other one.
    fn grant(state: &watch::Sender<State>, from: Option<Half>, to: Half) -> Option<Self> {
        let crosses = from != Some(to);
        let mut is_granted = false;
        state.send_modify(|state| {
            is_granted = !(crosses && state.is_cut);
            if is_granted {
                state.crossing += usize::from(crosses);
            } else if let Some(from) = from {
                state.refused[from as usize] += 1;
            }
        });
        is_granted.then(|| Self { state: state.clone(), crosses })
    }

    /// Carries until one end has done, or the cut comes.
    async fn carry(self, mut dialler: TcpStream, daemon: SocketAddr) {
        let mut states = self.state.subscribe();
        let is_cut = async {
            if !self.crosses {
                std::future::pending::<()>().await;
            }
            states.wait_for(|state| state.is_cut).await.map(drop).ok();
        };
        let both_ways = async {
            let mut daemon = TcpStream::connect(daemon).await?;
            // What is under way at a cut is lost, and both ends know at once.
            daemon.set_zero_linger()?;
            tokio::io::copy_bidirectional(&mut dialler, &mut daemon).await
        };
        tokio::select! {
            _ = is_cut => {}
            _ = both_ways => {}
        }
        dialler.set_zero_linger().ok();
    }
}

impl Drop for Passage {
    fn drop(&mut self) {
        self.state.send_modify(|state| state.crossing -= usize::from(self.crosses));
    }
}

/// A daemon that does nothing until this is dropped.
struct Asleep(u32);

impl Asleep {
    fn new(pid: u32) -> Self {
        signal("-STOP", pid);
        Self(pid)
    }
}

impl Drop for Asleep {
    fn drop(&mut self) {
        signal("-CONT", self.0);
    }
}

fn signal(which: &str, pid: u32) {
    assert!(Command::new("kill").args([which, &pid.to_string()]).status().unwrap().success());
}

/// Returns ports that nobody has, below those that the system gives to diallers, who could take them meanwhile.
pub(crate) fn free_ports<const N: usize>() -> [u16; N] {
    let first = 20_000 + u16::try_from(std::process::id() % 10_000).unwrap();
    let mut candidates = first..32_000;
    let reserved: [Reserved; N] = std::array::from_fn(|_| {
        candidates.find_map(|port| Reserved::bind((Ipv4Addr::LOCALHOST, port)).ok()).expect("a free port")
    });
    reserved.map(|reserved| reserved.local_addr().unwrap().port())
}

/// Returns what a daemon behind a door listens on: what it tells, lowest first, and one address more.
fn addresses(port: u16) -> impl Iterator<Item = SocketAddr> {
    (1..).take(ENDPOINT_ADDRESSES_MAX + 1).map(move |last| (Ipv4Addr::new(127, 0, 0, last), port).into())
}

/// Returns an address as daemons are told to listen on it.
pub(crate) fn multiaddr(address: SocketAddr) -> String {
    format!("/ip4/{}/tcp/{}", address.ip(), address.port())
}

fn take_over(address: SocketAddr) -> TcpListener {
    let socket = TcpSocket::new_v4().unwrap();
    socket.set_reuseport(true).unwrap();
    socket.bind_device(Some(b"lo")).unwrap();
    socket.bind(address).unwrap();
    socket.listen(64).unwrap()
}

/// Demands that who dials this address comes to this door.
async fn try_door(listener: &TcpListener, address: SocketAddr) {
    let dialled = Dialled::connect(address).unwrap();
    let accepted = tokio::time::timeout(Duration::from_secs(10), listener.accept()).await;
    let (_, source) = accepted.expect("the door is walked around").unwrap();
    assert_eq!(source, dialled.local_addr().unwrap());
}
