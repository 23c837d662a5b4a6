//! RACF commands of plexes and scripts: read, with every complaint at its column in the command's text,
//! and tried on the databases that they will find.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{Trees, elements, in_text, part};
use crate::nodes::complaint::SyntaxError;
use crate::nodes::esm::command::{Files, RacfCommand, Refusal, Subject};
use crate::nodes::esm::database::{Database, InStorage};
use crate::nodes::warning::Warning;
use crate::scalar::Timestamp;
use crate::scenario::model::{Action, Plex, Scenario, Step};
use crate::scenario::problem::{Problem, Problems};
use crate::scenario::source::{Sources, Span};
use crate::scenario::tree::Tree;

/// What commands of plexes changed: system, path from its database down, and the command's place.
pub type Changes = Vec<(String, String, Span)>;

/// Carries the commands of each system's `esm` section out. One that is refused is an error.
pub fn plex_commands(
    plex: &mut Plex,
    files: &Files,
    trees: &Trees<'_>,
    sources: &Sources,
    problems: &mut Problems,
) -> Changes {
    let mut changes = Changes::new();
    for (name, system) in &mut plex.systems {
        let Some(database) = &mut system.esm else { continue };
        let mut storage = InStorage::load(database);
        for (index, text) in std::mem::take(&mut database.commands).iter().enumerate() {
            let path = format!("systems.{}.esm.commands.{index}", part(name));
            let place = Place { tree: trees.plex, path: &path, sources };
            let Some(command) = place.read(text, problems) else { continue };
            let effect = command.apply(database, &mut storage, files);
            let span = super::place(trees.plex, &path);
            let paths = effect.changed.iter().filter_map(Subject::path);
            changes.extend(paths.map(|path| (name.clone(), path, span)));
            for refusal in effect.refused {
                problems.add(place.refused(refusal, Problem::error));
            }
        }
    }
    changes
}

/// The commands of a script, by the numbers of their steps.
pub fn script_commands(
    trees: &Trees<'_>,
    sources: &Sources,
    problems: &mut Problems,
) -> BTreeMap<usize, Arc<RacfCommand>> {
    let mut commands = BTreeMap::new();
    for (index, step) in elements::<Step>(trees.scenario, "script") {
        let Action::Racf(text) = &step.action else { continue };
        let path = format!("script.{index}.do");
        let place = Place { tree: trees.scenario, path: &path, sources };
        commands.extend(place.read(text, problems).map(|command| (index, Arc::new(command))));
    }
    commands
}

/// Tries the commands of a script in the order of their times. Clocks may change that order, and a
/// refusal may be what the scenario is about: so it is a warning.
pub fn rehearse(
    scenario: &Scenario,
    plex: &Plex,
    (commands, times): (&BTreeMap<usize, Arc<RacfCommand>>, &[Timestamp]),
    files: &Files,
    trees: &Trees<'_>,
    sources: &Sources,
    problems: &mut Problems,
) {
    let state = |database: &Database| (database.clone(), InStorage::load(database));
    let systems = plex.systems.iter();
    let mut states: BTreeMap<&str, (Database, InStorage)> = systems
        .filter_map(|(name, system)| Some((name.as_str(), state(system.esm.as_ref()?))))
        .collect();
    let time = |index: usize| {
        let skew = scenario.script.get(index).map_or(0, |step| step.local_skew(plex));
        times.get(index).map(|time| time.nanoseconds().saturating_sub(skew))
    };
    let mut order: Vec<usize> = commands.keys().copied().collect();
    order.sort_by_key(|index| (time(*index), *index));
    for index in order {
        let system = scenario.script.get(index).and_then(|step| step.system.as_deref());
        let state = system.and_then(|system| states.get_mut(system));
        let (Some(command), Some((database, storage))) = (commands.get(&index), state) else {
            continue;
        };
        let path = format!("script.{index}.do");
        let place = Place { tree: trees.scenario, path: &path, sources };
        for refusal in command.apply(database, storage, files).refused {
            let warning =
                |span, message| Problem::warning(span, Warning::RacfCommandRefused, message);
            problems.add(place.refused(refusal, warning));
        }
    }
}

/// Where a command is written.
struct Place<'a> {
    tree: &'a Tree,
    path: &'a str,
    sources: &'a Sources,
}

impl Place<'_> {
    fn read(&self, text: &str, problems: &mut Problems) -> Option<RacfCommand> {
        let complaint = |error: SyntaxError| {
            let span = in_text(self.tree, self.path, error.span, self.sources);
            let problem = Problem::error(span, error.message);
            Problem { help: error.help, ..problem }
        };
        match RacfCommand::parse(text) {
            Ok(command) => Some(command),
            Err(errors) => {
                problems.extend(errors.into_iter().map(complaint));
                None
            }
        }
    }

    fn refused(&self, refusal: Refusal, problem: impl FnOnce(Span, String) -> Problem) -> Problem {
        let span = in_text(self.tree, self.path, refusal.span, self.sources);
        let problem = problem(span, format!("the command is refused: {}", refusal.message));
        let help: Vec<String> = refusal.help.into_iter().chain(problem.help.clone()).collect();
        Problem { help: (!help.is_empty()).then(|| help.join("; ")), ..problem }
    }
}
