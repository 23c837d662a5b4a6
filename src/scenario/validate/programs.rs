//! The programs of regions: compiled, with every complaint at its column in the command's text.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{Trees, part, place};
use crate::nodes::cics::program::{Program, ProgramError, StatementError};
use crate::scenario::model::{Node, Plex};
use crate::scenario::overrides::lookup;
use crate::scenario::problem::{Problem, Problems};
use crate::scenario::source::{Sources, Span};
use crate::scenario::tree::{Node as TreeNode, Value};

/// Compiles the programs of every region; complaints stand at their column in the command's text.
pub fn programs(
    plex: &Plex,
    trees: &Trees<'_>,
    sources: &Sources,
    problems: &mut Problems,
) -> BTreeMap<String, BTreeMap<String, Arc<Program>>> {
    let mut all = BTreeMap::new();
    for (name, node) in &plex.nodes {
        let Node::Cics(config) = node else { continue };
        let mut compiled = BTreeMap::new();
        for (program, source) in &config.programs {
            let path = format!("nodes.{}.programs.{}.code", part(name), part(program));
            let declared = source.data.clone();
            match Program::compile(program, declared, &source.code, config.release) {
                Ok(done) => {
                    compiled.insert(program.clone(), Arc::new(done));
                }
                Err(errors) => {
                    let located =
                        errors.iter().map(|error| complaint(error, &path, trees, sources));
                    problems.extend(located.collect::<Vec<_>>());
                }
            }
        }
        all.insert(name.clone(), compiled);
    }
    all
}

fn complaint(error: &ProgramError, path: &str, trees: &Trees<'_>, sources: &Sources) -> Problem {
    let pieces = error.path.split(['[', ']']).filter(|piece| !piece.is_empty());
    let path = pieces
        .fold(path.to_owned(), |path, piece| format!("{path}.{}", piece.trim_start_matches('.')));
    let span = place(trees.plex, &path);
    match &error.error {
        StatementError::Syntax(error) => {
            let text = lookup(trees.plex, &path).and_then(exec_text);
            let span = match text {
                Some(node) => within(node.span, error.span.start, error.span.end, sources),
                None => span,
            };
            let problem = Problem::error(span, error.message.clone());
            match &error.help {
                Some(help) => problem.help(help.clone()),
                None => problem,
            }
        }
        StatementError::Times(times) => {
            Problem::error(span, format!("a loop runs 1 to 10000 times, not {times}"))
        }
        StatementError::Depth => Problem::error(span, "statements are nested too deeply"),
    }
}

/// The string inside `Exec("…")`.
fn exec_text(node: &TreeNode) -> Option<&TreeNode> {
    match &node.value {
        Value::Tuple { items, .. } => items.first(),
        Value::Str(_) => Some(node),
        _ => None,
    }
}

/// The place of bytes of a string's value inside the string as it is written. With escapes before
/// them the place is the whole string: nothing nearer can be told.
fn within(span: Span, start: usize, end: usize, sources: &Sources) -> Span {
    let written = sources.excerpt(span);
    let opening = written.find('"').map_or(0, |quote| quote + 1);
    if !written.starts_with('r') && written.contains('\\') {
        return span;
    }
    span.part(opening + start, end.saturating_sub(start).max(1))
}
