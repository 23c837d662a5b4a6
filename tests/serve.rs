//! The KDC for real clients, over loopback: both transports, hostile octets, and a clean end. What MIT's
//! own clients make of it, `tests/mit/kdc.py` asks.

#![allow(clippy::unwrap_used, reason = "a helper that fails fails its test")]

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream, UdpSocket};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use rand_core::SeedableRng as _;
use regionsim::host::files::Disk;
use regionsim::host::kdc::{Served, Server, Transport};
use regionsim::protocol::kerberos::client::{TicketRequest, as_req};
use regionsim::protocol::kerberos::error::{ErrorCode, KrbError};
use regionsim::protocol::kerberos::{KeyTable, Principal};
use regionsim::scenario::export::{kdc, load_plex};

const REALM: &str = "PROD.EXAMPLE";
const PLEX: &str = "scenarios/plexes/plex1.ron";
/// For an answer that must come, on a busy machine too; and for one that must not.
const LONG: Duration = Duration::from_secs(20);
const SHORT: Duration = Duration::from_millis(300);

/// An AS-REQ of alice without pre-authentication.
fn request() -> Vec<u8> {
    let mut random = rand_chacha::ChaCha20Rng::from_seed([7; 32]);
    let server = Principal::ticket_granting(REALM, REALM).unwrap();
    let client = Principal::parse("alice", REALM).unwrap();
    as_req(&client, &TicketRequest::new(server), &mut random).bytes
}

/// Ends the server, also where an expectation breaks.
struct End<'a>(&'a AtomicBool);

impl Drop for End<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// Serves while `visit` talks to the server; what was served is given back.
fn serving(visit: impl FnOnce(SocketAddr) + Send) -> Vec<Served> {
    let plan = load_plex(&Disk, PLEX, &[]).ok().unwrap();
    let registry = kdc(&plan, None, &mut KeyTable::new()).unwrap();
    let server = Server::bind(registry, "127.0.0.1:0".parse().unwrap(), [1; 32]).unwrap();
    let address = server.address().unwrap();
    let stop = AtomicBool::new(false);
    let mut all = Vec::new();
    std::thread::scope(|scope| {
        scope.spawn(|| {
            let _end = End(&stop);
            visit(address);
        });
        let mut heard = |served: Served, _: u64| {
            all.push(served);
            Ok(())
        };
        server.serve(&stop, Some(&mut heard)).unwrap();
    });
    all
}

/// The answer to a datagram, if one comes in time.
fn over_udp(address: SocketAddr, request: &[u8], patience: Duration) -> Option<Vec<u8>> {
    let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
    socket.set_read_timeout(Some(patience)).unwrap();
    socket.send_to(request, address).unwrap();
    let mut buffer = vec![0; 65_536];
    let (length, _) = socket.recv_from(&mut buffer).ok()?;
    Some(buffer[..length].to_vec())
}

fn send(stream: &mut TcpStream, length: usize, bytes: &[u8]) {
    stream.write_all(&u32::try_from(length).unwrap().to_be_bytes()).unwrap();
    stream.write_all(bytes).unwrap();
}

fn receive(stream: &mut TcpStream) -> Vec<u8> {
    let mut length = [0; 4];
    stream.read_exact(&mut length).unwrap();
    let mut reply = vec![0; u32::from_be_bytes(length) as usize];
    stream.read_exact(&mut reply).unwrap();
    reply
}

fn code(reply: &[u8]) -> ErrorCode {
    KrbError::decode(reply).unwrap().code
}

#[test]
fn both_transports_give_the_same_answer() {
    let served = serving(|address| {
        let wanted = ErrorCode::PREAUTH_REQUIRED;
        assert_eq!(code(&over_udp(address, &request(), LONG).unwrap()), wanted);
        let mut stream = TcpStream::connect(address).unwrap();
        for _ in 0..3 {
            // A connection serves request after request.
            send(&mut stream, request().len(), &request());
            assert_eq!(code(&receive(&mut stream)), wanted);
        }
    });
    let transports: Vec<Transport> = served.iter().map(|served| served.transport).collect();
    assert_eq!(transports, [Transport::Udp, Transport::Tcp, Transport::Tcp, Transport::Tcp]);
    assert!(served.iter().all(|served| served.client.as_deref() == Some("alice@PROD.EXAMPLE")));
}

#[test]
fn what_is_no_request_is_not_answered_over_udp() {
    serving(|address| {
        let error = over_udp(address, &request(), LONG).unwrap();
        for bytes in [&b""[..], b"x", &[0x7E; 100], &[0xFF; 9_000], &error] {
            assert_eq!(over_udp(address, bytes, SHORT), None, "{:?}", bytes.first());
        }
        // What begins like one is, with an error.
        assert!(KrbError::decode(&over_udp(address, &request()[..40], LONG).unwrap()).is_ok());
        assert!(over_udp(address, &request(), LONG).is_some(), "it still serves");
    });
}

#[test]
fn lengths_that_lie_and_silent_connections_stop_nobody() {
    serving(|address| {
        let silent: Vec<TcpStream> =
            (0..40).map(|_| TcpStream::connect(address).unwrap()).collect();
        let mut long = TcpStream::connect(address).unwrap();
        send(&mut long, 65_537, b"");
        assert_eq!(code(&receive(&mut long)), ErrorCode::FIELD_TOOLONG);
        assert_eq!(long.read(&mut [0]).unwrap(), 0, "the connection is closed");
        let mut cut = TcpStream::connect(address).unwrap();
        send(&mut cut, 500, &request()[..100]);
        drop(cut);
        let mut empty = TcpStream::connect(address).unwrap();
        send(&mut empty, 0, b"");
        assert!(KrbError::decode(&receive(&mut empty)).is_ok());
        let mut good = TcpStream::connect(address).unwrap();
        send(&mut good, request().len(), &request());
        assert_eq!(code(&receive(&mut good)), ErrorCode::PREAUTH_REQUIRED);
        drop(silent);
    });
}

#[test]
fn connections_over_the_limit_are_closed_at_once_and_the_others_go_on() {
    serving(|address| {
        let mut all: Vec<TcpStream> =
            (0..160).map(|_| TcpStream::connect(address).unwrap()).collect();
        // Only the server can end these reads: nothing was asked.
        let mut last = all.split_off(159);
        last[0].set_read_timeout(Some(LONG)).unwrap();
        assert_eq!(last[0].read(&mut [0]).unwrap(), 0);
        send(&mut all[0], request().len(), &request());
        assert_eq!(code(&receive(&mut all[0])), ErrorCode::PREAUTH_REQUIRED);
        assert!(over_udp(address, &request(), LONG).is_some());
    });
}

#[test]
fn a_kdc_is_named_where_a_plex_has_several_or_none() {
    let plan = load_plex(&Disk, PLEX, &[]).ok().unwrap();
    let told = |node| kdc(&plan, node, &mut KeyTable::new()).err();
    assert_eq!(told(Some("SYSA.NAS")), None);
    let told = told(Some("SYSX.NAS")).unwrap();
    assert!(told.contains("no KDC SYSX.NAS") && told.contains("SYSA.NAS"), "{told}");
}
