//! Files that nobody writes in good faith: whatever the bytes, an answer comes.

use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use regionsim::study::hostile;

use super::{compared, supplied, trace};

/// A trace of these lines of text with a header and a trailer that is right for them.
fn sealed(lines: &[String]) -> Vec<u8> {
    let empty = trace(&[]);
    let header = empty.iter().position(|byte| *byte == b'\n').expect("a first line") + 1;
    let mut bytes = empty[..header].to_vec();
    for line in lines {
        bytes.extend_from_slice(line.as_bytes());
        bytes.push(b'\n');
    }
    let (records, digest) = (lines.len(), blake3::hash(&bytes).to_hex());
    bytes.extend_from_slice(
        format!("{{\"records\":{records},\"blake3\":\"{digest}\"}}\n").as_bytes(),
    );
    bytes
}

fn line(n: usize, field: &str) -> String {
    format!("{{\"n\":{n},\"t\":\"2026-03-02T09:00:00Z\",\"kind\":\"timer\",{field}}}")
}

#[test]
fn depth_length_and_lying_counts_are_told_at_their_line() {
    let good = line(1, "\"a\":1");
    for (bad, says) in [
        (line(2, &format!("\"a\":{}", "[".repeat(100_000))), "no deeper than 127"),
        (line(3, "\"a\":1"), "record 3 stands for 2"),
        (line(2, "\"a\":1e9"), "not canonical"),
        (line(2, "\"a\":99999999999999999999"), "a whole number of 64 bits"),
        (line(2, "\"cause\":1"), "before the kind"),
        (
            "{\"n\":2,\"t\":\"2026-03-02T09:00:00Z\",\"cause\":2,\"kind\":\"a\"}".to_owned(),
            "cannot be caused by",
        ),
        (line(2, &format!("\"a\":\"{}\"", "x".repeat(17 << 20))), "longer than 16 MiB"),
    ] {
        let bytes = sealed(&[good.clone(), bad]);
        let found = compared(&bytes, &sealed(std::slice::from_ref(&good)));
        let damage = found.damage[0].as_ref().expect("damage").to_string();
        assert!(damage.starts_with("line 3: ") && damage.contains(says), "{damage}");
    }
    let lying = String::from_utf8(sealed(std::slice::from_ref(&good)))
        .unwrap()
        .replace("\"records\":1", "\"records\":2");
    let found = compared(lying.as_bytes(), lying.as_bytes());
    assert!(found.damage[0].as_ref().expect("damage").to_string().contains("it ends with"));
    let mut bytes = sealed(&[good]);
    let at = bytes.len() / 2;
    bytes[at] = 0xff;
    assert!(compared(&bytes, &bytes).damage[0].as_ref().unwrap().to_string().contains("not UTF-8"));
}

#[test]
fn long_lines_fill_the_window_without_growing_it() {
    let long = |n: usize, letter: &str| line(n, &format!("\"a\":\"{}\"", letter.repeat(4 << 20)));
    let all = |letter: &str| sealed(&(1..=24).map(|n| long(n, letter)).collect::<Vec<_>>());
    let found = compared(&all("x"), &all("y"));
    assert_eq!((found.tally.totals.differing(), found.whole()), (24, true));
}

#[test]
fn chains_of_what_is_missing_or_ignored_cost_no_more_than_others() {
    let chain = |count: usize, kind: &str| -> Vec<String> {
        let line = |n: usize| match n {
            1 => line(1, "\"a\":1"),
            n => format!(
                "{{\"n\":{n},\"t\":\"2026-03-02T09:00:00Z\",\"cause\":{},\"kind\":\"{kind}\"}}",
                n - 1
            ),
        };
        (1..=count).map(line).collect()
    };
    let (a, b) = (sealed(&chain(50_000, "node.up")), sealed(&chain(50_000, "node.held")));
    let found = compared(&a, &b);
    assert_eq!(found.tally.totals.equal, 1);
    assert_eq!(found.tally.own, 2);
}

#[test]
fn a_million_unknown_fields_are_a_value_like_any_other() {
    let fields: Vec<String> = (0..1_000_000).map(|number| format!("\"f{number:07}\":1")).collect();
    let (a, b) = (sealed(&[line(1, &fields.join(","))]), sealed(&[line(1, "\"a\":1")]));
    assert!(compared(&a, &a).equal());
    let found = compared(&a, &b);
    assert_eq!((found.tally.totals.differing(), found.whole()), (1, true));
}

proptest! {
    #![proptest_config(ProptestConfig { rng_seed: RngSeed::Fixed(3), ..ProptestConfig::with_cases(300) })]

    #[test]
    fn any_bytes_as_a_trace(bytes: Vec<u8>, after in prop::sample::select(vec![0, 1, 2])) {
        let header = sealed(&[]);
        let end = header.iter().position(|byte| *byte == b'\n').unwrap() + 1;
        let start = [&[][..], &header[..end - 20], &header[..end]][after];
        prop_assert_eq!(hostile::trace(&[start, &bytes].concat()), Ok(()));
    }

    #[test]
    fn any_change_of_a_trace(which in 0..4_usize, at: prop::sample::Index, length in 0..40_usize, text in "[ -~]{0,20}|\\PC{0,10}") {
        let mut bytes = trace(&supplied()[which]);
        let at = at.index(bytes.len());
        bytes.splice(at..(at + length).min(bytes.len()), text.bytes());
        prop_assert_eq!(hostile::trace(&bytes), Ok(()));
    }
}
