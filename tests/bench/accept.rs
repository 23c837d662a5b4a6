//! Context tokens that an acceptor of ours accepts and answers a second, and MIT's GSS library, in turn on
//! one core, over the same tokens: each of another user, with a session key and a time of its own.
//!
//! `cargo bench --bench accept -- PROGRAM`, where PROGRAM is `tests/mit/accepts.c`, built; `tests/figures`
//! does both. Without PROGRAM ours alone.

#![allow(
    clippy::disallowed_types,
    clippy::disallowed_methods,
    reason = "a benchmark reads the clock"
)]
#![allow(clippy::float_arithmetic, clippy::print_stdout, reason = "rates for people")]
#![allow(clippy::unwrap_used, reason = "a broken expectation ends the benchmark")]

#[path = "../kerberos_support/mod.rs"]
mod kerberos_support;

use std::path::Path;
use std::process::Command;
use std::time::{Instant, SystemTime, UNIX_EPOCH};

use kerberos_support::{Realm, forged, principal};
use regionsim::check::Checks;
use regionsim::protocol::kerberos::gss::GssFlags;
use regionsim::protocol::kerberos::initiator::{self, TokenOptions};
use regionsim::protocol::kerberos::keytab::{Keytab, KeytabEntry};
use regionsim::protocol::kerberos::replay::ReplayCache;
use regionsim::protocol::kerberos::{EncryptionType, KerberosTime, Key};

const TOKENS: u32 = 3_000;
const ROUNDS: u32 = 7;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|it| it != "--bench").collect();
    let quick = arguments.iter().any(|it| it == "--quick");
    let peer = arguments.iter().find(|it| !it.starts_with("--"));
    let (tokens, rounds) = if quick { (50, 1) } else { (TOKENS, ROUNDS) };
    for etype in [EncryptionType::Aes256Sha1, EncryptionType::Aes256Sha2] {
        let folder = tempfile::tempdir().unwrap();
        let (mut ours, mut theirs) = (Vec::new(), Vec::new());
        for round in 0..rounds {
            let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
            let now = i64::try_from(now).unwrap();
            let mut realm = Realm::new(&[etype]);
            let made: Vec<_> =
                (0..tokens).map(|number| token(&mut realm, etype, now, round, number)).collect();
            ours.push(accept(&mut realm, now, &made));
            if let Some(peer) = peer {
                write(folder.path(), &realm, &made);
                theirs.push(peer_accepts(peer, folder.path(), made.len()));
            }
        }
        let rate = median(&mut ours);
        print!("{}: {rate:.0} accepts a second", etype.name());
        if peer.is_some() {
            let theirs = median(&mut theirs);
            print!(", MIT {theirs:.0}: {:.2} times MIT", rate / theirs);
        }
        println!();
    }
}

/// A token of one user, with mutual authentication.
fn token(realm: &mut Realm, etype: EncryptionType, now: i64, round: u32, number: u32) -> Vec<u8> {
    let client = principal(&format!("user{round}x{number}"));
    let session_key = Key::random(etype, &mut realm.random);
    let mut credentials = forged(realm, |part| {
        part.client = client;
        part.session_key = session_key.clone();
        part.times.auth = now;
        part.times.start = Some(now);
        part.times.end = now + 3600;
    });
    credentials.session_key = session_key;
    let time = KerberosTime { seconds: now, micros: number };
    let options = TokenOptions::new(GssFlags::MUTUAL);
    initiator::token(&credentials, &options, time, &mut realm.random).0
}

/// How many a second ours accepts and answers.
fn accept(realm: &mut Realm, now: i64, tokens: &[Vec<u8>]) -> f64 {
    let acceptor = realm.acceptor();
    let mut replay = ReplayCache::default();
    let begin = Instant::now();
    for token in tokens {
        let now = KerberosTime { seconds: now, micros: 0 };
        let accepted =
            acceptor.accept(token, now, &mut replay, &mut realm.random, &mut Checks::new());
        assert!(!accepted.unwrap().output.is_empty());
    }
    tokens.len() as f64 / begin.elapsed().as_secs_f64()
}

fn write(folder: &Path, realm: &Realm, tokens: &[Vec<u8>]) {
    let mut file = Vec::new();
    for token in tokens {
        file.extend_from_slice(&u32::try_from(token.len()).unwrap().to_be_bytes());
        file.extend_from_slice(token);
    }
    std::fs::write(folder.join("tokens"), file).unwrap();
    let key = &realm.region_keys[0];
    let entry = KeytabEntry::new(realm.region.clone(), key.kvno, &key.key, 0);
    let keytab = Keytab { entries: vec![entry] };
    std::fs::write(folder.join("keytab"), keytab.encode().unwrap()).unwrap();
}

/// How many a second the other one accepts and answers; it times itself.
fn peer_accepts(program: &str, folder: &Path, tokens: usize) -> f64 {
    let output = Command::new(program)
        .args([folder.join("tokens"), folder.join("keytab")])
        .output()
        .unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let (count, nanoseconds) = text.trim().split_once(' ').unwrap_or_else(|| {
        panic!("the other one fails: {}", String::from_utf8_lossy(&output.stderr))
    });
    assert_eq!(count.parse::<usize>().unwrap(), tokens);
    tokens as f64 / (nanoseconds.parse::<f64>().unwrap() / 1e9)
}

fn median(rates: &mut [f64]) -> f64 {
    rates.sort_by(f64::total_cmp);
    rates[rates.len() / 2]
}
