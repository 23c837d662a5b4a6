//! Why nobody answered: what became of the messages after which somebody waited in vain.

use super::graph::{node, offset, word};
use super::tell::message_name;
use super::{Case, Finding, Sentence};
use crate::scalar::Duration;
use crate::scenario::model::Node;
use crate::study::words::{ahead, span};
use crate::trace::Line;

/// A wait that ended without an answer.
pub(super) struct Wait<'a> {
    /// The timer that ended it.
    pub(super) timer: &'a Line,
    /// The record after which it began.
    began: &'a Line,
    /// What was done about it: asked again, or given up.
    then: &'a Line,
}

impl Wait<'_> {
    /// Whether the same was asked again.
    pub(super) fn asks_again(&self) -> bool {
        sent(self.then)
    }
}

impl<'a> Case<'a> {
    /// The wait that a timer of the chain ended, if it was one for an answer. A timer of a program's
    /// DELAY or of a START is none.
    pub(super) fn wait(&self, timer: &'a Line) -> Option<Wait<'a>> {
        if timer.record.kind != "timer" {
            return None;
        }
        let began = self.graph.cause(timer)?;
        // Whether another try is left is a decision between the two.
        let mut then = self.graph.effects(timer.n).next()?;
        while then.record.kind == "check" {
            then = self.graph.effects(then.n).next()?;
        }
        let asked_again = then.record.kind == "net.send" && began.record.kind == "net.send";
        let gave_up = matches!(then.record.kind.as_ref(), "saf.timeout" | "client.failed");
        (asked_again || gave_up).then_some(Wait { timer, began, then })
    }

    /// What the silence of all waits before a record came from; none where nobody waited in vain.
    pub(super) fn silence(&self, chain: &[&'a Line], gave_up: &'a Line) -> Option<Finding> {
        let waits: Vec<Wait<'_>> = chain
            .iter()
            .filter(|line| line.n < gave_up.n && line.node == gave_up.node)
            .filter_map(|line| self.wait(line))
            .collect();
        let last = waits.last().filter(|wait| wait.then.n == gave_up.n)?;
        // Waits of earlier steps that ended well are another story.
        let first_try = chain.iter().rev().find(|line| {
            line.n < gave_up.n && matches!(line.record.kind.as_ref(), "script.step" | "exec.begin")
        });
        let since = first_try.map_or(0, |line| line.n);
        let waits = || waits.iter().filter(|wait| wait.timer.n > since);
        let who = node(gave_up);
        let clock = self.plan.plex.system_of(who).unwrap_or(who);
        let each = self.length(last);
        let times = match waits().count() {
            0 | 1 => each,
            count => format!("{count} times {each}"),
        };
        let (asked, ended) = (self.asked(last), self.calendar.time(gave_up.t));
        let text = format!(
            "{who} waited {times} for {asked}, by the clock of {clock}, and gave up at {ended}"
        );
        let mut finding = self.finding("silence", gave_up, text);
        finding.details.extend(self.tell_ends(waits()));
        finding.details.extend(self.patience(gave_up, last));
        if let Some(ahead) = ahead(offset(gave_up), 1_000_000_000) {
            let text = format!("the clock of {clock} is {ahead}");
            finding.details.push(Sentence::plain(text));
        }
        Some(finding)
    }

    /// That a question had no answer at first, and was asked again with success.
    pub(super) fn retried(&self, chain: &[&'a Line]) -> Option<Finding> {
        let waits = || {
            let waits = chain.iter().filter_map(|line| self.wait(line));
            waits.filter(|wait| wait.asks_again())
        };
        let first = waits().next()?;
        let (who, asked) = (node(first.timer), self.asked(&first));
        let text = format!("{who} waited in vain for {asked} at first, and asked again");
        let mut finding = self.finding("silence", first.timer, text);
        let waits: Vec<Wait<'_>> = waits().collect();
        finding.details = self.tell_ends(waits.iter());
        Some(finding)
    }

    /// What was waited for.
    fn asked(&self, wait: &Wait<'_>) -> String {
        let call = self.graph.effects(wait.began.n).find(|line| line.record.kind == "saf.call");
        match call {
            Some(call) => format!("{} to return", word(&call.record, "service")),
            None => format!("an answer to its {}", message_name(word(&wait.began.record, "what"))),
        }
    }

    /// How long a wait was, by the waiter's own clock.
    fn length(&self, wait: &Wait<'_>) -> String {
        let local = |line: &Line| line.local.unwrap_or(line.t);
        span(local(wait.timer).saturating_sub(local(wait.began)).unsigned_abs())
    }

    /// What became of all that was asked: equal ends in one sentence.
    fn tell_ends<'w>(&self, waits: impl Iterator<Item = &'w Wait<'a>>) -> Vec<Sentence>
    where
        'a: 'w,
    {
        let mut told: Vec<(Vec<String>, Sentence)> = Vec::new();
        for (end, sentence) in waits.flat_map(|wait| self.unanswered(wait)) {
            let at = self.calendar.exact(end.t);
            match told.iter_mut().find(|(_, known)| *known == sentence) {
                Some((times, _)) => times.push(at),
                None => told.push((vec![at], sentence)),
            }
        }
        let told = told.into_iter().map(|(times, sentence)| Sentence {
            text: format!("at {}: {}", listed(&times), sentence.text),
            ..sentence
        });
        told.collect()
    }

    /// What was asked and where it ended, with a sentence for each end.
    pub(super) fn unanswered(&self, wait: &Wait<'a>) -> Vec<(&'a Line, Sentence)> {
        let ends = self.graph.ends(wait.began, wait.timer.n, wait.timer.n);
        let ends = ends.into_iter().filter(|line| line.n != wait.began.n || sent(line));
        ends.filter_map(|end| Some((end, self.tell_end(end, wait)?))).collect()
    }

    /// What somebody did to a node or path, because of which a question ended there.
    pub(super) fn reason_of_end(&self, end: &'a Line, wait: &Wait<'a>) -> Option<&'a Line> {
        match end.record.kind.as_ref() {
            "net.lost" => end.also.iter().filter_map(|n| self.graph.at(*n)).next_back(),
            "net.send" => self.condition(word(&end.record, "to"), wait.timer.n),
            _ => None,
        }
    }

    /// What was last done to a node before a record, unless it works as usual.
    fn condition(&self, of: &str, before: u64) -> Option<&'a Line> {
        let last = self
            .graph
            .last_before(before, |line| node(line) == of && line.record.kind.starts_with("node."));
        last.filter(|line| !matches!(line.record.kind.as_ref(), "node.start" | "node.up"))
    }

    /// What stopped a message or call at the end of its way.
    fn tell_end(&self, end: &'a Line, wait: &Wait<'a>) -> Option<Sentence> {
        match end.record.kind.as_ref() {
            "net.lost" => {
                let message = self.graph.cause(end).filter(|cause| sent(cause)).unwrap_or(end);
                let message = self.message_words(message);
                let (why, place) = match self.reason_of_end(end, wait) {
                    Some(change) => (self.since(change), self.written(change)),
                    None => (word(&end.record, "why").to_owned(), None),
                };
                Some(Sentence { text: format!("{message} is lost: {why}"), place })
            }
            "fault.drop" | "fault.hold" => Some(self.tell(end)),
            "net.send" => Some(self.not_taken(end, wait)),
            kind if kind.starts_with("fault.") => Some(self.late(end, wait)),
            "net.unreadable" => Some(self.changed_on_its_way(end, self.tell(end).text)),
            "net.deliver" => {
                let text = format!("{}; nothing comes of it", self.tell(end).text);
                Some(self.changed_on_its_way(end, text))
            }
            _ => None,
        }
    }

    /// What somebody did to a node or path, and when: `SYSA.NAS is held … since 09:00:10`.
    fn since(&self, change: &Line) -> String {
        let told = self.tell(change).text;
        format!("since {} {told}", self.calendar.exact(change.t))
    }

    /// A message that nobody had taken when the wait ended: its receiver is held, slow, or it is still
    /// under way.
    fn not_taken(&self, send: &'a Line, wait: &Wait<'a>) -> Sentence {
        let message = self.message_words(send);
        let late = self.arrival(send, wait);
        match self.reason_of_end(send, wait) {
            Some(change) => {
                let (since, until) = (self.since(change), self.until(change));
                let text = format!("nobody takes {message}: {since}{until}{late}");
                Sentence { text, place: self.written(change) }
            }
            None => Sentence::plain(format!("{message} is still under way{late}")),
        }
    }

    /// A message that arrived and was of no use, with the fault that changed it, if one did.
    fn changed_on_its_way(&self, end: &'a Line, text: String) -> Sentence {
        let fault = self.graph.back(end).find(|line| line.record.kind == "fault.corrupt");
        match fault.map(|fault| (fault, self.tell(fault))) {
            Some((fault, told)) => {
                let when = self.calendar.exact(fault.t);
                Sentence { text: format!("{text}; on its way, at {when}, {}", told.text), ..told }
            }
            None => Sentence::plain(text),
        }
    }

    /// A message that a rule kept on its way for too long.
    fn late(&self, fault: &'a Line, wait: &Wait<'a>) -> Sentence {
        let told = self.tell(fault);
        let late = self.arrival(fault, wait);
        Sentence { text: format!("{}{late}", told.text), ..told }
    }

    /// When a message came after all, after the wait.
    fn arrival(&self, sent: &'a Line, wait: &Wait<'a>) -> String {
        let delivery = self.graph.effects(sent.n).find(|line| line.record.kind == "net.deliver");
        match delivery {
            Some(delivery) => {
                let late = span(delivery.t.saturating_sub(wait.timer.t).unsigned_abs());
                let when = self.calendar.exact(delivery.t);
                format!("; it is taken at {when}, {late} after the wait has ended")
            }
            None => String::new(),
        }
    }

    /// Until when a node was so.
    fn until(&self, change: &'a Line) -> String {
        let next = self.graph.first_after(change.n, |line| {
            line.node == change.node && line.record.kind.starts_with("node.")
        });
        match next {
            Some(next) => {
                let step = self.written(next).map(|written| format!(" ({written})"));
                let when = self.calendar.exact(next.t);
                format!(", until {when}{}", step.unwrap_or_default())
            }
            None => ", to the end of the run".to_owned(),
        }
    }

    /// The setting that says how long is waited.
    fn patience(&self, gave_up: &Line, last: &Wait<'_>) -> Option<Sentence> {
        let who = node(gave_up);
        let (text, field) = match self.plan.plex.nodes.get(who)? {
            Node::Client(config) if word(&last.began.record, "what") == "start" => {
                let patience = length(config.reply_timeout);
                (format!("{who} waits {patience} for the end of a task"), "reply_timeout")
            }
            Node::Client(config) => {
                let (patience, tries) = (length(config.patience), config.tries);
                (format!("{who} asks {tries} times and waits {patience} each"), "patience")
            }
            Node::Cics(config) => {
                let patience = length(config.kerberos_timeout);
                (format!("{who} waits {patience} for a Kerberos service"), "kerberos_timeout")
            }
            _ => return None,
        };
        let path = ["nodes", who, field];
        let written = self.plan.written(&path).is_some();
        let path_text = path.join(".");
        let text = match written {
            true => text,
            false => format!("{text}: the default, assumed; {path_text} changes it"),
        };
        Some(Sentence { text, place: written.then(|| self.setting(&path)) })
    }
}

/// `09:00:01, 09:00:02 and 09:00:03`.
fn listed(times: &[String]) -> String {
    match times {
        [first @ .., last] if !first.is_empty() => format!("{} and {last}", first.join(", ")),
        times => times.concat(),
    }
}

fn length(duration: Duration) -> String {
    span(duration.nanoseconds().unsigned_abs())
}

fn sent(line: &Line) -> bool {
    line.record.kind == "net.send"
}
