//! Where a plan's values are written: file and line, for whoever has to change them.

use std::fmt;

use super::overrides::{nearest_value, value_at};
use super::plan::Plan;
use super::source::Span;
use super::tree::{Node, Value};

/// A line of a scenario, of its plex, or of the command line.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, schemars::JsonSchema)]
pub struct Place {
    /// The file as it was named, or `--set #1`.
    pub file: String,
    /// Line, from 1.
    pub line: u32,
    /// Column in characters, from 1.
    pub column: u32,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // A change of the command line is one line without a number.
        if self.file.starts_with("--") {
            return f.write_str(&self.file);
        }
        write!(f, "{}:{}", self.file, self.line)
    }
}

/// A value that the scenario's `set` changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// The path of the value.
    pub path: String,
    /// The new value as it is written.
    pub value: String,
    /// Where.
    pub place: Place,
}

impl Plan {
    /// Where the value is written to which the parts of a path lead, or the nearest one around it:
    /// what has its default is written nowhere.
    pub fn place(&self, parts: &[&str]) -> Place {
        let section = parts.first().copied().unwrap_or_default();
        self.at(nearest_value(self.tree_of(section), parts).span)
    }

    /// Where exactly that value is written, if it is.
    pub fn written(&self, parts: &[&str]) -> Option<Place> {
        let section = parts.first().copied().unwrap_or_default();
        value_at(self.tree_of(section), parts).map(|node| self.at(node.span))
    }

    /// Where a step of the script is written, by its place in the script from 0.
    pub fn step_place(&self, step: usize) -> Place {
        self.place(&["script", &step.to_string()])
    }

    /// What the scenario's own `set` changes, in the order of the text.
    pub fn set_changes(&self) -> Vec<Change> {
        let Some(set) = self.trees().0.root.get("set") else { return Vec::new() };
        let change = |(key, value): &(super::tree::Key, Node)| Change {
            path: key.text.clone(),
            value: self.sources.excerpt(value.span).to_owned(),
            place: self.at(key.span),
        };
        set.entries().iter().map(change).collect()
    }

    /// Where a program issues a command, by its text.
    pub fn command_place(&self, region: &str, program: &str, text: &str) -> Option<Place> {
        let path = ["nodes", region, "programs", program, "code"];
        find_text(nearest_value(self.trees().1, &path), text).map(|node| self.at(node.span))
    }

    fn at(&self, span: Span) -> Place {
        let position = self.sources.position(span);
        let file = self.sources.name(span.source).to_owned();
        Place { file, line: position.line, column: position.column }
    }
}

/// The first text inside a value that is this one.
fn find_text<'t>(node: &'t Node, text: &str) -> Option<&'t Node> {
    if matches!(&node.value, Value::Str(own) if own == text) {
        return Some(node);
    }
    let entries = node.entries().iter().map(|(_, child)| child);
    entries.chain(node.items()).find_map(|child| find_text(child, text))
}
