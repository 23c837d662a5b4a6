//! A KDC for real clients: UDP and TCP on the wall clock, around the core that also serves in a run.
//!
//! ```text
//!   UDP ── a thread: datagram in, datagram out ──┐
//!   TCP ── a thread takes connections ──┐        ├──> what was served, to the caller's thread
//!             └ a thread for each: bounded, timed┘
//! ```
//!
//! Whatever clients send, the server goes on: requests have a greatest length and a time in which they
//! must arrive, connections a greatest number, and what is no request is not answered over UDP, so that
//! two servers cannot keep each other busy.

use std::io::{self, ErrorKind, Read, Write};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpListener, TcpStream, UdpSocket};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

use crossbeam_channel::{Receiver, RecvTimeoutError, Sender};
use rand_chacha::ChaCha20Rng;
use rand_core::SeedableRng;

use crate::protocol::kerberos::error::{ErrorCode, KrbError};
use crate::protocol::kerberos::kdc::{Answer, Database, Registry, answer};
use crate::protocol::kerberos::messages::MessageType;
use crate::protocol::kerberos::time::KerberosTime;

/// Longest request over TCP (bytes); over UDP a datagram is the limit.
const REQUEST_MAX: u32 = 65_536;
/// In which a request must arrive over TCP, and an idle connection send one.
const REQUEST_TIME: Duration = Duration::from_secs(10);
/// Most connections at one time.
const CONNECTIONS_MAX: usize = 128;
/// How often a waiting thread looks whether the server is to end.
const TICK: Duration = Duration::from_millis(100);
/// Most lines that wait for the caller's thread.
const LINES_MAX: usize = 1024;

/// How a request came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Transport {
    /// In a datagram.
    Udp,
    /// Over a connection.
    Tcp,
}

/// A request that was served.
#[derive(Clone, Debug)]
pub struct Served {
    /// When, by the wall clock.
    pub time: KerberosTime,
    /// How it came.
    pub transport: Transport,
    /// From whom.
    pub peer: SocketAddr,
    /// AS-REP, TGS-REP or KRB-ERROR.
    pub kind: MessageType,
    /// The number of a KRB-ERROR.
    pub error: Option<ErrorCode>,
    /// Client and service, where the request names them.
    pub client: Option<String>,
    /// The service that was asked for.
    pub service: Option<String>,
}

/// A server that has its sockets.
#[derive(Debug)]
pub struct Server {
    registry: Arc<Registry>,
    udp: UdpSocket,
    tcp: TcpListener,
    seed: [u8; 32],
}

impl Server {
    /// Takes the address for both transports; port 0 takes any that is free for both.
    ///
    /// # Errors
    /// The address cannot be had; whoever starts the server names another.
    pub fn bind(
        registry: Arc<Registry>,
        address: SocketAddr,
        seed: [u8; 32],
    ) -> io::Result<Server> {
        const TRIES: usize = 16;
        let mut last = None;
        for _ in 0..TRIES {
            let tcp = TcpListener::bind(address)?;
            match UdpSocket::bind(tcp.local_addr()?) {
                Ok(udp) => return Ok(Server { registry, udp, tcp, seed }),
                // Somebody else has the port that the system chose for TCP.
                Err(error) if address.port() == 0 => last = Some(error),
                Err(error) => return Err(error),
            }
        }
        Err(last.unwrap_or_else(|| ErrorKind::AddrInUse.into()))
    }

    /// Where it listens.
    ///
    /// # Errors
    /// The system does not tell.
    pub fn address(&self) -> io::Result<SocketAddr> {
        self.tcp.local_addr()
    }

