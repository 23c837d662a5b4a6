//! Octets as every message and token of CORBA's security.
#![no_main]

libfuzzer_sys::fuzz_target!(|octets: &[u8]| {
    if let Err(why) = regionsim::study::hostile::csiv2(octets) {
        panic!("{why}");
    }
});
