//! What decoding cannot see: references that lead nowhere, steps of the wrong actor, times that run
//! backwards, programs that do not translate. Every finding has its place in the files.

mod certificates;
mod commands;
mod expectations;
mod faults;
mod files;
mod plex;
mod programs;
mod realms;
mod script;
mod server;
mod times;

use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::de::DeserializeOwned;

use super::decode::decode;
use super::model::{Expectation, Fault, Plex, Scenario, Step};
use super::overrides::{lookup, lookup_key};
use super::problem::{Problem, Problems};
use super::source::{Sources, Span};
use super::tree::{Node as TreeNode, Tree, Value};
use crate::nodes::complaint;
pub use certificates::certificates;
pub use commands::{Changes, plex_commands, rehearse, script_commands};
use expectations::expected;
use faults::fault_rule;
pub use files::files;
pub use plex::plex;
pub use programs::programs;
use script::{step, tokens};
pub use times::times;

/// The trees of a scenario and its plex, for the places of values.
pub struct Trees<'a> {
    /// The scenario.
    pub scenario: &'a Tree,
    /// The plex.
    pub plex: &'a Tree,
}

/// The place of a value, or of the nearest value above it that is written.
pub(super) fn place(tree: &Tree, path: &str) -> Span {
    let mut path = path;
    loop {
        if let Some(node) = lookup(tree, path) {
            return node.span;
        }
        let Some((above, last)) = path.rsplit_once('.') else { return tree.root.name_span() };
        // An element of a list of texts goes by its text.
        let list = lookup(tree, above).map(TreeNode::items).unwrap_or_default();
        if let Some(item) = list.iter().find(|item| item.as_str() == Some(last)) {
            return item.span;
        }
        path = above;
    }
}

/// The place of the name at the end of a path: of a key, rather than of what stands under it.
fn name_place(tree: &Tree, path: &str) -> Span {
    lookup_key(tree, path).map_or_else(|| place(tree, path), |key| key.span)
}

/// The place of a piece of a command's text, by the path of the text or of what holds it: `Exec("…")`.
pub(super) fn in_text(tree: &Tree, path: &str, piece: complaint::Span, sources: &Sources) -> Span {
    let text = lookup(tree, path).and_then(|node| match &node.value {
        Value::Tuple { items, .. } => items.first(),
        Value::Str(_) => Some(node),
        _ => None,
    });
    match text {
        Some(node) => within(node.span, piece, sources),
        None => place(tree, path),
    }
}

/// The place of bytes of a string's value inside the string as it is written. With escapes before
/// them the place is the whole string: nothing nearer can be told.
fn within(span: Span, piece: complaint::Span, sources: &Sources) -> Span {
    let written = sources.excerpt(span);
    let opening = written.find('"').map_or(0, |quote| quote + 1);
    if !written.starts_with('r') && written.contains('\\') {
        return span;
    }
    span.part(opening + piece.start, piece.end.saturating_sub(piece.start).max(1))
}

/// A value path part, quoted where it has a dot.
fn part(name: &str) -> String {
    if name.contains('.') { format!("\"{name}\"") } else { name.to_owned() }
}

/// A checker over one of the trees.
struct At<'a> {
    tree: &'a Tree,
    problems: &'a mut Problems,
}

impl At<'_> {
    fn error(&mut self, path: &str, message: impl Into<String>) {
        self.problems.add(Problem::error(place(self.tree, path), message));
    }

    /// The name at the end of the path is wrong.
    fn misnamed(&mut self, path: &str, message: impl Into<String>) {
        self.problems.add(Problem::error(name_place(self.tree, path), message));
    }

    /// Reports a name that is not among the valid ones, with the nearest of them.
    fn known<'b>(
        &mut self,
        path: &str,
        what: &str,
        name: &str,
        valid: impl IntoIterator<Item = &'b str>,
    ) -> bool {
        let valid: Vec<&str> = valid.into_iter().collect();
        let found = valid.contains(&name);
        if !found {
            let problem =
                Problem::error(place(self.tree, path), format!("unknown {what} `{name}`"));
            self.problems.add(problem.suggest(name, valid));
        }
        found
    }
}

