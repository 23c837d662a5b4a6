//! Text as RACF commands.
#![no_main]

libfuzzer_sys::fuzz_target!(|text: &str| {
    if let Err(why) = regionsim::study::hostile::racf(text) {
        panic!("{why}");
    }
});
