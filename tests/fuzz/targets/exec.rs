//! Text as an EXEC CICS command of every release.
#![no_main]

use std::sync::LazyLock;

use regionsim::nodes::cics::exec::Declarations;

static AREAS: LazyLock<Declarations> = LazyLock::new(|| {
    let areas = [("TOKEN", "BIT(4096)"), ("TOKENLEN", "FULLWORD VALUE(1200)"), ("USER", "CHAR(8)")];
    areas.try_into().unwrap_or_else(|error| panic!("{error:?}"))
});

libfuzzer_sys::fuzz_target!(|text: &str| {
    if let Err(why) = regionsim::study::hostile::exec(&AREAS, text) {
        panic!("{why}");
    }
});
