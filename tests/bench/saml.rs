//! Assertions that ours validates a second, with the path of the certificate and everything extracted, and
//! libxmlsec1's verification of the same tokens, in turn on one core; then how the cost grows with the size.
//! Every token is of another user.
//!
//! `cargo bench --bench saml -- PROGRAM`, where PROGRAM is `tests/xml_peers/verifies.c`, built;
//! `tests/figures` does both. Without PROGRAM ours alone.

#![allow(
    clippy::disallowed_types,
    clippy::disallowed_methods,
    reason = "a benchmark reads the clock"
)]
#![allow(clippy::float_arithmetic, clippy::print_stdout, reason = "rates for people")]
#![allow(clippy::unwrap_used, reason = "a broken expectation ends the benchmark")]

#[path = "../saml_support/mod.rs"]
mod saml_support;

use std::process::Command;
use std::time::Instant as Clock;

use regionsim::protocol::saml::{
    self, Attribute, Authentication, Confirmation, Hash, Signing, Subject, Template, Version,
};
use regionsim::protocol::x509::{Identity, KeyRing};
use saml_support::{AT, at, path, policy, ring, sts};

const TOKENS: usize = 400;
const ROUNDS: usize = 7;
/// Sizes of the curve (octets).
const SIZES: [usize; 6] = [4 << 10, 16 << 10, 64 << 10, 256 << 10, 1 << 20, 2 << 20];

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|it| it != "--bench").collect();
    let quick = arguments.iter().any(|it| it == "--quick");
    let peer = arguments.iter().find(|it| !it.starts_with("--"));
    let (tokens, rounds) = if quick { (20, 1) } else { (TOKENS, ROUNDS) };
    let (identity, ring) = (sts(), ring(["ca"]));
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    let mut length = 0;
    for round in 0..rounds {
        let made: Vec<String> =
            (0..tokens).map(|number| token(&identity, round * tokens + number, 12, 40)).collect();
        length = made.iter().map(String::len).sum::<usize>() / made.len();
        ours.push(rate(&made, &ring));
        if let Some(peer) = peer {
            theirs.push(rate_of(peer, &made));
        }
    }
    let rate_of_ours = median(&mut ours);
    print!("tokens of {length} octets: {rate_of_ours:.0} validated a second");
    if peer.is_some() {
        let theirs = median(&mut theirs);
        let ratio = rate_of_ours / theirs;
        print!(", libxmlsec1 verifies {theirs:.0}: {ratio:.2} times libxmlsec1");
    }
    println!();
    for size in SIZES {
        let count = ((4 << 20) / size).clamp(2, if quick { 2 } else { 64 });
        let made: Vec<String> =
            (0..count).map(|number| token(&identity, number, 40, size / 40)).collect();
        let length = made.iter().map(String::len).sum::<usize>() / made.len();
        let mut rates: Vec<f64> = (0..rounds).map(|_| rate(&made, &ring)).collect();
        let micros = 1e6 / median(&mut rates);
        let each = micros * 1e3 / length as f64;
        println!("{length:>9} octets: {micros:>9.0} us, {each:>6.2} ns an octet");
    }
}

/// A signed assertion about one user, with attributes whose values have so many characters.
fn token(identity: &Identity, number: usize, attributes: usize, length: usize) -> String {
    let some = |text: &str| Some(text.to_owned());
    let attribute = |index: usize| Attribute {
        name: format!("urn:example:attribute:{index}"),
        namespace: None,
        friendly_name: None,
        format: some("urn:oasis:names:tc:SAML:2.0:attrname-format:uri"),
        values: vec![
            format!("{number}-{index}-")
                .chars()
                .chain("value & more ".chars().cycle())
                .take(length)
                .collect(),
        ],
    };
    let template = Template {
        version: Version::V20,
        id: format!("_{number:032x}"),
        issuer: "https://idp.example/".to_owned(),
        issuer_format: None,
        issue_instant: at(AT),
        subject: Subject {
            name: Some(format!("user{number}@example.com")),
            format: some("urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress"),
            ..Subject::default()
        },
        confirmation: Some(Confirmation {
            method: "urn:oasis:names:tc:SAML:2.0:cm:bearer".to_owned(),
            not_before: None,
            not_on_or_after: Some(at("2026-06-15T12:05:00Z")),
            recipient: some("https://cics.example/"),
            in_response_to: None,
            holder: None,
        }),
        not_before: Some(at(AT)),
        not_on_or_after: Some(at("2026-06-15T12:05:00Z")),
        audiences: vec![vec!["https://cics.example/".to_owned()]],
        one_time: false,
        proxy: None,
        authentication: Some(Authentication {
            method: "urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport".to_owned(),
            instant: at(AT),
            dns: None,
            address: None,
        }),
        attributes: (0..attributes).map(attribute).collect(),
    };
    let signing = Signing { identity, hash: Hash::Sha256, exclusive: true, key_info: true };
    saml::make(&template, Some(&signing))
}

/// How many tokens a second ours validates.
fn rate(tokens: &[String], ring: &KeyRing) -> f64 {
    let begin = Clock::now();
    for token in tokens {
        let found = saml::validate(token, &policy(ring));
        assert!(found.outcome.unwrap().signer.is_some());
    }
    tokens.len() as f64 / begin.elapsed().as_secs_f64()
}

/// How many a second the other one verifies; it times itself.
fn rate_of(program: &str, tokens: &[String]) -> f64 {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("tokens");
    let mut octets = Vec::new();
    for token in tokens {
        octets.extend_from_slice(&u32::try_from(token.len()).unwrap().to_be_bytes());
        octets.extend_from_slice(token.as_bytes());
    }
    std::fs::write(&file, octets).unwrap();
    let output = Command::new(program).args([file, path("pki/cicscert.pem")]).output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let (count, nanoseconds) = text.trim().split_once(' ').unwrap_or_else(|| {
        panic!("the other one fails: {}", String::from_utf8_lossy(&output.stderr))
    });
    assert_eq!(count.parse::<usize>().unwrap(), tokens.len());
    tokens.len() as f64 / (nanoseconds.parse::<f64>().unwrap() / 1e9)
}

fn median(rates: &mut [f64]) -> f64 {
    rates.sort_by(f64::total_cmp);
    rates[rates.len() / 2]
}
