//! Where in the files stands what a record did.

use std::fmt;

use schemars::JsonSchema;
use serde::Serialize;

use super::Case;
use super::graph::{node, number, word};
use crate::scenario::model::{Action, Step};
use crate::scenario::overrides::path_of_parts;
use crate::scenario::places::Place;
use crate::trace::Line;

/// A step, fault or setting, and where it is written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Written {
    /// `step cut`, `fault late`, or the path of a setting.
    pub what: String,
    /// The place.
    #[serde(flatten)]
    pub place: Place,
}

impl fmt::Display for Written {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}, {}", self.what, self.place)
    }
}

impl Case<'_> {
    /// Where it is written that something happened: the step that a client takes, what a step does to
    /// a clock, a node or a path, the rule that a fault applies.
    pub(super) fn written(&self, line: &Line) -> Option<Written> {
        let kind = line.record.kind.as_ref();
        if kind == "script.step" {
            return self.step(usize::try_from(number(&line.record, "step") - 1).ok()?);
        }
        let rule = word(&line.record, "rule");
        if kind.starts_with("fault.") && line.cause.is_some() {
            return (!rule.is_empty()).then(|| self.fault(rule));
        }
        if line.cause.is_none() { self.step(self.step_of_change(line)?) } else { None }
    }

    /// The step of the script from which a line comes.
    pub(super) fn step_behind(&self, line: &Line) -> Option<Written> {
        let line = self.graph.at(line.n)?;
        let step = self.graph.back(line).find(|line| line.record.kind == "script.step")?;
        self.written(step)
    }

    pub(super) fn step(&self, index: usize) -> Option<Written> {
        self.plan.scenario.script.get(index)?;
        let what = format!("step {}", self.plan.step_name(index));
        Some(Written { what, place: self.plan.step_place(index) })
    }

    /// The rule of a fault: one of the scenario's, or the loss of a link.
    pub(super) fn fault(&self, rule: &str) -> Written {
        let place = match rule.strip_prefix("loss of ") {
            Some(link) if self.plan.plex.links.contains_key(link) => {
                self.plan.place(&["links", link, "loss"])
            }
            _ => self.plan.place(&["faults", rule]),
        };
        Written { what: format!("fault {rule}"), place }
    }

    /// A setting, by the parts of its path.
    pub(super) fn setting(&self, parts: &[&str]) -> Written {
        Written { what: path_of_parts(parts), place: self.plan.place(parts) }
    }

    /// The step that did something to a clock, a node, a path or a rule. A step by its actor's own
    /// clock has no true time: such steps are told apart by their order.
    fn step_of_change(&self, line: &Line) -> Option<usize> {
        let fits = |step: &Step| does(step, line);
        let steps = || self.plan.scenario.script.iter().zip(&self.plan.times).enumerate();
        let at_time = steps().find(|(_, (step, time))| {
            step.at_local.is_none() && time.nanoseconds() == line.t && fits(step)
        });
        if let Some((index, _)) = at_time {
            return Some(index);
        }
        let earlier = self.graph.lines.iter().take_while(|other| other.n < line.n);
        let same = |other: &&Line| {
            other.record.kind == line.record.kind
                && other.node == line.node
                && ["system", "rule"]
                    .iter()
                    .all(|name| word(&other.record, name) == word(&line.record, name))
        };
        let by_local = steps().filter(|(_, (step, _))| step.at_local.is_some() && fits(step));
        let by_true = |other: &&Line| {
            steps().any(|(_, (step, time))| {
                step.at_local.is_none() && time.nanoseconds() == other.t && fits(step)
            })
        };
        let order = earlier.filter(same).filter(|other| !by_true(other)).count();
        by_local.map(|(index, _)| index).nth(order)
    }
}

/// Whether a step does what a line reports.
fn does(step: &Step, line: &Line) -> bool {
    let record = &line.record;
    let to_system = || step.system.as_deref() == Some(word(record, "system"));
    let to_node = || step.node.as_deref() == Some(node(line));
    let to_path = || {
        let parted = step.between.as_ref().map(|(left, right)| format!("{left} | {right}"));
        parted.as_deref() == Some(word(record, "rule"))
    };
    let to_rule = || step.fault.as_deref() == Some(word(record, "rule"));
    match (record.kind.as_ref(), &step.action) {
        ("clock.step", Action::StepClock { .. })
        | ("clock.set", Action::SetClock { .. })
        | ("clock.drift", Action::DriftClock { .. })
        | ("clock.freeze", Action::FreezeClock)
        | ("clock.thaw", Action::ThawClock)
        | ("clock.slew", Action::SlewClock { .. }) => to_system(),
        ("node.stopped", Action::Stop)
        | ("node.refusing", Action::Refuse)
        | ("node.held", Action::Hold)
        | ("node.slow", Action::Slow { .. })
        | ("node.up", Action::Resume) => to_node(),
        ("fault.partition", Action::Partition) | ("fault.heal", Action::Heal) => to_path(),
        ("fault.release", Action::Release) | ("fault.replayed", Action::Replay) => to_rule(),
        _ => false,
    }
}
