//! Text as a question to `explain`.
#![no_main]

libfuzzer_sys::fuzz_target!(|text: &str| {
    if let Err(why) = regionsim::study::hostile::question(text) {
        panic!("{why}");
    }
});
