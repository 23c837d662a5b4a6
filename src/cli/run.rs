//! `regionsim run`.

use std::io::Write;
use std::num::NonZeroUsize;
use std::ops::RangeInclusive;
use std::path::PathBuf;
use std::thread::available_parallelism;

use clap::Args;

use super::{End, Format, Stop, json, plan_or_latest, width};
use crate::host::files::write_result;
use crate::host::latest::{Both, Keeping};
use crate::host::seeds::frequencies;
use crate::protocol::kerberos::KeyTable;
use crate::scenario::plan::Plan;
use crate::scenario::run::{Options, Report, RunError, run};
use crate::study::follow::Follow;
use crate::study::story::Story;
use crate::trace::{Line, OPENING};

#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  regionsim run scenarios/dfhxs1402/ticket-expired.ron\n  \
    regionsim run my.ron --set systems.SYSA.clock.skew=6m --trace my.jsonl\n\n\
    regionsim schema --output run (with --seeds: run-seeds) tells the keys of --format json.")]
pub(super) struct Run {
    /// The scenario file; `latest`: that of the latest run, with its changes.
    scenario: String,
    /// Write the trace to this file.
    #[arg(long, value_name = "FILE")]
    trace: Option<PathBuf>,
    /// Another seed than the file's.
    #[arg(long, allow_negative_numbers = true)]
    seed: Option<u64>,
    /// Change a value by its path, as often as wanted: systems.SYSA.clock.skew=6m.
    #[arg(long, value_name = "PATH=VALUE")]
    set: Vec<String>,
    /// Put whole messages into the trace. They hold secrets of the scenario: the file is private.
    #[arg(long, requires = "trace")]
    bytes: bool,
    /// Show the log of a component, as often as wanted: SYSA.ESM, SYSA.NAS, a KDC, a region, a queue's
    /// destination.
    #[arg(long, value_name = "NODE")]
    log: Vec<String>,
    /// List each record of a kind (kdc.error, net.*), each decision by a rule (kerberos.clock-skew, kerberos.*), each value of
    /// a data area (&ESMREAS) or of a container ('USERID'), as often as wanted.
    #[arg(long, value_name = "WHAT")]
    watch: Vec<String>,
    /// Run under each of these seeds, both ends included, and count the outcomes.
    #[arg(long, value_name = "A..B", value_parser = seeds, conflicts_with_all = ["seed", "trace", "log", "watch"])]
    seeds: Option<RangeInclusive<u64>>,
    /// How many of these run at once; without it, as many as there are processors.
    #[arg(long, value_name = "N", requires = "seeds")]
    jobs: Option<NonZeroUsize>,
    /// How to print.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

/// Most seeds of one survey.
const SEEDS_MAX: u64 = 1_000_000;

/// `1..100`, both ends included.
fn seeds(text: &str) -> Result<RangeInclusive<u64>, String> {
    let (first, last) = text.split_once("..").ok_or("expected two seeds: 1..100")?;
    let seed = |text: &str| {
        text.parse::<u64>().map_err(|_| format!("`{text}` is no seed: a number below 2^64"))
    };
    match (seed(first)?, seed(last)?) {
        (first, last) if first <= last && last - first < SEEDS_MAX => Ok(first..=last),
        (first, last) if first <= last => {
            Err(format!("more than {SEEDS_MAX} runs at once; take fewer seeds"))
        }
        (first, last) => Err(format!("{first} comes after {last}")),
    }
}

impl Run {
    pub(super) fn run(&self, out: &mut dyn Write) -> Result<End, Stop> {
        let mut changes = self.set.clone();
        changes.extend(self.seed.map(|seed| format!("seed={seed}")));
        let plan = plan_or_latest(&self.scenario, &changes)?;
        if let Some(seeds) = &self.seeds {
            return self.survey(&plan, seeds, out);
        }
        let mut story = Story::default();
        let mut follow = Follow::new(&plan, &self.log, &self.watch).map_err(Stop::Because)?;
        let report = self.traced(&plan, &mut |line| {
            story.observe(line);
            follow.observe(line);
        })?;
        match self.format {
            Format::Text => {
                let report = story.report(&plan, &report, &follow, width());
                out.write_all(report.as_bytes())?;
            }
            Format::Json => json(out, &story.summary(&plan, &report, &follow))?,
        }
        Ok(if report.as_expected() { End::Expected } else { End::Different })
    }

    /// Runs under many seeds and counts what they come to.
    fn survey(
        &self,
        plan: &Plan,
        seeds: &RangeInclusive<u64>,
        out: &mut dyn Write,
    ) -> Result<End, Stop> {
        let jobs = self.jobs.or_else(|| available_parallelism().ok());
        let found = frequencies(plan, seeds, jobs.map_or(1, NonZeroUsize::get))
            .map_err(|error| Stop::Because(error.to_string()))?;
        let survey = found.survey(plan, seeds);
        match self.format {
            Format::Text => out.write_all(survey.text(&plan.command(), width()).as_bytes())?,
            Format::Json => json(out, &survey)?,
        }
        let all = survey.as_expected == survey.runs;
        Ok(if all { End::Expected } else { End::Different })
    }

    /// Runs once. The trace goes where it is wanted, and is kept as the latest.
    fn traced(&self, plan: &Plan, each: &mut dyn FnMut(&Line)) -> Result<Report, Stop> {
        let mut table = KeyTable::new();
        let mut keeping = Keeping::begin();
        let mut once = |trace: &mut dyn Write| {
            let trace = &mut Both(trace, &mut keeping);
            let options = Options { trace, bytes: self.bytes, queue: sim::QueueKind::default() };
            run(plan, &mut table, options, each)
        };
        let mut result = None;
        match &self.trace {
            None => result = Some(once(&mut std::io::sink())),
            Some(path) => write_result(path, self.bytes, OPENING, |file| {
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
        let report = result
            .map_or(Err(Stop::Because("nothing was run".to_owned())), |ran| ran.map_err(told))?;
        // Where nothing can be kept there is no latest result; the run is none the worse.
        let _ = keeping.end(plan);
        Ok(report)
    }
}