/// Checks a scenario against its plex.
pub fn scenario(scenario: &Scenario, plex: &Plex, trees: &Trees<'_>, problems: &mut Problems) {
    let mut at = At { tree: trees.scenario, problems };
    let steps: Vec<(usize, Step)> = elements(trees.scenario, "script");
    let mut names = BTreeSet::new();
    for (index, description) in &steps {
        let path = format!("script.{index}");
        if let Some(name) = &description.name
            && !names.insert(name.clone())
        {
            at.error(&format!("{path}.name"), format!("a second step has the name `{name}`"));
        }
        step(description, scenario, plex, &path, &mut at);
    }
    tokens(&steps, &mut at);
    let mut names = BTreeSet::new();
    for (index, fault) in &elements::<Fault>(trees.scenario, "faults") {
        let path = format!("faults.{index}");
        if !names.insert(fault.name.clone()) {
            let message = format!("a second fault has the name `{}`", fault.name);
            at.error(&format!("{path}.name"), message);
        }
        fault_rule(fault, plex, &path, &mut at);
    }
    for (index, expectation) in &elements::<Expectation>(trees.scenario, "expect") {
        expected(expectation, plex, &format!("expect.{index}"), &mut at);
    }
    match (&scenario.sibling_of, scenario.differs.is_empty()) {
        (Some(_), true) => at.error("sibling_of", "a sibling says in `differs` what differs"),
        (None, false) => at.error("differs", "`differs` needs `sibling_of`"),
        _ => {}
    }
}

/// Drops the warnings that the scenario allows. One that nothing gives is an error, unless the
/// command line changed the scenario: then its cause may be gone.
pub fn allowed(scenario: &Scenario, changed: bool, trees: &Trees<'_>, problems: &mut Problems) {
    let complete = !problems.has_errors();
    for (index, warning) in scenario.allow.iter().enumerate() {
        if !problems.allow(*warning) && complete && !changed {
            let span = place(trees.scenario, &format!("allow.{index}"));
            let message = format!("nothing here gives the warning `{warning}`");
            problems.add(Problem::error(span, message).help("leave it out"));
        }
    }
}

/// The elements of a list that decode, each with its place in the list. One that does not has been
/// reported and is missing from the model, where the numbers of those behind it have moved.
fn elements<T: DeserializeOwned + JsonSchema>(tree: &Tree, list: &str) -> Vec<(usize, T)> {
    let items = tree.root.get(list).map(TreeNode::items).unwrap_or_default().iter().enumerate();
    let decoded = items.map(|(index, item)| {
        let piece = Tree::new(item.clone(), u32::MAX / 2);
        (index, decode(&piece, &mut Problems::new()))
    });
    decoded.filter_map(|(index, element)| Some((index, element?))).collect()
}

/// What is wrong with a name of the mainframe's, which has at most so many characters.
fn illegal_name(what: &str, name: &str, most: usize) -> Option<String> {
    let legal = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit() || "$@#".contains(c);
    let is_legal = (1..=most).contains(&name.len()) && name.chars().all(legal);
    (!is_legal).then(|| format!("`{name}` is no {what}: 1 to {most} of A to Z, 0 to 9, $, @ and #"))
}

/// The names of all nodes, those of systems included.
fn node_names(plex: &Plex) -> Vec<String> {
    let own = plex.systems.iter().filter(|(_, system)| system.esm.is_some());
    let own = own.flat_map(|(name, _)| [format!("{name}.ESM"), format!("{name}.NAS")]);
    plex.nodes.keys().cloned().chain(own).collect()
}

fn ends(plex: &Plex, (left, right): (&str, &str), path: &str, at: &mut At<'_>) {
    let names = node_names(plex);
    let valid = || names.iter().map(String::as_str);
    let known = at.known(&format!("{path}.0"), "node", left, valid())
        & at.known(&format!("{path}.1"), "node", right, valid());
    if known && left == right {
        at.error(path, "a link joins two different nodes");
    }
}
