//! Scenario and plex files as types: what loads, what `regionsim schema` prints.
//!
//! The nodes' own sections stand beside the nodes ([`crate::nodes`]); here is what joins them.

mod expectation;
mod fault;
mod plex;
mod step;

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::nodes::complaint::Span;
use crate::nodes::esm::command::RacfCommand;
use crate::nodes::warning::Warning;
use crate::scalar::{Date, ScriptTime};
pub use expectation::Expectation;
pub use fault::{Fault, FaultAnswer};
pub use plex::{Clock, Latency, Link, Node, Plex, System};
pub use step::{Action, Document, OpenPassTicket, Secret, Source, Step, Token};

/// A scenario: a plex, what is changed in it, what happens, and what is expected.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Scenario {
    /// What the scenario shows, in one line.
    pub title: String,
    /// The lesson, in a sentence or two.
    #[serde(default)]
    pub teaches: String,
    /// What an administrator does about it.
    #[serde(default)]
    pub fix: String,
    /// The plex file, relative to this file.
    pub plex: String,
    /// Seed of every random stream of the run.
    #[serde(default)]
    pub seed: u64,
    /// The day on which times of day without a date lie: `2026-03-02`.
    #[serde(default = "default_date")]
    pub date: Date,
    /// When the run begins; without it one second before the earliest step. A clock's skew and drift
    /// count from here.
    #[serde(default)]
    pub start: Option<ScriptTime>,
    /// When the run ends; without it when nothing is left to happen.
    #[serde(default)]
    pub until: Option<ScriptTime>,
    /// Changes of values of the plex or of this file, by path: `"systems.SYSA.clock.skew": "6m"`.
    #[serde(default)]
    pub set: BTreeMap<String, serde_json::Value>,
    /// Rules that disturb links, in the order in which they are asked.
    #[serde(default)]
    pub faults: Vec<Fault>,
    /// What happens, in order of time.
    pub script: Vec<Step>,
    /// What must be true of the run.
    #[serde(default)]
    pub expect: Vec<Expectation>,
    /// Warnings that are meant: they are not shown. One that nothing here gives is an error.
    #[serde(default)]
    pub allow: Vec<Warning>,
    /// The scenario from which this one differs in one thing: a file relative to this one.
    #[serde(default)]
    pub sibling_of: Option<String>,
    /// The value paths in which it differs from it; `check` proves that there are no others.
    #[serde(default)]
    pub differs: Vec<String>,
}

/// A file that a scenario or plex names.
#[derive(Clone, Debug)]
pub struct NamedFile {
    /// The path of the value that names it.
    pub place: String,
    /// Its name, as it is written.
    pub name: String,
    /// The piece of the value that is the name, where the value says more.
    pub within: Option<Span>,
}

impl NamedFile {
    /// The whole value is the name.
    pub(super) fn whole(place: String, name: &str) -> NamedFile {
        NamedFile { place, name: name.to_owned(), within: None }
    }

    /// The file that a RACF command reads; none where it reads none, or is no command.
    fn of_command(text: &str, place: String) -> Option<NamedFile> {
        let command = RacfCommand::parse(text).ok()?;
        let (name, span) = command.file()?;
        Some(NamedFile { place, name: name.to_owned(), within: Some(span) })
    }
}

impl Scenario {
    /// The files that the steps name.
    pub fn files(&self) -> Vec<NamedFile> {
        let steps = self.script.iter().enumerate();
        let files = steps.flat_map(|(index, step)| {
            let place = format!("script.{index}.do");
            let of_command = match &step.action {
                Action::Racf(text) => NamedFile::of_command(text, place.clone()),
                _ => None,
            };
            let of_step = step.files().into_iter();
            let whole =
                of_step.map(|(part, name)| NamedFile::whole(format!("{place}.{part}"), name));
            whole.chain(of_command).collect::<Vec<_>>()
        });
        files.collect()
    }
}

fn default_date() -> Date {
    Date::from_days(crate::check::days_from_civil(2026, 3, 2))
}
