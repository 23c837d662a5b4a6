//! Why a message was not written, and what it would have reported.

use super::graph::{node, said_no, word};
use super::{Case, Finding, Fix, Sentence};
use crate::scenario::model::Node;
use crate::scenario::overrides::path_of_parts;
use crate::trace::Line;

impl<'a> Case<'a> {
    /// A message that did not reach its queue.
    pub(super) fn lost_message(&self, target: &'a Line, chain: &[&'a Line], sent: u64) -> Finding {
        let (id, queue) = (word(&target.record, "id"), word(&target.record, "queue"));
        let region = node(target);
        let no_way = self.graph.back(target).find(|line| said_no(line) && is_of_message(line));
        let gone =
            chain.iter().rev().find(|line| line.n >= sent && line.record.kind == "net.refused");
        if let Some(check) = no_way {
            let mut finding = self.check(check, chain);
            finding.text = format!("{id} was lost. {}", finding.text);
            finding.details.extend(self.route_of(region, id));
            finding.fix.extend(self.way_of_message(check, region, queue));
            return finding;
        }
        if let Some(gone) = gone {
            let mut finding = self.nobody(gone, chain);
            finding.text = format!("{id} was lost: {}", finding.text);
            return finding;
        }
        self.unexplained(target)
    }

    /// What gives a message a way: room in its data set, or the queue.
    fn way_of_message(&self, check: &Line, region: &str, queue: &str) -> Option<Fix> {
        if word(&check.record, "rule") == "td.capacity" {
            let room = path_of_parts(&["nodes", node(check), "capacity"]);
            return Some(self.try_set(format!("{room}=1000")));
        }
        let of_cscs = |(_, node): &(&String, &Node)| matches!(node, Node::Cscs(_));
        let (log, _) = self.plan.plex.nodes.iter().find(of_cscs)?;
        let path = path_of_parts(&["nodes", region, "queues", queue]);
        Some(self.try_set(format!("{path}={log}")))
    }

    pub(super) fn suppressed_message(&self, target: &'a Line, chain: &[&'a Line]) -> Finding {
        let (id, region) = (word(&target.record, "id"), node(target));
        let exit = self.graph.cause(target).filter(|line| said_no(line));
        let mut finding = match exit {
            Some(check) => self.check(check, chain),
            None => self.unexplained(target),
        };
        finding.text = format!("{id} was not written. {}", finding.text);
        finding.details.extend(self.route_of(region, id));
        let path = path_of_parts(&["nodes", region, "xmeout"]);
        finding.fix.push(self.try_set(format!("{path}={{}}")));
        finding
    }

    /// That an exit sent a message to another queue.
    pub(super) fn route(&self, target: &'a Line) -> Option<Finding> {
        let id = word(&target.record, "id");
        let region = self.graph.back(target).find(|line| {
            line.record.task == target.record.task && line.record.kind != "cscs.message"
        })?;
        let told = self.route_of(node(region), id)?;
        let text =
            format!("The exit at XMEOUT sent {id} to queue {}", word(&target.record, "queue"));
        let mut finding = self.finding("setting", target, text);
        finding.details.push(told);
        Some(finding)
    }

    fn route_of(&self, region: &str, id: &str) -> Option<Sentence> {
        let path = ["nodes", region, "xmeout", id];
        self.plan.written(&path)?;
        let text = format!("what the exit at XMEOUT says of {id}");
        Some(Sentence { text, place: Some(self.setting(&path)) })
    }

    /// The refusal that a message that was never read would have reported.
    pub(super) fn behind_message(&self, mut refusal: Finding, chain: &[&'a Line]) -> Finding {
        let reason = self.reason(chain).map(|row| format!(" ({})", row.text.trim_end_matches('.')));
        let reason = reason.unwrap_or_default();
        refusal.text = format!("It would have reported this{reason}: {}", refusal.text);
        refusal
    }

    /// The record from which a message went to its queue; the target's own where it never went.
    pub(super) fn message_sent(&self, chain: &[&Line], target: &Line) -> u64 {
        let to_queue = |line: &&&Line| {
            line.record.kind == "net.send" && word(&line.record, "what") == "td-write"
        };
        chain.iter().rev().find(to_queue).map_or(target.n, |line| line.n)
    }
}

/// Whether a decision is about whether a message or record is written.
pub(super) fn is_of_message(line: &Line) -> bool {
    let rule = word(&line.record, "rule");
    rule.starts_with("td.") || rule == "cics.xmeout"
}
