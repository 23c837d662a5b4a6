//! `regionsim why`.

use std::io::Write;

use clap::Args;

use super::{End, Stop, plan, tell};
use crate::protocol::kerberos::KeyTable;
use crate::scenario::run::{Options, run};
use crate::study::why::{LINES_MAX, explain};

#[derive(Debug, Args)]
#[command(
    after_help = "Without --record it explains what went wrong first, or, where nothing did, \
    the last outcome.\n\nExample: regionsim why scenarios/dfhxs1402/ticket-expired.ron"
)]
pub(super) struct Why {
    /// The scenario file.
    scenario: String,
    /// The record to explain, by its number in the trace.
    #[arg(long, value_name = "N")]
    record: Option<u64>,
    /// Change a value by its path, as often as wanted.
    #[arg(long, value_name = "PATH=VALUE")]
    set: Vec<String>,
}

impl Why {
    pub(super) fn run(&self, out: &mut dyn Write) -> Result<End, Stop> {
        let plan = plan(&self.scenario, &self.set)?;
        let mut lines = Vec::new();
        let mut sink = std::io::sink();
        let options = Options { trace: &mut sink, bytes: false, queue: sim::QueueKind::default() };
        let mut keep = |line: &crate::trace::Line| {
            if lines.len() < LINES_MAX {
                lines.push(line.clone());
            }
        };
        let report = run(&plan, &mut KeyTable::new(), options, &mut keep)
            .map_err(|error| Stop::Because(error.to_string()))?;
        if report.summary.records > lines.len() as u64 {
            tell(&format!("warning: only the first {LINES_MAX} records are searched"));
        }
        let text = explain(&plan, &lines, self.record)
            .map_err(|error| Stop::Because(error.to_string()))?;
        out.write_all(text.as_bytes())?;
        Ok(End::Expected)
    }
}
