//! Expectations: names that nothing bears, comparisons without a value.

use std::collections::BTreeSet;

use super::{At, name_place, node_names, part};
use crate::nodes::cics::exec::Verb;
use crate::scenario::model::{Expectation, Node, Plex};
use crate::scenario::problem::Problem;
use crate::trace::kinds::{self, KINDS};

pub(super) fn expected(what: &Expectation, plex: &Plex, path: &str, at: &mut At<'_>) {
    match what {
        Expectation::Message { id, .. } => {
            let ids = crate::catalogue::messages::ROWS.iter().map(|message| message.id);
            at.known(&format!("{path}.id"), "message", id, ids);
        }
        Expectation::Response { command, node, .. } => {
            let verbs = Verb::ALL.iter().map(|verb| verb.word());
            at.known(&format!("{path}.command"), "command", command, verbs);
            if let Some(node) = node {
                let names = plex.nodes.keys().map(String::as_str);
                at.known(&format!("{path}.node"), "node", node, names);
            }
        }
        Expectation::Container { text: None, hex: None, .. } => {
            at.error(path, "a container is compared with `text` or `hex`");
        }
        Expectation::Variable { name, .. } => {
            let regions = plex.nodes.values().filter_map(|node| match node {
                Node::Cics(config) => Some(config),
                _ => None,
            });
            let programs = regions.flat_map(|config| config.programs.values());
            let declared: BTreeSet<String> = programs
                .flat_map(|program| program.data.iter().map(|(name, _)| name.to_owned()))
                .collect();
            let valid = declared.iter().map(String::as_str);
            at.known(&format!("{path}.name"), "data area", name, valid);
        }
        Expectation::Record { kind, node, fields } => {
            record(kind, node.as_deref(), fields.keys(), plex, path, at);
        }
        Expectation::Never(inner) => expected(inner, plex, &format!("{path}.0"), at),
        Expectation::Eventually { what, .. } | Expectation::Count { what, .. } => {
            expected(what, plex, &format!("{path}.what"), at);
        }
        Expectation::Sequence(parts) => {
            if parts.is_empty() {
                at.error(path, "a sequence has at least one part");
            }
            for (index, inner) in parts.iter().enumerate() {
                expected(inner, plex, &format!("{path}.0.{index}"), at);
            }
        }
        _ => {}
    }
}

fn record<'a>(
    kind: &str,
    node: Option<&str>,
    fields: impl Iterator<Item = &'a String>,
    plex: &Plex,
    path: &str,
    at: &mut At<'_>,
) {
    at.known(&format!("{path}.kind"), "record kind", kind, KINDS.iter().map(|row| row.name));
    if let Some(node) = node {
        let names = node_names(plex);
        at.known(&format!("{path}.node"), "node", node, names.iter().map(String::as_str));
    }
    let Some(row) = kinds::find(kind) else { return };
    for name in fields {
        let valid: Vec<&str> = row.fields.iter().map(|field| field.name).collect();
        if !valid.contains(&name.as_str()) {
            let span = name_place(at.tree, &format!("{path}.fields.{}", part(name)));
            let problem = Problem::error(span, format!("unknown field `{name}` of record {kind}"));
            at.problems.add(problem.suggest(name, valid));
        }
    }
}
