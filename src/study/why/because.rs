//! What decided an outcome: the check that said no, the silence, the node that was not there, the
//! setting; and what lies behind that.

use super::check::{Decision, closeness, used_up};
use super::graph::{node, said_no, word};
use super::{Case, Finding, Fix, Sentence};
use crate::scalar::words::nearest;
use crate::scenario::model::{Action, Node, Token};
use crate::scenario::overrides::path_of_parts;
use crate::trace::Line;

/// How many passed checks a success shows.
const CLOSEST_SHOWN: usize = 5;
/// Deepest chain of failures behind failures that is followed.
const DEPTH_MAX: usize = 4;

impl<'a> Case<'a> {
    /// Why a record came to what it says.
    pub(super) fn because(&self, target: &'a Line, depth: usize) -> Vec<Finding> {
        let chain = self.graph.ancestors(target.n);
        if !self.is_trouble(target) {
            return self.passed(&chain).into_iter().chain(self.retried(&chain)).collect();
        }
        let refusal = |before| self.refusal(target, &chain, before);
        match target.record.kind.as_ref() {
            "message.lost" => {
                let sent = self.message_sent(&chain, target);
                let mut found = vec![self.lost_message(target, &chain, sent)];
                found.extend(refusal(sent).map(|refusal| self.behind_message(refusal, &chain)));
                found
            }
            "message.suppressed" => {
                let refusal = refusal(target.n).map(|found| self.behind_message(found, &chain));
                [self.suppressed_message(target, &chain)].into_iter().chain(refusal).collect()
            }
            "cscs.message" => {
                let refusal = refusal(self.message_sent(&chain, target));
                refusal.into_iter().chain(self.route(target)).collect()
            }
            "task.abend" => self.abend(target, &chain),
            "client.failed" => self.client_failed(target, &chain, depth),
            "client.mutual" | "client.result" => self.aftermath(target, &chain, depth),
            _ => vec![refusal(target.n + 1).unwrap_or_else(|| self.unexplained(target))],
        }
    }

    /// The refusal nearest before record `before`: a check, nobody there, or silence. What belongs to
    /// an earlier command or step of the chain is not looked at.
    fn refusal(&self, target: &Line, chain: &[&'a Line], before: u64) -> Option<Finding> {
        let opened = chain.iter().rev().find(|line| line.n < target.n && opens(line));
        let since = opened.map_or(0, |line| line.n);
        let within =
            || chain.iter().rev().copied().filter(|line| (since..before).contains(&line.n));
        // Whether a message is written says nothing of what it is about.
        let own = target.record.kind.contains("message");
        let of_message = |line: &Line| own && is_of_message(line);
        let decides = |line: &&Line| match line.record.kind.as_ref() {
            "check" => said_no(line) && !self.is_preauthentication(line) && !of_message(line),
            "net.refused" | "net.unreadable" | "saf.timeout" | "fault.answer" => true,
            _ => false,
        };
        let found = within().find(decides).or_else(|| within().find(|line| said_no(line)))?;
        Some(match found.record.kind.as_ref() {
            "check" => self.refused_access(found).unwrap_or_else(|| self.check(found, chain)),
            "saf.timeout" => {
                let silence = self.silence(chain, found);
                silence.unwrap_or_else(|| self.finding("silence", found, self.tell(found).text))
            }
            "fault.answer" => self.injected(found),
            _ => self.nobody(found, chain),
        })
    }

    /// A check that said no, with all that it compared.
    fn check(&self, line: &'a Line, chain: &[&'a Line]) -> Finding {
        let mut finding = self.finding("check", line, self.verdict(line));
        finding.details = self.decision(line, chain);
        finding.details.extend(nearest_name(line));
        let back = self.graph.back(line).take_while(|other| other.node == line.node);
        let command = back.filter(|other| other.record.kind == "exec.begin").next();
        finding.details.extend(command.map(|command| self.tell(command)));
        finding.details.extend(self.deciding_setting(line));
        if finding.details.iter().all(|detail| detail.place.is_none()) {
            finding.details.extend(self.beginning(line));
        }
        let ways = chain.iter().filter(|other| other.n < line.n && is_fault(other));
        finding.details.extend(ways.map(|fault| {
            let told = self.tell(fault);
            let when = self.calendar.exact(fault.t);
            Sentence { text: format!("on the way, at {when}: {}", told.text), ..told }
        }));
        finding.check = Some(Decision::of(line));
        finding.fix = self.user_commands(line);
        finding
    }

