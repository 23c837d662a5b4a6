//! Differences, counted and listed.

use schemars::JsonSchema;
use serde::Serialize;
use std::collections::BTreeMap;

use super::Side;
use super::judge::{FieldChange, Judgement, shown};
use super::lens::View;
use crate::trace::Value;

/// The most kinds, fields, shifts and clocks that are counted one by one.
const ROWS_MAX: usize = 1000;
/// What stands for all others then.
const OTHERS: &str = "(others)";
/// Fields that say how a record ended, shown beside its name.
const VERDICTS: [&str; 6] = ["resp", "verdict", "error", "reason", "code", "status"];

/// How two records that belong together differ, or that one has nobody. Of several differences the
/// first counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Class {
    /// A value.
    Value,
    /// Only digests or bytes of tokens.
    Bytes,
    /// Only the time, by true time or by the node's clock.
    Time,
    /// Only the place among the others.
    Order,
    /// Only the first trace has it.
    Missing,
    /// Only the second trace has it.
    Added,
}

impl Class {
    /// All, in their order.
    pub const ALL: [Class; 6] =
        [Class::Value, Class::Bytes, Class::Time, Class::Order, Class::Missing, Class::Added];

    /// The word for it.
    pub fn word(self) -> &'static str {
        match self {
            Class::Value => "value",
            Class::Bytes => "bytes",
            Class::Time => "time",
            Class::Order => "order",
            Class::Missing => "missing",
            Class::Added => "added",
        }
    }
}

/// How many records there are of each class.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Pairs without a difference.
    pub equal: u64,
    differing: [u64; 6],
}

impl Counts {
    /// Pairs or records of one class.
    pub fn of(&self, class: Class) -> u64 {
        self.differing.get(class as usize).copied().unwrap_or(0)
    }

    /// Pairs and records that differ.
    pub fn differing(&self) -> u64 {
        self.differing.iter().sum()
    }

    fn add(&mut self, class: Option<Class>) {
        match class.and_then(|class| self.differing.get_mut(class as usize)) {
            Some(count) => *count += 1,
            None => self.equal += 1,
        }
    }
}

/// A record as it is shown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Place {
    /// Its number.
    pub n: u64,
    /// True time in nanoseconds since 1970.
    pub t: i64,
    /// Its node; empty where it has none.
    pub node: String,
    /// Its task.
    pub task: Option<u32>,
    /// Its kind.
    pub kind: String,
    /// The kind and what tells it apart, for people.
    pub brief: String,
    /// How it ended, for people; empty for most.
    pub ending: String,
}

impl Place {
    pub(super) fn of(view: &View<'_>) -> Place {
        let names: Vec<&str> = view.names().map(|name| name.0).collect();
        let (mut brief, mut ending) = (view.kind().to_owned(), String::new());
        for (name, value) in view.fields() {
            match name {
                "to" | "from" => brief.push_str(&format!(" {name} {}", word(value))),
                "margin" => ending.push_str(&format!(" {name} {}", word(value))),
                _ if names.contains(&name) => brief.push_str(&format!(" {}", word(value))),
                _ if VERDICTS.contains(&name) => ending.push_str(&format!(" {}", word(value))),
                _ => (),
            }
        }
        Place {
            n: view.at.n,
            t: view.at.t,
            node: view.node().to_owned(),
            task: view.at.task,
            kind: view.kind().to_owned(),
            brief,
            ending: ending.trim_start().to_owned(),
        }
    }
}

/// A value inside a line for people.
fn word(raw: &str) -> String {
    let value: Value = serde_json::from_str(raw).unwrap_or_else(|_| raw.to_owned().into());
    match &value {
        Value::Text(text) => text.chars().filter(|c| !c.is_control()).take(60).collect(),
        value => shown(value),
    }
}

/// One difference.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// What counts of it.
    pub class: Class,
    /// The record of the first trace.
    pub a: Option<Place>,
    /// The record of the second trace.
    pub b: Option<Place>,
    /// Whether nothing that led to either differs.
    pub own: bool,
    /// Fields that differ.
    pub fields: Vec<FieldChange>,
    /// By how many nanoseconds the second is later.
    pub shift: i64,
    /// By how many nanoseconds more its clock is ahead of true time.
    pub clock: i64,
    /// Whether it stands elsewhere among the others.
    pub moved: bool,
}

/// A part of the outcome that differs, in words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct OutcomeChange {
    /// What the first run came to.
    pub a: Option<String>,
    /// What the second run came to.
    pub b: Option<String>,
}

/// Pairs that are all later by the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shift {
    /// By how many nanoseconds.
    pub by: i64,
    /// The first pair, by its numbers.
    pub first: (u64, u64),
    /// How many pairs.
    pub pairs: u64,
    /// Whether every pair from the first one on is later by just that.
    pub all: bool,
    /// How many pairs there were before the first.
    before: u64,
}

