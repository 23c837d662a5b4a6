//! Text as RACF commands.
#![no_main]

use std::sync::LazyLock;

use regionsim::nodes::esm::command::Files;

/// An authority, and a certificate with its private key.
static FILES: LazyLock<Files> = LazyLock::new(|| {
    let own = [
        include_bytes!("../../../scenarios/plexes/pki/cicscert.pem").as_slice(),
        include_bytes!("../../../scenarios/plexes/pki/cicscert.key.pem"),
    ];
    let authority = include_bytes!("../../../scenarios/plexes/pki/idpca.pem").as_slice();
    let files = [("ca.pem", authority.to_vec()), ("own.pem", own.concat())];
    files.into_iter().map(|(name, bytes)| (name.to_owned(), bytes.into())).collect()
});

libfuzzer_sys::fuzz_target!(|text: &str| {
    if let Err(why) = regionsim::study::hostile::racf(&FILES, text) {
        panic!("{why}");
    }
});
