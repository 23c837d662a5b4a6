//! When steps happen, and that they happen in order.

use super::{At, Trees};
use crate::scalar::Timestamp;
use crate::scenario::model::Scenario;
use crate::scenario::overrides::lookup;
use crate::scenario::problem::Problems;
use crate::scenario::tree::Tree;

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
        let (field, time) = match (step.at, step.at_local) {
            (Some(time), None) => ("at", time),
            (None, Some(time)) => ("at_local", time),
            (None, None) if unreadable_time(trees.scenario, &path) => {
                times.push(previous);
                continue;
            }
            (None, None) => {
                // A time that did not decode is reported already.
                let is_written = ["at", "at_local"]
                    .iter()
                    .any(|field| lookup(at.tree, &format!("{path}.{field}")).is_some());
                if !is_written {
                    at.error(&path, "a step needs a time: `at` (true time) or `at_local`");
                }
                times.push(previous);
                continue;
            }
            (Some(_), Some(_)) => {
                at.error(&path, "a step has `at` or `at_local`, not both");
                times.push(previous);
                continue;
            }
        };
        let resolved = time.resolve(scenario.date, previous).unwrap_or_else(|| {
            at.error(&format!("{path}.{field}"), "the time is out of range");
            previous
        });
        if field == "at" {
            if latest.is_some_and(|latest| resolved < latest) {
                let message = "time runs backwards: this step is before the one above it";
                at.error(&format!("{path}.at"), message);
            }
            latest = Some(resolved);
        }
        previous = resolved;
        times.push(resolved);
    }
    times
}

/// Whether a step has a time that could not be read: decoding has already told what is wrong with it.
fn unreadable_time(tree: &Tree, step: &str) -> bool {
    ["at", "at_local"].iter().any(|field| lookup(tree, &format!("{step}.{field}")).is_some())
}
