//! Files that nobody writes in good faith.

use proptest::prelude::*;
use proptest::test_runner::RngSeed;

use super::overrides::changed;
use super::{GOOD, load};

#[test]
fn a_file_cut_anywhere_is_refused_at_a_place() {
    for cut in (0..GOOD.trim_end().len()).filter(|cut| GOOD.is_char_boundary(*cut)) {
        let (_, problems) = load(&GOOD[..cut]);
        assert!(!problems.is_empty(), "cut at {cut}");
        for problem in problems {
            let mut parts = problem.split(':');
            assert_eq!(parts.next(), Some("f.ron"));
            let line: usize = parts.next().unwrap().parse().unwrap();
            assert!(line <= GOOD[..cut].split('\n').count(), "{problem}");
        }
    }
}

#[test]
fn hostile_nesting_is_refused() {
    for (open, close) in
        [("(", ")"), ("[", "]"), ("{1:", "}"), ("A(", ")"), ("Some(", ")"), ("(a:", ")")]
    {
        for depth in [30, 60, 100, 1000, 100_000] {
            for text in
                [open.repeat(depth), format!("{}1{}", open.repeat(depth), close.repeat(depth))]
            {
                let (scenario, problems) = load(&text);
                assert!(scenario.is_none() && !problems.is_empty(), "{open} {depth}");
            }
        }
    }
    let (_, problems) = load(&format!("(title: \"x\", systems: {}", "[".repeat(100_000)));
    assert!(problems[0].contains("values are nested too deeply here"), "{problems:?}");
}

#[test]
fn hostile_sizes_are_refused_or_loaded_quickly() {
    let long = "x".repeat(4 << 20);
    assert!(load(&format!("(title: \"{long}\")")).1[0].contains("the limit is 4194304"));
    let title = "x".repeat(4_000_000);
    assert_eq!(load(&format!("(title: \"{title}\")")).0.unwrap().title, title);
    let (_, problems) = load(&format!("(title: {title})"));
    assert!(problems[0].len() < 200, "{} bytes", problems[0].len());
    let many: String = (0..1_000_000).map(|_| "a:1,").collect();
    let (_, problems) = load(&format!("({})", &many[..4 * 1_000_000]));
    assert_eq!(problems.len(), 1);
    assert!(problems[0].contains("more than 100000 values in one text"), "{problems:?}");
    let deep = format!("{}{}{}", "[".repeat(30), "1,".repeat(40_000), "]".repeat(30));
    assert!(load(&deep).1[0].contains("too many values are nested deeply in one text"));
    let fields: String = (0..30_000).map(|number| format!("field{number}:1,")).collect();
    let (_, problems) = load(&format!("({fields})"));
    assert_eq!(problems.len(), 101);
    let steps = "(at:\"x\"),".repeat(10_000);
    let (_, problems) = load(&format!("(title:\"x\",script:[{steps}])"));
    assert_eq!(problems.len(), 101);
    assert_eq!(problems[100], "the first 100 problems are shown; there may be more");
}

proptest! {
    #![proptest_config(ProptestConfig { rng_seed: RngSeed::Fixed(7), ..ProptestConfig::with_cases(512) })]

    #[test]
    fn nothing_panics_and_what_is_refused_says_so(
        text in "[ ()\\[\\]{}:,\"a-zA-Z0-9/*#!.'\\\\\n+-]{0,60}|\\PC{0,60}",
        at in 0..GOOD.len(),
        length in 0usize..40,
    ) {
        for text in [text.clone(), spliced(at, length, &text)] {
            let (scenario, problems) = load(&text);
            prop_assert!(scenario.is_some() || !problems.is_empty());
            let (scenario, problems) = changed(&[&text, &format!("{text}=1"), &format!("seed={text}")]);
            prop_assert!(scenario.is_some() || !problems.is_empty());
        }
    }
}

/// The good file with a part of it replaced.
fn spliced(at: usize, length: usize, text: &str) -> String {
    format!("{}{text}{}", &GOOD[..at], &GOOD[(at + length).min(GOOD.len())..])
}
