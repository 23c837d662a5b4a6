//! `regionsim coverage`.

use std::io::Write;
use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::thread;

use clap::Args;
use comfy_table::{Table, presets};

use super::{End, Format, Stop, json, tell};
use crate::catalogue::Kind;
use crate::host::files::write_result;
use crate::host::suite::{SharedKeys, find};
use crate::host::survey::survey;
use crate::study::coverage::{self, Row, State, coverage, page};

#[derive(Debug, Args)]
#[command(
    after_help = "Every scenario is run now; what it expects does not count. SECTION is a kind \
    (messages, reasons, responses, abends, conditions, service-codes, statuses), or how keys begin: \
    dfhxs1402, verify-token. A required entry must be reached, and messages, reasons and responses \
    need a sibling that does not come to them.\n\nExamples:\n  regionsim coverage\n  regionsim \
    coverage --require=dfhxs1402,abends --html coverage.html"
)]
pub(super) struct Coverage {
    /// Scenario files, or folders with them.
    #[arg(default_value = "scenarios")]
    paths: Vec<String>,
    /// Holes in these sections of the catalogue are an error; without a value, in all of it. Prints
    /// numbers and holes in place of the table.
    #[arg(long, value_name = "SECTION", num_args = 0..=1, require_equals = true,
        default_missing_value = "all", value_delimiter = ',')]
    require: Vec<String>,
    /// Write the table as a page to this file.
    #[arg(long, value_name = "FILE")]
    html: Option<PathBuf>,
    /// How many scenarios run at once; without it, as many as there are processors.
    #[arg(long, value_name = "N")]
    jobs: Option<NonZeroUsize>,
    /// How to print.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

impl Coverage {
    pub(super) fn run(&self, out: &mut dyn Write) -> Result<End, Stop> {
        let found = self.found()?;
        let required = self.required(&found)?;
        let holes: Vec<&Row> = required.iter().copied().filter(|row| row.is_hole()).collect();
        if let Some(path) = &self.html {
            let text = page::html(&found);
            write_result(path, false, b"<!DOCTYPE html>", |file| file.write_all(text.as_bytes()))
                .map_err(|error| Stop::Because(format!("{}: {error}", path.display())))?;
        }
        match self.format {
            Format::Json => json(out, &found.listing(&holes))?,
            Format::Text => {
                for kind in Kind::ALL {
                    section(out, &found, kind, self.require.is_empty())?;
                }
                self.verdict(out, &found, &required, &holes)?;
            }
        }
        let unknown = !self.require.is_empty() && !found.unknown.is_empty();
        Ok(if holes.is_empty() && !unknown { End::Expected } else { End::Different })
    }

    fn found(&self) -> Result<coverage::Coverage, Stop> {
        let files = find(&self.paths).map_err(Stop::Because)?;
        let jobs = self.jobs.or_else(|| thread::available_parallelism().ok());
        let results = survey(&files, jobs.map_or(1, NonZeroUsize::get), &SharedKeys::default())?;
        let mut cases = Vec::new();
        let mut broken = false;
        for result in results {
            match result {
                Ok(case) => cases.push(case),
                Err(unusable) => {
                    broken = true;
                    for why in unusable.why {
                        tell(&format!("error: {}: {why}", unusable.path));
                    }
                }
            }
        }
        if broken { Err(Stop::Told) } else { Ok(coverage(&cases)) }
    }

    fn required<'a>(&self, found: &'a coverage::Coverage) -> Result<Vec<&'a Row>, Stop> {
        let mut rows = Vec::new();
        for section in &self.require {
            let of = found.section(section).map_err(|error| Stop::Because(error.to_string()))?;
            if of.iter().all(|row| row.state() == State::Beyond) {
                let told = format!("--require {section}: the model has nothing that leads there");
                return Err(Stop::Because(told));
            }
            rows.extend(of);
        }
        Ok(rows)
    }

    fn verdict(
        &self,
        out: &mut dyn Write,
        found: &coverage::Coverage,
        required: &[&Row],
        holes: &[&Row],
    ) -> std::io::Result<()> {
        if !found.unknown.is_empty() {
            writeln!(out, "Reached, but not in the catalogue")?;
        }
        for ((kind, key), scenario) in &found.unknown {
            writeln!(out, "  {} {key}  {scenario}", kind.word())?;
        }
        writeln!(out, "{} scenarios were run", found.scenarios)?;
        if self.require.is_empty() {
            return Ok(());
        }
        let holes_are = match holes.len() {
            0 => "no holes".to_owned(),
            1 => "1 hole".to_owned(),
            many => format!("{many} holes"),
        };
        let beyond = required.iter().filter(|row| row.state() == State::Beyond).count();
        let beyond = match beyond {
            0 => String::new(),
            many => format!(" ({many} of {} are not modelled)", required.len()),
        };
        writeln!(out, "required: {}: {holes_are}{beyond}", self.require.join(", "))?;
        for row in holes {
            writeln!(out, "  {}  {}", row.entry.key, row.state().word())?;
        }
        Ok(())
    }
}

/// One kind: its numbers, and the table.
fn section(
    out: &mut dyn Write,
    found: &coverage::Coverage,
    kind: Kind,
    whole: bool,
) -> std::io::Result<()> {
    let word = kind.plural();
    let (first, rest) = word.split_at(1);
    writeln!(out, "{}{rest}: {}", first.to_uppercase(), found.summary(kind))?;
    if !whole {
        return Ok(());
    }
    let mut table = Table::new();
    table.load_style(presets::NOTHING);
    for row in found.of_kind(kind) {
        table.add_row(cells(row));
    }
    for line in table.lines() {
        writeln!(out, "{}", line.trim_end())?;
    }
    writeln!(out)
}

fn cells(row: &Row) -> [String; 4] {
    let (scenario, sibling) = match row.shown.first() {
        Some(shown) => {
            let sibling = shown.sibling.as_ref().map(|sibling| format!("not by {sibling}"));
            (shown.scenario.clone(), sibling.unwrap_or_default())
        }
        None => (row.entry.beyond.unwrap_or_default().to_owned(), String::new()),
    };
    [row.entry.key.clone(), row.state().word().to_owned(), scenario, sibling]
}
