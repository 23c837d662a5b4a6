//! Bytes as a trace: read, verified, compared with themselves.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    if let Err(why) = regionsim::study::hostile::trace(bytes) {
        panic!("{why}");
    }
});
