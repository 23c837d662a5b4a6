//! `regionsim check`.

use std::io::Write;
use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::thread;

use clap::Args;
use schemars::JsonSchema;
use serde::Serialize;

use super::{End, Format, Stop, json};
use crate::host::files::write_result;
use crate::host::junit::junit;
use crate::host::suite::{CaseResult, Golden, SharedKeys, find, run_all};

#[derive(Debug, Args)]
#[command(
    after_help = "A scenario under a folder `scenarios` has its golden trace in the same place \
    under `traces`.\n\nExample: regionsim check scenarios --junit report.xml"
)]
pub(super) struct Check {
    /// Scenario files, or folders with them.
    #[arg(default_value = "scenarios")]
    paths: Vec<String>,
    /// Accept what differs: rewrite golden traces, and show what is accepted.
    #[arg(long)]
    bless: bool,
    /// Write a JUnit report to this file.
    #[arg(long, value_name = "FILE")]
    junit: Option<PathBuf>,
    /// How many scenarios run at once; without it, as many as there are processors.
    #[arg(long, value_name = "N")]
    jobs: Option<NonZeroUsize>,
    /// How to print.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

impl Check {
    pub(super) fn run(&self, out: &mut dyn Write) -> Result<End, Stop> {
        let files = find(&self.paths).map_err(Stop::Because)?;
        let jobs = self.jobs.or_else(|| thread::available_parallelism().ok());
        let golden = if self.bless { Golden::Bless } else { Golden::Compare };
        let keys = SharedKeys::default();
        let mut results = Vec::new();
        run_all(&files, jobs.map_or(1, NonZeroUsize::get), golden, &keys, |result| {
            if self.format == Format::Text {
                line(out, &result)?;
            }
            results.push(result);
            Ok(())
        })?;
        if let Some(path) = &self.junit {
            write_result(path, false, b"<?xml", |file| junit(&results, file))
                .map_err(|error| Stop::Because(format!("{}: {error}", path.display())))?;
        }
        let failed = results.iter().filter(|result| !result.failures.is_empty()).count();
        match self.format {
            Format::Text => {
                writeln!(out, "\n{} passed, {failed} failed", results.len() - failed)?;
            }
            Format::Json => json(out, &checked(&results))?,
        }
        Ok(if results.iter().any(|result| result.unusable) {
            End::Unusable
        } else if failed > 0 {
            End::Different
        } else {
            End::Expected
        })
    }
}

fn line(out: &mut dyn Write, result: &CaseResult) -> std::io::Result<()> {
    let verdict = match CheckVerdict::of(result) {
        CheckVerdict::Unusable => "ERROR ",
        CheckVerdict::Passed => "ok    ",
        CheckVerdict::Failed => "FAILED",
    };
    writeln!(out, "{verdict} {}", result.path)?;
    for text in result.failures.iter().chain(&result.notes) {
        writeln!(out, "       {text}")?;
    }
    Ok(())
}

/// The scenarios that were run: what `check --format json` prints.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub(super) struct Checked {
    /// Version of these keys: 1.
    schema: u32,
    /// Each scenario, in the order of the paths.
    results: Vec<CheckedScenario>,
}

/// One scenario that was run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
struct CheckedScenario {
    /// Its file.
    scenario: String,
    /// Its title.
    title: String,
    /// What came of it.
    verdict: CheckVerdict,
    /// What is wrong.
    failures: Vec<String>,
    /// What is worth knowing: a golden trace that was written.
    notes: Vec<String>,
}

/// What came of a scenario.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
enum CheckVerdict {
    /// All is as expected.
    Passed,
    /// An expectation, the sibling or the golden trace differs.
    Failed,
    /// It cannot be run.
    Unusable,
}

impl CheckVerdict {
    fn of(result: &CaseResult) -> CheckVerdict {
        match (result.unusable, result.failures.is_empty()) {
            (true, _) => CheckVerdict::Unusable,
            (_, true) => CheckVerdict::Passed,
            (_, false) => CheckVerdict::Failed,
        }
    }
}

fn checked(results: &[CaseResult]) -> Checked {
    let of = |result: &CaseResult| CheckedScenario {
        scenario: result.path.clone(),
        title: result.title.clone(),
        verdict: CheckVerdict::of(result),
        failures: result.failures.clone(),
        notes: result.notes.clone(),
    };
    Checked { schema: 1, results: results.iter().map(of).collect() }
}
