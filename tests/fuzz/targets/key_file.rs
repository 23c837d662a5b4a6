//! Bytes as a key table and as a credential cache.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    if let Err(why) = regionsim::study::hostile::key_file(bytes) {
        panic!("{why}");
    }
});
