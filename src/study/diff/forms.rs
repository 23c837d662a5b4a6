//! A comparison for programs.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;

use super::divergence::{Divergence, Step};
use super::inputs::{Input, inputs};
use super::judge::FieldChange;
use super::tally::{Class, Counts, Difference, OutcomeChange, Place, Shift};
use super::text::Names;
use super::{Comparison, Window};
use crate::trace::{Problem, TraceError};

/// A comparison: what `diff --format json` prints. Times are nanoseconds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ComparisonForm {
    /// Version of these keys: 1.
    pub schema: u32,
    /// Whether no record differs.
    pub equal: bool,
    /// The first trace.
    pub a: Compared,
    /// The second trace.
    pub b: Compared,
    /// What went in differently.
    pub inputs: Vec<Input>,
    /// Pairs and records by class.
    pub counts: ClassCounts,
    /// Differences that follow from no other.
    pub own: u64,
    /// Records within which partners are looked for.
    pub window: usize,
    /// Records that count as missing or added because the window was full.
    pub given_up: u64,
    /// Pairs with a cause too far back to compare.
    pub far_causes: u64,
    /// The first real divergence.
    pub first: Option<FirstDivergence>,
    /// How the outcomes differ.
    pub outcome: OutcomeChanges,
    /// Pairs that are later by the same, the most frequent first.
    pub shifts: Vec<SharedShift>,
    /// By node: by at least and at most how much its clock is further ahead.
    pub clocks: BTreeMap<String, (i64, i64)>,
    /// Pairs and records by kind and class.
    pub kinds: BTreeMap<String, ClassCounts>,
    /// How often each field of each kind differs.
    pub fields: Vec<FieldCount>,
    /// The differences that are listed. Times and bytes that follow from others are counted only.
    pub differences: Vec<ListedDifference>,
}

/// A trace that was compared.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Compared {
    /// Its name on the command line.
    pub name: String,
    /// The scenario's title.
    pub title: String,
    /// Digest of the scenario.
    pub scenario: String,
    /// Seed of the run.
    pub seed: u64,
    /// What identifies the run.
    pub run: String,
    /// Values set from outside, `path=value`.
    pub overrides: Vec<String>,
    /// Version of the program that wrote it.
    pub program: String,
    /// Records that were compared.
    pub records: u64,
    /// Records that were left out as the options say.
    pub ignored: u64,
    /// Records after the place up to which a damaged trace could be compared.
    pub not_compared: u64,
    /// Digest of the trace, where it is whole.
    pub digest: Option<String>,
    /// What is wrong with it.
    pub damage: Option<Damage>,
}

/// What is wrong with a trace.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Damage {
    /// `cut`, `edited` or `unread`.
    pub kind: &'static str,
    /// The line, from 1.
    pub line: u64,
    /// The problem in words.
    pub problem: String,
}

/// How many there are of each class. Of several differences of a pair the first counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ClassCounts {
    /// Pairs without a difference.
    pub equal: u64,
    /// Pairs with a different value.
    pub value: u64,
    /// Pairs of which only digests or bytes of tokens differ.
    pub bytes: u64,
    /// Pairs of which only the time differs.
    pub time: u64,
    /// Pairs of which only the place among the others differs.
    pub order: u64,
    /// Records of the first trace alone.
    pub missing: u64,
    /// Records of the second trace alone.
    pub added: u64,
}

/// The first divergence that follows from no other, and what led to it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct FirstDivergence {
    /// What differs.
    #[serde(flatten)]
    pub difference: ListedDifference,
    /// The records of the first trace that led to it, from the root on.
    pub chain_a: Vec<Place>,
    /// Those of the second trace.
    pub chain_b: Vec<Place>,
    /// How many between the root and the rest are left out, in each.
    pub left_out: [u64; 2],
}

/// How the outcomes differ.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct OutcomeChanges {
    /// How many parts of the outcome differ.
    pub changes: u64,
    /// The first of them.
    pub listed: Vec<OutcomeChange>,
}

/// Pairs that are all later by the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct SharedShift {
    /// By how much the second is later.
    pub nanoseconds: i64,
    /// The record of the first such pair in the first trace.
    pub a: u64,
    /// That in the second trace.
    pub b: u64,
    /// How many pairs.
    pub pairs: u64,
    /// Whether every pair from the first one on is later by just that.
    pub all: bool,
}

/// How often a field differs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct FieldCount {
    /// Kind of the records.
    pub kind: String,
    /// Path of the field in them.
    pub field: String,
    /// How often.
    pub count: u64,
}