    /// The setting that a check read, where the files write it.
    fn deciding_setting(&self, line: &Line) -> Option<Sentence> {
        let own = node(line);
        let system = self.plan.plex.system_of(own)?;
        let user = word(&line.record, "subject_value");
        let call = self.graph.back(line).find(|line| line.record.kind == "saf.call");
        let region = call.map(node).unwrap_or(own);
        let users = ["systems", system, "esm", "users", user];
        let paths: Vec<Vec<&str>> = match word(&line.record, "rule") {
            "td.capacity" => vec![vec!["nodes", own, "capacity"]],
            "td.queue-defined" => vec![vec!["nodes", own, "queues"]],
            "cics.program-defined" => vec![vec!["nodes", own, "programs"]],
            "cics.transaction-defined" => vec![vec!["nodes", own, "transactions"]],
            "cics.security-active" => vec![vec!["nodes", own, "sit", "SEC"]],
            "nas.region-principal" => vec![
                [&users[..], &["kerb"]].concat(),
                vec!["nodes", region, "sit", "KERBEROSUSER"],
                vec!["nodes", region, "release"],
            ],
            "esm.user-not-revoked" => vec![[&users[..], &["revoked"]].concat()],
            rule if rule.starts_with("esm.user-") => vec![users.to_vec()],
            _ => return None,
        };
        let path = paths.into_iter().find(|path| self.plan.written(path).is_some())?;
        let text = "the setting that decides".to_owned();
        Some(Sentence { text, place: Some(self.setting(&path)) })
    }

    /// The step of the script with which it began.
    fn beginning(&self, line: &'a Line) -> Option<Sentence> {
        let step = self.graph.back(line).find(|line| line.record.kind == "script.step")?;
        let told = self.tell(step);
        Some(Sentence { text: format!("it began here: {}", told.text), ..told })
    }

    /// Codes that the script put into the ESM's mouth: nothing in the model decided them.
    fn injected(&self, line: &'a Line) -> Finding {
        let mut finding = self.finding("injected", line, self.tell(line).text);
        let step = line.also.iter().filter_map(|n| self.graph.at(*n)).next_back();
        finding.places.extend(step.and_then(|step| self.written(step)));
        finding
    }

