//! The lines of a run as a graph: what led to what.

use std::collections::{BTreeMap, BTreeSet};

use crate::trace::{Line, Record, Value};

/// The lines of a run, and for each record those that it caused.
pub(super) struct Graph<'a> {
    pub(super) lines: &'a [Line],
    effects: BTreeMap<u64, Vec<u64>>,
}

impl<'a> Graph<'a> {
    pub(super) fn new(lines: &'a [Line]) -> Graph<'a> {
        let mut effects: BTreeMap<u64, Vec<u64>> = BTreeMap::new();
        for line in lines {
            if let Some(cause) = line.cause {
                effects.entry(cause).or_default().push(line.n);
            }
        }
        Graph { lines, effects }
    }

    pub(super) fn at(&self, n: u64) -> Option<&'a Line> {
        let index = self.lines.binary_search_by_key(&n, |line| line.n).ok()?;
        self.lines.get(index)
    }

    /// The record that directly led to a line.
    pub(super) fn cause(&self, line: &Line) -> Option<&'a Line> {
        self.at(line.cause?)
    }

    /// The records that a line directly led to, in order.
    pub(super) fn effects(&self, n: u64) -> impl Iterator<Item = &'a Line> {
        let numbers = self.effects.get(&n).map_or(&[][..], Vec::as_slice);
        numbers.iter().filter_map(|n| self.at(*n))
    }

    /// The line and everything that led to it, in order.
    pub(super) fn ancestors(&self, from: u64) -> Vec<&'a Line> {
        let mut found = BTreeMap::new();
        let mut open = BTreeSet::from([from]);
        while let Some(n) = open.pop_last() {
            let Some(line) = self.at(n) else { continue };
            if found.insert(n, line).is_none() {
                open.extend(line.cause.iter().chain(&line.also));
            }
        }
        found.into_values().collect()
    }

    /// The line, what led to it, what led to that, back to where it began.
    pub(super) fn back(&self, line: &'a Line) -> impl Iterator<Item = &'a Line> {
        std::iter::successors(Some(line), |line| self.cause(line))
    }

    /// Where a record led to without leading any further before record `before`: the ends of all ways
    /// from it. The ways through `except` are not gone.
    pub(super) fn ends(&self, from: &'a Line, before: u64, except: u64) -> Vec<&'a Line> {
        let mut ends = Vec::new();
        let mut open = BTreeSet::from([from.n]);
        while let Some(n) = open.pop_first() {
            let Some(line) = self.at(n) else { continue };
            let further: Vec<u64> = self
                .effects(n)
                .map(|line| line.n)
                .filter(|next| *next < before && *next != except)
                .collect();
            if further.is_empty() {
                ends.push(line);
            }
            open.extend(further);
        }
        ends
    }

    /// The last line before `n` that satisfies something.
    pub(super) fn last_before(&self, n: u64, is: impl Fn(&Line) -> bool) -> Option<&'a Line> {
        let end = self.lines.partition_point(|line| line.n < n);
        self.lines.get(..end)?.iter().rev().find(|line| is(line))
    }

    /// The first line behind `n` that satisfies something.
    pub(super) fn first_after(&self, n: u64, is: impl Fn(&Line) -> bool) -> Option<&'a Line> {
        let start = self.lines.partition_point(|line| line.n <= n);
        self.lines.get(start..)?.iter().find(|line| is(line))
    }
}

/// A text of a record; empty where it has none of that name.
pub(super) fn word<'a>(record: &'a Record, name: &str) -> &'a str {
    record.get(name).and_then(Value::as_text).unwrap_or_default()
}

/// The texts of a list of a record, joined.
pub(super) fn texts(record: &Record, name: &str) -> String {
    let texts = record.get(name).and_then(Value::as_list).unwrap_or_default();
    texts.iter().filter_map(Value::as_text).collect::<Vec<_>>().join(", ")
}

/// A number of a record; zero where it has none of that name.
pub(super) fn number(record: &Record, name: &str) -> i64 {
    record.get(name).and_then(Value::as_int).unwrap_or_default()
}

/// The node that noted a line.
pub(super) fn node(line: &Line) -> &str {
    line.node.as_deref().unwrap_or_default()
}

/// Whether a line is a decision that said no.
pub(super) fn said_no(line: &Line) -> bool {
    line.record.kind == "check" && word(&line.record, "verdict") == "failed"
}

/// How far the clock of a line's system is ahead of true time (ns).
pub(super) fn offset(line: &Line) -> i64 {
    line.local.unwrap_or(line.t).saturating_sub(line.t)
}
