//! `regionsim why`.

use std::io::Write;

use clap::Args;

use super::{End, Format, Stop, plan_or_latest, tell, width};
use crate::protocol::kerberos::KeyTable;
use crate::scenario::run::{Options, run};
use crate::study::why::{LINES_MAX, explain};

#[derive(Debug, Args)]
#[command(
    after_help = "Without --record it explains what went wrong first (the first message; without \
    one the first refusal, abend or failed client), or, where nothing did, the last outcome. The \
    other outcomes are listed with their record numbers.\n\n\
    Examples:\n  regionsim why scenarios/dfhxs1402/ticket-expired.ron\n  \
    regionsim why scenarios/region/cscs-full.ron --record N --format json",
    after_long_help = "Without --record it explains what went wrong first (the first message; without \
    one the first refusal, abend or failed client), or, where nothing did, the last outcome. The \
    other outcomes are listed with their record numbers.\n\n\
    Keys of --format json:\n  \
    schema            version of these keys\n  \
    scenario, run     the file, and what identifies the run\n  \
    outcome           what is explained: record, time, kind, text, line (of a message)\n  \
    well              whether it went well\n  \
    because           what decided, the nearest first: kind (check, silence, node, setting,\n                    \
    program, injected, earlier, catalogue; passed where it went well), record,\n                    \
    text, places, details; of a check: rule, text, source, mark, subject and\n                    \
    against with their values, limit, verdict, margin, unit, clock_ahead_ns\n  \
    fix               what helps: source (scenario, catalogue, racf, try), entry, text\n  \
    changes           what the scenario changes in its plex: what, file, line, column, value\n  \
    chain             how it came about: record, time, kind, text; local and system where that\n                    \
    clock was wrong; what, file, line, column where it is written\n  \
    checks_passed     how many checks passed on the way\n  \
    closest           those that were closest to their limits\n  \
    others            other outcomes, as outcome; others_left_out counts the rest\n  \
    command           the command that explains another record, without its number\n\n\
    Examples:\n  regionsim why scenarios/dfhxs1402/ticket-expired.ron\n  \
    regionsim why scenarios/region/cscs-full.ron --record N --format json"
)]
pub(super) struct Why {
    /// The scenario file; `latest`: that of the latest run, with its changes.
    scenario: String,
    /// The record to explain, by its number in the trace.
    #[arg(long, value_name = "N")]
    record: Option<u64>,
    /// Change a value by its path, as often as wanted.
    #[arg(long, value_name = "PATH=VALUE")]
    set: Vec<String>,
    /// How to print.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

impl Why {
    pub(super) fn run(&self, out: &mut dyn Write) -> Result<End, Stop> {
        let plan = plan_or_latest(&self.scenario, &self.set)?;
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
        match self.format {
            Format::Text => out.write_all(explanation.text(width()).as_bytes())?,
            Format::Json => {
                let json = serde_json::to_string_pretty(&explanation);
                let json = json.map_err(|error| Stop::Because(error.to_string()))?;
                writeln!(out, "{json}")?;
            }
        }
        Ok(End::Expected)
    }
}
