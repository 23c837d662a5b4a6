//! Traces that are not whole are told apart, and compared as far as they go.

use std::io::Cursor;

use regionsim::study::diff::{Side, compare};
use regionsim::trace::Problem;

use super::{compared, counts, options, supplied, trace};

fn refused(b: &[u8]) -> Problem {
    let a = trace(&supplied()[0]);
    let unusable = compare(Cursor::new(&a), Cursor::new(b), &options()).expect_err("no trace");
    assert_eq!((unusable.side, unusable.error.line), (Side::B, 1));
    unusable.error.problem
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).expect("text")
}

#[test]
fn newer_older_and_other_files_are_refused_each_in_its_own_words() {
    let whole = text(&trace(&supplied()[0]));
    let version =
        |number: &str| whole.replacen("\"version\":1,", &format!("\"version\":{number},"), 1);
    assert!(matches!(refused(version("2").as_bytes()), Problem::Newer(2)));
    assert!(matches!(refused(version("0").as_bytes()), Problem::Older(0)));
    assert!(matches!(refused(b"Scenario("), Problem::NotATrace(_)));
    assert!(matches!(refused(b""), Problem::NotATrace(_)));
}

#[test]
fn a_cut_trace_is_compared_up_to_the_cut() {
    let lines = &supplied()[0];
    let whole = trace(lines);
    let text = text(&whole);
    let ends: Vec<usize> = text.match_indices('\n').map(|(at, _)| at + 1).collect();
    for (at, inside) in
        [(0, 0), (10, 0), (50, 7), (lines.len() - 1, 3), (lines.len(), 0), (lines.len(), 20)]
    {
        let cut = &whole[..ends[at] + inside];
        for (a, b, side) in [(&whole[..], cut, 1), (cut, &whole[..], 0)] {
            let found = compared(a, b);
            let damage = found.damage[side].as_ref().expect("a cut");
            assert!(matches!(damage.problem, Problem::Cut(_)), "{damage}");
            assert_eq!(damage.line, at as u64 + 2);
            assert!(found.damage[1 - side].is_none() && found.equal(), "{:?}", counts(&found));
            assert_eq!(found.tally.totals.equal, at as u64);
            assert_eq!(found.tally.not_compared[1 - side], (lines.len() - at) as u64);
        }
    }
}

#[test]
fn an_edited_trace_is_compared_and_the_edit_is_what_is_found() {
    let whole = text(&trace(&supplied()[0]));
    // The line is still canonical: only the digest at the end knows, and the comparison where.
    let edited = whole.replacen("\"verdict\":\"failed\"", "\"verdict\":\"passed\"", 1);
    let found = compared(whole.as_bytes(), edited.as_bytes());
    assert!(matches!(found.damage[1].as_ref().expect("an edit").problem, Problem::Edited(_)));
    assert_eq!(counts(&found), [("value", 1)]);
    // This one is not.
    let edited = whole.replacen("\"n\":100,", "\"n\": 100,", 1);
    let found = compared(whole.as_bytes(), edited.as_bytes());
    let damage = found.damage[1].as_ref().expect("an edit");
    assert!(
        damage.to_string().contains("line 101: the trace was edited (not canonical: column 6"),
        "{damage}"
    );
    // What comes before the edit is compared; the rest of the whole trace is only counted.
    let records = whole.lines().count() as u64 - 2;
    assert_eq!((found.tally.totals.equal, found.tally.not_compared), (99, [records - 99, 0]));
}

#[test]
fn both_may_be_cut_at_different_places() {
    let whole = text(&trace(&supplied()[1]));
    let cut = |lines: usize| -> String {
        whole.lines().take(lines).map(|line| format!("{line}\n")).collect()
    };
    let found = compared(cut(100).as_bytes(), cut(30).as_bytes());
    assert!(found.equal() && found.damage.iter().all(Option::is_some));
    assert_eq!(found.tally.not_compared, [70, 0]);
}
