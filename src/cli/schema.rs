//! `regionsim schema`.

use std::io::Write;

use clap::{Args, ValueEnum};

use super::{End, Format, Stop};
use crate::nodes::cics::exec;
use crate::nodes::esm::command as racf;
use crate::scenario::model::{Plex, Scenario};
use crate::scenario::schema::{json_schema, reference};
use crate::study::inspect::Inspection;
use crate::trace::kinds;

#[derive(Debug, Args)]
pub(super) struct Schema {
    /// What to describe.
    #[arg(value_enum, default_value_t = Subject::Scenario)]
    subject: Subject,
    /// How to print.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Subject {
    /// Scenario files.
    Scenario,
    /// Plex files.
    Plex,
    /// EXEC CICS commands of programs.
    Commands,
    /// RACF commands of plexes and scripts.
    Racf,
    /// Records of traces.
    Trace,
    /// What `inspect --format json` prints.
    Inspect,
}

impl Schema {
    pub(super) fn run(&self, out: &mut dyn Write) -> Result<End, Stop> {
        match (self.subject, self.format) {
            (Subject::Scenario, Format::Text) => write!(out, "{}", reference::<Scenario>())?,
            (Subject::Plex, Format::Text) => write!(out, "{}", reference::<Plex>())?,
            (Subject::Scenario, Format::Json) => {
                writeln!(out, "{:#}", json_schema::<Scenario>())?;
            }
            (Subject::Plex, Format::Json) => writeln!(out, "{:#}", json_schema::<Plex>())?,
            (Subject::Commands, Format::Text) => listed(out, exec::reference())?,
            (Subject::Commands, Format::Json) => json(out, &exec::reference())?,
            (Subject::Racf, Format::Text) => listed(out, racf::reference())?,
            (Subject::Racf, Format::Json) => json(out, &racf::reference())?,
            (Subject::Inspect, Format::Text) => write!(out, "{}", reference::<Inspection>())?,
            (Subject::Inspect, Format::Json) => writeln!(out, "{:#}", json_schema::<Inspection>())?,
            (Subject::Trace, Format::Text) => write!(out, "{}", kinds::reference())?,
            (Subject::Trace, Format::Json) => writeln!(out, "{:#}", kinds::json())?,
        }
        Ok(End::Expected)
    }
}

fn listed<T: std::fmt::Display>(out: &mut dyn Write, entries: Vec<T>) -> std::io::Result<()> {
    entries.iter().try_for_each(|entry| writeln!(out, "{entry}"))
}

fn json<T: serde::Serialize>(out: &mut dyn Write, entries: &[T]) -> std::io::Result<()> {
    writeln!(out, "{:#}", serde_json::to_value(entries).unwrap_or_default())
}
