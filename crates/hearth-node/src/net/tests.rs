//! Real nodes over loopback. Every wait is for an event, with a deadline.

use std::{
    net::{SocketAddr, UdpSocket},
    time::Duration,
};

use hearth_core::limits::{FRAME_BYTES_BEFORE_PROOF_MAX, FRAME_BYTES_MAX};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::timeout,
};

use super::*;

/// Long enough for a machine that is busy with other tests.
const DEADLINE: Duration = Duration::from_secs(30);
const TCP: &str = "/ip4/127.0.0.1/tcp/0";
const QUIC: &str = "/ip4/127.0.0.1/udp/0/quic-v1";

struct Node {
    handle: NetHandle,
    events: NetEvents,
}

fn seed(number: u8) -> Zeroizing<[u8; 32]> {
    Zeroizing::new([number; 32])
}

fn quick() -> NetLimits {
    NetLimits { redial_min: Duration::from_millis(50), ..NetLimits::default() }
}

async fn try_node(number: u8, listen: &[&str], limits: NetLimits) -> Result<Node, NetError> {
    let listen = listen.iter().map(|&text| text.to_owned()).collect();
    let (handle, events) = start(NetConfig { transport_seed: seed(number), listen, limits }).await?;
    Ok(Node { handle, events })
}

async fn node(number: u8, listen: &[&str], limits: NetLimits) -> Node {
    let mut node = try_node(number, listen, limits).await.unwrap();
    assert!(matches!(node.event().await, NetEvent::AddressesChanged(_)));
    node
}

impl Node {
    fn peer(&self) -> PeerId {
        self.handle.peer()
    }

    fn contact(&self) -> Contact {
        Contact { peer: self.peer(), addresses: self.handle.listen_addresses().to_vec() }
    }

    async fn knows(&self, others: &[&Node]) {
        let contacts = others.iter().map(|node| node.contact()).collect();
        self.handle.send(NetCommand::SetContacts(contacts)).await;
    }

    async fn event(&mut self) -> NetEvent {
        timeout(DEADLINE, self.events.recv()).await.expect("no event in time").expect("the network stopped")
    }

    async fn connected(&mut self) -> (PeerId, bool) {
        match self.event().await {
            NetEvent::Connected { peer, initiator } => (peer, initiator),
            other => panic!("{}", kind(&other)),
        }
    }

    async fn disconnected(&mut self) -> PeerId {
        loop {
            match self.event().await {
                NetEvent::Disconnected { peer } => return peer,
                NetEvent::Frame { .. } => {}
                other => panic!("{}", kind(&other)),
            }
        }
    }

    async fn frame(&mut self) -> Vec<u8> {
        match self.event().await {
            NetEvent::Frame { bytes, .. } => bytes,
            other => panic!("{}", kind(&other)),
        }
    }

    async fn proves(&self, other: &Node) {
        self.handle.send(NetCommand::Proved { peer: other.peer() }).await;
    }

    async fn sends(&self, other: &Node, frame: &[u8]) {
        self.handle.send(NetCommand::Send { peer: other.peer(), frame: frame.to_vec() }).await;
    }

    async fn stops(mut self) {
        self.handle.send(NetCommand::Shutdown).await;
        let stopped = async { while self.events.recv().await.is_some() {} };
        timeout(DEADLINE, stopped).await.expect("did not stop");
    }

    /// Checks that nothing happens. Waiting is all that can be done about that.
    async fn is_quiet_for(&mut self, time: Duration) {
        if let Ok(event) = timeout(time, self.events.recv()).await {
            panic!("{}", event.as_ref().map_or("stopped", kind));
        }
    }
}

fn kind(event: &NetEvent) -> &'static str {
    match event {
        NetEvent::Connected { .. } => "connected",
        NetEvent::Disconnected { .. } => "disconnected",
        NetEvent::Frame { .. } => "frame",
        NetEvent::AddressesChanged(_) => "addresses changed",
    }
}

/// Connects two nodes, `a` dialling, and proves each to the other.
async fn join(a: &mut Node, b: &mut Node) {
    a.knows(&[b]).await;
    let (peer_a, a_opens) = a.connected().await;
    let (peer_b, b_opens) = b.connected().await;
    assert_eq!((peer_a, peer_b), (b.peer(), a.peer()));
    assert!(a_opens != b_opens, "exactly one of the two is the initiator");
    a.proves(b).await;
    b.proves(a).await;
}