    /// Serves until `stop` says so, and tells `heard` what was served and how many lines were left out
    /// before because it was slow; without it nothing is told.
    ///
    /// # Errors
    /// `heard` cannot go on; the server has ended.
    pub fn serve(
        &self,
        stop: &AtomicBool,
        heard: Option<&mut dyn FnMut(Served, u64) -> io::Result<()>>,
    ) -> io::Result<()> {
        self.udp.set_read_timeout(Some(TICK))?;
        let (sender, receiver) = crossbeam_channel::bounded(LINES_MAX);
        let service = Service {
            registry: &self.registry,
            seed: self.seed,
            streams: AtomicU64::new(0),
            stop,
            lines: heard.is_some().then_some(sender),
            lost: AtomicU64::new(0),
            connections: AtomicUsize::new(0),
        };
        thread::scope(|scope| {
            scope.spawn(|| service.datagrams(&self.udp));
            scope.spawn(|| service.connections(&self.tcp, scope));
            let result = told(&service, &receiver, heard);
            stop.store(true, Ordering::Relaxed);
            // Wakes the thread that waits for connections.
            drop(self.address().and_then(|address| TcpStream::connect(reachable(address))));
            result
        })
    }
}

/// Tells what is served until the server is to end.
fn told(
    service: &Service<'_>,
    receiver: &Receiver<Served>,
    mut heard: Option<&mut dyn FnMut(Served, u64) -> io::Result<()>>,
) -> io::Result<()> {
    while !service.stop.load(Ordering::Relaxed) {
        match (receiver.recv_timeout(TICK), &mut heard) {
            (Ok(served), Some(heard)) => heard(served, service.lost.swap(0, Ordering::Relaxed))?,
            (Err(RecvTimeoutError::Disconnected), _) => thread::sleep(TICK),
            _ => {}
        }
    }
    // What was answered before the end is told too.
    if let Some(heard) = heard {
        while let Ok(served) = receiver.try_recv() {
            heard(served, service.lost.swap(0, Ordering::Relaxed))?;
        }
    }
    Ok(())
}

/// The address by which the server itself reaches what it listens on.
fn reachable(address: SocketAddr) -> SocketAddr {
    let ip = match address.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => IpAddr::V4(Ipv4Addr::LOCALHOST),
        IpAddr::V6(ip) if ip.is_unspecified() => IpAddr::V6(Ipv6Addr::LOCALHOST),
        ip => ip,
    };
    SocketAddr::new(ip, address.port())
}

/// What the threads of a server share.
struct Service<'a> {
    registry: &'a Registry,
    seed: [u8; 32],
    /// Streams of randomness that were given out: one for each thread.
    streams: AtomicU64,
    stop: &'a AtomicBool,
    lines: Option<Sender<Served>>,
    lost: AtomicU64,
    connections: AtomicUsize,
}

