//! What no trace may hold: digests of passwords, from which they could be guessed.

use std::fs;

use regionsim::protocol::charset;
use regionsim::trace::sha256;

use crate::fixture::scenarios;

/// The texts that a scenario's steps send as secrets.
fn texts(scenario: &str) -> Vec<&str> {
    let lines = scenario.lines().filter_map(|line| line.split_once("secrets: {"));
    let parts = lines.flat_map(|(_, given)| given.split("Text(\"").skip(1));
    parts.filter_map(|part| part.split_once("\")")).map(|(text, _)| text).collect()
}

#[test]
fn goldens_hold_no_digest_of_a_password() {
    let mut looked_for = 0;
    for path in scenarios() {
        let scenario = fs::read_to_string(&path).expect("a scenario");
        let golden = path.replacen("scenarios/", "traces/", 1).replace(".ron", ".jsonl");
        let Ok(trace) = fs::read_to_string(&golden) else { continue };
        for text in texts(&scenario).into_iter().filter(|text| !text.trim().is_empty()) {
            for form in [text.to_owned(), text.to_uppercase(), format!("{text:8}")] {
                for octets in [charset::encode_lossy(&form), form.into_bytes()] {
                    assert!(!trace.contains(&sha256(&octets)), "{golden}: {text}");
                }
            }
            looked_for += 1;
        }
    }
    assert!(looked_for > 50, "{looked_for}");
}
