//! What of a record counts, as the options say.

use sim::Fingerprint;

use super::Options;
use crate::scenario::outcome::{self, Item, Outcome};
use crate::trace::{Line, Outline};

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

/// A record as it was read.
#[derive(Clone, Copy, Debug)]
pub(super) struct View<'a> {
    pub(super) at: Outline,
    pub(super) text: &'a str,
    pub(super) root: u64,
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

    /// The fields by which the record is told apart, as they stand. The number that stands for the name
    /// of a step that has none says nothing: another step before it changes it.
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
    let line = Line::parse(view.text).ok()?;
    let mut outcome = Outcome::default();
    outcome.observe(&line);
    outcome.items().first().cloned()
}