impl Service<'_> {
    fn random(&self) -> ChaCha20Rng {
        let mut random = ChaCha20Rng::from_seed(self.seed);
        random.set_stream(self.streams.fetch_add(1, Ordering::Relaxed));
        random
    }

    fn ends(&self) -> bool {
        self.stop.load(Ordering::Relaxed)
    }

    fn answer(
        &self,
        request: &[u8],
        random: &mut ChaCha20Rng,
        (transport, peer): (Transport, SocketAddr),
    ) -> Vec<u8> {
        let time = wall_clock();
        let Answer { reply, kind, error, client, server, .. } =
            answer(self.registry, time, None, random, request);
        if let Some(lines) = &self.lines {
            let name = |principal: crate::protocol::kerberos::Principal| principal.to_string();
            let (client, service) = (client.map(name), server.map(name));
            let served = Served { time, transport, peer, kind, error, client, service };
            if lines.try_send(served).is_err() {
                self.lost.fetch_add(1, Ordering::Relaxed);
            }
        }
        reply
    }

    fn datagrams(&self, socket: &UdpSocket) {
        let mut random = self.random();
        let mut buffer = vec![0; 65_536];
        while !self.ends() {
            match socket.recv_from(&mut buffer) {
                Ok((length, peer)) => {
                    let request = buffer.get(..length).unwrap_or_default();
                    if is_request(request) {
                        let reply = self.answer(request, &mut random, (Transport::Udp, peer));
                        // A client that is gone asks no more.
                        let _ = socket.send_to(&reply, peer);
                    }
                }
                Err(error) if is_timeout(&error) => {}
                Err(_) => thread::sleep(TICK),
            }
        }
    }

    fn connections<'scope, 'env>(
        &'scope self,
        listener: &TcpListener,
        scope: &'scope thread::Scope<'scope, 'env>,
    ) {
        while !self.ends() {
            match listener.accept() {
                Ok(_) if self.ends() => return,
                Ok((stream, peer)) => {
                    if self.connections.fetch_add(1, Ordering::Relaxed) >= CONNECTIONS_MAX {
                        // Closed at once; the client asks again.
                        self.connections.fetch_sub(1, Ordering::Relaxed);
                        continue;
                    }
                    scope.spawn(move || {
                        // However it ended: the next connection is another matter.
                        let _ = self.connection(stream, peer);
                        self.connections.fetch_sub(1, Ordering::Relaxed);
                    });
                }
                Err(_) => thread::sleep(TICK),
            }
        }
    }

    /// Serves the requests of a connection: a length of four octets before each message (RFC 4120
    /// section 7.2.2).
    fn connection(&self, mut stream: TcpStream, peer: SocketAddr) -> io::Result<()> {
        stream.set_read_timeout(Some(TICK))?;
        stream.set_write_timeout(Some(REQUEST_TIME))?;
        stream.set_nodelay(true)?;
        let mut random = self.random();
        loop {
            let mut length = [0; 4];
            let patience = Patience::new();
            self.read(&mut stream, &mut length, &patience)?;
            let length = u32::from_be_bytes(length);
            let reply = if length > REQUEST_MAX {
                self.too_long()
            } else {
                let mut request = vec![0; length as usize];
                self.read(&mut stream, &mut request, &patience)?;
                self.answer(&request, &mut random, (Transport::Tcp, peer))
            };
            let prefix = u32::try_from(reply.len()).unwrap_or_default().to_be_bytes();
            stream.write_all(&[&prefix[..], &reply].concat())?;
            if length > REQUEST_MAX {
                return Ok(());
            }
        }
    }

    /// Fills a buffer, unless the time is up or the server ends.
    fn read(
        &self,
        stream: &mut TcpStream,
        buffer: &mut [u8],
        patience: &Patience,
    ) -> io::Result<()> {
        let mut filled = 0;
        while let Some(rest) = buffer.get_mut(filled..).filter(|rest| !rest.is_empty()) {
            match stream.read(rest) {
                Ok(0) => return Err(ErrorKind::UnexpectedEof.into()),
                Ok(count) => filled += count,
                Err(error) if is_timeout(&error) => {}
                Err(error) => return Err(error),
            }
            if self.ends() || patience.is_over() {
                return Err(ErrorKind::TimedOut.into());
            }
        }
        Ok(())
    }

    fn too_long(&self) -> Vec<u8> {
        KrbError {
            code: ErrorCode::FIELD_TOOLONG,
            time: wall_clock(),
            client: None,
            server: self.registry.policy().ticket_granting().clone(),
            text: None,
            data: None,
        }
        .encode()
    }
}

/// Whether the first octet is that of an AS-REQ or TGS-REQ.
fn is_request(bytes: &[u8]) -> bool {
    const AS_REQ: u8 = 0x60 | MessageType::AsReq as u8;
    const TGS_REQ: u8 = 0x60 | MessageType::TgsReq as u8;
    matches!(bytes.first(), Some(&(AS_REQ | TGS_REQ)))
}

fn is_timeout(error: &io::Error) -> bool {
    matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut | ErrorKind::Interrupted)
}

/// The time in which a request must have arrived.
#[expect(clippy::disallowed_types, reason = "real clients live by real time")]
struct Patience(std::time::Instant);

#[expect(clippy::disallowed_methods, clippy::disallowed_types, reason = "as above")]
impl Patience {
    fn new() -> Patience {
        Patience(std::time::Instant::now())
    }

    fn is_over(&self) -> bool {
        self.0.elapsed() > REQUEST_TIME
    }
}

#[expect(clippy::disallowed_methods, clippy::disallowed_types, reason = "real clients live by it")]
fn wall_clock() -> KerberosTime {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    let since = since.unwrap_or_default();
    let seconds = i64::try_from(since.as_secs()).unwrap_or(i64::MAX);
    KerberosTime { seconds, micros: since.subsec_micros() }
}
