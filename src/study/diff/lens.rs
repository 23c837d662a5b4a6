//! What of a record counts, as the options say.

use sim::Fingerprint;

use super::Options;
use crate::scenario::outcome::{self, Item, Outcome};
use crate::trace::{Line, Outline, Record, Value};

/// Fields by which records of one kind and node are told apart, whatever else they say.
const NAMES: [&str; 14] = [
    "rule",
    "subject",
    "command",
    "what",
    "to",
    "from",
    "service",
    "function",
    "id",
    "queue",
    "transaction",
    "system",
    "action",
    "name",
];

/// Fields of which the outcome is made.
const OUTCOME: [&str; 10] =
    ["command", "resp", "resp2", "id", "reason", "code", "transaction", "why", "verdict", "region"];

/// A record as it was read.
#[derive(Clone, Copy, Debug)]
pub(super) struct View<'a> {
    pub(super) at: Outline,
    pub(super) text: &'a str,
}

impl<'a> View<'a> {
    pub(super) fn node(&self) -> &'a str {
        self.at.node(self.text).unwrap_or_default()
    }

    pub(super) fn kind(&self) -> &'a str {
        self.at.kind(self.text)
    }

    pub(super) fn fields(&self) -> impl Iterator<Item = (&'a str, &'a str)> + use<'a> {
        self.at.fields(self.text)
    }

    /// The fields by which the record is told apart, as they stand. The number that stands for the
    /// name of a step that has none says nothing: another step before it changes it.
    pub(super) fn names(&self) -> impl Iterator<Item = (&'a str, &'a str)> + use<'a> {
        self.fields().filter(|(name, value)| NAMES.contains(name) && !value.starts_with("\"#"))
    }

    /// Every record that led to this one.
    pub(super) fn causes(&self) -> impl Iterator<Item = u64> + use<'a> {
        self.at.cause.into_iter().chain(self.at.also(self.text))
    }
}

/// Looks at records as the options say.
#[derive(Clone, Copy, Debug)]
pub(super) struct Lens<'o> {
    pub(super) options: &'o Options,
}

impl Lens<'_> {
    /// Whether the record counts at all.
    pub(super) fn counts(&self, view: &View<'_>) -> bool {
        let Options { ignore_kinds, ignore_nodes, outcome, .. } = self.options;
        let (kind, node) = (view.kind(), view.node());
        let ignored = !ignore_kinds.is_empty() && ignore_kinds.contains(kind)
            || !ignore_nodes.is_empty() && ignore_nodes.contains(node);
        !ignored && (!outcome || item(view).is_some())
    }

    /// Whether a field counts.
    pub(super) fn sees(&self, field: &str) -> bool {
        !self.options.ignore_fields.contains(field)
    }

    /// The fields that count.
    fn seen<'a>(&self, view: &View<'a>) -> impl Iterator<Item = (&'a str, &'a str)> {
        view.fields().filter(|(name, _)| self.sees(name))
    }

    /// Whether both say the same, whenever and after whatever they say it.
    pub(super) fn same(&self, a: &View<'_>, b: &View<'_>) -> bool {
        if self.options.outcome {
            return item(a) == item(b);
        }
        if self.options.ignore_fields.is_empty() {
            return a.at.task == b.at.task
                && a.at.content(a.text) == b.at.content(b.text)
                && a.node() == b.node();
        }
        (a.at.task == b.at.task || !self.sees("task"))
            && (a.kind(), a.node()) == (b.kind(), b.node())
            && self.seen(a).eq(self.seen(b))
    }

    /// A fingerprint of what the record says: equal where [`Lens::same`] holds.
    pub(super) fn content(&self, view: &View<'_>) -> u64 {
        let mut print = Fingerprint::new();
        print.bytes(view.node().as_bytes());
        if self.options.outcome {
            print.bytes(item(view).map(|item| item.to_string()).unwrap_or_default().as_bytes());
            return print.value();
        }
        let task = view.at.task.filter(|_| self.sees("task"));
        print.pair(task.map_or(u64::MAX, u64::from), 0);
        if self.options.ignore_fields.is_empty() {
            print.bytes(view.at.content(view.text).as_bytes());
            return print.value();
        }
        print.bytes(view.kind().as_bytes());
        for (name, value) in self.seen(view) {
            print.bytes(name.as_bytes());
            print.bytes(value.as_bytes());
        }
        print.value()
    }

    /// A fingerprint of what the record is.
    pub(super) fn key(&self, view: &View<'_>) -> u64 {
        let mut print = Fingerprint::new();
        print.bytes(view.node().as_bytes());
        print.bytes(view.kind().as_bytes());
        if self.options.outcome {
            print.pair(view.at.task.map_or(u64::MAX, u64::from), 0);
        }
        for (name, value) in view.names() {
            print.bytes(name.as_bytes());
            print.bytes(value.as_bytes());
        }
        print.value()
    }
}

/// What the record adds to the outcome.
pub(super) fn item(view: &View<'_>) -> Option<Item> {
    if !outcome::is_kind_of_outcome(view.kind()) {
        return None;
    }
    let mut record =
        Record { kind: view.kind().to_owned().into(), task: view.at.task, ..Record::default() };
    for (name, raw) in view.fields().filter(|(name, _)| OUTCOME.contains(name)) {
        let value: Value = serde_json::from_str(raw).ok()?;
        record.fields.push(name.to_owned().into(), value);
    }
    let node = view.at.node(view.text).map(|node| node.into());
    let mut outcome = Outcome::default();
    outcome.observe(&Line { node, ..Line::new(view.at.n, view.at.t, record) });
    outcome.items().first().cloned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_outcome_of_a_line_is_that_of_the_record() {
        let mut seen = 0;
        for name in ["dfhxs1402/attempted-replay", "region/cscs-full", "faults/wrong-password"] {
            let text = std::fs::read_to_string(format!("traces/{name}.jsonl")).unwrap();
            for text in text.lines().filter(|line| line.starts_with("{\"n\":")) {
                let mut outcome = Outcome::default();
                outcome.observe(&Line::parse(text).unwrap());
                let view = View { at: Outline::of(text).unwrap(), text };
                assert_eq!(item(&view), outcome.items().first().cloned(), "{text}");
                seen += outcome.items().len();
            }
        }
        assert!(seen > 10);
    }
}
