//! Bytes as a scenario over a supplied plex: loaded twice.
#![no_main]

const PLEX: &[u8] = include_bytes!("../../../scenarios/plexes/plex1.ron");

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    if let Err(why) = regionsim::study::hostile::scenario(PLEX, bytes) {
        panic!("{why}");
    }
});
