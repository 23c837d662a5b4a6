//! GSS accepts a second, ours and those of MIT's library, in turn, of the same tokens with the same key
//! table. Each token has a user, a session key, a subkey and a time of its own, and asks for an answer.
//!
//! `cargo bench --bench accept -- PROGRAM`, where PROGRAM is compiled from `tests/mit/accept_rate.c`. Ours
//! looks into its replay cache; MIT's is spared the file that it would write.

#![allow(
    clippy::disallowed_types,
    clippy::disallowed_methods,
    reason = "a benchmark reads the clock"
)]
#![allow(clippy::float_arithmetic, clippy::print_stdout, reason = "rates for people")]

use std::path::Path;
use std::process::Command;
use std::time::{Instant, SystemTime, UNIX_EPOCH};

use rand_chacha::ChaCha20Rng;
use rand_core::SeedableRng as _;
use regionsim::check::{Checks, Seconds};
use regionsim::protocol::kerberos::acceptor::Acceptor;
use regionsim::protocol::kerberos::client::Credentials;
use regionsim::protocol::kerberos::flags::TicketFlags;
use regionsim::protocol::kerberos::gss::GssFlags;
use regionsim::protocol::kerberos::initiator::{self, TokenOptions};
use regionsim::protocol::kerberos::keytab::{Keytab, KeytabEntry};
use regionsim::protocol::kerberos::replay::ReplayCache;
use regionsim::protocol::kerberos::ticket::{TicketPart, TicketTimes};
use regionsim::protocol::kerberos::transited::Transited;
use regionsim::protocol::kerberos::{EncryptionType, Key, KerberosTime, Principal};

const REALM: &str = "RATE.EXAMPLE";
const TOKENS: u32 = 4_000;
const ROUNDS: usize = 7;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|it| it != "--bench").collect();
    let Some(program) = arguments.first() else {
        return println!("no program is named: see tests/figures");
    };
    let folder = tempfile::tempdir().expect("a folder");
    let mut random = ChaCha20Rng::from_seed([5; 32]);
    for etype in EncryptionType::STRONGEST_FIRST {
        let mut rates = [Vec::new(), Vec::new()];
        for round in 0..ROUNDS {
            let service = Service::new(etype, &mut random);
            service.write(folder.path(), &mut random);
            // Who goes first changes.
            for turn in 0..2 {
                match (round + turn) % 2 {
                    0 => rates[0].push(theirs(program, folder.path())),
                    _ => rates[1].push(service.ours(folder.path(), &mut random)),
                }
            }
        }
        let [theirs, ours] = rates.map(|mut rates| median(&mut rates));
        let ratio = ours / theirs;
        println!("{etype}: MIT {theirs:.0}, regionsim {ours:.0} accepts a second, {ratio:.2} times MIT");
    }
}

/// A service, and when its tokens are made.
struct Service {
    principal: Principal,
    key: Key,
    now: Seconds,
}

impl Service {
    fn new(etype: EncryptionType, random: &mut ChaCha20Rng) -> Service {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).expect("after 1970");
        Service {
            principal: Principal::parse("HTTP/rate.example", REALM).expect("a name"),
            key: Key::random(etype, random),
            now: i64::try_from(now.as_secs()).expect("a time"),
        }
    }

    /// The tokens and the key table, as files.
    fn write(&self, folder: &Path, random: &mut ChaCha20Rng) {
        let mut all = Vec::new();
        for number in 0..TOKENS {
            let token = self.token(number, random);
            all.extend(u32::try_from(token.len()).expect("short").to_be_bytes());
            all.extend(token);
        }
        let mut keytab = Keytab::default();
        keytab.entries.push(KeytabEntry::new(self.principal.clone(), 1, &self.key, 0));
        std::fs::write(folder.join("tokens"), all).expect("a file");
        std::fs::write(folder.join("keytab"), keytab.encode().expect("a key table")).expect("a file");
        let conf = format!("[libdefaults]\n default_realm = {REALM}\n dns_lookup_kdc = false\n");
        std::fs::write(folder.join("krb5.conf"), conf).expect("a file");
    }

    fn token(&self, number: u32, random: &mut ChaCha20Rng) -> Vec<u8> {
        let end = self.now + 36_000;
        let times = TicketTimes { auth: self.now, start: Some(self.now), end, renew_till: None };
        let flags = TicketFlags::PRE_AUTHENT;
        let part = TicketPart {
            flags,
            session_key: Key::random(self.key.etype(), random),
            client: Principal::parse(&format!("user{number}"), REALM).expect("a name"),
            transited: Transited::default(),
            times,
            addresses: None,
        };
        let held = Credentials {
            ticket: part.seal(&self.principal, Some(1), &self.key, random),
            client: part.client,
            server: self.principal.clone(),
            session_key: part.session_key,
            times,
            flags,
        };
        let options = TokenOptions::new(GssFlags::MUTUAL.with(GssFlags::CONFIDENTIALITY));
        let time = KerberosTime { seconds: self.now, micros: number };
        initiator::token(&held, &options, time, random).0
    }

    fn ours(&self, folder: &Path, random: &mut ChaCha20Rng) -> f64 {
        let keytab = std::fs::read(folder.join("keytab")).expect("a file");
        let keytab = Keytab::decode(&keytab).expect("a key table");
        let tokens = std::fs::read(folder.join("tokens")).expect("a file");
        let mut rest = tokens.as_slice();
        let mut tokens = Vec::new();
        while let Some((length, more)) = rest.split_first_chunk::<4>() {
            let (token, more) = more.split_at(u32::from_be_bytes(*length) as usize);
            tokens.push(token);
            rest = more;
        }
        let acceptor = Acceptor::new(self.principal.clone(), keytab.keys_of(&self.principal));
        let mut replay = ReplayCache::default();
        let now = KerberosTime { seconds: self.now, micros: 999_999 };
        let begin = Instant::now();
        for token in &tokens {
            let mut checks = Checks::new();
            let accepted = acceptor.accept(token, now, &mut replay, random, &mut checks);
            assert!(!accepted.expect("a good token").output.is_empty(), "no answer");
        }
        tokens.len() as f64 / begin.elapsed().as_secs_f64()
    }
}

fn theirs(program: &str, folder: &Path) -> f64 {
    let path = |name| folder.join(name);
    let output = Command::new(program)
        .args([path("tokens"), path("keytab")])
        .env("KRB5_CONFIG", path("krb5.conf"))
        .env("KRB5RCACHENAME", "none:")
        .output()
        .expect("MIT's library");
    let text = String::from_utf8_lossy(&output.stdout);
    let error = String::from_utf8_lossy(&output.stderr);
    text.trim().parse().unwrap_or_else(|_| panic!("{program}: {error}"))
}

fn median(rates: &mut [f64]) -> f64 {
    rates.sort_by(f64::total_cmp);
    rates[rates.len() / 2]
}