    /// Nobody was where a message went, or nobody could read it.
    fn nobody(&self, line: &'a Line, chain: &[&'a Line]) -> Finding {
        let mut finding = self.finding("node", line, self.tell(line).text);
        let lost = self.graph.back(line).find(|line| line.record.kind == "net.lost");
        let marked = lost.into_iter().flat_map(|lost| &lost.also).filter_map(|n| self.graph.at(*n));
        let known = || {
            let receiver = lost.map_or_else(|| word(&line.record, "to"), node);
            self.graph.last_before(line.n, |other| {
                node(other) == receiver && other.record.kind.starts_with("node.")
            })
        };
        let change = marked.last().or_else(known);
        if let Some(change) = change.filter(|change| change.record.kind != "node.start") {
            let text =
                format!("since {} {}", self.calendar.exact(change.t), self.tell(change).text);
            finding.details.push(Sentence { text, place: self.written(change) });
        }
        let faults = chain.iter().filter(|other| other.n < line.n && is_fault(other));
        finding.details.extend(faults.map(|fault| self.tell(fault)));
        finding
    }

    /// A message that did not reach its queue.
    fn lost_message(&self, target: &'a Line, chain: &[&'a Line], sent: u64) -> Finding {
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

    fn suppressed_message(&self, target: &'a Line, chain: &[&'a Line]) -> Finding {
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
    fn route(&self, target: &'a Line) -> Option<Finding> {
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
    fn behind_message(&self, mut refusal: Finding, chain: &[&'a Line]) -> Finding {
        let reason = self.reason(chain).map(|row| format!(" ({})", row.text.trim_end_matches('.')));
        let reason = reason.unwrap_or_default();
        refusal.text = format!("It would have reported this{reason}: {}", refusal.text);
        refusal
    }

    /// The record from which a message went to its queue; the target's own where it never went.
    fn message_sent(&self, chain: &[&Line], target: &Line) -> u64 {
        let to_queue = |line: &&&Line| {
            line.record.kind == "net.send" && word(&line.record, "what") == "td-write"
        };
        chain.iter().rev().find(to_queue).map_or(target.n, |line| line.n)
    }

    /// A condition that nobody handled, or the program's own wish.
    fn abend(&self, target: &'a Line, chain: &[&'a Line]) -> Vec<Finding> {
        let last = |kind: &str| chain.iter().rev().copied().find(|line| line.record.kind == kind);
        let code = word(&target.record, "code");
        let (begin, end) = (last("exec.begin"), last("exec.end"));
        let unhandled = end.filter(|end| begin.is_some_and(|begin| begin.n < end.n));
        let Some(end) = unhandled else {
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
    fn client_failed(&self, target: &'a Line, chain: &[&'a Line], depth: usize) -> Vec<Finding> {
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
        let index = usize::try_from(super::graph::number(&step.record, "step") - 1).ok()?;
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
    fn aftermath(&self, target: &'a Line, chain: &[&'a Line], depth: usize) -> Vec<Finding> {
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
    fn unexplained(&self, target: &'a Line) -> Finding {
        let mut finding = self.finding("catalogue", target, self.tell(target).text);
        let command = target.also.iter().filter_map(|n| self.graph.at(*n));
        if let Some(command) = command.filter(|line| line.record.kind == "exec.begin").last() {
            let told = self.tell(command);
            finding.details.push(told);
        }
        if let Some(entry) = self.entry(target) {
            finding.details.push(Sentence::plain(format!("the catalogue says: {}", entry.cause)));
        }
        finding
    }

    /// Why it went well: the checks that were closest to saying no.
    fn passed(&self, chain: &[&'a Line]) -> Option<Finding> {
        let closest = self.closest(chain);
        let last = chain.last()?;
        let passed = chain.iter().filter(|line| word(&line.record, "verdict") == "passed").count();
        if passed == 0 {
            return None;
        }
        let more = if closest.is_empty() { "" } else { "; the closest to their limits:" };
        let text = format!("{passed} checks on the way said yes{more}");
        let mut finding = self.finding("passed", last, text);
        finding.details = closest;
        Some(finding)
    }

    /// The passed checks that were closest to their limits, each rule once.
    fn closest(&self, chain: &[&'a Line]) -> Vec<Sentence> {
        self.told_once(chain.iter().copied().filter(|line| line.record.kind == "check"))
    }

    /// The passed checks that have used up a part of their limit, the closest of each rule.
    pub(super) fn used_up(&self, chain: &[&'a Line]) -> Vec<Sentence> {
        self.told_once(chain.iter().copied().filter(|line| used_up(line)))
    }

    fn told_once(&self, checks: impl Iterator<Item = &'a Line>) -> Vec<Sentence> {
        let mut found: Vec<&Line> = Vec::new();
        let mut checks: Vec<&Line> =
            checks.filter(|line| word(&line.record, "verdict") == "passed").collect();
        checks.sort_by_key(|line| (closeness(line), line.n));
        for line in checks {
            let same = |known: &&Line| word(&known.record, "rule") == word(&line.record, "rule");
            if !found.iter().any(|known| same(known)) {
                found.push(line);
            }
        }
        let told = found.into_iter().take(CLOSEST_SHOWN).map(|line| {
            let rule = word(&line.record, "rule");
            Sentence::plain(format!("{} ({rule}, record {})", self.comparison(line), line.n))
        });
        told.collect()
    }

    /// `--set PATH=VALUE` on this scenario, to see what happens then.
    pub(super) fn try_set(&self, change: String) -> Fix {
        Fix::try_it(format!("{} --set '{change}'", self.plan.command()))
    }
}

/// What checks call the names among which they looked for one.
const LISTS_OF_NAMES: [&str; 5] =
    ["defined", "channels in scope", "containers of the channel", "made before", "tickets held"];

/// The name that was probably meant, where one was looked for among those that are defined.
fn nearest_name(line: &Line) -> Option<Sentence> {
    let names = word(&line.record, "against_value").split(' ');
    let name = nearest(word(&line.record, "subject_value"), names)?;
    let among = LISTS_OF_NAMES.contains(&word(&line.record, "against"));
    among.then(|| Sentence::plain(format!("the nearest of them: {name}")))
}

/// Whether a decision is about whether a message or record is written.
fn is_of_message(line: &Line) -> bool {
    let rule = word(&line.record, "rule");
    rule.starts_with("td.") || rule == "cics.xmeout"
}

/// Whether a line opens a new part of a story: a step, a command, a request or a start.
fn opens(line: &Line) -> bool {
    match line.record.kind.as_ref() {
        "script.step" | "exec.begin" | "node.start" => true,
        "net.deliver" => word(&line.record, "what") == "start",
        _ => false,
    }
}

/// Whether a line is a disturbance of a message.
fn is_fault(line: &Line) -> bool {
    let kind = line.record.kind.as_ref();
    let of_path = ["fault.tap", "fault.pass", "fault.partition", "fault.heal"];
    kind.starts_with("fault.") && !of_path.contains(&kind)
}
