//! Octets as a certificate where an authority has issued another one.
#![no_main]

use std::sync::LazyLock;

use regionsim::protocol::x509::Certificate;

static ISSUED: LazyLock<Certificate> =
    LazyLock::new(|| read(include_bytes!("../../interop/saml/pki/signer.pem")));
static AUTHORITY: LazyLock<Certificate> =
    LazyLock::new(|| read(include_bytes!("../../interop/saml/pki/ca.pem")));

fn read(file: &[u8]) -> Certificate {
    Certificate::read(file).unwrap_or_else(|error| panic!("{error}"))
}

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    if let Err(why) = regionsim::study::hostile::certificate(&ISSUED, &AUTHORITY, bytes) {
        panic!("{why}");
    }
});
