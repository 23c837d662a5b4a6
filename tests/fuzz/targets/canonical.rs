//! Octets as a document with its canonical forms.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    if let Err(why) = regionsim::study::hostile::canonical_forms(bytes) {
        panic!("{why}");
    }
});
