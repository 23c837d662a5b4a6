//! Coverage for programs.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;

use super::reach::How;
use super::{Coverage, Row, Shown, State};
use crate::catalogue::Kind;

impl Coverage {
    /// How many entries of a kind are in a state.
    pub fn count(&self, kind: Kind, state: State) -> usize {
        self.of_kind(kind).filter(|row| row.state() == state).count()
    }

    /// The rows of a kind.
    pub fn of_kind(&self, kind: Kind) -> impl Iterator<Item = &Row> {
        self.rows.iter().filter(move |row| row.entry.kind == kind)
    }

    /// One kind in one line: how many are in which state.
    pub fn summary(&self, kind: Kind) -> String {
        let total = self.of_kind(kind).count();
        let reached = self.count(kind, State::Reached) + self.count(kind, State::Alone);
        let mut text = format!("{reached} of {total} reached");
        for state in [State::Alone, State::Injected, State::None, State::Beyond] {
            let count = self.count(kind, state);
            let told = match state {
                State::Alone => "of them without a sibling",
                State::Injected => "only injected",
                State::Beyond => "not modelled",
                _ => "by none",
            };
            if count > 0 {
                text.push_str(&format!(", {count} {told}"));
            }
        }
        text
    }

    /// Everything, for programs.
    pub fn listing(&self, holes: &[&Row]) -> Listing {
        let summary = Kind::ALL.map(|kind| KindCounts {
            kind: kind.word(),
            counts: State::ALL.map(|state| (state.word(), self.count(kind, state))).into(),
        });
        let unknown = self.unknown.iter().map(|((kind, key), scenario)| Unlisted {
            kind: kind.word(),
            key: key.clone(),
            scenario: scenario.clone(),
        });
        Listing {
            schema: 1,
            scenarios: self.scenarios,
            summary: summary.into(),
            entries: self.rows.iter().map(ListedEntry::of).collect(),
            not_in_the_catalogue: unknown.collect(),
            holes: holes.iter().map(|row| row.entry.key.clone()).collect(),
        }
    }
}

/// The catalogue against runs: what `coverage --format json` prints.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Listing {
    /// Version of these keys: 1.
    pub schema: u32,
    /// How many scenarios were run.
    pub scenarios: usize,
    /// Numbers by kind.
    pub summary: Vec<KindCounts>,
    /// Each entry of the catalogue.
    pub entries: Vec<ListedEntry>,
    /// What was reached and is not in the catalogue.
    pub not_in_the_catalogue: Vec<Unlisted>,
    /// The keys of required entries that are not reached as they must be.
    pub holes: Vec<String>,
}

/// How many entries of a kind are in which state.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct KindCounts {
    /// `message`, `reason`, `response`, `abend`, `condition`, `service code` or `status`.
    pub kind: &'static str,
    /// By state: `reached`, `no sibling`, `injected`, `none`, `not modelled`.
    pub counts: BTreeMap<&'static str, usize>,
}

/// An entry of the catalogue.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ListedEntry {
    /// As in `summary`.
    pub kind: &'static str,
    /// Its key.
    pub key: String,
    /// Its text or meaning.
    pub text: String,
    /// `documented` or `assumed`.
    pub mark: &'static str,
    /// As in `summary`.
    pub state: &'static str,
    /// Why it is not modelled.
    pub not_modelled: Option<&'static str>,
    /// The scenarios that come to it, the plainest first.
    pub reached_by: Vec<ReachedBy>,
}

/// A scenario that comes to an entry.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ReachedBy {
    /// The file.
    pub scenario: String,
    /// A sibling of it that does not come to the entry.
    pub sibling: Option<String>,
    /// Whether only a fault that answers out of the air brings it about.
    pub injected: bool,
}

/// Something that was reached and is not in the catalogue.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Unlisted {
    /// As in `summary`.
    pub kind: &'static str,
    /// The key that it would have.
    pub key: String,
    /// The scenario that comes to it.
    pub scenario: String,
}

impl ListedEntry {
    fn of(row: &Row) -> ListedEntry {
        let entry = &row.entry;
        let reached = row.shown.iter().map(|Shown { scenario, sibling, how }| ReachedBy {
            scenario: scenario.clone(),
            sibling: sibling.clone(),
            injected: *how == How::Injected,
        });
        ListedEntry {
            kind: entry.kind.word(),
            key: entry.key.clone(),
            text: entry.text.to_string(),
            mark: entry.mark.word(),
            state: row.state().word(),
            not_modelled: entry.beyond,
            reached_by: reached.collect(),
        }
    }
}