fn socket_of(node: &Node, protocol: &str) -> SocketAddr {
    let mut texts = node.handle.listen_addresses().iter().map(|a| address_text(a).unwrap());
    let text = texts.find(|text| text.contains(protocol)).unwrap();
    let parts: Vec<&str> = text.split('/').collect();
    format!("{}:{}", parts[2], parts[4]).parse().unwrap()
}

async fn frames_travel(listen: &str) {
    let (mut a, mut b) = (node(1, &[listen], quick()).await, node(2, &[listen], quick()).await);
    join(&mut a, &mut b).await;
    for number in 0..100_u32 {
        a.sends(&b, &number.to_be_bytes()).await;
        b.sends(&a, &number.to_be_bytes()).await;
    }
    for number in 0..100_u32 {
        assert_eq!(b.frame().await, number.to_be_bytes(), "in order");
        assert_eq!(a.frame().await, number.to_be_bytes(), "in order");
    }
    let large: Vec<u8> = (0..600 * 1024_u32).map(|n| n.to_le_bytes()[0]).collect();
    a.sends(&b, &large).await;
    b.sends(&a, &large).await;
    assert!(b.frame().await == large && a.frame().await == large);
    let largest = vec![7; FRAME_BYTES_MAX];
    a.sends(&b, &largest).await;
    assert!(b.frame().await == largest);
    a.stops().await;
    assert_eq!(b.disconnected().await, peer_of_seed(&seed(1)).unwrap());
    b.stops().await;
}

#[tokio::test]
async fn frames_travel_both_ways_over_tcp() {
    frames_travel(TCP).await;
}

