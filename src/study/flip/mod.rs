//! Where an outcome changes: every value of one path at which a scenario comes to something else, exact
//! to the unit, and the decision that makes the difference.

mod axis;
mod page;
mod search;

use std::collections::BTreeMap;
use std::sync::Arc;

use schemars::JsonSchema;
use serde::Serialize;

pub use axis::{Axis, AxisError};

use super::why::{self, LINES_MAX};
use crate::protocol::kerberos::KeyTable;
use crate::scenario::plan::{Files, Plan, Unusable, load};
use crate::scenario::run::{Options, RunError, run};
use crate::trace::{Line, Value};
use search::{Effort, Probe, search};

/// What is wanted.
pub struct Question<'a> {
    /// The scenario's file.
    pub scenario: &'a str,
    /// The changes that hold for all values, as `--set` takes them.
    pub changes: &'a [String],
    /// The path of the value that varies.
    pub vary: &'a str,
    /// From where to where.
    pub axis: Axis,
    /// Into how many parts the range is cut at first.
    pub parts: u32,
}

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub enum FlipError {
    /// The scenario does not load as it stands, or at neither end of the range.
    #[error("the scenario cannot be used")]
    Unusable(Box<Unusable>),
    /// A run gave no report.
    #[error(transparent)]
    Run(#[from] RunError),
}

/// Where the outcome changes. Its fields are the keys of `flip --format json`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Flips {
    /// Version of these keys.
    pub schema: u32,
    /// The scenario's title.
    pub title: String,
    /// The scenario's file.
    pub scenario: String,
    /// The path of the value.
    pub vary: String,
    /// The first value.
    pub from: String,
    /// The last value.
    pub to: String,
    /// The smallest step of the value, to which every change is exact.
    pub unit: String,
    /// The changes, in the order of the values.
    pub changes: Vec<Change>,
    /// What the first value comes to.
    pub begins: Vec<String>,
    /// Neighbouring values that were tried and come to the same, while a decision between them could
    /// have changed twice: its margins at both are smaller than their distance.
    pub unsure: Vec<Between>,
    /// How many values were tried.
    pub tried: u64,
    /// Whether there were too many changes to find all.
    pub cut: bool,
    /// The command that runs the scenario with a value, without the value.
    pub command: String,
}

/// One change of the outcome.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Change {
    /// The last value before it.
    pub before: String,
    /// The first value behind it, one unit further.
    pub after: String,
    /// What only the value before comes to.
    pub only_before: Vec<String>,
    /// What only the value behind comes to.
    pub only_after: Vec<String>,
    /// The decision that makes the difference; none where the runs part without one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub decision: Option<Decided>,
    /// Where no decision does, the first records that differ in kind.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub parting: Option<String>,
}

/// The first decision that comes out otherwise on the other side.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Decided {
    /// Name of the rule.
    pub rule: String,
    /// What it says of the value before.
    pub before: String,
    /// What it says of the value behind.
    pub after: String,
    /// Its record in the run with the value before.
    pub record_before: u64,
    /// Its record in the run with the value behind.
    pub record_after: u64,
}

/// Two values.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Between {
    /// The lower one.
    pub low: String,
    /// The higher one.
    pub high: String,
}

/// What a value comes to with which the scenario does not load.
const UNUSABLE: &str = "the scenario cannot be used";
/// How many more values are tried where a pair of changes could be hidden.
const CLOSER: usize = 400;
/// Most changes that are shown.
const CHANGES_MAX: usize = 100;
/// Most places of doubt that are told one by one.
const UNSURE_MAX: usize = 100;

