//! Octets as a token where another one was sent.
#![no_main]

use std::sync::{Arc, LazyLock};

use regionsim::protocol::saml::{Instant, Policy, Signed};
use regionsim::protocol::x509::{Certificate, KeyRing};

const SENT: &str = include_str!("../../interop/saml/valid/v20-auth0-rsa256.xml");
/// 2026-06-15T12:00:00Z.
const NOW: Instant = Instant { seconds: 1_781_524_800, nanos: 0 };

static RING: LazyLock<KeyRing> = LazyLock::new(|| {
    let file = include_bytes!("../../interop/saml/pki/ca.pem");
    let authority = Certificate::read(file).unwrap_or_else(|error| panic!("{error}"));
    let mut ring = KeyRing::default();
    ring.connect("ca", Arc::new(authority));
    ring
});

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let policy =
        Policy { now: NOW, skew: 180_000_000_000, signed: Signed::Required, ring: Some(&RING) };
    if let Err(why) = regionsim::study::hostile::signed(SENT, &policy, bytes) {
        panic!("{why}");
    }
});
