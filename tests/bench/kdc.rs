//! Load for KDCs: AS exchanges a second that each of the addresses serves, in turn, with distinct users,
//! nonces and times. `tests/mit/rate.py` starts the KDCs, each on a core of its own, and this on another.
//!
//! `cargo bench --bench kdc -- REALM NAME=ADDRESS…`: user number N is `userN` with the password `pwN`.

#![allow(
    clippy::disallowed_types,
    clippy::disallowed_methods,
    reason = "a benchmark reads the clock"
)]
#![allow(clippy::float_arithmetic, clippy::print_stdout, reason = "rates for people")]

use std::net::UdpSocket;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use rand_core::SeedableRng as _;
use regionsim::protocol::kerberos::client::{TicketRequest, as_req_preauthenticated};
use regionsim::protocol::kerberos::time::KerberosTime;
use regionsim::protocol::kerberos::{EncryptionType, Principal, string_to_key};

const USERS: usize = 200;
const ROUNDS: usize = 7;
const REQUESTS: usize = 4_000;
/// Requests that are under way at one time.
const WINDOW: usize = 16;
const AS_REP: u8 = 0x6B;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|it| it != "--bench").collect();
    let Some((realm, peers)) = arguments.split_first().filter(|(_, peers)| !peers.is_empty())
    else {
        return println!("no KDC is named: see tests/mit/rate.py");
    };
    let peers: Vec<(&str, &str)> = peers.iter().filter_map(|peer| peer.split_once('=')).collect();
    let etype = EncryptionType::Aes256Sha2;
    let users: Vec<_> = (0..USERS)
        .map(|number| {
            let user = Principal::parse(&format!("user{number}"), realm).expect("a name");
            let password = format!("pw{number}");
            let iterations = etype.default_iterations();
            let salt = user.default_salt();
            let key = string_to_key(etype, password.as_bytes(), &salt, iterations);
            (user, key)
        })
        .collect();
    let mut random = rand_chacha::ChaCha20Rng::from_seed([3; 32]);
    let wanted = TicketRequest::new(Principal::ticket_granting(realm, realm).expect("a name"));
    let mut rates = vec![Vec::new(); peers.len()];
    for round in 0..ROUNDS {
        for (peer, (name, address)) in peers.iter().enumerate() {
            let now = SystemTime::now().duration_since(UNIX_EPOCH).expect("after 1970");
            let seconds = i64::try_from(now.as_secs()).expect("a time");
            let requests: Vec<Vec<u8>> = (0..REQUESTS)
                .map(|number| {
                    let (user, key) = &users[number % USERS];
                    let micros = u32::try_from(round * 10_000 + number).expect("small");
                    let time = KerberosTime { seconds, micros };
                    as_req_preauthenticated(user, &wanted, key, time, &mut random).bytes
                })
                .collect();
            let rate = load(address, &requests);
            println!("round {round}: {name} {rate:.0} a second");
            rates[peer].push(rate);
        }
    }
    let medians: Vec<f64> = rates.iter_mut().map(|rates| median(rates)).collect();
    for ((name, _), rate) in peers.iter().zip(&medians) {
        let ratio = rate / medians[0];
        println!("{name}: {rate:.0} AS exchanges a second, {ratio:.2} times {}", peers[0].0);
    }
}

/// Sends all requests, some of them ahead of their answers; how many a second were granted.
fn load(address: &str, requests: &[Vec<u8>]) -> f64 {
    let socket = UdpSocket::bind("127.0.0.1:0").expect("a socket");
    socket.connect(address).expect("an address");
    socket.set_read_timeout(Some(Duration::from_secs(5))).expect("a socket");
    let mut buffer = [0; 65_536];
    let begin = Instant::now();
    let mut sent = 0;
    for answered in 0..requests.len() {
        while sent < requests.len() && sent < answered + WINDOW {
            socket.send(&requests[sent]).expect("a KDC");
            sent += 1;
        }
        let length = socket.recv(&mut buffer).expect("an answer in time");
        assert!(length > 0 && buffer[0] == AS_REP, "the KDC refuses: {:02x?}", &buffer[..length]);
    }
    requests.len() as f64 / begin.elapsed().as_secs_f64()
}

fn median(rates: &mut [f64]) -> f64 {
    rates.sort_by(f64::total_cmp);
    rates[rates.len() / 2]
}
