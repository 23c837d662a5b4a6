//! `regionsim why`.

use std::io::Write;

use clap::Args;

use super::{End, Format, Stop, json, plan_or_latest, tell, width};
use crate::protocol::kerberos::KeyTable;
use crate::scenario::run::{Options, run};
use crate::study::why::{LINES_MAX, explain};

#[derive(Debug, Args)]
#[command(
    after_help = "Without --record it explains what went wrong first (the first message; without \
    one the first refusal, abend or failed client), or, where nothing did, the last outcome. The \
    other outcomes are listed with their record numbers.\n\n\
    Examples:\n  regionsim why scenarios/dfhxs1402/ticket-expired.ron\n  \
    regionsim why scenarios/region/cscs-full.ron --record N\n\n\
    regionsim schema --output why tells the keys of --format json."
)]
pub(super) struct Why {
    /// The scenario file; `latest`: that of the latest run, with its changes.
    scenario: String,
    /// The record to explain, by its number in the trace.
    #[arg(long, value_name = "N", allow_negative_numbers = true)]
    record: Option<u64>,
    /// Another seed than the file's.
    #[arg(long, allow_negative_numbers = true)]
    seed: Option<u64>,
    /// Change a value by its path, as often as wanted.
    #[arg(long, value_name = "PATH=VALUE")]
    set: Vec<String>,
    /// How to print.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

impl Why {
    pub(super) fn run(&self, out: &mut dyn Write) -> Result<End, Stop> {
        let seed = self.seed.map(|seed| format!("seed={seed}"));
        let changes = [&self.set[..], seed.as_slice()].concat();
        let plan = plan_or_latest(&self.scenario, &changes)?;
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
        let explanation = explain(&plan, &lines, self.record)
            .map_err(|error| Stop::Because(error.to_string()))?;
        let explanation = if report.as_expected() { explanation } else { explanation.unexpected() };
        match self.format {
            Format::Text => out.write_all(explanation.text(width()).as_bytes())?,
            Format::Json => json(out, &explanation)?,
        }
        Ok(End::Expected)
    }
}
