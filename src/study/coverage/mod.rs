//! The catalogue against runs: which documented outcome is reached by which scenario.
//!
//! What counts is the trace of a run made now, never what a scenario expects. An entry is *reached*
//! where the mechanism of the model led there, *injected* where only a fault that answers codes out
//! of the air did. A scenario shows what brings an outcome about only together with a sibling that
//! differs in one thing and does not come to it.

pub mod page;
pub mod reach;
mod report;

use std::collections::{BTreeMap, BTreeSet};

use crate::catalogue::saf::Service;
use crate::catalogue::{Entry, Kind, entries, response, shown_by};
use reach::{How, Name, Reach};
pub use report::Listing;

/// One scenario and what its run came to.
#[derive(Clone, Debug)]
pub struct Case {
    /// The file.
    pub path: String,
    /// The file from which it says that it differs in one thing.
    pub sibling_of: Option<String>,
    /// What its run came to.
    pub reach: Reach,
    /// Whether it was asked for; others were run because they are siblings.
    pub listed: bool,
}

/// A scenario that comes to an entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shown {
    /// The file.
    pub scenario: String,
    /// A sibling of it that does not come to the entry.
    pub sibling: Option<String>,
    /// How it comes there.
    pub how: How,
}

/// How far an entry is covered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum State {
    /// Reached, with a sibling that is not.
    Reached,
    /// Reached, but no sibling shows by what.
    Alone,
    /// Reached only behind injected codes.
    Injected,
    /// Not reached.
    None,
    /// Not reached, because the model lacks what would bring it about.
    Beyond,
}

impl State {
    /// All of them, the best first.
    pub const ALL: [State; 5] =
        [State::Reached, State::Alone, State::Injected, State::None, State::Beyond];

    /// The word that listings use.
    pub fn word(self) -> &'static str {
        match self {
            State::Reached => "reached",
            State::Alone => "no sibling",
            State::Injected => "injected",
            State::None => "none",
            State::Beyond => "not modelled",
        }
    }
}

/// One entry of the catalogue and the scenarios that come to it, the plainest first.
#[derive(Clone, Debug)]
pub struct Row {
    /// The entry.
    pub entry: Entry,
    /// The scenarios.
    pub shown: Vec<Shown>,
}

impl Row {
    /// How far the entry is covered.
    pub fn state(&self) -> State {
        match self.shown.first() {
            Some(Shown { how: How::Reached, sibling: Some(_), .. }) => State::Reached,
            Some(Shown { how: How::Reached, .. }) => State::Alone,
            Some(_) => State::Injected,
            None if self.entry.beyond.is_some() => State::Beyond,
            None => State::None,
        }
    }

    /// Whether whoever requires the entry finds a hole. Messages, reasons and responses need a
    /// sibling too.
    pub fn is_hole(&self) -> bool {
        match self.state() {
            State::Reached | State::Beyond => false,
            State::Alone => {
                use Kind::{Assertion, Message, Reason, Response, SamlResponse};
                let kinds = [Message, Reason, Response, SamlResponse, Assertion];
                kinds.contains(&self.entry.kind)
            }
            State::Injected | State::None => true,
        }
    }
}

/// The whole catalogue against a set of runs.
#[derive(Clone, Debug)]
pub struct Coverage {
    /// Number of scenarios that were asked for.
    pub scenarios: usize,
    /// Every entry, in the order of the catalogue.
    pub rows: Vec<Row>,
    /// Outcomes that the catalogue does not know, and a scenario that comes to each.
    pub unknown: BTreeMap<Name, String>,
}

/// Holds the catalogue against the runs.
pub fn coverage(cases: &[Case]) -> Coverage {
    let listed = || cases.iter().filter(|case| case.listed);
    let siblings = siblings(cases);
    let rows: Vec<Row> = entries()
        .into_iter()
        .map(|entry| {
            let name = (entry.kind, entry.key.clone());
            let shown = shown(&name, listed(), &siblings);
            Row { entry, shown }
        })
        .collect();
    let known: BTreeSet<Name> =
        rows.iter().map(|row| (row.entry.kind, row.entry.key.clone())).collect();
    let mut unknown = BTreeMap::new();
    for case in listed() {
        for (name, _) in case.reach.names().filter(|(name, _)| !known.contains(*name)) {
            unknown.entry(name.clone()).or_insert_with(|| case.path.clone());
        }
    }
    Coverage { scenarios: listed().count(), rows, unknown }
}

