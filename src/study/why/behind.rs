//! What lies behind a failure: the command that nobody handled, the earlier step that failed, the task
//! that had said no before.

use super::graph::{node, number, word};
use super::{Case, Finding, Sentence};
use crate::scenario::model::{Action, Token};
use crate::trace::Line;

/// Deepest chain of failures behind failures that is followed.
const DEPTH_MAX: usize = 4;

impl<'a> Case<'a> {
    /// A condition that nobody handled, or the program's own wish.
    pub(super) fn abend(&self, target: &'a Line, chain: &[&'a Line]) -> Vec<Finding> {
        let last = |kind: &str| chain.iter().rev().copied().find(|line| line.record.kind == kind);
        let code = word(&target.record, "code");
        let (begin, end) = (last("exec.begin"), last("exec.end"));
        let unhandled = end.filter(|end| begin.is_some_and(|begin| begin.n < end.n));
        let Some(end) = unhandled else {
            if let Some(refusal) = self.refusal(target, chain, target.n) {
                return vec![refusal];
            }
            let command = begin.unwrap_or(target);
            let text = format!("The task ended itself with {code}: {}", self.tell(command).text);
            let mut finding = self.finding("program", command, text);
            finding.places.extend(self.command_written(command));
            return vec![finding];
        };
        let (command, resp) = (word(&end.record, "command"), word(&end.record, "resp"));
        let text = format!(
            "{command} raised {resp}, and the command has neither RESP nor NOHANDLE: abend {code}"
        );
        let mut finding = self.finding("program", end, text);
        finding.places.extend(begin.and_then(|begin| self.command_written(begin)));
        let refusal = self.refusal(end, chain, end.n + 1);
        [finding].into_iter().chain(refusal).collect()
    }

    /// A client that cannot go on: nobody answered, somebody refused, or it lacks what an earlier step
    /// should have got.
    pub(super) fn client_failed(
        &self,
        target: &'a Line,
        chain: &[&'a Line],
        depth: usize,
    ) -> Vec<Finding> {
        if let Some(silence) = self.silence(chain, target) {
            return vec![silence];
        }
        let mut found: Vec<Finding> = self.refusal(target, chain, target.n).into_iter().collect();
        if let Some((missing, earlier)) = self.missing(target, chain) {
            found.push(self.lacks(target, missing, earlier));
            if let Some(earlier) = earlier.filter(|_| depth < DEPTH_MAX) {
                found.extend(self.because(earlier, depth + 1));
            }
        }
        if found.is_empty() {
            found.push(self.unexplained(target));
        }
        found
    }

    /// What a step needs that the client does not have, and the earlier step of it that failed.
    fn missing(
        &self,
        target: &'a Line,
        chain: &[&Line],
    ) -> Option<(&'static str, Option<&'a Line>)> {
        let step = chain.iter().rev().find(|line| line.record.kind == "script.step")?;
        let index = usize::try_from(number(&step.record, "step") - 1).ok()?;
        let (kind, missing) = match &self.plan.scenario.script.get(index)?.action {
            Action::GetTicket { .. } => ("client.logon", "ticket-granting ticket"),
            Action::MakeToken { .. } | Action::Start { token: Token::New, .. } => {
                ("client.ticket", "ticket for the service")
            }
            Action::Start { token: Token::Made(_) | Token::Again, .. } => ("client.token", "token"),
            _ => return None,
        };
        let own = |line: &Line| line.node == target.node;
        if self.graph.last_before(target.n, |line| own(line) && line.record.kind == kind).is_some()
        {
            return None;
        }
        let failed = |line: &Line| own(line) && line.record.kind == "client.failed";
        Some((missing, self.graph.last_before(step.n, failed)))
    }

    fn lacks(&self, target: &'a Line, missing: &str, earlier: Option<&'a Line>) -> Finding {
        let who = node(target);
        let text = match earlier {
            Some(earlier) => format!(
                "{who} has no {missing}, because an earlier step failed at {} (record {}): {}",
                self.calendar.time(earlier.t),
                earlier.n,
                self.tell(earlier).text
            ),
            None => format!("{who} has no {missing}, and no earlier step gets one"),
        };
        let mut finding = self.finding("earlier", earlier.unwrap_or(target), text);
        finding.places.extend(self.step_behind(earlier.unwrap_or(target)));
        finding
    }

    /// What a client learns of a task afterwards: the reason lies in the task.
    pub(super) fn aftermath(
        &self,
        target: &'a Line,
        chain: &[&'a Line],
        depth: usize,
    ) -> Vec<Finding> {
        let refusal = self.refusal(target, chain, target.n);
        let of_task = |line: &&&Line| {
            let kind = line.record.kind.as_ref();
            line.n < target.n
                && matches!(kind, "exec.end" | "task.abend" | "task.refused")
                && self.is_trouble(line)
        };
        let Some(earlier) = chain.iter().rev().find(of_task).filter(|_| depth < DEPTH_MAX) else {
            return vec![refusal.unwrap_or_else(|| self.unexplained(target))];
        };
        let text = format!(
            "The region had said no before (record {}): {}",
            earlier.n,
            self.tell(earlier).text
        );
        let finding = self.finding("earlier", earlier, text);
        let refusal = refusal.filter(|refusal| refusal.record > earlier.n);
        let own = refusal.into_iter().chain([finding]);
        own.chain(self.because(earlier, depth + 1)).collect()
    }

    /// Trouble without a check: the record's own words, and what the catalogue says.
    pub(super) fn unexplained(&self, target: &'a Line) -> Finding {
        let mut finding = self.finding("catalogue", target, self.tell(target).text);
        let mut command = target.also.iter().filter_map(|n| self.graph.at(*n));
        if let Some(command) = command.rfind(|line| line.record.kind == "exec.begin") {
            let told = self.tell(command);
            finding.details.push(told);
        }
        if let Some(entry) = self.entry(target) {
            finding.details.push(Sentence::plain(format!("the catalogue says: {}", entry.cause)));
        }
        finding
    }
}