/// Finds every change of the outcome.
///
/// # Errors
/// [`FlipError`].
pub fn flip(files: &dyn Files, question: &Question<'_>) -> Result<Flips, FlipError> {
    let as_it_is = load(files, question.scenario, question.changes).map_err(FlipError::Unusable)?;
    let mut runs = Runs { files, question, axis: question.axis, table: KeyTable::new() };
    // A path that leads nowhere is told as a mistake, not as an outcome.
    let beside = match (runs.plan(runs.axis.from), runs.plan(runs.axis.to)) {
        (Ok(_), _) => runs.axis.from + 1,
        (_, Ok(_)) => runs.axis.to - 1,
        (Err(unusable), Err(_)) => return Err(FlipError::Unusable(unusable)),
    };
    if runs.plan(beside).is_err() {
        runs.axis = runs.axis.in_seconds().unwrap_or(runs.axis);
    }
    let axis = runs.axis;
    let effort = Effort { parts: question.parts, closer: CLOSER };
    let found = search((axis.from, axis.to), effort, &mut |value| runs.probe(value))?;
    let mut changes = Vec::new();
    for value in found.changes.iter().take(CHANGES_MAX) {
        changes.push(runs.change(*value)?);
    }
    let between =
        |(low, high): &(i64, i64)| Between { low: axis.text(*low), high: axis.text(*high) };
    Ok(Flips {
        schema: 1,
        title: as_it_is.scenario.title.clone(),
        scenario: question.scenario.to_owned(),
        vary: question.vary.to_owned(),
        from: axis.text(axis.from),
        to: axis.text(axis.to),
        unit: axis.amount(1),
        cut: found.cut || found.changes.len() > CHANGES_MAX,
        begins: found
            .probes
            .get(&axis.from)
            .map(|probe| probe.results.to_vec())
            .unwrap_or_default(),
        unsure: found.unsure.iter().take(UNSURE_MAX).map(between).collect(),
        tried: found.probes.len() as u64,
        command: as_it_is.command(),
        changes,
    })
}

/// What a value comes to.
struct Outcome {
    results: Arc<[String]>,
    /// Decisions in order: the rule, and how many units from its limit, at least, where it says so.
    margins: Vec<(Arc<str>, Option<i64>)>,
}

impl Probe for Outcome {
    fn same(&self, other: &Outcome) -> bool {
        self.results == other.results
    }

    /// A margin changes by at most one unit with each unit of the value; one that is the same at both
    /// does not depend on the value.
    fn may_hide(&self, other: &Outcome, width: i64) -> bool {
        if self.margins.len() != other.margins.len() {
            return true;
        }
        self.margins.iter().zip(&other.margins).any(|((rule, here), (its, there))| {
            match (here, there) {
                _ if rule != its => true,
                (Some(here), Some(there)) => {
                    here != there && distance(*here).saturating_add(distance(*there)) < width
                }
                _ => false,
            }
        })
    }
}

/// How far a margin is from its limit at least. Margins are rounded towards the past.
fn distance(margin: i64) -> i64 {
    if margin < 0 { -margin.saturating_add(1) } else { margin }
}

struct Runs<'a> {
    files: &'a dyn Files,
    question: &'a Question<'a>,
    /// The range, in units that the value can have.
    axis: Axis,
    table: KeyTable,
}

impl Runs<'_> {
    fn plan(&self, value: i64) -> Result<Plan, Box<Unusable>> {
        let change = format!("{}={}", self.question.vary, self.axis.text(value));
        let changes = [self.question.changes, &[change]].concat();
        load(self.files, self.question.scenario, &changes)
    }

    /// Runs with a value. A value with which the scenario cannot be used is an outcome as well.
    fn probe(&mut self, value: i64) -> Result<Outcome, RunError> {
        let axis = self.axis;
        let plan = match self.plan(value) {
            Ok(plan) => plan,
            Err(_) => {
                let results = Arc::new([UNUSABLE.to_owned()]);
                return Ok(Outcome { results, margins: Vec::new() });
            }
        };
        let mut margins = Vec::new();
        let mut keep = |line: &Line| {
            if line.record.kind == "check" {
                margins.push(decision(line, axis));
            }
        };
        let results = results_of(&plan, &mut self.table, &mut keep)?;
        Ok(Outcome { results: results.into(), margins })
    }

    /// A change between a value and the next one, looked at closely.
    fn change(&mut self, value: i64) -> Result<Change, RunError> {
        let axis = self.axis;
        let (before, after) = (axis.text(value), axis.text(value + 1));
        let first = self.closely(value)?;
        let second = self.closely(value + 1)?;
        let parted = match (&first.plan, &second.plan) {
            (Some(_), Some(_)) => parting(&first.lines, &second.lines),
            _ => None,
        };
        let decision = parted.as_ref().and_then(|(one, other)| {
            let (plan, its) = (first.plan.as_ref()?, second.plan.as_ref()?);
            let (one, other) = (first.lines.get(*one)?, second.lines.get(*other)?);
            let rule = why::rule_of(one)?;
            (why::rule_of(other) == Some(rule)).then(|| Decided {
                rule: rule.to_owned(),
                before: why::decision_in_words(plan, &first.lines, one),
                after: why::decision_in_words(its, &second.lines, other),
                record_before: one.n,
                record_after: other.n,
            })
        });
        let parting = match (&decision, parted) {
            (None, Some((one, other))) => {
                let told = |lines: &[Line], at: usize| match lines.get(at) {
                    Some(line) => format!("{} (record {})", line.record.kind, line.n),
                    None => "nothing more".to_owned(),
                };
                Some(format!(
                    "before: {}; behind: {}",
                    told(&first.lines, one),
                    told(&second.lines, other)
                ))
            }
            _ => None,
        };
        let (only_before, only_after) = (first.without(&second), second.without(&first));
        Ok(Change { before, after, only_before, only_after, decision, parting })
    }

    fn closely(&mut self, value: i64) -> Result<Closely, RunError> {
        let plan = match self.plan(value) {
            Ok(plan) => plan,
            Err(unusable) => {
                // Its reason names the value, so that it is told, but is no part of the outcome.
                let why = unusable.problems.iter().next().map(|problem| problem.message.as_str());
                let results = vec![format!("{UNUSABLE}: {}", why.unwrap_or_default())];
                return Ok(Closely { plan: None, lines: Vec::new(), results });
            }
        };
        let mut lines = Vec::new();
        let mut keep = |line: &Line| {
            if lines.len() < LINES_MAX {
                lines.push(line.clone());
            }
        };
        let results = results_of(&plan, &mut self.table, &mut keep)?;
        Ok(Closely { plan: Some(plan), lines, results })
    }
}

