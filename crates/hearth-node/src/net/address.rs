//! Addresses and peers in the forms that the rest of the program sees: text to listen on, opaque bytes to dial, raw
//! keys. Parses what comes from outside once, so that only dialable addresses get further.

use std::{
    collections::BTreeSet,
    io,
    net::{IpAddr, SocketAddr, TcpListener, UdpSocket},
};

use hearth_core::{ids::PeerId, limits};
use libp2p::{Multiaddr, identity, multiaddr::Protocol};

use super::NetError;

/// A transport that frames travel over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Transport {
    Tcp,
    Quic,
}

/// An address in the only two forms that are listened on and dialled: an IP address with a TCP port, or with a UDP
/// port for QUIC. No host names: resolving one would tell a stranger's server about us.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Endpoint {
    pub(super) transport: Transport,
    pub(super) socket: SocketAddr,
}

impl Endpoint {
    /// Parses a multiaddr; `None` for every other form.
    pub(super) fn from_multiaddr(address: &Multiaddr) -> Option<Self> {
        let mut parts = address.iter();
        let ip = match parts.next()? {
            Protocol::Ip4(ip) => IpAddr::V4(ip),
            Protocol::Ip6(ip) => IpAddr::V6(ip),
            _ => return None,
        };
        let (transport, port) = match (parts.next()?, parts.next()) {
            (Protocol::Tcp(port), None) => (Transport::Tcp, port),
            (Protocol::Udp(port), Some(Protocol::QuicV1)) => (Transport::Quic, port),
            _ => return None,
        };
        parts.next().is_none().then_some(Self { transport, socket: SocketAddr::new(ip, port) })
    }

    /// Parses the opaque bytes of a contact's address; `None` if it is not one that can be dialled.
    pub(super) fn from_contact(bytes: &[u8]) -> Option<Self> {
        if bytes.len() > limits::ADDRESS_BYTES_MAX {
            return None;
        }
        let endpoint = Self::from_multiaddr(&Multiaddr::try_from(bytes.to_vec()).ok()?)?;
        let is_dialable = endpoint.socket.port() != 0
            && !endpoint.socket.ip().is_unspecified()
            && !endpoint.socket.ip().is_multicast();
        is_dialable.then_some(endpoint)
    }

    pub(super) fn to_multiaddr(self) -> Multiaddr {
        let address = Multiaddr::from(self.socket.ip());
        match self.transport {
            Transport::Tcp => address.with(Protocol::Tcp(self.socket.port())),
            Transport::Quic => address.with(Protocol::Udp(self.socket.port())).with(Protocol::QuicV1),
        }
    }
}

/// Returns the text of an address, as `/ip4/127.0.0.1/tcp/4100`; `None` for bytes that are none.
pub fn address_text(address: &[u8]) -> Option<String> {
    Some(Multiaddr::try_from(address.to_vec()).ok()?.to_string())
}

/// Parses the text of an address into the bytes of a contact; `None` for what could not be dialled.
pub fn address_bytes(text: &str) -> Option<Vec<u8>> {
    let bytes = text.parse::<Multiaddr>().ok()?.to_vec();
    Endpoint::from_contact(&bytes).map(|_| bytes)
}

/// Parses what a member asked to listen on: `127.0.0.1:4100` is TCP and QUIC on that port; a multiaddr is one of them.
pub(super) fn parse_listen(texts: &[String]) -> Result<Vec<Endpoint>, NetError> {
    let mut endpoints = BTreeSet::new();
    for text in texts {
        let bad = || NetError::BadAddress { text: text.clone() };
        if text.starts_with('/') {
            let address = text.parse::<Multiaddr>().map_err(|_| bad())?;
            endpoints.insert(Endpoint::from_multiaddr(&address).ok_or_else(bad)?);
        } else {
            let mut socket = text.parse::<SocketAddr>().map_err(|_| bad())?;
            if socket.port() == 0 {
                socket.set_port(free_port(socket)?);
            }
            endpoints.insert(Endpoint { transport: Transport::Tcp, socket });
            endpoints.insert(Endpoint { transport: Transport::Quic, socket });
        }
    }
    Ok(endpoints.into_iter().collect())
}

/// Fails if somebody else has the port. libp2p binds TCP with `SO_REUSEPORT`, so that a second program of the same
/// member would quietly get half of our connections; and its errors do not keep their kind.
pub(super) fn probe(endpoint: Endpoint) -> Result<(), NetError> {
    let result = match endpoint.transport {
        Transport::Tcp => TcpListener::bind(endpoint.socket).map(drop),
        Transport::Quic => UdpSocket::bind(endpoint.socket).map(drop),
    };
    result.map_err(|error| listen_error(endpoint.socket, &error))
}