/// The siblings of every scenario, in both directions.
fn siblings(cases: &[Case]) -> BTreeMap<&str, Vec<&Case>> {
    let by_path: BTreeMap<&str, &Case> =
        cases.iter().map(|case| (case.path.as_str(), case)).collect();
    let mut siblings: BTreeMap<&str, Vec<&Case>> = BTreeMap::new();
    for case in cases {
        let of = case.sibling_of.as_deref().and_then(|path| by_path.get(path).copied());
        if let Some(of) = of {
            siblings.entry(&case.path).or_default().push(of);
            siblings.entry(&of.path).or_default().push(case);
        }
    }
    siblings
}

/// The scenarios that come to an entry: those with a sibling first, of these the one that the catalogue
/// names, then those that come to little else, then the short ones.
fn shown<'a>(
    name: &Name,
    cases: impl Iterator<Item = &'a Case>,
    siblings: &BTreeMap<&str, Vec<&Case>>,
) -> Vec<Shown> {
    let mut found: Vec<_> = cases
        .filter_map(|case| {
            let how = case.reach.how(name)?;
            let own = siblings.get(case.path.as_str()).map(Vec::as_slice).unwrap_or_default();
            let other = own.iter().filter(|other| other.reach.how(name).is_none());
            // Of several siblings the one that was asked for, then the first.
            let sibling = other.min_by_key(|other| (!other.listed, &other.path));
            let sibling = sibling.map(|other| other.path.clone());
            let named = shown_by::lookup(&name.1).is_some_and(|path| case.path.ends_with(path));
            let others = case.reach.names().count();
            let rank =
                (how != How::Reached, sibling.is_none(), !named, others, case.reach.records());
            Some((rank, Shown { scenario: case.path.clone(), sibling, how }))
        })
        .collect();
    found.sort_by(|(left, a), (right, b)| (left, &a.scenario).cmp(&(right, &b.scenario)));
    found.into_iter().map(|(_, shown)| shown).collect()
}

/// A part of the catalogue that somebody requires has no such name.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the catalogue has no section `{wanted}`{}", nearest(.wanted))]
pub struct NoSection {
    wanted: String,
}

impl Coverage {
    /// The rows of a section: `all`, a kind (`reasons`), or keys that begin so (`verify-token`).
    /// Upper and lower case, blanks and hyphens are the same.
    ///
    /// # Errors
    /// Nothing in the catalogue bears the name; whoever typed it corrects it.
    pub fn section(&self, wanted: &str) -> Result<Vec<&Row>, NoSection> {
        let of = plain(wanted);
        let within = |row: &&Row| {
            let kind = row.entry.kind;
            of == "all" || of == plain(kind.plural()) || begins(&plain(&row.entry.key), &of)
        };
        let rows: Vec<&Row> = self.rows.iter().filter(within).collect();
        if rows.is_empty() || of.is_empty() {
            return Err(NoSection { wanted: wanted.to_owned() });
        }
        Ok(rows)
    }
}

fn plain(name: &str) -> String {
    name.trim().to_ascii_lowercase().replace(['-', '_'], " ")
}

/// Whether a key begins with these whole words.
fn begins(key: &str, words: &str) -> bool {
    key.strip_prefix(words).is_some_and(|rest| !rest.starts_with(|c: char| c.is_alphanumeric()))
}

fn nearest(wanted: &str) -> String {
    let kinds = Kind::ALL.iter().map(|kind| kind.plural());
    let commands = response::all().map(|row| row.command);
    let services = Service::ALL.iter().map(|service| service.name());
    let entries = entries();
    let keys = entries.iter().map(|entry| entry.key.as_str());
    let names: Vec<String> = kinds.chain(commands).chain(services).chain(keys).map(plain).collect();
    match crate::scalar::words::nearest(&plain(wanted), names.iter().map(String::as_str)) {
        Some(name) => format!(": did you mean `{}`?", name.replace(' ', "-")),
        None => String::new(),
    }
}
