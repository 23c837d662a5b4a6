//! `regionsim schema`.

use std::io::Write;

use clap::{Args, ValueEnum};

use super::{End, Format, Stop};
use crate::nodes::cics::exec;
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
            (Subject::Commands, Format::Text) => commands(out)?,
            (Subject::Commands, Format::Json) => {
                let json = serde_json::to_value(exec::reference()).unwrap_or_default();
                writeln!(out, "{json:#}")?;
            }
            (Subject::Inspect, Format::Text) => write!(out, "{}", reference::<Inspection>())?,
            (Subject::Inspect, Format::Json) => writeln!(out, "{:#}", json_schema::<Inspection>())?,
            (Subject::Trace, Format::Text) => write!(out, "{}", kinds::reference())?,
            (Subject::Trace, Format::Json) => writeln!(out, "{:#}", kinds::json())?,
        }
        Ok(End::Expected)
    }
}

fn commands(out: &mut dyn Write) -> std::io::Result<()> {
    for command in exec::reference() {
        writeln!(out, "{}", command)?;
    }
    Ok(())
}