/// All differences of a comparison, counted.
#[derive(Clone, Debug, Default)]
pub struct Tally {
    /// Over all kinds.
    pub totals: Counts,
    /// By kind.
    pub kinds: BTreeMap<String, Counts>,
    /// How often each field of each kind differs.
    pub fields: BTreeMap<(String, String), u64>,
    /// How many differences are their own.
    pub own: u64,
    /// Records of both traces that were compared.
    pub records: [u64; 2],
    /// Records that were left out as the options say.
    pub ignored: [u64; 2],
    /// Records that stand after the place up to which a damaged trace could be compared.
    pub not_compared: [u64; 2],
    /// Records that count as missing or added because the window had no place for them any more.
    pub given_up: u64,
    /// Causes that were too far back to compare.
    pub far_causes: u64,
    /// Differences of the outcome.
    pub outcome_changes: u64,
    /// The first of them, in order.
    pub outcomes: Vec<OutcomeChange>,
    /// The first differences, in order. Times and bytes that follow from other differences are only
    /// counted.
    pub listed: Vec<Difference>,
    clocks: BTreeMap<String, (i64, i64)>,
    shifts: BTreeMap<i64, Shift>,
    pairs: u64,
}

impl Tally {
    /// Pairs that are later by the same, the most frequent first.
    pub fn shifts(&self) -> Vec<Shift> {
        let all = |shift: &Shift| shift.before + shift.pairs == self.pairs;
        let mut shifts: Vec<Shift> =
            self.shifts.values().map(|shift| Shift { all: all(shift), ..*shift }).collect();
        shifts.sort_by_key(|shift| (std::cmp::Reverse(shift.pairs), shift.first));
        shifts
    }

    /// Nodes of which the second trace has another clock: by at least and at most how much it is
    /// ahead of that of the first, in nanoseconds.
    pub fn clocks(&self) -> &BTreeMap<String, (i64, i64)> {
        &self.clocks
    }

    /// Counts two records that belong together; what class of difference, if any, they have.
    pub(super) fn pair(
        &mut self,
        a: &View<'_>,
        b: &View<'_>,
        judgement: &Judgement,
        moved: bool,
    ) -> Option<Class> {
        let class = class(judgement, moved);
        self.count(a.kind(), class);
        self.records = [self.records[0] + 1, self.records[1] + 1];
        self.time(a, b, judgement);
        for field in &judgement.fields {
            let key = (a.kind().to_owned(), field.path.clone());
            let key = match self.fields.len() < ROWS_MAX || self.fields.contains_key(&key) {
                true => key,
                false => (OTHERS.to_owned(), OTHERS.to_owned()),
            };
            *self.fields.entry(key).or_default() += 1;
        }
        class
    }

    /// Counts a record that has nobody.
    pub(super) fn alone(&mut self, side: Side, view: &View<'_>) {
        self.records[side as usize] += 1;
        self.count(view.kind(), Some(alone_class(side)));
    }

    fn count(&mut self, kind: &str, class: Option<Class>) {
        self.totals.add(class);
        if let Some(counts) = self.kinds.get_mut(kind) {
            counts.add(class);
            return;
        }
        let kind = if self.kinds.len() < ROWS_MAX { kind } else { OTHERS };
        self.kinds.entry(kind.to_owned()).or_default().add(class);
    }

    fn time(&mut self, a: &View<'_>, b: &View<'_>, judgement: &Judgement) {
        let before = self.pairs;
        self.pairs += 1;
        let Judgement { shift, clock, .. } = *judgement;
        if shift != 0 && (self.shifts.len() < ROWS_MAX || self.shifts.contains_key(&shift)) {
            let first = (a.at.n, b.at.n);
            let new = Shift { by: shift, first, pairs: 0, all: false, before };
            self.shifts.entry(shift).or_insert(new).pairs += 1;
        }
        let of_node = !a.node().is_empty();
        if clock != 0
            && of_node
            && (self.clocks.len() < ROWS_MAX || self.clocks.contains_key(a.node()))
        {
            let range = self.clocks.entry(a.node().to_owned()).or_insert((clock, clock));
            *range = (range.0.min(clock), range.1.max(clock));
        }
    }
}

/// The class of a record that only one side has.
pub(super) fn alone_class(side: Side) -> Class {
    match side {
        Side::A => Class::Missing,
        Side::B => Class::Added,
    }
}

fn class(judgement: &Judgement, moved: bool) -> Option<Class> {
    let Judgement { fields, shift, clock } = judgement;
    if fields.iter().any(|field| !field.bytes) {
        Some(Class::Value)
    } else if !fields.is_empty() {
        Some(Class::Bytes)
    } else if *shift != 0 || *clock != 0 {
        Some(Class::Time)
    } else {
        moved.then_some(Class::Order)
    }
}