/// Says why an address cannot be listened on.
pub(super) fn listen_error(socket: SocketAddr, error: &io::Error) -> NetError {
    let address = socket.to_string();
    match error.kind() {
        io::ErrorKind::AddrInUse => NetError::AddressInUse { address },
        io::ErrorKind::AddrNotAvailable => NetError::AddressNotHere { address },
        io::ErrorKind::PermissionDenied => NetError::PortNotPermitted { address },
        kind => NetError::Listen { address, kind },
    }
}

/// Chooses a port that is free for TCP and for UDP, so that one number serves both transports.
fn free_port(socket: SocketAddr) -> Result<u16, NetError> {
    let mut last = io::Error::from(io::ErrorKind::AddrInUse);
    for _ in 0..16 {
        let attempt = || {
            let tcp = TcpListener::bind(socket)?;
            let port = tcp.local_addr()?.port();
            UdpSocket::bind(SocketAddr::new(socket.ip(), port))?;
            Ok(port)
        };
        match attempt() {
            Ok(port) => return Ok(port),
            Err(error) => last = error,
        }
    }
    Err(listen_error(socket, &last))
}

/// Chooses the own addresses worth telling members: those that other machines may reach, or loopback if there is
/// nothing else.
pub(super) fn worth_telling(bound: &BTreeSet<Endpoint>) -> Vec<Vec<u8>> {
    let is_beyond_this_machine =
        |endpoint: &&Endpoint| !endpoint.socket.ip().is_loopback() && !is_link_local(endpoint.socket.ip());
    let mut chosen: Vec<&Endpoint> = bound.iter().filter(is_beyond_this_machine).collect();
    if chosen.is_empty() {
        chosen = bound.iter().filter(|endpoint| endpoint.socket.ip().is_loopback()).collect();
    }
    // TCP and QUIC of one interface side by side: cutting the list must not leave a single transport.
    chosen.sort_by_key(|endpoint| (endpoint.socket, endpoint.transport));
    chosen
        .into_iter()
        .take(limits::ENDPOINT_ADDRESSES_MAX)
        .map(|endpoint| endpoint.to_multiaddr().to_vec())
        .collect()
}

/// Whether an address means something on one cable only, so that nobody else can dial it.
fn is_link_local(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(ip) => ip.is_link_local(),
        IpAddr::V6(ip) => ip.is_unicast_link_local(),
    }
}

/// Returns what counts as one source: an IPv4 address, or the /64 that one IPv6 customer has to itself.
pub(super) fn source_of(address: &Multiaddr) -> Option<u128> {
    address.iter().find_map(|part| match part {
        Protocol::Ip4(ip) => Some(u128::from(ip.to_bits())),
        // An IPv4 source is below 2^32, a /64 at or above 2^64 or zero: they do not meet.
        Protocol::Ip6(ip) => Some(ip.to_bits() & (u128::MAX << 64)),
        _ => None,
    })
}

/// Returns the peer that libp2p knows under its own id; `None` if its key is not Ed25519.
pub(super) fn peer_from_libp2p(peer: &libp2p::PeerId) -> Option<PeerId> {
    // The identity multihash of an Ed25519 key holds the key itself.
    let key = identity::PublicKey::try_decode_protobuf(peer.as_ref().digest()).ok()?;
    Some(PeerId(key.try_into_ed25519().ok()?.to_bytes()))
}

