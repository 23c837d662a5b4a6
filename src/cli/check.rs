//! `regionsim check`.

use std::io::Write;
use std::path::PathBuf;
use std::thread;

use clap::Args;
use quick_junit::{NonSuccessKind, TestCase, TestCaseStatus, TestSuite};

use super::{End, Format, Stop};
use crate::host::files::write_whole;
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
    jobs: Option<usize>,
    /// How to print.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

impl Check {
    pub(super) fn run(&self, out: &mut dyn Write) -> Result<End, Stop> {
        let files = find(&self.paths).map_err(Stop::Because)?;
        let jobs = self.jobs.or_else(|| thread::available_parallelism().ok().map(usize::from));
        let golden = if self.bless { Golden::Bless } else { Golden::Compare };
        let keys = SharedKeys::default();
        let mut results = Vec::new();
        run_all(&files, jobs.unwrap_or(1), golden, &keys, |result| {
            if self.format == Format::Text {
                line(out, &result)?;
            }
            results.push(result);
            Ok(())
        })?;
        if let Some(path) = &self.junit {
            let report = junit(&results);
            write_whole(path, false, |file| report.serialize(file).map_err(std::io::Error::other))
                .map_err(|error| Stop::Because(format!("{}: {error}", path.display())))?;
        }
        let failed = results.iter().filter(|result| !result.failures.is_empty()).count();
        match self.format {
            Format::Text => {
                writeln!(out, "\n{} passed, {failed} failed", results.len() - failed)?;
            }
            Format::Json => writeln!(out, "{:#}", json(&results))?,
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
    let verdict = match (result.unusable, result.failures.is_empty()) {
        (true, _) => "ERROR ",
        (_, true) => "ok    ",
        (_, false) => "FAILED",
    };
    writeln!(out, "{verdict} {}", result.path)?;
    for text in result.failures.iter().chain(&result.notes) {
        writeln!(out, "       {text}")?;
    }
    Ok(())
}

fn json(results: &[CaseResult]) -> serde_json::Value {
    let results = results.iter().map(|result| {
        let verdict = match (result.unusable, result.failures.is_empty()) {
            (true, _) => "unusable",
            (_, true) => "passed",
            (_, false) => "failed",
        };
        serde_json::json!({
            "scenario": result.path,
            "title": result.title,
            "verdict": verdict,
            "failures": result.failures,
            "notes": result.notes,
        })
    });
    serde_json::json!({ "results": results.collect::<Vec<_>>() })
}

fn junit(results: &[CaseResult]) -> quick_junit::Report {
    let mut suite = TestSuite::new("scenarios");
    for result in results {
        let status = if result.failures.is_empty() {
            TestCaseStatus::success()
        } else {
            let kind = match result.unusable {
                true => NonSuccessKind::Error,
                false => NonSuccessKind::Failure,
            };
            let mut status = TestCaseStatus::non_success(kind);
            status.set_message(result.failures.first().cloned().unwrap_or_default());
            status.set_description(result.failures.join("\n"));
            status
        };
        let mut case = TestCase::new(result.path.clone(), status);
        if !result.notes.is_empty() {
            case.set_system_out(result.notes.join("\n"));
        }
        suite.add_test_case(case);
    }
    let mut report = quick_junit::Report::new("regionsim check");
    report.add_test_suite(suite);
    report
}