/// One difference.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ListedDifference {
    /// `value`, `bytes`, `time`, `order`, `missing` or `added`.
    pub class: &'static str,
    /// Whether it follows from no other.
    pub own: bool,
    /// Whether it stands elsewhere among the others.
    pub moved: bool,
    /// By how much the second is later.
    pub shift: i64,
    /// By how much more its clock is ahead of true time.
    pub clock: i64,
    /// The fields that differ.
    pub fields: Vec<FieldChange>,
    /// The record of the first trace.
    pub a: Option<Place>,
    /// The record of the second trace.
    pub b: Option<Place>,
}

impl ComparisonForm {
    /// The whole comparison.
    pub fn of(comparison: &Comparison, names: &Names<'_>, window: Window) -> ComparisonForm {
        let tally = &comparison.tally;
        let kinds = tally.kinds.iter();
        let fields = tally.fields.iter();
        ComparisonForm {
            schema: 1,
            equal: comparison.equal(),
            a: Compared::of(comparison, names, 0),
            b: Compared::of(comparison, names, 1),
            inputs: inputs(&comparison.headers, names.plans),
            counts: ClassCounts::of(&tally.totals),
            own: tally.own,
            window: window.records,
            given_up: tally.given_up,
            far_causes: tally.far_causes,
            first: comparison.first.as_ref().map(FirstDivergence::of),
            outcome: OutcomeChanges {
                changes: tally.outcome_changes,
                listed: tally.outcomes.clone(),
            },
            shifts: tally.shifts().iter().map(SharedShift::of).collect(),
            clocks: tally.clocks().clone(),
            kinds: kinds.map(|(kind, of)| (kind.clone(), ClassCounts::of(of))).collect(),
            fields: fields
                .map(|((kind, field), count)| FieldCount {
                    kind: kind.clone(),
                    field: field.clone(),
                    count: *count,
                })
                .collect(),
            differences: tally.listed.iter().map(ListedDifference::of).collect(),
        }
    }
}

impl Compared {
    fn of(comparison: &Comparison, names: &Names<'_>, side: usize) -> Compared {
        let (header, tally) = (&comparison.headers[side], &comparison.tally);
        let summary = comparison.summaries[side].as_ref();
        Compared {
            name: names.names[side].to_owned(),
            title: header.title.clone(),
            scenario: header.scenario.clone(),
            seed: header.seed,
            run: header.run.clone(),
            overrides: header.overrides.clone(),
            program: header.program.clone(),
            records: tally.records[side],
            ignored: tally.ignored[side],
            not_compared: tally.not_compared[side],
            digest: summary.map(|summary| summary.digest.clone()),
            damage: comparison.damage[side].as_ref().map(Damage::of),
        }
    }
}

impl Damage {
    fn of(error: &TraceError) -> Damage {
        let kind = match &error.problem {
            Problem::Cut(_) => "cut",
            Problem::Read(_) => "unread",
            _ => "edited",
        };
        Damage { kind, line: error.line, problem: error.problem.to_string() }
    }
}

impl ClassCounts {
    fn of(counts: &Counts) -> ClassCounts {
        ClassCounts {
            equal: counts.equal,
            value: counts.of(Class::Value),
            bytes: counts.of(Class::Bytes),
            time: counts.of(Class::Time),
            order: counts.of(Class::Order),
            missing: counts.of(Class::Missing),
            added: counts.of(Class::Added),
        }
    }
}

impl FirstDivergence {
    fn of(first: &Divergence) -> FirstDivergence {
        let chain =
            |steps: &[Step]| steps.iter().map(|step| step.place.clone()).collect::<Vec<_>>();
        FirstDivergence {
            difference: ListedDifference::of(&first.difference),
            chain_a: chain(&first.chains[0]),
            chain_b: chain(&first.chains[1]),
            left_out: first.left_out,
        }
    }
}

impl SharedShift {
    fn of(shift: &Shift) -> SharedShift {
        let Shift { by, first, pairs, all, .. } = *shift;
        SharedShift { nanoseconds: by, a: first.0, b: first.1, pairs, all }
    }
}

impl ListedDifference {
    fn of(difference: &Difference) -> ListedDifference {
        ListedDifference {
            class: difference.class.word(),
            own: difference.own,
            moved: difference.moved,
            shift: difference.shift,
            clock: difference.clock,
            fields: difference.fields.clone(),
            a: difference.a.clone(),
            b: difference.b.clone(),
        }
    }
}
