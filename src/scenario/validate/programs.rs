//! The programs of regions: compiled, with every complaint at its column in the command's text.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{Trees, in_text, part, place};
use crate::nodes::cics::program::{Program, ProgramError, StatementError};
use crate::scenario::model::{Node, Plex};
use crate::scenario::problem::{Problem, Problems};
use crate::scenario::source::Sources;

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
            let span = in_text(trees.plex, &path, error.span, sources);
            Problem { help: error.help.clone(), ..Problem::error(span, error.message.clone()) }
        }
        StatementError::Times(times) => {
            Problem::error(span, format!("a loop runs 1 to 10000 times, not {times}"))
        }
        StatementError::Area(name) => {
            Problem::error(span, format!("`{name}` is no CHAR area of the program"))
        }
        StatementError::Depth => Problem::error(span, "statements are nested too deeply"),
    }
}
