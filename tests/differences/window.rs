//! What the window cannot hold is given up and counted; causes are found however far they are.

use regionsim::study::diff::{Options, Window};
use regionsim::trace::{Line, Record};

use super::{compared, compared_by, counts, options, trace};

/// So many records of one node in a row, each with its number as value.
fn row(count: u64) -> Vec<Line> {
    let line = |n: u64| {
        let record = Record::new("check").text("rule", format!("r{n}")).count("x", n);
        let cause = n.checked_sub(1).filter(|n| *n > 0);
        Line { node: Some("A".into()), cause, ..Line::new(n, n as i64 * 1_000_000, record) }
    };
    (1..=count).map(line).collect()
}

fn numbered(mut lines: Vec<Line>) -> Vec<u8> {
    for (at, line) in lines.iter_mut().enumerate() {
        line.n = at as u64 + 1;
        line.cause = None;
    }
    trace(&lines)
}

fn narrow(records: usize) -> Options {
    Options { window: Window { records, bytes: 1 << 20 }, ..options() }
}

#[test]
fn a_record_that_moved_within_the_window_is_found_beyond_it_is_given_up() {
    let lines = row(5000);
    let mut moved = lines.clone();
    let record = moved.remove(10);
    moved.insert(4000, record);
    let (a, b) = (numbered(lines), numbered(moved));
    assert_eq!(counts(&compared(&a, &b)), [("order", 1)]);
    // Nobody crowds it out: it waits however long.
    assert_eq!(counts(&compared_by(&a, &b, &narrow(100))), [("order", 1)]);
}

#[test]
fn what_is_crowded_out_counts_as_missing_and_added_and_that_is_told() {
    let lines = row(5000);
    let mut moved = lines.clone();
    let block: Vec<Line> = moved.drain(10..1010).collect();
    moved.extend(block);
    let (a, b) = (numbered(lines), numbered(moved));
    assert_eq!(counts(&compared(&a, &b)), [("order", 1000)]);
    let found = compared_by(&a, &b, &narrow(100));
    assert!(found.tally.given_up > 0);
    assert_eq!(found.tally.records, [5000, 5000]);
    let missing = found.tally.totals.of(regionsim::study::diff::Class::Missing);
    assert!(missing >= 800, "{:?}", counts(&found));
}

#[test]
fn nothing_in_common_ends_whatever_the_window() {
    let a = numbered(row(3000));
    let other: Vec<Line> =
        row(2000).into_iter().map(|line| Line { node: Some("B".into()), ..line }).collect();
    let b = numbered(other);
    for window in [1, 2, 100, 100_000] {
        let found = compared_by(&a, &b, &narrow(window));
        assert_eq!(counts(&found), [("missing", 3000), ("added", 2000)]);
    }
}

#[test]
fn the_chain_of_a_late_divergence_leads_to_the_first_record() {
    let lines = row(20_000);
    let mut changed = lines.clone();
    let last = changed.last_mut().expect("a record");
    last.record = Record::new("check").text("rule", "r20000").count("x", 0);
    let found = compared(&trace(&lines), &trace(&changed));
    let first = found.first.expect("a divergence");
    assert_eq!(first.unread, [None, None]);
    let numbers: Vec<u64> = first.chains[0].iter().map(|step| step.place.n).collect();
    // More steps than are followed: the nearest are there, the rest is counted.
    assert_eq!(numbers.last(), Some(&19_999));
    assert_eq!(first.left_out[0] + numbers.len() as u64, 10_000);
}
