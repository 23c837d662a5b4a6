//! What decided an outcome: the check that said no, the silence, the node that was not there, the
//! setting; and what lies behind that.

use super::check::{Decision, closeness, used_up};
use super::graph::{node, said_no, word};
use super::message::is_of_message;
use super::{Case, Finding, Fix, Sentence};
use crate::scalar::words::nearest;
use crate::trace::Line;

/// How many passed checks a success shows.
const CLOSEST_SHOWN: usize = 5;

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
            "net.lost" | "net.refused" | "net.unreadable" => vec![self.nobody(target, &chain)],
            _ => vec![refusal(target.n + 1).unwrap_or_else(|| self.unexplained(target))],
        }
    }

    /// The refusal nearest before record `before`: a check, nobody there, or silence. What belongs to
    /// an earlier command or step of the chain is not looked at.
    pub(super) fn refusal(
        &self,
        target: &Line,
        chain: &[&'a Line],
        before: u64,
    ) -> Option<Finding> {
        let opened = chain.iter().rev().find(|line| line.n < target.n && opens(line));
        let since = opened.map_or(0, |line| line.n);
        let within =
            || chain.iter().rev().copied().filter(|line| (since..before).contains(&line.n));
        // Whether a message is written says nothing of what it is about.
        let own = target.record.kind.contains("message");
        let of_message = |line: &Line| own && is_of_message(line);
        let decides = |line: &&Line| match line.record.kind.as_ref() {
            "check" => {
                let aside = ASIDE.contains(&word(&line.record, "rule"));
                said_no(line) && !aside && !self.is_preauthentication(line) && !of_message(line)
            }
            "net.refused" | "net.unreadable" | "saf.timeout" | "fault.answer" => true,
            _ => false,
        };
        let found = within().find(decides).or_else(|| within().find(|line| said_no(line)))?;
        let found = nearest_miss(found, within());
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
    pub(super) fn check(&self, line: &'a Line, chain: &[&'a Line]) -> Finding {
        let mut finding = self.finding("check", line, self.verdict(line));
        finding.details = self.decision(line, chain);
        finding.details.extend(nearest_name(line));
        let mut back = self.graph.back(line).take_while(|other| other.node == line.node);
        let command = back.find(|other| other.record.kind == "exec.begin");
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
        finding.fix.extend(self.passticket_commands(line));
        self.add_revocation(line, &mut finding);
        finding.fix.extend(self.trust_commands(line));
        self.add_administration(line, &mut finding);
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
    pub(super) fn nobody(&self, line: &'a Line, chain: &[&'a Line]) -> Finding {
        let mut finding = self.finding("node", line, self.tell(line).text);
        let lost = self.graph.back(line).find(|line| line.record.kind == "net.lost");
        let mut marked =
            lost.into_iter().flat_map(|lost| &lost.also).filter_map(|n| self.graph.at(*n));
        let known = || {
            let receiver = lost.map_or_else(|| word(&line.record, "to"), node);
            self.graph.last_before(line.n, |other| {
                node(other) == receiver && other.record.kind.starts_with("node.")
            })
        };
        let change = marked.next_back().or_else(known);
        if let Some(change) = change.filter(|change| change.record.kind != "node.start") {
            let text =
                format!("since {} {}", self.calendar.exact(change.t), self.tell(change).text);
            finding.details.push(Sentence { text, place: self.written(change) });
        }
        let faults = chain.iter().filter(|other| other.n < line.n && is_fault(other));
        finding.details.extend(faults.map(|fault| self.tell(fault)));
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
            if !found.iter().any(same) {
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

/// Rules that say what else comes of a refusal, and not why there is one.
const ASIDE: [&str; 3] = ["esm.attempts-counted", "esm.audit-failures", "esm.revoke-after"];

/// Of the keys that a text was judged with, the one of whose algorithm it is, if there is one. `back`
/// goes backwards.
fn nearest_miss<'a>(found: &'a Line, back: impl Iterator<Item = &'a Line>) -> &'a Line {
    let rule = |line: &Line| word(&line.record, "rule").to_owned();
    if rule(found) != "passticket.form" {
        return found;
    }
    let judged = back.skip_while(|line| line.n > found.n);
    let mut judged = judged.take_while(|line| line.record.kind != "net.deliver");
    let better = judged.find(|line| {
        said_no(line) && rule(line).starts_with("passticket.") && rule(line) != "passticket.form"
    });
    better.unwrap_or(found)
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