/// A run with all its lines.
struct Closely {
    plan: Option<Plan>,
    lines: Vec<Line>,
    results: Vec<String>,
}

impl Closely {
    /// The results that another run does not have as often, in order.
    fn without(&self, other: &Closely) -> Vec<String> {
        let mut left: BTreeMap<&str, usize> = BTreeMap::new();
        for result in &other.results {
            *left.entry(result).or_default() += 1;
        }
        let own = self.results.iter().filter(|result| match left.get_mut(result.as_str()) {
            Some(count) if *count > 0 => {
                *count -= 1;
                false
            }
            _ => true,
        });
        own.cloned().collect()
    }
}

fn results_of(
    plan: &Plan,
    table: &mut KeyTable,
    keep: &mut dyn FnMut(&Line),
) -> Result<Vec<String>, RunError> {
    let mut sink = std::io::sink();
    let options = Options { trace: &mut sink, bytes: false, queue: sim::QueueKind::default() };
    let report = run(plan, table, options, keep)?;
    let mut results: Vec<String> = report.outcome.items().iter().map(ToString::to_string).collect();
    results.extend(report.cut.map(|cut| format!("the run was cut: {cut}")));
    Ok(results)
}

/// A decision's rule and margin.
fn decision(line: &Line, axis: Axis) -> (Arc<str>, Option<i64>) {
    let text = |name| line.record.get(name).and_then(Value::as_text);
    let margin = line.record.get("margin").and_then(Value::as_int);
    let units = margin.and_then(|margin| axis.units(margin, text("unit").unwrap_or_default()));
    (text("rule").unwrap_or_default().into(), units)
}

/// Where two runs part: the first decisions, or else records, that are not alike in kind, rule and
/// verdict.
fn parting(first: &[Line], second: &[Line]) -> Option<(usize, usize)> {
    let decisions = |lines: &[Line]| -> Vec<usize> {
        (0..lines.len())
            .filter(|at| lines.get(*at).is_some_and(|it| it.record.kind == "check"))
            .collect()
    };
    let verdict = |line: &Line| {
        let text = |name| line.record.get(name).and_then(Value::as_text).map(str::to_owned);
        (line.record.kind.to_string(), text("rule"), text("verdict"))
    };
    let part = |one: &[usize], other: &[usize]| {
        let alike = |(one, other): &(&usize, &usize)| {
            first.get(**one).map(verdict) == second.get(**other).map(verdict)
        };
        let count = one.iter().zip(other).take_while(alike).count();
        Some((*one.get(count)?, *other.get(count)?))
    };
    let same_rule = |(one, other): &(usize, usize)| {
        let rule =
            |lines: &[Line], at: usize| lines.get(at).and_then(why::rule_of).map(str::to_owned);
        rule(first, *one) == rule(second, *other)
    };
    part(&decisions(first), &decisions(second)).filter(same_rule).or_else(|| {
        let kind = |lines: &[Line], at: usize| lines.get(at).map(|line| line.record.kind.clone());
        let last = first.len().max(second.len());
        (0..last).find(|at| kind(first, *at) != kind(second, *at)).map(|at| (at, at))
    })
}
