//! Octets as a request to a KDC.
#![no_main]

use std::sync::LazyLock;

use regionsim::protocol::kerberos::keytab::Keytab;

static KEYTAB: LazyLock<Keytab> = LazyLock::new(|| {
    let file = include_bytes!("../../interop/kerberos/mit/services.keytab");
    Keytab::decode(file).unwrap_or_else(|error| panic!("{error}"))
});

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    if let Err(why) = regionsim::study::hostile::request(&KEYTAB, bytes) {
        panic!("{why}");
    }
});