/// Returns libp2p's id of a peer; `None` if the 32 bytes are not a public key.
pub(super) fn peer_to_libp2p(peer: &PeerId) -> Option<libp2p::PeerId> {
    let key = identity::ed25519::PublicKey::try_from_bytes(peer.as_bytes()).ok()?;
    Some(identity::PublicKey::from(key).to_peer_id())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<Vec<Endpoint>, NetError> {
        parse_listen(&[text.to_owned()])
    }

    #[test]
    fn host_and_port_mean_both_transports() {
        let both = parse("127.0.0.1:4100").unwrap();
        let texts: Vec<String> = both.iter().map(|e| e.to_multiaddr().to_string()).collect();
        assert_eq!(texts, ["/ip4/127.0.0.1/tcp/4100", "/ip4/127.0.0.1/udp/4100/quic-v1"]);
        assert_eq!(parse("[::1]:4100").unwrap().len(), 2);
        assert_eq!(parse("/ip4/127.0.0.1/tcp/4100").unwrap().len(), 1);
        assert_eq!(parse("/ip6/::1/udp/4100/quic-v1").unwrap().len(), 1);
    }

    #[test]
    fn port_zero_becomes_one_port_for_both_transports() {
        let both = parse("127.0.0.1:0").unwrap();
        assert_eq!(both.len(), 2);
        assert_eq!(both[0].socket.port(), both[1].socket.port());
        assert_ne!(both[0].socket.port(), 0);
    }

    #[test]
    fn what_cannot_be_listened_on_is_refused_with_its_text() {
        for text in [
            "",
            "4100",
            ":4100",
            "localhost:4100",
            "127.0.0.1",
            "127.0.0.1:99999",
            "300.0.0.1:4100",
            "/ip4/127.0.0.1",
            "/ip4/127.0.0.1/udp/4100",
            "/ip4/127.0.0.1/tcp/4100/ws",
            "/dns4/example.org/tcp/4100",
            "/memory/7",
            "/nonsense",
        ] {
            match parse(text) {
                Err(NetError::BadAddress { text: told }) => assert_eq!(told, text),
                other => panic!("{text}: {other:?}"),
            }
        }
    }

    #[test]
    fn contact_addresses_that_cannot_be_dialled_are_dropped() {
        assert!(address_bytes("/ip4/127.0.0.1/tcp/4100").is_some());
        for text in [
            "/ip4/127.0.0.1/tcp/0",
            "/ip4/0.0.0.0/tcp/4100",
            "/ip4/224.0.0.1/udp/4100/quic-v1",
            "/dns/example.org/tcp/4100",
            "/ip4/127.0.0.1/tcp/4100/p2p/12D3KooWGzxzKZYveHXtpG6AsrUJBcWxHBFS2HsEoGTxrMLvKXtf",
        ] {
            assert!(address_bytes(text).is_none(), "{text}");
        }
        assert!(Endpoint::from_contact(&[]).is_none());
        assert!(Endpoint::from_contact(&[4; 9]).is_none());
        assert!(Endpoint::from_contact(&[0xff; 40]).is_none());
        assert!(Endpoint::from_contact(&vec![4; limits::ADDRESS_BYTES_MAX + 1]).is_none());
    }

    #[test]
    fn loopback_is_told_only_when_there_is_nothing_else() {
        let endpoints = |texts: &[&str]| -> BTreeSet<Endpoint> {
            texts.iter().map(|t| Endpoint::from_multiaddr(&t.parse().unwrap()).unwrap()).collect()
        };
        let told = |texts: &[&str]| -> Vec<String> {
            worth_telling(&endpoints(texts)).iter().map(|a| address_text(a).unwrap()).collect()
        };
        assert_eq!(told(&["/ip4/127.0.0.1/tcp/1"]), ["/ip4/127.0.0.1/tcp/1"]);
        assert_eq!(
            told(&[
                "/ip4/127.0.0.1/tcp/1",
                "/ip6/fe80::1/tcp/1",
                "/ip4/10.0.0.2/tcp/1",
                "/ip4/10.0.0.2/udp/1/quic-v1"
            ]),
            ["/ip4/10.0.0.2/tcp/1", "/ip4/10.0.0.2/udp/1/quic-v1"]
        );
    }

    #[test]
    fn peers_survive_the_way_through_libp2p() {
        let key = identity::Keypair::generate_ed25519().public();
        let peer = peer_from_libp2p(&key.to_peer_id()).unwrap();
        assert_eq!(peer.0, key.clone().try_into_ed25519().unwrap().to_bytes());
        assert_eq!(peer_to_libp2p(&peer), Some(key.to_peer_id()));
        assert!(peer_from_libp2p(&libp2p::PeerId::random()).is_none());
    }

    #[test]
    fn one_ipv6_customer_is_one_source() {
        let source = |text: &str| source_of(&text.parse().unwrap());
        assert_eq!(source("/ip6/2001:db8::1/tcp/1"), source("/ip6/2001:db8::ffff/udp/2/quic-v1"));
        assert_ne!(source("/ip6/2001:db8::1/tcp/1"), source("/ip6/2001:db8:0:1::1/tcp/1"));
        assert_ne!(source("/ip4/10.0.0.1/tcp/1"), source("/ip4/10.0.0.2/tcp/1"));
    }
}
