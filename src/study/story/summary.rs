//! A run for programs.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;

use super::{Story, margin, text};
use crate::scenario::expect::Verdict;
use crate::scenario::outcome::Outcome;
use crate::scenario::plan::Plan;
use crate::scenario::run::Report;
use crate::study::follow::{Follow, Followed};
use crate::trace::Line;

/// A run: what `run --format json` prints.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Summary {
    /// Version of these keys: 1.
    pub schema: u32,
    /// The scenario's title.
    pub title: String,
    /// What identifies the run: version, scenario, seed and changes.
    pub run: String,
    /// Its results in order, at most 200.
    pub outcome: Vec<ResultLine>,
    /// How many results it has beside those.
    pub outcome_left_out: u64,
    /// The messages of each log, as logical lines, at most 200 of each.
    pub logs: BTreeMap<String, Vec<String>>,
    /// The verdict on each expectation.
    pub expectations: Vec<Verdict>,
    /// The decision of each rule that failed or was closest to its limit.
    pub margins: Vec<ClosestDecision>,
    /// The rules without a public source that decided something.
    pub assumed_rules: Vec<String>,
    /// How many records the trace has.
    pub records: u64,
    /// Digest of the trace.
    pub digest: String,
    /// Whether all expectations were met and the run came to its end.
    pub as_expected: bool,
    /// What each `--log` and `--watch` asked for.
    pub followed: Vec<Followed>,
}

/// One result of a run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ResultLine {
    /// The record that shows it.
    pub record: u64,
    /// Whose it is.
    pub node: Option<String>,
    /// The task, where it is of one.
    pub task: Option<u32>,
    /// The result in words.
    pub result: Option<String>,
}

/// The decision of a rule that failed or was closest to its limit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ClosestDecision {
    /// Name of the rule.
    pub rule: String,
    /// Distance from the limit; negative if it failed.
    pub margin: Option<i64>,
    /// Unit of the margin: `s`; empty for counts.
    pub unit: String,
    /// The record of the decision.
    pub record: u64,
}

impl Story {
    /// The report of a run, for programs.
    pub fn summary(&self, plan: &Plan, report: &Report, follow: &Follow) -> Summary {
        let margins = self.closest.iter().map(|(rule, line)| ClosestDecision {
            rule: rule.clone(),
            margin: margin(&line.record),
            unit: text(&line.record, "unit"),
            record: line.n,
        });
        let logs = self.logs.iter().map(|(log, messages)| (log.clone(), messages.items.clone()));
        Summary {
            schema: 1,
            title: plan.scenario.title.clone(),
            run: plan.run_id(),
            outcome: self.results.items.iter().map(ResultLine::of).collect(),
            outcome_left_out: self.results.left_out,
            logs: logs.collect(),
            expectations: report.verdicts.clone(),
            margins: margins.collect(),
            assumed_rules: self.assumed.keys().cloned().collect(),
            records: report.summary.records,
            digest: report.summary.digest.clone(),
            as_expected: report.as_expected(),
            followed: follow.told(plan),
        }
    }
}

impl ResultLine {
    fn of(line: &Line) -> ResultLine {
        let mut outcome = Outcome::default();
        outcome.observe(line);
        let item = outcome.items().first();
        ResultLine {
            record: line.n,
            node: item.map(|item| item.node.clone()),
            task: line.record.task,
            result: item.map(|item| item.result.to_string()),
        }
    }
}