#[tokio::test]
async fn frames_travel_both_ways_over_quic() {
    frames_travel(QUIC).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn both_transports_at_once_make_one_session() {
    let both = "127.0.0.1:0";
    let (mut a, mut b) = (node(1, &[both], quick()).await, node(2, &[both], quick()).await);
    assert_eq!(a.handle.listen_addresses().len(), 2);
    join(&mut a, &mut b).await;
    a.sends(&b, b"hello").await;
    assert_eq!(b.frame().await, b"hello");
    a.stops().await;
    b.stops().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn dials_that_cross_make_one_session_that_stays() {
    for round in 0..5_u8 {
        let limits = NetLimits { probe_within: Duration::from_millis(300), ..quick() };
        let mut a = node(2 * round, &["127.0.0.1:0"], limits.clone()).await;
        let mut b = node(2 * round + 1, &["127.0.0.1:0"], limits).await;
        let (only_a, only_b) = ([&a], [&b]);
        tokio::join!(a.knows(&only_b), b.knows(&only_a));
        let (_, a_opens) = a.connected().await;
        let (_, b_opens) = b.connected().await;
        assert!(a_opens != b_opens);
        a.proves(&b).await;
        b.proves(&a).await;
        // Longer than a probe, after which the connection in reserve is closed: nothing may flap.
        a.is_quiet_for(Duration::from_millis(500)).await;
        b.is_quiet_for(Duration::from_millis(100)).await;
        a.sends(&b, b"still the first").await;
        assert_eq!(b.frame().await, b"still the first");
        a.stops().await;
        b.stops().await;
    }
}

#[tokio::test]
async fn a_large_frame_waits_for_the_proof() {
    let (mut a, mut b) = (node(1, &[TCP], quick()).await, node(2, &[TCP], quick()).await);
    a.knows(&[&b]).await;
    a.connected().await;
    b.connected().await;
    a.proves(&b).await;
    a.sends(&b, &vec![1; FRAME_BYTES_BEFORE_PROOF_MAX]).await;
    assert_eq!(b.frame().await.len(), FRAME_BYTES_BEFORE_PROOF_MAX);
    a.sends(&b, &vec![2; FRAME_BYTES_BEFORE_PROOF_MAX + 1]).await;
    b.is_quiet_for(Duration::from_millis(300)).await;
    b.proves(&a).await;
    assert_eq!(b.frame().await.len(), FRAME_BYTES_BEFORE_PROOF_MAX + 1);
}

#[tokio::test]
async fn without_a_proof_large_frames_and_many_bytes_are_refused_and_the_session_ends() {
    for frames in [vec![600 * 1024], vec![60 * 1024; 5]] {
        let limits = NetLimits { proof_within: Duration::from_millis(600), ..quick() };
        let (mut a, mut b) = (node(1, &[TCP], quick()).await, node(2, &[TCP], limits).await);
        a.knows(&[&b]).await;
        a.connected().await;
        b.connected().await;
        a.proves(&b).await;
        let last = frames.len() - 1;
        for length in &frames {
            a.sends(&b, &vec![3; *length]).await;
        }
        for _ in 0..last {
            b.frame().await;
        }
        assert!(matches!(b.event().await, NetEvent::Disconnected { .. }), "the last frame never comes");
        a.disconnected().await;
    }
}

#[tokio::test]
async fn a_port_in_use_is_one_clear_line() {
    let first = node(1, &["127.0.0.1:0"], quick()).await;
    let (tcp, quic) = (socket_of(&first, "tcp"), socket_of(&first, "quic"));
    assert_eq!(tcp, quic);
    let texts = [
        tcp.to_string(),
        format!("/ip4/127.0.0.1/tcp/{}", tcp.port()),
        format!("/ip4/127.0.0.1/udp/{}/quic-v1", tcp.port()),
    ];
    for text in &texts {
        let error = try_node(2, &[text], quick()).await.err().expect("the port is in use");
        assert!(matches!(&error, NetError::AddressInUse { address } if *address == tcp.to_string()));
        assert_eq!(error.to_string(), format!("{tcp} is already in use by another program"));
    }
    first.stops().await;
    // And free again as soon as the first has stopped.
    node(2, &[&texts[1]], quick()).await.stops().await;
}

#[tokio::test]
async fn an_address_of_another_machine_is_refused() {
    let error = try_node(1, &["192.0.2.1:4100"], quick()).await.err().expect("not ours");
    assert!(matches!(error, NetError::AddressNotHere { .. }), "{error}");
    let error = try_node(1, &["nowhere"], quick()).await.err().expect("no address");
    assert!(matches!(error, NetError::BadAddress { .. }), "{error}");
}

#[tokio::test]
async fn a_restarted_peer_is_connected_again_whoever_decides() {
    for (stays, restarts) in [(1, 2), (2, 1)] {
        let mut a = node(stays, &[TCP], quick()).await;
        let mut b = node(restarts, &[TCP], quick()).await;
        let address = address_text(&b.handle.listen_addresses()[0]).unwrap();
        join(&mut a, &mut b).await;
        b.stops().await;
        a.disconnected().await;
        // Only `a` dials.
        let mut b = node(restarts, &[&address], quick()).await;
        assert_eq!(a.connected().await.0, b.peer());
        b.connected().await;
        a.stops().await;
        b.stops().await;
    }
}

#[tokio::test]
async fn a_second_session_of_one_key_never_overlaps_the_first() {
    let mut opened = [0, 0];
    for (stays, comes) in [(1, 2), (2, 1)] {
        let limits = NetLimits { probe_within: Duration::from_millis(300), ..quick() };
        let mut a = node(stays, &[TCP], limits.clone()).await;
        let mut old = node(comes, &[TCP], limits.clone()).await;
        join(&mut old, &mut a).await;
        // The same key again, while the first one still lives.
        old.knows(&[]).await;
        a.disconnected().await;
        old.disconnected().await;
        let mut old =
            node(comes, &[TCP], NetLimits { redial_min: Duration::from_secs(60), ..limits.clone() }).await;
        old.knows(&[&a]).await;
        let (_, a_opens) = a.connected().await;
        old.connected().await;
        let mut new = node(comes, &[TCP], limits).await;
        new.knows(&[&a]).await;
        opened[usize::from(a_opens)] += 1;
        if a_opens {
            // The decider asks the old session first, which answers: the first one stays.
            a.is_quiet_for(Duration::from_millis(800)).await;
            a.sends(&old, b"for the old one").await;
            assert_eq!(old.frame().await, b"for the old one");
        } else {
            // The newcomer decides, and the old session gives way to it, in order.
            assert!(matches!(a.event().await, NetEvent::Disconnected { .. }));
            a.connected().await;
            new.connected().await;
            a.sends(&new, b"for the new one").await;
            assert_eq!(new.frame().await, b"for the new one");
        }
    }
    assert_eq!(opened, [1, 1], "both cases were seen");
}

#[tokio::test]
async fn a_peer_that_lost_power_is_replaced_when_it_dials_again() {
    for (stays, dies) in [(1, 2), (2, 1)] {
        let limits = NetLimits { probe_within: Duration::from_millis(300), ..quick() };
        let mut a = node(stays, &[QUIC], limits.clone()).await;
        let contact = a.contact();
        // A runtime that goes away takes its sockets along, and over QUIC nobody is told.
        let machine = tokio::runtime::Runtime::new().unwrap();
        let (running, is_running) = tokio::sync::oneshot::channel();
        let old_limits = limits.clone();
        machine.spawn(async move {
            let mut old = node(dies, &[QUIC], old_limits).await;
            old.handle.send(NetCommand::SetContacts(vec![contact])).await;
            old.connected().await;
            running.send(()).unwrap();
            std::future::pending::<()>().await;
        });
        let (peer, _) = a.connected().await;
        a.handle.mark_proved(&peer);
        timeout(DEADLINE, is_running).await.unwrap().unwrap();
        machine.shutdown_background();
        let mut new = node(dies, &[QUIC], limits).await;
        new.knows(&[&a]).await;
        let before = std::time::Instant::now();
        assert_eq!(a.disconnected().await, peer);
        assert_eq!(a.connected().await.0, peer);
        new.connected().await;
        // On the connection that was held in reserve, not on one after its time is over.
        assert!(before.elapsed() < NetLimits::default().unused_connection_life);
    }
}

#[tokio::test]
async fn disconnect_ends_the_session_after_what_is_queued_and_a_ban_lasts() {
    for transport in [TCP, QUIC] {
        let (mut a, mut b) = (node(1, &[transport], quick()).await, node(2, &[transport], quick()).await);
        join(&mut b, &mut a).await;
        for _ in 0..40 {
            a.sends(&b, &vec![5; 60 * 1024]).await;
        }
        a.sends(&b, b"goodbye").await;
        a.handle.send(NetCommand::Disconnect { peer: b.peer(), ban: true }).await;
        for _ in 0..40 {
            assert_eq!(b.frame().await.len(), 60 * 1024);
        }
        assert_eq!(b.frame().await, b"goodbye");
        assert_eq!(b.disconnected().await, a.peer());
        assert_eq!(a.disconnected().await, b.peer());
        // `b` dials again and again, to no avail.
        a.is_quiet_for(Duration::from_millis(500)).await;
        a.knows(&[&b]).await;
        assert_eq!(a.connected().await.0, b.peer());
        loop {
            // The refused side may see sessions that end at once, but ends up connected.
            if matches!(b.event().await, NetEvent::Connected { .. }) {
                break;
            }
        }
    }
}

#[tokio::test]
async fn a_removed_contact_is_disconnected() {
    let (mut a, mut b) = (node(1, &[TCP], quick()).await, node(2, &[TCP], quick()).await);
    join(&mut a, &mut b).await;
    a.knows(&[]).await;
    assert_eq!(a.disconnected().await, b.peer());
    assert_eq!(b.disconnected().await, a.peer());
    a.is_quiet_for(Duration::from_millis(300)).await;
}

#[tokio::test]
async fn a_node_that_knows_itself_does_not_dial_itself() {
    let (mut a, mut b) = (node(1, &["127.0.0.1:0"], quick()).await, node(2, &["127.0.0.1:0"], quick()).await);
    // Our own id with our own address, and another's id with our address besides its own.
    let mut wrong = b.contact();
    wrong.addresses.extend(a.contact().addresses);
    a.handle.send(NetCommand::SetContacts(vec![a.contact(), wrong])).await;
    assert_eq!(a.connected().await.0, b.peer());
    b.connected().await;
    a.is_quiet_for(Duration::from_millis(300)).await;
}

#[tokio::test]
async fn garbage_costs_nothing_and_the_node_goes_on() {
    let (mut a, mut b) = (node(1, &["127.0.0.1:0"], quick()).await, node(2, &["127.0.0.1:0"], quick()).await);
    let (tcp, quic) = (socket_of(&a, "tcp"), socket_of(&a, "quic"));
    let garbage: Vec<u8> =
        (0..100_000_u32).map(|n| (n.wrapping_mul(2_654_435_761) >> 13).to_le_bytes()[0]).collect();
    let mut half_open = Vec::new();
    for start in
        [&garbage[..], b"GET / HTTP/1.1\r\nHost: a\r\n\r\n", b"\x13/multistream/1.0.0\n", &[0; 4096], b""]
    {
        let mut stream = TcpStream::connect(tcp).await.unwrap();
        // The node may close before it has taken everything.
        let _written = stream.write_all(start).await;
        half_open.push(stream);
    }
    // What is plainly no handshake is hung up on.
    let hung_up = async { while let Ok(1..) = half_open[1].read(&mut [0; 1024]).await {} };
    timeout(DEADLINE, hung_up).await.expect("not hung up");
    let udp = UdpSocket::bind("127.0.0.1:0").unwrap();
    for length in [0, 1, 20, 1200, 1472, 60_000] {
        udp.send_to(&garbage[..length], quic).unwrap();
        // A long header of QUIC version 1, then nonsense.
        let mut packet = garbage[..length].to_vec();
        packet.splice(..5.min(length), [0xc3, 0, 0, 0, 1]);
        udp.send_to(&packet, quic).unwrap();
    }
    join(&mut b, &mut a).await;
    a.sends(&b, b"still here").await;
    assert_eq!(b.frame().await, b"still here");
}

#[tokio::test]
async fn one_address_cannot_take_every_place() {
    let limits = NetLimits { per_address_max: 3, connect_within: Duration::from_secs(5), ..quick() };
    let (mut a, mut b) = (node(1, &[TCP], limits).await, node(2, &[TCP], quick()).await);
    let tcp = socket_of(&a, "tcp");
    let mut idle = Vec::new();
    for _ in 0..20 {
        idle.push(TcpStream::connect(tcp).await.unwrap());
    }
    // All but three are hung up on, long before they would be for their silence.
    let mut closed = tokio::task::JoinSet::new();
    for mut stream in idle {
        closed.spawn(async move { while let Ok(1..) = stream.read(&mut [0; 64]).await {} });
    }
    let refused = async {
        for _ in 0..17 {
            closed.join_next().await.unwrap().unwrap();
        }
    };
    timeout(Duration::from_secs(4), refused).await.expect("more than three were let in");
    // Once the three have used up their time, others have their turn.
    join(&mut b, &mut a).await;
}

#[tokio::test]
async fn strangers_find_little_room_and_contacts_always_some() {
    let limits = NetLimits { strangers_max: 2, ..quick() };
    let mut a = node(100, &[TCP], limits).await;
    let mut strangers = Vec::new();
    for number in 0..2 {
        let mut stranger = node(number, &[TCP], quick()).await;
        stranger.knows(&[&a]).await;
        stranger.connected().await;
        a.connected().await;
        strangers.push(stranger);
    }
    let third = node(3, &[TCP], quick()).await;
    third.knows(&[&a]).await;
    a.is_quiet_for(Duration::from_millis(500)).await;
    // A contact comes in, and a place that was proved is free for the next stranger.
    let mut friend = node(4, &[TCP], quick()).await;
    a.handle
        .send(NetCommand::SetContacts(vec![Contact { peer: friend.peer(), addresses: Vec::new() }]))
        .await;
    friend.knows(&[&a]).await;
    assert_eq!(a.connected().await.0, friend.peer());
    friend.connected().await;
    a.proves(&strangers[0]).await;
    assert_eq!(a.connected().await.0, third.peer());
}

#[tokio::test]
async fn whoever_does_not_prove_itself_in_time_is_disconnected() {
    let limits = NetLimits { proof_within: Duration::from_millis(300), ..quick() };
    let (mut a, mut b) = (node(1, &[QUIC], limits).await, node(2, &[QUIC], quick()).await);
    b.knows(&[&a]).await;
    a.connected().await;
    b.connected().await;
    b.proves(&a).await;
    assert_eq!(a.disconnected().await, b.peer());
    assert_eq!(b.disconnected().await, a.peer());
}

#[tokio::test]
async fn a_slow_driver_slows_its_peer_and_too_much_closes_the_session() {
    for transport in [TCP, QUIC] {
        let limits =
            NetLimits { inbound_bytes_max: 256 * 1024, outbound_bytes_max: 2 * 1024 * 1024, ..quick() };
        let (mut a, mut b) =
            (node(1, &[transport], limits.clone()).await, node(2, &[transport], limits).await);
        join(&mut a, &mut b).await;
        let frame = vec![9; 60 * 1024];
        let mut sent = 0_usize;
        // The driver of `b` takes nothing. What `a` can get rid of is what the pipes hold.
        let ended = async {
            loop {
                a.handle.send_frame(&b.peer(), &frame);
                sent += 1;
                if let Some(NetEvent::Disconnected { .. }) = a.events.try_recv() {
                    return;
                }
                tokio::task::yield_now().await;
            }
        };
        timeout(DEADLINE, ended).await.expect("the queue is not bounded");
        // `b` sees whole frames in order, not all of them, and then the end.
        let mut seen = 0;
        loop {
            match b.event().await {
                NetEvent::Frame { bytes, .. } => {
                    assert!(bytes == frame);
                    seen += 1;
                }
                NetEvent::Disconnected { .. } => break,
                other => panic!("{}", kind(&other)),
            }
        }
        assert!(seen < sent, "{seen} of {sent}");
    }
}

#[tokio::test]
async fn one_loud_peer_does_not_crowd_out_another() {
    let limits = NetLimits { inbound_bytes_max: 256 * 1024, ..quick() };
    let mut hub = node(1, &[TCP], limits).await;
    let (mut loud, mut soft) = (node(2, &[TCP], quick()).await, node(3, &[TCP], quick()).await);
    join(&mut loud, &mut hub).await;
    join(&mut soft, &mut hub).await;
    for _ in 0..60 {
        loud.sends(&hub, &vec![1; 60 * 1024]).await;
    }
    // The hub's queue is full of the loud one's frames before the soft one says a word.
    hub.frame().await;
    soft.sends(&hub, b"me too").await;
    let mut before = 0;
    while hub.frame().await != b"me too" {
        before += 1;
    }
    assert!(before < 59, "{before}");
}

#[tokio::test]
async fn silence_is_noticed_and_heartbeats_prevent_it() {
    for transport in [TCP, QUIC] {
        let beats = NetLimits {
            heartbeat: Duration::from_millis(100),
            silence_max: Duration::from_millis(600),
            ..quick()
        };
        let mute = NetLimits { heartbeat: Duration::from_secs(60), ..beats.clone() };
        let (mut a, mut b) =
            (node(1, &[transport], beats.clone()).await, node(2, &[transport], beats.clone()).await);
        join(&mut a, &mut b).await;
        a.is_quiet_for(Duration::from_millis(1500)).await;
        let (mut a, mut b) = (node(3, &[transport], beats).await, node(4, &[transport], mute).await);
        join(&mut a, &mut b).await;
        assert_eq!(a.disconnected().await, b.peer());
    }
}

#[tokio::test]
async fn a_clock_jump_makes_absent_contacts_due_at_once() {
    let slow =
        NetLimits { redial_min: Duration::from_secs(3600), redial_max: Duration::from_secs(3600), ..quick() };
    let b = node(2, &[TCP], quick()).await;
    let contact = b.contact();
    let address = address_text(&contact.addresses[0]).unwrap();
    b.stops().await;
    let mut a = node(1, &[TCP], slow).await;
    a.handle.send(NetCommand::SetContacts(vec![contact])).await;
    a.is_quiet_for(Duration::from_millis(300)).await;
    let mut b = node(2, &[&address], quick()).await;
    a.is_quiet_for(Duration::from_millis(100)).await;
    a.handle.send(NetCommand::ClockJumped).await;
    assert_eq!(a.connected().await.0, b.peer());
    b.connected().await;
}

#[tokio::test]
async fn an_answer_to_an_old_session_never_reaches_a_new_one() {
    let (mut a, mut b) = (node(1, &[TCP], quick()).await, node(2, &[TCP], quick()).await);
    join(&mut a, &mut b).await;
    let address = address_text(&b.handle.listen_addresses()[0]).unwrap();
    let peer = b.peer();
    b.stops().await;
    let mut b = node(2, &[&address], quick()).await;
    // The network of `a` has a new session; its driver has not heard of the old one's end.
    b.connected().await;
    a.handle.send_frame(&peer, b"to the old one");
    assert_eq!(a.disconnected().await, peer);
    a.handle.send_frame(&peer, b"to nobody");
    a.connected().await;
    a.handle.send_frame(&peer, b"to the new one");
    assert_eq!(b.frame().await, b"to the new one");
}

#[tokio::test]
async fn wildcards_are_expanded() {
    let node = node(1, &["0.0.0.0:0"], quick()).await;
    let texts: Vec<String> =
        node.handle.listen_addresses().iter().map(|a| address_text(a).unwrap()).collect();
    assert!(texts.iter().all(|text| !text.contains("0.0.0.0")), "{texts:?}");
    assert!(!texts.is_empty());
}
