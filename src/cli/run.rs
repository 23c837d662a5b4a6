//! `regionsim run`.

use std::io::Write;
use std::path::PathBuf;

use clap::Args;

use super::{End, Format, Stop, plan, width};
use crate::host::files::write_whole;
use crate::protocol::kerberos::KeyTable;
use crate::scenario::plan::Plan;
use crate::scenario::run::{Options, Report, RunError, run};
use crate::study::story::Story;

#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  regionsim run scenarios/dfhxs1402/ticket-expired.ron\n  \
    regionsim run my.ron --set systems.SYSA.clock.skew=6m --trace my.jsonl",
    after_long_help = "Keys of --format json:\n  \
    schema           version of these keys\n  \
    title, run       the scenario's title, and what identifies the run\n  \
    outcome          its results in order: record, node, task, result; outcome_left_out counts\n                   \
    those beyond the first 200\n  \
    logs             the messages of each log, as logical lines\n  \
    expectations     expectation, met; where it is not, detail and records (what came closest)\n  \
    margins          the decision of each rule that failed or was closest to its limit: rule,\n                   \
    margin, unit, record\n  \
    assumed_rules    the rules without a public source that decided something\n  \
    records, digest  of the trace\n  \
    as_expected      whether all expectations were met and the run came to its end\n\n\
    Examples:\n  regionsim run scenarios/dfhxs1402/ticket-expired.ron\n  \
    regionsim run my.ron --set systems.SYSA.clock.skew=6m --trace my.jsonl"
)]
pub(super) struct Run {
    /// The scenario file.
    scenario: String,
    /// Write the trace to this file.
    #[arg(long, value_name = "FILE")]
    trace: Option<PathBuf>,
    /// Another seed than the file's.
    #[arg(long)]
    seed: Option<u64>,
    /// Change a value by its path, as often as wanted: systems.SYSA.clock.skew=6m.
    #[arg(long, value_name = "PATH=VALUE")]
    set: Vec<String>,
    /// Put whole messages into the trace. They hold secrets of the scenario: the file is private.
    #[arg(long, requires = "trace")]
    bytes: bool,
    /// How to print.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

impl Run {
    pub(super) fn run(&self, out: &mut dyn Write) -> Result<End, Stop> {
        let mut changes = self.set.clone();
        changes.extend(self.seed.map(|seed| format!("seed={seed}")));
        let plan = plan(&self.scenario, &changes)?;
        let mut story = Story::default();
        let report = self.traced(&plan, &mut story)?;
        match self.format {
            Format::Text => out.write_all(story.report(&plan, &report, width()).as_bytes())?,
            Format::Json => writeln!(out, "{:#}", story.json(&plan, &report))?,
        }
        Ok(if report.as_expected() { End::Expected } else { End::Different })
    }

    fn traced(&self, plan: &Plan, story: &mut Story) -> Result<Report, Stop> {
        let mut table = KeyTable::new();
        let mut once = |trace: &mut dyn Write| {
            let options = Options { trace, bytes: self.bytes, queue: sim::QueueKind::default() };
            run(plan, &mut table, options, &mut |line| story.observe(line))
        };
        let mut result = None;
        match &self.trace {
            None => result = Some(once(&mut std::io::sink())),
            Some(path) => write_whole(path, self.bytes, |file| {
                result = Some(once(file));
                Ok(())
            })
            .map_err(|error| Stop::Because(format!("{}: {error}", path.display())))?,
        }
        let told = |error: RunError| match (&self.trace, error) {
            (Some(path), error @ RunError::Trace(_)) => {
                Stop::Because(format!("{}: {error}", path.display()))
            }
            (_, error) => Stop::Because(error.to_string()),
        };
        result
            .map_or(Err(Stop::Because("nothing was run".to_owned())), |result| result.map_err(told))
    }
}
