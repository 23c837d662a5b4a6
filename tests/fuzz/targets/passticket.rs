//! Text as a PassTicket, its names and its key.
#![no_main]

libfuzzer_sys::fuzz_target!(|text: &str| {
    if let Err(why) = regionsim::study::hostile::passticket(text) {
        panic!("{why}");
    }
});
