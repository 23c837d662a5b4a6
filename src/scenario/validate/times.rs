//! When steps happen, and that they happen in order.

use super::{At, Trees};
use crate::scalar::{ScriptTime, Timestamp};
use crate::scenario::model::{Scenario, Step};
use crate::scenario::overrides::lookup;
use crate::scenario::problem::Problems;

/// When each step happens; a step without a time, with two, or before the one above it is an error.
pub fn times(
    scenario: &Scenario,
    midnight: Timestamp,
    trees: &Trees<'_>,
    problems: &mut Problems,
) -> Vec<Timestamp> {
    let mut at = At { tree: trees.scenario, problems };
    let mut previous = midnight;
    let mut latest: Option<Timestamp> = None;
    let mut times = Vec::with_capacity(scenario.script.len());
    let written = at.tree.root.get("script").map_or(0, |node| node.items().len());
    if written != scenario.script.len() {
        return vec![midnight; scenario.script.len()];
    }
    for (index, step) in scenario.script.iter().enumerate() {
        let path = format!("script.{index}");
        let Some((field, time)) = time_of(step, &path, &mut at) else {
            times.push(previous);
            continue;
        };
        let resolved = time.resolve(scenario.date, previous).unwrap_or_else(|| {
            at.error(&format!("{path}.{field}"), "the time is out of range");
            previous
        });
        if field == "at" {
            if let Some(latest) = latest.filter(|latest| resolved < *latest) {
                let message =
                    format!("time runs backwards: {resolved} is before the step above, {latest}");
                at.error(&format!("{path}.at"), message);
            }
            latest = Some(resolved);
        }
        previous = resolved;
        times.push(resolved);
    }
    times
}

/// The time of a step and the field that it stands in; what is wrong with the fields is reported.
fn time_of(step: &Step, path: &str, at: &mut At<'_>) -> Option<(&'static str, ScriptTime)> {
    match (step.at, step.at_local) {
        (Some(time), None) => Some(("at", time)),
        (None, Some(time)) => Some(("at_local", time)),
        (Some(_), Some(_)) => {
            at.error(path, "a step has `at` or `at_local`, not both");
            None
        }
        (None, None) => {
            // Decoding has already told what is wrong with a time that it could not read.
            let unreadable = ["at", "at_local"]
                .iter()
                .any(|field| lookup(at.tree, &format!("{path}.{field}")).is_some());
            if !unreadable {
                at.error(path, "a step needs a time: `at` (true time) or `at_local`");
            }
            None
        }
    }
}
