//! Coverage for programs.

use serde_json::{Value, json};

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
    pub fn json(&self, holes: &[&Row]) -> Value {
        let kinds = Kind::ALL.map(|kind| {
            let counts = State::ALL.map(|state| (state.word(), self.count(kind, state)));
            let counts: serde_json::Map<String, Value> =
                counts.into_iter().map(|(word, count)| (word.to_owned(), count.into())).collect();
            json!({ "kind": kind.word(), "counts": counts })
        });
        let unknown = self.unknown.iter().map(|((kind, key), scenario)| {
            json!({ "kind": kind.word(), "key": key, "scenario": scenario })
        });
        json!({
            "schema": 1,
            "scenarios": self.scenarios,
            "summary": kinds,
            "entries": self.rows.iter().map(entry).collect::<Vec<_>>(),
            "not_in_the_catalogue": unknown.collect::<Vec<_>>(),
            "holes": holes.iter().map(|row| row.entry.key.as_str()).collect::<Vec<_>>(),
        })
    }
}

fn entry(row: &Row) -> Value {
    let entry = &row.entry;
    let shown = row.shown.iter().map(|Shown { scenario, sibling, how }| {
        json!({
            "scenario": scenario,
            "sibling": sibling,
            "injected": *how == super::reach::How::Injected,
        })
    });
    json!({
        "kind": entry.kind.word(),
        "key": entry.key,
        "text": entry.text,
        "mark": entry.mark.word(),
        "state": row.state().word(),
        "not_modelled": entry.beyond,
        "reached_by": shown.collect::<Vec<_>>(),
    })
}
