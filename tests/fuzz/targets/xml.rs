//! Octets as a document.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    if let Err(why) = regionsim::study::hostile::xml(bytes) {
        panic!("{why}");
    }
});
